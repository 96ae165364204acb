"""Tests of the new values of a column, each by what it asks of them. Pure."""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property, partial
from itertools import groupby, islice, pairwise, product
from operator import gt, lt, ne
from typing import NamedTuple

from wecom_sync.domain.book import Book
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import PARENT_COLUMN
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    LEADERS_COLUMN,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
    MOBILE_COLUMN,
)
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import Cell, cyclic_values, grouped
from wecom_sync.planning.members import led

_MASK = re.compile(r"[*＊#?？×]|某")
_HAN = re.compile(r"[\u3400-\u9fff]")
TOTALS = ("合计", "小计", "总计")
"""How a line of a table ends that is nobody."""
_FORMS: Mapping[str, re.Pattern[str]] = {
    "nothing": re.compile(
        r"#?(?:N/?A|NULL|NONE|NAN|REF!|VALUE!|NAME\?|DIV/0!|NUM!|TRUE|FALSE|UNDEFINED|TBD|UNKNOWN)"
        r"|(?:test|测试)\d*|待(?:定|补充|完善|填写|确认)|未知|暂无|无|未找到|空|[?？*＊#x×.。/\\_—-]+"
        "|.*(?:\ufffd|锟斤拷|[?？]{2}|烫烫|Ã.|â€).*",
        re.IGNORECASE,
    ),
    MOBILE_COLUMN: re.compile(r"(?:\+?86-?)?1[3-9]\d{9}"),
    MAIL_COLUMN: re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "identity": re.compile(r"\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]"),
}
"""Values that say what they are: what stands for a value that is not known, or is left of lost
characters, or belongs into the column of that name."""
_NUMBER = re.compile(r"(\d{1,15})(\D*)$")
_LONG = 8
_NEAR = 3
"""Digits. A new number is another one altogether."""
_SURE = 12
"""How unlikely neighbours' values are by chance, as a power of e, before they are evidence."""
_FEWEST = 2
_MOST_SHAPES = 12
"""A column with more shapes of values has none of its own."""
_SAMPLE = 500
_ROWS = 5_000
"""So many changes, and rows, show what a column is like."""
_ORIGINS = 3
_UNIQUE = 0.9
_MOST = 0.7
_NEARLY_ALL = 0.9
VARIETY = 4
"""A column with fewer different values tells nothing: of two genders each is handed on."""
_RARE = 10
"""What fewer than one in so many have had is rare in a column."""


@dataclass(frozen=True)
class ValueSheet:
    """The rows of the file, and what is known of people. Accounts are in lower case."""

    roster: Roster
    book: Book
    coming: Mapping[str, str] = field(default_factory=dict)
    """The departments that the file itself brings, by their numbers; none of a file without them.
    """

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """The rows of the file by account."""
        rows = self.roster.rows
        return dict(zip([row.id.casefold() for row in rows], rows, strict=True))

    @cached_property
    def orders(self) -> Sequence[tuple[Sequence[str], Mapping[str, str]]]:
        """Everybody in some order, and who comes before whom in it.

        As in the file, as in the last full one, and sorted, each of them down and up.
        Somebody may have filled in another list than the file, such as one of everybody.
        """
        everybody = {**self.book.listed, **self.rows}
        lists = ([*self.rows], [*self.book.listed], sorted(everybody))
        others = (it for at, it in enumerate(lists) if it not in lists[:at])
        orders = (order for it in others for order in (it, it[::-1]))
        return [(order, dict(zip(order[1:], order, strict=False))) for order in orders]


@dataclass(frozen=True)
class ValueColumn:
    """Whose value changes in a column, from what, to what, in the order of the file."""

    name: str
    cells: Sequence[Cell]
    sheet: ValueSheet
    few: int

    def sample(self) -> "ValueColumn":
        """Return the first changes alone. Where they show nothing, the others hardly do."""
        is_long = len(self.cells) > _SAMPLE
        return replace(self, cells=self.cells[:_SAMPLE]) if is_long else self

    def before(self, account: str) -> str:
        """Return what somebody had; of leaders, which departments they led."""
        row = self.sheet.book.person(account).row
        cell = row.get(self.name, "")
        return led(row.get(DEPARTMENTS_COLUMN, ""), cell) if self.name == LEADERS_COLUMN else cell

    def after(self, account: str) -> str:
        """Return what somebody has in the file or, beside it, had."""
        row, at = self.sheet.rows.get(account), self.sheet.roster.columns.index
        if row is None:
            return self.before(account)
        cell = row.cells[at(self.name)]
        return led(row.cells[at(DEPARTMENTS_COLUMN)], cell) if self.name == LEADERS_COLUMN else cell

    def values_before(self, most: int | None = None) -> list[str]:
        """Return what the first people of whom we have rows had, or all of them."""
        return [*filter(None, map(self.before, islice(self.sheet.book.listed, most)))]

    @cached_property
    def known(self) -> list[Cell]:
        """The cells of which we know what stood there."""
        return [cell for cell in self.cells if cell[1]]

    @cached_property
    def had(self) -> Sequence[str]:
        """What people had; of many, the first of them."""
        return self.values_before(_ROWS)

    @cached_property
    def is_unique(self) -> bool:
        """Whether nearly everybody had a value of their own."""
        return len({*self.had}) >= _UNIQUE * len(self.had)


def odd_names(cells: Sequence[Cell]) -> dict[str, TextCode]:
    """Return who gets a masked name, one that others get too, a code or one in another script."""
    has_han, has_digit = _HAN.search, re.compile(r"\d").search
    counted = Counter([new for _, old, new in cells if old])
    odd: dict[str, TextCode] = {}
    for user, old, new in cells:
        if new.endswith(TOTALS):
            odd[user] = "value_total"
        elif _MASK.search(new):
            odd[user] = "value_masked"
        elif counted[new] > 1:
            odd[user] = "value_namesakes"
        elif old and has_digit(new) and not has_digit(old):
            odd[user] = "value_coded"
        elif has_han(old) and not has_han(new):
            odd[user] = "value_script"
    return odd


def one_for_many(cells: Sequence[Cell], origins: int) -> list[str]:
    """Return the largest group that gets the same value, if they had so many different ones."""
    groups = grouped((new, (user, old)) for user, old, new in cells).values()
    alike = [group for group in groups if len({old for _, old in group}) >= origins]
    return [user for user, _ in max(alike, key=len, default=[])]


def _alike(part: Callable[[str], str], column: ValueColumn) -> list[str]:
    """Return the largest group whose values come to have the same part."""
    parts = ((user, old, part(new)) for user, old, new in column.known)
    others = [cell for cell in parts if cell[2] and cell[2] != part(cell[1])]
    return one_for_many(others, _ORIGINS)


def _domain(value: str) -> str:
    return value.rpartition("@")[2].casefold() if "@" in value else ""


def _surprise(hits: int, tries: int, chance: float) -> float:
    """Return how unlikely so many hits are, as a power of e (Chernoff's bound)."""
    share = hits / tries
    if share <= chance:
        return 0
    rest = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0
    return tries * (share * math.log(share / chance) + rest)


def _next(value: str) -> str:
    """Return a value with its last number one higher, blank if it has none."""
    match = _NUMBER.search(value)
    if not match:
        return ""
    number = f"{int(match[1]) + 1:0{len(match[1])}d}"
    return f"{value[: match.start()]}{number}{match[2]}"


def _following(
    follow: Callable[[str], str],
    values: Collection[Callable[[ValueColumn, str], str]],
    column: ValueColumn,
) -> list[str]:
    """Return who gets what follows a neighbour's value, far more often than by chance.

    `values`: which of the neighbour's, before or after.
    """
    changed = [cell for cell in column.cells if cell[2]]
    ways = product(column.sheet.orders, values) if len(changed) > _FEWEST else ()
    best: list[str] = []
    for (order, above), value_of in ways:
        users = [
            user
            for user, old, new in changed
            if follow(value_of(column, at := above.get(user.casefold(), ""))) == new
            # Whoever had the same as the neighbour may get the same as well: a team's new title.
            and not (old and follow(column.before(at)) == old)
        ]
        is_most = column.is_unique or len(users) >= _MOST * len(changed)
        if len(users) > max(_FEWEST, len(best)) and is_most:
            chance = _chance(follow, column, order)
            best = users if _surprise(len(users), len(changed), chance) > _SURE else best
    return best


def _neighbours(column: ValueColumn) -> list[str]:
    # Of a column that is filled for the first time, nobody knows whether people share values.
    begins = len(column.cells) - len(column.known) > len(column.had)
    return [] if begins else _following(str, (ValueColumn.before, ValueColumn.after), column)


def _chance(follow: Callable[[str], str], column: ValueColumn, accounts: Sequence[str]) -> float:
    """Return how often a value follows that of the account before it, or of anybody."""
    changed = {user.casefold(): new for user, _, new in column.cells}
    had = column.had or [*changed.values()]
    followed = Counter(map(follow, had))
    held = sum(map(followed.__getitem__, changed.values())) / len(changed) / len(had)
    values = ["" if it in changed else column.before(it) for it in accounts[:_ROWS]]
    pairs = [pair for pair in pairwise(values) if all(pair)]
    alike = sum(follow(other) == one for other, one in pairs) / max(1, len(pairs))
    return max(alike, held, 1 / max(2, len(had)))


def _kept(is_name: bool, old: str, new: str) -> str:
    """Return what becomes of an old value that is still in the new one, blank for another one."""
    if len(new) > len(old) > 1 and old in new:
        around = new.replace(old, "\0", 1)
        # Of another value, words around the old one are what people say of a promotion.
        return around if is_name or not _HAN.search(around) else ""
    is_long = len(new) == len(old) >= _LONG and new.isdecimal()
    return new if is_long and sum(map(ne, old, new)) <= _NEAR else ""


def _edited(column: ValueColumn) -> list[str]:
    """Return who gets the old value with other digits, or within something that few others get."""
    is_name = column.name == MEMBER_NAME_COLUMN
    # One more department is no edited value; `MOVES` has it.
    known = column.known if column.name != DEPARTMENTS_COLUMN else ()
    kept = grouped((kept, cell) for cell in known if (kept := _kept(is_name, *cell[1:])))
    edited = [user for cells in kept.values() for user, _, _ in cells]
    if len(edited) > _FEWEST and column.is_unique:
        return edited
    return [
        user
        for cells in kept.values()
        if len(cells) > column.few and len({old for _, old, _ in cells}) >= _ORIGINS
        for user, _, _ in cells
    ]


def _blanked(column: ValueColumn) -> list[str]:
    return [user for user, _, new in column.known if not new]


def _exchanged(column: ValueColumn) -> list[str]:
    """Return who gets what others of them had, where each value becomes just one other."""
    pairs = Counter([(old, new) for _, old, new in column.known])
    becomes = dict(pair for pair, _ in reversed(pairs.most_common()))
    values = cyclic_values(becomes)
    users = [user for user, old, new in column.known if old in values and becomes[old] == new]
    is_most = len(users) >= _NEARLY_ALL * len(column.cells) and column.name != LEADERS_COLUMN
    return users if is_most and len({*column.had}) >= VARIETY else []


def _moved_up(column: ValueColumn) -> list[str]:
    """Return who gets into departments above those that they leave, and that stay."""
    coming, above = column.sheet.coming, dict[str, set[str]]()

    def is_up(left: set[str], new: set[str]) -> bool:
        stay = {it for it in left if it in coming or not coming}
        for place in stay - above.keys():
            above[place] = {*_above(column.sheet.book, place)}
        return bool(new and stay) and new <= set().union(*map(above.__getitem__, stay))

    cells = ((user, _places(old), _places(new)) for user, old, new in column.cells)
    return [user for user, old, new in cells if is_up(old - new, new - old)]


def _places(cell: str) -> set[str]:
    return {*cell.split(";")}


def _above(book: Book, place: str) -> Iterator[str]:
    """Yield the departments above one, as far as they are known."""
    passed = {place}
    while (place := book.department(int(place)).row.get(PARENT_COLUMN, "")) not in {"", *passed}:
        passed.add(place)
        yield place


def _only(less: Callable[[set[str], set[str]], bool], column: ValueColumn) -> list[str]:
    """Return who only loses departments, or only gets more, where nearly nobody moves otherwise."""
    users = [user for user, old, new in column.cells if less(_places(new), _places(old))]
    return users if len(users) >= _NEARLY_ALL * len(column.cells) else []


def _form(value: str) -> str:
    """Return which form a value has, else the kinds of its characters, in their order."""
    named = (name for name, form in _FORMS.items() if form.fullmatch(value))
    return next(named, "") or _shape(value)


def _shape(value: str) -> str:
    """Return the kinds of characters of a value, in their order; of a list, those of the first."""
    kinds = (
        "汉" if "\u3400" <= mark <= "\u9fff" else "9" if mark.isdigit() else
        "a" if mark.isalpha() else " " if mark.isspace() else mark
        for mark in value.partition(";")[0]
    )  # fmt: skip
    return "".join(kind for kind, _ in groupby(kinds))


def _of_another_form(column: ValueColumn) -> list[str]:
    """Return who gets a value of a form that few have had, or of a shape that nobody's has had."""
    odd = grouped(
        (form, user)
        for user, old, new in column.cells
        if new and (form := _form(new)) not in {column.name, _form(old)}
        # Words added to the old value have their own test.
        if form in _FORMS or not (old and old in new)
    )
    many = sum(map(len, odd.values()))
    rows = None if many > column.few else _ROWS
    had = Counter(map(_form, column.values_before(rows) if many > _FEWEST else ()))
    rare = [it for it in odd if it in _FORMS and had[it] * _RARE <= had.total()]
    named = [user for form in rare if len(odd[form]) > _FEWEST for user in odd[form]]
    new = [user for form in odd.keys() - _FORMS.keys() - had.keys() for user in odd[form]]
    has_shapes = had.total() > column.few and len(had.keys() - _FORMS.keys()) <= _MOST_SHAPES
    return named + new if has_shapes and len(new) > column.few else named


class Test(NamedTuple):
    """One test of every column. `what`: it says of the values; `find`: whom.

    `least`: so many are ordinary, None for a few.
    """

    what: TextCode
    find: Callable[[ValueColumn], Collection[str]]
    least: int | None = None


TESTS: tuple[Test, ...] = (
    Test("value_domain", partial(_alike, _domain)),
    Test("value_edited", _edited, _FEWEST),
    Test("value_blanked", _blanked),
    Test("value_counted_up", partial(_following, _next, (ValueColumn.after,)), _FEWEST),
    Test("value_exchanged", _exchanged),
    Test("value_neighbour", _neighbours, _FEWEST),
    Test("value_alike", partial(_alike, str)),
    Test("value_form", _of_another_form, _FEWEST),
)
MOVES: tuple[Test, ...] = (
    Test("value_up", _moved_up),
    Test("value_places_lost", partial(_only, lt)),
    Test("value_places_added", partial(_only, gt)),
)
"""Tests of everybody who moves, those who found a department as well."""
