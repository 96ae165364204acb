"""How much changes: in a file, bit by bit, and beside what the company's own files change. Pure."""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from wecom_sync.domain.book import Person
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Param
from wecom_sync.domain.timeline import day_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    MEMBER_NAME_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.causes import structure_of
from wecom_sync.guardrails.picks import HUNDRED, Case, Picked
from wecom_sync.planning.changes import Evidence, ids
from wecom_sync.planning.identity import MAKERS
from wecom_sync.planning.memory.sent import HABIT_SECONDS
from wecom_sync.planning.plan import ADDED, CONTACTS, GONE, PLACED, few_of

DAY = 86_400
PUT_RIGHT_SECONDS, PUT_RIGHT_MOST = 14 * DAY, 3
"""A file puts right what the last one said, or one within so long. So many times a few are looked
at for that."""
KNOWN_FILES = 2
"""From the third file on a company is compared with its own past, of `HABIT_SECONDS`: longer ago
everything changed once."""
FAR = 3
"""So many times the largest of its files is far more than usual."""
FAR_IN_ALL = 20
"""So many times all of its files together, in a column without a limit of its own: when people are
promoted or offices move, many change at once where a few did now and then. Where nobody did, a few
are many."""
FORGOTTEN_SECONDS, FORGOTTEN_FILES = 30 * DAY, 6
"""A sum forgets a few in so long, or in so many files, whichever is longer."""
INSTALMENTS = 3
"""So many files that change the same look like instalments: half of a few may add up. Not in a
company's first month, while nobody knows what is usual."""
FOUNDERS, NEWCOMERS = 5, 6
"""So many may move to a new department, and so many may join, even in a company of eight."""
MANY = 15
"""Percent. So many may move at once before it is unusual: teams do."""
NEVER = 10**9
STREAM_SECONDS, STREAM = 21 * DAY, 2
"""A system that has sent some rows for so long may go on at so many times its pace."""


class Measure(NamedTuple):
    """What is counted, in a word, and the share that nobody is asked about, by a part.

    `percent`: the share, or which of `[limits]` says it.
    """

    topic: str
    percent: int | str
    part: int = 1

    def share(self, policy: Policy) -> int:
        """Return the share that nobody is asked about, in percent; 100 asks about none."""
        limit = self.percent if isinstance(self.percent, int) else getattr(policy, self.percent)
        return int(limit if limit >= HUNDRED else -(-limit // self.part))


OTHERS = ""
MEASURES: Mapping[str, Measure] = {
    # Half of the share is enough: colleagues leave one by one.
    GONE: Measure("word_gone", "removal_percent", 2),
    ADDED: Measure("word_added", "additions_percent"),
    CONTACTS: Measure("word_contacts", 5),
    MEMBER_NAME_COLUMN: Measure("word_renamed", 5),
    DEPARTMENTS_COLUMN: Measure("word_moved", 15),
    PLACED: Measure("word_placed", 15, 3),
    OTHERS: Measure("", 30),
}
"""What has a share, or a word, of its own, and what all other columns have."""
CROWDS = frozenset({ADDED, PLACED})
"""What comes by groups: as many as the whole limit says may add up."""
COMMON = CROWDS | {GONE}
"""What any three files of a company may change: people come and go one by one."""


def measure_of(name: str) -> Measure:
    return MEASURES.get(name) or MEASURES[OTHERS]._replace(topic=shortened(name))


@dataclass(frozen=True, slots=True)
class Amount:
    """How many a plan changes: `count` of a `whole`.

    `subjects`: those of them who have a name in the plan; `few`: nobody asks about so many.
    """

    case: Case
    name: str
    subjects: Collection[str]
    count: int
    whole: int
    few: int

    @property
    def limit(self) -> int:
        """The share that nobody is asked about, in percent."""
        return measure_of(self.name).share(self.case.night.policy)

    @property
    def off(self) -> int:
        """More than there are, where the settings ask about no share."""
        return NEVER if self.limit >= HUNDRED else 0

    @property
    def most(self) -> int:
        """How many may change in one file by the settings."""
        return max(self.few, self.whole * self.limit // HUNDRED, self.off)

    def beyond(self, most: int, earlier: int = 0, **blanks: Param) -> Iterator[Picked]:
        """Pick them where they are more than `most`, with how many changed `earlier`."""
        most += _displaced_before(self.case) if self.name == DEPARTMENTS_COLUMN else 0
        if self.count + earlier <= most:
            return
        plan, word = self.case.plan, measure_of(self.name).topic
        column = "" if self.name in COMMON else self.name
        columns = CONTACT_COLUMNS if self.name == CONTACTS else ()
        yield Picked.of_columns(
            {it: ids(plan.changing(it)) for it in columns} or {column: self.subjects},
            beside=self.count - len(self.subjects) + earlier - most,
            of=self.whole,
            blanks={"what": word, "sum": self.count, "limit": self.limit, **blanks},
        )


def leaving(case: Case) -> Iterator[Picked]:
    """Pick who would be removed or disabled, beside who went in the hours before."""
    plan, recent = case.plan, len(case.recent)
    few = min(plan.few, max(1, plan.existing // 4))
    # Members who were disabled are still there, so they are in `existing` already.
    before = len(case.recent - case.night.book.listed.keys())
    count = len(plan.leaving) + recent
    gone = Amount(case, GONE, plan.leaving, count, plan.existing + before, few)
    most, number = min(gone.most, case.night.policy.removals), case.night.policy.removals
    for picked in gone.beyond(most, number=number, recent=recent):
        yield replace(picked, remarks=["remark_recent"] if recent else [])


def displaced(case: Case) -> Iterator[Picked]:
    """Pick departments that go, move, or get another name, by the people below."""
    plan, few = case.plan, few_of(case.plan.people)
    replaced = plan.replaced if len(plan.replaced) > 1 else ()
    # (departments, how many count, of how many, how many are a few)
    rows = (
        (replaced, plan.below.get("replaced", 0), few),
        ([*plan.to], plan.below.get("moved", 0), few),
        (plan.leaving, plan.below.get("left_out", 0), 2 * few),
    )
    for departments, people, least in rows:
        amount = Amount(case, PLACED, departments, people, plan.people, least)
        yield from amount.beyond(amount.most, people=people)
    borrowers, people = ids(plan.noticed(Evidence.BORROWED)), plan.below.get("borrowed", 0)
    yield from Amount(case, PLACED, borrowers, people, plan.people, few).beyond(few, people=people)


def _displaced_before(case: Case) -> int:
    """Return how many people stood below what was approved of the tree since the last full file."""
    history = case.night.book.history
    full = [it.dropped for it in history.files if it.job.has_members and it.digests]
    since = max(full, default=case.night.dropped)
    nights = [it for it in case.nights if it.approved and it.dropped > since]
    return sum(it.amounts.get(PLACED, 0) for it in nights)


def at_once(case: Case) -> Iterator[Picked]:
    """Pick who comes and whose values change beyond a limit of the settings."""
    for amount in _of_people(case):
        for picked in amount.beyond(amount.most):
            seen = structure_of(case, amount.name)
            yield replace(picked, blanks={**picked.blanks, "seen": seen})


def _of_people(case: Case) -> Iterator[Amount]:
    plan, few = case.plan, case.plan.few
    if plan.existing > MAKERS or case.night.book.listed:
        # The first people of a new corp come all at once.
        comes, least = ids(plan.of(Kind.ADD)), max(few, NEWCOMERS)
        yield Amount(case, ADDED, comes, len(comes), plan.existing + len(comes), least)
    # Who must leave a department was asked about with the file that left it out.
    movers = [it for it in plan.of(Kind.MOVE) if not it.has(Evidence.EVICTED)]
    settled = [it.subject for it in movers if not it.has(Evidence.SETTLING)]
    rows: list[tuple[str, Collection[str], int, int]] = [
        (CONTACTS, plan.contacts, plan.existing, few),
        (MEMBER_NAME_COLUMN, plan.renamed, plan.existing, few),
        (DEPARTMENTS_COLUMN, ids(movers), plan.existing, max(few, FOUNDERS)),
        (DEPARTMENTS_COLUMN, settled, plan.existing, few),
    ]
    for name in plan.altered:
        cells = plan.cells(name)
        rows.append((name, [user for user, _, _ in cells], plan.existing, few))
        filled = [user for user, before, _ in cells if before]
        rows.append((name, filled, plan.filled.get(name, 0), few))
    for name, subjects, whole, least in rows:
        yield Amount(case, name, subjects, len(subjects), whole, least)


def bit_by_bit(case: Case) -> Iterator[Picked]:
    """Pick what adds up with earlier files that nobody was asked about, each too few to be."""
    plan, nights = case.plan, case.nights
    is_new = not nights or case.night.dropped - nights[0].dropped < FORGOTTEN_SECONDS
    for name, count in counted(case).items():
        if name in CONTACT_COLUMNS or not count:
            continue
        few = max(NEWCOMERS if name == ADDED else 0, few_of(plan.people))
        amount = Amount(case, name, plan.measured[name], count, plan.people, few)
        most = amount.most * measure_of(name).part if name in CROWDS else few + amount.off
        half = max(INSTALMENTS - 1, -(-few_of(plan.people) // 2)) + amount.off
        limits = ((most, 2),) if is_new or name in COMMON else ((most, 2), (half, INSTALMENTS))
        for limit, files in limits:
            earlier = _added_up(case, name, limit)
            capped = replace(amount, count=min(count, limit))
            # One file with many, after a few, is no mistake that comes bit by bit.
            if 2 * earlier.most >= capped.count and earlier.files + 1 >= files:
                sums = {"sum": earlier.total + count, "files": earlier.files + 1}
                picks = [*capped.beyond(limit, earlier.most, day=day_of(earlier.since), **sums)]
                yield from picks
                if picks:
                    break


def unusual(case: Case) -> Iterator[Picked]:
    """Pick what is far more than the company's own files have changed."""
    plan, few = case.plan, few_of(case.plan.people)
    files = sum(it.counts and it.job.has_members for it in case.night.book.history.files)
    movers = {*ids(plan.of(Kind.MOVE))}
    recent = [it for it in case.nights if it.dropped > case.night.dropped - HABIT_SECONDS]
    for name in plan.amounts if files >= KNOWN_FILES else ():
        # Who moves gets another title and other flags as well.
        also = movers if name not in MEASURES else ()
        subjects = [it for it in plan.measured[name] if it not in also]
        amount = Amount(case, name, subjects, len(subjects), plan.people, few)
        amounts = [it.amounts.get(name, 0) for it in recent]
        largest, usual = max(amounts, default=0), max(few, FAR_IN_ALL * sum(amounts), amount.off)
        if name in MEASURES:
            many = plan.people * MANY // HUNDRED if name == DEPARTMENTS_COLUMN else 0
            usual = max(2 * few, many, FAR * largest)
        if name not in {*CONTACT_COLUMNS, *CROWDS}:
            yield from amount.beyond(usual, largest=largest)


def counted(case: Case) -> dict[str, int]:
    """Return how many change, by what is measured, but for whom an earlier file is put right."""
    plan, amounts = case.plan, {**case.plan.amounts}
    for name in plan.amounts if plan.job.has_members else ():
        if amounts[name] <= PUT_RIGHT_MOST * few_of(plan.people):
            persons = [case.night.book.person(user.casefold()) for user in plan.measured[name]]
            amounts[name] -= (_passing if name == GONE else _put_right)(case, name, persons)
    return amounts


def _passing(case: Case, _: str, persons: Collection[Person]) -> int:
    """Return how many go who went before, or came lately: temps."""
    went = {it.dropped for it in case.nights if GONE in it.amounts}
    came = {it.dropped for it in case.nights if ADDED in it.amounts}
    return sum(it.went in went or (it.changed in came and not it.before) for it in persons)


def _put_right(case: Case, name: str, persons: Collection[Person]) -> int:
    """Return for how many a file is put right: most of whom it changed change again."""
    changed = Counter(it.changed for it in persons)
    last = max((it.dropped for it in case.nights), default=case.night.dropped)
    count, since = 0, min(last, case.night.dropped - PUT_RIGHT_SECONDS)
    for night in case.nights:
        again = changed[night.dropped] if name in night.amounts and not night.approved else 0
        if again and night.dropped >= since:
            then = case.night.book.people.those(partial(_changed_at, night.dropped))
            count += again if 2 * again >= len(then) else 0
    return count


def _changed_at(time: float, person: Person) -> bool:
    return person.changed == time


def _pace(case: Case, name: str) -> float:
    """Return how many a second files of some have changed, at most a few a file.

    None in a column with a limit of its own, such as mobiles.
    """
    of_some = {it.run_id for it in case.night.book.history.files if it.job is Job.SYNC_USER}
    nights = [it for it in case.nights if it.run_id in of_some and name in it.amounts]
    seconds = case.night.dropped - nights[0].dropped if nights else 0
    if case.plan.job is not Job.SYNC_USER or name in MEASURES or seconds < STREAM_SECONDS:
        return 0
    return sum(min(it.amounts[name], few_of(case.plan.people)) for it in nights) / seconds


class _Sum(NamedTuple):
    """What earlier files changed: `most` of it counts, `total` since the first of `files` did."""

    most: int
    total: int
    files: int
    since: float


def _added_up(case: Case, name: str, most: int) -> _Sum:
    """Add up what earlier files changed since somebody was asked, less what is usual here.

    A file counts for two thirds of what may add up at most, however many it changed. They were few
    enough, and a few who are late with new titles the next day are no instalments.
    """
    nights = [it for it in case.nights if it.dropped <= case.night.dropped]
    times = [*(it.dropped for it in nights), case.night.dropped]
    unasked = sum(it.amounts.get(name, 0) for it in nights if not it.approved)
    usual = unasked / max(case.night.dropped - times[0], FORGOTTEN_SECONDS)
    usual = max(usual, STREAM * _pace(case, name))
    few, added, total, files, since = few_of(case.plan.people), 0.0, 0, 0, case.night.dropped
    for night, after in zip(nights, times[1:], strict=True):
        amount = night.amounts.get(name, 0)
        added += min(amount, 2 * most / 3)
        total, files = total + amount, files + (amount > 0)
        if night.approved and (name in night.amounts or not night.amounts):
            added = 0
        seconds = after - night.dropped
        by_pace = min(few * seconds / FORGOTTEN_SECONDS, few / FORGOTTEN_FILES)
        added -= max(usual * seconds, by_pace)
        if added <= 0:
            added, total, files, since = 0, 0, 0, after
    return _Sum(math.ceil(added), total, files, since)
