"""The columns of a department file: WeCom's templates of 2016 and 2021, and codes.

Names and paths place no department: without a code or number beside them they are refused.

Sources: the official templates, doc/91132. Limits are those of the interface for single
departments (doc/90205).
"""

import re

from wecom_sync.domain.texts import Params
from wecom_sync.files import department_cells as cells
from wecom_sync.files.cell_rules import Column, Rule, at_most, lacking, spelt
from wecom_sync.files.member_cells import damaged_department, wrong_orders
from wecom_sync.files.member_columns import CODE_RULES, NAME_RULES, ORDERS_COLUMN


def _department_id(value: str) -> Params | None:
    return None if cells.is_department_id(value) else {}


def _parent_id(value: str) -> Params | None:
    """Take 0 for the root's parent; every other parent is a department."""
    return None if value == cells.ROOT_PARENT or cells.is_department_id(value) else {}


def _order(value: str) -> Params | None:
    return {} if ";" in value else wrong_orders(value)


_MARKS = f"[{re.escape(cells.FORBIDDEN)}]"

DEPARTMENT_COLUMNS = (
    Column(
        cells.NAME_COLUMN,
        ("name",),
        ("部门", "组织名称", "机构名称", "组织", "Department Name"),
        ("名称", "单位名称", "Department"),
        required=True,
        rules=(
            at_most("cell_too_long", "doc/90205, 60001", cells.MAX_NAME),
            *NAME_RULES,
            lacking("department_name_invalid", "doc/90205, 60009", _MARKS),
        ),
        is_exact=True,
    ),
    Column(
        cells.ID_COLUMN,
        ("id",),
        normal=cells.normal_number,
        rules=(
            Rule("department_damaged", "doc/91132", damaged_department),
            Rule("department_id_invalid", "doc/91132", _department_id),
        ),
        unique="department_id_duplicate",
        is_exact=True,
    ),
    Column(
        cells.PARENT_COLUMN,
        ("parentid",),
        ("上级部门ID", "父级部门ID"),
        normal=cells.normal_number,
        rules=(
            Rule("department_damaged", "doc/91132", damaged_department),
            Rule("department_id_invalid", "doc/91132", _parent_id),
        ),
        is_exact=True,
    ),
    Column(
        ORDERS_COLUMN,
        ("order",),
        normal=cells.normal_number,
        rules=(Rule("order_invalid", "doc/90205", _order),),
    ),
    Column(
        cells.CODE_COLUMN,
        ("部门编号", "部门代码", "组织编码"),
        ("组织编号", "组织代码", "机构编码", "Department Code", "Department ID"),
        ("编码", "编号", "代码", "机构代码", "Code"),
        is_sent=False,
        normal=cells.normal_code,
        rules=CODE_RULES,
        unique="department_code_duplicate",
        is_exact=True,
    ),
    Column(
        cells.PARENT_CODE_COLUMN,
        ("上级编码", "父部门编码", "上级部门编号", "上级部门代码", "上级组织编码"),
        spelt(
            "上级编号、上级代码、父编码、父级编码、父级部门编码、父部门编号、父部门代码、上级组织编号、"
            "上级组织代码、上级机构编码、Parent Department Code、Parent Department ID"
        ),
        ("上级ID", "父级", "Parent"),
        is_sent=False,
        normal=cells.normal_parent_code,
        rules=CODE_RULES,
        is_exact=True,
    ),
    Column(
        cells.PARENT_NAME_COLUMN,
        ("上级部门名称", "上级组织", "父部门"),
        spelt(
            "上级组织名称、上级机构、父部门名称、父级部门、直属上级部门、上级部门路径、"
            "Parent Department"
        ),
        is_sent=False,
        normal=cells.normal_parent_code,
        is_exact=True,
    ),
    Column(
        cells.PATH_COLUMN,
        ("部门全称", "部门全路径"),
        ("组织路径", "组织全称", "组织全路径", "部门完整路径", "部门层级"),
        is_sent=False,
        normal=cells.normal_parent_code,
        is_exact=True,
    ),
)
