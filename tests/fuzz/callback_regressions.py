"""Requests that the callback function once answered wrongly, and those that it never may."""

import base64
from collections.abc import Iterator
from random import Random

from fuzz.envelopes import Sealed, encrypted, padded, plain, seal, signed, xml_body
from fuzz.messages import Message
from fuzz.requests import FIXED, Case, Event, get, post
from wecom_simulator.web.crypto import sign

JOB = "3_1767323045_123456"
URL = "/callback/acme"
EVENT = (
    "<xml><Event>batch_job_result</Event><BatchJob>"
    f"<JobId>{JOB}</JobId><JobType>sync_user</JobType></BatchJob></xml>"
).encode()
IN_BASE64 = {"isBase64Encoded": True}
HONEST = Message(EVENT, JOB, 0)


def regressions() -> Iterator[tuple[str, Case]]:
    random = Random(0)
    good = seal(random, FIXED, EVENT)
    nothing = get(URL, good.query, good.encrypted) | {"queryStringParameters": None}
    encoded = base64.b64encode(b"<" * 7 * 2**20).decode()
    refused = {
        "a base64 body, cut": post(URL, good.query, "QUJDR") | IN_BASE64,
        "a base64 body, in Chinese": post(URL, good.query, "签名") | IN_BASE64,
        "10 MB in base64": post(URL, good.query, encoded) | IN_BASE64,
        "a huge body around an honest event": post(
            URL, good.query, xml_body(good, "ww") + " " * 10 * 2**20
        ),
        "no query at all": nothing,
    }
    for receiver in ("", "ww-beta", "ww-acme\x00", "ww-acm"):
        text = plain(random, FIXED, EVENT)[: -len(FIXED.receive_id)] + receiver.encode()
        sealed = signed(random, FIXED.token, encrypted(FIXED, padded(text)))
        refused[f"for {receiver!r}"] = _posted(sealed)
    for name, event in refused.items():
        yield name, Case(event, "acme", "", must=False)
    yield "honest", Case(_posted(good), "acme", "", must=True, issued=[HONEST])
    for name, length in (("of one block", 11), ("of two blocks", 43)):
        # A message that fills its last block is padded with a whole block.
        blanks = -(len(EVENT) + 20 + len(FIXED.receive_id)) % 32 + 32 * length
        issued = [Message(EVENT + b" " * blanks, JOB, 0)]
        event = _posted(seal(random, FIXED, issued[0].text))
        yield f"a message {name} more", Case(event, "acme", "", must=True, issued=issued)
    signature = sign(FIXED.token, good.timestamp, good.nonce, good.encrypted)
    time, digit = good.timestamp[:-1], good.timestamp[-1]
    shifted = _posted(Sealed(signature, time, digit + good.nonce, good.encrypted))
    name = "a digit that moved from the time to the nonce"
    yield name, Case(shifted, "acme", "", must=None, issued=[HONEST])


def _posted(sealed: Sealed) -> Event:
    return post(URL, sealed.query, xml_body(sealed, FIXED.receive_id))
