"""How long and how often a run waits after trouble with WeCom: from the table of remedies."""

import secrets
from collections.abc import Mapping

from wecom_sync.domain.errors import (
    PermanentError,
    SecretUnreadableError,
    WeComError,
    WecomSyncError,
)
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS
from wecom_sync.domain.states import MAX_DELAY_SECONDS
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass
from wecom_sync.wecom.remedies import Call, Remedy, refuses_access, remedy

MAX_PAUSE_SECONDS = 900
"""How far pauses grow that double."""
WINDOW_SECONDS = (65, 305, 3660)
"""The waits after 45009 (doc/90454). WeCom blocks for a minute, an hour or a day.

So the first wait is longer than a minute, the second longer than some minutes, because others may
use the limit up again, and the next ones longer than an hour. A submit is tried five times more in
its first six hours, and a block for a day passes before the run is given up.
"""
LANE_SECONDS = 600
LANE_TRIES = 144
"""How often we wait for an import of somebody else: for about a day."""
FEW_TRIES = 3
HOUR_SECONDS = 3600
"""Also the pause before the next try when this try may have done something."""
WAIT_SECONDS = 72 * HOUR_SECONDS
"""How long a run waits for whoever can help: WeCom, AWS or a person. Then it fails."""
FAULT_SECONDS = 6 * HOUR_SECONDS
"""How long it is tried without a word of what is wrong, because others wait behind it."""

Tries = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Retry:
    """When to go on, in seconds; `is_late`: whether the time of waiting counts."""

    seconds: float
    tries: Tries
    is_late: bool = True


def until(deadline: float | None, late_since: float | None, now: float) -> float:
    """Return until when a run is tried whose next step has failed since a time, or just now."""
    return max(deadline or 0, (late_since or now) + WAIT_SECONDS)


def is_mended_by_people(error: WecomSyncError) -> bool:
    """Whether only people can end it: they mend an address, a secret or a right."""
    if isinstance(error, WeComError):
        return refuses_access(Call.of(error.path), error.errcode)
    return isinstance(error, SecretUnreadableError)


def due_after(seconds: float) -> float:
    """Return when the sweep looks after a run that goes on after so many seconds, as `Queue.send`.

    After its message, if one can wait for so long, or else at that time.
    """
    return seconds + (LOOK_AGAIN_SECONDS if seconds <= MAX_DELAY_SECONDS else 0)


def retry_submit(error: WecomSyncError, tries: Tries, base_seconds: float) -> Retry | None:
    """Return when a submission goes on, None when no waiting can help."""
    remedy, key = _remedy_of(error)
    done = tries.get(key, 0)
    if remedy not in WAITING or (remedy is Remedy.FEW and done >= FEW_TRIES):
        return None
    seconds = _pause(remedy, done, base_seconds)
    # A wait for somebody else's import costs no time.
    is_late = remedy is not Remedy.LANE or done >= LANE_TRIES
    return Retry(seconds, {**tries, key: done + 1}, is_late)


def retry_check(error: WecomSyncError, tries: Tries, base_seconds: float) -> Retry:
    """Return when to ask for a result again: every hour if no waiting seems to help."""
    remedy, key = _remedy_of(error)
    done = tries.get(key, 0)
    return Retry(_pause(remedy, done, base_seconds), {**tries, key: done + 1})


def given_up(code: TextCode, seconds: int) -> Reason:
    """Return the reason of a run for which nothing happened for so long."""
    return Reason(code, {"hours": max(1, seconds // HOUR_SECONDS)})


def _remedy_of(error: WecomSyncError) -> tuple[Remedy, str]:
    """Return the remedy, and the name under which its tries are counted."""
    if isinstance(error, WeComError):
        call = Call.of(error.path)
        return remedy(call, error.errcode), f"{call} {error.errcode}"
    # A submit without an answer does not come here: first we find out what became of it.
    return Remedy.GIVE_UP if isinstance(error, PermanentError) else Remedy.LATER, error.code


def _pause(remedy: Remedy, done: int, base_seconds: float) -> float:
    if remedy in _PAUSES:
        return _PAUSES[remedy](done, base_seconds) * (1 - secrets.randbelow(250) / 1000)
    # Never too early: a call during a block may start the block again.
    longest = HOUR_SECONDS
    if remedy is Remedy.WINDOW:
        longest = WINDOW_SECONDS[min(done, len(WINDOW_SECONDS) - 1)]
    return longest * (1 + secrets.randbelow(50) / 1000)


def _doubling(done: int, base_seconds: float) -> float:
    return float(min(base_seconds * 2.0 ** min(done, 10), MAX_PAUSE_SECONDS))


def _gently(done: int, base_seconds: float) -> float:
    return float(min(2 * base_seconds * (done + 1), LANE_SECONDS))


_PAUSES = {
    Remedy.REPEAT: _doubling,
    Remedy.LATER: _doubling,
    Remedy.FEW: _doubling,
    Remedy.LANE: _gently,
    # The client sees to it that WeCom is not asked as often with a secret that it refused.
    Remedy.NEW_TOKEN: _doubling,
    Remedy.REMEMBER: _doubling,
    Remedy.WAIT: _doubling,
}
"""Pauses that grow with each try; they are varied by a quarter."""
WAITING = frozenset({*_PAUSES, Remedy.WINDOW})
"""Remedies that need time alone, or a person: a run waits for either."""
