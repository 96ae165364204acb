"""A change: what becomes different about one account or department. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from wecom_sync.domain.outcome import Kind

type Cell = tuple[str, str, str]
"""Whose value changes, from what, to what. A blank that is filled counts as well."""

AGAIN: Cell = ("", "", "")
"""A cell that goes out again, although nobody knows of a difference."""
NO_COLUMNS: Mapping[str, Cell] = {}


class Evidence(StrEnum):
    """What was noticed about an account or a department; each is found by one pass."""

    SPARED = "spared"
    """A member is missing and stays, because WeCom refuses to remove them."""
    STALE = "stale"
    """A member's row comes from a newer file than this one."""
    REASSIGNED = "reassigned"
    """Somebody else would get a member's account (see `identity`)."""
    RETURNED = "returned"
    """Somebody had left and comes back: removed by an earlier file or by hand, or disabled. A
    rollback brings back on purpose whom the file that it undoes removed."""
    UNKNOWN = "unknown"
    """A member is there and would be changed, although we have no row of theirs."""
    TORN = "torn"
    """It is missing and stood together with others in the last file."""
    CUT = "cut"
    """As that, but they are few, and nobody of them is removed for good."""
    REKEYED = "rekeyed"
    """The file adds it under another id, the change's `counterpart`."""
    REPEATED = "repeated"
    """A member would be removed again although a file of some has brought them back."""
    GRACED = "graced"
    """A member who was disabled as a leaver is removed: that was counted before."""
    SETTLING = "settling"
    """A member moves to where nobody is yet: a department is founded."""
    EVICTED = "evicted"
    """A member moves out of departments that the last department file left out."""
    CONDEMNED = "condemned"
    """An earlier file left the department out already."""
    UNCLEAR = "unclear"
    """A department may be this one under another name or in another place, or may not: the
    change's `counterpart` says from what to what."""
    BORROWED = "borrowed"
    """A department gets the name that one other has, or had until this file."""
    MERGED = "merged"
    """The people of a department have gone into another one, so it goes."""


LISTED = (
    Evidence.SPARED,
    Evidence.STALE,
    Evidence.REASSIGNED,
    Evidence.RETURNED,
    Evidence.UNKNOWN,
)
"""Evidence with a list of ids in `plan.json`."""

NONE: frozenset[Evidence] = frozenset()


class Change(NamedTuple):
    """What becomes different about an account or a department, or what was noticed about it.

    `subject`: its id, as the file spells it, else as WeCom does. `kinds`: all that apply, the
    gravest first; none if it stays as it is. `columns`: the cells that go out for a difference, and
    the departments or the parent of whoever moves. `place`: the departments where somebody is or
    will be, the parent of a department. `line`: of the member's row in the file. `counterpart`: who
    else it evidently is.
    """

    subject: str
    kinds: tuple[Kind, ...] = ()
    columns: Mapping[str, Cell] = NO_COLUMNS
    name: str = ""
    place: str = ""
    line: int = 0
    evidence: frozenset[Evidence] = NONE
    counterpart: str = ""

    @property
    def kind(self) -> Kind:
        """The gravest kind that applies."""
        return self.kinds[0] if self.kinds else Kind.UNCHANGED

    @property
    def acts(self) -> bool:
        """Whether WeCom has to be sent something, not counting what an earlier file said."""
        return bool(self.kinds) and not (
            Kind.EMPTY in self.kinds and Evidence.CONDEMNED in self.evidence
        )

    @property
    def is_imported(self) -> bool:
        """Whether it goes out as a row of a company file."""
        return bool(self.line or Kind.ADD in self.kinds) and self.kinds != (Kind.ENABLE,)

    def has(self, *evidence: Evidence) -> bool:
        return not self.evidence.isdisjoint(evidence)


def ids(changes: Collection[Change]) -> tuple[str, ...]:
    """Return who or what changes."""
    return tuple([change.subject for change in changes])


def grouped[Key, Value](pairs: Iterable[tuple[Key, Value]]) -> Mapping[Key, list[Value]]:
    """Return the values of each key, in their order."""
    groups: defaultdict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def cyclic_values(becomes: Mapping[str, str]) -> frozenset[str]:
    """Return the values that come back to themselves through others, in one walk over all."""
    walks, cyclic = dict[str, int](), set[str]()
    for walk, start in enumerate(becomes):
        value = start
        while value in becomes and value not in walks:
            walks[value] = walk
            value = becomes[value]
        if walks.get(value) == walk:
            while value not in cyclic:
                cyclic.add(value)
                value = becomes[value]
    return frozenset(cyclic)
