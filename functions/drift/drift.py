"""Daily schedule -> SQS, a message a corp -> live ids against the snapshot -> a report."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.handler import each_message, logger, metrics, once
from wecom_sync.settings import DriftSettings
from wecom_sync.upkeep.drift_watch import DriftWatch


def build(adapters: WeComAdapters[DriftSettings]) -> DriftWatch:
    """Wire the use-case."""
    return DriftWatch(
        wecom_of=adapters.wecom,
        archive=adapters.archive,
        queue=adapters.queue(adapters.settings.drift_queue_url),
        reports=adapters.reports,
        records=adapters.drift_records,
        clock=adapters.clock,
        language=adapters.settings.language,
        count=adapters.count,
    )


watch = once(build, WeComAdapters[DriftSettings], DriftSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> Any:
    """Look at the corp of each message; at the schedule's event, send the messages."""
    if "Records" in event:
        return each_message(event, lambda message: handle(watch(), message))
    corps = watch().start()
    logger.info("started", extra={"corps": corps})
    return {"corps": corps}


def handle(use_case: DriftWatch, message: dict[str, Any]) -> None:
    """Handle one message: a corp that is to be looked at."""
    use_case.look(message["corp"])
    logger.info("looked", extra={"corp": message["corp"]})
