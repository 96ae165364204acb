"""The applied files in their order: which one is in force, and which one was before it."""

from collections.abc import Mapping, Sequence

from botocore.exceptions import ClientError

from wecom_sync.adapters.s3 import ROLLBACK_OF
from wecom_sync.domain.run import Job, Run, State
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.target import ALL_RUNS, Target

APPLIED = frozenset({State.SUCCEEDED, State.PARTIAL})
GONE = frozenset({"NoSuchVersion", "NoSuchKey", "404", "MethodNotAllowed", "405"})


def file_before(target: Target, corp: str, job: Job) -> Run:
    """Return the run whose file was applied before the one that is in force.

    After a rollback, the file that it brought back is in force. So a second rollback goes further
    back, and does not return to the file that the first one took back. Raises `UsageError`.
    """
    runs = [run for run in target.store.runs_of_corp(corp, ALL_RUNS) if run.job is job]
    runs.sort(key=lambda run: (run.dropped, run.run_id))
    applied = [run for run in runs if run.state in APPLIED]
    if not applied:
        raise UsageError("rollback_none", corp=corp, job=job)
    first = _in_force(target, runs, {run.run_id: run for run in runs})
    at = next((at for at, run in enumerate(applied) if run.run_id == first), None)
    if at is None:
        raise UsageError("rollback_unknown", run=first, corp=corp, job=job)
    if at == 0:
        raise UsageError("rollback_oldest", run=first, corp=corp, job=job)
    return applied[at - 1]


def _in_force(target: Target, runs: Sequence[Run], known: Mapping[str, Run]) -> str:
    """Return the id of the run that first brought the file that is in force.

    A rollback that changed nothing counts too, because WeCom has what its file says.
    """
    for run in reversed(runs):
        if run.state in APPLIED:
            return _origin(target, run, known)
        if run.state is State.UNCHANGED and _rollback_of(target, run):
            return _origin(target, run, known)
    raise TypeError("there is no file in force when none was applied")


def _origin(target: Target, run: Run, known: Mapping[str, Run]) -> str:
    """Follow a rollback, and the rollback of a rollback, to the run they all go back to."""
    while earlier := _rollback_of(target, run):
        if earlier not in known:
            return earlier
        if known[earlier].dropped >= run.dropped:
            # A rollback to a later file is impossible, so somebody made the metadata up.
            break
        run = known[earlier]
    return run.run_id


def _rollback_of(target: Target, run: Run) -> str | None:
    """Return the run whose file a drop brought back. Raises `UsageError` when nobody can tell."""
    try:
        head = target.s3.head_object(Bucket=run.bucket, Key=run.key, VersionId=run.version)
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        if run.state not in APPLIED:
            return None
        raise UsageError("rollback_untold", run=run.run_id, key=run.key) from error
    return head["Metadata"].get(ROLLBACK_OF)
