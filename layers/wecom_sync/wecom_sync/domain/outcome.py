"""What became of the rows of a run."""

from dataclasses import dataclass

from wecom_sync.domain.run import Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row.

    `id`: user or department id. `line`: its line in the file, 0 for people who are not in the
    file, None when the file is gone. `errcode`: 0 when WeCom applied the row, None when WeCom did
    not report it.
    """

    id: str
    line: int | None
    errcode: int | None
    errmsg: str = ""
    action: int = 0

    @property
    def failed(self) -> bool:
        """Whether WeCom refused the row."""
        return self.errcode is not None and self.errcode != 0

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
