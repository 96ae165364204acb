"""`sam deploy` of a build onto the emulator."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.local.build import architecture
from wecom_sync_tools.local.known_corp import DROP_BUCKET
from wecom_sync_tools.local.processes import run
from wecom_sync_tools.local.tooling import SAM, sam_environment
from wecom_sync_tools.stack.home import ROOT

STACK_NAME = "wecom-sync"
QUICK = {
    "SettleSeconds": "2",
    "CheckSeconds": "2",
    "RetrySeconds": "1",
    "UnknownOutcomeSeconds": "5",
}
"""Short waiting times, for a laptop."""


def read_parameters(options: list[str]) -> dict[str, str]:
    """Read `Name=Value`. Raises `UsageError` unless the template has such a parameter."""
    parameters = {}
    names = template_parameters(ROOT / "template.yaml")
    for option in options:
        name, separator, value = option.partition("=")
        if not separator:
            raise UsageError("parameter_malformed", option=option)
        if name not in names:
            raise UsageError("parameter_unknown", name=name, names=", ".join(names))
        parameters[name] = value
    return parameters


def template_parameters(template: Path) -> list[str]:
    return list(yaml.load(template.read_text("utf-8"), _TemplateLoader)["Parameters"])  # noqa: S506 - a SafeLoader


class _TemplateLoader(yaml.SafeLoader):
    """Reads a template and ignores its short functions (`!Sub` and so on)."""


_TemplateLoader.add_multi_constructor("!", lambda *_: None)


def callback_base_url(endpoint: str, parameters: Mapping[str, str], stack: str = STACK_NAME) -> str:
    """Return the address under which the deployed API takes callbacks."""
    stage = parameters.get("Stage", "prod")
    own = f"{endpoint}/_aws/execute-api/{_api_id(stack)}/{stage}"
    return (parameters.get("CallbackBaseUrl") or own).rstrip("/")


def _api_id(stack: str) -> str:
    """Return the id that the emulator gives an API with the tag `ms-custom-id`, so it is known."""
    return stack.replace("-", "")


def deploy(
    build: Path,
    *,
    endpoint: str,
    wecom_url: str,
    parameters: Mapping[str, str],
    log: Path,
    stack: str = STACK_NAME,
) -> None:
    values = {
        "Architecture": architecture(),
        "DropBucketName": DROP_BUCKET,
        "RequireTls": "false",
        "AwsEndpointUrl": endpoint,
        "WeComBaseUrl": wecom_url,
        **QUICK,
        **parameters,
        "CallbackBaseUrl": callback_base_url(endpoint, parameters, stack),
    }
    run(
        [
            *(SAM, "deploy", "--template-file", "template.yaml", "--stack-name", stack),
            *("--resolve-s3", "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
            *("--no-progressbar", "--capabilities", "CAPABILITY_IAM"),
            *("--tags", f"ms-custom-id={_api_id(stack)}", "--parameter-overrides"),
            *(f"{name}={_quoted(value)}" for name, value in values.items()),
        ],
        log=log,
        env=sam_environment(AWS_ENDPOINT_URL=endpoint, SAM_CLI_POLL_DELAY="0.5"),
        cwd=build,
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
