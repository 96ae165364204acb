"""Plans: what they name, what changes nothing, what is remembered, departments by name."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.guarded import (
    DEPARTMENTS,
    EVERYTHING_GOES,
    FULL,
    SOME,
    apply,
    codes,
    people,
    plan_of,
    policy,
)
from support.runs import state_and_why
from support.world import World, departments, members
from wecom_sync.domain.errors import (
    PermanentError,
    SecretInvalidError,
    UnknownCorpError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.run import State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language

PLAN_OF_SOME = "acme/plan/syncuser/some.csv"
USERS = st.sets(st.sampled_from([f"u{n}" for n in range(12)]), min_size=1)


def test_an_older_settings_file_that_comes_late_is_not_in_force(world: World) -> None:
    late = world.drop("acme/settings.toml", "[limits]\nremovals = 1\n")
    world.submit_queue.messages.clear()
    world.pass_time(5)
    assert apply(world, "acme/settings.toml", "[limits]\nremovals = 2\n").state is State.SUCCEEDED

    world.submit_queue.send(late)
    world.pass_time(60)

    assert {run.state for run in world.store.runs_by_id.values()} == {
        State.SUCCEEDED, State.SUPERSEDED,
    }  # fmt: skip
    assert world.store.policy("acme").removals == 2


def test_a_bad_file_is_told_its_unknown_departments_at_once_and_wecom_is_not_asked(
    world: World,
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    world.wecom.calls.clear()
    bad = (
        "姓名,帐号,手机号,邮箱,所在部门\n甲,u1,123,,部门2\n"
        "乙,u2,13800000002,,部门9;7\n丙,u3,13800000003,,部门3;7\n"
    )

    run = apply(world, SOME, bad)

    assert run.state is State.REJECTED
    report = world.reports.documents[f"acme/{run.run_id}/results.csv"].decode("utf-8-sig")
    found = [(row["line"], row["column"]) for row in csv.DictReader(io.StringIO(report))]
    assert found == [("2", "手机号"), ("3", "所在部门"), ("4", "")]
    assert world.wecom.calls == []
    planned = apply(world, PLAN_OF_SOME, bad)
    problems = json.loads(world.reports.documents[f"acme/{planned.run_id}/problems.json"])
    assert [problem["line"] for problem in problems["problems"]] == [2, 3]


def test_while_departments_are_on_their_way_a_name_may_be_theirs(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    world.wecom.duration = 10_000
    world.drop(DEPARTMENTS, departments(9))
    world.drop(SOME, "姓名,帐号,手机号,邮箱,所在部门\n甲,u1,123,,部门9\n")

    world.pass_time(600)

    run = world.run_of(SOME)
    assert (run.state, run.reason and run.reason.code) == (State.REJECTED, "mobile_length")


def test_what_a_person_should_know_stands_in_the_plan(world: World) -> None:
    apply(world, FULL, members("u1", "u2"))
    taken = members("u3").replace("13800000001", "13800000002")

    run = apply(world, SOME, taken)

    assert run.warnings == 1
    warnings = plan_of(world, run)["warnings"]
    assert isinstance(warnings, list)
    (warning,) = warnings
    assert [warning[name] for name in ("code", "column", "id")] == [
        "warning_mobile_taken", "手机号", "u3",
    ]  # fmt: skip
    assert "13800000002" not in json.dumps(warnings)
    del world.wecom.members["u1"]
    assert apply(world, SOME, members("u6")).warnings == 0
    mailed = "姓名,帐号,邮箱,所在部门\n甲,{},a@x.cn,1\n"
    apply(world, SOME, mailed.format("u4"))
    assert apply(world, SOME, mailed.format("u5")).warnings == 1


def test_departments_that_will_go_later_are_foreseen(world: World) -> None:
    policy(world, removal_percent=100)
    made = apply(world, DEPARTMENTS, departments(3) + "部门4,4,3,4\n")
    assert plan_of(world, made)["add"] == ["2", "3", "4"]
    apply(world, SOME, members("x").replace(",,1", ",,4"))

    run = apply(world, DEPARTMENTS, departments(2))
    assert plan_of(world, run)["emptied"] == ["3", "4"]
    assert plan_of(world, run)["remove"] == []
    assert run.plan is not None
    assert run.plan["unchanged"] == 2

    run = apply(world, SOME, members("x"))
    assert plan_of(world, run)["move"] == ["x"]
    assert plan_of(world, run)["emptied"] == ["4"]


def test_a_department_that_does_not_exist_is_refused_before_wecom_creates_it(
    world: World,
) -> None:
    run = apply(world, SOME, members("x").replace(",,1", ",,77"))

    assert run.state is State.REJECTED
    assert run.reason is not None
    assert (run.reason.code, run.reason.params["line"]) == ("department_missing", 2)
    assert set(world.wecom.departments) == {1}


def test_a_file_that_changes_nothing_is_not_sent_unless_forced(world: World) -> None:
    apply(world, FULL, people(3))
    before = world.wecom.calls.count("submit")

    run = apply(world, "acme/replaceuser/again.csv", people(3))
    assert run.state is State.UNCHANGED
    assert {row[4] for row in world.results_csv(run)[1:]} == {"unchanged"}
    assert world.wecom.calls.count("submit") == before

    world.drop("acme/replaceuser/forced.csv", people(3))
    world.drops.forced.add(("acme/replaceuser/forced.csv", f"v{world._versions}"))
    world.pass_time(600)
    assert world.run_of("acme/replaceuser/forced.csv").state is State.SUCCEEDED
    assert world.wecom.calls.count("submit") == before + 1


def test_a_plan_names_what_changes(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(4))

    changed = people(4).replace("员工1,", "改名,").replace("13800000002,,1", "13800000002,,2")
    changed = "\n".join(line for line in changed.splitlines() if ",u3," not in line) + "\n"
    run = apply(world, FULL, changed + "新人,new,13900000000,,1\n")

    plan = plan_of(world, run)
    assert plan["counts"] == run.plan
    assert plan["add"] == ["new"]
    assert plan["update"] == {"u0": ["姓名"]}
    assert plan["move"] == ["u1"]
    assert plan["remove"] == ["u3"]
    assert plan["by_department"] == {
        "1": {"add": 1, "move_out": 1, "remove": 1}, "2": {"move_in": 1},
    }  # fmt: skip


def test_rows_that_failed_keep_their_earlier_value_in_our_memory(world: World) -> None:
    apply(world, FULL, people(3))
    world.wecom.refused = {"u0": 60104}
    changed = people(3).replace("员工1,", "改名,")
    apply(world, FULL, changed)
    world.wecom.refused = {}

    run = apply(world, "acme/replaceuser/again.csv", changed)

    assert plan_of(world, run)["update"] == {"u0": ["姓名"]}


def test_a_file_that_is_only_to_be_planned_is_planned_and_does_nothing_else(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    world.wecom.duration = 10_000
    world.drop(SOME, members("x"))
    world.pass_time(62)
    before = world.store.lane("acme")
    assert before.holder is not None

    run = apply(world, "acme/plan/replaceuser/all.csv", people(6))

    assert (run.state, run.verdict) == (State.PLANNED, "hold")
    assert [(hold.code, hold.family) for hold in run.holds] == [("hold_first", "named")]
    assert plan_of(world, run)["counts"] == run.plan
    assert world.store.lane("acme") == before
    assert world.archive.snapshots == {}
    assert world.wecom.calls.count("submit") == 1
    page = json.loads(world.reports.documents[f"acme/{run.run_id}/run.json"])
    assert (page["verdict"], page["plan_digest"]) == ("hold", run.plan_digest)
    assert [step["state"] for step in page["timeline"]] == ["RECEIVED", "PLANNED"]


def test_a_plan_supersedes_nothing_and_nothing_supersedes_it(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    held = apply(world, FULL, people(6))
    digest = held.plan_digest

    planned = apply(world, "acme/plan/replaceuser/all.csv", people(6))
    world.approve(held)
    world.pass_time(600)

    assert planned.plan_digest == digest
    assert world.run_of(FULL).state is State.SUCCEEDED
    assert apply(world, "acme/plan/replaceuser/again.csv", people(6)).verdict == "unchanged"


@pytest.mark.parametrize(
    ("error", "reason"), [(UnknownCorpError, "wecom-sync/acme"), (SecretInvalidError, "no JSON")]
)
def test_what_a_drop_would_be_rejected_for_a_plan_is_rejected_for(
    world: World, error: type[PermanentError], reason: str
) -> None:
    known = {"corp": "acme", "secret": "wecom-sync/acme", "details": "no JSON"}
    world.secrets.secrets["acme"] = error(**known)

    run = apply(world, PLAN_OF_SOME, people(3))

    assert state_and_why(run) == (State.REJECTED, error.code)
    assert reason in reason_text(run, Language.ENGLISH)


@pytest.mark.parametrize("error", [UnreachableError(), WeComError(60020, "", "/cgi-bin/user")])
def test_when_wecom_cannot_be_asked_nobody_knows_what_a_file_would_do(
    world: World, error: Exception
) -> None:
    world.wecom.fail("directory", error)

    run = apply(world, PLAN_OF_SOME, people(3))

    assert run.state is State.FAILED
    page = json.loads(world.reports.documents[f"acme/{run.run_id}/run.json"])
    assert page["verdict"] == "unknown"
    assert page["reason"]


def test_a_plan_says_which_departments_its_file_would_wait_for(world: World) -> None:
    policy(world, department_removals=0)
    apply(world, DEPARTMENTS, departments(3))
    held = apply(world, DEPARTMENTS, departments(2) + "部门9,9,1,9\n")
    assert held.state is State.HELD

    run = apply(world, PLAN_OF_SOME, members("a").replace(",,1", ",,部门9"))

    assert state_and_why(run) == (State.FAILED, "awaits_departments")
    text = reason_text(run, Language.ENGLISH)
    assert "this plan is not made by itself" in text
    assert "is planned by itself" not in text


def test_a_plan_names_departments(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(4))
    changed = people(4).replace("员工1,", "改名,").replace("13800000002,,1", "13800000002,,2")

    told = plan_of(world, apply(world, PLAN_OF_SOME, changed))

    assert told["update"] == {"u0": ["姓名"]}
    assert told["places"] == {"1": "总部", "2": "部门2"}


FIXED = {
    "hold_second_account", "hold_other_person", "hold_mixed", "hold_unlikely", "hold_incomplete",
    "hold_older", "hold_came_back", "hold_repeated", "hold_same_again",
}  # fmt: skip
"""Reasons that no setting takes away."""


@given(before=USERS, after=USERS, here=USERS)
def test_a_full_file_applied_gives_the_roster_and_its_rollback_what_was_before(
    before: set[str], after: set[str], here: set[str]
) -> None:
    world = World("acme")
    world.store.put_policy("acme", EVERYTHING_GOES, world.clock.now)
    world.wecom.hire(*here)
    for name, users in (("1", before), ("2", after), ("3", before)):
        run = apply(world, f"acme/replaceuser/{name}.csv", members(*sorted(users)))
        if run.state is State.HELD:
            assert {*codes(run)} <= FIXED
            world.approve(run)
            world.pass_time(600)
        assert world.run_of(run.key).state in {State.SUCCEEDED, State.UNCHANGED}
        assert set(world.wecom.members) == users
        assert set(world.archive.snapshot("acme").members) == users


def test_a_plan_lists_whom_its_reasons_are_about(world: World) -> None:
    policy(world)
    header = "姓名,帐号,手机号,邮箱,所在部门,职位\n"
    staff = header + "".join(f"员工{n},u{n},138{n:08d},,1,职员\n" for n in range(10))
    apply(world, FULL, staff)
    policy(world, first_replace="hold")
    world.wecom.hire("new1", "new2", "new3")
    changed = staff.replace("职员", "经理").replace("13800000001", "13900000001")
    strangers = "".join(f"新人{n},new{n},136{n:08d},,1,职员\n" for n in (1, 2, 3))

    run = apply(world, FULL, changed + strangers)

    document = plan_of(world, run)
    assert set(codes(run)) == {"hold_unknown", "hold_columns"}
    assert document["unknown"] == ["new1", "new2", "new3"]
    assert document["contacts"] == ["u1"]
    assert document["altered"] == {"职位": [f"u{n}" for n in range(10)]}
