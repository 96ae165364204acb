"""Approving and cancelling: what is dropped, what is waited for, and what cannot be decided."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import NoCredentialsError

from support.console import Said
from support.fakes import START, FakeClock
from support.scenes import SENT
from support.stack import DIGEST, Stack
from support.world import BOSS, members
from wecom_sync.domain.book import Book, People, Person
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Approval
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Instruction, Reason
from wecom_sync.planning.decisions import MAX_NOTE_CHARS, read_decision
from wecom_sync.planning.decisions import Decision as ReadDecision
from wecom_sync.reporting.language import Language
from wecom_sync_tools.cli import parser_in
from wecom_sync_tools.commands.decisions import note_of, run_approve
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.drops import PATIENCE_SECONDS, DroppedDecision, await_page, decide

ENGLISH = Terminal(Language.ENGLISH)
ARN = "arn:aws:iam::1:user/lisi"


DECISIONS = [
    ("approve --plan {plan:.12}", "HELD", "QUEUED", "Approved by {boss}: the run continues, it is"),
    ("approve --plan {plan}", "HELD", "QUEUED", "wecom-sync show {run} --corp"),
    ("cancel", "HELD", "CANCELLED", "Cancelled by {boss}: the run is CANCELLED"),
    ("cancel", "QUEUED", "CANCELLED", "Cancelled by {boss}"),
    ("cancel", "QUEUED SUBMITTING", "CANCELLED", "Cancelled by {boss}"),
    ("dismiss", "REJECTED", "REJECTED", "Dismissed by {boss}: the run stays REJECTED"),
    ("dismiss", "QUEUED CANCELLED", "CANCELLED", "stays CANCELLED"),
    ("dismiss", "PLANNED", "PLANNED", "stays PLANNED"),
]
"""Commands, the states of a run before, its state afterwards, and what is said."""


@pytest.mark.parametrize(("command", "states", "end", "sentence"), DECISIONS)
def test_a_decision_is_dropped_awaited_and_told(
    stack: Stack, output: Said, *, command: str, states: str, end: str, sentence: str
) -> None:
    moves = [] if states == "HELD" else [State(name) for name in states.split()]
    before = stack.run(1, *moves) if moves else stack.held()
    decision, *_ = command.split()

    line = command.format(plan=DIGEST)
    text = output(*line.split(), before.run_id, "--note", "as agreed")

    run = stack.store.runs_by_id[before.run_id]
    content, _ = stack.dropped(f"acme/decide/{run.run_id}.json")
    plan = {"plan": DIGEST} if decision == "approve" else {}
    assert json.loads(content) == {"decision": decision, **plan, "note": "as agreed"}
    assert run.state == end
    assert sentence.format(boss=BOSS, run=run.run_id) in text
    if decision == "approve":
        assert run.proposal.approval is not None
        assert (run.proposal.approval.by, run.proposal.approval.digest) == (BOSS, DIGEST)
    if decision == "dismiss":
        assert output.json("show", run.run_id)["dismissed"]["by"] == BOSS
        assert "dismissed" in output("show", run.run_id)


def test_a_run_that_needs_nobody_is_not_dismissed(stack: Stack, output: Said) -> None:
    for number, states in enumerate(((*SENT, State.SUCCEEDED), (*SENT[:2], State.UNCHANGED))):
        run = stack.run(number, *states)

        assert f"is {states[-1]}" in output.complaint("dismiss", run.run_id)


STATED = {"1": "zhangwei", "2": ""}
ANSWERS: dict[str, dict[str, object]] = {
    "--without removals": {"decision": "approve", "without": "removals"},
    "--without zhangwei --without lina": {"decision": "approve", "without": ["zhangwei", "lina"]},
    "--accounts FILE": {"accounts": STATED},
    "--accounts FILE --without removals": {"accounts": STATED, "without": "removals"},
}


@pytest.mark.parametrize(("options", "content"), ANSWERS.items())
def test_an_approval_may_state_accounts_and_leave_out_removals(
    stack: Stack, output: Said, file: Path, options: str, content: dict[str, object]
) -> None:
    held = stack.held(job=Job.COMPANY)
    links = (Person("zhangwei", key="1", left=1), Person("lina", key="2", left=1))
    stack.archive.snapshots["acme"] = Book(people=People.of(links))
    words = options.replace("FILE", str(file)).split()

    document = output.json("approve", held.run_id, *words, "--plan", DIGEST, "--note", "ok")

    folder = "decide" if "decision" in content else "answer"
    dropped, _ = stack.dropped(f"acme/{folder}/{held.run_id}.json")
    assert json.loads(dropped) == document["dropped"] == {**content, "plan": DIGEST, "note": "ok"}
    assert document["approval"]["without"] == content.get("without")
    assert stack.archive.snapshot("acme").accounts.value == content.get("accounts", {})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (path := tmp_path / "accounts.csv").write_text("key,account\n1,zhangwei\n2,\n")
    return path


def test_what_no_run_can_take_is_refused(stack: Stack, output: Said, file: Path) -> None:
    held = stack.held(job=Job.COMPANY)
    words = ("approve", held.run_id, "--accounts", str(file))

    assert "Nothing of the answer was taken" in output.complaint(*words, "--yes", code=1)
    file.write_text("key,account\n1,?\n")
    text = output.complaint(*words)
    assert f"{file} cannot be used as an accounts.csv:" in text
    assert "Line 2: account: The" in text


def test_whoever_watches_an_approval_sees_what_comes_of_it(stack: Stack, output: Said) -> None:
    stack.store.put_policy("acme", Policy(), 1)
    stack.wecom.hire(*(f"u{number}" for number in range(20)))
    stack.s3.put_object(Bucket="drops", Key="acme/replaceuser/all.csv", Body=members("u1", "u2"))
    for _ in range(3):
        stack.work()
    (held,) = output.json("runs", "--state", "held")

    text = output("approve", held["run_id"], "--yes", "--watch")

    lines = text.splitlines()
    first = lines.index("acme/replaceuser/all.csv") + 1
    assert [line.split(" ", 1)[1].rpartition(" 0")[0] for line in lines[first : first + 2]] == [
        "queued",
        "being planned and sent",
    ]
    assert "✓ SUCCEEDED · succeeded" in text


def test_a_run_that_is_held_again_is_no_success(stack: Stack, output: Said) -> None:
    held = stack.held()

    def grow_worse() -> None:
        submitting = stack.move(stack.store.runs_by_id[held.run_id], State.SUBMITTING)
        stack.move(submitting, State.HELD, plan_digest="d2" * 32)

    stack.after_work = grow_worse

    text = output("approve", held.run_id, "--plan", DIGEST[:12], code=1)

    assert "HELD · held for a decision" in text
    assert f"--plan {'d2' * 6}\n" in text


def in_turn(monkeypatch: pytest.MonkeyPatch, *works: Callable[[], object]) -> None:
    """Let this happen one after the other, each time that a decision is waited for."""
    left = iter(works)

    def pause(_: object) -> float:
        next(left)()
        return 0

    monkeypatch.setattr("wecom_sync_tools.stack.drops.pause_seconds", pause)


def test_a_run_that_is_held_again_goes_on(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    held = stack.held()
    in_turn(monkeypatch, lambda: stack.move(held, State.HELD, due=held.next.due + 600), stack.work)

    page, step = decide(stack.target, held, DroppedDecision("lisi", DIGEST), ENGLISH)

    assert (page.run.state, step.state) == (State.QUEUED, State.QUEUED)


def test_an_end_being_written_is_awaited(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    held = stack.held()

    def decided() -> None:
        (version,) = stack.s3.list_object_versions(Bucket="drops")["Versions"]
        moment = version["LastModified"]
        drop = Drop("drops", version["Key"], version["VersionId"], moment, moment)
        word, reason = Instruction("lisi", source=drop.digest), Reason("cancelled", {"by": "lisi"})
        stack.move(held, State.HELD, ends_as=State.CANCELLED, instruction=word, reason=reason)

    def written() -> None:
        run = stack.store.runs_by_id[held.run_id]
        stack.move(run, State.CANCELLED, ends_as=None, finished=START)

    in_turn(monkeypatch, decided, written)

    page, step = decide(stack.target, held, DroppedDecision("lisi"), ENGLISH)

    assert (page.run.state, step.state) == (State.CANCELLED, State.CANCELLED)


class Screen(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("answer", ["y", "YES", "是", "", "n", "yep", "\n"])
def test_a_person_on_a_terminal_is_shown_the_plan_and_asked(stack: Stack, answer: str) -> None:
    held, is_approved = stack.held(), answer in {"y", "YES", "是"}
    language = Language.CHINESE if answer == "是" else Language.ENGLISH
    out, err = Screen(), Screen()
    args = parser_in(language).parse_args(["approve", held.run_id, "--note", "lisi"])

    code = run_approve(args, Terminal(language, out, err, Screen(f"{answer}\n" if answer else "")))

    assert code == (0 if is_approved else 1)
    assert f"wecom-sync show {held.run_id} --corp acme --open" in out.getvalue()
    assert is_approved or out.getvalue().rstrip().endswith("Approve this plan? [y/N]")
    assert ("Nothing was approved" in err.getvalue()) is not is_approved
    assert (stack.store.runs_by_id[held.run_id].state is State.QUEUED) is is_approved


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


def noted(*, is_local: bool = False, arn: str | None = ARN, note: str | None = None) -> str:
    args: Any = SimpleNamespace(note=note)
    caller = Mock(return_value=arn) if arn else Mock(side_effect=NoCredentialsError)
    target: Any = SimpleNamespace(is_local=is_local, caller_arn=caller)
    return note_of(args, target)


def test_the_note_is_what_they_say_or_who_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "wangwu")

    assert (noted(note="seen"), noted()) == ("seen", ARN)
    assert noted(arn=None).startswith("wangwu@")
    assert noted(is_local=True).startswith("wangwu@")


def test_a_note_is_as_long_as_the_stack_keeps_it_and_no_longer() -> None:
    decision = DroppedDecision("嗯" * 2000, "d1")

    assert read_decision(decision.content()) == ReadDecision("approve", "d1", "嗯" * MAX_NOTE_CHARS)
    assert len(decision.content()) < 4096


THEIRS = {
    "approval": Approval("wangwu", 0, DIGEST),
    "instruction": Instruction("wangwu", source="theirs"),
}


@pytest.mark.parametrize(
    ("command", "state", "changes", "sentence"),
    [
        ("approve {run} --yes", State.HELD, {"plan_digest": "d2"}, "not that of the plan that the"),
        ("approve {run} --yes", State.QUEUED, THEIRS, "came too late: the run was QUEUED"),
        ("approve {run} --yes", State.CANCELLED, {}, "too late: the run was CANCELLED"),
        ("approve {run} --yes --lang zh", State.CANCELLED, {}, "决定来得太晚"),
        ("cancel {run}", State.SUBMITTING, {"posted": 1.0}, "too late: the run was SUBMITTING"),
    ],
)
def test_a_decision_that_something_came_before_does_not_count(
    stack: Stack, output: Said, *, command: str, state: State, changes: Any, sentence: str
) -> None:
    run = stack.run(1, State.QUEUED) if "cancel" in command else stack.held()
    stack.before_work = lambda: stack.move(stack.store.runs_by_id[run.run_id], state, **changes)

    assert sentence in output.complaint(*command.format(run=run.run_id).split(), code=1)


HARDLY_A_HASH = ("", "d", DIGEST[:11], DIGEST.upper(), f"{DIGEST}1")


UNNAMED = {
    f"--plan {'d0' * 6}": "mistyped, or the plan has changed",
    **{f"--plan={part}": "use the hash that wecom-sync show" for part in HARDLY_A_HASH},
    "--json": "--yes",
}


@pytest.mark.parametrize(("options", "words"), UNNAMED.items())
def test_a_plan_that_is_not_named_is_not_approved(
    stack: Stack, output: Said, options: str, words: str
) -> None:
    code = 1 if "mistyped" in words else 2
    held = stack.held()

    complaint = output.complaint("approve", held.run_id, *options.split(), code=code)

    assert words in complaint
    assert code == 2 or f"wecom-sync show {held.run_id}" in complaint
    assert stack.store.run(held.run_id) == held
