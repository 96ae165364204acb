"""The command line: `wecom-sync COMMAND`. Exit 0 ok, 1 it did not succeed, 2 wrong use.

`plan` also exits 3 (it would be held), and `plan` and `settings` exit 4 (it would be rejected).
"""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from typing import TYPE_CHECKING

from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.encodings import carries
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.messages import language_named, language_of
from wecom_sync_tools.console.parser import Command, Parser, translate_argparse
from wecom_sync_tools.stack.home import has_repository

if TYPE_CHECKING:
    from wecom_sync_tools.console.terminal import Terminal

COMMANDS: Mapping[str, str | Mapping[str, str]] = {
    "demo": "demo.command",
    "local": {
        "up": "commands.local:up",
        "down": "commands.local:down",
        "env-vars": "commands.local:env_vars",
    },
    "init": "commands.init",
    "replay": "commands.replay",
    "plan": "commands.drop:plan",
    "drop": "commands.drop:drop",
    "status": "commands.status",
    "runs": "commands.runs:runs",
    "show": "commands.runs:show",
    "results": "commands.runs:results",
    "approve": "commands.decisions:approve",
    "cancel": "commands.decisions:cancel",
    "dismiss": "commands.decisions:dismiss",
    "retry": "commands.drop:retry",
    "rollback": "commands.drop:rollback",
    "history": "commands.history",
    "doctor": "commands.operate:doctor",
    "redrive": "commands.operate:redrive",
    "policy": "commands.operate:policy",
    "settings": {
        "check": "commands.settings:check",
        "apply": "commands.settings:apply",
        "in-force": "commands.settings:in_force",
    },
    "simulator": "commands.simulator",
}
"""Each command with its place, as `load` reads it, in the order of the help."""
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
    parser.add_language()
    parser.add_commands(COMMANDS)
    parser.add_hint("help_wecom_sync_next")
    return parser


def load(place: str) -> Command:
    """Import the command of a place: `module`, or `module:name` where a module has several.

    Its functions are `add_arguments` and `run`, or `add_<name>_arguments` and `run_<name>`. Raises
    `UsageError` when what it needs is not installed here.
    """
    if place.startswith(OF_THE_REPOSITORY) and not has_repository():
        raise UsageError("repository_needed")
    name, _, own = place.partition(":")
    own = own and f"_{own}"
    try:
        module = import_module(f"wecom_sync_tools.{name}")
    except ModuleNotFoundError as error:
        if error.name != "wecom_simulator":
            raise
        raise UsageError("simulator_needed") from error
    return Command(getattr(module, f"add{own}_arguments"), getattr(module, f"run{own}"))


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
        code: int = args.run(args, _terminal(language))
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


def _terminal(language: Language) -> "Terminal":
    # Whoever asks for help waits for neither rich nor the SDK.
    from wecom_sync_tools.console.terminal import Terminal  # noqa: PLC0415

    return Terminal(language)


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
