"""Files that once were findings, and those whose size alone makes them hard."""

from collections.abc import Iterator

from fuzz.file_seeds import File
from hazards.book import Export, members
from wecom_sync.domain.run import Job

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
STRAY = "@zhangsan@corp.example"
TWO = "a@corp.example;zhangsan@corp.example"


def regressions() -> Iterator[tuple[str, File]]:
    """Yield small files, then one that is too large."""
    for name, cell in (("a stray @ in front", STRAY), ("two addresses", TWO)):
        content = f"{HEADER}张三,zhangsan,,{cell},7\n".encode()
        yield name, File(Job.SYNC_USER, content, {}, frozenset({cell}))
    staff = members(12)
    renamed = tuple({**row, "帐号": f"x-{row['帐号']}"} for row in staff.rows)
    yield "everybody under another id, leavers with grace", _full(Export(staff.columns, renamed))
    short = Export(("姓名", "帐号", "手机号", "所在部门"), staff.rows[:6])
    yield "no column for the contact of a leaver", _full(short)
    digits = "9" * 5_000
    for cell in (digits, f"1;{digits}", f"0{digits}"):
        rows = f"张三,zhangsan,13800000001,,{cell}\n"
        yield (
            f"a department of {len(cell)} digits",
            File(Job.SYNC_USER, (HEADER + rows).encode(), {}),
        )
    yield (
        "UTF-8 behind the BOM of UTF-16",
        File(Job.SYNC_USER, b"\xff\xfe" + staff.text().encode() + b"x", {}),
    )
    rows = "".join(f"员工,u{number},,u{number}@corp.example,7\n" for number in range(200_001))
    yield "a row more than we read", File(Job.REPLACE_USER, (HEADER + rows).encode(), {})


def _full(export: Export) -> File:
    return File(Job.REPLACE_USER, export.content(), {})
