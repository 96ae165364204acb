"""Puts the newest `accounts.csv` in force: which account a key of HR's has."""

from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import keys_in
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.planning.memory.accounts import accounts_refused, accounts_stated, read_accounts
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.records import if_kept


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAccounts:
    holds: Holds

    def take(self, run: Run) -> Run:
        """Put a file in force, whole or not at all, and plan held runs of the corp anew."""
        endings = self.holds.endings
        store, records, archive = endings.store, endings.records, endings.records.archive
        accounts: dict[str, str] = {}
        book = archive.snapshot(run.corp)
        before, keys = book.accounts.value, {*book.people.by_key, *book.undecided}
        for held in self.holds.held(run.corp):
            file = if_kept(records.roster, held) if held.job else None
            keys |= {*keys_in(file.columns, file.rows).values()} if file else set()
        own = store.policy(run.corp).key
        base = records.drops.head(*run.identity.own_object).base
        try:
            read_accounts(records.content(run), accounts, own, keys)
            records.change_book(run, accounts_stated, accounts, base)
        except FileRejectedError:
            records.change_book(run, accounts_refused, accounts)
            raise
        if archive.snapshot(run.corp).accounts.since != run.identity.dropped:
            return endings.end(run, State.SUPERSEDED, Reason("accounts_superseded"))
        # Before the run ends: if this is interrupted, the run is looked at once more.
        self.holds.replan_held(run.corp)
        changed = [
            f"{key} ↔ {accounts.get(key, '?') or '…'}"
            for key in sorted(accounts.keys() | before.keys())
            if accounts.get(key) != before.get(key)
        ]
        counts = {"count": len(accounts), "changed": len(changed)}
        reason = Reason("accounts_in_force", counts, people=Listing.of(changed))
        return endings.end(run, State.SUCCEEDED, reason)
