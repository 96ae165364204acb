"""A corp's page follows its index, whoever writes at the same time."""

from typing import Any

from integration.test_publication import index
from support.guarded import FULL, SOME, apply, people, policy
from support.page_data import data_of
from support.world import SWEEP_SECONDS, World, members
from wecom_sync.domain.run import State


def shown(world: World, corp: str = "acme") -> dict[str, Any]:
    found: dict[str, Any] = data_of(world.reports.documents[f"{corp}/index.html"])
    return found


def test_the_page_shows_what_needs_a_person_then_every_run_in_both_languages(world: World) -> None:
    good = apply(world, SOME, members("u1"))
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"x{number}" for number in range(6)))
    held = apply(world, FULL, people(6))

    page = shown(world)

    assert page["headline"] == {
        "en": "One run needs a person", "zh-CN": "有 1 次运行需要处理",
    }  # fmt: skip
    (need,) = page["attention"]
    assert (need["run_id"], need["file"]) == (held.run_id, FULL.rpartition("/")[2])
    assert need["command"] == f"wecom-sync show {held.run_id} --corp acme"
    assert "first replaceuser file" in need["reasons"][0]["en"]
    assert "第一份" in need["reasons"][0]["zh-CN"]
    assert need["since"] < need["expires"]
    assert [run["run_id"] for run in page["runs"]] == [held.run_id, good.run_id]
    assert {"name": "limits.first_replace", "changed": False, "weaker": False} in [
        {name: each[name] for name in ("name", "changed", "weaker")} for each in page["settings"]
    ]

    assert page["heard"]
    world.publisher.is_heard = False
    world.cancel(held)
    world.pass_time(60)
    assert not shown(world)["heard"]
    assert shown(world)["headline"]["en"] == "Nothing needs a person"


def test_a_night_is_held_until_it_is_decided(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"x{number}" for number in range(6)))
    held = apply(world, FULL, people(6))
    (day,) = shown(world)["nights"]

    assert shown(world)["nights"] == {day: "HELD"}
    assert index(world)["nights"] == {}
    world.approve(held)
    world.pass_time(600)

    assert shown(world)["nights"] == index(world)["nights"] == {day: "SUCCEEDED"}


def test_publishing_again_changes_no_night(world: World) -> None:
    runs = [apply(world, SOME, "nonsense"), apply(world, SOME, members("a"))]
    nights = index(world)["nights"]

    world.publication.publish([run.run_id for run in (*runs, *reversed(runs))], ())

    assert [*nights.values()] == ["REJECTED"]
    assert index(world)["nights"] == nights


def test_an_older_page_never_stays_over_a_newer_one(world: World) -> None:
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

    listed = {run["run_id"] for run in shown(world)["runs"]}
    assert listed == {run["run_id"] for run in index(world)["runs"]}
    assert len(listed) == 2


def test_a_page_that_cannot_be_written_delays_nobody_and_is_written_later(world: World) -> None:
    put = world.reports.put

    def broken(name: str, content: bytes, kind: str) -> str:
        if name.endswith("index.html"):
            raise OSError
        return put(name, content, kind)

    world.reports.put = broken  # type: ignore[method-assign, assignment]
    run = apply(world, SOME, "nonsense")

    assert [each.run_id for each in world.publisher.published] == [run.run_id]
    assert index(world)["attention"][0]["run_id"] == run.run_id
    assert "acme/index.html" not in world.reports.documents

    world.reports.put = put  # type: ignore[method-assign]
    world.live(2 * SWEEP_SECONDS)
    assert shown(world)["attention"][0]["state"] == State.REJECTED
    assert len(world.publisher.published) == 1


def test_a_page_whose_index_never_rests_is_left_to_the_sweep(world: World) -> None:
    get, reads = world.reports.get, 0

    def restless(name: str) -> bytes | None:
        nonlocal reads
        found = get(name)
        if name.endswith("index.json") and found is not None:
            reads += 1
            return found + b" " * reads
        return found

    world.reports.get = restless  # type: ignore[method-assign]
    run = apply(world, SOME, "nonsense")

    assert world.store.open[run.run_id]
    world.reports.get = get  # type: ignore[method-assign]
    world.live(2 * SWEEP_SECONDS)
    assert not world.store.open[run.run_id]
