"""What an export is, how it is written, what becomes of it, and how its advice is followed."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from support.companies import department
from support.workbooks import workbook
from wecom_sync.domain.book import Book, KnownDepartment, code_key
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.department_cells import ID_COLUMN, NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    MEMBER_NAME_COLUMN,
    MOBILE_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.planning.company.tree import company_tree
from wecom_sync.planning.department_codes import Tree, number_departments
from wecom_sync.planning.department_names import resolve_departments
from wecom_sync.reporting.documents import failure_text, problem_text
from wecom_sync.reporting.language import Language

type Rows = Sequence[Sequence[Any]]
type Form = Callable[[Rows], bytes]
type Found = Mapping[str, Sequence[str]]

_OF_MEMBERS = (MEMBER_NAME_COLUMN, MOBILE_COLUMN, DEPARTMENTS_COLUMN)
FULL, SOME, TREE, HR = Job.REPLACE_USER, Job.SYNC_USER, Job.REPLACE_PARTY, Job.COMPANY
COMPANY: Final = (
    # number, parent, code, name
    (1, 0, "D00", "星河科技"),
    (2, 1, "D10", "研发中心"),
    (3, 2, "D11", "前端组"),
    (4, 2, "D12", "后端组"),
    (5, 1, "D20", "销售部"),
    (6, 5, "D21", "华东区"),
    (7, 5, "D22", "华南区"),
    (8, 1, "D30", "人力资源部"),
    (9, 5, "D23", "T-Mobile组"),
)
KNOWN = Book(
    departments={
        number: KnownDepartment(number, (code_key(code),), department(number, name, parent))
        for number, parent, code, name in COMPANY
    }
)
PEOPLE: Final = (
    # id, name, mobile, mail, code, number, levels
    ("E0101", "张伟", "13811110001", "zhang.wei@xinghe.example", "D11", "3", "研发中心/前端组"),
    ("E0102", "李娜", "13811110002", "li.na@xinghe.example", "D21", "6", "销售部/华东区"),
    ("E0103", "欧阳明", "13811110003", "ouyang@xinghe.example", "D30", "8", "人力资源部"),
)
SEVERAL: Final = (
    *PEOPLE,
    ("E0104", "赵敏", "13811110004", "zhao@xinghe.example", "D11", "3", "研发中心/前端组"),
    ("E0105", "孙杰", "13811110005", "sun@xinghe.example", "D12", "4", "研发中心/后端组"),
    ("E0106", "周洁", "13811110006", "zhou@xinghe.example", "D21", "6", "销售部/华东区"),
)
"""Enough people to see what stands between the names of a path."""
READ: Found = {row[0]: (row[1], row[2], row[5]) for row in PEOPLE}
"""Everybody's name, mobile and department as they go out."""
OF_SEVERAL: Found = {row[0]: (row[1], row[2], row[5]) for row in SEVERAL}
MAILS: Final = {row[0]: row[3] for row in SEVERAL}


def staff(columns: str, *, people: Sequence[Sequence[str]] = PEOPLE) -> list[list[Any]]:
    """Return the rows of an export, the header first.

    `columns`: `header=what` each; what is a property of a person, or else the cell itself.
    """
    pairs = [each.strip().split("=") for each in columns.split(",")]
    rows: list[list[Any]] = [[header for header, _ in pairs]]
    for at, (own, name, mobile, mail, code, number, path) in enumerate(people, 1):
        levels = [*path.split("/"), "", ""]
        has = {
            "#": str(at), "id": own, "name": name, "mobile": mobile, "mail": mail, "code": code,
            "number": number, "path": path, "full": f"星河科技/{path}", "leaf": path.split("/")[-1],
            "l1": levels[0], "l2": levels[1], "": "",
        }  # fmt: skip
        rows.append([has.get(what, what) for _, what in pairs])
    return rows


def tree(columns: str, *, company: bool = True) -> list[list[Any]]:
    """Return the rows of a department file in the same way."""
    pairs = [each.strip().split("=") for each in columns.split(",")]
    above: dict[int, tuple[str, str, str]] = {0: ("", "", "")}
    rows: list[list[Any]] = [[header for header, _ in pairs]]
    for at, (number, parent, code, name) in enumerate(COMPANY):
        parent_name, parent_path, parent_code = above[parent]
        path = f"{parent_path}/{name}" if parent_path else name
        above[number] = (name, path, code)
        has = {
            "#": str(at), "name": name, "code": code, "number": str(number), "path": path,
            "parent": parent_name, "parent code": parent_code, "parent number": str(parent),
        }  # fmt: skip
        if company or parent:
            rows.append([has.get(what, what) for _, what in pairs])
    return rows


PATHS: Found = dict.fromkeys((row[-1] for row in tree("路径=path")[1:]), ())
"""The departments of the whole company, by their paths."""


def text(encoding: str = "utf-8-sig", separator: str = ",", end: str = "\r\n") -> Form:
    def written(rows: Rows) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
        return out.getvalue().encode(encoding)

    return written


def plain(encoding: str = "utf-8") -> Form:
    """Return how a text without any quotation marks is written."""
    return lambda rows: "\n".join(",".join(map(str, row)) for row in rows).encode(encoding)


def book(change: Callable[[Any], object] | None = None, **sheets: Rows) -> Form:
    """Return how a workbook is written: the rows first, then more sheets."""
    return lambda rows: workbook(*rows, change=change, **sheets)


@dataclass(frozen=True, slots=True)
class Sample:
    """A file as it comes.

    `entries`: who or what goes out, and people's name, mobile and department; `also`: every other
    column that goes out, `column=cell` each, `mail` for everybody's own; `refused`: the codes of
    its sentences, if it is refused at first; `mend`: does what they advise. `warns`: codes of
    warnings besides that of columns left out. `is_new`: nothing is known of the corp.
    """

    name: str
    rows: Rows
    form: Form = field(default_factory=text)
    job: Job = FULL
    reading: Reading = field(default_factory=Reading)
    entries: Found = field(default_factory=lambda: READ)
    refused: tuple[str, ...] = ()
    mend: Callable[["Sample", "Outcome"], "Sample"] | None = None
    warns: tuple[str, ...] = ()
    is_new: bool = False
    also: str = ""

    def outgoing(self) -> Mapping[str, Mapping[str, str]]:
        """Return every cell that is to go out, by who or what it is of."""
        also = dict(each.strip().split("=") for each in self.also.split(",") if each)
        if self.job is TREE:
            return dict.fromkeys(self.entries, also)

        def of(user: str, cells: Sequence[str]) -> Mapping[str, str]:
            own = {name: MAILS[user] if cell == "mail" else cell for name, cell in also.items()}
            return dict(zip(_OF_MEMBERS, cells, strict=True)) | own

        return {user: of(user, cells) for user, cells in self.entries.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an export. `english`, `chinese`: what people read about a refused one."""

    entries: Mapping[str, Mapping[str, str]]
    warns: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    english: str = ""
    chinese: str = ""


def play(export: Sample) -> Outcome:
    """Read an export, and find its departments."""
    memory = Book() if export.is_new else KNOWN
    departments = Tree.of_book(memory)
    try:
        roster = read_roster(export.job, export.form(export.rows), export.reading)
        if export.job is TREE:
            numbered = number_departments(roster, departments).roster
            return Outcome(_paths(numbered), _warns(roster))
        if export.job is HR:
            there = [Department(number, parent) for number, parent, _, _ in COMPANY]
            placed = company_tree(roster, Directory.of([], there), memory, Policy())
            return Outcome(_people(placed.with_ids(roster)), _warns(roster))
        return Outcome(_people(resolve_departments(roster, departments)), _warns(roster))
    except FileRejectedError as error:
        texts = [
            failure_text(error.common, language)
            if error.common
            else "\n".join(problem_text(each, language) for each in error.problems)
            for language in Language
        ]
        codes = [error.common.code] if error.common else [each.code for each in error.problems]
        return Outcome({}, (), tuple(codes), *texts)


def _warns(roster: Roster) -> tuple[str, ...]:
    codes = dict.fromkeys(each.code for each in roster.warnings)
    return tuple(code for code in codes if code != "warning_columns_left_out")


def _cells(roster: Roster) -> Iterator[dict[str, str]]:
    return (dict(zip(roster.columns, row.cells, strict=True)) for row in roster.rows)


def _people(roster: Roster) -> Mapping[str, Mapping[str, str]]:
    return {cells.pop(USER_COLUMN): cells for cells in _cells(roster)}


def _paths(roster: Roster) -> Mapping[str, Mapping[str, str]]:
    rows = {cells.pop(ID_COLUMN): cells for cells in _cells(roster)}

    def path(cells: Mapping[str, str]) -> str:
        above = rows.get(cells[PARENT_COLUMN])
        return f"{path(above)}/{cells[NAME_COLUMN]}" if above else cells[NAME_COLUMN]

    own = {NAME_COLUMN, PARENT_COLUMN}
    return {
        path(cells): {name: cell for name, cell in cells.items() if name not in own}
        for cells in rows.values()
    }
