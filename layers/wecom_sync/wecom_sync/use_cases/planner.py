"""Plans a roster: finds departments and leavers, compares with WeCom, gives the verdict."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from wecom_sync.domain.authors import link_statements
from wecom_sync.domain.directory import Department
from wecom_sync.domain.drop import EVERYBODY
from wecom_sync.domain.errors import WecomSyncError
from wecom_sync.domain.last_day import Calendar
from wecom_sync.domain.link import OPEN, Link
from wecom_sync.domain.outcome import Kind, Outcome
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.principals import WECOM
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
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
from wecom_sync.guardrails.other_changes import other_changes
from wecom_sync.guardrails.picks import Case
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
    may_be_off,
    places_outside,
    still_enabled,
    with_contacts,
    with_exempt,
)
from wecom_sync.planning.matching import Matched, match
from wecom_sync.planning.members import department_ids, plan_members, plan_removals
from wecom_sync.planning.memory.accounts import unlinked_lines
from wecom_sync.planning.memory.operations import applied, promised
from wecom_sync.planning.memory.sent import LeftRow, Sent, digests_of, hr_keys_of
from wecom_sync.planning.names import Names, concerned, link_details, sign_ins
from wecom_sync.planning.night import Night, without_account
from wecom_sync.planning.plan import Plan
from wecom_sync.use_cases.ports import Books, Clock, Ids
from wecom_sync.use_cases.prepared import Prepared

NO_NAMES: Mapping[str, str] = {}
_OF_OTHERS = frozenset({Kind.REMOVE, Kind.DISABLE, Kind.ENABLE, Kind.EMPTY})
"""What may become of who or what is not in the file."""


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
        night = self._night(corp, roster, policy, dropped, run=run, digests=digests_of(roster))
        night = self._as_asked(replace(night, undoes=undoes), run)
        if run is not None and run.is_removal:
            return _removals(night, run.identity.again.day).with_other_changes()
        if roster.job is Job.COMPANY:
            return _company(night).with_other_changes()
        planned = _members if roster.job.has_members else _departments
        return planned(night).with_other_changes()

    def _as_asked(self, night: Night, run: Run | None) -> Night:
        """Return it with what the last plan of the run asked about."""
        if run is None or not run.proposal.digest:
            return night
        held = self.archive.stakes(run, run.proposal.digest) or ()
        asked = {**night.asked, **{it.id: it.detail for it in held if it.kind in OPEN}}
        return replace(night, asked=asked, named={it.id.casefold() for it in held})

    def stands(self, run: Run, people: Sent, policy: Policy) -> bool:
        """Whether the people of a company run would be planned now as they were planned.

        So it is when its departments are as it has made them, and nobody has touched anything else.
        """
        rows, written = people.roster, run.written
        now = self._night(run.corp, rows, policy, written, run=run, digests=people.digests)
        return now.basis == people.basis

    def _night(
        self,
        corp: str,
        roster: Roster,
        policy: Policy,
        dropped: float,
        *,
        run: Run | None,
        digests: tuple[str, ...],
    ) -> Night:
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
        return Night(
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


def _members(night: Night) -> Prepared:
    directory, book = night.directory, night.book
    roster = resolve_departments(night.file, Tree.of(directory, book))
    matched = match(night.with_rows(roster), _places(roster))
    exempt = matched.exempt | matched.roster.left_out.contradicted
    roster, unkept = with_exempt(matched.roster, exempt, directory, book)
    if problems := [*_unkept(matched.links, unkept, night.policy.key)]:
        raise FileRejectedError(problems, night.file.rows, columns=night.file.columns)
    return _people(night.with_rows(roster), matched, exempt)


def _company(night: Night) -> Prepared:
    """Plan people and departments of one file. Who is to go may have to stay for now."""
    spared = frozenset(night.directory.members.keys() & {*night.spares})
    prepared = _whole(night, night.staying | spared)
    if EVERYBODY[0] in night.spares:
        spared |= night.staying | prepared.sent.gone
        prepared = _whole(night, spared)
    return replace(prepared, sent=replace(prepared.sent, postponed=spared)) if spared else prepared


def _removals(night: Night, day: str) -> Prepared:
    """Plan the removal of leavers whose days are over after a day, and whom people were told of."""
    directory, book, policy = night.directory, night.book, night.policy
    leavers = directory.members.keys() & book.people.those(lambda it: it.left > 0)
    leavers = leavers - night.unmanaged - book.staying
    # Whom accounts.csv gives to somebody else by now, HR's next file may have.
    leavers -= {
        it.casefold()
        for key, it in book.accounts.value.items()
        if book.person(it.casefold()).key != key
    }
    days = last_days(leavers, book, policy, night.calendar)
    due = {it for it in days if days[it] <= day and (night.named is None or it in night.named)}
    due -= {*night.spares}
    case = Case(night, plan_removals(due, directory, book))
    prepared = _prepared(case, Sent(night.file, gone=frozenset(due)))
    later = night.counted(days[it] for it in days.keys() - due)
    return replace(prepared, leavers=later)


def _whole(night: Night, staying: frozenset[str]) -> Prepared:
    """Plan a company file. Who is not in its care stays as they are, and so do the `staying`."""
    file, directory, book, policy = night.file, night.directory, night.book, night.policy
    matched = match(night, live_places(file, directory, book, policy))
    managed = [
        row
        for row in matched.roster.rows
        if row.id.casefold() not in night.unmanaged and not policy.leaves_alone(row.id)
    ]
    tree = company_tree(
        _named(file, matched.roster),
        directory,
        book,
        policy,
        night.promised,
        posted=night.is_posted,
        others={row.line for row in file.rows} - {row.line for row in managed},
        staying=staying,
    )
    roster = tree.with_ids(replace(matched.roster, rows=tuple(managed)))
    roster, lacking = with_contacts(still_enabled(roster, staying), book)
    people = _people(
        night.with_rows(roster),
        matched,
        matched.exempt
        | night.unmanaged
        | staying
        | matched.roster.left_out.contradicted
        | {user.casefold() for user in lacking},
        recalled={it for it in staying if book.person(it).left},
        gone=tree.gone,
        coming=tree.numbered.roster.names() if tree.numbered else NO_NAMES,
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
    departments = _numbered(replace(night, digests=(), policy=policy), tree.numbered, plan)
    return _both(night, people, departments)


def _both(night: Night, people: Prepared, departments: Prepared) -> Prepared:
    """Return the plan of a company file for its people and its departments."""
    named = departments.names.departments | people.names.departments
    return replace(
        people,
        sent=replace(people.sent, basis=_basis(night, people, departments)),
        names=replace(people.names, departments=named),
        departments=departments,
        holds=(*people.holds, *departments.holds),
        other_changes=(*people.other_changes, *departments.other_changes),
        numbers=departments.numbers,
        file_labels=departments.file_labels,
    )


def _basis(night: Night, people: Prepared, departments: Prepared) -> str:
    """Return what a plan of people rests on once WeCom has taken the departments before them.

    That is blank where nobody knows: when they are moved first, or where departments are left out,
    which WeCom deletes when it likes; and where nobody goes out after the departments.
    """
    run, sent, live = night.run, departments.sent, night.directory
    is_last = not (people.imports_something and departments.imports_something)
    if run is None or is_last or sent.condemned or people.sent.named_in(MOVE):
        return ""
    book, numbers = night.book, departments.numbers
    if numbers:
        book = promised(book, run, numbers, departments.file_labels)
    rows, at = sent.roster.rows, sent.roster.columns.index(PARENT_COLUMN)
    made = {int(row.id): Department(int(row.id), int(row.cells[at])) for row in rows}
    taken = [Outcome(row.id, row.line, 0) for row in rows]
    return replace(
        night,
        book=applied(book, run, sent, taken, night.now),
        directory=replace(live, departments={**live.departments, **made}),
    ).basis


def _people(
    night: Night,
    matched: Matched,
    exempt: frozenset[str],
    *,
    recalled: Collection[str] = (),
    gone: Collection[int] = (),
    coming: Mapping[str, str] = NO_NAMES,
) -> Prepared:
    """Plan people with their accounts and the ids of their departments.

    `exempt`, `recalled`: see `Scene`; `gone`: departments that the file leaves out; `coming`: see
    `Case`.
    """
    directory, book = night.directory, night.book
    night = night.with_rows(explicit(night.roster, directory, book))
    missing = night.leavers(exempt)
    disable = missing - night.freed
    plan = plan_members(Scene(night, exempt, disable, recalled), matched.links)
    case = Case(night, replace(plan, slip=matched.slip), coming)
    sent = replace(
        _sent(case, exempt),
        disable=disable,
        moves=places_outside(gone, disable, directory),
        freed=missing & night.freed,
    )
    listed = warnings.of_people(night.roster, case.plan, case.taken, book)
    days = last_days(disable, book, night.policy, night.calendar, night.dropped)
    return replace(_prepared(case, sent, listed), leavers=night.counted(days.values()))


def _sent(case: Case, exempt: frozenset[str]) -> Sent:
    """Return what goes out for people, but for leavers who are disabled."""
    night, plan = case.night, case.plan
    file, roster, book, reading = night.file, night.roster, night.book, night.policy.reading
    enabled = _keys(plan.of(Kind.ENABLE) if file.job is Job.COMPANY else ())
    return Sent(
        roster,
        enable=frozenset(it for it in enabled if may_be_off(book.person(it))),
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
        exempt=exempt,
        left=tuple(_left(file, roster)),
        hr_keys=hr_keys_of(file, roster, book),
    )


def _prepared(case: Case, sent: Sent, listed: Iterable[Problem] = ()) -> Prepared:
    """Judge a plan, and name whom it, its holds and its warnings are about."""
    night, plan, verdict = case.night, case.plan, judge(case)
    book = night.book
    names = replace(Names.of(sent.roster, book, plan.links), keys=sent.hr_keys)
    reassigned = ids(plan.noticed(Evidence.REASSIGNED))
    about = concerned(night.policy.desk.deciders, plan, sent.roster, book)
    return Prepared(
        _noted(sent, case),
        plan,
        tuple(hold.named(names.of_id) for hold in verdict.reasons),
        tuple(replace(it, params=with_names(it.params, names.of_id)) for it in listed),
        names,
        other_changes(case, verdict.holds),
        grounds=(book.accounts.since, book.export.since),
        statements=(*link_statements(book, plan.links, reassigned),),
        concerned=about,
        others=tuple(it for it in night.approvers if it not in about),
        link_details=link_details(plan.links, night.file, book, night.calendar),
        lines=unlinked_lines(book) if plan.links else {},
        version=book.accounts.version,
        speakers=_speakers(case, names),
        departed=_departed(case),
    )


def _noted(sent: Sent, case: Case) -> Sent:
    """Return what is sent with what the book will remember of it."""
    changes = [it for it in case.plan.changes if it.kinds]
    missing = [it for it in changes if not _OF_OTHERS.isdisjoint(it.kinds)]
    key = partial(row_key, case.plan.job)
    contacts = sign_ins(case.plan.changes, sent.roster, case.night.book, *CONTACT_COLUMNS)
    left_out = {**sent.left_out}
    for (column, _), marks in disputes(case).items():
        left_out[column] = [*left_out.get(column, ()), *marks.values()]
    return replace(
        sent,
        left_out=left_out,
        digests=case.night.digests,
        amounts=counted(case),
        changes={key(change.subject): change.kind for change in changes},
        names={key(change.subject): change.name for change in missing if change.name},
        sign_ins={key(account): change for account, change in contacts.items()},
    )


def _speakers(case: Case, names: Names) -> dict[str, str]:
    users = case.night.policy.desk.users if case.plan.job.has_members else ()
    keys = map(str.casefold, users)
    return {f"{WECOM}{it}": name for it in keys if (name := names.rows.get(it))}


def _departed(case: Case) -> tuple[str, ...]:
    """Return who of the desk has no account that can be used once a plan is applied."""
    night, plan = case.night, case.plan
    if not plan.job.has_members:
        return ()
    users = {*map(str.casefold, night.policy.desk.users)}
    going, coming = _keys(plan.of(Kind.REMOVE, Kind.DISABLE)), _keys(plan.of(Kind.ADD, Kind.ENABLE))
    absent = {*without_account(users, night.directory, night.book)} - coming
    return tuple(sorted(users & (going | absent)))


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


def _departments(night: Night) -> Prepared:
    posted = night.run is not None and night.run.submission.posted is not None
    tree = Tree.of(night.directory, night.book, night.promised, posted=posted)
    numbered = number_departments(night.file, tree)
    plan = plan_departments(numbered.roster, night.directory, night.book)
    return _numbered(night, numbered, plan, night.file.warnings)


def _numbered(
    night: Night, numbered: Numbered, plan: Plan, listed: Iterable[Problem] = ()
) -> Prepared:
    missing = frozenset(int(it.subject) for it in plan.of(Kind.EMPTY, Kind.REMOVE))
    sent = Sent(numbered.roster, condemned=missing)
    case = Case(night.with_rows(numbered.roster), plan, numbered.roster.names())
    prepared = _prepared(case, sent, listed)
    return replace(prepared, numbers=numbered.numbers, file_labels=numbered.file_labels)
