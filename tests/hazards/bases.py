"""What is there before a hazard: files that made it, and what people did in the console."""

import copy
from dataclasses import dataclass, replace

from hazards.book import SERVICES, departments, members
from hazards.hazard import FULL, TREE
from support.companies import Export
from support.stress import copied_table
from wecom_simulator import AddressBook, Member
from wecom_sync.domain.book import Book, People
from wecom_sync.domain.states import Job

DAY = 86_400
HOURS = 2 * 3600
"""How long a run may take; the time is not real."""


@dataclass(frozen=True, slots=True)
class Pristine:
    directory: AddressBook
    book: Book


def made_by_hand() -> Pristine:
    """Return a new address book with its creator."""
    directory = AddressBook("总部", "u000001")
    row = members(len(SERVICES) + 1).rows[-1]
    directory.put(Member(row["帐号"], row["姓名"], row["手机号"], row["邮箱"]))
    return Pristine(directory, Book())


def earlier(book: Book) -> Book:
    """Return what we remember as if all of it had happened ten days before."""
    ago = 10 * DAY
    times = ("left", "since", "changed", "before", "went")
    people = People.of(
        person._replace(**{name: time - ago for name in times if (time := getattr(person, name))})
        for person in book.people.values()
    )
    files = tuple(file._replace(dropped=file.dropped - ago) for file in book.history.files)
    return replace(book, people=people, history=replace(book.history, files=files, nights=()))


def copied(directory: AddressBook) -> AddressBook:
    other = copy.copy(directory)
    vars(other).update(copied_table(vars(directory)))
    return other


FILES: tuple[tuple[Job, Export], ...] = ((TREE, departments()), (FULL, members()))
"""What is applied to it ten days ago."""
