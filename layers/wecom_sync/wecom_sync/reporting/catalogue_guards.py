"""What is said of a plan that waits for a person: why, and what to look at."""

from collections.abc import Mapping

from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.language import Text

GUARDS: Mapping[TextCode, Text] = {
    "hold_second_account": Text(
        "Newcomers who evidently have an account under another id: {total}. The name and the "
        "mobile, e-mail or departments agree, or only zeros at the start of the id are missing. "
        "Correct the ids in the file; approve if they should get new accounts.",
        "将新增的人中，有 {total} 人显然已有帐号，只是帐号不同：姓名与手机号、邮箱或部门都相同，"
        "或者只差开头的 0（表格软件会去掉）。请改正文件中的帐号；确要另建新帐号时再批准。",
    ),
    "hold_second_account_departments": Text(
        "Departments left out and made again under another number or code, with the same name in "
        "the same place: {total}. WeCom refuses that while the first is there (60008). Look "
        "whether numbers have slipped; name them as before.",
        "有 {total} 个部门换了部门 ID 或编码，名称和位置却没有变，等于先删除再新建；原部门还在时，"
        "企业微信会拒绝（60008）。请检查部门 ID 或编码是否错行，并改回原来的写法。",
    ),
    "hold_other_person": Text(
        "Accounts that would get another name and other contacts, as if somebody else took them "
        "over with everything in them: {total}. A mailbox made from the id proves nothing. Give "
        "newcomers ids of their own; approve if these are the same people.",
        "{total} 个帐号的姓名和联系方式都将改变，像是换了人，帐号里的一切都会归新人所有；由帐号生"
        "成的邮箱不能证明是本人。新人请使用新的帐号；如确为本人，再批准。",
    ),
    "hold_mixed": Text(
        "The column {column} seems to have been sorted on its own, or to have slipped by a row: "
        "people who would get what others have, or had until now: {total}.",
        "「{column}」一列可能被单独排序或错了行：{total} 人将得到别人现有或原有的内容。",
    ),
    "hold_mixed_departments": Text(
        "The column {column} seems to have been sorted on its own, or to have slipped by a row: "
        "departments that would exchange what they have: {total}.",
        "「{column}」一列可能被单独排序或错了行：{total} 个部门将互换内容。",
    ),
    "hold_unlikely": Text(
        "{what}, in the column {column}: {total}. Check this column of the export.",
        "「{column}」一列有 {total} 人的新内容可疑：{what}。请检查导出文件的这一列。",
    ),
    "hold_unlikely_departments": Text(
        "{what}, in the column {column}, for departments: {total}. Check this column of the "
        "export.",
        "「{column}」一列有 {total} 个部门的新内容可疑：{what}。请检查导出文件的这一列。",
    ),
    "hold_left_accounts": Text(
        "No earlier file had rows with 「{values}」. They are left out, and their accounts go: "
        "{total}. If they have left, approve. Should they stay, put a settings.toml in force that "
        "has the value under [rows]: the run is planned anew with it.",
        "有以前没见过的取值：「{values}」。这些行不导入，其中 {total} 人的帐号会因此被删除或停用。"
        "如确已"
        "离职，请批准；要留下这些人，请在 settings.toml 的 [rows] 中加上该取值并生效，"
        "运行会重新计算。",
    ),
    "hold_left_out": Text(
        "Rows are left out for values that no earlier file had. Nobody loses an account by that. "
        "Should these people not be in WeCom, approve. Should they be, put settings in force that "
        "have the value under [rows].",
        "有些行的取值以前没见过，因此不导入；没有人会因此失去帐号。这些人不用企业微信：直接批准。"
        "这些人要用企业微信：在 settings.toml 的 [rows] 中加上该取值并生效。",
    ),
    "hold_incomplete": Text(
        "Check the filter, the pages and the end of the export: rows are missing that stood "
        "together in the last file, or are all of a department, {total} of {existing}.",
        "请检查导出时的筛选条件、分页和文件末尾：缺少上次文件中连在一起的行，或整个部门的人"
        "（{existing} 条中的 {total} 条）。",
    ),
    "hold_older": Text(
        "The file would take back newer changes (a rollback: those of other files than the one "
        "it undoes): {total} in all. Check that you have the right export; to go back on purpose, "
        "use a rollback.",
        "本文件会撤销比它更新的变更（回退时指不属于所撤销文件的变更），共 {total} 处。请确认没有拿"
        "错文件；如果就是要恢复旧数据，请使用回退。",
    ),
    "hold_same_again": Text(
        "This file says the same as {key}, dropped on {day} (UTC), after which newer ones came. "
        "Approving it takes back what changed since, {total} in all. If it was restored or picked "
        "by mistake, cancel it; to go back on purpose, use a rollback.",
        "本文件与 {day}（UTC）提交的 {key} 内容相同，而在那之后已有更新的文件。批准会撤销此后的变更"
        "，共 {total} 处。如果拿错了文件，或它是从备份恢复的，请取消；要恢复旧数据，请使用回退。",
    ),
    "hold_came_back": Text(
        "People who had left, removed or disabled, and would come back: {total}. "
        "Check whether the export ignores who has left, and whether this is the right company.",
        "{total} 个已离开的人将重新出现：他们此前已被删除或禁用。请检查导出时是否漏掉了离职状态，"
        "以及企业是否选对。",
    ),
    "hold_gone": Text(
        "Check the filter and the date of the export, and whether it has all pages: the file would "
        "remove or disable {total} of {existing} members; more than {number} within 20 hours, or "
        "more than {limit} %, need approval.",
        "请检查导出的筛选条件和日期，以及有没有缺页："
        "本文件将在 {existing} 名成员中删除或禁用 {total} "
        "名；20 小时内合计超过 {number} 名，或超过 {limit}%，需要批准。",
    ),
    "hold_gone_departments": Text(
        "Departments that would be removed, now or when they are empty: {total}; more than "
        "{number} need approval. Check that the file has the whole tree.",
        "将删除 {total} 个部门（有人的部门在清空后删除），超过 {number} 个需要批准。请确认文件包"
        "含完整的部门树。",
    ),
    "hold_renamed": Text(
        "Check which column of the export the names come from, and whether it has slipped: "
        "{total} of {existing} members would get another name; more than {limit} % need approval.",
        "请检查姓名取自导出文件的哪一列、有没有错行：现有成员 {existing} 名，"
        "其中 {total} 名将改名，"
        "超过 {limit}% 需要批准。",
    ),
    "hold_renamed_departments": Text(
        "{total} of {existing} departments would be renamed; more than {limit} % need approval. "
        "Check that the columns are not shifted and that the names are readable.",
        "现有部门 {existing} 个，其中 {total} 个将改名，超过 {limit}% 需要批准。请检查各列是否错"
        "位、部门名称是否乱码。",
    ),
    "hold_contacts": Text(
        "Check whose mobiles and e-mail addresses these are, and whether the columns have slipped: "
        "{total} of {existing} members would get others, or none. They sign in with these; more "
        "than {limit} % need approval.",
        "请检查手机号和邮箱是否确属本人、有没有错行：现有成员 {existing} 名，"
        "其中 {total} 名的手机号或"
        "邮箱将改变或清空。这些信息用于登录，超过 {limit}% 需要批准。",
    ),
    "hold_moved": Text(
        "Check whether the department column has slipped, or is of an earlier date: {total} of "
        "{existing} members would move to another department; more than {limit} % need approval.",
        "请检查部门一列有没有错行、是不是较早日期的：现有成员 {existing} 名，"
        "其中 {total} 名将更换部门"
        "，超过 {limit}% 需要批准。",
    ),
    "hold_moved_departments": Text(
        "Departments that would move under another parent: {total}, people with them: {people}. "
        "More than {limit} % of the departments, or a third of that share of all people, need "
        "approval. Check the parents, or the paths, in the file.",
        "将有 {total} 个部门更换上级部门，涉及 {people} 人；超过部门总数的 {limit}%，"
        "或涉及人数超过总人"
        "数的 {limit}% 的三分之一，需要批准。请检查文件中的上级部门或路径。",
    ),
    "hold_columns": Text(
        "In the column {column}, {total} of {existing} values would change, become blank or be "
        "filled in; more than {limit} % need approval. Check that the column is meant to be "
        "sent, and has the right header.",
        "在「{column}」一列，{existing} 人中有 {total} 人的内容将改变、清空或从空白变为有内容，超"
        "过 {limit}% 需要批准。请确认该列确实要发送，且表头无误。",
    ),
    "hold_added": Text(
        "People who would be added: {total}, to make {existing}; more than {limit} % "
        "newcomers need approval. Check that they all belong to this company.",
        "将新增 {total} 人，新增后共 {existing} 人，新人占比超过 {limit}% 需要批准。请确认他们都"
        "属于该企业。",
    ),
    "hold_invited": Text(
        "People who would be invited by SMS or e-mail: {total}; more than {number} need approval.",
        "将向 {total} 人发送短信或邮件邀请，超过 {number} 人需要批准。",
    ),
    "hold_protected": Text(
        "Accounts that would go at once, against the settings: {total}. They are protected, or "
        "cannot be disabled first: their row is unknown or others have their mobile and e-mail. "
        "Put them back into the file, or approve it.",
        "{total} 个帐号将被直接删除或禁用，而设置不允许这样：有的受保护；有的应先禁用、期满再删除"
        "，却没有历史数据，或者手机号和邮箱都已归他人使用。请把他们补回文件；确需如此时再批准。",
    ),
    "hold_protected_departments": Text(
        "The row of department 1 renames the company's root department.",
        "部门 1 这一行会改掉企业根部门的名称。",
    ),
    "hold_repeated": Text(
        "Two files work against each other. Members whom {adds} has added and this file would "
        "remove, as {removes} did before: {total}. Let one of the two systems know "
        "of the other's people.",
        "两份文件互相抵触：{adds} 添加的 {total} 名成员将被本文件删除，此前也曾被 {removes} 删除"
        "。请让其中一个系统也包含另一个系统的人员。",
    ),
    "hold_strangers": Text(
        "Accounts that HR's file does not know: {total}. An approval removes them. Those that are "
        "not HR's, such as a front desk, are left alone by this line below [accounts] of the "
        "settings: {setting}. Once it is in force, the file is planned anew.",
        "人事文件里没有的帐号有 {total} 个，批准后会被删除。不归人事管理的（例如前台、值班手机），"
        "请在设置的 [accounts] 一节写上 {setting}，生效后会重新生成变更计划。",
    ),
    "remark_creator": Text(
        "One of them may be the company's creator, whose account WeCom never removes.",
        "其中可能有企业的创建者，企业微信不会删除其帐号。",
    ),
    "hold_first": Text(
        "This is the first {job} file for this company. Look at the plan, then approve it.",
        "这是该企业的第一份 {job} 文件。请先查看变更计划，再批准。",
    ),
    "hold_first_names": Text(
        "The names of departments are known from an export, and this file sends them for the first "
        "time: {total}. Check that none got another name in the console since.",
        "有 {total} 个部门的名称来自导出文件，本文件会第一次把它们发送给企业微信。"
        "请确认导出之后没有在管理后台改过名。",
    ),
    "hold_unknown": Text(
        "People in WeCom of whom no file has told anything yet: {total}. The file would "
        "overwrite what WeCom has, and no rollback brings that back. Check that each column has "
        "the right header.",
        "企业微信里有 {total} 人从未由文件导入过。本文件会覆盖他们现有的资料，且无法回退。"
        "请检查各列的表头是否正确。",
    ),
    "hold_worse": Text(
        "The plan has changed since the approval. Changes that were not in the approved plan: "
        "{total}. Look at it again.",
        "批准之后计划有变：有 {total} 项变更不在已批准的计划内。请重新查看。",
    ),
    "hold_new_reason": Text(
        "Since the approval, a further reason to ask has come up. Look at the plan again.",
        "批准之后又出现了需要确认的新原因，请重新查看。",
    ),
    "remark_recent": Text(
        "Removed or disabled in the 20 hours before: {recent}. They count too, and are among the "
        "{existing}.",
        "此前 20 小时内已删除或禁用 {recent} 名，一并计入，也包含在 {existing} 名之中。",
    ),
    "remark_begin": Text(
        "If you drop an export of the console first (wecom-sync init --from), you see and decide "
        "about real differences only.",
        "如果先用 wecom-sync init --from 提交管理后台的导出文件，就只需查看和确认真正的差别。",
    ),
    "remark_guard": Text(
        "WeCom itself refuses to remove so many at once (45026), even when you approve it. If "
        "they really should go, remove them in smaller steps.",
        "一次删除这么多人会触发企业微信的删除保护（45026），即使批准也会被拒绝。如确需删除，请分"
        "批进行。",
    ),
    "remark_guard_few": Text(
        "The file lacks 「{refused}」. WeCom refuses to remove nearly everybody who is there "
        "(45026), even when you approve it. In a new company that is its creator: put the account "
        "into the file, or import the people with syncuser first.",
        "文件中没有「{refused}」。企业微信不允许删除现有的几乎所有帐号（45026），批准了也会被拒绝。"
        "新企业里这通常是创建者：请把该帐号写进文件，或者先用 syncuser 导入人员。",
    ),
    "word_added": Text("newcomers", "新增人员"),
    "word_came_back": Text("people who had left", "已离开的人"),
    "word_columns": Text("other columns", "其他列"),
    "word_contacts": Text("mobiles and e-mail addresses", "手机号和邮箱"),
    "word_first": Text("the first file of this kind", "首次提交的这类文件"),
    "word_gone": Text("people or departments that go", "将离开的人或部门"),
    "word_left_out": Text("rows left out", "不导入的行"),
    "word_incomplete": Text("missing parts", "缺失的部分"),
    "word_invited": Text("invitations", "邀请"),
    "word_mixed": Text("values of others", "别人的内容"),
    "word_moved": Text("moves", "调动"),
    "word_older": Text("older data", "较旧的数据"),
    "word_other_person": Text("accounts that get somebody else", "换了人的帐号"),
    "word_protected": Text("what the settings protect", "设置保护的内容"),
    "word_renamed": Text("names", "姓名或名称"),
    "word_repeated": Text(
        "people whom another system adds again and again", "被另一个系统反复添加的人"
    ),
    "word_same_again": Text("the content of an older file", "旧文件的内容"),
    "word_second_account": Text("second accounts", "重复的帐号"),
    "word_strangers": Text("not in HR's file", "人事文件里没有的"),
    "word_unknown": Text("people whom no file has named yet", "从未由文件导入过的人"),
    "word_unlikely": Text("unlikely values", "可疑的内容"),
    "hold_displaced": Text(
        "{people} of {existing} people would stand under another path, because departments are "
        "renamed, moved or left out: {total}. Check that it is today's tree of this company, and "
        "that names, numbers and parents have not slipped by a row.",
        "{existing} 人中有 {people} 人的部门路径会改变：有 {total} 个部门改名、更换上级或被去掉。"
        "请确认这是本企业当前的部门树，并检查名称、编号、上级部门是否错行。",
    ),
    "hold_habit": Text(
        "{what}: {sum} of {existing} people in this file. The most that one of this company's "
        "files has changed without a question is {largest}. Check the filter, the date and this "
        "column of the export.",
        "{what}：本文件涉及 {existing} 人中的 {sum} 人；该企业以往的文件未经确认时，一次最多涉及 "
        "{largest} 人。请检查导出的筛选条件、日期和这一列。",
    ),
    "hold_habit_trend": Text(
        "{what}: {sum} within two weeks, with this file (people: {existing}). In two weeks "
        "it was {largest} at most until now. Check whether the last files have brought a mistake "
        "bit by bit.",
        "{what}：加上本文件，两周内共 {sum} 人次（现有 {existing} 人），以往任何两周最多 {largest} "
        "人次。请检查最近几份文件是否在一点一点地带入错误。",
    ),
    "hold_habit_limit": Text(
        "{what}: {sum} with this file and those just before it, each too few to be asked about; "
        "together more than {limit} % of {existing} people. Check whether they bring a mistake bit "
        "by bit.",
        "{what}：本文件与前几份文件单独看都不必确认，合计却有 {sum} 人次，超过现有 {existing} 人的 "
        "{limit}%。请检查是否在一点一点地带入错误。",
    ),
    "cause_strangers": Text(
        "This looks like a list of another company: only {cause_known} of its {cause_rows} rows "
        "are known here. Check the company that was chosen for the export.",
        "这像是另一家企业的名单：文件共 {cause_rows} 行，其中只有 {cause_known} 行在本企业已有。"
        "请检查导出时选择的企业。",
    ),
    "cause_old_copy": Text(
        "This looks like an older export: people who had left are back, others are missing, or "
        "newer changes are taken back. Check the date of the export.",
        "这像是一份较旧的导出文件：已离开的人重新出现，或缺少后来的人，或撤销了较新的变更。"
        "请检查导出的日期。",
    ),
    "cause_keys": Text(
        "Many keys now name another person: {cause_count}. Check whether the column of names or of "
        "keys was sorted or has slipped, or whether it is the list of another company.",
        "有 {cause_count} 个人员编号对应的人变了。请检查姓名或编号一列是否被单独排序或错行，"
        "或者拿错了企业。",
    ),
    "cause_left_rows": Text(
        "They are in the file, but their rows are left out, because {cause_column} is now "
        "{cause_values}: {cause_count} people. Check that column.",
        "这些人在文件里，但「{cause_column}」变成了 {cause_values}，所以没有导入："
        "{cause_count} 人。"
        "请检查这一列。",
    ),
    "cause_hidden": Text(
        "The workbook hides {cause_count} rows, perhaps by a filter, and they are read as well. "
        "Remove the filter, or copy the visible rows into a new workbook.",
        "工作簿中有 {cause_count} 行被隐藏（可能是筛选），这些行同样会被读取。"
        "请取消筛选，或把可见的行复制到新的工作簿。",
    ),
    "cause_shift": Text(
        "Most cells of several columns change at once ({cause_columns}): the columns are probably "
        "shifted, or stand under other headers. Check the header against a row that you know.",
        "有几列的大部分内容同时改变（{cause_columns}）：这些列很可能错位，或表头不对。"
        "请用一行熟悉的数据核对表头。",
    ),
    "cause_disabling": Text(
        "People whom the file itself disables, by its column {cause_column}: {cause_count}. Check "
        "that column: 0 means enabled.",
        "文件自身的「{cause_column}」一列要禁用 {cause_count} 人。请检查该列：1 表示禁用，0 表示启"
        "用。",
    ),
    "cause_filter": Text(
        "Those who are missing have this in common: {cause_column} {cause_values}. Check whether "
        "the export was filtered by that column.",
        "缺少的人有一个共同点：「{cause_column}」是 {cause_values}。请检查导出时是否按这一列筛选。",
    ),
    "cause_newcomers": Text(
        "People of another company, or outside staff, may have been exported as well: nobody here "
        "has ids that begin with 「{cause_start}」, and {cause_count} newcomers do.",
        "可能把其他企业或外部人员一起导出了：本企业没有以「{cause_start}」开头的帐号，"
        "而新增的人里有 "
        "{cause_count} 个。",
    ),
    "remark_ordinary": Text(
        "Unchanged: {unchanged} of {rows}.", "不变：{rows} 项中的 {unchanged} 项。"
    ),
    "remark_no_habit": Text(
        "This company has sent too few files yet to be compared with what is usual here, so the "
        "percentages judge alone.",
        "该企业提交过的文件还太少，无法与惯常比较，因此只按百分比判断。",
    ),
    "remark_limits": Text(
        "The settings were loosened after the last file. This one, the first since, is judged by "
        "the old limits as well, once.",
        "上一份文件之后，设置中的限制放宽了。这是放宽后的第一份文件，"
        "因此再按原来的限制检查这一次。",
    ),
    "hold_departed": Text(
        "In a column that is not read, rows say that the person has left. Check whether the export "
        "should have been filtered: name the column and the values to take below [rows] in "
        "settings.toml, or approve if these people are to stay in WeCom.",
        "有一列未读取，其中的内容表明有些人已经离开。请检查导出时是否应当筛选：可在 settings.toml "
        "的 [rows] 中写明该列和要导入的取值；如果这些人确实要留在企业微信，请批准。",
    ),
    "word_departed": Text("rows of people who have left", "已离开人员的行"),
    "word_habit": Text("more than usual", "超出以往"),
    "word_displaced": Text("departments with another path", "路径改变的部门"),
    "word_placed": Text("people under another path", "部门路径改变的人"),
    "examples": Text("For example: {examples}.", "例如：{examples}。"),
    "value_no_names": Text(
        "names that are masked, encoded or in another script",
        "姓名被打码、变成编码，或换成了其他文字",
    ),
    "value_alike": Text("one and the same value for many", "许多人的内容完全相同"),
    "value_place": Text("one department for people out of several", "多个部门的人归到同一个部门"),
    "value_counted_up": Text("numbers that count up from one to the next", "号码依次递增"),
    "value_domain": Text(
        "a mail domain that they, or the people here, did not have",
        "邮箱域名不是本人或本企业原有的",
    ),
    "value_placeholder": Text(
        "placeholders such as #N/A, NULL, 「待定」, or lost characters",
        "只是占位（如 #N/A、NULL、待定），或丢失了字符",
    ),
    "value_neighbour": Text(
        "the values of the row above or below, filled down or pasted one row off",
        "与上一行或下一行相同（向下填充，或粘贴时错了一行）",
    ),
    "value_wrapped": Text("old values with something added around them", "在原内容前后添加了文字"),
    "value_shape": Text(
        "values of a form that nobody has had here, such as a code, a date or another column's",
        "形式以往没有过，例如编码、日期或别的列的内容",
    ),
    "value_another_kind": Text(
        "mobiles, mail addresses or identity numbers where they do not belong",
        "手机号、邮箱或身份证号放错了列",
    ),
    "value_near": Text("numbers that differ from the old ones in a few digits", "与原号码只差几位"),
    "value_blanked": Text("blanks where there was a value", "原有内容被清空"),
    "value_deserted": Text(
        "departments that would lose everybody, although they stay",
        "有的部门保留下来，却会失去所有人",
    ),
}
