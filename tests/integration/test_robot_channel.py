"""Robots of groups among the channels: one that is down, slow or gone harms nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from support.fakes import FakeChannel
from support.world import SWEEP_SECONDS, World
from wecom_simulator import Simulator
from wecom_sync.adapters.publisher import Robot
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.publication import PAUSE_SECONDS, TELL_SECONDS
from wecom_sync.wecom.credentials import MessagesSecret
from wecom_sync.wecom.robot import SEND

DAY = 86_400


class Groups:
    """The corps acme and beta with a robot each, the bus, and a topic that is told before them."""

    def __init__(self, world: World, wecom: Simulator) -> None:
        self.world = world
        self.wecom = wecom
        self.topic = FakeChannel()
        for corp in ("acme", "beta"):
            wecom.add_corp(f"ww-{corp}", "s", robots=[f"key-of-{corp}"])
            webhook = f"{wecom.url}{SEND}?key=key-of-{corp}"
            secret = MessagesSecret(f"ww-{corp}", robot_webhook=webhook)
            world.messages_secrets.secrets[corp] = secret
        self.robot = Robot(
            lambda: world.messages_secrets, wecom.url, Language.ENGLISH, world.store.policy, 0.5
        )
        self.use(self.robot)

    def use(self, robot: Any) -> None:
        channels = {"bus": self.world.publisher, "topic": self.topic, "robot": robot}
        self.world.publication = replace(self.world.publication, channels=channels)

    def reject(self, *corps: str, count: int = 1) -> list[Run]:
        """Drop bad files of each corp in turn, and publish them all in one call."""
        keys = [f"{corp}/syncuser/{number}.csv" for corp in corps for number in range(count)]
        for key in keys:
            self.world.drop(key, "nonsense")
        self.world.pass_time(1)
        return [self.world.run_of(key) for key in keys]

    def fault(self, kind: str, **options: Any) -> None:
        """Let something go wrong at acme's robot, and at no other."""
        self.wecom.fault(kind, SEND, corp_id="ww-acme", **{"times": None, **options})

    def posts(self, corp: str) -> int:
        return len(self.wecom.platform.requests.listed(f"ww-{corp}", SEND))

    def said(self, corp: str) -> int:
        """Count the messages in a group."""
        return len(self.wecom.corp(f"ww-{corp}").messages)


@pytest.fixture(scope="module")
def wecom() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def groups(world: World, wecom: Simulator) -> Groups:
    wecom.clear_faults()
    wecom.platform.requests.clear()
    return Groups(world, wecom)


def test_each_corp_hears_of_its_own_runs_once(groups: Groups) -> None:
    groups.reject("acme", "beta")
    groups.world.live(3 * SWEEP_SECONDS)

    assert (groups.said("acme"), groups.said("beta")) == (1, 1)
    assert "acme/syncuser/0.csv" in groups.wecom.corp("ww-acme").messages[0].content


def test_a_robot_that_is_down_is_told_by_the_sweep_and_delays_nobody(groups: Groups) -> None:
    groups.topic.failures = 1
    groups.fault("http_status")
    runs = groups.reject("acme", "beta", count=3)

    assert len(groups.world.publisher.published) == len(runs)
    assert (groups.said("acme"), groups.said("beta")) == (0, 3)
    assert groups.posts("acme") == 1, "it is left alone for a while"

    groups.wecom.clear_faults()
    groups.world.live(3 * SWEEP_SECONDS)
    assert (groups.said("acme"), groups.said("beta")) == (3, 3)
    assert len(groups.topic.published) == len(groups.world.publisher.published) == 6


def test_a_robot_over_its_rate_is_left_alone_for_a_minute_and_told_later(groups: Groups) -> None:
    groups.reject("acme", count=25)
    groups.reject("beta", count=2)

    assert (groups.said("acme"), groups.said("beta")) == (20, 2)
    assert groups.posts("acme") == 21
    groups.wecom.clock.advance(PAUSE_SECONDS)
    groups.world.live(3 * SWEEP_SECONDS)
    assert groups.said("acme") == 25


def test_a_message_that_was_never_answered_is_repeated_once(groups: Groups) -> None:
    groups.fault("cut_after")
    (run,) = groups.reject("acme")
    groups.world.live(DAY)

    assert groups.said("acme") == groups.posts("acme") == 2
    assert not groups.world.store.open[run.run_id]
    assert [each.run_id for each in groups.topic.published] == [run.run_id]


def test_a_robot_that_is_gone_is_set_aside_once_a_day_and_not_asked_again_about_a_run(
    groups: Groups, caplog: pytest.LogCaptureFixture
) -> None:
    world, requests = groups.world, groups.wecom.platform.requests
    groups.wecom.corp("ww-acme").change({"robots": []})
    runs = groups.reject("acme", "beta", count=2)
    asked = len(requests.listed(None, SEND))
    world.live(2 * SWEEP_SECONDS)

    assert asked == len(requests.listed(None, SEND)) == 4
    assert groups.said("beta") == 2
    assert not any(world.store.open[run.run_id] for run in runs)
    letter = {
        "kind": "publish", "subject": "acme", "error": "RobotRefusedError", "channel": "robot",
    }  # fmt: skip
    assert [message for _, message in world.set_aside.messages] == [letter]
    logged = [record.__dict__ for record in caplog.records if record.message == "not told"]
    assert {(each["channel"], each["corp"], each["errcode"]) for each in logged} == {
        ("robot", "acme", 93000)
    }
    assert "key-of" not in f"{logged}{world.set_aside.messages}{caplog.text}"

    world.pass_time(DAY)
    groups.reject("acme")
    assert len(world.set_aside.messages) == 2


def test_an_address_elsewhere_gets_nothing_and_is_set_aside(groups: Groups) -> None:
    secret = MessagesSecret("ww-acme", robot_webhook="https://evil.example/?key=key-of-acme")
    groups.world.messages_secrets.secrets["acme"] = secret
    groups.reject("acme")

    (letter,) = (message for _, message in groups.world.set_aside.messages)
    assert letter["error"] == "SecretInvalidError"
    assert "key-of" not in str(letter)


def test_slow_robots_are_cut_short_when_everybody_else_knows(groups: Groups) -> None:
    world, slow = groups.world, FakeChannel()
    slow.is_per_corp = True
    tell = slow.tell

    def slowly(run: Run) -> None:
        world.clock.now += TELL_SECONDS / 3
        tell(run)

    slow.tell = slowly  # type: ignore[method-assign]
    groups.use(slow)
    for key in ("acme/syncuser/a.csv", *(f"beta/syncuser/{number}.csv" for number in range(9))):
        world.drop(key, "nonsense")
    while world.submit_queue.messages:
        world.step()
    world.publish()

    assert len(groups.topic.published) == len(world.publisher.published) == 10
    assert len(slow.published) == 3
    world.live(4 * SWEEP_SECONDS)
    assert len(slow.published) == 10
    assert {run.state for run in slow.published} == {State.REJECTED}


def test_a_corp_without_a_robot_counts_as_told(groups: Groups) -> None:
    groups.world.messages_secrets.secrets["acme"] = MessagesSecret("ww-acme")
    (run,) = groups.reject("acme")

    assert groups.posts("acme") == 0
    assert not groups.world.store.open[run.run_id]
    assert not groups.world.set_aside.messages
