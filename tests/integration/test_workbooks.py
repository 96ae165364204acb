"""A workbook goes the way of a CSV: applied, planned, refused, brought back."""

import json

import pytest

from support.guarded import DEPARTMENTS, apply, policy
from support.page_data import data_of
from support.workbooks import HEADER, workbook
from support.world import World, departments
from wecom_sync.domain.run import State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language

KEY = "acme/syncuser/员工花名册.xlsx"
PEOPLE = (HEADER, ("张伟", "007", 13800000001, 1), ("李娜", "ln", 13800000002, 1))
BAD = (*PEOPLE, ("王芳", "w f", 13800000003, 1), ("赵六", "z", 139, 1))


def rows_sent(world: World) -> str:
    (content,) = world.wecom.media.values()
    return content.decode("utf-8-sig")


@pytest.mark.parametrize("key", [KEY, "acme/syncuser/M.XLSX", "acme/syncuser/m.csv"])
def test_wecom_gets_a_csv_of_the_workbook(world: World, key: str) -> None:
    run = apply(world, key, workbook(*PEOPLE))

    assert (run.state, run.rows, run.encoding) == (State.SUCCEEDED, 2, "XLSX")
    assert rows_sent(world) == (
        "姓名,帐号,手机号,所在部门\n张伟,007,13800000001,1\n李娜,ln,13800000002,1\n"
    )
    assert [row[1] for row in world.results_csv(run)[1:]] == ["007", "ln"]


def test_a_csv_that_calls_itself_a_workbook_is_read_as_what_it_is(world: World) -> None:
    run = apply(world, KEY, ",".join(HEADER) + "\n张伟,007,13800000001,1\n")

    assert (run.state, run.encoding) == (State.SUCCEEDED, "UTF-8")


def test_a_workbook_can_be_planned(world: World) -> None:
    run = apply(world, KEY.replace("acme/", "acme/plan/"), workbook(*PEOPLE))

    assert run.state is State.PLANNED
    assert world.wecom.calls.count("upload") == 0


def test_a_workbook_is_brought_back(world: World) -> None:
    policy(world)
    first = apply(world, KEY, workbook(*PEOPLE))
    world.clock.now += 86_400
    apply(world, KEY, workbook(HEADER, ("张大伟", "007", 13800000001, 1)))
    world.clock.now += 86_400

    world.drop(KEY, "", rollback_of=first.run_id)
    world.pass_time(600)

    assert world.run_of(KEY).state is State.SUCCEEDED
    assert world.archive.snapshot("acme").rows["007"]["姓名"] == "张伟"


def test_every_report_of_a_refused_workbook_names_the_cells(world: World) -> None:
    run = apply(world, KEY, workbook(*BAD))

    assert run.state is State.REJECTED
    sentences = [row[8] for row in world.results_csv(run)[1:] if row[7]]
    assert [each[:8] for each in sentences] == ["Cell B4:", "Cell C5:"]
    folder = f"{run.corp}/{run.run_id}"
    problems = json.loads(world.reports.documents[f"{folder}/problems.json"])["problems"]
    assert [(each["cell"], each["line"]) for each in problems] == [("B4", 4), ("C5", 5)]
    page = data_of(world.reports.documents[f"{folder}/report.html"])
    assert sorted(group["rows"][0][0] for group in page["problems"]) == ["B4", "C5"]


@pytest.mark.parametrize(
    ("language", "begins"), [(Language.ENGLISH, "Cell B4: "), (Language.CHINESE, "单元格 B4：")]
)
def test_a_single_problem_is_told_with_its_cell(
    world: World, language: Language, begins: str
) -> None:
    run = apply(world, KEY, workbook(*BAD[:-1]))

    assert reason_text(run, language).startswith(begins)


def test_a_department_that_nobody_knows_is_named_among_others_with_its_cell(world: World) -> None:
    apply(world, DEPARTMENTS, departments())

    run = apply(world, KEY, workbook(HEADER, ("张伟", "a b", 13800000001, "没有")))

    assert [row[8][:8] for row in world.results_csv(run)[1:]] == ["Cell B2:", "Cell D2:"]


def test_a_department_that_nobody_knows_is_told_with_its_cell(world: World) -> None:
    run = apply(world, KEY, workbook(("花名册",), HEADER, ("张伟", "a", 13800000001, "没有")))

    assert reason_text(run, Language.ENGLISH).startswith("Cell D3: ")
