"""A problem of a file, with all that a person needs to correct it: line, column, code, blanks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import ClassVar

from wecom_sync.domain.errors import PermanentError
from wecom_sync.domain.texts import Listing, Param, Params, Sentence, TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass

MAX_PROBLEMS = 10_000
"""How many problems are listed one by one. The others are counted by kind."""
NO_LETTERS: Mapping[str, str] = {}
"""A CSV has no letters for its columns."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file.

    `line`: from 1 for the header, 0 for the whole file; `column`: the header, blank for a whole
    line; `id`: of the row, blank if it has none; `value`: the cell, cut and masked; `cell`: its
    name in a workbook (B5), blank elsewhere.
    """

    line: int
    column: str
    code: TextCode
    params: Params = field(default_factory=dict)
    id: str = ""
    value: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One member or department. `cells` are in the order of the roster's columns."""

    PACKED: ClassVar[bool] = True
    line: int
    id: str
    cells: tuple[str, ...]

    def problem(self, at: str, code: TextCode, /, **params: Param) -> Problem:
        """Return a problem of the row at a column."""
        return Problem(self.line, at, code, params, self.id)


class FileRejectedError(PermanentError):
    """The file is rejected.

    `problems`: the first `MAX_PROBLEMS` problems; `counts`: all of them by code; `rows` and
    `columns`: the rows that were read, and their columns; `letters`: of a workbook's columns.
    """

    code = "file_rejected"

    def __init__(
        self,
        problems: Sequence[Problem],
        rows: Sequence[Row] = (),
        counts: Mapping[TextCode, int] | None = None,
        columns: Sequence[str] = (),
        letters: Mapping[str, str] = NO_LETTERS,
    ) -> None:
        self.problems = tuple(problems)
        self.rows = tuple(rows)
        self.columns = tuple(columns)
        self.letters = letters
        self.counts = counts or Counter(problem.code for problem in problems)
        total = sum(self.counts.values())
        super().__init__(f"{total} problems", problems=total)

    @property
    def common(self) -> Reason | None:
        """The one thing that is wrong with every bad row, whatever its value, and the lines."""
        first = self.problems[0]
        if len(self.problems) != sum(self.counts.values()):
            return None
        if len(self.problems) == 1:
            place = [Sentence("line_prefix", {"line": first.line})] if first.line else []
            if first.cell:
                place = [Sentence("cell_prefix", {"cell": first.cell})]
            return Reason(first.code, first.params, before=tuple(place))
        values = dict.fromkeys(str(problem.params.get("value", "")) for problem in self.problems)
        alike = {_kind(problem) for problem in self.problems}
        if len(alike) > 1 or any(problem.value or not problem.line for problem in self.problems):
            return None
        params: dict[str, Param] = {**first.params}
        if len(values) > 1:
            params["value"] = Listing.of(values)
        lines = Listing.of(line_ranges(problem.line for problem in self.problems))
        return Reason(first.code, params, before=(Sentence("lines_prefix", {"lines": lines}),))


def refused(code: TextCode, line: int = 0, /, **params: Param) -> FileRejectedError:
    """Return the error of a file that is refused for one thing, as a whole or at a line."""
    return FileRejectedError([Problem(line, "", code, params)])


def _kind(problem: Problem) -> tuple[object, ...]:
    rest = sorted((name, str(param)) for name, param in problem.params.items() if name != "value")
    return problem.code, problem.column, *rest


class Findings:
    """Keeps the first problems and counts all by kind. `letters`: of a workbook's columns."""

    def __init__(
        self, error: FileRejectedError | None = None, letters: Mapping[str, str] = NO_LETTERS
    ) -> None:
        self.problems: list[Problem] = [*error.problems] if error else []
        self.counts: Counter[TextCode] = Counter(error.counts if error else ())
        self.letters = error.letters if error else letters
        self.headers: Mapping[str, str] = {}
        """HR's, of columns that no template has."""

    def add(self, *problems: Problem) -> None:
        for problem in problems:
            self.counts[problem.code] += 1
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(self._named(problem))

    def merge(self, *problems: Problem) -> None:
        """Note problems of earlier lines. All stay in the order of lines."""
        self.counts.update(problem.code for problem in problems)
        merged = sorted(
            [*self.problems, *map(self._named, problems)], key=lambda problem: problem.line
        )
        self.problems = merged[:MAX_PROBLEMS]

    def refuse(self, rows: Sequence[Row] = (), columns: Sequence[str] = ()) -> None:
        """Raise `FileRejectedError` when there is any problem."""
        if self.problems:
            raise FileRejectedError(self.problems, rows, self.counts, columns, self.letters)

    def _named(self, problem: Problem) -> Problem:
        letters = self.letters.get(problem.column)
        if header := self.headers.get(problem.column):
            params = {**problem.params, "column": header}
            problem = replace(problem, column=header, params=params)
        if not letters or not problem.line or problem.cell:
            return problem
        return replace(problem, cell=f"{letters}{problem.line}")


def line_ranges(lines: Iterable[int]) -> list[str]:
    """Return lines as a text names them: `2-81`, `90`."""
    numbers = {*lines}
    ranges = []
    for start in sorted(line for line in numbers if line - 1 not in numbers):
        end = start
        while end + 1 in numbers:
            end += 1
        ranges.append(str(start) if start == end else f"{start}-{end}")
    return ranges
