"""What the command line says, in both languages; and which of them it speaks."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeIs

from wecom_sync.reporting.catalogue import TEXTS
from wecom_sync.reporting.language import Language, Text, read_texts
from wecom_sync_tools.console.codes import Code, MessageCode

MESSAGES: Mapping[MessageCode, Text] = {
    code: text
    for path in sorted(Path(__file__).parent.glob("texts/*.json"))
    for code, text in read_texts(path).items()
}
"""Every text of the command line by its code."""


def message(code: Code) -> Text:
    """Return a text of the command line, or of the product."""
    return MESSAGES[code] if _is_ours(code) else TEXTS[code]


class Speaker:
    """Says texts in the reader's language."""

    language: Language

    def text(self, code: Code, **params: object) -> str:
        return message(code).render(self.language, **params)

    def listed(self, names: Iterable[str]) -> str:
        return self.text("list_comma").join(names)


def _is_ours(code: Code) -> TypeIs[MessageCode]:
    return code in MESSAGES


def language_of(arguments: Sequence[str], environ: Mapping[str, str]) -> Language:
    """Return the language to speak: `--lang`, `WECOM_SYNC_LANG`, then the locale.

    The arguments are not parsed yet, because their help needs the language. An unknown value is
    reported later.
    """
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--lang", nargs="?")
    option = early.parse_known_args(arguments)[0].lang
    if language := language_named(option or environ.get("WECOM_SYNC_LANG") or ""):
        return language
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return Language.CHINESE if locale.lower().startswith("zh") else Language.ENGLISH


def language_named(name: str) -> Language | None:
    """Return the language of a name, None when we do not speak it."""
    return {"en": Language.ENGLISH, "zh": Language.CHINESE, "zh-cn": Language.CHINESE}.get(
        name.lower().replace("_", "-")
    )
