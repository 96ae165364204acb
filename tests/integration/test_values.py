"""Values that belong to others, or that cannot be right."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.company import table, thinned
from support.guarded import DEPARTMENTS, FULL, SOME, apply, codes, policy
from support.runs import approved, english
from support.stories import Step, limits, play
from support.world import World, departments
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门,职位,座机"
NAME, MOBILE, MAIL, PLACE, TITLE, PHONE = 0, *range(2, 7)
STAFF = tuple(
    (f"王{chr(0x5000 + n)}", f"u{n}", f"138{48_611_977 * n % 10**8:08d}", f"m{n * n}@a.cn",
     str(2 + n % 3),
     f"岗{7 * n}", str(60000 + 79 * n))
    for n in range(100)
)  # fmt: skip
LATER = range(500, 600)
"""The numbers of people who join."""


def file(*rows: tuple[str, ...]) -> str:
    return table(HEADER, *map(",".join, rows))


def with_values(column: int, values: list[str]) -> str:
    """Return the staff's file, in which the first ones have these values in a column."""
    rows = [list(row) for row in STAFF]
    for row, value in zip(rows, values, strict=False):
        row[column] = value
    return file(*(tuple(row) for row in rows))


def evidence(run: Run) -> list[str]:
    """Return what a hold says of the values, as a code."""
    params = [hold.params for hold in run.proposal.holds]
    return [str(it["what"]).removeprefix("value_") for it in params if "what" in it]


def values(column: int, count: int) -> list[str]:
    return [row[column] for row in STAFF[:count]]


@pytest.fixture(autouse=True)
def company(world: World) -> None:
    apply(world, DEPARTMENTS, departments(8))
    assert apply(world, FULL, file(*STAFF)).state is State.SUCCEEDED


@pytest.mark.parametrize("key", [FULL, SOME])
@pytest.mark.parametrize("column", [NAME, MOBILE, MAIL, TITLE])
@pytest.mark.parametrize(
    ("shifted", "held"),
    [(4, []), (5, ["hold_unlikely"]), (10, ["hold_unlikely"]), (11, ["hold_mixed"])],
)
def test_a_column_that_was_sorted_alone_or_slipped_is_held(
    world: World, column: int, shifted: int, held: list[str], key: str
) -> None:
    first, *others = values(column, shifted)
    if not held and column in {MOBILE, MAIL}:
        held = ["hold_exchanged"]

    run = apply(world, key, with_values(column, [*others, first]))

    assert codes(run) == held
    assert [hold.params["column"] for hold in run.proposal.holds] == [
        HEADER.split(",")[column]
    ] * len(held)
    assert evidence(run) == (["neighbour"] if held == ["hold_unlikely"] else [])


def test_some_get_what_stood_above_them_in_the_last_full_file(world: World) -> None:
    rows = [(*row[:PHONE], PHONES[at]) for at, row in enumerate(STAFF[1:])]

    run = apply(world, SOME, file(*rows[:30:5]))

    assert (codes(run), evidence(run)) == (["hold_unlikely"], ["neighbour"])


@pytest.mark.parametrize("column", [PLACE, TITLE])
@pytest.mark.parametrize(
    ("numbers", "held"),
    [
        ((4, 10, 0), False),
        ((4, 11, 0), True),
        ((3, 11, 0), False),
        ((4, 19, 1), True),
        ((4, 18, 1), False),
    ],
)
def test_shared_values_are_mixed_if_nearly_all_that_change_change_hands(
    world: World, column: int, numbers: tuple[int, int, int], held: bool
) -> None:
    kinds, shifted, others = numbers
    policy(world, moves_percent=100, updates_percent=100)
    shared = [str(2 + n % kinds) for n in range(100)]
    approved(world, apply(world, FULL, with_values(column, shared)))
    first, *rest = shared[:shifted]
    left = shared[shifted + others :]

    run = apply(world, FULL, with_values(column, [*rest, first, *["8"] * others, *left]))

    assert ("hold_mixed" in codes(run)) is held


NAMES = values(NAME, 100)
TITLES, PHONES, MOBILES = (values(column, 100) for column in (TITLE, PHONE, MOBILE))
LATIN = "abcdefghijk"
SHARED = ["经理", "主管", "职员"] * 33


def consultants(count: int) -> list[str]:
    return ["顾问" if at % 2 else TITLES[at] for at in range(2 * count)]


SQUARES = [str(2 + (n * n + n // 7) % 7) for n in range(100)]


def in_turn(count: int) -> list[str]:
    return [*(str(2 + at % 7) for at in range(count)), *SQUARES[count:]]


def filled_down(count: int) -> list[str]:
    return [*TITLES[:50], *[TITLES[49]] * count, *[""] * (50 - count)]


type Case = tuple[int, int, str, Callable[[int], list[str]]]
NEW: dict[str, Case] = {
    "masked": (NAME, 10, "masked", lambda n: [f"{it[0]}某{it[1]}" for it in NAMES[:n]]),
    "encoded": (NAME, 10, "coded", lambda n: [f"CD=={7 * at:02X}" for at in range(n)]),
    "five names": (NAME, 10, "namesakes", lambda n: [*"甲乙丙丁戊" * 3][:n]),
    "another domain": (MAIL, 10, "domain", lambda n: [f"m{at * at}@b.cn" for at in range(n)]),
    "one department": (PLACE, 10, "place", lambda n: ["8"] * n),
    "nothing": (TITLE, 2, "form", lambda n: ["NULL", "待定", "经??"][:n]),
    "up": (PHONE, 4, "counted_up", lambda n: [f"010-{8100 + at}" for at in range(n)]),
    "down": (PHONE, 4, "counted_up", lambda n: [f"{8100 - at}" for at in range(n)]),
    "in turn": (PLACE, 17, "counted_up", in_turn),
    "above": (TITLE, 2, "neighbour", lambda n: [TITLES[at & ~1] for at in range(2 * n)]),
    "filled down": (TITLE, 3, "neighbour", lambda n: [f"新{at // 2}" for at in range(2 * n)]),
    "blanks filled down": (TITLE, 3, "neighbour", filled_down),
    "old above": (NAME, 2, "neighbour", lambda n: [NAMES[0], *NAMES[:n]]),
    "old below": (MOBILE, 3, "neighbour", lambda n: [*MOBILES[1 : n + 1], "13999999999"]),
    "wrapped": (NAME, 2, "edited", lambda n: [f"黄{it}" for it in NAMES[:n]]),
    "code": (TITLE, 10, "edited", lambda n: [f"P7-{it}" for it in SHARED[:n]]),
    "alike": (TITLE, 10, "alike", consultants),
    "another script": (NAME, 10, "script", lambda n: ["Li Bo", *map("Li {}o".format, LATIN[:n])]),
    "another kind": (TITLE, 2, "form", lambda n: [f"139{79 * at:08d}" for at in range(n)]),
    "blanked": (MAIL, 10, "blanked", lambda n: [""] * n),
    "another blanked": (TITLE, 10, "blanked", lambda n: [""] * n),
    "near": (MOBILE, 2, "edited", lambda n: [it.replace("138", "139", 1) for it in MOBILES[:n]]),
    "shape": (TITLE, 10, "form", lambda n: [f"C-{at * at}" for at in range(n)]),
}
"""A column, how many are few, the test that finds more, and as many values."""
BEFORE = {
    "code": SHARED,
    "another blanked": SHARED,
    "blanks filled down": [*TITLES[:50], *[""] * 50],
    "in turn": SQUARES,
    "another script": ["Li Bo", *NAMES[1:]],
}
"""What the column had before, where it is not what everybody has."""


SORTED = [str(2 + n // 15) for n in range(100)]
MARRIED = [f"黄{name}" if n < 2 else f"李{name[1]}" for n, name in enumerate(NAMES[:10])]
GOOD = {
    "promotions": (TITLE, SHARED, [f"高级{it}" if n % 5 else it for n, it in enumerate(SHARED)]),
    "two promotions": (TITLE, TITLES, [f"{it}组长" for it in TITLES[:2]]),
    "extensions": (PHONE, PHONES, [str(8000 + 37 * n % 50) for n in range(30)]),
    "neighbours' departments": (
        PLACE,
        SORTED,
        [str(int(it) + (n % 15 > 12)) for n, it in enumerate(SORTED)],
    ),
    "marriages": (NAME, NAMES, MARRIED),
    "a team's title": (TITLE, ["销售代表"] * 20 + SHARED, ["客户经理"] * 20 + SHARED),
    "a column that begins": (PHONE, ["1"] + [""] * 99, ["1"] + ["8000"] * 30 + [""] * 69),
}


LAX = {"updates_percent": 100, "renames_percent": 100, "moves_percent": 100}


def cases() -> Iterator[Any]:
    """Yield settings, a column, its values before and in the file, the hold and its evidence."""
    lax = {**LAX, "renames_percent": 5}
    for name, (column, few, cause, made) in NEW.items():
        before = BEFORE.get(name, values(column, 100))
        yield pytest.param(lax, column, before, made(few), None, "", id=f"{name}, few")
        more = made(few + 1)
        yield pytest.param(lax, column, before, more, "hold_unlikely", cause, id=f"{name}, more")
    for name, (column, before, new) in GOOD.items():
        yield pytest.param(LAX, column, before, new, None, "", id=name)


@pytest.mark.parametrize(("settings", "column", "before", "new", "code", "cause"), [*cases()])
def test_values_are_held_that_can_hardly_be_right_or_are_many(
    world: World, settings: dict[str, object], column: int, before: list[str], *,
    new: list[str], code: str | None, cause: str,
) -> None:  # fmt: skip
    policy(world, **settings)
    approved(world, apply(world, FULL, with_values(column, before)))

    run = apply(world, FULL, with_values(column, new))

    assert codes(run) == ([code] if code else [])
    assert evidence(run) == ([cause] if cause else [])
    assert not cause or run.proposal.holds[0].params["column"] == HEADER.split(",")[column]


def newcomers(count: int, name: str = "新{}", mail: str = "n{}@b.cn") -> str:
    """Return people who join; their names and mailboxes may be numbered."""
    people = ((name.format(n), f"u{n}", f"139{2 * n:08d}", mail.format(n)) for n in LATER[:count])
    return file(*((*it, "2", "岗", f"{90 * n}") for n, it in enumerate(people)))


def heirs(column: int, count: int) -> str:
    """Return the staff without some, whose mobiles or mailboxes newcomers have."""
    rows = ""
    for n, row in enumerate(STAFF[1 : 2 * count : 2]):
        cells = [f"新{n}", f"u{500 + n}", f"139{n:08d}", f"n{n}@a.cn", "2", "岗", f"{90 * n}"]
        cells[column] = row[column]
        rows += ",".join(cells) + "\n"
    return thinned(file(*STAFF), count) + rows


def gathered(origins: int) -> str:
    """Return the staff, of whom some of so many departments move into one."""
    new = ["8" if n % 3 < origins else row[PLACE] for n, row in enumerate(STAFF[:36])]
    return with_values(PLACE, new)


TREE = {"2": "1", "3": "1", "4": "1", "5": "2", "6": "3", "7": "4"}
"""The parents of departments."""
ONCE = [str(2 + n % 6) for n in range(100)]
EXCHANGED = {"2": "4", "3": "2", "4": "5", "5": "3"}


@pytest.mark.parametrize(
    ("column", "before", "after", "what"),
    [
        pytest.param(PLACE, ONCE, TREE.get, "up", id="moved up"),
        pytest.param(PLACE, [f"{it};8" for it in ONCE], lambda it: it[0], "places_lost", id="lost"),
        pytest.param(PLACE, ONCE, lambda it: f"{it};8", "places_added", id="added"),
        pytest.param(TITLE, ONCE, EXCHANGED.get, "exchanged", id="exchanged"),
    ],
)
@pytest.mark.parametrize(("count", "is_asked"), [(10, False), (11, True)])
def test_a_structure_of_changes_is_seen_beyond_a_few(
    world: World,
    column: int,
    before: list[str],
    after: Callable[[str], str],
    what: str,
    *,
    count: int,
    is_asked: bool,
) -> None:
    tree = departments(8)
    for place, parent in TREE.items():
        tree = tree.replace(f",{place},1,", f",{place},{parent},")
    approved(world, apply(world, DEPARTMENTS, tree))
    policy(world, updates_percent=100)
    approved(world, apply(world, FULL, with_values(column, before)))
    who = [at for at, it in enumerate(before) if after(it) not in {None, it}][: 3 * count : 3]
    values = [after(it) if at in who else it for at, it in enumerate(before)]

    run = apply(world, FULL, with_values(column, values))

    assert evidence(run) == ([what] if is_asked else [])


def blanked(count: int) -> str:
    """Return the staff, of whom so many lack the title, and five others the telephone."""
    lines = [[*row] for row in STAFF]
    for n in range(0, 5 * count, 5):
        lines[n][TITLE] = ""
    for n in range(2, 27, 5):
        lines[n][PHONE] = ""
    return file(*map(tuple, lines))


NUMBERS = """
hold_mixed: set removal_percent=100 | heirs {0} {1} within 2 10, 3 10 beyond 2 11, 3 11
hold_of_others: set contacts_percent=100 | mailboxes {0} | approve | some newcomers {1}
    within m0@a.cn 10, "" 10 beyond m0@a.cn 11, "" 11
hold_of_others: some newcomers {0} 新{{}} "" within 20 beyond 21
hold_unlikely: some newcomers {0} {1} m{{}}@a.cn
    within 10 张*, 10 李＊, 10 王某, 10 张#, 10 ×王, 12 Temp{{}}
    beyond 11 张*, 11 李＊, 11 王某, 11 张#, 11 ×王
hold_of_others: set removal_percent=100 removals=1000 | staff {0} | some newcomers 3
    within 5 beyond 6
hold_unlikely: some newcomers {0} 研发{{}}{1} within 0 合计, 3 合计部 beyond 1 合计, 1 小计, 1 总计
hold_unlikely: set updates_percent=100 | blanked {0} within 5 beyond 6
hold_amount: set moves_percent=5 | gathered {0} beyond 2
hold_unlikely: set moves_percent=5 | gathered {0} beyond 3
hold_amount: set moves_percent=5 | some newcomer | gathered {0} beyond 1
hold_unlikely: set moves_percent=5 | some newcomer | gathered {0} beyond 2
"""


NEWCOMER = f"{HEADER}\n新人,new,13900000000,,8,,\n"


def mailboxes(mailbox: str) -> str:
    return with_values(MAIL, [mailbox, *[""] * 99])


def staff(count: int) -> str:
    return file(*STAFF[:count])


@limits(NUMBERS, globals())
def test_values_of_many_are_held(world: World, story: list[Step], holds: list[str]) -> None:
    assert codes(play(world, *story)) == holds


def test_no_sentence_shows_a_whole_number_or_mailbox(world: World) -> None:
    rows = [*(f"139{7 * n:08d}" for n in range(20)), *(f"zhang{n}@corp.cn" for n in range(20))]

    run = apply(world, FULL, with_values(TITLE, rows))

    assert codes(run) == ["hold_unlikely"]
    assert re.findall(r"\d{7,}|zhang\d", english(run)) == []
