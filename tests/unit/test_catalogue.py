"""Every text we show: complete, in both languages, with the blanks its callers fill."""

import re
from pathlib import Path
from string import Formatter

import pytest

import wecom_sync
from text_codes import CATALOGUES, codes_in
from wecom_sync.domain.run import Job, State
from wecom_sync.domain.texts import TextCode
from wecom_sync.files.roster import FileRejectedError, read_roster
from wecom_sync.reporting.catalogue import STATES, TEXTS, text
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.error_codes import ERRCODES, errcode
from wecom_sync.reporting.language import Language, Text
from wecom_sync.reporting.pages.texts import PAGE_TEXTS

MAX_CHARACTERS = 240
CHINESE = r"\u3400-\u9fff"
QUOTED = re.compile(r"「[^「」]*」")
"""Words of WeCom's console or of the file, which stay as they are in every language."""

DEFINITION = re.compile(r'^    "\w+": Text\(', re.MULTILINE)
SOURCES = "".join(
    DEFINITION.sub("", path.read_text(encoding="utf-8"))
    for path in Path(wecom_sync.__file__).parent.rglob("*.py")
    if path.name not in {"catalogue.py", "texts.py"}
)
EVERY_TEXT: dict[str, Text] = {
    **{f"state {state}": each for state, each in STATES.items()},
    **dict(TEXTS.items()),
    **{f"page {code}": each for code, each in PAGE_TEXTS.items()},
    **{f"{code} explanation": entry.explanation for code, entry in ERRCODES.items()},
    **{f"{code} advice": entry.advice for code, entry in ERRCODES.items()},
    "unknown errcode explanation": errcode(987654).explanation,
    "unknown errcode advice": errcode(987654).advice,
}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def outside_quotes(template: str) -> str:
    return QUOTED.sub("", template)


def offenders(pattern: str, language: str) -> list[str]:
    """Name the texts that match the pattern outside 「」 and outside parameters."""
    return [
        name
        for name, each in EVERY_TEXT.items()
        if re.search(pattern, outside_quotes(getattr(each, language)))
    ]


def test_every_text_is_filled_in_both_languages() -> None:
    assert [name for name, each in EVERY_TEXT.items() if not (each.en.strip() and each.zh)] == []


def test_no_text_is_longer_than_a_person_reads() -> None:
    long = {
        name: max(len(each.en), len(each.zh))
        for name, each in EVERY_TEXT.items()
        if max(len(each.en), len(each.zh)) > MAX_CHARACTERS
    }

    assert long == {}


def test_the_english_is_english_but_for_quoted_names() -> None:
    assert offenders(r"[\u2e80-\u9fff\uff00-\uffef]", "en") == []


def test_the_chinese_is_chinese() -> None:
    chinese = re.compile(f"[{CHINESE}]")

    assert [name for name, each in EVERY_TEXT.items() if not chinese.search(each.zh)] == []


def test_chinese_sentences_use_chinese_punctuation() -> None:
    assert offenders(rf"[{CHINESE}][,;:?!.(]|[,;:?!.)][{CHINESE}]", "zh") == []


def test_chinese_keeps_a_blank_between_characters_and_latin_words() -> None:
    assert offenders(rf"[{CHINESE}][A-Za-z0-9{{]|[A-Za-z0-9}}][{CHINESE}]", "zh") == []


def test_chinese_has_no_blank_beside_its_punctuation() -> None:
    assert [
        name
        for name, each in EVERY_TEXT.items()
        if re.search(r" [，。；：、]|[，。；：、] ", each.zh)
    ] == []


def test_sentences_end_with_a_full_stop_in_both_languages_or_in_neither() -> None:
    assert [
        name for name, each in EVERY_TEXT.items() if each.en.endswith(".") != each.zh.endswith("。")
    ] == []


def test_both_languages_have_the_same_blanks() -> None:
    assert [
        name for name, each in EVERY_TEXT.items() if placeholders(each.en) != placeholders(each.zh)
    ] == []


def test_mypy_knows_every_code() -> None:
    assert sorted(TEXTS) == sorted(codes_in(CATALOGUES["wecom_sync.domain.texts.TextCode"]))


def test_every_state_has_a_word() -> None:
    assert STATES.keys() == {*State}


@pytest.mark.parametrize("code", TEXTS)
def test_no_text_is_dead(code: TextCode) -> None:
    assert f'"{code}"' in SOURCES


def test_a_parameter_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="column"):
        text("cell_missing").render(Language.ENGLISH)


COUNTS = {
    "total", "existing", "recent", "count", "people", "problems", "rows", "failed", "unreported",
    "departments", "digits", "hours",
}  # fmt: skip
"""Blanks that may be 1. Limits are more, and so is what is beyond one."""
PLURAL = re.compile(r"(?<!of )(?<!than )(?<![Dd]epartment )\b1 (?:\w+ )?(?:people|\w+(?<!s)s)\b")


@pytest.mark.parametrize("code", TEXTS)
def test_no_english_text_counts_one_of_something_as_several(code: TextCode) -> None:
    blanks = text(code).blanks
    counts = COUNTS - ({"count"} if "limit" in blanks else set())
    filled = text(code).render(
        Language.ENGLISH, **{name: 1 if name in counts else "x" for name in blanks}
    )

    assert PLURAL.findall(filled) == []


@pytest.mark.parametrize("count", [1, 2])
def test_the_number_of_problems_reads_well(count: int) -> None:
    rendered = text("file_rejected").render(Language.ENGLISH, problems=count)

    assert rendered.startswith(f"Problems found in the file: {count}.")


def test_every_state_has_a_word_of_its_own() -> None:
    assert len({word.en for word in STATES.values()}) == len(State)
    assert len({word.zh for word in STATES.values()}) == len(State)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("job", "content", "codes"),
    [
        (Job.SYNC_USER, "", {"file_empty"}),
        (Job.SYNC_USER, "a,b\n1,2\n", {"header_missing"}),
        (Job.SYNC_USER, "部门名称,部门ID,父部门ID,排序\n", {"header_of_departments"}),
        (Job.REPLACE_PARTY, "姓名,帐号,手机号,邮箱,所在部门,排序\n", {"header_of_members"}),
        (
            Job.SYNC_USER,
            '姓名,姓名,,"a,b"\n',
            {"header_duplicate", "header_blank", "column_unmapped"},
        ),
        (
            Job.SYNC_USER,
            '姓名,帐号,手机号,所在部门\n,a,1,1\n张三,A,,1\n李四,b,1,1,1\n"王,五",!,,0\n',
            {
                "cell_missing", "user_id_duplicate", "contact_missing", "cells_too_many",
                "cell_unsafe", "user_id_invalid", "mobile_length", "department_list_invalid",
            },
        ),
        (
            Job.REPLACE_PARTY,
            "部门名称,部门ID,父部门ID,备\u200b注\n#REF!,1,0\n研\ufffd,2,1\n研\u200b发,3,1\n",
            {"header_unreadable", "cell_error_value", "cell_character_lost", "cell_invisible"},
        ),
        (
            Job.REPLACE_PARTY,
            "部门名称,部门ID,父部门ID\n总部,1,0\n分部,01,x\n甲,2,3\n",
            {"department_id_duplicate", "department_id_invalid", "parent_missing"},
        ),
    ],
    ids=[
        "empty", "no header", "departments", "members", "header", "members' rows", "unreadable",
        "rows",
    ],
)  # fmt: skip
def test_every_problem_of_a_file_can_be_told(
    job: Job, content: str, codes: set[str], language: Language
) -> None:
    with pytest.raises(FileRejectedError) as rejected:
        read_roster(job, content.encode())

    problems = rejected.value.problems
    assert {problem.code for problem in problems} == codes
    assert all(problem_text(problem, language) for problem in problems)
