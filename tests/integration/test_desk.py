"""The desk: who may look and decide there, and what it drops for them."""

import base64
import io
import itertools
import json
import re
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest

from desk import handle
from support.company import people, with_column
from support.desk import BASE, USERS, Browser, DeskWorld, held_run
from support.guarded import dropped, policy
from support.workbooks import workbook
from support.world import World
from wecom_sync.domain.errors import UnreachableError, WeComError
from wecom_sync.domain.policy import UNTIL
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.files.cutting import cut as cutting
from wecom_sync.files.roster import read_roster
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail
from wecom_sync.use_cases.desk.reception import Reception
from wecom_sync.wecom.credentials import AppSecret

HOURS = 3600
PRIVATE = "姓名,帐号,手机号,部门,身份证号\n王芳,wangfang,13800000001,总部,110101199003078888\n"


@pytest.fixture
def held(world: World) -> Run:
    policy(world, **USERS)
    return held_run(world)


@pytest.fixture
def wecom(world: World, held: Run) -> DeskWorld:
    return DeskWorld(world)


@pytest.fixture
def browser(wecom: DeskWorld) -> Browser:
    return Browser(wecom.reception())


def signed_in(wecom: DeskWorld, user: str) -> Browser:
    browser = Browser(wecom.reception())
    browser.sign_in(wecom, user)
    return browser


def test_who_comes_from_wecom_is_back_on_the_page_they_wanted(
    browser: Browser, wecom: DeskWorld, held: Run
) -> None:
    path = f"runs/{held.run_id}"

    answer = browser.sign_in(wecom, "zhangsan", path)

    assert answer["headers"]["Location"] == f"{BASE}/desk/acme/{path}"
    assert browser.page(path)["user"] == "zhangsan"


def test_an_approver_decides_about_the_plan_that_they_saw(wecom: DeskWorld, held: Run) -> None:
    browser, world, page = signed_in(wecom, "zhangsan"), wecom.world, f"runs/{held.run_id}"

    for plan, status in ("0" * 64, 409), (held.proposal.digest, 202):
        answer = browser.say(page, "decide", decision="approve", plan=plan)
        assert answer["statusCode"] == status
        world.pass_time(1)

        approval = world.current_run(held).proposal.approval
        assert (approval and approval.by) == ("wecom:zhangsan" if status == 202 else None)


def test_who_may_bring_files_sends_one_as_it_was_shown(wecom: DeskWorld) -> None:
    world, browser = wecom.world, signed_in(wecom, "lisi")
    world.drop("acme/company/next.csv", PRIVATE, asks=True)
    world.pass_time(600)
    shown = world.run_of("acme/company/next.csv")
    page = f"runs/{shown.run_id}"
    assert shown.state is State.SHOWN

    for plan, status in ("0" * 64, 409), (shown.proposal.digest, 202):
        assert browser.say(page, "send", plan=plan)["statusCode"] == status
        world.pass_time(1)

        sending = world.current_run(shown).proposal.sending
        assert (sending and sending.by) == ("wecom:lisi" if status == 202 else None)


def test_documents_name_who_decided(wecom: DeskWorld, world: World) -> None:
    policy(world, desk_approvers=["U1"])
    run = held_run(world)
    browser = signed_in(wecom, "u1")

    browser.say(f"runs/{run.run_id}", "decide", decision="approve", plan=run.proposal.digest)
    world.pass_time(1)

    page = json.loads(world.reports.documents[f"acme/{run.run_id}/run.json"])
    assert page["approval"]["by"] == "wecom:u1"
    assert page["speakers"] == {"wecom:u1": "员工2"}


def brought(browser: Browser, content: bytes, name: str = "花名册.csv", **words: Any) -> Any:
    """Bring a file; return how it was answered, and with what."""
    packed = base64.b64encode(content).decode()
    answer = browser.say("", "files", name=name, content=packed, **words)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.parametrize("confirm", [False, "true", 1, [True]])
def test_who_brings_a_file_sees_first_what_of_it_goes(wecom: DeskWorld, confirm: object) -> None:
    world = wecom.world
    policy(world, **USERS, rows={"最后工作日": (UNTIL,)})
    dropped(world, "acme/syncuser/one.csv", people(1), 0)
    before = {**world.drops.objects}
    file = PRIVATE.replace(",身份证号", f",{'号' * 9_999},最后工作日")
    file += "李雷,lilei,13800000002,总部,1,2027-01-15\n赵敏,zhaomin,13800000003,总部,1,2027-01-14\n"

    status, shown = brought(signed_in(wecom, "lisi"), file.encode(), confirm=confirm)

    own = ["姓名", "帐号", "手机号", "部门", "最后工作日"]
    assert (status, shown["rows"], shown["sent"]) == (200, 2, own)
    assert shown["stays"] == [f"{'号' * 29}…"]
    (why,) = shown["left"]
    assert why["zh-CN"] == "因「最后工作日」不导入：1 行，取值为「2027-01-14」。"
    assert world.drops.objects == before


def test_rows_that_a_workbook_hides_are_told_before_it_is_sent(wecom: DeskWorld) -> None:
    def hide(book: Any) -> None:
        book.active.row_dimensions[2].hidden = True

    header, *rows = (line.split(",") for line in PRIVATE.splitlines())
    content = workbook(header, *rows, change=hide)

    _, shown = brought(signed_in(wecom, "lisi"), content, "花名册.xlsx")

    (hidden,) = shown["left"]
    assert "1 in all: 2" in hidden["en"]


def test_a_workbook_may_be_larger_as_a_csv_than_what_is_brought(wecom: DeskWorld) -> None:
    rows = [(f"王{at}", f"u{at}", f"138{at:08}", "总部", "x" * 20_000) for at in range(250)]
    content = workbook(("姓名", "帐号", "手机号", "部门", "离职原因"), *rows)

    status, answer = brought(signed_in(wecom, "lisi"), content, "花名册.xlsx", confirm=True)
    wecom.world.pass_time(1)

    head, sent = [*wecom.world.drops.objects.values()][-1]
    assert (status, len(content) < 100_000, len(sent) > 4_500_000) == (202, True, True)
    assert wecom.world.run_of(answer["key"]).identity.principal == "wecom:lisi"
    assert head.size == len(sent)


NAMES = {
    "花名册.csv": "花名册.csv",
    "../../beta\\花名册.csv": "花名册.csv",
    "\u202e=%0d\r\nx-amz-acl: 花\n.csv": r"\u202e=%0d\r\nx-amz-acl: 花\n.csv",
    f"{'花' * 120}.csv": "花" * 100,
}


@pytest.mark.parametrize(("name", "kept"), NAMES.items())
def test_who_brings_a_file_is_its_author(wecom: DeskWorld, name: str, kept: str) -> None:
    browser, world = signed_in(wecom, "LiSi"), wecom.world

    status, answer = brought(browser, PRIVATE.encode(), name, confirm=True)
    world.pass_time(1)

    run = world.run_of(answer["key"])
    assert (status, run.identity.principal) == (202, "wecom:LiSi")
    assert run.state is State.SHOWN
    _, content = [*world.drops.objects.values()][-1]
    assert f"\nFile: acme/company/{kept}\n" in mail(run, Language.ENGLISH)[1]
    assert re.fullmatch(r"acme/company/desk-\d{8}T\d{6}Z-[0-9a-f]{8}\.csv", run.key)
    assert "110101199003078888" not in content.decode()


ODD: dict[str, tuple[bytes, str]] = {
    "of a type that nobody reads": (PRIVATE.encode(), "roster.exe"),
    "that is a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "roster.xlsx"),
    "that is empty": (b"", "roster.csv"),
    "that lists problems": (PRIVATE.replace("身份证号", "wecom-sync: problem").encode(), "fix.csv"),
    "with 55 mistakes": (
        f"姓名,帐号,手机号,部门\n{'王芳,,1380000,\n' * 55}".encode(),
        "roster.csv",
    ),
    "with somebody without an account": (PRIVATE.replace("wangfang", "").encode(), "roster.csv"),
}


@pytest.mark.parametrize("odd", ODD)
def test_a_file_that_cannot_be_taken_goes_nowhere(wecom: DeskWorld, odd: str) -> None:
    before = {**wecom.world.drops.objects}

    status, answer = brought(signed_in(wecom, "lisi"), *ODD[odd], confirm=True)

    assert status == 422
    assert all({*problem} == {"en", "zh-CN"} for problem in answer["problems"])
    assert (answer["problems"][-1]["en"] == "And 35 more.") is (odd == "with 55 mistakes")
    assert wecom.world.drops.objects == before


@pytest.mark.parametrize(("seconds", "status"), [(1, 200), (2, 422)])
def test_all_that_is_done_with_a_file_has_eight_seconds_of_the_processor(
    wecom: DeskWorld, seconds: int, status: int
) -> None:
    browser = signed_in(wecom, "lisi")
    wecom.world.processor = itertools.count(step=seconds).__next__

    got, answer = brought(browser, PRIVATE.encode())

    assert got == status
    for problem in answer.get("problems", ()):
        assert "more than 8 seconds of processor time" in problem["en"]
        assert "超过 8 秒的处理器时间" in problem["zh-CN"]


def test_a_file_of_more_rows_than_are_read_while_somebody_waits_is_read_once(
    wecom: DeskWorld,
) -> None:
    content = "姓名,帐号,手机号,部门\n" + "王芳,wangfang,13800000001,总部\n" * 50_001

    with patch.object(cutting, "read_roster", wraps=read_roster) as read:
        status, answer = brought(signed_in(wecom, "lisi"), content.encode())

    assert (status, read.call_count) == (422, 0)
    assert "50000" in answer["problems"][0]["en"]


@pytest.mark.parametrize(("size", "status"), [(4_500_000, 200), (4_500_001, 422)])
def test_a_file_may_have_so_many_bytes(wecom: DeskWorld, size: int, status: int) -> None:
    assert brought(signed_in(wecom, "lisi"), PRIVATE.encode().ljust(size))[0] == status


BASES = {"": "-", "v7": "v7", "v\r\nx-amz-acl: public-read": quote("v\r\nx-amz-acl: public-read")}


@pytest.mark.parametrize("base", BASES)
def test_accounts_go_with_the_version_that_their_page_showed(wecom: DeskWorld, base: str) -> None:
    content = "key,account\n1,u1\n"

    signed_in(wecom, "zhangsan").say("accounts", "accounts", content=content, base=base)

    head, dropped_content = [*wecom.world.drops.objects.values()][-1]
    assert (head.base, dropped_content.decode()) == (BASES[base], content)


DANGEROUS = "runs/{run}/report.html", "runs/{run}/plan.json", "runs/{run}/results.csv", "index.html"


@pytest.mark.parametrize("path", DANGEROUS)
def test_a_document_opened_by_itself_runs_no_script(wecom: DeskWorld, held: Run, path: str) -> None:
    wecom.world.reports.documents[f"acme/{held.run_id}/results.csv"] = b"=1+1"

    headers = signed_in(wecom, "wangwu").ask(path.format(run=held.run_id))["headers"]

    sandboxed = "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert headers["Content-Security-Policy"] == sandboxed
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert (headers.get("Content-Disposition") == "attachment") is path.endswith(".csv")


@pytest.mark.parametrize("letter", ["a", "帐", '"'])
def test_no_answer_is_larger_than_lambda_takes(wecom: DeskWorld, held: Run, letter: str) -> None:
    browser, name = signed_in(wecom, "wangwu"), f"acme/{held.run_id}/plan.json"
    for count in (100, 1_300_000, 3_999_999, 4_000_001):
        wecom.world.reports.documents[name] = letter.encode() * (count // len(letter.encode()))

        answer = browser.ask(f"runs/{held.run_id}/plan.json")

        assert len(json.dumps(answer)) < 5_900_000
        is_whole = answer["statusCode"] == 200 and answer["body"].startswith(letter)
        assert is_whole or answer["headers"]["Location"] == wecom.address(name)


def stated(world: World, corp: str, *files: str) -> Run:
    """Put settings of a company in force that name a file of WeCom's."""
    lines = "".join(f'domain_file = "{it}"\n' for it in files)
    world.drop(f"{corp}/settings.toml", f"[desk]\n{lines}")
    world.pass_time(60)
    return world.run_of(f"{corp}/settings.toml")


def at_the_root(reception: Reception, name: str) -> tuple[int, str]:
    answer = handle(reception, {"httpMethod": "GET", "pathParameters": {"file": name}})
    return answer["statusCode"], answer["body"]


def test_the_root_of_the_domain_proves_whose_it_is() -> None:
    world = World("acme", "beta")
    wecom = DeskWorld(world)
    reception, name = wecom.reception(), "WW_verify_0aB.txt"
    # Whoever asks has no secret read.
    wecom.secrets.secrets.clear()

    stated(world, "acme", f"{name}: 0aB")
    taken = stated(world, "beta", f"{name}: beta")

    assert at_the_root(reception, name) == (200, "0aB")
    assert taken.state is State.REJECTED
    document = json.loads(world.reports.documents[f"beta/{taken.run_id}/problems.json"])
    (problem,) = document["problems"]
    assert (problem["code"], problem["line"]) == ("settings_domain_file_taken", 2)
    for other in ("WW_verify_other.txt", "favicon.ico", "../acme/index.json"):
        assert at_the_root(reception, other)[0] == 404

    stated(world, "acme", "WW_verify_1.txt: new")
    assert at_the_root(reception, name)[0] == 404
    assert at_the_root(reception, "WW_verify_1.txt") == (200, "new")
    assert stated(world, "beta", f"{name}: beta").state is State.SUCCEEDED
    stated(world, "acme")
    assert at_the_root(reception, "WW_verify_1.txt")[0] == 404
    assert at_the_root(reception, name) == (200, "beta")


@pytest.mark.parametrize("path", ["", "accounts", "login?code=x&state=y"])
@pytest.mark.parametrize("user", ["wangwu", "stranger"])
def test_no_page_stands_in_a_frame(wecom: DeskWorld, user: str, path: str) -> None:
    headers = signed_in(wecom, user).ask(path)["headers"]

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"].split("; ")
    assert headers["X-Frame-Options"] == "DENY"


RIGHTS: dict[str, tuple[set[str], set[str]]] = {
    "wangwu": (set(), set()),
    "lisi": ({"files"}, {"files", "send"}),
    "zhangsan": (set(), {"decide", "accounts"}),
}


@pytest.mark.parametrize("user", RIGHTS)
def test_a_page_offers_what_its_reader_may_do(wecom: DeskWorld, held: Run, user: str) -> None:
    pages = map(signed_in(wecom, user).page, ("", f"runs/{held.run_id}"))

    assert tuple({*page["posts"]} - {"logout"} for page in pages) == RIGHTS[user]


OFFERED = {
    "decide": ("zhangsan", "runs/{run}"),
    "accounts": ("zhangsan", "accounts"),
    "files": ("lisi", ""),
    "send": ("lisi", "runs/{run}"),
}


@pytest.mark.parametrize("name", OFFERED)
def test_a_right_ends_when_the_settings_take_it(wecom: DeskWorld, held: Run, name: str) -> None:
    user, page = OFFERED[name]
    browser, world = signed_in(wecom, user), wecom.world
    post = browser.page(page.format(run=held.run_id))["posts"][name]
    path = post["address"].removeprefix("/desk/acme/")
    words = json.dumps({"plan": held.proposal.digest, "token": post["token"]})

    # Who has no right any more has no session.
    for readers, statuses in ([user], [200, 403]), ([], [403, 401]):
        world.drop("acme/settings.toml", f'[desk]\napprovers = ["boss"]\nreaders = {readers}\n')
        world.pass_time(1)
        answers = browser.ask(), browser.ask(path, "POST", words, Origin=BASE)
        assert [it["statusCode"] for it in answers] == statuses


@pytest.mark.parametrize(("approver", "whom"), [("U1", "员工2"), ("boss", "your company")])
def test_a_refused_visitor_is_told_by_name_whom_to_ask_and_gets_no_ids(
    world: World, approver: str, whom: str
) -> None:
    policy(world, desk_approvers=[approver], desk_readers=["u2"])
    held_run(world)

    answer = signed_in(DeskWorld(world), "stranger").ask()

    assert answer["statusCode"] == 403
    assert whom in answer["body"]
    assert not re.search(rf"\b({approver}|u2)\b", answer["body"], re.IGNORECASE)


GOING = {
    "removed": ("replaceuser", people(29)),
    "disabled": ("syncuser", with_column(people(30), "禁用", *"0" * 29, "1")),
    "deleted by hand": ("syncuser", people(1).replace("员工", "职员")),
}


@pytest.mark.parametrize("how", GOING)
def test_a_session_ends_when_its_account_goes(world: World, how: str) -> None:
    dropped(world, "acme/replaceuser/all.csv", people(30), 3600)
    policy(world, desk_approvers=["u1"], desk_readers=["U29", "u28"], updates_percent=100)
    wecom = DeskWorld(world)
    browsers = [signed_in(wecom, user) for user in ("u29", "u28")]

    if how == "deleted by hand":
        del world.wecom.members["u29"]
    job, content = GOING[how]
    dropped(world, f"acme/{job}/next.csv", content, 1800)

    assert [browser.ask()["statusCode"] for browser in browsers] == [302, 200]
    # Whom WeCom knows again is let in again.
    assert signed_in(wecom, "u29").ask()["statusCode"] == 200


EVIL = dict.fromkeys(("Host", "X-Forwarded-Host", "X-Original-Host"), "evil.example")
ORIGINS: dict[str, dict[str, str]] = {
    "another origin": {"Origin": "https://evil.example"},
    "no origin": {"Origin": ""},
    "the origin of a page in a frame": {"Origin": "null"},
    "a host that is forged": {"Origin": "https://evil.example", **EVIL},
}
TOKENS = "no token", "half a character", "one of another path", "one of another session"


@pytest.mark.parametrize("how", [*ORIGINS, *TOKENS, "GET", "HEAD", "PUT"])
def test_a_post_of_no_page_of_theirs_decides_nothing(wecom: DeskWorld, held: Run, how: str) -> None:
    browser, path = signed_in(wecom, "zhangsan"), f"runs/{held.run_id}"
    posts, others = (it.page(path)["posts"] for it in (browser, signed_in(wecom, "zhangsan")))
    wrong = "", "YQ.\ud800", posts["logout"]["token"], others["decide"]["token"]
    token = dict(zip(TOKENS, wrong, strict=True)).get(how, posts["decide"]["token"])
    words = {"decision": "approve", "plan": held.proposal.digest, "token": token}
    headers, method = ORIGINS.get(how, {"Origin": BASE}), how if how.isupper() else "POST"

    answer = browser.ask(f"{path}/decision", method, json.dumps(words), **headers)

    assert answer["statusCode"] in {403, 404}
    wecom.world.pass_time(1)
    assert wecom.world.current_run(held).state is State.HELD


@pytest.mark.parametrize("corp", ["acme", "beta", "acme-b"])
def test_a_flood_without_a_session_reads_writes_and_asks_nothing(
    browser: Browser, wecom: DeskWorld, held: Run, corp: str
) -> None:
    browser.corp, before = corp, {**wecom.world.drops.objects}
    elsewhere = "nothing", "//evil.example", "https:evil", "runs/../../beta", "runs/1?x"
    documents = "index.json", f"runs/{held.run_id}/plan.json"
    paths = *documents, *elsewhere, "", "login?code=x&state=y"

    answers = [browser.ask(path)["statusCode"] for path in paths * 3]
    answers += [browser.ask(path, "POST", "{}", Origin=BASE)["statusCode"] for path in paths]

    told = [*[401] * 7, 302, 403] * 3 + [401] * 9
    assert answers == (told if corp == "acme" else [404] * len(answers))
    assert (wecom.read, wecom.asked, wecom.world.drops.objects) == ([], [], before)


@pytest.mark.parametrize("state", ["", "0123", None])
def test_who_was_not_sent_to_wecom_by_us_is_not_signed_in(
    browser: Browser, wecom: DeskWorld, state: str | None
) -> None:
    browser.ask()
    wecom.codes["attackers"] = "stranger"

    query = "" if state is None else f"&state={state}"
    assert browser.ask(f"login?code=attackers{query}")["statusCode"] == 403
    assert wecom.asked == []


@pytest.mark.parametrize(("first", "status"), [("code-1", 302), ("used", 403), ("nobodys", 403)])
def test_one_way_to_wecom_is_good_for_one_return(
    browser: Browser, wecom: DeskWorld, first: str, status: int
) -> None:
    state, cookies = browser.leave(), {**browser.cookies}
    wecom.codes = {"code-1": "zhangsan", "code-2": "zhangsan", "nobodys": None}
    seen = browser.ask(f"login?code={first}&state={state}", "HEAD")
    came = browser.ask(f"login?code={first}&state={state}")

    browser.cookies = cookies
    again = browser.ask(f"login?code=code-2&state={state}")

    assert [it["statusCode"] for it in (seen, came, again)] == [404, status, 403]
    # Who is nobody may try again, in either language.
    assert came["body"].count(f'href="{BASE}/desk/acme"') == (2 if status == 403 else 0)
    assert wecom.asked == [first]


def test_a_way_in_lasts_ten_minutes(browser: Browser, wecom: DeskWorld) -> None:
    state = browser.leave()
    wecom.codes["code-1"] = "wangwu"

    wecom.world.clock.now += 600

    assert browser.ask(f"login?code=code-1&state={state}")["statusCode"] == 403


@pytest.mark.parametrize("how", ["page", "post"])
def test_a_session_lasts_an_hour_since_its_last_use_and_eight_in_all(
    wecom: DeskWorld, held: Run, how: str
) -> None:
    browser, clock = signed_in(wecom, "zhangsan"), wecom.world.clock
    end, page = clock.now + 8 * HOURS, f"runs/{held.run_id}"
    old = json.dumps({"plan": "", "token": browser.page(page)["posts"]["decide"]["token"]})
    uses = {"page": (page, "GET", ""), "post": (f"{page}/decision", "POST", old)}
    while clock.now + HOURS < end:
        clock.now += HOURS - 1
        assert browser.ask(*uses[how], Origin=BASE)["statusCode"] in {200, 409}

    clock.now = end - 1
    assert browser.ask()["statusCode"] == 200
    clock.now = end
    assert browser.ask()["statusCode"] == 302


def test_a_page_that_is_left_open_keeps_no_session(wecom: DeskWorld) -> None:
    browser, clock = signed_in(wecom, "wangwu"), wecom.world.clock
    statuses = []
    for _ in range(4):
        clock.now += HOURS / 4
        statuses.append(browser.ask("index.json")["statusCode"])

    assert statuses == [200, 200, 200, 401]


def test_the_log_has_a_line_for_whatever_somebody_says_and_no_names(
    world: World, logged: io.StringIO
) -> None:
    policy(world, **USERS)
    run = held_run(world)
    wecom, path = DeskWorld(world), f"runs/{run.run_id}"
    zhangsan, plan = signed_in(wecom, "zhangsan"), run.proposal.digest

    zhangsan.say(path, "decide", decision="approve", plan="0" * 64, note="员工2 13800000001")
    zhangsan.say(path, "decide", decision="approve", plan=plan, note="员工2 13800000001")
    zhangsan.ask(f"{path}/decision", "POST", "{}", Origin="https://evil.example")
    brought(signed_in(wecom, "lisi"), PRIVATE.encode(), confirm=True)
    signed_in(wecom, "stranger").ask(path)
    Browser(wecom.reception()).ask("login?code=x&state=y")

    log = map(json.loads, logged.getvalue().splitlines())
    lines = [it for it in log if it["message"] == "desk"]
    assert [(it["user"], it["run"], it["did"], it["outcome"]) for it in lines] == [
        ("zhangsan", "", "login", "signed in"),
        ("zhangsan", run.run_id, "decision", "changed"),
        ("zhangsan", run.run_id, "decision", "dropped"),
        ("zhangsan", run.run_id, "decision", "refused"),
        ("lisi", "", "login", "signed in"),
        ("lisi", "", "files", "dropped"),
        ("stranger", "", "login", "signed in"),
        ("stranger", run.run_id, "look", "refused"),
        ("", "", "login", "refused"),
    ]
    assert {it["corp"] for it in lines} == {"acme"}
    assert not re.search("员工|王芳|13800000001|花名册", f"{lines}")


FAILURES: dict[str, tuple[Exception, int]] = {
    "unreachable": (UnreachableError("no answer"), 1),
    **{str(it): (WeComError(it, "", "/auth/getuserinfo"), 1) for it in (50001, 45009)},
    "junk": (WeComError(40029, "invalid code", "/auth/getuserinfo"), 0),
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_login_that_fails_through_no_fault_of_its_own_is_counted(
    wecom: DeskWorld, how: str
) -> None:
    wecom.failure, count = FAILURES[how]

    assert signed_in(wecom, "zhangsan").ask()["statusCode"] == 302

    assert wecom.counted == ["LoginsFailed"] * count


def test_a_session_is_found_among_the_cookies_of_others(wecom: DeskWorld) -> None:
    browser = signed_in(wecom, "wangwu")
    mine = f"desk-session={browser.cookies['desk-session']}"
    # The last one is for the whole domain.
    jar = f'a={{"b":[1]}}; c,d="; e; expires=1; path=/; {mine}; desk-session=x.y'

    assert browser.ask(Cookie=jar)["statusCode"] == 200


def test_a_company_with_an_address_of_its_own_signs_in_there(wecom: DeskWorld) -> None:
    own = AppSecret("ww-acme", 1000002, "app", desk_base_url="https://acme.example/hr")
    wecom.secrets.secrets["acme"] = own
    browser = Browser(wecom.reception())

    answers = browser.ask(**EVIL), browser.sign_in(wecom, "zhangsan")

    cookies = [it for answer in answers for it in answer["multiValueHeaders"]["Set-Cookie"]]
    assert len(cookies) > 1
    assert quote("https://acme.example/hr/", safe="") in answers[0]["headers"]["Location"]
    about = "; Path=/hr/desk/acme; HttpOnly; SameSite=Lax; Secure"
    assert all(it.endswith(about) for it in cookies)


def test_another_corps_desk_knows_no_session_of_ours(wecom: DeskWorld) -> None:
    browser, reports = signed_in(wecom, "zhangsan"), wecom.world.reports.documents
    wecom.secrets.secrets["acme-b"] = wecom.secrets.of("acme")
    reports["acme-b/index.json"] = reports["acme/index.json"]
    browser.corp = "acme-b"

    assert [browser.ask(path)["statusCode"] for path in ("", "index.json")] == [302, 401]


ELSEWHERE = (
    "../beta/index.json",
    "runs/../../beta/{run}/run.json",
    "runs/{run}/../index.json",
    "runs/{run}/problems.json",
    "accounts.csv",
)


@pytest.mark.parametrize("path", ELSEWHERE)
def test_no_path_leads_out_of_the_corps_desk(wecom: DeskWorld, held: Run, path: str) -> None:
    path, reports = path.format(run=held.run_id), wecom.world.reports.documents
    names = f"acme/{path}", f"acme/{path.removeprefix('runs/')}", f"beta/{held.run_id}/run.json"
    reports |= dict.fromkeys(("beta/index.json", *names), b"{}")

    assert signed_in(wecom, "zhangsan").ask(path)["statusCode"] == 404
