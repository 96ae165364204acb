"""How a run is rejected because of its file, wherever that is found out."""

from wecom_sync.domain.run import Reason, Run, State
from wecom_sync.files.roster import FileRejectedError
from wecom_sync.use_cases.ending import Ending
from wecom_sync.use_cases.records import Records


def reject(
    ending: Ending,
    records: Records,
    run: Run,
    error: FileRejectedError,
    because: Reason | None = None,
) -> Run:
    """End a run as REJECTED with everything that is wrong; a single problem is the reason."""
    reason = because or Reason("file_rejected", dict(error.params))
    if because is None and sum(error.counts.values()) == 1:
        (problem,) = error.problems
        reason = Reason(problem.code, {**problem.params, "line": problem.line})
    # Whoever has moved the run since it was read knows better; nothing is written then.
    run = records.store.move(run, run.state)
    reports = records.keep_rejected(run, error)
    rows = len(error.rows) or run.rows
    return ending.end(run, State.REJECTED, reason, rows=rows, reports=reports)
