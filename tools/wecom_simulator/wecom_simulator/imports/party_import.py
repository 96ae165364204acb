"""replaceparty: what a department file does to an address book (doc/91132)."""

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from wecom_simulator.imports import fields
from wecom_simulator.imports.fields import CsvTable
from wecom_simulator.state.directory import ROOT_ID, AddressBook, BookDepartment
from wecom_simulator.state.errors import JobError, RowError, message

CREATED: Final = 1
RENAMED: Final = 2
MOVED: Final = 4
REORDERED: Final = 8

NOT_A_TREE: Final = 302004
DUPLICATE_ID: Final = 302006
DUPLICATE_NAME: Final = 302007


class Party(NamedTuple):
    """One row whose ids and name are in order; blank or 0 in ``order`` leaves it unchanged."""

    id: int
    parent_id: int
    name: str
    order: str

    @property
    def is_root(self) -> bool:
        return self.id == ROOT_ID


@dataclass(frozen=True, slots=True)
class PartyImport:
    table: CsvTable
    directory: AddressBook

    def check(self) -> None:
        """Raise JobError (40092, 302004, 302006, 302007) when the file is refused as a whole."""
        self.table.require(*fields.PARTY_REQUIRED)
        parties = self._parties()
        ids = Counter(party.id for party in parties)
        if ids.total() != len(ids):
            raise JobError(DUPLICATE_ID)
        if ROOT_ID not in ids:
            raise JobError(NOT_A_TREE, "no root row")
        names = Counter((party.parent_id, party.name) for party in parties)
        if names.total() != len(names):
            raise JobError(DUPLICATE_NAME)
        _check_tree(parties)
        if len(ids) > fields.MAX_PARTIES:
            raise JobError(NOT_A_TREE, f"over {fields.MAX_PARTIES} departments")

    def apply(self) -> tuple[list[dict[str, Any]], int]:
        """Change the address book; return the rows of the result, the root last, and ``total``."""
        parties = self._parties()
        before = set(self.directory.departments)
        done = {
            party.id: self._row(party)
            for party in sorted(parties, key=lambda party: not party.is_root)
        }
        rows = [done[party.id] for party in sorted(parties, key=lambda party: party.is_root)]
        self.directory.condemned = (before - done.keys()) - {ROOT_ID}
        self.directory.drop_condemned()
        # The recorded answer does not count the root.
        return rows, len(rows) - 1

    def _parties(self) -> list[Party]:
        return [_party(row) for row in self.table.rows]

    def _row(self, party: Party) -> dict[str, Any]:
        try:
            action = self._apply_party(party)
        except RowError as error:
            return _result(party.id, 0, error.errcode)
        return _result(party.id, action, 0)

    def _apply_party(self, party: Party) -> int:
        book = self.directory
        old = book.departments.get(party.id)
        order = fields.number(party.order or "0", fields.MAX_ORDER)
        name_error = fields.party_name_error(party.name)
        if name_error:
            raise RowError(name_error)
        if order is None:
            raise RowError(40058)
        if not party.is_root:
            self._check_place(party)
        new = BookDepartment(
            party.id, party.name, party.parent_id, order or (old.order if old else 0)
        )
        if new != old:
            book.put_department(new)
        return CREATED if old is None else _changes(old, new)

    def _check_place(self, party: Party) -> None:
        book = self.directory
        if party.parent_id not in book.departments:
            raise RowError(60004)
        if book.is_under(party.parent_id, party.id):
            raise RowError(60010)
        # The target tree still holds departments that this file drops or renames later.
        namesakes = [it for it in book.children(party.parent_id) if it.name == party.name]
        if any(sibling.id != party.id for sibling in namesakes):
            raise RowError(60008)


def _party(row: dict[str, str]) -> Party:
    party_id = fields.number(row[fields.PARTY_ID], fields.MAX_PARTY_ID)
    parent_id = fields.number(row[fields.PARTY_PARENT], fields.MAX_PARTY_ID)
    if not party_id or parent_id is None or not row[fields.PARTY_NAME]:
        raise JobError(NOT_A_TREE, "empty or illegal id or name")
    return Party(party_id, parent_id, row[fields.PARTY_NAME], row.get(fields.PARTY_ORDER, ""))


def _check_tree(parties: list[Party]) -> None:
    """Raise JobError unless everything hangs on department 1, at most 15 levels deep."""
    depths = {ROOT_ID: 1}
    for party in _parents_first(parties):
        if party.is_root:
            if party.parent_id != 0:
                raise JobError(NOT_A_TREE, "the root has a parent")
            continue
        depths[party.id] = depths[party.parent_id] + 1
        if depths[party.id] > fields.MAX_DEPTH:
            raise JobError(NOT_A_TREE, f"over {fields.MAX_DEPTH} levels")


def _parents_first(parties: list[Party]) -> list[Party]:
    """Return *parties* so that each follows its parent; raises JobError for any that cannot."""
    children: dict[int, list[Party]] = {}
    for party in parties:
        if not party.is_root:
            children.setdefault(party.parent_id, []).append(party)
    ordered = [party for party in parties if party.is_root]
    waiting = deque([ROOT_ID])
    while waiting:
        below = children.get(waiting.popleft(), [])
        ordered += below
        waiting.extend(party.id for party in below)
    if len(ordered) != len(parties):
        raise JobError(NOT_A_TREE, "not one tree")
    return ordered


def _changes(old: BookDepartment, new: BookDepartment) -> int:
    return (
        (RENAMED if old.name != new.name else 0)
        | (MOVED if old.parent_id != new.parent_id else 0)
        | (REORDERED if old.order != new.order else 0)
    )


def _result(party_id: int, action: int, errcode: int) -> dict[str, Any]:
    return {"action": action, "errcode": errcode, "errmsg": message(errcode), "partyid": party_id}
