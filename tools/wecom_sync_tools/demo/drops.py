"""The demonstration's company, the three files it drops, and what must become of each."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from wecom_sync.domain.run import Job, State
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.demo.people import DemoPerson, people

AT_WORK = 30
"""Members whom WeCom knows before."""
NEWCOMERS = 1_000
LEFT_OVER = 200
"""People in the export that broke off."""
SETTINGS = '[limits]\nfirst_replace = "apply"\nadditions_percent = 100\n'
"""Settings with which the first full files, and many new people, need no approval."""
MOBILE_TAKEN = 60104
EMAIL_TAKEN = 60106
DEPARTMENT_FILE = Path(__file__).with_name("demo_files") / "departments.csv"
"""WeCom's own template, as its console offers it."""

_TAKEN = {
    118: MOBILE_TAKEN,
    307: EMAIL_TAKEN,
    512: MOBILE_TAKEN,
    733: MOBILE_TAKEN,
    958: EMAIL_TAKEN,
}
"""Newcomers who bring somebody else's mobile number or e-mail address."""
_OLD = (2, 4)
"""Departments that have members before."""
_HEADER = "姓名,帐号,手机号,邮箱,所在部门,职位"
_BROKEN_ROWS = (
    "陈静,chenjing,13900005001,chenjing@example.com,4,产品经理",
    "李思,li si,13900005002,lisi@example.com,4,产品助理",
    "陈晶,ChenJing,13900005003,chenjing2@example.com,6,前端工程师",
    "王浩,wanghao.new,13900005004,wanghao@example.com,4;;7,后端工程师",
    "赵雪,zhaoxue,,,7,测试工程师",
    "刘洋,liuyang.new,13900005006,liuyang@example.com,7,后端工程师,深圳市,南山区",
    ",xujun,13900005007,xujun@example.com,2,法务专员",
    "何敏,hemin,13900005008,hemin@example.com,2,财务经理",
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must become of a file. `troubles`: bad lines with the errcode of each, if any."""

    state: State
    rows: int
    troubles: Mapping[int, str] = field(default_factory=dict)
    plan: Mapping[str, int] = field(default_factory=dict)


class DemoDrop(NamedTuple):
    """One file of the demonstration; `about` is the text that introduces it."""

    name: str
    job: Job
    content: bytes
    about: Code
    expected: Expectation


def demo_drops() -> tuple[DemoDrop, DemoDrop, DemoDrop]:
    """Return the three files in the order they are dropped."""
    newcomers = _newcomers()
    lines = {number + 2: str(code) for number, code in _TAKEN.items()}
    return (
        DemoDrop(
            "members.csv",
            Job.SYNC_USER,
            _csv(_row(person) for person in newcomers).encode("gb18030"),
            "demo_about_members",
            Expectation(State.PARTIAL, NEWCOMERS, lines),
        ),
        DemoDrop(
            "departments.csv",
            Job.REPLACE_PARTY,
            DEPARTMENT_FILE.read_bytes(),
            "demo_about_departments",
            Expectation(State.SUCCEEDED, 7),
        ),
        DemoDrop(
            "broken.csv",
            Job.REPLACE_USER,
            _csv(_BROKEN_ROWS).encode("utf-8-sig"),
            "demo_about_broken",
            Expectation(State.REJECTED, len(_BROKEN_ROWS), dict.fromkeys((3, 4, 5, 6, 7, 8), "")),
        ),
    )


def truncated_drop() -> DemoDrop:
    """Return the beginning of a full file. No file has named the earlier members before."""
    newcomers = (person for number, person in enumerate(_newcomers()) if number not in _TAKEN)
    everybody = [*_at_work(), *newcomers]
    left_over = everybody[:LEFT_OVER]
    plan = {
        "add": 0,
        "update": AT_WORK,
        "move": 0,
        "remove": len(everybody) - LEFT_OVER,
        "unchanged": LEFT_OVER - AT_WORK,
    }
    return DemoDrop(
        "truncated.csv",
        Job.REPLACE_USER,
        _csv(_row(person) for person in left_over).encode(),
        "demo_about_truncated",
        Expectation(State.HELD, LEFT_OVER, plan=plan),
    )


def company() -> dict[str, Any]:
    """Return the company as the simulator has it before anything is dropped."""
    return {
        "root_name": "腾讯科技",
        "departments": [
            {"id": 2, "name": "总办", "parent_id": 1},
            {"id": 3, "name": "微信事业群", "parent_id": 1},
            {"id": 4, "name": "产品部", "parent_id": 3},
        ],
        "members": [
            {
                "userid": person.userid,
                "name": person.name,
                "mobile": person.mobile,
                "email": person.email,
                "departments": [person.department],
                "position": person.position,
                "activated": True,
            }
            for person in _at_work()
        ],
    }


def members_afterwards() -> int:
    """Return how many members WeCom must have in the end."""
    return AT_WORK + NEWCOMERS - len(_TAKEN)


def _at_work() -> list[DemoPerson]:
    """Return the earlier members, in the two departments that exist."""
    return [
        person if person.department in _OLD else replace(person, department=_OLD[-1])
        for person in people(AT_WORK)
    ]


def _newcomers() -> list[DemoPerson]:
    everybody = list(people(AT_WORK + NEWCOMERS))
    at_work, newcomers = everybody[:AT_WORK], everybody[AT_WORK:]
    for owner, (number, code) in zip(at_work, _TAKEN.items(), strict=False):
        newcomer = newcomers[number]
        newcomers[number] = (
            replace(newcomer, mobile=owner.mobile)
            if code == MOBILE_TAKEN
            else replace(newcomer, email=owner.email)
        )
    return newcomers


def _row(person: DemoPerson) -> str:
    return ",".join(str(value) for value in astuple(person))


def _csv(rows: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in (_HEADER, *rows))
