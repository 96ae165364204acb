"""What people do when they follow an advice. Each returns how the file is changed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from exports.export import Form, Outcome, Rows, Sample

type Mend = Callable[[Sample, Outcome], Sample]

_SETTING = re.compile(r'"([^"]+)" = "([^"]*)"')
_LINES = (
    r"(?:Lines? |Cell [A-Z])([0-9, -]+): ",
    r"(?:第 |单元格 [A-Z])([0-9、 -]+?)(?: 行)?：",
)
"""How the texts begin, in English and in Chinese."""


def refused(name: str, rows: Rows, codes: str, mend: Mend, **more: Any) -> Sample:
    """Return an export that is refused with the sentences of these codes."""
    return Sample(name, rows, refused=tuple(codes.split()), mend=mend, **more)


def asked(name: str, rows: Rows, times: int = 1, **more: Any) -> Sample:
    """Return an export of which that many columns have to be named."""
    return refused(name, rows, "column_candidate " * times, as_told, **more)


def as_told(export: Sample, told: Outcome) -> Sample:
    """Write into the settings what the texts say word for word."""
    said, chinese = (dict(_SETTING.findall(text)) for text in (told.english, told.chinese))
    assert said
    assert said == chinese
    return _settled(export, said)


def named(**columns: str) -> Mend:
    """Name columns in the settings. The texts must have shown them, and where to name them."""

    def mend(export: Sample, told: Outcome) -> Sample:
        for text in (told.english, told.chinese):
            assert all(each in text for each in (*columns, "[columns]")), text
        return _settled(export, columns)

    return mend


def _settled(export: Sample, columns: Mapping[str, str]) -> Sample:
    reading = replace(export.reading, columns={**export.reading.columns, **columns})
    return replace(export, reading=reading)


def both(first: Mend, second: Mend) -> Mend:
    """Follow two pieces of advice."""
    return lambda export, told: second(first(export, told), told)


def rows_of(**rows: tuple[str, ...]) -> Mend:
    """Change which rows the settings take. The texts must have shown what the file has."""

    def mend(export: Sample, told: Outcome) -> Sample:
        for text in (told.english, told.chinese):
            shown = (*rows, *(value for values in rows.values() for value in values), "[rows]")
            assert all(each in text for each in shown), text
        return replace(export, reading=replace(export.reading, rows=rows))

    return mend


def without_lines(export: Sample, told: Outcome) -> Sample:
    """Delete the lines that the texts begin with."""
    return _without(export, _lines_in(told))


def below(line: int) -> Mend:
    """Delete the lines above the header, which the texts must have found."""

    def mend(export: Sample, told: Outcome) -> Sample:
        assert f"on line {line}." in told.english
        assert f"第 {line} 行" in told.chinese
        return _without(export, {*range(1, line)})

    return mend


def _without(export: Sample, lines: set[int]) -> Sample:
    kept = [row for line, row in enumerate(export.rows, 1) if line not in lines]
    return replace(export, rows=kept)


def _lines_in(told: Outcome) -> set[int]:
    """Return the lines that the texts begin with."""
    found = []
    for pattern, text in zip(_LINES, (told.english, told.chinese), strict=True):
        begins = re.match(pattern, text)
        assert begins, text
        pairs = [each.split("-") for each in re.split("[,、] ?", begins[1])]
        found.append({n for pair in pairs for n in range(int(pair[0]), int(pair[-1]) + 1)})
    assert found[0] == found[1]
    return found[0]


def cells(value: Any, name: str) -> Mend:
    """Write another value into a cell: C2 is in line 2."""
    column, line = "ABCDEFGH".index(name[0]), int(name[1:])

    def mend(export: Sample, told: Outcome) -> Sample:
        is_named = f"Cell {name}:" in told.english and f"单元格 {name}：" in told.chinese
        assert is_named or line in _lines_in(told)
        rows = [[*row] for row in export.rows]
        rows[line - 1][column] = value
        return replace(export, rows=rows)

    return mend


def saved(form: Form) -> Mend:
    """Save the file in another way."""
    return lambda export, _: replace(export, form=form)


def rewritten(rows: Rows) -> Mend:
    """Correct the rows by hand, or export them again."""
    return lambda export, _: replace(export, rows=rows)
