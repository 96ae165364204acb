"""What waits for WeCom: who hears of it when, what it costs, and how it ends."""

import pytest

from support.guarded import dropped
from support.runs import index
from support.stories import Step, stories
from support.wired import Wired, path_of
from support.world import World, members
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import State
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail
from wecom_sync.wecom.remedies import Call

MINUTE, HOUR = 60, 3600


@pytest.fixture
def world(wired: Wired) -> Wired:
    return wired


def untrusted(world: Wired, call: str = Call.MEMBERS) -> None:
    world.fault("errcode", path_of(Call(call)), errcode=60020)


def wrong_secret(world: Wired) -> None:
    world.use_secret("wrong")


def right_secret(world: Wired) -> None:
    world.use_secret("contact-secret")


def mended(world: Wired) -> None:
    world.heal()


def drop(world: Wired, count: int = 3) -> None:
    world.pass_time(1)
    world.drop_departments(count)


def minutes(world: Wired, count: int) -> None:
    world.live(count * MINUTE)


def hours(world: Wired, count: int) -> None:
    world.live(count * HOUR)


def told(world: Wired, times: int) -> None:
    """See how often people were told that it waits, and that nothing else was said meanwhile."""
    letters = [mail(run, Language.ENGLISH) for run in world.publisher.published]
    assert all(is_wanted(run, Policy()) for run in world.publisher.published)
    assert [subject for subject, _ in letters] == ["wecom-sync: acme replaceparty WAITING"] * times
    for _, text in letters:
        assert "It has waited for WeCom since" in text
        assert "the next try is at" in text
        assert "wecom-sync cancel" in text


def asked(world: Wired, call: str, most: int) -> None:
    assert 0 < world.asked(Call(call)) <= most


def seen(world: Wired, *states: str) -> None:
    """See where its runs stand, and that the index names what waits, and since when."""
    runs = sorted(world.store.runs_by_id.values(), key=lambda run: run.run_id)
    assert [run.state for run in runs] == [*states]
    waiting = [run for run in runs if run.waits]
    page = index(world)
    listed = {run["run_id"]: run for run in page["runs"]}
    assert {it["run_id"] for it in page["attention"]} >= {run.run_id for run in waiting}
    assert (page["waiting_since"] is not None) is bool(waiting)
    for run in waiting:
        assert listed[run.run_id]["trouble"]["since"] == page["waiting_since"]
        assert "the next try is at" in listed[run.run_id]["reasons"]["en"][0]


STORIES = """
people hear of it once within a quarter of an hour, and once a day: untrusted | drop | minutes 5
    | told 0 | minutes 12 | told 1 | seen SUBMITTING | hours 20 | told 1 | hours 8 | told 2
    | hours 42 | told 3
what passes soon is told to nobody: untrusted | drop | minutes 5 | mended
    | minutes 10 | seen SUCCEEDED
one that waits asks four times an hour: untrusted | drop | hours 71 | asked user/list_id 400
    | asked gettoken 40
a wrong secret is shown to WeCom a few times a day: wrong_secret | drop | hours 71
    | asked gettoken 16 | told 3 | right_secret | hours 1 | seen SUCCEEDED
cancelled while it waits: untrusted | drop | minutes 30 | cancel | minutes 1
    | seen CANCELLED
a newer full file takes its place: untrusted | drop 3 | minutes 30 | drop 4 | minutes 30
    | seen SUPERSEDED SUBMITTING | mended | minutes 30 | seen SUPERSEDED SUCCEEDED
a result waits as well: drop | untrusted batch/getresult | minutes 30 | seen SUBMITTED | mended
    | minutes 30 | seen SUCCEEDED
"""


@stories(STORIES, globals())
def test_what_waits_for_wecom(world: Wired, story: list[Step]) -> None:
    for step in story:
        assert callable(step)
        step(world)
    assert not world.counted["NotPublished"]


def test_files_wait_in_order_behind_one_that_waits_and_no_other_company_does() -> None:
    world = World("acme", "beta")
    trouble = WeComError(60020, "ip", "/cgi-bin/user/list_id")
    world.wecoms["acme"].fail("directory", *[trouble] * 12)
    dropped(world, "acme/syncuser/1.csv", members("a"), 120)
    dropped(world, "acme/syncuser/2.csv", members("b"), 1)
    dropped(world, "beta/syncuser/1.csv", members("c"), 70)
    first, second = (world.run_of(f"acme/syncuser/{it}.csv") for it in (1, 2))
    assert (first.state, second.state) == (State.SUBMITTING, State.QUEUED)
    world.live(10 * MINUTE)
    assert world.run_of("beta/syncuser/1.csv").state is State.SUCCEEDED

    world.live(4 * HOUR)

    runs = [world.run_of(run.key) for run in (first, second)]
    assert [run.state for run in runs] == [State.SUCCEEDED, State.SUCCEEDED]
    assert (runs[0].result.finished or 0) <= (runs[1].submission.posted or 0)
