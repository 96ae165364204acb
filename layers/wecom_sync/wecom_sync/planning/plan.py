"""The plan: what a roster would change, counted and named, before anything happens. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.run import Job

type Stakes = Mapping[str, Mapping[str, str]]
"""Who and what is at stake, by kind: each id, and to where or to which id it changes, else ""."""

FEW = 20
"""So many people, or departments, may be changed at a time whatever share they are ..."""
FEW_PART = 5
"""... in a small corp only this part of them, ..."""
FEWEST = 2
"""... but always so many."""


@dataclass(frozen=True, slots=True)
class Altered:
    """Whose known value in a column changes or becomes blank, and how many have one."""

    column: str
    users: tuple[str, ...]
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would change, by user id or by department id.

    `unchanged` counts rows that change nothing, `invite` people who would be invited, `existing`
    what is there now; `by_department` additions, moves, removals and who is disabled or enabled,
    by department id. `update` maps an id to the columns that differ, `to` whoever moves to the
    departments or the parent.

    Members: `disable`: who would be disabled, leavers in their grace period and rows that say so.
    `enable`: who is disabled and would be enabled, as far as is known.
    `spared`: who is missing and stays, for WeCom is known to refuse their removal.
    `ungraced`: those of `remove` who should have had a grace period and whose row nobody remembers.
    `stale`: whose row comes from a newer file than this one.
    `renamed`: those of `update` whose known name changes.
    `shuffled`: those of them who get a name that another one gives up.
    `cut`: whoever stands in a last line that seems to be cut off.
    `contacts`: whose known mobile or e-mail changes.
    `reassigned`: whose name and every known contact change: the account gets another person.
    Neither here nor in `unknown` and `rekeyed` is what a person approved and WeCom then refused.
    `namesakes`: those who get one and the same new name, where most do.
    `recreated`: those of `add` who were there when they were last imported.
    `unknown`: who is there and would be changed although no row of theirs is known.
    `altered`: whose known values change, by column.
    `rekeyed`: whom the file drops under one id and evidently adds under another, old id to new.

    Departments: `update` are renamed or reordered ones, `remove` those that WeCom deletes at once.
    `emptied`: those that WeCom deletes later, when their last member or child has gone.
    `condemned`: those of them that no earlier file left out.
    """

    job: Job
    add: tuple[str, ...] = ()
    update: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    move: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    enable: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    ungraced: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    reassigned: tuple[str, ...] = ()
    namesakes: tuple[str, ...] = ()
    shuffled: tuple[str, ...] = ()
    recreated: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    altered: tuple[Altered, ...] = ()
    rekeyed: Mapping[str, str] = field(default_factory=dict)
    emptied: tuple[str, ...] = ()
    condemned: tuple[str, ...] = ()
    to: Mapping[str, str] = field(default_factory=dict)
    unchanged: int = 0
    invite: int = 0
    existing: int = 0
    renames_root: bool = False
    by_department: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def few(self) -> int:
        """How many may be changed although they are a large share of all."""
        return min(FEW, max(FEWEST, self.existing // FEW_PART))

    @property
    def changes_nothing(self) -> bool:
        """Whether WeCom need not be bothered."""
        return not (
            self.add or self.update or self.move or self.remove or self.disable or self.condemned
        )

    @property
    def touched(self) -> frozenset[str]:
        """Whom or what it changes in any way."""
        kinds = (self.add, self.update, self.move, self.remove, self.disable, self.condemned)
        return frozenset().union(*kinds)

    @property
    def counts(self) -> dict[str, int]:
        """The plan in numbers, as `wecom-sync runs --json` shows it."""
        return {
            "add": len(self.add),
            "update": len(self.update),
            "move": len(self.move),
            "remove": len(self.remove),
            "disable": len(self.disable),
            "enable": len(self.enable),
            "emptied": len(self.emptied),
            "invite": self.invite,
            "unchanged": self.unchanged,
        }

    @property
    def at_stake(self) -> Stakes:
        """Who and what an approval covers: it holds for these, and for nobody else."""
        kinds = (
            "remove", "disable", "enable", "emptied", "stale", "renamed", "reassigned", "add",
            "unknown", "contacts",
        )  # fmt: skip
        return {
            **{kind: dict.fromkeys(getattr(self, kind), "") for kind in kinds},
            "altered": {each.column: "" for each in self.altered},
            "invite": dict.fromkeys(self.add if self.invite else (), ""),
            "move": self.to,
            "rekeyed": self.rekeyed,
        }

    def to_document(self, most: int | None = None) -> dict[str, Any]:
        """Return `plan.json`; `most`: ids that are listed of each kind, the counts stay whole."""
        kinds = (
            "add", "move", "remove", "disable", "enable", "spared", "emptied", "stale", "renamed",
            "shuffled", "namesakes", "contacts", "reassigned", "recreated", "unknown", "cut",
        )  # fmt: skip
        return {
            "job": self.job.value,
            "counts": self.counts,
            "existing": self.existing,
            "update": {
                row_id: list(columns) for row_id, columns in islice(self.update.items(), most)
            },
            **{kind: list(getattr(self, kind)[:most]) for kind in kinds},
            "to": dict(islice(self.to.items(), most)),
            "rekeyed": dict(islice(self.rekeyed.items(), most)),
            "altered": {each.column: list(each.users[:most]) for each in self.altered},
            "renames_root": self.renames_root,
            "by_department": {name: dict(found) for name, found in self.by_department.items()},
        }

    @property
    def digest(self) -> str:
        """The hash of everything the plan would change: what a person approves."""
        text = json.dumps(self.to_document(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def deletable(
    condemned: Collection[int], peopled: Collection[int], directory: Directory
) -> tuple[str, ...]:
    """Return those of `condemned` in which, children first, nobody and nothing is left."""
    children: dict[int, set[int]] = {}
    for department in directory.departments.values():
        children.setdefault(department.parent, set()).add(department.id)
    left = set(condemned)
    deleted: set[int] = set()
    while found := {
        each for each in left if each not in peopled and not children.get(each, set()) - deleted
    }:
        deleted |= found
        left -= found
    return tuple(str(each) for each in sorted(deleted))
