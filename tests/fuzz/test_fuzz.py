"""Thousands of damaged inputs keep every promise; when one is broken, the fuzzer says so."""

import hmac
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import callback
from fuzz.attempt import random_of
from fuzz.runner import TARGETS, main, run
from fuzz.urls import MASTER, RUNS
from support.console import Capsys
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.policy import Policy
from wecom_sync.files import columns, roster
from wecom_sync.files import row_checks as checks
from wecom_sync.files import settings_file as policy
from wecom_sync.files.problems import Problem
from wecom_sync.handler import logger
from wecom_sync.use_cases import holds as decisions
from wecom_sync.use_cases.callbacks import Callbacks
from wecom_sync.use_cases.holds import Holds
from wecom_sync.wecom import callback_crypto as envelope

SHORT = {"callbacks": 4_000, "files": 1_500, "settings": 4_000, "decisions": 2_000}
EVERY_WAY_OUT = {
    "callbacks": {"200", "200 queued", "403", "404"},
    "files": {"applied", "held", "rejected", "rejected by the plan"},
    "settings": {"rejected", "taken"},
    "decisions": {"answered", "approved", "cancelled", "folder", "rejected"},
}
MANY = 3_000
NUMBERS = itertools.count()
NOTHING: dict[str, str] = {}


@pytest.mark.parametrize("target", SHORT)
def test_whatever_comes_in_every_promise_is_kept(target: str) -> None:
    tally = run(target, SHORT[target])

    assert [*tally.told()][1:] == []
    assert set(tally.outcomes) == EVERY_WAY_OUT[target]


@pytest.mark.parametrize("target", SHORT)
def test_a_seed_makes_the_same_attempts_every_time(target: str) -> None:
    first, second, other = (run(target, 60, seed, regressions=False) for seed in (1, 1, 2))

    assert first.outcomes == second.outcomes
    assert first.outcomes != other.outcomes


def finds(target: str, fault: str) -> bool:
    """Whether some attempt is told to have this fault."""
    aim = TARGETS[target](1)
    attempts = (aim.attempt(random_of(1, target, number)) for number in range(MANY))
    return any(fault in told for attempt in attempts for told in attempt.faults)


type Break = Callable[[pytest.MonkeyPatch], None]


def any_signature(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hmac, "compare_digest", lambda *_: True)


def any_receiver(patch: pytest.MonkeyPatch) -> None:
    compare = hmac.compare_digest
    patch.setattr(hmac, "compare_digest", lambda a, b: b.startswith(b"ww-") or compare(a, b))


def one_key_for_all(patch: pytest.MonkeyPatch) -> None:
    derived = envelope.job_credentials
    patch.setattr(
        "wecom_sync.wecom.callback_crypto.job_credentials",
        lambda master, _corp, _run_id, name: derived(master, "acme", RUNS[0], name),
    )


def an_exception(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Callbacks, "accept", lambda *_: NOTHING["here"])


def a_secret_in_the_log(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(callback, "count", lambda _: logger.error(MASTER.decode()))


def without_rules(name: str) -> Break:
    def broken(patch: pytest.MonkeyPatch) -> None:
        for where in ("MEMBER_COLUMNS", "DEPARTMENT_COLUMNS"):
            changed = tuple(
                replace(each, rules=(), unique="") if each.name == name else each
                for each in getattr(columns, where)
            )
            patch.setattr(columns, where, changed)

    return broken


def no_tree(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(roster, "outline_of", lambda *_: (None, []))


def no_row_checks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks.RowChecks, "problems", lambda *_: iter(()))


def unsafe_cells(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "is_unsafe", lambda _: False)


def unmasked(patch: pytest.MonkeyPatch) -> None:
    for each in ("MEMBER_COLUMNS",):
        shown = tuple(replace(one, shown=str) for one in getattr(columns, each))
        patch.setattr(columns, each, shown)


def crash(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "row_key", lambda *_: NOTHING["here"])


def anything_goes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "_accepted", lambda *_: True)


def no_way_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Policy, "to_document", lambda _: {"removals": 7})


def a_line_before_the_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "_syntax", lambda *_: Problem(-1, "", "settings_syntax"))


def the_last_word(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decisions, "_once_each", dict)


def any_plan(patch: pytest.MonkeyPatch) -> None:
    approve = Holds.approve
    patch.setattr(
        Holds,
        "approve",
        lambda self, run, _, *rest: approve(self, run, str(run.plan_digest), *rest),
    )


def no_answer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Holds, "answer", lambda _, run, *__: run)


def any_word(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decisions, "read_decision", lambda _: decisions.Decision(approves=False))


def unread(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decisions, "read_decision", lambda _: NOTHING["here"])


def every_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Drop, "digest", property(lambda _: f"{next(NUMBERS)}"))


@pytest.mark.parametrize(
    ("target", "broken", "fault"),
    [
        ("callbacks", any_signature, "accepted a forgery"),
        ("callbacks", any_signature, "queued what nobody sent"),
        ("callbacks", any_receiver, "accepted a forgery"),
        ("callbacks", one_key_for_all, "accepted a forgery"),
        ("callbacks", one_key_for_all, "refused an honest request"),
        ("callbacks", an_exception, "raised KeyError"),
        ("callbacks", a_secret_in_the_log, "logged 'the-master-s"),
        ("files", without_rules("帐号"), "a wrong 帐号"),
        ("files", without_rules("手机号"), "one 手机号 for two people"),
        ("files", without_rules("邮箱"), "a wrong 邮箱"),
        ("files", no_tree, "hangs on nothing"),
        ("files", no_row_checks, "for two people"),
        ("files", unsafe_cells, "that a CSV of WeCom's cannot carry"),
        ("files", unmasked, "whole"),
        ("files", crash, "raised KeyError"),
        ("settings", anything_goes, "removals is"),
        ("settings", no_way_back, "reads back as something else"),
        ("settings", a_line_before_the_first, "in line -1"),
        ("decisions", the_last_word, "approved, although it says answered"),
        ("decisions", any_plan, "approved, although it says answered"),
        ("decisions", any_word, "cancelled, although it says approved"),
        ("decisions", no_answer, "0 runs were changed"),
        ("decisions", unread, "raised KeyError"),
        ("decisions", every_time, "an event that came again did more"),
    ],
)
def test_code_that_breaks_a_promise_is_found(
    target: str, broken: Break, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)

    assert finds(target, fault)


def test_a_finding_is_told_with_what_repeats_it_and_is_the_exit_code(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    figures = tmp_path / "figures.json"
    few = ["--callbacks", "40", "--files", "0", "--settings", "40", "--decisions", "0"]
    few += ["--figures", str(figures)]

    assert main(few) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    counted = json.loads(figures.read_text())
    assert [each["findings"] for each in counted] == [0, 0]

    an_exception(monkeypatch)
    monkeypatch.setattr("fuzz.callbacks.regressions", lambda: iter(()))
    assert main(few) == 1
    found = next(line for line in capsys.readouterr().out.splitlines() if "raised" in line)
    number = found.split()[1].removesuffix(",")
    assert main(["--only", f"callbacks:{number}"]) == 1
    assert "raised KeyError" in capsys.readouterr().out
    monkeypatch.undo()
    assert main(["--only", f"callbacks:{number}"]) == 0
