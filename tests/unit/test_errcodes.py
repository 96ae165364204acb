"""WeCom's error codes: which we know, and what an unknown one says.

The language of the texts is checked in `test_catalogue`, together with our own.
"""

import pytest

from wecom_sync.reporting.error_codes import CALL_ERRCODES, ERRCODES, ROW_ERRCODES, errcode
from wecom_sync.reporting.language import Language

# fmt: off
DOCUMENTED = {
    -1, 6000, 40001, 40003, 40004, 40005, 40006, 40007, 40013, 40014, 40033, 40057, 40058, 40066,
    40088, 40089, 40091, 40092, 41001, 41002, 41004, 41005, 41006, 42001, 44001, 45001, 45009,
    45024, 45026, 45029, 45033, 48002, 48006, 48009, 50003, 60001, 60003, 60004, 60005, 60006,
    60007, 60008, 60009, 60010, 60011, 60020, 60031, 60102, 60103, 60104, 60105, 60106, 60107,
    60110, 60111, 60112, 60123, 60124, 60125, 60127, 60129, 60132, 60141, 60142, 60143, 60144,
    60145, 301002, 301005, 301012, 301013, 301014, 301036, 302003, 302004, 302005, 302006, 302007,
    302008,
}
# fmt: on
"""The codes of doc/90313 that an import, an upload or a token can meet."""


def test_every_documented_code_is_explained() -> None:
    assert set(ERRCODES) == DOCUMENTED


def test_a_code_is_explained_in_one_place() -> None:
    assert set(CALL_ERRCODES).isdisjoint(ROW_ERRCODES)


@pytest.mark.parametrize("language", Language)
def test_an_unknown_code_says_where_to_look_it_up(language: Language) -> None:
    entry = errcode(987654)

    assert "987654" in entry.explanation.render(language)
    assert "987654" in entry.advice.render(language)
    assert "document/path/90313" in entry.advice.render(language)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("code", "words"),
    [
        (40001, ["contact_secret", "管理后台 → 安全与管理 → 管理工具 → 通讯录同步"]),
        (45026, ["50", "20%", "80%"]),
        (48002, ["管理后台 → 安全与管理 → 管理工具 → 通讯录同步", "API编辑通讯录"]),
        (60020, ["企业可信IP", "管理后台 → 安全与管理 → 管理工具 → 通讯录同步"]),
        (60104, ["管理后台 → 通讯录"]),
        (60129, ["手机号", "邮箱"]),
    ],
)
def test_advice_names_places_and_limits(code: int, words: list[str], language: Language) -> None:
    advice = errcode(code).advice.render(language)

    assert [word for word in words if word not in advice] == []


@pytest.mark.parametrize("code", ERRCODES)
def test_no_advice_promises_what_depends_on_the_run(code: int) -> None:
    """Advice is read when a run has ended, or when a plan failed: nothing is tried again then."""
    advice = ERRCODES[code].advice

    assert "by itself" not in advice.en
    assert "tries again" not in advice.en
    assert "自动重" not in advice.zh
