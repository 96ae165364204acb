"""media/upload: what WeCom accepts as a file."""

import pytest
import requests

from contract.simulator_driver import QUICK, Driver, answer, member_row, members_csv
from wecom_simulator import Simulator

NAMED = 'Content-Disposition: form-data; name="media"; '
GOOD_HEAD = NAMED + 'filename="a.csv"; filelength=10'
FORM = "multipart/form-data; boundary=line"


TYPE = "Content-Type: application/octet-stream\r\n"
TAKEN = (GOOD_HEAD, GOOD_HEAD.replace('"', "").partition("; filelength")[0], TYPE + GOOD_HEAD)
REFUSED = (
    *(
        NAMED + more
        for more in ("", 'filename=""', "filename*=utf-8''a.csv", 'filename="员工.csv"')
    ),
    GOOD_HEAD.replace('"media"', '"file"'),
    "Content-Type: text/csv",
)
OTHER_FORMS = ("multipart/form-data", f"{FORM[:-4]}other", "application/octet-stream")


@pytest.mark.parametrize(
    ("head", "form"),
    [*((head, FORM) for head in (*TAKEN, *REFUSED)), *((GOOD_HEAD, form) for form in OTHER_FORMS)],
)
def test_only_ascii_names_count(corp: Driver, head: str, form: str) -> None:
    response = requests.post(
        corp.address("media/upload"),
        params={"access_token": corp.token, "type": "file"},
        data=f"--line\r\n{head}\r\n\r\n0123456789\r\n--line--\r\n".encode(),
        headers={"Content-Type": form},
        timeout=120,
    )

    is_taken = head in TAKEN and form == FORM
    assert answer(response)["errcode"] == (0 if is_taken else 44001)


@pytest.mark.parametrize(
    ("size", "errcode"),
    [(0, 40006), (5, 40006), (6, 0), (20 * 1024 * 1024, 0), (20 * 1024 * 1024 + 1, 45001)],
)
def test_a_file_has_six_bytes_to_20_mb(corp: Driver, size: int, errcode: int) -> None:
    uploaded = corp.upload(b"x" * size)

    assert uploaded["errcode"] == errcode
    if not errcode:
        assert (uploaded["type"], uploaded["created_at"].isdigit()) == ("file", True)


@pytest.mark.parametrize("body", [{}, {"media_id": ""}, {"media_id": None}])
def test_an_import_names_a_file(corp: Driver, body: dict[str, str | None]) -> None:
    assert corp.post("batch/syncuser", body)["errcode"] == 41006


@pytest.mark.parametrize("kind", [None, "csv", "image"])
def test_the_type_must_be_file(corp: Driver, kind: str | None) -> None:
    query = {"access_token": corp.token} | ({"type": kind} if kind else {})

    response = requests.post(
        corp.address("media/upload"),
        params=query,
        files={"media": ("a.csv", b"123456")},
        timeout=120,
    )

    assert answer(response)["errcode"] == 40005


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
