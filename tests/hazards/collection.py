"""The files: what HR systems, spreadsheets and people make of a good export, and good ones."""

from collections.abc import Callable, Iterator

from hazards.broken import headers, shifted, swapped, truncated
from hazards.cells import cells, damaged_columns, illegible, lists
from hazards.goods import good_files, nothing_new
from hazards.hazard import Hazard
from hazards.likeness import other_ids, passed_on
from hazards.organisation import department_changes, departments_of_members, tree
from hazards.people import (
    another_file,
    first_files,
    identity,
    limits,
    protected,
    reused_ids,
    wecoms_guard,
)
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
from hazards.written import encodings, line_ends, not_text, sizes

PARTS: tuple[Callable[[], Iterator[Hazard]], ...] = (
    truncated, shifted, swapped, headers, identity, reused_ids, encodings, line_ends, not_text,
    another_file, first_files, limits, wecoms_guard, protected, tree, department_changes,
    departments_of_members, cells, damaged_columns, illegible, lists, sizes, good_files,
    nothing_new, moves, names, contacts, vanished, breaks, overtaken, invitations,
    other_ids, passed_on, seen_before, enabled, values, additions,
)  # fmt: skip


def collection() -> Iterator[Hazard]:
    """Yield every file."""
    for part in PARTS:
        yield from part()
