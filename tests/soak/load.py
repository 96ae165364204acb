"""The load: companies drop their files, each in its own manner, and their runs are followed."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from soak.company import Company, Drop
from wecom_sync.domain.run import Run, State
from wecom_sync_tools.local.stack import LocalStack
from wecom_sync_tools.stack.drops import upload

LOOK_SECONDS = 0.5
OFTEN = 200
"""More runs than any company has."""


@dataclass(slots=True)
class Dropped:
    """A file that was dropped, and its run as it was seen last; `approved`: the plan that was."""

    drop: Drop
    version: str
    run_id: str
    run: Run | None = None
    approved: str | None = None

    @property
    def ended(self) -> bool:
        return self.run is not None and (self.run.state.is_final or self.is_held)

    @property
    def is_held(self) -> bool:
        """Whether it waits for a decision that nobody has made."""
        run = self.run
        return run is not None and run.state is State.HELD and run.plan_digest != self.approved

    @property
    def seconds(self) -> float | None:
        if self.run is None or self.run.finished is None:
            return None
        return self.run.finished - self.run.dropped


@dataclass(slots=True)
class Customer:
    """A company at work: its settings come first, then its files."""

    company: Company
    stack: LocalStack
    settings: str = ""
    dropped: list[Dropped] = field(default_factory=list)
    _left: list[Drop] = field(init=False)

    def __post_init__(self) -> None:
        self._left = list(self.company.drops)
        key = f"{self.company.alias}/settings.toml"
        drop = upload(self.stack.target, key, self.company.settings)
        self.settings = drop.run_id

    @property
    def done(self) -> bool:
        return not self._left and all(each.ended for each in self.dropped)

    def look(self) -> bool:
        """Look at the runs, and drop what is due; tell whether anything has ended or begun."""
        listed = self.stack.target.store.runs_of_corp(self.company.alias, OFTEN)
        runs = {run.run_id: run for run in listed}
        if self.settings not in runs or not runs[self.settings].state.is_final:
            return False
        before = sum(each.ended for each in self.dropped)
        for each in self.dropped:
            each.run = runs.get(each.run_id, each.run)
            if self.company.careful and each.is_held:
                self._approve(each)
        ended = sum(each.ended for each in self.dropped)
        due = len(self._left)
        if self.company.patient or not self.dropped:
            # Departments go first, also in a company that does not wait for its runs.
            due = min(due, 1) if ended == len(self.dropped) else 0
        for drop in self._left[:due]:
            put = upload(self.stack.target, drop.key, drop.content)
            self.dropped.append(Dropped(drop, put.version, put.run_id))
        del self._left[:due]
        return bool(due) or ended > before

    def _approve(self, held: Dropped) -> None:
        if held.run is None:
            return
        held.approved = held.run.plan_digest
        decision = {"decision": "approve", "plan": held.approved}
        key = f"{self.company.alias}/decide/{held.run_id}.json"
        upload(self.stack.target, key, json.dumps(decision).encode())


@dataclass(slots=True)
class Load:
    """So many companies at a time, the next one as soon as one is done.

    After `seconds` no further one begins; after `patience_seconds` without a move it is given up.
    """

    stack: LocalStack
    at_once: int
    seconds: float
    patience_seconds: float
    report: Callable[[str], None]
    customers: list[Customer] = field(default_factory=list)

    def carry(self, companies: Sequence[Company], late: Sequence[Company] = ()) -> bool:
        """Let every company have its runs; False when nothing has moved for too long.

        The `late` ones come in addition when half of the others, or of the time, are through.
        """
        started = moved = time.monotonic()
        coming, latecomers = list(companies), list(late)
        active: list[Customer] = []
        while True:
            spent = time.monotonic() - started
            if spent > self.seconds:
                coming.clear()
            active += self._arriving(coming, max(0, self.at_once - len(active)))
            done = len(self.customers) - len(active)
            if done * 2 >= len(companies) or spent * 2 > self.seconds:
                active += self._arriving(latecomers, len(latecomers))
            if not active:
                return True
            moves = [customer.look() for customer in active]
            if any(moves):
                moved = time.monotonic()
            left = [customer for customer in active if not customer.done]
            if len(left) < len(active):
                self.report(f"{done + len(active) - len(left)} companies done, {len(left)} at work")
            active = left
            if time.monotonic() - moved > self.patience_seconds:
                return False
            self.stack.check()
            time.sleep(LOOK_SECONDS)

    def _arriving(self, coming: list[Company], room: int) -> list[Customer]:
        arrived = [Customer(company, self.stack) for company in coming[:room]]
        del coming[:room]
        self.customers += arrived
        return arrived

    @property
    def dropped(self) -> list[Dropped]:
        return [each for customer in self.customers for each in customer.dropped]
