"""`settings.toml`: whole or not at all, and every mistake at once."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.damage import damaged
from wecom_sync.adapters.dynamodb_items import plain, wire
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.files.columns import header_names, normal_header
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.settings_file import MOST_PATTERNS, read_policy
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language

WHOLE = """
[limits]            # a run above any limit is held
removals = 7
removal_percent = 5
first_replace = "apply"
hold_hours = 24
[members]
invite = true
protected = ["zhangsan", "svc-*"]
leavers = "disable 14"
attributes = ["工牌号"]
[columns]
"工号" = "帐号"
"员工 姓名" = "姓名"
"序号" = ""
[rows]
"员工状态" = ["在职", "试用"]
[desk]
approvers = ["zhangsan"]
[desk.people]
zhangsan = ["zhangsan@example.com", "AIDAEXAMPLE"]
"" = ["hr-acme@s-0123456789"]
[notify]
on = ["HELD", "FAILED"]
contacts = false
"""


def problems(text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(FileRejectedError) as caught:
        read_policy(text.encode() if isinstance(text, str) else text)
    return [(each.line, each.column, each.code) for each in caught.value.problems]


def test_every_mistake_is_told_at_once() -> None:
    text = (
        '[limits]\nremovals = "x"\n[members]\ninvite = 1\nprotected = ["a b"]\n'
        '[columns]\n"工号" = "没有"\n"甲" = "帐号"\n"乙" = "账号"\n'
        '"手机" = ""\n[rows]\n"状态" = []\n"类型" = ["a", 1]\n"类 型" = ["a"]\n'
        '[notify]\non = ["NEVER"]\n[other]\n[desk]\nreaders = ["svc-*"]\n'
        'domain_file = "x.txt"\n[desk.people]\n'
    )

    assert problems(text) == [
        (2, "limits.removals", "settings_number_wrong"),
        (4, "members.invite", "settings_choice_wrong"),
        (5, "members.protected", "settings_users_wrong"),
        (7, "columns.工号", "settings_value_wrong"),
        (9, "columns.乙", "settings_column_twice"),
        (10, "columns.手机", "settings_value_wrong"),
        (12, "rows.状态", "settings_rows_wrong"),
        (13, "rows.类型", "settings_rows_wrong"),
        (14, "rows.类 型", "settings_rows_wrong"),
        (16, "notify.on", "settings_states_wrong"),
        (17, "other", "settings_section_unknown"),
        (19, "desk.readers", "settings_user_ids_wrong"),
        (20, "desk.domain_file", "settings_domain_file_wrong"),
    ]


BAD_FILES: dict[str, list[tuple[str | bytes, int]]] = {
    "syntax": [
        *((f"[limits]\n{line}\n", 2) for line in ("removals = ", "removals 5", 'first = "hold')),
        ("[members]\ninvite = True\n", 2),
        *((f"a = {mark * 9_999}", 0) for mark in ("[", "{ a = ", "9")),
    ],
    "twice": [
        *((f"a = 1{end}a = 2", 2) for end in ("\n", "\r\n")),
        ("[limits]\nremovals = 1\n[limits]\n", 3),
        ('[columns]\nNO = "帐号"\n"ｎｏ" = "姓名"\n', 3),
        ('[columns]\n"工号" = "帐号"\n" 工号 " = "帐号"\n', 3),
    ],
    "unquoted": [
        ("[limits]\nfirst_replace = hold\n", 2),
        ("[notify]\non = [\n  HELD,\n]\n", 3),
        ('[columns]\n工号 = "帐号"\n', 2),
    ],
    "punctuation": [
        *((f"[columns]\r\n{line}\n", 2) for line in ("“工号” = “帐号”", '"工号" = “帐号”')),
        ('[columns]\n"工号" ＝ "帐号"\n', 2),
        ("［limits］\n", 1),
        ('[notify]\non = ["HELD"，"FAILED"]\n', 2),
    ],
    "not_utf8": [(b"[limits]\n# \xb2\xe2", 2)],
    "section_unknown": [("removals = 5\n", 1), ("limits = 5\n", 1)],
    "header_wrong": [('[columns]\n"" = "姓名"\n', 1), ('[columns]\n" \ufeff" = "姓名"\n', 2)],
    "column_known": [
        ('[columns]\n"工号" = "帐号"\n"手机" = "座机"\n', 3),
        *((f"[columns]\n{line}\n", 2) for line in ('"Name" = "别名"', '"手机号" = "邮箱"')),
    ],
}
"""What is no settings file, and the line that is told, by code."""


@pytest.mark.parametrize("code", BAD_FILES)
def test_what_is_no_settings_file_is_told(code: str) -> None:
    for content, line in BAD_FILES[code]:
        refused = [(problem[0], problem[2]) for problem in problems(content)]
        assert refused == [(line, f"settings_{code}")], content[:40]


@given(
    st.dictionaries(
        st.sampled_from(["工号", "ｉｄ", "ID", "手机", "姓名", " 姓名", "Name", "移动电话"]),
        st.sampled_from(["帐号", "手机号", "姓名", "座机", "mobile"]),
    )
)
def test_every_mapping_that_is_accepted_counts(columns: dict[str, str]) -> None:
    lines = "".join(f'"{header}" = "{target}"\n' for header, target in columns.items())
    try:
        mapping = read_policy(f"[columns]\n{lines}".encode()).columns
    except FileRejectedError:
        return

    names = header_names(Job.SYNC_USER, mapping)
    assert [names[normal_header(header)] for header in columns] == list(mapping.values())


def taken_or_refused(content: bytes) -> Policy | FileRejectedError:
    try:
        return read_policy(content)
    except FileRejectedError as error:
        return error


@given(damaged(WHOLE))
def test_a_damaged_file_is_refused_with_reasons_or_every_setting_is_within_its_bounds(
    content: bytes,
) -> None:
    policy = taken_or_refused(content)

    if isinstance(policy, FileRejectedError):
        last = max(content.count(b"\n"), len(content.decode(errors="replace").splitlines())) + 1
        assert {0 <= problem.line <= last for problem in policy.problems} == {True}
        texts = [problem_text(it, language) for it in policy.problems for language in Language]
        assert max(map(len, texts)) <= 1_000
        return
    bounds = {name: (0, most) for name, most in Policy.limits().items()}
    for name, (least, most) in {**bounds, "hold_hours": (1, 720), "leaver_days": (0, 365)}.items():
        assert least <= getattr(policy, name) <= most
    assert policy.first_replace in {"hold", "apply"}
    assert policy.leavers in {"remove", f"disable {policy.leaver_days}"}
    assert all(0 < len(account) <= 64 for account in policy.protected)
    document = policy.to_document()
    assert Policy.from_document(plain(wire(document))) == policy
    assert Policy.from_document(json.loads(json.dumps(document))) == policy


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("first_replace = hold", 'Put hold in straight quotation marks: "hold".'),
        ("“工号” = 1", "「“」 is Chinese or curly punctuation"),
        ("removals = 1\nremovals = 2", "removals appears twice."),
        ("[notify]\non = []\n[notify]", "[notify] appears twice."),
        ("[notfy]", "[accounts], [departments], [desk], [notify], [columns], [rows]"),
        ("[accounts]\nkeys = 1", "Its settings: key, newcomers, unmanaged."),
        ('[members]\nprotected = "a"', 'a list of user ids in square brackets, for example ["zh'),
        ('[notify]\non = "HELD"', '"CANCELLED", "FAILED", "HELD", "PARTIAL", "REJECTED",'),
    ],
)
def test_a_mistake_is_told_so_that_it_can_be_put_right(line: str, sentence: str) -> None:
    with pytest.raises(FileRejectedError) as caught:
        read_policy(f"[limits]\n{line}\n".encode())

    (problem,) = caught.value.problems
    assert sentence in problem_text(problem, Language.ENGLISH)


def test_every_setting_is_read() -> None:
    policy = read_policy(WHOLE.encode("utf-8-sig"))

    limits: dict[str, Any] = {"removals": 7, "removal_percent": 5, "hold_hours": 24}
    headers = {"工号": "帐号", "员工 姓名": "姓名", "序号": ""}
    members: dict[str, Any] = {
        "leavers": "disable 14",
        "attributes": ("工牌号",),
        "invite": True,
    }
    assert policy == Policy(
        **limits,
        **members,
        first_replace="apply",
        protected=("zhangsan", "svc-*"),
        columns=headers,
        rows={"员工状态": ("在职", "试用")},
        desk_approvers=("zhangsan",),
        desk_people={
            "zhangsan@example.com": "zhangsan",
            "AIDAEXAMPLE": "zhangsan",
            "hr-acme@s-0123456789": "",
        },
        notify_on=("HELD", "FAILED"),
        notify_contacts=False,
    )
    assert Policy.from_document(policy.to_document() | {"of_tomorrow": 1}) == policy
    users = ("ZhangSan", "SVC-mail", "zhangsan2")
    assert [policy.protects(user) for user in users] == [True, True, False]


@pytest.mark.parametrize("key", ["members.protected", "accounts.unmanaged"])
def test_thousands_of_names_may_be_written_out_and_few_may_stand_for_others(key: str) -> None:
    section, name = key.split(".")
    names = [*(f"s{it}-*" for it in range(MOST_PATTERNS)), *(f"u{it}" for it in range(5_000))]

    def text(*names: str) -> str:
        return f"[{section}]\n{name} = {json.dumps(names)}\n"

    policy = read_policy(text(*names).encode())

    fits = policy.leaves_alone if name == "unmanaged" else policy.protects
    assert [fits(user) for user in ("U4999", "S49-x", "u5000")] == [True, True, False]
    assert problems(text(*names, "?")) == [(2, key, "settings_users_wrong")]


def test_an_empty_file_is_the_defaults() -> None:
    assert read_policy(b"") == Policy()
    assert (Policy().first_replace, Policy().invite) == ("hold", False)


ATTRIBUTES = (
    '"手机"',
    '"工牌号", "工 牌 号"',
    '"a,b"',
    '""',
    '"工\u200b牌"',
    '"wecom-sync: x"',
    "1",
)
PEOPLE = (
    '["a"]',
    '{"a b" = []}',
    '{a = "x"}',
    '{a = ["arn:aws:iam::123456789012:user/a"]}',
    '{a = ["AWS:AROAX:"]}',
    '{a = ["AWS:AROAX:X"], b = ["AWS:AROAY:x"]}',
    '{a = ["x"], "" = ["X"]}',
)
BAD_VALUES = [
    *(("limits", f"removals = {number}", "number_wrong") for number in ("-1", "true", "1.5")),
    ("limits", "removal_percent = 101", "number_wrong"),
    *(("limits", f"first_replace = {choice}", "choice_wrong") for choice in ('"maybe"', "[1]")),
    ("limits", "hold_hours = 0", "number_wrong"),
    ("limits", "removal = 5", "key_unknown"),
    *(("members", f"attributes = [{names}]", "attributes_wrong") for names in ATTRIBUTES),
    *(("desk", f"people = {people}", "people_wrong") for people in PEOPLE),
    *(
        ("desk", f"approvers = {users}", "user_ids_wrong")
        for users in ('["svc-*"]', '"a"', '[""]', '["@all"]')
    ),
    ("columns", '"父部门ID" = "部门编码"', "column_known"),
    ("columns", '"父部门ID" = ""', "value_wrong"),
    ("columns", '"代号" = "部门码"', "value_wrong"),
]


@pytest.mark.parametrize(("section", "line", "code"), BAD_VALUES)
def test_a_bad_value_is_told_with_its_line(section: str, line: str, code: str) -> None:
    name = line.partition(" =")[0].strip('"')

    assert problems(f"# settings\n[{section}]\n{line}\n") == [
        (3, f"{section}.{name}", f"settings_{code}")
    ]


CODES = {"代号": "部门编码", "隶属": "上级部门编码", "团队": "部门名称", "部门": "部门ID"}


@pytest.mark.parametrize("mapped", [{"手机": "手机号"}, {**CODES, "部门编号": "", "工号": "帐号"}])
def test_headers_of_both_kinds_of_file_are_mapped(mapped: dict[str, str]) -> None:
    lines = "".join(f'"{header}" = "{column}"\n' for header, column in mapped.items())

    assert read_policy(f"[columns]\n{lines}".encode()).columns == mapped
