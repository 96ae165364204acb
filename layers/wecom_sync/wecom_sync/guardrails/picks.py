"""What the guard rules look at, and whom each picks from a plan. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import Any, Self

from wecom_sync.domain.book import Tally
from wecom_sync.domain.directory import ROOT
from wecom_sync.domain.link import MATCHED, NOBODY
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Param, Sentence, TextCode
from wecom_sync.domain.timeline import day_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import normal_header
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DISABLED_COLUMN,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem
from wecom_sync.planning.changes import Change, Evidence, ids
from wecom_sync.planning.department_codes import names_of
from wecom_sync.planning.identity import MAKERS, is_stranger
from wecom_sync.planning.memory.sent import asked_before
from wecom_sync.planning.names import SIGN_IN, listed_people, sign_ins, visible
from wecom_sync.planning.night import Night
from wecom_sync.planning.plan import Plan, few_of
from wecom_sync.planning.warnings import taken_contacts

BLANK = '""'
"""How `[rows]` names the value of a blank cell."""
HUNDRED = 100
"""Percent, of which a limit asks about no share."""
FEW_EXAMPLES = 3
MOST_ARROWS = 5
"""How many changes of each column a sentence shows."""
VERIFIED = 3
"""How many people somebody is asked to verify."""
OF_KEYS: Mapping[str, TextCode] = {
    "moved": "remark_keys_moved",
    "contradicted": "remark_keys_contradicted",
    "other": "remark_keys_other",
    "doubtful": "remark_keys_doubtful",
}
"""What is said of keys whose account a person has to say or confirm, by kinds of links."""
GUARD_NUMBER = 50
GUARD_LARGE_PERCENT = 20
GUARD_SMALL_PERCENT = 80


NO_ONE = frozenset[str]()
type Rows = Mapping[str, Mapping[str, int]]
"""Who or what is picked, in which column, and how much it counts: the weight of each id, by column.

A blank column stands for all that becomes of somebody. A weight of 0 concerns somebody who is not
listed. Without an id a weight counts beside those who are listed, less what is ordinary.
"""


@dataclass(frozen=True)
class Case:
    """What a rule looks at: a night, and what its file would change.

    `coming`: names of departments that the file brings, by their numbers.
    """

    night: Night
    plan: Plan
    coming: Mapping[str, str] = field(default_factory=dict)

    @property
    def repeats(self) -> bool:
        """Whether a plan may take back what newer files said, or another one says whether it does.

        The people of a company file say it of its departments, too.
        """
        return self.night.is_again or self.night.file.job is not self.plan.job

    @cached_property
    def nights(self) -> list[Tally]:
        """How much the files of before changed, without what the run itself has changed."""
        own = self.night.own_runs
        return [it for it in self.night.book.history.nights if it.run_id not in own]

    @cached_property
    def recent(self) -> frozenset[str]:
        """Who went in the last 20 hours without an approval, and does not go by this file again."""
        if not (self.plan.job.has_members and self.night.roster.rows):
            return frozenset()
        going = ids(self.plan.of(Kind.REMOVE, Kind.DISABLE))
        return self.night.recently_gone - {*map(str.casefold, going)}

    @cached_property
    def taken(self) -> tuple[Problem, ...]:
        """Mobiles and e-mails that rows get and that somebody else has."""
        if not self.plan.job.has_members:
            return ()
        night = self.night
        return (*taken_contacts(night.roster, self.plan, night.directory, night.book),)

    @cached_property
    def wanted(self) -> Mapping[str, str]:
        """Who wants a contact of which disabled leaver, unless a person approved that row."""
        night, book = self.night, self.night.book
        if night.roster.job is not Job.COMPANY or not self.taken:
            return {}
        asked = asked_before(night.roster, night.directory, book)
        owners = ((it.id, str(it.params["owner"])) for it in self.taken)
        return {
            user: owner
            for user, owner in owners
            if book.person(owner.casefold()).left and user.casefold() not in asked
        }

    @cached_property
    def departments(self) -> Mapping[str, str]:
        """The names of departments by their numbers."""
        return {**self.coming, **{str(it): name for it, name in names_of(self.night.book).items()}}


@dataclass(frozen=True, slots=True)
class Picked:
    """Whom or what a rule picks from a plan, and of how many.

    `blanks`: what else the text tells; `remarks`: further sentences; `off`: as `off_since` says;
    `text`: what is said instead of the look's own text.
    """

    rows: Rows
    of: int = 0
    blanks: Mapping[str, Param] = field(default_factory=dict)
    remarks: Collection[TextCode] = ()
    off: tuple[Sentence, ...] = ()
    text: TextCode | None = None

    @classmethod
    def of_columns(
        cls, columns: Mapping[str, Iterable[str]], *, beside: int = 0, **others: Any
    ) -> Self:
        """Return whom a rule picks for what becomes of columns, and what counts beside them."""
        rows = {column: dict.fromkeys(subjects, 1) for column, subjects in columns.items()}
        if beside:
            rows[""] = {**rows.get("", {}), "": beside}
        return cls(rows, **others)

    @property
    def weights(self) -> Mapping[str, int]:
        """How much each id counts, once in however many columns."""
        weights: dict[str, int] = {}
        for subjects in self.rows.values():
            weights |= subjects
        return weights

    @property
    def ids(self) -> tuple[str, ...]:
        """Who or what is listed."""
        return tuple([it for it, weight in self.weights.items() if it and weight])

    @property
    def count(self) -> int:
        return sum(self.weights.values())

    def without(self, named: Mapping[str, set[str]]) -> Self:
        """Return it without those who are named in the same column, or for all that becomes."""
        rows = dict(self.rows)
        for column, subjects in self.rows.items():
            there = named.get("", NO_ONE) | named.get(column, NO_ONE)
            if not there.isdisjoint(subjects):
                rows[column] = {it: subjects[it] for it in subjects if it not in there}
        return replace(self, rows=rows)


type Query = Callable[[Case], Iterable[Picked]]


def listed(subjects: Iterable[str], concerned: Iterable[str] = ()) -> Rows:
    """Return the rows of what a sentence lists, and of who is concerned, for all that becomes."""
    return {"": {**dict.fromkeys(concerned, 0), **dict.fromkeys(subjects, 1)}}


def those(select: Callable[[Plan], Collection[str]]) -> Query:
    """Return the query for what a plan says, of all that are there."""
    return lambda case: (Picked(listed(select(case.plan)), of=case.plan.existing),)


back = those(lambda plan: ids(plan.noticed(Evidence.RETURNED)))
torn = those(lambda plan: ids(plan.noticed(Evidence.TORN)))
stale = those(lambda plan: sorted(ids(plan.noticed(Evidence.STALE))))
unnamed = those(lambda plan: plan.unnamed)
invited = those(lambda plan: plan.invited)
numbered = those(
    lambda plan: [
        user for user, old, new in plan.cells(NAME_COLUMN) if has_letters(old) > has_letters(new)
    ]
)
# The name of the root is the company's.
root_renamed = those(lambda plan: (str(ROOT),) if plan.renames_root else ())


def has_letters(name: str) -> bool:
    return any(map(str.isalpha, name))


def status_lost(case: Case) -> Iterator[Picked]:
    """Pick who comes, where many of them had left: nobody looks at who works here."""
    returned, few = ids(case.plan.noticed(Evidence.RETURNED)), case.plan.few
    if len(returned) > max(2, few // 2 - 1):
        comes = dict.fromkeys((*returned, *ids(case.plan.of(Kind.ADD))))
        yield Picked(listed(comes), blanks={"back": len(returned)})


def disabled_first(case: Case) -> Iterator[Picked]:
    """Pick whom a column disables, where none has ever disabled anybody."""
    disabled = [it for it in case.plan.of(Kind.DISABLE) if DISABLED_COLUMN in it.columns]
    if disabled and "1" not in case.night.book.people.column(DISABLED_COLUMN).values():
        yield Picked(listed(ids(disabled)))


def off_since(case: Case, accounts: Iterable[str]) -> tuple[Sentence, ...]:
    """Say who of accounts is disabled as a leaver, and since when, those of a day together."""
    persons = [it for it in map(case.night.book.person, map(str.casefold, accounts)) if it.left]
    days: dict[str, list[str]] = {}
    for it in sorted(persons, key=attrgetter("left")):
        days.setdefault(case.night.calendar.day(it.left), []).append(it.account)
    return tuple(
        Sentence("remark_off_since", {"day": day, "named": listed_people(own, case.night.book)})
        for day, own in days.items()
    )


def second_accounts(case: Case) -> Iterator[Picked]:
    """Pick newcomers who evidently have an account."""
    pairs = case.plan.pairs
    arrows = [f"{old} → {new}" for old, new in pairs.items()]
    removed = len(pairs.keys() & {*ids(case.plan.of(Kind.REMOVE, Kind.DISABLE))})
    # WeCom makes no account with the mobile or e-mail of another.
    refused = len({*pairs.values()} & {it.id for it in case.taken})
    remarks: list[TextCode] = ["remark_second_removed"] if removed else []
    remarks += ["remark_second_refused"] if refused else []
    yield Picked(
        listed(arrows, {*pairs, *pairs.values()}),
        blanks={"removed": removed, "refused": refused},
        remarks=remarks or ["remark_second_both"],
        off=off_since(case, pairs),
    )


def new_links(case: Case) -> Iterator[Picked]:
    """Pick keys that get accounts which exist: all at first or if many, else by other contacts.

    All if cells slipped. With `second_person` always all: one person alone may have brought about
    what they rest on.
    """
    links = [it for it in case.plan.links if it.kind == "certain" and it.candidates]
    asks_all = case.night.policy.second_person or case.plan.slip
    matched = case.night.book.people.those(lambda it: not MATCHED.isdisjoint(it.evidence))
    was_matched = any(case.night.book.person(account).key for account in matched)
    if was_matched and len(links) <= case.plan.few and not asks_all:
        links = [it for it in links if it.candidates[0].differs and MATCHED & {*it.evidence}]
    weakest = sorted(links, key=attrgetter("strength"))
    # What a key is not seen in, only HR can say: keys that slipped look like any others.
    unseen = {it.key: it.name for it in weakest if it.key.casefold() != it.account.casefold()}
    verified = Listing.of([*unseen][:VERIFIED]).named(unseen.__getitem__)
    # Where other cells are seen to have slipped, a few right keys would prove nothing.
    remarks: list[TextCode] = ["remark_keys"] if unseen and not case.plan.slip else []
    sides = [link.sides for link in weakest]
    blanks = {"named": verified} if unseen else {}
    off = off_since(case, (it.account for link in weakest for it in link.candidates))
    yield Picked(listed(sides), blanks=blanks, remarks=remarks, off=off)


def undecided(case: Case) -> Iterator[Picked]:
    """Pick keys whose account a person has to say or confirm, as far as nobody was asked.

    A key in doubt that is gone when its account goes, may have become another one.
    """
    asked = case.night.book.undecided
    open_ones = [it for it in case.plan.links if it.kind in OF_KEYS]
    links = [it for it in open_ones if not (it.is_open and asked.get(it.key) == it.accounts)]
    accounts = [link.account for link in links if link.account not in {"", NOBODY}]
    evidence = {it for link in links for candidate in link.candidates for it in candidate.evidence}
    counts = Counter(link.kind for link in links)
    remarks = [OF_KEYS[kind] for kind in OF_KEYS if counts[kind]]
    remarks += ["remark_respelt"] if "similar" in evidence else []
    links.sort(key=attrgetter("strength"))
    going = {it.subject.casefold() for it in case.plan.going}
    lost = [key for key, those in asked.items() if going & {*those.casefold().split(";")}]
    sides = [*(link.sides for link in links), *(f"{key} ↔ {asked[key]}" for key in lost)]
    off = off_since(case, (it.account for link in links for it in link.candidates))
    yield Picked(listed(sides, accounts), blanks={**counts}, remarks=remarks, off=off)


def repeated(case: Case) -> Iterator[Picked]:
    """Pick whom one system removes again and another one adds, with the files of both."""
    users = ids(case.plan.noticed(Evidence.REPEATED))
    for user in users[:1]:
        person = case.night.book.person(user.casefold())
        adds, removes = case.night.book.key_of(person.since), case.night.book.key_of(person.went)
        yield Picked(listed(users), blanks={"adds": adds, "removes": removes})


def postponed(case: Case) -> Iterator[Picked]:
    """Pick who was to go by an earlier file and stayed, because it was approved without that."""
    since = case.night.book.postponed
    going = case.plan.of(Kind.REMOVE, Kind.DISABLE) if since else ()
    users = [it.subject for it in going if it.subject.casefold() in since]
    if users:
        first = min(since[user.casefold()] for user in users)
        yield Picked(listed(users), blanks={"day": day_of(first)})


def left_out(case: Case) -> Iterator[Picked]:
    """Pick people who would go because their rows are left out for a new value, else such values.

    No file is asked about for values that the settings leave out, unless somebody would go.
    """
    users = [
        user for user, header, value in _reasons(case) if not value or _is_new(case, header, value)
    ]
    values = _unasked(case, case.plan.left_out.rows, {} if users else case.night.policy.left_out)
    yield Picked(
        listed(users or values), blanks={"values": Listing.of(values), "going": len(users)}
    )


def contradicted(case: Case) -> Iterator[Picked]:
    """Pick who works here by one cell of a row and has left by another, once for each day."""
    for header, rows in case.plan.contradicted.items():
        asked = case.night.book.history.left_out.get(header, ())
        users = (row.rpartition(" ")[0] for row in rows if row not in asked)
        spelt = [case.night.book.person(user).row.get(USER_COLUMN) or user for user in users]
        yield Picked(listed(spelt), blanks={"column": shortened(header)})


def departed(case: Case) -> Iterator[Picked]:
    """Pick what a column that is not read says of people who have left, once for each value."""
    values, lines = _unasked(case, case.plan.left_out.unread, {}), case.plan.left_out.proposed
    yield Picked(listed(values), blanks={"settings": Listing.of(lines)})


def _reasons(case: Case) -> Iterator[tuple[str, str, str]]:
    """Yield who would go because their rows are left out, and for which header and value."""
    for change in case.plan.of(Kind.REMOVE, Kind.DISABLE) if case.plan.left_out.people else ():
        if reason := case.plan.left_out.people.get(change.subject.casefold()):
            yield change.subject, *reason


def _unasked(
    case: Case,
    rows: Mapping[str, Mapping[str, int]],
    stated: Mapping[str, Collection[str]],
) -> list[str]:
    """Return the values that nobody was asked about, and blanks for which people go.

    `rows`: how many have each value, by header; `stated`: the values that settings name.
    """
    blanks = {header for _, header, value in _reasons(case) if not value}
    return [
        f"{header}: {value or BLANK} ({count})"
        for header, counted in rows.items()
        for value, count in counted.items()
        if (_is_new(case, header, value) or (not value and header in blanks))
        and normal_header(value) not in map(normal_header, stated.get(header, ()))
    ]


def _is_new(case: Case, header: str, value: str) -> bool:
    """Whether nobody was asked about a value. A date of leaving is always another one.

    Settings that take people until a day have said what a date means.
    """
    asked = case.night.book.history.left_out
    if case.night.policy.reading.takes_until(header):
        return False
    if case.night.policy.reading.takes_blanks_only(header):
        return header not in asked
    return value not in asked.get(header, ())


def wecoms_guard(plan: Plan) -> tuple[Sentence, ...]:
    """Say when WeCom would refuse the import itself, with 45026 (doc/91131).

    It does for more than 50 removals that are more than 20 % of all members, and for fewer than 50
    that are more than 80 %. The text leaves exactly 50 out, so both conditions include it here.
    A company file removes by calls of their own. In a new corp it helps to import the people first,
    with a file of some.
    """
    is_import = plan.job.has_members and plan.job is not Job.COMPANY
    removed = plan.of(Kind.REMOVE) if is_import else []
    if not removed or not _is_guarded(len(removed), plan.existing):
        return ()
    afterwards = plan.existing + len(plan.of(Kind.ADD))
    helps = plan.existing <= MAKERS and not _is_guarded(len(removed), afterwards)
    refused = {"refused": Listing.of(ids(removed))}
    return (Sentence("remark_guard_few", refused) if helps else Sentence("remark_guard"),)


def _is_guarded(removed: int, existing: int) -> bool:
    share = 100 * removed / existing if existing else 0.0
    large = removed >= GUARD_NUMBER and share > GUARD_LARGE_PERCENT
    return large or (removed <= GUARD_NUMBER and share > GUARD_SMALL_PERCENT)


def other_people(case: Case) -> Iterator[Picked]:
    """Pick the accounts that somebody else would get, in the columns that say so.

    Where a person was asked and accounts.csv answers, only a second one may have to see it.
    """
    asked = {} if case.night.policy.second_person else case.night.asked
    words = (
        (it.casefold(), asked.get(key, "")) for key, it in case.night.book.accounts.value.items()
    )
    answers = {account for account, those in words if account in those.casefold().split(";")}
    others = ids(case.plan.noticed(Evidence.REASSIGNED))
    users = [it for it in others if it.casefold() not in answers]
    columns = dict.fromkeys((MEMBER_NAME_COLUMN, *CONTACT_COLUMNS), users)
    yield Picked.of_columns(columns, of=case.plan.existing)


def other_trees(case: Case) -> Iterator[Picked]:
    """Pick departments that may have become others, or whose people have gone into others.

    A team that joins another one is an ordinary merger: a few people ask nobody.
    """
    unclear, merged = map(case.plan.noticed, (Evidence.UNCLEAR, Evidence.MERGED))
    if case.plan.below.get("left_out", 0) <= few_of(case.plan.people):
        merged = ()
    changes = (*unclear, *merged)
    becomes = (it.counterpart or it.name or it.subject for it in changes)
    counts = {"unclear": len(unclear), "merged": len(merged)}
    remarks: Mapping[TextCode, object] = {"remark_unclear": unclear, "remark_merged": merged}
    what: TextCode = "value_other_departments" if unclear else "value_merged"
    yield Picked(
        listed(ids(changes)),
        of=case.plan.existing,
        blanks={"what": what, "arrows": Listing.of(becomes, MOST_ARROWS), **counts},
        remarks=[it for it in remarks if remarks[it]],
    )


def separator(case: Case) -> Iterator[Picked]:
    """Pick the paths of departments if another mark separates their names than before."""
    if case.plan.separators:
        before, now = case.plan.separators
        yield Picked(listed([now]), blanks={"before": before, "now": now})


def protected(case: Case) -> Iterator[Picked]:
    """Pick what the settings keep from going at once."""
    plan, protects = case.plan, case.night.policy.protects
    last = _last_approvers(case)
    yield Picked(
        listed([it.subject for it in plan.going if protects(it.subject)]),
        blanks={"named": last} if last else {},
        remarks=["remark_last_approver"] if last else (),
    )


def _last_approvers(case: Case) -> Listing | None:
    """Return who goes, if nobody who has an account may decide at the desk then."""
    names = {it.subject.casefold(): it.name for it in case.plan.going}
    deciders = {*map(str.casefold, case.night.approvers)}
    if not deciders or not deciders <= names.keys():
        return None
    return Listing.of(case.night.approvers).named(lambda it: names[it.casefold()])


def protected_added(case: Case) -> Iterator[Picked]:
    """Pick protected accounts that come, or come back: whoever has such an id may decide."""
    comers = ids(case.plan.of(Kind.ADD, Kind.ENABLE))
    yield Picked(listed(filter(case.night.policy.protects, comers)))


def others_returning(case: Case) -> Iterator[Picked]:
    """Pick accounts that come back and have nothing left by which we knew their people."""
    comers = {*ids(case.plan.of(Kind.ADD, Kind.ENABLE))}
    rows = (row for row in case.night.roster.rows if row.id in comers) if comers else ()
    columns = case.night.roster.columns
    users = [
        row.id
        for row in rows
        if is_stranger(
            dict(zip(columns, row.cells, strict=True)), case.night.book.person(row.id.casefold())
        )
    ]
    yield Picked(listed(users))


def after_days(case: Case) -> Iterator[Picked]:
    """Pick who was disabled as a leaver and is removed now. A full overwrite removes as ever."""
    if case.plan.job is Job.COMPANY:
        users = ids(case.plan.noticed(Evidence.GRACED))
        yield Picked(listed(users), of=case.plan.existing, off=off_since(case, users))


def wanted(case: Case) -> Iterator[Picked]:
    """Pick rows that want what a disabled leaver has still: WeCom would refuse them (60104)."""
    leavers = Listing.of(dict.fromkeys(case.wanted.values()))
    off = off_since(case, leavers.first)
    yield Picked(listed(case.wanted), blanks={"leavers": leavers}, off=off)


def protected_contacts(case: Case) -> Iterator[Picked]:
    """Pick protected accounts with which somebody else may sign in, and what they would become."""
    protects = case.night.policy.protects
    changes = [it for it in case.plan.changes if it.columns and protects(it.subject)]
    accounts = sign_ins(changes, case.night.roster, case.night.book, *SIGN_IN)
    lines = Listing.of(f"{account}: {change}" for account, change in accounts.items())
    yield Picked(listed(accounts), blanks={"examples": lines}, remarks=["examples"])


def examples(case: Case, picked: Picked) -> tuple[Sentence, ...]:
    """Return from what to what something changes of people, private values masked."""
    wanted, arrows = {*picked.ids}, list[str]()
    for column in picked.rows if case.plan.job.has_members else ():
        changes = (it for it in case.plan.changing(column) if it.subject in wanted)
        arrows += [arrow(case, it, column) for it in islice(changes, FEW_EXAMPLES)]
    return (Sentence("examples", {"examples": Listing.of(arrows)}),) if arrows else ()


def header_of(column: str) -> str:
    """Return what a text calls a column. A company file has no column for the parents."""
    return "上级部门" if column == PARENT_COLUMN else shortened(column)


def arrow(case: Case, change: Change, column: str) -> str:
    """Return from what to what a column of a change goes, private values masked."""
    cells = visible(column, *change.columns[column][1:], case.departments)
    return " → ".join(shortened(cell) or BLANK for cell in cells)


def other_departments(case: Case, named: Collection[str]) -> tuple[Sentence, ...]:
    """Return which departments get another name, number or parent, and whose name another gets."""
    plan, names, wanted = case.plan, case.departments, {*named}
    if plan.job.has_members:
        return ()
    renamed = [it for it in plan.changing(NAME_COLUMN) if it.subject in wanted]
    moved = [it for it in plan.changing(PARENT_COLUMN) if it.subject in wanted]
    takers = {it.name: it.subject for it in renamed}
    before = {it.subject: it.columns[NAME_COLUMN][1] for it in renamed}
    pairs = [(old, new) for old, new in plan.pairs.items() if old in wanted]
    taken = [(old, name) for old, name in before.items() if name in takers]
    rows: Mapping[TextCode, list[tuple[str, str]]] = {
        "other_numbers": [(names.get(old, ""), f"{old} → {new}") for old, new in pairs],
        "other_people": [(name, f"{old} → {takers[name]}") for old, name in taken],
        "other_names": [(arrow(case, it, NAME_COLUMN), it.subject) for it in renamed],
        "other_parents": [(it.name, arrow(case, it, PARENT_COLUMN)) for it in moved],
    }
    return tuple(Sentence(code, {"examples": _labelled(rows[code])}) for code in rows if rows[code])


def _labelled(rows: Sequence[tuple[str, str]]) -> Listing:
    """Return what is listed of departments, each beside its name."""
    listing = Listing.of(listed for _, listed in rows)
    return replace(listing, names=tuple(shortened(name) for name, _ in rows[: len(listing.first)]))
