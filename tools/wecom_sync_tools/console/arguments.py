"""What commands are given: what several have stands here, once. `cli` says who takes which."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from re import Pattern
from typing import Any, NamedTuple

from wecom_sync.domain.drop import HASH_CHARS
from wecom_sync.domain.states import CORP as CORP_FORM
from wecom_sync.domain.states import Job, State
from wecom_sync.planning.decisions import PLAN_NAMED
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.messages import Speaker, language_named
from wecom_sync_tools.console.states import state_called, states_listed

_COMMA = re.compile("[,，、]")


class Value(NamedTuple):
    """What an argument may be: `read` returns None for what it is not, and `wrong` says why."""

    read: Callable[[str], object | None]
    wrong: Callable[[Speaker, str], str] = lambda _, text: text


class Argument(NamedTuple):
    """An input, or an option: it has dashes, and is a flag without a `metavar`.

    `names` have blanks between them; `more`: what argparse is told besides. A default that is a
    function is asked when the command is given.
    """

    names: str
    about: Code
    metavar: str | None
    value: Value | None
    more: Mapping[str, Any]

    @property
    def is_option(self) -> bool:
        return self.names.startswith("-")


class Command:
    """A command: its place (`module:function`), what it is given, and a text below its help."""

    def __init__(self, place: str, *arguments: Argument, hint: Code | None = None) -> None:
        self.place = place
        self.arguments = arguments
        self.hint = hint


type Commands = Mapping[str, Command | Mapping[str, Command]]
"""Commands by their first word, those of a group by their second."""


def every_command(commands: Commands) -> Iterator[tuple[str, Command]]:
    """Yield each command by its words."""
    for name, command in commands.items():
        if isinstance(command, Command):
            yield name, command
        else:
            yield from ((f"{name} {word}", inner) for word, inner in command.items())


def argument(
    names: str, about: Code, metavar: str | None = None, value: Value | None = None, **more: Any
) -> Argument:
    return Argument(names, about, metavar, value, more)


def _matched(pattern: Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) else None


def _states(text: str) -> frozenset[State] | None:
    """Return the states that words with commas between them name, in either language."""
    states = [state_called(word) for word in _COMMA.split(text)]
    return None if None in states else frozenset(filter(None, states))


def _state_unknown(parser: Speaker, text: str) -> str:
    word = next(word for word in _COMMA.split(text) if state_called(word) is None)
    states = states_listed(State, parser.language)
    return parser.text("state_unknown", state=word, states=states)


PATH = Value(Path)
STATES = Value(_states, _state_unknown)
NUMBER = Value(
    lambda text: (int(text) or None) if text.isdecimal() else None,
    lambda parser, text: parser.text("number_wrong", value=text),
)
WHOLE = Value(
    lambda text: int(text) if re.fullmatch(r"[+-]?\d+", text) else None,
    lambda parser, text: parser.text("argument_malformed", value=repr(text)),
)
ALIAS = Value(_matched(CORP_FORM), lambda parser, text: parser.text("corp_malformed", corp=text))
PLAN_HASH = Value(
    _matched(PLAN_NAMED),
    lambda parser, text: parser.text("plan_hash_wrong", hash=text, characters=HASH_CHARS),
)
JOBS = Value(
    {job.value: job for job in Job}.get,
    lambda parser, text: parser.text("job_unknown", job=text, jobs=parser.listed(Job)),
)


def of_corp(about: Code = "help_corp", **more: Any) -> Argument:
    return argument("--corp", about, "CORP", ALIAS, **more or {"required": True})


def of_any_corp(about: Code = "help_corp_or_all") -> Argument:
    """Return `--corp`, which the environment may name as well."""
    return of_corp(about, default=lambda: os.environ.get("WECOM_SYNC_CORP") or None)


def of_job(about: Code = "help_job", **more: Any) -> Argument:
    return argument("--job", about, "JOB", JOBS, **more)


def several(names: str, about: Code, metavar: str, value: Value | None = None) -> Argument:
    """Return an option that may be repeated."""
    return argument(names, about, metavar, value, action="append", default=[])


def one_of(name: str, about: Code, *words: str) -> Argument:
    """Return an option with one of several words; the first is the default."""
    return argument(name, about, "|".join(words), choices=words, default=words[0])


HELP = argument("-h --help", "help_help")
_NAMED = Value(lambda name: language_named(name) or name)
_NAMES = [language.value for language in Language]
LANGUAGE = argument("--lang", "help_lang", f"{{{','.join(_NAMES)}}}", _NAMED, choices=_NAMES)
"""It is read before the parser is made, so that help is in that language."""
CORP = of_corp()
ANY_CORP = of_any_corp()
JOB = of_job(required=True)
RUN = argument("run_id", "help_run", "RUN")
OPEN = argument("--open", "help_open")
WATCH = argument("--watch", "help_watch")
JSON = argument("--json", "help_json")
HOME = argument("--home", "help_home", "DIR")
LOCAL = (HOME, JSON)
TARGET = (
    HOME,
    argument("--stack", "help_stack", "NAME"),
    argument("--drop-bucket", "help_drop_bucket", "NAME"),
    argument("--report-bucket", "help_report_bucket", "NAME"),
    JSON,
)
"""What `target_of` reads."""
