"""How states look, and what people call them."""

from collections.abc import Iterable

from rich.text import Text as Styled

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
    return _STYLES.get(state, ("·", "cyan"))


def state_label(state: State, language: Language, *, coded: bool = False) -> Styled:
    """Return a state with its mark, in words, and as a code if that is wanted."""
    mark, style = state_style(state)
    words = state_words(state, language) if coded else STATES[state].render(language)
    return Styled(f"{mark} {words}", style)


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
