"""How long a large file takes: `make bench`. Prints ratios to `csv.reader`, asserts nothing."""

import csv
import io
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster
from wecom_sync.guardrails.case import Case
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
    """Return how a bad file is rejected."""
    try:
        read_roster(Job.REPLACE_USER, content)
    except FileRejectedError as error:
        return error
    raise AssertionError("the file was taken")


def main() -> None:
    """Print one line for each measurement."""
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
    snapshot = Snapshot(cells, {}, {"replaceuser": ROWS})
    planning, plan = timed(lambda: plan_members(roster, directory, snapshot, dropped=0))
    broken_off = replace(roster, rows=roster.rows[:10])
    cutting, cut = timed(lambda: plan_members(broken_off, directory, snapshot, dropped=0))
    others = [replace(row, id=f"{row.id}x") for row in roster.rows[ROWS // 2 :]]
    renumbered = replace(roster, rows=(*roster.rows[: ROWS // 2], *others))
    renumbering, new = timed(lambda: plan_members(renumbered, directory, snapshot, dropped=0))
    judging, _ = timed(lambda: judge(Case(plan, Policy(), snapshot)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out = sys.stdout.write
    out(f"{ROWS:,} rows                     seconds   x csv.reader\n")
    for name, seconds in (
        ("csv.reader alone", base),
        ("read and check", read),
        (f"reject, {len(error.problems):,} problems", refuse),
        (f"plan ({len(plan.add)} added)", planning),
        (f"plan ({len(cut.remove):,} missing)", cutting),
        (f"plan ({len(new.rekeyed):,} under other ids)", renumbering),
        ("judge", judging),
    ):
        out(f"{name:32}{seconds:8.2f}{seconds / base:12.1f}\n")
    out(f"peak memory of it all           {memory:8.0f} MB\n")


if __name__ == "__main__":
    main()
