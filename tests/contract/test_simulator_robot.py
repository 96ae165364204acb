"""The group robot of the simulated WeCom: as strict as doc/91770 says."""

from typing import Any

import pytest
import requests

from contract.simulator_driver import SECRET, Driver
from wecom_simulator import Simulator

SEND = "/cgi-bin/webhook/send"


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    made = Driver(simulator)
    made.corp.change({"robots": [f"{made.corp_id}-1", f"{made.corp_id}-2"]})
    return made


def say(corp: Driver, message: Any, robot: int = 1) -> int:
    key = f"{corp.corp_id}-{robot}"
    address = corp.address("webhook/send")
    response = requests.post(address, json=message, params={"key": key}, timeout=5)
    assert response.status_code == 200
    return int(response.json()["errcode"])


def markdown(content: object) -> dict[str, object]:
    return {"msgtype": "markdown", "markdown": {"content": content}}


def text(content: object) -> dict[str, object]:
    return {"msgtype": "text", "text": {"content": content}}


def heard(corp: Driver) -> list[tuple[int, str, str]]:
    listed = corp.control("GET", f"corps/{corp.corp_id}/messages")["messages"]
    return [(each["robot"], each["msgtype"], each["content"]) for each in listed]


def test_what_a_robot_says_can_be_read_and_forgotten(corp: Driver) -> None:
    assert say(corp, markdown("**张三** <@lisi>")) == 0
    assert say(corp, text("hello"), robot=2) == 0

    assert heard(corp) == [(1, "markdown", "**张三** <@lisi>"), (2, "text", "hello")]
    corp.corp.messages.clear()
    assert heard(corp) == []


VOICE = {"msgtype": "voice", "voice": {"media_id": "m"}}
MESSAGES: dict[int, list[Any]] = {
    0: [markdown("字" * 1365 + "a"), text("字" * 682 + "ab")],
    40058: [markdown("字" * 1365 + "ab"), text("字" * 682 + "abc")],
    44004: [markdown(""), markdown(7), {"msgtype": "markdown", "text": {"content": "a"}}],
    40008: [VOICE, {"msgtype": ["text"]}, ["text"]],
}


@pytest.mark.parametrize("errcode", MESSAGES)
def test_a_message_has_a_type_and_a_length(corp: Driver, errcode: int) -> None:
    for message in MESSAGES[errcode]:
        assert say(corp, message) == errcode
    assert len(heard(corp)) == (2 if errcode == 0 else 0)


def test_a_robot_says_twenty_things_a_minute() -> None:
    with Simulator() as own:
        own.add_corp("ww1", SECRET, robots=["one", "other"])

        def code(key: str) -> int:
            answer = requests.post(own.url + SEND, json=text("a"), params={"key": key}, timeout=5)
            return int(answer.json()["errcode"])

        assert [code("one") for _ in range(21)] == [0] * 20 + [45009]
        assert code("other") == 0
        own.clock.advance(60)
        assert code("one") == 0


def test_a_key_is_shown_nowhere(corp: Driver, simulator: Simulator) -> None:
    say(corp, text("a"))

    described = corp.control("GET", f"corps/{corp.corp_id}")
    logged = [each for each in simulator.requests if each["corp_id"] == corp.corp_id]

    assert described["robots"] == 2
    assert [each["path"] for each in logged] == [SEND]
    assert f"{corp.corp_id}-1" not in f"{described}{logged}"


def test_an_unknown_key_and_what_is_no_message_are_refused(corp: Driver) -> None:
    address = corp.address("webhook/send")
    key = {"key": f"{corp.corp_id}-1"}

    assert say(corp, markdown("a"), robot=3) == 93000
    assert requests.post(address, timeout=5).json()["errcode"] == 93000
    assert requests.post(address, b"{", params=key, timeout=5).json()["errcode"] == 40058
    assert requests.get(address, key, timeout=5).json()["errcode"] == 40058
