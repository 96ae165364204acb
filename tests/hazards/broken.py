"""Files that were cut off, whose cells slipped, whose columns or headers are wrong."""

from collections.abc import Callable, Iterator
from itertools import combinations

from hazards.book import STAFF, departments, members
from hazards.hazard import FULL, SAMPLE, SOME, TREE, Hazard, bad, same


def truncated() -> Iterator[Hazard]:
    export = members()
    whole = export.content()
    header_end = whole.index(b"\n")
    ends = range(header_end - 1, header_end + 2)
    for at in (1, 2, 3, 4, 5, 9, 10, header_end // 2, header_end - 7, *ends):
        yield bad(f"{at} bytes", FULL, whole[:at])
    lines = export.lines()
    for percent in (10, 50, 80, 90, 97, 98, 99):
        rows = STAFF * percent // 100
        name, before = f"after {percent} %", "".join(lines[: rows + 1])
        if percent <= 97:
            yield bad(f"{name} of the rows", FULL, before, expect="hold")
            last = f"{name} of the rows, without the last line end"
            yield bad(last, FULL, before[:-1], expect="hold")
        if percent in {10, 90, 98, 99}:
            yield from cut_in_a_row(name, before, lines[rows + 1])


def truncated_departments() -> Iterator[Hazard]:
    tree = departments()
    text = tree.content()
    lines = tree.lines()
    for at in (2, 7, text.index(b"\n") - 1, text.index(b"\n") + 1):
        yield bad(f"departments, {at} bytes", TREE, text[:at])
    for rows in (0, 1, 2, 5, 10, 20):
        before, following = "".join(lines[: rows + 1]), lines[rows + 1]
        if rows:
            yield bad(f"departments, {rows} rows", TREE, before, expect="hold")
        for cut in (following[:1], following[: following.index(",") + 1]):
            yield bad(f"departments, {rows} rows and {cut}", TREE, before + cut)


def cut_in_a_row(where: str, before: str, row: str) -> Iterator[Hazard]:
    """Cut a file in each cell of a row up to its departments: the rest is no complete row."""
    cells = row.split(",")
    name = cells[0].encode()
    yield bad(f"{where}, in a character", FULL, before.encode() + name[:-1])
    for index, title in enumerate(("name", "id", "mobile", "e-mail")):
        kept = ",".join(cells[:index]) + ("," if index else "")
        for cut in (cells[index][: len(cells[index]) // 2], cells[index]):
            if cut:
                yield bad(f"{where}, in the {title}: {cut}", FULL, before + kept + cut)


def shifted() -> Iterator[Hazard]:
    lines = members().lines()
    few = len(lines) // 5

    def changes(change: Callable[[list[str]], list[str]], start: int, end: int) -> str:
        moved = [",".join(change(line.rstrip("\n").split(","))) + "\n" for line in lines[start:end]]
        return "".join((*lines[:start], *moved, *lines[end : len(lines) if end > few else few]))

    starts = {
        "": 0,
        " from the id on": 1,
        " from the mobile on": 2,
        " from the departments on": 4,
        " from the position on": 5,
    }
    ways: dict[str, Callable[[list[str]], list[str]]] = {
        "by a comma in the name": lambda cells: ["王,五", *cells[1:]],
        "by a comma in the position": lambda cells: [*cells[:5], "工程师,高级", *cells[6:]],
    }
    for name, at in starts.items():
        ways[f"to the right{name}"] = lambda cells, at=at: [*cells[:at], "", *cells[at:]]  # type: ignore[misc]
        if at != 2:
            ways[f"to the left{name}"] = lambda cells, at=at: [*cells[:at], *cells[at + 1 :]]  # type: ignore[misc]
    for name, way in ways.items():
        for start in (1, few - 10):
            yield bad(f"{name}, from row {start} on", SOME, changes(way, start, few))
        yield bad(f"{name}, one row of all", FULL, changes(way, 700, 701))
    tree = departments().lines()
    for start in (1, 2, 20):
        for name, cut in (("left", lambda cells: cells[1:]), ("right", lambda cells: ["", *cells])):
            moved = [",".join(cut(line.split(","))) for line in tree[start:]]
            content = "".join((*tree[:start], *moved))
            yield bad(f"departments to the {name}, from row {start} on", TREE, content)


UNTOLD = ({"姓名", "职位"}, {"职位", "别名"})
"""Columns that hold any text: nobody can tell them apart."""


def swapped() -> Iterator[Hazard]:
    export = members(SAMPLE)
    for one, other in combinations(export.columns, 2):
        if {one, other} not in UNTOLD:
            yield bad(f"{one} and {other}", SOME, export.named({one: other, other: one}))
    tree = departments()
    for one, other in combinations(tree.columns[:3], 2):
        yield bad(f"departments: {one} and {other}", TREE, tree.named({one: other, other: one}))


def headers() -> Iterator[Hazard]:
    export = members(SAMPLE)
    required = ("姓名", "帐号", "所在部门", "手机号")
    for job in (FULL, SOME):
        for name in required:
            yield bad(f"{job}: {name} renamed", job, export.named({name: "列1"}))
            yield bad(f"{job}: {name} with a note", job, export.named({name: f"{name}(旧)"}))
            left = export.ordered(each for each in export.columns if each != name)
            yield bad(f"{job}: {name} missing", job, left)
    for name in export.columns:
        yield bad(f"{name} blank", SOME, export.named({name: ""}))
    for one, other in zip(export.columns, export.columns[1:], strict=False):
        yield bad(f"{other} named {one} as well", SOME, export.named({other: one}))
        merged = export.text().replace(f"{one},{other}", f"{one}{other}", 1)
        yield bad(f"{one} and {other} merged", SOME, merged)
    yield bad("帐号 and 账号", SOME, export.named({"姓名": "账号"}))
    no_contact = export.ordered(each for each in export.columns if each not in ("手机号", "邮箱"))
    yield bad("no contact column", SOME, no_contact)
    text = export.text()
    rest = text.split("\n", 1)[1]
    yield bad("none", SOME, rest)
    yield bad("twice", SOME, text.split("\n", 1)[0] + "\n" + text)
    for title in ("2026年员工名单", "员工名单,,,,", "导出时间:2026-01-01"):
        yield same(f"under {title}", SOME, f"{title}\n{text}")
    for extra in ("部门", "账号", "手机"):
        twice = export.but("u000001", **{extra: "1"})
        yield bad(f"{extra} beside the column that it means", SOME, twice)
    for separator in (";", "\t", "|"):
        yield bad(f"separated by {separator!r}", SOME, text.replace(",", separator))
    wide = "".join(f",列{number}" for number in range(50_000))
    for name, content in (
        ("50,000 columns", text.replace("\n", f"{wide}\n", 1)),
        (
            "the sheet turned by 90 degrees",
            "\n".join(",".join(row[name] for row in members().rows) for name in export.columns),
        ),
    ):
        yield bad(name, FULL, content)


def department_headers() -> Iterator[Hazard]:
    tree = departments()
    for name in tree.columns[:3]:
        yield bad(f"departments: {name} renamed", TREE, tree.named({name: "列1"}))
        left = tree.ordered(each for each in tree.columns if each != name)
        yield bad(f"departments: {name} missing", TREE, left)
    for one, other in combinations(tree.columns, 2):
        yield bad(f"departments: {other} named {one} as well", TREE, tree.named({other: one}))
    yield bad("departments: none", TREE, tree.text().split("\n", 1)[1])
