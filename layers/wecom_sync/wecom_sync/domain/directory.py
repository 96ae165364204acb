"""The ids that a corp has in WeCom, and what people had changed there by hand."""

from collections.abc import Iterable, Mapping

from wecom_sync.domain.stored import Stored
from wecom_sync.domain.values import dataclass

ROOT = 1
"""The root department's id (doc/91130)."""


@dataclass(frozen=True, slots=True)
class Department:
    """A live department: WeCom shows its parent and order, never its name (48009)."""

    id: int
    parent: int
    order: int = 0


@dataclass(frozen=True, slots=True)
class Directory:
    """The live address book as far as ids go (doc/96067, department/simplelist).

    `members`: departments by user id in lower case; `user_ids`: its spelling.
    """

    members: Mapping[str, frozenset[int]]
    user_ids: Mapping[str, str]
    departments: Mapping[int, Department]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]], departments: Iterable[Department]) -> "Directory":
        """Build from list_id's rows: a member of several departments has a row for each."""
        members: dict[str, set[int]] = {}
        user_ids: dict[str, str] = {}
        for user_id, department in pairs:
            key = user_id.casefold()
            members.setdefault(key, set()).add(department)
            user_ids[key] = user_id
        return cls(
            {key: frozenset(places) for key, places in members.items()},
            user_ids,
            {department.id: department for department in departments},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFound(Stored):
    """How many accounts were changed by hand, and the address of their list, if there are any."""

    corp: str
    at: float
    added: int = 0
    removed: int = 0
    moved: int = 0
    report: str | None = None
    absent: tuple[str, ...] = ()
    """Users whom `[desk]` names and who have no account."""

    @property
    def news(self) -> str:
        """Names what systems are told, blank for nothing."""
        return f"{self.at:.3f}" if self.report else ""
