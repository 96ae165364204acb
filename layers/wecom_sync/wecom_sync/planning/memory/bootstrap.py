"""What is known of a corp before its first file: live ids, and what the console exports. Pure.

WeCom shows no names (48009). The console's export has them, with departments as paths. Whoever
is in one department shows which path that department has, and its parents with it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace

from wecom_sync.domain.book import NOTHING, Book, Cells, People, Stated
from wecom_sync.domain.directory import ROOT, Department, Directory
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.domain.values import dataclass
from wecom_sync.files.decoding import UNTIMED, Stopwatch
from wecom_sync.files.department_cells import ID_COLUMN, NAME_COLUMN, PARENT_COLUMN, ROOT_PARENT
from wecom_sync.files.department_index import Names, levels, live_paths
from wecom_sync.files.headers import Headers
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    MAIL_COLUMN,
    ORDERS_COLUMN,
    PARALLEL_COLUMNS,
    USER_COLUMN,
)
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster, read_roster, read_table
from wecom_sync.planning.department_codes import names_of


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a corp. `strangers`: people of the export who have no account."""

    members: Mapping[str, Cells] = field(default_factory=dict)
    departments: Mapping[int, Cells] = field(default_factory=dict)
    strangers: Sequence[str] = ()


def read_export(content: bytes, reading: Reading, watch: Stopwatch = UNTIMED) -> Roster:
    """Return an export. A cell that is not right says nothing: it may be masked.

    A blank mail is the first one that other columns have, work mails first. Raises
    `FileRejectedError` for a file that is no export.
    """
    headers = Headers.of(Job.SYNC_USER, reading)
    header = headers.header(headers.heading(read_table(content, headers, watch).lines).cells)
    named = MAIL_COLUMN in header.columns
    mails = [] if named else header.candidates(MAIL_COLUMN)
    own: list[Mapping[str, str]] = [{mail: MAIL_COLUMN} for mail in mails] or [{}]
    readings = (replace(reading, columns={**reading.columns, **it}) for it in own)
    export, *others = (_as_far_as_legible(content, it, watch) for it in readings)
    for other in others:
        export = _with_mails(export, other)
    return export


def _as_far_as_legible(content: bytes, reading: Reading, watch: Stopwatch) -> Roster:
    try:
        return read_roster(Job.SYNC_USER, content, reading, watch)
    except FileRejectedError as error:
        if USER_COLUMN not in error.columns:
            raise
        return legible(error)


def _with_mails(export: Roster, other: Roster) -> Roster:
    """Return an export in which a blank mail is the one of another reading."""
    at, own = other.columns.index(MAIL_COLUMN), export.columns.index(MAIL_COLUMN)
    mails = {row.line: row.cells[at] for row in other.rows}
    rows = (
        replace(row, cells=(*row.cells[:own], mails.get(row.line, ""), *row.cells[own + 1 :]))
        if not row.cells[own]
        else row
        for row in export.rows
    )
    return replace(export, rows=tuple(rows))


def known_of(directory: Directory, export: Roster | None) -> Known:
    """Put live ids and an export together. Without an export nobody has a name.

    A cell that the export could not have right is left out, and so is where somebody is who is in
    several departments: their order is not known.
    """
    rows = {} if export is None else _by_user(export)
    placed = {
        key: tuple(tuple(path.split("/")) for path in cells[DEPARTMENTS_COLUMN].split(";"))
        for key, cells in rows.items()
        if cells.get(DEPARTMENTS_COLUMN)
    }
    names = department_names(directory, placed)
    return Known(
        members={
            key: _member(directory, key, rows[key]) for key in directory.members if key in rows
        },
        departments={it: _row_of(directory.departments[it], name) for it, name in names.items()},
        strangers=[
            cells[USER_COLUMN] for key, cells in rows.items() if key not in directory.members
        ],
    )


def department_rows(directory: Directory, book: Book) -> list[Cells]:
    """Return the rows of all departments, parents first and siblings as WeCom shows them."""
    there, names = directory.departments, names_of(book)
    parents = {number: it.parent for number, it in there.items()}
    in_order = [
        it
        for level in levels({**parents, ROOT: 0}, 0)
        for it in sorted(
            (there[it] for it in level if it in there), key=lambda it: (-it.order, it.id)
        )
    ]
    return [_row_of(it, names.get(it.id, "")) for it in in_order]


def _row_of(department: Department, name: str) -> Cells:
    return {
        NAME_COLUMN: name,
        ID_COLUMN: str(department.id),
        PARENT_COLUMN: ROOT_PARENT if department.id == ROOT else str(department.parent),
        ORDERS_COLUMN: str(department.order or ""),
    }


def member_rows(directory: Directory, book: Book) -> Iterator[Cells]:
    """Yield the rows of all who have an account, in WeCom's departments and their known order."""
    for key, there in directory.members.items():
        cells, places = book.person(key).row, [*map(str, sorted(there))]
        if {*cells.get(DEPARTMENTS_COLUMN, "").split(";")} != {*places}:
            others = {DEPARTMENTS_COLUMN, *PARALLEL_COLUMNS}
            cells = {name: cell for name, cell in cells.items() if name not in others}
        bare = {USER_COLUMN: directory.user_ids[key], DEPARTMENTS_COLUMN: ";".join(places)}
        yield {**bare, **cells}


def legible(error: FileRejectedError) -> Roster:
    """Return the rows of a rejected file without the cells that are wrong: some may be masked.

    Where not every problem is listed, a column with any is left out.
    """
    is_whole = sum(error.counts.values()) == len(error.problems)
    bad = {(problem.line if is_whole else 0, problem.column) for problem in error.problems}
    rows = tuple(
        replace(
            row,
            cells=tuple(
                "" if bad & {(row.line, name), (0, name)} else cell
                for name, cell in zip(error.columns, row.cells, strict=True)
            ),
        )
        for row in error.rows
        if row.cells
    )
    return Roster(Job.SYNC_USER, "", tuple(error.columns), rows)


def acquainted(book: Book, bootstrap: Known, by: str = "", since: float = 0) -> Book:
    """Return the book with what is known of others than those whom a file of ours named.

    What an earlier export said of them is forgotten: it may have been the wrong one. `by`, `since`:
    who dropped this one, and when; 0 without one.
    """
    is_applied = book.has_applied(Job.REPLACE_PARTY)
    persons = map(book.person, {**bootstrap.members, **book.people})
    people = People.of(
        it if it.since else it._replace(row=bootstrap.members.get(it.account, NOTHING))
        for it in persons
    )
    departments = {}
    for number in {**bootstrap.departments, **book.departments}:
        department = book.department(number)
        row = (is_applied and department.row) or bootstrap.departments.get(number, NOTHING)
        departments[number] = department._replace(row=row)
    export = Stated(None, by, since)
    return replace(book, people=people, departments=departments, export=export)


def department_names(
    directory: Directory, placed: Mapping[str, Sequence[Names]]
) -> Mapping[int, str]:
    """Return the names of departments, as far as the places of people show them.

    `placed`: the paths of each person's departments, by user id. A department has the path that
    most of its people have; one of which two departments could be shows nothing.
    """
    parents = {number: ("", it.parent) for number, it in directory.departments.items()}
    depths = {number: len(path) - 1 for number, path in live_paths(parents).items()}
    pairs: list[tuple[int, Names]] = []
    for key, paths in placed.items():
        places = directory.members.get(key, frozenset())
        by_depth = {depths[it]: it for it in places if it in depths}
        # Which of somebody's departments has which path, their levels show if they are different.
        if len(places) == len(by_depth) == len(paths) == len({*map(len, paths)}):
            in_order = [by_depth[depth] for depth in sorted(by_depth)]
            pairs += zip(in_order, sorted(paths, key=len), strict=True)
    offset = _offset(pairs, depths)
    votes: dict[int, Counter[Names]] = {}
    for number, path in pairs:
        at, left = number, path
        while at in depths and left and len(left) == depths[at] + offset:
            votes.setdefault(at, Counter())[left] += 1
            at, left = directory.departments[at].parent, left[:-1]
    chosen = {
        number: path
        for number, paths in votes.items()
        for path, count in paths.most_common(1)
        if count * 2 > paths.total()
    }
    shared = Counter(chosen.values())
    return {number: path[-1] for number, path in chosen.items() if shared[path] == 1}


def _offset(pairs: Collection[tuple[int, Names]], depths: Mapping[int, int]) -> int:
    """Return how many names of a path are above the departments: the company's, or none.

    How many people a department has does not count, since its name may contain a `/`. Where
    departments do not agree, the shortest paths are right.
    """
    offsets = Counter(len(path) - depths[number] for number, path in {*pairs})
    return min(offsets, key=lambda offset: (-offsets[offset], offset), default=0)


def _by_user(export: Roster) -> Mapping[str, Cells]:
    """Return the rows by id. An id with two different rows says nothing."""
    rows = [(row.id.casefold(), row.cells) for row in export.rows if row.id and row.cells]
    different = Counter(key for key, _ in {*rows})
    at = export.columns.index(USER_COLUMN)
    return {
        key: dict(zip(export.columns, cells, strict=True))
        for key, cells in rows
        if different[key] == 1 and cells[at]
    }


def _member(directory: Directory, key: str, cells: Cells) -> Cells:
    own = {name: cell for name, cell in cells.items() if cell and name not in PARALLEL_COLUMNS}
    places = directory.members[key]
    own.pop(DEPARTMENTS_COLUMN, None)
    if len(places) == 1:
        own[DEPARTMENTS_COLUMN] = str(*places)
    return own | {USER_COLUMN: directory.user_ids[key]}
