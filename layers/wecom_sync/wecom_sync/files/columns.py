"""The columns of a job's file: what they are called, and which of them a file needs."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from wecom_sync.domain.states import Job
from wecom_sync.files import member_cells
from wecom_sync.files.cell_rules import Column, Rule
from wecom_sync.files.department_cells import (
    CODE_COLUMN,
    ID_COLUMN,
    NAME_COLUMN,
    PARENT_CODE_COLUMN,
    PARENT_COLUMN,
    PARENTS,
)
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.legibility import INVISIBLE
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    MEMBER_COLUMNS,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
    carried,
)

_PATH_RULES = (
    Rule("department_damaged", "doc/91130, 60125", member_cells.damaged_department),
    Rule("department_list_blank", "doc/91130, 60125", member_cells.blank_department),
    Rule("department_list_invalid", "doc/90205, 60009", member_cells.wrong_path),
    Rule("department_too_deep", "doc/90205, 60003", member_cells.too_deep_path),
    Rule("department_twice", "doc/91130", member_cells.repeated_department),
    Rule("departments_of_member_too_many", "doc/90195, 60110", member_cells.too_many_departments),
)

COMPANY_COLUMNS = (
    *(
        replace(column, normal=member_cells.normal_paths, rules=_PATH_RULES)
        if column.name == DEPARTMENTS_COLUMN
        else column
        for column in MEMBER_COLUMNS
    ),
    *(column for column in DEPARTMENT_COLUMNS if column.name in PARENTS),
)
"""A member's, with paths as departments, and what says where a department is."""

_LONGEST = 500
"""No header has more characters, and no state of a person."""
_REQUIRED = re.compile(r"^\*|\*$|\((?:必填|选填|必填项|required)\)$")


def attribute(name: str) -> Column:
    """Return a column that no template has: an attribute, if the console has one of that name."""
    return Column(name, carried=carried, is_ignored=True)


EXPLANATION = "禁用项说明：(0-启用;1-禁用)"
"""A header of the member template that only explains another column. Its cells are blank."""


STAYED = "***"
"""The header of a column that stayed with whoever sent the file. Its cells are blank."""
COMMENT = "wecom-sync:"
"""How the headers of the columns begin that `fix.csv` has beside WeCom's: only people read them."""


def is_comment(header: str) -> bool:
    """Whether a column is a comment of ours, in whatever language and width."""
    return normal_header(header).startswith(COMMENT)


def columns_of(job: Job) -> tuple[Column, ...]:
    if job is Job.COMPANY:
        return COMPANY_COLUMNS
    return MEMBER_COLUMNS if job.has_members else DEPARTMENT_COLUMNS


def id_column(job: Job) -> str:
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


def normal_header(cell: str) -> str:
    """Return a header without blanks, marks, widths, cases and traditional characters."""
    return _normal_header(cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}…")


@lru_cache(4_096)
def _normal_header(cell: str) -> str:
    spelt = INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)).casefold()
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


def missing(job: Job, columns: Collection[str]) -> list[str]:
    """Return the columns that a file lacks."""
    lacking = [
        column.name for column in columns_of(job) if column.required and column.name not in columns
    ]
    if not job.has_members:
        return [*lacking, *_missing_of_departments(columns)]
    for other, name in ((CODE_COLUMN, DEPARTMENTS_COLUMN), (KEY_COLUMN, USER_COLUMN)):
        if other in columns and name in lacking:
            lacking.remove(name)
    if not any(name in columns for name in CONTACT_COLUMNS):
        lacking.append("/".join(CONTACT_COLUMNS))
    return lacking


def _missing_of_departments(columns: Collection[str]) -> Iterator[str]:
    """Yield what a department file lacks to say what stands below what."""
    for own, parent in ((ID_COLUMN, PARENT_COLUMN), (CODE_COLUMN, PARENT_CODE_COLUMN)):
        if parent in columns:
            if own not in columns:
                yield own
            return
    if CODE_COLUMN in columns and ID_COLUMN not in columns:
        yield PARENT_CODE_COLUMN
        return
    if ID_COLUMN not in columns:
        yield ID_COLUMN
    yield PARENT_COLUMN
