"""How long it takes to plan and judge a file, beside `csv.reader` alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from performance.files import DEPARTMENTS, company_csv, member_csv
from performance.table import Table, Words
from performance.timing import side_by_side, split
from support.books import book_of
from wecom_sync.domain.book import Book, People
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.run import Job
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.guardrails.picks import Case
from wecom_sync.guardrails.rules import judge
from wecom_sync.planning.evidence import Scene
from wecom_sync.planning.matching import match
from wecom_sync.planning.members import plan_members

ROWS = 100_000
_ALIKE = ("姓名", "手机号", "邮箱")


def judged(roster: Roster, directory: Directory, book: Book) -> int:
    """Plan a file and judge it; return how many reasons there are to hold it."""
    plan = plan_members(Scene(roster, directory, book))
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


def meetings() -> dict[Words, Callable[[], object]]:
    """Return how a company file meets accounts: the first time, and when it has their links."""
    file = read_roster(Job.COMPANY, company_csv(ROWS), Reading(key="工号"))
    at = {name: file.columns.index(name) for name in (DEPARTMENTS_COLUMN, *_ALIKE)}
    numbers = {row.cells[at[DEPARTMENTS_COLUMN]]: 0 for row in file.rows}
    numbers |= {cell: number for number, cell in enumerate(numbers, 2)}
    pairs = [(f"p{row.line}", numbers[row.cells[at[DEPARTMENTS_COLUMN]]]) for row in file.rows]
    departments = [Department(1, 0), *(Department(it, 1) for it in numbers.values())]
    directory = Directory.of(pairs, departments)
    rows = zip(pairs, file.rows, strict=True)
    cells = {it[0]: {name: row.cells[at[name]] for name in _ALIKE} for it, row in rows}
    first = book_of(cells, {}, Job.COMPANY)
    keyed = zip(first.people.values(), file.rows, strict=True)
    later = replace(first, people=People.of(it._replace(key=row.id) for it, row in keyed))
    places = {cell: {number} for cell, number in numbers.items()}
    return {
        words: partial(match, file, directory, book, Policy(), places)
        for words, book in (
            (("accounts matched for the first time", "首次匹配帐号"), first),
            (("accounts matched before", "已匹配过帐号"), later),
        )
    }


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
    nights: dict[Words, Roster] = {
        ("500 newcomers", "500 人入职"): roster,
        ("nearly all missing", "文件里几乎没有人"): replace(roster, rows=roster.rows[:10]),
        ("half of the ids new", "一半帐号是新的"): replace(
            roster, rows=(*roster.rows[: ROWS // 2], *others)
        ),
        ("every cell changed", "每个单元格都变了"): changed(roster),
    }
    works: dict[Words, Callable[[], object]] = {
        words: partial(judged, night, directory, book) for words, night in nights.items()
    }
    works |= meetings()
    timings = side_by_side(
        {"csv.reader": partial(split, content)} | {words[0]: it for words, it in works.items()}
    )
    base = timings["csv.reader"].median
    yield Table(
        "planning",
        ((f"{ROWS:,} rows", f"{ROWS:,} 行"), ("seconds", "秒"), ("× csv.reader", "× csv.reader")),
        [
            (words, (str(timings[words[0]]), f"{timings[words[0]].median / base:.1f}"))
            for words in works
        ],
    )
