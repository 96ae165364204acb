"""Recognises departments by who is in them and below them, whatever they are called now. Pure.

Whoever has left the company since, or is new in it, tells nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache, partial
from typing import NamedTuple

from wecom_sync.domain.directory import ROOT

_AGREE, _OF = 2, 3
"""So many of so many people are the same, seen from both sides: then it is clear."""
_FEWEST = 2
"""One person who moves tells nothing of two departments without the same name or place."""

type Units = Mapping[int, tuple[str, int]]
"""Departments by id, or by line: the name, and what is above; 0 for none."""


class Pair(NamedTuple):
    """A live department and the line of one of the file, with how many people are the same."""

    id: int
    line: int
    same: int
    people: int
    """All who are in either of the two, but for newcomers and leavers."""
    is_clear: bool


class Trees:
    """The live departments and those of the file.

    `people`: how many are in which live departments, and in which lines now.
    """

    def __init__(
        self,
        live: Units,
        lines: Units,
        people: Mapping[tuple[frozenset[int], frozenset[int]], int],
    ) -> None:
        self._live, self._lines = live, lines
        self._same: Counter[tuple[int, int]] = Counter()
        """How many of a department and below are in a line and below now."""
        self._entered: Counter[tuple[int, int]] = Counter()
        """How many of them are in the line itself."""
        self._direct: Counter[tuple[int, int]] = Counter()
        """How many of the department itself are in the line itself."""
        self._of_live: Counter[int] = Counter()
        self._of_lines: Counter[int] = Counter()
        above_ids, above_lines = (cache(partial(with_above, tree)) for tree in (live, lines))
        for (before, after), count in people.items():
            for number in above_ids(before):
                self._of_live[number] += count
                for line in above_lines(after):
                    self._same[number, line] += count
                for line in after:
                    self._entered[number, line] += count
                    if number in before:
                        self._direct[number, line] += count
            for line in above_lines(after):
                self._of_lines[line] += count

    def pair(self, number: int, line: int) -> Pair:
        same = self._same[number, line]
        before, after = self._of_live[number], self._of_lines[line]
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
            pair
            for number, line in self._same
            if number in free and number not in fixed and line in lines and line not in given
            if self._is_plausible(pair := self.pair(number, line), given)
        ]
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
        before, after = self._of_live[pair.id], self._of_lines[pair.line]
        is_part = pair.same * 2 > min(before, after) and pair.same * _OF >= max(before, after)
        return is_part and (pair.same >= _FEWEST or any(self._likeness(pair, given)))

    def _likeness(self, pair: Pair, given: Mapping[int, int]) -> tuple[bool, bool]:
        """Whether two departments have the same name, and the same one above them."""
        (before, there), (after, here) = self._live[pair.id], self._lines[pair.line]
        return before == after, there == (given.get(here) if here else ROOT)

    def _worth(self, pair: Pair, given: Mapping[int, int]) -> tuple[object, ...]:
        direct = self._direct[pair.id, pair.line]
        likeness = self._likeness(pair, given)
        return pair.is_clear, *likeness, direct, pair.same, -pair.people, -pair.id

    def _namesakes(
        self, given: Mapping[int, int], free: Collection[int], lines: Iterable[int]
    ) -> list[Pair]:
        """Return what kept its name below a department that was recognised, parents first."""
        there = {self._live[number]: number for number in free if self._live[number][0]}
        ids, pairs = dict(given), []
        for line in sorted(lines):
            name, above = self._lines[line]
            number = there.get((name, ids.get(above, 0) if above else ROOT))
            if number is not None:
                ids[line] = number
                pairs.append(self.pair(number, line)._replace(is_clear=True))
        return pairs

    def merged(self, ids: Collection[int], numbers: Mapping[int, int]) -> dict[int, Pair]:
        """Return the lines into which the people of departments have gone together, by id.

        `numbers`: the ids of lines. The line above a department is none, unless they are in it.
        """
        depths = {line: len(with_above(self._lines, frozenset({line}))) for line in self._lines}
        pairs: dict[int, Pair] = {}
        for (number, line), same in self._same.items():
            total = self._of_live[number]
            above = numbers.get(line) in with_above(self._live, frozenset({number}))
            gone = self._entered[number, line] if above else same
            if number not in ids or total < _FEWEST or gone * _OF < _AGREE * total:
                continue
            if number not in pairs or depths[line] > depths[pairs[number].line]:
                pairs[number] = Pair(number, line, same, total, is_clear=True)
        return pairs


def with_above(tree: Units, places: frozenset[int]) -> frozenset[int]:
    """Return departments and what is above them."""
    every: set[int] = set()
    for place in places:
        at = place
        while at in tree and at not in every:
            every.add(at)
            at = tree[at][1]
    return frozenset(every)
