"""What is far more than a company's files have changed before, at once or bit by bit."""

import pytest

from support.company import changed, people, table, thinned, titled
from support.guarded import DAY, FULL, SOME, Question, Step, apply, approve
from support.world import World
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

LIMIT, FAR, TREND = ["hold_habit_limit"], ["hold_habit"], ["hold_habit_trend"]
HEADER = "姓名,帐号,手机号,邮箱,所在部门"
COMPANY: list[Step] = [{"contacts_percent": 100, "updates_percent": 100}, people(100)]
FEW_CONTACTS = {"contacts_percent": 5, "updates_percent": 100}
FEW_NEWCOMERS = {"additions_percent": 15}


def dial(count: int) -> Step:
    """Return that so many people get other mobiles."""

    def file(world: World) -> Run:
        start = int(world.clock.now) // 60
        mobiles = (f"139{(start * 7919 + n * 104_729) % 10**8:08d}" for n in range(count))
        rows = (f"员工{n + 1},u{n},{mobile},,1" for n, mobile in enumerate(mobiles))
        return apply(world, SOME, table(HEADER, *rows))

    return file


def join(count: int) -> Step:
    """Return that so many people join."""

    def file(world: World) -> Run:
        there = len(world.wecom.members)
        header, *rows = people(there + count).splitlines()
        return apply(world, SOME, table(header, *rows[there:]))

    return file


def roll_back(world: World) -> Run:
    first = next(run for run in world.store.runs_by_id.values() if run.key == FULL)
    return apply(world, FULL, "", rollback_of=first.run_id)


def series(days: float, *counts: int) -> list[Step]:
    """Give so many people other mobiles again and again, days after the last time."""
    return [step for count in counts for step in (days, dial(count))]


def refusing(*accounts: str) -> Step:
    """Return that WeCom refuses the rows of these people from now on."""
    return lambda world: setattr(world.wecom, "refused", dict.fromkeys(accounts, 60104))


def retry(world: World) -> Run:
    return apply(world, FULL, "", retry_of=world.run_of(FULL).run_id)


GRACE = {"leavers": "disable", "leaver_days": 30}
LEFT = thinned(people(100), 10)
SIX = [f"u{n}" for n in range(6)]
REFUSED = people(100).replace("员工4,", "改名四,").replace("员工5,", "改名五,")
TITLES: list[Step] = [step for n in range(6) for step in (7, (SOME, titled(1, f"甲{n}")))]
ONCE_MORE = changed(people(100), ",1380000", ",1397316", 5)
QUESTIONS = {
    "far more than any file before": Question(
        [*COMPANY, *series(7, *[8] * 6, 25)], FAR,
        ("addresses: 25 of 100 people in this file", "files has changed without a question is 8.",
         "涉及 100 人中的 25 人；该企业以往的文件未经确认时，一次最多涉及 8 人"),
    ),
    "three times as much": Question([*COMPANY, *series(7, *[8] * 6, 24)], []),
    "far more, once a month": Question([*COMPANY, *series(30, *[8] * 6, 25)], FAR),
    "three times as much, once a month": Question([*COMPANY, *series(30, *[8] * 6, 24)], []),
    "too few files for a habit": Question([*COMPANY, *series(7, *[8] * 5, 25)], []),
    "too few days for a habit": Question([*COMPANY, *series(6.9, *[8] * 6, 25)], []),
    "titles of many at once": Question(
        [*COMPANY, *TITLES, (SOME, titled(100, *["经理", "主管", "职员"] * 33))], []
    ),
    **{
        f"instalments {counts} every {days} days": Question(
            [*COMPANY, FEW_CONTACTS, *series(days, *counts)], [], ()
        )
        for counts, days in (
            ((6, 5), 1), ((3, 3, 3, 3), 30), ((3, 3, 3, 3), 3), ((3, 9), 1)
        )
    },
    **{
        f"instalments {counts} every {days} days": Question(
            [*COMPANY, FEW_CONTACTS, *series(days, *counts)], LIMIT,
            ("addresses: 12 with this file and those", "合计却有 12 人次，超过现有 100 人的 5%"),
        )
        for counts, days in (((6, 6), 1), ((4, 4, 4), 30), ((3, 3, 3, 3), 2))
    },
    "leavers by instalments": Question(
        [*COMPANY, people(1000), *(
            step for gone in (30, 60, 90, 120) for step in (1, thinned(people(1000), gone))
        )], LIMIT,
    ),
    "what a person approved is not counted again": Question(
        [*COMPANY, FEW_CONTACTS, *series(7, 6), dial(6), approve, *series(1, 6)], []
    ),
    "but what came since": Question(
        [*COMPANY, FEW_CONTACTS, *series(7, 6), dial(6), approve, *series(1, 6), dial(6)], LIMIT
    ),
    "two weeks as any other": Question([*COMPANY, *series(7, *[2] * 8), *series(1, 5, 2)], []),
    "more within two weeks": Question(
        [*COMPANY, *series(7, *[2] * 8), *series(1, 5, 3)], TREND,
        ("12 within two weeks, with this file (people: 100). In two weeks it was 4 at most",
         "两周内共 12 人次（现有 100 人），以往任何两周最多 4 人次"),
    ),
    **{
        f"{count} newcomers after 15": Question(
            [*COMPANY, FEW_NEWCOMERS, people(300), approve, {}, *[7, join(1)] * 6, 10, join(15),
             join(count)], holds,
        )
        for count, holds in ((16, []), (17, TREND))
    },
    "the first people of a new corp": Question(
        [*COMPANY, FEW_NEWCOMERS, join(18)], ["hold_added"],
        ("too few files yet", "提交过的文件还太少"),
    ),
    "the first people of a new corp are no newcomers": Question(
        [*COMPANY, FEW_NEWCOMERS, join(15), join(5)], LIMIT
    ),
    "a rollback counts as asked": Question(
        [*COMPANY, FEW_CONTACTS, ONCE_MORE, roll_back, dial(6)], []
    ),
    "another file does not": Question(
        [*COMPANY, FEW_CONTACTS, ONCE_MORE, people(100).replace("员工99,", "职工99,"), dial(6)],
        LIMIT,
    ),
    "what WeCom refuses every night is no change": Question(
        [refusing("u3", "u4"), people(100),
         *(step for name in "甲乙丙丁戊己" for step in (1, REFUSED.replace("员工50", name)))], [],
    ),
    "a retry does not count its own first try": Question(
        [refusing(*SIX), people(100), people(100).replace("员工", "职工", 8), refusing(), 1 / DAY,
         retry], [],
    ),
    "the end of a grace period is not counted again": Question(
        [GRACE, people(100), LEFT, 31, {**GRACE, "removals": 0}, LEFT.replace("员工1,", "改,")], []
    ),
    "within 90 days": Question([*COMPANY, *series(3, 12, *[1] * 29, 30)], []),
    "after 90 days": Question([*COMPANY, *series(3, 12, *[1] * 30, 30)], FAR),
    "within 24 files": Question([*COMPANY, *series(30, 12, *[1] * 23, 30)], []),
    "after 24 files": Question([*COMPANY, *series(30, 12, *[1] * 24, 30)], FAR),
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_what_is_far_more_than_before_is_asked_about(world: World, question: Question) -> None:
    question.ask(world)
    assert {run.state for run in world.store.runs_by_id.values()} <= {
        State.SUCCEEDED, State.PARTIAL, State.HELD,
    }  # fmt: skip
