"""The functions as the template configures them, each built once until its process dies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider

from faults.tap import Clients, WeComTransport
from support.composition import StandIns, built
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.use_cases.ports import Clock, WeCom


@dataclass
class Containers:
    """Builds a function when it is first called, and anew after its process was killed."""

    names: Mapping[str, str]
    session: Clients
    transport: WeComTransport
    clock: Clock
    sleep: Callable[[float], None]
    _built: dict[str, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for function in ("submit", "callback", "persist", "publish", "sweep"):
            self._build(function)  # so that every client is there before the first fork

    def use_case(self, function: str) -> Any:
        """Return what the function's `build` returns."""
        if function not in self._built:
            self._built[function] = self._build(function)
        return self._built[function]

    def bury(self, function: str) -> None:
        """Forget a process that was killed with everything it had in its memory."""
        self._built.pop(function, None)

    def _build(self, function: str) -> Any:
        return built(function, self._stand_ins, self.names, self.session)

    def _stand_ins(self, adapters: Any) -> StandIns:
        found: StandIns = {"clock": self.clock, "sleep": self.sleep}
        if isinstance(adapters, CorpAdapters):
            found["provider"] = _Secrets(adapters.provider.client, self.clock)
        if isinstance(adapters, WeComAdapters):
            opened = adapters.wecom

            def tapped(corp: str) -> WeCom:
                wecom = opened(corp)
                vars(wecom)["_session"].mount("https://", self.transport)
                return wecom

            found["wecom"] = tapped
        return found


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
