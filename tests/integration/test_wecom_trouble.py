"""Runs in trouble with WeCom, over days: our real client, the simulator, time in our hands."""

import pytest

from support.runs import state_and_why
from support.wired import Wired, path_of
from support.world import members
from wecom_simulator import Simulator
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.callbacks import JobEvent
from wecom_sync.wecom.remedies import Call

HOUR = 3600
DAY = 24 * HOUR
HANDFUL = 7


@pytest.fixture
def world(wired: Wired) -> Wired:
    return wired


def test_a_file_every_ten_minutes_with_a_wrong_secret_bans_nobody(world: Wired) -> None:
    world.use_secret("wrong")

    for number in range(24 * 6):
        world.drop(f"acme/syncuser/{number}.csv", members("anna"))
        world.pass_time(600)

    assert 1 < world.asked(Call.TOKEN) <= HANDFUL
    assert {request["errcode"] for request in world.log(Call.TOKEN)} == {40001}


def test_a_corrected_secret_is_tried_at_once(world: Wired) -> None:
    world.use_secret("wrong")
    assert world.drop_departments().state is State.FAILED

    world.use_secret("contact-secret")
    world.pass_time(1)
    assert world.drop_departments(4).state is State.SUBMITTED

    world.live(HOUR)
    assert world.run.state is State.SUCCEEDED


def test_a_secret_that_is_reset_while_a_job_runs_is_shown_a_handful_of_times(world: Wired) -> None:
    world.drop_departments()
    world.reset_secret("new-secret")

    world.live(23 * HOUR)
    run = world.run
    assert state_and_why(run) == (State.SUBMITTED, 40001)
    assert world.asked(Call.TOKEN) - 1 <= HANDFUL

    world.use_secret("new-secret")
    world.live(HOUR + 600)
    assert world.run.state is State.SUCCEEDED


def test_a_result_that_nobody_may_read_is_asked_for_hourly_until_its_deadline(world: Wired) -> None:
    world.drop_departments()
    world.fault("errcode", path_of(Call.RESULT), errcode=48002)

    world.live(25 * HOUR)

    run = world.run
    assert state_and_why(run) == (State.FAILED, 48002)
    assert run.finished is not None
    assert 0 <= run.finished - run.created - DAY <= 600
    assert 20 <= world.asked(Call.RESULT) <= 26


def test_a_block_of_an_hour_is_waited_out_with_four_questions(world: Wired) -> None:
    world.fault("errcode", path_of(Call.SUBMIT), errcode=45009)
    world.drop_departments()

    world.live(HOUR)
    assert world.messages() == []
    assert world.run.due == world.run.resume
    world.heal()
    world.live(HOUR)

    assert world.asked(Call.SUBMIT) == 4
    assert world.run.state is State.SUCCEEDED


def test_a_block_of_a_day_is_told_to_people_at_the_deadline(world: Wired) -> None:
    world.fault("errcode", path_of(Call.SUBMIT), errcode=45009)
    world.drop_departments()

    world.live(7 * HOUR)

    run = world.run
    assert state_and_why(run) == (State.FAILED, 45009)
    assert run.finished is not None
    assert 0 <= run.finished - run.created - 6 * HOUR <= 600
    assert world.asked(Call.SUBMIT) == 8


def test_a_result_behind_a_block_of_a_day_is_still_read(world: Wired) -> None:
    world.drop_departments()
    world.fault("errcode", path_of(Call.RESULT), errcode=45009)

    world.live(23 * HOUR)
    world.heal()
    world.live(2 * HOUR)

    assert world.asked(Call.RESULT) < 30
    assert world.run.state is State.SUCCEEDED


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("call", [Call.TOKEN, Call.UPLOAD, Call.SUBMIT])
def test_an_untrusted_address_is_shown_so_that_it_can_be_entered(
    world: Wired, call: Call, language: Language
) -> None:
    world.fault("errcode", path_of(call), errcode=60020)

    run = world.drop_departments()

    shown = reason_text(run, language)
    assert run.state is State.FAILED
    assert "127.0.0.1" in shown
    assert "60020" in shown
    assert "企业可信IP" in shown
    assert "hint" not in shown


def guarded_at_submit(world: Wired) -> Run:
    world.fault("errcode", path_of(Call.SUBMIT), errcode=45026)
    return world.drop_departments()


def guarded_in_the_callback(world: Wired) -> Run:
    run = world.drop_departments()
    words = "trigger the protection of deleting users, hint: [1_2_3], from ip: 10.1.1.1"
    event = JobEvent("acme", run.run_id, "replace_party", str(run.job_id), 45026, words)
    world.clock.now += 1
    world.results.hear(event)
    return world.run


def guarded_in_the_result(world: Wired) -> Run:
    world.simulator.corp(world.corp_id).change({"whole_job_errors": "result"})
    world.fault("fail_job", errcode=45026)
    world.drop_departments()
    world.pass_time(60)
    return world.run


@pytest.mark.parametrize("language", Language)
def test_the_deletion_guard_says_the_same_wherever_it_turns_up(
    shared: Simulator, language: Language
) -> None:
    runs = [
        guard(Wired(shared))
        for guard in (guarded_at_submit, guarded_in_the_callback, guarded_in_the_result)
    ]

    assert [run.state for run in runs] == [State.FAILED] * 3
    at_submit, *others = (reason_text(run, language) for run in runs)
    assert "batch/replaceparty" in at_submit
    (text,) = {*others}
    assert at_submit.endswith(text)
    assert "45026" in text
    assert "80%" in text


@pytest.mark.parametrize("hours", [1, 12])
def test_an_import_of_somebody_else_is_waited_for_as_long_as_it_takes(
    world: Wired, hours: int
) -> None:
    world.fault("errcode", path_of(Call.SUBMIT), errcode=302008)
    world.drop_departments()

    world.live(hours * HOUR)
    run = world.run
    assert (run.state, run.attempts) == (State.SUBMITTING, 0)
    assert run.deadline is not None
    assert run.deadline - world.clock.now > 5 * HOUR
    assert world.asked(Call.SUBMIT) <= 10 + 8 * hours

    world.heal()
    world.live(1200)
    assert world.run.state is State.SUCCEEDED


def test_trouble_of_one_kind_does_not_lengthen_the_waits_of_another(world: Wired) -> None:
    world.fault("errcode", path_of(Call.UPLOAD), errcode=6000, times=3)
    world.fault("errcode", path_of(Call.SUBMIT), errcode=45009, times=1)
    world.drop_departments()

    world.pass_time(6 * 60)

    assert world.run.state is State.SUCCEEDED


def test_a_result_that_is_refused_once_is_asked_for_no_less_often_later(world: Wired) -> None:
    world.fault("hang_job")
    world.drop_departments()
    world.fault("errcode", path_of(Call.RESULT), errcode=6000, times=5)

    world.live(HOUR)

    run = world.run
    assert (run.state, run.tries, run.reason) == (State.SUBMITTED, {}, None)
