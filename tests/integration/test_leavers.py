"""Leavers of company files: disabled first, by name, and back by being in the file again."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from support.books import noted
from support.company import cut, shuffled, table
from support.guarded import COMPANY, DAY, FULL, apply, plan_of, policy
from support.runs import approved, data_of, text_of
from support.stories import Step, play, stories, there
from support.wired import Wired
from support.world import World
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

PLACE = "示例公司/研发"
NAMES = ("张伟", "李娜", "王芳", "陈静", "赵敏", "孙洋", "周杰", "吴霞")
PARTIAL = State.PARTIAL
SETTINGS: Mapping[str, Mapping[str, object]] = {
    "accounts are keys": {},
    "keys have accounts": {"key": "工号", "newcomers": "key", "company": "示例公司"},
}


def staff(*numbers: int, place: str = "研发") -> str:
    """Return HR's file of these people, by accounts that are HR's keys as well."""
    rows = [f"{NAMES[it - 1]},u{it},1380000000{it},示例公司/{place}" for it in numbers]
    return table("姓名,帐号,手机号,所在部门", *rows)


def keyed(content: str) -> str:
    """Return a file whose people are named by HR's own keys."""
    return content.replace("帐号", "工号")


def step_list(run: Run) -> list[tuple[str, int | None, State]]:
    return [(it.job, it.rows, it.state) for it in run.submission.steps]


def off(world: World, *accounts: str) -> None:
    """See who was disabled by name, and not enabled since."""
    assert {it for it, is_on in world.wecom.switched.items() if not is_on} == {*accounts}


def has_no_switch(world: World) -> None:
    """See that no import had a column of who is disabled."""
    contents = [job.content.decode("utf-8-sig") for job in world.wecom.jobs.values()]
    assert not any("禁用" in content.splitlines()[0] for content in contents)


def suspended(content: str, *numbers: int) -> str:
    """Return a file that says of each whether they are disabled: these are."""
    header, *rows = content.splitlines()
    return table(f"{header},禁用", *(f"{it},{int(f'u{n}' in it)}" for it in rows for n in numbers))


@pytest.fixture(autouse=True)
def limits(world: World) -> None:
    policy(world, removal_percent=100)


@pytest.mark.parametrize("name", SETTINGS)
def test_who_is_missing_is_disabled_by_name_and_enabled_with_the_next_file(
    world: World, name: str
) -> None:
    policy(world, removal_percent=100, **SETTINGS[name])
    spelt = keyed if SETTINGS[name] else str
    apply(world, COMPANY, spelt(staff(1, 2, 3, 4)))

    run = apply(world, COMPANY, spelt(staff(1, 2)))

    assert (run.state, run.result.succeeded, run.result.failed) == (State.SUCCEEDED, 2, 0)
    assert step_list(run) == [("disable", 2, State.SUCCEEDED)]
    assert (plan_of(world, run)["disable"], plan_of(world, run)["remove"]) == (["u3", "u4"], [])
    (*_, row) = world.results_csv(run)
    assert {"u4", "陈静", "disabled"} <= {*row}
    assert "a file of a later day" in text_of(world, run, "results.csv")
    off(world, "u3", "u4")
    assert "u3" in world.wecom.members
    assert apply(world, COMPANY, spelt(staff(1, 2))).state is State.UNCHANGED

    run = apply(world, COMPANY, spelt(staff(1, 2, 3, 4)))

    assert (run.state, run.proposal.holds) == (State.SUCCEEDED, ())
    assert step_list(run) == [("disable", 2, State.SUCCEEDED)]
    assert plan_of(world, run)["enable"] == ["u3", "u4"]
    off(world)
    has_no_switch(world)
    assert apply(world, COMPANY, spelt(staff(1, 2, 3, 4))).state is State.UNCHANGED


STORIES = """
all come back unasked, however many: company staff 1 2 3 4 5 6 7 8 | company staff 1 2
    | asks hold_incomplete | approve | off u3 u4 u5 u6 u7 u8
    | company staff 1 2 3 4 5 6 7 8 | applied | off
who could not be disabled is tried with the next file: company staff 1 2 3 | refuse u3
    | company staff 1 2 | partial | notes left | refuse | company staff 1 2 | applied | off u3
who could not be enabled is tried with the next file: company staff 1 2 3 | company staff 1 2
    | refuse u3 | company staff 1 2 3 | partial | notes left
    | notes off u3 | refuse | company staff 1 2 3 | applied | off | notes off
who is gone meanwhile needs nothing: company staff 1 2 3 | company staff 1 2 | delete u3
    | company staff 1 2 3 | applied | there u1 u2 u3
whom HR disabled is not enabled by being back: company staff 1 2 3 ~ suspended 3
    | company staff 1 2 ~ suspended 9 | unchanged | company staff 1 2 3 | unchanged | notes left
who was disabled by HR is a leaver when missing: company staff 1 2 3 ~ suspended 3
    | company staff 1 2 ~ suspended 9 | unchanged | notes left u3 | off
    | company staff 1 2 3 ~ suspended 9 | applied | cell u3 禁用 0 | notes left
who comes back as disabled stays so: company staff 1 2 3 ~ suspended 9
    | company staff 1 2 ~ suspended 9 | off u3 | company staff 1 2 3 ~ suspended 3 | applied
    | off u3 | notes left
a row of HR's enables a leaver: company staff 1 2 3 | company staff 1 2
    | some staff 3 ~ flat ~ suspended 9 | applied | notes left | company staff 1 2 3 | unchanged
also where the row said so before: company staff 1 2 3 ~ suspended 9
    | company staff 1 2 ~ suspended 9 | off u3 | some staff 3 ~ flat ~ suspended 9 | applied
whom HR disables as well is not enabled by being back: company staff 1 2 3 | company staff 1 2
    | some staff 3 ~ flat ~ suspended 3 | applied | company staff 1 2 3 | off u3
whose account became another's meanwhile is asked about: company staff 1 2 3 | company staff 1 2
    | some staff 3 ~ flat ~ replaced 王芳 新人甲 | applied
    | some staff 3 ~ flat ~ replaced 王芳,u3,13800000003 新人甲,u3,13900000009 | applied
    | company staff 1 2 3 ~ replaced 王芳,u3,13800000003 新人甲,u3,13900000009
    | asks hold_other_returns | approve | company staff 1 2 | off u3 | company staff 1 2 3
    ~ replaced 王芳,u3,13800000003 新人甲,u3,13900000009 | applied
an account made anew under a leaver's name is asked about: set key=工号 newcomers=key
    company=示例公司 removal_percent=100 | company staff 1 2 3 ~ keyed | company staff 1 2 ~ keyed
    | delete u3 | company staff 1 2 ~ keyed | unchanged | hire u3 | company staff 1 2 ~ keyed
    | asks hold_strangers of u3
who is hidden by an import is disabled all the same: company staff 1 2 3 | hire stranger
    | company staff 1 2 3 | asks hold_strangers of stranger | approve | applied | off stranger
a full overwrite removes as ever: company staff 1 2 3 | company staff 1 2 | off u3
    | staff 1 2 ~ flat | applied | there u1 u2
"""


def flat(content: str) -> str:
    """Return a file that names departments by their numbers."""
    return content.replace("示例公司/研发", "2")


@stories(STORIES, globals())
def test_what_becomes_of_who_is_missing(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_who_is_in_a_department_that_goes_is_moved_before_the_import(wired: Wired) -> None:
    corp = wired.simulator.corp(wired.corp_id)
    policy(wired, removal_percent=100, removals=100)
    apply(wired, COMPANY, staff(1, 2, 3) + staff(4, 5, 6, place="研发/算法").partition("\n")[2])
    (group,) = (it.id for it in corp.directory.departments.values() if it.name == "算法")
    merged = staff(1, 2, 3) + staff(4, 5, place="研发").partition("\n")[2]

    run = apply(wired, COMPANY, merged)
    wired.live(3600)

    run = approved(wired, run) if run.state is State.HELD else wired.current_run(run)
    jobs = [(step.job, step.rows) for step in run.submission.steps]
    assert jobs == [("move", 1), ("replaceparty", 2), ("syncuser", 5), ("disable", 1)]
    leaver = corp.directory.find("u6")
    assert leaver is not None
    assert not leaver.enabled
    assert group not in leaver.departments
    assert group not in corp.directory.departments


@pytest.mark.parametrize(("order", "warned"), [(shuffled, True), (str, False)])
def test_a_block_that_is_missing_is_told_by_name(
    world: World, order: Callable[[str], str], warned: bool
) -> None:
    rows = (f"员工{it},e{it},139{it:08d},示例公司/研发" for it in range(60))
    whole = order(table("姓名,帐号,手机号,所在部门", *rows))
    apply(world, COMPANY, whole)

    run = apply(world, COMPANY, cut(whole, 30, 35))

    assert run.state is State.SUCCEEDED
    gone = [f"e{it}" for it in range(60) if f",e{it}," not in cut(whole, 30, 35)]
    off(world, *gone)
    warnings = plan_of(world, run)["warnings"]
    assert [it["code"] for it in warnings] == ["warning_cut"] * warned
    assert all(f"({user})" in it["text"] for it in warnings for user in gone)


def test_the_page_of_a_held_file_says_that_nobody_loses_an_account_for_good(world: World) -> None:
    apply(world, COMPANY, staff(1, 2, 3))
    policy(world, removals=0)

    run = apply(world, COMPANY, staff(1, 2))

    page = world.reports.documents[f"acme/{run.run_id}/report.html"]
    assert data_of(page)["losing"]["what"] == "disabled"


def test_more_than_one_look_can_ask_about_are_done_in_several(world: World) -> None:
    header = "姓名,帐号,手机号,所在部门"
    rows = [f"员工{it},e{it},139{it:08d},示例公司/研发" for it in range(460)]
    policy(world, removal_percent=100, removals=1000)
    apply(world, COMPANY, table(header, *rows))
    world.wecom.refused["e99"] = 40003
    world.wecom.fail("update", *[WeComError(45009, "", "/cgi-bin/user/update")] * 2)
    held = apply(world, COMPANY, table(header, *rows[:10]))

    run = approved(world, held)
    world.live(3600)

    run = world.current_run(run)
    assert step_list(run) == [("disable", 450, State.PARTIAL)]
    assert (run.state, run.result.failed, run.submission.steps[0].succeeded) == (PARTIAL, 1, 449)
    assert world.wecom.switched == dict.fromkeys(
        (f"e{it}" for it in range(10, 460) if it != 99), False
    )
    assert noted(world.archive.snapshot("acme"), "left").keys() == world.wecom.switched.keys()


@pytest.mark.parametrize("enables", [False, True])
def test_whom_an_administrator_suspended_stays_suspended(wired: Wired, enables: bool) -> None:
    corp = wired.simulator.corp(wired.corp_id)
    corp.change({"blank_enables": enables})
    policy(wired, removal_percent=100)
    apply(wired, COMPANY, staff(1, 2, 3))
    member = corp.directory.find("u2")
    assert member is not None
    corp.directory.put(replace(member, enabled=False))

    apply(wired, COMPANY, staff(1, 2).replace("张伟", "张伟一"))
    apply(wired, COMPANY, staff(1, 2, 3).replace("张伟", "张伟二"))

    states = {it.userid: it.enabled for it in corp.directory.members.values()}
    assert {key: states[key] for key in ("u1", "u2", "u3")} == {"u1": True, "u2": False, "u3": True}


ROW = f"王芳,u3,13800000003,{PLACE}"
NOT_TAKEN = {
    "refused when it is read": ROW.replace("13800000003", "123"),
    "there twice": f"{ROW}\n{ROW.replace('王芳', '王方')}",
    "there twice, cell by cell": f"{ROW}\n{ROW}",
    "refused by WeCom": ROW.replace("13800000003", "13800000009"),
}
"""What becomes of somebody's row, and the row."""


@pytest.mark.parametrize("leavers", ["remove", "disable 30"])
@pytest.mark.parametrize("way", [*SETTINGS, "full files"])
@pytest.mark.parametrize("what", NOT_TAKEN)
def test_who_has_a_row_that_is_not_taken_is_not_missing(
    world: World, what: str, way: str, leavers: str
) -> None:
    policy(world, removal_percent=100, leavers=leavers, **SETTINGS.get(way, {}))
    spelt = keyed if SETTINGS.get(way) else lambda file: file
    key, place = (COMPANY, PLACE) if way in SETTINGS else (FULL, "1")
    file, row = (spelt(it).replace(PLACE, place) for it in (staff(*range(1, 9)), NOT_TAKEN[what]))
    assert apply(world, key, file).state is State.SUCCEEDED
    world.wecom.refused = {"u3": 60104} if what == "refused by WeCom" else {}

    for name in ("陈甲", "陈乙"):
        apply(world, key, file.replace("陈静", name).replace(ROW.replace(PLACE, place), row))
        world.clock.now += 40 * DAY

    there(world, *(f"u{it}" for it in range(1, 9)))
    off(world)
