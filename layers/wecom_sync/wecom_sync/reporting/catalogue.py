"""Our own user-facing texts in both languages, from the files in `texts/`.

A sentence says what is wrong and what to do. English texts quote Chinese only as 「words」 of the
console or of a file. The blank `{call}` begins with a verb in both languages: 「get the list of
members」. WeCom's codes are in `error_codes`, and what the pages call things in `pages/texts.json`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeIs

from wecom_sync.domain.states import State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.language import Language, Text, read_texts

_HERE = Path(__file__).parent
_GROUPS: Mapping[str, Mapping[TextCode, Text]] = {
    path.stem: read_texts(path) for path in sorted(_HERE.glob("texts/*.json"))
}
PROBLEMS, REASONS, WARNINGS = (_GROUPS[name] for name in ("problems", "reasons", "warnings"))
TEXTS: Mapping[TextCode, Text] = {
    code: text for group in _GROUPS.values() for code, text in group.items()
}
"""Every text by its code."""

STATES: Mapping[State, Text] = {
    State(name): words for name, words in read_texts(_HERE / "states.json").items()
}
"""What each state of a run is called."""


def text(code: TextCode) -> Text:
    return TEXTS[code]


def say(language: Language, code: TextCode, /, **blanks: object) -> str:
    """Return the text of a code in a language, filled in."""
    return TEXTS[code].render(language, **blanks)


def is_code(value: object) -> TypeIs[TextCode]:
    """Whether a value that was stored names a text."""
    return value in TEXTS
