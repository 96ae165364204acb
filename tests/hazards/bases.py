"""What is there before a hazard: files that made it, and what people did in the console."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hazards.book import (
    SERVICES,
    STAFF,
    departments,
    disabled,
    graded,
    joiners,
    members,
    numbered,
    paired,
    scattered,
    two_nights,
)
from hazards.hazard import FULL, SOME, TREE, Base
from support.books import knowing, noted
from support.companies import Export, department
from support.fakes import START
from support.guarded import EVERYTHING_GOES
from support.stress import copied_table
from wecom_simulator import AddressBook, BookDepartment, Member
from wecom_sync.domain.book import Book, KnownDepartment
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job

DAY = 86_400
HOURS = 2 * 3600
"""How long a run may take; the time is not real."""
NEWS = tuple(row["帐号"] for row in joiners(15))


@dataclass(frozen=True, slots=True)
class Pristine:
    directory: AddressBook
    book: Book

    def knowing(self, *accounts: str, **changes: Any) -> "Pristine":
        """Return a base of whom we remember something else than its files said."""
        return replace(self, book=knowing(self.book, *accounts, **changes))

    def forgetful(self) -> "Pristine":
        """Return a base of which we do not know since when anything is so."""
        return self.knowing(*self.book.people, since=0, changed=0, before=0)


@dataclass(frozen=True, slots=True)
class Start:
    """What a base is made of: another one, files that are applied to it, and what comes then.

    `lately`: the files were applied within the hour, and not ten days ago.
    """

    on: Base | Pristine
    files: tuple[tuple[Job, Export], ...] = ()
    then: Callable[[Pristine], Pristine] = lambda base: base
    policy: Policy = EVERYTHING_GOES
    lately: bool = False


def after(*files: tuple[Job, Export], **more: Any) -> Callable[[], Start]:
    """Return a corp to which files were applied."""
    return lambda: Start("corp", files, **more)


def full(export: Export) -> tuple[Job, Export]:
    return FULL, export


def private() -> Export:
    """Return changes that give two people something of their own."""
    staff = members().but("u000023", 邮箱="liufangwei@mail.example.org").but("u000024", 别名="阿福")
    return staff.only("u000023", "u000024")


def tug(count: int) -> tuple[tuple[Job, Export], ...]:
    """Return files of two systems: one adds people, the other removes them, the first adds them."""
    added = SOME, members().of(joiners(count))
    return added, (FULL, members().but("u000021", 职位="总监")), added


def made_by_hand(count: int) -> Pristine:
    """Return a new address book with the first people of the export, whom no file ever named."""
    directory = AddressBook("总部", "u000001")
    for row in members(len(SERVICES) + count).rows[len(SERVICES) :]:
        directory.put(Member(row["帐号"], row["姓名"], row["手机号"], row["邮箱"]))
    return Pristine(directory, Book())


def with_stranger(base: Pristine) -> Pristine:
    directory = copied(base.directory)
    directory.put(Member("stranger", "陌生人", "13911112222", departments=(7,)))
    return replace(base, directory=directory)


def deleted(count: int) -> Callable[[Pristine], Pristine]:
    """Return what deletes the last people in the console."""

    def then(base: Pristine) -> Pristine:
        directory = copied(base.directory)
        for member in list(directory.members.values())[STAFF - count :]:
            if member.userid != directory.creator:
                directory.discard(member.userid)
        return replace(base, directory=directory)

    return then


def first_files(count: int, made: int = 0) -> Start:
    files = (TREE, departments()), (FULL, members(count))
    return Start(made_by_hand(made), files)


def hired_yesterday(base: Pristine) -> Pristine:
    return base.forgetful().knowing(*NEWS, since=START - DAY, changed=START - DAY)


def left_long_ago(base: Pristine) -> Pristine:
    return base.knowing(*noted(base.book, "left"), left=START - 40 * DAY)


def not_yet_deleted(corp: Pristine) -> Pristine:
    """Return a base with empty departments that an earlier file left out."""
    directory = copied(corp.directory)
    rows = {number: department(number, f"第{number}组", 2) for number in range(41, 49)}
    for number, row in rows.items():
        directory.put_department(BookDepartment(number, row["部门名称"], 2))
    directory.condemned |= rows.keys()
    condemned = {
        number: KnownDepartment(number, (), row, condemned=True) for number, row in rows.items()
    }
    book = replace(corp.book, departments={**corp.book.departments, **condemned})
    return Pristine(directory, book)


def earlier(book: Book) -> Book:
    """Return what we remember as if all of it had happened ten days before."""
    ago = 10 * DAY
    times = ("left", "since", "changed", "before", "went")
    people = {
        account: person._replace(
            **{name: time - ago for name in times if (time := getattr(person, name))}
        )
        for account, person in book.people.items()
    }
    files = tuple(file._replace(dropped=file.dropped - ago) for file in book.files)
    return replace(book, people=people, files=files, nights=(), limits={})


def copied(directory: AddressBook) -> AddressBook:
    other = copy.copy(directory)
    vars(other).update(copied_table(vars(directory)))
    return other


BASES: Mapping[str, Callable[..., Start]] = {
    "corp": lambda: first_files(STAFF),
    "members": first_files,
    "makers": lambda count: Start(made_by_hand(count), ((TREE, departments()),)),
    "bare": lambda: Start(made_by_hand(1)),
    "left": lambda there, gone: Start(
        f"members-{there}", (full(members(there).without(*scattered(gone, there))),)
    ),
    "grown": after(full(members().plus(*joiners(60)))),
    "condemned": after((TREE, departments().without(*map(str, range(7, 14))))),
    "history": after(*map(full, two_nights())),
    "disabled": after(full(disabled())),
    "anna": after((SOME, members().but("u000023", 姓名="Anna Smith").only("u000023"))),
    "shrunk": after(full(members().without(*scattered(30))), lately=True),
    "temp": after(full(members().plus(*joiners(1)))),
    "private": after((SOME, private())),
    "graded": after(full(graded())),
    "numbered": after(full(numbered())),
    "pairs": after((SOME, paired())),
    "tug": lambda count: Start("corp", tug(count)),
    "once": lambda count: Start("corp", tug(count)[:1]),
    "hired": after((SOME, members().of(joiners(15))), then=hired_yesterday),
    "grace": after(
        full(members().without(*scattered(3))),
        policy=replace(EVERYTHING_GOES, leavers="disable"),
        then=left_long_ago,
    ),
    "fresh": after(then=lambda base: replace(base, book=Book())),
    "creator": after(then=lambda base: base.knowing("u000001", stays=True)),
    "later": after(then=lambda base: base.forgetful().knowing("u000009", since=START + HOURS)),
    "late": after(then=not_yet_deleted),
    "stranger": after(then=with_stranger),
    "emptied": after(then=deleted(STAFF)),
    "deleted": lambda count: Start("corp", then=deleted(count)),
}
"""How each is made; numbers in its name are given in their order."""
