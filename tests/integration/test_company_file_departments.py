"""A company file's departments through whole runs: ids stay, and what is not clear is asked."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from support.company import table
from support.guarded import apply, codes, dropped
from support.world import World
from wecom_sync.domain.book import code_key
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

KEY = "acme/company/staff.csv"
POLICY = Policy(first_replace="apply", additions_percent=100, removal_percent=100)
TEAMS = {"研发/平台": 4, "研发/算法": 4, "市场/华东": 4, "市场/华南": 4, "行政": 4}


@pytest.fixture
def new() -> World:
    made = World()
    made.store.put_policy("acme", POLICY, 1)
    return made


@pytest.fixture
def world(new: World) -> World:
    """Return a company whose file was applied."""
    assert drop(new, staff()).state is State.SUCCEEDED
    return new


def staff(renamed: Mapping[str, str] | None = None, between: str = "/", top: str = "公司/") -> str:
    """Return a file of everybody, with other paths for some teams."""
    paths = [(renamed or {}).get(team, team) for team, count in TEAMS.items() for _ in range(count)]
    rows = [
        f"员工,u{at},138{at:08},{(top + path).replace('/', between)}"
        for at, path in enumerate(paths)
    ]
    return table("姓名,帐号,手机号,部门", *rows)


def drop(world: World, content: str) -> Run:
    return dropped(world, KEY, content, 3600)


def places(world: World) -> dict[str, int]:
    """Return where the first of each team is."""
    firsts = {team: sum([*TEAMS.values()][:at]) for at, team in enumerate(TEAMS)}
    return {team: min(world.wecom.members[f"u{at}"][1]) for team, at in firsts.items()}


def test_a_renamed_division_keeps_its_id_and_those_of_its_teams(world: World) -> None:
    before = places(world)

    run = drop(world, staff({team: team.replace("市场", "营销") for team in TEAMS}))

    assert (run.state, places(world)) == (State.SUCCEEDED, before)
    assert [step.job for step in run.submission.steps] == ["replaceparty"]
    rows = world.archive.snapshot("acme").department_rows
    assert sorted(row["部门名称"] for row in rows.values()) == sorted(
        ["公司", "研发", "平台", "算法", "营销", "华东", "华南", "行政"]
    )
    plan = json.loads(world.reports.documents[f"acme/{run.run_id}/plan.json"])
    assert [it["columns"] for it in plan["departments"]["changes"]] == [
        {"部门名称": ["市场", "营销"]}
    ]
    assert "「市场」 → 「营销」: renamed, 8 of 8 people the same, id 5 stays." in [
        it["text"] for it in plan["warnings"]
    ]


def test_a_plan_calls_a_new_department_by_its_name(world: World) -> None:
    content = staff().replace("公司/行政", "公司/行政/前台", 2)

    run = dropped(world, "acme/plan/company/staff.csv", content, 60)

    plan = json.loads(world.reports.documents[f"acme/{run.run_id}/plan.json"])
    assert [it["columns"] for it in plan["changes"]] == [{"所在部门": ["行政", "前台"]}] * 2
    assert "前台" in plan["places"].values()


def test_a_merged_department_goes_by_an_approval_that_names_it(world: World) -> None:
    before = places(world)
    merged = staff({"市场/华东": "市场/华南"})

    run = drop(world, merged)

    assert (run.state, codes(run)[-1]) == (State.HELD, "hold_merged_departments")
    world.approve_now(run)
    world.pass_time(3600)
    assert world.current_run(run).state is State.SUCCEEDED
    assert places(world)["市场/华东"] == before["市场/华南"]
    again = drop(world, merged.replace("员工,u0", "员工甲,u0"))
    assert (again.state, before["市场/华东"] in world.wecom.departments) == (State.SUCCEEDED, False)


def test_another_separator_is_asked_once(world: World) -> None:
    renamed = {"市场/华东": "市场/东区"}

    run = drop(world, staff(renamed, "-"))

    assert (run.state, codes(run)) == (State.HELD, ["hold_separator"])
    world.approve_now(run)
    world.pass_time(3600)
    assert world.archive.snapshot("acme").separator == "-"
    assert drop(world, staff({"市场/华东": "市场/北区"}, "-")).state is State.SUCCEEDED


def test_nobody_approves_a_name_that_nobody_knows_and_settings_tell_it(new: World) -> None:
    run = drop(new, staff(top=""))

    assert (run.state, codes(run)) == (State.HELD, ["hold_unnamed"])
    new.approve_now(run)
    new.pass_time(3600)
    assert (new.current_run(run).state, new.wecom.jobs) == (State.HELD, {})
    limits = "[limits]\nfirst_replace = 'apply'\nadditions_percent = 100\n"
    apply(new, "acme/settings.toml", f"{limits}[departments]\ncompany = '公司'\n")
    new.pass_time(3600)
    assert new.current_run(run).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        ("一级部门,二级部门,部门", "研发,平台,平台 研发,算法,算法 行政,,行政",
         "研发/平台 研发/算法 行政"),
        ("一级部门,二级部门,部门", "研发,平台,网关组 行政,,行政", "研发/平台/网关组 行政"),
        ("部门", "研发-Wi-Fi组 研发-T-Mobile组 研发-平台 行政-前台 行政-车队",
         "研发/Wi-Fi组 研发/T-Mobile组 研发/平台 行政/前台 行政/车队"),
        ("部门", "T-Mobile组 E-com部 研发 行政 财务", "T-Mobile组 E-com部 研发 行政 财务"),
        ("部门", "Wi-Fi组 研发/甲 研发/乙 研发 行政", "Wi-Fi组 研发/甲 研发/乙 研发 行政"),
        ("部门,上级部门", "Wi-Fi组,研发 T-Mobile组,研发 研发, 行政,",
         "研发/Wi-Fi组 研发/T-Mobile组 研发 行政"),
    ],
)  # fmt: skip
def test_a_new_company_gets_the_tree_that_its_file_means(
    new: World, columns: str, cells: str, expected: str
) -> None:
    new.store.put_policy("acme", replace(POLICY, company="公司"), 2)
    rows = [f"员工,u{at},138{at:08},{cell}" for at, cell in enumerate(cells.split())]

    run = drop(new, table(f"姓名,帐号,手机号,{columns}", *rows))

    assert run.state is State.SUCCEEDED
    departments = new.archive.snapshot("acme").department_rows

    def path(number: int) -> str:
        row = departments[number]
        above = int(row["父部门ID"])
        return f"{path(above)}/{row['部门名称']}" if above > 1 else row["部门名称"]

    assert [path(*new.wecom.members[f"u{at}"][1]) for at in range(len(rows))] == expected.split()


def test_a_code_that_several_departments_have_names_none_of_them(new: World) -> None:
    new.store.put_policy("acme", replace(POLICY, company="公司"), 2)
    cells = ("研发/平台,D1", "研发/算法,D1", "行政,D2")
    rows = [f"员工,u{at},138{at:08},{cell}" for at, cell in enumerate(cells)]

    assert drop(new, table("姓名,帐号,手机号,部门,部门编码", *rows)).state is State.SUCCEEDED
    departments = new.archive.snapshot("acme").departments.values()
    labels = {label for it in departments for label in it.labels}
    assert {code for code in ("D1", "D2") if code_key(code) in labels} == {"D2"}
