"""Thousands of damaged inputs keep every promise; when one is broken, the fuzzer says so."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fuzz.attempt import random_of
from fuzz.requests import MASTER, RUNS
from fuzz.runner import TARGETS, main, run
from support.console import Capsys
from wecom_sync.files.cell_rules import Column
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.problems import Problem
from wecom_sync.handler import logger
from wecom_sync.use_cases.holds import Decision, Holds
from wecom_sync.wecom.credentials import job_credentials

SHORT = {"callbacks": 4_000, "files": 600, "settings": 4_000, "decisions": 1_000}
EVERY_WAY_OUT = {
    "callbacks": {"200", "200 queued", "403", "404"},
    "files": {"applied", "held", "rejected", "rejected by the plan"},
    "settings": {"rejected", "taken"},
    "decisions": {"answered", "approved", "cancelled", "folder", "rejected"},
}
MANY = 3_000
NUMBERS = itertools.count()
USE_CASES = "wecom_sync.use_cases"
FILES = "wecom_sync.files"
HOLDS = f"{USE_CASES}.holds"
JOB_CREDENTIALS = f"{USE_CASES}.callbacks.job_credentials"
MEMBERS = f"{FILES}.columns.MEMBER_COLUMNS"
SYNTAX = f"{FILES}.settings_file._syntax"
READ = f"{HOLDS}.read_decision"
POLICY = "wecom_sync.domain.policy.Policy"
DIGEST = "wecom_sync.domain.drop.Drop.digest"


@pytest.mark.parametrize("target", SHORT)
def test_whatever_comes_in_every_promise_is_kept(target: str) -> None:
    tally = run(target, SHORT[target])

    assert [*tally.lines()] == []
    assert set(tally.outcomes) == EVERY_WAY_OUT[target]


@pytest.mark.parametrize("target", SHORT)
def test_a_seed_makes_the_same_attempts_every_time(target: str) -> None:
    first, second, other = (run(target, 60, seed, regressions=False) for seed in (1, 1, 2))

    assert first.outcomes == second.outcomes
    assert first.outcomes != other.outcomes


def crash(*_: object) -> Any:
    raise KeyError


def tell_all(*_: object) -> None:
    logger.error(MASTER.decode())


def one_key_for_all(master: bytes, _corp: str, _run_id: str, name: str) -> Any:
    return job_credentials(master, "acme", RUNS[0], name)


def without_rules(name: str) -> tuple[Column, ...]:
    return tuple(
        replace(column, rules=(), unique=None) if column.name == name else column
        for column in MEMBER_COLUMNS
    )


def any_plan(
    self: Holds, run: Any, _: object, *rest: Any, approve: Callable[..., Any] = Holds.approve
) -> Any:
    return approve(self, run, str(run.plan_digest), *rest)


BROKEN: tuple[tuple[str, str, object, str], ...] = (
    ("callbacks", "hmac.compare_digest", lambda *_: True, "accepted a forgery"),
    ("callbacks", "hmac.compare_digest", lambda *_: True, "queued what nobody sent"),
    ("callbacks", JOB_CREDENTIALS, one_key_for_all, "refused an honest request"),
    ("callbacks", f"{USE_CASES}.callbacks.Callbacks.accept", crash, "raised KeyError"),
    ("callbacks", "callback.count", tell_all, "logged 'the-master-s"),
    ("files", MEMBERS, without_rules("帐号"), "a wrong 帐号"),
    ("files", MEMBERS, without_rules("手机号"), "one 手机号 for two people"),
    ("files", f"{FILES}.roster.outline_of", lambda *_: (None, []), "hangs on nothing"),
    ("files", f"{FILES}.row_checks.RowChecks.repeated", lambda *_: iter(()), "for two people"),
    ("files", f"{FILES}.row_checks.is_unsafe", lambda _: False, "CSV of WeCom's cannot carry"),
    ("files", MEMBERS, tuple(replace(column, mask=str) for column in MEMBER_COLUMNS), "whole"),
    ("settings", f"{FILES}.settings_file._accepted", lambda *_: True, "removals is"),
    ("settings", f"{POLICY}.to_document", lambda _: {"removals": 7}, "back as something else"),
    ("settings", SYNTAX, lambda *_: Problem(-1, "", "settings_syntax"), "in line -1"),
    ("decisions", f"{HOLDS}.Holds.approve", any_plan, "approved, although it says answ"),
    ("decisions", READ, lambda _: Decision("cancel"), "cancelled, although it says approved"),
    ("decisions", f"{HOLDS}.Holds.answer", lambda _, run, *__: run, "0 runs were changed"),
    ("decisions", DIGEST, property(lambda _: f"{next(NUMBERS)}"), "came again did more"),
)
"""What is replaced by what, and what the fuzzer says then."""


@pytest.mark.parametrize(("target", "place", "broken", "fault"), BROKEN)
def test_code_that_breaks_a_promise_is_found(
    target: str, place: str, broken: object, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, broken)

    aim = TARGETS[target](1)
    attempts = (aim.attempt(random_of(1, target, number)) for number in range(MANY))
    assert any(fault in wrong for attempt in attempts for wrong in attempt.faults)


def test_a_finding_is_told_with_what_repeats_it_and_is_the_exit_code(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    figures = tmp_path / "figures.json"
    few = ["--callbacks", "40", "--files", "0", "--settings", "40", "--decisions", "0"]
    few += ["--figures", str(figures)]

    assert main(few) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert [tally["findings"] for tally in json.loads(figures.read_text())] == [0, 0]

    monkeypatch.setattr(f"{USE_CASES}.callbacks.Callbacks.accept", crash)
    monkeypatch.setattr("fuzz.callbacks.regressions", lambda: iter(()))
    assert main(few) == 1
    finding = next(line for line in capsys.readouterr().out.splitlines() if "raised" in line)
    number = finding.split()[1].removesuffix(",")
    assert main(["--only", f"callbacks:{number}"]) == 1
    assert "raised KeyError" in capsys.readouterr().out
    monkeypatch.undo()
    assert main(["--only", f"callbacks:{number}"]) == 0
