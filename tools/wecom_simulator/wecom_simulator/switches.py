"""Everything about WeCom that its documents leave open, as a switch with a strict default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, get_type_hints

from .errors import ControlError

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "csv_quoting": ("naive", "rfc4180"),
    "guard_at_fifty": ("neither", "large", "small"),
    "whole_job_errors": ("submit", "callback", "result"),
}


def _switch(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How one corp behaves; the defaults are the strictest reading of the documents."""

    csv_quoting: str = _switch("naive", "naive: split at every comma; rfc4180: quotes protect")
    blank_clears: bool = _switch(default=False, text="a blank cell clears the field")
    trim_cells: bool = _switch(default=False, text="blanks around a cell are dropped")
    zhanghao_accepted: bool = _switch(default=False, text="the header 账号 is read as 帐号")
    plus86_accepted: bool = _switch(default=False, text="+86 before a mainland mobile is accepted")
    gender_digits_accepted: bool = _switch(default=False, text="性别 may be 1 or 2")

    guard_at_fifty: str = _switch("neither", "which branch of the deletion guard owns exactly 50")
    delete_before_add: bool = _switch(
        default=False, text="replaceuser deletes first, so freed mobiles can be used again"
    )
    deleted_members_listed: bool = _switch(
        default=True, text="successful deletions are rows of the result"
    )

    root_row_required: bool = _switch(
        default=True, text="a department file without id 1 gives 302004"
    )
    parents_first_required: bool = _switch(
        default=True, text="a row before its new parent gives 60004"
    )
    party_to_invite_rejected: bool = _switch(
        default=True, text="to_invite with replaceparty gives 40058"
    )
    party_total_counts_root: bool = _switch(
        default=False, text="`total` of replace_party counts the root row"
    )
    deleted_departments_listed: bool = _switch(
        default=False, text="removed departments are rows (action 0) of the result"
    )

    whole_job_errors: str = _switch(
        "callback", "where 40092, 45026, 302003/4/6/7 show: submit, callback, or result only"
    )
    whole_job_errors_by_code: Mapping[str, str] = field(
        default_factory=dict, metadata={"help": "exceptions to whole_job_errors, by errcode"}
    )
    job_error_as_string: bool = _switch(
        default=True, text="a failed job answers errcode as a string and no status"
    )
    result_for_any_secret: bool = _switch(
        default=False, text="getresult answers other applications too, instead of 48002"
    )

    tiny_files_accepted: bool = _switch(default=False, text="files of 5 bytes or less upload")
    verify_callback_url: bool = _switch(default=False, text="callback.url is verified at submit")
    verify_timeout_seconds: float = _switch(1.0, "time for the answer to that verification")
    callback_timeout_seconds: float = _switch(5.0, "time for the answer to an event")
    callback_retry_seconds: float = _switch(0.2, "gap between two attempts")
    callback_retry_non_200: bool = _switch(
        default=True, text="an answer other than 200 is tried again"
    )

    job_base_seconds: float = _switch(0.3, "duration of an import without rows")
    job_seconds_per_1000_rows: float = _switch(0.05, "added to it")

    token_lifetime_seconds: float = _switch(7200, "life of an access token")
    wrong_secret_limit: int = _switch(10, "wrong secrets from one address before 45009")
    secret_ban_seconds: float = _switch(3600, "length of that ban")
    calls_per_minute: int = _switch(10_000, "calls per path and minute before 45009")
    ip_check_on_gettoken: bool = _switch(default=True, text="gettoken checks allowed_ips too")
    detail_reads: bool = _switch(
        default=False, text="contact-sync secret reads details (an old corp) instead of 48009"
    )

    def updated(self, values: Mapping[str, Any]) -> Switches:
        """Return a copy with *values* changed.

        Raises ControlError for an unknown name or a value of the wrong type.
        """
        return replace(self, **{name: _checked(name, value) for name, value in values.items()})

    def surface_of(self, errcode: int) -> str:
        """Return where a whole-job *errcode* shows: ``submit``, ``callback`` or ``result``."""
        return self.whole_job_errors_by_code.get(str(errcode), self.whole_job_errors)


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
    if wanted is str and value in CHOICES[name]:
        return value
    if name == "whole_job_errors_by_code" and isinstance(value, Mapping):
        surfaces = {str(code): surface for code, surface in value.items()}
        if set(surfaces.values()) <= set(CHOICES["whole_job_errors"]):
            return surfaces
    hint = " or ".join(CHOICES.get(name, ())) or getattr(wanted, "__name__", "another type")
    raise ControlError(f"{name} cannot be {value!r}: expected {hint}")


def described() -> list[dict[str, Any]]:
    """Return every switch as ``{name, default, help}``, in the order of the table in the docs."""
    defaults = Switches()
    return [
        {"name": item.name, "default": getattr(defaults, item.name), "help": item.metadata["help"]}
        for item in fields(Switches)
    ]
