"""What people read about a run: numbers and names as their language writes them."""

import pytest

from wecom_sync.reports import counts_text, failure_text
from wecom_sync.run import Reason
from wecom_sync.texts import Language
from wecom_sync.verdict import shown_ids


@pytest.mark.parametrize(
    ("count", "language", "told"),
    [
        (2, Language.ENGLISH, "Affected: u0, u1."),
        (2, Language.CHINESE, "涉及：u0、u1。"),
        (1232, Language.ENGLISH, "u8, u9 and others, 1,232 in all."),
        (1232, Language.CHINESE, "u8、u9 等，共 1,232 个。"),
    ],
)
def test_those_who_are_affected_are_listed_and_counted(
    count: int, language: Language, told: str
) -> None:
    named = shown_ids(f"u{number}" for number in range(count))

    text = failure_text(Reason("hold_protected", {"named": named}), language)

    assert text.endswith(told)


@pytest.mark.parametrize("language", Language)
def test_large_numbers_are_grouped_but_codes_and_lines_are_names(language: Language) -> None:
    moved = {"existing": 3000, "changed": 2900, "limit": 50}
    moves = failure_text(Reason("hold_moves", moved), language)
    refused = failure_text(Reason("wecom_refused", {"errcode": 60104, "errmsg": "x"}), language)

    assert "3,000" in moves
    assert "2,900" in moves
    assert "60104" in refused


def test_counts_leave_the_zeros_out() -> None:
    counts = {"add": 3, "update": 0, "remove": 1200}

    assert counts_text(counts, Language.ENGLISH) == "Added 3 · Removed 1,200"
    assert counts_text({"add": 0}, Language.ENGLISH) == "nothing"
