"""Made-up people: plausible names, ids spelt after them, numbers that nobody has."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass


def _spelt(*lines: str) -> tuple[tuple[str, str], ...]:
    """Return characters with how they are spelt."""
    return tuple((word[0], word[1:]) for line in lines for word in line.split())


_SURNAMES = _spelt(
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma",
    "朱zhu 胡hu 郭guo 何he 林lin 高gao 罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu",
    "韩han 邓deng 冯feng 曹cao 彭peng 曾zeng 肖xiao 田tian 董dong 潘pan 袁yuan 蔡cai 蒋jiang",
    "余yu",
)
_GIVEN = _spelt(
    "伟wei 芳fang 娜na 敏min 静jing 磊lei 洋yang 艳yan 勇yong 杰jie 娟juan 涛tao 明ming",
    "超chao 霞xia 平ping 刚gang 玲ling 辉hui 鹏peng 丹dan 萍ping 鑫xin 波bo 斌bin 宇yu",
    "浩hao 凯kai 秀xiu 健jian 俊jun 帆fan 雪xue 帅shuai 慧hui 旭xu 宁ning 婷ting 龙long",
    "瑞rui 颖ying 欣xin 倩qian 佳jia 晨chen 思si 雨yu 子zi 一yi 梓zi",
)
_POSITIONS = {
    2: ("行政主管", "总裁办秘书", "财务经理", "法务专员"),
    4: ("产品经理", "产品助理", "用户研究员", "交互设计师"),
    6: ("前端工程师", "高级前端工程师", "视觉设计师"),
    7: ("后端工程师", "高级后端工程师", "测试工程师", "运维工程师"),
}
"""By department of WeCom's own template."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One member, with what a file says in the order of its columns."""

    name: str
    userid: str
    mobile: str
    email: str
    department: int
    position: str


def people(count: int) -> Iterator[DemoPerson]:
    """Yield people, the same ones every time."""
    chance = random.Random(2016)  # noqa: S311 - the same people every time, no secret
    namesakes: Counter[str] = Counter()
    for number in range(count):
        parts = [chance.choice(_SURNAMES), *chance.sample(_GIVEN, chance.choice((1, 2, 2)))]
        spelling = "".join(spelt for _, spelt in parts)
        namesakes[spelling] += 1
        userid = f"{spelling}{namesakes[spelling]}" if namesakes[spelling] > 1 else spelling
        department = chance.choice(tuple(_POSITIONS))
        yield DemoPerson(
            userid=userid,
            name="".join(character for character, _ in parts),
            mobile=f"1390000{number:04d}",
            email=f"{userid}@example.com",
            department=department,
            position=chance.choice(_POSITIONS[department]),
        )
