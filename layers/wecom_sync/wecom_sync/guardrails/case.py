"""What the guard rules look at, and how they count and name people. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Reason
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.domain.texts import Listing, Param, TextCode
from wecom_sync.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at."""

    plan: Plan
    policy: Policy
    snapshot: Snapshot
    rows: int
    """Rows of the file."""
    taken: tuple[str, ...] = ()
    """Members who would get a mobile or e-mail that somebody else has."""
    open_ended: bool = False
    """See `Roster`."""
    digest: str = ""
    """Of what the file says; blank for a rollback, which is meant to repeat an old file."""
    recent: frozenset[str] = frozenset()
    """Who went in the last 20 hours without an approval, in lower case."""

    def is_many(self, changed: Collection[str]) -> bool:
        """Whether these are more than may be changed however large a share they are."""
        return len(changed) > self.plan.few


def share_of(part: int, whole: int) -> float:
    """Return a part in percent."""
    return 100 * part / whole if whole else 0.0


def hold(code: TextCode, concerned: Collection[str], **shown: Param) -> Reason | None:
    """Return the reason to hold because of people or departments, None when there are none."""
    return Reason(code, {**shown, "named": Listing.of(concerned)}) if concerned else None
