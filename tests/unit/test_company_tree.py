"""The departments of a company file: which are the same as before, which are new, which stay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.books import book_of, run_of
from wecom_sync.domain.book import Book, KnownDepartment, Stated, Unmanaged, path_key
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.files.problems import FileRejectedError, Row
from wecom_sync.files.roster import Roster
from wecom_sync.guardrails.picks import Case
from wecom_sync.guardrails.rules import judge
from wecom_sync.planning.company.tree import CompanyTree, company_tree, live_places, plan_tree
from wecom_sync.planning.memory.operations import applied, promised
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.night import Night
from wecom_sync.planning.plan import Plan
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language

type Units = Mapping[int, tuple[str, int]]
UNITS = {
    1: ("公司", 0), 2: ("研发", 1), 3: ("平台", 2), 4: ("测试", 2), 5: ("市场", 1), 6: ("华东", 5),
    7: ("华南", 5), 8: ("行政", 1),
}  # fmt: skip


@dataclass(frozen=True)
class Corp:
    """A corp, with people by the department that each is in."""

    units: Units = field(default_factory=lambda: UNITS)
    people: Mapping[str, int] = field(
        default_factory=lambda: {f"u{it}-{at}": it for it in UNITS if it > 1 for at in range(6)}
    )
    book: Book = field(default_factory=Book)
    policy: Policy = field(default_factory=Policy)

    @property
    def directory(self) -> Directory:
        departments = [Department(it, parent) for it, (_, parent) in self.units.items()]
        return Directory.of(self.people.items(), departments)

    @property
    def memory(self) -> Book:
        rows = {
            it: {"部门名称": name, "部门ID": str(it), "父部门ID": str(parent)}
            for it, (name, parent) in self.units.items()
        }
        names = book_of({}, {it: row for it, row in rows.items() if row["部门名称"]})
        departments = {**self.book.departments, **names.departments}
        return replace(self.book, departments=departments)

    def path(self, number: int) -> str:
        name, parent = self.units[number]
        return f"{self.path(parent)}>{name}" if parent else name

    def file(self, **changes: Any) -> Roster:
        """Return HR's file of it: everybody in the department of today."""
        return roster({user: self.path(it) for user, it in self.people.items()}, **changes)

    def tree(self, file: Roster, **options: Any) -> CompanyTree:
        tree = company_tree(file, self.directory, self.memory, self.policy, **options)
        assert all(problem_text(it, language) for it in tree.warnings({}) for language in Language)
        return tree

    def plan(self, tree: CompanyTree) -> Plan:
        plan = plan_tree(tree, self.directory, self.memory)
        assert plan is not None
        return plan

    def holds(self, tree: CompanyTree) -> list[str]:
        policy = replace(self.policy, first_replace="apply")
        night = Night(Roster(Job.COMPANY, "", (), ()), self.directory, self.memory, policy)
        return [hold.code for hold in judge(Case(night, self.plan(tree))).reasons]


def roster(places: Mapping[str, str], **changes: Any) -> Roster:
    rows = tuple(Row(at, user, (user, it)) for at, (user, it) in enumerate(places.items(), 2))
    return replace(Roster(Job.COMPANY, "UTF-8", ("帐号", "所在部门"), rows), **changes)


def moved(corp: Corp, replaced: Mapping[str, str]) -> Roster:
    """Return the file of a corp in which paths, or the paths of some, are replaced."""
    places = {user: corp.path(it) for user, it in corp.people.items()}
    for user, path in places.items():
        for old, new in replaced.items():
            if old in {user, path} or path.startswith(f"{old}>"):
                places[user] = new if old == user else new + path.removeprefix(old)
                break
    return roster({user: path for user, path in places.items() if path != "-"})


def changed_units(tree: CompanyTree) -> list[tuple[str, int, str, bool]]:
    return [
        (it.code.removeprefix("department_"), it.pair.id, "/".join(it.after), it.pair.is_clear)
        for it in tree.recognised
    ]


def test_the_file_of_today_changes_nothing() -> None:
    corp = Corp()

    tree = corp.tree(corp.file())

    assert corp.plan(tree).changes_nothing
    assert tree.placed["公司>市场>华东"] == "6"
    assert tree.with_ids(corp.file()).rows[1].cells == ("u2-1", "2")
    assert (tree.recognised, tree.gone, tree.kept_empty, tree.unnamed) == ((), frozenset(), (), ())
    assert live_places(corp.file(), corp.directory, corp.memory, corp.policy)[
        "公司"[:2] + ">研发"
    ] == {2}


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        ({"公司>市场": "公司>营销中心"}, [("renamed", 5, "营销中心", True)]),
        ({"公司>市场>华东": "公司>华东"}, [("moved", 6, "华东", True)]),
        ({"公司>市场>华东": "公司>研发>东"}, [("renamed_moved", 6, "研发/东", True)]),
        ({"公司>研发>平台": "公司>研发>测试"}, [("merged", 3, "研发/测试", True)]),
        ({"公司>研发>平台": "公司>研发"}, [("merged", 3, "研发", True)]),
        ({"公司>市场": "公司>研发>市场"}, [("moved", 5, "研发/市场", True)]),
        ({"u3-0": "公司>行政", "公司>研发": "公司>技术"}, [("renamed", 2, "技术", True)]),
        ({"u3-0": "公司>甲", "u3-1": "公司>甲"}, []),
        (
            {"u3-0": "公司>研发>乙", "u3-1": "公司>研发>乙", "公司>研发>平台": "公司>研发>甲"},
            [("renamed", 3, "研发/甲", True)],
        ),
        (
            {**{f"u3-{at}": "公司>研发>乙" for at in range(3)}, "公司>研发>平台": "公司>研发>甲"},
            [("renamed", 3, "研发/乙", False)],
        ),
        (
            {"公司>研发>平台": "公司>研发>质量", "公司>研发>测试": "公司>研发>质量"},
            [("renamed", 3, "研发/质量", False), ("merged", 4, "研发/质量", True)],
        ),
    ],
)
def test_a_department_is_recognised_by_who_is_in_it_and_below(
    replaced: Mapping[str, str], expected: Sequence[tuple[str, int, str, bool]]
) -> None:
    corp = Corp()

    tree = corp.tree(moved(corp, replaced))

    assert sorted(changed_units(tree)) == sorted(expected)
    holds = corp.holds(tree)
    asked = any(it[0] == "merged" or not it[3] for it in expected)
    assert ("hold_other_departments" in holds) == asked


@pytest.mark.parametrize(
    ("replaced", "kept"),
    [({"公司>行政": "-"}, [8]), ({"u6-0": "公司>行政", "公司>市场>华东": "-"}, [6])],
)
def test_a_department_in_which_nobody_is_stays(
    replaced: Mapping[str, str], kept: Sequence[int]
) -> None:
    corp = Corp()

    tree = corp.tree(moved(corp, replaced))

    assert [*tree.kept_empty] == kept
    assert corp.plan(tree).changes_nothing


def test_a_new_department_never_gets_an_id_that_another_one_had() -> None:
    book = Book(departments={40: KnownDepartment(40, (path_key(("旧部",)),))})
    corp = Corp(book=book)

    tree = corp.tree(moved(corp, {"u3-0": "公司>新部", "u4-0": "公司>旧部"}))

    assert (tree.placed["公司>新部"], tree.placed["公司>旧部"]) == ("41", "40")


@pytest.mark.parametrize(
    ("units", "policy", "path", "name"),
    [
        (UNITS, Policy(), "公司>研发", "公司"),
        (UNITS, Policy(company="新公司"), "研发", "新公司"),
        (UNITS, Policy(), "集团>研发", "集团"),
        (UNITS, Policy(), "研发>平台", "公司"),
        ({1: ("", 0)}, Policy(), "集团>研发", "集团"),
        ({1: ("", 0)}, Policy(), "研发", ""),
    ],
)
def test_the_name_of_the_company_is_never_guessed(
    units: Units, policy: Policy, path: str, name: str
) -> None:
    corp = Corp(units, {}, policy=policy)

    tree = corp.tree(roster({"a": path, "b": path}))

    assert tree.numbered is not None
    assert tree.numbered.roster.rows[0].cells == (name, "1", "0")
    assert (tree.unnamed == (1,)) == (not name)
    assert ("hold_unnamed" in corp.holds(tree)) == (not name)


def test_a_department_without_a_known_name_is_recognised_or_must_be_named() -> None:
    corp = Corp({**UNITS, 3: ("", 2), 6: ("", 5)})
    places = {user: Corp().path(it) for user, it in corp.people.items() if it != 6}

    tree = corp.tree(roster({**places, "new": "公司>甲"}))

    assert tree.placed["公司>研发>平台"] == "3"
    assert tree.unnamed == (6,)
    assert "hold_unnamed" in corp.holds(tree)


def test_names_alone_move_nothing() -> None:
    corp = Corp()
    names = {user: UNITS[it][0] for user, it in corp.people.items()}
    file = roster({**names, **{f"u6-{at}": "东区" for at in range(6)}}, is_whole=False)

    tree = corp.tree(file)

    assert (tree.placed["平台"], tree.placed["东区"]) == ("3", "6")
    assert changed_units(tree) == [("renamed", 6, "东区", True)]


def test_ids_and_codes_alone_say_nothing_of_departments() -> None:
    corp = Corp(book=Book(departments={3: KnownDepartment(3)}))

    tree = corp.tree(roster({"u2-0": "2", "u3-0": "3;4"}))

    assert (tree.numbered, tree.placed) == (None, {"2": "2", "3;4": "3;4"})
    with pytest.raises(FileRejectedError) as caught:
        corp.tree(roster({"u2-0": "99", "u3-0": "研发;研发"}))
    assert {*caught.value.counts} == {"department_missing", "department_twice"}


def test_a_code_keeps_its_department_whoever_is_in_it() -> None:
    corp = Corp(book=Book())
    memory = corp.memory
    coded = memory.departments[6]._replace(labels=("code:E1",))
    book = replace(memory, departments={**memory.departments, 6: coded})
    rows = (Row(2, "new", ("new", "公司>销售>东区", "E1")), Row(3, "b", ("b", "", "E1")))
    file = Roster(Job.COMPANY, "UTF-8", ("帐号", "所在部门", "部门编码"), rows)

    tree = company_tree(file, corp.directory, book, corp.policy)

    assert tree.with_ids(file).rows[1] == Row(3, "b", ("b", "6"))
    assert tree.numbered is not None
    assert tree.numbered.numbers["code:E1"] == 6


CHANGES = st.lists(
    st.tuples(st.sampled_from(["rename", "move", "merge", "found"]), st.integers(2, 12),
              st.integers(1, 12)), min_size=1, max_size=6,
)  # fmt: skip


@given(CHANGES)
def test_ids_survive_any_sequence_of_renames_moves_and_merges(
    changes: Sequence[tuple[str, int, int]],
) -> None:
    corp, given_ids = Corp(), {*UNITS}
    for month, (change, number, other) in enumerate(changes):
        units, people = dict(corp.units), dict(corp.people)
        is_above = other in _above(units, number) or number in _above(units, other)
        if number not in units or other not in units or is_above:
            continue
        name, parent = units[number]
        if change == "rename":
            units[number] = (f"改名{month}", parent)
        elif change == "move":
            units[number] = (name, other)
        elif change == "merge" and number not in {it for _, it in units.values()}:
            people = {user: other if it == number else it for user, it in people.items()}
            del units[number]
        else:
            newcomers = {f"new{month}-{at}": 100 + month for at in range(5)}
            units[100 + month], people = (f"新设{month}", other), people | newcomers
        paths = [Corp(units).path(it) for it in units]
        if len({*paths}) < len(paths):
            continue
        wanted = Corp(units, people)

        tree = corp.tree(wanted.file())

        assert tree.numbered is not None
        placed = {it: int(tree.placed[wanted.path(it)]) for it in {*people.values()}}
        assert {it: new for it, new in placed.items() if it < 100} == {
            it: it for it in placed if it < 100
        }
        fresh = {new for it, new in placed.items() if it not in corp.units}
        assert given_ids.isdisjoint(fresh)
        given_ids |= fresh
        corp = _after(corp, wanted, tree, placed, month)


def _above(units: Units, number: int) -> set[int]:
    above: set[int] = set()
    while number in units and number not in above:
        above.add(number)
        number = units[number][1]
    return above


def _after(
    corp: Corp, wanted: Corp, tree: CompanyTree, placed: Mapping[int, int], month: int
) -> Corp:
    """Return the corp after the file, as WeCom has it and as we remember it."""
    assert tree.numbered is not None
    file = tree.numbered.roster
    run = run_of("acme", Job.REPLACE_PARTY, month + 1)
    book = promised(corp.memory, run, tree.numbered.numbers, ())
    outcomes = [Outcome(row.id, row.line, 0) for row in file.rows]
    book = applied(book, run, Sent(file, condemned=tree.gone), outcomes, month + 1)
    units = {int(row.id): (row.cells[0], int(row.cells[2])) for row in file.rows}
    return Corp(units, {user: placed[it] for user, it in wanted.people.items()}, book)


WORDS = st.sampled_from("甲乙丙丁")
LIVE = st.lists(
    st.tuples(st.sampled_from(["甲", "乙", "丙", "丁", ""]), st.integers(0, 9)), max_size=9
)
FILES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(">".join), min_size=1, max_size=12)


@given(
    LIVE,
    FILES,
    st.lists(st.integers(0, 9), max_size=12),
    st.booleans(),
    st.sets(st.integers(2, 9), max_size=2),
)
def test_whatever_a_file_says_its_departments_are_a_tree_of_different_names(
    live: Sequence[tuple[str, int]],
    paths: Sequence[str],
    at: Sequence[int],
    is_whole: bool,
    unmanaged: set[int],
) -> None:
    units: dict[int, tuple[str, int]] = {1: ("公司", 0)}
    for name, above in live:
        parent = [*units][above % len(units)]
        if not name or (name, parent) not in units.values():
            units[len(units) + 1] = (name, parent)
    people = {f"u{it}": [*units][number % len(units)] for it, number in enumerate(at)}
    ids = {str(it): it for it in unmanaged & units.keys()}
    book = Book(unmanaged=Stated(Unmanaged(ids)))
    corp = Corp(units, people, book)
    file = roster({f"u{it}": path for it, path in enumerate(paths)}, is_whole=is_whole)

    try:
        tree = corp.tree(file)
    except FileRejectedError:
        assume(is_whole and not ids)
        raise

    assert tree.numbered is not None
    rows = {int(row.id): (row.cells[0], int(row.cells[2])) for row in tree.numbered.roster.rows}
    assert len(rows) == len(tree.numbered.roster.rows)
    named = [it for it in rows.values() if it[0]]
    assert len({*named}) == len(named)
    for number in rows:
        assert 1 in _above(rows, number)
    assert units.keys() - rows.keys() == tree.gone
    assert all(it in rows for it in _below(units, ids.values()))
    assert {*map(int, ";".join(tree.placed.values()).split(";"))} <= rows.keys()


def _below(units: Units, numbers: Iterable[int]) -> set[int]:
    return {it for it in units if not _above(units, it).isdisjoint(numbers)}
