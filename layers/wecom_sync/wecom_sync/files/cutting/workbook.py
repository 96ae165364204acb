"""Writes a workbook that holds nothing but texts: no formula, comment or author goes with it."""

import io
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from wecom_sync.files.decoding import Line, letters_of

_SCHEMAS = "http://schemas.openxmlformats.org"
_RELATIONS = f"{_SCHEMAS}/officeDocument/2006/relationships"
_MAIN = f'xmlns="{_SCHEMAS}/spreadsheetml/2006/main" xmlns:r="{_RELATIONS}"'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'<Types xmlns="{_SCHEMAS}/package/2006/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/book.xml" ContentType="{_KIND}.sheet.main+xml"/></Types>'
)
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""What a cell must write as `_x000D_`: characters that XML has not, and what looks like those."""


def workbook_of(sheets: Mapping[str, Iterable[Line]], hidden: Container[int]) -> bytes:
    """Return a workbook of these lines by sheet; lines with a number in `hidden` are not shown."""
    names = [*enumerate(map(quoteattr, sheets), 1)]
    listed = "".join(f'<sheet name={name} sheetId="{at}" r:id="s{at}"/>' for at, name in names)
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _related([("b", "officeDocument", "xl/book.xml")]),
        "xl/book.xml": f"<workbook {_MAIN}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/book.xml.rels": _related((f"s{at}", "worksheet", f"{at}.xml") for at, _ in names),
    }
    written: dict[str, Iterable[str]] = {name: [part] for name, part in parts.items()}
    written |= {f"xl/{at}.xml": _sheet(it, hidden) for at, it in enumerate(sheets.values(), 1)}
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name, pieces in written.items():
            # Without a date: the same lines are the same bytes.
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            # Piece by piece: a text that many cells share is large only where it is unpacked.
            with archive.open(entry, "w") as file:
                file.writelines(piece.encode() for piece in pieces)
    return content.getvalue()


def _sheet(lines: Iterable[Line], hidden: Container[int]) -> Iterator[str]:
    yield f"<worksheet {_MAIN}><sheetData>"
    for line, cells in lines:
        yield _row(line, cells, is_hidden=line in hidden)
    yield "</sheetData></worksheet>"


def _related(parts: Iterable[tuple[str, str, str]]) -> str:
    relations = (
        f'<Relationship Id="{key}" Type="{_RELATIONS}/{kind}" Target="{name}"/>'
        for key, kind, name in parts
    )
    schema = f"{_SCHEMAS}/package/2006/relationships"
    return f'<Relationships xmlns="{schema}">{"".join(relations)}</Relationships>'


def _row(line: int, cells: Iterable[str], *, is_hidden: bool) -> str:
    written = (
        f'<c r="{letters_of(at)}{line}" t="inlineStr"><is><t>{_text(cell)}</t></is></c>'
        for at, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{line}"{' hidden="1"' * is_hidden}>{"".join(written)}</row>'


def _text(cell: str) -> str:
    escaped = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", cell)
    return escape(escaped)
