"""What WeCom's error codes about calls, access, files and import jobs mean, in both languages.

Source: doc/90313 and the pages of the single calls. Each code: what happened, what to do.
English texts quote Chinese only as 「words」 of the console or of a file.
"""

from collections.abc import Mapping

from wecom_sync.domain.values import dataclass
from wecom_sync.reporting.language import Text


@dataclass(frozen=True, slots=True)
class ErrCode:
    """One code: what happened, in a sentence, and what an administrator should do now.

    `repair` is the advice when there is no file to drop again: `doctor` meets the same codes.
    """

    explanation: Text
    advice: Text
    repair: Text


def entry(en: str, zh: str, todo_en: str, todo_zh: str) -> ErrCode:
    """Return a code with one advice, for a file as well as for `doctor`."""
    return ErrCode(Text(en, zh), Text(todo_en, todo_zh), Text(todo_en, todo_zh))


def repair(en: str, zh: str, mend_en: str, mend_zh: str) -> ErrCode:
    """Return a code whose cause is mended before a file is dropped again: without a full stop."""
    advice = Text(f"{mend_en}, then drop the file again.", f"{mend_zh}，再重新提交文件。")
    return ErrCode(Text(en, zh), advice, Text(f"{mend_en}.", f"{mend_zh}。"))


_REPORT = (
    "This is a fault of wecom-sync, not of your file. Please report it with the run's id.",
    "这是 wecom-sync 的缺陷，与文件无关，请附上运行编号反馈给维护人员。",
)
_TOKEN = (
    "Check that contact_secret is the Secret of 「通讯录同步」 and not that of an app",
    "请确认 contact_secret 用的是「通讯录同步」的 Secret，而不是某个应用的",
)
_UNKNOWN = (
    (
        "What became of the import is unknown. "
        "Compare 「管理后台 → 通讯录」 with your file before you drop it again."
    ),
    "导入结果无从得知。请先到「管理后台 → 通讯录」与文件核对，再决定是否重新提交。",
)
_SECRET = (
    "Fill in corp_id and contact_secret in the corp's secret in AWS Secrets Manager",
    "请在 AWS Secrets Manager 中补全该企业的 corp_id 和 contact_secret",
)
_SIZE = (
    (
        "Remove columns you do not need. Do not split a replaceuser or replaceparty file: "
        "each part counts as the whole, and whatever it lacks is deleted in WeCom."
    ),
    (
        "请删去用不到的列。不要把 replaceuser 或 replaceparty 的文件拆开提交："
        "每一份都会被当作全量，缺少的成员或部门会被删除。"
    ),
)

CALL_ERRCODES: Mapping[int, ErrCode] = {
    -1: entry(
        "WeCom was too busy to do this.",
        "企业微信系统繁忙，没有处理成功。",
        "If the import or a row failed for it, drop the file again in a few minutes.",
        "若整个导入或个别行因此失败，请过几分钟再提交一次文件。",
    ),
    6000: repair(
        "Somebody else was changing the same contacts at that moment.",
        "同一时刻有其他程序或管理员在修改通讯录，数据发生冲突。",
        "Keep other tools from writing to the contacts during an import",
        "请先停止用其他工具改动通讯录",
    ),
    40001: repair(
        "WeCom does not accept the corp's contact-sync Secret.",
        "企业微信不认可该企业的通讯录同步 Secret。",
        "Copy the Secret from 「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」 into "
        "contact_secret of the corp's secret in AWS Secrets Manager",
        "请到「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」查看 Secret，"
        "更新 AWS Secrets Manager 中该企业的 contact_secret",
    ),
    40004: entry(
        "WeCom does not take this kind of media file.", "企业微信不支持这种媒体文件。", *_REPORT
    ),
    40005: entry(
        "WeCom does not take this type of upload.", "企业微信不支持这种上传类型。", *_REPORT
    ),
    40006: entry(
        "WeCom refused the file's size: it must be more than 5 bytes and at most 20 MB.",
        "文件大小不符合要求：须大于 5 字节，且不超过 20 MB。",
        *_SIZE,
    ),
    40007: entry(
        "WeCom no longer has the uploaded file; it keeps one for three days.",
        "上传到企业微信的文件已失效（有效期为三天）。",
        "Drop the file again: it is then uploaded anew.",
        "请重新提交文件，届时会重新上传。",
    ),
    40013: repair(
        "WeCom does not know this corp id.",
        "企业微信查不到这个企业 ID。",
        "Compare corp_id in the corp's secret in AWS Secrets Manager with "
        "「管理后台 → 我的企业 → 企业信息 → 企业ID」 and correct it",
        "请对照「管理后台 → 我的企业 → 企业信息 → 企业ID」，"
        "更正 AWS Secrets Manager 中该企业的 corp_id",
    ),
    40014: repair(
        "WeCom does not accept the access token.", "企业微信不认可当前的 access_token。", *_TOKEN
    ),
    40033: entry(
        "WeCom refused the way characters were written in the request.",
        "请求中的字符写法不被企业微信接受。",
        *_REPORT,
    ),
    40057: repair(
        "WeCom does not accept the callback address, or could not verify it.",
        "回调地址不合法，或未通过企业微信的验证。",
        "Check that the stack's callback address (parameter CallbackBaseUrl) can be reached "
        "from the internet",
        "请确认部署的回调地址（参数 CallbackBaseUrl）能从公网访问",
    ),
    40058: entry(
        "WeCom refused a parameter of the request.",
        "请求中有参数不合法。",
        "WeCom's message names the parameter. "
        "If nothing in your file explains it, report it with the run's id.",
        "请查看企业微信返回的信息，其中会指出参数名。"
        "若与文件内容无关，请附上运行编号反馈给维护人员。",
    ),
    40088: entry("WeCom does not know this import job.", "企业微信查不到这个导入任务。", *_UNKNOWN),
    40089: entry(
        "WeCom keeps the results of its last five imports only, and this one is gone.",
        "企业微信只保留最近五次导入的结果，这一次的已被清理。",
        *_UNKNOWN,
    ),
    40091: repair(
        "The Secret belongs to another corp.",
        "该 Secret 属于另一家企业。",
        "Take corp_id and contact_secret from the same corp, save both in AWS Secrets Manager",
        "请确认 corp_id 与 contact_secret 出自同一家企业，在 AWS Secrets Manager 中更正",
    ),
    40092: entry(
        "WeCom could not use the file: it is empty, or a row lacks something required.",
        "导入文件内容不合法：文件为空，或有必填项没有填写。",
        "Fill in 「姓名」, 「帐号」, 「所在部门」 and one of 「手机号」 and 「邮箱」 in every "
        "row, then drop the file again.",
        "每一行都要填写「姓名」「帐号」「所在部门」，「手机号」和「邮箱」至少填一项，"
        "改好后重新提交文件。",
    ),
    41001: entry("The request carried no access token.", "请求缺少 access_token。", *_REPORT),
    41002: repair("The request carried no corp id.", "请求缺少企业 ID。", *_SECRET),
    41004: repair("The request carried no Secret.", "请求缺少 Secret。", *_SECRET),
    41005: entry("The upload carried no file.", "上传请求中没有文件。", *_REPORT),
    41006: entry("The request did not name the uploaded file.", "请求缺少 media_id。", *_REPORT),
    42001: repair("The access token has expired.", "access_token 已过期。", *_TOKEN),
    44001: entry("WeCom received an empty file.", "企业微信收到的文件是空的。", *_REPORT),
    45001: entry(
        "The file is larger than WeCom's limit of 20 MB.",
        "文件超过了企业微信 20 MB 的上限。",
        *_SIZE,
    ),
    45009: repair(
        "WeCom has blocked our calls for a while: "
        "too many of them, or too many with a wrong Secret.",
        "调用过于频繁，或多次使用错误的 Secret，企业微信暂时拒绝了调用。",
        "Blocks end by themselves, mostly within an hour. Meanwhile check that contact_secret "
        "is right",
        "限制通常在一小时内自动解除。其间请检查 contact_secret 是否正确",
    ),
    45024: entry(
        "The corp has as many accounts as WeCom allows it.",
        "企业的成员数已达上限。",
        "Remove people who have left, or ask WeCom's support for more accounts, "
        "then drop the file again.",
        "请清理已离职的成员，或联系企业微信客服扩容，再重新提交文件。",
    ),
    45026: entry(
        "WeCom's deletion guard stopped the import: it would remove too many people.",
        "要删除的成员过多，触发了企业微信的删除保护，导入已中止。",
        "It trips above 50 people and 20% of all, or below 50 but above 80%. Check that the file "
        "is complete. If only ids are new, or some accounts are not HR's, drop it as company, "
        "which removes by name. Else spread the removals over several files.",
        "删除多于 50 人且超过现有人数的 20%，或少于 50 人但超过 80%，都会触发保护。"
        "请检查文件是否完整。如果只是换了编号，或有些帐号不归人事管理，请改用任务类型 company："
        "它会找出各人的帐号，不动 [accounts] unmanaged，并逐人删除。"
        "否则请分几次删除，每次仍提交全量文件。",
    ),
    45029: entry(
        "WeCom's answer was too large to be sent.", "返回的数据过大，企业微信无法发送。", *_REPORT
    ),
    45033: repair(
        "Too many calls of the same kind reached WeCom at once.",
        "同一接口的并发调用过多。",
        "If this happens often, find out which other tools use this corp. Wait a few minutes",
        "若经常出现，请排查还有哪些工具在调用该企业的接口。请等几分钟",
    ),
    48002: entry(
        "The Secret in use may not change the contacts.",
        "当前使用的 Secret 没有通讯录写入权限。",
        "In 「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」, turn on 「开启API接口同步」, "
        "choose 「API编辑通讯录」 and put the Secret shown there into contact_secret.",
        "请到「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」开启「API接口同步」，"
        "权限选择「API编辑通讯录」，并把此处的 Secret 填入 contact_secret。",
    ),
    48006: repair(
        "WeCom withdrew the permission because it had not been used for a long time.",
        "接口权限因长期未使用，已被企业微信收回。",
        "Turn the API on again in 「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」",
        "请到「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」重新开启接口",
    ),
    48009: entry(
        "From this IP address the contact-sync Secret may read ids only, not details.",
        "从这个 IP 调用时，通讯录同步 Secret 只能读取 ID，不能读取详情。",
        "Imports are not affected. "
        "Other tools need the Secret of an app whose 「可见范围」 is the whole corp.",
        "导入不受影响。其他工具如需读取详情，请改用「可见范围」为全公司的自建应用的 Secret。",
    ),
    50003: repair(
        "The app whose Secret is in use is disabled.",
        "当前 Secret 所属的应用已停用。",
        "Enable it in 「管理后台 → 应用管理」, "
        "or put the Secret of 「通讯录同步」 into contact_secret",
        "请到「管理后台 → 应用管理」启用该应用，或在 contact_secret 中改用「通讯录同步」的 Secret",
    ),
    60011: entry(
        "The Secret in use has no right to this member, department or tag.",
        "当前 Secret 无权操作该成员、部门或标签。",
        "Use the Secret of 「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」 with "
        "「API编辑通讯录」 turned on: it covers all contacts.",
        "请改用「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」的 Secret，"
        "并选择「API编辑通讯录」，它可以管理整个通讯录。",
    ),
    60020: repair(
        "The call came from an IP address that WeCom does not trust for this corp.",
        "调用来源 IP 不在该企业的可信 IP 之列。",
        "Add the stack's outgoing address, shown in WeCom's message, to 「企业可信IP」 in "
        "「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」. Wait about a minute",
        "请把企业微信返回信息中的出口 IP 填入「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」"
        "的「企业可信IP」，等约一分钟生效",
    ),
    60031: repair(
        "WeCom has banned this app from its API.",
        "该应用已被企业微信禁止调用接口。",
        "Ask WeCom's support why and have the ban lifted",
        "请联系企业微信客服了解原因并申请解除",
    ),
    301002: repair(
        "The Secret in use has no right to the app that this call is about.",
        "当前 Secret 无权操作该应用。",
        "Put the Secret of 「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」 into "
        "contact_secret of the corp's secret in AWS Secrets Manager",
        "请在 AWS Secrets Manager 中把该企业的 contact_secret 改为"
        "「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」的 Secret",
    ),
    302003: entry(
        "A user id occurs more than once in the file.",
        "文件中有重复的帐号。",
        "Keep one row per person in 「帐号」; ids that differ only in case are the same. "
        "Then drop the file again.",
        "同一「帐号」只能保留一行，仅大小写不同也算重复，改好后重新提交文件。",
    ),
    302004: entry(
        "The departments in the file do not form one tree.",
        "文件中的部门不能构成一棵完整的组织架构树。",
        "The file needs one root (id 1, parent 0), every parent in it, and no id twice, "
        "no blank id or name and no two siblings of one name. Correct it and drop it again.",
        "请确认：只有一个根部门（ID 为 1，父部门为 0），父部门都在文件中，ID 不为空、不重复，"
        "名称不为空，同级不重名。改好后重新提交文件。",
    ),
    302005: entry(
        "WeCom's import system failed.",
        "企业微信的导入系统出现故障。",
        "Drop the file again in a few minutes. If it fails again, give WeCom's support the job id.",
        "请过几分钟重新提交文件。若再次失败，请把任务 ID 提供给企业微信客服。",
    ),
    302006: entry(
        "A department id occurs more than once in the file.",
        "文件中有重复的部门 ID。",
        "Keep one row per 「部门ID」 and drop the file again.",
        "同一「部门ID」只能保留一行，改好后重新提交文件。",
    ),
    302007: entry(
        "Two departments under the same parent have the same name.",
        "同一父部门下有两个部门重名。",
        "Rename one of them in 「部门名称」 and drop the file again.",
        "请修改其中一个的「部门名称」，再重新提交文件。",
    ),
    302008: entry(
        "Another import is running, and WeCom takes one at a time per corp.",
        "该企业已有一个导入任务在进行，企业微信一次只处理一个。",
        "Drop the file again once that import has ended. "
        "If it lasts, ask whether a colleague is importing in 「管理后台 → 通讯录」.",
        "请等那个导入结束后重新提交文件。"
        "若长时间没有进展，请确认是否有同事正在「管理后台 → 通讯录」导入。",
    ),
}
