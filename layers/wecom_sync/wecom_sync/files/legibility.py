"""Finds cells that nobody typed: spreadsheet errors, lost and invisible characters."""

import re
from typing import Self

from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.files.mojibake import unscrambled


class Doubtful(str):
    """A cell of a workbook that may not be what people see there. `code`: the problem."""

    __slots__ = ("code",)
    code: TextCode

    def __new__(cls, text: str, code: TextCode) -> Self:
        """Return the text with its problem."""
        cell = super().__new__(cls, text)
        cell.code = code
        return cell


_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)|#{3,}", re.IGNORECASE
)
"""Error values of spreadsheets. A row of # stands for a value that was too wide."""
_LOST = "\ufffd"
"""Characters that programs write for bytes which they could not decode."""
_GARBLED = re.compile(r"锟斤拷|烫烫烫|屯屯屯|^[?？]{2,}$")
"""What is left of text after a wrong encoding; question marks only if nothing else is there."""
_JOINERS = "\u200c\u200d"
_NOTHING_TO_JOIN = (
    "\x00-\u05ff\u2000-\u20cf\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff"
)
"""After characters of these scripts a joiner has no meaning. In Indian languages, Arabic script
and emoji it is part of the spelling."""
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
"""Between two letters of these scripts (Uyghur), a mark of direction is part of the spelling."""
_UNREADABLE = re.compile(
    f"[{_LOST}\u00ad\u200b\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0]"
    f"|(?<![{_ARABIC}])[\u200e\u200f]|[\u200e\u200f](?![{_ARABIC}])"
    f"|(?:^|(?<=[{_NOTHING_TO_JOIN}]))[{_JOINERS}]"
)


def illegible(cell: str) -> tuple[TextCode, Params] | None:
    """Return the problem of a cell as code and blanks of a text, None if there is none.

    Two values must not look the same, and an error value must not become a name.
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
    """Return the first invisible or unreadable character, and its position from 1."""
    found = None if text.isascii() else _UNREADABLE.search(text)
    return found and (found.start() + 1, found[0])


def named(character: str) -> str:
    """Return the code and name of a character."""
    return f"U+{ord(character):04X}"


EDGE_MARKS = "\ufeff\u200b\u200e\u200f\u2060"
"""Marks that copying and exporting leave at the edges of a cell. They mean nothing there."""


def trimmed(cell: str) -> str:
    """Return a cell without blanks and such marks at its edges."""
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
"""The start of a formula that keeps a spreadsheet from making a text a number."""


def unguarded(cell: str) -> str:
    """Return the text in `="000123"`."""
    if cell[:2] == GUARD and cell[-1] == '"' and len(cell) > len(GUARD):
        return cell[2:-1].replace('""', '"')
    return cell


_STAYS = re.compile(r"(0|[1-9]\d{0,10})$|[^\d=+\-@＝＋－＠\t\r\n]")
"""What a spreadsheet leaves as it is: short whole numbers, and what begins like a word. It would
compute a formula, cut a long number or a zero in front, and write a date in its own way."""


def guarded(cell: str) -> str:
    """Return a cell that a spreadsheet leaves as it is, so that it comes back unchanged."""
    if not cell or _STAYS.match(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'{GUARD}{doubled}"'
