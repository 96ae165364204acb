"""Schedule -> runs that are overdue -> their messages once more; what alarms watch is counted.

Files in which somebody's last day is over are dropped once more, by name.

Dead letters of drops go back a few times; invoked with `redrive`, all that nothing else sends.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from wecom_sync.factory.sweeping import SweepAdapters
from wecom_sync.handler import count, logger, metrics, once
from wecom_sync.settings import SweepSettings
from wecom_sync.use_cases.due_files import DueFiles
from wecom_sync.use_cases.ports import Starts
from wecom_sync.use_cases.sweep import Redrive, Redriven, Sweep, Swept

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class SweepUseCases(NamedTuple):
    """What this function does."""

    starts: Starts
    sweep: Sweep
    redrive: Redrive


def build(adapters: SweepAdapters[SweepSettings]) -> SweepUseCases:
    settings, queue = adapters.settings, adapters.queue
    due_files = DueFiles(
        store=adapters.store,
        drops=adapters.due_drops,
        drop_bucket=settings.drop_bucket,
        clock=adapters.clock,
    )
    sweep = Sweep(
        store=adapters.store,
        submit_queue=adapters.submit_queue,
        results_queue=adapters.results_queue,
        publications=adapters.publications,
        due_files=due_files,
        clock=adapters.clock,
    )
    redrive = Redrive(
        drops=(queue(settings.drop_dead_letter_queue_url), queue(settings.drop_queue_url)),
        tellings=(queue(settings.publish_dead_letter_queue_url), queue(settings.publish_queue_url)),
    )
    return SweepUseCases(adapters.starts, sweep, redrive)


use_cases = once(build, SweepAdapters[SweepSettings], SweepSettings.from_env)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Return how many overdue runs were found, by state; of a redrive, how many letters went."""
    results: tuple[Swept, Redriven] = looked(event, context)
    swept, redriven = results
    use_cases().sweep.remember(swept)
    if event.get("redrive"):
        return redriven._asdict()
    return {str(state): runs for state, runs in swept.overdue.items()}


@metrics.log_metrics
def looked(event: dict[str, Any], context: "LambdaContext") -> tuple[Swept, Redriven]:
    """Look after everything; at the end, or when something fails, what was counted is told.

    What is broken is counted first: that is told even if the rest fails.
    """
    cases, broken = use_cases(), use_cases().starts.broken()
    count("StartsBroken", len(broken))
    seconds_left = lambda: context.get_remaining_time_in_millis() / 1000  # noqa: E731
    swept = cases.sweep.sweep(seconds_left)
    for name, value in swept.news.items():
        count(name, value)
    logger.info("swept", extra={**asdict(swept), "broken": broken})
    redriven = cases.redrive.redrive(seconds_left, by_hand=bool(event.get("redrive")))
    logger.info("redriven", extra=redriven._asdict())
    return swept, redriven
