"""First files of a new address book, small companies that grow, and the end of a grace period."""

from collections.abc import Iterator

from hazards.book import SERVICES, Export, departments, joiners, members, scattered
from hazards.hazard import FULL, SOME, TREE, Hazard, good, held

ASKED = {"first_replace": "hold"}


def first_members() -> Iterator[Hazard]:
    """Yield the first people who come to those who made the address book."""
    kind = "first members"
    for makers in range(1, 6):
        for count in (3, 20, 300):
            whole = Export(members().columns, members().rows[len(SERVICES) :][: makers + count])
            new = Export(whole.columns, whole.rows[makers:])
            for job, export in ((SOME, new), (FULL, whole)):
                yield good(kind, f"{job}: {count} come to {makers}", job, export,
                           "nothing can be lost", base=f"makers-{makers}",
                           settings=ASKED)  # fmt: skip
    six = Export(members().columns, members().rows[len(SERVICES) :][:9])
    yield held(kind, "3 come to six, of whom nothing is known", FULL, six, "it may be lost",
               base="makers-6", settings=ASKED, concerns="first")  # fmt: skip
    yield good("first tree", "nothing is below the root", TREE, departments(),
               "nothing can be lost", base="bare", settings=ASKED)  # fmt: skip


def growth() -> Iterator[Hazard]:
    """Yield files of small companies that hire."""
    kind = "growth"
    for there, count in ((8, 4), (12, 6), (80, 14)):
        new = joiners(count)
        staff = members(there)
        for job, export in (
            (SOME, Export(staff.columns, tuple(new))), (FULL, staff.plus(*new)),
        ):  # fmt: skip
            yield good(kind, f"{job}: {count} join {there}", job, export, "a good year",
                       base=f"members-{there}")  # fmt: skip


def grace_ends() -> Iterator[Hazard]:
    """Yield the same full file on the day when disabled people go."""
    kind = "grace"
    staff = members().without(*scattered(3))
    settings = {"leavers": "disable", "leaver_days": 30}
    for name, export in (
        ("three go", staff), ("three go, one is promoted", staff.but("u000021", 职位="总监")),
        ("three go, one joins", staff.plus(*joiners(1))),
    ):  # fmt: skip
        yield good(kind, name, FULL, export, "their 30 days are over", base="grace",
                   settings=settings)  # fmt: skip
