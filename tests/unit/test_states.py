"""What people call the states of a run."""

import pytest

from wecom_sync.domain.run import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync_tools.console.styles import states_fitting


@pytest.mark.parametrize("state", State)
def test_a_code_and_the_words_of_both_languages_mean_just_their_state(state: State) -> None:
    for word in (
        state,
        state.lower(),
        STATES[state].en,
        STATES[state].en.upper(),
        STATES[state].zh,
    ):
        assert states_fitting(f" {word} ") == {state}


@pytest.mark.parametrize(
    ("word", "states"),
    [
        ("held", {State.HELD}),
        ("success", set()),
        ("succ", {State.SUCCEEDED}),
        ("SUBMIT", {State.SUBMITTING, State.SUBMITTED}),
        ("replaced", {State.SUPERSEDED}),
        ("applied", set()),
        ("成功", {State.SUCCEEDED}),
        ("取消", {State.CANCELLED}),
        ("中", {State.QUEUED, State.SUBMITTING, State.SUBMITTED}),
        ("已", {State.RECEIVED, State.REJECTED, State.SUPERSEDED, State.CANCELLED}),
        ("生效", set()),
        ("", set()),
        (" ", set()),
    ],
)
def test_the_beginning_of_a_word_means_every_state_that_it_fits(
    word: str, states: set[State]
) -> None:
    assert states_fitting(word) == states
