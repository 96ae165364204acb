"""Things that go wrong on demand: a book of faults, each good for a number of occasions."""

import itertools
import threading
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from random import Random
from typing import Any, Final, NamedTuple, get_type_hints

from wecom_simulator.state.errors import ControlError


class FaultKind(NamedTuple):
    """A way to fail: the stage that looks for it and what it does."""

    stage: str
    help: str


KINDS: Final[dict[str, FaultKind]] = {
    "errcode": FaultKind("request", "answer `errcode` without doing the work"),
    "http_status": FaultKind("request", "answer HTTP `status` (default 503) with an empty body"),
    "html": FaultKind("request", "answer an HTML page with HTTP 200"),
    "slow": FaultKind("request", "wait `seconds`, then do the work and answer"),
    "cut": FaultKind("request", "close the connection before doing the work"),
    "cut_after": FaultKind("request", "do the work, then close the connection without an answer"),
    "array": FaultKind("request", "do the work, then answer JSON that is no object"),
    "foreign": FaultKind("request", "do the work, then answer a JSON object without errcode"),
    "truncated": FaultKind("request", "do the work, then answer the first half of the JSON"),
    "short": FaultKind("request", "do the work, then answer fewer bytes than Content-Length says"),
    "garbled": FaultKind("request", "do the work, then answer bytes that only claim to be gzip"),
    "trickle": FaultKind("request", "do the work, then answer blanks, one every `seconds`"),
    "errcode_as_string": FaultKind("request", "answer errcode as a string"),
    "hang_job": FaultKind("job", "the job stays at status 2 until released"),
    "fail_job": FaultKind("job", "the job fails as a whole with `errcode`, nothing is applied"),
    "lost": FaultKind("callback", "the event is never sent"),
    "repeated": FaultKind("callback", "the event is sent `copies` times (default 2)"),
    "early": FaultKind("callback", "job and event are over before the submit is answered"),
    "late": FaultKind("callback", "the event is sent `seconds` after the job ended"),
    "forged": FaultKind("callback", "the event carries a wrong signature"),
    "result_truncated": FaultKind("result", "getresult returns the first half of the rows"),
    "result_extra": FaultKind("result", "getresult returns additional rows nobody asked for"),
}


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
_TYPES: Final = get_type_hints(Fault)


def _fits(name: str, value: Any) -> bool:
    wanted = _TYPES[name]
    if not isinstance(value, int | float if wanted is float else wanted):
        return False
    return name != "rate" or 0 < value <= 1


class FaultBook:
    """All faults that are set, in the order they were set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, values: Mapping[str, Any]) -> Fault:
        """Set a fault from its JSON form; raises ControlError for an unknown kind or field."""
        if values.get("kind") not in KINDS:
            raise ControlError(f"kind must be one of {', '.join(KINDS)}")
        unknown = set(values) - _SETTABLE
        if unknown:
            raise ControlError(f"a fault has no {sorted(unknown)}; it has {sorted(_SETTABLE)}")
        for name, value in values.items():
            if not _fits(name, value):
                raise ControlError(f"{name} of a fault cannot be {value!r}")
        fault = Fault(**values)
        with self._lock:
            fault.id = next(self._ids)
            self._faults.append(fault)
        return fault

    def take(
        self, stage: str, corp_id: str | None, path: str, kinds: Collection[str] = ()
    ) -> Fault | None:
        """Use up one occasion of the first fault that fits, or return None."""
        with self._lock:
            for fault in self._faults:
                if (
                    KINDS[fault.kind].stage == stage
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
        """Remove all faults; return how many went."""
        with self._lock:
            gone, self._faults = len(self._faults), []
        return gone
