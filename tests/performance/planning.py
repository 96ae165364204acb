"""How long it takes to plan and judge a file, beside `csv.reader` alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from performance.files import DEPARTMENTS, company_csv, member_csv
from performance.timing import Rows, side_by_side, split, times
from support.books import book_of
from wecom_sync.domain.book import Book, People
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.guardrails.picks import Case
from wecom_sync.guardrails.rules import judge
from wecom_sync.planning.evidence import Scene
from wecom_sync.planning.matching import match
from wecom_sync.planning.members import plan_members
from wecom_sync.planning.night import Night

ROWS = 100_000
NEWCOMERS = 500
type Works = Mapping[str, Callable[[], object]]


def judged(roster: Roster, directory: Directory, book: Book) -> int:
    """Plan a file and judge it; return how many reasons there are to hold it."""
    night = Night(roster, directory, book)
    return len(judge(Case(night, plan_members(Scene(night)))).reasons)


def directory_of(homes: Mapping[str, int]) -> Directory:
    """Return accounts by the number of their department; all departments are below the root."""
    below = [Department(number, 1) for number in {*homes.values()} - {1}]
    return Directory.of(homes.items(), [Department(1, 0), *below])


def nights(content: bytes) -> Works:
    """Return what is planned of a member file that adds a few people, or changes everybody."""
    roster = read_roster(Job.REPLACE_USER, content)
    directory = directory_of(
        {row.id: n % DEPARTMENTS + 1 for n, row in enumerate(roster.rows[:-NEWCOMERS])}
    )
    people = {it.id: dict(zip(roster.columns, it.cells, strict=True)) for it in roster.rows}
    book = book_of(people, {}, Job.REPLACE_USER)
    kept = {roster.columns.index(name) for name in ("帐号", "所在部门")}
    rows = (
        replace(row, cells=tuple(it if n in kept else f"{it}1" for n, it in enumerate(row.cells)))
        for row in roster.rows
    )
    changed = replace(roster, rows=tuple(rows))
    return {
        "500 newcomers": partial(judged, roster, directory, book),
        "every cell changed": partial(judged, changed, directory, book),
    }


def meetings() -> Works:
    """Return how a company file meets accounts: the first time, and when it has their links."""
    file = read_roster(Job.COMPANY, company_csv(ROWS), Reading(key="工号"))
    rows = [dict(zip(file.columns, row.cells, strict=True)) for row in file.rows]
    paths = dict.fromkeys(row[DEPARTMENTS_COLUMN] for row in rows)
    numbers = {path: number for number, path in enumerate(paths, 2)}
    directory = directory_of(
        {f"p{n}": numbers[row[DEPARTMENTS_COLUMN]] for n, row in enumerate(rows)}
    )
    alike = [{name: row[name] for name in ("姓名", "手机号", "邮箱")} for row in rows]
    first = book_of({f"p{n}": row for n, row in enumerate(alike)}, {}, Job.COMPANY)
    keyed = zip(first.people.values(), file.rows, strict=True)
    later = replace(first, people=People.of(it._replace(key=row.id) for it, row in keyed))
    places = {path: {number} for path, number in numbers.items()}
    return {
        "accounts matched for the first time": partial(
            match, Night(file, directory, first), places
        ),
        "accounts matched before": partial(match, Night(file, directory, later), places),
    }


def tables() -> Iterator[tuple[str, Rows]]:
    content = member_csv(ROWS)
    yardstick = {"csv.reader": partial(split, content)}
    seconds = side_by_side({**yardstick, **nights(content), **meetings()})
    yield "planning", times(seconds, seconds.pop("csv.reader"))
