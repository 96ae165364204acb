"""Reads rows and texts that are written like earlier ones of their part, without a parser.

A program writes most of them in a few ways. The parser has read each way once: the same marks with
other values are as correct, and a pattern finds the values.
"""

import re
from codecs import iterdecode
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from wecom_sync.files.decoding import MAX_CELL, MAX_COLUMNS, letters_of
from wecom_sync.files.workbook.sheet import Sheet, clean_all, place_of

_LONGEST = 1024 * 1024
"""Characters of an element. The parser gives up on a longer one."""
_MAX_WAYS = 300
"""Ways of writing a cell that are remembered: the pattern has them all."""
_MOST_BLANK = 8
"""Where so many of the places that the pattern has are blank for each that is filled, the parser is
as quick: it reads the rest of the sheet after"""
_MAX_IDLE = 1_000_000
"""such places too many."""
_NEVER = re.compile("(?!)").match
_UTF_8 = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="UTF-8")?(?: standalone="\w+")?\?>)?'
    rb"\s*<\w[^?!]*\Z",
    re.IGNORECASE,
)
"""What stands before the first element, without comments and the like."""
_TEXT = rf"[^<>&\x00-\x08\x0b-\x1f\ufffe\uffff]{{0,{MAX_CELL}}}+"
_STRING = re.compile(rf'(<si><t(?: xml:space="preserve")?>){_TEXT}</t></si>')
_STRING_END = "</t></si>"
_ROW = re.compile(r'<row r="[0-9]{1,7}"([^<>&]*)>(.*)</row>', re.DOTALL)
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"((?: [st]="[0-9A-Za-z]{1,9}")*'
    r'(?:/>|><v>|><is><t(?: xml:space="preserve")?>))'
    rf"({_TEXT})((?:</v></c>|</t></is></c>)?)"
)
_ATTRIBUTE = re.compile('([st])="([^"]+)"')
_VALUES = {"s": "[0-9]{1,7}", "n": r"[0-9.eE+\-]{1,40}", "str": _TEXT, "inlineStr": _TEXT}
"""The patterns of values, by the kinds of cells that are read here."""

type _Read = Callable[[Sequence[str | None]], list[str]]


def unread(
    chunks: Iterator[bytes],
    element: str,
    read: Callable[[str, int], int],
    learn: Callable[[str], object],
) -> Iterator[bytes]:
    """Yield what the parser must read of a part: all but the elements that `read` has taken.

    `element`: the name of those that repeat; `read`: takes them from a place on, and returns the
    place behind them; `learn`: is told of each that the parser has read.
    """
    start, end = f"<{element}", f"</{element}>"
    first = next(chunks, b"")
    head = first.partition(start.encode())[0]
    yield head
    if not _UTF_8.match(head):
        yield first[len(head) :]
        yield from chunks
        return
    texts = iterdecode(chain([first[len(head) :]], chunks), "utf-8")
    rest = ""
    is_usual = True
    for text in texts:
        rest += text
        at = read(rest, 0)
        while is_usual and rest.startswith(start, at) and (end_at := rest.find(end, at)) >= 0:
            one = rest[at : end_at + len(end)]
            yield one.encode()
            learn(one)
            is_usual = "<!" not in one and "<?" not in one
            at = read(rest, at + len(one)) if is_usual else at + len(one)
        rest = rest[at:]
        is_usual &= len(rest) < _LONGEST and start.startswith(rest[: len(start)])
        if not is_usual:
            break
    yield rest.encode()
    yield from (text.encode() for text in texts)


class Texts:
    """Reads the texts that cells share. `keep`: takes those that are read."""

    def __init__(self, keep: Callable[[list[str]], object]) -> None:
        self._keep = keep
        self._runs: dict[str, Callable[[str, int], re.Match[str] | None]] = {}

    def learn(self, one: str) -> None:
        if string := _STRING.fullmatch(one):
            self._runs[string[1]] = re.compile(f"(?:{string[1]}{_TEXT}{_STRING_END})+").match

    def read(self, text: str, at: int) -> int:
        for start, run in self._runs.items():
            if strings := run(text, at):
                between = strings[0][len(start) : -len(_STRING_END)]
                self._keep(clean_all(between.split(f"{_STRING_END}{start}")))
                at = strings.end()
        return at


class Rows:
    """Reads the rows of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._starts: set[str] = set()
        self._ways: dict[int, dict[str, tuple[str, _Read | None]]] = {}
        self._values: list[tuple[int, _Read]] = []
        self._match = _NEVER
        self._idle = 0

    def learn(self, one: str) -> None:
        """Remember how a row is written, if its values can be read without the parser."""
        row = _ROW.fullmatch(one)
        if row is None or self._sheet.is_hidden or self._idle > _MAX_IDLE:
            return
        cells = [*_CELL.finditer(row[2])]
        if "".join(cell[0] for cell in cells) != row[2]:
            return
        ways = {(place_of(cell[1]), cell[2]): cell for cell in cells}
        if row[1] in self._starts and all(way in self._ways.get(at, {}) for at, way in ways):
            return
        if len(self._starts) + sum(map(len, self._ways.values())) > _MAX_WAYS:
            return
        for (at, way), cell in ways.items():
            attributes = dict(_ATTRIBUTE.findall(way))
            kind = attributes.get("t", "n")
            is_blank = way.endswith("/>")
            if at >= MAX_COLUMNS or (not is_blank and kind not in _VALUES):
                return
            end = "" if is_blank else f"({_VALUES[kind]}){cell[4]}"
            read = None if is_blank else self._sheet.reader(kind, attributes.get("s", ""))
            self._ways.setdefault(at, {})[way] = f"{re.escape(way)}{end}", read
        self._starts.add(row[1])
        self._compile()

    def _compile(self) -> None:
        starts = "|".join(map(re.escape, self._starts))
        pattern = f'<row r="([0-9]{{1,7}})"(?:{starts})>'
        self._values = []
        for at, ways in sorted(self._ways.items()):
            cells = "|".join(way for way, _ in ways.values())
            pattern += f'(?:<c r="{letters_of(at)}[0-9]{{1,7}}"(?:{cells}))?'
            self._values += [(at, read) for _, read in ways.values() if read]
        self._match = re.compile(f"{pattern}</row>").match

    def read(self, text: str, at: int) -> int:
        rows = []
        while row := self._match(text, at):
            rows.append(row.groups())
            at = row.end()
        if rows:
            numbers, *groups = zip(*rows, strict=True)
            blank_cells = sum(texts.count(None) for texts in groups)
            self._idle += (_MOST_BLANK + 1) * blank_cells - _MOST_BLANK * len(rows) * len(groups)
            if self._idle > _MAX_IDLE:
                self._match = _NEVER
            columns: dict[int, list[str]] = {}
            for (place, read), texts in zip(self._values, groups, strict=True):
                cells = read(texts)
                if place in columns:
                    cells = [one or other for one, other in zip(columns[place], cells, strict=True)]
                columns[place] = cells
            blank = [""] * len(rows)
            places = range(max(columns, default=0) + 1)
            lines = zip(*(columns.get(it, blank) for it in places), strict=True)
            self._sheet.add(zip(map(int, numbers), map(list, lines), strict=True))
        return at
