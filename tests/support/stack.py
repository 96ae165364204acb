"""A stack in AWS as far as moto goes: its buckets are S3's, and the real use-cases fill them."""

import json
from collections.abc import Callable
from typing import Any

import boto3

import submit
from support.composition import StandIns
from support.dropped import GONE, drop_at, move, run_at
from support.fakes import START
from support.world import World, s3_event, silence
from wecom_sync.adapters.s3 import S3Drops, S3Reports
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason
from wecom_sync_tools.stack.home import StackNote
from wecom_sync_tools.stack.target import Target

FIELDS = {"run_id", "corp", "job", "key", "version", "state", "reason", "rows", "succeeded"}
FIELDS |= {"failed", "job_id", "created", "finished", "plan", "plan_digest", "principal", "reports"}
"""What programs may rely on in a run that a command prints as JSON."""
DIGEST = "d1" * 32
"""The hash of the plan that a run is held for."""
NOTE = StackNote(
    aws_endpoint="http://127.0.0.1:4566", region="us-east-1", access_key="test", secret_key="test",
    drop_bucket="of-local", report_bucket="r", table="runs", stack_name="wecom-sync",
    callback_base_url="http://x", wecom_url="http://y",
)  # fmt: skip
"""What a local stack that is up says of itself."""
BUCKETS = ("--drop-bucket", "drops", "--report-bucket", "reports")


class Stack(World):
    """The stack `hr` of the corps acme and globex. Its functions are at work when somebody waits.

    A run can also be put into a state without any of them. What else happens the first time is
    `before_work` and `after_work`.
    """

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        self.before_work: Callable[[], object] = lambda: None
        self.after_work: Callable[[], object] = lambda: None
        self._taken: set[str] = set()
        super().__init__("acme", "globex")

    def stand_ins(self, adapters: Any) -> StandIns:
        reports = S3Reports(self.s3, "reports")
        stand_ins = super().stand_ins(adapters)
        return {**stand_ins, "drops": S3Drops(self.s3), "reports": reports}

    @property
    def target(self) -> Target:
        """The stack as a command finds it that is asked for by its name."""
        return Target("hr", "drops", "reports", options=("--stack", "hr"))

    def work(self, _: object = None) -> float:
        """Take in what was dropped, else let a minute pass; return how long to wait for more."""
        before, after = self.before_work, self.after_work
        self.before_work = self.after_work = lambda: None
        with silence():
            before()
            self._work()
            after()
        return 0

    def _work(self) -> None:
        dropped = self.s3.list_object_versions(Bucket="drops").get("Versions", [])
        news = [each for each in reversed(dropped) if each["VersionId"] not in self._taken]
        for each in news:
            self._taken.add(each["VersionId"])
            event = s3_event(each["Key"], each["VersionId"], self.clock.now)
            submit.handle(self._submits, event)
            self._submits.intake.entrance.close()
            self.pass_time(0)
        if not news:
            self.pass_time(60)

    def run(
        self, number: int, *states: State,
        corp: str = "acme", job: Job = Job.SYNC_USER, version: str = "v",
        dropped: float | None = None, **fields: Any,
    ) -> Run:  # fmt: skip
        """Make a run; every number is a second later."""
        at, key = START + number, f"{corp}/{job}/team.csv"
        times = {"created": START, "updated": START, "due": START + 300}
        fields = {"dropped": dropped or at, **times, **fields}
        drop = drop_at(key, at, f"{version}{number}")
        made = run_at(key, at, run_id=drop.run_id, version=version, **fields)
        run = self.store.create(made, drop)
        self.publish()
        for state in states:
            changes: dict[str, Any] = {"job_id": f"j{number}"} if state is State.SUBMITTED else {}
            if state.is_final:
                changes = {"finished": START + number}
            run = self.move(run, state, **changes)
        return run

    def publish(self) -> bool:
        has_published = super().publish()
        assert not self.counted["NotPublished"]
        return has_published

    def move(self, run: Run, to: State, **values: Any) -> Run:
        moved = move(self.store, run, to, **values)
        self.publish()
        return moved

    def applied(self, number: int, state: State = State.SUCCEEDED, **options: Any) -> Run:
        return self.run(number, State.QUEUED, State.SUBMITTING, State.SUBMITTED, state, **options)

    def held(self, number: int = 1, **fields: Any) -> Run:
        run = self.run(number, State.QUEUED, State.SUBMITTING, **fields)
        plan = {"add": 1200, "update": 0, "remove": 60}
        holds = (
            Reason("hold_gone", GONE, "leavers", Listing(("a", "b"), 60)),
            Reason("hold_protected_departments", family="named"),
        )
        return self.move(
            run, State.HELD, plan=plan, plan_digest=DIGEST, holds=holds, deadline=START + 300
        )

    def put_report(self, run: Run, name: str, content: bytes | str) -> dict[str, str]:
        key = f"{run.corp}/{run.run_id}/{name}"
        self.s3.put_object(Bucket="reports", Key=key, Body=content)
        return {name: f"s3://reports/{key}"}

    def dropped(self, key: str) -> tuple[bytes, dict[str, str]]:
        """Return the content and the metadata of what was dropped last, but for their time."""
        response = self.s3.get_object(Bucket="drops", Key=key)
        metadata = dict(response["Metadata"])
        assert metadata.pop("asked")
        return response["Body"].read(), metadata


NAMES = {"DropBucketName": "drops", "ReportBucketName": "reports", "TableName": "runs"}


def stack_in_buckets() -> Stack:
    """Make the buckets of the stack `hr`, with nothing in them."""
    s3 = boto3.client("s3")
    for bucket in ("drops", "reports"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
    return Stack()


def create_stack(name: str, outputs: dict[str, str]) -> None:
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))
