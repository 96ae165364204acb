"""From a drop to its outcome: the real use-cases, time and WeCom in our hands."""

from contextlib import suppress
from unittest.mock import Mock

import pytest

from support.company import people
from support.dropped import drop_at, run_at
from support.fakes import START
from support.guarded import DEPARTMENTS, FULL, SOME, dropped
from support.meanwhile import after, before, fail
from support.runs import after_a_day, state_and_why
from support.world import SWEEP_SECONDS, World, departments, members
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.domain.messages import check_message
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, STUCK_SECONDS, Proposal, Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.pages.headlines import headline_of
from wecom_sync.use_cases.sweep import LOOKS, RESERVE_SECONDS

OLD, NEW = "acme/replaceuser/old.csv", "acme/replaceuser/new.csv"


def test_a_secret_that_goes_bad_just_before_the_post_leaves_no_mark_of_one(world: World) -> None:
    def spoil() -> None:
        world.secrets.secrets["acme"] = SecretInvalidError(details="spoilt")

    before(world.wecom, "upload", lambda *_: after(world.secrets, "of", spoil))

    run = dropped(world, DEPARTMENTS, departments(), 600)

    assert (state_and_why(run), run.submission.posted) == ((State.FAILED, "secret_invalid"), None)


def test_a_department_file_of_which_wecom_refuses_all_speaks_of_its_own_rows(world: World) -> None:
    world.wecom.refused = {"1": 60008, "2": 60008, "3": 60008}

    run = after_a_day(world, DEPARTMENTS, departments())

    assert run.state is State.PARTIAL
    assert headline_of(run)["en"] == "WeCom applied 0 of 3 rows and refused 3."


@pytest.mark.parametrize(
    ("key", "content", "rows"),
    [
        (DEPARTMENTS, departments(), 3),
        (FULL, members("a", "b"), 2),
        ("acme/syncuser/员工 名单+新 %41.csv", members("a"), 1),
    ],
)
def test_every_row_has_an_outcome(world: World, key: str, content: str, rows: int) -> None:
    run = after_a_day(world, key, content)

    assert run.state is State.SUCCEEDED
    assert (run.source.rows, run.result.succeeded, run.result.failed, run.result.unreported) == (
        rows,
        rows,
        0,
        0,
    )
    assert len(world.results_csv(run)) == rows + 1
    assert world.counted["RunsSucceeded"] == 1
    assert [published.run_id for published in world.publisher.published] == [run.run_id]
    (job,) = world.wecom.jobs.values()
    assert not job.invite
    assert job.callback.url == f"https://callback.example/prod/callback/acme/{run.run_id}"
    assert len(job.callback.credentials.token) == 32
    assert len(job.callback.credentials.aes_key) == 43


@pytest.mark.parametrize(
    ("key", "content", "code"),
    [
        (SOME, "", "file_empty"),
        (SOME, members("a", "?", "A"), "file_rejected"),
        ("acme/m.csv", members("a"), "key_malformed"),
        ("acme/syncuser/2026/m.csv", members("a"), "key_malformed"),
        ("m.csv", members("a"), "key_malformed"),
        ("acme/deleteuser/m.csv", members("a"), "job_unknown"),
        ("nobody/syncuser/m.csv", members("a"), "corp_unknown"),
        ("ACME!/syncuser/m.csv", members("a"), "corp_invalid"),
        ("-/syncuser/m.csv", members("a"), "corp_invalid"),
        ("-/settings.toml", "", "key_malformed"),
        ("broken/syncuser/m.csv", members("a"), "secret_invalid"),
        ("broken/plan/syncuser/m.csv", members("a"), "secret_invalid"),
        ("nobody/plan/syncuser/m.csv", members("a"), "corp_unknown"),
        ("acme/syncuser/m.xlsm", members("a"), "not_csv"),
        ("acme/init/m.txt", members("a"), "not_csv"),
        ("acme/init/a/m.csv", members("a"), "key_malformed"),
        ("acme/settings.toml", "#" * 70_000, "settings_too_large"),
        ("nobody/settings.toml", "", "corp_unknown"),
    ],
)
def test_a_bad_drop_is_rejected_with_its_reason_and_wecom_is_never_called(
    world: World, key: str, content: str, code: str
) -> None:
    world.secrets.secrets["broken"] = SecretInvalidError(details="contact_secret")
    run = after_a_day(world, key, content)

    assert state_and_why(run) == (State.REJECTED, code)
    assert run.source.rows != 0
    assert world.wecom.calls == []
    assert run.result.reports.keys() in ({"results.csv", "problems.json"}, set())
    assert world.store.policy("acme").removals == 50
    assert [published.run_id for published in world.publisher.published] == [run.run_id]
    assert world.store.lane("acme").waiting == ()


@pytest.mark.parametrize(
    ("reported", "numbers", "code"),
    [
        ((), (1, 0, 1), "rows_unreported"),
        ((0,), (2, 0, 0), None),
        ((0, 60104), (1, 1, 0), "rows_failed"),
        ((60104, 0), (1, 1, 0), "rows_failed"),
    ],
)
def test_a_row_is_applied_if_every_answer_about_it_in_any_case_says_so(
    world: World, reported: tuple[int, ...], numbers: tuple[int, int, int], code: str | None
) -> None:
    world.wecom.left_out = {"Anna"}
    world.wecom.extra = [ResultRow("ANNA", errcode, "") for errcode in reported]

    run = after_a_day(world, SOME, members("Anna", "b"))

    assert state_and_why(run) == (State.PARTIAL if code else State.SUCCEEDED, code)
    assert (run.result.succeeded, run.result.failed, run.result.unreported) == numbers


def test_checks_grow_apart(world: World) -> None:
    world.wecom.duration = 3_600
    assert after_a_day(world, DEPARTMENTS, departments()).state is State.SUCCEEDED
    assert 10 < world.wecom.calls.count("result") < 25


def test_a_check_that_comes_often_is_followed_by_one(world: World) -> None:
    world.wecom.duration = 600
    run = dropped(world, DEPARTMENTS, departments(), 1)
    for _ in range(20):
        world.results_queue.send(check_message("acme", run.run_id, run.submission.checks))

    before_it = len(world.results_queue.messages) - 20

    world.pass_time(1)

    assert len(world.results_queue.messages) == before_it + 1


@pytest.mark.parametrize("good", [True, False])
def test_only_a_good_newer_file_supersedes_one_that_waits(world: World, good: bool) -> None:
    world.wecom.duration = 1_000
    world.drop(DEPARTMENTS, departments())
    world.drop(OLD, members("a"))
    world.clock.now += 5
    new = after_a_day(world, NEW, members("a", "b") if good else "nonsense")

    old = world.run_of(OLD)
    states = (State.SUPERSEDED, State.SUCCEEDED) if good else (State.SUCCEEDED, State.REJECTED)
    assert (old.state, new.state) == states
    assert (old.reason and old.reason.params) == ({"run_id": new.run_id} if good else None)
    assert world.results_csv(old)[1][4] == ("not sent" if good else "applied")
    assert len(world.wecom.jobs) == 2


def test_a_file_that_is_being_cancelled_supersedes_nothing(world: World) -> None:
    world.wecom.duration = 3000
    for key, content in ((SOME, people(1)), (OLD, people(2)), (NEW, people(2))):
        dropped(world, key, content, 70)

    before(world.reports, "put", lambda *_: world.intake.advance(world.run_of(OLD).run_id))
    world.cancel_now(world.run_of(NEW))
    world.live(7200)

    assert world.run_of(NEW).state is State.CANCELLED
    assert world.run_of(OLD).state is State.SUCCEEDED


def test_of_500_drops_no_file_and_no_book_is_read_before_another_company_sees_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(500):
        world.drop(f"acme/syncuser/{number}.csv", members(f"u{number}"))
    world.drop("beta/syncuser/b.csv", members("b"))
    with monkeypatch.context() as patch:
        patch.setattr(world.drops, "content", fail)
        patch.setattr(world.archive, "snapshot", fail)
        while world.drop_queue.messages:
            world.step()

    assert {run.state for run in world.store.runs_by_id.values()} == {State.RECEIVED}
    assert world.run_of("beta/syncuser/b.csv").corp == "beta"
    assert [it["corp"] for _, it in world.submit_queue.messages] == ["acme"] * 500 + ["beta"]


def test_a_long_queue_keeps_the_sweep_from_nobody_and_only_its_first_is_woken(world: World) -> None:
    world.wecom.duration = 10**6
    for number in range(20):
        world.drop(f"acme/syncuser/{number}.csv", members(f"u{number}"))
    dropped(world, "beta/syncuser/b.csv", members("b"), 90)
    world.submit_queue.messages.clear()
    world.results_queue.messages.clear()
    world.clock.now += 2 * STUCK_SECONDS
    lane = Mock(side_effect=world.store.lane)
    world.store.lane = lane  # type: ignore[method-assign]

    swept = world.sweep.sweep()

    assert swept.overdue == {State.SUBMITTED: 2, State.QUEUED: 19}
    assert swept.stuck == ["acme", "beta"]
    assert len(world.results_queue.messages) == 2
    assert world.submit_queue.messages == []
    lane.assert_called_once_with("acme")

    # Nobody is told when the lane becomes free.
    holder, first, *_ = (world.store.runs_by_id[run_id] for run_id in in_lane(world))
    world.store.move(holder, State.FAILED)
    world.submit_queue.messages.clear()
    world.sweep.sweep()

    assert {it["run_id"] for _, it in world.submit_queue.messages} == {first.run_id}


def test_a_sweep_that_runs_out_of_time_says_so_and_begins_nothing_more(world: World) -> None:
    for number in range(LOOKS + 1):
        world.drop(f"acme/syncuser/{number}.csv", "nonsense")
    world.receive_all()
    world.submit_queue.messages.clear()
    world.clock.now += SWEEP_SECONDS

    swept = world.sweep.sweep(iter((RESERVE_SECONDS, RESERVE_SECONDS - 1)).__next__)

    assert swept.left
    assert len(world.submit_queue.messages) == LOOKS
    assert not world.sweep.sweep().left


def in_lane(world: World) -> list[str]:
    """Return the run that has the lane, and those that wait for it."""
    lane = world.store.lane("acme")
    return [str(lane.holder), *(place.run_id for place in lane.waiting)]


def test_a_run_whose_rows_cannot_be_written_is_stuck_however_often_it_is_tried(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped(world, SOME, members("a"), 62)
    monkeypatch.setattr(world.store, "put_outcomes", fail)

    for _ in range(10):
        world.clock.now += SWEEP_SECONDS
        world.publish()
        stuck = world.sweep.sweep().stuck
        with suppress(OSError):
            world.pass_time(0)

    assert stuck == ["acme"]


@pytest.mark.parametrize(("state", "reads"), [(State.HELD, "settings"), (State.QUEUED, "lane")])
def test_what_cannot_be_read_of_one_company_keeps_the_sweep_from_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, state: State, reads: str
) -> None:
    runs = [made_of(world, corp, state) for corp in ("acme", "beta")]
    world.clock.now += 2 * LOOK_AGAIN_SECONDS
    world.submit_queue.messages.clear()
    read = getattr(world.store, reads)
    monkeypatch.setattr(world.store, reads, lambda it: fail() if it == "acme" else read(it))

    stuck = world.sweep.sweep().stuck

    assert stuck == ["acme"]
    assert runs[1].run_id in {it["run_id"] for _, it in world.submit_queue.messages}


def made_of(world: World, corp: str, state: State) -> Run:
    """Make a run of a corp that waits in a state; it is held for long, under other settings."""
    run = run_at(f"{corp}/syncuser/a.csv", START)
    run = world.store.move(world.store.create(run, drop_at(run.key, START)), State.QUEUED)
    if state is State.QUEUED:
        return run
    run, proposal = world.store.move(run, State.SUBMITTING), Proposal(grounds=(1.0,))
    return world.store.move(run, state, proposal=proposal, due=2 * START)


def test_one_run_that_cannot_be_looked_after_keeps_the_sweep_from_no_other(world: World) -> None:
    dropped(world, DEPARTMENTS, departments(), 1)
    world.clock.now += 1_000
    world.results_queue.messages.clear()
    before(world.results_queue, "send", fail)

    assert world.sweep.sweep().overdue == {State.SUBMITTED: 1}
    world.live(600)
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


@pytest.mark.parametrize("reads", [True, False], ids=["taken later", "never taken"])
def test_a_file_waits_a_while_for_settings_that_were_dropped_before_it(
    world: World, *, reads: bool
) -> None:
    world.drop("acme/settings.toml", '[limits]\nfirst_replace = "apply"\n')
    settings = world.clock.now
    world.clock.now += 2
    world.drop(DEPARTMENTS, departments())

    world.receive_all()
    if not reads:
        world.submit_queue.messages.pop()
    world.pass_time(3000)
    unread = world.run_of(DEPARTMENTS).state
    world.clock.now += 600
    world.intake.advance(world.run_of(DEPARTMENTS).run_id)
    world.pass_time(600)

    run = world.run_of(DEPARTMENTS)
    assert unread is (State.SUCCEEDED if reads else State.RECEIVED)
    assert (run.state, run.proposal.grounds[0]) == (State.SUCCEEDED, settings if reads else 0)
