"""The control API, the faults of requests, and the command line."""

import argparse
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import pytest
import requests

from contract.simulator_driver import SECRET, Driver, member_row, members_csv
from support.console import Capsys
from support.template import ROOT
from wecom_simulator import ControlError, Simulator
from wecom_simulator.__main__ import main, parse_corp, parse_switch
from wecom_simulator.state.directory import build_directory
from wecom_simulator.state.faults import KINDS, FaultBook
from wecom_simulator.state.switches import NAMES, Switches

ONE = members_csv(member_row(1))
SYNC = "/cgi-bin/batch/syncuser"


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    return Driver(simulator, members=10)


def set_fault(corp: Driver, kind: str, **options: Any) -> None:
    body = {"kind": kind, "path": SYNC, "corp_id": corp.corp_id, **options}
    assert corp.control("POST", "faults", body)["http"] == 200


def test_time_can_be_advanced_over_http() -> None:
    with Simulator() as own:
        corp = Driver(own, job_base_seconds=3600)
        job_id = corp.submit("syncuser", ONE)["jobid"]
        assert corp.result(job_id)["status"] == 1

        corp.control("POST", "clock", {"advance_seconds": 3601})

        assert own.wait_idle()
        assert corp.result(job_id)["status"] == 3


@pytest.mark.parametrize(
    ("readme", "faults_title", "switches_title"),
    [("README.md", "## Faults", "## Switches"), ("README.zh-CN.md", "## 故障", "## 开关")],
)
def test_the_documented_switches(readme: str, faults_title: str, switches_title: str) -> None:
    text = (ROOT / "tools" / "wecom_simulator" / readme).read_text("utf-8")
    tables = text.partition(faults_title)[2].partition(switches_title)
    faults = re.findall(r"^\| `(\w+)` \|", tables[0], re.MULTILINE)
    switches = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", tables[2], re.MULTILINE)

    assert faults == list(KINDS)
    assert {name: parsed(default) for name, default in switches} == asdict(Switches())


def parsed(default: str) -> object:
    try:
        return json.loads(default)
    except ValueError:
        return default


def test_a_seed_gives_the_same_book_every_time() -> None:
    options: dict[str, Any] = {"departments": None, "creator": None, "root_name": "x"}
    books = [build_directory(members=20_000, **options) for _ in range(2)]

    assert books[0].digest() == books[1].digest()
    assert len(books[0].members) == 20_000
    assert {books[0].population(item) for item in range(2, 402)} == {50}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_programme_prints_one_line_and_stops_on_a_signal(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "wecom_simulator", "--port", "0"]
    command += ["--corp", "acme=ww123:secret:30", "--switch", "blank_clears=true"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("WeCom simulator on http://127.0.0.1:")
        url = line.split()[-1]
        corp = requests.get(f"{url}/_control/corps/acme", timeout=120).json()
        process.send_signal(number)
        out, err = process.communicate(timeout=120)

    assert (corp["counts"]["members"], corp["switches"]["blank_clears"]) == (30, True)
    assert (process.returncode, out, err) == (0, "", "")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0


def test_switches_change_while_the_corp_lives(corp: Driver) -> None:
    changed = corp.control("PATCH", f"corps/{corp.corp_id}", {"blank_clears": True})

    assert changed["switches"]["blank_clears"] is True
    assert changed["counts"]["members"] == 10
    assert corp.control("PATCH", f"corps/{corp.corp_id}", {"members": 5})["http"] == 400
    with pytest.raises(ControlError):
        Simulator(surprise=True)


SPOILED = {
    "truncated": requests.JSONDecodeError,
    "short": requests.exceptions.ChunkedEncodingError,
    "garbled": requests.exceptions.ContentDecodingError,
    "cut_after": requests.ConnectionError,
    "cut": requests.ConnectionError,
}


@pytest.mark.parametrize(("kind", "error"), SPOILED.items())
def test_a_spoiled_answer_counts(corp: Driver, kind: str, error: type[Exception]) -> None:
    set_fault(corp, kind)

    with pytest.raises(error):
        corp.submit("syncuser", ONE)

    assert len(corp.corp.jobs.listed()) == (kind != "cut")


def strikes(book: FaultBook, corp: Driver, calls: int = 1) -> list[bool]:
    return [book.take("request", corp.corp_id, SYNC) is not None for _ in range(calls)]


def test_a_fault_with_a_rate_strikes_its_share_of_the_calls(corp: Driver) -> None:
    set_fault(corp, "cut", rate=0.2, seed=1, times=None)

    hits = strikes(corp.simulator.platform.faults, corp, 2000)

    assert 340 < sum(hits) < 460
    assert any(left and right for left, right in itertools.pairwise(hits))


def test_the_same_seed_strikes_the_same_calls_whoever_calls_in_between(corp: Driver) -> None:
    def book(seed: int) -> FaultBook:
        made = FaultBook()
        made.add({"kind": "cut", "rate": 0.3, "seed": seed, "times": None})
        return made

    again, between = book(7), []
    for _ in range(100):
        again.take("request", "another corp", SYNC)
        again.take("request", corp.corp_id, "/cgi-bin/gettoken")
        between += strikes(again, corp)

    assert between == strikes(book(7), corp, 100)
    assert between != strikes(book(8), corp, 100)


def test_a_corp_made_over_http_works_like_one_made_in_process(simulator: Simulator) -> None:
    names = {"corp_id": "wwhttp", "alias": "acme", "contact_secret": SECRET, "creator": "u000002"}
    body = {**names, "members": 120, "blank_clears": True}
    made = requests.post(f"{simulator.url}/_control/corps", json=body, timeout=120).json()

    assert made["counts"] == {"members": 120, "departments": 4, "invited": 0, "jobs": 0}
    assert (made["creator"], made["switches"]["blank_clears"]) == ("u000002", True)
    assert SECRET not in str(made)
    assert simulator.corp("acme") is simulator.corp("wwhttp")


def test_the_book_can_be_read_and_changed_behind_the_clients_back(corp: Driver) -> None:
    path = f"corps/{corp.corp_id}"
    everyone = corp.control("GET", f"{path}/members")
    assert everyone["total"] == 10
    assert [item["userid"] for item in everyone["members"]][8:] == ["u000009", "u000010"]
    (one,) = corp.control("GET", f"{path}/members?userid=U000003")["members"]
    assert one["mobile"] == "13800000003"
    departments = corp.control("GET", f"{path}/departments")["departments"]
    assert [(item["id"], item["members"]) for item in departments] == [(1, 0), (2, 10)]

    corp.control("POST", f"{path}/members", {"members": [{"userid": "drift"}]})

    assert "drift" in {row["userid"] for row in corp.post("user/list_id", {})["dept_user"]}


def test_faults_and_requests_are_listed(corp: Driver) -> None:
    set_fault(corp, "errcode", errcode=-1)
    set_fault(corp, "html")
    _, second = corp.control("GET", "faults")["faults"]
    corp.submit("syncuser", ONE)
    path = f"requests?corp_id={corp.corp_id}&path={SYNC}"
    (logged,) = corp.control("GET", path)["requests"]

    corp.control("DELETE", "faults")

    assert (second["rate"], second["used"]) == (1.0, 0)
    assert "_seen" not in second
    assert corp.control("GET", "faults")["faults"] == []
    assert (logged["errcode"], logged["fault"], logged["method"]) == (-1, "errcode", "POST")


NEW: dict[str, object] = {"corp_id": "x", "contact_secret": "y"}
WRONG = {
    "corps": '{"surprise": [1], "blank_clears": ["no"], "job_base_seconds": [-1], "corp_id": [""],'
    ' "allowed_ips": [["everywhere"]], "departments": [[{"id": 2}]], "contact_secret": [""],'
    ' "members": [-1, [{"name": "no id"}], [{"userid": "a", "departments": [9]}]]}',
    "faults": '{"kind": ["magic"], "surprise": [1], "times": ["2"], "rate": [0, 1.5, "half"],'
    ' "_seen": [{}]}',
}
"""Fields with values that no corp and no fault may have."""


def assert_wrong(corp: Driver, method: str, path: str, body: object, status: int = 400) -> None:
    answer = corp.control(method, path, body)

    assert (answer["http"], bool(answer["error"])) == (status, True), (path, body)


@pytest.mark.parametrize("path", WRONG)
def test_a_wrong_control_request_says_so(corp: Driver, path: str) -> None:
    good = NEW if path == "corps" else {"kind": "cut"}
    for name, values in json.loads(WRONG[path]).items():
        for value in values:
            assert_wrong(corp, "POST", path, {**good, name: value})
    for other in ("faults", "clock"):
        assert_wrong(corp, "POST", other, None)
    for nowhere in ("nothing", "corps/nobody/jobs"):
        assert_wrong(corp, "GET", nowhere, None, 404)


def test_the_overview_lists_every_switch_and_fault(corp: Driver) -> None:
    overview = corp.control("GET", "")

    assert overview["switches"].keys() == NAMES
    assert overview["faults"] == [*KINDS]


def test_corps_of_the_command_line() -> None:
    secret = {"corp_id": "ww123", "contact_secret": "secret"}
    assert parse_corp("acme=ww123:secret:1000") == {**secret, "alias": "acme", "members": 1000}
    assert parse_corp("ww123:secret")["members"] == 0
    assert parse_switch("blank_clears=true") == ("blank_clears", True)
    for text in ("ww123", "ww123:", "a=ww:s:many", "a:b:c:d", ""):
        with pytest.raises(argparse.ArgumentTypeError):
            parse_corp(text)
    maybe = ("blank_clears=maybe", "true or false")
    others = ("surprise=1", "blank_clears"), ("job_base_seconds=-1", "a number from 0")
    for text, expected in (maybe, *others):
        with pytest.raises(argparse.ArgumentTypeError, match=expected):
            parse_switch(text)


def test_serving_on_a_taken_port_is_wrong_use(simulator: Simulator, capsys: Capsys) -> None:
    assert main(["--port", simulator.url.rpartition(":")[2]]) == 2
    assert "in use" in capsys.readouterr().err
