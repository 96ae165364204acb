"""A file whose content was there before: dropped once more, or restored over itself."""

import pytest

from support.company import people
from support.fakes import moment
from support.guarded import (
    APPLIED,
    DAY,
    DEPARTMENTS,
    FULL,
    SOME,
    UNCHANGED,
    Ends,
    Step,
    apply,
    approve,
    asked,
    codes,
    days,
    dropped,
    fails,
    hired,
    imports_end,
    listing,
    play,
    policy,
)
from support.runs import english
from support.world import World, departments, members
from wecom_sync.domain.book import Book, File
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason
from wecom_sync.planning.memory.sent import KEPT, with_file

SETTINGS = "acme/settings.toml"
B_KEY = "acme/replaceuser/b.csv"
STRANGERS = ("s1", "s2", "s3", "s4", "s5", "s6")
strangers = hired(*STRANGERS)
ANYTHING = {"removal_percent": 100, "renames_percent": 100}
HELD = asked("hold_same_again")


def staff(*surnames: str, of: int = 40) -> str:
    """Return a full file in which so many of the first people have other surnames, one each."""
    content = people(of)
    for number, surname in enumerate(surnames, 1):
        content = content.replace(f"员工{number},", f"{surname}{number},")
    return content


A, B, C = (staff(*name * 6) for name in "甲乙丙")
FEWER_COLUMNS = B.replace(",邮箱", "").replace(",,1\n", ",1\n")
REVERSED = "\n".join(
    ",".join(reversed(line.split(",")))
    for line in (A.splitlines()[0], *reversed(A.splitlines()[1:]), "")
)


def tree(*numbers: int) -> str:
    """Return a tree in which some departments have other names."""
    content = departments(30)
    for number in numbers:
        content = content.replace(f"部门{number}", f"分部{number}")
    return content


def no_strangers(world: World) -> None:
    for stranger in STRANGERS:
        del world.wecom.members[stranger]


def again(world: World, **asks: int) -> Run:
    """Bring the file of the n-th run back."""
    runs = [*world.store.runs_by_id]
    return apply(world, FULL, "", **{name: runs[at] for name, at in asks.items()})


STORIES: dict[str, list[Step]] = {
    **{
        f"{name}, {leavers}": [
            {**ANYTHING, "leavers": leavers}, *days((key, old), (key, other)), (key, last), HELD
        ]
        for leavers in ("remove", "disable")
        for name, key, old, other, last in (
            ("one person", FULL, people(1), staff("甲", of=1), people(1)),
            ("of a few", FULL, people(9), staff("甲", of=9), people(9)),
            ("of many", FULL, people(40), staff("甲"), people(40)),
            ("somebody goes", FULL, people(4), people(5), people(4)),
            ("a tree", DEPARTMENTS, tree(), tree(*range(7, 13)), tree()),
            ("another order", FULL, A, B, REVERSED),
        )
    },
    "changes may be the same again": [ANYTHING, *days((SOME, A), (SOME, B), (SOME, A))],
    "after it was approved": [
        ANYTHING, *days(A, B, C), (B_KEY, B), HELD, approve, APPLIED, 1, B, UNCHANGED, C, HELD
    ],
    "the last file may come again": [
        ANYTHING, *days(A, B), strangers, *days(B), FEWER_COLUMNS, UNCHANGED, 1, strangers,
        # B was dropped the day before yesterday, and yesterday's file changed nothing.
        B, HELD, no_strangers, 1, B, UNCHANGED, strangers, *days(B),
    ],
    "a file that a newer one superseded": [
        ANYTHING, *days(A), lambda world: dropped(world, B_KEY, B, 10), *days(C), B, HELD
    ],
    "a file that gave way to one that was not applied": [
        ANYTHING, *days(A), {"renames_percent": 1}, B, asked("hold_renamed"), C,
        lambda world: world.cancel_now(world.run_of(FULL)), 1, B, asked("hold_renamed"),
    ],
    "a retry, a rollback and the file after them": [
        ANYTHING, *days(A), fails("result", 40089), B, Ends(State.FAILED), 1,
        *days((SOME, A.replace("甲", "乙"))), lambda world: again(world, retry_of=1), UNCHANGED,
        1, *days(C), lambda world: again(world, rollback_of=0), asked("hold_older"), approve, 1,
        C, HELD,
    ],
    "a file that may have been applied is no newer one": [
        ANYTHING, *days(A), fails("result", 40089), B, Ends(State.FAILED), *days(A, C), B, HELD
    ],
    **{
        f"a file that WeCom {name} was never there": [
            ANYTHING, *days(A), failure, B, Ends(State.FAILED), imports_end(),
            *days(C), B, APPLIED,
        ]
        for name, failure in (
            ("did not take", fails("submit", 302003)), ("refused whole", imports_end(45026))
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_nothing_is_as_before_by_an_old_file_unasked(world: World, steps: list[Step]) -> None:
    play(world, *steps)


def test_an_old_file_is_named_with_its_day(world: World) -> None:
    run = play(world, ANYTHING, *days(A, B, C), (B_KEY, B))

    assert listing(run.proposal.holds[0]).total == 6
    text = f"the same as {FULL}, dropped on 2027-01-16 (UTC), after which newer ones came"
    assert text in english(run)


def test_only_so_many_files_are_remembered_the_newest_ones() -> None:
    book = Book()
    for night in range(KEPT + 1):
        file = File(f"r{night}", Job.REPLACE_USER, FULL, night, f"digest {night}", "applied")
        book = with_file(book, file)

    assert (len(book.files), book.files[0].dropped) == (KEPT, 1)
    assert KEPT > 366


def restored(world: World, earlier: list[Run], pause: float = 600) -> list[Run]:
    """Copy versions over themselves, one after the other; return what became of their runs."""
    before = set(world.store.runs_by_id)
    for run in earlier:
        world.restore(run.key, run.identity.version)
        world.pass_time(pause)
    world.pass_time(600)
    runs = [run for run_id, run in world.store.runs_by_id.items() if run_id not in before]
    return sorted(runs, key=lambda run: run.identity.dropped)


NIGHTS = tuple(members("a", "b", "c", *more) for more in ("", "d", "e", "de"))
TREES = tuple(departments(count) for count in (3, 4, 5, 6))


@pytest.mark.parametrize("pause", [600, 1], ids=["slowly", "at once"])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)], ids=str)
@pytest.mark.parametrize(("key", "contents"), [(FULL, NIGHTS), (DEPARTMENTS, TREES)])
def test_old_files_are_not_imported_in_whatever_order_they_are_restored(
    world: World, key: str, contents: tuple[str, ...], order: tuple[int, ...], pause: float
) -> None:
    earlier = [play(world, (key, content), 1) for content in contents]
    before = world.wecom.calls.count("submit")

    runs = restored(world, [earlier[at] for at in order], pause)

    assert world.wecom.calls.count("submit") == before
    assert {run.state for run in runs} <= {State.HELD, State.SUPERSEDED, State.UNCHANGED}
    assert {*(code for run in runs for code in codes(run))} <= {"hold_same_again"}
    # The newest copy says what becomes of all: of them at most one waits for a person.
    *others, newest = runs
    assert newest.state is (State.UNCHANGED if order[-1] == 3 else State.HELD)
    assert State.HELD not in {run.state for run in others}
    # Again: copies have made no old content a newer one.
    copies = restored(world, [earlier[at] for at in reversed(order)], pause)
    assert world.wecom.calls.count("submit") == before
    assert copies[-1].state is (State.UNCHANGED if order[0] == 3 else State.HELD)


@pytest.mark.parametrize("asks", ["rollback_of", "retry_of", "force"])
def test_what_asks_for_something_does_not_ask_again(world: World, asks: str) -> None:
    first = play(world, *days((SOME, NIGHTS[0]), (SOME, NIGHTS[0].replace("员工1", "甲"))))
    first = next(iter(world.store.runs_by_id.values()))
    world.wecom.fail("directory", WeComError(60020, "", "/cgi-bin/user"))
    failed = apply(world, SOME, NIGHTS[3])
    world.drops.forced |= {(SOME, "v4")} if asks == "force" else set()
    asked_for = {"rollback_of": first.run_id, "retry_of": failed.run_id}
    named = {name: run_id for name, run_id in asked_for.items() if name == asks}
    done = apply(world, SOME, "" if named else NIGHTS[0], **named)
    assert done.state is State.SUCCEEDED
    world.clock.now += DAY
    before = world.wecom.calls.count("submit")

    (run,) = restored(world, [done])

    assert (run.state, run.reason) == (State.REJECTED, Reason("asked_before", {"line": 0}))
    assert world.wecom.calls.count("submit") == before


def test_settings_that_were_in_force_before_come_back_on_purpose_only(world: World) -> None:
    weak = "[limits]\nrenames_percent = 7\n"
    first, second = (play(world, *days((SETTINGS, text))) for text in (weak, "[limits]\n"))

    for earlier in ([first, second], [second, first]):
        runs = restored(world, earlier)

        superseded = [run.reason for run in runs if run.state is State.SUPERSEDED]
        assert superseded == [Reason("settings_again", {"day": "2027-01-15"})]
        assert world.store.policy("acme").renames_percent != 7
    apply(world, SETTINGS, weak)
    assert world.store.policy("acme").renames_percent == 7


def test_a_decision_that_is_restored_decides_nothing_and_says_nothing(world: World) -> None:
    policy(world, **ANYTHING)
    held = play(world, *days(*NIGHTS[:2]), NIGHTS[0], HELD)
    world.decide(held, decision="cancel")
    version = f"v{len(world.drops.objects)}"
    world.drops.asked[f"acme/decide/{held.run_id}.json", version] = moment(world.clock.now - DAY)
    unheard = len(world.store.runs_by_id)

    world.pass_time(600)

    assert world.current_run(held).timeline == held.timeline
    assert world.current_run(held).state is State.HELD
    assert len(world.store.runs_by_id) == unheard
