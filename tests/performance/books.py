"""What it takes to keep the book of 100,000 people from night to night, beside the id pages."""

import io
import json
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from performance.files import DEPARTMENTS, HEADER, member_csv
from performance.table import Table
from performance.timing import Timing, side_by_side
from support.books import run_of
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.adapters.wecom_client import PAGE_ROWS
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Job
from wecom_sync.files.roster import Roster, Row, read_roster
from wecom_sync.planning.evidence import Scene
from wecom_sync.planning.members import plan_members
from wecom_sync.planning.memory.operations import applied
from wecom_sync.planning.memory.sent import Sent

PEOPLE = 100_000
CHANGED = 60
NIGHTS = (2, 30, 90)
NAMES = {
    "pages": ("parse the id pages", "解析成员 ID 分页"),
    "read": ("read the book", "读取快照"),
    "compare": ("compare with the file and the ids", "与文件及成员 ID 比对"),
    "write": ("read, enter and write the book", "读取、登记并写回快照"),
}


class Bucket:
    """The one object of a bucket, in memory."""

    body = b""

    class exceptions:  # noqa: N801
        NoSuchKey = EOFError

    def get_object(self, **_: object) -> dict[str, Any]:
        if not self.body:
            raise EOFError
        return {"Body": io.BytesIO(self.body), "ETag": "1"}

    def put_object(self, **named: Any) -> None:
        self.body = named["Body"]


def parsed(pages: Sequence[bytes]) -> Directory:
    rows = (row for page in pages for row in json.loads(page)["dept_user"])
    departments = [Department(n, int(n > 1)) for n in range(1, DEPARTMENTS + 1)]
    return Directory.of([(row["userid"], row["department"]) for row in rows], departments)


def export(night: int, rows: list[Row]) -> Roster:
    """Give a few people another title, others each night."""
    for at in range(night, PEOPLE, PEOPLE // CHANGED):
        cells = rows[at].cells
        rows[at] = replace(rows[at], cells=(*cells[:5], f"工程师{night}", *cells[6:]))
    return Roster(Job.REPLACE_USER, "", HEADER, tuple(rows))


def works(
    night: int, file: Roster, bucket: Bucket, pages: Sequence[bytes]
) -> dict[str, Callable[[], object]]:
    """Return what a night does with the book; each may be repeated."""
    archive, before = S3Archive(cast("Any", bucket), ""), bucket.body
    directory, book = parsed(pages), archive.snapshot("acme")
    run = run_of("acme", Job.REPLACE_USER, night * 86_400)
    sent = Sent(file, digest=str(night), amounts={"职位": CHANGED})
    outcomes = [Outcome(row.id, row.line, 0) for row in file.rows]

    def write() -> None:
        bucket.body = before
        archive.change_snapshot("acme", lambda it: applied(it, run, sent, outcomes, run.dropped))

    return {
        "pages": lambda: parsed(pages),
        "read": lambda: archive.snapshot("acme"),
        "compare": lambda: plan_members(Scene(file, directory, book, run.dropped)),
        "write": write,
    }


def peak(work: Callable[[], object]) -> str:
    """Return the most memory that a work takes, in MB."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{most / 1e6:.0f}"


def tables() -> Iterator[Table]:
    rows, bucket = [*read_roster(Job.REPLACE_USER, member_csv(PEOPLE)).rows], Bucket()
    ids = [{"userid": it.id, "department": n % DEPARTMENTS + 1} for n, it in enumerate(rows)]
    starts = range(0, PEOPLE, PAGE_ROWS)
    pages = [json.dumps({"dept_user": ids[at : at + PAGE_ROWS]}).encode() for at in starts]
    nights: dict[int, tuple[dict[str, Timing], int]] = {}
    for night in range(1, NIGHTS[-1] + 1):
        work = works(night, export(night, rows), bucket, pages)
        work["write"]()
        if night in NIGHTS:
            nights[night] = side_by_side(work), len(bucket.body)
            memory = {name: peak(work[name]) for name in NAMES}
    base = nights[NIGHTS[-1]][0]["pages"].median
    yield Table(
        "book",
        ((f"{PEOPLE:,} people", f"{PEOPLE:,} 人"), ("seconds", "秒"), ("× id pages", "× ID 分页"),
         ("MB of memory", "内存 MB")),
        [
            (NAMES[name], (str(timing), f"{timing.median / base:.1f}", memory[name]))
            for name, timing in nights[NIGHTS[-1]][0].items()
        ],
    )  # fmt: skip
    yield Table(
        "book_nights",
        (("night", "第几晚"), ("KB stored", "存储 KB"), ("read", "读取"), ("compare", "比对"),
         ("write", "写回")),
        [
            ((str(night),) * 2, (f"{size // 1000:,}", *(str(timings[it]) for it in [*NAMES][1:])))
            for night, (timings, size) in nights.items()
        ],
    )  # fmt: skip
