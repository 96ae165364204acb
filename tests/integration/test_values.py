"""Values that belong to others, or that cannot be right."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.company import table, thinned
from support.guarded import DEPARTMENTS, FULL, SOME, apply, codes, policy
from support.runs import approved, english
from support.world import World, departments
from wecom_sync.domain.book import Book
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.files.roster import Roster, Row
from wecom_sync.guardrails.column_tests import TESTS, Column, Sheet
from wecom_sync.planning.changes import Change

HEADER = "姓名,帐号,手机号,邮箱,所在部门,职位,座机"
NAME, MOBILE, MAIL, PLACE, TITLE, PHONE = 0, *range(2, 7)
STAFF = tuple(
    (f"王{chr(0x5000 + n)}", f"u{n}", f"138{48_611_977 * n % 10**8:08d}", f"m{n * n}@a.cn",
     str(2 + n % 3),
     f"岗{7 * n}", str(60000 + 79 * n))
    for n in range(100)
)  # fmt: skip


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

    run = apply(world, key, with_values(column, [*others, first]))

    assert codes(run) == held
    assert [hold.params["column"] for hold in run.proposal.holds] == [
        HEADER.split(",")[column]
    ] * len(held)
    assert evidence(run) == (["neighbour"] if held == ["hold_unlikely"] else [])


@pytest.mark.parametrize("column", [PLACE, TITLE])
@pytest.mark.parametrize(
    ("numbers", "held"),
    [
        ((4, 10, 0), False), ((4, 11, 0), True), ((3, 11, 0), False), ((4, 19, 1), True),
        ((4, 18, 1), False),
    ],
)  # fmt: skip
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


@pytest.mark.parametrize("column", [MOBILE, MAIL])
@pytest.mark.parametrize(("passed", "held"), [(10, False), (11, True)])
def test_contacts_of_leavers_are_held(world: World, column: int, passed: int, held: bool) -> None:
    policy(world, removal_percent=100)
    newcomers = ""
    for n, row in enumerate(STAFF[1 : 2 * passed : 2]):
        cells = [f"新{n}", f"n{n}", f"139{n:08d}", f"n{n}@a.cn", "1", "", ""]
        cells[column] = row[column]
        newcomers += ",".join(cells) + "\n"

    run = apply(world, FULL, thinned(file(*STAFF), passed) + newcomers)

    assert codes(run) == (["hold_mixed"] if held else [])
    assert run.proposal.warnings == passed


NAMES = values(NAME, 100)
UNLIKELY = {
    "anonymous": (NAME, "names", [f"{name[0]}某{name[1]}" for name in NAMES]),
    "encoded": (NAME, "names", [f"CD=={n:02X}" for n in range(100)]),
    "five names": (NAME, "names", [f"李{'甲乙丙丁戊'[n % 5]}" for n in range(100)]),
    "counted in disorder": (MOBILE, "counted_up", [f"139{6 * n % 11:08d}" for n in range(11)]),
    "another domain": (MAIL, "domain", [f"m{n * n}@b.cn" for n in range(100)]),
    "one department": (PLACE, "place", ["8"] * 100),
}  # fmt: skip


TITLES, PHONES = values(TITLE, 100), values(PHONE, 100)
SHARED = ["经理", "主管", "职员"] * 33
type Case = tuple[int, int, str, list[str], Callable[[int], list[str]]]
NEW: dict[str, Case] = {
    "nothing": (TITLE, 2, "placeholder", TITLES, lambda n: ["NULL", "待定", "经??"][:n]),
    "up": (PHONE, 3, "counted_up", PHONES, lambda n: [f"{8100 + at}" for at in range(n)]),
    "down": (PHONE, 3, "counted_up", PHONES, lambda n: [f"{8100 - at}" for at in range(n)]),
    "above": (TITLE, 2, "neighbour", TITLES, lambda n: [TITLES[at & ~1] for at in range(2 * n)]),
    "below": (TITLE, 2, "neighbour", TITLES, lambda n: [TITLES[at | 1] for at in range(2 * n)]),
    "filled down": (TITLE, 3, "neighbour", TITLES, lambda n: [
        f"新{at // 2}" for at in range(2 * n)
    ]),
    "old above": (NAME, 2, "neighbour", NAMES, lambda n: [NAMES[0], *NAMES[:n]]),
    "old below": (MOBILE, 3, "neighbour", values(MOBILE, 100), lambda n: [
        *values(MOBILE, n + 1)[1:], "13999999999"
    ]),
    "wrapped": (NAME, 2, "wrapped", NAMES, lambda n: [f"黄{it}" for it in NAMES[:n]]),
    "code": (TITLE, 10, "wrapped", SHARED, lambda n: [f"P7-{it}" for it in SHARED[:n]]),
    "alike": (TITLE, 10, "alike", TITLES, lambda n: [
        "顾问" if at % 2 else TITLES[at] for at in range(2 * n)
    ]),
    "another script": (NAME, 10, "names", ["Li Bo", *NAMES[1:]], lambda n: [
        "Li Bo", *(f"Li {chr(97 + at)}o" for at in range(n))
    ]),
    "another kind": (TITLE, 2, "another_kind", TITLES, lambda n: [
        f"139{7919 * at:08d}" for at in range(n)
    ]),
    "blanked": (MAIL, 10, "blanked", values(MAIL, 100), lambda n: [""] * n),
    "another blanked": (TITLE, 10, "blanked", SHARED, lambda n: [""] * n),
    "near": (MOBILE, 2, "near", values(MOBILE, 100), lambda n: [
        it.replace("138", "139", 1) for it in values(MOBILE, n)
    ]),
    "shape": (TITLE, 10, "shape", TITLES, lambda n: [f"C-{at * at}" for at in range(n)]),
    "deserted": (PLACE, 10, "deserted", ["8"] * 11, lambda n: [*"2345" * 3][:n] + ["8"] * (11 - n)),
}  # fmt: skip


SORTED = [str(2 + n // 15) for n in range(100)]
MARRIED = [f"黄{name}" if n < 2 else f"李{name[1]}" for n, name in enumerate(NAMES[:10])]
GOOD = {
    "promotions": (TITLE, SHARED, [f"高级{it}" if n % 5 else it for n, it in enumerate(SHARED)]),
    "two promotions": (TITLE, TITLES, [f"{it}组长" for it in TITLES[:2]]),
    "extensions": (PHONE, PHONES, [str(8000 + 37 * n % 50) for n in range(30)]),
    "neighbours' departments": (PLACE, SORTED, [
        str(int(it) + (n % 15 > 12)) for n, it in enumerate(SORTED)
    ]),
    "marriages": (NAME, NAMES, MARRIED),
    "a team's title": (TITLE, ["销售代表"] * 20 + SHARED, ["客户经理"] * 20 + SHARED),
    "a small department": (PLACE, ["8"] * 10, [*"2345" * 2, *"23555"]),
}  # fmt: skip


ORDINARY = {
    "other names": (NAME, [f"欧{chr(0x6000 + n)}" for n in range(11)], "hold_renamed"),
    "other mobiles": (MOBILE, [f"139{2 * n:08d}" for n in range(11)], "hold_contacts"),
    "other mailboxes": (MAIL, [f"other{n * n}@a.cn" for n in range(11)], "hold_contacts"),
    "mailboxes of two domains": (
        MAIL, [f"m{n * n}@{n % 2}b.cn" for n in range(20)], "hold_contacts"
    ),
    "two departments": (PLACE, ["8" if n % 3 else "4" for n in range(24)], "hold_moved"),
}  # fmt: skip
LAX = {"updates_percent": 100, "renames_percent": 100, "moves_percent": 100}


def cases() -> Iterator[Any]:
    """Yield settings, a column, its values before and in the file, the hold and its evidence."""
    for name, (column, cause, new) in UNLIKELY.items():
        yield pytest.param({}, column, [], new[:10], None, "", id=f"{name}, 10")
        yield pytest.param({}, column, [], new[:11], "hold_unlikely", cause, id=f"{name}, 11")
    lax = {**LAX, "renames_percent": 5}
    for name, (column, few, cause, before, made) in NEW.items():
        yield pytest.param(lax, column, before, made(few), None, "", id=f"{name}, few")
        more = made(few + 1)
        yield pytest.param(lax, column, before, more, "hold_unlikely", cause, id=f"{name}, more")
    for name, (column, before, new) in GOOD.items():
        yield pytest.param(LAX, column, before, new, None, "", id=name)
    for name, (column, new, code) in ORDINARY.items():
        yield pytest.param({}, column, [], new, code, "", id=name)


@pytest.mark.parametrize(("settings", "column", "before", "new", "code", "cause"), [*cases()])
def test_values_are_held_that_can_hardly_be_right_or_are_many(
    world: World, settings: dict[str, object], column: int, before: list[str], *,
    new: list[str], code: str | None, cause: str,
) -> None:  # fmt: skip
    policy(world, **settings)
    if before:
        approved(world, apply(world, FULL, with_values(column, before)))

    run = apply(world, FULL, with_values(column, new))

    assert codes(run) == ([code] if code else [])
    assert evidence(run) == ([cause] if cause else [])
    assert not cause or run.proposal.holds[0].params["column"] == HEADER.split(",")[column]


def newcomers(count: int, name: str = "新{}", mail: str = "n{}@b.cn") -> str:
    """Return people who join; their names and mailboxes may be numbered."""
    cells = ((name.format(n), f"n{n}", f"139{2 * n:08d}", mail.format(n)) for n in range(count))
    return file(*((*row, "1", "", "") for row in cells))


@pytest.mark.parametrize("mailbox", ["m0@a.cn", ""])
@pytest.mark.parametrize(("joins", "held"), [(10, False), (11, True)])
def test_another_domain_is_held(world: World, mailbox: str, joins: int, held: bool) -> None:
    policy(world, contacts_percent=100)
    ours = with_values(MAIL, [mailbox, *[""] * 99])
    assert approved(world, apply(world, FULL, ours)).state is State.SUCCEEDED

    assert codes(apply(world, SOME, newcomers(joins))) == (["hold_unlikely"] if held else [])


@pytest.mark.parametrize("name", ["张*", "李＊", "王某", "张#", "×王"])
@pytest.mark.parametrize(("joins", "held"), [(10, []), (11, ["hold_unlikely"])])
def test_masked_newcomers_are_held(world: World, joins: int, held: list[str], name: str) -> None:
    assert codes(apply(world, SOME, newcomers(joins, name, ""))) == held


def test_newcomers_may_have_names_of_any_language_and_digits(world: World) -> None:
    assert codes(apply(world, SOME, newcomers(12, "Temp {}", ""))) == []


@pytest.mark.parametrize(
    ("origins", "peopled", "code"),
    [(2, False, "hold_moved"), (3, False, "hold_unlikely"), (1, True, "hold_moved"),
     (2, True, "hold_unlikely")],
)  # fmt: skip
def test_a_department_for_people_out_of_many_is_likelier_when_nobody_was_in_it(
    world: World, origins: int, peopled: bool, code: str
) -> None:
    policy(world, moves_percent=5)
    if peopled:
        newcomer = f"{HEADER}\n新人,new,13900000000,,8,,\n"
        assert apply(world, SOME, newcomer).state is State.SUCCEEDED
    new = ["8" if n % 3 < origins else row[PLACE] for n, row in enumerate(STAFF[:36])]

    assert codes(apply(world, SOME, with_values(PLACE, new))) == [code]


@pytest.mark.parametrize(("count", "held"), [(5, []), (6, ["hold_unlikely"])])
def test_in_a_new_company_no_domain_is_odd(world: World, count: int, held: list[str]) -> None:
    policy(world, removal_percent=100, removals=1000)
    assert apply(world, FULL, file(*STAFF[:count])).state is State.SUCCEEDED

    assert codes(apply(world, SOME, newcomers(3))) == held


def test_no_sentence_shows_a_whole_number_or_mailbox(world: World) -> None:
    rows = [*(f"139{7 * n:08d}" for n in range(20)), *(f"zhang{n}@corp.cn" for n in range(20))]

    run = apply(world, FULL, with_values(TITLE, rows))

    assert codes(run) == ["hold_unlikely"]
    assert re.findall(r"\d{7,}|zhang\d", english(run)) == []


def test_a_series_may_be_as_long_as_a_file() -> None:
    rows = tuple(Row(n + 2, f"u{n}", (f"u{n}", f"分机{n:06d}")) for n in range(20_000))
    roster = Roster(Job.SYNC_USER, "", ("帐号", "座机"), rows)
    changes = [
        Change(it.id, columns={"座机": (it.id, "", it.cells[1])}, line=it.line) for it in rows
    ]

    column = Column("座机", changes, Sheet(roster, Book()), 20)

    (counted,) = [test.find(column) for test in TESTS if test.what == "value_counted_up"]
    assert len(counted) == 20_000
