"""Which accounts company files leave as they are, and who has one to sign in with. Pure."""

from collections.abc import Iterable

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.files.member_columns import DISABLED_COLUMN


def with_below(numbers: Iterable[int], directory: Directory) -> frozenset[int]:
    """Return the live ones of departments, with all below."""
    departments = directory.departments
    below = departments.keys() & {*numbers}
    while more := {it.id for it in departments.values() if it.parent in below} - below:
        below |= more
    return frozenset(below)


def unmanaged_accounts(directory: Directory, book: Book, policy: Policy) -> frozenset[str]:
    """Return, in lower case, the live accounts that company files leave alone."""
    departments = with_below(book.unmanaged.value.departments.values(), directory)
    return frozenset(
        account
        for account, places in directory.members.items()
        if policy.leaves_alone(account) or (departments and places <= departments)
    )


def without_account(users: Iterable[str], directory: Directory, book: Book) -> tuple[str, ...]:
    """Return which users cannot sign in: WeCom does not have them, or a file has disabled them."""
    return tuple(user for user in users if not _signs_in(user.casefold(), directory, book))


def _signs_in(account: str, directory: Directory, book: Book) -> bool:
    person = book.person(account)
    is_disabled = person.off or person.row.get(DISABLED_COLUMN) == "1"
    return account in directory.members and not is_disabled
