"""The control API, the faults of requests, and the command line."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from typing import Any

import pytest
import requests

from contract.simulator_driver import SECRET, Driver, member_row, members_csv
from support.console import Capsys
from support.template import ROOT
from wecom_simulator import ControlError, Simulator
from wecom_simulator.__main__ import parse_corp, parse_switch, serve
from wecom_simulator.state.faults import KINDS, FaultBook
from wecom_simulator.state.seed import build_directory
from wecom_simulator.state.switches import NAMES, described

ONE = members_csv(member_row(1))
SYNC = "/cgi-bin/batch/syncuser"


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    return Driver(simulator, members=10)


def set_fault(corp: Driver, kind: str, **options: Any) -> None:
    body = {"kind": kind, "path": SYNC, "corp_id": corp.corp_id, **options}
    assert corp.control("POST", "faults", body)["http"] == 200


def media(corp: Driver) -> dict[str, str]:
    return {"media_id": corp.upload(ONE)["media_id"]}


def raw_sync(corp: Driver, body: dict[str, str], *, stream: bool = False) -> requests.Response:
    return requests.post(
        corp.address("batch/syncuser"), params={"access_token": corp.token}, json=body,
        timeout=120, stream=stream,
    )  # fmt: skip


def test_a_corp_made_over_http_works_like_one_made_in_process(simulator: Simulator) -> None:
    made = requests.post(
        f"{simulator.url}/_control/corps",
        json={
            "corp_id": "wwhttp", "alias": "acme", "contact_secret": SECRET, "members": 120,
            "creator": "u000002", "csv_quoting": "rfc4180",
        },
        timeout=120,
    ).json()  # fmt: skip

    assert made["counts"] == {"members": 120, "departments": 4, "invited": 0, "jobs": 0}
    assert made["creator"] == "u000002"
    assert made["switches"]["csv_quoting"] == "rfc4180"
    assert SECRET not in str(made)
    assert simulator.corp("acme") is simulator.corp("wwhttp")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"corp_id": "x"},
        {"corp_id": "x", "contact_secret": "y", "surprise": 1},
        {"corp_id": "x", "contact_secret": "y", "blank_clears": "no"},
        {"corp_id": "x", "contact_secret": "y", "csv_quoting": "excel"},
        {"corp_id": "x", "contact_secret": "y", "job_base_seconds": -1},
        {"corp_id": "x", "contact_secret": "y", "allowed_ips": ["everywhere"]},
        {"corp_id": "x", "contact_secret": "y", "members": -1},
        {"corp_id": "x", "contact_secret": "y", "members": [{"name": "no id"}]},
        {"corp_id": "x", "contact_secret": "y", "members": [{"userid": "a", "departments": [9]}]},
        {"corp_id": "x", "contact_secret": "y", "departments": [{"id": 2}]},
        {"corp_id": "x", "contact_secret": "y", "whole_job_errors_by_code": {"1": "moon"}},
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(
    corp: Driver, body: dict[str, object]
) -> None:
    answer = corp.control("POST", "corps", body)

    assert answer["http"] == 400
    assert answer["error"]


def test_switches_change_while_the_corp_lives(corp: Driver) -> None:
    changed = corp.control("PATCH", f"corps/{corp.corp_id}", {"blank_clears": True})
    refused = corp.control("PATCH", f"corps/{corp.corp_id}", {"members": 5})

    assert changed["switches"]["blank_clears"] is True
    assert changed["counts"]["members"] == 10
    assert refused["http"] == 400


def test_a_reset_restores_the_book_the_switches_and_the_digest(corp: Driver) -> None:
    before = corp.control("GET", f"corps/{corp.corp_id}/directory")
    corp.run("syncuser", ONE)
    corp.corp.change({"blank_clears": True})
    assert corp.control("GET", f"corps/{corp.corp_id}/directory")["digest"] != before["digest"]

    corp.control("POST", f"corps/{corp.corp_id}/reset")

    assert corp.control("GET", f"corps/{corp.corp_id}/directory") == before
    assert corp.corp.switches.blank_clears is False


def test_a_corp_can_be_removed(corp: Driver) -> None:
    corp.control("DELETE", f"corps/{corp.corp_id}")

    assert corp.gettoken()["errcode"] == 40013
    assert corp.control("GET", f"corps/{corp.corp_id}")["http"] == 404


def test_the_book_can_be_read_in_full(corp: Driver) -> None:
    everyone = corp.control("GET", f"corps/{corp.corp_id}/members?offset=8&limit=5")
    one = corp.control("GET", f"corps/{corp.corp_id}/members?userid=U000003")
    departments = corp.control("GET", f"corps/{corp.corp_id}/departments")["departments"]

    assert everyone["total"] == 10
    assert [item["userid"] for item in everyone["members"]] == ["u000009", "u000010"]
    assert one["members"][0]["mobile"] == "13800000003"
    assert [(item["id"], item["members"]) for item in departments] == [(1, 0), (2, 10)]


def test_the_book_can_change_behind_the_clients_back(corp: Driver) -> None:
    corp.control("POST", f"corps/{corp.corp_id}/members", {"members": [{"userid": "drift"}]})
    corp.control("DELETE", f"corps/{corp.corp_id}/members?userid=u000001")

    rows = corp.post("user/list_id", {})["dept_user"]

    assert "drift" in {row["userid"] for row in rows}
    assert "u000001" not in {row["userid"] for row in rows}


def test_an_error_code_is_answered_so_many_times_without_any_work(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "errcode", errcode=45009, times=2)

    codes = [raw_sync(corp, body).json()["errcode"] for _ in range(3)]

    assert codes == [45009, 45009, 0]


def test_a_fault_of_one_corp_leaves_the_others_alone(corp: Driver) -> None:
    set_fault(corp, "errcode", errcode=-1, times=None)

    assert Driver(corp.simulator).submit("syncuser", ONE)["errcode"] == 0
    assert [corp.submit("syncuser", ONE)["errcode"] for _ in range(2)] == [-1, -1]


def test_a_fault_with_a_rate_strikes_its_share_of_the_calls(corp: Driver) -> None:
    set_fault(corp, "cut", rate=0.2, seed=1, times=None)

    book = corp.simulator.platform.faults
    hits = [book.take("request", corp.corp_id, SYNC) is not None for _ in range(2000)]

    assert 340 < sum(hits) < 460
    assert any(left and right for left, right in itertools.pairwise(hits))


def test_the_same_seed_strikes_the_same_calls_whoever_calls_in_between(corp: Driver) -> None:
    other = Driver(corp.simulator)
    book, again, otherwise = FaultBook(), FaultBook(), FaultBook()
    for found, seed in ((book, 7), (again, 7), (otherwise, 8)):
        found.add({"kind": "cut", "rate": 0.3, "seed": seed, "times": None})

    def take(found: FaultBook) -> bool:
        return found.take("request", corp.corp_id, SYNC) is not None

    first = [take(book) for _ in range(100)]
    second = []
    for _ in range(100):
        again.take("request", other.corp_id, SYNC)
        again.take("request", corp.corp_id, "/cgi-bin/gettoken")
        second.append(take(again))

    assert first == second
    assert first != [take(otherwise) for _ in range(100)]


def test_a_fault_that_does_not_strike_leaves_the_call_to_the_next(corp: Driver) -> None:
    set_fault(corp, "cut", rate=0.5, times=None)
    set_fault(corp, "html", times=None)
    book = corp.simulator.platform.faults

    kinds = {fault.kind for _ in range(50) if (fault := book.take("request", corp.corp_id, SYNC))}

    assert kinds == {"cut", "html"}


def test_an_http_error_and_a_page_of_html(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "http_status", status=502)
    set_fault(corp, "html")

    failed, page = raw_sync(corp, body), raw_sync(corp, body)

    assert (failed.status_code, failed.content) == (502, b"")
    assert page.status_code == 200
    assert page.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("truncated", requests.JSONDecodeError),
        ("short", requests.exceptions.ChunkedEncodingError),
        ("garbled", requests.exceptions.ContentDecodingError),
    ],
)
def test_a_spoiled_answer_has_done_its_work(
    corp: Driver, kind: str, error: type[Exception]
) -> None:
    body = media(corp)
    set_fault(corp, kind)

    with pytest.raises(error):
        raw_sync(corp, body).json()

    assert len(corp.corp.jobs.listed()) == 1


def test_an_answer_that_is_no_object_has_done_its_work(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "array")

    (answer,) = raw_sync(corp, body).json()

    assert answer["jobid"] == corp.corp.jobs.listed()[0].job_id


def test_an_answer_of_somebody_else_has_done_its_work(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "foreign")

    assert "errcode" not in raw_sync(corp, body).json()

    assert len(corp.corp.jobs.listed()) == 1


def test_an_answer_that_trickles_has_no_end(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "trickle", seconds=0.01)

    with raw_sync(corp, body, stream=True) as answer:
        assert [answer.raw.read(1) for _ in range(5)] == [b" "] * 5

    assert len(corp.corp.jobs.listed()) == 1


def test_a_slow_answer_is_still_right(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "slow", seconds=0.2)
    started = time.monotonic()

    assert raw_sync(corp, body).json()["errcode"] == 0
    assert time.monotonic() - started >= 0.2


def test_a_cut_connection_has_done_nothing(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "cut")

    with pytest.raises(requests.ConnectionError):
        raw_sync(corp, body)

    assert corp.corp.jobs.listed() == []


def test_a_connection_cut_afterwards_has_started_the_job(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "cut_after")

    with pytest.raises(requests.ConnectionError):
        raw_sync(corp, body)

    assert corp.simulator.wait_idle()
    assert corp.corp.directory.find("m1")


def test_an_error_code_can_be_a_string(corp: Driver) -> None:
    body = media(corp)
    set_fault(corp, "errcode_as_string")

    assert raw_sync(corp, body).json()["errcode"] == "0"


def test_faults_can_be_listed_and_cleared(corp: Driver) -> None:
    set_fault(corp, "errcode", errcode=-1)
    set_fault(corp, "html")
    first, second = corp.control("GET", "faults")["faults"]

    corp.control("DELETE", f"faults?id={first['id']}")
    left = corp.control("GET", "faults")["faults"]
    corp.control("DELETE", "faults")

    assert [item["id"] for item in left] == [second["id"]]
    assert (left[0]["rate"], left[0]["used"]) == (1.0, 0)
    assert "_seen" not in left[0]
    assert corp.control("GET", "faults")["faults"] == []


@pytest.mark.parametrize(
    "body",
    [
        {}, {"kind": "magic"}, {"kind": "cut", "surprise": 1}, {"kind": "cut", "times": "2"},
        {"kind": "cut", "rate": 0}, {"kind": "cut", "rate": 1.5}, {"kind": "cut", "rate": "half"},
        {"kind": "cut", "_seen": {}},
    ],
)  # fmt: skip
def test_a_fault_that_does_not_exist_is_refused(corp: Driver, body: dict[str, object]) -> None:
    assert corp.control("POST", "faults", body)["http"] == 400


def test_a_corp_goes_by_its_alias_in_faults_and_logs(simulator: Simulator) -> None:
    corp = Driver(simulator, alias="by-alias")
    simulator.fault("errcode", corp_id="by-alias", path="/cgi-bin/getcallbackip", errcode=6000)

    assert corp.get("getcallbackip")["errcode"] == 6000
    assert len(corp.control("GET", "requests?corp_id=by-alias")["requests"]) == 2


def test_the_request_log_shows_faults_and_can_be_cleared(corp: Driver) -> None:
    set_fault(corp, "errcode", errcode=-1)
    corp.submit("syncuser", ONE)
    path = f"requests?corp_id={corp.corp_id}&path={SYNC}"

    (logged,) = corp.control("GET", path)["requests"]
    corp.control("DELETE", "requests")

    assert (logged["errcode"], logged["fault"], logged["method"]) == (-1, "errcode", "POST")
    assert corp.control("GET", path)["requests"] == []


def test_time_can_be_advanced_over_http() -> None:
    with Simulator() as own:
        corp = Driver(own, job_base_seconds=3600)
        job_id = corp.submit("syncuser", ONE)["jobid"]
        assert corp.result(job_id)["status"] == 1

        corp.control("POST", "clock", {"advance_seconds": 3601})

        assert own.wait_idle()
        assert corp.result(job_id)["status"] == 3


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "corps/nobody/jobs", 404),
        ("POST", "clock", 400),
        ("DELETE", "faults?id=x", 400),
    ],
)
def test_a_wrong_control_request_says_so(corp: Driver, method: str, path: str, status: int) -> None:
    assert corp.control(method, path)["http"] == status


def test_the_overview_lists_every_switch_and_fault(corp: Driver) -> None:
    overview = corp.control("GET", "")

    assert {item["name"] for item in overview["switches"]} == NAMES
    assert set(overview["faults"]) == set(KINDS)


@pytest.mark.parametrize(
    ("readme", "faults_title", "switches_title"),
    [("README.md", "## Faults", "## Switches"), ("README.zh-CN.md", "## 故障", "## 开关")],
)
def test_the_documented_switches_and_faults_are_the_real_ones(
    readme: str, faults_title: str, switches_title: str
) -> None:
    text = (ROOT / "tools" / "wecom_simulator" / readme).read_text("utf-8")
    tables = text.partition(faults_title)[2].partition(switches_title)
    faults = re.findall(r"^\| `(\w+)` \|", tables[0], re.MULTILINE)
    switches = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", tables[2], re.MULTILINE)

    assert faults == list(KINDS)
    assert [name for name, _ in switches] == [item["name"] for item in described()]
    for (_, default), item in zip(switches, described(), strict=True):
        assert parsed(default) == item["default"]


def parsed(default: str) -> object:
    try:
        return json.loads(default)
    except ValueError:
        return default


def test_a_seed_gives_the_same_book_every_time() -> None:
    books = [
        build_directory(
            members=20_000, departments=None, creator=None, root_name="x", activated=False
        )
        for _ in range(2)
    ]

    assert books[0].digest() == books[1].digest()
    assert len(books[0].members) == 20_000
    assert {books[0].population(item) for item in range(2, 402)} == {50}


def test_a_taken_port_is_an_error_not_an_exit(simulator: Simulator) -> None:
    port = int(simulator.url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"):
        Simulator(port=port).start()


def test_unknown_defaults_are_refused() -> None:
    with pytest.raises(ControlError):
        Simulator(surprise=True)


def test_corps_of_the_command_line() -> None:
    assert parse_corp("acme=ww123:secret:1000") == {
        "alias": "acme", "corp_id": "ww123", "contact_secret": "secret", "members": 1000,
    }  # fmt: skip
    assert parse_corp("ww123:secret")["members"] == 0
    assert parse_switch("blank_clears=true") == ("blank_clears", True)
    assert parse_switch("csv_quoting=rfc4180") == ("csv_quoting", "rfc4180")


@pytest.mark.parametrize("text", ["ww123", "ww123:", "a=ww:s:many", "a:b:c:d", ""])
def test_a_corp_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        parse_corp(text)


@pytest.mark.parametrize("text", ["surprise=1", "blank_clears=maybe", "csv_quoting=excel"])
def test_a_switch_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        parse_switch(text)


def test_serving_on_a_taken_port_is_wrong_use(simulator: Simulator, capsys: Capsys) -> None:
    assert serve(port=int(simulator.url.rpartition(":")[2])) == 2
    assert "in use" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_programme_prints_one_line_and_stops_on_a_signal(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "wecom_simulator", "--port", "0"]
    command += ["--corp", "acme=ww123:secret:30", "--switch", "blank_clears=true"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:  # fmt: skip
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
