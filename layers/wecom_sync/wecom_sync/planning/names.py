"""How changes are shown to people: by name, and what is private masked. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.columns import name_column
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.member_cells import masked_name
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LEADERS_COLUMN,
    MEMBER_COLUMNS,
    MEMBER_NAME_COLUMN,
)
from wecom_sync.files.problems import shortened
from wecom_sync.files.roster import Roster, row_key
from wecom_sync.planning.changes import Change, subject_of

_OF_DEPARTMENTS = frozenset({DEPARTMENTS_COLUMN, PARENT_COLUMN, LEADERS_COLUMN})
_WECOMS = frozenset(column.name for column in (*MEMBER_COLUMNS, *DEPARTMENT_COLUMNS))
_MASKS: Mapping[str, Callable[[str], str]] = {
    column.name: column.shown
    for column in MEMBER_COLUMNS
    if column.shown is not shortened and column.name != MEMBER_NAME_COLUMN
}
_LONG_NUMBER = re.compile(r"\d{9}")
_SEPARATORS = re.compile(r"[\s().+-]")
_PRIVATE_HEADER = re.compile(
    "手机|电话|邮箱|邮件|微信|地址|住址|户籍|籍贯|身份证|证件|护照|银行|卡号|账号|薪|工资|社保|紧急|家庭"
    "|生日|出生|婚|mail|phone|mobile|address|salary|passport|bank|birth",
    re.IGNORECASE,
)
_REVEALED = 2
"""Characters of a masked value that are shown where two values would look alike."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names by row key, of departments by their number."""

    job: Job
    rows: Mapping[str, str]
    departments: Mapping[str, str]

    @classmethod
    def of(cls, roster: Roster, snapshot: Snapshot) -> "Names":
        """Return the names in a file, and those that were applied last."""
        column = name_column(roster.job)
        departments = {
            str(number): cells.get(NAME_COLUMN, "")
            for number, cells in snapshot.departments.items()
        }
        if not roster.job.has_members:
            departments |= roster.names()
            return cls(roster.job, departments, departments)
        members = {user: cells.get(column, "") for user, cells in snapshot.members.items()}
        return cls(roster.job, members | roster.names(), departments)

    def of_id(self, row_id: str) -> str:
        """Return the name of a member, or of a department if the file has these; "" if unknown.

        For `old → new` it is the name of the first that has one.
        """
        names = (self.rows.get(row_key(self.job, part), "") for part in row_id.split(" → "))
        return next(filter(None, names), "")

    def document(self, change: Change) -> dict[str, Any]:
        """Return a change as `changes` of `plan.json` has it.

        `departments`: names of those where somebody is, or will be; of a department its parent.
        """
        return {
            "id": change.subject,
            "name": change.name,
            "change": change.kind,
            "departments": self._places(change.place),
            "columns": dict(self._shown(change)),
        }

    def _shown(self, change: Change) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield the values that change. Where somebody goes comes first."""
        for name in sorted(change.columns, key=lambda name: name not in _OF_DEPARTMENTS):
            _, before, after = change.columns[name]
            if before == after or name == DISABLED_COLUMN:
                continue
            if name in _OF_DEPARTMENTS:
                yield name, ("、".join(self._places(before)), "、".join(self._places(after)))
            else:
                yield name, masked(name, before, after)

    def _places(self, cell: str) -> list[str]:
        """Return the names of the departments in a cell, the number where no name is known."""
        return [self.departments.get(number) or number for number in cell.split(";") if number]


def documents(changes: Iterable[Change], names: Names) -> list[dict[str, Any]]:
    """Return what becomes of whom, as `plan.json` has it, in the order in which people read it."""
    of = subject_of(names.job)
    own = [change for change in changes if change.kinds and change.of == of]
    return [names.document(change) for change in sorted(own, key=lambda it: it.kind.rank)]


def masked(name: str, before: str, after: str) -> tuple[str, str]:
    """Return two values as a person may see them: a private one masked, its difference visible."""
    mask = _mask(name, before, after)
    if mask is None:
        return before, after
    one, other = (value and mask(value) for value in (before, after))
    if before and one == other:
        pairs = enumerate(zip(before, after, strict=False))
        first = next((at for at, (old, new) in pairs if old != new), len(min(before, after)))
        one, other = (
            f"{value[:1]}*{value[first : first + _REVEALED] or '-'}*" for value in (before, after)
        )
    return one, other


def _mask(name: str, *values: str) -> Callable[[str], str] | None:
    """Return how values of a column are masked, None if everybody who decides may see them."""
    if name in _WECOMS:
        return _MASKS.get(name)
    # Nobody knows what an attribute of the corp's own holds.
    is_private = _PRIVATE_HEADER.search(name) or any(map(_looks_private, values))
    return masked_name if is_private else None


def _looks_private(value: str) -> bool:
    digits = _SEPARATORS.sub("", value)
    return "@" in value or _LONG_NUMBER.search(digits) is not None
