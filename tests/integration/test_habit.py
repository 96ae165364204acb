"""What is far more than a company's files have changed before, at once or bit by bit."""

import pytest

from support.company import changed, people, table, thinned, titled
from support.guarded import DAY, FULL, SOME, apply, codes, policy
from support.runs import approved, chinese, english
from support.world import World
from wecom_sync.domain.run import Run, State

LIMIT, FAR, TREND = ["hold_habit_limit"], ["hold_habit"], ["hold_habit_trend"]
HEADER = "姓名,帐号,手机号,邮箱,所在部门"


def dial(world: World, count: int, days: float = 0) -> Run:
    """Give so many people other mobiles, days after the last file."""
    world.clock.now += days * DAY
    start = int(world.clock.now) // 60
    mobiles = (f"139{(start * 7919 + n * 104_729) % 10**8:08d}" for n in range(count))
    rows = (f"员工{n + 1},u{n},{mobile},,1" for n, mobile in enumerate(mobiles))
    return apply(world, SOME, table(HEADER, *rows))


def join(world: World, count: int, days: float = 0) -> Run:
    """Let so many people join, days after the last file."""
    world.clock.now += days * DAY
    there = len(world.wecom.members)
    header, *rows = people(there + count).splitlines()
    return apply(world, SOME, table(header, *rows[there:]))


def history(world: World, *counts: int, days: float = 7) -> None:
    """Give people other mobiles again and again, and nobody is asked."""
    for count in counts:
        assert dial(world, count, days).state is State.SUCCEEDED


@pytest.fixture(autouse=True)
def company(world: World) -> None:
    policy(world, contacts_percent=100, updates_percent=100)
    assert apply(world, FULL, people(100)).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("files", "days", "count", "held"),
    [(6, 7, 24, []), (6, 7, 25, FAR), (6, 30, 24, []), (6, 30, 25, FAR), (5, 7, 25, []),
     (6, 6.9, 25, [])],
)  # fmt: skip
def test_far_more_than_any_file_before_is_asked_about_once_there_is_a_habit(
    world: World, files: int, days: float, count: int, held: list[str]
) -> None:
    history(world, *[8] * files, days=days)

    run = dial(world, count, days)

    assert codes(run) == held
    assert ("addresses: 25 of 100 people in this file" in english(run)) is bool(held)
    assert ("files has changed without a question is 8." in english(run)) is bool(held)
    words = "涉及 100 人中的 25 人；该企业以往的文件未经确认时，一次最多涉及 8 人"
    assert (words in chinese(run)) is bool(held)


def test_titles_change_for_many_at_once(world: World) -> None:
    for n in range(6):
        world.clock.now += 7 * DAY
        apply(world, SOME, titled(1, f"甲{n}"))

    assert apply(world, SOME, titled(100, *["经理", "主管", "职员"] * 33)).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("counts", "days", "held"),
    [((6, 5), 1, []), ((6, 6), 1, LIMIT), ((4, 4, 4), 30, LIMIT), ((3, 3, 3, 3), 30, []),
     ((3, 3, 3, 3), 2, LIMIT), ((3, 3, 3, 3), 3, []), ((3, 9), 1, [])],
)  # fmt: skip
def test_instalments_add_up_for_a_week_or_three_files(
    world: World, counts: tuple[int, ...], days: float, held: list[str]
) -> None:
    policy(world, contacts_percent=5)
    *first, last = counts
    history(world, *first, days=days)

    run = dial(world, last, days)

    assert codes(run) == held
    assert ("addresses: 12 with this file and those" in english(run)) is bool(held)
    assert ("合计却有 12 人次，超过现有 100 人的 5%" in chinese(run)) is bool(held)


def test_leavers_by_instalments_are_asked_about(world: World) -> None:
    apply(world, FULL, people(1000))
    for gone in (30, 60, 90):
        world.clock.now += DAY
        assert apply(world, FULL, thinned(people(1000), gone)).state is State.SUCCEEDED
    world.clock.now += DAY

    assert codes(apply(world, FULL, thinned(people(1000), 120))) == LIMIT


def test_what_a_person_approved_is_not_counted_again(world: World) -> None:
    policy(world, contacts_percent=5)
    history(world, 6)
    run = dial(world, 6)
    assert codes(run) == LIMIT
    assert approved(world, run).state is State.SUCCEEDED

    history(world, 6, days=1)
    assert codes(dial(world, 6)) == LIMIT


@pytest.mark.parametrize(("count", "held"), [(2, []), (3, TREND)])
def test_two_weeks_are_compared_with_two_weeks(world: World, count: int, held: list[str]) -> None:
    history(world, *[2] * 8)
    history(world, 5, days=1)

    run = dial(world, count, days=1)

    assert codes(run) == held
    words = "12 within two weeks, with this file (people: 100). In two weeks it was 4 at most"
    assert (words in english(run)) is bool(held)
    words = "两周内共 12 人次（现有 100 人），以往任何两周最多 4 人次"
    assert (words in chinese(run)) is bool(held)


@pytest.mark.parametrize(("count", "held"), [(16, []), (17, TREND)])
def test_more_newcomers_are_ordinary(world: World, count: int, held: list[str]) -> None:
    policy(world, additions_percent=15)
    approved(world, apply(world, FULL, people(300)))
    policy(world)
    for _ in range(6):
        assert join(world, 1, days=7).state is State.SUCCEEDED
    assert join(world, 15, days=10).state is State.SUCCEEDED

    assert codes(join(world, count)) == held


def test_the_first_people_of_a_new_corp_are_no_newcomers(world: World) -> None:
    policy(world, additions_percent=15)
    assert "too few files yet" in english(join(world, 18))
    assert "提交过的文件还太少" in chinese(join(world, 18))

    assert join(world, 15).state is State.SUCCEEDED
    assert codes(join(world, 5)) == LIMIT


@pytest.mark.parametrize("is_rollback", [True, False])
def test_a_rollback_counts_as_asked(world: World, is_rollback: bool) -> None:
    policy(world, contacts_percent=5)
    back = {"rollback_of": world.run_of(FULL).run_id} if is_rollback else {}
    file = people(100).replace("员工99,", "职工99,")
    for content, asks in ((changed(people(100), ",1380000", ",1397316", 5), {}), (file, back)):
        assert apply(world, FULL, "" if asks else content, **asks).state is State.SUCCEEDED

    assert codes(dial(world, 6)) == ([] if is_rollback else LIMIT)


@pytest.mark.parametrize(
    ("files", "days", "held"), [(29, 3, []), (30, 3, FAR), (23, 30, []), (24, 30, FAR)]
)
def test_what_changed_is_remembered_for_90_days_or_24_files(
    world: World, files: int, days: float, held: list[str]
) -> None:
    history(world, 12, *[1] * files, days=days)

    assert codes(dial(world, 30, days)) == held


def test_what_wecom_refuses_every_night_is_no_change(world: World) -> None:
    policy(world)
    world.wecom.refused = {"u3": 60104, "u4": 60104}
    for night in range(6):
        world.clock.now += DAY
        file = people(100).replace("员工4,", "改名四,").replace("员工5,", "改名五,")

        run = apply(world, FULL, file.replace("员工50,", f"{'甲乙丙丁戊己'[night]}五十,"))

        assert run.state is State.PARTIAL


def test_a_retry_does_not_count_its_own_first_try(world: World) -> None:
    policy(world)
    world.wecom.refused = {f"u{n}": 60104 for n in range(6)}
    first = apply(world, FULL, people(100).replace("员工", "职工", 8))
    assert first.state is State.PARTIAL
    world.wecom.refused = {}
    world.clock.now += 1

    assert apply(world, FULL, "", retry_of=first.run_id).state is State.SUCCEEDED
