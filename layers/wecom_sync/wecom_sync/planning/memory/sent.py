"""What went out for a run."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from wecom_sync.domain.outcome import Kind
from wecom_sync.files.roster import Roster


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out for a run: the rows as WeCom got them. User ids in sets are in lower case."""

    roster: Roster
    disable: frozenset[str] = frozenset()
    """Leavers who were appended as disabled."""
    condemned: frozenset[int] = frozenset()
    """Departments that the file leaves out and that are not empty yet."""
    add: frozenset[str] = frozenset()
    """Members who were not there before."""
    digest: str = ""
    """Of what the file says, see `fingerprints`."""
    gone: frozenset[str] = frozenset()
    """Members who would be removed or newly disabled."""
    spared: frozenset[str] = frozenset()
    """Members who are missing from the file, and whom WeCom refuses to remove."""
    changes: Mapping[str, Kind] = field(default_factory=dict)
    """What was planned for whom, by row key; nothing for who is not named."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of those in `changes` who are not in the file, by row key."""
    left_out: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The values for which rows were left out, by header."""
