"""Our own user-facing texts, one catalogue in both languages; WeCom's codes are in `errcodes`.

A sentence says what is wrong and what to do. Chinese stands in English only as 「its own words」:
the console's menus and the file's columns, as a person finds them there.
"""

from collections.abc import Mapping

from wecom_sync.texts import Text

_FILE_PROBLEMS = {
    "file_empty": Text(
        "The file is empty. Export it again and check that it has a header and at least one row.",
        "文件是空的。请重新导出，确认有表头和至少一行数据。",
    ),
    "file_has_no_rows": Text(
        "The file has a header but no rows. Add the rows and drop it again.",
        "文件只有表头，没有数据。请补上数据后重新提交。",
    ),
    "file_too_large": Text(
        "The file is larger than WeCom's limit of 20 MB. Remove columns you do not need; do not "
        "split a replaceuser or replaceparty file, or whatever a part lacks is deleted in WeCom.",
        "文件超过企业微信 20 MB 的上限。请删去用不到的列；"
        "不要拆分 replaceuser 或 replaceparty 的文件，否则每一份中缺少的成员或部门会被删除。",
    ),
    "file_too_many_rows": Text(
        "The file has more than {limit} rows, which is more than wecom-sync reads.",
        "文件超过 {limit} 行，超出了 wecom-sync 能读取的范围。",
    ),
    "more_problems": Text(
        "{count} more problems of this kind. For example: {example}",
        "同类问题还有 {count} 处，例如：{example}",
    ),
    "file_is_spreadsheet": Text(
        "This is a spreadsheet or an archive, not a CSV, whatever its name says. "
        'Open it, save it as "CSV UTF-8" and drop that file.',
        "这是电子表格或压缩包，改扩展名并不能变成 CSV。"
        "请打开后另存为「CSV UTF-8」格式，再提交新文件。",
    ),
    "file_is_not_text": Text(
        'This is not a text file. Export the data as "CSV UTF-8" and drop that file.',
        "这不是文本文件。请把数据导出为「CSV UTF-8」格式再提交。",
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
    "header_missing": Text(
        "The first line is not a header. It must name at least these columns: 「{expected}」.",
        "第一行不是表头。表头至少要有这些列：「{expected}」。",
    ),
    "header_duplicate": Text(
        "The header names 「{column}」 more than once. Keep one of these columns.",
        "表头中「{column}」出现了不止一次，请只保留一列。",
    ),
    "header_blank": Text(
        "Column {position} has no name in the header. Name it or remove the column.",
        "表头第 {position} 列没有名称。请补上名称，或删去这一列。",
    ),
    "header_unsafe": Text(
        "The name of column {position} contains a comma, quotation mark or line break. "
        "Take it out of the header.",
        "表头第 {position} 列的名称含有逗号、双引号或换行，请去掉。",
    ),
    "header_of_departments": Text(
        "This is a department file, but {job} takes members. Drop it under replaceparty.",
        "这是部门文件，而 {job} 只接受成员文件。请放到 replaceparty 目录下。",
    ),
    "header_of_members": Text(
        "This is a member file, but {job} takes departments. "
        "Drop it under syncuser (some members) or replaceuser (all members).",
        "这是成员文件，而 {job} 只接受部门文件。"
        "部分成员请放到 syncuser 目录下，全体成员请放到 replaceuser 目录下。",
    ),
    "column_missing": Text(
        "The required column 「{column}」 is missing. Add it to the header and fill it in.",
        "缺少必需的列「{column}」，请在表头中加上并填写内容。",
    ),
    "cells_too_many": Text(
        "The row has {cells} cells, but the header names {columns} columns. "
        "Look for a stray comma.",
        "这一行有 {cells} 个单元格，而表头只有 {columns} 列。请检查是否多了逗号。",
    ),
    "cell_missing": Text("「{column}」 is blank. Fill it in.", "「{column}」为空，请填写。"),
    "cell_unsafe": Text(
        "「{column}」 contains a comma, quotation mark or line break, "
        "which WeCom's CSV cannot carry. Take it out, or use the full-width comma 「，」.",
        "「{column}」含有半角逗号、双引号或换行，企业微信的 CSV 不支持。请去掉，或改用全角逗号。",
    ),
    "user_id_invalid": Text(
        "This user id is not allowed. It must start with a letter or digit and may contain "
        "letters, digits, _, -, @ and full stops, 64 at most.",
        "帐号不符合要求：可用字母、数字及 _ - @ . 四种符号，以字母或数字开头，最长 64 个字符。",
    ),
    "department_id_invalid": Text(
        "This is not a department id. "
        "Use a whole number from 1 to 4294967295; only the root's parent is 0.",
        "部门 ID 不正确：应为 1 至 4294967295 的整数，只有根部门的父部门填 0。",
    ),
    "department_list_invalid": Text(
        "These are not department ids. Use whole numbers separated by semicolons, for example 4;7.",
        "部门列表不正确：请填写部门 ID（整数），多个用分号分隔，例如 4;7。",
    ),
    "contact_missing": Text(
        "Mobile number and e-mail address are both blank. Fill in at least one of them.",
        "手机号和邮箱都没有填写，至少要填一项。",
    ),
    "user_id_duplicate": Text(
        "Line {first} already has this user id; ids that differ only in case are the same person. "
        "Keep one of the two.",
        "帐号与第 {first} 行重复（仅大小写不同也视为同一人），请只保留一行。",
    ),
    "department_id_duplicate": Text(
        "Line {first} already has this department id. Keep one of the two.",
        "部门 ID 与第 {first} 行重复，请只保留一行。",
    ),
}

_REASONS = {
    "line_prefix": Text("Line {line}: ", "第 {line} 行："),
    "file_rejected": Text(
        "Problems found in the file: {problems}. Nothing was sent to WeCom. "
        "Correct the lines in the report and drop the file again.",
        "文件中发现 {problems} 个问题，没有向企业微信发送任何内容。请按报告逐行改正后重新提交。",
    ),
    "key_malformed": Text(
        "The file lies in the wrong place. Drop it as <corp>/<job type>/<name>.csv.",
        "文件的位置不对，请按 <企业别名>/<任务类型>/<文件名>.csv 的路径提交。",
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
        "Only files whose names end in .csv are read. "
        'Save the data as "CSV UTF-8" and drop that file.',
        "只接受扩展名为 .csv 的文件。请另存为「CSV UTF-8」格式后提交。",
    ),
    "settings_not_supported": Text(
        "This version does not read settings.toml yet. "
        "Nothing was changed; remove the file to avoid surprises later.",
        "当前版本还不支持 settings.toml，没有做任何改动。请先删除该文件，以免日后意外生效。",
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
    "superseded": Text(
        "A newer full file of the same type arrived (run {run_id}), so this one was not sent. "
        "Nothing to do.",
        "已有更新的同类全量文件（运行编号 {run_id}），本文件不再发送，无需操作。",
    ),
    "wecom_refused": Text(
        'WeCom refused with code {errcode} and the message "{errmsg}".',
        "企业微信拒绝了请求，错误码 {errcode}，返回信息：「{errmsg}」。",
    ),
    "wecom_unreachable": Text(
        "WeCom cannot be reached. wecom-sync tries again by itself; "
        "if this lasts, check the network, the NAT gateway or proxy, and WeComBaseUrl.",
        "无法连接企业微信，wecom-sync 会自动重试。"
        "若持续出现，请检查网络、NAT 网关或代理，以及 WeComBaseUrl。",
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
        "WeCom refused: {failed} (rows in the file: {rows}). "
        "The report says why; correct these rows and drop the whole file again.",
        "企业微信拒绝了 {failed} 项（文件共 {rows} 行），原因见报告。请改正后重新提交整个文件。",
    ),
    "rows_unreported": Text(
        "WeCom did not say what became of {unreported} of {rows} rows. Look them up in "
        "「管理后台 → 通讯录」; if something is missing, drop the whole file again.",
        "共 {rows} 行，其中 {unreported} 行企业微信没有返回结果。"
        "请到「管理后台 → 通讯录」核对，如有缺漏，请重新提交整个文件。",
    ),
    "rows_failed_and_unreported": Text(
        "Rows in the file: {rows}. WeCom refused: {failed}; it did not report: {unreported}. "
        "Correct the refused ones by the report, and look the others up in 「管理后台 → 通讯录」.",
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
    "outcome_unknown": Text(
        "The request was sent, but no answer came: WeCom may have acted on it. "
        "wecom-sync finds out by itself; do not drop the file again yet.",
        "请求已发出，但没有收到答复，企业微信可能已经处理。"
        "wecom-sync 会自动查明结果，请暂时不要重新提交。",
    ),
    "callback_refused": Text(
        "A callback was refused: it is not a genuine message from WeCom. If WeCom's console sent "
        "it, check callback_token and callback_aes_key in the corp's secret.",
        "收到的回调不是企业微信发出的有效消息，已拒绝。"
        "若来自管理后台，请检查该企业密钥中的 callback_token 和 callback_aes_key。",
    ),
    "transition_refused": Text(
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
        "Something went wrong inside wecom-sync. "
        "Its logs hold the details; please report it with the run's id.",
        "wecom-sync 内部出错，详情见日志。请附上运行编号反馈给维护人员。",
    ),
}

_REPORTS = {
    "outcome_applied": Text("applied", "已生效"),
    "outcome_failed": Text("failed", "失败"),
    "outcome_unreported": Text("not reported", "未返回结果"),
    "outcome_not_sent": Text("not sent", "未发送"),
    "outcome_rejected": Text("rejected", "不合格"),
    "row_unreported": Text(
        "WeCom did not say what became of this row. "
        "Look it up in 「管理后台 → 通讯录」; if it is missing, drop the whole file again.",
        "企业微信没有返回这一行的结果。"
        "请到「管理后台 → 通讯录」核对，如未生效，请重新提交整个文件。",
    ),
    "run_not_sent": Text(
        "The run ended before WeCom took the file, so nothing of this row has changed.",
        "运行在企业微信接收文件之前就已结束，这一行没有产生任何变更。",
    ),
    "row_not_sent": Text(
        "The row is fine, but the file was rejected because of other lines, "
        "and nothing of it reached WeCom. Correct those and drop the file again.",
        "这一行没有问题，但文件因其他行有误被退回，没有向企业微信发送任何内容。"
        "请改正那些行后重新提交。",
    ),
    "row_not_in_file": Text(
        "This person is not in the file, and WeCom refused to remove them.",
        "文件中没有此人，但企业微信拒绝将其删除。",
    ),
    "column_line": Text("line", "行号"),
    "column_id": Text("id", "帐号或部门 ID"),
    "column_outcome": Text("outcome", "结果"),
    "column_errcode": Text("error code", "错误码"),
    "column_message": Text("WeCom's message", "企业微信返回信息"),
    "column_explanation": Text("explanation", "说明"),
    "column_advice": Text("what to do", "处理建议"),
    "column_column": Text("column", "列"),
    "notify_body": Text(
        "Run: {run_id}\nFile: {key}\nState: {state}\n{reason}\n"
        "\nRows: {rows}\nApplied: {succeeded}\nFailed: {failed}\n",
        "运行编号：{run_id}\n文件：{key}\n状态：{state}\n{reason}\n"
        "\n行数：{rows}\n已生效：{succeeded}\n失败：{failed}\n",
    ),
    "state_RECEIVED": Text("received", "已收到"),
    "state_REJECTED": Text("file rejected", "文件不合格"),
    "state_HELD": Text("waiting for approval", "待人工确认"),
    "state_QUEUED": Text("queued", "排队中"),
    "state_SUBMITTING": Text("being sent to WeCom", "正在提交企业微信"),
    "state_SUBMITTED": Text("WeCom is importing", "企业微信导入中"),
    "state_SUCCEEDED": Text("succeeded", "全部成功"),
    "state_PARTIAL": Text("partly applied", "部分成功"),
    "state_FAILED": Text("failed", "失败"),
    "state_UNCHANGED": Text("nothing to change", "无需变更"),
    "state_SUPERSEDED": Text("replaced by a newer file", "已被新文件取代"),
    "state_CANCELLED": Text("cancelled", "已取消"),
}

TEXTS: Mapping[str, Text] = {**_FILE_PROBLEMS, **_REASONS, **_REPORTS}
"""Every text by its code."""


def text(code: str) -> Text:
    """Return the text of a code; a code that is not in the catalogue is a fault (KeyError)."""
    return TEXTS[code]
