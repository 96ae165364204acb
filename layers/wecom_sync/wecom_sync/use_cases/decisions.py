"""Decisions that people drop: what they say, and the answer to one that cannot be carried out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wecom_sync.domain.drop import Drop, S3Object
from wecom_sync.domain.errors import PermanentError, TransitionRefusedError
from wecom_sync.domain.run import Reason, Run, Said
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.ports import Drops, RunStore

MAX_DECISION_BYTES = 4096
MAX_NOTE_CHARS = 200
TRIES = 5
"""How often a decision is carried out anew because the run moved at the same time."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decision's object says. `plan` is the digest that an approval is for."""

    approves: bool
    plan: str = ""
    note: str = ""


class DecisionInvalidError(PermanentError):
    """The object is no decision."""

    code = "decision_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Carries a decision out, or answers in the timeline of the run that it names."""

    store: RunStore
    drops: Drops
    holds: Holds

    def take(self, found: S3Object, run_id: str, corp: str) -> Run | None:
        """Take a decision about a run of a corp; None if the corp has no such run.

        An event that comes again changes nothing. Raises `TransitionRefusedError` when the run
        keeps moving.
        """
        drop = Drop(found.bucket, found.key, found.version, found.time, found.time)
        act = self._act_of(found, drop)
        for _ in range(TRIES):
            run = self.store.run(run_id)
            if run is None or run.corp != corp:
                return None
            if any(step.said and step.said.source == drop.digest for step in run.timeline):
                return run
            try:
                return act(run)
            except TransitionRefusedError:
                continue
        raise TransitionRefusedError

    def _act_of(self, found: S3Object, drop: Drop) -> Callable[[Run], Run]:
        said = Said(found.principal, source=drop.digest)
        at = found.time.timestamp()
        try:
            decision = self._read(found)
        except PermanentError as error:
            reason = Reason(error.code, dict(error.params))
            return lambda run: self.holds.answer(run, said, reason)
        said = Said(said.by, decision.note, said.source)
        if decision.approves:
            return lambda run: self.holds.approve(run, decision.plan, said, at)
        return lambda run: self.holds.cancel(run, said, at)

    def _read(self, found: S3Object) -> Decision:
        """Read the object. Raises `PermanentError`."""
        where = found.bucket, found.key, found.version
        if self.drops.head(*where).size > MAX_DECISION_BYTES:
            raise DecisionInvalidError
        return read_decision(self.drops.content(*where))


def read_decision(content: bytes) -> Decision:
    """Read `{"decision": "approve", "plan": "<digest>"}` or `{"decision": "cancel"}`.

    Both may have a `note`. Raises `DecisionInvalidError`.
    """
    try:
        said = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each)
        # JSON can say half of a character, which neither the table nor a document can keep.
        json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise DecisionInvalidError from None
    if not isinstance(said, dict) or not said.keys() <= {"decision", "plan", "note"}:
        raise DecisionInvalidError
    decision, plan, note = said.get("decision"), said.get("plan", ""), said.get("note", "")
    is_text = isinstance(plan, str) and isinstance(note, str)
    if not is_text or decision not in ("approve", "cancel") or (decision == "approve" and not plan):
        raise DecisionInvalidError
    return Decision(decision == "approve", plan, note[:MAX_NOTE_CHARS])


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)
