"""The demonstration's company of made-up people, the files it drops, what must become of each."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from wecom_sync.domain.run import Job, State
from wecom_sync_tools.console.codes import Code

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


_SURNAMES = (
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma "
    "朱zhu 胡hu 郭guo 何he 林lin 高gao 罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu "
    "韩han 邓deng 冯feng 曹cao 彭peng 曾zeng 肖xiao 田tian 董dong 潘pan 袁yuan 蔡cai 蒋jiang 余yu"
)
_GIVEN = (
    "伟wei 芳fang 娜na 敏min 静jing 磊lei 洋yang 艳yan 勇yong 杰jie 娟juan 涛tao 明ming "
    "超chao 霞xia 平ping 刚gang 玲ling 辉hui 鹏peng 丹dan 萍ping 鑫xin 波bo 斌bin 宇yu "
    "浩hao 凯kai 秀xiu 健jian 俊jun 帆fan 雪xue 帅shuai 慧hui 旭xu 宁ning 婷ting 龙long "
    "瑞rui 颖ying 欣xin 倩qian 佳jia 晨chen 思si 雨yu 子zi 一yi 梓zi"
)
"""Characters, each with how it is spelt."""
_POSITIONS = {
    2: ("行政主管", "总裁办秘书", "财务经理", "法务专员"),
    4: ("产品经理", "产品助理", "用户研究员", "交互设计师"),
    6: ("前端工程师", "高级前端工程师", "视觉设计师"),
    7: ("后端工程师", "高级后端工程师", "测试工程师", "运维工程师"),
}
"""By department of WeCom's own template."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    name: str
    userid: str
    mobile: str
    email: str
    department: int
    position: str


def people(count: int) -> Iterator[DemoPerson]:
    """Yield people, the same ones every time."""
    chance = random.Random(2016)  # noqa: S311 - the same people every time, no secret
    surnames, given = _SURNAMES.split(), _GIVEN.split()
    namesakes: Counter[str] = Counter()
    for number in range(count):
        spelt = [chance.choice(surnames), *chance.sample(given, chance.choice((1, 2, 2)))]
        spelling = "".join(word[1:] for word in spelt)
        namesakes[spelling] += 1
        userid = f"{spelling}{namesakes[spelling]}" if namesakes[spelling] > 1 else spelling
        department = chance.choice(tuple(_POSITIONS))
        yield DemoPerson(
            userid=userid,
            name="".join(word[0] for word in spelt),
            mobile=f"1390000{number:04d}",
            email=f"{userid}@example.com",
            department=department,
            position=chance.choice(_POSITIONS[department]),
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
