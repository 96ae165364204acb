"""Evidence in the values of a column: they belong to others, or cannot be right. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.texts import Param, TextCode
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    LEADERS_COLUMN,
    LIST_COLUMNS,
    MEMBER_NAME_COLUMN,
    ORDERS_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.causes import is_sorted_alone
from wecom_sync.guardrails.column_tests import (
    MOVES,
    TESTS,
    VARIETY,
    Test,
    ValueColumn,
    ValueSheet,
    odd_names,
    one_for_many,
)
from wecom_sync.guardrails.picks import Case, Picked
from wecom_sync.planning.changes import Evidence, cyclic_values

_NEARLY_ALL = 0.95
"""Where people share values, such as departments, a column was sorted or slipped if so many of the
changed values change hands. Otherwise it is chance: where one leaves, another comes."""
_NEARLY_UNIQUE = 0.9
_SLIPPED: TextCode = "seen_slipped"
_ORIGINS = 3
"""One new department for people out of fewer than so many is an ordinary one; of one that has
people already, one less is enough."""


def mixed(case: Case) -> Iterator[Picked]:
    """Pick those who get, within one column, values that others give up or still have."""
    for name in case.plan.columns:
        if name == ORDERS_COLUMN:
            continue  # one newcomer shifts the numbers of many
        cells = case.plan.cells(name)
        given = Counter([old for _, old, _ in cells if old])
        handed_on = given & Counter([new for _, _, new in cells])
        is_unique = len(given) >= _NEARLY_UNIQUE * given.total()
        shared = len(given) >= VARIETY and handed_on.total() >= _NEARLY_ALL * len(cells)
        if is_unique or shared:
            takers = [user for user, _, new in cells if new in handed_on]
            is_many = len(takers) > case.plan.few
            is_sorted = is_many and is_sorted_alone(case, name)
            seen: TextCode = "seen_sorted" if is_sorted else _SLIPPED
            blanks: dict[str, Param] = {"column": shortened(name), "seen": seen}
            yield Picked.of_columns({name: takers}, blanks=blanks)
    # The departments are the same in another order, so the mark names another one now.
    slipped = [
        change.subject
        for change in case.plan.changing(LEADERS_COLUMN)
        if DEPARTMENTS_COLUMN in change.columns and Kind.MOVE not in change.kinds
    ]
    blanks = {"column": LEADERS_COLUMN, "seen": _SLIPPED}
    yield Picked.of_columns({LEADERS_COLUMN: slipped}, blanks=blanks)
    there = [name for name in CONTACT_COLUMNS if name in case.night.roster.columns]
    users = tuple(it.id for it in case.taken)
    yield Picked.of_columns(
        dict.fromkeys(there, users), blanks={"column": "、".join(there), "seen": _SLIPPED}
    )


def exchanged(case: Case) -> Iterator[Picked]:
    """Pick those who would exchange mobiles or e-mails among themselves."""
    for name in CONTACT_COLUMNS:
        cells = case.plan.cells(name)
        given = {new for _, _, new in cells} - {""}
        values = cyclic_values({old: new for _, old, new in cells if old in given})
        users = [user for user, old, _ in cells if old in values]
        yield Picked.of_columns({name: users}, blanks={"column": name})


def unlikely(case: Case) -> Iterator[Picked]:
    """Pick those who get, within one column, values that cannot be theirs."""
    plan, few = case.plan, case.plan.few
    sheet = ValueSheet(case.night.roster, case.night.book, case.coming)
    newcomers = [(change.subject, "", change.name) for change in plan.of(Kind.ADD)]
    odd = odd_names(newcomers) | odd_names(plan.cells(MEMBER_NAME_COLUMN))
    kinds = {*odd.values()}
    what: TextCode = kinds.pop() if len(kinds) == 1 else "value_names"
    yield _picked(MEMBER_NAME_COLUMN, odd, what, few)
    totals = [user for user in odd if odd[user] == "value_total"]
    yield _picked(MEMBER_NAME_COLUMN, totals, "value_total", 0)
    # Who must leave a department was asked about with the file that left it out.
    movers = [it for it in plan.changing(DEPARTMENTS_COLUMN) if not it.has(Evidence.EVICTED)]
    founding, joining = (
        [it.columns[DEPARTMENTS_COLUMN] for it in movers if it.has(Evidence.SETTLING) is founds]
        for founds in (True, False)
    )
    places = ValueColumn(DEPARTMENTS_COLUMN, [*joining, *founding], sheet, few)
    yield from islice(_tested(places, MOVES), 1)
    for moves, origins in ((founding, _ORIGINS), (joining, _ORIGINS - 1)):
        yield _picked(DEPARTMENTS_COLUMN, one_for_many(moves, origins), "value_place", few)
    for name in plan.columns:
        # A newcomer shifts the order of many, and odd names need no further test.
        if name != ORDERS_COLUMN and not (name == MEMBER_NAME_COLUMN and len(odd) > few):
            cells = joining if name == DEPARTMENTS_COLUMN else plan.cells(name)
            yield from islice(_tested(ValueColumn(name, cells, sheet, few), TESTS), 1)
    yield from _blanked(case)


def _blanked(case: Case) -> Iterator[Picked]:
    """Pick who loses a value in one of several columns, a few in each."""
    cells = {name: case.plan.cells(name) for name in case.plan.columns if name not in LIST_COLUMNS}
    lost = {
        name: [user for user, old, new in those if old and not new] for name, those in cells.items()
    }
    lost = {name: users for name, users in lost.items() if users}
    blanks = {"column": "、".join(map(shortened, lost)), "what": "value_blanked"}
    if len(lost) > 1:
        yield Picked.of_columns(lost, beside=-case.plan.few, blanks=blanks)


def _tested(column: ValueColumn, tests: Sequence[Test]) -> Iterator[Picked]:
    """Yield whom tests of a column find, as far as they are no few."""
    sample = column.sample()
    for test in tests:
        least = column.few if test.least is None else test.least
        if len(test.find(sample)) > least:
            users = test.find(sample if column is sample else column)
            yield _picked(column.name, users, test.what, least)


def _picked(column: str, users: Collection[str], what: TextCode, least: int) -> Picked:
    blanks = {"column": shortened(column), "what": what}
    return Picked.of_columns({column: users}, beside=-least, blanks=blanks)
