"""The command line's texts: whole, used, and the same in both languages."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import wecom_sync_tools
from text_codes import CATALOGUES, codes_in
from wecom_simulator.__main__ import HELPS
from wecom_sync.reporting.language import Text
from wecom_sync_tools.cli import COMMANDS
from wecom_sync_tools.console.codes import MessageCode
from wecom_sync_tools.console.messages import MESSAGES
from wecom_sync_tools.console.prose import wrap
from wecom_sync_tools.doctor.checks import CHECKS

SOURCES = {
    str(path): path.read_text("utf-8")
    for path in Path(wecom_sync_tools.__file__).parent.rglob("*.py")
    if not path.name.startswith(("codes", "messages"))
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPEAKERS = {"text", "say", "_say", "note", "step", "CommandError", "UsageError"}
SAME = {"label_aws", "list_comma"}
BY_NAME: dict[str, Text] = dict(MESSAGES.items())


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_say_the_same(code: MessageCode) -> None:
    found = MESSAGES[code]

    assert blanks(found.en) == blanks(found.zh)
    assert code in SAME or "{" in found.zh or CHINESE.search(found.zh)
    assert not CHINESE.search(found.en)


@pytest.mark.parametrize("code", MESSAGES)
def test_chinese_uses_its_own_punctuation(code: MessageCode) -> None:
    assert not re.search(r"[\u4e00-\u9fff] ?[,;:?!]|[,;:?!] ?[\u4e00-\u9fff]", MESSAGES[code].zh)


@pytest.mark.parametrize("code", MESSAGES)
def test_no_text_is_dead(code: str) -> None:
    if code.removeprefix("help_") in {"wecom_sync", *_names(COMMANDS)}:
        return
    if code.removeprefix("help_simulated_") in HELPS:
        return
    if code.removeprefix("check_") in {check.name for check in CHECKS}:
        return
    assert any(f'"{code}"' in source for source in SOURCES.values())


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
    assert [
        (where, code) for where, code, named in calls if not blanks(BY_NAME[code].en) <= named
    ] == []


def test_mypy_knows_every_code() -> None:
    pattern = CATALOGUES["wecom_sync_tools.console.codes.MessageCode"]

    assert sorted(MESSAGES) == sorted(codes_in(pattern))


@pytest.mark.parametrize("width", [10, 21, 40])
def test_chinese_prose_fills_its_lines_and_keeps_punctuation_with_its_word(width: int) -> None:
    text = (
        "帐号不符合要求：可用字母、数字及 _ - @ . 四种符号，最长 64 个字符。"
        "请到「通讯录」搜索 (「姓名」, 任意)。"
    )

    lines = wrap(text, width)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert (
            sum(2 if CHINESE.match(mark) or mark in "：、，。「」" else 1 for mark in line) <= width
        )
        assert not line.startswith(("：", "、", "，", "。", "」", ",", ")"))
        assert not line.endswith(("「", "("))


def test_a_word_wider_than_its_column_is_cut_and_nothing_is_lost() -> None:
    assert wrap("s3://a-bucket/with/a/long/key", 10) == ["s3://a-buc", "ket/with/a", "/long/key"]
