"""The command line: `wecom-sync COMMAND`. Exit 0 ok, 1 it did not succeed, 2 wrong use.

`plan` also exits 3 (it would be held), and `plan` and `settings` exit 4 (it would be rejected).
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from wecom_sync.domain.states import Job
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.arguments import (
    ANY_CORP,
    CORP,
    JOB,
    JSON,
    LANGUAGE,
    LOCAL,
    NUMBER,
    OPEN,
    PATH,
    PLAN_HASH,
    RUN,
    STATES,
    TARGET,
    WATCH,
    WHOLE,
    Command,
    Commands,
    Value,
    argument,
    of_any_corp,
    of_corp,
    of_job,
    one_of,
    several,
)
from wecom_sync_tools.console.encodings import carries
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.messages import language_named, language_of
from wecom_sync_tools.console.parser import Parser, translate_argparse
from wecom_sync_tools.stack.home import DEMO_HOME, has_repository

if TYPE_CHECKING:
    from wecom_sync_tools.console.terminal import Terminal

_OF_UP = (
    several("--corp", "help_up_corp", "ALIAS=FILE"),
    argument("--wecom-url", "help_wecom_url", "URL"),
    several("--parameter", "help_parameter", "NAME=VALUE"),
    argument("--bind", "help_bind", "ADDRESS", default="127.0.0.1"),
)
_OF_INIT = (
    argument("--from", "help_init_from", "EXPORT", PATH, dest="export"),
    argument("--hr", "help_init_hr", "FILE", PATH),
    argument("--key", "help_init_key", "HEADER"),
    argument("--company", "help_init_company", "NAME"),
    argument("-o --output", "help_init_output", "DIR", PATH),
)
_OF_REPLAY = (
    argument("folder", "help_replay_folder", value=PATH),
    of_job("help_replay_job"),
    argument("--settings", "help_replay_settings", "FILE", PATH),
    argument("--start", "help_replay_start", "EXPORT", PATH),
    one_of("--held", "help_replay_held", "approve", "cancel"),
    one_of("--every", "help_replay_every", "day", "week", "month"),
)


def _read_by(place: str) -> Value:
    """Return what another package reads, which need not be installed."""

    def read(text: str) -> object:
        return load(place)(text)

    return Value(read)


_CORP = "[ALIAS=]CORPID:SECRET[:MEMBERS]"
_OF_SIMULATOR = (
    argument("--host", "help_simulated_host", "HOST", default="127.0.0.1"),
    argument("--port", "help_simulated_port", "PORT", WHOLE, default=8070),
    several("--corp", "help_simulated_corp", _CORP, _read_by("commands.simulator:parse_corp")),
    several(
        "--switch",
        "help_simulated_switch",
        "NAME=VALUE",
        _read_by("commands.simulator:parse_switch"),
    ),
)
_AS_IT_IS = argument("--as-it-is", "help_as_it_is")
_READ = (argument("file", "help_file", value=PATH), CORP, of_job(default=Job.COMPANY), _AS_IT_IS)
_DECIDED = (RUN, ANY_CORP, argument("--note", "help_note", "TEXT"))
_APPROVED = (
    argument("--plan", "help_plan_hash", "HASH", PLAN_HASH),
    argument("--accounts", "help_approve_accounts", "FILE", PATH),
    several("--without", "help_without", "ACCOUNT"),
    several("--remove", "help_remove", "ACCOUNT"),
    argument("--yes", "help_yes"),
    WATCH,
)
_STATE = several("--state", "help_runs_state", "STATE", STATES)
_LIMIT = argument("--limit", "help_limit", "N", NUMBER, default=20)
_FAR = argument("--limit", "help_history_limit", "N", NUMBER, default=100)
_TO = argument("--to", "help_to", "RUN")
_ROLE = argument("role", "help_role", choices=("dropper", "approver", "reader", "settings"))
_ANSWERS = argument("--accounts", "help_policy_accounts")
_BASE = argument("--base", "help_accounts_base", "VERSION")
_DEMO_HOME = argument("--home", "help_demo_home", "DIR", PATH, default=DEMO_HOME)
_HOST = argument("--host", "help_container_host", "ADDRESS", default="host.docker.internal")
_ASK = argument("--ask", "help_ask")
_ASK = argument("--ask", "help_ask")
_FORCE = argument("--force", "help_force")
_ALL = argument("--all", "help_doctor_all")
_CARD = argument("--card", "help_doctor_card", "USERID", default="")
_OUTPUT = argument("-o --output", "help_output", "DIR", PATH)
_SETTINGS = argument("file", "help_settings_file", value=PATH)
_STATED = argument("file", "help_apply_file", value=PATH)
_USER = argument("userid", "help_history_user")

COMMANDS: Commands = {
    "demo": Command("demo.command:run", _DEMO_HOME, JSON),
    "local": {
        "up": Command("commands.local:run_up", *_OF_UP, *LOCAL),
        "down": Command("commands.local:run_down", *LOCAL),
        "env-vars": Command("commands.local:run_env_vars", _HOST, *LOCAL),
    },
    "init": Command("commands.init:run", CORP, *_OF_INIT, *TARGET, hint="help_init_next"),
    "replay": Command("commands.replay:run", *_OF_REPLAY, JSON, hint="help_replay_next"),
    "plan": Command("commands.drop:run_plan", *_READ, *TARGET, hint="help_plan_exit"),
    "drop": Command(
        "commands.drop:run_drop", *_READ, _ASK, _FORCE, WATCH, *TARGET, hint="help_drop_exit"
    ),
    "status": Command(
        "commands.status:run",
        of_any_corp("help_status_corp"),
        OPEN,
        *TARGET,
        hint="help_status_exit",
    ),
    "runs": Command(
        "commands.runs:run_runs", of_any_corp("help_runs_corp"), _STATE, _LIMIT, *TARGET
    ),
    "show": Command("commands.runs:run_show", RUN, ANY_CORP, OPEN, *TARGET),
    "results": Command("commands.runs:run_results", RUN, ANY_CORP, _OUTPUT, *TARGET),
    "approve": Command(
        "commands.decisions:run_approve", *_DECIDED, *TARGET, *_APPROVED, hint="help_approve_exit"
    ),
    "cancel": Command("commands.decisions:run_cancel", *_DECIDED, *TARGET, hint="help_cancel_exit"),
    "dismiss": Command(
        "commands.decisions:run_dismiss", *_DECIDED, *TARGET, hint="help_dismiss_exit"
    ),
    "retry": Command(
        "commands.drop:run_retry", RUN, ANY_CORP, _FORCE, WATCH, *TARGET, hint="help_drop_exit"
    ),
    "rollback": Command(
        "commands.drop:run_rollback", CORP, JOB, _TO, WATCH, *TARGET, hint="help_drop_exit"
    ),
    "history": Command("commands.history:run", _USER, CORP, _FAR, *TARGET),
    "doctor": Command(
        "commands.operate:run_doctor",
        of_any_corp("help_corp"),
        _ALL,
        _CARD,
        *TARGET,
        hint="help_doctor_exit",
    ),
    "policy": Command(
        "commands.operate:run_policy",
        _ROLE,
        _ANSWERS,
        of_corp("help_policy_corp", default=None),
        *TARGET,
    ),
    "settings": {
        "check": Command("commands.settings:run_check", _SETTINGS, JSON, hint="help_check_exit"),
        "apply": Command(
            "commands.settings:run_apply", _STATED, _BASE, CORP, *TARGET, hint="help_apply_exit"
        ),
        "in-force": Command("commands.settings:run_in_force", CORP, *TARGET),
    },
    "simulator": Command("commands.simulator:run", *_OF_SIMULATOR),
}
"""Each command with its place and its arguments, in the order of the help."""
OF_THE_REPOSITORY = ("demo.", "commands.local:")
"""Places of commands that build and deploy what the repository holds; a wheel has none of them."""
INTERRUPTED = 130


def parser_in(language: Language) -> Parser:
    translate_argparse(language)
    parser = Parser(prog="wecom-sync", language=language, about="help_wecom_sync", load=load)
    parser.options.add_argument(
        "--version",
        action="version",
        version=f"%(prog)s {version('wecom-sync')}",
        help=parser.text("help_version"),
    )
    parser.add(LANGUAGE)
    parser.add_commands(COMMANDS)
    parser.epilog = parser.text("help_wecom_sync_next")
    return parser


def load(place: str) -> Callable[..., Any]:
    """Import the function of a place: `module:name`.

    Raises `UsageError` when what it needs is not installed here.
    """
    if place.startswith(OF_THE_REPOSITORY) and not has_repository():
        raise UsageError("repository_needed")
    module, _, name = place.partition(":")
    try:
        function: Callable[..., Any] = getattr(import_module(f"wecom_sync_tools.{module}"), name)
    except ModuleNotFoundError as error:
        if error.name != "wecom_simulator":
            raise
        raise UsageError("simulator_needed") from error
    return function


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    language = language_of(given, os.environ)
    if "--json" not in given and not carries(sys.stdout, "中文"):
        language = Language.ENGLISH
    parser = parser_in(language)
    if not given:
        parser.print_help(sys.stderr)
        return UsageError.exit_code
    try:
        args = parser.parse_args(given)
        _check_environment(os.environ)
        code: int = args.run(args, _terminal(language, as_json=vars(args).get("json", False)))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has closed it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CommandError.exit_code
    except Exception as error:
        failure = _failure_of(error)
        if failure is None:
            raise
        _terminal(language).failure(failure)
        return failure.exit_code
    return code


def _terminal(language: Language, *, as_json: bool = False) -> "Terminal":
    # Whoever asks for help waits for neither rich nor the SDK.
    from wecom_sync_tools.console.terminal import Terminal  # noqa: PLC0415

    return Terminal(language, as_json=as_json)


def _failure_of(error: Exception) -> CommandError | None:
    """Return what a person reads about an error; None about one that only a bug can raise."""
    if isinstance(error, CommandError):
        return error
    from wecom_sync_tools.console.aws_errors import SDK_ERRORS, translated  # noqa: PLC0415 - as above

    return translated(error) if isinstance(error, SDK_ERRORS) else None


def _check_environment(environ: Mapping[str, str]) -> None:
    named = environ.get("WECOM_SYNC_LANG")
    if named and language_named(named) is None:
        raise UsageError("language_unknown", value=named)


if __name__ == "__main__":
    sys.exit(main())
