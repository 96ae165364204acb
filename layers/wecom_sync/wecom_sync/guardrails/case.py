"""What the rules of the verdict look at, and how they count and name people. Pure."""

from dataclasses import dataclass

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.snapshot import Snapshot
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

    @property
    def few(self) -> int:
        """How many may be changed although they are a large share of all."""
        return self.plan.few


def share_of(part: int, whole: int) -> float:
    """Return a part in percent."""
    return 100 * part / whole if whole else 0.0
