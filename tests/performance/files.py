"""The made-up files of the benchmarks."""

from collections.abc import Iterator
from itertools import chain

from support.workbooks import MAIN, SHEET, STRINGS, parts_of, workbook, zipped

HEADER = ("姓名", "帐号", "手机号", "邮箱", "所在部门", "职位", "性别", "别名", "座机", "地址")
DEPARTMENTS = 100


def member_rows(count: int, broken: int = 0) -> Iterator[tuple[str | int, ...]]:
    """Yield members in ten columns, numbers as numbers; `broken` of them with a bad address."""
    for n in range(count):
        mail = "bad" if n < broken else f"u{n}@x.example"
        yield (
            f"员工{n}", f"user{n:06d}", 13800000000 + n, mail, n % DEPARTMENTS + 1,
            "工程师", "女" if n % 2 else "男", f"别名{n}", f"0755-{n:08d}", "深圳市南山区",
        )  # fmt: skip


def member_csv(count: int, broken: int = 0) -> bytes:
    lines = [",".join(map(str, row)) for row in chain([HEADER], member_rows(count, broken))]
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
    parts = {SHEET: sheet.encode(), STRINGS: texts.encode()}
    return zipped({**parts_of(workbook(HEADER)), **parts})
