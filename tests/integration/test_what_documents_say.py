"""What documents, letters and the overview must not say wrongly, leak or hide."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from support.fakes import FakeChannel
from support.guarded import DAY, FULL, SOME, apply, people, policy, thinned
from support.world import World
from wecom_sync.domain.outcome import JobResult
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"


def document(world: World, run: Run, name: str) -> str:
    return world.reports.documents[f"{run.corp}/{run.run_id}/{name}"].decode("utf-8-sig")


def lines_of(world: World, run: Run, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(document(world, run, name))))[1:]


def attention(world: World) -> set[tuple[str, str]]:
    index = json.loads(world.reports.documents["acme/index.json"])
    return {(each["run_id"], each["state"]) for each in index["attention"]}


def without(content: str, *users: str) -> str:
    kept = content.splitlines(keepends=True)
    return "".join(row for row in kept if not any(f",{user}," in row for user in users))


def leavers_refused(world: World) -> Run:
    """Let two people go; of them and of a third one, WeCom refuses the last two."""
    policy(world, leavers="disable", removals=100, removal_percent=100)
    apply(world, FULL, people(30))
    world.clock.now += DAY
    world.wecom.refused = {"u5": 60104, "u28": 60104}
    return apply(world, FULL, without(people(30), "u28", "u29"))


def test_fix_has_nobody_who_was_not_refused(world: World) -> None:
    run = leavers_refused(world)
    assert run.state is State.PARTIAL

    assert {row[1] for row in lines_of(world, run, "fix.csv")} <= {"u5", "u28"}


def test_a_mended_fix_disables_nobody_who_came_back(world: World) -> None:
    run = leavers_refused(world)
    fix = document(world, run, "fix.csv").replace("13800000006", "13900000006")
    world.wecom.refused = {}
    world.clock.now += DAY
    apply(world, FULL, people(30).replace("员工1,", "职工1,"))
    assert world.archive.snapshot("acme").rows["u29"]["禁用"] == "0"
    world.clock.now += 3600

    mended = apply(world, "acme/syncuser/fix.csv", fix)

    assert (mended.plan or {})["disable"] == 0
    assert world.archive.snapshot("acme").rows["u29"]["禁用"] == "0"


def test_fix_has_no_address_book_of_which_nobody_knows_what_was_applied(world: World) -> None:
    apply(world, FULL, people(30))
    world.clock.now += DAY
    unfinished = JobResult(finished=False, errcode=0, errmsg="", percentage=10, rows=())
    world.wecom.result = lambda job_id: unfinished  # type: ignore[method-assign]

    world.drop(FULL, people(31))
    world.live(3 * DAY)

    run = world.run_of(FULL)
    assert run.state is State.FAILED
    assert "fix.csv" not in run.reports


@pytest.mark.parametrize("expires", [False, True])
def test_a_cancelled_file_does_not_hide_what_the_last_applied_one_left(
    world: World, expires: bool
) -> None:
    policy(world, removals=5)
    apply(world, FULL, people(100))
    world.clock.now += DAY
    world.wecom.refused = {f"u{number}": 60104 for number in range(20)}
    partial = apply(world, FULL, people(101))
    world.clock.now += DAY
    held = apply(world, FULL, thinned(people(100), 20))
    assert (partial.state, held.state) == (State.PARTIAL, State.HELD)

    if expires:
        world.live(4 * DAY)
    else:
        world.cancel(held)
        world.pass_time(60)

    assert world.run_of(FULL).state is State.CANCELLED
    assert (partial.run_id, "PARTIAL") in attention(world)


def test_a_retry_that_gave_way_does_not_hide_what_the_newer_file_left(world: World) -> None:
    world.wecom.refused = {"u1": 60104}
    first = apply(world, FULL, people(20))
    world.clock.now += DAY
    second = apply(world, FULL, people(21))
    world.clock.now += 1

    world.drop(FULL, "", retry_of=first.run_id)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.SUPERSEDED
    assert attention(world) == {(second.run_id, "PARTIAL")}


def test_each_line_of_a_rejected_file_has_its_own_name(world: World) -> None:
    rows = (
        "张三,zs,13800000001,,1\n张珊,zs,13800000002,,1\n李四,,13800000003,,1\n"
        "王五,,13800000004,,1\n"
    )

    run = apply(world, SOME, HEADER + rows)

    named = {row[0]: row[2] for row in lines_of(world, run, "results.csv")}
    assert named == {"2": "张三", "3": "张珊", "4": "李四", "5": "王五"}


def test_a_leaver_of_whom_wecom_said_nothing_is_no_success(world: World) -> None:
    policy(world, leavers="disable", removals=100, removal_percent=100)
    apply(world, FULL, people(30))
    world.clock.now += DAY
    answered = world.wecom.result

    def silent(job_id: str) -> JobResult:
        result = answered(job_id)
        return replace(result, rows=tuple(row for row in result.rows if row.id != "u29"))

    world.wecom.result = silent  # type: ignore[method-assign]

    assert apply(world, FULL, people(29)).state is State.PARTIAL


def told_about(world: World, content: str, **settings: object) -> str:
    """Return the mail about a file."""
    policy(world, **settings)
    topic = FakeChannel()
    world.publication.channels["topic"] = topic  # type: ignore[index]
    assert apply(world, SOME, content).state is State.REJECTED
    return mail(topic.published[-1], Language.ENGLISH)[1]


def test_a_letter_about_slipped_columns_tells_no_mobile(world: World) -> None:
    rows = (f"员工{at},e{at},1390000{at:04d},,1390000{at:04d}\n" for at in range(3))

    assert "13900000001" not in told_about(world, HEADER + "".join(rows))


def test_a_letter_that_names_nobody_quotes_no_names_from_a_slipped_column(world: World) -> None:
    content = HEADER + "zs,张三,13800000001,,1\nls,李四,13800000002,,1\n"

    assert "李四" not in told_about(world, content, notify_names=False)


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("个人邮箱", "zhang.san@gmail.com", "zs1990@gmail.com"),
        ("备用电话", "138-1234-5678", "138-8765-4321"),
        ("家庭住址", "北京市朝阳区建国路88号", "上海市浦东新区世纪大道1号"),
    ],
)
def test_private_values_in_columns_of_the_corps_own_are_masked(
    world: World, column: str, before: str, after: str
) -> None:
    policy(world, attributes=[column])
    head = HEADER.replace("\n", f",{column}\n")
    apply(world, SOME, f"{head}张三,zs,13800000001,,1,{before}\n")
    world.clock.now += DAY

    run = apply(world, SOME, f"{head}张三,zs,13800000001,,1,{after}\n")

    changes: list[dict[str, Any]] = json.loads(document(world, run, "plan.json"))["changes"]
    shown = changes[0]["columns"][column]
    assert before not in shown
    assert after not in shown
