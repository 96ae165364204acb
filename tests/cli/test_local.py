"""What a local stack is made of: corps, parameters, and variables for containers."""

import json
import os
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.fakes import FakeClock
from wecom_simulator import Simulator
from wecom_sync.reporting.language import Language
from wecom_sync_tools.commands.local.down import stop
from wecom_sync_tools.commands.local.env_vars import env_vars, seen_from_container
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.messages import message
from wecom_sync_tools.local.corps import known_corp, read_corps
from wecom_sync_tools.local.deploy import callback_base_url, read_parameters
from wecom_sync_tools.local.known_corp import SECRET
from wecom_sync_tools.local.tooling import plain_environment
from wecom_sync_tools.stack.home import Home
from wecom_sync_tools.stack.target import Target


def secret_file(folder: Path, **fields: object) -> Path:
    path = folder / "secret.json"
    path.write_text(json.dumps({"corp_id": "ww1", "contact_secret": "s3cret"} | fields))
    return path


def wrong_use(options: list[str]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_corps(options)
    return caught.value


def test_a_corp_is_read_from_its_file(tmp_path: Path) -> None:
    path = secret_file(tmp_path, callback_token="token")

    (corp,) = read_corps([f"globex={path}"])

    assert corp.alias == "globex"
    assert corp.secret == {"corp_id": "ww1", "contact_secret": "s3cret", "callback_token": "token"}


def test_the_simulator_knows_every_corp_by_its_alias(tmp_path: Path) -> None:
    (corp,) = read_corps([f"globex={secret_file(tmp_path)}"])
    simulator = Simulator()

    simulator.platform.add_corp(corp.for_simulator())
    simulator.platform.add_corp(known_corp(members=3).for_simulator())

    assert simulator.corp("globex").corp_id == "ww1"
    assert simulator.corp(SECRET["corp_id"]).counts()["members"] == 3


def test_a_robot_of_a_laptop_speaks_to_the_simulator_and_to_nobody_else(tmp_path: Path) -> None:
    webhook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k1"
    (corp,) = read_corps([f"acme={secret_file(tmp_path, robot_webhook=webhook)}"])
    simulator = Simulator()

    simulator.platform.add_corp(corp.for_simulator())
    moved = corp.moved_to("http://127.0.0.1:8070")

    assert simulator.corp("acme").settings.robots == ("k1",)
    there = "http://127.0.0.1:8070/cgi-bin/webhook/send?key=k1"
    assert moved.secret == {**corp.secret, "robot_webhook": there}


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("acme", "corp_option_malformed"),
        ("acme=", "corp_option_malformed"),
        ("Acme={file}", "corp_malformed"),
        ("acme={file}.none", "file_unreadable"),
    ],
)
def test_a_wrong_corp_option_is_wrong_use(tmp_path: Path, option: str, code: str) -> None:
    assert wrong_use([option.format(file=secret_file(tmp_path))]).code == code


def test_a_corp_is_named_once(tmp_path: Path) -> None:
    option = f"acme={secret_file(tmp_path)}"

    assert wrong_use([option, option]).code == "corp_twice"


@pytest.mark.parametrize(
    "fields", [{"contact_secret": ""}, {"contact_secret": 5}, {"corp_id": None}, {"secret": "x"}]
)
def test_a_wrong_secret_is_named_and_not_shown(tmp_path: Path, fields: dict[str, Any]) -> None:
    error = wrong_use([f"acme={secret_file(tmp_path, **fields)}"])

    assert error.code == "secret_wrong"
    assert error.params["names"] == next(iter(fields))
    assert "s3cret" not in str(error.params)


@pytest.mark.parametrize("text", ["[]", "{", '"text"'])
def test_a_secret_is_a_json_object(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret.json"
    path.write_text(text)

    assert wrong_use([f"acme={path}"]).code == "secret_not_json"


def test_parameters_are_those_of_the_template() -> None:
    given = ["SettleSeconds=5", "NotificationEmail=a=b@c", "CallbackBaseUrl="]

    assert read_parameters(given) == {
        "SettleSeconds": "5", "NotificationEmail": "a=b@c", "CallbackBaseUrl": "",
    }  # fmt: skip
    for wrong, code in (
        ("Settle=5", "parameter_unknown"),
        ("SettleSeconds", "parameter_malformed"),
    ):
        with pytest.raises(UsageError) as caught:
            read_parameters([wrong])
        assert caught.value.code == code


def test_the_callback_address_follows_the_parameters() -> None:
    base = "http://127.0.0.1:4566/_aws/execute-api/wecomsync"

    assert callback_base_url("http://127.0.0.1:4566", {}) == f"{base}/prod"
    assert callback_base_url("http://127.0.0.1:4566", {"Stage": "dev"}) == f"{base}/dev"
    assert (
        callback_base_url("x", {"CallbackBaseUrl": "https://hr.example/"}) == "https://hr.example"
    )


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566", "http://docker:4566"),
        ("WECOM_BASE_URL", "http://localhost:8070", "http://docker:8070"),
        ("WECOM_BASE_URL", "http://0.0.0.0", "http://docker"),
        ("WECOM_BASE_URL", "https://qyapi.weixin.qq.com", "https://qyapi.weixin.qq.com"),
        ("WECOM_BASE_URL", "http://localhost.example:1", "http://localhost.example:1"),
        ("SUBMIT_QUEUE_URL", "http://localhost:4566/0/q", "http://docker:4566/0/q"),
        ("CALLBACK_BASE_URL", "http://127.0.0.1:4566/x", "http://127.0.0.1:4566/x"),
        ("TABLE_NAME", "http://127.0.0.1:1", "http://127.0.0.1:1"),
    ],
)
def test_a_container_sees_this_machine_under_another_name(name: str, value: str, seen: str) -> None:
    assert seen_from_container({name: value}, "docker") == {name: seen}


def test_variables_are_listed_by_logical_id() -> None:
    deployed = {"wecom-sync-Submit-1": {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "LANGUAGE": "en"}}
    target = SimpleNamespace(
        resources={"AWS::Lambda::Function": {"SubmitFunction": "wecom-sync-Submit-1"}}.__getitem__,
        functions=SimpleNamespace(
            get_function_configuration=lambda FunctionName: {  # noqa: N803 - boto3's name
                "Environment": {"Variables": deployed[FunctionName]}
            }
        ),
    )

    assert env_vars(cast("Target", target), "docker") == {
        "SubmitFunction": {"AWS_ENDPOINT_URL": "http://docker:1", "LANGUAGE": "en"}
    }


def test_child_processes_see_nothing_of_the_callers_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "SAM_CLI_X", "WECOM_SECRET"):
        monkeypatch.setenv(name, "callers")
    monkeypatch.setenv("HOME", "/home/me")

    environment = plain_environment(AWS_REGION="us-east-1")

    assert "callers" not in environment.values()
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["HOME"] == "/home/me"


@pytest.mark.parametrize(("needs", "stops"), [(50, True), (90, False)])
def test_a_stack_that_takes_its_time_to_stop_is_waited_for_and_said_to_be_stopping(
    monkeypatch: pytest.MonkeyPatch, needs: int, stops: bool
) -> None:
    clock, told = FakeClock(0), []
    monkeypatch.setattr(os, "kill", lambda *told_: told.append(told_))
    home = SimpleNamespace(owner=lambda: 7 if clock.now < needs else None)

    def sleep(_: float) -> None:
        clock.now += 1

    if stops:
        stop(cast("Home", home), 7, sleep, clock)
    else:
        with pytest.raises(CommandError) as caught:
            stop(cast("Home", home), 7, sleep, clock)
        said = message(caught.value.code).render(Language.ENGLISH, **caught.value.params)
        assert said.startswith("The local stack (process 7) is still stopping after 60 s.")
    assert told == [(7, signal.SIGTERM)]
