"""Whose own account a file changes does not approve that, unless nobody else can."""

from dataclasses import replace
from typing import Any

import pytest

from support.company import people, plus, replaced, table, without
from support.guarded import COMPANY, FULL, SETTINGS, SHARES, SOME, apply, codes, policy
from support.runs import answers, approved, english, page, report
from support.world import TRUSTING, World
from wecom_sync.domain.book import Book, People, Person
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import Change
from wecom_sync.planning.names import concerned
from wecom_sync.planning.night import without_account
from wecom_sync.planning.plan import Plan
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail

MAPPED = "AWS:AROADECIDE:boss.li"
AUTHOR = "wecom:u5"
DESK: dict[str, Any] = {"desk_approvers": ("U1", "u2"), "desk_people": {MAPPED: "u1"}}
HEADER = "姓名,帐号,微信号,手机号,邮箱,所在部门"
OWN = table(HEADER, "员工2,u1,wx1,13800000002,,1", "员工4,u3,,13800000004,,1")
CHANGES = {
    "mobile": ("13800000002", "13911112222"),
    "mail": ("00002,,1", "00002,a@x.cn,1"),
    "name": ("员工2,", "欧阳锋,"),
    "WeChat ID": ("wx1,", "wx2,"),
}


def asked_about(world: World, content: str, **desk: Any) -> Run:
    """Let `AUTHOR` bring a file that is held in any case: it renames somebody protected, too."""
    world.by = AUTHOR
    apply(world, FULL, people(20))
    apply(world, SOME, OWN)
    settings = replace(TRUSTING, **{**DESK, **desk}, protected=("u3",))
    world.store.put_policy("acme", settings, world.clock.now, by=AUTHOR)
    held = apply(world, SOME, content.replace("员工4", "赵四"))
    assert held.state is State.HELD
    return held


def decide(world: World, held: Run, principal: str) -> Run:
    world.by = principal
    return world.current_run(approved(world, held))


def test_who_is_not_concerned_approves(world: World) -> None:
    held = asked_about(world, OWN)

    assert codes(held) == ["hold_protected_contacts"]
    assert decide(world, held, "wecom:u1").state is State.SUCCEEDED
    assert page(world, held)["approval"]["own_sign_in"] is False


@pytest.mark.parametrize("principal", ["wecom:u1", "wecom:U1", MAPPED])
@pytest.mark.parametrize("what", CHANGES)
def test_whose_sign_in_changes_does_not_approve_it(world: World, what: str, principal: str) -> None:
    held = asked_about(world, replaced(OWN, *CHANGES[what]))
    assert codes(held)[-1] == "own_sign_in"
    who = "欧阳锋 (u1)" if what == "name" else "员工2 (u1)"
    assert f"people who may decide: {who}. They cannot" in english(held)
    assert who not in english(held.unnamed())
    assert report(world, held)["decision"]["barred"] == ["u1"]

    assert decide(world, held, principal).state is State.HELD
    why = page(world, held)["timeline"][-1]["why"]
    assert f"{principal} would approve a change of their own account" in why
    assert "Who can approve it: 员工3 (u2)." in why

    assert decide(world, held, "wecom:u2").state is State.SUCCEEDED


def test_who_decides_in_aws_alone_does_not_approve_their_own_account_either(world: World) -> None:
    other = f"{OWN}员工5,u4,,13911110005,,1\n"
    held = asked_about(world, other, desk_people={MAPPED: "u4"})

    assert decide(world, held, MAPPED).state is State.HELD
    assert answers(world, held) == ["own_sign_in_refused"]


def test_another_wechat_id_of_an_approver_is_asked_about(world: World) -> None:
    apply(world, FULL, people(20))
    apply(world, SOME, OWN)
    policy(world, desk_approvers=["u1", "u2"])

    held = apply(world, SOME, OWN.replace(*CHANGES["WeChat ID"]))

    assert codes(held) == ["hold_protected_contacts", "own_sign_in"]


def test_who_becomes_an_approver_between_two_steps_does_not_approve_the_rest(world: World) -> None:
    limits = {name: 100 for name in (*Policy.limits(), *SHARES) if name.endswith("percent")}
    apply(world, FULL, people(20))
    policy(world, company="总部", **limits)
    world.drop(COMPANY, replaced(replaced(people(20), ",1\n", ",总部/新部\n"), *CHANGES["mobile"]))
    world.pass_time(1)
    assert world.run_of(COMPANY).asks == "replaceparty"

    policy(world, company="总部", **limits, desk_approvers=["u1", "u2"])
    world.pass_time(600)

    held = world.run_of(COMPANY)
    assert codes(held) == ["hold_protected_contacts", "own_sign_in"]
    assert decide(world, held, "wecom:u1").state is State.HELD
    assert decide(world, held, "wecom:u2").state is State.SUCCEEDED


def test_a_department_is_nobody_s_account() -> None:
    changes = (Change("4", (Kind.ADD,)),)
    for job, users in {Job.REPLACE_PARTY: (), Job.SYNC_USER: ("4",)}.items():
        plan, roster = Plan(job=job, changes=changes), Roster(job, "", (), ())
        assert concerned(["4"], plan, roster, Book()) == users


def test_who_was_disabled_as_a_leaver_cannot_sign_in() -> None:
    directory = Directory.of([("U1", 1), ("u2", 1)], [Department(1, 0)])
    book = Book(people=People.of([Person("u2", off=True)]))

    assert without_account(("u1", "U2", "ghost"), directory, book) == ("U2", "ghost")


ALONE: dict[str, dict[str, Any]] = {
    "is the only approver": {"desk_approvers": ("u1",)},
    "decides with somebody who has no account": {"desk_approvers": ("u1", "ghost")},
    "decides with somebody who is disabled": {"desk_approvers": ("u1", "u19")},
    "decides with the author": {"desk_approvers": ("u1", "u5"), "second_person": True},
}


@pytest.mark.parametrize("case", ALONE)
def test_who_alone_can_decide_approves_their_own_account_and_it_is_told(
    world: World, case: str
) -> None:
    if "disabled" in case:
        apply(world, FULL, people(20))
        columns = "姓名,帐号,手机号,邮箱,所在部门,禁用"
        apply(world, "acme/syncuser/off.csv", table(columns, "员工20,u19,13800000020,,1,1"))
    held = asked_about(world, replaced(OWN, *CHANGES["mobile"]), **ALONE[case])
    assert codes(held)[-1] == "own_sign_in_alone"
    barred = report(world, held)["decision"]["barred"]
    assert barred == (["u5"] if case == "decides with the author" else [])

    run = decide(world, held, "wecom:u1")

    told = "wecom:u1 approved a change of their own account"
    assert run.state is State.SUCCEEDED
    assert page(world, run)["approval"]["own_sign_in"] is True
    assert told in report(world, run)["alone"]["en"]
    assert told in mail(run, Language.ENGLISH)[1]


def test_who_becomes_an_approver_who_left_does_not_approve_their_own_half_file(
    world: World,
) -> None:
    policy(world, desk_approvers=["u6", "u7"], desk_droppers=["lisi"], removal_percent=100)
    world.wecom.hire("lisi")
    apply(world, FULL, plus(people(8), "李四,lisi,13855550000,,1"))
    rest = without(people(7), "u7") + "李四,lisi,13855550000,,1\n"
    assert decide(world, apply(world, FULL, rest), "wecom:u6").state is State.SUCCEEDED
    assert "u7" not in world.wecom.members
    world.by = "wecom:lisi"

    half = people(3) + "李四,lisi,,l@x.cn,1\n员工8,u7,13855550000,,1\n"
    held = apply(world, FULL, half)

    assert held.state is State.HELD
    assert {"hold_protected_added", "own_sign_in"} <= {*codes(held)}, codes(held)
    assert "u7" not in world.wecom.members
    # Whoever has an old session of hers, or is taken for her.
    run = decide(world, held, "wecom:u7")
    assert (run.state, answers(world, held)[-1]) == (State.HELD, "own_sign_in_refused")


@pytest.mark.parametrize("job", [FULL, COMPANY])
@pytest.mark.parametrize(("approvers", "is_last"), [("u1 ghost", True), ("u1 u2", False)])
def test_who_would_be_the_last_to_decide_does_not_go_unsaid(
    world: World, job: str, approvers: str, is_last: bool
) -> None:
    apply(world, FULL, people(20))
    policy(world, desk_approvers=approvers.split(), removal_percent=100)

    held = apply(world, job, without(people(20), "u1").replace("所在部门", "部门"))

    assert codes(held) == ["hold_protected"]
    said = "could decide at the desk any more: 员工2 (u1). Name somebody else" in english(held)
    assert said is is_last


@pytest.mark.parametrize("fails", [False, True])
def test_settings_name_whom_wecom_does_not_have(world: World, fails: bool) -> None:
    apply(world, FULL, people(3))
    apply(world, SOME, table(f"{HEADER},禁用", "员工3,u2,,13800000003,,1,1"))
    if fails:
        world.wecom.fail("directory", WeComError(60020, "", "/cgi-bin/user/list_id"))

    run = apply(world, SETTINGS, '[desk]\napprovers = ["U1"]\nreaders = ["u2", "ghost"]\n')

    assert run.state is State.SUCCEEDED
    assert ("no account, or a disabled one: u2, ghost." in english(run)) is not fails
