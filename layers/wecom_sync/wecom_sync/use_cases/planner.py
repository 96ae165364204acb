"""Plans a roster: finds departments and leavers, compares with WeCom, gives the verdict."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from wecom_sync.domain.authors import stated_links
from wecom_sync.domain.book import Book, People
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.drop import EVERYBODY, Why
from wecom_sync.domain.errors import WecomSyncError
from wecom_sync.domain.last_day import Calendar
from wecom_sync.domain.link import OPEN, Link
from wecom_sync.domain.outcome import Kind, Outcome
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.principals import WECOM
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
from wecom_sync.domain.stored import plain
from wecom_sync.domain.submission import MOVE
from wecom_sync.domain.texts import Listing, Params, with_names
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import row_key
from wecom_sync.files.department_cells import PARENT_COLUMN
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    MEMBER_NAME_COLUMN,
    keys_in,
)
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.files.roster import Roster
from wecom_sync.guardrails.amounts import counted
from wecom_sync.guardrails.older import disputes
from wecom_sync.guardrails.picks import Case
from wecom_sync.guardrails.rest import rest_of
from wecom_sync.guardrails.rules import judge
from wecom_sync.planning import warnings
from wecom_sync.planning.changes import Change, Evidence, ids
from wecom_sync.planning.company.places import ids_of_unmanaged
from wecom_sync.planning.company.tree import company_tree, live_places, plan_tree
from wecom_sync.planning.department_codes import Numbered, Tree, names_of, number_departments
from wecom_sync.planning.department_names import resolve_departments
from wecom_sync.planning.departments import plan_departments
from wecom_sync.planning.evidence import Scene
from wecom_sync.planning.leavers import (
    explicit,
    last_days,
    leavers_of,
    may_be_off,
    places_outside,
    still_enabled,
    with_contacts,
    with_kept,
)
from wecom_sync.planning.matching import Matched, match
from wecom_sync.planning.members import department_ids, plan_members, plan_removals
from wecom_sync.planning.memory.operations import RECENT_SECONDS, applied, promised
from wecom_sync.planning.memory.people import UNDO_SECONDS
from wecom_sync.planning.memory.sent import LeftRow, Sent, asked_before, digests_of, hr_keys_of
from wecom_sync.planning.memory.stated import stating
from wecom_sync.planning.names import Names, aside, concerned, sign_ins
from wecom_sync.planning.plan import Plan
from wecom_sync.planning.unmanaged import unmanaged_accounts, without_account
from wecom_sync.use_cases.ports import Books, Clock, Ids
from wecom_sync.use_cases.prepared import Prepared

AGAIN_SECONDS = 7 * 86_400
"""How long nobody is asked again who is to go, while the same file comes again."""
NO_NAMES: Mapping[str, str] = {}
_OF_OTHERS = frozenset({Kind.REMOVE, Kind.DISABLE, Kind.ENABLE, Kind.EMPTY})
"""What may become of who or what is not in the file."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A file, and what it meets. `undoes`, `run`: see `Planner.prepare`.

    `now`: epoch seconds; `digests`: of the file; `asked`: of which accounts a person was
    asked whether they are a key's, in this run or the last one; `named`: whom its last plan was
    about, None before there is one.
    """

    file: Roster
    directory: Directory
    book: Book
    policy: Policy
    dropped: float
    now: float
    run: Run | None
    digests: tuple[str, ...]
    asked: dict[str, str]
    calendar: Calendar
    undoes: float | None = None
    named: Collection[str] | None = None

    @property
    def is_posted(self) -> bool:
        """Whether something of the run may have gone to WeCom."""
        submission = self.run.submission if self.run else None
        return submission is not None and (submission.posted is not None or bool(submission.begun))

    @property
    def spares(self) -> Collection[str]:
        """Whom the approval of the run neither removes nor disables, see `Approval`."""
        approval = self.run.proposal.approval if self.run else None
        return [*map(str.casefold, approval.spares if approval else ())]

    @property
    def freed(self) -> frozenset[str]:
        """The leavers whom the approval of the run removes at once."""
        approval = self.run.proposal.approval if self.run else None
        return frozenset(map(str.casefold, approval.removes if approval else ()))

    @property
    def staying(self) -> frozenset[str]:
        """Who stays by such an approval, while the same file comes again and it is no week old.

        A file that is sent in any case asks in any case.
        """
        if self.run is not None and self.run.identity.again.forced:
            return frozenset()
        book, since = self.book, self.now - AGAIN_SECONDS
        applied = [it for it in book.history.files if it.job is Job.COMPANY and it.counts]
        is_same = bool(applied) and applied[-1].is_same(self.digests)
        stay = {it for it, at in book.postponed.items() if is_same and at > since}
        return frozenset(stay & self.directory.members.keys())

    def counted(self, days: Iterable[str]) -> Mapping[str, int]:
        """Count the days after which leavers go: what is late, goes after today."""
        return Counter(max(day, self.calendar.day(self.now)) for day in days)

    @property
    def basis(self) -> str:
        """The digest of all that a plan rests on beside its file: whatever may change meanwhile."""
        book, live = self.book, self.directory
        since = (self.now - UNDO_SECONDS, self.now - RECENT_SECONDS)
        basis = {
            "policy": plain(self.policy),
            "day": self.calendar.day(self.now),
            "gone": [sorted(book.gone_after(time)) for time in since],
            "spared": [sorted(it) for it in (self.spares, self.freed, self.staying)],
            "accounts": (plain(live.members), live.user_ids),
            "parents": {it.id: it.parent for it in live.departments.values()},
            "book": (plain(replace(book, people=People())), book.people.to_document()),
        }
        return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()

    @property
    def promised(self) -> Mapping[str, int] | None:
        """The numbers of departments that the run was promised."""
        return self.book.promised.get(self.run.run_id) if self.run else None

    def _repeats(self, job: Job) -> bool:
        """Whether a plan may take back what newer files said, or another one says whether it does.

        The people of a company file say it of its departments, too.
        """
        comes_again = self.run is not None and bool(self.run.identity.again.of)
        return comes_again or self.file.job is not job

    @property
    def approvers(self) -> tuple[str, ...]:
        """The accounts of those who may decide at the desk."""
        named, spelt = self.policy.desk_approvers, self.directory.user_ids
        absent = without_account(named, self.directory, self.book)
        return tuple(spelt.get(it.casefold(), it) for it in named if it not in absent)

    def prepared(
        self,
        sent: Sent,
        plan: Plan,
        listed: Iterable[Problem],
        *,
        roster: Roster,
        taken: tuple[str, ...] = (),
        recent: frozenset[str] = frozenset(),
        coming: Mapping[str, str] = NO_NAMES,
        wanted: Mapping[str, str] = NO_NAMES,
    ) -> Prepared:
        """Judge a plan (see `Case`), and name whom it, its holds and its warnings are about."""
        own = {self.run.run_id, self.run.identity.again.of.get(Why.RETRY)} if self.run else set()
        nights = tuple(it for it in self.book.history.nights if it.run_id not in own)
        case = Case(
            plan,
            self.policy,
            replace(self.book, history=replace(self.book.history, nights=nights)),
            taken,
            self._repeats(plan.job),
            recent,
            roster,
            self.dropped,
            self.asked,
            coming if plan.job.has_members else roster.names(),
            self.approvers,
            wanted,
            self.calendar.day,
            self.digests,
            self.run.file if self.run else "",
        )
        verdict = judge(case)
        names = replace(Names.of(sent.roster, self.book, plan.links), keys=sent.hr_keys)
        reassigned = ids(plan.noticed(Evidence.REASSIGNED))
        about = concerned(self.policy.desk.deciders, plan, sent.roster, self.book)
        return Prepared(
            self._noted(sent, case),
            plan,
            tuple(hold.named(names.of_id) for hold in verdict.reasons),
            tuple(replace(it, params=with_names(it.params, names.of_id)) for it in listed),
            names,
            rest_of(case, verdict.holds),
            grounds=(self.book.accounts.since, self.book.export.since),
            statements=(*stated_links(self.book, plan.links, reassigned),),
            concerned=about,
            others=tuple(it for it in case.approvers if it not in about),
            aside=aside(plan.links, self.file, self.book, self.calendar),
            lines=stating(self.book) if plan.links else {},
            version=self.book.accounts.version,
            speakers=self._speakers(plan, names),
            departed=self._departed(plan),
        )

    def _noted(self, sent: Sent, case: Case) -> Sent:
        """Return what is sent with what the book will remember of it."""
        changes = [it for it in case.plan.changes if it.kinds]
        missing = [it for it in changes if not _OF_OTHERS.isdisjoint(it.kinds)]
        key = partial(row_key, case.plan.job)
        contacts = sign_ins(case.plan.changes, sent.roster, self.book, *CONTACT_COLUMNS)
        left_out = {**sent.left_out}
        for (column, _), marks in disputes(case).items():
            left_out[column] = [*left_out.get(column, ()), *marks.values()]
        return replace(
            sent,
            left_out=left_out,
            digests=self.digests,
            amounts=counted(case),
            changes={key(change.subject): change.kind for change in changes},
            names={key(change.subject): change.name for change in missing if change.name},
            sign_ins={key(account): change for account, change in contacts.items()},
        )

    def _speakers(self, plan: Plan, names: Names) -> dict[str, str]:
        users = map(str.casefold, self.policy.desk.users if plan.job.has_members else ())
        return {f"{WECOM}{it}": name for it in users if (name := names.rows.get(it))}

    def _departed(self, plan: Plan) -> tuple[str, ...]:
        """Return who of the desk has no account that can be used once a plan is applied."""
        if not plan.job.has_members:
            return ()
        users = {*map(str.casefold, self.policy.desk.users)}
        going, coming = (
            {*map(str.casefold, ids(plan.of(*kinds)))}
            for kinds in ((Kind.REMOVE, Kind.DISABLE), (Kind.ADD, Kind.ENABLE))
        )
        absent = {*without_account(users, self.directory, self.book)} - coming
        return tuple(sorted(users & (going | absent)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plans a roster for a corp. It reads WeCom's ids and our book, and writes nothing."""

    wecom_of: Callable[[str], Ids]
    archive: Books
    clock: Clock
    calendar: Calendar

    def without_account(self, corp: str, users: Collection[str]) -> tuple[str, ...]:
        """Return which users have no account, nobody where WeCom does not answer."""
        try:
            directory = self.wecom_of(corp).directory() if users else None
        except WecomSyncError:
            return ()
        return without_account(users, directory, self.archive.snapshot(corp)) if directory else ()

    def prepare(
        self,
        corp: str,
        roster: Roster,
        policy: Policy,
        dropped: float,
        undoes: float | None = None,
        *,
        run: Run | None = None,
    ) -> Prepared:
        """Plan a checked file that was dropped at a time.

        `undoes`: for a rollback, when the file that it undoes was dropped; `run`: which gets the
        numbers of departments that it was promised. Raises `FileRejectedError` for departments that
        nobody knows, and what the WeCom port raises.
        """
        unmanaged = policy.accounts_unmanaged or policy.departments_unmanaged
        if roster.job is Job.REPLACE_USER and unmanaged:
            raise FileRejectedError([Problem(0, "", "unmanaged_overwritten")])
        digests = digests_of(roster)
        situation = self._situation(corp, roster, policy, dropped, run=run, digests=digests)
        situation = self._as_asked(replace(situation, undoes=undoes), run)
        if run is not None and run.removes:
            return _removals(situation, run.identity.again.day).told()
        if roster.job is Job.COMPANY:
            return _company(situation).told()
        planned = _members if roster.job.has_members else _departments
        return planned(situation).told()

    def _as_asked(self, situation: Situation, run: Run | None) -> Situation:
        """Return it with what the last plan of the run asked about."""
        if run is None or not run.proposal.digest:
            return situation
        held = self.archive.stakes(run, run.proposal.digest) or ()
        asked = situation.asked | {it.id: it.detail for it in held if it.kind in OPEN}
        return replace(situation, asked=asked, named={it.id.casefold() for it in held})

    def stands(self, run: Run, people: Sent, policy: Policy) -> bool:
        """Whether the people of a company run would be planned now as they were planned.

        So it is when its departments are as it has made them, and nobody has touched anything else.
        """
        rows, written = people.roster, run.written
        now = self._situation(run.corp, rows, policy, written, run=run, digests=people.digests)
        return now.basis == people.basis

    def _situation(
        self,
        corp: str,
        roster: Roster,
        policy: Policy,
        dropped: float,
        *,
        run: Run | None,
        digests: tuple[str, ...],
    ) -> Situation:
        directory = self.wecom_of(corp).directory()
        book = self.archive.snapshot(corp)
        if (
            run is not None
            and run.submission.posted is not None
            and (posted := self.archive.sent(run))
        ):
            new = {it.key: it.account for it in posted.links if it.account and not it.candidates}
            book = replace(book, reserved=new)
        if roster.job is Job.COMPANY:
            # The settings in force count, whether or not the book has been told of them yet.
            value = book.unmanaged.value._replace(departments=ids_of_unmanaged(policy, book))
            book = replace(book, unmanaged=book.unmanaged._replace(value=value))
        return Situation(
            roster,
            directory,
            book,
            policy,
            dropped,
            self.clock(),
            run,
            digests,
            {**book.undecided},
            self.calendar,
        )


def _members(situation: Situation) -> Prepared:
    directory, book, policy = situation.directory, situation.book, situation.policy
    roster = resolve_departments(situation.file, Tree.of(directory, book))
    matched = match(roster, directory, book, policy, _places(roster))
    kept = matched.kept | matched.roster.left_out.contradicted
    roster, unkept = with_kept(matched.roster, kept, directory, book)
    if problems := [*_unkept(matched.links, unkept, policy.key)]:
        raise FileRejectedError(problems, situation.file.rows, columns=situation.file.columns)
    return _people(situation, roster, matched)


def _company(situation: Situation) -> Prepared:
    """Plan people and departments of one file. Who is to go may have to stay for now."""
    spared = frozenset(situation.directory.members.keys() & {*situation.spares})
    prepared = _whole(situation, situation.staying | spared)
    if EVERYBODY[0] in situation.spares:
        spared |= situation.staying | prepared.sent.gone
        prepared = _whole(situation, spared)
    return replace(prepared, sent=replace(prepared.sent, postponed=spared)) if spared else prepared


def _removals(situation: Situation, day: str) -> Prepared:
    """Plan the removal of leavers whose days are over after a day, and whom people were told of."""
    directory, book, policy = situation.directory, situation.book, situation.policy
    leavers = directory.members.keys() & book.people.those(lambda it: it.left > 0)
    leavers = leavers - unmanaged_accounts(directory, book, policy) - book.staying
    # Whom accounts.csv gives to somebody else by now, HR's next file may have.
    leavers -= {
        it.casefold()
        for key, it in book.accounts.value.items()
        if book.person(it.casefold()).key != key
    }
    days = last_days(leavers, book, policy, situation.calendar)
    named = situation.named
    due = {it for it in days if days[it] <= day and (named is None or it in named)}
    due -= {*situation.spares}
    plan = plan_removals(due, directory, book)
    sent = Sent(situation.file, gone=frozenset(due))
    prepared = situation.prepared(sent, plan, (), roster=situation.file)
    later = situation.counted(days[it] for it in days.keys() - due)
    return replace(prepared, leavers=later)


def _whole(situation: Situation, staying: frozenset[str]) -> Prepared:
    """Plan a company file. Who is not in its care stays as they are, and so do the `staying`."""
    file, directory = situation.file, situation.directory
    book, policy = situation.book, situation.policy
    places = live_places(file, directory, book, policy)
    matched = match(file, directory, book, policy, places)
    unmanaged = unmanaged_accounts(directory, book, policy)
    managed = [
        row
        for row in matched.roster.rows
        if row.id.casefold() not in unmanaged and not policy.leaves_alone(row.id)
    ]
    tree = company_tree(
        _named(file, matched.roster),
        directory,
        book,
        policy,
        situation.promised,
        posted=situation.is_posted,
        others={row.line for row in file.rows} - {row.line for row in managed},
        staying=staying,
    )
    roster = tree.with_ids(replace(matched.roster, rows=tuple(managed)))
    roster, lacking = with_contacts(still_enabled(roster, staying), book)
    kept = (
        matched.kept
        | unmanaged
        | staying
        | matched.roster.left_out.contradicted
        | {user.casefold() for user in lacking}
    )
    coming = tree.numbered.roster.names() if tree.numbered else NO_NAMES
    recalled = {it for it in staying if book.person(it).left}
    people = _people(
        situation, roster, matched, kept=kept, recalled=recalled, gone=tree.gone, coming=coming
    )
    listed = (
        *people.warnings,
        *_unmanaged(people.sent.left if KEY_COLUMN not in file.columns else ()),
        *tree.warnings(names_of(book)),
        *warnings.unreachable_people(lacking),
        *warnings.postponed_removals(staying, directory, people.names),
    )
    people, plan = replace(people, warnings=listed), plan_tree(tree, directory, book)
    if plan is None or tree.numbered is None:
        return people
    # What is asked of a first file is asked of its people.
    policy = replace(policy, first_replace="apply")
    departments = _numbered(replace(situation, digests=(), policy=policy), tree.numbered, plan)
    return _both(situation, people, departments)


def _both(situation: Situation, people: Prepared, departments: Prepared) -> Prepared:
    """Return the plan of a company file for its people and its departments."""
    named = departments.names.departments | people.names.departments
    return replace(
        people,
        sent=replace(people.sent, basis=_basis(situation, people, departments)),
        names=replace(people.names, departments=named),
        departments=departments,
        holds=(*people.holds, *departments.holds),
        rest=(*people.rest, *departments.rest),
        numbers=departments.numbers,
        stated=departments.stated,
    )


def _basis(situation: Situation, people: Prepared, departments: Prepared) -> str:
    """Return what a plan of people rests on once WeCom has taken the departments before them.

    That is blank where nobody knows: when they are moved first, or where departments are left out,
    which WeCom deletes when it likes; and where nobody goes out after the departments.
    """
    run, sent, live = situation.run, departments.sent, situation.directory
    is_last = not (people.imports_something and departments.imports_something)
    if run is None or is_last or sent.condemned or people.sent.named_in(MOVE):
        return ""
    book, numbers = situation.book, departments.numbers
    if numbers:
        book = promised(book, run, numbers, departments.stated)
    rows, at = sent.roster.rows, sent.roster.columns.index(PARENT_COLUMN)
    made = {int(row.id): Department(int(row.id), int(row.cells[at])) for row in rows}
    taken = [Outcome(row.id, row.line, 0) for row in rows]
    return replace(
        situation,
        book=applied(book, run, sent, taken, situation.now),
        directory=replace(live, departments={**live.departments, **made}),
    ).basis


def _people(
    situation: Situation,
    roster: Roster,
    matched: Matched,
    *,
    kept: frozenset[str] = frozenset(),
    recalled: Collection[str] = (),
    gone: Collection[int] = (),
    coming: Mapping[str, str] = NO_NAMES,
) -> Prepared:
    """Plan people with their accounts and the ids of their departments.

    `kept`, `recalled`: see `Scene`; `gone`: departments that the file leaves out; `coming`: see
    `Case`.
    """
    file, directory = situation.file, situation.directory
    book, policy = situation.book, situation.policy
    roster = explicit(roster, directory, book)
    missing = leavers_of(roster, directory, book, policy, kept)
    disable = missing - situation.freed
    scene = Scene(
        roster,
        directory,
        book,
        situation.dropped,
        situation.undoes,
        disable=disable,
        recalled=recalled,
        mistaken=book.gone_after(situation.now - UNDO_SECONDS),
        kept=kept,
        has_keys=KEY_COLUMN in file.columns,
    )
    plan = plan_members(scene, invite=policy.invite, links=matched.links)
    plan = replace(plan, slip=matched.slip)
    moves = places_outside(gone, disable, directory)
    sent = _sent(situation, roster, plan, disable=disable, moves=moves, kept=kept)
    sent = replace(sent, freed=missing & situation.freed)
    taken = tuple(warnings.taken_contacts(roster, plan, directory, book))
    prepared = situation.prepared(
        sent,
        plan,
        warnings.of_people(roster, plan, taken),
        roster=roster,
        taken=tuple(dict.fromkeys(problem.id for problem in taken)),
        recent=book.gone_after(situation.now - RECENT_SECONDS) - sent.gone,
        coming=coming,
        wanted=_wanted(situation, roster, taken),
    )
    days = last_days(disable, book, policy, situation.calendar, situation.dropped)
    return replace(prepared, leavers=situation.counted(days.values()))


def _wanted(situation: Situation, roster: Roster, taken: Collection[Problem]) -> Mapping[str, str]:
    """Return who wants a contact of which leaver, unless a person approved that row before."""
    if roster.job is not Job.COMPANY or not taken:
        return NO_NAMES
    book, owners = situation.book, ((it.id, str(it.params["owner"])) for it in taken)
    asked = asked_before(roster, situation.directory, book)
    return {
        user: owner
        for user, owner in owners
        if book.person(owner.casefold()).left and user.casefold() not in asked
    }


def _sent(
    situation: Situation,
    roster: Roster,
    plan: Plan,
    *,
    disable: frozenset[str],
    moves: Mapping[str, tuple[int, ...]],
    kept: frozenset[str],
) -> Sent:
    file, book, reading = situation.file, situation.book, situation.policy.reading
    enabled = _keys(plan.of(Kind.ENABLE) if file.job is Job.COMPANY else ())
    return Sent(
        roster,
        disable=disable,
        enable=frozenset(it for it in enabled if may_be_off(book.person(it))),
        moves=moves,
        add=_keys(plan.of(Kind.ADD)),
        gone=_keys(plan.of(Kind.REMOVE, Kind.DISABLE)),
        spared=_keys(plan.noticed(Evidence.SPARED)),
        left_out=dict[str, Collection[str]](plan.contradicted)
        | {
            header: () if reading.takes_blanks_only(header) else [*values]
            for header, values in {**file.left_out.unread, **file.left_out.rows}.items()
            if not reading.takes_until(header)
        },
        links=plan.links,
        kept=kept,
        left=tuple(_left(file, roster)),
        hr_keys=hr_keys_of(file, roster, book),
    )


def _keys(changes: Iterable[Change]) -> frozenset[str]:
    return frozenset(it.subject.casefold() for it in changes)


def _places(roster: Roster) -> dict[str, frozenset[int]]:
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    return {cell: department_ids(cell) for cell in {row.cells[at] for row in roster.rows}}


def _named(file: Roster, matched: Roster) -> Roster:
    """Return a file in which people have the accounts that they were matched with."""
    accounts = {row.line: row.id for row in matched.rows}
    rows = (replace(row, id=accounts.get(row.line, row.id)) for row in file.rows)
    return replace(file, rows=tuple(rows)) if KEY_COLUMN in file.columns else file


def _unkept(links: Iterable[Link], unkept: Collection[str], header: str) -> Iterator[Problem]:
    """Yield whom a full overwrite would remove although their account may be somebody's."""
    for link in links:
        if accounts := [it for it in link.candidates if it.account.casefold() in unkept]:
            named = Listing.of(it.account for it in accounts)
            yield Problem(link.line, header, "link_unkept", {"named": named}, link.key)


def _left(file: Roster, roster: Roster) -> Iterator[LeftRow]:
    at = file.columns.index(MEMBER_NAME_COLUMN)
    lines, keys = {row.line for row in roster.rows}, keys_in(file.columns, file.rows)
    for row in file.rows:
        if row.line not in lines:
            yield LeftRow(row.line, keys.get(row.line, row.id), row.cells[at])


def _unmanaged(left: Collection[LeftRow]) -> Iterator[Problem]:
    """Yield whom a file without keys names although they are not in HR's care."""
    for first in [*left][:1]:
        params: Params = {"count": len(left), "named": Listing.of(it.id for it in left)}
        yield Problem(first.line, "", "warning_links_unmanaged", params)


def _departments(situation: Situation) -> Prepared:
    posted = situation.run is not None and situation.run.submission.posted is not None
    tree = Tree.of(situation.directory, situation.book, situation.promised, posted=posted)
    numbered = number_departments(situation.file, tree)
    plan = plan_departments(numbered.roster, situation.directory, situation.book)
    return _numbered(situation, numbered, plan, situation.file.warnings)


def _numbered(
    situation: Situation, numbered: Numbered, plan: Plan, listed: Iterable[Problem] = ()
) -> Prepared:
    missing = frozenset(int(it.subject) for it in plan.of(Kind.EMPTY, Kind.REMOVE))
    sent = Sent(numbered.roster, condemned=missing)
    prepared = situation.prepared(sent, plan, listed, roster=numbered.roster)
    return replace(prepared, numbers=numbered.numbers, stated=numbered.stated)
