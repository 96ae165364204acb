"""`index.html` in a real browser: however the company stands, whoever reads it."""

import functools
import re
from typing import TYPE_CHECKING, Any

import pytest

from support.chromium import Visits
from support.glances import GLANCES, HOSTILE, NOW
from wecom_sync.domain.states import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.corp_index import CorpIndex
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.corp_page import corp_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
LANGUAGES = [str(language) for language in Language]
PHONE = 390
NOTHING = ("Nothing needs a person", "没有需要处理的事项")


@functools.cache
def glance(name: str) -> tuple[CorpIndex, bytes]:
    index = GLANCES[name]()
    return index, corp_page(index, NOW, Language.ENGLISH)


def at(visits: Visits, name: str, **options: Any) -> "Page":
    """Open a page when it was written."""
    return visits.open(glance(name)[1], **options)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GLANCES)
def test_a_page_says_first_what_needs_a_person_and_has_no_barrier(
    visits: Visits, name: str, language: str, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - found with the browser

    index, _ = glance(name)

    opened = at(visits, name, language=language, theme=theme)
    phone = at(visits, name, language=language, theme=theme, width=PHONE, height=800)

    count = len(index.attention)
    headline = opened.locator("h1").inner_text()
    assert str(count) in headline if count > 1 else headline in NOTHING
    assert opened.locator("html").get_attribute("lang") == language
    assert opened.locator(".need").count() == count
    for run, need in zip(index.attention, opened.locator(".need").all(), strict=True):
        words = STATES[State(run["state"])].render(Language(language))
        assert need.locator(".chip").inner_text() == words
        assert run["run_id"] in need.locator("code").inner_text()
    text = opened.locator("body").inner_text()
    assert not {word for word in ("undefined", "null", "NaN", "[object") if word in text}
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE
    for closed in opened.locator("details").all():
        closed.locator("summary").click()
    results = Axe().run(opened)
    assert results.violations_count == 0, results.generate_report()


def test_a_hold_says_what_it_would_do_until_when_and_where_to_read_on(visits: Visits) -> None:
    opened = at(visits, "busy")

    need = opened.locator(".need").first
    text = need.inner_text()
    run_id = glance("busy")[0].attention[0]["run_id"]
    assert "would remove or disable 60 of 1,260 members" in text
    assert "Added 4 · Updated 9 · Moved 21 · Removed 60" in text
    assert re.search(r"Jan 18, 2027, 9:00\sPM \(2 days 21 hours left\)", text)
    assert "counts in both" in text
    assert f"wecom-sync show {run_id} --corp acme" in text
    assert need.get_by_role("link").get_attribute("href") == f"{run_id}/report.html"


def test_whom_a_new_company_lacks_is_said_with_what_to_write(visits: Visits) -> None:
    text = at(visits, "new").locator("body").inner_text()

    assert "Nobody may decide at the desk." in text
    assert 'approvers = ["zhangsan"]' in text


def test_a_time_says_how_far_away_it_is_and_not_by_the_names_of_days(visits: Visits) -> None:
    text = at(visits, "busy", language="zh-CN").locator("body").inner_text()

    assert "（还剩 2 天 21 小时）" in text or "(还剩 2 天 21 小时)" in text
    assert "距今 2 分钟" not in text
    assert "距今 6 小时" in at(visits, "quiet", language="zh-CN").locator("body").inner_text()
    assert not {word for word in ("后天", "前天", "明天", "昨天") if word in text}


def test_disabled_leavers_are_listed_with_what_becomes_of_them(visits: Visits) -> None:
    opened = at(visits, "busy")
    card = opened.locator(".card").filter(
        has=opened.get_by_role("heading", name="Disabled leavers")
    )

    soon, late, protected = card.locator("tbody tr").all_inner_texts()
    assert "张离" in soon
    assert "2027-02-13" in soon
    assert "lizou" in late
    assert "waits for a full file of a later day" in late
    assert "the account is protected" in protected
    assert "And 1,200 more." in card.inner_text()
    assert "Disabled leavers" not in at(visits, "quiet").locator("body").inner_text()


def test_no_two_texts_stick_together(visits: Visits) -> None:
    opened = at(visits, "busy")
    opened.get_by_role("button", name="Show all").click()

    parts = opened.locator(".small")

    assert parts.count() > 20
    for part in parts.all():
        before, at_block = part.evaluate(
            "e => [e.previousSibling?.textContent ?? ' ', getComputedStyle(e).display]"
        )
        assert before[-1] == " "
        assert at_block in {"block", "flow-root"}
    for name in opened.locator(".table.runs .cell:first-child").all_inner_texts()[1:]:
        assert re.search(r"\s\d{8}T", name)


def test_the_newest_runs_are_shown_and_the_others_at_a_press(visits: Visits) -> None:
    index, _ = glance("busy")
    opened = at(visits, "busy")
    rows = opened.locator(".table.runs .table-body [role=row]")

    assert rows.count() == 15
    opened.get_by_role("button", name="Show all").click()

    assert rows.count() == len(index.runs)
    newest = index.newest[0]
    assert rows.first.get_by_role("link").get_attribute("href") == f"{newest['run_id']}/report.html"
    assert "WeCom is importing" in rows.first.inner_text()


def test_settings_that_differ_from_the_defaults_are_marked(visits: Visits) -> None:
    opened = at(visits, "busy")

    changed = opened.locator(".settings tr.changed").all_inner_texts()

    names = (
        'limits.removals 80 limits.hold_hours 48 members.protected ["boss", columns."工号" "帐号"'
    )
    assert [word for row in changed for word in row.split()[:2]] == names.split()
    assert "guards less" in changed[0]
    assert not opened.locator(".settings .chip").filter(has_text="less").nth(1).count()


def test_words_of_somebody_else_run_nothing(visits: Visits) -> None:
    opened = at(visits, "hostile")

    text = opened.locator("main").inner_text()
    for name in HOSTILE:
        assert name.rpartition("/")[2].replace("\u202e", "\\u202e") in text
    assert opened.locator("main script, main img, main b").count() == 0
    hrefs = [link.get_attribute("href") or "" for link in opened.locator("main a").all()]
    assert all(href.endswith("/report.html") and href[:4] == "2027" for href in hrefs)


def test_a_page_is_printed_without_its_switches(visits: Visits) -> None:
    opened = at(visits, "busy", theme="dark")

    opened.emulate_media(media="print")

    assert not opened.get_by_role("button", name="Copy").first.is_visible()
    assert opened.pdf().startswith(b"%PDF")
