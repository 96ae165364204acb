"""Plans a file without a drop: the same checks, plan and verdict, and nothing is written."""

import base64
import binascii
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from wecom_sync.domain.errors import (
    PermanentError,
    RetryableError,
    SecretInvalidError,
    UnknownCorpError,
    WeComError,
)
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job
from wecom_sync.files.roster import MAX_BYTES, FileRejectedError, Roster, read_roster
from wecom_sync.planning.department_names import Tree, with_unknown_names
from wecom_sync.reporting.documents import failure_text, hold_document, problem_document
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.planner import Planner, digest_of
from wecom_sync.use_cases.ports import Clock, RunStore

SHOWN_PROBLEMS = 100
SHOWN_IDS = 1_000
"""Ids of each kind in an answer: Lambda limits an answer to 6 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Answers what a file would do."""

    store: RunStore
    planner: Planner
    clock: Clock

    def rehearse(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Plan a file.

        `request`: corp, job, content (base64 of gzip), language. The answer's `verdict` is
        `apply`, `hold`, `unchanged`, `reject` or `unknown` (WeCom could not be asked); with it
        come `plan` (as `plan.json`, but with `SHOWN_IDS` ids of each kind), `holds` and `problems`,
        in words. `update_columns` counts the updates by column, `places` names departments.
        """
        language = Language(request.get("language", Language.ENGLISH))
        try:
            packed = io.BytesIO(base64.b64decode(request["content"]))
            content = gzip.GzipFile(fileobj=packed).read(MAX_BYTES + 1)
            policy = self.store.policy(request["corp"])
            roster = self._roster(request["corp"], Job(request["job"]), content, policy)
            prepared = self.planner.prepare(request["corp"], roster, policy, self.clock())
        except FileRejectedError as error:
            listed = error.problems[:SHOWN_PROBLEMS]
            return {
                "verdict": "reject",
                "problems": [problem_document(problem, language) for problem in listed],
                "problem_count": sum(error.counts.values()),
            }
        except (UnknownCorpError, SecretInvalidError) as error:
            reason = failure_text(error, language)
            return {"verdict": "reject", "code": error.code, "reason": reason, "problems": []}
        except (PermanentError, RetryableError, WeComError) as error:
            return {"verdict": "unknown", "reason": failure_text(error, language)}
        except (binascii.Error, zlib.error, gzip.BadGzipFile, EOFError, ValueError) as error:
            return {"verdict": "unknown", "reason": type(error).__name__}
        plan = prepared.plan
        verdict = "hold" if prepared.holds else "apply"
        if plan.changes_nothing:
            verdict = "unchanged"
        shown = prepared.warnings[:SHOWN_PROBLEMS]
        return {
            "verdict": verdict,
            "plan": plan.to_document(SHOWN_IDS),
            "update_columns": dict(Counter(chain.from_iterable(plan.update.values()))),
            "places": dict(prepared.places),
            "plan_digest": digest_of(plan, prepared.holds),
            "holds": [hold_document(hold, language) for hold in prepared.holds],
            "warnings": [problem_document(each, language) for each in shown],
            "warning_count": len(prepared.warnings),
        }

    def _roster(self, corp: str, job: Job, content: bytes, policy: Policy) -> Roster:
        """Read the file. The problems of a bad one include department names that nobody knows."""
        try:
            return read_roster(job, content, policy.columns)
        except FileRejectedError as error:
            if not job.has_members:
                raise
            tree = Tree.of_snapshot(self.planner.archive.snapshot(corp))
            raise with_unknown_names(error, tree) from None
