"""WeCom's error codes: which we know, and what an unknown one says.

The language of the texts is checked in `test_catalogue`, together with our own.
"""

import pytest

from wecom_sync.reporting.error_codes import (
    CALL_ERRCODES,
    ERRCODES,
    ROW_ERRCODES,
    app_errcode,
    errcode,
)
from wecom_sync.reporting.language import Language


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


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", [40001, 48002, 60020, 81013, 301002])
def test_a_code_asks_for_something_else_of_an_app(code: int, language: Language) -> None:
    advice = app_errcode(code).advice.render(language)

    assert "管理后台 → 应用管理" in advice
    assert app_errcode(987654) == errcode(987654)


@pytest.mark.parametrize("code", ERRCODES)
def test_no_advice_promises_what_depends_on_the_run(code: int) -> None:
    """Advice is read when a run has ended, or when a plan failed: nothing is tried again then."""
    advice = ERRCODES[code].advice

    assert "by itself" not in advice.en
    assert "tries again" not in advice.en
    assert "自动重" not in advice.zh
