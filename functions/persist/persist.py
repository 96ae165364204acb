"""SQS (callbacks, checks) -> getresult -> outcomes in DynamoDB, results.csv; wakes the lane."""

from typing import TYPE_CHECKING, Any, NamedTuple

from wecom_sync.factory.jobs import JobAdapters
from wecom_sync.handler import each_message, logger, metrics, once
from wecom_sync.settings import JobSettings
from wecom_sync.use_cases.callbacks import Verifier
from wecom_sync.use_cases.results import Results

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class PersistUseCases(NamedTuple):
    """What this function does."""

    verifier: Verifier
    results: Results


def build(adapters: JobAdapters[JobSettings]) -> PersistUseCases:
    verifier = Verifier(
        master=adapters.master(adapters.settings.callback_secret_arn),
        messages=adapters.messages,
        receiver=lambda corp: adapters.secrets.of(corp).corp_id,
        count=adapters.count,
    )
    results = Results(
        store=adapters.store,
        records=adapters.records,
        wecom_of=adapters.wecom,
        results_queue=adapters.results_queue,
        endings=adapters.endings,
        clock=adapters.clock,
        check_seconds=adapters.settings.check_seconds,
        result_deadline_seconds=adapters.settings.result_deadline_seconds,
        count=adapters.count,
    )
    return PersistUseCases(verifier, results)


use_cases = once(build, JobAdapters[JobSettings], JobSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    """Turn callbacks and checks into outcomes."""
    return each_message(event, lambda message: handle(use_cases(), message))


def handle(cases: PersistUseCases, message: dict[str, Any]) -> None:
    """Handle one message: what WeCom signed, or a check that is due."""
    if message["kind"] == "callback":
        event = cases.verifier.read(message)
        run = cases.results.hear(event) if event else None
    else:
        run = cases.results.check(message["run_id"], message["check"])
    if run is not None:
        logger.info(message["kind"], extra={"run_id": run.run_id, "state": run.state})
