"""The demonstration's files are what it says they are, and it does not praise a wrong outcome."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from support.dropped import run_at
from wecom_sync.domain.states import State
from wecom_sync.files.roster import read_roster
from wecom_sync_tools.console.messages import message
from wecom_sync_tools.demo.command import Story
from wecom_sync_tools.demo.drops import (
    DROPS,
    EMAIL_TAKEN,
    MEMBERS_AFTERWARDS,
    MOBILE_TAKEN,
    TRUNCATED,
    company,
)
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.views.troubles import BadRow


def test_exactly_the_announced_newcomers_bring_a_contact_of_somebody_at_work() -> None:
    members, *_ = DROPS
    at_work = company()["members"]
    mobiles = {member["mobile"] for member in at_work}
    emails = {member["email"] for member in at_work}

    roster = read_roster(members.job, members.content)

    assert roster.encoding == "GB18030"
    assert len(roster.rows) == members.rows
    codes = {}
    for row in roster.rows:
        cells = dict(zip(roster.columns, row.cells, strict=True))
        if cells["手机号"] in mobiles:
            codes[row.line] = MOBILE_TAKEN
        if cells["邮箱"] in emails:
            codes[row.line] = EMAIL_TAKEN
    assert codes == members.troubles
    assert len(at_work) + members.rows - len(members.troubles) == MEMBERS_AFTERWARDS


def test_the_numbers_of_the_truncated_file_are_those_it_is_announced_with() -> None:
    announced = f"{TRUNCATED.rows} of {MEMBERS_AFTERWARDS:,} people"

    assert message(TRUNCATED.about).en.startswith(announced)


def story(**changes: Any) -> Story:
    """Tell of the first drop, which ends as expected but for these changes."""
    members, *_ = DROPS
    made = {"run_id": "r", "state": State.PARTIAL, "rows": 1000}
    run = run_at(f"acme/{members.job}/k", 0, **{**made, **changes})
    troubles = [BadRow(str(line), "x", code, "") for line, code in members.troubles.items()]
    return Story(members, RunPage(run, {}), troubles)


def held_story(plan: Mapping[str, int] | None) -> Story:
    return Story(TRUNCATED, story(state=State.HELD, rows=TRUNCATED.rows, plan=plan).page, [])


@pytest.mark.parametrize(
    ("outcome", "differences"),
    [
        (story(), []),
        (story(state=State.SUCCEEDED), ["demo_wrong_state"]),
        (story(rows=999), ["demo_wrong_rows"]),
        (replace(story(), troubles=story().troubles[1:]), ["demo_wrong_rows"]),
        (replace(story(), troubles=[*story().troubles, BadRow("7", "x", "60104", "")]),
         ["demo_wrong_rows"]),
        (replace(story(), troubles=[*story().troubles, BadRow("-", "x", "301005", "")]),
         ["demo_wrong_rows"]),
        (held_story(TRUNCATED.plan), []),
        (held_story({**TRUNCATED.plan, "remove": 1}), ["demo_wrong_plan"]),
        (held_story(None), ["demo_wrong_plan"]),
    ],
)  # fmt: skip
def test_any_other_outcome_is_a_difference(outcome: Story, differences: list[str]) -> None:
    assert outcome.differences() == differences
