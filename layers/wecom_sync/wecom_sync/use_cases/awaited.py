"""Whether departments that a file lacks are on their way."""

from contextlib import suppress
from dataclasses import dataclass

from wecom_sync.domain.errors import PermanentError
from wecom_sync.domain.run import Job, Run
from wecom_sync.files.roster import FileRejectedError
from wecom_sync.planning.department_names import DepartmentsMissingError
from wecom_sync.use_cases.ports import RunStore
from wecom_sync.use_cases.records import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Looks at the department files that wait."""

    store: RunStore
    records: Records

    def brings(self, run: Run, error: FileRejectedError) -> str | None:
        """Return the run of a department file that waits and brings all that a file lacks.

        None if the file lacks more than departments. Of the department files that were planned
        only the newest may still go out, so only that one may be held.
        """
        if not isinstance(error, DepartmentsMissingError):
            return None
        lane = self.store.lane(run.corp)
        planned = lane.planned.get(Job.REPLACE_PARTY)
        ids = [planned.run_id] if planned else []
        ids += [each.run_id for each in lane.waiting if each.job is Job.REPLACE_PARTY]
        for run_id in ids:
            found = self.store.run(run_id)
            if found is not None and not found.state.is_final:
                # A bad file, or one that is gone, brings nothing.
                with suppress(PermanentError):
                    if error.is_mended_by(self.records.roster(found)):
                        return run_id
        return None
