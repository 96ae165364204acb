"""Puts settings in force."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from wecom_sync.domain.book import Book, Unmanaged
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.principals import refusal
from wecom_sync.domain.run import Proposal, Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Listing, Sentence, TextCode
from wecom_sync.domain.timeline import Reason, day_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, refused
from wecom_sync.files.settings_file import KEYS, MAX_SETTINGS_BYTES, line_of, read_policy, too_large
from wecom_sync.planning.company.places import ids_of_unmanaged
from wecom_sync.planning.leavers import last_days
from wecom_sync.planning.memory.operations import bound
from wecom_sync.planning.names import listed_people
from wecom_sync.use_cases.drops.files import Files
from wecom_sync.use_cases.holds import newest_files
from wecom_sync.use_cases.ports import DomainFiles
from wecom_sync.use_cases.records import if_kept
from wecom_sync.use_cases.submission import Submissions

DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFiles:
    """Puts a corp's settings in force, or holds them where they free somebody from a rule."""

    submission: Submissions
    files: Files
    domain_files: DomainFiles

    def take(self, run: Run) -> Run:
        """Put a `settings.toml` in force, whole or not at all.

        One that was in force before, and is not now, is put in force only if that is asked afresh;
        one by which a single person might decide where two had to, if a second person approves.
        """
        submission, holds = self.submission, self.submission.holds
        drops = submission.records.drops
        head = drops.head(*run.identity.own_object)
        if head.size > MAX_SETTINGS_BYTES:
            raise FileRejectedError([too_large()])
        content = drops.content(*run.identity.own_object)
        policy = self._policy(run.corp, content)
        book = submission.records.archive.snapshot(run.corp)
        line = line_of(content.decode("utf-8-sig"), "departments", "unmanaged")
        unmanaged = Unmanaged(
            ids_of_unmanaged(policy, book, line), policy.accounts_unmanaged, policy.desk.users
        )
        whole = hashlib.sha256(content).hexdigest()
        digest, in_force = whole[:DIGITS], submission.store.settings(run.corp)
        overlaid = in_force.overlaid(digest)
        if overlaid is not None and not head.is_fresh:
            reason = Reason("settings_again", {"day": day_of(overlaid)})
            return holds.endings.end(run, State.SUPERSEDED, reason)
        holds.supersede_settings(run)
        is_newest = run.identity.dropped >= (in_force.dropped or 0)
        frees = None if run.proposal.approval else policy.frees(in_force.policy)
        if is_newest and frees and not self._opens_file(run, policy, in_force.policy):
            why = Reason(frees).followed_by(*self._leavers_by(book, in_force.policy, policy))
            return holds.hold(run, in_force.policy, _proposal(in_force.policy, policy, whole, why))
        before = submission.store.put_policy(
            run.corp, policy, run.identity.dropped, run.run_id, digest, by=run.identity.principal
        )
        if before is None:
            return holds.endings.end(run, State.SUPERSEDED, Reason("settings_superseded"))
        if unmanaged != book.unmanaged.value:
            submission.records.change_book(run, bound, unmanaged)
        # Before the run ends: if this is interrupted, the run is looked at once more.
        self._serve_domain_file(run.corp, before, policy)
        holds.replan_held(run.corp)
        proposal = replace(run.proposal, weakened=policy.weakened(before))
        reason = Reason("settings_in_force").followed_by(*self._leavers_by(book, before, policy))
        if absent := submission.planner.without_account(run.corp, policy.desk.users):
            named = Listing.of(absent)
            reason = reason.followed_by(Sentence("desk_absent", {"users": named}))
        if policy.locks_desk:
            reason = reason.followed_by(Sentence("remark_desk_locked"))
        return holds.endings.end(run, State.SUCCEEDED, reason, proposal=proposal)

    def _opens_file(self, run: Run, policy: Policy, before: Policy) -> bool:
        """Whether settings only name columns by which a refused file of somebody else's is read."""
        if not policy.only_names_columns(before):
            return False
        files = newest_files(self.submission.store, run.corp)
        refused = next((it for it in files if it.state is State.REJECTED), None)
        by = run.identity.principal
        if refused is None or refusal(by, refused.droppers, before.desk_people):
            return False
        return not self._reads(refused, before.reading) and self._reads(refused, policy.reading)

    def _reads(self, run: Run, reading: Reading) -> bool:
        source = self.submission.as_of_now(replace(run.source, reading=reading))
        return if_kept(self.files.read, replace(run, source=source)) is not None

    def _policy(self, corp: str, content: bytes) -> Policy:
        """Read a corp's settings. Raises `FileRejectedError` for another corp's file, too."""
        policy = read_policy(content)
        name, _ = policy.domain_file
        stated = self.domain_files.file(name) if name else None
        if stated is not None and stated.corp != corp:
            line = line_of(content.decode("utf-8-sig"), "desk", "domain_file")
            raise refused("settings_domain_file_taken", line)
        return policy

    def _leavers_by(self, book: Book, before: Policy, policy: Policy) -> Iterator[Sentence]:
        """Name the disabled leavers for whom settings end the days, or who are unmanaged now."""
        disabled = book.people.those(lambda it: it.left > 0)
        alone = {*filter(policy.leaves_alone, disabled)}
        if new := sorted(alone - {*filter(before.leaves_alone, alone)}):
            yield Sentence("remark_unmanaged_off", {"named": listed_people(new, book)})
        if policy.leaver_days >= before.leaver_days:
            return
        calendar = self.submission.calendar
        leavers = {it for it in disabled if not policy.protects(it)} - alone
        days, today = (
            last_days(leavers, book, policy, calendar),
            calendar.day(self.submission.clock()),
        )
        over = {it for it in days if days[it] < today} if policy.leaver_days else leavers
        code: TextCode = "remark_hastened" if policy.leaver_days else "remark_removes"
        if over:
            yield Sentence(code, {"named": listed_people(sorted(over), book)})

    def _serve_domain_file(self, corp: str, before: Policy, policy: Policy) -> None:
        """Serve the file of the settings that came into force, and no longer that of before."""
        name, text = policy.domain_file
        if name:
            self.domain_files.put(corp, name, text)
        if before.domain_file[0] not in {"", name}:
            self.domain_files.drop(corp, before.domain_file[0])


def _proposal(before: Policy, policy: Policy, digest: str, why: Reason) -> Proposal:
    """Return what somebody is to approve of settings: all that they change."""
    named = Listing.of(
        (
            f"{KEYS.get(name, name)}: {shortened(was)} → {shortened(now)}"
            for name, (was, now) in policy.changed(before).items()
        ),
        most=None,
    )
    holds = (replace(why, people=named),)
    return Proposal(digest=digest, weakened=policy.weakened(before), holds=holds)
