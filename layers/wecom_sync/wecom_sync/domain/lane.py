"""The lane: one corp's right of way."""

from collections.abc import Mapping
from dataclasses import field

from wecom_sync.domain.run import Job
from wecom_sync.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits for its corp's lane."""

    run_id: str
    job: Job


@dataclass(frozen=True, slots=True)
class AppliedFile:
    """The newest file of a job type that reached a stage.

    `dropped`: when it was dropped. `changed`: when the newest file that changed something was.
    """

    run_id: str
    dropped: float
    changed: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One corp's right of way: its holder, and who waits for it, the next one first.

    `applied`: the newest file of each type that WeCom may have applied. `planned`: the newest full
    file of each type that was planned, whatever became of it.
    """

    holder: str | None
    waiting: tuple[Waiting, ...]
    applied: Mapping[Job, AppliedFile] = field(default_factory=dict)
    planned: Mapping[Job, AppliedFile] = field(default_factory=dict)
