"""`python -m performance.judging TREE` (in `tests/`): the time of judging, beside another tree.

The other tree is a worktree of this repository at another commit. Each measures itself, in turns,
in a process of its own: processor time of `judge` alone, of a member file of 100,000 people.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

from performance import planning
from performance.files import member_csv

ROUNDS, TIMES = 5, 2
ROOMS = ("layers/wecom_sync", "tools", "tools/wecom_simulator", "tests")


def measured() -> dict[str, float]:
    """Return how long judging a plan takes at best, by what the file changes."""
    works = planning.nights(member_csv(planning.ROWS))
    return {name: min(judging(work) for _ in range(TIMES)) for name, work in works.items()}


def judging(work: Callable[[], object]) -> float:
    judge, taken = vars(planning)["judge"], list[float]()

    def timed(case: Any) -> Any:
        started = time.process_time()
        verdict = judge(case)
        taken.append(time.process_time() - started)
        return verdict

    with mock.patch.object(planning, "judge", timed):
        work()
    return sum(taken)


def in_tree(tree: Path) -> dict[str, float]:
    paths = ":".join(str(tree / room) for room in ROOMS)
    done = subprocess.run(
        [sys.executable, __file__],
        env={**os.environ, "PYTHONPATH": paths},
        check=True,
        capture_output=True,
    )
    seconds: dict[str, float] = json.loads(done.stdout)
    return seconds


def main(other: str) -> None:
    trees = (Path(__file__).parents[2], Path(other))
    rounds = [[in_tree(tree) for tree in trees] for _ in range(ROUNDS)]
    for name in rounds[0][0]:
        here, there = ([each[at][name] for each in rounds] for at in range(2))
        ratio = median(now / then for now, then in zip(here, there, strict=True))
        line = f"{name}: {median(here):.3f} s here, {median(there):.3f} s there, ratio {ratio:.2f}"
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        sys.stdout.write(json.dumps(measured()))
