"""Leavers with grace: disabled first, removed later, back by being in the file again."""

import pytest

from support.company import people, thinned, with_column
from support.guarded import DAY, FULL, SOME, apply, codes, plan_of, policy
from support.runs import sent, text_of
from support.stories import Step, play, stories
from support.wired import Wired
from support.world import World
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.states import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门"
BACK = "acme/replaceuser/back.csv"
JOINER = "新,n1,13911111111,,1\n"


@pytest.fixture(autouse=True)
def grace(world: World) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)


def test_leavers_are_disabled_first_and_removed_after_their_grace(world: World) -> None:
    before, after = (with_column(people(count), "是否部门内领导", "1") for count in (3, 2))

    run = play(world, before, after)

    assert (run.state, run.result.succeeded) == (State.SUCCEEDED, 2)
    plan = plan_of(world, run)
    assert (plan["disable"], plan["remove"]) == (["u2"], [])
    assert plan["by_department"] == {"1": {"disable": 1}}
    assert [row[-2:] for row in sent(world)] == [
        ["是否部门内领导", "禁用"],
        ["1", ""],
        ["1", ""],
        ["", "1"],
    ]
    assert [row[:5] for row in world.results_csv(run)[1:]] == [
        ["2", "u0", "员工1", "unchanged", "applied"],
        ["3", "u1", "员工2", "unchanged", "applied"],
        ["", "u2", "员工3", "disabled", "disabled"],
    ]
    assert "a full file removes it once the grace" in text_of(world, run, "results.csv")

    world.clock.now += 29 * DAY
    apply(world, FULL, people(2) + JOINER)
    assert "u2" in world.wecom.members
    world.clock.now += 2 * DAY
    world.wecom.extra.append(ResultRow("U2", 0, "ok"))
    run = apply(world, FULL, people(2) + JOINER.replace("新", "又"))
    assert "u2" not in world.wecom.members
    assert world.results_csv(run)[-1][:5] == ["", "U2", "员工3", "removed", "applied"]


def test_the_mobile_of_a_leaver_is_taken_until_the_account_goes(world: World) -> None:
    play(world, people(3), people(2))
    joiner = "新,n1,13800000003,,1\n"

    run = apply(world, SOME, people(0) + joiner)

    (warning,) = plan_of(world, run)["warnings"]
    assert (warning["code"], warning["id"]) == ("warning_mobile_taken", "n1")
    assert "u2" in warning["text"]

    world.clock.now += 31 * DAY
    run = apply(world, BACK, people(2) + joiner)

    assert plan_of(world, run)["remove"] == ["u2"]
    assert plan_of(world, run)["warnings"] == []


CREW = people(20, "n").replace("1380000", "1390000")
OLD = "甲,old,13800000001,a@x.cn,1\n"
STORIES = """
whoever left comes back by being in a full file alone: people 3 | people 2
    | some people 3 ~ cut 0 2 ~ calls 3 改名 | notes left u2 | people 3 ~ calls 1 改名 | applied
    | sends "" "" 0 | notes left
leavers whom nobody knows: hire stranger u0..2 | people 3 | asks hold_protected
a leaver whose mobile goes to somebody else: crew ~ plus 甲,old,13800000001,,1
    | crew ~ plus 乙,new,13800000001,,1 | asks hold_protected | plans remove old
a leaver whose mailbox goes to somebody else: crew ~ plus 甲,old,,a@x.cn,1
    | crew ~ plus 乙,new,,A@x.cn,1 | asks hold_protected | plans remove old
a leaver in grace whose contacts both go to somebody else: crew ~ plus 甲,old,13800000001,a@x.cn,1
    | crew | crew ~ plus 乙,new,13800000001,a@x.cn,1 | asks hold_protected | plans remove old
a leaver for whose contact there is no column: people 20 ~ plus 甲,old,,a@x.cn,1
    | people 20 ~ replaced ,邮箱 "" ~ replaced ,, , | asks hold_protected | plans remove old
a leaver who is the newcomer: crew ~ plus 甲,old,,a@x.cn,1 | crew ~ plus 甲,new,,a@x.cn,1
    | asks hold_second_account | plans remove old
enabled by a row since: people 10 | people 9 | 5 days
    | some people 10 ~ cut 0 9 ~ with_column 禁用 0 | 30 days
    | people 9 ~ plus 新,n1,13911111111,,1 | applied | notes left u9
made anew since: people 10 | people 9 | 5 days | delete u9 | 35 days | some people 10 ~ cut 0 9
    | 1 day | people 9 ~ plus 新,n1,13911111111,,1 | applied | notes left u9
in an unchanged file since: people 10 ~ with_column 禁用 0 | nine | 1 day | ten | 40 days | nine
    | unchanged | notes left u9
disabled before they left: ten | nine | 14 days | nine | 14 days | nine | unchanged
    | notes left u9
disabled long before they left: ten | nine | 14 days | nine | 14 days | nine | 14 days | nine
    | applied | notes left | there u0..8
"""


NINE = with_column(people(9), "禁用", "0")
TEN = with_column(people(10), "禁用", *"0" * 9, "1")


@stories(STORIES, globals())
def test_leavers_have_their_whole_grace_and_keep_a_contact(world: World, story: list[Step]) -> None:
    play(world, *story)


@pytest.mark.parametrize(
    ("newcomer", "row"),
    [
        ("乙,new,13800000001,,1\n", "甲,old,,a@x.cn,1,1"),
        ("乙,new,13711111111,A@x.cn,1\n", "甲,old,13800000001,,1,1"),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_a_leaver_gives_up_the_contact_that_a_newcomer_has_and_keeps_the_grace(
    world: World, newcomer: str, row: str, later: bool
) -> None:
    apply(world, FULL, CREW + OLD)
    if later:
        apply(world, FULL, CREW)
        world.clock.now += 10 * DAY

    run = apply(world, FULL, CREW + newcomer)

    assert (run.state, codes(run)) == (State.SUCCEEDED, [])
    assert sent(world)[-1] == row.split(",")
    assert plan_of(world, run)["disable"] == ([] if later else ["old"])
    assert run.proposal.warnings == 1
    assert apply(world, FULL, CREW + newcomer).state is State.UNCHANGED
    world.clock.now += 31 * DAY
    assert apply(world, FULL, CREW + newcomer).state is State.SUCCEEDED
    assert "old" not in world.wecom.members


@pytest.mark.parametrize(("clears", "nights"), [(True, 1), (False, 32)])
def test_a_newcomer_gets_a_leavers_phone_later(wired: Wired, clears: bool, nights: int) -> None:
    staff = [f"员工{n},u{n},138{n:08d},u{n}@example.com,1\n" for n in range(1, 21)]
    corp = wired.simulator.corp(wired.corp_id)
    corp.change({"blank_clears": clears})
    policy(wired, leavers="disable")
    apply(wired, FULL, f"{HEADER}\n" + "".join(staff))
    successor = staff[0].replace("员工1,u1,", "新人,n1,").replace("u1@", "n1@")
    tonight = f"{HEADER}\n" + "".join((*staff[1:], successor))
    for _ in range(nights):
        run = apply(wired, FULL, tonight)
        assert (run.state, codes(run)) == (State.PARTIAL, [])
        assert corp.directory.find("n1") is None
        wired.clock.now += DAY - 600

    assert apply(wired, FULL, tonight).state is State.SUCCEEDED

    leaver = corp.directory.find("u1")
    assert (leaver is not None and not leaver.enabled) is clears
    assert (leaver is None) is not clears
    assert corp.directory.find("n1") is not None


@pytest.mark.parametrize("leavers", ["disable", "remove"])
def test_a_plan_names_leavers_in_one_order(world: World, leavers: str) -> None:
    policy(world, leavers=leavers, removals=1)
    apply(world, FULL, people(20))
    world.wecom.members = dict(reversed(world.wecom.members.items()))

    run = apply(world, FULL, thinned(people(20), 3))

    assert plan_of(world, run)[leavers] == ["u1", "u3", "u5"]
