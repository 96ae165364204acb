"""What every handler does the same way: logging, metrics, and SQS batches message by message."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

logger = Logger()
metrics = Metrics(namespace="wecom-sync")


def count(name: str) -> None:
    """Count something that an operator wants to see."""
    metrics.add_metric(name=name, unit="Count", value=1)


def each_message(
    event: Mapping[str, Any], handle: Callable[[dict[str, Any]], object]
) -> PartialItemFailureResponse:
    """Handle the JSON body of each message; one that raises goes back to the queue, alone."""

    def one(record: SQSRecord) -> None:
        try:
            handle(json.loads(record.body))
        except Exception as error:
            # The type and place of the error, never its text: it may quote a file or a URL.
            logger.error(  # noqa: TRY400
                "message failed",
                extra={"message_id": record.message_id, "error": type(error).__name__},
            )
            raise

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    with processor(event["Records"], one):
        processor.process()
    return processor.response()
