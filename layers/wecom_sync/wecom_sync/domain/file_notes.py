"""What was noticed of a file before its columns were cut, kept in the metadata of its object."""

import base64
import binascii
import json
import zlib
from typing import Any, Self

from wecom_sync.domain.stored import Stored
from wecom_sync.domain.values import dataclass

MAX_PACKED = 1500
"""The most characters: S3 takes 2 KB of metadata."""
_MAX_JSON = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNotes(Stored):
    """How people know the file, of which fewer columns were sent.

    `letters`: of a workbook's columns that were sent; `hidden`: lines that it does not show;
    `sheet`, `unread`: the sheet that was read, and the others; `sent`: how many columns.
    """

    encoding: str
    letters: tuple[str, ...] = ()
    sheet: str = ""
    unread: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()
    sent: int = 0

    def packed(self) -> str:
        document = json.dumps(self.to_document(), separators=(",", ":"))
        return base64.b64encode(zlib.compress(document.encode(), 9)).decode()

    @classmethod
    def unpacked(cls, text: str) -> Self | None:
        """Return the notes; None if there are none, or somebody wrote something else there."""
        if not text or len(text) > MAX_PACKED:
            return None
        try:
            packed = base64.b64decode(text, validate=True)
            document = json.loads(zlib.decompressobj().decompress(packed, _MAX_JSON))
            # JSON can say half of a character, which no document can keep.
            json.dumps(document, ensure_ascii=False).encode()
        except (binascii.Error, zlib.error, ValueError, RecursionError):
            return None
        return cls.from_document(document) if _is_right(document) else None


def _is_right(document: Any) -> bool:
    if not isinstance(document, dict) or not isinstance(document.get("encoding"), str):
        return False
    texts = all(isinstance(document.get(name, ""), str) for name in ("encoding", "sheet"))
    lists = all(
        isinstance(document.get(name, []), list)
        and all(type(item) is kind for item in document.get(name, []))
        for name, kind in (("letters", str), ("unread", str), ("hidden", int))
    )
    return texts and lists and type(document.get("sent", 0)) is int
