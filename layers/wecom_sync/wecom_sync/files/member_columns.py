"""The columns of a member file: WeCom's template of 2016 and 2019 to 2021, and codes.

Sources: the official templates, doc/90979, doc/91130. Limits are those of the interface for
single members (doc/90195).
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from wecom_sync.files import member_cells as cells
from wecom_sync.files.cell_rules import (
    Column,
    Rule,
    at_most,
    lacking,
    matching,
    spelt,
    unlike,
)
from wecom_sync.files.department_cells import CODE_COLUMN
from wecom_sync.files.privacy import masked_email, masked_mobile, masked_name
from wecom_sync.files.problems import Row

DEPARTMENTS_COLUMN = "所在部门"
LEADERS_COLUMN = "是否部门内领导"
ORDERS_COLUMN = "排序"
GENDER_COLUMN = "性别"
MEMBER_NAME_COLUMN = "姓名"
USER_COLUMN = "帐号"
DISABLED_COLUMN = "禁用"
MOBILE_COLUMN = "手机号"
MAIL_COLUMN = "邮箱"
WECHAT_COLUMN = "微信号"
KEY_COLUMN = "人员标识"
"""HR's own name for a person. Only the settings say which header it has."""

_BREAKS = re.compile(r"[\t-\r\x85\u2028\u2029]+")
_REPLACEMENTS = str.maketrans({",": "，", '"': "”"})


def keys_in(columns: Sequence[str], rows: Iterable[Row]) -> dict[int, str]:
    """Return HR's keys by their lines, none where no column has them."""
    if KEY_COLUMN not in columns:
        return {}
    at = columns.index(KEY_COLUMN)
    return {row.line: row.cells[at] for row in rows if row.cells}


def carried(cell: str) -> str:
    """Return a text that WeCom's CSV can carry: full-width marks, a blank for a line break."""
    parts = (part.strip() for part in _BREAKS.split(cell))
    return " ".join(filter(None, parts)).translate(_REPLACEMENTS)


NAME_PARTS = (("姓氏", "姓", "Last Name", "Surname"), ("名字", "名", "First Name", "Given Name"))

NAME_RULES = (
    Rule(
        "name_placeholder",
        "what programs write for a missing value",
        cells.placeholder,
        rf"(?!{cells.PLACEHOLDER}\n)",
    ),
    lacking("name_formula", "what a spreadsheet exports of a broken formula", "^[=＝]"),
)

CODE_RULES = (
    Rule("department_code_damaged", "what a spreadsheet makes of a code", cells.damaged_code),
    Rule("cell_too_long", "longer than any code", cells.too_long_code),
)

MEMBER_COLUMNS = (
    Column(
        MEMBER_NAME_COLUMN,
        ("name",),
        ("员工姓名", "人员姓名", "职员姓名", "中文姓名", "Full Name", "Employee Name"),
        ("法定姓名", "Legal Name"),
        required=True,
        rules=(
            at_most("cell_too_long", "doc/90195, 60112", 64),
            *NAME_RULES,
            lacking("name_question_mark", "what an encoding without the character leaves", "[?？]"),
            unlike("name_number", "a name has letters", "[0-9０-９]+"),
            unlike("name_is_contact", "a name is no address", rf"\+[0-9 ().\-]+|{cells.ADDRESS}"),
        ),
        mask=masked_name,
    ),
    Column(
        USER_COLUMN,
        ("账号", "userid"),
        spelt("用户ID、User ID、员工帐号、员工账号、企业微信帐号、企业微信账号"),
        spelt(
            "工号、员工工号、员工编号、员工编码、员工号、员工ID、人员编号、人员编码、人员ID、职员编号、职员编码、"
            "职工号、Employee ID、Employee Number、用户名、登录名"
        ),
        required=True,
        rules=(
            unlike("user_id_damaged", "40003", cells.DAMAGED_ID),
            matching("user_id_invalid", "doc/90195, 40003", r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}"),
        ),
        unique="user_id_duplicate",
        is_exact=True,
    ),
    Column(WECHAT_COLUMN, ("weixinid",), mask=masked_name),
    Column(
        MOBILE_COLUMN,
        ("手机", "mobile"),
        ("手机号码", "移动电话", "Mobile Phone", "Mobile Number"),
        ("联系电话", "联系方式", "电话", "Phone"),
        normal=cells.normal_mobile,
        rules=(
            lacking("mobile_damaged", "doc/90195, 60103", cells.DAMAGED_NUMBER),
            lacking("mobile_starred", "doc/90195, 60103", r"[*＊]"),
            lacking("mobile_letters", "doc/90195, 60103", cells.NO_PART_OF_A_NUMBER),
            matching("mobile_invalid", "doc/90195, 60103", cells.MOBILE),
        ),
        mask=masked_mobile,
        unique="mobile_duplicate",
        is_exact=True,
    ),
    Column(
        "邮箱",
        ("email",),
        ("邮箱地址", "电子邮件", "电子邮箱", "E-mail", "Email Address"),
        ("工作邮箱", "工作电子邮件", "企业邮箱", "公司邮箱", "Work Email", "个人邮箱"),
        rules=(
            matching("email_invalid", "doc/90195, 60105", cells.EMAIL),
            at_most("email_too_long", "doc/90195, 60105", 64),
        ),
        mask=masked_email,
        unique="email_duplicate",
    ),
    Column(
        DEPARTMENTS_COLUMN,
        ("部门", "department"),
        spelt(
            "部门ID、部门全路径、部门路径、部门全称、部门长名称、所属部门、任职部门、部门名称、"
            "Department Name、所属组织、组织名称、组织、组织全路径、组织长名称、"
            "任职机构全路径、机构全路径、行政组织长名称、Org. Unit Text"
        ),
        ("行政组织", "主管组织", "机构", "单位", "Organization"),
        splits=True,
        required=True,
        normal=cells.normal_departments,
        rules=(
            Rule("department_damaged", "doc/91130, 60125", cells.damaged_department),
            Rule("department_list_blank", "doc/91130, 60125", cells.blank_department),
            Rule("department_list_invalid", "doc/91130, 60125", cells.wrong_departments),
            Rule("department_twice", "doc/91130", cells.repeated_department),
            Rule("departments_of_member_too_many", "doc/90195, 60110", cells.too_many_departments),
        ),
        is_exact=True,
    ),
    Column(
        "职位",
        ("position",),
        ("职务", "岗位", "岗位名称", "职位名称", "Job Title", "Position Title"),
        carried=carried,
        rules=(at_most("cell_too_long", "doc/90195, 301012", 128),),
    ),
    Column(
        GENDER_COLUMN,
        ("gender",),
        normal=cells.normal_gender,
        rules=(matching("gender_invalid", "the member template", "[男女]"),),
    ),
    Column(
        LEADERS_COLUMN,
        ("is_leader_in_dept",),
        normal=cells.normal_truths,
        rules=(matching("leader_list_invalid", "doc/90195, 60132", r"[01](?:;[01])*"),),
    ),
    Column(
        ORDERS_COLUMN,
        ("order",),
        normal=cells.normal_orders,
        rules=(Rule("order_list_invalid", "doc/90195", cells.wrong_orders),),
    ),
    Column(
        "别名",
        ("alias",),
        rules=(at_most("cell_too_long", "doc/90195, 301014", 64), *NAME_RULES),
        mask=masked_name,
    ),
    Column(
        "地址",
        ("address",),
        carried=carried,
        rules=(at_most("cell_too_long", "doc/90195", 128),),
        mask=masked_name,
    ),
    Column(
        "座机",
        ("telephone",),
        ("办公电话",),
        carried=cells.normal_telephone,
        normal=cells.normal_telephone,
        rules=(matching("telephone_invalid", "doc/90195, 301013", r"[0-9+\-]{1,32}"),),
        mask=masked_mobile,
        is_exact=True,
    ),
    Column(
        DISABLED_COLUMN,
        ("disabled",),
        normal=cells.normal_truths,
        rules=(matching("disabled_invalid", "the member template", "[01]"),),
    ),
    Column(
        CODE_COLUMN,
        ("部门编号", "部门代码", "组织编码"),
        ("组织编号", "组织代码", "机构编码", "Department Code", "Department ID"),
        is_sent=False,
        splits=True,
        normal=cells.normal_codes,
        rules=(
            *CODE_RULES,
            Rule("department_twice", "doc/91130", cells.repeated_department),
            Rule("departments_of_member_too_many", "doc/90195, 60110", cells.too_many_departments),
        ),
        is_exact=True,
    ),
)
"""Members. WeCom's templates write `帐号`; `账号` is read as the same."""

KEY = Column(
    KEY_COLUMN,
    is_sent=False,
    normal=cells.folded,
    rules=(
        unlike("key_damaged", "what a spreadsheet makes of a key", cells.DAMAGED_ID),
        at_most("cell_too_long", "longer than any key", 64),
    ),
    is_exact=True,
)
"""No template has the column, so no header means it but the one of the settings."""

CONTACT_COLUMNS = (MOBILE_COLUMN, MAIL_COLUMN)
CONTACTS = {"mobile": MOBILE_COLUMN, "mail": MAIL_COLUMN}
"""The same by what they are called where people are compared."""
_MASKS = {"mobile": masked_mobile, "mail": masked_email}


def masked_contacts(cells: Mapping[str, str]) -> dict[str, str]:
    """Return a row's contacts as a person may see them, without those that are blank."""
    return {it: _MASKS[it](cells[name]) for it, name in CONTACTS.items() if cells.get(name)}


"""A member needs one of the two (40092, 60129)."""

PARALLEL_COLUMNS = (LEADERS_COLUMN, ORDERS_COLUMN)
"""If not blank, these have one value for each department of the member (60132)."""

LIST_COLUMNS = frozenset({DEPARTMENTS_COLUMN, *PARALLEL_COLUMNS})
