"""An answer to a hold: accounts that are stated with the approval of the plan that was shown. Pure.

What is known of a plan is what it puts at stake, so that no file is read and WeCom is not asked.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from wecom_sync.domain.book import Book
from wecom_sync.domain.link import KINDS, NOBODY, OPEN
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.texts import Listing, Sentence, TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.planning.changes import grouped
from wecom_sync.planning.identity import unpadded
from wecom_sync.planning.stakes import Stake

_NEW = frozenset({Kind.ADD.field, "invite"})


class _Shown(NamedTuple):
    """What a plan has shown: the accounts of keys, and accounts, in lower case.

    `free`: those that may be somebody's of whom nobody knows; `there`: all that there are.
    """

    keys: Mapping[str, str]
    free: Collection[str]
    there: Collection[str]


def refusal_of(accounts: Mapping[str, str], stakes: Collection[Stake], book: Book) -> Reason | None:
    """Say what is wrong with an answer to the plan of these stakes, None if nothing is."""
    shown, wrong = _shown(stakes, book), dict[TextCode, list[str]]()
    for code, line in _wrong(accounts, shown):
        wrong.setdefault(code, []).append(line)
    sentences = [Sentence(code, {"lines": Listing.of(lines)}) for code, lines in wrong.items()]
    return Reason("answer_refused").followed_by(*sentences) if sentences else None


def _shown(stakes: Collection[Stake], book: Book) -> _Shown:
    links = [it for it in stakes if it.scope == "people" and it.kind in KINDS]
    may_be = {account for it in links if it.kind in OPEN for account in _accounts(it)}
    by_link = {it.id: "" if it.kind in OPEN else it.detail.casefold() for it in links}
    named = {
        it.id.casefold() for it in stakes if it.scope == "people" and it.kind not in {*KINDS, *_NEW}
    }
    stated = {key: account.casefold() for key, account in book.stated.items()}
    keys = {**book.people.by_key, **stated, **by_link}
    return _Shown(keys, may_be, {*may_be, *named, *by_link.values(), *book.listed})


def _accounts(link: Stake) -> list[str]:
    return link.detail.casefold().split(";") if link.detail else []


def _wrong(accounts: Mapping[str, str], shown: _Shown) -> Iterator[tuple[TextCode, str]]:
    """Yield what is wrong with the lines of an answer, each with the line."""
    alike = {unpadded(key): key for key in shown.keys}
    spelt = {key: account.casefold() for key, account in accounts.items()}
    others = {key: account for key, account in shown.keys.items() if account not in shown.free}
    owners = grouped((account, key) for key, account in {**others, **spelt}.items())
    for key, account in spelt.items():
        line = f"{key} ↔ {accounts[key]}"
        if key not in shown.keys:
            meant = alike.get(unpadded(key))
            yield ("answer_key_alike", f"{key} → {meant}") if meant else ("answer_key", key)
        elif account in {"", NOBODY, shown.keys[key]}:
            continue
        elif account not in shown.there:
            yield "answer_account", line
        elif owner := next((it for it in owners[account] if it != key), ""):
            yield "answer_account_taken", f"{line} ({owner})"
