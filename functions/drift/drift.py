"""Daily schedule -> live ids against the snapshot -> a report of what was changed by hand."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.adapters.event_bus import EventBus
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.handler import logger, metrics, once
from wecom_sync.settings import WeComSettings
from wecom_sync.use_cases.drift_watch import DriftWatch


def build(adapters: WeComAdapters[WeComSettings]) -> DriftWatch:
    """Wire the use-case."""
    return DriftWatch(
        wecom_of=adapters.wecom,
        archive=adapters.archive,
        reports=adapters.reports,
        publisher=EventBus(adapters.session.client("events", **adapters.wiring)),
        clock=adapters.clock,
        language=adapters.settings.language,
        count=adapters.count,
    )


watch = once(build, WeComAdapters[WeComSettings], WeComSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, dict[str, int]]:
    """Return, for each corp that drifted, how many accounts were added, removed and moved."""
    found = {
        drift.corp: {
            "added": len(drift.added),
            "removed": len(drift.removed),
            "moved": len(drift.moved),
        }
        for drift in watch().look()
    }
    logger.info("drift", extra={"corps": len(found)})
    return found
