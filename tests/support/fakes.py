"""In-memory stand-ins behind the ports, as strict as the real adapters."""

import itertools
import json
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Unpack

from wecom_sync.adapters.app_client import ProcessTokens
from wecom_sync.adapters.dynamodb_items import waiting_key
from wecom_sync.adapters.dynamodb_store import WATCHED_DAYS
from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import ROOT, Department, Directory, DriftFound
from wecom_sync.domain.drop import Drop, ObjectHead, id_moment
from wecom_sync.domain.errors import (
    ObjectGoneError,
    SnapshotMovedError,
    TransitionRefusedError,
    UnknownCorpError,
    UnreachableError,
    WeComError,
    WecomSyncError,
)
from wecom_sync.domain.habit import Habit
from wecom_sync.domain.lane import AppliedFile, Lane, Waiting
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.outcome import JobResult, Outcome, ReceivedResult, ResultRow
from wecom_sync.domain.policy import Policy, SettingsInForce
from wecom_sync.domain.run import Move, Run
from wecom_sync.domain.states import MAX_DELAY_SECONDS, MOVES, Job, State
from wecom_sync.domain.timeline import TimelineEntry
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.stakes import Stake
from wecom_sync.reporting.documents import run_document
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.ports import MOST_REMOVED, DomainFile, Overdue, Walk
from wecom_sync.wecom.credentials import (
    AppSecret,
    Callback,
    CorpSecret,
    MessagesSecret,
)
from wecom_sync_tools.replay.address_book import PlayedBook, PlayedMember

START = 1_800_000_000.0


class FakeClock:
    """Time that moves when it is told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class InMemoryStore(ProcessTokens):
    """`RunStore` and `TokenStore` in dictionaries; passes the same tests as the real one."""

    def __init__(self, clock: Callable[[], float], retention_days: int = 400) -> None:
        super().__init__(clock)
        self._retention = retention_days * 86_400
        self.runs_by_id: dict[str, Run] = {}
        self.open: dict[str, bool] = {}
        self._drops: dict[str, str] = {}
        self._jobs: dict[tuple[str, str], str] = {}
        self._holders: dict[str, str] = {}
        self._freed: dict[str, float] = {}
        self._waiting: dict[str, dict[str, Waiting]] = {}
        self._applied: dict[str, dict[Job, AppliedFile]] = {}
        self._planned: dict[str, dict[Job, AppliedFile]] = {}
        self._outcomes: dict[str, Sequence[Outcome]] = {}
        self._habits: dict[str, Habit] = {}
        self._troubles: Sequence[str] = []
        self._due: dict[tuple[str, bool], tuple[DueFile, float]] = {}
        self._settings: dict[str, SettingsInForce] = {}
        self._before: dict[str, tuple[str, Policy]] = {}
        """The run that brought the settings of a corp, and what was in force before it."""
        self.stream: list[str] = []
        self._unpublished: dict[tuple[str, str], float] = {}
        self._refused: Counter[str] = Counter()
        self._announced: dict[str, str] = {}
        self._answers: dict[tuple[str, str], TimelineEntry] = {}
        self._drift: dict[str, DriftFound] = {}

    def create(self, run: Run, drop: Drop) -> Run:
        if earlier_run := self.run_of_drop(drop.digest):
            return earlier_run
        self._drops[drop.digest] = run.run_id
        self.runs_by_id[run.run_id] = run
        self._changed(run)
        if run.has_place and run.job is not None:
            place = waiting_key(run)["sk"]
            self._waiting.setdefault(run.corp, {})[place] = Waiting(run.run_id, run.job)
        return run

    def run_of_drop(self, drop_digest: str) -> Run | None:
        return self.run(self._drops.get(drop_digest, ""))

    def run(self, run_id: str) -> Run | None:
        run = self.runs_by_id.get(run_id)
        if run is None:
            return None
        watched = max(run.next.due, run.next.deadline or 0) + WATCHED_DAYS * 86_400
        expired = max(run.identity.created + self._retention, watched) < self.clock()
        return None if expired else run

    def run_of_job(self, corp: str, job_id: str) -> Run | None:
        return self.run(self._jobs.get((corp, job_id), ""))

    def move(self, run: Run, to: State, **changes: Unpack[Move]) -> Run:
        if to is not run.state and to not in MOVES.get(run.state, ()):
            # The product takes this for another message that was faster, and stops without a word.
            assert run.state.is_final, f"{run.state} -> {to}"
            raise TransitionRefusedError(f"{run.state} -> {to}")
        stored = self.runs_by_id[run.run_id]
        if (stored.state, stored.revision) != (run.state, run.revision):
            raise TransitionRefusedError(f"{run.state} -> {to}")
        moved = run.moved(to, self.clock(), changes)
        if (
            moved.submission.job_id
            and self._jobs.get((run.corp, moved.submission.job_id), run.run_id) != run.run_id
        ):
            raise TransitionRefusedError("the job is another run's")
        self._change_lane(run, moved)
        if moved.job is not None and moved.may_be_applied and not run.state.is_final:
            self._came(moved, moved.job)
            for kind, file in moved.due_next.items():
                self._put_due((run.corp, kind), file, file.starts if file else 0)
        if moved.proposal.digest != run.proposal.digest and moved.is_planned_full and moved.job:
            planned = AppliedFile(run.run_id, run.identity.dropped, run.identity.dropped)
            self._planned.setdefault(run.corp, {})[moved.job] = planned
        if moved.state.is_final and not run.state.is_final:
            self._habits[run.corp] = self._habits.get(run.corp, Habit(run.corp)).after(moved)
        if moved.submission.job_id:
            self._jobs[run.corp, moved.submission.job_id] = run.run_id
        # What the table keeps is plain data: what cannot be read back fails here as it would there.
        moved = Run.from_document(json.loads(json.dumps(moved.to_document())))
        self.runs_by_id[run.run_id] = moved
        self._changed(moved)
        return moved

    def _came(self, run: Run, job: Job) -> None:
        applied = self._applied.setdefault(run.corp, {})
        before = applied.get(job) if run.state is State.UNCHANGED else None
        changed = before.changed if before else run.identity.dropped
        if not run.is_removal:
            applied[job] = AppliedFile(run.run_id, run.identity.dropped, changed)

    def answer(self, run: Run, step: TimelineEntry) -> None:
        source = step.instruction.source if step.instruction else ""
        kept = TimelineEntry.from_document(json.loads(json.dumps(step.to_document())))
        if (run.run_id, source) not in self._answers:
            self._answers[run.run_id, source] = kept
            self._unpublished[f"RUN#{run.run_id}", f"ANSWER#{source}"] = kept.at
            self.stream.append(run.run_id)

    def answers(self, run_id: str) -> Sequence[TimelineEntry]:
        steps = [step for (of_run, _), step in self._answers.items() if of_run == run_id]
        return sorted(steps, key=lambda step: step.at)

    def _changed(self, run: Run) -> None:
        self.open[run.run_id] = True
        self._unpublished[f"RUN#{run.run_id}", "RUN"] = run.updated
        self.stream.append(run.run_id)

    def _change_lane(self, run: Run, moved: Run) -> None:
        to = moved.state
        if to.holds_lane and not run.state.holds_lane:
            if run.corp in self._holders:
                raise TransitionRefusedError("the lane is taken")
            self._refuse_older(run)
            self._holders[run.corp] = run.run_id
            self._leave(run)
        elif run.state.holds_lane and not to.holds_lane:
            del self._holders[run.corp]
            self._freed[run.corp] = moved.updated
        elif to.is_final:
            self._leave(run)
        if moved.has_place and not run.has_place and run.job is not None:
            place = waiting_key(run)["sk"]
            self._waiting.setdefault(run.corp, {})[place] = Waiting(run.run_id, run.job)

    def _refuse_older(self, run: Run) -> None:
        applied = self._applied.get(run.corp, {})
        for job in run.yields_to:
            if job in applied and applied[job].dropped > run.identity.dropped:
                raise TransitionRefusedError("a newer file was applied")

    def _leave(self, run: Run) -> None:
        if run.job is not None:
            self._waiting.get(run.corp, {}).pop(waiting_key(run)["sk"], None)

    def lane(self, corp: str) -> Lane:
        places = self._waiting.get(corp, {})
        waiting = tuple(places[place] for place in sorted(places))
        applied, planned = self._applied.get(corp, {}), self._planned.get(corp, {})
        freed = 0.0 if corp in self._holders else self._freed.get(corp, 0.0)
        return Lane(self._holders.get(corp), waiting, dict(applied), dict(planned), freed)

    def open_runs(self, state: State) -> Walk[Run]:
        open_runs = [run for run in self.runs_by_id.values() if self.open.get(run.run_id)]
        runs = [run for run in open_runs if run.state is state]
        return Walk(sorted(runs, key=lambda run: run.next.due))

    def open_runs_of(self, corp: str, *states: State) -> Sequence[Run]:
        return [run for it in states for run in self.open_runs(it).items if run.corp == corp]

    def count_open(self, corp: str, *states: State) -> int:
        return len(self.open_runs_of(corp, *states))

    def count_refused(self, run: Run, more: int) -> int:
        self._refused[run.run_id] += more
        return self._refused[run.run_id]

    def troubles(self) -> Sequence[str]:
        return self._troubles

    def keep_troubles(self, troubles: Sequence[str]) -> None:
        self._troubles = troubles

    def silent(self, now: float) -> Walk[Habit]:
        habits = (habit for habit in self._habits.values() if habit.silent_from)
        return Walk([it for it in habits if now - 86_400 <= (it.silent_from or 0) <= now])

    def _put_due(self, key: tuple[str, bool], file: DueFile | None, due: float) -> None:
        self._due.pop(key, None)
        if file:
            self._due[key] = file, due

    def due_files(self, now: float) -> Walk[DueFile]:
        return Walk([file for file, due in self._due.values() if due <= now])

    def due_file(self, corp: str, *, of_leavers: bool = False) -> DueFile | None:
        return self._due.get((corp, of_leavers), (None, 0))[0]

    def follow_due(self, file: DueFile, by: DueFile | None, due: float = 0) -> None:
        key = file.corp, file.is_of_leavers
        before, _ = self._due.get(key, (None, 0))
        if before and (before.run_id, before.day) == (file.run_id, file.day):
            self._put_due(key, by, due)

    def announced(self, subject: str) -> str:
        return self._announced.get(subject, "")

    def note_announced(self, subject: str, news: str, until: float) -> None:
        self._announced[subject] = news

    def published(self, run: Run) -> None:
        if self.runs_by_id[run.run_id].revision == run.revision:
            self._unpublished.pop((f"RUN#{run.run_id}", "RUN"), None)
            self.open[run.run_id] = not run.state.is_final
        for word in (step.instruction for step in run.timeline if step.instruction):
            self._unpublished.pop((f"RUN#{run.run_id}", f"ANSWER#{word.source}"), None)

    def drift(self, corp: str) -> DriftFound | None:
        return self._drift.get(corp)

    def put_drift(self, drift: DriftFound) -> None:
        self._drift[drift.corp] = drift
        self._unpublished[f"DRIFT#{drift.corp}", "DRIFT"] = drift.at

    def drift_published(self, drift: DriftFound) -> None:
        self._unpublished.pop((f"DRIFT#{drift.corp}", "DRIFT"), None)

    def overdue(self, before: float) -> Iterable[Overdue]:
        return [Overdue(*key, at) for key, at in self._unpublished.items() if at < before]

    def touch(self, item: Overdue) -> None:
        self.stream.append(item.pk.removeprefix("RUN#"))

    def settings(self, corp: str) -> SettingsInForce:
        return self._settings.get(corp, SettingsInForce())

    def policy(self, corp: str) -> Policy:
        return self.settings(corp).policy

    def put_policy(
        self,
        corp: str,
        policy: Policy,
        dropped: float,
        run_id: str = "",
        digest: str = "",
        *,
        by: str = "",
    ) -> Policy | None:
        kept, (last, earlier) = self.settings(corp), self._before.get(corp, ("", Policy()))
        if run_id and last == run_id:
            return earlier
        if kept.dropped is not None and kept.dropped > dropped:
            return None
        last_run = self.runs_by_id.get(last)
        is_told = last_run is None or last_run.state.is_final
        before = kept.policy if is_told else earlier
        self._settings[corp] = kept.followed(policy, dropped, by, digest)
        self._before[corp] = run_id, before
        return before

    def put_outcomes(self, run: Run, outcomes: Iterable[Outcome]) -> None:
        self._outcomes[run.run_id] = sorted(outcomes, key=lambda row: row.id.casefold())

    def failed_rows(self, run_id: str) -> Sequence[Outcome]:
        rows = [row for row in self._outcomes.get(run_id, ()) if row.failed]
        return sorted(rows, key=lambda row: (row.line or 0, row.id))

    def outcomes(self, run_id: str) -> Iterable[Outcome]:
        return self._outcomes.get(run_id, ())

    def runs_of_corp(self, corp: str, limit: int | None, since: float = 0) -> Sequence[Run]:
        ids = [it for it in self.runs_by_id if it >= id_moment(since)]
        runs = [run for it in ids if (run := self.run(it)) and run.corp == corp]
        return sorted(runs, key=lambda run: run.run_id, reverse=True)[:limit]


class InMemoryDrops:
    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], tuple[ObjectHead, bytes]] = {}
        self.asked: dict[tuple[str, str], datetime] = {}
        """When the metadata of an object were written, if it was not put then."""

    def put(self, at: float, key: str, version: str, content: bytes, **asks: str) -> None:
        """Put an object; `asks`: what its metadata say, as `ObjectHead` has it."""
        head = ObjectHead(moment(at), len(content), version=version, **asks)  # type: ignore[arg-type]
        self.objects[key, version] = head, content

    def head(self, bucket: str, key: str, version: str) -> ObjectHead:
        newest = [each for name, each in self.objects if name == key][-1:]
        at = key, version or "".join(newest)
        head = self._find(*at)[0]
        asked = self.asked.get(at, head.last_modified)
        return replace(head, asked=asked)

    def content(self, bucket: str, key: str, version: str) -> bytes:
        return self._find(key, version)[1]

    def _find(self, key: str, version: str) -> tuple[ObjectHead, bytes]:
        try:
            return self.objects[key, version]
        except KeyError:
            raise ObjectGoneError from None


class InMemoryDomainFiles:
    def __init__(self) -> None:
        self._files: dict[str, DomainFile] = {}

    def file(self, name: str) -> DomainFile | None:
        return self._files.get(name)

    def put(self, corp: str, name: str, text: str) -> None:
        if self._files.get(name, DomainFile(corp, "")).corp == corp:
            self._files[name] = DomainFile(corp, text)

    def drop(self, corp: str, name: str) -> None:
        if name in self._files and self._files[name].corp == corp:
            del self._files[name]


class InMemoryArchive:
    def __init__(self) -> None:
        self._sent: dict[tuple[str, str], Sent] = {}
        self._stakes: dict[tuple[str, str], frozenset[Stake]] = {}
        self.results: dict[tuple[str, str, str | None], ReceivedResult] = {}
        self.snapshots: dict[str, Book] = {}

    def sent(self, run: Run) -> Sent | None:
        return self._sent.get((run.run_id, run.brings))

    def put_sent(self, run: Run, sent: Sent) -> None:
        self._sent[run.run_id, run.brings] = sent

    def stakes(self, run: Run, digest: str) -> frozenset[Stake] | None:
        return self._stakes.get((run.run_id, digest))

    def put_stakes(self, run: Run, digest: str, stakes: Sequence[Stake]) -> None:
        self._stakes[run.run_id, digest] = frozenset(stakes)

    def result(self, run: Run) -> ReceivedResult | None:
        return self.results.get((run.run_id, run.asks, run.answer))

    def put_result(self, run: Run, received: ReceivedResult) -> ReceivedResult:
        return self.results.setdefault((run.run_id, run.asks, run.answer), received)

    def snapshot(self, corp: str) -> Book:
        return self.snapshots.get(corp, Book())

    def change_snapshot(self, corp: str, change: Callable[[Book], Book]) -> None:
        read = self.snapshots.get(corp)
        changed = change(read or Book())
        if self.snapshots.get(corp) is not read:
            raise SnapshotMovedError
        self.snapshots[corp] = changed

    def corps(self) -> Sequence[str]:
        return sorted(self.snapshots)

    def forget(self) -> None:
        self._sent.clear()


class InMemoryReports:
    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}

    def put(self, name: str, content: bytes, content_type: str) -> str:
        self.documents[name] = content
        return f"s3://reports/{name}"

    def get(self, name: str) -> bytes | None:
        return self.documents.get(name)

    def change(
        self, name: str, change: Callable[[bytes | None], bytes | None], content_type: str
    ) -> None:
        while True:
            before = self.documents.get(name)
            content = change(before)
            if content is None:
                return
            if self.documents.get(name) is before:
                self.documents[name] = content
                return


class FakeQueue:
    """Messages with the time at which they may be seen."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.messages: list[tuple[float, dict[str, object]]] = []

    def send(self, message: Mapping[str, object], delay_seconds: float = 0) -> None:
        # What SQS carries is text: whatever is not JSON fails here as it would there.
        body = json.loads(json.dumps(message))
        if delay_seconds <= MAX_DELAY_SECONDS:
            self.messages.append((self.clock.now + max(0, delay_seconds), body))

    def send_all(self, messages: Iterable[Mapping[str, object]]) -> None:
        for message in messages:
            self.send(message)

    def next_time(self) -> float | None:
        return min((time for time, _ in self.messages), default=None)

    def take(self) -> dict[str, object] | None:
        times = [time for time, _ in self.messages]
        if not times or min(times) > self.clock.now:
            return None
        return self.messages.pop(times.index(min(times)))[1]


class FakeSecrets[S: CorpSecret | MessagesSecret | AppSecret]:
    """Secrets by alias; an exception in place of a secret is raised."""

    def __init__(self, secrets: Mapping[str, S | WecomSyncError]) -> None:
        self.secrets = dict(secrets)

    def renewed(self, corp: str) -> S:
        return self.of(corp)

    def as_it_is(self, corp: str) -> S:
        return self.of(corp)

    def of(self, corp: str) -> S:
        secret = self.secrets.get(corp)
        if secret is None:
            raise UnknownCorpError(corp=corp, secret=f"wecom-sync/{corp}")
        if isinstance(secret, Exception):
            raise secret
        return secret


class FakeStarts:
    """Everything that starts a function is there and on."""

    def broken(self) -> Sequence[str]:
        return ()


class FakeChannel:
    """Remembers what it was told; fails as often as it is told to."""

    is_heard = True

    def reaches(self, _corp: str) -> bool:
        return self.is_heard

    def __init__(self) -> None:
        self.published: list[Run] = []
        self.drift: list[DriftFound] = []
        self.failures = 0

    def tell_drift(self, drift: DriftFound) -> None:
        self.drift.append(drift)

    def tell(self, run: Run) -> None:
        if self.failures:
            self.failures -= 1
            raise UnreachableError("the topic is away")
        # As the real one does: a blank of its reasons that nobody filled is an error.
        run_document(run, Language.CHINESE)
        self.published.append(run)


@dataclass
class FakeJob:
    job: Job
    content: bytes
    callback: Callback
    ends: float
    invite: bool
    rows: list[ResultRow] = field(default_factory=list)
    errcode: int = 0


class FakeWeCom:
    """One corp's WeCom: the replay's address book, one import at a time, results for five jobs.

    `failures` are raised by the next calls of a name, the oldest first. `refused` maps row ids to
    errcodes; `left_out` are rows that a result does not name; `extra` are rows it adds. A job is
    applied when it is taken, except for its refused rows.
    """

    def __init__(self, clock: FakeClock, duration: float = 5.0) -> None:
        self._clock = clock
        self._ids = itertools.count(1)
        self.duration = duration
        self.jobs: dict[str, FakeJob] = {}
        self.media: dict[str, bytes] = {}
        self.failures: dict[str, deque[Exception]] = {}
        self.calls: list[str] = []
        self.refused: dict[str, int] = {}
        self.switched: dict[str, bool] = {}
        """Who was enabled or disabled by name, in lower case."""
        self.left_out: set[str] = set()
        self.extra: list[ResultRow] = []
        self.job_errcode = 0
        self.members: dict[str, PlayedMember] = {}
        self.departments = {ROOT: Department(ROOT, 0)}

    @property
    def _book(self) -> PlayedBook:
        return PlayedBook(self.members, self.departments)

    def fail(self, call: str, *errors: Exception) -> None:
        self.failures.setdefault(call, deque()).extend(errors)

    def hire(self, *user_ids: str, department: int = ROOT) -> None:
        """Put people into the address book behind our back."""
        for user_id in user_ids:
            self.members[user_id.casefold()] = PlayedMember(user_id, frozenset({department}))

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if waiting := self.failures.get(name):
            raise waiting.popleft()

    def sign_in(self) -> None:
        self._call("sign_in")

    def try_write(self) -> None:
        self._call("try_write")
        raise WeComError(40007, "invalid media_id", "/cgi-bin/batch/syncuser")

    def directory(self) -> Directory:
        self._call("directory")
        return self._book.directory()

    def upload(self, filename: str, content: bytes) -> str:
        self._call("upload")
        filename.encode("ascii")
        media_id = f"media-{next(self._ids)}"
        self.media[media_id] = content
        return media_id

    def submit(self, job: Job, media_id: str, callback: Callback, *, invite: bool = False) -> str:
        self._call("submit")
        if any(running.ends > self._clock.now for running in self.jobs.values()):
            raise WeComError(302008, "import job is running", f"/cgi-bin/batch/{job}")
        content = self.media[media_id]
        job_id = f"job-{next(self._ids)}"
        made = FakeJob(job, content, callback, self._clock.now + self.duration, invite)
        header, *lines = content.decode("utf-8-sig").splitlines()
        columns = header.split(",")
        rows = [dict(zip(columns, line.split(","), strict=True)) for line in lines]
        name = "帐号" if job.has_members else "部门ID"
        for row in rows:
            if row[name] not in self.left_out:
                made.rows.append(ResultRow(row[name], self.refused.get(row[name], 0), ""))
        made.rows += self.extra
        made.errcode = self.job_errcode
        if not made.errcode:
            self._apply(job, [row for row in rows if not self.refused.get(row[name])])
        self.jobs[job_id] = made
        return job_id

    def _apply(self, job: Job, rows: list[dict[str, str]]) -> None:
        """Let the address book take rows, whose contacts it does not compare."""
        columns = ("帐号", "所在部门") if job.has_members else ("部门ID", "父部门ID", "排序")
        cells = [tuple(row.get(name, "") for name in columns) for row in rows]
        stay = {key: it for key, it in self.members.items() if self.refused.get(it.account)}
        taken = tuple(Row(at, each[0], each) for at, each in enumerate(cells, 2))
        self._book.take(job, Roster(job, "", columns, taken), self._clock.now)
        self.members.update(stay)

    def update(
        self, user_id: str, *, enable: bool | None = None, places: Collection[int] = ()
    ) -> None:
        self._call("update")
        path, member = "/cgi-bin/user/update", self.members.get(user_id.casefold())
        if errcode := self.refused.get(user_id) or (0 if member else 60111):
            raise WeComError(errcode, "refused", path)
        if member and places:
            self.members[user_id.casefold()] = member._replace(departments=frozenset(places))
        if enable is not None:
            self.switched[user_id.casefold()] = enable

    def remove(self, user_ids: Sequence[str]) -> None:
        self._call("remove")
        path = "/cgi-bin/user/batchdelete" if len(user_ids) > 1 else "/cgi-bin/user/delete"
        if not 0 < len(user_ids) <= MOST_REMOVED:
            raise WeComError(40058, "wrong list", path)
        for user_id in user_ids:
            if errcode := self.refused.get(user_id):
                raise WeComError(errcode, "refused", path)
            if user_id.casefold() not in self.members:
                raise WeComError(60111, "userid not found", path)
        for user_id in user_ids:
            del self.members[user_id.casefold()]

    def result(self, job_id: str) -> JobResult:
        self._call("result")
        if job_id not in self.jobs:
            raise WeComError(40088, "jobid does not exist", "/cgi-bin/batch/getresult")
        if job_id not in list(self.jobs)[-5:]:
            raise WeComError(40089, "result cleaned", "/cgi-bin/batch/getresult")
        job = self.jobs[job_id]
        if job.ends > self._clock.now:
            return JobResult(False, 0, "ok", ())
        return JobResult(True, job.errcode, "", tuple(job.rows))


def moment(seconds: float) -> datetime:
    """Return a time as S3 events carry it."""
    return datetime.fromtimestamp(seconds, UTC)
