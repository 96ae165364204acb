"""Our own user-facing texts in both languages. WeCom's codes are in `error_codes`.

A sentence says what is wrong and what to do. English texts quote Chinese only as 「words」 of the
console or of a file.
"""

from collections.abc import Mapping
from typing import TypeIs

from wecom_sync.domain.run import State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.catalogue_departments import DEPARTMENTS
from wecom_sync.reporting.catalogue_guards import GUARDS
from wecom_sync.reporting.catalogue_links import LINKS
from wecom_sync.reporting.catalogue_trouble import TROUBLES
from wecom_sync.reporting.language import Language, Text

PROBLEMS: Mapping[TextCode, Text] = {
    "earlier_unknown": Text(
        "The object is empty and asks for the file of an earlier run, but names no run of this "
        "key that can be brought back or tried again. Name the whole id of a run, and drop the "
        "object at the key of that run.",
        "这个对象是空的，要求恢复或重试以前某次运行的文件，但它指定的不是同一路径下可以恢复或重试的运行。"
        "请写明完整的运行编号，并提交到那次运行的路径。",
    ),
    "asked_before": Text(
        "The metadata ask for a rollback, a retry or an import by force, but do not say that this "
        "was within the last hour: a restored copy must not ask again. Use the command line, or "
        "add the time to the metadata: asked=2026-01-31T09:30:00Z.",
        "元数据要求回退、重试或强制导入，但没有写明是最近一小时内提出的：从备份恢复的副本不能再次执行"
        "。请使用命令行，或在元数据中加上当前时间：asked=2026-01-31T09:30:00Z。",
    ),
    "file_empty": Text(
        "The file is empty. Export it again and check that it has a header and at least one row.",
        "文件是空的。请重新导出，确认有表头和至少一行数据。",
    ),
    "file_has_no_rows": Text(
        "The file has a header but no rows. Add the rows and drop it again.",
        "文件只有表头，没有数据。请补上数据后重新提交。",
    ),
    "rows_column_missing": Text(
        "The settings take only rows by their 「{column}」, but the file has no such column. Add "
        "it, or change [rows] in settings.toml.",
        "设置要求按「{column}」筛选行，但文件中没有这一列。"
        "请补上这一列，或修改 settings.toml 的 [rows]。",
    ),
    "rows_none_taken": Text(
        "No row is left: none has a value in 「{column}」 that [rows] in settings.toml names. The "
        "file has 「{found}」.",
        "没有可导入的行：没有一行的「{column}」是 settings.toml 的 [rows] 所列的值。"
        "文件中的值是「{found}」。",
    ),
    "file_too_large": Text(
        "The file is larger than WeCom's limit of 20 MB. Remove columns you do not need. Do not "
        "split a replaceuser or replaceparty file: WeCom would delete whatever a part leaves out.",
        "文件超过企业微信 20 MB 的上限。请删去用不到的列；不要拆分 replaceuser 或 replaceparty "
        "的文件，否则每一份中缺少的成员或部门会被删除。",
    ),
    "file_too_many_rows": Text(
        "The file has more than {limit} rows to take, the most that wecom-sync reads. Delete the "
        "rows of people who have left, or have them left out by a column: [rows] in settings.toml.",
        "文件中要读取的数据超过 {limit} 行，超出了 wecom-sync 的上限。"
        "请删除已离职人员等不需要的行，或在 settings.toml 的 [rows] 中按某一列筛选。",
    ),
    "more_problems": Text(
        "Further problems of this kind: {count}. For example: {example}",
        "同类问题还有 {count} 处，例如：{example}",
    ),
    "file_is_spreadsheet": Text(
        "Only a CSV or a plain Excel workbook (.xlsx, without macros and password) can be read, "
        'and this is neither. Open it, save it as .xlsx or "CSV UTF-8", and drop that file.',
        "只能读取 CSV 和普通的 Excel 工作簿（.xlsx，不含宏、未设密码），这个文件两者都不是。"
        "请打开后另存为 .xlsx 或「CSV UTF-8」格式，再提交新文件。",
    ),
    "workbook_broken": Text(
        "The workbook cannot be opened: it is damaged or incomplete. Open it in Excel, save it "
        "again as .xlsx and drop that file.",
        "工作簿已损坏或不完整，无法打开。请用 Excel 打开，重新另存为 .xlsx 后再提交。",
    ),
    "workbook_too_large": Text(
        "Unpacked, the workbook is larger than wecom-sync reads. Copy the rows and columns that "
        "are needed into a new workbook, as values, and drop that one.",
        "工作簿解压后过大，超出了 wecom-sync 能读取的范围。"
        "请把需要的行和列以「值」的方式粘贴到新工作簿，再提交新文件。",
    ),
    "workbook_sheets": Text(
        "Several sheets look like this kind of file, and only one is read: 「{sheets}」. Put all "
        "rows on one sheet; delete or hide those whose rows are not to be taken.",
        "有多个工作表看起来都是要导入的数据，但只会读取其中一个：「{sheets}」。"
        "请把要导入的行合并到一个工作表，并删除或隐藏不需要导入的工作表。",
    ),
    "file_is_not_text": Text(
        "Whatever its name says, this is neither a CSV nor an Excel workbook. Export the data "
        'where it comes from as .xlsx or "CSV UTF-8" and drop that file.',
        "无论文件名怎么写，这个文件既不是 CSV，也不是 Excel 工作簿。"
        "请从数据来源系统重新导出 .xlsx 或「CSV UTF-8」格式再提交。",
    ),
    "encoding_unknown": Text(
        "The text cannot be read from byte {byte} on: it is neither UTF-8 nor GB18030. "
        'Save the file as "CSV UTF-8" and drop it again.',
        "从第 {byte} 个字节起无法识别，既不是 UTF-8 也不是 GB18030。"
        "请另存为「CSV UTF-8」格式后重新提交。",
    ),
    "quotes_unbalanced": Text(
        "The quotation marks do not pair up from this line on. "
        "Remove the stray one and drop the file again.",
        "从这一行起，双引号没有成对出现。请去掉多余的双引号，再重新提交。",
    ),
    "cell_huge": Text(
        "A cell of this line has more than {limit} characters, more than any column holds. Shorten "
        "it; a quotation mark that nothing closes may also have made many cells one.",
        "这一行有单元格超过 {limit} 个字符，任何一列都放不下。请缩短；"
        "也可能是双引号没有闭合，把许多单元格连成了一格。",
    ),
    "header_below": Text(
        "The first line is not the header, which is on line {found}. "
        "Delete what stands above the header; if it is data, move it below.",
        "第一行不是表头，表头在第 {found} 行。请删去表头上面的内容；如果是数据，请移到表头下面。",
    ),
    "header_unmapped": Text(
        "None of the columns in the header is known: 「{unknown}」. Required are 「{expected}」. "
        "Rename your columns, or name them under [columns] in settings.toml.",
        "表头中的列都无法识别：「{unknown}」。必需的列是「{expected}」。"
        "请修改列名，或在 settings.toml 的 [columns] 中登记对应关系。",
    ),
    "header_missing": Text(
        "The first line is not a header. It must name at least these columns: 「{expected}」.",
        "第一行不是表头。表头至少要有这些列：「{expected}」。",
    ),
    "separated_by_tabs": Text(
        'The columns are separated by tabs, not by commas. Save the file as "CSV UTF-8" (commas) '
        "and drop it again.",
        "各列之间用的是制表符，而不是逗号。请另存为「CSV UTF-8（逗号分隔）」格式后重新提交。",
    ),
    "separated_by_semicolons": Text(
        'The columns are separated by semicolons, not by commas. Save the file as "CSV UTF-8" with '
        "commas and drop it again.",
        "各列之间用的是分号，而不是逗号。请另存为「CSV UTF-8（逗号分隔）」格式后重新提交。",
    ),
    "header_duplicate": Text(
        "The header names 「{column}」 more than once. Keep one of these columns.",
        "表头中「{column}」出现了不止一次，请只保留一列。",
    ),
    "header_synonyms": Text(
        "Both 「{first}」 and 「{second}」 mean 「{column}」. Leave one of them out.",
        "「{first}」和「{second}」都表示「{column}」，请只保留其中一列。",
    ),
    "header_blank": Text(
        "Column {position} has no name in the header. Name it or remove the column.",
        "表头第 {position} 列没有名称。请补上名称，或删去这一列。",
    ),
    "header_level_missing": Text(
        "「{first}」 and 「{second}」 are levels of a department, but the level between them is "
        "missing. Add its column, or, if 「{second}」 does not matter, write "
        '"{second}" = "" under [columns] in settings.toml.',
        "「{first}」和「{second}」是部门的层级，但缺少中间的层级。请补上那一列；"
        "如果不需要「{second}」，请在 settings.toml 的 [columns] 下面写一行 "
        '"{second}" = ""。',
    ),
    "header_too_wide": Text(
        "The header has {columns} columns; wecom-sync reads up to {limit}. Each person or "
        "department is a row, not a column; remove columns you do not need.",
        "表头有 {columns} 列，超过上限 {limit} 列。每名成员或每个部门应占一行，而不是一列；"
        "请删去用不到的列。",
    ),
    "header_of_departments": Text(
        "This is a department file, but {job} takes members. Use the job type replaceparty "
        "(command line: --job replaceparty; S3: the folder replaceparty/).",
        "这是部门文件，而 {job} 只接受成员文件。"
        "请改用任务类型 replaceparty（命令行：--job replaceparty；S3：replaceparty/ 目录）。",
    ),
    "header_of_members": Text(
        "This is a member file, but {job} takes departments. Use the job type syncuser (some "
        "members) or replaceuser (all of them): on the command line --job, in S3 the folder of "
        "that name.",
        "这是成员文件，而 {job} 只接受部门文件。请改用任务类型 syncuser（部分成员）"
        "或 replaceuser（全体成员）：命令行用 --job 指定，S3 放到同名目录下。",
    ),
    "column_missing": Text(
        "The required column 「{column}」 is missing. Add it to the header and fill it in.",
        "缺少必需的列「{column}」，请在表头中加上并填写内容。",
    ),
    "column_unmapped": Text(
        "The required column 「{column}」 is missing. Known here: 「{known}」. If one of the "
        "others means it (「{unknown}」), rename it or name it under [columns] in settings.toml.",
        "缺少必需的列「{column}」。已识别的列：「{known}」。如果「{unknown}」中有一列就是它，"
        "请修改列名，或在 settings.toml 的 [columns] 中登记。",
    ),
    "cell_formatted": Text(
        "In 「{column}」 this cell is a date, a truth value, or a number that its format shows "
        "differently. Format the cell as text and type what it is to hold.",
        "「{column}」中的这个单元格是日期、逻辑值，或显示格式与实际数值不同的数字。"
        "请先设为「文本」格式，再重新输入。",
    ),
    "cell_digits_lost": Text(
        "In 「{column}」 this cell is a number of more than 15 digits, of which spreadsheets lose "
        "the last ones. Format the cell as text and type the number again.",
        "「{column}」中的这个单元格是超过 15 位的数字，表格软件会丢失末尾几位。"
        "请先设为「文本」格式，再重新输入。",
    ),
    "cell_uncomputed": Text(
        "In 「{column}」 this cell is a formula without a result. Open the workbook in Excel, "
        "which computes it, save it and drop it again; or write values in place of formulas.",
        "「{column}」中的这个单元格是公式，但文件中没有计算结果。"
        "请用 Excel 打开并保存（会重新计算），或把公式换成值，再重新提交。",
    ),
    "column_candidate": Text(
        "The required column 「{column}」 is missing. 「{header}」 may be it: if so, write "
        '"{header}" = "{column}" under [columns] in settings.toml and drop the file again.',
        "缺少必需的列「{column}」，「{header}」可能就是它。如果是，请在 settings.toml 的 [columns] "
        '下面写一行 "{header}" = "{column}"，再重新提交。',
    ),
    "column_key_or_account": Text(
        "The required column 「{column}」 is missing. If 「{header}」 is HR's own number, run "
        "wecom-sync init --hr with this file. If it is the account in WeCom, write "
        '"{header}" = "{column}" under [columns] in settings.toml and drop the file again.',
        "缺少必需的列「{column}」。如果「{header}」是人事部门的编号，请用这个文件运行 "
        "wecom-sync init --hr；如果它就是企业微信帐号，请在 settings.toml 的 [columns] 下面写一行 "
        '"{header}" = "{column}"，再重新提交。',
    ),
    "column_candidates": Text(
        "The required column 「{column}」 is missing. One of these may be it: 「{headers}」. Write "
        'the right one under [columns] in settings.toml, for example "{header}" = "{column}", and '
        "drop the file again.",
        "缺少必需的列「{column}」，可能是这些列中的一列：「{headers}」。请在 settings.toml 的 "
        '[columns] 下面写上正确的那一列，例如 "{header}" = "{column}"，再重新提交。',
    ),
    "name_in_parts": Text(
        "The required column 「{column}」 is missing. 「{first}」 and 「{second}」 are parts of "
        "it: put both into one column 「{column}」, and drop the file again.",
        "缺少必需的列「{column}」。「{first}」和「{second}」各是其中一部分："
        "请把两列合并为一列「{column}」，再重新提交。",
    ),
    "cells_too_many": Text(
        "The row has {cells} cells, but the header names {columns} columns. "
        "Look for a stray comma, or for a column without a header.",
        "这一行有 {cells} 个单元格，而表头只有 {columns} 列。"
        "请检查是否多了逗号，或者有的列没有表头。",
    ),
    "cell_missing": Text("「{column}」 is blank. Fill it in.", "「{column}」为空，请填写。"),
    "cell_swallowed": Text(
        "「{column}」 holds a line break and commas, as if a stray quotation mark had made the "
        "next row part of it. Look for the mark; or take the line break out.",
        "「{column}」中既有换行又有逗号，可能是多余的双引号把下一行也包了进去。"
        "请检查双引号；如确属内容，请去掉换行。",
    ),
    "cell_scrambled": Text(
        "「{column}」 is garbled: a program read UTF-8 as another encoding. Export the file from "
        'its source again, as "CSV UTF-8".',
        "「{column}」是乱码：有程序把 UTF-8 当成了别的编码。"
        "请从数据来源重新导出为「CSV UTF-8」格式。",
    ),
    "cell_unsafe": Text(
        "「{column}」 contains a comma, quotation mark, line break or an invisible control "
        "character such as a tab, which WeCom's CSV cannot carry. Remove it; a comma may be "
        "written as 「，」.",
        "「{column}」含有半角逗号、双引号、换行或制表符等不可见的控制字符，企业微信的 CSV 不支持。"
        "请去掉；逗号可改用全角。",
    ),
    "cell_error_value": Text(
        "「{column}」 is {value}, a spreadsheet error. Correct the formula or enter the value, "
        "then export the file again.",
        "「{column}」的内容是 {value}，这是电子表格的报错，不是数据。请修正公式或直接填写，"
        "再重新导出。",
    ),
    "cell_garbled": Text(
        "「{column}」 contains {value}: characters were lost in a wrong encoding. Export the file "
        'from its source again, as "CSV UTF-8".',
        "「{column}」中有 {value}，是编码转换出错留下的乱码。请从数据来源重新导出为「CSV "
        "UTF-8」格式。",
    ),
    "cell_invisible": Text(
        "Character {position} of 「{column}」 is an invisible character ({character}), often "
        "copied from a web page or a chat. Clear the cell and type it again.",
        "「{column}」的第 {position} 个字符是看不见的（{character}），多半是复制粘贴时带进来的。"
        "请清空这一格，重新输入。",
    ),
    "name_placeholder": Text(
        "「{column}」 is {value}, which programs write where there is nothing. Fill the name in, "
        "or correct it at the source.",
        "「{column}」的内容是 {value}，是程序在没有数据时写入的。请填写名称，或在数据来源处改正。",
    ),
    "name_formula": Text(
        "「{column}」 starts with =, as a formula that a spreadsheet has not calculated. Write the "
        "name itself.",
        "「{column}」以等号开头，像是电子表格中没有计算的公式。请直接填写名称。",
    ),
    "name_question_mark": Text(
        "The name 「{value}」 (* hides a part here) contains a question mark, which programs put "
        'in place of a character that their encoding lacks. Export the file again, as "CSV UTF-8".',
        "姓名「{value}」（* 为此处隐去的内容）中有问号，多半是编码中没有的生僻字被换成了问号。"
        "请重新导出为「CSV UTF-8」格式。",
    ),
    "name_number": Text(
        "The name 「{value}」 (* hides a part here) is a number. Check that the columns stand "
        "under their headers.",
        "姓名「{value}」（* 为此处隐去的内容）是一串数字。请检查各列与表头是否对应。",
    ),
    "user_id_invalid": Text(
        "The user id 「{value}」 is not allowed. It must start with a letter or digit and may "
        "contain letters, digits, _, -, @ and full stops, 64 at most.",
        "帐号「{value}」不符合要求：可用字母、数字及 _ - @ . 四种符号，"
        "以字母或数字开头，最长 64 个字符。",
    ),
    "department_id_invalid": Text(
        "「{value}」 is not a department id: a whole number from 1 to 2147483647, or 0 as the "
        "root's parent. For codes of your HR system, call the columns 「部门编码」 and "
        "「上级部门编码」.",
        "「{value}」不是正确的部门 ID：应为 1 至 2147483647 的整数，只有根部门的父部门填 0。"
        "如果是人事系统自己的编码，请把列名改为「部门编码」和「上级部门编码」。",
    ),
    "department_list_invalid": Text(
        "「{value}」 cannot be a department. Write names, paths, codes or ids, separated by "
        "semicolons, for example 4;7 or 「总部/研发」.",
        "部门列表中的「{value}」不正确：请填写部门名称、完整路径、编码或 ID，多个用分号分隔，"
        "例如 4;7 或「总部/研发」。",
    ),
    "department_list_blank": Text(
        "The list of departments has a blank entry: there is one semicolon too many. Remove it.",
        "部门列表中有空项（多余的分号），请去掉。",
    ),
    "contact_missing": Text(
        "Mobile number and e-mail address are both blank. Fill in at least one of them.",
        "手机号和邮箱都没有填写，至少要填一项。",
    ),
    "user_id_duplicate": Text(
        "Line {first} already has this user id; ids that differ only in case are the same person. "
        "Keep one of the two, with all departments in it, separated by semicolons.",
        "帐号与第 {first} 行重复（仅大小写不同也视为同一人）。"
        "请只保留一行，有多个部门时写在这一行里，用分号分隔。",
    ),
    "department_id_duplicate": Text(
        "Line {first} already has this department id. Keep one of the two.",
        "部门 ID 与第 {first} 行重复，请只保留一行。",
    ),
    "department_code_duplicate": Text(
        "Line {first} already has this department code. Keep one of the two.",
        "部门编码与第 {first} 行重复，请只保留一行。",
    ),
    "department_code_damaged": Text(
        "A spreadsheet has turned the department code into a number or a date (「{value}」). "
        "Format the column as text, enter the code again and export the file again.",
        "部门编码「{value}」被电子表格改成了数值或日期。"
        "请把该列设为「文本」格式，重新填写后再导出。",
    ),
    "cells_merged": Text(
        "「{column}」 is blank below lines where it is filled, as where cells were merged before "
        "the file became a CSV. Drop the workbook itself, or write the department into every line.",
        "「{column}」在已填写的行下面为空，像是合并单元格另存为 CSV 后的样子。"
        "请直接提交工作簿（.xlsx），或在每一行都填上部门。",
    ),
    "line_is_no_row": Text(
        "This looks like a title, a note or a total. Delete it; if it is a row of data, fill in "
        "what is missing.",
        "这看起来是标题、说明或合计，不是数据。请删除；如果确实是数据，请补全。",
    ),
    "level_blank": Text(
        "The first level of the department is blank, and one below it is not (「{value}」). Fill "
        "it in, or export the whole path as one column (「部门全路径」) instead of the levels.",
        "部门的第一级为空，而下级已填写（「{value}」）。请补上第一级，"
        "或者不按层级导出，改为导出一列完整路径（「部门全路径」）。",
    ),
    "path_without_name": Text(
        "The path 「{value}」 does not end with a slash and the department's name. Correct one of "
        "the two, for example 「总部/研发」 and 「研发」.",
        "部门路径「{value}」不是以斜杠加部门名称结尾，请更正其中一个，"
        "例如「总部/研发」和「研发」。",
    ),
    "cell_too_long": Text(
        "「{column}」 has {length} characters (「{value}」, * hides some here); WeCom allows "
        "{limit}. Shorten it.",
        "「{column}」有 {length} 个字符（「{value}」，* 为此处隐去的内容），"
        "超过上限 {limit} 个，请缩短。",
    ),
    "key_damaged": Text(
        "A spreadsheet has turned the key into a number or a date (「{value}」). Format the column "
        "as text, enter the key again and export the file again.",
        "人员编号「{value}」被电子表格改成了数值或日期。请把该列设为「文本」格式，重新填写后再导出。",
    ),
    "key_twice": Text(
        "Line {first} already has the key {value}. Two rows are one person with two posts if they "
        "differ only in departments. Make everything else the same, or correct the key.",
        "第 {first} 行已有此人员编号（「{value}」）。两行只有部门不同时，视为同一人兼任两个部门。"
        "请把其他各列改为一致，或更正人员编号。",
    ),
    "user_id_damaged": Text(
        "A spreadsheet has turned the user id into a number or a date (「{value}」). Format the "
        "column as text, enter the id again and export the file again.",
        "帐号「{value}」被电子表格改成了数值或日期。请把该列设为「文本」格式，重新填写后再导出。",
    ),
    "department_damaged": Text(
        "A spreadsheet has turned the department id into a number (「{value}」). Format the column "
        "as text, enter the id again and export the file again.",
        "部门 ID 被电子表格改成了数值（「{value}」）。请把该列设为「文本」格式，重新填写后再导出。",
    ),
    "mobile_damaged": Text(
        "A spreadsheet has changed the mobile number (「{value}」, some digits hidden here), and "
        "digits may be lost. "
        "Format the column as text, enter the number again and export the file again.",
        "手机号「{value}」（此处隐去了几位）被电子表格改成了数值，末尾数字可能已丢失。"
        "请把该列设为「文本」格式，重新填写后再导出。",
    ),
    "mobile_starred": Text(
        "The file has * in place of digits of the mobile number. Export the whole number.",
        "文件里的手机号含有星号，部分数字没有导出。请导出完整的号码。",
    ),
    "mobile_letters": Text(
        "The mobile number 「{value}」 (some digits hidden here) contains a letter or sign. Write "
        "digits only; outside the mainland it starts with + and the country code.",
        "手机号「{value}」（此处隐去了几位）含有字母或符号，请只填数字；"
        "其他国家或地区的号码以 + 和区号开头。",
    ),
    "mobile_invalid": Text(
        "「{value}」 (some digits hidden here) is not a mobile number. On the mainland it has 11 "
        "digits and starts with 13 to 19; elsewhere it starts with + and the country code, for "
        "example +85291234567.",
        "手机号「{value}」（此处隐去了几位）不正确：大陆号码应为 11 位，以 13 至 19 开头；"
        "其他国家或地区请以 + 和区号开头，例如 +85291234567。",
    ),
    "mobile_duplicate": Text(
        "Line {first} already has this mobile number (「{value}」, some digits hidden here); in "
        "WeCom it can belong to one person only. Correct one of the two.",
        "手机号「{value}」（此处隐去了几位）与第 {first} 行重复，"
        "企业微信中一个手机号只能属于一名成员。请改正其中一行。",
    ),
    "email_invalid": Text(
        "「{value}」 (partly hidden here) is not an e-mail address. Write it like "
        "name@example.com, without spaces or full-width characters.",
        "邮箱「{value}」（此处隐去了一部分）不正确：格式应如 name@example.com，"
        "不要含空格或全角字符。",
    ),
    "email_too_long": Text(
        "The e-mail address 「{value}」 (partly hidden here) has {length} bytes; WeCom allows "
        "{limit}. Use a shorter one.",
        "邮箱「{value}」（此处隐去了一部分）长 {length} 字节，超过上限 {limit} 字节，"
        "请换一个较短的邮箱。",
    ),
    "email_duplicate": Text(
        "Line {first} already has the e-mail address 「{value}」 (partly hidden here); in WeCom it "
        "can belong to one person only. Correct one of the two.",
        "邮箱「{value}」（此处隐去了一部分）与第 {first} 行重复（不区分大小写），"
        "企业微信中一个邮箱只能属于一名成员。请改正其中一行。",
    ),
    "telephone_invalid": Text(
        "The telephone number 「{value}」 (some digits hidden here) is not allowed. Use digits, "
        "hyphens and +, 32 at most, for example 020-1234 or +86-20-1234.",
        "座机「{value}」（此处隐去了几位）不正确：只能用数字、短横线和加号，最长 32 个字符，"
        "例如 020-1234 或 +86-20-1234。",
    ),
    "gender_invalid": Text(
        "「{value}」 is not understood as a gender. Write 「男」 or 「女」 (1 or 2 also works), or "
        "leave it blank.",
        "性别「{value}」无法识别，请填「男」或「女」（也可填 1 或 2），或留空。",
    ),
    "disabled_invalid": Text(
        "「禁用」 is 「{value}」. Write 1 to disable the account or 0 to enable it.",
        "「禁用」一列填的是「{value}」：停用填 1，启用填 0。",
    ),
    "leader_list_invalid": Text(
        "「是否部门内领导」 is 「{value}」. Write 1 (leader) or 0 for each department, "
        "separated by semicolons, for example 0;1.",
        "「是否部门内领导」填的是「{value}」，应为每个部门各填 1（是）或 0（否），"
        "用分号分隔，例如 0;1。",
    ),
    "order_list_invalid": Text(
        "「{value}」 is not an order. Write a whole number from 0 to 4294967295 for each "
        "department, separated by semicolons, for example 10;20.",
        "排序「{value}」不正确：每个部门填一个 0 至 4294967295 的整数，用分号分隔，例如 10;20。",
    ),
    "list_not_parallel": Text(
        "「{column}」 does not fit the departments of the member. Values: {count}; departments: "
        "{departments}. Write one value for each department, or leave the cell blank.",
        "「{column}」有 {count} 个值，而部门有 {departments} 个。"
        "请为每个部门各填一个，或整格留空。",
    ),
    "department_twice": Text(
        "The department 「{value}」 appears twice. Remove one, along with its leader and order.",
        "部门「{value}」重复出现，请删去一个，以及它对应的领导和排序。",
    ),
    "departments_of_member_too_many": Text(
        "The member is in {count} departments; WeCom allows {limit}. Remove some.",
        "该成员属于 {count} 个部门，超过上限 {limit} 个，请删减。",
    ),
    "department_unknown": Text(
        "No department is called 「{value}」. Correct the name, or write the full path, for "
        "example 「总部/研发」, the code or the id. A new department must be imported first.",
        "没有名为「{value}」的部门。请更正名称，或改填完整路径（例如「总部/研发」）、部门编码或"
        "部门 ID；新部门须先导入。",
    ),
    "department_slash": Text(
        "「{value}」 is not the path of a department, but each of its parts is one. For several "
        "departments write 「{instead}」; for one, its full path, for example 「总部/研发」.",
        "没有路径为「{value}」的部门，但其中每一段都是部门。如果是多个部门，请写成「{instead}」；"
        "如果是一个部门，请改填完整路径，例如「总部/研发」。",
    ),
    "department_code_unknown": Text(
        "No department has the code 「{value}」. Correct it, or import the department first. If "
        'the column has no codes, write "{column}" = "" under [columns] in settings.toml.',
        "没有编码为「{value}」的部门。请更正，或先导入该部门。如果这一列不是部门编码，"
        '请在 settings.toml 的 [columns] 下面写 "{column}" = ""。',
    ),
    "department_code_or_id": Text(
        "「{value}」 is the id of one department and the code of another ({ids}). Write the name "
        "or path; or call the column 「部门编码」, where it is always the code.",
        "「{value}」既是一个部门的 ID，又是另一个部门（{ids}）的编码。请改填名称或路径，"
        "或把列名改为「部门编码」（这一列只认编码）。",
    ),
    "department_names_unknown": Text(
        "No department file of this company was applied yet, so the names of its departments are "
        "not known: WeCom tells only their ids. Drop a department file (replaceparty) first, or an "
        "export of the console (wecom-sync init --from).",
        "该企业还没有导入过部门文件，而企业微信只提供部门 ID，因此无法识别部门名称或编码。"
        "请先提交部门文件（replaceparty），或用 wecom-sync init --from 提交管理后台的导出文件。",
    ),
    "department_ambiguous": Text(
        "Several departments are called 「{value}」 (ids {ids}). Write the full path or the id of "
        "the one you mean.",
        "名为「{value}」的部门不止一个（部门 ID：{ids}），请改填完整路径或部门 ID。",
    ),
    "department_missing": Text(
        "Department {value} does not exist; WeCom would create it under 「其他（待设置部门）」. "
        "Correct the id, or import the department first.",
        "没有 ID 为「{value}」的部门，企业微信会自动在「其他（待设置部门）」下新建部门。"
        "请更正，或先导入该部门。",
    ),
    "department_name_invalid": Text(
        'The department name 「{value}」 contains one of \\ : * ? " < > |, which WeCom does not '
        "allow. Remove it.",
        '部门名称「{value}」含有企业微信不允许的符号（ \\ : * ? " < > | 之一），请去掉。',
    ),
    "order_invalid": Text(
        "The order 「{value}」 is not a whole number from 0 to 4294967295. The larger it is, the "
        "higher the department is listed.",
        "排序「{value}」不正确：应为 0 至 4294967295 的整数，数值越大越靠前。",
    ),
    "departments_too_many": Text(
        "The file has {count} departments; WeCom allows {limit}. Remove those you do not need.",
        "文件中有 {count} 个部门，超过上限 {limit} 个，请删去用不到的部门。",
    ),
    "root_missing": Text(
        "The row of the root department is missing. Add the company: id 1, parent 0.",
        "缺少根部门所在的行。请补上企业本身：部门 ID 填 1，父部门 ID 填 0。",
    ),
    "root_not_found": Text(
        "Every department has a parent, so none is the company. Leave the parent of the "
        "company's line blank.",
        "每个部门都有上级，找不到企业本身。请把企业所在行的上级部门留空。",
    ),
    "root_unnamed": Text(
        "Several departments have no parent ({named}), and the company's name is not known yet. "
        "Add a line for the company, without a parent, and write it as the parent of these.",
        "有多个部门没有上级（{named}），而企业本身的名称还不知道。请增加企业所在的一行"
        "（上级部门留空），并把它填为这些部门的上级。",
    ),
    "root_has_parent": Text(
        "Department 1 is the root, but its parent is {value}. Write 0 as its parent.",
        "部门 1 是根部门，它的父部门却是 {value}，请改填 0。",
    ),
    "root_second": Text(
        "Department {value} has no parent (0), but only department 1 is the root. "
        "Write the department above it.",
        "部门 {value} 没有父部门（0），但只有部门 1 是根部门，请填写它的上级部门。",
    ),
    "parent_missing": Text(
        "The parent {value} is not in the file. Add its row, or correct it.",
        "文件中没有父部门 {value}，请补上这一行或更正。",
    ),
    "parent_ambiguous": Text(
        "Several departments are called 「{value}」: {paths}. Write the parent's full path, or "
        "name departments by code (「部门编码」, 「上级部门编码」).",
        "名为「{value}」的部门不止一个：{paths}。请改填上级部门的完整路径，"
        "或改用编码（「部门编码」「上级部门编码」）。",
    ),
    "department_name_twice": Text(
        "Line {first} already has a department 「{value}」 under the same parent. "
        "Rename one of the two.",
        "同一父部门下已有「{value}」（第 {first} 行），请给其中一个改名。",
    ),
    "department_cycle": Text(
        "These departments form a circle: {value}. Correct the parent of one of them.",
        "这些部门的上下级关系成了循环：{value}，请更正其中一个的父部门。",
    ),
    "department_too_deep": Text(
        "The department is at level {level}; WeCom allows {limit} levels, including the root. Move "
        "it up, together with those below it.",
        "该部门位于第 {level} 层，超过上限 {limit} 层（含根部门）。请把它及其下级上移。",
    ),
}

WARNINGS: Mapping[TextCode, Text] = {
    "warning_columns_left_out": Text(
        "WeCom's template does not have these columns: 「{columns}」. They stay in the dropped "
        "file, and go nowhere else. To send one, name it in settings.toml: under [columns] as a "
        "column of WeCom's, or in attributes as an attribute of the console.",
        "企业微信的模板中没有这些列：「{columns}」。它们不发送给企业微信，除上传的文件本身外也不保存。"
        "如需发送，请在 settings.toml 中登记：在 [columns] 中写明对应的列，"
        "或在 attributes 中列出管理后台的自定义字段。",
    ),
    "warning_titles": Text(
        "What stands above the header is left out: line {titles}.",
        "表头上方的内容未读取：第 {titles} 行。",
    ),
    "warning_rows_hidden": Text(
        "Rows that the workbook hides or filters out are read as well, {count} in all: {hidden}. "
        "If they are former staff, delete them and drop the file again.",
        "工作簿中隐藏或被筛选掉的 {count} 行也读取了：第 {hidden} 行。"
        "如果其中有已离职人员，请删除这些行后重新提交。",
    ),
    "warning_sheets_unread": Text(
        "Only the sheet 「{sheet}」 is read. Not read: 「{sheets}」. If rows there belong to the "
        "file, move them to 「{sheet}」 and drop the file again.",
        "只读取了工作表「{sheet}」，未读取：「{sheets}」。"
        "如果其中有要导入的行，请移到「{sheet}」后重新提交。",
    ),
    "warning_fix_file": Text(
        "This looks like a fix.csv: it has only the rows that were refused, and a full file "
        "removes everybody whom it leaves out. Drop it as syncuser.",
        "这像是 fix.csv，只有未生效的行，而全量文件会删除没有列出的人。请改以 syncuser 提交。",
    ),
    "warning_replaced": Text(
        "「{column}」 held commas, quotation marks or line breaks, which WeCom's CSV cannot carry: "
        "{count} in all, this row first. Others were written in their place.",
        "「{column}」中有企业微信的 CSV 不支持的半角逗号、双引号或换行，"
        "已改用其他符号，共 {count} 行，这是第一行。",
    ),
    "warning_left_out": Text(
        "「{column}」 held errors of a spreadsheet, garbled text or characters that nobody sees: "
        "{count} in all, this row first. The cells are sent blank.",
        "「{column}」中有电子表格的报错、乱码或看不见的字符，共 {count} 行，这是第一行。"
        "这些单元格按空白发送。",
    ),
    "warning_mobile_taken": Text(
        "「{owner}」 had this mobile number in the last file that was applied. "
        "If the account still has it, WeCom refuses the row (60104).",
        "上一次生效的文件中，这个手机号属于「{owner}」。"
        "如果该帐号仍在使用，企业微信会拒绝这一行（60104）。",
    ),
    "warning_email_taken": Text(
        "「{owner}」 had this e-mail address in the last file that was applied. "
        "If the account still has it, WeCom refuses the row (60106).",
        "上一次生效的文件中，这个邮箱属于「{owner}」。"
        "如果该帐号仍在使用，企业微信会拒绝这一行（60106）。",
    ),
    "warning_unreachable": Text(
        "Left out, because neither a mobile nor an e-mail of theirs is known ({count}): {named}. "
        "Accounts that they have stay as they are.",
        "手机号和邮箱都不知道，因此未导入（{count} 人）：{named}。已有的帐号保持不变。",
    ),
    "warning_blank": Text(
        "「{column}」 had a value and is now blank: {named}. WeCom does not say whether a blank "
        "clears the old value or leaves it. If it matters, check in the console afterwards.",
        "以下成员的「{column}」原来有内容，这次留空：{named}。"
        "企业微信没有说明留空会清除原值还是保留原值，如有影响，请事后到管理后台核对。",
    ),
    "warning_spared": Text(
        "WeCom refuses to remove the corp's creator (301005), whom the file lacks: {named}. The "
        "account stays. Keep the creator in the file, or transfer the role in WeCom first.",
        "文件里没有企业创建者，而企业微信不允许删除创建者（301005），帐号会保留：{named}。"
        "请在文件中保留创建者，或先在企业微信中转让创建者身份。",
    ),
    "warning_column_gone": Text(
        "The file has no column 「{column}」, which is filled for some people (in all: {people}). "
        "What WeCom has there stays. Check that the header is not misspelt.",
        "文件里没有「{column}」一列，而现有 {people} 人该列有内容，企业微信会保留原有内容。"
        "请检查表头是否写错。",
    ),
    "warning_ids_respelt": Text(
        "User ids that differ from WeCom's only in case: {count} ({named}). WeCom treats them as "
        "the same people; check that no newcomer was given an id that is in use.",
        "有 {count} 个帐号与企业微信中的仅大小写不同（{named}），会被视为同一人。"
        "请确认没有把已在使用的帐号分给新人。",
    ),
    "warning_department_code": Text(
        "The row says 「{value}」, but its code 「{code}」 stands for 「{named}」. The code "
        "counts. Correct the one that is wrong.",
        "该行写的是「{value}」，编码「{code}」对应的却是「{named}」。以编码为准，请更正写错的一个。",
    ),
}

REASONS: Mapping[TextCode, Text] = {
    "cell_prefix": Text("Cell {cell}: ", "单元格 {cell}："),
    "line_prefix": Text("Line {line}: ", "第 {line} 行："),
    "lines_prefix": Text("Lines {lines}: ", "第 {lines} 行："),
    "unchanged": Text(
        "As far as wecom-sync knows, the file would change nothing, so it was not sent to WeCom. "
        "To send it anyway, drop it with --force.",
        "据 wecom-sync 所知，该文件不会带来任何变更，因此没有发送给企业微信。如仍要发送，"
        "提交时请加 --force。",
    ),
    "begun": Text(
        "Nothing was sent to WeCom. Known now: {known} of {people} members, and the names of "
        "{named} of {departments} departments.",
        "没有向企业微信发送任何内容。已了解 {people} 名成员中的 {known} 名，"
        "以及 {departments} 个部门中 {named} 个的名称。",
    ),
    "remark_strangers": Text(
        "The export names people who have no account: {strangers}.",
        "导出文件中有些人在企业微信中没有帐号：{strangers}。",
    ),
    "departments_refused": Text(
        "Departments that people are to go to were refused by WeCom or are gone ({total}): "
        "{named}. So no member was sent: WeCom would have made departments up. Mend them, then "
        "try the run again: what is done already is not done twice.",
        "有成员要去的部门中，{total} 个被企业微信拒绝或已被删除：{named}。因此没有发送任何成员，"
        "否则企业微信会自行编造部门。请先更正这些部门，再重试此次运行：已完成的部分不会重做。",
    ),
    "departments_left": Text(
        "All members are as the file says. Departments that WeCom refused: {count}.",
        "成员都已按文件生效，但企业微信拒绝了 {count} 个部门。",
    ),
    "settings_in_force": Text(
        "The settings are in force for every run from now on.",
        "设置已生效，之后的每次运行都按此执行。",
    ),
    "cancelled": Text("{by} cancelled the run.", "{by} 取消了这次运行。"),
    "hold_expired": Text(
        "Nobody approved the run in time, so it was cancelled. Drop the file again if it is still "
        "needed.",
        "无人在期限内批准，运行已取消。如仍需要，请重新提交文件。",
    ),
    "replanned_settings": Text(
        "Planned anew: settings of {day} (UTC) have come into force.",
        "已重新计算变更计划：{day}（UTC）提交的设置已生效。",
    ),
    "replanned_accounts": Text(
        "Planned anew: the accounts.csv of {day} (UTC) has come into force.",
        "已重新计算变更计划：{day}（UTC）提交的 accounts.csv 已生效。",
    ),
    "awaits_departments": Text(
        "Waits for run {run_id}: its department file has departments that this file needs. Once "
        "that run has ended, this file is planned by itself. If that run is held, decide about it.",
        "正在等待运行 {run_id}：本文件需要的部门在那份部门文件里。那次运行结束后，"
        "本文件会自动继续；如果它待确认，请先批准或取消。",
    ),
    "superseded_changes": Text(
        "Meanwhile, all members were imported from a newer file ({run_id}). Drop this file again "
        "if it is still needed.",
        "在本文件之后提交的全员文件已经生效（{run_id}）。如仍需要本文件，请重新提交。",
    ),
    "unsafe_to_repeat": Text(
        "WeCom never said whether it took the file, and sending it again would now do more than "
        "was planned. If WeCom reports no import, drop the file again and look at its plan.",
        "企业微信没有答复是否已接收该文件，而现在再次发送会超出原计划。"
        "如果企业微信始终没有通知导入结果，请重新提交文件并查看计划。",
    ),
    "named": Text("Affected: {named}.", "涉及：{named}。"),
    "named_first": Text(
        "Affected: {named} and others, {total} in all.", "涉及：{named} 等，共 {total} 个。"
    ),
    "approval_outdated": Text(
        "The hash is not that of the plan that the run is held for: it is mistyped, or the plan "
        "has changed. Look at the plan, and approve its hash (plan_digest).",
        "哈希与当前待确认的计划不符：可能写错了，也可能计划已有变化。请查看计划，"
        "并按其哈希（plan_digest）批准。",
    ),
    "approval_unnamed": Text(
        "The approval names no plan. Give the plan's hash (plan_digest), at least its first "
        "{characters} characters.",
        "批准没有指明计划。请写明计划的哈希（plan_digest），至少前 {characters} 个字符。",
    ),
    "second_person_needed": Text(
        "A second person has to approve: {authors} dropped the file, or settings or accounts.csv "
        "since. Somebody else with the right to decide may approve it; anybody with that right may "
        "cancel it.",
        "需要另一人批准：文件或其后的设置、accounts.csv 由 {authors} 提交，"
        "须由其他有决定权限的人批准；取消不受此限。",
    ),
    "second_person_refused": Text(
        "Not approved: it needs a second person, and {by} is among those who dropped the file, or "
        "settings or accounts.csv since ({authors}). Somebody else with the right to decide may "
        "approve it. Sessions of the same name are one person.",
        "未批准：需要另一人批准，而 {by} 与文件或其后设置、accounts.csv 的提交者（{authors}）"
        "是同一人。请由其他有决定权限的人批准。会话名相同的视为同一人。",
    ),
    "second_person_unknown": Text(
        "Not approved: it needs a second person, and S3 did not name who dropped the file, the "
        "settings or accounts.csv since, or this decision. If it was not the decision, cancel the "
        "run and drop them again.",
        "未批准：需要另一人批准，但 S3 没有给出文件、其后的设置或 accounts.csv、或本决定的提交者。"
        "如果缺的不是本决定的提交者，请取消本次运行，重新提交。",
    ),
    "approved_alone": Text(
        "The same person dropped and approved it: {by}.", "提交者与批准者是同一人：{by}。"
    ),
    "decision_too_late": Text(
        "The decision came too late: the run was {state} by then, so it had no effect.",
        "决定来得太晚：运行当时的状态已是 {state}，这个决定不起作用。",
    ),
    "decision_of_plan": Text(
        "The file was only planned, so there is nothing to approve or to cancel. To import it, "
        "drop it under {place}",
        "这份文件只作预演，无需批准或取消。要导入文件，请提交到 {place}",
    ),
    "decision_overtaken": Text(
        "The cancellation was older than the approval, so it was not carried out.",
        "这次取消早于批准，因此没有执行。",
    ),
    "decision_invalid": Text(
        'The object is not a decision. It has to be JSON of at most 4 KB: {{"decision": "approve", '
        '"plan": "<plan digest>"}}, or "cancel" or "dismiss" without one; a "note" is welcome.',
        '该对象不是有效的决定。内容应为不超过 4 KB 的 JSON：{{"decision": "approve", "plan": '
        '"<计划哈希>"}}，或不带 plan 的 "cancel"、"dismiss"；都可以附加 "note" 说明。',
    ),
    "decision_not_ended": Text(
        "Only a run that has ended can be dismissed; it is {state}. Cancel it if it is held or "
        "waits.",
        "只有已结束的运行才能标为已处理，当前状态为 {state}。如果待确认或在排队，可以取消。",
    ),
    "decision_key": Text(
        "The decision is in the wrong place. Drop it as <corp>/decide/<run id>.json.",
        "决定的位置不对，请按 <企业别名>/decide/<运行编号>.json 的路径提交。",
    ),
    "decision_no_run": Text(
        "The corp has no run with the id that the decision names. Check the id.",
        "该企业没有这个编号的运行。请核对决定中的运行编号。",
    ),
    "settings_again": Text(
        "The file says the same as settings that were in force from {day} (UTC) on, and others "
        "came after them, so it was not used. To go back to it, use `settings apply`, or change "
        "something in the file, if only a comment.",
        "本文件与 {day}（UTC）启用的设置完全相同，而在那之后已有其他设置启用，因此本文件未启用。如"
        "果确实要恢复这份设置，请使用 `settings apply`，或在文件中改动一处（例如注释）再提交。",
    ),
    "settings_superseded": Text(
        "Newer settings are already in force, so these were not used.",
        "在本文件之后提交的设置已经生效，本文件未启用。",
    ),
    "settings_too_large": Text(
        "The file is larger than {limit} KB. It does not look like a settings.toml; check what was "
        "dropped.",
        "文件超过 {limit} KB，不像是 settings.toml，请检查是否放错了文件。",
    ),
    "settings_not_utf8": Text(
        "The settings are not UTF-8. Save the file as UTF-8 and drop it again.",
        "设置文件不是 UTF-8 编码。请另存为 UTF-8 后重新提交。",
    ),
    "settings_syntax": Text(
        "This line is not valid TOML. Compare it with the example "
        "in docs/en/reference/settings.md.",
        "这一行不符合 TOML 语法，请对照 docs/zh/reference/settings.md 中的示例修改。",
    ),
    "settings_twice": Text(
        "{key} appears twice. Keep one of the two.", "{key} 重复出现，请只保留一处。"
    ),
    "settings_punctuation": Text(
        "「{mark}」 is Chinese or curly punctuation, which TOML does not accept. Use straight "
        "quotation marks and half-width characters.",
        "「{mark}」是中文标点，TOML 不能识别。引号、等号、括号和逗号都要用半角（英文）符号。",
    ),
    "settings_unquoted": Text(
        'Put {word} in straight quotation marks: "{word}". Only numbers, true and false go '
        "without.",
        '请给 {word} 加上半角双引号，写成 "{word}"。不用引号的只有数字、true 和 false。',
    ),
    "settings_attributes_wrong": Text(
        "{key} must be a list of names in square brackets, none of them a column of WeCom's, for "
        'example ["Badge number"].',
        '{key} 应为方括号中的一组名称，且不能是企业微信模板中的列，例如 ["工牌号"]。',
    ),
    "settings_rows_wrong": Text(
        "{key} must be a list of texts in square brackets, at least one, for example "
        '["active", "on trial"]; each header once.',
        '{key} 应为方括号中的一组文字，至少一个，例如 ["在职", "试用"]，每个表头只写一次。',
    ),
    "settings_users_wrong": Text(
        '{key} must be a list of user ids in square brackets, for example ["zhangsan", "svc-*"]; '
        "* stands for anything.",
        '{key} 应为方括号中的一组帐号，例如 ["zhangsan", "svc-*"]，其中 * 代表任意内容。',
    ),
    "settings_states_wrong": Text(
        "{key} must be a list of states in square brackets. The states: {expected}.",
        "{key} 应为方括号中的一组状态，可用的状态：{expected}。",
    ),
    "settings_header_wrong": Text(
        '{key} must be the header of a column of your HR file, for example "Employee Number".',
        '{key} 必须是人事文件中一列的表头，例如 "工号"。',
    ),
    "settings_path_wrong": Text(
        "{key} must be the name of a department in quotation marks.",
        "{key} 必须是用引号括起来的部门名称。",
    ),
    "settings_paths_wrong": Text(
        "{key} must be a list of departments in square brackets, each with its whole path, for "
        'example ["Example Ltd/Contractors"].',
        '{key} 必须是写在方括号里的部门列表，每个部门写完整路径，例如 ["示例公司/外包"]。',
    ),
    "settings_key_contradicted": Text(
        '{key} is the column "{column}" here, and on line {line} it is HR\'s key. Delete one of '
        "the two.",
        "这里把“{key}”当作“{column}”列，而第 {line} 行又把它当作人事系统的人员编号。"
        "请删去其中一处。",
    ),
    "settings_section_unknown": Text(
        "There is no section [{section}]. Use [limits], [members], [columns], [rows] or [notify].",
        "没有 [{section}] 这一节。可用的有 [limits]、[members]、[columns]、[rows] 和 [notify]。",
    ),
    "settings_key_unknown": Text(
        "There is no setting {key} in this section. Check the spelling.",
        "这一节没有 {key} 这个设置项，请检查拼写。",
    ),
    "settings_value_wrong": Text(
        "The value of {key} is not allowed. Use one of these: {expected}.",
        "{key} 的值不符合要求，可用的值：{expected}。",
    ),
    "settings_number_wrong": Text(
        "{key} must be a whole number from {low} to {high}.", "{key} 应为 {low} 至 {high} 的整数。"
    ),
    "settings_choice_wrong": Text(
        "{key} must be {first} or {second}.", "{key} 只能是 {first} 或 {second}。"
    ),
    "settings_column_known": Text(
        "{key} always means 「{column}」 and cannot stand for another column. Remove the line, "
        "or give that column of the file another header.",
        "{key} 本身就表示「{column}」，不能再对应别的列。请删去这一行，"
        "或给文件中的这一列换个表头。",
    ),
    "settings_column_twice": Text(
        "{key} and another header both stand for 「{column}」. Keep one of them.",
        "{key} 和另一个表头都对应「{column}」，请只保留一个。",
    ),
    "file_rejected": Text(
        "Problems found in the file: {problems}. Nothing was sent to WeCom. "
        "Correct the lines in the report and drop the file again.",
        "文件中发现 {problems} 个问题，没有向企业微信发送任何内容。请按报告逐行改正后重新提交。",
    ),
    "key_malformed": Text(
        "The file is in the wrong place. Drop it as <corp>/<job type>/<name>.csv (or .xlsx), or to "
        "plan it as <corp>/plan/<job type>/<name>.csv.",
        "文件的位置不对，请按 <企业别名>/<任务类型>/<文件名>.csv（或 .xlsx）的路径提交；"
        "如只想生成计划，请用 <企业别名>/plan/<任务类型>/<文件名>.csv。",
    ),
    "corp_invalid": Text(
        "{corp} cannot be a corp's alias. "
        "Use 1 to 32 lower-case letters, digits or hyphens, not starting with a hyphen.",
        "{corp} 不能用作企业别名。请使用 1 至 32 个小写字母、数字或短横线，且不以短横线开头。",
    ),
    "job_unknown": Text(
        "{job} is not a job type. Drop the file under replaceparty, replaceuser or syncuser.",
        "没有 {job} 这种任务类型。请放到 replaceparty、replaceuser 或 syncuser 目录下。",
    ),
    "not_csv": Text(
        "Only files whose names end in .csv or .xlsx are read. "
        'Save the data as .xlsx or "CSV UTF-8" and drop that file.',
        "只接受扩展名为 .csv 或 .xlsx 的文件。请另存为 .xlsx 或「CSV UTF-8」格式后提交。",
    ),
    "corp_unknown": Text(
        "There is no secret {secret} for the corp {corp}. Create it in AWS Secrets Manager with "
        "corp_id and contact_secret, or correct the folder's name, and drop the file again.",
        "没有找到企业 {corp} 的密钥 {secret}。请在 AWS Secrets Manager 中创建（含 corp_id 和 "
        "contact_secret），或更正目录名，再重新提交。",
    ),
    "secret_invalid": Text(
        "The corp's secret cannot be used: {details}. "
        "Correct it in AWS Secrets Manager and drop the file again.",
        "该企业的密钥无法使用：{details}。请在 AWS Secrets Manager 中更正后重新提交。",
    ),
    "secret_unreadable": Text(
        "AWS Secrets Manager does not give wecom-sync the secret {secret} ({cause}). Check its "
        "resource policy and, if it is encrypted with your own KMS key, allow the functions' roles "
        "to use that key (kms:Decrypt).",
        "AWS Secrets Manager 未向 wecom-sync 提供密钥 {secret}（{cause}）。请检查该密钥的资源策略；"
        "如果使用了自有的 KMS 密钥加密，还须允许各函数的角色使用它（kms:Decrypt）。",
    ),
    "object_unreadable": Text(
        "S3 did not let wecom-sync read the file ({details}). Check the object's encryption key, "
        "storage class and permissions, then drop it again.",
        "S3 不允许 wecom-sync 读取该文件（{details}）。"
        "请检查对象的加密密钥、存储类别和权限，再重新提交。",
    ),
    "object_gone": Text(
        "The file was deleted before it could be read. Drop it again.",
        "文件在读取之前已被删除，请重新提交。",
    ),
    "book_unreadable": Text(
        "The snapshot of this company has a form that this version cannot read. Delete "
        "snapshots/<company>.json.gz in the snapshot bucket, run wecom-sync init with a new "
        "export, then drop the file again.",
        "本版本无法读取该企业快照的格式。请在快照桶中删除 snapshots/<企业别名>.json.gz，"
        "用新导出的通讯录重新运行 wecom-sync init，然后重新提交文件。",
    ),
    "superseded": Text(
        "A newer full file of the same type arrived (run {run_id}), so this one was not sent. "
        "If that one was not applied and this one is right, drop this file again.",
        "之后又提交了同类型的全量文件（运行编号 {run_id}），本文件不再发送。"
        "如果那份文件最终没有生效，而应当以本文件为准，请重新提交本文件。",
    ),
    "wecom_refused": Text(
        'WeCom refused with code {errcode} and the message "{errmsg}".',
        "企业微信拒绝了请求，错误码 {errcode}，返回信息：「{errmsg}」。",
    ),
    "wecom_refused_address": Text(
        "WeCom refused a call that came from {address}, with code {errcode}.",
        "企业微信拒绝了来自 {address} 的请求，错误码 {errcode}。",
    ),
    "submit_deadline": Text(
        "WeCom did not accept the import within {hours} h, so wecom-sync gave up. "
        "Compare 「管理后台 → 通讯录」 with the file, then drop it again.",
        "等待 {hours} 小时后，企业微信仍未受理导入，已停止尝试。"
        "请到「管理后台 → 通讯录」核对，再重新提交。",
    ),
    "result_deadline": Text(
        "WeCom did not finish within {hours} h. "
        "It may still do so: compare 「管理后台 → 通讯录」 with the file before you drop it again.",
        "等待 {hours} 小时后，企业微信仍未完成导入，但之后仍可能完成。"
        "重新提交前，请先到「管理后台 → 通讯录」与文件核对。",
    ),
    "rows_failed": Text(
        "Refused by WeCom: {failed} (rows in the file: {rows}). The report says why. Correct them "
        "and drop the whole file again; or, of members, mend fix.csv, which has these rows alone, "
        "and drop it as syncuser.",
        "企业微信拒绝了 {failed} 项（文件共 {rows} 行），原因见报告。请改正后重新提交整个文件；"
        "成员文件也可以只改 fix.csv 中的这些行，作为 syncuser 提交。",
    ),
    "removals_refused": Text(
        "Every row of the file was applied: {rows}. WeCom refused to remove accounts that are not "
        "in it: {failed}. The report says why. The company's creator is spared by the next file; "
        "others are removed in the console.",
        "文件的 {rows} 行全部生效。有 {failed} 个不在文件中的帐号，企业微信拒绝删除，原因见报告。"
        "企业的创建者在下次导入时会自动保留，其他帐号请在管理后台删除。",
    ),
    "rows_unreported": Text(
        "WeCom did not say what became of {unreported} of {rows} rows. Look them up in "
        "「管理后台 → 通讯录」; if something is missing, drop the whole file again.",
        "共 {rows} 行，其中 {unreported} 行企业微信没有返回结果。"
        "请到「管理后台 → 通讯录」核对，如有缺漏，请重新提交整个文件。",
    ),
    "rows_failed_and_unreported": Text(
        "Rows in the file: {rows}. Refused by WeCom: {failed}; not reported: {unreported}. Correct "
        "the refused ones by the report, and look the others up in 「管理后台 → 通讯录」.",
        "文件共 {rows} 行：企业微信拒绝 {failed} 项，另有 {unreported} 行没有返回结果。"
        "被拒绝的请按报告改正，其余请到「管理后台 → 通讯录」核对。",
    ),
    "nothing_reported": Text(
        "WeCom finished but reported no outcome (rows in the file: {rows}). "
        "Compare 「管理后台 → 通讯录」 with the file before you drop it again.",
        "企业微信已完成导入，但没有返回任何一行的结果（文件共 {rows} 行）。"
        "重新提交前，请先到「管理后台 → 通讯录」与文件核对。",
    ),
    "result_lost": Text(
        "WeCom keeps only its last five results, and this one is gone: the outcome is unknown. "
        "Compare 「管理后台 → 通讯录」 with the file before you drop it again.",
        "企业微信只保留最近五次导入的结果，这一次的已被清理，结果无从得知。"
        "重新提交前，请先到「管理后台 → 通讯录」与文件核对。",
    ),
    "callback_invalid": Text(
        "A callback did not count: it is not a genuine message from WeCom. If WeCom's console sent "
        "it, check callback_token and callback_aes_key in the secret of the corp's messages.",
        "收到的回调不是企业微信发出的有效消息，未予采信。"
        "若来自管理后台，请检查该企业消息密钥中的 callback_token 和 callback_aes_key。",
    ),
    "run_moved": Text(
        "The run has moved on in the meantime. "
        "Look at it again with wecom-sync show before you repeat this.",
        "本次运行的状态刚刚发生了变化。请先用 wecom-sync show 查看，再决定是否重试。",
    ),
    "configuration_invalid": Text(
        "wecom-sync is not configured correctly: {details}. "
        "Correct the stack's parameters and deploy it again.",
        "wecom-sync 的配置有误：{details}。请更正参数后重新部署。",
    ),
    "internal_error": Text(
        "Something went wrong inside wecom-sync. The logs have the details; please report it with "
        "the run's id.",
        "wecom-sync 内部出错，详情见日志。请附上运行编号反馈给维护人员。",
    ),
}

_REPORTS: Mapping[TextCode, Text] = {
    "also_beyond": Text("The same goes for: {also}.", "此外还涉及：{also}。"),
    "remark_awaited": Text(
        "The file waited for its departments, but run {awaited} did not bring them.",
        "本文件曾等待部门文件导入，但运行 {awaited} 没有导入这些部门。",
    ),
    "outcome_applied": Text("applied", "已生效"),
    "outcome_disabled": Text("disabled", "已禁用"),
    "outcome_not_applied": Text("not applied", "未生效"),
    "outcome_failed": Text("failed", "失败"),
    "outcome_unreported": Text("not reported", "未返回结果"),
    "outcome_not_sent": Text("not sent", "未发送"),
    "outcome_rejected": Text("rejected", "已退回"),
    "row_left": Text(
        "Left as it is: the account is not in HR's care, or a person has to say in accounts.csv "
        "whose account it is.",
        "保持原样：该帐号不归人事文件管理，或须由人在 accounts.csv 中指定它是谁的帐号。",
    ),
    "row_unreported": Text(
        "WeCom did not say what became of this row. "
        "Look it up in 「管理后台 → 通讯录」; if it is missing, drop the whole file again.",
        "企业微信没有返回这一行的结果。"
        "请到「管理后台 → 通讯录」核对，如未生效，请重新提交整个文件。",
    ),
    "row_refused_whole": Text(
        "WeCom refused the whole import, so this row was not applied.",
        "企业微信拒绝了整个导入，这一行没有生效。",
    ),
    "run_not_sent": Text(
        "The run ended before WeCom took the file, so nothing in this row was changed.",
        "运行在企业微信接收文件之前就已结束，这一行没有产生任何变更。",
    ),
    "outcome_unchanged": Text("unchanged", "不变"),
    "row_unchanged": Text("It was already imported like this.", "此前导入的数据已与此一致。"),
    "drift_added": Text("added by hand", "手工新增"),
    "drift_removed": Text("removed by hand", "手工删除"),
    "drift_moved": Text("moved by hand", "手工调整部门"),
    "row_not_sent": Text(
        "The row is fine, but the file was rejected because of other lines, and none of it was "
        "sent to WeCom. Correct those and drop the file again.",
        "这一行没有问题，但文件因其他行有误被退回，没有向企业微信发送任何内容。"
        "请改正那些行后重新提交。",
    ),
    "row_in_grace": Text(
        "This id is not in the file. The account is disabled for now, and a full file removes it "
        "once the grace period is over; a full file that includes it before then enables it again.",
        "文件中没有这个 ID，帐号已先禁用，缓冲期满后由全量文件删除。在此之前重新出现在全量文件里，"
        "就会恢复启用。",
    ),
    "row_not_in_file": Text("This id is not in the file.", "文件中没有这个 ID。"),
    "column_line": Text("line", "行号"),
    "column_id": Text("id", "帐号或部门 ID"),
    "column_name": Text("name", "姓名或名称"),
    "column_change": Text("change", "变更"),
    "column_comment": Text("wecom-sync: problem", "wecom-sync：问题"),
    "column_comment_advice": Text("wecom-sync: what to do", "wecom-sync：处理建议"),
    "change_added": Text("added", "新增"),
    "change_updated": Text("updated", "修改"),
    "change_moved": Text("moved", "调动"),
    "change_removed": Text("removed", "删除"),
    "change_disabled": Text("disabled", "禁用"),
    "change_enabled": Text("enabled", "启用"),
    "change_emptied": Text("removed once empty", "清空后删除"),
    "change_unchanged": Text("unchanged", "不变"),
    "column_outcome": Text("outcome", "结果"),
    "column_errcode": Text("error code", "错误码"),
    "column_message": Text("WeCom's message", "企业微信返回信息"),
    "column_explanation": Text("explanation", "说明"),
    "column_advice": Text("what to do", "处理建议"),
    "column_column": Text("column", "列"),
    "letter_run": Text("Run: {run_id}", "运行编号：{run_id}"),
    "letter_file": Text("File: {key}", "文件：{key}"),
    "letter_state": Text("State: {state}", "状态：{state}"),
    "letter_by": Text("Settings changed by: {by}", "设置修改者：{by}"),
    "letter_weakened": Text(
        "- {setting} guards or tells less: before {before}, now {after}",
        "- {setting} 的防护或通知减弱：原为 {before}，现为 {after}",
    ),
    "letter_would_change": Text("What it would change: {counts}", "变更计划：{counts}"),
    "letter_planned": Text("Plan: {counts}", "变更计划：{counts}"),
    "letter_rows": Text("Rows: {count}", "行数：{count}"),
    "letter_applied": Text("Applied: {count}", "已生效：{count}"),
    "letter_failed": Text("Failed: {count}", "失败：{count}"),
    "letter_unreported": Text("Not reported: {count}", "未返回结果：{count}"),
    "letter_not_applied": Text("Not applied: {count}", "未生效：{count}"),
    "letter_decide": Text(
        "Decide by {moment} UTC; after that the run is cancelled.",
        "请在 {moment}（UTC）之前决定，逾期未批准将自动取消。",
    ),
    "letter_show": Text("See the plan:  {command}", "查看变更计划：{command}"),
    "letter_approve": Text("Approve it:    {command}", "批准：{command}"),
    "letter_cancel": Text("Cancel it:     {command}", "取消：{command}"),
    "letter_results": Text("Get the reports:  {command}", "下载报告：{command}"),
    "letter_page": Text("The report to open:  {address}", "可直接打开的报告：{address}"),
    "letter_more": Text(
        "… cut here, because a message has room for no more; the report has the rest.",
        "……消息长度有限，后面的内容请看报告。",
    ),
    "kind_add": Text("Added", "新增"),
    "kind_also": Text("of these {also}", "其中 {also}"),
    "kind_also_departments": Text("{count} also {change}", "{count} 个部门同时计入「{change}」"),
    "kind_also_people": Text("{count} also {change}", "{count} 人同时计入「{change}」"),
    "kind_update": Text("Updated", "修改"),
    "kind_move": Text("Moved", "调动"),
    "kind_remove": Text("Removed", "删除"),
    "kind_disable": Text("Disabled", "禁用"),
    "kind_enable": Text("Enabled", "启用"),
    "kind_emptied": Text("Departments deleted once empty", "清空后将删除的部门"),
    "kind_invite": Text("Invited", "邀请"),
    "kind_unchanged": Text("Unchanged", "不变"),
    "kind_departments": Text("departments: {counts}", "部门：{counts}"),
    "kind_none": Text("nothing", "无变更"),
}

TEXTS: Mapping[TextCode, Text] = {
    **PROBLEMS,
    **WARNINGS,
    **REASONS,
    **TROUBLES,
    **DEPARTMENTS,
    **GUARDS,
    **LINKS,
    **_REPORTS,
}
"""Every text by its code."""

STATES: Mapping[State, Text] = {
    State.RECEIVED: Text("received", "已收到"),
    State.REJECTED: Text("rejected", "已退回"),
    State.HELD: Text("held for a decision", "待确认"),
    State.QUEUED: Text("queued", "排队中"),
    State.SUBMITTING: Text("being planned and sent", "生成计划并发送中"),
    State.SUBMITTED: Text("WeCom is importing", "企业微信导入中"),
    State.SUCCEEDED: Text("succeeded", "全部成功"),
    State.PARTIAL: Text("not all rows applied", "有未生效的行"),
    State.FAILED: Text("failed", "失败"),
    State.UNCHANGED: Text("nothing to change", "无需变更"),
    State.PLANNED: Text("planned only", "仅生成计划"),
    State.SUPERSEDED: Text("replaced by a newer file", "已被新文件取代"),
    State.CANCELLED: Text("cancelled", "已取消"),
}
"""What each state of a run is called."""


def text(code: TextCode) -> Text:
    return TEXTS[code]


def say(language: Language, code: TextCode, /, **blanks: object) -> str:
    """Return the text of a code in a language, filled in."""
    return TEXTS[code].render(language, **blanks)


def is_code(value: object) -> TypeIs[TextCode]:
    """Whether a value that was stored names a text."""
    return value in TEXTS
