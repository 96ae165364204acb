"""Who of an HR file works here: which column of states says so, and what its values mean."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from wecom_sync.files.columns import normal_header

_ABOUT = re.compile(
    "状态|在职|在岗|在册|离职|离岗|离司|最后工作|退休|停用|失效|注销|有效(?!期|日|截)|是否启用"
    "|(?:人员|员工|任职|用工)(?:状况|情况)|status|employed|terminat|resign|separation|leaver"
    "|leavingdate|last(?:working)?day|^(?:is)?(?:in)?active"
)
"""What the header of a column contains that says who works here, or who has left."""
_OTHER = re.compile(
    "婚|健康|证|护照|marital|health|visa|passport|permit|在[职岗](?:时间|时长|期间|年限|天数|月数|学历|学位|教育|工龄)"
    "|(?:合同|协议|contract).*(?:日|时间|date)"
)
_STATES = frozenset({"在职", "离职", "已离职"})
"""A column with such a value says who works here, whatever its header is."""
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
_WORKS = re.compile(
    "在职|在岗|在册|在编|在任|正式|试用|实习|见习|转正|全职|兼职|劳务|派遣|外包|休假|产假|病假|事假|借调"
    "|待岗|正常|有效|启用|active|employed|working|regular|permanent|probation|intern|full-?time"
    "|part-?time|onleave"
)
_MOST_VALUES = 30
"""A column in which more values are to be taken says something else."""


class HrSheet(NamedTuple):
    """The header of a file, and its rows that name an account, each as wide as the header."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def cells(self, at: int) -> list[str]:
        return [cells[at].strip() for cells in self.rows]


class Selected(NamedTuple):
    """Rows that a line of `[rows]` takes and leaves out; `unknown`: values nobody understands."""

    header: str
    taken: Mapping[str, int]
    left_out: Mapping[str, int]
    unknown: Sequence[str] = ()


class Workers(NamedTuple):
    """What says who works here. `others`: columns that seem to, and are not understood."""

    header: str = ""
    values: Sequence[str] = ()
    unknown: Sequence[str] = ()
    others: Sequence[str] = ()


def _works(value: str) -> bool | None:
    """Whether somebody in a state works here; None if that is not known."""
    state = normal_header(value)
    if _STAYS.search(state):
        return True
    if _LEFT.search(state):
        return False
    return True if _WORKS.search(state) else None


def workers(sheet: HrSheet, places: Iterable[int]) -> Workers:
    """Find the column of states among columns that mean nothing to WeCom.

    It has a value of people who work here, which reasons and days of leaving have not. Of several,
    one that also says who has left is taken. `others` are columns that contradict it.
    """
    columns = [(sheet.header[at].strip(), sheet.cells(at)) for at in places]
    about = [column for column in columns if is_about(normal_header(column[0]), column[1])]
    states = {header: {cell: _works(cell) for cell in cells} for header, cells in about}
    clear = [
        header
        for header, works in states.items()
        if True in works.values()
        and 0 < sum(here is not False for here in works.values()) <= _MOST_VALUES
    ]
    if not clear:
        return Workers(others=[header for header, _ in about])
    best = min(clear, key=lambda header: False not in states[header].values())
    believed = dict(about)[best]
    others = [
        header
        for header, cells in about
        if any(
            states[header][own] is False if header in clear else any(map(str.isalnum, own))
            for own, state in {*zip(cells, believed, strict=True)}
            if states[best][state] is not False and not _STAYS.search(normal_header(state))
        )
    ]
    taken: dict[str, str] = {}
    for value, here in states[best].items():
        if here is not False:
            taken.setdefault(normal_header(value), value)
    unknown = [value for value in taken.values() if states[best][value] is None]
    return Workers(best, [*taken.values()], unknown, others)


def is_about(header: str, cells: Sequence[str]) -> bool:
    if _OTHER.search(header):
        return False
    return bool(_ABOUT.search(header)) or not _STATES.isdisjoint(cells)


def selected(
    sheet: HrSheet, rows: Mapping[str, Sequence[str]], unknown: Sequence[str] = ()
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
