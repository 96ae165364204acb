"""The life of a batch job, and where a refused file shows."""

import itertools
import re

import pytest

from contract.simulator_driver import Driver, Receiver, member_row, members_csv, parties_csv
from wecom_simulator import SimulatedClock, Simulator

ONE = members_csv(member_row(1))


def test_a_job_goes_from_started_to_running_to_finished() -> None:
    clock = SimulatedClock(frozen_at=1_700_000_000)
    with Simulator(clock=clock, job_base_seconds=98, job_seconds_per_1000_rows=1000) as simulator:
        corp = Driver(simulator)
        job_id = corp.submit("syncuser", members_csv(member_row(1), member_row(2)))["jobid"]
        seen = []
        for seconds in (0, 50, 49):
            clock.advance(seconds)
            result = corp.result(job_id)
            seen.append((result["status"], result["percentage"], result["result"]))
        before = len(corp.corp.directory.members)
        clock.advance(1)
        assert simulator.wait_idle()

        assert seen == [(1, 0, [{}, {}]), (2, 50, [{}, {}]), (2, 99, [{}, {}])]
        assert before == 0
        assert len(corp.corp.directory.members) == 2
        assert (corp.result(job_id)["status"], corp.result(job_id)["percentage"]) == (3, 100)


def test_a_refused_file_shows_in_the_event_and_in_the_result(corp: Driver) -> None:
    with Receiver() as receiver:
        answer = corp.submit("syncuser", b"no,header\n1,2\n", callback=receiver.callback)
        assert corp.simulator.wait_idle()

        assert answer["errcode"] == 0
        events = [item.opened(corp.corp_id)["ErrCode"] for item in receiver.received]
        assert events == [corp.result(answer["jobid"])["errcode"]] == ["40092"]


def test_a_failed_job_answers_in_the_recorded_form(corp: Driver) -> None:
    corp.simulator.fault("fail_job", "/cgi-bin/batch/replaceuser", errcode=302005)
    before = corp.corp.directory.digest()

    result = corp.run("replaceuser", ONE)

    failed = {"errcode": "302005", "errmsg": "import fail, please retry later"}
    assert result == {**failed, "type": "replace_user"}
    assert corp.corp.directory.digest() == before


def test_a_reset_forgets_running_jobs(corp: Driver) -> None:
    corp.corp.change({"job_base_seconds": 0.05})
    with Receiver() as receiver:
        job_id = corp.submit("syncuser", ONE, callback=receiver.callback)["jobid"]

        corp.corp.reset()
        assert corp.simulator.wait_idle()

        assert receiver.received == []
    corp._token = None
    assert corp.result(job_id)["errcode"] == 40088
    assert len(corp.corp.directory.members) == 0


def test_jobs_can_be_inspected(corp: Driver) -> None:
    corp.run("syncuser", members_csv(member_row(1), ",bad,,,"), to_invite=False)

    (job,) = corp.control("GET", f"corps/{corp.corp_id}/jobs")["jobs"]

    assert (job["type"], job["status"], job["to_invite"]) == ("sync_user", 3, False)
    assert (job["file_rows"], job["rows"], job["rows_failed"]) == (2, 2, 1)


def test_a_second_import_of_the_corp_is_refused_while_one_runs(corp: Driver) -> None:
    corp.simulator.fault("hang_job", corp_id=corp.corp_id)
    hanging = corp.submit("syncuser", ONE)["jobid"]

    assert corp.submit("replaceparty", parties_csv())["errcode"] == 302008
    assert Driver(corp.simulator).submit("syncuser", ONE)["errcode"] == 0
    assert corp.result(hanging)["status"] == 2

    assert corp.simulator.release_jobs(corp.corp_id) == [hanging]
    assert corp.simulator.wait_idle()
    assert corp.result(hanging)["status"] == 3
    assert corp.submit("replaceparty", parties_csv())["errcode"] == 0


def test_only_the_last_five_results_are_kept(corp: Driver) -> None:
    job_ids = []
    for number in range(7):
        job_ids.append(corp.submit("syncuser", members_csv(member_row(number)))["jobid"])
        assert corp.simulator.wait_idle()

    assert [corp.result(job_id)["errcode"] for job_id in job_ids] == [40089] * 2 + [0] * 5
    jobs = corp.corp.jobs.everything()
    assert [job.job_id for job in jobs] == job_ids
    assert [len(job.rows) for job in jobs] == [0, 0, 1, 1, 1, 1, 1]
    assert all(
        before.finished_at and before.finished_at <= after.created_at
        for before, after in itertools.pairwise(jobs)
    )


@pytest.mark.parametrize(
    ("job", "content", "digit"),
    [("replaceparty", parties_csv(), "1"), ("replaceuser", ONE, "2"), ("syncuser", ONE, "3")],
)
def test_a_result_is_its_corps(simulator: Simulator, job: str, content: bytes, digit: str) -> None:
    corp = Driver(simulator)

    job_id = corp.submit(job, content)["jobid"]

    assert re.fullmatch(digit + r"_\d{10}_\d{6}", job_id)
    assert corp.result(job_id)["errcode"] == 0
    assert Driver(simulator).result(job_id)["errcode"] == 40088
    assert corp.get("batch/getresult")["errcode"] == 40058
