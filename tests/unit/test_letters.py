"""What a person reads about a run in a mail of the topic, and in a group from its robot."""

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.dropped import GONE, RUN_ID, altered, held, run_in
from support.hidden import HIDDEN, words
from wecom_sync.domain.drop import place_of
from wecom_sync.domain.policy import Weakening
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Listing, Params, Sentence
from wecom_sync.domain.timeline import Reason
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import MARKDOWN_BYTES, mail, robot_markdown
from wecom_sync.wecom.robot import is_webhook


def test_a_mail_about_refused_rows_says_what_was_planned_and_where_the_reports_are() -> None:
    counts = {"rows": 1000, "succeeded": 995, "failed": 5, "unreported": 0}
    reason = Reason("rows_failed", {"failed": 5, "rows": 1000})
    more = {"plan": {"add": 40, "remove": 3, "disable": 2}, "reports": {"results.csv": "s3://r/x"}}
    run = run_in(State.PARTIAL, reason=reason, **counts, **more)

    _, text = mail(run, Language.ENGLISH)

    assert "Plan: Added 40 · Removed 3 · Disabled 2\nRows: 1,000\nApplied: 995\nFailed: 5\n" in text
    assert text.endswith(f"\n\nGet the reports:  wecom-sync results {RUN_ID} --corp acme\n")
    assert "approve" not in text


@given(words | words.map("acme/{}/team.csv".format) | words.map("acme/syncuser/{}".format))
def test_no_key_adds_a_line_to_a_mail_or_hides_a_part_of_it(key: str) -> None:
    corp, job, reason, *_ = place_of(key)
    run = run_in(State.REJECTED, reason=reason)

    subject, text = mail(altered(run, key=key, corp=corp, job=job), Language.ENGLISH)

    assert subject.isascii()
    assert HIDDEN.search(subject) is None
    assert HIDDEN.search(text.replace("\n", "")) is None
    assert text.count("\n") == 3 + (reason is not None)


@pytest.mark.parametrize(
    ("language", "note"),
    [(Language.ENGLISH, "\n… cut here, because"), (Language.CHINESE, "\n……消息长度有限")],
)
def test_a_long_message_is_cut_after_a_line_and_says_so(language: Language, note: str) -> None:
    whole = held()
    run = altered(whole, holds=whole.proposal.holds[:1] * 40)
    lines = robot_markdown(whole, language).split("\n\n")[1].splitlines()

    markdown = robot_markdown(run, language)

    before, _, _ = markdown.partition(note)
    assert before.splitlines()[-1] in lines
    assert len(markdown.encode()) > MARKDOWN_BYTES - 2 * max(len(it.encode()) for it in lines)


@pytest.mark.parametrize("language", Language)
def test_one_endless_line_is_cut_between_two_characters(language: Language) -> None:
    changes = (Weakening("members.protected", "字" * 3000, "-"),)
    run = run_in(State.SUCCEEDED, weakened=changes)

    markdown = robot_markdown(run, language)

    assert markdown.count("字") > 1000
    assert "字…\n" in markdown
    assert MARKDOWN_BYTES - 3 < len(markdown.encode()) <= MARKDOWN_BYTES


MARKUP = (
    '[link](http://evil.example) <@all> <font color="warning">x</font> `a` **b** # c &lt;@all&gt;'
)


@pytest.mark.parametrize("language", Language)
def test_nothing_of_a_file_or_a_key_becomes_markdown(language: Language) -> None:
    hold = Reason("hold_protected", family="named", people=Listing((MARKUP, "> quote"), 2))
    run = altered(held(), key=f"acme/replaceuser/{MARKUP}.csv", holds=(hold,))

    markdown = robot_markdown(run, language)

    headline, *lines = markdown.splitlines()
    assert re.fullmatch(r"\*\*[^*<>\[\]`#&]+\*\*", headline)
    assert not re.search(r"[<>\[\]`*#&\\]|://", "".join(lines))
    assert "＜@all＞" in markdown
    assert "evil.example" in markdown


HOLDS = """\
- The file would remove or disable 60 of 1,260 members: a filter or a date of the export may be \
wrong, or pages are missing.
  Affected: lisi, wangwu, and 58 more on the page.
  Check whether they have left. More than 50 within 20 hours, or more than 10 %, need approval.
- The row of department 1 renames the company's root department.
"""
FIGURES = "What it would change: Added 1,200 · Removed 60\nRows: 1,240\n"
STEPS = f"""
Decide by 2026-11-28 00:00 +00:00; after that the run is cancelled.
See the plan:  wecom-sync show {RUN_ID} --corp acme
Approve it:    wecom-sync approve {RUN_ID} --corp acme
Cancel it:     wecom-sync cancel {RUN_ID} --corp acme
"""
FILE = "File: acme/replaceuser/team.csv\n"


def test_a_letter_about_a_held_run_is_enough_to_decide() -> None:
    state = f"Run: {RUN_ID}\n{FILE}State: held for a decision\n"

    assert mail(held(), Language.ENGLISH)[1] == f"{state}{HOLDS}\n{FIGURES}{STEPS}"
    head = "**held for a decision · acme · replaceuser**\n"
    markdown = robot_markdown(held(), Language.ENGLISH)
    assert f"{markdown}\n" == f"{head}{FILE}{FIGURES}\n{HOLDS}{STEPS}"


def test_the_same_letters_in_chinese() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    _, text = mail(held(), Language.CHINESE, zone=zone)
    markdown = robot_markdown(held(), Language.CHINESE, zone=zone)

    assert "变更计划：新增 1,200 · 删除 60" in text
    assert "请在 2026-11-28 08:00 +08:00 之前决定" in text
    assert "请在 2026-11-28 08:00 +08:00 之前决定" in markdown
    assert f"批准：wecom-sync approve {RUN_ID} --corp acme\n" in text
    assert markdown.startswith("**待确认 · acme · replaceuser**\n文件：acme/replaceuser/team.csv\n")
    assert markdown.endswith(f"取消：wecom-sync cancel {RUN_ID} --corp acme")


DESK = f"https://desk.example/desk/acme/runs/{RUN_ID}"


@pytest.mark.parametrize("language", Language)
def test_where_there_is_a_desk_letters_lead_there_and_name_no_command(language: Language) -> None:
    reason = Reason("book_unreadable")
    run = altered(held(), second_person=True, principal="AWS:A:boss")
    runs = (run, run_in(State.FAILED, reason=reason, reports={"report.html": "s3://r/x"}))

    for each in runs:
        letter, markdown = mail(each, language, DESK)[1], robot_markdown(each, language, DESK)
        assert letter.endswith(f"{DESK}\n")
        assert markdown.endswith(f"]({DESK})")
        assert "wecom-sync " not in f"{letter}{markdown}".partition("\n")[2]
        assert "s3:" not in letter
    assert "boss" in mail(run, language, DESK)[1].splitlines()[-2]


@pytest.mark.parametrize("language", Language)
def test_a_mail_leaves_out_what_nobody_knows(language: Language) -> None:
    _, text = mail(run_in(State.REJECTED, reason=Reason("key_malformed")), language)

    assert len(text.splitlines()) == 4
    assert "-\n" not in text
    assert "wecom-sync" not in text


@pytest.mark.parametrize("language", Language)
def test_who_is_to_read_no_names_reads_none_of_departments(language: Language) -> None:
    merged = Listing.of(["财务部 → 人事部"])
    cause = Sentence("cause_filter", {"column": "部门", "values": "财务部"})
    what: Params = {"what": "value_merged", "total": 1, "arrows": merged}
    hold = Reason("hold_other_departments", what, before=(cause,))
    run = altered(held(), holds=(hold,))

    assert "财务部" in "".join(mail(run, language))
    assert "财务部" not in "".join(mail(run.unnamed(), language))


def test_a_page_to_open_is_named_and_is_no_link() -> None:
    run = run_in(State.PARTIAL, reports={"report.html": "s3://reports/acme/r/report.html"})

    # WeCom would open a link in a browser, which cannot read it.
    address = "s3：//reports/acme/r/report.html"
    assert robot_markdown(run, Language.ENGLISH).endswith(f"\nThe report to open:  {address}")


@pytest.mark.parametrize("language", Language)
@given(names=st.lists(words, max_size=10), key=words, more=st.integers(0, 60))
def test_long_messages_are_cut(language: Language, names: list[str], key: str, more: int) -> None:
    named = Listing(tuple(names), len(names) + more)
    holds = (Reason("hold_gone", GONE, "leavers", named),) * (1 + more)

    run = altered(held(), key=f"acme/replaceuser/{key * 30}.csv", holds=holds)
    markdown = robot_markdown(run, language)

    assert len(markdown.encode()) <= MARKDOWN_BYTES
    assert f"wecom-sync approve {RUN_ID} --corp acme" in markdown
    assert "<" not in markdown
    assert HIDDEN.search(markdown.replace("\n", "")) is None


BASE = "http://127.0.0.1:8070"
WECOM = "https://qyapi.weixin.qq.com"
PATH = "/cgi-bin/webhook/send?key="


GOOD = (f"{WECOM}{PATH}693a91f6-7abc-4bc4-97a0-0ec2", f"{BASE}{PATH}k")
BAD = (
    *(f"{WECOM}{path}" for path in (PATH, "/cgi-bin/webhook/send", "/cgi-bin/gettoken?key=k")),
    *(f"{WECOM}{PATH}k{more}" for more in ("&debug=1", "#x", "\n")),
    *(f"{WECOM}{other}evil.example{PATH}k" for other in ".@"),
    *(f"{other}{PATH}k" for other in ("http://qyapi.weixin.qq.com", f" {BASE}", "https://e.cn")),
    "k",
)


@pytest.mark.parametrize("address", [*GOOD, *BAD])
def test_only_the_address_of_a_robot_of_wecoms_is_good(address: str) -> None:
    assert is_webhook(address, f"{BASE}/") is (address in GOOD)
