"""The template as CloudFormation sees it, and its table and queues on moto: never typed again."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
STACK_NAME = "wecom-sync"
CALLBACK_BASE_URL = "https://callback.example/prod"
_ON_MOTO = {"AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::SNS::Topic"}


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def source() -> dict[str, Any]:
    document: dict[str, Any] = yaml_parse(TEMPLATE.read_text())
    return document


@cache
def _translated() -> str:
    document = source()
    for resource in document["Resources"].values():
        for uri in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            resource["Properties"][uri] = "s3://packaged/artefact"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return json.dumps(transform(document, {}, _NoManagedPolicies()))


def translated() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_translated())
    return document


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Return the translated resources of one type, by logical id."""
    parts = translated()["Resources"]
    return {name: item for name, item in parts.items() if item["Type"] == kind}


def create_on_moto(outputs: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Create tables, queues and topic from the template; return logical to physical id.

    `outputs` are those of the stack, whose name is `wecom-sync`.
    """
    document = translated()
    kept = {name: item for name, item in document["Resources"].items() if item["Type"] in _ON_MOTO}
    parameters = {
        name: {key: item[key] for key in ("Type", "Default")}
        for name, item in document["Parameters"].items()
    }
    template: dict[str, Any] = {"Parameters": parameters, "Resources": kept}
    if outputs:
        template["Outputs"] = {name: {"Value": value} for name, value in outputs.items()}
    client = boto3.client("cloudformation", region_name="us-east-1")
    client.create_stack(StackName=STACK_NAME, TemplateBody=json.dumps(template))
    listed = client.list_stack_resources(StackName=STACK_NAME)["StackResourceSummaries"]
    return {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in listed}


def environment(function: str, names: Mapping[str, str]) -> dict[str, str]:
    """Return a function's variables: parameters have their defaults, resources their logical ids.

    `names` says otherwise for one of either, or for a variable by its name.
    """
    return {
        name: names.get(name, names.get(at, value))
        for name, (at, value) in _variables(function).items()
    }


@cache
def _variables(function: str) -> dict[str, tuple[str, str]]:
    """Return for each variable the parameter or resource it comes from, and what it else is."""
    parts = resources("AWS::Lambda::Function")[f"{function.capitalize()}Function"]["Properties"]
    return {name: _variable(value) for name, value in parts["Environment"]["Variables"].items()}


def _parameters() -> dict[str, dict[str, Any]]:
    return {**translated()["Parameters"], "AWS::StackName": {"Default": STACK_NAME}}


def _variable(value: Any) -> tuple[str, str]:
    match value:
        case {"Ref": name} if name in (parameters := _parameters()):
            return name, str(parameters[name]["Default"])
        case (
            {"Ref": name}
            | {"Fn::GetAtt": [name, _]}
            | {"Fn::If": ["HasOwnAlarmTopic", _, {"Ref": name}]}
        ):
            return name, name
        case {"Fn::Join": [separator, [*parts]]}:
            return "", separator.join(_variable(part)[1] for part in parts)
        case {"Fn::If": ["HasOwnCallbackUrl", *_]}:
            return "CallbackBaseUrl", CALLBACK_BASE_URL
        case {"Fn::If": ["HasDesk" | "HasEmail" | "OnEmulator", first, other]}:
            return _variable(first or other)
        case str():
            return "", value
    raise ValueError(f"cannot resolve {value}")
