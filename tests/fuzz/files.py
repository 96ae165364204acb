"""Files through reading, resolving and planning: rejected with reasons, or right in every row."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import cast

from fuzz.attempt import Target, wrong_problems
from fuzz.damage import ENCODINGS, HEADERS, TABLE_DAMAGES, bytes_damaged, text_damaged, written
from fuzz.file_rules import broken, personal
from hazards.book import departments, members
from hazards.goods import good_files, nothing_new
from hazards.organisation import department_changes, reorganised
from hazards.people import identity
from support.books import book_of
from support.companies import Export
from support.fakes import START, FakeClock, FakeWeCom, InMemoryArchive
from wecom_sync.domain.directory import Department
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.run import Job
from wecom_sync.files.problems import MAX_PROBLEMS, FileRejectedError, Problem
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.reporting.catalogue import TEXTS
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import rejection_csv
from wecom_sync.use_cases.planner import Planner
from wecom_sync_tools.replay.address_book import Member

CONTACTS = dict.fromkeys(("手机号", "手机", "mobile", "邮箱", "email"), "contact")
HABITS = dict.fromkeys(("手机号码", "移动电话", "邮箱地址", "e-mail"), "contact")
"""Headers of contacts that a corp may map to something else."""
TARGETS = ("姓名", "帐号", "手机号", "邮箱", "所在部门", "职位", "性别", "排序", "禁用")
NAMED = tuple(filter(None, HEADERS))
"""No `settings.toml` can map a header that is blank."""
STAFF = 20
HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
STRAY = "@zhangsan@corp.example"
TWO = "a@corp.example;zhangsan@corp.example"
OUR_WORDS = " ".join(f"{text.en} {text.zh}" for text in TEXTS.values())
HUGE = 5_000
"""One of so many files is too large."""
DATA = Path(__file__).parents[1] / "data"
TEMPLATES = {
    "batch_party_sample.csv": (Job.REPLACE_PARTY, "utf-8-sig"),
    "batch_user_cover_sample.csv": (Job.REPLACE_USER, "gbk"),
    "batch_user_update_sample.csv": (Job.SYNC_USER, "gbk"),
    "legacy_2016_batch_user_sample.csv": (Job.SYNC_USER, "utf-8-sig"),
}
ROWS = 12
"""Rows of a seed: enough for duplicates, and few, because thousands of files are made of it."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A good file as a table, the job that it is for, and its corp's own headers."""

    job: Job
    table: tuple[tuple[str, ...], ...]
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """A dropped file; `private` are cells that nobody may see whole."""

    job: Job
    content: bytes
    columns: Mapping[str, str]
    private: frozenset[str] = frozenset()


@cache
def seeds(*, members: bool) -> tuple[Seed, ...]:
    return tuple(seed for seed in _every_seed() if seed.job.has_members is members)


@cache
def _every_seed() -> tuple[Seed, ...]:
    table_seeds = [
        Seed(job, _table((DATA / name).read_bytes().decode(encoding)), {})
        for name, (job, encoding) in TEMPLATES.items()
    ]
    table_seeds.append(Seed(Job.REPLACE_PARTY, _table(departments().text()), {}))
    trees = (*department_changes(), *reorganised())
    for hazard in (*good_files(), *nothing_new(), *identity(), *trees):
        columns = hazard.settings.get("columns", {})
        with suppress(UnicodeDecodeError):
            table = _table(hazard.content.decode("utf-8-sig"))
            table_seeds.append(Seed(hazard.job, table, cast("Mapping[str, str]", columns)))
    return tuple(table_seeds)


def _table(text: str) -> tuple[tuple[str, ...], ...]:
    lines = text.splitlines()
    kept = lines if len(lines) < 4 * ROWS else [*lines[: ROWS // 2], *lines[-ROWS // 2 :]]
    return tuple(tuple(line.split(",")) for line in kept)


type Dropped = tuple[File, str]
"""A file, and the corp that it is dropped for."""


class FileTarget(Target[Dropped]):
    """Three corps: one that was never imported, one that was, one whose leavers have grace."""

    def __init__(self, seed: int) -> None:
        clock = FakeClock()
        wecom, archive = FakeWeCom(clock), InMemoryArchive()
        for row in departments().rows:
            number = int(row["部门ID"])
            wecom.departments[number] = Department(number, int(row["父部门ID"]), number)
        for row in members(STAFF).rows:
            ids = frozenset(map(int, row["所在部门"].split(";")))
            wecom.members[row["帐号"].casefold()] = Member(row["帐号"], ids)
        archive.snapshots["known"] = archive.snapshots["grace"] = book_of(
            {row["帐号"].casefold(): _remembered(row) for row in members(STAFF).rows},
            {int(row["部门ID"]): row for row in departments().rows},
            Job.REPLACE_USER,
            Job.REPLACE_PARTY,
        )
        self._planner = Planner(wecom_of=lambda _: wecom, archive=archive, clock=clock)
        self._policies = {
            "fresh": Policy(),
            "known": Policy(),
            "grace": replace(Policy(), leavers="disable", protected=("svc-*",)),
        }

    def made_up(self, random: Random) -> Dropped:
        return _file(random), random.choice([*self._policies])

    def findings(self) -> Iterator[tuple[str, Dropped]]:
        return ((name, (file, "grace")) for name, file in regressions())

    def judged(self, given: Dropped) -> tuple[str, list[str]]:
        file, corp = given
        try:
            roster = read_roster(file.job, file.content, Reading(file.columns))
        except FileRejectedError as error:
            return "rejected", [*_rejection(error, file)]
        faults = [*_roster(roster, file)]
        try:
            prepared = self._planner.prepare(corp, roster, self._policies[corp], START)
        except FileRejectedError as error:
            return "rejected by the plan", [*faults, *_rejection(error, file)]
        sent = prepared.sent.roster
        content = sent.to_csv()
        faults += [f"sent: {wrong}" for wrong in broken(content, members=sent.job.has_members)]
        faults += [f"sent: {wrong}" for wrong in _same_again(sent)]
        plan = prepared.plan
        json.dumps(plan.to_document(), ensure_ascii=False).encode()
        if not file.job.is_full and plan.of(Kind.REMOVE):
            faults.append("syncuser removes somebody")
        return "held" if prepared.holds else "applied", faults


def _remembered(row: Mapping[str, str]) -> Mapping[str, str]:
    """Return what is known of a person; for some who have an e-mail address, no mobile."""
    return {**row, "手机号": ""} if row["邮箱"] and row["帐号"].endswith(("4", "9")) else row


def _file(random: Random) -> File:
    seed = random.choice(seeds(members=random.random() < 0.7))
    table = [list(row) for row in seed.table]
    for damage in random.choices(TABLE_DAMAGES, k=random.choice((0, 0, 1, 1, 1, 2, 4))):
        damage(random, table)
    columns = dict(seed.columns)
    if random.random() < 0.1:
        columns = dict(zip(random.sample(NAMED, 3), random.sample(TARGETS, 3), strict=True))
    job = seed.job if random.random() < 0.97 else random.choice([*Job])
    text = written(random, table)
    names = {each.casefold(): "" for each in HEADERS if each.casefold() not in HABITS} | CONTACTS
    own = {each.casefold(): CONTACTS.get(target, "") for each, target in columns.items()}
    private = personal(text, HABITS | own | names)
    if random.random() < 0.1:
        text, private = text_damaged(random, text), frozenset()
    content = text.encode(random.choice(ENCODINGS), errors="replace")
    if random.random() < 0.1:
        content, private = bytes_damaged(random, content), frozenset()
    if random.randrange(HUGE) == 0:
        lines = content.splitlines(keepends=True)
        content = content + b"".join(lines[1:]) * (random.choice((2, 21)) * 2**20 // len(content))
    return File(job, content, columns, private)


def _rejection(error: FileRejectedError, file: File) -> Iterator[str]:
    if not error.problems or len(error.problems) > MAX_PROBLEMS:
        yield f"{len(error.problems)} problems"
    if sum(error.counts.values()) < len(error.problems):
        yield "counted fewer problems than there are"
    yield from _problems(error.problems, file)
    for language in Language:
        report = rejection_csv(error, language).decode("utf-8-sig")
        lines = [*csv.reader(io.StringIO(report, newline=""), strict=True)]
        if len({len(line) for line in lines}) != 1:
            yield "a report that is no table"
        yield from _shown(report, file)


def _problems(problems: Sequence[Problem], file: File) -> Iterator[str]:
    yield from wrong_problems(problems, _lines(file.content))
    for problem in problems:
        for language in Language:
            yield from _shown(problem_text(problem, language), file)
        yield from _shown(f"{problem.column} {problem.value} {problem.id}", file)
    if [problem.line for problem in problems] != sorted(problem.line for problem in problems):
        yield "problems out of order"


def _shown(text: str, file: File) -> Iterator[str]:
    for cell in file.private:
        if cell in text and cell not in OUR_WORDS:
            yield f"shows {cell!r} whole"


def _lines(content: bytes) -> int:
    """Count the lines, by the bytes where the content is not in the encoding of its BOM."""
    bom = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    texts = [content.decode(each, errors="replace") for each in ("utf-8", "utf-16")[: bom + 1]]
    return max(len(re.split(r"\r\n|\r|\n", text)) for text in texts)


def _roster(roster: Roster, file: File) -> Iterator[str]:
    yield from _same_again(roster)
    yield from _problems(roster.warnings, file)
    lines = [row.line for row in roster.rows]
    if lines != sorted(set(lines)) or lines[0] < 2 or lines[-1] > _lines(file.content):
        yield "rows whose lines are wrong"


def _same_again(roster: Roster) -> Iterator[str]:
    content = roster.to_csv()
    try:
        again = read_roster(roster.job, content)
    except FileRejectedError as error:
        codes = sorted({problem.code for problem in error.problems})
        yield f"would be rejected itself: {', '.join(codes)}"
        return
    cells, others = (sorted(row.cells for row in it.rows) for it in (roster, again))
    if again.columns != roster.columns or cells != others:
        yield "reads back as something else"
    if {row.id for row in again.rows} != {row.id for row in roster.rows}:
        yield "reads back as somebody else"


def regressions() -> Iterator[tuple[str, File]]:
    """Yield small files that once were findings, then one that is too large."""
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
        file = File(Job.SYNC_USER, (HEADER + rows).encode(), {})
        yield f"a department of {len(cell)} digits", file
    marked = b"\xff\xfe" + staff.text().encode() + b"x"
    yield "UTF-8 behind the BOM of UTF-16", File(Job.SYNC_USER, marked, {})
    rows = "".join(f"员工,u{number},,u{number}@corp.example,7\n" for number in range(200_001))
    yield "a row more than we read", File(Job.REPLACE_USER, (HEADER + rows).encode(), {})


def _full(export: Export) -> File:
    return File(Job.REPLACE_USER, export.content(), {})
