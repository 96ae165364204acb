"""Files that are not whole: their last line breaks off, or a part is missing."""

import pytest

from support.company import cut, people, thinned, with_column
from support.guarded import DEPARTMENTS, apply, apply_all, codes, listing, policy
from support.world import World, departments
from wecom_sync.domain.run import State

INCOMPLETE = ["hold_incomplete"]


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


@pytest.mark.parametrize("leavers", ["remove", "disable"])
def test_whom_a_row_disables_is_not_missing(world: World, leavers: str) -> None:
    policy(world, removal_percent=100, leavers=leavers)
    cells = ["0"] * 10 + ["1"] * 20 + ["0"]

    run = apply_all(
        world, with_column(people(40), "禁用", "0"), with_column(people(40), "禁用", *cells)
    )

    assert run.state is State.SUCCEEDED
