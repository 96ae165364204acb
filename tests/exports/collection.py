"""All exports."""

from collections.abc import Iterator

from exports.contents import bytes_, numbers, people
from exports.export import Export
from exports.shapes import around, levels, workbooks
from exports.systems import hr_systems, messengers, states
from exports.trees import trees

PARTS = (hr_systems, messengers, states, around, workbooks, levels, numbers, people, bytes_, trees)


def collection() -> Iterator[Export]:
    """Yield every export."""
    for part in PARTS:
        yield from part()
