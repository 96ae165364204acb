"""Settings that leave departments and accounts as they are."""

from dataclasses import replace

import pytest

from support.books import run_of
from support.company import people, table
from support.guarded import DEPARTMENTS, FULL, SOME, apply, plan_of, policy
from support.runs import page
from support.world import World, departments
from wecom_sync.domain.book import Book
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.planning.drift import compare
from wecom_sync.planning.memory.operations import bound

STAFF = "acme/company/staff.csv"
SETTINGS = "acme/settings.toml"
UNMANAGED = '[accounts]\nunmanaged = ["desk-*"]\n[departments]\nunmanaged = ["总部/部门2"]\n'


def problem(world: World, run: Run) -> dict[str, object]:
    (only,) = page(world, run, "problems.json")["problems"]
    return dict(only)


def test_paths_are_bound_for_good_and_drift_is_silent_about_them(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, FULL, people(3))

    assert apply(world, SETTINGS, UNMANAGED).state is State.SUCCEEDED
    apply(world, DEPARTMENTS, departments(4).replace("部门2", "外包"))
    assert apply(world, SETTINGS, UNMANAGED + "[limits]\nremovals = 9\n").state is State.SUCCEEDED

    book = world.archive.snapshot("acme")
    assert (book.unmanaged, book.unmanaged_accounts) == ({"总部/部门2": 2}, ("desk-*",))
    world.wecom.hire("desk-1", "new")
    world.wecom.hire("temp", "u0", department=2)
    drift = compare("acme", world.wecom.directory(), book)
    assert (drift.added, drift.removed, drift.moved) == (("new",), (), ())
    asked = replace(book, undecided={"9": "New;u0"})
    assert not compare("acme", world.wecom.directory(), asked).added


def test_a_path_that_nobody_knows_refuses_the_settings_on_its_line(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))

    run = apply(world, SETTINGS, UNMANAGED.replace("部门2", "部门9"))

    assert run.state is State.REJECTED
    assert problem(world, run)["line"] == 4
    assert "总部/部门4" in str(problem(world, run)["text"])
    assert world.archive.snapshot("acme").unmanaged_accounts == ()


def test_a_full_overwrite_is_refused_and_other_files_are_not(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, SETTINGS, UNMANAGED)

    run = apply(world, FULL, people(3))

    assert run.state is State.REJECTED
    assert "company" in str(problem(world, run)["text"])
    assert apply(world, SOME, people(3)).state is State.SUCCEEDED
    assert apply(world, DEPARTMENTS, departments(5)).state is State.SUCCEEDED


def test_no_company_file_is_planned_before_its_paths_are_bound(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, FULL, people(3))
    world.wecom.hire("temp", department=2)
    policy(world, departments_unmanaged=["总部/部门2"])

    apply(world, STAFF, people(2))

    assert "temp" in world.wecom.members
    policy(world, departments_unmanaged=["总部/部门9"])
    run = apply(world, STAFF, people(1))
    assert run.state is State.REJECTED
    assert problem(world, run)["column"] == "departments.unmanaged"


def test_older_settings_that_are_bound_late_change_nothing() -> None:
    newer, older = (run_of("acme", Job.COMPANY, dropped) for dropped in (2, 1))
    book = bound(Book(), newer, {"总部/部门2": 2}, ())

    assert bound(book, older, {}, ("desk",)) == book


ROOM = "acme/company/room.csv"
HEADER = "姓名,帐号,手机号,所在部门"
ONE = "张伟,zhangwei,13800000001,示例公司/研发"
AWAY = "外一,waiyi,13800000021,示例公司/外包"


@pytest.fixture
def outsourced(world: World) -> World:
    """A corp with an unmanaged department in which one person is."""
    policy(world, first_replace="apply", additions_percent=100)
    assert apply(world, ROOM, table(HEADER, ONE, AWAY)).state is State.SUCCEEDED
    policy(world, accounts_unmanaged=["desk-*"], departments_unmanaged=["示例公司/外包"])
    return world


def test_a_department_of_unmanaged_people_is_not_listed_as_empty(outsourced: World) -> None:
    two = "李娜,lina,13800000002,示例公司/行政"
    apply(outsourced, ROOM, table(HEADER, ONE, two, AWAY))
    outsourced.wecom.hire("desk-1", department=max(outsourced.wecom.departments))

    apply(outsourced, ROOM, table(HEADER, ONE, two.replace("行政", "研发"), AWAY))

    run = outsourced.run_of(ROOM)
    assert run.state is State.SUCCEEDED
    assert "replaceparty" not in str(plan_of(outsourced, run)["warnings"])


@pytest.mark.parametrize(
    "row",
    [
        "李娜,lina,13800000002,示例公司/外包", "李娜,lina,13800000002,示例公司/外包/新组",
        "李娜,lina,13800000002,示例公司/研发;示例公司/外包",
        "张伟,zhangwei,13800000001,示例公司/外包",
    ],
)  # fmt: skip
def test_nobody_comes_into_an_unmanaged_department(outsourced: World, row: str) -> None:
    rows = (row,) if "zhangwei" in row else (ONE, row)

    run = apply(outsourced, ROOM, table(HEADER, *rows, AWAY))

    assert run.state is State.REJECTED
    assert problem(outsourced, run)["line"] == 1 + len(rows)
    assert "lina" not in outsourced.wecom.members


def test_rows_of_unmanaged_people_change_nothing(outsourced: World) -> None:
    before = {**outsourced.wecom.departments}
    desk = "前台,desk-1,13800000022,示例公司/外包/前台"

    run = apply(outsourced, ROOM, table(HEADER, ONE, AWAY.replace("外包", "外包/新组"), desk))

    assert run.state is State.UNCHANGED
    assert "desk-1" in str(plan_of(outsourced, run)["warnings"])
    assert outsourced.wecom.departments == before
    assert "desk-1" not in outsourced.wecom.members
