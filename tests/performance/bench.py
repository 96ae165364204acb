"""How long a large file takes: `make bench`. Prints ratios to `csv.reader`, asserts nothing."""

import csv
import io
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from tempfile import NamedTemporaryFile

from support.books import book_of
from support.workbooks import MAIN, SHEET, STRINGS, parts_of, workbook, zipped
from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.guardrails.picks import Case
from wecom_sync.guardrails.rules import judge
from wecom_sync.planning.members import plan_members

ROWS = 100_000
HEADER = "姓名,帐号,手机号,邮箱,所在部门,职位\n"


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """Return the best of three runs in seconds, and the result."""
    best, result = float("inf"), work()
    for _ in range(2):
        started = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - started)
    return best, result


def roster_text(broken: int = 0) -> str:
    """Return a member file; the first `broken` rows have a bad e-mail address."""
    return HEADER + "".join(
        f"员工{n},user{n:06d},{13800000000 + n},{'bad' if n < broken else f'u{n}@x.example'},"
        f"{n % 100 + 1},工程师\n"
        for n in range(ROWS)
    )


def rejected(content: bytes) -> FileRejectedError:
    try:
        read_roster(Job.REPLACE_USER, content)
    except FileRejectedError as error:
        return error
    raise AssertionError("the file was taken")


def judged(roster: Roster, directory: Directory, book: Book) -> int:
    """Plan a file and judge it; return how many reasons there are to hold it."""
    plan = plan_members(roster, directory, book, dropped=0)
    return len(judge(Case(plan, Policy(), book)))


def changed(roster: Roster) -> Roster:
    """Return a file that changes every cell but the ids."""
    rows = [
        replace(row, cells=tuple(cell if cell == row.id else f"{cell}1" for cell in row.cells))
        for row in roster.rows
    ]
    return replace(roster, rows=tuple(rows))


WIDE = (*HEADER.strip().split(","), "性别", "别名", "座机", "地址")
IN_A_PROCESS = """
import sys
from pathlib import Path
from wecom_sync.domain.run import Job
from wecom_sync.files.roster import read_roster
read_roster(Job.REPLACE_USER, Path(sys.argv[1]).read_bytes())
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def wide_rows() -> Iterator[tuple[str | int, ...]]:
    """Yield members in ten columns, numbers as numbers."""
    for n in range(ROWS):
        yield (
            f"员工{n}", f"user{n:06d}", 13800000000 + n, f"u{n}@x.example", n % 100 + 1,
            "工程师", "女" if n % 2 else "男", f"别名{n}", f"0755-{n:08d}", "深圳市南山区",
        )  # fmt: skip


def wide_workbook() -> bytes:
    """Return the same rows as Excel writes them: each text once, in a part of its own."""
    strings: dict[str, int] = {}

    def cell(at: int, line: int, value: str | int) -> str:
        name = f"{chr(65 + at)}{line}"
        if isinstance(value, int):
            return f'<c r="{name}"><v>{value}</v></c>'
        return f'<c r="{name}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'

    rows = "".join(
        f'<row r="{line}">{"".join(cell(at, line, each) for at, each in enumerate(row))}</row>'
        for line, row in enumerate(chain([WIDE], wide_rows()), 1)
    )
    items = "".join(f"<si><t>{each}</t></si>" for each in strings)
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    parts = {
        SHEET: sheet.encode(), STRINGS: f'<sst xmlns="{MAIN}">{items}</sst>'.encode(),
    }  # fmt: skip
    return zipped({**parts_of(workbook(WIDE)), **parts})


def side_by_side(write: Callable[[str], object]) -> None:
    """Measure the same 100,000 people in ten columns as a CSV and as a workbook."""
    lines = [",".join(map(str, row)) for row in chain([WIDE], wide_rows())]
    files = {"csv": ("\n".join(lines) + "\n").encode(), "xlsx": wide_workbook()}
    titles = "seconds    x csv   MB of file   MB at most"
    write(f"{ROWS:,} rows, {len(WIDE)} columns            {titles}\n")
    base = 0.0
    for kind, content in files.items():
        seconds, _ = timed(lambda content=content: read_roster(Job.REPLACE_USER, content))  # type: ignore[misc]
        base = base or seconds
        with NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            child = [sys.executable, "-c", IN_A_PROCESS, file.name]
            most = int(subprocess.run(child, capture_output=True, check=True).stdout) / 1024
        write(
            f"read and check a {kind:23}{seconds:8.2f}{seconds / base:9.1f}"
            f"{len(content) / 2**20:13.1f}{most:13.0f}\n"
        )


def main() -> None:
    side_by_side(sys.stdout.write)
    text = roster_text()
    base, _ = timed(lambda: list(csv.reader(io.StringIO(text))))
    read, roster = timed(lambda: read_roster(Job.REPLACE_USER, text.encode()))
    bad = roster_text(10_000).encode()
    refuse, error = timed(lambda: rejected(bad))
    pairs = [(row.id, n % 100 + 1) for n, row in enumerate(roster.rows)]
    directory = Directory.of(pairs[:-500], [Department(n, int(n > 1)) for n in range(1, 101)])
    cells = {
        row.id.casefold(): dict(zip(roster.columns, row.cells, strict=True)) for row in roster.rows
    }
    book = book_of(cells, {}, Job.REPLACE_USER)
    broken_off = replace(roster, rows=roster.rows[:10])
    others = [replace(row, id=f"{row.id}x") for row in roster.rows[ROWS // 2 :]]
    renumbered = replace(roster, rows=(*roster.rows[: ROWS // 2], *others))
    nights = {
        name: timed(lambda night=night: judged(night, directory, book))  # type: ignore[misc]
        for name, night in (
            ("plan and judge, 500 newcomers", roster),
            ("plan and judge, nearly all missing", broken_off),
            ("plan and judge, half of the ids new", renumbered),
            ("plan and judge, every cell changed", changed(roster)),
        )
    }
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out = sys.stdout.write
    out(f"{ROWS:,} rows                             seconds   x csv.reader\n")
    for name, seconds in (
        ("csv.reader alone", base),
        ("read and check", read),
        (f"reject, {len(error.problems):,} problems", refuse),
        *((name, seconds) for name, (seconds, _) in nights.items()),
    ):
        out(f"{name:40}{seconds:8.2f}{seconds / base:12.1f}\n")
    out(f"peak memory of it all                   {memory:8.0f} MB\n")


if __name__ == "__main__":
    main()
