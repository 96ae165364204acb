"""The whole product in memory, but for WeCom: our real client talks HTTP to the simulator."""

import itertools
from typing import Any, cast

from support.composition import StandIns
from support.fakes import START, FakeClock
from support.world import World, departments
from wecom_simulator import SimulatedClock, Simulator
from wecom_sync.adapters.http_exchange import TOTAL_SECONDS
from wecom_sync.adapters.wecom_client import WeComClient
from wecom_sync.domain.run import Run
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.wecom.credentials import CorpSecret
from wecom_sync.wecom.remedies import PREFIX, Call

SUBMIT_PATH = f"{PREFIX}{Call.SUBMIT}/replaceparty"
KEY = "acme/replaceparty/d.csv"
_numbers = itertools.count(1)


def simulator() -> Simulator:
    """Return a WeCom whose time stands still and whose imports take none."""
    clock = SimulatedClock(frozen_at=START)
    return Simulator(clock=clock, job_base_seconds=0, job_seconds_per_1000_rows=0)


def path_of(call: Call) -> str:
    return SUBMIT_PATH if call is Call.SUBMIT else PREFIX + call


class SharedClock(FakeClock):
    """The simulator's clock; when it moves, what became due at WeCom is done first."""

    def __init__(self, wecom: Simulator) -> None:
        self._wecom = wecom

    @property
    def now(self) -> float:
        return self._wecom.clock.now()

    @now.setter
    def now(self, now: float) -> None:
        self._wecom.clock.advance(now - self.now)
        if not self._wecom.wait_idle():
            raise TimeoutError("WeCom is still at work")


class Wired(World):
    """One corp of a simulator that may be shared; `slept` sums up the pauses within calls."""

    total_seconds = TOTAL_SECONDS

    def __init__(self, wecom: Simulator) -> None:
        self.simulator = wecom
        self.corp_id = f"ww-acme-{next(_numbers)}"
        self.url = wecom.url
        self.pauses: list[float] = []
        wecom.clear_faults()
        wecom.add_corp(self.corp_id, "contact-secret")
        self.fault("lost")
        super().__init__(clock=SharedClock(wecom))
        self.use_secret("contact-secret")

    def use_secret(self, secret: str) -> None:
        self.secrets.secrets["acme"] = CorpSecret(self.corp_id, secret)

    def stand_ins(self, adapters: Any) -> StandIns:
        if isinstance(adapters, WeComAdapters):
            self._opened = adapters.wecom
        return {**super().stand_ins(adapters), "sleep": self.pauses.append, "wecom": self.open}

    def open(self, corp: str) -> WeComClient:
        client = cast("WeComClient", self._opened(corp))
        client.base_url, client.total_seconds = self.url, self.total_seconds
        return client

    def fault(self, kind: str, path: str | None = None, **options: object) -> None:
        """Let something go wrong, until it is cleared unless `times` says otherwise."""
        chosen: dict[str, object] = {"times": None, "corp_id": self.corp_id, **options}
        self.simulator.fault(kind, path, **chosen)

    def heal(self) -> None:
        self.simulator.clear_faults()
        self.fault("lost")
        self.total_seconds = TOTAL_SECONDS

    def asked(self, call: Call) -> int:
        return len(self.log(call))

    def log(self, call: Call) -> list[dict[str, object]]:
        return self.simulator.platform.requests.listed(self.corp_id, path_of(call))

    def forget_token(self) -> None:
        """Let the next call ask for a token."""
        if token := self.store.token("acme"):
            self.store.drop_token("acme", token.token)

    def drop_departments(self, count: int = 3) -> Run:
        """Drop a department file, and do what can be done at once."""
        self.drop(KEY, departments(count))
        self.pass_time(0)
        return self.run

    @property
    def run(self) -> Run:
        return self.run_of(KEY)

    def messages(self) -> list[float]:
        """Return in how many seconds each waiting message is seen."""
        waiting = [*self.submit_queue.messages, *self.results_queue.messages]
        return [time - self.clock.now for time, _ in waiting]
