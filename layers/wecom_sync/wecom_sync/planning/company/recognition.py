"""Recognises departments by who is in them and below them, whatever they are called now. Pure.

Whoever has left the company since, or is new in it, tells nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from functools import cache, partial
from typing import NamedTuple

from wecom_sync.domain.directory import ROOT
from wecom_sync.domain.values import dataclass

_AGREE, _OF = 2, 3
"""So many of so many people are the same, seen from both sides: then it is clear."""
_FEWEST = 2
"""One person who moves tells nothing of two departments without the same name or place."""


class Pair(NamedTuple):
    """A live department and the line of one of the file, with how many people are the same."""

    id: int
    line: int
    same: int
    people: int
    """All who are in either of the two, but for newcomers and leavers."""
    is_clear: bool


@dataclass(frozen=True)
class Trees:
    """The live departments and those of the file, by what is above each; 0 for none.

    `live`, `lines`: name and what is above, of each id and each line; `people`: how many are in
    which live departments, and in which lines now.
    """

    live: Mapping[int, tuple[str, int]]
    lines: Mapping[int, tuple[str, int]]
    people: Mapping[tuple[frozenset[int], frozenset[int]], int]
    same: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How many of a department and below are in a line and below now."""
    entered: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How many of them are in the line itself."""
    direct: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How many of the department itself are in the line itself."""
    of_live: Counter[int] = field(default_factory=Counter)
    of_lines: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        above_ids = cache(partial(with_above, self.live))
        above_lines = cache(partial(with_above, self.lines))
        for (before, after), count in self.people.items():
            for number in above_ids(before):
                self.of_live[number] += count
                for line in above_lines(after):
                    self.same[number, line] += count
                for line in after:
                    self.entered[number, line] += count
                    if number in before:
                        self.direct[number, line] += count
            for line in above_lines(after):
                self.of_lines[line] += count

    def pair(self, number: int, line: int) -> Pair:
        same = self.same[number, line]
        before, after = self.of_live[number], self.of_lines[line]
        is_clear = same * _OF >= _AGREE * max(before, after) > 0
        return Pair(number, line, same, before + after - same, is_clear)

    def recognised(
        self,
        numbers: Mapping[int, int],
        ids: Collection[int],
        lines: Collection[int],
        fixed: Collection[int] = (),
    ) -> dict[int, Pair]:
        """Return the pairs of departments that have no counterpart yet, by line.

        `numbers`: the ids of the lines that have one; `fixed`: ids that keep name and place. The
        clear ones come first; then those that have the same name below the same department,
        whoever is in them; then those that only a person can decide.
        """
        given, pairs = dict(numbers), dict[int, Pair]()
        free = {*ids}
        candidates = [
            self.pair(number, line)
            for number, line in self.same
            if number in free and number not in fixed and line in lines and line not in given
        ]
        candidates = [pair for pair in candidates if self._is_plausible(pair, given)]
        candidates.sort(key=lambda pair: self._worth(pair, given), reverse=True)
        for is_clear in (True, False):
            for pair in candidates:
                is_open = pair.id in free and pair.line not in given
                if is_open and pair.is_clear is is_clear:
                    given[pair.line], pairs[pair.line] = pair.id, pair
                    free.remove(pair.id)
            for pair in self._namesakes(given, free, lines):
                free.add(given.get(pair.line, pair.id))
                given[pair.line], pairs[pair.line] = pair.id, pair
                free.remove(pair.id)
        return pairs

    def _is_plausible(self, pair: Pair, given: Mapping[int, int]) -> bool:
        before, after = self.of_live[pair.id], self.of_lines[pair.line]
        is_part = pair.same * 2 > min(before, after) and pair.same * _OF >= max(before, after)
        is_akin = pair.same >= _FEWEST or any(self._likeness(pair, given))
        return is_part and is_akin

    def _likeness(self, pair: Pair, given: Mapping[int, int]) -> tuple[bool, bool]:
        """Whether two departments have the same name, and the same one above them."""
        (before, there), (after, here) = self.live[pair.id], self.lines[pair.line]
        return before == after, there == (given.get(here) if here else ROOT)

    def _worth(self, pair: Pair, given: Mapping[int, int]) -> tuple[object, ...]:
        named, placed = self._likeness(pair, given)
        direct = self.direct[pair.id, pair.line]
        return pair.is_clear, named, placed, direct, pair.same, -pair.people, -pair.id

    def _namesakes(
        self, given: Mapping[int, int], free: Collection[int], lines: Iterable[int]
    ) -> list[Pair]:
        """Return what kept its name below a department that was recognised, parents first."""
        there = {self.live[number]: number for number in free if self.live[number][0]}
        ids, pairs = dict(given), []
        for line in sorted(lines):
            name, above = self.lines[line]
            number = there.get((name, ids.get(above, 0) if above else ROOT))
            if number is not None:
                ids[line] = number
                pairs.append(self.pair(number, line)._replace(is_clear=True))
        return pairs

    def merged(self, ids: Collection[int], numbers: Mapping[int, int]) -> dict[int, Pair]:
        """Return the lines into which the people of departments have gone together, by id.

        `numbers`: the ids of lines. The line above a department is none, unless they are in it.
        """
        depths = {line: len(with_above(self.lines, frozenset({line}))) for line in self.lines}
        pairs: dict[int, Pair] = {}
        for (number, line), same in self.same.items():
            total = self.of_live[number]
            above = numbers.get(line) in with_above(self.live, frozenset({number}))
            gone = self.entered[number, line] if above else same
            if number not in ids or total < _FEWEST or gone * _OF < _AGREE * total:
                continue
            if number not in pairs or depths[line] > depths[pairs[number].line]:
                pairs[number] = Pair(number, line, same, total, is_clear=True)
        return pairs

    def origins(self, lines: Collection[int]) -> dict[int, Pair]:
        """Return the department out of which the people of a new line come, by line."""
        pairs: dict[int, Pair] = {}
        for (number, line), same in self.direct.items():
            total = self.of_lines[line]
            if line in lines and total >= _FEWEST and same * _OF >= _AGREE * total:
                pairs[line] = Pair(number, line, same, total, is_clear=True)
        return pairs


def with_above(tree: Mapping[int, tuple[str, int]], places: frozenset[int]) -> frozenset[int]:
    """Return departments and what is above them."""
    every: set[int] = set()
    for place in places:
        at = place
        while at in tree and at not in every:
            every.add(at)
            at = tree[at][1]
    return frozenset(every)
