"""Leavers by instalments: files of one day count together."""

import pytest

from support.books import noted
from support.company import people, thinned, with_column
from support.guarded import DAY, FULL, SOME, apply, codes, policy
from support.runs import approved, chinese, english
from support.world import World
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import State


def shrink(world: World, *counts: int, of: int = 1000, after: float = 0) -> list[str]:
    """Apply full files with so many of the people, one after the other; return why held."""
    world.clock.now += after
    files = [thinned(people(of), of - count) for count in counts]
    return [code for file in files for code in codes(apply(world, FULL, file))]


@pytest.mark.parametrize("leavers", ["remove", "disable"])
@pytest.mark.parametrize(
    ("counts", "last", "held"),
    [((970,), 950, []), ((970,), 949, ["hold_gone"]), ((980, 960), 950, []),
     ((980, 960), 949, ["hold_gone"]), ((970,), 919, ["hold_gone"])],
)  # fmt: skip
def test_files_of_one_day_may_together_take_away_no_more_than_one(
    world: World, leavers: str, counts: tuple[int, ...], last: int, held: list[str]
) -> None:
    policy(world, leavers=leavers, leaver_days=60)
    assert shrink(world, 1000, *counts) == []

    assert shrink(world, last) == held


def test_eight_files_that_are_fifty_shorter_each_stop_at_the_second(world: World) -> None:
    assert shrink(world, 2000, 1950, of=2000) == []

    run = apply(world, FULL, thinned(people(2000), 100))

    assert codes(run) == ["hold_gone"]
    assert "in the 20 hours before: 50. They count too" in english(run)
    assert "此前 20 小时内已删除或禁用 50 名，一并计入，也包含在 2,000 名之中。" in chinese(run)
    assert shrink(world, 1850, 1800, of=2000) == ["hold_gone"] * 2


def test_the_share_is_of_those_who_were_there_before_the_day(world: World) -> None:
    policy(world, removals=1000, removal_percent=20)
    assert shrink(world, 1000, 950, 900) == []

    run = apply(world, FULL, thinned(people(1000), 101))

    assert codes(run) == ["hold_gone"]
    assert "would remove or disable 1 of 1,000 members" in english(run)
    assert "hours before: 100. They" in english(run)


@pytest.mark.parametrize(
    ("there", "counts", "seconds", "held"),
    [
        (9, (9, 8, 7), 0, ["hold_gone"]), (9, (9, 8, 7), DAY, []),
        (1000, (1000, 970, 940), DAY, []),
        (2000, (2000, 1970, 1940), DAY - 1800, []),
        (2000, (2000, 1970, 1940), DAY - 6 * 3600, ["hold_gone"]),
    ],
)  # fmt: skip
def test_a_night_later_nobody_counts_any_more(
    world: World, there: int, counts: tuple[int, ...], seconds: float, held: list[str]
) -> None:
    *first, last = counts
    assert shrink(world, *first, of=there) == []

    assert shrink(world, last, of=there, after=seconds) == held


def test_for_three_days_it_is_known_who_went_unasked(world: World) -> None:
    policy(world, removal_percent=20)
    assert shrink(world, 1000, 970) == []
    for size, known in ((940, 60), (910, 90), (880, 90)):
        assert shrink(world, size, after=DAY) == []

        assert len(noted(world.archive.snapshot("acme"), "unasked")) == known


def test_what_a_person_approved_does_not_count(world: World) -> None:
    assert shrink(world, 1000) == []
    run = apply(world, FULL, thinned(people(1000), 100))
    assert codes(run) == ["hold_gone"]
    approved(world, run)

    assert shrink(world, 855, 854) == ["hold_gone"]


def test_who_is_back_does_not_count(world: World) -> None:
    policy(world, removals=20)
    assert shrink(world, 1000, 980) == []
    assert apply(world, SOME, people(1000)).state is State.SUCCEEDED
    header, first, *rows = people(1000).splitlines(keepends=True)

    run = apply(world, FULL, thinned("".join([header, *rows, first]), 20))

    assert run.state is State.SUCCEEDED
    assert len(noted(world.archive.snapshot("acme"), "unasked")) == 20


@pytest.mark.parametrize("refused", [False, True])
def test_who_could_not_be_removed_or_disabled_does_not_count(world: World, refused: bool) -> None:
    apply(world, FULL, people(100))
    world.wecom.extra = [ResultRow("u99", 60003, "")] if refused else []
    world.wecom.refused = {"u0": 60104} if refused else {}

    run = apply(world, FULL, with_column(people(99), "禁用", "1", ""))

    gone = {} if refused else {"u0": run.dropped, "u99": run.dropped}
    assert noted(world.archive.snapshot("acme"), "unasked") == gone


def test_a_file_that_takes_nobody_away_is_not_asked_about(world: World) -> None:
    assert shrink(world, 1000, 970) == []
    policy(world, removals=20)

    changed = apply(world, FULL, thinned(people(1000), 30).replace("员工1,", "改名,"))

    assert changed.state is State.SUCCEEDED


@pytest.mark.parametrize("is_approved", [False, True])
def test_those_whom_an_import_of_unknown_outcome_may_have_removed_unasked_count(
    world: World, is_approved: bool
) -> None:
    policy(world, removal_percent=100, removals=30 if is_approved else 50)
    assert shrink(world, 2000, of=2000) == []
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    run = apply(world, FULL, thinned(people(2000), 40))
    assert approved(world, run).state is State.FAILED
    policy(world, removal_percent=100)

    assert shrink(world, 1930, of=2000) == ([] if is_approved else ["hold_gone"])
