"""Files that are approved without removals: who is to go stays, and is asked about again."""

from support.company import table
from support.guarded import COMPANY, apply
from support.runs import answers, data_of, page
from support.stories import Step, held_run, play, steps, stories
from support.world import World
from wecom_sync.domain.run import Run
from wecom_sync.planning.drift import compare
from wecom_sync.reporting.documents import approval_text
from wecom_sync.reporting.language import Language

PLACES = ("研发", "研发", "行政", "行政", "研发", "行政")
NAMES = ("张伟", "李娜", "王芳", "陈静", "赵敏", "孙洋")


def staff(*numbers: int, place: str = "") -> str:
    """Return HR's file of these people: u1 and u2 are in one department, u3 and u4 in another."""
    rows = [f"{NAMES[it - 1]},u{it},1380000000{it},示例公司/{PLACES[it - 1]}" for it in numbers]
    return table("姓名,帐号,手机号,所在部门", *rows)


def disabled(content: str, *numbers: int) -> str:
    """Return a file that disables some of its people."""
    header, *rows = content.splitlines()
    marked = [f"{row},{int(any(f',u{it},' in row for it in numbers))}" for row in rows]
    return table(f"{header},禁用", *marked)


def merged(content: str) -> str:
    """Return a file in which everybody is in one department."""
    return content.replace("/行政", "/研发")


def flat(content: str) -> str:
    """Return a file that names departments by their numbers."""
    return content.replace("示例公司/研发", "2").replace("示例公司/行政", "3")


def spare(world: World, *users: str) -> Run:
    """Approve the newest run that is held, without removals or but for some people."""
    held = held_run(world)
    plan, without = str(held.proposal.digest), [*users] or "removals"
    world.decide(held, decision="approve", plan=plan, without=without)
    world.pass_time(600)
    return world.current_run(held)


def answered(world: World, *codes: str) -> None:
    """See how decisions about the newest run that is held were refused."""
    assert answers(world, held_run(world)) == [*codes]


def refuses(world: World, *words: str) -> None:
    """See what is said of the last decision about the newest run that is held."""
    assert " ".join(words) in page(world, held_run(world))["timeline"][-1]["why"]


def offers(world: World, count: int) -> None:
    """See that the page of the held run offers to remove and disable nobody, of how many."""
    page = world.reports.documents[f"acme/{held_run(world).run_id}/report.html"]
    assert data_of(page)["decision"]["removals"] == count


def keeps(world: World, user: str) -> None:
    """See who stays by the last approval, in words and for programs."""
    run = [*world.store.runs_by_id.values()][-1]
    assert page(world, run)["approval"]["without"] == [user]
    assert approval_text(run, Language.ENGLISH).endswith(f"who stay for now: {user}.")


def warns(world: World, *names: str) -> None:
    """See whom the last run warns of as those who stay for now."""
    (warning,) = page(world, [*world.store.runs_by_id.values()][-1], "plan.json")["warnings"]
    assert f"in all {len(names)}: {', '.join(names)}." in warning["text"]


def forced(world: World) -> Run:
    """Drop the last file once more, to be sent in any case."""
    unchanged = apply(world, COMPANY, staff(1, 2, 5))
    return apply(world, COMPANY, "", again=f"retry {unchanged.run_id}")


def off(world: World, *accounts: str) -> None:
    """See who is disabled, by name or by their rows."""
    rows = world.archive.snapshot("acme").rows
    disabled = {it for it, row in rows.items() if row.get("禁用") == "1"}
    disabled |= {it for it, is_enabled in world.wecom.switched.items() if not is_enabled}
    assert disabled == {*accounts}


def has(world: World, *names: str) -> None:
    """See which departments there are below the company, and that none is to go."""
    book = world.archive.snapshot("acme")
    tree = {row["部门名称"] for row in book.department_rows.values()}
    assert (tree - {"示例公司"}, book.condemned) == ({*names}, frozenset())


STORIES = """
who is new comes, and nobody goes: start | company staff 1 2 5 | asks hold_gone of u3, u4
    | spare | applied | there u1 u2 u3 u4 u5
the next file without them asks about them by name: spared | company staff 1 2 5 6
    | asks hold_postponed of u3, u4 | says a file was approved without removals (2027-
    | says 批准时选择了暂不删除 | approve | applied | there u1 u2 u5 u6
and once more without them: spared | company staff 1 2 5 6 | spare | applied | 1 day
    | company staff 1 2 5 6 ~ replaced 13800000006 13900000006 | asks hold_postponed of u3, u4
the same file asks once a week: spared | company staff 1 2 5 | unchanged | 3 days
    | company staff 1 2 5 | unchanged | there u1 u2 u3 u4 u5 | 4 days
    | company staff 1 2 5 | asks hold_postponed of u3, u4 | spare | unchanged | 6 days
    | company staff 1 2 5 | unchanged | 2 days | company staff 1 2 5 | asks hold_postponed of u3, u4
but at once where it is sent in any case: spared | forced | asks hold_postponed of u3, u4
    | approve | applied | there u1 u2 u5
also when the file comes to nothing: start | company staff 1 2 5 | fails submit 40058 | spare
    | failed | set removals=5 leavers=remove | again retry 1
    | asks hold_postponed of u3, u4 | cancel
    | company staff 1 2 5 6 | asks hold_postponed of u3, u4 | approve | applied | there u1 u2 u5 u6
who is in a file again is not put off any more: spared | company staff 1 2 3 5
    | asks hold_postponed of u4 | approve | 1 day | set removals=5 leavers=remove
    | company staff 1 2 5 6 | applied | there u1 u2 u5 u6
who goes beside them has a sentence of their own: spared | company staff 1 5
    | asks hold_postponed hold_gone of u2
nobody else is too many because of them: spared | set removals=1 leavers=remove | company staff 1 5
    | asks hold_postponed of u3, u4 | approve | there u1 u5
only some of them: start | company staff 1 2 5 | spare U4 | applied | keeps u4
    | there u1 u2 u4 u5 | 1 day
    | company staff 1 2 5 6 | asks hold_postponed of u4
not who stays in any case: start | company staff 1 2 5 | spare u1 u4 | asks hold_gone of u3, u4
    | answered decision_not_going | refuses Wrong: u1.
accounts that no file ever named: hire Boss | set first_replace=hold
    | company staff 1 2 | asks hold_strangers of Boss | spare | applied | warns Boss
    | there boss u1 u2
    | no_drift | 1 day | company staff 1 2 5 | asks hold_postponed of Boss
nobody is disabled: start | set removals=0
    | company staff 1 2 5 | asks hold_gone of u3, u4 | offers 2 | spare | applied | off | 30 days
    | company staff 1 2 5 6 | asks hold_postponed of u3, u4 | approve | applied | off u3 u4
who is disabled already stays so: start | set removals=5
    | company staff 1 2 3 5 | applied | off u4 | 11 days | set removals=0
    | company staff 1 2 5 | asks hold_gone of u3 | spare | unchanged | off u4
    | there u1 u2 u3 u4 u5 | 1 day | company staff 1 2 5 6 | asks hold_postponed of u3
unless an approval names them, then they are enabled: start | set removals=5
    | company staff 1 2 3 5 | applied | off u4 | 11 days | set removals=0
    | company staff 1 2 5 | asks hold_gone of u3 | spare u4 | applied | off u3
also whom no file ever named: hire Boss | set first_replace=hold removals=5
    | company staff 1 2 5 | asks hold_strangers of Boss | approve | applied | off boss | 1 day
    | set removals=0 | company staff 1 5 | asks hold_gone of u2 | spare boss | applied | off u2
who is disabled by the file itself: start | company staff 1 2 3 4 5 ~ disabled 3
    | asks hold_gone of u3 | spare | applied | off | 1 day
    | company staff 1 2 3 4 5 ~ disabled 3 | unchanged | 7 days
    | company staff 1 2 3 4 5 ~ disabled 3 | asks hold_postponed of u3 | approve | applied | off u3
their departments stay: company staff 1 2 3 4 6 | set removals=0 leavers=remove
    | company staff 1 2 3 6 ~ merged
    | asks hold_gone hold_other_departments | spare | applied | has 研发 行政
    | there u1 u2 u3 u4 u6
a full overwrite asks as well: spared | staff 1 2 5 ~ flat | asks hold_postponed of u3, u4
a file that is brought back asks as well: spared | company staff 1 2 3 4 5 6 | applied | 1 day
    | company staff 1 2 3 4 5 | asks hold_gone of u6 | spare | unchanged | 1 day
    | again rollback 1 | asks hold_postponed hold_gone of u3, u4
a file of some people changes nothing of it: spared | some staff 3 ~ flat | unchanged | 1 day
    | company staff 1 2 5 6 | asks hold_postponed of u3, u4
"""


def no_drift(world: World) -> None:
    """See that nobody is reported as made by hand."""
    directory, book = world.wecom.directory(), world.archive.snapshot("acme")
    assert not compare("acme", directory, book).added


START = steps("company staff 1 2 3 4 | applied | set removals=0 leavers=remove", globals())
SPARED = steps("start | company staff 1 2 5 | spare | applied | 1 day", globals())


@stories(STORIES, globals())
def test_who_stays_is_asked_about_again(world: World, story: list[Step]) -> None:
    play(world, *story)
