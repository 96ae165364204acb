"""The files in `events/`: one for every way a function is called.

`python -m support.events` (in `tests/`) writes them again; a test checks that they are current.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from support.template import ROOT
from wecom_simulator.web.crypto import encrypt, sign
from wecom_sync.wecom.credentials import Credentials
from wecom_sync_tools.local.known_corp import DROP_BUCKET, SECRET

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
SCHEDULED = {
    "version": "0",
    "id": "b5c5d2a0-3c1e-4d53-8a1f-7d1c5b0a9f11",
    "detail-type": "Scheduled Event",
    "source": "aws.scheduler",
    "account": "123456789012",
    "time": "2026-01-02T03:05:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {},
}
BAD_KEY = "acme/deleteuser/members.csv"


def sqs(queue: str, body: dict[str, Any], receives: int = 1) -> dict[str, Any]:
    """Return the event of a function behind a queue; `receives`: how often it gave the message."""
    return {
        "Records": [
            {
                "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": json.dumps(body, ensure_ascii=False),
                "attributes": {
                    "ApproximateReceiveCount": str(receives),
                    "SentTimestamp": f"{TIMESTAMP}000",
                    "SenderId": "123456789012",
                    "ApproximateFirstReceiveTimestamp": f"{TIMESTAMP}001",
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
                "awsRegion": "us-east-1",
            }
        ]
    }


def dropped(key: str) -> dict[str, Any]:
    """Return S3's notification of a new object, as it arrives through the queue."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-02T03:04:05.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AROAEXAMPLEEXAMPLE:zhangsan"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": DROP_BUCKET, "arn": f"arn:aws:s3:::{DROP_BUCKET}"},
            "object": {
                "key": quote_plus(key, safe="/"),
                "size": 1024,
                "sequencer": "0A1B2C3D4E5F678901",
            },
        },
    }
    return sqs("SubmitQueue", {"Records": [record]})


def moved(run_id: str) -> dict[str, Any]:
    """Return the record of the table's stream when a run was moved."""
    keys = {"pk": {"S": f"RUN#{run_id}"}, "sk": {"S": "RUN"}}
    record = {
        "eventID": "c4ca4238a0b923820dcc509a6f75849b",
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": float(TIMESTAMP),
            "Keys": keys,
            "NewImage": {**keys, "unpublished": {"N": TIMESTAMP}, "revision": {"N": "1"}},
            "SequenceNumber": "111",
            "SizeBytes": 120,
            "StreamViewType": "NEW_IMAGE",
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/RunTable/stream/1",
    }
    return {"Records": [record]}


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
    parts = path.strip("/").split("/")
    parameters = {"corp": parts[1]} | ({"run_id": parts[2]} if len(parts) == 3 else {})
    resource = "/callback/{corp}" + ("/{run_id}" if "run_id" in parameters else "")
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": {"Content-Type": "text/xml", "Host": "api.example"},
        "multiValueHeaders": {"Content-Type": ["text/xml"], "Host": ["api.example"]},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()}
        or None,
        "pathParameters": parameters,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": f"/prod{path}",
            "stage": "prod",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


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


def posted_json(message: str) -> dict[str, Any]:
    """Return the same callback in JSON."""
    query, encrypted = signed(message)
    body = json.dumps({"tousername": SECRET["corp_id"], "encrypt": encrypted, "agentid": ""})
    return request("POST", "/callback/acme", query, body)


def verification(path: str = "/callback/acme") -> dict[str, Any]:
    """Return WeCom's URL verification."""
    query, encrypted = signed("1616140317555161061")
    return request("GET", path, query | {"echostr": encrypted})


def all_events() -> dict[str, dict[str, Any]]:
    """Return every event by its file's name."""
    return {
        "submit-drop.json": dropped(MEMBERS_KEY),
        "submit-drop-encoded-key.json": dropped(ENCODED_KEY),
        "submit-drop-unknown-job.json": dropped(BAD_KEY),
        "submit-s3-test-event.json": sqs(
            "SubmitQueue",
            {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": DROP_BUCKET},
        ),
        "submit-advance.json": sqs("SubmitQueue", {"kind": "advance", "run_id": RUN_ID}),
        "submit-decision.json": dropped(DECISION_KEY),
        "submit-plan.json": dropped(PLAN_KEY),
        "submit-settings.json": dropped(SETTINGS_KEY),
        "callback-verify.json": verification(),
        "callback-verify-base-path.json": through("hooks.example", "wecom", verification()),
        "callback-verify-two-base-paths.json": through(
            "hooks.example", "hr/wecom", verification()
        ),
        "callback-verify-run-forged.json": verification(f"/callback/acme/{RUN_ID}"),
        "callback-event-xml.json": posted_xml(job_finished()),
        "callback-event-json.json": posted_json(job_finished()),
        "callback-event-other-job.json": posted_xml(job_finished("export_user")),
        "callback-forged.json": posted_xml(job_finished(), msg_signature="0" * 40),
        "callback-unknown-corp.json": verification("/callback/nobody"),
        "callback-doctor.json": {"doctor": "acme"},
        "persist-callback.json": sqs(
            "ResultsQueue",
            accepted(job_finished()),
        ),
        "persist-check.json": sqs(
            "ResultsQueue", {"kind": "check", "run_id": RUN_ID, "check": 0}
        ),
        "publish-run.json": moved(RUN_ID),
        "publish-doctor.json": {"doctor": "acme"},
        "sweep-schedule.json": SCHEDULED,
        "sweep-redrive.json": {"redrive": True},
        "drift-schedule.json": SCHEDULED,
        "drift-doctor.json": {"doctor": "acme"},
        "drift-corp.json": sqs("DriftQueue", {"kind": "drift", "corp": "acme"}),
    }  # fmt: skip


def text(event: dict[str, Any]) -> str:
    """Return an event as its file holds it."""
    return json.dumps(event, ensure_ascii=False, indent=2) + "\n"


def write(folder: Path = FOLDER) -> None:
    """Write every file."""
    folder.mkdir(exist_ok=True)
    for name, event in all_events().items():
        (folder / name).write_text(text(event))


if __name__ == "__main__":
    write()
