"""Plans: what they name, what changes nothing, what is remembered, departments by name."""

from support.company import people, table
from support.guarded import (
    DEPARTMENTS,
    FULL,
    SOME,
    apply,
    dropped,
    hold_first,
    plan_of,
)
from support.runs import approved, english, page, state_and_why
from support.stories import Step, overtaken, play, stories
from support.world import World, departments, members
from wecom_sync.domain.states import State

PLAN_OF_ALL, PLAN_OF_SOME = "acme/plan/replaceuser/all.csv", "acme/plan/syncuser/some.csv"
SETTINGS = "acme/settings.toml"
HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"


def test_a_bad_file_is_told_its_unknown_departments_at_once(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    world.wecom.calls.clear()
    bad = f"{HEADER}甲,u1,123,,部门2\n乙,u2,13800000002,,部门9;7\n丙,u3,13800000003,,部门3;7\n"

    run = apply(world, SOME, bad)

    assert run.state is State.REJECTED
    rows = [(row[0], row[7]) for row in world.results_csv(run)[1:]]
    assert rows == [("2", "手机号"), ("3", "所在部门"), ("4", "")]
    assert world.wecom.calls == []
    problems = page(world, apply(world, PLAN_OF_SOME, bad), "problems.json")["problems"]
    assert [problem["line"] for problem in problems] == [2, 3]


def test_while_departments_are_on_their_way_a_name_may_be_theirs(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    world.wecom.duration = 10_000
    world.drop(DEPARTMENTS, departments(9))

    run = apply(world, SOME, f"{HEADER}甲,u1,123,,部门9\n")

    assert state_and_why(run) == (State.REJECTED, "mobile_invalid")


def test_a_contact_that_somebody_has_stands_in_the_plan(world: World) -> None:
    apply(world, FULL, people(2))

    run = apply(world, SOME, members("u3").replace("13800000001", "13800000002"))

    assert run.proposal.warnings == 1
    (warning,) = plan_of(world, run)["warnings"]
    assert [warning[name] for name in ("code", "column", "id")] == [
        "warning_mobile_taken",
        "手机号",
        "u3",
    ]
    assert "13800000002" not in str(warning)
    del world.wecom.members["u0"]
    assert apply(world, SOME, members("u6")).proposal.warnings == 0
    mailed = "姓名,帐号,邮箱,所在部门\n甲,{},a@x.cn,1\n"
    apply(world, SOME, mailed.format("u4"))
    assert apply(world, SOME, mailed.format("u5")).proposal.warnings == 1


def test_a_file_that_changes_nothing_is_not_sent_unless_forced(world: World) -> None:
    apply(world, FULL, people(3))

    run = apply(world, "acme/replaceuser/again.csv", people(3))
    assert run.state is State.UNCHANGED
    assert {row[4] for row in world.results_csv(run)[1:]} == {"unchanged"}
    assert world.wecom.calls.count("submit") == 1

    assert apply(world, run.key, "", again=f"retry {run.run_id}").state is State.SUCCEEDED
    assert world.wecom.calls.count("submit") == 2


def test_a_file_that_is_only_to_be_planned_is_planned_and_does_nothing_else(world: World) -> None:
    hold_first(world)
    world.wecom.duration = 10_000
    dropped(world, SOME, members("x"), 62)
    before = world.store.lane("acme")
    assert before.holder is not None

    run = apply(world, PLAN_OF_ALL, people(6))

    assert (run.state, run.proposal.verdict) == (State.PLANNED, "hold")
    assert [(hold.code, hold.family) for hold in run.proposal.holds] == [("hold_first", "named")]
    assert plan_of(world, run)["counts"] == run.proposal.counts
    assert world.store.lane("acme") == before
    assert world.archive.snapshots == {}
    assert world.wecom.calls.count("submit") == 1
    document = page(world, run)
    assert (document["verdict"], document["plan_digest"]) == ("hold", run.proposal.digest)
    assert [step["state"] for step in document["timeline"]] == ["RECEIVED", "PLANNED"]


def test_a_plan_supersedes_nothing_and_nothing_supersedes_it(world: World) -> None:
    hold_first(world)
    held = apply(world, FULL, people(6))

    planned = apply(world, PLAN_OF_ALL, people(6))

    assert planned.proposal.digest == held.proposal.digest
    assert approved(world, held).state is State.SUCCEEDED
    assert apply(world, PLAN_OF_ALL, people(6)).proposal.verdict == "unchanged"


def test_a_plan_says_which_departments_its_file_would_wait_for(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    held = apply(world, DEPARTMENTS, departments(2).replace("总部", "新名") + "部门9,9,1,9\n")
    assert held.state is State.HELD

    run = apply(world, PLAN_OF_SOME, members("a").replace(",,1", ",,部门9"))

    assert state_and_why(run) == (State.FAILED, "awaits_departments")
    assert "this plan is not made by itself" in english(run)
    assert "is planned by itself" not in english(run)


def leaders(places: str, flags: str) -> str:
    return table("姓名,帐号,手机号,所在部门,是否部门内领导", f"甲,a,13800000001,{places},{flags}")


def updates(world: World, account: str, *columns: str) -> None:
    run = [*world.store.runs_by_id.values()][-1]
    assert plan_of(world, run)["update"].get(account, []) == [*columns]


def names(world: World, part: str, **expected: object) -> None:
    """See a part of the last plan."""
    run = [*world.store.runs_by_id.values()][-1]
    assert plan_of(world, run)["counts"] == run.proposal.counts
    assert plan_of(world, run)[part] == expected


def by_department(world: World) -> None:
    """See who comes and goes where, and what the places are called."""
    moves = {"1": {"add": 1, "move_out": 1, "remove": 1}, "2": {"move_in": 1}}
    names(world, "by_department", **moves)
    names(world, "places", **{"1": "总部", "2": "部门2"})


def titles(world: World) -> None:
    names(world, "altered", 职位=[f"u{n}" for n in range(10)])


LATE = overtaken(SETTINGS, "[limits]\nremovals = 1\n", (SETTINGS, "[limits]\nremovals = 2\n"))


def removals(world: World, number: int) -> None:
    assert world.store.policy("acme").removals == number


STORIES = """
an older settings file that comes late is not in force: late | superseded | removals 2
departments that will go later are foreseen: set removal_percent=100
    | departments 3 ~ plus 部门4,4,3,4 | plans add 2 3 4 | some people 1 ~ moved 4
    | departments 2 | plans emptied 3 4 | plans remove
a plan names what changes: departments 3 | people 4
    | people 3 ~ calls 1 改名 ~ replaced 0002,,1 0002,,2 ~ plus 新人,new,13900000000,,1
    | plans add new | updates u0 姓名 | plans move u1 | plans remove u3 | by_department
a plan lists whom its reasons are about: titled 10 职员 | set first_replace=hold | hire new1..3
    | titled 10 经理 ~ replaced 13800000002 13900000002 ~ plus 新人1,new1,13600000001,,1,职员
    新人2,new2,13600000002,,1,职员 新人3,new3,13600000003,,1,职员
    | asks hold_unknown hold_amount | plans unknown new1 new2 new3 | plans contacts u1 | titles
another order of departments and of who leads: departments 3 | leaders 2;3 1;0
    | some leaders 3;2 1;0 | applied | updates a 是否部门内领导 所在部门
another order of departments with who leads them: departments 3 | leaders 2;3 1;0
    | some leaders 3;2 0;1 | applied | updates a 所在部门
the same order: departments 3 | leaders 2;3 1;0 | some leaders 2;3 1;0 | unchanged | updates a
"""


@stories(STORIES, globals())
def test_what_a_plan_names(world: World, story: list[Step]) -> None:
    play(world, *story)
