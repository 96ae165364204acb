"""Encryption and signature of callbacks: WeCom's side of doc/90968, on bytes.

Plain text before encryption: 16 random bytes, the length of the message (4 bytes, big-endian),
the message, the receive id; padded with PKCS#7 to multiples of 32; AES-256-CBC with the first 16
bytes of the key as IV.
"""

import base64
import hashlib
import secrets
from typing import Any, Final

from Crypto.Cipher import AES
from Crypto.Util.Padding import pad, unpad

BLOCK_BYTES: Final = 32
RANDOM_BYTES: Final = 16
LENGTH_BYTES: Final = 4


def aes_key(encoding_aes_key: str) -> bytes:
    """Return the 32-byte key of a 43-character EncodingAESKey; trailing bits are ignored."""
    return base64.b64decode(encoding_aes_key + "=")


def sign(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """Return ``msg_signature``: SHA-1 of the four strings sorted and joined, lower-case hex."""
    joined = "".join(sorted([token, timestamp, nonce, encrypted]))
    return hashlib.sha1(joined.encode()).hexdigest()  # noqa: S324 - WeCom's protocol


def encrypt(
    encoding_aes_key: str, receive_id: str, message: bytes, random16: bytes | None = None
) -> str:
    """Return *message* for *receive_id* as base64; *random16* only to repeat a known vector."""
    prefix = secrets.token_bytes(RANDOM_BYTES) if random16 is None else random16
    plain = prefix + len(message).to_bytes(LENGTH_BYTES) + message + receive_id.encode()
    return base64.b64encode(_cipher(encoding_aes_key).encrypt(pad(plain, BLOCK_BYTES))).decode()


def decrypt(encoding_aes_key: str, encrypted: str) -> tuple[bytes, str]:
    """Return the message and the receive id of *encrypted*; raises ValueError. For tests."""
    padded = _cipher(encoding_aes_key).decrypt(base64.b64decode(encrypted))
    body = unpad(padded, BLOCK_BYTES)[RANDOM_BYTES:]
    end = LENGTH_BYTES + int.from_bytes(body[:LENGTH_BYTES])
    if end > len(body):
        raise ValueError("the text ends before its message")
    return body[LENGTH_BYTES:end], body[end:].decode()


def _cipher(encoding_aes_key: str) -> Any:
    key = aes_key(encoding_aes_key)
    return AES.new(key, AES.MODE_CBC, key[:16])
