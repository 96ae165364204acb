"""SQS (S3 drops, runs to advance) -> roster -> lane -> WeCom's batch job."""

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.factory import RunAdapters
from wecom_sync.handler import count, each_message, logger, metrics
from wecom_sync.intake import Intake, dropped_objects
from wecom_sync.settings import SubmitSettings
from wecom_sync.submission import Submission, Timing


def build(
    settings: SubmitSettings, session: boto3.Session, counter: Callable[[str], None]
) -> Intake:
    """Wire the real adapters."""
    adapters = RunAdapters(settings, session, counter)
    submission = Submission(
        store=adapters.store,
        records=adapters.records,
        secrets_of=adapters.secrets,
        wecom_of=adapters.wecom(settings.wecom_base_url),
        submit_queue=adapters.submit_queue,
        results_queue=adapters.results_queue,
        ending=adapters.ending,
        master=adapters.master(settings.callback_secret_arn),
        callback_base_url=settings.callback_base_url,
        timing=Timing(
            settle=settings.settle_seconds,
            check=settings.check_seconds,
            retry=settings.retry_seconds,
            unknown_outcome=settings.unknown_outcome_seconds,
            submit_deadline=settings.submit_deadline_seconds,
            result_deadline=settings.result_deadline_seconds,
        ),
        clock=adapters.clock,
    )
    return Intake(
        store=adapters.store,
        drops=adapters.drops,
        secrets=adapters.secrets,
        records=adapters.records,
        submission=submission,
        ending=adapters.ending,
        clock=adapters.clock,
    )


@cache
def intake() -> Intake:
    """Build once per container, at the first message."""
    return build(SubmitSettings.from_env(os.environ), boto3.Session(), count)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> PartialItemFailureResponse:
    """Take in drops, advance runs."""
    return each_message(event, lambda message: handle(intake(), message))


def handle(use_case: Intake, message: dict[str, Any]) -> None:
    """Handle one message: ours to advance a run, or an S3 event (`s3:TestEvent` has no objects)."""
    if message.get("kind") == "advance":
        use_case.advance(message["run_id"])
        return
    for dropped in dropped_objects(message):
        if not dropped.is_folder:
            run = use_case.receive(dropped)
            logger.info("drop", extra={"run_id": run.run_id, "state": run.state})
