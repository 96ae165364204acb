"""Puts `accounts.csv` in force: which account a key of HR's has, as people state it."""

from wecom_sync.domain.run import Reason, Run, State
from wecom_sync.domain.texts import Listing, Params
from wecom_sync.domain.values import dataclass
from wecom_sync.files.roster import MAX_BYTES, FileRejectedError, Problem
from wecom_sync.planning.memory.stated import read_accounts, stated
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.memory import Memory
from wecom_sync.use_cases.ports import Drops


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAccounts:
    """Takes the newest version as the whole statement."""

    drops: Drops
    memory: Memory
    holds: Holds
    endings: Endings

    def take(self, run: Run) -> Run:
        """Put a file in force, whole or not at all, and plan held runs of the corp anew.

        Raises `FileRejectedError`, `PermanentError`, and `TransitionRefusedError` when another
        message has done it.
        """
        where = run.bucket, run.key, run.version
        if self.drops.head(*where).size > MAX_BYTES:
            raise FileRejectedError([Problem(0, "", "file_too_large")])
        accounts = read_accounts(self.drops.content(*where))
        archive = self.memory.records.archive
        before = archive.snapshot(run.corp).stated
        self.memory.enter(run, stated, accounts)
        if archive.snapshot(run.corp).stated_since != run.dropped:
            return self.endings.end(run, State.SUPERSEDED, Reason("accounts_superseded"))
        # Before the run ends: if this is interrupted, the run is looked at once more.
        self.holds.replan_held(run.corp)
        changed = [
            f"{key} ↔ {accounts.get(key, '?') or '…'}"
            for key in sorted(accounts.keys() | before.keys())
            if accounts.get(key) != before.get(key)
        ]
        counts: Params = {
            "count": len(accounts),
            "changed": len(changed),
            "named": Listing.of(changed),
        }
        return self.endings.end(run, State.SUCCEEDED, Reason("accounts_in_force", counts))
