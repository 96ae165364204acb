"""What people read about a run: numbers and names as their language writes them."""

import csv
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.hidden import HIDDEN, words
from wecom_sync.domain.book import Book, People, Person
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.texts import Listing, Params, Sentence, TextCode
from wecom_sync.domain.timeline import Reason
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.reporting.catalogue import TEXTS
from wecom_sync.reporting.catalogue import text as text_of
from wecom_sync.reporting.documents import (
    counts_text,
    failure_text,
    paragraphs,
    problem_document,
    problem_in,
    problem_text,
)
from wecom_sync.reporting.language import Language, escaped
from wecom_sync.reporting.link_texts import accounts_csv, links_in_force
from wecom_sync.reporting.row_files import drift_csv, problems_json, rejection_csv, results_csv


@pytest.mark.parametrize(
    ("count", "language", "end"),
    [
        (2, Language.ENGLISH, "Affected: u0, u1."),
        (2, Language.CHINESE, "涉及：u0、u1。"),
        (1232, Language.ENGLISH, "u3, u4, and 1,227 more on the page."),
        (1232, Language.CHINESE, "u3、u4，另有 1,227 个见报告页面。"),
    ],
)
def test_the_affected_are_listed_and_counted(count: int, language: Language, end: str) -> None:
    named = Listing.of(f"u{number}" for number in range(count))

    who = paragraphs(Reason("hold_protected", family="named", people=named), language)[1]

    assert who.endswith(end)


def test_codes_are_no_numbers_and_what_is_none_is_left_out() -> None:
    reason = Reason("wecom_refused", {"errcode": 60104, "errmsg": "x"})

    assert "60104" in failure_text(reason, Language.ENGLISH)
    assert counts_text({"add": 0}, Language.ENGLISH) == "nothing"


MASKED: Params = {"value": "139****1111", "first": 5}
MOBILE = Problem(2, "手机号", "mobile_duplicate", {**MASKED, "column": "13912341111"}, "lisi")
BYTE = Problem(0, "", "encoding_unknown", {"byte": 7})


def kept(error: FileRejectedError) -> list[dict[str, Any]]:
    """Return the problems of a report that was written in English."""
    problems: list[dict[str, Any]] = json.loads(problems_json(error, Language.ENGLISH))["problems"]
    return problems


@pytest.mark.parametrize("language", Language)
def test_problems_are_read_in_the_language_of_whoever_reads_them(language: Language) -> None:
    documents = kept(FileRejectedError([MOBILE, BYTE]))

    texts = [problem_in(each, language)["text"] for each in documents]

    assert texts == [problem_text(MOBILE, language), problem_text(BYTE, language)]
    assert documents[0]["params"] == MASKED
    assert "13912341111" not in json.dumps(documents)


def test_problems_that_are_only_counted_have_an_example_in_every_language() -> None:
    error = FileRejectedError([MOBILE], counts={"mobile_duplicate": 8, "email_invalid": 3})
    example = problem_text(MOBILE, Language.CHINESE)

    texts = [problem_in(each, Language.CHINESE)["text"] for each in kept(error)]

    others = {7: example, 3: "email_invalid"}
    assert texts[1:] == [f"同类问题还有 {n} 处，例如：{text}" for n, text in others.items()]


OTHERS: list[dict[str, Any]] = [
    *({}, {"code": "cell_missing"}, {"code": "of_the_next_version", "params": {}}),
    {"code": "cell_missing", "params": {"name": "x"}},
]


@pytest.mark.parametrize("other", OTHERS)
def test_a_problem_of_another_version_stays_as_it_was_written(other: dict[str, Any]) -> None:
    document = {"line": 2, "text": "As it was.", **other}

    assert problem_in(document, Language.CHINESE) == document


def cells(report: bytes) -> list[list[str]]:
    """Return the cells of a CSV without its header."""
    return list(csv.reader(report.decode("utf-8-sig").splitlines(keepends=True)))[1:]


@given(st.sampled_from([*TEXTS]), words, st.sampled_from(Language))
def test_no_text_breaks_what_a_file_says(code: TextCode, cell: str, language: Language) -> None:
    filled = dict.fromkeys(text_of(code).blanks, cell)
    problem = Problem(2, cell, code, filled, cell, cell)
    people = Reason(code, filled, people=Listing((cell, cell), 3), after=(Sentence(code, filled),))

    texts = (
        problem_text(problem, language),
        problem_in(problem_document(problem, Language.ENGLISH), language)["text"],
        failure_text(people, language),
    )

    own = text_of(code).en.count("\n")
    assert [HIDDEN.search(text.replace("\n", "", own)) for text in texts] == [None] * 3


@given(words)
def test_no_cell_of_a_report_breaks_hides_or_computes(cell: str) -> None:
    refused = FileRejectedError([Problem(2, cell, "cell_missing", {"column": cell}, cell, cell)])
    reports = (
        rejection_csv(refused, Language.CHINESE),
        results_csv([Outcome(cell, 2, 60104, cell)], Language.CHINESE),
        drift_csv({"drift_added": [cell]}, Language.CHINESE),
    )

    for value in (each for report in reports for line in cells(report) for each in line):
        assert HIDDEN.search(value) is None
        assert not value.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("mark", "=+-@＝＋－＠\t\r\n")
def test_a_cell_that_begins_like_a_formula_is_marked_as_text(mark: str) -> None:
    ((_, cell, *_),) = cells(results_csv([Outcome(f"{mark}1+1", 2, 0)], Language.ENGLISH))

    assert cell == f"'{escaped(mark)}1+1"
    key = f'{mark}HYPERLINK("x")'
    book = Book(People.of([Person("a", key, row={"姓名": key})]))
    ((written, _, name, *_),) = cells(accounts_csv(book, links_in_force(book), Language.ENGLISH))
    assert written == name == f'="{mark}HYPERLINK(""x"")"'


def test_what_a_program_reads_stays_as_it_is() -> None:
    problem = Problem(2, "a\u202eb", "cell_missing", {"column": "a\u202eb"}, "c\nd", "e\x1bf")

    document = problem_document(problem, Language.ENGLISH)

    assert (document["column"], document["id"], document["value"]) == ("a\u202eb", "c\nd", "e\x1bf")
    assert document["text"].startswith(r"e\x1bf: 「a\u202eb」")
    words = "张　三 li\xa0si Ünal әлем 𠮷 😀"
    assert escaped(words) == words
