"""Every limit of the guard rails: the most that is applied unasked, and one more."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pytest

from support.company import changed, cut, people, table, thinned, titled, with_column
from support.guarded import DEPARTMENTS, FULL, SOME, Step, codes, hired, play
from support.world import World, departments
from wecom_sync.domain.directory import Department

type Files = list[Step]
TREE: Step = (DEPARTMENTS, departments(4))
ANYBODY_GOES = {"removals": 1000, "removal_percent": 100}


def users(count: int) -> list[str]:
    return [f"u{number}" for number in range(count)]


def renamed(of: int, count: int) -> Files:
    return [people(of), people(of).replace("员工", "职工", count)]


def rewritten(old: str, new: str, count: int) -> Files:
    numbers = itertools.count(100)
    after = re.sub("#", lambda _: str(next(numbers)), changed(people(600), old, new, count))
    return [TREE, people(600), after]


def moved(of: int, there: int, count: int) -> Files:
    staff = people(of).replace(f"{of:04d},,1", f"{of:04d},,2", there)
    return [TREE, staff, changed(staff, ",,1\n", ",,2\n", count)]


def altered(column: str, before: str, after: str, count: int) -> Files:
    files = (titled(100, *[after] * number, before, column=column) for number in (0, count))
    return [{"attributes": ["工龄"]}, *files]


def altered_where_few_have_any(count: int) -> Files:
    return [
        titled(100, *["1"] * 40, ""),
        (SOME, titled(100, *["2"] * count, *["1"] * (40 - count), "")),
    ]


def joined(key: str, of: int, count: int) -> Files:
    before = [people(of)] if of else []
    return [*before, {"additions_percent": 15}, (key, people(of + count))]


def joined_makers(key: str, first_replace: str, makers: int) -> Files:
    settings = {"first_replace": first_replace, "additions_percent": 15}
    return [hired(*users(makers)), settings, (key, people(40))]


def first_file(staff: int, count: int, *strangers: str) -> Files:
    rows = "".join(f"旧,{user},13911112222,,1\n" for user in strangers)
    return [
        {"first_replace": "hold", "additions_percent": 30}, (SOME, people(staff)),
        hired(*strangers), people(count).replace("员工2,", "员工贰,") + rows,
    ]  # fmt: skip


def first_tree(*there: int) -> Files:
    def made(world: World) -> None:
        world.wecom.departments |= {number: Department(number, 1) for number in there}

    return [{"first_replace": "hold"}, made, (DEPARTMENTS, departments(9))]


def changed_unknown(first_replace: str, of: int, count: int) -> Files:
    return [hired(*users(of)), {"first_replace": first_replace}, (SOME, people(count))]


def invited(count: int) -> Files:
    return [{"invite": True, "invitations": 3}, (SOME, people(count))]


def gone(settings: dict[str, object], of: int, count: int) -> Files:
    return [settings, people(of), thinned(people(of), count)]


def all_but_a_third_gone(percent: int) -> Files:
    header, *rows = people(60).splitlines()
    return [{"removals": 1000, "removal_percent": percent}, people(60), table(header, *rows[::3])]


def shrunk(settings: dict[str, object], days: float, *sizes: int) -> Files:
    """Leave so many of the first; the days pass before the last file."""
    first, *others = (thinned(people(sizes[0]), sizes[0] - size) for size in sizes)
    return [settings, first, *others[:-1], days, others[-1]]


def enabled(key: str, cell: str, count: int) -> Files:
    return [
        {"removal_percent": 100}, titled(100, *"1" * 40, "", column="禁用"),
        (key, titled(100, *"1" * (40 - count), cell, column="禁用")),
    ]  # fmt: skip


def deleted_and_back(of: int, count: int) -> Files:
    def delete(world: World) -> None:
        for user in users(count):
            del world.wecom.members[user]

    return [{"removal_percent": 100}, people(of), delete, 3, (SOME, people(of))]


def gone_and_back(hours: float, of: int, count: int) -> Files:
    return [*gone({"removal_percent": 100}, of, count), hours / 24, (SOME, people(of))]


def gone_and_back_after_another_file(hours: float) -> Files:
    *files, back = gone_and_back(hours, 100, 11)
    return [*files, (SOME, people(1).replace("员工1,", "职工1,")), back]


def back_among_newcomers(of: int, newcomers: int, back: int) -> Files:
    header, *rows = people(of).splitlines()
    joiners = [f"新{n},n{n},139{n:08d},,1" for n in range(newcomers)]
    return [*gone({}, of, 5), 3, (SOME, table(header, *rows[1 : 2 * back : 2], *joiners))]


def back_after_a_file_of_later(days: int) -> Files:
    *files, left = gone({}, 100, 10)
    return [*files, left, days, str(left).replace("员工1,", "改名,"), (SOME, people(100))]


def missing(leavers: str, of: int, start: int, stop: int) -> Files:
    return [{"leavers": leavers, **ANYBODY_GOES}, people(of), cut(people(of), start, stop)]


def filtered(count: int) -> Files:
    """Leave out a department, whose people stand here and there."""
    whole = changed(people(40), ",,1\n", ",,3\n", count)
    left = "".join(row for row in whole.splitlines(keepends=True) if ",,3" not in row)
    return [{"removal_percent": 100}, TREE, whole, left]


def disabled_by_rows(leavers: str) -> Files:
    cells = [*"0" * 10, *"1" * 20, "0"]
    whole, off = (with_column(people(40), "禁用", *given) for given in ("0", cells))
    return [{"leavers": leavers, "removal_percent": 100}, whole, off]


def trees(before: str, *after: str) -> Files:
    return [(DEPARTMENTS, tree) for tree in (before, *after)]


def departments_moved(count: int) -> Files:
    below = departments(40)
    for number in range(3, 3 + count):
        below = below.replace(f"部门{number},{number},1,", f"部门{number},{number},2,")
    return trees(departments(40), below)


TEAM = "部门2,2,1,2\n部门3,3,1,3\n组,50,3,1\n"


def people_displaced(after: str, of: int, count: int) -> Files:
    """Change two departments, one with a team; five of these people are in the other one."""
    before = departments(40).replace(TEAM.removesuffix("组,50,3,1\n"), TEAM)
    staff = changed(people(of), ",,1\n", ",,50\n", count - 5).replace(",,1\n", ",,2\n", 5)
    return [(DEPARTMENTS, before), staff, (DEPARTMENTS, before.replace(TEAM, after))]


def people_moved_with_theirs(of: int, count: int) -> Files:
    tree = departments(40) + "组,50,3,1\n"
    staff = changed(people(of), ",,1\n", ",,50\n", count)
    return [(DEPARTMENTS, tree), staff, (DEPARTMENTS, tree.replace("部门3,3,1,", "部门3,3,2,"))]


NO_SHARES = {"contacts_percent": 100, "renames_percent": 100, "protected": ["BOSS-*", "u1"]}


def signed_in(key: str, old: str, new: str) -> Files:
    return [NO_SHARES, people(40), (key, people(40).replace(old, new))]


def stranger_signed_in(account: str) -> Files:
    row = f"老板,{account},13911110001,,1\n"
    return [hired("u-mail", "boss-mail"), NO_SHARES, (SOME, people(40)), (SOME, people(0) + row)]


class Limit(NamedTuple):
    """What is asked about `beyond` these numbers, and not `within` them."""

    hold: str
    make: Callable[..., Files]
    within: Sequence[tuple[Any, ...]] = ()
    beyond: Sequence[tuple[Any, ...]] = ()

    def cases(self) -> Iterator[Any]:
        for held, numbers in ((False, self.within), (True, self.beyond)):
            for given in numbers:
                name = f"{self.hold} {self.make.__name__} {' '.join(map(str, given))}"
                yield pytest.param(self.make, given, [self.hold] if held else [], id=name)


GRACE = {"leavers": "disable", "leaver_days": 60}
LIMITS = (
    Limit("hold_renamed", renamed,
          [(1, 1), (4, 2), (39, 3), (199, 19), (200, 20), (400, 20), (440, 22)],
          [(8, 3), (39, 4), (199, 20), (200, 21), (400, 21), (440, 23)]),
    Limit("hold_contacts", rewritten,
          [(",1380000", ",1397316", 30), (",,1\n", ",#@x.cn,1\n", 30)],
          [(",1380000", ",1397316", 31), (",,1\n", ",#@x.cn,1\n", 31)]),
    Limit("hold_moved", rewritten, [(",,1\n", ",,2\n", 90)], [(",,1\n", ",,2\n", 91)]),
    Limit("hold_moved", moved, [(12, 0, 5), (59, 0, 5), (80, 0, 12), (12, 1, 2)],
          [(12, 0, 6), (80, 0, 13), (12, 1, 3)]),
    *(
        Limit("hold_columns", altered, [(column, before, after, 30)], [(column, before, after, 31)])
        for column in ("职位", "别名", "排序", "工龄")
        for before, after in (("1", "2"), ("", "1"), ("1", ""))
        if after or column == "排序"
    ),
    Limit("hold_columns", altered_where_few_have_any, [(12,)], [(13,)]),
    *(
        Limit("hold_added", joined, [(key, 0, 40), (key, 1, 6), (key, 8, 6), (key, 100, 17)],
              [(key, 1, 7), (key, 8, 7), (key, 100, 18)])
        for key in (FULL, SOME)
    ),
    Limit("hold_added", joined_makers, [(SOME, "apply", 5)], [(SOME, "apply", 6)]),
    Limit("hold_first", joined_makers, [(FULL, "hold", 5)], [(FULL, "hold", 6)]),
    Limit("hold_added", first_file, [(23, 32), (10, 10)], [(23, 33)]),
    Limit("hold_first", first_file, [], [(10, 9), (10, 10, "old")]),
    Limit("hold_first", first_tree, [()], [(7,)]),
    Limit("hold_unknown", changed_unknown, [("hold", 100, 10), ("hold", 5, 5), ("apply", 100, 11)],
          [("hold", 100, 11)]),
    Limit("hold_invited", invited, [(3,)], [(4,)]),
    Limit("hold_gone", gone,
          [({}, 1000, 50), ({}, 100, 10), ({}, 2, 1), ({}, 9, 1), ({}, 300, 20), ({}, 440, 22),
           ({"removals": 5}, 100, 5), ({"removal_percent": 100}, 100, 40), (GRACE, 100, 10)],
          [({}, 1000, 51), ({}, 100, 11), ({}, 9, 2), ({}, 300, 21), ({}, 440, 23),
           ({"removals": 5}, 100, 6), ({"removals": 0}, 9, 1), (GRACE, 100, 11)]),
    Limit("hold_gone", all_but_a_third_gone, [(100,)], [(99,)]),
    *(
        Limit("hold_gone", shrunk,
              [(settings, 0, 1000, 970, 950), (settings, 0, 1000, 980, 960, 950)],
              [(settings, 0, 1000, 970, 949), (settings, 0, 1000, 980, 960, 949),
               (settings, 0, 1000, 970, 919)])
        for settings in ({}, GRACE)
    ),
    Limit("hold_gone", shrunk,
          [({}, 1, 9, 8, 7), ({}, 1, 1000, 970, 940), ({}, 23.5 / 24, 2000, 1970, 1940)],
          [({}, 0, 9, 8, 7), ({}, 18 / 24, 2000, 1970, 1940), ({}, 0, 2000, 1950, 1900)]),
    *(
        Limit("hold_came_back", enabled, [(key, cell, 10)], [(key, cell, 11)])
        for key in (FULL, SOME)
        for cell in ("", "0")
    ),
    Limit("hold_came_back", deleted_and_back, [(100, 9), (300, 20)], [(100, 10), (300, 21)]),
    Limit("hold_came_back", gone_and_back, [(72, 100, 9), (72, 300, 20), (71, 100, 11)],
          [(72, 100, 10), (72, 300, 21), (73, 100, 11)]),
    Limit("hold_came_back", gone_and_back_after_another_file, [(71,)], [(73,)]),
    Limit("hold_came_back", back_among_newcomers, [(100, 7, 2), (220, 19, 2)],
          [(100, 8, 2), (220, 19, 3)]),
    Limit("hold_came_back", back_after_a_file_of_later, [(401,)], [(399,)]),
    *(
        Limit("hold_incomplete", missing,
              [(leavers, 40, 7, 11), (leavers, 400, 7, 27), (leavers, 40, 0, 36)],
              [(leavers, 40, 7, 12), (leavers, 400, 7, 28), (leavers, 40, 0, 35)])
        for leavers in ("remove", "disable")
    ),
    Limit("hold_incomplete", filtered, [(4,)], [(5,)]),
    Limit("hold_incomplete", disabled_by_rows, [("remove",), ("disable",)]),
    Limit("hold_moved_departments", departments_moved, [(6,)], [(7,)]),
    Limit("hold_moved_departments", people_moved_with_theirs, [(200, 20), (600, 30)],
          [(200, 21), (600, 31)]),
    *(
        Limit("hold_displaced", people_displaced, [(after, 200, 20), (after, 600, 30)],
              [(after, 200, 21), (after, 600, 31)])
        for after in ("", "分部2,2,1,2\n分部3,3,1,3\n组,50,3,1\n",
                      "分部2,2,1,2\n部门3,3,9,3\n组,50,3,1\n")
    ),
    *(
        Limit("hold_protected_contacts", signed_in, [(key, "13800000003,", "13911110003,")],
              [(key, "13800000002,", "13911110002,"), (key, "0002,,1", "0002,a@x.cn,1"),
               (key, "13800000002,,1", ",a@x.cn,1"), (key, "员工2,", "职工2,")])
        for key in (FULL, SOME)
    ),
    Limit("hold_protected_contacts", stranger_signed_in, [("u-mail",)], [("boss-mail",)]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "numbers", "holds"), [case for limit in LIMITS for case in limit.cases()]
)
def test_what_is_beyond_a_limit_is_asked_about_and_nothing_else(
    world: World, make: Callable[..., Files], numbers: tuple[Any, ...], holds: list[str]
) -> None:
    last = play(world, *make(*numbers))

    assert codes(last) == holds
    others = [run for run in world.store.runs_by_id.values() if run.run_id != last.run_id]
    assert [run.proposal.holds for run in others] == [()] * len(others)
