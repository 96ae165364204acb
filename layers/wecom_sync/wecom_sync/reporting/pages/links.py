"""Links as pages show them: packed so that many are read soon, with the words for their codes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wecom_sync.domain.link import STATES
from wecom_sync.files.member_columns import CONTACTS, masked_contacts
from wecom_sync.reporting.catalogue import text
from wecom_sync.reporting.link_texts import EVIDENCE, LINK_STATES, LinkInForce
from wecom_sync.reporting.pages.shell import in_both

_SIDE = ("account", "name", "department", "mobile", "mail", "evidence", "differs")
"""What a side of a link says, in the order in which `links.js` reads it."""


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


def planned_row(link: Mapping[str, Any]) -> Sequence[Any]:
    """Return a link as `plan.json` has it as a row of the page."""
    candidates = [[*map(it.get, _SIDE)] for it in link["candidates"]]
    return (
        link["key"],
        link["state"],
        link.get("before"),
        None,
        [*map(link.get, _SIDE)],
        candidates,
    )


def row_in_force(link: LinkInForce, department: str) -> Sequence[Any]:
    contacts = masked_contacts(link.person.row or link.person.former)
    contacts |= {"account": link.account, "name": link.name, "department": department}
    side = {**contacts, "evidence": link.person.evidence}
    return link.key, link.state, None, link.since, [*map(side.get, _SIDE)]
