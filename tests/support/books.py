"""Books for tests: what is known of a corp, from rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from support.dropped import run_at
from wecom_sync.domain.book import Book, File, FileHistory, KnownDepartment, People, Person
from wecom_sync.domain.run import Approval, Run
from wecom_sync.domain.states import Job, State

type Rows = Mapping[str, Mapping[str, str]]


def book_of(
    members: Rows | None = None,
    departments: Mapping[int, Mapping[str, str]] | None = None,
    *applied: Job,
) -> Book:
    """Return a book with these rows, after files of these job types."""
    return Book(
        People.of(Person(account, row=row) for account, row in (members or {}).items()),
        {number: KnownDepartment(number, row=row) for number, row in (departments or {}).items()},
        FileHistory(tuple(File(f"{job} of before", job, "", 0, (), "applied") for job in applied)),
    )


def unsure(book: Book) -> set[str]:
    return {person.account for person in book.people.values() if not person.sure}


def noted(book: Book, name: str) -> dict[str, Any]:
    """Return what is noted about people in a field, by account, where something is."""
    return {it.account: value for it in book.people.values() if (value := getattr(it, name))}


def knowing(book: Book, *accounts: str, **changes: Any) -> Book:
    people = (book.person(account)._replace(**changes) for account in accounts)
    return replace(book, people=book.people.changed(people))


def with_cells(book: Book, *accounts: str, **cells: str) -> Book:
    for account in accounts:
        book = knowing(book, account, row={**book.rows[account], **cells})
    return book


def run_of(corp: str, job: Job, dropped: float, *, approved: bool = False) -> Run:
    approval = Approval("somebody", dropped, "") if approved else None
    fields = {"run_id": f"{job} {dropped}", "state": State.SUBMITTED, "approval": approval}
    return run_at(f"{corp}/{job}/export.csv", dropped, version="", **fields)
