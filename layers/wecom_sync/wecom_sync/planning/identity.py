"""Finds people under other ids, and accounts that somebody else would get. Pure."""

import re
from collections.abc import Collection, Iterator
from itertools import chain

from wecom_sync.domain.book import Book, Cells, Person
from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    MEMBER_NAME_COLUMN,
    WECHAT_COLUMN,
)
from wecom_sync.files.roster import Roster

MAKERS = 5
"""The most accounts of a new corp: its creator's, and those of the people who set it up."""
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_NUMBER = re.compile(r"(?<![0-9])0*([1-9][0-9]*)")
_WORD = re.compile(r"[^\W_]+")
_IN_ROOT = (str(ROOT),)
_SHORT_ID = 3
_SHORT_NAME = 3
_TYPOS = 2
"""So many places of a number may be corrected at once: two digits were exchanged."""
_DOUBLES = 2
"""So many newcomers may have a namesake in their department."""
_DOUBLES_PART = 5
"""Doubles are an error only if they are more than one in five of the newcomers."""

type _Mark = tuple[str, ...]
"""Columns that show that two rows are of the same person."""


def is_another(cells: Cells, user: str, person: Person) -> bool:
    """Whether an account would get somebody else, with its chats and rights.

    It does when name and every known contact change. A mailbox made from the user id stays with the
    account, so it shows nothing, unless it is all that is known. A name that is only written
    otherwise shows the same person.
    """
    before, name = person.row.get(MEMBER_NAME_COLUMN, ""), cells[MEMBER_NAME_COLUMN]
    if not before or alike(before, name):
        return False
    kept: list[tuple[str, str]] = []
    changed: list[tuple[str, str]] = []
    for column in filter(cells.__contains__, CONTACT_COLUMNS):
        cell = cells[column]
        if old := person.row.get(column) or (cell and person.maybe.get(column, "")):
            (kept if cell == old else changed).append((cell, old))
    if not changed or any(not _is_made_of(user, old) for _, old in kept):
        return False
    if kept and all(_is_made_of(user, old) for _, old in changed):
        return False
    # Who corrects a name and a number in one night changes a character of each.
    is_typo = any(_differ(cell, old) <= _TYPOS for cell, old in changed)
    return not (is_typo and set(before) & set(name))


def is_stranger(cells: Cells, person: Person) -> bool:
    """Whether nothing shows that an account which comes back is the same person's.

    Neither name nor mobile nor mail is as before, or its 微信号 is another one.
    """
    before = person.former or person.row
    known = {it: before[it] for it in (MEMBER_NAME_COLUMN, *CONTACT_COLUMNS) if before.get(it)}
    same = [it for it in known if squeezed(known[it]) == squeezed(cells.get(it, ""))]
    wechat = {before.get(WECHAT_COLUMN, ""), cells.get(WECHAT_COLUMN, "")} - {""}
    return len(wechat) > 1 or bool(known and not same)


def _is_made_of(user: str, value: str) -> bool:
    """Whether a value is made from a user id, as mailboxes often are."""
    made, name = (text.casefold().partition("@")[0] for text in (value, user))
    if not set(_NUMBER.findall(made)).isdisjoint(_NUMBER.findall(name)):
        return True
    parts, own = _WORD.findall(made), _WORD.findall(name)
    whole, own_whole = "".join(parts), "".join(own)
    # wei.zhang is made of zhangwei as well.
    turned = len(whole) == len(own_whole) and (
        all(part in own_whole for part in parts) or all(part in whole for part in own)
    )
    return turned or (len(own_whole) >= _SHORT_ID and own_whole in whole)


def alike(one: str, other: str) -> bool:
    """Whether two names are of one person: a marriage, a typing error, an addition.

    They share a part, one contains the other, or one character of at least three differs.
    """
    first, second = one.casefold(), other.casefold()
    parts, others = first.split(), second.split()
    if min(len(parts), len(others)) > 1 and not set(parts).isdisjoint(others):
        return True
    first, second = "".join(parts), "".join(others)
    if first in second or second in first:
        return True
    return len(first) >= _SHORT_NAME and _differ(first, second) == 1


def _differ(one: str, other: str) -> int:
    """Count the places in which two texts of one length differ; every place, if they are not."""
    if len(one) != len(other):
        return max(len(one), len(other))
    return sum(here != there for here, there in zip(one, other, strict=True))


def same_people(
    roster: Roster,
    added: Collection[str],
    leaving: Collection[str],
    directory: Directory,
    book: Book,
) -> dict[str, str]:
    """Return the keys of accounts whose people are among the newcomers, and under which id.

    The file leaves them out under one id and adds them under another, or they would get a second
    account beside the one that stays, unless these may just be namesakes. Two rows are of one
    person when the name and the mobile, e-mail or departments are the same, or when the ids differ
    only by zeros at the start, which spreadsheets remove.
    """
    owners: dict[str, str] = {}
    marks: dict[_Mark, str] = {}
    names, numbers = set(), set()
    new = frozenset(added)
    for row in roster.rows if new else ():
        if row.id in new:
            own = dict(zip(roster.columns, row.cells, strict=True))
            names.add(squeezed(own.get(MEMBER_NAME_COLUMN, "")))
            numbers.add(row.id.casefold().replace("0", ""))
            for mark in _marks(row.id, own, own[DEPARTMENTS_COLUMN].split(";")):
                marks.setdefault(mark, row.id)
    others = directory.members if len(new) > _DOUBLES else leaving if new else ()
    had = book.people.column(MEMBER_NAME_COLUMN) if others else {}
    for key in others:
        # This looks at everybody, so what is quickly told comes first.
        if key.replace("0", "") not in numbers and squeezed(had.get(key, "")) not in names:
            continue
        person, places = book.person(key), tuple(map(str, directory.members[key]))
        # Where people are in the root and nowhere else, a namesake who stays there proves nothing.
        telling = () if places == _IN_ROOT and key not in leaving else places
        theirs = chain(
            _marks(key, person.row, telling), _marks(key, {**person.row, **person.maybe}, telling)
        )
        if newcomer := next((marks[mark] for mark in theirs if mark in marks), ""):
            owners[key] = newcomer
    doubled = {newcomer for key, newcomer in owners.items() if key not in leaving}
    many = len(doubled) > _DOUBLES and len(doubled) * _DOUBLES_PART > len(added)
    return owners if many else {key: owners[key] for key in owners if key in leaving}


def squeezed(name: str) -> str:
    """Return a name without blanks and case."""
    return "".join(name.split()).casefold()


def unpadded(name: str) -> str:
    """Return an id or a key without what spreadsheets and people change: zeros and case."""
    return _ZEROS.sub("", name.casefold())


def _marks(user: str, cells: Cells, places: Collection[str]) -> Iterator[_Mark]:
    yield ("id", unpadded(user))
    if name := squeezed(cells.get(MEMBER_NAME_COLUMN, "")):
        if places:
            yield (DEPARTMENTS_COLUMN, name, *sorted(places))
        for column in CONTACT_COLUMNS:
            if value := cells.get(column, "").casefold():
                yield (column, name, value)
