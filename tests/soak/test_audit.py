"""The soak's own audit: it names every kind of thing that may go wrong, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from soak.audit import lost, overlapping_jobs, overlapping_runs, wrong_states
from soak.company import Drop
from soak.load import Dropped
from support.companies import Person
from support.dropped import run_at
from wecom_sync.domain.run import Job, State

ANNA = Person(id="a", name="安", mobile="13900000001", places=(1,), title="经理")
BEN = Person(id="b", name="本", mobile="13900000002", places=(1,), title="会计")
BOTH = (ANNA, BEN)


def dropped(
    number: int, state: State, *, job: Job = Job.REPLACE_USER, people: tuple[Person, ...] = BOTH,
    failed: int = 0, **drop: Any,
) -> Dropped:  # fmt: skip
    at = number * 3600.0
    file = Drop(corp="c", name=f"{number}", job=job, people=people, **drop)
    went_out = state in {State.SUCCEEDED, State.PARTIAL, State.FAILED}
    run = run_at(
        file.key, at, version=f"v{number}", run_id=f"r{number}", state=state, finished=at + 60,
        posted=at + 10 if went_out else None, job_id=f"j{number}" if went_out else None,
        succeeded=len(people) - failed, failed=failed, unreported=0,
    )  # fmt: skip
    return Dropped(file, f"v{number}", f"r{number}", run)


def problems(*files: Dropped) -> Iterator[str]:
    yield from wrong_states(files)
    yield from lost(files, [each.run for each in files if each.run], {"c/settings.toml"})
    yield from overlapping_runs("c", files)


GOOD = (
    dropped(1, State.SUPERSEDED),
    dropped(2, State.SUCCEEDED),
    dropped(3, State.UNCHANGED),
    dropped(4, State.PARTIAL, job=Job.SYNC_USER, failed=1, refused=frozenset({"b"})),
    dropped(5, State.REJECTED, broken=True),
)
LONG = dropped(6, State.SUCCEEDED, people=(ANNA,))
LONG.run = replace(LONG.run, finished=9 * 3600.0) if LONG.run else None


@pytest.mark.parametrize(
    "wrong",
    [
        dropped(6, State.FAILED), dropped(6, State.CANCELLED), dropped(6, State.HELD),
        dropped(6, State.QUEUED), dropped(6, State.SUPERSEDED), dropped(6, State.SUCCEEDED),
        dropped(6, State.REJECTED), dropped(6, State.PARTIAL, failed=1),
        dropped(6, State.UNCHANGED, people=(ANNA,)),
        dropped(6, State.UNCHANGED, people=(ANNA, replace(BEN, title="销售"))),
        dropped(6, State.SUCCEEDED, refused=frozenset({"b"})),
        dropped(6, State.SUCCEEDED, people=(ANNA,), broken=True),
        GOOD[1],
        Dropped(GOOD[0].drop, "v6", "r6", None),
    ],
)  # fmt: skip
def test_a_run_that_ended_otherwise_is_named_and_no_other(wrong: Dropped) -> None:
    assert [*problems(*GOOD)] == []

    assert {problem.partition(": ")[0] for problem in problems(*GOOD, wrong)} - {"c"} == {
        wrong.drop.key
    }


def test_a_run_that_nobody_asked_for_is_named() -> None:
    runs = [each.run for each in (*GOOD, LONG) if each.run]

    (problem,) = lost(GOOD, runs, {"c/settings.toml"})
    assert problem.startswith(LONG.drop.key)


def test_imports_that_ran_beside_each_other_are_named() -> None:
    spans = (("1", 1.0, 2.0), ("2", 2.0, 5.0), ("3", 4.0, 6.0), ("4", 7.0, None), ("5", 8.0, 9.0))
    jobs = [SimpleNamespace(job_id=name, created_at=at, finished_at=end) for name, at, end in spans]

    assert [*overlapping_runs("c", [LONG, dropped(7, State.SUCCEEDED)])] == [
        "c: runs r6 and r7 overlap"
    ]
    assert [*overlapping_jobs("c", cast("Any", jobs))] == [
        f"c: WeCom's jobs {one} and {other} overlap" for one, other in (("2", "3"), ("4", "5"))
    ]
