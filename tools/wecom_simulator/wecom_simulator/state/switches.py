"""What tests vary about WeCom: switches with a strict default. All else is read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self, get_type_hints

from wecom_simulator.state.errors import ControlError


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How one corp behaves. The README says what each does."""

    blank_clears: bool = False
    callback_timeout_seconds: float = 5.0
    callback_retry_seconds: float = 0.2
    job_base_seconds: float = 0.3
    job_seconds_per_1000_rows: float = 0.05
    calls_per_minute: int = 10_000
    ip_check_on_gettoken: bool = True
    contact_may_write: bool = True

    def updated(self, values: Mapping[str, Any]) -> Self:
        """Return a copy with *values* changed; raises ControlError for a wrong name or type."""
        return replace(self, **{name: _checked(name, value) for name, value in values.items()})


NAMES: Final = frozenset(item.name for item in fields(Switches))
_TYPES: Final = get_type_hints(Switches)


def _checked(name: str, value: Any) -> Any:
    if name not in NAMES:
        raise ControlError(f"unknown option {name!r}")
    wanted = _TYPES[name]
    fits = isinstance(value, bool) if wanted is bool else _is_count(value)
    if not fits:
        expected = "true or false" if wanted is bool else "a number from 0"
        raise ControlError(f"{name} cannot be {value!r}: expected {expected}")
    return wanted(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
