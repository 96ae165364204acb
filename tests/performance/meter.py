"""A stack on moto and the simulator that counts what its functions use of AWS."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

import drift
from faults.aws import CORP
from faults.wecom import CORP_ID, SECRET
from faults.wire import Side
from faults.world import BUCKETS, CONSUMERS, Deployment, Stage, in_virtual_time
from support.composition import FUNCTIONS
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import State

AWS_SECONDS, WECOM_SECONDS = 0.01, 0.3
"""How long a request is waited for, by assumption: nothing here is far away."""
START_SECONDS = 0.23
"""What the start of a function takes of the processor: the slowest of the cold starts."""
SERVICES = {
    "events": "event",
    "s3": "s3_read",
    "secretsmanager": "secret_read",
    "sns": "topic_request",
}
"""What a request to a service is charged as, by its price; DynamoDB charges units."""
S3_WRITES = ("s3:Put", "s3:List", "s3:Copy")
MESSAGE_REQUESTS = 3
"""A message is sent, received and deleted."""
POLICY = Policy(first_replace="apply", additions_percent=100, key="工号", company="总部")
KB = 1024
INDEXES = (("corp", "run_id"), ("open_state", "corp"))
"""The keys of the table's indexes; each holds whole items."""

type Used = dict[str, dict[str, float]]
"""What each function used: by price; `seconds` of the processor, and `waited`, in seconds."""


class Meter(Deployment):
    """A stack with the corp `acme`, whose first files may fill its empty address book."""

    def __init__(self) -> None:
        super().__init__()
        self.used: Used = {}
        self.names["SETTLE_SECONDS"] = "0"
        self.store.put_policy(CORP, POLICY, 0)
        corp = {"corp_id": CORP_ID, "contact_secret": SECRET, "root_name": "总部"}
        self.wecom.platform.add_corp(corp)
        backend: Any = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"]
        self._table = backend.tables[self.names["RunTable"]]
        self._changes: list[tuple[Any, Any]] = []
        self._table.stream_shard.add = lambda *change: self._changes.append(change)
        self._call: Mapping[str, Any] = {}
        self._left = 0.0
        self.wire.cross = self._crossed  # type: ignore[method-assign]
        events = self._containers.session.client("dynamodb").meta.events
        events.register("before-call", self._asked)
        events.register("after-call", self._answered)

    def sync(self, name: str, content: bytes) -> Used:
        """Drop a file; return what is used until nothing moves any more, of `sweep` too.

        Every function starts anew, as after a quiet day.
        """
        for function in FUNCTIONS:
            self._containers.bury(function)
        self.used = defaultdict(lambda: defaultdict(float))
        self.used["submit"]["s3_write"] += 1
        self.play((Stage(lambda world: world.drops.put(name, content.decode())),))
        if any(run.state is not State.SUCCEEDED for run in self.runs()):
            raise RuntimeError(*self.runs())
        return self.used

    def look(self) -> None:
        """Look for what was changed by hand, as every day."""
        self.used["drift"]["sqs_request"] += MESSAGE_REQUESTS
        self._invoke("drift", lambda use_case: drift.handle(use_case.watch, {"corp": CORP}))

    def kept_bytes(self) -> tuple[int, int]:
        """Return how many bytes S3 has, old versions included, and the table."""
        buckets = [self.s3.list_object_versions(Bucket=it) for it in BUCKETS.values()]
        objects = (version["Size"] for it in buckets for version in it.get("Versions", []))
        return sum(objects), sum(item.size() for item in self._table.all_items())

    def _deliver(self, name: str) -> None:
        self.used[CONSUMERS[name]]["sqs_request"] += MESSAGE_REQUESTS
        super()._deliver(name)

    def _invoke(self, function: str, work: Callable[[Any], object]) -> bool:
        used, started = self.used[function], time.process_time()
        used["lambda_request"] += 1
        if function == "callback":
            used["api_request"] += 1
        is_ended = super()._invoke(function, work)
        used["seconds"] += time.process_time() - started
        if self.errors:
            raise RuntimeError(*self.errors)
        return is_ended

    def _crossed(self, call: str, side: Side) -> None:
        """Count a call. What AWS and WeCom do in this process is not the function's time."""
        if not self.wire.function:
            return
        if side is Side.BEFORE:
            self._left = time.process_time()
            return
        used, service = self.used[self.wire.function], call.partition(":")[0]
        used["seconds"] -= time.process_time() - self._left
        used["waited"] += WECOM_SECONDS if service == "wecom" else AWS_SECONDS
        if service in SERVICES:
            used["s3_write" if call.startswith(S3_WRITES) else SERVICES[service]] += 1

    def _asked(self, params: Mapping[str, Any], **_: Any) -> None:
        self._call = json.loads(params["body"])
        self._changes.clear()

    def _answered(self, model: Any, http_response: Any, **_: Any) -> None:
        if not self.wire.function:
            return
        used = self.used[self.wire.function]
        if model.name in {"GetItem", "Query", "Scan"}:
            used["dynamodb_read"] += read_units(self._call, http_response.content)
        else:
            used["dynamodb_write"] += write_units(model.name, self._call, self._changes)


def read_units(call: Mapping[str, Any], answer: bytes) -> float:
    """Return what DynamoDB charges; the answer is a little larger than its items."""
    return _units(len(answer), 4 * KB) * (1 if call.get("ConsistentRead") else 0.5)


def write_units(operation: str, call: Mapping[str, Any], changes: Iterable[tuple[Any, Any]]) -> int:
    """Return what DynamoDB charges. `changes`: moto's old and new item of each; None is none.

    A write that changed nothing, such as a condition, counts as one of a kilobyte.
    """
    pairs = [[item for item in change if item] for change in changes]
    batch = [it for items in call.get("RequestItems", {}).values() for it in items]
    writes = len(call.get("TransactItems", batch)) or 1
    own = writes - len(pairs) + sum(_units(max(it.size() for it in pair), KB) for pair in pairs)
    indexed = 0
    for pair in pairs:
        for keys in INDEXES:
            # Another key deletes an item of the index and writes a new one.
            entries = [it for it in pair if all(key in it.attrs for key in keys)]
            sizes = {str([it.attrs[key].value for key in keys]): it.size() for it in entries}
            indexed += sum(_units(size, KB) for size in sizes.values())
    return own * (2 if operation == "TransactWriteItems" else 1) + indexed


def _units(taken: int, of: int) -> int:
    return max(1, -(-taken // of))


@contextmanager
def metered() -> Iterator[Meter]:
    with in_virtual_time():
        yield Meter()
