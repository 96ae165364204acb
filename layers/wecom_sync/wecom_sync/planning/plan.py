"""The plan: what a roster would change, with ids and counts. Pure."""

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
"""The most people or departments that count as a few (see the glossary)."""
FEW_PART = 5
"""In a small corp a few are one in five of those who are there."""
FEWEST = 2
"""But so many are a few in any corp."""


@dataclass(frozen=True, slots=True)
class Altered:
    """Members whose known value in a column changes or becomes blank, and how many have one."""

    column: str
    users: tuple[str, ...]
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would change, by user id or by department id.

    What a person approved before and WeCom refused then is not in `reassigned`, `unknown` and
    `rekeyed` again.
    """

    job: Job
    add: tuple[str, ...] = ()
    update: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Id to the columns that differ."""
    move: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    """Members, or departments that WeCom deletes at once."""
    disable: tuple[str, ...] = ()
    """Members: leavers in their grace period, and rows that say so."""
    enable: tuple[str, ...] = ()
    """Members who are disabled now, as far as we know."""
    spared: tuple[str, ...] = ()
    """Members who are missing and stay, because WeCom refuses to remove them."""
    ungraced: tuple[str, ...] = ()
    """Members of `remove` who should be disabled first, but whose row we do not have."""
    stale: tuple[str, ...] = ()
    """Members whose row comes from a newer file than this one."""
    renamed: tuple[str, ...] = ()
    """Ids of `update` whose known name changes."""
    cut: tuple[str, ...] = ()
    """Who or what is in a last line that seems to be cut off."""
    contacts: tuple[str, ...] = ()
    """Members whose known mobile or e-mail changes."""
    reassigned: tuple[str, ...] = ()
    """Members whose name and every known contact change: somebody else gets the account."""
    namesakes: tuple[str, ...] = ()
    """Members who get the same new name: the largest such group."""
    shuffled: tuple[str, ...] = ()
    """Ids of `renamed` that get a name which another one gives up."""
    recreated: tuple[str, ...] = ()
    """Members of `add` who were there when they were last imported."""
    unknown: tuple[str, ...] = ()
    """Members who are there and would be changed, although we have no row of theirs."""
    altered: tuple[Altered, ...] = ()
    """Members whose known value changes, by column."""
    rekeyed: Mapping[str, str] = field(default_factory=dict)
    """Members who would be removed under one id and evidently added under another: old to new."""
    emptied: tuple[str, ...] = ()
    """Departments that WeCom deletes later, when nobody and nothing is in them any more."""
    condemned: tuple[str, ...] = ()
    """Departments of `emptied` that no earlier file left out."""
    to: Mapping[str, str] = field(default_factory=dict)
    """Id of `move` to the new departments, or to the new parent."""
    unchanged: int = 0
    """Rows that change nothing."""
    invite: int = 0
    """People who would be invited."""
    existing: int = 0
    """Members or departments that are there now."""
    renames_root: bool = False
    by_department: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Department id to how many are added, moved, removed, disabled and enabled in it."""

    @property
    def few(self) -> int:
        """How many may be changed, however large a share they are."""
        return min(FEW, max(FEWEST, self.existing // FEW_PART))

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing has to be sent to WeCom."""
        return not (
            self.add or self.update or self.move or self.remove or self.disable or self.condemned
        )

    @property
    def touched(self) -> frozenset[str]:
        """Ids that the plan changes in any way."""
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
        """Who and what an approval of this plan covers."""
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
        """Return `plan.json`. `most` limits the listed ids of each kind, but not the counts."""
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
    """Return the departments of `condemned` that are empty once their empty children are gone."""
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
