"""What is far more than a company's files have changed before, at once or bit by bit."""

from support.company import people, table, titled
from support.guarded import SOME, apply
from support.stories import Step, play, stories
from support.world import World
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State


def dial(world: World, count: int, start: int | None = None) -> Run:
    """Give so many people other mobiles: each time others, or those from a number on."""
    runs = len(world.store.runs_by_id)
    first = runs * 31 if start is None else start
    who = [at % 100 for at in range(first, first + count)]
    mobiles = [f"139{(runs * 7_919 + n * 104_729) % 10**8:08d}" for n in who]
    rows = [f"员工{n + 1},u{n},{mobile},,1" for n, mobile in zip(who, mobiles, strict=True)]
    return apply(world, SOME, table("姓名,帐号,手机号,邮箱,所在部门", *rows))


def join(world: World, count: int) -> Run:
    """Let so many people join."""
    there = len(world.wecom.members)
    header, *rows = people(there + count).splitlines()
    return apply(world, SOME, table(header, *rows[there:]))


def series(days: str, *counts: int, start: int | None = None) -> list[Step]:
    """Give so many people other mobiles again and again, days after the last time."""
    dials = [lambda world, count=count: dial(world, count, start) for count in counts]
    return [step for act in dials for step in (float(days), act)]


def telephones(days: int, *counts: int) -> list[Step]:
    """Let another system give so many people telephones again and again, every time others."""

    def ring(world: World, count: int) -> Run:
        runs = len(world.store.runs_by_id)
        rows = (
            f"员工{n + 1},u{n},1380000{n + 1:04d},,1,{runs * 1_009 + n * 37:08d}"
            for n in (at % 100 for at in range(runs * 31, runs * 31 + count))
        )
        return apply(world, SOME, table("姓名,帐号,手机号,邮箱,所在部门,座机", *rows))

    acts = [lambda world, count=count: ring(world, count) for count in counts]
    return [step for act in acts for step in (float(days), act)]


def titles(*counts: int) -> list[Step]:
    """Give so many people other titles, every night others."""
    sums = [sum(counts[: number + 1]) for number in range(len(counts))]
    files = [titled(100, "乙"), *(titled(100, *"甲" * total, "乙") for total in sums)]
    return [step for file in files for step in (1, file)]


def mend(days: int, *counts: int) -> list[Step]:
    """Give so many people other mobiles again and again, the same people every night."""
    return series(str(days), *counts, start=0)


def refused_nights() -> list[Step]:
    file = people(100).replace("员工4,", "改名四,").replace("员工5,", "改名五,")
    return [step for name in "甲乙丙丁戊己" for step in (1, file.replace("员工50", name))]


FILES = """
far more than any file before: company | series 7 8*2 25 | asks hold_unusual
    | says addresses: 25 of 100 people in this file
    | says files has changed is 8. | says 涉及 100 人中的 25 人；本企业以往的文件一次最多涉及 8 人
three times as much: company | series 7 8*2 24 | applied
too few files to know: company | series 7 25 | applied
what hardly ever changes: people 100 | people 100 ~ calls 1 甲
    | people 100 ~ with_column 性别 男*11 "" | asks hold_unusual
a few of what hardly ever changes: people 100 | people 100 ~ calls 1 甲
    | people 100 ~ with_column 性别 男*10 "" | applied
what changes now and then: people 100 | people 100 ~ with_column 职位 员*1 ""
    | people 100 ~ with_column 职位 员*20 "" | applied
two instalments: company | few | series 1 5 5 | applied
instalments with months in between: company | few | series 90 4*6 | applied
instalments beyond a few: company | few | series 1 5 6 | asks hold_bit_by_bit
    | says addresses: 11 in 2 files since 2027-01-17, each | says 份文件合计 11 人次（现有 100 人）
instalments of weeks: company | few | series 30 1*3 | series 7 5*3 | asks hold_bit_by_bit
instalments of months: company | few | series 90 1*3 | series 30 6*2 | asks hold_bit_by_bit
three instalments: company | few | series 1 1 | series 40 1 | series 1 2*3 | asks hold_bit_by_bit
    | says 7 in 4 files since
many at once, then one and one: company | few | series 1 1 | series 40 10 | series 1 1 1 | applied
three instalments in the first month: company | few | series 1 2*3 | applied
leavers in three files: people 100 | people 100 ~ calls 1 甲 | 40 days | people 100 ~ thinned 2
    | 1 day | people 100 ~ thinned 4 | 1 day | people 100 ~ thinned 6 | applied
titles by instalments: titles 4*3 | asks hold_bit_by_bit
as much as always: company | few | series 7 3*20 | applied
where nobody asks about shares: company | series 1 6*4 | applied
many at once and a few the next day: titles 20 3 | applied
leavers by instalments: company | people 1000 | 1 day | people 1000 ~ thinned 9 | 1 day
    | people 1000 ~ thinned 18 | 1 day | people 1000 ~ thinned 27 | asks hold_bit_by_bit
temps who go, and then others: people 100 | 1 day | people 108 | 5 days
    | people 100 ~ calls 1 甲 | 1 day | people 100 ~ thinned 8 ~ calls 1 甲 | applied
who is put right counts once: company | few | mend 1 8 8 | applied
who is put right by the next file of a month: company | few | series 30 1*6
    | mend 30 8 8 | applied
but not in others: company | few | mend 1 8 4 | series 1 5 | asks hold_bit_by_bit
what a person approved is not counted again: company | few | series 1 5 6 | approve | series 1 5
    | applied
what a person cancelled is not counted either: company | few | series 1 5 6 | cancel | series 1 6
    | applied
but what came since: company | few | series 1 5 6 | approve | series 1 6 6 | asks hold_bit_by_bit
many newcomers: company | newcomers | join 18 | asks hold_amount
    | says Newcomers: 18 of 118 in this file; no pattern is seen in them. More than 15 % need
    | says 新增人员：本文件涉及 118 人中的 18 人
newcomers by instalments: company | newcomers | join 10 | 1 day | join 10 | asks hold_bit_by_bit
a rollback counts as asked: company | few | people 100 ~ changed ,1380000 ,1397316 5
    | again rollback 0 | series 0 6 | applied
what WeCom refuses every night is no change: refuse u3 u4 | people 100 | refused_nights | partial
a retry does not count its own first try: refuse u0..5 | people 100 | people 100 ~ named 职工 8
    | refuse | again retry 1 | applied
a second system at its pace: people 100 | telephones 5 4*5 6*4 | applied
    | telephones 1 9*3 | asks hold_bit_by_bit
the same in its first weeks: people 100 | telephones 5 4*4 6 | asks hold_bit_by_bit
within 90 days: company | series 3 12 1*28 30 | applied
after 90 days: company | series 3 12 1*29 30 | asks hold_unusual
within 90 days of monthly files: company | series 30 12 1 30 | applied
after 90 days of monthly files: company | series 30 12 1 1 30 | asks hold_unusual
at a dozen two and one: people 12 | 1 day | people 12 ~ with_column 职位 员*2 "" | 1 day
    | people 12 ~ with_column 职位 员*3 "" | asks hold_bit_by_bit
"""


COMPANY = [{"contacts_percent": 100, "updates_percent": 100}, people(100)]
FEW = {"contacts_percent": 5}
NEWCOMERS = {"additions_percent": 15}


@stories(FILES, globals())
def test_what_is_far_more_than_before_is_asked_about(world: World, story: list[Step]) -> None:
    play(world, *story)

    assert {run.state for run in world.store.runs_by_id.values()} <= {
        *(State.SUCCEEDED, State.PARTIAL, State.HELD, State.CANCELLED)
    }
