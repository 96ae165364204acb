"""What is there before a hazard: files that made it, and what people did in the console."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hazards.book import (
    SERVICES,
    STAFF,
    Export,
    department,
    departments,
    graded,
    joiners,
    members,
    numbered,
    paired,
    scattered,
    two_nights,
)
from hazards.hazard import FULL, SOME, TREE, Base
from support.fakes import START
from wecom_simulator import AddressBook, BookDepartment, Member
from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import Snapshot

DAY = 86_400
HOURS = 2 * 3600
"""How long a run may take; the time is not real."""
type Steps = list[tuple[Job, Export]]
"""Files that are applied one after the other."""


def disabled() -> Steps:
    """Return a full file that disables 200 people."""
    staff = members()
    off = [{**row, "禁用": str(int(500 <= n < 700))} for n, row in enumerate(staff.rows)]
    return [(FULL, Export((*staff.columns, "禁用"), tuple(off)))]


def private() -> Steps:
    """Return changes that give two people something of their own."""
    staff = members().but("u000023", 邮箱="liufangwei@mail.example.org").but("u000024", 别名="阿福")
    return [(SOME, staff.only("u000023", "u000024"))]


def tug(count: int) -> Steps:
    """Return files of two systems: one adds people, the other removes them, the first adds them."""
    staff = members()
    added = SOME, Export(staff.columns, tuple(joiners(count)))
    return [added, (FULL, staff.but("u000021", 职位="总监")), added]


CAME_AFTER: Mapping[Base, Callable[[], Steps]] = {
    "grown": lambda: [(FULL, members().plus(*joiners(60)))],
    "condemned": lambda: [(TREE, departments().without(*map(str, range(7, 14))))],
    "history": lambda: [(FULL, each) for each in two_nights()],
    "disabled": disabled,
    "anna": lambda: [(SOME, members().but("u000023", 姓名="Anna Smith").only("u000023"))],
    "shrunk": lambda: [(FULL, members().without(*scattered(30)))],
    "temp": lambda: [(FULL, members().plus(*joiners(1)))],
    "private": private,
    "graded": lambda: [(FULL, graded())],
    "numbered": lambda: [(FULL, numbered())],
    "pairs": lambda: [(SOME, paired())],
}
"""What was applied after the first files of the corp."""


@dataclass(frozen=True, slots=True)
class Pristine:
    """WeCom's address book and our memory before a hazard."""

    directory: AddressBook
    snapshot: Snapshot


def made_by_hand(count: int) -> Pristine:
    """Return a new address book with the first people of the export, whom no file ever named."""
    directory = AddressBook("总部", "u000001")
    for row in members(len(SERVICES) + count).rows[len(SERVICES) :]:
        directory.put(Member(row["帐号"], row["姓名"], row["手机号"], row["邮箱"]))
    return Pristine(directory, Snapshot())


def changed_by_hand(name: Base, corp: Pristine) -> Pristine:
    """Return a base whose address book somebody has changed in the console."""
    directory = copied(corp.directory)
    if name == "stranger":
        directory.put(Member("stranger", "陌生人", "13911112222", departments=(7,)))
    else:
        kept = 0 if name == "emptied" else STAFF - int(name.removeprefix("deleted-"))
        for member in list(directory.members.values())[kept:]:
            if member.userid != directory.creator:
                directory.discard(member.userid)
    return replace(corp, directory=directory)


def not_yet_deleted(corp: Pristine) -> Pristine:
    """Return a base with empty departments that an earlier file left out."""
    directory = copied(corp.directory)
    rows = {number: department(number, f"第{number}组", 2) for number in range(41, 49)}
    for number, row in rows.items():
        directory.put_department(BookDepartment(number, row["部门名称"], 2))
    directory.condemned |= rows.keys()
    known = {**corp.snapshot.departments, **rows}
    snapshot = replace(corp.snapshot, condemned=frozenset(rows), departments=known)
    return Pristine(directory, snapshot)


def remembering(name: Base, corp: Pristine) -> Pristine:
    """Return a base of which we remember something else than its files said."""
    known = corp.snapshot
    snapshots = {
        "fresh": Snapshot(),
        "creator": replace(known, irremovable=frozenset({"u000001"})),
        "later": replace(known, since={"u000009": START + HOURS}, changed={}),
    }
    return replace(corp, snapshot=snapshots[name])


def earlier(snapshot: Snapshot) -> Snapshot:
    """Return what we remember as if all of it had happened ten days before."""
    ago = 10 * DAY
    return replace(
        snapshot,
        left={user: time - ago for user, time in snapshot.left.items()},
        since={user: time - ago for user, time in snapshot.since.items()},
        changed={user: [time - ago for time in times] for user, times in snapshot.changed.items()},
        contents={
            job: {digest: time - ago for digest, time in times.items()}
            for job, times in snapshot.contents.items()
        },
        former={user: time - ago for user, time in snapshot.former.items()},
        files={str(float(time) - ago): key for time, key in snapshot.files.items()},
    )


def copied(directory: AddressBook) -> AddressBook:
    """Return a copy; members and departments are values and are shared."""
    other = copy.copy(directory)
    for name, value in vars(directory).items():
        if isinstance(value, dict):
            inner = {
                key: set(each) if isinstance(each, set) else each for key, each in value.items()
            }
            setattr(other, name, inner)
        elif isinstance(value, set):
            setattr(other, name, set(value))
    return other
