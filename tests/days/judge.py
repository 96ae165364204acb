"""What must hold after everything that happens: each sentence names one thing that does not."""

import csv
import io
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from days.happenings import Day
from support.companies import Export, Row
from support.endings import out_of_date
from wecom_simulator.state.jobs import ImportJob
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import REMOVE
from wecom_sync.wecom.retry import WAIT_SECONDS

WORDS = {
    State.SUCCEEDED: {"applied", "not sent"},
    State.PARTIAL: {"applied", "failed", "not reported", "not sent"},
    State.FAILED: {"applied", "failed", "not reported", "not sent", "not applied"},
    State.UNCHANGED: {"unchanged", "not sent"},
    State.REJECTED: {"rejected", "not sent"},
    State.SUPERSEDED: {"not sent"},
    State.CANCELLED: {"not sent"},
}
"""What `results.csv` may say of the rows of a run in a final state."""


MENDED = frozenset({40001, 48002, 60020})
"""What only a person mends, and no file."""


class Judge:
    """Looks on. `wrong`: what was not right at the moment when WeCom took something."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._town = day.town
        self._town.called.append(self._called)
        self._ended: dict[str, State] = {}
        self._jobs: dict[str, dict[str, ImportJob]] = {corp: {} for corp in day.offices}
        self._newest: dict[tuple[str, Job], float] = {}
        self.wrong: list[str] = []

    def after_each(self) -> Iterator[str]:
        yield from self._town.errors
        yield from self.wrong
        if self._town.counted["NotPublished"]:
            yield "something could not be published"
        yield from self._one_run_a_drop()
        yield from self._ends()
        for corp in self._day.offices:
            yield from self._lane(corp)
            yield from self._corp(corp)
        if self._town.is_published:
            yield from self._told()

    def in_the_end(self) -> Iterator[str]:
        """Yield what is wrong although nothing goes wrong any more and everybody has waited."""
        town = self._town
        for run in town.runs:
            if not run.state.is_final or town.store.open[run.run_id]:
                yield f"{_name(run)} is still {run.state}"
            elif not any((it.run_id, it.state) == (run.run_id, run.state) for it in self._heard):
                yield f"nobody was told that {_name(run)} is {run.state}"
        drops = {(run.key, run.identity.version) for run in town.runs}
        for key, version in self._day.dropped.keys() - drops:
            yield f"{key} {version} has no run"
        if not town.is_published:
            yield "messages have no end"

    @property
    def _heard(self) -> list[Run]:
        dead = [self._town.store.runs_by_id.get(str(it.get("run_id"))) for it in self._town.dead]
        return [*self._town.publisher.published, *(run for run in dead if run)]

    def _called(self) -> None:
        """Judge what WeCom has taken just now."""
        for corp, jobs in self._jobs.items():
            board = self._town.platform.corp(f"ww-{corp}").jobs
            for job in board.listed():
                if job.job_id not in jobs:
                    jobs[job.job_id] = job
                    self.wrong += self._taken(corp, job)

    def _taken(self, corp: str, job: ImportJob) -> Iterator[str]:
        run = self._run_of(job)
        if run is None or run.corp != corp:
            yield f"{corp}: an import of no run of its own"
            return
        if run.state is not State.SUBMITTING:
            yield f"{_name(run)} was imported while it was {run.state}"
        kind = Job(job.kind.path)
        kind = Job.REPLACE_USER if kind is Job.SYNC_USER else kind
        if run.identity.dropped < self._newest.get((corp, kind), 0):
            yield f"{_name(run)} undoes a newer file"
        if run.is_full and not job.errcode:
            self._newest[corp, kind] = run.identity.dropped
        yield from self._content(run, job)

    def _content(self, run: Run, job: ImportJob) -> Iterator[str]:
        """Name whom an import brings otherwise than the run's file says."""
        media = self._town.platform.corp(f"ww-{run.corp}").media
        content = media.get(job.media_id, self._town.clock.now).content
        rows = [*csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
        export = self._export(run)
        if export is None:
            yield f"{_name(run)} imports what nobody dropped"
        elif "姓名" in export.columns and job.kind.path != Job.REPLACE_PARTY:
            named = {(row["姓名"], row["手机号"]) for row in export.rows}
            for row in rows:
                person = row["姓名"], row["手机号"]
                if row.get("禁用") != "1" and person not in named:
                    yield f"{_name(run)} imports {person}, whom it does not name"

    def _export(self, run: Run | None) -> Export | None:
        """Return what a run's file says, or that of the run whose file it brings again."""
        while run is not None and (earlier := _earlier(run)):
            run = self._town.store.runs_by_id.get(earlier)
        return self._day.dropped.get((run.key, run.identity.file[-1])) if run else None

    def _run_of(self, job: ImportJob) -> Run | None:
        run_id = job.callback.url.rpartition("/")[2] if job.callback else ""
        return self._town.store.runs_by_id.get(run_id)

    def _one_run_a_drop(self) -> Iterator[str]:
        drops = Counter((run.key, run.identity.version) for run in self._town.runs)
        yield from (f"{key} has {count} runs" for (key, _), count in drops.items() if count > 1)

    def _ends(self) -> Iterator[str]:
        """Name runs that did not stay ended, and new ends whose numbers or rows are wrong."""
        runs = self._town.store.runs_by_id
        for run_id, state in self._ended.items():
            if runs[run_id].state is not state:
                yield f"{_name(runs[run_id])} was {state} and is {runs[run_id].state}"
        for run in self._town.runs:
            approval = run.proposal.approval
            removals = [it for it in run.submission.steps if it.job == REMOVE and it.rows]
            if approval and approval.retained and removals:
                yield f"{_name(run)} removes people, and is approved without removals"
            if run.state.is_final and run.run_id not in self._ended:
                self._ended[run.run_id] = run.state
                yield from self._outcomes(run)
                yield from self._gave_up(run)

    def _outcomes(self, run: Run) -> Iterator[str]:
        """Name rows of which the table says something else than WeCom."""
        said: dict[str, set[int]] = {}
        own = [job for job in self._jobs.get(run.corp, {}).values() if self._run_of(job) == run]
        for result in itertools.chain.from_iterable(job.rows for job in own):
            key = str(result.get("userid") or result.get("partyid")).casefold()
            said.setdefault(key, set()).add(int(result["errcode"]))
        for row in self._town.store.outcomes(run.run_id):
            codes = said.get(row.id.casefold(), set())
            if row.is_known and codes and row.errcode not in codes:
                yield f"{_name(run)}: {row.id} is {row.errcode}, and WeCom says {codes}"

    def _gave_up(self, run: Run) -> Iterator[str]:
        """Name a file that failed because WeCom refused secret, rights or address for a while."""
        why = run.reason.params if run.reason else {}
        has_waited = (run.result.finished or 0) >= run.identity.created + WAIT_SECONDS
        waits = run.job and not run.identity.plans_only and not has_waited
        if run.state is State.FAILED and waits and "call" in why and why.get("errcode") in MENDED:
            yield f"{_name(run)} did not wait for {why}"

    def _lane(self, corp: str) -> Iterator[str]:
        runs = [run for run in self._town.runs if run.corp == corp]
        lane = self._town.store.lane(corp)
        there = {run.run_id for run in runs if run.state.holds_lane}
        queued = {run.run_id for run in runs if run.state is State.QUEUED and run.has_place}
        waiting = {each.run_id for each in lane.waiting}
        over = {run.run_id for run in runs if not run.has_place}
        if there != ({lane.holder} if lane.holder else set()):
            yield f"{corp}: {there} are under way, {lane.holder} has the lane"
        if queued - waiting or waiting & over:
            yield f"{corp}: {queued} are queued, {waiting} wait"

    def _corp(self, corp: str) -> Iterator[str]:
        """Name people who are not as the book or the last file says, unless WeCom is at work."""
        wecom = self._town.platform.corp(f"ww-{corp}")
        at_work = any(job.finished_at is None for job in wecom.jobs.listed())
        if at_work or self._town.store.lane(corp).holder:
            return
        for person in self._town.archive.snapshot(corp).people.values():
            if person.row and person.sure and not person.maybe:
                yield from self._differs("the book", corp, person.account, person.row)
        runs = [run for run in self._town.runs if run.corp == corp and run.submission.posted]
        moments = {run.run_id: (run.submission.posted, run.identity.dropped) for run in runs}
        last = max(runs, key=lambda run: moments[run.run_id], default=None)
        export = self._export(last)
        # Whose account a key has is for the book to say.
        if last and export and last.state is State.SUCCEEDED and "帐号" in export.columns:
            for row in export.rows:
                yield from self._differs(_name(last), corp, row["帐号"], row)

    def _differs(self, source: str, corp: str, account: str, row: Row) -> Iterator[str]:
        member = self._town.platform.corp(f"ww-{corp}").directory.find(account)
        if member is None:
            yield f"{corp}: {source} has {account}, and WeCom has not"
            return
        there = {"姓名": member.name, "手机号": member.mobile}
        if row.get("所在部门", "/").isdigit():
            there["所在部门"] = ";".join(map(str, member.departments))
        for name, cell in there.items():
            if row.get(name, cell) != cell:
                yield f"{corp}: {account} is {row[name]} in {source}, and {cell} at WeCom"

    def _told(self) -> Iterator[str]:
        """Name documents, results and letters that say something else than the table."""
        town = self._town
        answered = [run.with_answers(town.store.answers(run.run_id)) for run in town.runs]
        yield from out_of_date(answered, self._document)
        for run in town.runs:
            yield from self._results(run)
        for heard in town.publisher.published:
            run = town.store.runs_by_id[heard.run_id]
            if heard.state not in {step.state for step in run.timeline}:
                yield f"somebody was told that {_name(run)} is {heard.state}"
        open_ones = Counter(it.run_id for it in town.publisher.published if it.waits)
        if any(count > 1 + WAIT_SECONDS / 86_400 for count in open_ones.values()):
            yield f"people were told again and again: {open_ones}"

    def _document(self, name: str) -> Mapping[str, Any]:
        document: Mapping[str, Any] = json.loads(self._town.reports.documents.get(name, b"{}"))
        return document

    def _results(self, run: Run) -> Iterator[str]:
        if "results.csv" not in run.result.reports or run.job is None or not run.state.is_final:
            return
        document = self._town.reports.documents[f"{run.corp}/{run.run_id}/results.csv"]
        rows = csv.DictReader(io.StringIO(document.decode("utf-8-sig")))
        words = Counter(row["outcome"] for row in rows if row["line"])
        counted = run.result.succeeded is None or words["applied"] == run.result.succeeded
        if not words.keys() <= WORDS[run.state] or not counted:
            applied = run.result.succeeded
            yield f"{_name(run)} is {run.state} with {applied}, its results are {dict(words)}"


def _earlier(run: Run) -> str | None:
    return next(iter(run.identity.again.of.values()), None)


def _name(run: Run) -> str:
    return f"{run.key} {run.identity.version}"
