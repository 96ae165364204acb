"""How a company file says where somebody is: as paths, by level, or with the department above.

Whatever the file writes, a cell becomes paths with `>` between the names: no name has that mark
(doc/90205, 60009). Several departments stand with `;`.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import field, replace
from typing import NamedTuple, Self

from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.decoding import Line
from wecom_sync.files.department_cells import (
    BETWEEN,
    CODE_COLUMN,
    FORBIDDEN,
    MAX_DEPTH,
    NOBODY,
    PARENT_CODE_COLUMN,
    PARENT_NAME_COLUMN,
    is_number,
)
from wecom_sync.files.headers import Header, levels_of
from wecom_sync.files.legibility import Doubtful
from wecom_sync.files.member_cells import separated
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem

_FORMS = {">": ">＞", "\\": "\\＼", "/": "/／", "_": "_＿", "-": "-－"}
"""What may stand between the names of a path, the rarest in names first, and how it is written."""
_MARKS = {mark: f"[{re.escape(forms)}]" for mark, forms in _FORMS.items()}
_SURE = frozenset(FORBIDDEN)
"""No name has these."""
_LISTED = re.compile("[，、]")
"""Between paths; a name may have it as well."""
_ATOM = f"[^{re.escape(''.join(_FORMS.values()))}]"
_HAS = {mark: re.compile(forms).search for mark, forms in _MARKS.items()}
_LOOSE = {mark: re.compile(rf"(?:(?<!\s)\s++)?{forms}\s*+") for mark, forms in _MARKS.items()}
_SPACED = {mark: re.compile(rf"(?<!\s)\s++{forms}\s++") for mark, forms in _MARKS.items()}
_BESIDE = {
    mark: re.compile(rf"(?<!{_ATOM})({_ATOM}*+){forms}(?=({_ATOM}*+))")
    for mark, forms in _MARKS.items()
}
"""What stands on both sides of a mark, up to the next ones."""
_LATIN = re.compile("[0-9A-Za-z]{2}")
_MOST = 0.9
_BLANKS = NOBODY | {""}
_TOP = ("",)
_MOST_PARTS = 3 * MAX_DEPTH
"""Of a longer path the names are not told apart: it is too deep."""
_SHARE = 3
"""One department in so many has the separator, at least."""
_MANY = 10
"""Of more ways that a department may be meant none is looked for: a circle has endlessly many."""


class Separator(NamedTuple):
    """What stands between the names of a path: a mark, with or without blanks around it.

    `places`: paths that are departments themselves, or have several below them; `top`: how all
    paths begin that have several names, blank if they do not all begin with the same one.
    """

    mark: str
    pattern: re.Pattern[str]
    places: Collection[tuple[str, ...]] = ()
    top: str = ""

    @classmethod
    def of(cls, entries: Collection[str]) -> "Separator | None":
        """Return the separator that makes a tree of the departments of a file."""
        for mark in _MARKS:
            having = [*filter(_HAS[mark], entries)]
            spaced = sum(map(bool, map(_SPACED[mark].search, having)))
            is_spaced = spaced > _MOST * len(having) and mark not in _SURE
            separator = cls(mark, (_SPACED if is_spaced else _LOOSE)[mark])
            if having and separator.makes_tree(entries, having):
                places = separator._branches(entries)
                top, *others = {path[0] for path in places if len(path) > 1} or {""}
                return separator._replace(places=places, top="" if others else top)
        return None

    def names(self, entry: str) -> list[str]:
        """Return the names of a path.

        A mark within a Latin word is a part of a name if nothing else shows a department there.
        """
        names: list[str] = []
        for name in self._parts(entry):
            is_word = names and _LATIN.fullmatch(f"{names[-1][-1]}{name[0]}")
            if is_word and self.mark not in _SURE and tuple(names) not in self.places:
                names[-1] += f"{self.mark}{name}"
            else:
                names.append(name)
        return names

    def problem(self, entry: str) -> TextCode | None:
        """Return what is wrong with a path: a name is missing, or it has another separator."""
        parts = self.pattern.split(entry, _MOST_PARTS)
        if len(parts) > 1 and not all(map(str.strip, parts[1:])):
            return "path_name_missing"
        for mark in _MARKS if len(parts) == 1 else ():
            names = tuple(map(str.strip, _LOOSE[mark].split(entry, _MOST_PARTS)))
            # One name may have the mark, and begin as that of another department.
            above = names[:-1]
            if above == (self.top,) or (len(above) > 1 and above in self.places):
                return "path_separator"
        return None

    def _parts(self, entry: str) -> tuple[str, ...]:
        return tuple(filter(None, map(str.strip, self.pattern.split(entry, _MOST_PARTS))))

    def _branches(self, entries: Collection[str]) -> frozenset[tuple[str, ...]]:
        paths = {self._parts(entry) for entry in entries}
        steps = {path[:length] for path in paths for length in range(2, len(path) + 1)}
        below = Counter(step[:-1] for step in steps)
        return frozenset(paths | {path for path, count in below.items() if count > 1})

    def makes_tree(self, entries: Collection[str], having: Collection[str]) -> bool:
        """Whether departments share what stands above them. A mark in one word makes no tree."""
        if self.mark in _SURE:
            return True
        paths = [path for entry in having if len(path := self._parts(entry)) > 1]
        if not paths:
            return False
        tops = Counter(path[0] for path in paths)
        whole = {(entry.strip(),) for entry in {*entries} - {*having}} | {*paths}
        parents = {path[:-1] for path in paths} & whole
        linked = sum(tops[path[0]] > 1 or path[:-1] in parents for path in paths)
        words = _BESIDE[self.mark].finditer
        pairs = {match.groups() for entry in having for match in words(entry)}
        if self.mark == "/" and len(having) == len(entries):
            others = any(_HAS[it](entry) for entry in entries for it in _MARKS if it != self.mark)
            return len(pairs) > 1 or not others
        is_much = (len(paths) + len(parents)) * _SHARE >= len(entries)
        return is_much and linked * 2 >= len(paths) and (len(pairs) > 1 or bool(parents))


@dataclass(frozen=True, slots=True)
class DepartmentPaths:
    """Writes the departments of each line of a company file as paths.

    `at`: the place of their column; `separator`: of the paths there, or of those above;
    `own_at`, `parent_at`: the places of what a department and the one above are known by, names or
    codes, -1 where the path says it; `is_whole`: whether every path begins at the top.
    """

    at: int
    separator: Separator | None = None
    own_at: int = -1
    parent_at: int = -1
    is_whole: bool = True
    levels: tuple[int, ...] = ()
    """The places of columns by level beside one of the departments themselves."""
    above: dict[str, dict[str, None]] = field(default_factory=dict)
    """What stands above each department."""
    names: dict[str, str] = field(default_factory=dict)
    """The name of each code."""
    ways: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    """The paths of departments above others, by their depth."""
    written: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    """What cells mean that were read before."""
    wrong: dict[str, TextCode | None] = field(default_factory=dict)
    """What is wrong with their paths."""

    @classmethod
    def of(cls, header: Header, lines: Sequence[Line]) -> Self | None:
        """Return how a file says the departments, None if columns by level say it, or none."""
        places = {name: at for at, name in enumerate(header.columns) if name}
        at = places.get(DEPARTMENTS_COLUMN, -1)
        if at < 0 or header.levels:
            return None
        entries = _entries(lines, at)
        separator = Separator.of(entries)
        if separator or all(map(is_number, entries)):
            return cls(at, separator)
        if levels := levels_of(header.cells):
            return cls(at, levels=tuple(levels))
        by_code = {CODE_COLUMN, PARENT_CODE_COLUMN} <= places.keys()
        own_at = places[CODE_COLUMN] if by_code else at
        parent_at = places.get(PARENT_CODE_COLUMN if by_code else PARENT_NAME_COLUMN, -1)
        if parent_at < 0:
            return cls(at, is_whole=False)
        separator = None if by_code else Separator.of(_entries(lines, parent_at))
        return cls(at, separator, own_at, parent_at).with_parents(lines)

    def with_parents(self, lines: Sequence[Line]) -> Self:
        """Return it with what every line says of its department and the one above."""
        for _, cells in lines:
            if cell := _cell(cells, self.at):
                own, parent = self._pair(cells)
                self.names.setdefault(own, cell)
                self.above.setdefault(own, {})[parent] = None
        parents = {parent for above in self.above.values() for parent in above}
        tops = {it for it in parents if len(self._names(it)) == 1} - {*_TOP} - self.above.keys()
        # The only department above all others is the company.
        return replace(self, is_whole=not tops or ("" not in parents and len(tops) == 1))

    def put(self, line: int, cells: list[str]) -> Iterator[Problem]:
        """Write the departments of a line as paths; yield a problem if there are several ways."""
        cell = cells[self.at]
        if isinstance(cell, Doubtful) or not cell or ("," in cell and "\n" in cell):
            return
        places = self.levels or (self.own_at, self.parent_at)
        key = cell, *(_cell(cells, place) for place in places if place >= 0)
        ways = self.written.get(key) or self.written.setdefault(key, self._written(cell, cells))
        cells[self.at] = ways[0]
        if len(ways) > 1:
            params: Params = {"value": shortened(cell), "paths": Listing.of(ways)}
            yield Problem(line, DEPARTMENTS_COLUMN, "parent_ambiguous", params)
        if self.separator and self.parent_at < 0 and (code := self._wrong(cell)):
            params = {"value": shortened(cell), "separator": self.separator.mark}
            yield Problem(line, DEPARTMENTS_COLUMN, code, params)

    def _written(self, cell: str, cells: Sequence[str]) -> list[str]:
        """Return what a cell means, in each way that it may be meant."""
        if self.levels:
            levels = (_cell(cells, place) for place in self.levels)
            names = [name for name in levels if name.casefold() not in _BLANKS]
            return [BETWEEN.join(names if cell in names else (*names, cell))]
        parts = _LISTED.split(cell)
        is_list = self.separator is not None and all(map(_HAS[self.separator.mark], parts))
        entries = _split(";".join(parts) if is_list else cell)
        if self.parent_at >= 0 and len(entries) == 1:
            own, parent = self._pair(cells)
            return self._ways(own, (parent,))
        return [";".join(BETWEEN.join(self._names(entry)) for entry in entries)]

    def _wrong(self, cell: str) -> TextCode | None:
        if cell not in self.wrong and self.separator:
            found = map(self.separator.problem, _split(cell))
            self.wrong[cell] = next(filter(None, found), None)
        return self.wrong[cell]

    def _names(self, entry: str) -> Sequence[str]:
        return self.separator.names(entry) if self.separator else [entry.strip()]

    def _pair(self, cells: Sequence[str]) -> tuple[str, str]:
        """Return what a department is known by, and the one above it, a blank for none."""
        own = _cell(cells, self.own_at) or _cell(cells, self.at)
        parent = _cell(cells, self.parent_at)
        return own, "" if parent == own or parent.casefold() in NOBODY else parent

    def _ways(self, own: str, parents: Iterable[str], depth: int = 0) -> list[str]:
        """Return the paths that a department may have. Those of a circle are too deep."""
        name, ways = self.names.get(own, own), dict[str, None]()
        for parent in parents:
            if len(ways) > _MANY:
                break
            if not parent or depth > MAX_DEPTH:
                ways[name] = None
                continue
            names = self._names(parent)
            above = [BETWEEN.join(names)]
            if len(names) < 2:  # noqa: PLR2004
                above = self._ways_above(parent, depth + 1)
            ways |= dict.fromkeys(f"{path}{BETWEEN}{name}" for path in above)
        return [*ways]

    def _ways_above(self, own: str, depth: int) -> list[str]:
        """Return the paths of a department above others, each looked for once at each depth."""
        if (own, depth) not in self.ways:
            self.ways[own, depth] = self._ways(own, self.above.get(own, _TOP), depth)
        return self.ways[own, depth]


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _split(cell: str) -> list[str]:
    return separated(cell.replace("；", ";")).split(";")


def _entries(lines: Sequence[Line], at: int) -> set[str]:
    """Return the different departments of a column."""
    cells = {cells[at] for _, cells in lines if at < len(cells)}
    entries = {entry.strip() for cell in cells for entry in _split(cell)}
    return {entry for entry in entries if entry.casefold() not in _BLANKS}
