"""Single cells, just inside and just outside of their rules, and damaged columns."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from hazards.book import departments, joiners, members
from hazards.hazard import FULL, SAMPLE, SOME, TREE, Hazard, bad, good, same
from support.cells import BAD_CELLS
from support.companies import department

TIDIED: Mapping[str, Mapping[str, str]] = {
    "手机号": {
        "13911110001": "13911110001|+86 13911110001|+8613911110001|0086-139-1111-0001|"
        "139 1111 0001|139-1111-0001|１３９１１１１０００１|8613911110001|(+86)13911110001|"
        '+86(139)11110001|\'13911110001|="13911110001"',
        "+85251234567": "+852 51234567|0085251234567",
        "+16505550100": "+1 650-555-0100|+1 (650) 555-0100|+1.650.555.0100",
    },
    "职位": {
        "Eng， Platform": "Eng, Platform",
        "首席”架构”师": '首席"架构"师',
        "总 （代）": "总\n（代）",
    },
    "地址": {"12 Main St.， Apt 4 Here": "12 Main St., Apt 4\nHere"},
    "座机": {"0201234": "(020)1234|020 1234", "0201234-801": "0201234,801"},
    "工龄": {"3， 4": "3, 4", "a b": "a\nb"},
    "性别": {"男": "男|M|男性", "女": "女", "": "0|未知"},
    "禁用": {"1": "1|是|TRUE|Y|1.0"},
    "是否部门内领导": {"1": "1|是|true|1.0"},
    "排序": {"10": "10.0"},
}
"""Cells by what is written for them, by column."""
TAKEN: Mapping[str, str] = {
    "邮箱": f"new@example.com|{'x' * 52}@example.com|a+b.c_d@e-f.com.cn|1@2.cn|A@Example.COM",
    "姓名": f"{'王' * 64}|欧阳·娜娜|O'Brien|𠮷田|José|Nan|Genç – Test|濮存昕",
    "职位": f"{'工' * 128}|总监（代）|NULL?",
    "别名": "小" * 64,
    "地址": "路" * 128,
    "座机": f"020-1234|{'1' * 32}|+86-20-1234",
    "排序": "5|4294967295",
}
"""Cells that are written as they are, by column."""


def good_cells() -> Iterator[tuple[str, str, str]]:
    """Yield columns with a cell and what is written for it."""
    for column, by_written in TIDIED.items():
        for written, texts in by_written.items():
            yield from ((column, cell, written) for cell in texts.split("|"))
    for column, texts in TAKEN.items():
        yield from ((column, cell, cell) for cell in texts.split("|"))


def cells() -> Iterator[Hazard]:
    """Change one cell of one member; each column with its rule, just inside and just outside."""
    staff = members()
    five = staff.only("u000011", "u000012", "u000013", "u000015", "u000016")
    for column, by_code in BAD_CELLS.items():
        for cell in chain.from_iterable(by_code.values()):
            export = five.but("u000013", **{column: cell})
            yield bad(f"{column} {cell[:24]} ({len(cell)})", SOME, export, column)
    for cell in ("#N/A", "王\ufffd", "寮犱紵", "\x07"):
        yield same(f"工龄 {cell!r}", SOME, five.but("u000013", 工龄=cell))
    yield same("禁用 0 where it was blank", SOME, five.but("u000013", 禁用="0"))
    for cell in ("2024-03-01", "110101199001011000"):
        newcomer = staff.of([{**joiners(1)[0], "帐号": cell}])
        yield good(f"帐号 {cell}", SOME, newcomer, concerns="good 帐号")
    for column, cell, written in good_cells():
        user = "u000012" if written == "女" else "u000013"
        export = five.but(user, **{column: cell})
        wanted = five.but(user, **{column: written})
        if export == five:
            export = five.but("u000012" if user == "u000013" else "u000013", **{column: cell})
            wanted = export
        name, more = f"{column} {cell[:24]} ({len(cell)})", {"content": export.content()}
        yield good(name, SOME, wanted, concerns=f"good {column}", **more)


def damaged_columns() -> Iterator[Hazard]:
    """Damage a column as a spreadsheet does: in every row of the full export."""
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
        ("names in a wrong encoding", lambda _: {"姓名": "å¼ ä¸‰"}),
        ("question marks for names", lambda row: {"姓名": "?" * len(row["姓名"])}),
        ("genders by other letters", lambda row: {"性别": {"男": "X", "女": "Y"}[row["性别"]]}),
    )  # fmt: skip
    for name, way in ways:
        yield bad(name, SOME, some.each(way))
        if name != "no contact for some":
            one = staff.each(lambda row, way=way: way(row) if row["帐号"] == "u000020" else row)  # type: ignore[misc]
            yield bad(f"{name}: one row of all", FULL, one)


ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
LOST = (*ERRORS, "#" * 8, "王\ufffd\ufffd", "\ufffd", "锟斤拷锟斤拷", "烫烫烫烫", "???", "？？")
UNSEEN = "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff"


def illegible() -> Iterator[Hazard]:
    """Yield cells that no person wrote: errors, lost characters, characters that nobody sees."""
    staff, tree = members(SAMPLE), departments()
    for job, export, row_id, name in (
        (SOME, staff, "u000021", "姓名"),
        (SOME, staff, "u000021", "职位"),
        (TREE, tree, "8", "部门名称"),
    ):
        for cell in LOST:
            if job is TREE and {"?", "？"} & {*cell}:
                continue  # no name of a department has one
            damaged = export.but(row_id, **{name: cell})
            yield bad(f"{name} {cell!r}", job, damaged, concern(name, cell))
        for mark in UNSEEN:
            damaged = export.but(row_id, **{name: f"研{mark}发"})
            yield bad(f"{mark!r} in {name}", job, damaged, "illegible")
    for mark in UNSEEN[:2]:
        twin = tree.plus(department(41, f"研{mark}发", 1))
        yield bad(f"a second 研发 with {mark!r}", TREE, twin, "illegible")
        header = staff.named({"邮箱": f"邮{mark}箱"})
        yield same(f"{mark!r} in a header", SOME, header)
    for contact in ("zhang.wei@example.com", "+4917112345678"):
        yield bad(f"{contact} as a name", SOME, staff.but("u000021", 姓名=contact), "姓名")
    figure = staff.but("u000021", 帐号="10001.0")
    yield bad("a user id that is a figure", SOME, figure)
    many = members().each(lambda row: {"姓名": "#N/A"} if row["帐号"] < "u000590" else {})
    yield bad("#N/A for a quarter of the names", FULL, many)


def concern(column: str, cell: str) -> str:
    """Return the rule that alone stops an error value; names have further rules that stop it."""
    is_stopped = column != "职位" and any(each in cell for each in ("N/A", "?", "？"))
    # A department whose name becomes a number is asked about.
    is_asked = column == "部门名称" and not any(map(str.isalpha, cell))
    return "" if is_stopped or is_asked else "illegible"


def lists() -> Iterator[Hazard]:
    """Yield cells that have to be as many as the departments beside them."""
    staff, leads = members(SAMPLE), "是否部门内领导"
    for cell in ("1", "1;0;1", ";", "1;", ";1", "1,0", "1;2", "有;无"):
        yield bad(f"leader {cell} of two", SOME, staff.but("u000020", **{leads: cell}))
    for cell in ("10", "1;2;3", "1;a", "1;-1", "1;4294967296"):
        yield bad(f"order {cell} of two", SOME, staff.but("u000020", 排序=cell))
    orders = ("7；8", "7.0;8.0", "0;4294967295")
    pairs = [(leads, cell) for cell in ("0;1", "1；1", "否;是")] + [
        ("排序", cell) for cell in orders
    ]
    for column, cell in pairs:
        export = staff.but("u000020", **{column: cell})
        yield good(f"{column} {cell} of two", SOME, export)
    second = staff.but("u000021", 所在部门="28;29", 排序="0;0", **{leads: "0"})
    yield bad("a second department, still one leader", SOME, second)
    names = ("所在部门", leads, "排序")
    wide = staff.each(lambda row: {name: row[name].replace(";", "；") for name in names})
    yield same("full-width semicolons", SOME, wide)
