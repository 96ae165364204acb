"""What the pages call things, in both languages; their scripts name each text by its code.

A code that ends in `_one` is the wording for a count of one.
"""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text
from wecom_sync.reporting.pages.index_texts import INDEX

SHELL: Mapping[str, Text] = {
    "copied": Text("Copied", "已复制"),
    "copy": Text("Copy", "复制"),
    "language": Text("Language", "语言"),
    "no_script": Text(
        "Your browser runs no script here, so this page shows no more than this. The same stands "
        "in the documents beside it; wecom-sync show prints it.",
        "浏览器没有运行脚本，本页只能显示以上内容。同一目录下的其他文件包含相同信息，"
        "也可以用 wecom-sync show 查看。",
    ),
    "printed_first": Text(
        "The first {count} of {total} rows. Search or filter before you print to get others.",
        "仅打印前 {count} 行，共 {total} 行。需要其他行时，请先搜索或筛选再打印。",
    ),
    "skip": Text("Skip to the content", "跳到正文"),
    "theme": Text("Colours", "外观"),
    "theme_auto": Text("Auto", "自动"),
    "theme_dark": Text("Dark", "深色"),
    "theme_light": Text("Light", "浅色"),
    "time_ago": Text("{time} ago", "距今 {time}"),
    "time_days": Text("{count} days", "{count} 天"),
    "time_days_one": Text("{count} day", "{count} 天"),
    "time_hours": Text("{count} hours", "{count} 小时"),
    "time_hours_one": Text("{count} hour", "{count} 小时"),
    "time_left": Text("{time} left", "还剩 {time}"),
    "time_minutes": Text("{count} minutes", "{count} 分钟"),
    "time_minutes_one": Text("{count} minute", "{count} 分钟"),
    "time_seconds": Text("{count} seconds", "{count} 秒"),
    "time_seconds_one": Text("{count} second", "{count} 秒"),
}

HEADLINES: Mapping[str, Text] = {
    "headline_received": Text(
        "The file has arrived and is being checked.", "文件已收到，正在检查。"
    ),
    "headline_rejected": Text(
        "The file was rejected. Nothing was sent to WeCom.",
        "文件已退回，没有向企业微信发送任何内容。",
    ),
    "headline_held": Text(
        "This file waits for your decision. Nothing was sent to WeCom.",
        "文件在等待确认，还没有向企业微信发送任何内容。",
    ),
    "headline_queued": Text("The file waits for its turn.", "文件正在排队。"),
    "headline_queued_approved": Text(
        "The plan was approved. It goes out when its turn comes.",
        "变更计划已批准，轮到后就会发送。",
    ),
    "headline_queued_awaits": Text(
        "The file waits for a department file that it needs.", "文件在等待它所需要的部门文件。"
    ),
    "headline_submitting": Text(
        "The file is being planned and sent to WeCom.", "正在生成变更计划，并发送给企业微信。"
    ),
    "headline_submitted": Text("WeCom is importing the file.", "企业微信正在导入。"),
    "headline_succeeded": Text("WeCom applied every row.", "每一行都已在企业微信生效。"),
    "headline_begun": Text("What WeCom has is known now.", "已了解企业微信的现状。"),
    "headline_settings": Text("The settings are in force.", "设置已生效。"),
    "headline_partial": Text(
        "WeCom applied {applied} of {rows} rows and refused {failed}.",
        "共 {rows} 行：企业微信已生效 {applied} 行，拒绝 {failed} 行。",
    ),
    "headline_partial_both": Text(
        "WeCom applied {applied} of {rows} rows, refused {failed} and did not report {unreported}.",
        "共 {rows} 行：企业微信已生效 {applied} 行，拒绝 {failed} 行，未返回结果 {unreported} 行。",
    ),
    "headline_partial_between": Text(
        "Departments were changed, but no member was sent.",
        "部门已处理，但没有发送任何成员。",
    ),
    "headline_partial_departments": Text(
        "Every member is as the file says, but not every department.",
        "成员均已按文件生效，但仍有部门未生效。",
    ),
    "headline_partial_unreported": Text(
        "WeCom applied {applied} of {rows} rows and did not report {unreported}.",
        "共 {rows} 行：企业微信已生效 {applied} 行，{unreported} 行没有返回结果。",
    ),
    "headline_failed": Text(
        "The run failed before anything was changed in WeCom.", "运行失败，企业微信中没有任何变更。"
    ),
    "headline_failed_refused": Text(
        "WeCom refused the import as a whole. Nothing was changed.",
        "企业微信拒绝了整个导入，没有任何变更。",
    ),
    "headline_failed_unknown": Text(
        "The run failed, and nobody knows what WeCom has applied.",
        "运行失败，无法确定企业微信执行了哪些变更。",
    ),
    "headline_unchanged": Text(
        "Nothing had to be changed: WeCom has all of this already.",
        "无需变更：企业微信中的内容已与文件一致。",
    ),
    "headline_planned_apply": Text(
        "The file would be applied as it is. Nothing was sent: this was only a plan.",
        "文件可以直接生效。本次只生成计划，没有发送任何内容。",
    ),
    "headline_planned_hold": Text(
        "The file would wait for a decision. Nothing was sent: this was only a plan.",
        "文件提交后需要人工确认。本次只生成计划，没有发送任何内容。",
    ),
    "headline_planned_unchanged": Text("The file would change nothing.", "文件不会带来任何变更。"),
    "headline_planned_unknown": Text(
        "Nobody can say what the file would change.", "无法得出文件会带来哪些变更。"
    ),
    "headline_superseded": Text(
        "A newer file took the place of this one.", "已被之后提交的新文件取代。"
    ),
    "headline_cancelled": Text(
        "The run was cancelled. Nothing was sent to WeCom.",
        "运行已取消，没有向企业微信发送任何内容。",
    ),
}

STEPS: Mapping[str, Text] = {
    "step_apply": Text("To apply the file, drop it:", "如需执行，请正式提交文件："),
    "step_awaits": Text(
        "It goes on by itself once that run has ended. See whether that one waits for somebody:",
        "那次运行结束后会自动继续。请查看那次运行是否在等人确认：",
    ),
    "step_correct": Text(
        "Correct what is listed below where the data comes from, and drop the file again.",
        "请在数据来源处改正下面列出的问题，然后重新提交文件。",
    ),
    "step_decide": Text(
        "Look at what would change below. Then approve it or cancel it, in one of two ways.",
        "请先查看下面的变更，再决定批准还是取消。两种方式任选其一。",
    ),
    "step_drop_again": Text(
        "If the file is still needed, drop it again:", "如仍需要，请重新提交文件："
    ),
    "step_fix": Text(
        "Among these files is fix.csv, which has only the refused rows. Correct them "
        "there, and drop it:",
        "其中的 fix.csv 只包含被拒绝的行。请在其中改正，然后提交：",
    ),
    "step_nothing": Text("There is nothing to do.", "无需任何操作。"),
    "step_plan_again": Text(
        "Remove the cause named above, and plan the file again:",
        "请先排除上面所说的原因，再重新生成计划：",
    ),
    "step_results": Text(
        "The refused rows and what to do about each cause stand below. To get every row as a file:",
        "被拒绝的行和处理建议列在下面。下载每一行的结果：",
    ),
    "step_retry": Text(
        "Once the cause named above is gone, try the same file again:",
        "排除上面所说的原因后，可用同一份文件重试：",
    ),
    "step_superseded": Text(
        "See what became of the newer file. If this one is the right one, drop it again.",
        "请查看那份新文件的结果。如果应当以本文件为准，请重新提交。",
    ),
    "step_unreported": Text(
        "Look in 「管理后台 → 通讯录」 whether it is as the file says. If not, drop the whole file "
        "again. What is known of each row:",
        "请到「管理后台 → 通讯录」核对是否已生效；如未生效，请重新提交整个文件。各行的已知结果：",
    ),
    "step_wait": Text(
        "There is nothing to do: it goes on by itself. This page does not renew itself; to see "
        "where the run stands:",
        "无需操作，运行会自动继续。本页不会自动刷新，查看最新状态：",
    ),
}

REPORT: Mapping[str, Text] = {
    "approved_by": Text("Approved by {who}, at", "批准人：{who}，批准时间："),
    "becomes": Text("now", "改为"),
    "blank": Text("(blank)", "（空）"),
    "by": Text("by {who}", "操作人：{who}"),
    "change_added": Text("Added", "新增"),
    "change_disabled": Text("Disabled", "禁用"),
    "change_emptied": Text("Deleted once empty", "清空后删除"),
    "change_enabled": Text("Enabled", "启用"),
    "change_moved": Text("Moved", "调动"),
    "change_removed": Text("Removed", "删除"),
    "change_updated": Text("Updated", "修改"),
    "decide_approve": Text("Approve", "批准"),
    "decide_approve_means": Text(
        "The file goes out with exactly this plan. If the plan has changed until then, you are "
        "asked again.",
        "文件将按这份变更计划发送。如果届时计划有变，会再次请您确认。",
    ),
    "decide_cancel": Text("Cancel", "取消"),
    "decide_cancel_means": Text(
        "The run ends here. Nothing is sent to WeCom.", "运行到此结束，不向企业微信发送任何内容。"
    ),
    "decide_late": Text(
        "The time for a decision is over; the run is cancelled. It was:",
        "确认期限已过，运行会被取消：",
    ),
    "decide_or_drop": Text(
        "Or without the command line: save this file and upload it to S3.",
        "也可以不用命令行：保存下面的文件，再上传到 S3。",
    ),
    "decide_until": Text("Decide by", "请在此之前决定："),
    "decide_where": Text(
        "A saved decision belongs here, under exactly this name:",
        "保存的决定文件请上传到这个位置，文件名不能改：",
    ),
    "departments_title": Text("What changes, by department", "逐个部门的变更"),
    "every": Text("All", "全部"),
    "fact_created": Text("Received", "收到时间"),
    "fact_digest": Text("Hash of the plan", "变更计划的哈希值"),
    "fact_encoding": Text("Encoding", "文件编码"),
    "fact_file": Text("File", "文件"),
    "fact_finished": Text("Ended", "结束时间"),
    "fact_job_id": Text("WeCom's job", "企业微信任务 ID"),
    "fact_principal": Text("Dropped by", "提交者"),
    "fact_steps": Text("Steps at WeCom", "向企业微信提出的各步"),
    "fact_reports": Text("Files beside this page", "同一目录下的文件"),
    "fact_rollback": Text("Brings back the file of", "恢复此次运行的文件"),
    "fact_rows": Text("{count} rows", "{count} 行"),
    "fact_rows_one": Text("{count} row", "{count} 行"),
    "fact_run": Text("Run", "运行编号"),
    "fact_took": Text("Took {time}", "用时 {time}"),
    "facts_title": Text("About this run", "运行信息"),
    "failures_title": Text("What WeCom refused, and what to do", "被企业微信拒绝的行及处理建议"),
    "filter_kind": Text("Show one kind of change", "按变更类型筛选"),
    "found": Text("{count} of {total} shown", "显示 {count} 项，共 {total} 项"),
    "found_nothing": Text("Nothing fits. Search for less, or show all.", "没有符合条件的结果。"),
    "heading_change": Text("Change", "变更"),
    "heading_columns": Text("What changes", "变更内容"),
    "heading_department": Text("Department", "部门"),
    "heading_departments": Text("Departments", "所在部门"),
    "heading_outcome": Text("Outcome", "结果"),
    "heading_parent": Text("Parent", "上级部门"),
    "heading_person": Text("Person", "成员"),
    "holds_now": Text("Why a person has to look at it", "为什么需要人工确认"),
    "holds_then": Text("What was asked", "当时需要确认的内容"),
    "job_company": Text("The whole company (company)", "全公司（company）"),
    "job_replaceparty": Text("All departments (replaceparty)", "全部部门（replaceparty）"),
    "job_replaceuser": Text("All members (replaceuser)", "全体成员（replaceuser）"),
    "job_syncuser": Text("Some members (syncuser)", "部分成员（syncuser）"),
    "kinds_none": Text("Nothing would change.", "没有变更。"),
    "kinds_planned": Text("What was planned", "计划的变更"),
    "kinds_title": Text("Changes by kind", "各类变更的数量"),
    "kinds_would": Text("What would change", "将会带来的变更"),
    "line": Text("line {line}", "第 {line} 行"),
    "line_none": Text("not in the file", "不在文件中"),
    "noted": Text("Note: {note}", "附注：{note}"),
    "losing_departments": Text(
        "Departments that go: {count} of {of}", "将删除的部门：{count} 个，现有 {of} 个"
    ),
    "losing_more": Text("And {count} more: all stand below by name.", "另有 {count}，名单见下文。"),
    "losing_people": Text(
        "People who lose their account: {count} of {of}", "将失去帐号的人：{count} 人，现有 {of} 人"
    ),
    "now_title": Text("What to do now", "现在该做什么"),
    "outcome_applied": Text("Applied", "已生效"),
    "outcome_failed": Text("Refused", "被拒绝"),
    "outcome_not_applied": Text("Not applied", "未生效"),
    "outcome_unreported": Text("Not reported", "未返回结果"),
    "outcome_unsure": Text("Not refused", "未被拒绝"),
    "outcomes_title": Text("What became of the rows", "各行的结果"),
    "people_title": Text("What changes, person by person", "逐个成员的变更"),
    "place_add": Text("added", "新增"),
    "place_disable": Text("disabled", "禁用"),
    "place_enable": Text("enabled", "启用"),
    "place_move_in": Text("moved in", "调入"),
    "place_move_out": Text("moved out", "调出"),
    "place_number": Text("Department {id}", "部门 {id}"),
    "place_remove": Text("removed", "删除"),
    "places_count": Text("{count} places", "{count} 处"),
    "places_title": Text("Where it changes", "各部门的变更"),
    "problem_column": Text("Column: {column}", "列：{column}"),
    "problems_title": Text("What is wrong with the file", "文件中的问题"),
    "report_title": Text("{file} of {corp}", "{corp} 的 {file}"),
    "rest_invite": Text("Invited: {count}", "邀请 {count} 人"),
    "rest_unchanged": Text("Unchanged: {count}", "不变 {count} 项"),
    "rows": Text("{count} rows", "{count} 行"),
    "rows_beyond": Text("{count} more stand in results.csv.", "其余 {count} 行见 results.csv。"),
    "rows_more": Text("Show {count} more", "再显示 {count} 行"),
    "rows_one": Text("{count} row", "{count} 行"),
    "save_approve": Text("Save the approval", "保存批准文件"),
    "save_cancel": Text("Save the cancellation", "保存取消文件"),
    "search_departments": Text("Search by name, id or value", "搜索名称、ID 或变更内容"),
    "search_people": Text(
        "Search by name, id, department or value", "搜索姓名、帐号、部门或变更内容"
    ),
    "timeline_title": Text("What happened when", "时间线"),
    "tried": Text(
        "Times it was tried again like this: {count}, the call", "同样的失败已重试 {count} 次，调用"
    ),
    "tried_next": Text("Next at", "下次："),
    "tried_until": Text("at the latest until", "最晚："),
    "unpacking": Text("Reading {count} of {total} …", "正在读取，{count}/{total} …"),
    "warnings_title": Text("Good to know", "提醒"),
    "was": Text("was", "原为"),
    "wecom_said": Text("WeCom's code {code}", "企业微信错误码 {code}"),
}

PAGE_TEXTS: Mapping[str, Text] = {**SHELL, **HEADLINES, **STEPS, **REPORT, **INDEX}
"""Every text of the pages by its code."""
