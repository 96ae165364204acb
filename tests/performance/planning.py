"""How long it takes to plan and judge a file, beside `csv.reader` alone."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from performance.files import DEPARTMENTS, member_csv
from performance.table import Table
from performance.timing import side_by_side, split
from support.books import book_of
from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.guardrails.picks import Case
from wecom_sync.guardrails.rules import judge
from wecom_sync.planning.members import plan_members

ROWS = 100_000


def judged(roster: Roster, directory: Directory, book: Book) -> int:
    """Plan a file and judge it; return how many reasons there are to hold it."""
    plan = plan_members(roster, directory, book, dropped=0)
    return len(judge(Case(plan, Policy(), book, roster=roster)))


def changed(roster: Roster) -> Roster:
    """Return a file that changes every cell but the ids and the departments."""
    at = roster.columns.index("所在部门")
    rows = [
        replace(
            row,
            cells=tuple(
                cell if cell == row.id or place == at else f"{cell}1"
                for place, cell in enumerate(row.cells)
            ),
        )
        for row in roster.rows
    ]
    return replace(roster, rows=tuple(rows))


def tables() -> Iterator[Table]:
    content = member_csv(ROWS)
    roster = read_roster(Job.REPLACE_USER, content)
    pairs = [(row.id, n % DEPARTMENTS + 1) for n, row in enumerate(roster.rows)]
    departments = [Department(n, int(n > 1)) for n in range(1, DEPARTMENTS + 1)]
    directory = Directory.of(pairs[:-500], departments)
    cells = {
        row.id.casefold(): dict(zip(roster.columns, row.cells, strict=True)) for row in roster.rows
    }
    book = book_of(cells, {}, Job.REPLACE_USER)
    others = [replace(row, id=f"{row.id}x") for row in roster.rows[ROWS // 2 :]]
    nights = {
        "same": (("500 newcomers", "500 人入职"), roster),
        "missing": (
            ("nearly all missing", "文件里几乎没有人"),
            replace(roster, rows=roster.rows[:10]),
        ),
        "renumbered": (
            ("half of the ids new", "一半帐号是新的"),
            replace(roster, rows=(*roster.rows[: ROWS // 2], *others)),
        ),
        "changed": (("every cell changed", "每个单元格都变了"), changed(roster)),
    }
    timings = side_by_side(
        {"csv.reader": partial(split, content)}
        | {
            name: lambda night=night: judged(night, directory, book)  # type: ignore[misc]
            for name, (_, night) in nights.items()
        }
    )
    base = timings["csv.reader"].median
    yield Table(
        "planning",
        ((f"{ROWS:,} rows", f"{ROWS:,} 行"), ("seconds", "秒"), ("× csv.reader", "× csv.reader")),
        [
            (words, (str(timings[name]), f"{timings[name].median / base:.1f}"))
            for name, (words, _) in nights.items()
        ],
    )
