"""Result pages: 100,000 outcomes in a few items instead of 100,000.

Rows sorted by id are packed into compressed pages, each keyed by its first id, so that one query
finds one person in one run. A page holds columns instead of rows, because those of the same kind
compress better: DynamoDB charges by the kilobyte. Pages with refused rows have a count of them,
so that the others need not be read.
"""

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wecom_sync.adapters.dynamodb_items import RUN, item_key
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run

PAGE = "PAGE#"
MAX_PAGE_BYTES = 350_000
"""Compressed bytes of a page. An item may have 400 KB, and the keys need some."""
_ROWS = 5_000
_PRESET = 1
"""As quick as zlib, at half of its bytes: ids and lines hardly repeat within zlib's window."""


def page_items(run: Run, outcomes: Sequence[Outcome], ttl: int) -> Iterator[dict[str, Any]]:
    rows = sorted(outcomes, key=lambda row: row.id.casefold())
    last, repeats = "", 0
    for start in range(0, len(rows), _ROWS):
        for item in _packed(run, rows[start : start + _ROWS], ttl):
            # Rows without an id may fill several pages.
            last, repeats = item["sk"], repeats + 1 if item["sk"] == last else 0
            yield item if not repeats else {**item, "sk": f"{last}#{repeats}"}


def page_outcomes(item: Mapping[str, Any]) -> Iterator[Outcome]:
    return map(Outcome, *json.loads(lzma.decompress(item["columns"])))


def page_key(row_id: str) -> str:
    """Return the sort key of a page that begins with a row.

    DynamoDB sorts keys by their UTF-8 bytes, which is code point order, as Python does.
    """
    return f"{PAGE}{row_id.casefold()}"


def _packed(run: Run, rows: Sequence[Outcome], ttl: int) -> Iterator[dict[str, Any]]:
    columns = zip(*rows, strict=True)
    document = json.dumps([*columns], ensure_ascii=False, separators=(",", ":"))
    data = lzma.compress(document.encode(), preset=_PRESET)
    if len(data) > MAX_PAGE_BYTES and len(rows) > 1:
        middle = len(rows) // 2
        yield from _packed(run, rows[:middle], ttl)
        yield from _packed(run, rows[middle:], ttl)
        return
    failed = sum(row.failed for row in rows)
    yield {
        **item_key(RUN, run.run_id, sk=page_key(rows[0].id)),
        "columns": data,
        "count": len(rows),
        **({"failed": failed} if failed else {}),
        "ttl": ttl,
    }
