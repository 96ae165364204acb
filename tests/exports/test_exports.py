"""Every export is read right, or refused with the one sentence that helps."""

from dataclasses import replace

import pytest

from exports import contents, shapes, systems, trees
from exports.export import COMPANY, TREE, Outcome, Sample, play, text, tree
from exports.mends import ADVICE
from support.runs import after_a_day, approved
from support.world import TRUSTING, World
from wecom_sync.domain.states import State

FEWEST = 60
PARTS = (
    *(systems.hr_systems, systems.messengers, systems.states),
    *(shapes.around, shapes.workbooks, shapes.merged, shapes.levels),
    *(contents.numbers, contents.people, contents.departments, contents.bytes_),
    trees.trees,
)
EXPORTS = [export for part in PARTS for export in part()]
DEPARTMENTS = text()(tree("部门编码=code,部门名称=name,上级部门编码=parent code"))
REFUSED = [each for each in EXPORTS if each.refused]


def by_name(export: Sample) -> str:
    return export.name


def test_there_are_more_than_sixty_and_each_has_a_name_of_its_own() -> None:
    names = [(each.job, each.name) for each in EXPORTS]

    assert len({*names}) == len(names) >= FEWEST


@pytest.mark.parametrize("export", [each for each in EXPORTS if not each.refused], ids=by_name)
def test_an_export_is_read_right(export: Sample) -> None:
    assert play(export) == Outcome(export.outgoing(), export.warns)


@pytest.mark.parametrize("export", REFUSED, ids=by_name)
def test_an_export_is_refused_with_a_sentence_for_each_cause(export: Sample) -> None:
    outcome = play(export)

    assert outcome.codes == export.refused
    for code in outcome.codes:
        english, chinese = ADVICE[code]
        assert english in outcome.english
        assert chinese in outcome.chinese


@pytest.mark.parametrize("export", REFUSED, ids=by_name)
def test_an_export_is_read_right_once_the_advice_is_followed(export: Sample) -> None:
    assert export.mend is not None

    mended = play(export.mend(export, play(export)))

    assert (mended.codes, mended.entries) == ((), export.outgoing())


@pytest.mark.parametrize("export", EXPORTS, ids=by_name)
def test_an_empty_corp_takes_what_hr_has_and_nothing_of_what_is_refused(export: Sample) -> None:
    """No guard knows such a corp: what is read wrong goes out unasked."""
    for each in (export, export.mend(export, play(export))) if export.mend else (export,):
        world = World()
        reading = {name: getattr(each.reading, name) for name in ("columns", "attributes", "rows")}
        world.store.put_policy("acme", replace(TRUSTING, **reading), 0)
        if not each.is_new:
            after_a_day(world, "acme/replaceparty/departments.csv", DEPARTMENTS)
        run = after_a_day(world, f"acme/{each.job.value}/export.csv", each.form(each.rows))
        if run.state is State.HELD and each.reading.rows:
            # Who is left out by a status that is new is asked about in any corp.
            run = approved(world, run)

        is_refused = each is export and bool(export.refused)
        read = State.SUCCEEDED if each.job is not TREE or each.is_new else State.UNCHANGED
        assert run.state is (State.REJECTED if is_refused else read)
        if each.job is not TREE:
            assert places(world) == ({} if is_refused else wanted(export))
        elif each.is_new:
            assert len(world.wecom.departments) == (1 if is_refused else len(COMPANY))


def places(world: World) -> dict[str, frozenset[int]]:
    return {it.account: it.departments for it in world.wecom.members.values()}


def wanted(export: Sample) -> dict[str, frozenset[int]]:
    return {
        user: frozenset(map(int, cells["所在部门"].split(";")))
        for user, cells in export.outgoing().items()
    }
