"""The desk in a real Chromium: from the login to what was applied, on the phone of who decides."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.chromium import Visits
from support.desk import USERS, DeskWorld
from support.desk_site import PACE, DeskSite, desk_served
from support.dropped import drop_at, run_at
from support.fakes import START
from support.guarded import policy
from support.showcase import SHOWS, Company, file_of, linked, monthly
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.drops.entrance import MOST_OPEN

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
DAY = 86_400
MONTHLY = "acme/company/month.csv"
PHONE: dict[str, Any] = {"width": 390, "height": 844}
PEOPLE = {"first_replace": "hold", "key": "工号", "newcomers": "pinyin"}
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
    with desk_served(DeskWorld(company)) as made:
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
    policy(company, **PEOPLE, **USERS)
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
    page.locator("#bring").get_by_role("button", name="See what it would do").click()
    page.wait_for_url(f"{site.home}/runs/*")
    page.locator("#losing").get_by_text("5 of 305").wait_for()
    at_now(page).get_by_role("button", name="Send as shown").click()
    at_now(page).get_by_role("button", name="Yes, send it").click()
    becomes(page, State.HELD)
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


def test_two_deliberate_presses_of_a_key_decide(desk: Visits, site: DeskSite, held: Run) -> None:
    page = enter(desk, site, "zhangsan", site.run_page(held.run_id))
    cancel = at_now(page).get_by_role("button", name="Cancel the run")
    sure = at_now(page).get_by_role("button", name="Yes, ")

    at_now(page).get_by_role("button", name="Approve", exact=True).dblclick()
    sure.wait_for()
    assert_no_barrier(page)
    at_now(page).get_by_role("button", name="Not yet").press("Enter")
    page.locator(":focus", has_text="Approve").wait_for()
    cancel.focus()
    for _ in range(5):
        page.keyboard.press("Enter")

    sure.wait_for()
    assert [it for it in site.answers if it[0] == "POST"] == []
    page.locator(":focus", has_text="Not yet").wait_for()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    becomes(page, State.CANCELLED)


def test_whoever_keeps_leavers_cancels_their_removal(
    desk: Visits, site: DeskSite, company: Company
) -> None:
    policy(company, first_replace="apply", leavers="disable 3", **USERS)
    company.put(MONTHLY, file_of(company.now[1:]))
    company.live(DAY)
    company.put(MONTHLY, file_of(company.now[1:]))
    company.live(1.5 * DAY)
    (due,) = [it for it in company.store.runs_by_id.values() if it.is_removal]

    page = enter(desk, site, "zhangsan", site.home)
    page.get_by_role("heading", name="Accounts that are removed for good next").wait_for()
    page.goto(site.run_page(due.run_id))
    at_now(page).get_by_text("or cancel the run, which keeps all of them").wait_for()
    page.locator("#losing", has_text=company.now[0]["姓名"]).wait_for()
    buttons = at_now(page).get_by_role("button").all_inner_texts()
    assert [it for it in buttons if "Copy" not in it] == ["Cancel the run"]
    decide(page, "Cancel the run", "Yes, cancel")

    becomes(page, State.CANCELLED)


def test_who_a_file_is_about_is_not_offered_to_approve_it(
    desk: Visits, site: DeskSite, company: Company
) -> None:
    *_, other = company.now
    policy(company, **PEOPLE, desk_approvers=["ZhangSan", other["帐号"]])
    new = {**other, "姓名": "张三", "帐号": "zhangsan", "手机号": "15500000009", "邮箱": ""}
    held = company.put("acme/syncuser/some.csv", file_of([new]))

    page = enter(desk, site, "zhangsan", site.run_page(held.run_id))

    buttons = at_now(page).get_by_role("button").all_inner_texts()
    assert [it for it in buttons if "Copy" not in it] == ["Cancel the run"]


def test_answers_go_with_the_approval_alone(desk: Visits, site: DeskSite, held: Run) -> None:
    page = enter(desk, site, "ZhangSan", site.run_page(held.run_id), **PHONE)
    page.get_by_role("searchbox").first.fill("00057")
    page.locator("#links").get_by_text("shaowenbo").click()
    assert page.get_by_role("button", name="Save these answers").count() == 0
    at_now(page).get_by_label("Without removals").check()

    decide(page, "Approve", "Yes, approve")

    becomes(page, State.SUCCEEDED)
    book = site.world.archive.snapshot("acme")
    assert book.accounts.value == {"00057": "shaowenbo"}
    assert page.get_by_text("Your answers").count() == 0
    key, (_, content) = [*site.world.drops.objects.items()][-1]
    assert key[0] == f"acme/answer/{held.run_id}.json"
    assert json.loads(content)["without"] == "removals"


def test_a_changed_plan_is_shown_and_not_decided(desk: Visits, site: DeskSite, held: Run) -> None:
    page = enter(desk, site, "zhangsan", site.run_page(held.run_id))
    note = at_now(page).get_by_label("A note").first
    note.fill("half a sent")
    page.locator("#links").get_by_text("shaowenbo").click()
    approve = at_now(page).get_by_role("button", name="Approve", exact=True)
    sure = at_now(page).get_by_role("button", name="Yes, approve")
    changed = page.get_by_role("alert").get_by_text("The plan has changed")

    def state(accounts: str) -> None:
        with site.lock:
            site.world.drop("acme/accounts.csv", f"key,account\n{accounts}\n")
            site.world.pass_time(PACE)

    approve.click()
    state("00120,-")
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    changed.wait_for()
    assert sure.count() == 0
    assert "邵文博 00057 ↔ shaowenbo" in page.locator("#links .way").inner_text()

    approve.click()
    state("00057,shaowenbo\n00120,-")
    sure.click()

    at_now(page).get_by_text("so nothing was decided").wait_for()
    changed.wait_for()
    assert page.get_by_role("alert").locator("li").count() > 0
    assert_no_barrier(page)
    assert site.answers.count(("POST", f"runs/{held.run_id}/decision", 409)) == 1
    assert note.input_value() == "half a sent"
    decide(page, "Approve", "Yes, approve")
    becomes(page, State.SUCCEEDED)


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
    site.holder = "stranger"
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You have no access to this desk. Please ask whoever looks after").wait_for()


UNFIT = {"large.csv": "larger than 4.5 MB", "others.csv": "The required column 「姓名」"}


def test_what_is_no_file_is_refused_in_words(desk: Visits, site: DeskSite, held: Run) -> None:
    page = enter(desk, site, "lisi", site.home)
    for name, words in UNFIT.items():
        content = b"x" * 4_500_001 if name == "large.csv" else "工号\n1\n".encode()
        file: Any = {"name": name, "mimeType": "text/csv", "buffer": content}

        page.locator("#bring input").set_input_files(file)

        page.locator("#bring").get_by_text(words).wait_for()
        assert page.get_by_role("button", name="See what it would do").count() == 0


def test_who_brings_a_file_hears_that_too_many_are_open(
    desk: Visits, site: DeskSite, company: Company
) -> None:
    file = monthly(company)
    for number in range(MOST_OPEN):
        key, about = f"acme/plan/company/{number}.csv", {"plans_only": True, "due": 2 * START}
        run = run_at(key, company.clock.now, **about)
        company.store.create(run, drop_at(run.key, run.next.due))
    company.store.stream.clear()
    page = enter(desk, site, "lisi", site.home)

    page.locator("#bring input").set_input_files([file])
    page.locator("#bring").get_by_role("button", name="See what it would do").click()

    page.locator("#bring").get_by_text("The company has too many open files").wait_for()


def test_an_answer_about_accounts_comes_into_force(desk: Visits, site: DeskSite, held: Run) -> None:
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
    assert site.world.archive.snapshot("acme").accounts.value == {"00120": "-"}


def test_a_document_that_is_too_large_for_the_desk_comes_from_the_report_bucket(
    browser: Any, tmp_path: Path, site: DeskSite, held: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the bucket lets only another desk read it, it can be saved."""
    monkeypatch.setattr("wecom_sync.use_cases.desk.reception.LARGEST_BYTES", 20_000)
    visits = Visits(browser, tmp_path)
    page = enter(visits, site, "zhangsan", site.run_page(held.run_id))

    assert at_now(page).get_by_role("button", name="Approve", exact=True).is_visible()
    assert visits.heard == []
    foreign = [it for it in visits.asked if not it.startswith(site.base)]
    there = site.base.replace("127.0.0.1", "localhost")
    assert {it.partition("/acme/")[0] for it in foreign} == {there}
    site.allowed = "https://desk.example"
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save it as a file").click()
    stored = site.world.reports.documents[f"acme/{held.run_id}/report.html"]
    assert download.value.path().read_bytes() == stored
    visits.close()


def test_an_address_of_no_run_says_so_and_leads_home(
    desk: Visits, site: DeskSite, held: Run
) -> None:
    site.holder, page = "wangwu", desk.blank()
    page.goto(site.run_page("20270101T000000Z-0123456789ab"))

    page.get_by_role("heading", name="There is no such page.").wait_for()
    page.get_by_role("main").get_by_role("link", name="Overview").click()

    page.wait_for_selector("main .card")


@pytest.mark.parametrize("name", ["linked", "partial", "rejected", "failed"])
def test_a_run_at_the_desk_has_no_barrier_and_no_command(
    desk: Visits, site: DeskSite, company: Company, name: str
) -> None:
    run = SHOWS[name](company)
    allow(company)
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
