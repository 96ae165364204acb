"""The table's stream -> documents in the report bucket, event bus, topic, robot.

Invoked by `wecom-sync doctor`: a corp -> how WeCom takes its robot.
"""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.adapters.dynamodb_publications import changed
from wecom_sync.adapters.publisher import Robot
from wecom_sync.factory.publishing import PublishAdapters
from wecom_sync.handler import logger, metrics, once
from wecom_sync.settings import PublishSettings
from wecom_sync.use_cases.publication import Publication


@dataclass(frozen=True, slots=True)
class UseCases:
    """What this function does."""

    publication: Publication
    robot: Robot


def build(adapters: PublishAdapters[PublishSettings]) -> UseCases:
    """Wire the use-cases."""
    publication = Publication(
        store=adapters.store,
        publications=adapters.publications,
        documents=adapters.documents,
        channels=adapters.channels,
        aside=adapters.queue(adapters.settings.aside_queue_url),
        clock=adapters.clock,
        language=adapters.settings.language,
        retention_days=adapters.settings.retention_days,
        count=adapters.count,
    )
    return UseCases(publication, adapters.robot)


use_cases = once(build, PublishAdapters[PublishSettings], PublishSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> Any:
    """Publish what was changed: each run once, whatever the number of its records."""
    if "doctor" in event:
        return {"robot": use_cases().robot.examine(event["doctor"])}
    runs, corps = changed(event)
    use_cases().publication.publish(runs, corps)
    logger.info("published", extra={"runs": len(runs), "corps": len(corps)})
    return None
