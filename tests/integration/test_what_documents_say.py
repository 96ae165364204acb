"""Documents, letters and the overview: who is concerned, and nothing wrong, leaked or hidden."""

import csv
import io

import pytest

from support.company import people
from support.fakes import FakeChannel
from support.guarded import DAY, FULL, SOME, apply, dropped, policy
from support.runs import chinese, data_of, english, text_of
from support.showcase import Company, file_of, page_of, partial, rejected
from support.world import World, departments, members
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
PARTIES = "acme/replaceparty/d.csv"


def fixes(world: World, run: Run) -> list[list[str]]:
    """Return the rows that are to be mended, the header first."""
    return list(csv.reader(io.StringIO(text_of(world, run, "fix.csv"))))


def test_refused_rows_come_back_in_a_file_that_works_once_it_is_mended(world: World) -> None:
    apply(world, PARTIES, departments())
    world.wecom.refused = {"007": 60104, "anna": 60104}
    file = members("007", "anna", "bert").replace(",13800000001,", ",+85261234567,")
    run = apply(world, SOME, file.replace(",,1\n", ",,部门2\n"))
    assert run.state is State.PARTIAL
    assert "员工1 (007)" in english(run)

    header, *rows = fixes(world, run)
    assert header[-2:] == ["wecom-sync: problem", "wecom-sync: what to do"]
    assert [row[1] for row in rows] == ['="007"', "anna"]
    assert rows[1][:-2] == ["员工2", "anna", "13800000002", "", "部门2"]
    assert all("mobile" in row[-2].lower() and row[-1] for row in rows)

    world.wecom.refused = {}
    fix = text_of(world, run, "fix.csv").replace("+852", "+853")
    mended = apply(world, SOME.replace(".csv", "-fix.csv"), fix)
    assert (mended.state, mended.source.rows, mended.proposal.warnings) == (
        State.SUCCEEDED,
        2,
        run.proposal.warnings,
    )
    person = world.archive.snapshot("acme").rows["007"]
    assert person["手机号"] == "+85361234567"
    assert not any(column.startswith("wecom-sync") for column in person)


@pytest.mark.parametrize(
    ("key", "content", "seconds", "state"),
    [
        (SOME, members("a"), 5, State.SUCCEEDED),
        (PARTIES, departments(), 5, State.PARTIAL),
        (FULL, people(31), 1e9, State.FAILED),
    ],
)
def test_there_is_no_fix_of_what_has_to_come_as_a_whole_or_not_at_all(
    world: World, key: str, content: str, seconds: float, state: State
) -> None:
    world.wecom.refused, world.wecom.duration = {"2": 60008}, seconds

    run = dropped(world, key, content, 2 * DAY)

    assert world.current_run(run).state is state
    assert "fix.csv" not in world.current_run(run).result.reports


def test_letters_name_nobody_if_the_settings_say_so(world: World) -> None:
    policy(world, removal_percent=1, notify_names=False)
    topic = FakeChannel()
    world.publication.channels["topic"] = topic  # type: ignore[index]
    apply(world, FULL, people(30))
    world.clock.now += DAY

    run = apply(world, FULL, people(26).replace("员工", "职工"))

    published = topic.published[-1]
    assert published.state is State.HELD
    assert "u26" in chinese(published)
    assert ("例如" in chinese(run)) > ("例如" in chinese(published))
    assert "员工" not in str(published.to_document())
    assert "员工27" in text_of(world, run, "run.json")


@pytest.mark.parametrize(
    ("rows", "secret", "names"),
    [
        (
            [f"员工{at},e{at},1390000{at:04d},,1390000{at:04d}\n" for at in range(3)],
            "13900000001",
            True,
        ),
        (["zs,张三,13800000001,,1\n", "ls,李四,13800000002,,1\n"], "李四", False),
    ],
)
def test_a_letter_about_slipped_columns_tells_no_mobile_and_no_name(
    world: World, rows: list[str], secret: str, names: bool
) -> None:
    policy(world, notify_names=names)
    topic = FakeChannel()
    world.publication.channels["topic"] = topic  # type: ignore[index]

    assert apply(world, SOME, HEADER + "".join(rows)).state is State.REJECTED

    assert secret not in mail(topic.published[-1], Language.ENGLISH)[1]


def test_rejected_rows_stand_by_their_lines_and_with_their_names() -> None:
    world = Company()
    rows = [dict(row) for row in world.later[:9]]
    for at, column in enumerate(("手机号", "性别", "邮箱", "所在部门", "是否部门内领导")):
        rows[1 + at][column] = "?"
    run = world.put(SOME, file_of(rows))
    assert run.state is State.REJECTED

    problems = data_of(page_of(world, run))["problems"]

    lines = [row[0] for group in problems if len(group["rows"]) == 1 for row in group["rows"]]
    assert len(lines) > 3
    assert lines == sorted(lines)
    names = {row[1]: row[2] for group in problems for row in group["rows"] if row[1]}
    wanted = {row["帐号"]: row["姓名"] for row in rows}
    assert names == {user: wanted[user] for user in names}


def test_causes_of_many_rows_come_first_and_refused_rows_have_two_commands() -> None:
    world = Company()
    counts = [len(group["rows"]) for group in data_of(page_of(world, rejected(world)))["problems"]]
    assert counts == sorted(counts, reverse=True)
    run = partial(world)

    steps = data_of(page_of(world, run))["steps"]

    assert [step["command"] for step in steps] == [
        f"wecom-sync results {run.run_id} --corp acme",
        f"wecom-sync drop {run.run_id}/fix.csv --corp acme --job syncuser --watch",
    ]
    assert steps[1]["code"] == "step_fix"
