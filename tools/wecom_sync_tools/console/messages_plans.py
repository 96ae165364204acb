"""What the command line says about plans, and the help of what is done about them."""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text
from wecom_sync_tools.console.codes import MessageCode

PLAN_HELP: Mapping[MessageCode, Text] = {
    "help_plan": Text(
        "Show what a file would do; nothing is sent to WeCom.",
        "预演：查看文件会带来哪些变更，不会发送给企业微信。",
    ),
    "help_approve": Text("Approve a held run.", "批准一次待确认的运行。"),
    "help_cancel": Text("Cancel a run that is held or queued.", "取消一次待确认或排队中的运行。"),
    "help_dismiss": Text(
        "Say that an ended run needs nobody any more.", "把已结束的运行标为已处理，不再提醒。"
    ),
    "help_retry": Text(
        "Try again: drop the file of a run once more, in the same version.",
        "重试：重新提交某次运行的文件，版本不变。",
    ),
    "help_history": Text("Show what happened to a person.", "查看一名成员的变更记录。"),
    "help_history_user": Text("the person's user id, or exact name", "成员帐号，或完整姓名"),
    "help_history_limit": Text(
        "how many runs to look through, the newest first (default: 100)",
        "查看最近多少次运行（默认为 100）",
    ),
    "help_rollback": Text(
        "Go back: drop the file that was applied before once more.",
        "回退：重新提交上一个生效过的文件。",
    ),
    "help_settings": Text(
        "Check a company's settings.toml, put it in force, or show what is in force.",
        "企业设置文件 settings.toml：检查、启用或查看。",
    ),
    "help_check": Text(
        "Check a settings file; nothing is changed.", "检查设置文件，不做任何改动。"
    ),
    "help_in_force": Text("Show the settings that are in force.", "查看当前生效的设置。"),
    "help_apply": Text("Check a settings file and put it in force.", "检查设置文件，并使其生效。"),
    "help_settings_file": Text("the settings.toml", "settings.toml 文件"),
    "help_note": Text(
        "a note to the decision (default: your AWS identity, or user@host); who decides is what "
        "S3 says",
        "决定的附注（默认为当前 AWS 身份，或「用户名@主机名」）；决定人以 S3 的记录为准",
    ),
    "help_plan_hash": Text(
        "approve only if this is still the plan (as wecom-sync show prints it)",
        "仅当变更计划仍是这一份时才批准（哈希值见 wecom-sync show 的输出）",
    ),
    "help_yes": Text(
        "approve the plan as it is now, without being asked", "不再询问，直接批准当前的变更计划"
    ),
    "help_to": Text(
        "the run whose file comes back (default: the one applied before the file in force)",
        "回退到哪一次运行（默认为当前生效文件的上一个）",
    ),
    "help_force": Text(
        "send the file to WeCom even if it changes nothing", "即使没有任何变更也发送给企业微信"
    ),
    "help_plan_exit": Text(
        "Exit code: 0 it would be applied, or change nothing; 3 it would be held; 4 it would be "
        "rejected; 1 wecom-sync could not find out; 2 wrong use.",
        "退出码：0 可直接执行或无需变更，3 会待确认，4 文件会被退回，1 无法得出判断，2 用法有误。",
    ),
    "help_approve_exit": Text(
        "On a terminal it shows the plan and asks; elsewhere it needs --plan or --yes. Exit "
        "code: 0 approved (with --watch: succeeded); 1 the approval did not count, the answer "
        "was no, or the run is held again (with --watch: or did not succeed); 2 wrong use, or "
        "the run is not held.",
        "在终端里会先显示变更计划再询问；在其他环境中须加 --plan 或 --yes。退出码：0 已批准（加 "
        "--watch 时为运行成功），1 批准没有生效、回答不是 y 或需要再次确认（加 --watch "
        "时也包括运行未成功），2 用法有误，或运行并非待确认。",
    ),
    "help_cancel_exit": Text(
        "Exit code: 0 cancelled; 1 it was too late, or had no effect in time; 2 wrong use, or "
        "the run is neither held nor queued.",
        "退出码：0 已取消，1 来不及取消或未能及时得到结果，2 用法有误，或运行不在待确认或排队中。",
    ),
    "help_dismiss_exit": Text(
        "Exit code: 0 dismissed; 1 it had no effect in time; 2 wrong use, or the run has not "
        "ended.",
        "退出码：0 已标为已处理，1 未能及时得到结果，2 用法有误，或运行尚未结束。",
    ),
    "help_apply_exit": Text(
        "Exit code: 0 the settings are in force; 4 they are invalid, and nothing was dropped; 1 "
        "they were dropped, but are not in force; 2 wrong use.",
        "退出码：0 设置已生效，4 设置有误、没有提交，1 已提交但没有生效，2 用法有误。",
    ),
    "help_check_exit": Text(
        "Exit code: 0 the settings are valid; 4 they would be rejected; 2 wrong use.",
        "退出码：0 设置无误，4 设置会被退回，2 用法有误。",
    ),
}

PLAN_TEXTS: Mapping[MessageCode, Text] = {
    "plan_step": Text("Plan {file}", "预演 {file}"),
    "plan_slow": Text(
        "There was no plan within {seconds} s. It may still come: look with wecom-sync show {run}",
        "{seconds} 秒内没有得出变更计划，之后仍可能得出。请用 wecom-sync show {run} 查看。",
    ),
    "plan_apply": Text("This file would be applied at once.", "该文件可以直接执行。"),
    "plan_hold": Text(
        "This file would be held until a person approves it.", "该文件需要人工确认后才会执行。"
    ),
    "plan_unchanged": Text("This file would change nothing.", "该文件不会带来任何变更。"),
    "plan_reject": Text(
        "This file would be rejected; WeCom would never see it.",
        "该文件会被退回，不会发送给企业微信。",
    ),
    "plan_unknown": Text(
        "wecom-sync could not find out what this file would do.", "无法判断该文件会带来哪些变更。"
    ),
    "plan_changes_title": Text("What it would change", "会带来的变更"),
    "plan_departments_title": Text("What becomes of departments", "部门的变更"),
    "plan_links_title": Text("Whose account it is", "帐号归谁"),
    "plan_places_title": Text("Where most of it happens", "变更最多的部门"),
    "plan_warnings_title": Text("Worth a look", "请留意"),
    "plan_and_more": Text("… and {count:,} more", "……另有 {count:,} 项"),
    "plan_people": Text("{names} … and {count:,} more", "{names} ……另有 {count:,} 个"),
    "plan_line": Text("{who}: {changes}", "{who}：{changes}"),
    "plan_from_to": Text("{column} {before} → {after}", "{column} {before} → {after}"),
    "value_blank": Text("(blank)", "（空）"),
    "value_none": Text("(none)", "（无）"),
    "label_parent": Text("parent", "上级部门"),
    "value_unknown": Text("(unknown)", "（未知）"),
    "plan_ids": Text("id {ids}", "ID：{ids}"),
    "corp_not_local": Text(
        "The local stack has no corp {corp}; it has {corps}. It knows those it was started with: "
        "wecom-sync local up --corp {corp}={corp}.json",
        "本地环境中没有企业 {corp}，现有：{corps}。"
        "启动时指定的企业才可用：wecom-sync local up --corp {corp}={corp}.json",
    ),
    "plan_local_corp": Text(
        "A local stack knows the corps it was started with: wecom-sync local up --corp "
        "{corp}={corp}.json",
        "本地环境只有启动时指定的企业：wecom-sync local up --corp {corp}={corp}.json",
    ),
    "list_comma": Text(", ", "、"),
    "init_step": Text("Looking at what WeCom has of {corp}", "正在了解 {corp} 在企业微信中的现状"),
    "init_pending": Text(
        "Nothing came of it within {seconds} seconds. To look again:  wecom-sync show {run}",
        "{seconds} 秒内没有结果。稍后查看：wecom-sync show {run}",
    ),
    "init_failed": Text(
        "Nothing is known: {why}\nMore:  wecom-sync show {run}",
        "未能了解现状：{why}\n详情：wecom-sync show {run}",
    ),
    "init_files": Text(
        "{departments} and {members} say what WeCom has, in its template.",
        "{departments} 和 {members} 按企业微信模板列出了现状。",
    ),
    "init_blank": Text(
        "What is blank there, wecom-sync cannot know: WeCom shows ids only, and the export does "
        "not say it. The first file that fills such a column is asked about.",
        "其中的空白无从得知：企业微信只提供 ID，导出文件也没有写明。"
        "首次填写这些列的文件会请人确认。",
    ),
    "init_company": Text(
        "The file does not name the company: its departments do not all begin with the same one. "
        "Give its name in WeCom with --company.",
        "文件中没有企业名称：各部门路径的开头不同。请用 --company 指定企业在企业微信中的名称。",
    ),
    "init_no_departments": Text(
        "The file names departments by code only. Export their names as well, or drop a department "
        "file with codes and names.",
        "文件中只有部门编码。请同时导出部门名称，或提交带编码和名称的部门文件。",
    ),
    "init_hr_written": Text(
        "{settings} fits the file. Look it through.", "已生成与文件相配的 {settings}，请过目。"
    ),
    "init_hr_in_force": Text(
        "The file was read by the settings in force of {corp}. They stay as they are.",
        "已按 {corp} 当前生效的设置读取文件。设置保持不变。",
    ),
    "init_hr_key": Text("HR's key of a person", "人员编号"),
    "init_hr_tree": Text(
        "The departments as they are understood, with the people in them and below:",
        "所理解的部门如下，数字是该部门及其下级的人数：",
    ),
    "init_links": Text(
        "Certainly have an account: {certain}. Get a new one: {new}. In doubt: {open}.",
        "肯定已有帐号的 {certain} 人，需要新帐号的 {new} 人，无法确定的 {open} 人。",
    ),
    "init_strangers": Text(
        "Accounts that nobody in the file has: {count}. They would go; the first file asks before, "
        "unless first_replace says otherwise: {named}. Those that are not HR's, such as a front "
        "desk, belong to unmanaged in settings.toml.",
        "文件中没有人对应的帐号有 {count} 个，将被删除；首个文件会先询问"
        "（first_replace 另有设置时除外）：{named}。"
        "不归人事管理的（例如前台），请写进 settings.toml 的 unmanaged。",
    ),
    "init_links_new": Text("New accounts: {count}", "新帐号：{count} 个"),
    "init_links_open": Text(
        "In doubt: {count}. In {accounts}, replace each ? by the account; leave it blank for an "
        "account of their own, or write - for none at all.",
        "无法确定：{count} 人。请在 {accounts} 中把每个 ? 换成帐号；留空表示新建帐号，"
        "填 - 表示不设帐号。",
    ),
    "init_accounts_comment": Text(
        "The column by which HR names a person. The account of each is found once, and kept.",
        "人事系统用这一列标识人员；每个人对应的帐号确定一次，此后沿用。",
    ),
    "init_hr_guess": Text("{header} is taken for {column}.", "「{header}」将作为{column}。"),
    "init_hr_guess_of": Text(
        "{header} is taken for {column}, not {others}.",
        "「{header}」将作为{column}，不用{others}。",
    ),
    "init_hr_rows": Text(
        "{header} says who is taken.\nTaken now: {taken}\nLeft out now: {left}",
        "按「{header}」决定导入哪些人。\n目前导入：{taken}\n目前不导入：{left}",
    ),
    "init_hr_unknown": Text(
        "To be checked, because these values were not known, and are taken: {values}",
        "请核对：以下取值无法判断是否在职，暂且导入：{values}",
    ),
    "init_hr_everybody": Text(
        "No column was found that says who works here: everybody in the file is taken.",
        "没有找到说明是否在职的列：文件中的人全部导入。",
    ),
    "init_hr_unclear": Text(
        "To be checked: {headers} may say who has left, too, and could not be made use of. Enter "
        'it in [rows], or with "" in [columns]; until then each import warns.',
        "请核对：{headers} 可能也说明谁已离职，但未能采用。"
        '请写入 [rows]，或在 [columns] 中写成 ""；在此之前每次导入都会提醒。',
    ),
    "init_hr_replaces": Text(
        "No stack could be asked. If {corp} has settings in force already, {settings} would "
        "replace them as a whole: protected accounts, leavers, limits and [rows].",
        "没有可查询的环境。如果 {corp} 已有生效的设置，{settings} 会整份取代它们，"
        "包括受保护的帐号、离职处理、限额和 [rows]。",
    ),
    "init_hr_next": Text("Next, in this order:", "接下来依次执行："),
    "init_hr_next_settings": Text(
        "  wecom-sync settings apply {settings} --corp {corp}",
        "  wecom-sync settings apply {settings} --corp {corp}",
    ),
    "init_hr_next_files": Text(
        "  wecom-sync drop {file} --corp {corp} --watch",
        "  wecom-sync drop {file} --corp {corp} --watch",
    ),
    "init_columns_comment": Text(
        "What your headers mean to WeCom. A blank leaves the column out: it is not even uploaded.",
        "各表头对应企业微信的哪一列；留空的列不导入，也不上传。",
    ),
    "init_ids_only": Text(
        "WeCom shows ids only: no names, no mobiles. Export the members in WeCom's console, and "
        "give the file with --from.",
        "企业微信只提供 ID，没有姓名和手机号。请在管理后台导出成员（通讯录 > 批量导入/导出 > "
        "文件导出），再用 --from 指定该文件。",
    ),
    "plan_columns": Text("{name} ({columns})", "{name}（{columns}）"),
    "holds_title": Text("Why a person has to look at it", "需要人工确认的原因"),
    "label_department": Text("Department", "部门"),
    "label_move_in": Text("Moved in", "调入"),
    "label_move_out": Text("Moved out", "调出"),
    "label_plan": Text("Plan", "变更计划"),
    "label_held": Text("Held because", "待确认原因"),
    "label_approved": Text("Approved", "批准"),
    "approved_by": Text("by {by}, {moment}", "{by}，{moment}"),
    "approved_before": Text(
        "by {by}, {moment}; no longer valid, because the plan has become worse since",
        "{by}，{moment}（之后变更计划变得更严重，该批准已失效）",
    ),
    "label_warnings": Text("Warnings", "提醒"),
    "warnings_where": Text("{count:,}, listed in plan.json", "{count:,} 条，详见 plan.json"),
    "label_expires": Text("Decide by", "确认期限"),
    "hold_expires": Text(
        "{moment}; after that the run is cancelled", "{moment}，逾期未批准将自动取消"
    ),
}

HISTORY_TEXTS: Mapping[MessageCode, Text] = {
    "history_none": Text(
        "Nothing happened to {userid} in the newest {count:,} runs of {corp}, which go back to "
        "{moment}. Both user ids and exact names were looked for. --limit looks through more.",
        "{corp} 最近 {count:,} 次运行（最早为 {moment}）中没有 {userid} 的变更"
        "（按帐号或完整姓名查找）。可用 --limit 查看更早的运行。",
    ),
    "history_several": Text(
        "Several people are called {name}: {userids}. Name one of these user ids.",
        "名叫 {name} 的有多人：{userids}。请指定其中一个帐号。",
    ),
    "history_from_to": Text("{column}: {before} → {after}", "{column}：{before} → {after}"),
    "history_to": Text("{column}: → {after}", "{column}：→ {after}"),
    "label_at": Text("When", "时间"),
    "label_change": Text("Change", "变更"),
    "label_from_to": Text("From → to", "变更内容"),
    "label_outcome": Text("Outcome", "结果"),
}
