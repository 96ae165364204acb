"""Files that are not whole: their last line breaks off, or a part is missing."""

from collections.abc import Callable

import pytest

from support.books import knowing
from support.company import cut, people, table, thinned, with_column
from support.guarded import DEPARTMENTS, FULL, SOME, apply, apply_all, codes, listing, named, policy
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import State
from wecom_sync.planning.drift import compare

INCOMPLETE = ["hold_incomplete"]


def test_a_last_line_that_breaks_off_within_a_known_value_is_held(world: World) -> None:
    apply(world, DEPARTMENTS, departments(12))
    file = people(3).replace(",,1\n", ",,12\n")

    run = apply_all(world, file, file[:-2])

    assert (codes(run), named(run.holds[0])) == (INCOMPLETE, "u2")
    assert apply(world, FULL, file[:-1]).state is State.UNCHANGED


@pytest.mark.parametrize(
    ("was", "left", "held"),
    [
        ("总部/研发/平台二部", "总部/研发/平台", True), ("总部/研发/平台二部", "总部/研发", True),
        ("总部/研发/平台二部", "总部", True), ("研发/平台二部", "研发", True),
        ("平台二部", "平台", True), ("销售;研发/平台二部", "销售;研发", True),
        ("销售;研发/平台二部", "销售", True), ("研发/平台;销售", "研发/平台", True),
        ("5;41", "5;4", True), ("41", "4", True), ("研发/平台", "销售", False),
        ("研发/平台", "研发/平台二部", False), ("研发;研发/平台", "研发/平台;研发", False),
        ("研发/平台二部", "总部/研发/平台二部", False),
    ],
)  # fmt: skip
def test_a_last_line_that_breaks_off_within_its_departments_is_held(
    world: World, was: str, left: str, held: bool
) -> None:
    tree = "总部,1,0\n研发,2,1\n平台,4,2\n平台二部,41,2\n销售,5,1"
    apply(world, DEPARTMENTS, table("部门名称,部门ID,父部门ID", tree))
    places = ["研发", was] * 20
    rows = [f"员{n},u{n},138{n:08d},{place}" for n, place in enumerate(places)]
    file = table("姓名,帐号,手机号,所在部门", *rows)

    run = apply_all(world, file, file.removesuffix(f"{was}\n") + left)

    assert codes(run) == (INCOMPLETE if held else [])


def test_what_was_sent_may_be_lost_and_the_snapshot_hold_departments_by_name(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    file = people(3).replace(",,1\n", ",,总部/部门2\n")
    world.drop(FULL, file)
    world.pass_time(70)
    world.archive.forget()
    world.pass_time(600)
    snapshot = world.archive.snapshot("acme")
    assert snapshot.rows["u2"]["所在部门"] == "总部/部门2"
    assert not compare("acme", world.wecom.directory(), snapshot)
    without_departments = knowing(snapshot, "u2", row={"姓名": "员工3"})
    assert not compare("acme", world.wecom.directory(), without_departments)

    assert codes(apply(world, FULL, file[:-5])) == INCOMPLETE


ID_LAST = "姓名,手机号,所在部门,帐号"


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ("员10,13800000010,1,u1", True), ("新名,13800000010,1,u1", True),
        ("新名,13900000010,1,u1", True), ("员1,13800000001,1,u1", False),
        ("新名,13800000001,1,u1", False), ("员1,13900000001,1,u1", False),
        ("员12,13900000012,1,u12", False), ("新人,13900000001,1,u", False),
        ("新名,13800000002,1,u", True),
    ],
)  # fmt: skip
def test_a_last_line_that_breaks_off_within_its_id_is_held(
    world: World, row: str, held: bool
) -> None:
    rows = [f"员{number},138{number:08d},1,u{number}" for number in range(40)]
    apply(world, FULL, table(ID_LAST, *rows))

    run = apply(world, SOME, table(ID_LAST, rows[30].replace("员", "职")) + row)

    assert codes(run) == (INCOMPLETE if held else [])


def test_a_full_file_that_breaks_off_within_an_id_that_nobody_has_is_held(world: World) -> None:
    rows = [f"员{number},138{number:08d},1,zhang.san{number:03d}" for number in range(40)]
    apply(world, FULL, table(ID_LAST, *rows))
    other = table(ID_LAST, *rows[:38]) + "新人,13900000000,1,zhang"

    for cut_off in (table(ID_LAST, *rows[:39])[:-3], other):
        assert "hold_incomplete" in codes(apply(world, FULL, cut_off))
    assert "hold_incomplete" not in codes(apply(world, FULL, other + "\n"))


def test_departments_that_break_off_within_an_id_are_held(world: World) -> None:
    tree = table("部门名称,父部门ID,部门ID", "总部,0,1", "研发,1,20", "平台,1,21", "销售,1,215")
    apply(world, DEPARTMENTS, tree)

    run = apply(world, DEPARTMENTS, tree.replace("平台,1,21\n", "")[:-2])
    assert codes(run)[0] == "hold_incomplete"
    run = apply(world, DEPARTMENTS, tree.replace("销售,1,215\n", ""))
    assert "hold_incomplete" not in codes(run)
    world.wecom.departments[999] = Department(999, 1)
    assert codes(apply(world, DEPARTMENTS, f"{tree}新部,1,99"))[0] == "hold_incomplete"


@pytest.mark.parametrize(
    ("there", "start", "stop", "held"),
    [
        (40, 7, 11, False), (40, 7, 12, True), (400, 7, 27, False), (400, 7, 28, True),
        (40, 0, 35, True), (40, 0, 36, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("leavers", ["remove", "disable"])
def test_more_than_a_few_who_stood_together_are_a_missing_page_and_nearly_all_another_file(
    world: World, there: int, start: int, stop: int, *, held: bool, leavers: str
) -> None:
    policy(world, leavers=leavers, removal_percent=100, removals=1000)

    run = apply_all(world, people(there), cut(people(there), start, stop))

    assert codes(run) == (INCOMPLETE if held else [])
    assert not held or listing(run.holds[0]).total == stop - start


def test_people_who_leave_one_by_one_are_no_missing_page(world: World) -> None:
    policy(world, removal_percent=100)

    assert apply_all(world, people(100), thinned(people(100), 40)).state is State.SUCCEEDED


@pytest.mark.parametrize(("size", "held"), [(4, False), (5, True)])
def test_a_whole_department_that_is_missing_is_a_filter_of_the_export(
    world: World, size: int, held: bool
) -> None:
    policy(world, removal_percent=100)
    apply(world, DEPARTMENTS, departments(3))
    whole = people(40)
    for number in range(1, 2 * size, 2):
        whole = whole.replace(f"138{number:08d},,1\n", f"138{number:08d},,3\n")

    left = "".join(row for row in whole.splitlines(True) if ",,3" not in row)

    assert codes(apply_all(world, whole, left)) == (INCOMPLETE if held else [])


def test_a_branch_may_go_as_a_whole_but_not_with_the_last_line_break(world: World) -> None:
    tree = departments(20)
    without_branch = cut(tree, 5, 10)

    assert codes(apply_all(world, tree, cut(tree, 19, 20)[:-1], key=DEPARTMENTS)) == INCOMPLETE
    for content in (without_branch[:-1], cut(without_branch, 14, 15)):
        assert apply(world, DEPARTMENTS, content).state is State.SUCCEEDED


def test_the_end_of_the_last_file_is_missing_and_so_is_the_last_line_break(world: World) -> None:
    policy(world, renames_percent=100)
    run = apply_all(world, people(40), people(39)[:-1])
    assert (codes(run), named(run.holds[0])) == (INCOMPLETE, "u39")

    assert apply(world, SOME, people(3).replace("员工", "职工")[:-1]).state is State.SUCCEEDED
    other = thinned(people(40), 1).replace("员工3,", "职工3,")
    for content, held in (
        (thinned(people(40), 1)[:-1], []), (thinned(people(41), 1), []), (other[:-1], INCOMPLETE),
        (other, []),
    ):  # fmt: skip
        assert codes(apply(world, FULL, content)) == held


@pytest.mark.parametrize("key", [FULL, DEPARTMENTS])
def test_files_that_never_end_their_last_line_may_lose_their_last_row(
    world: World, key: str
) -> None:
    both: list[tuple[str, Callable[[int], str]]] = [(FULL, people), (DEPARTMENTS, departments)]
    (_, file), (other, others) = sorted(both, key=lambda pair: pair[0] != key)
    assert apply(world, key, file(40)[:-1]).state is State.SUCCEEDED
    assert apply(world, other, others(40)).state is State.SUCCEEDED
    assert apply(world, key, file(39)[:-1]).state is State.SUCCEEDED
    assert apply(world, key, file(38)).state is State.SUCCEEDED

    assert codes(apply(world, key, file(37)[:-1])) == INCOMPLETE


@pytest.mark.parametrize("leavers", ["remove", "disable"])
def test_whom_a_row_disables_is_not_missing(world: World, leavers: str) -> None:
    policy(world, removal_percent=100, leavers=leavers)
    cells = ["0"] * 10 + ["1"] * 20 + ["0"]

    run = apply_all(
        world, with_column(people(40), "禁用", "0"), with_column(people(40), "禁用", *cells)
    )

    assert run.state is State.SUCCEEDED
