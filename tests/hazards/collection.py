"""The files: what HR systems, spreadsheets and people make of a good export, and good ones."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from hazards import (
    broken,
    cells,
    goods,
    improbable,
    leavers,
    likeness,
    organisation,
    people,
    scrambled,
    written,
)
from hazards.hazard import Hazard

type Part = Callable[[], Iterator[Hazard]]
PARTS: tuple[Part, ...] = (
    *(broken.truncated, broken.shifted, broken.swapped, broken.headers),
    *(people.identity, people.used_ids, people.another_file),
    *(people.first_files, people.first_changes),
    *(written.encodings, written.line_ends, written.sizes),
    *(people.first_members, people.first_tree, people.growth, people.grace_ends),
    *(leavers.limits, leavers.instalments, leavers.parts_of_the_file, leavers.wecoms_guard),
    *(leavers.protected, leavers.creator, leavers.grace, leavers.came_back),
    *(leavers.two_systems, leavers.rows_left_out),
    *(organisation.tree, organisation.department_changes, organisation.reorganised),
    *(organisation.branches, organisation.departments_of_members),
    *(cells.cells, cells.illegible),
    *(goods.good_files, goods.ordinary_changes, goods.nothing_new),
    *(scrambled.moves, scrambled.small_companies, scrambled.names, scrambled.contacts),
    *(scrambled.vanished, scrambled.additions, scrambled.overtaken),
    *(scrambled.values, scrambled.enabled, scrambled.seen_before, scrambled.invitations),
    *(improbable.no_names, improbable.no_contacts, improbable.no_departments),
    *(improbable.filled_columns, improbable.orders, improbable.strangers),
    *(likeness.other_ids, likeness.doubles, likeness.passed_on),
)


def files_of(part: Part) -> Iterator[Hazard]:
    """Yield the files of a part; its name is their kind."""
    kind = part.__name__.replace("_", " ")
    return (replace(hazard, kind=kind) for hazard in part())


def collection() -> Iterator[Hazard]:
    for part in PARTS:
        yield from files_of(part)
