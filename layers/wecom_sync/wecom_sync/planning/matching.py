"""Finds whose account each person of HR's file has: people with keys become rows with accounts."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from itertools import chain, count, islice
from operator import attrgetter

from wecom_sync.domain.book import Book, Cells, Person
from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.domain.link import NOBODY, Candidate, Link
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
    MOBILE_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.roster import Roster, Row
from wecom_sync.files.settings_file import NEWCOMERS
from wecom_sync.planning.changes import grouped
from wecom_sync.planning.department_names import Placing
from wecom_sync.planning.identity import Strangers, alike, squeezed
from wecom_sync.planning.pinyin import pinyin
from wecom_sync.planning.unmanaged import unmanaged_accounts

CERTAIN = 2
"""So many pieces of evidence make a link certain."""
LISTED = 5
"""The most candidates that are named for somebody."""
_ROUNDS = 10
"""How often the rest is compared again after certain links: a chain of more is doubtful."""
_PIECES = {MOBILE_COLUMN: "mobile", MAIL_COLUMN: "mail"}
_account = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}").fullmatch
_LONGEST = 60
"""Characters of an account that leave room for a number."""

type Places = Mapping[str, Collection[int]]
"""The departments of each cell of 所在部门; those that do not exist yet are missing."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A roster in which everybody has an account, what is new, and accounts that must stay."""

    roster: Roster
    links: tuple[Link, ...] = ()
    kept: frozenset[str] = frozenset()
    """In lower case: those who may be doubtful people's, and unmanaged ones."""


def match(
    roster: Roster, directory: Directory, book: Book, policy: Policy, places: Places
) -> Matched:
    """Match people with accounts. A file without keys stays as it is."""
    if KEY_COLUMN not in roster.columns:
        return Matched(roster)
    return _Matching(roster, directory, book, policy, places).matched()


@dataclass(eq=False, slots=True)
class _Someone:
    """A person of the file. `account`: as spelt, blank as long as nobody knows."""

    row: Row
    key: str
    account: str
    name: str
    squeezed: str
    mail: str
    contacts: Mapping[str, str]
    places: frozenset[int]
    pieces: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Evidence by account, in lower case."""
    is_left_out: bool = False
    """Whether the row is not sent."""

    def of(self, account: str) -> tuple[str, ...]:
        return self.pieces.get(account, ())


class _Matching:
    def __init__(
        self, roster: Roster, directory: Directory, book: Book, policy: Policy, places: Places
    ) -> None:
        self._roster, self._directory, self._book = roster, directory, book
        self._policy, self._places = policy, places
        self._at = {name: at for at, name in enumerate(roster.columns)}
        self._linked = book.people.by_key
        self._people = [self._someone(row) for row in roster.rows]
        self._keys = {it.key for it in self._people if it.key}
        self._left_keys = {*roster.left_people}
        self._unmanaged = unmanaged_accounts(directory, book, policy)
        self._used: set[str] = set()
        self._links: list[Link] = []
        self._kept = {*self._unmanaged}
        self._lost = {key: account for key, account in self._linked.items() if self._loses(key)}

    def matched(self) -> Matched:
        unknown = self._unknown()
        unsettled = self._alike(unknown)
        compared = [it for it in unknown if self._book.stated.get(it.key) is None]
        free = self._free()
        evidence = _Evidence(compared, free, self._directory, self._roster.left_names)
        evidence.collect()
        self._kept |= evidence.namesakes
        self._settle(compared, unsettled, free)
        self._give_accounts([it for it in unknown if not (it.account or it.is_left_out)])
        kept = self._kept | ({*self._lost.values()} - {"", *self._used})
        links = tuple(sorted(self._links, key=attrgetter("line")))
        return Matched(self._with_accounts(), links, frozenset(kept))

    def _loses(self, key: str) -> bool:
        """Whether accounts.csv takes away the account that somebody had before its key."""
        account, word = self._linked[key], self._book.stated.get(key)
        if word == NOBODY:
            is_asked = self._book.undecided.get(key) == NOBODY
            return account in self._directory.members and not is_asked
        return word == "" and {*NEWCOMERS}.isdisjoint(self._book.person(account).evidence)

    def _someone(self, row: Row) -> _Someone:
        cell = {name: row.cells[at] for name, at in self._at.items()}
        name = cell.get(MEMBER_NAME_COLUMN, "")
        return _Someone(
            row=row,
            key=cell[KEY_COLUMN],
            account=cell.get(USER_COLUMN, ""),
            name=name,
            squeezed=squeezed(name),
            mail=cell.get(MAIL_COLUMN, ""),
            contacts={it: cell[it].casefold() for it in CONTACT_COLUMNS if cell.get(it)},
            places=frozenset(self._places.get(cell.get(DEPARTMENTS_COLUMN, ""), ())),
        )

    def _unknown(self) -> list[_Someone]:
        """Give everybody the account that somebody or the book says; return all others."""
        stated, unknown = self._book.stated, []
        for someone in self._people:
            if not someone.key:
                self._used.add(someone.account.casefold())
            elif account := stated.get(someone.key):
                someone.account = account
                self._take(someone, "stated")
        for someone in self._people:
            if someone.account and someone.key and not stated.get(someone.key):
                self._take(someone, "file")
        strangers = Strangers(self._roster, self._book)
        for someone in self._people:
            account = "" if someone.key in self._lost else self._linked.get(someone.key, "")
            if someone.account or someone.is_left_out:
                continue
            if account and account not in self._used:
                self._follow(someone, account, strangers)
            elif (reserved := self._book.reserved.get(someone.key, NOBODY)) != NOBODY and (
                reserved.casefold() not in self._used
            ):
                self._give(someone, reserved)
            else:
                unknown.append(someone)
        return unknown

    def _take(self, someone: _Someone, word: str) -> None:
        """Take an account that accounts.csv or the row states."""
        account, key = someone.account.casefold(), someone.key
        if account == NOBODY:
            if key in self._lost:
                self._link(someone, "contradicted", (word,), self._lost[key])
            return
        person, linked = self._book.person(account), self._linked.get(key, "")
        if account in self._used:
            self._open(someone, "doubtful", {account: (word,)})
            return
        self._used.add(account)
        someone.account = self._directory.user_ids.get(account, someone.account)
        before = linked if linked not in {"", account} else person.key
        if before not in {"", key}:
            self._lost[key] = linked
            self._link(someone, "contradicted", (word,), before)
        elif linked != account or account in self._unmanaged:
            is_there = account in self._directory.members
            self._link(someone, "certain" if is_there else "new", (word,))

    def _follow(self, someone: _Someone, account: str, strangers: Strangers) -> None:
        """Give somebody the account that the book says, unless the key names another person now."""
        gone = self._book.person(account)
        person = gone if gone.row else gone._replace(row=gone.former)
        is_same = person.row.get(MEMBER_NAME_COLUMN) == someone.name
        self._used.add(account)
        if not is_same and (
            strangers.gets(replace(someone.row, id=account), person)
            or self._is_other(someone, person, was_gone=not gone.row)
        ):
            self._open(someone, "other", {account: ("key",)})
            return
        spelt = person.row.get(USER_COLUMN) or account
        someone.account = self._directory.user_ids.get(account, spelt)
        if account in self._unmanaged:
            self._link(someone, "unmanaged", person.evidence)

    def _is_other(self, someone: _Someone, person: Person, *, was_gone: bool) -> bool:
        """Whether a key that came back, or two that were exchanged, name another person now."""
        name = person.row.get(MEMBER_NAME_COLUMN, "")
        if not name or squeezed(name) == someone.squeezed:
            return False
        own = ((MEMBER_NAME_COLUMN, someone.squeezed), *someone.contacts.items())
        others = {account for it in own for account in self._owners.get(it, ())}
        return bool(others - {person.account}) or (was_gone and not alike(name, someone.name))

    @cached_property
    def _owners(self) -> Mapping[tuple[str, str], list[str]]:
        """The accounts of keys by their people's names and contacts."""
        rows = {it: self._book.person(it).row for it in self._linked.values()}
        names = ((it, MEMBER_NAME_COLUMN, squeezed) for it in rows)
        contacts = ((it, column, str.casefold) for it in rows for column in CONTACT_COLUMNS)
        return grouped(
            ((column, spelt(rows[it].get(column, ""))), it)
            for it, column, spelt in (*names, *contacts)
        )

    def _free(self) -> dict[str, Person]:
        """Return the live accounts that may be somebody's who has none."""
        stated = self._book.stated
        taken = self._used | {stated[it].casefold() for it in stated if self._is_there(it)}
        return {
            account: person
            for account in self._directory.members
            if account not in taken
            and not ((person := self._book.person(account)).key and self._is_there(person.key))
        }

    def _is_there(self, key: str) -> bool:
        """Whether HR still has a key. A file of some people does not tell."""
        is_named = key in self._keys or key.casefold() in self._left_keys
        return is_named or not self._roster.job.is_full

    def _alike(self, unknown: Iterable[_Someone]) -> dict[_Someone, str]:
        """Return who has a key that differs only by case or zeros, with the other one's account."""
        folds = Counter(map(_fold, self._keys))
        linked = {_fold(key): account for key, account in self._linked.items()}
        return {
            it: linked.get(fold, "")
            for it in unknown
            if folds[fold := _fold(it.key)] > 1 or fold in linked
        }

    def _settle(
        self,
        compared: Collection[_Someone],
        unsettled: Mapping[_Someone, str],
        free: Mapping[str, Person],
    ) -> None:
        """Note the certain links, and leave doubtful people for a person to decide."""
        rest = free.keys() - {it.account.casefold() for it in compared}
        for someone in compared:
            account = someone.account.casefold()
            asked = self._book.undecided.get(someone.key, "").casefold().split(";")
            pieces = {**dict.fromkeys(rest.intersection(asked), ()), **someone.pieces}
            if account:
                person, evidence = self._book.person(account), someone.of(account)
                before = person.key
                is_respelt = _fold(before) == _fold(someone.key)
                evidence += ("similar",) if is_respelt else ()
                is_somebodys = bool(person.linked and not before) or someone in unsettled
                if not is_somebodys or is_respelt:
                    self._used.add(account)
                    self._link(someone, "moved" if before else "certain", evidence, before)
                    continue
                pieces = {account: evidence}
            elif twin := unsettled.get(someone):
                pieces = {twin: ("similar",), **pieces}
            if pieces or someone in unsettled:
                self._open(someone, "doubtful", pieces)

    def _give_accounts(self, newcomers: Iterable[_Someone]) -> None:
        """Give newcomers accounts by rule; a person says those that the rule does not."""
        book = self._book
        taken = {*self._directory.members, *self._linked.values(), *self._used}
        taken |= {it.casefold() for it in book.stated.values()}
        taken |= {*book.people.those(lambda it: bool(it.linked))}
        for someone in newcomers:
            rule = self._policy.newcomers
            is_stated = someone.key in book.stated
            wanted = {
                "key": someone.key,
                "email": someone.mail.partition("@")[0],
                "ask": someone.key if is_stated else "",
            }.get(rule)
            wanted = pinyin(someone.name) if wanted is None else wanted
            account = self._numbered(wanted, taken) if _account(wanted) else ""
            if not account:
                self._open(someone, "doubtful", {})
                continue
            taken.add(account.casefold())
            self._give(someone, account)

    def _give(self, someone: _Someone, account: str) -> None:
        """Give a newcomer an account."""
        self._used.add(account.casefold())
        someone.account = account
        lost = self._lost.get(someone.key, "")
        kind = "contradicted" if lost in self._directory.members else "new"
        self._link(someone, kind, (self._policy.newcomers,), lost)

    def _numbered(self, wanted: str, taken: Collection[str]) -> str:
        """Return a free account, blank where one pattern of what is unmanaged has them all."""
        names = chain([wanted], (f"{wanted[:_LONGEST]}{number}" for number in count(2)))
        free = (name for name in names if name.casefold() not in taken)
        tries = islice(free, len(self._policy.accounts_unmanaged) + 1)
        return next((name for name in tries if not self._policy.leaves_alone(name)), "")

    def _link(
        self, someone: _Someone, kind: str, evidence: tuple[str, ...], before: str = ""
    ) -> None:
        account = someone.account.casefold()
        if account in self._unmanaged or self._policy.leaves_alone(account):
            kind = "unmanaged"
        live = {account: evidence} if account in self._directory.members else {}
        self._note(someone, kind, live, evidence, before)
        if kind == "unmanaged":
            someone.is_left_out, someone.account = True, ""

    def _open(self, someone: _Someone, kind: str, pieces: Mapping[str, tuple[str, ...]]) -> None:
        """Leave somebody out until a person says whose account it is."""
        someone.is_left_out, someone.account = True, ""
        ranked = sorted(pieces, key=lambda account: (-len(pieces[account]), account))
        self._kept.update(ranked)
        self._note(someone, kind, {account: pieces[account] for account in ranked[:LISTED]})

    def _note(
        self,
        someone: _Someone,
        kind: str,
        pieces: Mapping[str, tuple[str, ...]],
        evidence: tuple[str, ...] = (),
        before: str = "",
    ) -> None:
        place = ";".join(map(str, sorted(someone.places)))
        key, line, name = someone.key, someone.row.line, someone.name
        candidates = tuple(self._candidate(someone, it, words) for it, words in pieces.items())
        link = Link(key, someone.account, kind, evidence, line, name, place, candidates, before)
        self._links.append(link)

    def _candidate(self, someone: _Someone, account: str, evidence: tuple[str, ...]) -> Candidate:
        person = self._book.person(account)
        cells: Cells = person.row or person.former
        places = self._directory.members.get(account, ())
        values = _contacts(person)
        differs = [
            _PIECES[column]
            for column, value in someone.contacts.items()
            if values[column] and value not in values[column]
        ]
        spelt = self._directory.user_ids.get(account) or cells.get(USER_COLUMN) or account
        name = cells.get(MEMBER_NAME_COLUMN, "")
        place = ";".join(map(str, sorted(places)))
        return Candidate(spelt, name, place, evidence, tuple(differs))

    def _with_accounts(self) -> Roster:
        """Return the roster as files without keys have it: 帐号 filled, and no keys."""
        roster, places = self._roster, Placing(self._roster.columns, (USER_COLUMN, KEY_COLUMN))
        rows = [
            Row(it.row.line, it.account, places.placed(it.row.cells, it.account))
            for it in self._people
            if it.account not in {"", NOBODY}
        ]
        accounts = {key.casefold(): account for key, account in self._linked.items()}
        left = {accounts.get(key, key): it for key, it in roster.left_people.items()}
        return replace(roster, columns=places.columns, rows=tuple(rows), left_people=left)


class _Evidence:
    """Compares people without an account with free accounts, until nothing is certain any more."""

    def __init__(
        self,
        people: Collection[_Someone],
        free: Mapping[str, Person],
        directory: Directory,
        left_names: Iterable[str],
    ) -> None:
        self._people, self._free, self._directory = people, free, directory
        self._left_names = {*map(squeezed, left_names)}
        self._names = {
            account: squeezed(person.row.get(MEMBER_NAME_COLUMN, ""))
            for account, person in free.items()
        }
        self._unnamed = {account for account, name in self._names.items() if not name}
        """Of these only the account itself can tell a name."""
        self._by_name = grouped((name, account) for account, name in self._names.items() if name)
        self._by_contact = grouped(
            ((column, value), account)
            for account, person in free.items()
            for column, values in _contacts(person).items()
            for value in values
        )
        self._linked: set[str] = set()
        self.namesakes: set[str] = set()
        """The accounts that people without one share their names with. Few are noted for each."""

    def collect(self) -> None:
        """Give people the accounts that are certainly theirs, and note evidence of the others."""
        for someone in self._people:
            self._compare(someone)
        for _ in range(_ROUNDS):
            rest = [it for it in self._people if not it.account]
            pieces = self._with_names(rest)
            certain = [it for it in _certain(pieces) if it[1] not in self._linked]
            for someone, account in certain:
                someone.account = self._directory.user_ids[account]
                someone.pieces[account] = pieces[someone][account]
                self._linked.add(account)
            if not certain:
                break
        same: dict[str, list[str]] = {}
        for name in {it.squeezed for it in rest}:
            accounts = sorted({*self._by_name.get(name, ())} - self._linked)
            self.namesakes.update(accounts)
            same[name] = accounts[:LISTED]
        for someone in rest:
            someone.pieces = {**dict.fromkeys(same[someone.squeezed], ("name",)), **pieces[someone]}

    def _compare(self, someone: _Someone) -> None:
        """Note what an account and somebody share, but for their names."""
        for column, value in someone.contacts.items():
            for account in self._by_contact.get((column, value), ()):
                someone.pieces[account] = (*someone.of(account), _PIECES[column])
        key, local = someone.key.casefold(), someone.mail.partition("@")[0].casefold()
        names = {key} if "mail" in someone.of(local) else {key, local}
        own = names & self._free.keys()
        if self._unnamed:
            own |= {pinyin(someone.name)} & self._unnamed
        for account in own:
            someone.pieces[account] = (*someone.of(account), "account")

    def _with_names(self, rest: Iterable[_Someone]) -> dict[_Someone, dict[str, tuple[str, ...]]]:
        """Return the evidence of the rest with that of names, and of departments beside them."""
        pieces = {
            someone: {
                account: (*words, "name") if self._names[account] == someone.squeezed else words
                for account, words in someone.pieces.items()
                if account not in self._linked or len(words) >= CERTAIN
            }
            for someone in rest
        }
        people = grouped(
            ((it.squeezed, place), it)
            for it in pieces
            if it.squeezed and it.squeezed not in self._left_names
            for place in it.places - {ROOT}
        )
        accounts = grouped(
            ((name, place), account)
            for account, name in self._names.items()
            if name and account not in self._linked
            for place in self._directory.members[account]
        )
        for where, (someone, *others) in people.items():
            if not others and len(there := accounts.get(where, [])) == 1:
                account = there[0]
                contacts = [it for it in someone.of(account) if it != "name"]
                pieces[someone][account] = (*contacts, "name", "department")
        return pieces


def _certain(
    pieces: Mapping[_Someone, Mapping[str, tuple[str, ...]]],
) -> Iterator[tuple[_Someone, str]]:
    """Yield who has more evidence for one account than for any other, and than anybody else."""
    most = grouped((it, len(words)) for own in pieces.values() for it, words in own.items())
    for someone, accounts in pieces.items():
        ranked = sorted(map(len, accounts.values()), reverse=True)
        if not ranked or ranked[0] < CERTAIN or ranked[1:2] == ranked[:1]:
            continue
        account = max(accounts, key=lambda it: len(accounts[it]))
        if most[account].count(ranked[0]) == 1 and max(most[account]) == ranked[0]:
            yield someone, account


def _contacts(person: Person) -> dict[str, set[str]]:
    """Return the contacts that WeCom has or may have of somebody, in lower case."""
    rows = (person.row, person.maybe, person.former)
    return {
        column: {row[column].casefold() for row in rows if row.get(column)}
        for column in CONTACT_COLUMNS
    }


def _fold(key: str) -> str:
    """Return a key without what spreadsheets and people change."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", key.casefold())
