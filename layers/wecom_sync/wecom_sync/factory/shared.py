"""What every function needs."""

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import boto3

from wecom_sync.adapters.aws import QUICK, SIGNED, wiring
from wecom_sync.adapters.sqs import SqsQueue
from wecom_sync.settings import Settings
from wecom_sync.use_cases.ports import Clock

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient


class Adapters[S: Settings]:
    """Clients and clock. Each client and adapter is built when it is first asked for, and once."""

    def __init__(self, settings: S, session: boto3.Session, count: Callable[[str], None]) -> None:
        self.settings = settings
        self.session = session
        self.count = count
        self.clock: Clock = time.time
        self.processor: Clock = time.thread_time
        self.sleep: Callable[[float], None] = time.sleep
        self.wiring = wiring(settings.aws_endpoint_url)
        self.quick = wiring(settings.aws_endpoint_url, QUICK)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self.session.client("dynamodb", **self.wiring)

    @cached_property
    def s3(self) -> "S3Client":
        return self.session.client("s3", **wiring(self.settings.aws_endpoint_url, SIGNED))

    @cached_property
    def sqs(self) -> "SQSClient":
        return self.session.client("sqs", **self.wiring)

    def queue(self, url: str) -> SqsQueue:
        return SqsQueue(self.sqs, url)
