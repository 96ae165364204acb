"""What the columns of an HR file are: by their headers, else by what they have."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import NamedTuple, Self

from wecom_sync.domain.states import Job
from wecom_sync.files.cell_rules import day_in
from wecom_sync.files.columns import columns_of, is_comment, normal_header
from wecom_sync.files.decoding import Line
from wecom_sync.files.headers import Header, Strength
from wecom_sync.files.legibility import SURNAMES, trimmed
from wecom_sync.files.member_columns import (
    KEY_COLUMN,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
    MOBILE_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import line_ranges
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal

_MOST_NAMED = 20
_MOST = 0.9
"""The share of cells that have the form of a column; some are blank or wrong."""
_mobile = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}").fullmatch
_mail = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch
_name = re.compile(rf"[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff·]{{1,3}}").fullmatch
_key = re.compile(r"(?=.*\d)(?!\d{13})[A-Za-z0-9][A-Za-z0-9_./#-]{0,31}").fullmatch
"""Numbers of identity cards and bank cards are longer."""
_NO_KEYS = re.compile(
    "序|行号|手机|电话|电邮|邮|传真|分机|qq|微信|证|卡|账[号户]|帐户|社保|公积金|日期?$|时间|车牌|合同|部门|组织|机构"
    "|薪|工资|金额|奖|补贴|基数|绩效|龄|岁|^no[.]?$|^#$|row|index|phone|mobile|date|salary|amount|dep(?:art)?"
)
"""What headers contain of columns that have numbers, and name nobody."""
_OF_OTHERS = re.compile(
    "紧急|家庭|家属|配偶|父|母|亲属|联系人|推荐|介绍|直属|上级|经理|主管|leader|manager|emergency"
)
"""Of contacts and names of somebody else."""


def _day(cell: str) -> bool:
    """Whether a cell is a day. Five digits may be one, as a spreadsheet counts, or HR's number."""
    return len(cell) > len("12345") and bool(day_in(cell))


class Guess(NamedTuple):
    """Which header is taken for a column that WeCom needs or has, and which others might be it."""

    column: str
    header: str
    others: Sequence[str]


class Fields(NamedTuple):
    """An HR file before it is read: what its headers mean, and the cells of its people."""

    header: Header
    rows: Sequence[Line]

    @classmethod
    def of(cls, header: Header, lines: Iterable[Line]) -> Self:
        width = len(header.cells)
        return cls(
            header, [(line, [*cells, *[""] * (width - len(cells))]) for line, cells in lines]
        )

    def usual(self) -> Self:
        """Leave out rows with far less in them than most: totals and notes."""
        filled = [len([*filter(None, cells)]) for _, cells in self.rows]
        least = sorted(filled)[len(filled) // 2] / 2 if filled else 0
        return self._replace(rows=[*compress(self.rows, (count > least for count in filled))])

    @property
    def strangers(self) -> list[str]:
        """The headers that mean nothing, and of which no settings speak."""
        header = self.header
        return [
            trimmed(cell)
            for at, cell in enumerate(header.cells)
            if not (header.columns[at] or at in header.levels or is_comment(cell))
            if cell.strip() and header.claims[at].strength is not Strength.SETTING
        ]

    def cells(self, header: str) -> list[str]:
        """Return the cells of a column, none of one that is not there."""
        spelt = [normal_header(cell) for cell in self.header.cells]
        wanted = normal_header(header)
        at = spelt.index(wanted) if wanted in spelt else len(spelt)
        return [cells[at].strip() for _, cells in self.rows if at < len(cells)]

    def are(self, fits: Callable[[str], object], header: str) -> bool:
        """Whether nearly all filled cells have a form, and most cells are filled."""
        cells = [*filter(None, self.cells(header))]
        fitting = sum(map(bool, map(fits, cells)))
        return len(cells) * 2 > len(self.rows) and fitting >= _MOST * len(cells)

    def clashes(self, header: str) -> list[int]:
        """Return the lines without a cell of their own. Two posts of one person are two lines."""
        columns = self.header.columns
        at = columns.index(MEMBER_NAME_COLUMN) if MEMBER_NAME_COLUMN in columns else -1
        people = [row[at] if at >= 0 else str(line) for line, row in self.rows]
        cells, firsts = self.cells(header), dict[str, str]()
        return [
            line
            for (line, _), cell, person in zip(self.rows, cells, people, strict=True)
            if not cell or firsts.setdefault(cell, person) != person
        ]

    def are_keys(self, header: str) -> bool:
        """Whether cells may be HR's numbers of people: of one form, and nothing else that we know.

        1, 2, 3 and so on are the numbers of the rows.
        """
        cells = self.cells(header)
        shapes = Counter(re.sub(r"\d+", "9", re.sub("[A-Za-z]+", "A", cell)) for cell in cells)
        is_counted = cells == [str(number) for number in range(1, len(cells) + 1)]
        return (
            _NO_KEYS.search(normal_header(header)) is None
            and not self.clashes(header)
            and all(_key(cell) for cell in cells)
            and not (is_counted or self.are(_mobile, header) or self.are(_day, header))
            and max(shapes.values(), default=0) >= _MOST * len(cells)
        )


_FORMS: Mapping[str, Callable[[str], object]] = {
    MEMBER_NAME_COLUMN: _name,
    MOBILE_COLUMN: _mobile,
    MAIL_COLUMN: _mail,
}
"""What cells look like of columns that are known without a header of theirs."""


def key_of(fields: Fields, wanted: str | None, terminal: Terminal) -> Guess | None:
    """Return HR's key of a person; None if the file names accounts, or lacks more than a key.

    `wanted`: the header that a person names. Raises `UsageError` where only a person can say.
    """
    strangers = fields.strangers
    if wanted:
        spelt = {normal_header(cell): trimmed(cell) for cell in fields.header.cells if cell}
        if normal_header(wanted) not in spelt:
            headers = _listed(spelt.values(), terminal)
            raise UsageError("init_key_unknown", key=wanted, headers=headers)
        if clashes := fields.clashes(wanted):
            lines = terminal.listed(line_ranges(clashes)[:_MOST_NAMED])
            raise UsageError("init_key_twice", key=wanted, lines=lines, count=len(clashes))
        return Guess(USER_COLUMN, spelt[normal_header(wanted)], ())
    if {USER_COLUMN, KEY_COLUMN} & {*fields.header.columns}:
        return None
    named = fields.header.candidates(USER_COLUMN)
    fitting = [it for it in named if it in strangers and not fields.clashes(it)]
    keys = fitting[:1] or [it for it in strangers if fields.are_keys(it)]
    if len(keys) > 1:
        examples = {it: shortened(fields.cells(it)[0]) for it in keys}
        columns = terminal.listed(
            terminal.text("init_key_example", header=header, example=example)
            for header, example in examples.items()
        )
        raise UsageError("init_keys", columns=columns, key=keys[0])
    # Of a known one that does not fit, the lines are told when the file is read.
    keys = keys or named[:1]
    if not keys and MEMBER_NAME_COLUMN in fields.header.columns:
        raise UsageError("init_no_key", headers=_listed(strangers, terminal))
    return Guess(USER_COLUMN, keys[0], [it for it in named if it not in keys]) if keys else None


def guesses(fields: Fields) -> Iterator[Guess]:
    """Yield which headers are taken for columns that a file lacks, but for HR's key."""
    for column in columns_of(Job.COMPANY):
        name = column.name
        if name in fields.header.columns or name == USER_COLUMN:
            continue
        candidates = fields.header.candidates(name)
        if (is_form := _FORMS.get(name)) and not candidates:
            own = [it for it in fields.strangers if not _OF_OTHERS.search(normal_header(it))]
            candidates = [it for it in own if fields.are(is_form, it)]
            candidates = candidates if len(candidates) == 1 else []
        if candidates:
            yield Guess(name, candidates[0], candidates[1:])


def _listed(headers: Iterable[str], terminal: Terminal) -> str:
    return terminal.listed([*dict.fromkeys(map(shortened, headers))][:_MOST_NAMED])
