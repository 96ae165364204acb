"""What people do when they follow an advice. Each returns how the file is changed."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from exports.export import Export, Form, Rows

type Mend = Callable[[Export, str], Export]

_SETTING = re.compile(r'"([^"]+)" = "([^"]*)"')


def as_told(export: Export, told: str) -> Export:
    """Write into the settings what the text says word for word."""
    said = dict(_SETTING.findall(told))
    assert said, told
    return replace(
        export, reading=replace(export.reading, columns={**export.reading.columns, **said})
    )


def named(**columns: str) -> Mend:
    """Name columns in the settings. The text must have shown them."""

    def mend(export: Export, told: str) -> Export:
        assert all(header in told for header in columns), told
        reading = replace(export.reading, columns={**export.reading.columns, **columns})
        return replace(export, reading=reading)

    return mend


def both(first: Mend, second: Mend) -> Mend:
    """Follow two pieces of advice."""
    return lambda export, told: second(first(export, told), told)


def rows_of(**rows: tuple[str, ...]) -> Mend:
    """Change which rows the settings take."""
    return lambda export, _: replace(export, reading=replace(export.reading, rows=rows))


def without(*lines: int, said: str = "") -> Mend:
    """Delete lines of the file. The text must have named each, or else what is `said`."""

    def mend(export: Export, told: str) -> Export:
        assert (said in told) if said else {*lines} == _lines_in(told), told
        kept = [row for line, row in enumerate(export.rows, 1) if line not in lines]
        return replace(export, rows=kept)

    return mend


def _lines_in(told: str) -> set[int]:
    """Return the lines that a text begins with."""
    found = re.match(r"Lines? ([0-9, -]+):", told)
    assert found, told
    pairs = [each.split("-") for each in found[1].split(", ")]
    return {line for pair in pairs for line in range(int(pair[0]), int(pair[-1]) + 1)}


def cells(value: Any, name: str) -> Mend:
    """Write another value into a cell: C2 is in line 2."""
    column, line = "ABCDEFGH".index(name[0]), int(name[1:])

    def mend(export: Export, told: str) -> Export:
        assert f"Cell {name}:" in told or line in _lines_in(told), told
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
