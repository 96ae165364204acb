"""The desk in a real Chromium: from the login to what was applied, on the phone of who decides."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.chromium import Visits
from support.desk import DeskWorld
from support.desk_site import PACE, DeskSite, served
from support.guarded import policy
from support.showcase import SHOWS, Company, file_of, linked, monthly
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import Language

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
PHONE: dict[str, Any] = {"width": 390, "height": 844}
PEOPLE = {"first_replace": "hold", "key": "工号", "newcomers": "pinyin"}
DESK = {"desk_approvers": ["ZhangSan"], "desk_droppers": ["lisi"], "desk_readers": ["wangwu"]}
EVIL = "<img src=x onerror=alert(1)>"
REFUSED = "Failed to load resource"
COMMANDS = re.compile(
    r"wecom-sync (?:init|show|drop|plan|retry|results|approve|cancel)\b|--\w|s3:/|settings\.toml"
)


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def site(company: Company) -> Iterator[DeskSite]:
    with served(DeskWorld(company)) as made:
        yield made


@pytest.fixture
def held(company: Company) -> Run:
    """Return a run that waits for its accounts to be answered."""
    run = linked(company)
    allow(company)
    return run


@pytest.fixture
def desk(browser: Any, tmp_path: Any, site: DeskSite) -> Iterator[Visits]:
    """Whatever is done at the desk is silent and asks nobody but the desk, and WeCom at first."""
    visits = Visits(browser, tmp_path)
    yield visits
    visits.close()
    assert [it for it in visits.heard if not it.startswith(REFUSED)] == []
    assert {it for it in visits.asked if not it.startswith((site.base, "data:", "blob:"))} == set()


def allow(company: Company) -> None:
    """Put the desk's people into the settings in force, and have the documents say so."""
    policy(company, **PEOPLE, **DESK)
    company.put("acme/syncuser/some.csv", file_of(company.now[:3]))


def enter(desk: Visits, site: DeskSite, who: str, address: str, **options: Any) -> "Page":
    """Open an address as somebody whom WeCom knows."""
    site.holder = who
    page = desk.blank(**options)
    page.goto(address)
    page.wait_for_selector("main .card")
    return page


def at_now(page: "Page") -> "Locator":
    return page.locator("#now")


def decide(page: "Page", word: str, sure: str) -> None:
    at_now(page).get_by_role("button", name=word, exact=True).click()
    at_now(page).get_by_role("button", name=sure).click()


def assert_no_barrier(page: "Page") -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - found with the browser

    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def becomes(page: "Page", state: State) -> None:
    """Wait until the page says by itself that its run is in a state."""
    page.locator(".hero .chip", has_text=STATES[state].en).wait_for()


def seen_run(site: DeskSite, run: Run) -> Run:
    with site.lock:
        return site.world.current_run(run)


def test_a_month_goes_from_the_login_to_its_results_as_the_guide_tells_it(
    desk: Visits, site: DeskSite, company: Company
) -> None:
    """Who decides taps three times: the card, and two buttons. WeCom knows who they are."""
    file = monthly(company)
    file |= {
        "name": f"{EVIL}.csv",
        "buffer": file["buffer"].replace("基本工资".encode(), EVIL.encode()),
    }
    page = enter(desk, site, "lisi", site.home, **PHONE)

    page.locator("#bring input").set_input_files([file])
    page.locator("#bring").get_by_text("300 rows").wait_for()
    goes, stays = page.locator("#bring dd").all_inner_texts()
    assert ("工号" in goes, stays) == (True, f"身份证号, {EVIL}")
    assert_no_barrier(page)
    page.locator("#bring").get_by_role("button", name="Send the file").click()
    page.wait_for_url(f"{site.home}/runs/*")
    page.locator("#losing").get_by_text("5 of 305").wait_for()
    assert "You may bring files, but not approve" in at_now(page).inner_text()

    page = enter(desk, site, "zhangsan", page.url, **PHONE)
    at_now(page).get_by_label("A note").first.fill("人事已核对")
    decide(page, "Approve", "Yes, approve")

    becomes(page, State.SUCCEEDED)
    page.locator(".timeline li", has_text="by 张三 (wecom:zhangsan)").filter(
        has_text="人事已核对"
    ).wait_for()
    assert at_now(page).get_by_role("button").count() == 0
    with page.expect_download() as saved:
        page.get_by_role("link", name="results.csv").click()
    assert saved.value.suggested_filename == "results.csv"
    assert saved.value.path().read_text("utf-8-sig").count("\n") == 306


@pytest.mark.parametrize("way", ["a double click", "a key that is held down"])
def test_nothing_is_decided_by(desk: Visits, site: DeskSite, held: Run, way: str) -> None:
    page = enter(desk, site, "zhangsan", site.run_page(held.run_id))
    approve = at_now(page).get_by_role("button", name="Approve", exact=True)

    if way == "a double click":
        approve.dblclick()
    else:
        approve.focus()
        for _ in range(4):
            page.keyboard.press("Enter")
        approve.press("Enter")

    at_now(page).get_by_role("button", name="Yes, approve").wait_for()
    assert_no_barrier(page)
    assert [it for it in site.answers if it[0] == "POST"] == []


def test_answers_go_with_the_approval_and_only_there(
    desk: Visits, site: DeskSite, held: Run
) -> None:
    page = enter(desk, site, "ZhangSan", site.run_page(held.run_id), **PHONE)
    page.get_by_role("searchbox").first.fill("00057")
    page.locator("#links").get_by_text("shaowenbo").click()
    assert page.get_by_role("button", name="Save these answers").count() == 0
    at_now(page).get_by_label("Without removals").check()

    decide(page, "Approve", "Yes, approve")

    becomes(page, State.SUCCEEDED)
    book = site.world.archive.snapshot("acme")
    assert book.stated == {"00057": "shaowenbo"}
    assert page.get_by_text("Your answers").count() == 0
    key, (_, content) = [*site.world.drops.objects.items()][-1]
    assert key[0] == f"acme/answer/{held.run_id}.json"
    assert json.loads(content)["without"] == "removals"


def test_a_plan_that_changed_is_shown_with_its_differences_and_not_decided(
    desk: Visits, site: DeskSite, held: Run
) -> None:
    page = enter(desk, site, "zhangsan", site.run_page(held.run_id))
    note = at_now(page).get_by_label("A note").first
    note.fill("checked")
    at_now(page).get_by_role("button", name="Approve", exact=True).click()
    with site.lock:
        site.world.drop("acme/accounts.csv", "key,account\n00057,shaowenbo\n00120,-\n")
        site.world.pass_time(PACE)

    at_now(page).get_by_role("button", name="Yes, approve").click()

    at_now(page).get_by_text("so nothing was decided").wait_for()
    page.get_by_role("alert").get_by_text("The plan has changed").wait_for()
    assert page.get_by_role("alert").locator("li").count() > 0
    assert_no_barrier(page)
    assert site.answers.count(("POST", f"runs/{held.run_id}/decision", 409)) == 1
    assert note.input_value() == "checked"
    assert seen_run(site, held).state is State.HELD
    decide(page, "Approve", "Yes, approve")
    becomes(page, State.SUCCEEDED)
    assert seen_run(site, held).state is State.SUCCEEDED


def test_a_run_is_cancelled_by_the_keyboard_alone(desk: Visits, site: DeskSite, held: Run) -> None:
    page = enter(desk, site, "zhangsan", site.run_page(held.run_id))
    at_now(page).get_by_role("button", name="Cancel the run").press("Enter")
    page.locator(":focus", has_text="Not yet").wait_for()

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    becomes(page, State.CANCELLED)
    assert seen_run(site, held).state is State.CANCELLED


def test_who_may_only_look_reads_who_may_decide(desk: Visits, site: DeskSite, held: Run) -> None:
    page = enter(desk, site, "wangwu", site.run_page(held.run_id), **PHONE)

    assert "These people may: ZhangSan." in at_now(page).inner_text()
    assert page.locator("main input[type=radio], main .way").count() == 0
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("heading", name="To do").wait_for()
    assert page.locator("#bring").count() == 0
    assert not page.locator(".settings").is_visible()
    page.get_by_text("which IT changes").click()
    assert_no_barrier(page)
    assert page.locator(".settings").is_visible()


UNFIT = {
    "photo.png": (b"x", "Only a CSV or an Excel file"),
    "large.csv": (b"x" * 4_500_001, "larger than 4.5 MB"),
    "fix.csv": (
        "工号,姓名,部门,手机号,wecom-sync: problem\n1,林悦,研发部,13800000001,x\n".encode(),
        "This is a fix.csv",
    ),
    "others.csv": ("工号,手机号\n001,13800000001\n".encode(), "The required column 「姓名」"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_no_file_for_the_desk_is_refused_in_words(
    desk: Visits, site: DeskSite, held: Run, name: str
) -> None:
    page = enter(desk, site, "lisi", site.home)
    content, words = UNFIT[name]

    page.locator("#bring input").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )

    page.locator("#bring").get_by_text(words).wait_for()
    assert page.get_by_role("button", name="Send the file").count() == 0


def test_an_answer_on_the_page_of_accounts_is_saved_and_comes_into_force(
    desk: Visits, site: DeskSite, held: Run
) -> None:
    site.world.approve(held)
    site.world.pass_time(PACE)
    page = enter(desk, site, "zhangsan", f"{site.home}/accounts", **PHONE)
    page.get_by_role("searchbox").fill("00120")
    page.get_by_role("button", name="Correct").first.click()
    page.locator("#links").get_by_label("Leave out").check()

    page.get_by_role("button", name="Save these answers").click()
    assert_no_barrier(page)
    page.get_by_role("button", name="Yes, save them").click()

    page.get_by_text("The answers show here once they are in force").wait_for()
    assert site.world.archive.snapshot("acme").stated == {"00120": "-"}


def test_a_run_that_moves_is_followed_and_what_is_typed_stays(
    desk: Visits, site: DeskSite, held: Run
) -> None:
    page = enter(desk, site, "zhangsan", site.run_page(held.run_id))
    note = at_now(page).get_by_label("A note").first
    note.fill("half a sent")
    page.locator("#links").get_by_text("shaowenbo").click()
    at_now(page).get_by_role("button", name="Approve", exact=True).click()
    with site.lock:
        site.world.drop("acme/accounts.csv", "key,account\n00120,-\n")
        site.world.pass_time(PACE)

    page.evaluate("dispatchEvent(new Event('visibilitychange'))")

    page.get_by_role("alert").get_by_text("The plan has changed").wait_for()
    assert note.input_value() == "half a sent"
    assert at_now(page).get_by_role("button", name="Yes, approve").count() == 0
    assert "邵文博 00057 ↔ shaowenbo" in page.locator("#links .way").inner_text()


def test_a_document_that_is_too_large_for_the_desk_comes_from_the_report_bucket(
    browser: Any, tmp_path: Any, site: DeskSite, held: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom_sync.use_cases.desk.reception.LARGEST_BYTES", 20_000)
    visits = Visits(browser, tmp_path)

    page = enter(visits, site, "zhangsan", site.run_page(held.run_id))

    assert at_now(page).get_by_role("button", name="Approve", exact=True).is_visible()
    visits.close()
    assert visits.heard == []
    foreign = [it for it in visits.asked if not it.startswith(site.base)]
    assert {it.partition("/acme/")[0] for it in foreign} == {
        site.base.replace("127.0.0.1", "localhost")
    }


def test_a_large_document_can_be_saved_where_the_bucket_knows_another_desk_alone(
    browser: Any, tmp_path: Path, site: DeskSite, held: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom_sync.use_cases.desk.reception.LARGEST_BYTES", 20_000)
    site.allowed, site.holder = "https://desk.example", "zhangsan"
    page = Visits(browser, tmp_path).blank()
    page.goto(site.run_page(held.run_id))

    with page.expect_download() as download:
        page.get_by_role("link", name="Save it as a file").click()

    stored = site.world.reports.documents[f"acme/{held.run_id}/report.html"]
    assert download.value.path().read_bytes() == stored


def test_an_address_of_no_run_says_so_and_leads_home(
    desk: Visits, site: DeskSite, held: Run
) -> None:
    site.holder, page = "wangwu", desk.blank()
    page.goto(site.run_page("20270101T000000Z-0123456789ab"))

    page.get_by_role("heading", name="There is no such page.").wait_for()
    page.get_by_role("main").get_by_role("link", name="Overview").click()

    page.wait_for_selector("main .card")


def test_who_signs_out_is_asked_by_wecom_again(desk: Visits, site: DeskSite, held: Run) -> None:
    page = enter(desk, site, "wangwu", site.home)
    site.holder = "stranger"

    page.get_by_role("button", name="Sign out").click()

    page.get_by_text("You have no right here. Ask: ZhangSan.").wait_for()


@pytest.mark.parametrize("name", ["linked", "held", "partial", "rejected", "failed", "unchanged"])
def test_a_run_at_the_desk_has_no_barrier_and_no_command(
    desk: Visits, site: DeskSite, company: Company, name: str
) -> None:
    run = SHOWS[name](company)
    policy(company, **DESK)
    company.put("acme/syncuser/some.csv", file_of(company.now[:3]))
    for address in (site.run_page(run.run_id), site.home):
        page = enter(desk, site, "zhangsan", address, **PHONE)
        for language, chosen in zip(Language, ("English", "中文"), strict=True):
            page.get_by_role("button", name=chosen).click()
            text = page.locator("body").inner_text()
            assert COMMANDS.findall(text) == [], language
            steps = page.locator("#now .stack > p").all_inner_texts()
            assert [it for it in steps if it.endswith((":", "："))] == []
            assert [it for it in ("undefined", "null", "NaN", "[object") if it in text] == []
        assert_no_barrier(page)
