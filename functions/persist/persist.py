"""SQS (callbacks, checks) -> getresult -> outcomes in DynamoDB, results.csv; wakes the lane."""

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.factory.jobs import JobAdapters
from wecom_sync.handler import each_message, logger, metrics, once
from wecom_sync.settings import JobSettings
from wecom_sync.use_cases.results import JobEvent, Results


def build(adapters: JobAdapters[JobSettings]) -> Results:
    """Wire the use-case."""
    return Results(
        store=adapters.store,
        records=adapters.records,
        memory=adapters.memory,
        wecom_of=adapters.wecom,
        results_queue=adapters.results_queue,
        endings=adapters.endings,
        clock=adapters.clock,
        check_seconds=adapters.settings.check_seconds,
        result_deadline_seconds=adapters.settings.result_deadline_seconds,
        count=adapters.count,
    )


results = once(build, JobAdapters[JobSettings], JobSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> PartialItemFailureResponse:
    """Turn callbacks and checks into outcomes."""
    return each_message(event, lambda message: handle(results(), message))


def handle(use_case: Results, message: dict[str, Any]) -> None:
    """Handle one message: a callback that was accepted, or a check that is due."""
    if message["kind"] == "callback":
        fields = {name: value for name, value in message.items() if name != "kind"}
        run = use_case.hear(JobEvent(**fields))
    else:
        run = use_case.check(message["run_id"], message["check"])
    if run is not None:
        logger.info(message["kind"], extra={"run_id": run.run_id, "state": run.state})
