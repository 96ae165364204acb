"""What a wrong encoding made of a text is recognised; what people are called never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wecom_sync.files.legibility import SURNAMES, unscrambled

GB2312 = [
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xF8)
    for cell in range(0xA1, 0xFF if row != 0xD7 else 0xFA)
]
"""All 6,763 characters of simplified Chinese."""
RARE = "濮蹇琚宓"
"""Surnames whose first byte is one that begins a character of UTF-8; no other has any."""
EUROPEAN = (
    "José|Peña|Müller-Lüdenscheidt|Žižek Čapek|Łukasz Żółć|Şahin Öztürk|Zoë|Åse Øvergård|Ærø|"
    "Straße|Ýr Þór|François|Ñuñez|ÂÎÛ|Đặng Thị Mỹ Linh|Nguyễn Văn A|Ağaoğlu|Škoda|O’Brien|"
    "Genç – Manager|«Genç»|“Zoë”|Nº 5|Ünal Şimşek|ÀÉÎÕÜ|Ana Conceição|João São|"
    "Ó Súilleabháin|Dvořák|Ćić|Über “Größe”|café…|Łódź • Œuvre|naïve™|Ã|Â|Ölüdeniz’de"
)
TITLES = ("经理", "产品经理", "研发", "总部")
TEXTS = ("张伟", "王婷", "李娜", "欧阳娜娜", "王伟芳", "王伟（代）", "李·雷", *TITLES)


def read_as(text: str, wrong: str) -> str:
    return text.encode().decode(wrong, errors="ignore")


@pytest.mark.parametrize("text", [*TEXTS, "José", "Müller", "Nguyễn Văn A"])
@pytest.mark.parametrize("wrong", ["gbk", "latin-1"])
def test_utf_8_that_was_read_otherwise_is_recognised(text: str, wrong: str) -> None:
    made = unscrambled(read_as(text, wrong))

    assert made == text if wrong == "latin-1" else made is not None or text not in TEXTS


@pytest.mark.parametrize(
    "text", [text for text in TEXTS if read_as(text, "cp1252").encode("cp1252") == text.encode()]
)
def test_utf_8_of_which_windows_lost_no_byte_is_recognised(text: str) -> None:
    assert unscrambled(read_as(text, "cp1252")) == text


@pytest.mark.parametrize("name", EUROPEAN.split("|"))
def test_no_name_with_accents_is_taken_for_mojibake(name: str) -> None:
    assert unscrambled(name) is None


def test_no_chinese_name_is_taken_for_mojibake() -> None:
    """Three characters are six bytes, which are two of UTF-8 only if each byte is of its kind.

    So of all names that GB 2312 can write only those have to be tried whose bytes are.
    """
    heads = [each for each in GB2312 if _leads(each, 0) and each.encode("gbk")[1] < 0xC0]
    middles = [each for each in GB2312 if each.encode("gbk")[0] < 0xC0 and _leads(each, 1)]
    tails = [each for each in GB2312 if max(each.encode("gbk")) < 0xC0]

    surnames = [each for each in heads if each in SURNAMES or each in RARE]
    hits = {
        each + middle + tail
        for each in surnames
        for middle in middles
        for tail in tails
        if unscrambled(each + middle + tail)
    }

    assert "".join(sorted(surnames)) == "".join(sorted(RARE))
    # In no given name: to change, electric, marriage, faint, fast, to fall, a rag, obscure, crotch.
    strange = set("变辨辩辫遍电甸靛垫昏婚荤块垮夸跨挎胯讳诲绘介芥界戒借藉典佃卞")
    assert {name[1] for name in hits} <= strange
    assert [a + b for a in GB2312 for b in middles if _leads(a, 0) and unscrambled(a + b)] == []


def _leads(character: str, at: int) -> bool:
    return 0xE3 <= character.encode("gbk")[at] <= 0xEF


@given(st.text(st.sampled_from(sorted(SURNAMES)), min_size=1, max_size=12))
def test_common_characters_are_never_mojibake(text: str) -> None:
    assert unscrambled(text) is None
