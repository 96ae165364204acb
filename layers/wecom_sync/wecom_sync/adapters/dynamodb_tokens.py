"""Each corp's access token, and how WeCom refused its secrets, in a table of their own."""

import dataclasses
from contextlib import suppress

from wecom_sync.adapters.dynamodb_items import DAY, DynamoTable, item_key, wire
from wecom_sync.wecom.credentials import SharedToken, TokenRefusal


class DynamoTokens(DynamoTable):
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
        self._put_item(item)

    def drop_token(self, corp: str, token: str) -> None:
        with suppress(self.client.exceptions.ConditionalCheckFailedException):
            self.client.delete_item(
                TableName=self.table,
                Key=wire(item_key("TOKEN", corp)),
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues=wire({":token": token}),
            )

    def refusal(self, corp: str, secret_digest: str) -> TokenRefusal | None:
        item = self._get(_refused(corp, secret_digest))
        names = ("errcode", "errmsg", "until", "times")
        return None if item is None else TokenRefusal(*map(item.__getitem__, names))

    def put_refusal(self, corp: str, secret_digest: str, refusal: TokenRefusal) -> None:
        document = {**dataclasses.asdict(refusal), "ttl": int(refusal.until) + DAY}
        self._put_item({**_refused(corp, secret_digest), **document})

    def drop_refusal(self, corp: str, secret_digest: str) -> None:
        key = wire(_refused(corp, secret_digest))
        self.client.delete_item(TableName=self.table, Key=key)


def _refused(corp: str, secret_digest: str) -> dict[str, str]:
    return item_key("TOKEN", corp, sk=f"REFUSAL#{secret_digest}")
