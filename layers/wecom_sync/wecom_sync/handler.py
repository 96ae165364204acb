"""What all handlers share: logging, metrics, and SQS batches."""

import gc
import json
import logging
import os
import traceback
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.exceptions import ClientError

from wecom_sync.adapters.aws import QUICK, wiring
from wecom_sync.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

# Powertools warns when a message counts nothing. That is normal here.
warnings.filterwarnings("ignore", message="No application metrics to publish")

# urllib3 warns of malformed answers and quotes the URL, which holds the token.
logging.getLogger("urllib3").setLevel(logging.ERROR)

SOON_SECONDS = 60
"""When a message that failed for the first time is tried again. It tells trouble that passes from
a message that cannot be handled, which somebody has to hear of."""

# What a process has loaded stays, so no collection needs to look at it again.
_keep_loaded = cache(gc.freeze)

logger = Logger()
metrics = Metrics()


def count(name: str, value: int = 1) -> None:
    """Count for this function, and without a dimension for all: so one alarm watches them all."""
    metrics.add_metric(name=name, unit="Count", value=value)
    if {} not in metrics.provider.dimension_sets:
        metrics.provider.dimension_sets.append({})


def once[Settings, Adapters, UseCase](
    build: Callable[[Adapters], UseCase],
    adapters: Callable[[Settings, boto3.Session, Callable[[str], None]], Adapters],
    settings: Callable[[Mapping[str, str]], Settings],
) -> "_lru_cache_wrapper[UseCase]":
    """Return what builds a function's use-case at its first event, once per container."""

    def built() -> UseCase:
        use_case = build(adapters(settings(os.environ), boto3.Session(), count))
        _keep_loaded()
        return use_case

    return cache(built)


def each_message(
    event: Mapping[str, Any], handle: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """Handle the JSON body of each message; return which ones SQS is to give again.

    A message that raises goes back to the queue; the others do not. The first time it comes again
    soon. From its second failure on it is counted, and waits as long as the queue says.
    """
    failed: list[str] = []
    for record in event["Records"]:
        try:
            handle(json.loads(record["body"]))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next message goes on
            failed.append(record["messageId"])
            extra = {"message_id": failed[-1], **shape(error)}
            logger.error("message failed", extra=extra)  # noqa: TRY400
            _note_failure(record)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _note_failure(record: Mapping[str, Any]) -> None:
    """Shorten the pause before a message comes again; count it if it failed before."""
    try:
        if int(record["attributes"]["ApproximateReceiveCount"]) > 1:
            count("MessagesFailed")
            return
        client = boto3.client("sqs", **wiring(os.environ.get("AWS_ENDPOINT_URL") or None, QUICK))
        account, name = record["eventSourceARN"].split(":")[-2:]
        client.change_message_visibility(
            QueueUrl=f"{client.meta.endpoint_url}/{account}/{name}",
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=SOON_SECONDS,
        )
    except Exception as error:  # noqa: BLE001 - a message of its own must not bring back the others
        extra = {"message_id": record["messageId"], **shape(error)}
        logger.warning("not brought soon", extra=extra)


def shape(error: Exception) -> dict[str, str]:
    """Return an error's type and place. Its text may quote a file or a URL, so it is left out."""
    steps = traceback.extract_tb(error.__traceback__)
    ours = [step for step in steps if "wecom_sync" in step.filename]
    place = (ours or steps)[-1]
    facts = {"error": type(error).__name__, "place": f"{Path(place.filename).name}:{place.lineno}"}
    if isinstance(error, ConfigurationError):
        facts["details"] = str(error)
    for cause in (error, error.__cause__, error.__context__):
        if isinstance(cause, ClientError):
            facts["aws"] = f"{cause.operation_name}: {cause.response['Error']['Code']}"
    return facts
