"""What is said about HR's keys and the accounts that they belong to."""

from collections.abc import Mapping

from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.language import Text

EVIDENCE: Mapping[str, TextCode] = {
    "account": "evidence_account",
    "mobile": "evidence_mobile",
    "mail": "evidence_mail",
    "name": "evidence_name",
    "department": "evidence_department",
    "stated": "evidence_stated",
    "file": "evidence_file",
    "key": "evidence_key",
    "similar": "evidence_similar",
    "email": "evidence_email",
    "pinyin": "evidence_pinyin",
    "ask": "evidence_ask",
}
"""What shows whose account it is, or what it was made from, in words."""

LINKS: Mapping[TextCode, Text] = {
    "evidence_account": Text("the account's name", "帐号相同"),
    "evidence_mobile": Text("mobile", "手机号相同"),
    "evidence_mail": Text("e-mail", "邮箱相同"),
    "evidence_name": Text("name", "姓名相同"),
    "evidence_department": Text("department", "部门相同"),
    "evidence_stated": Text("accounts.csv", "accounts.csv 指定"),
    "evidence_file": Text("the file", "文件指定"),
    "evidence_key": Text("the key", "人员编号"),
    "evidence_similar": Text("a similar key", "人员编号相近"),
    "evidence_email": Text("made from the e-mail", "取自邮箱"),
    "evidence_pinyin": Text("made from the name", "取自姓名拼音"),
    "evidence_ask": Text("made as stated", "按指定新建"),
    "link_differs": Text("other {column}", "{column} 不同"),
    "column_key": Text("key", "人员编号"),
    "hold_links_first": Text(
        "HR's people are newly matched with accounts: {total} have one already. Look at the list. "
        "Approve to keep these links: from then on the key finds the account, whatever else "
        "changes. Correct wrong ones in accounts.csv first.",
        "人员编号与企业微信帐号有新的对应：有 {total} 人已有帐号。请核对名单。批准后以此为准，"
        "以后无论其他信息怎样变化，都按人员编号找到帐号。如有错误，请先用 accounts.csv 更正。",
    ),
    "hold_links_changed": Text(
        "Keys that would lose their account, get one which was another key's, or now name another "
        "person: {total}. Approve if that is right. A key that names another person is left out "
        "either way, until accounts.csv says which account it has.",
        "有 {total} 个人员编号将失去原有帐号、对应到原属其他编号的帐号，或者现在指的是另一个人。"
        "如果无误，请批准；指向另一个人的编号暂不导入，"
        "直到 accounts.csv 说明它对应哪个帐号。",
    ),
    "hold_links_doubtful": Text(
        "People who may have one of these accounts, and nobody knows for sure: {total}. They are "
        "left out, and the accounts stay as they are. State in accounts.csv whose account it is, "
        "or approve without them.",
        "有 {total} 人可能已有下列帐号，但无法确定。这些人暂不导入，相关帐号保持不变。"
        "请在 accounts.csv 中说明各是谁的帐号，或者批准其余部分。",
    ),
    "word_links": Text("newly matched people", "新对应的人员"),
    "word_links_changed": Text("keys with another account or person", "对应关系变化的编号"),
    "word_links_doubtful": Text("people whose account is in doubt", "帐号待确认的人员"),
    "warning_links_open": Text(
        "It is not known which accounts these people have, so they are left out ({count}): "
        "{named}. State it in accounts.csv, with the columns key and account.",
        "不清楚这些人对应哪个帐号，因此未导入（{count} 人）：{named}。"
        "请在 accounts.csv 中说明，列名为 key 和 account。",
    ),
    "warning_links_unmanaged": Text(
        "Not in HR's care, so their accounts stay as they are ({count}): {named}.",
        "不由人事系统管理，帐号保持不变（{count} 个）：{named}。",
    ),
    "link_unkept": Text(
        "This account may be this person's, and a full overwrite would remove it, since nothing "
        "is known that could be sent for it: {named}. State in accounts.csv whose it is.",
        "该帐号可能属于此人，但没有可提交的资料，全量覆盖会将它删除：{named}。"
        "请先在 accounts.csv 中说明它属于谁。",
    ),
    "accounts_twice": Text(
        "Line {first} already names this {column} ({value}). Keep one of the two.",
        "第 {first} 行已有相同的 {column}（{value}），请只保留一行。",
    ),
    "accounts_undecided": Text(
        "The account is not filled in yet. Write whose it is: an account, a blank for a new one of "
        "their own, or - for none.",
        "尚未填写帐号。请填写对应的帐号；留空表示新建本人的帐号，- 表示没有帐号。",
    ),
    "accounts_in_force": Text(
        "The accounts are in force for every run from now on; lines: {count}, changed: {changed}.",
        "帐号对应已生效，之后的每次运行都按此执行；共 {count} 行，其中 {changed} 行有变化。",
    ),
    "accounts_superseded": Text(
        "A newer accounts.csv is in force already, so this one was not used.",
        "已有更新的 accounts.csv 生效，因此没有采用本文件。",
    ),
    "unchanged_but_links": Text(
        "The file changes nothing in WeCom, so it was not sent. It is known now which account "
        "belongs to which key ({count}).",
        "该文件不会带来任何变更，因此没有发送给企业微信。人员编号与帐号的对应关系已记住"
        "（{count} 个）。",
    ),
}
