"""SQS (S3 drops, decisions, runs to advance) -> roster -> plan -> hold or WeCom's batch job."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.domain.drop import s3_objects
from wecom_sync.factory.jobs import JobAdapters
from wecom_sync.handler import each_message, logger, metrics, once
from wecom_sync.settings import SubmitSettings
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.intake import Intake
from wecom_sync.use_cases.planner import Planner
from wecom_sync.use_cases.rehearsal import Rehearsal
from wecom_sync.use_cases.submission import Submission, Timing


@dataclass(frozen=True, slots=True)
class UseCases:
    """What this function does."""

    intake: Intake
    holds: Holds
    rehearsal: Rehearsal


def build(adapters: JobAdapters[SubmitSettings]) -> UseCases:
    """Wire the use-cases."""
    settings = adapters.settings
    planner = Planner(wecom_of=adapters.wecom, archive=adapters.archive, clock=adapters.clock)
    holds = Holds(
        store=adapters.store,
        submit_queue=adapters.submit_queue,
        endings=adapters.endings,
        telling=adapters.telling,
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
        endings=adapters.endings,
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
    intake = Intake(
        store=adapters.store,
        drops=adapters.drops,
        secrets=adapters.secrets,
        records=adapters.records,
        submission=submission,
        endings=adapters.endings,
        clock=adapters.clock,
    )
    rehearsal = Rehearsal(store=adapters.store, planner=planner, clock=adapters.clock)
    return UseCases(intake, holds, rehearsal)


use_cases = once(build, JobAdapters[SubmitSettings], SubmitSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> Any:
    """Take in drops and decisions, advance runs; invoked directly with `rehearse`, plan a file."""
    if "rehearse" in event:
        return use_cases().rehearsal.rehearse(event["rehearse"])
    return each_message(event, lambda message, sent: handle(use_cases(), message, sent))


def handle(found: UseCases, message: dict[str, Any], sent: float) -> None:
    """Handle one message: ours, or an S3 event (`s3:TestEvent` has no objects).

    A cancellation from the dead letters has its own `sent`: when it was sent first.
    """
    match message.get("kind"):
        case "advance":
            found.intake.advance(message["run_id"])
        case "approve":
            found.holds.approve(message["run_id"], message["by"], message["plan_digest"])
        case "cancel":
            found.holds.cancel(message["run_id"], message["by"], message.get("sent", sent))
        case "expire":
            found.holds.expire(message["run_id"])
        case _:
            for each in s3_objects(message):
                if not each.is_folder:
                    run = found.intake.receive(each)
                    logger.info("drop", extra={"run_id": run.run_id, "state": run.state})
