"""Things that go wrong on demand: a book of faults, each good for a number of occasions."""

import itertools
import threading
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from random import Random
from typing import Any, Final

from wecom_simulator.state.errors import ControlError
from wecom_simulator.state.values import checked

KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "errcode", "http_status", "html", "slow", "cut", "cut_after", "array", "foreign",
            "truncated", "short", "garbled", "trickle", "errcode_as_string",
        ),
        "request",
    ),
    **dict.fromkeys(("hang_job", "fail_job"), "job"),
    **dict.fromkeys(("lost", "repeated", "early", "late", "forged"), "callback"),
}  # fmt: skip
"""Each way to fail, with the stage that looks for it. The README says what each does."""


@dataclass(slots=True)
class Fault:
    """One entry of the book; ``times`` None: until cleared. ``path`` and ``corp_id`` narrow it.

    ``rate`` is the share of the occasions that fit on which it strikes. ``seed`` chooses them, by
    corp, path and how often that path was called before: however calls of different corps
    interleave, the same ones are struck.
    """

    kind: str
    path: str | None = None
    corp_id: str | None = None
    times: int | None = 1
    rate: float = 1.0
    seed: int = 0
    errcode: int = -1
    status: int = 503
    seconds: float = 0.0
    copies: int = 2
    id: int = 0
    used: int = 0
    _seen: dict[tuple[str | None, str], int] = field(default_factory=dict, init=False, repr=False)

    def strikes(self, corp_id: str | None, path: str) -> bool:
        """Whether it strikes on this occasion; each call is one occasion."""
        if self.rate >= 1:
            return True
        number = self._seen.get((corp_id, path), 0) + 1
        self._seen[corp_id, path] = number
        occasion = f"{self.seed} {self.id} {corp_id} {path} {number}"
        return Random(occasion).random() < self.rate  # noqa: S311 - dice, not a secret

    def described(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "_seen"}


_SETTABLE: Final = frozenset(item.name for item in fields(Fault)) - {"id", "used", "_seen"}


class FaultBook:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, values: Mapping[str, Any]) -> Fault:
        """Set a fault from its JSON form; raises ControlError for an unknown kind or field."""
        if values.get("kind") not in KINDS:
            raise ControlError(f"kind must be one of {', '.join(KINDS)}")
        fault = Fault(**checked(Fault, values, _SETTABLE))
        if not 0 < fault.rate <= 1:
            raise ControlError(f"rate cannot be {fault.rate!r}: expected a share")
        with self._lock:
            fault.id = next(self._ids)
            self._faults.append(fault)
        return fault

    def take(
        self, stage: str, corp_id: str | None, path: str, kinds: Collection[str] = ()
    ) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if (
                    KINDS[fault.kind] == stage
                    and (not kinds or fault.kind in kinds)
                    and fault.path in {None, path}
                    and fault.corp_id in {None, corp_id}
                    and (fault.times is None or fault.used < fault.times)
                    and fault.strikes(corp_id, path)
                ):
                    fault.used += 1
                    return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.described() for fault in self._faults]

    def clear(self) -> int:
        with self._lock:
            gone, self._faults = len(self._faults), []
        return gone
