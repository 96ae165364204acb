"""Reads the lines of a CSV: finds the encoding, or says that it is no text."""

import csv
import io
import re
from collections.abc import Callable, Container, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import chain, islice, zip_longest
from typing import TextIO

from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import normal_header
from wecom_sync.files.legibility import EDGE_MARKS, FREQUENT, GUARD, trimmed, unguarded
from wecom_sync.files.problems import FileRejectedError, refused
from wecom_sync.files.row_checks import has_swallowed

MAX_BYTES = 20 * 1024 * 1024
"""WeCom takes media files of up to 20 MB (doc/96484)."""
MAX_ROWS = 200_000
"""The most rows of a file: twice the largest corp, and what the memory holds. Blank ones, which
cost as much, and those that are left out count too."""
MAX_CELLS = 4_000_000
"""The most cells of a file, blank ones too: twenty in each row."""
MAX_COLUMNS = 200
"""The most columns: far more than WeCom's and a corp's attributes. Every row is as wide."""
MAX_CELL = 20_000
"""The most characters of a cell. No column and no attribute may have as many."""
READING_SECONDS = 20
"""Of the processor for one reading: 100,000 people take a few."""
# A cell without its closing quotation mark is read to the end of the file, then recognised.
csv.field_size_limit(MAX_BYTES)

ZIP = b"PK\x03\x04"
"""How a workbook begins, like everything else in a zip."""
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_NOT_TEXT = (b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")
_MARKS = {
    b"\xff\xfe": ("utf-16", "UTF-16LE"),
    b"\xfe\xff": ("utf-16", "UTF-16BE"),
    b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8 with BOM"),
}
"""Encodings that a file names itself by its first bytes, with the names that people know."""
_OTHERS = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))
"""Those to try. The second one decodes almost anything."""
_is_page = re.compile(
    r"\s*<(?:!doctype|html|head|meta|style|table|\?xml)\b|mime-version:", re.IGNORECASE
).match
"""A web page or XML that its name calls a workbook. Excel opens it."""
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")
"""Characters that come from Big5 and other encodings that were read as GB18030."""
_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_KNOWN = 2
"""So many known ASCII headers show that a line is a header."""
_MANY = 20
"""So many Chinese characters are enough to judge a text without known headers."""
HEADER_LINES = 30
"""Lines in which the header is looked for. Some exports write a page of notes above it."""
MAX_LINES = MAX_ROWS + HEADER_LINES
_FIRST, _FEW = 2_048, 4
"""Of the first lines, and how often on average a column has each of its few values there."""

type _Clean = Callable[[str], str]
type Line = tuple[int, list[str]]
"""The number of a line, and its cells."""


class Stopwatch:
    """Gives a reading up that takes too long.

    `clock`: the seconds that the processor has worked, not those that have passed: a busy machine
    makes no file bad.
    """

    def __init__(self, clock: Callable[[], float], seconds: int = READING_SECONDS) -> None:
        self._clock, self._seconds = clock, seconds
        self._end = clock() + seconds

    def look(self, line: int = 0) -> None:
        """Raise `FileRejectedError` once the time is over. `line`: where the reading is."""
        if self._clock() > self._end:
            raise refused("file_too_slow", line, seconds=self._seconds)


UNTIMED = Stopwatch(lambda: 0)
"""For whoever reads a file on a machine of their own."""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file of whatever format.

    `encoding`: as people know it; `lines`: number and cells of every line that is not blank, the
    cells trimmed; `is_quoted`: a stray quotation mark may have made rows a part of a cell;
    `hidden`: lines that a workbook does not show, of those that were read; `letters`: of its
    columns, since people know its cells as B5; `sheet`, `unread`: the name of the sheet that is
    read, and of others with lines.
    """

    encoding: str
    lines: Iterator[Line]
    is_quoted: bool = False
    hidden: AbstractSet[int] = frozenset()
    letters: Sequence[str] = ()
    sheet: str = ""
    unread: tuple[str, ...] = ()
    watch: Stopwatch = UNTIMED


def letters_of(at: int) -> str:
    """Return a column's letters in a workbook: A for 0, AA for 26."""
    before, own = divmod(at, 26)
    return (letters_of(before - 1) if before else "") + chr(ord("A") + own)


def read_csv(content: bytes, headers: Container[str]) -> Table:
    """Return the lines of a CSV. `headers`: what may stand in its first line, in normal form."""
    if not content.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
        raise refused("file_empty")
    if content.startswith(_OLD_WORKBOOK):
        raise refused("file_is_spreadsheet")
    if content.startswith(_NOT_TEXT):
        raise refused("file_is_not_text")
    text, encoding, name = _decoded(content, headers)
    if _is_page(text):
        raise refused("file_is_spreadsheet")
    if "\x00" in text:
        raise refused("file_is_not_text")
    if encoding == "gb18030" and (private := _PRIVATE_USE.search(text)):
        raise _undecoded(text[: private.start()].encode(encoding))
    is_quoted = '"' in text
    # Decoded anew while it is read: the text takes more memory than the file.
    lines = io.TextIOWrapper(io.BytesIO(content), encoding)
    if text.count(",") + min(text.count("\n"), MAX_LINES) > MAX_CELLS:
        if not is_quoted or _has_too_many_cells(lines):
            raise refused("file_too_many_cells", limit=MAX_CELLS)
        lines.seek(0)
    read = _lines if is_quoted else _unquoted_lines
    return Table(name, read(lines, cleaner(text)), is_quoted=True)


def _decoded(content: bytes, headers: Container[str]) -> tuple[str, str, str]:
    """Return a file's text, its encoding, and the name of that."""
    marked = [named for mark, named in _MARKS.items() if content.startswith(mark)]
    damaged_at: list[int] = []
    for encoding, name in marked or _OTHERS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            # The codec may have cut the mark off.
            damaged_at.append(len(content) - len(error.object) + error.start)
            continue
        if encoding != "gb18030" or _is_chinese(text, headers):
            return text, encoding, name
    raise _undecoded(content[: damaged_at[0]])


def _undecoded(before: bytes) -> FileRejectedError:
    return refused("encoding_unknown", before.count(b"\n") + 1, byte=len(before) + 1)


def _has_too_many_cells(text: TextIO) -> bool:
    """Whether cells are too many where commas may stand inside quotation marks.

    Those count only until their row is whole, so that no row fills the memory.
    """
    cells = commas = 0

    def limited() -> Iterator[str]:
        nonlocal commas
        for line in text:
            commas += line.count(",") + 1
            if cells + commas > MAX_CELLS:
                break
            yield line

    with suppress(csv.Error):  # It is told where the rows are read.
        for row in islice(csv.reader(limited(), strict=True), MAX_LINES + 1):
            cells, commas = cells + len(row), 0
    return cells + commas > MAX_CELLS


def _lines(text: TextIO, clean: _Clean) -> Iterator[Line]:
    """Yield the number and the trimmed cells of every line that is not blank."""
    reader = csv.reader(text, strict=True)
    previous = 0
    try:
        for number, cells in enumerate(reader, 1):
            line, previous = previous + 1, reader.line_num
            _limit(number, line)
            is_plain = line == previous or not any(map(has_swallowed, cells))
            trimmed = [*map(clean, cells)] if is_plain else cells
            while trimmed and not trimmed[-1]:
                trimmed.pop()
            if not trimmed:
                continue
            if max(map(len, trimmed)) > MAX_CELL:
                raise refused("cell_huge", line, limit=MAX_CELL)
            yield line, trimmed
    except csv.Error:
        raise refused("quotes_unbalanced", previous + 1) from None


def _unquoted_lines(text: TextIO, clean: _Clean) -> Iterator[Line]:
    """Yield what `_lines` does, of a text without quotation marks."""
    for number, line in enumerate(text, 1):
        _limit(number, number)
        cells = [*map(clean, line.split(","))]
        while cells and not cells[-1]:
            cells.pop()
        if len(line) > MAX_CELL and any(len(cell) > MAX_CELL for cell in cells):
            raise refused("cell_huge", number, limit=MAX_CELL)
        if cells:
            yield number, cells


def _limit(count: int, line: int) -> None:
    if count > MAX_LINES:
        raise refused("file_too_many_rows", line, limit=MAX_ROWS)


def held(lines: Iterator[Line]) -> list[Line]:
    """Return lines in which equal cells of columns with few values are one string."""
    first = [*islice(lines, _FIRST)]
    columns = enumerate(zip_longest(*(cells for _, cells in first), fillvalue=""))
    places = [at for at, cells in columns if len({*cells}) * _FEW < len(cells)]
    values: dict[str, str] = {}
    share = values.setdefault
    whole = []
    for line, cells in chain(first, lines):
        for at in places:
            if at < len(cells):
                cells[at] = share(cells[at], cells[at])
        whole.append((line, cells))
    return whole


def emptied(lines: list[Line]) -> Iterator[Line]:
    """Yield lines, and take each of them out of the list."""
    lines.reverse()
    while lines:
        yield lines.pop()


def cleaner(text: str) -> _Clean:
    """Return what `cleaned` does to the cells of a text. Most texts have no such marks."""
    return cleaned if any(mark in text for mark in (*EDGE_MARKS, GUARD)) else str.strip


def cleaned(cell: str) -> str:
    """Return a cell without blanks, marks and the guard against spreadsheets at its edges."""
    return trimmed(unguarded(trimmed(cell)))


def _is_chinese(text: str, headers: Container[str]) -> bool:
    """Whether the file really is GB18030, which decodes almost anything.

    It is if a header names a Chinese column. It also is if the text has mostly common characters,
    and is long or has ASCII headers: other encodings read as GB18030 give mostly rare ones.
    """
    lines = text.lstrip().replace("\r", "\n").split("\n", HEADER_LINES)[:HEADER_LINES]
    columns = [
        name
        for line in lines
        for cell in re.split(r"[,;\t]", line, maxsplit=MAX_COLUMNS)
        if (name := normal_header(unguarded(cell.strip()).strip('"'))) in headers
    ]
    if any(not name.isascii() for name in columns):
        return True
    han = re.findall(_HAN, text)
    if not han or (len(columns) < _KNOWN and len(han) < _MANY):
        return False
    return sum(character in FREQUENT for character in han) * 2 >= len(han)
