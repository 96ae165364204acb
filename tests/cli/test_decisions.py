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
from wecom_sync.domain.run import Approval
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.timeline import Said as Word
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.holds import MAX_NOTE_CHARS, read_decision
from wecom_sync.use_cases.holds import Decision as ReadDecision
from wecom_sync_tools.cli import parser_in
from wecom_sync_tools.commands.decisions import note_of, run_approve
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.drops import PATIENCE_SECONDS, DroppedDecision, await_page, decide
from wecom_sync_tools.stack.target import Target

ENGLISH = Terminal(Language.ENGLISH)


HELD = (State.QUEUED, State.SUBMITTING, State.HELD)
QUEUED = (State.QUEUED,)
APPROVED = {"decision": "approve", "plan": DIGEST}
CANCELLED, DISMISSED = {"decision": "cancel"}, {"decision": "dismiss"}


@pytest.mark.parametrize(
    ("command", "states", "decision", "end", "sentence"),
    [
        (f"approve --plan {DIGEST[:12]}", HELD, APPROVED, State.QUEUED,
         "Approved by {boss}: the run continues, it is QUEUED · queued."),
        (f"approve --plan {DIGEST}", HELD, APPROVED, State.QUEUED, "wecom-sync show {run} --corp"),
        ("cancel", HELD, CANCELLED, State.CANCELLED, "Cancelled by {boss}: the run is CANCELLED"),
        ("cancel", QUEUED, CANCELLED, State.CANCELLED, "Cancelled by {boss}"),
        ("cancel", HELD[:2], CANCELLED, State.CANCELLED, "Cancelled by {boss}"),
        ("dismiss", (State.REJECTED,), DISMISSED, State.REJECTED,
         "Dismissed by {boss}: the run stays REJECTED"),
        ("dismiss", (*QUEUED, State.CANCELLED), DISMISSED, State.CANCELLED, "stays CANCELLED"),
        ("dismiss", (State.PLANNED,), DISMISSED, State.PLANNED, "stays PLANNED"),
    ],
)  # fmt: skip
def test_a_decision_is_dropped_awaited_and_told(
    stack: Stack, output: Said, *, command: str, states: tuple[State, ...],
    decision: dict[str, str], end: State, sentence: str,
) -> None:  # fmt: skip
    before = stack.held() if states is HELD else stack.run(1, *states)

    text = output(*command.split(), before.run_id, "--note", "as agreed")

    run = stack.store.runs_by_id[before.run_id]
    content, _ = stack.dropped(f"acme/decide/{run.run_id}.json")
    assert json.loads(content) == {**decision, "note": "as agreed"}
    assert run.state is end
    assert sentence.format(boss=BOSS, run=run.run_id) in text
    if decision is APPROVED:
        assert run.proposal.approval is not None
        assert (run.proposal.approval.by, run.proposal.approval.digest) == (BOSS, DIGEST)
    if decision is DISMISSED:
        assert output.json("show", run.run_id)["dismissed"]["by"] == BOSS
        assert "dismissed" in output("show", run.run_id)


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
        "queued", "being planned and sent",
    ]  # fmt: skip
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
    in_turn(monkeypatch, lambda: stack.move(held, State.HELD, due=held.due + 600), stack.work)

    page, step = decide(stack.target, held, DroppedDecision("lisi", DIGEST), ENGLISH)

    assert (page.run.state, step.state) == (State.QUEUED, State.QUEUED)


def test_an_end_being_written_is_awaited(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    held = stack.held()

    def decided() -> None:
        (version,) = stack.s3.list_object_versions(Bucket="drops")["Versions"]
        moment = version["LastModified"]
        drop = Drop("drops", version["Key"], version["VersionId"], moment, moment)
        word, reason = Word("lisi", source=drop.digest), Reason("cancelled", {"by": "lisi"})
        stack.move(held, State.HELD, ends_as=State.CANCELLED, said=word, reason=reason)

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


@pytest.mark.parametrize(
    ("answer", "language", "is_approved"),
    [
        ("y\n", Language.ENGLISH, True), ("YES\n", Language.ENGLISH, True),
        ("是\n", Language.CHINESE, True), ("", Language.ENGLISH, False),
        ("\n", Language.ENGLISH, False), ("n\n", Language.ENGLISH, False),
        ("yep\n", Language.ENGLISH, False),
    ],
)  # fmt: skip
def test_a_person_on_a_terminal_is_shown_the_plan_and_asked(
    stack: Stack, answer: str, language: Language, is_approved: bool
) -> None:
    held = stack.held()
    plan = json.dumps(
        {"counts": held.proposal.counts, "existing": 9, "remove": ["zhaoliu"], "changes": []}
    )
    held = stack.move(held, State.HELD, reports=stack.put_report(held, "plan.json", plan))
    out, err = Screen(), Screen()
    args = parser_in(language).parse_args(["approve", held.run_id, "--note", "lisi"])

    code = run_approve(args, Terminal(language, out, err, Screen(answer)))

    assert code == (0 if is_approved else 1)
    assert "zhaoliu" in out.getvalue()
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


def noted(target: Mapping[str, Any], note: str | None = None) -> str:
    args = SimpleNamespace(note=note)
    return note_of(cast("Any", args), cast("Target", SimpleNamespace(**target)))


def unknown() -> str:
    raise NoCredentialsError


def test_the_note_is_what_they_say_or_who_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "wangwu")
    arn = "arn:aws:iam::1:user/lisi"

    assert noted({"is_local": False, "caller_arn": lambda: arn}, note="seen") == "seen"
    assert noted({"is_local": False, "caller_arn": lambda: arn}) == arn
    assert noted({"is_local": False, "caller_arn": unknown}).startswith("wangwu@")
    assert noted({"is_local": True, "caller_arn": lambda: arn}).startswith("wangwu@")


def test_a_note_is_as_long_as_the_stack_keeps_it_and_no_longer() -> None:
    decision = DroppedDecision("嗯" * 2000, "d1")

    assert read_decision(decision.content()) == ReadDecision("approve", "d1", "嗯" * MAX_NOTE_CHARS)
    assert len(decision.content()) < 4096


THEIRS = {"approval": Approval("wangwu", 0, DIGEST), "said": Word("wangwu", source="theirs")}


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


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--plan", "d0" * 6], 1, "mistyped, or the plan has changed"),
        *[(["--plan", part], 2, "use the hash that wecom-sync show") for part in HARDLY_A_HASH],
        (["--json"], 2, "--yes"),
    ],
)
def test_a_plan_that_is_not_named_is_not_approved(
    stack: Stack, output: Said, options: list[str], code: int, words: str
) -> None:
    held = stack.held()

    complaint = output.complaint("approve", held.run_id, *options, code=code)

    assert words in complaint
    assert code == 2 or f"wecom-sync show {held.run_id}" in complaint
    assert stack.store.run(held.run_id) == held
