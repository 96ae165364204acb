"""The departments and accounts that company files leave as they are. Pure."""

from collections.abc import Iterable

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.policy import Policy


def with_below(numbers: Iterable[int], directory: Directory) -> frozenset[int]:
    """Return the live ones of departments, with all below."""
    departments = directory.departments
    below = departments.keys() & {*numbers}
    while more := {it.id for it in departments.values() if it.parent in below} - below:
        below |= more
    return frozenset(below)


def unmanaged_accounts(directory: Directory, book: Book, policy: Policy) -> frozenset[str]:
    """Return, in lower case, the live accounts that company files leave alone."""
    departments = with_below(book.unmanaged.values(), directory)
    return frozenset(
        account
        for account, places in directory.members.items()
        if policy.leaves_alone(account) or (departments and places <= departments)
    )
