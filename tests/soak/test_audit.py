"""The soak's own audit: it names every kind of thing that may go wrong, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from soak.audit import (
    Book,
    lost,
    overlapping_jobs,
    overlapping_runs,
    wrong_documents,
    wrong_states,
)
from soak.company import Drop, company
from soak.figures import beside_the_big_one
from soak.load import Dropped
from support.companies import Person
from wecom_sync.domain.run import Job, Run, State

ANNA = Person(id="a", name="安", mobile="13900000001", places=(1,), title="经理")
BEN = Person(id="b", name="本", mobile="13900000002", places=(1,), title="会计")


def dropped(
    number: int,
    state: State,
    *,
    job: Job = Job.REPLACE_USER,
    people: tuple[Person, ...] = (ANNA, BEN),
    failed: int = 0,
    **drop: Any,
) -> Dropped:
    at = number * 3600.0
    file = Drop(corp="c", name=f"{number}", job=job, people=people, **drop)
    went_out = state in {State.SUCCEEDED, State.PARTIAL, State.FAILED}
    run = Run(
        run_id=f"r{number}", corp="c", job=job, bucket="d", key=file.key, version=f"v{number}",
        state=state, dropped=at, created=at, updated=at, due=at, finished=at + 60,
        posted=at + 10 if went_out else None, job_id=f"j{number}" if went_out else None,
        succeeded=len(people) - failed, failed=failed, unreported=0,
    )  # fmt: skip
    return Dropped(file, f"v{number}", f"r{number}", run)


GOOD = [
    dropped(1, State.SUPERSEDED),
    dropped(2, State.SUCCEEDED),
    dropped(3, State.UNCHANGED),
    dropped(4, State.PARTIAL, job=Job.SYNC_USER, failed=1, refused=frozenset({"b"})),
    dropped(5, State.REJECTED, broken=True),
]


def test_runs_that_ended_as_they_deserve_are_no_problem() -> None:
    assert list(wrong_states(GOOD)) == []
    assert list(lost(GOOD, [each.run for each in GOOD if each.run], set())) == []
    assert list(overlapping_runs("c", GOOD)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        dropped(6, State.FAILED),
        dropped(6, State.CANCELLED),
        dropped(6, State.HELD),
        dropped(6, State.QUEUED),
        dropped(6, State.SUPERSEDED),
        dropped(6, State.UNCHANGED, people=(ANNA,)),
        dropped(6, State.UNCHANGED, people=(ANNA, replace(BEN, title="销售"))),
        dropped(6, State.PARTIAL, failed=1),
        dropped(6, State.SUCCEEDED, refused=frozenset({"b"})),
        dropped(6, State.SUCCEEDED),
        dropped(6, State.SUCCEEDED, people=(ANNA,), broken=True),
        dropped(6, State.REJECTED),
        Dropped(GOOD[0].drop, "v6", "r6", None),
    ],
)
def test_a_run_that_ended_otherwise_is_named(wrong: Dropped) -> None:
    (problem,) = wrong_states([*GOOD, wrong])

    assert wrong.drop.key in problem


def test_a_drop_without_a_run_with_two_and_a_run_without_a_drop_are_named() -> None:
    runs = [each.run for each in GOOD if each.run]
    twice = replace(runs[1], run_id="other")
    stranger = replace(runs[2], key="c/syncuser/other.csv")

    problems = list(lost(GOOD, [*runs[1:], twice, stranger], {"c/settings.toml"}))

    assert len(problems) == 3
    assert any("1.csv: 0 runs" in each for each in problems)
    assert any("2.csv: 2 runs" in each for each in problems)
    assert any("other.csv" in each for each in problems)


RUNS = [each.run for each in GOOD if each.run]
MANY = [replace(RUNS[0], run_id=f"n{number:03d}") for number in range(101)]


def documents(runs: Iterable[Run], **last: str) -> dict[str, Any]:
    """Return the documents of runs: the page of each, and one index of all."""
    pages = {f"c/{run.run_id}/run.json": {"revision": run.revision} for run in runs}
    listed = [{"run_id": run.run_id, "revision": run.revision} for run in runs]
    success = {job: {"run_id": run_id} for job, run_id in last.items()}
    return {**pages, "c/index.json": {"runs": listed, "last_success": success}}


def documents_problems(runs: Iterable[Run], there: Mapping[str, Any]) -> list[str]:
    return list(wrong_documents(runs, lambda name: there.get(name, {})))


def test_documents_that_say_what_the_table_says_are_no_problem() -> None:
    forgetful = {**documents(MANY), "c/index.json": documents(MANY[1:])["c/index.json"]}

    assert documents_problems(RUNS, documents(RUNS, replaceuser="r3")) == []
    assert documents_problems(MANY, forgetful) == []


@pytest.mark.parametrize(
    ("runs", "there", "problem"),
    [
        (RUNS, documents(RUNS[1:], replaceuser="r3"), "r1: run.json of revision None, not 0"),
        (RUNS, documents(RUNS[1:], replaceuser="r3"), "c: index.json: 0 too many, 1 missing"),
        ([replace(RUNS[0], revision=1)], documents(RUNS[:1]), "0 too many, 0 missing, 1 different"),
        (MANY, documents(MANY), "c: index.json: 1 too many"),
        (RUNS, documents(RUNS, replaceuser="r2"), "c: last successes: 0 too many, 0 missing, 1"),
    ],
)
def test_documents_that_say_something_else_are_named(
    runs: list[Run], there: Mapping[str, Any], problem: str
) -> None:
    assert any(problem in wrong for wrong in documents_problems(runs, there))


def test_runs_and_jobs_that_overlap_are_named() -> None:
    one, other = GOOD[1], dropped(3, State.SUCCEEDED)
    assert one.run is not None
    long = replace(one, run=replace(one.run, finished=3 * 3600.0 + 30))
    jobs = [SimpleNamespace(job_id=name, created_at=at, finished_at=end) for name, at, end in (
        ("1", 1.0, 2.0), ("2", 2.0, 5.0), ("3", 4.0, 6.0), ("4", 7.0, None), ("5", 8.0, 9.0),
    )]  # fmt: skip

    (runs,) = overlapping_runs("c", [long, other])
    found = list(overlapping_jobs("c", cast("Any", jobs)))

    assert "r2" in runs
    assert [("2" in each and "3" in each) or ("4" in each and "5" in each) for each in found] == [
        True, True,
    ]  # fmt: skip


def test_a_book_takes_a_full_file_as_everything_and_others_as_some() -> None:
    book = Book()
    book.apply(dropped(1, State.SUCCEEDED).drop)
    book.apply(dropped(2, State.SUCCEEDED, people=(ANNA,)).drop)
    assert set(book.people) == {"a"}

    book.apply(dropped(3, State.PARTIAL, job=Job.SYNC_USER, refused=frozenset({"b"})).drop)
    assert set(book.people) == {"a"}

    book.apply(dropped(4, State.SUCCEEDED, job=Job.SYNC_USER).drop)
    assert set(book.people) == {"a", "b"}


def test_small_files_beside_the_big_one_are_told_from_those_before_it() -> None:
    crowd = tuple(replace(ANNA, id=f"u{number}") for number in range(600))
    big = dropped(2, State.SUCCEEDED, people=crowd)
    assert big.run is not None
    big.run = replace(big.run, finished=4 * 3600.0)
    files = [
        dropped(1, State.SUCCEEDED), big, dropped(3, State.SUCCEEDED),
        dropped(3, State.REJECTED, broken=True), dropped(5, State.SUCCEEDED),
    ]  # fmt: skip

    before, beside, found = beside_the_big_one(files)

    assert (before, beside) == ([60.0], [60.0])
    assert found is big


def test_made_up_companies_are_the_same_every_time_and_of_every_kind() -> None:
    first, again = ([company(7, number, 5) for number in range(60)] for _ in range(2))

    assert [each.drops for each in first] == [each.drops for each in again]
    drops = [drop for each in first for drop in each.drops]
    assert {drop.job for drop in drops} == set(Job) - {Job.COMPANY}
    assert any(drop.broken for drop in drops)
    assert any(drop.refused for drop in drops)
    assert {(each.patient, each.careful) for each in first} == {
        *((True, True), (True, False), (False, False))
    }
    assert len({drop.key for drop in drops}) == 300
