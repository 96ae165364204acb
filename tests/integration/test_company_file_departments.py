"""A company file's departments through whole runs: ids stay, and what is not clear is asked."""

import json
from collections.abc import Mapping

import pytest

from support.company import table
from support.guarded import dropped
from support.stories import Step, play, stories
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


def test_a_team_that_joins_another_asks_nobody(new: World) -> None:
    def file(last: str) -> str:
        places = [*["研发"] * 28, *["市场"] * 28, *[last] * 4]
        rows = [f"员工,u{at},138{at:08},公司/{place}" for at, place in enumerate(places)]
        return table("姓名,帐号,手机号,部门", *rows)

    drop(new, file("行政"))
    run = drop(new, file("市场"))

    assert (run.state, run.proposal.holds) == (State.SUCCEEDED, ())


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


def teams(*words: str) -> str:
    """Return a file of everybody; some teams have other paths, or all another separator or top."""
    told = dict(word.split("=") for word in words)
    between, top = told.pop("between", "/"), told.pop("top", "公司/")
    return staff(told, between, top)


def listed(columns: str, *rows: str) -> str:
    """Return a file of people with these columns and cells."""
    people = (f"员工,u{at},138{at:08},{row}" for at, row in enumerate(rows))
    return table(f"姓名,帐号,手机号,{columns}", *people)


def in_department(world: World, account: str, number: int) -> None:
    assert world.wecom.members[account][1] == {number}


def no_department(world: World, number: int) -> None:
    assert number not in world.wecom.departments


def separates(world: World, separator: str) -> None:
    assert world.archive.snapshot("acme").separator == separator


def nothing_sent(world: World) -> None:
    assert world.wecom.jobs == {}


def placed(world: World, *paths: str) -> None:
    """See in which departments people are, one after the other."""
    departments = world.archive.snapshot("acme").department_rows

    def path(number: int) -> str:
        row = departments[number]
        above = int(row["父部门ID"])
        return f"{path(above)}/{row['部门名称']}" if above > 1 else row["部门名称"]

    assert [path(*world.wecom.members[f"u{at}"][1]) for at in range(len(paths))] == [*paths]


def names_alone(world: World, code: str, other: str) -> None:
    """See that a code names a department, and another one none."""
    departments = world.archive.snapshot("acme").departments.values()
    labels = {label for it in departments for label in it.labels}
    assert {it for it in (code, other) if code_key(it) in labels} == {code}


IN_FORCE = """[limits]
first_replace = 'apply'
additions_percent = 100
[departments]
company = '公司'
"""
STORIES = """
a merged department goes by an approval that names it: ours | company teams | applied
    | company teams 市场/华东=市场/华南 | asks hold_amount hold_other_departments | approve
    | applied | in_department u8 7
    | company teams 市场/华东=市场/华南 ~ replaced 员工,u0 员工甲,u0 | applied
    | no_department 6
what concerns a few is one paragraph, of people and departments: ours | company teams | applied
    | company teams 市场/华东=市场/华南 ~ replaced 公司/行政 公司/行政中心 1
    | asks hold_amount hold_other_departments
    | says 行政 → 行政中心). Departments to be added (1): 行政中心 (9).
what was asked about a split and a merger is asked once: ours | company teams | applied
    | company teams 市场/华东=市场/华中 市场/华南=市场/华中 行政=市场/华中
    ~ replaced 研发/平台 研发/基础 2
    | asks hold_unlikely hold_other_departments | approve | applied
another separator is asked about once: ours | company teams | applied
    | company teams 市场/华东=市场/东区 between=- | asks hold_separator | approve | applied
    | separates - | company teams 市场/华东=市场/北区 between=- | applied
nobody approves a name that nobody knows, and settings tell it: ours | company teams top=
    | asks hold_unnamed | approve | asks hold_unnamed | nothing_sent | settings in_force | wait 1
    | placed 研发/平台
levels with a leaf beside them: named_ours
    | company listed 一级部门,二级部门,部门 研发,平台,平台 研发,算法,算法 行政,,行政 | applied
    | placed 研发/平台 研发/算法 行政
levels with a leaf below them: named_ours
    | company listed 一级部门,二级部门,部门 研发,平台,网关组 行政,,行政 | applied
    | placed 研发/平台/网关组 行政
hyphens that separate, and others: named_ours
    | company listed 部门 研发-Wi-Fi组 研发-T-Mobile组 研发-平台 行政-前台 行政-车队 | applied
    | placed 研发/Wi-Fi组 研发/T-Mobile组 研发/平台 行政/前台 行政/车队
hyphens in names: named_ours | company listed 部门 T-Mobile组 E-com部 研发 行政 财务 | applied
    | placed T-Mobile组 E-com部 研发 行政 财务
slashes beside hyphens: named_ours | company listed 部门 Wi-Fi组 研发/甲 研发/乙 研发 行政 | applied
    | placed Wi-Fi组 研发/甲 研发/乙 研发 行政
departments above beside names: named_ours
    | company listed 部门,上级部门 Wi-Fi组,研发 T-Mobile组,研发 研发, 行政, | applied
    | placed 研发/Wi-Fi组 研发/T-Mobile组 研发 行政
a code that several departments have names none of them: named_ours
    | company listed 部门,部门编码 研发/平台,D1 研发/算法,D1 行政,D2 | applied | names_alone D2 D1
"""
OURS = {"removal_percent": 100}
NAMED_OURS = OURS | {"company": "公司"}


@stories(STORIES, globals())
def test_the_tree_is_what_the_file_means(new: World, story: list[Step]) -> None:
    play(new, *story)
