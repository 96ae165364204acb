"""How states look, and what people call them."""

from collections.abc import Iterable

from wecom_sync.domain.run import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.messages import message

_STYLES = {
    State.SUCCEEDED: ("✓", "bold green"),
    State.UNCHANGED: ("✓", "bold green"),
    State.PARTIAL: ("!", "bold yellow"),
    State.HELD: ("!", "bold yellow"),
    State.FAILED: ("✗", "bold red"),
    State.REJECTED: ("✗", "bold red"),
    State.PLANNED: ("-", "bold"),
    State.SUPERSEDED: ("-", "bold"),
    State.CANCELLED: ("-", "bold"),
}


def state_style(state: State) -> tuple[str, str]:
    """Return the mark and the style of a state. A state that is not final has a dot."""
    return _STYLES.get(state, ("·", "cyan"))


def states_told(states: Iterable[State], language: Language) -> str:
    """Return a list of states for a sentence: their codes, and what they are called."""
    told = (
        message("state_told").render(language, state=state, words=STATES[state].render(language))
        for state in states
    )
    return message("list_comma").render(language).join(told)


def states_fitting(word: str) -> frozenset[State]:
    """Return the states that a word means, none if it means nothing.

    It is a code or what a state is called in either language, or the beginning of one of these, of
    a Chinese one the end as well. A word that fits several states means all of them.
    """
    sought = word.strip().casefold()
    whole = frozenset(state for state in State if sought in _names(state))
    if whole or not sought:
        return whole
    return frozenset(
        state
        for state in State
        if any(name.startswith(sought) for name in _names(state))
        or STATES[state].zh.endswith(sought)
    )


def _names(state: State) -> tuple[str, str, str]:
    words = STATES[state]
    return state.casefold(), words.en.casefold(), words.zh.casefold()
