"""Writes texts in the user's language: results to stdout, progress to stderr."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.text import Text as Styled

from wecom_sync.reporting.language import Language, escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.encodings import carries
from wecom_sync_tools.console.errors import CommandError, problem_of
from wecom_sync_tools.console.messages import Speaker
from wecom_sync_tools.console.prose import wrap

MAX_WIDTH = 100
_YES = frozenset({"y", "yes", "是"})


class Terminal(Speaker):
    """Writes for a person, or with `as_json` for a program: then of what goes to stdout only JSON.

    So a command gives its value to `json`, and says the same in words.
    """

    def __init__(
        self,
        language: Language,
        out: IO[str] | None = None,
        err: IO[str] | None = None,
        answers: IO[str] | None = None,
        *,
        as_json: bool = False,
    ) -> None:
        self.language = language
        self.as_json = as_json
        self._answers = answers or sys.stdin
        self.out = _console(out or sys.stdout, quiet=as_json)
        self.err = _console(err or sys.stderr)

    @property
    def progress(self) -> Console:
        """Where it is shown how something goes on."""
        return self.err if self.as_json else self.out

    def say(self, code: Code, **params: object) -> None:
        self.line(self.text(code, **params))

    def line(self, text: str | Styled, style: str = "") -> None:
        """Write a line to stdout. It is not broken, because people copy commands out of it."""
        self.out.print(Styled(text, style) if isinstance(text, str) else text, soft_wrap=True)

    def note(self, code: Code, **params: object) -> None:
        self.err.print(Styled(self.text(code, **params)), soft_wrap=True)

    def aside(self, code: Code, **params: object) -> None:
        """Write to stderr what says to a person that there is nothing, or not what was asked."""
        if not self.as_json:
            self.note(code, **params)

    def json(self, document: Any, *, always: bool = False) -> None:
        """Write one line of JSON to stdout, with nothing that hides or reorders a part of it.

        Nothing for a person, unless it is `always` written. All of it is escaped if the encoding
        lacks a character.
        """
        if not (self.as_json or always):
            return
        text = escaped(json.dumps(document, ensure_ascii=False), json.dumps)
        if not carries(self.out.file, text):
            text = json.dumps(document)
        self.out.file.write(f"{text}\n")
        self.out.file.flush()

    @property
    def can_ask(self) -> bool:
        """Whether a person reads the output and can answer."""
        streams = (self._answers, self.out.file)
        return not self.as_json and all(stream and stream.isatty() for stream in streams)

    def ask(self, code: Code, **params: object) -> bool:
        """Ask a question. Any answer but yes counts as no."""
        self.out.print(Styled(self.text(code, **params)), end=" ", soft_wrap=True)
        return self._answers.readline().strip().casefold() in _YES

    def failure(self, error: CommandError) -> None:
        mark = Styled("✗ ", "bold red")
        given = error.params.items()
        problems = {name: problem_of(it) for name, it in given if isinstance(it, OSError)}
        params = {**error.params, **{name: self.text(code) for name, (code, _) in problems.items()}}
        self.err.print(mark + Styled(self.text(error.code, **params)), soft_wrap=True)
        if details := error.details or "".join(words for _, words in problems.values()):
            lines = map(escaped, details.expandtabs(4).splitlines())
            self.err.print(Styled("\n".join(lines), "dim"), soft_wrap=True)

    @contextmanager
    def step(self, code: Code, **params: object) -> Iterator[None]:
        """Show that a step runs, then that it is done and how long it took."""
        started = time.monotonic()
        doing = self.text(code, **params)
        with self.err.status(Styled(doing), spinner="dots"):
            yield
        seconds = time.monotonic() - started
        took = Styled(f"  {self.text('seconds', seconds=seconds)}", "dim")
        self.err.print(Styled("✓ ", "green") + Styled(doing) + took, soft_wrap=True)


def _console(stream: IO[str], *, quiet: bool = False) -> Console:
    plain: Mapping[str, Any] = dict.fromkeys(("highlight", "emoji", "markup", "soft_wrap"), False)
    console = Console(file=stream, quiet=quiet, **plain)
    console.width = min(console.width, MAX_WIDTH)
    return console


class Prose:
    """A text that rich wraps at the width of the terminal."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in wrap(self._text, options.max_width):
            yield Segment(line)
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self._text.split("\n")), default=0)
        widest = min(widest, options.max_width)
        return Measurement(min(12, widest), widest)
