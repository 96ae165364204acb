"""The tables about files, runs, settings and guard rules: from the code that acts on them."""

import json
import re
from collections.abc import Iterator

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Identity, NextStep, Run
from wecom_sync.domain.states import MOVES, Job, State
from wecom_sync.domain.texts import TextCode
from wecom_sync.files.columns import columns_of
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.files.problems import Problem
from wecom_sync.files.settings_file import SECTIONS, Key
from wecom_sync.guardrails.amounts import OTHERS, measure_of
from wecom_sync.guardrails.rules import FAMILIES, FIRST, looks
from wecom_sync.planning.plan import CONTACTS, PLACED, Plan
from wecom_sync.reporting.catalogue import STATES, say
from wecom_sync.reporting.documents import COUNTS, problem_text, run_document
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import RESULT_COLUMNS
from wecom_sync_tools.docs.tables import ALL_TEXTS, cell, cells, code, meanings, table, word

_AFTER_APPROVAL: tuple[TextCode, ...] = ("hold_worse", "hold_new_reason")
"""Held by no rule: what a plan has become since it was approved."""


def columns(job: Job, language: Language) -> str:
    """Return the columns of a job's template, and by which codes their cells are checked."""
    rows = []
    for column in columns_of(job):
        codes = [*(rule.code for rule in column.rules), column.unique]
        checks = code(*dict.fromkeys(filter(None, codes)))
        required = word("yes", language) if column.required else ""
        names = (code(column.name), code(*column.aliases), code(*column.habits))
        rows.append((*names, required, checks))
    return table("columns", language, rows)


def states(language: Language) -> str:
    texts = cells("states", language)
    rows = [(code(state), STATES[state].render(language), texts[state]) for state in State]
    return table("states", language, rows)


def moves() -> str:
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
            f"`{json.dumps(default[key.name], ensure_ascii=False)}`",
            _meaning(f"{section}.{name}", key.name, language),
            cell(_allowed(name, key, language)),
        )
        for section, keys in SECTIONS.items()
        for name, key in keys.items()
    ]
    return table("settings", language, rows)


def _allowed(name: str, key: Key, language: Language) -> str:
    """Return what a key may be: the sentence about a wrong value, without its beginning."""
    problem = problem_text(Problem(0, "", key.code, {"key": name, **key.bounds}), language)
    return re.sub(rf"^{name} (must be |must |应为|应|必须是|只能是) ?|[.。]$", "", problem)


def _meaning(setting: str, name: str, language: Language) -> str:
    """Say what a setting is; of a new limit, what the rule says that reads it."""
    texts = cells("settings", language)
    held = [_blanked(hold, read, language) for hold, _, read, _ in _holds() if setting in read]
    return texts[name] if name in texts or not held else cell(held[0])


_OF_AMOUNTS = {"hold_gone": ("removals", "removal_percent")}
"""The limits of rules that know themselves how many are too many."""
_SHARES = {
    "renamed": MEMBER_NAME_COLUMN,
    "contacts": CONTACTS,
    "moved": DEPARTMENTS_COLUMN,
    "placed": PLACED,
    "others": OTHERS,
}
"""Shares that are no settings, and what each is of."""


def guard_rules(language: Language) -> str:
    """Return every reason to hold: its family, its settings, and how many it does not ask about."""
    families, few = cells("families", language), cells("few", language)
    words = cells("rule_settings", language)
    shares = {name: measure_of(of).share(Policy()) for name, of in _SHARES.items()}
    rows = [
        (
            code(hold),
            families[family] if family else "",
            words.get(hold, "").format(**shares) or code(*settings) or word("fixed", language),
            few[much] if much else "",
            cell(_blanked(hold, settings, language)),
        )
        for hold, family, settings, much in _holds()
    ]
    return table("guard_rules", language, rows)


def _holds() -> Iterator[tuple[TextCode, str, tuple[str, ...], str]]:
    """Yield each reason to hold with its family, its settings and what is a few."""
    for hold, (family, look) in {look.code: (family, look) for family, look in looks()}.items():
        names = _OF_AMOUNTS.get(hold, (look.limit.number,))
        few = look.limit.few.label if not look.limit.number else ""
        yield hold, family, tuple(f"limits.{name}" for name in names if name), few
    yield from ((hold, FAMILIES[hold], (), "") for hold in FIRST)
    yield from ((hold, "", (), "") for hold in _AFTER_APPROVAL)


def _blanked(hold: TextCode, read: tuple[str, ...], language: Language) -> str:
    """Return a text with `…` in its blanks, and with its defaults where settings are its limits."""
    default = Policy().to_document()
    blanks = dict.fromkeys(ALL_TEXTS[hold].blanks, "…")
    shares = [name for name in read if name.endswith("_percent")]
    for name in read:
        if name.removeprefix("limits.") in Policy.limits() and shares[1:] == []:
            blank = "limit" if name.endswith("_percent") else "number"
            blanks[blank] = str(default[name.removeprefix("limits.")])
    text = ALL_TEXTS[hold].render(language, **blanks)
    return text.replace("\n", " " if language is Language.ENGLISH else "")


def plan_counts(language: Language) -> str:
    rows = [(f"`{name}`", ALL_TEXTS[count].render(language)) for name, count in COUNTS.items()]
    return table("plan", language, rows)


def result_columns(language: Language) -> str:
    english, chosen = _header(Language.ENGLISH), _header(language)
    texts = (cells("results", language)[name] for name in english)
    return table("results", language, zip(map(code, chosen), texts, strict=True))


def _header(language: Language) -> list[str]:
    return [say(language, name) for name in RESULT_COLUMNS]


def run_fields(language: Language) -> str:
    identity = Identity(run_id="", corp="", bucket="", key="", version="", dropped=0, created=0)
    empty = Run(identity=identity, state=State.RECEIVED, updated=0, next=NextStep(due=0))
    return meanings("run", language, run_document(empty, language))


def plan_fields(language: Language) -> str:
    return meanings("plan", language, Plan(job=Job.SYNC_USER).to_document())
