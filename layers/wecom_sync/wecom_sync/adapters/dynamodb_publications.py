"""What of the table is not published yet, and who was told what."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wecom_sync.adapters.dynamodb_items import (
    DRIFT,
    RUN,
    UNPUBLISHED,
    drift_key,
    plain,
    run_from_item,
    run_key,
    told_key,
    wire,
)
from wecom_sync.adapters.dynamodb_table import DAY, DynamoTable
from wecom_sync.domain.drift import DriftFound
from wecom_sync.domain.run import Run, State
from wecom_sync.use_cases.ports import Clock, Overdue

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_BACKFILL = {"pk": "STACK", "sk": "BACKFILL"}
_BACKFILL_ITEMS = 500
"""Items of the table that one sweep looks at, until the whole table was looked at once."""
_CHANNELS = ("bus", "topic")


def changed(event: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the runs and the corps (for their drift) that a stream's event is about, each once."""
    names: dict[str, dict[str, None]] = {RUN: {}, DRIFT: {}}
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        if keys["sk"]["S"] in names:
            names[keys["sk"]["S"]][keys["pk"]["S"].partition("#")[2]] = None
    return [*names[RUN]], [*names[DRIFT]]


class DynamoPublications(DynamoTable):
    """`Publications` on DynamoDB. No write here moves a run or changes its revision."""

    def __init__(
        self, client: "DynamoDBClient", table: str, clock: Clock, retention_days: int
    ) -> None:
        super().__init__(client, table, clock)
        self._retention = retention_days * DAY

    def told(self, subject: str) -> Mapping[str, str]:
        """Return what each channel was told last about a run or about a corp's drift."""
        return self._get(told_key(subject)) or {}

    def note_told(self, subject: str, channel: str, news: str) -> None:
        """Note what a channel was told."""
        self._client.update_item(
            TableName=self._table,
            Key=wire(told_key(subject)),
            UpdateExpression="SET #channel = :news, #ttl = :ttl",
            ExpressionAttributeNames={"#channel": channel, "#ttl": "ttl"},
            ExpressionAttributeValues=wire(
                {":news": news, ":ttl": int(self._clock() + self._retention)}
            ),
        )

    def published(self, run: Run) -> None:
        """Note that a run was published as it is. One that has ended is not open any more."""
        closing = ", open_state" if run.state.is_final else ""
        self._update(
            run_key(run.run_id),
            f"SET published = :revision REMOVE {UNPUBLISHED}{closing}",
            "revision = :revision",
            {":revision": run.revision},
        )

    def drift(self, corp: str) -> DriftFound | None:
        """Return what the last look at a corp found, None when nobody looked yet."""
        item = self._get(drift_key(corp))
        if item is None:
            return None
        known = {each.name for each in dataclasses.fields(DriftFound)}
        return DriftFound(**{name: value for name, value in item.items() if name in known})

    def put_drift(self, found: DriftFound) -> None:
        """Keep what a look at a corp found."""
        marks = {"open_state": DRIFT, "due": found.at, UNPUBLISHED: found.at}
        kept = {
            name: value for name, value in dataclasses.asdict(found).items() if value is not None
        }
        item = {**drift_key(found.corp), **kept, **marks}
        self._client.put_item(TableName=self._table, Item=wire(item))

    def drift_published(self, found: DriftFound) -> None:
        """Note that what was found was published."""
        changed = f"REMOVE {UNPUBLISHED}, open_state"
        self._update(drift_key(found.corp), changed, "#at = :at", {":at": found.at}, at="at")

    def overdue(self, before: float) -> Iterator[Overdue]:
        """Yield what should have been published before a time."""
        paginator = self._client.get_paginator("query")
        for state in (*State, DRIFT):
            for page in paginator.paginate(
                TableName=self._table,
                IndexName="by_open_state",
                KeyConditionExpression="open_state = :state",
                FilterExpression=f"{UNPUBLISHED} < :before",
                ExpressionAttributeValues=wire({":state": state, ":before": before}),
            ):
                for item in map(plain, page["Items"]):
                    yield Overdue(item["pk"], item["sk"], item[UNPUBLISHED])

    def backfill(self) -> None:
        """Let runs be published that a version without documents has left; see `Unpublished`.

        Of them, those that are not open were told: only their documents are missing.
        """
        progress = self._get(_BACKFILL) or {}
        if progress.get("done"):
            return
        start = {"ExclusiveStartKey": wire(progress["next"])} if "next" in progress else {}
        page = self._client.scan(TableName=self._table, Limit=_BACKFILL_ITEMS, **start)  # type: ignore[arg-type]
        for item in map(plain, page["Items"]):
            if item["sk"] == RUN and "published" not in item and UNPUBLISHED not in item:
                self._leave_to_publish(item)
        after = page.get("LastEvaluatedKey")
        note = {"next": plain(after)} if after else {"done": True}
        self._client.put_item(TableName=self._table, Item=wire({**_BACKFILL, **note}))

    def _leave_to_publish(self, item: Mapping[str, Any]) -> None:
        run = run_from_item(item)
        told = "open_state" not in item or (run.state is State.HELD and run.due == run.deadline)
        if told and run.news:
            for channel in _CHANNELS:
                self.note_told(run.run_id, channel, run.news)
        self._update(
            run_key(run.run_id),
            f"SET {UNPUBLISHED} = :now, open_state = :state",
            "revision = :revision",
            {":now": self._clock(), ":state": run.state, ":revision": run.revision},
        )

    def touch(self, item: Overdue) -> None:
        """Let the stream bring an item to the publish function again."""
        key = {"pk": item.pk, "sk": item.sk}
        condition = f"attribute_exists({UNPUBLISHED})"
        self._update(key, "SET touched = :now", condition, {":now": self._clock()})

    def _update(
        self,
        key: Mapping[str, str],
        change: str,
        condition: str,
        values: Mapping[str, object],
        **names: str,
    ) -> None:
        """Change an item, unless it was moved meanwhile: then its next record comes."""
        called = {f"#{name}": name for name in names}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=wire(key),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=wire(values),
                **({"ExpressionAttributeNames": called} if called else {}),  # type: ignore[arg-type]
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
