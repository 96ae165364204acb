"""The tables about files, runs, settings and guard rules: from the code that acts on them."""

import csv
import io
from collections.abc import Callable, Iterator
from types import CodeType

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import MOVES, Job, Run, State
from wecom_sync.files.cell_rules import Rule
from wecom_sync.files.columns import columns_of
from wecom_sync.files.problems import Problem
from wecom_sync.files.settings_file import SECTIONS
from wecom_sync.guardrails.rules import RULES
from wecom_sync.planning.plan import Plan
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.documents import KINDS, problem_text, run_document, unsent_csv
from wecom_sync.reporting.language import Language
from wecom_sync_tools.docs.tables import SAID, cell, cells, code, meanings, table, word

_AFTER_APPROVAL = ("hold_worse", "hold_new_reason")
"""Held by no rule: what a plan has become since it was approved."""


def columns(job: Job, language: Language) -> str:
    """Return the columns of a job's template, and by which codes their cells are checked."""
    rows = [
        (
            f"`{column.name}`",
            code(*column.aliases),
            code(*column.habits),
            word("yes", language) if column.required else "",
            code(*dict.fromkeys(_checks((*column.rules, *column.doubts), column.unique))),
        )
        for column in columns_of(job)
    ]
    return table("columns", language, rows)


def _checks(rules: tuple[Rule, ...], unique: str | None) -> Iterator[str]:
    yield from (rule.code for rule in rules)
    if unique:
        yield unique


def states(language: Language) -> str:
    """Return the states of a run, what each is called and what it means."""
    known = cells("states")
    rows = [
        (f"`{state}`", STATES[state].render(language), known[state].render(language))
        for state in State
    ]
    return table("states", language, rows)


def moves() -> str:
    """Return a diagram of every move that a run may make."""
    lines = ["stateDiagram-v2", "    [*] --> RECEIVED"]
    lines += [
        f"    {start} --> {end}" for start in State for end in State if end in MOVES.get(start, ())
    ]
    lines += [f"    {state} --> [*]" for state in State if state.is_final]
    return "\n```mermaid\n{}\n```\n".format("\n".join(lines))


def settings(language: Language) -> str:
    """Return every key of `settings.toml` with its default and what it may be."""
    default = Policy().to_document()
    rows = [
        (
            f"`{section}.{name}`",
            f"`{_toml(default[key.name])}`",
            _meaning(f"{section}.{name}", key.name, language),
            cell(problem_text(Problem(0, "", key.code, {"key": name, **key.shown}), language)),
        )
        for section, keys in SECTIONS.items()
        for name, key in keys.items()
    ]
    return table("settings", language, rows)


def _meaning(setting: str, name: str, language: Language) -> str:
    """Say what a setting is; of a new limit, what the rule says that reads it."""
    known, found = cells("settings"), _holds()
    held = [hold for hold, read in found.items() if setting in read]
    if name in known or not held:
        return known[name].render(language)
    return cell(_blanked(held[0], found[held[0]], language))


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def guard_rules(language: Language) -> str:
    """Return every reason to hold, in the order of the rules, and the settings that it reads."""
    fixed = word("fixed", language)
    rows = [
        (code(hold), code(*read) or fixed, cell(_blanked(hold, read, language)))
        for hold, read in _holds().items()
    ]
    return table("guard_rules", language, rows)


def _holds() -> dict[str, tuple[str, ...]]:
    """Return every reason to hold with the settings that its rule reads."""
    found = {hold: _settings_of(rule) for rule in RULES for hold in holds_of(rule)}
    return {**found, **dict.fromkeys(_AFTER_APPROVAL, ())}


def holds_of(rule: Callable[..., object]) -> list[str]:
    """Return the codes of the texts that a rule's own code names, those about departments too."""
    words = [word.lower() for word in _words(rule.__code__)]
    stems = [word for word in words if word.startswith("hold_") and word in SAID]
    named = dict.fromkeys(each for stem in stems for each in (stem, f"{stem}_departments"))
    return [each for each in named if each in SAID]


def _settings_of(rule: Callable[..., object]) -> tuple[str, ...]:
    """Return the settings whose names stand in a rule's own code, as a file writes them."""
    words = {*_words(rule.__code__)}
    if "protects" in words:
        words |= {*_words(Policy.protects.__code__)}
    return tuple(
        f"{section}.{name}"
        for section, keys in SECTIONS.items()
        for name, key in keys.items()
        if key.name in words
    )


def _words(compiled: CodeType) -> Iterator[str]:
    """Yield the names and the texts in a function's code, inner functions included."""
    for each in (*compiled.co_consts, *compiled.co_names):
        if isinstance(each, str):
            yield each
        elif isinstance(each, CodeType):
            yield from _words(each)


def _blanked(hold: str, read: tuple[str, ...], language: Language) -> str:
    """Return a text with `…` in its blanks, and with its default where a setting is its limit."""
    default = Policy().to_document()
    limits = [name.removeprefix("limits.") for name in read if name.startswith("limits.")]
    blanks = dict.fromkeys(SAID[hold].blanks, "…")
    if len(limits) == 1:
        blanks["limit"] = str(default[limits[0]])
    return SAID[hold].render(language, **blanks)


def plan_counts(language: Language) -> str:
    """Return the counts of a plan and what each is called."""
    rows = [(f"`{name}`", SAID[kind].render(language)) for name, kind in KINDS.items()]
    return table("plan", language, rows)


def result_columns(language: Language) -> str:
    """Return the columns of `results.csv`, as its header names them."""
    english, chosen = (_header(each) for each in (Language.ENGLISH, language))
    known = cells("results")
    rows = [
        (f"`{name}`", known[key].render(language))
        for key, name in zip(english, chosen, strict=True)
    ]
    return table("results", language, rows)


def _header(language: Language) -> list[str]:
    return next(csv.reader(io.StringIO(unsent_csv((), language).decode("utf-8-sig"))))


def run_fields(language: Language) -> str:
    """Return the fields of a run as JSON."""
    empty = Run(
        run_id="", corp="", job=None, bucket="", key="", version="", state=State.RECEIVED,
        dropped=0, created=0, updated=0, due=0,
    )  # fmt: skip
    return meanings("run", language, run_document(empty, language))


def plan_fields(language: Language) -> str:
    return meanings("plan", language, Plan(job=Job.SYNC_USER).to_document())
