"""What the page of a run says of its rows, and what to do about them."""

from typing import Any

from support.guarded import SOME
from support.page_data import data_of
from support.showcase import Company, file_of, page_of, partial, rejected
from wecom_sync.domain.run import State


def test_rejected_rows_stand_by_their_lines_and_with_their_names() -> None:
    world = Company()
    rows = [dict(each) for each in world.later[:9]]
    for at, column in enumerate(("手机号", "性别", "邮箱", "所在部门", "是否部门内领导")):
        rows[1 + at][column] = "?"
    run = world.put(SOME, file_of(rows))
    assert run.state is State.REJECTED

    problems = data_of(page_of(world, run))["problems"]

    lines = [row[0] for group in problems if len(group["rows"]) == 1 for row in group["rows"]]
    assert len(lines) > 3
    assert lines == sorted(lines)
    names = {row[1]: row[2] for group in problems for row in group["rows"] if row[1]}
    wanted = {each["帐号"]: each["姓名"] for each in rows}
    assert names == {user: wanted[user] for user in names}


def test_causes_of_many_rows_still_come_first() -> None:
    world = Company()

    problems: list[Any] = data_of(page_of(world, rejected(world)))["problems"]

    counts = [len(group["rows"]) for group in problems]
    assert counts == sorted(counts, reverse=True)


def test_what_to_do_about_refused_rows_are_two_commands_that_follow_each_other() -> None:
    world = Company()
    run = partial(world)

    steps = data_of(page_of(world, run))["steps"]

    assert [step["command"] for step in steps] == [
        f"wecom-sync results {run.run_id} --corp acme",
        f"wecom-sync drop {run.run_id}/fix.csv --corp acme --job syncuser --watch",
    ]
    assert "fix.csv" in steps[1]["text"]["zh-CN"]
