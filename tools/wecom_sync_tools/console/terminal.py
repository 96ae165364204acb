"""Writes texts in the user's language: results to stdout, progress to stderr."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
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
from wecom_sync_tools.console.messages import message
from wecom_sync_tools.console.prose import wrap

MAX_WIDTH = 100
_YES = frozenset({"y", "yes", "是"})


class Terminal:
    def __init__(
        self,
        language: Language,
        out: IO[str] | None = None,
        err: IO[str] | None = None,
        answers: IO[str] | None = None,
    ) -> None:
        self.language = language
        self._answers = answers or sys.stdin
        self.out = _console(out or sys.stdout)
        self.err = _console(err or sys.stderr)

    def text(self, code: Code, **params: object) -> str:
        return message(code).render(self.language, **params)

    def listed(self, names: Iterable[str]) -> str:
        return self.text("list_comma").join(names)

    def say(self, code: Code, **params: object) -> None:
        self.line(self.text(code, **params))

    def line(self, text: str | Styled, style: str = "") -> None:
        """Write a line to stdout. It is not broken, because people copy commands out of it."""
        self.out.print(Styled(text, style) if isinstance(text, str) else text, soft_wrap=True)

    def note(self, code: Code, **params: object) -> None:
        self.err.print(Styled(self.text(code, **params)), soft_wrap=True)

    def json(self, document: Any) -> None:
        """Write one line of JSON to stdout, with nothing that hides or reorders a part of it.

        All of it is escaped if the encoding lacks a character.
        """
        text = escaped(json.dumps(document, ensure_ascii=False), json.dumps)
        if not carries(self.out.file, text):
            text = json.dumps(document)
        self.out.file.write(f"{text}\n")
        self.out.file.flush()

    @property
    def can_ask(self) -> bool:
        """Whether a person reads the output and can answer."""
        return bool(self._answers) and self._answers.isatty() and self.out.file.isatty()

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


def _console(stream: IO[str]) -> Console:
    console = Console(file=stream, highlight=False, emoji=False, markup=False, soft_wrap=False)
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
