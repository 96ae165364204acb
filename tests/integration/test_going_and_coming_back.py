"""Who goes and who comes back: what counts, what is noted, and what WeCom would refuse."""

import pytest

from support.books import noted
from support.company import people, thinned, with_column
from support.guarded import FULL, SOME, apply, codes, listing, plan_of, play
from support.runs import approved, chinese, english
from support.world import World, members
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import State


def test_the_end_of_a_grace_period_is_not_counted_again(world: World) -> None:
    grace = {"leavers": "disable", "leaver_days": 30}
    left = thinned(people(100), 10)

    before = play(world, grace, people(100), left)
    run = play(world, 31, {**grace, "removals": 0}, left.replace("员工1,", "改名,"))

    assert len(plan_of(world, run)["remove"]) == 10
    assert (before.state, run.state) == (State.SUCCEEDED, State.SUCCEEDED)


@pytest.mark.parametrize(
    ("there", "gone", "refused"),
    [
        (249, 50, True), (250, 50, False), (251, 50, False), (300, 61, True), (300, 60, False),
        (10, 8, False), (10, 9, True), (62, 49, False), (62, 50, True), (60, 49, True),
    ],
)  # fmt: skip
def test_a_hold_tells_if_wecom_refuses(world: World, there: int, gone: int, refused: bool) -> None:
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(world, FULL, members(*(f"u{number}" for number in range(gone, there)), "new"))

    assert codes(run) == ["hold_gone"]
    assert run.holds[0].params.get("guard") == ("remark_guard" if refused else None)
    assert ("(45026), even when you" in english(run)) is refused
    assert ("（45026），即使批准" in chinese(run)) is refused


@pytest.mark.parametrize(
    ("there", "joins", "few"),
    [(2, 40, True), (5, 40, True), (5, 1, False), (5, 2, True), (6, 40, False)],
)
def test_a_new_corp_is_told_the_way_in(world: World, there: int, joins: int, few: bool) -> None:
    world.wecom.hire(*(f"boss{number}" for number in range(there)))

    run = apply(world, FULL, people(joins))

    assert codes(run) == ["hold_gone"]
    assert run.holds[0].params["guard"] == ("remark_guard_few" if few else "remark_guard")
    assert ("syncuser" in english(run)) is ("syncuser" in chinese(run)) is few
    assert ("lacks 「boss0" in english(run)) is few


def test_who_comes_back_from_a_grace_period_is_enabled_and_counts(world: World) -> None:
    settings = {"leavers": "disable", "removal_percent": 100}
    back = people(100).replace("员工1,", "改名,")

    run = play(world, settings, people(100), thinned(people(100), 30), back)

    assert codes(run) == ["hold_came_back"]
    assert listing(run.holds[0]).total == 30
    assert plan_of(world, run)["by_department"] == {"1": {"enable": 30}}
    assert approved(world, run).state is State.SUCCEEDED


def test_for_three_days_it_is_known_who_went_unasked(world: World) -> None:
    play(world, {"removal_percent": 20}, people(1000), thinned(people(1000), 30))
    for gone, count in ((60, 60), (90, 90), (120, 90)):
        run = play(world, 1, thinned(people(1000), gone))

        assert run.state is State.SUCCEEDED
        assert len(noted(world.archive.snapshot("acme"), "unasked")) == count


def test_who_is_back_does_not_count(world: World) -> None:
    header, first, *rows = people(1000).splitlines(keepends=True)
    whole, others = people(1000), thinned("".join([header, *rows, first]), 20)

    run = play(world, {"removals": 20}, whole, thinned(whole, 20), (SOME, whole), others)

    assert run.state is State.SUCCEEDED
    assert len(noted(world.archive.snapshot("acme"), "unasked")) == 20


@pytest.mark.parametrize("refused", [False, True])
def test_who_could_not_be_removed_or_disabled_does_not_count(world: World, refused: bool) -> None:
    apply(world, FULL, people(100))
    world.wecom.extra = [ResultRow("u99", 60003, "")] if refused else []
    world.wecom.refused = {"u0": 60104} if refused else {}

    run = apply(world, FULL, with_column(people(99), "禁用", "1", ""))

    gone = {} if refused else {"u0": run.dropped, "u99": run.dropped}
    assert noted(world.archive.snapshot("acme"), "unasked") == gone


@pytest.mark.parametrize("is_approved", [False, True])
def test_whom_an_unknown_outcome_may_have_removed_counts(world: World, is_approved: bool) -> None:
    play(world, {"removal_percent": 100, "removals": 30 if is_approved else 50}, people(2000))
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    run = apply(world, FULL, thinned(people(2000), 40))
    assert approved(world, run).state is State.FAILED

    again = play(world, {"removals": 50, "removal_percent": 100}, thinned(people(2000), 70))

    assert codes(again) == ([] if is_approved else ["hold_gone"])
