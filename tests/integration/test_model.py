"""Whatever happens in whatever order: runs, lanes and address books stay as they must be.

`MODEL_EXAMPLES=500 MODEL_STEPS=100` looks longer, and elsewhere every time.
"""

import os
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from support.crashes import die
from support.model import (
    File,
    differs,
    expected,
    published,
    run_id_of,
    undone,
    wrong_lanes,
    wrong_report,
)
from support.stage import Stage
from wecom_sync.domain.errors import UnknownOutcomeError, UnreachableError, WeComError
from wecom_sync.domain.run import MOVES, Job, State
from wecom_sync.use_cases.callbacks import JobEvent

CORPS = ("acme", "beta")
SWEEP_SECONDS = 300
PATIENCE_SECONDS = 5 * 86_400
FAULTS = (
    UnreachableError(), UnknownOutcomeError(), WeComError(-1, "busy", "/x"),
    WeComError(45009, "rate", "/x"), WeComError(302005, "again", "/x"),
    WeComError(40001, "secret", "/x"), WeComError(48002, "forbidden", "/x"),
)  # fmt: skip

corps = st.sampled_from(CORPS)
which = st.integers(0, 30)
most = st.frozensets(st.integers(0, 24), max_size=3).map(frozenset(range(25)).difference)
people = st.one_of(most, most, st.frozensets(st.integers(0, 24), min_size=1, max_size=3))
parties = st.integers(2, 13).map(lambda end: range(1, end))
jobs = st.sampled_from([Job.REPLACE_USER, Job.SYNC_USER])
homes = st.sampled_from([1, 1, 1, 2, 3, 9])
names = st.sampled_from("ab")
seldom = st.sampled_from([False, False, True])
calls = st.integers(0, 20)
briefly = st.sampled_from([0, 1, 31, 61])


class Life(RuleBasedStateMachine):
    """Two companies, everything that can happen to their files, and what must always hold."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(*CORPS)
        self.world = self.stage.world
        self.ended: dict[str, State] = {}

    @rule(corp=corps, ids=people, job=jobs, home=homes, name=names, late=seldom)
    def drop_people(
        self, corp: str, ids: Iterable[int], job: Job, home: int, name: str, *, late: bool
    ) -> None:
        self.stage.drop(corp, File.of_members(ids, job, home), name=name, late=late)

    @rule(corp=corps, ids=parties, name=names, late=seldom)
    def drop_departments(self, corp: str, ids: Iterable[int], name: str, *, late: bool) -> None:
        self.stage.drop(corp, File.of_departments(ids), name=name, late=late)

    @rule(corp=corps, place=st.sampled_from([*Job, "elsewhere"]))
    def drop_nonsense(self, corp: str, place: str) -> None:
        self.stage.drop(corp, File(None, frozenset()), place=place)

    @rule(at=which)
    def late_or_repeated_event(self, at: int) -> None:
        late = self.stage.late
        event = late.pop(at % len(late)) if late else None
        again = self.stage.events[at % len(self.stage.events)]
        self.world.submit_queue.send(event or again)

    @precondition(lambda self: self.world.drops.objects)
    @rule(at=which)
    def object_deleted(self, at: int) -> None:
        there = [*self.world.drops.objects]
        del self.world.drops.objects[there[at % len(there)]]

    @rule(at=which, what=st.sampled_from(["approve", "approve another plan", "cancel"]))
    def decide(self, at: int, what: str) -> None:
        runs = self.stage.runs
        runs = [run for run in runs if run.state is State.HELD] or runs
        run = runs[-1 - at % len(runs)]
        if what == "cancel":
            self.world.cancel(run)
        else:
            self.world.approve(run if what == "approve" else replace(run, plan_digest="another"))

    @rule(corp=corps, hours=st.integers(1, 3), removals=st.sampled_from([0, 50, 1000]))
    def settings_change(self, corp: str, hours: int, removals: int) -> None:
        self.stage.put_policy(corp, hours, removals)

    @rule(corp=corps, at=which, whose=st.sampled_from(["own", "fixed", "unknown", "other"]))
    def callback(self, corp: str, at: int, whose: str) -> None:
        """Report a job: its own, through the fixed URL, one that nobody knows, another one."""
        jobs = [*self.stage.wecoms[corp].jobs.items()]
        job_id, job = jobs[-1 - at % len(jobs)]
        run_id = run_id_of(job) if whose in {"own", "other"} else ""
        # While a run's job is not known, we believe the id that WeCom names: it is the run's own.
        kept_id = self.world.store.runs_by_id[run_id_of(job)].job_id
        if whose == "unknown" or (whose == "other" and kept_id):
            job_id = "another"
        code = 302005 if at % 7 == 0 else 0
        event = JobEvent(corp, run_id, job.job.wecom_type, job_id, code, "")
        self.stage.callbacks.append(event)

    @rule(corp=corps, call=st.sampled_from(["directory", "upload", "submit", "result", "answer"]),
          fault=st.sampled_from(FAULTS), times=st.integers(1, 4))  # fmt: skip
    def fault(self, corp: str, call: str, fault: Exception, times: int) -> None:
        """Let calls fail; an answer is lost after WeCom has done what was asked."""
        if call == "answer":
            self.stage.wecoms[corp].lost_answers = times
        else:
            self.stage.wecoms[corp].fail(call, *[fault] * times)

    @rule(corp=corps, user=st.integers(0, 24), code=st.sampled_from([0, 60104, 301005]),
          whole=st.sampled_from([0, 0, 0, 302005]),
          seconds=st.sampled_from([0, 5, 90, 2_000]))  # fmt: skip
    def wecom_changes(self, corp: str, user: int, code: int, whole: int, seconds: int) -> None:
        wecom = self.stage.wecoms[corp]
        wecom.refused, wecom.job_errcode, wecom.duration = {f"u{user}": code}, whole, seconds

    @rule(at=which)
    def message_doubled(self, at: int) -> None:
        for queue in self.stage.queues:
            if queue.messages:
                queue.messages.append(queue.messages[at % len(queue.messages)])

    @rule(seconds=briefly)
    def messages_lost(self, seconds: int) -> None:
        self.stage.pass_time(seconds)
        self.stage.lose_messages()

    @rule(calls=calls, after=st.booleans(), seconds=briefly, lost=st.booleans())
    def crash(self, calls: int, seconds: int, *, after: bool, lost: bool) -> None:
        """Let a function die; its message comes back, or has come too often."""
        self.stage.crashes.arm(calls, die, after=after)
        self.stage.pass_time(seconds)
        if lost:
            self.stage.lose_messages()

    @rule(calls=calls, after=st.booleans(), seconds=briefly)
    def meanwhile(self, calls: int, seconds: int, *, after: bool) -> None:
        """Let others handle the next messages in the middle of one."""
        self.stage.crashes.arm(calls, self.stage.handle_two, after=after)
        self.stage.pass_time(seconds)

    @rule(corp=corps, ids=people, others=parties, calls=st.integers(0, 5), after=st.booleans())
    def race(
        self, corp: str, ids: Iterable[int], others: Iterable[int], calls: int, *, after: bool
    ) -> None:
        """Let departments come in, and go first, while members that are ready are going out."""
        self.stage.drop(corp, File.of_members(ids))
        self.stage.pass_time(0)
        self.world.clock.now += 61
        messages = self.world.submit_queue.messages
        ready = [entry for entry in messages if entry[0] <= self.world.clock.now]
        self.stage.drop(corp, File.of_departments(others))
        self.stage.crashes.arm(calls, self.stage.handle_two, after=after)
        messages[:] = ready + [entry for entry in messages if entry not in ready]
        self.stage.pass_time(0)

    @rule(corp=corps, ids=people, job=jobs, approved=st.booleans())
    def members_await_departments(
        self, corp: str, ids: Iterable[int], job: Job, *, approved: bool
    ) -> None:
        """Let departments be held, and members come who need them."""
        self.stage.put_policy(corp, 2)
        self.stage.drop(corp, File.of_departments((1, 2, 9), root="新名"))
        self.stage.drop(corp, File.of_members(ids, job, 9))
        self.stage.pass_time(62)
        held = [run for run in self.stage.runs if run.corp == corp and run.state is State.HELD]
        for run in held if approved else ():
            self.world.approve(run)

    @rule(times=st.integers(1, 3))
    def topic_away(self, times: int) -> None:
        self.world.publisher.failures = times

    @rule(seconds=st.sampled_from([1, 31, 61, 700, 4_000, 22_000]))
    def time_passes(self, seconds: int) -> None:
        self.stage.pass_time(seconds)

    @rule()
    def sweep(self) -> None:
        self.stage.sweep()
        self.stage.pass_time(SWEEP_SECONDS)

    @invariant()
    def lanes_fit(self) -> None:
        assert wrong_lanes(self.world) == []

    @invariant()
    def moves_are_allowed(self) -> None:
        allowed = {(before, to) for before, after in MOVES.items() for to in after}
        assert {move for move in self.stage.moves if move[0] is not move[1]} <= allowed

    @invariant()
    def what_has_ended_stays(self) -> None:
        states = {run.run_id: run.state for run in self.stage.runs}
        assert self.ended.items() <= states.items()
        self.ended = {run_id: state for run_id, state in states.items() if state.is_final}

    @invariant()
    def a_drop_is_one_run(self) -> None:
        drops = [(run.key, run.version) for run in self.stage.runs]
        assert len(set(drops)) == len(drops)

    @invariant()
    def what_is_held_changes_nothing(self) -> None:
        jobs = [job for wecom in self.stage.wecoms.values() for job in wecom.jobs.values()]
        held = {run.run_id for run in self.stage.runs if run.state is State.HELD}
        assert held.isdisjoint(map(run_id_of, jobs))

    @invariant()
    def imports_never_overlap_and_never_undo_newer_ones(self) -> None:
        for corp, wecom in self.stage.wecoms.items():
            runs = self.world.store.runs_by_id
            # When a run failed, it may be unknown whether WeCom has taken its file.
            assert all(runs[other].state is State.FAILED for _, other in wecom.overlaps)
            assert undone(self.world, corp) == []

    def teardown(self) -> None:
        """Leave it to the sweep, without any message: all ends, and is what the files said."""
        self.stage.calm()
        self._wait()
        for event in self.stage.late:
            self.world.submit_queue.send(event)
        self._wait()

        runs = self.stage.runs
        assert {(run.key, run.version) for run in runs} == self.stage.files.keys()
        assert [run for run in runs if not published(self.world, run)] == []
        assert [wrong for run in runs if (wrong := wrong_report(self.world, run))] == []
        for corp, wecom in self.stage.wecoms.items():
            lane = self.world.store.lane(corp)
            assert (lane.holder, lane.waiting) == (None, ())
            assert differs(wecom, expected(self.world, wecom, self.stage.files)) == ""

    def _wait(self) -> None:
        over = self.world.clock.now + PATIENCE_SECONDS
        while self.world.clock.now < over and not self.stage.is_quiet:
            self.sweep()
            for each in (self.lanes_fit, self.moves_are_allowed, self.what_has_ended_stays,
                         self.imports_never_overlap_and_never_undo_newer_ones):  # fmt: skip
                each()
        assert self.stage.is_quiet


EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "0"))
PARTS = 4
"""So that several processes can share the lives."""


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_every_file_has_its_effect_once(part: int) -> None:
    life = type(f"Life{part}", (Life,), {})

    run_state_machine_as_test(
        life if EXAMPLES else seed(part)(life),
        settings=settings(
            max_examples=(EXAMPLES or 150) // PARTS,
            stateful_step_count=int(os.environ.get("MODEL_STEPS", "50")),
            database=None,
            print_blob=False,
        ),
    )
