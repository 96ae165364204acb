"""The text to the SNS topic: what a person reads about a run in a mail."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given

from support.hidden import HIDDEN, words
from wecom_sync.adapters.publisher import Topic
from wecom_sync.domain.drop import place_of
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job, Reason, Run, State
from wecom_sync.domain.texts import Listing
from wecom_sync.reporting.language import Language

RUN_ID = "20261125T000217Z-1222452fba1c"
DEADLINE = 1795824000.0
"""2026-11-28 00:00 UTC."""


def run_in(state: State, **values: Any) -> Run:
    return Run(
        run_id=RUN_ID, corp="acme", job=Job.REPLACE_USER, bucket="drops",
        key="acme/replaceuser/team.csv", version="v", state=state,
        dropped=0, created=0, updated=0, due=0, **values,
    )  # fmt: skip


def told(run: Run, language: Language = Language.ENGLISH) -> dict[str, Any]:
    """Return what the topic is told of a run."""
    letters: list[dict[str, Any]] = []
    topic = SimpleNamespace(publish=lambda **sent: letters.append(sent))
    policy = Policy()
    Topic(cast("Any", topic), "arn", language, lambda _: policy, lambda: 0).tell(run)
    (sent,) = letters
    return sent


def letter(run: Run, language: Language = Language.ENGLISH) -> str:
    text: str = told(run, language)["Message"]
    return text


def held() -> Run:
    holds = (
        Reason(
            "hold_gone",
            {
                "existing": 1260,
                "recent": 0,
                "number": 50,
                "limit": 10,
                "named": Listing(("lisi", "wangwu"), 60),
            },
            "leavers",
        ),
        Reason("hold_protected_departments"),
    )
    return run_in(
        State.HELD, holds=holds, deadline=DEADLINE, rows=1240,
        plan={"add": 1200, "update": 0, "remove": 60},
        reports={"plan.json": "s3://reports/plan.json"},
    )  # fmt: skip


def test_a_mail_about_a_held_run_is_enough_to_decide() -> None:
    gone = (
        "This file would remove or disable 60 of 1,260 members; more than 50 within 20 hours, or "
        "more than 10 %, need approval. Check that the file is complete. Affected: lisi, wangwu "
        "and others, 60 in all."
    )

    assert (
        letter(held())
        == f"""Run: {RUN_ID}
File: acme/replaceuser/team.csv
State: held for a decision
- {gone}
- The row of department 1 renames the company's root department.

What it would change: Added 1,200 · Removed 60
Rows: 1,240

Decide by 2026-11-28 00:00 UTC; after that the run is cancelled.
See the plan:  wecom-sync show {RUN_ID} --corp acme
Approve it:    wecom-sync approve {RUN_ID} --corp acme
Cancel it:     wecom-sync cancel {RUN_ID} --corp acme
"""
    )


def test_the_same_mail_in_chinese() -> None:
    text = letter(held(), Language.CHINESE)

    assert "变更计划：新增 1,200 · 删除 60" in text
    assert "请在 2026-11-28 00:00（UTC）之前决定" in text
    assert f"批准：wecom-sync approve {RUN_ID} --corp acme\n" in text


def test_a_mail_about_refused_rows_says_what_was_planned_and_where_the_reports_are() -> None:
    run = run_in(
        State.PARTIAL, reason=Reason("rows_failed", {"failed": 5, "rows": 1000}), rows=1000,
        succeeded=995, failed=5, unreported=0, plan={"add": 40, "remove": 3, "disable": 2},
        reports={"results.csv": "s3://reports/results.csv"},
    )  # fmt: skip

    text = letter(run)

    assert "Plan: Added 40 · Removed 3 · Disabled 2\nRows: 1,000\nApplied: 995\nFailed: 5\n" in text
    assert text.endswith(f"\n\nGet the reports:  wecom-sync results {RUN_ID} --corp acme\n")
    assert "approve" not in text


@pytest.mark.parametrize("language", Language)
def test_a_mail_leaves_out_what_nobody_knows(language: Language) -> None:
    run = run_in(State.REJECTED, reason=Reason("key_malformed"))

    text = letter(run, language)

    assert len(text.splitlines()) == 4
    assert "-\n" not in text
    assert "wecom-sync" not in text


@given(words | words.map("acme/{}/team.csv".format) | words.map("acme/syncuser/{}".format))
def test_no_key_adds_a_line_to_a_mail_or_hides_a_part_of_it(key: str) -> None:
    corp, job, reason, *_ = place_of(key)
    run = run_in(State.REJECTED, reason=reason)

    sent = told(replace(run, key=key, corp=corp, job=job))

    assert sent["Subject"].isascii()
    assert HIDDEN.search(sent["Subject"]) is None
    assert HIDDEN.search(sent["Message"].replace("\n", "")) is None
    assert sent["Message"].count("\n") == 3 + (reason is not None)
