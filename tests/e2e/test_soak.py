"""Ten companies in bad weather on a stack of their own: nothing lost, nothing done twice."""

import pytest

from soak.__main__ import Figures, Size, soak


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    size = Size(corps=10, drops=3, big=3_000, many=105, at_once=11, seed=1, patience_seconds=180)
    return soak(size, tmp_path_factory.mktemp("soak"))


def test_every_file_has_one_run_that_ended_as_it_deserves_and_nothing_is_left_behind(
    figures: Figures,
) -> None:
    assert not figures["problems"], figures
    assert figures["drops"] == sum(figures["states"].values()) == 10 * 3 + 2 + 106
    assert "FAILED" not in figures["states"]
    assert figures["dead_letters"] == 0


def test_the_weather_was_bad(figures: Figures) -> None:
    assert all(figures[name] for name in ("failed_calls", "callbacks_lost", "callbacks_repeated"))
    assert figures["jobs"] >= figures["states"]["SUCCEEDED"]
