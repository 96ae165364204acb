"""Who is an author of a run, beside those who brought its file. Pure.

Settings and an export are behind every plan until one that rests on them was applied; settings that
guard less, with a second person, until somebody else approved one. A line of accounts.csv, or a row
of an export, is behind a link until that is in force, however early it came.
"""

from collections.abc import Iterable, Iterator

from wecom_sync.domain.book import Book
from wecom_sync.domain.link import Link
from wecom_sync.domain.policy import SettingsInForce
from wecom_sync.domain.principals import is_one_of
from wecom_sync.domain.run import Run, Statement
from wecom_sync.domain.states import State


def link_statements(
    book: Book, links: Iterable[Link], reassigned: Iterable[str]
) -> Iterator[Statement]:
    """Yield whose statements give keys accounts that no applied plan gave them.

    Where somebody gets an account that is there without a line of their own, every line counts that
    is not in force: it may have left no other one to choose. `reassigned`: accounts that become
    somebody else's.
    """

    def author(key: str) -> Statement:
        return Statement(book.line_authors.get(key, book.accounts.by), "accounts")

    lines = book.accounts.value
    new = [it for it in links if it.account and book.person(it.account.casefold()).key != it.key]
    keys = [*(it.key for it in new), *(book.person(it.casefold()).key for it in reassigned)]
    if any(link.candidates and link.key not in lines for link in new):
        keys += [key for key, it in lines.items() if book.person(it.casefold()).key != key]
    yield from (author(key) for key in keys if key in lines)
    people = (book.person(it.account.casefold()) for it in new if it.key not in lines)
    if book.export.since and any(person.row and not person.since for person in people):
        yield Statement(book.export.by, "export")


def statements(
    settings: SettingsInForce, book: Book, links: Iterable[Statement], last: Run | None
) -> tuple[Statement, ...]:
    """Return what a plan rests on; `last`: the last applied run of its job, None if none was."""
    policy = settings.policy

    def behind() -> Iterator[Statement]:
        used, _, exported = (
            (*last.proposal.grounds, *[last.identity.created] * 3)[:3] if last else (0, 0, 0)
        )
        yield from (Statement(by, "settings") for by, at in settings.authors.items() if at > used)
        if policy.second_person:
            less = settings.weakened.items()
            yield from (Statement(by, "weakened") for by, at in less if at > used)
        if book.export.since > exported:
            yield Statement(book.export.by, "export")
        yield from links
        if last is None:
            return
        # What failed has used nothing up, nor has what only its author has seen.
        hands = (last.proposal.approval.by,) if last.proposal.approval else last.droppers
        for it in last.proposal.statements:
            is_unseen = it.what == "weakened" and last.proposal.approval is None
            if it.what != "accounts" and (
                last.state is State.FAILED
                or (is_unseen and policy.second_person)
                or is_one_of(it.by, hands, policy.desk_people)
            ):
                yield it

    return tuple(dict.fromkeys(behind()))
