"""`report.html` in a real browser: whatever became of the run, whoever reads it, however."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.chromium import Visits
from support.showcase import HOSTILE, SHOWS, Company, hostile_names, many, page_of
from wecom_sync.domain.run import Run
from wecom_sync.domain.texts import Sentence
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.headlines import headline_of
from wecom_sync.reporting.pages.report import FEW_LOST, report_page

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
MANY = 100_000
PHONE = 390
FEW_ROWS = 12
"""Rows of one cause that are listed at first."""


@functools.cache
def exhibit(name: str) -> tuple[Company, Run, bytes]:
    world = Company()
    run = world.store.runs_by_id[SHOWS[name](world).run_id]
    return world, run, page_of(world, run)


def page(name: str) -> bytes:
    return exhibit(name)[2]


def people_of(page: "Page") -> "Locator":
    """Return the rows about people that there are."""
    return page.locator("#changes .table-body [role=row]")


def ground(page: "Page") -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def search(page: "Page", words: str) -> None:
    page.get_by_role("searchbox").fill(words)


LOOKS: Mapping[Language, tuple[str, dict[str, Any]]] = {
    Language.ENGLISH: ("light", {}),
    Language.CHINESE: ("dark", {"runOnly": ["color-contrast"]}),
}


@pytest.mark.parametrize("name", SHOWS)
def test_whatever_became_of_a_run_its_page_says_so_to_everybody(visits: Visits, name: str) -> None:
    """In both languages, by day and by night, on a phone, and for who does not see it."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - found with the browser

    _, run, content = exhibit(name)
    opened = visits.open(content)

    for language, chosen in zip(Language, ("English", "中文"), strict=True):
        opened.get_by_role("button", name=chosen).click()
        state = STATES[run.state].render(language)
        assert opened.locator("html").get_attribute("lang") == language
        assert opened.locator("h1").inner_text() == headline_of(run)[language]
        assert opened.locator(".hero .chip").inner_text() == state
        assert opened.locator("#now p").first.inner_text()
        assert state in opened.locator(".timeline").inner_text()
        text = opened.locator("body").inner_text()
        assert [word for word in ("undefined", "null", "NaN", "[object") if word in text] == []
        # By night only the colours are others, and in Chinese only the words.
        theme, rules = LOOKS[language]
        opened.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        results = Axe().run(opened, options=rules)
        assert results.violations_count == 0, f"{theme}: {results.generate_report()}"
    opened.set_viewport_size({"width": PHONE, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") == PHONE


def test_who_decides_reads_why_and_who_loses_an_account_before_any_command(visits: Visits) -> None:
    _, run, content = exhibit("held")
    opened = visits.open(content)

    text = opened.locator("body").inner_text()

    goes = (run.proposal.counts or {})["remove"] + (run.proposal.counts or {})["disable"]
    losing = f"lose their account: {goes} of"
    places = [text.index(it) for it in ("Why a person has to look", losing, "wecom-sync approve")]
    assert places == sorted(places)
    named = opened.locator("#losing li").all_inner_texts()
    assert 0 < len(named) == min(goes, FEW_LOST)


def test_a_search_finds_people_by_name_id_department_and_value(visits: Visits) -> None:
    opened = visits.open(page("held"))
    everybody = people_of(opened).count()

    for words, hits in (("贺一鸣", 1), ("HEYIMING", 1), ("资深", 6), ("项目经理 客户服务部", 10)):
        search(opened, words)
        assert people_of(opened).count() == hits, words
        status = opened.get_by_role("status").inner_text()
        assert status == f"{hits} of {everybody} shown"
    search(opened, "nobody is called this")
    assert people_of(opened).count() == 0
    assert opened.get_by_text("Nothing fits.").is_visible()


def test_a_search_finds_people_by_hrs_key_and_the_table_shows_it(visits: Visits) -> None:
    world, run, _ = exhibit("held")
    key = f"{run.corp}/{run.run_id}/plan.json"
    plan = json.loads(world.reports.documents[key])
    person = next(it for it in plan["changes"] if it["id"] == "heyiming")
    person["key"] = "00050"
    opened = visits.open(report_page(run, plan, [], [], Language.ENGLISH))

    search(opened, "00050")

    assert people_of(opened).locator(".mono").all_inner_texts() == ["00050, heyiming"]


def test_a_filter_shows_one_kind_of_change_or_one_outcome(visits: Visits) -> None:
    opened = visits.open(page("partial"))
    everybody = people_of(opened).count()

    opened.get_by_role("button", name="Removed 20").click()
    assert people_of(opened).count() == 20
    assert {*people_of(opened).locator(".chip").first.all_inner_texts()} == {"Removed"}
    opened.get_by_role("button", name="All").click()
    opened.get_by_label("Outcome").select_option("failed")
    refused = people_of(opened).count()
    assert 0 < refused < everybody
    assert {*people_of(opened).locator(".cell:last-child").all_inner_texts()} == {"Refused"}


def test_a_heading_sorts_both_ways_and_goes_back(visits: Visits) -> None:
    opened = visits.open(page("held"))
    before = people_of(opened).locator(".person").all_inner_texts()
    heading = opened.get_by_role("button", name="Person")

    orders = []
    for _ in range(3):
        heading.click()
        column = opened.get_by_role("columnheader", name="Person")
        names = people_of(opened).locator(".person").all_inner_texts()
        orders.append((column.get_attribute("aria-sort"), names))

    assert [order for order, _ in orders] == ["ascending", "descending", "none"]
    assert orders[0][1] == orders[1][1][::-1] or sorted(orders[0][1]) == sorted(orders[1][1])
    assert orders[0][1] != before
    assert orders[2][1] == before


def test_who_moves_is_shown_with_where_from_beside_where_to(visits: Visits) -> None:
    opened = visits.open(page("held"), language="zh-CN")

    moved = people_of(opened).filter(has=opened.locator(".chip", has_text="调动"))
    where = moved.locator(".cell:nth-child(3)")

    assert moved.count() > 5
    people = {each["帐号"]: each["所在部门"] for each in exhibit("held")[0].now}
    for who, there in zip(moved.locator(".mono").all_inner_texts(), where.all(), strict=True):
        assert there.locator(".from").inner_text() == people[who]
        assert there.locator(".to").inner_text() not in {"", people[who]}
    assert "所在部门" not in "".join(moved.locator(".cell:nth-child(4)").all_inner_texts())
    removed = people_of(opened).filter(has=opened.locator(".chip", has_text="删除"))
    assert "→" not in "".join(removed.locator(".cell:nth-child(3)").all_inner_texts())


def test_a_count_says_how_many_of_it_are_listed_under_a_graver_change(visits: Visits) -> None:
    opened = visits.open(page("held"), language="zh-CN")
    listed = people_of(opened)

    moves = listed.filter(has=opened.locator(".chip", has_text="调动"))
    both = moves.filter(has=opened.locator("dd")).count()
    updated = listed.filter(has=opened.locator(".chip", has_text="修改")).count()
    text = " ".join(opened.get_by_role("list", name="各类变更的数量").inner_text().split())

    assert both > 0
    assert f"{both + updated} 修改（其中 {both} 人同时计入「调动」）" in text


def test_what_wecom_would_refuse_anyway_is_not_the_main_thing_to_do(visits: Visits) -> None:
    world, run, _ = exhibit("held")
    (hold, *others) = run.proposal.holds
    in_vain = hold.followed_by(Sentence("remark_guard"))
    refused = page_of(world, run, holds=(in_vain, *others))

    for content, style in ((page("held"), "main"), (refused, "quiet")):
        button = visits.open(content).get_by_role("button", name="Save the approval")
        assert button.get_attribute("class") == style


@pytest.mark.parametrize("word", ["approve", "cancel"])
def test_a_saved_decision_is_the_object_to_drop(visits: Visits, word: str, tmp_path: Path) -> None:
    _, run, content = exhibit("held")
    opened = visits.open(content)
    name = "Save the approval" if word == "approve" else "Save the cancellation"

    with opened.expect_download() as download:
        opened.get_by_role("button", name=name).click()
    download.value.save_as(tmp_path / "decision.json")

    assert download.value.suggested_filename == f"{run.run_id}.json"
    assert opened.get_by_text(f"s3://drops/acme/decide/{run.run_id}.json").is_visible()
    decision = json.loads((tmp_path / "decision.json").read_bytes())
    plan = {"plan": run.proposal.digest} if word == "approve" else {}
    assert decision == {"decision": word, **plan}


def test_a_command_is_copied_whole(visits: Visits) -> None:
    _, run, content = exhibit("held")
    opened = visits.open(content, permissions=["clipboard-read", "clipboard-write"])

    opened.get_by_role("button", name="Copy").first.click()
    opened.get_by_text("Copied").wait_for()

    copied = opened.evaluate("navigator.clipboard.readText()")
    assert copied == f"wecom-sync approve {run.run_id} --corp acme --plan {run.proposal.digest:.12}"


def test_everything_is_reached_by_the_keyboard(visits: Visits) -> None:
    opened = visits.open(page("held"))
    focused, name = [], "document.activeElement.innerText || document.activeElement.type"
    for _ in range(19):
        opened.keyboard.press("Tab")
        focused.append(opened.evaluate(name))
        outline = opened.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", focused[-1]

    wanted = ["Skip to the content", "English", "中文", "Auto", "Light", "Dark", "Copy"]
    assert focused[:7] == wanted
    assert {"Save the approval", "Save the cancellation", "search"} < {*focused}
    opened.get_by_role("searchbox").press("Tab")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert people_of(opened).count() == 20


def test_the_language_is_the_browsers_or_chosen_in_the_page_and_remembered(visits: Visits) -> None:
    chinese = visits.open(page("held"), locale="zh-HK")
    opened = visits.open(page("held"))

    assert chinese.locator("html").get_attribute("lang") == "zh-CN"

    opened.get_by_role("button", name="中文").click()
    assert opened.locator("h1").inner_text() == headline_of(exhibit("held")[1])["zh-CN"]
    assert "acme" in opened.title()
    opened.reload()
    visits.opened.append(visits.opened[-1])

    assert opened.locator("html").get_attribute("lang") == "zh-CN"
    assert opened.get_by_role("button", name="中文").get_attribute("aria-pressed") == "true"


def test_colours_follow_the_system_until_somebody_chooses(visits: Visits) -> None:
    light = visits.open(page("held"), color_scheme="light")
    dark = visits.open(page("held"), color_scheme="dark")

    assert ground(light) != ground(dark)
    light.get_by_role("button", name="Dark").click()
    dark.get_by_role("button", name="Light").click()
    day = ground(dark)
    assert (day, ground(light)) == ("rgb(245, 246, 248)", "rgb(18, 22, 28)")


def test_times_are_the_readers_own_and_name_the_utc_time(visits: Visits) -> None:
    opened = visits.open(page("succeeded"))

    moment = opened.locator(".timeline time").first

    utc = str(moment.get_attribute("title"))
    assert utc.endswith("UTC")
    hour = (int(utc[11:13]) + 8) % 24
    assert f"{hour % 12 or 12}:{utc[14:16]}" in moment.inner_text().lstrip("0")


def test_words_of_somebody_else_run_nothing(visits: Visits) -> None:
    opened = visits.open(hostile_names())

    for part in ("#changes .person", "#changes dd", "#failures .mono", ".bar-name"):
        text = " ".join(opened.locator(part).all_inner_texts())
        shown_here = HOSTILE[:2] if part == ".bar-name" else HOSTILE
        for words in shown_here:
            assert words.replace("\u202e", "\\u202e") in text, (part, words)
    assert opened.locator("main script, main img, main b").count() == 0
    assert opened.get_by_text("<img src=x onerror=alert(1)>.csv").first.is_visible()


def test_who_runs_no_script_reads_what_happened(visits: Visits) -> None:
    _, run, content = exhibit("partial")

    opened = visits.open(content, java_script_enabled=False)

    assert headline_of(run)["en"] in opened.locator("main").inner_text()
    assert "wecom-sync show" in opened.locator("main").inner_text()


def test_a_page_is_printed_whole_and_without_its_switches(visits: Visits) -> None:
    opened = visits.open(page("held"), theme="dark")
    everybody = people_of(opened).count()

    opened.emulate_media(media="print")

    assert not opened.get_by_role("searchbox").is_visible()
    assert not opened.get_by_role("button", name="Copy").first.is_visible()
    assert ground(opened) == "rgb(255, 255, 255)"
    assert people_of(opened).count() == everybody
    assert opened.pdf().startswith(b"%PDF")


def test_a_hundred_thousand_changes_open_soon_and_the_last_is_a_scroll_away(
    visits: Visits,
) -> None:
    opened = visits.open(many(MANY))

    opened.get_by_text(f"{MANY:,} of {MANY:,} shown").wait_for(state="attached")
    table = opened.locator("#changes [role=table]")
    assert table.get_attribute("aria-rowcount") == f"{MANY + 1}"
    assert people_of(opened).count() < 100
    opened.locator(".table-frame").evaluate("frame => frame.scrollTo(0, frame.scrollHeight)")
    opened.locator(f'[aria-rowindex="{MANY + 1}"]').wait_for()
    last = opened.locator(f'[aria-rowindex="{MANY + 1}"] .mono').inner_text()
    search(opened, last)
    opened.get_by_text(f"1 of {MANY:,} shown").wait_for()
    assert people_of(opened).count() == 1


def test_a_hundred_thousand_refused_rows_are_a_small_page_with_few_elements(
    visits: Visits,
) -> None:
    content = many(MANY, refused_each=1)
    opened = visits.open(content)

    opened.get_by_text(f"{MANY:,} of {MANY:,} shown").wait_for(state="attached")
    opened.get_by_role("button", name=f"{MANY - FEW_ROWS:,}").click()

    assert len(content) < 4_000_000
    assert opened.locator("*").count() < 3_000


def test_of_very_many_changes_the_first_are_printed_and_the_rest_is_named(visits: Visits) -> None:
    opened = visits.open(many(1_000))

    opened.emulate_media(media="print")

    opened.get_by_text("The first 500 of 1,000 rows.").wait_for()
    assert people_of(opened).count() == 500
