"""Everything about WeCom that its documents leave open, as a switch with a strict default."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, Final, Self, get_type_hints

from wecom_simulator.state.errors import ControlError

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "csv_quoting": ("naive", "rfc4180"),
    "guard_at_fifty": ("neither", "large", "small"),
    "whole_job_errors": ("submit", "callback", "result"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How one corp behaves. The defaults are the strictest reading of the documents."""

    csv_quoting: Annotated[str, "naive: split at every comma; rfc4180: quotes protect"] = "naive"
    blank_clears: Annotated[bool, "a blank cell clears the field"] = False
    trim_cells: Annotated[bool, "blanks around a cell are dropped"] = False
    zhanghao_accepted: Annotated[bool, "the header 账号 is read as 帐号"] = False
    plus86_accepted: Annotated[bool, "+86 before a mainland mobile is accepted"] = False
    gender_digits_accepted: Annotated[bool, "性别 may be 1 or 2"] = False

    guard_at_fifty: Annotated[str, "which branch of the deletion guard owns exactly 50"] = "neither"
    delete_before_add: Annotated[bool, "replaceuser deletes first, so mobiles become free"] = False
    deleted_members_listed: Annotated[bool, "successful deletions are rows of the result"] = True

    root_row_required: Annotated[bool, "a department file without id 1 gives 302004"] = True
    parents_first_required: Annotated[bool, "a row before its new parent gives 60004"] = True
    party_to_invite_rejected: Annotated[bool, "to_invite with replaceparty gives 40058"] = True
    party_total_counts_root: Annotated[bool, "`total` of replace_party counts the root row"] = False
    deleted_departments_listed: Annotated[bool, "removed departments are rows (action 0)"] = False

    whole_job_errors: Annotated[
        str, "where 40092, 45026, 302003/4/6/7 show: submit, callback, or result only"
    ] = "callback"
    whole_job_errors_by_code: Annotated[
        Mapping[str, str], "exceptions to whole_job_errors, by errcode"
    ] = field(default_factory=dict)
    job_error_as_string: Annotated[bool, "a failed job answers errcode as a string"] = True
    result_for_any_secret: Annotated[bool, "getresult answers other applications, too"] = False

    tiny_files_accepted: Annotated[bool, "files of 5 bytes or less upload"] = False
    verify_callback_url: Annotated[bool, "callback.url is verified at submit"] = False
    verify_timeout_seconds: Annotated[float, "time for the answer to that verification"] = 1.0
    callback_timeout_seconds: Annotated[float, "time for the answer to an event"] = 5.0
    callback_retry_seconds: Annotated[float, "gap between two attempts"] = 0.2
    callback_retry_non_200: Annotated[bool, "an answer other than 200 is tried again"] = True

    job_base_seconds: Annotated[float, "duration of an import without rows"] = 0.3
    job_seconds_per_1000_rows: Annotated[float, "added to it"] = 0.05

    token_lifetime_seconds: Annotated[float, "life of an access token"] = 7200
    wrong_secret_limit: Annotated[int, "wrong secrets from one address before 45009"] = 10
    secret_ban_seconds: Annotated[float, "length of that ban"] = 3600
    calls_per_minute: Annotated[int, "calls per path and minute before 45009"] = 10_000
    ip_check_on_gettoken: Annotated[bool, "gettoken checks allowed_ips too"] = True
    contact_may_write: Annotated[bool, "contact-sync may edit, else imports answer 48002"] = True
    detail_reads: Annotated[bool, "contact-sync reads details (an old corp), else 48009"] = False

    def updated(self, values: Mapping[str, Any]) -> Self:
        """Return a copy with *values* changed; raises ControlError for a wrong name or type."""
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
        {"name": name, "default": getattr(defaults, name), "help": annotated.__metadata__[0]}
        for name, annotated in get_type_hints(Switches, include_extras=True).items()
    ]
