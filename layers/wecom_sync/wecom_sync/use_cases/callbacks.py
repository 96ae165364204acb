"""What the callback URL accepts: WeCom's verification and WeCom's events, nothing else."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wecom_sync.domain.drop import CORP
from wecom_sync.domain.errors import SignatureError, UnknownCorpError
from wecom_sync.domain.run import Job
from wecom_sync.use_cases.ports import CorpSecrets, Queue
from wecom_sync.wecom.callback_crypto import Query, job_credentials, read_callback, verify_url
from wecom_sync.wecom.credentials import Credentials

JOB_FINISHED = "batch_job_result"
JOB_ID = re.compile(r"[!-~]{1,128}")
"""A job id: short and printable, so that the table takes it as a key."""
JOB_TYPES = frozenset(job.wecom_type for job in Job)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Verifies, decrypts and queues; it answers at once, for it calls neither WeCom nor a table."""

    secrets: CorpSecrets
    master: Callable[[], bytes]
    results_queue: Queue
    count: Callable[[str], None]

    def verify(self, corp: str, run_id: str, parameters: Mapping[str, str]) -> str:
        """Answer a URL verification: return the bare plaintext of the echostr.

        Raises `UnknownCorpError` or `SignatureError`.
        """
        credentials = self._credentials(corp, run_id)
        if "echostr" not in parameters:
            raise SignatureError
        plaintext = verify_url(credentials, Query.parse(parameters), parameters["echostr"])
        self.count("CallbackVerified")
        return plaintext

    def accept(self, corp: str, run_id: str, parameters: Mapping[str, str], body: bytes) -> None:
        """Put the event of a finished import of ours on the results queue.

        Any other event is counted and left alone: eight kinds of job share one event name.
        `run_id` is blank for the corp's fixed URL. Raises `UnknownCorpError`, `SignatureError`.
        """
        credentials = self._credentials(corp, run_id)
        event = read_callback(credentials, Query.parse(parameters), body)
        is_ours = event.kind == JOB_FINISHED and event.job_type in JOB_TYPES
        if not is_ours or not JOB_ID.fullmatch(event.job_id):
            self.count("CallbackIgnored")
            return
        self.results_queue.send(
            {
                "kind": "callback",
                "corp": corp,
                "run_id": run_id,
                "job_type": event.job_type,
                "job_id": event.job_id,
                "errcode": event.errcode,
                "errmsg": event.errmsg,
            }
        )
        self.count("CallbackAccepted")

    def _credentials(self, corp: str, run_id: str) -> Credentials:
        if not CORP.fullmatch(corp):
            raise UnknownCorpError(corp=corp)
        secret = self.secrets.of(corp)
        if run_id:
            return job_credentials(self.master(), corp, run_id, secret.corp_id)
        if secret.callback is None:
            raise UnknownCorpError(corp=corp)
        return secret.callback
