"""Keeping what became of 100,000 rows, beside an item a row by boto3's batch writer; on moto."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from performance.table import Table
from support.fakes import FakeClock
from support.template import create_on_moto
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run, State

ROWS = 100_000
UNIT_BYTES = 1024
NIGHTS = {
    ("all succeeded", "全部成功"): (0, ""),
    ("all refused", "全部被拒绝"): (60104, "mobile existed"),
}
ACCOUNT, REGION = "123456789012", "us-east-1"


RUN = Run(
    run_id="pages", corp="acme", job=None, bucket="b", key="k", version="v",
    state=State.SUBMITTED, dropped=0, created=0, updated=0, due=0,
)  # fmt: skip


def outcomes(errcode: int, errmsg: str) -> list[Outcome]:
    return [
        Outcome(f"W{n:06d}", n + 2, errcode, errmsg, 0, f"员工{n}", "added") for n in range(ROWS)
    ]


def units(table: str, run_id: str) -> int:
    """Return the write units of a run's items: one for each kilobyte, at least one an item."""
    items = dynamodb_backends[ACCOUNT][REGION].get_table(table).all_items()
    own = (item for item in items if item.hash_key.value == f"RUN#{run_id}")
    return sum(-(-item.size() // UNIT_BYTES) for item in own)


def item_each(table: Any, run_id: str, rows: Sequence[Outcome]) -> None:
    with table.batch_writer() as writer:
        for row in rows:
            keys = {"pk": f"RUN#{run_id}", "sk": f"ROW#{row.id}"}
            writer.put_item(Item={**keys, **row._asdict(), "ttl": 1_800_000_000})


def tables() -> Iterator[Table]:
    lines = []
    for words, (errcode, errmsg) in NIGHTS.items():
        rows = outcomes(errcode, errmsg)
        with mock_aws():
            name = create_on_moto()["RunTable"]
            store = DynamoStore(boto3.client("dynamodb", REGION), name, FakeClock(), 400)
            table, seconds = boto3.resource("dynamodb", REGION).Table(name), {}
            for way, work in (
                ("pages", lambda store=store, rows=rows: store.put_outcomes(RUN, rows)),
                ("items", lambda table=table, rows=rows: item_each(table, "items", rows)),
            ):
                started = time.perf_counter()
                work()
                seconds[way] = time.perf_counter() - started
            lines.append((words, (
                f"{units(name, 'pages'):,}", f"{units(name, 'items'):,}",
                f"{seconds['pages']:.2f}", f"{seconds['items']:.0f}",
            )))  # fmt: skip
    yield Table(
        "results",
        (
            (f"{ROWS:,} rows", f"{ROWS:,} 行"),
            ("write units", "写入单位"), ("write units, an item a row", "写入单位，每行一项"),
            ("seconds", "秒"), ("seconds, an item a row", "秒，每行一项"),
        ),
        lines,
    )  # fmt: skip
