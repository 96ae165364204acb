"""What `doctor` finds, and what to do about it."""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text
from wecom_sync_tools.console.codes import MessageCode

DOCTOR_TEXTS: Mapping[MessageCode, Text] = {
    "help_doctor": Text(
        "Check whether all that a corp's imports need works, and say what to do.",
        "逐项检查某企业导入所需的一切是否正常，并给出处理办法。",
    ),
    "help_doctor_exit": Text(
        "The exit code is 1 when a check fails. A warning or a skipped check is no failure. "
        "Nothing is changed in WeCom or in AWS.",
        "有检查未通过时退出码为 1；警告和跳过不算。不会改动企业微信和 AWS 中的任何内容。",
    ),
    "doctor_step": Text("Examine {corp}", "检查 {corp}"),
    "check_rights": Text("rights", "调用者权限"),
    "check_stack": Text("stack", "堆栈"),
    "check_secret": Text("secret", "密钥"),
    "check_token": Text("token", "换取 access_token"),
    "check_address": Text("address", "可信 IP"),
    "check_read": Text("reading ids", "读取 ID"),
    "check_write": Text("right to write", "写入权限"),
    "check_callback_url": Text("callback URL", "回调地址"),
    "check_callbacks": Text("callbacks", "回调情况"),
    "check_notification": Text("notification", "文件通知"),
    "check_mappings": Text("mappings", "事件源映射"),
    "check_schedules": Text("schedules", "定时计划"),
    "check_concurrency": Text("concurrency", "函数并发"),
    "check_queues": Text("queues", "队列"),
    "check_dead_letters": Text("dead letters", "死信"),
    "check_listeners": Text("who is told", "通知对象"),
    "check_alarms": Text("who gets alarms", "告警接收人"),
    "check_settings": Text("settings", "设置"),
    "doctor_needs": Text(
        "Not looked at: it depends on another check ({checks}).",
        "未检查：取决于另一项检查（{checks}）。",
    ),
    "doctor_denied": Text(
        "Not looked at: you lack the right {action}.",
        "未检查：缺少权限 {action}。",
    ),
    "doctor_unanswered": Text("Not looked at: {why}", "未检查：{why}"),
    "doctor_rights": Text(
        "You are {arn}; AWS refused none of what the checks did.",
        "当前身份为 {arn}，各项检查均未被 AWS 拒绝。",
    ),
    "doctor_rights_missing": Text(
        "You lack rights that the checks need: {actions}.",
        "当前身份缺少检查所需的权限：{actions}。",
    ),
    "doctor_rights_advice": Text(
        "Have them added to your role on this stack, or ask somebody who operates it. The "
        "page on permissions lists all that doctor needs.",
        "请为您的角色补上这些权限，或请负责该堆栈的人来检查。doctor 所需的全部权限见权限说明页。",
    ),
    "doctor_name_stack": Text(
        "Check the name after --stack or in WECOM_SYNC_STACK, and the region.",
        "请检查 --stack 或 WECOM_SYNC_STACK 指定的名称，以及区域。",
    ),
    "doctor_stack": Text(
        "The stack {stack} is complete ({status}); its version is that of this command line, "
        "{here}.",
        "堆栈 {stack} 状态正常（{status}），版本与本命令行一致：{here}。",
    ),
    "doctor_stack_complete": Text(
        "The stack {stack} is complete ({status}); its version is not known.",
        "堆栈 {stack} 状态正常（{status}），版本未知。",
    ),
    "doctor_stack_version": Text(
        "The stack {stack} has version {version}, this command line {here}.",
        "堆栈 {stack} 的版本为 {version}，本命令行为 {here}。",
    ),
    "doctor_deploy": Text(
        "Deploy the version of this command line, or install that of the stack.",
        "请部署与本命令行相同的版本，或安装与堆栈相同版本的命令行。",
    ),
    "doctor_stack_broken": Text(
        "The last change of the stack {stack} failed: {status}.",
        "堆栈 {stack} 最近一次变更失败：{status}。",
    ),
    "doctor_stack_undone": Text(
        "The last change of the stack {stack} failed and was undone: {status}.",
        "堆栈 {stack} 最近一次变更失败，已回退：{status}。",
    ),
    "doctor_stack_events": Text(
        "See why, then deploy again: aws cloudformation describe-stack-events --stack-name {stack}",
        "请查明原因后重新部署：aws cloudformation describe-stack-events --stack-name {stack}",
    ),
    "doctor_stack_moving": Text(
        "The stack {stack} is being changed: {status}.",
        "堆栈 {stack} 正在变更：{status}。",
    ),
    "doctor_stack_wait": Text(
        "Wait until the change is over, then run doctor again.",
        "请等变更结束后再运行 doctor。",
    ),
    "doctor_function_failed": Text(
        "The function {function} failed when it was asked ({error}).",
        "调用函数 {function} 时出错（{error}）。",
    ),
    "doctor_logs": Text(
        "Look into the log of {function}: aws logs tail /aws/lambda/{function}, or sam logs.",
        "请查看 {function} 的日志：aws logs tail /aws/lambda/{function}，或 sam logs。",
    ),
    "doctor_logs_all": Text(
        "Look into the logs of the functions with sam logs; the page about alarms tells how.",
        "请用 sam logs 查看各函数的日志，方法见「处理告警」页。",
    ),
    "doctor_secret": Text(
        "{secret} has all that is needed, and {secret}/messages the callback token and key.",
        "{secret} 内容齐全，{secret}/messages 中有回调的 Token 和 EncodingAESKey。",
    ),
    "doctor_secret_no_callback": Text(
        "{secret} has all that is needed. {secret}/messages has no callback token and key, which "
        "only the console's own URL needs.",
        "{secret} 内容齐全。{secret}/messages 中没有回调的 Token 和 EncodingAESKey，"
        "只有在管理后台填写回调地址时才需要。",
    ),
    "doctor_secret_missing": Text(
        "There is no secret {secret} in Secrets Manager, or it is marked for deletion.",
        "Secrets Manager 中没有 {secret}，或它已被标记为待删除。",
    ),
    "doctor_secret_create": Text(
        "Create it with corp_id and contact_secret, or correct --corp: aws secretsmanager "
        "create-secret --name {secret} --secret-string file://FILE.json",
        "请新建该密钥，填入 corp_id 和 contact_secret；或更正 --corp："
        "aws secretsmanager create-secret --name {secret} --secret-string file://FILE.json",
    ),
    "doctor_secret_not_json": Text("{secret} is not a JSON object.", "{secret} 不是 JSON 对象。"),
    "doctor_secret_wrong": Text(
        "{secret} cannot be used as it is: {fields}.",
        "{secret} 内容有误：{fields}。",
    ),
    "doctor_secret_put": Text(
        "Correct the file and put it there: aws secretsmanager put-secret-value --secret-id "
        "{secret} --secret-string file://FILE.json",
        "请改好文件后重新写入："
        "aws secretsmanager put-secret-value --secret-id {secret} --secret-string file://FILE.json",
    ),
    "doctor_field_missing": Text("{field} is missing", "缺少 {field}"),
    "doctor_field_malformed": Text("{field} is malformed", "{field} 格式不对"),
    "doctor_field_differs": Text(
        "{field} is not the one in {secret}", "{field} 与 {secret} 中的不一致"
    ),
    "doctor_corp_id": Text(
        "corp_id in {secret} does not look like one: they begin with ww or wx and have 18 "
        "characters.",
        "{secret} 中的 corp_id 不像企业 ID：通常以 ww 或 wx 开头，共 18 个字符。",
    ),
    "doctor_corp_id_advice": Text(
        "Compare it with the corp id that WeCom's console shows under the company's information.",
        "请对照「管理后台 → 我的企业 → 企业信息 → 企业ID」。",
    ),
    "doctor_token": Text(
        "WeCom takes the Secret and gives a token.",
        "企业微信认可该 Secret，已换得 access_token。",
    ),
    "doctor_address": Text(
        "WeCom takes calls from the functions' address.",
        "企业微信接受函数出口 IP 的调用。",
    ),
    "doctor_address_refused": Text(
        "WeCom does not trust the address that it saw: {address} (60020).",
        "企业微信看到的来源 IP 是 {address}，不在可信 IP 之列（60020）。",
    ),
    "doctor_address_unknown": Text(
        "Not looked at: WeCom did not answer.",
        "未检查：企业微信没有答复。",
    ),
    "doctor_read": Text(
        "Ids can be read: {members} members, {departments} departments.",
        "可以读取 ID：{members} 名成员，{departments} 个部门。",
    ),
    "doctor_write": Text(
        "The Secret may write; nothing was imported to find out.",
        "该 Secret 可以写入通讯录；检查时没有导入任何内容。",
    ),
    "doctor_write_busy": Text(
        "Could not be told now: an import is running. Run doctor again when it has ended.",
        "暂时无法判断：有导入正在进行，请在其结束后再运行 doctor。",
    ),
    "doctor_write_unknown": Text("Could not be told now. {why}", "暂时无法判断。{why}"),
    "doctor_url_both": Text(
        "{url}, and the URL of a run below it, can be reached from here and answer as WeCom "
        "wants it.",
        "从本机可以访问 {url} 及其下的单次导入地址，答复符合企业微信的要求。",
    ),
    "doctor_url_run": Text(
        "The URL of a run below {url} can be reached from here and answers as WeCom wants it.",
        "从本机可以访问 {url} 下的单次导入地址，答复符合企业微信的要求。",
    ),
    "doctor_url_unreachable": Text(
        "{url} cannot be reached from here: {how}.",
        "从本机无法访问 {url}：{how}。",
    ),
    "doctor_url_network": Text(
        "Check the domain (DNS), its certificate and CallbackBaseUrl. Only if this machine's "
        "own network is the reason, WeCom may still get there.",
        "请检查域名解析（DNS）、证书和 CallbackBaseUrl。"
        "若只是本机网络受限，企业微信仍可能正常访问。",
    ),
    "doctor_url_foreign": Text(
        "{url} answers, but not with what was asked for.",
        "{url} 有答复，但内容不对。",
    ),
    "doctor_url_signature": Text("{url} does not know the signature.", "{url} 不认可签名。"),
    "doctor_url_other": Text(
        "Check that CallbackBaseUrl leads to this stack and not to another one. After a "
        "change of the corp's secrets, wait five minutes.",
        "请确认 CallbackBaseUrl 指向本堆栈，而不是其他堆栈。若刚改过该企业的密钥，请等五分钟。",
    ),
    "doctor_url_status": Text("{url} answers HTTP {status}.", "{url} 返回 HTTP {status}。"),
    "doctor_url_blocked": Text(
        "The request did not get to the function. Check the web application firewall, the "
        "domain's mapping and the stage in CallbackBaseUrl.",
        "请求没有到达函数。请检查 Web 应用防火墙（WAF）、域名映射以及 CallbackBaseUrl 中的阶段名。",
    ),
    "doctor_callbacks": Text(
        "Results of the last imports: {heard} came by a callback, {asked} by asking.",
        "最近几次导入的结果：{heard} 次由回调送达，{asked} 次由查询得到。",
    ),
    "doctor_callbacks_asked": Text(
        "No callback has arrived lately: {asked} results came by asking, {heard} by a callback.",
        "最近没有收到回调：{asked} 次结果由查询得到，{heard} 次由回调送达。",
    ),
    "doctor_callbacks_advice": Text(
        "Imports end all the same, only later. If the callback URL is right, look whether a "
        "firewall lets WeCom's addresses in (getcallbackip).",
        "导入仍会结束，只是较晚。若回调地址无误，"
        "请检查防火墙是否放行企业微信的回调 IP（getcallbackip）。",
    ),
    "doctor_callbacks_none": Text(
        "Not looked at: no import has ended lately.",
        "未检查：最近没有完成的导入。",
    ),
    "doctor_queues": Text(
        "No message has been waiting for long; messages in the queues: {queues}.",
        "没有久等的消息；各队列现有消息：{queues}。",
    ),
    "doctor_queues_old": Text(
        "A message has been waiting for {minutes} minutes; messages in the queues: {queues}.",
        "有消息已等待 {minutes} 分钟；各队列现有消息：{queues}。",
    ),
    "doctor_notification": Text(
        "The bucket {bucket} tells the submit queue of every file.",
        "存储桶 {bucket} 收到每个文件都会通知 submit 队列。",
    ),
    "doctor_notification_off": Text(
        "The bucket {bucket} does not tell the submit queue of every file, so dropped files are "
        "not seen.",
        "存储桶 {bucket} 没有把每个文件都通知给 submit 队列，提交的文件不会被处理。",
    ),
    "doctor_notification_advice": Text(
        "Put the notification back, then drop again what was dropped meanwhile: aws s3api "
        "put-bucket-notification-configuration --bucket {bucket} "
        "--notification-configuration {rules}",
        "请恢复通知，并重新提交其间提交的文件：aws s3api put-bucket-notification-configuration "
        "--bucket {bucket} --notification-configuration {rules}",
    ),
    "doctor_mappings": Text(
        "All {count} mappings that bring functions their messages are on.",
        "为函数取消息的 {count} 个映射均已启用。",
    ),
    "doctor_gone": Text(
        "Not there any more, so functions are not started: {names}.",
        "以下资源已不存在，相应的函数不会启动：{names}。",
    ),
    "doctor_gone_advice": Text(
        "It was deleted by hand, which a deployment does not notice. Take its event out of "
        "template.yaml and deploy, then put it back and deploy again.",
        "资源是手动删除的，重新部署不会察觉。请先从 template.yaml 中去掉对应的事件并部署，"
        "再加回来部署一次。",
    ),
    "doctor_schedules": Text("All {count} schedules are on.", "{count} 个定时计划均已启用。"),
    "doctor_schedule_off": Text(
        "Functions are not started at their times; switched off: {names}.",
        "函数不会按时启动，以下定时计划已停用：{names}。",
    ),
    "doctor_schedule_advice": Text(
        "Enable each in AWS's console, under EventBridge, Scheduler, Schedules: {schedules}",
        "请在 AWS 控制台「EventBridge → 调度器 → 计划」中逐个启用：{schedules}",
    ),
    "doctor_concurrency": Text(
        "All {count} functions may run.",
        "{count} 个函数均可运行。",
    ),
    "doctor_concurrency_none": Text(
        "Functions may not run, because their reserved concurrency is 0: {names}.",
        "以下函数的预留并发为 0，无法运行：{names}。",
    ),
    "doctor_concurrency_advice": Text(
        "Let each run again; the first: aws lambda delete-function-concurrency "
        "--function-name {function}",
        "请逐个恢复，第一个：aws lambda delete-function-concurrency --function-name {function}",
    ),
    "doctor_mapping_off": Text(
        "Functions do not get their messages; switched off: {names}.",
        "函数收不到消息，以下映射已停用：{names}。",
    ),
    "doctor_mapping_advice": Text(
        "Switch each on again; the first: aws lambda update-event-source-mapping --uuid "
        "{uuid} --enabled",
        "请逐个重新启用，第一个：aws lambda update-event-source-mapping --uuid {uuid} --enabled",
    ),
    "doctor_letters": Text(
        "Dead letters: {count}, the oldest {hours} hours old.",
        "共 {count} 条死信，最早的已有 {hours} 小时。",
    ),
    "doctor_letters_hidden": Text(
        "Dead letters: {count} by SQS's count; {hidden} of them could not be read, because "
        "somebody else is reading them or sending them back. The oldest that was read is {hours} "
        "hours old.",
        "共 {count} 条死信（SQS 的计数），其中 {hidden} 条正由其他程序读取或送回，未能读到；"
        "已读到的最早一条有 {hours} 小时。",
    ),
    "doctor_letters_none": Text(
        "There are no dead letters: SQS counts none in {queues} queues, and none can be read.",
        "没有死信：{queues} 个队列的 SQS 计数均为零，也读不到消息。",
    ),
    "doctor_letters_advice": Text(
        "See what they are about: wecom-sync redrive{options}. Once the cause is gone, send "
        "them back: wecom-sync redrive --return{options}",
        "请查看内容：wecom-sync redrive{options}。"
        "排除原因后送回原队列：wecom-sync redrive --return{options}",
    ),
    "doctor_listeners": Text(
        "Confirmed subscriptions of the topic: {count}. The corp has no robot.",
        "主题有 {count} 个已确认的订阅；该企业没有群机器人。",
    ),
    "doctor_listeners_robot": Text(
        "WeCom knows the corp's robot. Confirmed subscriptions of the topic: {count}.",
        "企业微信认可该企业的群机器人；主题有 {count} 个已确认的订阅。",
    ),
    "doctor_listeners_none": Text(
        "Nobody hears of a held run: the topic has no confirmed subscription, and the corp no "
        "robot.",
        "运行待确认时没有人会收到通知：主题没有已确认的订阅，该企业也没有群机器人。",
    ),
    "doctor_listeners_advice": Text(
        "Put robot_webhook into the secret {secret}, or subscribe somebody, who must confirm it: "
        "aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint ADDRESS",
        "请在密钥 {secret} 中填入 robot_webhook，或添加订阅（对方须确认）："
        "aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint 邮箱地址",
    ),
    "doctor_alarms": Text(
        "Confirmed subscriptions of the topic of alarms: {count}.",
        "告警主题有 {count} 个已确认的订阅。",
    ),
    "doctor_alarms_unheard": Text(
        "Nobody hears of an alarm: the topic of alarms has no confirmed subscription.",
        "发生告警时没有人会收到通知：告警主题没有已确认的订阅。",
    ),
    "doctor_alarms_advice": Text(
        "Subscribe an operator, who must confirm it: "
        "aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint ADDRESS",
        "请为运维人员添加订阅（对方须确认）："
        "aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint 邮箱地址",
    ),
    "doctor_robot_refused": Text(
        "WeCom does not know the corp's robot ({errcode}), so its group hears of no held run.",
        "企业微信不认可该企业的群机器人（{errcode}），群里收不到待确认运行的通知。",
    ),
    "doctor_robot_advice": Text(
        "The robot was removed from its group, or the address is wrong. Put the address of a "
        "robot of the group into robot_webhook of the secret {secret}.",
        "机器人可能已被移出群，或地址有误。请把群机器人的地址填入密钥 {secret} 的 robot_webhook。",
    ),
    "doctor_settings": Text(
        "Settings are in force, and none guards less than the defaults.",
        "设置已生效，保护力度均不低于默认值。",
    ),
    "doctor_settings_default": Text(
        "There are no settings; the defaults are in force.",
        "没有设置文件，默认设置生效。",
    ),
    "doctor_settings_rejected": Text(
        "The newest settings.toml was refused, and what was before is in force: {why}",
        "最新的 settings.toml 未被接受，仍沿用之前的设置：{why}",
    ),
    "doctor_settings_advice": Text(
        "Correct the file, check it with wecom-sync settings check FILE, and put it in force "
        "with wecom-sync settings apply.",
        "请改正文件，用 wecom-sync settings check FILE 检查，"
        "再用 wecom-sync settings apply 使其生效。",
    ),
    "doctor_settings_weakened": Text(
        "Settings guard less than the defaults: {settings}.",
        "部分设置的保护力度低于默认值：{settings}。",
    ),
    "doctor_settings_look": Text(
        "Nothing to do if that is meant. All settings in force: wecom-sync settings in-force",
        "若有意为之则无需处理。查看全部生效设置：wecom-sync settings in-force",
    ),
}
