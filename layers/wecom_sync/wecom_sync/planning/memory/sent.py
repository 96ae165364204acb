"""What went out for a run, and the digests by which it is recognised when it comes again."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace
from operator import attrgetter, itemgetter
from typing import NamedTuple

from wecom_sync.domain.book import Book, File, Tally
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.link import Link
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.states import Job
from wecom_sync.domain.submission import MOVE, REMOVE, SWITCH
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import row_key
from wecom_sync.files.member_columns import DISABLED_COLUMN, keys_in
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import DIGITS, Roster

KEPT = 400
"""How many files of each job type are remembered: more than a year's nights."""
HABIT_SECONDS = 90 * 86_400
FEWEST_NIGHTS = 24
"""We remember how much the files of so long changed, or so many, whichever are more."""
GONE = "gone"
"""Stands for the digest of somebody who was to go and has no row."""
_BETWEEN_CELLS, _BETWEEN_COLUMNS, _BETWEEN_ROWS = "\x1f", "\x1e", "\x1e"


class LeftRow(NamedTuple):
    """A row of the file that does not go out. `id`: HR's key, or the account."""

    line: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out for a run: the rows as WeCom got them. User ids in sets are in lower case."""

    roster: Roster
    disable: frozenset[str] = frozenset()
    """Members who are missing from the file and are disabled, or are already."""
    enable: frozenset[str] = frozenset()
    """Members who were disabled when they left, and are back."""
    freed: frozenset[str] = frozenset()
    """Leavers who are removed before the imports: others want their mobiles and e-mails."""
    moves: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """To which departments leavers go whose own ones are left out."""
    condemned: frozenset[int] = frozenset()
    """Departments that the file leaves out and that are not empty yet."""
    add: frozenset[str] = frozenset()
    """Members who were not there before."""
    digests: tuple[str, ...] = ()
    """Of the file, see `digests_of`."""
    gone: frozenset[str] = frozenset()
    """Members who would be removed or newly disabled."""
    spared: frozenset[str] = frozenset()
    """Members who are missing from the file, and whom WeCom refuses to remove."""
    changes: Mapping[str, Kind] = field(default_factory=dict)
    """What was planned for whom, by row key; nothing for who is not named."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of those in `changes` who are not in the file, by row key."""
    left_out: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The values for which rows were left out, by header."""
    links: tuple[Link, ...] = ()
    exempt: frozenset[str] = frozenset()
    """Members who are missing from a full file and are left as they are."""
    amounts: Mapping[str, int] = field(default_factory=dict)
    """How much it changes (see `Plan.measured`)."""
    left: tuple[LeftRow, ...] = ()
    """Rows of people whose account nobody knows, or whose account is in somebody else's care."""
    hr_keys: Mapping[str, str] = field(default_factory=dict)
    """HR's keys by accounts in lower case, none of a file without keys."""
    sign_ins: Mapping[str, str] = field(default_factory=dict)
    """Who gets another mobile or e-mail, by row key: from what to what, masked."""
    postponed: frozenset[str] = frozenset()
    """Members who were to go, and stay because that is how the run was approved."""
    basis: str = ""
    """Of people: the digest of what their plan rests on once WeCom has taken the departments, blank
    where nobody knows how that will be."""

    @property
    def keys(self) -> list[str]:
        return row_keys(self.roster.job, (row.id for row in self.roster.rows))

    @property
    def removed(self) -> frozenset[str]:
        """Members who would be removed: neither disabled first nor by their own row."""
        return self.gone - self.disable - frozenset(self.keys)

    @property
    def switches(self) -> Mapping[str, bool]:
        """Who is disabled or enabled by name, and whether they are enabled."""
        return {
            **dict.fromkeys(self.gone & self.disable, False),
            **dict.fromkeys(self.enable, True),
        }

    def named_in(self, job: str) -> Collection[str]:
        """Return whom a step by name is about."""
        return {MOVE: {*self.moves, *self.freed}, SWITCH: self.switches, REMOVE: self.removed}[job]


def hr_keys_of(file: Roster, roster: Roster, book: Book) -> Mapping[str, str]:
    """Return HR's keys by the accounts of a file's people, and of all others that we know."""
    keys = keys_in(file.columns, file.rows)
    others = {account: key for key, account in book.people.by_key.items()} if keys else {}
    return others | {it.id.casefold(): keys[it.line] for it in roster.rows if it.line in keys}


def row_keys(job: Job, ids: Iterable[str]) -> list[str]:
    """Return the keys of many rows."""
    return [*map(str.casefold, ids)] if job.has_members else [row_key(job, it) for it in ids]


def digests_of(roster: Roster) -> tuple[str, ...]:
    """Return the digests of a file: of what it says, in whatever order, and of its own bytes."""
    order = sorted(range(len(roster.columns)), key=roster.columns.__getitem__)
    cells = map(itemgetter(*order), [row.cells for row in roster.rows])
    lines = sorted(map(_BETWEEN_CELLS.join, cells))
    header = _BETWEEN_CELLS.join(roster.columns[at] for at in order)
    digest = hashlib.sha256(_BETWEEN_ROWS.join((header, *lines)).encode()).hexdigest()[:DIGITS]
    return tuple(filter(None, (digest, roster.digest)))


def with_file(book: Book, file: File) -> Book:
    """Return the book with a file, the only one of those that say the same and change nothing."""
    like = (file.job, file.digests, file.outcome)
    is_last = file.outcome == "unchanged" and bool(file.digests)
    others = [
        it
        for it in book.history.files
        if it.run_id != file.run_id and not (is_last and (it.job, it.digests, it.outcome) == like)
    ]
    if sum(it.job is file.job for it in others) >= KEPT:
        others.remove(next(it for it in others if it.job is file.job))
    return replace(book, history=replace(book.history, files=(*others, file)))


def with_tally(book: Book, tally: Tally) -> Book:
    """Return the book with how much a file changed. The steps of a run are one file."""
    same = {it.run_id: it for it in book.history.nights}.get(tally.run_id, tally)
    tally = tally._replace(amounts={**same.amounts, **tally.amounts})
    nights = sorted(
        (*(it for it in book.history.nights if it is not same), tally), key=attrgetter("dropped")
    )[-KEPT:]
    first = max(0, len(nights) - FEWEST_NIGHTS)
    recent = (it for it in nights[:first] if it.dropped > nights[-1].dropped - HABIT_SECONDS)
    return replace(book, history=replace(book.history, nights=(*recent, *nights[first:])))


def row_digest(roster: Roster, row: Row, *, is_new: bool) -> str:
    """Return the digest of a row, and of whether it adds somebody.

    The order of columns does not matter. Nor does a blank 禁用: it depends on the grace periods of
    other people.
    """
    cells = zip(roster.columns, row.cells, strict=True)
    pairs = sorted(_BETWEEN_CELLS.join(pair) for pair in cells if pair != (DISABLED_COLUMN, ""))
    text = _BETWEEN_COLUMNS.join(("new" if is_new else "there", *pairs))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def asked_before(roster: Roster, directory: Directory, book: Book) -> frozenset[str]:
    """Return, in lower case, whose row a person approved as it is and WeCom refused."""
    asked = {it: book.person(it).asked for it in book.people.those(lambda kind: bool(kind.asked))}
    rows = {row.id.casefold(): row for row in roster.rows if row.line} if asked else {}
    there = directory.members
    now = {
        user: row_digest(roster, rows[user], is_new=user not in there) if user in rows else GONE
        for user in asked
    }
    return frozenset(user for user, digest in asked.items() if digest == now[user])
