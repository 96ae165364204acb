"""Every text we show: complete, in both languages, with the blanks its callers fill."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Formatter

import pytest

import wecom_sync
from text_codes import CATALOGUES, codes_in
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import BY_NAME
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.catalogue import STATES, TEXTS, text
from wecom_sync.reporting.error_codes import APP_ERRCODES, ERRCODES, errcode
from wecom_sync.reporting.language import Language, Text
from wecom_sync.reporting.pages.shell import PAGE_TEXTS
from wecom_sync_tools.console.messages import MESSAGES
from wecom_sync_tools.console.states import state_called

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
    **{f"app {code} explanation": entry.explanation for code, entry in APP_ERRCODES.items()},
    **{f"app {code} advice": entry.advice for code, entry in APP_ERRCODES.items()},
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


ENGLISH, CHINESE = r"[\u2e80-\u9fff\uff00-\uffef]", r"[\u3400-\u9fff]"
PUNCTUATION = r"[CHINESE][,;:?!.(]|[,;:?!.)][CHINESE]"
UNSPACED = r"[CHINESE][A-Za-z0-9{]|[A-Za-z0-9}][CHINESE]"
MISTAKES: dict[str, Callable[[Text], object]] = {
    "Chinese in the English": lambda it: has(ENGLISH, it.en),
    "no English": lambda it: not it.en.strip(),
    "not translated": lambda it: it.en == it.zh and "{" not in it.en,
    "other blanks": lambda it: placeholders(it.en) != placeholders(it.zh),
    "Latin punctuation": lambda it: has(PUNCTUATION, it.zh),
    "a blank beside punctuation": lambda it: re.search(r" [，。；：、]|[，。；：、] ", it.zh),
}
OF_THE_LAYER: dict[str, Callable[[Text], object]] = {
    "no Chinese": lambda it: not re.search(CHINESE, it.zh),
    "no blank beside Latin words": lambda it: has(UNSPACED, it.zh),
    "a full stop in one language": lambda it: it.en.endswith(".") != it.zh.endswith("。"),
    "too long to read": lambda it: max(len(it.en), len(it.zh)) > MAX_CHARACTERS,
}


@pytest.mark.parametrize("mistake", [*MISTAKES, *OF_THE_LAYER])
def test_no_text_has_a_mistake(mistake: str) -> None:
    texts = EVERY_TEXT if mistake in MISTAKES else LAYER
    is_wrong = (MISTAKES | OF_THE_LAYER)[mistake]

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


NAMES = (
    "total existing recent count people problems rows failed unreported departments digits hours"
)
COUNTS = {*NAMES.split()}
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
    assert {f"job_{job}" for job in (*Job, *BY_NAME)} <= PAGE_TEXTS.keys()


BRACKETS = re.compile(r"[(（](?:wecom-sync|--)[^()（）]*[)）]")
COMMAND = re.compile(
    r"wecom-sync (?:init|show|drop|plan|retry|results|approve|cancel)\b|\W--\w|s3:/"
)


@pytest.mark.parametrize("code", [code for code in LAYER if not code.startswith("page ")])
def test_a_command_stands_in_brackets_so_that_the_desk_can_leave_it_out(code: str) -> None:
    texts = LAYER[code]

    assert [COMMAND.findall(BRACKETS.sub("", words)) for words in (texts.en, texts.zh)] == [[], []]
