"""What failed, how, and what comes next: the parts of which a text about trouble is made.

`{call}` begins with a verb in English and in Chinese: 「get the list of members」.
"""

from collections.abc import Mapping

from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.language import Text

CALLS: Mapping[str, TextCode] = {
    "gettoken": "call_token",
    "user/list_id": "call_members",
    "department/simplelist": "call_departments",
    "media/upload": "call_upload",
    "batch/replaceparty": "call_submit",
    "batch/replaceuser": "call_submit",
    "batch/syncuser": "call_submit",
    "batch/getresult": "call_result",
}
"""WeCom's calls in words, by the end of their paths."""

TROUBLES: Mapping[TextCode, Text] = {
    "call_token": Text("get an access token ({path})", "换取 access_token（{path}）"),
    "call_members": Text("get the list of members ({path})", "获取成员列表（{path}）"),
    "call_departments": Text("get the list of departments ({path})", "获取部门列表（{path}）"),
    "call_upload": Text("upload the file ({path})", "上传文件（{path}）"),
    "call_submit": Text("start the import ({path})", "发起导入（{path}）"),
    "call_result": Text("get the result of the import ({path})", "查询导入结果（{path}）"),
    "call_other": Text("call {path}", "调用 {path}"),
    "call_failed": Text("Could not {call}: {how}.", "「{call}」失败：{how}。"),
    "call_refused": Text("Could not {call}.", "「{call}」失败。"),
    "how_refused": Text("the connection was refused", "连接被拒绝"),
    "how_no_address": Text(
        "no address was found for the server's name (DNS)", "域名解析失败（DNS）"
    ),
    "how_no_connection": Text("no connection came about", "无法建立连接或连接超时"),
    "how_proxy": Text("the proxy did not pass it on", "代理没有转发请求"),
    "how_tls": Text(
        "no TLS connection came about, for example because of the certificate",
        "TLS 连接失败，例如证书有问题",
    ),
    "how_late": Text("it timed out waiting for the answer", "等待答复超时"),
    "how_broken": Text("the connection broke off", "连接中断"),
    "how_status": Text("the answer was HTTP {status}", "返回了 HTTP {status}"),
    "how_not_json": Text("the answer was not JSON", "返回的内容不是 JSON"),
    "how_foreign": Text("the answer was not one of WeCom's", "返回的内容不是企业微信的答复"),
    "how_incomplete": Text(
        "the answer lacked what it has to hold", "返回的内容不完整，缺少应有的字段"
    ),
    "how_too_large": Text("the answer was too slow or too large", "返回的内容过慢或过大"),
    "wecom_unreachable": Text(
        "WeCom was not reached, so nothing was changed there.",
        "没有连接到企业微信，企业微信没有任何变化。",
    ),
    "wecom_no_answer": Text(
        "WeCom gave no usable answer. This call changes nothing in the address book.",
        "没有得到企业微信的有效答复。这一步不会改动通讯录。",
    ),
    "outcome_unknown": Text(
        "The file was posted, but no usable answer came.", "文件已提交，但没有收到有效答复。"
    ),
    "advice_network": Text(
        "Check the network, the NAT gateway or proxy, and WeComBaseUrl.",
        "请检查网络、NAT 网关或代理，以及 WeComBaseUrl。",
    ),
    "advice_answer": Text(
        "If this lasts, look at what answers at WeComBaseUrl: WeCom may be down, or a proxy or "
        "firewall answers in its place.",
        "若持续出现，请检查 WeComBaseUrl 处是谁在答复：可能是企业微信故障，"
        "也可能是代理或防火墙代为答复。",
    ),
    "next_check": Text(
        "The file has not been checked yet. wecom-sync tries again by itself until the run is "
        "given up.",
        "文件尚未检查。wecom-sync 会自动重试，直到放弃期限。",
    ),
    "next_submit": Text(
        "WeCom does not have the file yet. wecom-sync tries again by itself until the run is "
        "given up.",
        "企业微信尚未收到文件。wecom-sync 会自动重试，直到放弃期限。",
    ),
    "next_unanswered": Text(
        "WeCom may have taken the file or not. wecom-sync waits for WeCom's report and tries "
        "again, until the run is given up. Do not drop the file again meanwhile.",
        "企业微信是否已受理，目前不得而知。在放弃期限之前，wecom-sync 会等待企业微信的通知并重试，"
        "期间请不要重新提交。",
    ),
    "next_result": Text(
        "WeCom has the file. wecom-sync asks for the result again until the run is given up.",
        "企业微信已收到文件。在放弃期限之前，wecom-sync 会继续查询结果。",
    ),
    "next_repair": Text(
        "If a person has to repair something, such as the secret, the address or rights, the next "
        "try makes use of it; no new drop is needed.",
        "如需修正密钥、可信 IP 或权限等，请现在就处理，下一次重试即会用到，无需重新提交。",
    ),
    "next_address": Text(
        "Enter {address} in 「企业可信IP」 under "
        "「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」. The next try makes use of it; "
        "no new drop is needed.",
        "请把 {address} 填入「管理后台 → 安全与管理 → 管理工具 → 通讯录同步」的「企业可信IP」，"
        "下一次重试即会用到，无需重新提交。",
    ),
    "next_plan": Text(
        "Nothing was sent to WeCom, and this plan is not tried again. Plan the file again once "
        "the cause is gone.",
        "没有向企业微信提交文件，本次预演也不会重试。排除原因后，请重新预演。",
    ),
    "next_drop": Text(
        "WeCom did not take the file, and it is not tried again. Drop it again once the cause is "
        "gone.",
        "企业微信没有受理文件，也不会再重试。排除原因后，请重新提交。",
    ),
    "next_unknown": Text(
        "It is not tried any more, and nobody knows whether WeCom applied the file. Compare "
        "「管理后台 → 通讯录」 with it before you drop it again.",
        "不会再重试，企业微信是否已执行也无从得知。"
        "重新提交前，请先到「管理后台 → 通讯录」与文件核对。",
    ),
    "plan_awaits_departments": Text(
        "The file needs departments that only the department file of run {run_id} brings. Plan it "
        "again once that run has ended; this plan is not made by itself.",
        "本文件需要的部门只在运行 {run_id} 的部门文件里。那次运行结束后请重新预演，"
        "本次预演不会自动继续。",
    ),
    "secret_rests": Text(
        "WeCom bans whoever goes on asking with a wrong secret, so this one is not tried again "
        "before {moment} UTC. Another secret is tried at once, as soon as it is in AWS Secrets "
        "Manager.",
        "反复使用错误的密钥会被企业微信封禁，因此 {moment}（UTC）之前不再用这个密钥尝试。"
        "在 AWS Secrets Manager 中换上新的密钥，就会立即使用。",
    ),
    "address_not_remembered": Text(
        "This refusal is not remembered: the next file is tried at once.",
        "这类拒绝不会被记住，下一个文件会立即尝试。",
    ),
}
