"""Approving, cancelling and rolling back: what is sent, what is waited for, what is refused."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from moto import mock_aws

from support.fakes import START, FakeClock
from support.template import create_on_moto
from wecom_sync.run import Approval, Drop, Job, Reason, Run, State
from wecom_sync.store import DynamoStore
from wecom_sync.texts import Language
from wecom_sync_tools.approve import approve
from wecom_sync_tools.cancel import cancel
from wecom_sync_tools.cli import main
from wecom_sync_tools.decisions import PATIENCE_SECONDS, await_decision, who
from wecom_sync_tools.errors import CommandError
from wecom_sync_tools.target import Target
from wecom_sync_tools.terminal import Terminal

ENGLISH = Terminal(Language.ENGLISH)


@pytest.fixture(autouse=True)
def stack_in_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WECOM_SYNC_STACK", "hr")
    monkeypatch.setenv("WECOM_SYNC_LANG", "en")
    monkeypatch.setenv("COLUMNS", "100")
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="drops")
        s3.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
        yield


@dataclass
class Stack:
    """A stack with runs; `on_send` is what its submit function does with a message at once."""

    store: DynamoStore
    on_send: Callable[[dict[str, Any]], object] = lambda _: None
    sent: list[dict[str, Any]] = field(default_factory=list)

    @property
    def target(self) -> Target:
        def send(message: dict[str, Any]) -> None:
            self.sent.append(message)
            self.on_send(message)

        queue = SimpleNamespace(send=send)
        return cast("Target", SimpleNamespace(is_local=True, store=self.store, submit_queue=queue))

    def run(self, number: int, *states: State, job: Job = Job.SYNC_USER, version: str = "v") -> Run:
        """Make a run of `acme`; every number is a second later."""
        moment = datetime.fromtimestamp(START + number, UTC)
        drop = Drop("drops", f"acme/{job}/team.csv", f"{version}{number}", moment, moment)
        run = self.store.create(
            Run(
                run_id=drop.run_id, corp="acme", job=job, bucket="drops", key=drop.key,
                version=version, state=State.RECEIVED, dropped=START + number,
                created=START, updated=START, due=START + 300,
            ),
            drop,
        )  # fmt: skip
        for state in states:
            changes = {"job_id": f"j{number}"} if state is State.SUBMITTED else {}
            run = self.store.move(run, state, **changes)
        return run

    def applied(self, number: int, state: State = State.SUCCEEDED, **options: Any) -> Run:
        return self.run(number, State.QUEUED, State.SUBMITTING, State.SUBMITTED, state, **options)

    def held(self) -> Run:
        run = self.run(1, State.QUEUED, State.SUBMITTING)
        return self.store.move(
            run, State.HELD, plan={"remove": 7}, plan_digest="d1", holds=(Reason("hold_root"),)
        )


@pytest.fixture
def stack() -> Stack:
    table = create_on_moto()["RunTable"]
    names = {"DropBucketName": "drops", "ReportBucketName": "reports", "TableName": table}
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in names.items()},
    }
    boto3.client("cloudformation").create_stack(StackName="hr", TemplateBody=json.dumps(template))
    return Stack(DynamoStore(boto3.client("dynamodb"), table, FakeClock(), 40_000))


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


def test_an_approval_of_a_plan_that_has_changed_does_not_count(stack: Stack) -> None:
    held = stack.held()
    stack.on_send = lambda _: stack.store.move(held, State.HELD, plan_digest="d2")

    with pytest.raises(CommandError) as refused:
        approve(stack.target, held, "lisi", ENGLISH)

    assert refused.value.code == "plan_changed"


def test_an_approval_that_comes_after_somebody_cancelled_does_not_count(stack: Stack) -> None:
    held = stack.held()
    stack.on_send = lambda _: stack.store.move(held, State.CANCELLED)

    with pytest.raises(CommandError) as refused:
        approve(stack.target, held, "lisi", ENGLISH)

    assert refused.value.code == "approval_refused"
    assert refused.value.params["state"] == "CANCELLED · cancelled"


@pytest.mark.parametrize("queued", [False, True])
def test_a_waiting_run_is_cancelled(stack: Stack, queued: bool) -> None:
    waiting = stack.run(1, State.QUEUED) if queued else stack.held()
    stack.on_send = lambda _: stack.store.move(waiting, State.CANCELLED)

    assert cancel(stack.target, waiting, "lisi", ENGLISH).state is State.CANCELLED
    assert stack.sent == [{"kind": "cancel", "run_id": waiting.run_id, "by": "lisi"}]


def test_a_run_that_went_out_in_the_meantime_is_not_cancelled(stack: Stack) -> None:
    waiting = stack.run(1, State.QUEUED)
    stack.on_send = lambda _: stack.store.move(waiting, State.SUBMITTING)

    with pytest.raises(CommandError) as refused:
        cancel(stack.target, waiting, "lisi", ENGLISH)

    assert refused.value.code == "cancel_refused"


def test_a_decision_that_nobody_takes_in_is_not_waited_for_for_ever(stack: Stack) -> None:
    held = stack.held()
    clock = FakeClock(0)

    def sleep(seconds: float) -> None:
        clock.now += seconds

    with pytest.raises(CommandError) as pending:
        await_decision(stack.target, held.run_id, lambda _: False, sleep=sleep, clock=clock)

    assert pending.value.code == "decision_pending"
    assert PATIENCE_SECONDS <= clock.now < PATIENCE_SECONDS + 2


@pytest.mark.parametrize(
    ("command", "states", "complaint"),
    [
        ("approve", [State.QUEUED], "does not wait for approval: it is QUEUED"),
        ("approve", [State.REJECTED], "it is REJECTED · file rejected"),
        ("cancel", [State.REJECTED], "can no longer be cancelled: it is REJECTED"),
        ("cancel", [State.QUEUED, State.SUBMITTING], "it is SUBMITTING"),
    ],
)
def test_what_cannot_be_decided_is_wrong_use(
    stack: Stack,
    command: str,
    states: list[State],
    complaint: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = stack.run(1, *states)

    assert main([command, run.run_id, "--by", "lisi"]) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "queued"), [("approve", False), ("cancel", False), ("cancel", True)]
)
def test_a_stack_of_an_earlier_version_has_to_be_deployed_again(
    stack: Stack, command: str, queued: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stack.run(1, State.QUEUED) if queued else stack.held()

    assert main([command, run.run_id, "--by", "lisi"]) == 2

    complaint = capsys.readouterr().err
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


def put(content: bytes, key: str = "acme/syncuser/team.csv") -> str:
    return boto3.client("s3").put_object(Bucket="drops", Key=key, Body=content)["VersionId"]


def rollback(*options: str) -> int:
    return main(["rollback", "--corp", "acme", "--job", "syncuser", *options])


def test_a_rollback_drops_the_file_before_the_last_one_again(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.applied(1, version=put(b"oldest"))
    wanted = stack.applied(2, State.PARTIAL, version=put(b"older"))
    stack.applied(3, job=Job.REPLACE_USER)
    stack.applied(4, version=put(b"newest"))
    stack.run(5, State.REJECTED, version=put(b"broken"))

    assert rollback("--json") == 0

    document = json.loads(capsys.readouterr().out)
    s3 = boto3.client("s3")
    found = s3.get_object(Bucket="drops", Key="acme/syncuser/team.csv")
    assert found["Body"].read() == b"older"
    assert found["Metadata"] == {"rollback-of": wanted.run_id}
    moment = found["LastModified"]
    drop = Drop("drops", "acme/syncuser/team.csv", found["VersionId"], moment, moment)
    assert document == {
        "run_id": drop.run_id, "corp": "acme", "job": "syncuser", "bucket": "drops",
        "key": drop.key, "version": drop.version, "rollback_of": wanted.run_id,
    }  # fmt: skip


def test_a_rollback_goes_to_the_run_that_is_named(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = stack.applied(1, version=put(b"oldest"))
    stack.applied(2, version=put(b"older"))
    stack.applied(3, version=put(b"newest"))

    assert rollback("--to", wanted.run_id) == 0

    found = boto3.client("s3").get_object(Bucket="drops", Key="acme/syncuser/team.csv")
    assert found["Body"].read() == b"oldest"
    assert f"as it was in run {wanted.run_id}" in capsys.readouterr().out


def test_one_applied_file_is_nothing_to_go_back_to(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.applied(1)
    stack.run(2, State.REJECTED)

    assert rollback() == 2
    assert "fewer than two syncuser files of acme" in capsys.readouterr().err


def test_a_file_that_was_never_applied_does_not_come_back(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    rejected = stack.run(1, State.REJECTED)

    assert rollback("--to", rejected.run_id) == 2
    assert "never applied: the run is REJECTED" in capsys.readouterr().err


def test_a_run_of_another_job_does_not_come_back(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    other = stack.applied(1, job=Job.REPLACE_USER)

    assert rollback("--to", other.run_id) == 2
    assert "is a replaceuser run of acme, not a syncuser run" in capsys.readouterr().err


@pytest.mark.parametrize("version", ["", "gone"])
def test_a_version_that_is_no_longer_kept_is_said_and_nothing_is_dropped(
    stack: Stack, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    newest = put(b"newest")
    lost = put(b"lost")
    boto3.client("s3").delete_object(Bucket="drops", Key="acme/syncuser/team.csv", VersionId=lost)
    run = stack.applied(1, version=version and lost)

    assert rollback("--to", run.run_id) == 2

    assert "no longer kept" in capsys.readouterr().err
    found = boto3.client("s3").get_object(Bucket="drops", Key="acme/syncuser/team.csv")
    assert found["VersionId"] == newest
