"""The tables of `docs/` say what the code says, and name everything that it has."""

import re
from itertools import chain
from pathlib import Path

import pytest

from support.template import ROOT, source
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.files.settings_file import SECTIONS, read_policy
from wecom_sync.reporting.catalogue import TEXTS
from wecom_sync.reporting.language import Language
from wecom_sync_tools.docs import reference, stack_tables, wecom_tables
from wecom_sync_tools.docs.generate import RENEW, pages, renewed
from wecom_sync_tools.docs.tables import cells

TABLE = re.compile(r"\[\[\[cog print\((\w+)\(")


SECTIONS_OF_CELLS = (
    "headings words states settings results run plan remedy_names secret ways rule_settings"
)


def cells_of(table: str) -> list[list[str]]:
    """Return the rows of a table, its head apart."""
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    return [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines[2:]]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_committed_tables_are_current(page: Path) -> None:
    committed = page.read_text("utf-8")

    assert renewed(committed, page.name) == committed, f"{page} is not current: run `{RENEW}`"


def test_both_languages_have_the_same_pages_and_tables() -> None:
    english, chinese = (
        {
            it.relative_to(folder): TABLE.findall(it.read_text("utf-8"))
            for it in pages()
            if it.is_relative_to(folder)
        }
        for folder in (ROOT / "docs/en", ROOT / "docs/zh")
    )

    assert english == chinese
    assert len(set(chain(*english.values()))) > 20


def test_a_parameter_outside_every_group_is_noticed() -> None:
    template = source()
    template["Parameters"]["Stray"] = template["Parameters"]["Stage"]

    with pytest.raises(KeyError, match="Stray"):
        stack_tables.parameters(Language.ENGLISH, template)


@pytest.mark.parametrize("folder", ["en", "zh"])
def test_the_examples_of_settings_are_valid(folder: str) -> None:
    page = (ROOT / "docs" / folder / "reference/settings.md").read_text("utf-8")

    examples = re.findall(r"```toml\n(.+?)```", page, re.DOTALL)

    assert [read_policy(each.encode()) == Policy() for each in examples] == [False] * 4


def test_every_guard_rule_has_its_line_with_the_settings_that_it_reads() -> None:
    table = cells_of(reference.guard_rules(Language.ENGLISH))
    rows = {row[0].strip("`"): row[2] for row in table}

    assert len(rows) == len(table)
    assert sorted(rows) == sorted(
        code for code in TEXTS if code.startswith("hold_") and code != "hold_expired"
    )
    of_holds = {"hold_hours", "second_person"}
    limits = {f"limits.{name}" for name in SECTIONS["limits"].keys() - of_holds}
    assert limits <= {each.strip("`") for read in rows.values() for each in read.split()}


def test_every_check_of_a_column_is_a_code_that_is_explained() -> None:
    explained = {row[0] for row in cells_of(wecom_tables.texts(Language.ENGLISH, "problems"))}
    explained |= {row[0] for row in cells_of(wecom_tables.texts(Language.ENGLISH, "warnings"))}

    for job in Job:
        rows = cells_of(reference.columns(job, Language.ENGLISH))
        assert {code for row in rows for code in row[4].split()} <= explained


def test_no_text_of_a_cell_is_left_over() -> None:
    whole = "".join(page.read_text("utf-8") for page in pages())

    for section in SECTIONS_OF_CELLS.split():
        for name, text in cells(section, Language.CHINESE).items():
            assert text.split("{")[0] in whole, f"{section}.{name} stands nowhere"
