"""What a command talks to: a stack, on this machine or in AWS, or only its two buckets."""

import os
import shlex
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from wecom_sync.adapters.aws import CONFIG
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.drop import NO_CORP
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import ReportBucket
from wecom_sync_tools.stack.home import Home, StackNote, has_repository

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

ALL_RUNS = 1_000_000
"""More than the runs that a stack keeps at a time."""
RETENTION_DAYS = 400
"""The command line writes no run, so the store's retention does not matter."""
_PATIENT = Config(read_timeout=150, retries={"total_max_attempts": 1})
OUTPUTS = ("DropBucketName", "ReportBucketName", "TableName")
"""The outputs that a stack of ours has."""
LOCAL_POLL_SECONDS = 0.05
POLL_SECONDS = 0.3


def _client(service: str) -> "cached_property[Any]":
    """Return the property that is a client of a stack's service."""

    def made(target: "Target") -> Any:
        return target.session.client(service, **target.stack_wiring)  # type: ignore[call-overload]

    return cached_property(made)


@dataclass(frozen=True)
class Target:
    """One stack: its names, and clients that reach it. `note` is set when it is a local one.

    When only its buckets are known, `stack_name` and `table` are blank. Whatever needs more than
    the buckets then raises `UsageError`. `options` are those of the command line that led to it.
    """

    session: boto3.Session
    stack_name: str
    drop_bucket: str
    report_bucket: str
    table: str
    note: StackNote | None = None
    options: tuple[str, ...] = ()

    def named(self, run_id: str, corp: str) -> str:
        """Return a run's id with the options that lead to it, for a command to copy."""
        # Whoever copies it may know one corp only.
        of_corp = () if corp == NO_CORP else ("--corp", corp)
        return shlex.join((run_id, *self.options, *of_corp))

    @property
    def is_local(self) -> bool:
        return self.note is not None

    @property
    def partition(self) -> str:
        """The first part of the ARNs: `aws`, or `aws-cn` in the regions of China.

        Raises `UsageError` when no region is set.
        """
        if not self.session.region_name:
            raise UsageError("aws_no_region")
        return self.session.get_partition_for_region(self.session.region_name)

    @cached_property
    def s3(self) -> "S3Client":
        return self.session.client("s3", **self._wiring)

    @cached_property
    def documents(self) -> ReportBucket:
        return ReportBucket(self.s3, self.report_bucket)

    @cached_property
    def store(self) -> DynamoStore:
        client: DynamoDBClient = self.session.client("dynamodb", **self.stack_wiring)
        return DynamoStore(client, self.table, time.time, RETENTION_DAYS)

    cloudformation = cast("cached_property[CloudFormationClient]", _client("cloudformation"))
    sqs = cast("cached_property[SQSClient]", _client("sqs"))
    sns = cast("cached_property[SNSClient]", _client("sns"))
    secrets = cast("cached_property[SecretsManagerClient]", _client("secretsmanager"))
    cloudwatch = _client("cloudwatch")
    scheduler = _client("scheduler")

    @cached_property
    def functions(self) -> "LambdaClient":
        """The client that waits as long as the sweep function may take, and asks only once."""
        patient = self.stack_wiring["config"].merge(_PATIENT)
        return self.session.client("lambda", **{**self.stack_wiring, "config": patient})

    def resources(self, kind: str) -> dict[str, str]:
        """Return the physical id of each resource of a type, by its name in the template."""
        pages = self.cloudformation.get_paginator("list_stack_resources")
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.stack_name)
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == kind
        }

    def check_corp(self, corp: str) -> None:
        """Raise `UsageError` for a corp that a local stack does not have: one without a secret.

        In AWS only the functions may look for a secret, so nothing is refused here.
        """
        if not self.is_local:
            return
        outputs = stack_outputs(self.cloudformation, self.stack_name)
        prefix = f"{outputs.get('SecretPrefix', 'wecom-sync')}/"
        pages = self.secrets.get_paginator("list_secrets").paginate()
        names = (secret["Name"] for page in pages for secret in page["SecretList"])
        aliases = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
        corps = sorted(alias for alias in aliases if "/" not in alias)
        if corps and corp not in corps:
            raise UsageError("corp_not_local", corp=corp, corps=", ".join(corps))

    def identity(self) -> Mapping[str, Any]:
        """Return AWS's answer to who the caller is."""
        sts: Any = self.session.client("sts", **self._wiring)
        answer: Mapping[str, Any] = sts.get_caller_identity()
        return answer

    def caller_arn(self) -> str:
        return str(self.identity()["Arn"])

    @property
    def _wiring(self) -> dict[str, Any]:
        """What every client is made with."""
        if self.note is None:
            return {"config": CONFIG}
        local = Config(s3={"addressing_style": "path"})
        return {"config": CONFIG.merge(local), "endpoint_url": self.note.aws_endpoint}

    @property
    def stack_wiring(self) -> dict[str, Any]:
        """What a client of more than the buckets is made with."""
        if not self.stack_name:
            raise UsageError("stack_needed")
        return self._wiring


def session_with(access_key: str, secret_key: str, region: str) -> boto3.Session:
    return boto3.Session(
        aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region
    )


def local_target(note: StackNote, options: tuple[str, ...] = ()) -> Target:
    session = session_with(note.access_key, note.secret_key, note.region)
    return Target(
        session, note.stack_name, note.drop_bucket, note.report_bucket, note.table, note, options
    )


def target_of(
    args: Namespace,
    terminal: Terminal,
    *,
    changes: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Target:
    """Return what the options name; without them the local stack, then what the environment names.

    `changes`: the command changes something, so a person is told where when it is not on this
    machine. Raises `UsageError` when nothing is named, or more than one.
    """
    buckets = bool(args.drop_bucket or args.report_bucket)
    if sum(map(bool, (args.home, args.stack, buckets))) > 1:
        raise UsageError("target_twice")
    home = Home.chosen(args.home, environ)
    names = _bucket_names(args, environ)
    stack = args.stack or (None if buckets else environ.get("WECOM_SYNC_STACK"))
    if not (args.stack or buckets) and (note := home.note()):
        if changes and (stack or all(names)):
            options = ("--stack", stack) if stack else _bucket_options(*names)
            terminal.note("target_ignored", options=shlex.join(options))
        return local_target(note, ("--home", args.home) if args.home else ())
    session = _session(environ)
    if stack:
        if changes:
            terminal.note("stack_named", stack=stack, region=session.region_name or "-")
        return _aws_target(session, stack, ("--stack", stack) if args.stack else ())
    if not any(names):
        if not has_repository():
            raise UsageError("no_stack_named")
        raise UsageError("no_stack", home=home.path)
    if not all(names):
        raise UsageError("buckets_incomplete")
    if changes:
        terminal.note("buckets_named", bucket=names[0], region=session.region_name or "-")
    return Target(session, "", *names, "", options=_bucket_options(*names) if buckets else ())


def stack_by_name(args: Namespace, environ: Mapping[str, str] = os.environ) -> Target:
    """Return a stack in AWS of which nothing but its name is known, not even that it is there."""
    name = args.stack or environ.get("WECOM_SYNC_STACK", "")
    options = ("--stack", name) if args.stack else ()
    return Target(_session(environ), name, "", "", "", options=options)


def _session(environ: Mapping[str, str]) -> boto3.Session:
    # Of the two names that AWS knows for the region, boto3 reads AWS_DEFAULT_REGION only.
    return boto3.Session(region_name=environ.get("AWS_REGION") or None)


def _bucket_names(args: Namespace, environ: Mapping[str, str]) -> tuple[str, str]:
    return (
        args.drop_bucket or environ.get("WECOM_SYNC_DROP_BUCKET", ""),
        args.report_bucket or environ.get("WECOM_SYNC_REPORT_BUCKET", ""),
    )


def _bucket_options(drop_bucket: str, report_bucket: str) -> tuple[str, ...]:
    return ("--drop-bucket", drop_bucket, "--report-bucket", report_bucket)


def _aws_target(session: boto3.Session, name: str, options: tuple[str, ...]) -> Target:
    outputs = stack_outputs(session.client("cloudformation", config=CONFIG), name)
    try:
        drops, reports, table = (outputs[name] for name in OUTPUTS)
    except KeyError as error:
        raise UsageError("stack_foreign", stack=name, output=error.args[0]) from error
    return Target(session, name, drops, reports, table, options=options)


def stack_outputs(cloudformation: "CloudFormationClient", name: str) -> dict[str, str]:
    """Return a stack's outputs. Raises `UsageError` when there is no such stack."""
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise UsageError("stack_missing", stack=name) from error
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", ())}


def pause_seconds(target: Target) -> float:
    return LOCAL_POLL_SECONDS if target.is_local else POLL_SECONDS
