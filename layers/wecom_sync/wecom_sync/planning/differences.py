"""What a plan changes for each person or department, by name: what a person decides about. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.outcome import ChangeKind
from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.columns import name_column
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    LEADERS_COLUMN,
    MEMBER_COLUMNS,
    MEMBER_NAME_COLUMN,
    ORDERS_COLUMN,
)
from wecom_sync.files.privacy import mask_of_attribute, masked_pair, shortened
from wecom_sync.files.roster import Roster, Row, row_key
from wecom_sync.planning.plan import Plan

type Columns = Mapping[str, tuple[str | None, str]]
"""From what to what, by column; from None where nobody knows."""

_OF_DEPARTMENTS = frozenset({DEPARTMENTS_COLUMN, PARENT_COLUMN, LEADERS_COLUMN})
_MASKS: Mapping[str, Callable[[str], str] | None] = {
    column.name: None if column.shown is shortened else column.shown
    for column in (*MEMBER_COLUMNS, *DEPARTMENT_COLUMNS)
} | {MEMBER_NAME_COLUMN: None}
"""How values of WeCom's columns are masked. Whoever decides sees names."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes for one person or department. All values are as a person may see them.

    `departments`: names of those where somebody is, or will be; of a department its parent.
    """

    id: str
    name: str
    change: ChangeKind
    departments: tuple[str, ...] = ()
    columns: Columns = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Return it as `plan.json` has it."""
        return {
            "id": self.id,
            "name": self.name,
            "change": self.change,
            "departments": list(self.departments),
            "columns": {name: list(pair) for name, pair in self.columns.items()},
        }


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
        known = {user: cells.get(column, "") for user, cells in snapshot.members.items()}
        return cls(roster.job, known | roster.names(), departments)

    def of_id(self, row_id: str) -> str:
        """Return the name of a member, or of a department if the file has these; "" if unknown.

        For `old → new` it is the name of the first that has one.
        """
        found = (self.rows.get(row_key(self.job, each), "") for each in row_id.split(" → "))
        return next(filter(None, found), "")

    def places(self, cell: str) -> tuple[str, ...]:
        """Return the names of the departments in a cell, the number where no name is known."""
        return tuple(self.departments.get(each) or each for each in cell.split(";") if each)

    def listed(self, cell: str) -> str:
        """Return the names of the departments in a cell as one text."""
        return "、".join(self.places(cell))


def differences(
    plan: Plan, roster: Roster, directory: Directory, snapshot: Snapshot, names: Names
) -> Iterator[Difference]:
    """Yield what a plan changes, in the order of the gravest: who goes first, then who comes."""
    rows = {row.id: row for row in roster.rows}
    at = {name: index for index, name in enumerate(roster.columns)}
    place_at = at[DEPARTMENTS_COLUMN if plan.job.has_members else PARENT_COLUMN]
    noted = _by_id(plan)
    for row_id, change in changes_of(plan).items():
        row = rows.get(row_id)
        if row is None or change in {"disabled", "enabled"}:
            where = _there(row_id, directory, has_members=plan.job.has_members)
        else:
            where = row.cells[place_at]
        columns = noted.get(row_id, {})
        if row is not None and row_id in plan.update:
            known = _known(row_id, directory, snapshot, has_members=plan.job.has_members)
            columns = {**_not_noted(row, plan.update[row_id], at, known), **columns}
        yield Difference(
            row_id,
            names.of_id(row_id),
            change,
            names.places(where),
            {
                name: _shown(name, *columns[name], names)
                # Where somebody goes comes first.
                for name in sorted(columns, key=lambda each: each not in _OF_DEPARTMENTS)
                if columns[name][0] != columns[name][1]
            },
        )


def changes_of(plan: Plan) -> dict[str, ChangeKind]:
    """Return what happens to whom, by id: the gravest that applies."""
    found: dict[str, ChangeKind] = {}
    kinds: Sequence[tuple[ChangeKind, Sequence[str]]] = (
        ("removed", plan.remove),
        ("emptied", () if plan.job.has_members else plan.emptied),
        ("disabled", plan.disable),
        ("added", plan.add),
        ("enabled", plan.enable),
        ("moved", plan.move),
        ("updated", tuple(plan.update)),
    )
    for kind, ids in kinds:
        for each in ids:
            found.setdefault(each, kind)
    return found


def _by_id(plan: Plan) -> Mapping[str, Columns]:
    found: defaultdict[str, dict[str, tuple[str | None, str]]] = defaultdict(dict)
    for name, change in plan.changes.items():
        for row_id, before, after in change.cells:
            found[row_id][name] = before, after
    return found


def _known(
    row_id: str, directory: Directory, snapshot: Snapshot, *, has_members: bool
) -> Mapping[str, str] | None:
    """Return the row that was applied last, None if we have none. WeCom knows the orders."""
    if has_members:
        return snapshot.members.get(row_id.casefold())
    known = snapshot.departments.get(int(row_id))
    order = str(directory.departments[int(row_id)].order)
    return None if known is None else {**known, ORDERS_COLUMN: order}


def _not_noted(
    row: Row, changed: Iterable[str], at: Mapping[str, int], known: Mapping[str, str] | None
) -> Columns:
    """Return the orders, which the plan's `changes` leave out.

    Of a row that we do not have, nobody knows what changes, and every cell would be listed.
    """
    if known is None:
        return {}
    ordered = (name for name in changed if name in {DEPARTMENTS_COLUMN, ORDERS_COLUMN})
    return {name: (known.get(name, ""), row.cells[at[name]]) for name in ordered}


def _there(row_id: str, directory: Directory, *, has_members: bool) -> str:
    """Return the departments where somebody is now, or the parent of a department."""
    if has_members:
        return ";".join(map(str, sorted(directory.members.get(row_id.casefold(), ()))))
    there = directory.departments.get(int(row_id))
    return str(there.parent) if there and there.parent else ""


def _shown(name: str, before: str | None, after: str, names: Names) -> tuple[str | None, str]:
    """Return two values as a person may see them: a private one masked, its difference visible."""
    if name == LEADERS_COLUMN and before is None:
        return None, after
    if name in _OF_DEPARTMENTS:
        return (None if before is None else names.listed(before)), names.listed(after)
    is_wecoms = name in _MASKS
    mask = _MASKS[name] if is_wecoms else mask_of_attribute(name, before or "", after)
    return masked_pair(before, after, mask)
