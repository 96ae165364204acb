"""The columns of a company file: a member's, with paths as departments, and what is above them."""

from dataclasses import replace

from wecom_sync.domain.texts import Params
from wecom_sync.files import member_cells as cells
from wecom_sync.files.cell_rules import Rule, no_entry
from wecom_sync.files.department_cells import (
    FORBIDDEN,
    MAX_DEPTH,
    MAX_NAME,
    NOBODY,
    PARENT_CODE_COLUMN,
    PARENT_NAME_COLUMN,
    is_number,
)
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, MEMBER_COLUMNS

BETWEEN = ">"
PARENTS = frozenset({PARENT_NAME_COLUMN, PARENT_CODE_COLUMN})
"""Columns that only say where a department is."""
_MARKED = frozenset(FORBIDDEN) - {BETWEEN}


def normal_paths(cell: str) -> str:
    """Return a list of paths without blanks around their names; a blank for none."""
    if cell.strip().casefold() in NOBODY:
        return ""
    entries = (entry.split(BETWEEN) for entry in cell.replace("；", ";").split(";"))
    return ";".join(BETWEEN.join(filter(None, map(str.strip, names))) for names in entries)


@no_entry
def wrong_path(entry: str) -> bool:
    """Whether an entry can be no path."""
    names = entry.split(BETWEEN)
    if any(len(name) > MAX_NAME or not _MARKED.isdisjoint(name) for name in names):
        return True
    return is_number(entry) and not int(entry)


def too_deep_path(value: str) -> Params | None:
    """Find a path with too many names. The company's may be one of them."""
    level = max(entry.count(BETWEEN) for entry in value.split(";")) + 1
    return {"level": level, "limit": MAX_DEPTH} if level > MAX_DEPTH else None


_RULES = (
    Rule("department_damaged", "doc/91130, 60125", cells.damaged_department),
    Rule("department_list_blank", "doc/91130, 60125", cells.blank_department),
    Rule("department_list_invalid", "doc/90205, 60009", wrong_path),
    Rule("department_too_deep", "doc/90205, 60003", too_deep_path),
    Rule("department_twice", "doc/91130", cells.repeated_department),
    Rule("departments_of_member_too_many", "doc/90195, 60110", cells.too_many_departments),
)

COMPANY_COLUMNS = (
    *(
        replace(column, normal=normal_paths, rules=_RULES)
        if column.name == DEPARTMENTS_COLUMN
        else column
        for column in MEMBER_COLUMNS
    ),
    *(column for column in DEPARTMENT_COLUMNS if column.name in PARENTS),
)
