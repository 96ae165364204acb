"""What the command line says about plans, decisions, rollbacks and settings."""

from collections.abc import Mapping

from wecom_sync.texts import Text

PLAN_HELP: Mapping[str, Text] = {
    "help_plan": Text(
        "Say what a file would do, without handing it in.",
        "预演：查看文件会带来哪些变更，并不真正提交。",
    ),
    "help_approve": Text("Let a held run go on.", "批准一次待确认的运行。"),
    "help_cancel": Text("Cancel a run that is held or queued.", "取消一次待确认或排队中的运行。"),
    "help_rollback": Text(
        "Go back: hand in the file that was applied before once again.",
        "回退：重新提交上一个生效过的文件。",
    ),
    "help_settings": Text("Work on a company's settings.toml.", "企业设置文件 settings.toml。"),
    "help_check": Text("Check a settings file on this machine.", "在本机检查设置文件。"),
    "help_settings_file": Text("the settings.toml", "settings.toml 文件"),
    "help_by": Text(
        "who decides (default: your AWS identity, or user@host)",
        "由谁决定（默认为当前 AWS 身份，或「用户名@主机名」）",
    ),
    "help_to": Text(
        "the run whose file comes back (default: the one applied before the file in force)",
        "回退到哪一次运行（默认为当前生效文件的上一个）",
    ),
    "help_force": Text(
        "send the file to WeCom even if it changes nothing", "即使没有任何变更也提交给企业微信"
    ),
    "help_plan_exit": Text(
        "Exit code: 0 it would be applied, or change nothing; 3 it would be held; 4 it would be "
        "rejected; 1 it could not be told; 2 wrong use.",
        "退出码：0 可直接执行或无需变更，3 需要人工确认，4 文件不合格，1 无法判断，2 用法有误。",
    ),
    "help_check_exit": Text(
        "Exit code: 0 the settings are good; 4 they would be rejected; 2 wrong use.",
        "退出码：0 设置无误，4 设置不合格，2 用法有误。",
    ),
}

_PLAN = {
    "plan_step": Text("Ask {stack} what the file would do", "请 {stack} 预演该文件"),
    "plan_apply": Text("This file would be applied at once.", "该文件可以直接执行。"),
    "plan_hold": Text(
        "This file would be held until a person approves it.", "该文件需要人工确认后才会执行。"
    ),
    "plan_unchanged": Text("This file would change nothing.", "该文件不会带来任何变更。"),
    "plan_reject": Text(
        "This file would be rejected; WeCom would never see it.",
        "该文件不合格，会被退回，不会提交给企业微信。",
    ),
    "plan_unknown": Text(
        "It could not be told what this file would do.", "无法判断该文件会带来哪些变更。"
    ),
    "plan_too_large": Text(
        "{file} is too large to be planned this way: {megabytes:.1f} MB compressed, at most "
        "{limit:.1f} MB fit into one request. Drop it instead: it is planned before it is sent, "
        "and held if it would hurt.",
        "{file} 太大，无法预演：压缩后 {megabytes:.1f} MB，单次请求最多 {limit:.1f} MB。"
        "可以直接提交：执行前同样会先生成变更计划，有风险时会等待人工确认。",
    ),
    "plan_answer_too_large": Text(
        "The plan names more people than one answer can carry. Drop the file instead: it is "
        "planned before it is sent, and held if it would hurt.",
        "变更涉及的人员太多，一次返回不下。可以直接提交：执行前同样会先生成变更计划，"
        "有风险时会等待人工确认。",
    ),
    "plan_failed": Text(
        "The submit function did not answer: {problem}. Its log says more.",
        "提交函数没有正常返回：{problem}。详情见其日志。",
    ),
    "plan_slow": Text(
        "The submit function did not answer within {seconds} s.",
        "提交函数在 {seconds} 秒内没有返回。",
    ),
    "plan_changes_title": Text("What it would change", "会带来的变更"),
    "plan_places_title": Text("Where most of it happens", "变更最多的部门"),
    "plan_warnings_title": Text("Worth a look", "请留意"),
    "plan_and_more": Text("… and {count} more", "……另有 {count} 项"),
    "plan_people": Text("{names} … (+{count})", "{names} ……（另有 {count} 个）"),
    "list_comma": Text(", ", "、"),
    "plan_columns": Text("{name} ({columns})", "{name}（{columns}）"),
    "holds_title": Text("Why a person has to look at it", "需要人工确认的原因"),
    "kind_add": Text("Added", "新增"),
    "kind_update": Text("Updated", "修改"),
    "kind_move": Text("Moved", "调动"),
    "kind_remove": Text("Removed", "删除"),
    "kind_disable": Text("Disabled", "禁用"),
    "kind_emptied": Text("Departments deleted once empty", "清空后将删除的部门"),
    "kind_invite": Text("Invited", "邀请"),
    "kind_unchanged": Text("Unchanged", "不变"),
    "kind_none": Text("nothing", "无变更"),
    "label_department": Text("Department", "部门"),
    "label_move_in": Text("Moved in", "调入"),
    "label_move_out": Text("Moved out", "调出"),
    "label_plan": Text("Plan", "变更计划"),
    "label_held": Text("Held because", "待确认原因"),
    "label_approved": Text("Approved", "批准"),
    "approved_by": Text("by {by}, {moment}", "{by}，{moment}"),
}

_DECISIONS = {
    "decide_next": Text(
        "To let it go on:  wecom-sync approve {run_id}", "批准：wecom-sync approve {run_id}"
    ),
    "decide_or": Text(
        "To give it up:    wecom-sync cancel {run_id}", "取消：wecom-sync cancel {run_id}"
    ),
    "not_held": Text(
        "{run} does not wait for approval: it is {state}.",
        "{run} 不需要批准，当前状态为 {state}。",
    ),
    "not_cancellable": Text(
        "{run} can no longer be cancelled: it is {state}.",
        "{run} 无法取消，当前状态为 {state}。",
    ),
    "approving": Text("Approve {run_id}", "批准 {run_id}"),
    "cancelling": Text("Cancel {run_id}", "取消 {run_id}"),
    "approved": Text("Approved by {by}; the run goes on.", "已批准（{by}），运行继续。"),
    "run_cancelled": Text(
        "Cancelled by {by}; nothing was sent to WeCom.",
        "已取消（{by}），没有向企业微信提交任何内容。",
    ),
    "approval_refused": Text(
        "The approval did not count: the run is {state} by now. Look at it again with "
        "wecom-sync show {run}",
        "批准没有生效：运行当前状态为 {state}。请用 wecom-sync show {run} 重新查看。",
    ),
    "plan_changed": Text(
        "The approval did not count: the plan has changed since. Look at it again with "
        "wecom-sync show {run}",
        "批准没有生效：变更计划已发生变化。请用 wecom-sync show {run} 重新查看。",
    ),
    "cancel_refused": Text(
        "It was too late to cancel: the run is {state} by now. Look at it with "
        "wecom-sync show {run}",
        "来不及取消：运行当前状态为 {state}。请用 wecom-sync show {run} 查看。",
    ),
    "decision_pending": Text(
        "The decision is sent, but nothing came of it within {seconds} s. It may still count: "
        "look at it with wecom-sync show {run}",
        "决定已发出，但 {seconds} 秒内没有结果，之后仍可能生效。请用 wecom-sync show {run} 查看。",
    ),
    "rolled_back": Text(
        "Going back to run {earlier}: {key}, {rows:,} rows, dropped {moment}",
        "回退到运行 {earlier}：{key}，{rows:,} 行，提交于 {moment}",
    ),
    "rollback_none": Text(
        "There is nothing to go back to: no {job} file of {corp} was ever applied. "
        "wecom-sync runs --corp {corp} lists its runs.",
        "没有可以回退的版本：{corp} 的 {job} 文件还没有生效过。"
        "可用 wecom-sync runs --corp {corp} 查看运行记录。",
    ),
    "rollback_oldest": Text(
        "There is nothing to go back to: the {job} file of {corp} that is in force, that of run "
        "{run}, is the first one that was applied. Choose another run with --to; "
        "wecom-sync runs --corp {corp} lists them.",
        "没有可以回退的版本：{corp} 当前生效的 {job} 文件来自运行 {run}，已是最早的一个。"
        "可用 --to 指定其他运行，用 wecom-sync runs --corp {corp} 查看运行记录。",
    ),
    "rollback_unknown": Text(
        "The {job} file of {corp} that is in force came back by a rollback to run {run}, of which "
        "nothing is kept any more, so it cannot be told what was applied before it. Choose a run "
        "with --to; wecom-sync runs --corp {corp} lists them.",
        "{corp} 当前生效的 {job} 文件是回退到运行 {run} 得到的，但该运行的记录已不存在，"
        "无法判断在它之前生效的是哪个文件。请用 --to 指定运行，"
        "用 wecom-sync runs --corp {corp} 查看运行记录。",
    ),
    "rollback_untold": Text(
        "It cannot be told whether run {run} was a rollback itself, because its version of {key} "
        "was deleted or has expired. Choose the run to go back to with --to.",
        "无法判断运行 {run} 本身是否为回退：{key} 的这个版本已被删除或过期。"
        "请用 --to 指定要回退到哪一次运行。",
    ),
    "rollback_other": Text(
        "{run} is a {found} run of {found_corp}, not a {job} run of {corp}.",
        "{run} 是 {found_corp} 的 {found} 运行，不是 {corp} 的 {job} 运行。",
    ),
    "rollback_not_applied": Text(
        "The file of {run} was never applied: the run is {state}. Choose one that is SUCCEEDED or "
        "PARTIAL.",
        "{run} 的文件没有生效过，当前状态为 {state}。请选择 SUCCEEDED 或 PARTIAL 的运行。",
    ),
    "rollback_gone": Text(
        "The file of {run} is no longer kept: this version of {key} was deleted or has expired. "
        "Drop it again from your own copy.",
        "{run} 的文件已不存在：{key} 的这个版本已被删除或过期。请用自己保存的副本重新提交。",
    ),
}

_SETTINGS = {
    "settings_good": Text(
        "{file} is good. With it, this is in force:", "{file} 没有问题，生效后的设置："
    ),
    "settings_bad": Text(
        "{file} would be rejected, and the settings would stay as they are.",
        "{file} 不合格，会被退回，原有设置保持不变。",
    ),
    "settings_next": Text(
        "Put it in force by uploading it as s3://<drop bucket>/<corp>/settings.toml",
        "上传为 s3://<提交用存储桶>/<企业别名>/settings.toml 即可生效。",
    ),
    "settings_default": Text("default", "默认"),
    "label_setting": Text("Setting", "设置项"),
}

PLAN_TEXTS: Mapping[str, Text] = {**_PLAN, **_DECISIONS, **_SETTINGS}
"""Every text of these commands but their help."""
