"""The files in `events/`: one for every way a function is called, and others made of them."""

import json
from typing import Any
from urllib.parse import quote_plus

from support.template import ROOT
from wecom_simulator.web.crypto import encrypt, sign
from wecom_sync.wecom.credentials import Credentials
from wecom_sync_tools.local.known_corp import SECRET

FOLDER = ROOT / "events"
RUN_ID = "20260102T030405Z-0123456789ab"
JOB_ID = "3_1767323045_123456"
TIMESTAMP = "1767323045"
NONCE = "1234567890"
FIXED = Credentials(SECRET["callback_token"], SECRET["callback_aes_key"], SECRET["corp_id"])
"""What opens what comes to the local corp's fixed URL."""
MEMBERS_KEY = "acme/syncuser/members.csv"
ENCODED_KEY = "acme/syncuser/员工 名单+2026 一月.csv"
SETTINGS_KEY = "acme/settings.toml"
PLAN_KEY = "acme/plan/syncuser/members.csv"
DECISION_KEY = f"acme/decide/{RUN_ID}.json"
BAD_KEY = "acme/deleteuser/members.csv"


def of_file(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((FOLDER / name).read_text("utf-8"))
    return event


def sqs(queue: str, body: dict[str, Any], receives: int = 1) -> dict[str, Any]:
    """Return the event of a function behind a queue; `receives`: how often it gave the message."""
    event = of_file("submit-drop.json")
    (record,) = event["Records"]
    record["body"] = json.dumps(body, ensure_ascii=False)
    record["attributes"]["ApproximateReceiveCount"] = str(receives)
    record["eventSourceARN"] = f"arn:aws:sqs:us-east-1:123456789012:{queue}"
    return event


def dropped(key: str) -> dict[str, Any]:
    """Return S3's notification of a new object, as it arrives through the queue."""
    body = json.loads(of_file("submit-drop.json")["Records"][0]["body"])
    body["Records"][0]["s3"]["object"]["key"] = quote_plus(key, safe="/")
    return sqs("DropQueue", body)


def moved(run_id: str) -> dict[str, Any]:
    """Return the record of the table's stream when a run was moved."""
    event = of_file("publish-run.json")
    images = event["Records"][0]["dynamodb"]
    images["Keys"]["pk"] = images["NewImage"]["pk"] = {"S": f"RUN#{run_id}"}
    return event


def through(domain: str, base_path: str, event: dict[str, Any]) -> dict[str, Any]:
    """Return a request as it comes through a custom domain: with its base path in front."""
    path = f"/{base_path}{event['path']}"
    context = {**event["requestContext"], "path": path, "domainName": domain}
    headers = {**event["headers"], "Host": domain}
    many = {**event["multiValueHeaders"], "Host": [domain]}
    changed = {"path": path, "headers": headers, "multiValueHeaders": many}
    return {**event, **changed, "requestContext": context}


def request(
    method: str, path: str, query: dict[str, str] | None, body: str | None = None
) -> dict[str, Any]:
    """Return API Gateway's proxy event of a REST API."""
    event = of_file("callback-verify.json")
    parts = path.strip("/").split("/")
    parameters = {"corp": parts[1]} | ({"run_id": parts[2]} if len(parts) == 3 else {})
    resource = "/callback/{corp}" + ("/{run_id}" if "run_id" in parameters else "")
    many = {name: [value] for name, value in (query or {}).items()} or None
    whole = {"resourcePath": resource, "httpMethod": method, "path": f"/prod{path}"}
    return {
        **event, "resource": resource, "path": path, "httpMethod": method, "body": body,
        "queryStringParameters": query, "multiValueQueryStringParameters": many,
        "pathParameters": parameters, "requestContext": event["requestContext"] | whole,
    }  # fmt: skip


def signed(message: str, by: Credentials = FIXED) -> tuple[dict[str, str], str]:
    """Seal a message; return the query and the ciphertext."""
    encrypted = encrypt(by.aes_key, by.receive_id, message.encode(), b"0123456789abcdef")
    signature = sign(by.token, TIMESTAMP, NONCE, encrypted)
    return {"msg_signature": signature, "timestamp": TIMESTAMP, "nonce": NONCE}, encrypted


def job_finished(job_type: str = "sync_user", job_id: str = JOB_ID, errcode: int = 0) -> str:
    """Return WeCom's event (doc/90973)."""
    return (
        f"<xml><ToUserName><![CDATA[{SECRET['corp_id']}]]></ToUserName>"
        "<FromUserName><![CDATA[sys]]></FromUserName>"
        f"<CreateTime>{TIMESTAMP}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        "<Event><![CDATA[batch_job_result]]></Event>"
        f"<BatchJob><JobId><![CDATA[{job_id}]]></JobId>"
        f"<JobType><![CDATA[{job_type}]]></JobType><ErrCode>{errcode}</ErrCode>"
        "<ErrMsg><![CDATA[ok]]></ErrMsg></BatchJob></xml>"
    )


def accepted(message: str) -> dict[str, Any]:
    """Return what the callback function puts on the results queue."""
    query, encrypted = signed(message)
    return {"kind": "callback", "corp": "acme", "run_id": "", **query, "encrypt": encrypted}


def posted_xml(message: str, **changed: str) -> dict[str, Any]:
    """Return a callback in XML to the corp's fixed URL."""
    query, encrypted = signed(message)
    body = (
        f"<xml><ToUserName><![CDATA[{SECRET['corp_id']}]]></ToUserName>"
        f"<AgentID><![CDATA[]]></AgentID><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
    return request("POST", "/callback/acme", query | changed, body)


def verification(path: str = "/callback/acme") -> dict[str, Any]:
    query, encrypted = signed("1616140317555161061")
    return request("GET", path, query | {"echostr": encrypted})
