"""Which limits of shares would not have asked about a file that a person has approved."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from wecom_sync.domain.run import Reason
from wecom_sync.domain.texts import Listing
from wecom_sync.files.roster import Roster
from wecom_sync.guardrails.rules import FIRST, TABLE, Question
from wecom_sync.reporting.catalogue import is_code
from wecom_sync_tools.replay.corp import Corp, run_of

HIGHEST = 40
STEP = 5
"""Percent."""


def sufficient_limits(
    corp: Corp, roster: Roster, dropped: float, holds: Collection[Reason]
) -> Mapping[str, int]:
    """Return for each limit that asked about a file the lowest one that would not have.

    `corp`: before the file. The first file is asked about whatever the limits are.
    """
    if any(hold.code in FIRST for hold in holds):
        return {}
    limits: dict[str, int] = {}
    for question in TABLE:
        if not _asks(question, holds):
            continue
        for name in {limit.percent for limit in question.limits if limit.percent}:
            now: int = getattr(corp.policy, name)
            for percent in range(now - now % STEP + STEP, HIGHEST + 1, STEP):
                changed: Mapping[str, Any] = {name: percent}
                other = replace(
                    corp,
                    policy=replace(corp.policy, **changed),
                    book=replace(corp.book, limits={}),
                    now=max(corp.now, dropped),
                )
                run = run_of(roster.job, dropped, "", other.policy)
                if not _asks(question, other.prepare(run, roster).holds):
                    limits[name] = max(percent, limits.get(name, 0))
                    break
    return limits


def _asks(question: Question, holds: Collection[Reason]) -> bool:
    """Whether a question is among those that hold a file; a reason also names others in words."""
    also = [it for hold in holds if isinstance(it := hold.params.get("also"), Listing)]
    words = {counted.rpartition(" ")[0] for listing in also for counted in listing.first}
    if question.code == "hold_columns" and not all(map(is_code, words)):
        return True
    return question.word in words or question.code in {hold.code for hold in holds}
