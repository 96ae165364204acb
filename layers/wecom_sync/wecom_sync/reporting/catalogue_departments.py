"""What is said of the departments of a company file."""

from collections.abc import Mapping

from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.language import Text

DEPARTMENTS: Mapping[TextCode, Text] = {
    "warning_footer": Text(
        "What stands below the last row, such as totals and notes, is left out: line {lines}.",
        "最后一行数据下方的合计、说明等未读取：第 {lines} 行。",
    ),
    "warning_separator": Text(
        "The names in the paths of departments are separated by 「{separator}」.",
        "部门路径中的各级名称以「{separator}」分隔。",
    ),
    "settings_department": Text(
        "No department, or more than one, has the path 「{value}」. Known departments: {count}, "
        "with 「{known}」. Correct the path, or bring an export of the console first "
        "(wecom-sync init --from).",
        "路径「{value}」找不到对应的部门，或对应多个部门。已知部门共 {count} 个，"
        "其中有「{known}」。请更正路径，或先提交管理后台的导出文件（wecom-sync init --from）。",
    ),
    "unmanaged_overwritten": Text(
        "The settings leave accounts or departments as they are (unmanaged), and a replaceuser "
        "file would delete them: it knows no exceptions. Drop the file as company instead.",
        "设置中有不归文件管理的帐号或部门（unmanaged），而 replaceuser 是全量覆盖，会删除它们。"
        "请改用 company 提交这个文件。",
    ),
    "department_unmanaged": Text(
        "The settings leave 「{value}」 as it is ([departments] unmanaged), so nobody is put "
        "there. Correct the department, name the account below [accounts] unmanaged, or take the "
        "department out of the settings.",
        "设置中「{value}」不归文件管理（[departments] unmanaged），不会把人放进去。"
        "请更正所在部门；或在 [accounts] unmanaged 中写上该帐号；或从设置中去掉这个部门。",
    ),
    "warning_kept_empty": Text(
        "Departments that the file no longer names, because nobody is in them, stay as they are: "
        "{count}, among them 「{departments}」. To remove them, drop a department file "
        "(replaceparty) without them.",
        "有 {count} 个部门已无人员，文件中不再出现，将原样保留，其中有「{departments}」。"
        "如需删除，请提交不含这些部门的部门文件（replaceparty）。",
    ),
    "department_renamed": Text(
        "「{before}」 → 「{after}」: renamed, {same} of {people} people the same, id {id} stays.",
        "「{before}」→「{after}」：改名，{people} 人中有 {same} 人相同，部门 ID {id} 不变。",
    ),
    "department_moved": Text(
        "「{before}」 → 「{after}」: moved, {same} of {people} people the same, id {id} stays.",
        "「{before}」→「{after}」：调整上级，{people} 人中有 {same} 人相同，部门 ID {id} 不变。",
    ),
    "department_renamed_moved": Text(
        "「{before}」 → 「{after}」: renamed and moved, {same} of {people} people the same, id "
        "{id} stays.",
        "「{before}」→「{after}」：改名并调整上级，{people} 人中有 {same} 人相同，"
        "部门 ID {id} 不变。",
    ),
    "department_merged": Text(
        "「{before}」 → 「{after}」: merged, {same} of {people} people have gone there, id {id} "
        "goes.",
        "「{before}」→「{after}」：并入，{people} 人中有 {same} 人转入，部门 ID {id} 将删除。",
    ),
    "hold_separator": Text(
        "The names in the paths of departments are separated by 「{now}」, until now by "
        "「{before}」. Check that this is HR's file, and that the levels are as they were.",
        "部门路径中的分隔符是「{now}」，以前是「{before}」。请确认这是人事系统的文件，"
        "并且没有部门被拆成两级或合成一个。",
    ),
    "hold_unclear_departments": Text(
        "Departments that may have been renamed, moved or split, {total} in all: {arrows}. Fewer "
        "than two thirds of the people are the same. Approve if these are the same departments and "
        "keep their ids; otherwise correct the names in the file.",
        "有 {total} 个部门可能是改名、调整上级或拆分：{arrows}。相同人员不足三分之二。"
        "如确为同一部门、应保留部门 ID，请批准；否则请更正文件中的部门名称。",
    ),
    "hold_merged_departments": Text(
        "Departments that would be removed because their people have gone into others, {total} in "
        "all: {arrows}. What hangs on their ids, such as visibility and approvals, goes with them.",
        "有 {total} 个部门的人员已并入其他部门，这些部门将被删除：{arrows}。"
        "与其部门 ID 关联的可见范围、审批等设置也会一并失效。",
    ),
    "hold_unnamed": Text(
        "WeCom wants the name of every department, and {total} are not known. Bring an export of "
        "the console (wecom-sync init --from); name the company itself (1) as company under "
        "[departments] in settings.toml. Until then this cannot be approved.",
        "企业微信要求提供每个部门的名称，还有 {total} 个未知。请用管理后台的导出文件补充"
        "（wecom-sync init --from）；企业本身（1）的名称请写在 settings.toml 的 [departments] "
        "下的 company。在此之前不能批准。",
    ),
    "word_separator": Text("the separator of paths", "路径分隔符"),
    "word_unclear_departments": Text("departments that may be others", "可能改名的部门"),
    "word_merged_departments": Text("merged departments", "并入其他部门的部门"),
    "word_unnamed": Text("departments without a known name", "名称未知的部门"),
}
