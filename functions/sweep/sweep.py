"""Schedule -> runs that are overdue -> their messages once more."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.factory.runs import RunAdapters
from wecom_sync.handler import logger, metrics, once
from wecom_sync.settings import RunSettings
from wecom_sync.use_cases.sweep import Sweep


def build(adapters: RunAdapters[RunSettings]) -> Sweep:
    """Wire the use-case."""
    return Sweep(
        store=adapters.store,
        submit_queue=adapters.submit_queue,
        results_queue=adapters.results_queue,
        lanes=adapters.lanes,
        unpublished=adapters.unpublished,
        clock=adapters.clock,
    )


sweeper = once(build, RunAdapters[RunSettings], RunSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many overdue runs were found, by state."""
    swept = sweeper().sweep()
    metrics.add_metric(name="RunsStuck", unit="Count", value=swept.stuck)
    counts = {"unpublished": swept.unpublished, "stuck": swept.stuck}
    logger.info("swept", extra={"found": dict(swept.found), **counts})
    return {str(state): runs for state, runs in swept.found.items()}
