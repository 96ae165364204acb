"""SQS (S3 drops, runs to advance) -> roster -> plan -> hold or WeCom's batch job."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.domain.drop import s3_objects
from wecom_sync.factory.jobs import JobAdapters
from wecom_sync.handler import each_message, logger, metrics, once
from wecom_sync.settings import SubmitSettings
from wecom_sync.use_cases.holds import Decisions, Holds
from wecom_sync.use_cases.intake import Intake
from wecom_sync.use_cases.planner import Planner
from wecom_sync.use_cases.questions import Bootstrap, Rehearsal
from wecom_sync.use_cases.submission import Submission, Timing


@dataclass(frozen=True, slots=True)
class UseCases:
    """What this function does."""

    intake: Intake
    holds: Holds


def build(adapters: JobAdapters[SubmitSettings]) -> UseCases:
    settings, endings = adapters.settings, adapters.endings
    planner = Planner(wecom_of=adapters.wecom, archive=adapters.archive, clock=adapters.clock)
    holds = Holds(
        store=adapters.store,
        submit_queue=adapters.submit_queue,
        endings=endings,
        lanes=adapters.lanes,
        clock=adapters.clock,
        count=adapters.count,
    )
    submission = Submission(
        store=adapters.store,
        records=adapters.records,
        memory=adapters.memory,
        planner=planner,
        secrets_of=adapters.secrets,
        wecom_of=adapters.wecom,
        submit_queue=adapters.submit_queue,
        results_queue=adapters.results_queue,
        lanes=adapters.lanes,
        holds=holds,
        endings=endings,
        master=adapters.master(settings.callback_secret_arn),
        callback_base_url=settings.callback_base_url,
        timing=_timing(settings),
        clock=adapters.clock,
    )
    intake = Intake(
        store=adapters.store,
        drops=adapters.drops,
        secrets=adapters.secrets,
        records=adapters.records,
        decisions=Decisions(store=adapters.store, drops=adapters.drops, holds=holds),
        rehearsal=Rehearsal(
            store=adapters.store, records=adapters.records, planner=planner, endings=endings
        ),
        bootstrap=Bootstrap(
            drops=adapters.drops,
            reports=adapters.reports,
            memory=adapters.memory,
            wecom_of=adapters.wecom,
            endings=endings,
        ),
        submission=submission,
        drop_bucket=settings.drop_bucket,
        endings=endings,
        clock=adapters.clock,
    )
    return UseCases(intake, holds)


def _timing(settings: SubmitSettings) -> Timing:
    return Timing(
        settle=settings.settle_seconds,
        check=settings.check_seconds,
        retry=settings.retry_seconds,
        unknown_outcome=settings.unknown_outcome_seconds,
        submit_deadline=settings.submit_deadline_seconds,
        result_deadline=settings.result_deadline_seconds,
    )


use_cases = once(build, JobAdapters[SubmitSettings], SubmitSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> PartialItemFailureResponse:
    """Take in what was dropped, and advance runs."""
    return each_message(event, lambda message: handle(use_cases(), message))


def handle(use_cases: UseCases, message: dict[str, Any]) -> None:
    """Handle one message: ours, or an S3 event (`s3:TestEvent` has no objects)."""
    match message.get("kind"):
        case "advance":
            use_cases.intake.advance(message["run_id"])
        case "expire":
            use_cases.holds.expire(message["run_id"])
        case _:
            for upload in s3_objects(message):
                if run := use_cases.intake.receive(upload):
                    logger.info("drop", extra={"run_id": run.run_id, "state": run.state})
