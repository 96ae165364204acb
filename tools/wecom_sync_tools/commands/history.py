"""`wecom-sync history`: what happened to a person, by the newest runs' plans, the newest first."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.outcome import KINDS, Kind
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.catalogue import text
from wecom_sync.reporting.documents import PLAN
from wecom_sync.reporting.language import Language, escaped
from wecom_sync.reporting.row_files import RESULTS
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.tables import (
    Columns,
    listed,
    minute,
    moment,
    state_label,
    state_style,
)
from wecom_sync_tools.console.terminal import Prose, Terminal
from wecom_sync_tools.stack.documents import ReportBucket, RunPage, at_once
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import short_id

APPLIED, FAILED, UNREPORTED = "applied", "failed", "unreported"
HELD, NOT_SENT = "held", "not sent"
_LOOKS: Mapping[str, tuple[Code, State]] = {
    APPLIED: ("outcome_applied", State.SUCCEEDED),
    FAILED: ("outcome_failed", State.FAILED),
    UNREPORTED: ("outcome_unreported", State.PARTIAL),
    NOT_SENT: ("outcome_not_sent", State.CANCELLED),
}
"""What an outcome is called, and as which state it looks."""
_REPORTED: Mapping[TextCode, str] = {
    "outcome_applied": APPLIED,
    "outcome_disabled": APPLIED,
    "outcome_failed": FAILED,
}
"""Outcomes by their words in `results.csv`."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What a run did to a person, or would have done. `columns`: from what to what."""

    run_id: str
    at: str
    change: str
    columns: Mapping[str, Sequence[str | None]]
    outcome: str
    errcode: int | None = None


class History(NamedTuple):
    """A person's entries, the newest first; how many runs were looked through, and since when.

    `owners`, `namesakes`: accounts of the people who have what was asked for as HR's key, the
    newest first, or as their exact name.
    """

    entries: Sequence[HistoryEntry]
    runs: int
    since: str
    owners: Sequence[str]
    namesakes: Sequence[str]


class _Sight(NamedTuple):
    """What a run tells, as a `History` has it."""

    entry: HistoryEntry | None = None
    owners: Sequence[str] = ()
    namesakes: Sequence[str] = ()


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal)
    user, documents = args.userid, target.documents
    history = history_of(documents, args.corp, user, args.limit)
    if not history.runs:
        target.check_corp(args.corp)
    owner = history.owners[0] if history.owners else ""
    if history.entries and owner.casefold() not in {"", user.casefold()}:
        terminal.note("history_not_key", userid=user, owner=owner, corp=args.corp)
    users = () if history.entries else history.owners[:1] or history.namesakes
    if len(users) > 1:
        raise UsageError("history_several", name=user, userids=", ".join(users))
    if users:
        (user,) = users
        history = history_of(documents, args.corp, user, args.limit)
    if user == owner != args.userid:
        terminal.note("history_of_key", key=args.userid, userid=owner)
    terminal.json({"userid": user, "entries": [asdict(entry) for entry in history.entries]})
    if history.entries:
        terminal.out.print(_table(history.entries, terminal))
    elif history.runs:
        looked: dict[str, Any] = {"count": history.runs, "moment": moment(history.since)}
        terminal.aside("history_none", userid=args.userid, corp=args.corp, **looked)
    else:
        terminal.aside("status_of_nobody", corp=args.corp)
    return 0


def _table(entries: Sequence[HistoryEntry], terminal: Terminal) -> Table:
    columns: Columns[HistoryEntry] = (
        ("label_at", "time", lambda it: minute(it.at)),
        ("label_change", "", lambda it: Styled(terminal.text(KINDS[it.change].counted))),
        ("label_from_to", "wide", lambda it: _changes_told(it, terminal)),
        ("label_outcome", "", lambda it: _outcome_told(it, terminal)),
        ("label_run", "", lambda it: short_id(it.run_id)),
    )
    return listed(entries, columns, terminal)


def _changes_told(entry: HistoryEntry, terminal: Terminal) -> Prose:
    return Prose("\n".join(_change(name, pair, terminal) for name, pair in entry.columns.items()))


def _change(name: str, pair: Sequence[str | None], terminal: Terminal) -> str:
    """Say from what to what a column changes, as far as that is known."""
    before, after = pair
    if after is None:
        return escaped(name)
    blank = terminal.text("value_blank")
    words = {"column": name, "after": after or blank}
    if before is None:
        return terminal.text("history_to", **words)
    return terminal.text("history_from_to", **words, before=before or blank)


def _outcome_told(entry: HistoryEntry, terminal: Terminal) -> Styled:
    if entry.outcome == HELD:
        return state_label(State.HELD, terminal.language)
    code, state = _LOOKS[entry.outcome]
    mark, style = state_style(state)
    errcode = "" if entry.errcode is None else f" {entry.errcode}"
    return Styled(f"{mark} {terminal.text(code)}{errcode}", style)


def history_of(documents: ReportBucket, corp: str, user: str, limit: int) -> History:
    """Look through a corp's newest runs for a person; only user ids compare without case."""
    looked = _newest(documents, corp, limit)
    of_people = [run for run in looked if _may_tell(run)]
    sights = at_once(lambda run: _sight(documents, run, user), of_people)
    since = min((run["created"] for run in looked), default="")
    entries = [sight.entry for sight in sights if sight.entry]
    owners = [account for sight in sights for account in sight.owners]
    namesakes = {it.casefold(): it for sight in sights for it in sight.namesakes}
    return History(entries, len(looked), since, owners, sorted(namesakes.values()))


def _newest(documents: ReportBucket, corp: str, limit: int) -> Sequence[Mapping[str, Any]]:
    return documents.newest_runs([corp], limit, Language.ENGLISH)[:limit]


def _may_tell(run: Mapping[str, Any]) -> bool:
    is_of_members = run["job"] is not None and Job(run["job"]).has_members
    return is_of_members and run["verdict"] is None and PLAN in run["reports"]


def _sight(documents: ReportBucket, run: Mapping[str, Any], user: str) -> _Sight:
    """Look through a run for whoever has this account, key or name."""
    content = documents.get(f"{run['corp']}/{run['run_id']}/{PLAN}") or b""
    # A large plan takes long to read.
    is_named = user.casefold() in content.decode().casefold()
    plan: Mapping[str, Any] = json.loads(content) if is_named else {}
    changes = {it["id"].casefold(): it for it in plan.get("changes", ())}
    page = documents.page(run["corp"], run["run_id"]) if changes or run["failed"] else None
    failed = page.document["rows_failed"] if page else ()
    rows = {row["userid"].casefold(): row for row in failed if row.get("userid")}
    key = user.casefold()
    change, row = changes.get(key), rows.get(key)
    people = [
        *((it["id"], it) for it in changes.values()),
        *((it["userid"], it) for it in rows.values()),
    ]
    links = [(it["account"], it) for it in plan.get("links", ()) if it["account"]]
    owners = [account for account, it in (*links, *people) if it.get("key") == user]
    namesakes = [account for account, it in people if it["name"] == user]
    entry = _entry(documents, page, key, change, row) if page and (change or row) else None
    return _Sight(entry, owners, namesakes)


def _entry(
    documents: ReportBucket,
    page: RunPage,
    key: str,
    change: Mapping[str, Any] | None,
    row: Mapping[str, Any] | None,
) -> HistoryEntry:
    outcome, errcode = _outcome(documents, page, key, row)
    return HistoryEntry(
        run_id=page.run.run_id,
        at=page.document["finished"] or page.document["created"],
        change=change["change"] if change else Kind.UNCHANGED,
        columns=change["columns"] if change else {},
        outcome=outcome,
        errcode=errcode,
    )


def _outcome(
    documents: ReportBucket, page: RunPage, key: str, failed: Mapping[str, Any] | None
) -> tuple[str, int | None]:
    run = page.run
    if failed is not None:
        return FAILED, failed["errcode"]
    if run.was_refused_whole and run.reason is not None:
        code = run.reason.params["errcode"]
        return FAILED, code if isinstance(code, int) else None
    is_sent = (
        run.submission.posted is not None
        or run.submission.job_id is not None
        or bool(run.submission.begun)
    )
    if run.state is State.HELD or not is_sent:
        return HELD if run.state is State.HELD else NOT_SENT, None
    if run.state in {State.SUCCEEDED, State.PARTIAL} and not run.result.unreported:
        return APPLIED, None
    return _reported(documents.report(run, RESULTS), key), None


def _reported(results: bytes, key: str) -> str:
    """Return what `results.csv` says became of a person's row, in whatever language it is."""
    outcomes = {word: name for code, name in _REPORTED.items() for word in _words(code)}
    for row in csv.DictReader(io.StringIO(results.decode("utf-8-sig"), newline="")):
        # An id that a spreadsheet would compute stands behind an apostrophe.
        if _cell(row, "column_id").removeprefix("'").casefold() == key:
            return outcomes.get(_cell(row, "column_outcome"), UNREPORTED)
    return UNREPORTED


def _cell(row: Mapping[str, str], code: TextCode) -> str:
    return next((row[word] for word in _words(code) if word in row), "")


def _words(code: TextCode) -> tuple[str, str]:
    return text(code).en, text(code).zh
