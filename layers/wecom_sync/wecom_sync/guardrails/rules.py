"""The table of guard rules, and the verdict on a plan: apply it, or hold it and say why. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from functools import cached_property, partial
from operator import itemgetter
from typing import NamedTuple

from wecom_sync.domain.book import Person
from wecom_sync.domain.directory import ROOT
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Param, Sentence, TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import MEMBER_NAME_COLUMN as NAME
from wecom_sync.guardrails import causes, habit, picks, values
from wecom_sync.guardrails.older import older_rows
from wecom_sync.guardrails.picks import HUNDRED, Case, Picked, share_of
from wecom_sync.planning.changes import Evidence, ids
from wecom_sync.planning.identity import MAKERS, squeezed
from wecom_sync.planning.plan import Plan, few_of

STRANGERS: TextCode = "hold_strangers"
"""Comes before everything else that a first file is asked about."""
MOST_COPIED = 50
"""How many accounts a line for the settings names."""
MOST_ALSO = 10
"""How many other questions of its family a reason names."""
_FEW_OTHERS = 3
"""Of so many times as many, those who may be others explain little."""


class Family(StrEnum):
    """Rules that ask one question: a hold shows one sentence for each family."""

    IDENTITY = "identity"
    """Whose account is it?"""
    MATCHED = "matched"
    """Are these the accounts of HR's people?"""
    DOUBTED = "doubted"
    """Which account does HR's key belong to?"""
    VALUES = "values"
    """Can these be the people's values?"""
    INCOMPLETE = "incomplete"
    """Is the file whole?"""
    OLDER = "older"
    """Is it older than what was applied?"""
    LEAVERS = "leavers"
    """Should these people go, or come back?"""
    POSTPONED = "postponed"
    """Should these people go now, who stayed the last time?"""
    SHARE = "share"
    """Should so many change at once?"""
    HABIT = "habit"
    """Is it far more than what this company's files have changed before?"""
    SIGN_IN = "sign_in"
    """Might somebody else sign in with an account that is protected?"""
    NAMED = "named"
    """Is it something that a person wants to be asked about by name?"""


IDENTITY, MATCHED, DOUBTED, VALUES, INCOMPLETE, OLDER, *_others = Family
LEAVERS, POSTPONED, SHARE, HABIT, SIGN_IN, NAMED = _others

LINKING = frozenset({MATCHED, DOUBTED})
"""What is asked even of a file that changes nothing else."""
ALWAYS = frozenset({SIGN_IN, NAMED})
"""What is asked even if another family has named everybody."""


class Few(NamedTuple):
    """How many a rule does not ask about, and how the documentation calls it."""

    word: str
    of: Callable[[Plan], int]


NOBODY = Few("nobody", lambda _: 0)
FEW = Few("few", lambda plan: plan.few)
"""As many as are a few in this corp (see the glossary)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many of what a query picks are too many.

    More than `number` says; or more than `few` and a larger share than `percent` says, divided by
    `part` and rounded up; or, without either, more than `few`. `number` and `percent` are keys of
    `[limits]`.
    """

    picks: picks.Query
    few: Few = FEW
    percent: str = ""
    part: int = 1
    number: str = ""

    def percent_of(self, policy: Policy) -> int:
        """Return the share that nobody is asked about, in percent."""
        limit: int = getattr(policy, self.percent)
        return limit if limit >= HUNDRED else -(-limit // self.part)

    def is_beyond(self, count: int, whole: int, case: Case) -> bool:
        """Whether so many of a whole are too many."""
        most: int = getattr(case.policy, self.number) if self.number else self.few.of(case.plan)
        if count <= most or not self.percent:
            return count > most
        limit = self.percent_of(case.policy)
        return limit < HUNDRED and share_of(count, whole) > limit


@dataclass(frozen=True)
class Hold:
    """What a rule says about a plan."""

    family: Family
    code: TextCode
    word: TextCode
    picked: Picked
    ids: tuple[str, ...] = ()
    limits: Mapping[str, Param] = field(default_factory=dict)
    case: Case | None = None
    """Of which it shows from what to what something changes."""

    @property
    def reason(self) -> Reason:
        picked = self.picked
        params: dict[str, Param] = {"existing": picked.of, **self.limits, **picked.blanks}
        people = Listing.of(self.ids) if self.ids else None
        before = picks.other_departments(self.case, self.ids) if self.case else ()
        examples = picks.examples(self.case, picked, self.ids) if self.case else ()
        after = (*examples, *(Sentence(code, params) for code in picked.remarks))
        return Reason(self.code, params, self.family, people, before=before, after=after)

    @property
    def label(self) -> str:
        """What it asks about, in a word: a code, or the header of a column."""
        blanks = self.picked.blanks
        return str(blanks.get("column") or blanks.get("what") or self.word)

    @cached_property
    def explains(self) -> Mapping[str, Collection[str]]:
        """Of whom which column needs no further sentence; blank for all that becomes of them."""
        picked = self.picked
        if not picked.parts:
            return {"": frozenset(picked.people or self.ids)}
        return {column: frozenset(ids) for column, ids in picked.parts.items()}


def unexplained(picked: Picked, family: Family, holds: Iterable[Hold]) -> list[str]:
    """Return whom no hold of another family names, in a picked column; everybody for `ALWAYS`."""
    earlier = [it for it in holds if family not in ALWAYS and it.family is not family]
    others: dict[str, None] = {}
    for column, subjects in (picked.parts or {"": picked.ids}).items():
        explained = (hold.explains.get(mark, ()) for hold in earlier for mark in {"", column})
        named = frozenset[str]().union(*explained)
        others |= dict.fromkeys([it for it in subjects if it not in named])
    return [*others]


@dataclass(frozen=True, slots=True)
class Question:
    """What a rule asks: a plan beyond any of its `limits` is held.

    `code`: its text; `word`: what it asks about, in a word; `settings`: what else it reads.
    """

    code: TextCode
    jobs: frozenset[Job]
    family: Family
    word: TextCode
    limits: tuple[Limit, ...]
    settings: tuple[str, ...] = ()

    def judge(self, case: Case, earlier: Collection[Hold]) -> list[Hold]:
        """Return what it picks beyond its limits and is not explained, the worst first."""
        if case.plan.job not in self.jobs:
            return []
        holds: list[tuple[int, Hold]] = []
        for query in dict.fromkeys(limit.picks for limit in self.limits):
            limits = [limit for limit in self.limits if limit.picks is query]
            for picked in query(case):
                ids = unexplained(picked, self.family, earlier)
                count = len(ids) + picked.further
                beyond = [it for it in limits if it.is_beyond(count, picked.of, case)]
                if ids and count > picked.least and beyond:
                    params = self._limits_of(case, beyond[0])
                    own = self.family, self.code, self.word
                    holds.append((count, Hold(*own, picked, tuple(ids), params, case)))
        return [hold for _, hold in sorted(holds, key=itemgetter(0), reverse=True)]

    def _limits_of(self, case: Case, limit: Limit) -> dict[str, Param]:
        params: dict[str, Param] = {}
        for bound in (*reversed(self.limits), limit):
            params |= {"number": getattr(case.policy, bound.number)} if bound.number else {}
            params |= {"limit": bound.percent_of(case.policy)} if bound.percent else {}
        return params


NEWCOMERS = FEW._replace(of=lambda plan: max(plan.few, 6))
"""Six may join even a company of eight."""
CHANGES = FEW._replace(of=lambda plan: max(plan.few, 5))
"""Five may found a department even in a company of a dozen."""
PEOPLE = FEW._replace(of=lambda plan: few_of(plan.people))
COLLEAGUES = FEW._replace(of=lambda plan: min(plan.few, max(1, plan.existing // 4)))
"""Two may leave a company of eight at once, but not half of a company of four."""
CROWD = FEW._replace(
    of=lambda plan: max(1, plan.few // 10) if len(plan.of(Kind.ADD)) > plan.few else plan.few
)
"""Among many newcomers three, in a small company two: we do not know who left before our time."""

SETTINGS: Mapping[TextCode, tuple[str, ...]] = {
    "hold_links_first": ("limits.second_person",),
    "hold_protected": ("members.protected", "members.leavers"),
    "hold_protected_contacts": ("members.protected",),
    "hold_unnamed": ("departments.company",),
    "hold_invited": ("members.invite",),
}
"""What rules read of the settings beside their limits."""
MEMBERS = frozenset(job for job in Job if job.has_members)
PARTIES = frozenset(Job) - MEMBERS
ALL_JOBS = frozenset(Job)

STALE = picks.those(lambda plan: sorted(ids(plan.noticed(Evidence.STALE))))
RELINKED = picks.undecided("moved", "contradicted", "other")
DOUBTFUL = picks.undecided("doubtful")
SECOND, SIGN_INS = picks.second_accounts, picks.protected_contacts
TORN = picks.noticed(Evidence.TORN)
UNCLEAR, MERGED = map(picks.recognised, (Evidence.UNCLEAR, Evidence.MERGED))
UNNAMED = picks.those(lambda plan: plan.unnamed)
# The name of the root is the company's.
ROOT_RENAMED = picks.those(lambda plan: (str(ROOT),) if plan.renames_root else ())
BACK = Limit(picks.noticed(Evidence.RETURNED), CROWD)
# Half of the share is enough: colleagues leave one by one.
GONE = (
    Limit(picks.leaving, number="removals"),
    Limit(picks.leaving, COLLEAGUES, "removal_percent", part=2),
)
# A shifted column or a wrong encoding looks like this.
RENAMED = Limit(picks.in_columns(lambda plan: {NAME: plan.renamed}), FEW, "renames_percent")
CONTACTS = Limit(picks.other_contacts, FEW, "contacts_percent")
# Who must leave a department was asked about with the file that left it out.
MOVED = (
    Limit(picks.movers(Evidence.EVICTED), CHANGES, "moves_percent"),
    Limit(picks.movers(Evidence.EVICTED, Evidence.SETTLING), FEW, "moves_percent"),
)
DEPARTMENTS_MOVED = (
    Limit(picks.departments_moved, FEW, "moves_percent"),
    Limit(picks.people_moved, PEOPLE, "moves_percent", part=3),
)
DISPLACED = Limit(picks.displaced, PEOPLE, "moves_percent", part=3)
COLUMNS = Limit(picks.columns, FEW, "updates_percent")
ADDED = Limit(picks.added, NEWCOMERS, "additions_percent")
INVITED = Limit(picks.those(lambda plan: plan.invited), number="invitations")


def _any(query: picks.Query) -> Limit:
    return Limit(query, NOBODY)


def _ask(
    code: TextCode, jobs: frozenset[Job], family: Family, word: TextCode, *limits: Limit
) -> Question:
    return Question(code, jobs, family, word, limits, SETTINGS.get(code, ()))


TABLE: tuple[Question, ...] = (
    _ask("hold_links_first", MEMBERS, MATCHED, "word_links", _any(picks.new_links)),
    _ask("hold_links_changed", MEMBERS, DOUBTED, "word_links_changed", _any(RELINKED)),
    _ask("hold_links_doubtful", MEMBERS, DOUBTED, "word_links_doubtful", _any(DOUBTFUL)),
    _ask("hold_postponed", MEMBERS, POSTPONED, "word_postponed", _any(picks.postponed)),
    _ask("hold_repeated", MEMBERS, LEAVERS, "word_repeated", _any(picks.repeated)),
    _ask("hold_same_again", ALL_JOBS, OLDER, "word_same_again", _any(older_rows)),
    _ask("hold_came_back", MEMBERS, LEAVERS, "word_came_back", BACK),
    _ask("hold_older", ALL_JOBS, OLDER, "word_older", _any(STALE)),
    _ask("hold_second_account", MEMBERS, IDENTITY, "word_second_account", _any(SECOND)),
    _ask("hold_other_person", MEMBERS, IDENTITY, "word_other_person", _any(picks.other_people)),
    _ask("hold_mixed", MEMBERS, VALUES, "word_mixed", Limit(values.mixed)),
    _ask("hold_unlikely", MEMBERS, VALUES, "word_unlikely", _any(values.unlikely)),
    _ask("hold_incomplete", MEMBERS, INCOMPLETE, "word_incomplete", _any(TORN)),
    _ask("hold_left_accounts", MEMBERS, INCOMPLETE, "word_left_out", _any(picks.left_accounts)),
    _ask("hold_left_out", MEMBERS, INCOMPLETE, "word_left_out", _any(picks.left_out)),
    _ask("hold_departed", MEMBERS, LEAVERS, "word_departed", _any(picks.departed)),
    _ask("hold_gone", MEMBERS, LEAVERS, "word_gone", *GONE),
    _ask("hold_unclear_departments", PARTIES, IDENTITY, "word_unclear_departments", _any(UNCLEAR)),
    _ask("hold_merged_departments", PARTIES, LEAVERS, "word_merged_departments", _any(MERGED)),
    _ask("hold_separator", PARTIES, VALUES, "word_separator", _any(picks.separator)),
    _ask("hold_renamed", MEMBERS, SHARE, "word_renamed", RENAMED),
    _ask("hold_contacts", MEMBERS, SHARE, "word_contacts", CONTACTS),
    _ask("hold_moved", MEMBERS, SHARE, "word_moved", *MOVED),
    _ask("hold_moved_departments", PARTIES, SHARE, "word_moved", *DEPARTMENTS_MOVED),
    _ask("hold_displaced", PARTIES, SHARE, "word_displaced", DISPLACED),
    _ask("hold_columns", MEMBERS, SHARE, "word_columns", COLUMNS),
    _ask("hold_added", MEMBERS, SHARE, "word_added", ADDED),
    _ask("hold_habit_limit", ALL_JOBS, HABIT, "word_habit", _any(habit.in_steps)),
    _ask("hold_habit", ALL_JOBS, HABIT, "word_habit", _any(habit.unusual)),
    _ask("hold_habit_trend", ALL_JOBS, HABIT, "word_habit", _any(habit.trends)),
    _ask("hold_protected", MEMBERS, NAMED, "word_protected", _any(picks.protected)),
    _ask("hold_protected_contacts", MEMBERS, SIGN_IN, "word_protected_contacts", _any(SIGN_INS)),
    _ask("hold_protected_departments", PARTIES, NAMED, "word_protected", _any(ROOT_RENAMED)),
    _ask("hold_unnamed", PARTIES, NAMED, "word_unnamed", _any(UNNAMED)),
    _ask("hold_invited", MEMBERS, NAMED, "word_invited", INVITED),
)
"""Every guard rule that counts, the most telling evidence first: what a rule explains of somebody,
no rule of another family counts again, but for those of `ALWAYS`."""


def first(case: Case) -> Hold | None:
    """Hold the first full file of a type, and one that changes many whom we do not know.

    It is no row because it asks about the corp, not about a share: there is nothing to compare
    with, and nothing that a rollback could bring back. Where nothing can be lost, nobody is asked:
    a new corp has only its makers' accounts, and no department below the root.
    """
    plan = case.plan
    is_first = plan.job.is_full and not case.book.has_applied(plan.job)
    asks = case.policy.first_replace != "apply"
    if (asks or not is_first) and (strangers := _strangers(case, is_first=is_first)):
        return strangers
    if not asks:
        return None
    if is_first:
        return _first_full(case)
    unknown = ids(plan.noticed(Evidence.UNKNOWN))
    if len(unknown) <= plan.few or plan.existing <= MAKERS:
        return None
    return Hold(NAMED, "hold_unknown", "word_unknown", Picked(unknown), unknown)


def _strangers(case: Case, *, is_first: bool) -> Hold | None:
    """Name whom HR does not know, because they may be in nobody's file.

    At the first company file that is everybody who would go, later whoever never was in a file and
    nobody was asked about. The line for the settings stands in the sentence, to be copied.
    """
    if case.plan.job is not Job.COMPANY:
        return None
    going = ids(case.plan.of(Kind.REMOVE, Kind.DISABLE))
    persons = {user: case.book.person(user.casefold()) for user in going}
    users = tuple(
        user
        for user, it in persons.items()
        if is_first
        or not (it.since or it.key or it.left or it.asked or it.account in case.book.postponed)
    )
    if not users:
        return None
    left = [user for user in users if _is_left_out(case, persons[user])]
    others = [user for user in users if user not in left]
    copied = dict.fromkeys((*case.policy.accounts_unmanaged, *others[:MOST_COPIED]))
    more = ", ".join(f'"{user}"' for user in copied)
    params: dict[str, Param] = {"setting": f"unmanaged = [{more}]", "others": len(others)}
    params |= {"left": len(left), "leavers": Listing.of(left), "most": MOST_COPIED}
    remarks: Mapping[TextCode, object] = {
        "remark_left": left,
        "remark_unmanaged": others,
        "remark_unmanaged_first": len(others) > MOST_COPIED,
        "remark_creator": not case.book.staying,
    }
    picked = Picked(users, blanks=params, remarks=[it for it in remarks if remarks[it]])
    return Hold(NAMED, STRANGERS, "word_strangers", picked, users)


def _is_left_out(case: Case, person: Person) -> bool:
    """Whether the file has somebody in a row that is not taken, such as one of a leaver."""
    name = squeezed(person.row.get(NAME, ""))
    left_names = map(squeezed, case.roster.left_names)
    return person.account.casefold() in case.plan.left_people or bool(name and name in left_names)


def _first_full(case: Case) -> Hold | None:
    plan, is_tree = case.plan, not case.plan.job.has_members
    unknown = plan.noticed(Evidence.UNKNOWN)
    nothing_to_lose = plan.existing <= (ROOT if is_tree else MAKERS)
    if nothing_to_lose or not (is_tree or plan.going or unknown):
        return None
    if is_tree and case.book.department_rows:
        names = tuple(map(str, case.book.department_rows))
        return Hold(NAMED, "hold_first_names", "word_first", Picked(names), names)
    picked = Picked(
        (),
        people=ids(plan.of(Kind.ADD)),
        blanks={"job": plan.job.value},
        remarks=["remark_begin"] if is_tree or unknown else (),
    )
    return Hold(NAMED, "hold_first", "word_first", picked)


class Verdict(NamedTuple):
    """Why a plan is held, a reason for each family, and all holds that they say; none to apply."""

    reasons: tuple[Reason, ...]
    holds: Sequence[Hold]


def judge(case: Case) -> Verdict:
    """Return the verdict on a plan.

    Settings may have loosened the limits by mistake: their first file is asked about as well.
    """
    holds = _holds(case)
    reasons = _explained(case, _reasons(holds))
    stricter = replace(case, policy=case.policy.as_strict_as(case.book.limits))
    if stricter.policy == case.policy:
        return Verdict(reasons, holds)
    asked = {reason.code for reason in reasons}
    holds = _holds(stricter)
    again = _reasons(holds)
    return Verdict(_explained(stricter, again, {it.code for it in again} - asked), holds)


def _holds(case: Case) -> list[Hold]:
    holds = [hold] if (hold := first(case)) else []
    for question in TABLE:
        holds += question.judge(case, holds)
    return holds


def _reasons(holds: Sequence[Hold]) -> list[Reason]:
    ordered = sorted(holds, key=partial(_rank, most=max((len(it.ids) for it in holds), default=0)))
    families = dict.fromkeys(hold.family for hold in ordered)
    return [_reason([hold for hold in holds if hold.family is family]) for family in families]


def _rank(hold: Hold, most: int) -> int:
    """Return the place of a hold among the others.

    Ids that a spreadsheet has changed explain whatever else there is. But a few people who may be
    others do not explain what happens to many.
    """
    if hold.code == STRANGERS:
        return 0
    if hold.family is not IDENTITY:
        return 2
    return 1 if len(hold.ids) * _FEW_OTHERS >= most else 3


def _explained(
    case: Case, reasons: Sequence[Reason], loosened: Collection[TextCode] = ()
) -> tuple[Reason, ...]:
    """Return the reasons, the first one with the likely cause.

    `loosened`: those that only the limits of before ask about.
    """
    explained = []
    for place, reason in enumerate(reasons):
        is_first, remarks = place == 0, list[Sentence]()
        if is_first:
            # Who was put off is missing on purpose, and an old file is a cause itself.
            likely = causes.likely(case) if reason.family not in {POSTPONED, OLDER} else ()
            reason = replace(reason, before=(*likely, *reason.before))
            remarks += picks.wecoms_guard(case.plan)
        if reason.code in loosened:
            remarks.append(Sentence("remark_limits"))
        if reason.family is SHARE and not habit.has_habit(case):
            remarks.append(Sentence("remark_no_habit"))
        explained.append(reason.followed_by(*remarks))
    return tuple(explained)


def _reason(holds: list[Hold]) -> Reason:
    """Return the reason of a family that says most. It names the others, and counts them."""
    most, *rest = sorted(holds, key=lambda hold: not hold.ids)
    counts = {hold.label: len(hold.ids) for hold in reversed(rest) if hold.label != most.label}
    also = {label: counts[label] for label in [*reversed(counts)][:MOST_ALSO]}
    return replace(most.reason, also=also)


FIRST: tuple[TextCode, ...] = (STRANGERS, "hold_first", "hold_first_names", "hold_unknown")
"""What is said of the first file."""
FIRST_SETTINGS = ("limits.first_replace",)

FAMILIES: Mapping[str, Family] = {
    **{question.code: question.family for question in TABLE},
    **dict.fromkeys(FIRST, NAMED),
}
