"""Writes the numbers of cells as Excel shows them."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Literal, Self

from wecom_sync.domain.values import dataclass
from wecom_sync.files.legibility import Doubtful
from wecom_sync.files.problems import refused
from wecom_sync.files.workbook.package import Package

TRUE = frozenset({"1", "true"})
_MAX_DIGITS = 10**15
"""A spreadsheet keeps 15 digits of a number."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - no zone is known
"""The day 0 of a workbook, as all days from March 1900 on are counted."""
_LAST_DAY = 2_950_000
_MAX_STYLES = 100_000
"""The most styles of cells. Excel has 65,490."""

type _Shape = int | Literal["date", "other"]
"""How a number is shown: 0 as it is, n as a whole number of at least n digits."""
_AS_IT_IS = frozenset({"", "general", "@", "g/通用格式"})
_NUMBERED: Mapping[str, _Shape] = {"0": 0, "1": 1, "49": 0}
_DATES = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))
"""Formats that have a number and no code. Those of dates include Chinese Excel's."""
_UNSEEN = re.compile(r"\[[^\[\]]*\]|[_*].")
"""Colours, conditions and blanks in a format."""
_LITERAL = re.compile(r'"[^"]*"|\\.')
_is_plain = re.compile("0|[1-9][0-9]{0,14}").fullmatch
_is_whole = re.compile(r"#*0{0,30}").fullmatch
_CLOCK = re.compile(r"[ymdhs]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Writes numbers. `shapes`: how they are shown, by the style of the cell."""

    shapes: Mapping[str, _Shape]

    @classmethod
    def of(cls, package: Package, part: str) -> Self:
        """Read how the styles of cells show numbers."""
        written: dict[str, _Shape] = {}
        shapes: dict[str, _Shape] = {}
        is_of_cells = False

        def start(element: str, attributes: dict[str, str]) -> None:
            nonlocal is_of_cells
            if element == "numFmt":
                written[attributes["numFmtId"]] = _written(attributes["formatCode"])
            elif element in ("cellXfs", "cellStyles"):
                is_of_cells = element == "cellXfs"
            elif element == "xf" and is_of_cells:
                if len(shapes) == _MAX_STYLES:
                    raise refused("workbook_too_large")
                number = attributes.get("numFmtId", "0")
                shapes[str(len(shapes))] = (
                    written[number] if number in written else _built_in(number)
                )

        package.read_small(part, start)
        return cls(shapes)

    def text(self, cell: str, style: str) -> str:
        """Return a number as people see it, in doubt if that is something else."""
        shape = self.shapes.get(style, 0)
        if shape == 0 and _is_plain(cell):
            return cell
        number = float(cell)
        if not isfinite(number):
            raise ValueError("no number")
        if shape == "date" and 0 <= number < _LAST_DAY:
            return Doubtful(_moment(number), "cell_formatted")
        whole = number.is_integer()
        plain = str(int(number)) if whole else format(Decimal(f"{number:.15g}"), "f")
        if abs(number) >= _MAX_DIGITS:
            return Doubtful(plain, "cell_digits_lost")
        if shape == 0:
            return plain
        if isinstance(shape, int) and whole:
            return plain.zfill(shape)
        return Doubtful(plain, "cell_formatted")


def _moment(number: float) -> str:
    moment = _EPOCH + timedelta(days=int(number), seconds=round(number % 1 * 86_400))
    if number < 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if number.is_integer() else f"{moment:%Y-%m-%d %H:%M:%S}"


def _built_in(number: str) -> _Shape:
    return "date" if number in _DATES else _NUMBERED.get(number, "other")


def _written(code: str) -> _Shape:
    # The part before the first semicolon is for positive numbers.
    digits = _UNSEEN.sub("", code.partition(";")[0]).strip()
    if digits.casefold() in _AS_IT_IS:
        return 0
    if _is_whole(digits):
        return max(digits.count("0"), 1)
    return "date" if _CLOCK.search(_LITERAL.sub("", digits)) else "other"
