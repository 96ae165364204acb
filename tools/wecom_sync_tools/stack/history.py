"""What happened to one person: from the plans of a corp's newest runs and what became of them."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.run import Job, State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.catalogue import text
from wecom_sync.reporting.corp_index import NEWEST
from wecom_sync.reporting.documents import PLAN, run_document
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import RESULTS
from wecom_sync_tools.stack.documents import ReportBucket, RunPage, at_once

APPLIED, FAILED, UNREPORTED = "applied", "failed", "unreported"
HELD, NOT_SENT = "held", "not sent"
_OUTCOMES: Mapping[TextCode, str] = {
    "outcome_applied": APPLIED,
    "outcome_disabled": APPLIED,
    "outcome_failed": FAILED,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a run did to a person, or would have done. `columns`: from what to what."""

    run_id: str
    at: str
    change: str
    columns: Mapping[str, Sequence[str | None]]
    outcome: str
    errcode: int | None = None


class History(NamedTuple):
    """A person's entries, the newest first; how many runs were looked through, and since when."""

    entries: Sequence[Entry]
    runs: int
    since: str = ""


def history_of(documents: ReportBucket, corp: str, user: str, limit: int) -> History:
    """Look through a corp's newest runs for a person; user ids compare without case."""
    looked = _newest(documents, corp, limit)
    of_people = [run for run in looked if _may_tell(run)]
    entries = filter(None, at_once(lambda run: _entry(documents, run, user.casefold()), of_people))
    since = min((run["created"] for run in looked), default="")
    return History(list(entries), len(looked), since)


def accounts_named(documents: ReportBucket, corp: str, name: str, limit: int) -> Sequence[str]:
    """Return the user ids of the people with exactly this name in a corp's newest runs."""
    of_people = [run for run in _newest(documents, corp, limit) if _may_tell(run)]
    accounts = at_once(lambda run: _named(documents, run, name), of_people)
    return sorted({user.casefold(): user for users in accounts for user in users}.values())


def _named(documents: ReportBucket, run: Mapping[str, Any], name: str) -> Sequence[str]:
    users = [it["id"] for it in _changes(documents, run, name) if it["name"] == name]
    page = documents.page(run["corp"], run["run_id"]) if run["failed"] else None
    rows = page.document["rows_failed"] if page else ()
    return [*users, *(row["userid"] for row in rows if row.get("name") == name)]


def _changes(
    documents: ReportBucket, run: Mapping[str, Any], name: str
) -> Sequence[Mapping[str, Any]]:
    """Return what a run's plan changes, if it has the name: a large plan takes long to read."""
    content = documents.get(f"{run['corp']}/{run['run_id']}/{PLAN}") or b""
    changes: Sequence[Mapping[str, Any]] = ()
    if name.casefold() in content.decode().casefold():
        changes = json.loads(content)["changes"]
    return changes


def _newest(documents: ReportBucket, corp: str, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return the newest runs as JSON. A corp's index has some, beyond these pages are read."""
    runs = dict(documents.index(corp).runs)
    if limit > NEWEST:
        for page in documents.newest([corp], limit):
            runs[page.run.run_id] = run_document(page.run, Language.ENGLISH)
    ordered = sorted(runs.values(), key=lambda run: (run["created"], run["run_id"]), reverse=True)
    return ordered[:limit]


def _may_tell(run: Mapping[str, Any]) -> bool:
    is_of_members = run["job"] is not None and Job(run["job"]).has_members
    return is_of_members and run["verdict"] is None and PLAN in run["reports"]


def _entry(documents: ReportBucket, run: Mapping[str, Any], key: str) -> Entry | None:
    """Return what a run did to a person, None if it does not concern them."""
    changes = _changes(documents, run, key)
    change = next((it for it in changes if _is(it["id"], key)), None)
    if change is None and not run["failed"]:
        return None
    page = documents.page(run["corp"], run["run_id"])
    if page is None:
        return None
    row = next((row for row in page.document["rows_failed"] if _is(row.get("userid"), key)), None)
    if change is None and row is None:
        return None
    outcome, errcode = _outcome(documents, page, key, row)
    return Entry(
        run_id=page.run.run_id,
        at=page.document["finished"] or page.document["created"],
        change=change["change"] if change else Kind.UNCHANGED,
        columns=change["columns"] if change else {},
        outcome=outcome,
        errcode=errcode,
    )


def _is(user: str | None, key: str) -> bool:
    return user is not None and user.casefold() == key


def _outcome(
    documents: ReportBucket, page: RunPage, key: str, failed: Mapping[str, Any] | None
) -> tuple[str, int | None]:
    run = page.run
    if failed is not None:
        return FAILED, failed["errcode"]
    if run.was_refused_whole and run.reason is not None:
        code = run.reason.params["errcode"]
        return FAILED, code if isinstance(code, int) else None
    is_sent = run.posted is not None or run.job_id is not None or bool(run.begun)
    if run.state is State.HELD or not is_sent:
        return HELD if run.state is State.HELD else NOT_SENT, None
    if run.state in {State.SUCCEEDED, State.PARTIAL} and not run.unreported:
        return APPLIED, None
    return _reported(documents.report(run, RESULTS), key), None


def _reported(results: bytes, key: str) -> str:
    """Return what `results.csv` says became of a person's row, in whatever language it is."""
    outcomes = {word: name for code, name in _OUTCOMES.items() for word in _words(code)}
    for row in csv.DictReader(io.StringIO(results.decode("utf-8-sig"), newline="")):
        # An id that a spreadsheet would compute stands behind an apostrophe.
        if _cell(row, "column_id").removeprefix("'").casefold() == key:
            return outcomes.get(_cell(row, "column_outcome"), UNREPORTED)
    return UNREPORTED


def _cell(row: Mapping[str, str], code: TextCode) -> str:
    return next((row[word] for word in _words(code) if word in row), "")


def _words(code: TextCode) -> tuple[str, str]:
    return text(code).en, text(code).zh
