"""Settings files: rejected with reasons, or a policy within its bounds; nothing else."""

import json
from collections.abc import Iterator
from dataclasses import fields
from random import Random

from fuzz.attempt import Target, wrong_problems
from fuzz.damage import bytes_damaged, text_damaged
from wecom_sync.adapters.dynamodb_items import plain, wire
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job
from wecom_sync.files.columns import header_names, normal_header
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.settings_file import read_policy
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language

SEED = """\
[limits]
removals = 50
removal_percent = 10
first_replace = "hold"
hold_hours = 72

[members]
invite = false
protected = ["zhangsan", "svc-*"]
leavers = "disable"
leaver_days = 30
attributes = ["工牌号"]

[columns]
"工号" = "帐号"
"员工 姓名" = "姓名"
"序号" = ""

[rows]
"员工状态" = ["在职", "试用"]

[notify]
on = ["HELD", "REJECTED", "PARTIAL", "FAILED"]
"""
VALUES = (
    "0", "1", "-1", "100", "101", "720", "721", "365", "366", "1000000", "1000001", "30001", "1.0",
    "1e2", "inf", "nan", "0x1F", "0b1", "1_000", "9" * 5_000, "true", "false", '"hold"', '"apply"',
    '"HOLD"', '"remove"', '""', "''", '"' + "x" * 3_000 + '"', "[]", "[[]]", "{}", "[1]", '[""]',
    '["*"]', '["a b"]', '["HELD"]', '["held"]', '["SUBMITTING"]', '["帐号"]', "1979-05-27",
    "1979-05-27T07:32:00Z", "0000-00-00", "25:61:00", '"\\ud800"', '"\\u0000"', '"帐号"', '"账号"',
    '"mobile"', '"nothing"', '"部门ID"', "{ a = 1 }", '"""\na\n"""', "+1", "-0", "[1, 'a']",
    '"true"', "[" * 3_000 + "]" * 3_000, "{ a = " * 2_000, '["' + "a" * 65 + '"]', '["[!a]?"]',
    '["' + "*" * 64 + '"]',
)  # fmt: skip
LINES = (
    "[limits]", "[[limits]]", "[columns]", "[rows]", "[rows.x]", "rows = 1", "[other]",
    "[limits.x]", "[members", "limits = 1", "= 1", "[columns.a]", "columns = 1", '"" = "姓名"',
    '" " = "姓名"', '"帐号" = "姓名"', '"工号" = "手机号"', '"手机" = "座机"', '" 工号" = "姓名"',
    "name = '别名'", "'工号' = '帐号'", "removals = 3", "protected = []", "# 注释", "\x00", "\t",
    "a.b.c = 1", "[a.b.c]", "moves_percent = 3", "invitations = true", "]", '"', "'''", '"""',
    "工号 = 1", "\ufeff",
)  # fmt: skip
BOUNDS = {
    "removals": 1_000_000, "hold_hours": 720, "leaver_days": 365,
}  # fmt: skip
AT_LEAST_ONE = frozenset({"hold_hours", "leaver_days"})
WORDS = {"first_replace": {"hold", "apply"}, "leavers": {"remove", "disable"}}


class SettingsTarget(Target[bytes]):
    def __init__(self, seed: int) -> None:
        self.seed = seed

    def made_up(self, random: Random) -> bytes:
        lines = SEED.splitlines()
        for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
            _damage(random, lines)
        newline = random.choice(("\n", "\n", "\n", "\r\n", "\r"))
        text = newline.join(lines) + newline
        if random.random() < 0.3:
            text = text_damaged(random, text)
        encoding = random.choice(("utf-8",) * 12 + ("utf-8-sig", "utf-8-sig", "utf-16", "gbk"))
        content = text.encode(encoding, errors="replace")
        return bytes_damaged(random, content) if random.random() < 0.05 else content

    def judged(self, given: bytes) -> tuple[str, Iterator[str]]:
        try:
            policy = read_policy(given)
        except FileRejectedError as error:
            return "rejected", _rejection(error, given)
        return "taken", _policy(policy)

    def findings(self) -> Iterator[tuple[str, bytes]]:
        yield "an array in an array in an array", b"a = " + b"[" * 5_000
        yield "a table in a table in a table", b"a = " + b"{ a = " * 5_000
        yield "a number of 5,000 digits", b"[limits]\nremovals = " + b"9" * 5_000
        yield "a blank header", '[columns]\n"" = "姓名"\n'.encode()
        yield "a header of WeCom's for another column", '[columns]\n"手机" = "座机"\n'.encode()
        twice = '[columns]\n"no" = "帐号"\n"ｎｏ" = "姓名"\n'
        yield "a header twice but for its width", twice.encode()
        yield "a header that nobody sees", '[columns]\n"\ufeff " = "姓名"\n'.encode()


def _damage(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    key, equals, _ = lines[at].partition(" = ")
    match random.randrange(8):
        case 0 | 1 | 2 if equals:
            lines[at] = f"{key} = {random.choice(VALUES)}"
        case 3:
            lines.insert(at, random.choice(LINES))
        case 4:
            lines.append(lines.pop(at))
        case 5:
            lines.insert(at, random.choice(lines))
        case 6:
            del lines[at]
        case _:
            cut = random.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + random.choice('"=[]#. ,\\名x1') + lines[at][cut:]
    lines += [""] * (not lines)


def _rejection(error: FileRejectedError, content: bytes) -> Iterator[str]:
    last = max(content.count(b"\n"), len(content.decode(errors="replace").splitlines())) + 1
    if not error.problems:
        yield "rejected without a problem"
    yield from wrong_problems(error.problems, last)
    for problem in error.problems:
        for language in Language:
            sentence = problem_text(problem, language)
            if len(sentence) > 1_000:
                yield f"{problem.code} says {len(sentence)} characters"


def _policy(policy: Policy) -> Iterator[str]:
    yield from _bounds(policy)
    names = {column.name for column in (*MEMBER_COLUMNS, *DEPARTMENT_COLUMNS)}
    targets = [target for target in policy.columns.values() if target]
    if not names.issuperset(targets) or len(set(targets)) < len(targets):
        yield f"columns are {dict(policy.columns)}"
    kinds = [header_names(job, policy.columns) for job in (Job.SYNC_USER, Job.REPLACE_PARTY)]
    for header, name in policy.columns.items():
        if name not in {meant.get(normal_header(header), "") for meant in kinds}:
            yield f"of {dict(policy.columns)} not everything counts"
    if not all(header.strip() for header in policy.columns):
        yield "a blank header is mapped"
    for header, taken in policy.rows.items():
        if not header.strip() or not taken or not all(isinstance(each, str) for each in taken):
            yield f"rows are {dict(policy.rows)}"
    if not all(0 < len(each) <= 64 for each in policy.protected):
        yield f"protected is {policy.protected}"
    document = policy.to_document()
    for way in (document, json.loads(json.dumps(document)), plain(wire(document))):
        if Policy.from_document(way) != policy:
            yield "reads back as something else"
    policy.protects("somebody")


def _bounds(policy: Policy) -> Iterator[str]:
    """Check every setting, also a future one, against its default's type and its bounds."""
    for each in fields(policy):
        value = getattr(policy, each.name)
        right = each.name in {"columns", "rows", "left_out"} or type(value) is type(each.default)
        if type(value) is int:
            most = BOUNDS.get(each.name, 100 if each.name.endswith("_percent") else value)
            right &= (each.name in AT_LEAST_ONE) <= value <= most
        if isinstance(value, str):
            right &= value in WORDS.get(each.name, {value})
        if not right:
            yield f"{each.name} is {value!r}"
