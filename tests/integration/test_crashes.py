"""Departments by code, while a function dies at any call of a port."""

import pytest

from support.crashes import die
from support.stage import RETURN_SECONDS, Stage
from wecom_sync.domain.run import Run, State

CODED = "部门编码,部门名称,上级部门编码\nC,总部,\nD1,部门2,C\nD2,新,D1\nD3,部门3,C\nD4,末,D3\n"
KEY = "acme/replaceparty/codes.csv"


def approved(calls: int, *, after: bool) -> tuple[Stage, Run, bool]:
    """Return what becomes of a held file with codes; a function dies at the call after so many."""
    stage = Stage("acme")
    stage.put_policy("acme", 72, department_removals=0)
    stage.world.drop(KEY, CODED)
    stage.crashes.arm(calls, die, after=after)
    for _ in range(2):
        stage.pass_time(5 * RETURN_SECONDS)
        stage.sweep()
        stage.pass_time(5 * RETURN_SECONDS)
        run = stage.world.run_of(KEY)
        if run.state is State.HELD:
            stage.world.approve(run)
    has_died = not stage.crashes.is_armed
    stage.crashes.disarm()
    stage.sweep()
    stage.pass_time(3 * 3600)
    return stage, stage.world.run_of(KEY), has_died


@pytest.mark.parametrize("after", [False, True])
def test_departments_by_code_have_the_same_numbers_wherever_a_function_dies(*, after: bool) -> None:
    stage, undisturbed, _ = approved(10_000, after=after)
    departments, numbers = stage.wecoms["acme"].departments, kept_numbers(stage)
    assert undisturbed.state is State.SUCCEEDED
    assert numbers == {"code:C": 1, "code:D1": 2, "code:D2": 5, "code:D3": 3, "code:D4": 6}

    # Every second call: before it in one of the two tests, after the next in the other.
    calls, has_died = int(after), True
    while has_died:
        stage, run, has_died = approved(calls, after=after)
        calls += 2

        assert (run.state, run.plan_digest) == (State.SUCCEEDED, undisturbed.plan_digest), calls
        assert (stage.wecoms["acme"].departments, kept_numbers(stage)) == (departments, numbers)
    assert calls > 50


def kept_numbers(stage: Stage) -> dict[str, int]:
    return dict(stage.world.archive.snapshot("acme").numbers)
