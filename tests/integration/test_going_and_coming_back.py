"""Who goes, who comes back, and whom WeCom keeps: what counts, what is noted, what is refused."""

import pytest

from support.books import noted
from support.company import people, thinned
from support.guarded import FULL, SOME, apply, codes, plan_of, policy
from support.runs import approved, chinese, english, state_and_why
from support.stories import Step, play, stories
from support.world import World, members
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.states import State


@pytest.mark.parametrize(
    ("there", "gone", "refused"),
    [
        (249, 50, True), (250, 50, False), (300, 61, True), (300, 60, False), (10, 8, False),
        (10, 9, True), (62, 49, False), (62, 50, True), (60, 49, True),
    ],
)  # fmt: skip
def test_a_hold_tells_if_wecom_refuses(world: World, there: int, gone: int, refused: bool) -> None:
    world.wecom.hire(*(f"u{number}" for number in range(there)))

    run = apply(world, FULL, members(*(f"u{number}" for number in range(gone, there)), "new"))

    assert codes(run) == ["hold_gone"]
    assert ("(45026), even when you" in english(run)) is refused
    assert ("（45026），即使批准" in chinese(run)) is refused


@pytest.mark.parametrize(
    ("there", "joins", "few"), [(5, 40, True), (5, 1, False), (5, 2, True), (6, 40, False)]
)
def test_a_new_corp_is_told_the_way_in(world: World, there: int, joins: int, few: bool) -> None:
    world.wecom.hire(*(f"boss{number}" for number in range(there)))

    run = apply(world, FULL, people(joins))

    assert ("syncuser" in english(run)) is ("syncuser" in chinese(run)) is few
    assert ("lacks 「boss0" in english(run)) is few


def others(content: str, gone: int) -> str:
    """Return a file without other people: the first one stands at its end."""
    header, first, *rows = content.splitlines(keepends=True)
    return thinned("".join([header, *rows, first]), gone)


def counts_as_gone(world: World, count: int) -> None:
    assert len(noted(world.archive.snapshot("acme"), "unasked")) == count


STORIES = """
who is back does not count: set removals=8 | people 1000 | people 1000 ~ thinned 8
    | some people 1000 | people 1000 ~ others 8 | applied | counts_as_gone 8
who was removed or disabled counts: people 100 | people 99 ~ with_column 禁用 1 ""
    | notes unasked u0 u99
who could not be removed or disabled does not count: people 100 | refuse u0 left u99
    | people 99 ~ with_column 禁用 1 "" | notes unasked
whom an unknown outcome may have removed counts: set removal_percent=100 removals=50 | people 2000
    | fails result 40089 | people 2000 ~ thinned 40 | failed | people 2000 ~ thinned 70
    | asks hold_gone
whom an unknown outcome may have removed does not count when a person approved it:
    set removal_percent=100 removals=30 | people 2000 | fails result 40089
    | people 2000 ~ thinned 40 | approve | failed | set removal_percent=100 removals=50
    | people 2000 ~ thinned 70 | applied
"""


@stories(STORIES, globals())
def test_who_counts_as_gone_or_back(world: World, story: list[Step]) -> None:
    play(world, *story)


CREATOR = "Boss"


@pytest.fixture
def owned(world: World) -> World:
    """A corp whose creator, whom WeCom never removes, is in none of its files."""
    policy(world, protected=["boss"], removals=0, removal_percent=0)
    world.wecom.hire(CREATOR)
    apply(world, SOME, people(40))
    world.wecom.refused = {CREATOR: 301005}
    world.wecom.extra = [ResultRow(CREATOR, 301005, "not allow del corp creator")]
    run = approved(world, apply(world, FULL, renamed("一")))
    assert state_and_why(run) == (State.PARTIAL, "removals_refused")
    assert "fix.csv" not in english(run)
    return world


def renamed(name: str, count: int = 40) -> str:
    return people(count).replace("员工1,", f"{name},")


def test_a_creator_who_stays_is_told_and_no_trouble(owned: World) -> None:
    run = apply(owned, FULL, renamed("一"))

    assert (run.state, plan_of(owned, run)["remove"]) == (State.UNCHANGED, [])
    (warning,) = plan_of(owned, run)["warnings"]
    assert (warning["code"], warning["line"]) == ("warning_spared", None)
    assert CREATOR in warning["text"]
    run = apply(owned, FULL, renamed("二"))
    assert (run.state, run.result.succeeded, run.result.failed) == (State.SUCCEEDED, 40, 0)
    row = owned.results_csv(run)[-1]
    assert (row[1], *row[4:6]) == (CREATOR, "failed", "301005")
    assert apply(owned, FULL, renamed("二")).state is State.UNCHANGED

    run = apply(owned, FULL, renamed("二", 39))
    assert plan_of(owned, run)["remove"] == ["u39"]


@pytest.mark.parametrize("is_named", [False, True])
def test_who_is_no_longer_refused_or_named_is_forgotten(owned: World, is_named: bool) -> None:
    owned.wecom.refused, owned.wecom.extra = {}, []
    row = f"老板,{CREATOR},13900000001,,1\n"

    run = apply(owned, FULL, renamed("二") + row * is_named)
    assert codes(run) == ["hold_protected_contacts"] * is_named
    run = approved(owned, run) if is_named else run
    assert run.state is State.SUCCEEDED

    assert noted(owned.archive.snapshot("acme"), "stays") == {}
    owned.wecom.hire(CREATOR)
    assert "hold_protected" in codes(apply(owned, FULL, renamed("三")))
