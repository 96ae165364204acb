"""What the stress kits share: worker processes, copies, lines on the screen, figures."""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any


def each_in_turn[Result](
    work: Callable[..., Result], cases: Sequence[tuple[object, ...]], workers: int | None = None
) -> Iterator[Result]:
    """Yield what becomes of each case, in order; with one worker everything stays in this process.

    Workers are not forked: a fork of a process with threads may hang.
    """
    if workers == 1:
        yield from (work(*case) for case in cases)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=context) as pool:
        for running in [pool.submit(work, *case) for case in cases]:
            yield running.result()


def copied_table(table: Any) -> Any:
    """Return a copy of a table and of its rows, which share their values: those never change."""
    if isinstance(table, dict):
        return {name: copied_table(row) for name, row in table.items()}
    return table.copy() if isinstance(table, set | list) else table


def tell(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def text_of(figures: object) -> str:
    """Return figures in a line, without those that are 0 or empty."""
    if not isinstance(figures, Mapping):
        return str(figures)
    counted = {name.replace("_", " "): part for name, part in figures.items() if part}
    return ", ".join(
        f"{name} ({text_of(part)})" if isinstance(part, Mapping) else f"{part} {name}"
        for name, part in counted.items()
    )


def report(figures: Mapping[str, Any] | Sequence[Any], path: Path | None = None) -> None:
    """Print figures, a line for each part, and write them."""
    parts = figures.items() if isinstance(figures, Mapping) else [("", figures)]
    for name, part in parts:
        rows = part if isinstance(part, list) else [part]
        tell(f"{name.replace('_', ' ')} {text_of(row)}".strip() for row in rows)
    write_figures(path, figures)


def write_figures(path: Path | None, figures: object) -> None:
    if path is not None:
        path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
