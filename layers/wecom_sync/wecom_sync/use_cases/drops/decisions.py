"""Carries decisions about runs out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from wecom_sync.domain.book import Book, Person
from wecom_sync.domain.drop import EVERYBODY, HASH_CHARS, Drop, Word
from wecom_sync.domain.errors import PermanentError, TransitionRefusedError
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.principals import user_of
from wecom_sync.domain.run import Approval, Dismissal, Run, Sending
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing, TextCode
from wecom_sync.domain.timeline import Instruction, Reason, TimelineEntry, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.planning.decisions import (
    INVALID,
    PLAN_NAMED,
    Decision,
    DecisionInvalidError,
    read_decision,
    refusal_of,
)
from wecom_sync.planning.memory.accounts import accounts_answered
from wecom_sync.planning.memory.operations import declined, put_off
from wecom_sync.planning.stakes import ANSWERED, GOING, Stake
from wecom_sync.use_cases.holds import Holds

MAX_DECISION_BYTES = 4096
MAX_ANSWER_BYTES = 1 << 16
"""Of an answer: it may state the accounts of some thousand people."""
TRIES = 5
"""How often a decision is carried out anew because the run moved at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Carries a decision out, or answers in the timeline of the run that it names."""

    holds: Holds

    def take(self, drop: Drop, run_id: str, corp: str) -> Run | None:
        """Take a decision about a run of a corp; None if the corp has no such run."""
        act = self._act_of(drop)
        for _ in range(TRIES):
            run = self.holds.store.run(run_id)
            if run is None or run.corp != corp:
                return None
            taken = (*run.timeline, *self.holds.store.answers(run_id))
            if any(step.instruction and step.instruction.source == drop.digest for step in taken):
                return run
            try:
                return act(run)
            except TransitionRefusedError:
                continue
        raise TransitionRefusedError

    def _act_of(self, drop: Drop) -> Callable[[Run], Run]:
        word = Instruction(drop.principal, source=drop.digest)
        try:
            decision = self._read(drop)
        except PermanentError as error:
            reason = reason_of(error)
            if not isinstance(error, DecisionInvalidError):
                # Without an object, the event may be made up, and whom it names as well.
                word = replace(word, by="")
            return lambda run: self.answer(run, word, reason)
        word = replace(word, note=decision.note, asked=decision.asks)
        if decision.asks == "send":
            return lambda run: self.send(run, decision.plan, word, drop.dropped.timestamp())
        if decision.asks == "approve":
            return lambda run: self.approve(run, decision, word, drop)
        act = self.cancel if decision.asks == "cancel" else self.dismiss
        return lambda run: act(run, word, drop.dropped.timestamp())

    def _read(self, drop: Drop) -> Decision:
        """Read the object. Raises `PermanentError`."""
        where, says = (drop.bucket, drop.key, drop.version), Word.of(drop.key)
        answers = says is Word.ANSWER
        drops = self.holds.endings.records.drops
        if drops.head(*where).size > (MAX_ANSWER_BYTES if answers else MAX_DECISION_BYTES):
            raise INVALID[says]
        return read_decision(drops.content(*where), says)

    def approve(self, run: Run, decision: Decision, word: Instruction, drop: Drop) -> Run:
        """Let a held run go on, if the decision names the plan it is held for.

        Its file is planned once more: a plan that would do more is held again. Accounts that the
        decision states come into force before. Raises `TransitionRefusedError`, and then nothing
        was approved.
        """
        at = drop.dropped.timestamp()
        if run.standing is not State.HELD:
            return self._too_late(run, word)
        if newer := self.holds.endings.lanes.newer(run, self.holds.store.lane(run.corp)):
            return self.holds.endings.supersede(run, newer, instruction=word)
        if refused := self._refused(run, decision, word.by):
            return self.answer(run, word, refused)
        if run.is_removal and decision.without == EVERYBODY:
            return self.cancel(run, word, at)
        submission, digest = run.submission, run.proposal.digest or ""
        if submission.begun:
            submission = submission.with_step(plan=digest)
        if decision.accounts:
            self._state(run, decision.accounts, drop)
        removes, spares = self._leavers(run, decision.remove), self._spared(run, decision)
        accounts, off = [it.account for it in spares], [it.account for it in spares if it.left]
        going, staying = ([*map(_spelt, it)] for it in (removes, spares))
        self._cover(
            run,
            (
                *(Stake("people", Kind.REMOVE.field, user) for user in going),
                # That somebody is enabled is what the approval says of them.
                *(Stake("people", ANSWERED, user, user) for user in off),
            ),
        )
        if accounts:
            # Whatever becomes of the run: nobody of them goes unasked.
            self.holds.endings.records.change_book(run, put_off, accounts, at, self.holds.clock())
        before = run.proposal.approval
        lines = [f"{key} ↔ {it}" for key, it in decision.accounts.items()]
        stated = Listing.of(lines) if lines else None
        # What was approved without removals and is held again has none in its plan.
        is_whole = decision.without == EVERYBODY
        spared = (*(EVERYBODY if is_whole else staying), *(before.retained if before else ()))
        user = user_of(word.by, self.holds.people(run))
        approval = Approval(word.by, at, digest, stated, spared, user, (*going,))
        approved = replace(run.proposal, approval=approval)
        return self.holds.queue(run, proposal=approved, submission=submission, instruction=word)

    def send(self, run: Run, plan: str, word: Instruction, at: float) -> Run:
        """Let a file go that was shown, as it was shown. Raises as `approve`."""
        if run.standing is not State.SHOWN:
            return self._too_late(run, word)
        if newer := self.holds.endings.lanes.newer(run, self.holds.store.lane(run.corp)):
            return self.holds.endings.supersede(run, newer, instruction=word)
        digest = run.proposal.digest or ""
        if not PLAN_NAMED.fullmatch(plan) or not digest.startswith(plan):
            return self.answer(run, word, Reason("send_outdated"))
        sending = Sending(word.by, at, digest)
        proposal = replace(run.proposal, holds=(), verdict=None, sending=sending)
        return self.holds.queue(run, proposal=proposal, instruction=word)

    def _refused(self, run: Run, decision: Decision, by: str) -> Reason | None:
        """Say why a held run cannot be approved so, None if it can."""
        if not PLAN_NAMED.fullmatch(decision.plan):
            return Reason("approval_unnamed", {"characters": HASH_CHARS})
        if run.proposal.digest is None or not run.proposal.digest.startswith(decision.plan):
            return Reason("approval_outdated")
        if unfit := self._unfit(run, decision):
            return unfit
        # What came since the plan may not have been planned with yet.
        now = (*run.proposal.statements, *self.holds.statements(run))
        planned = replace(run, proposal=replace(run.proposal, statements=now))
        if refused := self.holds.bars(planned, by):
            return refused
        book = self._book(run)
        if self.holds.needs_two(run) and (refused := _by_two(run, decision, book)):
            return refused
        stakes = self.holds.stakes(run) if decision.accounts else ()
        return refusal_of(decision.accounts, stakes, book)

    def _unfit(self, run: Run, decision: Decision) -> Reason | None:
        """Say what of an approval is not for such a run, or for no leaver who is disabled."""
        says_more = decision.without or decision.accounts or decision.remove
        if run.job is not Job.COMPANY and says_more:
            return Reason("decision_not_company")
        removes, spares = self._leavers(run, decision.remove), self._spared(run, decision)
        if len(removes) < len(decision.remove):
            return self._misnamed(run, "decision_no_leaver", decision.remove, removes)
        missing = len(spares) < len({*decision.without}) and decision.without != EVERYBODY
        words = [*decision.without] if missing else []
        return self._misnamed(run, "decision_not_going", words, spares) if missing else None

    def _misnamed(
        self, run: Run, code: TextCode, words: Collection[str], persons: Collection[Person]
    ) -> Reason:
        """Say which words of an approval name none of the persons, or name one again."""
        book, named = self._book(run), {it.account for it in persons}
        wrong = [it for it in words if _people((it,), book)[0].account not in named]
        return Reason(code, {"users": Listing.of(map(shortened, wrong or words))})

    def _leavers(self, run: Run, words: Collection[str]) -> Sequence[Person]:
        """Return the disabled leavers whom keys and accounts name, each once."""
        return [it for it in _people(words, self._book(run)) if it.left] if words else ()

    def _spared(self, run: Run, decision: Decision) -> Sequence[Person]:
        """Return whom an approval spares: of those who would go, and of disabled leavers."""
        if not decision.without:
            return ()
        stakes = (it for it in self.holds.stakes(run) if it.scope == "people" and it.kind in GOING)
        going, book = dict.fromkeys(it.id.casefold() for it in stakes), self._book(run)
        if decision.without == EVERYBODY:
            return [*map(book.person, going)]
        return [it for it in _people(decision.without, book) if it.left or it.account in going]

    def _state(self, run: Run, accounts: Mapping[str, str], drop: Drop) -> None:
        """Put accounts in force, and note that the approval of the plan covers them."""
        records = self.holds.endings.records
        records.change_book(run, accounts_answered, accounts, drop)
        stated = accounts.items()
        self._cover(run, (Stake("people", ANSWERED, key, it.casefold()) for key, it in stated))
        self.holds.replan_held(run.corp, but=run.run_id)

    def _cover(self, run: Run, more: Iterable[Stake]) -> None:
        """Note what the approval of the plan covers beside it."""
        if not (added := [*more]):
            return
        digest, stakes = run.proposal.digest or "", [*self.holds.stakes(run), *added]
        self.holds.endings.records.archive.put_stakes(run, digest, stakes)

    def _book(self, run: Run) -> Book:
        return self.holds.endings.records.archive.snapshot(run.corp)

    def cancel(self, run: Run, word: Instruction, at: float) -> Run:
        """End a run of which nothing was posted to WeCom yet.

        A decision of `at` that arrives late does not undo a later approval. Raises as `approve`.
        """
        waits = run.standing in {State.RECEIVED, State.QUEUED, State.SUBMITTING}
        asks = run.standing in {State.HELD, State.SHOWN}
        may_end = asks or (waits and run.job is not None)
        if not may_end or run.identity.plans_only or run.submission.posted is not None:
            return self._too_late(run, word)
        if run.proposal.approval is not None and at < run.proposal.approval.at:
            return self.answer(run, word, Reason("decision_overtaken"))
        if run.is_removal:
            self.holds.leave_anew(run)
        elif run.standing is State.HELD:
            self.holds.endings.records.change_book(run, declined)
        reason = Reason("cancelled", {"by": word.by})
        return self.holds.endings.end_without_result(run, State.CANCELLED, reason, instruction=word)

    def dismiss(self, run: Run, word: Instruction, at: float) -> Run:
        """Let an ended run need nobody any more; its state stays. Raises as `approve`."""
        if not run.state.is_final:
            return self.answer(run, word, Reason("decision_not_ended", {"state": run.state}))
        dismissed = run.result.dismissed or Dismissal(at, word.by)
        result = replace(run.result, dismissed=dismissed)
        return self.holds.store.move(run, run.state, result=result, instruction=word)

    def answer(self, run: Run, word: Instruction, reason: Reason) -> Run:
        """Say in a run's timeline why a decision was not carried out."""
        step = TimelineEntry(run.standing, self.holds.clock(), (reason,), word)
        self.holds.store.answer(run, step)
        return run

    def _too_late(self, run: Run, word: Instruction) -> Run:
        late = Reason("decision_too_late", {"state": run.state})
        planned = Reason("decision_of_plan", {"place": import_place(run)})
        return self.answer(run, word, planned if run.identity.plans_only else late)


def _people(words: Iterable[str], book: Book) -> Sequence[Person]:
    """Return whom keys and accounts name, each once."""
    keys = book.people.by_key
    accounts = dict.fromkeys(keys.get(word, word).casefold() for word in words)
    return [*map(book.person, accounts)]


def _spelt(person: Person) -> str:
    return person.row.get(USER_COLUMN) or person.account


def _by_two(run: Run, decision: Decision, book: Book) -> Reason | None:
    """Say what of an approval nobody may add alone: accounts, and leavers that no row wants."""
    if not decision.accounts.items() <= book.accounts.value.items():
        return Reason("answer_by_two")
    wanted = {*map(str.casefold, run.proposal.wanted)}
    removes = {it.account for it in _people(decision.remove, book)}
    return None if removes <= wanted else Reason("remove_by_two")


def import_place(planned: Run) -> str:
    """Return where a file that was only planned has to be dropped so that it is imported."""
    return f"{planned.corp}/{planned.job}/"
