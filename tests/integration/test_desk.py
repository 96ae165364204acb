"""The desk: who may look and decide there, and what it drops for them."""

import base64
import json
from typing import Any

import pytest

from support.company import people
from support.desk import BASE, Browser, DeskWorld
from support.guarded import dropped
from support.world import TRUSTING, World
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

HOURS = 3600
HR = "姓名,工号,手机号,部门\n王芳,001,13800000001,总部\n"


@pytest.fixture
def wecom(world: World) -> DeskWorld:
    desk = {"approvers": ["ZhangSan"], "droppers": ["lisi"], "readers": ["wangwu"]}
    settings = {f"desk_{name}": users for name, users in desk.items()}
    world.store.put_policy("acme", Policy.from_document(TRUSTING.to_document() | settings), 1)
    return DeskWorld(world)


@pytest.fixture
def browser(wecom: DeskWorld) -> Browser:
    return Browser(wecom.reception())


@pytest.fixture
def held(world: World, wecom: DeskWorld) -> Run:
    dropped(world, "acme/replaceuser/all.csv", people(40), HOURS)
    return dropped(world, "acme/replaceuser/few.csv", people(20), HOURS)


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


def test_an_approver_decides_and_the_run_names_them(wecom: DeskWorld, held: Run) -> None:
    browser, world = signed_in(wecom, "zhangsan"), wecom.world
    plan = held.proposal.digest

    answer = browser.say(f"runs/{held.run_id}", "decide", decision="approve", plan=plan)
    world.pass_time(1)

    assert answer["statusCode"] == 202
    approval = world.current_run(held).proposal.approval
    assert approval is not None
    assert approval.by == "wecom:zhangsan"


def test_a_plan_that_is_another_by_now_is_shown_and_not_decided(
    wecom: DeskWorld, held: Run
) -> None:
    browser = signed_in(wecom, "zhangsan")

    answer = browser.say(f"runs/{held.run_id}", "decide", decision="approve", plan="0" * 64)

    assert (answer["statusCode"], json.loads(answer["body"])["error"]) == (409, "changed")
    wecom.world.pass_time(1)
    assert wecom.world.current_run(held).state is State.HELD


def test_a_dropper_brings_a_file_and_is_its_author(wecom: DeskWorld, held: Run) -> None:
    browser, world = signed_in(wecom, "LiSi"), wecom.world
    content = base64.b64encode(HR.encode()).decode()

    answer = browser.say("", "files", name="花名册.csv", content=content, confirm=True)
    world.pass_time(1)

    key = json.loads(answer["body"])["key"]
    assert world.run_of(key).identity.principal == "wecom:LiSi"


RIGHTS = {
    "wangwu": {"logout"},
    "lisi": {"logout", "files"},
    "zhangsan": {"logout"},
}


@pytest.mark.parametrize("user", RIGHTS)
def test_a_page_offers_what_its_reader_may_do(wecom: DeskWorld, held: Run, user: str) -> None:
    assert {*signed_in(wecom, user).page()["posts"]} == RIGHTS[user]


@pytest.mark.parametrize("user", ["wangwu", "lisi"])
def test_who_is_no_approver_is_offered_no_decision(wecom: DeskWorld, held: Run, user: str) -> None:
    assert "decide" not in signed_in(wecom, user).page(f"runs/{held.run_id}")["posts"]


def test_who_has_no_right_is_told_whom_to_ask_and_nothing_else(wecom: DeskWorld, held: Run) -> None:
    answer = signed_in(wecom, "stranger").ask(f"runs/{held.run_id}/plan.json")

    assert answer["statusCode"] == 403
    assert "ZhangSan" in answer["body"]
    assert held.run_id not in answer["body"]


def test_a_right_ends_when_the_settings_take_it_back(wecom: DeskWorld, held: Run) -> None:
    browser, world = signed_in(wecom, "zhangsan"), wecom.world
    world.drop("acme/settings.toml", '[desk]\napprovers = ["boss"]\n')
    world.pass_time(1)

    assert browser.ask()["statusCode"] == 403


def forged(wecom: DeskWorld, held: Run, **changes: Any) -> dict[str, Any]:
    browser = signed_in(wecom, "zhangsan")
    path = f"runs/{held.run_id}"
    post = browser.page(path)["posts"]["decide"]
    words = {"decision": "approve", "plan": held.proposal.digest, "token": post["token"]}
    if "cookies" in changes:
        browser.cookies = changes["cookies"](wecom)
    token = changes.get("token")
    words |= {"token": token(wecom, held, browser) if token else words["token"]}
    headers = {"Origin": BASE} | changes.get("headers", {})
    body = json.dumps(words)
    return browser.ask(changes.get("path", f"{path}/decision"), "POST", body, **headers)


FORGED: dict[str, dict[str, Any]] = {
    "another origin": {"headers": {"Origin": "https://evil.example"}},
    "no origin": {"headers": {"Origin": ""}},
    "the origin of a page in a frame": {"headers": {"Origin": "null"}},
    "a host that is forged": {
        "headers": {"Origin": "https://evil.example", "Host": "evil.example"}
    },
    "no token": {"token": lambda *_: ""},
    "the token of another path": {
        "token": lambda _, held, browser: browser.page(f"runs/{held.run_id}")["posts"]["logout"][
            "token"
        ]
    },
    "the token of another session": {
        "token": lambda wecom, held, _: signed_in(wecom, "zhangsan").page(f"runs/{held.run_id}")[
            "posts"
        ]["decide"]["token"]
    },
    "a reader's session": {"cookies": lambda wecom: signed_in(wecom, "wangwu").cookies},
}


@pytest.mark.parametrize("how", FORGED)
def test_a_post_that_no_page_of_theirs_makes_decides_nothing(
    wecom: DeskWorld, held: Run, how: str
) -> None:
    assert forged(wecom, held, **FORGED[how])["statusCode"] == 403

    wecom.world.pass_time(1)
    assert wecom.world.current_run(held).state is State.HELD


def test_without_a_session_nobody_reads_or_says_anything(browser: Browser, held: Run) -> None:
    for path in ("index.json", f"runs/{held.run_id}/plan.json", "nothing"):
        assert browser.ask(path)["statusCode"] == 401
    assert browser.ask("files", "POST", "{}", Origin=BASE)["statusCode"] == 401


@pytest.mark.parametrize("state", ["", "0123", None])
def test_who_was_not_sent_to_wecom_by_us_is_not_signed_in(
    browser: Browser, wecom: DeskWorld, state: str | None
) -> None:
    victim = Browser(browser.reception)
    victim.ask()
    wecom.codes["attackers"] = "stranger"

    query = "" if state is None else f"&state={state}"
    assert victim.ask(f"login?code=attackers{query}")["statusCode"] == 403
    assert wecom.asked == []


def test_one_way_to_wecom_is_good_for_one_return(browser: Browser, wecom: DeskWorld) -> None:
    browser.ask()
    cookies = {**browser.cookies}
    browser.sign_in(wecom, "zhangsan")
    state = wecom.asked

    browser.cookies = cookies
    again = browser.ask("login?code=code-1&state=" + "0" * 64)

    assert again["statusCode"] == 403
    assert state == ["code-1"]


def test_who_is_no_member_is_nobody(browser: Browser, wecom: DeskWorld) -> None:
    assert browser.sign_in(wecom, None)["statusCode"] == 403
    assert browser.ask()["statusCode"] == 302


@pytest.mark.parametrize("path", ["//evil.example", "https:evil", "runs/../../beta", "runs/1?x"])
def test_after_the_login_nobody_is_sent_elsewhere(
    browser: Browser, wecom: DeskWorld, path: str
) -> None:
    assert browser.ask(path)["statusCode"] in {302, 401}
    assert "Location" not in browser.ask(path)["headers"]


def test_another_corps_desk_knows_neither_session_nor_runs(wecom: DeskWorld, held: Run) -> None:
    browser = signed_in(wecom, "zhangsan")
    browser.corp = "beta"

    assert browser.ask()["statusCode"] == 404
    browser.corp = "acme"
    assert browser.ask("runs/20270101T000000Z-0123456789ab/run.json")["statusCode"] == 404
