"""What somebody changed in WeCom by hand, since our last file. Pure."""

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import is_number
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.planning.night import unmanaged_accounts


@dataclass(frozen=True, slots=True)
class Drift:
    """User ids of accounts made by hand, deleted by hand, and moved by hand."""

    corp: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)


def compare(corp: str, directory: Directory, book: Book) -> Drift:
    """Compare. After a full file, an account that was in none of our files was made by hand.

    Of those that may be somebody's of HR's file, and of those that stay because somebody approved
    without removals, people have been told.
    """
    ours = book.people.column(DEPARTMENTS_COLUMN)
    policy = Policy(accounts_unmanaged=book.unmanaged.value.accounts)
    unmanaged = unmanaged_accounts(directory, book, policy)
    is_known = book.has_applied(Job.REPLACE_USER)
    doubtful = {it for accounts in book.undecided.values() for it in accounts.casefold().split(";")}
    expected = unmanaged | doubtful | book.postponed.keys()
    strangers = directory.members.keys() - ours.keys() - expected if is_known else ()
    gone = [key for key in ours.keys() - directory.members.keys() if not policy.leaves_alone(key)]
    moved = [
        directory.user_ids[key]
        for key, there in directory.members.items()
        if key in ours
        and key not in unmanaged
        and _departments(ours[key]) not in {there, frozenset()}
    ]
    added = [directory.user_ids[key] for key in strangers]
    return Drift(corp, *(tuple(sorted(it)) for it in (added, gone, moved)))


def _departments(cell: str) -> frozenset[int]:
    """Return where a row puts somebody: nowhere if it names departments that nobody looked up."""
    entries = cell.split(";")
    return frozenset(map(int, entries)) if all(map(is_number, entries)) else frozenset()
