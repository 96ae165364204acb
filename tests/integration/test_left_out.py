"""Columns and rows of an HR file that are left out: what is asked, and that nothing is kept."""

import pytest

from support.company import people, table, with_column
from support.guarded import DAY, FULL, SOME, apply, codes, named, plan_of, policy
from support.world import World
from wecom_sync.domain.run import Run, State
from wecom_sync.domain.stored import plain
from wecom_sync.domain.texts import Listing

HEADER = "姓名,帐号,手机号,所在部门,员工状态,身份证号"
AWAY = "13800000003,1,停薪留职"
TAKEN = {"员工状态": ["在职", "试用"]}
SECRET = "110101199001010000"


def staff(*more: str, count: int = 30) -> str:
    rows = [f"员工{n},u{n},138{n:08d},1,在职" for n in range(count)]
    return table(HEADER, *(f"{row},{SECRET}" for row in (*rows, *more)))


@pytest.fixture
def taken(world: World) -> None:
    """Apply a file of which only people at work are taken."""
    policy(world, rows=TAKEN)
    day(world, staff())


def day(world: World, content: str) -> Run:
    run = apply(world, FULL, content)
    world.pass_time(DAY)
    return run


def approved(world: World, run: Run) -> Run:
    world.approve_now(run)
    world.pass_time(DAY)
    return world.run_of(FULL)


ON_LEAVE = staff().replace("13800000003,1,在职", AWAY)


GONE = "王芳,wangfang,13900000000,1,离职"
LENT = "赵敏,zhaomin,13900000001,1,借调"
BLANK = "周静,zhoujing,13900000003,1,"


def everything(world: World) -> str:
    """Return all that is kept of a corp's files, but for the drops themselves."""
    table = [run.to_document() for run in world.store.runs_by_id.values()]
    archive = [plain(snapshot) for snapshot in world.archive.snapshots.values()]
    reports = [report.decode() for report in world.reports.documents.values()]
    return repr([table, archive, [*world.archive._sent.values()], reports])


def test_a_value_that_was_never_seen_is_asked_about_once(world: World) -> None:
    policy(world, rows=TAKEN)

    first = apply(world, FULL, staff(GONE))

    assert (first.state, codes(first)) == (State.HELD, ["hold_left_out"])
    assert named(first.holds[0]) == "员工状态: 离职 (1)"
    assert plan_of(world, first)["left_out"] == {"员工状态": {"离职": 1}}
    assert approved(world, first).state is State.SUCCEEDED
    again = apply(world, FULL, staff(GONE, "孙丽,sunli,13900000002,1,离职", count=31))
    assert again.state is State.SUCCEEDED
    other = apply(world, FULL, staff(GONE, LENT, count=32))
    assert (other.state, named(other.holds[0])) == (State.HELD, "员工状态: 借调 (1)")


def test_nothing_of_a_column_that_nobody_asked_for_is_sent_or_kept(world: World) -> None:
    policy(world, rows=TAKEN, columns={"身份证号": ""})

    apply(world, FULL, staff())
    apply(world, FULL, staff(LENT, "员工,!,,x,在职"))
    apply(world, SOME, staff())

    assert SECRET not in everything(world)
    assert all(SECRET.encode() not in job.content for job in world.wecom.jobs.values())


def test_what_is_no_attribute_any_more_goes_with_the_next_file(world: World) -> None:
    policy(world, attributes=["身份证号", "工牌号"])
    apply(world, FULL, with_column(with_column(people(30), "身份证号", SECRET), "工牌号", "G"))
    assert SECRET in everything(world)

    policy(world, attributes=["工牌号"])
    apply(world, SOME, "姓名,帐号,手机号,所在部门\n新人,u99,13900000099,1\n")

    person = world.archive.snapshot("acme").rows["u3"]
    assert "身份证号" not in person
    assert person["工牌号"] == "G"


@pytest.mark.parametrize(
    ("states", "ended", "code"),
    [
        (["在职", "试用", "停薪留职"], State.UNCHANGED, "hold_left_accounts"),
        (["试用", "停薪留职"], State.HELD, "hold_worse"),
    ],
)
@pytest.mark.usefixtures("taken")
def test_an_approval_reads_the_file_as_the_settings_say_now_unless_they_do_more(
    world: World, states: list[str], ended: State, code: str
) -> None:
    run = apply(world, FULL, ON_LEAVE)
    policy(world, rows={"员工状态": states})

    run = approved(world, run)

    assert (run.state, codes(run)[0]) == (ended, code)
    assert run.rows == (1 if ended is State.HELD else 30)
    assert "u3" in world.wecom.directory().members


def test_a_date_of_leaving_is_asked_about_once(world: World) -> None:
    policy(world, rows={"离职日期": [""]})
    day(world, with_column(people(30), "离职日期", ""))
    dates = ["", "", "", "2026-11-03", ""]
    first = apply(world, FULL, with_column(people(30), "离职日期", *dates))
    assert (first.state, codes(first)) == (State.HELD, ["hold_left_accounts"])
    assert approved(world, first).state is State.SUCCEEDED

    dates[-1:] = ["2026-12-04", ""]

    second = apply(world, FULL, with_column(people(30), "离职日期", *dates))
    assert second.state is State.SUCCEEDED


@pytest.mark.parametrize(("state", "listed"), [("", '"" (2)'), ("停薪留职", "停薪留职 (1)")])
def test_blanks_that_take_accounts_are_asked_about(world: World, state: str, listed: str) -> None:
    policy(world, rows=TAKEN)
    approved(world, apply(world, FULL, staff(BLANK, GONE)))
    assert day(world, staff(BLANK, GONE, count=31)).state is State.SUCCEEDED

    left = staff(BLANK, GONE, count=31).replace("13800000003,1,在职", f"13800000003,1,{state}")
    held = apply(world, FULL, left)

    assert (held.state, codes(held)) == (State.HELD, ["hold_left_accounts"])
    assert named(held.holds[0]) == "u3"
    values = held.holds[0].params["values"]
    assert isinstance(values, Listing)
    assert values.first == (f"员工状态: {listed}",)


@pytest.mark.usefixtures("taken")
def test_a_new_value_that_changes_nothing_is_asked_about_later(world: World) -> None:
    assert day(world, staff() + "合计 30 人,,,,,\n").state is State.UNCHANGED
    assert day(world, staff(LENT)).state is State.UNCHANGED

    more = apply(world, FULL, staff(LENT, count=31))

    assert (more.state, codes(more)) == (State.HELD, ["hold_left_out"])


def test_a_value_that_settings_leave_out_is_asked_about_where_accounts_go(world: World) -> None:
    content = '[limits]\nadditions_percent = 100\nfirst_replace = "apply"\n[rows]\n'
    apply(world, "acme/settings.toml", f'{content}"员工状态" = ["在职", "! 离职", "!停薪留职"]\n')

    first = apply(world, FULL, staff(GONE))
    other = apply(world, FULL, staff(GONE, LENT, count=31))
    world.cancel_now(other)
    held = apply(world, FULL, ON_LEAVE)

    assert (first.state, first.rows) == (State.SUCCEEDED, 30)
    assert (codes(other), named(other.holds[0])) == (["hold_left_out"], "员工状态: 借调 (1)")
    assert (codes(held), named(held.holds[0])) == (["hold_left_accounts"], "u3")
