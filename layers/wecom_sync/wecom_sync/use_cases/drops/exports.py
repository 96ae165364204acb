"""Gets to know a corp: its live ids, and what an export of the console says about them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from wecom_sync.domain.errors import RetryableError, WeComError
from wecom_sync.domain.run import Result, Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing, Params, Sentence
from wecom_sync.domain.timeline import Reason, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import ID_COLUMN, NAME_COLUMN
from wecom_sync.files.roster import Roster
from wecom_sync.planning.memory import bootstrap
from wecom_sync.reporting.documents import report_name
from wecom_sync.reporting.row_files import CSV, DEPARTMENTS, MEMBERS, starter_csv
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.ports import WeComOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    wecom_of: WeComOf
    endings: Endings

    def take(self, run: Run) -> Run:
        """Remember what is known, and write files in WeCom's template to begin with.

        An empty object brings no export.
        """
        export, records = self._export(run), self.endings.records
        if run.identity.dropped < records.archive.snapshot(run.corp).export.since:
            return self.endings.end(run, State.SUPERSEDED, Reason("export_superseded"))
        try:
            directory = self.wecom_of(run.corp).directory()
        except (RetryableError, WeComError) as error:
            return self.endings.end(run, State.FAILED, reason_of(error))
        knowledge = bootstrap.known_of(directory, export)
        origin = (run.identity.principal, run.identity.dropped) if export else ("", 0)
        records.change_book(run, lambda book, _: bootstrap.acquainted(book, knowledge, *origin))
        book = records.archive.snapshot(run.corp)
        departments = bootstrap.department_rows(directory, book)
        rows: Mapping[str, tuple[Job, Iterable[Mapping[str, str]]]] = {
            DEPARTMENTS: (Job.REPLACE_PARTY, departments),
            MEMBERS: (Job.REPLACE_USER, bootstrap.member_rows(directory, book)),
        }
        reports = {
            name: records.reports.put(report_name(run, name), starter_csv(job, cells), CSV)
            for name, (job, cells) in rows.items()
        }
        unnamed = [row[ID_COLUMN] for row in departments if not row[NAME_COLUMN]]
        counts: Params = {
            "people": len(directory.members),
            "known": len(directory.members.keys() & book.listed.keys()),
            "departments": len(departments),
            "named": len(departments) - len(unnamed),
        }
        reason = Reason("begun", counts)
        if export and unnamed:
            reason = reason.followed_by(
                Sentence("remark_unnamed", {"departments": Listing.of(unnamed)})
            )
        if knowledge.strangers:
            named = Listing.of(knowledge.strangers)
            reason = reason.followed_by(Sentence("remark_strangers", {"strangers": named}))
        return self.endings.end(run, State.SUCCEEDED, reason, result=Result(reports=reports))

    def _export(self, run: Run) -> Roster | None:
        """Return the export. A cell that is not right says nothing: it may be masked."""
        if not (content := self.endings.records.content(run)):
            return None
        own = self.endings.store.policy(run.corp).reading
        watch = self.endings.records.watch()
        return bootstrap.read_export(content, replace(own, rows={}, key=""), watch)
