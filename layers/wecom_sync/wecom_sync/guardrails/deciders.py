"""Who of those who decide signs in otherwise by a plan, and who has no account to sign in. Pure."""

from collections.abc import Collection, Iterable

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.outcome import Kind
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DISABLED_COLUMN,
    MEMBER_NAME_COLUMN,
    WECHAT_COLUMN,
)
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import ids
from wecom_sync.planning.names import sign_ins
from wecom_sync.planning.plan import Plan

_SIGN_IN = (MEMBER_NAME_COLUMN, *CONTACT_COLUMNS, WECHAT_COLUMN)
_COMES = frozenset({Kind.ADD, Kind.ENABLE})


def concerned(users: Iterable[str], plan: Plan, roster: Roster, book: Book) -> tuple[str, ...]:
    """Return, in lower case, which users get an account by a plan, or another way to sign in."""
    accounts = {user.casefold() for user in users} if plan.job.has_members else ()
    changes = [it for it in plan.changes if it.subject.casefold() in accounts]
    comers = ids([it for it in changes if not _COMES.isdisjoint(it.kinds)])
    changed = (*comers, *sign_ins(changes, roster, book, *_SIGN_IN))
    return tuple(dict.fromkeys(map(str.casefold, changed)))


def without_account(users: Collection[str], directory: Directory, book: Book) -> tuple[str, ...]:
    """Return which users cannot sign in: WeCom does not have them, or we have disabled them."""
    return tuple(user for user in users if not _signs_in(user.casefold(), directory, book))


def _signs_in(account: str, directory: Directory, book: Book) -> bool:
    person = book.person(account)
    is_disabled = person.left > 0 or person.row.get(DISABLED_COLUMN) == "1"
    return account in directory.members and not is_disabled
