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
    """What a rule looks at.

    `rows`: of the file; `taken`: whose mobile or e-mail is somebody else's; `open_ended`: see
    `Roster`; `digest`: of what the file says, blank for one that is meant to bring back the past;
    `recent`: who went unasked a short while before, in lower case.
    """

    plan: Plan
    policy: Policy
    snapshot: Snapshot
    rows: int
    taken: tuple[str, ...] = ()
    open_ended: bool = False
    digest: str = ""
    recent: frozenset[str] = frozenset()

    def is_many(self, changed: Collection[str]) -> bool:
        """Whether more would be changed than may be, although they are a large share of all."""
        return len(changed) > self.plan.few


def share_of(part: int, whole: int) -> float:
    """Return a part in percent."""
    return 100 * part / whole if whole else 0.0


def hold(code: TextCode, concerned: Collection[str], **shown: Param) -> Reason | None:
    """Return the reason to hold because of people or departments, None when there are none."""
    return Reason(code, {**shown, "named": Listing.of(concerned)}) if concerned else None
