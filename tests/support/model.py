"""What a company should look like after the files that went out: the idea to compare with."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from support.fakes import FakeClock, FakeJob, FakeWeCom
from support.world import World
from wecom_sync.domain.errors import UnknownOutcomeError
from wecom_sync.domain.run import Job, Run, State
from wecom_sync.wecom.credentials import Callback

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"


@dataclass(frozen=True, slots=True)
class File:
    """A file as its dropper meant it; ids of members or departments, none when it is broken."""

    job: Job | None
    ids: frozenset[str]
    home: int = 1
    root: str = "部门1"

    @classmethod
    def of_members(
        cls, numbers: Iterable[int], job: Job = Job.REPLACE_USER, home: int = 1
    ) -> "File":
        return cls(job, frozenset(f"u{number}" for number in numbers), home)

    @classmethod
    def of_departments(cls, numbers: Iterable[int], root: str = "部门1") -> "File":
        return cls(Job.REPLACE_PARTY, frozenset(map(str, numbers)), root=root)

    @property
    def content(self) -> str:
        if self.job is None:
            return "no header\n"
        if not self.job.has_members:
            rows = (f"部门{number},{number},{int(number != '1')},1\n" for number in self._ordered)
            return "部门名称,部门ID,父部门ID,排序\n" + "".join(rows).replace(
                "部门1,", f"{self.root},"
            )
        return HEADER + "".join(
            f"员工{user},{user},138{int(user[1:]):08d},,{self.home}\n" for user in self._ordered
        )

    @property
    def _ordered(self) -> list[str]:
        return sorted(self.ids, key=lambda each: (len(each), each))


class WatchedWeCom(FakeWeCom):
    """Notes who posts while somebody else's import runs; takes jobs whose answer gets lost."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.lost_answers = 0
        self.overlaps: list[tuple[str, str]] = []
        self.refusals: dict[str, set[str]] = {}

    def submit(self, job: Job, media_id: str, callback: Callback, *, invite: bool = False) -> str:
        own = callback.url.rpartition("/")[2]
        running = [each for each in self.jobs.values() if each.ends > self._clock.now]
        self.overlaps += [(own, run_id_of(each)) for each in running if run_id_of(each) != own]
        job_id = super().submit(job, media_id, callback, invite=invite)
        self.refusals[job_id] = {user for user, errcode in self.refused.items() if errcode}
        if self.lost_answers:
            self.lost_answers -= 1
            raise UnknownOutcomeError
        return job_id


@dataclass(slots=True)
class Corp:
    """Members with their department, and departments."""

    members: dict[str, int] = field(default_factory=dict)
    departments: frozenset[str] = frozenset("1")

    def apply(self, file: File, refused: set[str]) -> None:
        """Do what WeCom says that it does with a file (doc/91130, doc/91131, doc/91132)."""
        ids = file.ids - refused
        if file.job is Job.REPLACE_PARTY:
            peopled = {str(home) for home in self.members.values()}
            self.departments = ids | (self.departments & (peopled | file.ids)) | {"1"}
            return
        kept = self.members
        if file.job is Job.REPLACE_USER:
            kept = {user: home for user, home in kept.items() if user in refused}
        self.members = kept | dict.fromkeys(ids, file.home)
        self.departments |= {str(file.home)} if ids else set()


def run_id_of(job: FakeJob) -> str:
    return job.callback.url.rpartition("/")[2]


def expected(world: World, wecom: WatchedWeCom, files: Mapping[tuple[str, str], File]) -> Corp:
    """Apply to an empty company, one after the other, what its runs were about."""
    corp = Corp()
    for job_id, job in wecom.jobs.items():
        run = world.store.runs_by_id[run_id_of(job)]
        if not job.errcode:
            corp.apply(files[run.key, run.version], wecom.refusals[job_id])
    return corp


def differs(wecom: FakeWeCom, corp: Corp) -> str:
    """Say how WeCom's address book differs from the idea of it."""
    people = {name: frozenset({home}) for name, home in corp.members.items()}
    there = {it.account: it.departments for it in wecom.members.values()}
    if there != people:
        return f"members {there} are not {people}"
    numbers = {str(number) for number in wecom.departments}
    return "" if numbers == corp.departments else f"departments {numbers}, not {corp.departments}"


def wrong_lanes(world: World) -> list[str]:
    """Name the companies whose lane, waiting list and runs do not fit together."""
    wrong = []
    for name in world.wecoms:
        runs = [run for run in world.store.runs_by_id.values() if run.corp == name]
        lane = world.store.lane(name)
        there = {run.run_id for run in runs if run.state.holds_lane}
        queued = {run.run_id for run in runs if run.state is State.QUEUED and run.has_place}
        waiting = {each.run_id for each in lane.waiting}
        over = {run.run_id for run in runs if not run.has_place}
        if there != ({lane.holder} if lane.holder else set()):
            wrong.append(f"{name}: {there} are there, {lane.holder} has the lane")
        if queued - waiting or waiting & over:
            wrong.append(f"{name}: {queued} are queued, {waiting} wait")
    return wrong


WORDS = {
    State.SUCCEEDED: {"applied"},
    State.PARTIAL: {"applied", "failed", "not reported"},
    State.FAILED: {"applied", "failed", "not reported", "not sent"},
    State.UNCHANGED: {"unchanged"},
    State.REJECTED: {"rejected", "not sent"},
    State.SUPERSEDED: {"not sent"},
    State.CANCELLED: {"not sent"},
}
"""What `results.csv` may say of the rows of a run in a final state."""


def wrong_report(world: World, run: Run) -> str:
    """Say how a run's `results.csv` and the run do not fit together."""
    document = world.reports.documents.get(f"{run.corp}/{run.run_id}/results.csv")
    if document is None or run.job is None:
        return ""
    rows = csv.DictReader(io.StringIO(document.decode("utf-8-sig")))
    words = Counter(row["outcome"] for row in rows if row["line"] != "0")
    are_known = words.keys() <= WORDS[run.state]
    counted = run.succeeded is None or words["applied"] == run.succeeded
    return "" if are_known and counted else f"{run.run_id}: {run.state}, {run.succeeded}, {words}"


def undone(world: World, name: str) -> list[str]:
    """Name the imports that undid a newer full file."""
    newest: dict[Job, float] = {}
    wrong = []
    for job in world.wecoms[name].jobs.values():
        run = world.store.runs_by_id[run_id_of(job)]
        full = job.job if job.job.is_full else Job.REPLACE_USER
        if run.dropped < newest.get(full, 0):
            wrong.append(run.run_id)
        if job.job.is_full and not job.errcode:
            newest[full] = run.dropped
    return wrong


def published(world: World, run: Run) -> bool:
    return any(
        (each.run_id, each.state) == (run.run_id, run.state) for each in world.publisher.published
    )
