"""What `--help` says, in both languages."""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text
from wecom_sync_tools.console.codes import MessageCode

HELP_TEXTS: Mapping[MessageCode, Text] = {
    "help_usage": Text("Usage: ", "用法："),
    "help_heading": Text("{heading}:", "{heading}："),
    "help_inputs": Text("Arguments", "参数"),
    "help_options": Text("Options", "选项"),
    "help_commands": Text("Commands", "命令"),
    "help_command": Text("COMMAND", "命令"),
    "help_help": Text("show this help and exit", "显示本帮助"),
    "help_wecom_sync": Text(
        "Push HR data into WeCom's address book with an outcome for every row.",
        "把人事数据同步到企业微信通讯录，每一行都有明确的结果。",
    ),
    "help_wecom_sync_next": Text(
        "wecom-sync COMMAND --help says more about a command. Commands talk to the stack in AWS "
        "that --stack names, or to the two buckets of --drop-bucket and --report-bucket; without "
        "these to the local stack when one is up (wecom-sync local up), else to what the "
        "environment names: WECOM_SYNC_STACK, or WECOM_SYNC_DROP_BUCKET and "
        "WECOM_SYNC_REPORT_BUCKET. Exit code: 0 as it should be; 1 it did not "
        "succeed, or is held; 2 wrong use. plan and settings have more.",
        "各命令的说明见 wecom-sync 命令 --help。"
        "用 --stack 指定 AWS 上的堆栈，或用 --drop-bucket 和 --report-bucket 指定两个存储桶；"
        "没有指定时，本地环境（wecom-sync local up）正在运行就访问本地环境，"
        "否则访问环境变量指定的堆栈（WECOM_SYNC_STACK）"
        "或存储桶（WECOM_SYNC_DROP_BUCKET 和 WECOM_SYNC_REPORT_BUCKET）。"
        "退出码：0 正常，1 未成功或待确认，2 用法有误；plan 和 settings 另有说明。",
    ),
    "help_drop_exit": Text(
        "Exit code: 0 dropped (with --watch: succeeded, or nothing to change); 1 with --watch: "
        "did not succeed, or is held; 2 wrong use.",
        "退出码：0 已提交（加 --watch 时为全部成功或无需变更），1 加 --watch "
        "时运行未成功或待确认，2 用法有误。",
    ),
    "help_demo": Text(
        "See it work: four files on a local stack, followed to their outcome.",
        "演示：部署到本地环境，提交四个文件，跟踪到出结果为止。",
    ),
    "help_local": Text("Run everything on this machine.", "在本机运行整套系统。"),
    "help_up": Text(
        "Start a local stack and keep it up until interrupted.", "启动本地环境，按 Ctrl-C 停止。"
    ),
    "help_down": Text("Stop a running local stack.", "停止正在运行的本地环境。"),
    "help_env_vars": Text(
        "Print the JSON for sam local invoke --env-vars.",
        "输出供 sam local invoke --env-vars 使用的 JSON。",
    ),
    "help_drop": Text("Drop a CSV or an Excel workbook.", "提交一个 CSV 文件或 Excel 工作簿。"),
    "help_runs": Text("List runs, the newest first.", "列出运行记录，最新的在前。"),
    "help_show": Text(
        "Show one run: what happened to it, its plan, and the rows that failed.",
        "查看一次运行：经过、变更计划、失败的行。",
    ),
    "help_results": Text(
        "Fetch the reports of a run: results.csv, plan.json, problems.json.",
        "下载一次运行的报告：results.csv、plan.json、problems.json。",
    ),
    "help_open": Text(
        "open the page about it in the browser, instead of printing it",
        "不在终端显示，而是在浏览器中打开页面",
    ),
    "help_output": Text(
        "the folder to write to (default: one named after the run); no other file in it is "
        "overwritten",
        "存放目录（默认以运行编号命名），不会覆盖已有的文件",
    ),
    "help_simulator": Text("Run the WeCom simulator alone.", "单独运行企业微信模拟器。"),
    "help_simulated_host": Text(
        "address to listen on (default: %(default)s)", "监听地址（默认为 %(default)s）"
    ),
    "help_simulated_port": Text(
        "port, 0 for any free one (default: %(default)s)",
        "端口，填 0 则任选一个空闲端口（默认为 %(default)s）",
    ),
    "help_simulated_corp": Text(
        "a corp with that many made-up members; repeatable",
        "一家企业，可带指定数量的虚构成员；可重复使用",
    ),
    "help_simulated_switch": Text(
        "a default for all corps, see GET /_control/; repeatable",
        "对所有企业生效的开关，参见 GET /_control/；可重复使用",
    ),
    "help_version": Text("show the version and exit", "显示版本号"),
    "help_lang": Text(
        "language of the output (zh is short for zh-CN)", "显示语言（zh-CN 可简写为 zh）"
    ),
    "help_home": Text(
        "directory of the local stack (default: .build/local of the repository, or "
        "WECOM_SYNC_HOME)",
        "本地环境的目录（默认为代码仓库中的 .build/local，也可用 WECOM_SYNC_HOME 指定）",
    ),
    "help_stack": Text(
        "the stack in AWS to talk to, even if a local one is up (WECOM_SYNC_STACK: unless one is)",
        "要访问的 AWS 堆栈，即使本地环境正在运行（用 WECOM_SYNC_STACK 指定时，本地环境优先）",
    ),
    "help_drop_bucket": Text(
        "without a stack: the bucket to drop into (or WECOM_SYNC_DROP_BUCKET)",
        "不指定堆栈，直接指定上传桶（也可用 WECOM_SYNC_DROP_BUCKET 指定）",
    ),
    "help_report_bucket": Text(
        "without a stack: the bucket to read reports from (or WECOM_SYNC_REPORT_BUCKET)",
        "不指定堆栈，直接指定报告桶（也可用 WECOM_SYNC_REPORT_BUCKET 指定）",
    ),
    "help_init": Text(
        "Get to know a corp that is in WeCom already, and write files to begin with.",
        "了解已在企业微信中的企业，并生成可以着手的初始文件。",
    ),
    "help_init_from": Text(
        "the members as WeCom's console exports them (default: only the ids that WeCom shows)",
        "管理后台导出的成员文件（默认只取企业微信提供的 ID）",
    ),
    "help_init_hr": Text(
        "HR's file of people: show how it is read, write settings.toml if the corp has none in "
        "force; with --from also show who has which account",
        "人事系统的人员文件：显示如何读取；企业还没有生效的设置时生成 settings.toml；"
        "与 --from 同用时还显示谁已有哪个帐号",
    ),
    "help_init_company": Text(
        "with --hr: the company's name in WeCom, if the file's departments do not begin with it",
        "与 --hr 同用：企业在企业微信中的名称，部门路径不以它开头时需要",
    ),
    "help_init_output": Text(
        "the folder to write to (default: this one); no other file in it is overwritten",
        "存放目录（默认为当前目录），不会覆盖已有的文件",
    ),
    "help_init_next": Text(
        "Nothing is sent to WeCom. What the export says is remembered, so the first full file is "
        "compared with it and asks about real differences only.",
        "不会向企业微信发送任何内容。导出文件的内容会记下来，首个全量文件将与它比对，"
        "只就真正的差异请人确认。",
    ),
    "help_policy": Text(
        "Print the rights of a role as an IAM policy.", "输出一种角色的 IAM 权限策略。"
    ),
    "help_role": Text(
        "dropper (drops and plans files), reader (reads reports), approver (reads, and decides "
        "about runs) or settings (reads, and changes settings)",
        "dropper（提交和预演文件）、reader（查看报告）、approver（查看报告、作决定）或 settings"
        "（查看报告、修改设置）",
    ),
    "help_policy_corp": Text(
        "rights for this corp only (default: for every corp)",
        "只给该企业的权限（默认为所有企业）",
    ),
    "help_json": Text("print JSON for programs", "输出供程序读取的 JSON"),
    "help_up_corp": Text(
        "a corp and the JSON file with its secret; repeatable (default: the made-up corp {corp}, "
        "known to the simulator)",
        "企业别名及其密钥 JSON 文件，可重复使用（默认建立模拟企业 {corp}）",
    ),
    "help_wecom_url": Text(
        "talk to this WeCom instead of starting a simulator", "连接该地址的企业微信，不启动模拟器"
    ),
    "help_parameter": Text(
        "set a parameter of the template; repeatable", "设置模板参数，可重复使用"
    ),
    "help_bind": Text(
        "address to listen on (default: 127.0.0.1; containers need 0.0.0.0)",
        "监听地址（默认为 127.0.0.1；容器访问需要 0.0.0.0）",
    ),
    "help_container_host": Text(
        "this machine's name inside the container (default: {host})",
        "本机在容器内的主机名（默认为 {host}）",
    ),
    "help_demo_home": Text(
        "where the logs, files and reports go (default: .build/demo)",
        "日志、文件和报告的存放目录（默认为 .build/demo）",
    ),
    "help_file": Text("the CSV or workbook (.xlsx)", "CSV 文件或工作簿（.xlsx）"),
    "help_as_it_is": Text(
        "send the whole file; without this, columns that are not taken are cut before the upload",
        "原样上传整个文件；不加则上传前去掉用不到的列",
    ),
    "help_corp": Text("the corp's alias", "企业别名"),
    "help_corp_or_all": Text(
        "the run's corp (or WECOM_SYNC_CORP); without it, every corp is searched",
        "运行所属的企业（也可用 WECOM_SYNC_CORP 指定），不指定则在所有企业中查找",
    ),
    "help_job": Text(
        "company (everybody, with the departments; drop and plan do this without --job), "
        "replaceparty (all departments), replaceuser (all members) or syncuser (some members)",
        "company（全体成员连同部门，drop 和 plan 默认用它）、replaceparty（全部部门）、"
        "replaceuser（全体成员）或 syncuser（部分成员）",
    ),
    "help_watch": Text("follow the run until it ends", "跟踪运行，直到结束"),
    "help_runs_corp": Text(
        "only runs of this corp (or of WECOM_SYNC_CORP)",
        "只列出该企业的运行（也可用 WECOM_SYNC_CORP 指定）",
    ),
    "help_runs_state": Text(
        "only runs in these states, by code or in words, for example HELD,FAILED: among those that "
        "are open and the newest 100 of each corp (or more, with --limit); repeatable",
        "只列出这些状态的运行，可用代码或中文，例如 待确认、失败；范围是所有未结束的运行，"
        "以及每家企业最新的 100 条（可用 --limit 扩大）；可重复使用",
    ),
    "help_limit": Text(
        "how many at most (default: 20); above 100, older runs are read one by one",
        "最多列出多少条（默认为 20）；超过 100 时会逐一读取更早的运行",
    ),
    "help_run": Text(
        "the run's id, or its short id (what follows the hyphen), or enough of the beginning of "
        "either (of the id: with the whole date)",
        "运行编号或短编号（连字符之后的部分），也可只写足以识别的开头（运行编号的开头须含完整日期）",
    ),
}
