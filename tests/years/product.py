"""The product in memory: it reads, plans and judges a file, and remembers what WeCom applied."""

from dataclasses import dataclass, field
from typing import Literal

from support.books import run_of
from support.fakes import START, FakeClock, FakeWeCom, InMemoryArchive
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job, Reason
from wecom_sync.files.roster import FileRejectedError, Problem, Roster, read_roster
from wecom_sync.planning.memory.operations import applied, confirmed
from wecom_sync.planning.outcomes import match
from wecom_sync.use_cases.planner import Planner, Prepared, beyond
from wecom_sync.wecom.credentials import Callback, Credentials

CORP = "acme"
DAY = 86_400
MORNING = 8 * 3600
"""When a person decides about last night's holds."""
CALLBACK = Callback("https://example.com", Credentials("token", "key", CORP))

type Verdict = Literal["apply", "hold", "unchanged", "reject"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a file.

    `beyond`: who or what is in the plan of the morning and was not in the plan that was approved.
    """

    verdict: Verdict
    roster: Roster | None = None
    holds: tuple[Reason, ...] = ()
    problems: tuple[Problem, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(hold.family for hold in self.holds))

    @property
    def stopped(self) -> bool:
        return self.verdict in {"hold", "reject"}


class WeCom(FakeWeCom):
    """An address book that deletes departments some days after they are empty."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.condemned: dict[int, float] = {}

    def forget_jobs(self) -> None:
        self.jobs.clear()
        self.media.clear()
        self.calls.clear()

    def condemn(self, roster: Roster) -> None:
        """Note which departments a department file leaves out."""
        kept = {1, *(int(row.id) for row in roster.rows)}
        self.condemned = {
            number: self.condemned.get(number, self._clock.now)
            for number in self.departments
            if number not in kept
        }

    def tidy(self, days: int) -> None:
        """Delete what was left out so many days ago, if nobody is in it."""
        peopled = {each for _, ids in self.members.values() for each in ids}
        for number, since in [*self.condemned.items()]:
            has_children = any(each.parent == number for each in self.departments.values())
            if number not in peopled and not has_children and self._clock.now - since >= days * DAY:
                self.departments.pop(number, None)
                del self.condemned[number]


@dataclass
class Product:
    """One corp."""

    policy: Policy
    tidies: int = 0
    clock: FakeClock = field(default_factory=FakeClock)
    archive: InMemoryArchive = field(default_factory=InMemoryArchive)

    def __post_init__(self) -> None:
        self.wecom = WeCom(self.clock)
        self.planner = Planner(
            wecom_of=lambda _: self.wecom, archive=self.archive, clock=self.clock
        )

    def fork(self) -> "Product":
        """Return a product to which something may happen that never happened here."""
        other = Product(self.policy, self.tidies, FakeClock(self.clock.now))
        other.archive.snapshots = dict(self.archive.snapshots)
        other.wecom.members = dict(self.wecom.members)
        other.wecom.departments = dict(self.wecom.departments)
        other.wecom.condemned = dict(self.wecom.condemned)
        return other

    def drop(self, job: Job, content: bytes, day: int, hour: float, *, approve: bool) -> Answer:
        """Drop a file at a time; if it is held, it is approved or cancelled in the morning."""
        dropped = START + day * DAY + hour * 3600
        self.clock.now = max(self.clock.now, dropped)
        self.wecom.tidy(self.tidies)
        try:
            roster = read_roster(job, content)
            prepared = self.planner.prepare(CORP, roster, self.policy, dropped)
        except FileRejectedError as error:
            return Answer("reject", problems=tuple(error.problems))
        if prepared.plan.changes_nothing:
            run, sent, now = run_of(CORP, job, dropped), prepared.sent, self.clock()
            self.archive.change_snapshot(CORP, lambda book: confirmed(book, run, sent, now))
            return Answer("unchanged", roster)
        if not prepared.holds:
            self._apply(prepared, dropped, approved=False)
            return Answer("apply", roster)
        if not approve:
            return Answer("hold", roster, prepared.holds)
        self.clock.now = max(self.clock.now, START + (day + 1) * DAY + MORNING)
        again = self.planner.prepare(CORP, roster, self.policy, dropped)
        self._apply(again, dropped, approved=True)
        more = beyond(again, prepared.stakes)
        return Answer("hold", roster, prepared.holds, beyond=more)

    def _apply(self, prepared: Prepared, dropped: float, *, approved: bool) -> None:
        sent = prepared.sent
        media = self.wecom.upload("file.csv", sent.roster.to_csv())
        job_id = self.wecom.submit(sent.roster.job, media, CALLBACK)
        self.clock.now += self.wecom.duration
        outcomes = match(sent.roster, self.wecom.result(job_id))
        self.wecom.forget_jobs()
        if not sent.roster.job.has_members:
            self.wecom.condemn(sent.roster)
        self.wecom.tidy(self.tidies)
        run, now = run_of(CORP, sent.roster.job, dropped, approved=approved), self.clock()
        self.archive.change_snapshot(CORP, lambda book: applied(book, run, sent, outcomes, now))
