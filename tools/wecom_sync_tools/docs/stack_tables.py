"""The tables about what is deployed and what is typed: template, secret and command line."""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from wecom_sync.reporting.language import Language, Text
from wecom_sync.wecom.credentials import AppSecret, CorpSecret, MessagesSecret
from wecom_sync_tools.cli import COMMANDS
from wecom_sync_tools.console.arguments import HELP, LANGUAGE, Command, every_command
from wecom_sync_tools.docs.tables import ALL_TEXTS, cell, cells, code, table, word
from wecom_sync_tools.doctor.checks import CHECKS
from wecom_sync_tools.stack.home import ROOT


@cache
def template() -> Mapping[str, Any]:
    source: Mapping[str, Any] = yaml_parse((ROOT / "template.yaml").read_text("utf-8"))
    return source


def parameters(language: Language, source: Mapping[str, Any] | None = None) -> str:
    """Return the template's parameters by group. Raises `KeyError` for one in no group."""
    source = template() if source is None else source
    left, rows = dict(source["Parameters"]), []
    blank = word("blank", language)
    translated = cells("parameters", language)
    for group in source["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]:
        for name in group["Parameters"]:
            parameter = left.pop(name)
            default = code(str(parameter["Default"])) if parameter["Default"] != "" else blank
            about = translated[name] or parameter["Description"]
            allowed = _allowed(name, parameter, language)
            rows.append((f"`{name}`", default, allowed, cell(about)))
    if left:
        raise KeyError(f"in no group of the template: {', '.join(left)}")
    return table("parameters", language, rows)


def _allowed(name: str, parameter: Mapping[str, Any], language: Language) -> str:
    if "AllowedValues" in parameter:
        return code(*parameter["AllowedValues"])
    if "ConstraintDescription" in parameter:
        return cell(cells("constraints", language)[name] or parameter["ConstraintDescription"])
    if "AllowedPattern" in parameter:
        return code(parameter["AllowedPattern"])
    least, most = parameter.get("MinValue"), parameter.get("MaxValue")
    if least is None:
        return ""
    if most is None:
        return Text(f"{least} or more", f"不小于 {least}").render(language)
    return Text(f"{least} to {most}", f"{least} 至 {most}").render(language)


def outputs(language: Language) -> str:
    translated, given = cells("outputs", language), template()["Outputs"]
    rows = [(code(name), cell(translated[name] or given[name]["Description"])) for name in given]
    return table("outputs", language, rows)


def secret(language: Language) -> str:
    texts, yes = cells("secret", language), word("yes", language)
    rows = [
        (
            f"`<SecretPrefix>/<alias>{kind.SUFFIX}`",
            f"`{field.name}`",
            yes if field.default is dataclasses.MISSING else "",
            texts[field.name],
        )
        for kind in (CorpSecret, MessagesSecret, AppSecret)
        for field in dataclasses.fields(kind)
    ]
    return table("secret", language, rows)


def commands(language: Language) -> str:
    """Return every command with its options, as `--help` tells them; first what most have."""
    commands = {name: _options(command, language) for name, command in every_command(COMMANDS)}
    counted = Counter(row for rows in commands.values() for row in rows)
    common = [row for row, count in counted.most_common() if count > len(commands) / 2]
    lines = [(f"**{word('most', language)}**", ""), *common]
    for name, command in every_command(COMMANDS):
        about = ALL_TEXTS[f"help_{name.rpartition(' ')[2].replace('-', '_')}"].render(language)
        inputs = (it.metavar or it.names.upper() for it in command.arguments if not it.is_option)
        lines.append((f"**`{' '.join((name, *inputs))}`**", cell(about)))
        lines += [row for row in commands[name] if row not in common]
    return table("commands", language, lines)


def _options(command: Command, language: Language) -> list[tuple[str, str]]:
    rows = []
    for option in filter(lambda it: it.is_option, (HELP, LANGUAGE, *command.arguments)):
        named = ", ".join(option.names.split()) + (f" {option.metavar}" if option.metavar else "")
        required = f" ({word('required', language)})" if option.more.get("required") else ""
        text = ALL_TEXTS[option.about].render(language)
        about = text.replace("%(default)s", str(option.more.get("default")))
        rows.append((f"{code(named)}{required}", cell(about)))
    return rows


def checks(language: Language) -> str:
    """Return the checks of `doctor`, each with what it does in AWS."""
    texts = cells("doctor", language)
    rows = [(code(it.name), texts[it.name], code(*it.actions)) for it in CHECKS]
    return table("doctor", language, rows)
