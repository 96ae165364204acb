"""Who is an author of a run, beside those who brought its file. Pure.

Settings and an export are behind every plan until one that rests on them was applied. A line of
accounts.csv, or a row of an export, is behind a link until that is in force, however early it came.
"""

from collections.abc import Iterable, Iterator

from wecom_sync.domain.book import Book
from wecom_sync.domain.link import Link
from wecom_sync.domain.policy import SettingsInForce
from wecom_sync.domain.run import Run, State, Statement
from wecom_sync.domain.timeline import is_one_of


def stated_link(book: Book, link: Link) -> Statement | None:
    """Return whose statement gives a key an account that no applied plan gave it, if any does."""
    person = book.person(link.account.casefold())
    if not link.account or person.key == link.key:
        return None
    if link.key in book.stated:
        return Statement(book.stated_first.get(link.key, book.stated_by), "accounts")
    is_exported = book.exported_since and person.row and not person.since
    return Statement(book.exported_by, "export") if is_exported else None


def statements(
    settings: SettingsInForce, book: Book, links: Iterable[Statement], last: Run | None
) -> tuple[Statement, ...]:
    """Return what a plan rests on; `last`: the last applied run of its job, None if none was."""

    def behind() -> Iterator[Statement]:
        used, _, known = (*last.grounds, *[last.created] * 3)[:3] if last else (0, 0, 0)
        yield from (Statement(by, "settings") for by, at in settings.authors.items() if at > used)
        if book.exported_since > known:
            yield Statement(book.exported_by, "export")
        yield from links
        if last is None:
            return
        # What failed has used nothing up, nor has what only its author has seen.
        hands = (last.approval.by,) if last.approval else last.droppers
        for it in last.statements:
            if it.what != "accounts" and (last.state is State.FAILED or is_one_of(it.by, hands)):
                yield it

    return tuple(dict.fromkeys(behind()))
