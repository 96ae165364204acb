"""What tests vary about WeCom: switches with a strict default. All else is read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

from wecom_simulator.state.values import checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How one corp behaves. The README says what each does."""

    blank_clears: bool = False
    blank_enables: bool = False
    callback_timeout_seconds: float = 5.0
    callback_retry_seconds: float = 0.2
    job_base_seconds: float = 0.3
    job_seconds_per_1000_rows: float = 0.05
    calls_per_minute: float = 10_000
    ip_check_on_gettoken: bool = True
    contact_may_write: bool = True

    def updated(self, values: Mapping[str, Any]) -> Self:
        """Return a copy with *values* changed; raises ControlError for a wrong name or type."""
        return replace(self, **checked(type(self), values, NAMES))


NAMES: Final = frozenset(item.name for item in fields(Switches))
