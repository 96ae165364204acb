"""What the stress kits share: worker processes, lines on the screen, figures in a file."""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


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


def tell(lines: Iterable[str]) -> None:
    """Print lines at once."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_figures(path: Path | None, document: object, indent: int = 1) -> None:
    """Write figures as JSON, if somebody asked for them."""
    if path is not None:
        path.write_text(json.dumps(document, indent=indent, ensure_ascii=False) + "\n", "utf-8")
