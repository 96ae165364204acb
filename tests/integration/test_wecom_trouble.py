"""Runs in trouble with WeCom, over days: what is done about it, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from support.guarded import dropped
from support.runs import chinese, english, page, state_and_why
from support.wired import KEY, Wired, path_of
from support.world import departments
from wecom_simulator import Simulator
from wecom_sync.domain.errors import SecretUnreadableError
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.trouble import current_trouble
from wecom_sync.use_cases.callbacks import JobEvent
from wecom_sync.wecom.remedies import Call

HOUR = 3600
DAY = 24 * HOUR
HANDFUL = 7
PLAN = "acme/plan/replaceparty/d.csv"
PROMISES = ("tries again", "asks for the result again", "by itself", "自动", "继续查询", "会等待")
"""What only a run that goes on may say."""
UNREADABLE = SecretUnreadableError(secret="wecom-sync/acme", cause="AccessDeniedException")


@pytest.fixture
def world(wired: Wired) -> Wired:
    return wired


def plan(world: Wired) -> Run:
    world.pass_time(1)
    return dropped(world, PLAN, departments(), 0)


def promises(run: Run) -> list[str]:
    return [word for word in PROMISES if word in english(run) + chinese(run)]


def refused(world: Wired) -> None:
    world.url = "http://127.0.0.1:1"


def busy(world: Wired) -> None:
    world.fault("http_status", path_of(Call.MEMBERS), status=503)


def tls(world: Wired) -> None:
    world.url = world.url.replace("http:", "https:")


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Form:
    spoil: Callable[[Wired], None]
    call: str
    english: str
    chinese: str


FORMS = {
    "refused": Form(refused, "gettoken", "the connection was refused", "连接被拒绝"),
    "503": Form(busy, "user/list_id", "the answer was HTTP 503", "返回了 HTTP 503"),
    "tls": Form(tls, "gettoken", "no TLS connection", "TLS 连接失败"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_plan_says_which_call_failed_how_and_promises_nothing(world: Wired, form: Form) -> None:
    form.spoil(world)

    run = plan(world)

    assert (run.state, page(world, run)["verdict"]) == (State.FAILED, "unknown")
    assert f"({form.call}): {form.english}" in english(run)
    assert f"（{form.call}）」失败：{form.chinese}" in chinese(run)
    assert "this plan is not tried again" in english(run)
    assert "不会重试" in chinese(run)
    assert promises(run) == []
    assert page(world, run)["trouble"] is None


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_run_that_is_tried_again_says_how_often_and_when(world: Wired, form: Form) -> None:
    form.spoil(world)
    world.drop_departments()

    world.pass_time(200)

    run = world.run
    assert form.english in english(run)
    assert "WeCom does not have the file yet. wecom-sync tries again by itself" in english(run)
    trouble = page(world, run)["trouble"]
    assert trouble["call"].endswith(form.call)
    assert trouble["times"] == sum(run.tries.values()) > 1
    assert trouble["next"] == moment(run.resume or 0)
    assert trouble["until"] == moment(run.deadline or 0)


def test_at_its_deadline_a_run_promises_nothing_any_more(world: Wired) -> None:
    refused(world)
    world.drop_departments()

    world.live(7 * HOUR)

    run = world.run
    assert run.state is State.FAILED
    assert "the connection was refused" in english(run)
    assert "WeCom did not take the file, and it is not tried again" in english(run)
    assert promises(run) == []
    assert page(world, run)["timeline"][-1]["why"] == page(world, run)["reason"]


def test_a_post_without_an_answer_says_that_nobody_knows_and_what_is_done(world: Wired) -> None:
    world.fault("cut", path_of(Call.SUBMIT))
    world.drop_departments()

    world.live(HOUR)

    run = world.run
    assert (run.state, run.reason) == (State.SUBMITTING, None)
    text = english(run)
    assert "Could not start the import (batch/replaceparty): the connection broke off." in text
    assert "WeCom may have taken the file or not" in text
    assert "WeCom does not have the file" not in text
    assert page(world, run)["trouble"]["times"] > 1

    world.live(6 * HOUR)
    assert world.run.state is State.FAILED
    assert "Could not start the import" in english(world.run)
    assert "nobody knows whether WeCom applied the file" in english(world.run)
    assert promises(world.run) == []


def test_a_result_that_cannot_be_read_says_that_wecom_has_the_file(world: Wired) -> None:
    world.drop_departments()
    world.fault("http_status", path_of(Call.RESULT), status=503)

    world.live(HOUR)

    text = english(world.run)
    assert "Could not get the result of the import (batch/getresult): the answer was HTTP" in text
    assert "WeCom has the file. wecom-sync asks for the result again" in text

    world.heal()
    world.fault("hang_job")
    world.live(HOUR)
    assert current_trouble(world.run) is None


def test_a_secret_that_is_not_shown_any_more_says_until_when(world: Wired) -> None:
    world.use_secret("wrong")

    runs = [plan(world), plan(world)]

    rests = datetime.fromtimestamp(world.clock.now - 1 + 959, UTC).strftime("%Y-%m-%d %H:%M")
    for run in runs:
        assert run.state is State.FAILED
        assert f"not tried again before {rests} UTC" in english(run)
        assert f"{rests}（UTC）之前不再用这个密钥尝试" in chinese(run)
        assert "Another secret is tried at once" in english(run)
    assert world.asked(Call.TOKEN) == 1

    world.use_secret("contact-secret")
    assert plan(world).state is State.PLANNED


@pytest.mark.parametrize("call", [Call.TOKEN, Call.UPLOAD, Call.SUBMIT])
def test_an_untrusted_address_is_shown_so_that_it_can_be_entered(world: Wired, call: Call) -> None:
    world.fault("errcode", path_of(call), errcode=60020)

    run = world.drop_departments()

    assert run.state is State.FAILED
    for text in (english(run), chinese(run)):
        assert all(word in text for word in ("127.0.0.1", "60020", "企业可信IP"))
        assert "hint" not in text


def test_an_address_refused_while_a_result_is_awaited_says_what_to_do(world: Wired) -> None:
    world.drop_departments()
    world.fault("errcode", path_of(Call.RESULT), errcode=60020)
    world.live(HOUR)

    text = english(world.run)
    assert "Enter 127.0.0.1 in 「企业可信IP」" in text
    assert "no new drop is needed" in text
    assert "drop the file again" not in text
    assert "请把 127.0.0.1 填入" in chinese(world.run)


def test_a_secret_that_cannot_be_read_is_tried_again_and_says_until_when(world: Wired) -> None:
    world.secrets.secrets["acme"] = UNREADABLE
    world.drop_departments()
    world.live(700)

    run = world.run
    assert run.state is State.RECEIVED
    assert "not been checked yet. wecom-sync tries again by itself" in english(run)
    assert page(world, run)["trouble"]["until"] == moment(run.created + 6 * HOUR)

    planned = plan(world)
    assert planned.state is State.FAILED
    assert promises(planned) == []
    assert "this plan is not tried again" in english(planned)


def test_a_secret_that_cannot_be_read_under_way_is_told(world: Wired) -> None:
    world.drop(KEY, departments())
    refused(world)
    world.pass_time(0)
    world.secrets.secrets["acme"] = UNREADABLE
    world.pass_time(200)

    assert "AccessDeniedException" in page(world, world.run)["reason"]
    assert not world.counted["NotPublished"]


def test_a_secret_that_is_reset_while_a_job_runs_is_shown_a_handful_of_times(world: Wired) -> None:
    world.drop_departments()
    world.reset_secret("new-secret")

    world.live(23 * HOUR)
    assert state_and_why(world.run) == (State.SUBMITTED, 40001)
    assert world.asked(Call.TOKEN) - 1 <= HANDFUL

    world.use_secret("new-secret")
    world.live(HOUR + 600)
    assert world.run.state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("call", "code", "deadline", "least", "most"),
    [(Call.RESULT, 48002, DAY, 20, 26), (Call.SUBMIT, 45009, 6 * HOUR, 8, 8)],
)
def test_a_block_that_does_not_end_is_told_to_people_at_the_deadline(
    world: Wired, call: Call, code: int, deadline: int, *, least: int, most: int
) -> None:
    if call is Call.RESULT:
        world.drop_departments()
    world.fault("errcode", path_of(call), errcode=code)
    if call is Call.SUBMIT:
        world.drop_departments()

    world.live(deadline + HOUR)

    run = world.run
    assert state_and_why(run) == (State.FAILED, code)
    assert 0 <= (run.finished or 0) - run.created - deadline <= 600
    assert least <= world.asked(call) <= most


def guarded_at_submit(world: Wired) -> None:
    world.fault("errcode", path_of(Call.SUBMIT), errcode=45026)
    world.drop_departments()


def guarded_in_the_callback(world: Wired) -> None:
    run = world.drop_departments()
    words = "trigger the protection of deleting users, hint: [1_2_3], from ip: 10.1.1.1"
    world.clock.now += 1
    world.results.hear(JobEvent("acme", run.run_id, "replace_party", str(run.job_id), 45026, words))


def guarded_in_the_result(world: Wired) -> None:
    world.simulator.corp(world.corp_id).change({"whole_job_errors": "result"})
    world.fault("fail_job", errcode=45026)
    world.drop_departments()
    world.pass_time(60)


def test_the_deletion_guard_says_the_same_wherever_it_turns_up(shared: Simulator) -> None:
    runs = []
    for guard in (guarded_at_submit, guarded_in_the_callback, guarded_in_the_result):
        world = Wired(shared)
        guard(world)
        runs.append(world.run)

    assert [run.state for run in runs] == [State.FAILED] * 3
    for text_of in (english, chinese):
        at_submit, *others = map(text_of, runs)
        assert "batch/replaceparty" in at_submit
        (text,) = {*others}
        assert at_submit.endswith(text)
        assert "45026" in text
        assert "80%" in text


@pytest.mark.parametrize("hours", [1, 12])
def test_an_import_of_somebody_else_is_waited_for(world: Wired, hours: int) -> None:
    world.fault("errcode", path_of(Call.SUBMIT), errcode=302008)
    world.drop_departments()

    world.live(hours * HOUR)
    run = world.run
    assert run.state is State.SUBMITTING
    assert (run.deadline or 0) - world.clock.now > 5 * HOUR
    assert world.asked(Call.SUBMIT) <= 10 + 8 * hours

    world.heal()
    world.live(1200)
    assert world.run.state is State.SUCCEEDED


def test_a_result_that_is_refused_once_is_asked_for_no_less_often_later(world: Wired) -> None:
    world.fault("hang_job")
    world.drop_departments()
    world.fault("errcode", path_of(Call.RESULT), errcode=6000, times=5)

    world.live(HOUR)

    run = world.run
    assert (run.state, run.tries, run.reason) == (State.SUBMITTED, {}, None)
