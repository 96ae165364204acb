"""Decisions are drops: who said it is S3's word, and whatever is said gets an answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.company import people
from support.damage import damaged
from support.fakes import FakeClock
from support.guarded import DAY, FULL, SOME, apply, hold_first
from support.meanwhile import after
from support.runs import answers, approved, index, page, state_and_why
from support.world import BOSS, World, members
from wecom_sync.domain.drop import s3_objects
from wecom_sync.domain.errors import UnreachableError, WeComError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.use_cases.drops.decisions import MAX_DECISION_BYTES

PLAN = "acme/plan/syncuser/p.csv"
SETTINGS = "acme/settings.toml"


def authors(world: World, run: Run) -> list[str]:
    """Return who decided about a run, also in vain."""
    return [step.instruction.by for step in world.current_run(run).timeline if step.instruction]


INVALID = (
    '{"decision": "approve"}', '{"decision": "approve", "plan": 5}',
    '{"decision": "yes", "plan": "x"}', '{"decision": "approve", "plan": "%s", "by": "me"}',
    '{"decision": "cancel", "decision": "approve", "plan": "%s"}', '["approve", "%s"]', "approve",
    "", "[" * 2000, '{"decision": "cancel", "without": "removals"}',
    '{"decision": "approve", "plan": "%s", "without": "moves"}',
    '{"decision": "cancel", "note": "%s"}' % ("x" * MAX_DECISION_BYTES),
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        *((content, "decision_invalid") for content in INVALID),
        ('{"decision": "dismiss"}', "decision_not_ended"),
        ('{"decision": "approve", "plan": "000000000000"}', "approval_outdated"),
        ('{"decision": "approve", "plan": "other"}', "approval_unnamed"),
        ('{"decision": "approve", "plan": "%s", "without": "removals"}', "decision_not_company"),
        ('{"decision": "approve", "plan": "%s0"}', "approval_unnamed"),
        ('{"decision": "approve", "plan": "%.11s"}', "approval_unnamed"),
    ],
)
def test_what_cannot_be_carried_out_is_answered_in_the_documents_of_its_run(
    world: World, held: Run, content: str, code: str
) -> None:
    digest = str(held.proposal.digest)
    key = f"acme/decide/{held.run_id}.json"
    world.drop(key, content.replace("%s", digest).replace("%.11s", digest[:11]))
    world.pass_time(5)

    assert answers(world, held) == [code]
    assert page(world, held)["stored"] == world.current_run(held).to_document()
    assert world.run_of(FULL).state is State.HELD
    assert approved(world, held).state is State.SUCCEEDED


WORDS = st.sampled_from(("approve", "approve", "approve", "cancel", "Approve", "approve ", ""))
PLANS = st.sampled_from(("{0}", "{0}", "{0:.12}", "{0:.11}", "{0}0", "0000000000000000", ""))


@given(data=st.data())
def test_a_damaged_decision_does_what_it_says_or_is_answered(data: st.DataObject) -> None:
    world = World()
    world.wecom.hire("boss")
    hold_first(world)
    held = apply(world, FULL, people(6))
    said = {"decision": data.draw(WORDS), "plan": data.draw(PLANS).format(held.proposal.digest)}
    content = data.draw(damaged(json.dumps(said)))

    (put,) = s3_objects(world.drop(f"acme/decide/{held.run_id}.json", content))
    for _ in range(2):
        world.intake.receive(put)
    run = world.current_run(held)

    does = run.proposal.approval is not None, run.state is State.CANCELLED
    assert does == meant(content, held)
    assert authors(world, held) == [BOSS, BOSS]
    assert any(does) or answers(world, held)


def meant(content: bytes, run: Run) -> tuple[bool, bool]:
    """Return whether an object approves or cancels a run, read without our reader."""
    try:
        pairs = json.loads(content.decode("utf-8-sig"), object_pairs_hook=list)
        said = dict(pairs)
    except (ValueError, TypeError, RecursionError):
        return False, False
    whole = len(said) == len(pairs) and said.keys() - {"plan", "note"} == {"decision"}
    if not whole or not all(isinstance(value, str) for value in said.values()):
        return False, False
    plan = said.get("plan", "")
    approves = len(plan) >= 12 and str(run.proposal.digest).startswith(plan)
    return said["decision"] == "approve" and approves, said["decision"] == "cancel"


def test_an_approval_names_its_plan_by_what_is_shown_of_the_hash(world: World, held: Run) -> None:
    world.decide(held, decision="approve", plan=str(held.proposal.digest)[:12])
    world.pass_time(600)

    run = world.run_of(FULL)
    assert (answers(world, run), run.state) == ([], State.SUCCEEDED)
    assert run.proposal.approval is not None
    assert (run.proposal.approval.by, run.proposal.approval.digest) == (BOSS, held.proposal.digest)


def test_a_decision_that_was_deleted_before_it_was_read_is_told(world: World, held: Run) -> None:
    world.cancel(held)
    world.drops.objects.popitem()
    world.pass_time(5)

    assert answers(world, held) == ["object_gone"]
    assert authors(world, held) == [BOSS, ""]
    assert world.run_of(FULL).state is State.HELD


@pytest.mark.parametrize("ended", [State.SUCCEEDED, State.CANCELLED])
def test_a_decision_about_a_decided_run_is_too_late(world: World, held: Run, ended: State) -> None:
    (world.approve if ended is State.SUCCEEDED else world.cancel)(held)
    world.pass_time(600)
    before, lane = world.run_of(FULL), world.store.lane("acme")
    published = len(world.publisher.published)

    world.cancel(held)
    run = approved(world, held)

    assert answers(world, run)[-1:] == ["decision_too_late"]
    assert (run.state, run.result.finished) == (ended, before.result.finished)
    assert world.store.lane("acme") == lane
    assert len(world.publisher.published) == published


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("beta/decide/{held}.json", "decision_no_run"),
        ("acme/decide/20260101T000000Z-0123456789ab.json", "decision_no_run"),
        ("acme/decide/x.json", "decision_key"),
        ("acme/answer/20260101T000000Z-0123456789ab.json", "decision_no_run"),
        ("acme/answer/x.json", "decision_key"),
        ("acme/decide/a/b.json", "decision_key"),
        ("acme/decide/20260101T000000Z-0123456789ab", "decision_key"),
    ],
)
def test_a_decision_about_no_run_of_the_corp_is_a_rejected_run(
    world: World, held: Run, key: str, code: str
) -> None:
    decision = json.dumps({"decision": "approve", "plan": held.proposal.digest})

    answer = apply(world, key.format(held=held.run_id), decision)

    assert state_and_why(answer) == (State.REJECTED, code)
    assert page(world, answer)["state"] == "REJECTED"
    assert world.run_of(FULL) == held


def test_a_decision_that_is_taken_before_the_event_of_its_run_comes_again(world: World) -> None:
    world.drop(SOME, members("a"))
    world.pass_time(0)
    (run,) = world.store.runs_by_id.values()
    late = World(clock=FakeClock(run.identity.dropped))
    late.drop(SOME, members("a"))
    late.cancel(run)
    late.drop_queue.messages.reverse()

    late.pass_time(600)

    assert [it.state for it in late.store.runs_by_id.values()] == [State.CANCELLED]
    assert "submit" not in late.wecom.calls


def test_an_object_of_another_bucket_decides_nothing(world: World, held: Run) -> None:
    event = json.dumps(world.decide(held, decision="approve", plan=str(held.proposal.digest)))
    world.drop_queue.messages.clear()

    world.drop_queue.send(json.loads(event.replace('"drops"', '"mine"')))
    world.pass_time(600)

    assert world.current_run(held) == held


def test_an_event_without_a_version_is_no_second_word(world: World, held: Run) -> None:
    event = json.dumps(world.decide(held, decision="approve", plan="0" * 64))
    world.pass_time(5)
    made_up = event.replace(BOSS, "somebody").replace('"versionId": "v', '"versionId": "", "v": "')

    world.drop_queue.send(json.loads(made_up))
    world.pass_time(5)

    assert authors(world, held) == [BOSS, BOSS]


def test_each_decision_has_its_own_entry(world: World, held: Run) -> None:
    for decision in (
        {"decision": "approve", "plan": "0" * 64, "note": "first"},
        {"decision": "reject", "note": "second"},
        {"decision": "cancel", "note": "third"},
        {"decision": "cancel", "note": "fourth"},
    ):
        world.decide(held, **decision)
        world.pass_time(60)

    timeline = page(world, held)["timeline"]
    decided = [step for step in timeline if "decision" in step]
    assert [(step["decision"], step["carried_out"], step.get("note")) for step in decided] == [
        ("approve", False, "first"),
        (None, False, None),
        ("cancel", True, "third"),
        ("cancel", False, "fourth"),
    ]
    times = [step["at"] for step in timeline]
    assert times == sorted(times)
    assert len({step["at"] for step in decided}) == 4


def test_refused_decisions_do_not_fill_the_timeline(world: World, held: Run) -> None:
    for number in range(120):
        world.decide(held, decision="approve", plan="other", note=str(number))
    world.pass_time(5)

    notes = [
        step.instruction.note
        for step in world.current_run(held).timeline
        if step.instruction and step.instruction.note
    ]
    assert notes == [str(number) for number in range(20, 120)]


def test_a_plan_and_settings_cannot_be_decided_even_while_under_way(world: World) -> None:
    after(world.wecom, "directory", lambda: world.cancel_now(world.run_of(PLAN)))
    planned = apply(world, PLAN, members("u1"))
    approved(world, planned)
    after(world.drops, "content", lambda: world.cancel_now(world.run_of(SETTINGS)))
    world.drop(SETTINGS, "[limits]\nremovals = 7\n")
    world.live(DAY)

    assert world.run_of(PLAN).state is State.PLANNED
    assert answers(world, planned) == ["decision_of_plan"] * 2
    why = page(world, planned)["timeline"][-1]["why"]
    assert why.endswith("To import it, drop it under acme/syncuser/")
    assert "submit" not in world.wecom.calls
    assert world.store.policy("acme").removals == 7
    assert world.run_of(SETTINGS).state is State.SUCCEEDED


@pytest.mark.parametrize("decision", ["approve_now", "cancel_now"])
@pytest.mark.parametrize("call", ["directory", "submit"])
def test_a_decision_that_comes_while_an_approved_run_is_under_way_disturbs_nobody(
    world: World, held: Run, call: str, decision: str
) -> None:
    after(world.wecom, call, lambda: getattr(world, decision)(held))
    world.approve(held)
    world.live(7200)

    cancelled = (call, decision) == ("directory", "cancel_now")
    assert world.wecom.calls.count("submit") == (0 if cancelled else 1)
    assert world.run_of(FULL).state is (State.CANCELLED if cancelled else State.SUCCEEDED)


def test_a_late_cancel_during_a_refused_post_keeps_no_lane(world: World, held: Run) -> None:
    def refuse(*_: Any, **__: Any) -> str:
        world.cancel_now(held)
        raise WeComError(40058, "invalid parameter", "/cgi-bin/batch/replaceuser")

    world.wecom.submit = refuse  # type: ignore[method-assign]
    world.approve(held)
    world.pass_time(5)

    assert world.run_of(FULL).state is State.FAILED
    assert world.store.lane("acme").holder is None


def test_who_cancels_before_the_file_is_checked_is_obeyed(world: World) -> None:
    after(world.drops, "content", lambda: world.cancel_now(world.run_of(FULL)))

    world.drop(FULL, people(6))
    world.live(3600)

    assert world.run_of(FULL).state is State.CANCELLED
    assert "submit" not in world.wecom.calls


@pytest.mark.parametrize("key", [FULL, "acme/elsewhere.csv", SETTINGS])
def test_a_rejected_run_that_is_dismissed_needs_nobody(world: World, key: str) -> None:
    rejected = apply(world, key, "no header\n")
    assert [each["run_id"] for each in index(world)["attention"]] == [rejected.run_id]
    count = len(world.publisher.published)

    event = world.decide(rejected, decision="dismiss", note="known")
    world.drop_queue.send(event)
    world.by = "AWS:somebody else"
    world.decide(rejected, decision="dismiss")
    world.pass_time(600)

    run = world.run_of(key)
    assert (run.state, run.reason, run.result.finished) == (
        State.REJECTED,
        rejected.reason,
        rejected.result.finished,
    )
    assert page(world, run)["dismissed"]["by"] == BOSS
    assert authors(world, run)[-2:] == [BOSS, "AWS:somebody else"]
    assert (index(world)["attention"], len(world.publisher.published)) == ([], count)


def test_a_decision_in_vain_does_not_hide_what_keeps_a_run_from_going_on(world: World) -> None:
    world.wecom.fail("upload", *[UnreachableError()] * 9)
    world.drop(FULL, people(6))
    world.pass_time(70)
    run = world.run_of(FULL)
    trouble = page(world, run)["trouble"]
    assert trouble["next"]

    world.decide(run, decision="dismiss")
    world.pass_time(1)

    assert answers(world, run) == ["decision_not_ended"]
    assert page(world, run)["trouble"] == trouble
