"""What a local stack is made of: corps, parameters, and variables for containers."""

import contextlib
import io
import json
import os
import signal
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from samtranslator.yaml_helper import yaml_parse

from support.fakes import FakeClock
from support.stack import NOTE
from support.template import TEMPLATE, resources, translated
from wecom_simulator import Simulator
from wecom_sync.reporting.language import Language
from wecom_sync_tools.commands.local import env_vars, seen_from_container, show_ready, stop
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.messages import message
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.local.corps import known_corp, read_corps
from wecom_sync_tools.local.deploy import base_urls, deploy, patch_of, patched, read_parameters
from wecom_sync_tools.local.known_corp import SECRET
from wecom_sync_tools.local.processes import plain_environment
from wecom_sync_tools.local.stack import Options
from wecom_sync_tools.stack.home import DEFAULT_HOME, Home

WECOM = "https://qyapi.weixin.qq.com"
MOST_PARAMETERS = 24


def test_a_container_sees_this_machine_under_another_name() -> None:
    for name, value, seen in (
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566", "http://docker:4566"),
        ("WECOM_BASE_URL", "http://localhost:8070", "http://docker:8070"),
        ("WECOM_BASE_URL", "http://0.0.0.0", "http://docker"),
        ("WECOM_BASE_URL", "https://qyapi.weixin.qq.com", "https://qyapi.weixin.qq.com"),
        ("WECOM_BASE_URL", "http://localhost.example:1", "http://localhost.example:1"),
        ("SUBMIT_QUEUE_URL", "http://localhost:4566/0/q", "http://docker:4566/0/q"),
        ("CALLBACK_BASE_URL", "http://127.0.0.1:4566/x", "http://127.0.0.1:4566/x"),
        ("TABLE_NAME", "http://127.0.0.1:1", "http://127.0.0.1:1"),
    ):
        assert seen_from_container({name: value}, "docker") == {name: seen}


def test_child_processes_see_nothing_of_the_callers_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "SAM_CLI_X", "WECOM_SECRET"):
        monkeypatch.setenv(name, "callers")
    monkeypatch.setenv("HOME", "/home/me")

    environment = plain_environment(AWS_REGION="us-east-1")

    assert "callers" not in environment.values()
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["HOME"] == "/home/me"


DESK = "http://127.0.0.1:4566/_aws/execute-api/wecomsync/local"


def secret_file(folder: Path, **fields: object) -> Path:
    path = folder / "secret.json"
    path.write_text(json.dumps({"corp_id": "ww1", "contact_secret": "s3cret"} | fields))
    return path


def test_a_corp_with_an_app_has_its_secret_and_the_simulator_trusts_where_the_desk_is(
    tmp_path: Path,
) -> None:
    app = {"agent_id": 7, "app_secret": "app"}
    proxy = {"proxy": "https://proxy.example:8080"}
    (corp,) = read_corps([f"globex={secret_file(tmp_path, **app, **proxy)}"])

    secrets = {name: json.loads(text) for name, text in corp.secrets("wecom-sync")}
    (simulated,) = corp.for_simulator(DESK)["apps"]

    contact = {"corp_id": "ww1", "contact_secret": "s3cret", **proxy}
    own = {"corp_id": "ww1", **app, **proxy}
    assert secrets == {"wecom-sync/globex": contact, "wecom-sync/globex/app": own}
    (without,) = read_corps([f"globex={secret_file(tmp_path, **proxy)}"])
    assert [name for name, _ in without.secrets("wecom-sync")] == ["wecom-sync/globex"]
    assert simulated == {"agent_id": 7, "secret": "app", "domains": ["127.0.0.1:4566"]}


def test_who_starts_the_known_corp_is_told_as_whom_to_try_its_desk() -> None:
    who = "sign in as u000001 to decide, as u000002 to bring files"
    corp, note, out = known_corp(members=2), replace(NOTE, desk_base_url=DESK), io.StringIO()
    options = Options(home=Home(Path()), corps=[corp])

    show_ready(Terminal(Language.ENGLISH, out), note, options, None)

    # On one line, wider than a terminal: people copy the address.
    assert f"Desk           {DESK}/desk/acme ({who})" in out.getvalue().splitlines()
    members = Simulator().platform.add_corp(corp.for_simulator(DESK)).directory.members
    assert {"u000001", "u000002"} <= {*members}


def test_the_simulator_knows_a_corp_by_its_alias(tmp_path: Path) -> None:
    webhook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k1"
    (corp,) = read_corps([f"globex={secret_file(tmp_path, robot_webhook=webhook)}"])
    simulator = Simulator()

    simulator.platform.add_corp(corp.for_simulator(DESK))
    simulator.platform.add_corp(known_corp(members=3).for_simulator(DESK))
    moved = corp.moved_to("http://127.0.0.1:8070")

    secret = {"corp_id": "ww1", "contact_secret": "s3cret", "robot_webhook": webhook}
    assert (corp.alias, corp.secret) == ("globex", secret)
    assert simulator.corp("globex").corp_id == "ww1"
    assert simulator.corp("globex").settings.robots == ("k1",)
    assert simulator.corp(SECRET["corp_id"]).counts()["members"] == 3
    there = "http://127.0.0.1:8070/cgi-bin/webhook/send?key=k1"
    assert moved.secret == {**corp.secret, "robot_webhook": there}


WRONG: dict[str, list[tuple[str, Any]]] = {
    "corp_option_malformed": [("acme", {}), ("acme=", {})],
    "corp_malformed": [("Acme={file}", {})],
    "file_unreadable": [("acme={file}.none", {})],
    "corp_twice": [("acme={file} acme={file}", {})],
    "secret_wrong": [
        *(("acme={file}", {"contact_secret": secret}) for secret in ("", 5)),
        ("acme={file}", {"corp_id": None}),
        ("acme={file}", {"secret": "x"}),
        ("acme={file}", {"agent_id": "x", "app_secret": "x"}),
        ("acme={file}", {"app_secret": 5, "agent_id": 7}),
    ],
    "secret_not_json": [("acme={file}", text) for text in ("[]", "{", '"text"')],
}
"""Options with what is wrong in the file: fields of its secret, or all that it says."""


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_corp_is_refused(tmp_path: Path, code: str) -> None:
    for options, content in WRONG[code]:
        path = secret_file(tmp_path, **({} if isinstance(content, str) else content))
        if isinstance(content, str):
            path.write_text(content)

        with pytest.raises(UsageError) as caught:
            read_corps(options.format(file=path).split())

        assert caught.value.code == code
        assert "s3cret" not in str(caught.value.params)
        assert code != "secret_wrong" or caught.value.params["names"] == next(iter(content))


def test_parameters_are_those_of_the_template() -> None:
    given = {"SETTLE_SECONDS": "5", "NotificationEmail": "a=b@c", "CallbackBaseUrl": ""}

    assert read_parameters([f"{name}={value}" for name, value in given.items()]) == given
    for wrong, code in (("Settle=5", "unknown"), ("SETTLE_SECONDS", "malformed")):
        with pytest.raises(UsageError) as caught:
            read_parameters([wrong])
        assert caught.value.code == f"parameter_{code}"


def leaves(value: Any, *path: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield what a document says at the end of each path."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, *path, key)
    else:
        yield path, value


def test_a_laptop_deploys_the_template_but_for_endpoint_simulator_patience_and_tls() -> None:
    patch = patch_of("http://127.0.0.1:4566", "http://127.0.0.1:8", {"SETTLE_SECONDS": "0"})
    text = TEMPLATE.read_text("utf-8")
    deployed, here = dict(leaves(yaml_parse(text))), dict(leaves(yaml_parse(patched(text, patch))))

    differing = {path: here[path] for path in deployed if deployed[path] != here[path]}

    assert deployed.keys() == here.keys()
    patterns = {("Parameters", f"{it}BaseUrl", "AllowedPattern") for it in ("Callback", "Desk")}
    patched_keys = {path for path in deployed if path[-1] in patch}
    assert {path[-1] for path in patched_keys} == patch.keys()
    assert differing.keys() == patched_keys | patterns | {
        ("Conditions", "OnEmulator", "Fn::Equals", 1)
    }
    assert all(differing[path] == patch[path[-1]] for path in patched_keys)


def test_no_parameter_of_a_deployment_weakens_a_check() -> None:
    template = translated()

    assert template["Conditions"]["OnEmulator"] == {"Fn::Equals": ["on-aws", "on-an-emulator"]}
    for name in ("Callback", "Desk"):
        assert template["Parameters"][f"{name}BaseUrl"]["AllowedPattern"].startswith("(https://")
    for item in resources("AWS::Lambda::Function").values():
        variables = item["Properties"]["Environment"]["Variables"]
        assert variables["AWS_ENDPOINT_URL"] == ""
        assert variables.get("WECOM_BASE_URL", WECOM) == WECOM
    assert len(template["Parameters"]) <= MOST_PARAMETERS


def test_the_addresses_of_callbacks_and_desk_follow_the_parameters() -> None:
    for parameters, url in (
        ({}, "http://127.0.0.1:4566/_aws/execute-api/wecomsync/local"),
        ({"Stage": "dev"}, "http://127.0.0.1:4566/_aws/execute-api/wecomsync/dev"),
        ({"CallbackBaseUrl": "https://hr.example/"}, "https://hr.example"),
    ):
        assert base_urls("http://127.0.0.1:4566", parameters)["CallbackBaseUrl"] == url
    desk = {"DeskBaseUrl": "https://desk.example/"}
    assert base_urls("http://127.0.0.1:4566", desk)["DeskBaseUrl"] == "https://desk.example"


def test_variables_are_listed_by_logical_id() -> None:
    variables = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "LANGUAGE": "en"}
    target: Any = Mock(resources={"AWS::Lambda::Function": {"SubmitFunction": "f-1"}}.__getitem__)
    configuration = {"Environment": {"Variables": variables}}
    target.functions.get_function_configuration.return_value = configuration

    seen = {**variables, "AWS_ENDPOINT_URL": "http://docker:1"}
    assert env_vars(target, "docker") == {"SubmitFunction": seen}


@pytest.mark.parametrize(("needs", "stops"), [(50, True), (90, False)])
def test_a_stack_that_takes_its_time_to_stop_is_waited_for_and_said_to_be_stopping(
    monkeypatch: pytest.MonkeyPatch, needs: int, stops: bool
) -> None:
    clock, signals = FakeClock(0), []
    monkeypatch.setattr(os, "kill", lambda *sent: signals.append(sent))
    home: Any = SimpleNamespace(owner=lambda: 7 if clock.now < needs else None)

    def sleep(_: float) -> None:
        clock.now += 1

    expected: Any = contextlib.nullcontext() if stops else pytest.raises(CommandError)
    with expected as caught:
        stop(home, 7, sleep, clock)

    if not stops:
        output = message(caught.value.code).render(Language.ENGLISH, **caught.value.params)
        assert output.startswith("The local stack (process 7) is still stopping after 60 s.")
    assert signals == [(7, signal.SIGTERM)]


def test_a_home_has_one_owner_and_its_note_lasts_as_long(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    with home.owned():
        assert home.note() is None
        home.write(NOTE)
        assert Home(home.path).note() == NOTE
        with pytest.raises(UsageError) as caught, Home(home.path).owned():
            pass
        assert (caught.value.code, home.owner()) == ("home_in_use", os.getpid())

    assert (home.note(), home.owner()) == (None, None)
    with home.owned():
        pass


def test_the_nearest_wish_decides_the_home(tmp_path: Path) -> None:
    environ = {"WECOM_SYNC_HOME": str(tmp_path / "environment")}

    assert Home.chosen(str(tmp_path / "option"), environ).path == tmp_path / "option"
    assert Home.chosen(None, environ).path == tmp_path / "environment"
    assert Home.chosen(None, {}).path == DEFAULT_HOME


def test_what_a_crash_left_fools_nobody_and_is_gone_before_the_next_stack(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text(json.dumps(asdict(NOTE)))
    (tmp_path / "lock").write_text(str(os.getpid()))
    home = Home(tmp_path)
    left = home.folder("s3") / "object"
    left.write_text("x")

    assert (home.note(), home.owner()) == (None, None)
    with home.owned():
        assert not left.exists()
        data = home.folder("s3") / "object"
        data.write_text("x")
        home.log("deploy").write_text("y")

    assert not data.exists()
    assert home.log("deploy").read_text() == "y"


def test_a_stack_that_cannot_be_made_says_which_part_and_why(tmp_path: Path) -> None:
    (tmp_path / "Layer").mkdir()
    (tmp_path / "Layer" / "module.py").write_text("")
    (tmp_path / "template.yaml").write_text("ContentUri: Layer\n")
    event = {"LogicalResourceId": "RunTable", "ResourceStatusReason": "no room"}
    target: Any = Mock(stack_name="wecom-sync")
    target.s3.meta.endpoint_url = "http://emulator"
    made = target.cloudformation
    made.describe_stacks.return_value = {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}
    made.describe_stack_events.return_value = {"StackEvents": [event]}

    with pytest.raises(CommandError) as caught:
        deploy(tmp_path, target, {}, {}, tmp_path / "deploy.log")

    stored = {it.kwargs["Key"]: it.kwargs["Body"] for it in target.s3.put_object.mock_calls}
    assert caught.value.details == "RunTable: no room\nROLLBACK_COMPLETE"
    assert stored["template.yaml"] == b"ContentUri: s3://wecom-sync-artefacts/Layer\n"
    assert zipfile.ZipFile(io.BytesIO(stored["Layer"])).namelist() == ["module.py"]
