"""What a run says about trouble with WeCom: which call, how, and only what will happen."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from support.wired import KEY, Wired, path_of
from support.world import departments
from wecom_sync.domain.errors import SecretUnreadableError
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.trouble import current_trouble
from wecom_sync.wecom.remedies import Call

HOUR = 3600
EN, ZH = Language.ENGLISH, Language.CHINESE
PLAN = "acme/plan/replaceparty/d.csv"
PROMISES = ("tries again", "asks for the result again", "by itself", "自动", "继续查询", "会等待")
"""What only a run that goes on may say."""


@pytest.fixture
def world(wired: Wired) -> Wired:
    return wired


def page(world: Wired, run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.reports.documents[f"acme/{run.run_id}/run.json"])
    return found


def plan(world: Wired) -> Run:
    world.pass_time(1)
    world.drop(PLAN, departments())
    world.pass_time(0)
    return world.run_of(PLAN)


def refused(world: Wired) -> None:
    world.url = "http://127.0.0.1:1"


def busy(world: Wired) -> None:
    world.fault("http_status", path_of(Call.MEMBERS), status=503)


def tls(world: Wired) -> None:
    world.url = world.url.replace("http:", "https:")


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


@pytest.mark.parametrize("form", FORMS)
def test_a_plan_says_which_call_failed_how_and_promises_nothing(world: Wired, form: str) -> None:
    found = FORMS[form]
    found.spoil(world)

    run = plan(world)

    assert run.state is State.FAILED
    english, chinese = reason_text(run, EN), reason_text(run, ZH)
    assert f"({found.call}): {found.english}" in english
    assert f"（{found.call}）」失败：{found.chinese}" in chinese
    assert "this plan is not tried again" in english
    assert "不会重试" in chinese
    assert not [word for word in PROMISES if word in english + chinese]
    assert page(world, run)["trouble"] is None


@pytest.mark.parametrize("form", FORMS)
def test_a_run_that_is_tried_again_says_how_often_when_and_until_when(
    world: Wired, form: str
) -> None:
    FORMS[form].spoil(world)
    world.drop_departments()

    world.pass_time(200)

    run = world.run
    text = reason_text(run, EN)
    assert FORMS[form].english in text
    assert "WeCom does not have the file yet. wecom-sync tries again by itself" in text
    trouble = page(world, run)["trouble"]
    assert trouble["call"].endswith(FORMS[form].call)
    assert trouble["times"] == run.attempts > 1
    assert run.resume is not None
    assert run.deadline is not None
    assert moment(run.resume) == trouble["next"]
    assert moment(run.deadline) == trouble["until"]


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def test_each_way_of_failing_is_counted_by_itself(world: Wired) -> None:
    world.fault("http_status", path_of(Call.MEMBERS), status=503, times=2)
    world.drop_departments()
    world.pass_time(70)
    world.heal()
    world.fault("http_status", path_of(Call.MEMBERS), status=502)
    world.pass_time(70)

    tried = [
        step["retry"]["count"] for step in page(world, world.run)["timeline"] if "retry" in step
    ]
    assert tried[0] == 2
    assert tried[0] + tried[1] == world.run.attempts


def test_at_its_deadline_a_run_promises_nothing_any_more(world: Wired) -> None:
    refused(world)
    world.drop_departments()

    world.live(7 * HOUR)

    run = world.run
    assert run.state is State.FAILED
    english, chinese = reason_text(run, EN), reason_text(run, ZH)
    assert "the connection was refused" in english
    assert "WeCom did not take the file, and it is not tried again" in english
    assert not [word for word in PROMISES if word in english + chinese]
    assert page(world, run)["timeline"][-1]["why"] == page(world, run)["reason"]


def test_a_post_without_an_answer_says_that_nobody_knows_and_what_is_done(world: Wired) -> None:
    world.fault("cut", path_of(Call.SUBMIT))
    world.drop_departments()

    world.live(HOUR)

    run = world.run
    assert (run.state, run.reason) == (State.SUBMITTING, None)
    text = reason_text(run, EN)
    assert "Could not start the import (batch/replaceparty): the connection broke off." in text
    assert "WeCom may have taken the file or not" in text
    assert "WeCom does not have the file" not in text
    trouble = page(world, run)["trouble"]
    assert trouble["times"] > 1

    world.live(6 * HOUR)
    run = world.run
    assert run.state is State.FAILED
    text = reason_text(run, EN)
    assert "Could not start the import" in text
    assert "nobody knows whether WeCom applied the file" in text
    assert not [word for word in PROMISES if word in text + reason_text(run, ZH)]


def test_a_result_that_cannot_be_read_says_that_wecom_has_the_file(world: Wired) -> None:
    world.drop_departments()
    world.fault("http_status", path_of(Call.RESULT), status=503)

    world.live(HOUR)

    text = reason_text(world.run, EN)
    assert "Could not get the result of the import (batch/getresult): the answer was HTTP" in text
    assert "WeCom has the file. wecom-sync asks for the result again" in text

    world.heal()
    world.fault("hang_job")
    world.live(600)
    assert current_trouble(world.run) is None


def test_a_secret_that_is_not_shown_any_more_says_until_when_and_how_to_try_at_once(
    world: Wired,
) -> None:
    world.use_secret("wrong")

    first = plan(world)
    second = plan(world)

    rests = datetime.fromtimestamp(world.clock.now - 1 + 959, UTC).strftime("%Y-%m-%d %H:%M")
    for run in (first, second):
        assert run.state is State.FAILED
        english, chinese = reason_text(run, EN), reason_text(run, ZH)
        assert f"not tried again before {rests} UTC" in english
        assert f"{rests}（UTC）之前不再用这个密钥尝试" in chinese
        assert "Another secret is tried at once" in english
    assert world.asked(Call.TOKEN) == 1

    world.use_secret("contact-secret")
    assert plan(world).state is State.PLANNED


def test_an_address_that_is_refused_is_not_remembered_and_says_so(world: Wired) -> None:
    world.fault("errcode", path_of(Call.TOKEN), errcode=60020)
    run = plan(world)
    assert "the next file is tried at once" in reason_text(run, EN)
    assert "127.0.0.1" in reason_text(run, EN)

    world.heal()
    assert plan(world).state is State.PLANNED


def test_an_address_that_is_refused_while_a_result_is_awaited_says_what_to_do(
    world: Wired,
) -> None:
    world.drop_departments()
    world.fault("errcode", path_of(Call.RESULT), errcode=60020)
    world.live(HOUR)

    english, chinese = reason_text(world.run, EN), reason_text(world.run, ZH)
    assert "Enter 127.0.0.1 in 「企业可信IP」" in english
    assert "no new drop is needed" in english
    assert "drop the file again" not in english
    assert "请把 127.0.0.1 填入" in chinese


def test_a_secret_that_cannot_be_read_is_tried_again_and_says_until_when(world: Wired) -> None:
    known = {"secret": "wecom-sync/acme", "cause": "AccessDeniedException"}
    world.secrets.secrets["acme"] = SecretUnreadableError(**known)
    world.drop_departments()
    world.live(700)

    run = world.run
    assert run.state is State.RECEIVED
    assert "not been checked yet. wecom-sync tries again by itself" in reason_text(run, EN)
    assert page(world, run)["trouble"]["until"] == moment(run.created + 6 * HOUR)

    planned = plan(world)
    assert planned.state is State.FAILED
    assert not [word for word in PROMISES if word in reason_text(planned, EN)]
    assert "this plan is not tried again" in reason_text(planned, EN)


def test_a_secret_that_cannot_be_read_any_more_while_a_run_is_under_way_is_told(
    world: Wired,
) -> None:
    world.drop(KEY, departments())
    refused(world)
    world.pass_time(0)
    known = {"secret": "wecom-sync/acme", "cause": "AccessDeniedException"}
    world.secrets.secrets["acme"] = SecretUnreadableError(**known)
    world.pass_time(200)

    assert "AccessDeniedException" in page(world, world.run)["reason"]
    assert not world.counted["NotPublished"]
