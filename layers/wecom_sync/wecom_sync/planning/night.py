"""What a file meets: live accounts, book, settings and its run; who has no account to sign in with.

Pure.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace
from datetime import UTC
from functools import cached_property

from wecom_sync.domain.book import Book, People
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.drop import Why
from wecom_sync.domain.last_day import Calendar
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
from wecom_sync.domain.stored import plain
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import DISABLED_COLUMN
from wecom_sync.files.roster import Roster
from wecom_sync.planning.memory.people import UNDO_SECONDS

RECENT_SECONDS = 20 * 3600
"""How long removals are added up. Less than a day, so that two nights are not added up."""
AGAIN_SECONDS = 7 * 86_400
"""How long nobody is asked again who is to go, while the same file comes again."""


@dataclass(frozen=True)
class Night:
    """A file, and what it meets. Times are UTC epoch seconds.

    `file`: as read; `placed`: with accounts and the ids of departments, once they are known;
    `undoes`: for a rollback, when the file that it undoes was dropped; `digests`: of the file;
    `asked`: of which accounts a person was asked whether they are a key's, in this run or the last
    one; `named`: whom its last plan was about, None before there is one.
    """

    file: Roster
    directory: Directory
    book: Book
    policy: Policy = Policy()
    dropped: float = 0
    now: float = 0
    run: Run | None = None
    digests: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    calendar: Calendar = Calendar(UTC)
    undoes: float | None = None
    named: Collection[str] | None = None
    placed: Roster | None = None

    @property
    def roster(self) -> Roster:
        return self.placed or self.file

    def with_rows(self, placed: Roster) -> "Night":
        return replace(self, placed=placed)

    @property
    def key(self) -> str:
        """The file's key as people read it (see `Run.file`)."""
        return self.run.file if self.run else ""

    @property
    def is_posted(self) -> bool:
        """Whether something of the run may have gone to WeCom."""
        submission = self.run.submission if self.run else None
        return submission is not None and (submission.posted is not None or bool(submission.begun))

    @property
    def spares(self) -> Collection[str]:
        """Whom the approval of the run neither removes nor disables, see `Approval`."""
        approval = self.run.proposal.approval if self.run else None
        return [*map(str.casefold, approval.retained if approval else ())]

    @property
    def freed(self) -> frozenset[str]:
        """The leavers whom the approval of the run removes at once."""
        approval = self.run.proposal.approval if self.run else None
        return frozenset(map(str.casefold, approval.removed_early if approval else ()))

    @property
    def staying(self) -> frozenset[str]:
        """Who stays by such an approval, while the same file comes again and it is no week old.

        A file that is sent in any case asks in any case.
        """
        if self.run is not None and self.run.identity.again.forced:
            return frozenset()
        book, since = self.book, self.now - AGAIN_SECONDS
        applied = [it for it in book.history.files if it.job is Job.COMPANY and it.counts]
        is_same = bool(applied) and applied[-1].is_same(self.digests)
        stay = {it for it, at in book.postponed.items() if is_same and at > since}
        return frozenset(stay & self.directory.members.keys())

    def counted(self, days: Iterable[str]) -> Mapping[str, int]:
        """Count the days after which leavers go: what is late, goes after today."""
        return Counter(max(day, self.calendar.day(self.now)) for day in days)

    @property
    def basis(self) -> str:
        """The digest of all that a plan rests on beside its file: whatever may change meanwhile."""
        book, live = self.book, self.directory
        basis = {
            "policy": plain(self.policy),
            "day": self.calendar.day(self.now),
            "gone": [sorted(it) for it in (self.mistaken, self.recently_gone)],
            "spared": [sorted(it) for it in (self.spares, self.freed, self.staying)],
            "accounts": (plain(live.members), live.user_ids),
            "parents": {it.id: it.parent for it in live.departments.values()},
            "book": (plain(replace(book, people=People())), book.people.to_document()),
        }
        return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()

    @property
    def promised(self) -> Mapping[str, int] | None:
        """The numbers of departments that the run was promised."""
        return self.book.promised.get(self.run.run_id) if self.run else None

    @property
    def approvers(self) -> tuple[str, ...]:
        """The accounts of those who may decide at the desk."""
        named, spelt = self.policy.desk_approvers, self.directory.user_ids
        absent = without_account(named, self.directory, self.book)
        return tuple(spelt.get(it.casefold(), it) for it in named if it not in absent)

    @cached_property
    def recently_gone(self) -> frozenset[str]:
        """Who went in the last 20 hours without an approval, in lower case."""
        return self.book.gone_after(self.now - RECENT_SECONDS)

    @cached_property
    def mistaken(self) -> frozenset[str]:
        """Who may have been removed by mistake, in lower case."""
        return self.book.gone_after(self.now - UNDO_SECONDS)

    @cached_property
    def unmanaged(self) -> frozenset[str]:
        """The live accounts that company files leave alone, in lower case."""
        return unmanaged_accounts(self.directory, self.book, self.policy)

    def leavers(self, exempt: Collection[str]) -> frozenset[str]:
        """Return whom a company file leaves out, where that disables them; `exempt`: who stays."""
        if self.roster.job is not Job.COMPANY or not self.policy.leaver_days:
            return frozenset()
        present = {row.id.casefold() for row in self.roster.rows}
        return frozenset(self.directory.members.keys() - present - {*exempt} - self.book.staying)

    @property
    def own_runs(self) -> Collection[str | None]:
        """The ids of the run, and of the one that it retries."""
        return {self.run.run_id, self.run.identity.again.of.get(Why.RETRY)} if self.run else ()

    @property
    def is_again(self) -> bool:
        """Whether its file comes again: by a rollback, a retry, or because people are due."""
        return self.run is not None and bool(self.run.identity.again.of)


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
