"""A file whose content was there before: dropped once more, or restored over itself."""

import pytest

from support.company import people
from support.fakes import moment
from support.guarded import DAY, DEPARTMENTS, FULL, SOME, apply, codes, dropped, listing, policy
from support.runs import approved, english
from support.world import World, departments, members
from wecom_sync.domain.book import Book, File
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Job, Reason, Run, State
from wecom_sync.planning.memory.sent import KEPT, with_file

SETTINGS = "acme/settings.toml"
B_KEY = "acme/replaceuser/b.csv"
STRANGERS = ("s1", "s2", "s3", "s4", "s5", "s6")
NO_RESULT = WeComError(40089, "", "/cgi-bin/batch/getresult")


def staff(*surnames: str, of: int = 40) -> str:
    """Return a full file in which so many of the first people have other surnames, one each."""
    content = people(of)
    for number, surname in enumerate(surnames, 1):
        content = content.replace(f"员工{number},", f"{surname}{number},")
    return content


A, B, C = (staff(*name * 6) for name in "甲乙丙")
FEWER_COLUMNS = B.replace(",邮箱", "").replace(",,1\n", ",1\n")


@pytest.fixture(autouse=True)
def shares(world: World) -> None:
    """Let no share be too large."""
    policy(world, removal_percent=100, renames_percent=100)


def day(world: World, content: str, key: str = FULL) -> Run:
    run = apply(world, key, content)
    world.clock.now += DAY
    return run


def days(world: World, *contents: str, key: str = FULL) -> list[Run]:
    """Drop a file a day, each of which is applied; return the runs."""
    runs = [day(world, content, key) for content in contents]
    assert {run.state for run in runs} == {State.SUCCEEDED}
    return runs


def test_an_old_file_that_is_dropped_again_is_held(world: World) -> None:
    days(world, A, B, C)

    run = day(world, B, B_KEY)

    assert codes(run) == ["hold_same_again"]
    assert listing(run.holds[0]).total == 6
    text = f"the same as {FULL}, dropped on 2027-01-16 (UTC), after which newer ones came"
    assert text in english(run)
    assert approved(world, run).state is State.SUCCEEDED
    assert day(world, B).state is State.UNCHANGED
    assert codes(day(world, C)) == ["hold_same_again"]


def test_an_incremental_file_may_say_the_same_again(world: World) -> None:
    days(world, A, B, A, key=SOME)


def tree(*numbers: int) -> str:
    """Return a tree in which some departments have other names."""
    content = departments(30)
    for number in numbers:
        content = content.replace(f"部门{number}", f"分部{number}")
    return content


@pytest.mark.parametrize(
    ("key", "old", "other", "again"),
    [
        (FULL, people(1), staff("甲", of=1), people(1)),
        (FULL, people(9), staff("甲", of=9), people(9)),
        (FULL, people(40), staff("甲"), people(40)),
        (FULL, people(4), people(5), people(4)),
        (DEPARTMENTS, tree(), tree(*range(7, 13)), tree()),
        (FULL, A, B, "\n".join(",".join(reversed(line.split(","))) for line in
                               (A.splitlines()[0], *reversed(A.splitlines()[1:]))) + "\n"),
    ],
    ids=["one person", "of a few", "of many", "somebody goes", "a tree", "another order"],
)  # fmt: skip
@pytest.mark.parametrize("leavers", ["remove", "disable"])
def test_nothing_is_as_before_by_an_old_file_unasked(
    world: World, key: str, old: str, other: str, *, again: str, leavers: str
) -> None:
    policy(world, leavers=leavers, removal_percent=100, renames_percent=100)
    days(world, old, other, key=key)

    assert codes(day(world, again, key)) == ["hold_same_again"]


def test_the_last_file_may_come_again(world: World) -> None:
    days(world, A, B)
    world.wecom.hire(*STRANGERS)
    days(world, B)
    assert day(world, FEWER_COLUMNS).state is State.UNCHANGED
    world.wecom.hire(*STRANGERS)

    # B was dropped the day before yesterday, and yesterday's file changed nothing.
    assert codes(day(world, B)) == ["hold_same_again"]
    for stranger in STRANGERS:
        world.wecom.members.pop(stranger)
    assert day(world, B).state is State.UNCHANGED
    world.wecom.hire(*STRANGERS)
    days(world, B)


def test_a_file_that_a_newer_one_superseded_is_an_old_one(world: World) -> None:
    days(world, A)
    dropped(world, B_KEY, B, 10)
    days(world, C)
    assert world.run_of(B_KEY).state is State.SUPERSEDED

    run = day(world, B)

    assert codes(run) == ["hold_same_again"]
    assert run.holds[0].params["key"] == B_KEY


def test_a_file_is_no_old_one_if_the_file_that_superseded_it_was_not_applied(world: World) -> None:
    days(world, A)
    policy(world, renames_percent=1)
    assert day(world, B).state is State.HELD
    held = day(world, C)
    world.cancel_now(held)

    assert codes(day(world, B)) == codes(held) == ["hold_renamed"]


def test_a_retry_and_a_rollback_may_bring_an_old_file_back(world: World) -> None:
    (first,) = days(world, A)
    world.wecom.fail("result", NO_RESULT)
    failed = day(world, B)
    days(world, A.replace("甲", "乙"), key=SOME)
    assert codes(apply(world, FULL, "", retry_of=failed.run_id)) == []
    days(world, C)

    assert apply(world, FULL, "", rollback_of=first.run_id).state is State.HELD
    assert codes(world.run_of(FULL)) == ["hold_older"]
    approved(world, world.run_of(FULL))
    world.clock.now += DAY
    assert codes(day(world, C)) == ["hold_same_again"]


def test_a_file_that_may_have_been_applied_was_there_but_is_no_newer_one(world: World) -> None:
    days(world, A)
    world.wecom.fail("result", NO_RESULT)
    assert day(world, B).state is State.FAILED

    days(world, A, C)
    assert codes(day(world, B)) == ["hold_same_again"]


@pytest.mark.parametrize("sent", [False, True])
def test_a_file_that_was_never_sent_was_never_there(world: World, sent: bool) -> None:
    days(world, A)
    if sent:
        world.wecom.job_errcode = 45026
    else:
        world.wecom.fail("submit", WeComError(302003, "", "/cgi-bin/batch/replaceuser"))
    assert day(world, B).state is State.FAILED
    world.wecom.job_errcode = 0
    days(world, C)

    assert codes(day(world, B)) == []


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
        world.restore(run.key, run.version)
        world.pass_time(pause)
    world.pass_time(600)
    runs = [run for run_id, run in world.store.runs_by_id.items() if run_id not in before]
    return sorted(runs, key=lambda run: run.dropped)


NIGHTS = tuple(members("a", "b", "c", *more) for more in ("", "d", "e", "de"))
TREES = tuple(departments(count) for count in (3, 4, 5, 6))


@pytest.mark.parametrize("pause", [600, 1], ids=["slowly", "at once"])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)], ids=str)
@pytest.mark.parametrize(("key", "contents"), [(FULL, NIGHTS), (DEPARTMENTS, TREES)])
def test_old_files_are_not_imported_in_whatever_order_they_are_restored(
    world: World, key: str, contents: tuple[str, ...], order: tuple[int, ...], pause: float
) -> None:
    earlier = [day(world, content, key) for content in contents]
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
    again = restored(world, [earlier[at] for at in reversed(order)], pause)
    assert world.wecom.calls.count("submit") == before
    assert again[-1].state is (State.UNCHANGED if order[0] == 3 else State.HELD)


@pytest.mark.parametrize("asks", ["rollback_of", "retry_of", "force"])
def test_what_asks_for_something_does_not_ask_again(world: World, asks: str) -> None:
    first, _ = days(world, NIGHTS[0], NIGHTS[0].replace("员工1", "甲"), key=SOME)
    world.wecom.fail("directory", WeComError(60020, "", "/cgi-bin/user"))
    failed = apply(world, SOME, NIGHTS[3])
    asked = {"rollback_of": first.run_id, "retry_of": failed.run_id}
    if asks == "force":
        world.drops.forced.add((SOME, "v4"))
        done = apply(world, SOME, NIGHTS[0])
    else:
        done = apply(world, SOME, "", **{asks: asked[asks]})
    assert done.state is State.SUCCEEDED
    world.clock.now += DAY
    before = world.wecom.calls.count("submit")

    (run,) = restored(world, [done])

    assert (run.state, run.reason) == (State.REJECTED, Reason("asked_before", {"line": 0}))
    assert world.wecom.calls.count("submit") == before


def test_settings_that_were_in_force_before_come_back_on_purpose_only(world: World) -> None:
    weak = "[limits]\nrenames_percent = 7\n"
    first, second = days(world, weak, "[limits]\n", key=SETTINGS)

    for earlier in ([first, second], [second, first]):
        runs = restored(world, earlier)

        again = [run for run in runs if run.state is State.SUPERSEDED]
        assert [run.reason for run in again] == [Reason("settings_again", {"day": "2027-01-15"})]
        assert world.store.policy("acme").renames_percent != 7
    apply(world, SETTINGS, weak)
    assert world.store.policy("acme").renames_percent == 7


def test_a_decision_that_is_restored_decides_nothing_and_says_nothing(world: World) -> None:
    days(world, *NIGHTS[:2])
    held = apply(world, FULL, NIGHTS[0])
    world.decide(held, decision="cancel")
    version = f"v{len(world.drops.objects)}"
    world.drops.asked[f"acme/decide/{held.run_id}.json", version] = moment(world.clock.now - DAY)
    unheard = len(world.store.runs_by_id)

    world.pass_time(600)

    assert world.current_run(held).timeline == held.timeline
    assert world.current_run(held).state is State.HELD
    assert len(world.store.runs_by_id) == unheard
