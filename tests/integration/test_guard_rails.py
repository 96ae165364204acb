"""The guard rules and the limits of the settings, through the whole product."""

from dataclasses import replace

import pytest

from support.guarded import (
    DEPARTMENTS,
    EVERYTHING_GOES,
    FULL,
    SOME,
    apply,
    codes,
    listing,
    named,
    people,
    plan_of,
    policy,
)
from support.world import World, departments, members
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import State
from wecom_sync.planning.drift import compare
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language


@pytest.mark.parametrize(
    ("count", "changed", "held"),
    [
        (1, 1, False), (2, 2, False), (3, 3, True), (9, 2, False), (9, 3, True), (14, 2, False),
        (15, 3, False), (15, 4, True), (40, 8, False), (40, 9, True), (100, 20, False),
        (100, 21, True), (199, 20, False), (199, 21, True), (210, 21, False), (210, 22, True),
    ],
)  # fmt: skip
def test_the_smaller_the_company_the_fewer_are_many(
    world: World, count: int, changed: int, held: bool
) -> None:
    apply(world, FULL, people(count))

    run = apply(world, FULL, people(count).replace("员工", "职工", changed))

    assert codes(run) == (["hold_renames"] if held else [])


@pytest.mark.parametrize(("changed", "held"), [(8, False), (9, True)])
def test_the_smaller_the_tree_the_fewer_departments_are_many(
    world: World, changed: int, held: bool
) -> None:
    apply(world, DEPARTMENTS, departments(41))

    run = apply(world, DEPARTMENTS, departments(41).replace("\n部门", "\n分部", changed))

    assert codes(run) == (["hold_renames_departments"] if held else [])


@pytest.mark.parametrize(("moved", "held"), [(8, False), (9, True)])
def test_names_of_departments_that_slip_by_a_row_are_held(
    world: World, moved: int, held: bool
) -> None:
    apply(world, DEPARTMENTS, departments(41))
    numbers = range(2, 2 + moved)
    slipped = departments(41)
    for number, name in zip(numbers, (*numbers[1:], numbers[0]), strict=True):
        slipped = slipped.replace(f"\n部门{number},{number},", f"\n部门{name},{number},")

    run = apply(world, DEPARTMENTS, slipped)

    assert ("hold_shuffled_departments" in codes(run)) is held


@pytest.mark.parametrize(
    ("change", "limit", "code"),
    [
        (("员工", "职工"), 10, "hold_renames"),
        ((",138", ",139"), 20, "hold_contacts"),
        ((",,1\n", ",,2\n"), 30, "hold_moves"),
    ],
)
@pytest.mark.parametrize("more", [0, 1])
def test_the_default_limits_of_changes(
    world: World, change: tuple[str, str], limit: int, code: str, more: int
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(300))

    run = apply(world, FULL, people(300).replace(*change, limit * 3 + more))

    assert codes(run) == ([code] if more else [])


def test_departments_made_by_hand_are_not_feared_for(world: World) -> None:
    policy(world, department_removals=2)
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(10))
    for number in range(50, 56):
        world.wecom.departments[number] = Department(number, 1)

    assert apply(world, FULL, people(11)).state is State.SUCCEEDED


def test_departments_that_were_left_out_before_are_not_asked_about_again(world: World) -> None:
    policy(world, department_removals=2, row_loss_percent=100)
    apply(world, DEPARTMENTS, departments(8))
    crowd = people(8)
    for number in range(8):
        crowd = crowd.replace(",,1\n", f",,{number + 1}\n", 1)
    apply(world, FULL, crowd)
    run = apply(world, DEPARTMENTS, departments(4))
    assert codes(run) == ["hold_departments"]
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED

    assert (
        apply(world, DEPARTMENTS, departments(4).replace("部门4", "四部")).state is State.SUCCEEDED
    )


def test_departments_that_were_left_out_before_and_are_empty_now_are_not_asked_about_again(
    world: World,
) -> None:
    policy(world, department_removals=4, row_loss_percent=100)
    apply(world, DEPARTMENTS, departments(8))
    for number in (5, 6, 7, 8):
        world.wecom.hire(f"u{number}", department=number)
    assert apply(world, DEPARTMENTS, departments(4)).state is State.SUCCEEDED
    policy(world, department_removals=0, row_loss_percent=100)
    world.wecom.members.clear()

    renamed = apply(world, DEPARTMENTS, departments(4).replace("部门4", "四部"))

    assert plan_of(world, renamed)["remove"] == ["5", "6", "7", "8"]
    assert renamed.state is State.SUCCEEDED
    assert codes(apply(world, DEPARTMENTS, departments(3))) == ["hold_departments"]
    assert named(world.run_of(DEPARTMENTS).holds[0]) == "4"


def test_a_late_incremental_file_does_not_undo_a_newer_one_unasked(world: World) -> None:
    policy(world)
    apply(world, FULL, people(3))
    late = world.drop("acme/syncuser/late.csv", members("u0").replace("员工1", "旧名"))
    world.submit_queue.messages.clear()
    world.pass_time(5)
    assert apply(world, SOME, members("u0").replace("员工1", "新名")).state is State.SUCCEEDED

    world.submit_queue.send(late)
    world.pass_time(600)

    assert codes(world.run_of("acme/syncuser/late.csv")) == ["hold_stale"]


def test_departments_move_and_get_other_names_in_numbers_only_after_a_look(world: World) -> None:
    policy(world, additions_percent=30)
    apply(world, DEPARTMENTS, departments(41))
    parents = {f"部门{number},{number},1,": f"部门{number},{number},2," for number in range(3, 42)}
    moved = departments(41)
    for row, other in parents.items():
        moved = moved.replace(row, other)

    run = apply(world, DEPARTMENTS, moved)
    renamed = apply(world, DEPARTMENTS, departments(41).replace("\n部门", "\n某部"))

    assert codes(run) == ["hold_moves_departments"]
    assert "departments would move under another parent" in reason_text(run, Language.ENGLISH)
    assert "个将更换上级部门" in reason_text(run, Language.CHINESE)
    assert codes(renamed) == ["hold_renames_departments"]
    assert "departments would be renamed" in reason_text(renamed, Language.ENGLISH)


def test_a_last_line_that_breaks_off_within_a_known_value_is_held(world: World) -> None:
    policy(world)
    apply(world, DEPARTMENTS, departments(12))
    file = people(3).replace(",,1\n", ",,12\n")
    apply(world, FULL, file)

    assert codes(apply(world, FULL, file[:-2])) == ["hold_cut"]
    assert named(world.run_of(FULL).holds[0]) == "u2"
    assert apply(world, FULL, file[:-1]).state is State.UNCHANGED


def staff(count: int, *places: str) -> str:
    rows = [
        f"员{number},u{number},138{number:08d},{places[number % len(places)]}\n"
        for number in range(count)
    ]
    return "姓名,帐号,手机号,所在部门\n" + "".join(rows)


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
    policy(world)
    tree = "总部,1,0\n研发,2,1\n平台,4,2\n平台二部,41,2\n销售,5,1\n"
    apply(world, DEPARTMENTS, f"部门名称,部门ID,父部门ID\n{tree}")
    file = staff(40, "研发", was)
    assert apply(world, FULL, file).state is State.SUCCEEDED

    run = apply(world, FULL, file.removesuffix(f"{was}\n") + left)

    assert codes(run) == (["hold_cut"] if held else [])


def test_what_was_sent_may_be_lost_and_the_snapshot_hold_departments_by_name(world: World) -> None:
    policy(world)
    apply(world, DEPARTMENTS, departments(3))
    world.drop(FULL, people(3).replace(",,1\n", ",,总部/部门2\n"))
    world.pass_time(70)
    world.archive.forget()
    world.pass_time(600)
    snapshot = world.archive.snapshot("acme")
    assert snapshot.members["u2"]["所在部门"] == "总部/部门2"
    assert not compare("acme", world.wecom.directory(), snapshot)
    without_departments = replace(snapshot, members={**snapshot.members, "u2": {"姓名": "员工3"}})
    assert not compare("acme", world.wecom.directory(), without_departments)

    run = apply(world, FULL, people(3).replace(",,1\n", ",,总部/部门2\n")[:-5])

    assert codes(run) == ["hold_cut"]


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
    policy(world)
    head = "姓名,手机号,所在部门,帐号\n"
    rows = [f"员{number},138{number:08d},1,u{number}\n" for number in range(40)]
    apply(world, FULL, head + "".join(rows))

    run = apply(world, SOME, head + rows[30].replace("员", "职") + row)

    assert ("hold_cut" in codes(run)) is held
    assert held or run.state is not State.HELD


def test_a_full_file_that_breaks_off_within_an_id_that_nobody_has_is_held(world: World) -> None:
    policy(world)
    head = "姓名,手机号,所在部门,帐号\n"
    rows = [f"员{number},138{number:08d},1,zhang.san{number:03d}\n" for number in range(40)]
    apply(world, FULL, head + "".join(rows))
    other = head + "".join(rows[:38]) + "新人,13900000000,1,zhang"

    assert "hold_cut" in codes(apply(world, FULL, (head + "".join(rows[:39]))[:-3]))
    assert "hold_cut" in codes(apply(world, FULL, other))
    assert "hold_cut" not in codes(apply(world, FULL, other + "\n"))


def test_departments_that_break_off_within_an_id_are_held(world: World) -> None:
    policy(world)
    head = "部门名称,父部门ID,部门ID\n"
    tree = f"{head}总部,0,1\n研发,1,20\n平台,1,21\n销售,1,215\n"
    apply(world, DEPARTMENTS, tree)

    other_row = tree.replace("平台,1,21\n", "")
    assert "hold_cut" in codes(apply(world, DEPARTMENTS, other_row[:-2]))
    assert "hold_cut" not in codes(apply(world, DEPARTMENTS, tree.replace("销售,1,215\n", "")[:-1]))
    world.wecom.departments[999] = Department(999, 1)
    assert "hold_cut" in codes(apply(world, DEPARTMENTS, f"{tree}新部,1,99"))


def test_a_shorter_full_file_without_its_line_end_is_held_when_the_last_one_had_it(
    world: World,
) -> None:
    policy(world)
    apply(world, FULL, people(40))

    assert codes(apply(world, FULL, people(39)[:-1])) == ["hold_open_end"]
    assert world.run_of(FULL).holds[0].params == {"rows": 39, "last": 40}
    assert apply(world, SOME, people(3).replace("员工", "职工")[:-1]).state is State.SUCCEEDED
    assert apply(world, FULL, people(39)).state is State.SUCCEEDED
    assert apply(world, FULL, people(41)[:-1]).state is State.SUCCEEDED
    assert apply(world, FULL, people(40).replace("员工1,", "改名,")[:-1]).state is State.SUCCEEDED
    assert apply(world, FULL, people(38)[:-1]).state is State.SUCCEEDED


LINA = "姓名,帐号,手机号,邮箱,所在部门\n李娜,lina,13800000001,lina@x.cn,1\n"


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ("黎纳,Lina,13977770000,lina2@x.cn,1", True), ("黎纳,lina,,lina2@x.cn,1", True),
        ("李娜娜,lina,13800000001,lina2@x.cn,1", False),
        ("李娜娜,lina,13977770000,lina@x.cn,1", False),
        ("李娜,lina,13977770000,lina2@x.cn,1", False),
    ],
)  # fmt: skip
def test_an_account_goes_to_another_person_only_after_a_look(
    world: World, row: str, held: bool
) -> None:
    policy(world)
    apply(world, FULL, LINA)

    run = apply(world, SOME, LINA.splitlines()[0] + f"\n{row}\n")

    assert codes(run) == (["hold_identity"] if held else [])
    if held:
        assert named(run.holds[0]) == row.split(",")[1]


@pytest.mark.parametrize(("count", "held"), [(20, False), (21, True)])
def test_many_people_get_one_name_only_after_a_look(world: World, count: int, held: bool) -> None:
    policy(world, renames_percent=100)
    apply(world, FULL, people(100))
    lines = people(100).splitlines()
    same = [f"待补充{line[line.index(',') :]}" for line in lines[1 : count + 1]]

    run = apply(world, FULL, "\n".join([lines[0], *same, *lines[count + 1 :]]) + "\n")

    assert codes(run) == (["hold_same_name"] if held else [])


def test_who_somebody_is_hangs_only_on_contacts_that_the_file_names(world: World) -> None:
    policy(world)
    apply(world, FULL, LINA)
    mobiles = "姓名,帐号,手机号,所在部门\n黎纳,lina,{},1\n"

    assert codes(apply(world, SOME, mobiles.format("13977770000"))) == ["hold_identity"]
    assert codes(apply(world, SOME, mobiles.format("13800000001"))) == []


def test_ids_that_wecom_spells_otherwise_are_told_of_once(world: World) -> None:
    policy(world)
    apply(world, FULL, people(30))

    run = apply(world, SOME, people(30).replace(",u", ",U").replace("员工", "职工", 9))

    warnings = plan_of(world, run)["warnings"]
    assert isinstance(warnings, list)
    (warning,) = warnings
    assert [warning[name] for name in ("code", "line", "id")] == ["warning_ids_respelt", 2, "U0"]
    assert "U0 → u0" in warning["text"]
    assert apply(world, SOME, people(3).replace(",u", ",U")).warnings == 0


@pytest.mark.parametrize(("newcomers", "held"), [(3, False), (4, True)])
def test_more_invitations_than_the_settings_allow_are_held(
    world: World, newcomers: int, held: bool
) -> None:
    policy(world, invite=True, invitations=3)

    run = apply(world, SOME, people(newcomers))

    assert codes(run) == (["hold_invite"] if held else [])
    assert [job.invite for job in world.wecom.jobs.values()] == ([] if held else [True])


@pytest.mark.parametrize(("shifted", "held"), [(20, False), (21, True)])
def test_a_mobile_column_that_was_sorted_alone_is_held(
    world: World, shifted: int, held: bool
) -> None:
    policy(world, contacts_percent=100)
    apply(world, FULL, people(100))
    lines = [line.split(",") for line in people(100).splitlines()]
    mobiles = [line[2] for line in lines[1 : shifted + 1]]
    for line, mobile in zip(lines[1:], [*mobiles[1:], mobiles[0]], strict=False):
        line[2] = mobile

    run = apply(world, SOME, "\n".join(",".join(line) for line in lines) + "\n")

    assert codes(run) == (["hold_mobiles"] if held else [])
    assert run.warnings == shifted


def test_the_same_people_are_named_once(world: World) -> None:
    policy(world, removals=2)
    apply(world, FULL, people(10))

    run = apply(world, FULL, members("u0"))

    assert len(run.holds) >= 3
    named = {Language.ENGLISH: " Affected: u1, u2", Language.CHINESE: "。涉及：u1、u2"}
    for language, words in named.items():
        text = reason_text(run, language)
        assert text.count(words) == text.count("u2") == 1


@pytest.mark.parametrize(
    ("there", "gone", "held"),
    [
        (100, 19, False), (100, 20, False), (249, 50, True), (250, 50, False), (251, 50, False),
        (300, 61, True), (300, 60, False), (10, 8, False), (10, 9, True), (62, 49, False),
        (62, 50, True), (60, 49, True), (1, 1, True),
    ],
)  # fmt: skip
def test_wecoms_own_guard_is_foreseen_in_both_branches(
    world: World, there: int, gone: int, held: bool
) -> None:
    world.store.put_policy("acme", EVERYTHING_GOES, world.clock.now)
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(
        world, FULL, people(there)[:0] + members(*(f"u{n}" for n in range(gone, there)), "new")
    )

    guard = "hold_wecom_guard" if there > 1 else "hold_wecom_guard_few"
    assert run.state is (State.HELD if held else State.SUCCEEDED)
    assert codes(run) == ([guard] if held else [])


@pytest.mark.parametrize(("there", "few"), [(1, True), (5, True), (6, False)])
def test_a_new_corp_is_told_how_its_first_full_file_gets_in(
    world: World, there: int, few: bool
) -> None:
    policy(world, removals=10**6, removal_percent=100)
    world.wecom.hire(*(f"boss{number}" for number in range(there)))

    run = apply(world, FULL, people(40))

    assert codes(run) == ["hold_wecom_guard_few" if few else "hold_wecom_guard"]
    assert ("syncuser" in reason_text(run, Language.ENGLISH)) is few
    assert ("syncuser" in reason_text(run, Language.CHINESE)) is few
    apply(world, SOME, people(40))
    assert apply(world, FULL, people(40).replace("员工1,", "一,")).state is State.SUCCEEDED


@pytest.mark.parametrize(("joins", "few"), [(1, False), (2, True)])
def test_two_steps_are_no_advice_where_the_second_would_be_refused_as_well(
    world: World, joins: int, few: bool
) -> None:
    policy(world, removals=10**6, removal_percent=100)
    world.wecom.hire(*(f"boss{number}" for number in range(5)))

    run = apply(world, FULL, people(joins))

    assert codes(run) == ["hold_wecom_guard_few" if few else "hold_wecom_guard"]


@pytest.mark.parametrize(
    ("limit", "there", "gone", "code"),
    [
        ({"removals": 5}, 100, 5, None),
        ({"removals": 5}, 100, 6, "hold_removals"),
        ({"removal_percent": 10}, 100, 10, None),
        ({"removal_percent": 10}, 100, 11, "hold_removal_percent"),
        ({"removals": 0}, 100, 1, "hold_removals"),
        ({"removal_percent": 10}, 2, 1, None),
        ({"removal_percent": 10}, 9, 1, None),
        ({"removal_percent": 10}, 9, 2, "hold_removal_percent"),
        ({"removals": 0, "removal_percent": 10}, 9, 1, "hold_removals"),
    ],
)
def test_the_limits_of_the_settings_hold(
    world: World, limit: dict[str, int], there: int, gone: int, code: str | None
) -> None:
    policy(world, removals=10**6, removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(there))
    policy(world, **{"removals": 10**6, "removal_percent": 100, "row_loss_percent": 100, **limit})

    run = apply(world, FULL, people(there - gone))

    assert codes(run) == ([code] if code else [])
    assert run.state is (State.HELD if code else State.SUCCEEDED)


def test_a_protected_account_is_never_removed_unasked(world: World) -> None:
    policy(world, protected=["SVC-*"], removals=10, removal_percent=100)
    world.wecom.hire("svc-mail", "u0", "u1", "u2", "u3")

    run = apply(world, FULL, people(4))

    assert codes(run) == ["hold_protected"]
    assert named(run.holds[0]) == "svc-mail"


@pytest.mark.parametrize(
    ("last", "rows", "held"),
    [(100, 80, False), (100, 79, True), (4, 3, False), (5, 3, False), (5, 2, True)],
)
def test_a_file_much_shorter_than_the_last_one_is_held(
    world: World, last: int, rows: int, held: bool
) -> None:
    policy(world, removals=10**6, removal_percent=100, row_loss_percent=20)
    apply(world, FULL, people(last))

    run = apply(world, FULL, people(rows))

    assert ("hold_row_loss" in codes(run)) is held


def test_a_new_name_for_the_root_is_held(world: World) -> None:
    apply(world, DEPARTMENTS, departments())

    run = apply(world, DEPARTMENTS, departments().replace("总部", "新名"))

    assert codes(run) == ["hold_root"]


@pytest.mark.parametrize(("kept", "held"), [(5, False), (4, True)])
def test_too_many_departments_are_not_removed_unasked(world: World, kept: int, held: bool) -> None:
    policy(world, department_removals=5, row_loss_percent=100)
    apply(world, DEPARTMENTS, departments(10))

    run = apply(world, DEPARTMENTS, departments(kept))

    assert codes(run) == (["hold_departments"] if held else [])


@pytest.mark.parametrize(("count", "held"), [(20, False), (21, True)])
@pytest.mark.parametrize("first_replace", ["hold", "apply"])
def test_people_of_whom_nothing_is_known_are_changed_in_numbers_only_after_a_look(
    world: World, count: int, held: bool, first_replace: str
) -> None:
    policy(world, first_replace=first_replace)
    world.wecom.hire(*(f"u{number}" for number in range(100)))

    run = apply(world, SOME, people(count))

    assert codes(run) == (["hold_unknown"] if held and first_replace == "hold" else [])
    if run.state is State.HELD:
        world.approve(run)
        world.pass_time(600)
        changed = people(count).replace("员工", "职工", 10)
        assert apply(world, SOME, changed).state is State.SUCCEEDED


def disabling(file: str, count: int, cell: str = "") -> str:
    """Return a file whose first people have a 1 in 禁用, the others a cell."""
    header, *rows = file.splitlines()
    cells = ["1"] * count + [cell] * (len(rows) - count)
    rows = [f"{row},{cell}" for row, cell in zip(rows, cells, strict=True)]
    return "\n".join([f"{header},禁用", *rows]) + "\n"


@pytest.mark.parametrize("key", [FULL, SOME])
@pytest.mark.parametrize(("count", "held"), [(20, False), (21, True)])
@pytest.mark.parametrize("cell", ["", "0"])
def test_many_accounts_are_enabled_again_only_after_a_look(
    world: World, count: int, held: bool, cell: str, key: str
) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, disabling(people(100), 40))

    run = apply(world, key, disabling(people(100), 40 - count, cell))

    assert codes(run) == (["hold_enable"] if held else [])
    assert plan_of(world, run)["enable"] == [f"u{n}" for n in range(40 - count, 40)]
    assert plan_of(world, run)["by_department"] == {"1": {"enable": count}}
    assert run.plan is not None
    assert run.plan["enable"] == count


def test_who_comes_back_from_a_grace_period_is_enabled_and_counts(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100, row_loss_percent=100)
    apply(world, FULL, people(100))
    apply(world, FULL, people(70))

    run = apply(world, FULL, people(100).replace("员工1,", "改名,"))

    assert codes(run) == ["hold_enable"]
    assert listing(run.holds[0]).total == 30
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def titled(count: int, *titles: str, column: str = "职位") -> str:
    """Return a file whose first people have these titles, the others the last one."""
    header, *rows = people(count).splitlines()
    cells = [*titles, *titles[-1:] * (count - len(titles))]
    rows = [f"{row},{cell}" for row, cell in zip(rows, cells, strict=True)]
    return "\n".join([f"{header},{column}", *rows]) + "\n"


@pytest.mark.parametrize("column", ["职位", "别名", "排序", "工龄"])
@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize(("changed", "held"), [(50, False), (51, True)])
def test_most_of_what_is_known_in_a_column_changes_only_after_a_look(
    world: World, column: str, blank: bool, changed: int, held: bool
) -> None:
    apply(world, FULL, titled(100, "1", column=column))

    new = "" if blank else "2"
    run = apply(world, FULL, titled(100, *[new] * changed, "1", column=column))

    assert codes(run) == (["hold_updates"] if held else [])
    if held:
        told = reason_text(run, Language.ENGLISH)
        assert f"more than 50 % of the known values would change or become blank: {column}" in told
        assert f"In {column} it is 51 of 100." in told


@pytest.mark.parametrize(("known", "changed", "held"), [(21, 20, False), (21, 21, True)])
def test_the_share_is_of_those_who_have_a_value_there(
    world: World, known: int, changed: int, held: bool
) -> None:
    apply(world, FULL, titled(100, *["1"] * known, ""))

    run = apply(world, SOME, titled(100, *["2"] * changed, *["1"] * (known - changed), ""))

    assert codes(run) == (["hold_updates"] if held else [])


def test_what_was_blank_may_be_filled_for_everybody_and_the_limit_is_a_setting(
    world: World,
) -> None:
    apply(world, FULL, titled(100, ""))
    assert apply(world, FULL, titled(100, "1")).state is State.SUCCEEDED
    assert codes(apply(world, FULL, titled(100, "2"))) == ["hold_updates"]

    policy(world, updates_percent=100)

    assert apply(world, FULL, titled(100, "2")).state is State.SUCCEEDED


def test_nobody_is_a_leader_any_more_only_after_a_look(world: World) -> None:
    leaders = titled(200, *["1"] * 30, "0", column="是否部门内领导")
    apply(world, FULL, leaders)

    run = apply(world, FULL, leaders.replace(",1,1\n", ",1,0\n"))

    assert codes(run) == ["hold_updates"]
    assert run.holds[0].params["known"] == 30
    assert apply(world, FULL, leaders.replace(",1,1\n", ",1,0\n", 15)).state is State.SUCCEEDED


def test_leaders_who_move_lead_on_and_nobody_else_is_taken_for_one(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    leaders = titled(200, *["1"] * 30, "0", column="是否部门内领导")
    apply(world, FULL, leaders)

    led = leaders.replace(",1,1\n", ",2;3,0;1\n")
    assert apply(world, FULL, led).state is State.SUCCEEDED
    moved = led.replace(",1,0\n", ",2;3,0;0\n", 60)
    assert apply(world, FULL, moved).state is State.SUCCEEDED
    ranked = moved.replace("\n", ",1\n").replace("领导,1", "领导,职位")
    assert apply(world, FULL, ranked).state is State.SUCCEEDED
    assert apply(world, FULL, ranked.replace(",1\n", ",2\n", 60)).state is State.SUCCEEDED


def test_an_approval_covers_only_the_columns_that_were_shown(world: World) -> None:
    header, *rows = titled(100, "1").splitlines()
    both = "\n".join([f"{header},别名", *(f"{row},1" for row in rows)]) + "\n"
    apply(world, FULL, both)
    held = apply(world, FULL, both.replace(",1,1,1\n", ",1,2,1\n"))
    assert named(held.holds[0], "listed") == "职位"
    snapshot = world.archive.snapshots["acme"]
    members = {user: {**cells, "别名": "9"} for user, cells in snapshot.members.items()}
    world.archive.snapshots["acme"] = replace(snapshot, members=members)

    world.approve(held)
    world.pass_time(600)

    again = world.run_of(FULL)
    assert codes(again) == ["hold_worse", "hold_updates"]
    assert named(again.holds[0]) == "别名"
    assert named(again.holds[1], "listed") == "职位, 别名"
    world.approve(again)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("there", "joins", "held"),
    [
        (0, 2, False), (0, 3, True), (5, 2, False), (5, 3, True), (10, 4, False), (10, 5, True),
        (70, 30, False), (70, 31, True), (1, 3, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", [FULL, SOME])
def test_many_newcomers_come_only_after_a_look(
    world: World, there: int, joins: int, held: bool, key: str
) -> None:
    if there:
        apply(world, FULL, people(there))
    policy(world, additions_percent=30)

    run = apply(world, key, people(there + joins))

    assert codes(run) == (["hold_additions"] if held else [])
    if held:
        policy(world, additions_percent=100)
        assert apply(world, key, people(there + joins)).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("known", "gone", "held"),
    [(100, 20, False), (100, 21, True), (300, 50, False), (300, 51, True)],
)
def test_many_people_who_vanished_do_not_come_again_unasked(
    world: World, known: int, gone: int, held: bool
) -> None:
    apply(world, FULL, people(known))
    for number in range(gone):
        del world.wecom.members[f"u{number}"]

    assert codes(apply(world, FULL, people(known))) == (["hold_vanished"] if held else [])


ANNA = "姓名,帐号,邮箱,所在部门\n{},anna,{},1\n"


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        ("Anna Smith", "Anna Jones", False), ("Anna Smith", "ANNA  JONES", False),
        ("Anna Maria Smith", "Jones Anna", False), ("Anna Smith", "Mary Jones", True),
        ("Anna", "Anna Jones", True), ("Anna Smith", "Anna", True), ("王娜", "王 娜", True),
    ],
)  # fmt: skip
def test_who_marries_in_a_company_of_e_mails_is_no_other_person(
    world: World, before: str, after: str, held: bool
) -> None:
    apply(world, FULL, ANNA.format(before, "anna.smith@x.cn"))

    run = apply(world, FULL, ANNA.format(after, "anna.jones@x.cn"))

    assert codes(run) == (["hold_identity"] if held else [])
