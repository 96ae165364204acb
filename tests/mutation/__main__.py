"""`make mutants`: changes functions one by one and lets the tests that call them run.

A mutant that no test notices survives. Each runs in a fork of one pytest process, in which the
code of the function was replaced. Which test calls which function is recorded first.
"""

import argparse
import gc
import os
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _pytest.runner import runtestprotocol

from mutation.mutants import PACKAGE, Mutant, sample

SUITES = ("unit", "integration", "contract", "cli", "infrastructure", "hazards", "exports")
MOST_SECONDS = 300
"""After that nobody waits for a mutant any more, and nobody knows whether it would be noticed."""
OUT = sys.stdout.write
TOOL = sys.monitoring.COVERAGE_ID


class Mutation:
    """A pytest plugin: it runs the tests once to see what they call, then the mutants."""

    def __init__(self, mutants: Sequence[Mutant], workers: int) -> None:
        self._mutants = mutants
        self._workers = workers
        self._called: set[tuple[str, int]] = set()
        self._tests: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        self.survivors: list[Mutant] = []
        self.uncalled: list[Mutant] = []
        self.late: list[Mutant] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's loop."""
        self._record(session.items)
        running: dict[int, tuple[Mutant, float]] = {}
        for mutant in self._mutants:
            tests = self._tests[str(mutant.path), mutant.first_line]
            if not tests:
                self.uncalled.append(mutant)
                continue
            while len(running) >= self._workers:
                self._wait(running)
            pid = os.fork()
            if not pid:
                _test(mutant, [session.items[at] for at in sorted(tests)])
            running[pid] = mutant, time.monotonic()
        while running:
            self._wait(running)
        return True

    def _record(self, items: Sequence[pytest.Item]) -> None:
        """Let the tests run, a share in each fork, and note what each calls."""
        forks: dict[int, Path] = {}
        for at in range(self._workers):
            notes = Path(tempfile.mkstemp(prefix="mutation-")[1])
            pid = os.fork()
            if not pid:
                self._note(items, range(at, len(items), self._workers), notes)
                os._exit(0)
            forks[pid] = notes
        for pid, notes in forks.items():
            if os.waitpid(pid, 0)[1]:
                raise RuntimeError("the tests could not be run")
            for text in notes.read_text("utf-8").splitlines():
                number, name, first_line = text.split("\t")
                self._tests[name, int(first_line)].append(int(number))
            notes.unlink()

    def _note(self, items: Sequence[pytest.Item], share: Sequence[int], notes: Path) -> None:
        lines = []
        for at, after in zip_longest(share, share[1:]):
            following = None if after is None else items[after]
            called = self._calls(items[at], following)
            lines += [f"{at}\t{path}\t{line}\n" for path, line in called]
        notes.write_text("".join(lines), "utf-8")

    def _calls(self, item: pytest.Item, following: pytest.Item | None) -> set[tuple[str, int]]:
        monitoring, called = sys.monitoring, set[tuple[str, int]]()

        def started(code: CodeType, _offset: int) -> object:
            if code.co_filename.startswith(str(PACKAGE)):
                called.add((code.co_filename, code.co_firstlineno))
            return monitoring.DISABLE

        if monitoring.get_tool(TOOL) is None:
            monitoring.use_tool_id(TOOL, "mutation")
        monitoring.register_callback(TOOL, monitoring.events.PY_START, started)
        monitoring.set_events(TOOL, monitoring.events.PY_START)
        monitoring.restart_events()
        runtestprotocol(item, nextitem=following, log=False)
        monitoring.set_events(TOOL, 0)
        return called

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


def _test(mutant: Mutant, items: Sequence[pytest.Item]) -> None:
    """Change the function and run its tests until one fails; end the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for function in gc.get_objects():
        if isinstance(function, FunctionType):
            code = function.__code__
            if (code.co_filename, code.co_firstlineno, code.co_name) == (
                str(mutant.path), mutant.first_line, mutant.code.co_name
            ):  # fmt: skip
                function.__code__ = mutant.code
    try:
        for item, following in zip_longest(items, items[1:]):
            reports = runtestprotocol(item, nextitem=following, log=False)
            if any(report.failed for report in reports):
                os._exit(1)
    except BaseException:  # noqa: BLE001 - whatever it is, the mutant was noticed
        os._exit(1)
    os._exit(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the survivors and the share that was noticed."""
    parser = argparse.ArgumentParser(prog="python -m mutation")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 10**9)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    mutation = Mutation(sample(options.count, options.seed), options.workers)
    quiet = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    if pytest.main([*quiet, *SUITES], plugins=[mutation]) != pytest.ExitCode.OK:
        return 1
    for mutant in mutation.uncalled:
        OUT(f"no test calls: {mutant}\n")
    for mutant in mutation.late:
        OUT(f"nobody waited for: {mutant}\n")
    survived = len(mutation.survivors) + len(mutation.uncalled) + len(mutation.late)
    share = 100 * (options.count - survived) / options.count
    caught = f"{survived} survived or unknown, {share:.1f} % noticed"
    OUT(f"seed {options.seed}: {options.count} mutants, {caught}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
