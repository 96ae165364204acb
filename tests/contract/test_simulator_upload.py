"""media/upload: what WeCom accepts as a file."""

from __future__ import annotations

import pytest
import requests

from contract.simulator_driver import QUICK, Driver, answer, member_row, members_csv
from wecom_simulator import Simulator

GOOD_HEAD = 'Content-Disposition: form-data; name="media"; filename="a.csv"; filelength=10'


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    return Driver(simulator)


def raw_upload(
    corp: Driver, head: str, content: bytes = b"0123456789", content_type: str | None = None
) -> int:
    body = b"--line\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n--line--\r\n"
    response = requests.post(
        corp.address("media/upload"),
        params={"access_token": corp.token, "type": "file"},
        data=body,
        headers={"Content-Type": content_type or "multipart/form-data; boundary=line"},
        timeout=120,
    )
    return int(answer(response)["errcode"])


def test_a_file_gets_a_media_id_and_a_time_as_text(corp: Driver) -> None:
    uploaded = corp.upload(b"123456")

    assert uploaded["errcode"] == 0
    assert uploaded["type"] == "file"
    assert isinstance(uploaded["created_at"], str)
    assert uploaded["created_at"].isdigit()


@pytest.mark.parametrize(
    "head",
    [
        GOOD_HEAD,
        "Content-Disposition: form-data; name=media; filename=a.csv",
        "Content-Type: application/octet-stream\r\n" + GOOD_HEAD,
    ],
)
def test_a_plain_ascii_filename_is_accepted(corp: Driver, head: str) -> None:
    assert raw_upload(corp, head) == 0


@pytest.mark.parametrize(
    "head",
    [
        'Content-Disposition: form-data; name="media"',
        'Content-Disposition: form-data; name="media"; filename=""',
        "Content-Disposition: form-data; name=\"media\"; filename*=utf-8''a.csv",
        'Content-Disposition: form-data; name="media"; filename="员工.csv"',
        'Content-Disposition: form-data; name="file"; filename="a.csv"',
        "Content-Type: text/csv",
    ],
)
def test_a_part_wecom_cannot_name_is_empty_media(corp: Driver, head: str) -> None:
    assert raw_upload(corp, head) == 44001


def test_a_filename_that_requests_encodes_is_empty_media(corp: Driver) -> None:
    assert corp.upload(b"123456", "员工.csv")["errcode"] == 44001


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=other", "application/octet-stream"],
)
def test_a_body_without_its_boundary_is_empty_media(corp: Driver, content_type: str) -> None:
    assert raw_upload(corp, GOOD_HEAD, content_type=content_type) == 44001


@pytest.mark.parametrize("kind", [None, "csv", "image"])
def test_the_type_must_be_file(corp: Driver, kind: str | None) -> None:
    query = {"access_token": corp.token} | ({"type": kind} if kind else {})

    response = requests.post(
        corp.address("media/upload"), params=query, files={"media": ("a.csv", b"123456")},
        timeout=120,
    )  # fmt: skip

    assert answer(response)["errcode"] == 40005


@pytest.mark.parametrize(("size", "errcode"), [(0, 40006), (5, 40006), (6, 0)])
def test_a_file_must_have_more_than_five_bytes(corp: Driver, size: int, errcode: int) -> None:
    assert corp.upload(b"x" * size)["errcode"] == errcode


def test_tiny_files_can_be_let_through_to_fail_at_the_import(simulator: Simulator) -> None:
    corp = Driver(simulator, tiny_files_accepted=True, whole_job_errors="submit")

    assert corp.submit("syncuser", b"")["errcode"] == 40092


@pytest.mark.parametrize(("extra", "errcode"), [(0, 0), (1, 45001)])
def test_a_file_has_at_most_20_mb(corp: Driver, extra: int, errcode: int) -> None:
    assert corp.upload(b"x" * (20 * 1024 * 1024 + extra))["errcode"] == errcode


def test_a_file_can_be_used_for_three_days() -> None:
    with Simulator(**QUICK) as own:
        corp = Driver(own, calls_per_minute=100)
        media_id = corp.upload(members_csv(member_row(1)))["media_id"]
        own.clock.advance(3 * 24 * 3600 - 60)
        corp._token = None
        assert corp.post("batch/syncuser", {"media_id": media_id})["errcode"] == 0
        assert own.wait_idle()

        own.clock.advance(60)

        corp._token = None
        assert corp.post("batch/syncuser", {"media_id": media_id})["errcode"] == 40007


@pytest.mark.parametrize("body", [{}, {"media_id": ""}, {"media_id": None}])
def test_a_missing_media_id_has_its_own_code(corp: Driver, body: dict[str, None]) -> None:
    assert corp.post("batch/syncuser", body)["errcode"] == 41006


def test_what_was_uploaded_can_be_compared_by_hash(corp: Driver) -> None:
    corp.upload(b"123456", "six.csv")

    (media,) = corp.control("GET", f"corps/{corp.corp_id}/media")["media"]

    assert (media["filename"], media["bytes"]) == ("six.csv", 6)
    assert media["sha256"] == "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92"
