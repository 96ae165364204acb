"""A stack in AWS as far as moto goes, with runs, for the commands that talk to one."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from support.fakes import START, FakeClock
from support.template import create_on_moto
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.run import Job, Reason, Run, RunChanges, State
from wecom_sync.domain.texts import Listing
from wecom_sync_tools.stack.target import Target

FIELDS = {
    "run_id", "corp", "job", "key", "version", "state", "reason", "rows", "succeeded", "failed",
    "job_id", "created", "finished", "plan", "reports",
}  # fmt: skip
"""What programs may rely on in a run that a command prints as JSON."""


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
        target = SimpleNamespace(
            is_local=True, store=self.store, submit_queue=queue,
            named=lambda run_id: f"{run_id} --stack hr",
        )  # fmt: skip
        return cast("Target", target)

    def run(
        self, number: int, *states: State,
        corp: str = "acme", job: Job = Job.SYNC_USER, version: str = "v",
    ) -> Run:  # fmt: skip
        """Make a run; every number is a second later."""
        moment = datetime.fromtimestamp(START + number, UTC)
        drop = Drop("drops", f"{corp}/{job}/team.csv", f"{version}{number}", moment, moment)
        run = self.store.create(
            Run(
                run_id=drop.run_id, corp=corp, job=job, bucket="drops", key=drop.key,
                version=version, state=State.RECEIVED, dropped=START + number,
                created=START, updated=START, due=START + 300,
            ),
            drop,
        )  # fmt: skip
        for state in states:
            changes: RunChanges = {"job_id": f"j{number}"} if state is State.SUBMITTED else {}
            run = self.store.move(run, state, **changes)
        return run

    def applied(self, number: int, state: State = State.SUCCEEDED, **options: Any) -> Run:
        return self.run(number, State.QUEUED, State.SUBMITTING, State.SUBMITTED, state, **options)

    def held(self, number: int = 1) -> Run:
        """Make a run that waits for a person."""
        run = self.run(number, State.QUEUED, State.SUBMITTING)
        plan = {"add": 1200, "update": 0, "remove": 60}
        holds = (
            Reason(
                "hold_gone",
                {
                    "existing": 1260,
                    "recent": 0,
                    "number": 50,
                    "limit": 10,
                    "named": Listing(("a", "b"), 60),
                },
                "leavers",
            ),
            Reason("hold_protected_departments", family="named"),
        )
        return self.store.move(
            run, State.HELD, plan=plan, plan_digest="d1", holds=holds, deadline=START + 300
        )


@contextmanager
def stack_on_moto() -> Iterator[Stack]:
    """Yield the stack `hr` with its table and its versioned drop bucket."""
    with mock_aws():
        s3 = boto3.client("s3")
        for bucket in ("drops", "reports"):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
        table = create_on_moto()["RunTable"]
        names = {"DropBucketName": "drops", "ReportBucketName": "reports", "TableName": table}
        create_stack("hr", names)
        yield Stack(DynamoStore(boto3.client("dynamodb"), table, FakeClock(), 40_000))


def create_stack(name: str, outputs: dict[str, str]) -> None:
    """Create a stack that has nothing but these outputs."""
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return what a command printed as JSON."""
    return json.loads(capsys.readouterr().out)
