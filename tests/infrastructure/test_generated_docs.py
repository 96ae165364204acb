"""The generated pages of `docs/` say what the code says."""

import re

import pytest

from support.template import ROOT, source
from wecom_sync.reporting.error_codes import ERRCODES
from wecom_sync.reporting.error_codes_calls import CALL_ERRCODES
from wecom_sync.reporting.language import Language
from wecom_sync.wecom.remedies import Call, Remedy
from wecom_sync_tools.docs.error_pages import FORMS, REMEDY_TEXTS, error_codes, error_handling
from wecom_sync_tools.docs.generate import configuration, documents
from wecom_sync_tools.docs.tables import RENEW


@pytest.mark.parametrize("name", documents())
def test_the_committed_page_is_current(name: str) -> None:
    committed = ROOT / name

    current = committed.exists() and committed.read_text("utf-8") == documents()[name]

    assert current, f"{name} is not current: run `{RENEW}`"


def test_every_parameter_and_output_has_its_line() -> None:
    template = source()

    page = configuration(template)

    for name in [*template["Parameters"], *template["Outputs"]]:
        assert page.count(f"\n| `{name}` |") == 1 + (
            name in template["Parameters"] and name in template["Outputs"]
        )


def test_a_parameter_outside_every_group_is_noticed() -> None:
    template = source()
    template["Parameters"]["Stray"] = template["Parameters"]["Stage"]

    with pytest.raises(KeyError, match="Stray"):
        configuration(template)


@pytest.mark.parametrize("language", Language)
def test_every_code_has_its_line_and_no_cell_breaks_the_table(language: Language) -> None:
    lines = [line for line in error_codes(language).splitlines() if line.startswith("| ")]

    found = [line.split(" | ")[0].removeprefix("| ") for line in lines]
    codes = [int(cell) for cell in found if cell.lstrip("-").isdigit()]
    assert sorted(codes) == list(ERRCODES)
    assert {line.replace("\\|", "").count("|") for line in lines} == {4}


@pytest.mark.parametrize("language", Language)
def test_every_remedy_is_told_and_every_cell_names_one(language: Language) -> None:
    page = error_handling(language)

    names = {name.render(language) for name, _ in REMEDY_TEXTS.values()}
    assert set(REMEDY_TEXTS) == set(Remedy)
    assert len(names) == len(Remedy)
    assert [name for name in names if page.count(f"- **{name}**") != 1] == []
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    cells = [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines]
    rows = [row for row in cells if "`" not in row[1] and "---" not in row]
    causes = [cause for row in rows for cause in re.split("; |；|, ", row[0])]
    assert len(causes) == len(set(causes)) >= len(CALL_ERRCODES) + 2 + len(FORMS)
    assert {str(code) for code in CALL_ERRCODES} <= set(causes)
    assert {len(row) for row in rows} == {1 + len(Call)}
    assert {remedy for row in rows for remedy in row[1:]} == names
