"""What a decision about a run says, and which accounts the answer to a hold may state. Pure.

What is known of a plan is what it puts at stake, so that no file is read and WeCom is not asked.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from wecom_sync.domain.book import Book
from wecom_sync.domain.drop import EVERYBODY, HASH_CHARS, WITHOUT_REMOVALS, Word
from wecom_sync.domain.errors import PermanentError
from wecom_sync.domain.link import KINDS, NOBODY, OPEN
from wecom_sync.domain.texts import Listing, Sentence, TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.planning.changes import grouped
from wecom_sync.planning.identity import unpadded
from wecom_sync.planning.stakes import Stake

MAX_NOTE_CHARS = 200
DECISIONS = ("approve", "cancel", "dismiss")
PLAN_NAMED = re.compile(rf"[0-9a-f]{{{HASH_CHARS},64}}")
"""How a decision names a plan: by its hash, or enough of the beginning."""


class Decision(NamedTuple):
    """What a decision's object says: one of `DECISIONS`, and the plan that an approval is for."""

    asks: str
    plan: str = ""
    note: str = ""
    without: tuple[str, ...] = ()
    """Who is neither removed nor disabled, by their keys or accounts, or `EVERYBODY`."""
    accounts: Mapping[str, str] = {}
    """What an answer states: HR's keys to accounts, as accounts.csv has them."""
    remove: tuple[str, ...] = ()
    """Disabled leavers who go at once, by their keys or accounts."""


class DecisionInvalidError(PermanentError):
    code: ClassVar[TextCode] = "decision_invalid"


class AnswerInvalidError(DecisionInvalidError):
    code = "answer_invalid"


class SendInvalidError(DecisionInvalidError):
    code = "send_invalid"


INVALID = {
    Word.DECISION: DecisionInvalidError,
    Word.ANSWER: AnswerInvalidError,
    Word.SEND: SendInvalidError,
}
_OWN = {Word.DECISION: "decision", Word.ANSWER: "accounts"}
_ASKS = {Word.ANSWER: "approve", Word.SEND: "send"}
"""What is asked for by which word, where the object does not say it."""


def read_decision(content: bytes, word: Word = Word.DECISION) -> Decision:
    """Read `{"decision": "approve", "plan": "<digest>"}` or another one of `DECISIONS`.

    An answer is `{"plan": "<digest>", "accounts": {"<key>": "<account>"}}`, and what lets a file go
    `{"plan": "<digest>"}`. Raises `DecisionInvalidError`.
    """
    try:
        given = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each)
        # JSON can say half of a character, which neither the table nor a document can keep.
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise INVALID[word] from None
    if not isinstance(given, dict):
        raise INVALID[word]
    removes, spares = given.pop("remove", []), given.pop("without", [])
    spares = [*EVERYBODY] if spares == WITHOUT_REMOVALS else spares
    lists = isinstance(removes, list) and isinstance(spares, list)
    if not lists or not given.keys() <= {_OWN.get(word), "plan", "note"}:
        raise INVALID[word]
    decision = _ASKS.get(word) or given.get("decision")
    texts = [given.get(name, "") for name in ("plan", "note")]
    accounts = given.get("accounts", {})
    words = accounts.values() if isinstance(accounts, dict) else (None,)
    is_word = decision in {*DECISIONS, _ASKS.get(word)} if isinstance(decision, str) else False
    if not is_word or not all(isinstance(it, str) for it in (*texts, *words, *removes, *spares)):
        raise INVALID[word]
    plan, note = texts
    needs_plan = decision in _ASKS.values()
    if (needs_plan and not plan) or (decision != "approve" and (removes or spares)):
        raise INVALID[word]
    note = note[:MAX_NOTE_CHARS]
    return Decision(str(decision), plan, note, (*spares,), accounts, (*removes,))


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


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
