"""WeCom's callback envelope (doc/90968): signature, AES, XML and JSON.

Whatever is wrong, the error is `SignatureError`, and it takes about the same work to find.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET
from xml.parsers import expat

from Crypto.Cipher import AES

from wecom_sync.domain.errors import SignatureError
from wecom_sync.domain.values import dataclass
from wecom_sync.wecom.credentials import Credentials

BLOCK = 32
"""The padding's block in bytes: twice AES's own."""
_PREFIX = 16
_LENGTH = 4
MAX_BODY = 256 * 1024
"""Bytes of a callback's body that we read; WeCom's own are under 2 KB."""


@dataclass(frozen=True, slots=True)
class Query:
    msg_signature: str
    timestamp: str
    nonce: str

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "Query":
        """Read the signed part of a URL. Raises `SignatureError` if any of it is missing."""
        try:
            return cls(parameters["msg_signature"], parameters["timestamp"], parameters["nonce"])
        except KeyError:
            raise SignatureError from None


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """A decrypted message. The job fields are blank unless it is a batch_job_result (doc/90973)."""

    kind: str
    job_type: str = ""
    job_id: str = ""
    errcode: int = 0
    errmsg: str = ""


def verify_url(credentials: Credentials, query: Query, echostr: str) -> str:
    """Return the plaintext with which to answer WeCom's URL verification (doc/96238).

    A `+` of the echostr may arrive as a blank, and is put back. Raises `SignatureError`.
    """
    try:
        return open_envelope(credentials, query, echostr.replace(" ", "+")).decode()
    except UnicodeDecodeError:
        raise SignatureError from None


def verification(
    credentials: Credentials, echo: str, timestamp: int, random: Callable[[int], bytes]
) -> dict[str, str]:
    """Return the query of a URL verification as WeCom sends it; a right answer is `echo`."""
    encrypted = _sealed(credentials, echo.encode(), random(_PREFIX))
    query = {"timestamp": str(timestamp), "nonce": random(8).hex()}
    signature = _signature(credentials.token, *query.values(), encrypted)
    return {"msg_signature": signature, **query, "echostr": encrypted}


def _sealed(credentials: Credentials, message: bytes, prefix: bytes) -> str:
    length = len(message).to_bytes(_LENGTH, "big")
    plain = prefix + length + message + credentials.receive_id.encode()
    pad = BLOCK - len(plain) % BLOCK
    key = base64.b64decode(credentials.aes_key + "=")
    cipher = AES.new(key, AES.MODE_CBC, iv=key[:16])
    return base64.b64encode(cipher.encrypt(plain + bytes([pad]) * pad)).decode()


def _signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def read_callback(credentials: Credentials, query: Query, encrypted: str) -> CallbackEvent:
    """Verify, decrypt and parse a callback. Raises `SignatureError`."""
    return _event(open_envelope(credentials, query, encrypted))


def open_envelope(credentials: Credentials, query: Query, encrypted: str) -> bytes:
    """Return the message, if signature, padding, length and receiver are right.

    Raises `SignatureError`, the same for each of them.
    """
    try:
        expected = _signature(credentials.token, query.timestamp, query.nonce, encrypted)
        genuine = hmac.compare_digest(expected.encode(), query.msg_signature.encode())
    except UnicodeEncodeError:
        raise SignatureError from None
    if not genuine:
        raise SignatureError
    return _unpacked(_decrypted(credentials.aes_key, encrypted), credentials.receive_id)


def _decrypted(aes_key: str, encrypted: str) -> bytes:
    try:
        # Most published keys have non-zero trailing bits, which Python's decoder accepts.
        key = base64.b64decode(aes_key + "=")
        data = base64.b64decode(encrypted, validate=True)
        return AES.new(key, AES.MODE_CBC, iv=key[:16]).decrypt(data)
    except (ValueError, binascii.Error):
        raise SignatureError from None


def _unpacked(padded: bytes, receive_id: str) -> bytes:
    pad = padded[-1] if padded else 0
    if len(padded) % BLOCK or not 1 <= pad <= BLOCK:
        raise SignatureError
    if not hmac.compare_digest(padded[-pad:], bytes([pad]) * pad):
        raise SignatureError
    plain = padded[:-pad]
    start = _PREFIX + _LENGTH
    if len(plain) < start:
        raise SignatureError
    end = start + int.from_bytes(plain[_PREFIX:start], "big")
    if end > len(plain):
        raise SignatureError
    if receive_id and not hmac.compare_digest(plain[end:], receive_id.encode()):
        raise SignatureError
    return plain[start:end]


def encrypted_of(body: bytes) -> str:
    """Return the Encrypt field of a POSTed callback, XML or JSON. Raises `SignatureError`."""
    if len(body) > MAX_BODY:
        raise SignatureError
    fields = _fields(body)
    encrypted = fields.get("encrypt", fields.get("Encrypt"))
    if not isinstance(encrypted, str) or not encrypted:
        raise SignatureError
    return encrypted


def _event(message: bytes) -> CallbackEvent:
    fields = _fields(message)
    job = fields.get("BatchJob", fields)
    if not isinstance(job, Mapping):
        job = {}
    kind = str(fields.get("Event") or fields.get("InfoType") or fields.get("MsgType") or "")
    errcode = str(job.get("ErrCode") or "0")
    return CallbackEvent(
        kind=kind,
        job_type=str(job.get("JobType") or ""),
        job_id=str(job.get("JobId") or ""),
        errcode=int(errcode) if re.fullmatch(r"-?[0-9]{1,9}", errcode) else -1,
        errmsg=str(job.get("ErrMsg") or ""),
    )


def _fields(document: bytes) -> dict[str, object]:
    """Return what a document has, JSON or XML."""
    if document.lstrip()[:1] != b"{":
        return _elements(document)
    try:
        fields: dict[str, object] = json.loads(document)
    except (ValueError, RecursionError):
        raise SignatureError from None
    return fields


def _elements(document: bytes) -> dict[str, object]:
    """Parse `<xml>` one or two levels deep. A DTD or an entity declaration is an error."""
    # WeCom writes UTF-8. A stranger must not choose another decoder.
    parser = expat.ParserCreate("UTF-8")
    builder = ET.TreeBuilder()

    def refuse(*_: object) -> None:
        raise SignatureError

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(document, True)
        root = builder.close()
    except (expat.ExpatError, AssertionError, ValueError, LookupError):
        raise SignatureError from None
    return {
        child.tag: {inner.tag: inner.text or "" for inner in child} if len(child) else child.text
        for child in root
    }
