"""The plan: what a roster would change, with ids and counts. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.run import Job
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.member_columns import CONTACT_COLUMNS, DEPARTMENTS_COLUMN, MEMBER_NAME_COLUMN

type Stakes = Mapping[str, Mapping[str, str]]
"""Who and what is at stake, by kind: each id, and to where or to which id it changes, else ""."""

FEW = 20
"""The most people or departments that count as a few (see the glossary)."""
FEW_PART = 10
"""In a small corp a few are one in ten of those who are there."""
FEWEST = 2
"""But so many are a few in any corp."""

_NAMED = frozenset(
    {MEMBER_NAME_COLUMN, NAME_COLUMN, *CONTACT_COLUMNS, DEPARTMENTS_COLUMN, PARENT_COLUMN}
)


@dataclass(frozen=True, slots=True)
class Change:
    """What changes in a column."""

    cells: tuple[tuple[str, str, str], ...] = ()
    """Whose value changes, from what to what. A blank that is filled counts as well."""
    known: int = 0
    """How many have a value now."""

    @property
    def users(self) -> tuple[str, ...]:
        """Whose value changes."""
        return tuple([user for user, _, _ in self.cells])

    @property
    def of_known(self) -> tuple[str, ...]:
        """Whose known value changes or becomes blank."""
        return tuple([user for user, old, _ in self.cells if old])


NOTHING = Change()


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
    to: Mapping[str, str] = field(default_factory=dict)
    """Id of `move` to the new departments, or to the new parent."""
    remove: tuple[str, ...] = ()
    """Members, or departments that WeCom deletes at once."""
    disable: tuple[str, ...] = ()
    """Members: leavers in their grace period, and rows that say so."""
    enable: tuple[str, ...] = ()
    """Members who are disabled now, as far as we know."""
    changes: Mapping[str, Change] = field(default_factory=dict)
    """What changes in rows that we know, by column. Departments are compared with WeCom."""
    returned: tuple[str, ...] = ()
    """Who had left and comes back: removed by an earlier file or by hand, or disabled. A rollback
    brings back on purpose whom the file that it undoes removed."""
    mended: frozenset[str] = frozenset()
    """Members of `add` who went unasked a moment ago, so perhaps by mistake."""
    repeated: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Members who would be removed again although a file of some has brought them back: the keys
    of that file and of the one that removed them before."""
    spared: tuple[str, ...] = ()
    """Members who are missing and stay, because WeCom refuses to remove them."""
    ungraced: tuple[str, ...] = ()
    """Members of `remove` who should be disabled first, but whose row we do not have."""
    graced: frozenset[str] = frozenset()
    """Members of `remove` whose grace period is over."""
    stale: tuple[str, ...] = ()
    """Members whose row comes from a newer file than this one."""
    cut: tuple[str, ...] = ()
    """Who or what is in a last line that seems to be cut off."""
    torn: tuple[str, ...] = ()
    """Who or what is missing and stood together in the last file (see `truncation`)."""
    reassigned: tuple[str, ...] = ()
    """Members whose account somebody else would get (see `identity`)."""
    names: tuple[tuple[str, str], ...] = ()
    """Members of `add` and their names."""
    foreign: tuple[str, ...] = ()
    """Members of `add` with an e-mail in one domain that none of the known members has."""
    unknown: tuple[str, ...] = ()
    """Members who are there and would be changed, although we have no row of theirs."""
    rekeyed: dict[str, str] = field(default_factory=dict)
    """Whom the file leaves out under one id and adds under another: old to new."""
    doubled: dict[str, str] = field(default_factory=dict)
    """Who would get a second account beside the one that stays: old to new."""
    emptied: tuple[str, ...] = ()
    """Departments that WeCom deletes later, when nobody and nothing is in them any more."""
    condemned: tuple[str, ...] = ()
    """Departments of `emptied` that no earlier file left out."""
    dropped: tuple[str, ...] = ()
    """Departments of `remove` that no earlier file left out."""
    settling: frozenset[str] = frozenset()
    """Members of `move` who go where nobody is yet: a department is founded."""
    evicted: frozenset[str] = frozenset()
    """Members of `move` out of departments that the last department file left out."""
    relocated: int = 0
    """People in the departments of `move` and below them."""
    unchanged: int = 0
    """Rows that change nothing."""
    invite: int = 0
    """People who would be invited."""
    existing: int = 0
    """Members or departments that are there now."""
    people: int = 0
    """Members who are there now."""
    renames_root: bool = False
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How many rows the settings leave out, by header and value (see `Selection`)."""
    left_people: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The header and value for which the file leaves out people of `remove` and `disable`."""
    by_department: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Department id to how many are added, moved, removed, disabled and enabled in it."""

    @property
    def few(self) -> int:
        """How many may be changed, however large a share they are."""
        return few_of(self.existing)

    @property
    def gone(self) -> tuple[str, ...]:
        """Members who would be removed or disabled; departments, now or later, for the first time.

        Departments that an earlier file left out were counted then.
        """
        if self.job.has_members:
            return (*self.remove, *self.disable)
        return (*self.dropped, *self.condemned)

    @property
    def renamed(self) -> tuple[str, ...]:
        """Whose known name changes."""
        column = MEMBER_NAME_COLUMN if self.job.has_members else NAME_COLUMN
        return self.changes.get(column, NOTHING).of_known

    @property
    def contacts(self) -> tuple[str, ...]:
        """Whose mobile or e-mail changes."""
        changed = (self.changes.get(each, NOTHING).users for each in CONTACT_COLUMNS)
        return tuple(dict.fromkeys(chain.from_iterable(changed)))

    @property
    def other_columns(self) -> Mapping[str, Change]:
        """What changes in columns without a name of their own in the plan."""
        return {name: it for name, it in self.changes.items() if name not in _NAMED}

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
            "disable", "enable", "emptied", "stale", "renamed", "reassigned", "add", "unknown",
            "contacts",
        )  # fmt: skip
        return {
            **{kind: dict.fromkeys(getattr(self, kind), "") for kind in kinds},
            # At the end of a grace period nobody is asked again: it was decided when it began.
            "remove": {each: "" for each in self.remove if each not in self.graced},
            **{
                f"altered {name}": dict.fromkeys(change.users, "")
                for name, change in self.other_columns.items()
            },
            "invite": dict.fromkeys(self.add if self.invite else (), ""),
            "move": self.to,
            "rekeyed": self.rekeyed | self.doubled,
        }

    def to_document(self, most: int | None = None) -> dict[str, Any]:
        """Return `plan.json`. `most` limits the listed ids of each kind, but not the counts."""
        kinds = (
            "add", "move", "remove", "disable", "enable", "spared", "emptied", "stale", "renamed",
            "contacts", "reassigned", "returned", "unknown", "cut",
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
            "rekeyed": dict(islice((self.rekeyed | self.doubled).items(), most)),
            "altered": {name: list(it.users[:most]) for name, it in self.other_columns.items()},
            "renames_root": self.renames_root,
            "left_out": {name: dict(found) for name, found in self.left_out.items()},
            "by_department": {name: dict(found) for name, found in self.by_department.items()},
        }

    @property
    def digest(self) -> str:
        """The hash of everything the plan would change: what a person approves."""
        text = json.dumps(self.to_document(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def few_of(existing: int) -> int:
    """Return how many count as a few."""
    return min(FEW, max(FEWEST, existing // FEW_PART))


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
