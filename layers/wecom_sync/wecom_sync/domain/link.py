"""What is new about HR's keys and the accounts that they belong to."""

from collections.abc import Mapping
from typing import Any, NamedTuple

NOBODY = "-"
"""Stands for an account where a key is to have none."""
UNDECIDED = "?"
"""Stands for an account that a person has to fill in: no account is called so."""
ACCOUNT_COLUMNS = ("key", "account", "name", "evidence", "since")
"""Of accounts.csv, as it is answered. The first two are read."""
MATCHED = frozenset({"account", "mobile", "mail", "name", "department"})
"""The evidence of a link that nobody has stated."""
OPEN = frozenset({"doubtful", "other"})
"""The kinds of links of which somebody has to say whose the account is."""
ASKED = frozenset({"doubtful", "other", "moved", "contradicted"})
"""The kinds of links that a person is asked about by name."""


class Candidate(NamedTuple):
    """An account that may be somebody's. `place`: ids of its departments."""

    account: str
    name: str
    place: str
    evidence: tuple[str, ...]
    differs: tuple[str, ...] = ()
    """Contacts of which another value is known."""


class Link(NamedTuple):
    """What is new about a key.

    `kind`: certain, moved (from another key), contradicted (the statement is none, another than the
    book's, or of another key), new (an account by rule), unmanaged; doubtful and other (the key
    names another person now) have no account. `before`: the account's key or the key's account.
    """

    key: str
    account: str
    kind: str
    evidence: tuple[str, ...]
    line: int
    name: str
    place: str
    candidates: tuple[Candidate, ...] = ()
    before: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to say whose account it is."""
        return self.kind in OPEN

    @property
    def accounts(self) -> str:
        """The account, or those of which it may be one."""
        return self.account or ";".join(it.account for it in self.candidates)

    @property
    def sides(self) -> str:
        """The key and the accounts, as a list names them."""
        before = f" ({self.before})" if self.before else ""
        return f"{self.key}{before} ↔ {self.accounts or '?'}"

    def described(self, places: Mapping[str, str]) -> str:
        """Return the names and departments of both sides. `places`: names by ids."""
        sides = [(self.name, self.place), *((it.name, it.place) for it in self.candidates)]
        return " ↔ ".join(placed(name, place, places) or "?" for name, place in sides)

    def to_document(self) -> dict[str, Any]:
        candidates = [it._asdict() for it in self.candidates]
        return {**self._asdict(), "candidates": candidates}


def placed(name: str, place: str, places: Mapping[str, str], *remarks: str) -> str:
    """Return somebody's name with their departments; `places`: names by ids."""
    departments = (places.get(it) or it for it in place.split(";"))
    return ", ".join(filter(None, (name, *departments, *remarks)))
