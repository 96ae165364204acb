"""The functions as the template configures them, each built once until its process dies."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import boto3
from aws_lambda_powertools.utilities.parameters import SecretsProvider

import callback
import persist
import submit
import sweep
from faults.tap import Clients, WeComTransport
from support.template import resources, translated
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.factory.jobs import JobAdapters
from wecom_sync.factory.runs import RunAdapters
from wecom_sync.factory.shared import Adapters
from wecom_sync.settings import (
    CallbackSettings,
    JobSettings,
    RunSettings,
    Settings,
    SubmitSettings,
)
from wecom_sync.use_cases.ports import Clock, WeCom

CALLBACK_BASE_URL = "https://callback.example/prod"


class Containers:
    """Builds a function when it is first called, and anew after its process was killed."""

    def __init__(
        self,
        names: Mapping[str, str],
        clients: Clients,
        transport: WeComTransport,
        clock: Clock,
        sleep: Callable[[float], None],
    ) -> None:
        self._names = names
        self._session = cast("boto3.Session", clients)
        self._transport = transport
        self._clock = clock
        self._sleep = sleep
        self._built: dict[str, Any] = {}
        submits = SubmitSettings.from_env(self._environment("SubmitFunction"))
        persists = JobSettings.from_env(self._environment("PersistFunction"))
        calls_back = CallbackSettings.from_env(self._environment("CallbackFunction"))
        sweeps = RunSettings.from_env(self._environment("SweepFunction"))
        self._builders: dict[str, Callable[[], Any]] = {
            "submit": lambda: submit.build(self._wecom(submits)),
            "persist": lambda: persist.build(self._wecom(persists)),
            "callback": lambda: callback.build(self._timed(CorpAdapters, calls_back)),
            "sweep": lambda: sweep.build(self._timed(RunAdapters, sweeps)),
        }
        for build in self._builders.values():
            build()  # so that every client is there before the first fork

    def use_case(self, function: str) -> Any:
        """Return what the function's `build` returns."""
        if function not in self._built:
            self._built[function] = self._builders[function]()
        return self._built[function]

    def bury(self, function: str) -> None:
        """Forget a process that was killed with everything it had in its memory."""
        self._built.pop(function, None)

    def _wecom[S: JobSettings](self, settings: S) -> JobAdapters[S]:
        adapters = self._timed(_Tapped[S], settings)
        adapters.transport = self._transport
        return adapters

    def _timed[S: Settings, A: Adapters[Any]](
        self, kind: Callable[[S, boto3.Session, Callable[[str], None]], A], settings: S
    ) -> A:
        adapters = kind(settings, self._session, lambda _: None)
        adapters.clock, adapters.sleep = self._clock, self._sleep
        client = self._session.client("secretsmanager", **adapters.wiring)
        vars(adapters)["provider"] = _Secrets(client, self._clock)
        return adapters

    def _environment(self, function: str) -> dict[str, str]:
        found = resources("AWS::Lambda::Function")[function]["Properties"]["Environment"]
        return {name: self._resolved(value) for name, value in found["Variables"].items()}

    def _resolved(self, value: Any) -> str:
        """Return a value of the template with the defaults of its parameters."""
        match value:
            case {"Ref": name} if name in self._names:
                return self._names[name]
            case {"Ref": name}:
                return str(translated()["Parameters"][name]["Default"])
            case {"Fn::GetAtt": [name, _]}:
                return self._names[name]
            case {"Fn::If": ["HasOwnCallbackUrl", *_]}:
                return CALLBACK_BASE_URL
            case str():
                return value
        raise ValueError(f"cannot resolve {value}")


class _Secrets(SecretsProvider):
    """The same cache in virtual time."""

    def __init__(self, client: Any, clock: Clock) -> None:
        super().__init__(boto3_client=client)
        self._clock = clock
        self._until: dict[Any, float] = {}

    def has_not_expired_in_cache(self, key: Any) -> bool:
        return self._until.get(key, 0) > self._clock()

    def add_to_cache(self, key: Any, value: Any, max_age: int) -> None:
        super().add_to_cache(key, value, max_age)
        self._until[key] = self._clock() + max_age


class _Tapped[S: JobSettings](JobAdapters[S]):
    transport: WeComTransport

    def wecom(self, corp: str) -> WeCom:
        opened = super().wecom(corp)
        session: Any = vars(opened)["_session"]
        session.mount(self.settings.wecom_base_url, self.transport)
        return opened
