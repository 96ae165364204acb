"""Writes the pages of `docs/` that the code knows better than a person: `make docs` calls this."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from wecom_sync.reporting.language import Language
from wecom_sync.wecom.credentials import CorpSecret
from wecom_sync_tools.docs.error_pages import error_codes, error_handling
from wecom_sync_tools.docs.reliability_page import reliability
from wecom_sync_tools.docs.tables import NOTE, cell, table
from wecom_sync_tools.local.deploy import QUICK
from wecom_sync_tools.stack.home import ROOT

SECRET_FIELDS: Mapping[str, str] = {
    "corp_id": "The corp's id, 「企业ID」 in the console under 「我的企业」.",
    "contact_secret": "The Secret of 「通讯录同步」; an app's may not write contacts (48002).",
    "callback_token": "「Token」 of the corp's fixed callback URL.",
    "callback_aes_key": "「EncodingAESKey」 of the corp's fixed callback URL, 43 characters.",
}
"""What each field of a corp's secret holds."""

_CONFIGURATION = """\
# Configuration

What a stack can be told: the parameters of [`template.yaml`](../template.yaml), and one secret
for each corp. Nothing else is read. `sam deploy --guided` asks for the parameters and keeps the
answers in `samconfig.toml`; on a laptop it is `wecom-sync local up --parameter NAME=VALUE`.
"""
_LOCAL_STACK = """\
## On a laptop

A local stack has less patience, unless `--parameter` says otherwise:
{values}.
`Architecture`, `RequireTls`, `AwsEndpointUrl`, `WeComBaseUrl` and `CallbackBaseUrl` are set to
what the machine needs.
"""
_OUTPUTS = """\
## Outputs

What a deployed stack says about itself (`sam list stack-outputs --stack-name wecom-sync`).
"""
_CORP = """\
## The secret of a corp

It is named `<SecretPrefix>/<alias>` in AWS Secrets Manager and holds a JSON object of texts. The
alias is 1 to 32 lower-case letters, digits or hyphens, not starting with a hyphen; keys and URLs
name the corp by it, never by its corp id. The two callback fields belong together and serve the
URL that is entered in WeCom's console; the callback of each import has a token and a key of its
own, which nobody configures. A changed secret is seen within five minutes, at once when WeCom
refuses the one before.
"""


def documents(template: Path = ROOT / "template.yaml") -> dict[str, str]:
    """Return every generated page by its path in the repository."""
    return {
        "docs/configuration.md": configuration(yaml_parse(template.read_text("utf-8"))),
        "docs/reliability.md": reliability(),
        "docs/error-codes.md": error_codes(Language.ENGLISH),
        "docs/error-codes.zh-CN.md": error_codes(Language.CHINESE),
        "docs/error-handling.md": error_handling(Language.ENGLISH),
        "docs/error-handling.zh-CN.md": error_handling(Language.CHINESE),
    }


def configuration(template: Mapping[str, Any]) -> str:
    """Return the page of the template's parameters and outputs and of a corp's secret.

    Raises `KeyError` when the template or the secret has something that stands in no group.
    """
    parameters = dict(template["Parameters"])
    parts = [NOTE, _CONFIGURATION]
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    for group in groups:
        rows = [_parameter_row(name, parameters.pop(name)) for name in group["Parameters"]]
        listed = table(("Parameter", "Default", "Allowed", "What it is"), rows)
        parts.append(f"## {group['Label']['default']}\n\n{listed}")
    if parameters:
        raise KeyError(f"in no group of the template: {', '.join(parameters)}")
    quick = ", ".join(f"`{name}={value}`" for name, value in QUICK.items())
    parts.append(_LOCAL_STACK.format(values=quick))
    outputs = [
        (f"`{name}`", cell(output["Description"])) for name, output in template["Outputs"].items()
    ]
    parts += [_OUTPUTS, table(("Output", "What it is"), outputs)]
    parts += [_CORP, table(("Field", "Required", "What it is"), _secret_rows())]
    return "\n".join(parts)


def write(root: Path = ROOT) -> None:
    """Write every page."""
    for name, text in documents().items():
        (root / name).write_text(text, "utf-8")


def _parameter_row(name: str, parameter: Mapping[str, Any]) -> Sequence[str]:
    default = str(parameter["Default"])
    return (
        f"`{name}`",
        f"`{default}`" if default else "blank",
        _allowed(parameter),
        cell(parameter["Description"]),
    )


def _allowed(parameter: Mapping[str, Any]) -> str:
    if "AllowedValues" in parameter:
        return ", ".join(f"`{value}`" for value in parameter["AllowedValues"])
    if "ConstraintDescription" in parameter:
        return cell(parameter["ConstraintDescription"])
    if "AllowedPattern" in parameter:
        return f"`{parameter['AllowedPattern'].replace('|', chr(92) + '|')}`"
    least, most = parameter.get("MinValue"), parameter.get("MaxValue")
    if least is not None:
        return f"{least} or more" if most is None else f"{least} to {most}"
    return {"CommaDelimitedList": "a list, separated by commas"}.get(parameter["Type"], "any text")


def _secret_rows() -> Iterable[Sequence[str]]:
    for field in dataclasses.fields(CorpSecret):
        required = field.default is dataclasses.MISSING
        yield f"`{field.name}`", "yes" if required else "no", cell(SECRET_FIELDS[field.name])


if __name__ == "__main__":
    write()
