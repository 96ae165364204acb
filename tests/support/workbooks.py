"""Excel workbooks for tests: written by openpyxl, and changed by hand where it cannot."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl

HEADER = ("姓名", "帐号", "手机号", "所在部门")
ROW = ("张伟", "zhangwei", "13800000001", "1")
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_INLINE = re.compile(r'<c([^>]* )t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)


def workbook(
    *rows: Sequence[Any],
    change: Callable[[Any], object] | None = None,
    **sheets: Sequence[Sequence[Any]],
) -> bytes:
    """Return a workbook of these rows, and of more sheets by name.

    `change`: is given openpyxl's workbook before it is saved.
    """
    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return _with_shared_strings(parts_of(out.getvalue()))


def _with_shared_strings(parts: dict[str, bytes]) -> bytes:
    """Put all texts into a part of their own, as Excel does and openpyxl does not."""
    strings: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        number = strings.setdefault(match[2], len(strings))
        return f'<c{match[1]}t="s"><v>{number}</v></c>'

    for name in [name for name in parts if name.startswith("xl/worksheets/")]:
        parts[name] = _INLINE.sub(numbered, parts[name].decode()).encode()
    items = "".join(f"<si>{each}</si>" for each in strings)
    relation = f'<Relationship Type="x/sharedStrings" Target="{STRINGS[3:]}" Id="rIdS"/></R'
    parts[RELATIONS] = parts[RELATIONS].replace(b"</R", relation.encode())
    parts[STRINGS] = f'<sst xmlns="{MAIN}">{items}</sst>'.encode()
    return zipped(parts)


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(content)
    return zipped({**parts, name: change(parts[name])})


def with_rows(xml: str, after: str = "") -> bytes:
    """Return a workbook whose sheet has this XML as its rows."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData>{after}</worksheet>'
    return changed(workbook(HEADER), SHEET, lambda _: sheet.encode())


TOO_MUCH: Sequence[tuple[bytes, int, str, str]] = (
    (b"<row/>", 52_000_000, "worksheet", "file_too_many_rows"),
    (b"<row/>", 53_000_000, "worksheet", "workbook_unpacked"),
    (b"<x:row/>", 9_000_000, "x:worksheet", "file_too_many_rows"),
    ("<row/>".encode("utf-16-le"), 9_000_000, "worksheet", "file_too_many_rows"),
    (b"<row>" + b"<c/>" * 16_384 + b"</row>", 300, "worksheet", "file_too_many_cells"),
    (b"<z/>", 75_000_000, "worksheet", "workbook_too_large"),
    (b"<c>" + b"<z/>" * 10 + b"</c>", 1_000_000, "worksheet", "workbook_too_large"),
    (b"<c" + b' a=""' * 10_000 + b"/>", 4_000, "worksheet", "workbook_too_large"),
    (b"<si/>", 60_000_000, "sst", "workbook_too_large"),
    (b",", 20_000_000, "", "file_too_many_cells"),
    (b",\n", 10_000_000, "", "file_too_many_cells"),
    (b"\n", 20_000_000, "", "file_too_many_rows"),
    (b'""\n', 6_000_000, "", "file_too_many_rows"),
    (b'"",', 6_000_000, "", "file_too_many_cells"),
    (b'"\n",', 5_000_000, "", "file_too_many_cells"),
)
"""Files beyond what is read: what they repeat, how often, in what of a workbook (blank: in a CSV),
and what they are refused for."""


def repeated(unit: bytes, count: int, root: str) -> bytes:
    """Return a file of `TOO_MUCH`. What a workbook unpacks to is never in memory."""
    if not root:
        return b"a\n" + unit * count
    out, parts = io.BytesIO(), parts_of(workbook(HEADER, ROW))
    each = 1 + 2**20 // len(unit)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(name := STRINGS if root == "sst" else SHEET, "w") as file:
            file.write(f"<{root}>".encode())
            for _ in range(count // each):
                file.write(unit * each)
            file.write(unit * (count % each) + f"</{root}>".encode())
        for part in parts.keys() - {name}:
            archive.writestr(part, parts[part])
    return out.getvalue()


def text_row(number: int, cells: Sequence[str], more: str = "") -> str:
    """Return a row of texts as XML."""
    body = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}"{more}>{body}</row>'
