"""Robots of groups among the channels: one that is down, slow or gone harms nobody else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from support.fakes import FakeChannel
from support.world import MOST_RECEIVES, World
from wecom_simulator import Simulator
from wecom_sync.adapters.publisher import Robot
from wecom_sync.domain.run import Run
from wecom_sync.reporting.language import Language
from wecom_sync.wecom.credentials import MessagesSecret
from wecom_sync.wecom.robot import SEND

HOUR = 3_600


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
        robot = Robot(
            lambda: world.messages_secrets, wecom.url, Language.ENGLISH, world.store.policy, 0.5
        )
        channels = {"bus": world.publisher, "topic": self.topic, "robot": robot}
        world.publication = replace(world.publication, channels=channels)

    def reject(self, *corps: str, count: int = 1) -> list[Run]:
        """Drop bad files of each corp in turn, and publish them all in one call."""
        keys = [f"{corp}/syncuser/{number}.csv" for corp in corps for number in range(count)]
        for key in keys:
            self.world.drop(key, "nonsense")
        self.world.pass_time(1)
        return [self.world.run_of(key) for key in keys]

    def fault(self, kind: str) -> None:
        """Let something go wrong at acme's robot, and at no other."""
        self.wecom.fault(kind, SEND, corp_id="ww-acme", times=None)

    def messages(self, corp: str) -> int:
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


def test_a_robot_that_is_down_is_told_later_and_delays_nobody(groups: Groups) -> None:
    groups.fault("http_status")
    runs = groups.reject("acme", "beta", count=3)

    assert {run.run_id for run in groups.topic.published} == {run.run_id for run in runs}
    assert len(groups.world.publisher.published) == len(runs)
    assert (groups.messages("acme"), groups.messages("beta")) == (0, 3)

    groups.wecom.clear_faults()
    groups.world.live(HOUR)
    assert (groups.messages("acme"), groups.messages("beta")) == (3, 3)
    assert "acme/syncuser/" in groups.wecom.corp("ww-acme").messages[0].content
    assert len(groups.topic.published) == len(groups.world.publisher.published) == 6
    assert not groups.world.dead


def test_a_message_that_was_never_answered_is_repeated_once(groups: Groups) -> None:
    groups.fault("cut_after")
    (run,) = groups.reject("acme")
    groups.world.live(24 * HOUR)

    posts = groups.wecom.platform.requests.listed("ww-acme", SEND)
    assert groups.messages("acme") == len(posts) == 2
    assert not groups.world.store.open[run.run_id]
    assert [each.run_id for each in groups.topic.published] == [run.run_id]


def test_letters_to_a_gone_robot_are_dead(groups: Groups, caplog: pytest.LogCaptureFixture) -> None:
    groups.wecom.corp("ww-acme").change({"robots": []})
    runs = groups.reject("acme", "beta", count=2)
    groups.world.live(6 * HOUR)

    assert groups.messages("beta") == 2
    assert not any(groups.world.store.open[run.run_id] for run in runs)
    assert [(letter["channel"], letter["run_id"]) for letter in groups.world.dead] == [
        ("robot", run.run_id) for run in runs if run.corp == "acme"
    ]
    logged = [record.__dict__ for record in caplog.records if record.message == "not told"]
    assert len(logged) == 2 * MOST_RECEIVES
    assert {(each["channel"], each["corp"], each["errcode"]) for each in logged} == {
        ("robot", "acme", 93000)
    }
    assert "key-of" not in f"{logged}{groups.world.dead}{caplog.text}"
