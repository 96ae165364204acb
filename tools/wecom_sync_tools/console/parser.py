"""The parser: help and errors in the user's language.

A command is imported when it is chosen, because the SDK alone takes half a second.
"""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from re import Pattern
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from wecom_sync.domain.states import CORP, Job
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
        self.add_language()
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

    def add_language(self) -> None:
        """Add `--lang`. It is read before the parser is made, so that help is in that language."""
        self.options.add_argument(
            "--lang",
            type=_language,
            choices=[language.value for language in Language],
            help=self.text("help_lang"),
        )

    def add_json(self) -> None:
        self.flag("--json", about="help_json")

    def add_home(self) -> None:
        self.option("--home", metavar="DIR", about="help_home")
        self.add_json()

    def add_target(self) -> None:
        """Add the options that `target_of` reads and `--json`, for a command that needs a stack."""
        self.option("--home", metavar="DIR", about="help_home")
        self.option("--stack", metavar="NAME", about="help_stack")
        self.option("--drop-bucket", metavar="NAME", about="help_drop_bucket")
        self.option("--report-bucket", metavar="NAME", about="help_report_bucket")
        self.add_json()

    def add_corp(self, about: Code = "help_corp", **more: Any) -> None:
        """Add `--corp`, required unless it has a default."""
        more = more or {"required": True}
        alias = self.matched(CORP, "corp_malformed", "corp")
        self.option("--corp", metavar="CORP", about=about, type=alias, **more)

    def add_corp_or_all(self, about: Code = "help_corp_or_all") -> None:
        """Add `--corp`, optional; the environment may name one as well."""
        self.add_corp(about, default=os.environ.get("WECOM_SYNC_CORP") or None)

    def add_limit(self, default: int, about: Code) -> None:
        def positive(text: str) -> int | None:
            return (int(text) or None) if text.isdecimal() else None

        number = self.value_type(positive, "number_wrong", "value")
        self.option("--limit", metavar="N", about=about, type=number, default=default)

    def add_run(self) -> None:
        self.inputs.add_argument("run_id", metavar="RUN", help=self.text("help_run"))
        self.add_corp_or_all()

    def add_corp_and_job(self, default: Job | None = None) -> None:
        """Add `--corp`, required, and `--job`, required if it has no default."""
        self.add_corp()
        self.add_job("help_job", required=not default, default=default)

    def add_job(self, about: Code, **more: Any) -> None:
        jobs = {job.value: job for job in Job}
        comma = self.text("list_comma")
        job = self.value_type(jobs.get, "job_unknown", "job", jobs=comma.join(Job))
        self.option("--job", metavar="JOB", about=about, type=job, **more)

    def matched(
        self, pattern: Pattern[str], code: Code, name: str, **params: object
    ) -> Callable[[str], str]:
        """Return the type of a value that has a form; see `value_type`."""
        read = self.value_type(pattern.fullmatch, code, name, **params)
        return lambda text: read(text).group()

    def value_type[Value](
        self, read: Callable[[str], Value | None], code: Code, name: str, **params: object
    ) -> Callable[[str], Value]:
        """Return the type of a value that `read` reads; for None `code` says what is wrong."""

        def parse(text: str) -> Value:
            value = read(text)
            if value is None:
                raise argparse.ArgumentTypeError(self.text(code, **{name: text}, **params))
            return value

        return parse


class _Formatter(argparse.HelpFormatter):
    def _split_lines(self, text: str, width: int) -> list[str]:
        """Wrap by terminal columns: a Chinese character takes two."""
        return wrap(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in wrap(text, width - len(indent)))


def _language(name: str) -> str:
    """Return the language's own name for its code. An unknown one stays, and choices refuse it."""
    return language_named(name) or name
