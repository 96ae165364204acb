"""Warnings: what a person should know about a plan although nothing is wrong. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.member_columns import CONTACT_COLUMNS, DISABLED_COLUMN, USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import Evidence, ids
from wecom_sync.planning.names import Names
from wecom_sync.planning.plan import Plan

_TAKEN: Mapping[str, TextCode] = {
    CONTACT_COLUMNS[0]: "warning_mobile_taken",
    CONTACT_COLUMNS[1]: "warning_email_taken",
}


def taken_contacts(
    roster: Roster, plan: Plan, directory: Directory, book: Book
) -> Iterator[Problem]:
    """Warn of mobiles and e-mails that somebody else still has: WeCom refuses them (60104, 60106).

    WeCom may refuse it even if the owner gives it up in the same file, since the order of its work
    is unknown. A leaver keeps it until the account is removed.
    """
    going = {change.subject.casefold() for change in plan.noticed(Evidence.GRACED)}
    doubtful = book.people.those(lambda it: bool(it.maybe))
    for column, code in _TAKEN.items():
        if column not in roster.columns:
            continue
        at = roster.columns.index(column)
        maybe = [(key, book.people[key].maybe.get(column, "")) for key in doubtful]
        owners = {
            cell.casefold(): key
            for key, cell in (*maybe, *book.people.column(column).items())
            if cell and key in directory.members and key not in going
        }
        for row in roster.rows:
            owner = owners.get(row.cells[at].casefold())
            if owner is not None and owner != row.id.casefold():
                params = {"owner": directory.user_ids[owner]}
                yield Problem(row.line, column, code, params, row.id)


def blanked_columns(roster: Roster, plan: Plan) -> Iterator[Problem]:
    """Warn of columns in which known values become blank: WeCom may keep the old values."""
    for at, name in enumerate(roster.columns):
        blanked = {user for user, before, after in plan.cells(name) if before and not after}
        rows = roster.rows if blanked else ()
        if users := [row.id for row in rows if row.id in blanked and not row.cells[at]]:
            params: Params = {"column": shortened(name), "named": Listing.of(users)}
            yield Problem(0, name, "warning_blank", params)


def postponed_removals(
    staying: Collection[str], directory: Directory, names: Names
) -> Iterator[Problem]:
    """Warn of people who are to go and stay, because somebody approved without removals."""
    if staying:
        named = Listing.of(sorted(map(directory.user_ids.__getitem__, staying))).named(names.of_id)
        yield Problem(0, "", "warning_postponed", {"named": named, "count": len(staying)})


def spared_people(plan: Plan) -> Iterator[Problem]:
    """Warn of people who are missing and stay, because WeCom refuses to remove them (301005)."""
    if spared := ids(plan.noticed(Evidence.SPARED)):
        yield Problem(0, USER_COLUMN, "warning_spared", {"named": Listing.of(spared)})


def cut_file(plan: Plan) -> Iterator[Problem]:
    """Warn of people who would be disabled, and stood together in the last file."""
    if cut := ids(plan.noticed(Evidence.CUT)):
        params: Params = {"count": len(cut), "named": Listing.of(cut)}
        yield Problem(0, USER_COLUMN, "warning_cut", params)


def open_links(plan: Plan) -> Iterator[Problem]:
    """Warn of people whose account nobody knows, and of those whom HR does not manage."""
    codes: Mapping[TextCode, set[str]] = {
        "warning_links_open": {"doubtful", "other"},
        "warning_links_unmanaged": {"unmanaged"},
    }
    for code, kinds in codes.items():
        if links := [link for link in plan.links if link.kind in kinds]:
            named = Listing.of(link.sides for link in links)
            yield Problem(links[0].line, "", code, {"count": len(links), "named": named})


def unreachable_people(users: Sequence[str]) -> Iterator[Problem]:
    """Yield who is left out because nobody knows a mobile or an e-mail of theirs."""
    if users:
        params: Params = {"count": len(users), "named": Listing.of(users)}
        yield Problem(0, "/".join(CONTACT_COLUMNS), "warning_unreachable", params)


def still_disabled(roster: Roster, book: Book) -> Iterator[Problem]:
    """Warn of people whom a column of an earlier file disables, while this file has none."""
    if DISABLED_COLUMN in roster.columns:
        return
    cells = book.people.column(DISABLED_COLUMN)
    if users := [row.id for row in roster.rows if cells.get(row.id.casefold()) == "1"]:
        params: Params = {"count": len(users), "named": Listing.of(users)}
        yield Problem(0, DISABLED_COLUMN, "warning_still_disabled", params)


def of_people(
    roster: Roster, plan: Plan, taken: Iterable[Problem], book: Book
) -> Iterator[Problem]:
    """Yield what is told of a file's people; `taken`: of contacts that others have."""
    yield from roster.warnings
    yield from taken
    yield from open_links(plan)
    yield from blanked_columns(roster, plan)
    yield from still_disabled(roster, book)
    yield from spared_people(plan)
    yield from cut_file(plan)
