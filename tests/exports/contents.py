"""What stands in cells, and how the bytes are written."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from exports.export import PEOPLE, READ, Export, Form, Found, book, plain, staff, text
from exports.mends import as_told, cells, rewritten, saved
from support.workbooks import SHEET, changed, workbook
from wecom_sync.domain.policy import Reading

COLUMNS = "帐号=id,姓名=name,部门=leaf,手机=mobile"
STAFF = staff(COLUMNS)
MARCH = datetime(2021, 3, 1)  # noqa: DTZ001 - a workbook knows no zone
DIGITS = tuple((f"0012{at}", *row[1:]) for at, row in enumerate(PEOPLE, 3))
"""The same people with numbers that begin with zeros."""
OF_DIGITS: Found = {row[0]: (row[1], row[2], row[5]) for row in DIGITS}


def _with(column: int, *values: Any, rows: list[list[Any]] = STAFF) -> list[list[Any]]:
    """Return the rows with other cells in a column, one a line below the header."""
    found = [[*row] for row in rows]
    for row, value in zip(found[1:], values, strict=False):
        row[column] = value
    return found


def _always(content: bytes) -> Form:
    return lambda _: content


def _numbers(rows: list[list[Any]], column: int) -> list[list[Any]]:
    return _with(column, *(int(row[column]) for row in rows[1:]), rows=rows)


def numbers() -> Iterator[Export]:
    """Yield exports whose ids and mobiles a spreadsheet may have changed."""
    digits = staff(COLUMNS, people=DIGITS)
    yield Export(name="zeros in front, as text", rows=digits, form=book(), found=OF_DIGITS)

    def padded(each: Any) -> None:
        for line in (2, 3, 4):
            each.active.cell(line, 1).number_format = "00000"

    yield Export(
        name="zeros in front, by a format",
        rows=_numbers(digits, 0),
        form=book(padded),
        found=OF_DIGITS,
    )
    yield Export(
        name='zeros in front, as ="00123"',
        rows=_with(0, *(f'="{row[0]}"' for row in digits[1:]), rows=digits),
        found=OF_DIGITS,
    )
    yield Export(name="mobiles as numbers", rows=_numbers(STAFF, 3), form=book())
    yield Export(
        name="mobiles with a tab in front, so that they stay text",
        rows=_with(3, *(f"{row[3]}\t" for row in STAFF[1:])),
    )
    rounded = _with(3, "1.38E+10", "1.38E+10", "1.38E+10")
    yield Export(
        name="mobiles in scientific notation",
        rows=rounded,
        refused=("mobile_damaged",),
        mend=rewritten(STAFF),
    )
    yield Export(
        name="ids in scientific notation",
        rows=_with(0, "2.02E+11", "2.02E+11", "2.02E+11"),
        refused=("user_id_damaged",),
        mend=rewritten(STAFF),
    )

    def dated(each: Any) -> None:
        each.active.cell(2, 1).value = MARCH

    yield Export(
        name="an id that became a date",
        rows=STAFF,
        form=book(dated),
        refused=("cell_formatted",),
        mend=saved(book()),
    )
    yield Export(
        name="dates in a column nobody asked for",
        rows=[[*row, "入职日期" if at == 0 else MARCH] for at, row in enumerate(STAFF)],
        form=book(),
    )
    yield Export(
        name="booleans in a column nobody asked for",
        rows=[[*row, "在编" if at == 0 else True] for at, row in enumerate(STAFF)],
        form=book(),
    )
    yield Export(
        name="long numbers as ids",
        rows=_with(0, 2021030100010001),
        form=book(),
        refused=("cell_digits_lost",),
        mend=saved(book(lambda each: setattr(each.active["A2"], "value", "E0101"))),
    )
    yield Export(
        name="an error value of a look-up",
        rows=_with(2, "前端组", "#N/A", "人力资源部"),
        refused=("cell_error_value",),
        mend=cells("华东区", "C3"),
    )

    yield Export(
        name="an error value in a workbook",
        rows=_with(2, "前端组", "#REF!", "人力资源部"),
        form=book(),
        refused=("cell_error_value",),
        mend=cells("华东区", "C3"),
    )

    def looked_up(computed: str) -> Form:
        formula = f"<f>VLOOKUP(A2,B:C,2,0)</f>{computed}".encode()

        def written(rows: Any) -> bytes:
            content = workbook(*rows)
            return changed(
                content,
                SHEET,
                lambda part: part.replace(
                    part[part.index(b'<c r="C2"') : part.index(b'<c r="D2"')],
                    b'<c r="C2" t="str">' + formula + b"</c>"
                    if computed
                    else b'<c r="C2">' + formula + b"</c>",
                ),
            )

        return written

    yield Export(
        name="departments by VLOOKUP, computed", rows=STAFF, form=looked_up("<v>前端组</v>")
    )
    yield Export(
        name="departments by VLOOKUP, never computed",
        rows=STAFF,
        form=looked_up(""),
        refused=("cell_uncomputed",),
        mend=saved(looked_up("<v>前端组</v>")),
    )


def people() -> Iterator[Export]:
    """Yield exports with names, mobiles and departments as people write them."""
    mobiles = {
        "with +86": "+86{}",
        "with 0086": "0086{}",
        "with 86-": "86-{}",
        "with an apostrophe": "'{}",
        "with blanks at the end": "{}  ",
        "with a no-break space": "{}\u00a0",
    }
    for name, form in mobiles.items():
        yield Export(
            name=f"mobiles {name}", rows=_with(3, *(form.format(row[3]) for row in STAFF[1:]))
        )
    yield Export(
        name="mobiles in groups",
        rows=_with(3, "138 1111 0001", "138-1111-0002", "１３８１１１１０００３"),
    )
    yield Export(
        name="mobiles masked",
        rows=_with(3, "138****0001", "138****0002", "138****0003"),
        refused=("mobile_starred",),
        mend=rewritten(STAFF),
    )
    yield Export(
        name="two mobiles in a cell",
        rows=_with(3, "13811110001/13911110001", "13811110002、13911110002"),
        refused=("mobile_letters", "mobile_invalid"),
        mend=rewritten(STAFF),
    )
    mails = staff("帐号=id,姓名=name,部门=leaf,手机=mobile,邮箱=mail")

    def linked(each: Any) -> None:
        each.active["E2"].hyperlink = "mailto:zhang.wei@xinghe.example"

    yield Export(name="e-mail as a link", rows=mails, form=book(linked), also="邮箱=mail")
    yield Export(
        name="names with blanks and wide letters",
        rows=_with(1, "张　伟", "李娜 ", "ＯＵＹＡＮＧ"),
        found={
            "E0101": ("张\u3000伟", "13811110001", "3"),
            "E0102": ("李娜", "13811110002", "6"),
            "E0103": ("ＯＵＹＡＮＧ", "13811110003", "8"),
        },
    )
    two: Mapping[str, str] = {
        "、": "前端组、华东区",
        "a comma": "前端组,华东区",
        "a wide comma": "前端组，华东区",
        "|": "前端组|华东区",
        "a line break": "前端组\n华东区",
        ";": "前端组;华东区",
        "；": "前端组；华东区",
    }
    both = {**READ, "E0101": ("张伟", "13811110001", "3;6")}
    for name, cell in two.items():
        yield Export(name=f"two departments with {name}", rows=_with(2, cell), found=both)
    yield Export(
        name="two departments with a line break in a workbook",
        rows=_with(2, "前端组\n华东区"),
        form=book(),
        found=both,
    )
    yield Export(
        name="two departments with /",
        rows=_with(2, "前端组/华东区"),
        found=both,
        refused=("department_slash",),
        mend=rewritten(_with(2, "前端组;华东区")),
    )
    yield Export(
        name="a department that is not there",
        rows=_with(2, "测试组"),
        refused=("department_unknown",),
        mend=cells("前端组", "C2"),
    )
    yield Export(
        name="所属部门 and paths", rows=staff("帐号=id,姓名=name,所属部门=path,手机=mobile")
    )
    yield Export(
        name="codes beside names",
        rows=staff("帐号=id,姓名=name,部门名称=leaf,部门编码=code,手机=mobile"),
    )
    yield Export(
        name="departments by number",
        rows=_numbers(staff("帐号=id,姓名=name,部门ID=number,手机=mobile"), 2),
        form=book(),
    )
    yield Export(name="paths with \\", rows=_with(2, "研发中心\\前端组", "销售部 \\ 华东区"))
    yield Export(
        name="names of templates with stars and what is required",
        rows=staff("*帐号=id,姓名（必填）=name,部门(选填)=leaf,手机号*=mobile"),
    )
    dashes = staff("帐号=id,姓名=name,一级部门=l1,二级部门=l2,手机=mobile")
    yield Export(
        name="a dash for no department",
        rows=[[cell or "-" for cell in row] for row in dashes],
    )
    yield Export(
        name="主部门 and 兼职部门",
        rows=staff("帐号=id,姓名=name,主部门=leaf,兼职部门=,手机=mobile"),
        refused=("column_candidates",),
        mend=as_told,
    )
    yield Export(
        name="a line for each job of a person",
        rows=[*STAFF, ["E0101", "张伟", "华东区", "13811110001"]],
        found=both,
        refused=("user_id_duplicate",),
        mend=rewritten(_with(2, "前端组;华东区")),
    )
    yield Export(
        name="names as ids",
        rows=staff("登录名=name,姓名=name,部门=leaf,手机=mobile"),
        reading=Reading(columns={"登录名": "帐号"}),
        refused=("user_id_invalid",),
        mend=rewritten(STAFF),
    )
    yield Export(
        name="no contact",
        rows=staff("帐号=id,姓名=name,部门=leaf"),
        refused=("column_missing",),
        mend=rewritten(STAFF),
    )
    for contact in ("联系电话", "联系方式", "电话", "Phone"):
        yield Export(
            name=f"{contact} as the only contact",
            rows=staff(f"帐号=id,姓名=name,部门=leaf,{contact}=mobile"),
            refused=("column_candidate",),
            mend=as_told,
        )
    yield Export(
        name="extensions of telephones",
        rows=_with(4, *["0571-88880000转80"] * 3, rows=staff(f"{COLUMNS},座机=")),
        also="座机=0571-88880000-80",
    )
    yield Export(
        name="traditional characters",
        rows=staff("帳號=id,姓名=name,部門=leaf,手機=mobile,職位=工程師"),
        also="职位=工程師",
    )
    yield Export(
        name="a mobile of another country",
        rows=_with(3, "(+1) 650-555-0100"),
        found={**READ, "E0101": ("张伟", "+16505550100", "3")},
    )
    yield Export(
        name="two columns for the same",
        rows=staff("工号=id,姓名=name,部门=leaf,手机号码=mobile,移动电话="),
        reading=Reading(columns={"工号": "帐号"}),
        refused=("header_synonyms",),
        mend=rewritten(staff("工号=id,姓名=name,部门=leaf,手机号码=mobile")),
    )


def bytes_() -> Iterator[Export]:
    """Yield exports in other encodings, with other separators."""
    for encoding in ("utf-8", "gb18030", "utf-16", "gbk"):
        yield Export(name=f"CSV in {encoding}", rows=STAFF, form=text(encoding))
    yield Export(
        name="a text of Excel: tabs, UTF-16",
        rows=STAFF,
        form=text("utf-16", "\t"),
        refused=("separated_by_tabs",),
        mend=saved(text()),
    )
    yield Export(
        name="semicolons",
        rows=STAFF,
        form=text("utf-8", ";"),
        refused=("separated_by_semicolons",),
        mend=saved(text()),
    )
    yield Export(name="line ends of an old Mac", rows=STAFF, form=text(end="\r"))
    for name, content in {"a PDF": b"%PDF-1.7\n", "a picture": b"\x89PNG\r\n"}.items():
        yield Export(
            name=f"{name} that is called .xlsx",
            rows=STAFF,
            form=_always(content + bytes(range(256))),
            refused=("file_is_not_text",),
            mend=saved(book()),
        )
    quoted = _with(1, '张"小"伟')
    yield Export(
        name="quotation marks in a name",
        rows=quoted,
        refused=("cell_unsafe",),
        mend=rewritten(STAFF),
    )
    yield Export(
        name="a stray quotation mark",
        rows=_with(1, '"张伟'),
        form=plain(),
        refused=("quotes_unbalanced",),
        mend=rewritten(STAFF),
    )
    yield Export(
        name="UTF-8 saved as if it were Latin",
        rows=STAFF,
        form=lambda rows: plain()(rows).decode("latin-1").encode(),
        refused=("cell_scrambled",),
        mend=saved(text()),
    )
    yield Export(
        name=".xls",
        rows=STAFF,
        form=lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        refused=("file_is_spreadsheet",),
        mend=saved(book()),
    )
    yield Export(
        name="a web page that is called .xls",
        rows=STAFF,
        form=lambda rows: (
            "<html><table>"
            + "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows)
            + "</table></html>"
        ).encode(),
        refused=("file_is_spreadsheet",),
        mend=saved(book()),
    )
    yield Export(
        name="a file without people",
        rows=STAFF[:1],
        refused=("file_has_no_rows",),
        mend=rewritten(STAFF),
    )
