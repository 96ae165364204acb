"""Finds out whether a file is incomplete: cut off, or without a part. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.run import Job
from wecom_sync.files.columns import id_column
from wecom_sync.files.department_cells import NAME_COLUMN, is_number
from wecom_sync.files.member_columns import CONTACT_COLUMNS, DEPARTMENTS_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.files.roster import Roster, Row, row_key
from wecom_sync.planning.department_names import Tree

_UNIQUE = CONTACT_COLUMNS
"""A row means the member who has its mobile or e-mail."""
_TELLING = {
    Job.REPLACE_PARTY: (NAME_COLUMN,),
    Job.REPLACE_USER: (MEMBER_NAME_COLUMN, *CONTACT_COLUMNS),
    Job.SYNC_USER: (MEMBER_NAME_COLUMN, *CONTACT_COLUMNS),
}
"""If one of these columns is unchanged, the row means the member whom its id names."""


def torn[Key](
    in_order: Sequence[Key], missing: Collection[Key], few: int, *, open_ended: bool
) -> Collection[Key]:
    """Return the missing ones who stood together in the last file: a page, or a block of rows.

    More than a few must stand together, because colleagues leave one by one. At the end of a file
    that has no line break there, one is enough. `in_order`: everybody in the last file who is
    still there.
    """
    if not missing:
        return ()
    longest: list[Key] = []
    together: list[Key] = []
    for key in in_order:
        if key in missing:
            together.append(key)
        else:
            longest = max(longest, together, key=len)
            together = []
    longest = max(longest, together, key=len)
    if len(longest) > few:
        return longest
    is_end = open_ended and len(together) == len(missing)
    return together if is_end else ()


def cut_members(
    roster: Roster, resolved: Roster, directory: Directory, book: Book, tree: Tree
) -> tuple[str, ...]:
    """Return the member in a last line that was cut off.

    `roster`: as in the file, since a path may be cut within a name; `resolved`: with ids.
    """
    last = _last_cell(roster)
    if last is None:
        return ()
    row, end = last
    row_before = book.person(row.id.casefold()).row
    if roster.columns[end] == DEPARTMENTS_COLUMN and not _lacks(roster, end, row_before):
        there = directory.members.get(row.id.casefold(), frozenset())
        ids = resolved.rows[-1].cells[end]
        before = row_before.get(DEPARTMENTS_COLUMN, "")
        is_cut = _is_cut_list(row.cells[end], ids, there, before, tree)
        return (row.id,) if is_cut else ()
    return _cut(roster, row, end, book.rows, directory.members)


def cut_departments(roster: Roster, directory: Directory, book: Book) -> tuple[str, ...]:
    """Return the department in a last line that was cut off."""
    last = _last_cell(roster)
    if last is None:
        return ()
    known_rows = {str(number): cells for number, cells in book.department_rows.items()}
    return _cut(roster, *last, known_rows, [str(number) for number in directory.departments])


def _last_cell(roster: Roster) -> tuple[Row, int] | None:
    """Return the last row and the place of its last cell, None if the line has an end."""
    if not roster.open_ended:
        return None
    row = roster.rows[-1]
    return row, max(index for index, cell in enumerate(row.cells) if cell)


def _cut(
    roster: Roster,
    row: Row,
    end: int,
    known_rows: Mapping[str, Mapping[str, str]],
    live: Iterable[str],
) -> tuple[str, ...]:
    row_before = known_rows.get(row_key(roster.job, row.id), {})
    column, cell = roster.columns[end], row.cells[end]
    if column == id_column(roster.job):
        is_cut = _means_a_longer_id(roster, row, known_rows, live)
    else:
        before = row_before.get(column, "")
        is_cut = cell != before and before.startswith(cell)
    return (row.id,) if is_cut or _lacks(roster, end, row_before) else ()


def _lacks(roster: Roster, end: int, row_before: Mapping[str, str]) -> bool:
    """Whether we know values of the columns after the last cell."""
    return any(row_before.get(name) for name in roster.columns[end + 1 :])


def _is_cut_list(cell: str, numbers: str, there: Collection[int], before: str, tree: Tree) -> bool:
    """Whether a list of departments was cut off, within an id or path or between two of them.

    `numbers`: its ids; `there`: the member's departments now; `before`: those of the last file.
    """
    if numbers != before and before.startswith(numbers):
        return True
    ids = {int(number) for number in numbers.split(";")}
    others = {*there, *(int(number) for number in before.split(";") if is_number(number))} - ids
    entry = cell.rpartition(";")[2]
    return any(
        spelling != entry and spelling.startswith(entry)
        for number in others
        for spelling in (str(number), *tree.index.spellings(number))
    )


def _means_a_longer_id(
    roster: Roster, row: Row, known_rows: Mapping[str, Mapping[str, str]], live: Iterable[str]
) -> bool:
    """Whether the id of a row is the beginning of another id that is not in the file.

    Such ids exist, so the other cells of the row decide.
    """
    own = row_key(roster.job, row.id)
    named = {row_key(roster.job, other.id) for other in roster.rows}
    everybody = {*known_rows, *live}
    longer = {key for key in everybody if key.startswith(own)} - named
    cells = dict(zip(roster.columns, row.cells, strict=True))
    if any(_alike(cells, known_rows.get(key, {}), _UNIQUE) for key in longer):
        return True
    if _alike(cells, known_rows.get(own, {}), _TELLING[roster.job]):
        return False
    return bool(longer) and (roster.job.is_full or own in everybody)


def _alike(cells: Mapping[str, str], others: Mapping[str, str], columns: Iterable[str]) -> bool:
    return any(cells.get(name) and cells[name] == others.get(name) for name in columns)
