"""All exports."""

from collections.abc import Iterator

from exports import contents, shapes, systems, trees
from exports.export import Sample

PARTS = (
    *(systems.hr_systems, systems.messengers, systems.states),
    *(shapes.around, shapes.workbooks, shapes.merged, shapes.levels),
    *(contents.numbers, contents.people, contents.departments, contents.bytes_),
    trees.trees,
)


def collection() -> Iterator[Sample]:
    for part in PARTS:
        yield from part()
