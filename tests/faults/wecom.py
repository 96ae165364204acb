"""WeCom's side: the simulator without a socket, and a note of every import it took."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from wecom_simulator import SimulatedClock
from wecom_simulator.state.clock import Scheduler
from wecom_simulator.state.switches import Switches
from wecom_simulator.web.callbacks import Courier, Post
from wecom_simulator.web.platform import Platform

CORP_ID = "ww-acme"
SECRET = "secret-acme"
JOB_SECONDS = 5
BUSY = 302008


class Agenda(Scheduler):
    """Virtual time: what WeCom does later stands here until somebody lets the time come."""

    def __init__(self, clock: SimulatedClock) -> None:
        super().__init__(clock)
        self._now = clock.now
        self._tasks: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def call_later(self, seconds: float, task: Callable[[], None]) -> None:
        heapq.heappush(self._tasks, (self._now() + seconds, next(self._numbers), task))

    def next_time(self) -> float | None:
        return min(self.times(), default=None)

    def run_next(self) -> None:
        _, _, task = heapq.heappop(self._tasks)
        task()

    def times(self) -> list[float]:
        return sorted(time for time, _, _ in self._tasks)


@dataclass(frozen=True, slots=True)
class Import:
    """One import that WeCom took: for which run, and a hash of the file."""

    run_id: str
    job_id: str
    content: str


class WeCom:
    """One simulated corp with six people in one of its departments.

    `heard` are the jobs of which a callback was handled to its end.
    """

    def __init__(self, clock: SimulatedClock, post: Post, complain: Callable[[str], None]) -> None:
        self.clock = clock
        self.agenda = Agenda(clock)
        self.imports: list[Import] = []
        self.heard: set[str] = set()
        self._complain = complain
        quick = {"job_base_seconds": JOB_SECONDS, "job_seconds_per_1000_rows": 0}
        self.platform = Platform(Switches().updated(quick), clock)
        self.platform.scheduler = self.agenda
        self.platform.courier = Courier(clock, self.agenda, post)
        corp = {"corp_id": CORP_ID, "contact_secret": SECRET, "root_name": "总部", "creator": "m1"}
        departments = [{"id": at, "name": f"部门{at}", "parent_id": 1} for at in (2, 3)]
        members = [
            {"userid": f"m{at}", "name": f"员工{at}", "mobile": f"1380000{at:04d}"}
            for at in range(1, 7)
        ]
        people = [member | {"departments": [2]} for member in members]
        self.corp = self.platform.add_corp(corp | {"departments": departments, "members": people})

    def note_imports(self) -> None:
        noted = {each.job_id for each in self.imports}
        for job in self.corp.jobs.listed():
            if job.callback is None or job.job_id in noted:
                continue
            run_id = job.callback.url.rpartition("/")[2]
            kind, own = job.job_id[0], [each for each in self.imports if each.run_id == run_id]
            if any(each.job_id in self.heard and each.job_id[0] == kind for each in own):
                self._complain("a file went out again although its callback was heard")
            content = self.corp.media.get(job.media_id, self.clock.now()).content
            self.imports.append(Import(run_id, job.job_id, sha256(content).hexdigest()))

    def contents(self, run_id: str) -> tuple[str, ...]:
        return tuple(each.content for each in self.imports if each.run_id == run_id)

    def taken(self, path: str) -> int:
        return sum(it["errcode"] == 0 for it in self.platform.requests.listed(path=path))

    def refused_busy(self) -> int:
        return sum(each["errcode"] == BUSY for each in self.platform.requests.listed())

    def as_it_is(self) -> list[object]:
        """Return everything that decides how WeCom will answer."""
        now = self.clock.now()
        return [
            self.agenda.times(),
            self.corp.directory.digest(),
            [job.described(now) for job in self.corp.jobs.listed()],
            self.corp.media.listed(),
            sorted(self.platform.tokens._tokens),
            self.platform.faults.listed(),
            sorted(self.heard),
        ]
