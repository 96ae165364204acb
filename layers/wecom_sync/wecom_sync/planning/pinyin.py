"""Chinese names in Latin letters, as accounts are made from them. Pure."""

import re
from functools import cache

_FAMILIES: dict[str, str] = dict(
    re.findall(
        "([^a-z]+)([a-z]+)",
        "单shan仇qiu解xie区ou查zha曾zeng朴piao盖ge覃qin缪miao乐yue翟zhai员yun种chong秘bi冼xian"
        "折she黑he繁po尹yin召shao那na哈ha不fou宓fu乜nie纪ji祭zhai重chong洗xian任ren葛ge华hua"
        "尉迟yuchi长孙zhangsun万俟moqi单于chanyu澹台tantai宰父zaifu令狐linghu鲜于xianyu"
        "夏侯xiahou皇甫huangfu中行zhonghang",
    )
)
"""Family names whose reading is another one than the character has elsewhere."""
_NO_LETTERS = re.compile("[^a-z0-9]")


@cache
def pinyin(name: str) -> str:
    """Return a name in lower-case Latin letters, blank for one that has none. ü becomes v."""
    # Its phrases take 0.15 s to load, and most files need no pinyin.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    family = next((name[:size] for size in (2, 1) if name[:size] in _FAMILIES), "")
    syllables = "".join(lazy_pinyin(name[len(family) :]))
    return _NO_LETTERS.sub("", f"{_FAMILIES.get(family, '')}{syllables}".casefold())
