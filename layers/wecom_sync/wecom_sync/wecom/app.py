"""What a company's own app says to WeCom, and how the answers read. Pure.

Logging in: doc/91335, doc/91023, doc/98152. Cards: doc/90236.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from wecom_sync.domain.values import dataclass
from wecom_sync.wecom.credentials import AppSecret

LOGIN_AGAIN = frozenset({40029, 42003, 42022})
"""Errcodes after which somebody has to log in anew: the code is none, too old, or used."""
NOBODY_REACHED = 81013
MOST_USERS = 1000
"""Of one message."""
SAME_SECONDS = 4 * 3600
"""For how long WeCom does not deliver the same message again; more is not to be had."""
TITLE, DESCRIPTION, TEXT, ROW_NAME, ROW_VALUE = 36, 44, 160, 5, 30
"""Characters that WeCom advises for each part of a card: its clients cut off what is longer."""
MOST_ROWS = 6
_PRIVATE = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+|\+\d{7,15}|(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)")
"""E-mail addresses and mobiles: whoever is near a phone reads its cards."""
_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}")


def login_url(page: str, secret: AppSecret, back: str, state: str, *, in_wecom: bool) -> str:
    """Return where a browser logs in, by the address of WeCom's page for it.

    `state`: letters and digits, at most 128 (84025).
    """
    app = {"appid": secret.corp_id, "agentid": secret.agent_id}
    back_to = {"redirect_uri": back, "state": state}
    if in_wecom:
        wanted = {"response_type": "code", "scope": "snsapi_base"}
        return f"{page}?{urlencode({**app, **wanted, **back_to})}#wechat_redirect"
    return f"{page}?{urlencode({'login_type': 'CorpApp', **app, **back_to})}"


def user_of(answer: Mapping[str, Any]) -> str | None:
    """Return the user id of who logged in, None for nobody of the company.

    Others have an `openid`, and members of other corps an id with a slash. A member outside the
    visible range of the app has an id, too: it is no right.
    """
    user_id = str(answer.get("userid") or "")
    return user_id if _USER_ID.fullmatch(user_id) and not answer.get("openid") else None


@dataclass(frozen=True, slots=True)
class Card:
    """A `text_notice`: what it says, at most six rows of a name and a value, and where it leads."""

    title: str
    description: str
    text: str
    rows: tuple[tuple[str, str], ...]
    url: str

    def message(self, agent_id: int, user_ids: Sequence[str]) -> dict[str, object]:
        """Return the message. Ids in texts are not replaced: a name in a file may look like one."""
        rows = [
            {"keyname": _cut(name, ROW_NAME), "value": _cut(value, ROW_VALUE)}
            for name, value in self.rows[:MOST_ROWS]
        ]
        return {
            "touser": "|".join(user_ids),
            "msgtype": "template_card",
            "agentid": agent_id,
            "enable_id_trans": 0,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SAME_SECONDS,
            "template_card": {
                "card_type": "text_notice",
                "main_title": {
                    "title": _cut(self.title, TITLE),
                    "desc": _cut(self.description, DESCRIPTION),
                },
                "sub_title_text": _cut(self.text, TEXT),
                "horizontal_content_list": rows,
                "card_action": {"type": 1, "url": self.url},
            },
        }


def _cut(text: str, most: int) -> str:
    """Return a text on one line, without what is private and marks that hide or reorder a part."""
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    line = _PRIVATE.sub("…", line)
    return line if len(line) <= most else f"{line[: most - 1]}…"


class Unreached(NamedTuple):
    """Whom a card did not reach: nobody the app is visible to; and who has no licence for it."""

    unknown: tuple[str, ...]
    unlicensed: tuple[str, ...]


def unreached(user_ids: Sequence[str], answer: Mapping[str, Any], errcode: int) -> Unreached:
    """Return whom a card did not reach, as we write them: WeCom answers in lower case.

    What the duplicate check kept back has reached people before.
    """

    def among(name: str) -> tuple[str, ...]:
        value = answer.get(name) or ()
        ids = {it.casefold() for it in (value.split("|") if isinstance(value, str) else value)}
        return tuple(it for it in user_ids if it.casefold() in ids)

    unknown = tuple(user_ids) if errcode == NOBODY_REACHED else among("invaliduser")
    return Unreached(unknown, among("unlicenseduser"))
