"""How long it takes to read and check a file, beside `csv.reader` alone."""

import csv
import io
from collections.abc import Iterator

from performance.files import member_csv, member_xlsx
from performance.table import Table
from performance.timing import side_by_side
from wecom_sync.domain.run import Job
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster

ROWS = 100_000
BROKEN = 10_000


def rejected(content: bytes) -> FileRejectedError:
    try:
        read_roster(Job.REPLACE_USER, content)
    except FileRejectedError as error:
        return error
    raise AssertionError("the file was taken")


def tables() -> Iterator[Table]:
    clean, bad, sheet = member_csv(ROWS), member_csv(ROWS, BROKEN), member_xlsx(ROWS)
    text = clean.decode()
    names = {
        "csv.reader": ("csv.reader alone", "仅 csv.reader"),
        "csv": ("a clean CSV", "没有问题的 CSV"),
        "bad": (f"a CSV with {BROKEN:,} problems", f"有 {BROKEN:,} 个问题的 CSV"),
        "xlsx": ("a clean workbook", "没有问题的工作簿"),
    }
    timings = side_by_side({
        "csv.reader": lambda: list(csv.reader(io.StringIO(text))),
        "csv": lambda: read_roster(Job.REPLACE_USER, clean),
        "bad": lambda: rejected(bad),
        "xlsx": lambda: read_roster(Job.REPLACE_USER, sheet),
    })  # fmt: skip
    base = timings["csv.reader"].median
    yield Table(
        "reading",
        ((f"{ROWS:,} rows", f"{ROWS:,} 行"), ("seconds", "秒"), ("× csv.reader", "× csv.reader")),
        [
            (names[name], (str(timing), f"{timing.median / base:.1f}"))
            for name, timing in timings.items()
        ],
    )
