"""Writes the pages about errors: what each code means, and what is done about it by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wecom_sync.adapters.http_exchange import TOTAL_SECONDS
from wecom_sync.adapters.wecom_client import REFUSED_SECONDS, REPEATS
from wecom_sync.reporting.error_codes import ERRCODES
from wecom_sync.reporting.error_codes_calls import CALL_ERRCODES
from wecom_sync.reporting.error_codes_rows import ROW_ERRCODES
from wecom_sync.reporting.language import Language, Text
from wecom_sync.wecom.remedies import Call, Remedy, Trouble, remedy
from wecom_sync.wecom.retry import (
    FEW_TRIES,
    HOUR_SECONDS,
    LANE_SECONDS,
    LANE_TRIES,
    MAX_MESSAGE_SECONDS,
    WINDOW_SECONDS,
)
from wecom_sync_tools.docs.tables import NOTE, cell, table

UNKNOWN_CODE = 999_999
"""Stands for every code that is not in `ERRCODES`."""


@dataclass(frozen=True, slots=True)
class Form:
    """A way in which an answer can be missing, and what follows for the request."""

    trouble: Trouble
    text: Text


FORMS: Mapping[str, Form] = {
    "dns": Form(Trouble.UNREACHABLE, Text("the name is not found", "域名解析失败")),
    "refused": Form(Trouble.UNREACHABLE, Text("no connection", "连接不上")),
    "tls": Form(
        Trouble.UNREACHABLE,
        Text("no agreement on TLS, or a certificate not trusted", "TLS 握手失败或证书不受信任"),
    ),
    "cut_before": Form(
        Trouble.NO_ANSWER,
        Text("the connection is cut before WeCom has acted", "企业微信处理之前连接中断"),
    ),
    "cut_after": Form(
        Trouble.NO_ANSWER,
        Text("the connection is cut after WeCom has acted", "企业微信处理之后连接中断"),
    ),
    "server_error": Form(Trouble.NO_ANSWER, Text("HTTP 5xx", "HTTP 5xx")),
    "too_many": Form(Trouble.NO_ANSWER, Text("HTTP 429", "HTTP 429")),
    "redirect": Form(
        Trouble.NO_ANSWER,
        Text(
            "HTTP 3xx (never followed: the address carries the token)", "HTTP 3xx（不会跟随跳转）"
        ),
    ),
    "html": Form(Trouble.NO_ANSWER, Text("a page of HTML", "返回的是 HTML 页面")),
    "no_object": Form(Trouble.NO_ANSWER, Text("JSON that is no object", "返回的 JSON 不是对象")),
    "foreign": Form(
        Trouble.NO_ANSWER,
        Text(
            "a JSON object without errcode: not WeCom's",
            "JSON 中没有 errcode（并非企业微信的返回）",
        ),
    ),
    "truncated": Form(Trouble.NO_ANSWER, Text("JSON cut off in the middle", "JSON 不完整")),
    "short": Form(
        Trouble.NO_ANSWER,
        Text("fewer bytes than Content-Length says", "内容比 Content-Length 声明的短"),
    ),
    "garbled": Form(
        Trouble.NO_ANSWER, Text("bytes that only claim to be gzip", "声明为 gzip 却无法解压")
    ),
    "trickle": Form(
        Trouble.NO_ANSWER,
        Text(
            f"not complete after {TOTAL_SECONDS} s, however lively it is",
            f"{TOTAL_SECONDS} 秒内未接收完整（即使一直有数据）",
        ),
    ),
}
"""What can happen instead of an answer, by a short name."""

_MINUTE, _MINUTES, _HOUR = WINDOW_SECONDS
_HOURS = [seconds / HOUR_SECONDS for seconds in REFUSED_SECONDS]
_REFUSED = ", ".join(f"{hours:g} h" if hours >= 1 else f"{hours * 60:g} min" for hours in _HOURS)
_REFUSED_ZH = "、".join(
    f"{hours:g} 小时" if hours >= 1 else f"{hours * 60:g} 分钟" for hours in _HOURS
)
_DAY = round(LANE_TRIES * LANE_SECONDS / HOUR_SECONDS)

REMEDY_TEXTS: Mapping[Remedy, tuple[Text, Text]] = {
    Remedy.REPEAT: (
        Text("repeat", "立即重试"),
        Text(
            f"Asked again within the call, {REPEATS} times at the most, after half a second and "
            "then twice as long each time; after that as *later*.",
            f"在同一次调用内最多重试 {REPEATS} 次，间隔从半秒起逐次加倍；"
            "仍不行则按「稍后重试」处理。",
        ),
    ),
    Remedy.LATER: (
        Text("later", "稍后重试"),
        Text(
            "Tried again after `RetrySeconds` (a result: `CheckSeconds`), then after twice as "
            f"long each time, {MAX_MESSAGE_SECONDS // 60} minutes at the most, until the "
            "deadline.",
            "间隔 `RetrySeconds`（查询结果时为 `CheckSeconds`）后重试，之后逐次加倍，"
            f"最长 {MAX_MESSAGE_SECONDS // 60} 分钟，直到截止时间。",
        ),
    ),
    Remedy.WINDOW: (
        Text("window", "等待解封"),
        Text(
            "WeCom blocks for a minute, an hour or a day, whichever limit was exceeded, and does "
            f"not say which. Tried again after {_MINUTE} seconds, then {_MINUTES}, then every "
            f"{_HOUR}: past the minute, past a few more in case others use them up, then hour by "
            "hour. Within the six hours of "
            "`SubmitDeadlineSeconds` that waits out every block but that for a day, of which a "
            "person is told.",
            "企业微信的封禁时长为一分钟、一小时或一天，取决于超出的是哪种限额，但不会说明。"
            f"依次等待 {_MINUTE} 秒、{_MINUTES} 秒，之后每 {_HOUR} 秒重试一次：先等过一分钟，"
            "再等几分钟以防其他程序继续占用额度，然后每小时一次。"
            "在 `SubmitDeadlineSeconds` 的六小时内，除按天的封禁外都能等到解除；"
            "等不到则运行失败并通知。",
        ),
    ),
    Remedy.LANE: (
        Text("lane", "排队等待"),
        Text(
            "Another import of the corp is under way. Tried again after twice `RetrySeconds`, a "
            f"little later each time, {LANE_SECONDS // 60} minutes at the most. It counts neither "
            f"as an attempt nor against the deadline, for about {_DAY} hours.",
            "该企业有其他导入正在进行。间隔 `RetrySeconds` 的两倍后再试，之后逐次略为延长，"
            f"最长 {LANE_SECONDS // 60} 分钟。大约 {_DAY} 小时之内，"
            "既不计入失败次数，也不占用截止时间。",
        ),
    ),
    Remedy.FEW: (
        Text("a few times", "有限重试"),
        Text(
            f"As *later*, but {FEW_TRIES} times at the most. Every try uploads the file again.",
            f"同「稍后重试」，但最多 {FEW_TRIES} 次。每次都会重新上传文件。",
        ),
    ),
    Remedy.NEW_TOKEN: (
        Text("new token", "换取 token"),
        Text(
            "The access token is fetched again, once per call; after that as *give up*.",
            "重新换取 access_token，每次调用最多一次；仍不行则按「放弃」处理。",
        ),
    ),
    Remedy.REMEMBER: (
        Text("wrong secret", "密钥错误"),
        Text(
            "As *give up*, and the secret is not shown to WeCom again, by no run and no result "
            f"check, for {_REFUSED}, longer each time: WeCom bans an address that keeps on. "
            "A changed secret is tried at once.",
            "同「放弃」，并且该密钥在一段时间内不再使用，任何运行和结果查询都不例外，"
            f"时长依次为 {_REFUSED_ZH}：反复提交错误的密钥，IP 会被企业微信封禁。"
            "密钥更改后立即重新尝试。",
        ),
    ),
    Remedy.GIVE_UP: (
        Text("give up", "放弃"),
        Text(
            "Only a person can help: the run has failed. While a result is awaited, it is asked "
            "for again hour by hour until `ResultDeadlineSeconds` are over; after a submit that "
            "was never answered it is tried again hour by hour, and the callback awaited, until "
            "`SubmitDeadlineSeconds` are over.",
            "需要人工处理：运行失败。等待导入结果期间则每小时再查询一次，"
            "直到超过 `ResultDeadlineSeconds`；如果提交一直没有得到答复，则每小时重试一次，"
            "同时继续等待回调，直到超过 `SubmitDeadlineSeconds`。",
        ),
    ),
    Remedy.OUTCOME: (
        Text("outcome", "导入失败"),
        Text(
            "The import itself has failed with this code, and so has the run.",
            "导入本身以该错误码告终，运行失败。",
        ),
    ),
    Remedy.LOST: (
        Text("lost", "结果丢失"),
        Text(
            "WeCom no longer has the result: the run has failed, its outcome is unknown.",
            "企业微信已不再保留结果：运行失败，导入结果未知。",
        ),
    ),
    Remedy.FIND_OUT: (
        Text("find out", "等待查明"),
        Text(
            "The import may have been started. The callback may tell within "
            "`UnknownOutcomeSeconds`; after that the file is posted again.",
            "导入可能已经开始。在 `UnknownOutcomeSeconds` 内等待回调说明，之后重新提交。",
        ),
    ),
}
"""The name of each remedy and what it is."""

CALLS: Mapping[Call, str] = {
    Call.TOKEN: "gettoken",
    Call.MEMBERS: "user/list_id",
    Call.DEPARTMENTS: "department/simplelist",
    Call.UPLOAD: "media/upload",
    Call.SUBMIT: "batch/replace…, syncuser",
    Call.RESULT: "batch/getresult",
}

_HANDLING = {
    Language.ENGLISH: """\
# What happens when WeCom refuses or does not answer

[简体中文](error-handling.zh-CN.md)

What wecom-sync does by itself, for each call and each of WeCom's codes. What a code means and
what a person should do about it: [error codes](error-codes.md). The parameters are those of
[configuration](configuration.md). Pauses are spread at random, so that runs do not come back
together; a block (*window*) is never asked about before its time.
""",
    Language.CHINESE: """\
# 企业微信拒绝或没有答复时的处理

[English](error-handling.md)

下文说明每个接口遇到每种错误码时，wecom-sync 会自动做什么。
错误码的含义和人工处理建议见[错误码](error-codes.zh-CN.md)，参数见[配置](configuration.md)（英文）。
等待时间会随机错开，以免多个运行同时重试；「等待解封」不会提前发起请求。
""",
}
_TITLES = {
    "remedies": Text("The remedies", "处理方式"),
    "codes": Text("By code and call", "按错误码和接口"),
    "silence": Text("No answer", "没有答复"),
    "code": Text("Code", "错误码"),
    "row_code": Text("any of a member or department", "成员或部门的错误码"),
    "unknown_code": Text("any other", "其他未收录的错误码"),
    "happened": Text("What happened", "情况"),
}
_SILENCE = Text(
    "WeCom answers an error with HTTP 200 and a JSON object. Everything else is no answer, and "
    "the request may or may not have been carried out; only of the first line is it certain "
    "that it was not.",
    "企业微信的错误也以 HTTP 200 和 JSON 对象返回。"
    "其他情况都视为没有答复，无法确定请求是否已被处理；只有第一行可以确定没有处理。",
)

_CODES = {
    Language.ENGLISH: """\
# WeCom's error codes

[简体中文](error-codes.zh-CN.md)

Every code that an import is known to meet ({count} of them), as reports and notifications explain
it. WeCom's own list: <https://developer.work.weixin.qq.com/document/path/90313>. 「…」 quotes
WeCom's console and the columns of its templates.

What wecom-sync does by itself when a call is answered with a code stands in
[what happens when WeCom refuses](error-handling.md). The same code in a finished import, for one
row or for the whole file, is an outcome: it is reported and not tried again.
""",
    Language.CHINESE: """\
# 企业微信错误码

[English](error-codes.md)

下表收录导入通讯录时可能遇到的 {count} 个错误码，说明和建议与报告、通知中的文字相同。
完整列表见企业微信的全局错误码页面：<https://developer.work.weixin.qq.com/document/path/90313>。

接口返回某个错误码时 wecom-sync 会自动做什么，
见[企业微信拒绝或没有答复时的处理](error-handling.zh-CN.md)。
如果错误码出现在导入结果里（某一行，或整个文件），就是最终结果：只报告，不重试。
""",
}
_SECTIONS = (
    (Text("Calls, access, files and imports", "调用、权限、文件与导入"), CALL_ERRCODES),
    (Text("One member or department", "单个成员或部门"), ROW_ERRCODES),
)
_HEADINGS = (
    Text("Code", "错误码"),
    Text("Explanation", "说明"),
    Text("What to do", "处理建议"),
)


def error_codes(language: Language) -> str:
    """Return the page of WeCom's error codes."""
    parts = [NOTE, _CODES[language].format(count=len(ERRCODES))]
    headings = [heading.render(language) for heading in _HEADINGS]
    for title, codes in _SECTIONS:
        rows = [_code_row(code, language) for code in sorted(codes)]
        parts.append(f"## {title.render(language)}\n\n{table(headings, rows)}")
    return "\n".join(parts)


def error_handling(language: Language) -> str:
    """Return the page of what is done about each code on each call."""
    said = {name: title.render(language) for name, title in _TITLES.items()}
    colon = ": " if language is Language.ENGLISH else "："
    remedies = "".join(
        f"- **{name.render(language)}**{colon}{about.render(language)}\n"
        for name, about in REMEDY_TEXTS.values()
    )
    row_code = next(iter(ROW_ERRCODES))
    codes: list[tuple[str, int | Trouble]] = [(str(code), code) for code in sorted(CALL_ERRCODES)]
    codes += [(said["row_code"], row_code), (said["unknown_code"], UNKNOWN_CODE)]
    forms = [(cell(form.text.render(language)), form.trouble) for form in FORMS.values()]
    return "\n".join(
        [
            NOTE,
            _HANDLING[language],
            f"## {said['remedies']}\n\n{remedies}",
            f"## {said['codes']}\n\n{_matrix(said['code'], codes, ', ', language)}",
            f"## {said['silence']}\n\n{_SILENCE.render(language)}\n",
            _matrix(
                said["happened"], forms, "; " if language is Language.ENGLISH else "；", language
            ),
        ]
    )


def _matrix(
    heading: str,
    causes: Sequence[tuple[str, int | Trouble]],
    between: str,
    language: Language,
) -> str:
    """Return a table of calls; causes with the same remedies share a line."""
    lines: dict[tuple[Remedy, ...], list[str]] = {}
    for name, cause in causes:
        lines.setdefault(tuple(remedy(call, cause) for call in Call), []).append(name)
    rows = [
        (between.join(names), *(REMEDY_TEXTS[each][0].render(language) for each in remedies))
        for remedies, names in lines.items()
    ]
    return table((heading, *(f"`{CALLS[call]}`" for call in Call)), rows)


def _code_row(code: int, language: Language) -> Sequence[str]:
    entry = ERRCODES[code]
    explained = (entry.explanation, entry.advice)
    return (str(code), *(cell(each.render(language)) for each in explained))
