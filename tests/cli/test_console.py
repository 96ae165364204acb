"""What every command prints: errors, texts in both languages, and streams of any encoding."""

import ast
import errno
import io
import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    SSLError,
    TokenRetrievalError,
)

import wecom_sync_tools
from support.console import Capsys, assert_current
from wecom_sync.reporting.language import Language, Text
from wecom_sync_tools.cli import COMMANDS
from wecom_sync_tools.console.aws_errors import translated
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.messages import MESSAGES
from wecom_sync_tools.console.prose import wrap
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.doctor.checks import CHECKS


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def printed(*arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    paths = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "wecom_sync_tools.cli", *arguments]
    return subprocess.run(command, env=paths | environ, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("encoding", "spoken"),
    [("gbk", "把人事数据"), ("ascii", "Push HR data into"), ("latin-1", "Push HR data into")],
)
def test_chinese_is_spoken_where_it_can_be_shown_and_nothing_ends_with_a_traceback(
    tmp_path: Path, encoding: str, spoken: str
) -> None:
    settings = tmp_path / "设置.toml"
    settings.write_text('[columns]\n"工号" = "帐号"\n', "utf-8")
    environ = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "1", "WECOM_SYNC_HOME": str(tmp_path)}

    for language in ("en", "zh"):
        for arguments in (["settings", "check", str(settings)], ["show", "✓"], ["--help"]):
            done = printed(*arguments, **environ, WECOM_SYNC_LANG=language)
            assert done.returncode in {0, 2}, done.stderr
            assert b"Traceback" not in done.stderr

    assert spoken in done.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_json_stays_whole_in_every_encoding_and_nothing_is_hidden_or_reordered(
    encoding: str,
) -> None:
    marks = "\u200e\u200f\u202a\u202e\u2066\u2069\u0085\u009b\x7f\u2028\ufeff\U000e0041\udc80"
    document = {"key": "acme/张三 ✓.csv", marks: [marks]}
    out = stream(encoding)

    Terminal(Language.ENGLISH, out, as_json=True).json(document)

    assert json.loads(contents(out)) == document
    assert not set(marks) & set(contents(out))


def contents(out: io.TextIOWrapper) -> str:
    out.seek(0)
    return out.read()


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "DescribeStacks")


REFUSED = "ExpiredToken UnrecognizedClientException AccessDenied NoSuchBucket SlowDown Strange"
OF_AWS: list[BotoCoreError | ClientError] = [
    *(NoCredentialsError(), NoRegionError(), ProfileNotFound(profile="hr")),
    TokenRetrievalError(provider="sso", error_msg="x"),
    EndpointConnectionError(endpoint_url="https://sqs.x"),
    *(BotoCoreError(), SSLError(endpoint_url="x", error=OSError())),
    *map(refusal, REFUSED.split()),
]
OF_THE_SYSTEM = "ENOENT EACCES ENOSPC EISDIR ECONNREFUSED ETIMEDOUT"
ERRORS: dict[str, list[CommandError]] = {
    "errors of aws": [*map(translated, OF_AWS)],
    "errors of the system": [
        UsageError("file_unreadable", file="a", problem=OSError(number, "Odd \x1b[31m words"))
        for number in (*(getattr(errno, name) for name in OF_THE_SYSTEM.split()), 9999)
    ],
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_comes_with_what_to_do_and_what_is_strange_stands_below(
    name: str, capsys: Capsys
) -> None:
    transcript = ""
    for error in ERRORS[name]:
        for language in Language:
            Terminal(language).failure(error)
        transcript += f"{capsys.readouterr().err}[exit code {error.exit_code}]\n\n"

    assert_current(name, transcript)


SOURCES = {
    str(path): path.read_text("utf-8")
    for path in Path(wecom_sync_tools.__file__).parent.rglob("*.py")
    if not path.name.startswith(("codes", "messages"))
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPEAKERS = {"text", "say", "_say", "note", "step", "CommandError", "UsageError"}
BY_NAME: dict[str, Text] = dict(MESSAGES.items())


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_text_is_dead() -> None:
    sources = "".join(SOURCES.values())
    by_name = {f"help_{name}" for name in ("wecom_sync", *_names(COMMANDS))}
    by_name |= {f"check_{check.name}" for check in CHECKS}

    assert [code for code in {*MESSAGES} - by_name if f'"{code}"' not in sources] == []


def _names(commands: object) -> set[str]:
    assert isinstance(commands, dict)
    names = {name.replace("-", "_") for name in commands}
    return names.union(*(_names(part) for part in commands.values() if isinstance(part, dict)))


def spoken() -> Iterator[tuple[str, str, set[str]]]:
    """Yield where a text is spoken with blanks filled by name, which, and the names."""
    for name, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            function = node.func.id if isinstance(node.func, ast.Name) else function
            code = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            named = {keyword.arg for keyword in node.keywords}
            if function in SPEAKERS and code in MESSAGES and None not in named:
                yield f"{name}:{node.lineno}", str(code), {str(each) for each in named}


def test_every_blank_of_a_text_is_filled_where_it_is_spoken() -> None:
    calls = [*spoken()]

    assert len(calls) > 100
    assert [call for call in calls if not blanks(BY_NAME[call[1]].en) <= call[2]] == []


@pytest.mark.parametrize("width", [10, 21, 40])
def test_chinese_prose_fills_its_lines_and_keeps_punctuation_with_its_word(width: int) -> None:
    rule = "帐号不符合要求：可用字母、数字及 _ - @ . 四种符号，最长 64 个字符。"
    text = f"{rule}请到「通讯录」搜索 (「姓名」, 任意)。"

    lines = wrap(text, width)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        wide = [mark for mark in line if CHINESE.match(mark) or mark in "：、，。「」"]
        assert len(line) + len(wide) <= width
        assert not line.startswith(("：", "、", "，", "。", "」", ",", ")"))
        assert not line.endswith(("「", "("))


def test_a_word_wider_than_its_column_is_cut_and_nothing_is_lost() -> None:
    assert wrap("s3://a-bucket/with/a/long/key", 10) == ["s3://a-buc", "ket/with/a", "/long/key"]
