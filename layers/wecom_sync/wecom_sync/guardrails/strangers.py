"""Newcomers who have in common what nobody here has: people of others, or no staff. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping

from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.texts import Listing
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    KEY_COLUMN,
    MAIL_COLUMN,
    PARALLEL_COLUMNS,
    USER_COLUMN,
)
from wecom_sync.guardrails.picks import BLANK, Case, Picked, listed
from wecom_sync.planning.changes import grouped
from wecom_sync.planning.identity import MAKERS

_STRANGE = 2
"""One new trait alone is an office that opens, or a new form of number."""
_NEARLY_ALL = 0.95
_USUAL = 0.8
"""Of a column that so many fill, newcomers who all leave it blank are strange."""
_SAMPLE = 1_000
"""So many of those who are there show which columns are filled."""

type _Traits = Mapping[str, str]
"""What is new about somebody, by column: a mail domain, or an example of it."""
_BLANK_COLUMNS = ""
"""Stands for the columns that are blank: a mailbox that somebody lacks is no other domain."""
_WEIGHTS = {MAIL_COLUMN: 3}
"""How many traits one counts for: a mail domain for three."""


class _Here:
    """What those have who are there."""

    def __init__(self, case: Case) -> None:
        people, there = case.night.book.people, [*case.night.book.listed]
        self.few, self.departments = case.plan.few, case.departments
        self.keys = {it.account.casefold(): it.key for it in case.plan.links}
        starts = Counter(start_of(people.lines[it][0] or it) for it in there)
        most = sum(it for it in starts.values() if it > self.few)
        self.starts = {*starts} if most >= _NEARLY_ALL * len(there) else None
        self.domains = {"", *map(_domain, people.column(MAIL_COLUMN).values())}
        cells = {*people.column(DEPARTMENTS_COLUMN).values()}
        self.places = {place for cell in cells for place in cell.split(";")}
        others = {USER_COLUMN, KEY_COLUMN, DISABLED_COLUMN, *PARALLEL_COLUMNS}
        some = [people[it].row for it in there[:: max(1, len(there) // _SAMPLE)]]
        filled = Counter(name for row in some for name in row if row[name] and name not in others)
        self.full = [it for it in filled if filled[it] >= _USUAL * len(some)]

    def traits(self, user: str, row: Mapping[str, str]) -> _Traits:
        """Return what is new about a newcomer."""
        traits, own = dict[str, str](), self.keys.get(user.casefold()) or user
        domain, places = _domain(row.get(MAIL_COLUMN, "")), row[DEPARTMENTS_COLUMN].split(";")
        if domain not in self.domains:
            traits[MAIL_COLUMN] = f"@{domain}"
        if self.starts is not None and start_of(own) not in self.starts:
            traits[USER_COLUMN] = own
        if self.places.isdisjoint(places):
            traits[DEPARTMENTS_COLUMN] = self.departments.get(places[0], places[0])
        if blank := [name for name in self.full if not row.get(name, BLANK)]:
            traits[_BLANK_COLUMNS] = f"{'、'.join(blank)} {BLANK}"
        return traits


def strangers(case: Case) -> Iterator[Picked]:
    """Pick those of the newcomers who share new traits: the more traits, the fewer are enough."""
    plan, roster = case.plan, case.night.roster
    new = {it.subject for it in plan.of(Kind.ADD)}
    if len(new) < _STRANGE or len(case.night.book.listed) <= MAKERS:
        return
    here = _Here(case)
    rows = {
        row.id: dict(zip(roster.columns, row.cells, strict=True))
        for row in roster.rows
        if row.id in new
    }
    traits = {user: here.traits(user, row) for user, row in rows.items()}
    groups = grouped((_common(it), user) for user, it in traits.items())
    for common in sorted(groups, key=_weight, reverse=True):
        users = [user for it, those in groups.items() if common <= it for user in those]
        weight = _weight(common)
        if weight >= _STRANGE and len(users) > _STRANGE * plan.few // (weight - 1):
            example = traits[groups[common][0]].items()
            lines = [f"{name} {value}".strip() for name, value in example]
            yield Picked(listed(users), blanks={"traits": Listing.of(lines)})
            return


def start_of(user: str) -> str:
    """Return how an id begins, before its number."""
    return user.casefold().rstrip("0123456789")


def _common(traits: _Traits) -> frozenset[tuple[str, str]]:
    return frozenset((it, traits[it] if it == MAIL_COLUMN else "") for it in traits)


def _weight(common: frozenset[tuple[str, str]]) -> int:
    """Return for how many traits they count. Who all lack a column are strange for that alone."""
    columns = [name for name, _ in common]
    alone = _STRANGE if _BLANK_COLUMNS in columns else 0
    return max(sum(_WEIGHTS.get(name, 1) for name in columns), alone)


def _domain(mail: str) -> str:
    return mail.rpartition("@")[2].casefold()
