"""A run for each end, of the invented company of `examples/`: what the pages are tested with."""

import csv
import functools
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from support.dropped import altered
from support.guarded import COMPANY, DEPARTMENTS, FULL, SOME, policy
from support.template import ROOT
from support.world import World
from wecom_sync.domain.errors import SecretInvalidError, UnreachableError, WeComError
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.report import report_page

type Person = dict[str, str]

PLAN = "acme/plan/replaceuser/members.csv"
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><b>x",
    "]]><!--",
    "\u202eevil",
    "=HYPERLINK(1)",
    "<img src=x onerror=alert(1)>",
)
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
_GIVEN = (
    *("子轩", "雨桐", "浩宇", "欣怡", "梓涵", "宇航"),
    *("思远", "佳琪", "文博", "静雯", "一鸣", "若溪"),
)
_CLOSED = {"7", "8", "9", "10", "11", "5"}
_UNITS = ("前端组", "后端组", "测试组", "华东区", "华南区", "客户服务部", "人事行政部")
_TITLES = ("工程师", "高级工程师", "客户经理", "客服专员", "行政专员")


def people(count: int = 180) -> list[Person]:
    """Return the people of the example and others, each in a department by its name."""
    text = (ROOT / "examples/members.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    for number in range(count - len(rows)):
        name = _FAMILY[number % len(_FAMILY)] + _GIVEN[number // len(_FAMILY) % len(_GIVEN)]
        user = f"yf{number + 1001}"
        cells = (
            name, user, f"154{number + 10_000_000}", f"{user}@yunfan.example",
            _UNITS[number % len(_UNITS)], _TITLES[number % len(_TITLES)],
            "男" if number % 2 else "女", "0",
        )  # fmt: skip
        rows.append(dict(zip(rows[0], cells, strict=True)))
    return rows


def file_of(rows: Iterable[Person]) -> str:
    listed = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, listed[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def next_month(rows: Sequence[Person]) -> list[Person]:
    """Return the people of a month later: some have gone, moved, come, or got another title."""
    stay = [dict(each) for at, each in enumerate(rows) if at % 9 != 4]
    for at, each in enumerate(stay[25:]):
        if at % 14 == 3:
            each["所在部门"] = _UNITS[(at + 2) % len(_UNITS)]
            each["职位"] = "项目经理"
        elif at % 20 == 5:
            each["手机号"] = f"154{at + 20_000_000}"
        elif at % 20 == 9:
            each["职位"] = f"资深{each['职位']}"
    new = people(len(rows) + 8)[len(rows) :]
    return [*stay, *new]


def by_key(rows: Iterable[Person]) -> list[Person]:
    """Return people as HR knows them: by keys, and without accounts."""
    known = [{"工号": f"{at:05d}", **row} for at, row in enumerate(rows, 50)]
    for row in known:
        del row["帐号"]
    return known


class Company(World):
    """The company with its departments and its people imported, and a later file to drop."""

    def __init__(self) -> None:
        super().__init__("acme")
        self.now = people()
        self.later = next_month(self.now)
        self.put(DEPARTMENTS, (ROOT / "examples/departments.csv").read_text("utf-8-sig"))
        self.put(FULL, file_of(self.now))
        policy(self, first_replace="hold")

    def put(self, key: str, content: str, seconds: float = 600) -> Run:
        self.clock.now += 3_600
        self.drop(key, content)
        self.pass_time(seconds)
        return self.run_of(key)


def page_of(world: World, run: Run, language: Language = Language.ENGLISH, **fields: Any) -> bytes:
    """Return the page of a run as it is now, with what its documents say.

    `fields`: what is otherwise of the run.
    """
    run = altered(world.store.runs_by_id[run.run_id], **fields)
    failed = world.store.failed_rows(run.run_id) if run.result.failed else []
    problems = _document(world, run, "problems.json").get("problems", [])
    plan = _document(world, run, "plan.json")
    return report_page(run, plan or None, failed, problems, language)


@functools.cache
def hostile_names() -> bytes:
    """Return the page of a run whose file and people are called what nobody is called."""
    world = Company()
    problems = _document(world, hostile(world), "problems.json").get("problems", [])
    run = altered(succeeded(world), key=f"acme/syncuser/{HOSTILE[-1]}.csv")
    wild = [
        {
            **dict.fromkeys(("id", "name"), each),
            "change": "added",
            "departments": [each],
            "columns": dict.fromkeys(("所在部门", "职位"), (None, each)),
        }
        for each in HOSTILE
    ]
    problems = _document(world, run, "problems.json").get("problems", [])
    plan = {
        "changes": wild,
        "by_department": {"1": {"add": 1}, "2": {"add": 1}},
        "places": dict(zip("12", HOSTILE, strict=False)),
    }
    refused = [Outcome(each, at, 60104, each, name=each) for at, each in enumerate(HOSTILE)]
    return report_page(run, plan, refused, problems, Language.ENGLISH)


@functools.cache
def many(count: int, refused_each: int = 0) -> bytes:
    """Return the page of a run that changes so many people: held, or with refused rows.

    `refused_each`: 1 for all of them, 10 for each tenth.
    """
    world = Company()
    run = partial(world) if refused_each else held(world)
    plan = _document(world, run, "plan.json")
    few = plan["changes"]
    changes = [
        {**few[at % len(few)], "id": f"p{at:06d}", "name": f"{few[at % len(few)]['name']}{at}"}
        for at in range(count)
    ]
    plan = {**plan, "changes": changes}
    refused = [
        Outcome(change["id"], line, 60104, "mobile existed", name=change["name"])
        for line, change in enumerate(changes)
        if refused_each and line % refused_each == 0
    ]
    return report_page(run, plan, refused, [], Language.ENGLISH)


def _document(world: World, run: Run, name: str) -> Mapping[str, Any]:
    content = world.reports.get(f"{run.corp}/{run.run_id}/{name}")
    document: Mapping[str, Any] = (
        json.loads(content) if content and name in run.result.reports else {}
    )
    return document


def held(world: Company) -> Run:
    return world.put(FULL, file_of(world.later))


def partial(world: Company) -> Run:
    ids = [each["帐号"] for each in world.later]
    world.wecom.refused |= dict.fromkeys(ids[30:37], 60104) | dict.fromkeys(ids[50:52], 60106)
    world.wecom.refused |= {ids[160]: 60003, "yf1025": 60111}
    run = held(world)
    world.decide(
        run, decision="approve", plan=str(run.proposal.digest), note="人事已核对，11 月离职名单"
    )
    world.pass_time(600)
    return run


def linked(world: Company) -> Run:
    """HR's file has keys, and four people of whom little shows whose account they have."""
    policy(world, first_replace="hold", key="工号", newcomers="pinyin")
    rows = by_key(world.now[:150])
    for at in (7, 37, 67, 97):
        rows[at] |= {"手机号": f"155{at:08d}", "邮箱": "", "所在部门": "总经办"}
    rows[8]["手机号"] = "15500000008"
    return world.put(COMPANY, file_of(rows))


def monthly(world: Company) -> Any:
    """Return HR's file of 300 people, as a browser sends it; 5 of the last month are missing."""
    linking = {"first_replace": "hold", "key": "工号", "newcomers": "pinyin"}
    people_of_desk = {"desk_approvers": ["zhangsan"], "desk_droppers": ["zhangsan", "lisi"]}
    policy(world, removals=3, **linking, **people_of_desk)
    rows = by_key(people(305))
    rows[-1] |= {"姓名": "张三", "手机号": "15500000009", "邮箱": ""}
    world.approve(world.put(COMPANY, file_of(rows)))
    world.pass_time(600)
    for row in rows[100:110]:
        row["职位"] = f"资深{row['职位']}"
    rows = [{**row, "身份证号": "-", "基本工资": "9000"} for row in (*rows[:70], *rows[75:])]
    return {"name": "花名册.csv", "mimeType": "text/csv", "buffer": file_of(rows).encode()}


def many_links(world: Company, run: Run, count: int) -> bytes:
    """Return the page of a run that links so many people."""
    plan = _document(world, run, "plan.json")
    few = plan["links"]
    links = [{**few[at % len(few)], "key": f"K{at:06d}"} for at in range(count)]
    return report_page(run, {**plan, "links": links}, [], [], Language.ENGLISH)


def partial_unreported(world: Company) -> Run:
    world.wecom.left_out |= {each["帐号"] for each in world.now[3:9]}
    return succeeded(world)


def rejected(world: Company) -> Run:
    rows = [dict(each) for each in world.later]
    for each in rows[3:60:3]:
        each["手机号"] = each["手机号"][:-2]
    for each in rows[61:69]:
        each["所在部门"] = "海外市场部"
    rows[70]["姓名"] = ""
    rows[80]["帐号"] = rows[79]["帐号"]
    return world.put(FULL, file_of(rows))


def succeeded(world: Company, seconds: float = 600) -> Run:
    promoted = ({**each, "职位": f"{each['姓名'][0]}组顾问"} for each in world.now[:20])
    return world.put(SOME, file_of(promoted), seconds)


def unchanged(world: Company) -> Run:
    return world.put(SOME, file_of(world.now[:30]))


def planned(world: Company) -> Run:
    return world.put(PLAN, file_of(world.later))


def failed(world: Company) -> Run:
    world.wecom.fail("directory", *[UnreachableError()] * 10_000)
    run = succeeded(world)
    world.live(2 * 86_400)
    return run


def failed_secret(world: Company) -> Run:
    world.wecom.fail("directory", *[SecretInvalidError(details="x")] * 10_000)
    run = world.put(SOME, file_of(world.now[:20]))
    world.live(2 * 86_400)
    return run


def refused_whole(world: Company) -> Run:
    world.wecom.job_errcode = 45026
    return succeeded(world)


def unknown(world: Company) -> Run:
    world.wecom.duration = 1e9
    run = succeeded(world)
    world.live(2 * 86_400)
    return run


def trying_again(world: Company) -> Run:
    world.wecom.fail("submit", *[WeComError(45009, "", "/cgi-bin/batch/syncuser")] * 1_000)
    return succeeded(world)


def submitted(world: Company) -> Run:
    world.wecom.duration = 1e9
    return succeeded(world, 90)


def queued(world: Company) -> Run:
    submitted(world)
    return world.put("acme/syncuser/second.csv", file_of(world.now[:5]), 60)


def superseded(world: Company) -> Run:
    first = held(world)
    world.put(FULL, file_of(world.now))
    return first


def cancelled(world: Company) -> Run:
    run = held(world)
    world.decide(run, decision="cancel", note="名单有误")
    world.pass_time(600)
    return run


def expired(world: Company) -> Run:
    run = held(world)
    world.live(4 * 86_400)
    return run


def settings(world: Company) -> Run:
    return world.put("acme/settings.toml", "[limits]\nremovals = 60\n")


def settings_rejected(world: Company) -> Run:
    return world.put("acme/settings.toml", '[limits]\nremovals = "many"\nremovels = 3\n')


def departments_held(world: Company) -> Run:
    text = (ROOT / "examples/departments.csv").read_text("utf-8-sig")
    lines = [line for line in text.splitlines() if line.split(",")[1] not in _CLOSED]
    lines = [line.replace("总经办", "总裁办") for line in lines]
    return world.put(DEPARTMENTS, "\n".join([*lines, "海外市场部,12,4,5"]) + "\n")


def hostile(world: Company) -> Run:
    rows = [{**each, "职位": HOSTILE[at % len(HOSTILE)]} for at, each in enumerate(world.now[:20])]
    return world.put("acme/syncuser/<img src=x onerror=alert(1)>.csv", file_of(rows))


SHOWS: Mapping[str, Callable[[Company], Run]] = {
    show.__name__: show
    for show in (
        *(held, partial, partial_unreported, rejected, succeeded, unchanged, planned, failed),
        *(failed_secret, refused_whole, unknown, trying_again, submitted, queued, superseded),
        *(cancelled, expired, settings, settings_rejected, departments_held, hostile, linked),
    )
}
"""Each end of a run, and each place where one may stand, by name."""
