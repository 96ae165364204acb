"""A function loads what it needs and reads what it is given: both cost time at a cold start."""

import dataclasses
import importlib
import os
import subprocess
import sys
from typing import Any, get_args, get_type_hints
from unittest.mock import Mock

import pytest

from support.template import ROOT
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.reporting.language import Language
from wecom_sync.settings import SubmitSettings

ENVIRONMENT = {field.name.upper(): "1" for field in dataclasses.fields(SubmitSettings)} | {
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
NEVER = {"moto", "pytest", "wecom_simulator", "wecom_sync_tools"}
LOADS: dict[str, tuple[int, set[str]]] = {
    "callback": (30, {
        "requests", "wecom_sync.files", "wecom_sync.planning", "wecom_sync.guardrails",
        "wecom_sync.reporting.catalogue", "wecom_sync.adapters.dynamodb_table",
        "wecom_sync.adapters.s3", "wecom_sync.adapters.event_bus",
    }),
    "sweep": (45, {
        "requests", "Crypto", "wecom_sync.files.roster", "wecom_sync.planning",
        "wecom_sync.guardrails", "wecom_sync.adapters.s3", "wecom_sync.adapters.s3_archive",
        "wecom_sync.adapters.secrets_manager", "wecom_sync.adapters.dynamodb_tokens",
    }),
    "drift": (65, {
        "Crypto", "wecom_sync.guardrails", "wecom_sync.adapters.dynamodb_store",
        "wecom_sync.adapters.publisher", "wecom_sync.planning.snapshot_update",
    }),
    "persist": (75, {
        "Crypto", "wecom_sync.guardrails", "wecom_sync.planning.members",
        "wecom_sync.use_cases.planner", "wecom_sync.use_cases.submission",
    }),
    "submit": (95, {"wecom_sync.planning.drift", "wecom_sync.use_cases.results"}),
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
    assert [each for each in loaded if any(is_in(each, name) for name in refused)] == []
    ours = [each for each in loaded if is_in(each, "wecom_sync")]
    assert len(ours) <= most, "\n".join(ours)


@pytest.mark.parametrize("function", LOADS)
def test_a_function_reads_every_setting_that_it_is_given(function: str) -> None:
    build = importlib.import_module(function).build
    adapters_of = get_type_hints(build)["adapters"]
    (kind,) = get_args(adapters_of)
    names = {field.name for field in dataclasses.fields(kind)}
    read: set[str] = set()

    class Watched(kind):  # type: ignore[misc, valid-type]
        def __getattribute__(self, name: str) -> object:
            read.add(name)
            return super().__getattribute__(name)

    session = Mock()
    secret = {"SecretString": '{"corp_id": "c", "contact_secret": "s"}'}
    session.client.return_value.get_secret_value.return_value = secret
    values: dict[str, Any] = dict.fromkeys(names, 1) | {"aws_endpoint_url": None}
    values |= {name: name for name in names & {"secret_prefix", "wecom_base_url"}}
    values |= {"language": Language.ENGLISH} if "language" in names else {}
    adapters = adapters_of(Watched(**values), session, print)

    build(adapters)
    if isinstance(adapters, WeComAdapters):
        adapters.wecom("acme")

    assert names - read == set()
