"""Secrets Manager on moto: secrets are put in place, and whoever reads them is seen."""

from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import SecretsProvider


def keep(text: str, name: str = "wecom-sync/acme") -> None:
    """Make a secret, or put another in its place."""
    client = boto3.client("secretsmanager")
    try:
        client.create_secret(Name=name, SecretString=text)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=text)


def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the name of each secret that Secrets Manager is asked for."""
    names: list[str] = []
    get = SecretsProvider._get

    def counted(self: SecretsProvider, name: str, **options: Any) -> Any:
        names.append(name)
        return get(self, name, **options)

    monkeypatch.setattr(SecretsProvider, "_get", counted)
    return names
