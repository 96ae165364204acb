"""What the robot of a group says about a run, and where it may say it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.hidden import HIDDEN, words
from unit.test_notify import RUN_ID, held, run_in
from wecom_sync.domain.policy import Weakening
from wecom_sync.domain.run import Reason, State
from wecom_sync.domain.texts import Listing
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import MARKDOWN_BYTES, robot_markdown
from wecom_sync.wecom.robot import is_webhook

ENGLISH, CHINESE = Language.ENGLISH, Language.CHINESE
BASE = "http://127.0.0.1:8070"


def test_a_message_about_a_held_run_is_enough_to_decide() -> None:
    gone = (
        "This file would remove or disable 60 of 1,260 members; more than 50 within 20 hours, "
        "or more than 10 %, need approval. Check that the file is complete. "
        "Affected: lisi, wangwu and others, 60 in all."
    )

    assert (
        robot_markdown(held(), ENGLISH)
        == f"""**held for a decision · acme · replaceuser**
File: acme/replaceuser/team.csv
What it would change: Added 1,200 · Removed 60
Rows: 1,240

- {gone}
- The row of department 1 renames the company's root department.

Decide by 2026-11-28 00:00 UTC; after that the run is cancelled.
See the plan:  wecom-sync show {RUN_ID} --corp acme
Approve it:    wecom-sync approve {RUN_ID} --corp acme
Cancel it:     wecom-sync cancel {RUN_ID} --corp acme"""
    )


def test_the_same_message_in_chinese() -> None:
    said = robot_markdown(held(), CHINESE)

    assert said.startswith("**待确认 · acme · replaceuser**\n文件：acme/replaceuser/team.csv\n")
    assert said.endswith(f"取消：wecom-sync cancel {RUN_ID} --corp acme")


def test_a_page_to_open_is_named() -> None:
    address = "s3://reports/acme/r/report.html"
    run = run_in(State.PARTIAL, reports={"report.html": address})

    # Without its colon it is no link: WeCom would open it in a browser, which cannot.
    shown = address.replace("://", "：//")
    assert robot_markdown(run, ENGLISH).endswith(f"\nThe report to open:  {shown}")


@pytest.mark.parametrize("language", Language)
@given(names=st.lists(words, max_size=10), key=words, more=st.integers(0, 60))
def test_a_message_fits_and_ends_with_what_to_do(
    language: Language, names: list[str], key: str, more: int
) -> None:
    hold = Reason(
        "hold_gone",
        {
            "existing": 9, "recent": 0, "number": 5, "limit": 10,
            "named": Listing(tuple(names), len(names) + more),
        },
        "leavers",
    )  # fmt: skip
    run = replace(held(), key=f"acme/replaceuser/{key * 30}.csv", holds=(hold,) * (1 + more))

    said = robot_markdown(run, language)

    assert len(said.encode()) <= MARKDOWN_BYTES
    assert f"wecom-sync approve {RUN_ID} --corp acme" in said
    assert "<" not in said
    assert HIDDEN.search(said.replace("\n", "")) is None


@pytest.mark.parametrize(
    ("language", "note"),
    [(ENGLISH, "\n… cut here, because"), (CHINESE, "\n……消息长度有限")],
)
def test_a_long_message_is_cut_after_a_line_and_says_so(language: Language, note: str) -> None:
    whole = held()
    run = replace(whole, holds=whole.holds[:1] * 40)
    line = robot_markdown(whole, language).split("\n\n")[1].splitlines()[0]

    said = robot_markdown(run, language)

    before, _, _ = said.partition(note)
    assert before.splitlines()[-1] == line
    assert len(said.encode()) > MARKDOWN_BYTES - 2 * len(line.encode())


@pytest.mark.parametrize("language", Language)
def test_one_endless_line_is_cut_between_two_characters(language: Language) -> None:
    changes = (Weakening("members.protected", "字" * 3000, "-"),)
    run = run_in(State.SUCCEEDED, weakened=changes)

    said = robot_markdown(run, language)

    assert said.count("字") > 1000
    assert "字…\n" in said
    assert MARKDOWN_BYTES - 3 < len(said.encode()) <= MARKDOWN_BYTES


MARKUP = (
    '[link](http://evil.example) <@all> <font color="warning">x</font> `a` **b** # c &lt;@all&gt;'
)


@pytest.mark.parametrize("language", Language)
def test_nothing_of_a_file_or_a_key_becomes_markdown(language: Language) -> None:
    hold = Reason("hold_protected", {"named": Listing((MARKUP, "> quote"), 2), "total": 2}, "named")
    run = replace(held(), key=f"acme/replaceuser/{MARKUP}.csv", holds=(hold,))

    said = robot_markdown(run, language)

    headline, *lines = said.splitlines()
    assert re.fullmatch(r"\*\*[^*<>\[\]`#&]+\*\*", headline)
    assert not re.search(r"[<>\[\]`*#&\\]|://", "".join(lines))
    assert "＜@all＞" in said
    assert "evil.example" in said


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7abc-4bc4-97a0-0ec2", True),
        (f"{BASE}/cgi-bin/webhook/send?key=k", True),
        ("http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", False),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", False),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", False),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k&debug=1", False),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k#x", False),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k\n", False),
        ("https://qyapi.weixin.qq.com/cgi-bin/gettoken?key=k", False),
        ("https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=k", False),
        ("https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=k", False),
        ("https://evil.example/cgi-bin/webhook/send?key=k", False),
        (f" {BASE}/cgi-bin/webhook/send?key=k", False),
        ("k", False),
    ],
)
def test_only_the_address_of_a_robot_at_wecom_or_its_stand_in_is_good(
    address: str, is_good: bool
) -> None:
    assert is_webhook(address, f"{BASE}/") is is_good
