"""How long things take beside each other, on whatever machine this is."""

import csv
import gc
import io
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

import wecom_sync  # noqa: F401 - Python looks for garbage as in a function

RUNS = 5
PYTHONS_THRESHOLD = 2_000
"""After how many new objects Python looks for garbage by itself."""

type Rows = Mapping[str, Sequence[str]]
"""A table: the cells of each row, by its name in `docs/cells.toml`."""
type Seconds = dict[str, list[float]]
"""How long each run of a work took, by its name."""


def side_by_side(works: Mapping[str, Callable[[], object]]) -> Seconds:
    """Run each work several times, in turns, so that a slow minute of the machine meets all."""
    seconds: Seconds = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def spread(seconds: Sequence[float]) -> str:
    return f"{median(seconds):.3g} s ({min(seconds):.3g}–{max(seconds):.3g})"


def times(seconds: Seconds, base: Sequence[float]) -> Rows:
    """Return the seconds of each work, and how many times those of `base` they are."""
    return {
        name: (spread(taken), f"{median(taken) / median(base):.1f}")
        for name, taken in seconds.items()
    }


def split(content: bytes) -> list[list[str]]:
    """Split the lines of a CSV, as a program does that only has `csv.reader`."""
    ours = gc.get_threshold()
    gc.set_threshold(PYTHONS_THRESHOLD)
    try:
        return [*csv.reader(io.StringIO(content.decode()))]
    finally:
        gc.set_threshold(*ours)
