"""`report.html`: what became of a run, what to do now, and whom it concerns."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from wecom_sync.domain.drop import HASH_CHARS, Word
from wecom_sync.domain.outcome import KINDS, Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.files.department_cells import PARENT_COLUMN
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.documents import (
    also_counted,
    approval_text,
    leaving_text,
    paragraphs,
    person_in,
    problem_in,
    run_document,
    wanted_text,
    why_held,
)
from wecom_sync.reporting.error_codes import errcode
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.link_texts import ACCOUNTS
from wecom_sync.reporting.pages.accounts_page import links_data
from wecom_sync.reporting.pages.headlines import headline_of, left_out, next_steps, tone_of
from wecom_sync.reporting.pages.shell import LANGUAGES, PAGE_TEXTS, html_page, in_both
from wecom_sync.reporting.run_pages import run_page

PLACES = 15
"""Departments of the chart, those with most changes."""
FEW_LOST = 12
"""Of those who would lose their account so many are named before the commands."""
_GONE = frozenset({"removed", "disabled", "emptied"})
_SAID = frozenset({"file_rejected", "rows_failed", "rows_failed_and_unreported", "rows_unreported"})
"""Reasons that say no more than the headline."""


def report_page(
    run: Run,
    plan: Mapping[str, Any] | None,
    failed: Sequence[Outcome],
    problems: Sequence[Mapping[str, Any]],
    language: Language,
) -> bytes:
    """Return the page of a run as it is now, at first in `language`; see `run_page`."""
    # Rows are not told here: there may be many, and those of one cause share their words.
    pages = {language: run_page(run, (), (), language) for language in LANGUAGES}
    document = pages[language]
    why = {language: page["reason"] for language, page in pages.items()}
    is_held, decision = run.state is State.HELD, _decision(run)
    steps = (*document["timeline"], *document["steps"])
    headline = headline_of(run)
    changes, rows = _changes(plan) if plan else (None, ())
    # An older plan has no statement, and other links.
    links = plan["links"] if plan and "stated" in plan else ()
    has_members = run.job is None or run.job.has_members
    data = {
        "run": run_document(run, language),
        "members": has_members,
        "tone": tone_of(run),
        "headline": headline,
        "state": in_both(STATES[run.state]),
        "states": {it["state"]: in_both(STATES[it["state"]]) for it in steps},
        "reason": why if run.reason and not is_held and run.reason.code not in _SAID else None,
        "holds": _holds(run),
        "sending": {"plan": run.proposal.digest} if run.state is State.SHOWN else None,
        "losing": _losing(plan) if (decision or run.state is State.SHOWN) and plan else None,
        "alone": {language: approval_text(run, language) for language in LANGUAGES},
        "leaving": {language: leaving_text(run, language) for language in LANGUAGES},
        "steps": next_steps(run),
        "decision": decision,
        "speakers": run.proposal.speakers,
        "timeline": [_step(at, pages) for at in range(len(document["timeline"]))],
        "outcomes": _outcomes(run),
        "failures": _failures(failed),
        "problems": _groups(problems),
        "warnings": _groups((plan or {}).get("warnings", ())),
        "places": _places(plan or {}),
        "changes": changes,
        "links": _links(run, plan, links) if plan and links else None,
        "also": _also(plan or {}),
        "place_column": DEPARTMENTS_COLUMN if has_members else PARENT_COLUMN,
    }
    title = in_both(PAGE_TEXTS["report_title"], file=run.file.rpartition("/")[2], corp=run.corp)
    lists = {"changes": rows, "links": links}
    return html_page("report", data, language, title=title, headline=headline, rows=lists)


def _holds(run: Run) -> list[dict[str, Any]]:
    reasons = why_held(run) if run.state is State.HELD else run.proposal.holds
    return [{language: paragraphs(it, language) for language in LANGUAGES} for it in reasons]


def _changes(plan: Mapping[str, Any]) -> tuple[Mapping[str, Any], Sequence[tuple[object, ...]]]:
    """Return what a plan changes by name, packed so that many are read soon.

    First the counts, and the words that the rows name by their place in a list.
    """
    changes = [*plan["changes"], *plan.get("departments", {}).get("changes", ())]
    places, columns = _Numbers(), _Numbers()
    rows = [
        (
            change["id"],
            change["name"],
            change["change"],
            [places[place] for place in change["departments"]],
            [(columns[name], *pair) for name, pair in change["columns"].items()],
            change.get("key", ""),
        )
        for change in sorted(changes, key=lambda change: KINDS[change["change"]].rank)
    ]
    counts = Counter(change["change"] for change in changes)
    words = {"places": list(places), "columns": list(columns)}
    return {"total": len(rows), "counts": counts, **words}, rows


def _links(run: Run, plan: Mapping[str, Any], links: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the page says of links, and where a statement about them is dropped."""
    base = plan["stated"]["version"]
    where = f"s3://{run.identity.bucket}/{run.corp}/{ACCOUNTS}"
    commands = [
        f"wecom-sync settings apply {ACCOUNTS} --corp {run.corp}{base and f' --base {base}'}",
        f"aws s3 cp {ACCOUNTS} {where}{base and f' --metadata base={base}'}",
    ]
    stated = {"lines": plan["stated"]["lines"], "version": base, "commands": commands}
    return {**links_data(it["state"] for it in links), "stated": stated}


class _Numbers(dict[str, int]):
    def __missing__(self, word: str) -> int:
        self[word] = len(self)
        return self[word]


def _decision(run: Run) -> dict[str, Any] | None:
    is_held = run.state is State.HELD
    if not (is_held or run.awaits_day) or not run.proposal.digest:
        return None
    same = f"{run.run_id} --corp {run.corp}"
    counts = run.proposal.counts if run.job is Job.COMPANY else None
    return {
        "key": f"{run.corp}/{Word.DECISION}/{run.run_id}.json",
        "bucket": run.identity.bucket,
        "ways": ["approve", "cancel"] if is_held else ["cancel"],
        "approve": {"decision": "approve", "plan": run.proposal.digest},
        "cancel": {"decision": "cancel"},
        "answer": f"{run.corp}/{Word.ANSWER}/{run.run_id}.json",
        "second_person": run.source.second_person,
        "barred": run.proposal.barred,
        "about": "leavers" if run.is_removal else "settings" if run.job is None else "file",
        "removals": counts.get("remove", 0) + counts.get("disable", 0) if counts else 0,
        "wanted": run.proposal.wanted,
        "leavers": {language: wanted_text(run, language) for language in LANGUAGES},
        "in_vain": any(
            hold.code == "hold_unnamed" or hold.says("remark_guard", "remark_guard_few")
            for hold in run.proposal.holds
        ),
        "commands": {
            "approve": f"wecom-sync approve {same} --plan {run.proposal.digest[:HASH_CHARS]}",
            "cancel": f"wecom-sync cancel {same}",
        },
    }


def _losing(plan: Mapping[str, Any]) -> Mapping[str, Any]:
    gone = [it for it in plan["changes"] if it["change"] in _GONE]
    what = "_".join(sorted({it["change"] for it in gone})) or "nobody"
    first = [(it["id"], person_in(it)) for it in gone[:FEW_LOST]]
    return {"what": what, "count": len(gone), "of": plan["existing"], "first": first}


def _also(plan: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    """Say by kind of change who of its count stands under a graver one, in each language."""
    texts = {language: also_counted(plan, language) for language in LANGUAGES}
    kinds = next(iter(texts.values()))
    return {kind: {language: texts[language][kind] for language in LANGUAGES} for kind in kinds}


def _step(at: int, pages: Mapping[Language, Mapping[str, Any]]) -> dict[str, Any]:
    steps = {language: page["timeline"][at] for language, page in pages.items()}
    why = {language: step["why"] for language, step in steps.items()}
    first: Mapping[str, Any] = next(iter(steps.values()))
    return {**first, "why": why if any(why.values()) else None}


def _outcomes(run: Run) -> Mapping[str, int] | None:
    result = run.result
    if result.succeeded is None and result.failed is None and not result.unreported:
        return None
    rest = "not_applied" if run.was_refused_whole else "unreported"
    counts = {"applied": result.succeeded or 0, "failed": result.failed or 0}
    return {**counts, rest: result.unreported or 0, "left": left_out(run)}


def _failures(failed: Iterable[Outcome]) -> list[dict[str, Any]]:
    causes: dict[int, list[tuple[int | None, str, str, str]]] = {}
    for row in failed:
        refused = (row.line, row.id, row.person, row.errmsg)
        causes.setdefault(row.errcode or 0, []).append(refused)
    return [
        {
            "errcode": code,
            "text": in_both(errcode(code).explanation),
            "advice": in_both(errcode(code).advice),
            "rows": rows,
        }
        for code, rows in sorted(causes.items(), key=lambda cause: (-len(cause[1]), cause[0]))
    ]


def _groups(problems: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return problems of one cause together, the most frequent first, then by their lines.

    A sentence that says what is wrong with all of them stands above them; else each has its own.
    """
    by_cause = itemgetter("code", "column")
    listed = sorted(problems, key=lambda it: tuple(str(part or "") for part in by_cause(it)))
    groups = []
    for (code, column), of_cause in groupby(listed, key=by_cause):
        ordered = sorted(of_cause, key=_line)
        rows = [
            (it.get("cell") or it["line"], it["id"], person_in(it), it["value"], _told(it))
            for it in ordered
        ]
        texts = Counter(str(sorted(words.items())) for *_, words in rows)
        alike = len(texts) == 1
        group = {
            "code": code,
            "column": column,
            "text": rows[0][-1] if alike else None,
            "rows": [(*row, None if alike else words) for *row, words in rows],
        }
        groups.append((-len(rows), _line(ordered[0]), group))
    return [group for *_, group in sorted(groups, key=lambda it: it[:2])]


def _line(problem: Mapping[str, Any]) -> int:
    return problem["line"] or 0


def _told(problem: Mapping[str, Any]) -> dict[str, str]:
    """Say what is wrong with a cell, in each language, without the cell itself."""
    bare = {**problem, "value": None}
    return {language: problem_in(bare, language)["text"] for language in LANGUAGES}


def _places(plan: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, int]]]:
    counts: Mapping[str, Mapping[str, int]] = plan.get("by_department", {})
    names = plan.get("places", {})
    busiest = sorted(counts, key=lambda place: -sum(counts[place].values()))
    return [(place, names.get(place, ""), counts[place]) for place in busiest[:PLACES]]
