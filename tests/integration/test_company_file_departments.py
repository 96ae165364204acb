"""A company file's departments through whole runs: ids stay, and what is not clear is asked."""

import json
from collections.abc import Mapping

import pytest

from support.company import table
from support.guarded import apply, codes, dropped
from support.world import World, departments
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run, State

KEY = "acme/company/staff.csv"
POLICY = Policy(first_replace="apply", additions_percent=100, removal_percent=100)
TEAMS = {"研发/平台": 4, "研发/算法": 4, "市场/华东": 4, "市场/华南": 4, "行政": 4}


@pytest.fixture
def world() -> World:
    made = World()
    made.store.put_policy("acme", POLICY, 1)
    return made


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
    assert drop(world, staff()).state is State.SUCCEEDED
    before = places(world)

    run = drop(world, staff({team: team.replace("市场", "营销") for team in TEAMS}))

    assert (run.state, places(world)) == (State.SUCCEEDED, before)
    assert [step.job for step in run.steps] == ["replaceparty"]
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
    drop(world, staff())
    content = staff().replace("公司/行政", "公司/行政/前台", 2)

    run = dropped(world, "acme/plan/company/staff.csv", content, 60)

    plan = json.loads(world.reports.documents[f"acme/{run.run_id}/plan.json"])
    assert [it["columns"] for it in plan["changes"]] == [{"所在部门": ["行政", "前台"]}] * 2
    assert "前台" in plan["places"].values()


def test_a_merged_department_goes_by_an_approval_that_names_it(world: World) -> None:
    drop(world, staff())
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
    drop(world, staff())
    renamed = {"市场/华东": "市场/东区"}

    run = drop(world, staff(renamed, "-"))

    assert (run.state, codes(run)) == (State.HELD, ["hold_separator"])
    world.approve_now(run)
    world.pass_time(3600)
    assert world.archive.snapshot("acme").separator == "-"
    assert drop(world, staff({"市场/华东": "市场/北区"}, "-")).state is State.SUCCEEDED


def test_nobody_approves_a_name_that_nobody_knows_and_settings_tell_it(world: World) -> None:
    run = drop(world, staff(top=""))

    assert (run.state, codes(run)) == (State.HELD, ["hold_unnamed"])
    world.approve_now(run)
    world.pass_time(3600)
    assert (world.current_run(run).state, world.wecom.jobs) == (State.HELD, {})
    limits = "[limits]\nfirst_replace = 'apply'\nadditions_percent = 100\n"
    apply(world, "acme/settings.toml", f"{limits}[departments]\ncompany = '公司'\n")
    world.pass_time(3600)
    assert world.current_run(run).state is State.SUCCEEDED


def test_a_broken_file_is_not_told_of_departments_that_it_brings(world: World) -> None:
    apply(world, "acme/replaceparty/d.csv", departments(3))

    run = drop(world, staff().replace("13800000000", "1380000"))

    assert run.state is State.REJECTED
    problems = json.loads(world.reports.documents[f"acme/{run.run_id}/problems.json"])["problems"]
    assert [it["code"] for it in problems] == ["mobile_invalid"]
