"""The operations that change a book. Doing one twice changes nothing. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from wecom_sync.domain.book import (
    NOTHING,
    Book,
    File,
    KnownDepartment,
    Stated,
    Tally,
    Unmanaged,
    codes_of,
)
from wecom_sync.domain.drop import Why
from wecom_sync.domain.link import NOBODY
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.planning.memory import people as everybody
from wecom_sync.planning.memory.past import remembered
from wecom_sync.planning.memory.receipt import Receipt, Verdict, verdicts_of
from wecom_sync.planning.memory.sent import Sent, with_file, with_tally

OLDER = frozenset({"hold_same_again", "hold_older"})
"""The codes of holds that call a file an older one."""
CREATOR_STAYS = 301005
"""WeCom refuses to remove the creator of a corp."""


def applied(book: Book, run: Run, sent: Sent, outcomes: Sequence[Outcome], now: float) -> Book:
    """Return the book after a job.

    A row that WeCom refused or did not report keeps its earlier value. Of members who are not in a
    full file the rows are forgotten, unless WeCom refused to remove them.
    """
    creators = creators_of(outcomes)
    if not sent.roster.job.is_full:
        creators |= book.staying
    before = book.history.left_out
    left_out = {
        header: sorted({*before.get(header, ()), *values})
        for header, values in {**before, **sent.left_out}.items()
    }
    verdicts = verdicts_of(sent.roster.job, outcomes)
    receipt = Receipt(run, sent, "applied", verdicts, creators, now)
    history = replace(book.history, left_out=left_out)
    return entered(replace(book, history=history), receipt)


def creators_of(outcomes: Iterable[Outcome]) -> set[str]:
    """Return whom WeCom refuses to remove for good, in lower case."""
    return {it.id.casefold() for it in outcomes if it.line == 0 and it.errcode == CREATOR_STAYS}


def confirmed(book: Book, run: Run, sent: Sent, now: float) -> Book:
    """Return the book after a file that changes nothing, as if WeCom had applied it.

    So members who are gone are forgotten, the grace period of new leavers begins, and an older
    file that comes late is recognised as older. Nothing was sent, so WeCom refused nothing, and
    nobody was asked about values for which rows are left out.
    """
    verdicts: dict[str, Verdict] = dict.fromkeys(sent.keys, "applied")
    creators = book.staying - verdicts.keys()
    return entered(book, Receipt(run, sent, "unchanged", verdicts, creators, now))


def doubted(book: Book, run: Run, sent: Sent | None, *, refused: bool = False) -> Book:
    """Return the book after a job of which nobody knows whether it was done.

    `sent`: None when that is not known any more: then every row is uncertain. `refused`: WeCom said
    that the job failed as a whole. That is no proof that nothing was applied.
    """
    if sent is None:
        return _all_unsure(book, run)
    verdicts: dict[str, Verdict] = dict.fromkeys(sent.keys, "unknown")
    after = entered(book, Receipt(run, sent, "unknown", verdicts, book.staying))
    if refused:
        history = replace(book.history, past=after.history.past)
        return replace(after, history=history)
    going = map(after.person, () if run.proposal.approval else sent.gone)
    gone = [it._replace(unasked=it.unasked or run.arrived) for it in going]
    return replace(after, people=after.people.changed(gone))


def _all_unsure(book: Book, run: Run) -> Book:
    if run.job is not None and run.job.has_members:
        people = (book.person(account)._replace(sure=False) for account in book.listed)
        return replace(book, people=book.people.changed(people))
    unsure = {it: book.departments[it]._replace(sure=False) for it in book.department_rows}
    return replace(book, departments={**book.departments, **unsure})


def promised(
    book: Book, run: Run, numbers: Mapping[str, int], file_labels: Collection[str]
) -> Book:
    """Return the book with the numbers that a run's departments are planned with.

    Numbers that we gave and no department has had yet are remembered at once, whatever becomes of
    the run, so that the same department gets the same number in the next file. The others, and what
    the file says (`file_labels`), are remembered once it is applied, since it may be a wrong one.
    """
    departments = {**book.departments}
    for label, number in numbers.items():
        if (
            label not in file_labels
            and label not in book.numbers
            and not book.department(number).row
        ):
            before = departments.get(number) or KnownDepartment(number)
            departments[number] = before._replace(labels=(*before.labels, label))
    return replace(book, departments=departments, promised={run.run_id: numbers})


def bound(book: Book, run: Run, unmanaged: Unmanaged) -> Book:
    """Return the book with whom settings name; older settings that come late change nothing."""
    own = run.identity
    if own.dropped < book.unmanaged.since:
        return book
    return replace(book, unmanaged=Stated(unmanaged, own.principal, own.dropped, own.version))


def put_off(book: Book, run: Run, accounts: Collection[str], since: float, now: float) -> Book:
    """Return the book after an approval that spares these accounts."""
    book = left_anew(book, run, accounts, now)
    return replace(book, postponed={**book.postponed, **dict.fromkeys(accounts, since)})


def left_anew(book: Book, _: Run, accounts: Collection[str], now: float) -> Book:
    """Return the book after nobody wanted leavers removed: their days begin anew."""
    leavers = (it._replace(left=now) for it in map(book.person, accounts) if it.left)
    return replace(book, people=book.people.changed(leavers))


def declined(book: Book, run: Run) -> Book:
    """Return the book after somebody cancelled a held file: every sum starts anew."""
    return with_tally(book, Tally(run.run_id, run.identity.dropped, {}, approved=True))


def entered(book: Book, receipt: Receipt) -> Book:
    """Return the book after a file."""
    return remembered(book, _entered(book, receipt), receipt)


def _entered(book: Book, receipt: Receipt) -> Book:
    run, sent, job = receipt.run, receipt.sent, receipt.sent.roster.job
    digests = sent.digests if job.is_full else ()
    is_named = not OLDER.isdisjoint(it.code for it in run.proposal.holds)
    again = [it for it in book.history.files if it.job is job and it.digests][-1:]
    is_older = (is_named and Why.ROLLBACK not in run.identity.again.of) or any(
        it.older and it.is_same(digests) for it in again
    )
    origin = run.run_id, job, run.file, run.identity.dropped
    authors = (*filter(None, run.droppers),)
    book = with_file(book, File(*origin, digests, receipt.outcome, is_older, authors))
    if sent.amounts and receipt.outcome != "unchanged":
        is_asked = run.proposal.approval is not None or Why.ROLLBACK in run.identity.again.of
        # What WeCom refused has changed nothing, and comes again with the next file.
        refused = [*receipt.verdicts.values()].count("refused")
        amounts = {name: max(0, it - refused) for name, it in sent.amounts.items()}
        book = with_tally(book, Tally(run.run_id, run.identity.dropped, amounts, is_asked))
    if sent.roster.separator and receipt.outcome != "unknown":
        book = replace(book, separator=sent.roster.separator)
    if not job.has_members:
        return replace(book, departments=_departments(book, receipt))
    approval = run.proposal.approval
    postponed = {
        it: at for it, at in book.postponed.items() if not receipt.replaces or it in sent.exempt
    } | dict.fromkeys(sent.postponed, approval.at if approval else run.identity.dropped)
    book = replace(book, postponed=postponed)
    # Of these keys somebody has to say whose they are.
    undecided = {} if receipt.replaces else {**book.undecided}
    undecided |= {it.key: it.accounts for it in sent.links if it.is_open or it.account == NOBODY}
    return replace(book, people=everybody.entered(book.people, receipt), undecided=undecided)


def _departments(book: Book, receipt: Receipt) -> dict[int, KnownDepartment]:
    condemned, verdicts = receipt.sent.condemned, receipt.verdicts
    departments = {} if receipt.replaces else {**book.departments}
    for key, row in receipt.rows.items():
        it = book.department(int(key))
        if verdicts.get(key) == "applied":
            it = it._replace(row={**it.row, **receipt.cells(row)}, sure=True)
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
    is_unsure = receipt.outcome == "unknown"
    labels = {
        number: label
        for label, number in book.promised.get(receipt.run.run_id, {}).items()
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
