"""From an object's bytes to text: which encoding, and is it a text at all."""

import re
from collections.abc import Container

from wecom_sync.columns import normal_header
from wecom_sync.problems import FileRejectedError, Problem

MAX_BYTES = 20 * 1024 * 1024
"""A media file is at most 20 MB (doc/96484), and more than 5 bytes, as any header alone is."""

_NOT_TEXT = {
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


def decode(content: bytes, headers: Container[str]) -> tuple[str, str]:
    """Return a file's text, its lines ended by LF, and its encoding as people call it.

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
        if encoding == "gb18030" and not _header_is_known(text, headers):
            continue
        if "\x00" in text:
            raise FileRejectedError([Problem(0, "", "file_is_not_text")])
        if encoding == "gb18030" and (found := _PRIVATE_USE.search(text)):
            # Big5 and other encodings read as GB18030 leave characters that nobody uses.
            byte = len(text[: found.start()].encode(encoding)) + 1
            line = text.count("\n", 0, found.start()) + 1
            raise FileRejectedError([Problem(line, "", "encoding_unknown", {"byte": byte})])
        return text.replace("\r\n", "\n").replace("\r", "\n"), _shown(encoding, content)
    raise FileRejectedError([_damage(content)])


def _encodings(content: bytes) -> tuple[str, ...]:
    """Guess by the BOM; without one UTF-8 goes before GB18030, which takes almost anything."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    return ("utf-8", "gb18030")


def _shown(encoding: str, content: bytes) -> str:
    if encoding == "utf-16":
        return "UTF-16LE" if content.startswith(b"\xff\xfe") else "UTF-16BE"
    return {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "gb18030": "GB18030"}[encoding]


def _header_is_known(text: str, headers: Container[str]) -> bool:
    """Whether the first line names a Chinese column: the proof that GB18030 was a good guess."""
    first = text.lstrip().replace("\r", "\n").partition("\n")[0]
    names = (normal_header(cell.strip('"')) for cell in re.split(r"[,;\t]", first))
    return any(not name.isascii() and name in headers for name in names)


def _damage(content: bytes) -> Problem:
    try:
        content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(line, "", "encoding_unknown", {"byte": error.start + 1})
    return Problem(0, "", "file_is_not_text")
