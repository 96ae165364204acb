"""Shares, numbers and what a person is asked about by name; and how the rules go together."""

from itertools import product

import pytest

from support.books import with_cells
from support.company import changed, cut, people, table, thinned, titled, with_column
from support.guarded import (
    DEPARTMENTS,
    FULL,
    SOME,
    apply,
    apply_all,
    codes,
    hold_first,
    listing,
    named,
    plan_of,
    policy,
)
from support.runs import approved, chinese, english
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import State
from wecom_sync.reporting.documents import hold_document
from wecom_sync.reporting.language import Language

LEADS = "是否部门内领导"
SHORT = "姓名,帐号,手机号,所在部门"


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
    run = apply_all(world, people(count), people(count).replace("员工", "职工", renamed))

    assert codes(run) == (["hold_renamed"] if held else [])


@pytest.mark.parametrize(
    ("change", "limit", "code"),
    [
        (("员工", "职工"), 30, "hold_renamed"), ((",1380000", ",1397316"), 30, "hold_contacts"),
        ((",,1\n", ",1@x.cn,1\n"), 30, "hold_contacts"), ((",,1\n", ",,2\n"), 90, "hold_moved"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [0, 1])
def test_the_default_limits_of_changes(
    world: World, change: tuple[str, str], limit: int, code: str, more: int
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    other = changed(people(600), *change, limit + more)
    for number in range(600):
        other = other.replace(",1@x.cn,1\n", f",{number:03d}@x.cn,1\n", 1)

    assert codes(apply_all(world, people(600), other)) == ([code] if more else [])


@pytest.mark.parametrize(
    ("count", "there", "moved", "held"),
    [
        (12, 0, 5, False), (12, 0, 6, True), (59, 0, 5, False), (80, 0, 12, False),
        (80, 0, 13, True), (12, 1, 2, False), (12, 1, 3, True),
    ],
)  # fmt: skip
def test_more_people_move_in_a_small_company_and_fewer_to_where_somebody_is(
    world: World, count: int, there: int, moved: int, held: bool
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    staff = people(count).replace(f"{count:04d},,1", f"{count:04d},,2", there)

    run = apply_all(world, staff, changed(staff, ",,1\n", ",,2\n", moved))

    assert codes(run) == (["hold_moved"] if held else [])


@pytest.mark.parametrize(
    ("column", "change"),
    [*product(["职位", "别名", "排序", "工龄"], [("1", "2"), ("", "1")]), ("排序", ("1", ""))],
)
@pytest.mark.parametrize(("altered", "held"), [(30, False), (31, True)])
def test_much_of_a_column_changes_or_is_filled_only_after_a_look(
    world: World, column: str, change: tuple[str, str], altered: int, held: bool
) -> None:
    before, after = change
    policy(world, attributes=["工龄"])
    run = apply_all(
        world,
        titled(100, before, column=column),
        titled(100, *[after] * altered, before, column=column),
    )

    assert codes(run) == (["hold_columns"] if held else [])
    assert (f"In the column {column}, 31 of 100 values" in english(run)) is held
    assert (f"在「{column}」一列，100 人中有 31 人" in chinese(run)) is held


@pytest.mark.parametrize(("altered", "held"), [(12, False), (13, True)])
def test_of_a_column_that_few_have_the_share_is_of_those_who_have_a_value_there(
    world: World, altered: int, held: bool
) -> None:
    apply(world, FULL, titled(100, *["1"] * 40, ""))

    run = apply(world, SOME, titled(100, *["2"] * altered, *["1"] * (40 - altered), ""))

    assert codes(run) == (["hold_columns"] if held else [])


BOTH = with_column(titled(100, "1"), "别名", "1")


def test_of_several_columns_the_worst_is_told(world: World) -> None:
    other = BOTH.replace(",1,1,1\n", ",1,2,2\n", 40).replace(",1,1,1\n", ",1,1,2\n")

    run = apply_all(world, BOTH, other)

    assert codes(run) == ["hold_columns"]
    assert run.holds[0].params["column"] == "别名"
    assert "The same goes for: 职位 (40)." in english(run)
    policy(world, updates_percent=100)
    assert approved(world, run).state is State.SUCCEEDED


def test_nobody_is_a_leader_any_more_only_after_a_look_and_who_moves_leads_on(
    world: World,
) -> None:
    policy(world, moves_percent=25)
    apply(world, DEPARTMENTS, departments(3))
    leaders = titled(200, *["1"] * 30, "0", column=LEADS)

    run = apply_all(world, leaders, leaders.replace(",1,1\n", ",1,0\n"))

    assert codes(run) == ["hold_columns"]
    assert run.holds[0].params["existing"] == 30
    fewer = leaders.replace(",1,1\n", ",1,0\n", 15)
    led = fewer.replace(",1,1\n", ",2,1\n")
    moved = led.replace(",1,0\n", ",2;3,0;0\n", 30)
    for content in (fewer, led, moved):
        assert apply(world, FULL, content).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("places", "flags", "columns"),
    [("3;2", "1;0", [LEADS, "所在部门"]), ("3;2", "0;1", ["所在部门"]), ("2;3", "1;0", None)],
)
def test_another_order_of_departments_is_in_the_plan_and_who_leads_by_it(
    world: World, places: str, flags: str, columns: list[str] | None
) -> None:
    apply(world, DEPARTMENTS, departments(3))
    header = f"姓名,帐号,手机号,所在部门,{LEADS}\n"
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
    policy(world, additions_percent=100)
    assert apply(world, key, people(there + joins)).state is not State.HELD


@pytest.mark.parametrize("key", [SOME, FULL])
@pytest.mark.parametrize(("there", "held"), [(5, False), (6, True)])
def test_the_first_people_of_a_new_corp_are_no_crowd_and_nobody_is_taken_away(
    world: World, key: str, there: int, held: bool
) -> None:
    hold_first(world, there)
    policy(world, first_replace="apply" if key == SOME else "hold", additions_percent=15)

    run = apply(world, key, people(40))

    code = "hold_added" if key == SOME else "hold_first"
    assert codes(run) == ([code] if held else [])
    if held:
        assert approved(world, run).state is State.SUCCEEDED
    assert apply(world, key, people(40).replace("员工1,", "改名,")).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("known", "first", "codes_of"),
    [
        (23, people(32), []), (23, people(33), ["hold_added"]),
        (10, people(10).replace("员工2,", "员工贰,"), []), (10, people(9), ["hold_first"]),
        (10, people(10) + "旧,old,13911112222,,1\n", ["hold_first"]),
    ],
)  # fmt: skip
def test_a_first_file_is_asked_about_if_somebody_goes_or_is_unknown_or_many_come(
    world: World, known: int, first: str, codes_of: list[str]
) -> None:
    policy(world, first_replace="hold", additions_percent=30)
    apply(world, SOME, people(known))
    if "old" in first:
        world.wecom.hire("old")

    assert codes(apply(world, FULL, first)) == codes_of


@pytest.mark.parametrize(("there", "held"), [(1, False), (2, True)])
def test_the_first_tree_is_asked_about_where_there_is_one(
    world: World, there: int, held: bool
) -> None:
    policy(world, first_replace="hold")
    if there > 1:
        world.wecom.departments |= {7: Department(7, 1)}

    assert codes(apply(world, DEPARTMENTS, departments(9))) == (["hold_first"] if held else [])


@pytest.mark.parametrize(
    ("there", "count", "first_replace", "held"),
    [
        (100, 10, "hold", False), (100, 11, "hold", True), (5, 5, "hold", False),
        (100, 11, "apply", False),
    ],
)  # fmt: skip
def test_people_of_whom_nothing_is_known_are_changed_in_numbers_only_after_a_look(
    world: World, there: int, count: int, first_replace: str, held: bool
) -> None:
    hold_first(world, there)
    policy(world, first_replace=first_replace)

    run = apply(world, SOME, people(count))

    assert codes(run) == (["hold_unknown"] if held else [])
    if held:
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


def test_ids_that_wecom_spells_otherwise_are_told_of_once(world: World) -> None:
    run = apply_all(world, people(30), people(30).replace("员工", "职工", 9).replace(",u", ",U"))

    (warning,) = plan_of(world, run)["warnings"]
    assert [warning[name] for name in ("code", "line", "id")] == ["warning_ids_respelt", 2, "U0"]
    assert "U0 → u0" in warning["text"]
    assert apply(world, SOME, people(3).replace(",u", ",U")).warnings == 0


def test_whom_one_family_explains_no_other_one_counts(world: World) -> None:
    page = cut(people(100), 50, 80)

    missing = apply_all(world, people(100), page)
    others = apply(world, FULL, thinned(page, 11))

    assert codes(missing) == ["hold_incomplete"]
    assert codes(others) == ["hold_incomplete", "hold_gone"]
    assert [listing(hold).total for hold in others.holds] == [30, 11]
    assert english(others).count(" Affected: 员工51 (u50), 员工52 (u51)") == 1
    assert chinese(others).count("。涉及：员工51（u50）、员工52（u51）") == 1


def test_a_protected_account_is_named_among_all_who_go(world: World) -> None:
    apply(world, FULL, people(100))
    policy(world, protected=["u21"])

    run = apply(world, FULL, thinned(people(100), 11))

    assert codes(run) == ["hold_gone", "hold_protected"]
    assert named(run.holds[1]) == "u21"


def test_a_first_file_is_told_of_beside_protected_accounts(world: World) -> None:
    hold_first(world, 40)
    policy(world, first_replace="hold", protected=["BOSS-*"])
    world.wecom.hire("boss-mail")

    run = apply(world, FULL, people(40))

    assert (codes(run), named(run.holds[0])) == (["hold_protected"], "boss-mail")
    assert "The same goes for: the first file of this kind." in english(run)
    assert "此外还涉及：首次提交的这类文件。" in chinese(run)


def test_protected_accounts_come_before_invitations(world: World) -> None:
    apply(world, FULL, people(3))
    policy(world, protected=["u1"], invite=True, invitations=0)

    run = apply(world, FULL, thinned(people(3), 1) + "新,new,13911112222,,1\n")

    assert codes(run) == ["hold_protected"]
    assert "The same goes for: invitations (1)." in english(run)


def test_a_family_has_one_sentence_and_names_what_else_it_found(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    other = changed(titled(200, *["2"] * 70, "1"), "员工", "职工", 21)

    run = apply_all(world, titled(200, "1"), changed(other, ",1,2\n", ",2,2\n", 31))

    assert codes(run) == ["hold_renamed"]
    assert listing(run.holds[0]).total == 21
    for language, text in (
        (Language.ENGLISH, ", 职位 (70). For"),
        (Language.CHINESE, "、职位（70）。"),
    ):
        document = hold_document(run.holds[0], language)
        assert document["family"] == "share"
        assert text in document["text"]


def test_an_approval_covers_a_family_and_not_only_the_sentence_that_was_shown(
    world: World,
) -> None:
    policy(world, renames_percent=100)
    other = changed(titled(200, *["2"] * 70, "1"), "员工", "职工", 21)
    run = apply_all(world, titled(200, "1"), other)
    assert codes(run) == ["hold_columns"]
    assert "also" not in run.holds[0].params
    policy(world, renames_percent=5)

    assert approved(world, run).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("before", "after", "column", "users"),
    [
        (BOTH, BOTH.replace(",1,1,1\n", ",1,2,1\n"), "别名", range(100)),
        (titled(100, "1"), titled(100, *["2"] * 31, "1"), "职位", range(99, 100)),
    ],
    ids=["columns", "people"],
)
def test_an_approval_covers_only_the_columns_and_people_that_were_shown(
    world: World, before: str, after: str, column: str, users: range
) -> None:
    held = apply_all(world, before, after)
    assert held.holds[0].params["column"] == "职位"
    book = world.archive.snapshots["acme"]
    changed_rows = with_cells(book, *(f"u{n}" for n in users), **{column: "9"})
    world.archive.snapshots["acme"] = changed_rows

    again = approved(world, held)

    assert codes(again) == ["hold_worse", "hold_columns"]
    assert listing(again.holds[0]).total == len(users)
    assert listing(again.holds[0]).first[0] == f"u{users[0]}"
    assert approved(world, again).state is State.SUCCEEDED


@pytest.mark.parametrize(("left_out", "held"), [(True, []), (False, ["hold_unlikely"])])
def test_moves_out_of_departments_that_the_tree_left_out_are_not_counted(
    world: World, left_out: bool, held: list[str]
) -> None:
    apply(world, DEPARTMENTS, departments(4))
    before = people(100).replace(",,1\n", ",,2\n", 30).replace(",,1\n", ",,3\n")
    apply(world, FULL, before)
    if left_out:
        held_tree = apply(world, DEPARTMENTS, departments(4).replace("部门2,2,1,2\n", ""))
        assert approved(world, held_tree).state is State.SUCCEEDED

    assert codes(apply(world, FULL, before.replace(",,2\n", ",,3\n"))) == held


def test_a_file_that_is_older_is_not_called_incomplete_as_well(world: World) -> None:
    policy(world, removal_percent=100)
    old = people(40).replace("员工1,", "甲,", 1)

    assert codes(apply_all(world, people(40), old, people(60), old)) == ["hold_same_again"]


def test_wrong_mobiles_are_named_beside_a_reorganisation(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    staff = [(f"王{n}", f"u{n}", f"138{7 * n:08d}", str(2 + n % 2)) for n in range(101)]
    apply(world, FULL, table(SHORT, *map(",".join, staff)))
    mobiles = [mobile for _, _, mobile, _ in staff]
    for n in range(30):
        moved = mobiles[n + 1] if n < 9 else "13999999999" if n == 9 else mobiles[n]
        staff[n] = (*staff[n][:2], moved, "4" if n % 3 else "1")

    run = apply(world, FULL, table(SHORT, *map(",".join, staff)))

    assert codes(run) == ["hold_unlikely", "hold_moved"]
    assert [listing(hold).total for hold in run.holds] == [9, 30]
    assert run.holds[0].params["column"] == "手机号"


def test_a_filter_is_named_although_accounts_go_that_no_file_ever_named(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    staff = people(100).replace(",,1\n", ",,3\n", 20)
    assert apply(world, FULL, staff).state is State.SUCCEEDED
    world.wecom.hire("guest", "visitor")
    header, *rows = staff.splitlines(keepends=True)

    run = apply(world, FULL, "".join([header, *rows[20:]]))

    assert run.state is State.HELD
    assert "Those who are missing have this in common: 所在部门 部门3." in english(run)
