"""The tables of `docs/` say what the code says, and name everything that it has."""

import re
from itertools import chain
from pathlib import Path

import pytest

from support.template import ROOT, source
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job
from wecom_sync.files.settings_file import SECTIONS, read_policy
from wecom_sync.guardrails.rules import Family
from wecom_sync.reporting.catalogue import TEXTS
from wecom_sync.reporting.error_codes import ERRCODES
from wecom_sync.reporting.error_codes_calls import CALL_ERRCODES
from wecom_sync.reporting.language import Language
from wecom_sync.wecom.remedies import Call, Remedy
from wecom_sync_tools.docs import reference, stack_tables, wecom_tables
from wecom_sync_tools.docs.generate import RENEW, pages, renewed
from wecom_sync_tools.docs.tables import cells

TABLE = re.compile(r"\[\[\[cog print\((\w+)\(")


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
            page.relative_to(ROOT / "docs" / folder): TABLE.findall(page.read_text("utf-8"))
            for page in pages()
            if page.is_relative_to(ROOT / "docs" / folder)
        }
        for folder in ("en", "zh")
    )

    assert english == chinese
    assert len(set(chain(*english.values()))) > 20


@pytest.mark.parametrize("language", Language)
def test_every_parameter_and_output_has_its_line(language: Language) -> None:
    parameters = cells_of(stack_tables.parameters(language))
    outputs = cells_of(stack_tables.outputs(language))

    assert sorted(row[0] for row in parameters) == sorted(
        f"`{each}`" for each in source()["Parameters"]
    )
    assert [row[0] for row in outputs] == [f"`{each}`" for each in source()["Outputs"]]


def test_a_parameter_outside_every_group_is_noticed() -> None:
    template = source()
    template["Parameters"]["Stray"] = template["Parameters"]["Stage"]

    with pytest.raises(KeyError, match="Stray"):
        stack_tables.parameters(Language.ENGLISH, template)


@pytest.mark.parametrize("folder", ["en", "zh"])
def test_the_examples_of_settings_are_valid(folder: str) -> None:
    page = (ROOT / "docs" / folder / "reference/settings.md").read_text("utf-8")

    examples = re.findall(r"```toml\n(.+?)```", page, re.DOTALL)

    assert [read_policy(each.encode()) == Policy() for each in examples] == [False, False, False]


@pytest.mark.parametrize("language", Language)
def test_every_errcode_has_its_line(language: Language) -> None:
    calls = cells_of(wecom_tables.error_codes(language, of_rows=False))
    rows = cells_of(wecom_tables.error_codes(language, of_rows=True))

    assert sorted(int(row[0]) for row in (*calls, *rows)) == sorted(ERRCODES)


@pytest.mark.parametrize("language", Language)
def test_every_remedy_is_told_and_every_cell_names_one(language: Language) -> None:
    remedies = [row[0] for row in cells_of(wecom_tables.remedies(language))]
    rows = cells_of(wecom_tables.code_remedies(language))
    silent = cells_of(wecom_tables.silence_remedies(language))

    assert len(set(remedies)) == len(Remedy)
    assert {each for row in (*rows, *silent) for each in row[1:]} == set(remedies)
    assert {len(row) for row in (*rows, *silent)} == {1 + len(Call)}
    causes = [cause for row in rows for cause in row[0].split(", ")]
    assert len(causes) == len(set(causes)) == len(CALL_ERRCODES) + 2
    forms = [form for row in silent for form in row[0].split("<br>")]
    assert len(forms) == len(set(forms)) == len(wecom_tables.FORMS)


def test_every_guard_rule_has_its_line_with_the_settings_that_it_reads() -> None:
    table = cells_of(reference.guard_rules(Language.ENGLISH))
    rows = {row[0].strip("`"): row[2] for row in table}

    assert len(rows) == len(table)
    assert sorted(rows) == sorted(
        code for code in TEXTS if code.startswith("hold_") and code != "hold_expired"
    )
    assert rows["hold_moved_departments"] == "`limits.moves_percent`"
    assert rows["hold_gone"] == "`limits.removals` `limits.removal_percent`"
    assert rows["hold_gone_departments"] == "`limits.department_removals`"
    assert rows["hold_protected"] == "`members.protected` `members.leavers`"
    of_holds = {"hold_hours", "second_person"}
    limits = {f"limits.{name}" for name in SECTIONS["limits"].keys() - of_holds}
    assert limits <= {each.strip("`") for read in rows.values() for each in read.split()}


def test_every_hold_has_its_family_and_how_many_it_does_not_ask_about() -> None:
    rows = {row[0].strip("`"): row for row in cells_of(reference.guard_rules(Language.ENGLISH))}

    families = {rows[code][1] for code in rows if code not in {"hold_worse", "hold_new_reason"}}
    assert len(families) == len(Family)
    assert all(families)
    few = {code: rows[code][3] for code in ("hold_other_person", "hold_gone", "hold_renamed")}
    assert few == {"hold_other_person": "none", "hold_gone": "one", "hold_renamed": "a few"}
    assert rows["hold_invited"][3] == ""


def test_the_text_of_a_rule_with_a_limit_names_the_default() -> None:
    table = reference.guard_rules(Language.CHINESE)

    assert "超过 30% 需要批准" in table
    assert "20 小时内合计超过 50 名，或超过 10%，需要批准" in table
    assert "{" not in table


def test_every_check_of_a_column_is_a_code_that_is_explained() -> None:
    explained = {row[0] for row in cells_of(wecom_tables.texts(Language.ENGLISH, "problems"))}
    explained |= {row[0] for row in cells_of(wecom_tables.texts(Language.ENGLISH, "warnings"))}

    for job in Job:
        checks = {
            code
            for row in cells_of(reference.columns(job, Language.ENGLISH))
            for code in row[4].split()
        }
        assert checks - explained == set()


def test_no_text_of_a_cell_is_left_over() -> None:
    whole = "".join(page.read_text("utf-8") for page in pages())

    for section in (
        "headings", "words", "states", "settings", "results", "run", "plan", "remedy_names",
        "secret", "ways",
    ):  # fmt: skip
        for name, text in cells(section, Language.CHINESE).items():
            assert text.split("{")[0] in whole, f"{section}.{name} stands nowhere"
