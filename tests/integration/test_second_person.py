"""With `second_person`, nobody approves what they brought about; without it, documents say so."""

from typing import NamedTuple

import pytest

from support.company import people, table
from support.guarded import FULL, SOME, apply, codes, dropped
from support.runs import approved, page, report, state_and_why
from support.world import World, members
from wecom_sync.domain.run import Run, State
from wecom_sync.domain.timeline import refusal
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail

HR, ADMIN, BOSS = "AWS:AROADROP:hr", "AWS:AIDAADMIN", "AWS:AROADECIDE:boss"
SETTINGS = "acme/settings.toml"
ON = '[limits]\nfirst_replace = "hold"\nsecond_person = true\n'
OFF = ON.replace("true", "false")
HIRED = 6


@pytest.fixture(autouse=True)
def hired(world: World) -> None:
    world.wecom.hire(*(f"u{number}" for number in range(HIRED)))


def by(world: World, principal: str, key: str, content: str) -> Run:
    """Let somebody drop something; return its run."""
    world.by = principal
    return apply(world, key, content)


def held_by(world: World, principal: str, settings: str = ON) -> Run:
    """Let an administrator put settings in force, and somebody drop a file that is held by them."""
    by(world, ADMIN, SETTINGS, settings)
    held = by(world, principal, FULL, people(HIRED))
    assert held.state is State.HELD
    return held


def approve(world: World, held: Run, principal: str) -> tuple[State, list[str]]:
    """Let somebody approve; return the state that follows, and the answer."""
    world.by = principal
    run = world.current_run(approved(world, held))
    decided = [step for step in run.timeline if step.is_decision and step.said]
    return run.state, [why.code for why in decided[-1].why]


REFUSED = State.HELD, ["second_person_refused"]
UNKNOWN = State.HELD, ["second_person_unknown"]
DONE: tuple[State, list[str]] = State.SUCCEEDED, []


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("AWS:AIDAX", "AWS:AIDAX", "second_person_refused"),
        ("AWS:AROAX:li.lei", "AWS:AROAX:Li.Lei", "second_person_refused"),
        ("AWS:AROAX:li.lei", "AWS:AROAY:li.lei", "second_person_refused"),
        ("AWS:AROAX:hr.0a1b@s-01", "AWS:AROAX:hr.9f8e@s-01", "second_person_refused"),
        ("AWS:AROAX:hr.0a1b@s-01", "AWS:AROAX:it.0a1b@s-01", None),
        ("AWS:AIDAX", "AWS:AIDAY", None),
        ("AWS:AROAX:li.lei", "AWS:AROAX:han.mei", None),
        ("AWS:AROAX:", "AWS:AROAX:li.lei", "second_person_unknown"),
        ("", "AWS:AIDAX", "second_person_unknown"),
        ("AWS:AIDAX", " ", "second_person_unknown"),
    ],
)
def test_a_user_is_an_id_and_a_session_is_its_name(one: str, other: str, code: str | None) -> None:
    refused = refusal(one, (other,))

    assert (refused and refused.code) == code
    assert refusal(one, ()) is None


def test_who_dropped_a_file_cannot_approve_it_and_is_told_who_may(world: World) -> None:
    held = held_by(world, HR)

    assert approve(world, held, HR) == REFUSED

    document = page(world, held)
    assert document["timeline"][-1]["carried_out"] is False
    assert "Somebody else with the right to decide may approve" in document["timeline"][-1]["why"]
    needed = f"A second person has to approve: {HR} dropped the file, or settings"
    assert codes(held)[-1] == "second_person_needed"
    assert needed in document["holds"][-1]["text"]
    assert needed in mail(held, Language.ENGLISH)[1]
    assert needed in report(world, held)["holds"][-1]["en"]
    assert "submit" not in world.wecom.calls

    assert approve(world, held, BOSS) == DONE
    approval = page(world, held)["approval"]
    assert (approval["by"], approval["same_person"]) == (BOSS, False)


class Case(NamedTuple):
    """Settings when somebody drops a file, when it is planned, and later; who approves then."""

    settings: tuple[str, str]
    later: tuple[str, str]
    answers: dict[str, tuple[State, list[str]]]
    dropper: str = HR


CASES = {
    "taken back by somebody, who is an author now": Case(
        (ON, ON), (BOSS, OFF), {HR: REFUSED, BOSS: REFUSED, ADMIN: DONE}
    ),
    "asked for when the file was dropped": Case((ON, OFF), (ADMIN, OFF), {HR: REFUSED}),
    "asked for when the file was planned": Case((OFF, ON), (ADMIN, OFF), {HR: REFUSED}),
    "asked for later": Case((OFF, OFF), (ADMIN, ON), {HR: REFUSED, ADMIN: REFUSED, BOSS: DONE}),
    "the dropper has no name": Case((ON, ON), (ADMIN, ON), {BOSS: UNKNOWN, "": UNKNOWN}, ""),
    "the approver has no name": Case((ON, ON), (ADMIN, ON), {"": UNKNOWN}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_settings_of_every_time_count(world: World, case: Case) -> None:
    when_dropped, when_planned = case.settings
    by(world, ADMIN, SETTINGS, when_dropped)
    world.by = case.dropper
    dropped(world, FULL, people(HIRED), 5)
    assert world.run_of(FULL).state is State.QUEUED
    by(world, ADMIN, SETTINGS, when_planned)
    held = world.run_of(FULL)
    assert (codes(held)[-1] == "second_person_needed") is (ON in case.settings)

    by(world, case.later[0], SETTINGS, case.later[1])

    for principal, answer in case.answers.items():
        assert approve(world, held, principal) == answer, principal


def test_who_dropped_a_file_may_cancel_it(world: World) -> None:
    assert world.cancel_now(held_by(world, HR)).state is State.CANCELLED


@pytest.mark.parametrize(("by_whom", "needs"), [(HR, ["second_person_needed"]), (ADMIN, [])])
def test_who_frees_their_own_file_with_settings_needs_somebody_else(
    world: World, by_whom: str, needs: list[str]
) -> None:
    held_by(world, HR, OFF)

    by(world, by_whom, SETTINGS, ON.replace("hold", "apply") + "additions_percent = 100\n")

    run = world.run_of(FULL)
    assert (run.state is State.HELD, codes(run) if needs else []) == (bool(needs), needs)
    assert not needs or approve(world, run, BOSS) == DONE


@pytest.mark.parametrize("comes", ["retry_of", "rollback_of"])
def test_who_dropped_the_file_that_comes_again_is_an_author_too(world: World, comes: str) -> None:
    first = held_by(world, HR)
    if comes == "retry_of":
        world.cancel(first)
    else:
        approve(world, first, BOSS)
        by(world, BOSS, SOME, members("new"))
        by(world, ADMIN, SETTINGS, f"{ON}removals = 0\n")
    world.pass_time(600)

    world.by = BOSS
    apply(world, FULL, "", **{comes: first.run_id})
    again = world.run_of(FULL)

    assert state_and_why(again) == (State.HELD, None)
    assert approve(world, again, BOSS) == REFUSED
    assert approve(world, again, HR) == REFUSED
    assert approve(world, again, ADMIN) == DONE


def test_who_approved_their_own_file_is_told_without_the_setting_too(world: World) -> None:
    held = held_by(world, HR, OFF)

    assert approve(world, held, HR) == DONE

    run, alone = world.run_of(FULL), f"The same person dropped and approved it: {HR}."
    assert page(world, run)["approval"]["same_person"] is True
    assert alone in mail(run, Language.ENGLISH)[1]
    assert report(world, run)["alone"]["en"] == alone


def test_who_dropped_a_file_does_not_free_it_with_accounts(world: World) -> None:
    header, some = "姓名,手机号,所在部门", "赵敏,13800000009,1"
    by(world, ADMIN, SETTINGS, '[accounts]\nkey = "工号"\n' + ON.replace("hold", "apply"))
    by(world, ADMIN, SOME, table(f"帐号,{header}", f"u0,{some}", "u1,钱多,13800000001,1"))
    by(world, ADMIN, SOME, table(f"工号,{header}", "1,钱多,13800000001,1"))
    assert approve(world, world.run_of(SOME), BOSS)[0] is State.UNCHANGED

    by(world, HR, SOME, table(f"工号,{header}", "9,赵敏,13800000008,1"))
    by(world, HR, "acme/accounts.csv", "key,account\n9,u0\n")

    held = world.run_of(SOME)
    assert (held.state, codes(held)) == (State.HELD, ["second_person_needed"])
    assert approve(world, held, HR) == REFUSED
    assert approve(world, held, BOSS) == DONE
