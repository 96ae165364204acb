"""Decisions are drops: who said it is S3's word, and whatever is said gets an answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.guarded import FULL, apply, people, policy
from support.world import BOSS, World, members
from wecom_sync.domain.run import Run, State
from wecom_sync.use_cases.holds import (
    MAX_DECISION_BYTES,
    Decision,
    DecisionInvalidError,
    read_decision,
)


@pytest.fixture
def held(world: World) -> Run:
    """A run that waits for a person."""
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    run = apply(world, FULL, people(6))
    assert run.state is State.HELD
    return run


def key_of(run: Run, corp: str = "acme") -> str:
    return f"{corp}/decide/{run.run_id}.json"


def answers(world: World, run: Run) -> list[str]:
    """Return the answers in the timeline that the documents tell."""
    page = json.loads(world.reports.documents[f"acme/{run.run_id}/run.json"])
    assert page["stored"] == world.told(run).to_document()
    return [why.code for step in world.told(run).timeline if step.said for why in step.why]


def test_who_decides_is_who_put_the_object_and_its_own_words_are_a_note(
    world: World, held: Run
) -> None:
    world.decide(held, decision="approve", plan=str(held.plan_digest), note="I am the CEO")
    world.pass_time(600)

    run = world.run_of(FULL)
    assert run.state is State.SUCCEEDED
    assert run.approval is not None
    assert run.approval.by == BOSS
    page = json.loads(world.reports.documents[f"acme/{run.run_id}/run.json"])
    (approved,) = [step for step in page["timeline"] if step.get("note")]
    assert (approved["by"], approved["note"]) == (BOSS, "I am the CEO")
    assert page["principal"] == BOSS


def test_an_event_that_comes_again_is_one_decision(world: World, held: Run) -> None:
    event = world.decide(held, decision="approve", plan="other")
    world.submit_queue.send(event)
    world.submit_queue.send(event)
    world.pass_time(5)

    assert answers(world, held) == ["approval_outdated"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"decision": "approve"}', "decision_invalid"),
        ('{"decision": "approve", "plan": 5}', "decision_invalid"),
        ('{"decision": "yes", "plan": "x"}', "decision_invalid"),
        ('{"decision": "approve", "plan": "%s", "by": "me"}', "decision_invalid"),
        ('{"decision": "cancel", "decision": "approve", "plan": "%s"}', "decision_invalid"),
        ('["approve", "%s"]', "decision_invalid"),
        ("approve", "decision_invalid"),
        ("", "decision_invalid"),
        ("[" * 2000, "decision_invalid"),
        ('{"decision": "cancel", "note": "%s"}' % ("x" * MAX_DECISION_BYTES), "decision_invalid"),
        ('{"decision": "approve", "plan": "0000"}', "approval_outdated"),
    ],
)
def test_what_cannot_be_carried_out_is_answered_in_the_documents_of_its_run(
    world: World, held: Run, content: str, code: str
) -> None:
    world.drop(key_of(held), content.replace("%s", str(held.plan_digest)))
    world.pass_time(5)

    assert answers(world, held) == [code]
    assert world.run_of(FULL).state is State.HELD
    world.approve(held)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_decision_that_was_deleted_before_it_was_read_is_answered(
    world: World, held: Run
) -> None:
    world.cancel(held)
    world.drops.objects = {at: each for at, each in world.drops.objects.items() if at[0] == FULL}
    world.pass_time(5)

    assert answers(world, held) == ["object_gone"]
    assert [step.said.by for step in world.told(held).timeline if step.said] == [BOSS, ""]
    assert world.run_of(FULL).state is State.HELD


@pytest.mark.parametrize("ended", ["approved", "cancelled"])
def test_a_decision_about_a_run_that_is_decided_is_too_late(
    world: World, held: Run, ended: str
) -> None:
    if ended == "approved":
        world.approve(held)
    else:
        world.cancel(held)
    world.pass_time(600)
    before = world.run_of(FULL)
    lane = world.store.lane("acme")
    told = len(world.publisher.published)

    world.approve(held)
    world.cancel(held)
    world.pass_time(600)

    run = world.run_of(FULL)
    assert answers(world, run)[-1:] == ["decision_too_late"]
    assert (run.state, run.finished) == (before.state, before.finished)
    assert world.store.lane("acme") == lane
    assert len(world.publisher.published) == told


@pytest.mark.parametrize("name", ["acme/decide/20260101T000000Z-0123456789ab.json", "other"])
def test_a_decision_about_a_run_that_the_corp_does_not_have_is_a_rejected_run(name: str) -> None:
    world = World("acme", "beta")
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    held = apply(world, FULL, people(6))
    key = key_of(held, "beta") if name == "other" else name
    world.drop(key, json.dumps({"decision": "approve", "plan": held.plan_digest}))
    world.pass_time(5)

    answer = world.run_of(key)
    assert (answer.state, answer.reason and answer.reason.code) == (
        State.REJECTED, "decision_no_run"
    )  # fmt: skip
    assert f"{answer.corp}/{answer.run_id}/run.json" in world.reports.documents
    assert world.run_of(FULL) == held
    world.approve(held)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


@pytest.mark.parametrize(
    "key",
    ["acme/decide/x.json", "acme/decide/a/b.json", "acme/decide/20260101T000000Z-0123456789ab"],
)
def test_a_decision_in_the_wrong_place_is_said(world: World, key: str) -> None:
    world.drop(key, '{"decision": "cancel"}')
    world.pass_time(5)

    run = world.run_of(key)
    assert (run.state, run.reason and run.reason.code) == (State.REJECTED, "decision_key")


def test_an_object_of_another_bucket_decides_nothing(world: World, held: Run) -> None:
    event = json.dumps(world.decide(held, decision="approve", plan=str(held.plan_digest)))
    world.submit_queue.messages.clear()

    world.submit_queue.send(json.loads(event.replace('"drops"', '"mine"')))
    world.pass_time(600)

    assert world.run_of(FULL).state is State.HELD
    assert answers(world, held) == []


def test_an_event_without_a_version_is_no_second_word(world: World, held: Run) -> None:
    event = json.dumps(world.decide(held, decision="approve", plan="other"))
    world.pass_time(5)
    made_up = event.replace(BOSS, "somebody").replace('"versionId": "v', '"versionId": "", "v": "')

    world.submit_queue.send(json.loads(made_up))
    world.pass_time(5)

    assert [step.said.by for step in world.told(held).timeline if step.said] == [BOSS, BOSS]


@pytest.mark.parametrize("kind", ["approve", "cancel"])
def test_a_message_decides_nothing(world: World, held: Run, kind: str) -> None:
    message = {"kind": kind, "run_id": held.run_id, "by": "me", "plan_digest": held.plan_digest}
    world.submit_queue.send(message)
    world.pass_time(600)

    assert world.run_of(FULL) == held


def test_refused_decisions_do_not_fill_the_timeline(world: World, held: Run) -> None:
    for number in range(120):
        world.decide(held, decision="approve", plan="other", note=str(number))
    world.pass_time(5)

    notes = [step.said.note for step in world.told(held).timeline if step.said and step.said.note]
    assert notes == [str(number) for number in range(20, 120)]


def test_the_drop_of_a_plan_cannot_be_approved(world: World) -> None:
    world.store.put_policy("acme", world.store.policy("acme"), 0)
    planned = apply(world, "acme/plan/syncuser/a.csv", members("a"))

    world.approve(planned)
    world.pass_time(600)

    assert world.run_of(planned.key).state is State.PLANNED
    assert "submit" not in world.wecom.calls


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_whatever_an_object_holds_is_a_decision_or_is_refused(content: bytes) -> None:
    try:
        found = read_decision(content)
    except DecisionInvalidError:
        return
    assert isinstance(found, Decision)
    assert json.loads(content.decode("utf-8-sig"))["decision"] in {"approve", "cancel"}
