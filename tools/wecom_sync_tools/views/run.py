"""One run for a person: what happened to it, and the rows that need somebody."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.panel import Panel
from rich.text import Text as Styled

from wecom_sync.domain.drop import HASH_CHARS, Why
from wecom_sync.domain.errors import UnknownCorpError
from wecom_sync.domain.link import ASKED
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.submission import MOVE, REMOVE, SWITCH
from wecom_sync.reporting import documents
from wecom_sync.reporting.catalogue import STATES, say
from wecom_sync.reporting.language import Language, escaped
from wecom_sync.reporting.trouble import current_trouble
from wecom_sync_tools.console import tables
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.states import state_words
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.target import Target
from wecom_sync_tools.views import troubles

_BY_NAME: Mapping[str, Sequence[Kind]] = {
    MOVE: (Kind.MOVE,),
    SWITCH: (Kind.DISABLE, Kind.ENABLE),
    REMOVE: (Kind.REMOVE,),
}
"""What steps do that are no imports."""


def tell_run(target: Target, page: RunPage, terminal: Terminal) -> None:
    """Print a run with its failed rows or its file's problems, or with the ways to decide."""
    run = page.run
    document = page.in_language(terminal.language)
    if terminal.as_json:
        # What is drawn for people takes more reading.
        terminal.json(document | _links_asked(target, run))
        return
    terminal.out.print(run_panel(run, terminal))
    tell_corp(target, run, terminal)
    if rows := bad_rows(page, terminal.language):
        terminal.out.print()
        kind = "rejected" if run.state is State.REJECTED else "failed"
        troubles.print_troubles(rows, kind, terminal)
    terminal.out.print()
    for name, where in run.result.reports.items():
        # Outside the panel, so that the whole address can be copied.
        terminal.line(Styled(f"{name}  ", "dim") + Styled(escaped(where)))
    if run.result.reports:
        terminal.say("results_next", run=target.named(run.run_id, run.corp))
    if run.state in {State.SHOWN, State.HELD}:
        terminal.out.print()
        tell_ways_to_decide(target, run, terminal)
    elif run.awaits_day:
        terminal.say("decide_or", run=target.named(run.run_id, run.corp))


def tell_ways_to_decide(target: Target, run: Run, terminal: Terminal) -> None:
    """Print how a held run is decided, and who cannot approve it."""
    command = {"run": target.named(run.run_id, run.corp)}
    terminal.say("decide_look", **command)
    command["digest"] = (run.proposal.digest or "")[:HASH_CHARS]
    if run.source.second_person:
        names = terminal.listed(by or "-" for by in run.authors)
        terminal.say("decide_as_another", **command, authors=names)
    else:
        terminal.say("decide_next", **command)
    terminal.say("decide_or", run=command["run"])


def _links_asked(target: Target, run: Run) -> dict[str, Any]:
    """Return the links of a plan about which somebody is asked by name, if it has any links."""
    is_planned = run.state in {State.SHOWN, State.HELD, State.PLANNED}
    kept = target.documents.report(run, documents.PLAN) if is_planned else None
    links = json.loads(kept).get("links") if kept else None
    return {} if links is None else {"links": [it for it in links if it["state"] in ASKED]}


def tell_corp(target: Target, run: Run, terminal: Terminal) -> None:
    if target.is_local and run.reason and run.reason.code == UnknownCorpError.code:
        terminal.say("plan_local_corp", corp=run.corp)


def run_panel(run: Run, terminal: Terminal) -> Panel:
    grid = tables.facts_table(_facts(run, terminal), terminal)
    mark, style = tables.state_style(run.state)
    words = state_words(run.state, terminal.language)
    if run.result.dismissed:
        words = " · ".join((words, terminal.text("dismissed")))
    title = Styled(f" {mark} {words} ", style)
    return Panel(grid, title=title, title_align="left", border_style=style, padding=(0, 1))


def _facts(run: Run, terminal: Terminal) -> Iterable[tuple[Code, str]]:
    yield "label_run", run.run_id
    yield "label_corp", run.corp
    yield "label_job", run.job or ""
    yield "label_file", run.file
    yield "label_principal", run.identity.principal
    yield "label_retry_of", run.identity.again.of.get(Why.RETRY, "")
    yield "label_rollback_of", run.identity.again.of.get(Why.ROLLBACK, "")
    yield "label_due_of", run.identity.again.of.get(Why.DUE, "")
    yield from _reasons(run, terminal)
    if run.proposal.counts is not None:
        yield "label_plan", documents.counts_text(run.proposal.counts, terminal.language)
    yield "label_leaving", documents.leaving_text(run, terminal.language)
    yield "label_warnings", _number(run.proposal.warnings or None)
    if run.proposal.approval is not None:
        # A run that is held again was approved for another plan than the one it is held for now.
        words: Code = "approved_before" if run.state is State.HELD else "approved_by"
        when = tables.moment(run.proposal.approval.at)
        yield "label_approved", terminal.text(words, by=run.proposal.approval.by, moment=when)
        yield "label_approved", documents.approval_text(run, terminal.language)
    if run.state is State.HELD and run.next.deadline is not None:
        when = tables.moment(run.next.deadline)
        yield "label_expires", terminal.text("hold_expires", moment=when)
    # Of one that waits its reason says it.
    for coming in () if run.waits else trouble_of(run, terminal)[1:]:
        yield "label_trouble", coming
    yield "label_rows", _number(run.source.rows)
    yield "label_applied", _number(run.result.succeeded)
    yield "label_failed", _number(run.result.failed)
    rest: Code = "label_not_applied" if run.was_refused_whole else "label_unreported"
    yield rest, _number(run.result.unreported or None)
    yield "label_encoding", run.source.encoding or ""
    for step in run.listed_steps:
        kinds = (say(terminal.language, kind.counted) for kind in _BY_NAME.get(step.job, ()))
        job = " / ".join(kinds) or step.job
        state = STATES[step.state].render(terminal.language)
        yield "label_steps", terminal.text("step_of_run", job=job, rows=step.rows or 0, state=state)
    yield "label_wecom_job", run.submission.job_id or ""
    yield "label_created", tables.moment(run.identity.created)
    if run.result.finished is not None:
        yield "label_finished", tables.moment(run.result.finished)
        yield "label_took", tables.took(run.result.finished - run.identity.created, terminal)


def _reasons(run: Run, terminal: Terminal) -> Iterable[tuple[Code, str]]:
    if run.state is not State.HELD:
        yield "label_why", documents.reason_text(run, terminal.language)
    elif run.reason is not None:
        yield "label_why", documents.failure_text(run.reason, terminal.language)
    label: Code = "label_held" if run.state is State.HELD else "label_asked"
    several = len(run.proposal.holds) > 1
    for number, hold in enumerate(run.proposal.holds, 1):
        headline, *others = documents.paragraphs(hold, terminal.language)
        yield label, f"{number}. {headline}" if several else headline
        yield from ((label, paragraph) for paragraph in others)


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def short_id(run_id: str) -> str:
    return run_id.rpartition("-")[2]


def bad_rows(page: RunPage, language: Language) -> list[troubles.BadRow]:
    """Return the rows WeCom refused, or what is wrong with a file that was rejected."""
    document = page.in_language(language)
    return troubles.bad_rows_of(document["problems"]) + [
        troubles.BadRow(
            str(row["line"] or "-"),
            row.get("userid") or row["party_id"],
            str(row["errcode"] or "-"),
            documents.joined(
                (part for part in (row["explanation"], row["advice"]) if part), language
            ),
            documents.person_in(row),
        )
        for row in document["rows_failed"]
    ]


def trouble_of(run: Run, terminal: Terminal) -> Sequence[str]:
    """Say what keeps an open run from going on, then when it is tried next; else nothing."""
    reason, wait = current_trouble(run) or (None, None)
    if reason is None or wait is None:
        return ()
    coming = _next_try(wait.count, wait.next, wait.deadline, terminal)
    return (documents.cause_text(reason, terminal.language), coming)


def _next_try(count: int, at: float | str, deadline: float | str, terminal: Terminal) -> str:
    moments = {"next": tables.second(at), "deadline": tables.second(deadline)}
    return terminal.text("timeline_retry", count=count, **moments)
