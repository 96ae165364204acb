"""What an HR file needs before it can be dropped: settings that fit it, and its departments."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.files.columns import columns_of, is_comment, normal_header
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_NAME_COLUMN, is_number
from wecom_sync.files.headers import Headers, level_places
from wecom_sync.files.legibility import guarded
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.files.roster import Roster, read_roster, read_table
from wecom_sync.reporting.row_files import droppable_csv
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal

_STATUS = frozenset(
    map(
        normal_header,
        ("员工状态", "在职状态", "人员状态", "任职状态", "用工状态", "状态", "Status",
         "Employee Status", "Employment Status", "Worker Status"),
    )
)  # fmt: skip
"""Headers of a column that says who works here."""
_LEFT = frozenset(
    map(
        normal_header,
        ("离职", "已离职", "离退", "退休", "已退休", "辞职", "已辞职", "辞退", "解除", "终止",
         "死亡", "调出", "注销", "停用", "Left", "Inactive", "Terminated", "Resigned", "Retired"),
    )
)  # fmt: skip
"""What such a column says of somebody who does not."""
_MOST_VALUES = 10
"""A column with more values says something else."""
_SEPARATORS = "；;、，,|\n"

type Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Starter:
    """What to begin with. `left_out`: how many rows the settings leave out, by value."""

    reading: Reading
    departments: Sequence[Path]
    left_out: Mapping[str, int] = field(default_factory=dict)


def starter_of(content: bytes, company: str) -> Starter:
    """Read an HR file of members.

    `company`: the name of the root department; needed when the file does not name it. Raises
    `FileRejectedError` with the problems that the settings do not mend, and `UsageError`.
    """
    reading, status = _reading(content)
    if status and (working := _working(content, reading, status)):
        reading = Reading(reading.columns, rows={status: working})
    elif status:
        reading = Reading({**reading.columns, status: ""})
    roster = read_roster(Job.REPLACE_USER, content, reading)
    paths = _with_company([*dict.fromkeys(_paths(roster))], company)
    return Starter(reading, [*_tree(paths)], roster.left_out.get(status, {}))


def _reading(content: bytes) -> tuple[Reading, str]:
    """Return how the file is to be read, and the header that says who works here."""
    headers = Headers.of(Job.REPLACE_USER, Reading())
    header = headers.top_of(read_table(content, headers).lines).header
    meant = headers.meant(header)
    levels = {*level_places(header, meant)}
    columns = {}
    for column in columns_of(Job.REPLACE_USER):
        claims = {*map(normal_header, column.candidates)}
        found = [cell for cell in header if normal_header(cell) in claims]
        if column.name not in meant and len(found) == 1:
            columns[found[0].strip()] = column.name
    status = ""
    for at, cell in enumerate(header):
        name = cell.strip()
        if meant[at] or at in levels or not name or name in columns or is_comment(name):
            continue
        if normal_header(name) in _STATUS and not status:
            status = name
        else:
            columns[name] = ""
    return Reading(columns), status


def _working(content: bytes, reading: Reading, status: str) -> tuple[str, ...]:
    """Return what a status says of those who work here, nothing if it is no status."""
    headers = Headers.of(Job.REPLACE_USER, reading)
    top = headers.top_of(read_table(content, headers).lines)
    at = [cell.strip() for cell in top.header].index(status)
    values = Counter(cells[at] for _, cells in top.below if len(cells) > at and cells[at])
    if len(values) > _MOST_VALUES:
        return ()
    return tuple(each for each in values if normal_header(each) not in _LEFT)


def _paths(roster: Roster) -> Iterator[Path]:
    """Yield the departments that a file names. Numbers and codes name none."""
    if DEPARTMENTS_COLUMN not in roster.columns:
        raise UsageError("init_no_departments")
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    separators = str.maketrans(dict.fromkeys(_SEPARATORS, ";"))
    for row in roster.rows:
        for entry in row.cells[at].translate(separators).split(";"):
            if entry.strip() and not is_number(entry.strip()):
                yield tuple(name.strip() for name in entry.split("/"))


def _with_company(paths: Sequence[Path], company: str) -> list[Path]:
    """Return whole paths, each beginning with the company."""
    first = {path[0] for path in paths}
    is_named = len(first) == 1 and any(len(path) > 1 for path in paths)
    if not company and not is_named:
        raise UsageError("init_company")
    name = company or next(iter(first))
    # Who is said to be in "Sales" is in the department whose path ends so, if there is one.
    ends = Counter(path[-1] for path in paths if len(path) > 1)
    return [
        path if path[0] == name else (name, *path)
        for path in paths
        if len(path) > 1 or path[0] == name or ends[path[0]] != 1
    ]


def _tree(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every department once, parents first."""
    every = {path[:length] for path in paths for length in range(1, len(path) + 1)}
    yield from sorted(every, key=lambda path: (len(path), path))


def departments_csv(departments: Iterable[Path]) -> bytes:
    """Return a department file that names parents by their paths."""
    rows = ((path[-1], "/".join(path[:-1])) for path in departments)
    return droppable_csv(
        [NAME_COLUMN, PARENT_NAME_COLUMN], ([*map(guarded, each)] for each in rows)
    )


def settings_toml(starter: Starter, terminal: Terminal) -> bytes:
    """Return a settings file that reads the HR file."""
    counted = ", ".join(f"{value or '-'} {count}" for value, count in starter.left_out.items())
    sections: Sequence[tuple[str, Code, Mapping[str, object]]] = (
        ("columns", "init_columns_comment", starter.reading.columns),
        ("rows", "init_rows_comment", starter.reading.rows),
    )
    lines = []
    for section, comment, content in sections:
        if content:
            lines += [f"# {terminal.text(comment, left=counted or '-')}", f"[{section}]"]
            lines += [f"{_toml(header)} = {_toml(value)}" for header, value in content.items()]
            lines.append("")
    return "\n".join(lines).encode()


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
