"""Finds what in the table is not published or announced yet, and notes what is."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from wecom_sync.adapters.dynamodb_items import (
    ANSWER,
    DRIFT,
    OPEN,
    RUN,
    UNPUBLISHED,
    DynamoTable,
    item_key,
    wire,
)
from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.use_cases.ports import Overdue


def changed(event: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the runs and the corps (for their drift) that a stream's event is about, each once."""
    names: dict[str, dict[str, None]] = {RUN: {}, DRIFT: {}}
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        kind = keys["pk"]["S"].partition("#")[0]
        if keys["sk"]["S"].partition("#")[0] in {RUN, ANSWER, DRIFT}:
            names[kind][keys["pk"]["S"].partition("#")[2]] = None
    return [*names[RUN]], [*names[DRIFT]]


class DynamoPublications(DynamoTable):
    """`Publications` on DynamoDB. No write here moves a run or changes its revision."""

    def announced(self, subject: str) -> str:
        return str((self._get(item_key("ANNOUNCED", subject)) or {}).get("news", ""))

    def note_announced(self, subject: str, news: str, until: float) -> None:
        self.client.update_item(
            TableName=self.table,
            Key=wire(item_key("ANNOUNCED", subject)),
            UpdateExpression="SET news = :news, #ttl = :ttl",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues=wire({":news": news, ":ttl": int(until)}),
        )

    def published(self, run: Run) -> None:
        # One that has ended is not open any more.
        closing = ", open_state" if run.state.is_final else ""
        self._update(
            item_key(RUN, run.run_id),
            f"REMOVE {UNPUBLISHED}{closing}",
            "revision = :revision",
            {":revision": run.revision},
        )
        for step in run.timeline:
            if step.instruction and step.instruction.source:
                key = item_key(RUN, run.run_id, sk=f"{ANSWER}#{step.instruction.source}")
                done = f"REMOVE {UNPUBLISHED}, open_state"
                self._update(key, done, "open_state = :state", {":state": ANSWER})

    def drift(self, corp: str) -> DriftFound | None:
        item = self._get(item_key(DRIFT, corp))
        return None if item is None else DriftFound.from_document(item)

    def put_drift(self, drift: DriftFound) -> None:
        marks = {"open_state": DRIFT, UNPUBLISHED: drift.at}
        self._put_item({**item_key(DRIFT, drift.corp), **drift.to_document(), **marks})

    def drift_published(self, drift: DriftFound) -> None:
        key, changed = item_key(DRIFT, drift.corp), f"REMOVE {UNPUBLISHED}, open_state"
        names = {"#at": "at"}
        self._update(key, changed, "#at = :at", {":at": drift.at}, ExpressionAttributeNames=names)

    def overdue(self, before: float) -> Iterator[Overdue]:
        late = {"IndexName": OPEN, "FilterExpression": f"{UNPUBLISHED} < :before"}
        for state in (*State, ANSWER, DRIFT):
            values = {":state": state, ":before": before}
            for item in self._query("open_state = :state", values, **late):
                yield Overdue(item["pk"], item["sk"], item[UNPUBLISHED])

    def touch(self, item: Overdue) -> None:
        key = {"pk": item.pk, "sk": item.sk}
        unpublished = f"attribute_exists({UNPUBLISHED})"
        self._update(key, "SET touched = :now", unpublished, {":now": self.clock()})

    def _update(
        self,
        key: Mapping[str, str],
        change: str,
        condition: str,
        values: Mapping[str, object],
        **names: Any,
    ) -> None:
        """Change an item, unless it was moved meanwhile: then its next record comes."""
        with suppress(self.client.exceptions.ConditionalCheckFailedException):
            self.client.update_item(
                TableName=self.table,
                Key=wire(key),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=wire(values),
                **names,
            )
