"""The made-up files of the benchmarks."""

from collections.abc import Iterator
from itertools import chain

from support.workbooks import STRINGS, changed, workbook

HEADER = ("姓名", "帐号", "手机号", "邮箱", "所在部门", "职位", "性别", "别名", "座机", "地址")
DEPARTMENTS = 100
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def member_rows(count: int, departments: int = DEPARTMENTS) -> Iterator[tuple[str | int, ...]]:
    """Yield members in ten columns, numbers as numbers."""
    for n in range(count):
        yield (
            f"员工{n}", f"user{n:06d}", 13800000000 + n, f"u{n}@x.example", n % departments + 1,
            "工程师", "女" if n % 2 else "男", f"别名{n}", f"0755-{n:08d}", "深圳市南山区",
        )  # fmt: skip


def member_csv(count: int, broken: int = 0, departments: int = DEPARTMENTS) -> bytes:
    """Return a file of members, so many of them with a bad address."""
    rows = [",".join(map(str, row)) for row in chain([HEADER], member_rows(count, departments))]
    for n in range(broken):
        line = 1 + n * (count // broken)
        rows[line] = rows[line].replace("@x.example", "")
    return ("\n".join(rows) + "\n").encode()


def company_csv(count: int, title: str = "工程师") -> bytes:
    """Return the same people by key, with the paths of their departments.

    Every hundredth person has this title.
    """
    lines = [",".join(("姓名", "工号", *HEADER[2:]))]
    for n, row in enumerate(member_rows(count)):
        cells = [*map(str, row)]
        cells[4:6] = f"总部/{int(row[4]) % 10}部/{row[4]}组", cells[5] if n % 100 else title
        lines.append(",".join(cells))
    return ("\n".join(lines) + "\n").encode()


def member_xlsx(count: int) -> bytes:
    """Return the same rows as Excel writes them: each text once, in a part of its own."""
    content = workbook(HEADER, *member_rows(count))
    # openpyxl looks for the texts by what the list of kinds says.
    kind = f'<Override PartName="/{STRINGS}" ContentType="{_STRINGS_TYPE}"/></Types>'.encode()
    return changed(content, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", kind))
