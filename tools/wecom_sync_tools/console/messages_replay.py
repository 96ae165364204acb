"""What the command line says about files that are played in memory."""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text
from wecom_sync_tools.console.codes import MessageCode

REPLAY_TEXTS: Mapping[MessageCode, Text] = {
    "help_replay": Text(
        "Try the product on the HR files of last year: what it would have asked. Needs no stack.",
        "用以往的人事文件试跑：看看哪些会需要确认。不需要部署，也不连接企业微信。",
    ),
    "help_replay_folder": Text(
        "the folder with the files; folders in it are played too",
        "存放这些文件的目录，其中的子目录也会一并试跑",
    ),
    "help_replay_job": Text(
        "the job of files whose name and folder do not say it (default: company)",
        "文件名和所在目录都没有写明任务类型时，按这种类型处理（默认为 company）",
    ),
    "help_replay_settings": Text(
        "the settings to play with (default: settings.toml of the folder, if there is one)",
        "试跑采用的设置（默认为该目录中的 settings.toml，没有则用默认设置）",
    ),
    "help_replay_start": Text(
        "the members as WeCom's console exports them, to begin with (default: an empty address "
        "book)",
        "以管理后台导出的成员文件作为起点（默认从空通讯录开始）",
    ),
    "help_replay_held": Text(
        "what becomes of a file that is held: approve (default) applies it, cancel does not",
        "待确认的文件如何处理：approve（默认）视为批准并生效，cancel 视为取消",
    ),
    "help_replay_every": Text(
        "how far apart files without a date in their names are: day (default), week or month",
        "文件名没有日期时，相邻两个文件相隔多久：day（默认，一天）、week（一周）或 month（一个月）",
    ),
    "help_replay_next": Text(
        "Files are played in the order of their names. 20260131-replaceuser.csv and "
        "20260131T0930-syncuser.csv are played at that time (UTC), as that job. Exit code: 0 the "
        "folder was played, whatever became of its files; 2 wrong use.",
        "按文件名的自然顺序试跑。20260131-replaceuser.csv、20260131T0930-syncuser.csv 这样的文件名"
        "表示时间（UTC）和任务类型。退出码：0 试跑完成（与各文件的结果无关），2 用法有误。",
    ),
    "replay_no_folder": Text(
        "{folder} is not a folder. Name the folder that holds the HR files.",
        "{folder} 不是目录，请指定存放人事文件的目录。",
    ),
    "replay_no_files": Text(
        "There is no .csv or .xlsx file in {folder}. Name the folder that holds the HR files.",
        "{folder} 中没有 .csv 或 .xlsx 文件，请指定存放人事文件的目录。",
    ),
    "replay_job_unknown": Text(
        "{file}: {word} is not a job type ({jobs}). Rename the file, put it into a folder named "
        "after its job, or say --job.",
        "{file}：没有「{word}」这种任务类型（可选：{jobs}）。请改文件名，"
        "或放入以任务类型命名的目录，或用 --job 指定。",
    ),
    "replay_file_bad": Text(
        "Nothing was played, because {file} is not right. Correct it and try again:",
        "{file} 有误，没有试跑任何文件。请改好后重试：",
    ),
    "replay_apply": Text("applied", "直接生效"),
    "replay_hold": Text("held", "待确认"),
    "replay_unchanged": Text("unchanged", "无变更"),
    "replay_reject": Text("rejected", "被退回"),
    "replay_summary": Text(
        "Files: {files} · held: {held} · rejected: {rejected} · questions a year: {questions}",
        "文件：{files} · 待确认：{held} · 被退回：{rejected} · 折合每年确认次数：{questions}",
    ),
    "replay_limits": Text(
        "Suggested limits. With these, no share would have been asked about in the files that are "
        "approved here. They fit only if these files were right: look at each one above first.",
        "建议的限额。采用后，上面视为批准的文件不会再因比例超限而待确认。"
        "前提是这些文件本身没有错，请先逐个核对。",
    ),
    "replay_no_limits": Text(
        "No limits to suggest: a share of at most {highest} % would have changed no answer.",
        "没有可建议的限额：把比例放宽到 {highest}% 以内，结果也不会改变。",
    ),
}
