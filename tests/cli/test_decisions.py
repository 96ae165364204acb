"""Approving and cancelling: what is sent, what is waited for, and what cannot be decided."""

import io
import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import NoCredentialsError

from support.console import Said
from support.fakes import START, FakeClock
from support.stack import Stack
from wecom_sync.domain.run import Approval, Run, State
from wecom_sync.reporting.language import Language
from wecom_sync_tools.cli import parser_in
from wecom_sync_tools.commands._decision import who
from wecom_sync_tools.commands.approve import approve, check
from wecom_sync_tools.commands.approve import run as run_approve
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import PATIENCE_SECONDS, await_run, cancel
from wecom_sync_tools.stack.target import Target

ENGLISH = Terminal(Language.ENGLISH)


def test_exactly_the_plan_that_was_shown_is_approved(stack: Stack) -> None:
    held = stack.held()
    stack.on_send = lambda message: stack.store.move(
        held, State.QUEUED, approval=Approval(message["by"], START, message["plan_digest"])
    )

    found = approve(stack.target, held, "lisi", ENGLISH)

    assert found.state is State.QUEUED
    assert stack.sent == [
        {"kind": "approve", "run_id": held.run_id, "by": "lisi", "plan_digest": "d1"}
    ]


def test_a_run_that_is_held_again_after_its_approval_was_approved(stack: Stack) -> None:
    held = stack.held()

    def grow_worse(message: Mapping[str, Any]) -> None:
        run = stack.store.move(held, State.QUEUED, approval=Approval("lisi", START, "d1"))
        run = stack.store.move(run, State.SUBMITTING)
        stack.store.move(run, State.HELD, plan_digest="d2")

    stack.on_send = grow_worse

    assert approve(stack.target, held, "lisi", ENGLISH).state is State.HELD


def not_approved(stack: Stack, run: Run) -> CommandError:
    with pytest.raises(CommandError) as caught:
        approve(stack.target, run, "lisi", ENGLISH)
    return caught.value


def test_an_approval_of_a_plan_that_has_changed_does_not_count(stack: Stack) -> None:
    held = stack.held()
    stack.on_send = lambda _: stack.store.move(held, State.HELD, plan_digest="d2")

    assert not_approved(stack, held).code == "plan_changed"


def test_somebody_elses_approval_of_another_plan_is_not_taken_for_ours(stack: Stack) -> None:
    held = stack.held()

    def others(_: Mapping[str, Any]) -> None:
        run = stack.store.move(held, State.HELD, plan_digest="d2")
        stack.store.move(run, State.QUEUED, approval=Approval("wangwu", START, "d2"))

    stack.on_send = others

    assert not_approved(stack, held).code == "approval_uncounted"


def test_a_held_run_that_is_merely_reported_again_is_not_decided(stack: Stack) -> None:
    held = stack.held()
    reported = stack.store.move(held, State.HELD, due=START + 900)
    approval = Approval("lisi", START, "d1")
    answers = iter([reported, stack.store.move(reported, State.QUEUED, approval=approval)])
    target = SimpleNamespace(
        is_local=True,
        store=SimpleNamespace(run=lambda _: next(answers)),
        submit_queue=SimpleNamespace(send=lambda _: None),
    )

    assert approve(cast("Target", target), held, "lisi", ENGLISH).state is State.QUEUED


def test_a_plan_that_nobody_has_looked_at_is_not_approved(stack: Stack, said: Said) -> None:
    held = stack.held()

    complaint = said.complaint("approve", held.run_id, "--plan", "d0", code=1)

    assert "the plan has changed since you looked" in complaint
    assert f"wecom-sync show {held.run_id}" in complaint


@pytest.mark.parametrize("digest", ["d", "d1", None])
def test_the_plan_that_somebody_has_looked_at_may_be_approved(
    stack: Stack, digest: str | None
) -> None:
    check(stack.held(), digest, ENGLISH)


def test_an_empty_hash_names_no_plan(stack: Stack) -> None:
    with pytest.raises(CommandError):
        check(stack.held(), "", ENGLISH)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("json_", [[], ["--json"]])
def test_a_plan_that_nobody_can_be_asked_about_is_not_approved(
    stack: Stack, language: str, json_: list[str], said: Said
) -> None:
    held = stack.held()

    complaint = said.complaint("approve", held.run_id, "--lang", language, *json_)

    for word in ("--plan", "--yes", f"wecom-sync show {held.run_id}"):
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
    args = parser_in(language).parse_args(["approve", run.run_id, "--by", "lisi"])
    try:
        return run_approve(args, terminal), out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.exit_code, out.getvalue(), error.code


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "yep\n"])
def test_without_a_clear_yes_nothing_is_approved(stack: Stack, answer: str) -> None:
    held = stack.held()

    code, shown, said = answered(held, answer)

    assert code == 1
    assert shown.rstrip().endswith("Approve this plan? [y/N]")
    assert "Nothing was approved" in said
    assert stack.store.run(held.run_id) == held


@pytest.mark.parametrize(
    ("answer", "language"),
    [("y\n", Language.ENGLISH), ("YES\n", Language.ENGLISH), ("是\n", Language.CHINESE)],
)
def test_a_person_on_a_terminal_is_shown_the_plan_and_asked(
    stack: Stack, answer: str, language: Language
) -> None:
    held = stack.held()
    where = f"acme/{held.run_id}/plan.json"
    plan = {"counts": held.plan, "remove": ["zhaoliu"]}
    boto3.client("s3").put_object(Bucket="reports", Key=where, Body=json.dumps(plan))
    held = stack.store.move(held, State.HELD, reports={"plan.json": f"s3://reports/{where}"})

    code, shown, said = answered(held, answer, language)

    # What is missing here is only the queue: the answer was taken for a yes.
    assert (code, said) == (2, "stack_old")
    assert "zhaoliu" in shown


def test_an_approval_that_comes_after_somebody_cancelled_does_not_count(stack: Stack) -> None:
    held = stack.held()
    stack.on_send = lambda _: stack.store.move(held, State.CANCELLED)

    error = not_approved(stack, held)

    assert error.code == "approval_uncounted"
    assert error.params["state"] == "CANCELLED · cancelled"


@pytest.mark.parametrize("queued", [False, True])
def test_a_waiting_run_is_cancelled(stack: Stack, queued: bool) -> None:
    waiting = stack.run(1, State.QUEUED) if queued else stack.held()
    stack.on_send = lambda _: stack.store.move(waiting, State.CANCELLED)

    assert cancel(stack.target, waiting, "lisi", ENGLISH).state is State.CANCELLED
    assert stack.sent == [{"kind": "cancel", "run_id": waiting.run_id, "by": "lisi"}]


def test_a_run_that_went_out_in_the_meantime_is_not_cancelled(stack: Stack) -> None:
    waiting = stack.run(1, State.QUEUED)
    stack.on_send = lambda _: stack.store.move(waiting, State.SUBMITTING, posted=1.0)

    with pytest.raises(CommandError) as refused:
        cancel(stack.target, waiting, "lisi", ENGLISH)

    assert refused.value.code == "cancel_refused"


def test_a_run_that_is_tried_again_can_be_cancelled(stack: Stack) -> None:
    trying = stack.run(1, State.QUEUED, State.SUBMITTING)
    stack.on_send = lambda _: stack.store.move(trying, State.CANCELLED)

    assert cancel(stack.target, trying, "lisi", ENGLISH).state is State.CANCELLED


def test_a_run_that_does_not_exist_yet_is_waited_for(stack: Stack) -> None:
    received = stack.run(1)
    runs = iter([None, received, stack.store.move(received, State.SUCCEEDED)])
    pauses: list[float] = []
    target = SimpleNamespace(is_local=True, store=SimpleNamespace(run=lambda _: next(runs)))

    found = await_run(
        cast("Target", target), "r1", lambda run: run.state.is_final, sleep=pauses.append
    )

    assert found.state is State.SUCCEEDED
    assert len(pauses) == 2


def test_a_decision_that_nobody_takes_in_is_not_waited_for_for_ever(stack: Stack) -> None:
    held = stack.held()
    clock = FakeClock(0)

    def sleep(seconds: float) -> None:
        clock.now += 20 * seconds

    with pytest.raises(CommandError) as pending:
        await_run(stack.target, held.run_id, lambda _: False, sleep=sleep, clock=clock)

    assert pending.value.code == "decision_pending"
    assert pending.value.params["run"] == f"{held.run_id} --stack hr"
    assert PATIENCE_SECONDS <= clock.now < PATIENCE_SECONDS + 20


@pytest.mark.parametrize(
    ("command", "states", "complaint"),
    [
        ("approve", [State.QUEUED], "is not held: it is QUEUED"),
        ("approve", [State.REJECTED], "rejected. wecom-sync show 2"),
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

    assert complaint in said.complaint(command, run.run_id, "--by", "lisi")


@pytest.mark.parametrize(
    ("command", "queued"), [("approve", False), ("cancel", False), ("cancel", True)]
)
def test_a_stack_of_an_earlier_version_has_to_be_deployed_again(
    stack: Stack, command: str, queued: bool, said: Said
) -> None:
    run = stack.run(1, State.QUEUED) if queued else stack.held()

    unasked = ["--yes"] if command == "approve" else []
    complaint = said.complaint(command, run.run_id, "--by", "lisi", *unasked)

    assert "no output SubmitQueueUrl" in complaint
    assert "Deploy it again" in complaint


def deciding(target: Mapping[str, Any], by: str | None = None) -> str:
    args = SimpleNamespace(by=by)
    return who(cast("Any", args), cast("Target", SimpleNamespace(**target)))


def unknown() -> str:
    raise NoCredentialsError


def test_who_decides_is_whoever_they_say_then_aws_then_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGNAME", "wangwu")
    arn = "arn:aws:iam::1:user/lisi"

    assert deciding({"is_local": False, "caller_arn": lambda: arn}, by="zhangsan") == "zhangsan"
    assert deciding({"is_local": False, "caller_arn": lambda: arn}) == arn
    assert deciding({"is_local": False, "caller_arn": unknown}).startswith("wangwu@")
    assert deciding({"is_local": True, "caller_arn": lambda: arn}).startswith("wangwu@")
