"""A company file, while a function dies at any call of a port."""

import pytest

from support.company import table
from support.crashes import die
from support.stage import Stage
from wecom_sync.domain.policy import Policy

PEOPLE = "姓名,帐号,手机号,所在部门"
STAFF = (
    "张伟,zhangwei,13900000001,部门1/研发/平台",
    "李娜,lina,13900000002,部门1/研发/平台",
    "王芳,wangfang,13900000003,部门1/研发/算法",
    "赵静,zhaojing,13900000004,部门1/行政",
)
COMPANY = "acme/company/staff.csv"
SETTINGS = Policy(
    first_replace="apply",
    removal_percent=100,
    additions_percent=100,
    renames_percent=100,
    moves_percent=100,
)


def moved_on(calls: int, *, after: bool) -> tuple[Stage, bool]:
    """Return a company after a file that changes everything; a function dies on the way."""
    stage = Stage("acme")
    stage.world.store.put_policy("acme", SETTINGS, stage.world.clock.now)
    stage.world.drop(COMPANY, table(PEOPLE, *STAFF))
    stage.pass_time(3600)
    rows = (row.replace("研发", "产品研发") for row in STAFF[1:])
    stage.world.drop(COMPANY, table(PEOPLE, *rows, "钱多,qianduo,13900000005,部门1/财务"))
    stage.crashes.arm(calls, die, after=after)
    stage.pass_time(3600)
    has_died = not stage.crashes.is_armed
    stage.crashes.disarm()
    for _ in range(3):
        stage.sweep()
        stage.pass_time(3 * 3600)
    return stage, has_died


@pytest.mark.parametrize("after", [False, True])
def test_a_company_file_ends_right_wherever_a_function_dies(*, after: bool) -> None:
    stage, _ = moved_on(10_000, after=after)
    undisturbed = ended(stage)
    assert undisturbed[0] == [("replaceparty", 9), ("syncuser", 4), ("remove", 1)]
    assert stage.wecoms["acme"].members.keys() == {"lina", "wangfang", "zhaojing", "qianduo"}

    # Every fourth call: before it in one of the two tests, after another one in the other.
    calls, has_died = 2 * after, True
    while has_died:
        stage, has_died = moved_on(calls, after=after)
        calls += 4

        assert ended(stage) == undisturbed, calls
    assert calls > 60


def ended(stage: Stage) -> tuple[object, ...]:
    run, wecom = stage.world.run_of(COMPANY), stage.wecoms["acme"]
    book = stage.world.archive.snapshot("acme")
    steps = [(step.job, step.rows) for step in run.steps]
    rows = stage.world.results_csv(run)
    return steps, run.state, run.succeeded, wecom.members, wecom.departments, book.people, rows
