"""A user-facing text in English and Chinese."""

from dataclasses import dataclass
from enum import StrEnum
from string import Formatter


class Language(StrEnum):
    """The languages of reports, messages and explanations."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in English and in Simplified Chinese; `{name}` marks a parameter."""

    en: str
    zh: str

    @property
    def blanks(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.en) if name is not None)

    def render(self, language: Language, **params: object) -> str:
        """Fill the parameters in. A missing one is an error of ours (KeyError)."""
        return (self.zh if language is Language.CHINESE else self.en).format(**params)
