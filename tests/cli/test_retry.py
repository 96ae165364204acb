"""Trying again: what goes up, which runs may be tried again, and what the new run says."""

import re

import pytest

from support.console import Said
from support.stack import Stack
from support.world import members
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.domain.run import Job, Run, State
from wecom_sync_tools.console.tables import moment

KEY = "acme/syncuser/team.csv"
ENDS = [
    (State.REJECTED,),
    (State.QUEUED, State.CANCELLED),
    (State.QUEUED, State.FAILED),
    (State.QUEUED, State.SUBMITTING, State.SUBMITTED, State.PARTIAL),
]
OTHERS = [
    (State.QUEUED,),
    (State.QUEUED, State.SUBMITTING, State.HELD),
    (State.QUEUED, State.SUPERSEDED),
    (State.QUEUED, State.SUBMITTING, State.UNCHANGED),
    (State.QUEUED, State.SUBMITTING, State.SUBMITTED, State.SUCCEEDED),
    (State.PLANNED,),
]


@pytest.mark.parametrize("moves", ENDS)
def test_an_empty_object_names_the_run_that_is_tried_again(
    stack: Stack, said: Said, moves: tuple[State, ...]
) -> None:
    earlier = stack.run(1, *moves)

    document = said.json("retry", earlier.run_id[-12:])

    assert stack.dropped(KEY) == (b"", {"retry-of": earlier.run_id})
    (version,) = stack.s3.list_object_versions(Bucket="drops")["Versions"]
    assert document.pop("run_id").startswith(version["LastModified"].strftime("%Y%m%dT%H%M%SZ-"))
    assert document == {
        "corp": "acme", "job": "syncuser", "bucket": "drops", "key": KEY,
        "version": version["VersionId"], "retry_of": earlier.run_id,
    }  # fmt: skip


@pytest.mark.parametrize("moves", OTHERS)
def test_what_went_well_or_still_goes_on_is_not_tried_again(
    stack: Stack, said: Said, moves: tuple[State, ...]
) -> None:
    run = stack.run(1, *moves)

    complaint = said.complaint("retry", run.run_id)

    assert f"{run.run_id} cannot be tried again: it is {moves[-1]}" in complaint
    assert "REJECTED (rejected), PARTIAL (not all rows applied), FAILED (failed)" in complaint
    assert stack.s3.list_object_versions(Bucket="drops").get("Versions") is None


def test_settings_and_decisions_are_not_tried_again(stack: Stack, said: Said) -> None:
    for key in ("acme/settings.toml", "acme/decide/20200101T000000Z-0123456789ab.json"):
        stack.s3.put_object(Bucket="drops", Key=key, Body=b"nonsense")
        stack.work()
        run = stack.run_of(key)
        assert run.state is State.REJECTED

        complaint = said.complaint("retry", run.run_id)

        assert f"{run.run_id} is of {key}, which is no file" in complaint


def test_a_person_is_told_what_is_tried_again_and_that_it_keeps_its_place(
    stack: Stack, said: Said
) -> None:
    earlier = stack.run(1, State.REJECTED)

    shown = said("retry", earlier.run_id, "--corp", "acme")

    assert f"Trying again: run {earlier.run_id} of {moment(earlier.dropped)}, {KEY}" in shown
    assert "the run gives way to them, or is held" in " ".join(shown.split())
    assert "--corp acme" in shown


def failed(stack: Stack, key: str) -> Run:
    stack.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))
    stack.s3.put_object(Bucket="drops", Key=key, Body=members("zhao").encode())
    for _ in range(10):
        stack.work()
    run = stack.run_of(key)
    assert run.state is State.FAILED
    return run


def test_whoever_watches_a_retry_sees_it_succeed(stack: Stack, said: Said) -> None:
    first = failed(stack, KEY)
    stack.clock.now += 7200

    run = said.json("retry", first.run_id, "--watch")

    assert (run["state"], run["retry_of"]) == ("SUCCEEDED", first.run_id)
    assert set(stack.wecom.members) == {"zhao"}


def test_the_seconds_of_a_retry_count_from_the_retry(stack: Stack, said: Said) -> None:
    first = failed(stack, KEY)
    stack.clock.now += 7200

    shown = said("retry", first.run_id, "--watch")

    assert re.search(r"received +0\.\d s", shown), shown


def test_a_retry_that_fails_again_exits_1(stack: Stack, said: Said) -> None:
    first = failed(stack, KEY)
    stack.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))

    assert said.json("retry", first.run_id, "--watch", code=1)["state"] == "FAILED"


def test_a_plan_that_is_made_again_exits_0(stack: Stack, said: Said) -> None:
    first = failed(stack, "acme/plan/syncuser/team.csv")

    run = said.json("retry", first.run_id, "--watch")

    assert (run["state"], run["verdict"]) == ("PLANNED", "apply")


@pytest.mark.parametrize(("language", "label"), [("en", "Retry of"), ("zh", "重试自")])
def test_a_retry_is_shown_as_one(stack: Stack, said: Said, language: str, label: str) -> None:
    earlier = stack.run(1, State.REJECTED)
    run = stack.run(2, retry_of=earlier.run_id)

    shown = said("show", run.run_id, "--lang", language)

    (line,) = [line for line in shown.splitlines() if label in line]
    assert earlier.run_id in line


def test_a_rollback_after_a_retry_goes_to_the_file_before(stack: Stack, said: Said) -> None:
    before = stack.applied(1, job=Job.REPLACE_USER)
    some = stack.applied(2, State.PARTIAL, job=Job.REPLACE_USER)
    stack.applied(3, job=Job.REPLACE_USER, dropped=some.dropped, retry_of=some.run_id)

    document = said.json("rollback", "--corp", "acme", "--job", "replaceuser")

    assert document["rollback_of"] == before.run_id


def test_a_rollback_takes_back_the_retry_that_was_applied_after_a_newer_file(
    stack: Stack, said: Said
) -> None:
    stack.applied(1)
    old = stack.run(2, State.QUEUED, State.FAILED)
    newer = stack.applied(3)
    stack.applied(4, dropped=old.dropped, retry_of=old.run_id)

    document = said.json("rollback", "--corp", "acme", "--job", "syncuser")

    assert document["rollback_of"] == newer.run_id
