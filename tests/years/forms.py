"""In which forms the same people are sent, and when: full files, some rows, HR's own files."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from enum import IntEnum
from random import Random
from typing import NamedTuple

from support.companies import Unit
from wecom_sync.domain.states import Job
from years.life import is_workday, month_changes
from years.mistakes import FULL, SOME, TREE, Night, Strike

ID, KEY, PLACES = "帐号", "工号", "所在部门"

type Sheet = list[list[str]]
"""The lines of a file, its header first."""


class Pace(IntEnum):
    """How many files a company drops in a year: on workdays, on Fridays, or as a month ends."""

    DAILY = 250
    WEEKLY = 52
    MONTHLY = 12

    def drops(self, day: int) -> bool:
        if self is Pace.WEEKLY:
            return day % 7 == 4
        return is_workday(day) and (self is Pace.DAILY or month_changes(day, 1))


class Way(NamedTuple):
    """How a company sends its people: by which job, and how often.

    `key`: the header of HR's own numbers, blank where those are the accounts. `second`: every how
    many days another system sends telephones, 0 where none does.
    """

    job: Job = FULL
    pace: Pace = Pace.DAILY
    key: str = ""
    second: int = 0

    @classmethod
    def of(cls, number: int) -> "Way":
        """Return how a company does it: a half by HR's own files, a half not daily."""
        job = (FULL, Job.COMPANY)[number % 2]
        pace = (Pace.DAILY, Pace.WEEKLY, Pace.DAILY, Pace.MONTHLY)[number // 2 % 4]
        second = (5, 1, 30, 7)[number // 3 % 4] if number % 3 == 1 else 0
        return cls(job, pace, KEY if number % 8 in {1, 7} else "", second)


USUAL = Way()


def sheet_of(content: bytes) -> Sheet:
    """Return the lines of a file, none of one in another encoding."""
    try:
        return [*csv.reader(io.StringIO(content.decode("utf-8-sig")))]
    except UnicodeDecodeError:
        return []


def written(sheet: Sheet) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(sheet)
    return out.getvalue().encode("utf-8-sig")


def path_of(units: Mapping[int, Unit], place: str) -> str:
    """Return the path of a department; without a name that is its number, below the first."""
    number, names = int(place) if place.isdecimal() else 0, list[str]()
    while number in units and len(names) <= len(units):
        name, number = units[number]
        names.insert(0, name)
    return "/".join(names or [units[1].name, place])


def hrs_own(content: bytes, units: Mapping[int, Unit], key: str = "") -> bytes:
    """Write members as HR's system does: by its own numbers, with the paths of departments."""
    header, *lines = sheet_of(content) or [[]]
    at = header.index(PLACES) if PLACES in header else len(header)
    for line in lines:
        line[at : at + 1] = (
            ";".join(path_of(units, place) for place in cell.split(";"))
            for cell in line[at : at + 1]
        )
    return written([[key or ID if name == ID else name for name in header], *lines])


def as_company(strike: Strike, good: bytes, units: Mapping[int, Unit], key: str = "") -> Strike:
    """Return a mistake as it comes in HR's own files; none where those do not have it.

    Departments and people of a day are one file, in which numbers do not stand. `good`: the full
    file as it should be.
    """
    files, tree, full = dict[int, Night](), units, good
    for night in strike:
        harmed = night.harmed
        if night.job is TREE:
            rows, harmed = sheet_of(night.content)[1:], None
            tree = {int(row[1]): Unit(row[0], int(row[2])) for row in rows}
        else:
            full = night.content
        content = hrs_own(full, tree, key)
        files[night.days] = replace(night, job=Job.COMPANY, content=content, harmed=harmed)
    is_own = all(it.job is not SOME and sheet_of(it.content) for it in strike)
    right = hrs_own(good, units, key)
    is_wrong = any(it.content != right for it in files.values())
    return (*files.values(),) if is_own and is_wrong else ()


def as_some(strike: Strike, good: bytes, dice: Random) -> Strike:
    """Return a mistake as files of the rows that it adds or changes, and some others.

    None where it only leaves rows out.
    """
    files, before = [], {*filled(sheet_of(good))}
    for night in strike if all(it.job is FULL for it in strike) else ():
        sheet = sheet_of(night.content)
        rows = filled(sheet)
        new = [at for at, row in enumerate(rows, 1) if row not in before]
        others = sorted({*range(1, len(sheet))} - {*new})
        also = dice.sample(others, dice.randint(0, min(len(new), len(others))))
        content = written([sheet[at] for at in (0, *sorted(new + also)) if sheet])
        files += [replace(night, job=SOME, content=content)] if new else []
        before = {*rows}
    return tuple(files)


def filled(sheet: Sheet) -> list[frozenset[tuple[str, str]]]:
    """Return the cells of each row that are not blank, with their headers."""
    return [frozenset(filter(all, zip(sheet[0], line, strict=False))) for line in sheet[1:]]
