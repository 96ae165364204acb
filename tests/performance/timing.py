"""How long things take beside each other, on whatever machine this is."""

import csv
import gc
import io
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import wecom_sync  # noqa: F401 - Python looks for garbage as in a function

RUNS = 5
PYTHONS_THRESHOLD = 2_000
"""After how many new objects Python looks for garbage by itself."""


@dataclass(frozen=True)
class Timing:
    """Several runs of the same thing, in seconds."""

    median: float
    fastest: float
    slowest: float

    @classmethod
    def of(cls, seconds: list[float]) -> Self:
        return cls(statistics.median(seconds), min(seconds), max(seconds))

    def __str__(self) -> str:
        return f"{self.median:.3g} s ({self.fastest:.3g}–{self.slowest:.3g})"


def side_by_side(works: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, Timing]:
    """Run each work so many times, in turns, so that a slow minute of the machine meets all."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - started)
    return {name: Timing.of(taken) for name, taken in seconds.items()}


def split(content: bytes) -> list[list[str]]:
    """Split the lines of a CSV, as a program does that only has `csv.reader`."""
    ours = gc.get_threshold()
    gc.set_threshold(PYTHONS_THRESHOLD)
    try:
        return [*csv.reader(io.StringIO(content.decode()))]
    finally:
        gc.set_threshold(*ours)
