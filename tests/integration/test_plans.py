"""Plans: what they name, what changes nothing, what is remembered, departments by name."""

import pytest

from support.company import people, titled, without
from support.guarded import (
    APPLIED,
    DEPARTMENTS,
    FULL,
    SOME,
    apply,
    codes,
    dropped,
    hold_first,
    overtaken,
    plan_of,
    play,
    policy,
)
from support.runs import approved, english, page, state_and_why
from support.world import World, departments, members
from wecom_sync.domain.states import State

PLAN_OF_ALL, PLAN_OF_SOME = "acme/plan/replaceuser/all.csv", "acme/plan/syncuser/some.csv"
SETTINGS = "acme/settings.toml"
HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"


def test_an_older_settings_file_that_comes_late_is_not_in_force(world: World) -> None:
    older, newer = ("[limits]\nremovals = 1\n", "[limits]\nremovals = 2\n")

    play(world, overtaken(SETTINGS, older, (SETTINGS, newer), APPLIED))

    states = {run.state for run in world.store.runs_by_id.values()}
    assert states == {State.SUCCEEDED, State.SUPERSEDED}
    assert world.store.policy("acme").removals == 2


def test_a_bad_file_is_told_its_unknown_departments_at_once(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    world.wecom.calls.clear()
    bad = f"{HEADER}甲,u1,123,,部门2\n乙,u2,13800000002,,部门9;7\n丙,u3,13800000003,,部门3;7\n"

    run = apply(world, SOME, bad)

    assert run.state is State.REJECTED
    rows = [(row[0], row[7]) for row in world.results_csv(run)[1:]]
    assert rows == [("2", "手机号"), ("3", "所在部门"), ("4", "")]
    assert world.wecom.calls == []
    problems = page(world, apply(world, PLAN_OF_SOME, bad), "problems.json")["problems"]
    assert [problem["line"] for problem in problems] == [2, 3]


def test_while_departments_are_on_their_way_a_name_may_be_theirs(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    world.wecom.duration = 10_000
    world.drop(DEPARTMENTS, departments(9))

    run = apply(world, SOME, f"{HEADER}甲,u1,123,,部门9\n")

    assert state_and_why(run) == (State.REJECTED, "mobile_invalid")


def test_a_contact_that_somebody_has_stands_in_the_plan(world: World) -> None:
    apply(world, FULL, people(2))

    run = apply(world, SOME, members("u3").replace("13800000001", "13800000002"))

    assert run.proposal.warnings == 1
    (warning,) = plan_of(world, run)["warnings"]
    assert [warning[name] for name in ("code", "column", "id")] == [
        "warning_mobile_taken", "手机号", "u3",
    ]  # fmt: skip
    assert "13800000002" not in str(warning)
    del world.wecom.members["u0"]
    assert apply(world, SOME, members("u6")).proposal.warnings == 0
    mailed = "姓名,帐号,邮箱,所在部门\n甲,{},a@x.cn,1\n"
    apply(world, SOME, mailed.format("u4"))
    assert apply(world, SOME, mailed.format("u5")).proposal.warnings == 1


def test_departments_that_will_go_later_are_foreseen(world: World) -> None:
    policy(world, removal_percent=100)
    made = apply(world, DEPARTMENTS, departments(3) + "部门4,4,3,4\n")
    assert plan_of(world, made)["add"] == ["2", "3", "4"]
    apply(world, SOME, members("x").replace(",,1", ",,4"))

    run = apply(world, DEPARTMENTS, departments(2))
    plan = plan_of(world, run)
    assert (plan["emptied"], plan["remove"]) == (["3", "4"], [])
    assert plan["counts"]["unchanged"] == 2


def test_a_file_that_changes_nothing_is_not_sent_unless_forced(world: World) -> None:
    apply(world, FULL, people(3))

    run = apply(world, "acme/replaceuser/again.csv", people(3))
    assert run.state is State.UNCHANGED
    assert {row[4] for row in world.results_csv(run)[1:]} == {"unchanged"}
    assert world.wecom.calls.count("submit") == 1

    world.drops.forced.add((FULL, "v3"))
    assert apply(world, FULL, people(3)).state is State.SUCCEEDED
    assert world.wecom.calls.count("submit") == 2


def test_a_plan_names_what_changes(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    other = people(4).replace("员工1,", "改名,").replace("13800000002,,1", "13800000002,,2")

    run = play(world, people(4), without(other, "u3") + "新人,new,13900000000,,1\n")

    plan = plan_of(world, run)
    assert plan["counts"] == run.proposal.counts
    assert plan["add"] == ["new"]
    assert plan["update"] == {"u0": ["姓名"]}
    assert plan["move"] == ["u1"]
    assert plan["remove"] == ["u3"]
    assert plan["by_department"] == {
        "1": {"add": 1, "move_out": 1, "remove": 1}, "2": {"move_in": 1},
    }  # fmt: skip
    assert plan["places"] == {"1": "总部", "2": "部门2"}


def test_a_file_that_is_only_to_be_planned_is_planned_and_does_nothing_else(world: World) -> None:
    hold_first(world)
    world.wecom.duration = 10_000
    dropped(world, SOME, members("x"), 62)
    before = world.store.lane("acme")
    assert before.holder is not None

    run = apply(world, PLAN_OF_ALL, people(6))

    assert (run.state, run.proposal.verdict) == (State.PLANNED, "hold")
    assert [(hold.code, hold.family) for hold in run.proposal.holds] == [("hold_first", "named")]
    assert plan_of(world, run)["counts"] == run.proposal.counts
    assert world.store.lane("acme") == before
    assert world.archive.snapshots == {}
    assert world.wecom.calls.count("submit") == 1
    document = page(world, run)
    assert (document["verdict"], document["plan_digest"]) == ("hold", run.proposal.digest)
    assert [step["state"] for step in document["timeline"]] == ["RECEIVED", "PLANNED"]


def test_a_plan_supersedes_nothing_and_nothing_supersedes_it(world: World) -> None:
    hold_first(world)
    held = apply(world, FULL, people(6))

    planned = apply(world, PLAN_OF_ALL, people(6))

    assert planned.proposal.digest == held.proposal.digest
    assert approved(world, held).state is State.SUCCEEDED
    assert apply(world, PLAN_OF_ALL, people(6)).proposal.verdict == "unchanged"


def test_a_plan_says_which_departments_its_file_would_wait_for(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    held = apply(world, DEPARTMENTS, departments(2).replace("总部", "新名") + "部门9,9,1,9\n")
    assert held.state is State.HELD

    run = apply(world, PLAN_OF_SOME, members("a").replace(",,1", ",,部门9"))

    assert state_and_why(run) == (State.FAILED, "awaits_departments")
    assert "this plan is not made by itself" in english(run)
    assert "is planned by itself" not in english(run)


def test_a_plan_lists_whom_its_reasons_are_about(world: World) -> None:
    apply(world, FULL, titled(10, "职员"))
    policy(world, first_replace="hold")
    world.wecom.hire("new1", "new2", "new3")
    other = titled(10, "经理").replace("13800000002", "13900000002")
    strangers = "".join(f"新人{n},new{n},136{n:08d},,1,职员\n" for n in (1, 2, 3))

    run = apply(world, FULL, other + strangers)

    plan = plan_of(world, run)
    assert set(codes(run)) == {"hold_unknown", "hold_columns"}
    assert plan["unknown"] == ["new1", "new2", "new3"]
    assert plan["contacts"] == ["u1"]
    assert plan["altered"] == {"职位": [f"u{n}" for n in range(10)]}


LEADS = "是否部门内领导"


@pytest.mark.parametrize(
    ("places", "flags", "columns"),
    [("3;2", "1;0", [LEADS, "所在部门"]), ("3;2", "0;1", ["所在部门"]), ("2;3", "1;0", None)],
)
def test_another_order_of_departments_is_in_the_plan_and_who_leads_by_it(
    world: World, places: str, flags: str, columns: list[str] | None
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    header = f"姓名,帐号,手机号,所在部门,{LEADS}\n"
    apply(world, FULL, f"{header}甲,a,13800000001,2;3,1;0\n乙,b,13800000002,1,0\n")

    run = apply(world, SOME, f"{header}甲,a,13800000001,{places},{flags}\n")

    assert run.state is (State.SUCCEEDED if columns else State.UNCHANGED)
    assert plan_of(world, run)["update"] == ({"a": columns} if columns else {})
