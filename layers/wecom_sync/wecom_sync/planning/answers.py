"""An answer to a hold: accounts that are stated with the approval of the plan that was shown. Pure.

What is known of a plan is what it puts at stake, so that no file is read and WeCom is not asked.
"""

from collections.abc import Collection, Iterator, Mapping

from wecom_sync.domain.book import Book
from wecom_sync.domain.link import KINDS, NOBODY, OPEN
from wecom_sync.domain.texts import Listing, Sentence, TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.planning.changes import grouped
from wecom_sync.planning.identity import unpadded
from wecom_sync.planning.stakes import Stake


def refusal_of(accounts: Mapping[str, str], stakes: Collection[Stake], book: Book) -> Reason | None:
    """Say what is wrong with an answer to the plan of these stakes, None if nothing is."""
    wrong = grouped(_wrong(accounts, stakes, book))
    sentences = [Sentence(code, {"lines": Listing.of(lines)}) for code, lines in wrong.items()]
    return Reason("answer_refused").followed_by(*sentences) if sentences else None


def _wrong(
    accounts: Mapping[str, str], stakes: Collection[Stake], book: Book
) -> Iterator[tuple[TextCode, str]]:
    """Yield what is wrong with the lines of an answer, each with the line.

    `free`: accounts that may be somebody's of whom nobody knows; all are compared in lower case.
    """
    people = [it for it in stakes if it.scope == "people"]
    links = [it for it in people if it.kind in KINDS]
    free = {part for it in links if it.kind in OPEN for part in it.detail.casefold().split(";")}
    in_force = {**book.people.by_key, **book.accounts.value}
    in_force |= {it.id: "" if it.kind in OPEN else it.detail for it in links}
    keys = {key: account.casefold() for key, account in in_force.items()}
    named = (it.id.casefold() for it in people if it.kind not in KINDS)
    there = {*free, *keys.values(), *book.listed, *named}
    spelt = {key: account.casefold() for key, account in accounts.items()}
    others = {key: account for key, account in keys.items() if account not in free}
    owners = grouped((account, key) for key, account in {**others, **spelt}.items())
    alike = {unpadded(key): key for key in keys}
    for key, account in spelt.items():
        line = f"{key} ↔ {accounts[key]}"
        if key not in keys:
            meant = alike.get(unpadded(key))
            yield ("answer_key_alike", f"{key} → {meant}") if meant else ("answer_key", key)
        elif account in {"", NOBODY, keys[key]}:
            continue
        elif account not in there:
            yield "answer_account", line
        elif owner := next((it for it in owners[account] if it != key), ""):
            yield "answer_account_taken", f"{line} ({owner})"
