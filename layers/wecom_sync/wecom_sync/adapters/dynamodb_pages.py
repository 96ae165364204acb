"""Result pages: 100,000 outcomes in a few items instead of 100,000.

Rows sorted by id are packed into compressed pages well under DynamoDB's 400 KB, each keyed by
its first id, so that one query finds one person in one run. Failed rows are items of their own.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from wecom_sync.adapters.dynamodb_items import RUN, item_key
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.stored import plain

PAGE = "PAGE#"
FAILURE = "FAILURE#"
MAX_PAGE_BYTES = 350_000
"""Compressed bytes of a page. An item may have 400 KB, and the keys need some."""
_ROWS = 20_000


def page_items(run: Run, outcomes: Sequence[Outcome], ttl: int) -> Iterator[dict[str, Any]]:
    """Yield the items that hold every outcome."""
    rows = sorted(outcomes, key=_order)
    for start in range(0, len(rows), _ROWS):
        yield from _packed(run, rows[start : start + _ROWS], ttl)


def failure_items(run: Run, outcomes: Iterable[Outcome], ttl: int) -> Iterator[dict[str, Any]]:
    """Yield an item for each refused row, keyed by its line."""
    for outcome in outcomes:
        if outcome.failed:
            yield {
                "pk": item_key(RUN, run.run_id)["pk"],
                "sk": f"{FAILURE}{outcome.line or 0:08d}#{outcome.id}",
                "row": plain(outcome),
                "ttl": ttl,
            }


def outcome_from_item(item: Mapping[str, Any]) -> Outcome:
    return Outcome(*item["row"])


def page_outcomes(item: Mapping[str, Any]) -> Iterator[Outcome]:
    for row in json.loads(zlib.decompress(item["rows"])):
        yield Outcome(*row)


def _packed(run: Run, rows: Sequence[Outcome], ttl: int) -> Iterator[dict[str, Any]]:
    document = json.dumps([plain(row) for row in rows], ensure_ascii=False)
    data = zlib.compress(document.encode(), 6)
    if len(data) > MAX_PAGE_BYTES and len(rows) > 1:
        middle = len(rows) // 2
        yield from _packed(run, rows[:middle], ttl)
        yield from _packed(run, rows[middle:], ttl)
        return
    yield {
        "pk": item_key(RUN, run.run_id)["pk"],
        "sk": f"{PAGE}{_order(rows[0])}",
        "rows": data,
        "count": len(rows),
        "ttl": ttl,
    }


def _order(outcome: Outcome) -> str:
    """DynamoDB sorts keys by their UTF-8 bytes, which is code point order, as Python does."""
    return outcome.id.casefold()
