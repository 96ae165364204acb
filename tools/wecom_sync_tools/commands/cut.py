"""Cuts the columns of a file that nobody takes, before it leaves this machine."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.adapters.s3 import NOTES
from wecom_sync.domain.file_notes import MAX_PACKED, FileNotes
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.columns import is_comment, normal_header
from wecom_sync.files.decoding import Line, Table, letters_of
from wecom_sync.files.headers import Header, Headers, Strength
from wecom_sync.files.paths import DepartmentPaths
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster, read_table
from wecom_sync.files.selection import DEPARTED
from wecom_sync_tools.commands.hr_people import is_about
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments, Parser
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target
from wecom_sync_tools.views.troubles import tell_refused

_LINE_BREAK = "\u2028"
"""What a line break in a cell of a workbook becomes, so that each row is one line."""


_MOST_NAMED = 10
_OF_OTHERS = frozenset({"warning_columns_left_out", "warning_footer", "warning_titles"})


class Sendable(NamedTuple):
    """What of a file is sent: its name there, its content, and its metadata."""

    name: str
    content: bytes
    metadata: dict[str, str]


class UncuttableError(Exception):
    """The file would be read differently without some columns, or has headers that say nothing."""


def add_as_it_is(parser: Parser) -> None:
    parser.flag("--as-it-is", about="help_as_it_is")


def sendable(
    args: Arguments, content: bytes, target: Target, terminal: Terminal, *, refused: int = 1
) -> Sendable:
    """Return what is sent of `args.file`, and say on stderr what stays here.

    Raises `CommandError` with the exit code `refused` for a file of which nothing can be cut.
    """
    whole = Sendable(args.file.name, content, {})
    if args.as_it_is:
        return whole
    try:
        index = target.documents.index(args.corp)
    except (CommandError, BotoCoreError, ClientError):
        raise UsageError("cut_unread") from None
    reading = Policy.from_document(index.settings).reading if index.settings else Reading()
    try:
        try:
            part, notes, names = cut(args.job, content, reading)
        except UncuttableError:
            # What is wrong with the file itself says more.
            read_roster(args.job, content, reading)
            raise UsageError("cut_unlike") from None
    except FileRejectedError as error:
        file = {"run_id": None, "corp": args.corp, "job": args.job, "file": str(args.file)}
        about = {**file, "verdict": "reject", "plan": None, "holds": []}
        tell_refused(error, about, terminal, as_json=args.json)
        raise CommandError("cut_refused", exit_code=refused, file=args.file) from None
    if not (names or notes.letters):
        return whole
    named = terminal.listed(map(shortened, names[:_MOST_NAMED])) or terminal.text("value_none")
    named += " …" if len(names) > _MOST_NAMED else ""
    terminal.note("cut_sent", sent=notes.sent, stay=len(names), names=named)
    name = f"{args.file.stem}.csv" if notes.letters else args.file.name
    return Sendable(name, part, {NOTES: notes.packed()})


def cut(job: Job, content: bytes, reading: Reading) -> tuple[bytes, FileNotes, list[str]]:
    """Return a file as CSV without columns that nobody takes, what was noticed, and their headers.

    No row is cut, and each keeps its line. Raises `FileRejectedError` and `UncuttableError`.
    """
    headers = Headers.of(job, reading)
    table = read_table(content, headers)
    heading = headers.heading(table.lines)
    rows = [*heading.below]
    header = headers.header(heading.cells)
    paths = DepartmentPaths.of(header, rows) if job is Job.COMPANY else None
    levels = paths.levels if paths else ()
    places = range(len(header.cells))
    # A file of the other kind is refused as such by its headers.
    others_own = headers.every if headers.is_of_other_kind(header) else frozenset[str]()
    is_known = any(header.columns) or others_own
    if not is_known or any(_has_unnamed(cells, header) for _, cells in rows):
        raise UncuttableError
    kept = [
        at
        for at in places
        if at in levels
        or _is_kept(at, header, rows, reading)
        or normal_header(header.cells[at]) in others_own
    ]
    taken = [(line, _taken(cells, kept, len(header.cells))) for line, cells in rows]
    names = _taken(heading.cells, kept, len(header.cells))
    width = max([at + 1 for at in kept], default=0)
    titles = [
        (line, ["" if at not in kept and at else cell for at, cell in enumerate(cells[:width])])
        for line, cells in heading.titles
    ]
    part = _csv([*titles, (heading.line, names), *taken], table)
    others = [cell for at, cell in enumerate(header.cells) if at not in kept]
    notes = FileNotes(
        encoding=table.encoding,
        letters=tuple(map(letters_of, kept)) if table.letters else (),
        sheet=table.sheet,
        unread=table.unread,
        hidden=tuple(sorted(table.hidden)),
        sent=len(kept),
    )
    is_small = len(notes.packed()) <= MAX_PACKED
    if not is_small or _outcome(job, content, reading) != _outcome(job, part, reading, notes):
        raise UncuttableError
    return part, notes, others


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
    return is_open or is_about(name, values) or not DEPARTED.isdisjoint(values)


def _has_unnamed(cells: Sequence[str], header: Header) -> bool:
    width = len(header.cells)
    return any(
        cell.strip() and (at >= width or not (header.cells[at].strip() or at in header.levels))
        for at, cell in enumerate(cells)
    )


def _taken(cells: Sequence[str], kept: Sequence[int], width: int) -> list[str]:
    return [*(cells[at] if at < len(cells) else "" for at in kept), *cells[width:]]


def _csv(lines: Iterable[Line], table: Table) -> bytes:
    """Return a CSV in which each row has the line that it had in the file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    at = 1
    for line, cells in lines:
        if table.letters:
            cells = [cell.replace("\n", _LINE_BREAK) for cell in cells]
        if line < at:
            raise UncuttableError
        text.write("\n" * (line - at))
        writer.writerow(cells)
        at = line + 1 + sum(cell.count("\n") for cell in cells)
    return text.getvalue().encode("utf-8-sig")


def _outcome(
    job: Job, content: bytes, reading: Reading, notes: FileNotes | None = None
) -> tuple[object, ...]:
    """Return what is read of a file, but for what only columns say that are left out."""
    try:
        roster = read_roster(job, content, reading, notes)
    except FileRejectedError as error:
        return tuple(error.problems), tuple(error.rows)
    warnings = tuple(it for it in roster.warnings if it.code not in _OF_OTHERS)
    return (replace(roster, warnings=warnings),)
