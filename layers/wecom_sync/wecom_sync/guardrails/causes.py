"""The most likely cause of a hold, in the words of somebody who exports from HR. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.texts import Listing, Param, TextCode
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    MEMBER_NAME_COLUMN,
    ORDERS_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.picks import BLANK, Case, department_names
from wecom_sync.planning.changes import Change, Evidence
from wecom_sync.planning.identity import MAKERS
from wecom_sync.planning.names import masked

_HARDLY = 0.2
"""Where fewer of a file are known, it is another one altogether."""
_NEARLY_ALL = 0.9
_MOST = 0.5
_SHIFTED = 3
"""Where most cells of so many columns change at once, the columns are shifted."""
_MOST_VALUES = 3
"""More values, or departments, are no filter that somebody would have set by mistake."""
_OTHERS = frozenset({MEMBER_NAME_COLUMN, DISABLED_COLUMN, ORDERS_COLUMN})
"""Columns by which nobody filters."""

type Blanks = Mapping[str, Param]


class Cause(NamedTuple):
    """What a person would look at first, and whether that is it: what fills the text's blanks."""

    code: TextCode
    find: Callable[[Case], Blanks | None]


def _of_strangers(case: Case) -> Blanks | None:
    """Tell a list of people, or a tree, of which hardly anything is known here."""
    plan, rows = case.plan, len(case.roster.rows)
    strange = len(_newcomers(case)) + len(plan.noticed(Evidence.REASSIGNED))
    familiar = rows - strange
    if plan.existing <= MAKERS or strange <= plan.few or familiar > _HARDLY * rows:
        return None
    return {"known": familiar, "rows": rows} if plan.job.is_full else None


def _of_old_copy(case: Case) -> Blanks | None:
    """Tell a list in which people are back who had left, while others are missing."""
    plan = case.plan
    back, gone = len(plan.noticed(Evidence.RETURNED)), len(plan.of(Kind.REMOVE, Kind.DISABLE))
    stale, others = len(plan.noticed(Evidence.STALE)), len(plan.noticed(Evidence.REASSIGNED))
    is_old = stale > plan.few or (back > 1 and gone > 1)
    if not plan.job.is_full or not is_old or others > back + stale:
        return None
    return {}


def _of_hidden_rows(case: Case) -> Blanks | None:
    """Tell rows that the workbook hides, while people come who should not."""
    hidden = next((it for it in case.roster.warnings if it.code == "warning_rows_hidden"), None)
    if hidden is None or not case.plan.of(Kind.ADD, Kind.ENABLE):
        return None
    return {"count": hidden.params["count"]}


def _of_shift(case: Case) -> Blanks | None:
    """Tell columns that are shifted: most cells of several change at once."""
    plan = case.plan
    most = _MOST * max(plan.existing, 1)
    columns = [name for name in plan.columns if len(plan.changing(name)) > most]
    if len(columns) < _SHIFTED:
        return None
    return {"columns": Listing.of(map(shortened, columns))}


def _of_disabling(case: Case) -> Blanks | None:
    """Tell a file whose own column disables people."""
    disabled = [it for it in case.plan.of(Kind.DISABLE) if DISABLED_COLUMN in it.columns]
    going = case.plan.of(Kind.REMOVE, Kind.DISABLE)
    if len(disabled) <= 1 or len(disabled) < _NEARLY_ALL * len(going):
        return None
    return {"count": len(disabled), "column": DISABLED_COLUMN}


def _of_filter(case: Case) -> Blanks | None:
    """Tell what those who are missing have in common and nobody else has."""
    again = {old.casefold() for old in case.plan.pairs}
    missing = {it.subject.casefold() for it in _missing(case)} - again
    missing = (missing - case.plan.left_people.keys()) & case.book.listed.keys()
    if len(missing) <= 1 or len(missing) > _MOST * len(case.book.listed):
        return None
    for column, values in _alike(case, missing):
        if column == DEPARTMENTS_COLUMN:
            named = [department_names(case, value) for value in values]
        else:
            named = [masked(column, "", value)[1] for value in values]
        spelt = (shortened(value) or BLANK for value in named)
        return {"column": shortened(column), "values": Listing.of(spelt)}
    return None


def _missing(case: Case) -> list[Change]:
    if not (case.plan.job.has_members and case.plan.job.is_full):
        return []
    rows = {row.id.casefold() for row in case.roster.rows}
    going = case.plan.of(Kind.REMOVE, Kind.DISABLE)
    return [it for it in going if it.subject.casefold() not in rows or not it.columns]


def _alike(case: Case, missing: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the columns of which nearly all people with a few values are missing, and no others."""
    columns = {name for user in missing for name in case.book.person(user).row} - _OTHERS
    for column in sorted(columns, key=lambda name: (name != DEPARTMENTS_COLUMN, name)):
        cells = case.book.roll.column(column)
        everybody = Counter(_trait(column, user, cells[user]) for user in cells)
        theirs = Counter(_trait(column, user, cells[user]) for user in missing)
        whole = sorted(it for it in theirs if theirs[it] >= _NEARLY_ALL * everybody[it])
        shared = sum(theirs[it] for it in whole)
        is_filter = len(whole) <= _MOST_VALUES and all(theirs[it] > 1 for it in whole)
        if is_filter and shared >= _NEARLY_ALL * len(missing):
            yield column, whole


def _trait(column: str, user: str, value: str) -> str:
    """Return by what people may be filtered: of ids how they begin, of contacts whether any."""
    if column == USER_COLUMN:
        return _start(user)
    return "*" if value and column in CONTACT_COLUMNS else value


def _of_newcomers(case: Case) -> Blanks | None:
    """Tell newcomers whose ids all begin otherwise than those of everybody who is there."""
    new = _newcomers(case)
    if len(new) <= case.plan.few or not case.book.listed:
        return None
    starts: defaultdict[str, int] = defaultdict(int)
    for user in new:
        starts[_start(user)] += 1
    start = max(starts, key=starts.__getitem__)
    if not start or starts[start] < _NEARLY_ALL * len(new):
        return None
    if any(_start(user) == start for user in case.book.listed):
        return None
    return {"count": starts[start], "start": start}


def _newcomers(case: Case) -> list[str]:
    """Return who comes, without those who evidently have an account under another id."""
    again = {new.casefold() for new in case.plan.pairs.values()}
    users = (it.subject.casefold() for it in case.plan.of(Kind.ADD))
    return [user for user in users if user not in again]


def _start(user: str) -> str:
    return user.rstrip("0123456789")


def _of_keys(case: Case) -> Blanks | None:
    """Tell keys that name other people, for many at once."""
    others = [link for link in case.plan.links if link.kind == "other"]
    return {"count": len(others)} if len(others) > case.plan.few else None


def _of_left_rows(case: Case) -> Blanks | None:
    """Tell people who would go although they are in the file, for what a column says of them."""
    reasons = case.plan.left_people
    going = [it.subject.casefold() for it in case.plan.of(Kind.REMOVE, Kind.DISABLE)]
    left = [reasons[user] for user in going if user in reasons]
    if len(left) <= 1 or len(left) < _MOST * len(going):
        return None
    (header, _), _ = Counter(left).most_common(1)[0]
    values = sorted({value or BLANK for of, value in left if of == header})
    return {"count": len(left), "column": shortened(header), "values": Listing.of(values)}


CAUSES: tuple[Cause, ...] = (
    Cause("cause_keys", _of_keys),
    Cause("cause_strangers", _of_strangers),
    Cause("cause_old_copy", _of_old_copy),
    Cause("cause_hidden", _of_hidden_rows),
    Cause("cause_shift", _of_shift),
    Cause("cause_disabling", _of_disabling),
    Cause("cause_left_rows", _of_left_rows),
    Cause("cause_filter", _of_filter),
    Cause("cause_newcomers", _of_newcomers),
)
"""What may have happened, the most telling first."""


def likely(case: Case) -> tuple[Cause, Blanks] | None:
    """Return the first cause that fits, and what fills its blanks; None if none does."""
    tries = ((cause, cause.find(case)) for cause in CAUSES)
    return next(((cause, blanks) for cause, blanks in tries if blanks is not None), None)
