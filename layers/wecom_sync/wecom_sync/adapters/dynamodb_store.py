"""Runs, lanes, outcomes and settings in the table.

| need | how |
|---|---|
| one run; its result pages, and one row in them | partition `RUN#<run id>` |
| the run of a drop, of a WeCom job | pointer items `DROP#<digest>`, `JOB#<corp>#<job id>` |
| who holds a corp's lane, who waits | partition `LANE#<corp>` |
| runs of a corp, newest first | index `by_corp` |
| how often a corp's files come | partition `HABIT#<corp>` |
| which troubles the last sweep told of | partition `TROUBLES` |
| runs that are not done, by state, of one corp or of all | sparse index `by_open_state` |
"""

import itertools
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from operator import itemgetter
from typing import Any, Unpack

from wecom_sync.adapters import dynamodb_pages as pages
from wecom_sync.adapters.dynamodb_items import (
    ANSWER,
    APPLIED,
    DAY,
    DUE,
    HABIT,
    HOLDER,
    LANE,
    OPEN,
    PLANNED,
    REFUSED,
    RUN,
    TROUBLES,
    UNPUBLISHED,
    DynamoTable,
    due_from_item,
    due_key,
    due_to_item,
    habit_from_item,
    habit_to_item,
    item_key,
    plain,
    run_to_item,
    waiting_key,
    wire,
)
from wecom_sync.domain.drop import Drop, id_moment
from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.habit import DAY_SECONDS, Habit
from wecom_sync.domain.lane import AppliedFile, Lane, Waiting
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.policy import Policy, SettingsInForce
from wecom_sync.domain.run import Move, Run
from wecom_sync.domain.states import MOVES, Job, State
from wecom_sync.domain.timeline import TimelineEntry
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Walk

logger = logging.getLogger(__name__)

CONFLICT_TRIES = 5
BATCH = 25
"""Items of one BatchWriteItem."""
WATCHED_DAYS = 30
"""How long a run is kept after its last `due` or `deadline`."""
_NEW = "attribute_not_exists(pk)"
"""The condition that nobody has written an item yet."""
_OF_CORP = "open_state = :state AND corp = :corp"
_FREE = "attribute_not_exists(run_id)"
"""The condition that nobody holds a lane. Its item stays and says since when."""
_NONE: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class DynamoStore(DynamoTable):
    """`RunStore` on DynamoDB. Reads that decide something are consistent."""

    retention_days: int
    sleep: Callable[[float], None] = field(default=time.sleep, kw_only=True)

    def create(self, run: Run, drop: Drop) -> Run:
        ttl = self._ttl(run)
        pointer = {**item_key("DROP", drop.digest), "run_id": run.run_id, "ttl": ttl}
        new = (run_to_item(run, ttl), pointer)
        writes = [self._put(item, _NEW) for item in new]
        if run.has_place:
            writes.append(self._wait(run))
        try:
            self._transact(writes)
        except TransitionRefusedError:
            earlier = self.run_of_drop(drop.digest)
            if earlier is None:
                raise
            return earlier
        return run

    def run_of_drop(self, drop_digest: str) -> Run | None:
        return self._pointed(item_key("DROP", drop_digest))

    def run_of_job(self, corp: str, job_id: str) -> Run | None:
        return self._pointed(item_key("JOB", corp, job_id))

    def run(self, run_id: str) -> Run | None:
        item = self._get(item_key(RUN, run_id))
        return Run.from_document(item) if item else None

    def move(self, run: Run, to: State, **changes: Unpack[Move]) -> Run:
        if to is not run.state and to not in MOVES.get(run.state, ()):
            raise TransitionRefusedError(f"{run.state} -> {to}")
        moved = run.moved(to, self.clock(), changes)
        writes = [self._rewrite(run, moved), *self._lane_writes(run, moved)]
        if moved.submission.job_id and moved.submission.job_id != run.submission.job_id:
            writes.append(self._name_job(run, moved.submission.job_id))
        if run.job is not None and moved.may_be_applied and not run.state.is_final:
            writes += [self._came(APPLIED, moved)] if run.is_file else []
            writes += self._due_after(moved)
        if moved.proposal.digest != run.proposal.digest and moved.is_planned_full:
            # A run plans while it has the lane, and takes it only if nothing newer was planned.
            writes.append(self._came(PLANNED, moved))
        if moved.state.is_final and not run.state.is_final:
            writes += self._habit_after(moved)
        self._transact(writes)
        return moved

    def answer(self, run: Run, step: TimelineEntry) -> None:
        source = step.instruction.source if step.instruction else ""
        marks = {
            "open_state": ANSWER,
            "corp": run.corp,
            UNPUBLISHED: step.at,
            "ttl": self._ttl(run),
        }
        key = item_key(RUN, run.run_id, sk=f"{ANSWER}#{source}")
        item = {**key, "step": step.to_document(), **marks}
        with suppress(TransitionRefusedError):
            self._transact([self._put(item, _NEW)])

    def answers(self, run_id: str) -> Sequence[TimelineEntry]:
        items = self._partition(item_key(RUN, run_id), f"{ANSWER}#")
        steps = (TimelineEntry.from_document(item["step"]) for item in items)
        return sorted(steps, key=lambda step: step.at)

    def lane(self, corp: str) -> Lane:
        """Return who holds the lane and who waits: departments first, then the oldest."""
        holder: str | None = None
        freed = 0.0
        waiting: list[Waiting] = []
        came: dict[str, dict[Job, AppliedFile]] = {APPLIED: {}, PLANNED: {}}
        for item in self._query("pk = :pk", {":pk": f"{LANE}#{corp}"}, ConsistentRead=True):
            if item["sk"] == HOLDER:
                holder, freed = item.get("run_id"), item.get("freed", 0.0)
            elif (stage := item["sk"].partition("#")[0] + "#") in came:
                dropped = item["dropped"]
                file = AppliedFile(item["run_id"], dropped, item.get("changed", dropped))
                came[stage][Job(item["job"])] = file
            else:
                waiting.append(Waiting(item["run_id"], Job(item["job"])))
        return Lane(holder, tuple(waiting), came[APPLIED], came[PLANNED], freed)

    def open_runs(self, state: State) -> Walk[Run]:
        runs, unreadable = self._walk(_sound, state)
        return Walk([run for _, run in sorted(runs, key=itemgetter(0))], unreadable)

    def open_runs_of(self, corp: str, *states: State) -> Sequence[Run]:
        values = ({":state": state, ":corp": corp} for state in states)
        queries = (self._index(OPEN, _OF_CORP, it) for it in values)
        return [*map(Run.from_document, itertools.chain.from_iterable(queries))]

    def count_open(self, corp: str, *states: State) -> int:
        options = {"IndexName": OPEN, "Select": "COUNT"}
        values = ({":state": state, ":corp": corp} for state in states)
        queries = (self._pages(_OF_CORP, it, **options) for it in values)
        return sum(page["Count"] for page in itertools.chain.from_iterable(queries))

    def count_refused(self, run: Run, more: int) -> int:
        item = self.client.update_item(
            TableName=self.table,
            Key=wire(item_key(RUN, run.run_id, sk=REFUSED)),
            UpdateExpression="ADD refused :more SET #ttl = :ttl",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues=wire({":more": more, ":ttl": self._ttl(run)}),
            ReturnValues="ALL_NEW",
        )["Attributes"]
        return int(plain(item)["refused"])

    def silent(self, now: float) -> Walk[Habit]:
        some = {":since": now - DAY_SECONDS, ":now": now}
        late = {"FilterExpression": "due BETWEEN :since AND :now"}
        return self._walk(habit_from_item, HABIT, some, **late)

    def troubles(self) -> Sequence[str]:
        return [*(self._get(item_key(TROUBLES)) or {}).get("troubles", ())]

    def keep_troubles(self, troubles: Sequence[str]) -> None:
        item = {**item_key(TROUBLES), "troubles": troubles}
        self.client.put_item(TableName=self.table, Item=wire(item))

    def due_files(self, now: float) -> Walk[DueFile]:
        late = {"FilterExpression": "due <= :now"}
        return self._walk(due_from_item, DUE, {":now": now}, **late)

    def due_file(self, corp: str, *, of_leavers: bool = False) -> DueFile | None:
        item = self._get(due_key(corp, of_leavers=of_leavers))
        return due_from_item(item) if item else None

    def follow_due(self, file: DueFile, by: DueFile | None, due: float = 0) -> None:
        is_same = "due_file = :file", {":file": [*file]}
        key = due_key(file.corp, of_leavers=file.is_of_leavers)
        write = self._put(due_to_item(by, due), *is_same) if by else self._delete(key, *is_same)
        with suppress(TransitionRefusedError):
            self._transact([write])

    def put_outcomes(self, run: Run, outcomes: Iterable[Outcome]) -> None:
        """Write the result pages, and delete those of an earlier result that had other rows."""
        items = [*pages.page_items(run, [*outcomes], self._ttl(run))]
        kept, run_key = {item["sk"] for item in items}, item_key(RUN, run.run_id)
        for item in self._partition(run_key, pages.PAGE, ProjectionExpression="sk"):
            if item["sk"] not in kept:
                key = {**run_key, "sk": item["sk"]}
                self.client.delete_item(TableName=self.table, Key=wire(key))
        for batch in itertools.batched(items, BATCH, strict=False):
            self._batch_put(batch)

    def failed_rows(self, run_id: str) -> Sequence[Outcome]:
        key, some = item_key(RUN, run_id), "attribute_exists(failed)"
        items = self._partition(key, pages.PAGE, FilterExpression=some)
        refused = [row for item in items for row in pages.page_outcomes(item) if row.failed]
        return sorted(refused, key=lambda row: (row.line or 0, row.id))

    def outcomes(self, run_id: str) -> Iterable[Outcome]:
        for item in self._partition(item_key(RUN, run_id), pages.PAGE):
            yield from pages.page_outcomes(item)

    def runs_of_corp(self, corp: str, limit: int | None, since: float = 0) -> Sequence[Run]:
        page = {"MaxItems": limit} if limit else {}
        newest = {"ScanIndexForward": False, "PaginationConfig": page}
        values = {":corp": corp, ":since": id_moment(since)}
        items = self._index("by_corp", "corp = :corp AND run_id >= :since", values, **newest)
        return [*map(Run.from_document, items)]

    def settings(self, corp: str) -> SettingsInForce:
        return SettingsInForce.from_document(self._get(item_key("POLICY", corp)) or {})

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
        # They are kept with what was in force before, for a message that comes again.
        kept = self._get(item_key("POLICY", corp)) or {}
        if run_id and kept.get("of_run") == run_id:
            return Policy.from_document(kept["before"])
        last = self.run(kept["of_run"]) if kept.get("of_run") else None
        # Nobody was told yet of a change whose run has not ended.
        is_told = last is None or last.state.is_final
        before = Policy.from_document(kept.get("policy" if is_told else "before", {}))
        settings = SettingsInForce.from_document(kept).followed(policy, dropped, by, digest)
        item = {
            **item_key("POLICY", corp),
            **settings.to_document(),
            "before": before.to_document(),
            "of_run": run_id,
        }
        condition = "attribute_not_exists(pk) OR (dropped <= :dropped AND dropped = :seen)"
        values = {":dropped": dropped, ":seen": kept.get("dropped", dropped)}
        try:
            self.client.put_item(**self._put(item, condition, values)["Put"])
        except self.client.exceptions.ConditionalCheckFailedException:
            if self.settings(corp).dropped == kept.get("dropped"):
                return None
            return self.put_policy(corp, policy, dropped, run_id, digest, by=by)
        return before

    def _ttl(self, run: Run) -> int:
        """Return when a run expires: not before the sweep has had time to look after it."""
        watched = max(run.next.due, run.next.deadline or 0) + WATCHED_DAYS * DAY
        return int(max(run.identity.created + self.retention_days * DAY, watched))

    def _put(
        self, item: Mapping[str, Any], condition: str = "", values: Mapping[str, object] = _NONE
    ) -> dict[str, Any]:
        return {"Put": {"TableName": self.table, "Item": wire(item), **_only_if(condition, values)}}

    def _rewrite(self, run: Run, moved: Run) -> dict[str, Any]:
        """Replace the run, on the condition that nobody has moved it since it was read."""
        values = {":state": run.state, ":revision": run.revision}
        item = run_to_item(moved, self._ttl(moved))
        write = self._put(item, "#state = :state AND revision = :revision", values)
        write["Put"]["ExpressionAttributeNames"] = {"#state": "state"}
        return write

    def _lane_writes(self, run: Run, moved: Run) -> list[dict[str, Any]]:
        holder = item_key(LANE, run.corp, sk=HOLDER)
        if moved.state.holds_lane and not run.state.holds_lane:
            return [
                self._put({**holder, "run_id": run.run_id}, _FREE),
                self._delete(waiting_key(run)),
                *self._nothing_newer(run),
            ]
        writes = [self._wait(run)] if moved.has_place and not run.has_place else []
        if run.state.holds_lane and not moved.state.holds_lane:
            held = "run_id = :run", {":run": run.run_id}
            return [*writes, self._put({**holder, "freed": moved.updated}, *held)]
        if moved.state.is_final and run.job is not None and not run.state.is_final:
            return [] if run.identity.plans_only else [self._delete(waiting_key(run))]
        return writes

    def _nothing_newer(self, run: Run) -> list[dict[str, Any]]:
        """Return the condition that no newer full file with these rows was applied meanwhile."""
        unless = _only_if(f"{_NEW} OR dropped <= :dropped", {":dropped": run.identity.dropped})
        keys = (wire(item_key(LANE, run.corp, sk=f"{APPLIED}{job}")) for job in run.yields_to)
        return [{"ConditionCheck": {"TableName": self.table, "Key": key, **unless}} for key in keys]

    def _came(self, stage: str, run: Run) -> dict[str, Any]:
        """Note that a file reached a stage. It has the lane, so no newer one did before."""
        if run.job is None:
            raise TypeError("only a run with a job is planned and submitted")
        when = "if_not_exists(changed, :dropped)" if run.state is State.UNCHANGED else ":dropped"
        change = f"SET run_id = :run, job = :job, dropped = :dropped, changed = {when}"
        values = {":run": run.run_id, ":job": run.job, ":dropped": run.identity.dropped}
        update = {
            "TableName": self.table,
            "Key": wire(item_key(LANE, run.corp, sk=f"{stage}{run.job}")),
            "UpdateExpression": change,
            "ExpressionAttributeValues": wire(values),
        }
        return {"Update": update}

    def _due_after(self, run: Run) -> list[dict[str, Any]]:
        return [
            self._put(due_to_item(file, file.starts))
            if file
            else self._delete(due_key(run.corp, of_leavers=of_leavers))
            for of_leavers, file in run.due_next.items()
        ]

    def _habit_after(self, run: Run) -> list[dict[str, Any]]:
        """Note a success. It leaves the lane, so no other one of its corp is noted meanwhile."""
        item = self._get(item_key(HABIT, run.corp))
        before = habit_from_item(item) if item else Habit(run.corp)
        after = before.after(run)
        return [] if after == before else [self._put(habit_to_item(after, self._ttl(run)))]

    def _transact(self, writes: list[dict[str, Any]]) -> None:
        """Write all or nothing. Raises `TransitionRefusedError` when a condition does not hold."""
        for attempt in range(CONFLICT_TRIES):
            try:
                self.client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
            except self.client.exceptions.TransactionCanceledException as error:
                reasons = {it.get("Code") for it in error.response.get("CancellationReasons", [])}
                if "ConditionalCheckFailed" in reasons:
                    raise TransitionRefusedError from error
                if "TransactionConflict" not in reasons or attempt == CONFLICT_TRIES - 1:
                    raise
                self.sleep(_pause(attempt))
            else:
                return

    def _name_job(self, run: Run, job_id: str) -> dict[str, Any]:
        pointer = {**item_key("JOB", run.corp, job_id), "run_id": run.run_id, "ttl": self._ttl(run)}
        return self._put(pointer, f"{_NEW} OR run_id = :run", {":run": run.run_id})

    def _wait(self, run: Run) -> dict[str, Any]:
        return self._put({**waiting_key(run), "run_id": run.run_id, "job": run.job})

    def _delete(
        self, key: Mapping[str, str], condition: str = "", values: Mapping[str, object] = _NONE
    ) -> dict[str, Any]:
        unless = _only_if(condition, values)
        return {"Delete": {"TableName": self.table, "Key": wire(key), **unless}}

    def _pointed(self, key: Mapping[str, str]) -> Run | None:
        item = self._get(key)
        return self.run(str(item["run_id"])) if item else None

    def _partition(
        self, key: Mapping[str, str], prefix: str, **options: str
    ) -> Iterator[dict[str, Any]]:
        condition = "pk = :pk AND begins_with(sk, :sk)"
        values = {":pk": key["pk"], ":sk": prefix}
        return self._query(condition, values, ConsistentRead=True, **options)

    def _index(
        self, name: str, condition: str, values: Mapping[str, object], **options: Any
    ) -> Iterable[dict[str, Any]]:
        items = self._query(condition, values, IndexName=name, **options)
        return (item for item in items if not self._expired(item))

    def _walk[Item](
        self,
        read: Callable[[dict[str, Any]], Item],
        state: str,
        values: Mapping[str, object] = _NONE,
        **options: str,
    ) -> Walk[Item]:
        """Read what is open of all corps. What cannot be read of one keeps no other from it."""
        items: list[Item] = []
        unreadable: list[str] = []
        values = {":state": state, **values}
        for item in self._query("open_state = :state", values, IndexName=OPEN, **options):
            try:
                if not self._expired(item):
                    items.append(read(item))
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are read
                unreadable.append(item["pk"])
                extra = {"subject": item["pk"], "error": type(error).__name__}
                logger.error("not readable", extra=extra)  # noqa: TRY400 - as in the sweep
        return Walk(items, unreadable)

    def _batch_put(self, items: Sequence[Mapping[str, Any]]) -> None:
        pending: Any = {self.table: [{"PutRequest": {"Item": wire(item)}} for item in items]}
        for attempt in itertools.count():
            pending = self.client.batch_write_item(RequestItems=pending)["UnprocessedItems"]
            if not pending:
                return
            self.sleep(_pause(attempt))


def _sound(item: Mapping[str, Any]) -> tuple[Any, Run]:
    """Return a run and when it is due, unless it stands among those of another corp."""
    run = Run.from_document(item)
    if run.corp != item["corp"]:
        raise ValueError("the run is another corp's")
    return run.next.due + 0, run


def _only_if(condition: str, values: Mapping[str, object]) -> dict[str, Any]:
    named = {"ExpressionAttributeValues": wire(values)} if values else {}
    return {"ConditionExpression": condition, **named} if condition else {}


def _pause(attempt: int) -> float:
    """Return a pause in seconds: it doubles with each attempt, varies, and is two at the most."""
    return min(0.05 * 2.0**attempt, 1.0) * (1 + secrets.randbelow(1000) / 1000)
