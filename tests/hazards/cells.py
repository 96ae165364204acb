"""Single cells, just inside and just outside of their rules, and cells that nobody wrote."""

from collections.abc import Iterator

from hazards.book import departments, joiners, members
from hazards.hazard import FULL, SAMPLE, SOME, TREE, Hazard, bad, good, same
from support.companies import department


def cells() -> Iterator[Hazard]:
    """Change one cell of one member; each column with its rule, just inside and just outside."""
    staff = members()
    five = staff.only("u000011", "u000012", "u000013", "u000015", "u000016")
    bads = {
        "手机号": ("1.38E+10", "13800000011.0", "1380000001", "1380000O011", "12345678901", "无",
                "13800000011;13800000012", "138****0011", "#N/A", "+49 (0)171 1234567"),
        "邮箱": ("a@b", "a.example.com", "a@@example.com", "a@example.com;b@example.com",
               "张三 <a@example.com>", "a@例子.公司", "无", "x" * 53 + "@example.com"),
        "姓名": ("王" * 65, "NULL", "10086", "=A2", "?田", "寮犱紵", "JosÃ©"),
        "帐号": ("1.38E+10", "10001.0", "2024/3/1"),
        "职位": ("工" * 129,),
        "别名": ("小" * 65, "NULL", "=B3", "鏉庡"),
        "地址": ("路" * 129,),
        "座机": ("020-1234内5", "1" * 33),
        "性别": ("3", "Mr"),
        "禁用": ("2", "停用"),
        "是否部门内领导": ("2", "1;0", ";"),
        "排序": ("-1", "a", "1;2", "4294967296"),
    }  # fmt: skip
    for column, values in bads.items():
        for cell in values:
            yield bad(
                f"{column} {cell[:24]} ({len(cell)})", SOME,
                five.but("u000013", **{column: cell}), column,
            )  # fmt: skip
    goods: dict[str, dict[str, str]] = {
        "手机号": {"13911110001": "13911110001", "+86 139-1111-0001": "13911110001",
                "１３９１１１１０００１": "13911110001", "+852 51234567": "+85251234567",
                "+1 (650) 555-0100": "+16505550100", '="13911110001"': "13911110001"},
        "邮箱": {cell: cell for cell in ("x" * 52 + "@example.com", "a+b.c_d@e-f.com.cn")},
        "姓名": {cell: cell for cell in ("王" * 64, "欧阳·娜娜", "𠮷田", "José", "濮存昕")},
        "帐号": {"2024-03-01": "2024-03-01", "110101199001011000": "110101199001011000"},
        "职位": {"工" * 128: "工" * 128, '首席"架构"师': "首席”架构”师",
               "总监\n（代）": "总监 （代）"},
        "别名": {"小" * 64: "小" * 64},
        "地址": {"路" * 128: "路" * 128, "12 Main St., Apt 4\nHere": "12 Main St.， Apt 4 Here"},
        "座机": {"1" * 32: "1" * 32, "(020)1234": "0201234", "0201234,801": "0201234-801"},
        "工龄": {"3, 4": "3， 4", "a\nb": "a b"},
        "性别": {"女": "女", "M": "男", "未知": ""},
        "禁用": {"1": "1", "是": "1"},
        "是否部门内领导": {"1": "1", "是": "1"},
        "排序": {"4294967295": "4294967295", "10.0": "10"},
    }  # fmt: skip
    for cell in ("#N/A", "王\ufffd", "寮犱紵", "\x07"):
        yield same(f"工龄 {cell!r}", SOME, five.but("u000013", 工龄=cell))
    yield same("禁用 0 where it was blank", SOME, five.but("u000013", 禁用="0"))
    for column, pairs in goods.items():
        for cell, written in pairs.items():
            user = "u000012" if written == "女" else "u000013"
            if column == "帐号":
                newcomer = staff.of([{**joiners(1)[0], "帐号": cell}])
                yield good(f"帐号 {cell}", SOME, newcomer, concerns="good 帐号")
                continue
            export = five.but(user, **{column: cell})
            wanted = five.but(user, **{column: written})
            if export == five:
                export = five.but("u000012" if user == "u000013" else "u000013", **{column: cell})
                wanted = export
            yield good(
                f"{column} {cell[:24]} ({len(cell)})", SOME, wanted, content=export.content(),
                concerns=f"good {column}",
            )  # fmt: skip


UNSEEN = "\xad\u200b\u202e\u2066"


def illegible() -> Iterator[Hazard]:
    """Yield cells that no person wrote: errors, lost characters, characters that nobody sees."""
    staff, tree = members(SAMPLE), departments()
    for job, export, row_id, name in (
        (SOME, staff, "u000021", "姓名"), (SOME, staff, "u000021", "职位"),
        (TREE, tree, "8", "部门名称"),
    ):  # fmt: skip
        cells = ("#REF!", "########", "王\ufffd\ufffd", "锟斤拷锟斤拷", "烫烫烫烫")
        for cell in (*cells, *(f"研{mark}发" for mark in UNSEEN)):
            damaged = export.but(row_id, **{name: cell})
            yield bad(f"{name} {cell!r}", job, damaged, "illegible")
    for mark in UNSEEN[:2]:
        twin = tree.plus(department(41, f"研{mark}发", 1))
        yield bad(f"a second 研发 with {mark!r}", TREE, twin, "illegible")
        header = staff.named({"邮箱": f"邮{mark}箱"})
        yield bad(f"{mark!r} in a header", SOME, header)
    figure = staff.but("u000021", 帐号="10001.0")
    yield bad("a user id that is a figure", SOME, figure)
    many = members().each(lambda row: {"姓名": "#N/A"} if row["帐号"] < "u000590" else {})
    yield bad("#N/A for a quarter of the names", FULL, many)
    for name in ("👩🏽\u200d🚀", "\u0645\u06cc\u200c\u062e\u0648", "\u0d28\u0d4d\u200d"):
        spelt = staff.but("u000021", 姓名=name)
        yield good(f"{name!r}", SOME, spelt)
