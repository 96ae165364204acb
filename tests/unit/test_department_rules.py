"""Every rule about a department file, just inside and just outside its limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wecom_sync.domain.run import Job
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.roster import MAX_PROBLEMS, FileRejectedError, Problem, read_roster

HEADER = "部门名称,部门ID,父部门ID,排序"
ROOT = "总部,1,0,"


def problems(*rows: str) -> list[Problem]:
    try:
        read_roster(Job.REPLACE_PARTY, "\n".join([HEADER, *rows]).encode())
    except FileRejectedError as error:
        return list(error.problems)
    return []


def codes(*rows: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in problems(*rows)]


def chain(levels: int) -> list[str]:
    return [ROOT, *(f"级,{level},{level - 1}," for level in range(2, levels + 1))]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((ROOT, "甲,2,1,", "乙,3,2,"), []), (("乙,3,2,", "甲,2,1,", ROOT), []),
        (("总部,01,00,", "甲,002,01,", "乙,3,2,"), []),
        (("甲,2,1,",), [(0, "root_missing"), (2, "parent_missing")]),
        ((ROOT, "甲,2,0,"), [(3, "root_second")]),
        (("总部,1,2,", "甲,2,1,"), [(2, "root_has_parent")]),
        (("总部,1,1,",), [(2, "root_has_parent")]), ((ROOT, "甲,2,9,"), [(3, "parent_missing")]),
        ((ROOT, "甲,2,9,", "乙,3,2,"), [(3, "parent_missing")]),
        ((ROOT, "甲,2,1,", "甲,3,1,"), [(4, "department_name_twice")]),
        ((ROOT, "甲,2,1,", "甲,3,01,"), [(4, "department_name_twice")]),
        ((ROOT, "甲,2,1,", "甲,3,2,"), []),
        ((ROOT, "甲,2,1,", "乙,02,1,"), [(4, "department_id_duplicate")]),
        ((ROOT, "名" * 64 + ",2,1,"), []), ((ROOT, "名" * 65 + ",2,1,"), [(3, "cell_too_long")]),
        ((ROOT, "甲,2147483647,1,"), []),
        ((ROOT, "甲,2147483648,1,"), [(3, "department_id_invalid")]),
        ((ROOT, "甲,0,1,"), [(3, "department_id_invalid")]), ((ROOT, "甲,2,1,0"), []),
        ((ROOT, "甲,2,1,4294967295"), []), ((ROOT, "甲,2,1,4294967296"), [(3, "order_invalid")]),
        ((ROOT, "甲,2,1,-1"), [(3, "order_invalid")]),
        ((ROOT, "甲,2,1,1;2"), [(3, "order_invalid")]),
    ],
)  # fmt: skip
def test_a_tree_is_taken_or_told_what_is_wrong(
    rows: tuple[str, ...], expected: list[tuple[int, str]]
) -> None:
    assert codes(*rows) == expected


@pytest.mark.parametrize("character", "\\:*?<>|")
def test_a_character_that_wecom_forbids_is_rejected(character: str) -> None:
    assert codes(ROOT, f"研{character}发,2,1,") == [(3, "department_name_invalid")]


@pytest.mark.parametrize("character", "/-&（、 ")
def test_other_characters_are_taken(character: str) -> None:
    assert codes(ROOT, f"研{character}发,2,1,") == []


def test_a_department_may_not_be_its_own_parent() -> None:
    (problem,) = problems(ROOT, "甲,2,2,")

    assert (problem.line, problem.code, problem.params) == (
        3, "department_own_parent", {"value": "2"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "line", "value"),
    [(("甲,2,3,", "乙,3,2,"), 3, "2 → 3 → 2"), (("尾,9,4,", "乙,4,3,", "甲,3,4,"), 4, "4 → 3 → 4")],
)
def test_a_ring_of_departments_is_told_once(rows: tuple[str, ...], line: int, value: str) -> None:
    (problem,) = problems(ROOT, *rows)

    assert (problem.line, problem.code, problem.params["value"]) == (
        line, "department_cycle", value,
    )  # fmt: skip


def test_two_rings_are_told_both() -> None:
    rows = ("甲,2,3,", "乙,3,2,", "丙,4,5,", "丁,5,4,")

    assert codes(ROOT, *rows) == [(3, "department_cycle"), (5, "department_cycle")]


def test_one_mistake_is_not_told_again_at_every_child() -> None:
    rows = (ROOT, ",2,1,", "乙,3,2,", "丙,4,1,,surplus", "丁,5,4,")

    assert codes(*rows) == [(3, "cell_missing"), (5, "cells_too_many")]


def test_departments_without_a_name_are_no_namesakes() -> None:
    assert codes(ROOT, ",2,1,", ",3,1,") == [(3, "cell_missing"), (4, "cell_missing")]


def test_a_broken_root_is_not_missing() -> None:
    assert codes(",1,0,", "甲,2,1,") == [(2, "cell_missing")]


def test_fifteen_levels_and_no_more() -> None:
    assert codes(*chain(15)) == []
    (problem,) = problems(*chain(17))
    assert (problem.line, problem.id, problem.code) == (17, "16", "department_too_deep")
    assert problem.params == {"level": 16, "limit": 15}


def test_thirty_thousand_departments_and_no_more() -> None:
    flat = [ROOT, *(f"部{number},{number},1," for number in range(2, 30_001))]

    assert codes(*flat) == []
    assert codes(*flat, "多,30001,1,") == [(0, "departments_too_many")]


@pytest.mark.parametrize("closed", [False, True])
def test_a_chain_of_thirty_thousand_is_checked_without_a_walk_from_each(closed: bool) -> None:
    rows = chain(30_000)
    if closed:
        rows[1] = "级,2,30000,"

    found = codes(*rows)

    assert found == ([(3, "department_cycle")] if closed else [(17, "department_too_deep")])


def test_problems_stay_in_the_order_of_lines_when_they_are_too_many_to_list() -> None:
    rows = [ROOT, "甲,2,2147483647,", *(f",{number},1," for number in range(3, MAX_PROBLEMS + 20))]

    found = problems(*rows)

    assert len(found) == MAX_PROBLEMS
    assert (found[0].line, found[0].code) == (3, "parent_missing")
    assert [each.line for each in found] == sorted(each.line for each in found)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["甲", "乙", "", "a:b"]), st.integers(0, 7), st.integers(0, 7),
            st.sampled_from(["", "0", "007", "x"]),
        ),
        max_size=7,
    )
)  # fmt: skip
def test_whatever_is_accepted_is_one_tree_and_accepted_again(
    rows: list[tuple[str, int, int, str]],
) -> None:
    text = "\n".join([HEADER, ROOT, *(",".join(map(str, row)) for row in rows)])
    try:
        roster = read_roster(Job.REPLACE_PARTY, text.encode())
    except FileRejectedError:
        return

    again = read_roster(Job.REPLACE_PARTY, roster.to_csv())

    assert sorted(row.cells for row in again.rows) == sorted(row.cells for row in roster.rows)
    parents = {row.id: row.cells[2] for row in roster.rows}
    assert len(parents) == len(roster.rows)
    known = {"0"}
    for _ in range(len(parents)):
        known |= {row_id for row_id, parent in parents.items() if parent in known}
    assert known == {"0", *parents}


def test_every_rule_names_its_source() -> None:
    assert [
        rule.code for column in DEPARTMENT_COLUMNS for rule in column.rules if not rule.source
    ] == []
