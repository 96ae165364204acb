"""The parser: help and errors in the user's language.

A command is imported when it is chosen, because the SDK alone takes half a second.
"""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from re import Pattern
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from wecom_sync.domain.run import Job
from wecom_sync.domain.states import CORP
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.messages import language_named, message
from wecom_sync_tools.console.prose import wrap

if TYPE_CHECKING:
    from wecom_sync_tools.console.terminal import Terminal

_OF_ARGPARSE: Mapping[str, tuple[Code, Mapping[str, str]]] = {
    "usage: ": ("help_usage", {}),
    "%(heading)s:": ("help_heading", {"heading": "%(heading)s"}),
    "argument %(argument_name)s: %(message)s": (
        "argument_wrong",
        {"name": "%(argument_name)s", "problem": "%(message)s"},
    ),
    "the following arguments are required: %s": ("arguments_missing", {"names": "%s"}),
    "expected one argument": ("argument_value_missing", {}),
    "ignored explicit argument %r": ("argument_without_value", {"value": "%r"}),
    "invalid %(type)s value: %(value)r": ("argument_malformed", {"value": "%(value)r"}),
    "invalid choice: %(value)r (choose from %(choices)s)": (
        "argument_choice",
        {"value": "%(value)r", "values": "%(choices)s"},
    ),
}
"""The texts of argparse, which it asks `gettext` for: ours, and what fills their blanks."""


def translate_argparse(language: Language) -> None:
    """Let argparse say its texts in our words. Others, which no command leads to, stay English."""
    texts = {
        text: message(code).render(language, **blanks)
        for text, (code, blanks) in _OF_ARGPARSE.items()
    }
    argparse._ = lambda text: texts.get(text, text)  # type: ignore[attr-defined]


type Arguments = argparse.Namespace
"""The arguments of a command, as they were given."""


class Command(NamedTuple):
    """What adds a command's own arguments, and what does it and returns the exit code."""

    add_arguments: "Callable[[Parser], None]"
    run: "Callable[[Arguments, Terminal], int]"


Load = Callable[[str], Command]
"""Imports the command of a place. Raises `CommandError` when it cannot be used here."""


class Parser(argparse.ArgumentParser):
    """A parser of one command. `inputs` and `options` are its two groups of arguments."""

    def __init__(
        self,
        *,
        language: Language,
        about: Code,
        load: Load,
        place: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.language = language
        self._load = load
        self._place = place
        super().__init__(
            description=self.text(about),
            add_help=False,
            allow_abbrev=False,
            formatter_class=partial(_Formatter, max_help_position=30),
            **kwargs,
        )
        self.inputs = self.add_argument_group(self.text("help_inputs"))
        self.options = self.add_argument_group(self.text("help_options"))
        self.options.add_argument("-h", "--help", action="help", help=self.text("help_help"))

    def add_commands(self, places: Mapping[str, str | Mapping[str, str]]) -> None:
        """Let the next word choose a command. Its help is the text `help_<name>`."""
        actions = self.add_subparsers(
            title=self.text("help_commands"),
            metavar=self.text("help_command"),
            required=True,
            parser_class=Parser,
        )
        for name, place in places.items():
            about = cast("Code", f"help_{name.replace('-', '_')}")
            parser = actions.add_parser(
                name,
                help=self.text(about),
                language=self.language,
                about=about,
                load=self._load,
                place=place if isinstance(place, str) else None,
            )
            if not isinstance(place, str):
                parser.add_commands(place)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        if self._place is None:
            return super().parse_known_args(args, namespace)
        command = self._load(self._place)
        self._place = None
        command.add_arguments(self)
        add_language(self)
        self.set_defaults(run=command.run)
        parsed, left = super().parse_known_args(args, namespace)
        if left:
            # Without this, the error would show the usage of the whole command line.
            inputs, names = self._get_positional_actions(), " ".join(left)
            if not inputs or any(word.startswith("-") for word in left):
                self._stop(self.text("arguments_unknown", names=names))
            self._stop(self.text("arguments_too_many", name=inputs[-1].metavar, names=names))
        return parsed, left

    def error(self, message: str) -> NoReturn:
        """Say on stderr what is wrong with the arguments, or which commands there are; exit 2."""
        lost = message == self.text("arguments_missing", names=self.text("help_command"))
        self._stop(message, f"{self.format_help()}\n" if lost else "")

    def _stop(self, complaint: str, above: str = "") -> NoReturn:
        above = above or self.format_usage()
        self.exit(UsageError.exit_code, f"{above}{self.prog}: {complaint}\n")

    def flag(self, *names: str, about: Code, **more: Any) -> None:
        self.options.add_argument(*names, action="store_true", help=self.text(about), **more)

    def option(self, *names: str, metavar: str, about: Code, **more: Any) -> None:
        self.options.add_argument(*names, metavar=metavar, help=self.text(about), **more)

    def input(self, name: str, *, about: Code, **more: Any) -> None:
        self.inputs.add_argument(name, metavar=name.upper(), help=self.text(about), **more)

    def add_hint(self, code: Code) -> None:
        """Add a text below the help, for example what the exit codes mean."""
        self.epilog = self.text(code)

    def text(self, code: Code, **params: object) -> str:
        return message(code).render(self.language, **params)


class _Formatter(argparse.HelpFormatter):
    def _split_lines(self, text: str, width: int) -> list[str]:
        """Wrap by terminal columns: a Chinese character takes two."""
        return wrap(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in wrap(text, width - len(indent)))


def add_language(parser: Parser) -> None:
    """Add `--lang`. It is read before the parser is made, so that help is in that language."""
    parser.options.add_argument(
        "--lang",
        type=_language,
        choices=[language.value for language in Language],
        help=parser.text("help_lang"),
    )


def _language(name: str) -> str:
    """Return the language's own name for its code. An unknown one stays, and choices refuse it."""
    return language_named(name) or name


def add_json(parser: Parser) -> None:
    parser.flag("--json", about="help_json")


def add_home(parser: Parser) -> None:
    parser.option("--home", metavar="DIR", about="help_home")
    add_json(parser)


def add_target(parser: Parser) -> None:
    """Add the options that `target_of` reads and `--json`, for a command that needs a stack."""
    parser.option("--home", metavar="DIR", about="help_home")
    parser.option("--stack", metavar="NAME", about="help_stack")
    parser.option("--drop-bucket", metavar="NAME", about="help_drop_bucket")
    parser.option("--report-bucket", metavar="NAME", about="help_report_bucket")
    add_json(parser)


def add_corp(parser: Parser, about: Code = "help_corp", **more: Any) -> None:
    """Add `--corp`, required unless it has a default."""
    more = more or {"required": True}
    alias = matched(parser, CORP, "corp_malformed", "corp")
    parser.option("--corp", metavar="CORP", about=about, type=alias, **more)


def add_corp_or_all(parser: Parser, about: Code = "help_corp_or_all") -> None:
    """Add `--corp`, optional; the environment may name one as well."""
    add_corp(parser, about, default=os.environ.get("WECOM_SYNC_CORP") or None)


def add_limit(parser: Parser, default: int, about: Code) -> None:
    def positive(text: str) -> int | None:
        return (int(text) or None) if text.isdecimal() else None

    number = value_type(parser, positive, "number_wrong", "value")
    parser.option("--limit", metavar="N", about=about, type=number, default=default)


def add_run(parser: Parser) -> None:
    parser.inputs.add_argument("run_id", metavar="RUN", help=parser.text("help_run"))
    add_corp_or_all(parser)


def add_corp_and_job(parser: Parser, default: Job | None = None) -> None:
    """Add `--corp`, required, and `--job`, required if it has no default."""
    add_corp(parser)
    add_job(parser, "help_job", required=not default, default=default)


def add_job(parser: Parser, about: Code, **more: Any) -> None:
    jobs = {job.value: job for job in Job}
    comma = parser.text("list_comma")
    job = value_type(parser, jobs.get, "job_unknown", "job", jobs=comma.join(Job))
    parser.option("--job", metavar="JOB", about=about, type=job, **more)


def matched(
    parser: Parser, pattern: Pattern[str], code: Code, name: str, **params: object
) -> Callable[[str], str]:
    """Return the type of a value that has a form; see `value_type`."""
    read = value_type(parser, pattern.fullmatch, code, name, **params)
    return lambda text: read(text).group()


def value_type[Value](
    parser: Parser, read: Callable[[str], Value | None], code: Code, name: str, **params: object
) -> Callable[[str], Value]:
    """Return the type of a value that `read` reads; for None the text `code` says what is wrong."""

    def parse(text: str) -> Value:
        value = read(text)
        if value is None:
            raise argparse.ArgumentTypeError(parser.text(code, **{name: text}, **params))
        return value

    return parse
