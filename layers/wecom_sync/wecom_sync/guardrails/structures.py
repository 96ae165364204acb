"""What the values that change in a column have in common: how they became others. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from wecom_sync.domain.texts import TextCode
from wecom_sync.files.member_columns import CONTACT_COLUMNS
from wecom_sync.guardrails.picks import Case
from wecom_sync.planning.evidence import is_in_order
from wecom_sync.planning.plan import CONTACTS

_NEARLY_ALL = 0.9


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


def structure_of(case: Case, name: str) -> TextCode:
    """Return how a text calls what is seen in a column, or in what else is measured."""
    if not any(it.counts for it in case.book.history.files):
        return "seen_first"
    columns = CONTACT_COLUMNS if name == CONTACTS else (name,)
    pairs = [(old, new) for column in columns for _, old, new in case.plan.cells(column)]
    found = (code for code, is_so in STRUCTURES.items() if pairs and is_so(pairs))
    return next(found, "seen_nothing")


def is_sorted_alone(case: Case, column: str) -> bool:
    """Whether a column is in order now, and was not before."""
    roster, people = case.roster, case.book.people
    at = roster.columns.index(column)
    before = (people.person(row.id.casefold()).row.get(column, "") for row in roster.rows)
    return is_in_order([row.cells[at] for row in roster.rows]) and not is_in_order([*before])
