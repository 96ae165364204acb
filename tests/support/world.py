"""The whole product in memory: a bucket, two queues, the real use-cases, a fake WeCom a corp."""

import csv
import functools
import io
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_plus

import persist
import publish
import submit
from support.composition import StandIns, built
from support.fakes import (
    FakeChannel,
    FakeClock,
    FakeQueue,
    FakeSecrets,
    FakeStarts,
    FakeWeCom,
    InMemoryArchive,
    InMemoryDomainFiles,
    InMemoryDrops,
    InMemoryReports,
    InMemoryStore,
    moment,
)
from wecom_sync.domain.errors import TransitionRefusedError, UnknownOutcomeError
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.handler import SOON_SECONDS
from wecom_sync.use_cases.callbacks import JobEvent
from wecom_sync.use_cases.ports import WeCom
from wecom_sync.use_cases.publication import Publication
from wecom_sync.use_cases.sweep import Sweep
from wecom_sync.wecom.credentials import CorpSecret, MessagesSecret

TRUSTING = Policy(first_replace="apply", additions_percent=100)
"""The settings of a corp whose first files fill an empty address book."""
BUCKET = "drops"
BOSS = "AWS:AROAEXAMPLE:boss"
SWEEP = "AWS:AROAEXAMPLE:sweep"
SWEEP_SECONDS = 300
MOST_RECEIVES = 5
"""How often SQS gives a message, by the template."""


class World:
    """Drop files, let time pass, look at the runs."""

    def __init__(self, *corps: str, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.processor: Callable[[], float] = lambda: 0.0
        self.store = InMemoryStore(self.clock)
        self.drops = InMemoryDrops()
        self.domain_files = InMemoryDomainFiles()
        self.reports = InMemoryReports()
        self.publisher, self.alarms = FakeChannel(), FakeChannel()
        self.counted: Counter[str] = Counter()
        self.drop_queue = FakeQueue(self.clock)
        self.submit_queue = FakeQueue(self.clock)
        self.results_queue = FakeQueue(self.clock)
        self.publish_queue = FakeQueue(self.clock)
        self.dead: list[dict[str, object]] = []
        """Messages to channels that failed five times."""
        self.secrets: FakeSecrets[CorpSecret] = FakeSecrets(
            {corp: CorpSecret(f"ww-{corp}", f"secret-{corp}") for corp in corps or ("acme",)}
        )
        self.messages_secrets: FakeSecrets[MessagesSecret] = FakeSecrets({})
        self.wecoms = {corp: FakeWeCom(self.clock) for corp in self.secrets.secrets}
        self.archive = InMemoryArchive()
        self.starts = FakeStarts()
        for corp in self.secrets.secrets:
            self.store.put_policy(corp, TRUSTING, 0)
        self.by = BOSS
        """Who puts every object, as S3 says it."""
        self._versions = 0
        self.start()

    def start(self) -> None:
        """Build every function, as when no process of one is there."""
        submits: submit.SubmitUseCases = built("submit", self.stand_ins, {"DropBucket": BUCKET})
        self.intake, self.holds = submits.intake, submits.holds
        persists: persist.PersistUseCases = built("persist", self.stand_ins)
        self._verifier, self.results = persists.verifier, persists.results
        self.sweep: Sweep = built("sweep", self.stand_ins, {"DropBucket": BUCKET}).sweep
        self.publication: Publication = built("publish", self.stand_ins).publication
        self._submits = submits

    def stand_ins(self, adapters: Any) -> StandIns:
        return {
            "alarms": self.alarms,
            "archive": self.archive,
            "channels": {"bus": self.publisher},
            "clock": self.clock,
            "count": self._count,
            "domain_files": self.domain_files,
            "drops": self.drops,
            "due_drops": self,
            "master": lambda _: lambda: b"master",
            "messages": self.messages_secrets,
            "processor": self.worked,
            "publications": self.store,
            "queue": lambda _: self.publish_queue,
            "reports": self.reports,
            "results_queue": self.results_queue,
            "secrets": self.secrets,
            "starts": self.starts,
            "store": self.store,
            "submit_queue": self.submit_queue,
            "tokens": self.store,
            "wecom": self._wecom_of,
        }

    def _wecom_of(self, corp: str) -> WeCom:
        self.secrets.of(corp)
        return self.wecoms[corp]

    def worked(self) -> float:
        return self.processor()

    def _count(self, name: str) -> None:
        self.counted[name] += 1

    @property
    def wecom(self) -> FakeWeCom:
        return self.wecoms["acme"]

    def drop(
        self, key: str, content: bytes | str, *, by: str = "", **asks: Any
    ) -> dict[str, object]:
        """Put an object and send its event; return the event. `asks`: see `InMemoryDrops`."""
        self._versions += 1
        version = f"v{self._versions}"
        data = content.encode() if isinstance(content, str) else content
        self.drops.put(self.clock.now, key, version, data, **asks)
        event = s3_event(key, version, self.clock.now, by or self.by)
        self.drop_queue.send(event)
        return event

    def drop_due(self, file: DueFile) -> None:
        """Put the object of a file that is due, as the sweep does."""
        self.drop(file.key, b"", by=SWEEP, again=" ".join(file.wish))

    def restore(self, key: str, version: str) -> None:
        """Copy an old version of a key over it, with its metadata, as a restored backup does."""
        drops = self.drops
        head = drops.head("", key, version)
        content = drops.content("", key, version)
        self.drop(key, content, again=head.again)
        drops.asked[key, f"v{self._versions}"] = head.asked or head.last_modified

    def approve(self, run: Run) -> None:
        self.decide(run, decision="approve", plan=str(run.proposal.digest))

    def cancel(self, run: Run) -> None:
        self.decide(run, decision="cancel")

    def approve_now(self, run: Run) -> Run:
        return self._now(lambda: self.approve(run), run)

    def cancel_now(self, run: Run) -> Run:
        return self._now(lambda: self.cancel(run), run)

    def _now(self, decide: Callable[[], object], run: Run) -> Run:
        decide()
        _, message = self.drop_queue.messages.pop()
        self._submit(message)
        return self.store.runs_by_id[run.run_id]

    def decide(self, run: Run, **decision: Any) -> dict[str, object]:
        return self.drop(f"{run.corp}/decide/{run.run_id}.json", json.dumps(decision))

    def run_of(self, key: str) -> Run:
        runs = [run for run in self.store.runs_by_id.values() if run.key == key]
        return max(runs, key=lambda run: run.identity.created)

    def current_run(self, run: Run) -> Run:
        """Return a run as it is now, with the answers to decisions about it."""
        return self.store.runs_by_id[run.run_id].with_answers(self.store.answers(run.run_id))

    def results_csv(self, run: Run) -> list[list[str]]:
        document = self.reports.documents[f"{run.corp}/{run.run_id}/results.csv"]
        return list(csv.reader(io.StringIO(document.decode("utf-8-sig"))))

    def lose_answers(self, count: int) -> list[str]:
        """Let WeCom start so many jobs of which nobody hears; return their ids, and later ones."""
        started: list[str] = []
        submit = self.wecom.submit

        def losing(*arguments: Any, **options: Any) -> str:
            started.append(submit(*arguments, **options))
            if len(started) <= count:
                raise UnknownOutcomeError
            return started[-1]

        self.wecom.submit = losing  # type: ignore[method-assign]
        return started

    def callback(self, run: Run, errcode: int = 0) -> None:
        if run.job is None:
            raise TypeError("a run without a job has no callback")
        jobs = self.wecoms[run.corp].jobs.items()
        job_id = next(name for name, job in jobs if job.callback.url.endswith(run.run_id))
        event = JobEvent(run.corp, run.run_id, run.job.wecom_type, job_id, errcode, "")
        self.results.hear(event)

    def receive_all(self) -> None:
        """Make the runs of all drops, and have their own messages come the other way round."""
        while message := self.drop_queue.take():
            self._submit(message)
        self.submit_queue.messages.reverse()

    def step(self) -> bool:
        """Handle one message that may be seen now, or else what the table's stream tells."""
        if message := self.drop_queue.take():
            self._receive(message)
            return True
        if message := self.submit_queue.take():
            self._submit(message)
            return True
        if message := self.results_queue.take():
            persist.handle(persist.PersistUseCases(self._verifier, self.results), message)
            return True
        return self.publish()

    def _receive(self, message: dict[str, object]) -> None:
        """Take what was dropped. What SQS gives again comes after a minute, as the handler asks."""
        try:
            self._submit(message)
        except TransitionRefusedError:
            self.drop_queue.send(message, SOON_SECONDS)

    def publish(self) -> bool:
        """Handle what the table's stream says, or one message to a channel."""
        if self.store.stream:
            self.publication.publish(dict.fromkeys(self.store.stream), ())
            self.store.stream.clear()
            return True
        if message := self.publish_queue.take():
            self._tell(message)
            return True
        return False

    def _tell(self, message: dict[str, object]) -> None:
        """Tell a channel. What fails comes again as from SQS: soon, later, and then no more."""
        receives = message.pop("receives", 0) + 1  # type: ignore[operator]
        try:
            publish.handle(self.publication, message)
        except Exception:  # noqa: BLE001 - as Powertools' batch processor does
            if receives == MOST_RECEIVES:
                self.dead.append(message)
                return
            pause = 60 if receives == 1 else 1800
            self.publish_queue.messages.append(
                (self.clock.now + pause, {**message, "receives": receives})
            )

    def _submit(self, message: dict[str, object]) -> None:
        try:
            submit.handle(self._submits, message)
        finally:
            self.intake.entrance.close()

    def pass_time(self, seconds: float) -> None:
        """Handle every message of the next `seconds`, each at its time."""
        until = self.clock.now + seconds
        while True:
            if self.step():
                continue
            queues = (self.drop_queue, self.submit_queue, self.results_queue, self.publish_queue)
            times = [queue.next_time() for queue in queues]
            coming = [time for time in times if time is not None and time <= until]
            if not coming:
                self.clock.now = until
                return
            self.clock.now = min(coming)

    def live(self, seconds: float) -> None:
        """Let time pass with the sweep, as its schedule runs it: every five minutes."""
        until = self.clock.now + seconds
        while self.clock.now < until:
            self.pass_time(min(SWEEP_SECONDS, until - self.clock.now))
            self.sweep.sweep()
        self.pass_time(0)

    def finish(self) -> None:
        self.pass_time(86_400)


@contextmanager
def silence() -> Iterator[None]:
    level = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(level)


def s3_event(key: str, version: str, seconds: float, by: str = BOSS) -> dict[str, object]:
    """Return an S3 notification, the key encoded as S3 does."""
    put = {"key": quote_plus(key, safe="/"), "versionId": version}
    record = {
        "eventName": "ObjectCreated:Put",
        "eventTime": moment(seconds).isoformat(timespec="milliseconds"),
        "userIdentity": {"principalId": by},
        "s3": {"bucket": {"name": BUCKET}, "object": put},
    }
    return {"Records": [record]}


@functools.cache
def departments(count: int = 3) -> str:
    lines = ["部门名称,部门ID,父部门ID,排序", "总部,1,0,1"]
    lines += [f"部门{number},{number},1,{number}" for number in range(2, count + 1)]
    return "\n".join(lines) + "\n"


def members(*user_ids: str) -> str:
    rows = (f"员工{at},{user},1380000{at:04d},,1\n" for at, user in enumerate(user_ids, 1))
    return "姓名,帐号,手机号,邮箱,所在部门\n" + "".join(rows)
