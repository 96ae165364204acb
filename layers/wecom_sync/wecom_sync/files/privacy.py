"""What is private in a file, and what people see of it in reports, plans, messages and pages."""

import re
from collections.abc import Callable

MAX_SHOWN = 30
_MASKED = 256
"""Characters of a cell that are masked before it is cut: masks never leave less than is shown."""
_REVEALED = 2
"""Characters of a masked value that are shown where two values would look alike."""
_MOBILE_DIGITS = 11
_NUMBER = r"(?<!\d)(?:1[3-9]\d{9}|\d{15,19}[0-9Xx]?)(?!\d)"
_PRIVATE = re.compile(
    rf"(?<![^\s;,@])((?:\*|{_NUMBER})*+)([^\s;,@*][^\s;,@]*+)@(?=[^\s;,@]+\.)|{_NUMBER}"
)
"""Mobiles, numbers of papers and cards, and names before an `@`: they slip into any column."""
_HEADER_WORDS = re.compile(
    "姓名|名称|员工|人员|编号|编码|代码|代号|工号|序号|账号|帐号|用户|登录|手机|电话|联系|号码|方式|邮箱"
    "|邮件|部门|组织|机构|科室|班组|单位|公司|上级|隶属|职位|职务|岗位|性别|状态|类[型别]|日期|时间|地址|备注"
    r"|\b(?:name|id|code|no|number|mobile|phone|mail|email|dept|department|unit|organi[sz]ation\w*"
    r"|company|employee|staff|user|position|title|gender|status|type|date)\b",
    re.IGNORECASE,
)
"""What headers say in whatever system, and names of people do not."""
_is_domain = re.compile(r"[A-Za-z0-9.\-]+").fullmatch


def shortened(cell: str) -> str:
    """Return a cell as a text shows it: cut, and without what is private in any column."""
    text = masked_private(cell[:_MASKED])
    is_whole = len(cell) <= _MASKED and len(text) <= MAX_SHOWN
    return text if is_whole else f"{text[: MAX_SHOWN - 1]}…"


def masked_private(cell: str) -> str:
    """Return a cell whole, but without what is private in any column."""
    return _PRIVATE.sub(_masked, cell)


def _masked(match: re.Match[str]) -> str:
    """Return the beginning and the end of a number, or the first character before an `@`."""
    before, name = match.groups()
    if name:
        return f"{masked_private(before)}{name[0]}***@"
    return f"{match[0][:3]}****{match[0][-2:]}"


def masked_mobile(cell: str) -> str:
    """Return `138****0000`, and less of a shorter text."""
    return f"{cell[:3]}****{cell[-4:]}" if len(cell) >= _MOBILE_DIGITS else f"{cell[:1]}****"


def masked_email(cell: str) -> str:
    """Return `z***@x.cn`, and no domain if what follows the last `@` does not look like one."""
    name, at, domain = cell.rpartition("@")
    is_address = at and _is_domain(domain)
    return shortened(f"{name[:1]}***@{domain}") if is_address else f"{cell[:1]}***"


def masked_name(cell: str) -> str:
    return f"{cell[:1]}**"


def masked_header(cell: str) -> str:
    """Return a header, or only the first character of what may be somebody's name."""
    return cell if _HEADER_WORDS.search(cell) else f"{cell[: len(cell) > 1]}***"


def masked_pair(before: str, after: str, mask: Callable[[str], str] | None) -> tuple[str, str]:
    """Return two values masked, so that their difference can still be seen."""
    if mask is None:
        return before, after
    seen = before and mask(before), after and mask(after)
    if not before or not after or seen[0] != seen[1]:
        return seen
    pairs = enumerate(zip(before, after, strict=False))
    first = next((at for at, (one, other) in pairs if one != other), len(min(before, after)))
    part = slice(first, first + _REVEALED)
    return f"{before[:1]}*{before[part] or '-'}*", f"{after[:1]}*{after[part] or '-'}*"
