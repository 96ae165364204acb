"""What files have changed, as it was before: so a copy of an older file is recognised. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

from wecom_sync.domain.book import NOTHING, Book, Cells, Past
from wecom_sync.files.department_cells import ID_COLUMN
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    PARALLEL_COLUMNS,
    USER_COLUMN,
)
from wecom_sync.planning.memory.people import FORMER_SECONDS
from wecom_sync.planning.memory.receipt import Receipt

MOST_OF_FILE = 200
"""Of so many rows that a file changes the one before is remembered."""
MOST = 3_000
"""So many rows of the last files are remembered. Of 100,000 people they are 1 % of the book."""
_UNTOLD = frozenset({USER_COLUMN, ID_COLUMN, DISABLED_COLUMN, *PARALLEL_COLUMNS})
"""Columns that tell nothing: a grace period, or a newcomer, changes them of others."""
_DIGITS = 4


def mark_of(cells: Cells) -> str:
    """Return a mark of what a row says, too short to tell what: the same for the same row."""
    parts = (
        (name, ";".join(sorted(cell.split(";"))) if name == DEPARTMENTS_COLUMN else cell)
        for name, cell in sorted(cells.items())
        if cell and name not in _UNTOLD
    )
    return hashlib.sha256(repr([*parts]).encode()).hexdigest()[:_DIGITS] if cells else ""


def row_in(book: Book, key: str, *, of_members: bool) -> Cells:
    """Return the row that we have; nothing of who or what is not there, or leaves."""
    if of_members:
        person = book.person(key)
        return person.row if not person.left else NOTHING
    department = book.department(int(key))
    return department.row if not department.condemned else NOTHING


def remembered(before: Book, after: Book, receipt: Receipt) -> Book:
    """Return the book after a file with what there was before it."""
    dropped, of_members = receipt.run.identity.dropped, receipt.sent.roster.job.has_members
    changed = _changed(before, after, of_members=of_members)
    rows = {
        key: mark
        for key in sorted(changed, key=order_of)[:MOST_OF_FILE]
        if (mark := mark_of(row_in(before, key, of_members=of_members)))
        != mark_of(row_in(after, key, of_members=of_members))
    }
    if not rows:
        return after
    is_part = len(changed) > MOST_OF_FILE
    past = [it for it in before.history.past if it.dropped > dropped - FORMER_SECONDS]
    past.append(Past(dropped, of_members, is_part, rows))
    while sum(len(it.rows) for it in past) > MOST:
        del past[0]
    return replace(after, history=replace(after.history, past=(*past,)))


def _changed(before: Book, after: Book, *, of_members: bool) -> Sequence[str]:
    if not of_members:
        old, new = before.departments, after.departments
        return [str(it) for it in {**old, **new} if old.get(it) != new.get(it)]
    lines, now = before.people.lines, after.people.lines
    gone = sorted(lines.keys() - now.keys())
    pairs = ((it, line[1], lines.get(it)) for it, line in now.items())
    return gone + [it for it, row, old in pairs if old is None or old[1] != row]


def order_of(key: str) -> int:
    """Return where a key stands in the order in which keys are remembered: the same for all files.

    So who comes before the last one whom a file has changed, and is not among these, is unchanged.
    """
    return crc32(key.encode())
