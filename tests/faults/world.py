"""The product on moto and the simulator in virtual time, one step at a time."""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from unittest.mock import Mock
from urllib.parse import parse_qsl, urlsplit

import boto3
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

import persist
import publish
import submit
from faults.aws import CORP, DropBucket, Ears, Stream, queues_of_template
from faults.containers import Clients, Containers, Inline, WeComTransport
from faults.wecom import CORP_ID, SECRET, WeCom
from faults.wire import Wire
from support.fakes import START
from support.template import create_on_moto
from support.world import silence
from wecom_simulator import SimulatedClock
from wecom_simulator.web.server import Application
from wecom_sync.adapters import http_exchange as exchange
from wecom_sync.adapters.dynamodb_items import ANSWER, RUN, UNPUBLISHED, plain
from wecom_sync.adapters.dynamodb_publications import changed
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.errors import PermanentError, SignatureError, UnreachableError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import TimelineEntry

BUCKETS = {"DropBucket": "drops", "ReportBucket": "reports", "SnapshotBucket": "snapshots"}
CONSUMERS = {
    "DropQueue": "submit",
    "SubmitQueue": "submit",
    "ResultsQueue": "persist",
    "PublishQueue": "publish",
}
SWEEP_SECONDS = 300
PATIENCE_SECONDS = 12 * 3600
"""How long the runs of a stage may take to come home."""
POLICY = Policy(
    removals=1000,
    removal_percent=100,
    first_replace="apply",
    additions_percent=100,
    notify_on=tuple(state.value for state in State if state.is_final or state is State.HELD),
)


type Act = Callable[["Deployment"], object]


class Stage:
    """What somebody does when nothing moves any more.

    `decides_itself`: nobody decides about what is held, so it moves until it expires.
    """

    def __init__(self, *acts: Act, decides_itself: bool = False) -> None:
        self.acts = acts
        self.decides_itself = decides_itself


class Deployment:
    """Drop files, decide, let things happen one by one.

    `ways_home`: for each stage the seconds until no run was open any more.
    """

    def __init__(self) -> None:
        self.clock = SimulatedClock(frozen_at=START)
        self.errors: list[str] = []
        self.early = False
        self.ways_home: list[float] = []
        self.queues = queues_of_template(self.clock.now)
        self.names = create_on_moto() | BUCKETS
        self.stream = Stream(self.clock.now, self.items)
        self.wire = Wire(lambda: fingerprint(self))
        self.wecom = WeCom(self.clock, self._post, self.errors.append)
        self.ears = Ears(
            {self.names[name]: queue for name, queue in self.queues.items()},
            lambda: self.wire.function,
        )
        self.s3 = boto3.client("s3")
        self._create_buckets_and_secrets()
        self.drops = DropBucket(
            self.s3, BUCKETS["DropBucket"], self.clock, self.queues["DropQueue"]
        )
        self.store = DynamoStore(
            boto3.client("dynamodb"), self.names["RunTable"], self.clock.now, 400
        )
        self.store.put_policy(CORP, POLICY, 0)
        self._containers = Containers(
            self.names,
            Clients(self.wire, self.ears.effects),
            WeComTransport(self.wire, Application(self.wecom.platform), self._called),
            self.clock.now,
            self.clock.advance,
        )
        self._next_sweep = START + SWEEP_SECONDS
        self._step = 0

    def play(
        self, stages: tuple[Stage, ...], before_step: Callable[[int], None] = lambda _: None
    ) -> None:
        """Go through a scenario; `before_step` is told the number of each step.

        A stage is over when nothing moves any more, and a sweep later still does not.
        """
        for stage in stages:
            for act in stage.acts:
                act(self)
            began = self.clock.now()
            self.ways_home.append(0.0)
            quiet = False
            while self.clock.now() < began + PATIENCE_SECONDS:
                under_way = self._is_under_way(stage)
                swept = self._take_step(before_step)
                if under_way:
                    self.ways_home[-1] = self.clock.now() - began
                still = quiet and swept
                quiet = self._is_quiet(stage)
                if still and quiet:
                    break
            else:
                self.errors.append(f"not home after {PATIENCE_SECONDS // 3600} hours")

    def decide(self, decision: str, name: str, plan: str | None = None) -> None:
        """Approve or cancel a held run, as the command line does; nothing without one.

        `plan`: the digest that the decision names, if it is another one than the run's.
        """
        for run in self.runs():
            if run.key == f"{CORP}/{name}" and run.state is State.HELD:
                named = {"plan": plan or str(run.proposal.digest)} if decision == "approve" else {}
                self.drops.decide(run.run_id, {"decision": decision, **named})

    def sleep(self, hours: float) -> None:
        """Let hours pass in which nobody looks."""
        self.clock.advance(hours * 3600)
        self._next_sweep = self.clock.now() + SWEEP_SECONDS

    def fault(self, kind: str, path: str | None = None, **options: Any) -> None:
        self.wecom.platform.add_fault({"kind": kind, "path": path, **options})

    def runs(self) -> list[Run]:
        runs = [Run.from_document(item) for item in self.items() if item["sk"] == RUN]
        return sorted(runs, key=lambda run: run.identity.dropped)

    def open_runs(self) -> list[Run]:
        items = (item for item in self.items() if item["sk"] == RUN)
        return [Run.from_document(item) for item in items if "open_state" in item]

    def told_runs(self) -> list[Run]:
        """Return every run with the answers to decisions about it, as the documents have it."""
        answers: dict[str, list[TimelineEntry]] = {}
        for item in self.items():
            if item["sk"].startswith(f"{ANSWER}#"):
                answers.setdefault(item["pk"], []).append(TimelineEntry.from_document(item["step"]))
        return [run.with_answers(answers.get(f"RUN#{run.run_id}", ())) for run in self.runs()]

    def is_published(self) -> bool:
        return not any(UNPUBLISHED in item for item in self.items())

    def items(self) -> list[dict[str, Any]]:
        """Return every item of the table, as a query would, but without a call."""
        tables = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
        items = tables[self.names["RunTable"]].all_items()
        return [plain(item.to_json()["Attributes"]) for item in items]

    def has_unheard_import(self) -> bool:
        """Whether WeCom took a post whose answer nobody noted."""
        return any(
            self.wecom.contents(run.run_id) and run.submission.job_id is None for run in self.runs()
        )

    def _is_quiet(self, stage: Stage) -> bool:
        if self.wecom.agenda.times() or any(queue.messages for queue in self.queues.values()):
            return False
        if self.stream.records:
            return False
        return not self._is_under_way(stage)

    def _is_under_way(self, stage: Stage) -> bool:
        if not self.is_published():
            return True
        runs, now = self.open_runs(), self.clock.now()
        if self.store.due_files(now).items and not any(run.is_removal for run in runs):
            return True
        return any(stage.decides_itself or not _waits(run, now) for run in runs)

    def _take_step(self, before_step: Callable[[int], None]) -> bool:
        """Let the next thing happen; return whether it was a sweep."""
        due: list[tuple[float | None, Callable[[], None]]] = [
            (self.wecom.agenda.next_time(), self.wecom.agenda.run_next),
            (self.stream.next_time(), self._publish),
        ]
        for name, queue in self.queues.items():
            due.append((queue.next_time(), lambda name=name: self._deliver(name)))  # type: ignore[misc]
        due.append((self._next_sweep, self._sweep))
        # Of things due at the same time the first of the list.
        time, action = min(
            ((time, action) for time, action in due if time is not None), key=lambda each: each[0]
        )
        self.clock.advance(max(0.0, time - self.clock.now()))
        self._step += 1
        before_step(self._step)
        self.wire.begin(self._step)
        action()
        self.stream.look()
        holding = [run.key for run in self.runs() if run.state.holds_lane]
        if len(holding) > 1:
            self.errors.append(f"under way at once: {', '.join(holding)}")
        return action == self._sweep

    def _sweep(self) -> None:
        self._next_sweep += SWEEP_SECONDS
        self._invoke("sweep", lambda use_case: use_case.sweep.sweep())
        self.drops.hear()

    def _publish(self) -> None:
        """Hand the stream's next batch to the publish function, as its handler does."""

        def publish(event: dict[str, Any]) -> bool:
            runs, corps = changed(event)
            return self._invoke(
                "publish", lambda use_case: use_case.publication.publish(runs, corps)
            )

        self.stream.deliver(publish)

    def _deliver(self, name: str) -> None:
        """Hand a queue's next message to its function; one that fails comes back in its time."""
        message = self.queues[name].receive()
        if message is None:
            self.errors.append(f"a message of {name} went to the dead letters")
            return
        function = CONSUMERS[name]
        document = json.loads(message.body)
        handle: Callable[[Any], object] = {
            "submit": lambda use_case: _in_a_batch(use_case, document),
            "persist": lambda use_case: persist.handle(use_case, document),
            "publish": lambda use_case: publish.handle(use_case.publication, document),
        }[function]
        if self._invoke(function, handle):
            self.queues[name].delete(message)
            if document.get("kind") == "callback":
                heard = self._containers.use_case("persist").verifier.read(document)
                self.wecom.heard.add(heard.job_id)

    def _invoke(self, function: str, work: Callable[[Any], object]) -> bool:
        """Run a function; return whether it came to its end."""
        try:
            ended = self.wire.run(function, lambda: work(self._containers.use_case(function)))
        except Exception as error:  # noqa: BLE001 - a function that fails is a finding
            # SQS brings back what the bus or the topic did not take.
            if function != "publish" or not isinstance(error, UnreachableError):
                self.errors.append(f"{function} raised {type(error).__name__}: {error}"[:200])
            return False
        if not ended:
            self._containers.bury(function)
        return ended

    def _post(self, url: str, body: str, _timeout_seconds: float) -> int | None:
        """Take WeCom's event to the callback function; return its status, None for no answer."""
        parts = urlsplit(url)
        corp, _, run_id = parts.path.partition("/callback/")[2].partition("/")
        status = 200

        def accept(use_case: Any) -> None:
            nonlocal status
            try:
                use_case.accept(corp, run_id, dict(parse_qsl(parts.query)), body.encode())
            except SignatureError:
                status = 403
            except PermanentError:
                status = 404

        return status if self._invoke("callback", accept) else None

    def _called(self, path: str) -> None:
        """Note a new import; let an event that came early be handled before the answer."""
        self.wecom.note_imports()
        results = self.queues["ResultsQueue"]
        if self.early and "/batch/" in path and "getresult" not in path:
            while (time := results.next_time()) is not None and time <= self.clock.now():
                self._deliver("ResultsQueue")

    def _create_buckets_and_secrets(self) -> None:
        for bucket in BUCKETS.values():
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(
            Bucket=BUCKETS["DropBucket"], VersioningConfiguration={"Status": "Enabled"}
        )
        secrets = boto3.client("secretsmanager")
        fields = {"corp_id": CORP_ID, "contact_secret": SECRET}
        secrets.create_secret(Name=f"wecom-sync/{CORP}", SecretString=json.dumps(fields))
        made = secrets.create_secret(Name="master", SecretString="master-secret-of-the-stack")
        self.names["CallbackMasterSecret"] = made["ARN"]


@contextmanager
def in_virtual_time() -> Iterator[None]:
    """Let worlds be made, in which nobody logs."""
    with (
        silence(),
        mock.patch.dict(os.environ, AWS_DEFAULT_REGION="us-east-1"),
        mock.patch.object(exchange, "threading", Mock(Thread=Inline, Event=threading.Event)),
        mock_aws(),
    ):
        yield


@contextmanager
def deployment() -> Iterator[Deployment]:
    """Open a new one."""
    with in_virtual_time():
        world = Deployment()
        with mock.patch("moto.s3.models.utcnow", world.drops.modified):
            yield world


def _in_a_batch(cases: submit.SubmitUseCases, document: dict[str, Any]) -> None:
    submit.handle(cases, document)
    cases.intake.entrance.close()


def _waits(run: Run, now: float) -> bool:
    """Whether a person's decision or a day is awaited, and the sweep has no more to look at."""
    awaits_day = run.awaits_day and run.next.due > now
    is_held = run.state is State.HELD and run.next.due == run.next.deadline
    return run.submission.awaits is not None or awaits_day or is_held


def fingerprint(world: Deployment) -> str:
    """Return a hash of the table, buckets, queues, stream, WeCom, what was told, and the time."""
    everything = [
        world.clock.now(),
        sorted(json.dumps(each, sort_keys=True, default=repr) for each in world.items()),
        _objects(),
        [
            (name, [(each.body, each.visible_at, each.received) for each in queue.messages])
            for name, queue in world.queues.items()
        ],
        [world.stream.records, world.stream.visible_at],
        world.wecom.as_it_is(),
        [str(notice) for notice in world.ears.notices],
        sorted(world.ears.refusals.items()),
        world.errors,
    ]
    text = json.dumps(everything, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _objects() -> list[Any]:
    buckets = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets
    return sorted(
        (bucket.name, key.name, str(key.version_id), key.etag)
        for bucket in buckets.values()
        for _, keys in bucket.keys.lists()
        for key in keys
    )
