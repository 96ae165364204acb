"""The departments and accounts that company files leave as they are. Pure."""

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.policy import Policy


def unmanaged_departments(directory: Directory, book: Book) -> frozenset[int]:
    """Return the live departments that the settings name, with all below."""
    departments = directory.departments
    below = {number for number in book.unmanaged.values() if number in departments}
    while more := {it.id for it in departments.values() if it.parent in below} - below:
        below |= more
    return frozenset(below)


def unmanaged_accounts(directory: Directory, book: Book, policy: Policy) -> frozenset[str]:
    """Return, in lower case, the live accounts that company files leave alone."""
    departments = unmanaged_departments(directory, book)
    return frozenset(
        account
        for account, places in directory.members.items()
        if policy.leaves_alone(account) or (departments and places <= departments)
    )
