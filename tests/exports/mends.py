"""What each sentence tells people to do, and what they do who follow it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from exports.export import HR, Form, Outcome, Rows, Sample

type Mend = Callable[[Sample, Outcome], Sample]

_SETTING = re.compile(r'"([^"]+)" = "([^"]*)"')
_LINES = (r"(?:Lines? |Cell [A-Z])([0-9, -]+): ", r"(?:第 |单元格 [A-Z])([0-9、 -]+?)(?: 行)?：")
"""How the texts begin, in English and in Chinese."""


def refused(name: str, rows: Rows, codes: str, mend: Mend, **more: Any) -> Sample:
    """Return an export that is refused with the sentences of these codes."""
    return Sample(name, rows, refused=tuple(codes.split()), mend=mend, **more)


def asked(name: str, rows: Rows, times: int = 1, **more: Any) -> Sample:
    """Return an export of which that many columns have to be named."""
    return refused(name, rows, "column_candidate " * times, as_told, **more)


def as_told(export: Sample, outcome: Outcome) -> Sample:
    """Write into the settings what the texts say word for word."""
    english, chinese = (dict(_SETTING.findall(text)) for text in (outcome.english, outcome.chinese))
    assert english
    assert english == chinese
    return _settled(export, english)


def named(**columns: str) -> Mend:
    """Name columns in the settings. The texts must have shown them, and where to name them."""

    def mend(export: Sample, outcome: Outcome) -> Sample:
        for text in (outcome.english, outcome.chinese):
            assert all(each in text for each in (*columns, "[columns]")), text
        return _settled(export, columns)

    return mend


def _settled(export: Sample, columns: Mapping[str, str]) -> Sample:
    reading = replace(export.reading, columns={**export.reading.columns, **columns})
    return replace(export, reading=reading)


def both(first: Mend, second: Mend) -> Mend:
    return lambda export, outcome: second(first(export, outcome), outcome)


def rows_of(**rows: tuple[str, ...]) -> Mend:
    """Change which rows the settings take. The texts must have shown what the file has."""

    def mend(export: Sample, outcome: Outcome) -> Sample:
        for text in (outcome.english, outcome.chinese):
            words = (*rows, *(value for values in rows.values() for value in values), "[rows]")
            assert all(each in text for each in words), text
        return replace(export, reading=replace(export.reading, rows=rows))

    return mend


def without_lines(export: Sample, outcome: Outcome) -> Sample:
    return _without(export, _lines_in(outcome))


def below(line: int) -> Mend:
    """Delete the lines above the header, which the texts must have found."""

    def mend(export: Sample, outcome: Outcome) -> Sample:
        assert f"on line {line}." in outcome.english
        assert f"第 {line} 行" in outcome.chinese
        return _without(export, {*range(1, line)})

    return mend


def _without(export: Sample, lines: set[int]) -> Sample:
    kept = [row for line, row in enumerate(export.rows, 1) if line not in lines]
    return replace(export, rows=kept)


def _lines_in(outcome: Outcome) -> set[int]:
    numbers = []
    for pattern, text in zip(_LINES, (outcome.english, outcome.chinese), strict=True):
        begins = re.match(pattern, text)
        assert begins, text
        pairs = [each.split("-") for each in re.split("[,、] ?", begins[1])]
        numbers.append({n for pair in pairs for n in range(int(pair[0]), int(pair[-1]) + 1)})
    assert numbers[0] == numbers[1]
    return numbers[0]


def cells(value: Any, name: str) -> Mend:
    """Write another value into a cell: C2 is in line 2."""
    column, line = "ABCDEFGH".index(name[0]), int(name[1:])

    def mend(export: Sample, outcome: Outcome) -> Sample:
        is_named = f"Cell {name}:" in outcome.english and f"单元格 {name}：" in outcome.chinese
        assert is_named or line in _lines_in(outcome)
        rows = [[*row] for row in export.rows]
        rows[line - 1][column] = value
        return replace(export, rows=rows)

    return mend


def as_company(export: Sample, _: Outcome) -> Sample:
    return replace(export, job=HR)


def saved(form: Form) -> Mend:
    return lambda export, _: replace(export, form=form)


def rewritten(rows: Rows) -> Mend:
    """Correct the rows by hand, or export them again."""
    return lambda export, _: replace(export, rows=rows)


ADVICE: Mapping[str, tuple[str, str]] = {
    "cell_digits_lost": ("Format the cell as text and type the number again", "再重新输入"),
    "cell_error_value": ("Correct the formula or enter the value", "请修正公式或直接填写"),
    "cell_formatted": ("Format the cell as text and type", "请先设为「文本」格式，再重新输入"),
    "cell_garbled": ("Export the file from its source again", "重新导出为「CSV UTF-8」"),
    "cell_missing": ("Fill it in", "请填写"),
    "cell_scrambled": ('Export the file from its source again, as "CSV UTF-8"', "重新导出为「CSV"),
    "cell_uncomputed": ("Open the workbook in Excel", "请用 Excel 打开并保存"),
    "cell_unsafe": ("Remove it", "请去掉"),
    "cells_merged": (
        "Drop the workbook itself, or write the department into every line",
        "请直接提交工作簿（.xlsx），或在每一行都填上部门",
    ),
    "cells_too_many": ("Look for a stray comma", "请检查是否多了逗号"),
    "column_candidate": ("settings.toml, below [columns]", "settings.toml 的 [columns] 下面"),
    "column_candidates": ("settings.toml, below [columns]", "settings.toml 的 [columns] 下面"),
    "column_key_absent": ("with this file and --key HEADER", "加上这个文件和 --key 列名"),
    "column_key_or_account": ("If it is WeCom's account", "如果它就是企业微信帐号"),
    "column_key_unmapped": ("wecom-sync init --hr", "wecom-sync init --hr"),
    "column_missing": ("Add it to the header and fill it in", "请在表头中加上并填写内容"),
    "column_unmapped": ("rename it or name it in the settings", "请修改列名，或在设置中登记"),
    "contact_missing": ("Fill in at least one of them", "至少要填一项"),
    "department_unknown": (
        "Correct the name, or write the full path",
        "请更正名称，或改填完整路径",
    ),
    "file_has_no_rows": ("Add the rows", "请补上数据"),
    "file_is_not_text": ('Export the data where it comes from as .xlsx or "CSV UTF-8"', "重新导出"),
    "file_is_spreadsheet": ('save it as .xlsx or "CSV UTF-8"', "另存为 .xlsx 或「CSV UTF-8」格式"),
    "header_below": ("Delete what stands above the header", "请删去表头上面的内容"),
    "header_blank": ("Name it or remove the column", "请补上名称，或删去这一列"),
    "header_of_levels": ("Drop the file as company", "请把文件提交到 company"),
    "header_of_names": ("or HR's code (「部门编码」, 「上级部门编码」)", "请导出这些列"),
    "header_level_missing": ("Add its column, or", "请补上那一列"),
    "header_of_members": ("Use the job type syncuser", "请改用任务类型 syncuser"),
    "header_synonyms": ("Leave one of them out", "请只保留其中一列"),
    "header_unmapped": (
        "name them in the settings (settings.toml: [columns])",
        "登记对应关系（settings.toml 的 [columns]）",
    ),
    "level_blank": ("Fill it in", "请补上第一级"),
    "line_is_no_row": ("Delete it", "请删除"),
    "mobile_damaged": ("Format the column as text, enter the number again", "重新填写后再导出"),
    "mobile_invalid": ("On the mainland it has 11 digits", "大陆号码应为 11 位"),
    "mobile_letters": ("Write digits only", "请只填数字"),
    "mobile_starred": ("Export the whole number", "请导出完整的号码"),
    "name_in_parts": ("put both into one column 「姓名」", "请把两列合并为一列「姓名」"),
    "parent_missing": ("Add its row, or correct it", "请补上这一行或更正"),
    "parent_named": ("Write its number or code", "填写它的 ID 或编码"),
    "quotes_unbalanced": ("Remove the stray one", "请去掉多余的双引号"),
    "root_unnamed": ("Add a line for the company", "请增加企业所在的一行"),
    "rows_column_missing": ("Add it, or change the settings (settings.toml: [rows])", "的 [rows]"),
    "rows_none_taken": ("The file has 「正式员工」", "文件中的值是「正式员工」"),
    "separated_by_semicolons": ('Save the file as "CSV UTF-8"', "请另存为「CSV UTF-8"),
    "separated_by_tabs": ('Save the file as "CSV UTF-8"', "请另存为「CSV UTF-8"),
    "user_id_damaged": ("Format the column as text, enter the id again", "重新填写后再导出"),
    "user_id_duplicate": ("Keep one of the two, with all departments in it", "请只保留一行"),
    "user_id_invalid": ("must start with a letter or digit", "以字母或数字开头"),
    "workbook_sheets": ("Put all rows on one sheet; delete or hide", "合并到一个工作表"),
}
