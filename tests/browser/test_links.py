"""People and their accounts in a real browser: who may have which, and how a person says it."""

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.chromium import Visits
from support.showcase import Company, linked, many_links, page_of
from wecom_sync.domain.drop import LEAVERS, Again, Why
from wecom_sync.domain.run import Run
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason
from wecom_sync.planning.memory.accounts import read_accounts
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.link_texts import links_in_force
from wecom_sync.reporting.pages.accounts_page import accounts_page

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
MANY = 100_000
PHONE = 390


@functools.cache
def exhibit() -> tuple[Company, Run]:
    world = Company()
    run = linked(world)
    world.drop("acme/accounts.csv", "key,account\n00199,yf1120\n00900,-\n")
    world.pass_time(600)
    return world, world.store.runs_by_id[run.run_id]


def page(**fields: Any) -> bytes:
    return page_of(*exhibit(), **fields)


def rows_of(page: "Page") -> "Locator":
    return page.locator("#links .table-body [role=row]")


def saved(page: "Page", button: str, folder: Path) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path = folder / str(download.value.suggested_filename)
    download.value.save_as(path)
    return path.read_bytes()


def choose(page: "Page", key: str, answer: str) -> None:
    page.get_by_role("searchbox").first.fill(key)
    rows_of(page).get_by_text(answer).click()


def test_everybody_is_found_and_whose_account_is_doubtful_comes_first(visits: Visits) -> None:
    opened = visits.open(page())

    assert opened.get_by_text("150 of 150 shown").count() == 1
    first = rows_of(opened).first.inner_text()
    assert all(it in first for it in ("In doubt", "155****0007", "154****0008", "s***@yunfan"))
    for words, hits in (("00057", 1), ("shaowenbo", 1), ("邵文博", 1), ("nobody", 0)):
        opened.get_by_role("searchbox").first.fill(words)
        assert rows_of(opened).count() == hits
    opened.get_by_role("searchbox").first.fill("")
    opened.get_by_role("button", name="In doubt 4").click()
    assert rows_of(opened).count() == 4
    assert opened.locator("#links fieldset").count() == 4


def test_answers_are_saved_with_the_approval_as_one_file(visits: Visits, tmp_path: Path) -> None:
    _, run = exhibit()
    wanted = Reason("hold_wanted", {"total": 1, "leavers": Listing.of(["u7"])})
    opened = visits.open(page(holds=(*run.proposal.holds, wanted)))
    opened.get_by_label("Without removals: remove and disable nobody now").check()
    assert " --without removals" in opened.locator("#now .command").first.inner_text()
    decision = json.loads(saved(opened, "Save the approval", tmp_path))
    assert (decision["decision"], decision["without"]) == ("approve", "removals")
    opened.get_by_label("Only these stay").fill("lina, u3")
    assert " --without lina --without u3" in opened.locator("#now .command").first.inner_text()
    assert json.loads(saved(opened, "Save the approval", tmp_path))["without"] == ["lina", "u3"]
    opened.get_by_label("Only these stay").fill("")
    opened.get_by_label("Also delete at once the disabled accounts").check()
    assert json.loads(saved(opened, "Save the approval", tmp_path))["remove"] == ["u7"]
    opened.get_by_label("Also delete at once the disabled accounts").uncheck()

    choose(opened, "00057", "shaowenbo")
    choose(opened, "00087", "An account of their own")
    choose(opened, "00117", "Leave out")
    opened.get_by_role("searchbox").first.fill("00050")
    rows_of(opened).get_by_role("button", name="Correct").click()
    rows_of(opened).get_by_label("Another account:").fill("boss")
    answer = json.loads(saved(opened, "Save the approval", tmp_path))

    assert answer == {
        "plan": run.proposal.digest,
        "accounts": {"00057": "shaowenbo", "00087": "", "00117": "-", "00050": "boss"},
        "without": "removals",
    }
    command = opened.locator("#now .command").first.inner_text()
    assert "--accounts accounts.csv --without removals" in command
    assert opened.get_by_text(f"s3://drops/acme/answer/{run.run_id}.json").is_visible()
    opened.get_by_role("searchbox").first.fill("00050")
    rows_of(opened).get_by_text("As shown").click()
    assert "00050" not in json.loads(saved(opened, "Save the approval", tmp_path))["accounts"]


def test_leavers_who_go_for_good_are_approved_in_words_of_their_own(visits: Visits) -> None:
    text = (
        visits.open(page(again=Again(of={Why.DUE: LEAVERS}, day="2027-01-15")))
        .locator("#now")
        .inner_text()
    )

    assert "Exactly these accounts are removed for good." in text
    assert "remove nobody now" in text
    assert "The file" not in text


def test_a_statement_alone_has_the_lines_in_force_too(visits: Visits, tmp_path: Path) -> None:
    opened = visits.open(page(second_person=True))

    choose(opened, "00057", "shaowenbo")
    content = saved(opened, "Save accounts.csv", tmp_path)

    accounts: dict[str, str] = {}
    read_accounts(content, accounts)
    assert accounts == {"00199": "yf1120", "00900": "-", "00057": "shaowenbo"}
    assert opened.get_by_role("button", name="Save the approval").count() == 0
    assert "another person approves" in opened.locator("#now").inner_text()
    version = exhibit()[0].archive.snapshot("acme").accounts.version
    assert f"s3://drops/acme/accounts.csv --metadata base={version}" in (
        opened.locator("#links .command").last.inner_text()
    )


def test_the_links_of_a_hundred_thousand_people_are_searched_soon(visits: Visits) -> None:
    opened = visits.open(many_links(*exhibit(), MANY))

    opened.get_by_text(f"{MANY:,} of {MANY:,} shown").wait_for(state="attached")
    assert rows_of(opened).count() < 100
    opened.get_by_role("searchbox").first.fill("K099999")
    opened.get_by_text(f"1 of {MANY:,} shown").wait_for()
    assert rows_of(opened).count() == 1


@pytest.mark.parametrize("language", Language)
def test_all_links_in_force_are_a_page_without_barriers(visits: Visits, language: Language) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - found with the browser

    world = Company()
    world.approve(linked(world))
    world.pass_time(1_200)
    book = world.archive.snapshot("acme")
    content = accounts_page("acme", book, [*links_in_force(book)], Language.ENGLISH)
    opened = visits.open(content, language=language)

    results = Axe().run(opened)
    assert results.violations_count == 0, results.generate_report()
    text = " ".join(rows_of(opened).all_inner_texts())
    assert "shenyunzhou" in text
    assert "154****0001" in text
    opened.set_viewport_size({"width": PHONE, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") == PHONE
    assert world.reports.documents["acme/accounts.html"]
