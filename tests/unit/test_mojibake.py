"""What a wrong encoding made of a text is recognised; what people are called never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.files import codes
from wecom_sync.domain.run import Job
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
    "José", "Peña", "Müller-Lüdenscheidt", "Žižek Čapek", "Łukasz Żółć", "Şahin Öztürk", "Zoë",
    "Åse Øvergård", "Ærø", "Straße", "Ýr Þór", "François", "Ñuñez", "ÂÎÛ", "Đặng Thị Mỹ Linh",
    "Nguyễn Văn A", "Ağaoğlu", "Škoda", "O’Brien", "Genç – Manager", "«Genç»", "“Zoë”", "Nº 5",
    "Ünal Şimşek", "ÀÉÎÕÜ", "Ana Conceição", "João São", "Ó Súilleabháin", "Dvořák", "Ćić",
    "Über “Größe”", "café…", "Łódź • Œuvre", "naïve™", "Ã", "Â", "Ölüdeniz’de",
)  # fmt: skip
TEXTS = (
    "张伟", "王婷", "李娜", "欧阳娜娜", "王伟芳", "经理", "产品经理", "研发", "总部", "王伟（代）",
    "李·雷",
)  # fmt: skip


def read_as(text: str, wrong: str) -> str:
    return text.encode().decode(wrong, errors="ignore")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("wrong", ["gbk", "latin-1"])
def test_utf_8_that_was_read_otherwise_is_recognised(text: str, wrong: str) -> None:
    made = unscrambled(read_as(text, wrong))

    assert made is not None if wrong == "gbk" else made == text


@pytest.mark.parametrize(
    "text", [text for text in TEXTS if read_as(text, "cp1252").encode("cp1252") == text.encode()]
)
def test_utf_8_of_which_windows_lost_no_byte_is_recognised(text: str) -> None:
    assert unscrambled(read_as(text, "cp1252")) == text


@pytest.mark.parametrize("text", ["José", "Müller", "Nguyễn Văn A", "Zoë"])
def test_latin_names_that_were_read_byte_by_byte_are_recognised(text: str) -> None:
    assert unscrambled(text.encode().decode("latin-1")) == text


@pytest.mark.parametrize("name", EUROPEAN)
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


@pytest.mark.parametrize("column", ["姓名", "别名", "职位", "所在部门", "地址"])
@pytest.mark.parametrize("cell", ["寮犱紵", "å¼\xa0ä¼Ÿ", "å¼ ä¼Ÿ", "JosÃ©", "å¼\xa0ä¸\x89"])
def test_a_cell_of_mojibake_is_rejected(column: str, cell: str) -> None:
    row = {"姓名": "张三", "帐号": "a", "手机号": "13800000000", "所在部门": "1"} | {column: cell}

    assert codes(",".join(row) + "\n" + ",".join(row.values())) == [(2, "cell_scrambled")]


@pytest.mark.parametrize(
    ("job", "content"),
    [
        (Job.REPLACE_PARTY, "部门名称,部门ID,父部门ID\n鐮斿彂,1,0\n".encode()),
        (
            Job.SYNC_USER,
            "姓名,帐号,手机号,所在部门\n".encode("gbk") + "张伟,a,13800000000,1\n".encode(),
        ),
    ],
    ids=["a department", "a body in UTF-8 under a header in GBK"],
)
def test_a_file_of_mojibake_is_rejected(job: Job, content: bytes) -> None:
    assert codes(content, job) == [(2, "cell_scrambled")]
