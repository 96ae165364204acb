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
HONEST = Message(EVENT, JOB, 0)


def regressions() -> Iterator[tuple[str, Case]]:
    """Yield requests to the fixed URL of a corp."""
    random = Random(0)
    good = seal(random, FIXED, EVENT)
    for name, body in (("cut", "QUJDR"), ("in Chinese", "签名")):
        event = post(URL, good.query, body)
        event["isBase64Encoded"] = True
        yield f"a base64 body, {name}", _refused(event)
    yield "honest", _accepted(_posted(good))
    for name, length in (("of one block", 11), ("of two blocks", 43)):
        # A message that fills its last block is padded with a whole block.
        text = EVENT + b" " * (-(len(EVENT) + 20 + len(FIXED.receive_id)) % 32)
        sealed = seal(random, FIXED, text + b" " * (32 * length))
        case = _accepted(_posted(sealed))
        case.issued = [Message(text + b" " * (32 * length), JOB, 0)]
        yield f"a message {name} more", case
    yield (
        "a huge body around an honest event",
        _refused(post(URL, good.query, xml_body(good, "ww") + " " * 10 * 2**20)),
    )
    yield "10 MB in base64", _refused(_base64(good, b"<" * 7 * 2**20))
    shifted = Sealed(
        sign(FIXED.token, good.timestamp, good.nonce, good.encrypted),
        good.timestamp[:-1], good.timestamp[-1] + good.nonce, good.encrypted,
    )  # fmt: skip
    yield (
        "a digit that moved from the time to the nonce",
        Case(_posted(shifted), "acme", "", must=None, issued=[HONEST]),
    )
    for receiver in ("", "ww-beta", "ww-acme\x00", "ww-acm"):
        text = plain(random, FIXED, EVENT)[: -len(FIXED.receive_id)] + receiver.encode()
        sealed = signed(random, FIXED.token, encrypted(FIXED, padded(text)))
        yield f"for {receiver!r}", _refused(_posted(sealed))
    nothing = get(URL, good.query, good.encrypted)
    nothing["queryStringParameters"] = None
    yield "no query at all", _refused(nothing)


def _posted(sealed: Sealed) -> Event:
    return post(URL, sealed.query, xml_body(sealed, FIXED.receive_id))


def _base64(sealed: Sealed, body: bytes) -> Event:
    event = post(URL, sealed.query, base64.b64encode(body).decode())
    event["isBase64Encoded"] = True
    return event


def _refused(event: Event) -> Case:
    return Case(event, "acme", "", must=False)


def _accepted(event: Event) -> Case:
    return Case(event, "acme", "", must=True, issued=[HONEST])
