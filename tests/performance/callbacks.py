"""How long the callback function takes for a message once it is warm, and what forgeries cost."""

import io
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError

import callback
from performance.table import Table, Words
from support import events
from support.composition import built
from support.functions import MASTER, Context
from wecom_sync.adapters.secrets_manager import SecretsManager
from wecom_sync.handler import logger
from wecom_sync_tools.local.corps import known_corp

MESSAGES = 2_000
A_SECOND = 200
"""Forgeries that are to be answered in each second."""


class Cloud:
    """Secrets Manager and SQS without the way there; both count."""

    def __init__(self) -> None:
        self.secrets = dict(known_corp().secrets("wecom-sync"))
        self.look_ups = self.messages = 0

    def get_secret_value(self, SecretId: str) -> Mapping[str, str]:  # noqa: N803 - as boto3
        self.look_ups += 1
        if "CallbackMasterSecret" in SecretId:
            return {"SecretString": MASTER}
        if SecretId in self.secrets:
            return {"SecretString": self.secrets[SecretId]}
        error = {"Error": {"Code": "ResourceNotFoundException", "Message": ""}}
        raise ClientError(error, "GetSecretValue")  # type: ignore[arg-type]

    def send(self, message: Mapping[str, object], delay_seconds: float = 0) -> None:
        self.messages += 1


def requests() -> Mapping[Words, Callable[[int], dict[str, Any]]]:
    genuine = events.posted_xml(events.job_finished())
    forged = events.posted_xml(events.job_finished(), msg_signature="0" * 40)

    def at(path: str) -> dict[str, Any]:
        query, body = forged["queryStringParameters"], forged["body"]
        return events.request("POST", path, query, body)

    return {
        ("genuine", "真实"): lambda _: genuine,
        ("forged, at the corp's URL", "伪造，发到公司的地址"): lambda _: forged,
        ("forged, at a run's URL", "伪造，发到某次运行的地址"): lambda n: at(
            f"/callback/acme/20260102T030405Z-{n:012x}"
        ),
        ("forged, 100 unknown corps", "伪造，100 个不存在的公司"): lambda n: at(
            f"/callback/nobody-{n % 100}"
        ),
    }


def measured(request: Callable[[int], dict[str, Any]]) -> list[str]:
    cloud, milliseconds = Cloud(), []
    stand_ins: Any = {"manager": SecretsManager(cloud, time.time), "queue": lambda _: cloud}  # type: ignore[arg-type]
    use_case = built("callback", lambda _: stand_ins)
    with patch.object(callback, "callbacks", lambda: use_case), redirect_stdout(io.StringIO()):
        for n in range(MESSAGES):
            event = request(n)
            started = time.perf_counter()
            callback.lambda_handler(event, Context())
            milliseconds.append(1000 * (time.perf_counter() - started))
    busy = median(milliseconds) * A_SECOND / 1000
    last = f"{quantiles(milliseconds, n=100)[-1]:.2f} ms"
    counts = [f"{cloud.look_ups:,}", f"{cloud.messages:,}"]
    return [f"{median(milliseconds):.2f} ms", last, f"{busy:.1%}", *counts]


def tables() -> list[Table]:
    logger.setLevel("ERROR")
    columns = [
        (f"{MESSAGES:,} messages", f"{MESSAGES:,} 条消息"), ("median", "中位数"),
        ("99th percentile", "第 99 百分位"),
        (f"of a processor at {A_SECOND} a second", f"每秒 {A_SECOND} 条时占用的处理器"),
        ("secret look-ups", "读取密钥次数"), ("queued", "进入队列"),
    ]  # fmt: skip
    return [Table("callbacks", columns, [(k, measured(v)) for k, v in requests().items()])]
