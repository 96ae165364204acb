"""What a person approved and WeCom refused: we do not ask about it again. Pure."""

import hashlib

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.columns import DISABLED_COLUMN
from wecom_sync.files.roster import Roster, Row

GONE = "gone"
"""Stands for the digest of somebody who was to go and has no row."""
_DIGITS = 16
_BETWEEN_CELLS, _BETWEEN_COLUMNS = "\x1f", "\x1e"


def row_digest(roster: Roster, row: Row, *, is_new: bool) -> str:
    """Return the digest of a row, and of whether it adds somebody.

    The order of columns does not matter. Nor does a blank 禁用: it depends on the grace periods of
    other people.
    """
    cells = zip(roster.columns, row.cells, strict=True)
    told = sorted(_BETWEEN_CELLS.join(pair) for pair in cells if pair != (DISABLED_COLUMN, ""))
    text = _BETWEEN_COLUMNS.join(("new" if is_new else "there", *told))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def asked_before(roster: Roster, directory: Directory, snapshot: Snapshot) -> frozenset[str]:
    """Return, in lower case, who has the same row in this file as was approved and refused."""
    if not snapshot.asked:
        return frozenset()
    rows = {row.id.casefold(): row for row in roster.rows if row.line}
    return frozenset(
        user
        for user, digest in snapshot.asked.items()
        if digest
        == (
            row_digest(roster, rows[user], is_new=user not in directory.members)
            if user in rows
            else GONE
        )
    )
