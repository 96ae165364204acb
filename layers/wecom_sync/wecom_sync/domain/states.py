"""What a run is about, and where it stands: corps, job types, states and moves between them."""

import re
from enum import StrEnum

CORP = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""A corp's alias."""
MAX_DELAY_SECONDS = 300
"""The longest delay of a message that moves a run. What is older in a queue waits for others."""


class Job(StrEnum):
    """WeCom's own names of its import jobs, and ours: `company` is done in several steps."""

    REPLACE_PARTY = "replaceparty"
    REPLACE_USER = "replaceuser"
    SYNC_USER = "syncuser"
    COMPANY = "company"
    """All members with their departments, from HR's file of people."""

    @property
    def is_full(self) -> bool:
        """Whether the file lists all members or all departments, so a newer one replaces it."""
        return self is not Job.SYNC_USER

    @property
    def yields_to(self) -> tuple["Job", ...]:
        """The full files that make an older file of this job pointless."""
        if self is Job.COMPANY:
            return Job.REPLACE_PARTY, Job.REPLACE_USER, Job.COMPANY
        return Job.REPLACE_USER if self.has_members else Job.REPLACE_PARTY, Job.COMPANY

    @property
    def lists_people(self) -> bool:
        """Whether its file says who there is."""
        return self in {Job.REPLACE_USER, Job.COMPANY}

    @property
    def has_members(self) -> bool:
        return self is not Job.REPLACE_PARTY

    @property
    def wecom_type(self) -> str:
        """The name in callbacks and results (doc/90973, doc/91133), blank for none of WeCom's."""
        return {
            Job.REPLACE_PARTY: "replace_party",
            Job.REPLACE_USER: "replace_user",
            Job.SYNC_USER: "sync_user",
            Job.COMPANY: "",
        }[self]


class State(StrEnum):
    RECEIVED = "RECEIVED"
    REJECTED = "REJECTED"
    SHOWN = "SHOWN"
    """Who brought the file has asked to see what it would do before anything of it goes on."""
    HELD = "HELD"
    QUEUED = "QUEUED"
    SUBMITTING = "SUBMITTING"
    SUBMITTED = "SUBMITTED"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    UNCHANGED = "UNCHANGED"
    PLANNED = "PLANNED"
    SUPERSEDED = "SUPERSEDED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        return self not in MOVES

    @property
    def holds_lane(self) -> bool:
        """Whether a run in this state has its corp's right of way."""
        return self in {State.SUBMITTING, State.SUBMITTED}


_MOVES = {
    State.RECEIVED: "REJECTED QUEUED FAILED SUCCEEDED SUPERSEDED PLANNED CANCELLED HELD SHOWN",
    State.SHOWN: "QUEUED CANCELLED SUPERSEDED",
    State.HELD: "QUEUED CANCELLED SUPERSEDED RECEIVED",
    State.QUEUED: "SUBMITTING SUPERSEDED CANCELLED FAILED",
    State.SUBMITTING: "SUBMITTED PARTIAL FAILED "
    "HELD QUEUED UNCHANGED REJECTED SUPERSEDED CANCELLED SHOWN",
    State.SUBMITTED: "SUBMITTING SUCCEEDED PARTIAL FAILED",
}
MOVES = {state: frozenset(map(State, words.split())) for state, words in _MOVES.items()}
"""Every move that a run may make. A state that is missing here is final."""
RETRIED = frozenset({State.REJECTED, State.FAILED, State.CANCELLED, State.PARTIAL})
"""How a run ends whose file may be tried again."""
