"""What is wrong with a file, said so that a person can put it right: line, column, code, blanks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wecom_sync.domain.errors import PermanentError
from wecom_sync.domain.texts import Params, TextCode

MAX_PROBLEMS = 10_000
"""Problems that are listed one by one; the rest is counted by kind."""
MAX_SHOWN = 30
"""Characters of a cell that a text shows."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file.

    `line` counts from 1, the header included, 0 for the file as a whole; `column` is the
    header's name, blank for a whole line; `id` names the row when it can be named; `value` is
    the cell as it may be shown, cut and masked.
    """

    line: int
    column: str
    code: TextCode
    params: Params = field(default_factory=dict)
    id: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One member or department; `cells` stand in the order of the roster's columns."""

    line: int
    id: str
    cells: tuple[str, ...]


class FileRejectedError(PermanentError):
    """The file must not reach WeCom.

    `problems` holds what is wrong with it, the first `MAX_PROBLEMS` one by one; `counts` all of
    it by code; `rows` its rows as far as they were read, and `columns` what their cells are.
    """

    code = "file_rejected"

    def __init__(
        self,
        problems: Sequence[Problem],
        rows: Sequence[Row] = (),
        counts: Mapping[TextCode, int] | None = None,
        columns: Sequence[str] = (),
    ) -> None:
        self.problems = tuple(problems)
        self.rows = tuple(rows)
        self.columns = tuple(columns)
        self.counts = counts or Counter(problem.code for problem in problems)
        total = sum(self.counts.values())
        super().__init__(f"{total} problems", problems=total)


class Findings:
    """Collects problems: the first ones whole, all of them by kind."""

    def __init__(self, error: FileRejectedError | None = None) -> None:
        self.problems: list[Problem] = [*error.problems] if error else []
        self.counts: Counter[TextCode] = Counter(error.counts if error else ())

    def add(self, *problems: Problem) -> None:
        """Note problems."""
        for problem in problems:
            self.counts[problem.code] += 1
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(problem)

    def merge(self, *problems: Problem) -> None:
        """Note problems of lines that were passed already; all stay in the order of lines."""
        self.counts.update(problem.code for problem in problems)
        merged = sorted([*self.problems, *problems], key=lambda problem: problem.line)
        self.problems = merged[:MAX_PROBLEMS]

    def refuse(self, rows: Sequence[Row] = (), columns: Sequence[str] = ()) -> None:
        """Raise `FileRejectedError` when there is any problem."""
        if self.problems:
            raise FileRejectedError(self.problems, rows, self.counts, columns)


def shortened(cell: str) -> str:
    """Return a cell as a text shows it."""
    return cell if len(cell) <= MAX_SHOWN else f"{cell[: MAX_SHOWN - 1]}…"
