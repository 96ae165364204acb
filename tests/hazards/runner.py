"""Runs every hazard to its end: the real use-cases and client, WeCom's simulator behind HTTP."""

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, zip_longest
from typing import Any, cast

from hazards.bases import FILES, HOURS, Pristine, copied, earlier, made_by_hand
from hazards.collection import collection
from hazards.hazard import REFUSED, SETTINGS, Hazard
from support.books import knowing, noted
from support.endings import differences
from support.fakes import START, FakeClock, InMemoryStore
from support.guarded import EVERYTHING_GOES, dropped
from support.stress import each_in_turn, report, tell
from support.wired import simulator
from support.world import World, silence
from wecom_simulator import AddressBook, Simulator
from wecom_simulator.state.corp import Corp
from wecom_sync.adapters.wecom_client import WeComClient
from wecom_sync.domain.directory import Department as LiveDepartment
from wecom_sync.domain.directory import Directory as Ids
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason
from wecom_sync.wecom.credentials import Callback, CorpSecret

CORP_ID = "ww-acme"
SECRET = "secret-acme"
VERDICTS = {
    State.SUCCEEDED: "apply",
    State.HELD: "hold",
    State.REJECTED: "reject",
    State.UNCHANGED: "unchanged",
    State.PARTIAL: REFUSED,
    State.FAILED: REFUSED,
}
APPLICATIONS = frozenset({"apply", REFUSED})
CHANGED = "the address book changed"


class PromptWeCom(WeComClient):
    """The real client where something goes out; it reads the ids without HTTP, which costs more.

    A job is over before its submit returns, for our time is not WeCom's.
    """

    simulator: Simulator
    corp: Corp

    def directory(self) -> Ids:
        book = self.corp.directory
        pairs = [(it.userid, number) for it in book.members.values() for number in it.departments]
        places = book.departments.values()
        return Ids.of(pairs, [LiveDepartment(it.id, it.parent_id, it.order) for it in places])

    def submit(self, job: Job, media_id: str, callback: Callback, *, invite: bool = False) -> str:
        job_id = super().submit(job, media_id, callback, invite=invite)
        if not self.simulator.wait_idle():
            raise TimeoutError(job_id)
        return job_id


class SilentWorld(World):
    """The product without its documents: what is published changes no address book."""

    def publish(self) -> bool:
        self.store.stream.clear()
        return False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a hazard; `harm` says what happened to the address book that must not."""

    hazard: Hazard
    got: str
    holds: tuple[Reason, ...] = ()
    reason: str = ""
    harm: str = ""

    @property
    def wrongly_applied(self) -> bool:
        different = self.got != self.hazard.expect
        return bool(self.harm) or (different and self.got in APPLICATIONS)

    @property
    def wrongly_stopped(self) -> bool:
        """Whether the file was held or rejected and should not have been."""
        return self.got != self.hazard.expect and not self.wrongly_applied

    @property
    def is_right(self) -> bool:
        return not self.wrongly_applied and not self.wrongly_stopped


class Arena:
    """One simulated corp, brought back to where it was before every hazard."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._corp = simulator.add_corp(CORP_ID, SECRET, root_name="总部", creator="u000001")
        tokens = InMemoryStore(FakeClock())
        self._wecom = PromptWeCom(simulator.url, "acme", CorpSecret(CORP_ID, SECRET), tokens)
        self._wecom.simulator, self._wecom.corp = simulator, self._corp
        simulator.fault("lost", times=None)  # nobody hears events: results are asked for

    def run(self, hazard: Hazard) -> Outcome:
        """Drop a file and let time pass until its run has ended or waits for a person."""
        base = self._base
        world = self._world(base, Policy.from_document(SETTINGS))
        try:
            run = drop(world, hazard.job, hazard.content)
        except Exception as error:  # noqa: BLE001 - a crash is an answer too
            return Outcome(hazard, f"crash: {error!r}"[:100], harm=self._harm(base))
        got = VERDICTS.get(run.state, run.state.value)
        if got not in APPLICATIONS:
            harm = self._harm(base)
        elif got == REFUSED:
            harm = "" if same(self._corp.directory, base.directory) else CHANGED
        else:
            harm = self._difference(hazard) if got == hazard.expect else ""
        return Outcome(hazard, got, run.proposal.holds, run.reason.code if run.reason else "", harm)

    def _world(self, base: Pristine, policy: Policy) -> World:
        self._corp.reset()
        self._corp.directory = copied(base.directory)
        self._simulator.platform.requests.clear()
        world = SilentWorld("acme")
        # The product in memory, but for its WeCom.
        cast("dict[str, Any]", world.wecoms)["acme"] = self._wecom
        world.store.put_policy("acme", policy, START)
        world.archive.snapshots["acme"] = base.book
        return world

    @cached_property
    def _base(self) -> Pristine:
        """The corp in which every hazard happens: 2,000 people in 40 departments."""
        world = self._world(made_by_hand(), EVERYTHING_GOES)
        for job, export in FILES:
            run = drop(world, job, export.content())
            if run.state is State.HELD:
                world.approve(run)
                world.pass_time(HOURS)
                run = world.run_of(run.key)
            if run.state is not State.SUCCEEDED:
                raise RuntimeError(f"{job} is {run.state} {run.proposal.holds} {run.reason}")
        # The time begins anew with every hazard.
        book = earlier(world.archive.snapshot("acme"))
        book = knowing(book, *noted(book, "unasked"), unasked=0)
        return Pristine(copied(self._corp.directory), book)

    def _harm(self, base: Pristine) -> str:
        calls = {str(call["path"]) for call in self._simulator.requests}
        posted = {path for path in calls if "/batch/" in path and "getresult" not in path}
        if not same(self._corp.directory, base.directory):
            return CHANGED
        return f"{', '.join(sorted(posted))} was called" if posted else ""

    def _difference(self, hazard: Hazard) -> str:
        directory = self._corp.directory
        if directory.invited():
            return f"{len(directory.invited())} people were invited"
        if hazard.wanted is None:
            return ""
        whole = hazard.job is Job.REPLACE_USER
        return next(differences(hazard.wanted, directory, whole=whole), "")


def drop(world: World, job: Job, content: bytes) -> Run:
    return dropped(world, f"acme/{job.value}/hazard.csv", content, HOURS)


def same(one: AddressBook, other: AddressBook) -> bool:
    """Whether two address books hold the same: what their digests say, but quicker."""
    return (one.creator, one.condemned, one.departments, one.members) == (
        other.creator,
        other.condemned,
        other.departments,
        other.members,
    )


@contextmanager
def arena() -> Iterator[Arena]:
    with silence(), simulator() as wecom:
        yield Arena(wecom)


def run_all(kind: str | None = None) -> list[Outcome]:
    if kind is not None:
        return _share(kind, 0, 1)
    workers = min(4, os.cpu_count() or 1)
    cases = [(kind, first, workers) for first in range(workers)]
    every = zip_longest(*each_in_turn(_share, cases, workers))
    return [outcome for side_by_side in every for outcome in side_by_side if outcome is not None]


def _share(kind: str | None, first: int, step: int) -> list[Outcome]:
    chosen = (hazard for hazard in collection() if kind in {None, hazard.kind})
    with arena() as ring:
        outcomes = [ring.run(hazard) for hazard in islice(chosen, first, None, step)]
    return [replace(it, hazard=replace(it.hazard, content=b"", wanted=None)) for it in outcomes]


def line(outcome: Outcome) -> str:
    hazard = outcome.hazard
    mark = "ok   " if outcome.is_right else "WRONG"
    codes = (*(hold.code for hold in outcome.holds), outcome.reason)
    why = "" if outcome.is_right else f"  {', '.join(codes)} {outcome.harm}"
    return f"{mark} {hazard.kind}: {hazard.name}: {hazard.expect}, got {outcome.got}{why}"


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what is expected of how many of each kind, then how often we were wrong."""
    kinds: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        wrong = [] if outcome.is_right else ["WRONG"]
        kinds.setdefault(outcome.hazard.kind, Counter()).update([outcome.hazard.expect, *wrong])
    return {
        **kinds,
        "hazards": len(outcomes),
        "wrongly_applied": sum(outcome.wrongly_applied for outcome in outcomes),
        "wrongly_held_or_rejected": sum(outcome.wrongly_stopped for outcome in outcomes),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="hazards", description=__doc__)
    parser.add_argument("--all", action="store_true", help="a line for every file")
    parser.add_argument("--kind", help="only this kind")
    args = parser.parse_args(arguments)
    outcomes = run_all(args.kind)
    tell(line(outcome) for outcome in outcomes if args.all or not outcome.is_right)
    report(summary(outcomes))
    return int(not all(outcome.is_right for outcome in outcomes))
