"""What the guard rules look at. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.domain.texts import Param, TextCode
from wecom_sync.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at."""

    plan: Plan
    policy: Policy
    snapshot: Snapshot
    taken: tuple[str, ...] = ()
    """Members who would get a mobile or e-mail that somebody else has."""
    digest: str = ""
    """Of what the file says; blank for a rollback or retry, which is meant to repeat a file."""
    recent: frozenset[str] = frozenset()
    """Who went in the last 20 hours without an approval, in lower case."""


class Few(Enum):
    """How many a rule does not ask about."""

    NOBODY = "nobody"
    ONE = "one"
    FEW = "few"
    """As many as are a few in this corp (see the glossary)."""

    def of(self, plan: Plan) -> int:
        """Return the number for a plan."""
        return {Few.NOBODY: 0, Few.ONE: 1, Few.FEW: plan.few}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """Whom or what a rule picks from a plan, and of how many.

    `few`: how many of them are a few, if not as many as the rule says. `before`: how many went
    before this file. `people`: who is concerned, where `ids` are not just them (pairs,
    departments). `weight`: how many they are. `part`: by what the limit of the share is divided,
    rounded up. `shown`: what else the text tells.
    """

    ids: Collection[str]
    of: int = 0
    few: int | None = None
    before: int = 0
    people: Collection[str] = ()
    weight: int | None = None
    part: int = 1
    shown: Mapping[str, Param] = field(default_factory=dict)
    remark: TextCode | None = None
    """A further sentence."""


def share_of(part: int, whole: int) -> float:
    """Return a part in percent."""
    return 100 * part / whole if whole else 0.0
