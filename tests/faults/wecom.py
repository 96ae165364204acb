"""WeCom's side: the simulator without a socket, and a note of every import it took."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from faults.agenda import Agenda
from wecom_simulator import SimulatedClock
from wecom_simulator.state.switches import Switches
from wecom_simulator.web.callbacks import Courier, Post
from wecom_simulator.web.platform import Platform

CORP_ID = "ww-acme"
SECRET = "secret-acme"
JOB_SECONDS = 5
BUSY = 302008


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
        switches = Switches().updated(
            {"job_base_seconds": JOB_SECONDS, "job_seconds_per_1000_rows": 0}
        )
        self.platform = Platform(switches, clock)
        self.platform.scheduler = self.agenda
        self.platform.courier = Courier(clock, self.agenda, post)
        self.corp = self.platform.add_corp(
            {
                "corp_id": CORP_ID, "contact_secret": SECRET, "root_name": "总部",
                "creator": "m1",
                "departments": [
                    {"id": number, "name": f"部门{number}", "parent_id": 1} for number in (2, 3)
                ],
                "members": [
                    {
                        "userid": f"m{number}", "name": f"员工{number}",
                        "mobile": f"1380000{number:04d}", "departments": [2],
                    }
                    for number in range(1, 7)
                ],
            }
        )  # fmt: skip

    def note_imports(self) -> None:
        """Note what was taken since the last look."""
        noted = {each.job_id for each in self.imports}
        for job in self.corp.jobs.listed():
            if job.callback is None or job.job_id in noted:
                continue
            run_id = job.callback.url.rpartition("/")[2]
            if any(each.run_id == run_id and each.job_id in self.heard for each in self.imports):
                self._complain("a file went out again although its callback was heard")
            content = self.corp.media.get(job.media_id, self.clock.now()).content
            self.imports.append(Import(run_id, job.job_id, sha256(content).hexdigest()))

    def contents(self, run_id: str) -> tuple[str, ...]:
        """Return the files that were imported for a run."""
        return tuple(each.content for each in self.imports if each.run_id == run_id)

    def refused_busy(self) -> int:
        """Return how often an import was refused because of another."""
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
