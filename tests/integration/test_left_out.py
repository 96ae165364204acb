"""Columns and rows of an HR file that are left out: what is asked, and that nothing is kept."""

import json

from support.guarded import DAY, FULL, SOME, apply, codes, named, plan_of, policy
from support.world import World
from wecom_sync.domain.run import State
from wecom_sync.domain.stored import plain
from wecom_sync.domain.texts import Listing

HEADER = "姓名,帐号,手机号,所在部门,员工状态,身份证号\n"
TAKEN = {"员工状态": ["在职", "试用"]}
SECRET = "110101199001010000"


def staff(*more: str, count: int = 30) -> str:
    rows = [f"员工{n},u{n},138{n:08d},1,在职,{SECRET}\n" for n in range(count)]
    return HEADER + "".join([*rows, *(f"{each},{SECRET}\n" for each in more)])


GONE = "王芳,wangfang,13900000000,1,离职"
LENT = "赵敏,zhaomin,13900000001,1,借调"
BLANK = "周静,zhoujing,13900000003,1,"


def everything(world: World) -> str:
    """Return all that is kept of a corp's files, but for the drops themselves."""
    table = [run.to_document() for run in world.store.runs_by_id.values()]
    archive = [plain(each) for each in world.archive.snapshots.values()]
    sent = [repr(each) for each in world.archive._sent.values()]
    reports = [each.decode() for each in world.reports.documents.values()]
    return json.dumps([table, archive, sent, reports], ensure_ascii=False, default=str)


def test_a_value_that_was_never_seen_is_asked_about_once(world: World) -> None:
    policy(world, rows=TAKEN)

    first = apply(world, FULL, staff(GONE))

    assert (first.state, codes(first)) == (State.HELD, ["hold_left_out"])
    assert named(first.holds[0]) == "员工状态: 离职 (1)"
    assert plan_of(world, first)["left_out"] == {"员工状态": {"离职": 1}}
    world.approve_now(first)
    world.pass_time(DAY)
    assert world.run_of(FULL).state is State.SUCCEEDED
    again = apply(world, FULL, staff(GONE, "孙丽,sunli,13900000002,1,离职", count=31))
    assert again.state is State.SUCCEEDED
    other = apply(world, FULL, staff(GONE, LENT, count=32))
    assert (other.state, named(other.holds[0])) == (State.HELD, "员工状态: 借调 (1)")


def test_nothing_of_a_column_that_nobody_asked_for_is_sent_or_kept(world: World) -> None:
    policy(world, rows=TAKEN, columns={"身份证号": ""})

    apply(world, FULL, staff())
    apply(world, FULL, staff(LENT, "员工,!,,x,在职"))
    apply(world, SOME, staff())

    assert SECRET not in everything(world)
    assert all(SECRET.encode() not in job.content for job in world.wecom.jobs.values())


def test_what_an_earlier_version_kept_goes_with_the_next_file(world: World) -> None:
    policy(world, attributes=["身份证号", "工牌号"])
    content = "姓名,帐号,手机号,所在部门,身份证号,工牌号\n" + "".join(
        f"员工{n},u{n},138{n:08d},1,{SECRET},G{n}\n" for n in range(30)
    )
    apply(world, FULL, content)
    assert SECRET in everything(world)

    policy(world, attributes=["工牌号"])
    apply(world, SOME, "姓名,帐号,手机号,所在部门\n新人,u99,13800000099,1\n")

    snapshot = world.archive.snapshot("acme")
    assert "身份证号" not in snapshot.rows["u3"]
    assert snapshot.rows["u3"]["工牌号"] == "G3"


def test_a_new_value_of_people_with_accounts_names_them(world: World) -> None:
    policy(world, rows=TAKEN)
    apply(world, FULL, staff())
    world.pass_time(DAY)
    away = staff().replace("13800000003,1,在职", "13800000003,1,停薪留职")

    held = apply(world, FULL, away)

    assert (held.state, codes(held)) == (State.HELD, ["hold_left_accounts"])
    assert named(held.holds[0]) == "u3"
    values = held.holds[0].params["values"]
    assert isinstance(values, Listing)
    assert values.first == ("员工状态: 停薪留职 (1)",)


def test_an_approval_reads_the_file_as_the_settings_say_now(world: World) -> None:
    policy(world, rows=TAKEN)
    apply(world, FULL, staff())
    world.pass_time(DAY)
    held = apply(world, FULL, staff().replace("13800000003,1,在职", "13800000003,1,停薪留职"))

    policy(world, rows={"员工状态": ["在职", "试用", "停薪留职"]})
    world.approve_now(held)
    world.pass_time(DAY)

    ended = world.run_of(FULL)
    assert (ended.state, ended.rows) == (State.UNCHANGED, 30)
    assert "u3" in world.wecom.directory().members


def test_settings_that_do_more_by_an_approved_file_are_asked_about(world: World) -> None:
    policy(world, rows=TAKEN)
    apply(world, FULL, staff())
    world.pass_time(DAY)
    held = apply(world, FULL, staff().replace("13800000003,1,在职", "13800000003,1,停薪留职"))

    policy(world, rows={"员工状态": ["试用", "停薪留职"]})
    world.approve_now(held)
    world.pass_time(DAY)

    assert codes(world.run_of(FULL))[0] == "hold_worse"
    assert "u3" in world.wecom.directory().members


def test_a_date_of_leaving_is_asked_about_once(world: World) -> None:
    header = "姓名,帐号,手机号,所在部门,离职日期\n"
    everybody = [f"员工{n},u{n},138{n:08d},1," for n in range(30)]
    policy(world, rows={"离职日期": [""]})
    apply(world, FULL, header + "\n".join(everybody))
    world.pass_time(DAY)
    everybody[3] += "2026-11-03"
    first = apply(world, FULL, header + "\n".join(everybody))
    world.approve_now(first)
    world.pass_time(DAY)
    assert world.run_of(FULL).state is State.SUCCEEDED
    everybody[4] += "2026-12-04"

    second = apply(world, FULL, header + "\n".join(everybody))

    assert (first.state, codes(first)) == (State.HELD, ["hold_left_accounts"])
    assert second.state is State.SUCCEEDED


def test_blanks_that_take_accounts_away_are_always_asked_about(world: World) -> None:
    policy(world, rows=TAKEN)
    apply(world, FULL, staff(BLANK))
    world.approve_now(world.run_of(FULL))
    world.pass_time(DAY)
    assert apply(world, FULL, staff(BLANK, count=31)).state is State.SUCCEEDED
    world.pass_time(DAY)

    held = apply(
        world, FULL, staff(BLANK, count=31).replace("13800000003,1,在职", "13800000003,1,")
    )

    assert (held.state, codes(held)) == (State.HELD, ["hold_left_accounts"])
    assert named(held.holds[0]) == "u3"


def test_a_note_below_the_rows_is_nobody(world: World) -> None:
    policy(world, rows=TAKEN)

    assert apply(world, FULL, staff() + "合计 30 人,,,,,\n").state is State.SUCCEEDED


def test_a_new_value_in_a_file_that_changes_nothing_is_asked_about_later(world: World) -> None:
    policy(world, rows=TAKEN)
    apply(world, FULL, staff())
    world.pass_time(DAY)

    same = apply(world, FULL, staff(LENT))
    world.pass_time(DAY)
    more = apply(world, FULL, staff(LENT, count=31))

    assert same.state is State.UNCHANGED
    assert (more.state, codes(more)) == (State.HELD, ["hold_left_out"])
