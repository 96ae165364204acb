"""Files that nothing stops today although a person would: reported, not hidden."""

from collections.abc import Iterator

from hazards.book import STAFF, Export, department, departments, joiners, members
from hazards.hazard import FULL, SOME, TREE, Hazard, bad, held


def gaps() -> Iterator[Hazard]:
    """Yield files that nothing stops today although a person would: reported, not hidden."""
    kind = "gap"
    staff, whole = members(), departments()
    for one, other in (("姓名", "职位"), ("职位", "别名")):
        yield bad(
            kind, f"{one} and {other} swapped", FULL, staff.named({one: other, other: one}),
            "any text is a name: only a limit on updates would notice", expect="hold",
        )  # fmt: skip
    strangers = staff.each(
        lambda row: {"帐号": f"b-{row['帐号']}", "手机号": row["手机号"].replace("138", "139", 1),
                     "邮箱": ""}
    )  # fmt: skip
    yield held(kind, "another corp's changes, in departments that exist", SOME, strangers,
               "2,000 strangers join: only a limit on additions would notice")  # fmt: skip
    moved = staff.each(lambda row: {"所在部门": "1", "是否部门内领导": "0", "排序": "0"})
    yield held(kind, "everybody moves to the root", FULL, moved, "only a limit on moves")
    renamed = whole.each(
        lambda row: {} if row["部门ID"] == "1" else {"部门名称": "别" + row["部门名称"]}
    )
    yield held(kind, "every department but the root is renamed", TREE, renamed, "only a limit")
    english = {
        "姓名": "name",
        "帐号": "userid",
        "手机号": "mobile",
        "邮箱": "email",
        "所在部门": "department",
    }
    mojibake = staff.each(lambda row: {"姓名": "å¼ ä¸‰", "职位": "", "性别": "", "别名": ""})
    yield bad(kind, "names as mojibake under English headers", FULL, mojibake.named(english),
              "the header proves nothing, the names are letters", expect="hold")  # fmt: skip
    lines = staff.lines()
    for percent in (98, 99):
        rows = STAFF * percent // 100
        cells = lines[rows + 1].split(",")
        cut = ",".join((*cells[:4], cells[4][:1]))
        yield bad(kind, f"cut after {percent} %, in the departments", FULL,
                  "".join(lines[: rows + 1]) + cut, "a shorter last line without an end",
                  expect="hold")  # fmt: skip
    rolled = [row["手机号"] for row in staff.rows]
    rolled = [*rolled[1:], rolled[0]]
    sorted_alone = Export(
        staff.columns,
        tuple({**row, "手机号": mobile} for row, mobile in zip(staff.rows, rolled, strict=True)),
    )
    yield held(kind, "the mobile column sorted alone", FULL, sorted_alone, "60104 for every row")
    passed_on = staff.without("u000021").plus({**joiners(1)[0], "手机号": "13800000021"})
    yield held(kind, "a leaver's mobile for a joiner", FULL, passed_on, "60104: one run too early")
    again = whole.without("31").plus(department(41, "第31组", 6))
    yield held(
        kind, "a department again under a new id", TREE, again, "60008: the old one is there"
    )
    exchanged = whole.but("31", 部门名称="第36组").but("36", 部门名称="第31组")
    yield held(kind, "two siblings exchange their names", TREE, exchanged, "60008")
