"""A short life: nothing ordinary is asked about, and most large mistakes are stopped."""

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from support.console import Capsys
from wecom_sync.guardrails import rules
from years import contributions, masked, runner
from years.company import Company
from years.life import is_workday, live
from years.mistakes import KINDS, Ground
from years.record import ORDINARY_ASKED, Record, Struck, figures, missed_targets

SEED = 5
YEARS = 1


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return runner.run(SEED, {12: 1, 80: 2}, YEARS, jobs=1)


def test_hardly_an_ordinary_night_is_asked_about_and_no_good_file_refused(
    records: list[Record],
) -> None:
    ordinary, asked = (sum(getattr(it, name) for it in records) for name in ("ordinary", "asked"))
    assert ordinary > 800
    assert asked <= ordinary * ORDINARY_ASKED
    assert sum(len(record.notes) for record in records) == asked


@pytest.mark.parametrize("spread", ["one night", "several nights"])
def test_large_mistakes_are_stopped_as_often_as_the_targets_say(
    records: list[Record], spread: str
) -> None:
    assert sum(it.counts for record in records for it in record.struck) > 25
    assert [it for it in missed_targets(records) if it.endswith(spread)] == []


def test_a_seed_repeats_a_life_in_another_process_and_another_seed_does_not() -> None:
    runs = [(5, 1), (5, 2), (6, 1)]
    lives = [figures(0, runner.run(seed, {12: 1}, 0.1, jobs)) for seed, jobs in runs]

    assert lives[0] == lives[1]
    assert lives[0] != lives[2]


def test_every_kind_of_mistake_is_possible_somewhere() -> None:
    possible = set()
    for number in range(20):
        company = Company.of(80, Random(f"possible {number}"))
        for day in filter(is_workday, range(90)):
            company.day = day
            live(company)
            company.shots.append(tuple(company.people.values()))
        ground = Ground.under(company, company.members(), Random(number))
        possible |= {kind for kind, strike in KINDS.items() if strike(ground)}

    assert possible == {*KINDS}


def test_a_mistake_leaves_the_company_as_it_was() -> None:
    company = Company.of(80, Random("undisturbed"))
    company.shots.append(tuple(company.people.values()))
    before = company.members(), company.departments(), company.dice.getstate()

    for kind in KINDS.values():
        kind(Ground.under(company, company.members(), Random(1)))

    assert (company.members(), company.departments(), company.dice.getstate()) == before


def struck(count: int, stopped: int, nights: int = 1) -> list[Struck]:
    return [Struck("a kind", "", 0.1, nights, True, number < stopped) for number in range(count)]


ALMOST, TOO_FEW = struck(100, 90), struck(100, 49, nights=20)
MISSED = {
    "80: asked about 2 of 999 ordinary nights": Record(80, 365, ordinary=999, asked=2),
    "600: 5.0 holds a company-year": Record(600, 365, holds=Counter(reorganisation=5)),
    "stopped 89/100 large mistakes of one night": Record(80, 365, struck=struck(100, 89)),
    "stopped 49/100 large mistakes of several nights": Record(80, 365, struck=ALMOST + TOO_FEW),
}


@pytest.mark.parametrize("missed", MISSED)
def test_a_target_that_is_missed_is_told(missed: str) -> None:
    assert [*missed_targets([MISSED[missed]])] == [missed]


def test_what_alone_stops_a_mistake_is_named_and_what_two_stop_costs_neither() -> None:
    table, (alone, one, other) = rules.TABLE, contributions.parts()[:3]

    def play() -> Struck:
        left = {f"rule {look.code}" for _, look in rules.looks()}
        stopped = alone in left and not left.isdisjoint({one, other})
        return Struck("a kind", "", 0.1, 1, True, stopped, harmed=0 if stopped else 21)

    def costs(*groups: tuple[str, ...]) -> dict[tuple[str, ...], Counter[str]]:
        return dict(contributions.costs(groups, play, play()))

    cost = {"harmed": 21, "passes": 1}
    assert costs(*((part,) for part in contributions.parts())) == {(alone,): cost}
    assert costs((one, other)) == {(one, other): cost}
    assert rules.TABLE is table


def test_the_contributions_are_told(capsys: Capsys) -> None:
    arguments = ["--companies", "12:1", "--years", "0.1", "--jobs", "1", "--contributions"]

    assert runner.main(arguments) == 0

    *costly, together, free = capsys.readouterr().out.splitlines()[1:]
    assert together.startswith("all that cost nothing alone ")
    names = [" ".join(line.split()[:2]) for line in costly]
    names += free.removeprefix("  these are: ").split(", ")
    assert sorted(names) == sorted(contributions.parts())


@pytest.mark.parametrize("missed", [[], ["a target"]])
def test_the_figures_are_written_and_a_missed_target_is_the_exit_code(
    missed: list[str], tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "missed_targets", lambda _: missed)
    path = tmp_path / "years.json"
    arguments = ["--companies", "12:1", "--years", "0.1", "--jobs", "1", "--figures", str(path)]

    assert runner.main(arguments) == len(missed)

    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("sizes 12 people, 0.1 company years, ") for line in lines)
    assert [line for line in lines if "MISSED" in line] == [f"MISSED {each}" for each in missed]
    written = json.loads(path.read_text("utf-8"))
    assert [size["people"] for size in written["sizes"]] == [12]
    struck = written["sizes"][0]["mistakes"]["struck"]
    assert sum(kind["struck"] for kind in written["mistakes"]) == struck > 0


def test_of_two_mistakes_in_a_file_that_is_held_both_are_named(capsys: Capsys) -> None:
    assert masked.main(companies=1) == 0

    *_, last = capsys.readouterr().out.splitlines()
    assert int(last.split()[-1]) > 100
