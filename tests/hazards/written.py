"""Files in every encoding, with every line end, of every size, and files that are no CSV."""

from collections.abc import Iterator

from hazards.book import joiners, members
from hazards.hazard import FULL, MAX_BYTES, SAMPLE, SOME, Hazard, bad, good, same


def encodings() -> Iterator[Hazard]:
    export = members(SAMPLE)
    more = export.plus(*joiners(3))
    for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "gb2312", "utf-16"):
        yield same(f"{encoding}, nothing new", SOME, export.content(encoding))
        yield good(encoding, SOME, more, content=more.content(encoding))
    rare = export.plus({**joiners(1)[0], "姓名": "𠮷田龘"})
    yield good("gb18030 with four-byte characters", SOME, rare, content=rare.content("gb18030"))
    for encoding in ("utf-16-le", "utf-16-be", "utf-32", "utf-7"):
        yield bad(encoding, SOME, more.content(encoding))
    latin = "name,userid,mobile,email,department\nJosé Peña,jose,13922220000,,7\n"
    for encoding in ("latin-1", "cp1252", "mac_roman"):
        yield bad(encoding, SOME, latin.encode(encoding))
    text = more.text()
    header, rest = text.split("\n", 1)
    half = len(text) // 2
    for name, content in (
        ("utf-8 twice", text.encode().decode("latin-1").encode()),
        ("gbk taken for latin-1", text.encode("gbk").decode("latin-1").encode()),
        ("utf-8 taken for gbk", text.encode().decode("gbk", errors="replace").encode()),
        ("question marks for headers", text.encode("ascii", errors="replace")),
        ("half utf-8, half gbk", text[:half].encode() + text[half:].encode("gbk")),
        ("a header in gbk, rows in utf-8", f"{header}\n".encode("gbk") + rest.encode()),
        ("NULs in the middle", text[:half].encode() + b"\x00" * 4096),
    ):
        yield bad(name, SOME, content)
    for encoding in ("utf-8", "gbk"):
        yield bad(f"{encoding} with a broken byte", SOME, flipped(more.content(encoding)))


def flipped(content: bytes) -> bytes:
    """Break a byte of a Chinese character in the middle."""
    at = next(index for index in range(len(content) // 2, len(content)) if content[index] > 0x80)
    return content[:at] + b"\xff" + content[at + 1 :]


def line_ends() -> Iterator[Hazard]:
    export = members(SAMPLE)
    text = export.text()
    lines = export.lines()
    for name, content in (
        ("CR LF", export.text("\r\n")), ("CR", export.text("\r")),
        ("blank lines between", text.replace("\n", "\n\n")),
        ("500 blank rows of a spreadsheet", text + ",,,,,,,,,\r\n" * 500),
        ("quotes everywhere", export.text(quoted=True)),
    ):  # fmt: skip
        yield same(name, SOME, content)
    first = lines[:5]
    for name, cell in (
        ("opened and never closed", '"王五'), ("closed and never opened", '王五"'),
        ("in the middle", '王"小"五'), ("closed too early", '"王"五'),
        ("over two lines", '"王\n五"'), ("with a comma inside", '"王,五"'),
        ("doubled", '"王""五"'),
    ):  # fmt: skip
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


def sizes() -> Iterator[Hazard]:
    staff = members()
    text = staff.plus(joiners(1)[0]).content()
    blank = b" " * 99_999 + b"\n"
    for size, expect in ((MAX_BYTES, "apply"), (MAX_BYTES + 1, "reject")):
        padded = text + blank * ((size - len(text)) // len(blank))
        padded += b" " * (size - len(padded))
        yield bad(f"{size} bytes", FULL, padded, expect=expect)
