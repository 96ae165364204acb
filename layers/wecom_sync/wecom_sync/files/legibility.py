r"""Finds cells that nobody typed: spreadsheet errors, lost, invisible and garbled characters.

Garbled text went through a wrong encoding: UTF-8 read as GBK, or as the Latin of Western Windows.

Turning the mistake back gives sense only where there was one: `寮犱紵` is what GBK makes of the
bytes of 张伟, `å¼\xa0` what Windows makes of 张. A name that was written so is turned into bytes
that are no UTF-8. The tests measure it on every name that GB 2312 can write.
"""

import re
from typing import Self

from wecom_sync.domain.texts import Params, TextCode


class Doubtful(str):
    """A cell of a workbook that may not be what people see there. `code`: the problem."""

    __slots__ = ("code",)
    code: TextCode

    def __new__(cls, text: str, code: TextCode) -> Self:
        cell = super().__new__(cls, text)
        cell.code = code
        return cell


_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)|#{3,}", re.IGNORECASE
)
"""Error values of spreadsheets. A row of # stands for a value that was too wide."""
_GARBLED = re.compile("锟斤拷|烫烫烫|屯屯屯|\ufffd|^[?？]{2,}$")
"""What is left of text after a wrong encoding; question marks only if nothing else is there."""
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0]")


def illegible(cell: str) -> tuple[TextCode, Params] | None:
    """Return what makes a cell illegible as code and blanks of a text, None if nothing does."""
    if cell[:1] == "#" and _ERROR.fullmatch(cell):
        return "cell_error_value", {"value": cell[:10]}
    is_ascii = cell.isascii()
    if (not is_ascii or cell[:1] == "?") and (garbled := _GARBLED.search(cell)):
        return "cell_garbled", {"value": garbled[0][:10]}
    if is_ascii:
        return None
    if unscrambled(cell) is not None:
        return "cell_scrambled", {}
    if mark := INVISIBLE.search(cell):
        character = f"U+{ord(mark[0]):04X}"
        return "cell_invisible", {"position": mark.start() + 1, "character": character}
    return None


EDGE_MARKS = "\ufeff\u200b\u200e\u200f\u2060"
"""Marks that copying and exporting leave at the edges of a cell. They mean nothing there."""
_EDGES = EDGE_MARKS + "".join(filter(str.isspace, map(chr, range(0x3001))))


def trimmed(cell: str) -> str:
    """Return a cell without blanks and such marks at its edges."""
    return cell.strip(_EDGES)


GUARD = '="'
"""The start of a formula that keeps a spreadsheet from making a text a number."""


def unguarded(cell: str) -> str:
    """Return the text in `="000123"`."""
    if cell[:2] == GUARD and cell[-1] == '"' and len(cell) > len(GUARD):
        return cell[2:-1].replace('""', '"')
    return cell


_STAYS = re.compile(r"(0|[1-9]\d{0,10})$|[^\d=+\-@＝＋－＠\t\r\n]")
"""What a spreadsheet leaves as it is: short whole numbers, and what begins like a word. It would
compute a formula, cut a long number or a zero in front, and write a date in its own way."""


def guarded(cell: str) -> str:
    """Return a cell that a spreadsheet leaves as it is, so that it comes back unchanged."""
    if not cell or _STAYS.match(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'{GUARD}{doubled}"'


SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤欧阳"
)
"""The hundred most common (Ministry of Public Security, 2020)."""

FREQUENT = SURNAMES | frozenset(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英玉兰红建国华文辉鹏飞宇浩然子涵梓轩雨欣怡思雅"
    "婷雪慧佳琪俊峰波斌志海燕晓东春梅萍玲凤琴淑珍云莲真环荣爱妹香月莺媛瑞凡嘉琼勤珠贵叶璧璐娅琦"
    "晶妍茜秋珊莎锦黛青倩婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪"
    "澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晨宏立新永健世广义兴良山仁宝德民安全昌顺信友裕"
    "河哲天达贤利元振学祥才发成康星光有坚和彪博诚先敬震壮会思群豪心邦承乐绍功松善厚庆民进富友"
    "男女总部公司集团研开产品技术工程师经理主管监督销售市场营运行政人力资源财务会计法务采购生制造质量"
    "测试前后端数据客户服支持助专员组中心室科长副董事秘书设与项目管办事处分店区厂车间班库仓物流电商"
    "业务大小一二三四五六七八九十第北京上海广州深圳省市路号街道县综合外内教培训实习保洁司机出纳架构"
)
"""Characters that are frequent in names and titles, and in names of departments."""

_CJK = r"[\u2e80-\u9fff\uff00-\uffef]+"
_LATIN = re.compile(
    "[\u00c2-\u00f4][\\x80-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192"
    "\u02c6\u02dc\u2013-\u203a\u20ac\u2122 ]"
)
"""A letter for the first byte of a UTF-8 character, then one for its next byte."""
_CHINESE_IN_UTF8 = re.compile(
    rb"\n(?:[\x00-\x09\x0b-\x7f]|[\xc2-\xdf][\x80-\xbf])*+[\xe0-\xf4][\x80-\xbf]{2}"
)
"""A cell that begins as UTF-8, up to its first character of three bytes."""


def may_be_scrambled(cells: str) -> bool:
    """Whether any of cells with a line break behind each may be garbled as `unscrambled` finds."""
    if cells.isascii():
        return False
    encoded = b"\n" + cells.encode("gbk", errors="replace")
    return _LATIN.search(cells) is not None or _CHINESE_IN_UTF8.search(encoded) is not None


def unscrambled(text: str) -> str | None:
    """Return the text as it was before a wrong encoding, None if it is correct."""
    if text.isascii():
        return None
    if _LATIN.search(text):
        return _from_latin(text)
    return _from_gbk(text)


def _from_gbk(text: str) -> str | None:
    """Turn `鐜嬩紵` back into 王伟. A byte may be missing at the end.

    One or two characters could be a coincidence. So the first must be a common surname, or both
    must be common; and a single character must have become one that simplified Chinese lacks.
    """
    try:
        before = _utf8(text.encode("gbk"))
        chinese = "" if before is None else "".join(re.findall(_CJK, before))
        encoded = chinese.encode("gb2312")
    except UnicodeEncodeError:
        return None
    is_simplified = text.encode("gb2312", errors="ignore").decode("gb2312") == text
    if len(chinese) < 2 and (not chinese or len(text) > 2 or is_simplified):  # noqa: PLR2004
        return None
    is_level_one = all(0xB0 <= byte <= 0xD7 for byte in encoded[::2])  # noqa: PLR2004
    if chinese[0] in SURNAMES or (len(chinese) > 1 and is_level_one) or len(chinese) > 2:  # noqa: PLR2004
        return before
    return None


def _from_latin(text: str) -> str | None:
    r"""Turn `å¼\xa0ä¼Ÿ` back into 张伟, `JosÃ©` into José; blanks may have been no-break ones."""
    for candidate in (text, text.replace(" ", "\xa0")) if " " in text else (text,):
        before = _utf8(bytes(_windows(character) for character in candidate))
        if before is None or before.isascii():
            continue
        others = [character for character in before if not character.isascii()]
        if candidate is not text and len(others) < len(before):
            continue
        if all(
            character.isalpha() or re.match(_CJK, character) or character == "·"
            for character in others
        ):
            return before
    return None


def _windows(character: str) -> int:
    """Return the byte of a character in Windows-1252 as browsers read it, 0xff for others."""
    try:
        return character.encode("latin-1" if character <= "\xff" else "cp1252")[0]
    except UnicodeEncodeError:
        return 0xFF


def _utf8(content: bytes) -> str | None:
    """Decode all but a character that is cut off at the end."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data"
        return content[: error.start].decode() if is_cut else None
