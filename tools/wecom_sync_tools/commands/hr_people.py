"""Who of an HR file works here: which column says so, and what its values mean."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from wecom_sync.files.columns import normal_header

_GOING = "离职|离岗|离司|最后工作|terminat|resign|separation|leaver|leavingdate|last(?:working)?day"
_ABOUT = re.compile(
    "状态|在职|在岗|在册|退休|停用|失效|注销|有效(?!期|日|截)|是否启用|status|employed"
    f"|(?:人员|员工|任职|用工)(?:状况|情况)|^(?:is)?(?:in)?active|{_GOING}"
)
"""What the header of a column contains that says who works here."""
_OTHER = re.compile(
    "婚|健康|证|护照|marital|health|visa|passport|permit|在[职岗](?:时间|时长|期间|年限|天数|月数|学历|学位|教育|工龄)"
    "|(?:合同|协议|contract).*(?:日|时间|date)"
)
_SAID = frozenset({"在职", "离职", "已离职"})
"""A column with such a value says who works here, whatever its header is."""
_FUTURE = re.compile("预计|预期|计划|拟|expected|planned|退休(?:日|时间|年)")
"""What such a column says of a day that may be to come."""
_DETAIL = re.compile("日|时间|原因|类型|类别|方式|去向|说明|date|day|reason|type|time")
_LEAVING = re.compile(f"{_GOING}|退休|停用|失效|注销|inactive|left")
_WORKING = re.compile("在职|在岗|在册|有效|启用|active|employed")
_NEGATED = re.compile("[未不非]|not")
_YES = frozenset(map(normal_header, ("是", "Y", "Yes", "True", "1", "√", "✓", "对", "T")))
_NO = frozenset(map(normal_header, ("否", "N", "No", "False", "0", "×", "✗", "X", "F", "不是")))
_NOTHING = frozenset(map(normal_header, ("", "无", "N/A", "None", "Null", "空")))
_STAYS = re.compile(
    "(?:待|拟|将|预|即将|准备|计划|申请|未|非|无)(?:离|退休|辞)|离职(?:中|申请|审批|办理|待)|返聘"
    "|停薪留职|rehire|notterminated|notice|onleave"
)
"""Words with a leaving in them of people who still work here."""
_LEFT = re.compile(
    "离职|离司|离任|离开|离退|离休|已离|自离|辞|退休|退职|退养|开除|除名|解除|解聘|解约|解雇|终止"
    "|[已亡身病]故|死亡|去世|注销|停用|禁用|冻结|封存|作废|[失无]效|黑名单|淘汰|劝退|裁员|调出|转出"
    "|(?:未|待|拟|预|放弃|取消|拒绝|不)(?:入职|报到|到岗)|[不非未]在[职岗册]|inactive|left|leaver"
    "|terminat|resign|retire|dismiss|deceased|disabled|former|withdrawn|notstarted|prehire|offboard"
)
_HERE = re.compile("在职|在岗|在册|在编|在任|active|employed|working")
_WORKS = re.compile(
    "正式|试用|实习|见习|转正|全职|兼职|劳务|派遣|外包|休假|产假|病假|事假|借调|待岗|正常|有效|启用"
    "|regular|permanent|probation|intern|full-?time|part-?time|onleave"
)
_MOST_VALUES = 30
"""A column in which more values are to be taken says something else."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header of a file, and its rows that name an account, as they stand."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def cells(self, at: int) -> list[str]:
        """Return what a column has in each row."""
        return [cells[at].strip() if at < len(cells) else "" for cells in self.rows]


@dataclass(frozen=True, slots=True)
class Selected:
    """How many rows a line of `[rows]` takes and leaves out, by value.

    `unknown`: values that are taken although nobody knows what they mean.
    """

    header: str
    taken: Mapping[str, int]
    left_out: Mapping[str, int]
    unknown: Sequence[str] = ()


@dataclass(frozen=True)
class _Column:
    """A column that seems to say who works here."""

    at: int
    header: str
    cells: Sequence[str]

    @cached_property
    def spelt(self) -> str:
        return normal_header(self.header)

    @cached_property
    def values(self) -> Mapping[str, str]:
        """Each value once: its normal form, and how it is written."""
        found: dict[str, str] = {}
        for cell in dict.fromkeys(self.cells):
            found.setdefault(normal_header(cell), cell)
        return found

    @cached_property
    def is_about(self) -> bool:
        if _OTHER.search(self.spelt):
            return False
        return bool(_ABOUT.search(self.spelt)) or not _SAID.isdisjoint(self.cells)

    @cached_property
    def sense(self) -> bool | None:
        """What a yes says: True that somebody works here, None if the header does not tell."""
        working = bool(_WORKING.search(_LEAVING.sub("", self.spelt)))
        leaving = bool(_LEAVING.search(self.spelt))
        return None if working == leaving or _NEGATED.search(self.spelt) else working

    @cached_property
    def is_detail(self) -> bool:
        """Whether a cell is blank for whoever works here, as the day of leaving is."""
        if self.sense is not False or not re.search(_GOING, self.spelt):
            return False
        said = [each for each in self.values if not _is_nothing(each)]
        return bool(_DETAIL.search(self.spelt)) or all(self._word(each) is None for each in said)

    def works(self, value: str) -> bool | None:
        """Whether somebody with a value works here; None if that is not known."""
        if _is_nothing(value):
            return True if self.sense is False else None
        return False if self.is_detail else self._word(value)

    def _word(self, value: str) -> bool | None:
        if value in _YES:
            return self.sense
        if value in _NO:
            return None if self.sense is None else not self.sense
        if _STAYS.search(value):
            return True
        if _LEFT.search(value):
            return False
        return True if _HERE.search(value) or _WORKS.search(value) else None

    @cached_property
    def taken(self) -> Sequence[str]:
        return [written for value, written in self.values.items() if self.works(value) is not False]

    @property
    def unknown(self) -> Sequence[str]:
        return [written for value, written in self.values.items() if self.works(value) is None]

    @cached_property
    def is_clear(self) -> bool:
        """Whether its values tell who works here, at least some of them."""
        if not 0 < len(self.taken) <= _MOST_VALUES or _FUTURE.search(self.spelt):
            return False
        said = [each for each in self.values if not _is_nothing(each)]
        return self.is_detail or any(self.works(each) is not None for each in said)

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The lowest is believed: one that can tell leavers from others, rather than a date."""
        tells = any(
            self.works(each) is False or each in _YES | _NO or _HERE.search(each)
            for each in self.values
        )
        return not tells, self.is_detail, self.at

    def contradicts(self, believed: "_Column") -> bool:
        """Whether it says of somebody that he has left, and the believed one does not.

        Who is about to leave may have the day of it already.
        """
        return any(
            self.works(normal_header(own)) is False
            and believed.works(normal_header(other)) is not False
            and not _STAYS.search(normal_header(other))
            for own, other in {*zip(self.cells, believed.cells, strict=True)}
        )


def _is_nothing(value: str) -> bool:
    """Whether a cell is blank for people: a dash, too, but no tick."""
    is_mark = not any(map(str.isalnum, value)) and value not in _YES | _NO
    return is_mark or value in _NOTHING


@dataclass(frozen=True, slots=True)
class Workers:
    """What says who works here. `others`: columns that seem to, too, and are not clear."""

    header: str = ""
    values: Sequence[str] = ()
    unknown: Sequence[str] = ()
    others: Sequence[str] = field(default_factory=tuple)


def workers(sheet: Sheet, places: Iterable[int]) -> Workers:
    """Find the column that says who works here, among columns that mean nothing to WeCom."""
    every = [_Column(at, sheet.header[at].strip(), sheet.cells(at)) for at in places]
    found = [column for column in every if column.is_about]
    clear = sorted((each for each in found if each.is_clear), key=lambda each: each.rank)
    if not clear:
        return Workers(others=[each.header for each in found])
    best = clear[0]
    others = [
        each.header
        for each in found
        if each is not best and (not each.is_clear or each.contradicts(best))
    ]
    return Workers(best.header, best.taken, best.unknown, others)


def selected(
    sheet: Sheet, rows: Mapping[str, Sequence[str]], unknown: Sequence[str] = ()
) -> list[Selected]:
    """Count which rows are taken, by the columns and values of `[rows]`."""
    spelt = [normal_header(cell) for cell in sheet.header]
    counted = []
    for header, values in rows.items():
        if normal_header(header) not in spelt:
            continue
        wanted = {*map(normal_header, values)}
        counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()
        written: dict[str, str] = {}
        for cell in sheet.cells(spelt.index(normal_header(header))):
            value = normal_header(cell)
            counts[value in wanted][written.setdefault(value, cell)] += 1
        counted.append(Selected(header, counts[True], counts[False], unknown))
    return counted
