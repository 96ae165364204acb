"""Approving and cancelling: what is dropped, what is waited for, and what cannot be decided."""

import io
import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import NoCredentialsError

from support.console import Said
from support.fakes import START, FakeClock
from support.stack import DIGEST, Stack
from support.world import BOSS, members
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Approval, Reason, Run, State
from wecom_sync.domain.run import Said as Word
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.holds import MAX_NOTE_CHARS, read_decision
from wecom_sync.use_cases.holds import Decision as ReadDecision
from wecom_sync_tools.cli import parser_in
from wecom_sync_tools.commands.decisions.approve import check
from wecom_sync_tools.commands.decisions.approve import run as run_approve
from wecom_sync_tools.commands.decisions.decision import note_of
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import PATIENCE_SECONDS, DroppedDecision, await_page, decide
from wecom_sync_tools.stack.target import Target

ENGLISH = Terminal(Language.ENGLISH)


def decision_about(stack: Stack, run: Run) -> Any:
    content, _ = stack.dropped(f"acme/decide/{run.run_id}.json")
    return json.loads(content)


def test_exactly_the_plan_that_was_shown_is_approved(stack: Stack, said: Said) -> None:
    held = stack.held()

    told = said("approve", held.run_id, "--plan", DIGEST[:12], "--note", "as agreed")

    approval = stack.store.runs_by_id[held.run_id].approval
    assert approval is not None
    assert (approval.by, approval.digest) == (BOSS, DIGEST)
    assert decision_about(stack, held) == {
        "decision": "approve", "plan": DIGEST, "note": "as agreed"
    }  # fmt: skip
    assert f"Approved by {BOSS}: the run continues, it is QUEUED · queued." in told
    assert f"wecom-sync show {held.run_id} --corp acme\n" in told


def test_programs_get_the_approved_run(stack: Stack, said: Said) -> None:
    held = stack.held()

    document = said.json("approve", held.run_id, "--yes", "--note", "fine")

    assert document["approval"]["by"] == BOSS
    (step,) = [each for each in document["timeline"] if each.get("note")]
    assert (step["state"], step["by"], step["note"]) == ("QUEUED", BOSS, "fine")


def test_whoever_watches_an_approved_run_sees_what_happens_from_there_on(
    stack: Stack, said: Said
) -> None:
    stack.store.put_policy("acme", Policy(), 1)
    stack.wecom.hire(*(f"u{number}" for number in range(20)))
    stack.s3.put_object(Bucket="drops", Key="acme/replaceuser/all.csv", Body=members("u1", "u2"))
    for _ in range(3):
        stack.work()
    (held,) = said.json("runs", "--state", "held")

    shown = said("approve", held["run_id"], "--yes", "--watch")

    lines = shown.splitlines()
    first = lines.index("acme/replaceuser/all.csv") + 1
    assert [line.partition(" ")[2].rpartition(" 0")[0] for line in lines[first : first + 2]] == [
        "queued", "being planned and sent",
    ]  # fmt: skip
    assert "✓ SUCCEEDED · succeeded" in shown


def test_a_run_that_is_held_again_after_its_approval_is_no_success(
    stack: Stack, said: Said
) -> None:
    held = stack.held()

    def grow_worse() -> None:
        submitting = stack.move(stack.store.runs_by_id[held.run_id], State.SUBMITTING)
        stack.move(submitting, State.HELD, plan_digest="d2" * 32)

    stack.after_work = grow_worse

    shown = said("approve", held.run_id, "--plan", DIGEST[:12], code=1)

    assert "HELD · held for a decision" in shown
    assert f"--plan {'d2' * 6}\n" in shown


def meanwhile(stack: Stack, run: Run, state: State, **changes: Any) -> None:
    """Let a run be moved after somebody has looked at it, and before the decision is taken in."""
    stack.before_work = lambda: stack.move(stack.store.runs_by_id[run.run_id], state, **changes)


def test_an_approval_of_a_plan_that_has_changed_does_not_count(stack: Stack, said: Said) -> None:
    held = stack.held()
    meanwhile(stack, held, State.HELD, plan_digest="d2" * 32)

    complaint = said.complaint("approve", held.run_id, "--yes", code=1)

    assert "The hash is not that of the plan that the run is held for" in complaint
    assert f"wecom-sync show {held.run_id} --corp acme" in complaint


def test_somebody_elses_approval_is_not_taken_for_ours(stack: Stack, said: Said) -> None:
    held = stack.held()
    word = Word("wangwu", source="theirs")
    meanwhile(stack, held, State.QUEUED, approval=Approval("wangwu", 0, DIGEST), said=word)

    complaint = said.complaint("approve", held.run_id, "--yes", code=1)

    assert "The decision came too late: the run was QUEUED" in complaint


def test_an_approval_that_comes_after_somebody_cancelled_does_not_count(
    stack: Stack, said: Said
) -> None:
    held = stack.held()
    meanwhile(stack, held, State.CANCELLED)

    assert "too late: the run was CANCELLED" in said.complaint(
        "approve", held.run_id, "--yes", code=1
    )


def test_the_answer_to_a_decision_is_told_in_the_language_of_whoever_asks(
    stack: Stack, said: Said
) -> None:
    held = stack.held()
    meanwhile(stack, held, State.CANCELLED)

    complaint = said.complaint("approve", held.run_id, "--yes", "--lang", "zh", code=1)

    assert "决定来得太晚" in complaint


def in_turn(monkeypatch: pytest.MonkeyPatch, *works: Callable[[], object]) -> None:
    """Let this happen one after the other, each time that a decision is waited for."""
    left = iter(works)

    def pause(_: object) -> float:
        next(left)()
        return 0

    monkeypatch.setattr("wecom_sync_tools.stack.decisions.pause_seconds", pause)


def test_a_held_run_that_is_merely_reported_again_is_not_decided(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = stack.held()
    in_turn(monkeypatch, lambda: stack.move(held, State.HELD, due=held.due + 600), stack.work)

    page, step = decide(stack.target, held, DroppedDecision("lisi", DIGEST), ENGLISH)

    assert (page.run.state, step.state) == (State.QUEUED, State.QUEUED)


def test_a_run_whose_end_is_being_written_down_is_waited_for(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = stack.held()

    def decided() -> None:
        (found,) = stack.s3.list_object_versions(Bucket="drops")["Versions"]
        moment = found["LastModified"]
        drop = Drop("drops", found["Key"], found["VersionId"], moment, moment)
        word, reason = Word("lisi", source=drop.digest), Reason("cancelled", {"by": "lisi"})
        stack.move(held, State.HELD, ends_as=State.CANCELLED, said=word, reason=reason)

    def written() -> None:
        run = stack.store.runs_by_id[held.run_id]
        stack.move(run, State.CANCELLED, ends_as=None, finished=START)

    in_turn(monkeypatch, decided, written)

    page, step = decide(stack.target, held, DroppedDecision("lisi"), ENGLISH)

    assert (page.run.state, step.state) == (State.CANCELLED, State.CANCELLED)


def test_a_plan_that_nobody_has_looked_at_is_not_approved(stack: Stack, said: Said) -> None:
    held = stack.held()

    complaint = said.complaint("approve", held.run_id, "--plan", "d0" * 6, code=1)

    assert "It is mistyped, or the plan has changed since you looked." in complaint
    assert f"wecom-sync show {held.run_id} --corp acme" in complaint


@pytest.mark.parametrize("digest", [DIGEST[:12], DIGEST, None])
def test_the_plan_that_somebody_has_looked_at_may_be_approved(
    stack: Stack, digest: str | None
) -> None:
    check(stack.held(), digest, ENGLISH, "")


@pytest.mark.parametrize("digest", ["", "d", DIGEST[:11], DIGEST.upper(), f"{DIGEST}1"])
def test_what_is_hardly_a_hash_names_no_plan(stack: Stack, digest: str, said: Said) -> None:
    held = stack.held()

    complaint = said.complaint("approve", held.run_id, "--plan", digest)

    assert "does not name a plan: use the hash that wecom-sync show prints" in complaint
    assert stack.store.run(held.run_id) == held


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("json_", [[], ["--json"]])
def test_a_plan_that_nobody_can_be_asked_about_is_not_approved(
    stack: Stack, language: str, json_: list[str], said: Said
) -> None:
    held = stack.held()

    complaint = said.complaint("approve", held.run_id, "--lang", language, *json_)

    for word in ("--plan", "--yes", f"wecom-sync show {held.run_id} --corp acme"):
        assert word in complaint
    assert stack.store.run(held.run_id) == held


class Screen(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


def answered(run: Run, answer: str, language: Language = Language.ENGLISH) -> tuple[int, str, str]:
    """Approve a run on a terminal; return the exit code, and what stands there."""
    out, err = Screen(), Screen()
    terminal = Terminal(language, out, err, Screen(answer))
    args = parser_in(language).parse_args(["approve", run.run_id, "--note", "lisi"])
    return run_approve(args, terminal), out.getvalue(), err.getvalue()


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "yep\n"])
def test_without_a_clear_yes_nothing_is_approved(stack: Stack, answer: str) -> None:
    held = stack.held()

    code, shown, told = answered(held, answer)

    assert code == 1
    assert shown.rstrip().endswith("Approve this plan? [y/N]")
    assert "Nothing was approved" in told
    assert stack.store.run(held.run_id) == held


@pytest.mark.parametrize(
    ("answer", "language"),
    [("y\n", Language.ENGLISH), ("YES\n", Language.ENGLISH), ("是\n", Language.CHINESE)],
)
def test_a_person_on_a_terminal_is_shown_the_plan_and_asked(
    stack: Stack, answer: str, language: Language
) -> None:
    held = stack.held()
    plan = {"counts": held.plan, "remove": ["zhaoliu"]}
    reports = stack.put_report(held, "plan.json", json.dumps(plan))
    held = stack.move(held, State.HELD, reports=reports)

    code, shown, _ = answered(held, answer, language)

    assert code == 0
    assert "zhaoliu" in shown
    assert stack.store.runs_by_id[held.run_id].state is State.QUEUED


@pytest.mark.parametrize("queued", [False, True])
def test_a_waiting_run_is_cancelled(stack: Stack, queued: bool, said: Said) -> None:
    waiting = stack.run(1, State.QUEUED) if queued else stack.held()

    told = said("cancel", waiting.run_id, "--note", "wrong file")

    assert stack.store.runs_by_id[waiting.run_id].state is State.CANCELLED
    assert decision_about(stack, waiting) == {"decision": "cancel", "note": "wrong file"}
    assert f"Cancelled by {BOSS}: the run is CANCELLED" in told


def test_a_run_that_went_out_in_the_meantime_is_not_cancelled(stack: Stack, said: Said) -> None:
    waiting = stack.run(1, State.QUEUED)
    meanwhile(stack, waiting, State.SUBMITTING, posted=1.0)

    assert "too late: the run was SUBMITTING" in said.complaint("cancel", waiting.run_id, code=1)


def test_a_run_that_is_tried_again_can_be_cancelled(stack: Stack, said: Said) -> None:
    trying = stack.run(1, State.QUEUED, State.SUBMITTING)

    assert said.json("cancel", trying.run_id)["state"] == "CANCELLED"


def test_a_run_that_does_not_exist_yet_is_waited_for(stack: Stack) -> None:
    waited: list[Run] = []

    def sleep(_: float) -> None:
        waited.append(stack.run(1) if not waited else stack.move(waited[0], State.REJECTED))

    run_id = "20270115T080001Z-6dd6a891ee19"
    page = await_page(
        stack.target, "acme", run_id[-12:], lambda page: page.run.state.is_final, sleep=sleep
    )

    assert (page.run.run_id, page.run.state) == (run_id, State.REJECTED)
    assert len(waited) == 2


def test_a_decision_that_nobody_takes_in_is_not_waited_for_for_ever(stack: Stack) -> None:
    held = stack.held()
    clock = FakeClock(0)

    def sleep(_: float) -> None:
        clock.now += 2

    with pytest.raises(CommandError) as pending:
        await_page(stack.target, "acme", held.run_id, lambda _: False, sleep=sleep, clock=clock)

    assert pending.value.code == "decision_pending"
    assert pending.value.params["run"] == f"{held.run_id} --stack hr --corp acme"
    assert PATIENCE_SECONDS <= clock.now < PATIENCE_SECONDS + 2


@pytest.mark.parametrize(
    ("command", "states", "complaint"),
    [
        ("approve", [State.QUEUED], "is not held: it is QUEUED"),
        ("approve", [State.QUEUED], "891ee19 --corp acme\n"),
        ("approve", [State.REJECTED], "rejected. wecom-sync show 2"),
        ("approve", [State.REJECTED], "891ee19 --corp acme says why"),
        ("approve", [State.REJECTED], "drop the file again if it is still needed"),
        ("cancel", [State.REJECTED], "it is REJECTED · rejected, so there is nothing left"),
        (
            "cancel",
            [State.QUEUED, State.SUBMITTING, State.SUBMITTED],
            "importing. Wait until it has ended",
        ),
    ],
)
def test_what_cannot_be_decided_is_wrong_use(
    stack: Stack, command: str, states: list[State], complaint: str, said: Said
) -> None:
    run = stack.run(1, *states)

    assert complaint in said.complaint(command, run.run_id)


@pytest.mark.parametrize("command", ["approve", "cancel"])
def test_a_plan_cannot_be_decided_but_dropped(stack: Stack, said: Said, command: str) -> None:
    planned = stack.run(1, State.PLANNED, plans_only=True)

    complaint = said.complaint(command, planned.run_id)

    assert "only planned" in complaint
    assert "drop it under acme/syncuser/" in complaint


def noted(target: Mapping[str, Any], note: str | None = None) -> str:
    args = SimpleNamespace(note=note)
    return note_of(cast("Any", args), cast("Target", SimpleNamespace(**target)))


def unknown() -> str:
    raise NoCredentialsError


def test_the_note_is_what_they_say_or_who_they_are_to_aws_or_to_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGNAME", "wangwu")
    arn = "arn:aws:iam::1:user/lisi"

    assert noted({"is_local": False, "caller_arn": lambda: arn}, note="seen") == "seen"
    assert noted({"is_local": False, "caller_arn": lambda: arn}) == arn
    assert noted({"is_local": False, "caller_arn": unknown}).startswith("wangwu@")
    assert noted({"is_local": True, "caller_arn": lambda: arn}).startswith("wangwu@")


def test_a_note_is_as_long_as_the_stack_keeps_it_and_no_longer() -> None:
    decision = DroppedDecision("嗯" * 2000, "d1")

    assert read_decision(decision.content()) == ReadDecision(True, "d1", "嗯" * MAX_NOTE_CHARS)
    assert len(decision.content()) < 4096
