"""What the command line accepts, calls wrong use and explains, before it talks to anything."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.console import Said, assert_current
from wecom_sync.reporting.language import Language
from wecom_sync_tools.cli import COMMANDS, load
from wecom_sync_tools.console.arguments import Command
from wecom_sync_tools.console.messages import language_of
from wecom_sync_tools.console.parser import Parser

EVERYTHING = [
    f"{name} {part}" if part else name
    for name, parts in COMMANDS.items()
    for part in (parts if isinstance(parts, dict) else [""])
]
OF_ANOTHER_KIND = ("a.txt", "README.md", "csv", "a.csv.bak", "a.xlsm")
WRONG_USE = {
    "wrong use": """\
policy; show; retry; approve; rollback --corp acme; history --corp acme; history u1; \
plan x.csv --job syncuser; settings apply x.toml; drop x.csv --corp; \
drop x.csv --corp Acme --job syncuser; drop x.csv --corp acme --job deleteuser; \
drop a.csv b.csv --corp a --job syncuser; show a b; walk; runs --lang fr; runs --state; \
runs --state GONE; runs --state HELD,GONE; runs --state 没有; runs --limit 0; runs --limit many; \
runs --frobnicate; runs acme; runs --json=1; policy admin; policy reader --corp A*; \
rollback --corp acme --job syncuser --to""",
    "no file": "; ".join(
        f"{command} {name} --corp acme --job syncuser"
        for command in ("drop", "plan")
        for name in ("none.csv", "folder", *OF_ANOTHER_KIND)
    ),
    "no stack": """\
runs; show x; approve x; cancel x; retry x; history x --corp a; \
rollback --corp acme --job syncuser; local env-vars; local down""",
}
"""Command lines that are refused."""
USAGE = re.compile(r"^(?:Usage: |用法：).*?(?=^wecom-sync[: ])", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", WRONG_USE)
def test_wrong_use_says_what(
    output: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    for file in OF_ANOTHER_KIND:
        (tmp_path / file).write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    printed = output.typed(*WRONG_USE[name].split("; ")).replace(str(tmp_path), "FOLDER")

    assert_current(name, USAGE.sub("", printed))


def test_half_a_command_is_answered_with_the_others(output: Said) -> None:
    assert "Commands" in output.complaint()
    assert "Check a settings file and put it in force." in output.complaint("settings")
    assert "提交一个 CSV 文件或 Excel 工作簿。" in output.complaint("--lang", "zh")


def options(command: str) -> Iterator[argparse.Action]:
    """Yield the options of a command."""
    words = command.split()
    parser = Parser(prog="x", language=Language.CHINESE, about="help_wecom_sync", load=load)
    entry = COMMANDS[words[0]]
    parser.add_arguments(entry if isinstance(entry, Command) else entry[words[1]])
    yield from (action for action in parser._actions if action.option_strings)


@pytest.mark.parametrize("command", EVERYTHING)
def test_whatever_is_wrong_with_an_option_is_said_in_chinese(command: str, output: Said) -> None:
    for option in options(command):
        name = max(option.option_strings, key=len)
        words = f"{name}=x" if option.nargs == 0 else name

        line = output.complaint(*command.split(), "--lang", "zh", words).splitlines()[-1]

        assert not re.search(r"[a-z]{3,} [a-z]{3,}", line.partition(": ")[2]), line


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("", Language.ENGLISH),
        ("LANG=zh_CN.UTF-8", Language.CHINESE),
        ("LANG=zh_CN.UTF-8 LC_ALL=en_US.UTF-8", Language.ENGLISH),
        ("LANG=en_US.UTF-8 LC_ALL=zh_TW.UTF-8", Language.CHINESE),
        ("LANG=zh_CN.UTF-8 WECOM_SYNC_LANG=en", Language.ENGLISH),
        ("WECOM_SYNC_LANG=en runs --lang zh-CN", Language.CHINESE),
        ("WECOM_SYNC_LANG=zh-CN --lang=en runs", Language.ENGLISH),
        ("--lang zh", Language.CHINESE),
        ("WECOM_SYNC_LANG=zh_CN", Language.CHINESE),
        ("LANG=zh_CN.UTF-8 --lang fr", Language.CHINESE),
        ("runs --lang", Language.ENGLISH),
    ],
)
def test_the_nearest_wish(line: str, language: Language) -> None:
    environ = dict(re.findall(r"([A-Z_]+)=(\S+)", line))

    assert language_of(re.sub(r"[A-Z_]+=\S+", "", line).split(), environ) is language


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "WECOM_SYNC_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("command", ["", "local", "settings", *EVERYTHING])
def test_help_is_in_both_languages(command: str, output: Said) -> None:
    english, chinese = (output(*command.split(), "--help", "--lang", each) for each in ("en", "zh"))

    name = " ".join(("wecom-sync", *command.split()))
    assert english.startswith(f"Usage: {name}")
    assert chinese.startswith(f"用法：{name}")
    assert "--json" in english or command in ("", "local", "settings", "simulator")
    if command:
        assert not re.search(r"(?<!-)\b(?:options|the|for|to|of|address|default)\b", chinese)
        assert "选项：" in chinese.splitlines()
    else:
        assert "wecom-sync COMMAND --help says more" in " ".join(english.split())


def test_no_local_stack_has_nothing_to_tell(output: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    assert output("local", "down", "--json") == '{"stopped": false}\n'
    monkeypatch.setenv("WECOM_SYNC_LANG", "klingon")
    assert "klingon" in output.complaint("local", "down")
