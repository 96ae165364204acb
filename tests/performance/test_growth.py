"""How work grows with the rows of a file: in line with them."""

from functools import partial
from itertools import pairwise

from performance.files import company_csv
from performance.whole_path import SETTINGS
from support.company import people
from support.guarded import FULL, apply, policy
from support.work import work_of
from support.world import World
from wecom_sync.domain.states import State


def first_file(world: World, content: bytes) -> None:
    """Play a first company file from its drop to its end."""
    world.drop("acme/company/all.csv", content)
    world.finish()
    assert world.run_of("acme/company/all.csv").state is State.SUCCEEDED


def slipped(count: int) -> int:
    """Return the work of a file in which everybody has the mobile of the next row."""
    world, content = World(), people(count + 1)
    policy(world)
    assert apply(world, FULL, people(count)).state is State.SUCCEEDED
    header, *rows = (line.split(",") for line in content.splitlines())
    for row, (_, _, mobile, *_) in pairwise(rows):
        row[2] = mobile
    lines = "".join(f"{','.join(cells)}\n" for cells in (header, *rows[:-1]))
    work = work_of(partial(apply, world, FULL, lines))
    assert world.run_of(FULL).state is State.HELD
    return work


def work_of_rows(count: int) -> int:
    world = World()
    world.drop("acme/settings.toml", SETTINGS)
    world.finish()
    return work_of(partial(first_file, world, company_csv(count)))


def test_a_file_of_three_times_as_many_people_takes_three_times_as_much_work() -> None:
    work_of_rows(1)  # What is imported and read once is not the file's.

    few, many = work_of_rows(500), work_of_rows(1_500)

    assert many < 3 * few


def test_a_column_that_slipped_by_a_row_takes_no_more() -> None:
    slipped(50)

    few, many = slipped(400), slipped(1_200)

    assert many < 3 * few
