"""First files of a new address book, small companies that grow, and the end of a grace period."""

from collections.abc import Iterator

from hazards.book import SERVICES, brought, departments, joiners, members, scattered
from hazards.hazard import FULL, SOME, TREE, Hazard, good, held

ASKED = {"first_replace": "hold"}


def first_members() -> Iterator[Hazard]:
    """Yield the first people who come to those who made the address book."""
    staff = members().of(members().rows[len(SERVICES) :])
    for makers in range(1, 6):
        for count in (3, 20, 300):
            whole = staff.of(staff.rows[: makers + count])
            for job, export in ((SOME, whole.of(whole.rows[makers:])), (FULL, whole)):
                name, base = f"{job}: {count} come to {makers}", f"makers-{makers}"
                yield good(name, job, export, base=base, settings=ASKED)
    six, name = staff.of(staff.rows[:9]), "3 come to six, of whom nothing is known"
    yield held(name, FULL, six, "first", base="makers-6", settings=ASKED)


def first_tree() -> Iterator[Hazard]:
    """Yield the first departments of a new address book."""
    yield good("nothing is below the root", TREE, departments(), base="bare", settings=ASKED)


def growth() -> Iterator[Hazard]:
    for there, count in ((8, 4), (12, 6), (80, 14)):
        for job, export in brought(members(there), joiners(count)):
            yield good(f"{job}: {count} join {there}", job, export, base=f"members-{there}")


def grace_ends() -> Iterator[Hazard]:
    """Yield the same full file on the day when disabled people go."""
    staff = members().without(*scattered(3))
    settings = {"leavers": "disable", "leaver_days": 30}
    for name, export in (
        ("three go", staff), ("three go, one is promoted", staff.but("u000021", 职位="总监")),
        ("three go, one joins", staff.plus(*joiners(1))),
    ):  # fmt: skip
        yield good(name, FULL, export, base="grace", settings=settings)
