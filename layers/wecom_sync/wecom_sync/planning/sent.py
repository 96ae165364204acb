"""What went out for a run."""

from dataclasses import dataclass

from wecom_sync.files.roster import Roster


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out for a run: the file's rows as WeCom got them.

    `disable`: leavers among them; `condemned`: departments that were left out and not yet empty;
    `add`: who was not there before, in lower case; `digest`: of what the file says, see `contents`;
    `gone`: who would be removed or newly disabled, in lower case; `spared`: who is missing and of
    whom it is known that WeCom does not remove them, in lower case.
    """

    roster: Roster
    disable: frozenset[str] = frozenset()
    condemned: frozenset[int] = frozenset()
    add: frozenset[str] = frozenset()
    digest: str = ""
    gone: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()
