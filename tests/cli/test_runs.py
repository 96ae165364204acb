"""Dropping, listing and showing, on moto: what goes up, and what programs and people read."""

import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.console import Capsys, Said, words
from support.fakes import START
from support.stack import FIELDS, Stack
from support.world import BOSS, members
from wecom_sync.domain.drop import ASKED, Drop
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Params
from wecom_sync.domain.timeline import Reason, Wait
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import ReportBucket, RunPage
from wecom_sync_tools.views.progress import Track, follow


def ids(output: Said, options: str) -> list[str]:
    """Return the ids of the runs that are listed."""
    return [run["run_id"] for run in output.json("runs", *options.split())]


def test_runs_are_narrowed(stack: Stack, output: Said) -> None:
    one, two = stack.run(1, State.QUEUED), stack.run(2, State.QUEUED, corp="globex")
    three = stack.run(3)

    for options, runs in {
        "--corp acme": [three, one],
        "--corp nobody": [],
        "--limit 1": [three],
        "--state received": [three],
        "--state QUEUED --corp acme": [one],
        "--state QUEUED --state RECEIVED": [three, two, one],
        "--state HELD,FAILED": [],
        "--state 排队中，已收到": [three, two, one],
    }.items():
        assert ids(output, options) == [run.run_id for run in runs], options


def test_runs_of_files_that_s3_dates_to_the_same_second_stand_as_they_came(
    stack: Stack, output: Said
) -> None:
    came = [stack.run(1, version=it, created=START + at / 10) for at, it in enumerate("abcd")]

    assert ids(output, "") == [run.run_id for run in reversed(came)]


def test_runs_of_a_state_are_the_newest_and_the_open_ones(stack: Stack, output: Said) -> None:
    held, rejected = stack.held(1), stack.run(2, State.REJECTED)
    queued = stack.run(3, State.QUEUED)
    four, five = (stack.run(number, State.REJECTED) for number in (4, 5))
    put_index(stack, [four, five], listed=2)

    for options, runs in {
        "--state held": [held],
        "--state queued --corp acme": [queued],
        "--state rejected": [five, four],
        "--state rejected --limit 101": [five, four, rejected],
    }.items():
        assert ids(output, options) == [run.run_id for run in runs], options


def put_index(stack: Stack, newest: Sequence[Run], *, listed: int) -> None:
    """Let the index list only the newest runs, and those that are open, as it would after many."""
    index = json.loads(stack.s3.get_object(Bucket="reports", Key="acme/index.json")["Body"].read())
    ids = {run.run_id for run in newest[-listed:]}
    index["runs"] = [
        run for run in index["runs"] if run["run_id"] in ids or not State(run["state"]).is_final
    ]
    stack.s3.put_object(Bucket="reports", Key="acme/index.json", Body=json.dumps(index))


def test_more_runs_than_an_index_lists_are_read_the_newest_first(
    stack: Stack, output: Said
) -> None:
    runs = [stack.run(number, State.REJECTED) for number in (1, 2)]
    runs.append(stack.run(3, corp="globex"))
    put_index(stack, runs[:1], listed=1)

    documents = output.json("runs", "--limit", "101")

    assert [each["run_id"] for each in documents] == [run.run_id for run in reversed(runs)]
    assert documents[1].keys() == documents[2].keys() >= FIELDS
    assert ids(output, "--limit 1") == [runs[2].run_id]
    (page,) = ReportBucket(stack.s3, "reports").newest(["acme", "globex"], 1)
    assert page.run == runs[2]


def test_seconds_count_from_the_drop_or_from_a_decision(stack: Stack) -> None:
    run = stack.held(0)
    stack.clock.now += 90
    stack.move(run, State.QUEUED)

    dropped, decided = Track(run.run_id), Track(run.run_id, since=START + 60)
    for track in (dropped, decided):
        track.look(stack.target, "acme")

    assert dropped.seen[-2:] == [(State.HELD, 0), (State.QUEUED, 90)]
    assert decided.seen == [(State.QUEUED, 30)]


def followed(
    stack: Stack, run: Run, sleep: Callable[[float], None], terminal: Any = None, title: str = "x"
) -> RunPage:
    track = Track(run.run_id[-12:])
    terminal = terminal or Terminal(Language.ENGLISH)
    return follow(stack.target, "acme", track, terminal, title=title, sleep=sleep)


@pytest.mark.parametrize("awaits", [None, "another"])
def test_watching_a_run_that_waits_for_a_decision_ends(stack: Stack, awaits: str | None) -> None:
    run = stack.held(1)
    if awaits:
        submitting = stack.run(2, State.QUEUED, State.SUBMITTING)
        run = stack.move(submitting, State.QUEUED, awaits=awaits)

    def wait(_: float) -> None:
        pytest.fail("nothing to wait for")

    assert followed(stack, run, wait).run == run


def test_who_stops_watching_is_told_that_the_run_continues(stack: Stack, capsys: Capsys) -> None:
    run = stack.run(1)

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        followed(stack, run, stop, title="acme/\x1b[31m.csv")

    printed = capsys.readouterr()
    assert printed.out.startswith("acme/\\x1b[31m.csv\n")
    assert f"wecom-sync show {run.run_id} --stack hr --corp acme" in printed.err


@pytest.fixture
def people(tmp_path: Path) -> str:
    """Return the path of a file of one person."""
    path = tmp_path / "新员工 1.csv"
    path.write_text(members("zhao"), "utf-8")
    return str(path)


HERE = ("--corp", "acme", "--job", "syncuser")


def test_a_drop_names_the_run_that_its_event_will_make(
    stack: Stack, people: str, output: Said
) -> None:
    document = output.json("drop", people, *HERE)

    key = "acme/syncuser/新员工 1.csv"
    assert stack.dropped(key) == (members("zhao").encode(), {})
    (version,) = stack.s3.list_object_versions(Bucket="drops")["Versions"]
    moment = version["LastModified"]
    drop = Drop("drops", key, version["VersionId"], moment, moment)
    about = {"corp": "acme", "job": "syncuser", "bucket": "drops", "key": key}
    assert document == {**about, "run_id": drop.run_id, "version": version["VersionId"]}
    asked = stack.s3.head_object(Bucket="drops", Key=key)["Metadata"][ASKED]
    assert (datetime.now(UTC) - datetime.fromisoformat(asked)).total_seconds() < 60
    hostile = Path(people).rename(Path(people).with_name("\x1b[31m.csv"))
    text = output.entered(f"drop {hostile} {' '.join(HERE)}")
    assert "Stack hr in AWS, region us-east-1" in text
    assert r"acme/syncuser/\x1b[31m.csv" in text
    assert "wecom-sync show 20" in text


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_whoever_watches_on_a_screen_reads_what_goes_on(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    run = stack.run(1, State.QUEUED, State.SUBMITTING, State.SUBMITTED)
    terminal = Terminal(Language.ENGLISH, screen := Screen())

    def wait(_: float) -> None:
        terminal.line("Meanwhile")
        stack.move(run, State.SUCCEEDED, finished=START + 70)

    followed(stack, run, wait, terminal)

    assert "WeCom is importing" in screen.getvalue().partition("Meanwhile")[2]
    assert "waiting to be picked up" not in screen.getvalue()


WATCHED = {"zhao": "RECEIVED QUEUED SUBMITTING SUBMITTED SUCCEEDED", "li si": "RECEIVED REJECTED"}


@pytest.mark.parametrize("userid", WATCHED)
def test_whoever_watches_for_programs_gets_the_whole_run(
    stack: Stack, people: str, output: Said, userid: str
) -> None:
    Path(people).write_text(members(userid), "utf-8")
    states, lines = WATCHED[userid].split(), [2] * (userid == "li si")

    run = output.json("drop", people, *HERE, "--watch", code=len(lines))

    assert (run["state"], run["principal"]) == (states[-1], BOSS)
    assert [step["state"] for step in run["timeline"]] == states
    assert [each["line"] for each in run["problems"]] == lines


def test_whoever_watches_reads_which_call_failed_and_when_it_is_tried_next(
    stack: Stack, output: Said, capsys: Capsys
) -> None:
    run = stack.run(1, State.QUEUED)
    about: Params = {"call": "/cgi-bin/user/list_id", "how": "how_status", "status": 503}
    tried = Wait("/cgi-bin/user/list_id", START + 60, START + 3600)
    for _ in range(2):
        reason = Reason("wecom_no_answer", about)
        run = stack.move(run, State.SUBMITTING, reason=reason, wait=tried)
    looks = iter([None, None, State.FAILED])

    def wait(_: float) -> None:
        if state := next(looks):
            stack.move(run, state, finished=START + 70)

    followed(stack, run, wait, Terminal(Language.CHINESE))

    failure = "「获取成员列表（user/list_id）」失败：返回了 HTTP 503"
    printed = capsys.readouterr().out
    assert (printed.count(failure), printed.count("已失败 2 次")) == (1, 1)
    text = words(output("show", run.run_id, "--lang", "zh"))
    assert "「获取成员列表" in text
    assert "已失败 2 次" not in text
