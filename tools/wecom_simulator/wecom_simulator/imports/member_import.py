"""syncuser and replaceuser: what a member file does to an address book (doc/91130, doc/91131)."""

from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from wecom_simulator.imports import fields
from wecom_simulator.imports.fields import CsvTable
from wecom_simulator.state.directory import AddressBook, Member
from wecom_simulator.state.errors import JobError, RowError, message

CREATOR_ERROR: Final = 301005
FIFTY: Final = 50


class Placement(NamedTuple):
    """The departments of a row with the two lists that run parallel to them; None: not given."""

    departments: tuple[int, ...]
    leads: tuple[int, ...] | None
    orders: tuple[tuple[int, int], ...] | None


@dataclass(frozen=True, slots=True)
class MemberImport:
    table: CsvTable
    directory: AddressBook
    replaces: bool
    invites: bool
    blank_clears: bool = False
    blank_enables: bool = False

    def check(self) -> None:
        """Raise JobError (40092, 302003, 45026) when WeCom refuses the file as a whole."""
        self.table.require(*fields.MEMBER_REQUIRED)
        userids = [row[fields.USERID].lower() for row in self.table.rows if row[fields.USERID]]
        keys = set(userids)
        if len(keys) < len(userids):
            raise JobError(302003)
        members = self.directory.members.keys()
        if self.replaces and is_guarded(len(members - keys), len(members)):
            raise JobError(45026)

    def apply(self) -> tuple[list[dict[str, Any]], int]:
        """Change the address book; return the result rows and ``total``."""
        rows = [self._row(row) for row in self.table.rows]
        # The rows come first, so that a leaver's mobile is still taken.
        rows += self._delete_missing()
        self.directory.drop_condemned()
        return rows, len(rows)

    def _delete_missing(self) -> list[dict[str, Any]]:
        if not self.replaces:
            return []
        kept = {row[fields.USERID].lower() for row in self.table.rows}
        rows = []
        for key in [key for key in self.directory.members if key not in kept]:
            userid = self.directory.members[key].userid
            if key == self.directory.creator.lower():
                rows.append(_result(userid, CREATOR_ERROR))
                continue
            self.directory.discard(userid)
            rows.append(_result(userid, 0))
        return rows

    def _row(self, row: dict[str, str]) -> dict[str, Any]:
        try:
            self._apply_row(row)
        except RowError as error:
            return _result(row[fields.USERID], error.errcode)
        return _result(row[fields.USERID], 0)

    def _apply_row(self, row: dict[str, str]) -> None:
        check_cells(row)
        place = placement(row)
        old = self.directory.find(row[fields.USERID])
        values = self._texts(row)
        if old and old.activated:
            # An activated member's mobile and e-mail are his own: the update is ignored.
            values.pop("mobile", None)
            values.pop("email", None)
        self._check_unique(row[fields.USERID].lower(), values)
        if row.get(fields.DISABLED):
            values["enabled"] = row[fields.DISABLED] == "0"
        elif self.blank_enables and fields.DISABLED in row:
            values["enabled"] = True
        base = old or Member(row[fields.USERID], departments=(), invited=self.invites)
        for department in place.departments:
            if department not in self.directory.departments:
                self.directory.adopt(department)
        self.directory.put(replace(base, **values, **_placed(base, place)))

    def _texts(self, row: dict[str, str]) -> dict[str, Any]:
        return {
            name: row[column]
            for column, name in fields.TEXT_COLUMNS.items()
            if column in row and (row[column] or self.blank_clears)
        }

    def _check_unique(self, key: str, values: dict[str, Any]) -> None:
        if self.directory.owner_of_mobile(values.get("mobile", "")) not in {None, key}:
            raise RowError(60104)
        if self.directory.owner_of_email(values.get("email", "")) not in {None, key}:
            raise RowError(60106)


def is_guarded(deletions: int, members: int) -> bool:
    """Tell whether deleting so many of so many members stops the import (doc/91131).

    More than 50 and more than 20 %, or fewer than 50 and more than 80 %; the text gives exactly 50
    to neither.
    """
    if deletions > FIFTY:
        return deletions * 5 > members
    return deletions < FIFTY and deletions * 5 > members * 4


def check_cells(row: dict[str, str]) -> None:
    """Raise RowError for the first cell of *row* that breaks a rule."""
    for rule in fields.CELL_RULES:
        cell = row.get(rule.column)
        if cell is not None and not rule.allows(cell):
            raise RowError(rule.errcode)
    if not row.get(fields.MOBILE) and not row.get(fields.EMAIL):
        raise RowError(60129)


def placement(row: dict[str, str]) -> Placement:
    """Return where *row* puts its member.

    Raises RowError 60127 (none), 40066 (not ids), 60110 (over 100), 60132 (是否部门内领导 not
    parallel) or 40058 (排序 not parallel).
    """
    if not row[fields.DEPARTMENTS]:
        raise RowError(60127)
    cells = row[fields.DEPARTMENTS].split(";")
    ids = [fields.number(cell, fields.MAX_PARTY_ID) for cell in cells]
    if len(ids) > fields.MAX_DEPARTMENTS:
        raise RowError(60110)
    departments = tuple(item for item in ids if item)
    if len(departments) != len(ids):
        raise RowError(40066)
    leads: tuple[int, ...] | None = None
    orders: tuple[tuple[int, int], ...] | None = None
    if row.get(fields.LEADS):
        flags = row[fields.LEADS].split(";")
        if len(flags) != len(ids) or not {"0", "1"}.issuperset(flags):
            raise RowError(60132)
        leads = tuple(item for item, flag in zip(departments, flags, strict=True) if flag == "1")
    if row.get(fields.ORDERS):
        values = [fields.number(cell, fields.MAX_ORDER) for cell in row[fields.ORDERS].split(";")]
        if len(values) != len(ids) or None in values:
            raise RowError(40058)
        orders = tuple(
            (item, value) for item, value in zip(departments, values, strict=True) if value
        )
    return Placement(tuple(dict.fromkeys(departments)), leads, orders)


def _placed(base: Member, place: Placement) -> dict[str, Any]:
    here = set(place.departments)
    leads = base.leads if place.leads is None else place.leads
    orders = base.orders if place.orders is None else place.orders
    return {
        "departments": place.departments,
        "leads": tuple(item for item in leads if item in here),
        "orders": tuple(pair for pair in orders if pair[0] in here),
    }


def _result(userid: str, errcode: int) -> dict[str, Any]:
    return {"userid": userid, "errcode": errcode, "errmsg": message(errcode) if errcode else ""}
