"""The book: what we know of a corp's people, departments and files. WeCom does not show it."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from wecom_sync.domain.states import Job
from wecom_sync.domain.stored import stored
from wecom_sync.domain.values import dataclass

type Cells = Mapping[str, str]
"""A row: its cells by column."""
NOTHING: Cells = {}


class Person(NamedTuple):
    """What we know of somebody. Times are UTC epoch seconds, 0 where there is none."""

    account: str
    """The user id in lower case."""
    key: str = ""
    """HR's own name for the person, blank where HR has none."""
    row: Cells = NOTHING
    """The row that WeCom applied last, empty if we have none."""
    maybe: Cells = NOTHING
    """What WeCom may have in some columns instead: the value before a blank (nobody knows whether
    a blank clears), or that of a row that was perhaps applied."""
    sure: bool = True
    """Whether we know if WeCom applied the last row that was sent."""
    since: float = 0
    """When the file was dropped from which we have the row."""
    changed: float = 0
    """When the file was dropped that changed the row last."""
    before: float = 0
    """When the file was dropped that changed it the time before."""
    left: float = 0
    """When a company file left the account out and it was disabled; 0 again with the next company
    file that has it, or that leaves it as it is."""
    off: bool = False
    """Whether that disabled the account, and nothing has enabled it since, as far as we know."""
    lacked: float = 0
    """When the newest company file was dropped that left the person out again."""
    went: float = 0
    """When the file was dropped that last removed or disabled the account."""
    unasked: float = 0
    """When the drop came that did so without an approval. 0 again when the account is back."""
    settled: bool = False
    """Whether somebody decided that the account goes, whoever adds it again."""
    stays: bool = False
    """Whether WeCom refuses to remove the account: it is the corp's creator's."""
    asked: str = ""
    """What a person approved and WeCom refused, so that it is not asked again: the digest of the
    row (see `row_digest`), or `GONE`."""
    linked: float = 0
    """When the file was dropped by which the key got the account. It stays when the key is gone."""
    evidence: tuple[str, ...] = ()
    """What showed that the account is the key's."""
    former: Cells = NOTHING
    """Name and contacts of who has left: the key may come back for another person."""

    def overtakes(self, dropped: float, undoes: float | None = None) -> bool:
        """Whether our row comes from a newer file than one dropped at a time.

        `undoes`: when the file was dropped whose changes a rollback takes back: those of any other
        file are newer.
        """
        if undoes is None or not self.changed:
            return self.since > dropped
        return any(time > dropped and time != undoes for time in (self.changed, self.before))


type Test = Callable[[Person], bool]
"""What is asked of a kind of people: not of their accounts, keys or cells."""
type Packed = tuple[str, str, int]
"""Somebody as the book keeps them: HR's key, the cells of the row as in a CSV, columns in the order
of their names, and where the rest stands in `kinds`. No cell of a file has a comma."""


class Packing:
    """Makes lines. Most people share all that is not their own with many others: their kind."""

    def __init__(self, kinds: Iterable[Person] = ()) -> None:
        self.kinds: list[Person] = []
        self._marks: dict[Hashable, int] = {}
        for kind in kinds:
            self.line(kind)

    def line(self, person: Person) -> Packed:
        columns = (*sorted(person.row),)
        traits = columns, (*person.maybe.items(),), person[4:-1], (*person.former.items(),)
        mark = self._marks.setdefault(traits, len(self.kinds))
        if mark == len(self.kinds):
            self.kinds.append(Person("", "", dict.fromkeys(columns, ""), *person[3:]))
        return person.key, ",".join(map(person.row.__getitem__, columns)), mark


@dataclass(frozen=True, eq=False)
class People(Mapping[str, Person]):
    """Everybody by account. A person is made of a line when somebody asks for one."""

    lines: Mapping[str, Packed] = field(default_factory=dict)
    kinds: Sequence[Person] = ()
    """Persons without account, key and cells."""

    @classmethod
    def of(cls, people: Iterable[Person]) -> "People":
        return cls().changed(people)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "People":
        columns = zip(document["keys"], document["rows"], document["marks"], strict=True)
        lines = dict(zip(document["accounts"], columns, strict=True))
        return cls(lines, [stored(Person, kind) for kind in document["kinds"]])

    def to_document(self) -> dict[str, Any]:
        """Return it as a few long lists, which JSON reads and writes quickly."""
        keys, rows, marks = zip(*self.lines.values(), strict=True) if self.lines else ((), (), ())
        lists = {"accounts": [*self.lines], "keys": keys, "rows": rows, "marks": marks}
        return {**lists, "kinds": [*self.kinds]}

    def __getitem__(self, account: str) -> Person:
        if account not in self._made:
            key, line, mark = self.lines[account]
            kind = self.kinds[mark]
            row = dict(zip(kind.row, line.split(","), strict=True)) if kind.row else NOTHING
            self._made[account] = Person(account, key, row, *kind[3:])
        return self._made[account]

    def person(self, account: str) -> Person:
        return self[account] if account in self.lines else Person(account)

    def __eq__(self, other: object) -> bool:
        """Compare what is stored first: it is the same for all on most nights."""
        is_same = isinstance(other, People) and self.to_document() == other.to_document()
        return is_same or super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __contains__(self, account: object) -> bool:
        return account in self.lines

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def _made(self) -> dict[str, Person]:
        return {}

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """The accounts of HR's keys."""
        return {key: account for account, (key, _, _) in self.lines.items() if key}

    def those(self, test: Test) -> list[str]:
        marks = {mark for mark, kind in enumerate(self.kinds) if test(kind)}
        lines = self.lines.items() if marks else ()
        return [account for account, (_, _, mark) in lines if mark in marks]

    def rows_with(self, columns: Iterable[str], test: Test) -> Mapping[str, str]:
        """Return the rows of people who pass a test and have just these columns, as in a CSV."""
        names = sorted(columns)
        fits = [[*kind.row] == names and test(kind) for kind in self.kinds]
        return {account: row for account, (_, row, mark) in self.lines.items() if fits[mark]}

    def column(self, name: str) -> dict[str, str]:
        """Return the cells of a column of all who have a row, blank where it lacks the column."""
        rows = [[*kind.row] for kind in self.kinds]
        at = [row.index(name) if name in row else -1 for row in rows]
        return {
            account: line.split(",", place + 1)[place] if (place := at[mark]) >= 0 else ""
            for account, (_, line, mark) in self.lines.items()
            if rows[mark]
        }

    def changed(self, persons: Iterable[Person]) -> "People":
        """Return everybody with these persons as they are now, new ones at the end."""
        packing = Packing(self.kinds)
        lines = {person.account: packing.line(person) for person in persons}
        return People({**self.lines, **lines}, packing.kinds)


def lines_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Return rows with at least two columns as in a CSV, columns in the order of their names."""
    order = sorted(range(len(columns)), key=columns.__getitem__)
    return map(",".join, map(itemgetter(*order), rows))


class KnownDepartment(NamedTuple):
    id: int
    labels: tuple[str, ...] = ()
    """What files call it that have no number: its code, its path (see `code_key`, `path_key`).
    They stay when it is gone, so that it comes back with its number."""
    row: Cells = NOTHING
    """The row that WeCom applied last, empty if we have none."""
    condemned: bool = False
    """Whether the last department file left it out. WeCom deletes it once nobody is in it."""
    sure: bool = True
    """As of a person."""


class File(NamedTuple):
    """A file that went out or changed nothing."""

    run_id: str
    job: Job
    key: str
    """As people read it (see `Run.file`)."""
    dropped: float
    digests: tuple[str, ...]
    """Of a full file, else none (see `digests_of`)."""
    outcome: Literal["applied", "unchanged", "unknown"]
    """`unknown`: nobody knows whether WeCom applied it."""
    older: bool = False
    """Whether it was an older file that somebody approved as one."""
    authors: tuple[str, ...] = ()
    """Who brought it."""

    @property
    def counts(self) -> bool:
        """Whether WeCom has what the file says."""
        return self.outcome in {"applied", "unchanged"}

    def is_same(self, digests: Collection[str]) -> bool:
        """Whether a file with digests is this one, perhaps read by other settings."""
        return not {*self.digests}.isdisjoint(digests)


class Tally(NamedTuple):
    """How much a file changed: numbers alone."""

    run_id: str
    dropped: float
    amounts: Mapping[str, int]
    """By what is measured (see `Plan.measured`)."""
    approved: bool = False
    """Whether a person was asked about the file. One who cancelled it left no amounts."""


class Past(NamedTuple):
    """What a file has changed, as it was before."""

    dropped: float
    of_members: bool = True
    """Whether it changed people, or departments."""
    is_part: bool = False
    """Whether it changed more than `rows` has."""
    rows: Mapping[str, str] = NOTHING
    """By account or number, a mark of the row (see `mark_of`), blank where there was none."""


@dataclass(frozen=True)
class FileHistory:
    """What is remembered of the last files."""

    files: tuple[File, ...] = ()
    """Those of each job type, in the order in which we learnt of them."""
    nights: tuple[Tally, ...] = ()
    """How much they changed, the oldest first."""
    past: tuple[Past, ...] = ()
    """What they have changed, the oldest first."""
    left_out: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The values for which rows of an applied file were left out, by header: nobody is asked again.
    """


class Stated[Value](NamedTuple):
    """What a file says that is in force until the next one comes."""

    value: Value
    by: str = ""
    """Who dropped it."""
    since: float = 0
    """When it was dropped (UTC epoch seconds), 0 without one."""
    version: str = ""
    """Of its object."""


class Unmanaged(NamedTuple):
    """Whom settings name."""

    departments: Mapping[str, int]
    """The ids of departments that company files leave as they are, by their paths."""
    accounts: tuple[str, ...] = ()
    """Patterns of the accounts that company files leave as they are."""
    desk: tuple[str, ...] = ()
    """The users of the desk."""


@dataclass(frozen=True)
class Book:
    """What we know of a corp. It changes by the operations in `planning.memory` alone."""

    people: People = field(default_factory=People)
    """In the order of the last full file."""
    departments: Mapping[int, KnownDepartment] = field(default_factory=dict)
    """By id, in the order of the last file."""
    history: FileHistory = FileHistory()
    accounts: Stated[Mapping[str, str]] = Stated({})
    """What accounts.csv says: key to account, a blank for one of their own, `-` for nobody."""
    line_authors: Mapping[str, str] = field(default_factory=dict)
    """Who first stated the lines that it repeats, by key, where that was somebody else."""
    refused_lines: Mapping[str, str] = field(default_factory=dict)
    """Who first stated a line of a file that was refused since, by `line_key`."""
    export: Stated[None] = Stated(None)
    """The export of the console from which we have rows of people."""
    unmanaged: Stated[Unmanaged] = Stated(Unmanaged({}))
    separator: str = ""
    """What stands between the names of a path in company files, blank as long as nobody knows."""
    promised: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The numbers of labels that a department run was planned with last, by its id: it keeps them.
    """
    undecided: Mapping[str, str] = field(default_factory=dict)
    """The keys about which somebody was asked, and which accounts may be theirs; `-` for none."""
    reserved: Mapping[str, str] = field(default_factory=dict)
    """The accounts of newcomers that a run has posted, by key, while it is planned anew."""
    postponed: Mapping[str, float] = field(default_factory=dict)
    """Whose account was to go and stays by an approval without removals, and since when."""

    def person(self, account: str) -> Person:
        return self.people.person(account)

    def department(self, number: int) -> KnownDepartment:
        return self.departments.get(number) or KnownDepartment(number)

    @cached_property
    def rows(self) -> Mapping[str, Cells]:
        return {account: self.people[account].row for account in self.listed}

    @cached_property
    def listed(self) -> Mapping[str, None]:
        """Of whom we have rows."""
        return dict.fromkeys(self.people.those(lambda it: bool(it.row)))

    @cached_property
    def department_rows(self) -> Mapping[int, Cells]:
        return {it.id: it.row for it in self.departments.values() if it.row}

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each label of a department."""
        return {label: it.id for it in self.departments.values() for label in it.labels}

    def gone_after(self, time: float) -> frozenset[str]:
        """Return who was removed or disabled after a time without an approval."""
        return frozenset(self.people.those(lambda it: it.unasked > time))

    @cached_property
    def staying(self) -> frozenset[str]:
        """The accounts that WeCom refuses to remove."""
        return frozenset(self.people.those(lambda it: it.stays))

    @cached_property
    def condemned(self) -> frozenset[int]:
        return frozenset(it.id for it in self.departments.values() if it.condemned)

    def has_applied(self, job: Job) -> bool:
        """Whether WeCom has applied a file of a job type."""
        outcomes = {file.outcome for file in self.history.files if file.job in {job, Job.COMPANY}}
        return "applied" in outcomes or (job.has_members and "unchanged" in outcomes)

    def key_of(self, dropped: float) -> str:
        """Return the key of the file that was dropped at a time, blank where nobody knows."""
        file = self.file_of(dropped)
        return file.key if file else ""

    def file_of(self, dropped: float) -> File | None:
        """Return the file that was dropped at a time, None where nobody knows."""
        return next((it for it in self.history.files if it.dropped == dropped), None)


def line_key(key: str, account: str) -> str:
    """Return what a line of accounts.csv says: accounts differ by more than their case."""
    return f"{key},{account.casefold()}"


def code_key(code: str) -> str:
    return f"code:{code}"


def codes_of(numbers: Mapping[str, int]) -> dict[str, int]:
    start = code_key("")
    return {key[len(start) :]: numbers[key] for key in numbers if key.startswith(start)}


def path_key(names: Sequence[str]) -> str:
    """Return the label of a path below the root. No name has a `>` (doc/90205, 60009)."""
    return f"path:{'>'.join(names)}"
