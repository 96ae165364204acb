"""Secrets Manager on moto: secrets are put in place, and whoever reads them is seen."""

from typing import Any

import boto3
import pytest
from botocore.client import BaseClient


def keep(text: str, name: str = "wecom-sync/acme") -> None:
    client = boto3.client("secretsmanager")
    try:
        client.create_secret(Name=name, SecretString=text)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=text)


def looked_up(monkeypatch: pytest.MonkeyPatch, others: list[str] | None = None) -> list[str]:
    """Return a list that gets the name of each secret that Secrets Manager is asked for.

    `others` gets the operation of every other call of AWS.
    """
    names: list[str] = []
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counted(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if operation == "GetSecretValue":
            names.append(parameters["SecretId"])
        elif others is not None:
            others.append(operation)
        return call(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    return names
