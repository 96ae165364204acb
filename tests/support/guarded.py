"""What the tests of the guard rails have in common: a corp's files, and short ways to look."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from support.runs import chinese, english
from support.world import TRUSTING, World
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Reason, Run, State
from wecom_sync.domain.texts import Listing

FULL = "acme/replaceuser/m.csv"
SOME = "acme/syncuser/s.csv"
DEPARTMENTS = "acme/replaceparty/d.csv"
DAY = 86_400
type Step = str | tuple[str, str] | float | Mapping[str, object] | Callable[[World], object]
"""A full file; a key and a file; days that pass; settings; or what somebody does meanwhile."""
EVERYTHING_GOES = Policy.from_document(
    Policy.limits() | {"first_replace": "apply", "attributes": ["工龄", "备注"]}
)
"""What a corp needs whose files no rule with a setting may hold."""


def policy(world: World, **changes: object) -> None:
    values = TRUSTING.to_document() | changes
    world.store.put_policy("acme", Policy.from_document(values), world.clock.now)
    # As if a file had been judged by them already: looser limits are not the first file's alone.
    for corp, book in world.archive.snapshots.items():
        world.archive.snapshots[corp] = replace(book, limits={})


def dropped(world: World, key: str, content: bytes | str, seconds: float, **asks: str) -> Run:
    world.drop(key, content, **asks)
    world.pass_time(seconds)
    return world.run_of(key)


def apply(world: World, key: str, content: bytes | str, **asks: str) -> Run:
    """Drop a file, and let ten minutes pass; `asks`: whose rollback or retry it is."""
    return dropped(world, key, content, 600, **asks)


def codes(run: Run) -> list[str]:
    return [hold.code for hold in run.holds]


def listing(reason: Reason) -> Listing:
    names = reason.params["named"]
    assert isinstance(names, Listing)
    return names


def named(reason: Reason) -> str:
    return ", ".join(listing(reason).first)


def plan_of(world: World, run: Run) -> dict[str, Any]:
    document = world.reports.documents[f"{run.corp}/{run.run_id}/plan.json"]
    plan: dict[str, Any] = json.loads(document)
    return plan


def hold_first(world: World, count: int = 6) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(count)))


def play(world: World, *steps: Step) -> Run:
    """Let things happen one after the other; return the run of the last file."""
    run = None
    for step in steps:
        if isinstance(step, str):
            run = apply(world, FULL, step)
        elif isinstance(step, tuple):
            run = apply(world, *step)
        elif isinstance(step, Mapping):
            policy(world, **step)
        elif callable(step):
            done = step(world)
            run = done if isinstance(done, Run) else run
        else:
            world.clock.now += step * DAY
    assert run is not None
    return run


def hired(*users: str) -> Step:
    return lambda world: world.wecom.hire(*users)


def approve(world: World, key: str = "") -> Run:
    """Approve the newest run that is held, of any key or of one, and let ten minutes pass."""
    runs = [run for run in world.store.runs_by_id.values() if run.key.startswith(key)]
    world.approve(run := [run for run in runs if run.state is State.HELD][-1])
    world.pass_time(600)
    return world.store.runs_by_id[run.run_id]


class Question(NamedTuple):
    """Files, the reasons why the last one is held, what is said once, and who is named last."""

    files: list[Step]
    holds: list[str]
    words: tuple[str, ...] = ()
    who: str = ""

    def ask(self, world: World) -> None:
        run = play(world, *self.files)
        text = english(run) + chinese(run)
        assert codes(run) == self.holds, text
        assert [word for word in self.words if text.count(word) != 1] == [], text
        assert not self.who or named(run.holds[-1]) == self.who
