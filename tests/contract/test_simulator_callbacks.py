"""Events: encryption, delivery, retries, and what can go wrong on the way."""

from typing import Any

import pytest

from contract.simulator_driver import Driver, Receiver, member_row, members_csv, parties_csv, until
from wecom_simulator import Simulator

ONE = members_csv(member_row(1))


def outcomes(corp: Driver) -> list[tuple[int, str]]:
    logged = corp.control("GET", f"callbacks?corp_id={corp.corp_id}")["callbacks"]
    return [(item["attempt"], item["outcome"]) for item in logged]


def reported(corp: Driver, receiver: Receiver) -> str:
    """Run a job that reports to a receiver; return its id."""
    job_id = corp.submit("syncuser", ONE, callback=receiver.callback)["jobid"]
    assert corp.simulator.wait_idle()
    return str(job_id)


@pytest.mark.parametrize("job", ["sync_user", "replace_user", "replace_party"])
def test_a_jobs_end_is_reported(corp: Driver, job: str) -> None:
    content = parties_csv() if job == "replace_party" else ONE
    with Receiver() as receiver:
        job_id = corp.submit(job.replace("_", ""), content, callback=receiver.callback)["jobid"]
        assert corp.simulator.wait_idle()

        (event,) = receiver.received
        fields = event.opened(corp.corp_id)
        assert event.path == "/callback/acme/run-1"
        assert set(event.query) == {"msg_signature", "timestamp", "nonce"}
        expected = {"MsgType": "event", "Event": "batch_job_result", "JobId": job_id}
        expected |= {"JobType": job, "ErrCode": "0", "ErrMsg": "ok", "ToUserName": corp.corp_id}
        assert fields.items() >= expected.items()
    assert outcomes(corp) == [(1, "received")]


def test_a_job_is_finished_before_its_event_arrives(corp: Driver) -> None:
    with Receiver() as receiver:
        seen: list[int] = []
        job: list[str] = []
        receiver.next_status = lambda: seen.append(corp.result(job[0])["status"]) or 200  # type: ignore[method-assign, func-returns-value]
        job.append(corp.submit("syncuser", ONE, callback=receiver.callback)["jobid"])
        assert corp.simulator.wait_idle()

    assert seen == [3]


def test_a_slow_receiver_is_cut_off_and_tried_again(simulator: Simulator) -> None:
    corp = Driver(simulator, callback_timeout_seconds=0.1)
    with Receiver(delay_seconds=0.6) as receiver:
        reported(corp, receiver)

        assert outcomes(corp) == [(1, "no answer"), (2, "no answer"), (3, "no answer")]


def test_the_log_shows_neither_token_nor_key(corp: Driver) -> None:
    with Receiver() as receiver:
        reported(corp, receiver)

        text = str(corp.control("GET", "callbacks")) + str(
            corp.control("GET", f"corps/{corp.corp_id}/jobs")
        )
        assert receiver.callback["token"] not in text
        assert receiver.callback["encodingaeskey"] not in text
        assert "msg_signature" not in text


BAD: dict[str, tuple[int, list[str | None]]] = {
    "url": (40057, ["ftp://example.com/x", "www.qq.com", "", None]),
    "token": (40058, ["a" * 33, "with-hyphen", ""]),
    "encodingaeskey": (40058, ["a" * 42, "a" * 42 + "=", None]),
}


@pytest.mark.parametrize("field", BAD)
def test_what_a_submit_says_of_its_callback_is_checked(corp: Driver, field: str) -> None:
    good = {"url": "http://127.0.0.1:9/x", "token": "a" * 32, "encodingaeskey": "a" * 43}
    errcode, values = BAD[field]

    for value in values:
        assert corp.submit("syncuser", ONE, callback=good | {field: value})["errcode"] == errcode
    assert corp.submit("syncuser", ONE, callback="http://x")["errcode"] == 40058
    corp.run("syncuser", ONE)
    assert outcomes(corp) == []


def test_an_event_can_come_before_the_answer_to_the_submit(corp: Driver) -> None:
    corp.corp.change({"job_base_seconds": 3600})
    corp.simulator.fault("early", corp_id=corp.corp_id)
    with Receiver() as receiver:
        job_id = corp.submit("syncuser", ONE, callback=receiver.callback)["jobid"]

        assert [item.opened(corp.corp_id)["JobId"] for item in receiver.received] == [job_id]
    assert corp.result(job_id)["status"] == 3


def test_an_event_can_come_late(corp: Driver) -> None:
    corp.simulator.fault("late", corp_id=corp.corp_id, seconds=0.3)
    with Receiver() as receiver:
        job_id = corp.submit("syncuser", ONE, callback=receiver.callback)["jobid"]
        until(lambda: corp.result(job_id)["status"] == 3)
        early = list(receiver.received)
        assert corp.simulator.wait_idle()

        assert early == []
        assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([500, 200], [(1, "refused"), (2, "received")]),
        ([500, 302, 404, 200], [(1, "refused"), (2, "refused"), (3, "refused")]),
    ],
)
def test_an_event_is_tried_three_times_in_total(
    corp: Driver, statuses: list[int], expected: list[object]
) -> None:
    with Receiver(statuses=statuses) as receiver:
        reported(corp, receiver)

        assert outcomes(corp) == expected
        assert len({item.body for item in receiver.received}) == 1


def test_an_event_can_be_lost_forged_or_repeated(corp: Driver) -> None:
    for kind, copies in (("lost", 0), ("forged", 1), ("repeated", 3)):
        options: dict[str, Any] = {"copies": 3} if copies == 3 else {}
        corp.simulator.fault(kind, corp_id=corp.corp_id, **options)
        with Receiver() as receiver:
            job_id = reported(corp, receiver)

            assert len(receiver.received) == copies
            if kind == "forged":
                with pytest.raises(AssertionError):
                    receiver.received[0].opened(corp.corp_id)
            else:
                jobs = {each.opened(corp.corp_id)["JobId"] for each in receiver.received}
                assert jobs <= {job_id}
        assert corp.result(job_id)["status"] == 3
    assert outcomes(corp)[0] == (0, "lost")
