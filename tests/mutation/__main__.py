"""`make mutants`: changes functions one by one and lets the tests that call them run.

A mutant that no test notices survives. Each runs in a fork of one pytest process, in which the
code of the function was replaced. Which test runs which line is recorded first. Of each test with
cases the quickest case comes first, then the others. Those of the same files that share a fixture
come last, since it may have run the line for all of them.
"""

import argparse
import functools
import gc
import os
import pickle
import signal
import sys
import tempfile
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import islice, zip_longest
from operator import itemgetter
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _pytest.runner import runtestprotocol

from mutation.mutants import PACKAGE, Line, Mutant, load, mutants

SUITES = ("unit", "integration", "contract", "cli", "infrastructure", "hazards", "exports")
MOST_SECONDS = 300
"""After that nobody waits for a mutant any more, and nobody knows whether it would be noticed."""
OUT = sys.stdout.write
TOOL = sys.monitoring.COVERAGE_ID


class Mutation:
    """A pytest plugin: it runs the tests once to see what they call, then the mutants.

    What runs while modules are imported has run before the forks, so no mutant is made of it.
    """

    def __init__(self, count: int, seed: int, workers: int) -> None:
        self._count = count
        self._seed = seed
        self._workers = workers
        self._imported = _lines_run()
        self._tests: defaultdict[Line, array[int]] = defaultdict(partial(array, "I"))
        self._seconds: dict[int, float] = {}
        self.tried = 0
        self.survivors: list[Mutant] = []
        self.uncalled: list[Mutant] = []
        self.late: list[Mutant] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        load()
        self._record(session.items)
        running: dict[int, tuple[Mutant, float]] = {}
        for mutant in islice(filter(self._may_run, mutants(self._seed)), self._count):
            self.tried += 1
            callers = self._quickest_first(session.items, self._numbers(mutant))
            if not callers:
                self.uncalled.append(mutant)
                continue
            tests = callers + _sharing(callers, session.items)
            while len(running) >= self._workers:
                self._wait(running)
            pid = os.fork()
            if not pid:
                _test(mutant, tests)
            running[pid] = mutant, time.monotonic()
        while running:
            self._wait(running)
        return True

    def _may_run(self, mutant: Mutant) -> bool:
        return bool(self._numbers(mutant)) or self._imported.isdisjoint(mutant.lines)

    def _numbers(self, mutant: Mutant) -> set[int]:
        """Return the numbers of the tests that run what the mutant changes."""
        return {at for line in mutant.lines for at in self._tests.get(line, ())}

    def _quickest_first(self, items: Sequence[pytest.Item], tests: set[int]) -> list[pytest.Item]:
        cases: Counter[str] = Counter()
        order = []
        for at in sorted(tests, key=self._seconds.__getitem__):
            test = items[at].nodeid.partition("[")[0]
            order.append((cases[test], at))
            cases[test] += 1
        return [items[at] for _, at in sorted(order, key=itemgetter(0))]

    def _record(self, items: Sequence[pytest.Item]) -> None:
        """Let the tests run, a share in each fork, and note what each calls."""
        forks: dict[int, Path] = {}
        for at in range(self._workers):
            notes = Path(tempfile.mkstemp(prefix="mutation-")[1])
            pid = os.fork()
            if not pid:
                _note(items, range(at, len(items), self._workers), notes)
                os._exit(0)
            forks[pid] = notes
        for pid, notes in forks.items():
            if os.waitpid(pid, 0)[1]:
                raise RuntimeError("the tests could not be run")
            lines, passed = pickle.loads(notes.read_bytes())  # noqa: S301 - ours
            for number, seconds, ran in passed:
                self._seconds[number] = seconds
                for line in ran:
                    self._tests[lines[line]].append(number)
            notes.unlink()

    def _wait(self, running: dict[int, tuple[Mutant, float]]) -> None:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in running:
                mutant, _ = running.pop(pid)
                if status == signal.SIGKILL:
                    self.late.append(mutant)
                elif status == 0:
                    self.survivors.append(mutant)
                    OUT(f"survived: {mutant}\n")
                    sys.stdout.flush()
                return
            for late, (_, began) in running.items():
                if time.monotonic() - began > MOST_SECONDS:
                    os.kill(late, signal.SIGKILL)
            time.sleep(0.01)


def _lines_run() -> set[Line]:
    """Return the set that gets the lines that run from now on."""
    monitoring, ran = sys.monitoring, set[Line]()

    def line_begins(code: CodeType, line: int) -> object:
        if code.co_filename.startswith(str(PACKAGE)):
            ran.add((code.co_filename, line))
        return monitoring.DISABLE

    if monitoring.get_tool(TOOL) is None:
        monitoring.use_tool_id(TOOL, "mutation")
    monitoring.register_callback(TOOL, monitoring.events.LINE, line_begins)
    monitoring.set_events(TOOL, monitoring.events.LINE)
    monitoring.restart_events()
    return ran


def _note(items: Sequence[pytest.Item], share: Sequence[int], notes: Path) -> None:
    """Note what each test runs. One that fails without a mutant says nothing about mutants."""
    caches = [it for it in gc.get_objects() if isinstance(it, functools._lru_cache_wrapper)]
    lines, passed = dict[Line, int](), []
    for at, after in zip_longest(share, share[1:]):
        for cache in caches:
            cache.cache_clear()
        ran, began = _lines_run(), time.monotonic()
        if _passes(items[at], None if after is None else items[after]):
            seconds = time.monotonic() - began
            numbers = array("I", (lines.setdefault(line, len(lines)) for line in ran))
            passed.append((at, seconds, numbers))
    notes.write_bytes(pickle.dumps(([*lines], passed)))


def _sharing(tests: Sequence[pytest.Item], items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the other tests of the files of some that take a fixture which is made once."""
    files, own = {it.path for it in tests}, {*tests}
    return [
        it
        for it in items
        if it.path in files
        and it not in own
        and isinstance(it, pytest.Function)
        and any(
            fixture[-1].scope != "function" for fixture in it._fixtureinfo.name2fixturedefs.values()
        )
    ]


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    reports = runtestprotocol(item, nextitem=following, log=False)
    return not any(report.failed for report in reports)


def _test(mutant: Mutant, items: Sequence[pytest.Item]) -> None:
    """Change the function and run its tests until one fails; end the process."""
    sys.monitoring.set_events(TOOL, sys.monitoring.events.NO_EVENTS)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for function in gc.get_objects():
        if isinstance(function, FunctionType) and function.__code__ in mutant.codes:
            function.__code__ = mutant.codes[function.__code__]
    try:
        if all(_passes(*test) for test in zip_longest(items, items[1:])):
            os._exit(0)
    finally:
        os._exit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the survivors and the share that was noticed."""
    parser = argparse.ArgumentParser(prog="python -m mutation")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 10**9)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    mutation = Mutation(options.count, options.seed, options.workers)
    quiet = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    if pytest.main([*quiet, *SUITES], plugins=[mutation]) != pytest.ExitCode.OK:
        return 1
    for mutant in mutation.uncalled:
        OUT(f"no test calls: {mutant}\n")
    for mutant in mutation.late:
        OUT(f"nobody waited for: {mutant}\n")
    survived = len(mutation.survivors) + len(mutation.uncalled) + len(mutation.late)
    share = 100 * (mutation.tried - survived) / mutation.tried
    caught = f"{survived} survived or unknown, {share:.1f} % noticed"
    OUT(f"seed {options.seed}: {mutation.tried} mutants, {caught}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
