"""Plays every scenario undisturbed, then kills a function at each call it made."""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from faults.forks import Forks
from faults.judge import Scene, differences, scene
from faults.scenarios import SCENARIOS
from faults.wire import Point, Side
from faults.world import Deployment, deployment
from support.stress import each_in_turn, tell, text_of, write_figures
from wecom_sync.domain.drop import s3_objects


@dataclass(slots=True)
class Death:
    """One replay: a function dies at the first of `points`, which all leave the same world.

    `lost`: every message is lost then that only repeats what the table knows.
    """

    points: list[Point]
    lost: bool
    twice: bool = False

    def prepare(self, world: Deployment) -> None:
        """Let the step that begins now be the one."""

        def happens() -> None:
            self.twice = world.has_unheard_import()
            if self.lost:
                lose_messages(world)

        world.wire.aim(self.points[0], happens)


def lose_messages(world: Deployment) -> None:
    """Delete every record of the stream, and every message but those that nobody else knows.

    These are a drop without a run, a decision that was not taken, and what is to be told.
    """
    world.stream.lose()
    runs = world.told_runs()
    versions = {run.identity.version for run in runs}
    taken = {step.instruction.source for run in runs for step in run.timeline if step.instruction}

    def is_news(body: str) -> bool:
        document = json.loads(body)
        return document.get("kind") == "tell" or any(
            put.version not in versions and put.digest not in taken for put in s3_objects(document)
        )

    for queue in world.queues.values():
        queue.messages = [message for message in queue.messages if is_news(message.body)]


@dataclass(slots=True)
class Report:
    """What was found in one scenario: a line for each death that did not end as it should.

    `slowest`: how much longer the way home was, at the most.
    """

    scenario: str
    points: list[Point]
    failures: list[str] = field(default_factory=list)
    replays: int = 0
    slowest: float = 0.0
    seconds: float = 0.0

    def add(self, death: Death, wrong: Sequence[str], later: float) -> None:
        self.replays += 1
        self.slowest = max(self.slowest, later)
        how = "messages lost" if death.lost else "messages again"
        for point in death.points if wrong else ():
            self.failures.append(f"{self.scenario}: {point} ({how}): {'; '.join(wrong)}")

    def figures(self) -> dict[str, Any]:
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


type Where = Callable[[Point], bool]


def play(name: str, where: Where = lambda _: True, *, in_turn: bool = False) -> Report:
    """Play a scenario and every death in it, or those at the points `where` says so.

    `in_turn`: messages are lost at every second death, instead of once more at each.
    """
    started = time.monotonic()
    stages = SCENARIOS[name]
    with deployment() as stage:
        expected, points = _undisturbed(stage, name)
    with deployment() as stage:
        report = Report(name, [point for point in points if where(point)])
        if expected.errors or expected.left_over:
            raise RuntimeError(f"{name}: {expected.errors} {expected.left_over}")
        forks = Forks[Death, tuple[list[str], float]]()
        deaths = _deaths(report.points, in_turn=in_turn)

        def before_step(step: int) -> None:
            for death in deaths.pop(step, []):
                if forks.fork(death):
                    deaths.clear()
                    death.prepare(stage)
                    return

        with forks.replay(lambda death: _verdict(stage, death, expected)):
            stage.play(stages, before_step)
        for death, (wrong, later) in forks.results():
            report.add(death, wrong, later)
    report.seconds = time.monotonic() - started
    return report


def _undisturbed(stage: Deployment, name: str) -> tuple[Scene, list[Point]]:
    stage.wire.listing = True
    stage.play(SCENARIOS[name])
    return scene(stage), [*_telling(stage.wire.points)]


def _telling(points: Iterable[Point]) -> Iterator[Point]:
    """Leave out sweeps that did nothing, and that the same way as the sweep before."""
    last: list[tuple[str, Side]] = []
    for _, step in groupby(points, key=lambda point: point.step):
        crossings = [*step]
        if crossings[0].function == "sweep":
            calls = [(point.call, point.side) for point in crossings]
            before, last = last, calls
            if crossings[0].state == crossings[-1].state and calls == before:
                continue
        yield from crossings


def _deaths(points: Iterable[Point], *, in_turn: bool) -> dict[int, list[Death]]:
    groups: dict[tuple[object, ...], list[Point]] = {}
    for point in points:
        key = point.step, point.invocation, point.function, point.state
        groups.setdefault(key, []).append(point)
    deaths: dict[int, list[Death]] = {}
    for number, group in enumerate(groups.values()):
        ways = (number % 2 == 1,) if in_turn else (False, True)
        deaths.setdefault(group[0].step, []).extend(Death(group, lost) for lost in ways)
    return deaths


def _verdict(stage: Deployment, death: Death, expected: Scene) -> tuple[list[str], float]:
    if not stage.wire.killed or stage.wire.diverged:
        return [f"it did not come to it: {stage.wire.diverged}"], 0.0
    got = scene(stage)
    ways = zip(got.ways_home, expected.ways_home, strict=True)
    later = max((way - usual for way, usual in ways), default=0.0)
    return differences(expected, got, twice=death.twice), later


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--scenario", action="append", help="only this one (repeatable)")
    parser.add_argument("--figures", type=Path, help="write the numbers as JSON")
    parser.add_argument("--workers", type=int, help="processes at once")
    args = parser.parse_args(arguments)
    reports = []
    for report in each_in_turn(
        play, [(name,) for name in args.scenario or SCENARIOS], args.workers
    ):
        reports.append(report)
        tell((*report.failures, text_of(report.figures())))
    whole = figures(reports)
    write_figures(args.figures, whole)
    tell([f"crash points {whole['crash_points']}, failures {whole['failures']}"])
    return int(bool(whole["failures"]))


def figures(reports: Sequence[Report]) -> dict[str, Any]:
    return {
        "crash_points": sum(len(report.points) for report in reports),
        "replays": sum(report.replays for report in reports),
        "failures": sum(len(report.failures) for report in reports),
        "scenarios": [report.figures() for report in reports],
    }
