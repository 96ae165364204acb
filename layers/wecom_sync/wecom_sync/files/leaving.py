"""What the columns of HR's file that nobody takes say of people who have left."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache, partial
from typing import NamedTuple

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.values import dataclass
from wecom_sync.files.cell_rules import NEVER, day_in
from wecom_sync.files.columns import normal_header
from wecom_sync.files.privacy import shortened

DEPARTED = (
    "已?(?:离职|辞职|辞退|解聘|退休)|开除|离退休|终止合同|合同终止|解除合同|[Rr]esigned|[Tt]erminated"
    "|Left|[Rr]etired|Departed|[Ii]nactive"
)
"""Words that say it under any header."""
says_departed = re.compile(DEPARTED).fullmatch
A_DAY = "YYYY-MM-DD"
"""Stands for any day where what columns say is counted: the next one is always another."""
MOST_VALUES = 30
"""A column with more of them says something else."""
_toml = partial(json.dumps, ensure_ascii=False)

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
_OPPOSITES = (("是", "否"), ("y", "n"), ("yes", "no"), ("true", "false"), ("1", "0"), ("√", "×"))
_YES: Mapping[str, str] = dict(_OPPOSITES)
_NO: Mapping[str, str] = {no: yes for yes, no in _OPPOSITES}

_ABOUT = re.compile(
    "状态|在职|在岗|在册|离职|离岗|离司|最后工作|退休|停用|失效|注销|有效(?!期|日|截)|是否启用"
    "|(?:人员|员工|任职|用工)(?:状况|情况)|status|employed|terminat|resign|separation|leaver"
    "|leavingdate|last(?:working)?day|^(?:is)?(?:in)?active"
)
"""What the header of a column contains that says who works here, or who has left."""
_OTHER = re.compile(
    "婚|健康|证|护照|marital|health|visa|passport|permit|在[职岗](?:时间|时长|期间|年限|天数|月数|学历|学位|教育|工龄)"
    "|^(?:(?!合同|协议|contract).)*+(?:合同|协议|contract).*(?:日|时间|date)"
)
_STATES = frozenset({"在职", "离职", "已离职"})
"""A column with such a value says who works here, whatever its header is."""


def has_left(state: str) -> bool | None:
    """Whether somebody in a state has left; None if its words do not say."""
    spelt = normal_header(state)
    if _STAYS.search(spelt):
        return False
    if _LEFT.search(spelt):
        return True
    return False if _WORKS.search(spelt) else None


def stays(state: str) -> bool:
    """Whether a state speaks of leaving, and of somebody who still works here."""
    return _STAYS.search(normal_header(state)) is not None


def is_about(header: str, cells: Sequence[str]) -> bool:
    if _OTHER.search(header):
        return False
    is_named = sign_of(header).is_named or _ABOUT.search(header) is not None
    return is_named or not _STATES.isdisjoint(cells)


def is_here(state: str) -> bool | None:
    """Read a yes or no under 是否在职."""
    spelt = normal_header(state)
    return spelt in _NO if spelt in _NO or spelt in _YES else has_left(state)


def is_gone(state: str) -> bool | None:
    """Read a yes or no under 是否离职, where nothing is no."""
    spelt = normal_header(state)
    return spelt in _YES if spelt in _NO or spelt in _YES or not spelt else has_left(state)


def is_over(cell: str) -> bool | None:
    """Whether a cell names a day. Far ones mean that somebody stays."""
    day = day_in(cell)
    return None if day is None else day != NEVER


class Sign(NamedTuple):
    """What a column says by its header. `left`: whether a cell says that somebody has left."""

    about: re.Pattern[str]
    left: Callable[[str], bool | None]

    @property
    def is_day(self) -> bool:
        return self.left is is_over

    @property
    def is_named(self) -> bool:
        """Whether the header speaks of it."""
        return bool(self.about.pattern)


_STAFF = "在[职岗册]|用工(?:关系)?|员工|人员|职[员工]|任职|雇佣|人事|employ(?:ee|ment)|staff"
SIGNS = (
    Sign(
        re.compile(
            "^(?:实际)?(?:(?:离[职司岗]|离开(?:公司)?|辞职|解聘|劳动关系(?:解除|终止))(?:的)?(?:日期?|时间)"
            "|最后(?:工作|在[岗职]|上班|出勤)(?:日期?|时间)|(?:termination|resignation|leaving"
            "|separation|departure|exit|employmentend)(?:date|day)|last(?:working|employment)?day"
            "(?:ofwork)?)$"
        ),
        is_over,
    ),
    Sign(
        re.compile(
            "^是否已?离[职司岗](?:人员|员工)?$|^离[职司](?:标[志识记]|与?否)$"
            "|^(?:is)?(?:terminated|resigned|leaver|left)$"
        ),
        is_gone,
    ),
    Sign(
        re.compile(
            "^是否[仍还]?在[职岗册](?:人员|员工)?$|^在[职岗册](?:标[志识记]|状[态况]|与?否)?$"
            "|^(?:is)?(?:active|employed)(?:employee|status|flag)?$"
        ),
        is_here,
    ),
    Sign(re.compile(f"^(?:{_STAFF})?(?:状[态况]|情况|status)$"), has_left),
)  # fmt: skip
_ANY = Sign(re.compile(""), lambda cell: bool(says_departed(cell)) or None)


@cache
def sign_of(header: str) -> Sign:
    """Return what a column says; of one whose header says nothing only clear words count."""
    spelt = normal_header(header)
    return next((sign for sign in SIGNS if sign.about.search(spelt)), _ANY)


@dataclass(frozen=True, slots=True)
class Unread:
    """A column that is not taken, and what it says of people who have left.

    `values`: what it has, as long as that is little; `counts`: how many have left, by what says so.
    """

    header: str
    at: int
    sign: Sign
    values: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, cells: Iterable[str]) -> None:
        """Note cells of people who are here."""
        if len(self.values) <= MOST_VALUES:
            self.values.update(cells)

    def look(self, cell: str) -> None:
        """Note any cell."""
        self.note([cell])
        if self.sign.left(cell):
            self.counts[A_DAY if self.sign.is_day else shortened(cell)] += 1

    @property
    def line(self) -> str:
        """The line of `[rows]` that takes those who are here.

        Of a column that may say anything it names only words that are known.
        """
        sign = self.sign
        left = sign.left if sign.is_named else has_left
        kept = {it for it in self.values if left(it) is False or (sign.is_named and not left(it))}
        opposites = {**_YES, **_NO}
        other = [opposites[it] for it in map(normal_header, self.values) if it in opposites]
        values = [*map(shortened, sorted(kept))] or other[:1] or ["在职"]
        wanted = "until" if sign.is_day else values
        return f"{_toml(shortened(self.header))} = {_toml(wanted)}"


def unread_of(header: Sequence[str], places: Iterable[int], reading: Reading) -> tuple[Unread, ...]:
    """Return the columns that may say who has left, of those that are not taken.

    Where settings say who is here, a day adds nothing: it is mostly one to come. A column that they
    leave out may still have a word that says so under any header.
    """
    rows = {*map(normal_header, reading.rows)}
    silent = rows | {normal_header(it) for it, name in reading.columns.items() if not name}
    columns = (Unread(header[at], at, sign_of(header[at])) for at in places)
    return tuple(
        it
        for it in columns
        if normal_header(it.header) not in (silent if it.sign.is_named else rows)
        and not (rows and it.sign.is_day)
    )
