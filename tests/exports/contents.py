"""What stands in cells, and how the bytes are written."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from exports.export import HR, PEOPLE, READ, Form, Found, Rows, Sample, book, plain, staff, text
from exports.mends import Mend, as_told, asked, cells, refused, rewritten, saved
from support.workbooks import SHEET, changed, workbook
from wecom_sync.domain.policy import Reading

COLUMNS = "帐号=id,姓名=name,部门=leaf,手机=mobile"
STAFF = staff(COLUMNS)
MARCH = datetime(2021, 3, 1)  # noqa: DTZ001 - a workbook knows no zone
DIGITS = tuple((f"0012{at}", *row[1:]) for at, row in enumerate(PEOPLE, 3))
"""The same people with numbers that begin with zeros."""
OF_DIGITS: Found = {row[0]: (row[1], row[2], row[5]) for row in DIGITS}
IN_BOTH: Found = {**READ, "E0101": ("张伟", "13811110001", "3;6")}
"""What is read when the first of them is in two departments."""


def _with(column: int, *values: Any, rows: list[list[Any]] = STAFF) -> list[list[Any]]:
    """Return the rows with other cells in a column, one a line below the header."""
    table = [[*row] for row in rows]
    for row, value in zip(table[1:], values, strict=False):
        row[column] = value
    return table


def _numbers(rows: list[list[Any]], column: int) -> list[list[Any]]:
    return _with(column, *(int(row[column]) for row in rows[1:]), rows=rows)


def _padded(each: Any) -> None:
    for line in (2, 3, 4):
        each.active.cell(line, 1).number_format = "00000"


def _changed(cell: str, value: object) -> Form:
    """Return how a workbook is written in which a cell is changed afterwards."""
    return book(lambda each: setattr(each.active[cell], "value", value))


def numbers() -> Iterator[Sample]:
    digits = staff(COLUMNS, people=DIGITS)
    quoted = _with(0, *(f'="{row[0]}"' for row in digits[1:]), rows=digits)
    formatted = _numbers(digits, 0)
    yield Sample("zeros in front, as text", digits, form=book(), entries=OF_DIGITS)
    yield Sample("zeros in front, by a format", formatted, form=book(_padded), entries=OF_DIGITS)
    yield Sample('zeros in front, as ="00123"', quoted, entries=OF_DIGITS)
    yield Sample("mobiles as numbers", _numbers(STAFF, 3), form=book())
    tabs = _with(3, *(f"{row[3]}\t" for row in STAFF[1:]))
    yield Sample("mobiles with a tab in front, so that they stay text", tabs)
    rounded, figures = _with(3, *["1.38E+10"] * 3), _with(0, *["2.02E+11"] * 3)
    yield refused("mobiles in scientific notation", rounded, "mobile_damaged", rewritten(STAFF))
    yield refused("ids in scientific notation", figures, "user_id_damaged", rewritten(STAFF))
    dated, mend = _changed("A2", MARCH), saved(book())
    yield refused("an id that became a date", STAFF, "cell_formatted", mend, form=dated)
    for name, header, value in (("dates", "入职日期", MARCH), ("booleans", "在编", True)):
        rows = [[*row, value if at else header] for at, row in enumerate(STAFF)]
        yield Sample(f"{name} in a column nobody asked for", rows, form=book())
    long, mend = _with(0, 2021030100010001), saved(_changed("A2", "E0101"))
    yield refused("long numbers as ids", long, "cell_digits_lost", mend, form=book())
    for name, error, form in (
        ("an error value of a look-up", "#N/A", text()),
        ("an error value in a workbook", "#REF!", book()),
    ):
        rows, mend = _with(2, "前端组", error, "人力资源部"), cells("华东区", "C3")
        yield refused(name, rows, "cell_error_value", mend, form=form)
    computed, lost = _looked_up("<v>前端组</v>"), _looked_up("")
    yield Sample("departments by VLOOKUP, computed", STAFF, form=computed)
    name = "departments by VLOOKUP, never computed"
    yield refused(name, STAFF, "cell_uncomputed", saved(computed), form=lost)


def _looked_up(value: str) -> Form:
    """Return how a workbook is written whose first department is looked up."""
    formula = f"<f>VLOOKUP(A2,B:C,2,0)</f>{value}"
    cell = f'<c r="C2"{" t=" + chr(34) + "str" + chr(34) if value else ""}>{formula}</c>'.encode()

    def with_formula(part: bytes) -> bytes:
        return part[: part.index(b'<c r="C2"')] + cell + part[part.index(b'<c r="D2"') :]

    return lambda rows: changed(workbook(*rows), SHEET, with_formula)


def people() -> Iterator[Sample]:
    for name, form in {
        "with +86": "+86{}",
        "with 0086": "0086{}",
        "with 86-": "86-{}",
        "with an apostrophe": "'{}",
        "with blanks at the end": "{}  ",
        "with a no-break space": "{}\u00a0",
    }.items():
        yield Sample(f"mobiles {name}", _with(3, *(form.format(row[3]) for row in STAFF[1:])))
    grouped = _with(3, "138 1111 0001", "138-1111-0002", "１３８１１１１０００３")
    yield Sample("mobiles in groups", grouped)
    masked = _with(3, "138****0001", "138****0002", "138****0003")
    yield refused("mobiles masked", masked, "mobile_starred", rewritten(STAFF))
    two = _with(3, "13811110001/13911110001", "13811110002、13911110002")
    mend = rewritten(STAFF)
    yield refused("two mobiles in a cell", two, "mobile_letters mobile_invalid", mend)
    abroad = {**READ, "E0101": ("张伟", "+16505550100", "3")}
    yield Sample("a mobile of another country", _with(3, "(+1) 650-555-0100"), entries=abroad)
    extensions = _with(4, *["0571-88880000转80"] * 3, rows=staff(f"{COLUMNS},座机="))
    yield Sample("extensions of telephones", extensions, also="座机=0571-88880000-80")
    mails = staff(f"{COLUMNS},邮箱=mail")
    link = book(
        lambda each: setattr(each.active["E2"], "hyperlink", "mailto:zhang.wei@xinghe.example")
    )
    yield Sample("e-mail as a link", mails, form=link, also="邮箱=mail")
    names = _with(1, "张　伟", "李娜 ", "ＯＵＹＡＮＧ")
    written = ("张\u3000伟", "李娜", "ＯＵＹＡＮＧ")
    entries = {key: (it, *READ[key][1:]) for key, it in zip(READ, written, strict=True)}
    yield Sample("names with blanks and wide letters", names, entries=entries)
    by_name = staff("登录名=name,姓名=name,部门=leaf,手机=mobile")
    reading = Reading(columns={"登录名": "帐号"})
    yield refused("names as ids", by_name, "user_id_invalid", mend, reading=reading)
    traditional = staff("帳號=id,姓名=name,部門=leaf,手機=mobile,職位=工程師")
    yield Sample("traditional characters", traditional, also="职位=工程師")
    starred = staff("*帐号=id,姓名（必填）=name,部门(选填)=leaf,手机号*=mobile")
    yield Sample("names of templates with stars and what is required", starred)
    lone = staff("帐号=id,姓名=name,部门=leaf")
    yield refused("no contact", lone, "column_missing", rewritten(STAFF))
    for contact in ("联系电话", "联系方式", "电话", "Phone"):
        named = staff(f"帐号=id,姓名=name,部门=leaf,{contact}=mobile")
        yield asked(f"{contact} as the only contact", named)
    columns = "工号=id,姓名=name,部门=leaf,手机号码=mobile"
    twice, reading = staff(f"{columns},移动电话="), Reading(columns={"工号": "帐号"})
    once = rewritten(staff(columns))
    yield refused("two columns for the same", twice, "header_synonyms", once, reading=reading)


def departments() -> Iterator[Sample]:
    for name, mark in {
        "、": "、",
        "a comma": ",",
        "a wide comma": "，",
        "|": "|",
        "a line break": "\n",
        ";": ";",
        "；": "；",
    }.items():
        yield Sample(
            f"two departments with {name}", _with(2, f"前端组{mark}华东区"), entries=IN_BOTH
        )
    lines = _with(2, "前端组\n华东区")
    name = "two departments with a line break in a workbook"
    yield Sample(name, lines, form=book(), entries=IN_BOTH)
    good = rewritten(_with(2, "前端组;华东区"))
    slash, twice = _with(2, "前端组/华东区"), [*STAFF, ["E0101", "张伟", "华东区", "13811110001"]]
    yield refused("two departments with /", slash, "department_unknown", good, entries=IN_BOTH)
    name = "a line for each job of a person"
    yield refused(name, twice, "user_id_duplicate", good, entries=IN_BOTH)
    unknown, mend = _with(2, "测试组"), cells("前端组", "C2")
    yield refused("a department that is not there", unknown, "department_unknown", mend)
    for name, columns in {
        "所属部门 and paths": "帐号=id,姓名=name,所属部门=path,手机=mobile",
        "codes beside names": "帐号=id,姓名=name,部门名称=leaf,部门编码=code,手机=mobile",
    }.items():
        yield Sample(name, staff(columns))
    latin = {**READ, "E0101": ("张伟", "13811110001", "9")}
    yield Sample("a Latin name with a hyphen", _with(2, "T-Mobile组"), entries=latin)
    numbered = _numbers(staff("帐号=id,姓名=name,部门ID=number,手机=mobile"), 2)
    yield Sample("departments by number", numbered, form=book())
    yield Sample("paths with \\", _with(2, "研发中心\\前端组", "销售部 \\ 华东区"))
    levels = staff("帐号=id,姓名=name,一级部门=l1,二级部门=l2,手机=mobile")
    dashes = [[cell or "-" for cell in row] for row in levels]
    yield Sample("a dash for no department", dashes, job=HR)
    main = staff("帐号=id,姓名=name,主部门=leaf,兼职部门=,手机=mobile")
    yield refused("主部门 and 兼职部门", main, "column_candidates", as_told)


def _page(rows: Rows) -> bytes:
    lines = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows)
    return f"<html><table>{lines}</table></html>".encode()


def _scrambled(rows: Rows) -> bytes:
    return plain()(rows).decode("latin-1").encode()


def bytes_() -> Iterator[Sample]:
    for encoding in ("utf-8", "gb18030", "utf-16", "gbk"):
        yield Sample(f"CSV in {encoding}", STAFF, form=text(encoding))
    yield Sample("line ends of an old Mac", STAFF, form=text(end="\r"))
    as_text, as_book = saved(text()), saved(book())
    forms: dict[str, tuple[Form, str, Mend]] = {
        "a text of Excel: tabs, UTF-16": (text("utf-16", "\t"), "separated_by_tabs", as_text),
        "semicolons": (text("utf-8", ";"), "separated_by_semicolons", as_text),
        "UTF-8 saved as if it were Latin": (_scrambled, "cell_scrambled", as_text),
        "a PDF that is called .xlsx": (_always(b"%PDF-1.7\n"), "file_is_not_text", as_book),
        "a picture that is called .xlsx": (_always(b"\x89PNG\r\n"), "file_is_not_text", as_book),
        ".xls": (_always(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "file_is_spreadsheet", as_book),
        "a web page that is called .xls": (_page, "file_is_spreadsheet", as_book),
    }
    for name, (form, code, mend) in forms.items():
        yield refused(name, STAFF, code, mend, form=form)
    mend = rewritten(STAFF)
    yield refused("quotation marks in a name", _with(1, '张"小"伟'), "cell_unsafe", mend)
    stray = _with(1, '"张伟')
    yield refused("a stray quotation mark", stray, "quotes_unbalanced", mend, form=plain())
    yield refused("a file without people", STAFF[:1], "file_has_no_rows", mend)


def _always(signature: bytes) -> Form:
    return lambda _: signature + bytes(range(256))
