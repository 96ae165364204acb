"""The sheets of a workbook, and which of them is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from wecom_sync.domain.texts import Listing
from wecom_sync.files.decoding import HEADER_LINES, MAX_BYTES, MAX_ROWS, Table
from wecom_sync.files.problems import shortened
from wecom_sync.files.workbook.numbers import EPOCH, EPOCH_1904, TRUE, Numbers
from wecom_sync.files.workbook.package import BROKEN, Package, refused
from wecom_sync.files.workbook.sheet import Sheet, Text

MAX_STRINGS = 4_000_000
MAX_TEXT = 5 * MAX_BYTES
"""The most characters of a sheet. A text that many cells share is unpacked only once."""
_MAIN = "officeDocument"

type _Fit = Callable[[Iterator[tuple[int, list[str]]]], bool]


def read_workbook(content: bytes, fit: _Fit) -> Table:
    """Return the lines of the sheet whose header fits, or else of the first one with any.

    `fit`: tells whether the first lines of a sheet have the header of the job. Hidden sheets are
    passed over. Raises `FileRejectedError`.
    """
    try:
        book = _Book.of(Package.of(content))
        sheet = book.sheet(_chosen(book, fit))
    except BROKEN:
        # What is wrong may quote a cell, so it goes into no log.
        raise refused("workbook_broken") from None
    if sum(map(len, chain.from_iterable(cells for _, cells in sheet.lines))) > MAX_TEXT:
        raise refused("file_too_large")
    return Table("XLSX", iter(sheet.lines), hidden=frozenset(sheet.hidden), names_cells=True)


def _chosen(book: "_Book", fit: _Fit) -> str:
    """Return the part of the sheet that is read.

    Of two that fit neither may be left out: a full file would remove half of the people.
    """
    if len(book.sheets) == 1:
        return next(iter(book.sheets.values()))
    first, fitting = "", {}
    for name, part in book.sheets.items():
        top = book.top(part)
        first = first or (part if top else "")
        if fit(iter(top)):
            fitting[name] = part
    if len(fitting) > 1:
        raise refused("workbook_sheets", {"sheets": Listing.of(map(shortened, fitting))})
    if not first:
        raise refused("file_empty")
    return next(iter(fitting.values()), first)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the sheets of a workbook share.

    `sheets`: the part of each visible one, by name; `strings`: texts that cells refer to.
    """

    package: Package
    sheets: Mapping[str, str]
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
        epoch = EPOCH

        def start(element: str, attributes: dict[str, str]) -> None:
            nonlocal epoch
            if element == "workbookPr" and attributes.get("date1904") in TRUE:
                epoch = EPOCH_1904
            elif element == "sheet" and attributes.get("state", "visible") == "visible":
                ids = (value for name, value in attributes.items() if name.endswith(":id"))
                kind, part = parts[next(ids, "")]
                if part in sheets.values():
                    raise ValueError("two sheets in one part")
                if kind == "worksheet":
                    sheets[attributes["name"]] = part

        package.read_small(main, start)
        if not sheets:
            raise refused("file_is_spreadsheet")
        of_kind = dict(parts.values())
        return cls(
            package,
            sheets,
            _strings(package, of_kind.get("sharedStrings", "")),
            Numbers.of(package, of_kind.get("styles", ""), epoch),
        )

    def top(self, part: str) -> list[tuple[int, list[str]]]:
        """Return the first lines of a sheet."""
        sheet = Sheet(self.strings, self.numbers)
        for _ in self.package.parse(part, sheet.start, sheet.end, sheet.text.add):
            if len(sheet.lines) > HEADER_LINES:
                break
        return sheet.lines

    def sheet(self, part: str) -> Sheet:
        """Return a whole sheet."""
        sheet = Sheet(self.strings, self.numbers)
        for _ in self.package.parse(part, sheet.start, sheet.end, sheet.text.add):
            if len(sheet.lines) > MAX_ROWS + HEADER_LINES:
                raise refused("file_too_many_rows", {"limit": MAX_ROWS})
        sheet.fill_merged()
        return sheet


def _strings(package: Package, part: str) -> list[str]:
    """Return the texts that cells refer to by number."""
    strings: list[str] = []
    text = Text()

    def start(element: str, _: dict[str, str]) -> None:
        text.enter(element)

    def end(element: str) -> None:
        text.leave(element)
        if element == "si":
            if len(strings) == MAX_STRINGS:
                raise refused("workbook_too_large")
            strings.append(text.clean())
            text.begin()

    if part:
        for _ in package.parse(part, start, end, text.add):
            pass
    return strings
