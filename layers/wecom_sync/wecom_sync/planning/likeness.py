"""What people of HR's file and accounts have in common: pieces of evidence. Pure.

They also show columns that do not fit to the file's names: cells slipped, or a column was sorted
alone. Keys that slipped cannot be seen: only HR knows them, unless they are the accounts.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain, groupby
from operator import attrgetter
from typing import NamedTuple

from wecom_sync.domain.book import Person
from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.domain.texts import Listing, Params, Sentence
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    CONTACTS,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
)
from wecom_sync.files.problems import Row
from wecom_sync.planning.changes import grouped
from wecom_sync.planning.identity import squeezed
from wecom_sync.planning.pinyin import pinyin

CERTAIN = 2
"""So many pieces of evidence make a link certain."""
LISTED = 5
"""The most candidates that are named for somebody."""
_ROUNDS = 10
"""How often the rest is compared again after certain links: a chain of more is doubtful."""

type Pieces = Mapping[str, tuple[str, ...]]
"""Pieces of evidence by account, in lower case."""
NO_PIECES: Pieces = {}
_FEWEST = 3
"""So many rows, one after the other, are off alike by no chance: two who exchange are not."""
_MIXED = 1 / 3
"""Where more of the rows have values of others, the column stands in another order."""


@dataclass(frozen=True, eq=False, slots=True)
class Someone:
    """A person of the file. `account`: what the row says, blank if it says nothing."""

    row: Row
    key: str
    account: str
    name: str
    squeezed: str
    mail: str
    contacts: Mapping[str, str]
    places: frozenset[int]


class Likeness(NamedTuple):
    """What was found: whose accounts are certain, and what points to others'."""

    certain: Mapping[Someone, str]
    pieces: Mapping[Someone, Pieces]
    free: AbstractSet[str]
    """The accounts that are certainly nobody's of these."""
    namesakes: AbstractSet[str]
    """The accounts that people without one share their names with. Few are noted for each."""


@dataclass(frozen=True, eq=False)
class Sides:
    """People without an account, and accounts that may be theirs, by their ids in lower case."""

    people: Collection[Someone]
    free: Mapping[str, Person]
    directory: Directory
    left_names: Collection[str]
    """Of people whom the file leaves out, without blanks and case."""

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of the accounts, blank where nobody knows one."""
        accounts = self.free.items()
        return {it: squeezed(person.row.get(MEMBER_NAME_COLUMN, "")) for it, person in accounts}

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[str]]:
        return grouped((name, account) for account, name in self.names.items() if name)

    @cached_property
    def by_contact(self) -> Mapping[tuple[str, str], Collection[str]]:
        return grouped(
            ((column, value), account)
            for account, person in self.free.items()
            for column, values in contacts_of(person).items()
            for value in values
        )


def evidence(sides: Sides) -> Iterator[tuple[str, Someone, str]]:
    """Yield what somebody and an account have in common: a piece of evidence, and whom it joins.

    Accounts may be called like the key or the mail, unless the mail tells it anyway; of an account
    without a name only the account itself can tell one. Names tell only beside another piece.
    """
    unnamed = {account for account, name in sides.names.items() if not name}
    for someone in sides.people if sides.free else ():
        for piece, column in CONTACTS.items():
            for account in sides.by_contact.get((column, someone.contacts.get(column, "")), ()):
                yield piece, someone, account
        local = someone.mail.partition("@")[0].casefold()
        if local in sides.by_contact.get((MAIL_COLUMN, someone.mail.casefold()), ()):
            local = ""
        own = {someone.key.casefold(), local} & sides.free.keys()
        if unnamed:
            own |= {pinyin(someone.name)} & unnamed
        for account in own:
            yield "account", someone, account


def likeness(sides: Sides) -> Likeness:
    """Compare people and accounts until nothing is certain any more."""
    shared: dict[Someone, dict[str, tuple[str, ...]]] = {it: {} for it in sides.people}
    for piece, someone, account in evidence(sides):
        shared[someone][account] = (*shared[someone].get(account, ()), piece)
    certain: dict[Someone, str] = {}
    pieces: dict[Someone, Pieces] = {}
    for _ in range(_ROUNDS):
        linked = {*certain.values()}
        rest = {it: own for it, own in shared.items() if it not in certain}
        pieces |= _with_names(rest, sides, linked)
        news = {it: account for it, account in _certain(pieces, rest) if account not in linked}
        certain |= news
        if not news:
            break
    # A name alone points to nobody who left some files ago.
    left = {account for account, person in sides.free.items() if person.left}
    gone = left.union(certain.values())
    same = {
        name: sorted({*sides.by_name.get(name, ())} - gone) for name in {it.squeezed for it in rest}
    }
    for someone in rest:
        named = dict.fromkeys(same[someone.squeezed][:LISTED], ("name",))
        pieces[someone] = {**named, **pieces[someone]}
    free = sides.free.keys() - certain.values()
    return Likeness(certain, pieces, free, {*chain.from_iterable(same.values())})


def _with_names(
    rest: Mapping[Someone, Pieces], sides: Sides, linked: Collection[str]
) -> Mapping[Someone, Pieces]:
    """Return the evidence of the rest with that of names, and of departments beside them."""
    pieces: dict[Someone, dict[str, tuple[str, ...]]] = {
        someone: {
            account: (*words, "name") if sides.names[account] == someone.squeezed else words
            for account, words in own.items()
            if account not in linked or len(words) >= CERTAIN
        }
        for someone, own in rest.items()
    }
    people = grouped(
        ((it.squeezed, place), it)
        for it in rest
        if it.squeezed and it.squeezed not in sides.left_names
        for place in it.places - {ROOT}
    )
    accounts = grouped(
        ((name, place), account)
        for account, name in sides.names.items()
        if name and account not in linked
        for place in sides.directory.members[account]
    )
    for where, (someone, *others) in people.items():
        if not others and len(there := accounts.get(where, [])) == 1:
            words = rest[someone].get(there[0], ())
            # Who left some files ago has had the place filled since.
            place = () if sides.free[there[0]].left else ("department",)
            pieces[someone][there[0]] = (*words, "name", *place)
    return pieces


def _certain(
    pieces: Mapping[Someone, Pieces], rest: Collection[Someone]
) -> Iterator[tuple[Someone, str]]:
    """Yield who has more evidence for one account than for any other, and than anybody else."""
    most = grouped((account, len(words)) for it in rest for account, words in pieces[it].items())
    for someone in rest:
        ranked = sorted(map(len, pieces[someone].values()), reverse=True)
        if not ranked or ranked[0] < CERTAIN or ranked[1:2] == ranked[:1]:
            continue
        account = max(pieces[someone], key=lambda it: len(pieces[someone][it]))
        if most[account].count(ranked[0]) == 1 and max(most[account]) == ranked[0]:
            yield someone, account


def contacts_of(person: Person) -> dict[str, set[str]]:
    """Return the contacts that WeCom has or may have of somebody, in lower case."""
    rows = (person.row, person.maybe, person.former)
    return {
        column: {row[column].casefold() for row in rows if row.get(column)}
        for column in CONTACT_COLUMNS
    }


class _Cell(NamedTuple):
    """The lines of a value and of the person whose it is."""

    line: int
    owner: int

    @property
    def offset(self) -> int:
        return self.owner - self.line


type _Runs = Sequence[Sequence[_Cell]]
"""Cells of others: those that slipped together, or all of a column that was sorted alone."""


def slip_of(sides: Sides, key: str) -> Sentence | None:
    """Say what has probably happened to the file, if more than a few values are others'.

    `key`: the header of the keys.
    """
    cells = _cells(sides, key)
    slips = {column: runs for column, own in cells.items() if (runs := _slipped(column, own))}
    if not slips:
        return None
    most = max(slips, key=lambda it: sum(map(len, slips[it])))
    runs, offset = slips[most], _offset(slips[most])
    blanks: Params = {
        "columns": Listing.of(it for it in slips if _offset(slips[it]) == offset),
        "lines": Listing.of(f"{run[0].line}-{run[-1].line}" for run in runs),
        "count": sum(map(len, runs)),
        "rows": len(cells[most]),
        "line": runs[0][0].line,
        "owner": str(runs[0][0].owner),
    }
    return Sentence("cause_slipped" if offset else "cause_sorted", blanks)


def _offset(runs: _Runs) -> int:
    """Return by how many lines cells slipped, 0 where they are off by different numbers."""
    offsets = {it.offset for run in runs for it in run}
    return offsets.pop() if len(offsets) == 1 else 0


def _cells(sides: Sides, key: str) -> Mapping[str, Collection[_Cell]]:
    """Return whose values are where in each column. Only names and values that nobody shares tell.

    The line of a person is the one with the name, whatever else stands there.
    """
    people = grouped((it.squeezed, it.row.line) for it in sides.people)
    lines = {own[0]: people.get(it, ()) for it, own in sides.by_name.items() if len(own) == 1}
    values = grouped(
        ((CONTACTS.get(piece, key), account), someone.row.line)
        for piece, someone, account in evidence(sides)
        if piece in CONTACTS or account == someone.key.casefold()
    )
    return grouped(
        (column, _Cell(*own, *lines[account]))
        for (column, account), own in values.items()
        if len(own) == len(lines.get(account, ())) == 1
    )


def _slipped(column: str, cells: Collection[_Cell]) -> _Runs:
    """Return what slipped in a column, nothing where it is no more than a few values."""
    astray = sorted(it for it in cells if it.offset)
    usual = dict(Counter(it.offset for it in astray).most_common(1))
    groups = ([*those] for _, those in groupby(sorted(cells), attrgetter("offset")))
    runs = [it for it in groups if it[0].offset in usual and len(it) >= _FEWEST]
    if len(astray) <= max(_FEWEST, _MIXED * len(cells), 2 * sum(map(len, runs)) - 1):
        return runs
    # Keys may be numbers that mean nothing as accounts.
    return [astray] if column in CONTACT_COLUMNS else []
