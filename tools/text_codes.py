"""Tells mypy which codes have a text: a code is written once, where its text is.

`TextCode` and `MessageCode` are texts at run time. For mypy each is one of the keys of the
catalogues below, so it reports a code that has no text.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mypy.plugin import AnalyzeTypeContext, Plugin, ReportConfigContext
from mypy.types import LiteralType, Type, UnionType

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES: Mapping[str, str] = {
    "wecom_sync.domain.texts.TextCode": "layers/wecom_sync/wecom_sync/reporting/texts/*.json",
    "wecom_sync_tools.console.codes.MessageCode": "tools/wecom_sync_tools/console/texts/*.json",
}
"""Each type of codes, and the files that have the texts."""


def codes_in(pattern: str) -> list[str]:
    """Return the codes of the texts in files of the repository, one that stands twice twice."""
    files = sorted(ROOT.glob(pattern))
    return [code for file in files for code in json.loads(file.read_text("utf-8"), **_AS_KEYS)]


_AS_KEYS: Mapping[str, Any] = {"object_pairs_hook": lambda pairs: [key for key, _ in pairs]}


class CodesOfTexts(Plugin):
    """Reads a type of codes as the union of its literals."""

    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        codes = self._codes.get(fullname)
        return None if codes is None else lambda context: _union(codes, context)

    def report_config_data(self, ctx: ReportConfigContext) -> object:
        """Return what a module's result depends on, so that mypy's cache forgets it."""
        return self._codes if ctx.id.startswith(("wecom_sync", "test")) else None

    _codes: Mapping[str, list[str]] = {
        name: codes_in(pattern) for name, pattern in CATALOGUES.items()
    }


def _union(codes: list[str], context: AnalyzeTypeContext) -> Type:
    text = context.api.named_type("builtins.str", [])
    return UnionType([LiteralType(code, text) for code in codes])


def plugin(_version: str) -> type[Plugin]:
    return CodesOfTexts
