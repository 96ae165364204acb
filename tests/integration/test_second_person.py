"""With `second_person`, nobody approves what they brought about; without it, documents say so."""

from collections.abc import Callable

import pytest

from support.company import people, table
from support.guarded import FULL, SOME, apply, codes, dropped, policy
from support.runs import answers, approved, english, page, report, state_and_why
from support.stories import lines
from support.world import World, members
from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.policy import Policy, SettingsInForce
from wecom_sync.domain.principals import refusal
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.stored import stored
from wecom_sync.files.settings_file import read_policy
from wecom_sync.planning.memory.accounts import accounts_stated
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail
from wecom_sync_tools.replay.address_book import PlayedMember

HR, ADMIN, BOSS = "AWS:AROADROP:hr", "AWS:AIDAADMIN", "AWS:AROADECIDE:boss"
CHIEF, IT = "AWS:AROADECIDE:chief", "AWS:AIDAIT"
SETTINGS, ACCOUNTS = "acme/settings.toml", "acme/accounts.csv"
ON = '[limits]\nfirst_replace = "hold"\nsecond_person = true\n'
OFF = ON.replace("true", "false")
HIRED = 6


@pytest.fixture(autouse=True)
def hired(world: World) -> None:
    world.wecom.hire(*(f"u{number}" for number in range(HIRED)))


def by(world: World, principal: str, key: str, content: str) -> Run:
    """Let somebody drop something; return its run."""
    world.by = principal
    return apply(world, key, content)


def put_in_force(world: World, principal: str, settings: str) -> None:
    """Let somebody drop settings, and the chief approve them if they are held."""
    run = by(world, principal, SETTINGS, settings)
    if run.state is State.HELD:
        assert approve(world, run, CHIEF) == DONE


def held_by(world: World, principal: str, settings: str = ON) -> Run:
    """Let an administrator put settings in force, and somebody drop a file that is held by them."""
    put_in_force(world, ADMIN, settings)
    held = by(world, principal, FULL, people(HIRED))
    assert held.state is State.HELD
    return held


def approve(world: World, held: Run, principal: str) -> tuple[State, list[str]]:
    """Let somebody approve; return the state that follows, and the answer."""
    world.by = principal
    run = world.current_run(approved(world, held))
    decided = [step for step in run.timeline if step.is_decision and step.instruction]
    return run.state, [why.code for why in decided[-1].why]


REFUSED = State.HELD, ["second_person_refused"]
UNKNOWN = State.HELD, ["second_person_unknown"]
DONE: tuple[State, list[str]] = State.SUCCEEDED, []


PEOPLE = {
    "AIDAX": "li.lei",
    "AWS:AROAX:ll@x": "Li.Lei",
    "AWS:AROAX:hr.0a1b@s-01": "",
    "aiday": "hm",
    "wei": "li.lei",
}


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("AWS:AIDAX", "AWS:AIDAX", "second_person_refused"),
        ("AWS:AROAX:li.lei", "AWS:AROAX:Li.Lei", "second_person_refused"),
        ("AWS:AROAX:li.lei", "AWS:AROAY:li.lei", "second_person_refused"),
        ("AWS:AROAX:hr.0a1b@s-01", "AWS:AROAX:hr.9f8e@s-01", "second_person_refused"),
        ("AWS:AROAX:hr.0a1b@s-01", "AWS:AROAX:it.0a1b@s-01", None),
        ("AWS:AIDAX", "AWS:AIDAY", None),
        ("AWS:AROAX:li.lei", "AWS:AROAX:han.mei", None),
        ("AWS:AROAX:", "AWS:AROAX:li.lei", "second_person_unknown"),
        ("", "AWS:AIDAX", "second_person_unknown"),
        ("AWS:AIDAX", " ", "second_person_unknown"),
        ("wecom:Li.Lei", "wecom:li.lei", "second_person_refused"),
        ("wecom:li.lei", "wecom:hm", None),
        ("wecom:han.mei", "AWS:AROAX:Han.Mei", "second_person_refused"),
        ("wecom:wei", "AWS:AROAY:Wei", "second_person_refused"),
        ("wecom:li.lei", "AWS:AROAY:wei", "second_person_refused"),
        ("wecom:han.mei", "AWS:AIDAZ", "second_person_unnamed"),
        ("wecom:li.lei", "AWS:AIDAX", "second_person_refused"),
        ("wecom:li.lei", "AWS:AROAY:LL@x", "second_person_refused"),
        ("AWS:AIDAX", "AWS:AROAY:ll@x", "second_person_refused"),
        ("AWS:AIDAX", "AWS:AROAX:li.lei", "second_person_refused"),
        ("wecom:hm", "AWS:AIDAX", None),
        ("wecom:hm", "AWS:AROAY:hr.9f8e@s-01", None),
        ("AWS:AIDAX", "AWS:AIDAZ", None),
    ],
)
def test_a_user_is_an_id_and_a_session_is_its_name(one: str, other: str, code: str | None) -> None:
    for by, author in ((one, other), (other, one)):
        refused = refusal(by, (author,), PEOPLE)

        assert (refused and refused.code) == code
        assert refusal(by, (), PEOPLE) is None


DESK = f"{ON}[desk]\napprovers = ["
NAMED = '"w"]\npeople = {boss = ["AIDAIT"]}\n'


def test_who_decides_in_wecom_may_be_who_dropped_by_aws_until_people_tells(world: World) -> None:
    held = held_by(world, "wecom:hr", DESK + '"w"]\n')
    assert "[desk.people] is empty" in page(world, world.run_of(SETTINGS))["reason"]
    assert report(world, held)["decision"]["barred"] == ["w"]
    assert f"does not say who {ADMIN} is: only another AWS identity can" in english(held)

    assert approve(world, held, BOSS) == (State.HELD, ["second_person_unnamed"])
    why = page(world, held)["timeline"][-1]["why"]
    assert "people in [desk] does not name AWS:AROADECIDE:boss" in why
    assert approve(world, held, "AWS:AROADECIDE:HR") == REFUSED

    assert approve(world, held, "wecom:w")[0] is State.HELD
    named = '"w"]\npeople = {hr = ["AIDAIT"], "" = ["AIDAADMIN", "boss"]}\n'
    put_in_force(world, BOSS, DESK + named)
    assert approve(world, held, IT) == REFUSED
    held = world.current_run(held)
    assert report(world, held)["decision"]["barred"] == []
    assert "does not say who" not in english(held)
    assert "is empty" not in page(world, world.run_of(SETTINGS))["reason"]
    assert approve(world, held, "wecom:w") == DONE


def test_who_dropped_a_file_cannot_approve_it_and_is_told_who_may(world: World) -> None:
    held = held_by(world, HR)

    assert approve(world, held, HR) == REFUSED

    document = page(world, held)
    assert document["timeline"][-1]["carried_out"] is False
    assert "Somebody else with the right to decide may approve" in document["timeline"][-1]["why"]
    needed = f"has to approve. Brought about by: {HR} (the file), {ADMIN} (the settings). Somebody"
    assert codes(held)[-1] == "second_person_needed"
    assert needed in document["holds"][-1]["text"]
    letter = mail(held, Language.ENGLISH)[1]
    assert needed in letter
    assert f"Approve it, as somebody other than {HR}, {ADMIN}:  wecom-sync approve" in letter
    assert needed in report(world, held)["holds"][-1]["en"][0]
    assert "submit" not in world.wecom.calls

    assert approve(world, held, BOSS) == DONE
    approval = page(world, held)["approval"]
    assert (approval["by"], approval["same_person"]) == (BOSS, False)


WHO = {"hr": HR, "admin": ADMIN, "boss": BOSS, "chief": CHIEF, "it": IT, "nobody": ""}
CASES = """
taken back by somebody, who is an author now: hr on on, boss off, hr boss admin, chief
asked for when the file was dropped: hr on off, admin off, hr, boss
asked for when the file was planned: hr off on, admin off, hr, boss
asked for later: hr off off, admin on, hr admin, boss
the dropper has no name: nobody on on, admin on, boss nobody,
the approver has no name: hr on on, admin on, nobody, boss
"""
"""Who drops a file, and settings then and when it is planned; whose settings of later; who may not
approve then, and who may."""


@pytest.mark.parametrize(("name", "case"), [*lines(CASES)])
def test_settings_of_every_time_count(world: World, name: str, case: str) -> None:
    settings = {"on": ON, "off": OFF}
    (dropper, *times), (author, later), others, done = (it.split() for it in case.split(","))
    put_in_force(world, ADMIN, settings[times[0]])
    world.by = WHO[dropper]
    dropped(world, FULL, people(HIRED), 5)
    assert world.run_of(FULL).state is State.QUEUED
    put_in_force(world, ADMIN, settings[times[1]])
    held = world.run_of(FULL)
    assert (codes(held)[-1] == "second_person_needed") is ("on" in times)

    put_in_force(world, WHO[author], settings[later])

    for who in others:
        assert approve(world, held, WHO[who]) == (UNKNOWN if "no name" in name else REFUSED), who
    for who in done:
        assert approve(world, held, WHO[who]) == DONE, who


def test_who_dropped_a_file_may_cancel_it(world: World) -> None:
    assert world.cancel_now(held_by(world, HR)).state is State.CANCELLED


@pytest.mark.parametrize(("by_whom", "needs"), [(HR, ["second_person_needed"]), (ADMIN, [])])
def test_who_frees_their_own_file_with_settings_needs_somebody_else(
    world: World, by_whom: str, needs: list[str]
) -> None:
    held_by(world, HR, OFF)

    by(world, by_whom, SETTINGS, ON.replace("hold", "apply") + "additions_percent = 100\n")

    run = world.run_of(FULL)
    assert (run.state is State.HELD, codes(run) if needs else []) == (bool(needs), needs)
    assert not needs or approve(world, run, BOSS) == DONE


@pytest.mark.parametrize("comes", ["retry", "rollback"])
def test_who_dropped_the_file_that_comes_again_is_an_author_too(world: World, comes: str) -> None:
    first = held_by(world, HR)
    if comes == "retry":
        world.cancel(first)
    else:
        approve(world, first, BOSS)
        by(world, BOSS, SOME, members("new"))
        by(world, ADMIN, SETTINGS, f"{ON}removals = 0\n")
    world.pass_time(600)

    world.by = BOSS
    apply(world, FULL, "", again=f"{comes} {first.run_id}")
    again = world.run_of(FULL)

    assert state_and_why(again) == (State.HELD, None)
    assert approve(world, again, BOSS) == REFUSED
    assert approve(world, again, HR) == REFUSED
    assert approve(world, again, ADMIN) == REFUSED
    assert approve(world, again, CHIEF) == DONE


def test_who_approved_their_own_file_is_told_without_the_setting_too(world: World) -> None:
    held = held_by(world, HR, OFF)

    assert approve(world, held, HR) == DONE

    run = world.run_of(FULL)
    alone = f"{HR} approved what they had brought about themselves: the file."
    document = page(world, run)
    assert document["approval"]["same_person"] is True
    assert [it["why"] for it in document["timeline"] if it["by"] == HR][-1] == alone
    assert alone in mail(run, Language.ENGLISH)[1]
    assert report(world, run)["alone"]["en"] == alone


KEYED = '[accounts]\nkey = "工号"\n' + ON.replace("hold", "apply")
HEADER = "姓名,手机号,所在部门"
NIGHTLY = table(f"工号,{HEADER}", "1,钱多,13800000001,1")
JOINED = NIGHTLY + "9,赵敏,13800000008,1\n"
DOUBTED = NIGHTLY + "9,王一,13800000008,1\n"
LINE = "key,account\n9,u0\n"
LOOSER, STRICTER = KEYED + "removals = 60\n", KEYED + "removals = 40\n"


def keyed(world: World, settings: str = KEYED) -> None:
    """Let a company use keys, with an account that is nobody's; its last files asked nobody."""
    by(world, IT, SETTINGS, settings)
    known = table(f"帐号,{HEADER}", "u0,王一,13800000009,1", "u1,钱多,13800000001,1")
    for content in (known, NIGHTLY):
        assert approve(world, by(world, IT, SOME, content), BOSS)[0] is not State.HELD
    assert by(world, HR, SOME, NIGHTLY).state is State.UNCHANGED


WHAT = {
    "line": (ACCOUNTS, LINE),
    "lines": (ACCOUNTS, LINE + "8,u4\n"),
    "other": (ACCOUNTS, LINE.replace("u0", "u4")),
    "capitals": (ACCOUNTS, LINE.replace("u0", "U0")),
    "refused": (ACCOUNTS, LINE + "7,坏的\n"),
    "own": (ACCOUNTS, "key,account\n1,u1\n"),
    "nothing": (ACCOUNTS, "key,account\n"),
    "export": ("acme/init/wecom.csv", table(f"帐号,{HEADER}", "u5,赵敏,13800000008,1")),
    "settings": (SETTINGS, LOOSER),
    "others": (SETTINGS, LOOSER + "invitations = 5\n"),
    "stricter": (SETTINGS, STRICTER),
    "night": (SOME, NIGHTLY),
    "lost": (SOME, NIGHTLY.replace("钱多", "钱多多")),
    "doubted": (SOME, DOUBTED),
    "file": (SOME, JOINED),
    "reused": (SOME, NIGHTLY.replace("钱多,13800000001", "孙七,13800000077")),
    "row": (
        SOME,
        table(f"工号,帐号,{HEADER}", "1,u1,钱多,13800000001,1", "9,u0,王一,13800000009,1"),
    ),
    "two": (SOME, JOINED + "8,孙八,13800000007,1\n"),
}


@pytest.mark.parametrize(
    ("drops", "refused", "other"),
    [
        ("admin line, hr night, hr file", "admin hr", "boss"),
        ("hr doubted, admin line", "admin hr", "boss"),
        ("hr doubted, hr line", "hr", "boss"),
        ("admin line, boss lines, hr file", "admin", "boss"),
        ("admin line, hr file, boss lines", "admin", "boss"),
        ("admin line, admin nothing, boss line, hr file", "boss", "admin"),
        ("admin refused, boss line, hr file", "admin", "boss"),
        ("admin capitals, boss line, hr file", "admin", "boss"),
        ("admin own, hr reused", "admin", "boss"),
        ("hr row", "hr", "boss"),
        ("admin other, boss line, hr file", "boss", "admin"),
        ("admin line, boss lines, hr two", "admin boss", "chief"),
        ("admin export, hr night, hr file", "admin hr", "boss"),
        ("admin export, boss export, hr file", "boss", "admin"),
        ("admin settings, chief line, hr file", "admin", "boss"),
        ("admin settings, boss others, chief line, hr file", "admin boss", "it"),
        ("admin settings, admin night, admin night, chief line, hr file", "admin", "boss"),
        ("admin settings, hr night, chief line, hr file", "admin chief", "boss"),
        ("admin stricter, hr night, chief line, hr file", "chief", "admin"),
        ("admin settings, hr lost, chief line, hr file", "admin", "boss"),
        ("chief line, hr file, admin settings", "admin", "boss"),
        ("chief line, hr file, admin export", "admin chief", "boss"),
    ],
)
def test_who_stated_what_a_plan_rests_on_does_not_approve_it(
    world: World, drops: str, refused: str, other: str
) -> None:
    keyed(world)

    for who, what in map(str.split, drops.split(", ")):
        if what == "lost":
            world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
        run = by(world, WHO[who], *WHAT[what])
        assert run.job or run.state is not State.HELD or approve(world, run, CHIEF) == DONE

    held = world.run_of(SOME)
    assert held.state is State.HELD
    for principal in refused.split():
        assert approve(world, held, WHO[principal]) == REFUSED, principal
    assert approve(world, held, WHO[other])[0] in {State.SUCCEEDED, State.UNCHANGED}
    # What is in force by now states nothing any more.
    world.by = HR
    world.restore(SOME, held.identity.version)
    world.pass_time(600)
    assert world.run_of(SOME).proposal.statements == ()


@pytest.mark.parametrize("line", ["5,-", "GHOST,u5"])
def test_who_left_only_one_account_to_choose_does_not_approve_the_choice(
    world: World, line: str
) -> None:
    world.wecom.departments[2] = Department(2, 1)
    namesakes = ["u0", "u5"] if "u5" in line else ["u0"]
    world.wecom.members |= {it: PlayedMember(it, frozenset({2})) for it in namesakes}
    rows = (f"{it},王一,,{it}@x.cn,2" for it in namesakes)
    by(world, IT, SETTINGS, KEYED)
    known = table("帐号,姓名,手机号,邮箱,所在部门", *rows, "u1,钱多,13800000001,,1")
    for content in (known, NIGHTLY):
        approve(world, by(world, IT, SOME, content), BOSS)

    by(world, ADMIN, ACCOUNTS, f"key,account\n{line}\n")
    others = "" if "u5" in line else "5,王一,13800000005,2\n"
    held = by(world, HR, SOME, f"{NIGHTLY}{others}9,王一,13800000009,2\n")

    assert codes(held)[0] == "hold_links_first"
    assert approve(world, held, ADMIN) == REFUSED
    assert approve(world, held, BOSS) == DONE


@pytest.mark.parametrize("nights", [0, 1, 2])
def test_who_takes_the_protection_off_does_not_apply_their_own_file_alone(
    world: World, nights: int
) -> None:
    keyed(world, f'{KEYED}[members]\nprotected = ["u0"]\n')
    put_in_force(world, ADMIN, KEYED)
    for night in range(nights):
        post = NIGHTLY.replace("所在部门", "所在部门,职务").replace(",1\n", f",1,{night}级\n")
        assert by(world, HR, SOME, post).state is State.SUCCEEDED
    own = table(f"帐号,{HEADER}", "u0,王一,13999999998,1")

    held = by(world, ADMIN, SOME, own)

    assert codes(held) == ["second_person_needed"]
    assert approve(world, held, ADMIN) == REFUSED
    assert approve(world, held, BOSS) == DONE
    # It was seen by somebody else, and is used up.
    assert by(world, ADMIN, SOME, own.replace("98", "97")).state is State.SUCCEEDED


def test_what_an_export_says_of_a_protected_account_is_no_sign_in_that_is_known(
    world: World,
) -> None:
    policy(world, protected=("u5",))
    by(world, ADMIN, "acme/init/wecom.csv", table(f"帐号,{HEADER}", "u5,王一,13999999999,1"))

    held = by(world, HR, SOME, table(f"帐号,{HEADER},职务", "u5,王一,13999999999,1,主管"))

    assert codes(held) == ["hold_protected_contacts"]
    other = by(world, HR, SOME, table(f"帐号,{HEADER},职务", "u5,王一,13999999998,1,主管"))
    assert other.proposal.digest != held.proposal.digest


def test_an_approval_ends_when_the_approver_states_something_before_it_is_carried_out(
    world: World,
) -> None:
    keyed(world)
    by(world, CHIEF, ACCOUNTS, LINE)
    held = by(world, HR, SOME, JOINED)

    world.by = BOSS
    world.approve_now(held)
    # SQS keeps no order: the settings are read before the approved run goes on.
    approved = world.submit_queue.messages.pop()
    dropped(world, SETTINGS, STRICTER, 60)
    world.submit_queue.messages.append(approved)
    world.pass_time(600)

    assert world.run_of(SOME).state is State.HELD
    assert approve(world, held, BOSS) == REFUSED
    assert approve(world, held, ADMIN) == DONE


ROOTED = (
    KEYED.replace("[limits]", 'unmanaged = ["u3"]\n[limits]') + '[departments]\ncompany = "总部"\n'
)
STAFF = table(f"工号,{HEADER}", *(f"u{it},员工{it},1380000000{it},总部" for it in (1, 2, 4, 5, 0)))


@pytest.mark.parametrize("account", ["u3", "u9", "-"])
def test_a_line_that_takes_an_account_away_is_approved_by_somebody_else(
    world: World, account: str
) -> None:
    put_in_force(world, IT, ROOTED)
    key = "acme/company/c.csv"
    approve(world, by(world, HR, key, STAFF), BOSS)
    by(world, ADMIN, ACCOUNTS, f"key,account\nu1,{account}\n")

    for _ in range(2):
        held = by(world, HR, key, STAFF.replace("员工2", "员工二"))
        assert held.state is State.HELD
        assert approve(world, held, ADMIN) == REFUSED
        assert "u1" in world.wecom.members
    assert approve(world, held, BOSS)[0] in {State.SUCCEEDED, State.UNCHANGED}
    assert world.archive.snapshot("acme").accounts.value == {"u1": account}


def test_who_states_something_between_the_steps_of_a_company_file_does_not_approve_the_rest(
    world: World,
) -> None:
    header, company = f"工号,{HEADER}", '[departments]\ncompany = "总部"\n'
    others = 'unmanaged = ["u2", "u3", "u4", "u5"]\n[limits]'
    keyed(world, KEYED.replace("[limits]", others) + company)
    file = table(header, "1,钱多,13800000001,总部/新部", "9,赵敏,13800000008,总部/新部")
    world.by, key = HR, "acme/company/c.csv"
    world.drop(key, file)
    world.pass_time(1)
    assert world.run_of(key).asks == "replaceparty"

    by(world, ADMIN, ACCOUNTS, LINE)

    held = world.run_of(key)
    assert (held.state, len(held.submission.begun)) == (State.HELD, 1)
    assert approve(world, held, ADMIN) == REFUSED
    assert approve(world, held, BOSS) == DONE


def test_an_approval_of_ones_own_statement_is_told_without_the_setting_too(world: World) -> None:
    keyed(world, KEYED.replace("second_person = true\n", ""))
    by(world, ADMIN, SETTINGS, LOOSER.replace("second_person = true\n", "invitations = 5\n"))
    by(world, ADMIN, ACCOUNTS, LINE)
    held = by(
        world, HR, SOME, JOINED + "".join(f"1{it},新{it},1390000000{it},1\n" for it in "234567")
    )

    assert approve(world, held, ADMIN) == DONE

    run = world.run_of(SOME)
    own = (
        f"{ADMIN} approved what they had brought about themselves: "
        "the settings, a line of accounts.csv."
    )
    document = page(world, run)
    assert document["approval"]["own"] == ["settings", "accounts"]
    assert {"by": ADMIN, "what": "accounts"} in document["statements"]
    assert [it["why"] for it in document["timeline"] if it["by"] == ADMIN] == [own]
    assert report(world, run)["alone"]["en"] == own


SPARE = f"{HEADER.replace('手机号', '电话')},备用"
BOTH = table(f"帐号,{SPARE}", *(f"u{it},王{it},1380000000{it},1,1390000000{it}" for it in range(5)))


def mapped(header: str, other: str) -> str:
    """Return settings by which one column has the mobiles, and the other one stays here."""
    return f'{OFF}[columns]\n"{header}" = "手机号"\n"{other}" = ""\n'


FIRST, SECOND = mapped("电话", "备用"), mapped("备用", "电话")


@pytest.mark.parametrize("when", ["before", "with"])
def test_settings_that_are_swapped_during_a_hold_are_no_part_of_what_was_approved(
    world: World, when: str
) -> None:
    known = table(f"帐号,{HEADER}", *(f"u{it},王{it},1360000000{it},1" for it in range(5)))
    put_in_force(world, ADMIN, FIRST)
    approve(world, by(world, HR, SOME, known), BOSS)
    held = by(world, HR, SOME, BOTH)
    assert held.state is State.HELD
    uploads = world.wecom.calls.count("submit")

    if when == "before":
        by(world, ADMIN, SETTINGS, SECOND)
        assert world.run_of(SOME).proposal.counts == held.proposal.counts
        assert approve(world, held, BOSS) == (State.HELD, ["approval_outdated"])
    else:
        # They came into force, and held runs are still to be planned anew.
        world.store.put_policy("acme", read_policy(SECOND.encode()), world.clock.now)
        assert approve(world, held, BOSS)[0] is State.HELD
        assert codes(world.run_of(SOME))[0] == "hold_worse"

    assert world.wecom.calls.count("submit") == uploads
    assert approve(world, world.run_of(SOME), BOSS) == DONE


STATING = """[accounts]
key = "工号"
unmanaged = ["u5"]
[limits]
second_person = true
removals = 40
[members]
protected = ["u4"]
[columns]
"电话" = "手机号"
[rows]
"状态" = ["在职", "!离职"]
[departments]
company = "总部"
[notify]
on = ["HELD", "FAILED"]
"""
ACTS = {
    "a higher limit": ("= 40", "= 41"),
    "nobody protected": ('"u4"', ""),
    "fewer who hear": (', "FAILED"', ""),
    "invitations": ("protected", "invite = true\nprotected"),
    "a further dropper": ("[notify]", '[desk]\ndroppers = ["w"]\n[notify]'),
    "a custom attribute": ("protected", 'attributes = ["工龄"]\nprotected'),
    "a column with another meaning": ('"手机号"', '"邮箱"'),
    "a column that is named no more": ('"电话" = "手机号"', ""),
    "a column that stays here": ("[rows]", '"工资" = ""\n[rows]'),
    "another state": ('"在职"', '"在职", "试用"'),
    "a day": ('["在职", "!离职"]', '"until"'),
    "a known state": ('"!离职"', '"!离职", "!退休"'),
    "another key": ('"工号"', '"员工号"'),
    "other accounts of newcomers": ("unmanaged", 'newcomers = "email"\nunmanaged'),
    "more that is unmanaged": ('"u5"', '"u5", "u1"'),
    "less that is unmanaged": ('"u5"', ""),
    "another root": ("总部", "集团"),
}
ALONE = {
    "a lower limit": ("= 40", "= 39"),
    "more protected": ('"u4"', '"u4", "u1"'),
    "longer holds": ("removals", "hold_hours = 99\nremovals"),
    "more who hear": ('"HELD"', '"HELD", "PARTIAL"'),
}


@pytest.mark.parametrize("change", ACTS.values(), ids=ACTS)
def test_what_guards_less_or_changes_what_a_file_does_is_stated_by_two(
    world: World, change: tuple[str, str]
) -> None:
    assert by(world, ADMIN, SETTINGS, STATING).state is State.SUCCEEDED
    before, after = (read_policy(it.encode()) for it in (STATING, STATING.replace(*change)))

    for _ in range(2):
        held = by(world, ADMIN, SETTINGS, STATING.replace(*change))
        assert codes(held) == ["second_person_settings", "second_person_needed"]
        assert approve(world, held, ADMIN) == REFUSED
        assert world.store.policy("acme") == before != after
    assert approve(world, held, BOSS) == DONE
    assert world.store.policy("acme") == after


@pytest.mark.parametrize("change", ALONE.values(), ids=ALONE)
def test_what_guards_more_needs_nobody_else(world: World, change: tuple[str, str]) -> None:
    by(world, ADMIN, SETTINGS, STATING)

    assert by(world, ADMIN, SETTINGS, STATING.replace(*change)).state is State.SUCCEEDED


NAMES = '[columns]\n"电话" = "手机号"\n'
STRANGE = NIGHTLY.replace("姓名", "称呼")
MENDED, BESIDE = '"称呼" = "姓名"\n', '"职级" = ""\n'
READABLE = {
    "a column that is named": ("hr", STRANGE, KEYED + NAMES + MENDED, True),
    "and another that stays here": ("hr", STRANGE, KEYED + NAMES + MENDED + BESIDE, True),
    "a column that helps nobody": ("hr", STRANGE, KEYED + NAMES + BESIDE, False),
    "a column of a file that is read": ("hr", NIGHTLY, KEYED + NAMES + MENDED, False),
    "a column of a file of their own": ("admin", STRANGE, KEYED + NAMES + MENDED, False),
    "in place of another": ("hr", STRANGE, f"{KEYED}[columns]\n{MENDED}", False),
    "and a limit": ("hr", STRANGE, STRICTER + NAMES + MENDED, False),
}


@pytest.mark.parametrize(("dropper", "file", "settings", "alone"), READABLE.values(), ids=READABLE)
def test_a_column_by_which_a_refused_file_is_read_needs_nobody_else(
    world: World, dropper: str, file: str, settings: str, *, alone: bool
) -> None:
    keyed(world, KEYED + NAMES)
    was_read = by(world, WHO[dropper], SOME, file).state is not State.REJECTED
    assert was_read is (file == NIGHTLY)

    run = by(world, ADMIN, SETTINGS, settings)

    assert (run.state is State.SUCCEEDED, run.state is State.HELD) == (alone, not alone)
    if alone:
        # Once is enough: the file is not dropped again, and can be read by now.
        assert by(world, ADMIN, SETTINGS, f'{settings}"备用" = "邮箱"\n').state is State.HELD


def test_settings_that_wait_show_which_files_wait_for_them(world: World) -> None:
    keyed(world)
    assert by(world, HR, SOME, STRANGE).state is State.REJECTED
    statement = by(world, ADMIN, SETTINGS, LOOSER)
    letter = mail(statement, Language.ENGLISH)[1]
    assert "Files that wait for these settings: acme/syncuser/s.csv. Held ones" in letter

    def files() -> list[str]:
        texts = [it["text"] for it in page(world, statement)["holds"][2:]]
        return [file for file in (FULL, SOME) if any(file in it for it in texts)]

    assert files() == [SOME]
    # A newer file takes the place of the one that was refused.
    assert by(world, HR, SOME, NIGHTLY).state is State.UNCHANGED
    assert files() == []
    assert by(world, HR, SOME, STRANGE).state is State.REJECTED
    waiting = by(world, HR, FULL, people(1))
    assert (waiting.state, files()) == (State.HELD, [FULL, SOME])
    assert approve(world, waiting, BOSS)[0] is not State.HELD
    assert files() == [SOME]
    newer = by(world, ADMIN, SETTINGS, LOOSER + "invitations = 5\n")
    assert world.current_run(statement).state is State.SUPERSEDED
    assert approve(world, newer, BOSS) == DONE


CHANGED = 'removals = 77\nhold_hours = 9\n[columns]\n"手机" = "手机号"\n'
OFFS = {
    "off": KEYED.replace("true", "false"),
    "left out": KEYED.replace("second_person = true\n", ""),
}


@pytest.mark.parametrize("off", OFFS.values(), ids=OFFS)
def test_turning_it_off_is_held_until_somebody_else_approves(world: World, off: str) -> None:
    by(world, ADMIN, SETTINGS, KEYED)

    held = by(world, ADMIN, SETTINGS, off + CHANGED)

    assert (held.state, codes(held)) == (State.HELD, ["second_person_off", "second_person_needed"])
    policy = world.store.policy("acme")
    assert (policy.second_person, policy.removals) == (True, 50)
    assert approve(world, held, ADMIN) == REFUSED
    letter = mail(world.run_of(SETTINGS), Language.ENGLISH)[1]
    assert f"Settings dropped by {ADMIN}, not in force.\n" in letter
    assert "- limits.second_person would guard or tell less: true -> false\n" in letter
    assert f"other than {ADMIN}:  wecom-sync approve {held.run_id} --corp acme" in letter
    assert f"Brought about by: {ADMIN} (the settings)." in letter
    shown = report(world, held)
    assert (
        shown["headline"]["en"]
        == "These settings wait for your decision. None of them is in force."
    )
    assert shown["decision"]["approve"]["plan"] == held.proposal.digest
    assert shown["decision"]["about"] == "settings"
    changes = (
        "Affected: limits.removals: 50 → 77, limits.hold_hours: 72 → 9, "
        "limits.second_person: true → false, columns: - → 手机 = 手机号."
    )
    assert shown["holds"][0]["en"][-1] == changes
    world.live(20 * 3600)
    assert world.run_of(SETTINGS).revision == held.revision
    assert approve(world, held, BOSS) == DONE
    policy = world.store.policy("acme")
    assert (policy.second_person, policy.removals) == (False, 77)


FREED = {
    "a further approver": ('"w", "x"]\n', "desk.approvers: w → w, x"),
    "people": (NAMED, "desk.people: - → AIDAIT = boss"),
}


@pytest.mark.parametrize(("desk", "change"), FREED.values(), ids=FREED)
def test_who_decides_at_the_desk_is_changed_by_two(world: World, desk: str, change: str) -> None:
    by(world, ADMIN, SETTINGS, OFF + "[desk]\napprovers = []\n")
    assert by(world, ADMIN, SETTINGS, DESK + '"w", "v"]\n').state is State.SUCCEEDED
    assert by(world, ADMIN, SETTINGS, DESK + '"W"]\n').state is State.SUCCEEDED
    put_in_force(world, ADMIN, DESK + '"W"]\ndroppers = ["d"]\n')
    assert [it.setting for it in world.run_of(SETTINGS).weakens] == ["desk.droppers"]

    held = by(world, ADMIN, SETTINGS, DESK + desk)

    assert codes(held) == ["second_person_desk", "second_person_needed"]
    assert change.replace("w →", "W →") in english(held)
    assert approve(world, held, ADMIN) == REFUSED
    assert approve(world, held, BOSS) == DONE
    assert world.store.policy("acme").desk_droppers == ()


ENDS: dict[str, tuple[Callable[[World, Run], object], State]] = {
    "cancelled": (World.cancel_now, State.CANCELLED),
    "expired": (lambda world, _: world.live(73 * 3600), State.CANCELLED),
    "newer settings": (lambda world, _: by(world, BOSS, SETTINGS, KEYED), State.SUPERSEDED),
    "the same again": (lambda world, _: by(world, BOSS, SETTINGS, OFF), State.SUPERSEDED),
}


@pytest.mark.parametrize(("end", "state"), ENDS.values(), ids=ENDS)
def test_settings_that_were_held_and_are_not_approved_never_come_into_force(
    world: World, end: Callable[[World, Run], object], state: State
) -> None:
    by(world, ADMIN, SETTINGS, KEYED)
    held = by(world, ADMIN, SETTINGS, OFFS["off"])

    end(world, held)
    world.pass_time(60)
    ended = world.current_run(held)
    assert ended.state is state
    assert "second_person" not in mail(ended, Language.ENGLISH)[1]

    world.by = BOSS
    approved(world, held)
    assert answers(world, held)[-1] == "decision_too_late"
    assert world.store.policy("acme").second_person


BASES = {
    "of the version in force": ("v2", State.SUCCEEDED, "u4"),
    "of an older version": ("v1", State.REJECTED, "u3"),
    "none": ("", State.SUCCEEDED, "u4"),
}


@pytest.mark.parametrize(("base", "state", "account"), BASES.values(), ids=BASES)
def test_an_accounts_file_made_from_another_version_is_refused(
    world: World, base: str, state: State, account: str
) -> None:
    by(world, ADMIN, ACCOUNTS, LINE)
    by(world, BOSS, ACCOUNTS, LINE.replace("u0", "u3"))

    run = apply(world, ACCOUNTS, LINE.replace("u0", "u4"), base=base)

    assert run.state is state
    assert world.archive.snapshot("acme").accounts.value == {"9": account}
    if state is State.REJECTED:
        assert "made from the version v1 of accounts.csv, but v2 of" in page(world, run)["reason"]


def test_what_was_stored_before_authors_were_is_read(world: World) -> None:
    settings = SettingsInForce.from_document({"policy": {}, "dropped": 5, "principal": ADMIN})
    book = stored(Book, {"accounts": [{"9": "u0"}, ADMIN, 4, "v1"]})

    assert settings.authors == {ADMIN: 5}
    assert settings.followed(Policy(), 6, BOSS, "").authors == {ADMIN: 5, BOSS: 6}
    again = accounts_stated(book, by(world, BOSS, ACCOUNTS, LINE), {"9": "u0", "8": "u1"})
    assert (again.line_authors, again.accounts.by) == ({"9": ADMIN}, BOSS)
