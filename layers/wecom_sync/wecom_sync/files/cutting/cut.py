"""Cuts the columns of a file that nobody takes. Pure."""

import csv
import io
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.columns import STAYED, is_comment, normal_header
from wecom_sync.files.decoding import MAX_ROWS, UNTIMED, Line, Stopwatch
from wecom_sync.files.headers import Header, Headers, Strength
from wecom_sync.files.leaving import is_about, says_departed
from wecom_sync.files.paths import DepartmentPaths
from wecom_sync.files.problems import FileRejectedError, Problem, refused
from wecom_sync.files.roster import Roster, read_roster, read_table

UNSEEN = frozenset({"warning_sheets_unread", "warning_rows_hidden"})
"""Warnings of what a workbook has and the part that is sent has not."""
_OF_OTHERS = UNSEEN | {"warning_columns_left_out", "warning_footer", "warning_titles"}
_BREAKS = str.maketrans("\r\n", "\u2028\u2028")
"""A line break that is read as one, and begins no line of a CSV."""


class UncuttableError(Exception):
    """The file would be read differently without some columns, or has headers that say nothing."""


class Part(NamedTuple):
    """A CSV without the cells that nobody takes, its headers, the others, how the whole reads."""

    content: bytes
    sent: list[str]
    others: list[str]
    read: Roster | FileRejectedError


def cut(
    job: Job,
    content: bytes,
    reading: Reading,
    watch: Stopwatch = UNTIMED,
    most_rows: int = MAX_ROWS,
) -> Part:
    """Return a CSV in which the columns that nobody takes are blank, each row in its line.

    No row is cut. Of a workbook only the sheet that is read goes. `watch`, `most_rows`: what
    whoever waits for it has time for. Raises `FileRejectedError` and `UncuttableError`.
    """
    headers = Headers.of(job, reading)
    table = read_table(content, headers, watch)
    heading = headers.heading(table.lines)
    rows = _rows(heading.below, most_rows)
    header = headers.header(heading.cells)
    paths = DepartmentPaths.of(header, rows) if job is Job.COMPANY else None
    levels = paths.levels if paths else ()
    # A file of the other kind is refused as such by its headers.
    others_own = headers.every if headers.is_of_other_kind(header) else frozenset[str]()
    is_known = any(header.columns) or others_own
    if not is_known or any(_has_unnamed(cells, header) for _, cells in rows):
        raise UncuttableError
    kept = {
        at
        for at, cell in enumerate(header.cells)
        if at in levels or _is_kept(at, header, rows, reading) or normal_header(cell) in others_own
    }
    sent, others = (
        [cell for at, cell in enumerate(header.cells) if (at in kept) is it] for it in (True, False)
    )
    names = [cell if at in kept else STAYED for at, cell in enumerate(header.cells)]
    lines = [
        *((line, [STAYED]) for line, _ in heading.titles),
        (heading.line, names),
        *((line, _blanked(cells, kept)) for line, cells in rows),
    ]
    part = _csv(lines)
    watch.look()
    others += [next(filter(None, cells)) for _, cells in heading.titles]
    whole, read = (_read(job, it, reading, watch) for it in (content, part))
    if _outcome(whole) != _outcome(read):
        raise UncuttableError
    return Part(part if others or table.letters else content, sent, others, whole)


def _rows(lines: Iterable[Line], most: int) -> list[Line]:
    rows = [*islice(lines, most + 1)]
    if len(rows) > most:
        raise refused("desk_too_many_rows", rows[-1][0], limit=most)
    return rows


def _blanked(cells: Sequence[str], kept: Container[int]) -> list[str]:
    return [cell if at in kept else "" for at, cell in enumerate(cells)]


def _is_kept(at: int, header: Header, rows: Sequence[Line], reading: Reading) -> bool:
    """Whether a column is taken, or may tell who works here, or what another one means."""
    name, claim = normal_header(header.cells[at]), header.claims[at]
    named = map(normal_header, (*reading.rows, reading.key))
    if header.columns[at] or at in header.levels or not name or name in named or is_comment(name):
        return True
    if claim.strength is Strength.SETTING:
        return False
    is_open = claim.strength is Strength.CANDIDATE and claim.column not in header.columns
    values = [cells[at] for _, cells in rows if at < len(cells)]
    return is_open or is_about(name, values) or any(map(says_departed, values))


def _has_unnamed(cells: Sequence[str], header: Header) -> bool:
    width = len(header.cells)
    return any(
        cell.strip() and (at >= width or not (header.cells[at].strip() or at in header.levels))
        for at, cell in enumerate(cells)
    )


def _csv(lines: Iterable[Line]) -> bytes:
    """Return a CSV in which each row has the line that it had in the file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    at = 1
    for line, cells in lines:
        text.write("\n" * (line - at))
        writer.writerow([cell.translate(_BREAKS) for cell in cells])
        at = line + 1
    return text.getvalue().encode("utf-8-sig")


def _read(
    job: Job, content: bytes, reading: Reading, watch: Stopwatch
) -> Roster | FileRejectedError:
    try:
        return read_roster(job, content, reading, watch)
    except FileRejectedError as error:
        return error


def _outcome(read: Roster | FileRejectedError) -> tuple[object, ...]:
    """Return what is read of a file, but for cells' names and what only the whole file says."""
    if isinstance(read, FileRejectedError):
        return _placed(read.problems), tuple(read.rows)
    warnings = _placed(it for it in read.warnings if it.code not in _OF_OTHERS)
    return (replace(read, encoding="", letters={}, warnings=warnings),)


def _placed(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(replace(it, cell="") for it in problems)
