"""Evidence in the values of a column: they belong to others, or cannot be right. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.texts import TextCode
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    LEADERS_COLUMN,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
    MOBILE_COLUMN,
    ORDERS_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.picks import Case, Picked
from wecom_sync.planning.changes import Cell, Evidence, ids

_MASK = re.compile(r"[*＊#?？×]|某")
_NO_NAME = re.compile(rf"{_MASK.pattern}|[\d=&%_@$^+/\\|~<>{{}}\[\]]")
"""What no name gets: a mask, a code, characters of a lost encoding."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_NEARLY_ALL = 0.95
"""Where people share values, such as departments, a column was sorted or slipped if so many of the
changed values change hands. Otherwise it is chance: where one leaves, another comes."""
_VARIETY = 4
"""A column with fewer different values tells nothing: of two genders each is handed on."""
_NEARLY_UNIQUE = 0.9
_ORIGINS = 3
"""One new department for people out of fewer than so many is an ordinary one; of one that has
people already, one less is enough."""


def mixed(case: Case) -> Iterator[Picked]:
    """Pick those who get, within one column, values that others give up or still have.

    Of departments two are enough: they exchange names or parents.
    """
    for name in case.plan.columns:
        if name == ORDERS_COLUMN:
            continue  # one newcomer shifts the numbers of many
        cells = case.plan.cells(name)
        given = Counter([old for _, old, _ in cells if old])
        handed_on = given & Counter([new for _, _, new in cells])
        is_unique = len(given) >= _NEARLY_UNIQUE * given.total()
        shared = len(given) >= _VARIETY and handed_on.total() >= _NEARLY_ALL * len(cells)
        if is_unique or shared:
            takers = [user for user, _, new in cells if new in handed_on]
            yield Picked(takers, shown={"column": shortened(name)})
    # The departments are the same in another order, so the mark names another one now.
    slipped = [
        change.subject
        for change in case.plan.changing(LEADERS_COLUMN)
        if DEPARTMENTS_COLUMN in change.columns and Kind.MOVE not in change.kinds
    ]
    yield Picked(slipped, shown={"column": LEADERS_COLUMN})
    yield Picked(case.taken, shown={"column": "、".join(CONTACT_COLUMNS)})


def unlikely(case: Case) -> Iterator[Picked]:
    """Pick those who get, within one column, values that cannot be theirs."""
    plan, names = case.plan, case.plan.cells(MEMBER_NAME_COLUMN)
    masked = [change.subject for change in plan.of(Kind.ADD) if _MASK.search(change.name)]
    yield _picked(MEMBER_NAME_COLUMN, [*_no_names(names), *masked], "remark_no_names")
    yield _picked(MEMBER_NAME_COLUMN, _shared(names), "remark_alike")
    yield _picked(MOBILE_COLUMN, _counted_up(plan.cells(MOBILE_COLUMN)), "remark_counted_up")
    yield _picked(MAIL_COLUMN, _another_domain(plan.cells(MAIL_COLUMN)), "remark_domain")
    yield _picked(MAIL_COLUMN, ids(plan.noticed(Evidence.FOREIGN)), "remark_domain")
    founders = frozenset(ids(plan.noticed(Evidence.SETTLING)))
    moves = plan.cells(DEPARTMENTS_COLUMN)
    founding = [cell for cell in moves if cell[0] in founders]
    joining = [cell for cell in moves if cell[0] not in founders]
    for cells, origins in ((founding, _ORIGINS), (joining, _ORIGINS - 1)):
        yield _picked(DEPARTMENTS_COLUMN, _one_for_many(cells, origins, plan.few), "remark_alike")


def _picked(column: str, users: Collection[str], remark: TextCode) -> Picked:
    return Picked(users, shown={"column": column}, remark=remark)


def _no_names(cells: Sequence[Cell]) -> list[str]:
    return [
        user
        for user, old, new in cells
        if (_NO_NAME.search(new) and not _NO_NAME.search(old))
        or (_HAN.search(old) and not _HAN.search(new))
    ]


def _shared(cells: Sequence[Cell]) -> list[str]:
    """Return those who get the same new value as somebody else."""
    counted = Counter([new for _, _, new in cells])
    return [user for user, _, new in cells if counted[new] > 1]


def _one_for_many(cells: Sequence[Cell], origins: int, few: int) -> list[str]:
    """Return the largest group that gets the same value, if they had so many different ones."""
    counted = Counter([new for _, _, new in cells])
    groups: dict[str, list[str]] = {new: [] for new, people in counted.items() if people > few}
    had: dict[str, set[str]] = {new: set() for new in groups}
    for user, old, new in cells if groups else ():
        if new in groups:
            groups[new].append(user)
            had[new].add(old)
    alike = [users for new, users in groups.items() if len(had[new]) >= origins]
    return max(alike, key=len, default=[])


def _counted_up(cells: Sequence[Cell]) -> list[str]:
    """Return those whose new number is the next after somebody else's new number, or before it."""
    numbers = {user: int(new) for user, _, new in cells if new.isdecimal()}
    taken = frozenset(numbers.values())
    return [user for user, it in numbers.items() if it - 1 in taken or it + 1 in taken]


def _another_domain(cells: Sequence[Cell]) -> list[str]:
    """Return the largest group whose mail moves to the same other domain."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for user, old, new in cells:
        domain = new.rpartition("@")[2]
        if old and domain and not old.casefold().endswith(f"@{domain.casefold()}"):
            groups[domain.casefold()].append(user)
    return max(groups.values(), key=len, default=[])
