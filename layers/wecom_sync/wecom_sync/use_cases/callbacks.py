"""Verifies WeCom's signed messages, where they arrive and again where they are used.

Whoever may send to the results queue cannot speak for WeCom.
"""

import dataclasses
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from wecom_sync.domain.errors import SignatureError, UnknownCorpError, WecomSyncError
from wecom_sync.domain.states import CORP, Job
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock, MessagesSecrets, Queue
from wecom_sync.wecom import callback_crypto as crypto
from wecom_sync.wecom.credentials import Credentials, job_credentials

JOB_FINISHED = "batch_job_result"
JOB_ID = re.compile(r"[!-~]{1,128}")
"""A job id: short and printable, so that the table takes it as a key."""
JOB_TYPES = frozenset(job.wecom_type for job in Job if job.wecom_type)
NO_RUN = "doctor"
"""Stands for a run in the callback URL that is tried. No run has such an id."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobEvent:
    """What a callback said. `run_id` is blank when it came to the corp's fixed URL."""

    corp: str
    run_id: str
    job_type: str
    job_id: str
    errcode: int
    errmsg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Knows the credentials of each callback URL, and what WeCom says with them.

    `receiver` returns the corp id that a run's message must be for, blank where nobody knows it.
    """

    master: Callable[[], bytes]
    messages: MessagesSecrets
    receiver: Callable[[str], str]
    count: Callable[[str], None]

    def credentials(self, corp: str, run_id: str) -> Credentials:
        """Return what a URL's messages are verified with; `run_id` is blank for the fixed URL.

        Raises `UnknownCorpError`, and what the secrets raise.
        """
        if not CORP.fullmatch(corp):
            raise UnknownCorpError(corp=corp)
        if run_id:
            return job_credentials(self.master(), corp, run_id, self.receiver(corp))
        if (fixed := self.messages.of(corp).callback) is None:
            raise UnknownCorpError(corp=corp)
        return fixed

    def event(self, corp: str, run_id: str, query: crypto.Query, encrypted: str) -> JobEvent | None:
        """Return what a message says of a finished import of ours, None if it is about others.

        Raises `SignatureError`, and as `credentials`.
        """
        event = crypto.read_callback(self.credentials(corp, run_id), query, encrypted)
        is_ours = event.kind == JOB_FINISHED and event.job_type in JOB_TYPES
        if not is_ours or not JOB_ID.fullmatch(event.job_id):
            return None
        return JobEvent(corp, run_id, event.job_type, event.job_id, event.errcode, event.errmsg)

    def read(self, message: Mapping[str, object]) -> JobEvent | None:
        """Return what WeCom says in a message of the results queue; a forgery is counted.

        Raises as `credentials`: a secret that cannot be used says nothing about the message.
        """
        words = {name: word for name, word in message.items() if isinstance(word, str)}
        if not CORP.fullmatch(words.get("corp", "")):
            words = {}
        try:
            corp, run_id, query = words["corp"], words["run_id"], crypto.Query.parse(words)
            if not run_id:
                # The callback function may have verified it with a newer secret than ours.
                self.messages.renewed(corp)
            return self.event(corp, run_id, query, words["encrypt"])
        except (SignatureError, KeyError):
            self.count("CallbackForged")
            logger.warning("forged callback")
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Verifies, decrypts and queues; it answers at once, for it calls neither WeCom nor a table."""

    verifier: Verifier
    results_queue: Queue
    clock: Clock
    count: Callable[[str], None]

    def verify(self, corp: str, run_id: str, parameters: Mapping[str, str]) -> str:
        """Return the bare plaintext of the echostr, WeCom's URL verification.

        Raises as `accept`.
        """
        credentials = self.verifier.credentials(corp, run_id)
        query, echo = crypto.Query.parse(parameters), parameters.get("echostr", "")
        plaintext = crypto.verify_url(credentials, query, echo)
        self.count("CallbackVerified")
        return plaintext

    def accept(self, corp: str, run_id: str, parameters: Mapping[str, str], body: bytes) -> None:
        """Put the message about a finished import of ours on the results queue, as it came.

        Raises `UnknownCorpError` or `SignatureError`.
        """
        query, encrypted = crypto.Query.parse(parameters), crypto.encrypted_of(body)
        if self.verifier.event(corp, run_id, query, encrypted) is None:
            self.count("CallbackIgnored")
            return
        message = {"kind": "callback", "corp": corp, "run_id": run_id, "encrypt": encrypted}
        self.results_queue.send(message | dataclasses.asdict(query))
        self.count("CallbackAccepted")

    def examine(self, corp: str) -> dict[str, Any]:
        """Return verifications to try: of the URL of a run that is none, and of the corp's own."""
        # Only `doctor` asks.
        from wecom_sync.domain.timeline import reason_of  # noqa: PLC0415

        echo = secrets.token_hex(8)
        of_run = self.verifier.credentials(corp, NO_RUN)
        tries = {"echo": echo, "run_id": NO_RUN, "run": self._signed(of_run, echo), "corp": None}
        try:
            fixed = self.verifier.messages.as_it_is(corp).callback
        except UnknownCorpError:
            return {**tries, "failure": None}
        except WecomSyncError as error:
            return {**tries, "failure": reason_of(error).to_document()}
        return {**tries, "corp": fixed and self._signed(fixed, echo), "failure": None}

    def _signed(self, credentials: Credentials, echo: str) -> dict[str, str] | None:
        try:
            return crypto.verification(credentials, echo, int(self.clock()), secrets.token_bytes)
        except ValueError:
            # The key in the corp's secret is none.
            return None
