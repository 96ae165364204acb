"""Warnings: what a person should know about a plan although nothing is wrong. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.member_columns import CONTACT_COLUMNS, DISABLED_COLUMN, USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.roster import Problem, Roster
from wecom_sync.planning.plan import Plan

_TAKEN: Mapping[str, TextCode] = {
    CONTACT_COLUMNS[0]: "warning_mobile_taken",
    CONTACT_COLUMNS[1]: "warning_email_taken",
}


def taken_contacts(
    roster: Roster, plan: Plan, directory: Directory, snapshot: Snapshot
) -> Iterator[Problem]:
    """Warn of mobiles and e-mails that somebody else still has: WeCom refuses them (60104, 60106).

    WeCom may refuse it even if the owner gives it up in the same file, since the order of its work
    is unknown. A leaver keeps it until the account is removed.
    """
    going = {user.casefold() for user in plan.remove} & snapshot.left.keys()
    for column, code in _TAKEN.items():
        if column not in roster.columns:
            continue
        at = roster.columns.index(column)
        owners = {
            cells[column].casefold(): key
            for known in (snapshot.possible, snapshot.members)
            for key, cells in known.items()
            if cells.get(column) and key in directory.members and key not in going
        }
        for row in roster.rows:
            owner = owners.get(row.cells[at].casefold())
            if owner is not None and owner != row.id.casefold():
                shown = {"owner": directory.user_ids[owner]}
                yield Problem(row.line, column, code, shown, row.id)


def blanked_columns(roster: Roster, plan: Plan, snapshot: Snapshot) -> Iterator[Problem]:
    """Warn of columns in which known values become blank: WeCom may keep the old values."""
    users: dict[str, list[str]] = {}
    places = {name: index for index, name in enumerate(roster.columns)}
    for row in roster.rows:
        changed = plan.update.get(row.id, ()) if row.line else ()
        known = snapshot.members.get(row.id.casefold(), {}) if changed else {}
        for name in changed:
            if known.get(name) and not row.cells[places[name]]:
                users.setdefault(name, []).append(row.id)
    for name, ids in users.items():
        shown: Params = {"column": shortened(name), "named": Listing.of(ids)}
        yield Problem(0, name, "warning_blank", shown)


def columns_gone(
    roster: Roster, plan: Plan, directory: Directory, snapshot: Snapshot
) -> Iterator[Problem]:
    """Warn of columns that many members have filled and a full file lacks: WeCom keeps the values.

    禁用 is left out: a file without it means that everybody stays enabled or disabled.
    """
    if not roster.job.is_full:
        return
    filled = Counter(
        column
        for key in directory.members
        for column, cell in snapshot.members.get(key, {}).items()
        if cell
    )
    for column, people in filled.items():
        if people > plan.few and column not in {*roster.columns, DISABLED_COLUMN}:
            shown: Params = {"column": shortened(column), "people": people}
            yield Problem(0, column, "warning_column_gone", shown)


def spared_people(plan: Plan) -> Iterator[Problem]:
    """Warn of people who are missing and stay, because WeCom refuses to remove them (301005)."""
    if plan.spared:
        yield Problem(0, USER_COLUMN, "warning_spared", {"named": Listing.of(plan.spared)})


def respelt_ids(roster: Roster, plan: Plan, directory: Directory) -> Iterator[Problem]:
    """Warn once of ids that WeCom writes in another case, if their rows change somebody.

    WeCom ignores case, so the row of a newcomer may change somebody else's account.
    """
    changed = {*plan.update, *plan.move}
    found = [
        (row, there)
        for row in roster.rows
        if row.id in changed and (there := directory.user_ids[row.id.casefold()]) != row.id
    ]
    if found:
        named = Listing.of(f"{row.id} → {there}" for row, there in found)
        shown: Params = {"count": len(found), "named": named}
        first = found[0][0]
        yield Problem(first.line, USER_COLUMN, "warning_ids_respelt", shown, first.id)
