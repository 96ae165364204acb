"""The messages that our functions send each other. Each is a hint to look at a run or a corp."""


def advance_message(run_id: str) -> dict[str, object]:
    """Return the message that makes the submit function look at a run."""
    return {"kind": "advance", "run_id": run_id}


def expire_message(run_id: str) -> dict[str, object]:
    """Return the message that makes the submit function end a hold whose time is up."""
    return {"kind": "expire", "run_id": run_id}


def check_message(run_id: str, check: int) -> dict[str, object]:
    """Return the message that makes the persist function ask for a run's result.

    `check` is the run's count of checks when the message was sent: only the current one goes on.
    """
    return {"kind": "check", "run_id": run_id, "check": check}


def tell_message(channel: str, news: str, **about: str) -> dict[str, object]:
    """Return the message that makes the publish function tell a channel what `news` names.

    `about` is the `run_id`, or the `corp` whose drift is told.
    """
    return {"kind": "tell", "channel": channel, "news": news, **about}


def drift_message(corp: str) -> dict[str, object]:
    """Return the message that makes the drift function look at a corp."""
    return {"kind": "drift", "corp": corp}
