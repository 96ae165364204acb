"""Settings that leave departments and accounts as they are."""

import json

from support.books import run_of
from support.company import people
from support.guarded import DEPARTMENTS, FULL, SOME, apply, policy
from support.world import World, departments
from wecom_sync.domain.book import Book
from wecom_sync.domain.run import Job, Run, State
from wecom_sync.planning.drift import compare
from wecom_sync.planning.memory.operations import bound

STAFF = "acme/company/staff.csv"
SETTINGS = "acme/settings.toml"
UNMANAGED = '[accounts]\nunmanaged = ["desk-*"]\n[departments]\nunmanaged = ["总部/部门2"]\n'


def problem(world: World, run: Run) -> dict[str, object]:
    document = json.loads(world.reports.documents[f"acme/{run.run_id}/problems.json"])
    (first,) = document["problems"]
    return dict(first)


def test_paths_are_bound_to_ids_for_good_and_drift_is_silent_about_whoever_is_there(
    world: World,
) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, FULL, people(3))

    assert apply(world, SETTINGS, UNMANAGED).state is State.SUCCEEDED
    apply(world, DEPARTMENTS, departments(4).replace("部门2", "外包"))
    assert apply(world, SETTINGS, UNMANAGED + "[limits]\nremovals = 9\n").state is State.SUCCEEDED

    book = world.archive.snapshot("acme")
    assert (book.unmanaged, book.unmanaged_accounts) == ({"总部/部门2": 2}, ("desk-*",))
    world.wecom.hire("desk-1", "new")
    world.wecom.hire("temp", "u0", department=2)
    drift = compare("acme", world.wecom.directory(), book)
    assert (drift.added, drift.removed, drift.moved) == (("new",), (), ())


def test_a_path_that_nobody_knows_refuses_the_settings_on_its_line(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))

    run = apply(world, SETTINGS, UNMANAGED.replace("部门2", "部门9"))

    assert run.state is State.REJECTED
    assert problem(world, run)["line"] == 4
    assert "总部/部门4" in str(problem(world, run)["text"])
    assert world.archive.snapshot("acme").unmanaged_accounts == ()


def test_a_full_overwrite_is_refused_and_other_files_are_not(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, SETTINGS, UNMANAGED)

    run = apply(world, FULL, people(3))

    assert run.state is State.REJECTED
    assert "company" in str(problem(world, run)["text"])
    assert apply(world, SOME, people(3)).state is State.SUCCEEDED
    assert apply(world, DEPARTMENTS, departments(5)).state is State.SUCCEEDED


def test_no_company_file_is_planned_before_the_paths_of_its_settings_are_bound(
    world: World,
) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, FULL, people(3))
    world.wecom.hire("temp", department=2)
    policy(world, departments_unmanaged=["总部/部门2"])

    apply(world, STAFF, people(2))

    assert "temp" in world.wecom.members
    policy(world, departments_unmanaged=["总部/部门9"])
    run = apply(world, STAFF, people(1))
    assert run.state is State.REJECTED
    assert problem(world, run)["column"] == "departments.unmanaged"


def test_older_settings_that_are_bound_late_change_nothing() -> None:
    newer, older = (run_of("acme", Job.COMPANY, dropped) for dropped in (2, 1))
    book = bound(Book(), newer, {"总部/部门2": 2}, ())

    assert bound(book, older, {}, ("desk",)) == book
