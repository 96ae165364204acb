"""What the command line accepts, calls wrong use and explains, before it talks to anything."""

import argparse
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from support.console import Said
from wecom_sync.reporting.language import Language
from wecom_sync_tools.cli import COMMANDS, load
from wecom_sync_tools.console.messages import language_of
from wecom_sync_tools.console.parser import Parser

EVERYTHING = [
    "demo", "local up", "local down", "local env-vars", "plan", "drop", "runs", "show", "results",
    "approve", "cancel", "retry", "rollback", "history", "policy",
    "settings check", "settings apply", "settings in-force",
]  # fmt: skip


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "WECOM_SYNC_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))


def modules(commands: Mapping[str, str | Mapping[str, str]]) -> Iterator[str]:
    for module in commands.values():
        if isinstance(module, str):
            yield module
        else:
            yield from modules(module)


@pytest.mark.parametrize("module", list(modules(COMMANDS)))
def test_every_command_has_a_module_that_can_do_it(module: str) -> None:
    command = importlib.import_module(module)

    assert callable(command.add_arguments)
    assert callable(command.run)


@pytest.mark.parametrize("command", ["", "local", "settings", *EVERYTHING, "simulator"])
@pytest.mark.parametrize(("language", "usage"), [("en", "Usage: "), ("zh-CN", "用法：")])
def test_help_is_in_both_languages(command: str, language: str, usage: str, said: Said) -> None:
    assert said(*command.split(), "--help", "--lang", language).startswith(
        usage + " ".join(("wecom-sync", *command.split()))
    )


@pytest.mark.parametrize("command", EVERYTHING)
def test_every_command_has_json_for_programs(command: str, said: Said) -> None:
    assert "--json" in said(*command.split(), "--help")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("plan", "3 it would be held; 4 it would be rejected"),
        ("settings check", "4 they would be rejected"),
        ("settings apply", "4 they are invalid, and nothing was dropped"),
        ("approve", "1 the approval did not count"),
        ("cancel", "1 it was too late"),
        ("drop", "1 with --watch: did not succeed, or is held"),
        ("retry", "1 with --watch: did not succeed, or is held"),
        ("rollback", "1 with --watch: did not succeed, or is held"),
    ],
)
def test_exit_codes_of_its_own_are_in_the_help(command: str, told: str, said: Said) -> None:
    assert told in " ".join(said(*command.split(), "--help").split())


@pytest.mark.parametrize("name", ["zh", "ZH-CN", "zh_CN"])
def test_a_language_may_be_named_in_short(name: str, said: Said) -> None:
    assert "无法识别的参数：--frobnicate" in said.complaint("runs", "--lang", name, "--frobnicate")


def test_chinese_headings_have_their_own_colon(said: Said) -> None:
    lines = said("show", "--help", "--lang", "zh").splitlines()

    assert {"参数：", "选项："} <= set(lines)


@pytest.mark.parametrize("command", [*EVERYTHING, "redrive", "simulator"])
def test_the_help_in_chinese_is_chinese_throughout(command: str, said: Said) -> None:
    words = said(*command.split(), "--help", "--lang", "zh")

    assert not re.search(r"(?<!-)\b(?:options|the|for|to|of|address|default)\b", words)


def test_the_help_of_everything_says_where_to_read_on(said: Said) -> None:
    assert "wecom-sync COMMAND --help says more" in " ".join(said("--help").split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("settings", "Check a settings file and put it in force."),
        ("--lang en", "Drop a CSV or an Excel workbook."),
        ("--lang zh", "提交一个 CSV 文件或 Excel 工作簿。"),
    ],
)
def test_half_a_command_is_answered_with_the_others(arguments: str, told: str, said: Said) -> None:
    assert told in said.complaint(*arguments.split())


def test_nothing_at_all_prints_the_help_as_wrong_use(said: Said) -> None:
    assert "Commands" in said.complaint()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("show", "missing: RUN"),
        ("drop x.csv --corp acme", "missing: --job"),
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
        (
            "policy admin",
            "ROLE: cannot be 'admin'; choose from dropper, approver, reader",
        ),
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
        ("drop x.csv --corp a --job x --lang zh", "可选：replaceparty、replaceuser、syncuser。"),
        ("runs --json=1", "--json: takes no value"),
        ("runs --json=1 --lang zh", "--json：后面不能带值"),
    ],
)
def test_wrong_use_exits_2_and_says_what(arguments: str, complaint: str, said: Said) -> None:
    assert complaint in said.complaint(*arguments.split())


def options(command: str) -> Iterator[argparse.Action]:
    """Yield the options of a command."""
    words = command.split()
    parser = Parser(prog="x", language=Language.CHINESE, about="help_wecom_sync", load=load)
    found = COMMANDS[words[0]]
    module = found if isinstance(found, str) else found[words[1]]
    load(module).add_arguments(parser)
    yield from (action for action in parser._actions if action.option_strings)


@pytest.mark.parametrize("command", [*EVERYTHING, "redrive", "simulator"])
def test_whatever_is_wrong_with_an_option_is_said_in_chinese(command: str, said: Said) -> None:
    for option in options(command):
        name = max(option.option_strings, key=len)
        words = f"{name}=x" if option.nargs == 0 else name

        line = said.complaint(*command.split(), "--lang", "zh", words).splitlines()[-1]

        assert not re.search(r"[a-z]{3,} [a-z]{3,}", line.partition(": ")[2]), line


def test_a_missing_file_is_wrong_use_without_any_stack(tmp_path: Path, said: Said) -> None:
    assert "none.csv: there is no such file" in said.complaint(
        "drop", str(tmp_path / "none.csv"), "--corp", "acme", "--job", "syncuser"
    ).replace("\n", " ")


@pytest.mark.parametrize("command", ["drop", "plan"])
@pytest.mark.parametrize("name", ["a.txt", "README.md", "csv", "a.csv.bak", "a.xls", "a.xlsm"])
def test_a_file_of_another_kind_is_wrong_use_before_anything_is_asked(
    command: str, name: str, tmp_path: Path, said: Said
) -> None:
    path = tmp_path / name
    path.write_text("x", encoding="utf-8")

    assert "does not end in .csv or .xlsx" in " ".join(
        said.complaint(command, str(path), "--corp", "acme", "--job", "syncuser").split()
    )


def test_a_folder_is_no_file(tmp_path: Path, said: Said) -> None:
    assert "is not a file" in said.complaint(
        "drop", str(tmp_path), "--corp", "acme", "--job", "syncuser"
    )


@pytest.mark.parametrize(
    "command",
    [
        "runs",
        "show x",
        "approve x",
        "cancel x",
        "retry x",
        "history x --corp a",
        "rollback --corp acme --job syncuser",
    ],
)
def test_without_any_stack_the_way_to_one_is_explained(command: str, said: Said) -> None:
    complaint = said.complaint(*command.split())

    assert "wecom-sync local up" in complaint
    assert "--stack" in complaint


def test_env_vars_need_a_local_stack(said: Said) -> None:
    assert "No local stack is up" in said.complaint("local", "env-vars")


def test_stopping_what_is_not_up_is_fine(said: Said) -> None:
    assert said("local", "down", "--json") == '{"stopped": false}\n'


def test_an_unknown_language_is_wrong_use(monkeypatch: pytest.MonkeyPatch, said: Said) -> None:
    monkeypatch.setenv("WECOM_SYNC_LANG", "klingon")

    assert "klingon" in said.complaint("local", "down")


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
