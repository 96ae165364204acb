"""What a look at a corp's live ids found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFound:
    """How many accounts were added, removed and moved by hand. `at` is in UTC epoch seconds.

    `report` is the address of the list of them, None when there are none.
    """

    corp: str
    at: float
    added: int = 0
    removed: int = 0
    moved: int = 0
    report: str | None = None

    @property
    def news(self) -> str:
        """Names what systems are told, blank for nothing."""
        return f"{self.at:.3f}" if self.report else ""
