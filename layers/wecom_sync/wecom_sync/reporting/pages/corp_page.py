"""`index.html`: what needs a person at a corp, its newest runs, and what is in force."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wecom_sync.domain.drop import NO_CORP
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job, State
from wecom_sync.files.settings_file import OWN, SECTIONS
from wecom_sync.reporting.catalogue import STATES, text
from wecom_sync.reporting.corp_index import REASONS, CorpIndex
from wecom_sync.reporting.documents import counts_text, moment
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.accounts_page import ACCOUNTS_PAGE
from wecom_sync.reporting.pages.shell import LANGUAGES, PAGE_TEXTS, html_page, in_both

_COMMANDS: Mapping[State, str] = {State.PARTIAL: "results", State.FAILED: "retry"}
"""What a person does about a run that needs one; about any other, look at it."""
_GRAVER = ("move", "disable", "enable")
"""Counts with people who may count among the updated, too."""
_RUN_FIELDS = (
    "run_id", "job", "key", "state", "rows", "succeeded", "failed", "unreported", "created",
    "finished", "since", "expires",
)  # fmt: skip

type Told = Mapping[str, str]
"""A text in every language."""


def corp_page(index: CorpIndex, now: float, language: Language) -> bytes:
    """Return the page of a corp as of `now` (UTC epoch seconds), at first in `language`."""
    attention, policy = index.attention, Policy.from_document(index.settings or {})
    headline = _headline(len(attention))
    data = {
        "corp": index.corp,
        "now": moment(now),
        "headline": headline,
        "states": {state: in_both(STATES[state]) for state in State},
        "attention": [*map(_need, attention)],
        "leavers_due": [*map(_need, index.removals)],
        "going_on": index.runs_open - sum(run["state"] == State.HELD for run in index.newest),
        "heard": index.heard,
        "alarms_heard": index.alarms_heard,
        "unreached": index.unreached,
        "desk_notes": [*_desk_notes(index)],
        "silent_from": moment(index.habit.silent_from),
        "success": [{"job": job, **index.last_success.get(job, {})} for job in _jobs(index)],
        "runs": [_run(run) for run in index.newest],
        "look": _words("show", "RUN", index.corp),
        "drift": index.drift and {**index.drift, "report": _beside(index)},
        "since": index.settings and index.settings.get("since"),
        "accounts": ACCOUNTS_PAGE if policy.key and index.last_success else None,
        "settings": [*_settings(policy)],
        "leavers": [_leaver(it, policy) for it in index.leavers_listed],
        "leavers_more": index.leavers.get("total", 0) - len(index.leavers_listed),
    }
    title = in_both(PAGE_TEXTS["index_title"], corp=index.corp)
    return html_page("index", data, language, title=title, headline=headline)


def _desk_notes(index: CorpIndex) -> Iterator[tuple[Told, Told]]:
    """Yield what is amiss with who may decide, and what to do."""
    if index.lacks_approvers:
        yield in_both(text("nobody_decides")), in_both(text("name_approvers"))
    if users := ", ".join(index.absent):
        yield in_both(text("desk_absent"), users=users), in_both(text("desk_absent_advice"))


def _leaver(leaver: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    names = ("name", "account", "until", "awaits_file")
    why = "leavers_protected" if policy.protects(leaver["account"]) else "leavers_file"
    since = moment(leaver["since"])
    return {**{name: leaver[name] for name in names}, "since": since, "why": why}


def _headline(count: int) -> Told:
    if not count:
        return in_both(PAGE_TEXTS["index_quiet"])
    code = "index_needs_one" if count == 1 else "index_needs"
    return in_both(PAGE_TEXTS[code], count=count)


def _need(run: Mapping[str, Any]) -> dict[str, Any]:
    return {**_run(run), "command": _command(run)}


def _run(run: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: count for name, count in (run["plan"] or {}).items() if name != "unchanged"}
    counts = {language: counts_text(changes, language) for language in LANGUAGES}
    return {
        **{name: run.get(name) for name in _RUN_FIELDS},
        # A key without a job type is in the wrong place: then all of it matters.
        "file": run["file"].rpartition("/")[2] if run["job"] else run["file"],
        "plan": counts if any(changes.values()) else None,
        "twice": bool(changes.get("update") and any(map(changes.get, _GRAVER))),
        "only_planned": run["verdict"] is not None,
        "reasons": _reasons(run),
    }


def _reasons(run: Mapping[str, Any]) -> Sequence[Told]:
    both = zip(*(run[REASONS][language] for language in LANGUAGES), strict=True)
    return [dict(zip(LANGUAGES, sentences, strict=True)) for sentences in both]


def _command(run: Mapping[str, Any]) -> str:
    return _words(_COMMANDS.get(State(run["state"]), "show"), run["run_id"], run["corp"])


def _words(command: str, run_id: str, corp: str) -> str:
    option = "" if corp == NO_CORP else f" --corp {corp}"
    return f"wecom-sync {command} {run_id}{option}"


def _jobs(index: CorpIndex) -> Sequence[Job]:
    used = {run["job"] for run in index.runs.values() if run["verdict"] is None}
    return [job for job in Job if job in used or job in index.last_success]


def _beside(index: CorpIndex) -> str | None:
    """Return where the list of drifted accounts lies, from the page's folder."""
    report = str((index.drift or {}).get("report") or "")
    return report.partition(f"/{index.corp}/")[2] or None


def _settings(policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield each setting as the file would say it, with its default."""
    values, defaults = policy.to_document(), Policy().to_document()
    weaker = {weakening.setting for weakening in policy.below_defaults}
    for section, keys in SECTIONS.items():
        for name, key in keys.items():
            value, default = values[key.name], defaults[key.name]
            texts = {"value": _toml(value), "default": _toml(default)}
            full = f"{section}.{name}"
            yield {"name": full, **texts, "changed": value != default, "weaker": full in weaker}
    for section in OWN:
        for header, value in values[section].items():
            texts = {"name": f"{section}.{_toml(header)}", "value": _toml(value), "default": ""}
            yield {**texts, "changed": True, "weaker": False}


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
