"""Each corp's access token, and how WeCom refused its secrets: partition `TOKEN#<corp>`."""

import dataclasses

from wecom_sync.adapters.dynamodb_items import item_key, wire
from wecom_sync.adapters.dynamodb_table import DAY, DynamoTable
from wecom_sync.wecom.credentials import SharedToken, TokenRefusal


class DynamoTokens(DynamoTable):
    """`TokenStore` on DynamoDB."""

    def token(self, corp: str) -> SharedToken | None:
        """Return a token with at least a minute to live."""
        item = self._get(item_key("TOKEN", corp))
        if item is None or "token" not in item or item["expires"] < self.clock() + 60:
            return None
        return SharedToken(str(item["token"]), str(item.get("secret", "")))

    def put_token(self, corp: str, token: str, expires: float, secret_digest: str = "") -> None:
        item = {**item_key("TOKEN", corp), "token": token, "expires": expires, "ttl": int(expires)}
        if secret_digest:
            item["secret"] = secret_digest
        self.client.put_item(TableName=self.table, Item=wire(item))

    def drop_token(self, corp: str, token: str) -> None:
        try:
            self.client.delete_item(
                TableName=self.table,
                Key=wire(item_key("TOKEN", corp)),
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues=wire({":token": token}),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return

    def refusal(self, corp: str, secret_digest: str) -> TokenRefusal | None:
        item = self._get(item_key("TOKEN", corp, sk=f"REFUSAL#{secret_digest}"))
        if item is None:
            return None
        return TokenRefusal(item["errcode"], item["errmsg"], item["until"], item["times"])

    def put_refusal(self, corp: str, secret_digest: str, refusal: TokenRefusal) -> None:
        item = {
            **item_key("TOKEN", corp, sk=f"REFUSAL#{secret_digest}"),
            **dataclasses.asdict(refusal),
            "ttl": int(refusal.until) + DAY,
        }
        self.client.put_item(TableName=self.table, Item=wire(item))

    def drop_refusal(self, corp: str, secret_digest: str) -> None:
        refused = item_key("TOKEN", corp, sk=f"REFUSAL#{secret_digest}")
        self.client.delete_item(TableName=self.table, Key=wire(refused))
