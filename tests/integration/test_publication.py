"""Documents follow the table, and people and systems are told what stands there."""

import base64
import gzip
import json
import re
from dataclasses import replace
from typing import Any

import pytest

import submit
from support.fakes import FakeChannel
from support.guarded import DEPARTMENTS, FULL, SOME, apply, people, policy
from support.world import BOSS, SWEEP_SECONDS, World, departments, members
from wecom_sync.domain.errors import UnknownOutcomeError, UnreachableError, WeComError
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.corp_index import NEWEST
from wecom_sync.use_cases.sweep import STUCK_SECONDS


def page(world: World, run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.reports.documents[f"{run.corp}/{run.run_id}/run.json"])
    return found


def report(world: World, run: Run) -> dict[str, Any]:
    """Return the data of a run's page."""
    content = world.reports.documents[f"{run.corp}/{run.run_id}/report.html"].decode()
    packed = re.search(r'id="data">([^<]+)<', content)
    assert packed
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed[1])))["data"]
    return found


def index(world: World, corp: str = "acme") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.reports.documents[f"{corp}/index.json"])
    return found


def two_channels(world: World) -> tuple[FakeChannel, FakeChannel]:
    """Return the bus, and a topic that is told after it."""
    topic = FakeChannel()
    channels = {"bus": world.publisher, "topic": topic}
    world.publication = replace(world.publication, channels=channels)
    return world.publisher, topic


def test_the_timeline_says_each_state_when_and_by_whom(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    held = apply(world, FULL, people(6))
    world.approve(held)
    world.pass_time(600)

    timeline = page(world, held)["timeline"]

    assert [(step["state"], step["by"]) for step in timeline] == [
        ("RECEIVED", BOSS), ("QUEUED", None), ("SUBMITTING", None), ("HELD", None),
        ("QUEUED", BOSS), ("SUBMITTING", None), ("SUBMITTED", None), ("SUCCEEDED", None),
    ]  # fmt: skip
    assert timeline == sorted(timeline, key=lambda step: step["at"])
    (why,) = [step["why"] for step in timeline if step["state"] == "HELD"]
    assert "first replaceuser file" in why


def test_a_call_that_is_tried_again_is_one_entry_that_counts(world: World) -> None:
    path = "/cgi-bin/batch/replaceparty"
    away = UnreachableError()
    away.path = path
    world.wecom.fail("submit", *[WeComError(302008, "", path)] * 3, away)
    world.drop(DEPARTMENTS, departments())
    world.live(3_600)

    run = world.run_of(DEPARTMENTS)
    assert run.state is State.SUCCEEDED
    tried = [step for step in page(world, run)["timeline"] if "retry" in step]
    assert [(step["retry"]["call"], step["retry"]["count"]) for step in tried] == [
        (path, 3), (path, 1),
    ]  # fmt: skip
    for step in tried:
        assert step["at"] < step["retry"]["next"] < step["retry"]["deadline"]
        assert step["why"]


def test_a_decision_in_vain_and_trouble_that_goes_on_stand_in_the_order_of_time(
    world: World,
) -> None:
    world.wecom.fail("submit", *[WeComError(302008, "", "/cgi-bin/batch/syncuser")] * 3)
    world.drop(SOME, members("u1"))
    world.pass_time(62)
    world.decide(world.run_of(SOME), decision="approve", plan="0" * 64)
    world.live(3_600)

    timeline = page(world, world.run_of(SOME))["timeline"]

    told = [("retry" in step, step.get("decision")) for step in timeline]
    assert told.index((True, None)) < told.index((False, "approve"))
    assert [step["retry"]["count"] for step in timeline if "retry" in step] == [3]
    assert timeline == sorted(timeline, key=lambda step: step["at"])


def test_the_index_lists_what_needs_a_person_and_the_last_successes(world: World) -> None:
    apply(world, DEPARTMENTS, departments())
    good = apply(world, SOME, members("u1"))
    apply(world, "acme/plan/syncuser/bad.csv", "nonsense")
    bad = apply(world, SOME, "nonsense")
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"x{number}" for number in range(6)))
    held = apply(world, FULL, people(6))

    found = index(world)
    assert {each["run_id"] for each in found["attention"]} == {held.run_id, bad.run_id}
    assert all(each["text"] for each in found["attention"])
    assert found["runs_open"] == 1
    assert found["last_success"]["syncuser"]["run_id"] == good.run_id
    assert found["settings"]["first_replace"] == "hold"
    assert found["runs"][0]["run_id"] == held.run_id

    apply(world, SOME, members("u1", "u2"))
    world.cancel(held)
    world.pass_time(60)
    assert index(world)["attention"] == []


def test_nothing_else_hides_settings_or_files_in_the_wrong_place_and_decisions_need_nobody(
    world: World,
) -> None:
    wrong = [
        apply(world, key, "nonsense")
        for key in ("acme/settings.toml", "acme/users/a.csv", "acme/b.csv", "acme/decide/c.json")
    ]
    assert {run.state for run in wrong} == {State.REJECTED}

    attention = {each["run_id"] for each in index(world)["attention"]}
    assert attention == {run.run_id for run in wrong[:3]}
    right = apply(world, "acme/settings.toml", "[limits]\nremovals = 9\n")
    assert right.state is State.SUCCEEDED
    attention = {each["run_id"] for each in index(world)["attention"]}
    assert attention == {run.run_id for run in wrong[1:3]}


def test_the_index_keeps_the_newest_and_forgets_nothing_that_is_open(world: World) -> None:
    policy(world, first_replace="hold", hold_hours=720)
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    held = apply(world, FULL, people(6))
    for number in range(NEWEST + 5):
        apply(world, f"acme/syncuser/{number}.csv", "nonsense")

    listed = [run["run_id"] for run in index(world)["runs"]]

    assert len(listed) == NEWEST + 1
    assert listed[-1] == held.run_id


def test_an_index_that_is_gone_is_made_again_from_the_table(world: World) -> None:
    first = apply(world, DEPARTMENTS, departments())
    del world.reports.documents["acme/index.json"]
    del world.reports.documents[f"acme/{first.run_id}/run.json"]

    second = apply(world, SOME, members("a"))

    assert [run["run_id"] for run in index(world)["runs"]] == [second.run_id, first.run_id]
    assert page(world, first)["state"] == "SUCCEEDED"


def test_two_publications_at_once_lose_no_run_of_the_index(world: World) -> None:
    first = apply(world, DEPARTMENTS, departments())
    change = world.reports.change

    def slowly(name: str, by: Any, kind: str) -> None:
        """Let another publication write the index while this one makes its own."""

        def made(before: bytes | None) -> bytes | None:
            changed: bytes | None = by(before)
            if name.endswith("index.json") and world.reports.change == slowly:
                world.reports.change = change  # type: ignore[method-assign]
                apply(world, "acme/syncuser/b.csv", "nonsense")
            return changed

        change(name, made, kind)

    world.drop("acme/syncuser/a.csv", "nonsense")
    world.step()
    world.reports.change = slowly  # type: ignore[method-assign, assignment]
    world.publish()

    ids = {run["run_id"] for run in index(world)["runs"]}
    other = {world.run_of(f"acme/syncuser/{name}.csv").run_id for name in "ab"}
    assert ids == {first.run_id, *other}


def test_an_older_revision_is_never_written_over_a_newer_one(world: World) -> None:
    world.drop(SOME, members("a"))
    world.step()
    older = world.run_of(SOME)
    world.finish()
    newest = page(world, older)
    world.publication = replace(world.publication, store=_Frozen(older))

    world.publication.publish([older.run_id], ())

    assert page(world, older) == newest
    assert [run["state"] for run in index(world)["runs"]] == [newest["state"]]


class _Frozen:
    """A table that a slow message read long ago."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def run(self, _run_id: str) -> Run:
        return self._run

    def __getattr__(self, name: str) -> Any:
        return getattr(World().store, name)


def test_a_lost_record_is_found_by_the_sweep(world: World) -> None:
    world.drop(SOME, "nonsense")
    world.step()
    world.store.stream.clear()

    world.live(2 * SWEEP_SECONDS)

    run = world.run_of(SOME)
    assert page(world, run)["state"] == "REJECTED"
    assert world.publisher.published == [run]
    assert not world.store.open[run.run_id]


def test_a_topic_that_is_down_delays_nothing_else_and_is_told_later(world: World) -> None:
    bus, topic = two_channels(world)
    topic.failures = 10**6
    for name in "abc":
        world.drop(f"acme/syncuser/{name}.csv", "nonsense")
    world.pass_time(1)
    runs = [world.run_of(f"acme/syncuser/{name}.csv") for name in "abc"]

    assert {run.run_id for run in bus.published} == {run.run_id for run in runs}
    assert all(page(world, run)["state"] == "REJECTED" for run in runs)
    topic.failures = 0
    world.live(SWEEP_SECONDS)

    assert {run.run_id for run in topic.published} == {run.run_id for run in runs}
    assert len(topic.published) == len(bus.published) == 3


def test_who_dies_after_telling_tells_twice_at_most(world: World) -> None:
    note, times = world.store.note_announced, 0

    def dies(*arguments: Any) -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise OSError
        note(*arguments)

    world.store.note_announced = dies  # type: ignore[method-assign, assignment]
    run = apply(world, SOME, "nonsense")
    world.live(2 * SWEEP_SECONDS)

    assert [each.run_id for each in world.publisher.published] == [run.run_id] * 2


def test_what_cannot_be_published_is_counted_and_tried_again_and_the_next_ones_go_on(
    world: World,
) -> None:
    change = world.reports.change

    def broken(name: str, *arguments: Any) -> None:
        if broken_id in name:
            raise OSError
        change(name, *arguments)

    world.drop("acme/syncuser/a.csv", "nonsense")
    world.step()
    broken_id = world.run_of("acme/syncuser/a.csv").run_id
    world.reports.change = broken  # type: ignore[method-assign, assignment]
    good = apply(world, "acme/syncuser/b.csv", "nonsense")
    world.live(STUCK_SECONDS + 2 * SWEEP_SECONDS)

    assert page(world, good)["state"] == "REJECTED"
    assert world.counted["NotPublished"] > 2
    assert world.sweep.sweep().stuck == 1

    world.reports.change = change  # type: ignore[method-assign]
    world.live(2 * SWEEP_SECONDS)
    assert page(world, world.run_of("acme/syncuser/a.csv"))["state"] == "REJECTED"


def test_settings_that_guard_less_are_announced_with_before_after_and_principal(
    world: World,
) -> None:
    apply(
        world,
        "acme/settings.toml",
        '[members]\nprotected = ["boss", "svc-*"]\n',
    )
    run = apply(
        world,
        "acme/settings.toml",
        '[limits]\nremovals = 60\n[members]\nprotected = ["boss"]\n[notify]\non = []\n',
    )

    assert {each.setting: (each.before, each.after) for each in run.weakened} == {
        "limits.removals": ("50", "60"),
        "members.protected": ("boss, svc-*", "boss"),
        "notify.on": ("HELD, REJECTED, PARTIAL, FAILED", "-"),
    }
    assert run.principal == BOSS
    stricter = '[limits]\nremovals = 9\n[members]\nprotected = ["boss", "x"]\n[notify]\non = []\n'
    assert apply(world, "acme/settings.toml", stricter).weakened == ()


def test_a_message_that_comes_again_does_not_forget_what_settings_weakened(world: World) -> None:
    move = world.store.move

    def dies(*arguments: Any, **changes: Any) -> Run:
        world.store.move = move  # type: ignore[method-assign]
        raise OSError

    event = world.drop("acme/settings.toml", "[limits]\nremovals = 60\n")
    world.store.move = dies  # type: ignore[method-assign]
    with pytest.raises(OSError):  # noqa: PT011
        world.pass_time(1)
    world.submit_queue.send(event)
    world.pass_time(1)

    (weakened,) = world.run_of("acme/settings.toml").weakened
    assert (weakened.before, weakened.after) == ("50", "60")


def test_after_an_upgrade_every_job_type_has_its_last_success(world: World) -> None:
    world.wecom.hire("u1")
    first = apply(world, FULL, people(2))
    for _ in range(105):
        apply(world, SOME, members("u1"))
    for name in [*world.reports.documents]:
        if name.endswith(("run.json", "index.json")):
            del world.reports.documents[name]
    apply(world, SOME, members("u1", "u2"))
    world.live(3600)
    index = json.loads(world.reports.documents["acme/index.json"])
    assert "replaceuser" in index["last_success"]
    assert index["applied"].get("replaceuser")
    assert f"acme/{first.run_id}/run.json" in world.reports.documents


def test_a_weakening_is_told_also_when_newer_settings_came_before_it_was(world: World) -> None:
    policy(world, protected=["ceo"])
    world.clock.now += 10
    event = world.drop("acme/settings.toml", "[members]\nprotected = []\n")
    move = world.store.move

    def die(*_: Any, **__: Any) -> Run:
        raise MemoryError

    world.store.move = die  # type: ignore[method-assign]
    with pytest.raises(MemoryError):
        submit.handle(world._submits, world.submit_queue.messages.pop()[1])
    world.store.move = move  # type: ignore[method-assign]
    world.clock.now += 5
    world.drop("acme/settings.toml", "[members]\nprotected = []\n")  # somebody tries again
    world.pass_time(10)
    world.submit_queue.send(event)
    world.live(3600)
    assert any(run.weakened for run in world.publisher.published)


def test_a_letter_that_is_refused_silences_nobody_else_and_becomes_a_dead_letter() -> None:
    world = World("acme", "beta")
    tell = world.publisher.tell

    def refuse(run: Run) -> None:
        if run.corp == "acme":
            raise ValueError("InvalidParameter")
        tell(run)

    world.publisher.tell = refuse  # type: ignore[method-assign]
    bad = world.drop("acme/syncuser/a.csv", "nonsense")
    world.drop("beta/syncuser/b.csv", "nonsense")
    world.live(6 * 3600)

    assert bad
    assert [run.corp for run in world.publisher.published] == ["beta"]
    (letter,) = world.dead
    assert letter["run_id"] == world.run_of("acme/syncuser/a.csv").run_id


def test_a_topic_that_takes_a_letter_and_answers_late_gets_it_twice_at_most(world: World) -> None:
    heard = []

    def late(run: Run) -> None:
        heard.append(run)
        raise UnknownOutcomeError

    world.publisher.tell = late  # type: ignore[method-assign]
    world.drop(SOME, "nonsense")
    world.live(3600)

    assert len(heard) == 2
    assert world.store.due(State.REJECTED, world.clock.now + 10**9) == []


def test_the_page_for_people_follows_every_move(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    held = apply(world, FULL, people(6))
    before = report(world, held)
    world.approve(held)
    world.pass_time(600)

    assert (before["run"]["state"], before["decision"]["approve"]["plan"]) == (
        "HELD", held.plan_digest,
    )  # fmt: skip
    assert report(world, held)["run"]["state"] == "SUCCEEDED"
    assert report(world, held)["decision"] is None


def test_an_older_page_is_never_left_over_a_newer_one(world: World) -> None:
    world.drop(SOME, members("a"))
    world.step()
    older = world.run_of(SOME)
    world.finish()
    slow = _Slow(world, older)
    world.publication = replace(world.publication, store=slow)

    world.publication.publish([older.run_id], ())

    assert slow.asked > 1
    assert report(world, older)["run"]["state"] == "SUCCEEDED"


class _Slow:
    """A table of which a message read a run long ago; it asks again and gets the run of now."""

    def __init__(self, world: World, older: Run) -> None:
        self._store = world.store
        self._older = older
        self.asked = 0

    def run(self, run_id: str) -> Run | None:
        self.asked += 1
        return self._older if self.asked == 1 else self._store.run(run_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_a_page_that_cannot_be_written_delays_nobody_and_is_written_later(world: World) -> None:
    put = world.reports.put

    def broken(name: str, *arguments: Any) -> str:
        if name.endswith("report.html"):
            raise OSError
        return put(name, *arguments)

    world.reports.put = broken  # type: ignore[method-assign, assignment]
    run = apply(world, SOME, "nonsense")

    assert page(world, run)["state"] == "REJECTED"
    assert world.publisher.published == [run]
    world.reports.put = put  # type: ignore[method-assign]
    world.live(2 * SWEEP_SECONDS)

    assert report(world, run)["run"]["state"] == "REJECTED"
    assert world.publisher.published == [run]


def test_settings_that_cannot_be_read_for_a_letter_keep_nobody_else_from_hearing() -> None:
    world = World("acme", "beta")
    settings = world.store.settings
    for corp in ("acme", "beta"):
        world.drop(f"{corp}/syncuser/a.csv", "nonsense")
    while world.submit_queue.messages:
        world.step()
    world.publish()
    world.store.settings = lambda corp: {"beta": settings}[corp](corp)  # type: ignore[method-assign]
    world.live(6 * 3600)

    assert [run.corp for run in world.publisher.published] == ["beta"]
    assert [letter["news"] for letter in world.dead] == [world.run_of("acme/syncuser/a.csv").news]


def test_what_is_not_so_any_more_is_not_told(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    world.publisher.failures = 1
    world.drop(FULL, people(6))
    world.pass_time(61)
    world.cancel_now(world.run_of(FULL))
    world.live(3600)

    assert [run.state for run in world.publisher.published] == [State.CANCELLED]
