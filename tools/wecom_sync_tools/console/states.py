"""What people call the states of a run."""

from collections.abc import Iterable

from wecom_sync.domain.states import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.messages import message


def state_words(state: State, language: Language) -> str:
    return f"{state} · {STATES[state].render(language)}"


def states_listed(states: Iterable[State], language: Language) -> str:
    """Return a list of states for a sentence: their codes, and what they are called."""
    names = (
        message("state_told").render(language, state=state, words=STATES[state].render(language))
        for state in states
    )
    return message("list_comma").render(language).join(names)


def state_called(word: str) -> State | None:
    """Return the state with this code, or of this name in either language."""
    name = word.strip().casefold()
    for state in State:
        words = STATES[state]
        if name in map(str.casefold, (state, words.en, words.zh)):
            return state
    return None
