"""`wecom-sync status`: what needs a person, each with its command, and how each corp stands."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.padding import Padding
from rich.text import Text as Styled

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job, State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.corp_index import CORP_PAGE, REASONS, CorpIndex, run_in
from wecom_sync.reporting.documents import counts_text
from wecom_sync.reporting.language import Language, escaped
from wecom_sync.reporting.run_pages import REPORT_PAGE
from wecom_sync_tools.commands.runs import open_page
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.tables import age, minute, state_label
from wecom_sync_tools.console.terminal import Prose, Terminal
from wecom_sync_tools.stack.documents import ReportBucket, at_once
from wecom_sync_tools.stack.target import Target, target_of

LINKED = 15
"""Reports of the newest runs that are fetched with a corp's page: those that it shows at first."""
MAX_CORPS = 20
"""Corps that need a person and are printed; the others are counted."""
TO_DO: Mapping[State, Sequence[Code]] = {
    State.HELD: ("status_decide",),
    State.REJECTED: ("status_correct",),
    State.PARTIAL: ("status_mend",),
    State.FAILED: ("status_look", "status_retry"),
}
"""What a person does about a run that needs one."""


def run(args: Arguments, terminal: Terminal) -> int:
    if args.open and args.json:
        raise UsageError("open_with_json")
    target = target_of(args, terminal)
    corps = [args.corp] if args.corp else target.documents.corps()
    indexes = at_once(target.documents.index, corps)
    if args.corp and not indexes[0].runs:
        target.check_corp(args.corp)
    if args.open:
        _open(target.documents, indexes, terminal)
        return 0
    terminal.json({"corps": [status_of(index, terminal.language) for index in indexes]})
    if len(indexes) == 1:
        print_corp(target, indexes[0], terminal, time.time())
    elif indexes:
        print_corps(target, indexes, terminal, time.time())
    else:
        terminal.aside("no_runs")
    return 0


def _open(documents: ReportBucket, indexes: Sequence[CorpIndex], terminal: Terminal) -> None:
    """Open the page of the corp, with the reports that it links to first."""
    if len(indexes) != 1:
        raise UsageError("status_open_one", corps=", ".join(index.corp for index in indexes))
    (index,) = indexes
    page = documents.get(f"{index.corp}/{CORP_PAGE}")
    if page is None:
        raise CommandError("status_no_page", corp=index.corp)
    linked = [*index.attention, *index.newest[:LINKED]]
    links = dict.fromkeys(f"{run['run_id']}/{REPORT_PAGE}" for run in linked)
    reports = at_once(documents.get, (f"{index.corp}/{link}" for link in links))
    beside = {link: report for link, report in zip(links, reports, strict=True) if report}
    open_page(page, CORP_PAGE, terminal, beside)


def status_of(index: CorpIndex, language: Language) -> Mapping[str, Any]:
    return {
        "corp": index.corp,
        "attention": [
            {"run_id": it["run_id"], "state": it["state"], "text": run_in(it, language)["reason"]}
            for it in index.attention
        ],
        "last_success": index.last_success,
        "runs_open": index.runs_open,
        "waiting_since": index.waiting_since,
    }


def print_corp(target: Target, index: CorpIndex, terminal: Terminal, now: float) -> None:
    if not index.runs and index.settings is None:
        terminal.say("status_of_nobody", corp=index.corp)
        return
    if _needs_a_person(index, now):
        _print_attention(target, index, terminal, now)
    else:
        terminal.say("status_quiet", corp=index.corp)
    facts = [*_facts(index, terminal, now)]
    if facts:
        terminal.out.print()
    for fact in facts:
        terminal.out.print(Prose(escaped(fact)))


def print_corps(
    target: Target, indexes: Sequence[CorpIndex], terminal: Terminal, now: float
) -> None:
    """Print the corps with something to do, then how many others there are."""
    needing = [index for index in indexes if _needs_a_person(index, now)]
    needing.sort(
        key=lambda index: min((run["expires"] or "~" for run in index.attention), default="~")
    )
    for index in needing[:MAX_CORPS]:
        _print_attention(target, index, terminal, now)
        terminal.out.print()
    if left := needing[MAX_CORPS:]:
        names = ", ".join(index.corp for index in left)
        terminal.say("status_more", count=len(left), corps=names)
    for run in (it for index in indexes for it in index.removals):
        reason = run_in(run, terminal.language)["reason"]
        terminal.out.print(Prose(escaped(f"{run['corp']}  {reason}")))
    silent = [index.corp for index in indexes if not index.runs and index not in needing]
    terminal.say("status_others", count=len(indexes) - len(needing) - len(silent))
    if silent:
        terminal.say("status_never", count=len(silent), corps=terminal.listed(silent[:MAX_CORPS]))
    if going := sum(len(_going_on(index)) for index in indexes):
        terminal.say("status_going_on", count=going)


def _needs_a_person(index: CorpIndex, now: float) -> bool:
    return bool(index.attention) or index.habit.is_silent(now) or index.lacks_approvers


def _print_attention(target: Target, index: CorpIndex, terminal: Terminal, now: float) -> None:
    terminal.out.print(Styled(terminal.text("status_needs", corp=index.corp), "bold"))
    for run in index.attention:
        state = State(run["state"])
        terminal.line(state_label(state, terminal.language) + Styled(f"  {escaped(run['file'])}"))
        for line in _why(run, terminal, now):
            terminal.out.print(Padding(Prose(escaped(line)), (0, 0, 0, 2)))
        for code in TO_DO.get(state, ("status_look",)):
            step = terminal.text(code, run=target.named(run["run_id"], run["corp"]))
            terminal.line(f"  → {step}")
    if index.lacks_approvers:
        terminal.say("nobody_decides")
        terminal.out.print(Prose(f"  → {terminal.text('name_approvers')}"))
    if (pause := index.habit.pause) and index.habit.is_silent(now):
        last = _aged(index.successes[-1], terminal, now)
        line = terminal.text("status_silent", moment=last, age=age(pause, terminal))
        terminal.out.print(Prose(escaped(line)))


def _why(run: Mapping[str, Any], terminal: Terminal, now: float) -> Iterator[str]:
    if run["plan"]:
        yield terminal.text("status_plan", counts=counts_text(run["plan"], terminal.language))
    if run["failed"]:
        yield terminal.text("status_rows", failed=run["failed"], rows=run["rows"] or 0)
    reasons = run[REASONS][terminal.language]
    for number, reason in enumerate(reasons, 1):
        yield f"{number}. {reason}" if len(reasons) > 1 else reason
    yield terminal.text("status_since", moment=_aged(run["since"], terminal, now))
    if until := run["expires"]:
        yield terminal.text("status_until", moment=_aged(until, terminal, now))


def _facts(index: CorpIndex, terminal: Terminal, now: float) -> Iterator[str]:
    used = {run["job"] for run in index.runs.values() if run["verdict"] is None}
    for job in Job:
        if success := index.last_success.get(job):
            moment = _aged(success["finished"], terminal, now)
            yield terminal.text("status_success", job=job, moment=moment)
        elif job in used:
            yield terminal.text("status_no_success", job=job)
    for run in _going_on(index):
        state = STATES[State(run["state"])].render(terminal.language)
        since = _aged(run["since"], terminal, now)
        due = run_in(run, terminal.language)["reason"] if run in index.removals else None
        yield due or terminal.text("status_run", state=state, file=run["file"], moment=since)
    if index.drift:
        counts = {name: index.drift[name] for name in ("added", "removed", "moved")}
        code: Code = "status_drift" if any(counts.values()) else "status_no_drift"
        yield terminal.text(code, **counts, moment=_aged(index.drift["at"], terminal, now))
    if not index.heard:
        yield terminal.text("doctor_listeners_none")
    if index.unreached:
        yield terminal.text("status_unreached", users=terminal.listed(index.unreached))
    if not index.alarms_heard:
        yield terminal.text("doctor_alarms_unheard")
    policy = Policy.from_document(index.settings or {})
    for change in policy.below_defaults:
        values = {"default": change.before, "value": change.after}
        yield terminal.text("status_weakened", setting=change.setting, **values)


def _going_on(index: CorpIndex) -> Sequence[Mapping[str, Any]]:
    ended = {State.HELD, *(state for state in State if state.is_final)}
    return [run for run in index.newest if run["state"] not in ended]


def _aged(at: float | str, terminal: Terminal, now: float) -> str:
    seconds = datetime.fromisoformat(at).timestamp() if isinstance(at, str) else at
    code: Code = "age_ago" if seconds <= now else "age_ahead"
    span = age(abs(seconds - now), terminal)
    return f"{minute(seconds)} {terminal.text(code, age=span)}"
