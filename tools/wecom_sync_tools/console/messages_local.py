"""What the command line says about the local stack and the demonstration on it."""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text
from wecom_sync_tools.console.codes import MessageCode

LOCAL_TEXTS: Mapping[MessageCode, Text] = {
    "step_build": Text("Build the functions", "构建函数"),
    "step_emulator": Text("Start AWS on this machine", "启动本机 AWS 模拟环境"),
    "step_deploy": Text("Deploy the stack", "部署"),
    "step_failed": Text(
        "This step failed; the end of its log follows. The whole log: {log}",
        "此步骤失败，日志末尾如下。完整日志：{log}",
    ),
    "emulator_ended": Text(
        "The emulator stopped by itself; the end of its log follows. The whole log: {log}",
        "AWS 模拟环境意外退出，日志末尾如下。完整日志：{log}",
    ),
    "local_ready": Text(
        "The local stack is up. Stop it with Ctrl-C.", "本地环境已就绪，按 Ctrl-C 停止。"
    ),
    "local_next": Text(
        "In another terminal:  wecom-sync drop FILE --corp {corp} --job syncuser --watch",
        "在另一个终端中试试：wecom-sync drop 文件 --corp {corp} --job syncuser --watch",
    ),
    "local_stopped": Text("The local stack is stopped.", "本地环境已停止。"),
    "local_not_up": Text("No local stack is up in {home}.", "{home} 中没有正在运行的本地环境。"),
    "local_stays_up": Text(
        "The local stack (process {pid}) is still stopping after {seconds} s. Look again in a "
        "moment: wecom-sync local down",
        "{seconds} 秒后本地环境（进程 {pid}）仍在停止中。请稍后再看：wecom-sync local down",
    ),
    "env_vars_loopback": Text(
        "Containers reach this stack only if it was started with --bind 0.0.0.0.",
        "只有用 --bind 0.0.0.0 启动的环境，容器才能访问。",
    ),
    "label_corps": Text("Corps", "企业"),
    "label_aws": Text("AWS", "AWS"),
    "label_wecom": Text("WeCom", "企业微信"),
    "label_callbacks": Text("Callbacks", "回调地址"),
    "label_drop_bucket": Text("Drop bucket", "上传桶"),
    "label_report_bucket": Text("Report bucket", "报告桶"),
    "label_logs": Text("Logs", "日志"),
}

DEMO_TEXTS: Mapping[MessageCode, Text] = {
    "demo_title": Text("wecom-sync demo", "wecom-sync 演示"),
    "demo_intro": Text(
        "A company with 30 people in WeCom, on this machine. Three files are dropped at once:",
        "一家在企业微信中已有 30 名成员的企业（全部在本机模拟）。同时提交三个文件：",
    ),
    "demo_about_members": Text(
        "1,000 new members, 5 with a mobile or e-mail that is already in use",
        "1,000 名新成员，其中 5 人的手机号或邮箱已被占用",
    ),
    "demo_about_departments": Text(
        "their departments, WeCom's own template", "新成员所在的部门，取自企业微信官方模板"
    ),
    "demo_about_broken": Text(
        "everybody, full of mistakes: must be stopped", "全体成员，但有多处错误，必须拦下"
    ),
    "demo_dropped": Text(
        "Dropped. Every state, and the seconds after which it was reached:",
        "已提交。各文件经过的状态及用时（秒）：",
    ),
    "demo_step_settings": Text("Put the company's settings in force", "启用企业设置"),
    "demo_no_settings": Text(
        "The demonstration's settings were not accepted.", "演示用的设置没有生效。"
    ),
    "demo_then": Text(
        "A day later the HR system breaks off in the middle of its full export:",
        "第二天，人事系统导出全量名单时中途断开：",
    ),
    "demo_about_truncated": Text(
        "200 of 1,025 people; WeCom would delete the rest",
        "1,025 人只剩 200 人，直接导入会删掉其余所有人",
    ),
    "demo_dropped_late": Text("Dropped:", "已提交："),
    "demo_wrong_plan": Text(
        "{name}: the plan is not what it should be.", "{name}：变更计划与预期不符。"
    ),
    "demo_members": Text("WeCom now has {members} members.", "企业微信现有成员 {members} 名。"),
    "demo_files": Text("The files that were dropped: {folder}", "提交的文件：{folder}"),
    "demo_reports": Text("An outcome for every row: {folder}", "每一行的结果：{folder}"),
    "demo_page_held": Text(
        "What was held, as a page for your browser: {page}", "待确认的变更，可用浏览器打开：{page}"
    ),
    "demo_page_corp": Text("The company at a glance: {page}", "企业一览，可用浏览器打开：{page}"),
    "demo_good": Text(
        "Everything went as it should, in {seconds:.1f} s.",
        "一切符合预期，总用时 {seconds:.1f} 秒。",
    ),
    "demo_next": Text(
        "Try your own files: wecom-sync local up", "用自己的文件试试：wecom-sync local up"
    ),
    "demo_bad": Text("This is not the expected outcome.", "结果与预期不符。"),
    "demo_wrong_state": Text(
        "{name}: the run ended in the wrong state.", "{name}：运行结束时的状态与预期不符。"
    ),
    "demo_wrong_rows": Text("{name}: the wrong rows failed.", "{name}：失败的行与预期不符。"),
    "demo_wrong_members": Text(
        "{name}: WeCom has the wrong number of members.", "{name}：企业微信的成员数与预期不符。"
    ),
    "demo_too_slow": Text(
        "The runs did not end within {seconds} s.", "{seconds} 秒内未能全部结束。"
    ),
    "demo_interrupted": Text("Interrupted; everything is stopped.", "已中断，所有程序均已停止。"),
}
