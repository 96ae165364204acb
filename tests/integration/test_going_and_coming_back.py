"""Who would go, and who would come back; and two systems that do not know of each other."""

import pytest

from support.company import people, table, thinned, titled, without
from support.guarded import (
    DAY,
    FULL,
    SOME,
    apply,
    apply_all,
    codes,
    listing,
    named,
    plan_of,
    policy,
)
from support.runs import approved, chinese, english
from support.world import World, members
from wecom_sync.domain.run import Run, State


@pytest.mark.parametrize(
    ("settings", "there", "gone", "held"),
    [
        ({}, 1000, 50, False), ({}, 1000, 51, True), ({}, 100, 10, False), ({}, 100, 11, True),
        ({}, 2, 1, False), ({}, 9, 1, False), ({}, 9, 2, True), ({"removals": 5}, 100, 5, False),
        ({"removals": 5}, 100, 6, True), ({"removals": 0}, 9, 1, True), ({}, 300, 20, False),
        ({}, 300, 21, True), ({}, 440, 22, False), ({}, 440, 23, True),
        ({"leavers": "disable"}, 100, 10, False), ({"leavers": "disable"}, 100, 11, True),
    ],
)  # fmt: skip
def test_many_people_go_only_after_a_look(
    world: World, settings: dict[str, object], there: int, gone: int, held: bool
) -> None:
    policy(world, **settings)

    run = apply_all(world, people(there), thinned(people(there), gone))

    assert codes(run) == (["hold_gone"] if held else [])
    assert len(plan_of(world, run)["disable" if "leavers" in settings else "remove"]) == gone


@pytest.mark.parametrize(("percent", "held"), [(99, True), (100, False)])
def test_who_sets_no_limit_to_the_share_is_not_asked_about_half_of_it(
    world: World, percent: int, held: bool
) -> None:
    policy(world, removals=1000, removal_percent=percent)
    header, *rows = people(60).splitlines()

    run = apply_all(world, people(60), table(header, *rows[::3]))

    assert codes(run) == (["hold_gone"] if held else [])


def test_the_end_of_a_grace_period_is_not_counted_again(world: World) -> None:
    policy(world, leavers="disable", leaver_days=30)
    apply(world, FULL, people(100))
    assert apply(world, FULL, thinned(people(100), 10)).state is State.SUCCEEDED
    world.clock.now += 31 * DAY
    policy(world, leavers="disable", leaver_days=30, removals=0)

    run = apply(world, FULL, thinned(people(100), 10).replace("员工1,", "改名,"))

    assert len(plan_of(world, run)["remove"]) == 10
    assert run.state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("there", "gone", "refused"),
    [
        (249, 50, True), (250, 50, False), (251, 50, False), (300, 61, True), (300, 60, False),
        (10, 8, False), (10, 9, True), (62, 49, False), (62, 50, True), (60, 49, True),
    ],
)  # fmt: skip
def test_a_hold_tells_when_wecom_would_refuse_as_well(
    world: World, there: int, gone: int, refused: bool
) -> None:
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(world, FULL, members(*(f"u{number}" for number in range(gone, there)), "new"))

    assert codes(run) == ["hold_gone"]
    assert run.holds[0].params.get("guard") == ("remark_guard" if refused else None)
    assert ("(45026), even when you" in english(run)) is refused
    assert ("（45026），即使批准" in chinese(run)) is refused


def test_what_wecom_would_refuse_is_told_beside_any_reason(world: World) -> None:
    policy(world, removal_percent=100, removals=1000, protected=["u0"])

    run = apply_all(world, people(10), without(people(10), *(f"u{n}" for n in range(9))))

    assert codes(run) == ["hold_protected"]
    assert "(45026), even when you" in english(run)


@pytest.mark.parametrize(("gone", "limit"), [(21, 5), (31, 10)])
def test_beyond_a_few_the_limit_that_is_told_is_half_the_share(
    world: World, gone: int, limit: int
) -> None:
    text = english(apply_all(world, people(300), thinned(people(300), gone)))

    assert f"more than 50 within 20 hours, or more than {limit} %" in text
    assert "20 hours before" not in text


@pytest.mark.parametrize(
    ("there", "joins", "few"),
    [(2, 40, True), (5, 40, True), (5, 1, False), (5, 2, True), (6, 40, False)],
)
def test_a_new_corp_is_told_how_its_first_full_file_gets_in(
    world: World, there: int, joins: int, few: bool
) -> None:
    world.wecom.hire(*(f"boss{number}" for number in range(there)))

    run = apply(world, FULL, people(joins))

    assert codes(run) == ["hold_gone"]
    assert run.holds[0].params["guard"] == ("remark_guard_few" if few else "remark_guard")
    assert ("syncuser" in english(run)) is ("syncuser" in chinese(run)) is few
    assert ("lacks 「boss0" in english(run)) is few


@pytest.mark.parametrize("key", [FULL, SOME])
@pytest.mark.parametrize(("count", "held"), [(10, False), (11, True)])
@pytest.mark.parametrize("cell", ["", "0"])
def test_many_accounts_are_enabled_again_only_after_a_look(
    world: World, count: int, held: bool, cell: str, key: str
) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, titled(100, *"1" * 40, "", column="禁用"))

    run = apply(world, key, titled(100, *"1" * (40 - count), cell, column="禁用"))

    assert codes(run) == (["hold_came_back"] if held else [])
    assert plan_of(world, run)["enable"] == [f"u{n}" for n in range(40 - count, 40)]
    assert plan_of(world, run)["by_department"] == {"1": {"enable": count}}


def test_who_comes_back_from_a_grace_period_is_enabled_and_counts(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)
    back = people(100).replace("员工1,", "改名,")

    run = apply_all(world, people(100), thinned(people(100), 30), back)

    assert codes(run) == ["hold_came_back"]
    assert listing(run.holds[0]).total == 30
    assert approved(world, run).state is State.SUCCEEDED


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize(
    ("known", "gone", "held"), [(100, 9, False), (100, 10, True), (300, 20, False), (300, 21, True)]
)
def test_many_people_who_are_gone_do_not_come_again_unasked(
    world: World, known: int, gone: int, held: bool, by_hand: bool
) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, people(known))
    if by_hand:
        for number in range(gone):
            del world.wecom.members[f"u{number}"]
    else:
        assert apply(world, FULL, thinned(people(known), gone)).state is State.SUCCEEDED
    world.clock.now += 3 * DAY

    run = apply(world, SOME, people(known))

    assert codes(run) == (["hold_came_back"] if held else [])


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize(("hours", "held"), [(71, []), (73, ["hold_came_back"])])
def test_who_went_unasked_by_mistake_comes_back_unasked_for_three_days(
    world: World, hours: int, held: list[str], quiet: bool
) -> None:
    policy(world, removal_percent=100)
    assert apply_all(world, people(100), thinned(people(100), 11)).state is State.SUCCEEDED
    world.clock.now += hours * 3600
    if not quiet:
        apply(world, SOME, people(1).replace("员工1,", "职工1,"))

    assert codes(apply(world, SOME, people(100))) == held


def test_what_a_person_approved_was_no_mistake(world: World) -> None:
    run = apply_all(world, people(100), thinned(people(100), 11))
    assert approved(world, run).state is State.SUCCEEDED

    assert codes(apply(world, SOME, people(100))) == ["hold_came_back"]


@pytest.mark.parametrize(
    ("there", "newcomers", "back", "held"),
    [(100, 7, 2, False), (100, 8, 2, True), (220, 19, 2, False), (220, 19, 3, True)],
)
def test_a_few_former_people_among_many_newcomers_are_asked_about(
    world: World, there: int, newcomers: int, back: int, held: bool
) -> None:
    apply_all(world, people(there), thinned(people(there), 5))
    world.clock.now += 3 * DAY
    header, *rows = people(there).splitlines()
    joiners = [f"新{n},n{n},139{n:08d},,1" for n in range(newcomers)]

    run = apply(world, SOME, table(header, *rows[1 : 2 * back : 2], *joiners))

    assert codes(run) == (["hold_came_back"] if held else [])


@pytest.mark.parametrize(("days", "held"), [(399, True), (401, False)])
def test_who_left_long_ago_is_a_newcomer(world: World, days: int, held: bool) -> None:
    left = thinned(people(100), 10)
    apply_all(world, people(100), left)
    world.clock.now += days * DAY
    apply(world, FULL, left.replace("员工1,", "改名,"))

    assert codes(apply(world, SOME, people(100))) == (["hold_came_back"] if held else [])


def test_people_who_come_back_and_others_who_go_are_one_question(world: World) -> None:
    apply_all(world, people(100), thinned(people(100), 10))
    world.clock.now += 3 * DAY

    run = apply(world, FULL, without(people(100), *(f"u{n}" for n in range(40, 60, 2))))

    assert codes(run) == ["hold_came_back"]
    assert "The same goes for: people or departments that go (10)." in english(run)
    assert "此外还涉及：将离开的人或部门（10）。" in chinese(run)


TEMPS = "姓名,帐号,手机号,所在部门\n临时甲,t1,13900000001,1\n临时乙,t2,13900000005,1\n"
STAYING = "临时甲,t1,13900000001,,1\n临时乙,t2,13900000005,,1\n"


STAFF = people(40)


def night(world: World, number: int, more: str = "") -> Run:
    """Let one system add its temps, and the other one send its full file without them."""
    assert apply(world, SOME, TEMPS + more).state is State.SUCCEEDED
    run = apply(world, FULL, STAFF.replace("员工1,", f"员工{'甲' * number},"))
    world.clock.now += DAY
    return run


def test_two_systems_that_work_against_each_other_are_told_of_once(world: World) -> None:
    apply(world, FULL, STAFF)
    assert night(world, 1).state is State.SUCCEEDED

    run = night(world, 2)

    assert codes(run) == ["hold_repeated"]
    assert (run.holds[0].family, named(run.holds[0])) == ("leavers", "t1, t2")
    assert f"Members whom {SOME} has added and this file would remove" in english(run)
    assert f"as {FULL} did before: 2." in english(run)
    assert f"{SOME} 添加的 2 名成员将被本文件删除，此前也曾被 {FULL} 删除" in chinese(run)
    assert approved(world, run).state is State.SUCCEEDED
    assert "t1" not in world.wecom.members
    for number in (3, 4):
        assert night(world, number).state is State.SUCCEEDED


def test_each_account_is_asked_about_for_itself(world: World) -> None:
    apply(world, FULL, STAFF)
    night(world, 1)
    assert approved(world, night(world, 2)).state is State.SUCCEEDED
    third = "临时丙,t3,13900000009,1\n"

    assert night(world, 3, third).state is State.SUCCEEDED
    assert named(night(world, 4, third).holds[0]) == "t3"


@pytest.mark.parametrize(("days", "held"), [(13, True), (15, False)])
def test_people_who_come_and_go_now_and_then_are_not_two_systems(
    world: World, days: int, held: bool
) -> None:
    apply(world, FULL, STAFF)
    night(world, 1)
    world.clock.now += (days - 1) * DAY

    assert codes(night(world, 2)) == (["hold_repeated"] if held else [])


def test_who_was_in_a_full_file_again_was_not_brought_back_by_another_system(world: World) -> None:
    apply(world, FULL, STAFF)
    night(world, 1)
    apply(world, FULL, STAFF + STAYING)
    world.clock.now += DAY

    assert apply(world, FULL, STAFF.replace("员工1,", "新,")).state is State.SUCCEEDED


def test_two_systems_are_told_of_beside_others_who_go(world: World) -> None:
    apply(world, FULL, STAFF)
    night(world, 1)
    apply(world, SOME, TEMPS)

    run = apply(world, FULL, thinned(STAFF, 5))

    assert (codes(run), named(run.holds[0])) == (["hold_repeated"], "t1, t2")
    assert "The same goes for: people or departments that go (7)." in english(run)


def test_two_systems_are_noticed_after_many_files_in_between(world: World) -> None:
    apply(world, FULL, STAFF)
    night(world, 1)
    for number in range(70):
        apply(world, SOME, TEMPS.replace("临时甲", f"甲{number}"))

    assert codes(apply(world, FULL, STAFF)) == ["hold_repeated", "hold_same_again"]
