"""Holds runs, says who may approve them, and ends a hold after its deadline."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Unpack

from wecom_sync.domain.authors import statements
from wecom_sync.domain.drop import Why
from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.habit import DAY_SECONDS
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.principals import WECOM, PrincipalOwners, refusal, unnamed, user_of
from wecom_sync.domain.run import (
    LOOK_AGAIN_SECONDS,
    Approval,
    Move,
    Proposal,
    Run,
    Statement,
)
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing, Sentence, TextCode
from wecom_sync.domain.timeline import Reason, day_of
from wecom_sync.domain.values import dataclass
from wecom_sync.planning.memory.operations import left_anew
from wecom_sync.planning.stakes import GOING, Stake
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.ports import Clock, Queue, RunStore
from wecom_sync.wecom.retry import HOUR_SECONDS

LOOKED_AT = 50
"""Among how many of a corp's newest runs its files are looked for."""
_WAITING = frozenset({State.HELD, State.REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Holds and expires; see `Decisions` for what people say of it."""

    store: RunStore
    submit_queue: Queue
    endings: Endings
    clock: Clock

    def hold(self, run: Run, policy: Policy, proposal: Proposal, /, **changes: Unpack[Move]) -> Run:
        """Let a run wait until somebody approves what it proposes, or not.

        Raises `TransitionRefusedError`.
        """
        deadline = self.clock() + policy.hold_hours * HOUR_SECONDS
        if self.needs_two(run):
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
        barred = (it for it in policy.desk_approvers if self.bars(planned, f"{WECOM}{it}"))
        proposal = replace(proposal, barred=tuple(map(str.casefold, barred)))
        due = deadline - min(DAY_SECONDS, policy.hold_hours * HOUR_SECONDS / 2)
        changes |= {"proposal": proposal, "reason": None, "deadline": deadline, "due": due}
        held = self.store.move(run, State.HELD, **changes)
        self.endings.count("RunsHeld")
        self.endings.lanes.wake(held.corp)
        self.note_waiting(held)
        return held

    def show(self, run: Run, **changes: Unpack[Move]) -> Run:
        """Let a run wait until somebody who may drop lets it go as it was shown."""
        deadline = self.clock() + self.store.policy(run.corp).hold_hours * HOUR_SECONDS
        changes |= {"deadline": deadline, "due": deadline}
        shown = self.store.move(run, State.SHOWN, **changes)
        self.endings.lanes.wake(shown.corp)
        return shown

    def note_waiting(self, file: Run) -> None:
        """Say in held settings of a corp which files wait for them, because one has moved."""
        waiting = self.held(file.corp) if file.job else ()
        for run in (it for it in waiting if it.job is None):
            files = newest_files(self.store, file.corp, file)
            proposal = replace(run.proposal, holds=with_waiting(run.proposal.holds, files))
            if proposal != run.proposal:
                with suppress(TransitionRefusedError):
                    self.store.move(run, State.HELD, proposal=proposal)

    def bars(self, run: Run, by: str) -> Reason | None:
        """Say why somebody cannot approve a run: as its author, or because it is about them."""
        if self.needs_two(run) and (refused := refusal(by, run.authors, self.people(run))):
            return refused
        is_own = user_of(by, self.people(run)) in map(str.casefold, run.proposal.concerned)
        if not is_own or not (others := self._others(run)):
            return None
        return Reason("own_sign_in_refused", {"by": by, "others": _listed(run, others)})

    def stakes(self, run: Run) -> Collection[Stake]:
        archive = self.endings.records.archive
        return archive.stakes(run, run.proposal.digest or "") or ()

    def queue(self, run: Run, **changes: Unpack[Move]) -> Run:
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
        return self.queue(run, proposal=replace(run.proposal, approval=None), answer=answer)

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
        if approval and self.needs_two(run) and refusal(approval.by, run.authors, self.people(run)):
            return None
        return approval

    def _others(self, run: Run) -> tuple[str, ...]:
        """Return who may approve a run that changes with what the others sign in."""
        others, people = run.proposal.others, self.people(run)
        if not self.needs_two(run):
            return others
        return tuple(it for it in others if not refusal(f"{WECOM}{it}", run.authors, people))

    def _of_two(self, run: Run, policy: Policy) -> Reason:
        """Say that an author may not approve a run, and whether nobody at the desk may."""
        needed = Reason("second_person_needed", {"authors": _contributors(run)})
        strangers = unnamed(run.authors, self.people(run)) if policy.desk_approvers else ()
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
        if not is_open or not self.needs_two(run):
            return False
        people, droppers = self.people(run), run.droppers
        return any(refusal(it.by, droppers, people) for it in run.proposal.statements)

    def needs_two(self, run: Run) -> bool:
        """Whether an author may not approve, by the settings of its drop or those in force."""
        return run.source.second_person or self.store.policy(run.corp).second_person

    def people(self, run: Run) -> PrincipalOwners:
        return self.store.policy(run.corp).desk_people

    def _reading(self, run: Run) -> Reading:
        """Return how the file is read now: settings may have changed because of the hold."""
        is_old = not {Why.RETRY, Why.ROLLBACK}.isdisjoint(run.identity.again.of)
        before = run.source.reading
        now = self.store.policy(run.corp).reading.as_of(before.today, before.filed)
        return before if is_old else now

    def leave_anew(self, run: Run) -> None:
        """Let the days of leavers begin anew whom nobody wanted removed: nobody asks nightly."""
        going = [it.id.casefold() for it in self.stakes(run) if it.kind in GOING]
        self.endings.records.change_book(run, left_anew, going, self.clock())

    def expire(self, run_id: str) -> Run | None:
        """End a hold that nobody decided about in time, and let people be reminded before."""
        run = self.store.run(run_id)
        waits = run is not None and run.standing in {State.HELD, State.SHOWN}
        if run is None or not waits or self.clock() < run.next.due:
            return run
        try:
            if run.state is State.SHOWN:
                reason = Reason("shown_expired")
                return self.endings.end_without_result(run, State.CANCELLED, reason)
            if not run.expires_soon:
                return self.store.move(run, State.HELD, due=run.next.deadline or run.next.due)
            if run.is_removal:
                self.leave_anew(run)
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


def _listed(run: Run, users: Iterable[str]) -> Listing:
    """List users of the desk with their names."""
    names = run.proposal.speakers
    return Listing.of(users, None).named(lambda it: names.get(f"{WECOM}{it.casefold()}", ""))


def _contributors(run: Run) -> Listing:
    """List who brought a run about; in place of names, by what, parted by blanks."""
    authors = run.authors
    own = (" ".join(what for by, what in run.contributions if by == it) for it in authors)
    return Listing(tuple(it or "-" for it in authors), len(authors), tuple(own))
