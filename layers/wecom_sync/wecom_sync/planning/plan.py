"""The plan: a tuple of changes, and what is asked about them. Pure."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any, Literal

from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.domain.link import KINDS, LEFT_OUT, Link
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Sentence
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import name_column
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    MEMBER_NAME_COLUMN,
)
from wecom_sync.files.selection import LeftOut
from wecom_sync.planning.changes import AGAIN, LISTED, Cell, Change, Evidence, grouped, ids
from wecom_sync.planning.identity import MAKERS
from wecom_sync.planning.stakes import Scope, Stake

type Displacement = Literal["moved", "left_out", "replaced", "borrowed"]

FEW = 20
"""The most people or departments that count as a few (see the glossary)."""
FEW_PART = 10
"""In a small corp a few are one in ten of those who are there."""
FEWEST = 2
"""But so many are a few in any corp."""

GONE, ADDED, CONTACTS, PLACED = "gone", "added", "contacts", "placed"
"""What is measured and is no column: who goes, who comes, who gets other mobiles and e-mails, and
who stands below a department that gets another name or place, or goes."""

NAMED = frozenset({MEMBER_NAME_COLUMN, NAME_COLUMN, *CONTACT_COLUMNS, DEPARTMENTS_COLUMN})
_TOLD = frozenset({Evidence.SPARED, Evidence.RETURNED})
"""Lists of what a person may want to know, and does not decide about."""
_UNLISTED = frozenset({Kind.UPDATE, Kind.UNCHANGED})
_PLACES = frozenset({DEPARTMENTS_COLUMN, PARENT_COLUMN})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run would change."""

    job: Job
    changes: tuple[Change, ...] = ()
    """Each account and department that becomes different, or about which something was noticed."""
    unchanged: int = 0
    existing: int = 0
    """Members or departments that are there now."""
    people: int = 0
    """Members who are there now."""
    invites: bool = False
    below: Mapping[Displacement, int] = field(default_factory=dict)
    """People in departments and below them: those that move, are left out, are `replaced`, or get
    the name of another one."""
    filled: Mapping[str, int] = field(default_factory=dict)
    """How many have a value now, of the `altered` columns in which more than a few change."""
    left_out: LeftOut = LeftOut()
    links: tuple[Link, ...] = ()
    slip: Sentence | None = None
    """What has probably happened to a file whose columns do not fit to its names."""
    unnamed: tuple[str, ...] = ()
    """Departments whose name WeCom needs and nobody knows."""
    separators: tuple[str, ...] = ()
    """What separated the names of paths until now, and another one that does so in this file."""

    @cached_property
    def _by_kind(self) -> Mapping[Kind, list[Change]]:
        return grouped((kind, change) for change in self.changes for kind in change.kinds)

    @cached_property
    def _by_evidence(self) -> Mapping[Evidence, list[Change]]:
        return grouped((it, change) for change in self.changes for it in change.evidence)

    @cached_property
    def _by_column(self) -> Mapping[str, list[Change]]:
        return grouped(
            (name, change)
            for change in self.changes
            for name, cell in change.columns.items()
            if cell is not AGAIN and (name not in _PLACES or Kind.MOVE in change.kinds)
        )

    @cached_property
    def _cells(self) -> Mapping[str, list[Cell]]:
        columns = self._by_column.items()
        return {name: [change.columns[name] for change in changes] for name, changes in columns}

    def of(self, *kinds: Kind) -> list[Change]:
        return [change for kind in kinds for change in self._by_kind.get(kind, ())]

    def noticed(self, evidence: Evidence) -> Sequence[Change]:
        """Return about whom or what something was noticed."""
        return self._by_evidence.get(evidence, ())

    def changing(self, column: str) -> Sequence[Change]:
        """Return who gets another value in a column, as far as we know, or another place."""
        return self._by_column.get(column, ())

    def cells(self, column: str) -> Sequence[Cell]:
        """Return whose value in a column changes, from what, to what."""
        return self._cells.get(column, ())

    @property
    def columns(self) -> Collection[str]:
        """The columns in which known values change. 禁用 is none: it comes as a kind."""
        return [name for name in self._by_column if name != DISABLED_COLUMN]

    @property
    def few(self) -> int:
        """How many may be changed, however large a share they are."""
        return few_of(self.existing)

    @cached_property
    def going(self) -> list[Change]:
        """Who would be removed or disabled; departments, now or later, for the first time."""
        going = self.of(Kind.REMOVE, Kind.DISABLE, Kind.EMPTY)
        return [change for change in going if not change.has(Evidence.CONDEMNED)]

    @cached_property
    def leaving(self) -> tuple[str, ...]:
        """The same, but for leavers who were disabled before: they were counted then."""
        return ids([change for change in self.going if not change.has(Evidence.GRACED)])

    @property
    def renamed(self) -> tuple[str, ...]:
        """Whose known name changes."""
        return tuple([row_id for row_id, old, _ in self.cells(name_column(self.job)) if old])

    @property
    def replaced(self) -> tuple[str, ...]:
        """Departments that get another name or place, or go."""
        return tuple(dict.fromkeys((*self.renamed, *self.to, *self.leaving)))

    @property
    def invited(self) -> tuple[str, ...]:
        """Who would get an SMS or an e-mail."""
        return ids(self.of(Kind.ADD)) if self.invites else ()

    @property
    def contacts(self) -> tuple[str, ...]:
        """Whose mobile or e-mail changes."""
        changed = [row_id for name in CONTACT_COLUMNS for row_id in ids(self.changing(name))]
        return tuple(dict.fromkeys(changed))

    @cached_property
    def measured(self) -> Mapping[str, Collection[str]]:
        """Who or what changes, by what a company's files are compared by."""
        if not self.job.has_members:
            return {PLACED: self.replaced}
        # The first people of a new corp come all at once.
        newcomers = self.of(Kind.ADD) if self.existing > MAKERS else []
        # Who has to leave a department was counted with the file that left it out.
        moves = [it.subject for it in self.of(Kind.MOVE) if not it.has(Evidence.EVICTED)]
        return {
            GONE: self.leaving,
            ADDED: ids(newcomers),
            CONTACTS: self.contacts,
            **{name: ids(self.changing(name)) for name in self.columns},
            DEPARTMENTS_COLUMN: moves,
        }

    @cached_property
    def amounts(self) -> dict[str, int]:
        """How many change, by what is measured, without what does not change."""
        amounts = {name: len(subjects) for name, subjects in self.measured.items()}
        amounts |= {PLACED: self.below.get("replaced", 0)} if PLACED in amounts else {}
        return {name: amount for name, amount in amounts.items() if amount}

    @property
    def altered(self) -> dict[str, tuple[str, ...]]:
        """Which members change in the columns without a name of their own in the plan."""
        columns = [name for name in self.columns if name not in NAMED]
        return {name: ids(self.changing(name)) for name in columns if self.job.has_members}

    @property
    def pairs(self) -> Mapping[str, str]:
        """Who or what evidently gets a second id: old to new."""
        return {it.subject: it.counterpart for it in self.noticed(Evidence.REKEYED)}

    @property
    def to(self) -> Mapping[str, str]:
        """Who moves, and to which departments or parent."""
        column = DEPARTMENTS_COLUMN if self.job.has_members else PARENT_COLUMN
        return {change.subject: change.columns[column][2] for change in self.of(Kind.MOVE)}

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing has to be sent to WeCom."""
        return not any(change.acts for change in self.changes)

    @property
    def counts(self) -> dict[str, Any]:
        """The plan in numbers, as `wecom-sync runs --json` shows it."""
        counts: dict[str, Any] = {kind.field: len(self.of(kind)) for kind in Kind}
        links = Counter(link.kind for link in self.links)
        counts |= {"invite": len(self.invited), "unchanged": self.unchanged}
        return counts | ({"links": {kind: links[kind] for kind in KINDS}} if links else {})

    @cached_property
    def lists(self) -> Mapping[str, Collection[str]]:
        """Who and what, by the names of the lists in `plan.json`."""
        return {
            **{kind.field: ids(self.of(kind)) for kind in Kind if kind not in _UNLISTED},
            **{evidence.value: ids(self.noticed(evidence)) for evidence in LISTED},
            "renamed": self.renamed,
            "contacts": self.contacts,
            Evidence.REKEYED.value: self.pairs,
        }

    @property
    def scope(self) -> Scope:
        return "people" if self.job.has_members else "departments"

    @property
    def at_stake(self) -> Sequence[Stake]:
        """Who and what an approval of this plan covers, each once."""
        lists = {**self.lists, "invite": self.invited}
        altered = self.altered
        details = {Kind.MOVE.field: self.to, Evidence.REKEYED.value: self.pairs}
        scope = self.scope
        return [
            *(
                Stake(scope, kind, row_id, becomes.get(row_id, ""))
                for kind in lists
                if kind not in _TOLD
                for becomes in (details.get(kind, {}),)
                for row_id in lists[kind]
            ),
            *(Stake(scope, "altered", it, name) for name in altered for it in altered[name]),
            *(
                Stake(scope, link.kind, link.key, link.accounts)
                for link in self.links
                if link.kind != LEFT_OUT
            ),
        ]

    @property
    def by_department(self) -> Mapping[str, Mapping[str, int]]:
        """Department id to how many are added, moved, removed, disabled and enabled in it."""
        if not self.job.has_members:
            return {}
        counted = Counter(
            (kind.field, change.place)
            for kind in (Kind.ADD, Kind.REMOVE, Kind.DISABLE, Kind.ENABLE)
            for change in self.of(kind)
        )
        for (before, after), people in Counter(
            change.columns[DEPARTMENTS_COLUMN][1:] for change in self.of(Kind.MOVE)
        ).items():
            there, wanted = frozenset(before.split(";")), frozenset(after.split(";"))
            counted["move_in", ";".join(wanted - there)] += people
            counted["move_out", ";".join(there - wanted)] += people
        departments: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (what, place), people in counted.items():
            for department in place.split(";") if place else ():
                departments[department][what] += people
        return {name: dict(departments[name]) for name in sorted(departments, key=int)}

    def to_document(self) -> dict[str, Any]:
        """Return `plan.json`, but for what it says by name."""
        return {
            "job": self.job.value,
            "counts": self.counts,
            "existing": self.existing,
            "update": {change.subject: _sent(change) for change in self.of(Kind.UPDATE)},
            **{name: list(self.lists[name]) for name in self.lists},
            "to": self.to,
            "rekeyed": self.pairs,
            "altered": self.altered,
            "renames_root": self.renames_root,
            "left_out": {name: dict(counted) for name, counted in self.left_out.rows.items()},
            "by_department": self.by_department,
            **({"links": [link.to_document() for link in self.links]} if self.links else {}),
        }

    @property
    def contradicted(self) -> dict[str, list[str]]:
        """What rows contradict themselves in, by header: whose they are, and the day."""
        people = self.left_out.people
        rows = [(*people[it], it) for it in sorted(self.left_out.contradicted)]
        return {of: [f"{it} {day}" for name, day, it in rows if name == of] for of, _, _ in rows}

    @property
    def renames_root(self) -> bool:
        """Whether the company itself gets another name."""
        return not self.job.has_members and str(ROOT) in ids(self.changing(NAME_COLUMN))

    @cached_property
    def digest(self) -> str:
        """The hash of everything the plan would change: what a person approves."""
        text = json.dumps(self.to_document(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _sent(change: Change) -> list[str]:
    """Return the columns in which a row differs, without the places of who moves."""
    moves = Kind.MOVE in change.kinds
    return [name for name in change.columns if not (moves and name in _PLACES)]


def few_of(existing: int) -> int:
    """Return how many count as a few."""
    return min(FEW, max(FEWEST, existing // FEW_PART))


def deletable(
    condemned: Collection[int], peopled: Collection[int], directory: Directory
) -> tuple[str, ...]:
    """Return the departments of `condemned` that are empty once their empty children are gone."""
    left, there = {*condemned}, directory.departments.values()
    deleted: set[int] = set()
    while True:
        parents = {it.parent for it in there if it.id not in deleted}
        empty = left.difference(peopled, parents)
        if not empty:
            return tuple(map(str, sorted(deleted)))
        deleted |= empty
        left -= empty
