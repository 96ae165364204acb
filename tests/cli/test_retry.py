"""Trying again and rolling back: what is dropped, which runs can come back, and what is said."""

import re
from pathlib import Path

import boto3
import pytest

from support.console import Said, words
from support.scenes import SENT
from support.stack import Stack
from support.world import members
from wecom_sync.domain.drop import LEAVERS, Again, Drop, Why
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.domain.states import Job, State
from wecom_sync_tools.console.tables import moment

KEY = "acme/syncuser/team.csv"
OF = {"corp": "acme", "job": "syncuser", "bucket": "drops", "key": KEY}
ROLLBACK = ("rollback", "--corp", "acme", "--job", "syncuser")


@pytest.mark.parametrize("end", [State.REJECTED, State.CANCELLED, State.PARTIAL])
def test_an_empty_object_names_the_run(stack: Stack, output: Said, end: State) -> None:
    before = {State.CANCELLED: SENT[:1], State.PARTIAL: SENT}
    earlier = stack.run(1, *before.get(end, ()), end)

    document = output.json("retry", earlier.run_id[-12:])

    assert stack.dropped(KEY) == (b"", {"again": f"retry {earlier.run_id}"})
    (version,) = stack.s3.list_object_versions(Bucket="drops")["Versions"]
    assert document.pop("run_id").startswith(version["LastModified"].strftime("%Y%m%dT%H%M%SZ-"))
    assert document == {**OF, "version": version["VersionId"], "retry_of": earlier.run_id}


@pytest.mark.parametrize("key", ["settings.toml", "decide/20200101T000000Z-0123456789ab.json"])
def test_what_is_no_file_is_not_tried_again(stack: Stack, output: Said, key: str) -> None:
    stack.s3.put_object(Bucket="drops", Key=f"acme/{key}", Body=b"nonsense")
    stack.work()
    run = stack.run_of(f"acme/{key}")

    complaint = output.complaint("retry", run.run_id)

    assert f"{run.run_id} is of acme/{key}, which is no file" in complaint


def test_whoever_watches_a_retry_sees_how_it_ends(stack: Stack, output: Said) -> None:
    stack.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))
    stack.s3.put_object(Bucket="drops", Key=KEY, Body=members("zhao").encode())
    for _ in range(10):
        stack.work()
    first = stack.run_of(KEY)
    stack.clock.now += 7200

    run = output.json("retry", first.run_id, "--watch")

    assert (run["state"], run["retry_of"]) == ("SUCCEEDED", first.run_id)


def test_a_file_that_changes_nothing_is_sent_by_force(
    stack: Stack, output: Said, tmp_path: Path
) -> None:
    file = tmp_path / "team.csv"
    file.write_text(members("zhao"), "utf-8")
    drop = ("drop", str(file), "--corp", "acme", "--job", "syncuser", "--force")

    first = output.json(*drop)
    assert (first["state"], first["retry_of"]) == ("SUCCEEDED", None)
    document = output.json(*drop)
    unchanged = stack.store.run(document["retry_of"])
    assert unchanged is not None
    assert unchanged.state is State.UNCHANGED
    assert stack.dropped(KEY) == (b"", {"again": f"retry {unchanged.run_id}"})

    assert "UNCHANGED" in output.complaint("retry", unchanged.run_id)
    run = output.json("retry", unchanged.run_id, "--force", "--watch")
    assert (run["state"], run["retry_of"]) == ("SUCCEEDED", unchanged.run_id)


def test_a_retry_is_told_and_its_seconds_count_from_it(stack: Stack, output: Said) -> None:
    earlier = stack.run(1, State.REJECTED)
    stack.clock.now += 7200

    text = output("retry", earlier.run_id, "--watch", code=1)

    assert re.search(r"received +0\.\d s", text), text
    text = words(output("retry", earlier.run_id, "--corp", "acme"))
    assert (
        f"Trying again: run {earlier.run_id} of {moment(earlier.identity.dropped)}, {KEY}" in text
    )
    assert "the run gives way to them, or is held" in text
    assert "--corp acme" in text


def test_a_rollback_leaves_out_what_a_retry_applied_again(stack: Stack, output: Said) -> None:
    stack.applied(1)
    some = stack.applied(2, State.PARTIAL)
    stack.applied(3, dropped=some.identity.dropped, again=Again(of={Why.RETRY: some.run_id}))
    old = stack.run(4, State.QUEUED, State.FAILED)

    assert output.json(*ROLLBACK)["rollback_of"][:16] == "20270115T080001Z"
    newer = stack.applied(5)
    stack.applied(6, dropped=old.identity.dropped, again=Again(of={Why.RETRY: old.run_id}))
    assert output.json(*ROLLBACK)["rollback_of"] == newer.run_id


def test_a_rollback_names_the_run_whose_file_comes_back(stack: Stack, output: Said) -> None:
    stack.applied(1)
    wanted = stack.applied(2, State.PARTIAL)
    stack.applied(3, job=Job.REPLACE_USER)
    stack.applied(4)
    stack.run(5, State.REJECTED)

    document = output.json(*ROLLBACK)

    assert stack.dropped(KEY) == (b"", {"again": f"rollback {wanted.run_id}"})
    head = boto3.client("s3").head_object(Bucket="drops", Key=KEY)
    drop = Drop("drops", KEY, head["VersionId"], head["LastModified"], head["LastModified"])
    about = {"run_id": drop.run_id, "version": drop.version, "rollback_of": wanted.run_id}
    assert document == {**OF, **about}


def test_a_run_that_removed_leavers_has_no_file_to_go_back_to(stack: Stack, output: Said) -> None:
    run = stack.applied(1, job=Job.COMPANY, again=Again(of={Why.DUE: LEAVERS}))

    complaint = output.complaint(*ROLLBACK[:-1], Job.COMPANY, "--to", run.run_id)

    assert f"{run.run_id} has removed leavers and brought no file." in complaint


def test_a_rollback_goes_to_the_run_that_is_named(stack: Stack, output: Said) -> None:
    wanted = stack.applied(1)
    stack.applied(2)
    stack.applied(3)

    text = output(*ROLLBACK, "--to", wanted.run_id[-12:])

    assert stack.dropped(KEY) == (b"", {"again": f"rollback {wanted.run_id}"})
    when = moment(wanted.identity.dropped)
    assert f"back to run {wanted.run_id} of {when}: {KEY}, rows: 0" in text
    assert "the run is held first and names them" in " ".join(text.split())


def rolled_back(
    stack: Stack, number: int, output: Said, *options: str, state: State = State.SUCCEEDED
) -> str:
    """Roll back, and let the stack do it; return which run's file came back."""
    to: str = output.json(*ROLLBACK, *options)["rollback_of"]
    moves = [State.QUEUED, State.SUBMITTING, State.SUBMITTED, state]
    if state is State.UNCHANGED:
        moves.remove(State.SUBMITTED)
    stack.run(number, *moves, again=Again(of={Why.ROLLBACK: to}))
    return to


def test_each_rollback_goes_further_back(stack: Stack, output: Said) -> None:
    first, good, _ = [stack.applied(number) for number in (1, 2, 3)]

    assert rolled_back(stack, 4, output) == good.run_id
    again = output.json("runs", "--limit", "1")[0]["run_id"]
    stack.applied(5)
    assert rolled_back(stack, 6, output) == again
    assert rolled_back(stack, 7, output) == first.run_id
    assert "is the first that was applied" in output.complaint(*ROLLBACK)


@pytest.mark.parametrize(("state", "names_it"), [(State.SUCCEEDED, True), (State.UNCHANGED, False)])
def test_the_next_rollback_starts_where_the_last_one_went(
    stack: Stack, output: Said, state: State, *, names_it: bool
) -> None:
    first, good, _ = [stack.applied(number) for number in (1, 2, 3)]
    to = ("--to", good.run_id) if names_it else ()
    assert rolled_back(stack, 4, output, *to, state=state) == good.run_id
    stack.run(5, State.QUEUED, State.SUBMITTING, State.UNCHANGED)

    assert rolled_back(stack, 6, output) == first.run_id
