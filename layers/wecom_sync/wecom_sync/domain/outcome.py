"""What became of the rows of a run."""

from dataclasses import dataclass
from typing import Literal

from wecom_sync.domain.run import Reason

type ChangeKind = Literal[
    "added", "updated", "moved", "removed", "disabled", "enabled", "emptied", "unchanged"
]
"""What a run changes for a person or a department: the gravest that applies. `emptied` is a
department that WeCom deletes later, when nobody and nothing is in it any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row.

    `id`: user or department id. `line`: its line in the file, 0 for people who are not in the
    file, None when the file is gone. `errcode`: 0 when WeCom applied the row, None when WeCom did
    not report it. `name` and `change` are as the run planned it, blank where nobody knows.
    """

    id: str
    line: int | None
    errcode: int | None
    errmsg: str = ""
    action: int = 0
    name: str = ""
    change: str = ""

    @property
    def failed(self) -> bool:
        """Whether WeCom refused the row."""
        return self.errcode is not None and self.errcode != 0

    @property
    def needs_mending(self) -> bool:
        """Whether it is a row of the file that was refused."""
        return bool(self.line) and self.failed

    @property
    def is_known(self) -> bool:
        """Whether WeCom said what became of the row."""
        return self.errcode is not None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of a job's result; `id` is a userid or a partyid."""

    id: str
    errcode: int
    errmsg: str
    action: int = 0


@dataclass(frozen=True, slots=True)
class JobResult:
    """A job as getresult shows it (doc/91133). `rows` count only when `finished`."""

    finished: bool
    errcode: int
    errmsg: str
    percentage: int
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class ReceivedResult:
    """A job's result as it came, kept before anything is made of it: WeCom may not say it again.

    `failure`: why the job as a whole failed, None when its rows count.
    """

    result: JobResult
    failure: Reason | None = None
