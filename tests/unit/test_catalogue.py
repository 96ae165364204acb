"""Every text we show: complete, in both languages, with the blanks its callers fill."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Formatter

import pytest

import wecom_sync
from text_codes import CATALOGUES, codes_in
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.catalogue import STATES, TEXTS, text
from wecom_sync.reporting.error_codes import ERRCODES, errcode
from wecom_sync.reporting.language import Language, Text
from wecom_sync.reporting.pages.shell import PAGE_TEXTS
from wecom_sync_tools.console.messages import MESSAGES
from wecom_sync_tools.console.tables import state_called

MAX_CHARACTERS = 240
QUOTED = re.compile(r"「[^「」]*」")
"""Words of WeCom's console or of the file, which stay as they are in every language."""
SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in Path(wecom_sync.__file__).parent.rglob("*.py")
)
LAYER: dict[str, Text] = {
    **{f"state {state}": each for state, each in STATES.items()},
    **dict(TEXTS.items()),
    **{f"page {code}": each for code, each in PAGE_TEXTS.items()},
    **{f"{code} explanation": entry.explanation for code, entry in ERRCODES.items()},
    **{f"{code} advice": entry.advice for code, entry in ERRCODES.items()},
    "unknown errcode explanation": errcode(987654).explanation,
    "unknown errcode advice": errcode(987654).advice,
}
EVERY_TEXT = {**LAYER, **{f"command {code}": each for code, each in MESSAGES.items()}}
SAME = {"command label_aws", "command list_comma"}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def has(pattern: str, text: str) -> bool:
    """Whether a text has the pattern outside 「」."""
    return re.search(pattern.replace("CHINESE", r"\u3400-\u9fff"), QUOTED.sub("", text)) is not None


MISTAKES: dict[str, tuple[dict[str, Text], Callable[[Text], bool]]] = {
    "Chinese in the English": (
        EVERY_TEXT, lambda each: has(r"[\u2e80-\u9fff\uff00-\uffef]", each.en),
    ),
    "no English": (EVERY_TEXT, lambda each: not each.en.strip()),
    "no Chinese": (LAYER, lambda each: not re.search(r"[\u3400-\u9fff]", each.zh)),
    "not translated": (EVERY_TEXT, lambda each: each.en == each.zh and "{" not in each.en),
    "other blanks": (EVERY_TEXT, lambda each: placeholders(each.en) != placeholders(each.zh)),
    "Latin punctuation": (
        EVERY_TEXT, lambda each: has(r"[CHINESE][,;:?!.(]|[,;:?!.)][CHINESE]", each.zh),
    ),
    "no blank beside Latin words": (
        LAYER, lambda each: has(r"[CHINESE][A-Za-z0-9{]|[A-Za-z0-9}][CHINESE]", each.zh),
    ),
    "a blank beside punctuation": (
        EVERY_TEXT, lambda each: bool(re.search(r" [，。；：、]|[，。；：、] ", each.zh)),
    ),
    "a full stop in one language": (
        LAYER, lambda each: each.en.endswith(".") != each.zh.endswith("。"),
    ),
    "too long to read": (LAYER, lambda each: max(len(each.en), len(each.zh)) > MAX_CHARACTERS),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_text_has_a_mistake(mistake: str) -> None:
    texts, is_wrong = MISTAKES[mistake]

    assert {name for name, each in texts.items() if is_wrong(each)} <= SAME


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (TEXTS, "wecom_sync.domain.texts.TextCode"),
        (MESSAGES, "wecom_sync_tools.console.codes.MessageCode"),
    ],
)
def test_mypy_knows_every_code(texts: Sequence[str], names: str) -> None:
    assert sorted(texts) == sorted(codes_in(CATALOGUES[names]))


@pytest.mark.parametrize("code", TEXTS)
def test_no_text_is_dead(code: TextCode) -> None:
    assert f'"{code}"' in SOURCES


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


@pytest.mark.parametrize("state", State)
def test_a_code_and_the_words_of_both_languages_mean_just_their_state(state: State) -> None:
    word = STATES[state]
    for name in (state, state.lower(), word.en, word.en.upper(), word.zh):
        assert state_called(f" {name} ") is state
    assert STATES.keys() == {*State}
    for part in ("", " ", "succ", "success", "成功", "中"):
        assert state_called(part) is None


def test_every_job_has_its_name_on_the_pages() -> None:
    assert {f"job_{job}" for job in Job} <= PAGE_TEXTS.keys()
