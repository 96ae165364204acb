"""Every text we show: complete, in both languages, with the blanks its callers fill."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import wecom_sync
from wecom_sync.domain.run import Job, State
from wecom_sync.files.columns import DEPARTMENT_COLUMNS, MEMBER_COLUMNS
from wecom_sync.files.roster import FileRejectedError, read_roster
from wecom_sync.reporting.catalogue import TEXTS, text
from wecom_sync.reporting.error_codes import ERRCODES, errcode
from wecom_sync.reporting.language import Language

PARAMETERS = {
    "line_prefix": {"line"},
    "cancelled": {"by"},
    "approval_outdated": {"by"},
    "named": {"named"},
    "named_first": {"named", "total"},
    "hold_wecom_guard": {"existing", "removed"},
    "hold_wecom_guard_few": {"existing", "removed"},
    "hold_removals": {"limit", "removed"},
    "hold_removal_percent": {"existing", "limit", "removed"},
    "hold_departments": {"limit", "removed"},
    "hold_moves": {"changed", "existing", "limit"},
    "hold_renames": {"changed", "existing", "limit"},
    "hold_moves_departments": {"changed", "existing", "limit"},
    "hold_renames_departments": {"changed", "existing", "limit"},
    "hold_stale": {"people"},
    "hold_again": {"dropped"},
    "hold_same_name": {"people"},
    "hold_mobiles": {"people"},
    "hold_identity": {"people"},
    "hold_rekeyed": {"people"},
    "hold_contacts": {"changed", "existing", "limit"},
    "hold_vanished": {"known", "people"},
    "departments_held": {"problems", "run_id"},
    "superseded_changes": {"run_id"},
    "hold_row_loss": {"last", "limit", "rows"},
    "hold_open_end": {"last", "rows"},
    "hold_first": {"job"},
    "hold_unknown": {"people"},
    "hold_enable": {"people"},
    "hold_updates": {"changed", "column", "known", "limit", "listed"},
    "hold_shuffled": {"changed"},
    "hold_shuffled_departments": {"changed"},
    "hold_additions": {"added", "existing", "limit"},
    "hold_removals_day": {"limit", "recent", "removed"},
    "hold_removal_percent_day": {"existing", "limit", "recent", "removed"},
    "hold_invite": {"invited", "limit"},
    "hold_worse": {"others"},
    "settings_too_large": {"limit"},
    "settings_section_unknown": {"section"},
    "settings_key_unknown": {"key"},
    "settings_value_wrong": {"expected", "key"},
    "settings_number_wrong": {"high", "key", "low"},
    "settings_choice_wrong": {"first", "key", "second"},
    "settings_column_known": {"column", "key"},
    "settings_header_twice": {"first", "key"},
    "settings_users_wrong": {"key"},
    "settings_states_wrong": {"expected", "key"},
    "settings_twice": {"key"},
    "settings_punctuation": {"mark"},
    "settings_unquoted": {"word"},
    "settings_column_twice": {"column", "key"},
    "file_too_many_rows": {"limit"},
    "more_problems": {"count", "example"},
    "object_unreadable": {"details"},
    "encoding_unknown": {"byte"},
    "header_missing": {"expected"},
    "header_below": {"found"},
    "header_unmapped": {"expected", "unknown"},
    "header_synonyms": {"first", "second", "column"},
    "header_duplicate": {"column"},
    "header_blank": {"position"},
    "header_too_wide": {"columns", "limit"},
    "header_unsafe": {"position"},
    "header_unreadable": {"position", "character"},
    "header_of_departments": {"job"},
    "header_of_members": {"job"},
    "column_missing": {"column"},
    "column_unmapped": {"column", "known", "unknown"},
    "cells_too_many": {"cells", "columns"},
    "cell_huge": {"limit"},
    "cell_swallowed": {"column"},
    "cell_scrambled": {"column"},
    "name_placeholder": {"column", "value"},
    "name_formula": {"column"},
    "name_question_mark": {"value"},
    "name_number": {"value"},
    "cell_missing": {"column"},
    "cell_unsafe": {"column"},
    "cell_error_value": {"column", "value"},
    "cell_character_lost": {"column", "position"},
    "cell_garbled": {"column", "value"},
    "user_id_damaged": {"value"},
    "cell_invisible": {"column", "position", "character"},
    "user_id_duplicate": {"first"},
    "department_id_duplicate": {"first"},
    "department_damaged": {"value"},
    "user_id_invalid": {"value"},
    "department_id_invalid": {"value"},
    "department_list_invalid": {"value"},
    "cell_too_long": {"column", "value", "length", "limit"},
    "mobile_damaged": {"value"},
    "mobile_letters": {"value"},
    "mobile_length": {"digits", "value"},
    "mobile_invalid": {"value"},
    "mobile_duplicate": {"value", "first"},
    "email_invalid": {"value"},
    "email_too_long": {"value", "length", "limit"},
    "email_duplicate": {"value", "first"},
    "telephone_invalid": {"value"},
    "gender_invalid": {"value"},
    "disabled_invalid": {"value"},
    "leader_list_invalid": {"value"},
    "order_list_invalid": {"value"},
    "list_not_parallel": {"column", "count", "departments"},
    "department_twice": {"value"},
    "departments_of_member_too_many": {"count", "limit"},
    "department_unknown": {"value"},
    "department_ambiguous": {"value", "ids"},
    "department_missing": {"value"},
    "department_name_invalid": {"value"},
    "order_invalid": {"value"},
    "departments_too_many": {"count", "limit"},
    "root_has_parent": {"value"},
    "root_second": {"value"},
    "parent_missing": {"value"},
    "department_name_twice": {"value", "first"},
    "department_cycle": {"value"},
    "department_own_parent": {"value"},
    "department_too_deep": {"level", "limit"},
    "warning_blank": {"column", "named"},
    "warning_column_ignored": {"column"},
    "warning_replaced": {"column", "count"},
    "warning_left_out": {"column", "count"},
    "warning_user_id_date": {"column", "count"},
    "warning_user_id_rounded": {"column", "count"},
    "warning_many_departments": {"count", "limit"},
    "warning_column_gone": {"column", "people"},
    "warning_spared": {"named"},
    "warning_ids_respelt": {"count", "named"},
    "warning_mobile_taken": {"owner"},
    "warning_email_taken": {"owner"},
    "file_rejected": {"problems"},
    "corp_invalid": {"corp"},
    "job_unknown": {"job"},
    "corp_unknown": {"corp", "secret"},
    "secret_invalid": {"details"},
    "secret_unreadable": {"secret", "cause"},
    "superseded": {"run_id"},
    "wecom_refused": {"errcode", "errmsg"},
    "wecom_refused_address": {"address", "errcode"},
    "submit_deadline": {"hours"},
    "result_deadline": {"hours"},
    "rows_failed": {"failed", "rows"},
    "rows_unreported": {"unreported", "rows"},
    "rows_failed_and_unreported": {"failed", "unreported", "rows"},
    "nothing_reported": {"rows"},
    "configuration_invalid": {"details"},
    "letter_run": {"run_id"},
    "letter_file": {"key"},
    "letter_state": {"state"},
    "letter_would_change": {"counts"},
    "letter_planned": {"counts"},
    "letter_rows": {"count"},
    "letter_applied": {"count"},
    "letter_failed": {"count"},
    "letter_unreported": {"count"},
    "letter_not_applied": {"count"},
    "letter_decide": {"moment"},
    "letter_show": {"command"},
    "letter_approve": {"command"},
    "letter_cancel": {"command"},
    "letter_results": {"command"},
}
"""The blanks of every text that has any."""

MAX_CHARACTERS = 240
CHINESE = r"\u3400-\u9fff"
QUOTED = re.compile(r"「[^「」]*」")
"""Words of WeCom's console or of the file, which stay as they are in every language."""

EVERY_TEXT = {
    **TEXTS,
    **{f"{code} explanation": entry.explanation for code, entry in ERRCODES.items()},
    **{f"{code} advice": entry.advice for code, entry in ERRCODES.items()},
    "unknown errcode explanation": errcode(987654).explanation,
    "unknown errcode advice": errcode(987654).advice,
}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def outside_quotes(template: str) -> str:
    return QUOTED.sub("", template)


def offenders(pattern: str, language: str) -> list[str]:
    """Name the texts that match the pattern outside 「」 and outside parameters."""
    return [
        name
        for name, each in EVERY_TEXT.items()
        if re.search(pattern, outside_quotes(getattr(each, language)))
    ]


def test_every_text_is_filled_in_both_languages() -> None:
    assert [name for name, each in EVERY_TEXT.items() if not (each.en.strip() and each.zh)] == []


def test_no_text_is_longer_than_a_person_reads() -> None:
    long = {
        name: max(len(each.en), len(each.zh))
        for name, each in EVERY_TEXT.items()
        if max(len(each.en), len(each.zh)) > MAX_CHARACTERS
    }

    assert long == {}


def test_the_english_is_english_but_for_quoted_names() -> None:
    assert offenders(r"[\u2e80-\u9fff\uff00-\uffef]", "en") == []


def test_the_chinese_is_chinese() -> None:
    chinese = re.compile(f"[{CHINESE}]")

    assert [name for name, each in EVERY_TEXT.items() if not chinese.search(each.zh)] == []


def test_chinese_sentences_use_chinese_punctuation() -> None:
    assert offenders(rf"[{CHINESE}][,;:?!.(]|[,;:?!.)][{CHINESE}]", "zh") == []


def test_chinese_keeps_a_blank_between_characters_and_latin_words() -> None:
    assert offenders(rf"[{CHINESE}][A-Za-z0-9{{]|[A-Za-z0-9}}][{CHINESE}]", "zh") == []


def test_chinese_has_no_blank_beside_its_punctuation() -> None:
    assert [
        name
        for name, each in EVERY_TEXT.items()
        if re.search(r" [，。；：、]|[，。；：、] ", each.zh)
    ] == []


def test_sentences_end_with_a_full_stop_in_both_languages_or_in_neither() -> None:
    assert [
        name for name, each in EVERY_TEXT.items() if each.en.endswith(".") != each.zh.endswith("。")
    ] == []


def test_every_text_has_exactly_the_blanks_its_callers_fill() -> None:
    english = {name: placeholders(each.en) for name, each in EVERY_TEXT.items()}
    chinese = {name: placeholders(each.zh) for name, each in EVERY_TEXT.items()}

    assert {name: blanks for name, blanks in english.items() if blanks} == PARAMETERS
    assert {name: blanks for name, blanks in chinese.items() if blanks} == PARAMETERS


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", PARAMETERS)
def test_parameters_appear_in_the_text(code: str, language: Language) -> None:
    values = {name: f"<{name}>" for name in PARAMETERS[code]}

    rendered = text(code).render(language, **values)

    assert [value for value in values.values() if value not in rendered] == []
    assert "{" not in rendered


def test_a_parameter_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="column"):
        text("cell_missing").render(Language.ENGLISH)


def test_a_code_that_is_not_in_the_catalogue_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_such_code"):
        text("no_such_code")


@pytest.mark.parametrize("count", [1, 2])
def test_the_number_of_problems_reads_well(count: int) -> None:
    rendered = text("file_rejected").render(Language.ENGLISH, problems=count)

    assert rendered.startswith(f"Problems found in the file: {count}.")


def test_every_state_has_a_word_of_its_own() -> None:
    words = [text(f"state_{state}") for state in State]

    assert len({word.en for word in words}) == len({word.zh for word in words}) == len(State)


def strings(node: ast.expr | None) -> Iterator[str]:
    """Yield the string an expression is, or the two it chooses from."""
    if isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    if position < len(call.args):
        return call.args[position]
    return next((each.value for each in call.keywords if each.arg == keyword), None)


CARRIERS = {"Problem": 2, "Reason": 0, "Rule": 0}
"""What carries a code, and where in its arguments; the parameters come next."""


class Codes(ast.NodeVisitor):
    """The codes that a module uses, and the parameters it fills in where they are literal."""

    def __init__(self, tree: ast.Module) -> None:
        self.used: set[str] = set()
        self.filled: list[tuple[str, set[str]]] = []
        self.tables = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self.visit(tree)

    def visit_Assign(self, node: ast.Assign) -> None:
        """`code = "…"`, in a class or in a function."""
        if any(isinstance(target, ast.Name) and target.id == "code" for target in node.targets):
            self.used.update(strings(node.value))
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        """`for …, code in TABLE.items()`: the table's values."""
        names = {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
        if "code" in names:
            for each in ast.walk(node.iter):
                if isinstance(each, ast.Name) and each.id in self.tables:
                    for value in self.tables[each.id].values:
                        self.used.update(strings(value))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """`Problem(…, "…", {…})` and `Reason("…", {…})`."""
        if isinstance(node.func, ast.Name) and node.func.id in CARRIERS:
            position = CARRIERS[node.func.id]
            codes = set(strings(argument(node, position, "code")))
            self.used |= codes
            params = argument(node, position + 1, "params")
            if params is None or isinstance(params, ast.Dict):
                keys = {key for each in (params.keys if params else []) for key in strings(each)}
                self.filled += [(code, keys) for code in codes]
        self.generic_visit(node)


PACKAGE = Path(wecom_sync.__file__).parent
FUNCTIONS = PACKAGE.parents[2] / "functions"
SOURCES = {
    path.relative_to(PACKAGE.parents[2]).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted([*PACKAGE.rglob("*.py"), *FUNCTIONS.rglob("*.py")])
}


@pytest.mark.parametrize(
    ("module", "some"),
    [
        ("domain/errors.py", {"internal_error", "corp_unknown", "transition_refused"}),
        ("files/problems.py", {"file_rejected"}),
        ("files/decoding.py", {"file_is_spreadsheet", "encoding_unknown"}),
        ("files/headers.py", {"header_of_members", "warning_column_ignored"}),
        ("files/columns.py", {"mobile_invalid", "order_invalid"}),
    ],
)
def test_the_search_for_codes_finds_every_way_to_write_one(module: str, some: set[str]) -> None:
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))

    assert some - Codes(tree).used == set()


@pytest.mark.parametrize("source", SOURCES)
def test_every_code_in_the_source_is_in_the_catalogue(source: str) -> None:
    assert sorted(Codes(SOURCES[source]).used - set(TEXTS)) == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_blank_is_filled_where_the_code_is_used(source: str) -> None:
    unfilled = [
        (code, sorted(missing))
        for code, keys in Codes(SOURCES[source]).filled
        if (missing := PARAMETERS.get(code, set()) - keys)
    ]

    assert unfilled == []


def test_every_problem_of_a_cell_is_in_the_catalogue() -> None:
    columns = (*MEMBER_COLUMNS, *DEPARTMENT_COLUMNS)
    codes = {rule.code for column in columns for rule in column.rules}
    codes |= {column.unique for column in columns if column.unique}

    assert {"user_id_invalid", "mobile_duplicate"} <= codes
    assert sorted(codes - set(TEXTS)) == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("job", "content", "codes"),
    [
        (Job.SYNC_USER, "", {"file_empty"}),
        (Job.SYNC_USER, "a,b\n1,2\n", {"header_missing"}),
        (Job.SYNC_USER, "部门名称,部门ID,父部门ID,排序\n", {"header_of_departments"}),
        (Job.REPLACE_PARTY, "姓名,帐号,手机号,邮箱,所在部门,排序\n", {"header_of_members"}),
        (
            Job.SYNC_USER,
            '姓名,姓名,,"a,b"\n',
            {"header_duplicate", "header_blank", "header_unsafe", "column_unmapped"},
        ),
        (
            Job.SYNC_USER,
            '姓名,帐号,手机号,所在部门\n,a,1,1\n张三,A,,1\n李四,b,1,1,1\n"王,五",!,,0\n',
            {
                "cell_missing",
                "user_id_duplicate",
                "contact_missing",
                "cells_too_many",
                "cell_unsafe",
                "user_id_invalid",
                "mobile_length",
                "department_list_invalid",
            },
        ),
        (
            Job.REPLACE_PARTY,
            "部门名称,部门ID,父部门ID,备\u200b注\n#REF!,1,0\n研\ufffd,2,1\n研\u200b发,3,1\n",
            {
                "header_unreadable",
                "cell_error_value",
                "cell_character_lost",
                "cell_invisible",
            },
        ),
        (
            Job.REPLACE_PARTY,
            "部门名称,部门ID,父部门ID\n总部,1,0\n分部,01,x\n甲,2,3\n",
            {"department_id_duplicate", "department_id_invalid", "parent_missing"},
        ),
    ],
    ids=[
        "empty",
        "no header",
        "departments",
        "members",
        "header",
        "members' rows",
        "unreadable",
        "rows",
    ],
)
def test_every_problem_of_a_file_can_be_told(
    job: Job, content: str, codes: set[str], language: Language
) -> None:
    with pytest.raises(FileRejectedError) as rejected:
        read_roster(job, content.encode())

    problems = rejected.value.problems
    assert {problem.code for problem in problems} == codes
    assert all(text(problem.code).render(language, **problem.params) for problem in problems)
