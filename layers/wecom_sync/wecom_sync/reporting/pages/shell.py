"""The shell of a page: data, style and script in one file that loads nothing else.

A page is opened from a disk or from S3, and its content security policy allows nothing else. Data
is never script: it lies beside the script, compressed, in an alphabet that cannot end its element,
and the script puts it in place as text.
"""

import base64
import functools
import gzip
import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import batched
from pathlib import Path
from typing import Any, Literal

from wecom_sync.reporting.language import Language, Text, read_texts

type Kind = Literal["report", "index", "accounts"]
"""Which page it is."""
_SCRIPTS: Mapping[Kind, tuple[str, ...]] = {
    "report": ("links.js", "report.js"),
    "index": ("index.js",),
    "accounts": ("links.js", "accounts.js"),
}
"""The scripts of `assets` that show the data, in their order."""

HTML = "text/html; charset=utf-8"
ROWS_AT_ONCE = 1_000
"""Rows that the page unpacks before it shows them."""
LANGUAGES = (Language.ENGLISH, Language.CHINESE)
PAGE_TEXTS: Mapping[str, Text] = read_texts(Path(__file__).with_name("texts.json"))
"""What the pages call things; their scripts name each text by its code.

A code that ends in `_one` is the wording for a count of one, one that ends in `_desk` the wording
at the desk, where nobody has a command line.
"""
_ASSETS = files("wecom_sync.reporting.pages") / "assets"
_ALONE = "form-action 'none'"
_POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; "
    "img-src data:; base-uri 'none'; "
)


LIBRARIES = ("preact.mjs", "hooks.mjs", "htm.mjs")
"""As their makers published them on npm (see the page on dependencies), in the order in which one
needs the other."""


def html_page(
    kind: Kind,
    data: Mapping[str, Any],
    language: Language,
    *,
    title: Mapping[str, str],
    headline: Mapping[str, str],
    rows: Mapping[str, Sequence[Any]] | None = None,
) -> bytes:
    """Return a page that shows `data`, at first in `language`.

    `title` and `headline`, by language, are read without a script. `rows`: lists that may be
    very long, by name; the page shows the first rows while it unpacks the others. `data` and `rows`
    may hold words of anybody.
    """
    packed = "\n".join(
        f'<script type="application/octet-stream" id="rows-{name}">'
        f"{_packed(batched(listed, ROWS_AT_ONCE, strict=False))}</script>"
        for name, listed in (rows or {}).items()
    )
    content = {"kind": kind, "data": data}
    policy = policy_of(kind, _ALONE)
    return shell(content, language, title=title, headline=headline, policy=policy, rows=packed)


def policy_of(kind: Kind, more: str) -> str:
    """Return the content security policy of a page, which loads no script but its own."""
    return _POLICY.format(script=_digest(_script(kind)), style=_digest(_asset("page.css"))) + more


def shell(
    content: Mapping[str, Any],
    language: Language,
    *,
    title: Mapping[str, str],
    headline: Mapping[str, str],
    policy: str,
    rows: str = "",
) -> bytes:
    """Return a page with its texts, style and script; `content`: what the script begins with."""
    at_desk = "desk" in content
    no_script = "no_script_desk" if at_desk else "no_script"
    filled = {
        "language": language,
        "policy": policy,
        "title": html.escape(title[language]),
        "headline": html.escape(headline[language]),
        "no_script": html.escape(PAGE_TEXTS[no_script].render(language)),
        "referrer": "same-origin" if at_desk else "no-referrer",
        "style": _asset("page.css"),
        "texts": _texts(),
        "data": _packed([{**content, "language": language, "title": title}]),
        "rows": rows,
        "script": _script(content["kind"]),
    }
    # One pass: what was filled in is not looked at again.
    page = re.sub(r"\{\{(\w+)\}\}", lambda blank: filled[blank[1]], _asset("page.html"))
    return page.encode()


def in_both(text: Text, **params: object) -> dict[str, str]:
    """Return a text in every language, for the page to choose from."""
    return {language: text.render(language, **params) for language in LANGUAGES}


@functools.cache
def _texts() -> str:
    """Return the texts of all pages, whose blanks the page fills in."""
    named = {
        name: {Language.ENGLISH: text.en, Language.CHINESE: text.zh}
        for name, text in PAGE_TEXTS.items()
    }
    return _packed([named])


def _packed(lines: Iterable[Any]) -> str:
    """Return data as the page unpacks it: lines of JSON, compressed, in base64."""
    documents = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    return base64.b64encode(gzip.compress("\n".join(documents).encode(), 6, mtime=0)).decode()


def _digest(source: str) -> str:
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


@functools.cache
def _script(kind: Kind) -> str:
    own = ("shared.js", "desk.js", "table.js", *_SCRIPTS[kind])
    parts = [*map(_library, LIBRARIES), *map(_asset, own)]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "\n})();"


def _library(name: str) -> str:
    """Return a module as a constant with its name, because one script has no modules to import."""
    source = re.sub(r"//# sourceMappingURL=\S+", "", _asset(f"vendor/{name}")).strip()
    source = re.sub(
        r'import\{([^}]*)\}from"(\w+)";',
        lambda match: f"const{{{match[1].replace(' as ', ':')}}}={match[2]};",
        source,
    )
    source = re.sub(
        r"export\{([^}]*)\}",
        lambda match: f"return{{{re.sub(r'([$\w]+) as (\w+)', r'\2:\1', match[1])}}}",
        source,
    )
    source = source.replace("export default ", "return ")
    return f"const {name.removesuffix('.mjs')}=(()=>{{{source}}})();"


@functools.cache
def _asset(name: str) -> str:
    return _ASSETS.joinpath(name).read_text("utf-8")
