"""`accounts.html`: which account each of HR's keys has, for everybody who may read reports."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wecom_sync.domain.book import Book
from wecom_sync.domain.link import STATES
from wecom_sync.files.member_columns import CONTACTS
from wecom_sync.reporting.catalogue import text
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.link_texts import EVIDENCE, LINK_STATES
from wecom_sync.reporting.pages.shell import PAGE_TEXTS, html_page, in_both

ACCOUNTS_PAGE = "accounts.html"


def accounts_page(
    corp: str, book: Book, links: Sequence[Mapping[str, Any]], language: Language
) -> bytes:
    """Return the page of the links in force, at first in `language`."""
    headline = in_both(PAGE_TEXTS["accounts_headline"], count=f"{len(links):,}")
    stated = {"lines": book.accounts.value, "version": book.accounts.version}
    data = {
        "headline": headline,
        "links": links_data(it["state"] for it in links),
        "stated": stated,
    }
    title = in_both(PAGE_TEXTS["accounts_page_title"], corp=corp)
    return html_page(
        "accounts", data, language, title=title, headline=headline, rows={"links": links}
    )


def links_data(states: Iterable[str]) -> dict[str, Any]:
    """Return how many links there are in each state, and the words for what they say."""
    counts = Counter(states)
    words = {
        "states": {it: in_both(text(code)) for it, code in LINK_STATES.items()},
        "evidence": {it: in_both(text(code)) for it, code in EVIDENCE.items()},
        "off": in_both(text("link_off")),
        "differs": {it: in_both(text("link_differs"), column=CONTACTS[it]) for it in CONTACTS},
    }
    ordered = {it: counts[it] for it in (*STATES, "linked", "waits", "gone") if counts[it]}
    return {"counts": ordered, "total": counts.total(), "words": words}
