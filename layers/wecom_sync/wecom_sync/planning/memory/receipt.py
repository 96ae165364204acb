"""A file, and what WeCom answered. Pure."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Literal

from wecom_sync.domain.book import Cells
from wecom_sync.domain.link import Link
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.problems import Row
from wecom_sync.planning.memory.sent import Sent, row_keys

type Verdict = Literal["applied", "refused", "unknown"]
"""What became of a row."""
_VERDICTS: Mapping[int | None, Verdict] = {0: "applied", None: "unknown"}
"""By WeCom's code. Others are refusals."""


def verdicts_of(job: Job, outcomes: Sequence[Outcome]) -> dict[str, Verdict]:
    """Return what became of rows, by row key."""
    verdicts = [_VERDICTS.get(it.errcode, "refused") for it in outcomes]
    return dict(zip(row_keys(job, [it.id for it in outcomes]), verdicts, strict=True))


@dataclass(frozen=True)
class Receipt:
    """A file, and what became of its rows. `creators`: whom WeCom refuses to remove for good."""

    run: Run
    sent: Sent
    outcome: Literal["applied", "unchanged", "unknown"]
    verdicts: Mapping[str, Verdict]
    creators: Collection[str] = ()
    now: float = 0

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """The rows of the file by row key."""
        return dict(zip(self.sent.keys, self.sent.roster.rows, strict=True))

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The places of the columns."""
        return {name: at for at, name in enumerate(self.sent.roster.columns)}

    @cached_property
    def sendable(self) -> frozenset[str]:
        """The columns that are sent of members."""
        members = (column.name for column in MEMBER_COLUMNS)
        return frozenset((*self.places, *self.run.source.reading.attributes, *members))

    @property
    def replaces(self) -> bool:
        """Whether who or what is not in the file is gone."""
        return self.sent.roster.job.is_full and self.outcome != "unknown"

    @cached_property
    def removed(self) -> frozenset[str]:
        """Who may have been removed by name."""
        return self.sent.removed if self.outcome == "applied" else frozenset()

    @cached_property
    def links(self) -> Mapping[str, Link]:
        """The links that are in force now, by key."""
        verdicts = self.verdicts
        return {
            link.key: link
            for link in self.sent.links
            if link.account
            and (link.candidates or verdicts.get(link.account.casefold()) == "applied")
        }

    @cached_property
    def linked(self) -> Mapping[str, Link]:
        """The same links by account in lower case."""
        return {link.account.casefold(): link for link in self.links.values()}

    def cells(self, row: Row) -> Cells:
        return dict(zip(self.places, row.cells, strict=True))
