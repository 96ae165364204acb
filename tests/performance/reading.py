"""How long it takes to read and check a file, beside `csv.reader` alone and what others use."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from performance.files import company_csv, member_csv, member_xlsx
from performance.table import Table, Words
from performance.timing import RUNS, Timing, side_by_side, split
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster

TESTS = Path(__file__).parents[1]
ROWS = 100_000
BROKEN = 10_000
NARROW = 8
"""Columns of twice as many rows: so the file is not too large for WeCom."""
PEERS = TESTS.parent / ".build/peers/bin/python"
KEYS = Reading(key="工号")
PEAK = """
import sys
from performance.reading import peak, read
from pathlib import Path
content, before = Path(sys.argv[1]).read_bytes(), peak()
read(content, sys.argv[2] == "company")
print(peak() - before + len(content))
"""


def read(content: bytes, is_company: bool = False) -> object:
    """Return the roster, or the error of a file that is rejected."""
    try:
        return read_roster(Job.COMPANY if is_company else Job.REPLACE_USER, content, KEYS)
    except FileRejectedError as error:
        return error


def peak() -> int:
    """Return the most bytes of memory that this process has had."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def tables() -> Iterator[Table]:
    with TemporaryDirectory() as directory:
        yield from _tables(Path(directory))


def _tables(directory: Path) -> Iterator[Table]:
    files: dict[str, tuple[Words, bytes]] = {
        "csv": (("a clean CSV", "没有问题的 CSV"), member_csv(ROWS)),
        "bad": (
            (f"a CSV with {BROKEN:,} problems", f"有 {BROKEN:,} 个问题的 CSV"),
            member_csv(ROWS, BROKEN),
        ),
        "company": (("a clean company file", "没有问题的人事文件"), company_csv(ROWS)),
        "xlsx": (("a clean workbook", "没有问题的工作簿"), member_xlsx(ROWS)),
    }
    twice = member_csv(2 * ROWS, width=NARROW)
    timings = side_by_side(
        {"csv.reader": partial(split, files["csv"][1]), "csv.reader twice": partial(split, twice)}
        | {name: partial(read, file, name == "company") for name, (_, file) in files.items()}
        | {"twice": partial(read, twice)}
    )
    files["twice"] = ((f"{2 * ROWS:,} rows, clean", f"{2 * ROWS:,} 行，没有问题"), twice)
    base = {"twice": timings.pop("csv.reader twice").median}
    plain = timings.pop("csv.reader")
    for name, (_, content) in files.items():
        (directory / name).write_bytes(content)
    rows: list[tuple[Words, tuple[str, ...]]] = [
        (("csv.reader alone", "仅 csv.reader"), (str(plain), "1.0", ""))
    ]
    rows += [
        (files[name][0], (*_cells(timing, base.get(name, plain.median)), _memory(directory / name)))
        for name, timing in timings.items()
    ]
    many = (f"{ROWS:,} rows", f"{ROWS:,} 行")
    columns = [many, ("seconds", "秒"), ("× csv.reader", "× csv.reader")]
    yield Table("reading", [*columns, ("memory × file", "内存 × 文件")], rows)
    yield Table("reading_peers", columns, [*_peers(directory, plain.median)])


def _cells(timing: Timing, base: float) -> tuple[str, str]:
    return str(timing), f"{timing.median / base:.1f}"


def _memory(path: Path) -> str:
    """Return the peak of a process that reads a file, without what it takes to start."""
    command = [sys.executable, "-c", PEAK, str(path), path.name]
    done = subprocess.run(command, check=True, capture_output=True, cwd=TESTS)
    return f"{int(done.stdout) / path.stat().st_size:.1f}"


def _peers(directory: Path, base: float) -> Iterator[tuple[Words, tuple[str, str]]]:
    script = Path(__file__).with_name("peers") / "reading.py"
    command = [str(PEERS), str(script), str(directory / "csv"), str(directory / "xlsx"), str(RUNS)]
    done = subprocess.run(command, check=True, capture_output=True)
    timings = {name: Timing.of(taken) for name, taken in json.loads(done.stdout).items()}
    for name, timing in timings.items():
        title = ("openpyxl, nothing checked", "openpyxl，不做检查")
        yield title if name == "openpyxl" else (name, name), _cells(timing, base)
