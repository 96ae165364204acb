"""The product on moto and the simulator in virtual time, one step at a time."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import boto3
from moto import mock_aws

import persist
import submit
from faults.agenda import Agenda
from faults.containers import Containers
from faults.queues import Queue, queues_of_template
from faults.state import fingerprint, items
from faults.tap import Clients, WeComTransport
from faults.wire import Wire
from support.fakes import START, moment
from support.template import create_on_moto
from wecom_sync.errors import PermanentError, SignatureError
from wecom_sync.items import RUN, run_from_item
from wecom_sync.policy import Policy
from wecom_sync.run import Run, State
from wecom_sync.store import DynamoStore
from wecom_sync_tools.simulator import Clock
from wecom_sync_tools.simulator.callbacks import Courier
from wecom_sync_tools.simulator.platform import Platform
from wecom_sync_tools.simulator.server import Application
from wecom_sync_tools.simulator.switches import Switches

CORP = "acme"
CORP_ID = "ww-acme"
SECRET = "secret-acme"
BUCKETS = {"DropBucket": "drops", "ReportBucket": "reports", "SnapshotBucket": "snapshots"}
CONSUMERS = {"SubmitQueue": "submit", "ResultsQueue": "persist"}
JOB_SECONDS = 5
SWEEP_SECONDS = 300
PATIENCE_SECONDS = 12 * 3600
"""How long the runs of a stage may take to come home."""
POLICY = Policy(
    removals=1000, removal_percent=100, department_removals=1000, row_loss_percent=100,
    first_replace="apply",
    notify_on=tuple(state.value for state in State if state.is_final or state is State.HELD),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One notification: an event's detail type or the topic, the run, its state."""

    where: str
    run_id: str
    state: str


class World:
    """Drop files, decide, let things happen one by one."""

    def __init__(self) -> None:
        self.clock = Clock(frozen_at=START)
        self.agenda = Agenda(self.clock)
        self.platform = self._platform()
        self.queues = queues_of_template(self.clock.now)
        self.names = create_on_moto() | BUCKETS
        self.wire = Wire(lambda: fingerprint(self))
        self.told: list[Told] = []
        self.drops: list[tuple[str, str]] = []
        self.errors: list[str] = []
        self.imports: list[tuple[str, str, str]] = []
        self.early = False
        self.forgetful: frozenset[str] = frozenset()
        self.events_refused = 0
        self._heard: set[str] = set()
        self._s3 = boto3.client("s3")
        self._prepare()
        self.store = DynamoStore(
            boto3.client("dynamodb"), self.names["RunTable"], self.clock.now, 400
        )
        self.store.put_policy(CORP, POLICY, 0)
        effects = {
            "sqs:SendMessage": self._send,
            "events:PutEvents": self._event,
            "sns:Publish": self._letter,
        }
        self._containers = Containers(
            self.names,
            Clients(self.wire, effects),
            WeComTransport(self.wire, Application(self.platform), self._called),
            self.clock.now,
            self.clock.advance,
        )
        self._next_sweep = START + SWEEP_SECONDS
        self._step = 0
        self._before_step: Callable[[int], None] = lambda _: None

    def play(
        self, stages: tuple["Stage", ...], before_step: Callable[[int], None] = lambda _: None
    ) -> None:
        """Go through a scenario; `before_step` is told the number of each step.

        A stage is over when nothing moves any more, and a sweep later still does not.
        """
        self._before_step = before_step
        for stage in stages:
            stage.act(self)
            until = self.clock.now() + PATIENCE_SECONDS
            quiet = False
            while self.clock.now() < until:
                swept = self._take_step()
                still = quiet and swept
                quiet = self._is_quiet(stage)
                if still and quiet:
                    break
            else:
                self.errors.append(f"not home after {PATIENCE_SECONDS // 3600} hours")

    def drop(self, name: str, content: str | bytes, *, force: bool = False) -> None:
        """Put an object into the drop bucket; its event is on its way."""
        data = content.encode() if isinstance(content, str) else content
        key = f"{CORP}/{name}"
        metadata = {"force": "true"} if force else {}
        put = self._s3.put_object(
            Bucket=BUCKETS["DropBucket"], Key=key, Body=data, Metadata=metadata
        )
        self.drops.append((key, put["VersionId"]))
        # Two drops never have the same time.
        self.clock.advance(0.25)
        record = {
            "eventName": "ObjectCreated:Put",
            "eventTime": moment(self.clock.now()).isoformat(timespec="milliseconds"),
            "s3": {
                "bucket": {"name": BUCKETS["DropBucket"]},
                "object": {"key": quote_plus(key, safe="/"), "versionId": put["VersionId"]},
            },
        }
        self.queues["SubmitQueue"].send(json.dumps({"Records": [record]}))

    def decide(self, kind: str, name: str) -> None:
        """Approve or cancel a held run, as the command line does; nothing without one."""
        for run in self.runs():
            if run.key == f"{CORP}/{name}" and run.state is State.HELD:
                message = {"kind": kind, "run_id": run.run_id, "by": "boss"}
                self.queues["SubmitQueue"].send(
                    json.dumps(message | {"plan_digest": run.plan_digest})
                )

    def fault(self, kind: str, path: str | None = None, **options: Any) -> None:
        """Let WeCom fail; see the simulator's faults."""
        self.platform.add_fault({"kind": kind, "path": path, **options})

    def runs(self) -> list[Run]:
        """Return every run, the oldest drop first."""
        found = [run_from_item(item) for item in self.items() if item["sk"] == RUN]
        return sorted(found, key=lambda run: run.dropped)

    def open_states(self) -> list[State]:
        """Return the states of the runs that are open in the table's index."""
        return [State(item["open_state"]) for item in self.items() if "open_state" in item]

    def items(self) -> list[dict[str, Any]]:
        """Return everything in the table, without a call."""
        return items(self.names["RunTable"])

    def lose_messages(self) -> None:
        """Delete every message that only repeats what the table knows.

        A drop without a run and a decision that was not taken are known to nobody else.
        """
        for queue in self.queues.values():
            queue.messages = [each for each in queue.messages if self._is_news(each.body)]

    def _is_news(self, body: str) -> bool:
        message = json.loads(body)
        if message.get("kind") in {"approve", "cancel"}:
            run = self.store.run(message["run_id"])
            return run is not None and run.state is State.HELD
        known = {(run.key, run.version) for run in self.runs()}
        return any(
            (record["s3"]["object"]["key"], record["s3"]["object"]["versionId"]) not in known
            for record in message.get("Records", ())
        )

    def _is_quiet(self, stage: "Stage") -> bool:
        if self.agenda.next_time() is not None or any(
            queue.messages for queue in self.queues.values()
        ):
            return False
        moving = set(State) if stage.decides_itself else set(State) - {State.HELD}
        return moving.isdisjoint(self.open_states())

    def _take_step(self) -> bool:
        """Let the next thing happen; return whether it was a sweep."""
        due = [(self.agenda.next_time(), 0, self.agenda.run_next)]
        due += [
            (queue.next_time(), 1, lambda name=name: self._deliver(name))  # type: ignore[misc]
            for name, queue in self.queues.items()
        ]
        due.append((self._next_sweep, 2, self._sweep))
        time, order, action = min(
            ((time, order, action) for time, order, action in due if time is not None),
            key=lambda each: each[:2],
        )
        self.clock.advance(max(0.0, time - self.clock.now()))
        self._step += 1
        self._before_step(self._step)
        self.wire.begin(self._step)
        action()
        self._look()
        return order == 2

    def _sweep(self) -> None:
        self._next_sweep += SWEEP_SECONDS
        self._invoke("sweep", lambda: self._containers.use_case("sweep").sweep())

    def _deliver(self, name: str) -> None:
        message = self.queues[name].receive()
        if message is None:
            self.errors.append(f"a message of {name} went to the dead letters")
            return
        function = CONSUMERS[name]
        handle: Any = {"submit": submit.handle, "persist": persist.handle}[function]
        document = json.loads(message.body)
        if self._invoke(function, lambda: handle(self._containers.use_case(function), document)):
            self.queues[name].delete(message)
            if document.get("kind") == "callback":
                self._heard.add(document["job_id"])

    def _invoke(self, function: str, work: Callable[[], object]) -> bool:
        """Run a function; return whether it came to its end."""
        try:
            ended = self.wire.run(function, work)
        except Exception as error:  # noqa: BLE001 - a function that fails is a finding
            self.errors.append(f"{function} raised {type(error).__name__}: {error}"[:200])
            return False
        if not ended:
            self._containers.bury(function)
        return ended

    def _look(self) -> None:
        """Note when two runs of a corp have its lane at once."""
        holding = [run.key for run in self.runs() if run.state.holds_lane]
        if len(holding) > 1:
            self.errors.append(f"under way at once: {', '.join(holding)}")

    def _post(self, url: str, body: str, _timeout_seconds: float) -> int | None:
        """Take WeCom's event to the callback function; return its status, None for no answer."""
        parts = urlsplit(url)
        corp, _, run_id = parts.path.partition("/callback/")[2].partition("/")
        status = 200

        def work() -> None:
            nonlocal status
            try:
                self._containers.use_case("callback").accept(
                    corp, run_id, dict(parse_qsl(parts.query)), body.encode()
                )
            except SignatureError:
                status = 403
            except PermanentError:
                status = 404

        return status if self._invoke("callback", work) else None

    def has_unheard_import(self) -> bool:
        """Whether WeCom took a post whose answer nobody noted."""
        taken = {run_id for run_id, _, _ in self.imports}
        return any(run.run_id in taken and run.job_id is None for run in self.runs())

    def _called(self, path: str) -> None:
        """Note a new import; let an event that came early be handled before the answer."""
        results = self.queues["ResultsQueue"]
        corp = self.platform.corp(CORP_ID)
        noted = {job_id for _, job_id, _ in self.imports}
        for job in corp.jobs.listed():
            if job.callback is not None and job.job_id not in noted:
                content = corp.media.get(job.media_id, self.clock.now()).content
                run_id = job.callback.url.rpartition("/")[2]
                if any(run == run_id and other in self._heard for run, other, _ in self.imports):
                    self.errors.append("a file went out again although its callback was heard")
                self.imports.append((run_id, job.job_id, sha256(content).hexdigest()))
        if self.early and "/batch/" in path and "getresult" not in path:
            while (time := results.next_time()) is not None and time <= self.clock.now():
                self._deliver("ResultsQueue")

    def _send(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Queue a message; those of a forgetful function never arrive."""
        if self.wire.function in self.forgetful:
            return {"MessageId": "1"}
        self._queue_of(parameters["QueueUrl"]).send(
            parameters["MessageBody"], parameters.get("DelaySeconds", 0)
        )
        return {"MessageId": "1"}

    def _queue_of(self, url: str) -> Queue:
        return next(queue for name, queue in self.queues.items() if self.names[name] == url)

    def _event(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if self.events_refused:
            self.events_refused -= 1
            return {"FailedEntryCount": 1, "Entries": []}
        for entry in parameters["Entries"]:
            detail = json.loads(entry["Detail"])
            self.told.append(Told(entry["DetailType"], detail["run_id"], detail["state"]))
        return {"FailedEntryCount": 0, "Entries": []}

    def _letter(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        state = str(parameters["Subject"]).rpartition(" ")[2]
        known = (run.run_id for run in self.runs())
        run_id = next(run_id for run_id in known if run_id in parameters["Message"])
        self.told.append(Told("topic", run_id, state))
        return {"MessageId": "1"}

    def _platform(self) -> Platform:
        switches = Switches().updated(
            {"job_base_seconds": JOB_SECONDS, "job_seconds_per_1000_rows": 0}
        )
        platform = Platform(switches, self.clock)
        platform.scheduler = self.agenda
        platform.courier = Courier(self.clock, self.agenda, self._post)
        return platform

    def _prepare(self) -> None:
        for bucket in BUCKETS.values():
            self._s3.create_bucket(Bucket=bucket)
        self._s3.put_bucket_versioning(
            Bucket=BUCKETS["DropBucket"], VersioningConfiguration={"Status": "Enabled"}
        )
        secrets = boto3.client("secretsmanager")
        fields = {"corp_id": CORP_ID, "contact_secret": SECRET}
        prefix = "wecom-sync"
        secrets.create_secret(Name=f"{prefix}/{CORP}", SecretString=json.dumps(fields))
        made = secrets.create_secret(Name="master", SecretString="master-secret-of-the-stack")
        self.names["CallbackMasterSecret"] = made["ARN"]
        self.platform.add_corp(
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


@dataclass(frozen=True, slots=True)
class Stage:
    """What somebody does when nothing moves any more.

    `decides_itself`: nobody decides about what is held, so it moves until it expires.
    """

    act: Callable[[World], None]
    decides_itself: bool = False


@contextmanager
def world() -> Iterator[World]:
    """Open a new world, in which nobody logs."""
    level = logging.root.manager.disable
    logging.disable()
    try:
        with mock_aws():
            yield World()
    finally:
        logging.disable(level)
