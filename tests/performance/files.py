"""The made-up files of the benchmarks."""

from collections.abc import Iterator
from itertools import chain

from support.workbooks import MAIN, SHEET, STRINGS, parts_of, workbook, zipped

HEADER = ("姓名", "帐号", "手机号", "邮箱", "所在部门", "职位", "性别", "别名", "座机", "地址")
DEPARTMENTS = 100
_TYPES = "[Content_Types].xml"
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def member_rows(count: int, broken: int = 0) -> Iterator[tuple[str | int, ...]]:
    """Yield members in ten columns, numbers as numbers; one in so many has a bad address."""
    for n in range(count):
        mail = f"bad{n}" if broken and n % (count // broken) == 0 else f"u{n}@x.example"
        yield (
            f"员工{n}", f"user{n:06d}", 13800000000 + n, mail, n % DEPARTMENTS + 1,
            "工程师", "女" if n % 2 else "男", f"别名{n}", f"0755-{n:08d}", "深圳市南山区",
        )  # fmt: skip


def member_csv(count: int, broken: int = 0, width: int = len(HEADER)) -> bytes:
    rows = chain([HEADER], member_rows(count, broken))
    return "".join(f"{','.join(map(str, row[:width]))}\n" for row in rows).encode()


def company_csv(count: int) -> bytes:
    """Return the same people by key, with the paths of their departments."""
    header = ("姓名", "工号", *HEADER[2:])
    lines = [",".join(header)]
    for row in member_rows(count):
        path = f"总部/{int(row[4]) % 10}部/{row[4]}组"
        lines.append(",".join(map(str, (*row[:4], path, *row[5:]))))
    return ("\n".join(lines) + "\n").encode()


def member_xlsx(count: int) -> bytes:
    """Return the same rows as Excel writes them: each text once, in a part of its own."""
    strings: dict[str, int] = {}

    def cell(at: int, line: int, value: str | int) -> str:
        name = f"{chr(65 + at)}{line}"
        if isinstance(value, int):
            return f'<c r="{name}"><v>{value}</v></c>'
        return f'<c r="{name}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'

    rows = "".join(
        f'<row r="{line}">{"".join(cell(at, line, value) for at, value in enumerate(row))}</row>'
        for line, row in enumerate(chain([HEADER], member_rows(count)), 1)
    )
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    texts = f'<sst xmlns="{MAIN}">{items}</sst>'
    parts = {**parts_of(workbook(HEADER)), SHEET: sheet.encode(), STRINGS: texts.encode()}
    # openpyxl looks for the texts by what the list of kinds says.
    kind = f'<Override PartName="/{STRINGS}" ContentType="{_STRINGS_TYPE}"/></Types>'
    parts[_TYPES] = parts[_TYPES].replace(b"</Types>", kind.encode())
    return zipped(parts)
