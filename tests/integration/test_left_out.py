"""Columns and rows of an HR file that are left out: what is asked, and that nothing is kept."""

import pytest

from support.company import people, table, with_column
from support.guarded import (
    APPLIED,
    FULL,
    SOME,
    UNCHANGED,
    Question,
    Step,
    apply,
    approve,
    asked,
    codes,
    play,
    policy,
)
from support.world import World
from wecom_sync.domain.states import State
from wecom_sync.domain.stored import plain

HEADER = "姓名,帐号,手机号,所在部门,员工状态,身份证号"
AWAY = "13800000003,1,停薪留职"
TAKEN = {"员工状态": ["在职", "试用"]}
SECRET = "110101199001010000"


def staff(*more: str, count: int = 30) -> str:
    rows = [f"员工{n},u{n},138{n:08d},1,在职" for n in range(count)]
    return table(HEADER, *(f"{row},{SECRET}" for row in (*rows, *more)))


ON_LEAVE = staff().replace("13800000003,1,在职", AWAY)


GONE = "王芳,wangfang,13900000000,1,离职"
LENT = "赵敏,zhaomin,13900000001,1,借调"
BLANK = "周静,zhoujing,13900000003,1,"


def everything(world: World) -> str:
    """Return all that is kept of a corp's files, but for the drops themselves."""
    table = [run.to_document() for run in world.store.runs_by_id.values()]
    archive = [plain(snapshot) for snapshot in world.archive.snapshots.values()]
    reports = [report.decode() for report in world.reports.documents.values()]
    return repr([table, archive, [*world.archive._sent.values()], reports])


DATED: list[Step] = [
    {"rows": {"离职日期": [""]}}, with_column(people(30), "离职日期", ""), 1,
    with_column(people(30), "离职日期", "", "", "", "2026-11-03", ""),
]  # fmt: skip
KNOWN: list[Step] = [{"rows": TAKEN}, staff(BLANK, GONE), approve, 1]
LEFT_OUT = staff(BLANK, GONE, count=31)
LIMITS = '[limits]\nadditions_percent = 100\nfirst_replace = "apply"\n[rows]\n'
SETTINGS: Step = (
    "acme/settings.toml", f'{LIMITS}"员工状态" = ["在职", "! 离职", "!停薪留职"]\n'
)  # fmt: skip
OUT, ACCOUNTS = ["hold_left_out"], ["hold_left_accounts"]
QUESTIONS = {
    "the same value again": Question(
        [{"rows": TAKEN}, staff(GONE), approve,
         staff(GONE, "孙丽,sunli,13900000002,1,离职", count=31)], [],
    ),
    "another value": Question(
        [{"rows": TAKEN}, staff(GONE), approve, staff(GONE, LENT, count=32)], OUT,
        who="员工状态: 借调 (1)",
    ),
    "other dates of leaving": Question(
        [*DATED, asked(*ACCOUNTS), approve,
         with_column(people(30), "离职日期", "", "", "", "2026-11-03", "2026-12-04", "")], [],
    ),
    "blanks that take no account away": Question([*KNOWN, LEFT_OUT], []),
    **{
        f"accounts that {listed} takes away": Question(
            [*KNOWN, LEFT_OUT, 1,
             LEFT_OUT.replace("13800000003,1,在职", f"13800000003,1,{state}")],
            ACCOUNTS, (f"No earlier file had rows with 「员工状态: {listed}」",), "u3",
        )
        for state, listed in (("", '"" (2)'), ("停薪留职", "停薪留职 (1)"))
    },
    "a note, a value that changes nothing, and then something": Question(
        [{"rows": TAKEN}, staff(), 1, staff() + "合计 30 人,,,,,\n", UNCHANGED, 1,
         staff(LENT), UNCHANGED, 1, staff(LENT, count=31)], OUT,
    ),
    "what the settings leave out, and what else": Question(
        [SETTINGS, staff(GONE), APPLIED, staff(GONE, LENT, count=31)], OUT,
        who="员工状态: 借调 (1)",
    ),
    "what the settings leave out of people with accounts": Question(
        [SETTINGS, staff(GONE), ON_LEAVE], ACCOUNTS, who="u3"
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_who_is_left_out_by_something_new_is_asked_about(world: World, question: Question) -> None:
    question.ask(world)


def test_nothing_of_a_column_that_nobody_asked_for_is_sent_or_kept(world: World) -> None:
    policy(world, rows=TAKEN, columns={"身份证号": ""})

    apply(world, FULL, staff())
    apply(world, FULL, staff(LENT, "员工,!,,x,在职"))
    apply(world, SOME, staff())

    assert SECRET not in everything(world)
    assert all(SECRET.encode() not in job.content for job in world.wecom.jobs.values())


def test_what_is_no_attribute_any_more_goes_with_the_next_file(world: World) -> None:
    policy(world, attributes=["身份证号", "工牌号"])
    apply(world, FULL, with_column(with_column(people(30), "身份证号", SECRET), "工牌号", "G"))
    assert SECRET in everything(world)

    policy(world, attributes=["工牌号"])
    apply(world, SOME, "姓名,帐号,手机号,所在部门\n新人,u99,13900000099,1\n")

    person = world.archive.snapshot("acme").rows["u3"]
    assert "身份证号" not in person
    assert person["工牌号"] == "G"


@pytest.mark.parametrize(
    ("states", "ended", "code"),
    [
        (["在职", "试用", "停薪留职"], State.UNCHANGED, "hold_left_accounts"),
        (["试用", "停薪留职"], State.HELD, "hold_worse"),
    ],
)
def test_an_approval_reads_the_file_as_the_settings_say_now_unless_they_do_more(
    world: World, states: list[str], ended: State, code: str
) -> None:
    play(world, {"rows": TAKEN}, staff(), 1, ON_LEAVE, {"rows": {"员工状态": states}})

    run = approve(world)

    assert (run.state, codes(run)[0]) == (ended, code)
    assert run.source.rows == (1 if ended is State.HELD else 30)
    assert "u3" in world.wecom.directory().members
