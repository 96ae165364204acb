"""The lane: one corp's right of way."""

from collections.abc import Mapping
from dataclasses import field
from typing import NamedTuple

from wecom_sync.domain.states import Job
from wecom_sync.domain.values import dataclass


class Waiting(NamedTuple):
    run_id: str
    job: Job


class AppliedFile(NamedTuple):
    """The newest file of a job type at a stage; `changed`: the drop of the newest that changed."""

    run_id: str
    dropped: float
    changed: float


@dataclass(frozen=True, slots=True)
class Lane:
    """Who has it, and who waits for it, the next one first.

    `applied`: the newest file of each type that WeCom may have applied; `planned`: the newest full
    one that was planned, whatever became of it. `freed`: when the last holder left it.
    """

    holder: str | None
    waiting: tuple[Waiting, ...]
    applied: Mapping[Job, AppliedFile] = field(default_factory=dict)
    planned: Mapping[Job, AppliedFile] = field(default_factory=dict)
    freed: float = 0.0
