"""What syncs cost: what they used here, by the price list in `docs/figures/prices.json`."""

import json
from collections.abc import Iterator, Mapping

from performance.cloud import Used
from performance.memory import FUNCTIONS, Nights, billed_seconds, configured, nights, staff
from performance.table import Table, Words
from support.template import ROOT, resources

SIZES = (1_000, 10_000, 100_000)
COMPANIES = 200
NIGHTS = 30
MINUTES = NIGHTS * 24 * 60
GB = 1_000_000_000
REPORT_BYTES = 600
"""What Lambda itself logs of an invocation."""
POLLS = 5 * 3 * MINUTES
"""How often Lambda asks an empty queue: five pollers, each waits 20 seconds."""
METRICS = 4
"""What the sweep counts each time, and one that callbacks count."""
KEPT_NIGHTS, STANDARD_NIGHTS, ARCHIVED_OBJECTS = 400, 7, 4
"""How long a night's files are kept, how long in S3 Standard; how many are large enough to go."""
PRICES = json.loads((ROOT / "docs" / "figures" / "prices.json").read_text("utf-8"))["prices"]

type Bill = dict[str, float]
"""How much was used of what has a price."""

NAT: Bill = {"nat_hour": 730, "address_hour": 730}


def usd(*bills: Mapping[str, float]) -> float:
    return sum(count * float(PRICES[name]["usd"]) for bill in bills for name, count in bill.items())


def times(factor: float, bill: Mapping[str, float]) -> Bill:
    return {name: count * factor for name, count in bill.items()}


def bill_of(used: Used, sent_bytes: int = 0) -> Bill:
    """Return what was used, but for what is left behind. `sent_bytes`: those to WeCom."""
    memory = {function: configured(function)[0] for function in FUNCTIONS}
    seconds = {it: billed_seconds(used, it, memory[it]) for it in FUNCTIONS}
    logged = used.log_bytes + REPORT_BYTES * used.billed["lambda_request"]
    return {
        **used.billed,
        "lambda_gb_second": sum(seconds[it] * memory[it] / 1024 for it in FUNCTIONS),
        "log_gb": logged / GB,
        "internet_gb": sent_bytes / GB,
    }


def kept(night: Nights, standard: float, archived: float) -> Bill:
    """Return what a month keeps: so many nights of files in S3 Standard, so many archived."""
    objects, table = (size / GB for size in night.kept)
    pages = table * (standard + archived)
    moves = ARCHIVED_OBJECTS * NIGHTS if archived else 0
    return {
        "s3_gb_month": objects * standard, "archive_gb_month": objects * archived,
        "archive_move": moves, "dynamodb_gb_month": pages, "recovery_gb_month": pages,
    }  # fmt: skip


def standing(companies: int) -> dict[Words, float]:
    """Return the USD of a month in which no file is dropped, by their cause."""
    quiet = nights(SIZES[0])
    alarms = len(resources("AWS::CloudWatch::Alarm"))
    mappings = resources("AWS::Lambda::EventSourceMapping").values()
    queues = sum("ScalingConfig" in it["Properties"] for it in mappings)
    sweep = times(MINUTES / 5, bill_of(quiet.sweep) | {"schedule": 1})
    looks = times(NIGHTS * companies, bill_of(quiet.drift))
    return {
        ("a secret for each company, and the stack's", "每家企业一个密钥，另加堆栈的一个"): usd(
            {"secret_month": companies + 1}
        ),
        (f"{alarms} alarms", f"{alarms} 个告警"): usd({"alarm_month": alarms}),
        (f"{METRICS} metrics", f"{METRICS} 个指标"): usd({"metric_month": METRICS}),
        (f"Lambda asks {queues} queues", f"Lambda 轮询 {queues} 个队列"): usd(
            {"sqs_request": queues * POLLS}
        ),
        ("the sweep, every five minutes", "每五分钟一次的巡检"): usd(sweep),
        ("the daily look for changes by hand, 1,000 people", "每天检查手工改动，1,000 人"): usd(
            looks, {"schedule": NIGHTS}
        ),
        ("AWS's key of the table", "表的 AWS 密钥"): usd({"key_request": MINUTES / 5}),
    }


def _months(bills: list[Bill]) -> Iterator[tuple[Words, list[float]]]:
    """Yield the USD of a month of nightly syncs of each size, by what is looked at."""
    syncs = [usd(times(NIGHTS, bill)) for bill in bills]
    first = [usd(kept(nights(size), NIGHTS / 2, 0)) for size in SIZES]
    later = [
        usd(kept(nights(size), STANDARD_NIGHTS, KEPT_NIGHTS - STANDARD_NIGHTS)) for size in SIZES
    ]
    yield (f"{NIGHTS} syncs", f"{NIGHTS} 次同步"), syncs
    yield ("what they leave behind: first month", "留存的文件：首月"), first
    yield (
        (f"what they leave behind: after {KEPT_NIGHTS} nights", f"留存的文件：{KEPT_NIGHTS} 晚后"),
        later,
    )
    both = [list(map(sum, zip(syncs, files, strict=True))) for files in (first, later)]
    yield ("together: first month", "合计：首月"), both[0]
    yield (f"together: after {KEPT_NIGHTS} nights", f"合计：{KEPT_NIGHTS} 晚后"), both[1]
    yield (
        ("a table item for each row would add", "若每行在表中各占一项，另加"),
        [usd({"dynamodb_write": NIGHTS * size}) for size in SIZES],
    )
    many = f"{COMPANIES} such companies, and the stack", f"{COMPANIES} 家这样的企业，含堆栈"
    fixed = sum(standing(COMPANIES).values())
    yield many, [COMPANIES * month + fixed for month in both[1]]


def _amount(count: float) -> str:
    return f"{count:,.4g}" if count >= 0.0001 else f"{count:.7f}".rstrip("0")


def tables() -> Iterator[Table]:
    sizes = [(f"{size:,} rows", f"{size:,} 行") for size in SIZES]
    bills = [bill_of(nights(size).second, len(staff(size))) for size in SIZES]
    charged = [
        ((it["en"], it["zh"]), [_amount(bill.get(name, 0)) for bill in bills])
        for name, it in PRICES.items()
        if any(bill.get(name) for bill in bills)
    ]
    charged.append((("USD", "美元"), [f"{usd(bill):.4f}" for bill in bills]))
    yield Table("cost_syncs", (("one sync", "一次同步"), *sizes), charged)
    month = ("USD a month", "每月美元")
    months = [(words, [f"{it:,.2f}" for it in amounts]) for words, amounts in _months(bills)]
    yield Table("cost_months", (month, *sizes), months)
    one, many = standing(1), standing(COMPANIES)
    causes = [(words, [f"{one[words]:.2f}", f"{many[words]:.2f}"]) for words in one]
    causes.append((("together", "合计"), [f"{sum(it.values()):.2f}" for it in (one, many)]))
    causes.append((("NAT gateway with its address", "NAT 网关及其地址"), [f"{usd(NAT):.2f}"] * 2))
    companies = ("one company", "1 家企业"), (f"{COMPANIES} companies", f"{COMPANIES} 家企业")
    yield Table("cost_standing", (month, *companies), causes)
    yield Table(
        "prices",
        (("price", "价格"), ("USD", "美元"), ("from", "来源"), ("on", "日期")),
        [
            ((it["en"], it["zh"]), (f"{it['usd']:.10f}".rstrip("0"), it["source"], it["date"]))
            for it in PRICES.values()
        ],
    )
