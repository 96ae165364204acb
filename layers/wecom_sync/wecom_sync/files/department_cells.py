"""What the cells of a department file say."""

import unicodedata
from collections.abc import Iterator, Sequence

from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem, Row

MAX_ID = 2**31 - 1
MAX_NAME = 64
"""Characters of a name (doc/90205, 60001)."""
FORBIDDEN = '\\:*?"<>|'
"""Characters that a name must not have (doc/90205, 60009)."""
MAX_DEPTH = 15
"""Levels of the tree. The root is the first."""
ROOT = "1"
"""The root's id (doc/91132)."""
ROOT_PARENT = "0"
NAME_COLUMN = "部门名称"
ID_COLUMN = "部门ID"
PARENT_COLUMN = "父部门ID"
CODE_COLUMN = "部门编码"
PARENT_CODE_COLUMN = "上级部门编码"
PARENT_NAME_COLUMN = "上级部门"
PATH_COLUMN = "部门路径"
PARENTS = frozenset({PARENT_NAME_COLUMN, PARENT_CODE_COLUMN})
"""Columns that only say where a department is."""
BETWEEN = ">"
"""Stands between the names of a path that was read from a company file."""
NOBODY = frozenset({"-", "--", "—", "无", "null", "none", "n/a", "/"})
"""What people and programs write where there is no department above."""


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def is_department_id(text: str) -> bool:
    """Whether a text is a whole number from 1 to `MAX_ID`."""
    return is_number(text) and len(text) <= 10 and 0 < int(text) <= MAX_ID  # noqa: PLR2004


def normal_number(cell: str) -> str:
    return (cell.lstrip("0") or "0") if cell[0] == "0" and is_number(cell) else cell


def normal_code(cell: str) -> str:
    """Return HR's code without widths and blanks around it. `d01` is not `D01`, nor `1` `01`."""
    code = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    return code.strip()


def normal_parent_code(cell: str) -> str:
    code = normal_code(cell)
    return "" if code.casefold() in NOBODY else code


class DepartmentCells:
    """What the cells of a department row say, by column."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.at = {name: at for at, name in enumerate(columns)}
        others = (CODE_COLUMN, PARENT_CODE_COLUMN, PARENT_NAME_COLUMN, PATH_COLUMN)
        self.is_numbered = self.at.keys().isdisjoint(others)
        """Whether the file has nothing but WeCom's columns."""

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Return a cell, a blank for a column that the file does not have."""
        return cells[self.at[column]] if column in self.at and cells else ""

    def known_by(self, cells: Sequence[str]) -> str:
        return self.cell(cells, ID_COLUMN) or self.cell(cells, CODE_COLUMN)

    def named_above(self, cells: Sequence[str]) -> str:
        """Return the name or path of the department above if the row says nothing more exact."""
        if any(self.cell(cells, name) for name in (PARENT_COLUMN, PARENT_CODE_COLUMN)):
            return ""
        path = self.cell(cells, PATH_COLUMN)
        above = path if path != self.cell(cells, NAME_COLUMN) else ""
        return self.cell(cells, PARENT_NAME_COLUMN) or above

    def problems(self, row: Row) -> Iterator[Problem]:
        named = [name for name in (ID_COLUMN, CODE_COLUMN) if name in self.at]
        if not self.known_by(row.cells):
            yield row.problem(named[-1], "cell_missing", column=named[-1])
        column = PARENT_CODE_COLUMN if PARENT_CODE_COLUMN in self.at else PARENT_COLUMN
        if above := self.named_above(row.cells):
            yield row.problem(column, "parent_named", value=shortened(above), column=column)
        elif self.at.keys().isdisjoint(PARENTS) and not self.cell(row.cells, PARENT_COLUMN):
            yield row.problem(PARENT_COLUMN, "cell_missing", column=PARENT_COLUMN)
