"""What a person should know of a member file's plan although nothing is wrong. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import CONTACT_COLUMNS, DISABLED_COLUMN, USER_COLUMN
from wecom_sync.files.problems import shortened
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

    One that its owner gives up in the same file may still be refused: WeCom does not say in which
    order it works. A leaver has it as long as the account is there, disabled or not; one whose
    grace ends with this very file is passed over.
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
    """Warn of columns in which known values become blank: WeCom may keep them."""
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
    """Warn of columns that many have filled and that a full file lacks: WeCom keeps what it has.

    Without 禁用 everybody stays enabled or disabled, which is what a file without it means.
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
    """Warn of people who are missing and stay: WeCom has refused to remove them (301005)."""
    if plan.spared:
        yield Problem(0, USER_COLUMN, "warning_spared", {"named": Listing.of(plan.spared)})


def respelt_ids(roster: Roster, plan: Plan, directory: Directory) -> Iterator[Problem]:
    """Warn once of ids whose rows change somebody and that WeCom spells in another case.

    WeCom folds case; a newcomer may have got the id of somebody else that way.
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
