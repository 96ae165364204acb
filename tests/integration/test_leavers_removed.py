"""Leavers' accounts go for good after their days, by name, and never without a word before."""

import json
from typing import Any

import pytest

from support.company import table
from support.dropped import drop_at, run_at
from support.guarded import COMPANY, DAY, SETTINGS, SOME, apply, codes, plan_of, policy
from support.runs import answers, data_of, english, page, report
from support.stories import Step, approve, asks, held_run, play, settings, stories
from support.wired import Wired
from support.world import BOSS, SWEEP, World, members
from wecom_sync.domain.book import Book, People, Person
from wecom_sync.domain.drop import Again
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.planning.leavers import leavers_document
from wecom_sync.reporting.documents import approval_text
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail, robot_markdown
from wecom_sync.reporting.pages.headlines import headline_of
from wecom_sync.use_cases.drops import entrance
from wecom_sync.use_cases.holds import LOOKED_AT

COUNT = 12
"""A few of so many are two."""


def staff(*gone: int) -> str:
    """Return HR's file of all but some people."""
    rows = [f"员工{it},u{it},138{it:08d},示例公司/研发" for it in range(COUNT) if it not in gone]
    return table("姓名,帐号,手机号,所在部门", *rows)


def left(world: World, *accounts: str) -> None:
    """See who is not in WeCom any more."""
    assert {f"u{it}" for it in range(COUNT)} - world.wecom.members.keys() == {*accounts}


def rule(world: World, days: int, *pairs: str) -> None:
    """Put settings in force by which leavers stay disabled for so many days."""
    policy(world, removal_percent=100, leavers=f"disable {days}", **settings(*pairs))


def removals(world: World) -> list[Run]:
    return [it for it in world.store.runs_by_id.values() if it.is_removal]


def ended(world: World, *states: str) -> None:
    """See how the runs have ended, or where they are, that only remove."""
    assert [it.state.lower() for it in removals(world)] == [*states]


def asked(world: World, code: str) -> None:
    """See why the newest run that only removes is held."""
    assert codes(removals(world)[-1]) == [code]


@pytest.fixture(autouse=True)
def limits(world: World) -> None:
    rule(world, 3)


def spare(world: World, *users: str) -> None:
    """Approve the newest run that is held but for some people."""
    held = held_run(world)
    world.decide(held, decision="approve", plan=str(held.proposal.digest), without=[*users])


def crowd(world: World) -> None:
    """Let as many other runs come as people look back."""
    for it in range(LOOKED_AT):
        run = run_at(f"acme/syncuser/{it}.csv", world.clock.now + it, state=State.CANCELLED)
        world.store.create(run, drop_at(run.key, run.identity.dropped))


def refuses(world: World, call: str) -> None:
    """Let WeCom refuse a call for long, since the address is none of those it trusts."""
    path = {"remove": "user/batchdelete", "upload": "media/upload"}[call]
    world.wecom.fail(call, *[WeComError(60020, "", f"/cgi-bin/{path}")] * 999)


def takes_all(world: World) -> None:
    world.wecom.failures.clear()


def keep_book(world: World) -> None:
    KEPT["acme"] = world.archive.snapshots["acme"]


def bring_book(world: World) -> None:
    """Restore the book as it was when it was kept."""
    world.archive.snapshots["acme"] = KEPT["acme"]


KEPT: dict[str, Any] = {}
# The clock begins at four in the afternoon in Shanghai, so eight hours later it is midnight.
STORIES = """
after the days, a file of a later day and a notice: company staff | company staff 1 | 1 day
    | company staff 1 | unchanged | live 31 | left | ended | live 1 | ended queued | live 23 | left
    | live 1 | left u1 | ended succeeded | notes left
not without a file of a later day: company staff | company staff 1 | 1 hours | company staff 1
    | live 300 | left | ended | company staff 1 | live 8 | ended queued | live 24 | left u1
who is back meanwhile stays: company staff | company staff 1 2 | 1 day | company staff 1 2
    | live 36 | ended queued | company staff 2 | applied | live 24 | left u2 | ended succeeded
who is back in time is no case: company staff | company staff 1 | 1 day | company staff 1
    | company staff | applied | live 200 | left | ended
who is back with a row that WeCom refuses stays: company staff | company staff 1 2 | 1 day
    | company staff 1 2 | refuse u1 | company staff 2 ~ replaced 13800000001 13900000001 | partial
    | live 60 | left u2 | ended succeeded
who is back with neither mobile nor mail stays: company staff 1 | hire u1 | company staff 1
    | asks hold_strangers | approve | 1 day | company staff 1 | live 36 | ended queued
    | company staff ~ replaced ,13800000001, ,, | live 24 | left | ended unchanged
who was left alone meanwhile is disabled anew and has days anew: company staff | company staff 1
    | 1 day | company staff 1 | rule 3 accounts_unmanaged=u1 | company staff 1 | live 100
    | rule 3 | company staff 1 | applied | live 30 | left | ended
a protected person goes when that is approved: company staff | rule 3 protected=u1
    | company staff 1 | asks hold_protected | approve | applied | notes left u1
who is protected or unmanaged by then stays: company staff | company staff 1 2 | 1 day
    | company staff 1 2 | live 36 | ended queued | rule 3 protected=u1 accounts_unmanaged=u2
    | live 24 | left | ended unchanged
nobody goes while HR's newest file waits: company staff | company staff 1 | 1 day
    | company staff 1 | live 33 | company staff 2 3 4 5 6 7 8 | asks hold_incomplete | live 30
    | left | ended queued | cancel | live 25 | left u1 | ended succeeded
nor while it is refused: company staff | company staff 1 | 1 day | company staff 1 | live 30
    | company staff ~ replaced 13800000001 x | rejected | live 60 | left | ended queued
    | company staff 1 | unchanged | live 25 | left u1 | ended succeeded unchanged
nor when it is among many others: company staff | company staff 1 | 1 day | company staff 1
    | company staff ~ replaced 13800000001 x | rejected | crowd | live 60 | left | ended queued
nor when nobody decides about it: company staff | company staff 1 | 1 day | company staff 1
    | company staff 2 3 4 5 6 7 8 | asks hold_incomplete | live 240 | left | ended queued
nor when WeCom did not take it: company staff | company staff 1 | 1 day | company staff 1
    | refuses upload | company staff ~ replaced 员工2 某人 | live 78 | failed | takes_all | live 60
    | left | ended queued
nor when WeCom took its departments alone: company staff | company staff 1 | 1 day
    | company staff 1 | live 33 | ended queued | refuse 3 | company staff ~ replaced
    13800000001,示例公司/研发 13800000001,示例公司/新部 | partial | refuse | live 30 | left
    | ended queued
nor when it is a list of members: company staff | company staff 1 | 1 day | company staff 1
    | full staff ~ replaced 13800000001 x | rejected | live 60 | left | ended queued
nor when it comes while WeCom takes nobody: company staff | company staff 1 | 1 day
    | company staff 1 | live 36 | ended queued | refuses remove | live 24 | ended submitted
    | company staff | ends queued | takes_all | live 8 | left | ended partial
nor when a book of before it was restored: company staff | company staff 1 2 | 1 day
    | company staff 1 2 | keep_book | company staff 2 | applied | bring_book | live 60 | left
    | ended queued | company staff 2 | live 30 | left u2
    | ended succeeded unchanged
more than a few are asked by name: company staff | company staff 1 2 3 | approve | 1 day
    | company staff 1 2 3 | live 36 | left | ended held | asked hold_leavers | approve
    | ended queued | live 24 | left u1 u2 u3
but whom somebody keeps: company staff | company staff 1 2 3 | approve | 1 day
    | company staff 1 2 3 | live 36 | spare u2 | live 24 | left u1 u3 | live 1 | ended succeeded
whom nobody wants removed stays as many days again: company staff | company staff 1 | 1 day
    | company staff 1 | live 36 | cancel | 1 day | company staff 1 | live 40 | ended cancelled
    | live 8 | left | live 24 | left u1 | ended cancelled succeeded
each day has its own: company staff | company staff 1 | 1 day | company staff 1 2 | 1 day
    | company staff 1 2 | live 120 | left u1 u2 | ended succeeded succeeded
more days are waited for: company staff | company staff 1 | 1 day | company staff 1 | live 36
    | ended queued | rule 9 | live 24 | left | ended unchanged
    | company staff 1 | live 144 | left u1
whom nobody was told of waits a day more: company staff | company staff 1 | 1 day
    | company staff 1 2 | 1 day | company staff 1 2 | live 8 | ended queued | rule 2 | live 24
    | left u1 | live 25 | left u1 u2
who could not be removed is tried with the next file: company staff | company staff 1 | 1 day
    | company staff 1 | refuse u1 | live 90 | left | ended partial | refuse | company staff 1
    | live 36 | left u1 | ended partial succeeded
"""


@stories(STORIES, globals())
def test_leavers_are_removed(world: World, story: list[Step]) -> None:
    play(world, *story)


def noticed(world: World, *gone: int) -> Run:
    """Return the run on the day before leavers go."""
    play(world, (COMPANY, staff()), (COMPANY, staff(*gone)), 1, (COMPANY, staff(*gone)))
    world.live(36 * 3600)
    return removals(world)[-1]


def test_people_are_told_by_name_the_day_before_and_nobody_has_to_answer(world: World) -> None:
    rule(world, 3, "notify_on=FAILED")
    run = noticed(world, 1)

    assert (run.identity.principal, run.authors, run.droppers) == (SWEEP, (BOSS,), (BOSS,))
    assert is_wanted(run, world.store.policy("acme"))
    assert run.news in {it.news for it in world.publisher.published}
    text = mail(run, Language.ENGLISH)[1]
    assert "On 2027-01-19 these accounts of leavers are removed for good: 1." in text
    assert "员工1" in text
    assert "are over after 2027-01-18" in page(world, run)["timeline"][0]["why"]
    assert headline_of(run)["en"] == "Leavers' accounts are removed on 2027-01-19."
    assert "Rows" not in text
    assert "State: Leavers' accounts are removed on 2027-01-19\n" in text
    assert robot_markdown(run, Language.CHINESE).startswith(
        "**离职人员的帐号将于 2027-01-19 删除 ·"
    )
    on_page = report(world, run)
    assert (on_page["decision"]["ways"], on_page["decision"]["about"]) == (["cancel"], "leavers")
    assert [it["code"] for it in on_page["steps"]] == ["step_due"]
    assert on_page["losing"]["first"] == [["u1", "员工1"]]
    home = data_of(world.reports.documents["acme/index.html"])
    assert [it["run_id"] for it in home["leavers_due"]] == [run.run_id]
    assert home["attention"] == []

    world.live(DAY)

    left(world, "u1")
    run = world.current_run(run)
    assert world.results_csv(run)[1][1:3] == ["u1", "员工1"]
    text = mail(run, Language.ENGLISH)[1]
    assert "Accounts of leavers were removed for good: 1." in text
    assert ("员工1" in text, "Rows" in text, "Applied: 1" in text) == (True, False, True)
    assert headline_of(run)["en"] == "Leavers' accounts were removed for good: 1."


def test_whoever_brought_the_files_does_not_alone_approve_that_leavers_go(world: World) -> None:
    world.by = "AWS:AIDAADMIN"
    assert apply(world, SETTINGS, SECOND_PERSON).state is State.SUCCEEDED
    noticed_of, world.by = (COMPANY, staff(1, 2, 3)), "AWS:AROADROP:hr"
    play(world, (COMPANY, staff()), noticed_of)
    world.by = BOSS
    approve(world)
    world.by = "AWS:AROADROP:hr"
    play(world, 1, noticed_of)
    world.live(36 * 3600)
    (run,) = removals(world)

    world.approve_now(run)

    assert "second_person_refused" in answers(world, run)
    world.by = BOSS
    approve(world)
    world.live(DAY)
    left(world, "u1", "u2", "u3")


SECOND_PERSON = (
    '[limits]\nadditions_percent = 100\nfirst_replace = "apply"\nremoval_percent = 100\n'
    'second_person = true\n[members]\nleavers = "disable 3"\n'
)


def test_a_removal_that_removes_nobody_says_why(world: World) -> None:
    rule(world, 3, "notify_on=FAILED")
    run = noticed(world, 1)
    apply(world, COMPANY, staff())

    world.live(DAY)

    run = world.current_run(run)
    assert run.state is State.UNCHANGED
    assert english(run).startswith("Nobody was removed: the leavers whose removal was announced")
    assert "--force" not in english(run)
    assert headline_of(run)["en"] == "None of the leavers' accounts was removed."
    assert is_wanted(run, world.store.policy("acme"))


def test_many_removals_are_asked_about_with_the_day_of_their_disabling(world: World) -> None:
    file = (COMPANY, staff(1, 2, 3))
    play(world, (COMPANY, staff()), file, approve, 1, file)

    world.live(36 * 3600)

    run = removals(world)[-1]
    assert "Disabled as leavers since 2027-01-15: 员工1 (u1), 员工2 (u2)," in english(run)
    assert headline_of(run)["en"].startswith("Somebody has to confirm that these leavers'")


@pytest.mark.parametrize("trouble", ["held", "refused"])
def test_a_removal_that_waits_for_hrs_newest_file_says_so(world: World, trouble: str) -> None:
    run = noticed(world, 1)
    content = staff(*range(2, 9)) if trouble == "held" else "nonsense"
    file = apply(world, COMPANY, content)

    world.live(DAY)

    run = world.current_run(run)
    text = mail(run, Language.ENGLISH)[1]
    assert is_wanted(run, world.store.policy("acme"))
    assert f"comes first: {COMPANY} (run {file.run_id})" in text
    assert "they go on 2027-01-20 at the earliest" in text
    assert "员工1" in text
    assert headline_of(run)["en"].endswith("stay until HR's newest file is dealt with.")
    assert "Leavers' accounts stay until" in text
    assert report(world, run)["decision"]["ways"] == ["cancel"]


def keyed(*gone: int) -> str:
    """Return the same, with HR's keys for accounts."""
    return staff(*gone).replace("帐号", "工号")


def keys(world: World) -> None:
    """Put settings in force by which files name people by HR's keys."""
    policy(
        world,
        removal_percent=100,
        leavers="disable 3",
        key="工号",
        newcomers="key",
        company="示例公司",
    )


def test_whom_accounts_csv_gives_another_key_waits_for_hrs_file(world: World) -> None:
    keys(world)
    play(world, (COMPANY, keyed()), (COMPANY, keyed(1, 2)), 1, (COMPANY, keyed(1, 2)))

    assert apply(world, "acme/accounts.csv", "key,account\nK99,u1\n").state is State.SUCCEEDED
    world.live(100 * 3600)

    left(world, "u2")


def test_who_is_back_and_has_no_account_by_accounts_csv_stays(world: World) -> None:
    keys(world)
    play(world, (COMPANY, keyed()), (COMPANY, keyed(1, 2)), 1, (COMPANY, keyed(1, 2)))
    assert apply(world, "acme/accounts.csv", "key,account\nu1,-\n").state is State.SUCCEEDED

    assert play(world, (COMPANY, keyed(2)), approve).state is State.UNCHANGED
    world.live(100 * 3600)

    left(world, "u2")


def test_nobody_else_has_leavers_removed(world: World) -> None:
    noticed(world, 1)

    days = {"2027-01-17": "leavers", "2027-01-18": "else", "2027-01-19": "leavers"}
    for day, name in days.items():
        forged = apply(world, f"acme/company/{name}.csv", "", again=f"due leavers {day}")
        assert (forged.is_removal, forged.state, forged.droppers) == (
            False,
            State.REJECTED,
            (BOSS,),
        )
    left(world)


def test_a_removal_is_no_file_of_hrs(world: World) -> None:
    play(world, (COMPANY, staff()), (COMPANY, staff(1)), 1, (COMPANY, staff(1)))
    (before,) = (world.store.lane("acme").applied[Job.COMPANY],)

    world.live(3 * DAY)

    left(world, "u1")
    ended(world, "succeeded")
    assert world.store.silent(world.clock.now).items
    refused = apply(world, COMPANY, "nonsense")
    lane, document = world.store.lane("acme"), world.reports.documents["acme/index.json"]
    index = json.loads(document)
    assert lane.applied[Job.COMPANY] == before
    assert index["last_success"]["company"]["run_id"] == before.run_id
    assert [it["run_id"] for it in index["attention"]] == [refused.run_id]
    assert "leavers" in {it["due_of"] for it in index["runs"]}


@pytest.mark.parametrize("others", [0, 9], ids=["few open", "as many as may be"])
def test_a_removal_takes_the_place_of_no_file_that_waits(
    world: World, others: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entrance, "MOST_OPEN", 10)
    play(world, (COMPANY, staff()), (COMPANY, staff(1)), 1, (COMPANY, staff(1)))
    world.live(31 * 3600)
    world.wecom.duration = 2 * 3600
    for it in range(others):
        run = run_at(f"acme/settings{it}.toml", it, state=State.HELD, due=2e9)
        world.store.create(run, drop_at(run.key, it))
    assert apply(world, SOME, members("u1")).state is State.SUBMITTED
    file = apply(world, COMPANY, staff(1, 2))
    assert file.state is State.QUEUED

    world.live(3 * 3600)

    ended(world, "queued")
    assert world.current_run(file).state is State.SUCCEEDED


def test_a_removal_is_not_brought_back(world: World) -> None:
    run = noticed(world, 1)
    world.live(DAY)

    back = apply(world, run.key, "", again=f"rollback {run.run_id}")

    assert (back.state, back.is_removal, back.identity.again) == (State.REJECTED, False, Again())


def test_settings_that_wait_name_whom_they_hasten_and_hrs_file(world: World) -> None:
    play(world, (COMPANY, staff()), (COMPANY, staff(1)), 1, (COMPANY, staff(1)))
    apply(world, COMPANY, "nonsense")
    world.live(36 * 3600)
    ended(world, "queued")
    rule(world, 3, "second_person=true")

    run = apply(world, SETTINGS, '[limits]\nsecond_person = true\n[members]\nleavers = "remove"\n')

    assert run.state is State.HELD
    assert f"Files that wait for these settings: {COMPANY}." in english(run)
    assert "are asked about: 员工1 (u1)." in english(run)


def test_a_removal_that_failed_is_tried_again_as_a_removal(world: World) -> None:
    noticed(world, 1)
    world.wecom.refused["u1"] = 60003
    world.live(DAY)
    (run,) = removals(world)
    assert (run.state, run.result.succeeded, run.result.failed) == (State.PARTIAL, 0, 1)
    assert "WeCom refused to remove accounts of leavers: 1." in english(run)
    assert headline_of(run)["en"].endswith(": 0. WeCom refused to remove 1.")
    world.wecom.refused.clear()

    world.by = "AWS:AIDAOTHER"
    again = apply(world, run.key, "", again=f"retry {run.run_id}")

    assert (again.is_removal, again.state) == (True, State.QUEUED)
    assert again.droppers == ("AWS:AIDAOTHER", BOSS)
    world.live(2 * DAY)
    left(world, "u1")


def freed(world: World, *words: str) -> Run:
    """Approve the run that is held, and have leavers removed at once."""
    run = held_run(world)
    world.decide(run, decision="approve", plan=str(run.proposal.digest), remove=[*words])
    world.pass_time(600)
    return world.store.runs_by_id[run.run_id]


def other(content: str, number: int) -> str:
    """Return a file in which a newcomer has the mobile of somebody."""
    return f"{content}新人,n{number},138{number:08d},示例公司/研发\n"


def test_settings_with_fewer_days_name_whose_days_are_over_by_them(world: World) -> None:
    rule(world, 30)
    play(world, (COMPANY, staff()), (COMPANY, staff(1)), 2, (COMPANY, staff(1, 2)))
    assert plan_of(world, world.run_of(COMPANY))["disabled"] == ["u1", "u2"]

    both = "HR's next company file removes these disabled leavers for good"
    for leavers, named in (
        ("disable 40", ""), ("disable 3", ""), ("disable 1", "are over: 员工1 (u1). Once HR's"),
        ("disable 1", ""), ("remove", both), ("remove", ""),
    ):  # fmt: skip
        world.clock.now += DAY / 24
        run = apply(world, SETTINGS, f'[members]\nleavers = "{leavers}"\n')
        assert named in english(run)
        assert ("disabled leavers" in english(run)) is bool(named)
        assert ("员工1 (u1), 员工2 (u2)." in english(run)) is (named == both)


WANTED = """
is removed at once if somebody says so: freed u1 | applied | left u1
else the row fails until the account goes, and is asked about once: refuse n1 | approve | partial
    | left | company staff 1 ~ other 1 | partial
nobody else is removed so: freed u2 | asks hold_wanted of n1 | left
"""


@stories(WANTED, globals())
def test_a_row_that_wants_a_leavers_mobile_is_asked_about_before_it_is_sent(
    world: World, story: list[Step]
) -> None:
    play(world, (COMPANY, staff()), (COMPANY, staff(1)))

    run = apply(world, COMPANY, other(staff(1), 1))

    asks("hold_wanted", "of n1").check(run)
    assert "Disabled as leavers since 2027-01-15: 员工1 (u1)." in english(run)
    assert "员工1" not in english(run.unnamed())
    assert report(world, run)["decision"]["leavers"]["zh-CN"] == (
        "自 2027-01-15 起因离职禁用：员工1（u1）。"
    )
    play(world, *story)


def test_settings_that_take_leavers_out_of_our_care_say_what_becomes_of_them(world: World) -> None:
    play(world, (COMPANY, staff()), (COMPANY, staff(1, 2)))

    run = apply(world, SETTINGS, '[accounts]\nunmanaged = ["U1"]\n')

    assert "stay as they are, disabled, and are not deleted" in english(run)
    assert english(run).rpartition(": ")[2].startswith("员工1 (u1)")
    run = apply(world, SETTINGS, '[accounts]\nunmanaged = ["u1", "boss"]\n')
    assert "disabled" not in english(run)


def test_of_two_who_decide_nobody_removes_alone_whom_no_row_wants(world: World) -> None:
    play(world, (COMPANY, staff()), (COMPANY, staff(1, 2)))
    world.by = "AWS:AROAEXAMPLE:hr"
    apply(world, SETTINGS, "[limits]\nsecond_person = true\n")
    apply(world, COMPANY, other(staff(1, 2), 1))
    world.by = BOSS

    run = freed(world, "u1", "u2")

    assert run.state is State.HELD
    assert answers(world, run) == ["remove_by_two"]
    left(world)
    assert freed(world, "u1").state is State.SUCCEEDED
    left(world, "u1")


def test_a_leaver_goes_before_the_row_that_wants_the_mobile(wired: Wired) -> None:
    rule(wired, 3)
    play(wired, (COMPANY, staff()), (COMPANY, staff(1)))
    held = apply(wired, COMPANY, other(staff(1), 1))

    run = freed(wired, "u1")

    assert (held.state, run.state) == (State.HELD, State.SUCCEEDED)
    steps = [(step.job, step.rows) for step in run.submission.steps]
    assert steps == [("move", 1), ("syncuser", COUNT)]
    told = page(wired, run)
    assert [(it["job"], it["rows"]) for it in told["steps"]] == [("remove", 1), ("syncuser", COUNT)]
    assert told["approval"]["remove"] == ["u1"]
    assert "has disabled accounts of leavers deleted at once: u1." in approval_text(
        run, Language.ENGLISH
    )
    assert "deleted at once: u1." in "".join(it["why"] or "" for it in told["timeline"])
    (gone,) = (row for row in wired.results_csv(run) if row[1] == "u1")
    assert (gone[2], gone[3], gone[4]) == ("员工1", "removed", "applied")
    accounts = wired.simulator.corp(wired.corp_id).directory.members
    assert "u1" not in accounts
    assert "n1" in accounts


def index_of(world: World) -> Any:
    """Return what the corp's index says of disabled leavers."""
    return json.loads(world.reports.documents["acme/index.json"])["leavers"]


def listed(world: World, *accounts: str) -> None:
    """See who is listed as a disabled leaver, and that the page says the same."""
    world.live(60)
    index = index_of(world)
    assert [it["account"] for it in index["first"]] == [*accounts]
    assert index["total"] == len(accounts)
    assert {it["name"] for it in index["first"]} == {f"员工{it[1:]}" for it in accounts}
    on_page = data_of(world.reports.documents["acme/index.html"])["leavers"]
    assert [it["account"] for it in on_page] == [*accounts]


def outdated(world: World) -> None:
    """Leave an older list, as if a function had died before it wrote the new one."""
    older = {"name": "员工1", "account": "u1", "since": world.clock.now, "lacked": 0}
    document = json.dumps({"total": 1, "first": [older]}).encode()
    world.reports.documents["acme/leavers.json"] = document


LISTED = """
with each file: company staff | listed | company staff 1 2 | listed u1 u2 | company staff 2
    | listed u2
until they are removed: company staff | company staff 1 | 1 day | company staff 1 | live 36
    | listed u1 | live 24 | left u1 | listed
until they are left alone: company staff | company staff 1 | listed u1
    | rule 3 accounts_unmanaged=u1 | company staff 1 | listed
as the book has them, by the next file, where that was not written: company staff | outdated
    | company staff | unchanged | listed
"""


@stories(LISTED, globals())
def test_disabled_leavers_are_listed_by_name(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_a_listed_leaver_has_the_days_of_the_settings_and_the_newest_file(world: World) -> None:
    play(world, (COMPANY, staff()), (COMPANY, staff(1, 2)), 1)
    rule(world, 3, "protected=u2")
    apply(world, COMPANY, staff(1, 2))
    world.live(60)

    first, second = index_of(world)["first"]

    assert (first["day"], first["until"], first["awaits_file"]) == (
        "2027-01-15",
        "2027-01-19",
        False,
    )
    assert second["until"] is None


def test_a_listed_leaver_goes_on_the_first_day_that_is_said(world: World) -> None:
    play(world, (COMPANY, staff()), (COMPANY, staff(1)))
    world.live(60)
    until = index_of(world)["first"][0]["until"]
    assert index_of(world)["first"][0]["awaits_file"]

    play(world, 1, (COMPANY, staff(1)))
    world.live(36 * 3600)
    assert f"On {until} these accounts" in english(removals(world)[-1])

    policy(world, removal_percent=100, leavers="remove")
    apply(world, SETTINGS, '[members]\nleavers = "remove"\n')
    world.live(60)
    (listed_now,) = data_of(world.reports.documents["acme/index.html"])["leavers"]
    assert (listed_now["until"], listed_now["why"]) == (None, "leavers_file")


def test_the_first_hundred_are_listed_and_the_others_counted() -> None:
    people = People.of(Person(f"u{it}", left=1_000.0 - it) for it in range(130))

    document = leavers_document(Book(people=people))

    assert (document["total"], len(document["first"])) == (130, 100)
    assert document["first"][0]["account"] == "u129"
