"""What people and programs read about a run."""

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from wecom_sync.domain.errors import WecomSyncError
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Approval, Reason, Run, State
from wecom_sync.domain.texts import Listing, Params, TextCode, is_code, params_of, stored_params
from wecom_sync.files.problems import FileRejectedError, Problem, Row
from wecom_sync.reporting.catalogue import text
from wecom_sync.reporting.error_codes import errcode
from wecom_sync.reporting.language import Language, escaped
from wecom_sync.reporting.trouble import (
    advice,
    current_trouble,
    next_after_end,
    next_in_trouble,
    secret_rests,
    trouble_document,
    what_failed,
)
from wecom_sync.reporting.wecom_refusal import reason_of

RESULTS = "results.csv"
PLAN = "plan.json"
PROBLEMS = "problems.json"
CSV = "text/csv; charset=utf-8"
_COLUMNS: Sequence[TextCode] = (
    "column_line", "column_id", "column_outcome", "column_errcode", "column_message",
    "column_column", "column_explanation", "column_advice",
)  # fmt: skip
_NAMES = frozenset({"errcode", "line", "status"})
_FORMULA = frozenset("=+-@＝＋－＠\t\r\n")
"""How a cell begins that a spreadsheet computes, or strips until it does."""
KINDS: Mapping[str, TextCode] = {
    "add": "kind_add",
    "update": "kind_update",
    "move": "kind_move",
    "remove": "kind_remove",
    "disable": "kind_disable",
    "enable": "kind_enable",
    "emptied": "kind_emptied",
    "invite": "kind_invite",
    "unchanged": "kind_unchanged",
}
"""Each count of a plan and what it is called."""


def report_name(run: Run, name: str) -> str:
    """Return a report's key in the report bucket."""
    return f"{run.corp}/{run.run_id}/{name}"


def results_csv(
    outcomes: Iterable[Outcome],
    language: Language,
    leavers: Collection[str] = frozenset(),
    refused: Reason | None = None,
) -> bytes:
    """Return `results.csv` of a job: a line for every row, then the people not in the file.

    `leavers`: the user ids, in lower case, of those who were sent along as disabled. `refused`:
    why WeCom refused the import as a whole.
    """
    ordered = sorted(outcomes, key=lambda row: (not row.line, row.line or 0, row.id))
    lines = (
        _leaver_line(outcome, language)
        if outcome.errcode == 0 and outcome.line == 0 and outcome.id.casefold() in leavers
        else _outcome_line(outcome, language, refused)
        for outcome in ordered
    )
    return _csv(language, lines)


def rejection_csv(error: FileRejectedError, language: Language) -> bytes:
    """Return `results.csv` of a rejected file: its problems, and the lines that had none.

    Problems that are not listed one by one follow by kind, each kind with an example.
    """
    problems, file_rows = error.problems, error.rows
    bad = {problem.line for problem in problems}
    whole = sum(error.counts.values()) == len(problems)
    rejected = text("outcome_rejected").render(language)
    unsent = text("outcome_not_sent").render(language)
    rows = [
        (
            problem.line,
            problem.id,
            rejected,
            problem.column,
            problem_text(problem, language),
        )
        for problem in problems
    ]
    not_sent = text("row_not_sent").render(language)
    rows += [
        (row.line, row.id, unsent, "", not_sent)
        for row in file_rows
        # Beyond the listed problems we do not know which lines have none.
        if row.line not in bad and (whole or row.line < problems[-1].line)
    ]
    rows.sort(key=lambda row: row[0])
    rows += [
        (0, "", rejected, more.column, problem_text(more, language))
        for more, _ in _more_problems(error, language)
    ]
    return _csv(
        language,
        (
            (line or "", row_id, outcome, "", "", column, sentence, "")
            for line, row_id, outcome, column, sentence in rows
        ),
    )


def problems_json(error: FileRejectedError, language: Language) -> bytes:
    """Return `problems.json`: the problems of a rejected file, so that any language can show them.

    Problems that are not listed one by one follow by kind, each kind with its `example`.
    """
    listed = [problem_document(problem, language) for problem in error.problems]
    for more, example in _more_problems(error, language):
        shown = None if example is None else problem_document(example, language)
        listed.append({**problem_document(more, language), "example": shown})
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
            shown = code if example is None else problem_text(example, language)
            params: Params = {"count": count - listed[code], "example": shown}
            column = "" if example is None else example.column
            yield Problem(0, column, "more_problems", params), example


def unsent_csv(file_rows: Sequence[Row], language: Language) -> bytes:
    """Return `results.csv` of a run whose file was not sent."""
    return _uniform_csv(file_rows, "outcome_not_sent", "run_not_sent", language)


def unchanged_csv(file_rows: Sequence[Row], language: Language) -> bytes:
    """Return `results.csv` of a run that would have changed nothing."""
    return _uniform_csv(file_rows, "outcome_unchanged", "row_unchanged", language)


def _uniform_csv(
    file_rows: Sequence[Row], outcome: TextCode, explanation: TextCode, language: Language
) -> bytes:
    word = text(outcome).render(language)
    sentence = text(explanation).render(language)
    lines = ((row.line, row.id, word, "", "", "", sentence, "") for row in file_rows)
    return _csv(language, lines)


def problem_text(problem: Problem, language: Language) -> str:
    """Say what is wrong and how to correct it."""
    return _of_value(problem.value, _rendered(problem.code, problem.params, language))


def problem_document(problem: Problem, language: Language) -> dict[str, Any]:
    """Return a problem as JSON. `params` has what fills the blanks of its text, and no more."""
    blanks = text(problem.code).blanks
    return {
        "line": problem.line or None,
        "id": problem.id or None,
        "column": problem.column or None,
        "value": problem.value or None,
        "code": problem.code,
        "params": stored_params(
            {name: value for name, value in problem.params.items() if name in blanks}
        ),
        "text": problem_text(problem, language),
    }


def problem_told(document: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a problem's JSON in another language. An unknown code stays as it is."""
    code, params = document.get("code"), document.get("params")
    if not is_code(code) or not isinstance(params, Mapping) or text(code).blanks - params.keys():
        return {**document}
    if example := document.get("example"):
        params = {**params, "example": problem_told(example, language)["text"]}
    sentence = _rendered(code, params_of(params), language)
    return {**document, "text": _of_value(document.get("value"), sentence)}


def _of_value(value: str | None, sentence: str) -> str:
    """Put the cell before what is wrong with it."""
    return f"{escaped(value)}: {sentence}" if value else sentence


def _rendered(code: TextCode, params: Params, language: Language) -> str:
    """Fill a text in. Lists are written as the language does; an unknown code stays as it is."""
    if not is_code(code):
        return code
    shown = {
        name: _listed(value, language) if isinstance(value, Listing) else value
        for name, value in params.items()
    }
    return text(code).render(language, **shown)


def failure_text(failure: Reason | WecomSyncError, language: Language) -> str:
    """Say what a reason or an error means; a refusal of WeCom comes with its explanation."""
    reason = reason_of(failure) if isinstance(failure, WecomSyncError) else failure
    sentence = _cause(reason, language)
    also, named = reason.params.get("also"), reason.params.get("named")
    if isinstance(also, Listing):
        words = (_counted_word(each, language) for each in also.first)
        told = text("also_beyond").render(language, also=_comma(words, language))
        sentence = joined((sentence, told), language)
    for remark in (reason.params.get("remark"), reason.params.get("guard")):
        if is_code(remark):
            told = _rendered(remark, _readable(reason.params), language)
            sentence = joined((sentence, told), language)
    if isinstance(named, Listing) and named.first:
        sentence = joined((sentence, _affected(named, language)), language)
    if line := reason.params.get("line"):
        sentence = text("line_prefix").render(language, line=line) + sentence
    if isinstance(lines := reason.params.get("lines"), Listing):
        prefix = text("lines_prefix").render(language, lines=_listed(lines, language))
        sentence = prefix + sentence
    explained = [sentence]
    if isinstance(code := reason.params.get("errcode"), int):
        entry = errcode(code)
        explained += [entry.explanation.render(language), entry.advice.render(language)]
    return joined((*explained, *advice(reason, language)), language)


def _cause(reason: Reason, language: Language) -> str:
    """Say which call failed and how, then the reason itself."""
    sentence = _rendered(reason.code, _readable(reason.params), language)
    return joined((*what_failed(reason, language), sentence), language)


def _readable(params: Params) -> Params:
    """Return the parameters for a text: counts of lists, and large numbers with grouped digits."""
    named = params.get("named")
    counted = {"total": named.total} if isinstance(named, Listing) else {}
    return {
        name: f"{value:,}" if isinstance(value, int) and name not in _NAMES else value
        for name, value in {**counted, **params}.items()
    }


def _counted_word(counted: str, language: Language) -> str:
    """Say what else is beyond its limit, and how many they are: a code and a number."""
    word, _, count = counted.partition(" ")
    said = text(word).render(language) if is_code(word) else word
    if not int(count or 0):
        return said
    number = f"{int(count):,}"
    return f"{said}（{number}）" if language is Language.CHINESE else f"{said} ({number})"


def _comma(names: Iterable[str], language: Language) -> str:
    return ("、" if language is Language.CHINESE else ", ").join(names)


def _listed(listing: Listing, language: Language) -> str:
    more = listing.total - len(listing.first)
    return _comma(listing.first, language) + (f" … (+{more})" if more else "")


def _affected(named: Listing, language: Language) -> str:
    """Say who or what is concerned."""
    code: TextCode = "named" if named.total == len(named.first) else "named_first"
    listed = _comma(named.first, language)
    return text(code).render(language, named=listed, total=f"{named.total:,}")


def joined(sentences: Iterable[str], language: Language) -> str:
    """Join sentences: in Chinese without a blank between them."""
    return ("" if language is Language.CHINESE else " ").join(sentences)


def hold_document(hold: Reason, language: Language) -> dict[str, str]:
    """Return a reason to hold as JSON."""
    return {"code": hold.code, "family": hold.family, "text": failure_text(hold, language)}


def reason_text(run: Run, language: Language) -> str:
    """Say why a run is where it is; a refusal of WeCom's comes with its explanation."""
    if run.state is State.HELD:
        reasons = (*run.holds, *([run.reason] if run.reason else []))
        return joined((failure_text(reason, language) for reason in reasons), language)
    if found := current_trouble(run):
        reason, again = found
        if again is None and not run.state.holds_lane:
            return failure_text(reason, language)
        # The advice of a code is for a run that has failed. This one goes on by itself.
        parts = (cause_text(reason, language), *next_in_trouble(run, reason, language))
        return joined((*parts, *secret_rests(reason, language)), language)
    if run.reason is None:
        return ""
    reason = run.reason
    if run.plans_only and reason.code == "awaits_departments":
        reason = Reason("plan_awaits_departments", reason.params)
    parts = (failure_text(reason, language), *next_after_end(run, language))
    return joined(parts, language)


def cause_text(reason: Reason, language: Language) -> str:
    """Say what went wrong, without advice."""
    code = reason.params.get("errcode")
    sentence = _cause(reason, language)
    explained = [errcode(code).explanation.render(language)] if isinstance(code, int) else []
    return joined((sentence, *explained), language)


def counts_text(counts: Mapping[str, int], language: Language) -> str:
    """Return a plan's numbers in one line, without the zeros."""
    found = [
        f"{text(kind).render(language)} {counts[name]:,}"
        for name, kind in KINDS.items()
        if counts.get(name)
    ]
    return " · ".join(found) or text("kind_none").render(language)


def row_text(outcome: Outcome, language: Language) -> tuple[str, str]:
    """Return the explanation and the advice for one row, blank when it was applied."""
    if outcome.errcode is None:
        return text("outcome_unreported").render(language), text("row_unreported").render(language)
    if not outcome.failed:
        return "", ""
    entry = errcode(outcome.errcode)
    explanation = entry.explanation.render(language)
    if outcome.line == 0:
        explanation = joined((text("row_not_in_file").render(language), explanation), language)
    return explanation, entry.advice.render(language)


def run_document(run: Run, language: Language) -> dict[str, Any]:
    """Return a run as JSON: the fields of `wecom-sync runs --json`."""
    return {
        "run_id": run.run_id,
        "corp": run.corp,
        "job": run.job,
        "key": run.key,
        "version": run.version,
        "state": run.state,
        "reason": reason_text(run, language) or None,
        "rows": run.rows,
        "succeeded": run.succeeded,
        "failed": run.failed,
        "unreported": run.unreported,
        "encoding": run.encoding,
        "job_id": run.job_id,
        "created": moment(run.created),
        "finished": moment(run.finished),
        "plan": dict(run.plan) if run.plan is not None else None,
        "plan_digest": run.plan_digest,
        "warnings": run.warnings,
        "expires": moment(run.deadline) if run.state is State.HELD else None,
        "trouble": _trouble(run),
        "approval": None if run.approval is None else _approval(run.approval),
        "principal": run.principal or None,
        "verdict": _verdict(run),
        "rollback_of": run.rollback_of,
        "awaits": run.awaits,
        "revision": run.revision,
        "reports": dict(run.reports),
    }


def _verdict(run: Run) -> str | None:
    """Return what would become of a file that was only to be planned, None of any other."""
    if not run.plans_only:
        return None
    return {State.REJECTED: "reject", State.FAILED: "unknown"}.get(run.state, run.verdict)


def _trouble(run: Run) -> dict[str, Any] | None:
    found = trouble_document(run)
    if found is None:
        return None
    return {**found, "next": moment(found["next"]), "until": moment(found["until"])}


def _approval(approval: Approval) -> dict[str, Any]:
    return {"by": approval.by, "at": moment(approval.at), "plan_digest": approval.digest}


def failed_row_document(run: Run, outcome: Outcome, language: Language) -> dict[str, Any]:
    """Return a failed row as JSON: the fields of `wecom-sync show --json`."""
    explanation, advice = row_text(outcome, language)
    name = "userid" if run.job is None or run.job.has_members else "party_id"
    return {
        "line": outcome.line or None,
        name: outcome.id,
        "errcode": outcome.errcode,
        "errmsg": outcome.errmsg,
        "explanation": explanation,
        "advice": advice,
    }


def _outcome_line(
    outcome: Outcome, language: Language, refused: Reason | None
) -> tuple[object, ...]:
    word: TextCode = "outcome_failed" if outcome.failed else "outcome_applied"
    explanation, what_to_do = row_text(outcome, language)
    if outcome.errcode is None:
        word = "outcome_unreported"
        code = refused.params.get("errcode") if refused else None
        if isinstance(code, int):
            word, entry = "outcome_not_applied", errcode(code)
            said = (text("row_refused_whole"), entry.explanation)
            explanation = joined((each.render(language) for each in said), language)
            what_to_do = entry.advice.render(language)
    return (
        outcome.line or "",
        outcome.id,
        text(word).render(language),
        "" if outcome.errcode is None else outcome.errcode,
        outcome.errmsg,
        "",
        explanation,
        what_to_do,
    )


def _leaver_line(outcome: Outcome, language: Language) -> tuple[object, ...]:
    """Return the line of a leaver who was disabled and not removed."""
    word = text("outcome_disabled").render(language)
    sentence = text("row_in_grace").render(language)
    return ("", outcome.id, word, outcome.errcode, outcome.errmsg, "", sentence, "")


def drift_csv(found: Mapping[TextCode, Iterable[str]], language: Language) -> bytes:
    """Return the CSV of accounts that drifted, and what changed."""
    words = ((text(code).render(language), users) for code, users in found.items())
    lines = ((user, word) for word, users in words for user in users)
    return _csv(language, lines, ("column_id", "column_outcome"))


def _csv(
    language: Language,
    lines: Iterable[Sequence[object]],
    columns: Sequence[TextCode] = _COLUMNS,
) -> bytes:
    """Return a CSV for people and their spreadsheets: with BOM and CR LF.

    No cell is read as a formula, and none holds what cannot be seen.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([text(name).render(language) for name in columns])
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    return escaped(f"'{cell}" if cell[:1] in _FORMULA else cell)


def moment(seconds: float | None) -> str | None:
    """Return a time of UTC epoch seconds as programs read it."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
