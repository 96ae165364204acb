"""Every hazard ends as it should; without any one check of files, some hazard does not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hazards.collection import PARTS, Part, collection, files_of
from hazards.hazard import Hazard
from hazards.runner import Arena, Outcome, arena, line, main, summary
from support.console import Capsys
from wecom_sync.domain.states import Job
from wecom_sync.files import columns, department_index, roster
from wecom_sync.files import row_checks as checks

FEWEST = 850
SENTENCES = 3
"""The most that somebody has to read about a held file."""
BACKED = frozenset({"所在部门"})
"""Columns whose cells are judged a second time: departments are looked up before anything goes."""
COLUMNS = [
    (job, column)
    for job in (Job.SYNC_USER, Job.REPLACE_PARTY)
    for column in columns.columns_of(job)
    # What is ours alone, such as a code, is looked up before anything goes out.
    if column.is_sent
]
CHECKED = [(job, column.name, {"rules": ()}) for job, column in COLUMNS if column.rules]
UNIQUE = [(job, column.name, {"unique": None}) for job, column in COLUMNS if column.unique]


@pytest.fixture(scope="module")
def hazards() -> dict[str, list[Hazard]]:
    """Return the hazards by the rule that they concern."""
    by_rule: dict[str, list[Hazard]] = {}
    for hazard in collection():
        by_rule.setdefault(hazard.concerns, []).append(hazard)
    return by_rule


@pytest.fixture(scope="module")
def ring() -> Iterator[Arena]:
    with arena() as opened:
        yield opened


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    names = [(hazard.kind, hazard.name) for hazard in collection()]

    assert len(names) == len(set(names)) >= FEWEST


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_wrongly_applied_and_nothing_wrongly_held_or_rejected(
    part: Part, ring: Arena
) -> None:
    outcomes = [ring.run(hazard) for hazard in files_of(part)]

    assert outcomes
    assert [line(outcome) for outcome in outcomes if not outcome.is_right] == []
    for outcome in outcomes:
        families = [hold.family for hold in outcome.holds]
        # A sentence for each of a few families.
        assert all(families), line(outcome)
        assert len(set(families)) == len(families) <= SENTENCES, line(outcome)
        assert bool(families) is (outcome.got == "hold"), line(outcome)


def applied(ring: Arena, hazards: list[Hazard]) -> Outcome | None:
    outcomes = (ring.run(hazard) for hazard in hazards)
    return next((outcome for outcome in outcomes if outcome.wrongly_applied), None)


outline_of = department_index.outline_of
OTHERS: dict[str, tuple[object, str, object]] = {
    "illegible": (checks, "illegible", lambda _: None),
    "tree": (roster, "outline_of", lambda *tree: (outline_of(*tree)[0], [])),
}
"""What else looks at files, and what looks at nothing in its place."""


@pytest.mark.parametrize("rule", OTHERS)
def test_without_looking_at_it_something_is_wrongly_applied(
    rule: str, ring: Arena, hazards: dict[str, list[Hazard]], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, name, nothing = OTHERS[rule]
    monkeypatch.setattr(where, name, nothing)

    assert applied(ring, hazards[rule])
    assert rule != "illegible" or all(ring.run(it).wrongly_applied for it in hazards[rule])


@pytest.mark.parametrize("lacking", [*CHECKED, *UNIQUE])
def test_without_the_rules_of_a_column_something_is_wrongly_applied(
    lacking: tuple[Job, str, dict[str, Any]],
    ring: Arena,
    hazards: dict[str, list[Hazard]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job, name, nothing = lacking
    where = "MEMBER_COLUMNS" if job.has_members else "DEPARTMENT_COLUMNS"
    changed = tuple(
        replace(column, **nothing) if column.name == name else column
        for column in columns.columns_of(job)
    )
    monkeypatch.setattr(columns, where, changed)

    rule = name if "rules" in nothing else f"unique {name}"
    concerned = [hazard for hazard in hazards.get(rule, []) if hazard.job is job or rule != name]

    assert concerned
    assert bool(applied(ring, concerned)) is (rule not in BACKED)


def test_what_goes_wrong_is_told_and_is_the_exit_code(
    ring: Arena, hazards: dict[str, list[Hazard]], capsys: Capsys
) -> None:
    applied = next(hazard for hazard in hazards[""] if hazard.expect == "apply")
    wrong = ring.run(replace(applied, expect="reject"))
    assert wrong.wrongly_applied
    assert line(wrong).startswith(f"WRONG {applied.kind}: ")
    stopped = ring.run(replace(hazards["illegible"][0], expect="apply"))
    assert stopped.wrongly_stopped
    figures = summary([wrong, stopped])
    assert figures["wrongly_applied"] == figures["wrongly_held_or_rejected"] == 1

    assert main(["--kind", "another file"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3:] == ["hazards 5", "wrongly applied 0", "wrongly held or rejected 0"]
