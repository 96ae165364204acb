"""A workbook says the same as the CSV that it was made from, whatever program wrote it."""

from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pytest

from support.files import read
from support.workbooks import MAIN, RELATIONS, SHEET, STRINGS, parts_of, workbook, zipped
from wecom_sync.domain.states import Job

ROWS = (
    ("姓名", "帐号", "手机号", "邮箱", "所在部门", "职位"),
    ("张伟", "zhangwei", "13800000001", "zhang.wei@x.example", "1", "工程师 <R&D>"),
    ("欧阳𠮷", "0042", "+85251234567", "", "1;2", " 'a' "),
    ("José", "70", "13800000003", "", "2", ""),
    ("李娜", "lina", "", "li@x.example", "研发/前端", "销售"),
)
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWN = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
TOP = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
INLINE = '<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'
STRING = '<c r="{name}" t="str"><v>{text}</v></c>'
SHARED = '<c r="{name}" t="s"><v>{index}</v></c>'
NUMBER = '<c r="{name}"><v>{text}</v></c>'
LIBRE_ROW = (
    '<row r="{line}" customFormat="false" ht="12.8" hidden="false" customHeight="false" '
    'outlineLevel="0" collapsed="false">'
)


@dataclass(frozen=True)
class Writer:
    """How a program writes the XML of a workbook.

    `text`, `number`, `blank`: a cell called {name}; `string`: a text that cells share, if not
    blank; `before`, `after`: what stands around the rows; `prefix`: of all elements.
    """

    text: str = SHARED
    string: str = "<si><t>{text}</t></si>"
    number: str = NUMBER
    blank: str = ""
    row: str = '<row r="{line}" spans="1:6">'
    root: str = f'worksheet xmlns="{MAIN}" xmlns:r="{RELATED}"'
    before: str = ""
    after: str = ""
    top: str = TOP
    prefix: str = ""
    encoding: str = "utf-8"
    escaped: Callable[[str], str] = escape

    def workbook(self) -> bytes:
        strings: dict[str, int] = {}
        rows = ""
        for line, row in enumerate(ROWS, 1):
            rows += self.row.format(line=line)
            for letter, cell in zip("ABCDEF", row, strict=True):
                is_number = cell.isdigit() and cell[0] != "0"
                form = self.number if is_number else self.text if cell else self.blank
                values = {"name": f"{letter}{line}", "text": self.escaped(cell)}
                if "{index}" in form:
                    values["index"] = str(strings.setdefault(values["text"], len(strings)))
                rows += form.format(**values)
            rows += "</row>"
        items = "".join(self.string.format(text=text) for text in strings)
        sheet = f"<{self.root}>{self.before}<sheetData>{rows}</sheetData>{self.after}</worksheet>"
        parts = parts_of(workbook(*ROWS)) | {
            SHEET: self._part(sheet),
            STRINGS: self._part(f'<sst xmlns="{MAIN}" count="9" uniqueCount="9">{items}</sst>'),
        }
        if not strings:
            del parts[STRINGS]
            relation = b'<Relationship Type="x/sharedStrings"'
            before, _, after = parts[RELATIONS].partition(relation)
            parts[RELATIONS] = before + after.partition(b"/>")[2]
        return zipped(parts)

    def _part(self, xml: str) -> bytes:
        if self.prefix:
            marked = xml.replace("</", "\0").replace("<", f"<{self.prefix}:")
            xml = marked.replace("\0", f"</{self.prefix}:").replace(
                "xmlns=", f"xmlns:{self.prefix}="
            )
        return f"{self.top}{xml}".encode(self.encoding)


def in_pieces(text: str) -> str:
    """Return the runs of a rich text, each with a letter."""
    font = '<rPr><b/><sz val="11"/><rFont val="等线"/><charset val="134"/></rPr>'
    letters = (f'<r>{font}<t xml:space="preserve">{escape(it)}</t></r>' for it in text)
    return f'{"".join(letters)}<rPh sb="0" eb="1"><t>チョウ</t></rPh><phoneticPr fontId="1"/>'


def numbered(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


LINKS = (
    '<hyperlinks><hyperlink ref="D2" r:id="rId1" display="mailto:b@x.example"/></hyperlinks>'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    '<tableParts count="1"><tablePart r:id="rId2"/></tableParts>'
)
VIEWS = (
    '<sheetPr><tabColor rgb="FF00B050"/></sheetPr><dimension ref="A1:F5"/><sheetViews>'
    '<sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="13.5"/><cols><col min="1" max="6" width="9"/></cols>'
)
WRITERS = {
    "Excel": Writer(
        row='<row r="{line}" spans="1:6" x14ac:dyDescent="0.25">',
        root=f'worksheet xmlns="{MAIN}" xmlns:r="{RELATED}" xmlns:x14ac="{DRAWN}"',
        string='<si><t xml:space="preserve">{text}</t><phoneticPr fontId="1"/></si>',
        before=VIEWS,
        after=LINKS,
    ),
    "SheetJS": Writer(text=STRING, row='<row r="{line}">', after=LINKS),
    "exceljs, streamed": Writer(text=STRING, row='<row r="{line}" spans="1:6">\n'),
    "XlsxWriter": Writer(row='<row r="{line}">', before=VIEWS, after=LINKS),
    "XlsxWriter, in constant memory": Writer(text=INLINE, row='<row r="{line}">', before=VIEWS),
    "PyExcelerate": Writer(
        text=INLINE.replace("<t>", '<t xml:space="preserve">'),
        row='<row r="{line}">',
        before="\n\t\n    <sheetViews>\n  </sheetViews>\n",
    ),
    "LibreOffice": Writer(
        text='<c r="{name}" s="0" t="s"><v>{index}</v></c>',
        string='<si><t xml:space="preserve">{text}</t></si>',
        number='<c r="{name}" s="0" t="n"><v>{text}</v></c>',
        row=LIBRE_ROW,
        before=VIEWS,
    ),
    "WPS": Writer(
        text='<c r="{name}" s="0" t="s"><v>{index}</v></c>',
        blank='<c r="{name}" s="0"/>',
        number='<c r="{name}" s="0"><v>{text}</v></c>',
        before=VIEWS,
    ),
    "rich texts": Writer(string="<si>{text}</si>", escaped=in_pieces),
    "rich texts in the cells": Writer(
        text=INLINE.replace("<t>{text}</t>", "{text}"), escaped=in_pieces
    ),
    "formulas with values": Writer(
        text='<c r="{name}" t="str"><f>T("x")&amp;""</f><v>{text}</v></c>',
        number='<c r="{name}"><f ca="1">1+1</f><v>{text}</v></c>',
    ),
    "streamed, without places": Writer(
        text='<c t="inlineStr"><is><t>{text}</t></is></c>',
        number="<c><v>{text}</v></c>",
        blank="<c/>",
        row="<row>",
        top="",
    ),
    "Open XML SDK, with a prefix": Writer(prefix="x", root=f'worksheet xmlns="{MAIN}"'),
    "strict": Writer(root=f'worksheet xmlns="{STRICT}" conformance="strict"'),
    "UTF-16": Writer(top=TOP.replace("UTF-8", "UTF-16"), encoding="utf-16"),
    "a byte order mark": Writer(encoding="utf-8-sig"),
    "numbers for letters": Writer(escaped=numbered),
    "marked sections": Writer(
        string="<si><t><![CDATA[{text}]]></t><!-- </si><si> --></si>\n",
        escaped=str,
        row='<row r="{line}">\n',
    ),
    "whole numbers in other spellings": Writer(number='<c r="{name}"><v>{text}.0</v></c>'),
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_a_workbook_says_the_same_as_its_csv(writer: Writer) -> None:
    text = "\n".join(map(",".join, ROWS))

    rows = read(writer.workbook(), Job.REPLACE_USER).rows

    assert rows == read(text, Job.REPLACE_USER).rows
