"""Daily schedule -> SQS, a message a corp -> live ids against the snapshot -> a report.

Invoked by `wecom-sync doctor`: a corp -> how WeCom's calls go from here.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.handler import each_message, logger, metrics, once
from wecom_sync.settings import DriftSettings
from wecom_sync.use_cases.examination import DriftWatch, Examination

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class DriftUseCases(NamedTuple):
    """What this function does."""

    watch: DriftWatch
    examination: Examination


def build(adapters: WeComAdapters[DriftSettings]) -> DriftUseCases:
    settings = adapters.settings
    watch = DriftWatch(
        wecom_of=adapters.wecom,
        archive=adapters.archive,
        queue=adapters.queue(settings.drift_queue_url),
        reports=adapters.reports,
        publications=adapters.publications,
        clock=adapters.clock,
        language=settings.language,
        count=adapters.count,
    )
    examination = Examination(
        secrets=adapters.secrets, wecom_of=adapters.wecom, archive=adapters.archive
    )
    return DriftUseCases(watch, examination)


use_cases = once(build, WeComAdapters[DriftSettings], DriftSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> Any:
    """Look at the corp of each message; at the schedule's event, send the messages."""
    if "Records" in event:
        return each_message(event, lambda message: handle(use_cases().watch, message))
    if "doctor" in event:
        logger.info("examined", extra={"corp": event["doctor"]})
        return use_cases().examination.examine(event["doctor"])
    corps = use_cases().watch.start()
    logger.info("started", extra={"corps": corps})
    return {"corps": corps}


def handle(use_case: DriftWatch, message: dict[str, Any]) -> None:
    """Handle one message: a corp that is to be looked at."""
    use_case.look(message["corp"])
    logger.info("looked", extra={"corp": message["corp"]})
