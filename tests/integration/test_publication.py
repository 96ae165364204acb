"""Documents follow the table, and people and systems are told what stands there."""

from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any
from unittest.mock import Mock, patch

import pytest

from support.company import changed, people
from support.fakes import FakeChannel
from support.guarded import (
    DAY,
    DEPARTMENTS,
    FULL,
    SOME,
    apply,
    dropped,
    hold_first,
    policy,
)
from support.meanwhile import before, broken, fail
from support.runs import approved, data_of, index, page, report
from support.stories import play, steps
from support.world import BOSS, MOST_RECEIVES, SWEEP_SECONDS, World, departments, members
from wecom_sync.domain.errors import UnknownOutcomeError, WeComError
from wecom_sync.domain.run import STUCK_SECONDS, Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail

SETTINGS = "acme/settings.toml"


def overview(world: World) -> dict[str, Any]:
    """Return what the corp's page for people shows."""
    data: dict[str, Any] = data_of(world.reports.documents["acme/index.html"])
    return data


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
    assert before["decision"]["approve"]["plan"] == held.proposal.digest
    assert before["losing"] == {"what": "nobody", "count": 0, "of": 6, "first": []}
    assert report(world, held)["losing"] is None
    assert report(world, held)["run"]["state"] == "SUCCEEDED"
    assert report(world, held)["decision"] is None


def test_the_corps_documents_say_what_needs_a_person_and_what_was_done(world: World) -> None:
    apply(world, DEPARTMENTS, departments())
    good = apply(world, SOME, members("u1"))
    apply(world, "acme/plan/syncuser/bad.csv", "nonsense")
    bad = apply(world, SOME, "nonsense")
    world.clock.now += DAY
    hold_first(world)
    held = apply(world, FULL, people(6))

    document, data = index(world), overview(world)

    assert {entry["run_id"] for entry in document["attention"]} == {held.run_id, bad.run_id}
    assert document["runs_open"] == 1
    assert document["last_success"]["syncuser"]["run_id"] == good.run_id
    assert document["settings"]["first_replace"] == "hold"
    assert document["runs"][0]["run_id"] == data["runs"][0]["run_id"] == held.run_id
    assert data["headline"] == {"en": "2 runs need a person", "zh-CN": "有 2 次运行需要处理"}
    (need,) = [need for need in data["attention"] if need["run_id"] == held.run_id]
    assert need["file"] == FULL.rpartition("/")[2]
    assert need["command"] == f"wecom-sync show {held.run_id} --corp acme"
    assert "first replaceuser file" in need["reasons"][0]["en"]
    assert "第一份" in need["reasons"][0]["zh-CN"]
    assert need["since"] < need["expires"]
    (first,) = [each for each in data["settings"] if each["name"] == "limits.first_replace"]
    assert (first["changed"], first["weaker"]) == (False, False)
    assert data["heard"]
    assert data["alarms_heard"]

    world.publisher.is_heard = world.alarms.is_heard = False
    apply(world, SOME, members("u1", "u2"))
    world.cancel(held)
    world.pass_time(60)
    assert index(world)["attention"] == []
    assert not overview(world)["heard"]
    assert not overview(world)["alarms_heard"]
    assert not index(world)["alarms_heard"]
    assert overview(world)["headline"]["en"] == "Nothing needs a person"


def test_settings_and_files_in_the_wrong_place_need_a_person_until_they_are_right(
    world: World,
) -> None:
    keys = (SETTINGS, "acme/users/a.csv", "acme/b.csv", "acme/decide/c.json")
    wrong = [apply(world, key, "nonsense").run_id for key in keys]

    assert {entry["run_id"] for entry in index(world)["attention"]} == {*wrong[:3]}
    apply(world, SETTINGS, "[limits]\nremovals = 9\n")
    assert {entry["run_id"] for entry in index(world)["attention"]} == {*wrong[1:3]}


@pytest.mark.parametrize(("write", "name"), [("change", "index.json"), ("put", "index.html")])
def test_two_publications_at_once_lose_no_run(world: World, write: str, name: str) -> None:
    real = getattr(world.reports, write)

    def slowly(document: str, *content: Any) -> Any:
        """Let another publication write everything before this one writes its document."""
        if document.endswith(name) and getattr(world.reports, write) == slowly:
            setattr(world.reports, write, real)
            apply(world, "acme/syncuser/b.csv", "nonsense")
        return real(document, *content)

    world.drop("acme/syncuser/a.csv", "nonsense")
    world.step()
    setattr(world.reports, write, slowly)
    world.publish()

    both = {world.run_of(f"acme/syncuser/{name}.csv").run_id for name in "ab"}
    assert {run["run_id"] for run in index(world)["runs"]} == both
    assert {run["run_id"] for run in overview(world)["runs"]} == both


def test_a_page_whose_index_never_rests_is_left_to_the_sweep(world: World) -> None:
    get, reads = world.reports.get, count()

    def restless(name: str) -> bytes | None:
        content = get(name)
        return content + b" " * next(reads) if content and name.endswith("index.json") else content

    with patch.object(world.reports, "get", restless):
        run = apply(world, SOME, "nonsense")

    assert world.store.open[run.run_id]
    world.live(2 * SWEEP_SECONDS)
    assert not world.store.open[run.run_id]


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


def test_settings_that_guard_less_are_announced(world: World) -> None:
    strict = '[limits]\nsecond_person = true\n[members]\nprotected = ["boss", "svc-*"]\n'
    apply(world, SETTINGS, strict)
    weaker = '[limits]\nremovals = 60\n[members]\nprotected = ["boss"]\n[notify]\non = []\n'
    weaker += "contacts = false\n"
    held = apply(world, SETTINGS, weaker)
    world.by = "AWS:AIDAOTHER"
    run = approved(world, held)

    assert {each.setting: (each.before, each.after) for each in run.proposal.weakened} == {
        "limits.removals": ("50", "60"),
        "limits.second_person": ("true", "false"),
        "members.protected": ("boss, svc-*", "boss"),
        "notify.contacts": ("true", "false"),
        "notify.on": ("HELD, REJECTED, PARTIAL, FAILED", "-"),
    }
    assert run.identity.principal == BOSS
    stricter = weaker.replace("60", "9").replace('"boss"', '"boss", "x"')
    assert apply(world, SETTINGS, stricter).proposal.weakened == ()


def letters(world: World) -> list[str]:
    """Return what people have been told, by the settings in force."""
    wanted = [it for it in world.publisher.published if is_wanted(it, world.store.policy("acme"))]
    return [mail(run, Language.ENGLISH)[1] for run in wanted]


BY = f"The file was dropped by {BOSS}."
FIRST = "- 员工2 (u1): 手机号 138****0002 → 139****0002 · 邮箱 - → a***@x.cn\n"
LAST = "- 老板 (boss): 手机号 ? → 139****0001\n"
U3 = "- 员工3 (u2): 手机号 138****0003 → 139****0003\n"
CHANGED = {"13800000002,": "13911110002,a@x.cn", "13800000003": "13911110003", "员工4": "职工4"}


@pytest.mark.parametrize(
    ("settings", "refused", "lines"),
    [
        ({}, "", [f"now: 3. {BY}", FIRST + U3 + LAST]),
        ({}, "u2", [f"now: 2. {BY}", FIRST + LAST, "Rows that WeCom refused: 1", "Failed: 1\n"]),
        ({"notify_names": False}, "", [f"now: 3. {BY}", "- 3 that are not named here"]),
        ({"notify_contacts": False}, "", []),
        ({"notify_contacts": False}, "u2", ["Rows that WeCom refused: 1", "Failed: 1\n"]),
    ],
    ids=["all applied", "one refused", "numbers only", "switched off", "one refused, switched off"],
)
def test_who_gets_another_mobile_or_mail_is_told_once_when_it_is_applied(
    world: World,
    settings: dict[str, object],
    refused: str,
    lines: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = people(6)
    for old, new in CHANGED.items():
        file = file.replace(old, new)
    file += "老板,boss,13911110001,,1\n新,new,13911110009,,1\n"
    play(
        world,
        people(6),
        {"contacts_percent": 100, **settings},
        *steps(f"hire boss | refuse {refused}"),
    )

    # The book knows the new values already when the end is tried again.
    with broken(world.reports, "put", "results.csv"), suppress(OSError):
        apply(world, SOME, file)
    world.live(3600)
    run = world.run_of(SOME)
    world.publication.publish([run.run_id], ())
    world.publish()

    assert run.state is (State.PARTIAL if refused else State.SUCCEEDED)
    assert len(letters(world)) == bool(lines)
    letter = "".join(letters(world))
    assert [line for line in lines if line not in letter] == []
    assert letter.count("→") == "".join(lines).count("→")
    assert "1391111" not in f"{run.to_document()}{page(world, run)}{caplog.text}{letter}"


def test_of_very_many_the_first_are_named_and_the_others_stand_in_the_plan(world: World) -> None:
    run = play(world, people(600), changed(people(600), ",1380000", ",1397316", 25))

    (letter,) = letters(world)
    assert letter.count("→") == 10
    assert f"now: 25. {BY}" in letter
    assert (
        f"- 15 that are not named here: all of them stand in {run.result.reports['plan.json']}"
        in letter
    )
    assert len(page(world, run, "plan.json")["contacts"]) == 25


@pytest.mark.parametrize("tried_again", [False, True])
def test_a_repeated_message_forgets_no_weaker_settings(world: World, tried_again: bool) -> None:
    event = world.drop(SETTINGS, "[limits]\nremovals = 60\n")
    before(world.store, "move", fail)
    with pytest.raises(OSError):  # noqa: PT011
        world.pass_time(1)
    if tried_again:
        apply(world, SETTINGS, "[limits]\nremovals = 60\n")
    world.drop_queue.send(event)
    world.live(3600)

    (weakened,) = [each for run in world.publisher.published for each in run.proposal.weakened]
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


def test_what_is_not_so_any_more_is_not_told(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    world.publisher.failures = 1
    dropped(world, FULL, people(6), 61)
    world.cancel_now(world.run_of(FULL))
    world.live(3600)

    assert [run.state for run in world.publisher.published] == [State.CANCELLED]


@pytest.mark.parametrize("name", ["run.json", "report.html", "index.html"])
def test_what_cannot_be_written_is_written_later_and_keeps_nobody_waiting(
    world: World, name: str
) -> None:
    world.drop("acme/syncuser/a.csv", "nonsense")
    world.step()
    bad = world.run_of("acme/syncuser/a.csv")
    of_run = "" if name.startswith("index") else f"{bad.run_id}/"
    with broken(world.reports, "change", of_run + name), broken(world.reports, "put", name):
        good = apply(world, "acme/syncuser/b.csv", "nonsense")
        world.live(STUCK_SECONDS + 2 * SWEEP_SECONDS)

        assert page(world, good)["state"] == "REJECTED"
        assert good.run_id in {run.run_id for run in world.publisher.published}
        assert world.sweep.sweep().stuck
    assert world.counted["NotPublished"] > 2

    world.live(2 * SWEEP_SECONDS)
    assert page(world, bad)["state"] == report(world, bad)["run"]["state"] == "REJECTED"
    assert [run["run_id"] for run in overview(world)["runs"]] == [good.run_id, bad.run_id]
    assert len(world.publisher.published) == 2


@pytest.fixture
def topic(world: World) -> FakeChannel:
    """A channel that is told before the bus."""
    topic = FakeChannel()
    channels = {"topic": topic, "bus": world.publisher}
    world.publication = replace(world.publication, channels=channels)
    return topic


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (WeComError(93000, "key-of-acme", "/cgi-bin/webhook/send"), MOST_RECEIVES),
        (UnknownOutcomeError("key-of-acme"), 2),
    ],
    ids=["it is refused", "it may have arrived and is repeated once"],
)
def test_a_channel_that_takes_nothing_of_a_corp_silences_no_other(
    world: World,
    topic: FakeChannel,
    error: Exception,
    tries: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad_key, good_key = "acme/syncuser/a.csv", "beta/syncuser/b.csv"
    with broken(topic, "tell", "corp='acme'", error):
        world.drop(bad_key, "nonsense")
        world.drop(good_key, "nonsense")
        world.live(6 * 3600)

    bad = world.run_of(bad_key)
    assert topic.published == [world.run_of(good_key)]
    assert world.publisher.published == [bad, *topic.published]
    dead = [(letter["channel"], letter["run_id"]) for letter in world.dead]
    assert dead == ([("topic", bad.run_id)] if tries == MOST_RECEIVES else [])
    assert not world.store.open[bad.run_id]
    logged = [record.__dict__ for record in caplog.records if record.message == "not told"]
    code = error.errcode if isinstance(error, WeComError) else None
    assert [(each["corp"], each["errcode"]) for each in logged] == [("acme", code)] * tries
    assert "key-of" not in f"{logged}{caplog.text}"
