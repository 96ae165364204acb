"""Whatever happens in whatever order: runs, lanes and address books stay as they must be.

`MODEL_EXAMPLES=500 MODEL_STEPS=100` looks longer, and elsewhere every time.
"""

import os
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from support.crashes import Crash, Crashes, die
from support.model import (
    File,
    WatchedWeCom,
    differs,
    expected,
    published,
    run_id_of,
    undone,
    wrong_lanes,
)
from support.world import World
from wecom_sync.errors import (
    TransitionRefusedError,
    UnknownOutcomeError,
    UnreachableError,
    WeComError,
)
from wecom_sync.policy import Policy
from wecom_sync.results import JobEvent
from wecom_sync.run import MOVES, Job, Run, State

CORPS = ("acme", "beta")
SWEEP_SECONDS = 300
RETURN_SECONDS = 360
"""When a message is seen again whose function died."""
PATIENCE_SECONDS = 5 * 86_400
FAULTS = (
    UnreachableError(), UnknownOutcomeError(), WeComError(-1, "busy", "/x"),
    WeComError(45009, "rate", "/x"), WeComError(302005, "again", "/x"),
    WeComError(40001, "secret", "/x"), WeComError(48002, "forbidden", "/x"),
)  # fmt: skip

corps = st.sampled_from(CORPS)
which = st.integers(0, 30)
numbers = st.one_of(
    st.integers(14, 24).map(range),
    st.integers(14, 24).map(range),
    st.frozensets(st.integers(0, 24), min_size=1, max_size=3),
)
people = numbers.map(lambda found: frozenset(f"u{number}" for number in found))
parties = st.integers(1, 12).map(lambda count: frozenset(map(str, range(1, count + 1))))
homes = st.sampled_from([1, 1, 1, 2, 3, 9])
names = st.sampled_from("ab")
seldom = st.sampled_from([False, False, True])


class Life(RuleBasedStateMachine):
    """Two companies, everything that can happen to their files, and what must always hold."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(*CORPS)
        self.wecoms = {corp: WatchedWeCom(self.world.clock) for corp in CORPS}
        self.world.wecoms.update(self.wecoms)
        self.files: dict[tuple[str, str], File] = {}
        self.events: list[dict[str, object]] = []
        self.late: list[dict[str, object]] = []
        self.callbacks: list[JobEvent] = []
        self.moves: list[tuple[State, State]] = []
        self.ended: dict[str, State] = {}
        self._watch_moves()
        self.crashes = Crashes(self.world)
        for corp in CORPS:
            self.settings_change(corp, 2, 50)
            self._drop(f"{corp}/replaceparty/a.csv", File(Job.REPLACE_PARTY, frozenset("1234")))
            ids = frozenset(f"u{number}" for number in range(16))
            self._drop(f"{corp}/replaceuser/a.csv", File(Job.REPLACE_USER, ids))
        self.time_passes(1_000)

    def _watch_moves(self) -> None:
        store, move = self.world.store, self.world.store.move

        def watched(run: Run, to: State, **changes: object) -> Run:
            moved = move(run, to, **changes)
            self.moves.append((run.state, to))
            return moved

        store.move = watched  # type: ignore[method-assign]

    @property
    def runs(self) -> list[Run]:
        return [*self.world.store.runs_by_id.values()]

    # What people and S3 do.

    @rule(corp=corps, ids=people, home=homes, name=names, late=seldom)
    def drop_everybody(
        self, corp: str, ids: frozenset[str], home: int, name: str, *, late: bool
    ) -> None:
        key = f"{corp}/replaceuser/{name}.csv"
        self._drop(key, File(Job.REPLACE_USER, ids, home), late=late)

    @rule(corp=corps, ids=people, home=homes, name=names, late=seldom)
    def drop_some(
        self, corp: str, ids: frozenset[str], home: int, name: str, *, late: bool
    ) -> None:
        self._drop(f"{corp}/syncuser/{name}.csv", File(Job.SYNC_USER, ids, home), late=late)

    @rule(corp=corps, ids=parties, name=names, late=seldom)
    def drop_departments(self, corp: str, ids: frozenset[str], name: str, *, late: bool) -> None:
        file = File(Job.REPLACE_PARTY, ids)
        self._drop(f"{corp}/replaceparty/{name}.csv", file, late=late)

    @rule(corp=corps, place=st.sampled_from([*Job, "elsewhere"]))
    def drop_nonsense(self, corp: str, place: str) -> None:
        self._drop(f"{corp}/{place}/bad.csv", File(None, frozenset()))

    def _drop(self, key: str, file: File, *, late: bool = False) -> None:
        event = self.world.drop(key, file.content)
        version = f"v{len(self.files) + 1}"
        self.files[key, version] = file
        self.events.append(event)
        if late:
            self.world.submit_queue.messages.pop()
            self.late.append(event)

    @rule(at=which)
    def late_or_repeated_event(self, at: int) -> None:
        if self.late:
            self.world.submit_queue.send(self.late.pop(at % len(self.late)))
        else:
            self.world.submit_queue.send(self.events[at % len(self.events)])

    @rule(at=which, what=st.sampled_from(["approve", "approve another plan", "cancel"]))
    def decide(self, at: int, what: str) -> None:
        runs = [run for run in self.runs if run.state is State.HELD] or self.runs
        run = runs[-1 - at % len(runs)]
        if what == "cancel":
            message = {"kind": "cancel", "run_id": run.run_id, "by": "boss"}
            self.world.submit_queue.send(message)
        else:
            self.world.approve(run if what == "approve" else replace(run, plan_digest="another"))

    @rule(corp=corps, hours=st.integers(1, 3), removals=st.sampled_from([0, 50, 1000]))
    def settings_change(self, corp: str, hours: int, removals: int) -> None:
        values = {"first_replace": "apply", "hold_hours": hours, "removals": removals}
        policy = Policy.from_document(Policy().to_document() | values)
        self.world.store.put_policy(corp, policy, self.world.clock.now)

    @precondition(lambda self: self.world.drops.objects)
    @rule(at=which)
    def object_deleted(self, at: int) -> None:
        there = [*self.world.drops.objects]
        del self.world.drops.objects[there[at % len(there)]]

    # What WeCom does.

    @rule(corp=corps, at=which, whose=st.sampled_from(["own", "fixed", "unknown", "other"]))
    def callback(self, corp: str, at: int, whose: str) -> None:
        """Report a job: its own, through the fixed URL, one that nobody knows, another run's."""
        jobs = [*self.wecoms[corp].jobs.items()]
        job_id, job = jobs[-1 - at % len(jobs)]
        run_id = {"own": run_id_of(job), "other": run_id_of(job)}.get(whose, "")
        if whose == "other":
            # WeCom never says of a job that it is another one; least of all before we know it.
            job_id = "another" if self.world.store.runs_by_id[run_id].job_id else job_id
        job_id = "unknown" if whose == "unknown" else job_id
        code = 302005 if at % 7 == 0 else 0
        self.callbacks.append(JobEvent(corp, run_id, job.job.wecom_type, job_id, code, ""))

    @rule(corp=corps, call=st.sampled_from(["directory", "upload", "submit", "result", "answer"]),
          fault=st.sampled_from(FAULTS), times=st.integers(1, 4))  # fmt: skip
    def fault(self, corp: str, call: str, fault: Exception, times: int) -> None:
        """Let calls fail; an answer is lost after WeCom has done what was asked."""
        if call == "answer":
            self.wecoms[corp].lost_answers = times
        else:
            self.wecoms[corp].fail(call, *[fault] * times)

    @rule(corp=corps, user=st.integers(0, 24), code=st.sampled_from([0, 60104, 301005]),
          whole=st.sampled_from([0, 0, 0, 302005]),
          seconds=st.sampled_from([0, 5, 90, 2_000]))  # fmt: skip
    def wecom_changes(self, corp: str, user: int, code: int, whole: int, seconds: int) -> None:
        wecom = self.wecoms[corp]
        wecom.refused, wecom.job_errcode, wecom.duration = {f"u{user}": code}, whole, seconds

    # What AWS does.

    @rule(at=which, again=st.booleans())
    def message_lost_or_doubled(self, at: int, *, again: bool) -> None:
        """Lose a message of ours, or let it come twice; S3's own always arrive."""
        for queue in (self.world.submit_queue, self.world.results_queue):
            ours = [entry for entry in queue.messages if "Records" not in entry[1]]
            if ours and again:
                queue.messages.append(ours[at % len(ours)])
            elif ours:
                queue.messages.remove(ours[at % len(ours)])

    @rule(calls=st.integers(0, 25), after=st.booleans(), seconds=st.sampled_from([0, 61]))
    def crash(self, calls: int, seconds: int, *, after: bool) -> None:
        self.crashes.arm(calls, die, after=after)
        self.time_passes(seconds)

    @rule(calls=st.integers(0, 25), after=st.booleans(), seconds=st.sampled_from([0, 61]))
    def meanwhile(self, calls: int, seconds: int, *, after: bool) -> None:
        """Let another function handle the next messages in the middle of one."""
        self.crashes.arm(calls, lambda: self._handle() and self._handle(), after=after)
        self.time_passes(seconds)

    @rule(times=st.integers(1, 3))
    def topic_away(self, times: int) -> None:
        self.world.publisher.failures = times

    @rule()
    def some_time_passes(self) -> None:
        self.time_passes(SWEEP_SECONDS)

    @rule(seconds=st.sampled_from([0, 1, 31, 61, 700, 4_000, 22_000]))
    def time_passes(self, seconds: int) -> None:
        until = self.world.clock.now + seconds
        while self._handle() or self._later(until):
            pass

    @rule()
    def sweep(self) -> None:
        try:
            with self.crashes.running():
                self.world.sweep.sweep()
        except Crash:
            pass

    def _handle(self) -> bool:
        """Handle a message; one whose function dies is seen again later."""
        queues = (self.world.submit_queue, self.world.results_queue)
        before = [[*queue.messages] for queue in queues]
        heard = self.callbacks.pop(0) if self.callbacks else None
        try:
            with self.crashes.running():
                if heard is None:
                    return self.world.step()
                self.world.results.hear(heard)
        except (Crash, RuntimeError, TransitionRefusedError):
            self.callbacks += [heard] if heard else []
            for queue, messages in zip(queues, before, strict=True):
                left = {id(entry) for entry in queue.messages}
                taken = [message for message in messages if id(message) not in left]
                again = self.world.clock.now + RETURN_SECONDS
                queue.messages += [(again, message) for _, message in taken]
        return True

    def _later(self, until: float) -> bool:
        """Move to the next message's time, at most to `until`."""
        queues = (self.world.submit_queue, self.world.results_queue)
        times = [time for queue in queues if (time := queue.next_time()) is not None]
        found = min([time for time in times if time <= until], default=None)
        self.world.clock.now = until if found is None else found
        return found is not None

    # What must hold.

    @invariant()
    def lanes_fit(self) -> None:
        assert wrong_lanes(self.world) == []

    @invariant()
    def moves_are_allowed(self) -> None:
        allowed = {(before, to) for before, after in MOVES.items() for to in after}
        assert {move for move in self.moves if move[0] is not move[1]} <= allowed

    @invariant()
    def what_has_ended_stays(self) -> None:
        states = {run.run_id: run.state for run in self.runs}
        assert self.ended.items() <= states.items()
        self.ended = {run_id: state for run_id, state in states.items() if state.is_final}

    @invariant()
    def a_drop_is_one_run(self) -> None:
        drops = [(run.key, run.version) for run in self.runs]
        assert len(set(drops)) == len(drops)

    @invariant()
    def what_is_held_changes_nothing(self) -> None:
        posted = {run_id_of(job) for each in self.wecoms.values() for job in each.jobs.values()}
        assert not posted & {run.run_id for run in self.runs if run.state is State.HELD}

    @invariant()
    def imports_never_overlap_and_never_undo_newer_ones(self) -> None:
        for corp, wecom in self.wecoms.items():
            runs = self.world.store.runs_by_id
            assert all(runs[other].state is State.FAILED for _, other in wecom.overlaps)
            assert undone(self.world, corp) == []

    def teardown(self) -> None:
        """Leave it alone, with the sweep: everything ends, and is what the files said."""
        self.crashes.disarm()
        self.world.publisher.failures = 0
        for wecom in self.wecoms.values():
            wecom.failures.clear()
            wecom.lost_answers = 0
        for event in self.late:
            self.world.submit_queue.send(event)
        over = self.world.clock.now + PATIENCE_SECONDS
        while self.world.clock.now < over and not self._is_quiet():
            self.sweep()
            self.time_passes(SWEEP_SECONDS)

        assert self._is_quiet()
        assert {(run.key, run.version) for run in self.runs} == self.files.keys()
        assert [run for run in self.runs if not published(self.world, run)] == []
        for corp, wecom in self.wecoms.items():
            lane = self.world.store.lane(corp)
            assert (lane.holder, lane.waiting) == (None, ())
            assert differs(wecom, expected(self.world, corp, self.files)) == ""
        for each in (self.lanes_fit, self.moves_are_allowed, self.what_has_ended_stays,
                     self.imports_never_overlap_and_never_undo_newer_ones):  # fmt: skip
            each()

    def _is_quiet(self) -> bool:
        waiting = self.world.submit_queue.messages or self.world.results_queue.messages
        is_open = any(self.world.store.open[run.run_id] for run in self.runs)
        return not (waiting or is_open or any(not run.state.is_final for run in self.runs))


EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "0"))
TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=EXAMPLES or 150,
    stateful_step_count=int(os.environ.get("MODEL_STEPS", "50")),
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=[*HealthCheck],
)
