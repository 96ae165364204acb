"""A file that is to be shown first: who brought it sees what it would do, and lets it go or not."""

import json
from typing import Any

import pytest

from support.world import BOSS, World
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

HR = "AWS:AROAEXAMPLE:hr"
HEADER = "工号,姓名,手机号,部门\n"


def staff(*numbers: int, place: str = "总部/一部") -> str:
    return HEADER + "".join(f"{n:03d},员工{n},138{n:08d},{place}\n" for n in numbers)


@pytest.fixture
def world() -> World:
    world = World()
    world.store.put_policy("acme", Policy(first_replace="apply", key="工号", removals=5), 0)
    bring(world, "first", staff(*range(20)), asks=False)
    return world


def bring(world: World, name: str, content: str, *, asks: bool = True) -> Run:
    key = f"acme/company/{name}.csv"
    world.drop(key, content, by=HR, **({"asks": True} if asks else {}))
    world.pass_time(600)
    return world.run_of(key)


def send(world: World, run: Run, plan: str | None = None, by: str = HR) -> Run:
    word: dict[str, Any] = {"plan": plan or run.proposal.digest}
    world.drop(f"{run.corp}/send/{run.run_id}.json", json.dumps(word), by=by)
    world.pass_time(600)
    return world.current_run(run)


def answers(run: Run) -> list[str]:
    return [why.code for step in run.timeline if step.instruction for why in step.why]


def test_nothing_goes_out_before_it_is_sent_and_then_it_does(world: World) -> None:
    told, before = len(world.publisher.published), dict(world.wecom.members)

    shown = bring(world, "next", staff(*range(19), 30))

    assert (shown.state, answers(shown)) == (State.SHOWN, [])
    assert shown.proposal.counts is not None
    assert [shown.proposal.counts[name] for name in ("add", "disable")] == [1, 1]
    assert (len(world.publisher.published), dict(world.wecom.members)) == (told, before)
    sent = send(world, shown)
    world.finish()
    assert world.current_run(sent).state is State.SUCCEEDED
    assert "030" in world.wecom.members


def test_what_is_held_is_asked_once_it_was_sent_and_who_sent_it_is_an_author(world: World) -> None:
    shown = bring(world, "short", staff(*range(9)))
    assert (shown.state, bool(shown.proposal.holds)) == (State.SHOWN, True)
    assert not [run for run in world.publisher.published if run.run_id == shown.run_id]

    held = send(world, shown, by=BOSS)

    assert held.state is State.HELD
    assert held.proposal.holds == shown.proposal.holds
    assert held.authors == (HR, BOSS)
    assert [run.state for run in world.publisher.published if run.run_id == held.run_id] == [
        State.HELD
    ]


def test_a_plan_that_is_another_by_now_is_shown_again(world: World) -> None:
    shown = bring(world, "next", staff(*range(20), 30))
    del world.wecom.members["005"]

    again = send(world, shown)

    assert (again.state, again.proposal.sending) == (State.SHOWN, None)
    assert again.reason is not None
    assert again.reason.code == "shown_anew"
    assert again.proposal.digest != shown.proposal.digest
    assert "030" not in world.wecom.members
    assert answers(send(world, again, shown.proposal.digest)) == ["send_outdated"]
    send(world, again)
    world.finish()
    assert {"005", "030"} <= world.wecom.members.keys()


def test_it_supersedes_nothing_and_nobody_waits_for_it(world: World) -> None:
    held = bring(world, "held", staff(*range(9)), asks=False)
    shown = bring(world, "next", staff(*range(20), 30))

    assert (world.current_run(held).state, shown.state) == (State.HELD, State.SHOWN)
    some = "姓名,帐号,手机号,邮箱,所在部门\n员工3,003,13900000003,,1\n"
    world.drop("acme/syncuser/some.csv", some, by=HR)
    world.finish()
    assert world.run_of("acme/syncuser/some.csv").state is State.SUCCEEDED


def test_a_newer_file_takes_its_place(world: World) -> None:
    shown = bring(world, "next", staff(*range(20), 30))

    newer = bring(world, "newer", staff(*range(20), 31), asks=False)

    assert newer.state is not State.SHOWN
    assert world.current_run(shown).state is State.SUPERSEDED


def test_a_file_of_wecoms_own_jobs_is_refused_as_it_cannot_be_shown(world: World) -> None:
    some = "姓名,帐号,手机号,邮箱,所在部门\n员工3,003,13900000003,,1\n"
    jobs = len(world.wecom.jobs)

    world.drop("acme/syncuser/some.csv", some, by=HR, asks=True)
    world.finish()

    run = world.run_of("acme/syncuser/some.csv")
    problems = world.reports.documents[f"acme/{run.run_id}/problems.json"]
    assert (run.state, "below plan/" in str(problems)) == (State.REJECTED, True)
    assert run.run_id in {it.run_id for it in world.publisher.published}
    assert len(world.wecom.jobs) == jobs


def test_it_expires_in_silence(world: World) -> None:
    shown = bring(world, "next", staff(*range(20), 30))
    told = len(world.publisher.published), len(world.alarms.published)

    world.live(73 * 3600)

    ended = world.current_run(shown)
    assert (ended.state, ended.reason and ended.reason.code) == (State.CANCELLED, "shown_expired")
    assert (len(world.publisher.published), len(world.alarms.published)) == told
    assert answers(send(world, ended)) == ["decision_too_late"]


def test_it_answers_nothing_else(world: World) -> None:
    held = bring(world, "held", staff(*range(9)), asks=False)

    assert answers(send(world, held)) == ["decision_too_late"]
    assert world.current_run(held).state is State.HELD
    world.drop(f"globex/send/{held.run_id}.json", b"{}", by=HR)
    world.pass_time(600)
    assert world.run_of(f"globex/send/{held.run_id}.json").state is State.REJECTED
