"""Whoever dies, every run comes home; and what would keep one from it is found."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Unpack
from unittest.mock import Mock

import pytest

from faults.runner import Report, line, main, play
from faults.scenarios import SCENARIOS, Scenario
from faults.wire import Point, Side
from faults.world import world
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run, RunChanges, State
from wecom_sync.use_cases.publication import Publication, Written
from wecom_sync.use_cases.sweep import Sweep

QUICK = ("failed rows", "file rejected", "settings")
"""Played here with a death at each call that a function makes, the first time that it makes it;
`python -m faults` plays every time of every scenario."""


def scenario(name: str) -> Scenario:
    return next(each for each in SCENARIOS if each.name == name)


def at(function: str, call: str, side: Side | None = None) -> Callable[[Point], bool]:
    """Choose the crossings of one call."""
    return lambda point: (
        (point.function, point.call) == (function, call) and side in {None, point.side}
    )


def wrong(report: Report) -> str:
    return "\n".join(map(str, report.failures))


def first_times() -> Callable[[Point], bool]:
    """Choose, of each call of a function, the first crossings in both directions."""
    seen: set[tuple[str, str, Side]] = set()

    def is_first(point: Point) -> bool:
        crossing = point.function, point.call, point.side
        is_new = crossing not in seen
        seen.add(crossing)
        return is_new

    return is_first


@pytest.mark.parametrize("name", QUICK)
def test_every_run_comes_home_whichever_call_a_function_dies_at(name: str) -> None:
    report = play(scenario(name), where=first_times())

    assert wrong(report) == ""
    assert {"submit", "publish", "sweep"} <= {point.function for point in report.points}
    # Each call is two places to die at, and each place is listed.
    sides = Counter(point.side for point in report.points)
    assert sides[Side.BEFORE] == sides[Side.AFTER] > 10
    assert 0 < report.replays <= 2 * len(report.points)


def test_without_the_sweep_a_lost_message_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sweep, "sweep", lambda _: None)

    report = play(scenario("callback lost"), where=at("persist", "wecom:batch/getresult"))

    assert {failure.lost for failure in report.failures} == {True}
    assert "still open as SUBMITTED" in wrong(report)


def test_outcomes_that_are_written_after_the_last_move_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put, move = DynamoStore.put_outcomes, DynamoStore.move
    waiting: list[Any] = []

    def moved(self: DynamoStore, run: Run, to: State, **changes: Unpack[RunChanges]) -> Run:
        found = move(self, run, to, **changes)
        while to.is_final and waiting:
            put(self, run, waiting.pop())
        return found

    monkeypatch.setattr(DynamoStore, "put_outcomes", lambda _self, _run, rows: waiting.append(rows))
    monkeypatch.setattr(DynamoStore, "move", moved)

    report = play(scenario("failed rows"), where=at("persist", "dynamodb:TransactWriteItems"))

    assert "other rows; acme/syncuser/starters.csv (1): other failed_rows" in wrong(report)


def test_a_post_without_its_mark_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    move = DynamoStore.move

    def moved(self: DynamoStore, run: Run, to: State, **changes: Unpack[RunChanges]) -> Run:
        if to is State.SUBMITTING:
            changes.pop("posted", None)
        return move(self, run, to, **changes)

    monkeypatch.setattr(DynamoStore, "move", moved)

    report = play(scenario("syncuser"), where=at("submit", "wecom:batch/syncuser", Side.AFTER))

    assert "went out again although its callback was heard" in wrong(report)


def test_news_that_are_noted_before_they_are_announced_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    announce = Publication._announce

    def noted(self: Publication, subject: str, news: str, **about: str) -> None:
        is_new = self.publications.announced(subject) != news
        self.publications.note_announced(subject, news, 9e9)
        if is_new:
            silent = replace(self, publications=Mock(announced=lambda _: ""))
            announce(silent, subject, news, **about)

    monkeypatch.setattr(Publication, "_announce", noted)

    report = play(scenario("file rejected"), where=at("publish", "sqs:SendMessage", Side.BEFORE))

    assert "Run Rejected REJECTED told 0 times instead of 1" in wrong(report)


def test_a_run_that_is_marked_before_its_documents_are_written_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = Publication._write

    def written(self: Publication, run_id: str) -> Written | None:
        if run := self.store.run(run_id):
            self.publications.published(run)
        return write(self, run_id)

    monkeypatch.setattr(Publication, "_write", written)

    report = play(scenario("file rejected"), where=at("publish", "s3:PutObject"))

    assert "run.json of a run that is REJECTED is out of date" in wrong(report)
    assert "index.json is out of date about a run that is REJECTED" in wrong(report)


def heard(name: str) -> tuple[float | None, dict[str, float]]:
    """Return when the run of an undisturbed scenario ended, and when who heard of it."""
    with world() as stage:
        stage.play(scenario(name).stages)
        (run,) = stage.runs()
        return run.finished, {told.where: told.at for told in stage.ears.told}


def test_a_channel_that_takes_nothing_delays_nobody_else() -> None:
    end, usual = heard("syncuser")

    without_bus, without_topic = heard("event refused"), heard("topic down")

    assert usual["Run Finished"] == usual["topic"] == end
    assert without_bus == (end, {"topic": end, "Run Finished": without_bus[1]["Run Finished"]})
    assert without_topic == (end, {"Run Finished": end, "topic": without_topic[1]["topic"]})
    assert without_topic[1]["topic"] > without_bus[1]["Run Finished"] > usual["topic"]


def test_the_figures_and_the_exit_code_say_what_was_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    monkeypatch.setattr(Sweep, "sweep", lambda _: None)
    figures = tmp_path / "figures.json"

    code = main(["--scenario", "wrong place", "--workers", "1", "--figures", str(figures)])

    told = capsys.readouterr().out.splitlines()
    assert code == 1
    assert told[0].startswith("wrong place: submit call ")
    count = json.loads(figures.read_text())["crash_points"]
    assert count
    assert told[-1].startswith(f"crash points {count}, failures ")
    assert line(Report("quiet", [])).startswith("quiet ")
