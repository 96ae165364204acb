"""A workbook that is damaged, or made to do harm, is refused with a sentence, fast and small."""

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.files import problems, read
from support.workbooks import (
    HEADER,
    RELATIONS,
    ROW,
    SHEET,
    STRINGS,
    TOO_MUCH,
    changed,
    parts_of,
    repeated,
    text_row,
    with_rows,
    workbook,
    zipped,
)
from wecom_sync.domain.states import Job
from wecom_sync.files.decoding import MAX_CELL, MAX_COLUMNS, letters_of
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.workbook import book, numbers, package, sheet

BOOK, STYLES, OTHER = "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet2.xml"

GOOD = workbook(HEADER, ROW, ("李娜", 7, 13800000002, 1), ("王芳", "c", "13800000003", "研发"))
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
PEOPLE = text_row(1, HEADER) + text_row(2, ROW)
TOO_LARGE = "workbook_too_large"


def code_of(content: bytes) -> str:
    """Return what a file is refused for, blank if it is read."""
    complaints = problems(content, Job.REPLACE_USER)
    return complaints[0].code if complaints else ""


def replaced(name: str, old: bytes, new: bytes, content: bytes = GOOD) -> bytes:
    assert old in parts_of(content)[name]
    return changed(content, name, lambda xml: xml.replace(old, new))


def without(name: str) -> bytes:
    return zipped({part: xml for part, xml in parts_of(GOOD).items() if part != name})


def declaring(name: str) -> bytes:
    """Return a workbook with entities in one of its parts."""
    xml = parts_of(GOOD)[name]
    start = xml.find(b"?>") + 2 if xml.startswith(b"<?") else 0
    return changed(GOOD, name, lambda xml: xml[:start] + DOCTYPE + xml[start:])


def lying() -> bytes:
    """Return a bomb whose list says that it unpacks to 100 bytes."""
    bomb = zipped({**parts_of(GOOD), SHEET: b"<worksheet>" + b" " * 10**7})
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    assert size in bomb
    return bomb.replace(size, (100).to_bytes(4, "little"))


def with_sheets(ids: list[str], target: Callable[[str], str]) -> bytes:
    """Return a workbook with more visible sheets: their relations, and the parts of those."""
    named = "".join(f'<sheet name="s{each}" xmlns:x="x" x:id="{each}"/>' for each in ids)
    related = "".join(
        f'<Relationship Id="{each}" Type="x/worksheet" Target="/{target(each)}"/>' for each in ids
    )
    content = replaced(RELATIONS, b"</R", related.encode() + b"</R")
    return replaced(BOOK, b"</sheets>", named.encode() + b"</sheets>", content)


def twice_in_one_part() -> bytes:
    sheets = parts_of(GOOD)[BOOK].partition(b"<sheets>")[2].partition(b"</sheets>")[0]
    return replaced(BOOK, sheets, sheets + sheets.replace(b"Sheet", b"Other"))


ROW_1 = '<row r="1">{}</row>'
LONG_XML = b"x" * 2**22
MEANINGLESS = {
    "bzip2": zipped(parts_of(GOOD), zipfile.ZIP_BZIP2),
    **{f"no {name}": without(name) for name in (SHEET, STRINGS, RELATIONS)},
    **{f"entities in {name}": declaring(name) for name in (SHEET, STRINGS, STYLES, BOOK)},
    "a row twice": with_rows('<row r="2"/><row r="2"/>'),
    "a row without a number": with_rows('<row r="x"/>'),
    "a cell without letters": with_rows(ROW_1.format('<c r="1"><v>1</v></c>')),
    "a column beyond all": with_rows(ROW_1.format('<c r="AAAA1"><v>1</v></c>')),
    "a string that is not there": with_rows(ROW_1.format('<c t="s"><v>999</v></c>')),
    "a string without a number": with_rows(ROW_1.format('<c t="s"><v>x</v></c>')),
    "no number": with_rows(ROW_1.format("<c><v>nan</v></c>")),
    "an open tag": with_rows(ROW_1.format("<c><v>1</c>")),
    "a long number": with_rows(ROW_1.format(f"<c><v>{'9' * 20_000}</v></c>")),
    "a long number of a row": with_rows(f'<row r="{"9" * 20_000}"/>'),
    "an endless attribute": changed(GOOD, SHEET, lambda _: b'<a b="' + LONG_XML + b'"/>'),
    "an endless comment": changed(GOOD, SHEET, lambda _: b"<a><!--" + LONG_XML + b"--></a>"),
    "a size that is a lie": lying(),
    "a part by another name": with_sheets(["a"], lambda _: SHEET.upper()),
    "two sheets of one name": replaced(
        BOOK, "上海".encode(), b"Sheet", workbook(HEADER, ROW, 上海=[HEADER, ROW])
    ),
    "two sheets in one part": twice_in_one_part(),
    "a sheet elsewhere": replaced(
        RELATIONS, b'/xl/worksheets/sheet1.xml"', b'https://x/a" TargetMode="External"'
    ),
}


@pytest.mark.parametrize("content", MEANINGLESS.values(), ids=MEANINGLESS)
def test_a_workbook_that_means_nothing_is_broken(content: bytes) -> None:
    assert code_of(content) == "workbook_broken"


@pytest.mark.parametrize(("name", "code"), [(BOOK, "file_is_spreadsheet"), (STYLES, "")])
def test_a_workbook_needs_a_book_and_no_styles(name: str, code: str) -> None:
    assert code_of(without(name)) == code


STYLED = replaced(STYLES, b"</cellXfs>", b'<xf numFmtId="0"/>' * 3 + b"</cellXfs>")
E_MERGED = '<mergeCells><mergeCell ref="E3:E99"/></mergeCells>'
MERGED = f"<mergeCells>{'<mergeCell ref="D2:D3"/>' * 4}</mergeCells>"
LONG = PEOPLE + "".join(text_row(at, (*ROW, "x" * 100 * (at == 3))) for at in range(3, 23))
BOMB = zipped({**parts_of(GOOD), "a": bytes(10**6)})
PARTS = {str(number): b"" for number in range(20)}


@pytest.mark.parametrize(
    ("module", "limit", "most", "content", "code"),
    [
        (package, "MAX_UNPACKED", 10**6, BOMB, "workbook_unpacked"),
        (package, "MAX_PARTS", 20, zipped({**parts_of(GOOD), **PARTS}), TOO_LARGE),
        (book, "MAX_STRINGS", 5, GOOD, TOO_LARGE),
        (book, "MAX_TEXT", 20, GOOD, TOO_LARGE),
        (numbers, "_MAX_STYLES", 3, STYLED, TOO_LARGE),
        (sheet, "MAX_MERGED", 3, with_rows(PEOPLE, MERGED), TOO_LARGE),
        (sheet, "MAX_SIZE", 4_000, with_rows(LONG), "cells_too_many"),
        (sheet, "MAX_SIZE", 4_000, with_rows(LONG, E_MERGED), TOO_LARGE),
    ],
    ids=["unpacked", "parts", "strings", "text", "styles", "merged", "size", "of all"],
)
def test_more_than_is_read_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    *, module: ModuleType, limit: str, most: int, content: bytes, code: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(module, limit, most)

    assert code_of(content) == code


@pytest.mark.parametrize("name", [SHEET, STRINGS, RELATIONS, BOOK, STYLES])
@pytest.mark.parametrize(
    "more", [b"<a>" * 1_000 + b"</a>" * 1_000, b"".join(b"<a%d/>" % at for at in range(12_000))]
)
def test_no_part_is_deep_or_full_of_names(name: str, more: bytes) -> None:
    # The parser keeps each element that is open and each name: 50 KB in a zip fill the memory.
    end = b"</" + parts_of(GOOD)[name].rpartition(b"</")[2]

    assert code_of(replaced(name, end, more + end)) == TOO_LARGE


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the size of each piece that is unpacked."""
    sizes: list[int] = []
    read = zipfile.ZipExtFile.read

    def counted(part: zipfile.ZipExtFile, most: int = -1) -> bytes:
        data = read(part, most)
        sizes.append(len(data))
        return data

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    return sizes


LIMITS = {"file_too_many_rows": 200_000, "file_too_many_cells": 4_000_000, "workbook_unpacked": 300}


@pytest.mark.parametrize(("unit", "count", "root", "code"), TOO_MUCH)
def test_what_is_beyond_the_budget_is_refused_before_a_row_is_parsed(
    unit: bytes, count: int, root: str, code: str,
    *, unpacked: list[int], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    content = repeated(unit, count, root)
    monkeypatch.setattr(sheet.Sheet, "start", None)
    unpacked.clear()

    (problem,) = problems(content, Job.REPLACE_USER)

    assert (problem.code, problem.params.get("limit")) == (code, LIMITS.get(code))
    # Rows and cells are not even unpacked once they are too many. Only tags are counted to the end.
    assert sum(unpacked) < (2**29 if code == TOO_LARGE else 40 * 2**20)


def test_commas_inside_quotation_marks_make_no_cells() -> None:
    rows = [",".join((*HEADER, "地址")), *[",".join((*ROW, f'"{"," * 5_000}"'))] * 900]

    # The rows are read, so that the file is refused for its addresses.
    assert code_of("\n".join(rows).encode()) == "cell_too_long"


def test_too_many_cells_are_refused_with_the_last_column_that_has_some() -> None:
    row = "".join(f'<c r="{letters_of(at)}9" s="1"/>' for at in range(1024)).encode()
    styled = changed(GOOD, SHEET, lambda xml: with_more(xml, (b"<row>" + row + b"</row>") * 4_000))

    (problem,) = problems(styled, Job.REPLACE_USER)

    assert (problem.code, problem.params["column"]) == ("file_too_wide", "AMJ")


def test_rows_are_counted_in_each_sheet_and_cells_in_all_that_are_visible() -> None:
    rows, cells = b"<row/>" * 150_000, b"<row>" + b"<c/>" * 2_100_000 + b"</row>"

    assert (both(rows), both(cells), both(cells, "hidden")) == ("", "file_too_many_cells", "")


def both(rows: bytes, state: str = "visible") -> str:
    """Return what a workbook with these rows in two sheets is refused for."""
    content = replaced(
        BOOK,
        b'"2" state="visible"',
        f'"2" state="{state}"'.encode(),
        workbook(HEADER, ROW, Other=[["x"]]),
    )
    for name in (SHEET, OTHER):
        content = changed(content, name, lambda xml: with_more(xml, rows))
    return code_of(content)


def with_more(xml: bytes, rows: bytes) -> bytes:
    return xml.replace(b"</sheetData>", rows + b"</sheetData>")


def test_a_header_is_judged_before_the_other_rows_are_parsed(unpacked: list[int]) -> None:
    content = with_rows(text_row(1, ("a", "b")) + "<row><c><v>1</v></c></row>" * 100_000)
    size = sum(map(len, parts_of(content).values()))
    unpacked.clear()

    assert code_of(content) == "header_missing"

    # Once to be counted, and a first piece of it to be parsed.
    assert sum(unpacked) - size < size < 1.1 * sum(unpacked)


def cell_problem(row: str) -> tuple[str, str]:
    (problem,) = problems(with_rows(PEOPLE + row), Job.REPLACE_USER)
    return problem.cell or str(problem.line), problem.code


def test_a_cell_that_is_huge_or_far_to_the_right_is_refused_by_its_place() -> None:
    stray = '<row r="3"><c r="A3" t="inlineStr"><is><t>x</t></is></c><c r="XFD3"><v>1</v></c></row>'

    assert cell_problem(text_row(3, (*ROW, "x" * (MAX_CELL + 1)))) == ("E3", "cell_huge")
    assert cell_problem(stray) == ("3", "cells_too_many")
    (problem,) = problems(with_rows(PEOPLE + stray), Job.REPLACE_USER)
    assert problem.params["cells"] == MAX_COLUMNS + 1


MANY = [str(number) for number in range(50_000)]
BLANK = "".join(f'<row r="{at}"><c r="A{at}" s="1"/></row>' for at in range(3, 200_003))
FORMATS = b'<numFmts><numFmt numFmtId="200" formatCode="' + b"[" * 900_000 + b'"/></numFmts><fonts'
WITH_FORMATS = replaced(STYLES, b"<fonts", FORMATS)
XFS = b'<cellXfs count="2">' + b'<xf numFmtId="200"/>' * 2_000


@pytest.mark.parametrize(
    ("make", "seconds", "code"),
    [
        (lambda: with_sheets(MANY, str), 5, TOO_LARGE),
        (lambda: with_rows(PEOPLE + BLANK), 20, ""),
        (lambda: replaced(STYLES, b'<cellXfs count="1">', XFS, WITH_FORMATS), 5, None),
    ],
    ids=["very many sheets", "as many blank rows as may be", "endless formats"],
)
def test_what_is_long_is_quick(make: Callable[[], bytes], seconds: int, code: str | None) -> None:
    content = make()
    started = time.process_time()

    answer = code_of(content)

    assert time.process_time() - started < seconds
    assert code in {answer, None}


def with_cells(cell: str, rows: int) -> bytes:
    row = f">{cell * 150}</row>"
    return with_rows(text_row(1, HEADER) + "".join(f'<row r="{n}"{row}' for n in range(2, rows)))


FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
WIDE = '<mergeCells><mergeCell ref="A2:A1048576"/><mergeCell ref="D2:XFD9"/></mergeCells>'
HIDDEN = "".join(f'<row r="{at}" hidden="1"/>' for at in range(3, 200_003))


@pytest.mark.parametrize(
    ("make", "most", "code"),
    [
        (lambda: with_cells("<c><v>1e308</v></c>", 5_000), 300 * 2**20, None),
        (lambda: with_cells('<c t="b"><v>1</v></c>', 1_500), 90 * 2**20, None),
        (lambda: with_cells("<c><f/></c>", 1_500), 90 * 2**20, None),
        (lambda: with_rows(PEOPLE + HIDDEN), 25 * 10**6, ""),
        (lambda: with_rows(PEOPLE + FAR, WIDE), 10**7, "cells_too_many"),
    ],
    ids=["long numbers", "cells in doubt", "formulas", "hidden rows", "a million rows apart"],
)
def test_what_unpacks_to_much_takes_little(
    make: Callable[[], bytes], most: int, code: str | None
) -> None:
    content = make()

    tracemalloc.start()
    answer = code_of(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < most
    assert code in {answer, None}


def flipped(content: bytes, at: int) -> bytes:
    data = bytearray(content)
    data[at % len(data)] ^= 1 << at % 8
    return bytes(data)


def cut(content: bytes, at: int) -> bytes:
    return content[: at % len(content)] or b"PK\x03\x04"


@settings(max_examples=250)
@given(
    st.sampled_from((flipped, cut)),
    st.integers(0, 2**20),
    st.sampled_from((None, *parts_of(GOOD))),
)
def test_whatever_is_damaged_the_file_is_read_or_refused(
    damage: Callable[[bytes, int], bytes], at: int, name: str | None
) -> None:
    """A part that is damaged is packed again, so that its sum is right."""
    content = changed(GOOD, name, lambda xml: damage(xml, at)) if name else damage(GOOD, at)

    try:
        roster = read(content, Job.REPLACE_USER)
    except FileRejectedError as error:
        assert error.problems  # noqa: PT017 - either is right
    else:
        assert roster.to_csv()
