"""AWS in memory: what is worked out anew each time is kept; answers and secrets are replaced."""

import os
from collections.abc import Callable
from copy import copy
from functools import cache, cached_property
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import pytest
import yaml
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core.base_backend import BaseBackend
from moto.sqs.models import Message, SQSBackend

create_client = Session.create_client
receive_message = SQSBackend.receive_message
_clients: dict[tuple[object, ...], Any] = {}


def keep_what_is_made() -> None:
    """Parse the models, make a client, a key and the URLs of a service once: half of the work.

    Nobody waits for messages that do not come.
    """
    loader = botocore.loaders.create_loader(None)
    urls = cached_property(vars(BaseBackend)["urls"].fget)
    urls.__set_name__(BaseBackend, "urls")
    patch = pytest.MonkeyPatch()
    patch.setattr(botocore.session, "create_loader", lambda *_: loader)
    patch.setattr(Session, "create_client", _shared_client)
    patch.setattr(BaseBackend, "urls", urls)
    patch.setattr(rsa, "generate_private_key", cache(rsa.generate_private_key))
    patch.setattr(Session, "_register_builtin_handlers", _kept_handlers())
    patch.setattr(yaml, "Loader", yaml.CLoader)
    patch.setattr(SQSBackend, "receive_message", _at_once)


def _at_once(queues: SQSBackend, name: str, count: int, _: int, *others: Any) -> list[Message]:
    return receive_message(queues, name, count, 0, *others)


def _kept_handlers() -> Callable[..., None]:
    """Register botocore's own handlers once; each session gets a copy."""
    kept = vars(Session())["_original_handler"]
    return lambda session, _: vars(session)["_original_handler"].__dict__.update(vars(copy(kept)))


def _shared_client(
    session: Session, service: str, *, config: Config | None = None, **options: Any
) -> Any:
    key = (
        service,
        session.get_config_variable("region"),
        getattr(session.__dict__["_credentials"], "access_key", None),
        str(vars(config)) if config else "",
        *options.items(),
        *(each for each in os.environ.items() if each[0].startswith("AWS_")),
    )
    if key not in _clients:
        _clients[key] = create_client(session, service, config=config, **options)
    return _clients[key]


def answer(patch: pytest.MonkeyPatch, operation: str, answer: Callable[..., object]) -> None:
    """Let something else answer an operation of AWS: it is given the client and the parameters."""
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def made(client: Any, name: str, params: dict[str, Any]) -> Any:
        if name == operation and (answered := answer(call, client, params)) is not None:
            return answered
        return call(client, name, params)

    patch.setattr(BaseClient, "_make_api_call", made)


def refuse(operation: str, code: str = "AccessDenied", words: str = "no") -> Callable[..., None]:
    """Return what refuses an operation as IAM does."""

    def refused(*_: object, **__: object) -> None:
        error: Any = {"Error": {"Code": code, "Message": words}, "ResponseMetadata": {}}
        raise ClientError(error, operation)

    return refused


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
