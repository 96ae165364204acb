"""How states look; each also reads well without colour."""

from wecom_sync.domain.run import State

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
