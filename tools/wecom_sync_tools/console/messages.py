"""What the command line says, in both languages; and which of them it speaks."""

import argparse
from collections.abc import Mapping, Sequence
from typing import TypeIs

from wecom_sync.reporting.catalogue import TEXTS
from wecom_sync.reporting.language import Language, Text
from wecom_sync_tools.console.codes import Code, MessageCode
from wecom_sync_tools.console.messages_decisions import (
    DECISION_TEXTS,
    SETTINGS_TEXTS,
    STATUS_TEXTS,
)
from wecom_sync_tools.console.messages_doctor import DOCTOR_TEXTS
from wecom_sync_tools.console.messages_help import HELP_TEXTS
from wecom_sync_tools.console.messages_local import DEMO_TEXTS, LOCAL_TEXTS
from wecom_sync_tools.console.messages_plans import HISTORY_TEXTS, PLAN_HELP, PLAN_TEXTS
from wecom_sync_tools.console.messages_replay import REPLAY_TEXTS
from wecom_sync_tools.console.messages_system import SYSTEM_TEXTS

_COMPLAINTS: Mapping[MessageCode, Text] = {
    "arguments_missing": Text("missing: {names}", "缺少参数：{names}"),
    "arguments_unknown": Text("unknown: {names}", "无法识别的参数：{names}"),
    "arguments_too_many": Text(
        "one {name} at a time; left over: {names}", "一次只能有一个 {name}，多出：{names}"
    ),
    "argument_value_missing": Text("needs a value", "后面缺少值"),
    "argument_malformed": Text("cannot be {value}", "不能是 {value}"),
    "argument_choice": Text(
        "cannot be {value}; choose from {values}", "不能是 {value}，可选：{values}"
    ),
    "argument_wrong": Text("{name}: {problem}", "{name}：{problem}"),
    "language_unknown": Text(
        "WECOM_SYNC_LANG cannot be {value}; choose en or zh-CN (or zh).",
        "WECOM_SYNC_LANG 不能是 {value}，可选 en 或 zh-CN（或 zh）。",
    ),
    "corp_malformed": Text(
        "{corp} cannot be a corp's alias: use 1 to 32 lower-case letters, digits or hyphens, "
        "not starting with a hyphen.",
        "{corp} 不能用作企业别名：请用 1 至 32 个小写字母、数字或短横线，且不以短横线开头。",
    ),
    "corp_option_malformed": Text(
        "--corp {option}: write ALIAS=FILE, for example acme=acme.json.",
        "--corp {option}：请写成 别名=文件，例如 acme=acme.json。",
    ),
    "corp_twice": Text("--corp names {corp} twice.", "--corp 重复指定了 {corp}。"),
    "job_unknown": Text(
        "{job} is not a job type; choose from {jobs}.", "没有 {job} 这种任务类型，可选：{jobs}。"
    ),
    "state_told": Text("{state} ({words})", "{state}（{words}）"),
    "state_unknown": Text(
        "{state} is not a state. Choose from {states}.", "没有「{state}」这种状态，可选：{states}。"
    ),
    "number_wrong": Text("{value} must be a whole number from 1.", "{value} 应为 1 或更大的整数。"),
    "url_malformed": Text(
        "--wecom-url {url}: the address must start with http:// or https://.",
        "--wecom-url {url}：地址应以 http:// 或 https:// 开头。",
    ),
    "bind_impossible": Text(
        "--bind {address}: cannot listen there: {problem}.",
        "--bind {address}：无法监听该地址：{problem}。",
    ),
    "parameter_malformed": Text(
        "--parameter {option}: write NAME=VALUE.", "--parameter {option}：请写成 名称=值。"
    ),
    "parameter_unknown": Text(
        "The template has no parameter {name}; it has {names}.",
        "模板没有参数 {name}，可用参数：{names}。",
    ),
    "file_unreadable": Text("Cannot read {file}: {problem}.", "无法读取 {file}：{problem}。"),
    "file_not_csv": Text(
        "{file} does not end in .csv or .xlsx, and only such files are read. "
        'Save the data as .xlsx or "CSV UTF-8" and take that file.',
        "{file} 的扩展名不是 .csv 或 .xlsx，系统只读取这两种文件。"
        "请另存为 .xlsx 或「CSV UTF-8」格式，再用新文件。",
    ),
    "file_not_regular": Text("{file} is not a file.", "{file} 不是文件。"),
    "secret_not_json": Text(
        "{file} does not contain a JSON object.", "{file} 的内容不是 JSON 对象。"
    ),
    "secret_wrong": Text(
        "{file}: missing, unknown or not a text: {names}.",
        "{file}：以下字段缺失、无法识别或不是文本：{names}。",
    ),
    "setup_missing": Text(
        "The tools are not installed. Run make setup in {root} first.",
        "工具尚未安装。请先在 {root} 运行 make setup。",
    ),
    "repository_needed": Text(
        "wecom-sync demo and wecom-sync local need the source of wecom-sync: get its repository, "
        "run make setup in it, and call .venv/bin/wecom-sync there.",
        "wecom-sync demo 和 wecom-sync local 需要 wecom-sync 的源代码：请获取代码仓库，"
        "在其中运行 make setup，再使用其中的 .venv/bin/wecom-sync。",
    ),
    "simulator_needed": Text(
        "wecom-sync simulator needs the package wecom-simulator, which is not installed. "
        "Install its wheel (make wheels in the repository of wecom-sync builds it).",
        "wecom-sync simulator 需要 wecom-simulator 包，当前没有安装。"
        "请安装它的 wheel（在 wecom-sync 的代码仓库中运行 make wheels 即可生成）。",
    ),
    "home_in_use": Text(
        "A local stack is already up in {home}. Stop it with wecom-sync local down, "
        "or choose another directory with --home.",
        "{home} 中已有本地环境在运行。请用 wecom-sync local down 停止，或用 --home 另选目录。",
    ),
    "local_needed": Text(
        "No local stack is up in {home}. Start one with wecom-sync local up.",
        "{home} 中没有正在运行的本地环境。请先运行 wecom-sync local up。",
    ),
    "no_stack": Text(
        "There is no stack to use: no local stack is up in {home}, and neither an option (--stack, "
        "or --drop-bucket and --report-bucket) nor the environment names one in AWS. Start one "
        "with wecom-sync local up.",
        "没有可用的环境：{home} 中没有正在运行的本地环境，也没有通过 --stack、"
        "--drop-bucket 和 --report-bucket 或环境变量指定 AWS 上的堆栈或存储桶。"
        "可运行 wecom-sync local up 启动本地环境。",
    ),
    "no_stack_named": Text(
        "There is no stack to use. Name the one in AWS with --stack or WECOM_SYNC_STACK, or its "
        "two buckets with --drop-bucket and --report-bucket.",
        "没有指定要访问的环境。请用 --stack 或 WECOM_SYNC_STACK 指定 AWS 上的堆栈，"
        "或用 --drop-bucket 和 --report-bucket 指定它的两个存储桶。",
    ),
    "stack_missing": Text(
        "There is no stack {stack} in this AWS account and region.",
        "当前 AWS 账户和区域中没有堆栈 {stack}。",
    ),
    "stack_foreign": Text(
        "{stack} is not a wecom-sync stack: it has no output {output}.",
        "{stack} 不是 wecom-sync 的堆栈：缺少输出 {output}。",
    ),
    "stack_needed": Text(
        "This command needs a stack, and only two buckets are named. Name the stack with --stack "
        "or WECOM_SYNC_STACK.",
        "此命令需要访问整个堆栈，而当前只指定了两个存储桶。请用 --stack 或 WECOM_SYNC_STACK "
        "指定堆栈。",
    ),
    "stack_named": Text(
        "Stack {stack} in AWS, region {region}", "AWS 上的堆栈 {stack}，区域 {region}"
    ),
    "buckets_named": Text(
        "Drop bucket {bucket}, region {region}", "上传桶 {bucket}，区域 {region}"
    ),
    "buckets_incomplete": Text(
        "Name both buckets: with --drop-bucket and --report-bucket, or with "
        "WECOM_SYNC_DROP_BUCKET and WECOM_SYNC_REPORT_BUCKET.",
        "两个存储桶都要指定：用 --drop-bucket 和 --report-bucket，"
        "或用 WECOM_SYNC_DROP_BUCKET 和 WECOM_SYNC_REPORT_BUCKET。",
    ),
    "target_ignored": Text(
        "A local stack is up and takes precedence over what the environment names. To use that, "
        "add {options}",
        "本地环境正在运行，优先于环境变量指定的目标。要访问后者，请加 {options}",
    ),
    "target_twice": Text(
        "--stack names a stack in AWS, --home a local one, --drop-bucket and --report-bucket two "
        "buckets: use only one of these.",
        "--stack 指定 AWS 上的堆栈，--home 指定本地环境，--drop-bucket 和 --report-bucket "
        "指定两个存储桶，三者只能用一种。",
    ),
    "corp_needed": Text(
        "You may not list the corps of this stack. Name yours with --corp or WECOM_SYNC_CORP.",
        "您没有列出所有企业的权限。请用 --corp 或 WECOM_SYNC_CORP 指定企业。",
    ),
    "reading_refused": Text(
        "You may not read the reports, which this needs: that is the role reader (wecom-sync "
        "policy reader prints its rights).",
        "此操作需要查看报告，而您没有权限。所需的是 reader 角色（wecom-sync policy reader "
        "可输出其权限）。",
    ),
    "run_unknown": Text(
        "There is no run {run}. wecom-sync runs{options} lists them.",
        "没有运行编号为 {run} 的记录。可用 wecom-sync runs{options} 查看运行记录。",
    ),
    "run_ambiguous": Text(
        "{run} fits more than one run: {runs}.", "{run} 对应多条运行记录：{runs}。"
    ),
}

_RUNS: Mapping[MessageCode, Text] = {
    "dropped": Text("Dropped {key}", "已提交 {key}"),
    "cut_sent": Text(
        "Columns sent: {sent:,}; columns that stay here: {stay:,} ({names}). Settings that are to "
        "take one come first, then the file.",
        "发送 {sent:,} 列，另有 {stay:,} 列留在本机、不上传（{names}）。"
        "如需其中某列，请先写入设置，再提交文件。",
    ),
    "cut_unread": Text(
        "The settings cannot be read, so nobody knows which columns to cut. Nothing was sent. To "
        "send the whole file, add --as-it-is.",
        "无法读取设置，因此不知道应去掉哪些列，文件未上传。如需原样上传，请加 --as-it-is。",
    ),
    "cut_unlike": Text(
        "The columns that are not taken cannot be cut: the rest would be read differently. Nothing "
        "was sent. Mend the file, or send the whole file with --as-it-is.",
        "无法去掉用不到的列：去掉后读取结果会不同。文件未上传。"
        "请先改好文件；如需原样上传，请加 --as-it-is。",
    ),
    "cut_unnamed": Text(
        "Cells have no header in these lines: {lines}. Nobody knows what they hold, so nothing was "
        "sent. Delete them or give them a header, or send the whole file with --as-it-is.",
        "这些行里有单元格没有表头：{lines}。无法判断其中的内容，因此文件未上传。"
        "请删除这些单元格或补上表头；如需原样上传，请加 --as-it-is。",
    ),
    "dropped_run": Text("Run {run_id}", "运行编号 {run_id}"),
    "dropped_next": Text("Follow it with wecom-sync show {run}", "查看进展：wecom-sync show {run}"),
    "dropped_unread": Text(
        "The file was dropped, as run {run}. You may not read what becomes of it: that needs the "
        "role reader (wecom-sync policy reader prints its rights).",
        "文件已提交，运行编号为 {run}，但您没有查看结果的权限，需要 reader 角色"
        "（wecom-sync policy reader 可输出其权限）。",
    ),
    "plan_unread": Text(
        "The file is only planned; nothing is imported. You may not read the plan, but whoever has "
        "the role reader, approver or settings may: wecom-sync show {run}",
        "文件只作预演，不会导入。您没有查看计划的权限，拥有 reader、approver 或 settings 角色的人"
        "可以查看：wecom-sync show {run}",
    ),
    "timeline_title": Text("What happened", "经过"),
    "timeline_by": Text("by {by}", "操作者：{by}"),
    "approve_in_vain": Text("approval not carried out", "批准未执行"),
    "cancel_in_vain": Text("cancellation not carried out", "取消未执行"),
    "dismissed": Text("dismissed", "已处理"),
    "decision_in_vain": Text("decision not carried out", "决定未执行"),
    "timeline_note": Text("note: {note}", "附注：{note}"),
    "timeline_retry": Text(
        "failed so far: {count}; next try at {next}, given up at {deadline}",
        "已失败 {count} 次，将于 {next} 重试，{deadline} 后放弃",
    ),
    "timeline_times": Text("failed {count} times", "失败 {count} 次"),
    "timeline_once": Text("failed once", "失败 1 次"),
    "label_trouble": Text("Next try", "下次重试"),
    "watch_waiting": Text("waiting to be picked up", "等待处理"),
    "watch_left": Text(
        "The run continues. Look at it with wecom-sync show {run}",
        "运行仍在继续，可用 wecom-sync show {run} 查看。",
    ),
    "no_runs": Text(
        "No runs yet. Drop a file:  wecom-sync drop FILE --corp CORP --job JOB",
        "还没有运行记录。提交文件：wecom-sync drop 文件 --corp 企业别名 --job 任务",
    ),
    "no_runs_match": Text("No run matches.", "没有符合条件的运行。"),
    "runs_held_next": Text(
        "Why each is held, and how to decide:  wecom-sync show RUN --corp {corp}",
        "查看待确认的原因和处理方法：wecom-sync show 运行编号 --corp {corp}",
    ),
    "results_next": Text(
        "To read them:  wecom-sync results {run}", "下载报告：wecom-sync results {run}"
    ),
    "results_fix": Text(
        "Once the rows of fix.csv are mended:  wecom-sync drop {file} --corp {corp} --job syncuser "
        "--watch{options}",
        "改好 fix.csv 后提交：wecom-sync drop {file} --corp {corp} --job syncuser --watch{options}",
    ),
    "open_with_json": Text(
        "--open is for people and --json for programs: leave one of them out.",
        "--open 供人查看，--json 供程序读取，两者只能选一个。",
    ),
    "page_kept": Text(
        "There is no browser here. The page is {path}", "这里没有可用的浏览器，页面已保存到 {path}"
    ),
    "page_missing": Text(
        "{run} has no page yet: it is only being written. Without --open, show prints the same.",
        "{run} 还没有页面，正在生成。去掉 --open 可以直接查看。",
    ),
    "page_opened": Text("Opened in the browser: {path}", "已在浏览器中打开：{path}"),
    "results_none": Text(
        "{run} has no reports: it is {state}.", "{run} 没有报告，当前状态为 {state}。"
    ),
    "results_gone": Text(
        "The reports of {run} are no longer kept.", "{run} 的报告已不存在（超过保留期限或被删除）。"
    ),
    "results_in_the_way": Text(
        "{file} already exists and has other content. Choose another folder, for example -o "
        "{example}",
        "{file} 已存在，且内容不同。请另选目录，例如 -o {example}",
    ),
    "folder_unusable": Text(
        "Cannot write to {folder}: {problem}.", "无法写入 {folder}：{problem}。"
    ),
    "label_run": Text("Run", "运行编号"),
    "label_corp": Text("Corp", "企业"),
    "label_job": Text("Job", "任务"),
    "label_file": Text("File", "文件"),
    "label_principal": Text("Dropped by", "提交者"),
    "label_retry_of": Text("Retry of", "重试自"),
    "label_rollback_of": Text("Back to", "回退到"),
    "label_state": Text("State", "状态"),
    "label_why": Text("Why", "原因"),
    "label_rows": Text("Rows", "行数"),
    "label_applied": Text("Applied", "已生效"),
    "label_failed": Text("Failed", "失败"),
    "label_unreported": Text("Not reported", "未返回结果"),
    "label_not_applied": Text("Not applied", "未生效"),
    "label_encoding": Text("Encoding", "编码"),
    "label_steps": Text("Steps", "步骤"),
    "label_wecom_job": Text("WeCom job", "企业微信任务"),
    "label_created": Text("Received", "收到时间"),
    "label_finished": Text("Ended", "结束时间"),
    "label_took": Text("Took", "用时"),
    "label_line": Text("Line", "行"),
    "label_id": Text("Id", "帐号或 ID"),
    "label_name": Text("Name", "姓名或名称"),
    "label_code": Text("Code", "错误码"),
    "label_problem": Text("What is wrong and what to do", "问题与处理建议"),
    "label_column": Text("Column", "列"),
    "rows_failed_title": Text("Rows that failed", "失败的行"),
    "problems_title": Text("Problems in the file", "文件中的问题"),
    "and_more": Text(
        "… and {count:,} more, all in results.csv", "……另有 {count:,} 项，详见 results.csv"
    ),
    "seconds": Text("{seconds:.1f} s", "{seconds:.1f} 秒"),
}

_REDRIVE: Mapping[MessageCode, Text] = {
    "help_redrive": Text(
        "Show messages that could not be handled (dead letters), or send them back.",
        "查看未能处理的消息（死信），或将其送回原队列。",
    ),
    "help_return": Text(
        "send every dead letter back to its queue (what was already done is not done twice)",
        "把全部死信送回原队列（已完成的操作不会重复执行）",
    ),
    "redrive_look": Text("Look through the dead letters", "检查死信队列"),
    "redrive_return": Text("Send the dead letters back", "将死信送回原队列"),
    "redrive_none": Text("There are no dead letters.", "没有死信。"),
    "redrive_next": Text(
        "Dead letters: {count}. Once the cause is gone, send them back: "
        "wecom-sync redrive --return{options}",
        "共 {count} 条死信。排除原因后，可送回原队列：wecom-sync redrive --return{options}",
    ),
    "redrive_returned": Text("Messages sent back: {count}.", "已送回 {count} 条消息。"),
    "label_queue": Text("Queue", "队列"),
    "label_message": Text("Message", "消息"),
    "label_received": Text("Received", "接收次数"),
    "label_sent": Text("Sent", "发送时间"),
}

MESSAGES: Mapping[MessageCode, Text] = {
    **HELP_TEXTS,
    **PLAN_HELP,
    **PLAN_TEXTS,
    **REPLAY_TEXTS,
    **HISTORY_TEXTS,
    **DECISION_TEXTS,
    **SETTINGS_TEXTS,
    **STATUS_TEXTS,
    **_COMPLAINTS,
    **SYSTEM_TEXTS,
    **LOCAL_TEXTS,
    **_RUNS,
    **_REDRIVE,
    **DOCTOR_TEXTS,
    **DEMO_TEXTS,
}
"""Every text of the command line by its code."""


def message(code: Code) -> Text:
    """Return a text of the command line, or of the product."""
    return MESSAGES[code] if _is_ours(code) else TEXTS[code]


def _is_ours(code: Code) -> TypeIs[MessageCode]:
    return code in MESSAGES


def language_of(arguments: Sequence[str], environ: Mapping[str, str]) -> Language:
    """Return the language to speak: `--lang`, `WECOM_SYNC_LANG`, then the locale.

    The arguments are not parsed yet, because their help needs the language. An unknown value is
    reported later.
    """
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--lang", nargs="?")
    option = early.parse_known_args(arguments)[0].lang
    if language := language_named(option or environ.get("WECOM_SYNC_LANG") or ""):
        return language
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return Language.CHINESE if locale.lower().startswith("zh") else Language.ENGLISH


def language_named(name: str) -> Language | None:
    """Return the language of a name, None when we do not speak it."""
    return {"en": Language.ENGLISH, "zh": Language.CHINESE, "zh-cn": Language.CHINESE}.get(
        name.lower().replace("_", "-")
    )
