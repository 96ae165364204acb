"""The applied files in their order: which one is in force, and which one was before it."""

from collections.abc import Mapping
from typing import Any

from wecom_sync.domain.run import Job
from wecom_sync.reporting.corp_index import APPLIED, CorpIndex
from wecom_sync_tools.console.errors import UsageError


def file_before(index: CorpIndex, job: Job) -> str:
    """Return the run whose file was applied before the one in force.

    After a rollback, the file that it brought back is in force. So a second rollback goes further
    back, and does not return to the file that the first one took back. Raises `UsageError`.
    """
    files = index.applied.get(job, ())
    applied = [str(each["run_id"]) for each in files if each["state"] in APPLIED]
    if not applied:
        raise UsageError("rollback_none", corp=index.corp, job=job)
    known = {each["run_id"]: each for each in files}
    first = _origin(files[-1], known)
    if first not in applied:
        raise UsageError("rollback_unknown", run=first, corp=index.corp, job=job)
    if first == applied[0]:
        raise UsageError("rollback_oldest", run=first, corp=index.corp, job=job)
    return applied[applied.index(first) - 1]


def _origin(file: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> str:
    """Follow a rollback, and the rollback of a rollback, to the run they all go back to.

    Of a file that was tried again it is the first run that applied some of it: a retry counts as
    dropped when its file was.
    """
    while earlier := file["rollback_of"]:
        if earlier not in known:
            return str(earlier)
        file = known[earlier]
    same = (each for each in known.values() if _is_same(each, file) and each["state"] in APPLIED)
    return str(next(same, file)["run_id"])


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one["key"], one["dropped"]) == (other["key"], other["dropped"])
