"""Files that were cut off, whose cells slipped, whose columns or headers are wrong."""

from collections.abc import Callable, Iterator
from itertools import combinations

from hazards.book import STAFF, Export, departments, members
from hazards.hazard import FULL, SAMPLE, SOME, TREE, Hazard, bad, same


def truncated() -> Iterator[Hazard]:
    kind = "truncated"
    export = members()
    whole = export.content()
    header_end = whole.index(b"\n")
    for at in (1, 2, 3, 4, 5, 9, 10, header_end // 2, header_end - 7, header_end - 1):
        yield bad(kind, f"{at} bytes", FULL, whole[:at], "cut in the header")
    for at in (header_end, header_end + 1):
        yield bad(kind, f"{at} bytes", FULL, whole[:at], "the header and no row")
    lines = export.lines()
    for percent in (10, 50, 80, 90, 97):
        rows = STAFF * percent // 100
        before = "".join(lines[: rows + 1])
        yield bad(
            kind, f"after {percent} % of the rows", FULL, before,
            "more people would go than the limits allow", expect="hold",
        )  # fmt: skip
        yield bad(
            kind, f"after {percent} % of the rows, without the last line end", FULL, before[:-1],
            "more people would go than the limits allow", expect="hold",
        )  # fmt: skip
        if percent in {10, 90}:
            yield from cut_in_a_row(f"after {percent} %", before, lines[rows + 1])
    for percent in (98, 99):
        rows = STAFF * percent // 100
        before = "".join(lines[: rows + 1])
        yield from cut_in_a_row(f"after {percent} %", before, lines[rows + 1])
    for left_out, expect in ((20, "apply"), (21, "hold")):
        yield bad(
            kind, f"{left_out} rows before the end", FULL, "".join(lines[:-left_out]),
            "more than a few of the last rows", expect=expect,
            concerns="incomplete" if expect == "hold" else "",
        )  # fmt: skip
    yield from truncated_departments()


def truncated_departments() -> Iterator[Hazard]:
    kind = "truncated"
    tree = departments()
    text = tree.content()
    lines = tree.lines()
    for at in (2, 7, text.index(b"\n") - 1, text.index(b"\n") + 1):
        yield bad(kind, f"departments, {at} bytes", TREE, text[:at], "cut in the header")
    for rows in (0, 1, 2, 5, 10, 20, 33):
        before = "".join(lines[: rows + 1])
        if rows:
            yield bad(
                kind, f"departments, {rows} rows", TREE, before,
                "departments would go that nobody meant", expect="hold",
            )  # fmt: skip
        for cut in (lines[rows + 1][:1], lines[rows + 1][: lines[rows + 1].index(",") + 1]):
            yield bad(kind, f"departments, {rows} rows and {cut}", TREE, before + cut, "half a row")


def cut_in_a_row(where: str, before: str, row: str) -> Iterator[Hazard]:
    """Cut a file in each cell of a row up to its departments: the rest is no complete row."""
    cells = row.split(",")
    name = cells[0].encode()
    yield bad(
        "truncated", f"{where}, in a character", FULL, before.encode() + name[:-1], "half a row"
    )
    for index, title in enumerate(("name", "id", "mobile", "e-mail")):
        kept = ",".join(cells[:index]) + ("," if index else "")
        for cut in (cells[index][: len(cells[index]) // 2], cells[index]):
            if cut:
                yield bad(
                    "truncated", f"{where}, in the {title}: {cut}", FULL, before + kept + cut,
                    "half a row",
                )  # fmt: skip


def shifted() -> Iterator[Hazard]:
    kind = "shifted"
    lines = members().lines()
    few = len(lines) // 5

    def changes(change: Callable[[list[str]], list[str]], start: int, end: int) -> str:
        moved = [",".join(change(line.rstrip("\n").split(","))) + "\n" for line in lines[start:end]]
        return "".join((*lines[:start], *moved, *lines[end : len(lines) if end > few else few]))

    ways: dict[str, Callable[[list[str]], list[str]]] = {
        "to the left": lambda cells: cells[1:],
        "to the right": lambda cells: ["", *cells],
        "to the right from the id on": lambda cells: [cells[0], "", *cells[1:]],
        "to the left from the id on": lambda cells: [cells[0], *cells[2:]],
        "to the right from the mobile on": lambda cells: [*cells[:2], "", *cells[2:]],
        "to the right from the departments on": lambda cells: [*cells[:4], "", *cells[4:]],
        "to the left from the departments on": lambda cells: [*cells[:4], *cells[5:]],
        "to the right from the position on": lambda cells: [*cells[:5], "", *cells[5:]],
        "to the left from the position on": lambda cells: [*cells[:5], *cells[6:]],
        "by a comma in the name": lambda cells: ["王,五", *cells[1:]],
        "by a comma in the position": lambda cells: [*cells[:5], "工程师,高级", *cells[6:]],
    }
    for name, way in ways.items():
        for start in (1, few - 10):
            yield bad(
                kind, f"{name}, from row {start} on", SOME, changes(way, start, few),
                "cells stand under the wrong header",
            )  # fmt: skip
        yield bad(
            kind, f"{name}, one row of all", FULL, changes(way, 700, 701),
            "cells stand under the wrong header",
        )  # fmt: skip
    tree = departments().lines()
    for start in (1, 2, 20):
        for name, cut in (("left", lambda cells: cells[1:]), ("right", lambda cells: ["", *cells])):
            moved = [",".join(cut(line.split(","))) for line in tree[start:]]
            yield bad(
                kind, f"departments to the {name}, from row {start} on", TREE,
                "".join((*tree[:start], *moved)), "cells stand under the wrong header",
            )  # fmt: skip


UNTOLD = ({"姓名", "职位"}, {"职位", "别名"})
"""Columns that hold any text: nobody can tell them apart (see `gaps`)."""


def swapped() -> Iterator[Hazard]:
    export = members(SAMPLE)
    for one, other in combinations(export.columns, 2):
        if {one, other} not in UNTOLD:
            yield bad(
                "swapped", f"{one} and {other}", SOME, export.named({one: other, other: one}),
                "each column has the other one's header",
            )  # fmt: skip
    tree = departments()
    for one, other in combinations(tree.columns[:3], 2):
        yield bad(
            "swapped", f"departments: {one} and {other}", TREE,
            tree.named({one: other, other: one}), "each column has the other one's header",
        )  # fmt: skip


def synonyms(export: Export) -> Iterator[Hazard]:
    for extra in ("部门", "账号", "手机"):
        yield bad(
            "header", f"{extra} beside the column that it means", SOME,
            export.but("u000001", **{extra: "1"}), "two columns mean the same",
        )  # fmt: skip


def headers() -> Iterator[Hazard]:
    kind = "header"
    export = members(SAMPLE)
    required = ("姓名", "帐号", "所在部门", "手机号")
    for job in (FULL, SOME):
        for name in required:
            yield bad(
                kind, f"{job}: {name} renamed", job, export.named({name: "列1"}),
                "a column that is needed has an unknown name",
            )  # fmt: skip
            yield bad(
                kind, f"{job}: {name} with a note", job, export.named({name: f"{name}(旧)"}),
                "a column that is needed has an unknown name",
            )  # fmt: skip
            left = export.ordered(each for each in export.columns if each != name)
            yield bad(kind, f"{job}: {name} missing", job, left, "a column that is needed is gone")
    for name in export.columns:
        yield bad(kind, f"{name} blank", SOME, export.named({name: ""}), "a header is blank")
    for one, other in zip(export.columns, export.columns[1:], strict=False):
        yield bad(
            kind, f"{other} named {one} as well", SOME, export.named({other: one}),
            "two columns have the same name",
        )  # fmt: skip
        yield bad(
            kind, f"{one} and {other} merged", SOME,
            export.text().replace(f"{one},{other}", f"{one}{other}", 1), "two headers became one",
        )  # fmt: skip
    yield bad(
        kind, "帐号 and 账号", SOME, export.named({"姓名": "账号"}),
        "two spellings of the same column",
    )  # fmt: skip
    no_contact = export.ordered(each for each in export.columns if each not in ("手机号", "邮箱"))
    yield bad(kind, "no contact column", SOME, no_contact, "WeCom needs a mobile or an e-mail")
    text = export.text()
    rest = text.split("\n", 1)[1]
    yield bad(kind, "none", SOME, rest, "the first row is taken for the header")
    yield bad(kind, "twice", SOME, text.split("\n", 1)[0] + "\n" + text, "the header is a row")
    for title in ("2026年员工名单", "员工名单,,,,", "导出时间:2026-01-01"):
        yield same(kind, f"under {title}", SOME, f"{title}\n{text}")
    yield from synonyms(export)
    for separator in (";", "\t", "|"):
        yield bad(
            kind, f"separated by {separator!r}", SOME, text.replace(",", separator), "not commas"
        )
    wide = "".join(f",列{number}" for number in range(50_000))
    for name, content in (
        ("50,000 columns", text.replace("\n", f"{wide}\n", 1)),
        ("the sheet turned by 90 degrees",
         "\n".join(",".join(row[name] for row in members().rows) for name in export.columns)),
    ):  # fmt: skip
        yield bad(kind, name, FULL, content, "more columns than anybody needs")
    tree = departments()
    for name in tree.columns[:3]:
        yield bad(kind, f"departments: {name} renamed", TREE, tree.named({name: "列1"}), "unknown")
        left = tree.ordered(each for each in tree.columns if each != name)
        yield bad(kind, f"departments: {name} missing", TREE, left, "a column that is needed")
    for one, other in combinations(tree.columns, 2):
        yield bad(
            kind, f"departments: {other} named {one} as well", TREE, tree.named({other: one}),
            "two columns have the same name",
        )  # fmt: skip
    yield bad(kind, "departments: none", TREE, tree.text().split("\n", 1)[1], "no header")
