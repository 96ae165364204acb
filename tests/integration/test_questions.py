"""What a person is asked about a file: for which reasons, in which words, and about whom."""

from support.company import changed, moved, people, table, with_column
from support.guarded import DEPARTMENTS, SOME, codes
from support.stories import Step, play, steps, stories
from support.world import World, departments

TEMPS = "姓名,帐号,手机号,所在部门\n临时甲,t1,13900000001,1\n临时乙,t2,13900000005,1\n"
THIRD = "临时丙,t3,13900000009,1\n"
LEADERS = with_column(people(200), "是否部门内领导", *[1] * 30, 0)
FEWER = LEADERS.replace(",1,1\n", ",1,0\n", 15)
LED = FEWER.replace(",1,1\n", ",2,1\n")


def night(number: int, more: str = "") -> list[Step]:
    """Let one system add its temps, and the other one send its full file without them."""
    temps = TEMPS + THIRD if more else TEMPS
    return [1, (SOME, temps), people(40).replace("员工1,", f"员工{'甲' * number},")]


def many_files() -> list[Step]:
    return [(SOME, TEMPS.replace("临时甲", f"甲{n}")) for n in range(70)]


def regrouped(count: int) -> str:
    """Return the full file in which so many more are in another department."""
    return moved(moved(people(200), 2, 25), 4, count)


QUESTIONS = """
how much of a column changes: titled 100 1 | titled 100 2*31 1 | asks hold_amount
    | says 职位: 31 of 100 in this file; all get the same.
or what becomes of it: titled 100 "" | titled 100 经理*31 "" | asks hold_amount
    | says in this file; what was empty is filled in.
as where something is renamed: titled 100 1*40 2*40 3 | titled 100 4*40 5*40 3 | asks hold_amount
    | says the same becomes the same everywhere | says 相同的内容都换成同一个新内容，像是统一改名
of several columns the worst: titled 100 1 ~ with_column 别名 1
    | titled 100 2*40 1 ~ with_column 别名 2*40 1 ~ replaced ,1,1,1⏎ ,1,1,2⏎
    | asks hold_amount | says 别名: 100 of 100 | says The same goes for: 职位 (40).
what else it changes, many and a few: titled 100 1
    | titled 100 2*30 1 ~ thinned 11 ~ changed 员工 职工 3 | asks hold_gone
    | says Also in this file: Other values in 「职位」 (19): 职工1 (u0 · 1 → 2), 员工3 (
    | says Smaller changes in the same file: Other values in 「姓名」 (3): 职工1 (u0 ·
    | says 本文件还有其他变更：「职位」改变 19 处：职工1（u0 · 1 → 2）、员工3（u2 · 1 → 2）、
    | says 本文件还有少量其他变更：「姓名」改变 3 处：职工1（u0 · 员工1 → 职工1） …（+2）。
some lead no more, and who moves leads on: set moves_percent=100 | departments 4 | leaders
    | fewer | led | led ~ replaced ,1,0⏎ ,2;3,0;0⏎ 30 | applied
whom one family explains no other one counts: people 100 | people 100 ~ cut 50 80
    | people 100 ~ cut 50 80 ~ thinned 11 | asks hold_incomplete hold_gone
    | says Affected: 员工51 (u50), 员工52 (u51) | says 涉及：员工51（u50）、员工52（u51）
    | says would remove or disable 11 of 100 members
a protected account among all who go: people 100 | set protected=u21 | people 100 ~ thinned 11
    | asks hold_gone hold_protected of u21
a protected account with which somebody else would sign in: people 100
    | people 100 ~ replaced 13800000022, 13911110022,a@x.cn | set protected=u21 | people 100
    | asks hold_protected_contacts of u21
    | says For example: u21: 手机号 139****0022 → 138****0022 · 邮箱 a***@x.cn → -.
protected accounts beside a first file: hire u0..39 boss-mail
    | set first_replace=hold protected=BOSS-* | people 40 | asks hold_protected of boss-mail
    | says The same goes for: the first file of this kind.
protected accounts before invitations: people 3 | set protected=u1 invite=true invitations=0
    | people 3 ~ thinned 1 ~ plus 新,new,13911112222,,1 | asks hold_protected of u1
    | says The same goes for: invitations (1).
a family has one sentence: departments 4 | titled 200 1
    | titled 200 2*70 1 ~ changed 员工 职工 21 ~ changed ,1,2⏎ ,2,2⏎ 31
    | asks hold_amount | says for: names (21), moves (31).
a file that is older is not called incomplete as well: set removal_percent=100 removals=1000
    | people 40 | people 40 ~ calls 1 甲 | people 60 | people 40 ~ calls 1 甲
    | asks hold_same_again | says It would change 21 in all
    | says People to be removed (20): 员工41 (u40),
moves out of a department that the tree left out: departments 4
    | people 100 ~ moved 2 30 ~ moved 3 | departments 4 ~ replaced 部门2,2,1,2⏎ "" | approve
    | people 100 ~ moved 3 | applied
a filter, although accounts go that no file ever named: departments 4 | people 100 ~ moved 3 20
    | hire guest visitor | people 100 ~ cut 0 20 | asks hold_incomplete
    | says Those who are missing have this in common: 所在部门 部门3.
what WeCom would refuse, beside any reason: people 10
    | set removal_percent=100 removals=1000 protected=u0
    | people 10 ~ without u0..8 | asks hold_protected of u0 | says (45026), even when you
files of one day: people 2000 | people 2000 ~ thinned 50 | people 2000 ~ thinned 100
    | asks hold_gone | says in the 20 hours before: 50. They count too
what a person approved today does not count, but the others do: people 1000
    | people 1000 ~ thinned 100 | approve | people 1000 ~ thinned 145 | applied
    | people 1000 ~ thinned 146 | asks hold_gone
a file that takes nobody away: people 1000 | people 1000 ~ thinned 30 | set removals=20
    | people 1000 ~ thinned 30 ~ calls 1 改名 | applied
whom a person approved to go was no mistake: people 100 | people 100 ~ thinned 11 | approve
    | some people 100 | asks hold_came_back
people who come back and others who go: people 100 | people 100 ~ thinned 10 | 3 days
    | people 100 ~ without u40 u42 u44 u46 u48 u50 u52 u54 u56 u58 | asks hold_came_back
    | says The same goes for: people who go (10).
two systems that work against each other: people 40 | night 1 | night 2
    | asks hold_repeated of t1, t2
    | says Members whom acme/syncuser/s.csv has added and this file would remove
    | says as acme/replaceuser/m.csv did before: 2.
two systems once: people 40 | night 1 | night 2 | approve | night 3 | night 4 | applied
each account of two systems for itself: people 40 | night 1 | night 2 | approve | night 3 third
    | night 4 third | asks hold_repeated of t3
who comes and goes within two weeks: people 40 | night 1 | 12 days | night 2
    | asks hold_repeated
who comes and goes now and then: people 40 | night 1 | 14 days | night 2 | applied
who was in a full file again: people 40 | night 1
    | people 40 ~ plus 临时甲,t1,13900000001,,1 临时乙,t2,13900000005,,1 | 1 day
    | people 40 ~ calls 1 新 | applied
two systems after many files in between: people 40 | night 1 | many_files
    | people 40 ~ calls 1 新 | asks hold_repeated
what two systems say of a cell: people 40 | some people 3 ~ calls 1 甲 | people 40
    | asks hold_disputed of u0
    | says 「姓名」, people: 1. This file (acme/replaceuser/m.csv) takes back what acme/syncuser/s
    | says 本文件（acme/replaceuser/m.csv）会改回 acme/syncuser/s.csv 改动之前的内容。
the same two values once: people 40 | some people 3 ~ calls 1 甲 | people 40 | approve
    | 1 day | some people 3 ~ calls 1 甲 | applied | people 40 | applied
    | some people 3 ~ calls 1 乙 | applied | people 40 | asks hold_disputed
what one system corrects: people 40 | people 40 ~ calls 1 甲 | people 40 | applied
under whatever name: people 40 | other people 40 ~ calls 1 甲 | people 40 | applied
what a file of some puts right: people 40 | people 40 ~ calls 1 甲 | some people 3 | applied
what each system says of a column of its own: people 40
    | some people 3 ~ with_column 座机 010-1 | people 40 | unchanged
the first file after looser limits: people 100 | settings loose | people 100 ~ thinned 20
    | applied
names of departments exchanged: team | crowd
    | team ~ replaced 部门2, 某, ~ replaced 部门3, 部门2, ~ replaced 某, 部门3,
    | asks hold_displaced of 2, 3
    | says Departments with another name: 部门2 → 部门3 (2), 部门3 → 部门2 (3).
    | says for the people of another department: 部门2 (2 → 3), 部门3 (3 → 2).
the name of a department elsewhere in the tree: team | crowd
    | team ~ replaced 组,50 部门2,50 | asks hold_displaced of 50
a name that is new: team | crowd | team ~ replaced 组,50 新组,50 | applied
a new number: team | people 200 ~ changed ,,1⏎ ,,50⏎ 41 | team ~ replaced 组,50,3 组,77,3
    | asks hold_displaced of 50
    | says of the same name in the same place: 组 (50 → 77). WeCom
whatever becomes of departments in which nobody is: departments 41
    | departments 30 ~ replaced ⏎部门 ⏎分部 | applied
the root renamed: departments 30 | departments 30 ~ replaced 总部 新名
    | asks hold_protected_departments of 1
departments that move with their people: team | crowd
    | team ~ replaced 部门3,3,1, 部门3,3,2, | asks hold_displaced
    | says 21 of 200 people would stand under another path
    | says Departments with another parent: 部门3 (总部 → 部门2).
people under another path: team | crowd | team ~ replaced ⏎部门 ⏎分部 12 | asks hold_displaced
    | says 21 of 200 people would stand under another path
    | says are renamed, moved or left out: 12. | says name: 部门2 → 分部2 (2), 部门3 → 分
    | says 200 人中有 21 人的部门路径会改变：有 12 个部 | says 部门11 → 分部11 (11) … (+2).
    | says 部门11 → 分部11（11） …（+2）。
names of departments that are numbers: team | crowd | team ~ replaced 组,50 50,50
    | asks hold_numbered of 50
a reorganisation whose people come in another file: approved_tree | regrouped 55 | applied
the same, and others move as well: approved_tree | regrouped 56 | asks hold_amount
moves after a reorganisation: approved_tree | regrouped 0 | regrouped 31 | asks hold_amount
the only department gets another name: departments 4 | people 100 ~ moved 2
    | departments 4 ~ replaced 部门2 分部2 | applied
a department that WeCom deletes late, the next night: departments 40 | hire a0..39 in 2
    | hire b0..39 in 3 | departments 40 ~ replaced 部门2,2,1,2⏎ "" | approve
    | departments 40 ~ replaced 部门2,2,1,2⏎ "" ~ replaced 部门4, 四部, | applied
a department that WeCom deletes late, and another one left out: departments 40
    | hire a0..39 in 2 | hire b0..39 in 3 | departments 40 ~ replaced 部门2,2,1,2⏎ "" | approve
    | departments 40 ~ replaced 部门2,2,1,2⏎部门3,3,1,3⏎ "" ~ replaced 部门4, 四部,
    | asks hold_displaced of 4, 3
departments that were left out keep their names: departments 10 | hire a0..39 in 2
    | hire b0..39 in 3 | departments 10 ~ cut 1 4 | approve
    | departments 10 ~ replaced ⏎部门 ⏎分部 3 | asks hold_displaced of 2, 3
    | says 部门2 → 分部2 (2)
rows that an unread column calls departed: people 100 ~ with_column 员工状态 在职
    | people 100 ~ with_column 员工状态 离职*3 在职 ~ calls 51 职工 | asks hold_departed
    | says 员工状态: 离职 (3). | says below [rows]: "员工状态" = ["在职"]). Approve
a yes or no about who is here: people 100 ~ with_column 是否在职 是
    | people 100 ~ with_column 是否在职 否*3 是 ~ calls 51 职工 | asks hold_departed
    | says 是否在职: 否 (3). | says 的 [rows] 中加上："是否在职" = ["是"]）。
days of leaving, and the next one once they were approved: people 100 ~ with_column 离职日期 ""
    | people 100 ~ with_column 离职日期 2026/1/9 "" ~ calls 51 职工 | asks hold_departed
    | says 离职日期: YYYY-MM-DD (1). | says 的 [rows] 中加上："离职日期" = "until"）。 | approve
    | people 100 ~ with_column 离职日期 2026/1/9 2026-02-10 "" ~ calls 51 工人 | applied
columns that say something else: people 100 | people 100 ~ with_column 合同是否续签 否*3 是
    ~ with_column 是否党员 否 ~ with_column 转正日期 2026-01-01
    ~ with_column 合同到期日 2026-02-01 "" ~ with_column 合同状态 终止 有效
    ~ with_column 预计离职日期 2026-01-09 "" ~ calls 51 职工 | applied
such rows once: people 100 ~ with_column 员工状态 在职
    | people 100 ~ with_column 员工状态 离职*3 在职 ~ calls 51 职工 | approve
    | people 100 ~ with_column 员工状态 离职*3 在职 ~ calls 51 工人 | applied
"""


APPROVED_TREE = steps(
    "departments 4 | people 200 ~ moved 2 25"
    "| departments 4 ~ replaced ⏎部门 ⏎分部 | asks hold_displaced | approve"
)
LOOSE = "[limits]\nremoval_percent = 100\nadditions_percent = 100\n"
TEAM = departments(40) + "组,50,3,1\n"
CROWD = changed(people(200), ",,1\n", ",,50\n", 21)


@stories(QUESTIONS, globals())
def test_these_reasons_are_told_in_these_words(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_wrong_mobiles_are_named_beside_a_reorganisation(world: World) -> None:
    staff = [(f"王{n}", f"u{n}", f"138{7 * n:08d}", str(2 + n % 2)) for n in range(101)]
    before = table("姓名,帐号,手机号,所在部门", *map(",".join, staff))
    mobiles = [mobile for _, _, mobile, _ in staff]
    for n in range(30):
        moved = mobiles[n + 1] if n < 9 else "13999999999" if n == 9 else mobiles[n]
        staff[n] = (*staff[n][:2], moved, "4" if n % 3 else "1")
    after = table("姓名,帐号,手机号,所在部门", *map(",".join, staff))

    run = play(world, (DEPARTMENTS, departments(4)), before, after)

    assert codes(run) == ["hold_unlikely", "hold_amount"]
    assert [hold.params["column"] for hold in run.proposal.holds[:1]] == ["手机号"]
