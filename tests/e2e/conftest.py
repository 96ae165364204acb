"""The deployed local stack, one for the whole session, driven the way a user drives it."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
import requests

from wecom_sync_tools.local.known_corp import SECRET

WECOM_SYNC = str(Path(sys.executable).with_name("wecom-sync"))
PRINCIPAL = "EXAMPLE"
"""Whoever drops something: MiniStack's events name everybody so."""
HANG_SECONDS = 600
"""Nothing takes so long; what does hangs."""
TRUSTING = '[limits]\nfirst_replace = "apply"\nadditions_percent = 100\n'
"""What an administrator writes who does not want to approve the first full file."""
NAMES = "acme redrive sweep drift rights elsewhere decided desk quiet ailing noisy calm"
CORPS = NAMES.split()
"""A corp for each test, so that no lane is shared."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here. Tests of one file share a stack, and so a worker.

    The pages of the guide start stacks of their own, so they may go to any worker.
    """
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        if "docker" not in item.path.name:
            item.add_marker(pytest.mark.e2e)
        if item.path.name != "test_pages.py":
            item.add_marker(pytest.mark.xdist_group(item.path.name))


@dataclass
class LocalStack:
    """A running stack: its addresses, its command line, its simulator.

    `program` is the command line, `variables` is what it needs in its environment.
    """

    home: Path
    info: dict[str, str]
    corps: dict[str, dict[str, str]] = field(default_factory=dict)
    program: Sequence[str] = (WECOM_SYNC,)
    variables: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    """The version of each key that was put last."""

    def command(self, *arguments: str, check: int | None = 0) -> Any:
        """Run a command with `--json`; return what it printed. `check`: the exit code it has."""
        return json.loads(self.output(*arguments, "--json", check=check, stderr=subprocess.PIPE))

    def output(
        self, *arguments: str, check: int | None = 0, stderr: int = subprocess.STDOUT
    ) -> str:
        """Run a command; return what a person reads. `check`: the exit code it has."""
        done = subprocess.run(
            [*self.program, *arguments],
            env=os.environ
            | {"WECOM_SYNC_HOME": str(self.home), "WECOM_SYNC_LANG": "en"}
            | self.variables,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            timeout=120,
            check=False,
        )
        assert check is None or done.returncode == check, f"{done.stderr}{done.stdout}"
        return done.stdout

    @property
    def keys(self) -> dict[str, str]:
        return {
            "aws_access_key_id": self.info["access_key"],
            "aws_secret_access_key": self.info["secret_key"],
        }

    def client(self, service: str, keys: Mapping[str, str] | None = None) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.info["aws_endpoint"],
            region_name=self.info["region"],
            **(keys or self.keys),
        )

    def environment(self, keys: Mapping[str, str] | None = None, **more: str) -> dict[str, str]:
        """Return what the command line needs that talks to the stack as to one in AWS."""
        return {
            "AWS_ENDPOINT_URL": self.info["aws_endpoint"],
            "AWS_DEFAULT_REGION": self.info["region"],
            **{name.upper(): value for name, value in (keys or self.keys).items()},
            **more,
        }

    def of_user(self, policy: str) -> dict[str, str]:
        """Return the access key of a user who has a policy, as an HR system has one."""
        iam, user = self.client("iam"), uuid4().hex
        iam.create_user(UserName=user)
        iam.put_user_policy(UserName=user, PolicyName="role", PolicyDocument=policy)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        return {
            "aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"],
        }

    def waiting(self, *queues: str) -> dict[str, int]:
        """Count the messages of queues: visible, taken, and to come."""
        sqs, names, counts = self.client("sqs"), self.resources(), {}
        for queue in queues:
            attributes = sqs.get_queue_attributes(QueueUrl=names[queue], AttributeNames=["All"])
            numbers = attributes["Attributes"].items()
            of_messages = [n for name, n in numbers if name.startswith("ApproximateNumberOfM")]
            counts[queue] = sum(map(int, of_messages))
        return counts

    @contextmanager
    def cut_off(self, mapping: str) -> Iterator[str]:
        """Keep a function from its queue for as long as the block lasts."""
        client, uuid = self.client("lambda"), self.resources()[mapping]
        client.update_event_source_mapping(UUID=uuid, Enabled=False)
        try:
            yield uuid
        finally:
            client.update_event_source_mapping(UUID=uuid, Enabled=True)

    def put(self, key: str, content: bytes | str) -> str:
        """Drop an object as any S3 client does; return its key."""
        body = content.encode() if isinstance(content, str) else content
        answer = self.client("s3").put_object(Bucket=self.info["drop_bucket"], Key=key, Body=body)
        self.versions[key] = answer["VersionId"]
        return key

    def set_aside(self, queue: str, message: str) -> None:
        """Put a message where only SQS itself puts one: without the queue's policy."""
        sqs, url = self.client("sqs"), self.resources()[queue]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
        sqs.send_message(QueueUrl=url, MessageBody=message)
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)

    def document(self, key: str) -> Any:
        """Read a JSON document of the report bucket, None when it is not there."""
        s3 = self.client("s3")
        try:
            answer = s3.get_object(Bucket=self.info["report_bucket"], Key=key)
        except s3.exceptions.NoSuchKey:
            return None
        return json.loads(answer["Body"].read())

    def run_of(self, key: str) -> dict[str, Any] | None:
        """Return the newest run of a key as the index lists it, which `runs` reads as well."""
        index = self.document(f"{key.partition('/')[0]}/index.json") or {"runs": []}
        return next((run for run in index["runs"] if run["key"] == key), None)

    def wait(self, key: str, state: str = "") -> dict[str, Any]:
        """Wait until the run of a key has ended, or is in a state; return it as `show` does."""
        entry: dict[str, Any] = {}

        def there() -> bool:
            entry.update(self.run_of(key) or {})
            if entry.get("version") != self.versions.get(key, entry.get("version")):
                return False
            return entry.get("state") == state if state else bool(entry.get("finished"))

        eventually(there, lambda: f"{key}: {entry}")
        document: dict[str, Any] = self.command("show", entry["run_id"])
        return document

    def decide(self, run: Mapping[str, Any], **decision: str) -> str:
        """Take a decision about a run as any S3 client does; return its key."""
        return self.put(f"{run['corp']}/decide/{run['run_id']}.json", json.dumps(decision))

    def timeline(self, run: Mapping[str, Any]) -> list[dict[str, Any]]:
        document = self.document(f"{run['corp']}/{run['run_id']}/run.json")
        return list(document["timeline"]) if document else []

    def wecom(self, path: str) -> Any:
        answer = requests.get(f"{self.info['wecom_url']}/_control/{path}", timeout=120)
        assert answer.ok, answer.text
        return answer.json()

    def corp_of_wecom(self, corp: str, what: str) -> Any:
        """Read what the simulator knows of a corp: its `directory`, `members`, `jobs` ..."""
        return self.wecom(f"corps/{self.corps[corp]['corp_id']}/{what}")

    def resources(self) -> dict[str, str]:
        pager = self.client("cloudformation").get_paginator("list_stack_resources")
        pages = pager.paginate(StackName=self.info["stack_name"])
        listed = (each for page in pages for each in page["StackResourceSummaries"])
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}

    def calls(self, corp: str, path: str) -> int:
        listed = self.wecom(f"requests?corp_id={self.corps[corp]['corp_id']}&path={path}")
        return len(listed["requests"])

    def report(self, run: dict[str, Any]) -> list[str]:
        bucket, _, key = run["reports"]["results.csv"].removeprefix("s3://").partition("/")
        body = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return list(body.decode("utf-8-sig").splitlines())


def people(prefix: str, count: int, mobile: int = 13900000000) -> str:
    lines = ["姓名,帐号,手机号,邮箱,所在部门"]
    lines += [f"员工{n},{prefix}{n},{mobile + n},,1" for n in range(count)]
    return "\n".join(lines) + "\n"


def allowing(*actions: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": [*actions], "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def eventually(condition: Callable[[], bool], describe: Callable[[], object]) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"it does not happen: {describe()}")
        select.select([], [], [], 0.3)


def secret_of(corp: str) -> dict[str, str]:
    """Return the secret of a test's corp; `acme` is the one that `events/` is signed for."""
    if corp == "acme":
        return dict(SECRET)
    return dict(SECRET) | {
        "corp_id": f"ww{corp.encode().hex():0<16}"[:18],
        "contact_secret": f"contact-secret-of-{corp}",
    }


@contextmanager
def started(folder: Path, *options: str) -> Iterator[LocalStack]:
    """Start a local stack; stop it and see that nothing of it is left."""
    home = folder / "stack"
    corps = {corp: secret_of(corp) for corp in CORPS}
    arguments = [WECOM_SYNC, "local", "up", "--json", "--home", str(home), *options]
    for corp, secret in corps.items():
        path = folder / f"{corp}.json"
        path.write_text(json.dumps(secret))
        arguments += ["--corp", f"{corp}={path}"]
    with (folder / "up.log").open("w") as log:
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        try:
            ready, _, _ = select.select([process.stdout], [], [], HANG_SECONDS)
            line = process.stdout.readline() if ready else ""
            assert line, (folder / "up.log").read_text()
            info = json.loads(line)
            local_stack = LocalStack(home, info, corps)
            yield local_stack
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(HANG_SECONDS)
            process.stdout.close()
    assert code == 0
    for address in (info["aws_endpoint"], info["wecom_url"]):
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=5)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with started(tmp_path_factory.mktemp("home")) as local_stack:
        keys = [local_stack.put(f"{corp}/settings.toml", TRUSTING) for corp in CORPS]
        eventually(
            lambda: all(
                (local_stack.run_of(key) or {}).get("state") == "SUCCEEDED" for key in keys
            ),
            lambda: local_stack.command("runs"),
        )
        yield local_stack
