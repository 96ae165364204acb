"""Companies in memory with the simulator as their WeCom, in this process and in virtual time."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

from days.deaths import Death, Deaths
from faults.containers import Inline, WeComTransport
from faults.wecom import Agenda
from support.composition import StandIns, built
from support.fakes import START, FakeClock, FakeQueue
from support.world import World, silence
from wecom_simulator import SimulatedClock
from wecom_simulator.state.switches import Switches
from wecom_simulator.web.callbacks import Courier
from wecom_simulator.web.platform import Platform
from wecom_simulator.web.server import Application
from wecom_sync.adapters import http_exchange
from wecom_sync.adapters.wecom_client import WeComClient
from wecom_sync.domain.drop import s3_objects
from wecom_sync.domain.errors import (
    PermanentError,
    SignatureError,
    SnapshotMovedError,
    TransitionRefusedError,
)
from wecom_sync.domain.run import Run
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.use_cases import publication
from wecom_sync.use_cases.callbacks import Callbacks
from wecom_sync.use_cases.ports import WeCom

type Message = tuple[float, dict[str, object]]
type Sent = tuple[FakeQueue, dict[str, object]]
RETURN_SECONDS = 360
"""When a message is seen again whose function died."""
BETWEEN_DROPS_SECONDS = 0.25
"""Two drops never have the same time."""
RESTLESS = 20_000
"""More messages than may be handled between two moments."""
PATIENCE = (300.0,) * 288 + (3600.0,) * 24 * 7
"""After which pauses the sweep looks until all has ended: at the latest what was held expires.

For a day as its schedule has it, every five minutes: some it looks after in few of its turns.
"""


class SimulatorsClock(FakeClock):
    def __init__(self) -> None:
        self.simulated = SimulatedClock(frozen_at=START)

    @property
    def now(self) -> float:
        return self.simulated.now()

    @now.setter
    def now(self, now: float) -> None:
        self.simulated.advance(now - self.now)


class Town(World):
    """Let functions run, die and meet. `errors`: what they raised and should not have."""

    def __init__(self, *corps: str) -> None:
        self.deaths = Deaths()
        self.errors: list[str] = []
        self.struck: Counter[str] = Counter()
        """How often WeCom failed, by how."""
        self.events: list[Sent] = []
        self.late: list[Sent] = []
        """What will come when somebody sends it."""
        self.called: list[Callable[[], None]] = []
        """What looks on after each call of WeCom's."""
        self._meetings = 0
        clock = SimulatorsClock()
        self.agenda = Agenda(clock.simulated)
        quick = Switches().updated({"job_base_seconds": 5, "job_seconds_per_1000_rows": 0})
        self.platform = Platform(quick, clock.simulated)
        self.platform.scheduler = self.agenda
        self.platform.courier = Courier(clock.simulated, self.agenda, self._post)
        self._transport = WeComTransport(self.deaths, Application(self.platform), self._look)
        super().__init__(*corps, clock=clock)
        self.queues = [it for it in vars(self).values() if isinstance(it, FakeQueue)]
        self.deaths.watch(self)

    def start(self) -> None:
        super().start()
        self._callbacks: Callbacks = built(
            "callback", lambda its: {**self.stand_ins(its), "queue": lambda _: self.results_queue}
        )

    def stand_ins(self, adapters: Any) -> StandIns:
        if isinstance(adapters, WeComAdapters):
            self._opened = adapters.wecom
        return {**super().stand_ins(adapters), "sleep": lambda _: None, "wecom": self._open}

    def _open(self, corp: str) -> WeCom:
        client = self._opened(corp)
        assert isinstance(client, WeComClient)
        client._session.mount("https://", self._transport)
        return client

    @property
    def runs(self) -> list[Run]:
        return [*self.store.runs_by_id.values()]

    def put(self, key: str, content: bytes | str, *, late: bool = False, **asked: str) -> None:
        """Put an object; `late`: its event comes when it is sent from `late`."""
        self.clock.now += BETWEEN_DROPS_SECONDS
        event = self.drop(key, content, **asked)
        queue = next(it for it in self.queues if it.messages and it.messages[-1][1] == event)
        self.events.append((queue, event))
        if late:
            queue.messages.pop()
            self.late.append((queue, event))

    def send(self, at: int) -> None:
        """Let a late event come."""
        queue, event = self.late.pop(at)
        queue.send(event)

    def step(self) -> bool:
        """Let the next thing happen that is due: at WeCom, or a message and its function."""
        due = self.agenda.next_time()
        if due is not None and due <= self.clock.now:
            self.agenda.run_next()
            return True
        before: list[list[Message]] = [[*queue.messages] for queue in self.queues]
        has_worked = True

        def work() -> None:
            nonlocal has_worked
            has_worked = super(Town, self).step()

        if not self.run("a message", work):
            self._bring_back(before)
        return has_worked

    def _bring_back(self, before: list[list[Message]]) -> None:
        """Let messages be seen again later that their function has not handled to its end."""
        for queue, messages in zip(self.queues, before, strict=True):
            left = {id(entry) for entry in queue.messages}
            again = self.clock.now + RETURN_SECONDS
            queue.messages += [(again, entry[1]) for entry in messages if id(entry) not in left]

    def run(self, function: str, work: Callable[[], object]) -> bool:
        """Run a function; return whether it came to its end."""
        meetings = self._meetings
        try:
            with self.deaths.running(function):
                work()
        except Death:
            self.start()
            return False
        except (TransitionRefusedError, SnapshotMovedError) as error:
            # Somebody else was faster; the message comes again.
            if meetings == self._meetings:
                self.errors.append(f"{function} raised {error!r} and was alone")
            return False
        except Exception as error:  # noqa: BLE001 - a function that fails is a finding
            self.errors.append(f"{function} raised {error!r}"[:300])
            return False
        return True

    def meet(self) -> None:
        """Let others handle the next two messages in the middle of one."""
        self._meetings += 1
        self.deaths.happened["meeting"] += 1
        for _ in range(2):
            self.step()

    def _look(self, _path: str) -> None:
        for look in self.called:
            look()

    def _post(self, url: str, body: str, _timeout_seconds: float) -> int | None:
        """Take WeCom's event to the callback function; return its status, None for no answer."""
        parts = urlsplit(url)
        corp, _, run_id = parts.path.partition("/callback/")[2].partition("/")
        status = 200

        def accept() -> None:
            nonlocal status
            try:
                query = dict(parse_qsl(parts.query))
                self._callbacks.accept(corp, run_id, query, body.encode())
            except SignatureError:
                status = 403
            except PermanentError:
                status = 404

        return status if self.run("callback", accept) else None

    def sweep_now(self) -> None:
        self.run("sweep", self.sweep.sweep)

    def pass_time(self, seconds: float) -> None:
        """Handle every message of the next `seconds`, each at its time."""
        until = self.clock.now + seconds
        for _ in range(RESTLESS):
            if self.step():
                continue
            times = [self.agenda.next_time(), *(queue.next_time() for queue in self.queues)]
            coming = [time for time in times if time is not None and time <= until]
            self.clock.now = max(self.clock.now, min(coming, default=until))
            if not coming:
                return
        self.errors.append("messages have no end")

    def lose_messages(self) -> int:
        """Lose every message that somebody else knows as well; return how many.

        Nobody else knows of a drop without a run, a decision, and what is to be told.
        """
        versions = {(run.key, run.identity.version) for run in self.runs}
        lost = len(self.store.stream)
        self.store.stream.clear()
        for queue in self.queues:
            if queue is self.publish_queue:
                continue
            puts = [(entry, put) for entry in queue.messages for put in s3_objects(entry[1])]
            news = [entry for entry, put in puts if (put.key, put.version) not in versions]
            lost += len(queue.messages) - len(news)
            queue.messages[:] = news
        return lost

    def calm(self) -> None:
        """Let nothing more go wrong, and the sweep alone bring home what was under way."""
        self.deaths.disarm()
        self.publisher.failures = 0
        for fault in self.platform.faults.listed():
            code = f" {fault['errcode']}" if fault["kind"] == "errcode" else ""
            self.struck[f"{fault['kind']}{code}"] += fault["used"]
        self.platform.faults.clear()
        for corp in self.platform.corps():
            corp.settings = corp.config
            self.platform.release_jobs(corp)
        self.lose_messages()
        while self.late:
            self.send(0)
        for pause in PATIENCE:
            self.sweep_now()
            self.pass_time(pause)
            if self.is_quiet:
                return

    @property
    def is_quiet(self) -> bool:
        """Whether every run has ended and was reported, and nothing is on its way."""
        return self.is_published and not any(self.store.open[run.run_id] for run in self.runs)

    @property
    def is_published(self) -> bool:
        waiting = any(queue.messages for queue in self.queues) or self.agenda.times()
        return not waiting and not self.store.stream and not [*self.store.overdue(1e12)]


@contextmanager
def town(*corps: str) -> Iterator[Town]:
    """Open a new town, in which nobody logs and a call stays on its thread.

    Pages are left blank: they show documents, and half of the time would be theirs.
    """
    blank = mock.Mock(return_value=b"")
    inline = mock.Mock(Thread=Inline, Event=threading.Event)
    with (
        silence(),
        mock.patch.object(http_exchange, "threading", inline),
        mock.patch.multiple(publication, report_page=blank, corp_page=blank),
    ):
        yield Town(*corps)
