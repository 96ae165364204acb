"""Tokens, secrets, addresses and permissions of the simulated WeCom."""

import pytest
import requests

from contract.simulator_driver import SECRET, Driver, member_row, members_csv
from wecom_simulator import Simulator


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    return Driver(simulator, apps=[{"agent_id": 1, "secret": "app-secret"}], members=3)


REFUSED = [("", SECRET, 41002), ("no", SECRET, 40013), ("own", "", 41004), ("own", "no", 40001)]


@pytest.mark.parametrize(("corp_id", "secret", "errcode"), REFUSED)
def test_a_token_is_refused(corp: Driver, corp_id: str, secret: str, errcode: int) -> None:
    name = corp.corp_id if corp_id == "own" else corp_id
    answer = corp.get("gettoken", token=None, corpid=name, corpsecret=secret)

    assert answer["errcode"] == errcode
    assert "access_token" not in answer
    lacking = {"corpsecret": SECRET} if not corp_id else {"corpid": name}
    if errcode in {41002, 41004}:
        assert corp.get("gettoken", token=None, **lacking)["errcode"] == errcode


def test_the_token_is_read_from_the_query_only(corp: Driver) -> None:
    address = corp.address("user/list_id")

    in_header = requests.post(
        address, json={}, headers={"Authorization": f"Bearer {corp.token}"}, timeout=120
    )
    in_body = requests.post(address, json={"access_token": corp.token}, timeout=120)

    assert in_header.json()["errcode"] == 41001
    assert in_body.json()["errcode"] == 41001


def test_an_unknown_path_is_404_with_an_empty_body(corp: Driver) -> None:
    response = requests.get(corp.address("batch/replacparty"), timeout=120)

    assert (response.status_code, response.content) == (404, b"")


@pytest.mark.parametrize("path", ["batch/syncuser", "user/list_id", "media/upload"])
def test_get_is_refused_where_post_is_meant(corp: Driver, path: str) -> None:
    assert corp.get(path)["errcode"] == 40058


BODIES = {
    40007: [b'{"media_id": "\\\\u4e2d"}', '{"media_id": "中"}'.encode()],
    40033: [b'{"media_id": "\\u4e2d"}'],
    40058: [b"media_id=abc", b"[]", b"", b"{'media_id': 'x'}", b'{"media_id": "\xe9"}'],
}


@pytest.mark.parametrize("errcode", BODIES)
def test_a_body_must_be_raw_utf8_json(corp: Driver, errcode: int) -> None:
    for body in BODIES[errcode]:
        assert corp.post("batch/syncuser", body)["errcode"] == errcode, body


def test_too_many_calls_of_one_path_in_a_minute_are_refused() -> None:
    with Simulator(calls_per_minute=2) as own:
        corp = Driver(own)
        codes = [corp.get("getcallbackip")["errcode"] for _ in range(3)]
        assert codes == [0, 0, 45009]
        assert corp.get("get_api_domain_ip")["errcode"] == 0

        own.clock.advance(60)

        assert corp.get("getcallbackip")["errcode"] == 0


def test_every_call_is_logged_without_its_token(corp: Driver) -> None:
    corp.get("getcallbackip", token="invented")
    corp.get("getcallbackip")

    logged = corp.control("GET", f"requests?corp_id={corp.corp_id}")["requests"]

    paths = [item["path"].rpartition("/")[2] for item in logged if item["errcode"] == 0]
    assert paths == ["gettoken", "getcallbackip"]
    assert len(logged) == 2
    assert corp.token not in str(logged)
    assert SECRET not in str(logged)


def test_an_unknown_file_is_refused_before_an_import_that_runs(simulator: Simulator) -> None:
    corp = Driver(simulator, job_base_seconds=60)
    corp.submit("syncuser", members_csv(member_row(1)))

    assert corp.post("batch/syncuser", {"media_id": "no such file"})["errcode"] == 40007


def test_the_same_token_is_given_as_long_as_it_is_valid() -> None:
    with Simulator() as own:
        corp = Driver(own, apps=[{"agent_id": 1, "secret": "app-secret"}])
        first = corp.gettoken()
        assert (first["errmsg"], first["expires_in"] <= 7200) == ("ok", True)
        assert corp.gettoken()["access_token"] == first["access_token"] == corp.token
        assert corp.gettoken("app-secret")["access_token"] != corp.token

        own.clock.advance(7201)

        assert corp.get("getcallbackip")["errcode"] == 42001


def test_wrong_secrets_ban_the_address_for_an_hour_even_with_the_right_one() -> None:
    with Simulator() as own:
        corp = Driver(own)
        assert [corp.gettoken("wrong")["errcode"] for _ in range(10)] == [40001] * 10
        assert corp.gettoken()["errcode"] == 45009

        own.clock.advance(3600)

        assert corp.gettoken()["errcode"] == 0


def test_an_address_outside_the_list_is_refused_everywhere(simulator: Simulator) -> None:
    corp = Driver(simulator, allowed_ips=["203.0.113.9"])
    later = Driver(simulator, allowed_ips=[], ip_check_on_gettoken=False)
    inside = Driver(simulator, allowed_ips=["203.0.113.9", "127.0.0.0/8"])

    answer = corp.gettoken()

    assert answer["errcode"] == 60020
    assert "not allow to access from your ip" in answer["errmsg"]
    assert "from ip: 127.0.0.1" in answer["errmsg"]
    assert later.get("department/simplelist")["errcode"] == 60020
    assert inside.get("department/simplelist")["errcode"] == 0


@pytest.mark.parametrize("kind", ["syncuser", "replaceuser", "replaceparty"])
def test_only_a_writing_secret_imports(simulator: Simulator, corp: Driver, kind: str) -> None:
    token = corp.gettoken("app-secret")["access_token"]
    reader = Driver(simulator, contact_may_write=False)

    assert corp.post(f"batch/{kind}", {"media_id": "x"}, token=token)["errcode"] == 48002
    assert corp.post("user/list_id", {}, token=token)["errcode"] == 48002
    assert corp.get("batch/getresult", token=token, jobid="1_1_1")["errcode"] == 48002
    assert reader.post(f"batch/{kind}", {"media_id": "x"})["errcode"] == 48002
    assert reader.post("user/list_id", {})["errcode"] == 0
    media_id = reader.upload(members_csv(member_row(1)))["media_id"]
    assert corp.post(f"batch/{kind}", {"media_id": media_id})["errcode"] == 40007
