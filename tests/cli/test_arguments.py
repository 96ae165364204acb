"""What the command line accepts, calls wrong use and explains, before it talks to anything."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.console import Said
from wecom_sync.reporting.language import Language
from wecom_sync_tools.cli import COMMANDS, load
from wecom_sync_tools.console.messages import language_of
from wecom_sync_tools.console.parser import Parser

EVERYTHING = [
    "demo", "local up", "local down", "local env-vars", "plan", "drop", "runs", "show", "results",
    "approve", "cancel", "dismiss", "retry", "rollback", "history", "policy",
    "settings check", "settings apply", "settings in-force",
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("show", "missing: RUN"),
        ("rollback --corp acme", "missing: --job"),
        ("drop x.csv --corp", "--corp: needs a value"),
        ("drop x.csv --corp Acme --job syncuser", "Acme cannot be a corp's alias"),
        ("drop x.csv --corp acme --job deleteuser", "deleteuser is not a job type"),
        ("runs --state GONE", "GONE is not a state. Choose from RECEIVED (received), REJECTED"),
        ("runs --state HELD,GONE", "GONE is not a state"),
        ("runs --state", "--state: needs a value"),
        ("history --corp acme", "missing: USERID"),
        ("history u1", "missing: --corp"),
        ("retry", "missing: RUN"),
        ("runs --limit 0", "--limit: 0 must be a whole number from 1."),
        ("runs --limit many", "--limit: many must be a whole number from 1."),
        ("runs --frobnicate", "wecom-sync runs: unknown: --frobnicate"),
        ("runs acme", "wecom-sync runs: unknown: acme"),
        ("drop a.csv b.csv --corp a --job syncuser", "drop: one FILE at a time; left over: b.csv"),
        ("show a b", "wecom-sync show: one RUN at a time; left over: b"),
        ("walk", "COMMAND: cannot be 'walk'; choose from demo, local"),
        ("runs --lang fr", "--lang: cannot be 'fr'"),
        ("plan x.csv --job syncuser", "missing: --corp"),
        ("rollback --corp acme --job syncuser --to", "--to: needs a value"),
        ("approve", "missing: RUN"),
        ("settings", "missing: COMMAND"),
        ("settings apply x.toml", "missing: --corp"),
        ("policy", "missing: ROLE"),
        ("policy admin", "ROLE: cannot be 'admin'; choose from dropper, approver, reader"),
        ("policy reader --corp A*", "A* cannot be a corp's alias"),
        ("show --lang zh", "缺少参数：RUN"),
        ("drop x.csv --corp --lang zh", "--corp：后面缺少值"),
        ("show a b --lang zh", "一次只能有一个 RUN，多出：b"),
        ("runs --limit x --lang zh", "--limit：x 应为 1 或更大的整数。"),
        ("walk --lang zh", "不能是 'walk'，可选：demo, local"),
        (
            "runs --state 没有 --lang zh",
            "没有「没有」这种状态，可选：RECEIVED（已收到）、REJECTED（已退回）",
        ),
        (
            "drop x.csv --corp a --job x --lang zh",
            "可选：replaceparty、replaceuser、syncuser、company。",
        ),
        ("runs --json=1", "--json: takes no value"),
        ("runs --json=1 --lang zh", "--json：后面不能带值"),
    ],
)
def test_wrong_use_exits_2_and_says_what(arguments: str, complaint: str, output: Said) -> None:
    assert complaint in output.complaint(*arguments.split())


def options(command: str) -> Iterator[argparse.Action]:
    """Yield the options of a command."""
    words = command.split()
    parser = Parser(prog="x", language=Language.CHINESE, about="help_wecom_sync", load=load)
    entry = COMMANDS[words[0]]
    module = entry if isinstance(entry, str) else entry[words[1]]
    load(module).add_arguments(parser)
    yield from (action for action in parser._actions if action.option_strings)


@pytest.mark.parametrize("command", [*EVERYTHING, "redrive", "simulator"])
def test_whatever_is_wrong_with_an_option_is_said_in_chinese(command: str, output: Said) -> None:
    for option in options(command):
        name = max(option.option_strings, key=len)
        words = f"{name}=x" if option.nargs == 0 else name

        line = output.complaint(*command.split(), "--lang", "zh", words).splitlines()[-1]

        assert not re.search(r"[a-z]{3,} [a-z]{3,}", line.partition(": ")[2]), line


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {}, Language.ENGLISH),
        ([], {"LANG": "zh_CN.UTF-8"}, Language.CHINESE),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, Language.ENGLISH),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, Language.CHINESE),
        ([], {"LANG": "zh_CN.UTF-8", "WECOM_SYNC_LANG": "en"}, Language.ENGLISH),
        (["runs", "--lang", "zh-CN"], {"WECOM_SYNC_LANG": "en"}, Language.CHINESE),
        (["--lang=en", "runs"], {"WECOM_SYNC_LANG": "zh-CN"}, Language.ENGLISH),
        (["--lang", "zh"], {}, Language.CHINESE),
        ([], {"WECOM_SYNC_LANG": "zh_CN"}, Language.CHINESE),
        (["--lang", "fr"], {"LANG": "zh_CN.UTF-8"}, Language.CHINESE),
        (["runs", "--lang"], {}, Language.ENGLISH),
    ],
)
def test_the_nearest_wish(
    arguments: list[str], environ: dict[str, str], language: Language
) -> None:
    assert language_of(arguments, environ) is language


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "WECOM_SYNC_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("command", ["", "local", "settings", *EVERYTHING, "redrive", "simulator"])
def test_help_is_in_both_languages(command: str, output: Said) -> None:
    english, chinese = (output(*command.split(), "--help", "--lang", each) for each in ("en", "zh"))

    name = " ".join(("wecom-sync", *command.split()))
    assert english.startswith(f"Usage: {name}")
    assert chinese.startswith(f"用法：{name}")
    assert "--json" in english or command not in EVERYTHING
    if command:
        assert not re.search(r"(?<!-)\b(?:options|the|for|to|of|address|default)\b", chinese)
        assert "选项：" in chinese.splitlines()
    else:
        assert "wecom-sync COMMAND --help says more" in " ".join(english.split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("", "Commands"),
        ("settings", "Check a settings file and put it in force."),
        ("--lang en", "Drop a CSV or an Excel workbook."),
        ("--lang zh", "提交一个 CSV 文件或 Excel 工作簿。"),
    ],
)
def test_half_a_command_is_answered_with_the_others(
    arguments: str, sentence: str, output: Said
) -> None:
    assert sentence in output.complaint(*arguments.split())


OF_ANOTHER_KIND = ("a.txt", "README.md", "csv", "a.csv.bak", "a.xls", "a.xlsm")


@pytest.mark.parametrize("command", ["drop", "plan"])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.csv", "none.csv: there is no such file"), ("folder", "is not a file"),
        *[(name, "does not end in .csv or .xlsx") for name in OF_ANOTHER_KIND],
    ],
)  # fmt: skip
def test_no_file_is_wrong_use(
    command: str, name: str, sentence: str, tmp_path: Path, output: Said
) -> None:
    (tmp_path / "folder").mkdir()
    for each in OF_ANOTHER_KIND:
        (tmp_path / each).write_text("x", encoding="utf-8")

    asked = (command, str(tmp_path / name), "--corp", "acme", "--job", "syncuser")
    assert sentence in " ".join(output.complaint(*asked).split())


@pytest.mark.parametrize(
    "command",
    [
        "runs", "show x", "approve x", "cancel x", "retry x", "history x --corp a",
        "rollback --corp acme --job syncuser",
    ],
)  # fmt: skip
def test_without_any_stack_the_way_to_one_is_explained(command: str, output: Said) -> None:
    complaint = output.complaint(*command.split())

    assert "wecom-sync local up" in complaint
    assert "--stack" in complaint


def test_no_local_stack_has_nothing_to_tell(output: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No local stack is up" in output.complaint("local", "env-vars")
    assert output("local", "down", "--json") == '{"stopped": false}\n'
    monkeypatch.setenv("WECOM_SYNC_LANG", "klingon")
    assert "klingon" in output.complaint("local", "down")
