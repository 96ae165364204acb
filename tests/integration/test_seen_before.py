"""A file whose content was there before: dropped once more, or restored over itself."""

import pytest

from support.company import people, table
from support.fakes import moment
from support.guarded import DAY, DEPARTMENTS, FULL, SETTINGS, SOME, apply, codes, policy
from support.runs import chinese, english
from support.stories import Step, asks, play, steps, stories
from support.world import World, departments, members
from wecom_sync.domain.book import Book, File
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason
from wecom_sync.planning.memory.sent import KEPT, with_file

ANYTHING = {"removal_percent": 100, "renames_percent": 100}


def staff(surname: str, of: int = 40) -> str:
    """Return a full file in which the first six people have another surname."""
    content = people(of)
    for number in range(1, 7):
        content = content.replace(f"员工{number},", f"{surname}{number},")
    return content


def upside_down(content: str) -> str:
    """Return a file whose columns and rows stand in another order."""
    header, *rows = (",".join(reversed(line.split(","))) for line in content.splitlines())
    return "\n".join([header, *reversed(rows), ""])


def others(content: str, first: int, last: int) -> str:
    """Return a tree in which some departments have other names."""
    for number in range(first, last + 1):
        content = content.replace(f"部门{number}", f"分部{number}")
    return content


def new_names(content: str, first: int, last: int) -> str:
    for number in range(first, last + 1):
        content = content.replace(f"员工{number},", f"新{number},")
    return content


def lately(first: int, last: int) -> list[Step]:
    """Let some of 40 people get another name, each by a file of its own."""
    files = (new_names(people(40), first, number) for number in range(first, last + 1))
    return [step for file in files for step in (file, 1)]


STORIES = """
a small mistake is put right: people 12! | people 12 ~ calls 1 甲1! | people 12 | applied
a few: anything | people 40! | people 40 ~ named 职工 4! | people 40 | applied
more than a few: anything | people 40! | people 40 ~ named 职工 5! | people 40
    | asks hold_same_again
a few by as many files: people 40! | lately 2 4 | people 40 ~ calls 9 新 | asks hold_same_again
    | says is again as in acme/replaceuser/m.csv, dropped on 2027-01-15 (UTC) (rows: 3). It would
without a column that another file has filled: people 40 ~ with_column 职位 员!
    | some people 5 ~ with_column 职位 员 ~ with_column 座机 60001 60002 60003 60004 60005!
    | people 40 ~ with_column 职位 员*37 长 | applied
half old and half new: people 40! | lately 2 4 | people 40 ~ new_names 2 4 ~ calls 30 新!
    | people 40 ~ calls 30 新 | asks hold_same_again
    | says They stand on lines 3 to 5; other rows are newer
    | says 这些行位于第 3 至 5 行，其余行较新
an old file as changes: people 40! | lately 2 4 | some people 40 | asks hold_same_again
slips put right one by one: people 40! | lately 2 4 | people 40 ~ calls 3 新3 ~ calls 4 新4!
    | people 40 ~ calls 4 新4 | applied
an old file from before a change of everybody: anything | people 40! | lately 2 12
    | people 40 ~ new_names 2 12 ~ replaced 1380000 1390000 | approve | 1 day
    | people 40 ~ new_names 2 12 | asks hold_same_again
temps come and go: people 12! | people 14! | people 12! | people 14! | people 12 | applied
nobody goes for good by a file that takes back more: people 12! | people 14 ~ calls 1 甲1!
    | people 12 | asks hold_same_again
two departments in another order: departments 4! | people 12 ~ changed ,,1⏎ ,,1;2⏎ 6!
    | people 12 ~ changed ,,1⏎ ,,2;1⏎ 6! | people 12 ~ changed ,,1⏎ ,,1;2⏎ 6 | applied
one department of a tree: departments 30! | departments 30 ~ others 7 7! | departments 30 | applied
a tree: anything | departments 30! | departments 30 ~ others 7 12! | departments 30
    | asks hold_same_again
another order: anything | a! | b! | a ~ upside_down | asks hold_same_again
changes may be the same again: anything | some a! | some b! | some a!
after it was approved: anything | a! | b! | c! | other b | asks hold_same_again
    | says This takes back what acme/replaceuser/m.csv, dropped on 2027-01-17 (UTC), changed: 6 of
    | approve | applied | 1 day | b | unchanged | c | applied | 1 day | a | asks hold_same_again
the last file may come again: anything | a! | b! | hire s1..6 | b!
    | b ~ replaced ,邮箱 "" ~ replaced ,,1⏎ ,1⏎ | unchanged | 1 day | hire s1..6 | b!
a file that gave way to one that was not applied: anything | a! | set renames_percent=1 | b
    | asks hold_amount | c | cancel | 1 day | b | asks hold_amount
a retry, a rollback and the file after them: anything | a! | fails result 40089 | b | failed
    | 1 day | some a ~ replaced 甲 乙! | again retry 1 | unchanged | 1 day | c!
    | again rollback 0 | asks hold_older | approve | 1 day | c | asks hold_same_again
a file that WeCom did not take was never there: anything | a! | fails submit 302003 | b | failed
    | c! | b | applied
a file that WeCom refused whole was never there: anything | a! | imports 45026 | b | failed
    | imports | c! | b | applied
"""


A = staff("甲")
B = staff("乙")
C = staff("丙")
REMEDIES = """
whole: people 40! | wrong 40! | people 40 | asks hold_same_again
    | says dropped on 2027-01-16 (UTC), changed: 23 of its 23 rows. It would change 23 in all
    | says If that file was the wrong one, approve.
    | says 该文件改过 23 行，其中 23 行恢复原样。全部变更共 23 处
    | says 如果那份文件有误，请批准；如果那份文件正确，说明本文件较旧或有误，请取消。
    | approve | applied | 1 day | people 40 | unchanged
nearly whole: people 40! | wrong 40! | people 40 ~ calls 1 新 ~ calls 30 新新
    | says changed: 22 of its 23 rows. It would change 24 in all
beside a newer file that stays: people 40! | wrong 40! | wrong 40 ~ calls 40 新!
    | people 40 ~ calls 40 新 | says dropped on 2027-01-16 (UTC), changed: 23 of its 23 rows
while one leaves who came by another file: people 40! | people 42! | wrong 42 | approve
    | 1 day | people 41
    | says dropped on 2027-01-17 (UTC), changed: 23 of its 23 rows. It would change 24 in all
some of whom an earlier file had changed: people 40! | people 40 ~ calls 1 新! | wrong 40
    | approve | 1 day | people 40 ~ calls 1 新
    | says dropped on 2027-01-17 (UTC), changed: 23 of its 23 rows
a file as changes: people 40! | some wrong 40! | people 40
    | says This takes back what acme/syncuser/s.csv, dropped on 2027-01-16 (UTC), changed: 23 of
a tree: departments 30! | departments 30 ~ others 7 12! | departments 30
    | says This takes back what acme/replaceparty/d.csv, dropped on
more than is remembered: people 300! | people 300 ~ named 职工 250! | people 300
    | says That file changed more rows than are remembered: these
    | says 那份文件改过的行超出可记录的数量，只比较了其中
several files: people 40! | people 40 ~ calls 40 新! | wrong 40 ~ calls 40 新
    | approve | 1 day | people 40
    | says This looks like an older export: what newer files have changed is again as in
twice the same people: people 40! | people 40 ~ named 甲 23! | wrong 40! | people 40
    | says This looks like an older export: what newer files have changed is again as in
"""


def wrong(of: int) -> str:
    """Return a file in which 23 people have another surname."""
    return people(of).replace("员工", "职工", 23)


def month(number: int) -> str:
    """Return the file of a month: every month two people get a mobile, in the third 38 a place."""

    def row(at: int) -> str:
        mobile = 1860731 if at <= 2 * number else 1380000
        place = "平台" if at > 49 or (number > 2 and at < 39) else "研发"
        return f"员工{at},u{at},{mobile}{at:04d},示例公司/{place},0571{at * 7919 % 9973:04d}"

    return table("姓名,工号,手机号,所在部门,座机", *map(row, range(60)))


def short(content: str) -> str:
    """Return a file without its last column."""
    return "".join(f"{line.rpartition(',')[0]}\n" for line in content.splitlines())


TELEPHONES = table(
    "姓名,帐号,手机号,所在部门,座机",
    *(f"员工{it},u{it},1380000{it:04d},2,0571{it * 7919 % 9973:04d}" for it in range(5, 20)),
)
MONTHS = """
a file of half a year ago: six | company month 1 | asks hold_same_again
    | says dropped on 2027-01-15 | approve | applied | 1 day | company month 6 | asks hold_amount
one of two years ago: six | 700 days | company month 7! | company month 1 | asks hold_same_again
also where other settings read it: six | set columns=座机: key=工号 newcomers=key
    company=示例公司 removal_percent=100 moves_percent=100 | company month 6 | unchanged
    | company month 1 | asks hold_same_again
one without a column that another system fills: company month 1 ~ short!
    | some telephones! | company month 2 ~ short | applied
"""
SIX = steps(
    "company month 1! | company month 2! | company month 3 | approve | 1 day | company month 4!"
    "| company month 5! | company month 6!",
    globals(),
)


@stories(MONTHS, globals())
def test_an_earlier_month_is_known_whatever_changed_since(world: World, story: list[Step]) -> None:
    policy(world, key="工号", newcomers="key", company="示例公司", moves_percent=100, **ANYTHING)
    play(world, *story)


@stories(STORIES, globals())
def test_nothing_is_as_before_by_an_old_file_unasked(world: World, story: list[Step]) -> None:
    play(world, *story)


@stories(REMEDIES, globals())
def test_what_takes_back_just_one_file_may_be_its_remedy(world: World, story: list[Step]) -> None:
    policy(world, **ANYTHING)
    play(world, *story)


def test_of_a_file_that_is_taken_back_who_brought_it_is_told(world: World) -> None:
    policy(world, **ANYTHING)
    play(world, people(40), 1)
    apply(world, FULL, wrong(40), by="AWS:AROAEXAMPLE:trainee")
    world.clock.now += DAY

    held = play(world, people(40), asks("hold_same_again"))

    assert "brought by AWS:AROAEXAMPLE:trainee, who may know" in english(held)
    assert "那份文件的提交者：AWS:AROAEXAMPLE:trainee。" in chinese(held)
    assert "older export" not in english(held)
    assert "较旧的导出文件" not in chinese(held)


def test_only_so_many_files_are_remembered_the_newest_ones() -> None:
    book = Book()
    for night in range(KEPT + 1):
        file = File(f"r{night}", Job.REPLACE_USER, FULL, night, (f"digest {night}",), "applied")
        book = with_file(book, file)

    assert (len(book.history.files), book.history.files[0].dropped) == (KEPT, 1)
    assert KEPT > 366


def restored(world: World, earlier: list[Run], pause: float = 600) -> list[Run]:
    """Copy versions over themselves, one after the other; return what became of their runs."""
    before = set(world.store.runs_by_id)
    for run in earlier:
        world.restore(run.key, run.identity.version)
        world.pass_time(pause)
    world.pass_time(600)
    runs = [run for run_id, run in world.store.runs_by_id.items() if run_id not in before]
    return sorted(runs, key=lambda run: run.identity.dropped)


NIGHTS = tuple(map(staff, "甲乙丙丁"))
TREES = tuple(others(departments(30), first, first + 5) for first in (2, 8, 14, 20))


@pytest.mark.parametrize("pause", [600, 1], ids=["slowly", "at once"])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)], ids=str)
@pytest.mark.parametrize(("key", "contents"), [(FULL, NIGHTS), (DEPARTMENTS, TREES)])
def test_old_files_are_not_imported_in_whatever_order_they_are_restored(
    world: World, key: str, contents: tuple[str, ...], order: tuple[int, ...], pause: float
) -> None:
    policy(world, **ANYTHING)
    earlier = [play(world, (key, content), 1) for content in contents]
    before = world.wecom.calls.count("submit")

    runs = restored(world, [earlier[at] for at in order], pause)

    assert world.wecom.calls.count("submit") == before
    assert {run.state for run in runs} <= {State.HELD, State.SUPERSEDED, State.UNCHANGED}
    assert {*(code for run in runs for code in codes(run))} <= {"hold_same_again"}
    # The newest copy says what becomes of all: of them at most one waits for a person.
    *others, newest = runs
    assert newest.state is (State.UNCHANGED if order[-1] == 3 else State.HELD)
    assert State.HELD not in {run.state for run in others}
    # Again: copies have made no old content a newer one.
    copies = restored(world, [earlier[at] for at in reversed(order)], pause)
    assert world.wecom.calls.count("submit") == before
    assert copies[-1].state is (State.UNCHANGED if order[0] == 3 else State.HELD)


@pytest.mark.parametrize("asks", ["rollback", "retry", "force"])
def test_what_asks_for_something_does_not_ask_again(world: World, asks: str) -> None:
    three, five = members("a", "b", "c"), members("a", "b", "c", "d", "e")
    changed = three.replace("员工1", "甲")
    play(world, (SOME, three), 1, (SOME, changed), 1)
    first = next(iter(world.store.runs_by_id.values()))
    world.wecom.fail("directory", WeComError(40058, "", "/cgi-bin/batch/syncuser"))
    failed = apply(world, SOME, five)
    named = {"rollback": first, "retry": failed}.get(asks) or apply(world, SOME, changed)
    why = "rollback" if asks == "rollback" else "retry"
    done = apply(world, SOME, "", again=f"{why} {named.run_id}")
    assert done.state is State.SUCCEEDED
    world.clock.now += DAY
    before = world.wecom.calls.count("submit")

    (run,) = restored(world, [done])

    assert (run.state, run.reason) == (State.REJECTED, Reason("asked_before"))
    assert world.wecom.calls.count("submit") == before


def test_settings_that_were_in_force_before_come_back_on_purpose_only(world: World) -> None:
    weak = "[limits]\nremoval_percent = 17\n"
    first, second = (play(world, (SETTINGS, text), 1) for text in (weak, "[limits]\n"))

    for earlier in ([first, second], [second, first]):
        runs = restored(world, earlier)

        superseded = [run.reason for run in runs if run.state is State.SUPERSEDED]
        assert superseded == [Reason("settings_again", {"day": "2027-01-15"})]
        assert world.store.policy("acme").removal_percent != 17
    apply(world, SETTINGS, weak)
    assert world.store.policy("acme").removal_percent == 17


def test_a_decision_that_is_restored_decides_nothing_and_says_nothing(world: World) -> None:
    policy(world, **ANYTHING)
    held = play(world, NIGHTS[0], 1, NIGHTS[1], 1, NIGHTS[0], asks("hold_same_again"))
    world.decide(held, decision="cancel")
    version = f"v{len(world.drops.objects)}"
    world.drops.asked[f"acme/decide/{held.run_id}.json", version] = moment(world.clock.now - DAY)
    unheard = len(world.store.runs_by_id)

    world.pass_time(600)

    assert world.current_run(held).timeline == held.timeline
    assert world.current_run(held).state is State.HELD
    assert len(world.store.runs_by_id) == unheard
