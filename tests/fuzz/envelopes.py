"""WeCom's side of a callback, honest and forged: what it says, how it is sealed and signed."""

import base64
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from Crypto.Cipher import AES

from wecom_simulator.web.crypto import aes_key, sign
from wecom_sync.wecom.credentials import Credentials

BLOCK = 32


@dataclass(frozen=True, slots=True)
class Sealed:
    signature: str
    timestamp: str
    nonce: str
    encrypted: str

    @property
    def query(self) -> dict[str, str]:
        return {"msg_signature": self.signature, "timestamp": self.timestamp, "nonce": self.nonce}


def seal(random: Random, owner: Credentials, message: bytes) -> Sealed:
    return signed(random, owner.token, encrypted(owner, padded(plain(random, owner, message))))


def plain(random: Random, owner: Credentials, message: bytes, length: int | None = None) -> bytes:
    counted = len(message) if length is None else length
    prefix = random.randbytes(16)
    return prefix + struct.pack(">I", counted) + message + owner.receive_id.encode()


def padded(text: bytes) -> bytes:
    pad = BLOCK - len(text) % BLOCK
    return text + bytes([pad]) * pad


def encrypted(owner: Credentials, blocks: bytes) -> str:
    """Encrypt whole blocks; those that are none are cut."""
    key = aes_key(owner.aes_key)
    cipher = AES.new(key, AES.MODE_CBC, key[:16])
    return base64.b64encode(cipher.encrypt(blocks[: len(blocks) // 16 * 16])).decode()


def signed(random: Random, token: str, ciphertext: str) -> Sealed:
    timestamp, nonce = str(random.randrange(10**9, 2 * 10**9)), str(random.randrange(10**10))
    return Sealed(sign(token, timestamp, nonce, ciphertext), timestamp, nonce, ciphertext)


type Forgery = Callable[[Random, Credentials, bytes], Sealed]
"""Makes an envelope that must be refused, by somebody who holds these credentials."""


def wrong_padding(random: Random, owner: Credentials, message: bytes) -> Sealed:
    text = padded(plain(random, owner, message))
    pad = text[-1]
    wrong = random.choice((b"\x00", b"\x21", b"\xff", bytes([pad % BLOCK + 1])))
    if pad > 1 and random.random() < 0.5:
        at = len(text) - random.randrange(2, pad + 1)
        text = text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]
    else:
        # A pad of 1 says nothing about the bytes before it, so it may be right by chance.
        text = text[:-1] + (wrong if wrong != b"\x01" else b"\x00")
    return signed(random, owner.token, encrypted(owner, text))


def padding_of_sixteen(random: Random, owner: Credentials, message: bytes) -> Sealed:
    """Pad to AES's own block, so that half of a block of 32 is missing."""
    text = plain(random, owner, message)
    pad = 16 - len(text) % 16
    if (len(text) + pad) % BLOCK == 0:
        return wrong_length(random, owner, message)
    return signed(random, owner.token, encrypted(owner, text + bytes([pad]) * pad))


def wrong_length(random: Random, owner: Credentials, message: bytes) -> Sealed:
    size = len(message)
    length = random.choice((0, size - 1, size + 1, 2**31, 2**32 - 1, random.randrange(2**16)))
    text = plain(random, owner, message, size + 7 if length in {size, -1} else length)
    return signed(random, owner.token, encrypted(owner, padded(text)))


def wrong_receiver(random: Random, owner: Credentials, message: bytes) -> Sealed:
    name = owner.receive_id
    other = random.choice(("", name[:-1], f"{name}x", f"x{name}", name.upper(), f"{name}\x00", "é"))
    return seal(random, replace(owner, receive_id=other), message)


def too_short(random: Random, owner: Credentials, message: bytes) -> Sealed:
    text = random.randbytes(random.randrange(20))
    blocks = random.choice((b"", padded(text), bytes([BLOCK]) * BLOCK, text))
    return signed(random, owner.token, encrypted(owner, blocks))


def wrong_signature(random: Random, owner: Credentials, message: bytes) -> Sealed:
    good = seal(random, owner, message)
    digits = good.signature
    at = random.randrange(len(digits))
    flipped = digits[:at] + format(int(digits[at], 16) ^ random.randrange(1, 16), "x")
    wrong = random.choice(
        ("", digits[:-1], f"{digits}0", digits.upper() + "A", "0" * 40, flipped + digits[at + 1 :],
         "签名", "\ud800", digits[::-1] + "x")
    )  # fmt: skip
    return replace(good, signature=wrong)


def wrong_key(random: Random, owner: Credentials, message: bytes) -> Sealed:
    """Sign with the right token what another key encrypted."""
    letters = list(owner.aes_key)
    letters[random.randrange(42)] = random.choice("abcXYZ019")
    key = "".join(letters)
    if key == owner.aes_key:
        key = key[1:] + key[:1] if len(set(key)) > 1 else key.swapcase()
    return seal(random, replace(owner, aes_key=key), message)


def changed_after_signing(random: Random, owner: Credentials, message: bytes) -> Sealed:
    good = seal(random, owner, message)
    match random.randrange(4):
        case 0:
            return replace(good, timestamp=good.timestamp + "1")
        case 1:
            return replace(good, nonce="x" + good.nonce)
        case 2:
            cut = random.randrange(len(good.encrypted))
            return replace(good, encrypted=good.encrypted[:cut])
        case _:
            data = bytearray(base64.b64decode(good.encrypted))
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
            return replace(good, encrypted=base64.b64encode(data).decode())


def not_base64(random: Random, owner: Credentials, message: bytes) -> Sealed:
    good = seal(random, owner, message).encrypted
    at = random.randrange(1, len(good) - 4)
    text = random.choice(
        (good[:at] + "*" + good[at:], good[:at] + "é" + good[at:], good[:-3], "=" + good, "\ud800",
         good[:at] + "=" + good[at + 1 :], "====")
    )  # fmt: skip
    timestamp = str(random.randrange(10**9))
    signature = "0" * 40
    if "\ud800" not in text:
        signature = sign(owner.token, timestamp, "n", text)
    return Sealed(signature, timestamp, "n", text)


FORGERIES: tuple[Forgery, ...] = (
    wrong_padding, padding_of_sixteen, wrong_length, wrong_receiver, too_short, wrong_signature,
    wrong_key, changed_after_signing, not_base64,
)  # fmt: skip
OF_RECEIVER = {wrong_receiver, wrong_length, padding_of_sixteen}
"""Those that show only to whoever knows the receiver."""


def xml_body(sealed: Sealed, receiver: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{receiver}]]></ToUserName><AgentID><![CDATA[]]></AgentID>"
        f"<Encrypt><![CDATA[{sealed.encrypted}]]></Encrypt></xml>"
    )


def json_body(sealed: Sealed, receiver: str) -> str:
    return json.dumps({"tousername": receiver, "encrypt": sealed.encrypted, "agentid": ""})


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
