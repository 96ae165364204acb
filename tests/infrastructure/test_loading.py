"""A function loads only the modules and reads only the settings that it needs."""

import importlib
import os
import subprocess
import sys
from typing import Any, get_args, get_type_hints
from unittest.mock import Mock

import pytest

from support.template import ROOT, resources
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.settings import DriftSettings, PublishSettings, SubmitSettings, SweepSettings

ENVIRONMENT = {
    name.upper(): "1"
    for kind in (SubmitSettings, DriftSettings, SweepSettings, PublishSettings)
    for name in get_type_hints(kind)
} | {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "LANGUAGE": "en",
}
AS_IN_PRODUCTION = """
import importlib, sys
module = importlib.import_module(sys.argv[1])
(built,) = [each for each in vars(module).values() if hasattr(each, "cache_clear")]
built()
print(*sys.modules)
"""
NEVER = {
    "moto", "pytest", "wecom_simulator", "wecom_sync_tools", "wecom_sync.files.workbook", "asyncio",
    "aws_lambda_powertools.event_handler", "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.data_classes", "aws_lambda_powertools.utilities.parameters",
}  # fmt: skip
"""What no function loads. Workbooks are read by what is loaded once one comes."""
LOADS: dict[str, tuple[int, set[str]]] = {
    "callback": (23, {
        "requests", "wecom_sync.files", "wecom_sync.planning", "wecom_sync.guardrails",
        "wecom_sync.reporting.catalogue", "wecom_sync.adapters.dynamodb_items",
        "wecom_sync.adapters.s3", "wecom_sync.adapters.publisher",
    }),
    "sweep": (37, {
        "requests", "Crypto", "wecom_sync.files.roster", "wecom_sync.planning",
        "wecom_sync.guardrails", "wecom_sync.adapters.s3", "wecom_sync.adapters.s3_archive",
        "wecom_sync.adapters.secrets_manager", "wecom_sync.adapters.dynamodb_tokens",
    }),
    "publish": (77, {
        "requests", "Crypto", "wecom_sync.adapters.http_exchange", "wecom_sync.planning",
        "wecom_sync.guardrails", "wecom_sync.adapters.wecom_client",
    }),
    "drift": (84, {
        "wecom_sync.guardrails", "wecom_sync.adapters.dynamodb_store",
        "wecom_sync.adapters.publisher", "wecom_sync.planning.memory.operations",
    }),
    "persist": (101, {
        "wecom_sync.guardrails", "wecom_sync.planning.members",
        "wecom_sync.use_cases.planner", "wecom_sync.use_cases.submission",
    }),
    "submit": (129, {"Crypto", "wecom_sync.planning.drift", "wecom_sync.use_cases.results"}),
}  # fmt: skip
"""How many modules of ours a function may load, and what it may not load."""


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("function", LOADS)
def test_a_function_loads_no_more_than_it_needs(function: str) -> None:
    most, unneeded = LOADS[function]
    places = (ROOT / "functions" / function, ROOT / "layers/wecom_sync")

    loaded = subprocess.run(
        [sys.executable, "-c", AS_IN_PRODUCTION, function],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(map(str, places))},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    refused = unneeded | NEVER
    too_much = [each for each in loaded if any(is_in(each, name) for name in refused)]
    assert not too_much, "\n".join(too_much)
    ours = [each for each in loaded if is_in(each, "wecom_sync")]
    assert len(ours) <= most, "\n".join(ours)


def adapters_of(function: str) -> tuple[Any, frozenset[str]]:
    """Return the adapters that a function is built with, and the names of their settings."""
    kind = get_type_hints(importlib.import_module(function).build)["adapters"]
    return kind, frozenset(get_type_hints(get_args(kind)[0]))


@pytest.mark.parametrize("function", LOADS)
def test_a_function_is_given_its_settings_and_no_others(function: str) -> None:
    properties = resources("AWS::Lambda::Function")[f"{function.capitalize()}Function"][
        "Properties"
    ]
    variables = properties["Environment"]["Variables"]
    given = {variable for variable in variables if not variable.startswith("POWERTOOLS_")}

    assert given == {name.upper() for name in adapters_of(function)[1]}


@pytest.mark.parametrize("function", LOADS)
def test_a_function_reads_every_one_of_its_settings(function: str) -> None:
    kind, names = adapters_of(function)
    read: set[str] = set()

    class Settings:
        def __getattr__(self, name: str) -> str | None:
            read.add(name)
            return None if name == "aws_endpoint_url" else "1"

    session = Mock()
    secret = {"SecretString": '{"corp_id": "c", "contact_secret": "s"}'}
    session.client.return_value.get_secret_value.return_value = secret
    adapters = kind(Settings(), session, print)

    importlib.import_module(function).build(adapters)
    if isinstance(adapters, WeComAdapters):
        adapters.wecom("acme")
    elif isinstance(adapters, CorpAdapters):
        assert adapters.messages.of("acme").corp_id == "c"

    assert read == names
