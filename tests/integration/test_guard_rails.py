"""Shares, numbers and what a person is asked about by name; and how the rules go together."""

import pytest

from support.books import with_cells
from support.guarded import (
    DEPARTMENTS,
    FULL,
    SOME,
    apply,
    changed,
    codes,
    listing,
    named,
    people,
    plan_of,
    policy,
    thinned,
    titled,
)
from support.runs import approved
from support.world import World, departments, members
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import State
from wecom_sync.reporting.documents import hold_document, reason_text
from wecom_sync.reporting.language import Language


@pytest.mark.parametrize(
    ("count", "renamed", "held"),
    [
        (1, 1, False), (4, 2, False), (8, 3, True), (39, 3, False), (39, 4, True), (199, 19, False),
        (199, 20, True), (200, 20, False), (200, 21, True), (400, 20, False), (400, 21, True),
        (440, 22, False), (440, 23, True),
    ],
)  # fmt: skip
def test_the_smaller_the_company_the_fewer_are_many(
    world: World, count: int, renamed: int, held: bool
) -> None:
    apply(world, FULL, people(count))

    run = apply(world, FULL, people(count).replace("员工", "职工", renamed))

    assert codes(run) == (["hold_renamed"] if held else [])


@pytest.mark.parametrize(
    ("change", "limit", "code"),
    [
        (("员工", "职工"), 5, "hold_renamed"), ((",138", ",139"), 5, "hold_contacts"),
        ((",,1\n", ",1@x.cn,1\n"), 5, "hold_contacts"), ((",,1\n", ",,2\n"), 15, "hold_moved"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [0, 1])
def test_the_default_limits_of_changes(
    world: World, change: tuple[str, str], limit: int, code: str, more: int
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(600))
    other = changed(people(600), *change, limit * 6 + more)
    for number in range(600):
        other = other.replace(",1@x.cn,1\n", f",{number:03d}@x.cn,1\n", 1)

    run = apply(world, FULL, other)

    assert codes(run) == ([code] if more else [])


@pytest.mark.parametrize(
    ("count", "moved", "held"),
    [(12, 5, False), (12, 6, True), (59, 5, False), (80, 12, False), (80, 13, True)],
)
def test_more_people_move_in_a_small_company_than_are_a_few_elsewhere(
    world: World, count: int, moved: int, held: bool
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(count))

    run = apply(world, FULL, changed(people(count), ",,1\n", ",,2\n", moved))

    assert codes(run) == (["hold_moved"] if held else [])


@pytest.mark.parametrize(("moved", "held"), [(2, False), (3, True)])
def test_fewer_people_move_to_a_department_that_has_people_already(
    world: World, moved: int, held: bool
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    staff = people(12).replace("13800000012,,1", "13800000012,,2")
    apply(world, FULL, staff)

    run = apply(world, FULL, changed(staff, ",,1\n", ",,2\n", moved))

    assert codes(run) == (["hold_moved"] if held else [])


@pytest.mark.parametrize("column", ["职位", "别名", "排序", "工龄"])
@pytest.mark.parametrize("change", [("1", "2"), ("1", ""), ("", "1")])
@pytest.mark.parametrize(("altered", "held"), [(30, False), (31, True)])
def test_much_of_a_column_changes_or_is_filled_only_after_a_look(
    world: World, column: str, change: tuple[str, str], altered: int, held: bool
) -> None:
    before, after = change
    policy(world, attributes=["工龄"])
    apply(world, FULL, titled(100, before, column=column))

    run = apply(world, FULL, titled(100, *[after] * altered, before, column=column))

    assert codes(run) == (["hold_columns"] if held else [])
    if held:
        assert f"In the column {column}, 31 of 100 values" in reason_text(run, Language.ENGLISH)
        assert f"在「{column}」一列，100 人中有 31 人" in reason_text(run, Language.CHINESE)


@pytest.mark.parametrize(("altered", "held"), [(12, False), (13, True)])
def test_of_a_column_that_few_have_the_share_is_of_those_who_have_a_value_there(
    world: World, altered: int, held: bool
) -> None:
    apply(world, FULL, titled(100, *["1"] * 40, ""))

    run = apply(world, SOME, titled(100, *["2"] * altered, *["1"] * (40 - altered), ""))

    assert codes(run) == (["hold_columns"] if held else [])


def test_of_several_columns_the_worst_is_told(world: World) -> None:
    header, *rows = titled(100, "1").splitlines()
    both = "\n".join([f"{header},别名", *(f"{row},1" for row in rows)]) + "\n"
    apply(world, FULL, both)

    run = apply(
        world, FULL, both.replace(",1,1,1\n", ",1,2,2\n", 40).replace(",1,1,1\n", ",1,1,2\n")
    )

    assert codes(run) == ["hold_columns"]
    assert run.holds[0].params["column"] == "别名"
    policy(world, updates_percent=100)
    assert approved(world, run).state is State.SUCCEEDED


def test_nobody_is_a_leader_any_more_only_after_a_look(world: World) -> None:
    leaders = titled(200, *["1"] * 30, "0", column="是否部门内领导")
    apply(world, FULL, leaders)

    run = apply(world, FULL, leaders.replace(",1,1\n", ",1,0\n"))

    assert codes(run) == ["hold_columns"]
    assert run.holds[0].params["existing"] == 30
    assert apply(world, FULL, leaders.replace(",1,1\n", ",1,0\n", 15)).state is State.SUCCEEDED


def test_leaders_who_move_lead_on_and_nobody_else_is_taken_for_one(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    leaders = titled(200, *["1"] * 30, "0", column="是否部门内领导")
    apply(world, FULL, leaders)

    led = leaders.replace(",1,1\n", ",2,1\n")
    assert apply(world, FULL, led).state is State.SUCCEEDED
    moved = led.replace(",1,0\n", ",2;3,0;0\n", 30)
    assert apply(world, FULL, moved).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("places", "flags", "columns"),
    [
        ("3;2", "1;0", ["是否部门内领导", "所在部门"]),
        ("3;2", "0;1", ["所在部门"]),
        ("2;3", "1;0", None),
    ],
)
def test_another_order_of_departments_is_in_the_plan_and_who_leads_by_it(
    world: World, places: str, flags: str, columns: list[str] | None
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    header = "姓名,帐号,手机号,所在部门,是否部门内领导\n"
    apply(world, FULL, f"{header}甲,a,13800000001,2;3,1;0\n乙,b,13800000002,1,0\n")

    run = apply(world, SOME, f"{header}甲,a,13800000001,{places},{flags}\n")

    assert run.state is (State.SUCCEEDED if columns else State.UNCHANGED)
    assert plan_of(world, run)["update"] == ({"a": columns} if columns else {})


@pytest.mark.parametrize(
    ("there", "joins", "held"),
    [(0, 40, False), (1, 6, False), (1, 7, True), (8, 6, False), (8, 7, True), (100, 17, False),
     (100, 18, True)],
)  # fmt: skip
@pytest.mark.parametrize("key", [FULL, SOME])
def test_many_newcomers_come_only_after_a_look(
    world: World, there: int, joins: int, held: bool, key: str
) -> None:
    if there:
        apply(world, FULL, people(there))
    policy(world, additions_percent=15)

    run = apply(world, key, people(there + joins))

    assert codes(run) == (["hold_added"] if held else [])
    if held:
        policy(world, additions_percent=100)
        assert apply(world, key, people(there + joins)).state is State.SUCCEEDED


@pytest.mark.parametrize(("there", "held"), [(5, False), (6, True)])
def test_the_first_people_of_a_new_corp_are_no_crowd(world: World, there: int, held: bool) -> None:
    policy(world, additions_percent=15)
    world.wecom.hire(*(f"boss{number}" for number in range(there)))

    assert codes(apply(world, SOME, people(40))) == (["hold_added"] if held else [])


@pytest.mark.parametrize(("there", "held"), [(5, False), (6, True)])
def test_the_first_full_file_is_asked_about_where_it_may_take_something_away(
    world: World, there: int, held: bool
) -> None:
    policy(world, first_replace="hold", additions_percent=15)
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(world, FULL, people(40))

    assert codes(run) == (["hold_first"] if held else [])
    if held:
        assert approved(world, run).state is State.SUCCEEDED
    assert apply(world, FULL, people(40).replace("员工1,", "改名,")).state is State.SUCCEEDED


@pytest.mark.parametrize(("joins", "held"), [(9, []), (10, ["hold_added"])])
def test_a_first_full_file_that_takes_nobody_away_is_asked_about_many_newcomers(
    world: World, joins: int, held: list[str]
) -> None:
    policy(world, first_replace="hold", additions_percent=30)
    apply(world, SOME, people(23))

    run = apply(world, FULL, people(23 + joins))

    assert codes(run) == held


@pytest.mark.parametrize(("there", "held"), [(1, False), (2, True)])
def test_the_first_tree_is_asked_about_where_there_is_one(
    world: World, there: int, held: bool
) -> None:
    policy(world, first_replace="hold")
    if there > 1:
        world.wecom.departments |= {7: Department(7, 1)}

    assert codes(apply(world, DEPARTMENTS, departments(9))) == (["hold_first"] if held else [])


@pytest.mark.parametrize(
    ("there", "count", "held"), [(100, 10, False), (100, 11, True), (5, 5, False)]
)
@pytest.mark.parametrize("first_replace", ["hold", "apply"])
def test_people_of_whom_nothing_is_known_are_changed_in_numbers_only_after_a_look(
    world: World, there: int, count: int, held: bool, first_replace: str
) -> None:
    policy(world, first_replace=first_replace)
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(world, SOME, people(count))

    assert codes(run) == (["hold_unknown"] if held and first_replace == "hold" else [])
    if run.state is State.HELD:
        assert approved(world, run).state is State.SUCCEEDED
        other = people(count).replace("员工", "职工", 5)
        assert apply(world, SOME, other).state is State.SUCCEEDED


@pytest.mark.parametrize(("newcomers", "held"), [(3, False), (4, True)])
def test_more_invitations_than_the_settings_allow_are_held(
    world: World, newcomers: int, held: bool
) -> None:
    policy(world, invite=True, invitations=3)

    run = apply(world, SOME, people(newcomers))

    assert codes(run) == (["hold_invited"] if held else [])
    assert [job.invite for job in world.wecom.jobs.values()] == ([] if held else [True])


def test_a_protected_account_is_never_removed_unasked(world: World) -> None:
    policy(world, protected=["SVC-*"], removals=10, removal_percent=100)
    world.wecom.hire("svc-mail", "u0", "u1", "u2", "u3")

    run = apply(world, FULL, people(4))

    assert codes(run) == ["hold_protected"]
    assert named(run.holds[0]) == "svc-mail"


def test_a_late_incremental_file_does_not_undo_a_newer_one_unasked(world: World) -> None:
    policy(world)
    apply(world, FULL, people(3))
    late = world.drop("acme/syncuser/late.csv", members("u0").replace("员工1", "旧名"))
    world.submit_queue.messages.clear()
    world.pass_time(5)
    assert apply(world, SOME, members("u0").replace("员工1", "新名")).state is State.SUCCEEDED

    world.submit_queue.send(late)
    world.pass_time(600)

    assert codes(world.run_of("acme/syncuser/late.csv")) == ["hold_older"]


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


def test_whom_one_family_explains_no_other_one_counts(world: World) -> None:
    policy(world)
    apply(world, FULL, people(100))
    header, *rows = people(100).splitlines(keepends=True)
    page = "".join([header, *rows[:50], *rows[80:]])

    missing = apply(world, FULL, page)
    others = apply(world, FULL, thinned(page, 11))

    assert codes(missing) == ["hold_incomplete"]
    assert codes(others) == ["hold_incomplete", "hold_gone"]
    assert [listing(hold).total for hold in others.holds] == [30, 11]
    told = {
        Language.ENGLISH: " Affected: 员工51 (u50), 员工52 (u51)",
        Language.CHINESE: "。涉及：员工51（u50）、员工52（u51）",
    }
    for language, words in told.items():
        assert reason_text(others, language).count(words) == 1


def test_a_protected_account_is_named_among_all_who_go(world: World) -> None:
    apply(world, FULL, people(100))
    policy(world, protected=["u21"])

    run = apply(world, FULL, thinned(people(100), 11))

    assert codes(run) == ["hold_gone", "hold_protected"]
    assert named(run.holds[1]) == "u21"


def test_a_first_file_is_told_of_beside_protected_accounts(world: World) -> None:
    policy(world, first_replace="hold", protected=["boss"])
    world.wecom.hire("boss", *(f"u{number}" for number in range(40)))

    run = apply(world, FULL, people(40))

    assert codes(run) == ["hold_protected"]
    assert "The same goes for: the first file of this kind." in reason_text(run, Language.ENGLISH)
    assert "此外还涉及：首次提交的这类文件。" in reason_text(run, Language.CHINESE)


def test_a_family_has_one_sentence_and_names_what_else_it_found(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, titled(200, "1"))
    other = changed(titled(200, *["2"] * 70, "1"), "员工", "职工", 21)

    run = apply(world, FULL, changed(other, ",1,2\n", ",2,2\n", 31))

    assert codes(run) == ["hold_renamed"]
    assert listing(run.holds[0]).total == 21
    english, chinese = (
        hold_document(run.holds[0], language) for language in (Language.ENGLISH, Language.CHINESE)
    )
    assert english["family"] == chinese["family"] == "share"
    assert (
        "The same goes for: departments (31), other columns (70). Affected: 职工1 (u0)"
        in english["text"]
    )
    assert "此外还涉及：所属部门（31）、其他列（70）。涉及：职工1（u0）" in chinese["text"]


def test_an_approval_covers_a_family_and_not_only_the_sentence_that_was_shown(
    world: World,
) -> None:
    apply(world, FULL, titled(200, "1"))
    other = changed(titled(200, *["2"] * 70, "1"), "员工", "职工", 21)
    policy(world, renames_percent=100)
    run = apply(world, FULL, other)
    assert codes(run) == ["hold_columns"]
    assert "also" not in run.holds[0].params
    policy(world, renames_percent=5)

    assert approved(world, run).state is State.SUCCEEDED


def test_an_approval_covers_only_the_columns_that_were_shown(world: World) -> None:
    header, *rows = titled(100, "1").splitlines()
    both = "\n".join([f"{header},别名", *(f"{row},1" for row in rows)]) + "\n"
    apply(world, FULL, both)
    held = apply(world, FULL, both.replace(",1,1,1\n", ",1,2,1\n"))
    assert held.holds[0].params["column"] == "职位"
    book = world.archive.snapshots["acme"]
    world.archive.snapshots["acme"] = with_cells(book, *book.rows, 别名="9")

    again = approved(world, held)

    assert codes(again) == ["hold_worse", "hold_columns"]
    assert listing(again.holds[0]).total == 100
    assert approved(world, again).state is State.SUCCEEDED


def test_an_approval_covers_only_the_people_whose_other_columns_were_shown(world: World) -> None:
    apply(world, FULL, titled(100, "1"))
    held = apply(world, FULL, titled(100, *["2"] * 31, "1"))
    assert codes(held) == ["hold_columns"]
    book = world.archive.snapshots["acme"]
    world.archive.snapshots["acme"] = with_cells(book, "u99", 职位="9")

    again = approved(world, held)

    assert codes(again) == ["hold_worse", "hold_columns"]
    assert named(again.holds[0]) == "u99"


@pytest.mark.parametrize(("left_out", "held"), [(True, []), (False, ["hold_moved"])])
def test_moves_out_of_departments_that_the_tree_left_out_are_not_counted(
    world: World, left_out: bool, held: list[str]
) -> None:
    apply(world, DEPARTMENTS, departments(4))
    before = people(100).replace(",,1\n", ",,2\n", 30).replace(",,1\n", ",,3\n")
    apply(world, FULL, before)
    if left_out:
        tree = departments(4).replace("部门2,2,1,2\n", "")
        assert apply(world, DEPARTMENTS, tree).state is State.SUCCEEDED

    assert codes(apply(world, FULL, before.replace(",,2\n", ",,3\n"))) == held


def test_protected_accounts_come_before_invitations(world: World) -> None:
    apply(world, FULL, people(3))
    policy(world, protected=["u1"], invite=True, invitations=0)

    run = apply(world, FULL, thinned(people(3), 1) + "新,new,13911112222,,1\n")

    assert codes(run) == ["hold_protected"]
    assert "The same goes for: invitations (1)." in reason_text(run, Language.ENGLISH)


def test_a_file_that_is_older_is_not_called_incomplete_as_well(world: World) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, people(40))
    joined = people(60)
    old = people(40).replace("员工1,", "甲,", 1)
    apply(world, FULL, old)
    apply(world, FULL, joined)

    run = apply(world, FULL, old)

    assert codes(run) == ["hold_same_again"]


@pytest.mark.parametrize(("size", "held"), [(10, []), (11, []), (9, ["hold_first"])])
def test_a_first_file_is_asked_about_only_if_somebody_goes_or_is_unknown(
    world: World, size: int, held: list[str]
) -> None:
    policy(world, first_replace="hold")
    apply(world, SOME, people(10))

    assert codes(apply(world, FULL, people(size).replace("员工2,", "员工贰,"))) == held


def test_a_first_file_that_changes_somebody_unknown_is_asked_about(world: World) -> None:
    policy(world, first_replace="hold")
    apply(world, SOME, people(10))
    world.wecom.hire("old", department=1)

    assert codes(apply(world, FULL, people(10) + "旧,old,13911112222,,1\n")) == ["hold_first"]
