"""A function loads only the modules and reads only the settings that it needs."""

import importlib
import json
import os
import subprocess
import sys
from typing import Any, get_args, get_type_hints
from unittest.mock import Mock

import pytest

from support.template import ROOT, resources
from wecom_sync.factory.apps import AppAdapters
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.settings import (
    DeskSettings,
    DriftSettings,
    PublishSettings,
    SubmitSettings,
    SweepSettings,
)

ENVIRONMENT = {
    name.upper(): "1"
    for kind in (SubmitSettings, DriftSettings, SweepSettings, PublishSettings, DeskSettings)
    for name in get_type_hints(kind)
} | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "LANGUAGE": "en", "TIME_ZONE": "Asia/Shanghai"}
AS_IN_PRODUCTION = """
import importlib, sys
module = importlib.import_module(sys.argv[1])
(built,) = [each for each in vars(module).values() if hasattr(each, "cache_clear")]
built()
print(*sys.modules)
"""
POWERTOOLS = "event_handler utilities.batch utilities.data_classes utilities.parameters"
OTHERS = "moto pytest wecom_simulator wecom_sync_tools wecom_sync.files.workbook asyncio"
NEVER = {*OTHERS.split(), *(f"aws_lambda_powertools.{name}" for name in POWERTOOLS.split())}
"""What no function loads. Workbooks are read by what is loaded once one comes."""
LOADS = {
    "callback": 23,
    "sweep": 42,
    "publish": 80,
    "drift": 84,
    "persist": 103,
    "submit": 140,
    "desk": 60,
}
"""How many modules of ours a function may load."""
UNNEEDED = {
    "callback": "requests files planning guardrails reporting.catalogue adapters.dynamodb_items"
    " adapters.s3 adapters.publisher",
    "sweep": "requests Crypto files.roster planning guardrails adapters.s3 adapters.s3_archive"
    " adapters.secrets_manager adapters.dynamodb_tokens",
    "publish": "requests Crypto adapters.http_exchange planning guardrails adapters.wecom_client",
    "drift": "guardrails adapters.dynamodb_store adapters.publisher planning.memory.operations",
    "persist": "guardrails planning.members use_cases.planner use_cases.submission",
    "desk": "Crypto requests files.roster files.cutting planning guardrails adapters.s3_archive",
    "submit": "Crypto planning.drift use_cases.results",
}
"""What a function may not load; of ours without the package."""


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("function", LOADS)
def test_a_function_loads_no_more_than_it_needs(function: str) -> None:
    places = (ROOT / "functions" / function, ROOT / "layers/wecom_sync")

    loaded = subprocess.run(
        [sys.executable, "-c", AS_IN_PRODUCTION, function],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(map(str, places))},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    unneeded = UNNEEDED[function].split()
    refused = {*NEVER, *unneeded, *(f"wecom_sync.{name}" for name in unneeded)}
    too_much = [each for each in loaded if any(is_in(each, name) for name in refused)]
    assert not too_much, "\n".join(too_much)
    ours = [each for each in loaded if is_in(each, "wecom_sync")]
    assert len(ours) <= LOADS[function], "\n".join(ours)


def adapters_of(function: str) -> tuple[Any, frozenset[str]]:
    """Return the adapters that a function is built with, and the names of their settings."""
    kind = get_type_hints(importlib.import_module(function).build)["adapters"]
    return kind, frozenset(get_type_hints(get_args(kind)[0]))


@pytest.mark.parametrize("function", LOADS)
def test_a_function_is_given_its_settings_and_no_others(function: str) -> None:
    resource = resources("AWS::Lambda::Function")[f"{function.capitalize()}Function"]
    variables = resource["Properties"]["Environment"]["Variables"]
    given = {variable for variable in variables if not variable.startswith("POWERTOOLS_")}

    assert given == {name.upper() for name in adapters_of(function)[1]}


@pytest.mark.parametrize("function", LOADS)
def test_a_function_reads_every_one_of_its_settings(function: str) -> None:
    kind, names = adapters_of(function)
    read: set[str] = set()

    class Settings:
        def __getattr__(self, name: str) -> str | None:
            read.add(name)
            return {"aws_endpoint_url": None, "time_zone": "UTC"}.get(name, "1")

    session = Mock()
    secret = {"corp_id": "c", "contact_secret": "s", "agent_id": 7, "app_secret": "s"}
    session.client.return_value.get_secret_value.return_value = {"SecretString": json.dumps(secret)}
    adapters = kind(Settings(), session, print)

    importlib.import_module(function).build(adapters)
    if isinstance(adapters, WeComAdapters):
        adapters.wecom("acme")
    elif isinstance(adapters, AppAdapters):
        adapters.app("acme")
        getattr(adapters, "desk", print)("acme")
        getattr(adapters, "domain_files", None)
    elif isinstance(adapters, CorpAdapters):
        assert adapters.messages.of("acme").corp_id == "c"

    assert read == names
