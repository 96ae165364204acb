"""Who leaves on a day that HR's file tells is in WeCom until that day is over, and not longer."""

from unittest.mock import Mock

import pytest

from support.company import table, with_column
from support.guarded import COMPANY, DAY, SETTINGS, apply, policy
from support.runs import answers, english, page
from support.stories import Step, approve, play, settings, stories
from support.world import BOSS, SWEEP, World
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.policy import UNTIL
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.documents import run_document
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail

HEADER = "姓名,帐号,手机号,所在部门,离职日期"
TODAY, TOMORROW = "2027-01-15", "2027-01-16"
"""The clock of the tests begins at four in the afternoon in Shanghai."""
COUNT = 20


IN_FORCE = (
    '[limits]\nadditions_percent = 100\nfirst_replace = "apply"\nremovals = 0\n'
    'second_person = true\n[rows]\n"离职日期" = "until"\n'
)


def staff(*days: str) -> str:
    """Return a company's file: the last days of the first people; all others stay."""
    ends = [*days, *[""] * (COUNT - len(days))]
    rows = (f"员工{at},u{at},138{at:08d},示例公司/研发,{end}" for at, end in enumerate(ends))
    return table(HEADER, *rows)


def states(content: str, state: str = "在职") -> str:
    """Return a file that says of the first one a state, and that all others work here."""
    return with_column(content, "在职状态", state, "在职")


def capital(content: str) -> str:
    return content.replace(",u0,", ",U0,")


def few(count: int) -> str:
    return table(*staff().splitlines()[: int(count) + 1])


def until(world: World, *pairs: str) -> None:
    policy(world, rows={"离职日期": [UNTIL]}, **settings(*pairs))


def gone(world: World, *accounts: str) -> None:
    """See that these accounts are disabled, and no others."""
    assert {*world.wecom.switched} == {*accounts}


def cut_off(world: World, hours: int) -> None:
    """Let WeCom refuse our address for hours."""
    refusal = WeComError(60020, "", "/cgi-bin/user/list_id")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.wecom, "directory", Mock(side_effect=refusal))
        world.live(hours * 3600)


def due(world: World, count: int) -> None:
    """See how many runs there were because somebody was due."""
    assert len(due_runs(world)) == int(count)


def due_runs(world: World) -> list[Run]:
    return [it for it in world.store.runs_by_id.values() if it.identity.again.is_due]


STORIES = """
until the day is over, and once: until | company staff 2027-01-15 | applied | live 7 | gone | due 0
    | live 2 | gone u0 | due 1 | live 60 | due 1
every day has its own run, the next one of the one before: until
    | company staff 2027-01-15 2027-01-16 | live 9 | gone u0 | live 24 | gone u0 u1 | due 2
what is past already is left out by the file itself: until | company staff 2027-02-28 | 1 day
    | company staff 2027-01-14 2027-01-15 | applied | gone u0 u1 | live 12 | due 0
a newer file takes its place: until | company staff 2027-01-15 | 1 hours | company staff 2027-01-16
    | unchanged | live 12 | gone | due 0 | live 24 | gone u0 | due 1
but no file of departments alone: until | company staff 2027-01-15 | 1 hours
    | tree departments 3 ~ replaced 总部 示例公司 ~ replaced 部门2 研发 | live 12 | gone u0
a newer file that is held is waited for: until | company staff 2027-01-15 | 1 hours | company few 9
    | asks hold_incomplete | live 24 | gone | due 0 | cancel | live 1 | gone u0 | due 1
a newer list that is refused is waited for where people are removed: until leavers=remove
    | company staff 2027-01-15 | 1 hours | company staff 2027-02-15 ~ replaced 13800000001 x
    | rejected | live 48 | due 0 | company staff 2027-02-15 | live 9 | due 0
but disabling is not put off: until | company staff 2027-01-15 | 1 hours
    | company staff 2027-02-15 ~ replaced 13800000001 x | rejected | live 24 | gone u0
a newer file that comes to nothing after it has ended the run: until removals=0
    | company staff 2027-01-15 | live 9 | due 1 | gone | company few 9 | asks hold_incomplete
    | cancel | live 1 | gone | due 2 | approve | gone u0
after days without a sweep it is the next one's: until
    | company staff 2027-01-15 2027-01-16 | 5 days | gone | live 1 | gone u0 u1 | due 1
what nobody approves is planned again with the next day: until removals=0
    | company staff 2027-01-15 2027-01-20 | live 9 | due 1 | gone | cancel | live 24 | due 1
    | live 96 | due 2 | approve | gone u0 u1
and what WeCom does not take for days: until | company staff 2027-01-15 2027-01-21 | cut_off 90
    | gone | due 1 | live 72 | gone u0 u1 | due 2
by a file of the day after, who works here is asked about once, and stays: until
    | company staff 2027-02-28 ~ states | 1 day | company staff 2027-01-10 ~ states ~ calls 6 甲
    | asks hold_contradicted of u0 | approve | applied | gone | 1 day
    | company staff 2027-01-10 ~ states ~ calls 6 乙 | applied | gone
    | company staff 2027-01-11 ~ states ~ calls 6 丙 | asks hold_contradicted of u0 | cancel | gone
    | company staff 2027-01-11 ~ states 离职 ~ calls 6 乙 | applied | gone u0
and by name as the address book writes it: until | company staff 2027-02-28 ~ states ~ capital
    | 1 day | company staff 2027-01-10 ~ states ~ capital ~ calls 6 甲
    | asks hold_contradicted of U0
but not by a run of the day, of a file of before: until | company staff 2027-01-15 ~ states
    | live 9 | gone u0 | due 1
nor by going back to a file of before: until | company staff 2027-01-17 ~ states | applied
    | 1 hours | company staff 2027-01-17 ~ states ~ calls 6 甲 | applied | 4 days | again rollback 0
    | applied | gone u0
nor without a word about it: until | company staff 2027-02-28 | 1 day | company staff 2027-01-10
    | applied | gone u0
an approval after midnight removes nobody who became due meanwhile: hire u0..19
    | until first_replace=hold | company staff 2027-01-15 | 1 day | approve
    | asks hold_worse hold_strangers hold_amount | gone
"""


@stories(STORIES, globals())
def test_who_leaves_on_a_day_goes_when_it_is_over(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_a_run_of_the_day_says_why_it_is_there_and_nobody_approves_his_own_file(
    world: World,
) -> None:
    world.by = "AWS:AIDAADMIN"
    assert apply(world, SETTINGS, IN_FORCE).state is State.SUCCEEDED
    world.by = "AWS:AROADROP:hr"
    first = apply(world, COMPANY, staff(TODAY, TOMORROW))
    world.live(9 * 3600)
    (run,) = due_runs(world)
    assert run.state is State.HELD
    assert (run.identity.principal, run.droppers) == (SWEEP, ("AWS:AROADROP:hr", "AWS:AIDAADMIN"))
    document = run_document(run, Language.ENGLISH)
    assert (document["due_of"], document["leaving"]) == (
        first.run_id,
        {"as_of": TOMORROW, "day": TOMORROW, "people": 1},
    )
    why = "The file is planned anew: 2027-01-15 was the last day of somebody in it."
    assert why in page(world, run)["timeline"][0]["why"]
    assert why in mail(run, Language.ENGLISH)[1]

    world.approve_now(run)
    assert "second_person_refused" in answers(world, run)
    world.by = "AWS:AROADECIDE:boss"
    approve(world)

    gone(world, "u0")


def test_a_sweep_that_dies_behind_its_drop_plans_the_day_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(world)
    apply(world, COMPANY, staff(TODAY))
    world.clock.now += DAY
    with monkeypatch.context() as patch:
        patch.setattr(world.store, "follow_due", lambda *_: 1 / 0)
        world.sweep.sweep()
        world.sweep.sweep()
    assert len(world.drop_queue.messages) == 2

    world.live(3600)

    gone(world, "u0")
    due(world, 1)


def test_nobody_else_has_a_file_planned_anew_as_if_others_had_brought_it(world: World) -> None:
    until(world)
    first = apply(world, COMPANY, staff(TODAY))
    later = apply(world, COMPANY, staff(TODAY, TOMORROW))
    early = apply(world, COMPANY, "", again=f"due {later.run_id} {TODAY}")
    assert (early.state, early.droppers) == (State.REJECTED, (BOSS,))
    world.clock.now += DAY

    for run, day in ((first, TODAY), (later, "2027-01-14")):
        forged = apply(world, COMPANY, "", again=f"due {run.run_id} {day}")
        assert (forged.state, forged.droppers) == (State.REJECTED, (BOSS,))
    gone(world)

    world.live(3600)

    gone(world, "u0")


@pytest.mark.parametrize("lost", ["file", "run"])
def test_a_file_that_is_not_kept_any_more_is_told_once(world: World, lost: str) -> None:
    until(world)
    run = apply(world, COMPANY, staff(TODAY, TOMORROW))
    world.pass_time(600)
    if lost == "file":
        del world.drops.objects[COMPANY, run.identity.version]
    else:
        del world.store.runs_by_id[run.run_id]

    world.live(3 * DAY)

    (rejected,) = (it for it in world.store.runs_by_id.values() if it.state is State.REJECTED)
    assert "last day was 2027-01-15" in english(rejected)
    assert "Drop HR's newest file." in english(rejected)
    assert world.counted["RunsRejected"] == 1
