"""Which sheet of a workbook is the file, and which others look like a part of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Listing
from wecom_sync.files.columns import columns_of
from wecom_sync.files.decoding import Line
from wecom_sync.files.department_cells import (
    CODE_COLUMN,
    ID_COLUMN,
    NAME_COLUMN,
    PARENT_CODE_COLUMN,
    PARENT_COLUMN,
)
from wecom_sync.files.headers import Headers
from wecom_sync.files.member_columns import CONTACT_COLUMNS, MEMBER_NAME_COLUMN, USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.files.row_checks import ColumnCheck

_KNOWN_BY = {
    True: (USER_COLUMN, MEMBER_NAME_COLUMN, *CONTACT_COLUMNS),
    False: (ID_COLUMN, CODE_COLUMN, NAME_COLUMN),
}
"""The columns that tell a member or a department, the best first."""

type _Cells = Mapping[str, str]


def choose_sheet(headers: Headers, tops: Mapping[str, Sequence[Line]]) -> str:
    """Return the name of the sheet whose header fits the job, or else may be one, or of the first.

    `tops`: the first lines of each sheet. Raises `FileRejectedError` if another sheet looks like a
    part of the file: a full file would remove the people on it.
    """
    fitting = [name for name, lines in tops.items() if headers.fit(iter(lines))]
    if not fitting:
        return next((name for name in tops if _has_header(headers, tops[name])), next(iter(tops)))
    columns = headers.header(headers.heading(iter(tops[fitting[0]])).cells).columns
    alike = [
        name
        for name, lines in tops.items()
        if name in fitting or _has_header(headers, lines) or _goes_on(headers, columns, lines)
    ]
    if len(alike) > 1:
        sheets = Listing.of(map(shortened, alike))
        raise FileRejectedError([Problem(0, "", "workbook_sheets", {"sheets": sheets})])
    return fitting[0]


def _has_header(headers: Headers, lines: Sequence[Line]) -> bool:
    """Whether a header of this kind of file is here, though it may lack columns, and a row."""
    is_good = _check(headers.job)
    for at, (_, header) in enumerate(lines):
        columns = headers.partly(header)
        known_by = next(
            (name for name in _KNOWN_BY[headers.job.has_members] if name in columns), ""
        )
        if known_by and any(is_good(cells, known_by) for cells in _rows(columns, lines[at + 1 :])):
            return True
    return False


def _goes_on(headers: Headers, columns: Sequence[str], lines: Sequence[Line]) -> bool:
    """Whether rows of the shape of the other sheet's are here, without a header of their own.

    A mobile or an address tells a member. Numbers of departments look like those of a statistic,
    but that has a header: so only the first line counts.
    """
    is_good = _check(headers.job)
    if headers.job.has_members:
        return any(
            is_good(cells, USER_COLUMN)
            and is_good(cells, MEMBER_NAME_COLUMN)
            and any(is_good(cells, column) for column in CONTACT_COLUMNS)
            for cells in _rows(columns, lines)
        )
    pairs = ((ID_COLUMN, PARENT_COLUMN), (CODE_COLUMN, PARENT_CODE_COLUMN))
    heading = headers.heading(iter(lines))
    return any(
        is_good(cells, NAME_COLUMN)
        and all(is_good(cells, column) and any(map(str.isdigit, cells[column])) for column in pair)
        for cells in _rows(columns, [(heading.line, heading.cells)])
        for pair in pairs
    )


def _rows(columns: Sequence[str], lines: Iterable[Line]) -> Iterable[_Cells]:
    return (dict(zip(columns, cells, strict=False)) for _, cells in lines)


def _check(job: Job) -> Callable[[_Cells, str], bool]:
    """Return the check whether a row has a value of a column, and a right one."""
    checks = {column.name: ColumnCheck(column, is_quoted=False) for column in columns_of(job)}

    def is_good(cells: _Cells, name: str) -> bool:
        return bool(cells.get(name)) and checks[name](cells[name])[1] is None

    return is_good
