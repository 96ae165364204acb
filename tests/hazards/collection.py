"""The files: what HR systems, spreadsheets and people make of a good export, and good ones."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from hazards.book import (
    EMPTY,
    PEOPLED,
    SERVICES,
    STAFF,
    Export,
    department,
    departments,
    joiners,
    member,
    members,
)
from wecom_sync.run import Job

Expect = Literal["apply", "hold", "reject", "unchanged"]
Base = str
"""`corp` (2,000 people in 40 departments); `grown`: 60 more; `condemned`: departments 7 to 13 were
left out of the last department file; `fresh`: nothing is remembered; `stranger`: somebody is there
whom no file ever named; `members-<n>`: a small corp."""

FULL, SOME, TREE = Job.REPLACE_USER, Job.SYNC_USER, Job.REPLACE_PARTY
MAX_BYTES = 20 * 1024 * 1024
SAMPLE = 200
"""Rows where the rules about how many may go would hide that nothing else stops a file."""
NO_LIMITS = {"removals": 10**6, "removal_percent": 100, "row_loss_percent": 100}
SETTINGS: Mapping[str, object] = {
    "first_replace": "apply",
    "removals": 50,
    "removal_percent": 10,
    "row_loss_percent": 20,
    "department_removals": 5,
    "protected": ["u000001", "svc-*"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One dropped file.

    `settings` are added to `SETTINGS`. `concerns` names the rule, or the column, that alone stops
    it. `wanted` is what the address book must hold once the file was applied.
    """

    kind: str
    name: str
    job: Job
    content: bytes
    expect: Expect
    why: str
    base: Base = "corp"
    settings: Mapping[str, object] = field(default_factory=dict)
    concerns: str = ""
    wanted: Export | None = None


def collection() -> Iterator[Hazard]:
    """Yield every file."""
    for part in PARTS:
        yield from part()


def good(kind: str, name: str, job: Job, export: Export, why: str, **more: object) -> Hazard:
    """Return a file that must be applied, and found in the address book afterwards."""
    values: dict[str, object] = {"content": export.content(), "wanted": export, **more}
    return Hazard(kind=kind, name=name, job=job, expect="apply", why=why, **values)  # type: ignore[arg-type]


def bad(
    kind: str, name: str, job: Job, content: bytes | str | Export, why: str, **more: object
) -> Hazard:
    """Return a file that must be rejected, or what `more` says."""
    if isinstance(content, Export):
        content = content.content()
    data = content.encode() if isinstance(content, str) else content
    values: dict[str, object] = {"expect": "reject", **more}
    return Hazard(kind=kind, name=name, job=job, content=data, why=why, **values)  # type: ignore[arg-type]


def held(kind: str, name: str, job: Job, export: Export, why: str, **more: object) -> Hazard:
    """Return a file that must wait for a person."""
    return bad(kind, name, job, export, why, expect="hold", **more)


def same(kind: str, name: str, job: Job, content: bytes | str | Export, **more: object) -> Hazard:
    """Return a file that says what is there already."""
    why = "says nothing new"
    return bad(kind, name, job, content, why, expect="unchanged", **more)


def last(count: int) -> list[str]:
    """Return the ids of the last people in the export."""
    return [row["帐号"] for row in members().rows[STAFF - count :]]


# What a broken transfer leaves


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
        yield from cut_in_a_row(f"after {percent} %", before, lines[rows + 1])
    for percent in (98, 99):
        rows = STAFF * percent // 100
        before = "".join(lines[: rows + 1])
        yield from cut_in_a_row(f"after {percent} %", before, lines[rows + 1])
    for left_out, expect in ((50, "apply"), (51, "hold")):
        yield bad(
            kind, f"{left_out} rows before the end", FULL, "".join(lines[:-left_out]),
            "50 removals are allowed", expect=expect,
        )  # fmt: skip
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
    """Cut in every cell of a row up to its departments: none of it is a row."""
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


# What an unquoted comma, a deleted cell or a careless sort leaves


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


# Headers


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
                kind, f"{job}: {name} with a note", job, export.named({name: f"{name}(必填)"}),
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
        yield bad(kind, f"under {title}", SOME, f"{title}\n{text}", "a title stands above it")
    for separator in (";", "\t", "|"):
        yield bad(
            kind, f"separated by {separator!r}", SOME, text.replace(",", separator), "not commas"
        )
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


# Who is who


def identity() -> Iterator[Hazard]:
    kind = "identity"
    export = members()
    first, second = export.rows[12], export.rows[13]
    for job in (FULL, SOME):
        for name, row in (
            ("the same line twice", first),
            ("the same person with another mobile", {**first, "手机号": "13911110000", "邮箱": ""}),
            ("the same person in capitals", {**first, "帐号": first["帐号"].upper()}),
        ):
            yield bad(
                kind, f"{job}: {name}", job, export.plus(row), "302003: a person twice",
                concerns="unique 帐号" if row["手机号"] != first["手机号"] else "",
            )  # fmt: skip
    yield bad(kind, "everybody twice", FULL, export.plus(*export.rows), "302003: a person twice")
    adjacent = Export(export.columns, (*export.rows[:13], first, *export.rows[13:]))
    yield bad(kind, "two lines in a row", FULL, adjacent, "302003: a person twice")
    for column in ("手机号", "邮箱"):
        copied = export.but(second["帐号"], **{column: first[column]})
        yield bad(
            kind, f"one {column} for two people", FULL, copied,
            "60104, 60106: it is unique in WeCom", concerns=f"unique {column}",
        )  # fmt: skip
    dragged = export.each(lambda row: {"手机号": "13800000007"})
    yield bad(kind, "one mobile dragged down over everybody", FULL, dragged, "60104")
    numbers = {row["帐号"]: row["帐号"].replace("u00", "u") for row in export.rows}
    yield held(
        kind, "ids without their zeros", FULL,
        export.each(lambda row: {"帐号": numbers[row["帐号"]]}),
        "everybody would be replaced by somebody of another id",
    )  # fmt: skip
    shuffled = export.each(lambda row: {"帐号": f"x-{row['帐号']}"})
    yield held(kind, "ids of another system", FULL, shuffled, "everybody would be replaced")
    half = export.each(
        lambda row: {"帐号": row["帐号"] if row["帐号"] < "u001000" else f"x{row['帐号']}"}
    )
    yield held(kind, "half of the ids of another system", FULL, half, "half would be replaced")
    yield same(
        kind, "ids in capitals", FULL, export.each(lambda row: {"帐号": row["帐号"].upper()})
    )
    spaced = export.each(lambda row: {"帐号": f" {row['帐号']}\t"})
    yield same(kind, "ids with blanks around", FULL, spaced)
    for user_id in ("张三", "_a", "-a", ".a", "@a", "a b", "a/b", "a+b", "a,b", "a;b", "a'", "ａ1",
                    "a" * 65, "1.38E+10", "a\u200b", "a\xa0b", "é"):  # fmt: skip
        yield bad(
            kind, f"id {user_id[:12]!r} ({len(user_id)})", SOME,
            Export(export.columns, ({**member(1), "帐号": user_id, "手机号": "13922220000"},)),
            "40003: not a user id", concerns="帐号",
        )  # fmt: skip
    for user_id in ("a" * 64, "7", "a.b@c-d_e", "A1"):
        row = {**member(1), "帐号": user_id, "手机号": "13922220000", "邮箱": "new@example.com"}
        joined = Export(export.columns, (row,))
        yield good(kind, f"id {user_id[:12]!r} ({len(user_id)})", SOME, joined, "a user id")


# Bytes


def encodings() -> Iterator[Hazard]:
    kind = "encoding"
    export = members(SAMPLE)
    more = export.plus(*joiners(3))
    for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "gb2312", "utf-16"):
        yield same(kind, f"{encoding}, nothing new", SOME, export.content(encoding))
        yield good(kind, encoding, SOME, more, "people join", content=more.content(encoding))
    big_endian = "\ufeff".encode("utf-16-be") + more.text().encode("utf-16-be")
    yield good(kind, "utf-16, big endian", SOME, more, "people join", content=big_endian)
    rare = export.plus({**joiners(1)[0], "姓名": "𠮷田龘"})
    yield good(
        kind, "gb18030 with four-byte characters", SOME, rare, "a rare name",
        content=rare.content("gb18030"),
    )  # fmt: skip
    for encoding in ("utf-16-le", "utf-16-be", "utf-32", "utf-7"):
        yield bad(kind, encoding, SOME, more.content(encoding), "not an encoding that we take")
    traditional = (
        "姓名,帳號,手機號,郵箱,所在部門\n" + "王大明,u000001,13800000001,a@example.com,7\n" * 3
    )
    yield bad(kind, "big5", SOME, traditional.encode("big5"), "Big5")
    yield bad(kind, "traditional headers", SOME, traditional, "no header that we know")
    english = more.named(
        {
            "姓名": "name",
            "帐号": "userid",
            "手机号": "mobile",
            "邮箱": "email",
            "所在部门": "department",
        }
    )
    for encoding in ("gbk", "big5hkscs", "shift_jis", "euc_kr"):
        data = (
            english.replace("职位", "position")
            .replace("性别", "gender")
            .encode(encoding, errors="replace")
        )
        if encoding != "gbk":
            yield bad(kind, f"{encoding} under English headers", SOME, data, "nobody can tell")
    latin = "name,userid,mobile,email,department\nJosé Peña,jose,13922220000,,7\n"
    for encoding in ("latin-1", "cp1252", "mac_roman"):
        yield bad(kind, f"{encoding}", SOME, latin.encode(encoding), "not UTF-8")
    text = more.text()
    yield bad(kind, "utf-8 twice", SOME, text.encode().decode("latin-1"), "written as UTF-8 twice")
    yield bad(
        kind, "utf-8 twice under English headers", SOME,
        english.encode().decode("latin-1"), "written as UTF-8 twice",
    )  # fmt: skip
    yield bad(kind, "gbk taken for latin-1", SOME, text.encode("gbk").decode("latin-1"), "mojibake")
    yield bad(
        kind, "utf-8 taken for gbk", SOME, text.encode().decode("gbk", errors="replace"), "mojibake"
    )
    yield bad(
        kind, "question marks for headers", SOME, text.encode("ascii", errors="replace"), "lost"
    )
    whole = more.content("utf-8")
    gbk = more.content("gbk")
    half = len(whole) // 2
    yield bad(
        kind, "half utf-8, half gbk", SOME,
        text[: len(text) // 2].encode() + text[len(text) // 2 :].encode("gbk"), "two files glued",
    )  # fmt: skip
    for name, content in (("utf-8", whole), ("gbk", gbk)):
        yield bad(kind, f"{name} with a broken byte", SOME, flipped(content), "a byte is broken")
        yield bad(
            kind, f"{name} with a NUL", SOME, content[:half] + b"\x00" + content[half:], "NUL"
        )
    yield bad(kind, "NULs at the end", SOME, whole + b"\x00" * 512, "a block of NULs")
    yield bad(kind, "NULs in the middle", SOME, whole[:half] + b"\x00" * 4096, "a sparse file")
    yield bad(kind, "nothing but NULs", SOME, b"\x00" * 4096, "a sparse file")
    for encoding in ("utf-8-sig", "gbk", "utf-16"):
        everybody = members().content(encoding)
        yield same(kind, f"{encoding}, everybody, nothing new", FULL, everybody)
    yield same(kind, "two BOMs", SOME, "\ufeff\ufeff" + export.text())
    for name, mark in (("a BOM", "\ufeff"), ("a control character", "\x07"), ("DEL", "\x7f")):
        damaged = more.but("u000005", 姓名=f"王{mark}五")
        yield bad(kind, f"{name} in a cell", SOME, damaged.text(), "a character nobody sees")


def flipped(content: bytes) -> bytes:
    """Break a byte of a Chinese character in the middle."""
    at = next(index for index in range(len(content) // 2, len(content)) if content[index] > 0x80)
    return content[:at] + b"\xff" + content[at + 1 :]


def line_ends() -> Iterator[Hazard]:
    kind = "lines and quotes"
    export = members(SAMPLE)
    text = export.text()
    lines = export.lines()
    mixed = "".join(
        line[:-1] + ("\r\n", "\n", "\r")[number % 3] for number, line in enumerate(lines)
    )
    for name, content in (
        ("CR LF", export.text("\r\n")), ("CR", export.text("\r")), ("all three", mixed),
        ("without the last one", text[:-1]), ("blank lines between", text.replace("\n", "\n\n")),
        ("blank lines first", "\n\r\n" + text),
        ("500 blank rows of a spreadsheet", text + ",,,,,,,,,\r\n" * 500),
        ("blank columns of a spreadsheet", text.replace("\n", ",,,\n")),
        ("quotes everywhere", export.text(quoted=True)),
        ("full-width blanks around", text.replace(",", "\u3000,\u3000")),
    ):  # fmt: skip
        yield same(kind, name, SOME, content)
    yield bad(kind, "CR CR LF", SOME, text.replace("\n", "\r\r\n"), "", expect="unchanged")
    first = lines[:5]
    for name, cell in (
        ("opened and never closed", '"王五'), ("closed and never opened", '王五"'),
        ("in the middle", '王"小"五'), ("closed too early", '"王"五'),
        ("over two lines", '"王\n五"'), ("with a comma inside", '"王,五"'),
        ("doubled", '"王""五"'),
    ):  # fmt: skip
        row = ",".join([cell, *lines[5].split(",")[1:]])
        yield bad(
            kind, f"a quote {name}", SOME, "".join((*first, row, *lines[6:])),
            "WeCom's reading of quotes is not documented",
        )  # fmt: skip
    broken = lines[20].rstrip("\n").split(",")
    for at in (1, 3, 5):
        torn = ",".join(broken[:at]) + "\n" + ",".join(broken[at:]) + "\n"
        yield bad(
            kind, f"a line end in cell {at}", SOME, "".join((*lines[:20], torn, *lines[21:])),
            "half a row",
        )  # fmt: skip
    glued = lines[20].rstrip("\n") + lines[21]
    yield bad(kind, "a line end lost", SOME, "".join((*lines[:20], glued, *lines[22:])), "two rows")
    for mark in ("\u2028", "\x0b", "\x0c", "\x85"):
        yield bad(
            kind, f"{mark!r} in a cell", SOME, export.but("u000005", 职位=f"a{mark}b").text(),
            "some programs take it for a line end",
        )  # fmt: skip


def not_text() -> Iterator[Hazard]:
    kind = "not a CSV"
    text = members().text()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", text)
    for name, content in (
        ("xlsx", packed.getvalue()), ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), ("gzip", b"\x1f\x8b\x08\x00" + bytes(64)),
        ("png", b"\x89PNG\r\n\x1a\n" + bytes(64)), ("jpeg", b"\xff\xd8\xff\xe0" + bytes(64)),
        ("rar", b"Rar!\x1a\x07\x00" + bytes(64)), ("7z", b"7z\xbc\xaf\x27\x1c" + bytes(64)),
        ("html", b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"),
        ("xml", b'<?xml version="1.0"?><Workbook/>'), ("json", b'{"errcode":0,"users":[]}'),
        ("an error message", "查询失败,请联系管理员".encode()), ("empty", b""),
        ("blanks", b" \r\n\t\n"), ("a BOM", b"\xef\xbb\xbf"), ("a UTF-16 BOM", b"\xff\xfe"),
        ("one letter", b"x"), ("five bytes", b"a,b\nc"), ("commas", b",,,,\n,,,,\n"),
    ):  # fmt: skip
        for job in (FULL, TREE):
            yield bad(kind, f"{job}: {name}", job, content, "nothing of it is a table of people")


# The right kind of file in the wrong place, or at the wrong time


def another_file() -> Iterator[Hazard]:
    kind = "another file"
    tree, staff = departments(), members()
    for job in (FULL, SOME):
        yield bad(kind, f"departments under {job}", job, tree, "departments, not members")
    yield bad(kind, "members under replaceparty", TREE, staff, "members, not departments")
    other = staff.each(
        lambda row: {"帐号": f"b-{row['帐号']}", "手机号": row["手机号"].replace("138", "139", 1)}
    )
    yield held(kind, "another corp's people", FULL, other, "everybody would be replaced")
    unknown = other.each(lambda row: {"所在部门": "5001"})
    yield bad(
        kind, "another corp's people and departments", FULL, unknown, "WeCom would create them"
    )
    yield bad(kind, "another corp's changes", SOME, unknown, "departments that nobody knows")
    theirs = tree.each(lambda row: {"部门名称": "别的" + row["部门名称"]})
    yield held(
        kind, "another corp's departments", TREE, theirs, "the root would be renamed",
        concerns="renamed_root",
    )  # fmt: skip
    numbers = {row["部门ID"]: str(int(row["部门ID"]) + 500) for row in tree.rows[1:]}
    moved = tree.each(
        lambda row: {
            "部门ID": numbers.get(row["部门ID"], row["部门ID"]),
            "父部门ID": numbers.get(row["父部门ID"], row["父部门ID"]),
        }
    )
    yield held(kind, "departments with other ids", TREE, moved, "every department would go")
    yield held(
        kind, "an export from before 60 people joined", FULL, staff, "60 people would go",
        base="grown", concerns="too_many_removals",
    )  # fmt: skip
    grown = staff.plus(*joiners(60))
    yield same(kind, "the same export twice", FULL, grown, base="grown")
    yield good(
        kind, "yesterday's export", FULL, grown.without(*last(3)), "3 people, as the limits allow",
        base="grown",
    )  # fmt: skip
    yield held(
        kind, "the export of one division", FULL,
        Export(staff.columns, tuple(row for row in staff.rows if row["所在部门"] == "7")),
        "everybody else would go",
    )  # fmt: skip
    yield held(kind, "the changes under replaceuser", FULL, staff.only("u000009"), "all would go")
    yield held(kind, "the template with its sample", FULL,
               Export(staff.columns, ({**member(1), "帐号": "zhangsan"},)), "all would go")  # fmt: skip


def first_files() -> Iterator[Hazard]:
    kind = "first file"
    staff = members().but("u000009", 职位="总监")
    for job, export in ((FULL, staff), (TREE, departments().but("8", 部门名称="新组"))):
        yield held(
            kind, f"{job}: nothing was ever applied", job, export,
            "nobody knows yet what a full file will do", base="fresh",
            settings={"first_replace": "hold"}, concerns="first_full_file",
        )  # fmt: skip
    yield good(
        kind, "replaceuser, as the settings allow", FULL, staff, "first_replace = apply",
        base="fresh",
    )  # fmt: skip
    yield good(
        kind, "syncuser", SOME, staff.only("u000009"), "touches only who is in it", base="fresh",
        settings={"first_replace": "hold"},
    )  # fmt: skip
    lost = members().less(1000)
    yield held(
        kind, "half an export is the first one", FULL, lost, "half of the people would go",
        base="fresh", settings={"first_replace": "hold"},
    )  # fmt: skip


# How much may go


def limits() -> Iterator[Hazard]:
    kind = "limits"
    staff = members()
    for gone in (1, 10, 49, 50):
        yield good(kind, f"{gone} people go", FULL, staff.less(gone), "50 are allowed")
    for gone in (51, 60):
        yield held(
            kind, f"{gone} people go", FULL, staff.less(gone), "50 are allowed",
            concerns="too_many_removals",
        )  # fmt: skip
    for limit, gone in ((0, 1), (1, 2), (10, 11)):
        yield held(
            kind, f"{gone} people go, {limit} allowed", FULL, staff.less(gone), "too many",
            settings={"removals": limit}, concerns="too_many_removals",
        )  # fmt: skip
    exchanged = staff.less(51).plus(*joiners(51))
    yield held(
        kind, "51 people are exchanged", FULL, exchanged, "as many rows, other people",
        concerns="too_many_removals",
    )  # fmt: skip
    by_share = {"removals": 1000}
    for gone in (199, 200):
        yield good(kind, f"{gone} of 2,000 go", FULL, staff.less(gone), "10 %", settings=by_share)
    for gone in (201, 250):
        yield held(
            kind, f"{gone} of 2,000 go", FULL, staff.less(gone), "more than 10 %",
            settings=by_share, concerns="too_large_a_share",
        )  # fmt: skip
    by_rows = {"removals": 1000, "removal_percent": 100, "row_loss_percent": 15}
    for gone in (299, 300):
        yield good(kind, f"{gone} rows fewer", FULL, staff.less(gone), "15 %", settings=by_rows)
    for gone in (301, 399):
        yield held(
            kind, f"{gone} rows fewer", FULL, staff.less(gone), "more than 15 %",
            settings=by_rows, concerns="lost_rows",
        )  # fmt: skip
    for gone, rule in ((400, ""), (401, "lost_rows")):
        settings = {"removals": 1000, "removal_percent": 100}
        if rule:
            yield held(kind, f"{gone} rows fewer, 20 %", FULL, staff.less(gone), "more than 20 %",
                       settings=settings)  # fmt: skip
        else:
            yield good(kind, f"{gone} rows fewer, 20 %", FULL, staff.less(gone), "just 20 %",
                       settings=settings)  # fmt: skip
    yield held(kind, "everybody but one goes", FULL, staff.less(STAFF - 1), "nearly everybody")


def wecoms_guard() -> Iterator[Hazard]:
    """Files that WeCom would refuse with 45026: at once rather than half an hour later."""
    kind = "WeCom's guard"
    for there, gone, expect in (
        (240, 48, "apply"), (240, 49, "apply"), (240, 50, "hold"), (240, 51, "hold"),
        (250, 50, "apply"), (250, 51, "hold"), (300, 60, "apply"), (300, 61, "hold"),
        (2000, 400, "apply"), (2000, 401, "hold"),
        (62, 49, "apply"), (62, 50, "hold"), (60, 48, "apply"), (60, 49, "hold"),
        (63, 51, "hold"), (25, 20, "apply"), (25, 21, "hold"),
    ):  # fmt: skip
        base = "corp" if there == STAFF else f"members-{there}"
        staff = members(there).less(gone)
        settings = {**NO_LIMITS, "protected": []}
        name = f"{gone} of {there} go"
        why = "more than 50 and 20 %, or fewer and 80 %; 50 itself counts as both"
        if expect == "apply":
            yield good(kind, name, FULL, staff, why, base=base, settings=settings)
        else:
            yield held(
                kind, name, FULL, staff, why, base=base, settings=settings,
                concerns="wecoms_guard",
            )  # fmt: skip


def protected() -> Iterator[Hazard]:
    kind = "protected"
    staff = members()
    for user in ("u000001", *SERVICES):
        yield held(
            kind, f"without {user}", FULL, staff.without(user), "the settings protect it",
            concerns="protected_accounts",
        )  # fmt: skip
    yield held(
        kind, "a pattern in capitals", FULL, staff.without("u000300"), "case does not matter",
        settings={"protected": ["U0003??"]}, concerns="protected_accounts",
    )  # fmt: skip
    yield held(
        kind, "disabled instead of removed", FULL, staff.without("svc-mail"),
        "a machine's account would stop working", settings={"leavers": "disable"},
        concerns="protected_accounts",
    )  # fmt: skip
    yield held(kind, "without any", FULL, staff.without(*SERVICES), "they are four",
               concerns="protected_accounts")  # fmt: skip
    yield good(kind, "somebody beside them", FULL, staff.without("u000002"), "nobody protects him")
    yield same(kind, "in capitals", FULL, staff.but("svc-mail", 帐号="SVC-MAIL"))
    kind = "leavers"
    grace = {"leavers": "disable", "leaver_days": 30}
    yield held(
        kind, "a stranger would go at once", FULL, staff,
        "nobody knows his last row, so he cannot be disabled first",
        base="stranger", settings=grace, concerns="leavers_without_a_row",
    )  # fmt: skip
    disabled = staff.less(3)
    yield good(
        kind, "three are disabled first", FULL, disabled, "they go in 30 days", settings=grace,
        wanted=None,
    )  # fmt: skip
    yield good(kind, "a stranger goes", FULL, staff, "one removal is allowed", base="stranger")


# Departments


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
        ("an id twice, once with zeros", good_tree.plus(department(8, "八", 3) | {"部门ID": "008"})),
        ("two siblings of one name", good_tree.but("17", 部门名称="综合组")),
        ("a new sibling of that name", good_tree.plus(department(41, "综合组", 2))),
        ("two divisions of one name", good_tree.but("3", 部门名称="研发")),
        ("two siblings but for a blank", good_tree.but("17", 部门名称="综合组 ")),
    ):  # fmt: skip
        concerns = "unique 部门ID" if "twice" in name else "tree"
        yield bad(kind, name, TREE, export, whys, concerns=concerns)
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
    peopled = [str(number) for number in PEOPLED]
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
        yield held(
            kind, name, TREE, whole.without(*chosen), "5 may go", concerns="too_many_departments"
        )
    many = {"department_removals": 30}
    yield good(kind, "8 rows fewer", TREE, whole.without(*empty[:8]), "20 %", settings=many)
    yield held(
        kind, "9 rows fewer", TREE, whole.without(*empty[:9]), "more than 20 %", settings=many,
        concerns="lost_rows",
    )  # fmt: skip
    yield held(
        kind, "6 are exchanged for new ones", TREE,
        whole.without(*empty[:6]).plus(*(department(50 + n, f"新{n}", 2) for n in range(6))),
        "as many rows, other departments", concerns="too_many_departments",
    )  # fmt: skip
    yield held(kind, "only the root", TREE, whole.only("1"), "everything would go")
    for name in ("新名", "总 部", "总部有限公司", "Head office"):
        yield held(
            kind, f"the root is renamed {name}", TREE, whole.but("1", 部门名称=name),
            "row 1 renames the company", concerns="renamed_root",
        )  # fmt: skip
    for name, export in (
        ("one is new", whole.plus(department(41, "新组", 2))),
        ("a branch is new", whole.plus(*(department(40 + n, f"新{n}", 2 if n == 1 else 41)
                                         for n in range(1, 9)))),
        ("one is renamed", whole.but("8", 部门名称="平台组")),
        ("one is moved", whole.but("31", 父部门ID="4")),
        ("one is moved and renamed", whole.but("31", 父部门ID="4", 部门名称="新组")),
        ("a division is moved", whole.but("3", 父部门ID="2")),
        ("orders change", whole.each(lambda row: {"排序": str(int(row["排序"]) + 100)})),
        ("one becomes its parent's parent", whole.but("7", 父部门ID="1").but("2", 父部门ID="7")),
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
    moved_out = {str(number): "30" for number in range(7, 13)}
    staff = members()

    def leave(row: Mapping[str, str], left: set[str]) -> Mapping[str, str]:
        ids = ["30" if each in left else each for each in row["所在部门"].split(";")]
        ids = list(dict.fromkeys(ids))
        single = {"是否部门内领导": "0", "排序": "0"} if len(ids) == 1 else {}
        return {"所在部门": ";".join(ids), **single}

    yield held(
        kind, "people leave 6 that wait for it", FULL,
        staff.each(lambda row: leave(row, set(moved_out))),
        "they would go with their last member", base="condemned", concerns="too_many_departments",
    )  # fmt: skip
    yield good(
        kind, "people leave 5 that wait for it", FULL,
        staff.each(lambda row: leave(row, set(list(moved_out)[:5]))), "5 may go", base="condemned",
    )  # fmt: skip


def departments_of_members() -> Iterator[Hazard]:
    kind = "departments of members"
    staff, few = members(), members(SAMPLE)
    for cell in ("999", "7;999", "0", "-1", "7;;8", ";7", "7;", "7,8", "7|8", "7 8", "7/8", "7.0",
                 "1.38E+3", "7;7", "7;07", "2147483648", "4294967296", "没有", "研发/没有",
                 "总部/综合组", "综合组", "7;综合组", "7;研发/综合组", "研发//综合组", "/", "研发组",
                 "０７", ";".join(str(n) for n in range(7, 108))):  # fmt: skip
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


# Cells


def cells() -> Iterator[Hazard]:
    """Change one cell of one member; each column with its rule, just inside and just outside."""
    kind = "cells"
    staff = members()
    five = staff.only("u000011", "u000012", "u000013", "u000015", "u000016")
    bads = {
        "手机号": ("1.38E+10", "1.38001E+10", "13800000011.0", "1380000001", "138000000111", "abc",
                "1380000O011", "02012345678", "12345678901", "+86 1380000001", "+8613800000011111",
                "861380000001", "'13800000011", "无", "-", "+", "0", "110",
                "13800000011;13800000012", "13800000011/13800000012", "138****0011", "#N/A", "(+86)13911110001", "+8613800000", "+85",
                "+0 123456", "13800000011 张三", "00000000000"),
        "邮箱": ("a", "a@b", "a.example.com", "a@@example.com", "a b@example.com", "a@exa mple.com",
               "a@example..com", "a@example.com.", "@example.com", "a@", "a@.com",
               "a@example.com;b@example.com", "<a@example.com>", "张三 <a@example.com>",
               "mailto:<a@example.com>", "a@例子.公司", "a@exam_ple.com", "a＠example.com", "无", "-",
               "#REF!", "x" * 53 + "@example.com"),
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
        "邮箱": {cell: cell for cell in ("new@example.com", "x" * 52 + "@example.com", "a+b.c_d@e-f.com.cn",
                                      "1@2.cn", "A@Example.COM")},
        "姓名": {cell: cell for cell in ("王" * 64, "欧阳·娜娜", "O'Brien", "𠮷田", "José")},
        "职位": {cell: cell for cell in ("工" * 128, "总监（代）")},
        "别名": {"小" * 64: "小" * 64},
        "地址": {"路" * 128: "路" * 128},
        "座机": {"020-1234": "020-1234", "1" * 32: "1" * 32},
        "性别": {"男": "男", "女": "女"},
        "禁用": {"0": "0", "1": "1"},
        "是否部门内领导": {"1": "1"},
        "排序": {"5": "5", "4294967295": "4294967295"},
    }  # fmt: skip
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
        ("departments as a date", lambda row: {"所在部门": row["所在部门"].replace(";", "月") + "日"}),
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


def sizes() -> Iterator[Hazard]:
    kind = "size"
    staff = members()
    text = staff.plus(joiners(1)[0]).content()
    blank = b" " * 99_999 + b"\n"
    for size, expect in ((MAX_BYTES, "apply"), (MAX_BYTES + 1, "reject")):
        padded = text + blank * ((size - len(text)) // len(blank))
        padded += b" " * (size - len(padded))
        yield bad(kind, f"{size} bytes", FULL, padded, "20 MB at most", expect=expect)


# Good files


def good_files() -> Iterator[Hazard]:
    kind = "good"
    staff = members()
    for count in (1, 10, 100):
        yield good(kind, f"{count} join", FULL, staff.plus(*joiners(count)), "people join")
        new = Export(staff.columns, tuple(joiners(count)))
        yield good(kind, f"{count} join, incrementally", SOME, new, "people join")
    yield good(
        kind, "10 join and are invited", FULL, staff.plus(*joiners(10)), "the settings allow it",
        settings={"invite": True},
    )  # fmt: skip
    for name, export in (
        ("one moves", staff.but("u000021", 所在部门="8")),
        ("one is put into a second department",
         staff.but("u000021", 所在部门="28;9", 是否部门内领导="0;1", 排序="0;1")),
        ("one is renamed", staff.but("u000021", 姓名="新名")),
        ("one has another mobile", staff.but("u000021", 手机号="13912340001")),
        ("one has another e-mail", staff.but("u000022", 邮箱="new@example.com")),
        ("one is promoted", staff.but("u000021", 职位="总监")),
        ("one is disabled", staff.but("u000021", 禁用="1")),
        ("a department moves", staff.each(
            lambda row: {"所在部门": "31"} if row["所在部门"] == "9" else {})),
        ("one goes, one joins", staff.without("u000021").plus(*joiners(1))),
        ("30 go, 30 join", staff.less(30).plus(*joiners(30))),
        ("one of each", staff.without("u000021").but("u000022", 姓名="新名")
         .but("u000023", 所在部门="8").plus(*joiners(1))),
        ("a custom attribute", staff.but("u000021", 工龄="3")),
    ):  # fmt: skip
        yield good(kind, name, FULL, export, "a change as it happens")
    some = members(SAMPLE)
    changed = some.but("u000021", 姓名="新名")
    names = {"姓名": "员工姓名", "帐号": "工号", "手机号": "联系电话", "所在部门": "部门编号"}
    yield good(
        kind, "HR's own headers", SOME, changed, "the settings map them",
        content=changed.named(names).encode(),
        settings={"columns": {spelling: name for name, spelling in names.items()}},
    )  # fmt: skip
    aliases = {"姓名": "name", "帐号": "userid", "手机号": "mobile", "邮箱": "email",
               "所在部门": "department", "职位": "position", "性别": "gender"}  # fmt: skip
    for name, spelled in (
        ("English headers", aliases), ("账号 and 手机", {"帐号": "账号", "手机号": "手机", "所在部门": "部门"}),
        ("blanks in headers", {name: f" {name}\u3000" for name in some.columns}),
        ("capitals", {name: alias.upper() for name, alias in aliases.items()}),
    ):  # fmt: skip
        yield good(kind, name, SOME, changed, "headers as people write them",
                   content=changed.named(spelled).encode())  # fmt: skip
        yield same("nothing new", name, SOME, some.named(spelled))
    if_sorted = tuple(sorted(changed.rows, key=lambda row: row["姓名"]))
    yield good(kind, "rows in another order", SOME, Export(some.columns, if_sorted), "sorted")
    yield good(kind, "columns in another order", SOME,
               changed.ordered(reversed(some.columns)), "by name, not by place")  # fmt: skip
    few = ("姓名", "帐号", "手机号", "所在部门")
    yield good(
        kind, "only what is needed", SOME, some.only("u000021").but("u000021", 姓名="新名")
        .ordered(few), "the columns that WeCom needs",
    )  # fmt: skip
    yield good(
        kind, "CR LF and a blank tail", SOME, changed, "as a spreadsheet saves it",
        content=(changed.text("\r\n") + ",,,,\r\n" * 20).encode("utf-8-sig"),
    )  # fmt: skip
    explained = some.but("u000021", 职位="总监", 禁用="", **{"禁用项说明：(0-启用;1-禁用)": ""})
    yield good(kind, "the template's explanatory column", SOME, explained, "its cells are blank")


def nothing_new() -> Iterator[Hazard]:
    kind = "nothing new"
    staff = members()
    reversed_rows = Export(staff.columns, tuple(reversed(staff.rows)))
    for name, content in (
        ("the same file", staff.content()), ("rows in another order", reversed_rows.content()),
        ("columns in another order", staff.ordered(reversed(staff.columns)).content()),
        ("fewer columns", staff.ordered(staff.columns[:5]).content()),
        ("departments in another order", staff.each(lambda row: {
            "所在部门": ";".join(reversed(row["所在部门"].split(";"))),
            "是否部门内领导": "", "排序": ""} if ";" in row["所在部门"] else {})
            .ordered(each for each in staff.columns if each not in ("是否部门内领导", "排序")).content()),
        ("mobiles with +86", staff.each(lambda row: {"手机号": "+86 " + row["手机号"]}).content()),
        ("mobiles with hyphens", staff.each(lambda row: {
            "手机号": f"{row['手机号'][:3]}-{row['手机号'][3:7]}-{row['手机号'][7:]}"}).content()),
        ("genders as numbers", staff.each(
            lambda row: {"性别": {"男": "1", "女": "2"}[row["性别"]]}).content()),
        ("a column without cells", staff.but("u000021", 地址="").content()),
        ("the explanatory column",
         staff.but("u000021", **{"禁用项说明：(0-启用;1-禁用)": ""}).content()),
    ):  # fmt: skip
        yield same(kind, name, FULL, content)
    for count in (1, 100):
        yield same(
            kind, f"{count} rows, incrementally", SOME, Export(staff.columns, staff.rows[-count:])
        )


PARTS: tuple[Callable[[], Iterator[Hazard]], ...] = (
    truncated, shifted, swapped, headers, identity, encodings, line_ends, not_text, another_file,
    first_files, limits, wecoms_guard, protected, tree, department_changes,
    departments_of_members, cells, damaged_columns, lists, sizes, good_files, nothing_new,
)  # fmt: skip


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
