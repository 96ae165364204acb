"""Encryption and signature of callbacks: WeCom's side of doc/90968, on bytes.

Plain text before encryption: 16 random bytes, the length of the message (4 bytes, big-endian),
the message, the receive id; padded with PKCS#7 to multiples of 32; AES-256-CBC with the first 16
bytes of the key as IV.
"""

import base64
import hashlib
import secrets
import struct
from typing import Final

from Crypto.Cipher import AES

BLOCK_BYTES: Final = 32
RANDOM_BYTES: Final = 16


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
    plain = prefix + struct.pack(">I", len(message)) + message + receive_id.encode()
    pad = BLOCK_BYTES - len(plain) % BLOCK_BYTES
    key = aes_key(encoding_aes_key)
    cipher = AES.new(key, AES.MODE_CBC, key[:16])
    return base64.b64encode(cipher.encrypt(plain + bytes([pad]) * pad)).decode()


def decrypt(encoding_aes_key: str, encrypted: str) -> tuple[bytes, str]:
    """Return the message and the receive id of *encrypted*; for tests that play the receiver.

    Raises ValueError when the text is not a whole number of blocks or its lengths do not add up.
    """
    key = aes_key(encoding_aes_key)
    plain = AES.new(key, AES.MODE_CBC, key[:16]).decrypt(base64.b64decode(encrypted))
    pad = plain[-1]
    if not 1 <= pad <= BLOCK_BYTES:
        raise ValueError("padding outside 1..32")
    body = plain[RANDOM_BYTES:-pad]
    if len(body) < struct.calcsize(">I"):
        raise ValueError("too short for a length")
    (length,) = struct.unpack_from(">I", body)
    start = struct.calcsize(">I")
    if start + length > len(body):
        raise ValueError("length beyond the end")
    return body[start : start + length], body[start + length :].decode()
