"""Lets companies live: a file a night through the product, and mistakes beside, on copies."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, islice
from pathlib import Path
from random import Random

from support.companies import COLUMNS, Export
from support.fakes import START
from support.stress import each_in_turn, report, tell
from support.world import silence
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.files.roster import Roster
from wecom_sync_tools.replay.address_book import DAY_SECONDS, PlayedBook
from wecom_sync_tools.replay.corp import Answer, PlayedCorp
from years.company import Company, presented
from years.forms import USUAL, Pace, Way, as_company, as_some, hrs_own, written
from years.life import EVENTS, Occasion, is_workday, live, of_year
from years.mistakes import FULL, KINDS, SOME, TREE, Ground, Kind, Strike, few
from years.record import FIRST, ORDINARY, SECOND, Record, Struck, figures, missed_targets
from years.structures import STRUCTURES
from years.unseen import UNSEEN

EVERY = {**KINDS, **STRUCTURES}
"""The mistakes from which rules were written."""

YEAR = 365
"""Days."""
STRIKES = 60
"""How many mistakes strike in a year of daily files."""
EVENT = 1 / 10
"""How many of the mistakes are events instead, about which nobody should be asked twice."""
FILES_AFTER = 3
"""In how many files after that of an event a question counts as one about it."""
COMPANIES = {12: 20, 80: 15, 600: 8, 5_000: 2}
STOPPED = 2 / 3
"""Of a mistake's files; who is asked only after so many of them is asked too late."""
YEARS = 2.0
HOURS = {TREE: 19.0, SOME: 20.0, FULL: 22.0, Job.COMPANY: 22.0}
"""When files are dropped."""
MORNING = 8
"""When a person decides about last night's holds."""


def drop(corp: PlayedCorp, job: Job, content: bytes, day: int, *, approve: bool) -> Answer:
    """Drop a file; if it is held, it is approved or cancelled in the morning."""
    dropped = START + day * DAY_SECONDS + HOURS[job] * 3600
    morning = START + (day + 1) * DAY_SECONDS + MORNING * 3600
    return corp.play(job, content, dropped, approved=morning if approve else None)


@dataclass
class Years:
    """One company's life so far.

    `strikes`: how many mistakes and events a year strike copies of it. `way`: how it sends its
    files. `last`: the day of the last one, and `passing` what was in it for a while: people with
    slips, and temps.
    """

    company: Company
    mistakes: Random
    record: Record
    name: str
    kinds: Mapping[str, Kind] = field(default_factory=lambda: EVERY)
    strikes: int = STRIKES
    way: Way = USUAL
    last: int = -1
    passing: set[str] = field(default_factory=set)
    tree: bytes = b""
    full: bytes = b""
    occasions: list[Occasion] = field(default_factory=list)
    deck: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        style = self.company.style
        if self.way.second:
            columns = tuple(it for it in style.columns if it != "座机")
            self.company.style = style = replace(style, columns=columns)
        policy = Policy() if style.grace else Policy(leavers="remove")
        if self.way.job is Job.COMPANY:
            policy = replace(policy, key=self.way.key, company=self.company.units[1].name)
        self.product = PlayedCorp(policy, PlayedBook(days_condemned=style.tidies))

    @property
    def label(self) -> str:
        """What is special today."""
        day = self.company.day
        if day == 0:
            return FIRST
        names = (
            it.name for it in self.occasions if it.day <= day and it.day + it.lasts > self.last
        )
        return next(names, ORDINARY)

    @property
    def where(self) -> str:
        return f"{self.name} {self.way.job} day {self.company.day} ({self.label})"

    def pass_days(self, days: int) -> None:
        for day in range(days):
            self._pass_day(day)
        self.record.days += days

    def _pass_day(self, day: int) -> None:
        company = self.company
        company.day = day
        if day % YEAR == 0:
            self.occasions += of_year(company, day)
        if is_workday(day):
            if day:
                live(company)
            for occasion in self.occasions:
                if occasion.day == day:
                    occasion.happens(company)
            if day and self.way.second and day % self.way.second == 0:
                self._count([self._telephones()], SECOND)
            if day == 0 or self.way.pace.drops(day):
                self._drops()
        elif company.style.weekends and self.way.pace is Pace.DAILY:
            self._count([self._drop(FULL, self.full)])

    def _telephones(self) -> Answer:
        """Drop the new telephones of a few that another system has, as it got them from WeCom."""
        some = self.company.some(self.company.dice.randrange(1, 4))
        header, telephone = [*COLUMNS, "座机"], self.company.register.telephone
        known = (self.product.book.person(it.id.casefold()).row for it in some)
        rows = [{**row, "座机": telephone()} for row in known if row]
        lines = [[row[name] for name in header] for row in rows]
        return drop(self.product, SOME, written([header, *lines]), self.company.day, approve=True)

    def _drops(self) -> None:
        company, dice = self.company, self.mistakes
        rate = self.strikes / max(self.strikes, self.way.pace)
        strikes = self.label == ORDINARY and dice.random() < rate
        is_event = strikes and dice.random() < EVENT
        if is_event:
            self._event(dice.choice([*EVENTS]))
        before = self.product.fork()
        answers = []
        is_own = self.way.job is Job.COMPANY
        tree = company.departments().content()
        if not is_own and (tree != self.tree or company.style.trees):
            answers.append(self._drop(TREE, tree))
        self.tree = tree
        new = [company.people[each] for each in company.onboarding if each in company.people]
        if company.day and company.style.beside and new and not is_own:
            answers.append(self._drop(SOME, company.members(new).content()))
        good = presented(company.members(), company.dice, by_key=bool(self.way.key))
        self.full = good.content()
        tonight = self.product.fork()
        answers.append(self._drop(FULL, self.full))
        self._count(answers)
        roster = answers[-1].roster
        if strikes and not is_event and roster is not None:
            self._strike(good, before, tonight, roster)
        company.shots.append(tuple(company.people.values()))
        self.last = company.day

    def _event(self, name: str) -> None:
        """Let an event happen in a copy of the life, and count how often it is asked about."""
        other = copy(self)
        other.company, other.product = self.company.copy(), self.product.fork()
        other.record, other.strikes = Record(self.company.size), 0
        other.occasions = [*self.occasions]
        before = other.company.members(), other.company.departments()
        EVENTS[name](other.company)
        if (other.company.members(), other.company.departments()) == before:
            return
        other._drops()
        *_, last = islice(self._days(), FILES_AFTER + 1)
        for day in range(self.company.day + 1, last + 1):
            other._pass_day(day)
        self.record.events[name, min(2, other.record.holds[ORDINARY])] += 1

    def _strike(
        self, good: Export, before: PlayedCorp, tonight: PlayedCorp, roster: Roster
    ) -> None:
        """Play a mistake on copies: as this company sends its files, and as `syncuser`."""
        kind, strike = self._next_mistake(good)
        some = as_some(strike, self.full, self.mistakes)
        if self.way.job is Job.COMPANY:
            units, key = self.company.units, self.way.key
            strike, some = as_company(strike, self.full, units, key), ()
        for form in filter(None, (strike, some)):
            product = before if form[0].job is TREE else tonight
            struck = self._struck(kind, form, product, roster)
            self.record.struck.append(replace(struck, again=form is some))

    def _drop(self, job: Job, content: bytes) -> Answer:
        if self.way.job is Job.COMPANY:
            job = self.way.job
            content = hrs_own(content, self.company.units, self.way.key)
        return drop(self.product, job, content, self.company.day, approve=True)

    def _count(self, answers: Sequence[Answer], label: str = "") -> None:
        record, label = self.record, label or self.label
        held = [answer for answer in answers if answer.holds]
        again = [answer for answer in held if answer.beyond]
        record.ordinary += label == ORDINARY
        record.asked += label == ORDINARY and bool(held)
        if label != SECOND:
            before, self.passing = self.passing, self.company.passing()
        is_plain = label == ORDINARY and self.passing == before
        is_plain = is_plain and self.company.dissolved <= self.last
        record.plain += is_plain
        record.plain_asked += is_plain and bool(held)
        record.holds[label] += len(held) + len(again)
        record.codes.update(it.holds[0].code for it in held if label != FIRST)
        for answer in answers:
            if answer.holds and label == ORDINARY:
                record.notes.append(f"{self.where}: {hold_text(answer)}")
            if answer.verdict == "reject":
                record.notes.append(f"{self.where}: a good file was refused: {answer.problems[:2]}")
            elif answer.beyond:
                record.notes.append(f"{self.where}: an approval did not cover {answer.beyond[:5]}")

    def _next_mistake(self, good: Export) -> tuple[str, Strike]:
        ground = Ground.under(self.company, good, self.mistakes)
        while True:
            if not self.deck:
                self.deck = self.mistakes.sample([*self.kinds], len(self.kinds))
            kind = self.deck.pop()
            if strike := self.kinds[kind](ground):
                return kind, strike

    def _struck(self, kind: str, strike: Strike, product: PlayedCorp, roster: Roster) -> Struck:
        """Play a mistake on a copy until somebody is asked about it."""
        product, days, applied = product.fork(), [*islice(self._days(), strike[-1].days + 1)], 0
        for step in strike:
            answer = drop(product, step.job, step.content, days[step.days], approve=False)
            if answer.stopped:
                break
            applied += 1
        harmed = [harm(roster, answer) if it.harmed is None else it.harmed for it in strike]
        people, size = len(roster.rows), harmed[-1]
        return Struck(
            kind,
            self.where,
            size / people,
            nights=strike[-1].days + 1,
            counts=size > few(people),
            stopped=answer.stopped and applied < STOPPED * len(strike),
            harmed=harmed[applied - 1] if applied else 0,
            job=strike[0].job,
            people=people,
        )

    def _days(self) -> Iterator[int]:
        """Yield the days of the files from today on; a mistake does not wait for Monday."""
        later = count(self.company.day + 1)
        yield self.company.day
        yield from later if self.way.pace is Pace.DAILY else filter(self.way.pace.drops, later)


def hold_text(answer: Answer) -> str:
    holds = (
        f"{it.code} {it.params.get('column') or it.params.get('what', '')} {it.people or ''}"
        for it in answer.holds
    )
    return " ".join(holds)[:200]


def harm(good: Roster, answer: Answer) -> int:
    """Return how many people a file would harm: missing, strange, or not what HR knows.

    One that nobody can read harms everybody.
    """
    bad = answer.roster
    if bad is None:
        return len(good.rows)
    right = {row.id.casefold(): meant(good.columns, row.cells) for row in good.rows}
    strange = wrong = 0
    for row in bad.rows:
        true_cells = right.pop(row.id.casefold(), None)
        if true_cells is None:
            strange += 1
            continue
        wrong += any(
            cell != true_cells.get(name, "") and (name, cell) != ("禁用", "0")
            for name, cell in meant(bad.columns, row.cells).items()
        )
    missing = len(right) if bad.job.is_full else 0
    return wrong + max(missing, strange)


def meant(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return a row by column; its departments, and what is parallel to them, are in one order."""
    row = dict(zip(columns, cells, strict=True))
    places = row["所在部门"].split(";")
    order = sorted(range(len(places)), key=places.__getitem__)
    for name in ("所在部门", "是否部门内领导", "排序"):
        values = row.get(name, "").split(";")
        if len(values) == len(places):
            row[name] = ";".join(values[at] for at in order)
    return row


def live_for(seed: int, size: int, number: int, days: int, *, unseen: bool = False) -> Record:
    name = f"{seed} {size} {number}"
    company = Company.of(size, Random(name))
    way = Way.of(number)
    record = Record(size, pace=way.pace, second=bool(way.second))
    kinds = UNSEEN if unseen else EVERY
    life = Years(company, Random(f"{name} mistakes"), record, name, kinds, way=way)
    with silence():
        life.pass_days(days)
    return record


def run(
    seed: int,
    companies: Mapping[int, int],
    years: float,
    jobs: int | None = None,
    *,
    unseen: bool = False,
) -> list[Record]:
    """Let companies live, the largest first, on every processor.

    Return a record for each size and pace, those of companies with two systems apart. `unseen`:
    with mistakes that no rule was written from.
    """
    lives = [
        (seed, size, number, round(years * YEAR))
        for size in sorted(companies, reverse=True)
        for number in range(companies[size])
    ]
    records: dict[tuple[Pace, int, bool], Record] = {}
    for record in each_in_turn(partial(live_for, unseen=unseen), lives, jobs):
        empty = Record(record.size, pace=record.pace, second=record.second)
        records.setdefault((record.pace, record.size, record.second), empty).add(record)
    return [records[at] for at in sorted(records, key=lambda it: (-it[0], *it[1:]))]


def sizes_of(text: str) -> dict[int, int]:
    """Read `12:20,600:8`: how many companies of which size."""
    pairs = (each.split(":") for each in text.split(","))
    return {int(size): int(count) for size, count in pairs}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="years", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--companies", type=sizes_of, default=COMPANIES, help="12:20,600:8")
    parser.add_argument("--years", type=float, default=YEARS, help="of each company")
    parser.add_argument("--jobs", type=int, help="processes at once")
    parser.add_argument("--all", action="store_true", help="a line for every mistake not stopped")
    parser.add_argument(
        "--unseen", action="store_true", help="mistakes that no rule was written from"
    )
    parser.add_argument("--figures", type=Path, help="write the numbers as JSON")
    args = parser.parse_args(arguments)
    records = run(args.seed, args.companies, args.years, args.jobs, unseen=args.unseen)
    notes = [note for record in records for note in record.notes]
    if args.all:
        struck = (each for record in records for each in record.struck)
        notes += [str(each) for each in struck if not each.stopped]
    missed = [*missed_targets(records)]
    tell(notes)
    report(figures(args.seed, records), args.figures)
    tell(f"MISSED {target}" for target in missed)
    return int(bool(missed))
