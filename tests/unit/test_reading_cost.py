"""What a file costs to read grows as the file does, whatever stands in it; or it is given up."""

import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from itertools import count, product
from re import Pattern

import pytest

from support.work import Compared, runs_on, work_of
from support.workbooks import changed, workbook
from wecom_sync import files
from wecom_sync.domain.policy import UNTIL, Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.columns import columns_of, normal_header
from wecom_sync.files.decoding import UNTIMED, Stopwatch
from wecom_sync.files.department_index import DepartmentIndex
from wecom_sync.files.member_columns import KEY
from wecom_sync.files.paths import Separator
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster

type Lines = list[list[str]]
type Sized = Callable[[int], Lines]

GROWTH = 2.5
"""How many times the work twice as much may be."""
CHARACTERS, ENTRIES = 20_000, 10_000
ROWS = 600
TEXTS = ("a", "张", "1 ", "13800000000 ", "a@", "@.", "-", "a/", " > ", "a;", "。、", "å¼", "(")
LISTS: tuple[Callable[[int], str], ...] = (
    lambda _: "甲",
    "甲{}".format,
    "{}".format,
    "甲/乙{}/丙".format,
    lambda at: f"甲{at - 1}",
    lambda at: "甲" * (at % 2),
    "合计{}".format,
)
STYLES = "xl/styles.xml"
JOBS = (Job.COMPANY, Job.REPLACE_USER, Job.REPLACE_PARTY)
READING = Reading(key="工号", rows={"员工状态": ("在职",), "离职日期": (UNTIL,)})
OURS = ("工号", "员工状态", "离职日期", "是否在职", "备注")
PEOPLE = ["工号", "姓名", "手机号", "部门", "上级部门"]


def outcome(lines: Lines, job: Job = Job.COMPANY, watch: Stopwatch = UNTIMED) -> object:
    content = "\n".join(map(",".join, lines)).encode()
    reading = READING if OURS[1] in lines[0] else Reading(key="工号")
    try:
        return read_roster(job, content, reading, watch)
    except FileRejectedError as error:
        return error


def growth(lines: Sized, size: int, job: Job = Job.COMPANY) -> float:
    """Return how many times the work twice as much is."""
    small, large = lines(size // 2), lines(size)
    outcome(small, job)
    return work_of(lambda: outcome(large, job)) / work_of(lambda: outcome(small, job))


def header_of(job: Job) -> list[str]:
    return [*(it.name for it in columns_of(job)), *(OURS if job.has_members else ())]


def of_text(text: str, header: list[str], size: int) -> Lines:
    """Return a file with a long text as a header, and in each column."""
    long = "张" + text * (size // len(text))
    rows = [["张" if at == place else long for at in range(len(header))] for place in (0, 1, -1)]
    return [["备注"], [*header, long], *rows]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("job", JOBS)
def test_a_text_costs_what_it_is_long(job: Job, text: str) -> None:
    assert growth(partial(of_text, text, header_of(job)), CHARACTERS, job) < GROWTH


def of_list(shift: int, header: list[str], size: int) -> Lines:
    """Return a file in whose columns stand the values of `LISTS` in turn."""
    kinds = [LISTS[(at + shift) % len(LISTS)] for at in range(len(header))]
    return [header, *([kind(row) for kind in kinds] for row in range(size))]


@pytest.mark.parametrize("shift", range(len(LISTS)))
@pytest.mark.parametrize("job", JOBS)
def test_a_row_costs_what_it_costs_alone(job: Job, shift: int) -> None:
    assert growth(partial(of_list, shift, header_of(job)), ROWS, job) < GROWTH


def below_several(size: int) -> Lines:
    """Return a file of departments of one name, each of them below all three of the next level."""
    places = product(range(size), range(3), range(3))
    rows = (
        [f"K{at}", "张", "", "甲", f"{at}-{one}", f"{at + 1}-{other}"] for at, one, other in places
    )
    return [[*PEOPLE[:4], "部门编码", "上级部门编码"], *rows]


COSTLY: dict[str, tuple[Sized, int]] = {
    "a post of one person in each row": (
        lambda size: [PEOPLE, *(["K", "张", "", f"甲{at}", ""] for at in range(size))],
        ROWS,
    ),
    "departments below three others each": (below_several, 12),
    "a list of departments in one cell": (
        lambda size: [PEOPLE, ["K", "张", "", ";".join(map(str, range(size))), ""]],
        ENTRIES,
    ),
    "members below departments of one name": (
        lambda size: [PEOPLE, *([f"K{at}", "张", "", "办公室", f"甲{at}"] for at in range(size))],
        ROWS,
    ),
}


@pytest.mark.parametrize("what", COSTLY)
def test_a_costly_file_costs_what_it_is_long(what: str) -> None:
    assert growth(*COSTLY[what]) < GROWTH


def test_departments_with_and_without_a_mark_are_not_compared_with_each_other() -> None:
    entries = [Compared(f"甲/乙{at}" if at % 2 else f"丙{at}") for at in range(2_000)]
    Compared.compared = 0

    assert Separator.of(entries)
    assert Compared.compared < len(entries)


def test_departments_of_one_name_are_found_without_looking_at_each() -> None:
    def find(size: int) -> None:
        index = DepartmentIndex({at: ("公司", f"部门{at}", "办公室") for at in range(size)})
        assert all(index.ending(f"部门{at}/办公室") == [at] for at in range(size))

    assert work_of(lambda: find(ROWS)) < GROWTH * work_of(lambda: find(ROWS // 2))


def test_of_what_is_longer_than_any_header_or_path_the_end_is_not_looked_at() -> None:
    separator = Separator.of({"甲/" * ENTRIES, "甲/乙", "甲/丙"})

    assert separator
    assert max(map(len, separator.places)) < 50
    assert len(normal_header("ﷺ" * CHARACTERS)) < CHARACTERS


def patterns() -> Iterator[tuple[str, Pattern[str] | None]]:
    """Yield the patterns with which the reader searches, by their names."""
    for module in pkgutil.walk_packages(files.__path__, "wecom_sync.files."):
        for name, value in vars(import_module(module.name)).items():
            for each in value.values() if isinstance(value, dict) else (value,):
                yield f"{module.name}.{name}", searched(each)
    for column in (*(it for job in JOBS for it in columns_of(job)), KEY):
        for rule in column.rules:
            for cell in getattr(rule.broken, "__closure__", None) or ():
                yield f"{column.name}: {rule.code}", searched(cell.cell_contents)


def searched(value: object) -> Pattern[str] | None:
    if getattr(value, "__name__", "") in {"search", "finditer", "sub", "split"}:
        value = getattr(value, "__self__", None)
    return value if isinstance(value, Pattern) and isinstance(value.pattern, str) else None


STOPS = ("_UNSEEN", "_LITERAL")
"""What is endless in these stops where they could begin anew."""


def test_no_search_runs_on_from_each_place_of_a_text() -> None:
    known = {name: it for name, it in patterns() if it is not None}

    assert len(known) > 40
    assert [name for name, it in known.items() if runs_on(it) and not name.endswith(STOPS)] == []


def csv_of(size: int, row: str) -> bytes:
    return "\n".join((",".join(PEOPLE), *map(row.format, range(size)))).encode()


SLOW = {
    "a CSV of rows as they should be": (csv_of(20_000, "K{},张,,甲,"), 5),
    "a CSV of rows with mistakes": (csv_of(20, ",张{},1,甲,"), 5),
    "a part of a workbook that is no sheet": (
        changed(
            workbook(PEOPLE), STYLES, lambda it: it.replace(b"<fills", b"<x/>" * 99_999 + b"<fills")
        ),
        5,
    ),
    "two sheets that may be the file": (workbook(*[["甲", "乙"]] * 20, s=[["甲", "乙"]] * 20), 30),
}


@pytest.mark.parametrize("what", SLOW)
def test_reading_is_given_up_once_the_processor_has_worked_too_long(what: str) -> None:
    content, most = SLOW[what]
    seconds = count().__next__

    with pytest.raises(FileRejectedError) as rejected:
        read_roster(Job.COMPANY, content, Reading(key="工号"), Stopwatch(seconds, most))

    (problem,) = rejected.value.problems
    assert (problem.code, problem.params) == ("file_too_slow", {"seconds": most})
