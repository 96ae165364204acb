"""How long it takes to read and check a file, beside `csv.reader` alone and what others use."""

import json
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from performance.files import company_csv, member_csv, member_xlsx
from performance.timing import RUNS, Rows, side_by_side, split, times
from support.workbooks import TOO_MUCH, repeated
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster

ROWS = 100_000
BROKEN = 10_000
PEERS = Path(__file__).parents[2] / ".build/peers/bin/python"
SCRIPT = Path(__file__).with_name("peers") / "reading.py"


def read(content: bytes, job: Job = Job.REPLACE_USER) -> object:
    """Return the roster, or the error of a file that is rejected."""
    try:
        return read_roster(job, content, Reading(key="工号"))
    except FileRejectedError as error:
        return error


def tables() -> Iterator[tuple[str, Rows]]:
    table, book = member_csv(ROWS), member_xlsx(ROWS)
    seconds = side_by_side(
        {
            "csv.reader alone": partial(split, table),
            "a clean CSV": partial(read, table),
            "a CSV with 10,000 problems": partial(read, member_csv(ROWS, BROKEN)),
            "a clean company file": partial(read, company_csv(ROWS), Job.COMPANY),
            "a clean workbook": partial(read, book),
        }
    )
    refused = side_by_side(
        {f"{it[1]} {it[0]!r}": partial(read, repeated(*it[:3])) for it in TOO_MUCH}
    )
    seconds["too large, the slowest"] = max(refused.values(), key=median)
    with TemporaryDirectory() as folder:
        paths = Path(folder, "members.csv"), Path(folder, "members.xlsx")
        for path, content in zip(paths, (table, book), strict=True):
            path.write_bytes(content)
        command = [f"{it}" for it in (PEERS, SCRIPT, *paths, RUNS)]
        seconds |= json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    yield "reading", times(seconds, seconds["csv.reader alone"])
