"""`make mutants`: changes functions one by one and lets the tests that call them run.

A mutant that no test notices survives. Each runs in a fork of one pytest process, in which the
code of the function was replaced. Which test calls which function is recorded first. Of each test
with cases the quickest case comes first, then the others. The other tests of the same files come
last, since a fixture may have called it for all of them.
"""

import argparse
import functools
import gc
import os
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import islice, zip_longest
from operator import itemgetter
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _pytest.runner import runtestprotocol

from mutation.mutants import PACKAGE, Mutant, Place, load, mutants

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
        self._imported = _calls()
        self._tests: defaultdict[Place, list[int]] = defaultdict(list)
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
            callers = self._quickest_first(session.items, self._tests[mutant.function])
            if not callers:
                self.uncalled.append(mutant)
                continue
            while len(running) >= self._workers:
                self._wait(running)
            pid = os.fork()
            if not pid:
                files = {test.path for test in callers}
                others = [it for it in session.items if it.path in files and it not in callers]
                _test(mutant, callers + others)
            running[pid] = mutant, time.monotonic()
        while running:
            self._wait(running)
        return True

    def _may_run(self, mutant: Mutant) -> bool:
        return bool(self._tests[mutant.function]) or mutant.function not in self._imported

    def _quickest_first(self, items: Sequence[pytest.Item], tests: list[int]) -> list[pytest.Item]:
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
            for text in notes.read_text("utf-8").splitlines():
                number, name, first_line, seconds = text.split("\t")
                self._tests[name, int(first_line)].append(int(number))
                self._seconds[int(number)] = float(seconds)
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
                return
            for late, (_, began) in running.items():
                if time.monotonic() - began > MOST_SECONDS:
                    os.kill(late, signal.SIGKILL)
            time.sleep(0.01)


def _calls() -> set[Place]:
    """Return the set that gets the functions that are called from now on."""
    monitoring, called = sys.monitoring, set[Place]()

    def started(code: CodeType, _offset: int) -> object:
        if code.co_filename.startswith(str(PACKAGE)):
            called.add((code.co_filename, code.co_firstlineno))
        return monitoring.DISABLE

    if monitoring.get_tool(TOOL) is None:
        monitoring.use_tool_id(TOOL, "mutation")
    monitoring.register_callback(TOOL, monitoring.events.PY_START, started)
    monitoring.set_events(TOOL, monitoring.events.PY_START)
    monitoring.restart_events()
    return called


def _note(items: Sequence[pytest.Item], share: Sequence[int], notes: Path) -> None:
    """Note what each test calls. One that fails without a mutant says nothing about mutants."""
    caches = [it for it in gc.get_objects() if isinstance(it, functools._lru_cache_wrapper)]
    lines = []
    for at, after in zip_longest(share, share[1:]):
        for cache in caches:
            cache.cache_clear()
        called, began = _calls(), time.monotonic()
        if _passes(items[at], None if after is None else items[after]):
            seconds = time.monotonic() - began
            lines += [f"{at}\t{path}\t{line}\t{seconds}\n" for path, line in called]
    notes.write_text("".join(lines), "utf-8")


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    reports = runtestprotocol(item, nextitem=following, log=False)
    return not any(report.failed for report in reports)


def _test(mutant: Mutant, items: Sequence[pytest.Item]) -> None:
    """Change the function and run its tests until one fails; end the process."""
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
