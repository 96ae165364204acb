"""Department files that would change a tree: what is asked about, and what is not."""

import pytest

from support.guarded import (
    DEPARTMENTS,
    FULL,
    apply,
    changed,
    codes,
    named,
    people,
    policy,
    thinned,
)
from support.runs import approved
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language


@pytest.mark.parametrize(
    ("size", "renamed", "held"),
    [(10, 2, False), (10, 3, True), (41, 4, False), (41, 5, True), (400, 20, False),
     (400, 21, True), (440, 22, False), (440, 23, True)],
)  # fmt: skip
def test_the_smaller_the_tree_the_fewer_new_names_are_many(
    world: World, size: int, renamed: int, held: bool
) -> None:
    apply(world, DEPARTMENTS, departments(size))
    others = departments(size).replace("\n部门", "\n分部", renamed)

    run = apply(world, DEPARTMENTS, others)

    assert codes(run) == (["hold_renamed_departments"] if held else [])
    assert ("departments would be renamed" in reason_text(run, Language.ENGLISH)) is held


def test_two_departments_exchange_their_names_only_after_a_look(world: World) -> None:
    apply(world, DEPARTMENTS, departments(41))
    exchanged = departments(41).replace("部门2,", "某,").replace("部门3,", "部门2,")

    run = apply(world, DEPARTMENTS, exchanged.replace("某,", "部门3,"))

    assert codes(run) == ["hold_mixed_departments"]
    assert named(run.holds[0]) == "2, 3"
    assert run.holds[0].params["column"] == "部门名称"
    assert apply(world, DEPARTMENTS, exchanged.replace("某,", "新部,")).state is State.SUCCEEDED


def test_two_departments_exchange_their_parents_only_after_a_look(world: World) -> None:
    tree = departments(6) + "甲,10,2,1\n乙,11,3,1\n丙,12,3,2\n"
    apply(world, DEPARTMENTS, tree)

    run = apply(
        world, DEPARTMENTS, tree.replace("甲,10,2", "甲,10,3").replace("乙,11,3", "乙,11,2")
    )

    assert codes(run) == ["hold_mixed_departments"]
    assert run.holds[0].params["column"] == "父部门ID"
    assert apply(world, DEPARTMENTS, tree.replace("甲,10,2", "甲,10,3")).state is State.SUCCEEDED


@pytest.mark.parametrize(("moved", "held"), [(6, False), (7, True)])
def test_many_departments_move_only_after_a_look(world: World, moved: int, held: bool) -> None:
    apply(world, DEPARTMENTS, departments(40))
    others = departments(40)
    for number in range(3, 3 + moved):
        others = others.replace(f"部门{number},{number},1,", f"部门{number},{number},2,")

    run = apply(world, DEPARTMENTS, others)

    assert codes(run) == (["hold_moved_departments"] if held else [])
    if held:
        assert "would move under another parent: 7, people" in reason_text(run, Language.ENGLISH)
        assert "7 个部门更换上级部门" in reason_text(run, Language.CHINESE)


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
    assert (
        f"would move under another parent: 1, people with them: {people_below}."
        in reason_text(run, Language.ENGLISH)
    ) is held


@pytest.mark.parametrize("number", [77, 200])
def test_a_department_gets_a_new_number_only_after_a_look(world: World, number: int) -> None:
    tree = departments(20) + "组,50,3,1\n"
    apply(world, DEPARTMENTS, tree)

    run = apply(world, DEPARTMENTS, tree.replace("组,50,3", f"组,{number},3"))

    assert codes(run) == ["hold_second_account_departments"]
    assert named(run.holds[0]) == f"50 → {number}"
    other_place = tree.replace("组,50,3", f"组,{number},4")
    assert apply(world, DEPARTMENTS, other_place).state is State.SUCCEEDED


def test_a_new_name_for_the_root_is_held(world: World) -> None:
    apply(world, DEPARTMENTS, departments(30))

    run = apply(world, DEPARTMENTS, departments(30).replace("总部", "新名"))

    assert codes(run) == ["hold_protected_departments"]


@pytest.mark.parametrize(("removed", "held"), [(5, False), (6, True)])
def test_too_many_departments_are_not_removed_unasked(
    world: World, removed: int, held: bool
) -> None:
    apply(world, DEPARTMENTS, departments(100))

    run = apply(world, DEPARTMENTS, thinned(departments(100), removed))

    assert codes(run) == (["hold_gone_departments"] if held else [])


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
    world.wecom.hire("a", department=2)
    world.wecom.hire("b", department=3)
    world.wecom.hire("c", department=4)
    shorter = "\n".join(departments(10).splitlines()[:2] + departments(10).splitlines()[5:]) + "\n"
    assert apply(world, DEPARTMENTS, shorter).state is State.SUCCEEDED

    run = apply(world, DEPARTMENTS, departments(10).replace("\n部门", "\n分部", 3))

    assert codes(run) == ["hold_renamed_departments"]
    assert named(run.holds[0]) == "2, 3, 4"
