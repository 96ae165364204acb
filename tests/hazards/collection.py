"""The files: what HR systems, spreadsheets and people make of a good export, and good ones."""

from collections.abc import Callable, Iterator

from hazards.broken import headers, shifted, swapped, truncated
from hazards.cells import cells, damaged_columns, illegible, lists
from hazards.goods import good_files, nothing_new, ordinary_changes
from hazards.hazard import Hazard
from hazards.improbable import (
    filled_columns,
    no_contacts,
    no_departments,
    no_names,
    orders,
    strangers,
)
from hazards.leavers import (
    came_back,
    limits,
    parts_of_the_file,
    protected,
    rows_left_out,
    two_systems,
    wecoms_guard,
)
from hazards.likeness import doubles, other_ids, passed_on
from hazards.organisation import department_changes, departments_of_members, tree
from hazards.people import another_file, first_files, identity, reused_ids
from hazards.scrambled import (
    additions,
    breaks,
    contacts,
    enabled,
    invitations,
    moves,
    names,
    overtaken,
    seen_before,
    values,
    vanished,
)
from hazards.starts import first_members, grace_ends, growth
from hazards.written import encodings, line_ends, not_text, sizes

PARTS: tuple[Callable[[], Iterator[Hazard]], ...] = (
    truncated, shifted, swapped, headers, identity, reused_ids, encodings, line_ends, not_text,
    another_file, first_files, first_members, growth, limits, parts_of_the_file, wecoms_guard,
    protected, grace_ends, came_back, two_systems, tree, department_changes,
    departments_of_members, cells, damaged_columns, illegible, lists, sizes, good_files,
    ordinary_changes, nothing_new, moves, names, no_names, contacts, no_contacts,
    no_departments, vanished, breaks, overtaken, invitations, other_ids, doubles, passed_on,
    seen_before, enabled, values, filled_columns, orders, additions, strangers, rows_left_out,
)  # fmt: skip


def collection() -> Iterator[Hazard]:
    """Yield every file."""
    for part in PARTS:
        yield from part()
