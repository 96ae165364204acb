"""Departments: their tree, their changes, and the departments of members."""

from collections.abc import Iterator

from hazards.book import EMPTY, PEOPLED, departments, members
from hazards.hazard import FULL, SAMPLE, SOME, TREE, Hazard, bad, good, same
from support.companies import department


def tree() -> Iterator[Hazard]:
    good_tree = departments()
    moved: dict[str, dict[str, str]] = {
        "parent of itself": {"8": "8"},
        "a cycle of two": {"2": "7"},
        "a cycle of three": {"2": "12", "12": "3", "3": "2"},
        "the root in a cycle": {"1": "2"},
        "the root its own parent": {"1": "1"},
        "a missing parent": {"8": "77"},
        "a second root": {"3": "0"},
        "a blank parent": {"8": ""},
        "every parent 0": {row["部门ID"]: "0" for row in good_tree.rows},
    }
    for name, parents in moved.items():
        export = good_tree.each(
            lambda row, by=parents: {  # type: ignore[misc]
                "父部门ID": by.get(row["部门ID"], row["父部门ID"])
            }
        )
        yield bad(name, TREE, export, "tree")
    another = good_tree.each(
        lambda row: {
            column: "100" if row[column] == "1" else row[column]
            for column in ("部门ID", "父部门ID")
        }
    )
    for name, export in (
        ("a division left out", good_tree.without("2")),
        ("the root left out", good_tree.without("1")),
        ("a new root", good_tree.plus(department(99, "新总部", 0))),
        ("another id for the root", another),
        ("a blank id", good_tree.but("8", 部门ID="")),
        ("a blank name", good_tree.but("8", 部门名称="")),
        ("a name of blanks", good_tree.but("8", 部门名称=" \u3000 ")),
        ("an id twice", good_tree.plus(department(8, "第八组", 3))),
        ("a line twice", good_tree.plus(good_tree.rows[20])),
        ("everything twice", good_tree.plus(*good_tree.rows)),
        ("an id twice with zeros", good_tree.plus(department(8, "八", 3) | {"部门ID": "008"})),
        ("two siblings of one name", good_tree.but("17", 部门名称="综合组")),
        ("a new sibling of that name", good_tree.plus(department(41, "综合组", 2))),
        ("two divisions of one name", good_tree.but("3", 部门名称="研发")),
        ("two siblings but for a blank", good_tree.but("17", 部门名称="综合组 ")),
    ):
        concerns = "unique 部门ID" if "twice" in name else "tree"
        yield bad(name, TREE, export, concerns)


def depths_and_cells() -> Iterator[Hazard]:
    good_tree = departments()
    for depth in (14, 15, 16, 17, 500):
        levels = range(4, depth + 1)
        below = (department(100 + at, f"层{at}", 99 + at if at > 4 else 12) for at in levels)
        chain = good_tree.plus(*below)
        yield (good if depth <= 15 else bad)(f"{depth} levels", TREE, chain)
    yield good("a name of 64", TREE, good_tree.but("8", 部门名称="组" * 64))
    for column, cells in (
        ("部门名称", ("组" * 65, "a*b")),
        ("部门ID", ("0", "４１", "2147483648")),
        ("父部门ID", ("-1", "4294967296")),
        ("排序", ("-1", "一", "4294967296")),
    ):
        for cell in cells:
            row = department(41, "新组", 2) | {column: cell}
            yield bad(f"{column} {cell[:24]}", TREE, good_tree.plus(row), column)
    for order in ("4294967295", "77"):
        yield good(f"order {order}", TREE, good_tree.but("8", 排序=order))


def department_changes() -> Iterator[Hazard]:
    whole = departments()
    for gone in (1, 8):
        yield good(f"{gone} empty ones go", TREE, whole.without(*map(str, EMPTY[:gone])))
    yield good("1 with people goes", TREE, whole.without(str(PEOPLED[0])))
    for name, export in (
        ("one is new", whole.plus(department(41, "新组", 2))),
        (
            "a branch is new",
            whole.plus(*(department(40 + n, f"新{n}", 2 if n == 1 else 41) for n in range(1, 9))),
        ),
        ("one is renamed", whole.but("8", 部门名称="平台组")),
        ("one is moved", whole.but("31", 父部门ID="4")),
        ("one is moved and renamed", whole.but("31", 父部门ID="4", 部门名称="新组")),
        ("one with a 24th of the people is moved", whole.but("13", 父部门ID="2")),
        ("orders change", whole.each(lambda row: {"排序": str(int(row["排序"]) + 100)})),
        (
            "children stand before their parents",
            whole.of((*reversed(whole.rows), department(41, "新组", 2))),
        ),
        ("no order column", whole.ordered(whole.columns[:3]).but("8", 部门名称="平台组")),
        ("full-width characters in a name", whole.but("8", 部门名称="研发：平台（一）？")),
    ):
        yield good(name, TREE, export)
    yield bad("a name of another division", TREE, whole.but("18", 部门名称="第17组"), expect="hold")
    for name, content in (
        ("the same", whole.content()),
        ("GBK", whole.content("gbk")),
        ("another order of rows", whole.of(reversed(whole.rows)).content()),
        ("another order of columns", whole.ordered(reversed(whole.columns)).content()),
        ("blank orders", whole.each(lambda row: {"排序": ""}).content()),
        ("orders of 0", whole.each(lambda row: {"排序": "0"}).content()),
        (
            "English headers",
            whole.named(dict(zip(whole.columns, ("name", "id", "parentid", "order"), strict=True))),
        ),
        ("ids with zeros", whole.each(lambda row: {"部门ID": row["部门ID"].zfill(4)}).content()),
        ("blank rows", whole.text() + ",,,\n" * 50),
        ("a blank behind the root's name", whole.but("1", 部门名称="总部 ").content()),
    ):
        yield same(f"nothing new: {name}", TREE, content)


NO_DEPARTMENTS = (
    "999~7;999~0~-1~7;;8~;7~7;~7,8~7|8~7 8~7/8~7.0~1.38E+3~7;7~7;07~2147483648~4294967296~没有~"
    "研发/没有~总部/综合组~综合组~7;综合组~7;研发/综合组~研发//综合组~/~研发组~０７"
)
DEPARTMENTS = {
    "7": "研发/综合组~总部/研发/综合组",
    "12": "第12组",
    "12;2": "第12组;研发",
    "1": "总部",
    "2": "研发",
    "8;9": " 8 ；9",
    "8;9;10": "8;9;10",
}
"""Cells by the departments that they mean."""


def departments_of_members() -> Iterator[Hazard]:
    staff, few = members(), members(SAMPLE)
    for cell in (*NO_DEPARTMENTS.split("~"), ";".join(map(str, range(7, 108)))):
        yield bad(cell[:20], SOME, few.but("u000021", 所在部门=cell), "所在部门")
    yield bad("blank", FULL, staff.but("u000021", 所在部门=""))
    yield bad("all unknown", FULL, staff.each(lambda row: {"所在部门": "1" + row["所在部门"]}))
    alone, plain = staff.only("u000031"), {"是否部门内领导": "", "排序": ""}
    for ids, cells in DEPARTMENTS.items():
        for cell in cells.split("~"):
            content = alone.but("u000031", 所在部门=cell, **plain).content()
            yield good(cell, SOME, alone.but("u000031", 所在部门=ids, **plain), content=content)
    tree_rows = {row["部门ID"]: row for row in departments().rows}

    def named(cell: str) -> str:
        names = []
        for number in cell.split(";"):
            row = tree_rows[number]
            names.append(f"{tree_rows[row['父部门ID']]['部门名称']}/{row['部门名称']}")
        return "；".join(names)

    by_name = staff.each(lambda row: {"所在部门": named(row["所在部门"])})
    yield same("everybody by name, full-width semicolons", FULL, by_name)
