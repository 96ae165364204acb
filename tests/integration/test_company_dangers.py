"""What goes wrong with HR's one file, and what only looks so: asked about, or done rightly."""

from collections.abc import Callable, Sequence

import pytest

from support.company import table
from support.guarded import DAY, dropped
from support.world import TRUSTING, World
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

type Row = tuple[str, str, str, str]
"""Key, name, mobile, departments."""
type Change = Callable[[Sequence[Row]], Sequence[Row]]

KEY, FULL = "acme/company/staff.csv", "acme/replaceuser/old.csv"
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊洋艳"
DIVISIONS = ("研发中心", "营销中心", "行政部")
PEOPLE: tuple[Row, ...] = tuple(
    (
        f"{1001 + at}",
        SURNAMES[at % 10] + GIVEN[at // 10] + GIVEN[at % 7],
        f"138{at:08d}",
        f"示例公司/{DIVISIONS[at % 3]}/{'甲乙丙'[at % 9 // 3]}组",
    )
    for at in range(90)
)


def account_of(row: Row) -> str:
    return f"user{row[2][-3:]}"


def months(world: World, rows: Sequence[Row]) -> Run:
    """Drop HR's file a month later, and let it go as far as it goes."""
    world.clock.now += 30 * DAY
    return dropped(world, KEY, table("工号,姓名,手机号,所在部门", *map(",".join, rows)), 3600)


def accounts(world: World) -> dict[str, str]:
    book = world.archive.snapshot("acme")
    return {it.key: it.account for it in book.people.values() if it.key and it.row}


@pytest.fixture
def company(world: World) -> World:
    """Return a company whose accounts were matched with HR's keys, with the usual settings."""
    header = "帐号,姓名,手机号,所在部门"
    tree = table(
        "部门编码,部门名称,上级部门编码",
        "0,示例公司,",
        *(f"{name},{name},0" for name in DIVISIONS),
        *(f"{name}{team},{team}组,{name}" for name in DIVISIONS for team in "甲乙丙"),
    )
    world.store.put_policy("acme", TRUSTING, 1)
    dropped(world, "acme/replaceparty/tree.csv", tree, 3600)
    old = [",".join((account_of(row), *row[1:])) for row in PEOPLE]
    dropped(world, FULL, table(header, *old), 3600)
    world.store.put_policy("acme", Policy(key="工号", newcomers="pinyin"), world.clock.now)
    world.approve(months(world, PEOPLE))
    world.pass_time(3600)
    assert accounts(world) == {row[0]: account_of(row) for row in PEOPLE}
    return world


def exchanged(rows: Sequence[Row]) -> Sequence[Row]:
    one, other = rows[3], rows[4]
    return [*rows[:3], (other[0], *one[1:]), (one[0], *other[1:]), *rows[5:]]


def sisters(rows: Sequence[Row]) -> Sequence[Row]:
    return [
        (key, name[::-1], f"139{mobile[3:]}", f"姐妹公司/{place[5:]}")
        for key, name, mobile, place in rows
    ]


MISTAKES: dict[str, Change] = {
    "keys shifted by a row": lambda rows: [
        (key, *row[1:]) for (key, *_), row in zip([*rows[1:], rows[0]], rows, strict=True)
    ],
    "the keys of two people exchanged": exchanged,
    "a sister company's people under the same keys": sisters,
    "one level less": lambda rows: [(*row[:3], row[3].rpartition("/")[0]) for row in rows],
    "a division missing": lambda rows: [row for row in rows if "营销" not in row[3]],
    "half a file": lambda rows: rows[:45],
    "a page in the place of another one": lambda rows: [*rows[:40], *rows[30:35], *rows[45:]],
    "mobiles shifted by a row": lambda rows: [
        (*row[:2], other[2], row[3]) for row, other in zip(rows, [*rows[1:], rows[0]], strict=True)
    ],
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_asked_about_and_nothing_is_sent(company: World, mistake: Change) -> None:
    jobs, people = len(company.wecom.jobs), dict(company.wecom.members)

    run = months(company, mistake(PEOPLE))

    assert run.state is State.HELD
    assert (len(company.wecom.jobs), company.wecom.members) == (jobs, people)


def married(rows: Sequence[Row]) -> Sequence[Row]:
    key, name, _, place = rows[7]
    return [*rows[:7], (key, f"{name}华", "13900000007", place), *rows[8:]]


LIFE: dict[str, Change] = {
    "a marriage and a new mobile": married,
    "a new colleague": lambda rows: [*rows, ("2001", "诸葛亮", "13900000001", rows[0][3])],
    "two leavers": lambda rows: rows[2:],
    "five leavers, and two contracts of everybody": lambda rows: [
        row for row in rows[5:] for _ in range(2)
    ],
    "a new team": lambda rows: [("2001", "诸葛亮", "13900000001", "示例公司/行政部/丁组"), *rows],
}


@pytest.mark.parametrize("event", LIFE.values(), ids=LIFE)
def test_what_happens_every_month_is_not_asked_about(company: World, event: Change) -> None:
    rows = event(PEOPLE)

    run = months(company, rows)

    assert (run.state, [hold.code for hold in run.proposal.holds]) == (State.SUCCEEDED, [])
    stayed = {row[0] for row in PEOPLE} & {row[0] for row in rows}
    linked = accounts(company)
    assert {key: linked[key] for key in stayed} == {
        row[0]: account_of(row) for row in PEOPLE if row[0] in stayed
    }
