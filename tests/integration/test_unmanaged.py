"""Settings that leave departments and accounts as they are."""

from dataclasses import replace

from support.books import run_of
from support.company import people, table
from support.guarded import DEPARTMENTS, FULL, SETTINGS, apply, plan_of
from support.runs import page
from support.stories import Step, play, steps, stories
from support.world import World, departments
from wecom_sync.domain.book import Book, Unmanaged
from wecom_sync.domain.states import Job, State
from wecom_sync.planning.drift import compare
from wecom_sync.planning.memory.operations import bound

UNMANAGED = '[accounts]\nunmanaged = ["desk-*"]\n[departments]\nunmanaged = ["总部/部门2"]\n'
ROWS = {
    "one": "张伟,zhangwei,13800000001,示例公司/研发",
    "two": "李娜,lina,13800000002,示例公司/行政",
    "away": "外一,waiyi,13800000021,示例公司/外包",
    "desk": "前台,desk-1,13800000022,示例公司/外包/前台",
}


def room(*people: str) -> str:
    """Return a company file of these people, or of rows."""
    return table("姓名,帐号,手机号,所在部门", *(ROWS.get(person, person) for person in people))


def problem(world: World, *words: str) -> None:
    """See that the last file has one problem: `line` and its number, or words of it."""
    (only,) = page(world, [*world.store.runs_by_id.values()][-1], "problems.json")["problems"]
    assert " ".join(map(str, words)) in f"line {only['line']} {only['column']} {only['text']}"


def has(world: World, *accounts: str) -> None:
    assert {*accounts} <= world.wecom.members.keys()


def has_not(world: World, account: str) -> None:
    assert account not in world.wecom.members


def warned(world: World, *words: str, does: bool = True) -> None:
    warnings = str(plan_of(world, [*world.store.runs_by_id.values()][-1])["warnings"])
    assert all(word in warnings for word in words) is does


def not_warned(world: World, word: str) -> None:
    warned(world, word, does=False)


OUTSOURCED = [
    *steps("set additions_percent=100 | company room one away | applied", {"room": room}),
    {"accounts_unmanaged": ["desk-*"], "departments_unmanaged": ["示例公司/外包"]},
]
"""An unmanaged department in which one person is."""
STORIES = """
a path that nobody knows refuses the settings on its line: departments 4
    | settings unmanaged ~ replaced 部门2 部门9 | rejected | problem line 4 | problem 总部/部门4
    | hire desk-1 | people 1 | applied | has_not desk-1
a full overwrite is refused and other files are not: departments 4 | settings unmanaged
    | people 3 | rejected | problem company | some people 3 | applied | departments 5 | applied
no company file is planned before its paths are bound: departments 4 | people 3
    | hire temp in 2 | set departments_unmanaged=总部/部门2 | company people 2 | has temp
    | set departments_unmanaged=总部/部门9 | company people 1 | rejected
    | problem departments.unmanaged
a department of unmanaged people is not listed as empty: outsourced | company room one two away
    | hire desk-1 in 4 | company room one two away ~ replaced 行政 研发 | applied
    | not_warned replaceparty
nobody comes into it: outsourced | company room one 李娜,lina,13800000002,示例公司/外包 away
    | rejected | problem line 3 | has_not lina
nobody comes into what is below it: outsourced
    | company room one 李娜,lina,13800000002,示例公司/外包/新组 away | rejected | problem line 3
    | has_not lina
nobody comes into it beside another: outsourced
    | company room one 李娜,lina,13800000002,示例公司/研发;示例公司/外包 away | rejected
    | problem line 3 | has_not lina
nobody moves into it: outsourced | company room 张伟,zhangwei,13800000001,示例公司/外包 away
    | rejected | problem line 2
rows of unmanaged people change nothing: outsourced
    | company room one 外一,waiyi,13800000021,示例公司/外包/新组 desk | unchanged | warned desk-1
    | has_not desk-1
"""


@stories(STORIES, globals())
def test_what_is_unmanaged_stays_as_it_is(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_paths_are_bound_for_good_and_drift_is_silent_about_them(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, FULL, people(3))

    assert apply(world, SETTINGS, UNMANAGED).state is State.SUCCEEDED
    apply(world, DEPARTMENTS, departments(4).replace("部门2", "外包"))
    assert apply(world, SETTINGS, UNMANAGED + "[limits]\nremovals = 9\n").state is State.SUCCEEDED

    book = world.archive.snapshot("acme")
    assert book.unmanaged.value == ({"总部/部门2": 2}, ("desk-*",), ())
    world.wecom.hire("desk-1", "new")
    world.wecom.hire("temp", "u0", department=2)
    drift = compare("acme", world.wecom.directory(), book)
    assert (drift.added, drift.removed, drift.moved) == (("new",), (), ())
    asked = replace(book, undecided={"9": "New;u0"})
    assert not compare("acme", world.wecom.directory(), asked).added


def test_older_settings_that_are_bound_late_change_nothing() -> None:
    newer, older = (run_of("acme", Job.COMPANY, dropped) for dropped in (2, 1))
    book = bound(Book(), newer, Unmanaged({"总部/部门2": 2}))

    assert bound(book, older, Unmanaged({}, ("desk",))) == book
