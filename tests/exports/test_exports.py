"""Every export is read right, or refused with the one sentence that helps."""

from dataclasses import replace

import pytest

from exports.collection import collection
from exports.export import PEOPLE, Export, Outcome, play
from support.world import TRUSTING, World
from wecom_sync.domain.run import State

FEWEST = 60
EXPORTS = [*collection()]
REFUSED = [each for each in EXPORTS if each.refused]


def by_name(export: Export) -> str:
    return export.name


def test_there_are_more_than_sixty_and_each_has_a_name_of_its_own() -> None:
    names = [(each.job, each.name) for each in EXPORTS]

    assert len({*names}) == len(names) >= FEWEST


@pytest.mark.parametrize("export", [each for each in EXPORTS if not each.refused], ids=by_name)
def test_an_export_is_read_right(export: Export) -> None:
    assert play(export) == Outcome(export.found, export.warns)


@pytest.mark.parametrize("export", REFUSED, ids=by_name)
def test_an_export_is_refused_with_a_sentence_for_each_cause(export: Export) -> None:
    outcome = play(export)

    assert outcome.codes == export.refused
    assert outcome.english
    assert outcome.chinese


@pytest.mark.parametrize("export", REFUSED, ids=by_name)
def test_an_export_is_read_right_once_the_advice_is_followed(export: Export) -> None:
    assert export.mend is not None

    mended = play(export.mend(export, play(export).english))

    assert (mended.codes, mended.found) == ((), export.found)


def test_an_empty_corp_takes_departments_and_people_as_hr_has_them() -> None:
    found = {each.name: each for each in EXPORTS}
    people = found["北森: workbook"]
    world = World()
    world.store.put_policy("acme", replace(TRUSTING, columns=people.reading.columns), 0)

    for export, key in (
        (found["departments by code"], "acme/replaceparty/2024-03.csv"),
        (people, "acme/replaceuser/2024-03.xlsx"),
    ):
        world.drop(key, export.form(export.rows))
        world.finish()
        assert world.run_of(key).state is State.SUCCEEDED

    places = {user: (int(number),) for user, _, _, _, _, number, _ in PEOPLE}
    assert {user: (*found,) for user, found in world.wecom.members.values()} == places
