"""Dropping, listing and showing, on moto: what goes up, and what programs and people read."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import boto3
import pytest

from support.console import Capsys, Said
from support.fakes import START
from support.stack import FIELDS, Stack
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.language import Language
from wecom_sync_tools.cli import main
from wecom_sync_tools.commands.runs import find_runs
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target
from wecom_sync_tools.views.progress import follow
from wecom_sync_tools.views.run import moment


def test_a_drop_names_the_run_that_its_event_will_make(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    path = tmp_path / "新员工 1.csv"
    path.write_bytes(b"content")

    document = said.json("drop", str(path), "--corp", "acme", "--job", "syncuser")

    (version,) = boto3.client("s3").list_object_versions(Bucket="drops")["Versions"]
    assert version["Key"] == "acme/syncuser/新员工 1.csv"
    moment = version["LastModified"]
    drop = Drop("drops", version["Key"], version["VersionId"], moment, moment)
    assert document == {
        "run_id": drop.run_id, "corp": "acme", "job": "syncuser", "bucket": "drops",
        "key": version["Key"], "version": version["VersionId"],
    }  # fmt: skip
    content = boto3.client("s3").get_object(Bucket="drops", Key=version["Key"])
    assert content["Body"].read() == b"content"


@pytest.mark.parametrize(("option", "metadata"), [([], {}), (["--force"], {"force": "true"})])
def test_only_a_forced_drop_says_so_to_the_stack(
    stack: Stack, tmp_path: Path, option: list[str], metadata: dict[str, str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x")

    main(["drop", str(path), "--corp", "acme", "--job", "syncuser", *option])

    head = boto3.client("s3").head_object(Bucket="drops", Key="acme/syncuser/a.csv")
    assert head["Metadata"] == metadata


def test_a_drop_tells_a_person_its_run(stack: Stack, tmp_path: Path, said: Said) -> None:
    path = tmp_path / "a\x1b[31m.csv"
    path.write_bytes(b"x")

    shown = said("drop", str(path), "--corp", "acme", "--job", "replaceuser")

    assert r"acme/replaceuser/a\x1b[31m.csv" in shown
    assert "wecom-sync show 20" in shown


def test_runs_are_an_array_the_newest_first(stack: Stack, said: Said) -> None:
    first, second = stack.run(1), stack.run(2, corp="globex")

    documents = said.json("runs")

    assert [document["run_id"] for document in documents] == [second.run_id, first.run_id]
    assert documents[0].keys() >= FIELDS


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--corp", "acme"], [3, 1]),
        (["--state", "received"], [3]),
        (["--state", "QUEUED", "--corp", "acme"], [1]),
        (["--limit", "1"], [3]),
        (["--corp", "nobody"], []),
    ],
)
def test_runs_can_be_narrowed(
    stack: Stack, options: list[str], numbers: list[int], said: Said
) -> None:
    runs = {
        1: stack.run(1, State.QUEUED),
        2: stack.run(2, State.QUEUED, corp="globex"),
        3: stack.run(3),
    }

    assert [found["run_id"] for found in said.json("runs", *options)] == [
        runs[n].run_id for n in numbers
    ]


def test_a_person_reads_runs_as_a_table(stack: Stack, said: Said) -> None:
    run = stack.store.move(stack.run(1), State.QUEUED, rows=3)

    (shown,) = said("runs").splitlines()[1:]
    taken = moment(run.created).split()
    assert shown.split() == [
        run.run_id[-12:], taken[0], taken[1][:5], "·", "QUEUED", "3", "-", "acme/syncuser/team.csv",
    ]  # fmt: skip


def test_a_time_names_its_clock() -> None:
    said = moment(START)

    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d", said)
    assert datetime.fromisoformat(said.replace(" ", "T", 1).replace(" ", "")).timestamp() == START


def test_held_runs_come_with_the_way_to_decide(stack: Stack, said: Said) -> None:
    held = stack.held(1)

    shown = said("runs", "--state", "held")

    assert held.run_id[-12:] in shown
    assert "wecom-sync show RUN" in shown


def test_runs_that_are_open_are_found_without_reading_those_that_have_ended(stack: Stack) -> None:
    held = [stack.held(number) for number in (1, 2, 3)]
    other = stack.run(4, State.QUEUED, corp="globex")
    only_the_index = cast("DynamoStore", SimpleNamespace(due=stack.store.due))

    assert find_runs(only_the_index, None, State.HELD, 2) == [held[2], held[1]]
    assert find_runs(only_the_index, "acme", State.HELD, 20) == held[::-1]
    assert find_runs(only_the_index, "globex", State.HELD, 20) == []
    assert find_runs(only_the_index, "globex", State.QUEUED, 20) == [other]


@pytest.mark.parametrize("corp", [None, "acme"])
def test_runs_that_have_ended_are_found_by_state_as_well(stack: Stack, corp: str | None) -> None:
    rejected = stack.store.move(stack.run(1), State.REJECTED)
    stack.store.mark_told(rejected)
    stack.run(2, State.QUEUED)

    assert find_runs(stack.store, corp, State.REJECTED, 20) == [rejected]


def test_no_runs_is_an_empty_array(stack: Stack, said: Said) -> None:
    assert said.json("runs") == []


def test_watching_shows_each_state_once_and_ends_with_the_run(stack: Stack, capsys: Capsys) -> None:
    received = stack.run(1)
    queued = stack.store.move(received, State.QUEUED)
    rejected = stack.store.move(stack.run(2), State.REJECTED)
    seen: Iterator[Run | None] = iter([None, received, received, queued, rejected])
    target = SimpleNamespace(is_local=True, store=SimpleNamespace(run=lambda _: next(seen)))
    pauses: list[float] = []

    final = follow(
        cast("Target", target), received.run_id, Terminal(Language.ENGLISH),
        title="acme/syncuser/\x1b[31m1.csv", sleep=pauses.append,
    )  # fmt: skip

    assert final is rejected
    assert len(pauses) == 4
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == r"acme/syncuser/\x1b[31m1.csv"
    assert [line.rpartition(" 0.0")[0] for line in lines[1:]] == [
        "· received", "· queued", "✗ rejected",
    ]  # fmt: skip


@pytest.mark.parametrize("awaits", [None, "another"])
def test_watching_a_run_that_waits_for_a_decision_ends(stack: Stack, awaits: str | None) -> None:
    found = stack.held(1)
    if awaits:
        submitting = stack.run(2, State.QUEUED, State.SUBMITTING)
        found = stack.store.move(submitting, State.QUEUED, awaits=awaits)
    target = SimpleNamespace(is_local=False, store=SimpleNamespace(run=lambda _: found))

    final = follow(
        cast("Target", target), found.run_id, Terminal(Language.ENGLISH), title="x",
        sleep=lambda _: pytest.fail("nothing to wait for"),
    )  # fmt: skip

    assert final == found
