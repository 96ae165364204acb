"""Evidence in the values of a column: they belong to others, or cannot be right. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from wecom_sync.files.columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
    MOBILE_COLUMN,
    ORDERS_COLUMN,
)
from wecom_sync.files.problems import shortened
from wecom_sync.guardrails.case import Case, Picked
from wecom_sync.planning.plan import FEWEST, NOTHING, Change

_NO_NAME = re.compile(r"[\d*＊#=&%?？×_@$^+/\\|~<>{}\[\]]|某")
"""What no name has: a mask, a code, characters of a lost encoding."""
_MOST = 0.8
"""A column was sorted or slipped if so many of the changed values change hands."""
_ORIGINS = 3
"""One department for people out of fewer than so many is an ordinary merger."""


def mixed(case: Case) -> Iterator[Picked]:
    """Pick those who get, within one column, values that others give up or still have.

    Of departments two are enough: they exchange names or parents.
    """
    for name, change in case.plan.changes.items():
        if name == ORDERS_COLUMN:
            continue  # one newcomer shifts the numbers of many
        handed_on = Counter(change.before) & Counter(change.after)
        handed_on.pop("", None)
        if handed_on.total() >= _MOST * len(change.users):
            takers = [
                user
                for user, after in zip(change.users, change.after, strict=True)
                if after in handed_on
            ]
            yield Picked(ids=takers, shown={"column": shortened(name)})
    yield Picked(ids=case.taken, shown={"column": "、".join(CONTACT_COLUMNS)})


def unlikely(case: Case) -> Iterator[Picked]:
    """Pick those who get, within one column, values that cannot be theirs."""
    if not case.plan.job.has_members:
        return
    changes = case.plan.changes
    names = changes.get(MEMBER_NAME_COLUMN, NOTHING)
    for ids in (_no_names(names), _one_for_many(names, 1)):
        yield Picked(ids=ids, shown={"column": MEMBER_NAME_COLUMN})
    mobile, mail = changes.get(MOBILE_COLUMN, NOTHING), changes.get(MAIL_COLUMN, NOTHING)
    yield Picked(ids=_counted_up(mobile), shown={"column": MOBILE_COLUMN})
    yield Picked(ids=_another_domain(mail), shown={"column": MAIL_COLUMN})
    yield Picked(ids=case.plan.foreign, few=FEWEST, shown={"column": MAIL_COLUMN})
    moved = changes.get(DEPARTMENTS_COLUMN, NOTHING)
    yield Picked(ids=_one_for_many(moved, _ORIGINS), shown={"column": DEPARTMENTS_COLUMN})


def _no_names(change: Change) -> list[str]:
    rows = zip(change.users, change.before, change.after, strict=True)
    return [user for user, old, new in rows if _NO_NAME.search(new) and not _NO_NAME.search(old)]


def _one_for_many(change: Change, origins: int) -> list[str]:
    """Return the largest group that gets the same value, if they had so many different ones."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    had: defaultdict[str, set[str]] = defaultdict(set)
    for user, old, new in zip(change.users, change.before, change.after, strict=True):
        groups[new].append(user)
        had[new].add(old)
    found = [ids for new, ids in groups.items() if len(had[new]) >= origins]
    return max(found, key=len, default=[])


def _counted_up(change: Change) -> list[str]:
    """Return those whose new number is the next after somebody else's new number, or before it."""
    numbers = {int(new) for new in change.after if new.isdecimal()}
    return [
        user
        for user, new in zip(change.users, change.after, strict=True)
        if new.isdecimal() and not numbers.isdisjoint((int(new) - 1, int(new) + 1))
    ]


def _another_domain(change: Change) -> list[str]:
    """Return the largest group whose mail moves to the same other domain."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for user, old, new in zip(change.users, change.before, change.after, strict=True):
        domain = new.rpartition("@")[2].casefold()
        if old and domain and domain != old.rpartition("@")[2].casefold():
            groups[domain].append(user)
    return max(groups.values(), key=len, default=[])
