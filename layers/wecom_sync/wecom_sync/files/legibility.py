"""Cells that no person wrote: errors of spreadsheets, lost characters, characters nobody sees."""

import re

from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.files.mojibake import unscrambled

_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)|#{3,}", re.IGNORECASE
)
"""What a spreadsheet shows instead of a value; a row of # stands for one that was too wide."""
_LOST = "\ufffd"
"""What programs write in place of bytes that they could not read."""
_GARBLED = re.compile(r"锟斤拷|烫烫烫|屯屯屯|^[?？]{2,}$")
"""What is left when text went through the wrong encoding; question marks if nothing else is there.
"""
_JOINERS = "\u200c\u200d"
_NOTHING_TO_JOIN = (
    "\x00-\u05ff\u2000-\u20cf\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff"
)
"""After these, Latin and Chinese among them, a joiner does nothing; in names of Indian languages,
Arabic script and emoji it is part of the spelling."""
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
"""Between two of these letters, as Uyghur has them, a mark of direction is part of the spelling."""
_UNREADABLE = re.compile(
    f"[{_LOST}\u00ad\u200b\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0]"
    f"|(?<![{_ARABIC}])[\u200e\u200f]|[\u200e\u200f](?![{_ARABIC}])"
    f"|(?:^|(?<=[{_NOTHING_TO_JOIN}]))[{_JOINERS}]"
)


def illegible(cell: str) -> tuple[TextCode, Params] | None:
    """Return what is wrong with a cell as the code and the blanks of a text, None when it is well.

    Two cells that look alike must not be two values, nor an error somebody's name.
    """
    if cell[:1] == "#" and _ERROR.fullmatch(cell):
        return "cell_error_value", {"value": cell[:10]}
    is_plain = cell.isascii() and cell[:1] != "?"
    if not is_plain and (garbled := _GARBLED.search(cell)):
        return "cell_garbled", {"value": garbled[0][:10]}
    if unscrambled(cell) is not None:
        return "cell_scrambled", {}
    if (found := unreadable(cell)) is None:
        return None
    position, character = found
    if character == _LOST:
        return "cell_character_lost", {"position": position}
    return "cell_invisible", {"position": position, "character": named(character)}


def unreadable(text: str) -> tuple[int, str] | None:
    """Return the first character that nobody sees or can read, and its place from 1 on."""
    found = None if text.isascii() else _UNREADABLE.search(text)
    return found and (found.start() + 1, found[0])


def named(character: str) -> str:
    """Return a character as people look it up."""
    return f"U+{ord(character):04X}"


EDGE_MARKS = "\ufeff\u200b\u200e\u200f\u2060"
"""Marks that stand for nothing at the edge of a cell, where copying and exporting leave them."""


def trimmed(cell: str) -> str:
    """Return a cell without blanks and such marks around it."""
    cell = cell.strip()
    if cell.isascii() or not (cell[0] in EDGE_MARKS or cell[-1] in EDGE_MARKS):
        return cell
    start, end = 0, len(cell)
    while start < end and (cell[start] in EDGE_MARKS or cell[start].isspace()):
        start += 1
    while end > start and (cell[end - 1] in EDGE_MARKS or cell[end - 1].isspace()):
        end -= 1
    return cell[start:end]


GUARD = '="'
"""What stands before a text that spreadsheets must not make a number."""


def unguarded(cell: str) -> str:
    """Return the text in `="000123"`."""
    if cell[:2] == GUARD and cell[-1] == '"' and len(cell) > len(GUARD):
        return cell[2:-1].replace('""', '"')
    return cell
