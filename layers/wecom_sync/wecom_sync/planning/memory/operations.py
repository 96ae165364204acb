"""The operations that change a book. Doing one twice changes nothing. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress, repeat
from operator import and_, eq
from typing import Literal

from wecom_sync.domain.book import (
    NOTHING,
    Book,
    Cells,
    File,
    KnownDepartment,
    Night,
    People,
    Person,
    codes_of,
    lines_of,
)
from wecom_sync.domain.link import NOBODY
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DISABLED_COLUMN,
    MEMBER_COLUMNS,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.roster import Row
from wecom_sync.planning.memory.sent import GONE, Sent, row_digest, row_keys, with_file, with_night

RECENT_SECONDS = 20 * 3600
"""How long removals are added up. Less than a day, so that two nights are not added up."""
UNDO_SECONDS = 3 * 86_400
"""How long it takes to notice that people went by mistake, and to bring them back."""
FORMER_SECONDS = 400 * 86_400
"""How long we know that somebody was there. More than a year, for those who come each season."""
CREATOR_STAYS = 301005
"""WeCom refuses to remove the creator of a corp."""

_LASTING = (DISABLED_COLUMN, *CONTACT_COLUMNS)
"""Columns about signing in. Their old value counts as long as WeCom may still have it."""

_IDENTITY = (USER_COLUMN, MEMBER_NAME_COLUMN, *CONTACT_COLUMNS)

type Verdict = Literal["applied", "refused", "unknown"]
"""What became of a row."""
_VERDICTS: Mapping[int | None, Verdict] = {0: "applied", None: "unknown"}
"""By WeCom's code. Others are refusals."""


def applied(book: Book, run: Run, sent: Sent, outcomes: Sequence[Outcome], now: float) -> Book:
    """Return the book after a job.

    A row that WeCom refused or did not report keeps its earlier value. Of members who are not in a
    full file the rows are forgotten, unless WeCom refused to remove them.
    """
    creators = creators_of(outcomes)
    if not sent.roster.job.is_full:
        creators |= book.staying
    left_out = {
        header: sorted({*book.left_out.get(header, ()), *values})
        for header, values in {**book.left_out, **sent.left_out}.items()
    }
    verdicts = _verdicts(sent.roster.job, outcomes)
    delivery = _Delivery(run, sent, "applied", verdicts, creators, now)
    return delivery.entered(replace(book, left_out=left_out))


def creators_of(outcomes: Iterable[Outcome]) -> set[str]:
    """Return whom WeCom refuses to remove for good, in lower case."""
    return {it.id.casefold() for it in outcomes if it.line == 0 and it.errcode == CREATOR_STAYS}


def confirmed(book: Book, run: Run, sent: Sent, now: float) -> Book:
    """Return the book after a file that changes nothing, as if WeCom had applied it.

    So members who are gone are forgotten, the grace period of new leavers begins, and an older
    file that comes late is recognised as older. Nothing was sent, so WeCom refused nothing, and
    nobody was asked about values for which rows are left out.
    """
    verdicts = dict.fromkeys(sent.keys, _VERDICTS[0])
    creators = book.staying - verdicts.keys()
    return _Delivery(run, sent, "unchanged", verdicts, creators, now).entered(book)


def doubted(book: Book, run: Run, sent: Sent | None, *, refused: bool = False) -> Book:
    """Return the book after a job of which nobody knows whether it was done.

    `sent`: None when that is not known any more: then every row is uncertain. `refused`: WeCom said
    that the job failed as a whole. That is no proof that nothing was applied.
    """
    if sent is None:
        return _all_unsure(book, run)
    verdicts = dict.fromkeys(sent.keys, _VERDICTS[None])
    after = _Delivery(run, sent, "unknown", verdicts, book.staying).entered(book)
    if refused:
        return replace(after, files=book.files, nights=book.nights)
    going = map(after.person, () if run.proposal.approval else sent.gone)
    gone = {it.account: it._replace(unasked=it.unasked or run.came) for it in going}
    return replace(after, people=after.roll.changed(gone))


def _all_unsure(book: Book, run: Run) -> Book:
    if run.job is not None and run.job.has_members:
        people = {it: book.people[it]._replace(sure=False) for it in book.listed}
        return replace(book, people=book.roll.changed(people))
    unsure = {it: book.departments[it]._replace(sure=False) for it in book.department_rows}
    return replace(book, departments={**book.departments, **unsure})


def superseded(book: Book, run: Run, digest: str) -> Book:
    """Return the book with a full file for which a newer one came first, unless it is a copy."""
    if run.job is None or any((it.job, it.digest) == (run.job, digest) for it in book.files):
        return book
    file = File(run.run_id, run.job, run.key, run.identity.dropped, digest, "superseded")
    return with_file(book, file)


def promised(book: Book, run: Run, numbers: Mapping[str, int], stated: Collection[str]) -> Book:
    """Return the book with the numbers that a run's departments are planned with.

    Numbers that we gave and no department has had yet are remembered at once, whatever becomes of
    the run, so that the same department gets the same number in the next file. The others, and what
    the file `stated`, are remembered once it is applied, since it may be a wrong one.
    """
    departments = {**book.departments}
    for label, number in numbers.items():
        if label not in stated and label not in book.numbers and not book.department(number).row:
            before = departments.get(number) or KnownDepartment(number)
            departments[number] = before._replace(labels=(*before.labels, label))
    return replace(book, departments=departments, promised={run.run_id: numbers})


def bound(book: Book, run: Run, ids: Mapping[str, int], accounts: Collection[str]) -> Book:
    """Return the book with what settings name as unmanaged, unless they are older and come late."""
    if run.identity.dropped < book.unmanaged_since:
        return book
    return replace(
        book,
        unmanaged=dict(ids),
        unmanaged_accounts=(*accounts,),
        unmanaged_since=run.identity.dropped,
    )


def _verdicts(job: Job, outcomes: Sequence[Outcome]) -> dict[str, Verdict]:
    verdicts = [_VERDICTS.get(it.errcode, "refused") for it in outcomes]
    return dict(zip(row_keys(job, [it.id for it in outcomes]), verdicts, strict=True))


@dataclass(frozen=True)
class _Delivery:
    """A file, and what became of its rows. `creators`: whom WeCom refuses to remove for good."""

    run: Run
    sent: Sent
    outcome: Literal["applied", "unchanged", "unknown"]
    verdicts: Mapping[str, Verdict]
    creators: Collection[str]
    now: float = 0

    def entered(self, book: Book) -> Book:
        """Return the book after the file."""
        roster, run = self.sent.roster, self.run
        digest = self.sent.digest if roster.job.is_full else ""
        file = File(run.run_id, roster.job, run.key, run.identity.dropped, digest, self.outcome)
        book = with_file(book, file)
        if roster.job.has_members and self.outcome == "applied":
            book = replace(book, limits=self.sent.limits)
        if self.sent.amounts and self.outcome != "unchanged":
            is_asked = run.proposal.approval is not None or run.identity.rollback_of is not None
            # What WeCom refused has changed nothing, and comes again with the next file.
            refused = [*self.verdicts.values()].count("refused")
            amounts = {name: max(0, it - refused) for name, it in self.sent.amounts.items()}
            book = with_night(book, Night(run.run_id, run.identity.dropped, amounts, is_asked))
        if roster.separator and self.outcome != "unknown":
            book = replace(book, separator=roster.separator)
        if not roster.job.has_members:
            return replace(book, departments=self._departments(book))
        # Of these keys somebody has to say whose they are.
        undecided = {} if self._replaces else {**book.undecided}
        undecided |= {
            it.key: it.accounts for it in self.sent.links if it.is_open or it.account == NOBODY
        }
        return replace(book, people=self._people(book), undecided=undecided)

    @cached_property
    def _replaces(self) -> bool:
        """Whether who or what is not in the file is gone."""
        return self.sent.roster.job.is_full and self.outcome != "unknown"

    def _departments(self, book: Book) -> dict[int, KnownDepartment]:
        condemned, verdicts = self.sent.condemned, self.verdicts
        departments = {} if self._replaces else {**book.departments}
        for key, row in zip(self.sent.keys, self.sent.roster.rows, strict=True):
            it = book.department(int(key))
            if verdicts.get(key) == "applied":
                it = it._replace(row={**it.row, **self._cells(row)}, sure=True)
            elif verdicts.get(key) == "unknown":
                it = it._replace(sure=False)
            departments[it.id] = it
        for number in (*book.departments, *condemned):
            if number not in departments:
                it = book.department(number)
                # WeCom deletes a department only when it is empty. Until then it has its name.
                if number not in condemned and verdicts.get(str(number)) != "refused":
                    it = it._replace(row=NOTHING)
                departments[number] = it._replace(sure=it.sure or not it.row)
        is_unsure = self.outcome == "unknown"
        labels = {
            number: label
            for label, number in book.promised.get(self.run.run_id, {}).items()
            if verdicts.get(str(number)) == ("unknown" if is_unsure else "applied")
        }
        taken = {*labels.values()}
        for number, it in departments.items():
            new, older = labels.get(number), [name for name in it.labels if name not in taken]
            if new is not None:
                # One with a new code is no longer known by an older one: another may get that.
                older = [new] if codes_of({new: number}) else [*older, new]
            is_condemned = number in condemned or (is_unsure and it.condemned)
            departments[number] = it._replace(labels=(*older,), condemned=is_condemned)
        # One that is gone is remembered, so that no other gets its number.
        return {
            number: it
            for number, it in departments.items()
            if it != KnownDepartment(number) or number in book.departments
        }

    def _people(self, book: Book) -> People:
        roll, rows = book.roll, dict(zip(self.sent.keys, self.sent.roster.rows, strict=True))
        quiet = self._quiet(roll, rows)
        loud = rows.keys() - quiet.keys()
        persons = {key: self._in_file(book.person(key), rows[key]) for key in loud}
        if self._replaces:
            kept = self.sent.kept
            gone = {*self.sent.gone, *self.creators} - kept
            order = dict.fromkeys((*rows, *roll, *sorted(gone)))
            missing = [key for key in order if key not in rows and key not in kept]
            persons |= {key: self._missing(book.person(key)) for key in missing}
        else:
            order = dict.fromkeys((*roll, *rows))
        old = frozenset(roll.those(lambda kind: self._pruned(kind) != kind)) - quiet.keys()
        persons |= {key: book.person(key) for key in old - persons.keys()}
        persons = {key: self._pruned(it) for key, it in persons.items()}

        def becomes(key: str) -> Person:
            return self._pruned(self._in_file(book.person(key), rows[key]))

        def person(key: str) -> Person:
            return persons.get(key) or (becomes(key) if key in quiet else book.person(key))

        linked = self._linked(roll, person)
        persons |= linked
        order |= dict.fromkeys(linked)
        quiet = {key: None for key in quiet if key not in linked}
        blank = {key for key, it in persons.items() if it == Person(key)}
        return roll.renewed(
            [key for key in order if key not in blank],
            {key: it for key, it in persons.items() if key not in blank},
            quiet,
            becomes,
        )

    def _quiet(self, roll: People, rows: Mapping[str, Row]) -> dict[str, None]:
        """Return whose row is what it was. What becomes of them depends on their kind alone."""
        sent, verdicts = self.sent, self.verdicts
        before = roll.lines_of(
            sent.roster.columns, lambda it: not (it.maybe or it.unasked or it.left)
        )
        now = lines_of(sent.roster.columns, [row.cells for row in rows.values()])
        is_same = map(eq, now, map(before.get, rows))
        is_applied = map("applied".__eq__, map(verdicts.get, rows, repeat("unknown")))
        same = dict.fromkeys(compress(rows, map(and_, is_same, is_applied)))
        for key in (*sent.add, *sent.disable, *sent.gone, *self.creators):
            same.pop(key, None)
        return same

    def _linked(self, roll: People, person: Callable[[str], Person]) -> dict[str, Person]:
        """Return whose link changes. `person`: gives somebody as the file leaves them otherwise."""
        links = {
            link.key: link
            for link in self.sent.links
            if link.account
            and (link.candidates or self.verdicts.get(link.account.casefold()) == "applied")
        }
        linked = {
            account: person(account)._replace(key="", evidence=())
            for account, key in zip(roll, roll.hr_keys, strict=True)
            if key in links
        }
        for key, link in links.items():
            account = link.account.casefold()
            linked[account] = (linked.get(account) or person(account))._replace(
                key=key, linked=self.run.identity.dropped, evidence=link.evidence
            )
        return linked

    def _in_file(self, person: Person, row: Row) -> Person:
        """Return somebody who is in the file."""
        account, run = person.account, self.run
        verdict = self.verdicts.get(account)
        person = person._replace(
            stays=account in self.creators, asked=self._asked(person, row, verdict)
        )
        if verdict == "unknown":
            return person._replace(maybe=self._maybe(person, row, verdict), sure=False)
        if verdict != "applied":
            return person
        if account in self.sent.add:
            # The account is a new one, so nothing is left of an earlier account with this id.
            new = Person(account, person.key, went=person.went, settled=person.settled)
            person = new._replace(linked=person.linked, evidence=person.evidence)
        before, cells = person.row, {**person.row, **self._cells(row)}
        switch = row.cells[self._at[DISABLED_COLUMN]] if DISABLED_COLUMN in self._at else None
        since, left = run.identity.dropped, person.left
        if self.outcome == "unchanged":
            # What only an export says was not sent, so WeCom has not taken it from us.
            since = 0 if before and not person.since else max(since, person.since)
        if account in self.sent.disable:
            since, left = person.since, left or self.now
        elif self._replaces or switch == "0":
            left = 0
        if before and any(cell != before.get(name, "") for name, cell in cells.items()):
            person = person._replace(
                changed=run.identity.dropped, before=person.changed or person.since
            )
        person = person._replace(
            row=cells,
            former=NOTHING,
            maybe=self._maybe(person, row, verdict),
            sure=person.sure or self._replaces or before.keys() <= self._at.keys(),
            since=since,
            changed=person.changed if before else run.identity.dropped,
            left=left,
            unasked=person.unasked if switch in {None, "1"} else 0,
        )
        return self._gone(person) if account in self.sent.gone else person

    def _missing(self, person: Person) -> Person:
        """Return somebody who is not in a full file."""
        verdict = self.verdicts.get(person.account)
        person = person._replace(
            stays=person.account in self.creators, asked=self._asked(person, None, verdict)
        )
        if verdict == "refused":
            return person
        if verdict == "unknown" and self.sent.roster.job is Job.COMPANY:
            return person._replace(sure=False)
        former = person.former
        if person.key and person.row:
            # By this somebody is recognised who comes back.
            former = {name: person.row[name] for name in _IDENTITY if person.row.get(name)}
        person = person._replace(row=NOTHING, since=0, changed=0, before=0, left=0, former=former)
        return self._gone(person) if person.account in self.sent.gone else person

    def _gone(self, person: Person) -> Person:
        """Return somebody whose account the file has removed or disabled."""
        dropped, is_approved = self.run.identity.dropped, self.run.proposal.approval is not None
        is_again = 0 < person.went < dropped
        return person._replace(
            went=dropped,
            unasked=person.unasked if is_approved else self.run.came,
            settled=person.settled or (is_again and is_approved),
        )

    def _asked(self, person: Person, row: Row | None, verdict: Verdict | None) -> str:
        """Return what was approved and refused, while full files still say the same."""
        is_refused, is_full = verdict == "refused", self.sent.roster.job.is_full
        is_asked = is_refused and self.run.proposal.approval is not None
        if row is not None and row.line:
            if is_asked:
                is_new = person.account in self.sent.add
                return row_digest(self.sent.roster, row, is_new=is_new)
            return "" if verdict == "applied" or person.asked == GONE else person.asked
        if is_asked and person.account in self.sent.gone:
            return GONE
        is_due = is_refused and person.asked == GONE if is_full else verdict != "applied"
        return person.asked if is_due else ""

    def _maybe(self, person: Person, row: Row, verdict: Verdict) -> Cells:
        """Return what WeCom may have instead of what our row says."""
        cells, is_applied = dict(person.maybe), verdict == "applied"
        for name in filter(self._at.__contains__, _LASTING):
            cell, old = row.cells[self._at[name]], person.row.get(name, "")
            if is_applied and cell:
                cells.pop(name, None)
                continue
            # A blank may leave the old value. An uncertain row may have been applied.
            value = old if is_applied else cell
            is_other = is_applied or value != old
            if value and is_other and (name != DISABLED_COLUMN or value == "1"):
                cells[name] = value
        return cells or NOTHING

    def _pruned(self, person: Person) -> Person:
        """Return somebody without what is too old, and without columns that are not sent."""
        if self._replaces and not person.row and self.verdicts.get(person.account) != "unknown":
            person = person._replace(maybe=NOTHING, sure=True)
        if not person.row.keys() <= self._sendable:
            row = {name: cell for name, cell in person.row.items() if name in self._sendable}
            person = person._replace(row=row)
        if 0 < person.went <= self.now - FORMER_SECONDS:
            person = person._replace(went=0, settled=False, former=NOTHING)
        if 0 < person.unasked <= self.now - UNDO_SECONDS:
            person = person._replace(unasked=0)
        return person

    def _cells(self, row: Row) -> Cells:
        return dict(zip(self.sent.roster.columns, row.cells, strict=True))

    @cached_property
    def _at(self) -> Mapping[str, int]:
        return {name: at for at, name in enumerate(self.sent.roster.columns)}

    @cached_property
    def _sendable(self) -> frozenset[str]:
        members = (column.name for column in MEMBER_COLUMNS)
        return frozenset((*self._at, *self.run.source.reading.attributes, *members))
