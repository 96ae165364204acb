"""Plan, verdict, hold, approval, rollback, leavers: the real use-cases, WeCom in our hands."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.world import World, departments, members
from wecom_sync.directory import Department, Snapshot
from wecom_sync.errors import UnknownOutcomeError, UnreachableError, WeComError
from wecom_sync.policy import Policy
from wecom_sync.reports import reason_text
from wecom_sync.run import Run, State
from wecom_sync.texts import Language

FULL = "acme/replaceuser/m.csv"
SOME = "acme/syncuser/s.csv"
DEPARTMENTS = "acme/replaceparty/d.csv"
DAY = 86_400
EVERYTHING_GOES = Policy(
    removals=10**6, removal_percent=100, department_removals=30_000, row_loss_percent=100,
    first_replace="apply",
)  # fmt: skip


@pytest.fixture
def world() -> World:
    return World("acme", "beta")


def policy(world: World, **changes: object) -> None:
    values = Policy(first_replace="apply").to_document() | changes
    world.store.put_policy("acme", Policy.from_document(values), world.clock.now)


def apply(world: World, key: str, content: str) -> Run:
    world.drop(key, content)
    world.pass_time(600)
    return world.run_of(key)


def people(count: int, prefix: str = "u") -> str:
    return members(*(f"{prefix}{number}" for number in range(count)))


def codes(run: Run) -> list[str]:
    return [hold.code for hold in run.holds]


def plan_of(world: World, run: Run) -> dict[str, object]:
    document = world.reports.documents[f"{run.corp}/{run.run_id}/plan.json"]
    found: dict[str, object] = json.loads(document)
    return found


def test_the_first_full_file_waits_for_a_person_and_changes_nothing(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire("boss")

    run = apply(world, FULL, people(3))

    assert run.state is State.HELD
    assert "hold_first" in codes(run)
    assert run.plan is not None
    assert (run.plan["add"], run.plan["remove"]) == (3, 1)
    assert set(world.wecom.members) == {"boss"}
    assert "upload" not in world.wecom.calls
    assert [published.state for published in world.publisher.published] == [State.HELD]


def test_an_approved_run_goes_on_with_exactly_its_version(world: World) -> None:
    policy(world, first_replace="hold")
    run = apply(world, FULL, people(3))

    world.approve(run)
    world.pass_time(600)

    run = world.run_of(FULL)
    assert run.state is State.SUCCEEDED
    assert run.approval is not None
    assert (run.approval.by, run.approval.digest) == ("boss", run.plan_digest)
    assert set(world.wecom.members) == {"u0", "u1", "u2"}


def test_the_approval_of_another_plan_is_none(world: World) -> None:
    policy(world, first_replace="hold")
    run = apply(world, FULL, people(3))

    message = {"kind": "approve", "run_id": run.run_id, "by": "boss", "plan_digest": "other"}
    world.submit_queue.send(message)
    world.pass_time(600)

    run = world.run_of(FULL)
    assert run.state is State.HELD
    assert "boss approved an earlier plan" in reason_text(run, Language.ENGLISH)
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_an_approval_that_comes_twice_is_one(world: World) -> None:
    policy(world, first_replace="hold")
    run = apply(world, FULL, people(3))

    world.approve(run)
    world.approve(run)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.SUCCEEDED
    assert world.wecom.calls.count("submit") == 1


def test_a_plan_that_became_worse_since_its_approval_is_held_again(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire("old")
    run = apply(world, FULL, people(3))
    assert run.plan is not None
    world.wecom.hire("another")

    world.approve(run)
    world.pass_time(600)

    run = world.run_of(FULL)
    assert run.state is State.HELD
    assert codes(run)[0] == "hold_worse"
    assert "another" in world.wecom.members
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_an_approval_counts_for_the_reasons_that_were_shown(world: World) -> None:
    policy(world, first_replace="hold", removal_percent=100)
    world.wecom.hire("old", *(f"u{n}" for n in range(5)))
    run = apply(world, FULL, people(5))
    policy(world, first_replace="hold", removal_percent=100, protected=["old"])
    world.approve(run)
    world.pass_time(600)
    again = world.run_of(FULL)
    assert codes(again) == ["hold_new_reason", "hold_protected", "hold_first"]

    world.approve(run)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.HELD
    assert "old" in world.wecom.members
    world.approve(again)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_an_approval_covers_where_people_move(world: World) -> None:
    policy(world, moves_percent=50)
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(40))
    moved = people(40).replace(",,1\n", ",,部门2\n")
    run = apply(world, FULL, moved)
    assert codes(run) == ["hold_moves"]
    swapped = departments(3).replace("部门2", "某").replace("部门3", "部门2").replace("某", "部门3")
    apply(world, DEPARTMENTS, swapped)

    world.approve(run)
    world.pass_time(600)

    assert codes(world.run_of(FULL))[0] == "hold_worse"
    assert world.wecom.members["u0"][1] == {1}


def test_an_approval_covers_whom_it_brings_back(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire("u0", "u1", "old")
    run = apply(world, FULL, people(2))
    del world.wecom.members["u1"]

    world.approve(run)
    world.pass_time(600)

    assert world.run_of(FULL).holds[0].params["named"] == "u1"


def test_what_is_milder_than_approved_goes_out(world: World) -> None:
    policy(world, removals=2, removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(10))
    run = apply(world, FULL, people(5))
    assert codes(run) == ["hold_removals"]
    policy(world, removals=2, removal_percent=100, row_loss_percent=100, leavers="disable")

    world.approve(run)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.SUCCEEDED


@pytest.mark.parametrize("way", ["correction", "cancel"])
def test_a_file_that_is_tried_again_is_stopped_by_its_correction_or_by_a_person(
    world: World, way: str
) -> None:
    apply(world, FULL, people(20))
    world.wecom.fail("submit", *[WeComError(302008, "", "/cgi-bin/batch/replaceuser")] * 3)
    world.drop("acme/replaceuser/wrong.csv", people(19))
    world.pass_time(70)
    wrong = world.run_of("acme/replaceuser/wrong.csv")
    assert (wrong.state, wrong.posted) == (State.SUBMITTING, None)

    if way == "cancel":
        world.submit_queue.send({"kind": "cancel", "run_id": wrong.run_id, "by": "boss"})
    else:
        world.drop(FULL, people(20).replace("员工1", "新名"))
    world.pass_time(7200)

    ended = world.run_of("acme/replaceuser/wrong.csv")
    assert ended.state is (State.CANCELLED if way == "cancel" else State.SUPERSEDED)
    assert len(world.wecom.members) == 20
    if way == "correction":
        assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_file_that_went_out_cannot_be_cancelled(world: World) -> None:
    world.wecom.fail("submit", UnknownOutcomeError())
    world.drop(FULL, people(3))
    world.pass_time(70)
    run = world.run_of(FULL)

    world.submit_queue.send({"kind": "cancel", "run_id": run.run_id, "by": "boss"})
    world.pass_time(1)

    assert world.run_of(FULL) == run


def test_a_held_file_cannot_be_approved_once_a_newer_one_was_planned(world: World) -> None:
    policy(world)
    apply(world, FULL, people(20))
    world.wecom.fail("directory", *[UnreachableError()] * 2)
    world.drop("acme/replaceuser/wrong.csv", people(15))
    world.pass_time(62)
    world.drop(FULL, people(20))

    world.pass_time(3600)

    assert world.run_of(FULL).state is State.UNCHANGED
    assert world.run_of("acme/replaceuser/wrong.csv").state is State.SUPERSEDED
    assert len(world.wecom.members) == 20


def test_a_bad_newer_file_leaves_a_held_one_to_be_decided(world: World) -> None:
    policy(world, first_replace="hold")
    held = apply(world, FULL, people(3))
    bad = apply(world, "acme/replaceuser/bad.csv", people(3).replace(",,1\n", ",,77\n"))

    assert bad.state is State.REJECTED
    world.approve(held)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_what_nobody_knows_is_sent_again(world: World) -> None:
    policy(world)
    good = people(5)
    apply(world, FULL, good)
    world.drop(FULL, good.replace("13800000003", "13900000003"))
    world.pass_time(70)
    world.wecom.jobs.clear()
    world.finish()
    assert world.run_of(FULL).state is State.FAILED

    assert apply(world, FULL, good).state is State.SUCCEEDED
    assert apply(world, FULL, good).state is State.UNCHANGED


def test_a_row_that_wecom_did_not_report_is_sent_again(world: World) -> None:
    policy(world)
    good = people(5)
    apply(world, FULL, good)
    world.wecom.left_out.add("u2")
    assert apply(world, FULL, good.replace("13800000003", "13900000003")).state is State.PARTIAL
    world.wecom.left_out.clear()
    world.wecom.hire("u2")

    run = apply(world, FULL, good)

    assert run.plan is not None
    assert (run.state, run.plan["update"]) == (State.SUCCEEDED, 1)


def test_a_rule_of_its_own_guards_how_people_sign_in(world: World) -> None:
    policy(world)
    apply(world, FULL, people(100))

    assert codes(apply(world, FULL, people(100).replace(",138", ",139"))) == ["hold_contacts"]
    assert apply(world, FULL, people(100).replace(",138", ",139", 30)).state is State.SUCCEEDED


def test_many_people_who_vanished_are_not_made_again_unasked(world: World) -> None:
    policy(world)
    apply(world, FULL, people(100))
    for number in range(21):
        del world.wecom.members[f"u{number}"]

    assert codes(apply(world, FULL, people(100))) == ["hold_vanished"]


@pytest.mark.parametrize(("count", "held"), [(9, False), (10, True)])
def test_in_a_small_company_nearly_everybody_is_many(world: World, count: int, held: bool) -> None:
    policy(world)
    apply(world, FULL, people(count))

    run = apply(world, FULL, people(count).replace("员工", "??"))

    assert codes(run) == (["hold_renames"] if held else [])


def test_departments_made_by_hand_are_not_feared_for(world: World) -> None:
    policy(world, department_removals=2)
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(10))
    for number in range(50, 56):
        world.wecom.departments[number] = Department(number, 1)

    assert apply(world, FULL, people(11)).state is State.SUCCEEDED


def test_departments_that_were_left_out_before_are_not_asked_about_again(world: World) -> None:
    policy(world, department_removals=2, row_loss_percent=100)
    apply(world, DEPARTMENTS, departments(8))
    crowd = people(8)
    for number in range(8):
        crowd = crowd.replace(",,1\n", f",,{number + 1}\n", 1)
    apply(world, FULL, crowd)
    run = apply(world, DEPARTMENTS, departments(4))
    assert codes(run) == ["hold_departments"]
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED

    assert (
        apply(world, DEPARTMENTS, departments(4).replace("部门4", "四部")).state is State.SUCCEEDED
    )


def test_members_of_departments_that_wait_for_approval_are_told_so(world: World) -> None:
    policy(world, first_replace="hold")
    world.drop(DEPARTMENTS, departments(3))
    world.drop(SOME, people(2).replace(",,1\n", ",,部门3\n"))

    world.pass_time(600)

    held, run = world.run_of(DEPARTMENTS), world.run_of(SOME)
    assert (held.state, run.state) == (State.HELD, State.REJECTED)
    report = world.reports.documents[f"acme/{run.run_id}/results.csv"].decode("utf-8-sig")
    assert held.run_id in report


def test_changes_that_a_full_file_overtook_are_told_to_be_dropped_again(world: World) -> None:
    policy(world, protected=["u0"], removal_percent=100)
    apply(world, FULL, people(5))
    off = "姓名,帐号,手机号,邮箱,所在部门,禁用\n员工1,u0,13800000001,,1,1\n"
    held = apply(world, SOME, off)
    assert held.state is State.HELD
    world.pass_time(60)
    apply(world, FULL, people(6))

    world.approve(held)
    world.pass_time(600)

    run = world.run_of(SOME)
    assert (run.state, run.reason and run.reason.code) == (State.SUPERSEDED, "superseded_changes")


def test_an_approval_covers_the_people_it_was_shown_and_nobody_else(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire("old")
    run = apply(world, FULL, people(3))
    del world.wecom.members["old"]
    world.wecom.hire("another")

    world.approve(run)
    world.pass_time(600)

    run = world.run_of(FULL)
    assert run.state is State.HELD
    worse = run.holds[0]
    assert (worse.code, worse.params["named"]) == ("hold_worse", "another")
    assert "another" in world.wecom.members


def test_an_approval_still_counts_when_fewer_people_would_go(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire("old", "older")
    run = apply(world, FULL, people(3))
    del world.wecom.members["old"]

    world.approve(run)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_held_file_does_not_undo_what_was_applied_since_unasked(world: World) -> None:
    policy(world)
    apply(world, FULL, people(3))
    policy(world, protected=["u0"], removal_percent=100, row_loss_percent=100)
    held = apply(world, FULL, members("u1", "u2"))
    assert codes(held) == ["hold_protected"]
    news = members("u1").replace("员工1", "新名")
    assert apply(world, SOME, news).state is State.SUCCEEDED

    world.approve(held)
    world.pass_time(600)

    run = world.run_of(FULL)
    assert run.state is State.HELD
    assert "hold_stale" in codes(run)
    assert [hold.params["named"] for hold in run.holds if hold.code == "hold_stale"] == ["u1"]
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_late_incremental_file_does_not_undo_a_newer_one_unasked(world: World) -> None:
    policy(world)
    apply(world, FULL, people(3))
    late = world.drop("acme/syncuser/late.csv", members("u1").replace("员工1", "旧名"))
    world.submit_queue.messages.clear()
    world.pass_time(5)
    assert apply(world, SOME, members("u1").replace("员工1", "新名")).state is State.SUCCEEDED

    world.submit_queue.send(late)
    world.pass_time(600)

    assert codes(world.run_of("acme/syncuser/late.csv")) == ["hold_stale"]


def test_people_move_and_get_other_names_in_numbers_only_after_a_look(world: World) -> None:
    policy(world)
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(40))

    moved = people(40).replace(",,1\n", ",,2\n", 21)
    assert codes(apply(world, FULL, moved)) == ["hold_moves"]
    renamed = people(40).replace("员工", "å‘˜å·¥")
    assert codes(apply(world, FULL, renamed)) == ["hold_renames"]
    assert apply(world, FULL, people(40).replace(",,1\n", ",,2\n", 20)).state is State.SUCCEEDED


def test_rows_that_disable_accounts_count_like_removals(world: World) -> None:
    policy(world, removals=2, removal_percent=100)
    apply(world, FULL, people(5))
    lines = people(5).splitlines()
    off = "\n".join([lines[0] + ",禁用", *(line + ",1" for line in lines[1:])]) + "\n"

    run = apply(world, FULL, off)

    assert codes(run) == ["hold_removals"]
    assert run.plan is not None
    assert run.plan["disable"] == 5


def test_a_last_line_that_breaks_off_within_a_known_value_is_held(world: World) -> None:
    policy(world)
    apply(world, DEPARTMENTS, departments(12))
    file = people(3).replace(",,1\n", ",,12\n")
    apply(world, FULL, file)

    assert codes(apply(world, FULL, file[:-2])) == ["hold_cut"]
    assert world.run_of(FULL).holds[0].params["named"] == "u2"
    assert apply(world, FULL, file[:-1]).state is State.UNCHANGED


@pytest.mark.parametrize(("newcomers", "held"), [(3, False), (4, True)])
def test_more_invitations_than_the_settings_allow_are_held(
    world: World, newcomers: int, held: bool
) -> None:
    policy(world, invite=True, invitations=3)

    run = apply(world, SOME, people(newcomers))

    assert codes(run) == (["hold_invite"] if held else [])
    assert [job.invite for job in world.wecom.jobs.values()] == ([] if held else [True])


def test_nobody_is_invited_whom_the_plan_did_not_name(world: World) -> None:
    policy(world, invite=False)
    world.wecom.fail("submit", WeComError(45033, "", "/cgi-bin/batch/syncuser"))
    world.drop(SOME, people(2))
    world.pass_time(61)
    assert world.run_of(SOME).state is State.SUBMITTING
    world.wecom.fail("submit", UnknownOutcomeError())
    world.pass_time(40)
    policy(world, invite=True)

    world.pass_time(3600)

    assert world.run_of(SOME).state is State.SUCCEEDED
    assert [job.invite for job in world.wecom.jobs.values()] == [False]


def test_a_file_that_may_have_gone_out_is_not_sent_again_when_it_would_do_more(
    world: World,
) -> None:
    policy(world, protected=["boss"])
    apply(world, FULL, people(30))
    world.wecom.fail("submit", UnknownOutcomeError())
    world.drop(FULL, people(29))
    world.pass_time(70)
    assert world.run_of(FULL).state is State.SUBMITTING
    world.wecom.hire("boss")

    world.pass_time(1200)

    run = world.run_of(FULL)
    assert (run.state, run.reason and run.reason.code) == (State.FAILED, "unsafe_to_repeat")
    assert "Concerned: boss" in reason_text(run, Language.ENGLISH)
    assert world.wecom.calls.count("submit") == 2
    assert "boss" in world.wecom.members


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


def test_an_enormous_settings_file_is_not_even_read(world: World) -> None:
    run = apply(world, "acme/settings.toml", "#" * 70_000)

    assert run.state is State.REJECTED
    assert run.reason is not None
    assert run.reason.code == "settings_too_large"


def test_a_bad_file_is_told_its_unknown_departments_at_once_and_wecom_is_not_asked(
    world: World,
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    world.wecom.calls.clear()
    bad = (
        "姓名,帐号,手机号,邮箱,所在部门\n甲,u1,123,,部门2\n"
        "乙,u2,13800000002,,部门9;7\n丙,u3,13800000003,,部门3\n"
    )

    run = apply(world, SOME, bad)

    assert run.state is State.REJECTED
    report = world.reports.documents[f"acme/{run.run_id}/results.csv"].decode("utf-8-sig")
    found = [(row["line"], row["column"]) for row in csv.DictReader(io.StringIO(report))]
    assert found == [("2", "手机号"), ("3", "所在部门"), ("4", "")]
    assert world.wecom.calls == []


def test_while_departments_are_on_their_way_a_name_may_be_theirs(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    world.wecom.duration = 10_000
    world.drop(DEPARTMENTS, departments(9))
    world.drop(SOME, "姓名,帐号,手机号,邮箱,所在部门\n甲,u1,123,,部门9\n")

    world.pass_time(600)

    run = world.run_of(SOME)
    assert (run.state, run.reason and run.reason.code) == (State.REJECTED, "mobile_invalid")


def test_what_a_person_should_know_stands_in_the_plan(world: World) -> None:
    apply(world, FULL, members("u1", "u2"))
    taken = members("u3").replace("13800000001", "13800000002")

    run = apply(world, SOME, taken)

    assert run.warnings == 1
    warnings = plan_of(world, run)["warnings"]
    assert isinstance(warnings, list)
    assert [(each["code"], each["id"]) for each in warnings] == [("warning_mobile_taken", "u3")]
    assert "13800000002" not in json.dumps(warnings)


@pytest.mark.parametrize(("shifted", "held"), [(20, False), (21, True)])
def test_a_mobile_column_that_was_sorted_alone_is_held(
    world: World, shifted: int, held: bool
) -> None:
    apply(world, FULL, people(100))
    lines = [line.split(",") for line in people(100).splitlines()]
    mobiles = [line[2] for line in lines[1 : shifted + 1]]
    for line, mobile in zip(lines[1:], [*mobiles[1:], mobiles[0]], strict=False):
        line[2] = mobile

    run = apply(world, SOME, "\n".join(",".join(line) for line in lines) + "\n")

    assert codes(run) == (["hold_mobiles"] if held else [])
    assert run.warnings == shifted


def test_the_same_people_are_named_once(world: World) -> None:
    policy(world, removals=2)
    apply(world, FULL, people(10))

    run = apply(world, FULL, members("u0"))

    assert len(run.holds) >= 3
    for language in Language:
        assert reason_text(run, language).count("u1, u2") == 1
    assert " " not in reason_text(run, Language.CHINESE).split("涉及")[0].split("。")[-1]


def test_a_hold_expires(world: World) -> None:
    policy(world, first_replace="hold", hold_hours=2)
    apply(world, FULL, people(3))

    world.pass_time(7200 - 601)
    world.sweep.sweep()
    assert world.run_of(FULL).state is State.HELD

    world.pass_time(1200)
    world.sweep.sweep()
    world.pass_time(1)

    run = world.run_of(FULL)
    assert run.state is State.CANCELLED
    assert run.reason is not None
    assert run.reason.code == "hold_expired"
    assert b"not sent" in world.reports.documents[f"acme/{run.run_id}/results.csv"]


def test_a_hold_that_nobody_was_told_of_is_told_by_the_sweep(world: World) -> None:
    policy(world, first_replace="hold")
    world.publisher.failures = 1
    world.drop(FULL, people(3))
    with pytest.raises(RuntimeError):
        world.pass_time(600)
    assert world.run_of(FULL).state is State.HELD

    world.pass_time(600)
    world.sweep.sweep()
    assert [run.state for run in world.publisher.published] == [State.HELD]

    world.pass_time(6 * 3600)
    world.sweep.sweep()
    assert len(world.publisher.published) == 1
    assert world.run_of(FULL).state is State.HELD


def test_a_hold_can_be_cancelled(world: World) -> None:
    policy(world, first_replace="hold")
    run = apply(world, FULL, people(3))

    world.submit_queue.send({"kind": "cancel", "run_id": run.run_id, "by": "boss"})
    world.pass_time(60)

    run = world.run_of(FULL)
    assert (run.state, run.reason and run.reason.params) == (State.CANCELLED, {"by": "boss"})
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.CANCELLED


def test_a_hold_stops_neither_other_job_types_nor_other_corps(world: World) -> None:
    policy(world, first_replace="hold")
    apply(world, FULL, people(3))

    assert apply(world, SOME, members("x")).state is State.SUCCEEDED
    assert apply(world, "beta/replaceuser/b.csv", people(2)).state is State.SUCCEEDED
    assert world.run_of(FULL).state is State.HELD


def test_a_newer_full_file_supersedes_one_that_is_held(world: World) -> None:
    policy(world, first_replace="hold")
    apply(world, "acme/replaceuser/1.csv", people(3))
    world.clock.now += 10

    apply(world, "acme/replaceuser/2.csv", people(4))

    assert world.run_of("acme/replaceuser/1.csv").state is State.SUPERSEDED
    assert world.run_of("acme/replaceuser/2.csv").state is State.HELD


@pytest.mark.parametrize(
    ("there", "gone", "held"),
    [
        (100, 19, False), (100, 20, False), (249, 50, True), (250, 50, False), (251, 50, False),
        (300, 61, True), (300, 60, False), (10, 8, False), (10, 9, True), (62, 49, False),
        (62, 50, True), (60, 49, True), (1, 1, True),
    ],
)  # fmt: skip
def test_wecoms_own_guard_is_foreseen_in_both_branches(
    world: World, there: int, gone: int, held: bool
) -> None:
    world.store.put_policy("acme", EVERYTHING_GOES, world.clock.now)
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(
        world, FULL, people(there)[:0] + members(*(f"u{n}" for n in range(gone, there)), "new")
    )

    assert run.state is (State.HELD if held else State.SUCCEEDED)
    assert codes(run) == (["hold_wecom_guard"] if held else [])


@pytest.mark.parametrize(
    ("limit", "there", "gone", "code"),
    [
        ({"removals": 5}, 100, 5, None),
        ({"removals": 5}, 100, 6, "hold_removals"),
        ({"removal_percent": 10}, 100, 10, None),
        ({"removal_percent": 10}, 100, 11, "hold_removal_percent"),
        ({"removals": 0}, 100, 1, "hold_removals"),
    ],
)
def test_the_limits_of_the_settings_hold(
    world: World, limit: dict[str, int], there: int, gone: int, code: str | None
) -> None:
    policy(world, removals=10**6, removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(there))
    policy(world, **{"removals": 10**6, "removal_percent": 100, "row_loss_percent": 100, **limit})

    run = apply(world, FULL, people(there - gone))

    assert codes(run) == ([code] if code else [])
    assert run.state is (State.HELD if code else State.SUCCEEDED)


def test_a_protected_account_is_never_removed_unasked(world: World) -> None:
    policy(world, protected=["SVC-*"], removals=10, removal_percent=100)
    world.wecom.hire("svc-mail", "u0", "u1", "u2", "u3")

    run = apply(world, FULL, people(4))

    assert codes(run) == ["hold_protected"]
    assert run.holds[0].params["named"] == "svc-mail"


@pytest.mark.parametrize(("rows", "held"), [(80, False), (79, True)])
def test_a_file_much_shorter_than_the_last_one_is_held(world: World, rows: int, held: bool) -> None:
    policy(world, removals=10**6, removal_percent=100, row_loss_percent=20)
    apply(world, FULL, people(100))

    run = apply(world, FULL, people(rows))

    assert ("hold_row_loss" in codes(run)) is held


def test_a_new_name_for_the_root_is_held(world: World) -> None:
    apply(world, DEPARTMENTS, departments())

    run = apply(world, DEPARTMENTS, departments().replace("总部", "新名"))

    assert codes(run) == ["hold_root"]


@pytest.mark.parametrize(("kept", "held"), [(5, False), (4, True)])
def test_too_many_departments_are_not_removed_unasked(world: World, kept: int, held: bool) -> None:
    policy(world, department_removals=5, row_loss_percent=100)
    apply(world, DEPARTMENTS, departments(10))

    run = apply(world, DEPARTMENTS, departments(kept))

    assert codes(run) == (["hold_departments"] if held else [])


def test_departments_that_will_go_later_are_foreseen(world: World) -> None:
    policy(world, removal_percent=100, row_loss_percent=100)
    apply(world, DEPARTMENTS, departments(3))
    apply(world, SOME, members("x").replace(",,1", ",,3"))

    run = apply(world, DEPARTMENTS, departments(2))
    assert plan_of(world, run)["emptied"] == ["3"]
    assert plan_of(world, run)["remove"] == []

    run = apply(world, SOME, members("x"))
    assert plan_of(world, run)["move"] == ["x"]
    assert plan_of(world, run)["emptied"] == ["3"]


def test_a_department_that_does_not_exist_is_refused_before_wecom_creates_it(
    world: World,
) -> None:
    run = apply(world, SOME, members("x").replace(",,1", ",,77"))

    assert run.state is State.REJECTED
    assert run.reason is not None
    assert run.reason.code == "department_missing"
    assert set(world.wecom.departments) == {1}


def test_departments_by_name_are_resolved(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))

    run = apply(world, SOME, members("x", "y").replace(",,1", ",,总部/部门3;部门2"))

    assert run.state is State.SUCCEEDED
    assert world.wecom.members["x"][1] == {2, 3}
    assert apply(world, SOME, members("z").replace(",,1", ",,没有")).state is State.REJECTED


def test_a_file_that_changes_nothing_is_not_sent_unless_forced(world: World) -> None:
    apply(world, FULL, people(3))
    before = world.wecom.calls.count("submit")

    run = apply(world, "acme/replaceuser/again.csv", people(3))
    assert run.state is State.UNCHANGED
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


def test_leavers_are_disabled_first_and_removed_after_their_grace(world: World) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(3))

    run = apply(world, FULL, people(2))
    assert run.state is State.SUCCEEDED
    assert plan_of(world, run)["disable"] == ["u2"]
    assert plan_of(world, run)["remove"] == []
    assert "u2" in world.wecom.members
    sent = list(world.wecom.jobs.values())[-1].content.decode("utf-8-sig")
    assert sent.splitlines()[0].endswith(",禁用")
    assert [line.rsplit(",", 1)[1] for line in sent.splitlines()[1:]] == ["", "", "1"]

    world.clock.now += 29 * DAY
    run = apply(world, FULL, people(2) + "新,n1,13911111111,,1\n")
    assert "u2" in world.wecom.members
    world.clock.now += 2 * DAY
    run = apply(world, FULL, people(2) + "新,n2,13922222222,,1\n")
    assert "u2" not in world.wecom.members


def test_leavers_count_for_the_limits(world: World) -> None:
    policy(world, leavers="disable", removals=5, removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(20))

    run = apply(world, FULL, people(14))

    assert codes(run) == ["hold_removals"]
    assert run.plan is not None
    assert run.plan["disable"] == 6


def test_a_leaver_named_in_an_incremental_file_is_enabled_by_the_next_full_one(
    world: World,
) -> None:
    policy(world, leavers="disable", removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(3))
    apply(world, FULL, people(2))
    apply(world, SOME, "姓名,帐号,手机号,邮箱,所在部门\n改名,u2,13800000003,,1\n")
    assert world.archive.snapshot("acme").left.keys() == {"u2"}

    apply(world, "acme/replaceuser/back.csv", people(3))

    sent = list(world.wecom.jobs.values())[-1].content.decode("utf-8-sig")
    assert [line.rsplit(",", 1)[1] for line in sent.splitlines()[1:]] == ["", "", "0"]


def test_a_reason_nobody_was_shown_holds_an_approved_run_again(world: World) -> None:
    policy(world, first_replace="hold", removal_percent=100)
    world.wecom.hire("old", *(f"u{n}" for n in range(5)))
    run = apply(world, FULL, people(5))
    assert codes(run) == ["hold_first"]
    policy(world, first_replace="hold", removal_percent=100, protected=["old"])

    world.approve(run)
    world.pass_time(600)

    assert "hold_protected" in codes(world.run_of(FULL))
    assert "old" in world.wecom.members


def test_whoever_left_comes_back_by_being_in_the_file_again(world: World) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(3))
    apply(world, FULL, people(2))

    run = apply(world, "acme/replaceuser/back.csv", people(3))

    assert run.state is State.SUCCEEDED
    sent = list(world.wecom.jobs.values())[-1].content.decode("utf-8-sig")
    assert [line.rsplit(",", 1)[1] for line in sent.splitlines()[1:]] == ["", "", "0"]
    assert world.archive.snapshot("acme").left == {}


def test_leavers_nobody_knows_are_held(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)
    world.wecom.hire("stranger", "u0", "u1", "u2")

    run = apply(world, FULL, people(3))

    assert codes(run) == ["hold_leavers"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("甲,old,13800000001,,1\n", "甲,new,13800000001,,1\n"),
        ("甲,old,,a@x.example,1\n", "甲,new,,A@x.example,1\n"),
    ],
)
def test_a_leaver_whose_contact_is_somebody_elses_now_is_held_and_never_sent(
    world: World, before: str, after: str
) -> None:
    policy(world, leavers="disable", removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(20, "n").replace("1380000", "1390000") + before)

    run = apply(world, FULL, people(20, "n").replace("1380000", "1390000") + after)

    assert codes(run) == ["hold_leavers"]
    assert plan_of(world, run)["remove"] == ["old"]


def test_a_leaver_without_a_contact_in_the_files_columns_is_held(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(20) + "甲,old,,a@x.example,1\n")

    short = people(20).replace(",邮箱", "").replace(",,", ",")
    run = apply(world, FULL, short)

    assert codes(run) == ["hold_leavers"]


def test_a_rehearsal_writes_nothing(world: World) -> None:
    import base64  # noqa: PLC0415
    import gzip  # noqa: PLC0415

    policy(world, first_replace="hold")
    content = base64.b64encode(gzip.compress(people(3).encode())).decode()
    request = {"corp": "acme", "job": "replaceuser", "content": content, "language": "zh-CN"}

    told = world.rehearsal.rehearse(request)

    assert told["verdict"] == "hold"
    assert "第一份" in told["holds"][0]
    assert world.store.runs_by_id == {}
    assert world.reports.documents == {}
    assert world.archive.snapshots == {}


USERS = st.sets(st.sampled_from([f"u{n}" for n in range(12)]), min_size=1)


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
            assert codes(run) == ["hold_wecom_guard"]
            world.approve(run)
            world.pass_time(600)
        assert world.run_of(run.key).state in {State.SUCCEEDED, State.UNCHANGED}
        assert set(world.wecom.members) == users
        assert set(world.archive.snapshot("acme").members) == users


@given(before=USERS, after=USERS)
def test_a_held_run_changes_nothing(before: set[str], after: set[str]) -> None:
    world = World("acme")
    policy(world, first_replace="hold")
    world.wecom.hire(*before)
    people_before, departments_before = dict(world.wecom.members), dict(world.wecom.departments)

    run = apply(world, FULL, members(*sorted(after)))

    assert run.state is State.HELD
    assert world.wecom.members == people_before
    assert world.wecom.departments == departments_before
    assert world.archive.snapshot("acme") == Snapshot()
