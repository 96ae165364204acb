"""Tests of the new values of a column, each by what it asks of them. Pure."""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby, pairwise

from wecom_sync.domain.book import Book
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    LEADERS_COLUMN,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
)
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import Cell, Change, grouped

_MASK = re.compile(r"[*＊#?？×]|某")
_HAN = r"[\u3400-\u9fff]"
_PLACEHOLDER = re.compile(
    r"#?(?:N/?A|NULL|NONE|NAN|REF!|VALUE!|NAME\?|DIV/0!|NUM!|TRUE|FALSE|UNDEFINED|TBD|UNKNOWN)"
    r"|(?:test|测试)\d*|待(?:定|补充|完善|填写|确认)|未知|暂无|无|未找到|空|[?？*＊#x×.。/\\_—-]+",
    re.IGNORECASE,
)
"""What stands for a value that is not known."""
_LOST = re.compile("\ufffd|锟斤拷|[?？]{2}|烫烫|Ã.|â€")
"""What is left of characters that were lost."""
_NUMBERED = re.compile(r"(\D*)(\d{1,15})(\D*)")
_LONG, _LONGEST = 8, 32
_NEAR = 3
"""Digits. A new number is another one altogether."""
_NOWHERE = -9
_SERIES = 3
"""So many steps from one number to the next, in neighbouring rows, are no chance."""
_SURE = 12
"""How unlikely neighbours' values are by chance, as a power of e, before they are evidence."""
_FEWEST = 2
_MOST_SHAPES = 12
"""A column with more shapes of values has none of its own."""
_SAMPLE = 1_000
_ROWS = 5_000
"""So many changes, and rows, show what a column is like."""
_ORIGINS = 3
_UNIQUE = 0.9
_MOST = 0.7
_RARE = 10
"""What fewer than one in so many have had is rare in a column."""


@dataclass(frozen=True)
class ValueSheet:
    """The rows of the file, and what is known of them."""

    roster: Roster
    book: Book

    @cached_property
    def places(self) -> Mapping[int, int]:
        """The place of the row of each line of the file."""
        return {row.line: place for place, row in enumerate(self.roster.rows) if row.line}

    def cell(self, place: int, column: str) -> str:
        """Return what stands in a row, blank above the first one and below the last."""
        row, columns = self._row(place), self.roster.columns
        return row.cells[columns.index(column)] if row and column in columns else ""

    def before(self, place: int, column: str) -> str:
        """Return what the person of a row had in a column."""
        row = self._row(place)
        return self.book.person(row.id.casefold()).row.get(column, "") if row else ""

    def _row(self, place: int) -> Row | None:
        return self.roster.rows[place] if 0 <= place < len(self.roster.rows) else None


@dataclass(frozen=True)
class ValueColumn:
    """The changes of one column, in the order of the file."""

    name: str
    changes: Sequence[Change]
    sheet: ValueSheet
    few: int

    @cached_property
    def cells(self) -> list[Cell]:
        """Whose value changes, from what, to what."""
        return [change.columns[self.name] for change in self.changes]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each user's row."""
        places = self.sheet.places
        return {change.subject: places.get(change.line, _NOWHERE) for change in self.changes}

    def sample(self) -> "ValueColumn":
        """Return the first changes alone. Where they show nothing, the others hardly do."""
        is_long = len(self.changes) > _SAMPLE
        return replace(self, changes=self.changes[:_SAMPLE]) if is_long else self

    @cached_property
    def known(self) -> list[Cell]:
        """The cells of which we know what stood there."""
        return [cell for cell in self.cells if cell[1]]

    @cached_property
    def before(self) -> Sequence[str]:
        """What people in the file had, in its order; in a long one, the first of them."""
        return self.values_before(_ROWS)

    def values_before(self, most: int | None = None) -> list[str]:
        """Return what the first people in the file had, or all of them."""
        rows = range(len(self.sheet.roster.rows))[:most]
        return [value for place in rows if (value := self.sheet.before(place, self.name))]

    @cached_property
    def is_unique(self) -> bool:
        """Whether nearly everybody had a value of their own."""
        return len({*self.before}) >= _UNIQUE * len(self.before)


def odd_names(cells: Sequence[Cell]) -> dict[str, TextCode]:
    """Return who gets a masked name, one that others get too, a code or one in another script."""
    has_han, has_digit = re.compile(_HAN).search, re.compile(r"\d").search
    counted = Counter([new for _, old, new in cells if old])
    odd: dict[str, TextCode] = {}
    for user, old, new in cells:
        if _MASK.search(new):
            odd[user] = "value_masked"
        elif counted[new] > 1:
            odd[user] = "value_namesakes"
        elif old and has_digit(new) and not has_digit(old):
            odd[user] = "value_coded"
        elif has_han(old) and not has_han(new):
            odd[user] = "value_script"
    return odd


def one_for_many(cells: Sequence[Cell], origins: int, few: int) -> list[str]:
    """Return the largest group that gets the same value, if they had so many different ones."""
    groups = grouped((new, (user, old)) for user, old, new in cells)
    alike = [
        [user for user, _ in group]
        for group in groups.values()
        if len(group) > few and len({old for _, old in group}) >= origins
    ]
    return max(alike, key=len, default=[])


def _alike(column: ValueColumn) -> list[str]:
    filled = [cell for cell in column.known if cell[2]]
    return one_for_many(filled, _ORIGINS, column.few)


def _counted_up(column: ValueColumn) -> Collection[str]:
    """Return whose new numbers go up or down by one from row to row; long ones in any order."""
    long = ((user, new) for user, _, new in column.cells if _LONG <= len(new) <= _LONGEST)
    numbers = {user: int(new) for user, new in long if new.isdecimal()}
    taken = frozenset(numbers.values())
    mobiles = [user for user, it in numbers.items() if it - 1 in taken or it + 1 in taken]
    return mobiles if len(mobiles) > column.few else _series(column)


def _series(column: ValueColumn) -> Collection[str]:
    counted: dict[str, None] = {}
    run: list[str] = []
    last: tuple[int, tuple[str, str], int] | None = None
    for user, old, new in column.cells:
        match, before = _NUMBERED.fullmatch(new), _NUMBERED.fullmatch(old)
        if match is None or (before and before[2] == match[2]):
            last, run = None, []
            continue
        place, around = column.places[user], (match[1], match[3])
        number = int(match[2])
        if last not in {(place - 1, around, number - 1), (place - 1, around, number + 1)}:
            run = []
        run.append(user)
        last = place, around, number
        if len(run) > _SERIES:
            # What was counted before is not counted again, however long the series is.
            counted |= dict.fromkeys(run)
            run = run[-_SERIES:]
    return counted


def _another_domain(column: ValueColumn) -> list[str]:
    """Return the largest group whose mail moves to the same other domain."""
    domains = ((new.rpartition("@")[2].casefold(), user, old) for user, old, new in column.known)
    groups = grouped(
        (domain, user)
        for domain, user, old in domains
        if domain and not old.casefold().endswith(f"@{domain}")
    )
    return max(groups.values(), key=len, default=[])


def _neighbours(column: ValueColumn) -> list[str]:
    """Return who gets what the row above or below has, or had, far more often than by chance."""
    changed = [cell for cell in column.known if cell[2]]
    if len(changed) <= _FEWEST:
        return []
    sheet, name = column.sheet, column.name
    # Those who found a department together may stand together as well.
    sources = (sheet.before,) if name == DEPARTMENTS_COLUMN else (sheet.before, sheet.cell)
    best: list[str] = []
    for step in (-1, 1):
        for value_of in sources:
            # Whoever had the same as the neighbour may get the same as well: a team's new title.
            users = [
                user
                for user, old, new in changed
                if value_of(at := column.places[user] + step, name) == new
                and sheet.before(at, name) != old
            ]
            best = max(best, users, key=len)
    if len(best) <= _FEWEST:
        return []
    before = column.before
    alike = sum(one == other for one, other in pairwise(before)) / max(1, len(before) - 1)
    counted = Counter(before)
    held = sum(counted[new] for _, _, new in changed) / len(changed) / max(1, len(before))
    chance = max(alike, held, 1 / max(2, len(before)))
    is_most = column.is_unique or len(best) >= _MOST * len(changed)
    return best if is_most and _surprise(len(best), len(changed), chance) > _SURE else []


def _surprise(hits: int, tries: int, chance: float) -> float:
    """Return how unlikely so many hits are, as a power of e (Chernoff's bound)."""
    share = hits / tries
    if share <= chance:
        return 0
    rest = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0
    return tries * (share * math.log(share / chance) + rest)


def _placeholders(column: ValueColumn) -> list[str]:
    return [
        user
        for user, old, new in column.cells
        if (_LOST.search(new) and not _LOST.search(old))
        or (_PLACEHOLDER.fullmatch(new) and not _PLACEHOLDER.fullmatch(old))
    ]


def _wrapped(column: ValueColumn) -> list[str]:
    """Return who gets the old value with something around it, no code that many share."""
    # Of another value, words around the old one are what people say of a promotion.
    is_name, has_han = column.name == MEMBER_NAME_COLUMN, re.compile(_HAN).search
    around = grouped(
        (extra, cell)
        for cell in column.known
        if len(cell[2]) > len(cell[1]) > 1 and cell[1] in cell[2]
        if not has_han(extra := cell[2].replace(cell[1], "\0", 1)) or is_name
    )
    wrapped = [user for cells in around.values() for user, _, _ in cells]
    if len(wrapped) > _FEWEST and column.is_unique:
        return wrapped
    return [
        user
        for cells in around.values()
        if len(cells) > column.few and len({old for _, old, _ in cells}) >= _ORIGINS
        for user, _, _ in cells
    ]


_KINDS = {
    "mobile": re.compile(r"(?:\+?86-?)?1[3-9]\d{9}"),
    "mail": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "identity": re.compile(r"\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]"),
}


def _of_another_kind(column: ValueColumn) -> list[str]:
    """Return who gets what belongs into another column, where few have had such a value."""
    odd: list[str] = []
    for kind in _KINDS.values():
        users = [user for user, old, new in column.cells if kind.fullmatch(new) and old != new]
        if len(users) > max(len(odd), _FEWEST):
            had = [value for value in column.before if kind.fullmatch(value)]
            odd = users if len(had) * _RARE < max(len(column.before), 1) else odd
    return odd


def _near(column: ValueColumn) -> list[str]:
    """Return who gets a long number that differs from the old one in a few places."""
    near = [
        user
        for user, old, new in column.known
        if len(new) == len(old) >= _LONG
        and new.isdecimal()
        and sum(one != other for one, other in zip(old, new, strict=True)) <= _NEAR
    ]
    return near if len(near) > _FEWEST and column.is_unique else []


def _blanked(column: ValueColumn) -> list[str]:
    return [user for user, _, new in column.known if not new]


def _shape(value: str) -> str:
    """Return the kinds of characters of a value, in their order."""
    kinds = (
        "汉" if "\u3400" <= mark <= "\u9fff" else "9" if mark.isdigit() else
        "a" if mark.isalpha() else " " if mark.isspace() else mark
        for mark in value
    )  # fmt: skip
    return "".join(kind for kind, _ in groupby(kinds))


def _misshapen(column: ValueColumn) -> list[str]:
    """Return who gets a value of a shape that nobody's has had, where values have a shape."""
    odd = [
        (user, shape)
        for user, old, new in column.cells
        if new
        # Words added to the old value have their own test.
        and not (old and old in new)
        and (shape := _shape(new)) != (_shape(old) if old else "")
    ]
    if len(odd) <= column.few or len(column.before) <= column.few:
        return []
    shapes = {_shape(value) for value in {*column.values_before()}}
    if len(shapes) > _MOST_SHAPES:
        return []
    return [user for user, shape in odd if shape not in shapes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test of the columns in `only`, or of all others than those in `but`.

    `what`: it says of the values; `find`: whom; `least`: so many are ordinary, None for a few.
    """

    what: TextCode
    find: Callable[[ValueColumn], Collection[str]]
    only: Collection[str] = ()
    but: Collection[str] = ()
    least: int | None = None

    def fits(self, column: str) -> bool:
        return column in self.only if self.only else column not in self.but


_LISTS = (DEPARTMENTS_COLUMN, LEADERS_COLUMN)
_NO_NAMES = (*_LISTS, MEMBER_NAME_COLUMN)
_NO_MAILS = (*_LISTS, MAIL_COLUMN)
_NO_CONTACTS = (*_LISTS, *CONTACT_COLUMNS)

TESTS: tuple[Test, ...] = (
    Test(what="value_placeholder", find=_placeholders, but=_LISTS, least=_FEWEST),
    Test(what="value_domain", find=_another_domain, only=(MAIL_COLUMN,)),
    Test(what="value_counted_up", find=_counted_up, but=_NO_NAMES, least=_FEWEST),
    Test(what="value_neighbour", find=_neighbours, but=(LEADERS_COLUMN,), least=_FEWEST),
    Test(what="value_another_kind", find=_of_another_kind, but=_NO_CONTACTS, least=_FEWEST),
    Test(what="value_near", find=_near, but=_NO_NAMES, least=_FEWEST),
    Test(what="value_blanked", find=_blanked, but=_LISTS),
    Test(what="value_wrapped", find=_wrapped, but=_NO_MAILS, least=_FEWEST),
    Test(what="value_alike", find=_alike, but=_NO_NAMES),
    Test(what="value_shape", find=_misshapen, but=_NO_MAILS),
)
