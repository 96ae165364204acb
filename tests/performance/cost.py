"""What syncs cost: what they used here, by the price list in `docs/figures/prices.json`."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from performance.files import company_csv
from performance.meter import START_SECONDS, Used, metered
from performance.timing import Rows
from support.template import ROOT, resources

SIZES = (1_000, 10_000, 100_000)
SYNC = ("submit", "callback", "persist", "publish")
COMPANIES = 200
NIGHTS = 30
MINUTES = NIGHTS * 24 * 60
GB = 1_000_000_000
CORE_MB = 1769
"""The memory with which Lambda gives a function one processor; Python uses no more than one."""
LOG_BYTES = 800
"""What an invocation logs: 600 of them are Lambda's own."""
POLLS = 5 * 3 * MINUTES
"""How often Lambda asks an empty queue: five pollers, each waits 20 seconds."""
METRICS = 8
"""What the sweep counts each time, and one of callbacks: each for its function and for all."""
KEPT_NIGHTS, STANDARD_NIGHTS, ARCHIVED_OBJECTS = 400, 7, 4
"""How long a night's files are kept, how long in S3 Standard; how many are large enough to go."""
PRICES = json.loads((ROOT / "docs" / "figures" / "prices.json").read_text("utf-8"))["prices"]

type Bill = Mapping[str, float]
"""How much was used of what has a price."""

NAT: Bill = {"nat_hour": 730, "address_hour": 730}


@dataclass(frozen=True)
class Night:
    """A night in which every hundredth person of a company file has changed.

    `kept`: the bytes that it added to S3, and to the table.
    """

    used: Used
    sent_bytes: int
    kept: tuple[int, int]


@cache
def night(rows: int) -> Night:
    content = company_csv(rows, "经理")
    with metered() as stack:
        stack.sync("company/staff.csv", company_csv(rows))
        before = stack.kept_bytes()
        used = stack.sync("company/staff.csv", content)
        objects, table = stack.kept_bytes()
        stack.look()
        return Night(used, len(content), (objects - before[0], table - before[1]))


def usd(*bills: Bill) -> float:
    return sum(count * float(PRICES[name]["usd"]) for bill in bills for name, count in bill.items())


def times(factor: float, bill: Bill) -> Bill:
    return {name: count * factor for name, count in bill.items()}


def bill_of(used: Used, *functions: str, start_seconds: float = START_SECONDS) -> Bill:
    """Return what functions used, each of which starts once."""
    bill: dict[str, float] = defaultdict(float)
    for function in functions:
        properties = resources("AWS::Lambda::Function")[f"{function.capitalize()}Function"]
        memory = properties["Properties"]["MemorySize"]
        counts = used[function]
        for name in PRICES.keys() & counts.keys():
            bill[name] += counts[name]
        seconds = (counts["seconds"] + start_seconds) * max(1, CORE_MB / memory) + counts["waited"]
        bill["lambda_gb_second"] += seconds * memory / 1024
        bill["log_gb"] += counts["lambda_request"] * LOG_BYTES / GB
    return bill


def sync(rows: int) -> Bill:
    it = night(rows)
    return {**bill_of(it.used, *SYNC), "internet_gb": it.sent_bytes / GB}


def kept(rows: int, standard: float, archived: float) -> Bill:
    """Return what a month keeps: so many nights of files in S3 Standard, so many archived."""
    objects, table = (size / GB for size in night(rows).kept)
    pages = table * (standard + archived)
    moves = ARCHIVED_OBJECTS * NIGHTS if archived else 0
    return {
        "s3_gb_month": objects * standard,
        "archive_gb_month": objects * archived,
        "archive_move": moves,
        "dynamodb_gb_month": pages,
        "recovery_gb_month": pages,
    }


def standing(companies: int) -> dict[str, float]:
    """Return the USD of a month in which no file is dropped, by their cause."""
    used = night(SIZES[0]).used
    mappings = resources("AWS::Lambda::EventSourceMapping").values()
    queues = sum("ScalingConfig" in it["Properties"] for it in mappings)
    sweeps = MINUTES / 5
    sweep = times(1 / used["sweep"]["lambda_request"], bill_of(used, "sweep", start_seconds=0))
    looks = times(NIGHTS * companies, bill_of(used, "drift"))
    watched = [it["Properties"] for it in resources("AWS::CloudWatch::Alarm").values()]
    # Each metric of a group is paid for, and no expression.
    alarms = sum(len(it.get("Metrics", (0, 0))) - 1 for it in watched)
    return {
        "secrets": usd({"secret_month": companies + 1}),
        "alarms": usd({"alarm_month": alarms}),
        "metrics": usd({"metric_month": METRICS}),
        "polls": usd({"sqs_request": queues * POLLS}),
        "sweeps": usd(times(sweeps, sweep), {"schedule": sweeps}),
        "looks": usd(looks, {"schedule": NIGHTS}),
        "key": usd({"key_request": sweeps}),
    }


def months() -> dict[str, list[float]]:
    """Return the USD of a month of nightly syncs of each size, by what is looked at."""
    syncs = [usd(times(NIGHTS, sync(size))) for size in SIZES]
    first = [usd(kept(size, NIGHTS / 2, 0)) for size in SIZES]
    later = [usd(kept(size, STANDARD_NIGHTS, KEPT_NIGHTS - STANDARD_NIGHTS)) for size in SIZES]
    both = {
        name: [*map(sum, zip(syncs, files, strict=True))]
        for name, files in (("together first", first), ("together later", later))
    }
    fixed = sum(standing(COMPANIES).values())
    return {
        "syncs": syncs,
        "kept first": first,
        "kept later": later,
        **both,
        "companies": [COMPANIES * month + fixed for month in both["together later"]],
    }


def _cents(amounts: Mapping[str, Sequence[float]]) -> Rows:
    return {name: [f"{it:,.2f}" for it in usds] for name, usds in amounts.items()}


def _amount(count: float) -> str:
    return f"{count:,.4g}" if count >= 0.0001 else f"{count:.7f}".rstrip("0")


def tables() -> Iterator[tuple[str, Rows]]:
    bills = [sync(size) for size in SIZES]
    charged = {name: [_amount(bill[name]) for bill in bills] for name in PRICES if name in bills[0]}
    yield "cost_syncs", charged | {"usd": [f"{usd(bill):.4f}" for bill in bills]}
    yield "cost_months", _cents(months())
    one, many = standing(1), standing(COMPANIES)
    causes = {name: (one[name], many[name]) for name in one}
    causes["together"] = sum(one.values()), sum(many.values())
    causes["nat"] = usd(NAT), usd(NAT)
    yield "cost_standing", _cents(causes)
