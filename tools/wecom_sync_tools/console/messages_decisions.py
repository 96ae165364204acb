"""What the command line says about approving, cancelling, going back, and settings."""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text
from wecom_sync_tools.console.codes import MessageCode

DECISION_TEXTS: Mapping[MessageCode, Text] = {
    "decide_next": Text(
        "To approve it:  wecom-sync approve {run} --plan {digest}",
        "批准：wecom-sync approve {run} --plan {digest}",
    ),
    "decide_as_another": Text(
        "To approve it, as somebody other than {authors}:  "
        "wecom-sync approve {run} --plan {digest}",
        "批准（须由 {authors} 以外的人执行）：wecom-sync approve {run} --plan {digest}",
    ),
    "decide_or": Text("To cancel it:   wecom-sync cancel {run}", "取消：wecom-sync cancel {run}"),
    "not_held": Text(
        "{run} is not held: it is {state}. Look at it with wecom-sync show {named}",
        "{run} 不是待确认，当前状态为 {state}。可用 wecom-sync show {named} 查看。",
    ),
    "not_held_any_more": Text(
        "{run} can no longer be approved: it is {state}. wecom-sync show {named} says why; "
        "drop the file again if it is still needed.",
        "{run} 无法再批准，当前状态为 {state}。可用 wecom-sync show {named} 查看原因；"
        "如仍需要，请重新提交文件。",
    ),
    "not_cancellable": Text(
        "{run} can no longer be cancelled: it is {state}, so there is nothing left to stop.",
        "{run} 无法取消，当前状态为 {state}，已没有可以取消的内容。",
    ),
    "not_cancellable_any_more": Text(
        "{run} can no longer be cancelled: it is {state}. Wait until it has ended, then go back "
        "with wecom-sync rollback if you want to undo it.",
        "{run} 无法取消，当前状态为 {state}。请等待运行结束，如需撤销，再用 wecom-sync rollback "
        "回退。",
    ),
    "approve_question": Text("Approve this plan? [y/N]", "批准这份变更计划吗？[y/N]"),
    "approve_declined": Text(
        "Nothing was approved; {run} is still held.", "没有批准，{run} 仍待确认。"
    ),
    "approve_unseen": Text(
        "Nothing was approved, because this is not a terminal. Look at the plan with wecom-sync "
        "show {run}, then approve it with --plan HASH, as shown there; --yes approves the plan "
        "as it is now, unseen.",
        "没有批准：当前不在终端中，无法询问。请先用 wecom-sync show {run} 查看变更计划，"
        "再按其中的提示用 --plan 哈希 批准；加 --yes 则不看计划，直接批准当前这一份。",
    ),
    "approving": Text("Approve {run_id}", "批准 {run_id}"),
    "cancelling": Text("Cancel {run_id}", "取消 {run_id}"),
    "approved": Text(
        "Approved by {by}: the run continues, it is {state}.",
        "已批准（{by}），运行继续，当前状态为 {state}。",
    ),
    "run_cancelled": Text(
        "Cancelled by {by}: the run is {state}, and nothing was sent to WeCom.",
        "已取消（{by}），运行状态为 {state}，没有向企业微信发送任何内容。",
    ),
    "dismissing": Text("Dismiss {run_id}", "标为已处理：{run_id}"),
    "run_dismissed": Text(
        "Dismissed by {by}: the run stays {state}, and needs nobody any more.",
        "已由 {by} 标为已处理：运行状态仍为 {state}，不再需要处理。",
    ),
    "not_ended": Text(
        "{run} cannot be dismissed: it is {state}, so it has not ended. To stop it:  wecom-sync "
        "cancel {run}",
        "{run} 还不能标为已处理：当前状态为 {state}，尚未结束。如需停止：wecom-sync cancel {run}",
    ),
    "plan_changed": Text(
        "Nothing was approved: the hash is not that of the plan that waits. It is mistyped, or the "
        "plan has changed since you looked. Look at it with wecom-sync show {run} and approve it "
        "with the command shown there.",
        "没有批准：哈希与当前待确认的变更计划不符，可能写错了，也可能计划在您查看之后有变化。"
        "请用 wecom-sync show {run} 查看，再用其中给出的命令批准。",
    ),
    "plan_hash_wrong": Text(
        "{hash} does not name a plan: use the hash that wecom-sync show prints, at least its "
        "{characters} characters.",
        "{hash} 不能指明变更计划，请使用 wecom-sync show 显示的哈希值，至少 {characters} 个字符。",
    ),
    "decision_refused": Text(
        "{answer} Look at the run with wecom-sync show {run}",
        "{answer}请用 wecom-sync show {run} 查看该运行。",
    ),
    "decision_unread": Text(
        "The decision about {run} was dropped. You may not read the answer: it stands in the "
        "run's documents, for whoever has the role reader or approver (wecom-sync policy).",
        "对 {run} 的决定已提交，但您没有查看结果的权限。结果记录在该运行的文档中，"
        "拥有 reader 或 approver 角色（见 wecom-sync policy）的人可以查看。",
    ),
    "decision_pending": Text(
        "The decision was sent, but it had no effect within {seconds} s. It may still count: "
        "look at it with wecom-sync show {run}",
        "决定已发出，但 {seconds} 秒内没有结果，之后仍可能生效。请用 wecom-sync show {run} 查看。",
    ),
    "retried": Text(
        "Trying again: run {earlier} of {moment}, {key}", "重试 {moment} 的运行 {earlier}：{key}"
    ),
    "retry_asks": Text(
        "The file keeps its place. If newer files were applied meanwhile, the run gives way to "
        "them, or is held and names whom it would change back.",
        "文件仍按原来的先后处理：如果之后已有新文件生效，这次运行会让位给新文件，"
        "或先等待确认，并列出会被改回的成员。",
    ),
    "retry_state": Text(
        "{run} cannot be tried again: it is {state}. Only runs that ended as {states} can be.",
        "{run} 不能重试，当前状态为 {state}。只有以这些状态结束的运行才能重试：{states}。",
    ),
    "retry_no_file": Text(
        "{run} is of {key}, which is no file of members or departments. Put settings in force with "
        "wecom-sync settings apply, decide with wecom-sync approve or cancel.",
        "{run} 来自 {key}，不是成员或部门文件，不能重试。设置请用 wecom-sync settings apply 启用，"
        "决定请用 wecom-sync approve 或 cancel 作出。",
    ),
    "rolled_back": Text(
        "Going back to run {earlier} of {moment}: {key}, rows: {rows:,}",
        "回退到 {moment} 的运行 {earlier}：{key}，共 {rows:,} 行",
    ),
    "rollback_asks": Text(
        "It undoes what the last file did. If it would also change back or remove anybody whom "
        "another file has added or changed since, the run is held first and names them; "
        "wecom-sync approve lets it continue.",
        "回退会撤销最近一份文件带来的变更。如果还会改回或删除在那之后由其他文件新增、修改的成员，"
        "运行会先等待确认并列出这些成员，用 wecom-sync approve 批准后继续执行。",
    ),
    "rollback_none": Text(
        "There is nothing to go back to: no {job} file of {corp} was ever applied. "
        "wecom-sync runs --corp {corp} lists its runs.",
        "没有可以回退的版本：{corp} 的 {job} 文件还没有生效过。"
        "可用 wecom-sync runs --corp {corp} 查看运行记录。",
    ),
    "rollback_oldest": Text(
        "There is nothing to go back to: the {job} file of {corp} that is in force, from run "
        "{run}, is the first that was applied. To put the file of a later run in force, name it "
        "with --to; wecom-sync runs --corp {corp} lists them.",
        "没有更早的版本可以回退：{corp} 当前生效的 {job} 文件来自运行 {run}，是最早生效的一份。"
        "如要换成之后某次运行的文件，请用 --to 指定；运行记录见 wecom-sync runs --corp {corp}",
    ),
    "rollback_unknown": Text(
        "The {job} file of {corp} that is in force came back by a rollback to run {run}, of "
        "which nothing is kept any more, so there is no way to tell what was applied before it. "
        "Choose a run with --to; wecom-sync runs --corp {corp} lists them.",
        "{corp} 当前生效的 {job} 文件是回退到运行 {run} 得到的，但该运行的记录已不存在，"
        "无法判断在它之前生效的是哪个文件。请用 --to 指定运行，用 wecom-sync runs --corp {corp} "
        "查看运行记录。",
    ),
    "rollback_other": Text(
        "{run} is a {other} run, not a {job} run.", "{run} 是 {other} 运行，不是 {job} 运行。"
    ),
    "rollback_not_applied": Text(
        "The file of {run} was never applied: the run is {state}. Choose one that is SUCCEEDED or "
        "PARTIAL.",
        "{run} 的文件没有生效过，当前状态为 {state}。请选择 SUCCEEDED 或 PARTIAL 的运行。",
    ),
}

STATUS_TEXTS: Mapping[MessageCode, Text] = {
    "help_status": Text(
        "Say what needs a person, and how each corp stands.", "查看需要人处理的事项和各企业的近况。"
    ),
    "help_status_corp": Text(
        "only this corp (or WECOM_SYNC_CORP); without it, every corp that needs a person",
        "只看该企业（也可用 WECOM_SYNC_CORP 指定），不指定则列出所有需要处理的企业",
    ),
    "help_status_exit": Text(
        "Exit code: 0 it was told, whether or not anything needs a person (--json says what); "
        "1 the reports cannot be read; 2 wrong use.",
        "退出码：0 查询成功，无论有没有需要处理的事项（具体见 --json），1 无法读取报告，"
        "2 用法有误。",
    ),
    "status_needs": Text("{corp} needs a person", "{corp}：需要处理"),
    "status_quiet": Text("{corp}: nothing needs a person.", "{corp}：没有需要处理的事项。"),
    "status_of_nobody": Text(
        "Nothing is known about {corp}: no file was dropped and no settings were applied. "
        "Check the alias.",
        "查不到 {corp} 的任何记录：没有提交过文件，也没有启用过设置。请核对企业别名。",
    ),
    "status_plan": Text("The plan: {counts}", "计划：{counts}"),
    "status_rows": Text("{failed:,} of {rows:,} rows failed", "{rows:,} 行中有 {failed:,} 行失败"),
    "status_since": Text("Since {moment}", "开始于 {moment}"),
    "status_until": Text(
        "To be decided until {moment}; after that it is cancelled",
        "请在 {moment} 之前决定，过期自动取消",
    ),
    "status_decide": Text(
        "See whom it concerns, then decide:  wecom-sync show {run}",
        "查看涉及哪些人，再决定：wecom-sync show {run}",
    ),
    "status_correct": Text(
        "See what is wrong, mend the file and drop it again:  wecom-sync show {run}",
        "查看问题，改好文件后重新提交：wecom-sync show {run}",
    ),
    "status_mend": Text(
        "Fetch the rows that failed, mend and drop them:  wecom-sync results {run}",
        "下载失败的行，改好后重新提交：wecom-sync results {run}",
    ),
    "status_look": Text(
        "See what happened:  wecom-sync show {run}", "查看经过：wecom-sync show {run}"
    ),
    "status_retry": Text(
        "Once the cause is gone:  wecom-sync retry {run}", "原因排除后重试：wecom-sync retry {run}"
    ),
    "status_success": Text("Last success of {job}: {moment}", "{job} 最近一次成功：{moment}"),
    "status_no_success": Text("{job} has never succeeded", "{job} 还没有成功过"),
    "status_silent": Text(
        "Nothing has come since {moment}. The longest pause before was {age}: check that HR's "
        "export still arrives.",
        "{moment}之后没有新文件，此前最长的间隔为 {age}。请确认人事系统的导出是否正常送达。",
    ),
    "status_run": Text("{key}: {state} since {moment}", "{key}：{state}，开始于 {moment}"),
    "status_going_on": Text("Going on: {count:,} runs.", "进行中的运行：{count:,} 个。"),
    "status_others": Text(
        "Corps that need nobody: {count:,}", "没有事项需要处理的企业：{count:,} 家"
    ),
    "status_more": Text(
        "{count:,} more corps need a person: {corps}", "另有 {count:,} 家企业需要处理：{corps}"
    ),
    "status_drift": Text(
        "Changed by hand in WeCom: {added:,} added, {removed:,} removed, {moved:,} moved, "
        "seen {moment}",
        "企业微信中的手工改动：新增 {added:,}，删除 {removed:,}，换部门 {moved:,}，检查于 {moment}",
    ),
    "status_no_drift": Text(
        "Nothing was changed by hand in WeCom, seen {moment}",
        "企业微信中没有手工改动，检查于 {moment}",
    ),
    "status_weakened": Text(
        "This setting guards less than the default: {setting} = {value} (default: {default})",
        "该设置比默认值宽松：{setting} = {value}（默认：{default}）",
    ),
    "status_no_page": Text(
        "{corp} has no page yet: it is written when one of its runs moves next.",
        "{corp} 还没有页面，下一次有运行变化时会生成。",
    ),
    "status_open_one": Text(
        "One page at a time: name the corp with --corp. There are: {corps}",
        "一次只能打开一家企业的页面，请用 --corp 指定。现有：{corps}",
    ),
    "age_ago": Text("({age} ago)", "（{age}前）"),
    "age_ahead": Text("(in {age})", "（还有 {age}）"),
    "age_minutes": Text("{count} min", "{count} 分钟"),
    "age_hours": Text("{count} h", "{count} 小时"),
    "age_days": Text("{count} days", "{count} 天"),
    "age_days_hours": Text("{days} days {hours} h", "{days} 天 {hours} 小时"),
}

SETTINGS_TEXTS: Mapping[MessageCode, Text] = {
    "check_accounts": Text(
        "This checks settings, not accounts. To have them checked and put in force: wecom-sync "
        "settings apply {file} --corp CORP",
        "这里只检查设置，不检查帐号对应。检查并使其生效：wecom-sync settings apply {file} "
        "--corp 企业别名",
    ),
    "settings_good": Text(
        "{file} is valid. With it, these settings are in force:", "{file} 没有问题，生效后的设置："
    ),
    "settings_bad": Text(
        "{file} would be rejected, and the settings would stay as they are.",
        "{file} 会被退回，原有设置保持不变。",
    ),
    "settings_next": Text(
        "To put it in force:  wecom-sync settings apply {file} --corp CORP",
        "使其生效：wecom-sync settings apply {file} --corp 企业别名",
    ),
    "settings_in_force_of": Text("In force for {corp}:", "{corp} 当前生效的设置："),
    "settings_never_applied": Text(
        "No settings were ever applied for {corp}; the defaults are in force:",
        "{corp} 没有启用过任何设置，按默认值执行：",
    ),
    "settings_of_nobody": Text(
        "Nothing is known about {corp}: no settings were ever applied, and it has no runs. Check "
        "the alias; these are the defaults:",
        "查不到 {corp} 的任何记录：既没有启用过设置，也没有任何运行。请核对企业别名；"
        "以下是默认值：",
    ),
    "settings_step": Text("Drop the settings of {corp}", "提交 {corp} 的设置"),
    "accounts_step": Text("Drop the accounts of {corp}", "提交 {corp} 的帐号对应关系"),
    "settings_applied": Text(
        "The settings of {corp} are in force for every run from now on.",
        "{corp} 的设置已生效，之后的每次运行都按此执行。",
    ),
    "settings_changed": Text("  {name}: {old} → {new}", "  {name}：{old} → {new}"),
    "settings_unchanged": Text(
        "Nothing has changed: the same settings were in force before.", "与原有设置相同，没有变化。"
    ),
    "settings_refused": Text(
        "The settings of {corp} stay as they were. The run is {state}: {why}",
        "{corp} 的设置保持不变。运行状态为 {state}：{why}",
    ),
    "settings_overtaken": Text(
        "The settings were accepted, but others are in force: a newer settings.toml of {corp} "
        "was dropped, or the stack's version differs from this command's.",
        "设置已被接收，但当前生效的是其他设置：{corp} 之后又提交了 settings.toml，"
        "或堆栈与本命令的版本不同。",
    ),
    "settings_pending": Text(
        "The settings were dropped, but were not in force within {seconds} s. They may still "
        "take effect: look with wecom-sync show {run}",
        "设置已提交，但 {seconds} 秒内没有生效，之后仍可能生效。请用 wecom-sync show {run} 查看。",
    ),
    "settings_default": Text("default", "默认"),
    "label_setting": Text("Setting", "设置项"),
}
