"""syncuser and replaceuser: what a member file does to the address book."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from contract.simulator_driver import MEMBER_HEADER, Driver, finished, member_row, members_csv
from wecom_simulator import Member, Simulator

ONE = members_csv(member_row(1))
ZHANG_SAN = {"userid": "ZhangSan", "name": "张三", "mobile": "13900000001", "position": "经理"}
PEOPLE = [
    {**ZHANG_SAN, "email": "zs@corp.example", "departments": [2]},
    {"userid": "lisi", "name": "李四", "mobile": "13900000002", "departments": [3]},
    {"userid": "boss", "name": "老板", "mobile": "13900000003", "departments": [1]},
]
DEPARTMENTS = [{"id": at, "name": it, "parent_id": 1} for at, it in ((2, "总办"), (3, "产品部"))]


def small(simulator: Simulator, **options: Any) -> Driver:
    people: dict[str, Any] = {"members": PEOPLE, "departments": DEPARTMENTS, "creator": "boss"}
    return Driver(simulator, **(people | options))


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    return small(simulator)


def member(corp: Driver, userid: str) -> Member:
    person = corp.corp.directory.find(userid)
    assert person, userid
    return person


def test_syncuser_adds_updates_and_leaves_the_rest(corp: Driver) -> None:
    there, new = "张三丰,zhangsan,13900000001,zs@corp.example,3", "王五,wangwu,,ww@corp.example,2;3"

    result = corp.run("syncuser", members_csv(there, new))

    rows = [{"userid": user, "errcode": 0, "errmsg": ""} for user in ("zhangsan", "wangwu")]
    assert result == finished("sync_user", 2, rows)
    assert member(corp, "ZHANGSAN").name == "张三丰"
    assert member(corp, "zhangsan").departments == (3,)
    assert member(corp, "zhangsan").position == "经理"
    assert member(corp, "wangwu").departments == (2, 3)
    assert member(corp, "lisi").name == "李四"
    assert len(corp.corp.directory.members) == 4


def test_the_creator_stays_and_the_rest_proceeds(corp: Driver) -> None:
    result = corp.run(
        "replaceuser", members_csv("张三,zhangsan,13900000001,,2", "李四,lisi,13900000002,,2")
    )

    assert result["errcode"] == 0
    refused = {"errcode": 301005, "errmsg": "not allow del corp creator"}
    assert result["result"][-1] == {"userid": "boss", **refused}
    assert sorted(corp.corp.directory.members) == ["boss", "lisi", "zhangsan"]
    assert member(corp, "lisi").departments == (2,)


GOOD = {"姓名": "新人", "帐号": "new.one", "手机号": "13911112222", "邮箱": "", "所在部门": "1"}
LISTS = ("是否部门内领导", "排序")
CELLS: dict[int, dict[str, Sequence[str]]] = {
    0: {
        "帐号": ["a" * 64],
        "姓名": ["名" * 64],
        "手机号": ["+852-61234567"],
        "性别": ["男"],
        "职位": ["位" * 128],
        "座机": ["020-1234"],
        "禁用": ["1"],
        "是否部门内领导": ["1;0"],
        "排序": ["10;20"],
    },
    40003: {"帐号": ["", "_lead", "张三", "a" * 65, " blank"]},
    40058: {"排序": ["10", f"{2**32};1"], "地址": ["址" * 129], "性别": ["1"], "禁用": ["是"]},
    40066: {"所在部门": ["产品部", "0", "2；3", "2;", str(2**31)]},
    60103: {"手机号": ["1.38E+10", "139 1111 2222", "1391111222", "+8613911112222"]},
    60104: {"手机号": ["13900000002"]},
    60105: {"邮箱": ["not-an-address", "a" * 54 + "@corp.example"]},
    60106: {"邮箱": ["ZS@corp.example"]},
    60110: {"所在部门": [";".join(map(str, range(1, 102)))]},
    60112: {"姓名": ["", "名" * 65]},
    60127: {"所在部门": [""]},
    60129: {"手机号": [""]},
    60132: {"是否部门内领导": ["1", "是;否"]},
    301012: {"职位": ["位" * 129]},
    301013: {"座机": ["020 1234"]},
    301014: {"别名": ["a" * 65]},
}
"""Cells of somebody new by the code that WeCom has for them; lists stand beside two departments."""


@pytest.mark.parametrize("errcode", CELLS)
def test_a_row_stands_by_itself(simulator: Simulator, errcode: int) -> None:
    for column, cells in CELLS[errcode].items():
        for cell in cells:
            corp = small(simulator)
            row = GOOD | ({"所在部门": "2;3"} if column in LISTS else {}) | {column: cell}
            rows = (",".join(row.values()), "好人,good,13933334444,,1")
            content = members_csv(*rows, header=",".join(row))

            assert corp.row_codes("syncuser", content) == [errcode, 0], (column, cell)
            assert (corp.corp.directory.find(row["帐号"]) is not None) == (errcode == 0)


def test_every_optional_column_is_kept(corp: Driver) -> None:
    header = (
        "姓名,帐号,手机号,邮箱,所在部门,职位,性别,是否部门内领导,排序,别名,地址,座机,禁用,"
        "禁用项说明：(0-启用;1-禁用)"
    )
    row = "王五,wangwu,13928282828,,2;3,测试,女,0;1,1000;10,wu,广州市,020-1,1,"

    corp.run("syncuser", members_csv(row, header=header))

    flags: dict[str, Any] = {
        "leads": (3,),
        "orders": ((2, 1000), (3, 10)),
        "enabled": False,
        "invited": True,
    }
    assert member(corp, "wangwu") == Member(
        "wangwu",
        "王五",
        "13928282828",
        departments=(2, 3),
        position="测试",
        gender="女",
        alias="wu",
        address="广州市",
        telephone="020-1",
        **flags,
    )


def test_an_unknown_department_is_created_silently_in_a_corner(corp: Driver) -> None:
    assert corp.row_codes("syncuser", members_csv(member_row(1, department="2;77"))) == [0]

    departments = corp.corp.directory.departments
    holder = departments[departments[77].parent_id]
    assert (holder.name, holder.parent_id) == ("其他(待设置部门)", 1)

    corp.run("syncuser", members_csv(member_row(2, department="78")))
    assert departments[78].parent_id == holder.id


def test_mobile_and_email_of_an_activated_member_are_silently_kept(simulator: Simulator) -> None:
    corp = small(simulator, members=[PEOPLE[0] | {"activated": True}])

    codes = corp.row_codes("syncuser", members_csv("张三,zhangsan,13955556666,n@corp.example,2"))

    assert codes == [0]
    assert member(corp, "zhangsan").mobile == "13900000001"
    assert member(corp, "zhangsan").email == "zs@corp.example"


def test_a_leaver_frees_no_mobile(corp: Driver) -> None:
    content = members_csv(
        "张三,zhangsan,13900000001,,2", "老板,boss,13900000003,,1", "新人,newone,13900000002,,3"
    )

    assert corp.row_codes("replaceuser", content)[-2] == 60104


SAME = {
    "plain": ONE,
    "bom": b"\xef\xbb\xbf" + ONE,
    "crlf and empty rows": ONE.replace(b"\n", b"\r\n") + b"\r\n,,,,\r\n\r\n",
    "other order": members_csv("1,13900000077,m1,员工", header="所在部门,手机号,帐号,姓名"),
}


@pytest.mark.parametrize("name", SAME)
def test_bom_line_ends_and_column_order_do_not_matter(corp: Driver, name: str) -> None:
    assert corp.row_codes("syncuser", SAME[name]) == [0]
    assert member(corp, "m1").departments == (1,)


def test_replaceuser_deletes_the_others(corp: Driver) -> None:
    content = members_csv("张三,zhangsan,13900000001,,2", "老板,boss,13900000003,,1")

    result = corp.run("replaceuser", content)

    assert result["type"] == "replace_user"
    assert [row["userid"] for row in result["result"]] == ["zhangsan", "boss", "lisi"]
    assert sorted(corp.corp.directory.members) == ["boss", "zhangsan"]
    assert member(corp, "zhangsan").position == "经理"


@pytest.mark.parametrize(
    ("body", "invited"), [({}, ["m1"]), ({"to_invite": True}, ["m1"]), ({"to_invite": False}, [])]
)
def test_new_members_are_invited(corp: Driver, body: dict[str, bool], invited: list[str]) -> None:
    corp.run("syncuser", members_csv(member_row(1), "李四,lisi,13900000002,,3"), **body)

    assert corp.corp.directory.invited() == invited
    counts = corp.control("GET", f"corps/{corp.corp_id}/directory")["counts"]
    assert counts["invited"] == len(invited)
    for value in ("false", 0, None):
        assert corp.submit("syncuser", ONE, to_invite=value)["errcode"] == 40058


@pytest.mark.parametrize(("clears", "position"), [(False, "经理"), (True, "")])
def test_whether_a_blank_clears_is_a_switch(
    simulator: Simulator, clears: bool, position: str
) -> None:
    corp = small(simulator, blank_clears=clears)

    corp.run(
        "syncuser", members_csv("张三,zhangsan,13900000001,,2,", header=f"{MEMBER_HEADER},职位")
    )

    assert member(corp, "zhangsan").position == position


@pytest.mark.parametrize("enables", [False, True])
def test_whether_a_blank_enables_who_is_disabled_is_a_switch(
    simulator: Simulator, enables: bool
) -> None:
    corp = small(simulator, members=[PEOPLE[0] | {"enabled": False}], blank_enables=enables)

    corp.run("syncuser", members_csv("张三,zhangsan,13900000001,,2"))
    assert not member(corp, "zhangsan").enabled
    corp.run(
        "syncuser", members_csv("张三,zhangsan,13900000001,,2,", header=f"{MEMBER_HEADER},禁用")
    )

    assert member(corp, "zhangsan").enabled is enables


MAIL, TAKEN = "corp.example,2", "13900000001,zs@corp.example,2"
ADDRESS = "姓名,帐号,地址,手机号,所在部门"
TOGETHER = {
    "a mobile twice": (members_csv("甲,a1,13912345678,,1", "乙,b1,13912345678,,1"), [0, 60104]),
    "given up": (members_csv(f"张三,zhangsan,13912345678,new@{MAIL}", f"新,new,{TAKEN}"), [0, 0]),
    "quotes": (members_csv('王五,ann,"x, y",13900000077,1', header=ADDRESS), [60103]),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_rows_are_judged_by_what_others_have(corp: Driver, name: str) -> None:
    content, codes = TOGETHER[name]

    assert corp.row_codes("syncuser", content) == codes


@pytest.mark.parametrize(
    ("total", "kept", "guarded"),
    [
        (100, 49, True),  # 51 of 100: more than 50 and more than 20 %
        (300, 240, False),  # 60 of 300: more than 50, exactly 20 %
        (300, 239, True),  # 61 of 300: more than 20 %
        (60, 11, True),  # 49 of 60: fewer than 50, more than 80 %
        (62, 13, False),  # 49 of 62: 79 %
        (10, 2, False),  # 8 of 10: exactly 80 %
        (10, 1, True),  # 9 of 10
        (55, 5, False),  # 50 of 55: exactly 50 belongs to neither branch
    ],
)
def test_the_deletion_guard_stops_the_whole_import(
    simulator: Simulator, total: int, kept: int, guarded: bool
) -> None:
    corp = Driver(simulator, members=total, departments=1)
    before = corp.corp.directory.digest()
    people = list(corp.corp.directory.members.values())[:kept]
    rows = [f"{item.name},{item.userid},{item.mobile},{item.email},2" for item in people]

    result = corp.run("replaceuser", members_csv(*rows))

    assert result["errcode"] == ("45026" if guarded else 0)
    assert len(corp.corp.directory.members) == (total if guarded else kept)
    assert (corp.corp.directory.digest() == before) == guarded


UNREADABLE = {
    "gbk": ONE.decode().encode("gb18030"),
    "utf-16": ONE.decode().encode("utf-16"),
    "only line ends": b"\n\n\n\n\n\n\n",
    "only a header": members_csv(),
    "no userid column": members_csv("张三,13900000001,,1", header="姓名,手机号,邮箱,所在部门"),
    "neither mobile nor e-mail column": members_csv("张三,zs,1", header="姓名,帐号,所在部门"),
    "账号": members_csv(member_row(1), header=MEMBER_HEADER.replace("帐", "账")),
    "blank in a header": members_csv(member_row(1), header=MEMBER_HEADER.replace("帐", " 帐")),
    "quoted header": members_csv(member_row(1), header=f'"姓名"{MEMBER_HEADER[2:]}'),
    "column twice": members_csv(member_row(1) + ",x", header=f"{MEMBER_HEADER},姓名"),
    "the same userid twice": members_csv(member_row(1), member_row(1).replace("m1,", "M1,")),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_refused(simulator: Simulator, name: str) -> None:
    errcode = 302003 if name == "the same userid twice" else 40092

    assert small(simulator).refusal("syncuser", UNREADABLE[name]) == errcode


def test_a_member_is_created_alone(corp: Driver) -> None:
    new = {"userid": "wangwu", "name": "王五", "mobile": "13900000009", "department": [1]}

    def created(**others: object) -> object:
        body = json.dumps(new | others, ensure_ascii=False).encode()
        return corp.post("user/create", body)["errcode"]

    assert created(department=[77]) == 60003
    assert created(mobile="") == 60129
    assert created(userid="LISI") == 60102
    assert created() == 0
    assert created(userid="zhaoliu") == 60104
    assert corp.corp.directory.find("zhaoliu") is None


UPDATES: dict[str, tuple[dict[str, object], int]] = {
    "disabled": ({"userid": "ZHANGSAN", "enable": 0}, 0),
    "moved": ({"userid": "zhangsan", "department": [3, 1, 3]}, 0),
    "nobody": ({"userid": "nobody", "enable": 0}, 60111),
    "no department": ({"userid": "zhangsan", "department": [77]}, 60003),
    "no list": ({"userid": "zhangsan", "department": "3"}, 40058),
    "a truth": ({"userid": "zhangsan", "enable": False}, 40058),
    "another number": ({"userid": "zhangsan", "enable": 2}, 40058),
    "the cell of a file": ({"userid": "zhangsan", "disabled": 1}, 40058),
}


@pytest.mark.parametrize("name", UPDATES)
def test_one_account_is_disabled_or_moved_and_nothing_else_of_it_changes(
    corp: Driver, name: str
) -> None:
    body, errcode = UPDATES[name]
    before = member(corp, "zhangsan")

    assert corp.post("user/update", body)["errcode"] == errcode

    changed: dict[str, dict[str, Any]] = {
        "disabled": {"enabled": False},
        "moved": {"departments": (3, 1)},
    }
    assert member(corp, "zhangsan") == replace(before, **changed.get(name, {}))
