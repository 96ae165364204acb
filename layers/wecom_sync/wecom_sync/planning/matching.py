"""Finds whose account each person of HR's file has, by passes: keys become accounts. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from itertools import chain, count, islice
from operator import attrgetter
from typing import NamedTuple

from wecom_sync.domain.book import Cells
from wecom_sync.domain.link import LEFT_OUT, NOBODY, Candidate, Link
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.texts import Sentence
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    CONTACTS,
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.files.settings_file import NEWCOMERS
from wecom_sync.planning.changes import grouped
from wecom_sync.planning.department_names import Placing
from wecom_sync.planning.identity import alike, is_another, squeezed, unpadded
from wecom_sync.planning.likeness import (
    LISTED,
    NO_PIECES,
    Likeness,
    Pieces,
    Sides,
    Someone,
    contacts_of,
    likeness,
    slip_of,
)
from wecom_sync.planning.night import Night
from wecom_sync.planning.pinyin import pinyin

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
    exempt: frozenset[str] = frozenset()
    """In lower case: those who may be doubtful people's, and unmanaged ones."""
    slip: Sentence | None = None
    """What has probably happened to a file whose columns do not fit to its names."""


class Conclusion(NamedTuple):
    """Whose account somebody has: what a pass says.

    `account`: as spelt, blank where a person has to say it; `kind`: of the link, blank if it is not
    new; `pieces`: the accounts that it may be, with what points to them; `before`: see `Link`.
    """

    someone: Someone
    account: str = ""
    kind: str = ""
    evidence: tuple[str, ...] = ()
    before: str = ""
    pieces: Pieces = NO_PIECES


def match(night: Night, places: Places) -> Matched:
    """Match people with accounts. A file without keys stays as it is."""
    if KEY_COLUMN not in night.roster.columns:
        return Matched(night.roster)
    meeting = Meeting(night, places)
    for find in PASSES:
        for conclusion in find(meeting):
            meeting.settle(conclusion)
    return meeting.matched()


@dataclass(eq=False)
class Meeting:
    """A file, what it meets, and what the passes have said so far."""

    night: Night
    places: Places
    accounts: dict[Someone, str] = field(default_factory=dict)
    """The accounts of those who are settled, blank for who is left out."""
    used: set[str] = field(default_factory=set)
    """The accounts that somebody has, in lower case."""
    links: list[Link] = field(default_factory=list)
    exempt: set[str] = field(default_factory=set)

    @cached_property
    def people(self) -> list[Someone]:
        return [*map(self._someone, self.night.roster.rows)]

    @property
    def open(self) -> list[Someone]:
        """Who has no account yet."""
        return [it for it in self.people if it not in self.accounts]

    @cached_property
    def linked(self) -> Mapping[str, str]:
        """The accounts of keys, as the book says."""
        return self.night.book.people.by_key

    @cached_property
    def implied(self) -> Mapping[str, str]:
        """The accounts of keys, as the book says, or else because they are called like the keys.

        Only where accounts are keys does a name say whose the account is.
        """
        if self.night.policy.newcomers != "key":
            return self.linked
        alike = {it.key: it.key.casefold() for it in self.people if it.key not in self.linked}
        live, person = self.night.directory.members, self.night.book.person
        free = {it: alike[it] for it in alike if alike[it] in live and not person(alike[it]).key}
        return {**self.linked, **free}

    @cached_property
    def holders(self) -> Mapping[str, str]:
        """The keys of accounts, the other way round."""
        return {account: key for key, account in self.implied.items()}

    @cached_property
    def lost(self) -> dict[str, str]:
        """The accounts that accounts.csv or a row takes away from keys."""
        return {key: account for key, account in self.implied.items() if self._loses(key, account)}

    @cached_property
    def sides(self) -> Sides:
        """Those who are open now, and the accounts that nobody has."""
        stated, roster = self.night.book.accounts.value, self.night.roster
        is_full, named = roster.job.is_full, {it.key for it in self.people}

        def is_there(key: str) -> bool:
            """Whether HR still has a key. A file of some people does not tell."""
            return not is_full or key in named or key.casefold() in roster.left_out.people

        taken = self.used | {stated[it].casefold() for it in stated if is_there(it)}
        free = {
            account: person
            for account in self.night.directory.members
            if account not in taken
            and not ((person := self.night.book.person(account)).key and is_there(person.key))
        }
        people = [it for it in self.open if it.key not in stated]
        left_names = {*map(squeezed, roster.left_out.names)}
        return Sides(people, free, self.night.directory, left_names)

    @cached_property
    def likeness(self) -> Likeness:
        """What both sides have in common."""
        return likeness(self.sides)

    @cached_property
    def respelt(self) -> Mapping[Someone, str]:
        """Whose key differs only by case or zeros from another, with that one's account."""
        if not self.likeness.pieces:
            return {}
        folds = Counter(map(unpadded, {it.key for it in self.people if it.key}))
        linked = {unpadded(key): account for key, account in self.linked.items()}
        return {
            it: linked.get(fold, "")
            for it in self.likeness.pieces
            if folds[fold := unpadded(it.key)] > 1 or fold in linked
        }

    @cached_property
    def owners(self) -> Mapping[tuple[str, str], list[str]]:
        """The accounts of keys by their people's names and contacts."""
        spelt = {MEMBER_NAME_COLUMN: squeezed, **dict.fromkeys(CONTACT_COLUMNS, str.casefold)}
        return grouped(
            ((column, of(self.night.book.person(account).row.get(column, ""))), account)
            for account in self.linked.values()
            for column, of in spelt.items()
        )

    def matched(self) -> Matched:
        lost = {*self.lost.values()} - {"", *self.used}
        exempt = self.exempt | self.night.unmanaged | self.likeness.namesakes | lost
        links = tuple(sorted(self.links, key=attrgetter("line")))
        slip = slip_of(self.sides, self.night.policy.key)
        return Matched(self._with_accounts(), links, frozenset(exempt), slip)

    def settle(self, conclusion: Conclusion) -> None:
        """Note a conclusion. Accounts that HR does not manage are left alone, whosever they are."""
        account, pieces = conclusion.account.casefold(), conclusion.pieces
        self.accounts[conclusion.someone] = conclusion.account
        self.used.add(account)
        if not conclusion.kind:
            return
        if conclusion.kind == "contradicted":
            self.lost[conclusion.someone.key] = self.implied.get(conclusion.someone.key, "")
        if account and (account in self.night.unmanaged or self.night.policy.leaves_alone(account)):
            self.accounts[conclusion.someone] = ""
            if conclusion.kind != "contradicted":
                conclusion = conclusion._replace(kind="unmanaged")
        ranked = sorted(pieces, key=lambda it: (-len(pieces[it]), it))
        self.exempt.update(ranked)
        if conclusion.kind == "other":
            self.used.update(ranked)
        listed = {it: pieces[it] for it in ranked[:LISTED]}
        if account in self.night.directory.members:
            listed = {account: conclusion.evidence}
        someone, spelt, kind, evidence, before, _ = conclusion
        candidates = tuple(self._candidate(someone, *it) for it in listed.items())
        own = someone.row.line, someone.name, _spelt(someone.places)
        self.links.append(Link(someone.key, spelt, kind, evidence, *own, candidates, before))

    def _candidate(self, someone: Someone, account: str, evidence: tuple[str, ...]) -> Candidate:
        person = self.night.book.person(account)
        cells: Cells = person.row or person.former
        values = contacts_of(person)
        differs = [
            name
            for name, column in CONTACTS.items()
            if (value := someone.contacts.get(column))
            and values[column]
            and value not in values[column]
        ]
        spelt = self.night.directory.user_ids.get(account) or cells.get(USER_COLUMN) or account
        place = _spelt(self.night.directory.members.get(account, ()))
        name = cells.get(MEMBER_NAME_COLUMN, "")
        return Candidate(spelt, name, place, evidence, tuple(differs))

    def _someone(self, row: Row) -> Someone:
        cell = dict(zip(self.night.roster.columns, row.cells, strict=True))
        name = cell.get(MEMBER_NAME_COLUMN, "")
        return Someone(
            row=row,
            key=cell[KEY_COLUMN],
            account=cell.get(USER_COLUMN, ""),
            name=name,
            squeezed=squeezed(name),
            mail=cell.get(MAIL_COLUMN, ""),
            contacts={it: cell[it].casefold() for it in CONTACT_COLUMNS if cell.get(it)},
            places=frozenset(self.places.get(cell.get(DEPARTMENTS_COLUMN, ""), ())),
        )

    def _loses(self, key: str, account: str) -> bool:
        word = self.night.book.accounts.value.get(key)
        if word == NOBODY:
            is_asked = self.night.book.undecided.get(key) == NOBODY
            return account in self.night.directory.members and not is_asked
        return word == "" and {*NEWCOMERS}.isdisjoint(self.night.book.person(account).evidence)

    def _with_accounts(self) -> Roster:
        """Return the roster as files without keys have it: 帐号 filled, and no keys."""
        roster, places = (
            self.night.roster,
            Placing(self.night.roster.columns, (USER_COLUMN, KEY_COLUMN)),
        )
        rows = [
            Row(it.row.line, account, places.placed(it.row.cells, account))
            for it in self.people
            if (account := self.accounts[it]) not in {"", NOBODY}
        ]
        accounts = {key.casefold(): account for key, account in self.linked.items()}
        people = {accounts.get(key, key): it for key, it in roster.left_out.people.items()}
        contradicted = frozenset(accounts.get(it, it) for it in roster.left_out.contradicted)
        left_out = replace(roster.left_out, people=people, contradicted=contradicted)
        return replace(roster, columns=places.columns, rows=tuple(rows), left_out=left_out)


def _stated(meeting: Meeting) -> Iterator[Conclusion]:
    """Give the accounts that accounts.csv says. Who has no key has the account of the row."""
    for someone in meeting.open:
        if account := meeting.night.book.accounts.value.get(someone.key):
            yield _taken(meeting, someone, account, "stated")
        elif someone.account and not someone.key:
            yield Conclusion(someone, someone.account)


def _in_file(meeting: Meeting) -> Iterator[Conclusion]:
    """Give the accounts that rows say."""
    for someone in meeting.open:
        if someone.account:
            yield _taken(meeting, someone, someone.account, "file")


def _taken(meeting: Meeting, someone: Someone, spelt: str, word: str) -> Conclusion:
    """Return what becomes of somebody whose account accounts.csv or the row states."""
    account, key, directory = spelt.casefold(), someone.key, meeting.night.directory
    other, holder = meeting.implied.get(key, ""), meeting.holders.get(account, "")
    if account == NOBODY:
        if key in meeting.lost:
            return Conclusion(someone, spelt, "contradicted", (word,), other)
        return Conclusion(someone, kind=LEFT_OUT, evidence=(word,))
    if account in meeting.used:
        return Conclusion(someone, kind="doubtful", pieces={account: (word,)})
    spelt = directory.user_ids.get(account, spelt)
    # Has the key another account, has the account another key?
    pairs = ((other, account), (holder, key))
    if before := next((it for it, own in pairs if it not in {"", own}), ""):
        return Conclusion(someone, spelt, "contradicted", (word,), before)
    is_new = meeting.linked.get(key) != account or account in meeting.night.unmanaged
    kind = "certain" if account in directory.members else "new"
    return Conclusion(someone, spelt, kind if is_new else "", (word,))


def _linked(meeting: Meeting) -> Iterator[Conclusion]:
    """Give the account that the book says of a key, or that the run has posted for it."""
    reserved = meeting.night.book.reserved
    for someone in meeting.open:
        account = "" if someone.key in meeting.lost else meeting.linked.get(someone.key, "")
        spelt = reserved.get(someone.key, NOBODY)
        if account and account not in meeting.used:
            if _is_other(meeting, someone, account):
                yield Conclusion(someone, kind="other", pieces={account: ("key",)})
                continue
            person = meeting.night.book.person(account)
            row = person.row or person.former
            spelt = meeting.night.directory.user_ids.get(account, row.get(USER_COLUMN) or account)
            kind = "unmanaged" if account in meeting.night.unmanaged else ""
            yield Conclusion(someone, spelt, kind, person.evidence)
        elif spelt != NOBODY and spelt.casefold() not in meeting.used:
            yield _new(meeting, someone, spelt)


def _is_other(meeting: Meeting, someone: Someone, account: str) -> bool:
    """Whether a key names another person now."""
    gone = meeting.night.book.person(account)
    person = gone if gone.row else gone._replace(row=gone.former)
    name = person.row.get(MEMBER_NAME_COLUMN, "")
    if name == someone.name:
        return False
    cells = dict(zip(meeting.night.roster.columns, someone.row.cells, strict=True))
    if is_another(cells, account, person):
        return True
    # A key may have come back, or two may have been exchanged.
    if not name or squeezed(name) == someone.squeezed:
        return False
    own = ((MEMBER_NAME_COLUMN, someone.squeezed), *someone.contacts.items())
    others = {owner for it in own for owner in meeting.owners.get(it, ())}
    return bool(others - {account}) or not (gone.row or alike(name, someone.name))


def _recognised(meeting: Meeting) -> Iterator[Conclusion]:
    """Give the accounts to which enough points, unless they were or may be somebody else's."""
    for someone, account in meeting.likeness.certain.items():
        person, evidence = (
            meeting.night.book.person(account),
            meeting.likeness.pieces[someone][account],
        )
        is_respelt = unpadded(person.key) == unpadded(someone.key)
        was_somebodys = bool(person.linked and not person.key)
        if is_respelt or not (was_somebodys or someone in meeting.respelt):
            kind, similar = "moved" if person.key else "certain", ("similar",) if is_respelt else ()
            spelt = meeting.night.directory.user_ids[account]
            yield Conclusion(someone, spelt, kind, (*evidence, *similar), person.key)


def _doubtful(meeting: Meeting) -> Iterator[Conclusion]:
    """Leave those to a person to whose accounts little points, or whose keys are alike."""
    certain, pieces, free, _ = meeting.likeness
    undecided = meeting.night.book.undecided
    for someone in filter(pieces.__contains__, meeting.open):
        own = pieces[someone]
        if account := certain.get(someone):
            own = {account: own[account]}
        else:
            asked = free & {*undecided.get(someone.key, "").casefold().split(";")}
            twin = meeting.respelt.get(someone)
            own = {**({twin: ("similar",)} if twin else {}), **dict.fromkeys(asked, ()), **own}
        if own or someone in meeting.respelt:
            yield Conclusion(someone, kind="doubtful", pieces=own)


def _newcomers(meeting: Meeting) -> Iterator[Conclusion]:
    """Give newcomers accounts by rule; a person says those that the rule does not."""
    book, policy = meeting.night.book, meeting.night.policy
    taken = {*meeting.night.directory.members, *meeting.linked.values(), *meeting.used}
    taken |= {it.casefold() for it in book.accounts.value.values()}
    taken |= {*book.people.those(lambda it: bool(it.linked))}
    rules: Mapping[str, Callable[[Someone], str]] = {
        "key": lambda it: it.key,
        "email": lambda it: it.mail.partition("@")[0],
        "ask": lambda it: it.key if it.key in book.accounts.value else "",
        "pinyin": lambda it: pinyin(it.name),
    }
    for someone in meeting.open:
        wanted = rules[policy.newcomers](someone)
        account = _numbered(wanted, taken, policy) if _account(wanted) else ""
        taken.add(account.casefold())
        doubt = Conclusion(someone, kind="doubtful")
        yield _new(meeting, someone, account) if account else doubt


def _new(meeting: Meeting, someone: Someone, account: str) -> Conclusion:
    """Give a newcomer an account."""
    lost = meeting.lost.get(someone.key, "")
    kind = "contradicted" if lost in meeting.night.directory.members else "new"
    return Conclusion(someone, account, kind, (meeting.night.policy.newcomers,), lost)


def _numbered(wanted: str, taken: Collection[str], policy: Policy) -> str:
    """Return a free account, blank where one pattern of what is unmanaged has them all."""
    names = chain([wanted], (f"{wanted[:_LONGEST]}{number}" for number in count(2)))
    free = (name for name in names if name.casefold() not in taken)
    tries = islice(free, len(policy.accounts_unmanaged) + 1)
    return next((name for name in tries if not policy.leaves_alone(name)), "")


def _spelt(places: Iterable[int]) -> str:
    return ";".join(map(str, sorted(places)))


PASSES: tuple[Callable[[Meeting], Iterator[Conclusion]], ...] = (
    _stated,
    _in_file,
    _linked,
    _recognised,
    _doubtful,
    _newcomers,
)
"""Each says what it can of those whom the passes before have left open."""
