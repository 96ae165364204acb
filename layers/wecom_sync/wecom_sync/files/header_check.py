"""What is wrong with a header, and what a person should know about it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import EXPLANATION, STAYED, is_comment, missing, normal_header
from wecom_sync.files.department_cells import (
    CODE_COLUMN,
    ID_COLUMN,
    NAME_COLUMN,
    PARENT_CODE_COLUMN,
    PARENT_COLUMN,
    PARENT_NAME_COLUMN,
    PATH_COLUMN,
)
from wecom_sync.files.headers import DATA, Header, Headers, Heading, other_separator
from wecom_sync.files.legibility import unscrambled
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    MEMBER_NAME_COLUMN,
    NAME_PARTS,
    USER_COLUMN,
)
from wecom_sync.files.privacy import masked_header, shortened
from wecom_sync.files.problems import FileRejectedError, Findings, Problem, refused

_NAMED = 20
"""How many headers a text names: the one that it is about should be among them."""
_NAMES = frozenset({PARENT_NAME_COLUMN, PATH_COLUMN})
_INSTEAD = {ID_COLUMN: CODE_COLUMN, PARENT_COLUMN: PARENT_CODE_COLUMN}


def check_header(headers: Headers, heading: Heading, findings: Findings) -> Header:
    """Return what a header means. Raises `FileRejectedError` if the rows mean nothing then."""
    line, header = heading.line, headers.header(heading.cells)
    lacking = missing(headers.job, header.columns)
    if lacking and headers.is_of_other_kind(header):
        code: TextCode = "header_of_departments" if headers.job.has_members else "header_of_members"
        raise refused(code, line, job=headers.job.value)
    if lacking and not any(header.columns):
        raise _unknown(headers, heading)
    if named := _named(headers.job, header, lacking):
        code = "header_of_levels" if headers.job.has_members else "header_of_names"
        raise refused(code, line, headers=Listing.of(named))
    for column, code, params in (
        *_rivals(header),
        *_wrong_levels(header),
        *_illegible(header.cells),
        *_lacking(lacking, headers, header),
    ):
        findings.add(Problem(line, column, code, params))
    return header


def _named(job: Job, header: Header, lacking: Sequence[str]) -> list[str]:
    """Return the headers that say as only company files may which department is meant."""
    if job is Job.COMPANY:
        return []
    if job.has_members:
        levels = [shortened(header.cells[at]) for at in header.levels]
        # One is a name like any other, and codes say more than levels.
        return levels if len(levels) > 1 and CODE_COLUMN not in header.columns else []
    if not {*lacking} - {NAME_COLUMN} or header.candidates(PARENT_CODE_COLUMN):
        return []
    pairs = zip(header.columns, header.cells, strict=True)
    return [shortened(cell) for name, cell in pairs if name in _NAMES]


type _Wrong = tuple[str, TextCode, Params]
"""A problem without its line: the column, the code and what fills the blanks."""


def left_out(
    headers: Headers, header: Header, line: int, levels: Collection[int]
) -> Iterator[Problem]:
    """Yield a warning of columns that are left out, and of which the settings do not speak.

    `levels`: the places of columns that are read as one.
    """
    reading = headers.reading
    silent = {
        normal_header(name) for name in (*reading.columns, *reading.rows, EXPLANATION, STAYED, "")
    }
    names = {
        normal_header(cell): shortened(cell.strip())
        for at, (cell, column) in enumerate(zip(header.cells, header.columns, strict=True))
        if not column and not is_comment(cell) and at not in levels
    }
    if unsaid := [name for spelt, name in names.items() if spelt not in silent]:
        yield Problem(line, "", "warning_columns_left_out", {"columns": Listing.of(unsaid)})


def _unknown(headers: Headers, heading: Heading) -> FileRejectedError:
    line, cells = heading.line, heading.cells
    if separated := other_separator(cells, headers.every):
        return refused(separated, line)
    if scrambled := next((cell for cell in cells if unscrambled(cell) is not None), ""):
        return refused("cell_scrambled", line, column=shortened(scrambled))
    lacking = missing(headers.job, ())
    expected = ",".join(name for name in lacking if "/" not in name)
    if len(cells) >= len(lacking) and all(cells) and not any(map(DATA.search, cells)):
        unknown = _listed(map(masked_header, cells))
        return refused("header_unmapped", line, unknown=unknown, expected=expected)
    return refused("header_missing", line, expected=expected)


def _lacking(lacking: Sequence[str], headers: Headers, header: Header) -> Iterator[_Wrong]:
    """Yield the required columns that are missing, with headers that may mean them."""
    unknown = _listed(header.strangers)
    if ID_COLUMN in lacking and header.candidates(CODE_COLUMN):
        lacking = [_INSTEAD.get(name, name) for name in lacking]
    for column in lacking:
        names = {name: [*map(shortened, header.candidates(name))] for name in column.split("/")}
        name, candidates = next((pair for pair in names.items() if pair[1]), (column, []))
        params: Params = {"column": name}
        is_account = headers.job is Job.COMPANY and name == USER_COLUMN
        if is_account and (key := headers.reading.key):
            # Even where another header may be it: `init` takes the settings' key unless told.
            params = {"column": shortened(key), "headers": _listed(header.cells)}
            yield key, "column_key_absent", params
        elif name == MEMBER_NAME_COLUMN and (parts := _parts_of_name(header.strangers)):
            yield name, "name_in_parts", {**params, **parts}
        elif len(candidates) > 1:
            several = Listing.of(candidates)
            yield name, "column_candidates", {**params, "header": candidates[0], "headers": several}
        elif candidates:
            code: TextCode = "column_key_or_account" if is_account else "column_candidate"
            yield name, code, {**params, "header": candidates[0]}
        elif unknown:
            params = {**params, "known": _listed(header.columns), "unknown": unknown}
            yield name, "column_key_unmapped" if is_account else "column_unmapped", params
        else:
            yield name, "column_missing", params


def _parts_of_name(strangers: Iterable[str]) -> Params:
    spelt = {normal_header(cell): shortened(cell) for cell in strangers}
    first, second = (
        next((spelt[part] for part in map(normal_header, names) if part in spelt), "")
        for names in NAME_PARTS
    )
    return {"first": first, "second": second} if first and second else {}


def _listed(headers: Iterable[str]) -> str:
    names = [*dict.fromkeys(shortened(header) for header in headers if header)]
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _rivals(header: Header) -> Iterator[_Wrong]:
    """Yield the columns that two headers have, with both."""
    for name, count in Counter(header.columns).items():
        if name and count > 1:
            pairs = zip(header.cells, header.columns, strict=True)
            first, second, *_ = (shortened(cell) for cell, column in pairs if column == name)
            yield name, "header_synonyms", {"first": first, "second": second, "column": name}


def _wrong_levels(header: Header) -> Iterator[_Wrong]:
    """Yield a level that two columns are about, and one between two that none is about."""
    for (one, level), (other, next_level) in pairwise(header.levels.items()):
        first, second = shortened(header.cells[one]), shortened(header.cells[other])
        params: Params = {"first": first, "second": second}
        if level == next_level:
            params = {**params, "column": DEPARTMENTS_COLUMN}
            yield DEPARTMENTS_COLUMN, "header_synonyms", params
        elif level + 1 < next_level:
            yield DEPARTMENTS_COLUMN, "header_level_missing", params


def _illegible(header: Iterable[str]) -> Iterator[_Wrong]:
    for position, cell in enumerate(header, 1):
        if not normal_header(cell):
            yield "", "header_blank", {"position": position}
        elif "\ufffd" in cell:
            yield "", "cell_garbled", {"column": shortened(cell.strip()), "value": "U+FFFD"}
