"""Writes the pages of `docs/` that the code knows better than a person: `make docs` calls this."""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from wecom_sync.errcode_calls import CALL_ERRCODES
from wecom_sync.errcode_rows import ROW_ERRCODES
from wecom_sync.errcodes import ERRCODES, Remedy
from wecom_sync.ports import CorpSecret
from wecom_sync.texts import Language, Text
from wecom_sync_tools.deploy import QUICK
from wecom_sync_tools.home import ROOT

RENEW = "make docs"
_NOTE = f"<!-- Written by `{RENEW}`; changes by hand are lost. -->"
_SPECIAL = re.compile(r"([\\|*<>`])")

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
own, which nobody configures. A changed secret is seen within five minutes.
"""

_ERROR_CODES = {
    Language.ENGLISH: """\
# WeCom's error codes

[简体中文](error-codes.zh-CN.md)

Every code that an import is known to meet ({count} of them), as reports and notifications explain
it. WeCom's own list: <https://developer.work.weixin.qq.com/document/path/90313>. 「…」 quotes
WeCom's console and the columns of its templates.

The remedy is what wecom-sync does by itself when WeCom answers an upload or a submit with the
code. The same code in a finished import, for one row or for the whole file, is an outcome: it is
reported and not tried again.
""",
    Language.CHINESE: """\
# 企业微信错误码

[English](error-codes.md)

下表收录导入通讯录时可能遇到的 {count} 个错误码，说明和建议与报告、通知中的文字相同。
完整列表见企业微信的全局错误码页面：<https://developer.work.weixin.qq.com/document/path/90313>。

「处理方式」指上传文件或发起导入时收到该错误码，wecom-sync 自动采取的措施。
如果错误码出现在导入结果里（某一行，或整个文件），就是最终结果：只报告，不重试。
""",
}
_REMEDIES = {
    Remedy.RETRY: (
        Text("try again", "自动重试"),
        Text(
            "WeCom is busy or counts too many calls: the submit is tried again after a pause.",
            "企业微信繁忙或调用过于频繁：稍候自动重试，间隔逐次加长。",
        ),
    ),
    Remedy.REFRESH_TOKEN: (
        Text("new token", "换取 token"),
        Text(
            "The access token is fetched anew, once; if that does not help, the run has failed.",
            "重新换取一次 access_token；仍不行则运行失败。",
        ),
    ),
    Remedy.UPLOAD_AGAIN: (
        Text("upload again", "重新上传"),
        Text("The file is uploaded again with the next attempt.", "下一次尝试时重新上传文件。"),
    ),
    Remedy.WAIT: (
        Text("wait", "等待"),
        Text(
            "Another import of the corp is running: the submit is tried again after a pause.",
            "该企业有其他导入正在进行：稍候再试。",
        ),
    ),
    Remedy.PERMANENT: (
        Text("a person", "人工处理"),
        Text("Trying again changes nothing: the run has failed.", "重试没有意义：运行失败。"),
    ),
}
_SECTIONS = (
    (Text("Calls, access, files and imports", "调用、权限、文件与导入"), CALL_ERRCODES),
    (Text("One member or department", "单个成员或部门"), ROW_ERRCODES),
)
_HEADINGS = (
    Text("Code", "错误码"),
    Text("Remedy", "处理方式"),
    Text("Explanation", "说明"),
    Text("What to do", "处理建议"),
)


def documents(template: Path = ROOT / "template.yaml") -> dict[str, str]:
    """Return every generated page by its path in the repository."""
    return {
        "docs/configuration.md": configuration(yaml_parse(template.read_text("utf-8"))),
        "docs/error-codes.md": error_codes(Language.ENGLISH),
        "docs/error-codes.zh-CN.md": error_codes(Language.CHINESE),
    }


def configuration(template: Mapping[str, Any]) -> str:
    """Return the page of the template's parameters and outputs and of a corp's secret.

    Raises `KeyError` when the template or the secret has something that stands in no group.
    """
    parameters = dict(template["Parameters"])
    parts = [_NOTE, _CONFIGURATION]
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    for group in groups:
        rows = [_parameter_row(name, parameters.pop(name)) for name in group["Parameters"]]
        table = _table(("Parameter", "Default", "Allowed", "What it is"), rows)
        parts.append(f"## {group['Label']['default']}\n\n{table}")
    if parameters:
        raise KeyError(f"in no group of the template: {', '.join(parameters)}")
    quick = ", ".join(f"`{name}={value}`" for name, value in QUICK.items())
    parts.append(_LOCAL_STACK.format(values=quick))
    outputs = [
        (f"`{name}`", _cell(output["Description"])) for name, output in template["Outputs"].items()
    ]
    parts += [_OUTPUTS, _table(("Output", "What it is"), outputs)]
    parts += [_CORP, _table(("Field", "Required", "What it is"), _secret_rows())]
    return "\n".join(parts)


def error_codes(language: Language) -> str:
    """Return the page of WeCom's error codes."""
    said = [
        f"- **{name.render(language)}**: {about.render(language)}"
        if language is Language.ENGLISH
        else f"- **{name.render(language)}**：{about.render(language)}"
        for name, about in _REMEDIES.values()
    ]
    parts = [_NOTE, _ERROR_CODES[language].format(count=len(ERRCODES)), "\n".join(said) + "\n"]
    headings = [heading.render(language) for heading in _HEADINGS]
    for title, codes in _SECTIONS:
        rows = [_code_row(code, language) for code in sorted(codes)]
        parts.append(f"## {title.render(language)}\n\n{_table(headings, rows)}")
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
        _cell(parameter["Description"]),
    )


def _allowed(parameter: Mapping[str, Any]) -> str:
    if "AllowedValues" in parameter:
        return ", ".join(f"`{value}`" for value in parameter["AllowedValues"])
    if "ConstraintDescription" in parameter:
        return _cell(parameter["ConstraintDescription"])
    if "AllowedPattern" in parameter:
        return f"`{parameter['AllowedPattern'].replace('|', chr(92) + '|')}`"
    least, most = parameter.get("MinValue"), parameter.get("MaxValue")
    if least is not None:
        return f"{least} or more" if most is None else f"{least} to {most}"
    return {"CommaDelimitedList": "a list, separated by commas"}.get(parameter["Type"], "any text")


def _secret_rows() -> Iterable[Sequence[str]]:
    for field in dataclasses.fields(CorpSecret):
        required = field.default is dataclasses.MISSING
        yield f"`{field.name}`", "yes" if required else "no", _cell(SECRET_FIELDS[field.name])


def _code_row(code: int, language: Language) -> Sequence[str]:
    entry = ERRCODES[code]
    return (
        str(code),
        _REMEDIES[entry.remedy][0].render(language),
        _cell(entry.explanation.render(language)),
        _cell(entry.advice.render(language)),
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    """Return a text as it must stand in a table to be read as it is."""
    return _SPECIAL.sub(r"\\\1", text)


if __name__ == "__main__":
    write()
