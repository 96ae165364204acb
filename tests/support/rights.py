"""S3 refuses what a role's printed policy does not allow, and AWS refuses everything else."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from wecom_sync_tools.commands.operate import ANY_CORP, policy
from wecom_sync_tools.stack.target import Target

ACTIONS = {
    "PutObject": "s3:PutObject",
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "ListObjectsV2": "s3:ListBucket",
}
type Call = Callable[[Any, str, dict[str, Any]], Any]


def only(
    monkeypatch: pytest.MonkeyPatch, *roles: str, corp: str = ANY_CORP, free: object = None
) -> list[str]:
    """Let every call have the rights of these roles, but for those of a `free` client.

    Return the calls, as they come.
    """
    target = Target("", "drops", "reports")
    statements = [each for role in roles for each in policy(role, corp, target)["Statement"]]
    call: Call = BaseClient._make_api_call  # type: ignore[attr-defined]
    calls: list[str] = []

    def checked(client: Any, operation: str, params: dict[str, Any]) -> Any:
        if client is free:
            return call(client, operation, params)
        calls.append(operation)
        if not _allowed(statements, operation, params):
            raise _refused(operation)
        try:
            return call(client, operation, params)
        except ClientError as error:
            # Whoever may not list the whole bucket is not told that something is missing.
            whole = {**params, "Prefix": ""}
            if error.response["Error"]["Code"] not in {"NoSuchKey", "404"} or _allowed(
                statements, "ListObjectsV2", whole
            ):
                raise
            raise _refused(operation) from error

    monkeypatch.setattr(BaseClient, "_make_api_call", checked)
    return calls


def _allowed(
    statements: Sequence[Mapping[str, Any]], operation: str, params: Mapping[str, Any]
) -> bool:
    lists = operation == "ListObjectsV2"
    name = params.get("Bucket", "") if lists else f"{params.get('Bucket')}/{params.get('Key')}"
    return any(
        each["Action"] == ACTIONS.get(operation)
        and any(_fits(f"arn:aws:s3:::{name}", arn) for arn in each["Resource"])
        and all(
            _fits(params.get("Prefix", ""), pattern)
            for condition in each.get("Condition", {}).values()
            for pattern in condition.values()
        )
        for each in statements
    )


def _fits(text: str, pattern: str) -> bool:
    return bool(re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text, re.DOTALL))


def _refused(operation: str) -> ClientError:
    code = "403" if operation == "HeadObject" else "AccessDenied"
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)
