"""What WeCom's documents say about the robot of a group (群机器人, doc/91770)."""

import re

HOST = "https://qyapi.weixin.qq.com"
SEND = "/cgi-bin/webhook/send"
TEMPORARY = frozenset({-1, 6000, 45009, 45033})
"""Errcodes after which the same message may be taken later. 45009: a robot may say 20 things a
minute. Any other one is for good, as `NO_ROBOT`."""
NO_ROBOT = 93000
"""The key is wrong, or the robot has left the group."""
_KEY = re.compile(r"[A-Za-z0-9_-]{1,128}")


def is_webhook(address: str, base_url: str) -> bool:
    """Whether an address is a robot's: names are sent to no other host."""
    places = (f"{place.rstrip('/')}{SEND}?key=" for place in (HOST, base_url))
    return any(
        address.startswith(place) and _KEY.fullmatch(address.removeprefix(place))
        for place in places
    )
