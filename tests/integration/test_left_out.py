"""Columns and rows of an HR file that are left out: what is asked, and that nothing is kept."""

import pytest

from support.company import people, table, with_column
from support.guarded import FULL, SOME, apply, codes, policy
from support.stories import Step, approve, play, stories
from support.world import World
from wecom_sync.domain.states import State
from wecom_sync.domain.stored import plain

HEADER = "姓名,帐号,手机号,所在部门,员工状态,身份证号"
ROWS = {"员工状态": ["在职", "试用"]}
SECRET = "110101199001010000"
MORE = {
    "gone": "王芳,wangfang,13900000000,1,离职",
    "lent": "赵敏,zhaomin,13900000001,1,借调",
    "too": "孙丽,sunli,13900000002,1,离职",
    "blank": "周静,zhoujing,13900000003,1,",
}


def staff(count: int, *more: str) -> str:
    """Return a full file, with the rows of people who are named here."""
    rows = [f"员工{n},u{n},138{n:08d},1,在职" for n in range(count)]
    return table(HEADER, *(f"{row},{SECRET}" for row in (*rows, *(MORE[it] for it in more))))


def u3(content: str, state: str) -> str:
    return content.replace("13800000003,1,在职", f"13800000003,1,{state}")


def everything(world: World) -> str:
    """Return all that is kept of a corp's files, but for the drops themselves."""
    table = [run.to_document() for run in world.store.runs_by_id.values()]
    archive = [plain(snapshot) for snapshot in world.archive.snapshots.values()]
    reports = [report.decode() for report in world.reports.documents.values()]
    return repr([table, archive, [*world.archive._sent.values()], reports])


IN_FORCE = """[limits]
additions_percent = 100
first_replace = "apply"
[rows]
"员工状态" = ["在职", "! 离职", "!停薪留职"]
"""
STORIES = """
the same value again: taken | staff 30 gone | approve | staff 31 gone too | applied
another value: taken | staff 30 gone | approve | staff 32 gone lent
    | asks hold_left_out of 员工状态: 借调 (1)
other dates of leaving: dated | people 30 ~ with_column 离职日期 "" | 1 day
    | people 30 ~ with_column 离职日期 ""*3 2026-11-03 "" | asks hold_left_out | approve
    | people 30 ~ with_column 离职日期 ""*3 2026-11-03 2026-12-04 "" | applied
blanks that take no account away: taken | staff 30 blank gone | approve | 1 day
    | staff 31 blank gone | applied
accounts that a blank takes away: taken | staff 30 blank gone | approve | 1 day
    | staff 31 blank gone | 1 day | staff 31 blank gone ~ u3 ""
    | asks hold_left_out of u3 | says No earlier file had rows with 「员工状态: "" (2)」
accounts that another state takes away: taken | staff 30 blank gone | approve | 1 day
    | staff 31 blank gone | 1 day | staff 31 blank gone ~ u3 停薪留职
    | asks hold_left_out of u3 | says No earlier file had rows with 「员工状态: 停薪留职 (1)」
a note, a value that changes nothing, and then something: taken | staff 30 | 1 day
    | staff 30 ~ plus 合计30人,,,,, | unchanged | 1 day | staff 30 lent | unchanged | 1 day
    | staff 31 lent | asks hold_left_out
what the settings leave out, and what else: settings in_force | staff 30 gone | applied
    | staff 31 gone lent | asks hold_left_out of 员工状态: 借调 (1)
what the settings leave out of people with accounts: settings in_force | staff 30 gone
    | staff 30 ~ u3 停薪留职 | asks hold_left_out of u3
"""


TAKEN = {"rows": ROWS}
DATED = {"rows": {"离职日期": [""]}}


@stories(STORIES, globals())
def test_who_is_left_out_by_something_new_is_asked_about(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_nothing_of_a_column_that_nobody_asked_for_is_sent_or_kept(world: World) -> None:
    policy(world, rows=ROWS, columns={"身份证号": ""})

    apply(world, FULL, staff(30))
    apply(world, FULL, staff(30, "lent") + "员工,!,,x,在职\n")
    apply(world, SOME, staff(30))

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
        (["在职", "试用", "停薪留职"], State.UNCHANGED, "hold_left_out"),
        (["试用", "停薪留职"], State.HELD, "hold_worse"),
    ],
)
def test_an_approval_reads_the_file_as_the_settings_say_now_unless_they_do_more(
    world: World, states: list[str], ended: State, code: str
) -> None:
    play(world, TAKEN, staff(30), 1, u3(staff(30), "停薪留职"))
    policy(world, rows={"员工状态": states})

    run = approve(world)

    assert (run.state, codes(run)[0]) == (ended, code)
    assert run.source.rows == (1 if ended is State.HELD else 30)
    assert "u3" in world.wecom.directory().members
