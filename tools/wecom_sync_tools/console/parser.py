"""The parser: help and errors in the user's language.

A command is imported when it is chosen, because the SDK alone takes half a second.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn, cast

from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.arguments import LANGUAGE, Argument, Command, Commands, Value
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.messages import Speaker, message
from wecom_sync_tools.console.prose import wrap

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


type Load = Callable[[str], Callable[..., Any]]
"""Imports the function of a place. Raises `CommandError` when it cannot be used here."""


class Parser(Speaker, argparse.ArgumentParser):
    """A parser of one command. `inputs` and `options` are its two groups of arguments."""

    def __init__(
        self,
        *,
        language: Language,
        about: Code,
        load: Load,
        command: Command | None = None,
        **kwargs: Any,
    ) -> None:
        self.language = language
        self._load = load
        self._command = command
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

    def add_commands(self, commands: Commands) -> None:
        """Let the next word choose a command. Its help is the text `help_<name>`."""
        actions = self.add_subparsers(
            title=self.text("help_commands"),
            metavar=self.text("help_command"),
            required=True,
            parser_class=Parser,
        )
        for name, command in commands.items():
            about = cast("Code", f"help_{name.replace('-', '_')}")
            parser = actions.add_parser(
                name,
                help=self.text(about),
                language=self.language,
                about=about,
                load=self._load,
                command=command if isinstance(command, Command) else None,
            )
            if not isinstance(command, Command):
                parser.add_commands(command)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        if self._command is None:
            return super().parse_known_args(args, namespace)
        self.set_defaults(run=self._load(self._command.place))
        self.add_arguments(self._command)
        self._command = None
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

    def add_arguments(self, command: Command) -> None:
        for argument in (*command.arguments, LANGUAGE):
            self.add(argument)
        if command.hint:
            self.epilog = self.text(command.hint)

    def add(self, argument: Argument) -> None:
        group = self.options if argument.is_option else self.inputs
        keywords: dict[str, Any] = {"help": self.text(argument.about), **argument.more}
        if group is self.inputs or argument.metavar:
            keywords["metavar"] = argument.metavar or argument.names.upper()
        else:
            keywords["action"] = "store_true"
        if callable(default := argument.more.get("default")):
            keywords["default"] = default()
        if argument.value:
            keywords["type"] = self._reader(argument.value)
        group.add_argument(*argument.names.split(), **keywords)

    def _reader(self, value: Value) -> Callable[[str], object]:
        def read(text: str) -> object:
            if (result := value.read(text)) is None:
                raise argparse.ArgumentTypeError(value.wrong(self, text))
            return result

        return read


class _Formatter(argparse.HelpFormatter):
    def _split_lines(self, text: str, width: int) -> list[str]:
        """Wrap by terminal columns: a Chinese character takes two."""
        return wrap(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in wrap(text, width - len(indent)))
