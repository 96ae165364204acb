"""The table's stream -> documents in the report bucket; SQS -> event bus, topic, robot, cards.

Invoked by `wecom-sync doctor`: a corp -> how WeCom takes its robot; with `card`, its app.
"""

from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from wecom_sync.factory.publishing import PublishAdapters
from wecom_sync.adapters.cards import Cards
from wecom_sync.adapters.dynamodb_publications import changed
from wecom_sync.adapters.publisher import Robot
from wecom_sync.domain.last_day import Calendar
from wecom_sync.handler import each_message, logger, metrics, once
from wecom_sync.settings import PublishSettings
from wecom_sync.use_cases.publication import Publication

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class PublishUseCases(NamedTuple):
    """What this function does."""

    publication: Publication
    robot: Robot
    cards: Cards


def build(adapters: PublishAdapters[PublishSettings]) -> PublishUseCases:
    publication = Publication(
        store=adapters.store,
        publications=adapters.publications,
        reports=adapters.reports,
        channels=adapters.channels,
        alarms=adapters.alarms,
        desk=adapters.desk,
        queue=adapters.queue(adapters.settings.publish_queue_url),
        clock=adapters.clock,
        calendar=Calendar(ZoneInfo(adapters.settings.time_zone)),
        language=adapters.settings.language,
        retention_days=adapters.settings.retention_days,
        count=adapters.count,
    )
    return PublishUseCases(publication, adapters.robot, adapters.cards)


use_cases = once(build, PublishAdapters[PublishSettings], PublishSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> Any:
    """Publish what was changed, each run once, whatever the number of its records; or tell it."""
    if "card" in event:
        return use_cases().cards.examine(event["doctor"], event["card"])
    if "doctor" in event:
        return {"robot": use_cases().robot.examine(event["doctor"])}
    if "body" in event["Records"][0]:
        return each_message(event, lambda message: handle(use_cases().publication, message))
    runs, corps = changed(event)
    use_cases().publication.publish(runs, corps)
    logger.info("published", extra={"runs": len(runs), "corps": len(corps)})
    return None


def handle(publication: Publication, message: dict[str, Any]) -> None:
    """Handle one message: a channel that is to be told something.

    A batch of the stream that failed comes here as well. The sweep publishes its runs.
    """
    if "DDBStreamBatchInfo" not in message:
        publication.tell(message)
