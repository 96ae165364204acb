"""Whose account each person of an HR file has, by what the console exports."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from wecom_sync.domain.book import Book, Stated, Unmanaged
from wecom_sync.domain.directory import ROOT, Department, Directory
from wecom_sync.domain.link import UNDECIDED, Link
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.texts import Sentence
from wecom_sync.files.department_index import Names
from wecom_sync.files.legibility import guarded
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
    keys_in,
)
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster
from wecom_sync.planning.company.places import ids_of_unmanaged
from wecom_sync.planning.company.tree import live_places
from wecom_sync.planning.department_codes import names_of
from wecom_sync.planning.matching import match
from wecom_sync.planning.memory.bootstrap import acquainted, known_of, read_export
from wecom_sync.planning.night import Night
from wecom_sync.planning.pinyin import pinyin
from wecom_sync.reporting.link_texts import link_document, link_text, links_document
from wecom_sync.reporting.row_files import droppable_csv
from wecom_sync_tools.commands.hr_file import Sections, Starter, paths_of
from wecom_sync_tools.console.terminal import Terminal

_SHOWN = 20
_FEWEST = 3
"""Accounts that say nothing of how others are made."""
_MOST = 0.8
"""The share of accounts that fit to a rule: namesakes have a number, and some have names of old."""


class Matching(NamedTuple):
    """What is new about whose account each person has, and the departments' names by their ids."""

    links: Sequence[Link]
    places: Mapping[str, str]
    strangers: Mapping[str, str]
    """The names of accounts that nobody of the file has."""
    newcomers: str = ""
    """The rule by which new accounts fit to those that are there, blank where none is proposed."""
    branches: Mapping[str, Sequence[str]] = {}
    """The departments of which the file has nobody, and the accounts in them."""
    departed: Container[str] = ()
    """The names of people of whom the file says that they have left."""
    slip: Sentence | None = None
    """What has probably happened to the file, where columns do not fit to its names."""

    @property
    def proposed(self) -> Sections:
        """What only a person can say: who is nobody's of HR's, and who has left."""
        inside = {*chain.from_iterable(self.branches.values())}
        accounts = [
            user
            for user, name in self.strangers.items()
            if user not in inside and name not in self.departed
        ]
        return {
            "accounts": {"unmanaged": accounts} if accounts else {},
            "departments": {"unmanaged": [*self.branches]} if self.branches else {},
        }

    def of(self, *kinds: str) -> list[Link]:
        """Return the links of some kinds, the weakest first."""
        links = (link for link in self.links if link.kind in kinds)
        return sorted(links, key=attrgetter("strength"))

    @property
    def open(self) -> list[Link]:
        return [link for link in self.links if link.is_open]

    def _text(self, link: Link, terminal: Terminal) -> str:
        return link_text(link_document(link, {}, self.places), terminal.language)

    @property
    def documents(self) -> list[Any]:
        return links_document(self.links, {}, self.places)

    def lines(self, links: Sequence[Link], terminal: Terminal) -> Iterator[str]:
        for link in links[:_SHOWN]:
            yield f"  {self._text(link, terminal)}"
        if len(links) > _SHOWN:
            yield "  " + terminal.text("plan_and_more", count=len(links) - _SHOWN)

    def accounts_csv(self, terminal: Terminal) -> bytes:
        rows = (
            [guarded(link.key), UNDECIDED, guarded(link.name), guarded(self._text(link, terminal))]
            for link in self.open
        )
        return droppable_csv(["key", "account", "name", "candidates"], rows)


def company_of(export: bytes) -> str:
    """Return the name with which all paths of an export begin, or blank; raises as `matched`."""
    firsts = {path[0] for _, path in _places(read_export(export, Reading()))}
    return firsts.pop() if len(firsts) == 1 else ""


def matched(export: bytes, starter: Starter) -> Matching:
    """Match the people of an HR file with an export. Raises `FileRejectedError` for no export."""
    roster = read_export(export, Reading())
    directory = directory_of(roster)
    book = acquainted(Book(), known_of(directory, roster))
    with suppress(FileRejectedError):
        book = replace(book, unmanaged=Stated(Unmanaged(ids_of_unmanaged(starter.policy, book))))
    policy, file = starter.policy, starter.roster
    places = live_places(file, directory, book, policy)
    night = Night(file, directory, book, policy)
    answer = match(night, places)
    links = answer.links
    newcomers = _newcomers(links, file) if policy.key and not starter.draft.in_force.key else ""
    if newcomers and newcomers != policy.newcomers:
        night = replace(night, policy=replace(policy, newcomers=newcomers))
        links = match(night, places).links
    people = {link.account.casefold() for link in links}
    people |= {it.account.casefold() for link in links for it in link.candidates}
    people |= night.unmanaged
    strangers = {
        directory.user_ids[account]: person.row.get(MEMBER_NAME_COLUMN, "")
        for account, person in sorted(book.people.items())
        if account not in people
    }
    names = {str(number): name for number, name in names_of(book).items()}
    branches = _branches(roster, {it.casefold() for it in strangers}, starter)
    return Matching(links, names, strangers, newcomers, branches, file.left_out.names, answer.slip)


def _newcomers(links: Iterable[Link], roster: Roster) -> str:
    """Return the rule by which the accounts of a company look made, blank for too few of them."""
    keys, mails = keys_in(roster.columns, roster.rows), dict[str, str]()
    if MAIL_COLUMN in roster.columns:
        at = roster.columns.index(MAIL_COLUMN)
        mails = {keys[row.line]: row.cells[at] for row in roster.rows}
    sure = [link for link in links if link.kind == "certain"]
    rules: Mapping[str, Callable[[Link], str]] = {
        "key": lambda link: link.key,
        "email": lambda link: mails.get(link.key, "").partition("@")[0],
        "pinyin": lambda link: pinyin(link.name),
    }
    fitting = (
        name
        for name, made in rules.items()
        if sum(link.account.casefold() == made(link).casefold() for link in sure)
        > _MOST * len(sure)
    )
    return next(fitting, "ask") if len(sure) >= _FEWEST else ""


def _branches(
    export: Roster, strangers: Container[str], starter: Starter
) -> dict[str, Sequence[str]]:
    """Return the highest departments of which HR's file has nobody, with their accounts."""
    company = starter.policy.company
    of_file = {
        path if path[0] == company else (company, *path) for path in paths_of(starter.roster)
    }
    named = {path[:end] for path in of_file for end in range(1, len(path) + 1)}
    accounts: dict[Names, set[str]] = {}
    for user, path in _places(export):
        for end in range(2, len(path) + 1):
            accounts.setdefault(path[:end], set()).add(user)
    empty = {
        path
        for path, users in accounts.items()
        if path not in named and all(it.casefold() in strangers for it in users)
    }
    highest = (path for path in sorted(empty) if path[:-1] not in empty)
    return {"/".join(path): sorted(accounts[path]) for path in highest}


def _places(export: Roster) -> list[tuple[str, Names]]:
    """Return the accounts of an export, with the path of each of their departments."""
    user_at, at = (export.columns.index(name) for name in (USER_COLUMN, DEPARTMENTS_COLUMN))
    return [
        (row.cells[user_at], tuple(entry.split("/")))
        for row in export.rows
        for entry in row.cells[at].split(";")
    ]


def directory_of(roster: Roster) -> Directory:
    """Return the accounts of an export. It shows no ids of departments, so they are made up."""
    people = [(user, path) for user, path in _places(roster) if user]
    every = {path[:end] for _, path in people for end in range(1, len(path) + 1)}
    firsts = [path for path in every if len(path) == 1]
    numbers: dict[Names, int] = {(): ROOT, **({firsts[0]: ROOT} if len(firsts) == 1 else {})}
    for path in sorted(every, key=lambda path: (len(path), path)):
        numbers.setdefault(path, len(numbers) + ROOT)
    departments = [
        Department(number, 0 if number == ROOT else numbers[path[:-1]])
        for path, number in numbers.items()
        if path or len(firsts) != 1
    ]
    return Directory.of([(user, numbers[path]) for user, path in people], departments)
