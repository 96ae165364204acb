"""What a file that goes to WeCom must be, checked on its bytes without code of the product."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping

MEMBER = ("姓名", "帐号", "所在部门")
DEPARTMENT = ("部门名称", "部门ID", "父部门ID")
MEMBER_CELLS = {
    "姓名": r"(?!=|＝|[0-9０-９]+$|(?i:null|none|undefined|n/a|\(null\))$)[^?？]{1,64}",
    "帐号": r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}",
    "手机号": r"|1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}",
    "邮箱": r"|(?=.{3,64}$)[!-?A-~]+@[A-Za-z0-9.\-]+",
    "所在部门": ".+",
    "职位": ".{0,128}",
    "性别": "|男|女",
    "是否部门内领导": "|[01](;[01])*",
    "排序": r"|[0-9]{1,10}(;[0-9]{1,10})*",
    "别名": r"|(?!=|＝|(?i:null|none|undefined|n/a|\(null\))$).{1,64}",
    "地址": ".{0,128}",
    "座机": r"|[0-9+\-]{1,32}",
    "禁用": "|0|1",
}
DEPARTMENT_CELLS = {
    "部门名称": r'(?!=|＝|(?i:null|none|undefined|n/a|\(null\))$)[^\\:*?"<>|]{1,64}',
    "部门ID": "[1-9][0-9]{0,9}",
    "父部门ID": "0|[1-9][0-9]{0,9}",
    "排序": "|[0-9]{1,10}",
}
IDS = range(1, 2**31)
ORDERS = range(2**32)
LARGEST = 20 * 1024 * 1024
LEVELS = 15
MOST = 100
"""Departments of one member."""

type Rows = list[dict[str, str]]


def broken(content: bytes, *, members: bool) -> Iterator[str]:
    if not 5 < len(content) <= LARGEST or not content.startswith(b"\xef\xbb\xbf"):
        yield "not a file of WeCom's"
        return
    text = content[3:].decode()
    if re.search(r'["\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]', text):
        yield "characters that a CSV of WeCom's cannot carry"
    arabic = "[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"
    text = re.sub(f"(?<={arabic})[\u200e\u200f](?={arabic})", "", text)
    if re.search("[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]", text):
        yield "characters that nobody sees or can read"
    header, *lines = (line.split(",") for line in text.removesuffix("\n").split("\n"))
    if len(set(header)) < len(header) or not all(header):
        yield "headers that are blank or stand twice"
    if not set(header) >= set(MEMBER if members else DEPARTMENT):
        yield "a required column is missing"
        return
    if not lines or any(len(line) != len(header) for line in lines):
        yield "no rows, or rows of another length"
        return
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    yield from _cells(rows, members=members)
    yield from _people(rows) if members else _tree(rows)


def _cells(rows: Rows, *, members: bool) -> Iterator[str]:
    patterns = MEMBER_CELLS if members else DEPARTMENT_CELLS
    for row in rows:
        for name, cell in row.items():
            if cell != cell.strip():
                yield f"blanks around {name}"
            if re.fullmatch(r"#([A-Z/0]+[!?]|N/A)", cell.upper()):
                yield f"a spreadsheet's error for {name}"
            if name in patterns and not re.fullmatch(patterns[name], cell):
                yield f"a wrong {name}"


def _people(rows: Rows) -> Iterator[str]:
    for name, fold in (("帐号", str.lower), ("手机号", str), ("邮箱", str.lower)):
        values = [fold(row[name]) for row in rows if row.get(name)]
        if len(set(values)) < len(values):
            yield f"one {name} for two people"
    for row in rows:
        if not row.get("手机号") and not row.get("邮箱"):
            yield "somebody without mobile and e-mail"
        entries = row["所在部门"].split(";")
        if len(entries) > MOST or len(set(entries)) < len(entries) or not all(entries):
            yield "departments that are too many, blank or twice"
        numbers = [entry for entry in entries if re.fullmatch("[0-9]+", entry)]
        if any(entry[0] == "0" or int(entry) not in IDS for entry in numbers):
            yield "a department id out of range"
        if len(numbers) < len(entries):
            yield "a department that is no number"
        for name in ("是否部门内领导", "排序"):
            if row.get(name) and row[name].count(";") != len(entries) - 1:
                yield f"{name} beside another number of departments"
        yield from _orders(row.get("排序", ""))


def _orders(cell: str) -> Iterator[str]:
    if any(part and int(part) not in ORDERS for part in cell.split(";")):
        yield "a 排序 out of range"


def _tree(rows: Rows) -> Iterator[str]:
    parents = {int(row["部门ID"]): int(row["父部门ID"]) for row in rows}
    if len(parents) < len(rows) or any(number not in IDS for number in parents):
        yield "a department id out of range or twice"
    if parents.get(1) != 0 or [*parents.values()].count(0) != 1:
        yield "not one root with the id 1"
    names = [(row["父部门ID"], row["部门名称"]) for row in rows]
    if len(set(names)) < len(names):
        yield "namesakes under one parent"
    for number in parents:
        if not _reaches_root(number, parents):
            yield "a department that hangs on nothing, in a ring or too deep"
    seen = {0}
    for row in rows:
        if int(row["父部门ID"]) not in seen:
            yield "a child before its parent"
        seen.add(int(row["部门ID"]))
        yield from _orders(row.get("排序", ""))


def _reaches_root(number: int, parents: Mapping[int, int]) -> bool:
    for _ in range(LEVELS):
        if number not in parents:
            return False
        number = parents[number]
        if number == 0:
            return True
    return False


def personal(text: str, names: Mapping[str, str]) -> frozenset[str]:
    """Return the mobiles and addresses of a CSV that stand in no other column as well."""
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (csv.Error, ValueError):
        return frozenset()
    contact = [names.get(cell.strip().lower()) == "contact" for cell in header]
    inside: set[str] = set()
    outside = set(header)
    for row in rows:
        for at, cell in enumerate(row):
            private = at < len(contact) and contact[at]
            (inside if private else outside).add(cell.strip())
    other = "\n".join({*outside, *(unicodedata.normalize("NFKC", cell) for cell in outside)})
    return frozenset(cell for cell in inside if _says_who(cell) and cell not in other)


def _says_who(cell: str) -> bool:
    """Whether a cell identifies a person: it is long enough, and not a mere domain."""
    return len(cell) > 6 and not re.fullmatch("@[^@]*", cell)
