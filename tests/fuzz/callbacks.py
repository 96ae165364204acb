"""Callbacks through the function itself: what it may answer, queue and log."""

import base64
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from random import Random
from typing import Any
from unittest.mock import patch

import callback
from fuzz.attempt import Target
from fuzz.envelopes import (
    FORGERIES,
    OF_RECEIVER,
    PERSONAL,
    Message,
    Sealed,
    encrypted,
    json_body,
    message,
    padded,
    plain,
    seal,
    signed,
    xml_body,
)
from fuzz.requests import (
    DAMAGES,
    FIXED,
    MASTER,
    RUNS,
    SECRETS,
    Case,
    Event,
    credentials_of,
    get,
    post,
    said_otherwise,
)
from support.composition import StandIns, built
from support.fakes import FakeSecrets
from support.functions import Context
from wecom_simulator.web.crypto import sign
from wecom_sync.adapters.sqs import SqsQueue
from wecom_sync.domain.errors import SignatureError
from wecom_sync.handler import count, logger
from wecom_sync.use_cases.callbacks import Callbacks
from wecom_sync.wecom.callback_crypto import Query, read_callback
from wecom_sync.wecom.credentials import Credentials, job_credentials

SQS_BYTES = 1_048_576
"""What SQS takes."""
OPEN = frozenset({200, 403})
REPLAYS = 12


class StrictSqs:
    """SQS as far as a message's body goes."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def send_message(self, **message: Any) -> None:
        if len(message["MessageBody"].encode()) > SQS_BYTES:
            raise ValueError("the message is too long")
        self.bodies.append(json.loads(message["MessageBody"]))


class CallbackTarget(Target[Case]):
    """The callback function, with everything it needs but AWS."""

    def __init__(self, seed: int) -> None:
        self.sqs = StrictSqs()
        self.log = io.StringIO()
        self._use_case: Callbacks = built("callback", self._stand_ins)
        random = Random(seed)
        self._replays = [(RUNS[0], message(random)) for _ in range(REPLAYS)]
        self._sealed = [
            seal(random, job_credentials(MASTER, "acme", run_id, "ww-acme"), each.text)
            for run_id, each in self._replays
        ]

    def _stand_ins(self, _: object) -> StandIns:
        return {
            "count": count,
            "master": lambda _: lambda: MASTER,
            "queue": lambda url: SqsQueue(self.sqs, url),  # type: ignore[arg-type]
            "messages": FakeSecrets(SECRETS),
        }

    def findings(self) -> Iterator[tuple[str, Case]]:
        return regressions()

    def made_up(self, random: Random) -> Case:
        corp = random.choice(("acme", "acme", "acme", "beta", "beta", "odd", "nobody"))
        run_id = random.choice(("", *RUNS))
        owner = credentials_of(corp, run_id)
        report = message(random)
        path = f"/callback/{corp}" + (f"/{run_id}" if run_id else "")
        case = Case({}, corp, run_id, must=None, issued=[report])
        kind = random.randrange(10)
        if owner is None or kind < 2:
            sealed, case.must, case.issued = self._stranger(random, owner, report), False, []
        elif kind < 5:
            # Who faces the internet does not know the receiver of a run.
            forgeries = [each for each in FORGERIES if not run_id or each not in OF_RECEIVER]
            sealed, case.must = random.choice(forgeries)(random, owner, report.text), False
            case.issued = []
        elif kind == 5 and (corp, run_id) == ("acme", RUNS[0]):
            at = random.randrange(REPLAYS)
            sealed, case.issued = self._sealed[at], [self._replays[at][1]]
            case.must = True if case.issued[0].job_id else None
        else:
            sealed = seal(random, owner, report.text)
            case.must = True if report.job_id else None
        case.event = self._event(random, path, sealed, owner.receive_id if owner else "ww")
        said_otherwise(random, case.event)
        if random.random() < 0.5:
            random.choice(DAMAGES)(random, case.event)
            case.must = None
        return case

    def _event(self, random: Random, path: str, sealed: Sealed, receiver: str) -> Event:
        kind = random.randrange(4)
        if kind == 0:
            return get(path, sealed.query, sealed.encrypted)
        body = (json_body if kind == 1 else xml_body)(sealed, receiver)
        return post(path, sealed.query, body)

    def _stranger(self, random: Random, owner: Credentials | None, report: Message) -> Sealed:
        others = [
            FIXED,
            job_credentials(MASTER, "acme", RUNS[0], "ww-acme"),
            job_credentials(MASTER, "beta", RUNS[0], "ww-acme"),
            job_credentials(b"", "acme", RUNS[0], "ww-acme"),
            Credentials("", "A" * 43, "ww-acme"),
        ]
        other = random.choice([each for each in others if not owner or each.token != owner.token])
        sealed = seal(random, other, report.text)
        if owner is not None and random.random() < 0.3:
            return signed(random, owner.token, sealed.encrypted)
        return sealed

    def judged(self, given: Case) -> tuple[str, list[str]]:
        self.sqs.bodies.clear()
        self.log.seek(0)
        self.log.truncate()
        handler = logger.registered_handler
        if not isinstance(handler, logging.StreamHandler):
            raise TypeError("the log goes nowhere")
        before = handler.setStream(self.log)
        try:
            with (
                redirect_stdout(self.log),
                redirect_stderr(self.log),
                patch.object(callback, "callbacks", lambda: self._use_case),
            ):
                answer = callback.lambda_handler(given.event, Context())
        finally:
            handler.setStream(before or self.log)
        faults = [*self._answer(given, answer), *self._queued(given), *self._logged(given)]
        return f"{answer['statusCode']}" + (" queued" if self.sqs.bodies else ""), faults

    def _answer(self, case: Case, answer: dict[str, Any]) -> Iterator[str]:
        status, body = answer.get("statusCode"), answer.get("body")
        method = case.event["httpMethod"].upper()
        routed = method in {"GET", "POST"}
        is_known = credentials_of(case.corp, case.run_id) is not None
        path = f"/callback/{case.corp}" + f"/{case.run_id}" * bool(case.run_id)
        whole = re.fullmatch(rf"(/[^/]+)?{path}", case.event["path"])
        allowed = {403, 404} if not is_known or not routed else OPEN
        if status not in (allowed if whole else OPEN | {404}):
            yield f"answered {status}"
        if case.must is True and status != 200:
            yield f"refused an honest request with {status}"
        if status == 200 and (case.must is False or not case.issued):
            yield "accepted a forgery"
        if status == 200 and method == "GET":
            if body not in {each.text.decode(errors="replace") for each in case.issued}:
                yield "showed something that was not sent"
        elif body not in {"success", "forbidden", "not found"} and status != 404:
            yield f"answered {str(body)[:50]!r}"

    def _queued(self, case: Case) -> Iterator[str]:
        if len(self.sqs.bodies) > 1:
            yield "queued more than one message"
        for queued in self.sqs.bodies:
            where = (queued["corp"], queued["run_id"])
            try:
                owner = credentials_of(*where) or FIXED
                event = read_callback(owner, Query.parse(queued), queued["encrypt"])
            except SignatureError:
                yield f"queued what persist cannot read: {queued}"
                continue
            honest = [each for each in case.issued if each.job_id == event.job_id]
            if where != (case.corp, case.run_id) or not honest or case.must is False:
                yield f"queued what nobody sent: {queued}"
            elif honest[0].errcode not in {None, event.errcode}:
                yield f"queued another code: {queued}"
        if case.must and case.event["httpMethod"] == "POST" and not self.sqs.bodies:
            yield "queued nothing of an honest event"

    def _logged(self, case: Case) -> Iterator[str]:
        text = self.log.getvalue()
        owner = credentials_of(case.corp, case.run_id)
        keys = (owner.token, owner.aes_key) if owner else ()
        secret = ("contact-secret", MASTER.decode(), FIXED.token, FIXED.aes_key, *keys)
        for word in ("Traceback", "Warning", *secret, *PERSONAL):
            if word in text or json.dumps(word)[1:-1] in text:
                yield f"logged {word[:12]!r}"


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
