"""What people call the states of a run."""

import pytest

from wecom_sync.domain.run import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync_tools.console.styles import state_called


@pytest.mark.parametrize("state", State)
def test_a_code_and_the_words_of_both_languages_mean_just_their_state(state: State) -> None:
    for word in (
        state,
        state.lower(),
        STATES[state].en,
        STATES[state].en.upper(),
        STATES[state].zh,
    ):
        assert state_called(f" {word} ") is state


@pytest.mark.parametrize("word", ["", " ", "succ", "success", "成功", "中"])
def test_a_part_of_a_word_means_none(word: str) -> None:
    assert state_called(word) is None
