"""A file that comes again: why, and for which earlier run."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import NamedTuple

from wecom_sync.domain.values import dataclass


class Why(StrEnum):
    """Why a file comes again: it is brought back, tried once more, or somebody's day is over."""

    ROLLBACK = "rollback"
    RETRY = "retry"
    DUE = "due"


LEAVERS = "leavers"
"""Stands for a run where no file is planned anew: leavers go whose days are over."""


class Request(NamedTuple):
    """What an object asks for: the file of which run, and of what is due which day is over."""

    why: str
    run_id: str
    day: str = ""


NO_REQUEST = Request("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What a run is whose file was there before; blank for any other one."""

    of: Mapping[str, str] = field(default_factory=dict)
    """The earlier run by `Why`, `LEAVERS` for none. A retry has also those of what it tries."""
    version: str = ""
    """The version of the key that holds the file: the run's own one is empty."""
    restores: float | None = None
    """When the file was dropped that a rollback brings back."""
    authors: tuple[str, ...] = ()
    """Who brought about the earlier run."""
    day: str = ""
    """Of what is due: the day that is over."""
    forced: bool = False
    """Whether the file goes out even if it changes nothing, since it has changed nothing before."""

    @property
    def is_due(self) -> bool:
        """Whether nobody brought it but the sweep."""
        return Why.DUE in self.of and Why.RETRY not in self.of
