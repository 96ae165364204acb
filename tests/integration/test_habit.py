"""What is far more than a company's files have changed before, at once or bit by bit."""

from support.company import people, table, titled
from support.guarded import SOME, apply
from support.stories import Step, play, stories
from support.world import World
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State


def dial(world: World, count: int) -> Run:
    """Give so many people other mobiles."""
    start = int(world.clock.now) // 60
    mobiles = (f"139{(start * 7919 + n * 104_729) % 10**8:08d}" for n in range(count))
    rows = (f"员工{n + 1},u{n},{mobile},,1" for n, mobile in enumerate(mobiles))
    return apply(world, SOME, table("姓名,帐号,手机号,邮箱,所在部门", *rows))


def join(world: World, count: int) -> Run:
    """Let so many people join."""
    there = len(world.wecom.members)
    header, *rows = people(there + count).splitlines()
    return apply(world, SOME, table(header, *rows[there:]))


def series(days: str, *counts: int) -> list[Step]:
    """Give so many people other mobiles again and again, days after the last time."""
    dials = [lambda world, count=count: dial(world, count) for count in counts]
    return [step for act in dials for step in (float(days), act)]


def six_of_a_team(days: int) -> list[Step]:
    files = [(SOME, titled(1, f"甲{n}")) for n in range(6)]
    return [step for file in files for step in (days, file)]


def refused_nights() -> list[Step]:
    file = people(100).replace("员工4,", "改名四,").replace("员工5,", "改名五,")
    return [step for name in "甲乙丙丁戊己" for step in (1, file.replace("员工50", name))]


FILES = """
far more than any file before: company | series 7 8*6 25 | asks hold_habit
    | says addresses: 25 of 100 people in this file
    | says files has changed without a question is 8.
    | says 涉及 100 人中的 25 人；该企业以往的文件未经确认时，一次最多涉及 8 人
three times as much: company | series 7 8*6 24 | applied
far more, once a month: company | series 30 8*6 25 | asks hold_habit
three times as much, once a month: company | series 30 8*6 24 | applied
too few files for a habit: company | series 7 8*5 25 | applied
too few days for a habit: company | series 6.9 8*6 25 | applied
titles of many at once: company | six_of_a_team 7 | some titled 100 经理*33 主管*33 职员 | applied
two instalments: company | few | series 1 6 5 | applied
instalments of months: company | few | series 30 3*4 | applied
instalments three days apart: company | few | series 3 3*4 | applied
little and then much: company | few | series 1 3 9 | applied
two instalments beyond the limit: company | few | series 1 6 6 | asks hold_habit_limit
    | says addresses: 12 with this file and those | says 合计却有 12 人次，超过现有 100 人的 5%
instalments of months beyond the limit: company | few | series 30 4*3 | asks hold_habit_limit
instalments two days apart: company | few | series 2 3*4 | asks hold_habit_limit
leavers by instalments: company | people 1000 | 1 day | people 1000 ~ thinned 30 | 1 day
    | people 1000 ~ thinned 60 | 1 day | people 1000 ~ thinned 90 | 1 day
    | people 1000 ~ thinned 120 | asks hold_habit_limit
what a person approved is not counted again: company | few | series 7 6 | series 0 6 | approve
    | series 1 6 | applied
but what came since: company | few | series 7 6 | series 0 6 | approve | series 1 6 | series 0 6
    | asks hold_habit_limit
two weeks as any other: company | series 7 2*8 | series 1 5 2 | applied
more within two weeks: company | series 7 2*8 | series 1 5 3 | asks hold_habit_trend
    | says 12 within two weeks, with this file (people: 100). In two weeks it was 4 at most
    | says 两周内共 12 人次（现有 100 人），以往任何两周最多 4 人次
16 newcomers after 15: company | newcomers | people 300 | approve | set | 7 days | join 1
    | 7 days | join 1 | 7 days | join 1 | 7 days | join 1 | 7 days | join 1 | 7 days | join 1
    | 10 days | join 15 | join 16 | applied
17 newcomers after 15: company | newcomers | people 300 | approve | set | 7 days | join 1
    | 7 days | join 1 | 7 days | join 1 | 7 days | join 1 | 7 days | join 1 | 7 days | join 1
    | 10 days | join 15 | join 17 | asks hold_habit_trend
the first people of a new corp: company | newcomers | join 18 | asks hold_added
    | says have changed too little yet to say | says 带来的变更还太少
the first people of a new corp are no newcomers: company | newcomers | join 15 | join 5
    | asks hold_habit_limit
a rollback counts as asked: company | few | people 100 ~ changed ,1380000 ,1397316 5
    | again rollback_of 0 | series 0 6 | applied
another file does not: company | few | people 100 ~ changed ,1380000 ,1397316 5
    | people 100 ~ calls 99 职工99 | series 0 6 | asks hold_habit_limit
what WeCom refuses every night is no change: refuse u3 u4 | people 100 | refused_nights | partial
a retry does not count its own first try: refuse u0..5 | people 100 | people 100 ~ named 职工 8
    | refuse | again retry_of 1 | applied
the end of a grace period is not counted again: set leavers=disable leaver_days=30 | people 100
    | people 100 ~ thinned 10 | 31 days | set leavers=disable leaver_days=30 removals=0
    | people 100 ~ thinned 10 ~ calls 1 改 | applied
within 90 days: company | series 3 12 1*29 30 | applied
after 90 days: company | series 3 12 1*30 30 | asks hold_habit
within 24 files: company | series 30 12 1*23 30 | applied
after 24 files: company | series 30 12 1*24 30 | asks hold_habit
"""


COMPANY = [{"contacts_percent": 100, "updates_percent": 100}, people(100)]
FEW = {"contacts_percent": 5, "updates_percent": 100}
NEWCOMERS = {"additions_percent": 15}


@stories(FILES, globals())
def test_what_is_far_more_than_before_is_asked_about(world: World, story: list[Step]) -> None:
    play(world, *story)

    assert {run.state for run in world.store.runs_by_id.values()} <= {
        *(State.SUCCEEDED, State.PARTIAL, State.HELD)
    }
