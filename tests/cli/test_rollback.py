"""Rolling back: which file comes back, also after rollbacks, and what cannot come back."""

import boto3
import pytest

from support.console import Said
from support.stack import Stack
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.run import Job, Run, State
from wecom_sync_tools.views.run import moment

ROLLBACK = ("rollback", "--corp", "acme", "--job", "syncuser")


def put(content: bytes, **metadata: str) -> str:
    put_ = boto3.client("s3").put_object(
        Bucket="drops", Key="acme/syncuser/team.csv", Body=content, Metadata=metadata
    )
    return put_["VersionId"]


def test_a_rollback_drops_the_file_before_the_last_one_again(stack: Stack, said: Said) -> None:
    stack.applied(1, version=put(b"oldest"))
    wanted = stack.applied(2, State.PARTIAL, version=put(b"older"))
    stack.applied(3, job=Job.REPLACE_USER)
    stack.applied(4, version=put(b"newest"))
    stack.run(5, State.REJECTED, version=put(b"broken"))

    document = said.json(*ROLLBACK)

    s3 = boto3.client("s3")
    found = s3.get_object(Bucket="drops", Key="acme/syncuser/team.csv")
    assert found["Body"].read() == b"older"
    assert found["Metadata"] == {"rollback-of": wanted.run_id}
    moment = found["LastModified"]
    drop = Drop("drops", "acme/syncuser/team.csv", found["VersionId"], moment, moment)
    assert document == {
        "run_id": drop.run_id, "corp": "acme", "job": "syncuser", "bucket": "drops",
        "key": drop.key, "version": drop.version, "rollback_of": wanted.run_id,
    }  # fmt: skip


def test_a_rollback_goes_to_the_run_that_is_named(stack: Stack, said: Said) -> None:
    wanted = stack.applied(1, version=put(b"oldest"))
    stack.applied(2, version=put(b"older"))
    stack.applied(3, version=put(b"newest"))

    shown = said(*ROLLBACK, "--to", wanted.run_id)

    found = boto3.client("s3").get_object(Bucket="drops", Key="acme/syncuser/team.csv")
    assert found["Body"].read() == b"oldest"
    when = moment(wanted.dropped)
    assert f"back to run {wanted.run_id} of {when}: acme/syncuser/team.csv, rows: 0" in shown
    assert "the run is held first and names them" in " ".join(shown.split())


def test_one_applied_file_is_nothing_to_go_back_to(stack: Stack, said: Said) -> None:
    only = stack.applied(1, version=put(b"only"))
    stack.run(2, State.REJECTED)

    complaint = said.complaint(*ROLLBACK)

    assert f"from run {only.run_id}, is the first that was applied" in complaint


def test_a_file_that_was_never_applied_does_not_come_back(stack: Stack, said: Said) -> None:
    rejected = stack.run(1, State.REJECTED)

    assert "never applied: the run is REJECTED" in said.complaint(
        *ROLLBACK, "--to", rejected.run_id
    )


def test_a_run_of_another_job_does_not_come_back(stack: Stack, said: Said) -> None:
    other = stack.applied(1, job=Job.REPLACE_USER)

    assert "is a replaceuser run of acme, not a syncuser run" in said.complaint(
        *ROLLBACK, "--to", other.run_id
    )


@pytest.mark.parametrize("version", ["", "gone"])
def test_a_version_that_is_no_longer_kept_is_said_and_nothing_is_dropped(
    stack: Stack, version: str, said: Said
) -> None:
    newest = put(b"newest")
    lost = put(b"lost")
    boto3.client("s3").delete_object(Bucket="drops", Key="acme/syncuser/team.csv", VersionId=lost)
    run = stack.applied(1, version=version and lost)

    assert "no longer kept" in said.complaint(*ROLLBACK, "--to", run.run_id)
    found = boto3.client("s3").get_object(Bucket="drops", Key="acme/syncuser/team.csv")
    assert found["VersionId"] == newest


def rolled_back(stack: Stack, number: int, said: Said, *options: str) -> tuple[Run, bytes]:
    """Roll back; return the run, which is applied, and what came back."""
    version = said.json(*ROLLBACK, *options)["version"]

    found = boto3.client("s3").get_object(
        Bucket="drops", Key="acme/syncuser/team.csv", VersionId=version
    )
    return stack.applied(number, version=version), found["Body"].read()


def test_a_second_rollback_goes_further_back_instead_of_to_the_bad_file(
    stack: Stack, said: Said
) -> None:
    for number, content in enumerate((b"first", b"good", b"bad"), 1):
        stack.applied(number, version=put(content))

    assert rolled_back(stack, 4, said)[1] == b"good"
    assert rolled_back(stack, 5, said)[1] == b"first"
    assert "is the first that was applied" in said.complaint(*ROLLBACK)


def test_a_file_after_a_rollback_is_taken_back_to_what_the_rollback_brought(
    stack: Stack, said: Said
) -> None:
    stack.applied(1, version=put(b"first"))
    stack.applied(2, version=put(b"good"))
    stack.applied(3, version=put(b"bad"))
    rolled_back(stack, 4, said)
    stack.applied(5, version=put(b"bad again"))

    assert rolled_back(stack, 6, said)[1] == b"good"
    assert rolled_back(stack, 7, said)[1] == b"first"


def test_a_rollback_to_a_named_run_is_where_the_next_one_starts(stack: Stack, said: Said) -> None:
    stack.applied(1, version=put(b"first"))
    good = stack.applied(2, version=put(b"good"))
    stack.applied(3, version=put(b"bad"))
    stack.applied(4, version=put(b"worse"))
    again, _ = rolled_back(stack, 5, said, "--to", good.run_id)
    rolled_back(stack, 6, said, "--to", again.run_id)

    assert rolled_back(stack, 7, said)[1] == b"first"


def test_a_rollback_that_changed_nothing_is_gone_back_from_all_the_same(
    stack: Stack, said: Said
) -> None:
    stack.applied(1, version=put(b"first"))
    stack.applied(2, version=put(b"good"))
    stack.applied(3, version=put(b"bad"))
    version = said.json(*ROLLBACK)["version"]
    moves = (State.QUEUED, State.SUBMITTING, State.UNCHANGED)
    stack.run(4, *moves, version=version)
    stack.run(5, *moves, version=put(b"the same once more"))
    stack.run(6, *moves, version="gone")

    assert rolled_back(stack, 7, said)[1] == b"first"


def test_where_a_rollback_of_a_forgotten_run_goes_has_to_be_named(stack: Stack, said: Said) -> None:
    stack.applied(1, version=put(b"bad"))
    stack.applied(2, version=put(b"good", **{"rollback-of": "20200101T000000Z-aaaa"}))

    complaint = said.complaint(*ROLLBACK)

    assert "rollback to run 20200101T000000Z-aaaa, of which nothing is kept" in complaint
    assert "--to" in complaint


def test_metadata_that_lead_in_a_circle_are_not_followed(stack: Stack, said: Said) -> None:
    stack.applied(1, version=put(b"first"))
    later = stack.run(3)
    stack.applied(2, version=put(b"bad", **{"rollback-of": later.run_id}))

    assert rolled_back(stack, 4, said)[1] == b"first"


def test_a_bad_file_is_not_brought_back_when_nobody_can_tell_what_is_in_force(
    stack: Stack, said: Said
) -> None:
    stack.applied(1, version=put(b"bad"))
    lost = put(b"lost")
    boto3.client("s3").delete_object(Bucket="drops", Key="acme/syncuser/team.csv", VersionId=lost)
    stack.applied(2, version=lost)

    assert "Choose the run to go back to with --to" in said.complaint(*ROLLBACK)


def test_nothing_that_was_applied_is_nothing_to_go_back_to(stack: Stack, said: Said) -> None:
    stack.run(1, State.REJECTED)

    assert "no syncuser file of acme was ever applied" in said.complaint(*ROLLBACK)
