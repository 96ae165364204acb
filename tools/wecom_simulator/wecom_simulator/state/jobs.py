"""The life of an import: accepted, status 1, 2, 3, and a result for a while."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from wecom_simulator.state.errors import ApiError, message

RESULTS_KEPT: Final = 5
STARTED: Final = 1
RUNNING: Final = 2
FINISHED: Final = 3
STARTED_SHARE: Final = 0.25
HUNG_PERCENTAGE: Final = 50


class JobKind(NamedTuple):
    """One of the three imports: last part of its path, WeCom's type, first digit of its ids."""

    path: str
    type: str
    digit: int


REPLACE_PARTY: Final = JobKind("replaceparty", "replace_party", 1)
REPLACE_USER: Final = JobKind("replaceuser", "replace_user", 2)
SYNC_USER: Final = JobKind("syncuser", "sync_user", 3)


class CallbackTarget(NamedTuple):
    """Where and how the event of a job is sent; token and key are secrets."""

    url: str
    token: str
    encoding_aes_key: str


@dataclass(slots=True)
class ImportJob:
    job_id: str
    kind: JobKind
    media_id: str
    created_at: float
    duration_seconds: float
    file_rows: int
    apply: Callable[[], tuple[list[dict[str, Any]], int]] | None
    errcode: int = 0
    callback: CallbackTarget | None = None
    invites: bool | None = None
    hung: bool = False
    finished_at: float | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0

    def status(self, now: float) -> int:
        if self.finished_at is not None:
            return FINISHED
        return STARTED if not self.hung and self._share(now) < STARTED_SHARE else RUNNING

    def percentage(self, now: float) -> int:
        """Return 0 to 99, and 100 when finished."""
        if self.finished_at is not None:
            return 100
        return HUNG_PERCENTAGE if self.hung else min(99, int(self._share(now) * 100))

    def described(self, now: float) -> dict[str, Any]:
        """Return the job for the control API: no token, no key, only the path of the URL."""
        return {
            "job_id": self.job_id,
            "type": self.kind.type,
            "media_id": self.media_id,
            "status": self.status(now),
            "percentage": self.percentage(now),
            "hung": self.hung,
            "errcode": self.errcode,
            "file_rows": self.file_rows,
            "rows": len(self.rows),
            "rows_failed": sum(1 for row in self.rows if row["errcode"]),
            "total": self.total,
            "to_invite": self.invites,
            "has_callback": self.callback is not None,
            "created_at": self.created_at,
            "finished_at": self.finished_at,
        }

    def _share(self, now: float) -> float:
        if self.duration_seconds <= 0:
            return 1.0
        return max(0.0, (now - self.created_at) / self.duration_seconds)


class JobBoard:
    """The jobs of one corp: one at a time, the results of the last five kept."""

    def __init__(self) -> None:
        self._jobs: dict[str, ImportJob] = {}
        self._cleaned: dict[str, ImportJob] = {}

    def check_free(self) -> None:
        if any(job.finished_at is None for job in self._jobs.values()):
            raise ApiError(302008)

    def add(self, job: ImportJob) -> None:
        self._jobs[job.job_id] = job
        while len(self._jobs) > RESULTS_KEPT:
            oldest = next(iter(self._jobs))
            self._cleaned[oldest] = self._jobs.pop(oldest)
            self._cleaned[oldest].rows = []

    def get(self, job_id: str) -> ImportJob:
        """Return a job; raises ApiError 40088 (never existed) or 40089 (cleaned)."""
        if job_id in self._cleaned:
            raise ApiError(40089)
        if job_id not in self._jobs:
            raise ApiError(40088)
        return self._jobs[job_id]

    def has(self, job: ImportJob) -> bool:
        """Tell whether *job* is still kept; not after a reset."""
        return self._jobs.get(job.job_id) is job

    def listed(self) -> list[ImportJob]:
        return list(self._jobs.values())

    def everything(self) -> list[ImportJob]:
        return [*self._cleaned.values(), *self._jobs.values()]

    def new_id(self, kind: JobKind, now: float) -> str:
        """Return an id like the recorded ``3_1559620211_296300``."""
        while True:
            job_id = f"{kind.digit}_{int(now)}_{100_000 + secrets.randbelow(900_000)}"
            if job_id not in self._jobs and job_id not in self._cleaned:
                return job_id


def result_of(job: ImportJob, now: float) -> dict[str, Any]:
    """Return the getresult response of *job* (doc/90983)."""
    if job.finished_at is None:
        return _response(job, now, [{}] * min(2, job.file_rows), job.file_rows)
    if job.errcode:
        words = {"errmsg": message(job.errcode), "type": job.kind.type}
        return {"errcode": str(job.errcode), **words}
    return _response(job, now, job.rows, job.total)


def _response(job: ImportJob, now: float, rows: list[dict[str, Any]], total: int) -> dict[str, Any]:
    return {
        "errcode": 0,
        "errmsg": "ok",
        "status": job.status(now),
        "type": job.kind.type,
        "total": total,
        "percentage": job.percentage(now),
        "result": rows,
    }
