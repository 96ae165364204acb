"""The lane: one corp's right of way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wecom_sync.domain.run import Job


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits for its corp's lane."""

    run_id: str
    job: Job


@dataclass(frozen=True, slots=True)
class Applied:
    """The newest file of a job type that came so far.

    `changed`: when the newest one was dropped that changed anything.
    """

    run_id: str
    dropped: float
    changed: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One corp's right of way: who has it, who waits (the first one first), what went out last.

    `planned`: the newest full file of each type that was planned, whatever became of it.
    """

    holder: str | None
    waiting: tuple[Waiting, ...]
    applied: Mapping[Job, Applied] = field(default_factory=dict)
    planned: Mapping[Job, Applied] = field(default_factory=dict)
