"""The likely cause of a hold, in the words of who exports from HR, and what is seen. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.texts import Listing, Params, Sentence, TextCode
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LEADERS_COLUMN,
    MEMBER_NAME_COLUMN,
    ORDERS_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.picks import BLANK, Case, header_of
from wecom_sync.guardrails.strangers import start_of
from wecom_sync.planning.changes import Evidence
from wecom_sync.planning.evidence import is_in_order
from wecom_sync.planning.identity import MAKERS
from wecom_sync.planning.names import visible
from wecom_sync.planning.plan import CONTACTS

_HARDLY = 0.2
"""Where fewer of a file are known, it is another one altogether."""
_NEARLY_ALL = 0.9
_MOST = 0.5
_SHIFTED = 3
"""Where most cells of so many columns change at once, the columns are shifted."""
_SAMPLE = 1_000
"""At least so many cells, from everywhere in a column, show its structure."""
_MOST_VALUES = 3
"""More values, or departments, are no filter that somebody would have set by mistake."""
_OTHERS = frozenset({MEMBER_NAME_COLUMN, DISABLED_COLUMN, LEADERS_COLUMN, ORDERS_COLUMN})
"""Columns by which nobody filters."""


def _of_strangers(case: Case) -> Params | None:
    """Tell a list of people, or a tree, of which hardly anything is known here."""
    plan, rows = case.plan, len(case.night.roster.rows)
    strange = len(_newcomers(case)) + len(plan.noticed(Evidence.REASSIGNED))
    familiar = rows - strange
    if plan.existing <= MAKERS or strange <= plan.few or familiar > _HARDLY * rows:
        return None
    return {"known": familiar, "rows": rows} if plan.job.is_full else None


def _of_hidden_rows(case: Case) -> Params | None:
    """Tell rows that the workbook hides, while people come who should not."""
    hidden = [it for it in case.night.roster.warnings if it.code == "warning_rows_hidden"]
    comes = case.plan.of(Kind.ADD, Kind.ENABLE)
    return {"count": hidden[0].params["count"]} if hidden and comes else None


def _of_page(case: Case) -> Params | None:
    """Tell a page that came twice, while people are missing."""
    twice = [it.params for it in case.night.roster.warnings if it.code == "warning_page_twice"]
    return twice[0] if twice and _missing(case) else None


def _of_shift(case: Case) -> Params | None:
    """Tell columns that are shifted: most cells of several change at once."""
    most = _MOST * max(case.plan.existing, 1)
    columns = [name for name in case.plan.columns if len(case.plan.changing(name)) > most]
    return {"columns": Listing.of(map(header_of, columns))} if len(columns) >= _SHIFTED else None


def _of_filter(case: Case) -> Params | None:
    """Tell what those who are missing have in common and nobody else has."""
    again = {old.casefold() for old in case.plan.pairs}
    missing = _missing(case) - again - case.plan.left_out.people.keys()
    missing &= case.night.book.listed.keys()
    if not 1 < len(missing) <= _MOST * len(case.night.book.listed):
        return None
    for column, values in _alike(case, missing):
        named = [visible(column, "", value, case.departments)[1] for value in values]
        spelt = (shortened(value) or BLANK for value in named)
        return {"column": shortened(column), "values": Listing.of(spelt)}
    return None


def _missing(case: Case) -> set[str]:
    if not (case.plan.job.has_members and case.plan.job.is_full):
        return set()
    rows = {row.id.casefold() for row in case.night.roster.rows}
    going = {it.subject.casefold(): it for it in case.plan.of(Kind.REMOVE, Kind.DISABLE)}
    return {user for user, it in going.items() if user not in rows or not it.columns}


def _alike(case: Case, missing: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the columns of which nearly all people with a few values are missing, and no others."""
    columns = {name for user in missing for name in case.night.book.person(user).row} - _OTHERS
    for column in sorted(columns, key=lambda name: (name != DEPARTMENTS_COLUMN, name)):
        cells = case.night.book.people.column(column)
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
        return start_of(user)
    return "*" if value and column in CONTACT_COLUMNS else value


def _newcomers(case: Case) -> list[str]:
    """Return who comes, without those who evidently have an account under another id."""
    again = {new.casefold() for new in case.plan.pairs.values()}
    users = (it.subject.casefold() for it in case.plan.of(Kind.ADD))
    return [user for user in users if user not in again]


def _of_keys(case: Case) -> Params | None:
    """Tell keys that name other people, for many at once."""
    others = sum(link.kind == "other" for link in case.plan.links)
    return {"count": others} if others > case.plan.few else None


def _of_named(case: Case) -> Params | None:
    """Tell people who would go although they are in the file, for what a column says of them."""
    disabled = [it for it in case.plan.of(Kind.DISABLE) if DISABLED_COLUMN in it.columns]
    reasons = {it.subject.casefold(): (DISABLED_COLUMN, "1") for it in disabled}
    reasons |= case.plan.left_out.people
    going = [it.subject.casefold() for it in case.plan.of(Kind.REMOVE, Kind.DISABLE)]
    named = [reasons[user] for user in going if user in reasons]
    if len(named) <= 1 or len(named) < _MOST * len(going):
        return None
    header = Counter(named).most_common(1)[0][0][0]
    values = sorted({value or BLANK for of, value in named if of == header})
    return {"count": len(named), "column": shortened(header), "values": Listing.of(values)}


CAUSES: Mapping[TextCode, Callable[[Case], Params | None]] = {
    "cause_keys": _of_keys,
    "cause_strangers": _of_strangers,
    "cause_page": _of_page,
    "cause_hidden": _of_hidden_rows,
    "cause_shift": _of_shift,
    "cause_column": _of_named,
    "cause_filter": _of_filter,
}
"""What a person would look at first, and whether that is it, the most telling first: what fills the
text's blanks, or None."""


def likely(case: Case) -> tuple[Sentence, ...]:
    """Return the first cause that fits, if there is one. What slipped was seen row by row."""
    if case.plan.slip:
        return (case.plan.slip,)
    for code, blanks_of in CAUSES.items():
        if (blanks := blanks_of(case)) is not None:
            return (Sentence(code, blanks),)
    return ()


type Pairs = Sequence[tuple[str, str]]
"""What stands in cells that change, before and after."""


def _is_paired(pairs: Pairs) -> bool:
    """Whether each value becomes another one, that comes from no other, for several people."""
    old, new = ({*side} for side in zip(*pairs, strict=True))
    return len(old) == len(new) == len({*pairs}) <= len(pairs) / 2


def _is_nearly(values: Iterable[str], value: str) -> bool:
    cells = [*values]
    return cells.count(value) >= _NEARLY_ALL * len(cells)


STRUCTURES: Mapping[TextCode, Callable[[Pairs], bool]] = {
    "seen_filled": lambda pairs: _is_nearly((old for old, _ in pairs), ""),
    "seen_blank": lambda pairs: _is_nearly((new for _, new in pairs), ""),
    "seen_one": lambda pairs: _is_nearly((new for _, new in pairs), pairs[0][1]),
    "seen_paired": _is_paired,
}
"""How a text calls each structure, the most telling first."""


def _sample[T](those: Sequence[T]) -> Sequence[T]:
    return those[:: len(those) // _SAMPLE + 1]


def structure_of(case: Case, name: str) -> TextCode:
    """Return how a text calls what is seen in a column, or in what else is measured."""
    if not any(it.counts for it in case.night.book.history.files):
        return "seen_first"
    columns = CONTACT_COLUMNS if name == CONTACTS else (name,)
    cells = (cell for column in columns for cell in _sample(case.plan.cells(column)))
    pairs = [(old, new) for _, old, new in cells]
    found = (code for code, is_so in STRUCTURES.items() if pairs and is_so(pairs))
    return next(found, "seen_nothing")


def is_sorted_alone(case: Case, column: str) -> bool:
    """Whether a column is in order now, and was not before."""
    rows, at = _sample(case.night.roster.rows), case.night.roster.columns.index(column)
    before = [case.night.book.person(row.id.casefold()).row.get(column, "") for row in rows]
    return is_in_order([row.cells[at] for row in rows]) and not is_in_order(before)
