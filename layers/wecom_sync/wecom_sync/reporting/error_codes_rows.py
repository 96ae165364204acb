"""What WeCom's error codes about one member or department mean, in both languages.

Source: doc/90313 and the pages of the single calls. Each code: what happened, what to do.
English texts quote Chinese only as 「words」 of the console or of a file.
"""

from collections.abc import Mapping

from wecom_sync.reporting.error_codes_calls import ErrCode, entry

ROW_ERRCODES: Mapping[int, ErrCode] = {
    40003: entry(
        "WeCom does not allow this user id.",
        "帐号（UserID）不符合要求。",
        "「帐号」 must start with a letter or digit and may contain letters, digits, _, -, "
        "@ and full stops, 64 at most. Correct it and drop the file again.",
        "「帐号」可用字母、数字及 _ - @ . "
        "四种符号，以字母或数字开头，最长 64 个字符，改好后重新提交文件。",
    ),
    40066: entry(
        "The list of departments is blank or names one that does not exist.",
        "部门列表为空，或其中有不存在的部门。",
        "Write ids of existing departments in 「所在部门」, separated by semicolons. "
        "Drop new departments as replaceparty first.",
        "请在「所在部门」填写已有部门的 ID，用分号分隔；新部门请先通过 replaceparty 导入。",
    ),
    60001: entry(
        "The department's name is blank or too long.",
        "部门名称为空或过长。",
        "Write a name in 「部门名称」; up to 32 characters is safe. Then drop the file again.",
        "请填写「部门名称」，建议不超过 32 个字，再重新提交文件。",
    ),
    60003: entry(
        "This department does not exist.",
        "部门不存在。",
        "Correct the id, or add the department to your department file and drop that as "
        "replaceparty first.",
        "请更正部门 ID；若是新部门，请先加入部门文件，通过 replaceparty 导入。",
    ),
    60004: entry(
        "The parent department does not exist.",
        "父部门不存在。",
        "Correct 「父部门ID」 or add the parent to the file, then drop it again.",
        "请更正「父部门ID」，或把父部门加入文件，再重新提交。",
    ),
    60005: entry(
        "The department still has members and cannot be deleted.",
        "部门下还有成员，不能删除。",
        "Move its members elsewhere with a member file first, "
        "or put the department back into the file.",
        "请先用成员文件把其中的成员移到其他部门；若不想删除，请把该部门加回文件。",
    ),
    60006: entry(
        "The department still has sub-departments and cannot be deleted.",
        "部门下还有子部门，不能删除。",
        "Move or remove its sub-departments first, or put the department back into the file.",
        "请先移走或删除其子部门；若不想删除，请把该部门加回文件。",
    ),
    60007: entry(
        "The root department cannot be deleted.",
        "根部门不能删除。",
        "Keep the root's row in the file: 「部门ID」 1, 「父部门ID」 0. Then drop the file again.",
        "请在文件中保留根部门这一行（「部门ID」为 1，「父部门ID」为 0），再重新提交文件。",
    ),
    60008: entry(
        "A department with this id or name already exists there.",
        "部门 ID 或名称已存在。",
        "If it is the department that is there, give it its own id: the starter files of "
        "wecom-sync init have it. Otherwise choose another name, also than that of a sibling "
        "which is to be deleted.",
        "如果就是已有的那个部门，请填写它原来的 ID（见 wecom-sync init 生成的部门文件）；"
        "如果是另一个部门，请换一个名称，与待删除的同级部门也不能重名。",
    ),
    60009: entry(
        "The department's name contains a character that WeCom forbids.",
        "部门名称含有不允许的字符。",
        'Remove \\ : * ? " < > and | from 「部门名称」, then drop the file again.',
        '请从「部门名称」中去掉 \\ : * ? " < > | 这些字符，再重新提交文件。',
    ),
    60010: entry(
        "The department would end up below itself.",
        "父部门不能是部门自身或其下级部门。",
        "Choose a 「父部门ID」 that is neither the department nor one below it, "
        "then drop the file again.",
        "请把「父部门ID」改成其他部门，再重新提交文件。",
    ),
    60102: entry(
        "This user id already exists.",
        "帐号已存在。",
        "WeCom ignores case in user ids. "
        "Use the existing spelling, or another 「帐号」 if it is another person.",
        "帐号不区分大小写。同一个人请沿用现有写法，不同的人请换一个「帐号」。",
    ),
    60103: entry(
        "The mobile number is not valid.",
        "手机号格式不正确。",
        "Write 11 digits for mainland China, or + and the country code elsewhere. "
        "Format the column as text, or a spreadsheet may turn it into 1.38E+10.",
        "大陆手机号填 11 位数字，其他号码须带国家或地区代码（如 +852）。"
        "请把该列设为文本格式，以免变成 1.38E+10 这样的数字。",
    ),
    60104: entry(
        "The mobile number belongs to another member.",
        "手机号已被其他成员使用。",
        "Search for it in 「管理后台 → 通讯录」. If that is the same person's account (such as the "
        "creator's), name it in the row, or drop HR's file as company, which finds it. Else "
        "correct the row or the other member, and drop the file again.",
        "请到「管理后台 → 通讯录」搜索该号码。如果那就是本人的另一个帐号（例如企业创建者），"
        "请在本行填写那个帐号，或改用任务类型 company 提交人事文件，由它找到该帐号。"
        "否则请更正本行，或先从对方资料中移除，再重新提交文件。",
    ),
    60105: entry(
        "The e-mail address is not valid.",
        "邮箱格式不正确。",
        "Correct 「邮箱」 (at most 64 characters, no blanks) and drop the file again.",
        "请更正「邮箱」（不超过 64 个字符，不含空格），再重新提交文件。",
    ),
    60106: entry(
        "The e-mail address belongs to another member.",
        "邮箱已被其他成员使用。",
        "Search for it in 「管理后台 → 通讯录」. "
        "Correct the row, or take the address from the other member; then drop the file again.",
        "请到「管理后台 → 通讯录」搜索该邮箱。更正本行，或先从对方资料中移除，再重新提交文件。",
    ),
    60107: entry(
        "The WeChat id is not valid.",
        "微信号格式不正确。",
        "Leave 「微信号」 blank: WeCom no longer needs it. Then drop the file again.",
        "「微信号」现已不需要，请留空后重新提交文件。",
    ),
    60110: entry(
        "The person is in too many departments.",
        "成员所属部门过多。",
        "Name fewer in 「所在部门」: at most 100, in some corps 20. Then drop the file again.",
        "请减少「所在部门」的数量，最多 100 个（有的企业为 20 个），再重新提交文件。",
    ),
    60111: entry(
        "WeCom has no member with this user id.",
        "企业微信中没有这个帐号。",
        "Look for a slip in 「帐号」 and whether the person was removed in the meantime, "
        "then drop the file again.",
        "请检查「帐号」是否写错，以及该成员是否已被删除，再重新提交文件。",
    ),
    60112: entry(
        "The person's name is blank or too long.",
        "姓名为空或过长。",
        "Write 1 to 64 characters in 「姓名」 and drop the file again.",
        "「姓名」须为 1 至 64 个字，改好后重新提交文件。",
    ),
    60123: entry(
        "This department id is not in the contacts.",
        "通讯录中没有这个部门 ID。",
        "Correct the id, or add the department to your department file and drop that as "
        "replaceparty first.",
        "请更正部门 ID；若是新部门，请先加入部门文件，通过 replaceparty 导入。",
    ),
    60124: entry(
        "The parent department's id is not in the contacts.",
        "通讯录中没有这个父部门 ID。",
        "Correct 「父部门ID」 or add the parent to the file, then drop it again.",
        "请更正「父部门ID」，或把父部门加入文件，再重新提交。",
    ),
    60125: entry(
        "The department's name is not valid.",
        "部门名称不合法。",
        "Use 1 to 64 characters in 「部门名称」, without \\ : "
        '* ? " < > and |, then drop the file again.',
        '「部门名称」须为 1 至 64 个字，不能含有 \\ : * ? " < > | 这些字符，改好后重新提交文件。',
    ),
    60127: entry(
        "The row names no department.",
        "没有填写部门。",
        "Write at least one department id in 「所在部门」 and drop the file again.",
        "请在「所在部门」至少填写一个部门 ID，再重新提交文件。",
    ),
    60129: entry(
        "Mobile number and e-mail address are both blank.",
        "手机号和邮箱都没有填写。",
        "Fill in 「手机号」 or 「邮箱」 and drop the file again.",
        "「手机号」和「邮箱」至少填一项，再重新提交文件。",
    ),
    60132: entry(
        "The leader marks do not match the departments in number.",
        "部门领导标记与部门的数量不一致。",
        "Write one 0 or 1 in 「是否部门内领导」 for each department of 「所在部门」, "
        "in the same order, separated by semicolons.",
        "「是否部门内领导」须与「所在部门」一一对应：每个部门填 0 或 1，顺序一致，用分号分隔。",
    ),
    60141: entry(
        "The personal e-mail address is not valid, and there is no mobile number.",
        "个人邮箱格式不正确，且没有填写手机号。",
        "Correct 「邮箱」 or fill in 「手机号」, then drop the file again.",
        "请更正「邮箱」或填写「手机号」，再重新提交文件。",
    ),
    60142: entry(
        "WeCom could not change the personal e-mail address.",
        "个人邮箱更新失败。",
        "Drop the file again later, or ask the person to change it in the WeCom app.",
        "请稍后重新提交文件，或请成员本人在企业微信中修改。",
    ),
    60143: entry(
        "The corporate e-mail address is not valid.",
        "企业邮箱格式不正确。",
        "Correct the address; it must use one of the corp's own mail domains. "
        "Then drop the file again.",
        "请更正企业邮箱，须使用企业自己的邮箱域名，再重新提交文件。",
    ),
    60144: entry(
        "WeCom could not change the corporate e-mail address.",
        "企业邮箱更新失败。",
        "Drop the file again later, or change the address in 「管理后台 → 通讯录」.",
        "请稍后重新提交文件，或到「管理后台 → 通讯录」手动修改。",
    ),
    60145: entry(
        "The corporate e-mail address belongs to somebody else.",
        "企业邮箱已被占用。",
        "Choose another address, or free this one in 「管理后台」 first; then drop the file again.",
        "请换一个邮箱，或先在「管理后台」释放该邮箱，再重新提交文件。",
    ),
    301005: entry(
        "The corp's creator cannot be removed.",
        "不能删除企业创建者。",
        "Keep the creator in the file, or name the account under [accounts] unmanaged in "
        "settings.toml and drop HR's file as company. If the person is leaving, transfer the "
        "creator role to somebody else in WeCom first, then drop the file again.",
        "请在文件中保留创建者；或在 settings.toml 的 [accounts] unmanaged 中写上该帐号，"
        "再以任务类型 company 提交人事文件。"
        "若创建者即将离职，请先在企业微信中把创建者转让给他人，再重新提交文件。",
    ),
    301012: entry(
        "The position is not valid.",
        "职位不合法。",
        "Shorten 「职位」 to at most 128 characters and drop the file again.",
        "「职位」不能超过 128 个字，改好后重新提交文件。",
    ),
    301013: entry(
        "The telephone number is not valid.",
        "座机号码不合法。",
        "Use 1 to 32 digits, hyphens, + and commas in 「座机」 and drop the file again.",
        "「座机」只能用数字、短横线、加号和逗号，最长 32 个字符，改好后重新提交文件。",
    ),
    301014: entry(
        "The alias is not valid.",
        "别名不合法。",
        "Shorten 「别名」 to at most 64 characters and drop the file again.",
        "「别名」不能超过 64 个字，改好后重新提交文件。",
    ),
    301036: entry(
        "This user id can no longer be changed.",
        "帐号不允许再修改。",
        "WeCom changes only ids it made up itself, and only once. "
        "Write the person's present id in 「帐号」 and drop the file again.",
        "只有系统自动生成的帐号可以修改，且仅限一次。"
        "请在「帐号」填写该成员现有的帐号，再重新提交文件。",
    ),
}
