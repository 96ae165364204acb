"""HR's one file: departments, people and removals as one run of several steps."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from support.company import table
from support.guarded import SOME, codes, dropped
from support.meanwhile import after
from support.runs import code_of, english, page, state_and_why, text_of
from support.world import World
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import UnreachableError, WeComError
from wecom_sync.domain.outcome import ReceivedResult
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Listing
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.headlines import headline_of
from wecom_sync.reporting.run_pages import page_in
from wecom_sync.use_cases.callbacks import JobEvent

KEY = "acme/company/staff.csv"
HEADER = "姓名,帐号,手机号,所在部门"
POLICY = Policy(first_replace="apply", additions_percent=100, removal_percent=100, leavers="remove")
STAFF = (
    "张伟,zhangwei,13800000001,示例公司/研发/平台",
    "李娜,lina,13800000002,示例公司/研发/平台",
    "王芳,wangfang,13800000003,示例公司/研发/算法",
    "赵静,zhaojing,13800000004,示例公司/行政",
)
NEW = "钱多,qianduo,13800000005,示例公司/财务"
FEWER = ("张伟,zhangwei,13800000009,示例公司/研发/平台", *STAFF[1:3])
"""One person has another mobile, and one is gone."""


@pytest.fixture
def new() -> World:
    """Return a company whose file has never come."""
    made = World()
    made.store.put_policy("acme", POLICY, 1)
    return made


@pytest.fixture
def world(new: World) -> World:
    """Return a company whose file was applied."""
    assert drop(new, *STAFF).state is State.SUCCEEDED
    return new


def drop(world: World, *rows: str) -> Run:
    """Drop a file and let an hour pass."""
    return dropped(world, KEY, table(HEADER, *rows), 3600)


def until(world: World, is_so: Callable[[Run], bool], *rows: str) -> Run:
    """Drop a file, if it has rows; return the newest run as soon as something is so of it."""
    if rows:
        world.drop(KEY, table(HEADER, *rows))
    while not is_so(run := world.run_of(KEY)):
        world.pass_time(1)
    return run


def approved(world: World, run: Run) -> Run:
    """Approve a run; return what it is an hour later."""
    world.approve(run)
    world.pass_time(3600)
    return world.store.runs_by_id[run.run_id]


def tree(world: World) -> dict[str, int]:
    """Return the ids of departments by the paths that files have said."""
    return {
        label.removeprefix("path:"): it.id
        for it in world.archive.snapshot("acme").departments.values()
        for label in it.labels
    }


def steps(run: Run) -> list[tuple[str, str, int | None]]:
    return [(step.job, step.state.value, step.rows) for step in run.submission.steps]


def test_one_file_brings_departments_and_people_and_is_read_once(
    new: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = replace(POLICY, key="工号", newcomers="key", company="示例公司")
    new.store.put_policy("acme", policy, 2)
    reads: list[str] = []
    content, sent = new.drops.content, new.archive.sent

    def read_file(*drop: str) -> bytes:
        reads.append("file")
        return content(*drop)

    def read_sent(run: Run) -> Sent | None:
        reads.append(run.brings)
        return sent(run)

    monkeypatch.setattr(new.drops, "content", read_file)
    monkeypatch.setattr(new.archive, "sent", read_sent)
    new.drop(KEY, table(HEADER.replace("帐号", "工号"), *STAFF))

    new.pass_time(3600)

    run = new.run_of(KEY)
    assert (run.state, run.result.succeeded, run.result.failed) == (State.SUCCEEDED, 4, 0)
    assert steps(run) == [("replaceparty", "SUCCEEDED", 5), ("syncuser", "SUCCEEDED", 4)]
    assert run.submission.posted
    # The people once when they go out, as they were planned, and once with what became of them.
    assert reads == ["file", "replaceparty", "people", "people"]
    assert [(line[2], line[5]) for line in new.results_csv(run)[1:2]] == [("zhangwei", "applied")]
    assert tree(new).keys() == {"研发", "研发>平台", "研发>算法", "行政"}
    assert new.wecom.members["zhangwei"][1] == {tree(new)["研发>平台"]}


def untouched(_: World) -> None:
    pass


def with_a_newcomer(world: World) -> None:
    world.wecom.hire("stranger")


def with_another_department(world: World) -> None:
    world.wecom.departments[99] = Department(99, 1)


def with_other_settings(world: World) -> None:
    world.store.put_policy("acme", replace(POLICY, removal_percent=7), 3)


def with_an_account_stated(world: World) -> None:
    world.drop("acme/accounts.csv", "工号,帐号\n1,somebody\n")


def a_day_later(world: World) -> None:
    world.clock.now += 86_400


@pytest.mark.parametrize(
    ("meanwhile", "ended"),
    [
        (untouched, (State.SUCCEEDED, "")),
        (with_a_newcomer, (State.FAILED, "object_gone")),
        (with_another_department, (State.FAILED, "object_gone")),
        (with_other_settings, (State.FAILED, "object_gone")),
        (with_an_account_stated, (State.FAILED, "object_gone")),
        (a_day_later, (State.FAILED, "object_gone")),
    ],
)
def test_people_are_planned_again_if_anything_was_touched_since_their_departments_went_out(
    new: World, meanwhile: Callable[[World], None], ended: tuple[State, str]
) -> None:
    new.drop(KEY, table(HEADER, *STAFF))
    new.pass_time(1)
    run = new.run_of(KEY)
    assert steps(run) == [("replaceparty", "SUBMITTED", 5)]

    # A plan needs the file, in a process that has not read it.
    del new.drops.objects[KEY, run.identity.version]
    new.start()
    meanwhile(new)
    new.pass_time(3600)

    run = new.run_of(KEY)
    assert (run.state, code_of(run)) == ended


def test_removals_are_by_name_and_who_is_gone_already_or_the_creator_is_no_failure(
    world: World,
) -> None:
    world.wecom.refused["lina"] = 301005
    world.wecom.fail("remove", WeComError(60111, "", "/cgi-bin/user/batchdelete"))

    run = drop(world, STAFF[0], STAFF[2])

    assert (run.state, run.result.failed, run.submission.brought_by) == (State.SUCCEEDED, 0, None)
    assert steps(run) == [("remove", "PARTIAL", 2)]
    assert "zhaojing" not in world.archive.snapshot("acme").rows
    assert world.wecom.members.keys() == {"zhangwei", "lina", "wangfang"}
    assert world.archive.snapshot("acme").staying == {"lina"}


def test_departments_that_are_refused_keep_their_people_waiting(world: World) -> None:
    new = max(tree(world).values()) + 1
    world.wecom.refused[str(new)] = 60009

    run = drop(world, *STAFF, NEW)

    assert (run.state, run.result.failed, steps(run)) == (
        State.PARTIAL,
        1,
        [("replaceparty", "PARTIAL", 6)],
    )
    assert code_of(run) == "departments_refused"
    assert run.submission.posted
    assert "qianduo" not in world.wecom.members
    assert {line[4] for line in world.results_csv(run)[1:]} == {"not sent"}
    world.wecom.refused.clear()
    world.drop(KEY, "", again=f"retry {run.run_id}")
    world.pass_time(3600)
    assert world.run_of(KEY).state is State.SUCCEEDED
    assert world.wecom.members["qianduo"][1] == {new}


def test_a_refused_department_that_nobody_goes_to_stops_no_member(world: World) -> None:
    world.wecom.refused[str(tree(world)["研发"])] = 60009

    run = approved(world, drop(world, *(row.replace("研发", "研究") for row in STAFF)))

    assert state_and_why(run) == (State.PARTIAL, "departments_left")
    assert (run.result.succeeded, run.result.failed, run.result.unreported) == (4, 0, 0)
    assert headline_of(run)["en"] == "Every member is as the file says, but not every department."


def test_at_the_first_file_strangers_are_named_before_anything_else(new: World) -> None:
    new.store.put_policy("acme", replace(POLICY, first_replace="hold"), 2)
    new.wecom.hire("frontdesk", "creator")

    run = drop(new, *STAFF)

    assert run.state is State.HELD
    assert run.proposal.holds[0].code == "hold_strangers"
    assert run.proposal.holds[0].params["setting"] == 'unmanaged = ["creator", "frontdesk"]'
    dropped(new, "acme/settings.toml", '[accounts]\nunmanaged = ["frontdesk"]\n', 60)
    run = new.run_of(KEY)
    assert run.proposal.holds[0].params["setting"] == 'unmanaged = ["frontdesk", "creator"]'
    new.wecom.refused["creator"] = 301005
    run = approved(new, run)
    assert (run.state, run.result.succeeded) == (State.SUCCEEDED, 4)
    assert {"frontdesk", "creator"} < new.wecom.members.keys()
    assert drop(new, *STAFF).state is State.UNCHANGED


def test_who_is_in_the_first_file_as_a_leaver_is_no_stranger(new: World) -> None:
    dropped(new, "acme/settings.toml", '[rows]\n"员工状态" = ["在职"]\n', 60)
    new.wecom.hire("zhaojing", "frontdesk")
    rows = [f"{row},{'离职' if 'zhaojing' in row else '在职'}" for row in STAFF]

    run = dropped(new, KEY, table(f"{HEADER},员工状态", *rows), 3600)

    assert run.proposal.holds[0].params["setting"] == 'unmanaged = ["frontdesk"]'
    assert "their rows are left out, as of those who have left: 1 (zhaojing)" in english(run)


def test_new_departments_are_called_by_their_names(world: World) -> None:
    other = STAFF[3].replace("赵静", "周涛").replace("13800000004", "13911112222")

    run = drop(world, STAFF[0], STAFF[1].replace("平台", "芯片"), STAFF[2], other)

    assert codes(run) == ["hold_other_person"]
    assert "李娜 (lina · 平台 → 芯片)" in english(run)


def held_between(world: World) -> Run:
    """Return a run that is held after its departments, because of a stranger."""
    until(world, lambda run: run.asks == "replaceparty", *STAFF, NEW)
    world.wecom.hire("stranger")
    world.pass_time(3600)
    run = world.run_of(KEY)
    assert (run.state, codes(run)) == (State.HELD, ["hold_worse", "hold_strangers"])
    return run


def test_new_settings_free_no_run_that_is_held_between_two_steps(world: World) -> None:
    run = held_between(world)

    limits = '[limits]\nremovals = 49\nfirst_replace = "apply"\n[members]\nleavers = "remove"\n'
    world.drop("acme/settings.toml", limits)
    world.live(3600)

    again = world.store.runs_by_id[run.run_id]
    assert (again.state, again.proposal.holds[0].code) == (State.HELD, "hold_worse")
    run = approved(world, again)
    assert (run.state, [step.job for step in run.submission.steps]) == (
        State.SUCCEEDED,
        ["replaceparty", "syncuser", "remove"],
    )
    assert "stranger" not in world.wecom.members


def test_who_was_asked_about_between_two_steps_is_not_in_a_post_that_is_repeated(
    world: World,
) -> None:
    held_between(world)
    world.wecom.members.pop("stranger")
    world.lose_answers(1)
    world.drop("acme/settings.toml", '[limits]\nremovals = 49\nfirst_replace = "apply"\n')
    until(world, lambda run: run.submission.posted is not None)

    world.wecom.hire("stranger")
    world.live(3600)

    assert state_and_why(world.run_of(KEY)) == (State.SUBMITTING, "unsafe_to_repeat")
    assert "stranger" in world.wecom.members


def test_a_run_that_has_begun_ends_before_a_newer_file(world: World) -> None:
    begun = until(world, lambda run: run.asks == "replaceparty", *STAFF, NEW)

    drop(world, *STAFF)

    begun = world.store.runs_by_id[begun.run_id]
    assert (begun.state, [step.job for step in begun.submission.steps]) == (
        State.SUCCEEDED,
        ["replaceparty", "syncuser"],
    )


def test_a_run_that_is_held_between_two_steps_gives_way_to_a_newer_file(world: World) -> None:
    run = held_between(world)
    world.clock.now += 10

    newer = drop(world, *STAFF, NEW)

    assert newer.state is State.HELD
    assert world.store.runs_by_id[run.run_id].state is State.SUPERSEDED


def test_nobody_is_sent_to_a_department_that_vanished_between_two_steps(world: World) -> None:
    run = held_between(world)
    made = tree(world)["财务"]
    del world.wecom.departments[made]

    ended = approved(world, run)

    assert state_and_why(ended) == (State.PARTIAL, "departments_refused")
    assert headline_of(ended)["en"] == "Departments were changed, but no member was sent."
    assert made not in world.wecom.departments
    assert "qianduo" not in world.wecom.members
    approved(world, drop(world, *STAFF, NEW))
    assert world.wecom.members["qianduo"][1] == {tree(world)["财务"]}


def test_a_file_that_new_settings_forbid_between_two_steps_is_applied_in_part(world: World) -> None:
    run = held_between(world)

    world.drop("acme/settings.toml", '[departments]\nunmanaged = ["财务"]\n')
    world.live(3600)

    ended = world.store.runs_by_id[run.run_id]
    assert state_and_why(ended) == (State.PARTIAL, "department_unmanaged")
    assert [(step.job, step.state) for step in ended.submission.steps] == [
        ("replaceparty", State.SUCCEEDED)
    ]
    assert "qianduo" not in world.wecom.members


def test_an_event_of_an_earlier_step_is_heard_once(world: World) -> None:
    until(world, lambda run: run.asks == "replaceparty", *STAFF, NEW)
    first = str(world.run_of(KEY).submission.job_id)
    world.lose_answers(1)
    until(world, lambda run: run.asks == "syncuser" and bool(run.submission.posted))

    world.results.hear(JobEvent("acme", world.run_of(KEY).run_id, "replace_party", first, 0, ""))
    assert world.run_of(KEY).state is State.SUBMITTING
    world.live(3 * 3600)

    run = world.run_of(KEY)
    assert (run.state, run.result.succeeded) == (State.SUCCEEDED, 5)


def test_the_result_of_an_import_is_not_that_of_the_removal(world: World) -> None:
    until(world, lambda run: run.state is State.SUBMITTED, *FEWER)
    world.pass_time(6)
    run, put = world.run_of(KEY), world.archive.put_result

    def slow(run: Run, received: ReceivedResult) -> ReceivedResult:
        """Let another message carry the run on meanwhile, as far as its removal."""
        world.archive.put_result = put  # type: ignore[method-assign]
        kept = put(run, received)
        world.wecom.fail("remove", UnreachableError("cut", how="how_refused"))
        world.results.hear(
            JobEvent("acme", run.run_id, "sync_user", str(run.submission.job_id), 0, "")
        )
        return kept

    world.archive.put_result = slow  # type: ignore[method-assign]
    world.results.check(run.run_id, run.submission.checks)
    world.live(24 * 3600)

    run = world.run_of(KEY)
    assert (run.state, run.submission.brought_by) == (State.SUCCEEDED, "callback")
    assert "zhaojing" not in world.wecom.members


@pytest.mark.parametrize(
    "changes", [{"accounts_unmanaged": ["zhaojing"]}, {"protected": ["z*"]}], ids=str
)
def test_who_is_spared_by_settings_of_meanwhile_stays(
    world: World, changes: dict[str, list[str]]
) -> None:
    until(world, lambda run: run.state is State.SUBMITTED, *FEWER)
    policy = Policy.from_document(POLICY.to_document() | changes)
    world.store.put_policy("acme", policy, world.clock.now)

    world.live(3600)

    assert world.run_of(KEY).state is State.PARTIAL
    assert "zhaojing" in world.wecom.members
    assert "zhaojing" in world.archive.snapshot("acme").rows


@pytest.mark.parametrize("silent", [(), ("zhangwei",)], ids=["confirmed", "perhaps applied"])
def test_another_mobile_waits_for_a_person_if_it_is_protected_and_is_told_once_applied(
    world: World, silent: tuple[str, ...]
) -> None:
    world.wecom.left_out |= {*silent}
    world.store.put_policy("acme", replace(POLICY, protected=("zhang*",)), world.clock.now)

    held = drop(world, *FEWER, STAFF[3], NEW)

    assert codes(held) == ["hold_protected_contacts"]
    assert approved(world, held).result.sign_ins == Listing(
        ("张伟 (zhangwei): 手机号 138****0001 → 138****0009",), 1
    )


def test_nobody_goes_who_may_be_why_a_row_was_refused(world: World) -> None:
    world.wecom.refused["wangfang2"] = 60104
    newcomer = "王芳,wangfang2,13800000003,示例公司/研发/算法"

    run = approved(world, drop(world, *STAFF[:2], newcomer, STAFF[3]))

    assert (run.state, run.result.failed) == (State.PARTIAL, 1)
    assert "wangfang" in world.wecom.members
    (spared,) = (line for line in world.results_csv(run) if line[1] == "wangfang")
    assert ("not applied" in spared, spared[-2][:28]) == (True, "The account was not removed:")
    (row,) = page(world, run)["rows_failed"]
    assert "138****0003" in row["explanation"]
    for words in (row["explanation"], row["advice"], text_of(world, run, "results.csv")):
        assert "王芳 (wangfang)" in words
    (row,) = page_in(page(world, run), Language.CHINESE)["rows_failed"]
    assert "王芳（wangfang）" in row["advice"]


def test_a_fix_file_has_paths_as_they_were_written_and_is_applied(world: World) -> None:
    world.wecom.refused["qianduo"] = 60104

    run = drop(world, *STAFF, NEW)

    fixed = world.reports.documents[f"acme/{run.run_id}/fix.csv"].decode("utf-8-sig")
    assert ",示例公司/财务," in fixed
    world.wecom.refused.clear()
    assert dropped(world, SOME, fixed, 3600).state is State.SUCCEEDED
    assert world.wecom.members["qianduo"][1] == {tree(world)["财务"]}


def test_members_wait_for_departments_that_are_not_there(world: World) -> None:
    new = max(tree(world).values()) + 1
    world.wecom.left_out.add(str(new))
    after(world.wecom, "submit", lambda: world.wecom.departments.pop(new))

    run = drop(world, *STAFF, NEW)

    assert state_and_why(run) == (State.PARTIAL, "departments_refused")
    assert "qianduo" not in world.wecom.members


def test_a_removal_that_nobody_could_do_is_told_as_such(world: World) -> None:
    world.wecom.fail("remove", *[WeComError(48002, "", "/cgi-bin/user/delete")] * 500)

    world.drop(KEY, table(HEADER, *STAFF[:3]))
    world.live(3 * 86_400)

    run = world.run_of(KEY)
    assert (run.state, run.reason and run.reason.params["errcode"]) == (State.PARTIAL, 48002)
    assert [(step.state, step.succeeded) for step in run.submission.steps] == [(State.PARTIAL, 0)]
    assert "zhaojing" in world.archive.snapshot("acme").rows


def test_who_has_no_contact_in_the_file_keeps_the_known_one(world: World) -> None:
    run = drop(world, "张伟,zhangwei,,示例公司/行政", *STAFF[1:], "钱多,qianduo,,示例公司/行政")

    assert (run.state, run.result.succeeded) == (State.SUCCEEDED, 4)
    assert world.archive.snapshot("acme").rows["zhangwei"]["手机号"] == "13800000001"
    assert "qianduo" not in world.wecom.members
    assert {line[1]: line[4] for line in world.results_csv(run)[1:]}["qianduo"] == "not sent"
