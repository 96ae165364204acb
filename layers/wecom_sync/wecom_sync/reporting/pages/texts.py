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
    "time_days": Text("{count} days", "{count} 天"),
    "time_days_one": Text("{count} day", "{count} 天"),
    "time_hours": Text("{count} hours", "{count} 小时"),
    "time_hours_one": Text("{count} hour", "{count} 小时"),
    "time_minutes": Text("{count} minutes", "{count} 分钟"),
    "time_minutes_one": Text("{count} minute", "{count} 分钟"),
    "time_seconds": Text("{count} seconds", "{count} 秒"),
    "time_seconds_one": Text("{count} second", "{count} 秒"),
}

REPORT: Mapping[str, Text] = {}

PAGE_TEXTS: Mapping[str, Text] = {**SHELL, **REPORT, **INDEX}
"""Every text of the pages by its code."""
