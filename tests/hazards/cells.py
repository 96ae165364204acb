"""Single cells, just inside and just outside of their rules, and damaged columns."""

from collections.abc import Callable, Iterator, Mapping

from hazards.book import department, departments, members
from hazards.hazard import FULL, SAMPLE, SOME, TREE, Hazard, bad, good, same


def cells() -> Iterator[Hazard]:
    """Change one cell of one member; each column with its rule, just inside and just outside."""
    kind = "cells"
    staff = members()
    five = staff.only("u000011", "u000012", "u000013", "u000015", "u000016")
    bads = {
        "手机号": ("1.38E+10", "1.38001E+10", "13800000011.0", "1380000001", "138000000111", "abc",
                "1380000O011", "02012345678", "12345678901", "+86 1380000001", "+8613800000011111",
                "861380000001", "'13800000011", "无", "-", "+", "0", "110",
                "13800000011;13800000012", "13800000011/13800000012", "138****0011", "#N/A",
                "(+86)13911110001", "+8613800000", "+85",
                "+0 123456", "13800000011 张三", "00000000000"),
        "邮箱": ("a", "a@b", "a.example.com", "a@@example.com", "a b@example.com", "a@exa mple.com",
               "a@example..com", "a@example.com.", "@example.com", "a@", "a@.com",
               "a@example.com;b@example.com", "<a@example.com>", "张三 <a@example.com>",
               "mailto:<a@example.com>", "a@例子.公司", "a@exam_ple.com", "a＠example.com", "无",
               "-", "#REF!", "x" * 53 + "@example.com"),
        "姓名": ("王" * 65, "x" * 200),
        "职位": ("工" * 129,),
        "别名": ("小" * 65,),
        "地址": ("路" * 129,),
        "座机": ("020 1234", "(020)1234", "020-1234转5", "1" * 33, "+8620", "1.2E+7", "无"),
        "性别": ("M", "F", "男性", "3", "0", "未知", "male"),
        "禁用": ("2", "是", "否", "true", "1.0", "-1"),
        "是否部门内领导": ("2", "是", "1;0", "0;0;0", ";", "true", "1.0"),
        "排序": ("-1", "a", "1;2", "4294967296", "1.5", "1e3"),
    }  # fmt: skip
    for column, values in bads.items():
        for cell in values:
            yield bad(
                kind, f"{column} {cell[:24]} ({len(cell)})", SOME,
                five.but("u000013", **{column: cell}), "WeCom would refuse the row",
                concerns=column,
            )  # fmt: skip
    goods: dict[str, dict[str, str]] = {
        "手机号": {"13911110001": "13911110001", "+86 13911110001": "13911110001",
                "+8613911110001": "13911110001", "0086-139-1111-0001": "13911110001",
                "139 1111 0001": "13911110001", "139-1111-0001": "13911110001",
                "１３９１１１１０００１": "13911110001", "+852 51234567": "+85251234567",
                "+1 650-555-0100": "+16505550100", "8613911110001": "13911110001"},
        "邮箱": {cell: cell for cell in (
            "new@example.com", "x" * 52 + "@example.com", "a+b.c_d@e-f.com.cn", "1@2.cn",
            "A@Example.COM")},
        "姓名": {cell: cell for cell in ("王" * 64, "欧阳·娜娜", "O'Brien", "𠮷田", "José")},
        "职位": {cell: cell for cell in ("工" * 128, "总监（代）")},
        "别名": {"小" * 64: "小" * 64},
        "地址": {"路" * 128: "路" * 128},
        "座机": {"020-1234": "020-1234", "1" * 32: "1" * 32},
        "性别": {"男": "男", "女": "女"},
        "禁用": {"1": "1"},
        "是否部门内领导": {"1": "1"},
        "排序": {"5": "5", "4294967295": "4294967295"},
    }  # fmt: skip
    yield same(kind, "禁用 0 where it was blank", SOME, five.but("u000013", 禁用="0"))
    for column, pairs in goods.items():
        user = "u000012" if column == "性别" and "男" in pairs else "u000013"
        for cell, written in pairs.items():
            export = five.but(user, **{column: cell})
            wanted = five.but(user, **{column: written})
            if export == five:
                export = five.but("u000012" if user == "u000013" else "u000013", **{column: cell})
                wanted = export
            yield good(
                kind, f"{column} {cell[:24]} ({len(cell)})", SOME, wanted, "WeCom takes it",
                content=export.content(), concerns=f"good {column}",
            )  # fmt: skip


def damaged_columns() -> Iterator[Hazard]:
    """Damage a column as a spreadsheet does: in every row of the full export."""
    kind = "damaged columns"
    staff = members()
    some = members(2 * SAMPLE)
    ways: tuple[tuple[str, Callable[[Mapping[str, str]], Mapping[str, str]]], ...] = (
        ("mobiles in scientific notation", lambda row: {"手机号": f"{float(row['手机号']):.2E}"}),
        ("mobiles as decimals", lambda row: {"手机号": row["手机号"] + ".0"}),
        ("mobiles without their first digit", lambda row: {"手机号": row["手机号"][1:]}),
        ("mobiles without their last digit", lambda row: {"手机号": row["手机号"][:-1]}),
        ("mobiles masked", lambda row: {"手机号": row["手机号"][:3] + "****" + row["手机号"][7:]}),
        ("#NAME? for every e-mail", lambda row: {"邮箱": "#NAME?"}),
        ("e-mails without a domain", lambda row: {"邮箱": row["邮箱"].partition("@")[0]}),
        ("no contact for some", lambda row: {"手机号": ""}),
        ("blank names", lambda row: {"姓名": ""}),
        ("blank ids", lambda row: {"帐号": ""}),
        ("blank departments", lambda row: {"所在部门": ""}),
        ("departments as numbers with decimals",
         lambda row: {"所在部门": row["所在部门"].replace(";", ".0;") + ".0"}),
        ("departments as a date",
         lambda row: {"所在部门": row["所在部门"].replace(";", "月") + "日"}),
        ("leaders for the first department only",
         lambda row: {"是否部门内领导": row["是否部门内领导"][:1]}),
        ("orders for the first department only", lambda row: {"排序": row["排序"].split(";")[0]}),
        ("genders in English", lambda row: {"性别": {"男": "M", "女": "F"}[row["性别"]]}),
    )  # fmt: skip
    for name, way in ways:
        yield bad(kind, name, SOME, some.each(way), "a spreadsheet or an export did it")
        if name != "no contact for some":
            one = staff.each(lambda row, way=way: way(row) if row["帐号"] == "u000020" else row)  # type: ignore[misc]
            yield bad(
                kind, f"{name}: one row of all", FULL, one, "a spreadsheet or an export did it"
            )


ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
UNSEEN = "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff"


def illegible() -> Iterator[Hazard]:
    """Yield cells that no person wrote: errors, lost characters, characters that nobody sees."""
    kind = "illegible"
    staff, tree = members(SAMPLE), departments()
    why = "it would be somebody's name, or a second one that looks like the first"
    for job, export, row_id, name in (
        (SOME, staff, "u000021", "姓名"), (SOME, staff, "u000021", "职位"),
        (SOME, staff, "u000021", "工龄"), (TREE, tree, "8", "部门名称"),
    ):  # fmt: skip
        for cell in (*ERRORS, "########", "王\ufffd\ufffd", "\ufffd"):
            if job is TREE and "?" in cell:
                continue  # no name of a department has one
            damaged = export.but(row_id, **{name: cell})
            yield bad(kind, f"{name} {cell!r}", job, damaged, why, concerns="illegible")
        for cell in ("锟斤拷锟斤拷", "烫烫烫烫", *(() if job is TREE else ("???", "？？"))):
            garbled = export.but(row_id, **{name: cell})
            yield bad(kind, f"{name} {cell!r}", job, garbled, why, concerns="illegible")
        for mark in UNSEEN:
            damaged = export.but(row_id, **{name: f"研{mark}发"})
            yield bad(kind, f"{mark!r} in {name}", job, damaged, why, concerns="illegible")
    for mark in UNSEEN[:2]:
        twin = tree.plus(department(41, f"研发{mark}", 1))
        yield bad(kind, f"a second 研发 with {mark!r}", TREE, twin, why, concerns="illegible")
        header = staff.named({"邮箱": f"邮箱{mark}"})
        yield bad(kind, f"{mark!r} in a header", SOME, header, "WeCom would ignore the column")
    figure = staff.but("u000021", 帐号="10001.0")
    yield bad(kind, "a user id that is a figure", SOME, figure, "it would make a second account")
    many = members().each(lambda row: {"姓名": "#N/A"} if row["帐号"] < "u000590" else {})
    yield bad(kind, "#N/A for a quarter of the names", FULL, many, why)
    for name in ("👩🏽\u200d🚀", "\u0645\u06cc\u200c\u062e\u0648", "\u0d28\u0d4d\u200d"):
        spelt = staff.but("u000021", 姓名=name)
        yield good(kind, f"{name!r}", SOME, spelt, "a joiner where it belongs")


def lists() -> Iterator[Hazard]:
    kind = "lists"
    staff = members(SAMPLE)
    for cell in ("1", "1;0;1", ";", "1;", ";1", "1,0", "1;2", "是;否"):
        yield bad(
            kind, f"leader {cell} of two", SOME, staff.but("u000020", 是否部门内领导=cell),
            "60132: one for each department",
        )  # fmt: skip
    for cell in ("10", "1;2;3", ";", "1;", "1;a", "1;-1", "1;4294967296"):
        yield bad(
            kind, f"order {cell} of two", SOME, staff.but("u000020", 排序=cell),
            "one for each department",
        )  # fmt: skip
    for column, cell in (("是否部门内领导", "0;1"), ("是否部门内领导", "1；1"), ("排序", "7；8"),
                         ("排序", "0;4294967295")):  # fmt: skip
        export = staff.but("u000020", **{column: cell})
        yield good(kind, f"{column} {cell} of two", SOME, export, "one for each department")
    yield bad(
        kind, "a second department, still one leader", SOME,
        staff.but("u000021", 所在部门="28;29", 是否部门内领导="0", 排序="0;0"), "60132",
    )  # fmt: skip
    yield same(
        kind, "full-width semicolons", SOME,
        staff.each(lambda row: {name: row[name].replace(";", "；")
                                for name in ("所在部门", "是否部门内领导", "排序")}),
    )  # fmt: skip
