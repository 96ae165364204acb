"""The product for one corp in memory: it reads, plans and judges files, and applies them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Literal

from wecom_sync.domain.book import Book, Unmanaged
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.last_day import Calendar
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Approval, Identity, NextStep, Proposal, Run, Source
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import Step
from wecom_sync.domain.timeline import Reason, day_of
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.guardrails.picks import wecoms_guard
from wecom_sync.planning.company.places import ids_of_unmanaged
from wecom_sync.planning.memory.accounts import accounts_stated
from wecom_sync.planning.memory.bootstrap import acquainted, known_of
from wecom_sync.planning.memory.operations import applied, bound, confirmed, doubted, promised
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.outcomes import match, namesakes
from wecom_sync.use_cases.planner import Planner
from wecom_sync.use_cases.prepared import Prepared, beyond
from wecom_sync_tools.replay.address_book import PlayedBook

CORP = "replay"

type PlayedVerdict = Literal["apply", "hold", "unchanged", "reject"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a file.

    `beyond`: who or what is in the plan that was applied and was not in the plan that was approved.
    """

    verdict: PlayedVerdict
    roster: Roster | None = None
    prepared: Prepared | None = None
    holds: tuple[Reason, ...] = ()
    problems: tuple[Problem, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        return self.verdict in {"hold", "reject"}


@dataclass
class PlayedCorp:
    """One corp. Times are UTC epoch seconds."""

    policy: Policy
    address_book: PlayedBook = field(default_factory=PlayedBook)
    book: Book = field(default_factory=Book)
    now: float = 0

    def fork(self) -> "PlayedCorp":
        """Return a corp to which something may happen that never happened here."""
        return replace(self, address_book=self.address_book.copy())

    def meet(self, directory: Directory, export: Roster) -> None:
        """Begin with the people of an export of the console."""
        self.address_book = PlayedBook.of(directory, export)
        self.book = acquainted(self.book, known_of(directory, export))

    def begin(self, accounts: Mapping[str, str]) -> None:
        """State accounts, bind unmanaged departments to ids. Raises `FileRejectedError`."""
        run = run_of(Job.COMPANY, 0, "", self.policy)
        book = accounts_stated(self.book, run, accounts)
        ids = ids_of_unmanaged(self.policy, book)
        self.book = bound(book, run, Unmanaged(ids, self.policy.accounts_unmanaged))

    def play(
        self,
        job: Job,
        content: bytes,
        dropped: float,
        *,
        approved: float | None,
        name: str = "export.csv",
    ) -> Answer:
        """Drop a file. `approved`: when it is approved if it is held, None: it is cancelled."""
        self.now = max(self.now, dropped)
        self.address_book.tidy(self.now)
        run = run_of(job, dropped, name, self.policy)
        try:
            roster = read_roster(job, content, self.policy.reading.as_of(day_of(dropped)))
            prepared = self.prepare(run, roster)
            if prepared.is_unchanged:
                self.book = confirmed(self.book, run, prepared.sent, self.now)
                return Answer("unchanged", roster, prepared)
            if not prepared.holds:
                self._apply(run, roster, prepared)
                return Answer("apply", roster, prepared)
            answer = Answer("hold", roster, prepared, prepared.holds)
            if approved is None:
                return answer
            self.now = max(self.now, approved)
            again = self.prepare(run, roster)
            if again.lacks_names:
                return answer
            approval = Approval("somebody", self.now, "")
            run = replace(run, proposal=Proposal(approval=approval))
            self._apply(run, roster, again)
            return replace(answer, beyond=beyond(again, prepared.stakes))
        except FileRejectedError as error:
            return Answer("reject", problems=tuple(error.problems))

    def prepare(self, run: Run, roster: Roster) -> Prepared:
        """Plan a file. Raises `FileRejectedError`."""
        planner = Planner(
            wecom_of=lambda _: self.address_book,
            archive=self,
            clock=lambda: self.now,
            calendar=Calendar(UTC),
        )
        prepared = planner.prepare(CORP, roster, self.policy, run.identity.dropped, run=run)
        if prepared.numbers:
            self.book = promised(self.book, run, prepared.numbers, prepared.file_labels)
        return prepared

    def snapshot(self, _corp: str) -> Book:
        return self.book

    def sent(self, _run: Run) -> Sent | None:
        return None

    def stakes(self, _run: Run, _digest: str) -> None:
        return None

    def _apply(self, run: Run, roster: Roster, prepared: Prepared) -> None:
        if run.job is Job.COMPANY:
            self._apply_steps(run, roster, prepared)
        elif wecoms_guard(prepared.plan):
            self.book = doubted(self.book, run, prepared.sent, refused=True)
        else:
            self._enter(run, prepared.sent, self._imported(prepared.plan.job, prepared.sent))
        self.address_book.tidy(self.now)

    def _apply_steps(self, run: Run, roster: Roster, prepared: Prepared) -> None:
        if Job.REPLACE_PARTY in prepared.steps:
            sent = prepared.of_step(Job.REPLACE_PARTY).sent
            self._enter(run, sent, self._imported(Job.REPLACE_PARTY, sent))
            run = run.at_step(Step(Job.REPLACE_PARTY, State.SUBMITTED))
            prepared = self.prepare(run, roster)
        sent = prepared.sent
        outcomes = [Outcome(row.id, row.line, 0) for row in sent.roster.rows]
        if Job.SYNC_USER in prepared.steps:
            outcomes = self._imported(Job.SYNC_USER, sent)
        going = sent.removed | (sent.switches.keys() - set(sent.keys))
        refused = (it for it in outcomes if it.needs_mending)
        spared = {*namesakes(sent, going, refused, self.book)}
        self.address_book.move(sent.moves)
        self.address_book.remove(sent.removed - spared)
        named = [Outcome(key, 0, None if key in spared else 0) for key in sorted(going)]
        self._enter(run, sent, [*outcomes, *named])

    def _imported(self, job: Job, sent: Sent) -> list[Outcome]:
        return match(sent.roster, self.address_book.take(job, sent.roster, self.now))

    def _enter(self, run: Run, sent: Sent, outcomes: list[Outcome]) -> None:
        self.book = applied(self.book, run, sent, outcomes, self.now)


def run_of(job: Job, dropped: float, name: str, policy: Policy) -> Run:
    key = f"{CORP}/{job}/{name}"
    identity = Identity(
        run_id=f"{key} {dropped}",
        corp=CORP,
        job=job,
        bucket="",
        key=key,
        version="",
        dropped=dropped,
        created=dropped,
    )
    source = Source(reading=policy.reading)
    return Run(
        identity=identity,
        state=State.SUBMITTED,
        updated=dropped,
        next=NextStep(due=dropped),
        source=source,
    )
