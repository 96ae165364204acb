"""SQS (S3 drops) -> a run; SQS (runs to advance) -> roster -> plan -> hold or WeCom's job."""

from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from wecom_sync.domain.drop import Word, s3_objects
from wecom_sync.domain.last_day import Calendar
from wecom_sync.factory.jobs import JobAdapters
from wecom_sync.handler import each_message, logger, metrics, once
from wecom_sync.settings import SubmitSettings
from wecom_sync.use_cases.drops.accounts import StatedAccounts
from wecom_sync.use_cases.drops.decisions import Decisions
from wecom_sync.use_cases.drops.entrance import Entrance, Seals
from wecom_sync.use_cases.drops.exports import Exports
from wecom_sync.use_cases.drops.files import Files
from wecom_sync.use_cases.drops.intake import Intake
from wecom_sync.use_cases.drops.settings import SettingsFiles
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.planner import Planner
from wecom_sync.use_cases.submission import Submissions, Timing

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class SubmitUseCases(NamedTuple):
    """What this function does."""

    intake: Intake
    holds: Holds


def build(adapters: JobAdapters[SubmitSettings]) -> SubmitUseCases:
    settings = adapters.settings
    calendar = Calendar(ZoneInfo(settings.time_zone))
    planner = Planner(
        wecom_of=adapters.wecom, archive=adapters.archive, clock=adapters.clock, calendar=calendar
    )
    holds = Holds(
        store=adapters.store,
        submit_queue=adapters.submit_queue,
        endings=adapters.endings,
        clock=adapters.clock,
    )
    submission = _submission(adapters, planner, holds)
    files = Files(submission=submission)
    settings_files = SettingsFiles(
        files=files, submission=submission, domain_files=adapters.domain_files
    )
    intake = Intake(
        store=adapters.store,
        drops=adapters.drops,
        seals=_seals(adapters),
        secrets=adapters.secrets,
        decisions=Decisions(holds=holds),
        words={
            Word.FILE: files.take,
            Word.PLAN: files.plan,
            Word.EXPORT: Exports(wecom_of=adapters.wecom, endings=adapters.endings).take,
            Word.SETTINGS: settings_files.take,
            Word.ACCOUNTS: StatedAccounts(holds=holds).take,
        },
        submission=submission,
        files=files,
        submit_queue=adapters.submit_queue,
        drop_bucket=settings.drop_bucket,
        endings=adapters.endings,
        entrance=Entrance(
            store=adapters.store,
            endings=adapters.endings,
            submit_queue=adapters.submit_queue,
            bucket=settings.drop_bucket,
            clock=adapters.clock,
        ),
        clock=adapters.clock,
    )
    return SubmitUseCases(intake, holds)


def _seals(adapters: JobAdapters[SubmitSettings]) -> Seals:
    settings = adapters.settings
    arn = settings.seal_secret_arn
    return Seals(adapters.drops, adapters.master(arn) if arn else None, settings.desk_role_id or "")


def _submission(
    adapters: JobAdapters[SubmitSettings], planner: Planner, holds: Holds
) -> Submissions:
    settings = adapters.settings
    return Submissions(
        store=adapters.store,
        records=adapters.records,
        planner=planner,
        secrets_of=adapters.secrets,
        wecom_of=adapters.wecom,
        submit_queue=adapters.submit_queue,
        results_queue=adapters.results_queue,
        holds=holds,
        endings=adapters.endings,
        master=adapters.master(settings.callback_secret_arn),
        callback_base_url=settings.callback_base_url,
        timing=Timing(
            settle=settings.settle_seconds,
            check=settings.check_seconds,
            retry=settings.retry_seconds,
            unknown_outcome=settings.unknown_outcome_seconds,
            result_deadline=settings.result_deadline_seconds,
        ),
        calendar=planner.calendar,
        clock=adapters.clock,
    )


use_cases = once(build, JobAdapters[SubmitSettings], SubmitSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    """Take in what was dropped, and advance runs."""
    answer = each_message(event, lambda message: handle(use_cases(), message))
    if use_cases.cache_info().currsize:  # without its settings it could not even be built
        use_cases().intake.entrance.close()
    return answer


def handle(cases: SubmitUseCases, message: dict[str, Any]) -> None:
    """Handle one message: ours, or an S3 event (`s3:TestEvent` has no objects)."""
    match message.get("kind"):
        case "advance":
            cases.intake.advance(message["run_id"])
        case "expire":
            cases.holds.expire(message["run_id"])
        case _:
            for dropped in s3_objects(message):
                if run := cases.intake.receive(dropped):
                    logger.info("drop", extra={"run_id": run.run_id, "state": run.state})
