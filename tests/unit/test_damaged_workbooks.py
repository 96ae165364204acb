"""A workbook that is damaged, or made to do harm, is refused with a sentence, fast and small."""

import contextlib
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.workbooks import (
    HEADER,
    RELATIONS,
    ROW,
    SHEET,
    STRINGS,
    changed,
    parts_of,
    text_row,
    with_rows,
    workbook,
    zipped,
)
from wecom_sync.domain.run import Job
from wecom_sync.files.decoding import MAX_CELL, MAX_COLUMNS
from wecom_sync.files.roster import FileRejectedError, read_roster
from wecom_sync.files.workbook import book, numbers, package, sheet

GOOD = workbook(HEADER, ROW, ("李娜", 7, 13800000002, 1), ("王芳", "c", "13800000003", "研发"))
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def code_of(content: bytes) -> str:
    with pytest.raises(FileRejectedError) as caught:
        read_roster(Job.REPLACE_USER, content)
    return caught.value.problems[0].code


def read_or_refused(content: bytes) -> None:
    with contextlib.suppress(FileRejectedError):
        read_roster(Job.REPLACE_USER, content)


def with_sheet(xml: bytes) -> bytes:
    return changed(GOOD, SHEET, lambda _: xml)


def without(*names: str) -> bytes:
    return zipped({name: part for name, part in parts_of(GOOD).items() if name not in names})


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_workbooks_are_packed_with_is_unpacked(compression: int) -> None:
    assert code_of(zipped(parts_of(GOOD), compression)) == "workbook_broken"


@pytest.mark.parametrize("name", [SHEET, STRINGS, RELATIONS, "xl/workbook.xml"])
def test_a_workbook_without_one_of_its_parts_is_broken(name: str) -> None:
    assert code_of(without(name)) == (
        "file_is_spreadsheet" if name == "xl/workbook.xml" else "workbook_broken"
    )


def test_a_workbook_without_styles_shows_numbers_as_they_are() -> None:
    assert read_roster(Job.REPLACE_USER, without("xl/styles.xml")).rows[1].cells[1] == "7"


@pytest.mark.parametrize("name", [SHEET, STRINGS, "xl/styles.xml", "xl/workbook.xml"])
def test_entities_are_forbidden_in_every_part(name: str) -> None:
    def change(xml: bytes) -> bytes:
        start = xml.find(b"?>") + 2 if xml.startswith(b"<?") else 0
        return xml[:start] + DOCTYPE + xml[start:]

    assert code_of(changed(GOOD, name, change)) == "workbook_broken"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="2"/>',
        '<row r="x"/>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="1"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="1"><c t="s"><v>999</v></c></row>',
        '<row r="1"><c t="s"><v>x</v></c></row>',
        '<row r="1"><c><v>nan</v></c></row>',
        '<row r="1"><c><v>1e999</v></c></row>',
        '<row r="1"><c><v>1</c></row>',
        f'<row r="1"><c><v>{"9" * 20_000}</v></c></row>',
        f'<row r="{"9" * 20_000}"/>',
    ],
)
def test_xml_that_means_nothing_is_broken(rows: str) -> None:
    assert code_of(with_rows(rows)) == "workbook_broken"


def test_a_workbook_that_would_unpack_to_too_much_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED", 1_000_000)
    assert code_of(zipped({**parts_of(GOOD), "a": bytes(10**6)})) == "workbook_too_large"

    monkeypatch.setattr(package, "MAX_PARTS", 20)
    many = {**parts_of(GOOD), **{str(number): b"" for number in range(20)}}
    assert code_of(zipped(many)) == "workbook_too_large"


def test_a_list_that_lies_about_a_size_gains_nothing() -> None:
    bomb = zipped({**parts_of(GOOD), SHEET: b"<worksheet>" + b" " * 10**7})
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    lying = bomb.replace(size, (100).to_bytes(4, "little"))

    assert lying != bomb
    assert code_of(lying) == "workbook_broken"


@pytest.mark.parametrize(
    "xml",
    [
        b'<worksheet a="' + b"x" * 2**22 + b'"/>',
        b"<worksheet><!--" + b"x" * 2**22 + b"--></worksheet>",
        b"<" + b"x" * 2**22 + b"/>",
    ],
)
def test_an_endless_tag_is_not_kept(xml: bytes) -> None:
    assert code_of(with_sheet(xml)) == "workbook_broken"


def test_a_huge_cell_is_refused_by_its_name() -> None:
    row = text_row(2, (*ROW, "x" * (MAX_CELL + 1)))
    with pytest.raises(FileRejectedError) as caught:
        read_roster(Job.REPLACE_USER, with_rows(text_row(1, HEADER) + row))

    (problem,) = caught.value.problems
    assert (problem.cell, problem.code) == ("E2", "cell_huge")


@pytest.mark.parametrize(("limit", "most"), [("MAX_STRINGS", 5), ("MAX_TEXT", 20)])
def test_too_many_strings_are_refused(
    limit: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, limit, most)

    assert code_of(GOOD) == "workbook_too_large"


@pytest.mark.parametrize("name", [SHEET, STRINGS, RELATIONS, "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    "more", [b"<a>" * 1_000 + b"</a>" * 1_000, b"".join(b"<a%d/>" % at for at in range(12_000))]
)
def test_no_part_is_deep_or_full_of_names(name: str, more: bytes) -> None:
    # The parser keeps each element that is open and each name: 50 KB in a zip fill the memory.
    def change(xml: bytes) -> bytes:
        before, end, after = xml.rpartition(b"</")
        return before + more + end + after

    assert code_of(changed(GOOD, name, change)) == "workbook_too_large"


def with_sheets(ids: list[str], targets: list[str]) -> bytes:
    """Return a workbook with more visible sheets: their relations, and the parts of those."""
    named = "".join(f'<sheet name="s{each}" xmlns:x="x" x:id="{each}"/>' for each in ids)
    related = "".join(
        f'<Relationship Id="{each}" Type="x/worksheet" Target="/{target}"/>'
        for each, target in zip(ids, targets, strict=True)
    )
    parts = parts_of(GOOD)
    parts[RELATIONS] = parts[RELATIONS].replace(b"</R", related.encode() + b"</R")
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"</sheets>", named.encode() + b"</sheets>"
    )
    return zipped(parts)


def test_very_many_sheets_are_refused_at_once() -> None:
    many = [str(number) for number in range(50_000)]

    started = time.process_time()
    code = code_of(with_sheets(many, many))

    assert code == "workbook_too_large"
    assert time.process_time() - started < 5


def test_a_part_is_one_however_its_name_is_written() -> None:
    assert code_of(with_sheets(["a"], [SHEET.upper()])) == "workbook_broken"


def test_two_sheets_of_one_name_are_not_one() -> None:
    content = workbook(HEADER, ROW, 上海=[HEADER, ROW])

    def change(xml: bytes) -> bytes:
        return xml.replace("上海".encode(), b"Sheet")

    assert code_of(changed(content, "xl/workbook.xml", change)) == "workbook_broken"


def test_formats_of_numbers_cost_no_more_than_their_length() -> None:
    def change(xml: bytes) -> bytes:
        formats = b'<numFmt numFmtId="200" formatCode="' + b"[" * 900_000 + b'"/>'
        styles = b'<cellXfs count="2">' + b'<xf numFmtId="200"/>' * 2_000
        return xml.replace(b"<fonts", b"<numFmts>" + formats + b"</numFmts><fonts", 1).replace(
            b'<cellXfs count="1">', styles, 1
        )

    content = changed(GOOD, "xl/styles.xml", change)
    assert content != GOOD

    started = time.process_time()
    read_or_refused(content)

    assert time.process_time() - started < 5


def test_very_many_styles_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "_MAX_STYLES", 3)

    def change(xml: bytes) -> bytes:
        return xml.replace(b"</cellXfs>", b'<xf numFmtId="0"/>' * 3 + b"</cellXfs>")

    assert code_of(changed(GOOD, "xl/styles.xml", change)) == "workbook_too_large"


def test_very_many_merged_places_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_MERGED", 3)
    merged = "".join(f'<mergeCell ref="D{at}:D{at + 1}"/>' for at in range(10, 18, 2))

    assert (
        code_of(with_rows(text_row(1, HEADER), f"<mergeCells>{merged}</mergeCells>"))
        == "workbook_too_large"
    )


def test_long_numbers_and_cells_in_doubt_take_little() -> None:
    # A cell of 22 bytes became a text of 300 characters, or an object of 450 bytes.
    for cell in ("<c><v>1e308</v></c>", '<c t="b"><v>1</v></c>', "<c><f/></c>"):
        rows = "".join(f'<row r="{at}">{cell * 150}</row>' for at in range(2, 5_002))
        content = with_rows(text_row(1, HEADER) + rows)

        tracemalloc.start()
        read_or_refused(content)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 300 * 2**20


def test_hidden_rows_without_a_cell_are_not_kept() -> None:
    hidden = "".join(f'<row r="{at}" hidden="1"/>' for at in range(3, 300_003))
    content = with_rows(text_row(1, HEADER) + text_row(2, ROW) + hidden)

    tracemalloc.start()
    assert read_roster(Job.REPLACE_USER, content).warnings == ()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 25 * 10**6


def test_one_long_text_in_very_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_SIZE", 4_000)
    merged = '<mergeCells><mergeCell ref="E2:E99"/></mergeCells>'
    rows = [(*ROW, "x" * 100), *([ROW] * 20)]
    xml = text_row(1, HEADER) + "".join(text_row(at, row) for at, row in enumerate(rows, 2))

    assert code_of(with_rows(xml)) == "cells_too_many"
    assert code_of(with_rows(xml, merged)) == "workbook_too_large"


def test_more_rows_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_LINES", 1_000)
    xml = "".join(text_row(at, ROW) for at in range(1, 9_000))

    assert code_of(with_rows(xml)) == "workbook_too_large"


def test_a_cell_far_to_the_right_makes_no_row_wide() -> None:
    stray = '<row r="3"><c r="A3" t="inlineStr"><is><t>x</t></is></c><c r="XFD3"><v>1</v></c></row>'
    content = with_rows(text_row(1, HEADER) + text_row(2, ROW) + stray)

    with pytest.raises(FileRejectedError) as caught:
        read_roster(Job.REPLACE_USER, content)

    (problem,) = caught.value.problems
    assert (problem.line, problem.code) == (3, "cells_too_many")
    assert problem.params["cells"] == MAX_COLUMNS + 1


def test_two_cells_a_million_rows_apart_cost_nothing() -> None:
    # A reader that keeps a place for every cell between them would need 400 GB.
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    merged = '<mergeCells><mergeCell ref="A2:A1048576"/><mergeCell ref="D2:XFD9"/></mergeCells>'
    content = with_rows(text_row(1, HEADER) + text_row(2, ROW) + far, merged)

    tracemalloc.start()
    code = code_of(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (code, peak < 10**7) == ("cells_too_many", True)


def test_a_million_blank_rows_are_quick_and_small() -> None:
    blank = "".join(f'<row r="{at}"><c r="A{at}" s="1"/></row>' for at in range(3, 1_000_003))
    content = with_rows(text_row(1, HEADER) + text_row(2, ROW) + blank)

    started = time.process_time()
    roster = read_roster(Job.REPLACE_USER, content)
    seconds = time.process_time() - started

    assert len(roster.rows) == 1
    assert seconds < 20


def test_many_sheets_in_one_part_are_not_read_one_by_one() -> None:
    def change(xml: bytes) -> bytes:
        start, end = xml.index(b"<sheet "), xml.index(b"</sheets>")
        sheet = xml[start:end]
        return xml[:end] + sheet.replace(b"Sheet", b"Other") + xml[end:]

    assert code_of(changed(GOOD, "xl/workbook.xml", change)) == "workbook_broken"


def test_what_is_elsewhere_is_not_fetched() -> None:
    def change(xml: bytes) -> bytes:
        return xml.replace(b"/xl/worksheets/sheet1.xml", b"https://example.com/a.xml").replace(
            b'Id="rId1"', b'Id="rId1" TargetMode="External"'
        )

    assert code_of(changed(GOOD, RELATIONS, change)) == "workbook_broken"


def flipped(content: bytes, at: int, bit: int) -> bytes:
    data = bytearray(content)
    data[at % len(data)] ^= 1 << bit % 8
    return bytes(data)


def cut(content: bytes, at: int, _: int) -> bytes:
    return content[: at % len(content)]


def part_flipped(content: bytes, at: int, bit: int) -> bytes:
    """Damage a part and pack it again, so that its sum is right."""
    parts = parts_of(content)
    name = [*parts][bit % len(parts)]
    return zipped({**parts, name: flipped(parts[name], at, bit)})


def part_cut(content: bytes, at: int, bit: int) -> bytes:
    parts = parts_of(content)
    name = [*parts][bit % len(parts)]
    return zipped({**parts, name: cut(parts[name], at, bit)})


def parts_swapped(content: bytes, at: int, bit: int) -> bytes:
    parts = parts_of(content)
    names = [*parts]
    one, other = names[at % len(names)], names[bit % len(names)]
    return zipped({**parts, one: parts[other], other: parts[one]})


@settings(max_examples=250)
@example(parts_swapped, [(0, 1)])
@given(
    st.sampled_from((flipped, cut, part_flipped, part_cut, parts_swapped)),
    st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 2**10)), min_size=1, max_size=3),
)
def test_whatever_is_damaged_the_file_is_read_or_refused(
    damage: Callable[[bytes, int, int], bytes], places: list[tuple[int, int]]
) -> None:
    content = GOOD
    for at, bit in places:
        if damage in (flipped, cut) or content == GOOD:
            content = damage(content, at, bit) or b"PK\x03\x04"

    try:
        roster = read_roster(Job.REPLACE_USER, content)
    except FileRejectedError as error:
        assert error.problems  # noqa: PT017 - either is right
    else:
        assert roster.to_csv()
