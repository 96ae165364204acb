"""What a run changes, and what became of its rows."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Self

from wecom_sync.domain.link import keyed
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass


class Kind(StrEnum):
    """What a run changes for an account or a department, in the order in which it is counted.

    The value is its name among the changes of `plan.json`, `field` that of its count and its ids.
    `counted`, `word`: what its count and a change are called. `rank`: its place for readers.
    """

    field: str
    counted: TextCode
    word: TextCode
    rank: int

    def __new__(cls, name: str, field: str, counted: TextCode, word: TextCode, rank: int) -> Self:
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.field, kind.counted, kind.word, kind.rank = field, counted, word, rank
        return kind

    ADD = "added", "add", "kind_add", "change_added", 4
    UPDATE = "updated", "update", "kind_update", "change_updated", 6
    MOVE = "moved", "move", "kind_move", "change_moved", 3
    REMOVE = "removed", "remove", "kind_remove", "change_removed", 0
    """Members, or departments that WeCom deletes at once."""
    DISABLE = "disabled", "disable", "kind_disable", "change_disabled", 2
    """Leavers in their grace period, and rows that say so."""
    ENABLE = "enabled", "enable", "kind_enable", "change_enabled", 5
    """Who is disabled now, as far as we know."""
    EMPTY = "emptied", "emptied", "kind_emptied", "change_emptied", 1
    """Departments that WeCom deletes later, when nobody and nothing is in them any more."""
    UNCHANGED = "unchanged", "unchanged", "kind_unchanged", "change_unchanged", 7


LEFT = "left"
"""Stands for a change of a row that was not sent: its account is unknown, or in nobody's care."""
KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}


class Outcome(NamedTuple):
    """What became of one row.

    `id`: blank for people whose account is unknown. `line`: 0 for people who are not in the file,
    None when the file is gone. `errcode`: 0 when WeCom applied the row, None when it did not report
    it. `name`, `change`: as it was planned, `key`: HR's, blank where nobody knows. `holder`: who
    has the mobile or e-mail that WeCom refused for that: account, masked value and name between
    blanks, blank where nobody knows.
    """

    id: str
    line: int | None
    errcode: int | None
    errmsg: str = ""
    action: int = 0
    name: str = ""
    change: str = ""
    key: str = ""
    holder: str = ""

    @property
    def person(self) -> str:
        """The name, with HR's key."""
        return keyed(self.name, self.key, self.id)

    @property
    def failed(self) -> bool:
        return bool(self.errcode)

    @property
    def needs_mending(self) -> bool:
        """Whether it is a row of the file that was refused."""
        return bool(self.line) and self.failed

    @property
    def is_removal(self) -> bool:
        """Whether somebody who is not in the file was to be removed."""
        return self.line == 0 and self.change not in {Kind.DISABLE, Kind.ENABLE}

    @property
    def is_known(self) -> bool:
        return self.errcode is not None


class ResultRow(NamedTuple):
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
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class ReceivedResult:
    """A job's result as it came; `failure`: why it failed as a whole, None when its rows count."""

    result: JobResult
    failure: Reason | None = None
