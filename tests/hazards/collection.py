"""The files: what HR systems, spreadsheets and people make of a good export, and good ones."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace

from hazards import broken, cells, organisation, people, written
from hazards.hazard import Hazard

type Part = Callable[[], Iterator[Hazard]]
MODULES = (broken, cells, organisation, people, written)
PARTS: list[Part] = [
    each
    for module in MODULES
    for each in vars(module).values()
    if inspect.isfunction(each)
    and each.__module__ == module.__name__
    and inspect.signature(each) == inspect.Signature(return_annotation=Iterator[Hazard])
]
"""Every function of theirs that needs nothing to yield hazards."""


def files_of(part: Part) -> Iterator[Hazard]:
    """Yield the files of a part; its name is their kind."""
    kind = part.__name__.replace("_", " ")
    return (replace(hazard, kind=kind) for hazard in part())


def collection() -> Iterator[Hazard]:
    for part in PARTS:
        yield from files_of(part)
