"""Files of departments."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from exports.export import PATHS, TREE, Outcome, Rows, Sample, book, text, tree
from exports.mends import Mend, as_told, both, cells, named, refused, rewritten

CODES = tree("部门编码=code,部门名称=name,上级部门编码=parent code,负责人=张伟,编制=10")
BELOW = tree("部门编码=code,部门名称=name,上级部门编码=parent code", company=False)
"""Departments whose company stands nowhere but as a parent."""
ORPHANS = [BELOW[0], *([*row[:2], row[2].replace("D00", "")] for row in BELOW[1:])]
PATHED = tree("部门名称=name,部门全路径=path")
NAMED = tree("部门名称=name,上级部门名称=parent", company=False)
SAP = tree("Department Code=code,Department Name=name,Parent Department Code=parent code")
READ: dict[str, Rows] = {
    "departments by code": CODES,
    "departments by code, names and paths beside them": tree(
        "部门编码=code,部门名称=name,上级部门编码=parent code,上级部门=parent,部门全路径=path"
    ),
    "SAP: departments": SAP,
    "用友: 组织": tree("组织编码=code,组织名称=name,上级组织编码=parent code,启用状态=启用"),
}
ABOVE = both(as_told, named(上级="上级部门编码"))
TWO, NAMES, BY_CODE = "column_candidate column_unmapped", "header_of_names", rewritten(CODES)
PEOPLE = [["姓名", "帐号", "手机", "部门"], ["张伟", "E0101", "13811110001", "3"]]
TOPS = [
    [*row[:2], "" if row[2] == "D00" else row[2], row[3]]
    for row in tree(
        "部门编码=code,部门名称=name,上级部门编码=parent code,上级部门=parent", company=False
    )
]
"""What is right below the company has its name alone above it."""
REFUSED: dict[str, tuple[Rows, str, Mend]] = {
    "departments by code, the company only as a parent": (BELOW, "parent_missing", BY_CODE),
    "departments by path and nothing else": (tree("部门全路径=path"), NAMES, BY_CODE),
    "departments by path": (PATHED, NAMES, BY_CODE),
    "departments by name": (tree("部门名称=name,上级部门=parent,显示顺序="), NAMES, BY_CODE),
    "departments by name, the company only as a parent": (NAMED, NAMES, BY_CODE),
    "codes, but names of the parents": (
        tree("部门编码=code,部门名称=name,上级部门=parent"),
        NAMES,
        BY_CODE,
    ),
    "codes below a company that is only named": (TOPS, "parent_named", BY_CODE),
    "no company in a file of codes": (ORPHANS, "root_unnamed", BY_CODE),
    "编码, 部门名称 and 上级": (tree("编码=code,部门名称=name,上级=parent code"), TWO, ABOVE),
    "部门编码, 名称 and 上级": (tree("部门编码=code,名称=name,上级=parent code"), TWO, ABOVE),
    "people where departments should be": (PEOPLE, "header_of_members", BY_CODE),
}


def trees() -> Iterator[Sample]:
    for name, rows in READ.items():
        yield _new(name, rows)
    for name, (rows, codes, mend) in REFUSED.items():
        yield replace(refused(name, rows, codes, mend), job=TREE, entries=PATHS, is_new=True)
    numbered = [
        [row[0].replace("D", "1"), row[1], row[2].replace("D", "1"), "", 10] for row in CODES[1:]
    ]
    in_a_cell = "departments by code in a workbook, numbers in a cell"
    yield _new(in_a_cell, [CODES[0], *numbered], form=book())
    numbers = tree("部门名称=name,部门ID=number,父部门ID=parent number,排序=")
    yield _new("departments by WeCom's numbers", numbers, also="排序=")
    zero, wrong = [[*row] for row in CODES], [[*row] for row in CODES]
    zero[1][2], wrong[3][2] = "0", "D19"
    yield _new("0 as the code above the company", zero)
    none = [[*row] for row in CODES]
    none[1][2] = "无"
    yield _new("无 above the company", none, form=text("gb18030"))
    for name, more in {
        "goes on": CODES[6:],
        "goes on under a header": [CODES[0], *CODES[6:]],
    }.items():
        sheets = refused(
            f"the tree {name} on a second sheet", CODES[:6], "workbook_sheets", _together
        )
        yield replace(sheets, job=TREE, entries=PATHS, is_new=True, form=book(Sheet2=more))
    footer = ("warning_footer",)
    titled = [["组织架构表"], *CODES]
    yield _new("title above departments", titled, warns=("warning_titles",))
    yield _new("no company, and it is known", ORPHANS, is_new=False)
    missing = refused("a parent that is not there", wrong, "parent_missing", cells("D10", "C4"))
    yield replace(missing, job=TREE, entries=PATHS, is_new=True)
    for foot in (["", "合计", "", "", "80"], ["", "共 8 个部门"]):
        yield _new(f"departments with a footer: {foot[1]}", [*CODES, foot], warns=footer)
    yield _new("departments with a footer", [*CODES, ["", "", "", "", "共 8 个部门"]], warns=footer)


def _together(export: Sample, _: Outcome) -> Sample:
    return replace(export, rows=CODES, form=book())


def _new(name: str, rows: Rows, *, is_new: bool = True, **more: Any) -> Sample:
    return Sample(name, rows, job=TREE, entries=PATHS, is_new=is_new, **more)
