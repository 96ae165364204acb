"""What happens to what comes in: in cells, rows and columns, in the text, in the bytes."""

import csv
import io
from collections.abc import Callable
from random import Random

CELLS = (
    "", " ", "\u3000", "\xa0", "\x00", "\ufeff", "\u200b", "\u202e", "\u2028", "\r", "\n", "\ufffd",
    "#N/A", "#REF!", "\t", "0", "1", "2", "-1", "+1", "01", "1.0", "1e3", "1;2", "1；2", "7;7",
    "7;07", "0;1", ";", ";;", "1;", "²", "٣", "１２", "⑤", "4294967295", "4294967296", "2147483647",
    "2147483648", "9" * 5_000, "1" * 99, ";".join(map(str, range(1, 102))),
    ";".join(map(str, range(1, 101))), "1" * 64, "a" * 64, "a" * 65, "名" * 64, "名" * 65,
    "x" * 128, "x" * 129, "𠮷" * 64, "e\u0301", "é", "ß", "SS", "İ", "ı", "ſ", "K", "k", "Ａ",
    "１３８０００００００１", "13800000001", "+8613800000001", "0086 138-0000-0001",
    "138 0000 0001", "1.38E+10", "13800000000.0", "+1 650 253 0000", "+0123", "12345", "a@b.cn",
    "A@B.CN", "a@b", "@b.cn", "@张@b.cn", "a@b.cn;c@d.cn", "a b@c.cn", "ａ@b.cn", "男", "女", "男 ",
    "1", "2", "male", "=1+1", "@SUM(1)", "=cmd|'/c calc'!A1", '"', '""', "'", ",", '"a,b"', "总部",
    "总部/研发", "研发/综合组", "/", "//", "a/b", "综合组", "总部/", "部\\门", "部:门", "部门名称",
    "姓名", "帐号", "name", "userid", "nan", "NULL", "None", "TRUE", "\u0661", "🙂" * 65,
    '="000123"', '="13800000001"', "寮犱紵", "å¼\xa0ä¼Ÿ", "JosÃ©", "?田", "10086", "=A2", "是",
    "否;是", "Y", "F", "未知", "2.0", "10.0", "(020) 1234", "020-1,5", "+1 (650) 253.0000",
    "0085291234567", "'13800000001", "2024-03-01", "2024/3/1", "1E5", "1" * 15 + "000", "a\nb",
    "a\n1,2,3", "\u0628\u200f\u0628", "\u200e张", "张\u2060", "x" * 20_001,
)  # fmt: skip
HEADERS = (
    "姓名", "帐号", "账号", "手机号", "手机", "邮箱", "所在部门", "部门", "职位", "性别", "排序",
    "别名", "是否部门内领导", "地址", "座机", "禁用", "微信号", "部门名称", "部门ID", "父部门ID",
    "name", "userid", "mobile", "email", "department", "id", "parentid", "order", "NAME", " 姓名 ",
    "姓 名", "\ufeff姓名", "工号", "工龄", "禁用项说明：(0-启用;1-禁用)", "", "a" * 300, "a\x00b",
    "部门Id", "部门ＩＤ", "ID", "帳號", "用户 ID", "员工姓名", "手机号码", "移动电话", "邮箱地址",
    "E-mail", "职务", "办公电话", "企业邮箱", '="姓名"', "\u200b帐号",
)  # fmt: skip
ENCODINGS = (
    *("utf-8-sig",) * 6, *("utf-8",) * 6, *("gbk",) * 3, "gb18030", "utf-16", "utf-16-le",
    "utf-16-be", "big5", "utf-32", "utf-7", "latin-1", "shift_jis", "euc_kr", "cp1252", "cp437",
)  # fmt: skip
SIGNATURES = (
    b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\xff\xfe\x00\x00",
)  # fmt: skip

type Table = list[list[str]]
type TableDamage = Callable[[Random, Table], None]


def _row(random: Random, table: Table) -> list[str]:
    rows = table if len(table) < 2 or random.random() < 0.1 else table[1:]
    row = random.choice(rows) if rows else []
    return row or [""]


def cell_damaged(random: Random, table: Table) -> None:
    """Make a cell an odd one, edit it, copy another, or let there be one less or more."""
    row = _row(random, table)
    at = random.randrange(len(row))
    match random.randrange(7):
        case 0 | 1 | 2:
            row[at] = random.choice(CELLS)
        case 3:
            cell, odd = row[at], random.choice(CELLS)[:3]
            new = random.choice(("", chr(random.randrange(1, 0xD800)), odd, cell[:1]))
            cut = random.randrange(len(cell) + 1)
            row[at] = cell[:cut] + new + cell[cut + random.randrange(2) :]
        case 4:
            there = _row(random, table)
            same = there[min(at, len(there) - 1)]
            row[at] = same if random.random() < 0.7 else random.choice(there)
            if random.random() < 0.3:
                row[at] = row[at].upper()
        case 5:
            del row[at]
        case _:
            row.insert(random.randrange(len(row) + 1), random.choice(("", "", *CELLS)))


def columns_damaged(random: Random, table: Table) -> None:
    """Rename, exchange, shuffle, leave out or add columns."""
    width = max(map(len, table), default=0)
    at, name, cell = random.randrange(width + 1), random.choice(HEADERS), random.choice(CELLS)
    match random.randrange(5):
        case 0 if table and table[0]:
            table[0][random.randrange(len(table[0]))] = name
        case 1 if all(table) and table:
            one, other = random.choices(range(min(map(len, table))), k=2)
            for row in table[random.randrange(2) :]:
                row[one], row[other] = row[other], row[one]
        case 2:
            order = random.sample(range(width), width)
            for row in table:
                row[:] = [row[at] if at < len(row) else "" for at in order]
        case 3:
            for row in table:
                del row[at : at + 1]
        case 4:
            for number, row in enumerate(table):
                row.insert(at, cell if number else name)


def rows_damaged(random: Random, table: Table) -> None:
    """Leave out, repeat or shuffle rows, put blank ones between, or repeat all, seldom often."""
    rows = len(table)
    match random.randrange(5):
        case 0 if table:
            del table[random.randrange(rows)]
        case 1 if table:
            table.insert(random.randrange(rows + 1), list(random.choice(table)))
        case 2:
            table[1:] = random.sample(table[1:], len(table[1:]))
        case 3:
            for _ in range(random.randrange(1, 4)):
                table.insert(random.randrange(len(table) + 1), [""] * random.randrange(8))
        case 4:
            times = (1, 1, 2, 5, 30)
            table += [[*row] for row in table[1:] for _ in range(random.choice(times))]


TABLE_DAMAGES: tuple[TableDamage, ...] = (
    *(cell_damaged,) * 7, *(columns_damaged,) * 5, *(rows_damaged,) * 5,
)  # fmt: skip


def written(random: Random, table: Table) -> str:
    """Write a table: nearly always as a CSV."""
    separator = "," if random.random() < 0.96 else random.choice("\t;|，、")
    newline = random.choice(("\n",) * 9 + ("\r\n",) * 9 + ("\r", "\n\r", "\u2028"))
    kind = random.random()
    if kind < 0.4:
        return newline.join(separator.join(row) for row in table) + newline
    if separator not in ",;|\t" or newline not in {"\n", "\r\n", "\r"}:
        separator, newline = ",", "\n"
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, lineterminator=newline, delimiter=separator,
        quoting=csv.QUOTE_ALL if kind < 0.5 else csv.QUOTE_MINIMAL,
    )  # fmt: skip
    writer.writerows(table)
    return out.getvalue()


def text_damaged(random: Random, text: str) -> str:  # noqa: PLR0911 - a way a line
    at = random.randrange(len(text) + 1)
    match random.randrange(9):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + '"' + text[at:]
        case 2:
            end = random.choice(("\n", "\r\n", "\r", "\x0b", "\x85", "\u2029"))
            return text[:at] + end + text[at:]
        case 3:
            titles = ("\n", "\n\n", "sep=,\n", ",,,\n", "\ufeff", "通讯录\n", " ")
            return random.choice(titles) + text
        case 4:
            return text + random.choice((",,,\n" * 30, "\n" * 9, "合计,12\n", "\x1a", '"'))
        case 5:
            return text.replace(",", "，")
        case 6:
            return text.replace("\n", "\r", random.randrange(1, 5))
        case 7:
            return text[at:] + text[:at]
        case _:
            return text[:at] + random.choice(CELLS) + text[at:]


def bytes_damaged(random: Random, content: bytes) -> bytes:  # noqa: PLR0911 - a way a line
    at = random.randrange(len(content) + 1)
    match random.randrange(8):
        case 0:
            return content[:at]
        case 1 | 2:
            data = bytearray(content or b"\x00")
            for _ in range(random.randrange(1, 4)):
                data[random.randrange(len(data))] ^= 1 << random.randrange(8)
            return bytes(data)
        case 3:
            return content[:at] + random.randbytes(random.randrange(1, 9)) + content[at:]
        case 4:
            return content[:at] + content[at + random.randrange(1, 9) :]
        case 5:
            return random.choice(SIGNATURES) + content
        case 6:
            return content[:at] + b"\x00" * random.randrange(1, 4) + content[at:]
        case _:
            return content[:at] + content[random.randrange(len(content) + 1) :]
