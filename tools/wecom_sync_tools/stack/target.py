"""What a command talks to: a stack, on this machine or in AWS, or only its two buckets."""

import os
import shlex
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from wecom_sync.domain.drop import NO_CORP
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import ReportBucket
from wecom_sync_tools.stack.home import Home, StackNote, has_repository

if TYPE_CHECKING:
    from botocore.session import Session
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient

_PATIENT: Mapping[str, Any] = {"read_timeout": 150, "retries": {"total_max_attempts": 1}}
OUTPUTS = ("DropBucketName", "ReportBucketName", "TableName")
"""The outputs that a stack of ours has."""
LOCAL_POLL_SECONDS = 0.05
POLL_SECONDS = 0.3


def _client(service: str, **config: Any) -> "cached_property[Any]":
    """Return the property that is a client of a stack's service."""

    def made(target: "Target") -> Any:
        if not target.stack_name:
            raise UsageError("stack_needed")
        return target.client(service, **config)

    return cached_property(made)


@dataclass(frozen=True)
class Target:
    """One stack: its names, and clients that reach it. `note` is set when it is a local one.

    When only its buckets are known, `stack_name` is blank. Whatever needs more than the buckets
    then raises `UsageError`. `options` are those of the command line that led to it.
    """

    stack_name: str
    drop_bucket: str
    report_bucket: str
    note: StackNote | None = None
    options: tuple[str, ...] = ()
    asked_region: str | None = None
    """Instead of the one in the configuration of AWS."""

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
        """The first part of the ARNs, `aws` or `aws-cn`. Raises `UsageError` without a region."""
        if not self.region:
            raise UsageError("aws_no_region")
        return str(self.session.get_partition_for_region(self.region))

    @property
    def region(self) -> str | None:
        region: str | None = self.session.get_config_variable("region")
        return region

    @cached_property
    def session(self) -> "Session":
        # It takes a quarter of a second, and `--help` does not need it.
        from botocore.session import Session  # noqa: PLC0415

        session = Session()
        if self.asked_region:
            session.set_config_variable("region", self.asked_region)
        if self.note:
            session.set_credentials(self.note.access_key, self.note.secret_key)
        return session

    def client(self, service: str, **config: Any) -> Any:
        """Return a client of a service; `config`: time-outs and retries of its own."""
        from botocore.config import Config  # noqa: PLC0415 - as above

        from wecom_sync.adapters.aws import wiring  # noqa: PLC0415 - as above

        wired = wiring(self.note.aws_endpoint if self.note else None, Config(**config))
        return self.session.create_client(service, **wired)

    @cached_property
    def s3(self) -> "S3Client":
        client: S3Client = self.client("s3")
        return client

    @cached_property
    def documents(self) -> ReportBucket:
        return ReportBucket(self.s3, self.report_bucket)

    cloudformation = cast("cached_property[CloudFormationClient]", _client("cloudformation"))
    sns = cast("cached_property[SNSClient]", _client("sns"))
    secrets = cast("cached_property[SecretsManagerClient]", _client("secretsmanager"))
    cloudwatch = _client("cloudwatch")
    functions = cast("cached_property[LambdaClient]", _client("lambda", **_PATIENT))
    """The client that waits as long as the sweep function may take, and asks only once."""

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

    def caller_arn(self) -> str:
        return str(self.client("sts").get_caller_identity()["Arn"])


def local_target(note: StackNote, options: tuple[str, ...] = ()) -> Target:
    buckets = (note.drop_bucket, note.report_bucket)
    return Target(note.stack_name, *buckets, note, options, note.region)


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
    names = (
        args.drop_bucket or environ.get("WECOM_SYNC_DROP_BUCKET", ""),
        args.report_bucket or environ.get("WECOM_SYNC_REPORT_BUCKET", ""),
    )
    bucket_options = ("--drop-bucket", names[0], "--report-bucket", names[1])
    stack = args.stack or (None if buckets else environ.get("WECOM_SYNC_STACK"))
    if not (args.stack or buckets) and (note := home.note()):
        if changes and (stack or all(names)):
            ignored = ("--stack", stack) if stack else bucket_options
            terminal.note("target_ignored", options=shlex.join(ignored))
        return local_target(note, ("--home", args.home) if args.home else ())
    if stack:
        target = stack_by_name(args, environ)
        if changes:
            terminal.note("stack_named", stack=stack, region=target.region or "-")
        return _with_outputs(target)
    if not any(names):
        raise UsageError("no_stack" if has_repository() else "no_stack_named", home=home.path)
    if not all(names):
        raise UsageError("buckets_incomplete")
    options = bucket_options if buckets else ()
    target = Target("", *names, options=options, asked_region=_region(environ))
    if changes:
        terminal.note("buckets_named", bucket=names[0], region=target.region or "-")
    return target


def stack_by_name(args: Namespace, environ: Mapping[str, str] = os.environ) -> Target:
    """Return a stack in AWS of which nothing but its name is known, not even that it is there."""
    name = args.stack or environ.get("WECOM_SYNC_STACK", "")
    options = ("--stack", name) if args.stack else ()
    return Target(name, "", "", options=options, asked_region=_region(environ))


def _region(environ: Mapping[str, str]) -> str | None:
    # Of the two names that AWS knows for the region, the SDK reads AWS_DEFAULT_REGION only.
    return environ.get("AWS_REGION") or None


def _with_outputs(target: Target) -> Target:
    outputs = stack_outputs(target.cloudformation, target.stack_name)
    try:
        drops, reports, _ = (outputs[name] for name in OUTPUTS)
    except KeyError as error:
        name = target.stack_name
        raise UsageError("stack_foreign", stack=name, output=error.args[0]) from error
    return replace(target, drop_bucket=drops, report_bucket=reports)


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
