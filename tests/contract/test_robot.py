"""Our robot against the simulator's, with the corp's secret on moto."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

import boto3
import pytest
from moto import mock_aws

from support.aws import keep, looked_up
from support.dropped import held, run_in
from support.fakes import FakeClock
from wecom_simulator import Simulator
from wecom_sync.adapters.publisher import Robot
from wecom_sync.adapters.secrets_manager import SecretsManager, SecretsManagerCorps
from wecom_sync.domain.errors import (
    RobotRefusedError,
    SecretInvalidError,
    UnknownOutcomeError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.language import Language
from wecom_sync.wecom.credentials import MessagesSecret

CORP_ID = "ww1"
NAME = "wecom-sync/acme/messages"
SEND = "/cgi-bin/webhook/send"
KEY = "robot-key-nobody-may-see"


class Group:
    """A corp's group and its robot; `asked` names the secrets that were read."""

    def __init__(self, wecom: Simulator, asked: list[str]) -> None:
        self.wecom = wecom
        self.clock = FakeClock()
        self.policy = Policy()
        self.asked = asked
        manager = SecretsManager(boto3.client("secretsmanager"), self.clock)
        secrets = SecretsManagerCorps(
            MessagesSecret, manager, "wecom-sync", self.clock, is_public=True
        )
        self.robot = Robot(
            lambda: secrets,
            wecom.url,
            Language.CHINESE,
            lambda _: self.policy,
            lambda _: None,
            UTC,
            total_seconds=1,
        )

    def keep(self, **more: object) -> None:
        keep(json.dumps({"corp_id": CORP_ID, **more}), NAME)

    def webhook(self, key: str = KEY) -> str:
        return f"{self.wecom.url}{SEND}?key={key}"

    @property
    def texts(self) -> list[str]:
        return [each.content for each in self.wecom.corp(CORP_ID).messages]


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    with mock_aws(), Simulator() as wecom:
        wecom.add_corp(CORP_ID, "s", robots=[KEY])
        yield Group(wecom, looked_up(monkeypatch))


def test_a_corp_without_a_robot_is_asked_about_once_in_five_minutes(group: Group) -> None:
    group.keep()

    for _ in range(5):
        group.robot.tell(held())

    assert group.asked == [NAME]
    assert group.wecom.requests == []
    assert not group.robot.reaches("acme")


def test_what_the_settings_leave_out_is_not_told_and_no_secret_is_read(group: Group) -> None:
    group.keep(robot_webhook=group.webhook())
    group.policy = Policy(notify_on=("FAILED",))

    group.robot.tell(held())

    assert (group.texts, group.asked) == ([], [])


TROUBLE: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    **{f"errcode {code}": ({"errcode": code}, RobotRefusedError) for code in (93000, 40058)},
    **{f"errcode {code}": ({"errcode": code}, WeComError) for code in (45009, -1)},
    **{f"http_status {code}": ({"status": code}, UnreachableError) for code in (503, 302)},
    **{kind: ({}, UnknownOutcomeError) for kind in ("html", "cut_after")},
    "trickle": ({"seconds": 0.1}, UnknownOutcomeError),
    "slow": ({"seconds": 3.0}, UnknownOutcomeError),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_each_trouble_is_an_error_that_shows_no_key(
    group: Group, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    options, error = TROUBLE[name]
    group.keep(robot_webhook=group.webhook())
    group.wecom.fault(name.split(maxsplit=1)[0], SEND, times=None, **options)

    begun = time.monotonic()
    with pytest.raises(error) as caught, caplog.at_level(logging.INFO):
        group.robot.tell(held())
    assert time.monotonic() - begun < 10

    text = f"{caught.value!r} {caught.value.__dict__} {caplog.text}"
    assert caught.value.__cause__ is None
    assert KEY not in text
    assert len(group.wecom.requests) <= 1


@pytest.mark.parametrize(
    ("make", "head"),
    [(held, "**待确认 · acme · replaceuser**\n"), (lambda: run_in(State.FAILED), "**失败 · acme")],
)
@pytest.mark.parametrize("kind", [None, "errcode_as_string"])
def test_a_good_message(group: Group, make: Callable[[], Run], head: str, kind: str | None) -> None:
    group.keep(robot_webhook=group.webhook())
    if kind:
        group.wecom.fault(kind, SEND)

    group.robot.tell(make())

    assert group.robot.reaches("acme")
    assert [each.startswith(head) for each in group.texts] == [True]


ELSEWHERE = ("https://evil.example", "https://qyapi.weixin.qq.com@127.0.0.1", "")


@pytest.mark.parametrize("base", ELSEWHERE)
def test_another_address(group: Group, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    group.keep(robot_webhook=f"{base}/cgi-bin/webhook/send?key={KEY}" if base else KEY)
    sent: list[object] = []
    monkeypatch.setattr("requests.sessions.Session.request", lambda *call, **_: sent.append(call))

    with pytest.raises(SecretInvalidError) as caught:
        group.robot.tell(held())

    assert "robot_webhook" in str(caught.value.params["details"])
    assert KEY not in f"{caught.value!r} {caught.value.params}"
    assert sent == []
