"""Evidence in the values of a column: they belong to others, or cannot be right. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

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
from wecom_sync.guardrails.case import Case, Picked
from wecom_sync.planning.plan import NOTHING, Change

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
    for name, change in case.plan.changes.items():
        if name == ORDERS_COLUMN:
            continue  # one newcomer shifts the numbers of many
        given = Counter([old for _, old, _ in change.cells if old])
        handed_on = given & Counter([new for _, _, new in change.cells])
        is_unique = len(given) >= _NEARLY_UNIQUE * given.total()
        shared = len(given) >= _VARIETY and handed_on.total() >= _NEARLY_ALL * len(change.cells)
        if is_unique or shared:
            takers = [user for user, _, new in change.cells if new in handed_on]
            yield Picked(ids=takers, shown={"column": shortened(name)})
    # The departments are the same in another order, so the mark names another one now.
    slipped = [
        user
        for user, _, _ in case.plan.changes.get(LEADERS_COLUMN, NOTHING).cells
        if DEPARTMENTS_COLUMN in case.plan.update[user]
    ]
    yield Picked(ids=slipped, shown={"column": LEADERS_COLUMN})
    yield Picked(ids=case.taken, shown={"column": "、".join(CONTACT_COLUMNS)})


def unlikely(case: Case) -> Iterator[Picked]:
    """Pick those who get, within one column, values that cannot be theirs."""
    if not case.plan.job.has_members:
        return
    changes = case.plan.changes
    names = changes.get(MEMBER_NAME_COLUMN, NOTHING)
    masked = [user for user, name in case.plan.names if _MASK.search(name)]
    yield _picked(MEMBER_NAME_COLUMN, [*_no_names(names), *masked], "remark_no_names")
    yield _picked(MEMBER_NAME_COLUMN, _shared(names), "remark_alike")
    mobile, mail = changes.get(MOBILE_COLUMN, NOTHING), changes.get(MAIL_COLUMN, NOTHING)
    yield _picked(MOBILE_COLUMN, _counted_up(mobile), "remark_counted_up")
    yield _picked(MAIL_COLUMN, _another_domain(mail), "remark_domain")
    yield _picked(MAIL_COLUMN, case.plan.foreign, "remark_domain")
    moved = changes.get(DEPARTMENTS_COLUMN, NOTHING)
    founders = [each for each in moved.cells if each[0] in case.plan.settling]
    joiners = [each for each in moved.cells if each[0] not in case.plan.settling]
    for cells, origins in ((founders, _ORIGINS), (joiners, _ORIGINS - 1)):
        alike = _one_for_many(Change(tuple(cells)), origins, case.plan.few)
        yield _picked(DEPARTMENTS_COLUMN, alike, "remark_alike")


def _picked(column: str, ids: Collection[str], remark: TextCode) -> Picked:
    return Picked(ids=ids, shown={"column": column}, remark=remark)


def _no_names(change: Change) -> list[str]:
    return [
        user
        for user, old, new in change.cells
        if (_NO_NAME.search(new) and not _NO_NAME.search(old))
        or (_HAN.search(old) and not _HAN.search(new))
    ]


def _shared(change: Change) -> list[str]:
    """Return those who get the same new value as somebody else."""
    counted = Counter([new for _, _, new in change.cells])
    return [user for user, _, new in change.cells if counted[new] > 1]


def _one_for_many(change: Change, origins: int, few: int) -> list[str]:
    """Return the largest group that gets the same value, if they had so many different ones."""
    counted = Counter([new for _, _, new in change.cells])
    groups: dict[str, list[str]] = {new: [] for new, people in counted.items() if people > few}
    had: dict[str, set[str]] = {new: set() for new in groups}
    for user, old, new in change.cells if groups else ():
        if new in groups:
            groups[new].append(user)
            had[new].add(old)
    found = [ids for new, ids in groups.items() if len(had[new]) >= origins]
    return max(found, key=len, default=[])


def _counted_up(change: Change) -> list[str]:
    """Return those whose new number is the next after somebody else's new number, or before it."""
    numbers = {user: int(new) for user, _, new in change.cells if new.isdecimal()}
    known = frozenset(numbers.values())
    return [user for user, it in numbers.items() if it - 1 in known or it + 1 in known]


def _another_domain(change: Change) -> list[str]:
    """Return the largest group whose mail moves to the same other domain."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for user, old, new in change.cells:
        domain = new.rpartition("@")[2]
        if old and domain and not old.casefold().endswith(f"@{domain.casefold()}"):
            groups[domain.casefold()].append(user)
    return max(groups.values(), key=len, default=[])
