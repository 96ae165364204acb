"""The pages of the desk: the shell of a stored page, which fetches that page's data."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Literal

from wecom_sync.reporting.language import Language, comma
from wecom_sync.reporting.pages.shell import LANGUAGES, PAGE_TEXTS, Kind, in_both, policy_of, shell

_MAY = "connect-src 'self'{reports}; form-action 'self'; frame-ancestors 'none'"
_ABOUT: Mapping[str, str] = {
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

type Page = tuple[str, Mapping[str, str]]
"""A page, and the headers that it goes with."""


def desk_page(kind: Kind, desk: Mapping[str, Any], reports: str, language: Language) -> Page:
    """Return the page that shows a document of the report bucket, and what may be done there.

    `desk`: the address of the document, where and with which token a browser posts what, and who
    may decide;
    `reports`: the origin of documents that are too large to come through the desk.
    """
    policy = policy_of(kind, _MAY.format(reports=f" {reports}"))
    title, headline = in_both(PAGE_TEXTS["desk_title"]), in_both(PAGE_TEXTS["desk_opening"])
    content = {"kind": kind, "data": None, "desk": desk}
    # In the page itself it could not forbid frames.
    own = policy.replace("; frame-ancestors 'none'", "")
    page = shell(content, language, title=title, headline=headline, policy=own)
    return page.decode(), {**_ABOUT, "Content-Security-Policy": policy}


def refusal_page(
    why: Literal["login", "nameless", "rights"], ask: Sequence[str] = (), again: str = ""
) -> Page:
    """Return the page for who could not be signed in, or has no right.

    `ask`: whom to ask; `again`: where to try once more.
    """
    text, link = PAGE_TEXTS[f"desk_refused_{why}"], PAGE_TEXTS["desk_again"]
    body = "".join(
        f'<p lang="{language}">{escape(text.render(language, ask=comma(ask, language)))}'
        + (f' <a href="{escape(again)}">{escape(link.render(language))}</a>' if again else "")
        for language in LANGUAGES
    )
    title = " · ".join(in_both(PAGE_TEXTS["desk_title"]).values())
    policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
    page = (
        '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta '
        'name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{body}"
    )
    return page, {**_ABOUT, "Content-Security-Policy": policy}
