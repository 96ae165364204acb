"""Links as pages show them: how many there are, and the words for their codes."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from wecom_sync.domain.link import STATES
from wecom_sync.files.member_columns import CONTACTS
from wecom_sync.reporting.catalogue import text
from wecom_sync.reporting.link_texts import EVIDENCE, LINK_STATES
from wecom_sync.reporting.pages.shell import in_both


def links_data(states: Iterable[str]) -> dict[str, Any]:
    """Return how many links there are in each state, and the words for what they say."""
    counts = Counter(states)
    words = {
        "states": {it: in_both(text(code)) for it, code in LINK_STATES.items()},
        "evidence": {it: in_both(text(code)) for it, code in EVIDENCE.items()},
        "differs": {it: in_both(text("link_differs"), column=CONTACTS[it]) for it in CONTACTS},
    }
    ordered = {it: counts[it] for it in (*STATES, "linked", "waits", "gone") if counts[it]}
    return {"counts": ordered, "total": counts.total(), "words": words}
