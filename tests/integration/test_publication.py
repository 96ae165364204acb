"""Documents follow the table, and people and systems are told what stands there."""

from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest

from support.company import people
from support.guarded import DEPARTMENTS, FULL, SOME, apply, dropped, hold_first, policy
from support.meanwhile import before, broken, fail
from support.runs import approved, data_of, index, page, report
from support.world import BOSS, SWEEP_SECONDS, World, departments, members
from wecom_sync.domain.errors import UnreachableError, WeComError
from wecom_sync.domain.run import Run, State
from wecom_sync.use_cases.sweep import STUCK_SECONDS

SETTINGS = "acme/settings.toml"


def test_the_timeline_and_the_page_follow_every_move(world: World, held: Run) -> None:
    before = report(world, held)
    approved(world, held)

    timeline = page(world, held)["timeline"]

    assert [(step["state"], step["by"]) for step in timeline] == [
        ("RECEIVED", BOSS), ("QUEUED", None), ("SUBMITTING", None), ("HELD", None),
        ("QUEUED", BOSS), ("SUBMITTING", None), ("SUBMITTED", None), ("SUCCEEDED", None),
    ]  # fmt: skip
    assert timeline == sorted(timeline, key=lambda step: step["at"])
    (why,) = [step["why"] for step in timeline if step["state"] == "HELD"]
    assert "first replaceuser file" in why
    assert before["run"]["state"] == "HELD"
    assert before["decision"]["approve"]["plan"] == held.plan_digest
    assert before["losing"] == {"count": 0, "of": 6, "first": []}
    assert report(world, held)["losing"] is None
    assert report(world, held)["run"]["state"] == "SUCCEEDED"
    assert report(world, held)["decision"] is None


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


def test_the_index_lists_what_needs_a_person_and_the_last_successes(world: World) -> None:
    apply(world, DEPARTMENTS, departments())
    good = apply(world, SOME, members("u1"))
    apply(world, "acme/plan/syncuser/bad.csv", "nonsense")
    bad = apply(world, SOME, "nonsense")
    hold_first(world)
    held = apply(world, FULL, people(6))

    document = index(world)
    assert {entry["run_id"] for entry in document["attention"]} == {held.run_id, bad.run_id}
    assert all(entry["text"] for entry in document["attention"])
    assert document["runs_open"] == 1
    assert document["last_success"]["syncuser"]["run_id"] == good.run_id
    assert document["settings"]["first_replace"] == "hold"
    assert document["runs"][0]["run_id"] == held.run_id

    apply(world, SOME, members("u1", "u2"))
    world.cancel(held)
    world.pass_time(60)
    assert index(world)["attention"] == []


def test_settings_and_files_in_the_wrong_place_need_a_person(world: World) -> None:
    keys = ("acme/settings.toml", "acme/users/a.csv", "acme/b.csv", "acme/decide/c.json")
    wrong = [apply(world, key, "nonsense") for key in keys]
    assert {run.state for run in wrong} == {State.REJECTED}

    attention = {entry["run_id"] for entry in index(world)["attention"]}
    assert attention == {run.run_id for run in wrong[:3]}
    apply(world, "acme/settings.toml", "[limits]\nremovals = 9\n")
    attention = {entry["run_id"] for entry in index(world)["attention"]}
    assert attention == {run.run_id for run in wrong[1:3]}


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


@pytest.mark.parametrize("times", [1, 10**6])
def test_an_older_revision_is_never_left_over_a_newer_one(world: World, times: int) -> None:
    world.drop(SOME, members("a"))
    world.step()
    older = world.run_of(SOME)
    world.finish()
    newest = page(world, older)
    slow = Mock(wraps=world.store)
    slow.run.side_effect = [*[older] * min(times, 50), *[world.run_of(SOME)] * 50]
    world.publication = replace(world.publication, store=slow)

    world.publication.publish([older.run_id], ())

    assert page(world, older) == newest
    assert [run["state"] for run in index(world)["runs"]] == [newest["state"]]
    if times == 1:
        assert slow.run.call_count > 1
        assert report(world, older)["run"]["state"] == "SUCCEEDED"


def test_who_dies_after_telling_tells_twice_at_most(world: World) -> None:
    before(world.store, "note_announced", fail)
    run = apply(world, SOME, "nonsense")
    world.live(2 * SWEEP_SECONDS)

    assert [published.run_id for published in world.publisher.published] == [run.run_id] * 2


def test_what_cannot_be_published_is_tried_again_and_the_next_ones_go_on(world: World) -> None:
    world.drop("acme/syncuser/a.csv", "nonsense")
    world.step()
    bad = world.run_of("acme/syncuser/a.csv")
    with broken(world.reports, "change", bad.run_id):
        good = apply(world, "acme/syncuser/b.csv", "nonsense")
        world.live(STUCK_SECONDS + 2 * SWEEP_SECONDS)

        assert page(world, good)["state"] == "REJECTED"
        assert world.sweep.sweep().stuck == 1
    assert world.counted["NotPublished"] > 2

    world.live(2 * SWEEP_SECONDS)
    assert page(world, bad)["state"] == "REJECTED"


def test_settings_that_guard_less_are_announced(world: World) -> None:
    apply(world, SETTINGS, '[members]\nprotected = ["boss", "svc-*"]\n')
    weaker = '[limits]\nremovals = 60\n[members]\nprotected = ["boss"]\n[notify]\non = []\n'
    run = apply(world, SETTINGS, weaker)

    assert {each.setting: (each.before, each.after) for each in run.weakened} == {
        "limits.removals": ("50", "60"),
        "members.protected": ("boss, svc-*", "boss"),
        "notify.on": ("HELD, REJECTED, PARTIAL, FAILED", "-"),
    }
    assert run.principal == BOSS
    stricter = weaker.replace("60", "9").replace('"boss"', '"boss", "x"')
    assert apply(world, SETTINGS, stricter).weakened == ()


@pytest.mark.parametrize("tried_again", [False, True])
def test_a_repeated_message_forgets_no_weaker_settings(world: World, tried_again: bool) -> None:
    event = world.drop(SETTINGS, "[limits]\nremovals = 60\n")
    before(world.store, "move", fail)
    with pytest.raises(OSError):  # noqa: PT011
        world.pass_time(1)
    if tried_again:
        apply(world, SETTINGS, "[limits]\nremovals = 60\n")
    world.submit_queue.send(event)
    world.live(3600)

    (weakened,) = [each for run in world.publisher.published for each in run.weakened]
    assert (weakened.before, weakened.after) == ("50", "60")


def test_an_index_that_is_gone_is_made_again_from_the_table(world: World) -> None:
    first = apply(world, FULL, people(2))
    for number in range(105):
        world.drop(f"acme/syncuser/{number}.csv", members("u1"))
    world.finish()
    for name in [*world.reports.documents]:
        if name.endswith(("run.json", "index.json")):
            del world.reports.documents[name]

    second = apply(world, SOME, members("u1", "u2"))
    world.live(3600)

    assert index(world)["runs"][0]["run_id"] == second.run_id
    assert index(world)["last_success"]["replaceuser"]["run_id"] == first.run_id
    assert index(world)["applied"].get("replaceuser")
    assert page(world, first)["state"] == "SUCCEEDED"


def test_a_refused_letter_silences_nobody_and_becomes_a_dead_letter(world: World) -> None:
    with broken(world.publisher, "tell", "corp='acme'", ValueError):
        world.drop(SOME, "nonsense")
        world.drop("beta/syncuser/b.csv", "nonsense")
        world.live(6 * 3600)

    assert [run.corp for run in world.publisher.published] == ["beta"]
    assert [letter["run_id"] for letter in world.dead] == [world.run_of(SOME).run_id]


@pytest.mark.parametrize("name", ["report.html", "acme/index.html"])
def test_a_page_that_cannot_be_written_is_written_later(world: World, name: str) -> None:
    with broken(world.reports, "put", name):
        run = apply(world, SOME, "nonsense")

        assert page(world, run)["state"] == "REJECTED"
        assert index(world)["attention"][0]["run_id"] == run.run_id
        assert world.publisher.published == [run]
        assert not [there for there in world.reports.documents if there.endswith(name)]
    world.live(2 * SWEEP_SECONDS)

    assert report(world, run)["run"]["state"] == "REJECTED"
    assert overview(world)["attention"][0]["state"] == "REJECTED"
    assert world.publisher.published == [run]


def test_settings_that_cannot_be_read_silence_nobody_else(world: World) -> None:
    for corp in ("acme", "beta"):
        world.drop(f"{corp}/syncuser/a.csv", "nonsense")
    while world.submit_queue.messages:
        world.step()
    world.publish()
    with broken(world.store, "settings", "acme"):
        world.live(6 * 3600)

    assert [run.corp for run in world.publisher.published] == ["beta"]
    assert [letter["news"] for letter in world.dead] == [world.run_of("acme/syncuser/a.csv").news]


def test_what_is_not_so_any_more_is_not_told(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    world.publisher.failures = 1
    dropped(world, FULL, people(6), 61)
    world.cancel_now(world.run_of(FULL))
    world.live(3600)

    assert [run.state for run in world.publisher.published] == [State.CANCELLED]


def overview(world: World) -> dict[str, Any]:
    """Return what the corp's page for people shows."""
    data: dict[str, Any] = data_of(world.reports.documents["acme/index.html"])
    return data


def test_the_page_shows_what_needs_a_person_then_every_run_in_both_languages(world: World) -> None:
    good = apply(world, SOME, members("x0"))
    hold_first(world)
    held = apply(world, FULL, people(6))

    data = overview(world)

    assert data["headline"] == {
        "en": "One run needs a person", "zh-CN": "有 1 次运行需要处理",
    }  # fmt: skip
    (need,) = data["attention"]
    assert (need["run_id"], need["file"]) == (held.run_id, FULL.rpartition("/")[2])
    assert need["command"] == f"wecom-sync show {held.run_id} --corp acme"
    assert "first replaceuser file" in need["reasons"][0]["en"]
    assert "第一份" in need["reasons"][0]["zh-CN"]
    assert need["since"] < need["expires"]
    assert [run["run_id"] for run in data["runs"]] == [held.run_id, good.run_id]
    assert [*data["nights"].values()] == ["HELD"]
    (first,) = [each for each in data["settings"] if each["name"] == "limits.first_replace"]
    assert (first["changed"], first["weaker"]) == (False, False)

    assert data["heard"]
    world.publisher.is_heard = False
    world.cancel(held)
    world.pass_time(60)
    assert not overview(world)["heard"]
    assert overview(world)["headline"]["en"] == "Nothing needs a person"


def test_an_older_page_of_the_corp_never_stays_over_a_newer_one(world: World) -> None:
    put = world.reports.put

    def slowly(name: str, content: bytes, kind: str) -> str:
        """Let another publication write index and page before this one writes its page."""
        if name.endswith("index.html") and world.reports.put == slowly:
            world.reports.put = put  # type: ignore[method-assign]
            apply(world, "acme/syncuser/b.csv", "nonsense")
        return put(name, content, kind)

    world.drop("acme/syncuser/a.csv", "nonsense")
    world.step()
    world.reports.put = slowly  # type: ignore[method-assign, assignment]
    world.publish()

    listed = {run["run_id"] for run in overview(world)["runs"]}
    assert listed == {run["run_id"] for run in index(world)["runs"]}
    assert len(listed) == 2


def test_a_page_whose_index_never_rests_is_left_to_the_sweep(world: World) -> None:
    get, reads = world.reports.get, 0

    def restless(name: str) -> bytes | None:
        nonlocal reads
        content = get(name)
        if name.endswith("index.json") and content is not None:
            reads += 1
            return content + b" " * reads
        return content

    world.reports.get = restless  # type: ignore[method-assign]
    run = apply(world, SOME, "nonsense")

    assert world.store.open[run.run_id]
    world.reports.get = get  # type: ignore[method-assign]
    world.live(2 * SWEEP_SECONDS)
    assert not world.store.open[run.run_id]
