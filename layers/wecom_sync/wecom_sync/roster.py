"""From a dropped file's bytes to checked rows: pure functions, every problem of a file at once."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wecom_sync.columns import (
    CONTACT_COLUMNS,
    LIST_COLUMNS,
    PARENT_COLUMN,
    ROOT_PARENT,
    Column,
    columns_of,
    header_names,
    id_column,
    normal_header,
)
from wecom_sync.errors import PermanentError
from wecom_sync.run import Job

MAX_BYTES = 20 * 1024 * 1024
"""A media file is at most 20 MB (doc/96484), and more than 5 bytes, as any header alone is."""

_NOT_TEXT = {
    b"PK\x03\x04": "file_is_spreadsheet",
    b"\xd0\xcf\x11\xe0": "file_is_spreadsheet",
    b"%PDF": "file_is_not_text",
    b"\x1f\x8b": "file_is_not_text",
    b"\x89PNG": "file_is_not_text",
    b"\xff\xd8\xff": "file_is_not_text",
    b"Rar!": "file_is_not_text",
    b"7z\xbc\xaf": "file_is_not_text",
}
MAX_ROWS = 200_000
"""Rows of a file that we read: twice our largest corp, and what the functions' memory holds."""
MAX_PROBLEMS = 10_000
"""Problems that are listed one by one; the rest is counted by kind."""
_UNSAFE = re.compile(r'[,"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file.

    `line` counts from 1, the header included, 0 for the file as a whole; `column` is the
    header's name, blank for a whole line; `id` names the row when it can be named.
    """

    line: int
    column: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    id: str = ""


class FileRejectedError(PermanentError):
    """The file must not reach WeCom.

    `problems` holds what is wrong with it, the first `MAX_PROBLEMS` one by one; `counts` all of
    it by code; `rows` its rows as far as they were read.
    """

    code = "file_rejected"

    def __init__(
        self,
        problems: Sequence[Problem],
        rows: Sequence["Row"] = (),
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self.problems = tuple(problems)
        self.rows = tuple(rows)
        self.counts = counts or Counter(problem.code for problem in problems)
        total = sum(self.counts.values())
        super().__init__(f"{total} problems", problems=total)


class Findings:
    """Collects problems: the first ones whole, all of them by kind."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.counts: Counter[str] = Counter()

    def add(self, *problems: Problem) -> None:
        """Note problems."""
        for problem in problems:
            self.counts[problem.code] += 1
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(problem)

    def refuse(self, rows: Sequence["Row"] = ()) -> None:
        """Raise `FileRejectedError` when there is any problem."""
        if self.problems:
            raise FileRejectedError(self.problems, rows, self.counts)


@dataclass(frozen=True, slots=True)
class Row:
    """One member or department; `cells` stand in the order of the roster's columns."""

    line: int
    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """A checked file. `columns` are WeCom's names; unknown columns keep their own (attributes)."""

    job: Job
    encoding: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def to_csv(self) -> bytes:
        """Return the file as WeCom wants it: UTF-8 with BOM as in its templates, LF, no quotes.

        Parents stand before their children, as in the template: nobody knows whether they must.
        """
        rows = self.rows if self.job.has_members else _parents_first(self.columns, self.rows)
        lines = [",".join(self.columns)]
        lines += [",".join(row.cells) for row in rows]
        return ("\n".join(lines) + "\n").encode("utf-8-sig")


def _parents_first(columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Return the departments level by level; what hangs on nothing keeps its order at the end."""
    parent_at = columns.index(PARENT_COLUMN)
    children: dict[str, list[Row]] = {}
    for row in rows:
        children.setdefault(row_key(Job.REPLACE_PARTY, row.cells[parent_at]), []).append(row)
    ordered = children.pop(ROOT_PARENT, [])
    for row in ordered:
        ordered += children.pop(row_key(Job.REPLACE_PARTY, row.id), [])
    return ordered + [row for hanging in children.values() for row in hanging]


def row_key(job: Job, row_id: str) -> str:
    """Return the form in which ids are one and the same: user ids fold case, numbers zeros."""
    return row_id.casefold() if job.has_members else row_id.lstrip("0") or "0"


def read_roster(job: Job, content: bytes) -> Roster:
    """Decode and check a file.

    `content`: the object's bytes, at most `MAX_BYTES`. Raises `FileRejectedError` with every
    problem of the file.
    """
    text, encoding = _decode(job, content)
    lines = _lines(text)
    header_line, header = next(lines, (0, []))
    if not header:
        raise FileRejectedError([Problem(0, "", "file_empty")])
    findings = Findings()
    columns = _read_header(job, header, header_line, findings)
    rows = _read_rows(job, columns, lines, findings)
    if not rows and not findings.problems:
        findings.add(Problem(0, "", "file_has_no_rows"))
    findings.refuse(rows)
    roster = Roster(job, encoding, columns, tuple(rows))
    if len(roster.to_csv()) > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")], rows)
    return roster


def _decode(job: Job, content: bytes) -> tuple[str, str]:
    if not content.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
        raise FileRejectedError([Problem(0, "", "file_empty")])
    if len(content) > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")])
    for signature, code in _NOT_TEXT.items():
        if content.startswith(signature):
            raise FileRejectedError([Problem(0, "", code)])
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _header_is_known(job, text):
            continue
        if "\x00" in text:
            raise FileRejectedError([Problem(0, "", "file_is_not_text")])
        if encoding == "gb18030" and (found := _PRIVATE_USE.search(text)):
            # Big5 and other encodings read as GB18030 leave characters that nobody uses.
            byte = len(text[: found.start()].encode(encoding)) + 1
            line = text.count("\n", 0, found.start()) + 1
            raise FileRejectedError([Problem(line, "", "encoding_unknown", {"byte": byte})])
        return text.replace("\r\n", "\n").replace("\r", "\n"), _shown(encoding, content)
    raise FileRejectedError([_damage(content)])


def _encodings(content: bytes) -> tuple[str, ...]:
    """Guess by the BOM; without one UTF-8 goes before GB18030, which takes almost anything."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    return ("utf-8", "gb18030")


def _shown(encoding: str, content: bytes) -> str:
    if encoding == "utf-16":
        return "UTF-16LE" if content.startswith(b"\xff\xfe") else "UTF-16BE"
    return {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "gb18030": "GB18030"}[encoding]


def _header_is_known(job: Job, text: str) -> bool:
    """Whether the first line names a Chinese column: the proof that GB18030 was a good guess."""
    spelled = {
        *header_names(Job.REPLACE_USER),
        *header_names(Job.REPLACE_PARTY),
        *header_names(job),
    }
    known = {name for name in spelled if not name.isascii()}
    first = text.lstrip().replace("\r", "\n").partition("\n")[0]
    return any(normal_header(cell.strip('"')) in known for cell in first.split(","))


def _damage(content: bytes) -> Problem:
    try:
        content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(line, "", "encoding_unknown", {"byte": error.start + 1})
    return Problem(0, "", "file_is_not_text")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every line that has a cell: its number and its trimmed cells without a blank tail."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    previous = 0
    try:
        for cells in reader:
            line, previous = previous + 1, reader.line_num
            trimmed = [cell.strip() for cell in cells]
            while trimmed and not trimmed[-1]:
                trimmed.pop()
            if trimmed:
                yield line, trimmed
    except csv.Error:
        raise FileRejectedError([Problem(previous + 1, "", "quotes_unbalanced")]) from None


def _read_header(job: Job, header: Sequence[str], line: int, findings: Findings) -> tuple[str, ...]:
    """Return the columns; raises at once when the rows below could not be understood."""
    names = header_names(job)
    columns = tuple(
        names.get(normal_header(cell), cell.replace("\ufeff", "").strip()) for cell in header
    )
    missing = [
        column.name for column in columns_of(job) if column.required and column.name not in columns
    ]
    if job.has_members and not any(name in columns for name in CONTACT_COLUMNS):
        missing.append("/".join(CONTACT_COLUMNS))
    other = Job.REPLACE_PARTY if job.has_members else Job.REPLACE_USER
    if missing and _answers(other, header):
        code = "header_of_departments" if job.has_members else "header_of_members"
        raise FileRejectedError([Problem(line, "", code, {"job": job.value})])
    if missing and set(columns).isdisjoint(names.values()):
        raise FileRejectedError([Problem(line, "", "header_missing", {"expected": _expected(job)})])
    for name in dict.fromkeys(columns):
        if name and columns.count(name) > 1:
            findings.add(Problem(line, name, "header_duplicate", {"column": name}))
    for position, name in enumerate(columns, 1):
        if not name:
            findings.add(Problem(line, "", "header_blank", {"position": position}))
        elif _UNSAFE.search(name):
            findings.add(Problem(line, name, "header_unsafe", {"position": position}))
    findings.add(*(Problem(line, name, "column_missing", {"column": name}) for name in missing))
    return columns


def _answers(job: Job, header: Sequence[str]) -> bool:
    found = {header_names(job).get(normal_header(cell)) for cell in header}
    return all(column.name in found for column in columns_of(job) if column.required)


def _expected(job: Job) -> str:
    return ",".join(column.name for column in columns_of(job) if column.required)


def _read_rows(
    job: Job,
    columns: tuple[str, ...],
    lines: Iterable[tuple[int, list[str]]],
    findings: Findings,
) -> list[Row]:
    template = {column.name: column for column in columns_of(job)}
    checks = [(name, template.get(name, Column(name))) for name in columns]
    id_at = columns.index(id_column(job)) if id_column(job) in columns else None
    contacts = [columns.index(name) for name in CONTACT_COLUMNS if name in columns]
    lists = [
        index for index, name in enumerate(columns) if job.has_members and name in LIST_COLUMNS
    ]
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for line, cells in lines:
        if len(rows) == MAX_ROWS:
            raise FileRejectedError([Problem(line, "", "file_too_many_rows", {"limit": MAX_ROWS})])
        row_id = cells[id_at] if id_at is not None and id_at < len(cells) else ""
        if len(cells) > len(columns):
            extra = {"cells": len(cells), "columns": len(columns)}
            findings.add(Problem(line, "", "cells_too_many", extra, row_id))
            rows.append(Row(line, row_id, ()))
            continue
        cells += [""] * (len(columns) - len(cells))
        for index in lists:
            cells[index] = cells[index].replace("；", ";")
        findings.add(*_check_cells(line, row_id, cells, checks))
        if contacts and job.has_members and not any(cells[index] for index in contacts):
            findings.add(Problem(line, "/".join(CONTACT_COLUMNS), "contact_missing", {}, row_id))
        if row_id:
            first = seen.setdefault(row_key(job, row_id), line)
            if first != line:
                code = "user_id_duplicate" if job.has_members else "department_id_duplicate"
                findings.add(Problem(line, id_column(job), code, {"first": first}, row_id))
        rows.append(Row(line, row_id, tuple(cells)))
    return rows


def _check_cells(
    line: int, row_id: str, cells: Sequence[str], checks: Sequence[tuple[str, Column]]
) -> Iterator[Problem]:
    for cell, (name, column) in zip(cells, checks, strict=True):
        if not cell:
            if column.required:
                yield Problem(line, name, "cell_missing", {"column": name}, row_id)
        elif _UNSAFE.search(cell):
            yield Problem(line, name, "cell_unsafe", {"column": name}, row_id)
        elif code := column.problem(cell):
            yield Problem(line, name, code, {}, row_id)
