"""What the report bucket holds about a corp: `index.json`, changed with every move of a run."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from wecom_sync.domain.drift import DriftFound
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job, Run, State
from wecom_sync.reporting.documents import moment, run_document
from wecom_sync.reporting.language import Language

INDEX = "index.json"
NEWEST = 100
"""Runs that are listed; those that have not ended are listed beyond that."""
APPLIED = frozenset({State.SUCCEEDED, State.PARTIAL})
FAILED = frozenset({State.FAILED, State.REJECTED, State.PARTIAL})
IN_FORCE = 20
"""Applied files of each job type that are listed, so that one of them can be brought back."""


@dataclass(frozen=True, slots=True)
class CorpIndex:
    """One corp at a glance. `runs` are run documents by run id; each has its `revision`."""

    corp: str
    runs: Mapping[str, Mapping[str, Any]]
    last_success: Mapping[str, Mapping[str, Any]]
    applied: Mapping[str, tuple[Mapping[str, Any], ...]]
    settings: Mapping[str, Any] | None = None
    drift: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, corp: str, content: bytes | None) -> Self:
        """Return the index that a document holds, an empty one when there is none."""
        found = json.loads(content) if content else {}
        return cls(
            corp,
            {run["run_id"]: run for run in found.get("runs", ())},
            found.get("last_success", {}),
            {job: tuple(runs) for job, runs in found.get("applied", {}).items()},
            found.get("settings"),
            found.get("drift"),
        )

    def with_run(self, run: Run, language: Language) -> Self:
        """Return the index with a run as it is now, unless it has a newer revision of it."""
        known = self.runs.get(run.run_id)
        if known is not None and known["revision"] > run.revision:
            return self
        runs = {**self.runs, run.run_id: run_document(run, language)}
        return replace(self.with_older(run), runs=runs)

    def with_older(self, run: Run) -> Self:
        """Return the index with what it keeps of a run that is not listed any more."""
        if run.job is None or run.plans_only:
            return self
        return replace(self, last_success=self._last_success(run), applied=self._applied(run))

    def _last_success(self, run: Run) -> Mapping[str, Mapping[str, Any]]:
        before = self.last_success.get(str(run.job))
        found = {"run_id": run.run_id, "finished": moment(run.finished)}
        succeeded = run.state in {State.SUCCEEDED, State.UNCHANGED}
        if not succeeded or (before and before["finished"] > found["finished"]):
            return self.last_success
        return {**self.last_success, str(run.job): found}

    def _applied(self, run: Run) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
        """Note a file that is in force, or was: what a rollback may bring back."""
        back = run.rollback_of is not None and run.state is State.UNCHANGED
        if run.state not in APPLIED and not back:
            return self.applied
        found = {
            "run_id": run.run_id,
            "state": run.state,
            "dropped": run.dropped,
            "rollback_of": run.rollback_of,
            "key": run.key,
            "rows": run.rows,
        }
        others = [
            each for each in self.applied.get(str(run.job), ()) if each["run_id"] != run.run_id
        ]
        newest = sorted((*others, found), key=lambda each: (each["dropped"], each["run_id"]))
        return {**self.applied, str(run.job): tuple(newest[-IN_FORCE:])}

    def with_settings(self, policy: Policy, since: float | None) -> Self:
        """Return the index with the settings in force, and since when (None: the defaults)."""
        return replace(self, settings={**policy.to_document(), "since": moment(since)})

    def with_drift(self, found: DriftFound) -> Self:
        """Return the index with what the last look at the live ids found."""
        counts = {name: getattr(found, name) for name in ("added", "removed", "moved")}
        return replace(self, drift={"at": moment(found.at), **counts, "report": found.report})

    def to_bytes(self, oldest: float) -> bytes:
        """Return the document, without runs made before `oldest` (UTC epoch seconds)."""
        runs = sorted(self.runs.values(), key=lambda run: run["run_id"], reverse=True)
        is_open = {run["run_id"]: not State(run["state"]).is_final for run in runs}
        limit = str(moment(oldest))
        listed = [
            run
            for number, run in enumerate(runs)
            if is_open[run["run_id"]] or (number < NEWEST and run["created"] >= limit)
        ]
        document = {
            "corp": self.corp,
            "attention": list(_attention(listed)),
            "runs_open": sum(is_open.values()),
            "last_success": self.last_success,
            "settings": self.settings,
            "drift": self.drift,
            "runs": listed,
            "applied": self.applied,
        }
        return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _attention(newest_first: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Yield what needs a person: what is held, and a last file that was not wholly applied."""
    seen: set[Job | str] = set()
    for run in newest_first:
        job = str(run["job"] or "settings")
        is_last = job not in seen and State(run["state"]).is_final and run["verdict"] is None
        if is_last:
            seen.add(job)
        if run["state"] == State.HELD or (is_last and run["state"] in FAILED):
            yield {"run_id": run["run_id"], "state": run["state"], "text": run["reason"]}
