"""Plays every scenario undisturbed, then kills a function at each call it made."""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from faults.forks import Forks, in_a_fork
from faults.judge import Scene, differences, scene
from faults.losses import lose_messages
from faults.scenarios import SCENARIOS, Scenario
from faults.wire import Point, Side
from faults.world import World, world


@dataclass(frozen=True, slots=True)
class Failure:
    """One replay that did not end as it should."""

    scenario: str
    point: Point
    lost: bool
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        how = "messages lost" if self.lost else "messages again"
        return f"{self.scenario}: {self.point} ({how}): {'; '.join(self.wrong)}"


@dataclass(slots=True)
class Report:
    """What was found in one scenario. `slowest`: how much longer the way home was, at the most."""

    scenario: str
    points: list[Point]
    failures: list[Failure] = field(default_factory=list)
    replays: int = 0
    slowest: float = 0.0
    seconds: float = 0.0

    def figures(self) -> dict[str, Any]:
        """Return the numbers as JSON."""
        functions = Counter(point.function for point in self.points)
        return {
            "scenario": self.scenario,
            "crash_points": len(self.points),
            "by_function": dict(sorted(functions.items())),
            "replays": self.replays,
            "failures": len(self.failures),
            "later_seconds": round(self.slowest),
            "seconds": round(self.seconds, 1),
        }


@dataclass(slots=True)
class Death:
    """One replay: a function dies at the first of `points`, which all leave the same world."""

    points: list[Point]
    lost: bool
    twice: bool = False

    def prepare(self, world: World) -> None:
        """Let the step that begins now be the one."""

        def happens() -> None:
            self.twice = world.has_unheard_import()
            if self.lost:
                lose_messages(world)

        world.wire.aim(self.points[0], happens)


def play(
    scenario: Scenario,
    *,
    workers: int = 1,
    every: bool = False,
    where: Callable[[Point], bool] = lambda _: True,
) -> Report:
    """Play a scenario and every death in it, or those at the points `where` says so.

    `every`: also those that leave the same world behind as another one.
    """
    started = time.monotonic()
    with world() as stage:
        expected, points = in_a_fork(lambda: _undisturbed(stage, scenario))
        points = [point for point in points if where(point)]
        report = Report(scenario.name, points)
        if expected.errors or expected.left_over:
            raise RuntimeError(f"{scenario.name}: {expected.errors} {expected.left_over}")
        forks = Forks[Death, tuple[list[str], float]](workers)
        deaths = _deaths(points, every=every)

        def before_step(step: int) -> None:
            for death in deaths.pop(step, []):
                if forks.fork(death):
                    deaths.clear()
                    death.prepare(stage)
                    return

        with forks.told(lambda death: _verdict(stage, death, expected)):
            stage.play(scenario.stages, before_step)
        for death, (wrong, later) in forks.results():
            report.replays += 1
            report.slowest = max(report.slowest, later)
            if wrong:
                report.failures += [
                    Failure(scenario.name, point, death.lost, tuple(wrong))
                    for point in death.points
                ]
    report.seconds = time.monotonic() - started
    return report


def _undisturbed(stage: World, scenario: Scenario) -> tuple[Scene, list[Point]]:
    stage.wire.listing = True
    stage.play(scenario.stages)
    return scene(stage), [*_telling(stage.wire.points)]


def _telling(points: Iterable[Point]) -> Iterator[Point]:
    """Leave out sweeps that did nothing, and that the same way as the sweep before."""
    steps: dict[int, list[Point]] = {}
    for point in points:
        steps.setdefault(point.step, []).append(point)
    before: list[tuple[str, Side]] = []
    for found in steps.values():
        if found[0].function == "sweep":
            calls = [(point.call, point.side) for point in found]
            idle = found[0].state == found[-1].state
            before, last = calls, before
            if idle and calls == last:
                continue
        yield from found


def _deaths(points: Iterable[Point], *, every: bool) -> dict[int, list[Death]]:
    """Return the replays by step."""
    groups: dict[tuple[object, ...], list[Point]] = {}
    for point in points:
        key = (point.step, point.invocation, point.function, point.state)
        groups.setdefault((*key, point.index) if every else key, []).append(point)
    deaths: dict[int, list[Death]] = {}
    for group in groups.values():
        deaths.setdefault(group[0].step, []).extend(Death(group, lost) for lost in (False, True))
    return deaths


def _verdict(stage: World, death: Death, expected: Scene) -> tuple[list[str], float]:
    if not stage.wire.killed or stage.wire.diverged:
        return [f"it did not come to it: {stage.wire.diverged}"], 0.0
    got = scene(stage)
    ways = zip(got.ways_home, expected.ways_home, strict=True)
    later = max((way - usual for way, usual in ways), default=0.0)
    return differences(expected, got, twice=death.twice), later


def play_all(
    scenarios: Sequence[Scenario], *, every: bool = False, workers: int | None = None
) -> Iterator[Report]:
    """Play scenarios, several at once on as many processors; reports come in order."""
    if workers == 1:
        yield from (play(scenario, every=every) for scenario in scenarios)
        return
    # Not forked: each replay is, from a process that has no threads.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=context) as pool:
        running = [pool.submit(_play_named, each.name, every=every) for each in scenarios]
        for each in running:
            yield each.result()


def _play_named(name: str, *, every: bool) -> Report:
    return play(next(each for each in SCENARIOS if each.name == name), every=every)


def line(report: Report) -> str:
    """Describe what was found in one scenario."""
    shown = report.figures()
    functions = ", ".join(f"{count} {name}" for name, count in shown["by_function"].items())
    slowest = f"{report.slowest / 60:.0f} min"
    wrong = f"  {len(report.failures)} WRONG" if report.failures else ""
    return f"{report.scenario:<28} {len(report.points):>4}  {functions}; {slowest}{wrong}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play everything; return 1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--scenario", action="append", help="only this one (repeatable)")
    parser.add_argument("--every", action="store_true", help="also points that are equal")
    parser.add_argument("--figures", type=Path, help="write the numbers as JSON")
    parser.add_argument("--workers", type=int, help="processes at once")
    args = parser.parse_args(arguments)
    chosen = [each for each in SCENARIOS if not args.scenario or each.name in args.scenario]
    reports = []
    for report in play_all(chosen, every=args.every, workers=args.workers):
        reports.append(report)
        for text in (*map(str, report.failures), line(report)):
            sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    if args.figures:
        args.figures.write_text(json.dumps(figures(reports), indent=1) + "\n")
    whole = figures(reports)
    sys.stdout.write(f"crash points {whole['crash_points']}, failures {whole['failures']}\n")
    return int(bool(whole["failures"]))


def figures(reports: Sequence[Report]) -> dict[str, Any]:
    """Return all numbers."""
    return {
        "crash_points": sum(len(report.points) for report in reports),
        "replays": sum(report.replays for report in reports),
        "failures": sum(len(report.failures) for report in reports),
        "scenarios": [report.figures() for report in reports],
    }
