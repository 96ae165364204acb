"""What the desk signs is read back as it was, and as nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wecom_sync.use_cases.desk.session import Signer

SIGNER = Signer(b"secret", "acme")
WORDS = {"user": "zhangsan"}
NOW = 1_000.0


@given(st.dictionaries(st.text(), st.text()))
def test_what_was_signed_is_read_until_its_time_is_over(words: dict[str, str]) -> None:
    signed = SIGNER.sign("session", words, NOW + 1)

    assert SIGNER.read("session", signed, NOW) == words
    assert SIGNER.read("session", signed, NOW + 1) is None


SIGNED = SIGNER.sign("session", WORDS, NOW + 60)


@pytest.mark.parametrize(
    "signer", [Signer(b"another", "acme"), Signer(b"secret", "beta"), Signer(b"", "acme")]
)
def test_neither_another_stack_nor_another_corp_reads_it(signer: Signer) -> None:
    assert signer.read("session", SIGNED, NOW) is None


def test_it_is_good_for_one_purpose() -> None:
    assert SIGNER.read("post", SIGNED, NOW) is None
    assert SIGNER.read("login", SIGNED, NOW) is None


def test_other_words_with_its_mark_are_nobodys() -> None:
    text, _, mark = SIGNED.partition(".")
    others = SIGNER.sign("session", {"user": "lisi"}, NOW + 60).partition(".")[0]

    assert SIGNER.read("session", f"{others}.{mark}", NOW) is None
    assert SIGNER.read("session", f"{text}.{mark[:-1]}", NOW) is None


@given(st.text())
def test_whatever_else_a_browser_brings_is_nobodys(text: str) -> None:
    assert SIGNER.read("session", text, NOW) is None
