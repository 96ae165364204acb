"""The command line: `wecom-sync COMMAND`. Exit 0 ok, 1 it did not succeed, 2 wrong use.

`plan` also exits 3 (it would be held), and `plan` and `settings` exit 4 (it would be rejected).
"""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.encodings import carries, never_fail
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.messages import language_named, language_of
from wecom_sync_tools.console.parser import Command, Parser, add_language, translate_argparse
from wecom_sync_tools.stack.home import has_repository

if TYPE_CHECKING:
    from wecom_sync_tools.console.terminal import Terminal

COMMANDS: Mapping[str, str | Mapping[str, str]] = {
    "demo": "wecom_sync_tools.demo.command",
    "local": {
        "up": "wecom_sync_tools.commands.local.up",
        "down": "wecom_sync_tools.commands.local.down",
        "env-vars": "wecom_sync_tools.commands.local.env_vars",
    },
    "init": "wecom_sync_tools.commands.init",
    "replay": "wecom_sync_tools.commands.replay",
    "plan": "wecom_sync_tools.commands.plan",
    "drop": "wecom_sync_tools.commands.drop",
    "status": "wecom_sync_tools.commands.status",
    "runs": "wecom_sync_tools.commands.runs",
    "show": "wecom_sync_tools.commands.show",
    "results": "wecom_sync_tools.commands.results",
    "approve": "wecom_sync_tools.commands.decisions.approve",
    "cancel": "wecom_sync_tools.commands.decisions.cancel",
    "dismiss": "wecom_sync_tools.commands.decisions.dismiss",
    "retry": "wecom_sync_tools.commands.retry",
    "rollback": "wecom_sync_tools.commands.rollback",
    "history": "wecom_sync_tools.commands.history",
    "doctor": "wecom_sync_tools.commands.operate.doctor",
    "redrive": "wecom_sync_tools.commands.operate.redrive",
    "policy": "wecom_sync_tools.commands.operate.policy",
    "settings": {
        "check": "wecom_sync_tools.commands.settings.check",
        "apply": "wecom_sync_tools.commands.settings.apply",
        "in-force": "wecom_sync_tools.commands.settings.in_force",
    },
    "simulator": "wecom_sync_tools.commands.simulator",
}
"""Each command with its module, in the order of the help."""
OF_THE_REPOSITORY = ("wecom_sync_tools.demo.", "wecom_sync_tools.commands.local.")
"""Modules of commands that build and deploy what the repository holds; a wheel has none of them."""
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
    add_language(parser)
    parser.add_commands(COMMANDS)
    parser.add_hint("help_wecom_sync_next")
    return parser


def load(module: str) -> Command:
    """Import a command. Raises `UsageError` when what it needs is not installed here."""
    if module.startswith(OF_THE_REPOSITORY) and not has_repository():
        raise UsageError("repository_needed")
    try:
        return cast("Command", import_module(module))
    except ModuleNotFoundError as error:
        if error.name != "wecom_simulator":
            raise
        raise UsageError("simulator_needed") from error


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    never_fail(sys.stdout, sys.stderr)
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
