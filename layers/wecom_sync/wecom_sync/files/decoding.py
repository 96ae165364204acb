"""Decodes the bytes of an object: finds the encoding, or says that it is no text."""

import re
from collections.abc import Container, Mapping

from wecom_sync.domain.texts import TextCode
from wecom_sync.files.columns import normal_header
from wecom_sync.files.common_characters import FREQUENT
from wecom_sync.files.legibility import unguarded
from wecom_sync.files.problems import FileRejectedError, Problem

MAX_BYTES = 20 * 1024 * 1024
"""WeCom takes media files of up to 20 MB (doc/96484)."""

_NOT_TEXT: Mapping[bytes, TextCode] = {
    b"PK\x03\x04": "file_is_spreadsheet",
    b"\xd0\xcf\x11\xe0": "file_is_spreadsheet",
    b"%PDF": "file_is_not_text",
    b"\x1f\x8b": "file_is_not_text",
    b"\x89PNG": "file_is_not_text",
    b"\xff\xd8\xff": "file_is_not_text",
    b"Rar!": "file_is_not_text",
    b"7z\xbc\xaf": "file_is_not_text",
}
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")
_PLACED_SINCE = str.maketrans(
    "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796"
    "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864",
    "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19"
    "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9"
    "\u9fba\U000241fe\u9fbb",
)
"""24 characters that GB 18030-2022 has moved in Unicode. Python still reads them as private."""
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_KNOWN = 2
"""So many known ASCII headers show that a line is a header."""
_MANY = 20
"""So many Chinese characters are enough to judge a text without known headers."""
_HEADER_LINES = 5
"""Lines in which the header is looked for. Some exports write a title above it."""


def decode(content: bytes, headers: Container[str]) -> tuple[str, str]:
    """Return a file's text with LF as line ends, and the usual name of its encoding.

    `headers`: every header that may stand in the first line, in its normal form. Raises
    `FileRejectedError`.
    """
    if not content.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
        raise FileRejectedError([Problem(0, "", "file_empty")])
    if len(content) > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")])
    for signature, code in _NOT_TEXT.items():
        if content.startswith(signature):
            raise FileRejectedError([Problem(0, "", code)])
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _is_chinese(text, headers):
            continue
        if "\x00" in text:
            raise FileRejectedError([Problem(0, "", "file_is_not_text")])
        if encoding == "gb18030":
            text = _placed(text)
        return text.replace("\r\n", "\n").replace("\r", "\n"), _shown(encoding, content)
    raise FileRejectedError([_damage(content)])


def _placed(text: str) -> str:
    """Return the text with the characters that GB 18030-2022 has moved.

    Other private characters come from Big5 and other encodings that were read as GB18030. Raises
    `FileRejectedError` for them.
    """
    if _PRIVATE_USE.search(text) is None:
        return text
    placed = text.translate(_PLACED_SINCE)
    if (found := _PRIVATE_USE.search(placed)) is None:
        return placed
    byte = len(text[: found.start()].encode("gb18030")) + 1
    line = text.count("\n", 0, found.start()) + 1
    raise FileRejectedError([Problem(line, "", "encoding_unknown", {"byte": byte})])


def _encodings(content: bytes) -> tuple[str, ...]:
    """Choose by the BOM, else UTF-8, else GB18030, which decodes almost anything."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    return ("utf-8", "gb18030")


def _shown(encoding: str, content: bytes) -> str:
    if encoding == "utf-16":
        return "UTF-16LE" if content.startswith(b"\xff\xfe") else "UTF-16BE"
    return {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "gb18030": "GB18030"}[encoding]


def _is_chinese(text: str, headers: Container[str]) -> bool:
    """Whether the file really is GB18030, which decodes almost anything.

    It is if a header names a Chinese column. It also is if the text has mostly common characters,
    and is long or has ASCII headers: other encodings read as GB18030 give mostly rare ones.
    """
    lines = text.lstrip().replace("\r", "\n").split("\n", _HEADER_LINES)[:_HEADER_LINES]
    known = [
        name
        for line in lines
        for cell in re.split(r"[,;\t]", line)
        if (name := normal_header(unguarded(cell.strip()).strip('"'))) in headers
    ]
    if any(not name.isascii() for name in known):
        return True
    han = _HAN.findall(text)
    if not han or (len(known) < _KNOWN and len(han) < _MANY):
        return False
    return sum(character in FREQUENT for character in han) * 2 >= len(han)


def _damage(content: bytes) -> Problem:
    try:
        content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(line, "", "encoding_unknown", {"byte": error.start + 1})
    return Problem(0, "", "file_is_not_text")
