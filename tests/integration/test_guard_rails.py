"""Every limit of the guard rails: the most that is applied unasked, and one more."""

import itertools
import re

from support.company import changed, table
from support.guarded import codes
from support.stories import Step, limits, play
from support.world import World, departments
from wecom_sync.domain.directory import Department


def made(world: World, number: int) -> None:
    """Let a department be made by hand."""
    world.wecom.departments[number] = Department(number, 1)


def mailed(content: str, count: int) -> str:
    """Give so many a mailbox each."""
    numbers = itertools.count(100)
    return re.sub(
        "#", lambda _: str(next(numbers)), changed(content, ",,1\n", ",#@x.cn,1\n", count)
    )


def a_third(content: str) -> str:
    header, *rows = content.splitlines()
    return table(header, *rows[::3])


def joined(content: str, count: int, start: str, domain: str, place: int) -> str:
    """Return a file with newcomers whose ids begin so, with e-mails in a domain or none."""
    users = [f"{start}90{number}" for number in range(count)]
    mails = [f"{user}@{domain}" if domain else "" for user in users]
    return content + "".join(
        f"新{user},{user},1391111{at:04d},{mail},{place}\n"
        for at, (user, mail) in enumerate(zip(users, mails, strict=True))
    )


def rows_without(content: str, text: str) -> str:
    return "".join(row for row in content.splitlines(keepends=True) if text not in row)


LIMITS = """
hold_amount: people {0} | people {0} ~ named 职工 {1}
    within 1 1, 4 2, 39 3, 199 19, 200 20, 400 20, 440 22
    beyond 8 3, 39 4, 199 20, 200 21, 400 21, 440 23
hold_amount: people 600 | people 600 ~ changed ,1380000 ,1397316 {0} within 30 beyond 31
hold_amount: people 600 | people 600 ~ mailed {0} within 30 beyond 31
hold_amount: departments 4 | people {0} | people {0} ~ changed ,,1⏎ ,,2⏎ {1}
    within 600 90, 12 5, 59 5, 80 12 beyond 600 91, 12 6, 80 13
hold_amount: departments 4 | people 12 ~ replaced 0012,,1 0012,,2
    | people 12 ~ replaced 0012,,1 0012,,2 ~ changed ,,1⏎ ,,2⏎ {0} within 2 beyond 3
hold_amount: set attributes=工龄
    | people 100 ~ with_column {0} {1} | people 100 ~ with_column {0} {2}*{3} {1}
    within 职位 1 2 30, 职位 "" 1 30, 别名 1 2 30, 别名 "" 1 30, 排序 1 2 30, 排序 "" 1 30,
    排序 1 "" 30, 工龄 1 2 30, 工龄 "" 1 30
    beyond 职位 1 2 31, 职位 "" 1 31, 别名 1 2 31, 别名 "" 1 31, 排序 1 2 31, 排序 "" 1 31,
    排序 1 "" 31, 工龄 1 2 31, 工龄 "" 1 31
hold_amount: titled 100 1*40 "" | some titled 100 2*{0} 1*{1} "" within 12 28 beyond 13 27
hold_amount: set additions_percent=15 | {0} people 40 within full, some
hold_amount: people {1} | set additions_percent=15 | {0} people {2}
    within full 1 7, full 8 14, full 100 117, some 1 7, some 8 14, some 100 117
    beyond full 1 8, full 8 15, full 100 118, some 1 8, some 8 15, some 100 118
hold_amount: hire u0..{0} | set first_replace=apply additions_percent=15 | some people 40
    within 4 beyond 5
hold_first: hire u0..{0} | set first_replace=hold additions_percent=15 | people 40
    within 4 beyond 5
hold_amount: set first_replace=hold additions_percent=30 | some people {0}
    | people {1} ~ calls 2 员工贰 within 23 32, 10 10 beyond 23 33
hold_first: set first_replace=hold additions_percent=30 | some people 10
    | people {0} ~ calls 2 员工贰 beyond 9
hold_first: set first_replace=hold additions_percent=30 | some people 10 | hire {0}
    | people 10 ~ calls 2 员工贰 ~ plus 旧,{0},13911112222,,1 beyond old
hold_first: set first_replace=hold | departments {0} within 9
hold_first: set first_replace=hold | made {0} | departments 9 beyond 7
hold_unknown: hire u0..{1} | set first_replace={0} | some people {2}
    within hold 99 10, hold 4 5, apply 99 11 beyond hold 99 11
hold_invited: set invite=true invitations=3 | some people {0} within 3 beyond 4
hold_gone: people {0} | people {0} ~ thinned {1}
    within 1000 50, 100 10, 2 1, 8 2, 300 20, 440 22
    beyond 1000 51, 100 11, 9 3, 7 2, 4 2, 300 21, 440 23
hold_gone: set {0} | people {1} | people {1} ~ thinned {2}
    within removals=5 100 5, removal_percent=100 100 40 beyond removals=5 100 6, removals=0 9 1
hold_gone: set removals=1000 removal_percent={0} | people 60 | people 60 ~ a_third
    within 100 beyond 99
hold_gone: {0} | people 1000 | people 1000 ~ thinned 8 | people 1000 ~ thinned {1}
    within fewer 15 beyond fewer 16, fewer 21
hold_gone: {0} | people 1000 | people 1000 ~ thinned 4 | people 1000 ~ thinned 10
    | people 1000 ~ thinned {1} within fewer 15 beyond fewer 16
hold_gone: people 60 | people 60 ~ thinned 1 | {0} hours | people 60 ~ thinned {1}
    within 24 6, 0 5 beyond 0 6
hold_gone: fewer | people 1000 | people 1000 ~ thinned 8 | {0} hours
    | people 1000 ~ thinned 16 within 23.5 beyond 18
hold_came_back: set removal_percent=100 | people 100 ~ with_column 禁用 1*40 ""
    | {0} people 100 ~ with_column 禁用 1*{1} {2}
    within full 30 "", full 30 0, some 30 "", some 30 0
    beyond full 29 "", full 29 0, some 29 "", some 29 0
hold_came_back: set removal_percent=100 | people {0} | delete u0..{1} | 3 days | some people {0}
    within 100 8, 300 19 beyond 100 9, 300 20
hold_came_back: set removal_percent=100 | people {1} | people {1} ~ thinned {2} | {0} hours
    | some people {1} within 72 100 9, 72 300 20, 71 100 11 beyond 72 100 10, 72 300 21, 73 100 11
hold_came_back: set removal_percent=100 | people 100 | people 100 ~ thinned 11 | {0} hours
    | some people 1 ~ calls 1 职工1 | some people 100 within 71 beyond 73
hold_came_back: people 100 | people 100 ~ thinned 10 | {0} days
    | people 100 ~ thinned 10 ~ calls 1 改名 | some people 100 ~ calls 1 改名
    within 401 beyond 399
hold_of_others: departments 4 | people 100 | people 100 ~ joined {0} {1} {2} {3}
    within 6 S y.cn 1, 10 u y.cn 1, 20 S "" 3, 15 S "" 1, 15 u "" 3
    beyond 7 S y.cn 1, 11 u y.cn 1, 21 S "" 3, 6 S y.cn 3
hold_of_others: departments 4 | people 12 | people 12 ~ joined {0} {1} {2} {3}
    within 2 u y.cn 1, 1 S y.cn 3 beyond 3 u y.cn 1, 2 S y.cn 1
hold_of_others: people 100 ~ mailed 50 | people 100 ~ mailed 50 ~ joined {0} {1} {2} 1
    within 15 u x.cn beyond 11 u y.cn
hold_incomplete: set removals=1000 removal_percent=100
    | people {0} | people {0} ~ cut {1} {2} within 40 7 11, 400 7 27, 40 0 36
    beyond 40 7 12, 400 7 28, 40 0 35
hold_exchanged: people 40 | people 40 ~ replaced 13800000001 A ~ replaced 13800000002 13800000001
    ~ replaced A {0} within 13900000009 beyond 13800000002
hold_incomplete: set removals=1000 removal_percent=100 | people 80 ~ shuffled
    | people 80 ~ shuffled ~ cut {0} {1} within 7 11, 20 24 beyond 7 12, 75 80
hold_incomplete: set removal_percent=100 | departments 4 | people 40 ~ changed ,,1⏎ ,,3⏎ {0}
    | people 40 ~ changed ,,1⏎ ,,3⏎ {0} ~ rows_without ,,3 within 4 beyond 5
hold_incomplete: set removal_percent={0} | people 40 ~ with_column 禁用 1 0
    | people 40 ~ with_column 禁用 1 0*9 1*20 0 within 100
hold_disabled_first: set removal_percent=100 | people 100 ~ with_column 禁用 0
    | people 100 ~ with_column 禁用 1*{0} 0 within 10 beyond 11
hold_status_lost: people 100 | people 100 ~ thinned {0} | 4 days | people {1}
    within 4 105, 3 108 beyond 4 106
hold_displaced: team | people {0} ~ changed ,,1⏎ ,,50⏎ {1}
    | team ~ replaced 部门3,3,1, 部门3,3,2, within 200 20, 600 30 beyond 200 21, 600 31
hold_displaced: team | people {0} ~ changed ,,1⏎ ,,50⏎ {1} ~ moved 2 5
    | team ~ replaced 部门2,2,1,2⏎部门3,3,1,3⏎组,50,3,1⏎ {2}
    within 200 15 "", 200 15 分部2,2,1,2⏎分部3,3,1,3⏎组,50,3,1⏎,
    200 15 分部2,2,1,2⏎部门3,3,9,3⏎组,50,3,1⏎, 600 25 分部2,2,1,2⏎分部3,3,1,3⏎组,50,3,1⏎
    beyond 200 16 "", 200 16 分部2,2,1,2⏎分部3,3,1,3⏎组,50,3,1⏎,
    200 16 分部2,2,1,2⏎部门3,3,9,3⏎组,50,3,1⏎, 600 26 分部2,2,1,2⏎分部3,3,1,3⏎组,50,3,1⏎
hold_protected_contacts: people 40 | strict | {0} people 40 ~ replaced {1} {2}
    within full u2,13800000003 u2,13911110003, some u2,13800000003 u2,13911110003
    beyond full u1,13800000002 u1,13911110002, full 0002,,1 0002,a@x.cn,1,
    full u1,13800000002,,1 u1,,a@x.cn,1, full 员工2,u1 职工2,u1,
    some u1,13800000002 u1,13911110002, some 0002,,1 0002,a@x.cn,1,
    some u1,13800000002,,1 u1,,a@x.cn,1, some 员工2,u1 职工2,u1
hold_protected_contacts: hire u-mail boss-mail | some people 40 | strict
    | some people 0 ~ plus 老板,{0},13911110001,,1 within u-mail beyond boss-mail
hold_protected_added: people 40 | strict | some people 0 ~ plus 老板,{0},13911110001,,1
    within u-mail beyond boss-mail, WangWu
hold_other_returns: people 40! | people 39! | some people 0 ~ plus {0},u39,{1},,1
    within 员工40 13911110040, 他人 13800000040 beyond 他人 13911110040
"""
TEAM = departments(40).replace("部门4,", "组,50,3,1\n部门4,", 1)
FEWER = {"removals": 15}
STRICT = {"contacts_percent": 100, "renames_percent": 100, "protected": ["BOSS-*", "u1"]}
STRICT |= {"desk_approvers": ["LISI"], "desk_droppers": ["wangwu"]}


@limits(LIMITS, globals())
def test_what_is_beyond_a_limit_is_asked_about_and_nothing_else(
    world: World, story: list[Step], holds: list[str]
) -> None:
    last = play(world, *story)

    assert codes(last) == holds
    others = [run for run in world.store.runs_by_id.values() if run.run_id != last.run_id]
    assert [run.proposal.holds for run in others] == [()] * len(others)
