"""Temporary media: the multipart upload as strictly as WeCom reads it, and the files kept."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from wecom_simulator.state.errors import ApiError

LIFETIME_SECONDS: Final = 3 * 24 * 3600
MIN_BYTES: Final = 6
MAX_BYTES: Final = 20 * 1024 * 1024
EMPTY_MEDIA: Final = 44001

_BOUNDARY = re.compile(r'(?:^|;)\s*boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([\w*]+)=(?:"([^"]*)"|([^;]*))')


@dataclass(frozen=True, slots=True)
class Media:
    media_id: str
    filename: str
    content: bytes
    created_at: float

    def is_valid(self, now: float) -> bool:
        return now - self.created_at < LIFETIME_SECONDS

    def described(self) -> dict[str, Any]:
        """Return what may be shown of it: never the content."""
        return {
            "media_id": self.media_id,
            "filename": self.filename,
            "bytes": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "created_at": self.created_at,
        }


class MediaStore:
    """The files of one corp; each is valid for three days (doc/90253)."""

    def __init__(self) -> None:
        self._files: dict[str, Media] = {}

    def add(self, filename: str, content: bytes, now: float) -> Media:
        self._files = {it.media_id: it for it in self._files.values() if it.is_valid(now)}
        media = Media("3" + secrets.token_urlsafe(48), filename, content, now)
        self._files[media.media_id] = media
        return media

    def get(self, media_id: str, now: float) -> Media:
        """Return a file; raises ApiError 40007 when unknown here or older than three days."""
        media = self._files.get(media_id)
        if media is None or not media.is_valid(now):
            raise ApiError(40007)
        return media

    def listed(self) -> list[dict[str, Any]]:
        return [media.described() for media in self._files.values()]


def parse_upload(content_type: str, body: bytes) -> tuple[str, bytes]:
    """Return filename and content of the part named ``media``.

    Raises ApiError 44001 when WeCom would see no file: no boundary, no such part, no plain ASCII
    ``filename=``; 40006 up to 5 bytes; 45001 above 20 MB.
    """
    boundary = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or boundary is None:
        raise ApiError(EMPTY_MEDIA, "not multipart/form-data with a boundary")
    filename, content = _media_part(body, (boundary.group(1) or boundary.group(2)).encode())
    if len(content) > MAX_BYTES:
        raise ApiError(45001)
    if len(content) < MIN_BYTES:
        raise ApiError(40006)
    return filename, content


def _media_part(body: bytes, boundary: bytes) -> tuple[str, bytes]:
    delimiter = b"\r\n--" + boundary
    if not body.startswith(b"--" + boundary) or delimiter + b"--" not in body:
        raise ApiError(EMPTY_MEDIA, "the boundary of the header is not in the body")
    for part in (b"\r\n" + body).split(delimiter)[1:]:
        head, separator, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        parameters = _disposition(head) if separator else {}
        if parameters.get("name") == "media":
            filename = parameters.get("filename", "")
            if not filename or not filename.isascii():
                raise ApiError(EMPTY_MEDIA, "no plain ASCII filename")
            return filename, content
    raise ApiError(EMPTY_MEDIA, "no part named media")


def _disposition(head: bytes) -> dict[str, str]:
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            return {
                key.lower(): quoted or plain.strip()
                for key, quoted, plain in _PARAMETER.findall(value)
            }
    return {}
