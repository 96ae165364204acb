"""The steps of a company run that name accounts: who is moved, disabled, enabled, or removed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import batched

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.outcome import JobResult, Outcome, ResultRow
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
from wecom_sync.domain.submission import BY_NAME, MOVE, REMOVE, SWITCH, Step
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.night import unmanaged_accounts
from wecom_sync.planning.outcomes import match, namesakes
from wecom_sync.use_cases.ports import MOST_REMOVED, WeCom, WeComOf
from wecom_sync.use_cases.records import Records
from wecom_sync.wecom.remedies import Call, is_of_account

NOT_THERE = 60111
"""WeCom has no such account."""
NO_RESULT = JobResult(True, 0, "", ())


def asked_by_name(run: Run, records: Records, wecom_of: WeComOf) -> JobResult:
    """Ask for what a step says of its next accounts; it has `finished` when those were the last.

    Who is there is read just before, so it may be repeated.
    """
    (*_, step), sent = run.submission.steps, records.sent(run)
    named = sorted(sent.named_in(step.job))
    some = named if step.job == REMOVE else named[step.done : step.done + MOST_REMOVED]
    finished = step.job == REMOVE or step.done + MOST_REMOVED >= len(named)
    if not some:
        return NO_RESULT
    wecom = wecom_of(run.corp)
    directory = wecom.directory()
    spelt = directory.user_ids
    going = {it for it in some if not sent.switches.get(it, False)}
    there = {*some} - _spared_by_now(run, sent, going, directory, records)
    rows = [ResultRow(key, 0, "") for key in sorted(there - spelt.keys())]
    accounts = [spelt[key] for key in sorted(there & spelt.keys())]
    if step.job == REMOVE:
        for several in batched(accounts, MOST_REMOVED, strict=False):
            rows += _refusals(wecom, several)
    else:
        rows += [_changed(wecom, step.job, account, sent) for account in accounts]
    return JobResult(finished, 0, "", tuple(rows))


def _changed(wecom: WeCom, job: str, account: str, sent: Sent) -> ResultRow:
    """Move or remove an account, or enable or disable it; who is gone already needs nothing."""
    key = account.casefold()
    if job == MOVE and key in sent.freed:
        return _refusals(wecom, (account,))[0]
    change = {"places": sent.moves[key]} if job == MOVE else {"enable": sent.switches[key]}
    try:
        wecom.update(account, **change)
    except WeComError as error:
        if not is_of_account(Call.of(error.path), error.errcode):
            raise
        code = 0 if error.errcode == NOT_THERE else error.errcode
        return ResultRow(account, code, error.errmsg)
    return ResultRow(account, 0, "")


def _spared_by_now(
    run: Run, sent: Sent, going: Collection[str], directory: Directory, records: Records
) -> frozenset[str]:
    """Return who was to go and stays after all: a later file asks about them again.

    That is who is unmanaged by now or protected by newer settings, and who may be somebody
    whose own row WeCom refused: its name or a contact may be the reason. Of leavers it is everybody
    while HR's newest list waits.
    """
    if run.is_removal and records.awaited_list(run.corp):
        return frozenset(going)
    settings, book = records.store.settings(run.corp), records.archive.snapshot(run.corp)
    spared = {*unmanaged_accounts(directory, book, settings.policy)}
    if (settings.dropped or 0) > (*run.proposal.grounds, 0)[0]:
        spared |= {key for key in going if settings.policy.protects(key)}
    refused = [it for it in _of_rows(run, sent, records) if it.needs_mending]
    spared |= {*namesakes(sent, going, refused, book)}
    return frozenset(spared.intersection(going))


def _refusals(wecom: WeCom, accounts: Sequence[str]) -> list[ResultRow]:
    """Remove accounts; where one of them refuses the whole call, one by one."""
    try:
        wecom.remove(accounts)
    except WeComError as error:
        if not is_of_account(Call.of(error.path), error.errcode):
            raise
        if len(accounts) == 1:
            # Somebody else was faster.
            code = 0 if error.errcode == NOT_THERE else error.errcode
            return [ResultRow(accounts[0], code, error.errmsg)]
        return [row for it in accounts for row in _refusals(wecom, (it,))]
    return [ResultRow(account, 0, "") for account in accounts]


def company_outcomes(run: Run, sent: Sent, result: JobResult, records: Records) -> list[Outcome]:
    """Return what became of a company file's rows, and of whom its run names.

    A row whose account could not be enabled was not done.
    """
    rows = _of_rows(run, sent, records)
    if run.asks not in BY_NAME:
        return rows
    named = {key: Outcome(key, 0, None) for key in sorted({*sent.switches, *sent.removed})}
    switched = [step for step in run.submission.steps if step.job == SWITCH]
    parts = [row for step in switched for row in _kept(run, step, sent, records)]
    for row in (*parts, *result.rows):
        if row.id.casefold() in named or run.asks == REMOVE:
            named[row.id.casefold()] = Outcome(row.id, 0, row.errcode, row.errmsg)
    by_row = {it.id.casefold(): named.pop(it.id.casefold(), None) for it in rows}
    return [*(_both(it, by_row[it.id.casefold()]) for it in rows), *named.values()]


def _of_rows(run: Run, sent: Sent, records: Records) -> list[Outcome]:
    """Return what became of the rows, those no import had to change included."""
    if run.asks not in BY_NAME:
        return [Outcome(row.id, row.line, None) for row in sent.roster.rows]
    imported = next((step for step in run.submission.steps if step.job == Job.SYNC_USER), None)
    if imported is None:
        return [Outcome(row.id, row.line, 0) for row in sent.roster.rows]
    received = records.archive.result(run.at_step(imported))
    return match(sent.roster, received.result if received else NO_RESULT)


def step_outcomes(run: Run, sent: Sent, records: Records) -> list[Outcome]:
    """Return what became of those whom the last step moves, enables or disables by name."""
    (*_, step) = run.submission.steps
    codes = {row.id.casefold(): row.errcode for row in _kept(run, step, sent, records)}
    return [Outcome(key, 0, codes.get(key)) for key in sent.named_in(step.job)]


def _kept(run: Run, step: Step, sent: Sent, records: Records) -> Iterator[ResultRow]:
    """Yield what was kept of a step that moves, enables or disables, a part after the other."""
    for done in range(0, len(sent.named_in(step.job)), MOST_REMOVED):
        if received := records.archive.result(run.at_step(replace(step, done=done))):
            yield from received.result.rows


def _both(row: Outcome, switch: Outcome | None) -> Outcome:
    if switch is None or row.errcode != 0:
        return row
    return row._replace(errcode=switch.errcode, errmsg=switch.errmsg)
