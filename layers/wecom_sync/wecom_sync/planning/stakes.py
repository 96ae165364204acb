"""Who and what is at stake in a plan, and what an approval covers. Pure."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from wecom_sync.domain.outcome import Kind
from wecom_sync.planning.changes import Evidence

type Scope = Literal["people", "departments"]
ANSWERED, VALUES = "answered", "values"
GOING = frozenset({Kind.REMOVE.field, Kind.DISABLE.field})
_MILDER: Mapping[tuple[Scope, str], str] = {
    ("people", Kind.DISABLE.field): Kind.REMOVE.field,
    ("people", Evidence.UNKNOWN.value): Kind.ADD.field,
    ("departments", Kind.REMOVE.field): Kind.EMPTY.field,
    ("departments", Kind.EMPTY.field): Kind.REMOVE.field,
}
"""What is covered by an approval of something else: whoever may be removed may be disabled, whoever
was to be added may be there by now, and a department that is to go later may go now."""


class Stake(NamedTuple):
    """Who or what is at stake in a plan, and how.

    `kind`: a list of `plan.json`, `invite`, `altered`, `VALUES`, or the kind of a link; `detail`:
    to where or to which id it changes, the column, the digest of a row, or the accounts, else
    blank. Of an approval also `ANSWERED`: a key, and the account that it states.
    """

    scope: Scope
    kind: str
    id: str
    detail: str = ""

    @property
    def graver(self) -> "Stake":
        """What covers it as well: itself, if it is no milder than anything."""
        return self._replace(kind=_MILDER.get((self.scope, self.kind), self.kind))
