"""What every function needs."""

import time
from collections.abc import Callable

import boto3

from wecom_sync.adapters.aws import QUICK, wiring
from wecom_sync.adapters.sqs import SqsQueue
from wecom_sync.settings import Settings
from wecom_sync.use_cases.ports import Clock


class Adapters[S: Settings]:
    """Clients and clock; each adapter is built when it is first asked for."""

    def __init__(self, settings: S, session: boto3.Session, count: Callable[[str], None]) -> None:
        self.settings = settings
        self.session = session
        self.count = count
        self.clock: Clock = time.time
        self.sleep: Callable[[float], None] = time.sleep
        self.wiring = wiring(settings.aws_endpoint_url)
        self.quick = wiring(settings.aws_endpoint_url, QUICK)

    def queue(self, url: str) -> SqsQueue:
        return SqsQueue(self.session.client("sqs", **self.wiring), url)
