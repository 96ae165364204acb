"""The demonstration's files are what it says they are, and it does not praise a wrong outcome."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from support.books import book_of
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run, State
from wecom_sync.files.roster import FileRejectedError, read_roster
from wecom_sync.files.settings_file import read_policy
from wecom_sync.guardrails.picks import Case
from wecom_sync.guardrails.rules import judge
from wecom_sync.planning.members import plan_members
from wecom_sync_tools.console.messages import message
from wecom_sync_tools.demo.drops import (
    EMAIL_TAKEN,
    MOBILE_TAKEN,
    SETTINGS,
    company,
    demo_drops,
    members_afterwards,
    truncated_drop,
)
from wecom_sync_tools.demo.view import Story
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.views.progress import Track
from wecom_sync_tools.views.troubles import BadRow


def test_exactly_the_announced_newcomers_bring_a_contact_of_somebody_at_work() -> None:
    members, *_ = demo_drops()
    at_work = company()["members"]
    mobiles = {member["mobile"] for member in at_work}
    emails = {member["email"] for member in at_work}

    roster = read_roster(members.job, members.content)

    assert roster.encoding == "GB18030"
    assert len(roster.rows) == members.expected.rows
    found = {}
    for row in roster.rows:
        cells = dict(zip(roster.columns, row.cells, strict=True))
        if cells["手机号"] in mobiles:
            found[row.line] = str(MOBILE_TAKEN)
        if cells["邮箱"] in emails:
            found[row.line] = str(EMAIL_TAKEN)
    assert found == members.expected.troubles


def test_the_broken_file_is_broken_where_it_says() -> None:
    *_, broken = demo_drops()

    with pytest.raises(FileRejectedError) as rejected:
        read_roster(broken.job, broken.content)

    problems = rejected.value.problems
    assert {problem.line for problem in problems} == set(broken.expected.troubles)
    assert len({problem.code for problem in problems}) == len(problems)


def test_the_numbers_of_the_truncated_file_are_those_it_is_announced_with() -> None:
    broken_off = truncated_drop()
    announced = f"{broken_off.expected.rows} of {members_afterwards():,} people"

    assert message(broken_off.about).en.startswith(announced)


def test_the_settings_let_the_first_full_files_pass_and_nothing_else() -> None:
    assert read_policy(SETTINGS.encode()) == Policy(first_replace="apply", additions_percent=100)


def test_the_truncated_file_would_do_what_it_says_and_is_held() -> None:
    members, *_ = demo_drops()
    newcomers = read_roster(members.job, members.content)
    applied = [row for row in newcomers.rows if row.line not in members.expected.troubles]
    known = {
        row.id.casefold(): dict(zip(newcomers.columns, row.cells, strict=True)) for row in applied
    }
    pairs = [(each["userid"], each["departments"][0]) for each in company()["members"]]
    pairs += [(row.id, int(known[row.id.casefold()]["所在部门"])) for row in applied]
    directory = Directory.of(pairs, [Department(1, 0)])
    book = book_of(known)
    broken_off = truncated_drop()

    roster = read_roster(broken_off.job, broken_off.content)
    plan = plan_members(roster, directory, book, dropped=0)

    assert len(directory.members) == members_afterwards()
    assert len(roster.rows) == broken_off.expected.rows
    assert plan.counts.items() >= broken_off.expected.plan.items()
    (hold,) = judge(Case(plan, read_policy(SETTINGS.encode()), book))
    assert hold.code == "hold_incomplete"


def story(**changes: Any) -> Story:
    """Tell of the first drop, which ends as expected but for these changes."""
    members, *_ = demo_drops()
    run = Run(
        run_id="r", corp="acme", job=members.job, bucket="b", key="k", version="v",
        state=State.PARTIAL, dropped=0, created=0, updated=0, due=0, rows=1000,
    )  # fmt: skip
    run = replace(run, **changes)
    troubles = [
        BadRow(str(line), "x", code, "") for line, code in members.expected.troubles.items()
    ]
    return Story(members, Track("r", page=RunPage(run, {})), troubles)


def held_story(plan: Mapping[str, int] | None) -> Story:
    broken_off = truncated_drop()
    told = story(state=State.HELD, rows=broken_off.expected.rows, plan=plan)
    return Story(broken_off, told.track, [])


EXPECTED = truncated_drop().expected.plan


@pytest.mark.parametrize(
    ("told", "differences"),
    [
        (story(), []),
        (story(state=State.SUCCEEDED), ["demo_wrong_state"]),
        (story(rows=999), ["demo_wrong_rows"]),
        (replace(story(), troubles=story().troubles[1:]), ["demo_wrong_rows"]),
        (replace(story(), troubles=[*story().troubles, BadRow("7", "x", "60104", "")]),
         ["demo_wrong_rows"]),
        (replace(story(), troubles=[*story().troubles, BadRow("-", "x", "301005", "")]),
         ["demo_wrong_rows"]),
        (replace(story(), track=Track("r")), ["demo_wrong_state"]),
        (held_story(EXPECTED), []),
        (held_story({**EXPECTED, "remove": 1}), ["demo_wrong_plan"]),
        (held_story(None), ["demo_wrong_plan"]),
    ],
)  # fmt: skip
def test_any_other_outcome_is_a_difference(told: Story, differences: list[str]) -> None:
    assert told.differences() == differences
