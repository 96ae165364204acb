"""The last step of a company run: accounts are removed by name."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import batched

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.outcome import JobResult, Outcome, ResultRow
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
from wecom_sync.domain.submission import REMOVE
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.outcomes import match, namesakes
from wecom_sync.planning.unmanaged import unmanaged_accounts
from wecom_sync.use_cases.ports import MOST_REMOVED, WeCom, WeComOf
from wecom_sync.use_cases.records import Records
from wecom_sync.wecom.remedies import Call, is_of_account

NOT_THERE = 60111
"""WeCom has no such account."""
NO_RESULT = JobResult(True, 0, "", ())


def removed(run: Run, records: Records, wecom_of: WeComOf) -> JobResult:
    """Remove whom the plan names and who is there just before: so it may be repeated."""
    sent = records.sent(run)
    if not sent.removed:
        return NO_RESULT
    wecom = wecom_of(run.corp)
    directory = wecom.directory()
    spelt = directory.user_ids
    going = sent.removed - _spared_by_now(run, sent, directory, records)
    gone = [ResultRow(key, 0, "") for key in sorted(going - spelt.keys())]
    there = [spelt[key] for key in sorted(going & spelt.keys())]
    for accounts in batched(there, MOST_REMOVED, strict=False):
        gone += _refusals(wecom, accounts)
    return JobResult(True, 0, "", tuple(gone))


def _spared_by_now(run: Run, sent: Sent, directory: Directory, records: Records) -> frozenset[str]:
    """Return who was to go and stays after all: a later file asks about them again.

    That is who is unmanaged by now or protected by newer settings, and who may be somebody
    whose own row WeCom refused: its name or a contact may be the reason.
    """
    settings, book = records.store.settings(run.corp), records.archive.snapshot(run.corp)
    spared = {*unmanaged_accounts(directory, book, settings.policy)}
    if (settings.dropped or 0) > min(run.proposal.grounds or (0,)):
        spared |= {key for key in sent.removed if settings.policy.protects(key)}
    refused = [it for it in company_outcomes(run, sent, NO_RESULT, records) if it.needs_mending]
    spared |= {*namesakes(sent, refused, book)}
    return frozenset(spared)


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
    """Return what became of a company file's rows, those no import had to change included."""
    imported = next((step for step in run.submission.steps if step.job == Job.SYNC_USER), None)
    if run.asks != REMOVE:
        return [Outcome(row.id, row.line, None) for row in sent.roster.rows]
    gone = {key: Outcome(key, 0, None) for key in sorted(sent.removed)}
    for row in result.rows:
        gone[row.id.casefold()] = Outcome(row.id, 0, row.errcode, row.errmsg)
    if imported is None:
        return [*(Outcome(row.id, row.line, 0) for row in sent.roster.rows), *gone.values()]
    kept = records.archive.result(run.at_step(imported))
    rows = kept.result if kept else replace(result, rows=())
    return [*match(sent.roster, rows), *gone.values()]
