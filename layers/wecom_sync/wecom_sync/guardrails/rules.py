"""The table of guard rules, and the verdict on a plan: apply it, or hold it and say why. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from functools import partial
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
from wecom_sync.guardrails import amounts, causes, older, picks, strangers, values
from wecom_sync.guardrails.picks import Case, Picked, listed
from wecom_sync.planning.changes import Evidence, ids
from wecom_sync.planning.identity import MAKERS, squeezed
from wecom_sync.planning.plan import Plan

STRANGERS: TextCode = "hold_strangers"
"""Comes before everything else that a first file is asked about."""
MOST_COPIED = 50
"""How many accounts a line for the settings names."""
MOST_ALSO = 10
"""How many other questions of its family a reason names."""


class Family(StrEnum):
    """The questions that a person is asked, each in one sentence of a hold."""

    MATCHED = "matched"
    """Are these the accounts of HR's people?"""
    DOUBTED = "doubted"
    """Which account does HR's key belong to?"""
    OLDER = "older"
    """Does it change what other files have settled?"""
    IDENTITY = "identity"
    """Whose account is it?"""
    VALUES = "values"
    """Can these be the people's values?"""
    INCOMPLETE = "incomplete"
    """Is the file whole?"""
    LEAVERS = "leavers"
    """Should these people go, or come back?"""
    AMOUNTS = "amounts"
    """Should so many change at once, or far more than in this company's files before?"""
    SIGN_IN = "sign_in"
    """Might somebody else sign in with an account that is protected?"""
    NAMED = "named"
    """Is it something that a person wants to be asked about by name?"""


MATCHED, DOUBTED, OLDER, IDENTITY, VALUES, *_others = Family
INCOMPLETE, LEAVERS, AMOUNTS, SIGN_IN, NAMED = _others

LINKING = frozenset({MATCHED, DOUBTED})
"""What is asked even of a file that changes nothing else."""
ALWAYS = frozenset({SIGN_IN, NAMED})
"""What is asked even if another question has named everybody."""


class Few(NamedTuple):
    """How many a rule does not ask about, and how the documentation calls it."""

    label: str
    of: Callable[[Plan], int]


NOBODY = Few("nobody", lambda _: 0)
FEW = Few("few", lambda plan: plan.few)
"""As many as are a few in this corp (see the glossary)."""
JOINERS = Few("few", lambda plan: max(plan.few, amounts.NEWCOMERS))
"""As many as may join even in a company of a dozen."""


TORN = Few("torn", lambda _: 0)
"""What `planning.evidence` does not call torn."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many are too many.

    More than `number` says, a key of `[limits]`, or without it more than `few`.
    """

    few: Few = FEW
    number: str = ""

    def is_beyond(self, picked: Picked, case: Case) -> bool:
        """Whether so many are too many."""
        most = getattr(case.night.policy, self.number) if self.number else self.few.of(case.plan)
        return picked.count > most

    def blanks(self, policy: Policy) -> dict[str, Param]:
        """Return what a text tells of it."""
        return {"number": getattr(policy, self.number)} if self.number else {}


ANY = Limit(NOBODY)
"""One is too many."""
STOOD = Limit(TORN)


@dataclass(frozen=True)
class Hold:
    """What is asked about a plan."""

    family: Family
    code: TextCode
    topic: TextCode
    picked: Picked
    """Without those whom an earlier hold names."""
    case: Case
    """Of which it shows from what to what something changes."""
    limits: Mapping[str, Param] = field(default_factory=dict)

    @property
    def reason(self) -> Reason:
        picked, ids = self.picked, self.picked.ids
        params: dict[str, Param] = {"existing": picked.of, **self.limits, **picked.blanks}
        people = Listing.of(ids) if ids else None
        before = picks.other_departments(self.case, ids)
        remarks = (Sentence(code, params) for code in picked.remarks)
        after = (*picks.examples(self.case, picked), *remarks, *picked.off)
        return Reason(
            self.code, params, self.family, people, before=before, after=after, text=picked.text
        )

    @property
    def label(self) -> str:
        """What it asks about, in a word: a code, or the header of a column."""
        blanks = self.picked.blanks
        return str(blanks.get("column") or blanks.get("what") or self.topic)


@dataclass(frozen=True, slots=True)
class Look:
    """What a question looks at: whom a query picks, and how many of them are too many.

    `code`: its text; `word`: what it asks about, in a word.
    """

    code: TextCode
    topic: TextCode
    query: picks.Query
    limit: Limit = ANY
    jobs: frozenset[Job] = frozenset(Job)

    def holds(self, family: Family, case: Case, named: Mapping[str, set[str]]) -> list[Hold]:
        """Return what is beyond the limit, the worst first, without whom `named` has, by column."""
        beyond = [it for it in self.query(case) if self.limit.is_beyond(it, case)]
        asked = [it.without(named) for it in beyond] if named else beyond
        beyond = [it for it in asked if it.ids and self.limit.is_beyond(it, case)]
        blanks, own = self.limit.blanks(case.night.policy), (family, self.code, self.topic)
        beyond.sort(key=lambda it: it.count, reverse=True)
        return [Hold(*own, picked, case, blanks) for picked in beyond]


def named_by(holds: Iterable[Hold]) -> defaultdict[str, set[str]]:
    """Return whom reasons name, by column; blank for all that becomes of them."""
    named = defaultdict[str, set[str]](set)
    for hold in holds:
        for column, subjects in hold.picked.rows.items():
            named[column] |= subjects.keys()
    named[""].discard("")
    return named


MEMBERS = frozenset(job for job in Job if job.has_members)
PARTIES = frozenset(Job) - MEMBERS

BEYOND = Limit(FEW._replace(of=NOBODY.of))
"""A query of amounts knows itself how many are too many."""


_people = partial(Look, jobs=MEMBERS)
_tree = partial(Look, jobs=PARTIES)
_both = Look

TABLE: Mapping[Family, tuple[Look, ...]] = {
    MATCHED: (_people("hold_links_first", "word_links", picks.new_links),),
    DOUBTED: (_people("hold_links_doubted", "word_links_doubted", picks.undecided),),
    OLDER: (
        _both("hold_same_again", "word_same_again", older.older_rows),
        _both("hold_older", "word_older", picks.stale),
        _people("hold_repeated", "word_repeated", picks.repeated),
        _people("hold_disputed", "word_disputed", older.disputed),
        _people("hold_postponed", "word_postponed", picks.postponed),
    ),
    IDENTITY: (
        _people("hold_second_account", "word_second_account", picks.second_accounts),
        _people("hold_other_person", "word_other_person", picks.other_people),
        _people("hold_other_returns", "word_other_returns", picks.others_returning),
        _tree("hold_other_departments", "word_other_departments", picks.other_trees),
    ),
    VALUES: (
        _people("hold_mixed", "word_mixed", values.mixed, Limit()),
        _people("hold_unlikely", "word_unlikely", values.unlikely),
        _people("hold_exchanged", "word_exchanged", values.exchanged),
        _people("hold_of_others", "word_of_others", strangers.strangers),
        _tree("hold_numbered", "word_numbered", picks.numbered),
        _tree("hold_separator", "word_separator", picks.separator),
    ),
    INCOMPLETE: (
        _people("hold_left_out", "word_left_out", picks.left_out),
        _people("hold_incomplete", "word_incomplete", picks.torn, STOOD),
        _people("hold_contradicted", "word_contradicted", picks.contradicted),
    ),
    LEAVERS: (
        _people("hold_came_back", "word_came_back", picks.back, Limit()),
        _people("hold_status_lost", "word_came_back", picks.status_lost, Limit(JOINERS)),
        _people("hold_disabled_first", "word_gone", picks.disabled_first, Limit()),
        _people("hold_departed", "word_departed", picks.departed),
        _people("hold_gone", "word_gone", amounts.leaving, BEYOND),
    ),
    AMOUNTS: (
        _tree("hold_displaced", "word_placed", amounts.displaced, BEYOND),
        _people("hold_amount", "word_amount", amounts.at_once, BEYOND),
        _both("hold_bit_by_bit", "word_amount", amounts.bit_by_bit, BEYOND),
        _both("hold_unusual", "word_amount", amounts.unusual, BEYOND),
    ),
    SIGN_IN: (
        _people("hold_protected_added", "word_protected_added", picks.protected_added),
        _people("hold_protected_contacts", "word_protected_contacts", picks.protected_contacts),
    ),
    NAMED: (
        _people("hold_protected", "word_protected", picks.protected),
        _people("hold_wanted", "word_wanted", picks.wanted),
        _people("hold_leavers", "word_leavers", picks.after_days, Limit()),
        _tree("hold_protected_departments", "word_protected", picks.root_renamed),
        _tree("hold_unnamed", "word_unnamed", picks.unnamed),
        _people("hold_invited", "word_invited", picks.invited, Limit(number="invitations")),
    ),
}
"""Each question, and what is looked at for it, the most telling evidence first: what a look says of
somebody, no later one counts again, but for those of `ALWAYS`."""


def looks() -> Iterator[tuple[Family, Look]]:
    """Yield everything that is looked at, with what is asked about it."""
    for family, those in TABLE.items():
        yield from ((family, look) for look in those)


def first(case: Case) -> Hold | None:
    """Hold the first full file of a type, and one that changes many whom we do not know.

    It is no row because it asks about the corp, not about a share: there is nothing to compare
    with, and nothing that a rollback could bring back. Where nothing can be lost, nobody is asked:
    a new corp has only its makers' accounts, and no department below the root.
    """
    plan = case.plan
    is_first = plan.job.is_full and not case.night.book.has_applied(plan.job)
    asks = case.night.policy.first_replace != "apply"
    if (asks or not is_first) and (strangers := _strangers(case, is_first=is_first)):
        return strangers
    if not asks:
        return None
    if is_first:
        return _first_full(case)
    unknown = ids(plan.noticed(Evidence.UNKNOWN))
    if len(unknown) <= plan.few or plan.existing <= MAKERS:
        return None
    return Hold(NAMED, "hold_unknown", "word_unknown", Picked(listed(unknown)), case)


def _strangers(case: Case, *, is_first: bool) -> Hold | None:
    """Name whom HR does not know, because they may be in nobody's file.

    At the first company file that is everybody who would go, later whoever never was in a file and
    nobody was asked about. The line for the settings stands in the sentence, to be copied.
    """
    if case.plan.job is not Job.COMPANY:
        return None
    going = ids(case.plan.of(Kind.REMOVE, Kind.DISABLE))
    persons = {user: case.night.book.person(user.casefold()) for user in going}
    users = tuple(
        user
        for user, it in persons.items()
        if is_first
        or not (
            it.since
            or (it.key and it.row)
            or it.left
            or it.asked
            or it.account in case.night.book.postponed
        )
    )
    if not users:
        return None
    left = [user for user in users if _is_left_out(case, persons[user])]
    others = [user for user in users if user not in left]
    copied = dict.fromkeys((*case.night.policy.accounts_unmanaged, *others[:MOST_COPIED]))
    more = ", ".join(f'"{user}"' for user in copied)
    params: dict[str, Param] = {"setting": f"unmanaged = [{more}]", "others": len(others)}
    params |= {"left": len(left), "leavers": Listing.of(left), "most": MOST_COPIED}
    remarks: Mapping[TextCode, object] = {
        "remark_left": left,
        "remark_unmanaged": others,
        "remark_unmanaged_first": len(others) > MOST_COPIED,
        "remark_creator": not case.night.book.staying,
    }
    codes = [it for it in remarks if remarks[it]]
    picked = Picked(listed(users), blanks=params, remarks=codes)
    return Hold(NAMED, STRANGERS, "word_strangers", picked, case)


def _is_left_out(case: Case, person: Person) -> bool:
    """Whether the file has somebody in a row that is not taken, such as one of a leaver."""
    left_out, name = case.plan.left_out, squeezed(person.row.get(NAME, ""))
    is_namesake = bool(name) and name in map(squeezed, left_out.names)
    return is_namesake or person.account.casefold() in left_out.people


def _first_full(case: Case) -> Hold | None:
    plan, is_tree = case.plan, not case.plan.job.has_members
    unknown = plan.noticed(Evidence.UNKNOWN)
    nothing_to_lose = plan.existing <= (ROOT if is_tree else MAKERS)
    if nothing_to_lose or not (is_tree or plan.going or unknown):
        return None
    names = [*map(str, case.night.book.department_rows)] if is_tree else []
    remarks: list[TextCode] = ["remark_begin"] if is_tree or unknown else []
    picked = Picked(
        listed(names, () if names else ids(plan.of(Kind.ADD))),
        blanks={"job": plan.job.value, "names": len(names)},
        remarks=["remark_first_names"] if names else remarks,
    )
    return Hold(NAMED, "hold_first", "word_first", picked, case)


class Verdict(NamedTuple):
    """Why a plan is held, a reason for each family, and all holds that they say; none to apply."""

    reasons: tuple[Reason, ...]
    holds: Sequence[Hold]


def judge(case: Case) -> Verdict:
    """Return the verdict on a plan."""
    holds = _holds(case)
    return Verdict(tuple(_explained(case, _reasons(holds))), holds)


def _holds(case: Case) -> list[Hold]:
    holds = [hold] if (hold := first(case)) else []
    named = named_by(holds)
    for family, look in looks():
        if case.plan.job in look.jobs:
            beyond = look.holds(family, case, {} if family in ALWAYS else named)
            for column, subjects in named_by(beyond).items():
                named[column] |= subjects
            holds += beyond
    return holds


def _reasons(holds: Sequence[Hold]) -> list[Reason]:
    families = dict.fromkeys(hold.family for hold in holds)
    return [_reason([hold for hold in holds if hold.family is family]) for family in families]


def _explained(case: Case, reasons: Sequence[Reason]) -> Iterator[Reason]:
    """Yield the reasons, the first one with the likely cause."""
    for reason in reasons[:1]:
        # What goes against earlier files is a cause itself.
        likely = causes.likely(case) if reason.family is not OLDER else ()
        before = (*likely, *reason.before)
        yield replace(reason, before=before).followed_by(*picks.wecoms_guard(case.plan))
    yield from reasons[1:]


def _reason(holds: list[Hold]) -> Reason:
    """Return the reason of a family that says most. It names the others, and counts them."""
    most, *rest = sorted(holds, key=lambda hold: not hold.picked.ids)
    counts = {
        hold.label: len(hold.picked.ids) for hold in reversed(rest) if hold.label != most.label
    }
    also = {label: counts[label] for label in [*reversed(counts)][:MOST_ALSO]}
    return replace(most.reason, also=also)


FIRST: tuple[TextCode, ...] = (STRANGERS, "hold_first", "hold_unknown")
"""What is said of the first file."""
OF_FILES: tuple[TextCode, ...] = (*FIRST[1:], "hold_same_again", "hold_older")
"""What is said of a file as a whole: who comes and who goes by it has to be told beside."""
FAMILIES: Mapping[str, Family] = {
    **{look.code: family for family, look in looks()},
    **dict.fromkeys(FIRST, NAMED),
}
