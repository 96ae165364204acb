"""Department files that would change a tree: what is asked about, and what is not."""

import pytest

from support.company import changed, cut, people, thinned
from support.guarded import DEPARTMENTS, FULL, apply, codes, named, play, policy
from support.runs import approved, chinese, english
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import State

GROUPS = departments(6) + "甲,10,2,1\n乙,11,3,1\n丙,12,3,2\n"
GROUP = departments(20) + "组,50,3,1\n"
TAKEN_OVER = departments(41).replace("部门2,", "某,").replace("部门3,", "部门2,")
MIXED, SECOND = ["hold_mixed_departments"], ["hold_second_account_departments"]


def moved(count: int) -> str:
    """Return a tree of forty in which some departments are below another one."""
    tree = departments(40)
    for number in range(3, 3 + count):
        tree = tree.replace(f"部门{number},{number},1,", f"部门{number},{number},2,")
    return tree


CASES = {
    f"{count} of {size} renamed": (
        departments(size), departments(size).replace("\n部门", "\n分部", count),
        ["hold_renamed_departments"] if held else [], None,
    )
    for size, count, held in [
        (10, 2, False), (10, 3, True), (41, 4, False), (41, 5, True), (400, 20, False),
        (400, 21, True), (440, 22, False), (440, 23, True),
    ]
} | {
    "names exchanged": (departments(41), TAKEN_OVER.replace("某,", "部门3,"), MIXED, "2, 3"),
    "a name taken over": (departments(41), TAKEN_OVER.replace("某,", "新部,"), [], None),
    "parents exchanged": (
        GROUPS, GROUPS.replace("甲,10,2", "甲,10,3").replace("乙,11,3", "乙,11,2"), MIXED, "10, 11"
    ),
    "another parent": (GROUPS, GROUPS.replace("甲,10,2", "甲,10,3"), [], None),
    "six move": (departments(40), moved(6), [], None),
    "seven move": (departments(40), moved(7), ["hold_moved_departments"], None),
    "a new number": (GROUP, GROUP.replace("组,50,3", "组,77,3"), SECOND, "50 → 77"),
    "a high number": (GROUP, GROUP.replace("组,50,3", "组,200,3"), SECOND, "50 → 200"),
    "a new number elsewhere": (GROUP, GROUP.replace("组,50,3", "组,77,4"), [], None),
    "the root renamed": (
        departments(30), departments(30).replace("总部", "新名"), ["hold_protected_departments"],
        "1",
    ),
    "five of 100 removed": (departments(100), thinned(departments(100), 5), [], None),
    "six of 100 removed": (
        departments(100), thinned(departments(100), 6), ["hold_gone_departments"], None
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "held", "who"), CASES.values(), ids=CASES)
def test_a_tree_changes_much_only_after_a_look(
    world: World, before: str, after: str, held: list[str], who: str | None
) -> None:
    run = play(world, before, after, key=DEPARTMENTS)

    assert codes(run) == held
    assert who is None or named(run.holds[0]) == who


def test_what_would_change_is_told_in_words(world: World) -> None:
    run = play(world, departments(40), moved(7), key=DEPARTMENTS)
    assert "would move under another parent: 7, people" in english(run)
    assert "7 个部门更换上级部门" in chinese(run)

    run = apply(world, DEPARTMENTS, departments(40).replace("\n部门", "\n分部", 5))
    assert "departments would be renamed" in english(run)


@pytest.mark.parametrize(
    ("there", "people_below", "held"),
    [(200, 20, False), (200, 21, True), (600, 30, False), (600, 31, True)],
)
def test_a_department_moves_with_many_people_below_it_only_after_a_look(
    world: World, there: int, people_below: int, held: bool
) -> None:
    tree = departments(40) + "组,50,3,1\n"
    apply(world, DEPARTMENTS, tree)
    apply(world, FULL, changed(people(there), ",,1\n", ",,50\n", people_below))

    run = apply(world, DEPARTMENTS, tree.replace("部门3,3,1,", "部门3,3,2,"))

    assert codes(run) == (["hold_moved_departments"] if held else [])
    text = f"would move under another parent: 1, people with them: {people_below}."
    assert (text in english(run)) is held


@pytest.mark.parametrize(
    ("after", "count"),
    [
        ("分部2,2,1,2\n分部3,3,1,3\n组,50,3,1\n", 2),
        ("分部2,2,1,2\n部门3,3,9,3\n组,50,3,1\n", 2),
        ("", 3),
    ],
    ids=["renamed", "renamed and moved", "left out"],
)
@pytest.mark.parametrize(
    ("people_of", "held"),
    [((200, 20), False), ((200, 21), True), ((600, 30), False), ((600, 31), True)],
)
def test_two_departments_that_change_weigh_by_the_people_below_them(
    world: World, after: str, count: int, people_of: tuple[int, int], held: bool
) -> None:
    there, below = people_of
    before = "部门2,2,1,2\n部门3,3,1,3\n组,50,3,1\n"
    tree = departments(40).replace("部门2,2,1,2\n部门3,3,1,3\n", before)
    apply(world, DEPARTMENTS, tree)
    staff = changed(people(there), ",,1\n", ",,50\n", below - 5)
    apply(world, FULL, staff.replace(",,1\n", ",,2\n", 5))

    run = apply(world, DEPARTMENTS, tree.replace(before, after))

    assert codes(run) == (["hold_displaced"] if held else [])
    assert (f"{below} of {there} people would stand under another path" in english(run)) is held
    assert (f"are renamed, moved or left out: {count}." in english(run)) is held
    assert (f"{there} 人中有 {below} 人的部门路径会改变：有 {count} 个部" in chinese(run)) is held


@pytest.mark.parametrize("name", ["部门{}（筹）", "D00{}0"])
@pytest.mark.parametrize(("count", "held"), [(2, []), (10, ["hold_unlikely_departments"])])
def test_names_that_cannot_be_departments_are_asked_about(
    world: World, name: str, count: int, held: list[str]
) -> None:
    policy(world, renames_percent=100)
    tree = departments(60)
    apply(world, DEPARTMENTS, tree)
    for number in range(2, 2 + count):
        tree = tree.replace(f"\n部门{number},", f"\n{name.format(number)},")

    assert codes(apply(world, DEPARTMENTS, tree)) == held


def test_one_department_alone_may_get_another_name(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, FULL, people(100).replace(",,1\n", ",,2\n"))

    renamed = departments(4).replace("部门2", "分部2")
    assert apply(world, DEPARTMENTS, renamed).state is State.SUCCEEDED


def test_departments_made_by_hand_are_not_feared_for(world: World) -> None:
    policy(world, department_removals=2)
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(10))
    for number in range(50, 56):
        world.wecom.departments[number] = Department(number, 1)

    assert apply(world, FULL, people(11)).state is State.SUCCEEDED


@pytest.mark.parametrize("emptied", [False, True])
def test_departments_that_wecom_deletes_late_are_not_counted_again_every_night(
    world: World, emptied: bool
) -> None:
    apply(world, DEPARTMENTS, departments(100))
    for number in range(2, 16, 2):
        world.wecom.hire(f"u{number}", department=number)
    left = thinned(departments(100), 7)
    held = apply(world, DEPARTMENTS, left)
    assert codes(held) == ["hold_gone_departments"]
    assert approved(world, held).state is State.SUCCEEDED
    if emptied:
        world.wecom.members.clear()

    renamed = apply(world, DEPARTMENTS, left.replace("部门3,", "三部,"))

    assert renamed.state is State.SUCCEEDED
    fewer = apply(world, DEPARTMENTS, thinned(left, 6).replace("部门3,", "三部,"))
    assert codes(fewer) == ["hold_gone_departments"]


def test_departments_that_were_left_out_keep_their_names_while_they_are_there(
    world: World,
) -> None:
    apply(world, DEPARTMENTS, departments(10))
    world.wecom.hire(*(f"u{number}" for number in range(5, 65)))
    for number in (2, 3, 4):
        world.wecom.hire(f"u{number}", department=number)
    assert apply(world, DEPARTMENTS, cut(departments(10), 1, 4)).state is State.SUCCEEDED

    run = apply(world, DEPARTMENTS, departments(10).replace("\n部门", "\n分部", 3))

    assert codes(run) == ["hold_renamed_departments"]
    assert named(run.holds[0]) == "2, 3, 4"
