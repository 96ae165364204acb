"""Whose account each person of HR's file has."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wecom_sync.domain.book import Book, People, Person
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.link import Link
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.files.member_columns import KEY_COLUMN
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.matching import Matched, match
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
        roster,
        directory,
        replace(memory, **book),
        policy or Policy(),
        {cell: frozenset(map(int, cell.split(";"))) for cell in places},
    )


def verdicts(answer: Matched) -> list[str]:
    return [
        " ".join(filter(None, (it.key, it.kind, it.account, "+".join(it.evidence)))).strip()
        for it in answer.links
    ]


def names(*accounts: str) -> dict[str, Any]:
    return {account: {"row": {}} for account in accounts}


@pytest.mark.parametrize(
    ("person", "account", "expected"),
    [
        pytest.param(("1", *ZHANG[1:]), ZHANG,
                     "1 certain zhangwei mobile+mail+name+department", id="all the same"),
        pytest.param(("1", "张伟", "", "", "2"), ZHANG,
                     "1 certain zhangwei name+department", id="no mobile"),
        pytest.param(("1", "张伟", "13800000010", "", "2"), ZHANG,
                     "1 certain zhangwei name+department", id="transposed digits"),
        pytest.param(("1", "张伟", "13800000001", "", "3"), ZHANG,
                     "1 certain zhangwei mobile+name", id="moved"),
        pytest.param(("1", "张 伟", "13800000001", "", "3"), ZHANG,
                     "1 certain zhangwei mobile+name", id="blank in the name"),
        pytest.param(("1", "张\u3000伟", "13800000001", "", "3"), ZHANG,
                     "1 certain zhangwei mobile+name", id="wide blank in the name"),
        pytest.param(("1", "Anna Wei", "13800000001", "ZW@x.cn", "3"), ZHANG,
                     "1 certain zhangwei mobile+mail", id="married"),
        pytest.param(("ZhangWei", "张伟", "13900000009", "", "3"), ZHANG,
                     "ZhangWei certain zhangwei account+name", id="the key is the account"),
        pytest.param(("1", "张伟", "", "zhangwei@y.cn", "3"), ZHANG,
                     "1 certain zhangwei account+name", id="mail local part"),
        pytest.param(("1", "张伟", "13900000009", "", "3"), ZHANG, "1 doubtful", id="name alone"),
        pytest.param(("1", "王芳", "13800000001", "", "2"), ZHANG, "1 doubtful", id="old number"),
        pytest.param(("1", "王芳", "", "zw@x.cn", "2"), ZHANG, "1 doubtful", id="mail alone"),
        pytest.param(("1", "张薇", "", "", "2"), ZHANG, "1 new 1 key", id="pinyin of another name"),
        pytest.param(("1", "王芳", "13900000009", "", "2"), ZHANG, "1 new 1 key", id="stranger"),
        pytest.param(("1", "张伟", "", "", "1"), (*ZHANG[:4], "1"), "1 doubtful", id="in the root"),
        pytest.param(("1", "张伟", "", "", "3;2"), (*ZHANG[:4], "2;4"),
                     "1 certain zhangwei name+department", id="one department in common"),
    ],
)  # fmt: skip
def test_one_person_and_one_account(person: Cells, account: Cells, expected: str) -> None:
    answer = matched(hr(person), wecom(account, LI))

    assert verdicts(answer) == [expected]
    assert [row.id for row in answer.roster.rows] == (
        [] if "doubtful" in expected else [expected.split()[2]]
    )
    assert ("zhangwei" in answer.kept) == ("doubtful" in expected)
    assert KEY_COLUMN not in answer.roster.columns


def test_a_namesake_whose_row_is_left_out_leaves_a_doubt() -> None:
    roster = replace(hr(("9", "李娜", "139", "", "3")), left_names=frozenset({"李 娜"}))

    assert verdicts(matched(roster, wecom(LI))) == ["9 doubtful"]


def test_an_account_without_a_known_name_is_known_by_pinyin() -> None:
    directory, book = wecom(ZHANG, LI)
    bare = replace(book, people=People())

    answer = matched(
        hr(("1", "张伟", "", "", "2"), ("9", "李娜", "1390000", "", "2")), (directory, bare)
    )

    assert verdicts(answer) == ["1 doubtful", "9 doubtful"]
    assert [it.account for link in answer.links for it in link.candidates] == ["zhangwei", "lina"]


@pytest.mark.parametrize(
    ("people", "accounts", "expected"),
    [
        pytest.param([("1", "张伟", "", "", "2"), ("2", "张伟", "", "", "2")], [ZHANG],
                     ["1 doubtful", "2 doubtful"], id="who of the two"),
        pytest.param([("1", "张伟", "", "", "2")], [ZHANG, ("zhangwei2", "张伟", "", "", "2")],
                     ["1 doubtful"], id="which of the two"),
        pytest.param([("1", "张伟", "", "", "2"), ("2", "张伟", "13800000001", "", "2")],
                     [ZHANG, ("zhangwei2", "张伟", "", "", "2")],
                     ["1 certain zhangwei2 name+department",
                      "2 certain zhangwei mobile+name"], id="the mobile tells them apart"),
        pytest.param([("1", "张伟", "13800000001", "", "2"), ("2", "张伟", "139", "", "3")],
                     [ZHANG], ["1 certain zhangwei mobile+name+department", "2 new 2 key"],
                     id="a namesake joins"),
        pytest.param([("1", "张伟", "13800000002", "", "3"), ("2", "李娜", "13800000001", "", "2")],
                     [ZHANG, LI], ["1 doubtful", "2 doubtful"], id="mobiles exchanged"),
        pytest.param([("1", "张伟", "13800000002", "zw@x.cn", "2")], [ZHANG, LI],
                     ["1 certain zhangwei mail+name+department"], id="a mobile of somebody else"),
        pytest.param([("A1", "张伟", "13800000001", "", "2"), ("a1", "李娜", "", "", "3")],
                     [ZHANG, LI], ["A1 doubtful", "a1 doubtful"], id="keys alike"),
    ],
)  # fmt: skip
def test_several_people_and_accounts(
    people: list[Cells], accounts: list[Cells], expected: list[str]
) -> None:
    assert verdicts(matched(hr(*people), wecom(*accounts))) == expected


KNOWS = {"zhangwei": {"key": "0042"}}


@pytest.mark.parametrize(
    ("person", "facts", "expected"),
    [
        pytest.param(("0042", "Anna", "13800000001", "", "3"), KNOWS, [], id="all but a mobile"),
        pytest.param(("0042", "王芳", "139", "w@x.cn", "2"), KNOWS, ["0042 other"], id="reused"),
        pytest.param(("42", "张伟", "13800000001", "", "2"), KNOWS,
                     ["42 moved zhangwei mobile+name+department+similar"], id="renumbered"),
        pytest.param(("42", "王芳", "139", "", "2"), KNOWS, ["42 doubtful"], id="zeros lost"),
        pytest.param(("7", "张伟", "139", "", "3"), KNOWS, ["7 doubtful"], id="namesake of leaver"),
        pytest.param(("0042", "张伟", "139", "", "2"),
                     {"gone": {"key": "0042", "former": {"姓名": "张伟", "手机号": "139"}}},
                     [], id="returns"),
        pytest.param(("0042", "张伟", "138", "", "2"),
                     {"gone": {"key": "0042", "former": {"姓名": "王芳", "手机号": "139"}}},
                     ["0042 other"], id="reused after years"),
        pytest.param(("0042", "陈静", "139", "", "2"),
                     {"gone": {"key": "0042", "former": {"姓名": "王芳", "手机号": "139"}}},
                     ["0042 other"], id="reused with the company's mobile"),
        pytest.param(("0042", "张丽", "138", "", "2"),
                     KNOWS | {"u2": {"key": "2", "row": {"姓名": "张丽", "手机号": "139"}}},
                     ["0042 other"], id="a neighbour's name"),
        pytest.param(("0042", "张丽", "139", "zw@x.cn", "2"),
                     KNOWS | {"u2": {"key": "2", "row": {"姓名": "赵静", "手机号": "139"}}},
                     ["0042 other"], id="a neighbour's mobile"),
        pytest.param(("0042", "张伟", "139", "zw@x.cn", "2"),
                     KNOWS | {"u2": {"key": "2", "row": {"姓名": "赵静", "手机号": "139"}}},
                     [], id="a desk's mobile"),
        pytest.param(("7", *ZHANG[1:]), {"zhangwei": {"linked": 1}}, ["7 doubtful"],
                     id="the link was taken away"),
        pytest.param(("gone", "王芳", "", "", "2"), {"gone": {"linked": 1}},
                     ["gone new gone2 key"], id="the account was somebody's"),
    ],
)  # fmt: skip
def test_what_the_book_knows(person: Cells, facts: dict[str, Any], expected: list[str]) -> None:
    answer = matched(hr(person), wecom(ZHANG, **facts))

    assert verdicts(answer) == expected


def test_a_file_of_some_people_takes_no_account_from_a_key() -> None:
    answer = matched(hr(("7", *ZHANG[1:]), job=Job.SYNC_USER), wecom(ZHANG, **KNOWS))

    assert verdicts(answer) == ["7 new 7 key"]


@pytest.mark.parametrize(
    ("stated", "account", "facts", "expected"),
    [
        pytest.param({"1": "lina"}, "", {}, ["1 certain lina stated"], id="stated"),
        pytest.param({"1": "lina"}, "zhangwei", {}, ["1 certain lina stated"], id="both"),
        pytest.param({}, "lina", {}, ["1 certain lina file"], id="in the file"),
        pytest.param({"1": ""}, "", {}, ["1 new 1 key"], id="one of their own"),
        pytest.param({"1": ""}, "", {"gone": {"key": "1", "former": {"姓名": "张伟"}}},
                     ["1 new 1 key"], id="one of their own instead of a former one"),
        pytest.param({"1": "-"}, "", {}, ["1 left_out stated"], id="nobody"),
        pytest.param({"1": "lina"}, "", {"zhangwei": {"key": "1"}},
                     ["1 contradicted lina stated"], id="the book says another one"),
        pytest.param({"1": "lina"}, "", {"lina": {"key": "9"}},
                     ["1 contradicted lina stated"], id="another key has it"),
        pytest.param({}, "lina", {"lina": {"key": "1"}}, [], id="as the book says"),
        pytest.param({"1": "front-1"}, "", {}, ["1 unmanaged front-1 stated"], id="unmanaged"),
    ],
)  # fmt: skip
def test_whose_word_counts(
    stated: dict[str, str], account: str, facts: dict[str, Any], expected: list[str]
) -> None:
    policy = Policy(accounts_unmanaged=("Front-*",))
    there = wecom(ZHANG, LI, ("front-1", "前台", "", "", "2"), **facts)

    answer = matched(hr(("1", *ZHANG[1:]), accounts=[account]), there, policy, stated=stated)

    assert verdicts(answer) == expected
    assert answer.roster.columns == ("帐号", *COLUMNS)


def test_people_whom_hr_does_not_manage_are_left_alone() -> None:
    front: Cells = ("front-1", "前台", "13800000009", "", "2")
    there = wecom(ZHANG, front, ("out", "外包", "", "", "4"))
    people = [("1", "前台", "13800000009", "", "2"), ("2", "外包", "", "", "4")]

    answer = matched(
        hr(*people), there, Policy(accounts_unmanaged=("front-*",)), unmanaged={"云帆/销售": 3}
    )

    assert verdicts(answer) == [
        "1 unmanaged front-1 mobile+name+department",
        "2 unmanaged out name+department",
    ]
    assert not answer.roster.rows
    assert answer.kept == {"front-1", "out"}


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


def test_a_doubtful_person_stands_beside_the_candidates() -> None:
    (link,) = matched(hr(("1042", "张伟", "139", "", "3")), wecom(ZHANG)).links

    assert link == Link("1042", "", "doubtful", (), 2, "张伟", "3",
                        (("zhangwei", "张伟", "2", ("name",), ("mobile",)),))  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("单雄信", "shanxiongxin"), ("仇英", "qiuying"), ("解缙", "xiejin"),
        ("区志强", "ouzhiqiang"), ("曾国华", "zengguohua"), ("查良镛", "zhaliangyong"),
        ("尉迟恭", "yuchigong"),
        ("欧阳修", "ouyangxiu"), ("吕布", "lvbu"), ("任重", "renzhong"), ("Anna-Li", "annali"),
        ("・", ""),
    ],
)  # fmt: skip
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
    assert len(answer.kept) == count
