"""What headers mean in the files of a job, and which line of a file is its header."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple, Self

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import columns_of, missing, normal_header
from wecom_sync.files.decoding import HEADER_LINES, MAX_COLUMNS
from wecom_sync.files.header_claims import NO_CLAIM, Claim, Header, Strength, claims_of
from wecom_sync.files.member_columns import ORDERS_COLUMN
from wecom_sync.files.problems import Problem, line_ranges

_SEPARATORS: Mapping[str, TextCode] = {"\t": "separated_by_tabs", ";": "separated_by_semicolons"}
_hint = re.compile(r"sep=[,;|]?", re.IGNORECASE).fullmatch
"""A line that only tells Excel the separator."""
_ASCII_WORD = re.compile(r"[0-9A-Za-z@]")


class Heading(NamedTuple):
    """The header and its line. `titles`: the lines above it; `below`: those below."""

    line: int
    cells: list[str]
    titles: list[tuple[int, list[str]]]
    below: Iterator[tuple[int, list[str]]]

    def above(self) -> Iterator[Problem]:
        """Yield a warning when lines above the header are left out."""
        if self.titles and not any(self.problems()):
            lines = [number for number, _ in self.titles]
            params: Params = {"titles": Listing.of(line_ranges(lines))}
            yield Problem(lines[0], "", "warning_titles", params)

    def problems(self) -> Iterator[Problem]:
        """Yield a problem when a line above the header may be a person: an id has letters."""
        for number, cells in self.titles:
            if len([*filter(None, cells)]) > 1 and any(map(_ASCII_WORD.search, cells)):
                yield Problem(number, "", "header_below", {"found": self.line})
                return


@dataclass(frozen=True, slots=True)
class Headers:
    """What headers mean. `claims`, `others`: in this kind of file and in the other one."""

    job: Job
    reading: Reading
    claims: Mapping[str, Claim]
    others: Mapping[str, Claim]

    @classmethod
    def of(cls, job: Job, reading: Reading) -> Self:
        """Return the headers of a job, and the corp's own."""
        return cls(job, reading, claims_of(job, reading), claims_of(_other(job), reading))

    @property
    def every(self) -> frozenset[str]:
        """Every header with a meaning in its normal form, also those of the other kind of file."""
        return frozenset(
            header
            for claims in (self.claims, self.others)
            for header, claim in claims.items()
            if claim.strength > Strength.CANDIDATE
        )

    def header(self, cells: Sequence[str]) -> Header:
        """Return what the cells of a line mean as a header."""
        claims = [self.claims.get(normal_header(cell), NO_CLAIM) for cell in cells]
        return Header.of(cells, claims, has_members=self.job.has_members)

    def heading(self, lines: Iterator[tuple[int, list[str]]]) -> Heading:
        """Return the header, its line, the titles above it, and the lines below it.

        A title fills one cell. Of the other lines the one with the most of what the job needs is
        the header, or else the first one. Without such a line it is the first of all.
        """
        first = [*islice(lines, HEADER_LINES)]
        if first and len(first[0][1]) == 1 and _hint(first[0][1][0]):
            del first[0]
        names = self.every
        at = 0
        while at < len(first) and _is_title(first[at][1], names):
            at += 1
        if at == len(first):
            at = 0
        at = min(range(at, len(first)), key=lambda line: self._lacks(first[line][1]), default=0)
        line, cells = first[at] if first else (0, [])
        return Heading(line, cells, first[:at], chain(first[at + 1 :], lines))

    def _lacks(self, cells: Sequence[str]) -> int:
        """Return how many columns a header lacks."""
        return len(missing(self.job, self.header(cells[:MAX_COLUMNS]).columns))

    def fit(self, lines: Iterator[tuple[int, list[str]]]) -> bool:
        """Whether the header of these lines has every column that the job needs."""
        cells = self.heading(lines).cells
        return bool(cells) and not missing(self.job, self.header(cells).columns)

    def partly(self, cells: Sequence[str]) -> list[str]:
        """Return the columns that each header means or may mean, none unless they are two."""
        header = self.header(cells)
        if self.is_of_other_kind(header):
            return []
        columns = [
            claim.column if claim.strength is Strength.CANDIDATE else column
            for claim, column in zip(header.claims, header.columns, strict=True)
        ]
        return columns if len({*filter(None, columns)}) > 1 else []

    def is_of_other_kind(self, header: Header) -> bool:
        """Whether members stand where departments should, or the other way round.

        Two of the columns that tell the other kind suffice, if it knows more of the header.
        """
        claims = [self.others.get(normal_header(cell), NO_CLAIM) for cell in header.cells]
        columns = [claim.column for claim in claims if claim.strength > Strength.CANDIDATE]
        needed = {
            column.name
            for column in columns_of(_other(self.job))
            if column.required or (self.job.has_members and column.name != ORDERS_COLUMN)
        }
        is_better = len([*filter(None, columns)]) > len([*filter(None, header.columns)])
        return is_better and len(needed & {*columns}) > 1


def _other(job: Job) -> Job:
    return Job.REPLACE_PARTY if job.has_members else Job.REPLACE_USER


def _is_title(cells: Sequence[str], names: Collection[str]) -> bool:
    """Whether a line fills one cell, and is no header with another separator."""
    return len([*filter(None, cells)]) == 1 and other_separator(cells, names) is None


def other_separator(header: Sequence[str], names: Collection[str]) -> TextCode | None:
    """Return the problem of a header with another separator than the comma."""
    for separator, code in _SEPARATORS.items():
        cells = ",".join(header).split(separator)
        if sum(normal_header(cell.strip('"')) in names for cell in cells) > 1:
            return code
    return None
