"""The one table, as its readers share it: an item by its key, unless its time is up."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wecom_sync.adapters.dynamodb_items import plain, wire
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

DAY = 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True)
class DynamoTable:
    """Reads items; the time to live is in UTC epoch seconds."""

    client: "DynamoDBClient"
    table: str
    clock: Clock

    def _get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        response = self.client.get_item(TableName=self.table, Key=wire(key), ConsistentRead=True)
        item = plain(response["Item"]) if "Item" in response else None
        return None if item is None or self._expired(item) else item

    def _put_item(self, item: Mapping[str, Any]) -> None:
        self.client.put_item(TableName=self.table, Item=wire(item))

    def _query(
        self, condition: str, values: Mapping[str, object], **options: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield what fits, page by page, the expired included."""
        for page in self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=wire(values),
            **options,
        ):
            yield from map(plain, page["Items"])

    def _expired(self, item: Mapping[str, Any]) -> bool:
        """Whether an item has expired. DynamoDB deletes such items up to days later."""
        return "ttl" in item and item["ttl"] < self.clock()
