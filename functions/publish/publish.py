"""The table's stream -> documents in the report bucket, event bus, topic."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.adapters.dynamodb_publications import changed
from wecom_sync.factory.publishing import PublishAdapters
from wecom_sync.handler import logger, metrics, once
from wecom_sync.settings import PublishSettings
from wecom_sync.upkeep.publication import Publication


def build(adapters: PublishAdapters[PublishSettings]) -> Publication:
    """Wire the use-case."""
    return Publication(
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


publication = once(build, PublishAdapters[PublishSettings], PublishSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Publish what was changed: each run once, whatever the number of its records."""
    runs, corps = changed(event)
    publication().publish(runs, corps)
    logger.info("published", extra={"runs": len(runs), "corps": len(corps)})
