"""The simulator as an object: start it, give it corps, break things, look inside."""

from typing import Any, Self

from wecom_simulator.state.clock import SimulatedClock
from wecom_simulator.state.corp import Corp
from wecom_simulator.state.faults import Fault
from wecom_simulator.state.switches import Switches
from wecom_simulator.web.platform import Platform
from wecom_simulator.web.server import Server


class Simulator:
    """A WeCom server in this process; *defaults* are switches of the corps added later."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        clock: SimulatedClock | None = None,
        **defaults: Any,
    ) -> None:
        self._host = host
        self._port = port
        self._server: Server | None = None
        self.platform = Platform(Switches().updated(defaults), clock)
        self.clock = self.platform.clock
        self.corp = self.platform.corp
        self.clear_faults = self.platform.faults.clear
        self.wait_idle = self.platform.scheduler.wait_idle

    def start(self) -> Self:
        self._server = Server(self.platform, self._host, self._port)
        self._port = self._server.port
        self.platform.stopping.clear()
        self.platform.scheduler.start()
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop; jobs that run never end. Does nothing when it is not running."""
        if self._server is None:
            return
        self.platform.stopping.set()
        self._server.stop()
        self.platform.scheduler.stop()
        self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address without a path, like ``http://127.0.0.1:8070``."""
        return f"http://{self._host}:{self._port}"

    @property
    def requests(self) -> list[dict[str, Any]]:
        return self.platform.requests.listed()

    def add_corp(self, corp_id: str, contact_secret: str, **options: Any) -> Corp:
        """Create or replace a corp; options as in ``POST /_control/corps``. Raises ControlError."""
        return self.platform.add_corp(
            {"corp_id": corp_id, "contact_secret": contact_secret, **options}
        )

    def fault(self, kind: str, path: str | None = None, **options: Any) -> Fault:
        """Set a fault; options are those of ``POST /_control/faults``. Raises ControlError."""
        return self.platform.add_fault({"kind": kind, "path": path, **options})

    def release_jobs(self, corp_id: str) -> list[str]:
        return self.platform.release_jobs(self.corp(corp_id))
