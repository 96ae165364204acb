"""The rows of a sheet, one element of XML after the other."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from operator import itemgetter

from wecom_sync.files.decoding import MAX_BYTES, MAX_CELL, MAX_COLUMNS, Line, cleaned, letters_of
from wecom_sync.files.legibility import Doubtful
from wecom_sync.files.problems import FileRejectedError, Problem, refused
from wecom_sync.files.workbook.numbers import TRUE, Numbers

MAX_SIZE = 8 * MAX_BYTES
"""The most characters of a sheet. Each place in a line counts as some more, also a blank one."""
_PLACE = 20
_NEVER = 10**7
"""Above every number of a line in a merged range."""
MAX_MERGED = 500_000
"""The most merged places that are noted."""
_TEXTS = frozenset({"v", "t"})
_ESCAPED = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
"""A character that Excel writes as `_x000A_`. Halves of characters stay as they are."""
_MERGED = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})")
_COLUMN = re.compile(r"[A-Z]{1,3}")
_UNCOMPUTED = Doubtful("=", "cell_uncomputed")
_TRUE, _FALSE = Doubtful("TRUE", "cell_formatted"), Doubtful("FALSE", "cell_formatted")


class CellText:
    """Collects the text of a cell, without what only tells how to pronounce it."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._is_inside = self._is_spoken = False

    def enter(self, element: str) -> None:
        if element in _TEXTS:
            self._is_inside = not self._is_spoken
        elif element == "rPh":
            self._is_spoken = True

    def leave(self, element: str) -> None:
        if element in _TEXTS:
            self._is_inside = False
        elif element == "rPh":
            self._is_spoken = False

    def add(self, text: str) -> None:
        """Add a piece. Of a text that is too long the rest is not needed."""
        if self._is_inside and self._size <= MAX_CELL:
            self._parts.append(text)
            self._size += len(text)

    def raw(self) -> str:
        return "".join(self._parts)

    def clean(self) -> str:
        """Return the text trimmed, with the characters that Excel escapes."""
        text = self.raw()
        if "_x" in text:
            text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
        return cleaned(text)


class Sheet:
    """Collects the lines of a sheet. `hidden`: numbers of lines that it does not show."""

    def __init__(self, strings: Sequence[str], numbers: Numbers) -> None:
        self.lines: list[Line] = []
        self.hidden: set[int] = set()
        self.text = CellText()
        self._strings, self._numbers = strings, numbers
        self._row = 0
        self._cells: list[str] = []
        self._at = -1
        self._cell: dict[str, str] = {}
        self._is_computed = False
        self._size = self._merges = 0
        self._merged: dict[int, dict[int, int]] = {}
        self._is_hidden = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "c":
            self._cell, self._is_computed = attributes, False
            self._at = (
                _place_of(attributes["r"].rstrip("0123456789"))
                if "r" in attributes
                else self._at + 1
            )
            self.text.begin()
        elif element == "f":
            self._is_computed = True
        elif element == "row":
            number = int(attributes.get("r", self._row + 1))
            if number <= self._row:
                raise ValueError("rows are not in their order")
            self._row, self._at, self._cells = number, -1, []
            self._is_hidden = attributes.get("hidden") in TRUE
        elif element == "mergeCell":
            self._note_merged(attributes["ref"])
        else:
            self.text.enter(element)

    def end(self, element: str) -> None:
        if element == "c":
            if value := self._value():
                self._put(value)
        elif element == "row":
            if self._cells:
                self._count(sum(map(len, self._cells)), len(self._cells))
                self.lines.append((self._row, self._cells))
                if self._is_hidden:
                    self.hidden.add(self._row)
        else:
            self.text.leave(element)

    def _count(self, characters: int, places: int) -> None:
        self._size += characters + _PLACE * places
        if self._size > MAX_SIZE:
            raise refused("workbook_too_large")

    def _put(self, value: str) -> None:
        if len(value) > MAX_CELL:
            name = f"{letters_of(self._at)}{self._row}"
            problem = Problem(self._row, "", "cell_huge", {"limit": MAX_CELL}, cell=name)
            raise FileRejectedError([problem])
        at = min(self._at, MAX_COLUMNS)
        self._cells += [""] * (at + 1 - len(self._cells))
        self._cells[at] = value

    def _value(self) -> str:
        text, kind = self.text.raw(), self._cell.get("t", "n")
        if not text:
            is_lost = self._is_computed and kind != "str"
            return _UNCOMPUTED if is_lost else ""
        match kind:
            case "s":
                return self._strings[int(text)]
            case "n":
                return self._numbers.text(text, self._cell.get("s", ""))
            case "b":
                return _TRUE if text in TRUE else _FALSE
            case "d":
                return Doubtful(text.removesuffix("T00:00:00"), "cell_formatted")
            case _:
                return self.text.clean()

    def _note_merged(self, name: str) -> None:
        if (area := _MERGED.fullmatch(name)) and (at := _place_of(area[1])) < MAX_COLUMNS:
            self._merges += 1
            if self._merges > MAX_MERGED:
                raise refused("workbook_too_large")
            self._merged.setdefault(at, {})[int(area[2])] = int(area[3])

    def fill_merged(self) -> None:
        """Write the value of cells that are merged into each of their rows with other values."""
        for at, ends in self._merged.items():
            for first, following in pairwise((*sorted(ends), _NEVER)):
                self._fill(at, first, min(ends[first] + 1, following))

    def _fill(self, at: int, first: int, end: int) -> None:
        start = bisect_left(self.lines, first, key=itemgetter(0))
        value = ""
        for index in range(start, len(self.lines)):
            number, cells = self.lines[index]
            if number >= end:
                break
            if number == first:
                value = cells[at] if at < len(cells) else ""
            if not value:
                break
            places = max(at + 1 - len(cells), 0)
            cells += [""] * places
            if not cells[at]:
                self._count(len(value), places)
                cells[at] = value


@cache
def _place_of(letters: str) -> int:
    """Return the place of a column, 0 for A."""
    if not _COLUMN.fullmatch(letters):
        raise ValueError("no column")
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
