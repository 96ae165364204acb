"""Who goes, who comes back, and whom WeCom keeps: what counts, what is noted, what is refused."""

import pytest

from support.books import noted
from support.company import people, thinned, with_column
from support.guarded import FULL, SOME, apply, codes, listing, plan_of, play, policy
from support.runs import approved, chinese, english, state_and_why
from support.world import World, members
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.states import State


@pytest.mark.parametrize(
    ("there", "gone", "refused"),
    [
        (249, 50, True), (250, 50, False), (300, 61, True), (300, 60, False), (10, 8, False),
        (10, 9, True), (62, 49, False), (62, 50, True), (60, 49, True),
    ],
)  # fmt: skip
def test_a_hold_tells_if_wecom_refuses(world: World, there: int, gone: int, refused: bool) -> None:
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(world, FULL, members(*(f"u{number}" for number in range(gone, there)), "new"))

    assert codes(run) == ["hold_gone"]
    assert run.proposal.holds[0].params.get("guard") == ("remark_guard" if refused else None)
    assert ("(45026), even when you" in english(run)) is refused
    assert ("（45026），即使批准" in chinese(run)) is refused


@pytest.mark.parametrize(
    ("there", "joins", "few"), [(5, 40, True), (5, 1, False), (5, 2, True), (6, 40, False)]
)
def test_a_new_corp_is_told_the_way_in(world: World, there: int, joins: int, few: bool) -> None:
    world.wecom.hire(*(f"boss{number}" for number in range(there)))

    run = apply(world, FULL, people(joins))

    assert run.proposal.holds[0].params["guard"] == ("remark_guard_few" if few else "remark_guard")
    assert ("syncuser" in english(run)) is ("syncuser" in chinese(run)) is few
    assert ("lacks 「boss0" in english(run)) is few


def test_who_comes_back_from_a_grace_period_is_enabled_and_counts(world: World) -> None:
    settings = {"leavers": "disable", "removal_percent": 100}
    back = people(100).replace("员工1,", "改名,")

    run = play(world, settings, people(100), thinned(people(100), 30), back)

    assert codes(run) == ["hold_came_back"]
    assert listing(run.proposal.holds[0]).total == 30
    assert plan_of(world, run)["by_department"] == {"1": {"enable": 30}}
    assert approved(world, run).state is State.SUCCEEDED


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

    gone = {} if refused else {"u0": run.identity.dropped, "u99": run.identity.dropped}
    assert noted(world.archive.snapshot("acme"), "unasked") == gone


@pytest.mark.parametrize("is_approved", [False, True])
def test_whom_an_unknown_outcome_may_have_removed_counts(world: World, is_approved: bool) -> None:
    play(world, {"removal_percent": 100, "removals": 30 if is_approved else 50}, people(2000))
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    run = apply(world, FULL, thinned(people(2000), 40))
    assert approved(world, run).state is State.FAILED

    again = play(world, {"removals": 50, "removal_percent": 100}, thinned(people(2000), 70))

    assert codes(again) == ([] if is_approved else ["hold_gone"])


CREATOR = "Boss"


@pytest.fixture
def owned(world: World) -> World:
    """A corp whose creator, whom WeCom never removes, is in none of its files."""
    policy(world, protected=["boss"], removals=0, removal_percent=0)
    world.wecom.hire(CREATOR)
    apply(world, SOME, people(40))
    world.wecom.refused = {CREATOR: 301005}
    world.wecom.extra = [ResultRow(CREATOR, 301005, "not allow del corp creator")]
    run = approved(world, apply(world, FULL, renamed("一")))
    assert state_and_why(run) == (State.PARTIAL, "removals_refused")
    assert "fix.csv" not in english(run)
    return world


def renamed(name: str, count: int = 40) -> str:
    return people(count).replace("员工1,", f"{name},")


def test_a_creator_who_stays_is_told_and_no_trouble(owned: World) -> None:
    run = apply(owned, FULL, renamed("一"))

    assert (run.state, plan_of(owned, run)["remove"]) == (State.UNCHANGED, [])
    (warning,) = plan_of(owned, run)["warnings"]
    assert (warning["code"], warning["line"]) == ("warning_spared", None)
    assert CREATOR in warning["text"]
    run = apply(owned, FULL, renamed("二"))
    assert (run.state, run.result.succeeded, run.result.failed) == (State.SUCCEEDED, 40, 0)
    row = owned.results_csv(run)[-1]
    assert (row[1], *row[4:6]) == (CREATOR, "failed", "301005")
    assert apply(owned, FULL, renamed("二")).state is State.UNCHANGED

    policy(owned, leavers="disable")
    run = apply(owned, FULL, renamed("二", 39))
    assert (plan_of(owned, run)["disable"], plan_of(owned, run)["remove"]) == (["u39"], [])
    owned.wecom.refused["u3"] = 60104
    run = apply(owned, FULL, renamed("二", 39).replace("员工", "职工", 3))
    assert (run.state, run.result.failed) == (State.PARTIAL, 1)


@pytest.mark.parametrize("is_named", [False, True])
def test_who_is_no_longer_refused_or_named_is_forgotten(owned: World, is_named: bool) -> None:
    owned.wecom.refused, owned.wecom.extra = {}, []
    row = f"老板,{CREATOR},13900000001,,1\n"

    run = apply(owned, FULL, renamed("二") + row * is_named)
    assert codes(run) == ["hold_protected_contacts"] * is_named
    run = approved(owned, run) if is_named else run
    assert run.state is State.SUCCEEDED

    assert noted(owned.archive.snapshot("acme"), "stays") == {}
    owned.wecom.hire(CREATOR)
    assert "hold_protected" in codes(apply(owned, FULL, renamed("三")))
