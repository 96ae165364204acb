"""Logs of what happened: calls to WeCom's API, attempts to deliver an event, words of robots."""

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, Final

ENTRIES_KEPT: Final = 100_000


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A call to WeCom's API: no query, no body, no token. ``errcode`` None: no JSON answer."""

    time: float
    method: str
    path: str
    corp_id: str | None
    address: str
    http_status: int | None
    errcode: int | None
    seconds: float
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver an event; ``outcome`` is received, refused, no answer or lost."""

    time: float
    corp_id: str
    job_id: str
    path: str
    attempt: int
    outcome: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What a group robot said; ``robot`` is its place among the corp's, from 1, not its key."""

    time: float
    robot: int
    msgtype: str
    content: str


class Log[Entry: (LoggedRequest, Delivery)]:
    """The last 100,000 entries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=ENTRIES_KEPT)

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def listed(self, corp_id: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        """Return the entries of a corp and of a path, oldest first; None: of every one."""
        with self._lock:
            return [
                asdict(entry)
                for entry in self._entries
                if corp_id in {None, entry.corp_id} and path in {None, entry.path}
            ]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
