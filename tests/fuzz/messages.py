"""What WeCom says inside a callback: ends of jobs, other events, and odd ones."""

import json
from dataclasses import dataclass
from random import Random

PERSONAL = ("张三丰", "13812345678", "zsf@corp.example")
"""What stands in messages and must never stand in a log."""
OUR_TYPES = ("sync_user", "replace_user", "replace_party")
OTHER_TYPES = ("invite_user", "export_user", "export_department", "import_chain_contact", "", "x")
ODD = ("", "0", "ok", "-1", "1e9", "9" * 30, "２", "\u2028", "]]", "&amp;", "null", *PERSONAL)


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is what is encrypted; without a `job_id` nothing may reach the queue."""

    text: bytes
    job_id: str = ""
    errcode: int | None = None


def message(random: Random) -> Message:  # noqa: PLR0911 - a kind a line
    """Make up a message; two of three say that a job of ours has ended."""
    job_id = f"{random.randrange(1, 4)}_{random.randrange(10**9, 2 * 10**9)}_{random.random()}"
    ours = random.choice(OUR_TYPES)
    match random.randrange(12):
        case 0 | 1 | 2 | 3 | 4 | 5:
            code = random.choice((0, 302005, -1))
            return Message(_job(job_id, ours, str(code)), job_id, code)
        case 6:
            return Message(_json(job_id, ours), job_id, 0)
        case 7:
            return Message(_suite(job_id), job_id, 0)
        case 8:
            return Message(_job(job_id, random.choice(OTHER_TYPES), "0"))
        case 9:
            return Message(_job(job_id, ours, random.choice(ODD), random.choice(ODD)), job_id)
        case 10:
            return Message(random.choice(OTHER_EVENTS))
        case _:
            return Message(random.choice(NO_EVENTS))


def _job(job_id: str, job_type: str, errcode: str, errmsg: str = "ok") -> bytes:
    name, phone, mail = PERSONAL
    return (
        "<xml><ToUserName><![CDATA[ww]]></ToUserName>"
        f"<FromUserName><![CDATA[{name} {phone} {mail}]]></FromUserName>"
        "<CreateTime>1425284517</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        "<Event><![CDATA[batch_job_result]]></Event>"
        f"<BatchJob><JobId><![CDATA[{job_id}]]></JobId><JobType><![CDATA[{job_type}]]></JobType>"
        f"<ErrCode><![CDATA[{errcode}]]></ErrCode><ErrMsg><![CDATA[{errmsg}]]></ErrMsg>"
        "</BatchJob></xml>"
    ).encode()


def _json(job_id: str, job_type: str) -> bytes:
    job = {"JobId": job_id, "JobType": job_type, "ErrCode": 0, "ErrMsg": "ok"}
    fields = {"Event": "batch_job_result", "FromUserName": PERSONAL[0], "BatchJob": job}
    return json.dumps(fields).encode()


def _suite(job_id: str) -> bytes:
    return (
        "<xml><SuiteId>s</SuiteId><InfoType>batch_job_result</InfoType><BatchJob>"
        f"<JobId>{job_id}</JobId><JobType>replace_user</JobType><ErrCode>0</ErrCode>"
        "<ErrMsg>ok</ErrMsg></BatchJob></xml>"
    ).encode()


OTHER_EVENTS = (
    f"<xml><Event>change_contact</Event><Name>{PERSONAL[0]}</Name></xml>".encode(),
    b"<xml><MsgType>text</MsgType><Content>hello</Content></xml>",
    b"<xml><Event>batch_job_result</Event></xml>",
    b"<xml><Event>batch_job_result</Event><BatchJob/></xml>",
    b"<xml><Event>batch_job_result</Event><BatchJob>text</BatchJob></xml>",
    b'{"Event": "batch_job_result", "BatchJob": []}',
    b'{"Event": ["batch_job_result"], "BatchJob": {"JobType": {"a": 1}}}',
    b"<a/>",
    b"{}",
)
NO_EVENTS = (
    b"", b"\x00", b"\xff\xfe", b"[]", b"null", b"<xml>", b"<xml><a></xml>", b"{" * 100_000,
    b'{"a":' * 100_000, b"<a>" * 100_000, b"<a>" * 30_000 + b"</a>" * 30_000,
    b'<?xml version="1.0" encoding="punycode"?><xml/>',
    b'<?xml version="1.0" encoding="utf-7"?><xml/>', "签".encode("gbk"),
    b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>',
    b'{"Event": "batch_job_result", "n": ' + b"9" * 5_000 + b"}",
)  # fmt: skip
