"""Documents, letters and the overview: who is concerned, and nothing wrong, leaked or hidden."""

import csv
import io
from dataclasses import replace

import pytest

from support.company import people, with_column
from support.fakes import FakeChannel
from support.guarded import DAY, FULL, SOME, apply, dropped, plan_of, policy
from support.runs import chinese, data_of, english, index, text_of
from support.showcase import Company, file_of, page_of, partial, rejected
from support.world import World, departments, members
from wecom_sync.domain.outcome import JobResult
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
PARTIES = "acme/replaceparty/d.csv"


def fixes(world: World, run: Run) -> list[list[str]]:
    """Return the rows that are to be mended, the header first."""
    return list(csv.reader(io.StringIO(text_of(world, run, "fix.csv"))))


def attention(world: World) -> set[tuple[str, str]]:
    return {(entry["run_id"], entry["state"]) for entry in index(world)["attention"]}


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
    assert (mended.state, mended.rows, mended.warnings) == (State.SUCCEEDED, 2, run.warnings)
    person = world.archive.snapshot("acme").rows["007"]
    assert person["手机号"] == "+85361234567"
    assert not any(column.startswith("wecom-sync") for column in person)


@pytest.mark.parametrize(
    ("key", "content", "state"),
    [(SOME, members("a"), State.SUCCEEDED), (PARTIES, departments(), State.PARTIAL)],
)
def test_nothing_to_mend_is_no_file(world: World, key: str, content: str, state: State) -> None:
    world.wecom.refused = {"2": 60008}

    run = apply(world, key, content)

    assert run.state is state
    assert "fix.csv" not in run.reports


def test_a_mended_fix_has_nobody_who_was_not_refused_and_disables_nobody(world: World) -> None:
    policy(world, leavers="disable", removals=100, removal_percent=100)
    apply(world, FULL, people(30))
    world.clock.now += DAY
    world.wecom.refused = {"u5": 60104, "u28": 60104}
    run = apply(world, FULL, people(28))
    assert run.state is State.PARTIAL
    assert {row[1] for row in fixes(world, run)[1:]} <= {"u5", "u28"}
    fix = text_of(world, run, "fix.csv").replace("13800000006", "13900000006")
    world.wecom.refused = {}
    world.clock.now += DAY
    apply(world, FULL, people(30).replace("员工1,", "职工1,"))
    world.clock.now += 3600

    mended = apply(world, "acme/syncuser/fix.csv", fix)

    assert (mended.plan or {})["disable"] == 0
    assert world.archive.snapshot("acme").rows["u29"]["禁用"] == "0"


def test_fix_has_no_address_book_of_which_nobody_knows_what_was_applied(world: World) -> None:
    apply(world, FULL, people(30))
    world.wecom.duration = 10**9

    dropped(world, FULL, people(31), 2 * DAY)

    assert world.run_of(FULL).state is State.FAILED
    assert "fix.csv" not in world.run_of(FULL).reports


def test_a_leaver_of_whom_wecom_said_nothing_is_no_success(world: World) -> None:
    policy(world, leavers="disable", removals=100, removal_percent=100)
    apply(world, FULL, people(30))
    result = world.wecom.result

    def silent(job_id: str) -> JobResult:
        answer = result(job_id)
        return replace(answer, rows=tuple(row for row in answer.rows if row.id != "u29"))

    world.wecom.result = silent  # type: ignore[method-assign]

    assert apply(world, FULL, people(29)).state is State.PARTIAL


def test_letters_name_nobody_if_the_settings_say_so(world: World) -> None:
    policy(world, removal_percent=1, notify_names=False)
    topic = FakeChannel()
    world.publication.channels["topic"] = topic  # type: ignore[index]
    apply(world, FULL, people(30))
    world.clock.now += DAY

    run = apply(world, FULL, people(26))

    published = topic.published[-1]
    assert published.state is State.HELD
    assert "u26" in chinese(published)
    assert "员工" not in str(published.to_document())
    assert "员工27" in text_of(world, run, "run.json")


@pytest.mark.parametrize(
    ("rows", "secret", "names"),
    [
        ([f"员工{at},e{at},1390000{at:04d},,1390000{at:04d}\n" for at in range(3)],
         "13900000001", True),
        (["zs,张三,13800000001,,1\n", "ls,李四,13800000002,,1\n"], "李四", False),
    ],
)  # fmt: skip
def test_a_letter_about_slipped_columns_tells_no_mobile_and_no_name(
    world: World, rows: list[str], secret: str, names: bool
) -> None:
    policy(world, notify_names=names)
    topic = FakeChannel()
    world.publication.channels["topic"] = topic  # type: ignore[index]

    assert apply(world, SOME, HEADER + "".join(rows)).state is State.REJECTED

    assert secret not in mail(topic.published[-1], Language.ENGLISH)[1]


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("个人邮箱", "zhang.san@gmail.com", "zs1990@gmail.com"),
        ("备用电话", "138-1234-5678", "138-8765-4321"),
        ("家庭住址", "北京市朝阳区建国路88号", "上海市浦东新区世纪大道1号"),
    ],
)
def test_private_values_are_masked(world: World, column: str, before: str, after: str) -> None:
    policy(world, attributes=[column])
    apply(world, SOME, with_column(people(1), column, before))
    world.clock.now += DAY

    run = apply(world, SOME, with_column(people(1), column, after))

    values = plan_of(world, run)["changes"][0]["columns"][column]
    assert before not in values
    assert after not in values


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
    assert "fix.csv" in steps[1]["text"]["zh-CN"]
