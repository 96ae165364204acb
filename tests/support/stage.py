"""A world in which functions may die and messages get lost, and a note of what it saw."""

from typing import Unpack

from support.crashes import Crash, Crashes
from support.model import File, WatchedWeCom
from support.world import TRUSTING, World
from wecom_sync.domain.drop import s3_objects
from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run, RunChanges, State
from wecom_sync.use_cases.callbacks import JobEvent

RETURN_SECONDS = 360
"""When a message is seen again whose function died."""
STAFF = 16


class Stage:
    """Several companies with four departments and some members each."""

    def __init__(self, *corps: str) -> None:
        self.world = World(*corps)
        self.wecoms = {corp: WatchedWeCom(self.world.clock) for corp in corps}
        self.world.wecoms.update(self.wecoms)
        self.queues = (self.world.submit_queue, self.world.results_queue, self.world.publish_queue)
        self.files: dict[tuple[str, str], File] = {}
        self.events: list[dict[str, object]] = []
        self.late: list[dict[str, object]] = []
        self.callbacks: list[JobEvent] = []
        self.moves: list[tuple[State, State]] = []
        self._watch_moves()
        self.crashes = Crashes(self.world)
        for corp in corps:
            self.put_policy(corp, 2)
            self.drop(corp, File.of_departments(range(1, 5)))
            self.drop(corp, File.of_members(range(STAFF)))
        self.pass_time(1_000)

    def _watch_moves(self) -> None:
        store, move = self.world.store, self.world.store.move

        def watched(run: Run, to: State, **changes: Unpack[RunChanges]) -> Run:
            moved = move(run, to, **changes)
            self.moves.append((run.state, to))
            return moved

        store.move = watched  # type: ignore[method-assign]

    @property
    def runs(self) -> list[Run]:
        return [*self.world.store.runs_by_id.values()]

    def put_policy(self, corp: str, hold_hours: int, removals: int = 50) -> None:
        """Let only numbers be a limit: in so small a company every share would be too large."""
        changes = {
            "hold_hours": hold_hours, "removals": removals,
            "removal_percent": 100, "moves_percent": 100,
        }  # fmt: skip
        policy = Policy.from_document(TRUSTING.to_document() | changes)
        self.world.store.put_policy(corp, policy, self.world.clock.now)

    def drop(
        self, corp: str, file: File, *, name: str = "a", place: str = "", late: bool = False
    ) -> None:
        """Put a file; `late`: its event comes when it is sent from `late`."""
        key = f"{corp}/{place or file.job}/{name}.csv"
        event = self.world.drop(key, file.content)
        (dropped,) = s3_objects(event)
        self.files[key, dropped.version] = file
        self.events.append(event)
        if late:
            self.world.submit_queue.messages.pop()
            self.late.append(event)

    def pass_time(self, seconds: float) -> None:
        until = self.world.clock.now + seconds
        while self.handle() or self._later(until):
            pass

    def handle(self) -> bool:
        """Handle a callback or message; one whose function dies is seen again later."""
        before = [[*queue.messages] for queue in self.queues]
        heard = self.callbacks.pop(0) if self.callbacks else None
        try:
            with self.crashes.running():
                if heard is None:
                    return self.world.step()
                self.world.results.hear(heard)
        except (Crash, RuntimeError, TransitionRefusedError):
            self.callbacks += [heard] if heard else []
            for queue, messages in zip(self.queues, before, strict=True):
                left = {id(entry) for entry in queue.messages}
                taken = [message for message in messages if id(message) not in left]
                again = self.world.clock.now + RETURN_SECONDS
                queue.messages += [(again, message) for _, message in taken]
        return True

    def handle_two(self) -> None:
        for _ in range(2):
            self.handle()

    def _later(self, until: float) -> bool:
        """Move to the next message's time, at most to `until`."""
        times = [time for queue in self.queues if (time := queue.next_time()) is not None]
        moment = min([time for time in times if time <= until], default=None)
        self.world.clock.now = until if moment is None else moment
        return moment is not None

    def sweep(self) -> None:
        try:
            with self.crashes.running():
                self.world.sweep.sweep()
        except Crash:
            return

    def lose_messages(self) -> None:
        """Lose all messages but those of drops that have no run yet, and what is to be told."""
        versions = {(run.key, run.version) for run in self.runs}
        for queue in (self.world.submit_queue, self.world.results_queue):
            puts = [(entry, put) for entry in queue.messages for put in s3_objects(entry[1])]
            news = [entry for entry, put in puts if (put.key, put.version) not in versions]
            queue.messages[:] = news

    def calm(self) -> None:
        """Let nothing more go wrong; whatever was under way is lost."""
        self.crashes.disarm()
        self.callbacks.clear()
        self.world.publisher.failures = 0
        for wecom in self.wecoms.values():
            wecom.failures.clear()
            wecom.lost_answers = 0
        self.lose_messages()

    @property
    def is_quiet(self) -> bool:
        """Whether every run has ended and was reported, and no message is left."""
        is_open = any(self.world.store.open[run.run_id] for run in self.runs)
        left = any(queue.messages for queue in self.queues)
        return not left and not is_open and all(run.state.is_final for run in self.runs)
