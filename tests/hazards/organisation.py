"""Departments: their tree, their changes, and the departments of members."""

from collections.abc import Iterator, Mapping

from hazards.book import EMPTY, LEAF, PEOPLED, Export, department, departments, members
from hazards.hazard import FULL, SAMPLE, SOME, TREE, Hazard, bad, good, held, same


def tree() -> Iterator[Hazard]:
    kind = "tree"
    good_tree = departments()
    whys = "302004: WeCom takes one tree"
    for name, export in (
        ("parent of itself", good_tree.but("8", 父部门ID="8")),
        ("a cycle of two", good_tree.but("2", 父部门ID="7")),
        ("a cycle of three", good_tree.but("2", 父部门ID="12").but("12", 父部门ID="3")
         .but("3", 父部门ID="2")),
        ("the root in a cycle", good_tree.but("1", 父部门ID="2")),
        ("the root its own parent", good_tree.but("1", 父部门ID="1")),
        ("a missing parent", good_tree.but("8", 父部门ID="77")),
        ("a division left out", good_tree.without("2")),
        ("the root left out", good_tree.without("1")),
        ("a second root", good_tree.but("3", 父部门ID="0")),
        ("a new root", good_tree.plus(department(99, "新总部", 0))),
        ("every parent 0", good_tree.each(lambda row: {"父部门ID": "0"})),
        ("another id for the root", Export(good_tree.columns, tuple(
            {**row, "部门ID": "100" if row["部门ID"] == "1" else row["部门ID"],
             "父部门ID": "100" if row["父部门ID"] == "1" else row["父部门ID"]}
            for row in good_tree.rows))),
        ("a blank parent", good_tree.but("8", 父部门ID="")),
        ("a blank id", good_tree.but("8", 部门ID="")),
        ("a blank name", good_tree.but("8", 部门名称="")),
        ("a name of blanks", good_tree.but("8", 部门名称=" \u3000 ")),
        ("an id twice", good_tree.plus(department(8, "第八组", 3))),
        ("a line twice", good_tree.plus(good_tree.rows[20])),
        ("everything twice", good_tree.plus(*good_tree.rows)),
        ("an id twice, once with zeros",
         good_tree.plus(department(8, "八", 3) | {"部门ID": "008"})),
        ("two siblings of one name", good_tree.but("17", 部门名称="综合组")),
        ("a new sibling of that name", good_tree.plus(department(41, "综合组", 2))),
        ("two divisions of one name", good_tree.but("3", 部门名称="研发")),
        ("two siblings but for a blank", good_tree.but("17", 部门名称="综合组 ")),
    ):  # fmt: skip
        concerns = "unique 部门ID" if "twice" in name else "tree"
        yield bad(kind, name, TREE, export, whys, concerns=concerns)
    yield from depths_and_cells()


def depths_and_cells() -> Iterator[Hazard]:
    kind = "tree"
    good_tree = departments()
    for depth in (14, 15, 16, 17, 500):
        chain = good_tree.plus(
            *(
                department(100 + level, f"层{level}", 99 + level if level > 4 else 12)
                for level in range(4, depth + 1)
            )
        )
        if depth <= 15:
            yield good(kind, f"{depth} levels", TREE, chain, "15 are allowed")
        else:
            yield bad(kind, f"{depth} levels", TREE, chain, "15 are allowed")
    for mark in '\\:*?"<>|':
        cell = f"a{mark}b"
        yield bad(
            kind, f"{mark} in a name", TREE, good_tree.but("8", 部门名称=cell), "60009",
            concerns="部门名称",
        )  # fmt: skip
    for length in (64, 65, 200):
        export = good_tree.but("8", 部门名称="组" * length)
        if length == 64:
            yield good(kind, "a name of 64", TREE, export, "64 are allowed")
        else:
            yield bad(kind, f"a name of {length}", TREE, export, "60001", concerns="部门名称")
    for number in ("0", "-1", "x", "1.0", "1e3", "４１", "4 1", "2147483648", "4294967296",
                   "99999999999", "第41组"):  # fmt: skip
        row = department(41, "新组", 2) | {"部门ID": number}
        yield bad(
            kind, f"id {number}", TREE, good_tree.plus(row), "not a department id",
            concerns="部门ID",
        )  # fmt: skip
    for number in ("-1", "x", "1.0", "研发", "2;3", "4294967296"):
        row = department(41, "新组", 2) | {"父部门ID": number}
        yield bad(
            kind, f"parent {number}", TREE, good_tree.plus(row), "not a department id",
            concerns="父部门ID",
        )  # fmt: skip
    for order in ("-1", "1.5", "x", "4294967296", "1e3", "一"):
        yield bad(
            kind, f"order {order}", TREE, good_tree.but("8", 排序=order), "not an order",
            concerns="排序",
        )  # fmt: skip
    for order in ("4294967295", "77"):
        yield good(kind, f"order {order}", TREE, good_tree.but("8", 排序=order), "an order")


def department_changes() -> Iterator[Hazard]:
    kind = "departments"
    whole = departments()
    empty = [str(number) for number in EMPTY]
    peopled = [str(number) for number in PEOPLED[::4]]
    for gone in (1, 4, 5):
        yield good(kind, f"{gone} empty ones go", TREE, whole.without(*empty[:gone]), "5 may go")
    for gone in (1, 5):
        left = whole.without(*peopled[:gone])
        yield good(kind, f"{gone} with people go", TREE, left, "5 may go, later")
    for name, chosen in (
        ("6 empty ones go", empty[:6]), ("6 with people go", peopled[:6]),
        ("3 empty ones and 3 with people go", [*empty[:3], *peopled[:3]]),
        ("8 empty ones go", empty[:8]),
    ):  # fmt: skip
        yield held(kind, name, TREE, whole.without(*chosen), "5 may go", concerns="gone")
    many = {"department_removals": 30}
    yield good(kind, "8 empty ones go, 30 may", TREE, whole.without(*empty[:8]), "they may",
               settings=many)  # fmt: skip
    yield held(
        kind, "6 are exchanged for new ones", TREE,
        whole.without(*empty[:6]).plus(*(department(50 + n, f"新{n}", 2) for n in range(6))),
        "as many rows, other departments", concerns="gone",
    )  # fmt: skip
    yield held(kind, "only the root", TREE, whole.only("1"), "everything would go")
    for name in ("新名", "总 部", "总部有限公司", "Head office"):
        yield held(
            kind, f"the root is renamed {name}", TREE, whole.but("1", 部门名称=name),
            "row 1 renames the company", concerns="protected",
        )  # fmt: skip
    for name, export in (
        ("one is new", whole.plus(department(41, "新组", 2))),
        ("a branch is new", whole.plus(*(department(40 + n, f"新{n}", 2 if n == 1 else 41)
                                         for n in range(1, 9)))),
        ("one is renamed", whole.but("8", 部门名称="平台组")),
        ("one is moved", whole.but("31", 父部门ID="4")),
        ("one is moved and renamed", whole.but("31", 父部门ID="4", 部门名称="新组")),
        ("one with a 24th of the people is moved", whole.but("13", 父部门ID="2")),
        ("orders change", whole.each(lambda row: {"排序": str(int(row["排序"]) + 100)})),
        ("a name of another division", whole.but("18", 部门名称="第17组")),
        ("children stand before their parents",
         Export(whole.columns, (*reversed(whole.rows), department(41, "新组", 2)))),
        ("no order column", whole.ordered(whole.columns[:3]).but("8", 部门名称="平台组")),
        ("full-width characters in a name", whole.but("8", 部门名称="研发：平台（一）？")),
    ):  # fmt: skip
        yield good(kind, name, TREE, export, "a change as it happens")
    for name, content in (
        ("the same", whole.content()), ("GBK", whole.content("gbk")),
        ("another order of rows", Export(whole.columns, tuple(reversed(whole.rows))).content()),
        ("another order of columns", whole.ordered(reversed(whole.columns)).content()),
        ("blank orders", whole.each(lambda row: {"排序": ""}).content()),
        ("orders of 0", whole.each(lambda row: {"排序": "0"}).content()),
        ("English headers",
         whole.named(dict(zip(whole.columns, ("name", "id", "parentid", "order"), strict=True)))),
        ("ids with zeros", whole.each(lambda row: {"部门ID": row["部门ID"].zfill(4)}).content()),
        ("blank rows", whole.text() + ",,,\n" * 50),
        ("a blank behind the root's name", whole.but("1", 部门名称="总部 ").content()),
    ):  # fmt: skip
        yield same("departments", f"nothing new: {name}", TREE, content)
    yield from reorganised()
    yield from branches()


def reorganised() -> Iterator[Hazard]:
    """Yield files of the nights after some departments were left out, with people or without."""
    kind = "reorganised"
    staff, whole = members(), departments()

    def leave(row: Mapping[str, str], left: set[str]) -> Mapping[str, str]:
        ids = row["所在部门"].split(";")
        return {"所在部门": ";".join(str(int(each) + 24) if each in left else each for each in ids)}

    for count in (1, 3, 5, 7):
        left = {str(number) for number in LEAF[:count]}
        export = staff.each(lambda row, left=left: leave(row, left))  # type: ignore[misc]
        yield good(kind, f"people leave {count} that were left out", FULL, export,
                   "the tree has said so", base="condemned")  # fmt: skip
    tree = whole.without(*map(str, LEAF[:7])).but("31", 部门名称="新组")
    yield good(kind, "7 are left out again", TREE, tree, "they were counted", base="condemned")
    for job, export in (
        (TREE, whole.but("31", 部门名称="新组")),
        (FULL, staff.but("u000021", 职位="总监")), (SOME, staff.only("u000021")
                                                .but("u000021", 职位="总监")),
    ):  # fmt: skip
        yield good(kind, f"{job}: 8 empty ones were left out before", job, export,
                   "WeCom has not deleted them yet", base="late")  # fmt: skip


def branches() -> Iterator[Hazard]:
    """Yield trees whose branches have changed places, names or numbers."""
    kind = "branches"
    whole = departments()
    names = {"2": "研发", "3": "销售", "31": "第31组", "36": "第36组"}
    for one, other in (("2", "3"), ("31", "36")):
        exchanged = whole.but(one, 部门名称=names[other]).but(other, 部门名称=names[one])
        yield held(kind, f"{one} and {other} exchange their names", TREE, exchanged,
                   "their people would be in the other one", concerns="mixed")  # fmt: skip
    for one, other in (("7", "8"), ("31", "32")):
        parents = {row["部门ID"]: row["父部门ID"] for row in whole.rows}
        exchanged = whole.but(one, 父部门ID=parents[other]).but(other, 父部门ID=parents[one])
        yield held(kind, f"{one} and {other} exchange their parents", TREE, exchanged,
                   "a column slipped", concerns="mixed")  # fmt: skip
    for numbers in ([31], [9], [7, 12, 20, 31, 33]):
        rows = [row for row in whole.rows if int(row["部门ID"]) in numbers]
        again = ({**row, "部门ID": str(int(row["部门ID"]) + 100)} for row in rows)
        export = whole.without(*map(str, numbers)).plus(*again)
        yield held(kind, f"{numbers} under new numbers", TREE, export,
                   "60008: the old ones are there", concerns="second_account")  # fmt: skip
    for name, export in (
        ("a division under another", whole.but("3", 父部门ID="2")),
        ("a group becomes its division's parent",
         whole.but("7", 父部门ID="1").but("2", 父部门ID="7")),
        ("two of 24 groups under another division",
         whole.but("13", 父部门ID="6").but("18", 父部门ID="6")),
    ):  # fmt: skip
        yield held(kind, name, TREE, export, "the people below move with it", concerns="moved")


def departments_of_members() -> Iterator[Hazard]:
    kind = "departments of members"
    staff, few = members(), members(SAMPLE)
    for cell in ("999", "7;999", "0", "-1", "7;;8", ";7", "7;", "7,8", "7|8", "7 8", "7/8", "7.0",
                 "1.38E+3", "7;7", "7;07", "2147483648", "4294967296", "没有", "研发/没有",
                 "总部/综合组", "综合组", "7;综合组", "7;研发/综合组", "研发//综合组", "/",
                 "研发组", "０７", ";".join(str(n) for n in range(7, 108))):  # fmt: skip
        yield bad(
            kind, cell[:20], SOME, few.but("u000021", 所在部门=cell),
            "WeCom would refuse it or create a department", concerns="所在部门",
        )  # fmt: skip
    yield bad(
        kind, "blank", FULL, staff.but("u000021", 所在部门=""), "60127: everybody is somewhere"
    )
    yield bad(
        kind, "all unknown", FULL, staff.each(lambda row: {"所在部门": "1" + row["所在部门"]}),
        "WeCom would create departments",
    )  # fmt: skip
    paths = {"研发/综合组": "7", "总部/研发/综合组": "7", "第12组": "12", "第12组;研发": "12;2",
             "总部": "1", "研发": "2", " 8 ；9": "8;9", "8;9;10": "8;9;10"}  # fmt: skip
    for cell, ids in paths.items():
        alone = staff.only("u000031")
        wanted = alone.but("u000031", 所在部门=ids, 是否部门内领导="", 排序="")
        content = alone.but("u000031", 所在部门=cell, 是否部门内领导="", 排序="").content()
        yield good(kind, cell, SOME, wanted, "departments by name or number", content=content)
    tree_rows = {row["部门ID"]: row for row in departments().rows}

    def named(cell: str) -> str:
        names = []
        for number in cell.split(";"):
            row = tree_rows[number]
            names.append(f"{tree_rows[row['父部门ID']]['部门名称']}/{row['部门名称']}")
        return "；".join(names)

    by_name = staff.each(lambda row: {"所在部门": named(row["所在部门"])})
    yield same(kind, "everybody by name, full-width semicolons", FULL, by_name)
