"""Files of departments."""

from collections.abc import Iterator
from functools import partial

from exports.export import PATHS, TREE, Export, book, text, tree
from exports.mends import as_told, both, cells, named, rewritten, without_lines

_Export = partial(Export, job=TREE, found=PATHS)


def trees() -> Iterator[Export]:
    """Yield files of departments by code, name and path."""
    codes = tree("部门编码=code,部门名称=name,上级部门编码=parent code,负责人=张伟,编制=10")
    yield _Export(name="departments by code", rows=codes, is_new=True)
    yield _Export(
        name="departments by code in a workbook, numbers in a cell",
        form=book(),
        is_new=True,
        rows=[
            *codes[:1],
            *(
                [row[0].replace("D", "1"), row[1], row[2].replace("D", "1"), "", 10]
                for row in codes[1:]
            ),
        ],
    )
    paths = tree("部门名称=name,部门全路径=path")
    below = tree("部门编码=code,部门名称=name,上级部门编码=parent code", company=False)
    yield _Export(
        name="departments by code, the company only as a parent",
        rows=below,
        is_new=True,
        refused=("parent_missing",),
        mend=rewritten(codes),
    )
    yield _Export(
        name="departments by name",
        rows=tree("部门名称=name,上级部门=parent,显示顺序="),
        is_new=True,
    )
    yield _Export(
        name="departments by name, the company only as a parent",
        rows=tree("部门名称=name,上级部门名称=parent", company=False),
        is_new=True,
    )
    yield _Export(
        name="departments by path", rows=tree("部门名称=name,部门全路径=path"), is_new=True
    )
    yield _Export(
        name="departments by path and nothing else",
        rows=tree("部门全路径=path"),
        is_new=True,
        refused=("column_missing",),
        mend=rewritten(tree("部门名称=name,部门全路径=path")),
    )
    yield _Export(
        name="departments by WeCom's numbers",
        rows=tree("部门名称=name,部门ID=number,父部门ID=parent number,排序="),
        is_new=True,
        also="排序=",
    )
    zero = [[*row] for row in codes]
    zero[1][2] = "0"
    yield _Export(name="0 as the code above the company", rows=zero, is_new=True)
    named_none = tree("部门名称=name,上级部门=parent")
    named_none[1][1] = "无"
    yield _Export(name="无 above the company", rows=named_none, is_new=True, form=text("gb18030"))
    yield _Export(
        name="no company in a file of codes",
        rows=[below[0], *([*row[:2], row[2].replace("D00", "")] for row in below[1:])],
        is_new=True,
        refused=("root_unnamed",),
        mend=rewritten(codes),
    )
    yield _Export(
        name="no company, and it is known",
        rows=[below[0], *([*row[:2], row[2].replace("D00", "")] for row in below[1:])],
    )
    yield _Export(
        name="编码, 部门名称 and 上级",
        rows=tree("编码=code,部门名称=name,上级=parent code"),
        is_new=True,
        refused=("column_candidate", "column_unmapped"),
        mend=both(as_told, named(上级="上级部门编码")),
    )
    yield _Export(
        name="部门编码, 名称 and 上级",
        rows=tree("部门编码=code,名称=name,上级=parent code"),
        is_new=True,
        refused=("column_candidate", "column_unmapped"),
        mend=both(as_told, named(上级="上级部门编码")),
    )
    hyphens = [[cell.replace("/", "-") for cell in row] for row in paths]
    yield _Export(
        name="departments by path with hyphens",
        rows=hyphens,
        is_new=True,
        refused=("path_without_name",),
        mend=rewritten(paths),
    )
    by_name = tree("部门名称=name,上级部门=parent,编制=10")
    for foot in (["合计", "", "80"], ["共 8 个部门"]):
        yield _Export(
            name=f"departments by name with a footer: {foot[0]}",
            rows=[*by_name, foot],
            refused=("line_is_no_row",),
            mend=without_lines,
        )
    yield _Export(
        name="SAP: departments",
        is_new=True,
        rows=tree("Department Code=code,Department Name=name,Parent Department Code=parent code"),
    )
    yield _Export(
        name="用友: 组织",
        is_new=True,
        rows=tree("组织编码=code,组织名称=name,上级组织编码=parent code,启用状态=启用"),
    )
    broken = [[*row] for row in codes]
    broken[3][2] = "D19"
    yield _Export(
        name="a parent that is not there",
        rows=broken,
        is_new=True,
        refused=("parent_missing",),
        mend=cells("D10", "C4"),
    )
    yield _Export(
        name="title above departments",
        rows=[["组织架构表"], *codes],
        is_new=True,
        warns=("warning_titles",),
    )
    yield _Export(
        name="departments with a footer",
        rows=[*codes, ["", "", "", "", "共 8 个部门"]],
        is_new=True,
        refused=("line_is_no_row",),
        mend=rewritten(codes),
    )
    yield _Export(
        name="people where departments should be",
        rows=[["姓名", "帐号", "手机", "部门"], ["张伟", "E0101", "13811110001", "3"]],
        refused=("header_of_members",),
        mend=rewritten(codes),
        is_new=True,
    )
