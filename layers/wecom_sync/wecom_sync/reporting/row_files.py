"""The files about a run's rows: for people and their spreadsheets, and for programs."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from wecom_sync.domain.outcome import KINDS, LEFT, Kind, Outcome
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.files.columns import columns_of
from wecom_sync.files.department_cells import BETWEEN, NAME_COLUMN
from wecom_sync.files.legibility import guarded
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, MEMBER_NAME_COLUMN, keys_in
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.reporting.catalogue import say, text
from wecom_sync.reporting.documents import joined, problem_document, problem_text, row_text
from wecom_sync.reporting.error_codes import errcode
from wecom_sync.reporting.language import Language, escaped

if TYPE_CHECKING:
    # Its modules are many, and who only names these files reads none.
    from wecom_sync.files.roster import Roster

RESULTS = "results.csv"
PROBLEMS = "problems.json"
CSV = "text/csv; charset=utf-8"
FIX = "fix.csv"
DEPARTMENTS = "departments.csv"
MEMBERS = "members.csv"
RESULT_COLUMNS: Sequence[TextCode] = (
    "column_line", "column_id", "column_key", "column_name", "column_change", "column_outcome",
    "column_errcode", "column_message", "column_column", "column_explanation", "column_advice",
)  # fmt: skip
_KEY_AT = RESULT_COLUMNS.index("column_key")
_NAMES = (MEMBER_NAME_COLUMN, NAME_COLUMN)
_FORMULA = frozenset("=+-@＝＋－＠\t\r\n")
"""How a cell begins that a spreadsheet computes, or strips until it does."""


def results_csv(
    outcomes: Iterable[Outcome], language: Language, refused: Reason | None = None
) -> bytes:
    """Return `results.csv` of a job: a line for every row, then the people not in the file.

    `refused`: why WeCom refused it as a whole. What is said of the first row of a kind is said of
    all.
    """
    said: dict[object, tuple[object, ...]] = {}
    lines = []
    for it in _ordered(outcomes):
        kind = it.line == 0, it.errcode, it.errmsg, it.change, it.holder
        if kind not in said:
            said[kind] = _words(it, language, refused)
        lines.append((it.line or "", it.id, it.key, it.name, *said[kind]))
    return _results(language, lines)


def fix_csv(outcomes: Iterable[Outcome], roster: "Roster", language: Language) -> bytes:
    """Return `fix.csv`: the rows of a member file that WeCom refused, in its template, if any.

    Two columns say what is wrong and what to do; our reader leaves them out. A list of some
    departments is no file that anybody may drop.
    """
    # Any job reads these; others are read of a company file only.
    mark = roster.separator if roster.separator in {"/", "\\"} else BETWEEN
    marks = [mark if it == DEPARTMENTS_COLUMN else BETWEEN for it in roster.columns]
    # Who was appended as a leaver has no line.
    rows = {row.line: row for row in roster.rows if row.line}
    failed = [
        (rows[outcome.line], row_text(outcome, language))
        for outcome in _ordered(outcomes)
        if outcome.needs_mending and outcome.line in rows
    ]
    if not failed or not roster.job.has_members:
        return b""
    comments = [say(language, name) for name in ("column_comment", "column_comment_advice")]
    return droppable_csv(
        [*roster.columns, *comments],
        (
            [*map(guarded, map(str.replace, row.cells, repeat(BETWEEN), marks)), *remarks]
            for row, remarks in failed
        ),
    )


def starter_csv(job: Job, rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows by WeCom's columns as a file in WeCom's template, which a person completes."""
    columns = [column.name for column in columns_of(job) if column.is_sent]
    cells = ([guarded(row.get(name, "")) for name in columns] for row in rows)
    return droppable_csv(columns, cells)


def droppable_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a file that a spreadsheet shows as it is, and that our reader takes."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows((header, *rows))
    return out.getvalue().encode("utf-8-sig")


def _ordered(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda row: (not row.line, row.line or 0, row.id))


def rejection_csv(error: FileRejectedError, language: Language) -> bytes:
    """Return `results.csv` of a rejected file: its problems, and the lines that had none.

    Problems that are not listed one by one follow by kind, each kind with an example.
    """
    problems = error.problems
    names = _names(error)
    bad = {problem.line for problem in problems}
    whole = sum(error.counts.values()) == len(problems)
    rejected, unsent = say(language, "outcome_rejected"), say(language, "outcome_not_sent")
    keys = keys_in(error.columns, error.rows)
    rows = [(it.line, it.id, rejected, it.column, _placed(it, language)) for it in problems]
    not_sent = say(language, "row_not_sent")
    rows += [
        (row.line, row.id, unsent, "", not_sent)
        for row in error.rows
        # Beyond the listed problems we do not know which lines have none.
        if row.line not in bad and (whole or row.line < problems[-1].line)
    ]
    rows.sort(key=lambda row: row[0])
    more = (it for it, _ in _more_problems(error, language))
    rows += [(0, "", rejected, it.column, problem_text(it, language)) for it in more]
    lines = (
        (
            line or "",
            "" if row_id == keys.get(line) else row_id,
            keys.get(line, ""),
            *(names.get(line, ""), "", outcome, "", "", column, sentence, ""),
        )
        for line, row_id, outcome, column, sentence in rows
    )
    return _results(language, lines)


def _placed(problem: Problem, language: Language) -> str:
    place = [say(language, "cell_prefix", cell=problem.cell)] if problem.cell else []
    return joined((*place, problem_text(problem, language)), language)


def problems_json(error: FileRejectedError, language: Language) -> bytes:
    """Return `problems.json`: the problems of a rejected file, so that any language can show them.

    Problems that are not listed one by one follow by kind, each kind with its `example`.
    """
    names, keys = _names(error), keys_in(error.columns, error.rows)
    listed = [
        {
            **problem_document(problem, language),
            "name": names.get(problem.line) or None,
            **({"key": keys[problem.line]} if keys.get(problem.line) else {}),
        }
        for problem in error.problems
    ]
    for more, example in _more_problems(error, language):
        first = None if example is None else problem_document(example, language)
        listed.append({**problem_document(more, language), "example": first})
    return json.dumps({"problems": listed}, ensure_ascii=False, indent=1).encode()


def _more_problems(
    error: FileRejectedError, language: Language
) -> Iterator[tuple[Problem, Problem | None]]:
    """Yield each kind of problem that is not fully listed, with its first listed problem."""
    listed = Counter(problem.code for problem in error.problems)
    examples = {problem.code: problem for problem in reversed(error.problems)}
    for code, count in error.counts.items():
        if count > listed[code]:
            example = examples.get(code)
            words = code if example is None else problem_text(example, language)
            params: Params = {"count": count - listed[code], "example": words}
            column = "" if example is None else example.column
            yield Problem(0, column, "more_problems", params), example


def _names(error: FileRejectedError) -> Mapping[int, str]:
    places = [error.columns.index(name) for name in _NAMES if name in error.columns]
    return {row.line: row.cells[at] for at in places for row in error.rows if row.cells}


def unsent_csv(
    outcomes: Iterable[Outcome], language: Language, *, is_unchanged: bool = False
) -> bytes:
    """Return `results.csv` of a run whose file was not sent, or would have changed nothing."""
    outcome: TextCode = "outcome_unchanged" if is_unchanged else "outcome_not_sent"
    explanation: TextCode = "row_unchanged" if is_unchanged else "run_not_sent"
    word, sentence = say(language, outcome), say(language, explanation)
    rest = ("", word, "", "", "", sentence, "")
    lines = ((row.line, row.id, row.key, row.name, *rest) for row in outcomes)
    return _results(language, lines)


def _words(outcome: Outcome, language: Language, refused: Reason | None) -> tuple[object, ...]:
    """Return what is said of a row behind its name."""
    word: TextCode = "outcome_failed" if outcome.failed else "outcome_applied"
    explanation, advice = row_text(outcome, language)
    if outcome.change == LEFT:
        word, explanation, advice = "outcome_not_sent", say(language, "row_left"), ""
    elif outcome.errcode is None and outcome.change == Kind.REMOVE and not refused:
        word = "outcome_not_applied"
    elif outcome.errcode is None:
        word = "outcome_unreported"
        code = refused.params.get("errcode") if refused else None
        if isinstance(code, int):
            word, entry = "outcome_not_applied", errcode(code)
            texts = (text("row_refused_whole"), entry.explanation)
            explanation = joined((part.render(language) for part in texts), language)
            advice = entry.advice.render(language)
    if outcome.change == Kind.DISABLE and outcome.line == 0 and outcome.errcode == 0:
        # A leaver who was not removed.
        word, explanation = "outcome_disabled", say(language, "row_in_grace")
    return (
        say(language, KINDS[outcome.change].word) if outcome.change in KINDS else "",
        say(language, word),
        "" if outcome.errcode is None else outcome.errcode,
        outcome.errmsg,
        "",
        explanation,
        advice,
    )


def drift_csv(accounts: Mapping[TextCode, Iterable[str]], language: Language) -> bytes:
    words = ((say(language, code), users) for code, users in accounts.items())
    lines = ((user, word) for word, users in words for user in users)
    return _csv(language, lines, ("column_id", "column_outcome"))


def _results(language: Language, lines: Iterable[Sequence[object]]) -> bytes:
    """Return lines of `RESULT_COLUMNS`; HR's keys are a column of their own where there are any."""
    rows = [*lines]
    if any(row[_KEY_AT] for row in rows):
        return _csv(language, rows, RESULT_COLUMNS)
    bare = ((*row[:_KEY_AT], *row[_KEY_AT + 1 :]) for row in rows)
    return _csv(language, bare, (*RESULT_COLUMNS[:_KEY_AT], *RESULT_COLUMNS[_KEY_AT + 1 :]))


def _csv(
    language: Language, lines: Iterable[Sequence[object]], columns: Sequence[TextCode]
) -> bytes:
    """Return a CSV for spreadsheets: no cell is a formula, and none holds what cannot be seen."""
    header = [say(language, name) for name in columns]
    return droppable_csv(header, ([_harmless(cell) for cell in line] for line in lines))


def _harmless(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    return escaped(f"'{cell}" if cell[:1] in _FORMULA else cell)
