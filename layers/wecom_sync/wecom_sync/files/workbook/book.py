"""The sheets of a workbook, and which of them is read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Self

from wecom_sync.domain.texts import Listing
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import columns_of, missing
from wecom_sync.files.decoding import (
    MAX_BYTES,
    MAX_COLUMNS,
    Line,
    Stopwatch,
    Table,
    emptied,
    letters_of,
)
from wecom_sync.files.department_cells import (
    CODE_COLUMN,
    ID_COLUMN,
    NAME_COLUMN,
    PARENT_CODE_COLUMN,
    PARENT_COLUMN,
)
from wecom_sync.files.headers import Headers, Heading
from wecom_sync.files.member_columns import CONTACT_COLUMNS, MEMBER_NAME_COLUMN, USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import refused
from wecom_sync.files.row_checks import ColumnCheck
from wecom_sync.files.workbook.numbers import TRUE, Numbers
from wecom_sync.files.workbook.package import BROKEN, Package
from wecom_sync.files.workbook.sheet import CellText, Sheet

MAX_STRINGS = 4_000_000
MAX_TEXT = 5 * MAX_BYTES
MAX_SHEETS = 250
"""The most sheets: the first lines of each are read."""
TOP_LINES = 30
_TOP_CELL = 100
"""How many characters of their cells are kept: those of all sheets are in memory together."""
_MAIN = "officeDocument"
_DIGIT = re.compile("[0-9]")
_KNOWN_BY = {
    True: (USER_COLUMN, MEMBER_NAME_COLUMN, *CONTACT_COLUMNS),
    False: (ID_COLUMN, CODE_COLUMN, NAME_COLUMN),
}
"""The columns that tell a member or a department, the best first."""


def read_workbook(content: bytes, headers: Headers, watch: Stopwatch) -> Table:
    """Return the lines of the sheet that is the file. Hidden sheets are passed over."""
    try:
        book = _Book.of(Package.of(content, watch))
        names = [*book.sheets]
        if len(names) > 1:
            tops = {name: top for name in names if (top := book.top(book.sheets[name]))}
            if not tops:
                raise refused("file_empty")
            names = [_Choice(headers, watch).of(tops), *tops]
    except BROKEN:
        # What is wrong may quote a cell, so it goes into no log.
        raise refused("workbook_broken") from None
    name, *others = dict.fromkeys(names)
    sheet = Sheet(book.strings, book.numbers)
    return Table(
        "XLSX",
        book.lines(book.sheets[name], sheet),
        hidden=sheet.hidden,
        letters=[*map(letters_of, range(MAX_COLUMNS))],
        sheet=name,
        unread=tuple(others),
        watch=watch,
    )


@dataclass(frozen=True, slots=True)
class _Book:
    """The visible sheets by name, each with its part, and what they share.

    `merged`: the parts that may have merged cells.
    """

    package: Package
    sheets: Mapping[str, str]
    merged: AbstractSet[str]
    strings: Sequence[str]
    numbers: Numbers

    @classmethod
    def of(cls, package: Package) -> Self:
        """Read what is not in the sheets."""
        main = next((part for kind, part in package.related("").values() if kind == _MAIN), "")
        if not main.endswith(".xml"):
            raise refused("file_is_spreadsheet")
        parts = package.related(main)
        sheets: dict[str, str] = {}
        seen: set[str] = set()

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == "workbookPr" and attributes.get("date1904") in TRUE:
                # Days are counted otherwise there.
                raise refused("file_is_spreadsheet")
            if element == "sheet" and attributes.get("state", "visible") == "visible":
                ids = (value for name, value in attributes.items() if name.endswith(":id"))
                kind, part = parts[next(ids, "")]
                if part.casefold() in seen or attributes["name"] in sheets:
                    raise ValueError("two sheets in one part, or of one name")
                if len(seen) == MAX_SHEETS:
                    raise refused("workbook_too_large")
                seen.add(part.casefold())
                if kind == "worksheet":
                    sheets[attributes["name"]] = part

        package.read_small(main, start)
        if not sheets:
            raise refused("file_is_spreadsheet")
        of_kind = dict(parts.values())
        strings = of_kind.get("sharedStrings", "")
        return cls(
            package,
            sheets,
            package.count(sheets.values(), strings),
            _strings(package, strings),
            Numbers.of(package, of_kind.get("styles", "")),
        )

    def top(self, part: str) -> list[Line]:
        sheet = Sheet(self.strings, self.numbers)
        for _ in self.package.parse(part, sheet.start, sheet.end, sheet.text.add):
            if len(sheet.lines) > TOP_LINES:
                break
        return [(at, [cell[:_TOP_CELL] for cell in cells]) for at, cells in sheet.lines[:TOP_LINES]]

    def lines(self, part: str, sheet: Sheet) -> Iterator[Line]:
        """Yield the lines of a sheet while it is read: its header is judged before the rest.

        What is merged stands behind the rows: then all are read first.
        """
        try:
            for _ in self.package.parse(part, sheet.start, sheet.end, sheet.text.add):
                if part not in self.merged:
                    yield from emptied(sheet.lines)
        except BROKEN:
            raise refused("workbook_broken") from None
        sheet.fill_merged()
        yield from emptied(sheet.lines)


def _strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    text = CellText()
    size = 0

    def start(element: str, _: dict[str, str]) -> None:
        text.enter(element)

    def end(element: str) -> None:
        nonlocal size
        text.leave(element)
        if element == "si":
            strings.append(text.clean())
            size += len(strings[-1])
            if len(strings) > MAX_STRINGS or size > MAX_TEXT:
                raise refused("workbook_too_large")
            text.begin()

    if part:
        for _ in package.parse(part, start, end, text.add):
            pass
    return strings


class _Choice:
    """Which sheet is the file, and which others look like a part of it."""

    def __init__(self, headers: Headers, watch: Stopwatch) -> None:
        self._headers, self._has_members = headers, headers.job.has_members
        self._watch = watch
        self._checks = {
            column.name: ColumnCheck(column, is_quoted=False) for column in columns_of(headers.job)
        }

    def of(self, tops: Mapping[str, Sequence[Line]]) -> str:
        """Return the sheet whose header fits the job, or else may be one, or the first.

        `tops`: the first lines of each sheet. Raises `FileRejectedError` if another sheet looks
        like a part of the file: a full file would remove the people on it.
        """
        headings = {name: self._heading(lines) for name, lines in tops.items()}
        headers = {name: self._headers.header(it.cells) for name, it in headings.items()}
        job = self._headers.job
        fitting = [name for name, it in headers.items() if not missing(job, it.columns)]
        if not fitting:
            return next((name for name in tops if self._has_header(tops[name])), next(iter(tops)))
        columns = headers[fitting[0]].columns
        alike = [
            name
            for name, lines in tops.items()
            if name in fitting or self._has_header(lines) or self._goes_on(columns, lines)
        ]
        if len(alike) > 1:
            raise refused("workbook_sheets", sheets=Listing.of(map(shortened, alike)))
        return fitting[0]

    def _heading(self, lines: Sequence[Line]) -> Heading:
        self._watch.look()
        return self._headers.heading(iter(lines))

    def _has_header(self, lines: Sequence[Line]) -> bool:
        """Whether a header of this kind of file is here, though it may lack columns, and a row."""
        for at, (_, header) in enumerate(lines):
            self._watch.look()
            columns = self._headers.partly(header)
            names = (name for name in _KNOWN_BY[self._has_members] if name in columns)
            if self._has_row(columns, lines[at + 1 :], [*names][:1]):
                return True
        return False

    def _goes_on(self, columns: Sequence[str], lines: Sequence[Line]) -> bool:
        """Whether rows in the columns of the other sheet are here, without a header.

        Numbers of departments look like those of a statistic, but that has a header: so of
        departments only the first line counts.
        """
        if self._has_members:
            return any(
                self._has_row(columns, lines, (USER_COLUMN, MEMBER_NAME_COLUMN, contact))
                for contact in CONTACT_COLUMNS
            )
        first = self._heading(lines)
        row = dict(zip(columns, first.cells, strict=False))
        pairs = ((ID_COLUMN, PARENT_COLUMN), (CODE_COLUMN, PARENT_CODE_COLUMN))
        numbered = [
            pair for pair in pairs if all(_DIGIT.search(row.get(name, "")) for name in pair)
        ]
        line = [(first.line, first.cells)]
        return any(self._has_row(columns, line, (NAME_COLUMN, *pair)) for pair in numbered)

    def _has_row(self, columns: Sequence[str], lines: Iterable[Line], names: Sequence[str]) -> bool:
        rows = (dict(zip(columns, cells, strict=False)) for _, cells in lines if names)
        return any(
            all(row.get(name) and self._checks[name](row[name])[1] is None for name in names)
            for row in rows
        )
