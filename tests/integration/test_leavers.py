"""Leavers with grace: disabled first, removed later, back by being in the file again."""

import pytest

from support.books import noted
from support.guarded import DAY, FULL, SOME, apply, codes, people, plan_of, policy, thinned
from support.wired import Wired
from support.world import World
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门"
JOINER = "新,n1,13911111111,,1\n"
DISABLED = f"{HEADER},禁用\n" + "".join(f"员{n},u{n},138{n:08d},,1,{n // 9}\n" for n in range(10))
"""Ten people; the last one is disabled."""


def test_leavers_are_disabled_first_and_removed_after_their_grace(world: World) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)
    before, after = (
        people(count).replace("部门", "部门,是否部门内领导").replace(",1\n", ",1,1\n")
        for count in (3, 2)
    )
    apply(world, FULL, before)

    run = apply(world, FULL, after)
    assert run.state is State.SUCCEEDED
    assert plan_of(world, run)["disable"] == ["u2"]
    assert plan_of(world, run)["by_department"] == {"1": {"disable": 1}}
    assert plan_of(world, run)["remove"] == []
    assert "u2" in world.wecom.members
    sent = list(world.wecom.jobs.values())[-1].content.decode("utf-8-sig")
    assert sent.splitlines()[0].endswith(",是否部门内领导,禁用")
    assert [line.rsplit(",", 2)[1:] for line in sent.splitlines()[1:]] == [
        ["1", ""], ["1", ""], ["", "1"]
    ]  # fmt: skip

    world.clock.now += 29 * DAY
    run = apply(world, FULL, people(2) + "新,n1,13911111111,,1\n")
    assert "u2" in world.wecom.members
    world.clock.now += 2 * DAY
    run = apply(world, FULL, people(2) + "又,n2,13922222222,,1\n")
    assert "u2" not in world.wecom.members


def test_the_results_tell_who_is_disabled_from_who_is_removed(world: World) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)
    apply(world, FULL, people(3))
    run = apply(world, FULL, people(2))
    results = f"acme/{run.run_id}/results.csv"
    first = world.reports.documents[results].decode()

    assert [line.split(",")[:5] for line in first.splitlines()[1:]] == [
        ["2", "u0", "员工1", "unchanged", "applied"],
        ["3", "u1", "员工2", "unchanged", "applied"],
        ["", "u2", "员工3", "disabled", "disabled"],
    ]
    assert "a full file removes it once the grace period is over" in first
    assert run.succeeded == 2

    world.clock.now += 31 * DAY
    world.wecom.extra.append(ResultRow("U2", 0, "ok"))
    run = apply(world, FULL, people(2) + "新,n2,13922222222,,1\n")
    last = world.reports.documents[f"acme/{run.run_id}/results.csv"].decode()
    assert last.splitlines()[-1].split(",")[:5] == ["", "U2", "员工3", "removed", "applied"]


def test_a_leaver_named_in_an_incremental_file_is_enabled_by_the_next_full_one(
    world: World,
) -> None:
    policy(world, leavers="disable", removal_percent=100)
    apply(world, FULL, people(3))
    apply(world, FULL, people(2))
    apply(world, SOME, "姓名,帐号,手机号,邮箱,所在部门\n改名,u2,13800000003,,1\n")
    assert noted(world.archive.snapshot("acme"), "left").keys() == {"u2"}

    apply(world, "acme/replaceuser/back.csv", people(3).replace("员工1,", "改名,"))

    sent = list(world.wecom.jobs.values())[-1].content.decode("utf-8-sig")
    assert [line.rsplit(",", 1)[1] for line in sent.splitlines()[1:]] == ["", "", "0"]


def test_whoever_left_comes_back_by_being_in_the_file_again(world: World) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)
    apply(world, FULL, people(3))
    apply(world, FULL, people(2))

    run = apply(world, "acme/replaceuser/back.csv", people(3).replace("员工1,", "改名,"))

    assert run.state is State.SUCCEEDED
    sent = list(world.wecom.jobs.values())[-1].content.decode("utf-8-sig")
    assert [line.rsplit(",", 1)[1] for line in sent.splitlines()[1:]] == ["", "", "0"]
    assert noted(world.archive.snapshot("acme"), "left") == {}


def test_the_mobile_of_a_leaver_is_taken_until_the_account_goes(world: World) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)
    apply(world, FULL, people(3))
    apply(world, FULL, people(2))
    joiner = "新,n1,13800000003,,1\n"

    run = apply(world, SOME, people(0) + joiner)

    told = plan_of(world, run)["warnings"]
    assert isinstance(told, list)
    assert [(each["code"], each["id"]) for each in told] == [("warning_mobile_taken", "n1")]
    assert "u2" in told[0]["text"]

    world.clock.now += 31 * DAY
    run = apply(world, "acme/replaceuser/later.csv", people(2) + joiner)

    assert plan_of(world, run)["remove"] == ["u2"]
    assert plan_of(world, run)["warnings"] == []


def test_leavers_nobody_knows_are_held(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)
    world.wecom.hire("stranger", "u0", "u1", "u2")

    run = apply(world, FULL, people(3))

    assert codes(run) == ["hold_protected"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("甲,old,13800000001,,1\n", "乙,new,13800000001,,1\n"),
        ("甲,old,,a@x.example,1\n", "乙,new,,A@x.example,1\n"),
    ],
)
def test_a_leaver_whose_contact_is_somebody_elses_now_is_held_and_never_sent(
    world: World, before: str, after: str
) -> None:
    policy(world, leavers="disable", removal_percent=100)
    apply(world, FULL, people(20, "n").replace("1380000", "1390000") + before)

    run = apply(world, FULL, people(20, "n").replace("1380000", "1390000") + after)

    assert codes(run) == ["hold_protected"]
    assert plan_of(world, run)["remove"] == ["old"]


CREW = people(20, "n").replace("1380000", "1390000")
OLD = "甲,old,13800000001,a@x.cn,1\n"


def last_row(world: World) -> str:
    return list(world.wecom.jobs.values())[-1].content.decode("utf-8-sig").splitlines()[-1]


@pytest.mark.parametrize(
    ("newcomer", "sent"),
    [
        ("乙,new,13800000001,,1\n", "甲,old,,a@x.cn,1,1"),
        ("乙,new,13711111111,A@x.cn,1\n", "甲,old,13800000001,,1,1"),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_a_leaver_gives_up_the_contact_that_a_newcomer_has_and_keeps_the_grace(
    world: World, newcomer: str, sent: str, later: bool
) -> None:
    policy(world, leavers="disable", leaver_days=30)
    apply(world, FULL, CREW + OLD)
    if later:
        apply(world, FULL, CREW)
        world.clock.now += 10 * DAY

    run = apply(world, FULL, CREW + newcomer)

    assert (run.state, codes(run)) == (State.SUCCEEDED, [])
    assert last_row(world) == sent
    assert plan_of(world, run)["disable"] == ([] if later else ["old"])
    assert run.warnings == 1
    assert apply(world, FULL, CREW + newcomer).state is State.UNCHANGED
    world.clock.now += 31 * DAY
    assert apply(world, FULL, CREW + newcomer).state is State.SUCCEEDED
    assert "old" not in world.wecom.members


def test_a_newcomer_who_is_refused_a_leavers_mobile_is_tried_again(world: World) -> None:
    policy(world, leavers="disable")
    apply(world, FULL, CREW + OLD)
    world.wecom.refused = {"new": 60104}
    newcomer = "乙,new,13800000001,,1\n"
    assert apply(world, FULL, CREW + newcomer).state is State.PARTIAL

    world.wecom.refused = {}

    assert apply(world, FULL, CREW + newcomer).state is State.SUCCEEDED
    assert last_row(world) == "甲,old,,a@x.cn,1,1"


def test_a_leaver_without_any_contact_left_is_held_before_the_grace_is_over(world: World) -> None:
    policy(world, leavers="disable")
    apply(world, FULL, CREW + OLD)
    apply(world, FULL, CREW)

    run = apply(world, FULL, CREW + "乙,new,13800000001,a@x.cn,1\n")

    assert codes(run) == ["hold_protected"]
    assert plan_of(world, run)["remove"] == ["old"]


def test_a_leaver_without_a_contact_in_the_files_columns_is_held(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)
    apply(world, FULL, people(20) + "甲,old,,a@x.example,1\n")

    short = people(20).replace(",邮箱", "").replace(",,", ",")
    run = apply(world, FULL, short)

    assert codes(run) == ["hold_protected"]


def test_whoever_was_enabled_by_an_incremental_file_has_their_whole_grace_again(
    world: World,
) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)
    apply(world, FULL, people(20))
    apply(world, FULL, people(19))
    world.clock.now += 5 * DAY
    apply(world, SOME, f"{HEADER},禁用\n员工20,u19,13800000020,,1,0\n")
    assert noted(world.archive.snapshot("acme"), "left") == {}
    world.clock.now += 30 * DAY

    run = apply(world, FULL, people(19) + JOINER)

    assert plan_of(world, run)["disable"] == ["u19"]
    assert "u19" in world.wecom.members


def test_whoever_was_deleted_by_hand_and_made_anew_has_their_whole_grace_again(
    world: World,
) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)
    apply(world, FULL, people(20))
    apply(world, FULL, people(19))
    del world.wecom.members["u19"]
    world.clock.now += 40 * DAY
    apply(world, SOME, f"{HEADER}\n员工20,u19,13800000020,,1\n")
    world.clock.now += DAY

    run = apply(world, FULL, people(19) + JOINER)

    assert plan_of(world, run)["disable"] == ["u19"]
    assert "u19" in world.wecom.members


def test_whoever_was_disabled_before_they_left_has_a_clock_though_nothing_goes_out(
    world: World,
) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)
    apply(world, FULL, DISABLED)
    nine = "".join(line for line in DISABLED.splitlines(keepends=True)[:-1])

    states = []
    for _ in range(4):
        states.append(apply(world, FULL, nine).state)
        world.clock.now += 14 * DAY

    assert states == [State.UNCHANGED] * 3 + [State.SUCCEEDED]
    assert "u9" not in world.wecom.members


def test_whoever_was_in_a_file_that_changed_nothing_has_their_whole_grace_again(
    world: World,
) -> None:
    policy(world, leavers="disable", leaver_days=30, removal_percent=100)
    apply(world, FULL, DISABLED.replace(",1,1\n", ",1,0\n"))
    nine = "".join(line for line in DISABLED.splitlines(keepends=True)[:-1])
    apply(world, FULL, nine)
    world.clock.now += DAY
    assert apply(world, FULL, DISABLED).state is State.UNCHANGED
    world.clock.now += 40 * DAY

    assert apply(world, FULL, nine).state is State.UNCHANGED

    assert "u9" in world.wecom.members
    assert noted(world.archive.snapshot("acme"), "left").keys() == {"u9"}


@pytest.mark.parametrize(("clears", "nights"), [(True, 1), (False, 32)])
def test_a_newcomer_gets_a_leavers_phone_once_wecom_lets_it_go(
    wired: Wired, clears: bool, nights: int
) -> None:
    header = "姓名,帐号,手机号,邮箱,所在部门\n"
    staff = [f"员工{n},u{n},138{n:08d},u{n}@example.com,1\n" for n in range(1, 21)]
    corp = wired.simulator.corp(wired.corp_id)
    corp.change({"blank_clears": clears})
    policy(wired, leavers="disable")
    apply(wired, FULL, header + "".join(staff))
    successor = staff[0].replace("员工1,u1,", "新人,n1,").replace("u1@", "n1@")
    tonight = header + "".join((*staff[1:], successor))
    for _ in range(nights):
        run = apply(wired, FULL, tonight)
        assert (run.state, codes(run)) == (State.PARTIAL, [])
        assert corp.directory.find("n1") is None
        wired.clock.now += DAY - 600

    assert apply(wired, FULL, tonight).state is State.SUCCEEDED

    leaver = corp.directory.find("u1")
    if clears:
        assert leaver is not None
        assert not leaver.enabled
    else:
        assert leaver is None
    assert corp.directory.find("n1") is not None


@pytest.mark.parametrize("leavers", ["disable", "remove"])
def test_a_plan_names_leavers_in_one_order_however_wecom_lists_people(
    world: World, leavers: str
) -> None:
    policy(world, leavers=leavers, removals=1)
    apply(world, FULL, people(20))
    world.wecom.members = dict(reversed(world.wecom.members.items()))

    run = apply(world, FULL, thinned(people(20), 3))

    going = plan_of(world, run)["disable" if leavers == "disable" else "remove"]
    assert going == ["u1", "u3", "u5"]


def test_who_has_a_new_id_is_not_told_of_as_a_leaver_without_grace_as_well(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)
    apply(world, FULL, people(20) + "甲,old,,a@x.example,1\n")

    run = apply(world, FULL, people(20) + "甲,new,,a@x.example,1\n")

    assert codes(run) == ["hold_second_account"]
