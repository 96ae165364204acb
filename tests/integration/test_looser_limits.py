"""The first file after settings that ask less, and rows that an unread column calls departed."""

import pytest

from support.company import people, with_column
from support.guarded import FULL, apply, apply_all, codes
from support.runs import approved, chinese, english
from support.world import World
from wecom_sync.domain.run import State

LOOSE = "[limits]\nrenames_percent = 100\nadditions_percent = 100\n"


def renamed(count: int, letter: str) -> str:
    rows = people(100).splitlines()
    others = [row.replace("员工", letter, 1) for row in rows[1 : count + 1]]
    return "\n".join([rows[0], *others, *rows[count + 1 :]]) + "\n"


def test_the_first_file_after_looser_limits_is_judged_by_the_old_ones_too(world: World) -> None:
    assert apply(world, FULL, people(100)).state is State.SUCCEEDED
    assert apply(world, "acme/settings.toml", LOOSE).state is State.SUCCEEDED

    run = apply(world, FULL, renamed(20, "职工"))

    assert codes(run) == ["hold_renamed"]
    assert "The settings were loosened after the last file." in english(run)
    assert "设置中的限制放宽了" in chinese(run)
    assert approved(world, run).state is State.SUCCEEDED
    assert apply(world, FULL, renamed(40, "工人")).state is State.SUCCEEDED


def test_the_old_limits_count_although_the_new_ones_ask_something_as_well(world: World) -> None:
    titles = with_column(people(100), "职位", "员")
    apply(world, FULL, titles)
    apply(world, "acme/settings.toml", LOOSE)
    others = titles.replace("员工", "职工", 20).replace(",员\n", ",长\n", 45)

    run = apply(world, FULL, others)

    assert codes(run) == ["hold_renamed"]
    assert "职位 (45)" in english(run)


def test_an_unchanged_file_uses_nothing_up(world: World) -> None:
    apply(world, FULL, people(100))
    apply(world, "acme/settings.toml", LOOSE)
    assert apply(world, FULL, people(100)).state is State.UNCHANGED

    assert codes(apply(world, FULL, renamed(20, "职工"))) == ["hold_renamed"]


def test_stricter_limits_are_the_only_ones(world: World) -> None:
    apply(world, FULL, people(100))
    apply(world, "acme/settings.toml", "[limits]\nrenames_percent = 1\n")

    run = apply(world, FULL, renamed(11, "职工"))

    assert codes(run) == ["hold_renamed"]
    assert "loosened" not in english(run)


@pytest.mark.parametrize(("state", "held"), [("离职", ["hold_departed"]), ("在职", [])])
def test_rows_that_an_unread_column_calls_departed_are_asked_about_once(
    world: World, state: str, held: list[str]
) -> None:
    before = with_column(people(100), "员工状态", "在职")
    after = before.replace("在职", state, 3).replace("员工50", "职工50")

    run = apply_all(world, before, after)

    assert codes(run) == held
    if held:
        assert "员工状态: 离职 (3)" in english(run)
        assert approved(world, run).state is State.SUCCEEDED
        assert apply(world, FULL, after.replace("职工50", "工人50")).state is State.SUCCEEDED
