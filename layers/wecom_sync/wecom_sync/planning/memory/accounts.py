"""What accounts.csv says: which account a key of HR's has. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from wecom_sync.domain.book import Book, Stated, line_key
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.link import (
    ACCOUNT_COLUMNS,
    ACCOUNT_HEADERS,
    KEY_HEADERS,
    NOBODY,
    UNDECIDED,
)
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.domain.timeline import day_of
from wecom_sync.files.columns import columns_of, normal_header
from wecom_sync.files.decoding import MAX_BYTES, Table, read_csv
from wecom_sync.files.member_columns import KEY, USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Findings, Problem
from wecom_sync.files.row_checks import ColumnCheck
from wecom_sync.planning.identity import unpadded

_COMMENT = "#"


def read_accounts(
    content: bytes, accounts: dict[str, str], own: str = "", keys: Collection[str] = ()
) -> None:
    """Read the accounts by their keys, blank for one of their own.

    An account need not exist yet: the person gets it. `own`: HR's header of the keys; `keys`: those
    that files have. Raises `FileRejectedError` with every problem; the lines that are legible are
    in `accounts` all the same.
    """
    if len(content) > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")])
    lines = iter(_table(content).lines)
    headers = (it for it in lines if not it[1][0].startswith(_COMMENT))
    line, header = next(headers, (0, []))
    names = [normal_header(cell) for cell in header]
    findings = Findings()
    places = []
    columns = {"key": (normal_header(own), *KEY_HEADERS), "account": ACCOUNT_HEADERS}
    for column, spellings in columns.items():
        name = next((it for it in spellings if it and it in names), column)
        if names.count(name) != 1:
            code: TextCode = "header_duplicate" if name in names else "column_missing"
            findings.add(Problem(line, name, code, {"column": name}))
            findings.refuse()
        places.append(names.index(name))
    findings.add(*_problems(lines, places, accounts, keys))
    findings.refuse()


def _table(content: bytes) -> Table:
    """Return the lines. Names need not be legible: keys and accounts are mostly ASCII."""
    headers = frozenset((*ACCOUNT_COLUMNS, *KEY_HEADERS, *ACCOUNT_HEADERS))
    try:
        return read_csv(content, headers)
    except FileRejectedError as error:
        if error.problems[0].code != "encoding_unknown":
            raise
    return read_csv(content.decode("ascii", "replace").encode(), headers)


def accounts_stated(book: Book, run: Run, accounts: Mapping[str, str], base: str = "") -> Book:
    """Return the book with what accounts.csv says, unless a newer version came first.

    A line that was dropped before, in force or refused, keeps its author. `base`: the version that
    was edited, blank where nobody says. Raises `FileRejectedError` when another one is in force.
    """
    if run.identity.dropped < book.accounts.since:
        return book
    in_force = book.accounts.version
    if base and in_force not in {"", base, run.identity.version}:
        params: Params = {"base": base, "version": in_force, "day": day_of(book.accounts.since)}
        raise FileRejectedError([Problem(0, "", "accounts_overtaken", params)])
    own = run.identity
    after = _in_force(book, Stated(accounts, own.principal, own.dropped, own.version))
    return replace(after, refused_lines={})


def accounts_answered(book: Book, _: Run, accounts: Mapping[str, str], answer: Drop) -> Book:
    """Return the book with what an answer to a hold states: lines that accounts.csv would have."""
    before = book.accounts
    since = max(before.since, answer.dropped.timestamp())
    lines = {**before.value, **accounts}
    return _in_force(book, Stated(lines, answer.principal, since, answer.version))


def _in_force(book: Book, accounts: Stated[Mapping[str, str]]) -> Book:
    """Return the book with lines, and who first dropped those that somebody else repeats."""
    before = {
        line_key(key, account): book.line_authors.get(key, book.accounts.by)
        for key, account in book.accounts.value.items()
    }
    first = {**book.refused_lines, **before}
    lines = accounts.value.items()
    authors = {key: first.get(line_key(key, account), "") for key, account in lines}
    others = {key: author for key, author in authors.items() if author not in {"", accounts.by}}
    return replace(book, accounts=accounts, line_authors=others)


def unlinked_lines(book: Book) -> dict[str, str]:
    """Return the lines of accounts.csv that say something else than the links in force."""
    linked = book.people.by_key
    lines = book.accounts.value.items()
    return {key: account for key, account in lines if linked.get(key) != account.casefold()}


def accounts_refused(book: Book, run: Run, accounts: Mapping[str, str]) -> Book:
    """Return the book after a file that was refused: whoever drops its lines again is no author."""
    lines = {line_key(key, account): run.identity.principal for key, account in accounts.items()}
    return replace(book, refused_lines={**lines, **book.refused_lines})


def _problems(
    lines: Iterator[tuple[int, list[str]]],
    places: Sequence[int],
    accounts: dict[str, str],
    keys: Collection[str],
) -> Iterator[Problem]:
    """Yield what is wrong; note what is stated."""
    alike = {unpadded(key): key for key in keys}
    account_column = next(it for it in columns_of(Job.SYNC_USER) if it.name == USER_COLUMN)
    checks = {
        "key": ColumnCheck(replace(KEY, name="key", required=True)),
        "account": ColumnCheck(replace(account_column, name="account", required=False)),
    }
    firsts: dict[tuple[str, str], int] = {}
    for line, cells in lines:
        if cells[0].startswith(_COMMENT) and len(cells) <= max(places):
            continue
        values = []
        for (name, check), at in zip(checks.items(), places, strict=True):
            value, wrong = cells[at] if at < len(cells) else "", None
            if name == "key" or value not in {NOBODY, UNDECIDED}:
                value, wrong, _ = check(value)
            elif value == UNDECIDED:
                wrong = "accounts_undecided", {}
            if name == "key" and value not in keys and (twin := alike.get(unpadded(value))):
                wrong = "accounts_respelt", {"value": shortened(value), "twin": shortened(twin)}
            if wrong is not None:
                yield Problem(line, name, *wrong)
            elif value not in {"", NOBODY}:
                spelt = value if name == "key" else value.casefold()
                if (first := firsts.setdefault((name, spelt), line)) != line:
                    params: Params = {"column": name, "value": shortened(value), "first": first}
                    yield Problem(line, name, "accounts_twice", params)
            values.append(value)
        accounts[values[0]] = values[1]
