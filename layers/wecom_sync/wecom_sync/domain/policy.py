"""What a corp's settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any


def _limit(default: int, highest: int = 100) -> int:
    """Return a field that is a key of `[limits]`: a whole number from 0 to `highest`."""
    limit: int = field(default=default, metadata={"highest": highest})
    return limit


@dataclass(frozen=True, slots=True)
class Policy:
    """One corp's settings. When in doubt, the defaults ask a person.

    `removals`, `department_removals` and `invitations` are numbers, `*_percent` shares of what is
    there now. A run above any of them is held. `columns` maps an HR header to WeCom's.
    """

    removals: int = _limit(50, 1_000_000)
    removal_percent: int = _limit(10)
    department_removals: int = _limit(5, 30_000)
    moves_percent: int = _limit(15)
    renames_percent: int = _limit(5)
    contacts_percent: int = _limit(5)
    updates_percent: int = _limit(30)
    additions_percent: int = _limit(15)
    invitations: int = _limit(50, 1_000_000)
    first_replace: str = "hold"
    hold_hours: int = 72
    invite: bool = False
    protected: tuple[str, ...] = ()
    leavers: str = "remove"
    leaver_days: int = 30
    columns: Mapping[str, str] = field(default_factory=dict)
    notify_on: tuple[str, ...] = ("HELD", "REJECTED", "PARTIAL", "FAILED")

    @classmethod
    def limits(cls) -> dict[str, int]:
        """Return every limit with the highest value that a file may give it."""
        return {each.name: each.metadata["highest"] for each in fields(cls) if each.metadata}

    def protects(self, user_id: str) -> bool:
        """Whether an account must never be removed without a person saying so."""
        name = user_id.casefold()
        return any(fnmatchcase(name, pattern.casefold()) for pattern in self.protected)

    def to_document(self) -> dict[str, Any]:
        """Return plain values, for the table."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in found.items()
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Policy":
        """Return the policy of a `to_document`; settings that it lacks get their defaults."""
        known = {each.name for each in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in document.items()
            if name in known
        }
        return cls(**values)
