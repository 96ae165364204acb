"""What becomes of people by a file: those in it, those who are gone, and all others. Pure."""

from collections.abc import Collection

from wecom_sync.domain.book import NOTHING, Cells, Line, Packing, People, Person, lines_of
from wecom_sync.domain.run import Job
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DISABLED_COLUMN,
    MEMBER_COLUMNS,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.roster import Row
from wecom_sync.planning.memory.answer import Answer, Verdict
from wecom_sync.planning.memory.sent import GONE, row_digest

UNDO_SECONDS = 3 * 86_400
"""How long it takes to notice that people went by mistake, and to bring them back."""
FORMER_SECONDS = 400 * 86_400
"""How long we know that somebody was there. More than a year, for those who come each season."""

_LASTING = (DISABLED_COLUMN, *CONTACT_COLUMNS)
"""Columns about signing in. Their old value counts as long as WeCom may still have it."""
_IDENTITY = (USER_COLUMN, MEMBER_NAME_COLUMN, *CONTACT_COLUMNS)


def entered(before: People, answer: Answer) -> People:
    """Return everybody after a file: those in it, what WeCom said of each, and who is gone.

    Of most, the file says what it said before: what becomes of the first of a kind becomes of all.
    """
    rules, packing, lines = _Rules(before, answer), Packing(), dict[str, Line]()
    same, marks = rules.same(), dict[tuple[int, bool], int]()
    for account in rules.everybody():
        if account in same:
            key, row, mark = before.lines[account]
            kind = mark, account in answer.rows
            if kind in marks:
                lines[account] = key, row, marks[kind]
                continue
        person = rules.after(before.person(account))
        if person != Person(account):
            lines[account] = packing.line(person)
            if account in same:
                marks[kind] = lines[account][2]
    return People(lines, packing.kinds)


class _Rules:
    """What becomes of each."""

    def __init__(self, before: People, answer: Answer) -> None:
        self._before, self._answer = before, answer
        self._run, self._sent, self._at = answer.run, answer.sent, answer.places
        self._rows, self._verdicts, self._creators = answer.rows, answer.verdicts, answer.creators
        self._links = {link.account.casefold(): link for link in answer.links.values()}
        members = (column.name for column in MEMBER_COLUMNS)
        self._sendable = frozenset((*self._at, *answer.run.reading.attributes, *members))

    def everybody(self) -> Collection[str]:
        """Return all who are named, in the order of a full file, else in that of the book."""
        rows, before = self._rows, self._before
        if not self._answer.replaces:
            return dict.fromkeys((*before, *rows, *self._links))
        gone = {*self._sent.gone, *self._creators} - self._sent.kept
        return dict.fromkeys((*rows, *before, *sorted(gone), *self._links))

    def same(self) -> Collection[str]:
        """Return of whom nothing new is said. What becomes of them depends on their kind alone."""
        before = self._before.rows_with(
            self._at, lambda it: not (it.maybe or it.unasked or it.left)
        )
        now = lines_of([*self._at], [row.cells for row in self._rows.values()])
        same = {
            account
            for account, row in zip(self._rows, now, strict=True)
            if before.get(account) == row and self._verdicts.get(account) == "applied"
        }
        if not self._answer.replaces:
            others = self._before.those(lambda it: bool(it.row) and it.row.keys() <= self._sendable)
            same |= {*others} - self._rows.keys()
        sent, links = self._sent, self._answer.links
        lines = self._before.lines.items() if links else ()
        unlinked = (account for account, (key, _, _) in lines if key in links)
        return same.difference(
            sent.add, sent.disable, sent.gone, self._creators, self._links, unlinked
        )

    def after(self, person: Person) -> Person:
        """Return what becomes of somebody."""
        if (row := self._rows.get(person.account)) is not None:
            person = self._in_file(person, row)
        elif self._answer.replaces and person.account not in self._sent.kept:
            person = self._missing(person)
        person = self._pruned(person)
        if person.key in self._answer.links:
            person = person._replace(key="", evidence=())
        if (link := self._links.get(person.account)) is None:
            return person
        return person._replace(key=link.key, linked=self._run.dropped, evidence=link.evidence)

    def _in_file(self, person: Person, row: Row) -> Person:
        """Return somebody who is in the file."""
        account, run = person.account, self._run
        verdict = self._verdicts.get(account)
        person = person._replace(
            stays=account in self._creators, asked=self._asked(person, row, verdict)
        )
        if verdict == "unknown":
            return person._replace(maybe=self._maybe(person, row, verdict), sure=False)
        if verdict != "applied":
            return person
        if account in self._sent.add:
            # The account is a new one, so nothing is left of an earlier account with this id.
            new = Person(account, person.key, went=person.went, settled=person.settled)
            person = new._replace(linked=person.linked, evidence=person.evidence)
        before, cells = person.row, {**person.row, **self._answer.cells(row)}
        switch = row.cells[self._at[DISABLED_COLUMN]] if DISABLED_COLUMN in self._at else None
        since, left = run.dropped, person.left
        if self._answer.outcome == "unchanged":
            # What only an export says was not sent, so WeCom has not taken it from us.
            since = 0 if before and not person.since else max(since, person.since)
        if account in self._sent.disable:
            since, left = person.since, left or self._answer.now
        elif self._answer.replaces or switch == "0":
            left = 0
        if before and any(cell != before.get(name, "") for name, cell in cells.items()):
            person = person._replace(changed=run.dropped, before=person.changed or person.since)
        person = person._replace(
            row=cells,
            former=NOTHING,
            maybe=self._maybe(person, row, verdict),
            sure=person.sure or self._answer.replaces or before.keys() <= self._at.keys(),
            since=since,
            changed=person.changed if before else run.dropped,
            left=left,
            unasked=person.unasked if switch in {None, "1"} else 0,
        )
        return self._gone(person) if account in self._sent.gone else person

    def _missing(self, person: Person) -> Person:
        """Return somebody who is not in a full file."""
        verdict = self._verdicts.get(person.account)
        person = person._replace(
            stays=person.account in self._creators, asked=self._asked(person, None, verdict)
        )
        if verdict == "refused":
            return person
        if verdict == "unknown" and self._sent.roster.job is Job.COMPANY:
            return person._replace(sure=False)
        former = person.former
        if person.key and person.row:
            # By this somebody is recognised who comes back.
            former = {name: person.row[name] for name in _IDENTITY if person.row.get(name)}
        person = person._replace(row=NOTHING, since=0, changed=0, before=0, left=0, former=former)
        return self._gone(person) if person.account in self._sent.gone else person

    def _gone(self, person: Person) -> Person:
        """Return somebody whose account the file has removed or disabled."""
        dropped, is_approved = self._run.dropped, self._run.approval is not None
        is_again = 0 < person.went < dropped
        return person._replace(
            went=dropped,
            unasked=person.unasked if is_approved else self._run.came,
            settled=person.settled or (is_again and is_approved),
        )

    def _asked(self, person: Person, row: Row | None, verdict: Verdict | None) -> str:
        """Return what was approved and refused, while full files still say the same."""
        is_refused, is_full = verdict == "refused", self._sent.roster.job.is_full
        is_asked = is_refused and self._run.approval is not None
        if row is not None and row.line:
            if is_asked:
                is_new = person.account in self._sent.add
                return row_digest(self._sent.roster, row, is_new=is_new)
            return "" if verdict == "applied" or person.asked == GONE else person.asked
        if is_asked and person.account in self._sent.gone:
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
        if (
            self._answer.replaces
            and not person.row
            and self._verdicts.get(person.account) != "unknown"
        ):
            person = person._replace(maybe=NOTHING, sure=True)
        if not person.row.keys() <= self._sendable:
            row = {name: cell for name, cell in person.row.items() if name in self._sendable}
            person = person._replace(row=row)
        if 0 < person.went <= self._answer.now - FORMER_SECONDS:
            person = person._replace(went=0, settled=False, former=NOTHING)
        if 0 < person.unasked <= self._answer.now - UNDO_SECONDS:
            person = person._replace(unasked=0)
        return person
