"""`accounts.html`: which account each of HR's keys has, for everybody who may read reports."""

from wecom_sync.domain.book import Book
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.link_texts import links_in_force
from wecom_sync.reporting.pages.links import links_data
from wecom_sync.reporting.pages.shell import PAGE_TEXTS, html_page, in_both

ACCOUNTS_PAGE = "accounts.html"


def accounts_page(corp: str, book: Book, language: Language) -> bytes:
    """Return the page of the links in force, at first in `language`."""
    links = [*links_in_force(book)]
    headline = in_both(PAGE_TEXTS["accounts_headline"], count=f"{len(links):,}")
    stated = {"lines": book.stated, "version": book.stated_version}
    data = {
        "headline": headline,
        "links": links_data(it["state"] for it in links),
        "stated": stated,
    }
    title = in_both(PAGE_TEXTS["accounts_page_title"], corp=corp)
    return html_page(
        "accounts", data, language, title=title, headline=headline, rows={"links": links}
    )
