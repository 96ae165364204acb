"""Carries decisions about runs out."""

from collections.abc import Callable
from dataclasses import replace

from wecom_sync.domain.drop import Drop, Word
from wecom_sync.domain.errors import PermanentError, TransitionRefusedError
from wecom_sync.domain.run import Run
from wecom_sync.domain.timeline import Said, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.planning.decisions import INVALID, Decision, DecisionInvalidError, read_decision
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.ports import Drops

MAX_DECISION_BYTES = 4096
MAX_ANSWER_BYTES = 1 << 16
"""Of an answer: it may state the accounts of some thousand people."""
TRIES = 5
"""How often a decision is carried out anew because the run moved at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Carries a decision out, or answers in the timeline of the run that it names."""

    drops: Drops
    holds: Holds

    def take(self, drop: Drop, run_id: str, corp: str) -> Run | None:
        """Take a decision about a run of a corp; None if the corp has no such run."""
        act = self._act_of(drop)
        for _ in range(TRIES):
            run = self.holds.store.run(run_id)
            if run is None or run.corp != corp:
                return None
            taken = (*run.timeline, *self.holds.store.answers(run_id))
            if any(step.said and step.said.source == drop.digest for step in taken):
                return run
            try:
                return act(run)
            except TransitionRefusedError:
                continue
        raise TransitionRefusedError

    def _act_of(self, drop: Drop) -> Callable[[Run], Run]:
        word = Said(drop.principal, source=drop.digest)
        try:
            decision = self._read(drop)
        except PermanentError as error:
            reason = reason_of(error)
            if not isinstance(error, DecisionInvalidError):
                # Without an object, the event may be made up, and whom it names as well.
                word = replace(word, by="")
            return lambda run: self.holds.answer(run, word, reason)
        word = replace(word, note=decision.note, asked=decision.asks)
        if decision.asks == "approve":
            return lambda run: self.holds.approve(run, decision, word, drop)
        act = self.holds.cancel if decision.asks == "cancel" else self.holds.dismiss
        return lambda run: act(run, word, drop.dropped.timestamp())

    def _read(self, drop: Drop) -> Decision:
        """Read the object. Raises `PermanentError`."""
        where, answers = (drop.bucket, drop.key, drop.version), Word.of(drop.key) is Word.ANSWER
        if self.drops.head(*where).size > (MAX_ANSWER_BYTES if answers else MAX_DECISION_BYTES):
            raise INVALID[answers]
        return read_decision(self.drops.content(*where), answers=answers)
