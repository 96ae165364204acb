"""What the tables of `docs/` have in common, and the words of their cells."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain

from wecom_sync.reporting.catalogue import TEXTS
from wecom_sync.reporting.language import Language, Text
from wecom_sync_tools.console.messages import MESSAGES
from wecom_sync_tools.stack.home import ROOT

CELLS = ROOT / "docs" / "cells.toml"
"""What stands in cells and in no code: a text in both languages, by table and by name. The English
is blank where the code or the template has it."""
ALL_TEXTS: Mapping[str, Text] = {
    str(name): text for name, text in chain(MESSAGES.items(), TEXTS.items())
}
"""Every text of the catalogues, by a name that a table may put together."""
_SPECIAL = re.compile(r"([\\|*<>`])")


def table(
    name: str, language: Language, rows: Iterable[Sequence[object]], columns: Iterable[str] = ()
) -> str:
    """Return a table in Markdown. `name`: its headings in `cells.toml`; `columns`: more of them."""
    headings = [*cells("headings", language)[name].split(" | "), *columns]
    lines: list[Sequence[object]] = [headings, ["---"] * len(headings), *rows]
    return "\n" + "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def meanings(name: str, language: Language, names: Iterable[str]) -> str:
    """Return a table of names, each with its text in the section `name` of `cells.toml`."""
    texts = cells(name, language)
    return table(name, language, ((code(it), texts[it]) for it in names))


def word(name: str, language: Language) -> str:
    """Return a word that cells of several tables have."""
    return cells("words", language)[name]


def cell(text: str) -> str:
    """Return a text as it must stand in a table to be read as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def code(*names: object) -> str:
    """Return names as code, separated by blanks."""
    return " ".join(f"`{str(name).replace('|', chr(92) + '|')}`" for name in names)


class CellTexts(dict[str, str]):
    """The texts of a table by name; one that is missing says where it belongs."""

    def __init__(self, section: str, language: Language) -> None:
        texts = tomllib.loads(CELLS.read_text("utf-8"))[section]
        at = "zh" if language is Language.CHINESE else "en"
        super().__init__({name: text[at] for name, text in texts.items()})
        self._section = section

    def __missing__(self, name: str) -> str:
        raise KeyError(f"{CELLS.name} has no {name} in [{self._section}]: write one")


@cache
def cells(section: str, language: Language) -> CellTexts:
    return CellTexts(section, language)
