"""What the page of a corp calls things, in both languages."""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text

INDEX: Mapping[str, Text] = {
    "index_title": Text("{corp} at a glance", "{corp} 概览"),
    "index_needs": Text("{count} runs need a person", "有 {count} 次运行需要处理"),
    "index_needs_one": Text("One run needs a person", "有 1 次运行需要处理"),
    "index_quiet": Text("Nothing needs a person", "没有需要处理的事项"),
    "index_as_of": Text("As of", "更新于"),
    "index_going_on": Text("{count} runs are going on", "{count} 次运行正在进行"),
    "index_going_on_one": Text("One run is going on", "1 次运行正在进行"),
    "attention": Text("To do", "待处理"),
    "attention_plan": Text("Plan", "计划"),
    "attention_twice": Text(
        "Who moves and changes otherwise counts in both.", "既调动又修改的，两项都计入。"
    ),
    "attention_rows": Text("Rows", "行数"),
    "attention_rows_failed": Text("{failed} of {rows} failed", "{rows} 行中有 {failed} 行失败"),
    "attention_since": Text("Since", "开始时间"),
    "attention_until": Text("Decide before", "决定期限"),
    "open_report": Text("Open the report", "打开报告"),
    "do_HELD": Text("See whom it concerns, then decide", "查看涉及哪些人，再决定"),
    "do_REJECTED": Text(
        "Mend what it names, then drop the file again", "按提示改好文件，然后重新提交"
    ),
    "do_PARTIAL": Text(
        "Fetch the rows that failed, mend them and drop them", "下载失败的行，改好后重新提交"
    ),
    "do_FAILED": Text("Once the cause is gone, try it again", "原因排除后重试"),
    "year": Text("A year at a glance", "一年概览"),
    "year_empty": Text("No file has been applied yet.", "还没有应用过文件。"),
    "year_hint": Text(
        "Each square is a day (UTC) and shows the gravest end of its files.",
        "每格为一天（UTC），显示当天各文件中最严重的结果。",
    ),
    "year_none": Text("no file", "没有文件"),
    "year_days": Text("{count} days", "{count} 天"),
    "year_days_one": Text("one day", "1 天"),
    "year_table": Text("As a table, by month", "按月查看表格"),
    "year_month": Text("Month", "月份"),
    "year_look": Text(
        "Days that did not go well, the newest first", "结果不理想的日期，最新的在前"
    ),
    "success": Text("Last success", "最近一次成功"),
    "success_never": Text("never", "尚无"),
    "job_none": Text("Settings or unknown", "设置或无法识别"),
    "runs": Text("Newest runs", "最近的运行"),
    "runs_empty": Text("No runs yet.", "还没有运行记录。"),
    "runs_all": Text("Show all {count}", "显示全部 {count} 条"),
    "runs_file": Text("File", "文件"),
    "runs_state": Text("State", "状态"),
    "runs_when": Text("Received", "收到时间"),
    "runs_counts": Text("Rows", "行数"),
    "runs_took": Text("Took", "用时"),
    "runs_report": Text("Report", "报告"),
    "runs_rows": Text("{rows} rows", "{rows} 行"),
    "runs_applied": Text("{count} applied", "{count} 行已生效"),
    "runs_failed": Text("{count} failed", "{count} 行失败"),
    "runs_unreported": Text("{count} not reported", "{count} 行未返回结果"),
    "runs_plan_only": Text("plan only", "仅生成计划"),
    "runs_link_hint": Text(
        "Each report lies beside this page, in the folder of its run. If a link does not open:",
        "报告与本页放在一起，每次运行一个目录。如果链接打不开，请运行：",
    ),
    "unheard": Text("Nobody hears of held runs", "运行待确认时没有人会收到通知"),
    "unheard_hint": Text(
        "The topic has no confirmed subscription, and the company no group robot.",
        "主题没有已确认的订阅，企业也没有群机器人。",
    ),
    "silent": Text(
        "Nothing has come for much longer than usual. Check that HR's export still arrives.",
        "已有很长时间没有新文件，明显超过以往的间隔。请确认人事系统的导出是否正常送达。",
    ),
    "drift": Text("Changed by hand in WeCom", "企业微信中的手工改动"),
    "drift_none": Text("Nothing was changed by hand.", "没有手工改动。"),
    "drift_unknown": Text("Nobody has looked yet.", "还没有检查过。"),
    "drift_seen": Text("Seen", "检查时间"),
    "drift_added": Text("Accounts added", "新增帐号"),
    "drift_removed": Text("Accounts removed", "删除帐号"),
    "drift_moved": Text("Accounts moved", "换部门的帐号"),
    "drift_list": Text("The list of them", "明细"),
    "settings": Text("Settings in force", "生效的设置"),
    "settings_since": Text("Since", "生效时间"),
    "settings_defaults": Text(
        "No settings were applied; these are the defaults.", "没有启用过设置，以下为默认值。"
    ),
    "settings_name": Text("Setting", "设置项"),
    "settings_value": Text("In force", "当前值"),
    "settings_default": Text("Default", "默认值"),
    "settings_changed": Text("changed", "已修改"),
    "settings_weaker": Text("guards less", "比默认宽松"),
}
