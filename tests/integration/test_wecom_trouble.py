"""Runs in trouble with WeCom, over days: what is done about it, and what is said of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from support.guarded import dropped
from support.runs import chinese, english, page
from support.wired import Wired, path_of
from support.world import departments
from wecom_sync.domain.errors import SecretUnreadableError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.trouble import current_trouble
from wecom_sync.use_cases.callbacks import JobEvent
from wecom_sync.wecom.remedies import Call

HOUR = 3600
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


@pytest.mark.parametrize(
    ("spoil", "call", "in_english", "in_chinese"),
    [
        (refused, "gettoken", "the connection was refused", "连接被拒绝"),
        (busy, "user/list_id", "the answer was HTTP 503", "返回了 HTTP 503"),
        (tls, "gettoken", "no TLS connection", "TLS 连接失败"),
    ],
)
def test_what_failed_how_is_told_of_a_plan_and_of_a_run_that_is_tried_again(
    world: Wired, spoil: Callable[[Wired], None], call: str, *, in_english: str, in_chinese: str
) -> None:
    spoil(world)

    run = plan(world)

    assert (run.state, page(world, run)["verdict"]) == (State.FAILED, "unknown")
    assert f"({call}): {in_english}" in english(run)
    assert f"（{call}）」失败：{in_chinese}" in chinese(run)
    assert "this plan is not tried again" in english(run)
    assert "不会重试" in chinese(run)
    assert promises(run) == []
    assert page(world, run)["trouble"] is None

    world.drop_departments()
    world.pass_time(200)

    run = world.run
    assert in_english in english(run)
    assert "WeCom does not have the file yet. wecom-sync tries again by itself" in english(run)
    trouble = page(world, run)["trouble"]
    assert trouble["call"].endswith(call)
    assert trouble["times"] == sum(run.submission.tries.values()) > 1
    assert trouble["next"] == moment(run.submission.resume or 0)
    assert trouble["until"] == moment(run.deadline or 0)


class Case(NamedTuple):
    """What spoils a run, before its drop or while its result is awaited, and what is said then."""

    spoil: Callable[[Wired], None]
    hours: int
    state: State
    words: tuple[str, ...]
    never: tuple[str, ...] = ()
    is_awaited: bool = False


def untrusted(call: Call) -> Callable[[Wired], None]:
    return lambda world: world.fault("errcode", path_of(call), errcode=60020)


def unanswered(world: Wired) -> None:
    world.fault("cut", path_of(Call.SUBMIT))


def unreadable(world: Wired) -> None:
    world.fault("http_status", path_of(Call.RESULT), status=503)


def guarded(world: Wired) -> None:
    """Let WeCom call back that it has protected its people."""
    words = "trigger the protection of deleting users, hint: [1_2_3], from ip: 10.1.1.1"
    run_id, job_id = world.run.run_id, str(world.run.submission.job_id)
    world.clock.now += 1
    world.results.hear(JobEvent("acme", run_id, "replace_party", job_id, 45026, words))


def no_secret(world: Wired) -> None:
    world.secrets.secrets["acme"] = UNREADABLE


CASES = {
    "a server that is away for good": Case(
        refused, 7, State.FAILED,
        ("the connection was refused", "WeCom did not take the file, and it is not tried again"),
    ),
    "a post without an answer": Case(
        unanswered, 1, State.SUBMITTING,
        ("Could not start the import (batch/replaceparty): the connection broke off.",
         "WeCom may have taken the file or not"),
        ("WeCom does not have the file",),
    ),
    "a post without an answer, at its deadline": Case(
        unanswered, 7, State.FAILED,
        ("Could not start the import", "nobody knows whether WeCom applied the file"),
    ),
    "a result that cannot be read": Case(
        unreadable, 1, State.SUBMITTED,
        ("Could not get the result of the import (batch/getresult): the answer was HTTP",
         "WeCom has the file. wecom-sync asks for the result again"),
        is_awaited=True,
    ),
    **{
        f"an untrusted address, {call}": Case(
            untrusted(call), 0, State.FAILED, ("127.0.0.1", "60020", "企业可信IP"), ("hint",)
        )
        for call in (Call.TOKEN, Call.UPLOAD, Call.SUBMIT)
    },
    "an untrusted address while a result is awaited": Case(
        untrusted(Call.RESULT), 1, State.SUBMITTED,
        ("Enter 127.0.0.1 in 「企业可信IP」", "no new drop is needed", "请把 127.0.0.1 填入"),
        ("drop the file again",), is_awaited=True,
    ),
    "a secret that cannot be read while a result is awaited": Case(
        no_secret, 1, State.SUBMITTED, ("AccessDeniedException",), is_awaited=True
    ),
    "the deletion guard": Case(
        guarded, 0, State.FAILED, ("45026", "80%", "trigger the protection of deleting users"),
        ("hint", "10.1.1.1"), is_awaited=True,
    ),
    "an untrusted address for as long as a result is awaited": Case(
        untrusted(Call.RESULT), 25, State.FAILED, ("60020", "127.0.0.1"), is_awaited=True
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_trouble_is_told_and_only_what_goes_on_promises_anything(world: Wired, case: Case) -> None:
    if case.is_awaited:
        world.drop_departments()
    case.spoil(world)
    if not case.is_awaited:
        world.drop_departments()

    world.live(case.hours * HOUR)

    run, text = world.run, english(world.run) + chinese(world.run)
    assert run.state is case.state
    assert [word for word in case.words if word not in text] == []
    assert [word for word in case.never if word in text] == []
    assert bool(promises(run)) is (run.state is not State.FAILED)
    assert not world.counted["NotPublished"]
    if run.state is State.FAILED:
        assert page(world, run)["timeline"][-1]["why"] == page(world, run)["reason"]


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


def test_a_secret_that_cannot_be_read_is_tried_again_and_says_until_when(world: Wired) -> None:
    no_secret(world)
    world.drop_departments()
    world.live(700)

    run = world.run
    assert run.state is State.RECEIVED
    assert "not been checked yet. wecom-sync tries again by itself" in english(run)
    assert page(world, run)["trouble"]["until"] == moment(run.identity.created + 6 * HOUR)

    planned = plan(world)
    assert planned.state is State.FAILED
    assert promises(planned) == []
    assert "this plan is not tried again" in english(planned)


def test_a_result_that_is_refused_once_is_asked_for_no_less_often_later(world: Wired) -> None:
    world.fault("hang_job")
    world.drop_departments()
    world.fault("errcode", path_of(Call.RESULT), errcode=6000, times=5)

    world.live(HOUR)

    run = world.run
    assert (run.state, run.submission.tries, run.reason) == (State.SUBMITTED, {}, None)
    assert current_trouble(run) is None
