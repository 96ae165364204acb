"""WeCom's files at the root of a domain: an item of the table for each, found by its name."""

from contextlib import suppress
from typing import Any

from wecom_sync.adapters.dynamodb_items import DynamoTable, item_key, wire
from wecom_sync.use_cases.ports import DomainFile

DOMAIN = "DOMAIN"


class DynamoDomainFiles(DynamoTable):
    """`DomainFiles` on DynamoDB. A company changes no file of another."""

    def file(self, name: str) -> DomainFile | None:
        item = self._get(item_key(DOMAIN, name))
        return None if item is None else DomainFile(item["corp"], item["text"])

    def put(self, corp: str, name: str, text: str) -> None:
        item = {**item_key(DOMAIN, name), "corp": corp, "text": text}
        with suppress(self.client.exceptions.ConditionalCheckFailedException):
            self.client.put_item(
                Item=wire(item), **self._unless_others(corp, "attribute_not_exists(pk) OR ")
            )

    def drop(self, corp: str, name: str) -> None:
        with suppress(self.client.exceptions.ConditionalCheckFailedException):
            self.client.delete_item(Key=wire(item_key(DOMAIN, name)), **self._unless_others(corp))

    def _unless_others(self, corp: str, new: str = "") -> dict[str, Any]:
        return {
            "TableName": self.table,
            "ConditionExpression": f"{new}corp = :corp",
            "ExpressionAttributeValues": wire({":corp": corp}),
        }
