"""Whoever dies, every run comes home; and what would keep one from it is found."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Unpack
from unittest.mock import Mock

import pytest

from faults.runner import Report, Where, main, play
from faults.wire import Point, Side
from support.console import Capsys
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Move, Run
from wecom_sync.domain.states import State
from wecom_sync.use_cases.publication import Publication, Written
from wecom_sync.use_cases.sweep import Sweep

FUNCTIONS = {"callback", "persist", "publish", "submit", "sweep"}
QUICK = {
    "failed rows": (FUNCTIONS, ""),
    "departments by code, held, approved": ({"submit"}, "wecom:batch/replaceparty"),
    "leavers after their days": ({"persist"}, "wecom:"),
}
"""Played here with a death at each call that these functions make, the first time that they make
it, and in later scenarios at those that none before them makes; `python -m faults` plays every time
of every scenario."""


def at(function: str, call: str, side: Side | None = None) -> Where:
    return lambda point: (
        (point.function, point.call) == (function, call) and side in {None, point.side}
    )


def wrong(report: Report) -> str:
    return "\n".join(report.failures)


def first_times(functions: set[str], calls: str) -> Where:
    """Choose, of each call of some functions that begins so, the first crossings both ways."""
    seen: set[tuple[str, str, Side]] = set()

    def is_first(point: Point) -> bool:
        crossing = point.function, point.call, point.side
        is_meant = point.function in functions and point.call.startswith(calls)
        is_new = is_meant and crossing not in seen
        seen.add(crossing)
        return is_new

    return is_first


@pytest.mark.parametrize("name", QUICK)
def test_every_run_comes_home_whichever_call_a_function_dies_at(name: str) -> None:
    functions, calls = QUICK[name]

    report = play(name, first_times(functions, calls), in_turn=True)

    assert wrong(report) == ""
    assert {point.function for point in report.points} == functions
    # Each call is two places to die at, and each place is listed.
    sides = Counter(point.side for point in report.points)
    assert sides[Side.BEFORE] == sides[Side.AFTER] >= 1
    assert 0 < report.replays <= len(report.points)


def test_what_the_topic_does_not_take_comes_home_whenever_publish_dies_of_it() -> None:
    report = play("topic down", at("publish", "sns:Publish", Side.BEFORE), in_turn=True)

    assert wrong(report) == ""
    assert len(report.points) == 4


def outcomes_after_the_last_move(patch: pytest.MonkeyPatch) -> None:
    put, move = DynamoStore.put_outcomes, DynamoStore.move
    waiting: list[Any] = []

    def moved(self: DynamoStore, run: Run, to: State, **changes: Unpack[Move]) -> Run:
        result = move(self, run, to, **changes)
        while to.is_final and waiting:
            put(self, run, waiting.pop())
        return result

    patch.setattr(DynamoStore, "put_outcomes", lambda _self, _run, rows: waiting.append(rows))
    patch.setattr(DynamoStore, "move", moved)


def a_post_without_its_mark(patch: pytest.MonkeyPatch) -> None:
    move = DynamoStore.move

    def moved(self: DynamoStore, run: Run, to: State, **changes: Unpack[Move]) -> Run:
        if to is State.SUBMITTING:
            changes["submission"] = replace(
                changes.get("submission", run.submission), posted=run.submission.posted
            )
        return move(self, run, to, **changes)

    patch.setattr(DynamoStore, "move", moved)


def news_noted_before_they_are_announced(patch: pytest.MonkeyPatch) -> None:
    announce = Publication._announce

    def noted(self: Publication, subject: str, news: str, **about: str) -> None:
        is_new = self.publications.announced(subject) != news
        self.publications.note_announced(subject, news, 9e9)
        if is_new:
            silent = replace(self, publications=Mock(announced=lambda _: ""))
            announce(silent, subject, news, **about)

    patch.setattr(Publication, "_announce", noted)


def a_run_marked_before_its_documents_are_written(patch: pytest.MonkeyPatch) -> None:
    write = Publication._write

    def written(self: Publication, run_id: str) -> Written | None:
        if run := self.store.run(run_id):
            self.publications.published(run)
        return write(self, run_id)

    patch.setattr(Publication, "_write", written)


@pytest.mark.parametrize(
    ("breaks", "scenario", "where", "faults"),
    [
        (outcomes_after_the_last_move, "failed rows", at("persist", "dynamodb:TransactWriteItems"),
         ["other rows; acme/syncuser/starters.csv (1): other failed_rows"]),
        (a_post_without_its_mark, "syncuser", at("submit", "wecom:batch/syncuser", Side.AFTER),
         ["went out again although its callback was heard"]),
        (news_noted_before_they_are_announced, "file rejected",
         at("publish", "sqs:SendMessage", Side.BEFORE),
         ["Run Rejected REJECTED told 0 times instead of 1"]),
        (a_run_marked_before_its_documents_are_written, "file rejected",
         at("publish", "s3:PutObject"),
         ["run.json of a run that is REJECTED is out of date",
          "index.json is out of date about a run that is REJECTED"]),
    ],
)  # fmt: skip
def test_what_keeps_a_run_from_coming_home_is_found(
    breaks: Callable[[pytest.MonkeyPatch], None],
    scenario: str,
    where: Where,
    faults: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    breaks(monkeypatch)

    report = play(scenario, where, in_turn=len(faults) == 1)

    assert [fault for fault in faults if fault not in wrong(report)] == []


def test_without_the_sweep_a_lost_message_is_found_and_figures_and_exit_code_say_so(
    monkeypatch: pytest.MonkeyPatch, capsys: Capsys, tmp_path: Path
) -> None:
    monkeypatch.setattr(Sweep, "sweep", lambda _: None)
    monkeypatch.setattr("faults.world.PATIENCE_SECONDS", 3600)
    somewhere = partial(play, where=at("persist", "wecom:batch/getresult"))
    monkeypatch.setattr("faults.runner.play", somewhere)
    figures = tmp_path / "figures.json"

    code = main(["--scenario", "callback lost", "--workers", "1", "--figures", str(figures)])

    *failures, _, whole = capsys.readouterr().out.splitlines()
    assert code == 1
    assert all(line.startswith("callback lost: persist call ") for line in failures)
    assert all("(messages lost): " in line for line in failures)
    assert "still open as SUBMITTED" in "".join(failures)
    count = json.loads(figures.read_text())["crash_points"]
    assert whole == f"crash points {count}, failures {len(failures)}"
