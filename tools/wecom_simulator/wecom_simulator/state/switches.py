"""What tests vary about WeCom: switches with a strict default. All else is read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Final, Self, get_type_hints

from wecom_simulator.state.errors import ControlError

SURFACES: Final = ("submit", "callback", "result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How one corp behaves."""

    blank_clears: Annotated[bool, "a blank cell clears the field"] = False
    whole_job_errors: Annotated[
        str, "where 40092, 45026, 302003/4/6/7 show: submit, callback, or result only"
    ] = "callback"

    callback_timeout_seconds: Annotated[float, "time for the answer to an event"] = 5.0
    callback_retry_seconds: Annotated[float, "gap between two attempts"] = 0.2
    job_base_seconds: Annotated[float, "duration of an import without rows"] = 0.3
    job_seconds_per_1000_rows: Annotated[float, "added to it"] = 0.05

    calls_per_minute: Annotated[int, "calls per path and minute before 45009"] = 10_000
    ip_check_on_gettoken: Annotated[bool, "gettoken checks allowed_ips too"] = True
    contact_may_write: Annotated[bool, "contact-sync may edit, else imports answer 48002"] = True

    def updated(self, values: Mapping[str, Any]) -> Self:
        """Return a copy with *values* changed; raises ControlError for a wrong name or type."""
        return replace(self, **{name: _checked(name, value) for name, value in values.items()})


NAMES: Final = frozenset(item.name for item in fields(Switches))
_TYPES: Final = get_type_hints(Switches)


def _checked(name: str, value: Any) -> Any:
    if name not in NAMES:
        raise ControlError(f"unknown option {name!r}")
    wanted = _TYPES[name]
    if wanted is bool and isinstance(value, bool):
        return value
    if wanted in {int, float} and isinstance(value, int | float) and not isinstance(value, bool):
        if value < 0:
            raise ControlError(f"{name} cannot be negative")
        return wanted(value)
    if wanted is str and value in SURFACES:
        return value
    hint = " or ".join(SURFACES) if wanted is str else wanted.__name__
    raise ControlError(f"{name} cannot be {value!r}: expected {hint}")


def described() -> list[dict[str, Any]]:
    """Return every switch as ``{name, default, help}``, in the order of the table in the docs."""
    defaults = Switches()
    return [
        {"name": name, "default": getattr(defaults, name), "help": annotated.__metadata__[0]}
        for name, annotated in get_type_hints(Switches, include_extras=True).items()
    ]
