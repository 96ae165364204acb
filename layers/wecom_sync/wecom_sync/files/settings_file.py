"""Reads a corp's `settings.toml`."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wecom_sync.domain.policy import DOMAIN_FILE_NAME, UNTIL, Policy, is_pattern
from wecom_sync.domain.principals import PROGRAM, PrincipalOwners, person_of
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing, Param, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import header_names, is_comment, normal_header
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.legibility import illegible
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Problem, refused
from wecom_sync.files.row_checks import is_unsafe

MAX_HOLD_HOURS = 24 * 30
MAX_LEAVER_DAYS = 365
MAX_SETTINGS_BYTES = 64 * 1024
_FULL_WIDTH = tuple("“”‘’「」『』＂＇＝［］，、｛｝")
"""What a Chinese keyboard or a word processor writes where TOML wants \" \' = [ ] , { }."""
_BARE_WORD = re.compile(r"[^\W\d][^\s\"'=,\[\]{}#“”‘’＝，]*")
NEWCOMERS = ("key", "email", "pinyin", "ask")
_REPORTED = frozenset(state.value for state in State if state.is_final or state is State.HELD)
_REPORTED -= {State.PLANNED.value}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file: its setting, and what a value must be."""

    name: str
    accepts: Callable[[Any], bool]
    code: TextCode
    bounds: Params
    read: Callable[[Any], Any] = lambda value: value


def _number(name: str, low: int, high: int) -> Key:
    def accepts(value: Any) -> bool:
        return type(value) is int and low <= value <= high

    return Key(name, accepts, "settings_number_wrong", {"low": str(low), "high": str(high)})


def _names(name: str) -> Key:
    return Key(name, _are_patterns, "settings_users_wrong", {"most": str(MOST_PATTERNS)})


def _choice(name: str, *choices: str) -> Key:
    *others, last = (f'"{choice}"' for choice in choices)
    params = {"first": ", ".join(others), "second": last}
    return Key(name, choices.__contains__, "settings_choice_wrong", params)


def _truth(name: str) -> Key:
    params = {"first": "true", "second": "false"}
    return Key(name, lambda value: isinstance(value, bool), "settings_choice_wrong", params)


def _is_header(value: Any) -> bool:
    return isinstance(value, str) and bool(normal_header(value))


def _is_path(value: Any) -> bool:
    """Whether a value may be the name or the path of a department."""
    return isinstance(value, str) and bool(value.strip()) and not is_unsafe(value)


def _listed(accepts: Callable[[str], object]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list) and all(isinstance(item, str) and accepts(item) for item in value)
    )


def _are_attributes(value: Any) -> bool:
    """Whether a value names attributes that WeCom's CSV can carry, each once."""
    is_list = _listed(_is_attribute)(value)
    return is_list and len({*map(normal_header, value)}) == len(value)


def _is_attribute(item: str) -> bool:
    is_readable = not is_unsafe(item) and illegible(item) is None and not is_comment(item)
    return is_readable and normal_header(item) not in {"", *header_names(Job.SYNC_USER)}


_are_names = _listed(re.compile(r"[A-Za-z0-9_\-@.*?\[\]!]{1,64}").fullmatch)
_users = _listed(re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}").fullmatch)
"""As WeCom has them (doc/90195): none is `@all`, to whom it would send a card about a hold."""
MOST_PATTERNS = 50
"""Each is tried with every account, often."""
_DOMAIN_FILE = re.compile(f"{DOMAIN_FILE_NAME}: [!-~]{{1,200}}")
_PRINCIPAL = re.compile(r"(?:\w+:){0,2}[\w+=,.@-]{1,128}")
"""As S3 tells it, whole or its last part alone: no ARN."""


def _are_patterns(value: Any) -> bool:
    return _are_names(value) and sum(map(is_pattern, value)) <= MOST_PATTERNS


def _is_domain_file(value: Any) -> bool:
    return isinstance(value, str) and bool(_DOMAIN_FILE.fullmatch(value))


def _are_people(value: Any) -> bool:
    """Whether a value gives users of WeCom principals of AWS, and each principal to one only."""
    if not isinstance(value, dict) or not _users([user for user in value if user != PROGRAM]):
        return False
    if not all(map(_listed(_PRINCIPAL.fullmatch), value.values())):
        return False
    names = [person_of(principal) for principals in value.values() for principal in principals]
    return len({*names}) == len(names)


def _people(value: Mapping[str, Sequence[str]]) -> PrincipalOwners:
    return {principal: user for user, principals in value.items() for principal in principals}


def _is_leavers(value: object) -> bool:
    word, _, days = str(value).partition(" ")
    is_days = days.isascii() and days.isdecimal() and not days.startswith("0")
    return value == "remove" or (word == "disable" and is_days and int(days) <= MAX_LEAVER_DAYS)


SECTIONS: Mapping[str, Mapping[str, Key]] = {
    "limits": {
        **{name: _number(name, 0, highest) for name, highest in Policy.limits().items()},
        "first_replace": _choice("first_replace", "hold", "apply"),
        "hold_hours": _number("hold_hours", 1, MAX_HOLD_HOURS),
        "second_person": _truth("second_person"),
    },
    "members": {
        "invite": _truth("invite"),
        "protected": Key(
            "protected", _are_patterns, "settings_users_wrong", {"most": MOST_PATTERNS}
        ),
        "attributes": Key("attributes", _are_attributes, "settings_attributes_wrong", {}),
        "leavers": Key("leavers", _is_leavers, "settings_leavers_wrong", {"most": MAX_LEAVER_DAYS}),
    },
    "accounts": {
        "key": Key("key", _is_header, "settings_header_wrong", {}),
        "newcomers": _choice("newcomers", *NEWCOMERS),
        "unmanaged": Key(
            "accounts_unmanaged", _are_patterns, "settings_users_wrong", {"most": MOST_PATTERNS}
        ),
    },
    "departments": {
        "company": Key("company", _is_path, "settings_path_wrong", {}),
        "unmanaged": Key("departments_unmanaged", _listed(_is_path), "settings_paths_wrong", {}),
    },
    "desk": {
        **{
            name: Key(f"desk_{name}", _users, "settings_user_ids_wrong", {})
            for name in ("approvers", "droppers", "readers")
        },
        "domain_file": Key("desk_domain_file", _is_domain_file, "settings_domain_file_wrong", {}),
        "people": Key("desk_people", _are_people, "settings_people_wrong", {}, _people),
    },
    "notify": {
        "on": Key(
            "notify_on",
            _listed(_REPORTED.__contains__),
            "settings_states_wrong",
            {"expected": Listing.of((f'"{state}"' for state in sorted(_REPORTED)), most=None)},
        ),
        "contacts": _truth("notify_contacts"),
        "names": _truth("notify_names"),
    },
}
"""Every key of a file by section, but for those of `OWN`."""
KEYS: Mapping[str, str] = {
    key.name: f"{section}.{name}"
    for section, keys in SECTIONS.items()
    for name, key in keys.items()
}
"""What the file calls a setting."""
_KINDS = (header_names(Job.SYNC_USER), header_names(Job.REPLACE_PARTY))
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


def read_policy(content: bytes) -> Policy:
    """Read a `settings.toml`. Raises `FileRejectedError` with every problem."""
    if len(content) > MAX_SETTINGS_BYTES:
        raise FileRejectedError([too_large()])
    try:
        text = content.decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused("settings_not_utf8", line) from None
    except tomllib.TOMLDecodeError as error:
        raise FileRejectedError([_syntax(str(error), text)]) from None
    except (ValueError, RecursionError):
        # Correct TOML with a number or a nesting that Python does not read.
        raise refused("settings_syntax") from None
    reader = _Reader(text)
    for section, content_of in document.items():
        reader.read(section, content_of)
    reader.look_for_contradictions()
    if reader.problems:
        raise FileRejectedError(reader.problems)
    return Policy.from_document(reader.values)


def too_large() -> Problem:
    """Return the problem of a file that is larger than any written by hand."""
    return Problem(0, "", "settings_too_large", {"limit": MAX_SETTINGS_BYTES // 1024})


class _Reader:
    """Collects the values of a file, and what is wrong with it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []

    def read(self, section: str, content: Any) -> None:
        if section not in {*SECTIONS, *OWN} or not isinstance(content, dict):
            names = Listing.of((f"[{name}]" for name in (*SECTIONS, *OWN)), most=None)
            self._refuse(section, "", "settings_section_unknown", section=section, names=names)
        elif section == "columns":
            self._read_columns(content)
        elif section == "rows":
            self._read_rows(content)
        else:
            self._read_keys(section, content)

    def _refuse(self, section: str, name: str, code: TextCode, /, **params: Param) -> None:
        cut = {key: it[:200] if isinstance(it, str) else it for key, it in params.items()}
        column = f"{section}.{name}".rstrip(".")
        self.problems.append(Problem(line_of(self._text, section, name), column, code, cut))

    def _read_keys(self, section: str, content: Mapping[str, Any]) -> None:
        for name, value in content.items():
            key = SECTIONS[section].get(name)
            if key is None:
                names = Listing.of(SECTIONS[section], most=None)
                self._refuse(section, name, "settings_key_unknown", key=name, names=names)
            elif not key.accepts(value):
                self._refuse(section, name, key.code, key=name, **key.bounds)
            else:
                self.values[key.name] = key.read(value)

    def _read_columns(self, content: Mapping[str, Any]) -> None:
        """Check `[columns]`: each HR header names a column, and no column is named twice.

        A blank leaves a column out. A header that already means another column is an error, because
        it would be ignored. So are two headers that differ only by blanks, width or case.
        """
        mapped: dict[str, str] = {}
        seen: set[str] = set()
        for header, target in content.items():
            normal, column = normal_header(header), _column(target)
            code: TextCode | None = None
            params: dict[str, Param] = {"key": header}
            if not normal:
                code, params = "settings_header_wrong", {"key": '""'}
            elif target == "" and normal not in _WECOMS:
                column = ""
            elif column is None:
                expected = dict.fromkeys(column.name for column in _EVERY)
                code, params["expected"] = "settings_value_wrong", Listing.of(expected, most=None)
            elif meant := _other_meaning(normal, column):
                code, params["column"] = "settings_column_known", meant
            elif normal in seen:
                code = "settings_twice"
            elif column in mapped.values():
                code, params["column"] = "settings_column_twice", column
            seen.add(normal)
            if code:
                self._refuse("columns", header, code, **params)
            else:
                mapped[header] = column or ""
        self.values["columns"] = mapped

    def _read_rows(self, content: Mapping[str, Any]) -> None:
        """Check `[rows]`: `until`, or values.

        Values behind a `!` are left out, and nobody is asked about them.
        """
        seen = {""}
        self.values |= {"rows": {}, "left_out": {}}
        for header, cells in content.items():
            normal = normal_header(header)
            values = cells if _listed(lambda _: True)(cells) else []
            taken = [cell for cell in values if not cell.startswith(LEFT_OUT)]
            if cells == "until":
                taken = [UNTIL]
            if not taken or normal in seen:
                self._refuse("rows", header, "settings_rows_wrong", key=header)
            seen.add(normal)
            self.values["rows"][header] = taken
            if left_out := [cell[1:] for cell in values if cell.startswith(LEFT_OUT)]:
                self.values["left_out"][header] = left_out

    def look_for_contradictions(self) -> None:
        """Look for a line of `[columns]` that takes HR's key for something else."""
        key = normal_header(self.values.get("key", ""))
        for header, column in self.values.get("columns", {}).items():
            if key and normal_header(header) == key:
                line = line_of(self._text, "accounts", "key")
                params: dict[str, Param] = {"key": header, "column": column, "line": line}
                self._refuse("columns", header, "settings_key_contradicted", **params)


def _column(target: Any) -> str | None:
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
    word = _BARE_WORD.match(rest)
    if word and word[0].lower() not in {"true", "false"}:
        return Problem(line, "", "settings_unquoted", {"word": shortened(word[0])})
    return Problem(line, "", "settings_syntax")


def line_of(text: str, section: str, name: str) -> int:
    """Return the line of a key, which tomllib does not tell. 0 for an unusual notation."""
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if section_line := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            inside = section_line[1].strip("\"' ")
            if inside == f"{section}.{name}".rstrip("."):
                return number
        key = line.partition("=")[0].strip().strip("\"'")
        if (inside == section and key == name) or (not inside and not name and key == section):
            return number
    return 0
