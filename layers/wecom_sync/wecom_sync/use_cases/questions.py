"""Handles drops that send nothing: files only to be planned, exports, and stated accounts."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from wecom_sync.domain.errors import RetryableError, WeComError, WecomSyncError
from wecom_sync.domain.run import Proposal, Result, Run, Source
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing, Params, Sentence
from wecom_sync.domain.timeline import Reason, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import ID_COLUMN, NAME_COLUMN
from wecom_sync.files.member_columns import keys_in
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster
from wecom_sync.planning.memory import bootstrap
from wecom_sync.planning.memory.stated import proposed, read_accounts, stated
from wecom_sync.reporting.documents import report_name
from wecom_sync.reporting.row_files import CSV, DEPARTMENTS, MEMBERS, starter_csv
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.planner import Planner
from wecom_sync.use_cases.ports import WeComOf
from wecom_sync.use_cases.prepared import digest_of
from wecom_sync.use_cases.records import if_kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Ends a run as PLANNED, REJECTED, or FAILED when nobody can say what the file would do."""

    planner: Planner
    endings: Endings

    def rehearse(self, run: Run, roster: Roster, checked: Source) -> Run:
        """Plan a checked file; `checked`: what the run has from the check on."""
        try:
            policy = self.endings.store.policy(run.corp)
            prepared = self.planner.prepare(run.corp, roster, policy, run.identity.dropped)
        except FileRejectedError as error:
            if (awaits := self.endings.records.brings(run, error)) is None:
                return self.endings.reject(run, error)
            reason = Reason("awaits_departments", {"run_id": awaits})
            return self.endings.end(run, State.FAILED, reason, source=checked)
        except WecomSyncError as error:
            return self.endings.end(run, State.FAILED, reason_of(error), source=checked)
        verdict = "hold" if prepared.holds else "apply"
        proposal = Proposal(
            counts=prepared.counts,
            digest=digest_of(prepared, prepared.holds),
            warnings=len(prepared.warnings),
            holds=prepared.holds,
            verdict="unchanged" if prepared.is_unchanged else verdict,
        )
        result = run.result.reported(self.endings.records.write_plan(run, prepared))
        return self.endings.end(
            run, State.PLANNED, source=checked, proposal=proposal, result=result
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """Gets to know a corp: its live ids, and what an export of the console says about them."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAccounts:
    """Puts the newest `accounts.csv` in force: which account a key of HR's has."""

    holds: Holds
    endings: Endings

    def take(self, run: Run) -> Run:
        """Put a file in force, whole or not at all, and plan held runs of the corp anew."""
        records, archive = self.endings.records, self.endings.records.archive
        accounts: dict[str, str] = {}
        book = archive.snapshot(run.corp)
        before, keys = book.accounts.value, {*book.people.by_key, *book.undecided}
        for held in self.holds.held(run.corp):
            file = if_kept(records.roster, held) if held.job else None
            keys |= {*keys_in(file.columns, file.rows).values()} if file else set()
        own = self.endings.store.policy(run.corp).key
        base = records.drops.head(*run.identity.own_object).base
        try:
            read_accounts(records.content(run), accounts, own, keys)
            records.change_book(run, stated, accounts, base)
        except FileRejectedError:
            records.change_book(run, proposed, accounts)
            raise
        if archive.snapshot(run.corp).accounts.since != run.identity.dropped:
            return self.endings.end(run, State.SUPERSEDED, Reason("accounts_superseded"))
        # Before the run ends: if this is interrupted, the run is looked at once more.
        self.holds.replan_held(run.corp)
        changed = [
            f"{key} ↔ {accounts.get(key, '?') or '…'}"
            for key in sorted(accounts.keys() | before.keys())
            if accounts.get(key) != before.get(key)
        ]
        counts = {"count": len(accounts), "changed": len(changed)}
        reason = Reason("accounts_in_force", counts, people=Listing.of(changed))
        return self.endings.end(run, State.SUCCEEDED, reason)
