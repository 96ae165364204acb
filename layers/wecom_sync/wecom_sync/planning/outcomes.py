"""What went out for a run, and what became of each row in WeCom's result. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from wecom_sync.domain.book import Book
from wecom_sync.domain.outcome import LEFT, JobResult, Kind, Outcome, ResultRow
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import CONTACT_COLUMNS, KEY_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.files.privacy import masked_email, masked_mobile
from wecom_sync.files.roster import Roster
from wecom_sync.planning.memory.sent import Sent, row_keys

_TELLING = frozenset({MEMBER_NAME_COLUMN, *CONTACT_COLUMNS})
"""The columns whose values one account can keep another from having."""
_TAKEN: Mapping[int | None, tuple[str, Callable[[str], str]]] = {
    60104: (CONTACT_COLUMNS[0], masked_mobile),
    60106: (CONTACT_COLUMNS[1], masked_email),
}
"""Errcodes of a contact that another account has."""


def match(roster: Roster, result: JobResult) -> list[Outcome]:
    """Give every row of the file its outcome, then the people who are not in the file.

    WeCom's `total` is not used, because it has been wrong. A row that the result does not name is
    unreported. If it names a person twice, the worse outcome counts.
    """
    reported = _worst(roster.job, result)
    outcomes = []
    keys = row_keys(roster.job, [entry.id for entry in roster.rows])
    for key, entry in zip(keys, roster.rows, strict=True):
        result_row = reported.pop(key, None)
        answer = result_row[1:] if result_row else (None,)
        outcomes.append(Outcome(entry.id, entry.line, *answer))
    return [*outcomes, *(_outcome(row, 0) for row in reported.values())]


def _worst(job: Job, result: JobResult) -> dict[str, ResultRow]:
    rows = sorted(result.rows, key=lambda row: row.errcode != 0)
    return dict(zip(row_keys(job, [row.id for row in rows]), rows, strict=True))


def labelled(outcomes: Iterable[Outcome], sent: Sent) -> list[Outcome]:
    """Return the outcomes with names, keys and what was planned; then the rows left out.

    Of these, and where nobody has matched people with accounts, a row has HR's key as its id.
    """
    rows = [*outcomes]
    names = {**sent.names, **sent.roster.names()}
    otherwise = Kind.UNCHANGED if sent.changes else ""
    keys = row_keys(sent.roster.job, [row.id for row in rows])
    own = sent.hr_keys.get
    named = [
        Outcome(*row[:5], names.get(key, ""), sent.changes.get(key, otherwise), own(key, ""))
        for key, row in zip(keys, rows, strict=True)
    ]
    if KEY_COLUMN in sent.roster.columns:
        named = [it._replace(id="") if it.id == it.key else it for it in named]
    for it in sent.left:
        account, hr_key = ("", it.id) if sent.hr_keys else (it.id, "")
        named.append(Outcome(account, it.line, None, "", 0, it.name, LEFT, hr_key))
    return named


def with_holders(
    outcomes: list[Outcome], sent: Sent, read_book: Callable[[], Book]
) -> list[Outcome]:
    """Return the outcomes; one whose mobile or e-mail another account has in the book says whose.

    The book is that of before the import. It may be large, and is read only for such a row.
    """
    taken = {it.line: _TAKEN[it.errcode] for it in outcomes if it.line and it.errcode in _TAKEN}
    if not taken:
        return outcomes
    book = read_book()
    owners = {
        column: {cell.casefold(): account for account, cell in book.people.column(column).items()}
        for column, _ in taken.values()
    }
    holders: dict[int | None, str] = {}
    for row in (it for it in sent.roster.rows if it.line in taken):
        column, masked = taken[row.line]
        cell = dict(zip(sent.roster.columns, row.cells, strict=True)).get(column, "")
        account = owners[column].get(cell.casefold(), "") if cell else ""
        if account not in {"", row.id.casefold()}:
            name = book.person(account).row.get(MEMBER_NAME_COLUMN, "")
            holders[row.line] = f"{account} {masked(cell)} {name}"
    return [it._replace(holder=holders[it.line]) if it.line in holders else it for it in outcomes]


def new_sign_ins(sent: Sent, outcomes: Iterable[Outcome]) -> Listing | None:
    """List whose mobile or e-mail WeCom may have changed, from what to what; None if nobody's.

    Also of whom it said nothing: a row without an answer may have been applied.
    """
    may_be = (it for it in outcomes if not it.failed and it.change != LEFT)
    applied = [it for it in may_be if it.id.casefold() in sent.sign_ins]
    lines = [f"{it.person} ({it.id}): {sent.sign_ins[it.id.casefold()]}" for it in applied]
    return Listing.of(lines) if lines else None


def namesakes(
    sent: Sent, going: Collection[str], refused: Iterable[Outcome], book: Book
) -> Iterator[str]:
    """Yield who is to go and has the name or a contact of a row that WeCom refused."""
    lines = {it.line for it in refused}
    values = {
        cell.casefold()
        for row in sent.roster.rows
        if row.line in lines
        for name, cell in zip(sent.roster.columns, row.cells, strict=True)
        if cell and name in _TELLING
    }
    for key in going if values else ():
        row = book.person(key).row
        if any(row.get(name, "").casefold() in values for name in _TELLING):
            yield key


def without_file(result: JobResult) -> list[Outcome]:
    """Return the outcomes of a result whose file is gone: without lines."""
    return [_outcome(row, None) for row in _worst(Job.SYNC_USER, result).values()]


def _outcome(row: ResultRow, line: int | None) -> Outcome:
    return Outcome(row.id, line, row.errcode, row.errmsg, row.action)


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a job. `failed` includes people who are not in the file: `removals`.

    `refused`: the names of all who failed.
    """

    rows: int
    succeeded: int
    failed: int
    unreported: int
    removals: int
    refused: Listing

    @classmethod
    def of(
        cls, outcomes: list[Outcome], rows: int, spared: Collection[str] = frozenset()
    ) -> "Counts":
        """Count the outcomes. A removal that succeeded is not counted: it is no row of the file.

        `spared`: people whom WeCom always refuses to remove; they are not counted either.
        """
        rows -= sum(row.change == LEFT for row in outcomes)
        outcomes = [row for row in outcomes if row.id.casefold() not in spared]
        succeeded = sum(row.errcode == 0 and row.line != 0 for row in outcomes)
        refused = sum(row.failed and row.line != 0 for row in outcomes)
        # Who is not in the file must go all the same.
        lost = sum(not row.is_known and row.line == 0 for row in outcomes)
        names = {row.id: row.person for row in outcomes if row.failed}
        return cls(
            rows=rows,
            succeeded=succeeded,
            failed=sum(row.failed for row in outcomes),
            unreported=max(0, rows - succeeded - refused) + lost,
            removals=sum(row.failed for row in outcomes) - refused,
            refused=Listing.of(names).named(names.__getitem__),
        )

    def end(self) -> tuple[State, Reason | None]:
        """Return how the run ends: SUCCEEDED when WeCom confirmed every row and refused nobody."""
        if not self.failed and not self.unreported:
            return State.SUCCEEDED, None
        lost: Params = {"unreported": self.unreported, "rows": self.rows}
        counts: Params = {"failed": self.failed, "rows": self.rows}
        if not self.unreported:
            code: TextCode = "rows_failed" if self.failed > self.removals else "removals_refused"
            reason = Reason(code, counts, people=self.refused)
        elif self.failed:
            both = {**counts, **lost}
            reason = Reason("rows_failed_and_unreported", both, people=self.refused)
        elif self.unreported == self.rows:
            reason = Reason("nothing_reported", {"rows": self.rows})
        else:
            reason = Reason("rows_unreported", lost)
        return State.PARTIAL, reason
