"""Stories of the made-up company: tables of text, a line for each, and who plays them.

A story is its name, and then steps with bars between them; a line that begins with a blank goes on
with the story before it. A step is a word and what is given to it:

    people 100 ~ named 职工 20   a full file, or a department file: a table, and changes of it
    some people 3                the same as changes; `KEYS` has the other places
    3 days                       time that passes
    asks hold_gone of u1         what is expected of the last file: it is held, for these reasons
    hire u0..9 in 5              what somebody does: any function that gets the world first

After `people 3!` the file is applied, and a day passes. `2*3` is given as `2 2 2`, `u0..2` as
`u0 u1 u2`, and `""` is blank. A module has words of its own: its functions and constants.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from support import company
from support.books import noted, unsure
from support.guarded import (
    ACCOUNTS,
    COMPANY,
    DAY,
    DEPARTMENTS,
    FULL,
    PLAN,
    SETTINGS,
    SHARES,
    SOME,
    apply,
    named,
    plan_of,
    policy,
)
from support.runs import chinese, english, sent, state_and_why
from support.world import World, departments
from wecom_sync.domain.errors import SecretInvalidError, WeComError
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

type Step = (
    str | tuple[str, str | bytes] | float | Mapping[str, object] | Callable[[World], object] | Ends
)
"""A full file; a key and a file; days that pass; settings; what somebody does or looks at; an end.
"""
type Words = Mapping[str, Any]
KEYS = {
    "full": FULL,
    "some": SOME,
    "tree": DEPARTMENTS,
    "company": COMPANY,
    "plan": PLAN,
    "plan_some": "acme/plan/syncuser/s.csv",
    "settings": SETTINGS,
    "accounts": ACCOUNTS,
    "other": "acme/replaceuser/b.csv",
}


@dataclass(frozen=True)
class Ends:
    """What has become of the last file: its state and why, and whom the last reason names.

    `holds`: why it is held, or a plan would be; `why`: the code of WeCom or of any other reason;
    `text`: what is said of it once, in either language.
    """

    state: State | None = None
    holds: tuple[str, ...] = ()
    who: str = ""
    why: object = None
    text: str = ""

    def check(self, run: Run) -> None:
        """Compare; the reasons of a run that was approved are those of before."""
        told = english(run) + chinese(run)
        assert not self.text or told.count(self.text) == 1, told
        if self.state is None:
            return
        holds = () if run.proposal.approval and run.state is not State.HELD else run.proposal.holds
        why = None if self.why is None else str(state_and_why(run)[1])
        end = Ends(run.state, tuple(hold.code for hold in holds), self.who, why)
        assert end == self, (end, told)
        assert not self.who or named(run.proposal.holds[-1]) == self.who


APPLIED, UNCHANGED = Ends(State.SUCCEEDED), Ends(State.UNCHANGED)


def ends(state: str, *words: str) -> Ends:
    """Return an end: its state, codes of holds, `why` and a code, `of` and whom."""
    codes, _, who = " ".join(words).partition("of ")
    holds, _, why = codes.partition("why ")
    return Ends(State(state.upper()), tuple(holds.split()), who, why.strip() or None)


def asks(*words: str) -> Ends:
    return ends("held", *words)


def says(*words: str) -> Ends:
    return Ends(text=" ".join(words))


def settings(*pairs: str) -> Mapping[str, object]:
    """Return settings; those that are not named are as they usually are."""
    defaults = Policy().to_document() | dict.fromkeys(SHARES, 0)
    return {
        name: _setting(text, defaults[name])
        for name, _, text in (pair.partition("=") for pair in pairs)
    }


def _setting(text: str, default: object) -> object:
    if isinstance(default, Mapping):
        entries = [entry.partition(":") for entry in text.split(",") if entry]
        return {name: cells.split("/") if "/" in cells else cells for name, _, cells in entries}
    if isinstance(default, list | tuple):
        return text.split(",")
    return _given(text) if not isinstance(default, bool) else text == "true"


def held_run(world: World, key: str = "") -> Run:
    """Return the newest run that is held, of any key or of one."""
    held = [run for run in world.store.runs_by_id.values() if run.state is State.HELD]
    return [run for run in held if run.key.startswith(KEYS.get(key, key))][-1]


def approve(world: World, key: str = "") -> Run:
    """Approve the newest run that is held, of any key or of one, and let ten minutes pass."""
    world.approve(run := held_run(world, key))
    world.pass_time(600)
    return world.store.runs_by_id[run.run_id]


def cancel(world: World) -> Run:
    return world.cancel_now([*world.store.runs_by_id.values()][-1])


def hire(world: World, *accounts: str | int) -> None:
    """Let accounts be made by hand; `in`: in a department."""
    users, number = _parted(accounts, "in")
    world.wecom.hire(*map(str, users), department=int(*number or [1]))


def delete(world: World, *accounts: str) -> None:
    for account in accounts:
        del world.wecom.members[account]


def refuse(world: World, *accounts: str) -> None:
    """Let WeCom refuse these rows from now on, and to remove the one who is left."""
    users, left = _parted(accounts, "left")
    world.wecom.refused = dict.fromkeys(map(str, users), 60104)
    world.wecom.extra = [ResultRow(user, 60003, "") for user in left]


def imports(world: World, errcode: int = 0, *left_out: str) -> None:
    """Let imports end with a code from now on, or without a word about some people."""
    world.wecom.job_errcode, world.wecom.left_out = errcode, {*left_out}


def fails(world: World, call: str, errcode: int) -> None:
    """Let WeCom refuse the next call."""
    path = {"submit": "batch/replaceuser", "result": "batch/getresult"}.get(call, "user/list_id")
    world.wecom.fail(call, WeComError(errcode, "", f"/cgi-bin/{path}"))


def no_secret(world: World) -> None:
    """Let the secret be wrong the next time that it is used."""
    world.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))


def again(world: World, what: str, number: int) -> Run:
    """Retry the n-th run, or bring its file back, as the command line does."""
    world.clock.now += 1
    run = [*world.store.runs_by_id.values()][number]
    return apply(world, run.key, "", again=f"{what} {run.run_id}")


def wait(world: World, hours: int) -> None:
    world.pass_time(hours * 3600)


def live(world: World, hours: int) -> None:
    """Let hours pass, with the sweep."""
    world.live(hours * 3600)


def there(world: World, *accounts: str) -> None:
    """See that these accounts are in WeCom, and no others."""
    assert {*world.wecom.members} == {*accounts}


def cell(world: World, account: str, column: str, value: str | int) -> None:
    """See what the book says of somebody in a column."""
    assert world.archive.snapshot("acme").rows[account][column] == str(value)


def sends(world: World, *cells: str | int) -> None:
    """See that the last column of the last file to WeCom begins, or ends, with these cells."""
    some = slice(1, 1 + len(cells)) if len(cells) > 1 else slice(-1, None)
    assert [row[-1] for row in sent(world)][some] == [*map(str, cells)]


def doubts(world: World, *accounts: str) -> None:
    """See whose row is uncertain."""
    assert unsure(world.archive.snapshot("acme")) == {*accounts}


def notes(world: World, field: str, *accounts: str) -> None:
    """See of whom something is noted."""
    assert noted(world.archive.snapshot("acme"), field).keys() == {*accounts}


AS_IT_IS = (ends, asks, says, settings)
"""What gets its words as they stand there."""


def plans(world: World, kind: str, *subjects: str | int) -> None:
    """See whom, or what, the plan of the last file names."""
    run = [*world.store.runs_by_id.values()][-1]
    assert plan_of(world, run)[kind] == [*map(str, subjects)]


def _parted(words: Sequence[Any], mark: str) -> tuple[list[Any], list[Any]]:
    at = words.index(mark) if mark in words else len(words)
    return [*words[:at]], [*words[at + 1 :]]


WORDS: Words = {
    **{name: value for name, value in vars(company).items() if inspect.isfunction(value)},
    **{
        word.__name__: word
        for word in (
            *(ends, asks, says, approve, cancel, hire, delete, refuse, imports, fails, no_secret),
            *(again, wait, live, there, cell, sends, doubts, notes, plans, departments),
        )
    },
    "set": settings,
    **{state.value.lower(): Ends(state) for state in State if state.is_final},
    "applied": APPLIED,
}


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


def steps(story: str, words: Words | None = None) -> list[Step]:
    """Read a story; `words`: what it says beside `WORDS`. A word may stand for several steps."""
    read: list[Step] = []
    for text in story.split("|"):
        is_night = text.rstrip().endswith("!")
        step = _step(text.rstrip(" !").split(), words or {})
        read += step if isinstance(step, list) else [step]
        read += [APPLIED, 1] if is_night else []
    return read


def _step(parts: list[str], words: Words) -> Any:
    if re.fullmatch(r"[\d.]+", parts[0]):
        return float(parts[0]) / {"day": 1, "days": 1, "hours": 24, "seconds": DAY}[parts[1]]
    key = KEYS.get(parts[0], "") if len(parts) > 1 else ""
    value = _made(parts[1:] if key else parts, words)
    if not isinstance(value, str | bytes):
        return value
    return key or (DEPARTMENTS if value[:2] == "部门" else FULL), value


def _made(parts: list[str], words: Words) -> Any:
    """Return what a word and its changes make, each of which gets what was made before it."""
    value: Any = None
    for change in " ".join(parts).split(" ~ "):
        word, *texts = change.split()
        made = _meaning(word, words)
        given = texts if made in AS_IT_IS else [part for text in texts for part in _several(text)]
        before = () if value is None else (value,)
        if not callable(made):
            value = made
        elif next(iter(inspect.signature(made).parameters), "") == "world":
            value = _deed(made, given)
        else:
            value = made(*before, *given)
    return value


def _meaning(word: str, words: Words) -> Any:
    for known in (WORDS, words):
        for name in (word, word.upper()):
            if name in known:
                return known[name]
    raise KeyError(word)


def _deed(act: Callable[..., object], given: Sequence[object]) -> Callable[[World], object]:
    return lambda world: act(world, *given)


def _several(text: str) -> list[str | int]:
    if match := re.fullmatch(r"([a-z]*)(\d+)\.\.(\d+)", text):
        return [f"{match[1]}{at}" for at in range(int(match[2]), int(match[3]) + 1)]
    cell, _, count = (
        text.rpartition("*") if re.fullmatch(r"[^*]+\*[1-9]\d*", text) else (text, "", "1")
    )
    return [_given(cell)] * int(count)


def _given(text: str) -> str | int:
    if text == '""':
        return ""
    return int(text) if re.fullmatch("0|[1-9][0-9]{0,8}", text) else text.replace("⏎", "\n")


def lines(table: str) -> Iterator[tuple[str, str]]:
    """Yield each name of a table with what stands beside and below it."""
    for block in re.split(r"\n(?! )", table.strip()):
        name, _, text = " ".join(block.split()).partition(": ")
        yield name, text


def stories(table: str, words: Words) -> pytest.MarkDecorator:
    """Give a test the steps of each story of a table; `words`: those of its module."""
    own = {
        name for name in words if getattr(words[name], "__module__", "") == words.get("__name__")
    }
    assert own.isdisjoint(WORDS), own & WORDS.keys()
    read = {name: steps(text, words) for name, text in lines(table)}
    return pytest.mark.parametrize("story", read.values(), ids=read)


def limits(table: str, words: Words) -> pytest.MarkDecorator:
    """Give a test the steps of each story, and what is asked at its end.

    A line is a hold and a template; below it stand numbers within the limit, and those beyond it.
    """
    cases = []
    for hold, text in lines(table):
        template, *sides = re.split(r" (within|beyond) ", text)
        for side, numbers in zip(sides[::2], sides[1::2], strict=True):
            for given in numbers.split(", "):
                holds = [hold] if side == "beyond" else []
                story = steps(template.format(*given.split()), words)
                cases.append(pytest.param(story, holds, id=f"{hold} {side} {given}: {template}"))
    return pytest.mark.parametrize(("story", "holds"), cases)
