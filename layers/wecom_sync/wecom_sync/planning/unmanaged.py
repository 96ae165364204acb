"""The departments that company files leave as they are, and the people in them. Pure."""

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Directory


def unmanaged_departments(book: Book, directory: Directory) -> frozenset[int]:
    """Return the live departments that the settings name, with all below."""
    departments = directory.departments
    below = {number for number in book.unmanaged.values() if number in departments}
    while more := {it.id for it in departments.values() if it.parent in below} - below:
        below |= more
    return frozenset(below)


def unmanaged_people(book: Book, directory: Directory) -> frozenset[str]:
    """Return the accounts all of whose departments are unmanaged."""
    below = unmanaged_departments(book, directory)
    members = directory.members.items() if below else ()
    return frozenset(account for account, places in members if places and places <= below)
