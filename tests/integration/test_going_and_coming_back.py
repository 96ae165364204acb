"""Who would go, and who would come back; and two systems that do not know of each other."""

import pytest

from support.guarded import (
    DAY,
    FULL,
    SOME,
    apply,
    codes,
    listing,
    named,
    people,
    plan_of,
    policy,
    thinned,
)
from support.runs import approved
from support.world import World, members
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language


@pytest.mark.parametrize(
    ("removals", "there", "gone", "held"),
    [
        (50, 1000, 50, False), (50, 1000, 51, True), (50, 100, 10, False), (50, 100, 11, True),
        (50, 2, 1, False), (50, 9, 1, False), (50, 9, 2, True), (5, 100, 5, False),
        (5, 100, 6, True), (0, 9, 1, True), (50, 300, 20, False), (50, 300, 21, True),
        (50, 440, 22, False), (50, 440, 23, True),
    ],
)  # fmt: skip
def test_many_people_go_only_after_a_look(
    world: World, removals: int, there: int, gone: int, held: bool
) -> None:
    apply(world, FULL, people(there))
    policy(world, removals=removals)

    run = apply(world, FULL, thinned(people(there), gone))

    assert codes(run) == (["hold_gone"] if held else [])


@pytest.mark.parametrize(("percent", "held"), [(99, True), (100, False)])
def test_who_sets_no_limit_to_the_share_is_not_asked_about_half_of_it(
    world: World, percent: int, held: bool
) -> None:
    policy(world, removals=1000, removal_percent=percent)
    apply(world, FULL, people(60))
    header, *rows = people(60).splitlines(keepends=True)

    run = apply(world, FULL, "".join([header, *rows[::3]]))

    assert codes(run) == (["hold_gone"] if held else [])


@pytest.mark.parametrize(("gone", "held"), [(10, False), (11, True)])
def test_many_people_are_disabled_only_after_a_look(world: World, gone: int, held: bool) -> None:
    policy(world, leavers="disable")
    apply(world, FULL, people(100))

    run = apply(world, FULL, thinned(people(100), gone))

    assert codes(run) == (["hold_gone"] if held else [])
    assert len(plan_of(world, run)["disable"]) == gone


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
    policy(world)
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(world, FULL, members(*(f"u{number}" for number in range(gone, there)), "new"))

    assert codes(run) == ["hold_gone"]
    assert run.holds[0].params.get("guard") == ("remark_guard" if refused else None)
    assert ("(45026), even when you" in reason_text(run, Language.ENGLISH)) is refused
    assert ("（45026），即使批准" in reason_text(run, Language.CHINESE)) is refused


def test_what_wecom_would_refuse_is_told_beside_any_reason(world: World) -> None:
    policy(world, removal_percent=100, removals=1000, protected=["u0"])
    apply(world, FULL, people(10))

    run = apply(world, FULL, people(10).replace(people(9).split("\n", 1)[1], ""))

    assert codes(run) == ["hold_protected"]
    assert "(45026), even when you" in reason_text(run, Language.ENGLISH)


def test_beyond_a_few_the_limit_that_is_told_is_half_the_share(world: World) -> None:
    apply(world, FULL, people(300))

    run = apply(world, FULL, thinned(people(300), 21))

    assert "more than 50 within 20 hours, or more than 5 %" in reason_text(run, Language.ENGLISH)
    assert "20 hours before" not in reason_text(run, Language.ENGLISH)
    run = apply(world, FULL, thinned(people(300), 31))
    assert "more than 50 within 20 hours, or more than 10 %" in reason_text(run, Language.ENGLISH)


@pytest.mark.parametrize(
    ("there", "joins", "few"), [(2, 40, True), (5, 40, True), (5, 1, False), (5, 2, True),
                               (6, 40, False)]
)  # fmt: skip
def test_a_new_corp_is_told_how_its_first_full_file_gets_in(
    world: World, there: int, joins: int, few: bool
) -> None:
    policy(world)
    world.wecom.hire(*(f"boss{number}" for number in range(there)))

    run = apply(world, FULL, people(joins))

    assert codes(run) == ["hold_gone"]
    assert run.holds[0].params["guard"] == ("remark_guard_few" if few else "remark_guard")
    assert ("syncuser" in reason_text(run, Language.ENGLISH)) is few
    assert ("syncuser" in reason_text(run, Language.CHINESE)) is few
    assert ("lacks 「boss0" in reason_text(run, Language.ENGLISH)) is few


def disabling(file: str, count: int, cell: str = "") -> str:
    """Return a file whose first people have a 1 in 禁用, the others a cell."""
    header, *rows = file.splitlines()
    cells = ["1"] * count + [cell] * (len(rows) - count)
    rows = [f"{row},{cell}" for row, cell in zip(rows, cells, strict=True)]
    return "\n".join([f"{header},禁用", *rows]) + "\n"


@pytest.mark.parametrize("key", [FULL, SOME])
@pytest.mark.parametrize(("count", "held"), [(10, False), (11, True)])
@pytest.mark.parametrize("cell", ["", "0"])
def test_many_accounts_are_enabled_again_only_after_a_look(
    world: World, count: int, held: bool, cell: str, key: str
) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, disabling(people(100), 40))

    run = apply(world, key, disabling(people(100), 40 - count, cell))

    assert codes(run) == (["hold_came_back"] if held else [])
    assert plan_of(world, run)["enable"] == [f"u{n}" for n in range(40 - count, 40)]
    assert plan_of(world, run)["by_department"] == {"1": {"enable": count}}


def test_who_comes_back_from_a_grace_period_is_enabled_and_counts(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)
    apply(world, FULL, people(100))
    apply(world, FULL, thinned(people(100), 30))

    run = apply(world, FULL, people(100).replace("员工1,", "改名,"))

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
    apply(world, FULL, people(100))
    assert apply(world, FULL, thinned(people(100), 11)).state is State.SUCCEEDED
    world.clock.now += hours * 3600
    if not quiet:
        apply(world, SOME, people(1).replace("员工1,", "职工1,"))

    assert codes(apply(world, SOME, people(100))) == held


def test_what_a_person_approved_was_no_mistake(world: World) -> None:
    apply(world, FULL, people(100))
    run = apply(world, FULL, thinned(people(100), 11))
    assert codes(run) == ["hold_gone"]
    assert approved(world, run).state is State.SUCCEEDED

    assert codes(apply(world, SOME, people(100))) == ["hold_came_back"]


@pytest.mark.parametrize(
    ("there", "newcomers", "back", "held"),
    [(100, 7, 2, False), (100, 8, 2, True), (220, 19, 2, False), (220, 19, 3, True)],
)
def test_a_few_former_people_among_many_newcomers_are_asked_about(
    world: World, there: int, newcomers: int, back: int, held: bool
) -> None:
    apply(world, FULL, people(there))
    apply(world, FULL, thinned(people(there), 5))
    world.clock.now += 3 * DAY
    header, *rows = people(there).splitlines(keepends=True)

    joiners = [f"新{n},n{n},139{n:08d},,1\n" for n in range(newcomers)]

    run = apply(world, SOME, "".join([header, *rows[1 : 2 * back : 2], *joiners]))

    assert codes(run) == (["hold_came_back"] if held else [])


@pytest.mark.parametrize(("days", "held"), [(399, True), (401, False)])
def test_who_left_long_ago_is_a_newcomer(world: World, days: int, held: bool) -> None:
    apply(world, FULL, people(100))
    apply(world, FULL, thinned(people(100), 10))
    world.clock.now += days * DAY
    apply(world, FULL, thinned(people(100), 10).replace("员工1,", "改名,"))

    assert codes(apply(world, SOME, people(100))) == (["hold_came_back"] if held else [])


def test_people_who_come_back_and_others_who_go_are_one_question(world: World) -> None:
    apply(world, FULL, people(100))
    left = thinned(people(100), 10)
    apply(world, FULL, left)
    world.clock.now += 3 * DAY
    header, *rows = people(100).splitlines(keepends=True)
    others = "".join([header, *(row for at, row in enumerate(rows) if at % 2 or not 40 <= at < 60)])

    run = apply(world, FULL, others)

    assert codes(run) == ["hold_came_back"]
    assert "The same goes for: people or departments that go (10)." in reason_text(
        run, Language.ENGLISH
    )
    assert "此外还涉及：将离开的人或部门（10）。" in reason_text(run, Language.CHINESE)


TEMPS = "姓名,帐号,手机号,所在部门\n临时甲,t1,13900000001,1\n临时乙,t2,13900000005,1\n"
STAFF = people(40)


def night(world: World, number: int) -> Run:
    """Let one system add its temps, and the other one send its full file without them."""
    assert apply(world, SOME, TEMPS).state is State.SUCCEEDED
    run = apply(world, FULL, STAFF.replace("员工1,", f"员工{'甲' * number},"))
    world.clock.now += DAY
    return run


def test_two_systems_that_work_against_each_other_are_told_of_once(world: World) -> None:
    apply(world, FULL, STAFF)
    assert night(world, 1).state is State.SUCCEEDED

    run = night(world, 2)

    assert codes(run) == ["hold_repeated"]
    assert (run.holds[0].family, named(run.holds[0])) == ("leavers", "t1, t2")
    told = reason_text(run, Language.ENGLISH)
    assert f"Members whom {SOME} has added and this file would remove" in told
    assert f"as {FULL} did before: 2." in told
    assert f"{SOME} 添加的 2 名成员将被本文件删除，此前也曾被 {FULL} 删除" in reason_text(
        run, Language.CHINESE
    )
    assert approved(world, run).state is State.SUCCEEDED
    assert "t1" not in world.wecom.members
    for number in (3, 4):
        assert night(world, number).state is State.SUCCEEDED


def test_each_account_is_asked_about_for_itself(world: World) -> None:
    apply(world, FULL, STAFF)
    night(world, 1)
    assert approved(world, night(world, 2)).state is State.SUCCEEDED
    third = "临时丙,t3,13900000009,1\n"
    for number, state in ((3, State.SUCCEEDED), (4, State.HELD)):
        apply(world, SOME, TEMPS + third)
        run = apply(world, FULL, STAFF.replace("员工1,", f"员工{'甲' * number},"))
        assert run.state is state
        world.clock.now += DAY

    assert named(world.run_of(FULL).holds[0]) == "t3"


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
    apply(world, FULL, STAFF + "临时甲,t1,13900000001,,1\n临时乙,t2,13900000005,,1\n")
    world.clock.now += DAY

    assert apply(world, FULL, STAFF.replace("员工1,", "新,")).state is State.SUCCEEDED


def test_two_systems_are_told_of_beside_others_who_go(world: World) -> None:
    apply(world, FULL, STAFF)
    night(world, 1)
    apply(world, SOME, TEMPS)

    run = apply(world, FULL, thinned(STAFF, 5))

    assert codes(run) == ["hold_repeated"]
    assert named(run.holds[0]) == "t1, t2"
    text = reason_text(run, Language.ENGLISH)
    assert "The same goes for: people or departments that go (7)." in text


def test_files_are_remembered_as_long_as_they_may_have_to_be_named(world: World) -> None:
    def files() -> set[str]:
        return set(world.archive.snapshot("acme").files.values())

    apply(world, FULL, STAFF)
    night(world, 1)
    assert files() == {FULL}
    apply(world, SOME, TEMPS)
    assert files() == {FULL, SOME}
    for number in range(70):
        apply(world, SOME, TEMPS.replace("临时甲", f"甲{number}"))
    assert codes(apply(world, FULL, STAFF)) == ["hold_repeated", "hold_same_again"]
    world.clock.now += 15 * DAY

    apply(world, FULL, STAFF + "临时甲,t1,13900000001,,1\n临时乙,t2,13900000005,,1\n")

    assert files() == {FULL}
