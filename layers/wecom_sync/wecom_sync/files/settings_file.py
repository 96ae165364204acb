"""Reads a corp's `settings.toml`."""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job, State
from wecom_sync.domain.texts import Listing, Param, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import header_names, is_comment, normal_header
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.legibility import unreadable
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.files.row_checks import is_unsafe

MAX_HOLD_HOURS = 24 * 30
MAX_LEAVER_DAYS = 365
MAX_SETTINGS_BYTES = 64 * 1024
_FULL_WIDTH = tuple("“”‘’「」『』＂＇＝［］，、｛｝")
"""What a Chinese keyboard or a word processor writes where TOML wants \" \' = [ ] , { }."""
_BARE_WORD = re.compile(r"[^\W\d][^\s\"'=,\[\]{}#“”‘’＝，]*")
_USER_PATTERN = re.compile(r"[A-Za-z0-9_\-@.*?\[\]!]{1,64}")
NEWCOMERS = ("key", "email", "pinyin", "ask")
"""By which rule somebody without an account gets one."""
_REPORTED = frozenset(state.value for state in State if state.is_final or state is State.HELD)
_REPORTED -= {State.PLANNED.value}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file: its setting, and what a value must be."""

    name: str
    accepts: Callable[[Any], bool]
    code: TextCode
    bounds: Params


def _is_pattern(item: str) -> bool:
    return bool(_USER_PATTERN.fullmatch(item))


def _number(name: str, low: int, high: int) -> Key:
    def accepts(value: Any) -> bool:
        return type(value) is int and low <= value <= high

    return Key(name, accepts, "settings_number_wrong", {"low": str(low), "high": str(high)})


def _choice(name: str, *choices: str) -> Key:
    *others, last = (f'"{choice}"' for choice in choices)
    params = {"first": ", ".join(others), "second": last}
    return Key(name, {*choices}.__contains__, "settings_choice_wrong", params)


def _truth(name: str) -> Key:
    params = {"first": "true", "second": "false"}
    return Key(name, lambda value: isinstance(value, bool), "settings_choice_wrong", params)


def _is_header(value: Any) -> bool:
    return isinstance(value, str) and bool(normal_header(value))


def _is_path(value: Any) -> bool:
    """Whether a value may be the name or the path of a department."""
    return isinstance(value, str) and bool(value.strip()) and not is_unsafe(value)


def _listed(accepts: Callable[[str], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list) and all(isinstance(item, str) and accepts(item) for item in value)
    )


def _are_attributes(value: Any) -> bool:
    """Whether a value names attributes that WeCom's CSV can carry, each once."""
    if not _listed(_is_attribute)(value):
        return False
    return len({normal_header(name) for name in value}) == len(value)


def _is_attribute(item: str) -> bool:
    is_readable = not is_unsafe(item) and unreadable(item) is None
    is_own = normal_header(item) not in header_names(Job.SYNC_USER)
    return bool(normal_header(item)) and is_own and is_readable and not is_comment(item)


SECTIONS: Mapping[str, Mapping[str, Key]] = {
    "limits": {
        **{name: _number(name, 0, highest) for name, highest in Policy.limits().items()},
        "first_replace": _choice("first_replace", "hold", "apply"),
        "hold_hours": _number("hold_hours", 1, MAX_HOLD_HOURS),
        "second_person": _truth("second_person"),
    },
    "members": {
        "invite": _truth("invite"),
        "protected": Key("protected", _listed(_is_pattern), "settings_users_wrong", {}),
        "attributes": Key("attributes", _are_attributes, "settings_attributes_wrong", {}),
        "leavers": _choice("leavers", "remove", "disable"),
        "leaver_days": _number("leaver_days", 1, MAX_LEAVER_DAYS),
    },
    "accounts": {
        "key": Key("key", _is_header, "settings_header_wrong", {}),
        "newcomers": _choice("newcomers", *NEWCOMERS),
        "unmanaged": Key("accounts_unmanaged", _listed(_is_pattern), "settings_users_wrong", {}),
    },
    "departments": {
        "company": Key("company", _is_path, "settings_path_wrong", {}),
        "unmanaged": Key("departments_unmanaged", _listed(_is_path), "settings_paths_wrong", {}),
    },
    "notify": {
        "on": Key(
            "notify_on",
            _listed(_REPORTED.__contains__),
            "settings_states_wrong",
            {"expected": Listing.of((f'"{state}"' for state in sorted(_REPORTED)), most=None)},
        ),
        "names": _truth("notify_names"),
    },
}
"""Every key of a file by section, but for those of `OWN`."""
_KINDS = (header_names(Job.SYNC_USER), header_names(Job.REPLACE_PARTY))
"""What headers mean in files of members, and of departments."""
_EVERY = (*MEMBER_COLUMNS, *DEPARTMENT_COLUMNS)
_WECOMS = frozenset(
    normal_header(spelt)
    for column in _EVERY
    if column.is_sent
    for spelt in (column.name, *column.aliases)
)
"""Headers that no settings leave out."""
LEFT_OUT = "!"
"""Stands in `[rows]` before a value that is known, and left out."""
OWN = ("columns", "rows")
"""Sections whose keys are the corp's own headers."""


def read_policy(content: bytes) -> Policy:
    """Read a `settings.toml`.

    Raises `FileRejectedError` with every problem. A file is never half applied.
    """
    if len(content) > MAX_SETTINGS_BYTES:
        raise FileRejectedError([too_large()])
    try:
        text = content.decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRejectedError([Problem(line, "", "settings_not_utf8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise FileRejectedError([_syntax(str(error), text)]) from None
    except (ValueError, RecursionError):
        # Correct TOML with a number or a nesting that Python does not read.
        raise FileRejectedError([Problem(0, "", "settings_syntax")]) from None
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for section, content_of in document.items():
        if section == "columns":
            problems += _columns(text, content_of, values)
        elif section == "rows":
            problems += _rows(text, content_of, values)
        elif section not in SECTIONS or not isinstance(content_of, dict):
            problems.append(
                _problem(text, section, "", "settings_section_unknown", section=section)
            )
        else:
            problems += _section(text, section, content_of, values)
    problems += _contradictions(text, values)
    if problems:
        raise FileRejectedError(problems)
    return Policy.from_document(values)


def too_large() -> Problem:
    """Return the problem of a file that is larger than any written by hand."""
    return Problem(0, "", "settings_too_large", {"limit": MAX_SETTINGS_BYTES // 1024})


def _section(
    text: str, section: str, content: Mapping[str, Any], values: dict[str, Any]
) -> list[Problem]:
    problems = []
    for name, value in content.items():
        key = SECTIONS[section].get(name)
        if key is None:
            problems.append(_problem(text, section, name, "settings_key_unknown", key=name))
        elif not _accepted(key, value):
            problems.append(_problem(text, section, name, key.code, **{"key": name, **key.bounds}))
        else:
            values[key.name] = value
    return problems


def _accepted(key: Key, value: Any) -> bool:
    try:
        return key.accepts(value)
    except TypeError:
        return False


def _columns(text: str, content: Any, values: dict[str, Any]) -> list[Problem]:
    """Check `[columns]`: each HR header names a column, and no column is named twice.

    A blank leaves a column out. A header that already means another column is an error, because it
    would be ignored. So are two headers that differ only by blanks, width or case, because one of
    them would be ignored.
    """
    if not isinstance(content, dict):
        return [_problem(text, "columns", "", "settings_section_unknown", section="columns")]
    problems = []
    mapped: dict[str, str] = {}
    seen: dict[str, str] = {}
    for header, target in content.items():
        normal = normal_header(header)
        first = seen.setdefault(normal, header)
        column = _column(target)
        code: TextCode
        params: dict[str, Param] = {"key": header}
        if not normal:
            code, params = "settings_key_unknown", {"key": '""'}
        elif target == "" and normal not in _WECOMS:
            mapped[header] = ""
            continue
        elif column is None:
            expected = dict.fromkeys(column.name for column in _EVERY)
            code, params["expected"] = "settings_value_wrong", Listing.of(expected, most=None)
        elif meant := _other_meaning(normal, column):
            code, params["column"] = "settings_column_known", meant
        elif first != header:
            code, params["first"] = "settings_header_twice", first
        elif column in mapped.values():
            code, params["column"] = "settings_column_twice", column
        else:
            mapped[header] = column
            continue
        problems.append(_problem(text, "columns", header, code, **params))
    values["columns"] = mapped
    return problems


def _column(target: Any) -> str | None:
    """Return the column that a value names, in files of either kind."""
    if not isinstance(target, str):
        return None
    columns = (names.get(normal_header(target)) for names in _KINDS)
    return next(filter(None, columns), None)


def _other_meaning(header: str, column: str) -> str:
    """Return which of WeCom's columns a header names already, in a kind of file that has both."""
    if header not in _WECOMS:
        return ""
    others = (names.get(header, column) for names in _KINDS if column in names.values())
    return next((other for other in others if other != column), "")


def _rows(text: str, content: Any, values: dict[str, Any]) -> list[Problem]:
    """Check `[rows]`: each HR header names the values of the rows that are taken.

    Those behind a `!` are left out, and nobody needs to be asked about them.
    """
    if not isinstance(content, dict):
        return [_problem(text, "rows", "", "settings_section_unknown", section="rows")]
    problems = []
    seen: set[str] = set()
    values |= {"rows": {}, "left_out": {}}
    for header, cells in content.items():
        normal = normal_header(header)
        is_list = isinstance(cells, list) and all(isinstance(cell, str) for cell in cells)
        left_out = [cell[1:] for cell in cells if cell[:1] == LEFT_OUT] if is_list else []
        taken = [cell for cell in cells if cell[:1] != LEFT_OUT] if is_list else []
        if not taken or normal in {"", *seen}:
            problems.append(_problem(text, "rows", header, "settings_rows_wrong", key=header))
        seen.add(normal)
        values["rows"][header] = taken
        if left_out:
            values["left_out"][header] = left_out
    return problems


def _contradictions(text: str, values: Mapping[str, Any]) -> list[Problem]:
    """Return the line of `[columns]` that takes HR's key for something else."""
    key = normal_header(values.get("key", ""))
    for header, column in values.get("columns", {}).items():
        if key and normal_header(header) == key:
            params = {"key": header, "column": column, "line": line_of(text, "accounts", "key")}
            return [_problem(text, "columns", header, "settings_key_contradicted", **params)]
    return []


def _syntax(message: str, text: str) -> Problem:
    """Return the problem that tomllib found, on its line or at the end of the file."""
    place = re.search(r"at line (\d+), column (\d+)", message)
    lines = text.replace("\r\n", "\n").split("\n")
    line = int(place[1]) if place else len(lines) - (lines[-1] == "")
    content = lines[line - 1]
    if message.startswith("Cannot"):
        # A key or a section occurs twice.
        key = shortened(content.partition("=")[0].strip())
        return Problem(line, "", "settings_twice", {"key": key})
    rest = content[int(place[2]) - 1 :] if place else ""
    if rest.startswith(_FULL_WIDTH):
        return Problem(line, "", "settings_punctuation", {"mark": rest[0]})
    if word := _BARE_WORD.match(rest):
        if word[0].lower() in {"true", "false"}:
            return Problem(line, "", "settings_truth")
        return Problem(line, "", "settings_unquoted", {"word": shortened(word[0])})
    return Problem(line, "", "settings_syntax")


def _problem(text: str, section: str, name: str, code: TextCode, /, **params: Param) -> Problem:
    cut = {key: value[:200] if isinstance(value, str) else value for key, value in params.items()}
    return Problem(line_of(text, section, name), f"{section}.{name}".rstrip("."), code, cut)


def line_of(text: str, section: str, name: str) -> int:
    """Return the line of a key, which tomllib does not tell. 0 for an unusual notation."""
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if section_line := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            inside = section_line[1].strip("\"' ")
            if inside == section and not name:
                return number
        key = line.partition("=")[0].strip().strip("\"'")
        if (inside == section and key == name) or (not inside and not name and key == section):
            return number
    return 0
