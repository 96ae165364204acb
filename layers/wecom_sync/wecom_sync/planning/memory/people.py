"""What becomes of people by a file: those in it, those who are gone, and all others. Pure."""

from collections.abc import Collection, Hashable, Mapping

from wecom_sync.domain.book import NOTHING, Cells, Packed, Packing, People, Person, lines_of
from wecom_sync.domain.states import Job
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DISABLED_COLUMN,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
    WECHAT_COLUMN,
)
from wecom_sync.files.problems import Row
from wecom_sync.planning.leavers import is_off
from wecom_sync.planning.memory.receipt import Receipt, Verdict
from wecom_sync.planning.memory.sent import GONE, row_digest

UNDO_SECONDS = 3 * 86_400
"""How long it takes to notice that people went by mistake, and to bring them back."""
FORMER_SECONDS = 400 * 86_400
"""How long we know that somebody was there. More than a year, for those who come each season."""

NOBODY = ("", "", None)
"""Who is like nobody else."""
_LASTING = (DISABLED_COLUMN, *CONTACT_COLUMNS)
"""Columns about signing in. Their old value counts as long as WeCom may still have it."""
_IDENTITY = (USER_COLUMN, MEMBER_NAME_COLUMN, *CONTACT_COLUMNS, WECHAT_COLUMN)


def entered(before: People, receipt: Receipt) -> People:
    """Return everybody after a file: those in it, what WeCom said of each, and who is gone.

    Most are new, or the file says of them what it said before: what becomes of the first of a kind
    becomes of all.
    """
    packing, lines = Packing(), dict[str, Packed]()
    alike, marks = _alike(before, receipt), dict[Hashable, int]()
    for account in everybody(before, receipt):
        key, row, kind = alike.get(account, NOBODY)
        if kind in marks:
            lines[account] = key, row, marks[kind]
            continue
        person = after(before.person(account), receipt)
        if person != Person(account):
            lines[account] = packing.line(person)
            if kind:
                marks[kind] = lines[account][2]
    return People(lines, packing.kinds)


def everybody(before: People, receipt: Receipt) -> Collection[str]:
    """Return all who are named, in the order of a full file, else in that of the book."""
    if not receipt.replaces:
        return dict.fromkeys((*before, *receipt.rows, *receipt.linked))
    gone = {*receipt.sent.gone, *receipt.creators} - receipt.sent.exempt
    return dict.fromkeys((*receipt.rows, *before, *sorted(gone), *receipt.linked))


def _alike(before: People, receipt: Receipt) -> Mapping[str, tuple[str, str, Hashable]]:
    """Return who is new, and of whom nothing new is said: key, cells, and what they are like.

    What becomes of them depends on what they are like alone.
    """
    sent, links = receipt.sent, receipt.links
    rows = before.rows_with(
        receipt.places, lambda it: not (it.maybe or it.unasked or it.left or it.off)
    )
    cells = lines_of([*receipt.places], [row.cells for row in receipt.rows.values()])
    now = {
        account: row
        for account, row in zip(receipt.rows, cells, strict=True)
        if receipt.verdicts.get(account) == "applied"
    }
    same = {account for account, row in now.items() if rows.get(account) == row}
    if not receipt.replaces:
        others = before.those(lambda it: bool(it.row) and it.row.keys() <= receipt.sendable)
        same |= {*others} - receipt.rows.keys()
    lines = before.lines.items() if links else ()
    unlinked = (account for account, (key, _, _) in lines if key in links)
    creators, linked = receipt.creators, receipt.linked
    own = (sent.disable, sent.enable, sent.gone, creators)
    alike: dict[str, tuple[str, str, Hashable]] = {}
    for account in same.difference(*own, sent.add, linked, unlinked):
        key, row, mark = before.lines[account]
        alike[account] = key, row, (mark, account in receipt.rows)
    for account in (now.keys() - before.lines.keys()).difference(*own):
        link = linked.get(account)
        key, evidence = (link.key, link.evidence) if link else ("", None)
        alike[account] = key, now[account], ("new", evidence)
    return alike


def after(person: Person, receipt: Receipt) -> Person:
    """Return what becomes of somebody."""
    account, sent = person.account, receipt.sent
    row, verdict = receipt.rows.get(account), receipt.verdicts.get(account)
    is_missing = account in receipt.removed or (receipt.replaces and account not in sent.exempt)
    if row is not None or is_missing:
        asked = _asked(person, row, verdict, receipt)
        person = person._replace(stays=account in receipt.creators, asked=asked)
        if row is None:
            person = _missing(person, verdict, receipt)
        elif verdict == "unknown":
            person = person._replace(maybe=_maybe(person, row, verdict, receipt), sure=False)
        elif verdict == "applied":
            person = _applied(person, row, receipt)
    if account in sent.enable and verdict == "applied":
        maybe = {name: it for name, it in person.maybe.items() if name != DISABLED_COLUMN}
        person = _changed(person, receipt)._replace(
            maybe=maybe or NOTHING, left=0, off=False, unasked=0
        )
    if receipt.sent.roster.job is Job.COMPANY and account not in {*sent.disable, *sent.gone}:
        # Whatever WeCom said of the row: the file has them, or leaves them as they are.
        former = NOTHING if person.row else person.former
        person = person._replace(left=0, lacked=0, former=former)
    person = _pruned(person, verdict, receipt)
    if person.key in receipt.links:
        person = person._replace(key="", evidence=())
    if (link := receipt.linked.get(account)) is None:
        return person
    return person._replace(
        key=link.key, linked=receipt.run.identity.dropped, evidence=link.evidence
    )


def _applied(person: Person, row: Row, receipt: Receipt) -> Person:
    """Return somebody whose row WeCom has applied."""
    account, dropped, sent = person.account, receipt.run.identity.dropped, receipt.sent
    if account in sent.add:
        # The account is a new one, so nothing is left of an earlier account with this id.
        new = Person(account, person.key, went=person.went, settled=person.settled)
        person = new._replace(linked=person.linked, evidence=person.evidence)
    before, cells = person.row, {**person.row, **receipt.cells(row)}
    switch = receipt.cells(row).get(DISABLED_COLUMN)
    since, left, off = dropped, person.left, person.off
    if receipt.outcome == "unchanged":
        # What only an export says was not sent, so WeCom has not taken it from us.
        since = 0 if before and not person.since else max(since, person.since)
    is_back = switch == "0" or (receipt.replaces and sent.roster.job is Job.COMPANY)
    left, off = 0 if is_back else left, off and not (is_back or switch)
    if before and any(cell != before.get(name, "") for name, cell in cells.items()):
        person = _changed(person, receipt)
    person = person._replace(
        row=cells,
        # Who left counts until the account is enabled, whatever rows say of it meanwhile.
        former=person.former if left else NOTHING,
        maybe=_maybe(person, row, "applied", receipt),
        sure=person.sure or receipt.replaces or before.keys() <= receipt.places.keys(),
        since=since,
        changed=person.changed if before else dropped,
        left=left,
        off=off,
        unasked=person.unasked if switch in {None, "1"} else 0,
    )
    return _gone(person, receipt)


def _changed(person: Person, receipt: Receipt) -> Person:
    dropped = receipt.run.identity.dropped
    if person.changed == dropped:
        return person
    return person._replace(changed=dropped, before=person.changed or person.since)


def _missing(person: Person, verdict: Verdict | None, receipt: Receipt) -> Person:
    """Return somebody who is not in a full file: a leaver's row stays until the account goes."""
    if verdict == "refused":
        return person
    if person.account in receipt.sent.disable:
        if verdict == "unknown":
            return person._replace(maybe={**person.maybe, DISABLED_COLUMN: "1"})
        if person.left:
            person = person._replace(lacked=max(person.lacked, receipt.run.written))
        person = person if person.left else _remembered(person)
        off = person.off or not is_off(person)
        return _gone(person._replace(left=person.left or receipt.now, off=off), receipt)
    if verdict == "unknown":
        return person._replace(sure=False)
    person = _remembered(person)._replace(
        row=NOTHING, since=0, changed=0, before=0, left=0, off=False
    )
    return _gone(person, receipt)


def _remembered(person: Person) -> Person:
    """Return somebody with what they are recognised by when they come back."""
    former = {name: person.row[name] for name in _IDENTITY if person.row.get(name)}
    return person._replace(former=person.former or former or NOTHING)


def _gone(person: Person, receipt: Receipt) -> Person:
    """Return somebody as the file has removed or disabled the account, if it has."""
    if person.account not in receipt.sent.gone:
        return person
    dropped, is_approved = receipt.run.identity.dropped, receipt.run.proposal.approval is not None
    is_again = 0 < person.went < dropped
    return person._replace(
        went=dropped,
        unasked=person.unasked if is_approved else receipt.run.arrived,
        settled=person.settled or (is_again and is_approved),
    )


def _asked(person: Person, row: Row | None, verdict: Verdict | None, receipt: Receipt) -> str:
    """Return what was approved and refused, while full files still say the same."""
    sent, account, is_refused = receipt.sent, person.account, verdict == "refused"
    is_asked = is_refused and receipt.run.proposal.approval is not None
    if row is not None and row.line:
        if is_asked:
            return row_digest(sent.roster, row, is_new=account in sent.add)
        return "" if verdict == "applied" or person.asked == GONE else person.asked
    if is_asked and account in sent.gone:
        return GONE
    is_full = sent.roster.job.is_full
    is_due = is_refused and person.asked == GONE if is_full else verdict != "applied"
    return person.asked if is_due else ""


def _maybe(person: Person, row: Row, verdict: Verdict, receipt: Receipt) -> Cells:
    """Return what WeCom may have instead of what our row says."""
    cells, is_applied = dict(person.maybe), verdict == "applied"
    for name in filter(receipt.places.__contains__, _LASTING):
        cell, old = row.cells[receipt.places[name]], person.row.get(name, "")
        if is_applied and cell:
            cells.pop(name, None)
            continue
        # A blank may leave the old value. An uncertain row may have been applied.
        value = old if is_applied else cell
        is_other = is_applied or value != old
        if value and is_other and (name != DISABLED_COLUMN or value == "1"):
            cells[name] = value
    return cells or NOTHING


def _pruned(person: Person, verdict: Verdict | None, receipt: Receipt) -> Person:
    """Return somebody without what is too old, and without columns that are not sent."""
    if receipt.replaces and not person.row and verdict != "unknown":
        person = person._replace(maybe=NOTHING, sure=True)
    if not person.row.keys() <= receipt.sendable:
        row = {name: cell for name, cell in person.row.items() if name in receipt.sendable}
        person = person._replace(row=row)
    if 0 < person.went <= receipt.now - FORMER_SECONDS:
        person = person._replace(went=0, settled=False, former=NOTHING)
    if 0 < person.unasked <= receipt.now - UNDO_SECONDS:
        person = person._replace(unasked=0)
    return person
