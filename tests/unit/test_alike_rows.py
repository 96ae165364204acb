"""Rows of a sheet that are written like earlier ones need no parser: nobody sees a difference."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.workbooks import HEADER, MAIN, SHEET, STRINGS, parts_of, workbook, zipped
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.files.headers import Headers
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.workbook import book, package

GOOD = parts_of(workbook(HEADER))
HEADERS = Headers.of(Job.REPLACE_USER, Reading())
TEXTS = (
    "<t>{}</t>",
    '<t xml:space="preserve"> {} </t>',
    "<r><t>{}</t></r>",
    "<t>{}&#10;_x0041_</t>",
)
CELLS = (
    '<c r="{}"><v>7</v></c>', '<c r="{}" s="1"><v>45352</v></c>', '<c r="{}" t="s"><v>1</v></c>',
    '<c r="{}" t="s" s="1"><v>2</v></c>', '<c r="{}" s="1" t="n"><v>1.5E+3</v></c>', '<c r="{}"/>',
    '<c r="{}" t="inlineStr"><is><t>\u200b张</t></is></c>', '<c r="{}" t="str"><v>_x0041_</v></c>',
    '<c r="{}" t="b"><v>1</v></c>', '<c r="{}"><f>A1</f></c>', '<c r="{}" t="s"><v>99</v></c>',
    '<c r="{}"><v>x</v></c>', '<c r="{}"><!-- </row> --><v>1</v></c>', "<c><v>1</v></c>",
    '<c r="{}" t="s" t="s"><v>1</v></c>', '<c r="{}"><v>1</c>', "junk", "</row><row>",
    '<c r="{}" t="s"><v/></c>',
)  # fmt: skip
ROWS = ('<row r="{}">{}</row>', '<row r="{}" hidden="1">{}</row>', '<row r="{}" ht="9">{}</row>\n')


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """Draw rows of two or three ways of writing, perhaps with one that is odd."""
    ways = draw(st.lists(st.sampled_from(CELLS[:8]), min_size=1, max_size=3))
    xml = ""
    for number in range(1, draw(st.integers(2, 12))):
        odd = draw(st.sampled_from((*[()] * 9, CELLS)))
        cells = [draw(st.sampled_from((*ways, *odd))) for _ in range(draw(st.integers(0, 4)))]
        texts = (cell.format(f"{'ABCD'[at]}{number}") for at, cell in enumerate(cells))
        start = draw(st.sampled_from((ROWS[0], ROWS[0], *ROWS)))
        xml += start.format(draw(st.sampled_from((number, number, number, 1))), "".join(texts))
    return xml


def outcome(content: bytes) -> object:
    try:
        table = book.read_workbook(content, HEADERS)
        return [(line, [*map(repr, cells)]) for line, cells in table.lines], table.hidden
    except FileRejectedError as error:
        return error.problems


@pytest.mark.parametrize("encoding", ["", '<?xml version="1.0" encoding="UTF-8"?>\n'])
@given(
    sheet=sheets(),
    texts=st.lists(st.sampled_from(TEXTS), min_size=3, max_size=12),
    chunk=st.integers(20, 400),
)
def test_a_sheet_is_the_same_with_and_without_the_parser(
    encoding: str, sheet: str, texts: list[str], chunk: int
) -> None:
    strings = "".join(f"<si>{text.format(at)}</si>" for at, text in enumerate(texts))
    parts = {
        SHEET: f'{encoding}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        STRINGS: f'{encoding}<sst xmlns="{MAIN}">{strings}</sst>',
    }
    content = zipped({**GOOD, **{name: part.encode() for name, part in parts.items()}})

    with patch.object(package, "_CHUNK", chunk):
        quick = outcome(content)

    with patch.object(book, "unread", lambda chunks, **_: chunks):
        assert quick == outcome(content)
