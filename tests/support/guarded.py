"""What the tests of the guard rails have in common: a corp's files, and short ways to look."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from support.runs import chinese, english, state_and_why
from support.world import TRUSTING, World
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason

FULL = "acme/replaceuser/m.csv"
SOME = "acme/syncuser/s.csv"
DEPARTMENTS = "acme/replaceparty/d.csv"
DAY = 86_400


@dataclass(frozen=True)
class Ends:
    """What has become of the last file: its state and why, and whom the last reason names.

    `holds`: why it is held, or a plan would be; `why`: the code of WeCom or of any other reason.
    """

    state: State
    holds: tuple[str, ...] = ()
    who: str = ""
    why: object = None

    def check(self, run: Run) -> None:
        """Compare; the reasons of a run that was approved are those of before."""
        holds = () if run.proposal.approval and run.state is not State.HELD else run.proposal.holds
        why = None if self.why is None else state_and_why(run)[1]
        end = Ends(run.state, tuple(hold.code for hold in holds), self.who, why)
        assert end == self, (end, english(run))
        assert not self.who or named(run.proposal.holds[-1]) == self.who


APPLIED, UNCHANGED = Ends(State.SUCCEEDED), Ends(State.UNCHANGED)
type Step = str | tuple[str, str] | float | Mapping[str, object] | Callable[[World], object] | Ends
"""A full file; a key and a file; days that pass; settings; what somebody does or looks at; an end.
"""


def asked(*holds: str, who: str = "") -> Ends:
    """Return that the last file is held for these reasons."""
    return Ends(State.HELD, holds, who)


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
    return [hold.code for hold in run.proposal.holds]


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
        elif isinstance(step, Ends):
            assert run is not None
            run = world.store.runs_by_id[run.run_id]
            step.check(run)
        elif callable(step):
            done = step(world)
            run = done if isinstance(done, Run) else run
        else:
            world.clock.now += step * DAY
    assert run is not None
    return run


def see(look: Callable[[World], object], expected: object) -> Step:
    """Return that something is so."""

    def compare(world: World) -> None:
        value = look(world)
        assert value == expected, value

    return compare


def live(*accounts: str) -> Step:
    """Return that these accounts are in WeCom, and no others."""
    return see(lambda world: {*world.wecom.members}, {*accounts})


def cell(account: str, column: str, value: str) -> Step:
    """Return what the book says of somebody in a column."""
    return see(lambda world: world.archive.snapshot("acme").rows[account][column], value)


def days(*files: str | tuple[str, str]) -> list[Step]:
    """Return a file a day, each of which is applied."""
    return [step for file in files for step in (file, APPLIED, 1)]


def refuse(*accounts: str, left: str = "") -> Step:
    """Return that WeCom refuses these rows from now on, and to remove the one who is left."""

    def change(world: World) -> None:
        world.wecom.refused = dict.fromkeys(accounts, 60104)
        world.wecom.extra = [ResultRow(left, 60003, "")] if left else []

    return change


def imports_end(errcode: int = 0, *left_out: str) -> Step:
    """Return that imports end with a code from now on, or without a word about some people."""

    def change(world: World) -> None:
        world.wecom.job_errcode, world.wecom.left_out = errcode, {*left_out}

    return change


def fails(call: str, errcode: int) -> Step:
    """Return that WeCom refuses the next call."""
    path = {"submit": "batch/replaceuser", "result": "batch/getresult"}.get(call, "user/list_id")
    return lambda world: world.wecom.fail(call, WeComError(errcode, "", f"/cgi-bin/{path}"))


def overtaken(key: str, content: str, *by: Step) -> Step:
    """Return a file whose event comes only when all that is newer has happened."""

    def drop(world: World) -> Run:
        event = world.drop(key, content)
        world.drop_queue.messages.clear()
        world.clock.now += 60
        play(world, *by)
        world.drop_queue.send(event)
        world.pass_time(600)
        return world.run_of(key)

    return drop


def hired(*users: str, department: int = 1) -> Step:
    """Return that accounts are made by hand."""
    return lambda world: world.wecom.hire(*users, department=department)


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
        assert not self.who or named(run.proposal.holds[-1]) == self.who
