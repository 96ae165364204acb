"""The table of guard rules, and the verdict on a plan: apply it, or hold it and say why. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from wecom_sync.domain.directory import ROOT
from wecom_sync.domain.run import Reason
from wecom_sync.domain.texts import Listing, Param, TextCode
from wecom_sync.domain.timeline import day_of
from wecom_sync.guardrails import picks, values
from wecom_sync.guardrails.case import Case, Few, Picked, share_of
from wecom_sync.planning.identity import MAKERS
from wecom_sync.planning.memory.fingerprints import overlaid

ALL = 100
"""Percent, of which a limit asks about no share, nor about a part of one."""


class Family(StrEnum):
    """Rules that ask one question: a hold shows one sentence for each family."""

    IDENTITY = "identity"
    """Whose account is it?"""
    VALUES = "values"
    """Can these be the people's values?"""
    INCOMPLETE = "incomplete"
    """Is the file whole?"""
    OLDER = "older"
    """Is it older than what was applied?"""
    LEAVERS = "leavers"
    """Should these people go, or come back?"""
    SHARE = "share"
    """Should so many change at once?"""
    NAMED = "named"
    """Is it something that a person wants to be asked about by name?"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table.

    It holds a plan when it picks more than `number` says, or more than a few and a larger share
    than `percent` says; without either, when it picks more than a few. These are keys of
    `[limits]`. Of a pair one is for members and one for departments. `settings`: what else it
    reads. `members`, `departments`: its text for either kind of file; without one it does not
    judge that kind.
    """

    name: str
    family: Family
    word: TextCode
    """What it asks about, in a word."""
    picks: Callable[[Case], Iterable[Picked]]
    members: TextCode | None
    departments: TextCode | None = None
    few: tuple[Few, Few] = (Few.FEW, Few.FEW)
    percent: str = ""
    number: tuple[str, str] = ("", "")
    settings: tuple[str, ...] = ()

    def code(self, case: Case) -> TextCode | None:
        """Return its text for a plan."""
        return self.members if case.plan.job.has_members else self.departments

    def finds(self, case: Case, explained: frozenset[str]) -> "Found | None":
        """Return the worst of what it picks beyond its limits, None when nothing is.

        `explained`: who is in the sentence of another family already, and not counted again.
        """
        if (code := self.code(case)) is None:
            return None
        found = [
            (count, picked, ids)
            for picked in self.picks(case)
            if (ids := _left(picked.ids, explained))
            and self._is_beyond(count := _count(picked, ids), picked, case)
        ]
        if not found:
            return None
        _, picked, ids = max(found, key=lambda each: each[0])
        return Found(self.family, code, self.word, picked, tuple(ids), self._limits(case))

    def _is_beyond(self, count: int, picked: Picked, case: Case) -> bool:
        number = self._number(case)
        if number is not None and count > number:
            return True
        few = self._of_kind(self.few, case).of(case.plan) if picked.few is None else picked.few
        if not self.percent:
            return number is None and count > few
        limit: int = getattr(case.policy, self.percent)
        return count > few and limit < ALL and share_of(count, picked.of) > -(-limit // picked.part)

    def _number(self, case: Case) -> int | None:
        name = self._of_kind(self.number, case)
        return getattr(case.policy, name) if name else None

    def _of_kind[Value](self, pair: tuple[Value, Value], case: Case) -> Value:
        return pair[0] if case.plan.job.has_members else pair[1]

    def _limits(self, case: Case) -> dict[str, Param]:
        shown: dict[str, Param] = {}
        if (number := self._number(case)) is not None:
            shown["number"] = number
        if self.percent:
            shown["limit"] = getattr(case.policy, self.percent)
        return shown


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found in a plan."""

    family: Family
    code: TextCode
    word: TextCode
    picked: Picked
    ids: tuple[str, ...] = ()
    limits: dict[str, Param] | None = None

    @property
    def reason(self) -> Reason:
        """The reason to hold."""
        picked = self.picked
        named = {"named": Listing.of(self.ids)} if self.ids else {}
        remark = {"remark": picked.remark} if picked.remark else {}
        known = {"existing": picked.of, **(self.limits or {}), **picked.shown, **named, **remark}
        return Reason(self.code, known, self.family)

    @property
    def people(self) -> frozenset[str]:
        """Who needs no further sentence."""
        return frozenset(self.picked.people or self.ids)


def _left(ids: Collection[str], explained: frozenset[str]) -> Collection[str]:
    return [each for each in ids if each not in explained] if explained else ids


def _count(picked: Picked, ids: Collection[str]) -> int:
    weight = len(ids) if picked.weight is None else picked.weight
    return weight + picked.before


TABLE: tuple[Rule, ...] = (
    Rule("second_account", Family.IDENTITY, "word_second_account", picks.second_accounts,
         "hold_second_account", "hold_second_account_departments", few=(Few.NOBODY, Few.NOBODY)),
    Rule("other_person", Family.IDENTITY, "word_other_person", picks.other_people,
         "hold_other_person", few=(Few.NOBODY, Few.NOBODY)),
    Rule("mixed", Family.VALUES, "word_mixed", values.mixed,
         "hold_mixed", "hold_mixed_departments", few=(Few.FEW, Few.ONE)),
    Rule("unlikely", Family.VALUES, "word_unlikely", values.unlikely, "hold_unlikely"),
    Rule("older", Family.OLDER, "word_older", picks.older,
         "hold_older", "hold_older", few=(Few.NOBODY, Few.NOBODY)),
    Rule("incomplete", Family.INCOMPLETE, "word_incomplete", picks.incomplete,
         "hold_incomplete", "hold_incomplete", few=(Few.NOBODY, Few.NOBODY)),
    Rule("left_accounts", Family.INCOMPLETE, "word_left_out", picks.left_accounts,
         "hold_left_accounts", few=(Few.NOBODY, Few.NOBODY)),
    Rule("left_out", Family.INCOMPLETE, "word_left_out", picks.left_out, "hold_left_out",
         few=(Few.NOBODY, Few.NOBODY)),
    Rule("came_back", Family.LEAVERS, "word_came_back", picks.came_back, "hold_came_back"),
    Rule("gone", Family.LEAVERS, "word_gone", picks.gone, "hold_gone", "hold_gone_departments",
         few=(Few.ONE, Few.ONE), percent="removal_percent",
         number=("removals", "department_removals")),
    Rule("renamed", Family.SHARE, "word_renamed", picks.renamed,
         "hold_renamed", "hold_renamed_departments", percent="renames_percent"),
    Rule("contacts", Family.SHARE, "word_contacts", picks.contacts,
         "hold_contacts", percent="contacts_percent"),
    Rule("moved", Family.SHARE, "word_moved", picks.moved,
         "hold_moved", "hold_moved_departments", percent="moves_percent"),
    Rule("columns", Family.SHARE, "word_columns", picks.columns,
         "hold_columns", percent="updates_percent"),
    Rule("added", Family.SHARE, "word_added", picks.added,
         "hold_added", percent="additions_percent"),
    Rule("protected", Family.NAMED, "word_protected", picks.protected,
         "hold_protected", "hold_protected_departments",
         few=(Few.NOBODY, Few.NOBODY), settings=("members.protected", "members.leavers")),
    Rule("invited", Family.NAMED, "word_invited", picks.invited,
         "hold_invited", number=("invitations", ""), settings=("members.invite",)),
)  # fmt: skip
"""Every guard rule that counts, the most telling evidence first: whom a rule explains, no rule of
another family counts again, but for the named ones."""


def first(case: Case) -> Found | None:
    """Hold the first full file of a type, and one that changes many whom we do not know.

    It is no row because it asks about the corp, not about a share: there is nothing to compare
    with, and nothing that a rollback could bring back. Where nothing can be lost, nobody is asked:
    a new corp has only its makers' accounts, and no department below the root.
    """
    plan = case.plan
    if case.policy.first_replace == "apply":
        return None
    if plan.job.is_full and plan.job not in case.snapshot.rows:
        return _first_full(case)
    if len(plan.unknown) <= plan.few or plan.existing <= MAKERS:
        return None
    ids = tuple(plan.unknown)
    return Found(Family.NAMED, "hold_unknown", "word_unknown", Picked(ids=ids), ids)


def _first_full(case: Case) -> Found | None:
    plan, is_tree = case.plan, not case.plan.job.has_members
    nothing_to_lose = plan.existing <= (ROOT if is_tree else MAKERS)
    if nothing_to_lose or not (is_tree or plan.gone or plan.unknown):
        return None
    if is_tree and case.snapshot.departments:
        ids = tuple(map(str, case.snapshot.departments))
        return Found(Family.NAMED, "hold_first_names", "word_first", Picked(ids=ids), ids)
    shown = Picked(
        ids=(),
        people=plan.add,
        shown={"job": plan.job.value},
        remark="remark_begin" if is_tree or plan.unknown else None,
    )
    return Found(Family.NAMED, "hold_first", "word_first", shown)


def repeated(case: Case) -> Found | None:
    """Hold when two systems work against each other: one removes again whom another one adds.

    It is no row because it names the two files. A person is asked once about each account.
    """
    if not case.plan.repeated:
        return None
    ids = tuple(case.plan.repeated)
    adds, removes = case.plan.repeated[ids[0]]
    shown: dict[str, Param] = {"adds": adds, "removes": removes}
    picked = Picked(ids=ids, shown=shown)
    return Found(Family.LEAVERS, "hold_repeated", "word_repeated", picked, ids)


def same_again(case: Case) -> Found | None:
    """Hold a full file that says the same as an older one, over which another one has gone since.

    It is no row because it names that file, and asks however few people change.
    """
    plan = case.plan
    dropped = overlaid(case.snapshot, plan.job, case.digest)
    if dropped is None:
        return None
    key = case.snapshot.files.get(str(dropped), "-")
    shown: dict[str, Param] = {"key": key, "day": day_of(dropped)}
    ids = tuple(sorted(plan.touched))
    picked = Picked(ids=ids, shown=shown)
    return Found(Family.OLDER, "hold_same_again", "word_same_again", picked, ids)


type Function = Callable[[Case], Found | None]

FUNCTIONS: tuple[Function, ...] = (repeated, same_again, first)
"""What does not fit a row."""


def judge(case: Case) -> tuple[Reason, ...]:
    """Return the reasons to hold, one for each family, none to apply.

    Nobody is counted twice. But what a person wants to be asked about by name is always named.
    """
    found: list[Found] = []
    explained: dict[Family, frozenset[str]] = {}
    rules: tuple[Rule | Function, ...] = (*FUNCTIONS, *TABLE)
    for rule in rules:
        if not isinstance(rule, Rule):
            asked = rule(case)
        else:
            asked = rule.finds(case, _elsewhere(rule.family, explained))
        if asked:
            found.append(asked)
            explained[asked.family] = explained.get(asked.family, frozenset()) | asked.people
    # Ids that a spreadsheet has changed explain whatever else is found.
    ordered = sorted(found, key=lambda each: each.family is not Family.IDENTITY)
    families = dict.fromkeys(each.family for each in ordered)
    reasons = [_told([each for each in found if each.family is family]) for family in families]
    guard = picks.wecoms_guard(case.plan) if reasons else None
    if guard:
        told: dict[str, Param] = {"guard": guard, "refused": Listing.of(case.plan.remove)}
        reasons[0] = replace(reasons[0], params={**reasons[0].params, **told})
    return tuple(reasons)


def _elsewhere(family: Family, explained: Mapping[Family, frozenset[str]]) -> frozenset[str]:
    others = [ids for each, ids in explained.items() if each is not family]
    if family is Family.NAMED or not others:
        return frozenset()
    return others[0].union(*others[1:]) if others[1:] else others[0]


def _told(found: list[Found]) -> Reason:
    """Return the reason of a family that says most. It names the others, and counts them."""
    said, *rest = sorted(found, key=lambda each: not each.ids)
    reason = said.reason
    others = Listing.of(f"{each.word} {len(each.ids)}" for each in rest)
    if not others.total:
        return reason
    return replace(reason, params={**reason.params, "also": others})


BESIDE: tuple[tuple[tuple[TextCode, ...], Family, tuple[str, ...]], ...] = (
    (("hold_first", "hold_first_names", "hold_unknown"), Family.NAMED, ("limits.first_replace",)),
    (("hold_repeated",), Family.LEAVERS, ()),
    (("hold_same_again",), Family.OLDER, ()),
)
"""What the functions may say, with the settings that they read."""

FAMILIES: Mapping[str, Family] = {
    **{code: rule.family for rule in TABLE for code in (rule.members, rule.departments) if code},
    **{code: family for codes, family, _ in BESIDE for code in codes},
}
