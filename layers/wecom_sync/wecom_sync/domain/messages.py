"""The messages that our functions send each other. Each is a hint to look at a run or a corp.

The `corp` of a message is also its group: SQS lets no group hold up the others.
"""


def advance_message(corp: str, run_id: str) -> dict[str, object]:
    """Let the submit function look at a run."""
    return {"kind": "advance", "corp": corp, "run_id": run_id}


def expire_message(corp: str, run_id: str) -> dict[str, object]:
    """Let the submit function end a hold whose time is up."""
    return {"kind": "expire", "corp": corp, "run_id": run_id}


def check_message(corp: str, run_id: str, check: int) -> dict[str, object]:
    """Let the persist function ask for a result. `check`: the count of checks now; see `Run`."""
    return {"kind": "check", "corp": corp, "run_id": run_id, "check": check}


def tell_message(channel: str, news: str, corp: str, **about: str) -> dict[str, object]:
    """Let the publish function tell a channel the news of a `run_id`, else of the corp's drift."""
    return {"kind": "tell", "channel": channel, "news": news, "corp": corp, **about}


def drift_message(corp: str) -> dict[str, object]:
    """Let the drift function look at a corp."""
    return {"kind": "drift", "corp": corp}
