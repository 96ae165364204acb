"""All corps of one simulator with what they share, and one call to WeCom's API."""

import json
import re
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from wecom_simulator.state.apps import App
from wecom_simulator.state.clock import Scheduler, SimulatedClock
from wecom_simulator.state.corp import Corp, CorpConfig
from wecom_simulator.state.errors import ApiError, ControlError
from wecom_simulator.state.faults import Fault, FaultBook
from wecom_simulator.state.jobs import ImportJob
from wecom_simulator.state.logs import Log, LoggedRequest
from wecom_simulator.state.switches import Switches
from wecom_simulator.state.tokens import CONTACT, TokenLedger
from wecom_simulator.web.callbacks import Courier

_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


class Platform:
    """The server's state, apart from HTTP."""

    def __init__(self, defaults: Switches, clock: SimulatedClock | None = None) -> None:
        self.defaults = defaults
        self.clock = clock or SimulatedClock()
        self.scheduler = Scheduler(self.clock)
        self.courier = Courier(self.clock, self.scheduler)
        self.faults = FaultBook()
        self.tokens = TokenLedger()
        self.requests: Log[LoggedRequest] = Log()
        self.stopping = threading.Event()
        self._corps: dict[str, Corp] = {}

    def add_corp(self, values: Mapping[str, Any]) -> Corp:
        corp = Corp(CorpConfig.parse(values, self.defaults))
        self.tokens.forget(corp.corp_id)
        self._corps[corp.corp_id] = corp
        return corp

    def corp(self, corp_id: str) -> Corp:
        """Return a corp by id or alias; raises ControlError 404."""
        for corp in self.corps():
            if corp_id in {corp.corp_id, corp.settings.alias}:
                return corp
        raise ControlError(f"there is no corp {corp_id!r}", 404)

    def full_id(self, corp_id: str | None) -> str | None:
        """Return the corp id of an alias; anything else comes back as it is."""
        named = (corp for corp in self.corps() if corp_id and corp.settings.alias == corp_id)
        return next((corp.corp_id for corp in named), corp_id)

    def add_fault(self, values: Mapping[str, Any]) -> Fault:
        """Set a fault; ``corp_id`` may be an alias. Raises ControlError."""
        return self.faults.add({**values, "corp_id": self.full_id(values.get("corp_id"))})

    def find_corp(self, corp_id: str) -> Corp | None:
        return self._corps.get(corp_id)

    def robot_corp(self, key: str) -> Corp | None:
        return next((corp for corp in self.corps() if key in corp.settings.robots), None)

    def corps(self) -> list[Corp]:
        return list(self._corps.values())

    def start_job(self, corp: Corp, job: ImportJob) -> None:
        """Let *job* run; it ends by itself unless it hangs."""
        if not job.hung:
            end = partial(self.end_job, corp, job, in_background=True)
            self.scheduler.call_later(job.duration_seconds, end)

    def release_jobs(self, corp: Corp) -> list[str]:
        """Let the hung jobs of *corp* end at once; return their ids."""
        with corp.lock:
            released = [job for job in corp.jobs.listed() if job.hung and job.finished_at is None]
        for job in released:
            job.hung = False
            self.scheduler.call_later(0, partial(self.end_job, corp, job, in_background=True))
        return [job.job_id for job in released]

    def end_job(self, corp: Corp, job: ImportJob, *, in_background: bool) -> None:
        """Apply *job* and deliver its event, before returning unless *in_background*."""
        with corp.lock:
            current = self._corps.get(corp.corp_id) is corp and corp.jobs.has(job)
            if job.finished_at is not None or not current:
                return
            if not job.errcode and job.apply:
                job.rows, job.total = job.apply()
            job.apply = None
            job.finished_at = self.clock.now()
        if in_background:
            self._deliver(corp, job)
        else:
            self.courier.send(job, corp.corp_id, corp.switches)

    def _deliver(self, corp: Corp, job: ImportJob) -> None:
        if job.callback is None:
            return
        path = f"/cgi-bin/batch/{job.kind.path}"
        kinds = ("lost", "repeated", "late", "forged")
        fault = self.faults.take("callback", corp.corp_id, path, kinds)
        kind = fault.kind if fault else ""
        if kind == "lost":
            self.courier.lose(job, corp.corp_id)
            return
        delay = fault.seconds if fault and kind == "late" else 0.0

        def send() -> None:
            self.courier.send(job, corp.corp_id, corp.switches, forged=kind == "forged")

        for _ in range(fault.copies if fault and kind == "repeated" else 1):
            self.scheduler.call_later(delay, send)


class Request(NamedTuple):
    """What came over HTTP, as far as an endpoint may see it."""

    method: str
    path: str
    query: Mapping[str, str]
    address: str
    content_type: str
    body: bytes


class ApiCall(NamedTuple):
    """A request with the corp its token belongs to, and by which secret it was got."""

    platform: Platform
    request: Request
    corp: Corp
    secret_name: str = CONTACT

    @property
    def app(self) -> App:
        """The app whose secret it was."""
        apps: tuple[App, ...] = self.corp.settings.apps
        return next(it for it in apps if it.secret_name == self.secret_name)

    @property
    def now(self) -> float:
        return self.platform.clock.now()

    def json(self) -> dict[str, Any]:
        r"""Return the JSON object of the body.

        Raises ApiError 40033 for ``\uXXXX`` escapes (WeCom wants raw UTF-8) and 40058 for
        anything that is not a JSON object.
        """
        if _ESCAPE.search(self.request.body):
            raise ApiError(40033)
        try:
            value = json.loads(self.request.body.decode("utf-8"))
        except ValueError as error:
            raise ApiError(40058, "the body is not JSON in UTF-8") from error
        if not isinstance(value, dict):
            raise ApiError(40058, "the body is not a JSON object")
        return value
