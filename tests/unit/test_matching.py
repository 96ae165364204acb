"""Whose account each person of HR's file has."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import batched
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.stories import lines
from wecom_sync.domain.book import Book, People, Person, Stated, Unmanaged
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.files.member_columns import KEY_COLUMN
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.files.selection import LeftOut
from wecom_sync.planning.identity import is_stranger
from wecom_sync.planning.matching import Matched, match
from wecom_sync.planning.night import Night
from wecom_sync.planning.pinyin import pinyin

COLUMNS = ("姓名", "手机号", "邮箱", "所在部门")
type Cells = tuple[str, str, str, str, str]
"""A person of HR's: key, name, mobile, mail, department. An account of WeCom's the same."""
ZHANG: Cells = ("zhangwei", "张伟", "13800000001", "zw@x.cn", "2")
LI: Cells = ("lina", "李娜", "13800000002", "", "3")
TREE = [Department(1, 0), Department(2, 1), Department(3, 1), Department(4, 3)]


def hr(*people: Cells, job: Job = Job.REPLACE_USER, accounts: Iterable[str] = ()) -> Roster:
    rows = [Row(at, key, (*cells, key)) for at, (key, *cells) in enumerate(people, 2)]
    columns: tuple[str, ...] = (*COLUMNS, KEY_COLUMN)
    if named := [*accounts]:
        columns = ("帐号", *columns)
        rows = [
            replace(row, cells=(account, *row.cells))
            for row, account in zip(rows, named, strict=True)
        ]
    return Roster(job, "utf-8", columns, tuple(rows))


def wecom(*accounts: Cells, **facts: Mapping[str, Any]) -> tuple[Directory, Book]:
    """Return live accounts, and what is known of them and of others."""
    people = {
        name.casefold(): Person(
            name.casefold(), row={**dict(zip(COLUMNS, cells, strict=True)), "帐号": name}
        )
        for name, *cells in accounts
    }
    for name, values in facts.items():
        people[name] = people.get(name, Person(name))._replace(**values)
    pairs = [(name, int(place)) for name, *_, cell in accounts for place in cell.split(";")]
    return Directory.of(pairs, TREE), Book(People.of(people.values()))


def matched(
    roster: Roster, there: tuple[Directory, Book], policy: Policy | None = None, **book: Any
) -> Matched:
    directory, memory = there
    places = {row.cells[roster.columns.index("所在部门")]: row for row in roster.rows}
    return match(
        Night(roster, directory, replace(memory, **book), policy or Policy()),
        {cell: frozenset(map(int, cell.split(";"))) for cell in places},
    )


def verdicts(answer: Matched) -> list[str]:
    return [
        " ".join(filter(None, (it.key, it.kind, it.account, "+".join(it.evidence)))).strip()
        for it in answer.links
    ]


def table(text: str) -> pytest.MarkDecorator:
    """Give a test the parts of each line of a table; □ is a wide blank."""
    cases = {name: case.replace("□", "\u3000").split(" > ") for name, case in lines(text)}
    return pytest.mark.parametrize("case", cases.values(), ids=cases)


def people_of(text: str) -> list[Cells]:
    return [cast("Cells", tuple(person.split(","))) for person in text.split("|")]


ONE = """
all the same: 1,张伟,13800000001,zw@x.cn,2 > 1 certain zhangwei mobile+mail+name+department
no mobile: 1,张伟,,,2 > 1 certain zhangwei name+department
transposed digits: 1,张伟,13800000010,,2 > 1 certain zhangwei name+department
moved: 1,张伟,13800000001,,3 > 1 certain zhangwei mobile+name
blank in the name: 1,张 伟,13800000001,,3 > 1 certain zhangwei mobile+name
wide blank in the name: 1,张□伟,13800000001,,3 > 1 certain zhangwei mobile+name
married: 1,Anna Wei,13800000001,ZW@x.cn,3 > 1 certain zhangwei mobile+mail
the key is the account: ZhangWei,张伟,13900000009,,3 > ZhangWei certain zhangwei account+name
mail local part: 1,张伟,,zhangwei@y.cn,3 > 1 certain zhangwei account+name
name alone: 1,张伟,13900000009,,3 > 1 doubtful
old number: 1,王芳,13800000001,,2 > 1 doubtful
mail alone: 1,王芳,,zw@x.cn,2 > 1 doubtful
pinyin of another name: 1,张薇,,,2 > 1 new 1 key
stranger: 1,王芳,13900000009,,2 > 1 new 1 key
in the root: 1,张伟,,,1 > 1 doubtful > 1
one department in common: 1,张伟,,,3;2 > 1 certain zhangwei name+department > 2;4
"""


@table(ONE)
def test_one_person_and_one_account(case: list[str]) -> None:
    person, expected, *places = case
    account: Cells = (*ZHANG[:4], *(places or ZHANG[4:]))

    answer = matched(hr(*people_of(person)), wecom(account, LI))

    assert verdicts(answer) == [expected]
    assert [row.id for row in answer.roster.rows] == (
        [] if "doubtful" in expected else [expected.split()[2]]
    )
    assert ("zhangwei" in answer.exempt) == ("doubtful" in expected)
    assert KEY_COLUMN not in answer.roster.columns


def test_a_namesake_whose_row_is_left_out_leaves_a_doubt() -> None:
    left_out = LeftOut(names=frozenset({"李 娜"}))
    roster = replace(hr(("9", "李娜", "139", "", "3")), left_out=left_out)

    assert verdicts(matched(roster, wecom(LI))) == ["9 doubtful"]


ACCOUNTS = {"zhangwei": ZHANG, "lina": LI, "zhangwei2": ("zhangwei2", "张伟", "", "", "2")}
SEVERAL = """
who of the two: 1,张伟,,,2|2,张伟,,,2 > zhangwei > 1 doubtful|2 doubtful
which of the two: 1,张伟,,,2 > zhangwei zhangwei2 > 1 doubtful
the mobile tells them apart: 1,张伟,,,2|2,张伟,13800000001,,2 > zhangwei zhangwei2
    > 1 certain zhangwei2 name+department|2 certain zhangwei mobile+name
a namesake joins: 1,张伟,13800000001,,2|2,张伟,139,,3 > zhangwei
    > 1 certain zhangwei mobile+name+department|2 new 2 key
mobiles exchanged: 1,张伟,13800000002,,3|2,李娜,13800000001,,2 > zhangwei lina
    > 1 doubtful|2 doubtful
a mobile of somebody else: 1,张伟,13800000002,zw@x.cn,2 > zhangwei lina
    > 1 certain zhangwei mail+name+department
keys alike: A1,张伟,13800000001,,2|a1,李娜,,,3 > zhangwei lina > A1 doubtful|a1 doubtful
"""


@table(SEVERAL)
def test_several_people_and_accounts(case: list[str]) -> None:
    people, accounts, expected = case
    there = wecom(*(ACCOUNTS[it] for it in accounts.split()))

    assert verdicts(matched(hr(*people_of(people)), there)) == expected.split("|")


KNOWS = {"zhangwei": {"key": "0042"}}


def former(name: str) -> dict[str, Any]:
    return {"gone": {"key": "0042", "former": {"姓名": name, "手机号": "139"}}}


def neighbour(name: str) -> dict[str, Any]:
    return KNOWS | {"u2": {"key": "2", "row": {"姓名": name, "手机号": "139"}}}


FACTS: dict[str, dict[str, Any]] = {
    "known": KNOWS,
    "disabled": {"zhangwei": {"key": "0042", "left": 1.0}},
    "Zhang left": former("张伟"),
    "Wang left": former("王芳"),
    "Zhang is there": neighbour("张丽"),
    "Zhao is there": neighbour("赵静"),
    "unlinked": {"zhangwei": {"linked": 1}},
    "somebody's": {"gone": {"linked": 1}},
}
BOOK = """
all but a mobile: 0042,Anna,13800000001,,3 > known > no link
reused: 0042,王芳,139,w@x.cn,2 > known > 0042 other
renumbered: 42,张伟,13800000001,,2 > known > 42 moved zhangwei mobile+name+department+similar
zeros lost: 42,王芳,139,,2 > known > 42 doubtful
namesake of leaver: 7,张伟,139,,3 > known > 7 doubtful
namesake of one who left before: 7,张伟,139,,3 > disabled > 7 new 7 key
in the same department: 7,张伟,139,,2 > disabled > 7 doubtful
with the same mobile: 7,张伟,13800000001,,3 > disabled > 7 moved zhangwei mobile+name
returns: 0042,张伟,139,,2 > Zhang left > no link
reused after years: 0042,张伟,138,,2 > Wang left > 0042 other
reused with the company's mobile: 0042,陈静,139,,2 > Wang left > 0042 other
a neighbour's name: 0042,张丽,138,,2 > Zhang is there > 0042 other
a neighbour's mobile: 0042,张丽,139,zw@x.cn,2 > Zhao is there > 0042 other
a desk's mobile: 0042,张伟,139,zw@x.cn,2 > Zhao is there > no link
the link was taken away: 7,张伟,13800000001,zw@x.cn,2 > unlinked > 7 doubtful
the account was somebody's: gone,王芳,,,2 > somebody's > gone new gone2 key
"""


@table(BOOK)
def test_what_the_book_knows(case: list[str]) -> None:
    person, facts, expected = case
    answer = matched(hr(*people_of(person)), wecom(ZHANG, **FACTS[facts]))

    assert (verdicts(answer) or ["no link"]) == [expected]


LINKED: dict[str, dict[str, Any]] = {
    "": {},
    "former": {"gone": {"key": "1", "former": {"姓名": "张伟"}}},
    "zhangwei": {"zhangwei": {"key": "1"}},
    "another": {"lina": {"key": "9"}},
    "lina": {"lina": {"key": "1"}},
}
WORDS = """
stated: lina | | > 1 certain lina stated
both: lina |zhangwei| > 1 certain lina stated
in the file: nothing |lina| > 1 certain lina file
one of their own: own | | > 1 new 1 key
one of their own instead of a former one: own | |former > 1 new 1 key
nobody: - | | > 1 left_out stated
the book says another one: lina | |zhangwei > 1 contradicted lina stated
another key has it: lina | |another > 1 contradicted lina stated
as the book says: nothing |lina|lina > no link
unmanaged: front-1 | | > 1 unmanaged front-1 stated
"""
"""What is stated, the account in the file, and what the book knows."""


@table(WORDS)
def test_whose_word_counts(case: list[str]) -> None:
    words, expected = case
    word, account, facts = (it.strip() for it in words.split("|"))
    policy = Policy(accounts_unmanaged=("Front-*",))
    there = wecom(ZHANG, LI, ("front-1", "前台", "", "", "2"), **LINKED[facts])
    stated = {} if word == "nothing" else {"1": word.replace("own", "")}

    answer = matched(
        hr(("1", *ZHANG[1:]), accounts=[account]), there, policy, accounts=Stated(stated)
    )

    assert (verdicts(answer) or ["no link"]) == [expected]
    assert answer.roster.columns == ("帐号", *COLUMNS)


CONTRADICTED = """
another account than the book's: u5=new > u5 contradicted new stated
two exchanged: u5=u6 u6=u5 > u5 contradicted u6 stated|u6 contradicted u5 stated
none: u5=- > u5 contradicted - stated
one of their own: u5= > u5 contradicted u52 key
its own account: u5=u5 > no link
"""


@pytest.mark.parametrize("knows", [True, False])
@table(CONTRADICTED)
def test_a_contradiction_is_seen_where_accounts_are_keys(case: list[str], knows: bool) -> None:
    statements, expected = case
    five: Cells = ("u5", "张伟", "13800000001", "", "2")
    six: Cells = ("u6", "李娜", "13800000002", "", "3")
    facts = {it: {"key": it} for it in ("u5", "u6")} if knows else {}
    words = dict(line.split("=") for line in statements.split())

    answer = matched(hr(five, six), wecom(five, six, **facts), accounts=Stated(words))

    new = "u5 certain u5 stated" if words["u5"] == "u5" and not knows else "no link"
    links = [it for it in verdicts(answer) if not it.startswith("u6 certain")] or ["no link"]
    assert links == (expected.split("|") if expected != "no link" else [new])
    assert {"u5", "u6"} <= {row.id for row in answer.roster.rows} | answer.exempt


@pytest.mark.parametrize("knows", [True, False])
def test_the_accounts_of_rows_contradict_as_well(knows: bool) -> None:
    five: Cells = ("u5", "张伟", "13800000001", "", "2")
    facts = {"u5": {"key": "u5"}} if knows else {}

    answer = matched(hr(five, accounts=["new"]), wecom(five, **facts))

    assert verdicts(answer) == ["u5 contradicted new file"]
    assert answer.exempt == {"u5"}


@pytest.mark.parametrize(
    ("before", "now", "is_other"), [("a", "b", True), ("a", "a", False), ("a", "", False)]
)
def test_another_wechat_id_shows_somebody_else(before: str, now: str, *, is_other: bool) -> None:
    person = Person("u5", former={"姓名": "张伟", "微信号": before})

    assert is_stranger({"姓名": "张伟", "微信号": now}, person) is is_other


def test_people_whom_hr_does_not_manage_are_left_alone() -> None:
    front: Cells = ("front-1", "前台", "13800000009", "", "2")
    there = wecom(ZHANG, front, ("out", "外包", "", "", "4"))
    people = [("1", "前台", "13800000009", "", "2"), ("2", "外包", "", "", "4")]

    answer = matched(
        hr(*people),
        there,
        Policy(accounts_unmanaged=("front-*",)),
        unmanaged=Stated(Unmanaged({"云帆/销售": 3})),
    )

    assert verdicts(answer) == [
        "1 unmanaged front-1 mobile+name+department",
        "2 unmanaged out name+department",
    ]
    assert not answer.roster.rows
    assert answer.exempt == {"front-1", "out"}


@pytest.mark.parametrize(
    ("rule", "person", "expected"),
    [
        ("key", ("E1", "王芳", "", "wf@x.cn", "2"), "E1"),
        ("key", ("front-7", "王芳", "", "", "2"), "front-72"),
        ("key", ("工1", "王芳", "", "", "2"), None),
        ("email", ("E1", "王芳", "", "wf@x.cn", "2"), "wf"),
        ("email", ("E1", "王芳", "", "lina@x.cn", "2"), None),
        ("email", ("E1", "王芳", "", "", "2"), None),
        ("email", ("E1", "王芳", "", "svc-hr@x.cn", "2"), None),
        ("pinyin", ("E1", "张薇", "", "", "2"), "zhangwei4"),
        ("pinyin", ("E1", "Anna Smith", "", "", "2"), "annasmith"),
        ("ask", ("E1", "王芳", "", "", "2"), None),
    ],
)
def test_newcomers_get_accounts_by_rule(rule: str, person: Cells, expected: str | None) -> None:
    there = wecom(ZHANG, LI, zhangwei2={"key": "8"})
    policy = Policy(newcomers=rule, accounts_unmanaged=("zhangwei3", "front-7", "svc-*"))

    (link,) = matched(hr(person), there, policy).links

    assert (link.kind, link.account) == (("new", expected) if expected else ("doubtful", ""))


NAMES = """单雄信 shanxiongxin 仇英 qiuying 解缙 xiejin 区志强 ouzhiqiang 曾国华 zengguohua
    查良镛 zhaliangyong 尉迟恭 yuchigong 欧阳修 ouyangxiu 吕布 lvbu 任重 renzhong Anna-Li annali"""


@pytest.mark.parametrize(
    ("name", "expected"), [*batched(NAMES.split(), 2, strict=True), ("・", "")]
)
def test_names_in_latin_letters(name: str, expected: str) -> None:
    assert pinyin(name) == expected


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "01", "a", "A"]),
        st.sampled_from(["张伟", "李娜", "张薇"]),
        st.sampled_from(["", "13800000001", "13800000002"]),
        st.sampled_from(["", "zhangwei@x.cn", "zw@x.cn"]),
        st.sampled_from(["1", "2", "3"]),
    ),
    unique_by=lambda person: person[0],
    min_size=1,
)


@given(PEOPLE, st.sets(st.sampled_from("123")), st.sampled_from([Job.SYNC_USER, Job.REPLACE_USER]))
def test_no_account_is_given_twice(people: list[Cells], linked: set[str], job: Job) -> None:
    facts = {f"acc{key}": {"key": key, "row": {"姓名": "张伟"}} for key in linked}
    there = wecom(ZHANG, LI, ("acc1", "张伟", "", "", "2"), **facts)

    answer = matched(hr(*people, job=job), there)

    accounts = [row.id for row in answer.roster.rows]
    open_keys = {link.key for link in answer.links if link.is_open}
    assert len({*accounts}) == len(accounts) == len(people) - len(open_keys)
    assert matched(hr(*people, job=job), there) == answer


def test_thousands_of_namesakes_share_their_candidates() -> None:
    count = 3_000
    there = wecom(*((f"u{at}", "张伟", f"138{at:08}", "", "2") for at in range(count)))
    roster = hr(*((f"{at}", "张伟", f"139{at:08}", "", "3") for at in range(count)))

    began = time.process_time()
    answer = matched(roster, there)

    assert time.process_time() - began < 1
    assert len(answer.exempt) == count
