"""What is new about HR's keys and the accounts that they belong to."""

from collections.abc import Mapping
from typing import Any, NamedTuple

NOBODY = "-"
"""Stands for an account where a key is to have none."""
UNDECIDED = "?"
"""Stands for an account that a person has to fill in: no account is called so."""
ACCOUNT_COLUMNS = ("key", "account", "name", "evidence", "since")
"""Of accounts.csv, as it is answered. The first two are read."""
KEY_HEADERS = ("key", "工号", "人员编号")
ACCOUNT_HEADERS = ("account", "帐号", "账号")
"""How these two may be called."""
MATCHED = frozenset({"account", "mobile", "mail", "name", "department"})
"""The evidence of a link that nobody has stated."""
OPEN = frozenset({"doubtful", "other"})
"""The kinds of links without an account."""
KINDS = ("certain", "doubtful", "new", "moved", "other", "contradicted", "unmanaged")
ASKED = frozenset({"doubtful", "moved"})
"""The states of links that a person is asked about by name."""
LEFT_OUT = "left_out"
STATES = ("doubtful", "moved", "certain", "new", LEFT_OUT, "unmanaged")
"""What plan.json says of a link, those first that a person looks at first."""
_STATES = {"other": "doubtful", "contradicted": "moved"}
"""The states of the kinds that are not called as theirs."""
_WEIGHTS = {"name": 0, "department": 0, "stated": 9, "file": 9}
"""How much a piece of evidence tells, of any other one 1. Many share a name; a statement is one."""


type LinkDetails = Mapping[int | str, Mapping[str, str]]
"""What is shown of both sides of links: of people by their line, of accounts in lower case."""


def keyed(name: str, key: str, account: str) -> str:
    """Return somebody's name behind HR's key, unless the account is called so as well."""
    return name if key.casefold() == account.casefold() else f"{key} {name}".strip()


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
    book's, or of another key), new (an account by rule), unmanaged; doubtful, other (the key names
    another person now) and left_out (as stated) have no account. `before`: the account's key or the
    key's account.
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
    def state(self) -> str:
        """What plan.json says of it: one of `STATES`."""
        return LEFT_OUT if self.account == NOBODY else _STATES.get(self.kind, self.kind)

    @property
    def is_contradicted(self) -> bool:
        """Whether another mobile or e-mail is known of an account that it may be."""
        return any(it.differs for it in self.candidates)

    @property
    def strength(self) -> tuple[int, bool, int, int, int]:
        """How well it is shown whose account it is. The weakest come first."""
        weight = sum(_WEIGHTS.get(it, 1) for it in self.evidence)
        at = STATES.index(self.state)
        return at, not self.is_contradicted, weight, len(self.evidence), self.line

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
        parts = ((name, placed(place, places)) for name, place in sides)
        return " ↔ ".join(" · ".join(filter(None, it)) or "?" for it in parts)

    def to_document(self) -> dict[str, Any]:
        """Return what a plan's digest is made of."""
        candidates = [it._asdict() for it in self.candidates]
        return {**self._asdict(), "candidates": candidates}


def placed(place: str, places: Mapping[str, str]) -> str:
    """Return the names of departments; `places`: names by ids."""
    return ", ".join(filter(None, (places.get(it) or it for it in place.split(";"))))
