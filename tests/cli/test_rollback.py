"""Rolling back: which file comes back, also after rollbacks, and what cannot come back."""

import boto3

from support.console import Said
from support.stack import Stack
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.run import Job, Run, State
from wecom_sync_tools.console.tables import moment

ROLLBACK = ("rollback", "--corp", "acme", "--job", "syncuser")
KEY = "acme/syncuser/team.csv"


def test_a_rollback_names_the_run_whose_file_comes_back(stack: Stack, said: Said) -> None:
    stack.applied(1)
    wanted = stack.applied(2, State.PARTIAL)
    stack.applied(3, job=Job.REPLACE_USER)
    stack.applied(4)
    stack.run(5, State.REJECTED)

    document = said.json(*ROLLBACK)

    assert stack.dropped(KEY) == (b"", {"rollback-of": wanted.run_id})
    head = boto3.client("s3").head_object(Bucket="drops", Key=KEY)
    drop = Drop("drops", KEY, head["VersionId"], head["LastModified"], head["LastModified"])
    assert document == {
        "run_id": drop.run_id, "corp": "acme", "job": "syncuser", "bucket": "drops", "key": KEY,
        "version": drop.version, "rollback_of": wanted.run_id,
    }  # fmt: skip


def test_a_rollback_goes_to_the_run_that_is_named(stack: Stack, said: Said) -> None:
    wanted = stack.applied(1)
    stack.applied(2)
    stack.applied(3)

    shown = said(*ROLLBACK, "--to", wanted.run_id[-12:])

    assert stack.dropped(KEY) == (b"", {"rollback-of": wanted.run_id})
    when = moment(wanted.dropped)
    assert f"back to run {wanted.run_id} of {when}: {KEY}, rows: 0" in shown
    assert "the run is held first and names them" in " ".join(shown.split())


def test_one_applied_file_is_nothing_to_go_back_to(stack: Stack, said: Said) -> None:
    only = stack.applied(1)
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

    assert "is a replaceuser run, not a syncuser run" in said.complaint(
        *ROLLBACK, "--to", other.run_id
    )


def test_a_run_of_another_corp_does_not_come_back(stack: Stack, said: Said) -> None:
    other = stack.applied(1, corp="globex")

    assert "There is no run" in said.complaint(*ROLLBACK, "--to", other.run_id)


def rolled_back(
    stack: Stack, number: int, said: Said, *options: str, state: State = State.SUCCEEDED
) -> tuple[str, Run]:
    """Roll back, and let the stack do it; return which run's file came back, and the new run."""
    to = said.json(*ROLLBACK, *options)["rollback_of"]
    moves = [State.QUEUED, State.SUBMITTING, State.SUBMITTED, state]
    if state is State.UNCHANGED:
        moves.remove(State.SUBMITTED)
    return to, stack.run(number, *moves, rollback_of=to)


def test_a_second_rollback_goes_further_back_instead_of_to_the_bad_file(
    stack: Stack, said: Said
) -> None:
    first, good, _ = [stack.applied(number) for number in (1, 2, 3)]

    assert rolled_back(stack, 4, said)[0] == good.run_id
    assert rolled_back(stack, 5, said)[0] == first.run_id
    assert "is the first that was applied" in said.complaint(*ROLLBACK)


def test_a_file_after_a_rollback_is_taken_back_to_what_the_rollback_brought(
    stack: Stack, said: Said
) -> None:
    first, good, _ = [stack.applied(number) for number in (1, 2, 3)]
    _, again = rolled_back(stack, 4, said)
    stack.applied(5)

    assert again.rollback_of == good.run_id
    assert rolled_back(stack, 6, said)[0] == again.run_id
    assert rolled_back(stack, 7, said)[0] == first.run_id


def test_a_rollback_to_a_named_run_is_where_the_next_one_starts(stack: Stack, said: Said) -> None:
    first, good, _, _ = [stack.applied(number) for number in (1, 2, 3, 4)]
    _, again = rolled_back(stack, 5, said, "--to", good.run_id)
    rolled_back(stack, 6, said, "--to", again.run_id)

    assert rolled_back(stack, 7, said)[0] == first.run_id


def test_a_rollback_that_changed_nothing_is_gone_back_from_all_the_same(
    stack: Stack, said: Said
) -> None:
    first, good, _ = [stack.applied(number) for number in (1, 2, 3)]
    assert rolled_back(stack, 4, said, state=State.UNCHANGED)[0] == good.run_id
    stack.run(5, State.QUEUED, State.SUBMITTING, State.UNCHANGED)

    assert rolled_back(stack, 6, said)[0] == first.run_id


def test_where_a_rollback_of_a_forgotten_run_goes_has_to_be_named(stack: Stack, said: Said) -> None:
    stack.applied(1)
    stack.applied(2, rollback_of="20200101T000000Z-0123456789ab")

    complaint = said.complaint(*ROLLBACK)

    assert "rollback to run 20200101T000000Z-0123456789ab, of which nothing is kept" in complaint
    assert "--to" in complaint


def test_nothing_that_was_applied_is_nothing_to_go_back_to(stack: Stack, said: Said) -> None:
    stack.run(1, State.REJECTED)

    assert "no syncuser file of acme was ever applied" in said.complaint(*ROLLBACK)
