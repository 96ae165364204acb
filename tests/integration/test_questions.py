"""What a person is asked about a file: for which reasons, in which words, and about whom."""

import pytest

from support.company import changed, cut, people, table, thinned, titled, with_column, without
from support.guarded import APPLIED, DEPARTMENTS, SOME, Question, Step, approve, codes, hired, play
from support.world import World, departments

LEADS = "是否部门内领导"
GONE, BACK, REPEATED = ["hold_gone"], ["hold_came_back"], ["hold_repeated"]
SETTINGS = "acme/settings.toml"
LOOSE = "[limits]\nrenames_percent = 100\nadditions_percent = 100\n"
ANYBODY_GOES = {"removal_percent": 100, "removals": 1000}
BY_TREE: Step = (DEPARTMENTS, departments(4))


def shrunk(of: int, *sizes: int) -> list[Step]:
    return [thinned(people(of), of - size) for size in sizes]


STAFF = people(40)
TEMPS = "姓名,帐号,手机号,所在部门\n临时甲,t1,13900000001,1\n临时乙,t2,13900000005,1\n"
STAYING = "临时甲,t1,13900000001,,1\n临时乙,t2,13900000005,,1\n"
THIRD = "临时丙,t3,13900000009,1\n"


def night(number: int, more: str = "") -> list[Step]:
    """Let one system add its temps, and the other one send its full file without them."""
    return [1, (SOME, TEMPS + more), STAFF.replace("员工1,", f"员工{'甲' * number},")]


ONES, TWOS = titled(100, "1"), titled(100, *["2"] * 31, "1")
BOTH = with_column(ONES, "别名", "1")
LEADERS = titled(200, *["1"] * 30, "0", column=LEADS)
FEWER = LEADERS.replace(",1,1\n", ",1,0\n", 15)
LED = FEWER.replace(",1,1\n", ",2,1\n")
PAGE = cut(people(100), 50, 80)
IN_GROUPS = people(100).replace(",,1\n", ",,2\n", 30).replace(",,1\n", ",,3\n")
IN_ONE_GROUP = people(100).replace(",,1\n", ",,3\n", 20)
TITLED = with_column(people(100), "职位", "员")
WORKING = with_column(people(100), "员工状态", "在职")


def trees(before: str, after: str) -> list[Step]:
    return [(DEPARTMENTS, before), (DEPARTMENTS, after)]


TEAM = departments(40) + "组,50,3,1\n"
TAKEN_OVER = TEAM.replace("部门2,", "某,").replace("部门3,", "部门2,")
OTHERS = TEAM.replace("\n部门", "\n分部", 12)
DISPLACED = ["hold_displaced"]
SHORTER = departments(40).replace("部门2,2,1,2\n", "")
NEXT = SHORTER.replace("部门4,", "四部,")


def grouped(tree: str, after: str, count: int = 21) -> list[Step]:
    """Return two trees, with so many of 200 people in the group below department 3."""
    staff = changed(people(200), ",,1\n", ",,50\n", count)
    return [(DEPARTMENTS, tree), staff, (DEPARTMENTS, after)]


def crowd(number: int) -> Step:
    return hired(*(f"u{number}-{each}" for each in range(40)), department=number)


def others(number: int, name: str) -> str:
    return people(100).replace("员工", name, number)


QUESTIONS = {
    "how much of a column changes": Question(
        [ONES, TWOS], ["hold_columns"],
        ("In the column 职位, 31 of 100 values", "在「职位」一列，100 人中有 31 人"),
    ),
    "of several columns the worst": Question(
        [BOTH, BOTH.replace(",1,1,1\n", ",1,2,2\n", 40).replace(",1,1,1\n", ",1,1,2\n")],
        ["hold_columns"], ("In the column 别名", "The same goes for: 职位 (40)."),
    ),
    "some lead no more, and who moves leads on": Question(
        [{"moves_percent": 25}, BY_TREE, LEADERS, FEWER, LED,
         LED.replace(",1,0\n", ",2;3,0;0\n", 30)], [],
    ),
    "whom one family explains no other one counts": Question(
        [people(100), PAGE, thinned(PAGE, 11)], ["hold_incomplete", "hold_gone"],
        (" Affected: 员工51 (u50), 员工52 (u51)", "。涉及：员工51（u50）、员工52（u51）",
         "would remove or disable 11 of 100 members"),
    ),
    "a protected account among all who go": Question(
        [people(100), {"protected": ["u21"]}, thinned(people(100), 11)],
        [*GONE, "hold_protected"], who="u21",
    ),
    "a protected account with which somebody else would sign in": Question(
        [people(100), people(100).replace("13800000022,", "13911110022,a@x.cn"),
         {"protected": ["u21"]}, people(100)], ["hold_same_again", "hold_protected_contacts"],
        ("For example: u21: 手机号 139****0022 → 138****0022 · 邮箱 a***@x.cn → -.",
         "例如：u21: 手机号 139****0022 → 138****0022 · 邮箱 a***@x.cn → -。"), "u21",
    ),
    "protected accounts beside a first file": Question(
        [hired(*(f"u{n}" for n in range(40)), "boss-mail"),
         {"first_replace": "hold", "protected": ["BOSS-*"]}, people(40)], ["hold_protected"],
        ("The same goes for: the first file of this kind.", "此外还涉及：首次提交的这类文件。"),
        "boss-mail",
    ),
    "protected accounts before invitations": Question(
        [people(3), {"protected": ["u1"], "invite": True, "invitations": 0},
         thinned(people(3), 1) + "新,new,13911112222,,1\n"], ["hold_protected"],
        ("The same goes for: invitations (1).",), "u1",
    ),
    "a family has one sentence": Question(
        [BY_TREE, titled(200, "1"), changed(
            changed(titled(200, *["2"] * 70, "1"), "员工", "职工", 21), ",1,2\n", ",2,2\n", 31
        )], ["hold_renamed"], (", 职位 (70). For", "、职位（70）。"),
    ),
    "a file that is older is not called incomplete as well": Question(
        [ANYBODY_GOES, people(40), people(40).replace("员工1,", "甲,", 1), people(60),
         people(40).replace("员工1,", "甲,", 1)], ["hold_same_again"],
    ),
    "moves out of a department that the tree left out": Question(
        [BY_TREE, IN_GROUPS, (DEPARTMENTS, departments(4).replace("部门2,2,1,2\n", "")), approve,
         IN_GROUPS.replace(",,2\n", ",,3\n")], [],
    ),
    "a filter, although accounts go that no file ever named": Question(
        [BY_TREE, IN_ONE_GROUP, hired("guest", "visitor"),
         "".join(row for row in IN_ONE_GROUP.splitlines(keepends=True) if ",,3\n" not in row)],
        ["hold_incomplete"], ("Those who are missing have this in common: 所在部门 部门3.",),
    ),
    "what WeCom would refuse, beside any reason": Question(
        [{**ANYBODY_GOES, "protected": ["u0"]}, people(10),
         without(people(10), *(f"u{n}" for n in range(9)))], ["hold_protected"],
        ("(45026), even when you",), "u0",
    ),
    **{
        f"beyond {gone} of 300 the limit is half the share": Question(
            shrunk(300, 300, 300 - gone), GONE,
            (f"more than 50 within 20 hours, or more than {limit} %",),
        )
        for gone, limit in ((21, 5), (31, 10))
    },
    "files of one day": Question(
        shrunk(2000, 2000, 1950, 1900), GONE,
        ("in the 20 hours before: 50. They count too",
         "此前 20 小时内已删除或禁用 50 名，一并计入，也包含在 2,000 名之中。"),
    ),
    "a share of those who were there before the day": Question(
        [{"removals": 1000, "removal_percent": 20}, *shrunk(1000, 1000, 950, 900, 899)], GONE,
        ("would remove or disable 1 of 1,000 members", "hours before: 100. They"),
    ),
    "what a person approved today does not count, but the others do": Question(
        [*shrunk(1000, 1000, 900), approve, *shrunk(1000, 855), APPLIED, *shrunk(1000, 854)], GONE
    ),
    "a file that takes nobody away": Question(
        [*shrunk(1000, 1000, 970), {"removals": 20},
         thinned(people(1000), 30).replace("员工1,", "改名,")], [],
    ),
    "whom a person approved to go was no mistake": Question(
        [*shrunk(100, 100, 89), approve, (SOME, people(100))], BACK
    ),
    "people who come back and others who go": Question(
        [people(100), thinned(people(100), 10), 3,
         without(people(100), *(f"u{n}" for n in range(40, 60, 2)))], BACK,
        ("The same goes for: people who go (10).",
         "此外还涉及：将离开的人（10）。"),
    ),
    "two systems that work against each other": Question(
        [STAFF, *night(1), *night(2)], REPEATED,
        (f"Members whom {SOME} has added and this file would remove",
         "as acme/replaceuser/m.csv did before: 2.",
         f"{SOME} 添加的 2 名成员将被本文件删除，此前也曾被 acme/replaceuser/m.csv 删除"),
        "t1, t2",
    ),
    "two systems once": Question([STAFF, *night(1), *night(2), approve, *night(3), *night(4)], []),
    "each account of two systems for itself": Question(
        [STAFF, *night(1), *night(2), approve, *night(3, THIRD), *night(4, THIRD)], REPEATED,
        who="t3",
    ),
    "who comes and goes within two weeks": Question([STAFF, *night(1), 12, *night(2)], REPEATED),
    "who comes and goes now and then": Question([STAFF, *night(1), 14, *night(2)], []),
    "who was in a full file again": Question(
        [STAFF, *night(1), STAFF + STAYING, 1, STAFF.replace("员工1,", "新,")], []
    ),
    "two systems after many files in between": Question(
        [STAFF, *night(1), *((SOME, TEMPS.replace("临时甲", f"甲{n}")) for n in range(70)), STAFF],
        [*REPEATED, "hold_same_again"],
    ),
    "the first file after looser limits": Question(
        [people(100), (SETTINGS, LOOSE), others(20, "职工")], ["hold_renamed"],
        ("The settings were loosened after the last file.", "设置中的限制放宽了"),
    ),
    "the second file after looser limits": Question(
        [people(100), (SETTINGS, LOOSE), others(20, "职工"), approve, others(40, "工人")], []
    ),
    "looser limits that ask something as well": Question(
        [TITLED, (SETTINGS, LOOSE),
         TITLED.replace("员工", "职工", 20).replace(",员\n", ",长\n", 45)], ["hold_renamed"],
        ("职位 (45)",),
    ),
    "looser limits and a file that changes nothing": Question(
        [people(100), (SETTINGS, LOOSE), people(100), others(20, "职工")], ["hold_renamed"]
    ),
    "names of departments exchanged": Question(
        grouped(TEAM, TAKEN_OVER.replace("某,", "部门3,")), DISPLACED,
        ("Departments with another name: 部门2 → 部门3 (2), 部门3 → 部门2 (3).",
         "for the people of another department: 部门2 (2 → 3), 部门3 (3 → 2).",
         "名称错行或互换，将对应另一个部门的人员：部门2（2 → 3）、部门3（3 → 2）。"), "2, 3",
    ),
    "the name of a department taken over": Question(
        grouped(TEAM, TAKEN_OVER.replace("某,", "新部,")), DISPLACED,
        ("for the people of another department: 部门2 (2 → 3).",),
    ),
    "a new number": Question(
        grouped(TEAM, TEAM.replace("组,50,3", "组,77,3"), 41), DISPLACED,
        ("of the same name in the same place: 组 (50 → 77). WeCom",
         "名称和位置不变、部门 ID 改变：组（50 → 77）。"), "50",
    ),
    "whatever becomes of departments in which nobody is": Question(
        trees(departments(41), departments(30).replace("\n部门", "\n分部")), []
    ),
    "the root renamed": Question(
        trees(departments(30), departments(30).replace("总部", "新名")),
        ["hold_protected_departments"], who="1",
    ),
    "departments that move with their people": Question(
        grouped(TEAM, TEAM.replace("部门3,3,1,", "部门3,3,2,")), ["hold_moved_departments"],
        ("would move under another parent: 1, people with them: 21.",
         "Departments with another parent: 部门3 (总部 → 部门2).",
         "部门更换上级：部门3（总部 → 部门2）。"),
    ),
    "people under another path": Question(
        grouped(TEAM, OTHERS), DISPLACED,
        ("21 of 200 people would stand under another path", "are renamed, moved or left out: 12.",
         "200 人中有 21 人的部门路径会改变：有 12 个部", "name: 部门2 → 分部2 (2), 部门3 → 分",
         "部门11 → 分部11 (11) … (+2)."),
    ),
    "the only department gets another name": Question(
        [BY_TREE, people(100).replace(",,1\n", ",,2\n"),
         (DEPARTMENTS, departments(4).replace("部门2", "分部2"))], [],
    ),
    **{
        f"a department that WeCom deletes late, {name}": Question(
            [(DEPARTMENTS, departments(40)), crowd(2), crowd(3), (DEPARTMENTS, SHORTER), approve,
             (DEPARTMENTS, tree)], holds, who=who,
        )
        for name, tree, holds, who in (
            ("the next night", NEXT, [], ""),
            ("and another one left out", NEXT.replace("部门3,3,1,3\n", ""), DISPLACED, "4, 3"),
        )
    },
    "departments that were left out keep their names": Question(
        [(DEPARTMENTS, departments(10)), crowd(2), crowd(3),
         (DEPARTMENTS, cut(departments(10), 1, 4)), approve,
         (DEPARTMENTS, departments(10).replace("\n部门", "\n分部", 3))],
        DISPLACED, ("部门2 → 分部2 (2)",), "2, 3",
    ),
    "rows that an unread column calls departed": Question(
        [WORKING, WORKING.replace("在职", "离职", 3).replace("员工50", "职工50")],
        ["hold_departed"], ("员工状态: 离职 (3).",),
    ),
    "such rows once": Question(
        [WORKING, WORKING.replace("在职", "离职", 3).replace("员工50", "职工50"), approve,
         WORKING.replace("在职", "离职", 3).replace("员工50", "工人50")], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_these_reasons_are_told_in_these_words(world: World, question: Question) -> None:
    question.ask(world)


def test_wrong_mobiles_are_named_beside_a_reorganisation(world: World) -> None:
    staff = [(f"王{n}", f"u{n}", f"138{7 * n:08d}", str(2 + n % 2)) for n in range(101)]
    before = table("姓名,帐号,手机号,所在部门", *map(",".join, staff))
    mobiles = [mobile for _, _, mobile, _ in staff]
    for n in range(30):
        moved = mobiles[n + 1] if n < 9 else "13999999999" if n == 9 else mobiles[n]
        staff[n] = (*staff[n][:2], moved, "4" if n % 3 else "1")

    run = play(world, BY_TREE, before, table("姓名,帐号,手机号,所在部门", *map(",".join, staff)))

    assert codes(run) == ["hold_unlikely", "hold_moved"]
    assert [hold.params["column"] for hold in run.proposal.holds[:1]] == ["手机号"]
