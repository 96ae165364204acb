"""A short life: nothing ordinary is asked about, and most large mistakes are stopped."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from support.companies import Unit, department_file
from support.console import Capsys
from wecom_sync.domain.states import Job
from years import runner
from years.company import Company
from years.forms import Pace, as_company, as_some, sheet_of
from years.life import is_workday, live
from years.mistakes import FULL, SOME, TREE, Ground, Kind, Night, once
from years.record import (
    Record,
    Struck,
    figures,
    measures,
    missed_targets,
)
from years.runner import EVERY
from years.unseen import UNSEEN

SEED = 6
YEARS = 1


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return runner.run(SEED, {12: 2, 80: 4}, YEARS, jobs=1)


def test_no_target_is_missed_and_no_good_file_refused(records: list[Record]) -> None:
    large = [it for record in records for it in record.struck if it.counts]
    assert all(len(outcomes) > 10 for outcomes in measures(large).values())
    assert sum(it.again for it in large) > 10
    assert sum(record.plain for record in records) > 800
    assert len({name for record in records for name, _ in record.events}) > 3

    # Of a dozen that come over several nights three quarters say nothing; a long run judges those.
    # Nor do the few files of a second system, and those of the company's own.
    apart = ("several", " twice: asked", "company files", "by syncuser")
    missed = [it for it in missed_targets(records) if not any(word in it for word in apart)]
    assert missed == []
    for name, least in (("several nights", 0.5), ("company files", 0.9)):
        outcomes = measures(large)[name]
        assert sum(outcomes) > least * len(outcomes)
    assert all(it.asked <= it.ordinary / 100 for it in records if it.second)
    assert sum(len(record.notes) - record.asked for record in records) == 0


def test_as_syncuser_a_mistake_has_the_rows_that_are_new_or_changed() -> None:
    good = Company.of(80, Random("some rows")).members()
    first, *rest = good.rows
    changed = good.of([{**first, "姓名": "改名"}, *rest[1:], {**first, "帐号": "stranger"}])

    (night,) = as_some(once(changed), good.content(), Random(1))

    assert night.job is SOME
    assert {first["帐号"], "stranger"} <= {line[1] for line in sheet_of(night.content)}
    assert as_some(once(good.less(1)), good.content(), Random(1)) == ()


def test_in_hrs_own_file_a_department_has_its_path_and_no_number() -> None:
    units = {1: Unit("总部", 0), 2: Unit("研发", 1), 3: Unit("前端", 2)}
    renamed = {**units, 2: Unit("销售", 1)}
    good = "姓名,帐号,所在部门\n甲,u1,3;1\n".encode()

    trees = (once(department_file(it), job=TREE) for it in (renamed, units))
    (night,), none = (as_company(tree, good, units) for tree in trees)

    assert (night.job, none) == (Job.COMPANY, ())
    assert sheet_of(night.content) == [
        ["姓名", "帐号", "所在部门"],
        ["甲", "u1", "总部/销售/前端;总部"],
    ]


def test_in_hrs_own_file_a_new_number_is_seen_where_people_keep_the_old_one() -> None:
    units = {1: Unit("总部", 0), 3: Unit("前端", 1)}
    header, good = "姓名,帐号,所在部门\n", "甲,u1,3;1\n"
    tree = once(department_file({1: units[1], 9: units[3]}), job=TREE)
    people = Night(FULL, f"{header}甲,u1,9;1\n".encode())

    none = as_company((*tree, people), f"{header}{good}".encode(), units)
    (night,) = as_company(tree, f"{header}{good}".encode(), units)

    assert none == ()
    assert sheet_of(night.content)[1] == ["甲", "u1", "总部/3;总部"]


def test_a_seed_repeats_a_life_in_another_process_and_another_seed_does_not() -> None:
    runs = [(5, 1), (5, 2), (6, 1)]
    lives = [figures(0, runner.run(seed, {12: 1}, 0.1, jobs)) for seed, jobs in runs]

    assert lives[0] == lives[1]
    assert lives[0] != lives[2]


@pytest.mark.parametrize("kinds", [EVERY, UNSEEN])
def test_every_kind_of_mistake_is_possible_somewhere(kinds: Mapping[str, Kind]) -> None:
    possible = set()
    for number in range(20):
        company = Company.of(80, Random(f"possible {number}"))
        for day in filter(is_workday, range(90)):
            company.day = day
            live(company)
            company.shots.append(tuple(company.people.values()))
        ground = Ground.under(company, company.members(), Random(number))
        possible |= {kind for kind, strike in kinds.items() if strike(ground)}

    assert possible == {*kinds}


def test_a_mistake_leaves_the_company_as_it_was() -> None:
    company = Company.of(80, Random("undisturbed"))
    company.shots.append(tuple(company.people.values()))
    before = company.members(), company.departments(), company.dice.getstate()

    for kind in {**EVERY, **UNSEEN}.values():
        kind(Ground.under(company, company.members(), Random(1)))

    assert (company.members(), company.departments(), company.dice.getstate()) == before


def struck(count: int, stopped: int, nights: int = 1, **parts: Any) -> list[Struck]:
    return [
        Struck("a kind", f"{at}", 0.1, nights, True, at < stopped, **parts) for at in range(count)
    ]


ALMOST, TOO_FEW = struck(100, 94), struck(100, 74, nights=20)
LATE = struck(46, 46, nights=20, harmed=17) + struck(54, 54, nights=20, harmed=16)
OWN, SOME_AGAIN = struck(100, 94, job=Job.COMPANY), struck(100, 90, job=SOME, again=True)
TWICE = Counter({("office move", 2): 1, ("office move", 1): 9})
MISSED = {
    "80 daily: asked about 2 of 999 ordinary nights": Record(80, 365, ordinary=999, asked=2),
    "80 daily: asked about 1 of 99 plain nights": Record(80, 365, plain=99, plain_asked=1),
    "80 daily twice: 16.0 holds a company-year": Record(
        80, 365, second=True, holds=Counter(each=16)
    ),
    "600 weekly: 5.0 holds a company-year": Record(
        600, 365, pace=Pace.WEEKLY, holds=Counter(each=5)
    ),
    "80 daily: asked more than once about office move": Record(80, 365, events=TWICE),
    "stopped 93/100 large mistakes of one night": Record(80, 365, struck=struck(100, 93)),
    "stopped 74/100 large mistakes of several nights": Record(80, 365, struck=ALMOST + TOO_FEW),
    "stopped 54/100 large mistakes of several, early": Record(80, 365, struck=LATE),
    "stopped 94/100 large mistakes of company files": Record(80, 365, struck=OWN),
    "stopped 90 by syncuser, 94/100 by replaceuser": Record(80, 365, struck=ALMOST + SOME_AGAIN),
}


@pytest.mark.parametrize("missed", MISSED)
def test_a_target_that_is_missed_is_told(missed: str) -> None:
    assert [*missed_targets([MISSED[missed]])] == [missed]


@pytest.mark.parametrize("missed", [[], ["a target"]])
def test_the_figures_are_written_and_a_missed_target_is_the_exit_code(
    missed: list[str], tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "missed_targets", lambda _: missed)
    path = tmp_path / "years.json"
    arguments = [
        "--companies",
        "12:1",
        "--years",
        "0.1",
        "--jobs",
        "1",
        "--seed",
        "7",
        "--figures",
        str(path),
    ]

    assert runner.main(arguments) == len(missed)

    lines = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith("sizes 12 people, daily pace, 0.1 company years, ") for line in lines
    )
    assert [line for line in lines if "MISSED" in line] == [f"MISSED {each}" for each in missed]
    written = json.loads(path.read_text("utf-8"))
    assert [size["people"] for size in written["sizes"]] == [12]
    struck = written["sizes"][0]["mistakes"]["struck"]
    assert sum(kind["struck"] for kind in written["mistakes"]) == struck > 0
