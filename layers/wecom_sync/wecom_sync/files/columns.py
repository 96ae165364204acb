"""Which column a header means: the names that WeCom, people and a corp's settings give it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from wecom_sync.domain.run import Job
from wecom_sync.files.cell_rules import Column
from wecom_sync.files.department_cells import ID_COLUMN, NAME_COLUMN
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.member_columns import MEMBER_COLUMNS, MEMBER_NAME_COLUMN, USER_COLUMN, carried

_REQUIRED = re.compile(r"^\*|\*$|\((?:必填|选填|必填项|required)\)$")


def attribute(name: str) -> Column:
    """Return a column that no template has: an attribute, if the console has one of that name."""
    return Column(name, carried=carried, is_ignored=True)


EXPLANATION = "禁用项说明：(0-启用;1-禁用)"
"""A header of the member template that only explains another column. Its cells are blank."""


COMMENT = "wecom-sync:"
"""How the headers of the columns begin that `fix.csv` has beside WeCom's: only people read them."""


def is_comment(header: str) -> bool:
    """Whether a column is a comment of ours, in whatever language and width."""
    return normal_header(header).startswith(COMMENT)


def columns_of(job: Job) -> tuple[Column, ...]:
    """Return the template of the job's file."""
    return MEMBER_COLUMNS if job.has_members else DEPARTMENT_COLUMNS


def id_column(job: Job) -> str:
    """Return the column that names a row."""
    return USER_COLUMN if job.has_members else ID_COLUMN


def name_column(job: Job) -> str:
    """Return the column that names a member or a department for people."""
    return MEMBER_NAME_COLUMN if job.has_members else NAME_COLUMN


def row_key(job: Job, row_id: str) -> str:
    """Return the form in which ids are compared: lower case, numbers without leading zeros."""
    return row_id.casefold() if job.has_members else row_id.lstrip("0") or "0"


_SIMPLIFIED = str.maketrans(
    "門機號帳電話聯繫郵職務崗員編碼級組織構稱長單屬層層徑駐錄禁別啟內領導選項",
    "门机号帐电话联系邮职务岗员编码级组织构称长单属层层径驻录禁别启内领导选项",
)
"""The traditional characters of headers."""


def normal_header(cell: str) -> str:
    """Return the form in which headers are compared.

    It has no blanks, no full-width and no traditional characters, and no mark that the column must
    be filled.
    """
    spelt = unicodedata.normalize("NFKC", cell).replace("\ufeff", "").casefold()
    return _REQUIRED.sub("", "".join(spelt.split()).translate(_SIMPLIFIED))


def header_names(job: Job, mapped: Mapping[str, str] | None = None) -> dict[str, str]:
    """Map every spelling of a header, in its normal form, to WeCom's name.

    `mapped`: a corp's own headers. They never change the meaning of a name of WeCom's columns.
    """
    names = {
        normal_header(spelling): column.name
        for column in columns_of(job)
        for spelling in (column.name, *column.aliases)
    }
    sent = {column.name for column in columns_of(job) if column.is_sent}
    own = {}
    for header, target in (mapped or {}).items():
        spelt = normal_header(header)
        if names.get(spelt) not in sent and (column_name := names.get(normal_header(target))):
            own[spelt] = column_name
    return names | own


def habitual_names(job: Job) -> dict[str, str]:
    """Map every other header that people use, in its normal form, to WeCom's name.

    Of several headers for one column the first has the best claim.
    """
    return {
        normal_header(spelling): column.name
        for column in columns_of(job)
        for spelling in column.habits
    }


def candidate_names(job: Job) -> dict[str, str]:
    """Map every header that may mean a column, in its normal form: only a person can say."""
    return {
        normal_header(spelling): column.name
        for column in columns_of(job)
        for spelling in column.candidates
    }


_LEVEL = re.compile(
    "(?:第?(?P<a>[一二三四五六七八九十]|1?[0-9])级|l(?P<b>1?[0-9]))(?:部门|组织|机构)(?:名称)?"
    "|(?:部门|组织|机构)(?:名称)?(?:第?(?P<c>[一二三四五六七八九十]|1?[0-9])级|l(?P<d>1?[0-9])"
    "|(?P<e>[一二三四五六七八九十])级?)"
)
_NUMERALS = "一二三四五六七八九十"


def level_of(header: str) -> int:
    """Return the level that a column of departments is about, from 1; 0 for any other column."""
    found = _LEVEL.fullmatch(normal_header(header))
    if found is None:
        return 0
    said = next(filter(None, found.groups()))
    return _NUMERALS.index(said) + 1 if said in _NUMERALS else int(said)


_FIRST_LEVEL = re.compile("(?:所属|任职)?(部门|组织|机构)(?:名称)?")


def levels_of(header: Sequence[str]) -> dict[int, int]:
    """Return the level of each column of departments by level, the first level first, by place.

    Where no column has the first level in its name, one that is just called 部门 is it.
    """
    found = {at: level for at, cell in enumerate(header) if (level := level_of(cell))}
    if found and min(found.values()) > 1:
        spelt = [normal_header(cell) for cell in header]
        below = spelt[next(iter(found))]
        firsts = [
            (len(each), at)
            for at, each in enumerate(spelt)
            if (word := _FIRST_LEVEL.fullmatch(each)) and word[1] in below
        ]
        found |= {at: 1 for _, at in sorted(firsts)[:1]}
    return dict(sorted(found.items(), key=lambda item: item[1]))


_OF_DEPARTMENTS = re.compile(
    "(?:部门|科室)(?:id|编码|编号|代码|名称?|(?:完整|全)?路径|全称|长名称)?$|department(?:name|code|id)?$"
)


def is_of_departments(header: str) -> bool:
    """Whether a header speaks of departments, which the company is not."""
    return _OF_DEPARTMENTS.search(normal_header(header)) is not None or level_of(header) > 0
