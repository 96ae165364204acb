"""The callback URLs, who may send there, and API Gateway's events, whole and damaged."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from fuzz.damage import bytes_damaged
from fuzz.envelopes import Message
from support.events import request
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.wecom.credentials import Credentials, MessagesSecret, job_credentials

type Event = dict[str, Any]
MASTER = b"the-master-secret-of-the-stack"
FIXED = Credentials("FixedTokenOfAcme", "FixedKeyOfAcmeFixedKeyOfAcmeFixedKeyOfAcme1", "ww-acme")
SECRETS: dict[str, MessagesSecret | SecretInvalidError] = {
    "acme": MessagesSecret("ww-acme", FIXED.token, FIXED.aes_key),
    "beta": MessagesSecret("ww-beta"),
    "odd": SecretInvalidError(),
}
RUNS = ("20260102T030405Z-0123456789ab", "20260102T030406Z-ba9876543210", "x", "a" * 200)


@dataclass(slots=True)
class Case:
    """A request, what an honest sender made for its URL, and the expected answer (None: any)."""

    event: Event
    corp: str
    run_id: str
    must: bool | None
    issued: list[Message] = field(default_factory=list)


@cache
def credentials_of(corp: str, run_id: str) -> Credentials | None:
    """Return what WeCom was given for a URL."""
    if run_id:
        return job_credentials(MASTER, corp, run_id, f"ww-{corp}")
    secret = SECRETS.get(corp)
    return secret.callback if isinstance(secret, MessagesSecret) else None


def get(path: str, query: dict[str, str], echostr: str) -> Event:
    return request("GET", path, query | {"echostr": echostr})


def post(path: str, query: dict[str, str], body: str) -> Event:
    return request("POST", path, query, body)


def in_base64(event: Event, data: bytes) -> None:
    event.update(body=base64.b64encode(data).decode(), isBase64Encoded=True)


def said_otherwise(random: Random, event: Event) -> None:
    """Say the same in other words, as API Gateway may."""
    ways = random.sample(range(5), random.randrange(3))
    if 0 in ways and event["body"] is not None:
        in_base64(event, event["body"].encode(errors="replace"))
    if 1 in ways:
        event["headers"] = event["multiValueHeaders"] = None
    if 2 in ways:
        event["headers"] = {"X-Amzn-Trace-Id": "Root=1", "Cookie": "張=1", "Accept": ""}
    if 3 in ways:
        event["queryStringParameters"]["utm"] = random.choice(("", "1", "\ud800", "x" * 5_000))
    if 4 in ways:
        # A custom domain has a base path.
        event["path"] = f"/{random.choice(('wecom', 'prod', 'a-b'))}{event['path']}"


type Damage = Callable[[Random, Event], None]


def query_damaged(random: Random, event: Event) -> None:
    query = event["queryStringParameters"]
    name = random.choice(list(query))
    match random.randrange(4):
        case 0:
            event["queryStringParameters"] = random.choice((None, {}))
            event["multiValueQueryStringParameters"] = None
        case 1:
            del query[random.choice(("msg_signature", "timestamp", "nonce"))]
        case 2:
            query[name] = random.choice(
                ("", " ", "\x00", "签名", "\ud800", "a" * 100_000, "%00", "1,2", "null",
                 query[name] + " ")
            )  # fmt: skip
        case 3:
            # Of a parameter that comes twice API Gateway hands on the last one.
            values = [query[name], random.choice(("", "0", "x" * 40))]
            random.shuffle(values)
            event["multiValueQueryStringParameters"][name] = values
            query[name] = values[-1]


def body_gone(random: Random, event: Event) -> None:
    body, is_coded = random.choice((None, "", " ", "\n")), random.random() < 0.5
    event.update(body=body, isBase64Encoded=is_coded)


def body_damaged(random: Random, event: Event) -> None:
    data = bytes_damaged(random, (event["body"] or "x").encode(errors="replace"))
    if random.random() < 0.5:
        in_base64(event, data)
    else:
        event["body"] = data.decode(errors="replace")


def body_huge(random: Random, event: Event) -> None:
    size = random.choice((255 * 1024, 256 * 1024, 257 * 1024, 600_000))
    body = event["body"] or ""
    event["body"] = random.choice(
        (body + " " * size, "x" * size, "<" * size, "<xml>" + "<a>" * (size // 3),
         "{" + '"a":{' * (size // 5), "[" * size, body[:-6] + "<p>" + "y" * size + "</p></xml>")
    )  # fmt: skip


def bomb(random: Random, event: Event) -> None:
    """Put entities, DTDs and other traps of XML around the envelope."""
    body = event["body"] or "<xml/>"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    event["body"] = random.choice(
        (f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><xml><Encrypt>&l9;</Encrypt></xml>',
         '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>',
         f'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">{body}',
         f'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/p">%p;]>{body}',
         f"<!DOCTYPE x>{body}", f"<?xml-stylesheet href='x'?>{body}", "<xml>&undefined;</xml>",
         f'<?xml version="1.0" encoding="{random.choice(ENCODINGS)}"?>{body}',
         f'<?xml version="1.1"?>{body}', f"<!--{'-' * 999}-->{body}", body + body)
    )  # fmt: skip


ENCODINGS = (
    "utf-8", "utf-16", "utf-32", "gb2312", "gbk", "big5", "latin-1", "idna", "punycode", "hex",
    "zlib", "rot13", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7", "cp037", "mbcs",
    "x" * 300,
)  # fmt: skip


def body_other(random: Random, event: Event) -> None:
    text = random.choice(
        ("null", "[]", "0", '{"encrypt": 1}', '{"encrypt": ["a"]}', '{"Encrypt": "\\ud800"}',
         '{"encrypt": "é"}', "<xml/>", "<xml><Encrypt/></xml>", "<Encrypt>a</Encrypt>", "\ufeff",
         "\ud800", "\x00", "<xml><Encrypt><a>b</a></Encrypt></xml>", '{"encrypt": ' + "9" * 5_000,
         json.dumps({"encrypt": "A" * 64}), "a=1&b=2", "--x\r\nContent-Disposition: form-data\r\n")
    )  # fmt: skip
    if random.random() < 0.3:
        in_base64(event, random.randbytes(random.randrange(200)))
    else:
        event.update(body=text, isBase64Encoded=random.random() < 0.1)


def path_odd(random: Random, event: Event) -> None:
    path = event["path"]
    event["path"] = random.choice(
        (f"{path}/", f"/{path}", path.upper(), f"{path}%0a", f"{path}/x/y", "/callback/", "/", "",
         f"{path}\n", "/callback/../acme", "/callback/acme%2F..", f"{path}/{'r' * 3_000}",
         "/callback/张三", "/callback/\ud800", "/callback/acme/\ud800", "/callback/acme/张三",
         "/callback/-", "/callback/" + "a" * 33, "/callback/<script>", path[1:])
    )  # fmt: skip


def method_odd(random: Random, event: Event) -> None:
    other = {"GET": "POST", "POST": "GET"}[event["httpMethod"]]
    event["httpMethod"] = random.choice((other, other, other, "HEAD", "PUT", "OPTIONS", "get"))


def fields_null(random: Random, event: Event) -> None:
    names = ("headers", "multiValueHeaders", "multiValueQueryStringParameters", "pathParameters",
             "stageVariables", "queryStringParameters", "body")  # fmt: skip
    for name in random.sample(names, random.randrange(1, len(names))):
        event[name] = None


DAMAGES: tuple[Damage, ...] = (
    *(query_damaged,) * 4, body_gone, body_damaged, body_damaged, body_huge, bomb, body_other,
    path_odd, method_odd, fields_null,
)  # fmt: skip
