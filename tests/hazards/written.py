"""Files in every encoding, with every line end, of every size, and files that are no CSV."""

import io
import zipfile
from collections.abc import Iterator

from hazards.book import english, joiners, members
from hazards.hazard import FULL, MAX_BYTES, SAMPLE, SOME, TREE, Hazard, bad, good, same
from support.companies import Export


def encodings() -> Iterator[Hazard]:
    export = members(SAMPLE)
    more = export.plus(*joiners(3))
    for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "gb2312", "utf-16"):
        yield same(f"{encoding}, nothing new", SOME, export.content(encoding))
        yield good(encoding, SOME, more, content=more.content(encoding))
    big_endian = "\ufeff".encode("utf-16-be") + more.text().encode("utf-16-be")
    yield good("utf-16, big endian", SOME, more, content=big_endian)
    rare = export.plus({**joiners(1)[0], "姓名": "𠮷田龘"})
    yield good("gb18030 with four-byte characters", SOME, rare, content=rare.content("gb18030"))
    for encoding in ("utf-16-le", "utf-16-be", "utf-32", "utf-7"):
        yield bad(encoding, SOME, more.content(encoding))
    traditional = (
        "姓名,帳號,手機號,郵箱,所在部門\n" + "王大明,u000001,13800000001,a@example.com,7\n" * 3
    )
    yield bad("big5", SOME, traditional.encode("big5"))
    yield bad("traditional headers", SOME, traditional)
    for encoding in ("big5hkscs", "shift_jis", "euc_kr"):
        data = more.named(english(7)).encode(encoding, errors="replace")
        yield bad(f"{encoding} under English headers", SOME, data)
    latin = "name,userid,mobile,email,department\nJosé Peña,jose,13922220000,,7\n"
    for encoding in ("latin-1", "cp1252", "mac_roman"):
        yield bad(f"{encoding}", SOME, latin.encode(encoding))
    yield from beside_the_header(more)
    text = more.text()
    yield bad("utf-8 twice", SOME, text.encode().decode("latin-1"))
    yield bad(
        "utf-8 twice under English headers", SOME, more.named(english(5)).encode().decode("latin-1")
    )
    yield bad("gbk taken for latin-1", SOME, text.encode("gbk").decode("latin-1"))
    yield bad("utf-8 taken for gbk", SOME, text.encode().decode("gbk", errors="replace"))
    yield bad("question marks for headers", SOME, text.encode("ascii", errors="replace"))
    whole = more.content("utf-8")
    gbk = more.content("gbk")
    half = len(whole) // 2
    yield bad(
        "half utf-8, half gbk",
        SOME,
        text[: len(text) // 2].encode() + text[len(text) // 2 :].encode("gbk"),
    )
    for name, content in (("utf-8", whole), ("gbk", gbk)):
        yield bad(f"{name} with a broken byte", SOME, flipped(content))
        yield bad(f"{name} with a NUL", SOME, content[:half] + b"\x00" + content[half:])
    yield bad("NULs at the end", SOME, whole + b"\x00" * 512)
    yield bad("NULs in the middle", SOME, whole[:half] + b"\x00" * 4096)
    yield bad("nothing but NULs", SOME, b"\x00" * 4096)
    for encoding in ("utf-8-sig", "gbk", "utf-16"):
        everybody = members().content(encoding)
        yield same(f"{encoding}, everybody, nothing new", FULL, everybody)
    yield same("two BOMs", SOME, "\ufeff\ufeff" + export.text())
    for name, mark in (("a BOM", "\ufeff"), ("a control character", "\x07"), ("DEL", "\x7f")):
        damaged = more.but("u000005", 姓名=f"王{mark}五")
        yield bad(f"{name} in a cell", SOME, damaged.text())


def beside_the_header(more: Export) -> Iterator[Hazard]:
    """Yield files whose first line is no header, or is in another encoding than the rest."""
    text = more.text()
    for encoding in ("gbk", "gb18030"):
        alone = more.named(english(10)).encode(encoding)
        yield good(f"{encoding} under English headers alone", SOME, more, content=alone)
        separated = f"sep=,\r\n{text}".encode(encoding)
        yield good(f"{encoding} under sep=,", SOME, more, content=separated)
    header, rest = text.split("\n", 1)
    yield bad("a header in gbk, rows in utf-8", SOME, f"{header}\n".encode("gbk") + rest.encode())
    one = f"{header}\n".encode("gbk") + (
        "张伟,zw0001,13911110009,zw@example.com,7,,,0,0,\n".encode()
    )
    yield bad("a header in gbk, a row of even length in utf-8", SOME, one)


def flipped(content: bytes) -> bytes:
    """Break a byte of a Chinese character in the middle."""
    at = next(index for index in range(len(content) // 2, len(content)) if content[index] > 0x80)
    return content[:at] + b"\xff" + content[at + 1 :]


def line_ends() -> Iterator[Hazard]:
    export = members(SAMPLE)
    text = export.text()
    lines = export.lines()
    mixed = "".join(
        line[:-1] + ("\r\n", "\n", "\r")[number % 3] for number, line in enumerate(lines)
    )
    for name, content in (
        ("CR LF", export.text("\r\n")),
        ("CR", export.text("\r")),
        ("all three", mixed),
        ("without the last one", text[:-1]),
        ("blank lines between", text.replace("\n", "\n\n")),
        ("blank lines first", "\n\r\n" + text),
        ("500 blank rows of a spreadsheet", text + ",,,,,,,,,\r\n" * 500),
        ("blank columns of a spreadsheet", text.replace("\n", ",,,\n")),
        ("quotes everywhere", export.text(quoted=True)),
        ("full-width blanks around", text.replace(",", "\u3000,\u3000")),
    ):
        yield same(name, SOME, content)
    yield bad("CR CR LF", SOME, text.replace("\n", "\r\r\n"), expect="unchanged")
    first = lines[:5]
    for name, cell in (
        ("opened and never closed", '"王五'),
        ("closed and never opened", '王五"'),
        ("in the middle", '王"小"五'),
        ("closed too early", '"王"五'),
        ("over two lines", '"王\n五"'),
        ("with a comma inside", '"王,五"'),
        ("doubled", '"王""五"'),
    ):
        row = ",".join([cell, *lines[5].split(",")[1:]])
        yield bad(f"a quote {name}", SOME, "".join((*first, row, *lines[6:])))
    broken = lines[20].rstrip("\n").split(",")
    for at in (1, 3, 5):
        torn = ",".join(broken[:at]) + "\n" + ",".join(broken[at:]) + "\n"
        yield bad(f"a line end in cell {at}", SOME, "".join((*lines[:20], torn, *lines[21:])))
    glued = lines[20].rstrip("\n") + lines[21]
    yield bad("a line end lost", SOME, "".join((*lines[:20], glued, *lines[22:])))
    for mark in ("\u2028", "\x0b", "\x0c", "\x85"):
        yield bad(f"{mark!r} in a name", SOME, export.but("u000005", 姓名=f"a{mark}b").text())
        titled = export.but("u000005", 职位=f"a{mark}b")
        wanted = export.but("u000005", 职位="a b")
        yield good(f"{mark!r} in a title", SOME, wanted, content=titled.content())


def swallowed() -> Iterator[Hazard]:
    """Yield files where two stray quotation marks make a row a part of the one before it."""
    export = members()
    for column in ("职位", "别名", "性别", "地址", "工龄"):
        wide = export.each(lambda _: {"地址": "", "工龄": "", "备注": ""})
        wide = wide.ordered((*export.columns, "地址", "工龄", "备注"))
        at = wide.columns.index(column)
        for count in (1, 2):
            lines = wide.lines()
            first, last = lines[700].split(","), lines[700 + count].split(",")
            first[at], last[at] = f'"{first[at]}', f'{last[at]}"'
            lines[700], lines[700 + count] = ",".join(first), ",".join(last)
            yield bad(f"{count} rows swallowed by {column}", FULL, "".join(lines))


def not_text() -> Iterator[Hazard]:
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
            yield bad(f"{job}: {name}", job, content)


def sizes() -> Iterator[Hazard]:
    staff = members()
    text = staff.plus(joiners(1)[0]).content()
    blank = b" " * 99_999 + b"\n"
    for size, expect in ((MAX_BYTES, "apply"), (MAX_BYTES + 1, "reject")):
        padded = text + blank * ((size - len(text)) // len(blank))
        padded += b" " * (size - len(padded))
        yield bad(f"{size} bytes", FULL, padded, expect=expect)
