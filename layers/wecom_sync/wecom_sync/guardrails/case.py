"""What the rules of the verdict look at, and how they count and name people. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from wecom_sync.domain.directory import Snapshot
from wecom_sync.files.settings_file import Policy
from wecom_sync.planning.plan import Plan

NAMED = 10
"""How many people or departments a reason names."""


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


def shown_ids(ids: Iterable[str]) -> str:
    """Return the first ids, and how many there are besides."""
    listed = list(ids)
    shown = ", ".join(listed[:NAMED])
    return shown + (f" … (+{len(listed) - NAMED})" if len(listed) > NAMED else "")
