"""A user-facing text in English and Chinese."""

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Any
from unicodedata import category

from wecom_sync.domain.values import dataclass


class Language(StrEnum):
    ENGLISH = "en"
    CHINESE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in English and in Simplified Chinese; `{name}` marks a parameter."""

    en: str
    zh: str

    @property
    def blanks(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in Formatter().parse(self.en) if name is not None)

    def render(self, language: Language, **params: object) -> str:
        """Fill the parameters in, escaped. A missing one is an error of ours (KeyError)."""
        blanks = {
            name: value if isinstance(value, int | float) else escaped(str(value))
            for name, value in params.items()
        }
        return (self.zh if language is Language.CHINESE else self.en).format(**blanks)


def read_texts(path: Path) -> dict[Any, Text]:
    """Return the texts of a file by their codes: `{"code": {"en": "…", "zh": "…"}}`."""
    texts = json.loads(path.read_text("utf-8"))
    return {code: Text(pair["en"], pair["zh"]) for code, pair in texts.items()}


def comma(names: Iterable[str], language: Language) -> str:
    return ("、" if language is Language.CHINESE else ", ").join(names)


def escaped(words: str, written: Callable[[str], str] = repr) -> str:
    r"""Return words of somebody else on one line, with nothing that hides or reorders a part.

    Line breaks, control characters, marks of direction and other invisible ones become `\n`,
    `\x1b`, `\u202e`; blanks stay, the wide one of Chinese texts included. `written` returns such a
    character between quotes, as Python writes it or as JSON does.
    """
    if words.isprintable():
        return words
    return "".join(
        mark if mark.isprintable() or category(mark) == "Zs" else written(mark)[1:-1]
        for mark in words
    )
