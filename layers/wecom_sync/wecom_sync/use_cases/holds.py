"""Holds runs, ends a hold by a decision or after its deadline, and puts ended runs aside."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple, Unpack

from wecom_sync.domain.authors import statements
from wecom_sync.domain.book import Book, Person
from wecom_sync.domain.drop import EVERYBODY, HASH_CHARS, WITHOUT_REMOVALS, Drop, Why, place_of
from wecom_sync.domain.errors import PermanentError, TransitionRefusedError
from wecom_sync.domain.habit import DAY_SECONDS
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.principals import WECOM, People, refusal, unnamed, user_of
from wecom_sync.domain.run import (
    LOOK_AGAIN_SECONDS,
    Approval,
    Dismissal,
    Move,
    Proposal,
    Run,
    Statement,
)
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing, Sentence, TextCode
from wecom_sync.domain.timeline import Instruction, Reason, TimelineEntry, day_of, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.planning.answers import refusal_of
from wecom_sync.planning.memory.operations import declined, left_anew, put_off
from wecom_sync.planning.memory.stated import answered
from wecom_sync.planning.stakes import ANSWERED, GOING, Stake
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.ports import Clock, Drops, Queue, RunStore
from wecom_sync.wecom.retry import HOUR_SECONDS

MAX_DECISION_BYTES = 4096
MAX_ANSWER_BYTES = 1 << 16
"""Of an answer: it may state the accounts of some thousand people."""
MAX_NOTE_CHARS = 200
DECISIONS = ("approve", "cancel", "dismiss")
PLAN_NAMED = re.compile(rf"[0-9a-f]{{{HASH_CHARS},64}}")
"""How a decision names a plan: by its hash, or enough of the beginning."""
LOOKED_AT = 50
"""Among how many of a corp's newest runs its files are looked for."""
_WAITING = frozenset({State.HELD, State.REJECTED})
TRIES = 5
"""How often a decision is carried out anew because the run moved at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Holds, approves, cancels and expires. A decision that comes twice is one decision."""

    store: RunStore
    submit_queue: Queue
    endings: Endings
    clock: Clock

    def hold(self, run: Run, policy: Policy, proposal: Proposal, /, **changes: Unpack[Move]) -> Run:
        """Let a run wait until somebody approves what it proposes, or not.

        Raises `TransitionRefusedError`.
        """
        deadline = self.clock() + policy.hold_hours * HOUR_SECONDS
        if self._needs_two(run):
            needed = self._of_two(replace(run, proposal=proposal), policy)
            proposal = replace(proposal, holds=(*proposal.holds, needed))
            changes["source"] = replace(run.source, second_person=True)
        if run.job is None:
            waiting = with_waiting(proposal.holds, newest_files(self.store, run.corp))
            proposal = replace(proposal, holds=waiting)
        if proposal.concerned:
            reason = self._of_sign_in(replace(run, proposal=proposal))
            proposal = replace(proposal, holds=(*proposal.holds, reason))
        planned = replace(run, proposal=proposal)
        barred = (it for it in policy.desk_approvers if self._bars(planned, f"{WECOM}{it}"))
        proposal = replace(proposal, barred=tuple(map(str.casefold, barred)))
        due = deadline - min(DAY_SECONDS, policy.hold_hours * HOUR_SECONDS / 2)
        changes |= {"proposal": proposal, "reason": None, "deadline": deadline, "due": due}
        held = self.store.move(run, State.HELD, **changes)
        self.endings.count("RunsHeld")
        self.endings.lanes.wake(held.corp)
        self.note_waiting(held)
        return held

    def note_waiting(self, file: Run) -> None:
        """Say in held settings of a corp which files wait for them, because one has moved."""
        waiting = self.held(file.corp) if file.job else ()
        for run in (it for it in waiting if it.job is None):
            files = newest_files(self.store, file.corp, file)
            proposal = replace(run.proposal, holds=with_waiting(run.proposal.holds, files))
            if proposal != run.proposal:
                with suppress(TransitionRefusedError):
                    self.store.move(run, State.HELD, proposal=proposal)

    def approve(self, run: Run, decision: "Decision", word: Instruction, drop: Drop) -> Run:
        """Let a held run go on, if the decision names the plan it is held for.

        Its file is planned once more: a plan that would do more is held again. Accounts that the
        decision states come into force before. Raises `TransitionRefusedError`, and then nothing
        was approved.
        """
        at = drop.dropped.timestamp()
        if run.standing is not State.HELD:
            return self._too_late(run, word)
        if newer := self.endings.lanes.newer(run, self.store.lane(run.corp)):
            return self.endings.supersede(run, newer, said=word)
        if refused := self._refused(run, decision, word):
            return self.answer(run, word, refused)
        if run.removes and decision.spares == EVERYBODY:
            return self.cancel(run, word, at)
        submission, digest = run.submission, run.proposal.digest or ""
        if submission.begun:
            submission = submission.with_step(plan=digest)
        if decision.accounts:
            self._state(run, decision.accounts, drop)
        removes, spares = self._leavers(run, decision.removes), self._spared(run, decision)
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
            self.endings.records.change_book(run, put_off, accounts, at, self.clock())
        before = run.proposal.approval
        lines = [f"{key} ↔ {it}" for key, it in decision.accounts.items()]
        stated = Listing.of(lines) if lines else None
        # What was approved without removals and is held again has none in its plan.
        is_whole = decision.spares == EVERYBODY
        spared = (*(EVERYBODY if is_whole else staying), *(before.spares if before else ()))
        user = user_of(word.by, self._people(run))
        approval = Approval(word.by, at, digest, stated, spared, user, (*going,))
        approved = replace(run.proposal, approval=approval)
        return self._queue(run, proposal=approved, submission=submission, said=word)

    def _refused(self, run: Run, decision: "Decision", word: Instruction) -> Reason | None:
        """Say why a held run cannot be approved so, None if it can."""
        if not PLAN_NAMED.fullmatch(decision.plan):
            return Reason("approval_unnamed", {"characters": HASH_CHARS})
        if run.proposal.digest is None or not run.proposal.digest.startswith(decision.plan):
            return Reason("approval_outdated")
        if unfit := self._unfit(run, decision):
            return unfit
        if refused := self._barred(run, word.by):
            return refused
        book = self._book(run)
        if self._needs_two(run) and (refused := _by_two(run, decision, book)):
            return refused
        stakes = self._stakes(run) if decision.accounts else ()
        return refusal_of(decision.accounts, stakes, book)

    def _barred(self, run: Run, by: str) -> Reason | None:
        """Say why somebody cannot approve a run: as its author, or because it is about them."""
        # What came since the plan may not have been planned with yet.
        now = (*run.proposal.statements, *self.statements(run))
        return self._bars(replace(run, proposal=replace(run.proposal, statements=now)), by)

    def _bars(self, run: Run, by: str) -> Reason | None:
        if self._needs_two(run) and (refused := refusal(by, run.authors, self._people(run))):
            return refused
        if not self._changes_sign_in(run, by):
            return None
        others = _listed(run, self._others(run))
        return Reason("own_sign_in_refused", {"by": by, "others": others})

    def _unfit(self, run: Run, decision: "Decision") -> Reason | None:
        """Say what of an approval is not for such a run, or for no leaver who is disabled."""
        says_more = decision.spares or decision.accounts or decision.removes
        if run.job is not Job.COMPANY and says_more:
            return Reason("decision_not_company")
        removes, spares = self._leavers(run, decision.removes), self._spared(run, decision)
        if len(removes) < len(decision.removes):
            return self._misnamed(run, "decision_no_leaver", decision.removes, removes)
        missing = len(spares) < len({*decision.spares}) and decision.spares != EVERYBODY
        words = [*decision.spares] if missing else []
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

    def _spared(self, run: Run, decision: "Decision") -> Sequence[Person]:
        """Return whom an approval spares: of those who would go, and of disabled leavers."""
        if not decision.spares:
            return ()
        stakes = (it for it in self._stakes(run) if it.scope == "people" and it.kind in GOING)
        going, book = dict.fromkeys(it.id.casefold() for it in stakes), self._book(run)
        if decision.spares == EVERYBODY:
            return [*map(book.person, going)]
        return [it for it in _people(decision.spares, book) if it.left or it.account in going]

    def _state(self, run: Run, accounts: Mapping[str, str], drop: Drop) -> None:
        """Put accounts in force, and note that the approval of the plan covers them."""
        records = self.endings.records
        records.change_book(run, answered, accounts, drop)
        stated = accounts.items()
        self._cover(run, (Stake("people", ANSWERED, key, it.casefold()) for key, it in stated))
        self.replan_held(run.corp, but=run.run_id)

    def _cover(self, run: Run, more: Iterable[Stake]) -> None:
        """Note what the approval of the plan covers beside it."""
        if not (added := [*more]):
            return
        digest, stakes = run.proposal.digest or "", [*self._stakes(run), *added]
        self.endings.records.archive.put_stakes(run, digest, stakes)

    def _book(self, run: Run) -> Book:
        return self.endings.records.archive.snapshot(run.corp)

    def _stakes(self, run: Run) -> Collection[Stake]:
        archive = self.endings.records.archive
        return archive.stakes(run, run.proposal.digest or "") or ()

    def _queue(self, run: Run, **changes: Unpack[Move]) -> Run:
        """Let a held run wait for its lane, read as its file is read now; settings need no lane."""
        changes["source"] = replace(run.source, reading=self._reading(run))
        due = self.clock() + LOOK_AGAIN_SECONDS
        changes |= {"reason": None, "deadline": None, "due": due}
        queued = self.store.move(run, State.QUEUED if run.job else State.RECEIVED, **changes)
        self.note_waiting(queued)
        self.submit_queue.send(advance_message(run.corp, run.run_id))
        return queued

    def replan_held(self, corp: str, but: str = "") -> None:
        """Plan a corp's held runs anew, because settings or stated links came into force."""
        for run in self.held(corp):
            if run.run_id != but:
                with suppress(TransitionRefusedError):
                    self.replan(run)

    def held(self, corp: str) -> Sequence[Run]:
        return self.store.open_runs_of(corp, State.HELD)

    def replan(self, run: Run) -> Run:
        """Let a held run go back to its lane if its plan rests on what is not in force any more."""
        if run.standing is not State.HELD or run.job is None:
            return run
        settings = self.store.settings(run.corp).dropped or 0
        links = self.endings.records.archive.snapshot(run.corp).accounts.since
        if run.proposal.grounds[:2] == (settings, links):
            return run
        has_settings = run.proposal.grounds[:1] != (settings,)
        code: TextCode = "replanned_settings" if has_settings else "replanned_accounts"
        answer = Reason(code, {"day": day_of(settings if has_settings else links)})
        return self._queue(run, proposal=replace(run.proposal, approval=None), answer=answer)

    def supersede_settings(self, newer: Run) -> None:
        """End held settings of a corp for which newer ones came."""
        for run in self.held(newer.corp):
            if run.job is None and run.identity.dropped < newer.identity.dropped:
                reason = Reason("settings_superseded")
                with suppress(TransitionRefusedError):
                    self.endings.end_without_result(run, State.SUPERSEDED, reason)

    def statements(self, run: Run, links: Iterable[Statement] = ()) -> tuple[Statement, ...]:
        """Return what a run's plan rests on; `links`: what gives somebody an account."""
        if run.job is None:
            return ()
        applied = self.store.lane(run.corp).applied.get(run.job)
        last = self.store.run(applied.run_id) if applied else None
        book = self.endings.records.archive.snapshot(run.corp)
        return statements(self.store.settings(run.corp), book, links, last)

    def approval_of(self, run: Run) -> Approval | None:
        """Return a run's approval, None if its plan rests by now on what the approver stated."""
        approval = run.proposal.approval
        if (
            approval
            and self._needs_two(run)
            and refusal(approval.by, run.authors, self._people(run))
        ):
            return None
        return approval

    def _changes_sign_in(self, run: Run, by: str) -> bool:
        """Whether a run changes with what somebody signs in, and another one may approve it."""
        is_own = user_of(by, self._people(run)) in map(str.casefold, run.proposal.concerned)
        return is_own and bool(self._others(run))

    def _others(self, run: Run) -> tuple[str, ...]:
        """Return who may approve a run that changes with what the others sign in."""
        others, people = run.proposal.others, self._people(run)
        if not self._needs_two(run):
            return others
        return tuple(it for it in others if not refusal(f"{WECOM}{it}", run.authors, people))

    def _of_two(self, run: Run, policy: Policy) -> Reason:
        """Say that an author may not approve a run, and whether nobody at the desk may."""
        needed = Reason("second_person_needed", {"authors": _contributors(run)})
        strangers = unnamed(run.authors, self._people(run)) if policy.desk_approvers else ()
        named = {"principals": Listing.of(strangers)}
        return needed.followed_by(Sentence("remark_identities", named)) if strangers else needed

    def _of_sign_in(self, run: Run) -> Reason:
        """Say whose sign-in a run changes, and whether they may approve it all the same."""
        others = self._others(run)
        code: TextCode = "own_sign_in" if others else "own_sign_in_alone"
        users = _listed(run, run.proposal.concerned)
        return Reason(code, {"users": users, "others": _listed(run, others)})

    def rests_on_own_word(self, run: Run) -> bool:
        """Whether who brought the file also stated what its plan rests on, and nobody else saw it.

        If settings ask for a second person, one has to approve it even if nothing else holds it.
        """
        is_open = run.proposal.approval is None and bool(run.proposal.statements)
        if not is_open or not self._needs_two(run):
            return False
        people, droppers = self._people(run), run.droppers
        return any(refusal(it.by, droppers, people) for it in run.proposal.statements)

    def _needs_two(self, run: Run) -> bool:
        """Whether an author may not approve, by the settings of its drop or those in force."""
        return run.source.second_person or self.store.policy(run.corp).second_person

    def _people(self, run: Run) -> People:
        return self.store.policy(run.corp).desk_people

    def _reading(self, run: Run) -> Reading:
        """Return how the file is read now: settings may have changed because of the hold."""
        is_old = not {Why.RETRY, Why.ROLLBACK}.isdisjoint(run.identity.again.of)
        before = run.source.reading
        return before if is_old else self.store.policy(run.corp).reading.as_of(before.today)

    def cancel(self, run: Run, word: Instruction, at: float) -> Run:
        """End a run of which nothing was posted to WeCom yet.

        A decision of `at` that arrives late does not undo a later approval. Raises as `approve`.
        """
        waits = run.standing in {State.RECEIVED, State.QUEUED, State.SUBMITTING}
        may_end = run.standing is State.HELD or (waits and run.job is not None)
        if not may_end or run.identity.plans_only or run.submission.posted is not None:
            return self._too_late(run, word)
        if run.proposal.approval is not None and at < run.proposal.approval.at:
            return self.answer(run, word, Reason("decision_overtaken"))
        if run.removes:
            self._leave_anew(run)
        elif run.standing is State.HELD:
            self.endings.records.change_book(run, declined)
        reason = Reason("cancelled", {"by": word.by})
        return self.endings.end_without_result(run, State.CANCELLED, reason, said=word)

    def _leave_anew(self, run: Run) -> None:
        """Let the days of leavers begin anew whom nobody wanted removed: nobody asks nightly."""
        going = [it.id.casefold() for it in self._stakes(run) if it.kind in GOING]
        self.endings.records.change_book(run, left_anew, going, self.clock())

    def dismiss(self, run: Run, word: Instruction, at: float) -> Run:
        """Let an ended run need nobody any more; its state stays. Raises as `approve`."""
        if not run.state.is_final:
            return self.answer(run, word, Reason("decision_not_ended", {"state": run.state}))
        dismissed = run.result.dismissed or Dismissal(at, word.by)
        result = replace(run.result, dismissed=dismissed)
        return self.store.move(run, run.state, result=result, said=word)

    def answer(self, run: Run, word: Instruction, reason: Reason) -> Run:
        """Say in a run's timeline why a decision was not carried out."""
        self.store.answer(run, TimelineEntry(run.standing, self.clock(), (reason,), word))
        return run

    def _too_late(self, run: Run, word: Instruction) -> Run:
        late = Reason("decision_too_late", {"state": run.state})
        planned = Reason("decision_of_plan", {"place": import_place(run)})
        return self.answer(run, word, planned if run.identity.plans_only else late)

    def expire(self, run_id: str) -> Run | None:
        """End a hold that nobody decided about in time, and let people be reminded before."""
        run = self.store.run(run_id)
        if run is None or run.standing is not State.HELD or self.clock() < run.next.due:
            return run
        try:
            if not run.expires_soon:
                return self.store.move(run, State.HELD, due=run.next.deadline or run.next.due)
            if run.removes:
                self._leave_anew(run)
            return self.endings.end_without_result(run, State.CANCELLED, Reason("hold_expired"))
        except TransitionRefusedError:
            return self.store.run(run_id)


def newest_files(store: RunStore, corp: str, *moved: Run) -> list[Run]:
    """Return the newest file of each job, the newest first; `moved`: what the index may not know.

    What was only planned waits for nothing, and leavers wait for their day.
    """
    runs = {run.run_id: run for run in (*store.runs_of_corp(corp, LOOKED_AT), *moved)}
    newest: dict[Job, Run] = {}
    for _, run in sorted(runs.items(), reverse=True):
        if run.job and run.is_file:
            newest.setdefault(run.job, run)
    return [*newest.values()]


def with_waiting(holds: Iterable[Reason], files: Iterable[Run]) -> tuple[Reason, ...]:
    """Return why settings are held, with the files that wait for them by now."""
    others = tuple(it for it in holds if it.code != "settings_awaited")
    waiting = [run.file for run in files if run.state in _WAITING]
    awaited = Reason("settings_awaited", {"files": Listing.of(waiting)})
    return (*others, awaited) if waiting else others


def _people(words: Iterable[str], book: Book) -> Sequence[Person]:
    """Return whom keys and accounts name, each once."""
    keys = book.people.by_key
    accounts = dict.fromkeys(keys.get(word, word).casefold() for word in words)
    return [*map(book.person, accounts)]


def _spelt(person: Person) -> str:
    return person.row.get(USER_COLUMN) or person.account


def _listed(run: Run, users: Iterable[str]) -> Listing:
    """List users of the desk with their names."""
    names = run.proposal.speakers
    return Listing.of(users, None).named(lambda it: names.get(f"{WECOM}{it.casefold()}", ""))


def _by_two(run: Run, decision: "Decision", book: Book) -> Reason | None:
    """Say what of an approval nobody may add alone: accounts, and leavers that no row wants."""
    if not decision.accounts.items() <= book.accounts.value.items():
        return Reason("answer_by_two")
    wanted = {*map(str.casefold, run.proposal.wanted)}
    removes = {it.account for it in _people(decision.removes, book)}
    return None if removes <= wanted else Reason("remove_by_two")


def _contributors(run: Run) -> Listing:
    """List who brought a run about; in place of names, by what, parted by blanks."""
    authors = run.authors
    own = (" ".join(what for by, what in run.contributions if by == it) for it in authors)
    return Listing(tuple(it or "-" for it in authors), len(authors), tuple(own))


def import_place(planned: Run) -> str:
    """Return where a file that was only planned has to be dropped so that it is imported."""
    return f"{planned.corp}/{planned.job}/"


class Decision(NamedTuple):
    """What a decision's object says: one of `DECISIONS`, and the plan that an approval is for."""

    asks: str
    plan: str = ""
    note: str = ""
    spares: tuple[str, ...] = ()
    """Who is neither removed nor disabled, by their keys or accounts, or `EVERYBODY`."""
    accounts: Mapping[str, str] = {}
    """What an answer states: HR's keys to accounts, as accounts.csv has them."""
    removes: tuple[str, ...] = ()
    """Disabled leavers who go at once, by their keys or accounts."""


class DecisionInvalidError(PermanentError):
    code: ClassVar[TextCode] = "decision_invalid"


class AnswerInvalidError(DecisionInvalidError):
    code = "answer_invalid"


INVALID = (DecisionInvalidError, AnswerInvalidError)
"""By whether it was to be an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Carries a decision out, or answers in the timeline of the run that it names."""

    drops: Drops
    holds: Holds

    def take(self, drop: Drop, run_id: str, corp: str) -> Run | None:
        """Take a decision about a run of a corp; None if the corp has no such run."""
        act = self._act_of(drop)
        for _ in range(TRIES):
            run = self.holds.store.run(run_id)
            if run is None or run.corp != corp:
                return None
            taken = (*run.timeline, *self.holds.store.answers(run_id))
            if any(step.said and step.said.source == drop.digest for step in taken):
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
            return lambda run: self.holds.answer(run, word, reason)
        word = replace(word, note=decision.note, asked=decision.asks)
        if decision.asks == "approve":
            return lambda run: self.holds.approve(run, decision, word, drop)
        act = self.holds.cancel if decision.asks == "cancel" else self.holds.dismiss
        return lambda run: act(run, word, drop.dropped.timestamp())

    def _read(self, drop: Drop) -> Decision:
        """Read the object. Raises `PermanentError`."""
        where, answers = (drop.bucket, drop.key, drop.version), place_of(drop.key).answers
        if self.drops.head(*where).size > (MAX_ANSWER_BYTES if answers else MAX_DECISION_BYTES):
            raise INVALID[answers]
        return read_decision(self.drops.content(*where), answers=answers)


def read_decision(content: bytes, *, answers: bool = False) -> Decision:
    """Read `{"decision": "approve", "plan": "<digest>"}` or another one of `DECISIONS`.

    `answers`: read `{"plan": "<digest>", "accounts": {"<key>": "<account>"}}`. Raises
    `DecisionInvalidError`.
    """
    try:
        given = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each)
        # JSON can say half of a character, which neither the table nor a document can keep.
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise INVALID[answers] from None
    own = "accounts" if answers else "decision"
    if not isinstance(given, dict):
        raise INVALID[answers]
    removes, spares = given.pop("remove", []), given.pop("without", [])
    spares = [*EVERYBODY] if spares == WITHOUT_REMOVALS else spares
    lists = isinstance(removes, list) and isinstance(spares, list)
    if not lists or not given.keys() <= {own, "plan", "note"}:
        raise INVALID[answers]
    decision = "approve" if answers else given.get("decision")
    texts = [given.get(name, "") for name in ("plan", "note")]
    accounts = given.get("accounts", {})
    words = accounts.values() if isinstance(accounts, dict) else (None,)
    is_word = isinstance(decision, str) and decision in DECISIONS
    if not is_word or not all(isinstance(it, str) for it in (*texts, *words, *removes, *spares)):
        raise INVALID[answers]
    plan, note = texts
    if not plan if decision == "approve" else removes or spares:
        raise INVALID[answers]
    note = note[:MAX_NOTE_CHARS]
    return Decision(str(decision), plan, note, (*spares,), accounts, (*removes,))


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)
